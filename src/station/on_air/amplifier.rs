//! The amplifier: the loop tells it what the air needs, runs its commands, and says what came of them.
//!
//! Nothing of the programme waits for it. Only the end of the program does, since nobody else would switch it off.

use jiff::Timestamp;

use crate::amplifier::{Air, Amplifier, HookFault, State, Switch};
use crate::equipment::command::Errand;
use crate::rundown::Rundown;
use crate::station::on_air::OnAir;
use crate::time::Frames;
use crate::words::Notice;

impl OnAir {
    /// Switches the amplifier when it is time, and says when to be asked again at the latest.
    pub(super) fn mind_the_amplifier(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.hear_the_amplifier(now);
        self.take_over_amplifier(now);
        let (air, session) = self.air(now);
        let switch = self.amplifier.as_mut()?.mind(now, air);
        if let Some(switch) = switch {
            self.throw(now, switch, session);
            // A simulated command has its answer at once.
            self.hear_the_amplifier(now);
        }
        self.amplifier.as_ref()?.wake_at(now, air)
    }

    /// Begins to switch it off for the end of the program.
    pub(super) fn close_the_amplifier(&mut self, now: Timestamp) {
        if let Some(switch) = self.amplifier.as_mut().and_then(Amplifier::close) {
            self.throw(now, switch, None);
        }
    }

    /// Waits for the last command, as long as station.yaml gives it.
    pub(super) fn await_the_amplifier(&mut self, now: Timestamp) {
        if self.amplifier_state().is_some_and(|state| matches!(state, State::Switching(_)))
            && let Some(answer) = self.equipment.commands.wait()
        {
            self.note_thrown(now, answer);
        }
    }

    /// What is known of the amplifier's switch, if the station has one.
    pub(in crate::station) fn amplifier_state(&self) -> Option<State> {
        self.amplifier.as_ref().map(Amplifier::state)
    }

    /// How long a session that is begun by hand gives the amplifier to warm up.
    pub(super) fn warm_up_left(&self) -> Frames {
        let on = self.amplifier_state() == Some(State::Is(Switch::On));
        let settings = self.papers.config.amplifier.as_ref().filter(|_| !on);
        settings.map_or(Frames::ZERO, |settings| settings.warm_up)
    }

    /// What the air needs, and the session it needs it for: one amplifier for all zones.
    fn air(&mut self, now: Timestamp) -> (Air, Option<String>) {
        if self.silenced {
            return (Air::default(), None);
        }
        let needed_by = |rundown: &Rundown| (rundown.span.start, rundown.slot.session.clone());
        let on_air = self.zones.iter().filter_map(|zone| zone.machine.on_air());
        let (first, taken) = match on_air.map(|on_air| needed_by(on_air.rundown)).min() {
            Some(first) => (Some(first), true),
            // With a clock that cannot be right nothing scheduled begins.
            None if !self.is_trusted() => (None, false),
            None => (self.next(now).map(needed_by), false),
        };
        let needed_from = first.iter().map(|(start, _)| *start).chain(self.alert_sounds_at()).min();
        (Air { needed_from, taken }, first.map(|(_, session)| session))
    }

    fn throw(&mut self, now: Timestamp, switch: Switch, session: Option<String>) {
        let settings = self.amplifier.as_ref().map(Amplifier::settings);
        let Some((command, patience)) = settings.and_then(|set| Some((set.command(switch)?.clone(), set.timeout)))
        else {
            return;
        };
        if switch == Switch::On {
            // Switching off belongs to the session it was switched on for.
            self.amplifier_for = session;
        }
        let session = self.amplifier_for.clone().map(|id| ("LOA_SESSION", id));
        let environment = [("LOA_HOOK", switch.name().to_owned())].into_iter().chain(session).collect();
        self.equipment.commands.start(now, Errand { command, environment, patience });
    }

    /// The operator may have written something else about it.
    fn take_over_amplifier(&mut self, now: Timestamp) {
        let written = &self.papers.config.amplifier;
        if written.as_ref() == self.amplifier.as_ref().map(Amplifier::settings) {
            return;
        }
        match (written.clone(), &mut self.amplifier) {
            (Some(settings), Some(amplifier)) => amplifier.set(settings),
            (Some(settings), none) => *none = Some(Amplifier::new(settings)),
            (None, _) => {
                // Written out of the file while it was on: nobody would switch it off any more.
                self.close_the_amplifier(now);
                self.amplifier = None;
            }
        }
    }

    fn hear_the_amplifier(&mut self, now: Timestamp) {
        if let Some(answer) = self.equipment.commands.poll() {
            self.note_thrown(now, answer);
        }
    }

    fn note_thrown(&mut self, now: Timestamp, answer: Result<(), HookFault>) {
        let Some(thrown) = self.amplifier.as_mut().and_then(|amplifier| amplifier.answered(now, answer)) else {
            return;
        };
        if thrown.fault.is_none() {
            self.notices.push(Notice::AmplifierSwitched { switch: thrown.switch });
        }
    }

    pub(super) fn amplifier_program(&self, switch: Switch) -> String {
        let settings = self.amplifier.as_ref().map(Amplifier::settings);
        settings.and_then(|settings| settings.command(switch)).map(ToString::to_string).unwrap_or_default()
    }
}
