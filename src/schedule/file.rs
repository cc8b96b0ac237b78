//! Reading a schedule: from YAML to [`Schedule`], with every mistake and its place.

use std::collections::HashMap;

use jiff::civil::Weekday;
use serde::Deserialize;
use serde_yaml::Location;
use url::Url;

use crate::library::CartPath;
use crate::schedule::{
    ALERT_SESSION, Crontab, Element, Emphasis, Fires, MAKE_UP_SESSION, Obligation, Pick, Relay, Schedule, Session,
    ZoneName,
};
use crate::time::Frames;
use crate::written::{Fault, Place, Placed, Problem, Source, ValidFile, Values};

const MINUTE: Frames = Frames::from_secs(60);
const DAY: Frames = Frames::from_secs(86_400);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleFile {
    title: Option<String>,
    directive: Option<String>,
    valid: Option<ValidFile>,
    levels: Option<Vec<String>>,
    #[serde(default)]
    sessions: Vec<SessionFile>,
    #[serde(default)]
    obligations: Vec<ObligationFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionFile {
    id: Placed<String>,
    title: Option<String>,
    cron: Option<Placed<String>>,
    at: Option<Placed<String>>,
    days: Option<Vec<Placed<String>>>,
    length: Placed<String>,
    #[serde(default)]
    zones: Vec<Placed<String>>,
    rundown: Vec<Placed<ElementFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ElementFile {
    play: Option<Placed<String>>,
    pick: Option<Placed<String>>,
    relay: Option<Placed<String>>,
    #[serde(rename = "for")]
    length: Option<Placed<String>>,
    title: Option<Placed<String>>,
    fallback: Option<Placed<String>>,
    limit: Option<Placed<String>>,
    fill: Option<Placed<bool>>,
    emphasis: Option<EmphasisFile>,
    anchor: Option<Placed<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmphasisFile {
    play: Placed<String>,
    every: Placed<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObligationFile {
    set: Placed<String>,
    at_least: Placed<f64>,
    per: Option<Placed<String>>,
    #[serde(default)]
    make_up: Vec<Placed<String>>,
}

/// Reads one schedule file of a station that has these `zones`.
///
/// # Errors
/// Every mistake in it, with its place; the file then does not count.
pub fn read_schedule(source: &Source, zones: &[String]) -> Result<Schedule, Vec<Problem>> {
    let written: ScheduleFile = source.parse().map_err(|problem| vec![problem])?;
    let mut values = Values::of(source);
    let mut lines: HashMap<String, u64> = HashMap::new();
    let sessions = written.sessions.iter().filter_map(|session| {
        let at = session.id.referenced;
        match lines.insert(session.id.value.clone(), at.line()) {
            Some(other_line) => values.fault(at, Fault::DuplicateId { id: session.id.value.clone(), other_line }),
            None => return read_session(session, zones, &mut values),
        }
        None
    });
    let sessions = sessions.collect();
    let obligations = written.obligations.iter().filter_map(|item| read_obligation(item, &mut values)).collect();
    let schedule = Schedule {
        file: source.file.clone(),
        title: written.title.unwrap_or_default(),
        directive: written.directive.unwrap_or_default(),
        valid: values.valid(written.valid.as_ref()),
        levels: written.levels,
        sessions,
        obligations,
    };
    if values.problems.is_empty() { Ok(schedule) } else { Err(values.problems) }
}

fn read_session(written: &SessionFile, zones: &[String], values: &mut Values) -> Option<Session> {
    let id = written.id.value.trim().to_owned();
    if id.is_empty() || !id.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
        values.fault(written.id.referenced, Fault::BadId { id });
        return None;
    }
    if id == ALERT_SESSION || id.starts_with(MAKE_UP_SESSION) {
        values.fault(written.id.referenced, Fault::ReservedId { id });
        return None;
    }
    let fires = read_fires(written, values);
    let length = values.length("length", &written.length, MINUTE, DAY);
    let rundown: Vec<_> = written.rundown.iter().filter_map(|element| read_element(element, values)).collect();
    Some(Session {
        title: written.title.clone().unwrap_or_else(|| id.clone()),
        id,
        fires: fires?,
        length: length?,
        rundown,
        zones: written.zones.iter().filter_map(|name| read_zone(name, zones, values)).collect(),
        place: place(written.id.referenced),
    })
}

fn read_zone(written: &Placed<String>, zones: &[String], values: &mut Values) -> Option<ZoneName> {
    let name = written.value.trim().to_owned();
    if !zones.contains(&name) {
        values.fault(written.referenced, Fault::NoSuchZone { name, known: zones.join(", ") });
        return None;
    }
    Some(ZoneName { name, place: place(written.referenced) })
}

fn read_fires(written: &SessionFile, values: &mut Values) -> Option<Fires> {
    match (&written.cron, &written.at) {
        (Some(cron), None) => {
            if let Some(days) = written.days.as_ref().and_then(|days| days.first()) {
                values.fault(days.referenced, Fault::Misplaced { option: "days", belongs_to: "at" });
            }
            let crontab = Crontab::read(&cron.value).map_err(|fault| {
                values.fault(cron.referenced, Fault::Cron { expression: cron.value.clone(), fault });
            });
            crontab.ok().map(Fires::Crontab)
        }
        (None, Some(at)) => {
            let time = values.clock(at);
            let days = written.days.as_ref().map(|days| read_days(days, values));
            Some(Fires::At { time: time?, days })
        }
        (cron, _) => {
            values.fault(written.id.referenced, Fault::CronOrAt { both: cron.is_some() });
            None
        }
    }
}

fn read_days(written: &[Placed<String>], values: &mut Values) -> [bool; 7] {
    const NAMES: [(&str, Weekday); 7] = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    let mut days = [false; 7];
    for name in written {
        if let Some(weekday) = values.choice("days", name, &NAMES) {
            days[usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)] = true;
        }
    }
    days
}

fn read_element(element: &Placed<ElementFile>, values: &mut Values) -> Option<Element> {
    let (at, written) = (element.referenced, &element.value);
    let kinds = [("play", &written.play), ("pick", &written.pick), ("relay", &written.relay)];
    let mut given = kinds.into_iter().filter_map(|(name, text)| text.as_ref().map(|text| (name, text)));
    let Some((kind, text)) = given.next() else {
        values.fault(at, Fault::ElementWithoutKind);
        return None;
    };
    if let Some((second, text)) = given.next() {
        values.fault(text.referenced, Fault::ElementWithTwoKinds { first: kind, second });
        return None;
    }
    refuse_misplaced(kind, written, values);
    match kind {
        "play" => {
            let at_end = written.anchor.as_ref().and_then(|anchor| values.choice("anchor", anchor, &[("end", ())]));
            Some(Element::Play { path: cart_path(text, values)?, at_end: at_end.is_some() })
        }
        "pick" => read_pick(text, written, values),
        _ => read_relay(at, text, written, values),
    }
}

/// Options that belong to another kind of element would be silently without effect.
fn refuse_misplaced(kind: &str, written: &ElementFile, values: &mut Values) {
    let options: [(&'static str, &'static str, Option<Location>); 7] = [
        ("limit", "pick", written.limit.as_ref().map(|text| text.referenced)),
        ("fill", "pick", written.fill.as_ref().map(|text| text.referenced)),
        ("emphasis", "pick", written.emphasis.as_ref().map(|emphasis| emphasis.play.referenced)),
        ("anchor", "play", written.anchor.as_ref().map(|text| text.referenced)),
        ("for", "relay", written.length.as_ref().map(|text| text.referenced)),
        ("title", "relay", written.title.as_ref().map(|text| text.referenced)),
        ("fallback", "relay", written.fallback.as_ref().map(|text| text.referenced)),
    ];
    for (option, belongs_to, at) in options {
        if let (Some(at), true) = (at, belongs_to != kind) {
            values.fault(at, Fault::Misplaced { option, belongs_to });
        }
    }
}

fn read_pick(text: &Placed<String>, written: &ElementFile, values: &mut Values) -> Option<Element> {
    let from = values.choice("pick", text, &Pick::NAMES);
    let limit = written.limit.as_ref().map(|limit| values.length("limit", limit, Frames::from_secs(1), DAY));
    let emphasis = written.emphasis.as_ref().and_then(|emphasis| {
        let play = cart_path(&emphasis.play, values);
        let every = values.length("every", &emphasis.every, MINUTE, DAY);
        Some(Emphasis { play: play?, every: every? })
    });
    let fill = written.fill.as_ref().is_some_and(|fill| fill.value);
    Some(Element::Pick { from: from?, limit: limit.flatten(), fill, emphasis })
}

fn read_relay(at: Location, address: &Placed<String>, written: &ElementFile, values: &mut Values) -> Option<Element> {
    let address = read_address(address, values);
    let Some(length) = &written.length else {
        values.fault(at, Fault::MissingKey { key: "for".to_owned() });
        return None;
    };
    let length = values.length("for", length, Frames::from_secs(1), DAY);
    let title = written.title.as_ref().map(|title| values.text("title", title));
    let fallback = written.fallback.as_ref().map(|path| cart_path(path, values));
    let (title, fallback) =
        (title.map_or(Some(None), |title| title.map(Some)), fallback.map_or(Some(None), |path| path.map(Some)));
    Some(Element::Relay(Relay { address: address?, title: title?, length: length?, fallback: fallback? }))
}

/// The address of a stream. Whether anything answers there is not asked: a schedule is checked without a network.
fn read_address(text: &Placed<String>, values: &mut Values) -> Option<String> {
    let written = values.text("relay", text)?;
    let sound =
        |url: &Url| matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let address = Url::parse(&written).ok().filter(sound).map(String::from);
    if address.is_none() {
        values.fault(text.referenced, Fault::NotAnAddress { text: written });
    }
    address
}

fn read_obligation(written: &ObligationFile, values: &mut Values) -> Option<Obligation> {
    if let Some(per) = &written.per {
        values.choice("per", per, &[("day", ())]);
    }
    let set = values.choice("set", &written.set, &Pick::NAMES);
    let at_least = values.number("at_least", &written.at_least, 1.0, 1_000.0);
    let whole = at_least.filter(|times| times.fract() == 0.0);
    if let (Some(times), None) = (at_least, whole) {
        let (value, least, most) = (times.to_string(), "1".to_owned(), "1000".to_owned());
        values.fault(written.at_least.referenced, Fault::OutOfRange { key: "at_least", value, least, most });
    }
    let make_up = written.make_up.iter().filter_map(|window| values.window(window)).collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 1 to 1,000")]
    let at_least = whole? as u32;
    Some(Obligation { set: set?, at_least, make_up, place: place(written.set.referenced) })
}

fn cart_path(text: &Placed<String>, values: &mut Values) -> Option<CartPath> {
    let path = CartPath::new(&text.value);
    if path.is_none() {
        values.fault(text.referenced, Fault::PathOutside { path: text.value.clone() });
    }
    path
}

fn place(at: Location) -> Option<Place> {
    (at.line() > 0).then(|| Place { line: at.line(), column: at.column() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::written::MISTAKES_MAX;

    fn read(text: &str) -> Result<Schedule, Vec<Problem>> {
        read_schedule(&Source::new("schedules/a.yaml", text.as_bytes().to_vec()).unwrap(), &["all".to_owned()])
    }

    fn spots(text: &str) -> Vec<String> {
        read(text).unwrap_err().iter().map(|problem| format!("{} {:?}", problem.spot(), problem.fault)).collect()
    }

    #[test]
    fn the_schedule_of_the_reference_is_read() {
        let schedule = read(
            "title: Lịch phát thanh hằng ngày\ndirective: 2841/BTTTT-THH\nvalid: { from: 2020-08-04, until: 2020-12-31 }\n\
             levels: [1, 2, 3]\nsessions:\n  - id: sang\n    title: Buổi sáng\n    cron: \"0 5 * * *\"\n    length: 60m\n\
             \x20   rundown:\n      - play: jingles/opening.mp3\n      - pick: priority\n      - pick: bulletins\n\
             \x20       limit: 15m\n      - pick: ministry\n        fill: true\n\
             \x20       emphasis: { play: ministry/05-bluetooth.mp3, every: 15m }\n      - relay: http://vov/1.mp3\n\
             \x20       for: 30m\n      - play: jingles/closing.mp3\n        anchor: end\n\
             obligations:\n  - set: ministry\n    at_least: 2\n    per: day\n    make_up: [\"11:00-13:00\", \"19:00-21:00\"]\n",
        )
        .unwrap();
        assert_eq!(schedule.levels.as_deref(), Some(&["1".to_owned(), "2".to_owned(), "3".to_owned()][..]));
        let session = &schedule.sessions[0];
        assert_eq!((session.id.as_str(), session.length), ("sang", Frames::from_secs(3_600)));
        assert_eq!(session.rundown.len(), 6);
        assert!(matches!(session.rundown[5], Element::Play { at_end: true, .. }));
        assert_eq!(schedule.obligations[0].make_up.len(), 2);
    }

    #[test]
    fn every_mistake_has_its_place() {
        let found = spots(
            "sessions:\n  - id: sang\n    cron: \"0 5 * * 9\"\n    length: 5h00\n    rundown:\n      - play: ../x.mp3\n\
             \x20     - limit: 5m\n      - pick: news\n  - id: sang\n    at: \"25:61\"\n    length: 5m\n    rundown: []\n",
        );
        assert_eq!(found.len(), 6, "{found:#?}");
        assert!(found[0].starts_with("schedules/a.yaml:3:11 Cron"), "{found:#?}");
        assert!(found[1].starts_with("schedules/a.yaml:4:13 Time(Length"), "{found:#?}");
        assert!(found[2].starts_with("schedules/a.yaml:6:15 PathOutside"), "{found:#?}");
        assert!(found[3].starts_with("schedules/a.yaml:7:9 ElementWithoutKind"), "{found:#?}");
        assert!(found[4].starts_with("schedules/a.yaml:8:15 NotAChoice"), "{found:#?}");
        assert!(found[5].contains("DuplicateId"), "{found:#?}");
    }

    #[test]
    fn a_line_of_nothing_but_mistakes_is_told_in_bounds() {
        let many = vec!["x"; 100_000].join(",");
        let problems =
            read(&format!("obligations:\n  - {{ set: ministry, at_least: 1, make_up: [{many}] }}\n")).unwrap_err();
        assert_eq!(problems.len(), MISTAKES_MAX);
        assert!(problems.iter().all(|problem| problem.line_text.as_ref().is_some_and(|line| line.len() == 160)));
    }

    #[test]
    fn options_in_the_wrong_place_are_not_silently_ignored() {
        let found = spots(
            "sessions:\n  - id: a\n    at: \"05:00\"\n    length: 5m\n    rundown:\n      - play: jingles/a.mp3\n        fill: true\n\
             obligations:\n  - set: ministry\n    at_least: 2.5\n    per: week\n",
        );
        assert!(found[0].contains("7:15 Misplaced"), "{found:#?}");
        assert!(found[1].contains("NotAChoice"), "{found:#?}");
        assert!(found[2].contains("OutOfRange"), "{found:#?}");
    }

    #[test]
    fn a_relay_needs_an_address_and_a_length() {
        let relay = |lines: &str| {
            format!("sessions:\n  - id: a\n    at: \"05:00\"\n    length: 1h\n    rundown:\n      - relay: {lines}\n")
        };
        let schedule = read(&relay(
            "HTTP://Vov.vn/a?b=1\n        for: 30m\n        title: VOV1\n        fallback: jingles/nhac-nen.mp3",
        ));
        let Element::Relay(relayed) = &schedule.unwrap().sessions[0].rundown[0] else { panic!("a relay") };
        assert_eq!((relayed.address.as_str(), relayed.title.as_deref()), ("http://vov.vn/a?b=1", Some("VOV1")));
        assert_eq!(relayed.fallback.as_ref().map(CartPath::as_str), Some("jingles/nhac-nen.mp3"));
        assert!(spots(&relay("http://vov/1.mp3"))[0].contains("6:9 MissingKey"));
        for wrong in ["vov1.mp3", "ftp://vov/1.mp3", "http://", "https://ten:matkhau@vov/1.mp3", "file:///etc/passwd"] {
            let found = spots(&relay(&format!("{wrong}\n        for: 30m")));
            assert!(found[0].starts_with("schedules/a.yaml:6:16 NotAnAddress"), "{wrong}: {found:?}");
        }
        let found = spots(&relay("http://vov/1\n        for: 30m\n        fallback: ../x.mp3"));
        assert!(found[0].contains("8:19 PathOutside"), "{found:?}");
    }

    #[test]
    fn given_weekdays_and_a_time() {
        let schedule =
            read("sessions:\n  - {id: a, at: \"05:00\", days: [mon, sun], length: 5m, rundown: []}\n").unwrap();
        let week = jiff::civil::date(2020, 8, 10).series(jiff::Span::new().days(1)).take(7);
        let fires: Vec<usize> = week.map(|day| schedule.sessions[0].fires.on(day).len()).collect();
        assert_eq!(fires, [1, 0, 0, 0, 0, 0, 1]);
    }
}
