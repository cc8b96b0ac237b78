//! Stories of the planner: small libraries, small days.

use std::collections::HashSet;

use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;

use crate::library::{Cart, CartPath, Catalogue, ContentHash, Kind, Level, Loudness, Priority, Sound, Status};
use crate::planner::{DayPlan, Desk, History, check, plan_day};
use crate::rundown::{Origin, Rundown, Why};
use crate::schedule::{Orders, read_schedule};
use crate::time::{DateRange, Frames, Window, instant};
use crate::written::Source;

const DAY: Date = date(2020, 8, 10);
const LOUDNESS: Level = Level { target_lufs: -18.0, true_peak_dbtp: -1.0 };

fn zone() -> TimeZone {
    TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
}

fn cart(path: &str, secs: u64) -> Cart {
    let path = CartPath::new(path).unwrap();
    Cart {
        kind: path.kind(),
        title: path.stem().to_owned(),
        path,
        language: "vi".to_owned(),
        directive: String::new(),
        valid: DateRange::default(),
        emphasis: false,
        priority: Priority::Normal,
        order: 0,
        repeat_every: None,
        fitness: Status::Ok,
        sound: Some(Sound {
            hash: ContentHash::new(&"0".repeat(64)).unwrap(),
            length: Frames::from_secs(secs),
            loudness: Loudness { lufs: Some(-18.0), true_peak_dbtp: -6.0 },
            channels: 2,
            opposed: false,
        }),
        told_length: None,
    }
}

fn ministry(count: usize, secs: u64) -> Vec<Cart> {
    (1..=count).map(|nth| cart(&format!("ministry/{nth:02}.mp3"), secs)).collect()
}

struct Station {
    orders: Orders,
    catalogue: Catalogue,
}

fn station(schedule: &str, carts: Vec<Cart>) -> Station {
    let source = Source::new("schedules/a.yaml", schedule.as_bytes().to_vec()).unwrap();
    let schedules = vec![read_schedule(&source, &[]).unwrap()];
    let quiet_hours = Some(Window { from: time(21, 30, 0, 0), until: time(4, 45, 0, 0) });
    Station { orders: Orders { schedules, zone: zone(), quiet_hours }, catalogue: carts.into_iter().collect() }
}

impl Station {
    fn desk(&self) -> Desk<'_> {
        Desk { orders: &self.orders, catalogue: &self.catalogue, level: None, loudness: LOUDNESS }
    }

    /// The day as it looks at `hour`, when nothing has aired yet.
    fn plan_at(&self, hour: i8) -> DayPlan {
        let now = instant(DAY, time(hour, 0, 0, 0), &zone());
        plan_day(&self.desk(), DAY, now, &HashSet::new(), &History::new(DAY))
    }
}

fn names(rundown: &Rundown) -> Vec<&str> {
    rundown.items.iter().map(|item| item.piece.path.stem()).collect()
}

fn session(elements: &str, length: &str) -> String {
    format!("sessions:\n  - id: sang\n    cron: \"0 5 * * *\"\n    length: {length}\n    rundown:\n{elements}")
}

#[test]
fn a_fill_gives_each_its_turn_and_the_closing_ends_with_the_session() {
    let elements = "      - play: jingles/open.mp3\n      - {pick: ministry, fill: true}\n      - {play: jingles/close.mp3, anchor: end}\n";
    let mut carts = ministry(3, 20);
    carts.extend([cart("jingles/open.mp3", 5), cart("jingles/close.mp3", 5)]);
    let plan = station(&session(elements, "2m"), carts).plan_at(0);
    let rundown = &plan.rundowns[0];
    assert_eq!(names(rundown), ["open", "01", "02", "03", "01", "02", "close"]);
    let closing = rundown.items.last().unwrap();
    assert_eq!((closing.end(), closing.anchored), (Frames::from_secs(120), true));
    assert_eq!(rundown.items[1].offset, Frames::from_secs(5), "laid end to end");
}

#[test]
fn a_stressed_message_comes_again_and_again() {
    let elements = "      - pick: ministry\n        fill: true\n        emphasis: {play: ministry/03.mp3, every: 1m}\n";
    let plan = station(&session(elements, "4m"), ministry(8, 20)).plan_at(0);
    assert_eq!(
        names(&plan.rundowns[0]),
        ["01", "02", "03", "04", "05", "06", "03", "07", "08", "01", "03", "02"],
        "never more than a minute without 03"
    );
}

#[test]
fn what_is_picked_once_respects_its_limit_and_is_named_when_it_does_not_fit() {
    let elements = "      - {pick: ministry, limit: 50s}\n      - {play: ministry/04.mp3}\n";
    let plan = station(&session(elements, "1m"), ministry(4, 20)).plan_at(0);
    let rundown = &plan.rundowns[0];
    assert_eq!(names(rundown), ["01", "02", "04"]);
    let left_out: Vec<_> = rundown.left_out.iter().map(|left| (left.piece.path.stem(), left.owed)).collect();
    assert_eq!(left_out, [("03", false), ("04", false)]);
    assert!(rundown.left_out.iter().all(|left| left.why == Why::NoTime));
}

#[test]
fn priority_bulletins_come_in_the_operators_order_and_only_once() {
    let bulletin = |name: &str, priority, order| Cart { priority, order, ..cart(&format!("bulletins/{name}.mp3"), 10) };
    let carts = vec![
        bulletin("thuong", Priority::Normal, 0),
        bulletin("sau", Priority::Priority, 2),
        bulletin("truoc", Priority::Priority, 1),
        bulletin("khan", Priority::Emergency, 0),
    ];
    let both = "      - pick: priority\n      - pick: bulletins\n";
    let plan = station(&session(both, "2m"), carts.clone()).plan_at(0);
    assert_eq!(names(&plan.rundowns[0]), ["truoc", "sau", "thuong"], "an emergency is aired by its own command");
    let plan = station(&session("      - pick: bulletins\n", "2m"), carts).plan_at(0);
    assert_eq!(names(&plan.rundowns[0]), ["sau", "thuong", "truoc"]);
}

#[test]
fn nothing_is_planned_into_quiet_hours() {
    let late = "sessions:\n  - {id: toi, at: \"21:29\", length: 2m, rundown: [{pick: ministry, fill: true}]}\n\
                \x20 - {id: dem, at: \"03:15\", length: 20m, rundown: [{play: ministry/01.mp3}]}\n";
    let plan = station(late, ministry(5, 20)).plan_at(0);
    let evening = plan.rundowns.iter().find(|rundown| rundown.slot.session == "toi").unwrap();
    assert_eq!(names(evening).len(), 3, "a minute is left before the quiet");
    let night = plan.rundowns.iter().find(|rundown| rundown.slot.session == "dem").unwrap();
    assert!(night.items.is_empty());
    assert_eq!(night.left_out[0].why, Why::QuietHours);
}

const OWED: &str = "obligations:\n  - {set: ministry, at_least: 2, per: day, make_up: [\"11:00-13:00\"]}\n";

fn two_sessions() -> String {
    let session = |id: &str, hour: i8| {
        format!("  - {{id: {id}, at: \"{hour:02}:00\", length: 2m, rundown: [{{pick: ministry, fill: true}}]}}\n")
    };
    format!("sessions:\n{}{}{OWED}", session("sang", 5), session("chieu", 17))
}

#[test]
fn an_ordinary_day_needs_no_make_up() {
    let plan = station(&two_sessions(), ministry(6, 20)).plan_at(0);
    assert_eq!(plan.rundowns.len(), 2);
    assert_eq!((plan.obligations[0].required(), plan.obligations[0].short_of()), (12, 0));
}

#[test]
fn what_the_morning_lost_is_made_up_at_noon_as_far_as_the_evening_cannot() {
    let station = station(&two_sessions(), ministry(6, 20));
    let plan = station.plan_at(6);
    let origins: Vec<_> = plan.rundowns.iter().map(|rundown| rundown.origin).collect();
    assert_eq!(origins, [Origin::MakeUp, Origin::Scheduled]);
    assert_eq!(plan.rundowns[0].slot.session, "phat-bu-1100");
    assert_eq!(names(&plan.rundowns[0]).len(), 6, "the evening carries the other six");
    assert_eq!(plan.obligations[0].short_of(), 0);
    assert_eq!(station.plan_at(14).obligations[0].short_of(), 6, "the window is over, and said so");
}

#[test]
fn a_check_says_how_many_minutes_are_missing() {
    let schedule = format!(
        "{}{}",
        session("      - {pick: ministry, fill: true}\n", "2m"),
        OWED.replace(", make_up: [\"11:00-13:00\"]", "")
    );
    let station = station(&schedule, ministry(6, 20));
    let now = instant(DAY, time(0, 0, 0, 0), &zone());
    let problems = check(&station.orders, &station.catalogue, LOUDNESS, &[], now);
    let short = problems.iter().find_map(|problem| match &problem.fault {
        crate::planner::Finding::Short(shortfall) => Some(shortfall),
        _ => None,
    });
    let short = short.expect("two minutes carry each of the six once");
    assert_eq!((short.items_short, short.minutes_short, short.unplayable), (6, 2, 0));
}

const RELAY: &str =
    "      - relay: https://vov.vn/live/vov1.mp3?x=/../\n        for: 30m\n        fallback: jingles/nen.mp3\n";

#[test]
fn a_relay_takes_its_length_where_it_stands() {
    let elements = format!("      - play: jingles/a.mp3\n{RELAY}      - play: jingles/b.mp3\n");
    let carts = vec![cart("jingles/a.mp3", 10), cart("jingles/b.mp3", 20), cart("jingles/nen.mp3", 300)];
    let plan = station(&session(&elements, "1h"), carts).plan_at(0);
    let items = &plan.rundowns[0].items;
    let times: Vec<_> = items.iter().map(|item| (item.offset, item.length)).collect();
    let secs = Frames::from_secs;
    assert_eq!(times, [(secs(0), secs(10)), (secs(10), secs(1_800)), (secs(1_810), secs(20))]);
    let relay = &items[1].piece;
    assert_eq!((relay.kind, relay.path.as_str()), (Kind::Relay, "relay/vov.vn/live/vov1.mp3?x="));
    assert_eq!(relay.address.as_deref(), Some("https://vov.vn/live/vov1.mp3?x=/../"));
    let instead = items[1].instead.as_ref().unwrap();
    assert_eq!((instead.piece.path.stem(), instead.length), ("nen", secs(300)));
    assert!(plan.rundowns[0].left_out.is_empty());
}

#[test]
fn a_relay_is_cut_to_the_room_that_is_left() {
    let closed = |length: u64| {
        let elements = format!("{RELAY}      - play: jingles/b.mp3\n        anchor: end\n");
        let carts = vec![cart("jingles/b.mp3", length), cart("jingles/nen.mp3", 300)];
        station(&session(&elements, "20m"), carts).plan_at(0)
    };
    let plan = closed(600);
    assert_eq!(plan.rundowns[0].items[0].length, Frames::from_millis(599_500), "up to the closing, with its slack");
    assert!(plan.rundowns[0].items[0].end() < plan.rundowns[0].items[1].offset);
    let plan = closed(19 * 60 + 30);
    assert_eq!(names(&plan.rundowns[0]), ["b"]);
    let left_out = &plan.rundowns[0].left_out[0];
    assert_eq!((left_out.piece.kind, &left_out.why, left_out.owed), (Kind::Relay, &Why::NoTime, true));
}

#[test]
fn a_fallback_that_is_not_there_is_named() {
    let plan = station(&session(RELAY, "1h"), Vec::new()).plan_at(0);
    assert_eq!(plan.rundowns[0].items[0].instead, None);
    let left_out = &plan.rundowns[0].left_out[0];
    assert_eq!((left_out.piece.path.stem(), &left_out.why, left_out.owed), ("nen", &Why::Missing, false));
}
