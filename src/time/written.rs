//! Times and lengths as people write them: `05:00`, `45m`, `1h30m`, `7d`, `21:30-04:45`.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use crate::time::{Frames, Window};

/// Why a written time or length cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not a time of day from 00:00 to 23:59, such as `5h00` or `25:61`.
    Clock { text: String },
    /// `24:00`: the end of a day is written 00:00.
    Midnight,
    /// Not a length such as `60m`.
    Length { text: String },
    /// Not two times with a dash between, such as `11:00-13:00`.
    Window { text: String },
    /// A window that begins when it ends.
    EmptyWindow { text: String },
}

/// Reads a time of day, `05:00` or `05:00:30`.
///
/// # Errors
/// Says which text is no time of day.
pub fn parse_clock(text: &str) -> Result<Time, Unreadable> {
    let unreadable = || Unreadable::Clock { text: text.to_owned() };
    let mut parts = [0_i8; 3];
    let written: Vec<&str> = text.trim().split(':').collect();
    if !(2..=3).contains(&written.len()) {
        return Err(unreadable());
    }
    for (part, digits) in parts.iter_mut().zip(&written) {
        if digits.is_empty() || digits.len() > 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unreadable());
        }
        *part = digits.parse().map_err(|_| unreadable())?;
    }
    if parts == [24, 0, 0] {
        return Err(Unreadable::Midnight);
    }
    Time::new(parts[0], parts[1], parts[2], 0).map_err(|_| unreadable())
}

/// Reads a length: whole numbers each followed by `d`, `h`, `m`, `s` or `ms`, largest first (`1h30m`).
///
/// # Errors
/// Says which text is no length. Zero is one; a bare number is none, since nobody can tell its unit.
pub fn parse_length(text: &str) -> Result<Frames, Unreadable> {
    let unreadable = || Unreadable::Length { text: text.to_owned() };
    let mut rest = text.trim();
    let mut millis = 0_u64;
    let mut last_unit = u64::MAX;
    if rest.is_empty() {
        return Err(unreadable());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let count: u64 = rest[..digits].parse().map_err(|_| unreadable())?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match &rest[..letters] {
            "d" => 86_400_000,
            "h" => 3_600_000,
            "m" | "min" => 60_000,
            "s" => 1_000,
            "ms" => 1,
            _ => return Err(unreadable()),
        };
        if unit >= last_unit {
            return Err(unreadable());
        }
        last_unit = unit;
        millis = count.checked_mul(unit).and_then(|part| millis.checked_add(part)).ok_or_else(unreadable)?;
        rest = &rest[letters..];
    }
    // A hundred years: beyond any schedule, well inside what frames can count.
    (millis <= 3_155_760_000_000).then(|| Frames::from_millis(millis)).ok_or_else(unreadable)
}

/// Reads a daily window, `11:00-13:00`; across midnight where the second time is the earlier.
///
/// # Errors
/// Says what of it cannot be read.
pub fn parse_window(text: &str) -> Result<Window, Unreadable> {
    let (from, until) = text.split_once(['-', '–']).ok_or_else(|| Unreadable::Window { text: text.to_owned() })?;
    let (from, until) = (parse_clock(from)?, parse_clock(until)?);
    if from == until {
        return Err(Unreadable::EmptyWindow { text: text.to_owned() });
    }
    Ok(Window { from, until })
}

/// How every log, export and JSON of ours writes an instant: RFC 3339 with offset and milliseconds.
const RFC_3339: &str = "%Y-%m-%dT%H:%M:%S%.3f%:z";

/// An instant in that spelling, as clocks in `zone` show it.
#[must_use]
pub fn rfc3339(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime(RFC_3339).to_string()
}

/// The time of day as people read it, to the nearest second: a card whose first frame leaves a fraction of a millisecond before
/// its second has begun with that second.
#[must_use]
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    let at = at.round(Unit::Second).unwrap_or(at);
    zone.to_datetime(at).strftime("%H:%M:%S").to_string()
}

/// An instant as people read it, `05:10:00 03/08/2020`, by clocks in `zone`.
#[must_use]
pub fn shown(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%H:%M:%S %d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn a_clock_is_hours_and_minutes() {
        assert_eq!(parse_clock("05:00"), Ok(time(5, 0, 0, 0)));
        assert_eq!(parse_clock("5:07:09"), Ok(time(5, 7, 9, 0)));
        for wrong in ["5h00", "25:61", "05", "05:0a", "", "-1:00", "05:00:00:00", "٠٥:٠٠", "005:00"] {
            assert_eq!(parse_clock(wrong), Err(Unreadable::Clock { text: wrong.to_owned() }), "{wrong}");
        }
        assert_eq!(parse_clock("24:00"), Err(Unreadable::Midnight));
    }

    #[test]
    fn a_length_needs_a_unit() {
        assert_eq!(parse_length("1h30m"), Ok(Frames::from_secs(5_400)));
        assert_eq!(parse_length("60m"), Ok(Frames::from_secs(3_600)));
        assert_eq!(parse_length("250ms"), Ok(Frames::from_millis(250)));
        for wrong in ["60", "", "m", "1m1h", "1m1m", "-5m", "1.5h", "5 m", "99999999999999999999h", "9999999d"] {
            assert!(parse_length(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_window_may_cross_midnight_but_not_be_empty() {
        assert_eq!(parse_window("21:30-04:45").unwrap().to_string(), "21:30-04:45");
        assert_eq!(parse_window("11:00 - 13:00").unwrap().until, time(13, 0, 0, 0));
        assert!(matches!(parse_window("05:00-05:00"), Err(Unreadable::EmptyWindow { .. })));
        assert!(matches!(parse_window("0500"), Err(Unreadable::Window { .. })));
    }
}
