//! A session begun by an operator's word, whenever it would fire.

use crate::planner::plan_session;
use crate::rundown::{Origin, Rundown};
use crate::schedule::{Slot, SlotKey};
use crate::station::on_air::OnAir;
use crate::time::{self, Span};

/// What came of beginning a session by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByHand {
    Begun,
    NoSuchSession {
        known: Vec<String>,
    },
    /// Quiet has to be kept now.
    Quiet {
        quiet: String,
    },
    /// Silence is latched.
    Silenced,
    /// Another session is on the air.
    Busy {
        session: String,
    },
}

impl OnAir {
    /// Airs a session of the schedules now, whenever it would fire; `length` shortens it. It ends before the next
    /// scheduled session and before quiet hours.
    pub fn begin_by_hand(&mut self, id: &str, length: Option<time::Frames>) -> ByHand {
        let now = self.now();
        let orders = &self.papers.orders;
        let sessions = || orders.schedules.iter().flat_map(|file| file.sessions.iter().map(move |one| (file, one)));
        let Some((schedule, session)) = sessions().find(|(_, session)| session.id == id) else {
            return ByHand::NoSuchSession { known: sessions().map(|(_, session)| session.id.clone()).collect() };
        };
        if self.is_silenced() {
            return ByHand::Silenced;
        }
        if let Some(on_air) = self.on_air() {
            return ByHand::Busy { session: on_air.rundown.slot.session.clone() };
        }
        let begins_after = self.together_after().max(self.warm_up_left());
        let ordered = Span::starting(time::later(now, begins_after), length.unwrap_or(session.length));
        let (mut allowed, meets_quiet_hours) = orders.outside_quiet_hours(ordered);
        if let (Some(quiet), true) = (orders.quiet_hours, allowed.start > ordered.start || allowed.is_empty()) {
            return ByHand::Quiet { quiet: quiet.to_string() };
        }
        let date = self.today(now);
        let ahead = orders.slots(date, self.level.as_deref()).into_iter().map(|slot| slot.allowed.start);
        if let Some(next) = ahead.filter(|start| *start > now).min() {
            allowed.end = allowed.end.min(next);
        }
        let key = SlotKey { date, session: session.id.clone() };
        let slot = Slot { key, ordered, allowed, meets_quiet_hours, schedule, session };
        let rundown = Rundown { origin: Origin::ByHand, ..plan_session(&self.desk(), &slot, &self.history) };
        self.begin(now, rundown);
        ByHand::Begun
    }
}
