//! Stretches of wall time: a span between two instants, a daily window such as the quiet hours, a range of dates.

use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::time::Frames;

/// From `start` up to, but not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Span {
    /// From `start`, so long.
    #[must_use]
    pub fn starting(start: Timestamp, length: Frames) -> Self {
        Self { start, end: later(start, length) }
    }

    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whole frames that fit into the span; none if it ends before it starts.
    #[must_use]
    pub fn length(&self) -> Frames {
        Frames::within(self.end.duration_since(self.start))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.end <= self.start
    }

    /// What is left of this span when `taken` (in any order) is cut out of it, earliest first.
    #[must_use]
    pub fn without(&self, taken: &[Self]) -> Vec<Self> {
        let mut taken: Vec<_> = taken.iter().filter(|span| span.overlaps(self)).copied().collect();
        taken.sort();
        let mut free = Vec::new();
        let mut from = self.start;
        for busy in taken {
            free.push(Self { start: from, end: busy.start });
            from = from.max(busy.end);
        }
        free.push(Self { start: from, end: self.end });
        free.retain(|span| !span.is_empty());
        free
    }
}

/// The instant `length` after `start`. Beyond the last instant the calendar knows, that last instant.
#[must_use]
pub fn later(start: Timestamp, length: Frames) -> Timestamp {
    start.checked_add(length.duration()).unwrap_or(Timestamp::MAX)
}

/// The instant `length` before `end`. Before the first instant the calendar knows, that first instant.
#[must_use]
pub fn earlier(end: Timestamp, length: Frames) -> Timestamp {
    end.checked_sub(length.duration()).unwrap_or(Timestamp::MIN)
}

/// A stretch of every day between two times of day, such as the quiet hours `21:30-04:45`.
///
/// `until` earlier than `from` means across midnight. The two are never equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: Time,
    pub until: Time,
}

impl Window {
    /// The window that begins on `date`, as a span of wall time.
    #[must_use]
    pub fn on(&self, date: Date, zone: &TimeZone) -> Span {
        let last = if self.until <= self.from { date.tomorrow().unwrap_or(date) } else { date };
        Span { start: instant(date, self.from, zone), end: instant(last, self.until, zone) }
    }

    /// The first occurrence of this window that touches `span`.
    #[must_use]
    pub fn touching(&self, span: &Span, zone: &TimeZone) -> Option<Span> {
        let first = zone.to_datetime(span.start).date().yesterday().ok()?;
        let days = span.end.duration_since(span.start).as_hours() / 24 + 3;
        first
            .series(jiff::Span::new().days(1))
            .take(usize::try_from(days).unwrap_or(0))
            .map(|date| self.on(date, zone))
            .find(|window| window.overlaps(span))
    }

    /// The occurrence of this window that `instant` lies in.
    #[must_use]
    pub fn around(&self, instant: Timestamp, zone: &TimeZone) -> Option<Span> {
        let next = instant.checked_add(SignedDuration::from_nanos(1)).ok()?;
        self.touching(&Span { start: instant, end: next }, zone)
    }
}

/// As it is written in station.yaml.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.strftime("%H:%M"), self.until.strftime("%H:%M"))
    }
}

/// The instant at which clocks in `zone` first show `time` on `date`; in a gap (summer time), the instant after it.
#[must_use]
pub fn instant(date: Date, time: Time, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().unwrap_or(Timestamp::MAX)
}

/// Days from `from` to `until`, both included; an open end where none is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    pub from: Option<Date>,
    pub until: Option<Date>,
}

impl DateRange {
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }

    /// Whether the last day lies before `date`.
    #[must_use]
    pub fn is_over(&self, date: Date) -> bool {
        self.until.is_some_and(|until| until < date)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn vietnam() -> TimeZone {
        TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn quiet_hours_reach_across_midnight() {
        let quiet = Window { from: time(21, 30, 0, 0), until: time(4, 45, 0, 0) };
        let night = quiet.on(date(2020, 8, 10), &vietnam());
        assert_eq!(night, Span { start: at("2020-08-10T21:30+07:00"), end: at("2020-08-11T04:45+07:00") });
        assert_eq!(quiet.around(at("2020-08-11T03:15+07:00"), &vietnam()), Some(night));
        assert_eq!(quiet.around(at("2020-08-11T04:45+07:00"), &vietnam()), None);
        assert_eq!(quiet.around(at("2020-08-10T21:29:59+07:00"), &vietnam()), None);
    }

    #[test]
    fn a_window_is_freed_of_what_is_taken() {
        let hour = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let span = |start, end| Span { start: hour(start), end: hour(end) };
        assert_eq!(span(10, 20).without(&[span(14, 15), span(9, 11)]), [span(11, 14), span(15, 20)]);
        assert_eq!(span(10, 20).without(&[span(5, 25)]), []);
        assert_eq!(span(10, 20).without(&[]), [span(10, 20)]);
        assert_eq!(span(10, 20).without(&[span(11, 18), span(12, 13)]), [span(10, 11), span(18, 20)]);
    }
}
