//! What befalls a simulated card, and when.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

/// What befalls a card, and when, in true time. Copies share one list.
#[derive(Clone, Debug, Default)]
pub struct Troubles(Rc<RefCell<Lists>>);

#[derive(Debug, Default)]
struct Lists {
    /// From when until when the device is gone.
    outages: Vec<(Timestamp, Timestamp)>,
    /// From when until when it takes no sound, and says nothing of it.
    wedges: Vec<(Timestamp, Timestamp)>,
}

/// So long after it was wedged a card is found out.
pub(super) const NOTICED_AFTER: SignedDuration = SignedDuration::from_secs(2);

impl Troubles {
    /// The device is gone from `from` up to, not including, `until`: an open one is lost, a closed one does not open.
    pub fn outage(&self, from: Timestamp, until: Timestamp) {
        self.0.borrow_mut().outages.push((from, until));
    }

    /// The device takes no sound from `from` up to `until`.
    pub fn wedge(&self, from: Timestamp, until: Timestamp) {
        self.0.borrow_mut().wedges.push((from, until));
    }

    pub(super) fn is_there(&self, now: Timestamp) -> bool {
        let around = |(from, until): &(Timestamp, Timestamp)| *from <= now && now < *until;
        let lists = self.0.borrow();
        !lists.outages.iter().any(around) && !lists.wedges.iter().any(around)
    }

    /// The first outage, and the first wedge, that began after `then` and no later than `now`.
    pub(super) fn between(&self, then: Timestamp, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let lists = self.0.borrow();
        let first = |list: &[(Timestamp, Timestamp)]| {
            list.iter().map(|(from, _)| *from).filter(|from| then < *from && *from <= now).min()
        };
        (first(&lists.outages), first(&lists.wedges))
    }

    pub(super) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let lists = self.0.borrow();
        lists.outages.iter().chain(&lists.wedges).map(|(from, _)| *from).filter(|from| now < *from).min()
    }
}
