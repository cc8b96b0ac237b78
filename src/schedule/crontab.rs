//! Crontab expressions that mean what crontab(5) says.
//!
//! The `cron` crate reads Quartz: 1 is Sunday, day of month *and* weekday must match, five fields are none. Operators
//! write crontab: 0 and 7 are Sunday, either day field matches when both are given. So every field is read here,
//! written out as a plain list in the crate's own numbers, and the crate finds the times.

use chrono::{Datelike as _, NaiveDate, TimeZone as _, Timelike as _, Utc};
use jiff::civil::{Date, Time};

use crate::written::CronFault;

/// When a session fires, as a crontab expression.
#[derive(Clone, Debug)]
pub struct Crontab {
    written: String,
    /// Any of them matches: one, or two where day of month and weekday are both given.
    any_of: Vec<cron::Schedule>,
}

impl PartialEq for Crontab {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

/// One field of an expression: its name in crontab(5), its limits, and the names its values have.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const SECOND: Field = Field { name: "second", least: 0, most: 59, names: &[] };
const MINUTE: Field = Field { name: "minute", least: 0, most: 59, names: &[] };
const HOUR: Field = Field { name: "hour", least: 0, most: 23, names: &[] };
const DAY: Field = Field { name: "day of month", least: 1, most: 31, names: &[] };
const MONTH: Field = Field {
    name: "month",
    least: 1,
    most: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAY: Field =
    Field { name: "day of week", least: 0, most: 7, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };
const YEAR: Field = Field { name: "year", least: 1970, most: 2100, names: &[] };

impl Crontab {
    /// Reads 5 fields as in crontab(5), or 6 with seconds first, or 7 with the year last.
    ///
    /// # Errors
    /// Names the field that cannot be read and what may stand in it.
    pub fn read(expression: &str) -> Result<Self, CronFault> {
        let written = expression.trim();
        if written.starts_with('@') {
            return Err(CronFault::Macro { text: written.to_owned() });
        }
        let fields: Vec<&str> = written.split_whitespace().collect();
        let (second, rest, year) = match fields.len() {
            5 => ("0", &fields[..], "*"),
            6 => (fields[0], &fields[1..], "*"),
            7 => (fields[0], &fields[1..6], fields[6]),
            count => return Err(CronFault::Fields { count }),
        };
        let clock = format!("{} {} {}", one_second(second)?, list(&MINUTE, rest[0])?, list(&HOUR, rest[1])?);
        let (day, month, weekday) = (list(&DAY, rest[2])?, list(&MONTH, rest[3])?, list(&WEEKDAY, rest[4])?);
        let year = list(&YEAR, year)?;
        let star = |field: &str| field.starts_with(['*', '?']);
        let either = !star(rest[2]) && !star(rest[4]);
        let days = if either { vec![(day.as_str(), "*"), ("*", &weekday)] } else { vec![(day.as_str(), &*weekday)] };
        let any_of = days.into_iter().map(|(day, weekday)| {
            let expression = format!("{clock} {day} {month} {weekday} {year}");
            // Only a day that no year has, such as 31 February, is left to refuse: it never fires.
            expression.parse().map_err(|_| CronFault::Fields { count: fields.len() })
        });
        Ok(Self { written: written.to_owned(), any_of: any_of.collect::<Result<_, _>>()? })
    }

    /// The times of day at which it fires on `date`, earliest first.
    #[must_use]
    pub fn on(&self, date: Date) -> Vec<Time> {
        let mut times: Vec<Time> = self.any_of.iter().flat_map(|schedule| times_on(schedule, date)).collect();
        times.sort();
        times.dedup();
        times
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

/// The crate wants an instant in a zone; a civil day is handed to it as that day in UTC, where every day has 24 hours.
fn times_on(schedule: &cron::Schedule, date: Date) -> Vec<Time> {
    let (year, month, day) = (i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs());
    let Some(midnight) =
        NaiveDate::from_ymd_opt(year, month.into(), day.into()).and_then(|day| day.and_hms_opt(0, 0, 0))
    else {
        return Vec::new();
    };
    let before = Utc.from_utc_datetime(&midnight) - chrono::TimeDelta::nanoseconds(1);
    schedule
        .after(&before)
        .take_while(|at| (at.year(), at.month(), at.day()) == (year, month.into(), day.into()))
        .filter_map(|at| {
            let part = |part: u32| i8::try_from(part).ok();
            Time::new(part(at.hour())?, part(at.minute())?, part(at.second())?, 0).ok()
        })
        .collect()
}

/// The field of seconds, which is one value: sessions of one minute have one name and lie on top of each other.
fn one_second(text: &str) -> Result<String, CronFault> {
    let second = list(&SECOND, text)?;
    if second.contains(['*', ',']) { Err(CronFault::ManySeconds { text: text.to_owned() }) } else { Ok(second) }
}

/// A field as the plain list of its values in the numbers of the `cron` crate; `*` where all match.
fn list(field: &Field, text: &str) -> Result<String, CronFault> {
    if text == "*" || text == "?" {
        return Ok("*".to_owned());
    }
    let mut values = Vec::new();
    for part in text.split(',') {
        values.extend(part_values(field, part)?);
    }
    if field.name == WEEKDAY.name {
        // crontab: 0 and 7 are Sunday; the crate: 1 is Sunday, 7 is Saturday.
        for value in &mut values {
            *value = *value % 7 + 1;
        }
    }
    values.sort_unstable();
    values.dedup();
    Ok(values.iter().map(u32::to_string).collect::<Vec<_>>().join(","))
}

/// One part of a list: `5`, `1-5`, `*/2`, `mon-fri`, `10-50/20`.
fn part_values(field: &Field, part: &str) -> Result<Vec<u32>, CronFault> {
    let fault = || CronFault::Field { field: field.name, text: part.to_owned(), least: field.least, most: field.most };
    let (range, step) = match part.split_once('/') {
        Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|&step| step > 0).ok_or_else(fault)?)),
        None => (part, None),
    };
    let (from, until) = match range.split_once('-') {
        _ if range == "*" => (field.least, field.most),
        Some((from, until)) => {
            let from = value(field, from).ok_or_else(fault)?;
            let until = value(field, until).ok_or_else(fault)?;
            // A week that ends on Sunday: `sat-sun` and `5-0` are meant as `6-7` and `5-7`.
            let sunday_last = field.name == WEEKDAY.name && until == 0 && from > 0;
            (from, if sunday_last { 7 } else { until })
        }
        // `5/15` is "from 5 on, every 15", as in most crons.
        None => {
            let from = value(field, range).ok_or_else(fault)?;
            (from, if step.is_some() { field.most } else { from })
        }
    };
    if until < from {
        return Err(CronFault::Backward { field: field.name, text: part.to_owned() });
    }
    Ok((from..=until).step_by(step.unwrap_or(1) as usize).collect())
}

fn value(field: &Field, text: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    if let Some(index) = field.names.iter().position(|&name| name == lower) {
        return u32::try_from(index).ok().map(|index| index + field.least);
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = text.parse().ok().filter(|_| digits)?;
    (field.least..=field.most).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date, time};

    use super::*;

    /// The weekdays of one week, from Monday 10 August 2020, on which an expression fires at 05:00.
    fn fires(expression: &str) -> Vec<Weekday> {
        let crontab = Crontab::read(expression).unwrap();
        let week = date(2020, 8, 10).series(jiff::Span::new().days(1)).take(7);
        week.filter(|&day| crontab.on(day) == [time(5, 0, 0, 0)]).map(Date::weekday).collect()
    }

    #[test]
    fn each_weekday_means_what_crontab_means() {
        use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
        let names = [Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
        for (number, weekday) in names.into_iter().enumerate() {
            assert_eq!(fires(&format!("0 5 * * {number}")), [weekday], "{number}");
        }
        for (name, weekday) in WEEKDAY.names.iter().zip(names) {
            assert_eq!(fires(&format!("0 5 * * {name}")), [weekday], "{name}");
            assert_eq!(fires(&format!("0 5 * * {}", name.to_uppercase())), [weekday], "{name}");
        }
        assert_eq!(fires("0 5 * * 1-5"), [Monday, Tuesday, Wednesday, Thursday, Friday]);
        assert_eq!(fires("0 5 * * mon-fri"), [Monday, Tuesday, Wednesday, Thursday, Friday]);
        assert_eq!(fires("0 5 * * 5-7"), [Friday, Saturday, Sunday]);
        assert_eq!(fires("0 5 * * sat-sun"), [Saturday, Sunday]);
        assert_eq!(fires("0 5 * * 0-2"), [Monday, Tuesday, Sunday]);
        assert_eq!(fires("0 5 * * 0,3,6"), [Wednesday, Saturday, Sunday]);
        assert_eq!(fires("0 5 * * 1-3,fri"), [Monday, Tuesday, Wednesday, Friday]);
        assert_eq!(fires("0 5 * * */2"), [Tuesday, Thursday, Saturday, Sunday]);
        assert_eq!(fires("0 5 * * 1-7/3"), [Monday, Thursday, Sunday]);
        assert_eq!(fires("0 5 * * *").len(), 7);
        assert_eq!(fires("0 0 5 * * 7"), [Sunday], "seconds first");
        assert_eq!(fires("0 0 5 ? * MON"), [Monday], "a question mark is a star");
    }

    #[test]
    fn day_of_month_and_weekday_both_given_either_matches() {
        let crontab = Crontab::read("0 5 13 * 1").unwrap();
        let days: Vec<i8> = (1..=31).filter(|&day| !crontab.on(date(2020, 8, day)).is_empty()).collect();
        assert_eq!(days, [3, 10, 13, 17, 24, 31]);
        let starred = Crontab::read("0 5 */2 * 1").unwrap();
        let days: Vec<i8> = (1..=31).filter(|&day| !starred.on(date(2020, 8, day)).is_empty()).collect();
        assert_eq!(days, [3, 17, 31], "a day field that begins with a star restricts the other, as in cron");
    }

    #[test]
    fn several_times_a_day_and_seconds() {
        let crontab = Crontab::read("30 15 5,17 * aug *").unwrap();
        assert_eq!(crontab.on(date(2020, 8, 1)), [time(5, 15, 30, 0), time(17, 15, 30, 0)]);
        assert_eq!(crontab.on(date(2020, 9, 1)), []);
        assert_eq!(Crontab::read("0 0 * * *").unwrap().on(date(2020, 8, 1)), [time(0, 0, 0, 0)]);
        assert_eq!(Crontab::read("0 0 5 * * * 2021").unwrap().on(date(2020, 8, 1)), []);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_field() {
        let fault = |expression: &str| Crontab::read(expression).unwrap_err();
        assert_eq!(fault("0 5 * *"), CronFault::Fields { count: 4 });
        assert_eq!(fault("60 5 * * *"), CronFault::Field { field: "minute", text: "60".into(), least: 0, most: 59 });
        assert_eq!(fault("0 5 * * 8"), CronFault::Field { field: "day of week", text: "8".into(), least: 0, most: 7 });
        assert_eq!(fault("0 5 * * 5-1"), CronFault::Backward { field: "day of week", text: "5-1".into() });
        assert_eq!(fault("@daily"), CronFault::Macro { text: "@daily".into() });
        for many in ["*", "0,30", "*/5", "0-1"] {
            assert_eq!(fault(&format!("{many} 0 5 * * *")), CronFault::ManySeconds { text: many.into() });
        }
        for wrong in ["0 5 * * mo", "0 5h * * *", "*/0 5 * * *", "0 5 0 * *", "0 5 , * *", "0 -5 * * *", "0 5 * * 1-"] {
            assert!(matches!(fault(wrong), CronFault::Field { .. }), "{wrong}");
        }
    }

    #[test]
    fn a_day_no_year_has_never_fires() {
        let never = Crontab::read("0 5 31 2 *").map(|crontab| crontab.on(date(2020, 2, 29)));
        assert!(never.is_err() || never == Ok(Vec::new()));
    }
}
