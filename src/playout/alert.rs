//! An emergency (*khẩn cấp*): what is aired at once, and when it is aired again.
//!
//! Repeated calls are how disasters are announced, every five minutes until midnight in Bắc Giang in May 2021; after
//! Decision 03/2020/QĐ-TTg storms every 2 or 3 hours, a tsunami every 30 minutes. How often is the operator's word.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::rundown::{Item, Origin, Piece, Rundown};
use crate::schedule::{ALERT_SESSION, SlotKey};
use crate::time::{Frames, Span, later};

/// What the operator ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertOrder {
    pub piece: Piece,
    pub length: Frames,
    /// How often it airs; none: until it is cancelled or expires.
    pub times: Option<u32>,
    /// From one beginning to the next; never shorter than the piece.
    pub every: Frames,
    /// By name; none named is all.
    pub zones: Vec<String>,
    /// Airs in quiet hours too.
    pub in_quiet_hours: bool,
    /// It does not begin again after this.
    pub expires: Timestamp,
    /// Who ordered it.
    pub by: String,
}

/// An alert in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub order: AlertOrder,
    /// How often it is still to air; none: without end.
    left: Option<u32>,
    next_at: Timestamp,
}

/// Kept free behind an alert, for an output that is late.
const SLACK: Frames = Frames::from_secs(10);

impl Alert {
    /// In force from `now` on, and due at once.
    #[must_use]
    pub fn new(order: AlertOrder, now: Timestamp) -> Self {
        Self { left: order.times, order, next_at: now }
    }

    /// When it airs next; none if it is over.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        (self.left != Some(0) && self.next_at <= self.order.expires).then_some(self.next_at)
    }

    /// Whether its time is over, however often it aired: what was true yesterday is not announced today.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        now > self.order.expires
    }

    /// How often it is still to air; none: without end.
    #[must_use]
    pub fn left(&self) -> Option<u32> {
        self.left
    }

    /// Whether a turn is due that has not begun.
    #[must_use]
    pub fn waits(&self, now: Timestamp) -> bool {
        self.next_at().is_some_and(|at| at <= now)
    }

    /// Takes note that it begins, or had to be passed over, at `now`.
    pub fn note_turn(&mut self, now: Timestamp) {
        self.left = self.left.map(|left| left.saturating_sub(1));
        self.next_at = later(now, self.order.every.max(self.order.length).max(Frames::from_secs(1)));
    }

    /// The session that airs it once, from `now` on; `date` is the day by the station's clock. While no device is there it
    /// waits, until its next turn or until it expires.
    #[must_use]
    pub fn rundown(&self, now: Timestamp, date: jiff::civil::Date) -> Rundown {
        let AlertOrder { piece, length, zones, expires, by, .. } = &self.order;
        let next = later(now, self.order.every.max(*length));
        let waits_until = if self.left == Some(1) { *expires } else { next.min(*expires) };
        let end = waits_until.max(later(now, *length + SLACK));
        Rundown {
            slot: SlotKey { date, session: ALERT_SESSION.to_owned() },
            title: piece.title.clone(),
            origin: Origin::Alert,
            note: by.clone(),
            span: Span { start: now, end },
            zones: zones.clone(),
            items: vec![Item {
                offset: Frames::ZERO,
                length: *length,
                piece: piece.clone(),
                anchored: false,
                instead: None,
            }],
            left_out: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{CartPath, Kind};

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_600_000_000 + secs).unwrap()
    }

    fn alert(times: Option<u32>, expires: i64) -> Alert {
        let piece = Piece { kind: Kind::Alert, ..Piece::unread(CartPath::new("alerts/lu.mp3").unwrap()) };
        let (length, every) = (Frames::from_secs(20), Frames::from_secs(300));
        let (zones, by) = (Vec::new(), String::new());
        let order = AlertOrder { piece, length, times, every, zones, in_quiet_hours: false, expires: at(expires), by };
        Alert::new(order, at(0))
    }

    #[test]
    fn it_airs_so_often_and_no_more() {
        let mut alert = alert(Some(2), 86_400);
        assert_eq!(alert.next_at(), Some(at(0)));
        alert.note_turn(at(1));
        assert_eq!(alert.next_at(), Some(at(301)), "counted from its beginning");
        alert.note_turn(at(301));
        assert_eq!(alert.next_at(), None);
    }

    #[test]
    fn without_a_number_it_airs_until_it_expires() {
        let mut alert = alert(None, 650);
        let turns: Vec<i64> = std::iter::from_fn(|| {
            let next = alert.next_at()?;
            alert.note_turn(next);
            Some(next.duration_since(at(0)).as_secs())
        })
        .collect();
        assert_eq!(turns, [0, 300, 600]);
    }
}
