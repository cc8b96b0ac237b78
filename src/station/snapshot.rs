//! What the station is doing, for whoever asks: `loa status`, a console, a script.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::airtime::ClockState;
use crate::alarm::Alarm;
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
    /// What is wrong, and since when; the oldest first.
    pub alarms: Vec<AlarmState>,
    /// What somebody may have to do something about, and is as it should be.
    pub notes: Vec<String>,
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

/// An open alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmState {
    /// One of a closed set of words.
    pub what: String,
    /// Which zone, file, relay; empty where there is only one.
    pub subject: String,
    pub since: String,
    /// Since when nothing is seen of it; it stays open for a minute after that.
    pub right_since: Option<String>,
    pub text: String,
}

impl AlarmState {
    /// An alarm by the station's clock.
    #[must_use]
    pub fn of(alarm: &Alarm, right_since: Option<Timestamp>, zone: &TimeZone, lang: Lang) -> Self {
        Self {
            what: alarm.what.name().to_owned(),
            subject: alarm.subject.clone(),
            since: time::rfc3339(alarm.raised_at, zone),
            right_since: right_since.map(|at| time::rfc3339(at, zone)),
            text: alarm.text.say(lang),
        }
    }
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
            present: count(Status::is_of_a_file),
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
            alarms: self.open_alarms().map(|(alarm, right)| AlarmState::of(alarm, right, self.zone(), lang)).collect(),
            notes: self.notes(lang),
            last_day: last_day(self.log.store(), self.zone(), now, lang).ok(),
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

    /// What somebody may have to do something about, although nothing is wrong.
    fn notes(&self, lang: Lang) -> Vec<String> {
        let mut notes = Vec::new();
        if self.clock_state() == ClockState::Untrusted {
            let until = self.papers.manifest.valid.until;
            let over = until.filter(|until| *until < self.today(self.now()));
            notes.extend(over.map(|until| days_not_judged(until, lang)));
        }
        if self.is_silenced() {
            notes.push(
                word(
                    lang,
                    "đang tắt tiếng theo lệnh; chạy `loa resume` để phát lại",
                    "silenced by the operator; `loa resume` goes on the air again",
                )
                .into(),
            );
        }
        notes.extend(self.alerts_in_force().map(|title| {
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
            notes.push(text.to_owned());
        }
        let today = self.today(self.now());
        for cart in self.catalogue.carts() {
            let status = cart.status(today);
            let cautioned = cart.caution(&status).map(|caution| caution.say(lang));
            let waits = matches!(status, Status::Copying | Status::Unapproved { .. } | Status::Expired { .. });
            let waits = waits.then(|| status.say(lang));
            notes.extend(waits.or(cautioned).map(|text| format!("audio/{}: {text}", cart.path)));
        }
        notes
    }

    fn zone(&self) -> &TimeZone {
        &self.papers.config.timezone
    }

    fn written(&self, at: Timestamp) -> String {
        time::rfc3339(at, self.zone())
    }
}
