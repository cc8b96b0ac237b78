//! `loa status`: what the running station is doing; from the home alone, if it does not run.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::airtime::{self, Reason};
use crate::alarm::{Alarm, What};
use crate::cli::context::{Context, store_failure};
use crate::cli::emergency::no_answer;
use crate::cli::{Failure, Outcome, output};
use crate::equipment::store::Store;
use crate::library::Catalogue;
use crate::planner::{Desk, plan_days};
use crate::say;
use crate::station::command::Command;
use crate::station::control::{self, NoAnswer};
use crate::station::home::Papers;
use crate::station::last_day::last_day;
use crate::station::on_air::{alarm, mistakes};
use crate::station::reports::level_on;
use crate::station::snapshot::{AlarmState, RoundState, SetState};
use crate::time::rfc3339;
use crate::words::{Lang, Message, Say as _, day, decimal, session_title, set_counted, whole, word};

pub fn run(context: &Context) -> Outcome {
    let status =
        match control::ask(&context.home.socket(), &Command::Status { lang: Some(context.lang().tag().to_owned()) }) {
            Ok(status) => status,
            Err(NoAnswer::NotRunning) if !context.is_running() => {
                let papers = context.papers_quietly()?;
                let store = context.existing_store()?;
                let catalogue = context.catalogue(&papers, store.as_ref())?;
                from_the_home(context, &papers, store.as_ref(), &catalogue)?
            }
            Err(silence) => return Err(no_answer(context, silence)),
        };
    if context.json {
        output::print_json(context, &status)?;
    } else {
        output::print(context, &in_words(context, &status))?;
    }
    Ok(())
}

/// What the papers and the log tell when nobody is on the air.
pub fn from_the_home(
    context: &Context,
    papers: &Papers,
    store: Option<&Store>,
    catalogue: &Catalogue,
) -> Result<Value, Failure> {
    let zone = &papers.config.timezone;
    let now = context.now();
    let failed = |fault| store_failure(&fault);
    let today = context.today(papers);
    let levels = store.map(Store::levels).transpose().map_err(failed)?.unwrap_or_default();
    let level = level_on(today, &levels, papers);
    let last_alive = store.map(Store::last_alive).transpose().map_err(failed)?.flatten();
    let history = store.map(|store| store.history(today, papers.config.counts_from));
    let history = history.transpose().map_err(failed)?.unwrap_or_default();
    let begun = store.map(|store| store.begun_slots(today)).transpose().map_err(failed)?;
    let begun = begun.unwrap_or_default().into_iter().collect();
    let (orders, loudness) = (&papers.orders, papers.config.loudness);
    let desk = Desk { orders, catalogue, level: level.as_deref(), loudness };
    let plans = plan_days(&desk, today, 3, now, &begun, &history);
    let next = plans.iter().find_map(|plan| plan.rundowns.first()).map(|next| {
        json!({
            "session": next.slot.session,
            "title": session_title(&next.title, context.lang()),
            "start": rfc3339(next.span.start, zone),
            "end": rfc3339(next.span.end, zone),
            "items": next.items.len(),
        })
    });
    let past = store.map(|store| last_day(store, zone, now, context.lang())).transpose().map_err(failed)?;
    let left_open = store.map(Store::open_alarms).transpose().map_err(failed)?.unwrap_or_default();
    Ok(json!({
        "station": papers.config.name,
        "now": rfc3339(now, zone),
        "state": "off",
        "level": level,
        "device": papers.config.zones.first().map(|zone| zone.route.device.clone()),
        "last_alive": last_alive.map(|at| rfc3339(at, zone)),
        "on_air": null,
        "next_session": next,
        "ministry": SetState::of(catalogue, &papers.manifest, today),
        "round": RoundState::due(&papers.config.rounds, today),
        "alarms": alarms(context, papers, left_open),
        "last_day": past,
    }))
}

/// What was wrong when the program ended; the mistakes in the papers as they are now.
fn alarms(context: &Context, papers: &Papers, left_open: Vec<Alarm>) -> Vec<AlarmState> {
    let (mut open, before): (Vec<_>, Vec<_>) = left_open.into_iter().partition(|alarm| alarm.what != What::Mistake);
    for trouble in mistakes(papers) {
        let new = alarm(&trouble, context.now());
        let raised_at = before.iter().find(|alarm| alarm.is_about(&new)).map_or(new.raised_at, |alarm| alarm.raised_at);
        open.push(Alarm { raised_at, ..new });
    }
    let zone = &papers.config.timezone;
    open.iter().map(|alarm| AlarmState::of(alarm, None, zone, context.lang())).collect()
}

/// The same for a person.
fn in_words(context: &Context, status: &Value) -> String {
    let (lang, mut out) = (context.lang(), String::new());
    let text = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    let secs = |value: &Value| crate::time::Frames::from_millis(millis(value)).to_string();
    let _ = writeln!(out, "{} – {}", text(&status["station"]), clock(&text(&status["now"])));
    if let Some(on_air) = status["on_air"].as_object() {
        let _ =
            writeln!(out, "{}: {}", word(lang, "Đang phát buổi", "Session on the air"), text(&on_air["session_title"]));
        let _ = writeln!(
            out,
            "  {} ({} / {}, {} {})",
            text(&on_air["title"]),
            secs(&on_air["elapsed"]),
            secs(&on_air["duration"]),
            word(lang, "còn", "left"),
            secs(&on_air["left"]),
        );
        let _ = writeln!(out, "  {}: {}", word(lang, "Tiếp theo", "Next"), text(&on_air["next_title"]));
    } else if status["state"] == "off" {
        let _ = writeln!(out, "{}", context.say(&Message::NotRunning));
    }
    let next = &status["next_session"];
    let label = word(lang, "Buổi kế tiếp", "Next session");
    let _ = writeln!(out, "{label}: {} {}", clock(&text(&next["start"])), text(&next["title"]));
    let _ = writeln!(out, "{}: {}", word(lang, "Cấp độ", "Level"), text(&status["level"]));
    for obligation in status["obligations"].as_array().into_iter().flatten() {
        let label = word(lang, "Chỉ tiêu hôm nay", "Today's obligation");
        let (aired, required) = (&obligation["aired"], &obligation["required"]);
        let _ = writeln!(out, "{label} \"{}\": {aired}/{required}", text(&obligation["schedule"]));
    }
    out.push_str(&ministry_set(&status["ministry"], lang));
    if let Some(round) = status["round"].as_object() {
        let (name, deadline) = (text(&round["name"]), text(&round["deadline"]));
        let deadline = deadline.parse().map_or(deadline, |date| day(date, lang));
        let left = whole(round["days_left"].as_u64().unwrap_or(0), lang);
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "Báo cáo đợt {name}: hạn nộp {deadline}, còn {left} ngày",
                "Report of round {name}: due {deadline}, {left} days left"
            )
        );
    }
    out.push_str(&past(&status["last_day"], lang));
    for alarm in status["alarms"].as_array().into_iter().flatten() {
        let (since, words) = (clock(&text(&alarm["since"])), text(&alarm["text"]));
        let _ = writeln!(out, "! {}", say!(lang, "từ {since}: {words}", "since {since}: {words}"));
        if let Some(right) = alarm["right_since"].as_str() {
            let right = clock(right);
            let _ = writeln!(
                out,
                "  {}",
                say!(
                    lang,
                    "(đã hết từ {right}, xem thêm một phút)",
                    "(not so since {right}, watched for a minute more)"
                )
            );
        }
    }
    for note in status["notes"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "- {}", text(note));
    }
    out
}

/// How many files of the ministry set there are, and who vouches for them.
fn ministry_set(set: &Value, lang: Lang) -> String {
    let number = |name: &str| set[name].as_u64().unwrap_or(0);
    let (expected, present, playable) = (number("expected"), number("present"), number("playable"));
    let label = word(lang, "Bộ tệp của Bộ", "Ministry set");
    let signed = set["manifest"]["signed_by"].as_str().map_or_else(String::new, |key| {
        let batch = set["manifest"]["batch"].as_u64().unwrap_or(0);
        say!(lang, "; lô {batch}, ký bằng khóa {key}", "; batch {batch}, signed with key {key}")
    });
    format!("{label}: {}{signed}\n", set_counted(expected, present, playable, lang))
}

/// The last 24 hours, and the last power cut.
fn past(day: &Value, lang: Lang) -> String {
    let mut out = String::new();
    let number = |name: &str| whole(day[name].as_u64().unwrap_or(0), lang);
    if !day.is_object() {
        return out;
    }
    let (sessions, airings, short) = (number("sessions"), number("airings"), number("not_aired"));
    let minutes = decimal(day["minutes"].as_f64().unwrap_or(0.0), 1, lang);
    let _ = writeln!(
        out,
        "{}",
        say!(
            lang,
            "24 giờ qua: {sessions} buổi, {airings} lượt phát, {minutes} phút; không phát trọn: {short}",
            "Last 24 hours: {sessions} sessions, {airings} airings, {minutes} minutes; not aired whole: {short}"
        )
    );
    for item in day["shortfalls"].as_array().into_iter().flatten() {
        let text = |name: &str| item[name].as_str().unwrap_or_default();
        let outcome = airtime::Outcome::named(text("outcome")).map(|outcome| outcome.say(lang)).unwrap_or_default();
        let reason = Reason::named(text("reason")).map(|reason| reason.say(lang)).unwrap_or_default();
        let _ = writeln!(out, "  {}  {} – {outcome}: {reason}", clock(text("planned_at")), text("title"));
    }
    out.push_str(&alarms_past(day, lang));
    if let Some(cut) = day["last_power_cut"].as_object() {
        let (from, until) = (cut["from"].as_str().unwrap_or_default(), cut["until"].as_str().unwrap_or_default());
        let length = crate::time::Frames::from_secs(cut["seconds"].as_u64().unwrap_or(0));
        let (from, until) = (clock(from), clock(until));
        let _ = writeln!(
            out,
            "{}",
            say!(
                lang,
                "Mất điện hoặc máy treo gần nhất: {from} – {until} ({length})",
                "Last power cut or crash: {from} – {until} ({length})"
            )
        );
    }
    out
}

/// The alarms of the day; those that are open are told apart.
fn alarms_past(day: &Value, lang: Lang) -> String {
    let mut out = String::new();
    let count = whole(day["alarms_told"].as_u64().unwrap_or(0), lang);
    let over = day["alarms"].as_array().into_iter().flatten().filter(|alarm| alarm["cleared_at"].is_string());
    let over: Vec<&Value> = over.collect();
    if !over.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            say!(lang, "Cảnh báo trong 24 giờ qua: {count}", "Alarms of the last 24 hours: {count}")
        );
    }
    for alarm in over {
        let text = |name: &str| alarm[name].as_str().unwrap_or_default();
        let _ = writeln!(out, "  {} – {}  {}", clock(text("raised_at")), clock(text("cleared_at")), text("text"));
    }
    out
}

/// An instant as the machine's log has it, without the offset: `2020-08-10 05:20:00`.
fn clock(rfc3339: &str) -> String {
    rfc3339.get(..19).unwrap_or(rfc3339).replace('T', " ")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of one item, never negative")]
fn millis(value: &Value) -> u64 {
    (value.as_f64().unwrap_or(0.0) * 1_000.0) as u64
}
