//! What the station is doing, for whoever asks: `loa status`, a console, a script.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::airtime::ClockState;
use crate::amplifier::State;
use crate::equipment::sound::Sound as _;
use crate::library::{Catalogue, Kind, Manifest, Status};
use crate::planner::{History, Promise, plan_day};
use crate::report::{Round, due};
use crate::say;
use crate::station::last_day::{LastDay, last_day};
use crate::station::on_air::{OnAir, Zone};
use crate::time;
use crate::words::{Lang, Say, days_not_judged, session_title, word};

/// The station at one instant. Lengths in seconds.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    pub station: String,
    pub now: String,
    /// `on_air`, `waiting`, `idle` (nothing ahead) or `off` (the program does not run).
    pub state: &'static str,
    pub level: Option<String>,
    pub clock: &'static str,
    pub device: String,
    pub zones: Vec<ZoneState>,
    /// Silence is latched: nothing airs.
    pub silenced: bool,
    /// `on`, `off`, `switching_on`, `switching_off` or `unknown`; nothing where no command switches it.
    pub amplifier: Option<&'static str>,
    pub on_air: Option<NowPlaying>,
    pub next_session: Option<NextSession>,
    pub obligations: Vec<ObligationState>,
    pub ministry: SetState,
    /// The round of reporting with the nearest deadline.
    pub round: Option<RoundState>,
    pub alarms: Vec<String>,
    /// The last 24 hours; none while the log cannot be read.
    pub last_day: Option<LastDay>,
}

/// One zone of the running station.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ZoneState {
    pub name: String,
    pub device: String,
    /// Whether the station has the device in use, or wants it now.
    pub in_use: bool,
    /// It has lost the device and tries again.
    pub lost: bool,
}

/// A round of reporting that has not been handed in late yet.
#[derive(Clone, Debug, Serialize)]
pub struct RoundState {
    pub name: String,
    pub from: Date,
    pub until: Date,
    pub deadline: Date,
    /// Zero on the day of the deadline.
    pub days_left: i32,
}

impl ZoneState {
    fn of(zone: &Zone) -> Self {
        let (name, device) = (zone.name.clone(), zone.sound.device());
        Self { name, device, in_use: !zone.machine.is_idle(), lost: zone.has_lost_its_device() }
    }
}

impl RoundState {
    /// The round that is due next, if any is.
    #[must_use]
    pub fn due(rounds: &[Round], today: Date) -> Option<Self> {
        due(rounds, today).map(|round| Self {
            name: round.name.clone(),
            from: round.from,
            until: round.until,
            deadline: round.deadline,
            days_left: round.days_left(today),
        })
    }
}

/// The session on the air, and the item in it.
#[derive(Clone, Debug, Serialize)]
pub struct NowPlaying {
    pub session: String,
    pub session_title: String,
    pub session_ends_at: String,
    pub path: Option<String>,
    pub title: Option<String>,
    pub elapsed: f64,
    pub duration: f64,
    pub left: f64,
    pub next_title: Option<String>,
}

/// The session that comes next.
#[derive(Clone, Debug, Serialize)]
pub struct NextSession {
    pub session: String,
    pub title: String,
    pub start: String,
    pub end: String,
    pub items: usize,
}

/// How far one of today's obligations is met.
#[derive(Clone, Debug, Serialize)]
pub struct ObligationState {
    pub schedule: String,
    pub set: &'static str,
    pub at_least: u32,
    pub required: u32,
    /// Airings that count, so far today.
    pub aired: u32,
    /// With what is still planned for today.
    pub planned: u32,
    pub short_of: u32,
}

/// The ministry set as it lies there, and who vouches for it.
#[derive(Clone, Debug, Serialize)]
pub struct SetState {
    pub expected: u32,
    pub present: u32,
    pub playable: u32,
    pub manifest: ManifestState,
}

/// What the manifest in force says of itself; nothing where it says nothing.
#[derive(Clone, Debug, Serialize)]
pub struct ManifestState {
    pub title: String,
    pub batch: Option<u32>,
    /// The id of the key whose signature was found good.
    pub signed_by: Option<String>,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
}

impl SetState {
    #[must_use]
    pub fn of(catalogue: &Catalogue, manifest: &Manifest, today: Date) -> Self {
        let count = |is: fn(&Status) -> bool| {
            let files = catalogue.of(Kind::Ministry).filter(|cart| is(&cart.status(today))).count();
            u32::try_from(files).unwrap_or(u32::MAX)
        };
        Self {
            expected: catalogue.expected,
            present: count(|status| *status != Status::Missing),
            playable: count(|status| *status == Status::Ok),
            manifest: ManifestState {
                title: manifest.title.clone(),
                batch: manifest.batch,
                signed_by: manifest.signed_by.as_ref().map(ToString::to_string),
                valid_from: manifest.valid.from,
                valid_until: manifest.valid.until,
            },
        }
    }
}

impl OnAir {
    /// The station as it is now.
    pub fn snapshot(&mut self, lang: Lang) -> Snapshot {
        let now = self.now();
        let on_air = self.now_playing();
        let next_session = if on_air.is_some() { self.following(now) } else { self.next(now).cloned() };
        let next_session = next_session.map(|next| NextSession {
            session: next.slot.session.clone(),
            title: session_title(&next.title, lang),
            start: self.written(next.span.start),
            end: self.written(next.span.end),
            items: next.items.len(),
        });
        let state = match (&on_air, &next_session) {
            (Some(_), _) => "on_air",
            (None, Some(_)) => "waiting",
            (None, None) => "idle",
        };
        Snapshot {
            station: self.papers.config.name.clone(),
            now: self.written(now),
            state,
            level: self.level.clone(),
            clock: self.clock_state().name(),
            device: self.main_device(),
            zones: self.zones.iter().map(ZoneState::of).collect(),
            silenced: self.is_silenced(),
            amplifier: self.amplifier_state().map(State::name),
            on_air,
            next_session,
            obligations: self.obligations(now),
            ministry: SetState::of(&self.catalogue, &self.papers.manifest, self.today(now)),
            round: RoundState::due(&self.papers.config.rounds, self.today(now)),
            alarms: self.alarms(lang),
            last_day: last_day(self.log.store(), self.zone(), now).ok(),
        }
    }

    fn now_playing(&self) -> Option<NowPlaying> {
        let on_air = self.on_air()?;
        let item = on_air.now.map(|(line, heard, _)| (&on_air.rundown.items[line], heard));
        let secs = |frames: time::Frames| frames.as_secs_rounded();
        Some(NowPlaying {
            session: on_air.rundown.slot.session.clone(),
            session_title: on_air.rundown.title.clone(),
            session_ends_at: self.written(on_air.rundown.expected_end()),
            path: item.map(|(item, _)| item.piece.path.to_string()),
            title: item.map(|(item, _)| item.piece.title.clone()),
            elapsed: item.map_or(0.0, |(_, heard)| secs(heard)),
            duration: item.map_or(0.0, |(item, _)| secs(item.length)),
            left: item.map_or(0.0, |(item, heard)| secs(item.length.saturating_sub(heard))),
            next_title: on_air.next.map(|line| on_air.rundown.items[line].piece.title.clone()),
        })
    }

    /// The session after the one on the air.
    fn following(&self, now: Timestamp) -> Option<crate::rundown::Rundown> {
        let days = self.today(now).series(jiff::Span::new().days(1)).take(2);
        let mut plans = days.map(|date| plan_day(&self.desk(), date, now, &self.begun, &self.expected_history(now)));
        plans.find_map(|plan| plan.rundowns.into_iter().next())
    }

    /// What has aired, and what the session on the air is about to.
    fn expected_history(&self, now: Timestamp) -> History {
        let mut history = self.history.clone();
        if let Some(on_air) = self.on_air() {
            for line in on_air.ahead {
                history.note(on_air.rundown.slot.date, &on_air.rundown.items[line].piece.path, now);
            }
        }
        history
    }

    fn obligations(&self, now: Timestamp) -> Vec<ObligationState> {
        let today = self.today(now);
        let midnight = time::instant(today.tomorrow().unwrap_or(today), jiff::civil::Time::midnight(), self.zone());
        let planned = plan_day(&self.desk(), today, now, &self.begun, &self.expected_history(now)).obligations;
        let aired = plan_day(&self.desk(), today, midnight, &self.begun, &self.history).obligations;
        let state = |(planned, aired): (Promise, Promise)| ObligationState {
            schedule: planned.schedule.clone(),
            set: planned.set.name(),
            at_least: planned.at_least,
            required: planned.required(),
            aired: aired.planned(),
            planned: planned.planned(),
            short_of: planned.short_of(),
        };
        planned.into_iter().zip(aired).map(state).collect()
    }

    /// What somebody has to look at.
    fn alarms(&self, lang: Lang) -> Vec<String> {
        let mut alarms = Vec::new();
        if self.clock_state() == ClockState::Untrusted {
            alarms.push(
                word(lang, "đồng hồ máy sai, chưa phát theo lịch", "the clock is wrong, nothing scheduled airs").into(),
            );
            let until = self.papers.manifest.valid.until;
            let over = until.filter(|until| *until < self.today(self.equipment.clock.now()));
            alarms.extend(over.map(|until| days_not_judged(until, lang)));
        }
        if let Some(deaf) = self.equipment.capture.as_ref().and_then(crate::equipment::capture::Capture::trouble) {
            alarms.push(deaf.say(lang));
        }
        if self.is_silenced() {
            alarms.push(
                word(
                    lang,
                    "đang tắt tiếng theo lệnh; chạy `loa resume` để phát lại",
                    "silenced by the operator; `loa resume` goes on the air again",
                )
                .into(),
            );
        }
        alarms.extend(self.alerts_in_force().map(|title| {
            say!(
                lang,
                "tin khẩn cấp còn hiệu lực: {title}; `loa alert --cancel` để thôi",
                "emergency in force: {title}; `loa alert --cancel` ends it"
            )
        }));
        if self.zones_have_changed() {
            let text = word(
                lang,
                "zones: trong station.yaml đã đổi; khởi động lại loa để áp dụng",
                "zones: in station.yaml has changed; start loa anew to make it count",
            );
            alarms.push(text.to_owned());
        }
        for zone in &self.zones {
            if zone.has_lost_its_device() {
                let text = word(lang, "mất thiết bị âm thanh, đang thử lại", "the sound device is lost, trying again");
                alarms.push(format!("{} ({}): {text}", zone.name, zone.sound.device()));
            }
        }
        alarms.extend(self.amplifier_alarms(lang));
        if let Some((fault, _, waiting)) = self.log.trouble() {
            let text = word(lang, "không ghi được nhật ký", "the log cannot be written");
            alarms.push(format!("{text}: {fault} ({waiting})"));
        }
        alarms.extend(self.papers.problems.iter().map(|problem| problem.say(lang)));
        let today = self.today(self.now());
        for cart in self.catalogue.carts() {
            let status = cart.status(today);
            let cautioned = cart.caution(&status).map(|caution| caution.say(lang));
            let unfit = (status != crate::library::Status::Ok).then(|| status.say(lang));
            alarms.extend(unfit.or(cautioned).map(|text| format!("audio/{}: {text}", cart.path)));
        }
        alarms
    }

    fn zone(&self) -> &jiff::tz::TimeZone {
        &self.papers.config.timezone
    }

    fn written(&self, at: Timestamp) -> String {
        time::rfc3339(at, self.zone())
    }
}
