//! Whether what is ordered can be done: sessions against quiet hours, each other, the files, and the obligations.
//!
//! Every response level is tried, on the coming weeks and on the first days of every schedule that begins later.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use jiff::{Span as Days, Timestamp};

use crate::library::{Cart, CartPath, Catalogue, Kind, Level, Status};
use crate::planner::shortfall::{self, Shortfall};
use crate::planner::{Desk, choice};
use crate::schedule::{Element, Orders, Schedule, Session};
use crate::written::{Place, Problem, Severity};

/// Days ahead that are tried: every weekday, and every day of the month once.
const DAYS_AHEAD: i64 = 31;
/// Days tried of a schedule that begins later.
const DAYS_OF_LATER: i64 = 7;
/// How far ahead a session must fire at least once.
const DAYS_TO_FIRE: i64 = 366;

/// What is wrong with schedules that can be read.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// No schedule has a session.
    NoSession,
    UnknownLevel {
        level: String,
        known: Vec<String>,
    },
    /// Two sessions of two files have one id.
    SameId {
        id: String,
        other_file: String,
    },
    NeverFires {
        session: String,
    },
    /// The last day of the schedule is over.
    Past {
        until: Date,
    },
    InQuietHours {
        session: String,
        date: Date,
        from: String,
        until: String,
        quiet: String,
    },
    Overlap {
        session: String,
        other: String,
        date: Date,
    },
    NoSuchFile {
        path: String,
        suggestion: Option<String>,
    },
    /// It is there, but would not air today.
    Unplayable {
        path: String,
        status: Status,
    },
    /// A file of the library that would not air today.
    Unfit {
        status: Status,
    },
    /// The ministry set has more or fewer files than expected.
    WrongCount {
        expected: u32,
        present: usize,
    },
    Short(Shortfall),
}

/// Everything wrong with the orders, given the files and the station's levels; `now` says which days are ahead.
#[must_use]
pub fn check(
    orders: &Orders,
    catalogue: &Catalogue,
    loudness: Level,
    levels: &[String],
    now: Timestamp,
) -> Vec<Problem<Finding>> {
    let today = orders.zone.to_datetime(now).date();
    let checker = Checker { orders, catalogue, loudness, today };
    let mut problems = Vec::new();
    if orders.schedules.iter().all(|schedule| schedule.sessions.is_empty()) {
        problems.push(Problem::whole("schedules/", Finding::NoSession));
    }
    for schedule in &orders.schedules {
        problems.extend(checker.schedule(schedule, levels));
    }
    problems.extend(checker.same_ids());
    problems.extend(checker.files());
    let tried: Vec<Option<&str>> =
        if levels.is_empty() { vec![None] } else { levels.iter().map(|level| Some(level.as_str())).collect() };
    problems.extend(checker.days(&tried));
    problems
}

struct Checker<'a> {
    orders: &'a Orders,
    catalogue: &'a Catalogue,
    loudness: Level,
    today: Date,
}

impl Checker<'_> {
    fn schedule(&self, schedule: &Schedule, levels: &[String]) -> Vec<Problem<Finding>> {
        let mut problems = Vec::new();
        if let Some(until) = schedule.valid.until.filter(|_| schedule.valid.is_over(self.today)) {
            problems.push(at(schedule, None, Finding::Past { until }).as_warning());
        }
        for level in schedule.levels.iter().flatten().filter(|level| !levels.contains(level)) {
            let finding = Finding::UnknownLevel { level: level.clone(), known: levels.to_vec() };
            problems.push(at(schedule, None, finding));
        }
        for session in &schedule.sessions {
            problems.extend(self.session(schedule, session));
        }
        problems
    }

    fn session(&self, schedule: &Schedule, session: &Session) -> Vec<Problem<Finding>> {
        let mut problems = Vec::new();
        let over = schedule.valid.is_over(self.today);
        let begins = schedule.valid.from.map_or(self.today, |from| from.max(self.today));
        if !over && !days_from(begins, DAYS_TO_FIRE).any(|date| !session.fires.on(date).is_empty()) {
            problems.push(at(schedule, session.place, Finding::NeverFires { session: session.id.clone() }));
        }
        let mut seen = HashSet::new();
        for path in session.rundown.iter().filter_map(named) {
            if seen.insert(path) {
                problems.extend(self.named_file(path).map(|finding| at(schedule, session.place, finding).as_warning()));
            }
        }
        problems
    }

    fn named_file(&self, path: &CartPath) -> Option<Finding> {
        let Some(cart) = self.catalogue.get(path) else {
            let names = self.catalogue.paths().map(CartPath::as_str);
            let suggestion = crate::written::nearest(path.as_str(), names);
            return Some(Finding::NoSuchFile { path: path.to_string(), suggestion });
        };
        choice::hindrance(cart, self.today)?;
        Some(Finding::Unplayable { path: path.to_string(), status: cart.status(self.today) })
    }

    fn same_ids(&self) -> Vec<Problem<Finding>> {
        let mut first: HashMap<&str, &Schedule> = HashMap::new();
        let mut problems = Vec::new();
        for schedule in &self.orders.schedules {
            for session in &schedule.sessions {
                if let Some(other) = first.insert(&session.id, schedule) {
                    let finding = Finding::SameId { id: session.id.clone(), other_file: other.file.clone() };
                    problems.push(at(schedule, session.place, finding));
                }
            }
        }
        problems
    }

    /// Tries day by day and level by level; one finding is named once, at its first day.
    fn days(&self, levels: &[Option<&str>]) -> Vec<Problem<Finding>> {
        let mut found: Vec<(String, Problem<Finding>)> = Vec::new();
        let mut short = Vec::new();
        for level in levels {
            let desk = Desk { orders: self.orders, catalogue: self.catalogue, level: *level, loudness: self.loudness };
            for date in self.dates() {
                for (name, problem) in self.day(date, *level) {
                    if !found.iter().any(|(known, _)| *known == name) {
                        found.push((name, problem));
                    }
                }
                for (schedule, place, shortfall) in shortfall::on_day(&desk, date) {
                    note_short(at(schedule, place, Finding::Short(shortfall)), &mut short);
                }
            }
        }
        found.into_iter().map(|(_, problem)| problem).chain(short).collect()
    }

    /// Files that would not air today, whoever orders them.
    fn files(&self) -> Vec<Problem<Finding>> {
        let unfit = |cart: &Cart| {
            let status = cart.status(self.today);
            let file = format!("audio/{}", cart.path);
            (status != Status::Ok).then(|| Problem::whole(&file, Finding::Unfit { status }).as_warning())
        };
        let mut problems: Vec<_> = self.catalogue.carts().filter_map(unfit).collect();
        let present = self.catalogue.of(Kind::Ministry).filter(|cart| cart.fitness.is_of_a_file()).count();
        if present != self.catalogue.expected as usize {
            let finding = Finding::WrongCount { expected: self.catalogue.expected, present };
            problems.push(Problem::whole("audio/ministry/", finding).as_warning());
        }
        problems
    }

    /// The days tried: the coming weeks, and the first days of schedules that begin later.
    fn dates(&self) -> BTreeSet<Date> {
        let later = self.orders.schedules.iter().filter_map(|schedule| schedule.valid.from);
        let later = later.filter(|&from| from > self.today).flat_map(|from| days_from(from, DAYS_OF_LATER));
        days_from(self.today, DAYS_AHEAD).chain(later).collect()
    }

    fn day(&self, date: Date, level: Option<&str>) -> Vec<(String, Problem<Finding>)> {
        let mut found = Vec::new();
        let slots = self.orders.slots(date, level);
        let evening = date.yesterday().map(|before| self.orders.slots(before, level)).unwrap_or_default();
        let mut over = 0;
        for (index, slot) in slots.iter().enumerate() {
            let session = slot.session.id.clone();
            if let (true, Some(quiet)) = (slot.meets_quiet_hours, self.orders.quiet_hours) {
                let clock = |instant| self.orders.zone.to_datetime(instant).strftime("%H:%M").to_string();
                let (from, until) = (clock(slot.ordered.start), clock(slot.ordered.end));
                let quiet = quiet.to_string();
                let finding = Finding::InQuietHours { session: session.clone(), date, from, until, quiet };
                found.push((format!("quiet {session}"), at(slot.schedule, slot.session.place, finding)));
            }
            // They stand in the order in which they begin: those at the front that are over by now need not be looked at again.
            over += slots[over..index].iter().take_while(|other| other.ordered.end <= slot.ordered.start).count();
            if let Some(other) = slots[..index].iter().find(|other| other.key == slot.key) {
                let (id, other_file) = (slot.key.session.clone(), other.schedule.file.clone());
                let finding = Finding::SameId { id, other_file };
                found.push((format!("id {session}"), at(slot.schedule, slot.session.place, finding)));
            }
            let earlier = evening.iter().chain(&slots[over..index]);
            let other = earlier.into_iter().find(|other| other.ordered.overlaps(&slot.ordered));
            if let Some(other) = other {
                let finding = Finding::Overlap { session: session.clone(), other: other.session.id.clone(), date };
                let name = format!("overlap {session} {}", other.session.id);
                found.push((name, at(slot.schedule, slot.session.place, finding)));
            }
        }
        found
    }
}

fn days_from(date: Date, count: i64) -> impl Iterator<Item = Date> {
    date.series(Days::new().days(1)).take(usize::try_from(count).unwrap_or(0))
}

/// The files an element names.
fn named(element: &Element) -> Option<&CartPath> {
    match element {
        Element::Play { path, .. } => Some(path),
        Element::Pick { emphasis, .. } => emphasis.as_ref().map(|emphasis| &emphasis.play),
        Element::Relay(relay) => relay.fallback.as_ref(),
    }
}

/// A lack known already only grows by another day or level.
fn note_short(problem: Problem<Finding>, known: &mut Vec<Problem<Finding>>) {
    let Finding::Short(shortfall) = &problem.fault else { return };
    let same_place = |other: &&mut Problem<Finding>| (&other.file, other.place) == (&problem.file, problem.place);
    let mut lacks = known.iter_mut().filter(same_place).filter_map(|other| match &mut other.fault {
        Finding::Short(lack) => Some(lack),
        _ => None,
    });
    match lacks.find(|lack| lack.is_like(shortfall)) {
        Some(lack) => lack.take_in(shortfall.clone()),
        None => known.push(problem),
    }
}

fn at(schedule: &Schedule, place: Option<Place>, fault: Finding) -> Problem<Finding> {
    Problem { file: schedule.file.clone(), place, line_text: None, severity: Severity::Error, fault }
}
