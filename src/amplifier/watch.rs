//! When the switch is thrown: a small machine of what is known of it, what the air needs, and what went wrong.

use jiff::Timestamp;

use crate::amplifier::{Air, HookFault, Settings, Switch};
use crate::time::{self, Frames};

/// While a command runs, its answer is asked for this often.
const ASK_EVERY: Frames = Frames::from_millis(100);
/// The first pause after a command failed; each further one is twice as long, up to the longest.
const RETRY_FIRST: Frames = Frames::from_secs(2);
/// While the air needs it, a flaky plug is worth a try every half minute; at night, every five minutes.
const RETRY_ON_LONGEST: Frames = Frames::from_secs(30);
const RETRY_OFF_LONGEST: Frames = Frames::from_secs(300);

/// Minds one amplifier. See the module's documentation.
#[derive(Debug)]
pub struct Amplifier {
    settings: Settings,
    state: State,
    need: Need,
    on_failure: Option<Failure>,
    off_failure: Option<Failure>,
}

/// Whether the air needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Not since it is minded.
    Never,
    Now,
    /// Seen first that it does not need it any more.
    Until(Timestamp),
}

/// What is known of the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was tried yet: after a power cut it may stand anywhere.
    Untouched,
    /// A command is on its way.
    Switching(Switch),
    /// The command worked.
    Is(Switch),
    /// The command failed: it may have done its work or not.
    Unsure,
}

/// A command that failed and has not worked since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was wrong the last time.
    pub fault: HookFault,
    /// When it first failed.
    pub since: Timestamp,
    pub tries: u32,
    tried_at: Timestamp,
    pause: Frames,
}

/// What a command came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thrown {
    pub switch: Switch,
    /// How often it had failed before this.
    pub failed_before: u32,
    pub fault: Option<HookFault>,
}

impl Amplifier {
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, state: State::Untouched, need: Need::Never, on_failure: None, off_failure: None }
    }

    /// Takes over what was edited. Other commands may lead to another switch: of that nothing is known.
    pub fn set(&mut self, settings: Settings) {
        if (&settings.on, &settings.off) == (&self.settings.on, &self.settings.off) {
            self.settings = settings;
        } else {
            *self = Self::new(settings);
        }
    }

    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// What does not work. A failure stands until the same command has worked.
    pub fn failures(&self) -> impl Iterator<Item = (Switch, &Failure)> {
        let failures = [(Switch::On, &self.on_failure), (Switch::Off, &self.off_failure)];
        failures.into_iter().filter_map(|(switch, failure)| Some((switch, failure.as_ref()?)))
    }

    /// The switch to be thrown now, if any. Its command takes the place of one that still runs.
    pub fn mind(&mut self, now: Timestamp, air: Air) -> Option<Switch> {
        self.forget_times_ahead(now);
        self.need = match self.need {
            _ if self.is_near(now, air) => Need::Now,
            Need::Now if !air.taken => Need::Until(now),
            before => before,
        };
        let wanted = self.wanted(now, air)?;
        let settled = match self.state {
            State::Is(switch) => switch == wanted,
            // Switching off is broken off when the air needs it, switching on never.
            State::Switching(under_way) => under_way == wanted || under_way == Switch::On,
            State::Untouched | State::Unsure => false,
        };
        if settled || self.failure(wanted).is_some_and(|failure| failure.retry_at() > now) {
            return None;
        }
        self.throw(wanted)
    }

    /// The last switch before the program ends, if it is needed: whatever was switched on is switched off, at once.
    pub fn close(&mut self) -> Option<Switch> {
        let done = matches!(self.state, State::Untouched | State::Is(Switch::Off) | State::Switching(Switch::Off));
        if done { None } else { self.throw(Switch::Off) }
    }

    /// What became of the command that [`Amplifier::mind`] or [`Amplifier::close`] asked for last.
    pub fn answered(&mut self, now: Timestamp, answer: Result<(), HookFault>) -> Option<Thrown> {
        let State::Switching(switch) = self.state else { return None };
        let fault = answer.err();
        self.state = if fault.is_none() { State::Is(switch) } else { State::Unsure };
        let failure = match switch {
            Switch::On => &mut self.on_failure,
            Switch::Off => &mut self.off_failure,
        };
        let before = failure.take();
        let failed_before = before.as_ref().map_or(0, |failure| failure.tries);
        *failure = fault.clone().map(|fault| Failure::after(before, switch, fault, now));
        Some(Thrown { switch, failed_before, fault })
    }

    /// When [`Amplifier::mind`] is to be asked again at the latest, as long as the air needs nothing else.
    #[must_use]
    pub fn wake_at(&self, now: Timestamp, air: Air) -> Option<Timestamp> {
        if let State::Switching(_) = self.state {
            return Some(time::later(now, ASK_EVERY));
        }
        let near = air.needed_from.and_then(|from| from.checked_sub(self.settings.warm_up.duration()).ok());
        let retries = self.failures().map(|(_, failure)| failure.retry_at());
        retries.chain(near).chain(self.cool_at()).filter(|at| *at > now).min()
    }

    /// After the clock was set back, pauses count anew, or they would last until the old time has come again.
    fn forget_times_ahead(&mut self, now: Timestamp) {
        let failures = self.on_failure.iter_mut().chain(&mut self.off_failure);
        let until = if let Need::Until(at) = &mut self.need { Some(at) } else { None };
        failures.map(|failure| &mut failure.tried_at).chain(until).for_each(|at| *at = now.min(*at));
    }

    fn throw(&mut self, switch: Switch) -> Option<Switch> {
        if self.settings.command(switch).is_none() {
            self.state = State::Is(switch);
            return None;
        }
        self.state = State::Switching(switch);
        Some(switch)
    }

    /// Where the switch should stand; none while it is left as it is.
    fn wanted(&self, now: Timestamp, air: Air) -> Option<Switch> {
        if self.need == Need::Now {
            return Some(Switch::On);
        }
        (!air.taken && self.may_rest(now, air)).then_some(Switch::Off)
    }

    /// Whether it is time to warm up, or past it.
    fn is_near(&self, now: Timestamp, air: Air) -> bool {
        air.needed_from.is_some_and(|from| time::later(now, self.settings.warm_up) >= from)
    }

    /// Whether it has cooled down, and would not be switched on again within another cool-down.
    fn may_rest(&self, now: Timestamp, air: Air) -> bool {
        let Settings { warm_up, cool_down, .. } = self.settings;
        let cooled = self.need == Need::Never || self.cool_at().is_some_and(|at| at <= now);
        cooled && air.needed_from.is_none_or(|from| from > time::later(now, warm_up + cool_down))
    }

    fn cool_at(&self) -> Option<Timestamp> {
        if let Need::Until(at) = self.need { Some(time::later(at, self.settings.cool_down)) } else { None }
    }

    fn failure(&self, switch: Switch) -> Option<&Failure> {
        self.failures().find(|(failed, _)| *failed == switch).map(|(_, failure)| failure)
    }
}

impl State {
    /// As `loa status --json` prints it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Untouched | Self::Unsure => "unknown",
            Self::Switching(Switch::On) => "switching_on",
            Self::Switching(Switch::Off) => "switching_off",
            Self::Is(switch) => switch.name(),
        }
    }
}

impl Failure {
    fn after(before: Option<Self>, switch: Switch, fault: HookFault, now: Timestamp) -> Self {
        let longest = if switch == Switch::On { RETRY_ON_LONGEST } else { RETRY_OFF_LONGEST };
        match before {
            Some(before) => {
                let pause = (before.pause * 2).min(longest);
                Self { fault, tries: before.tries + 1, tried_at: now, pause, since: before.since }
            }
            None => Self { fault, since: now, tries: 1, tried_at: now, pause: RETRY_FIRST },
        }
    }

    fn retry_at(&self) -> Timestamp {
        time::later(self.tried_at, self.pause)
    }
}
