//! What waits, what gives way, and what is told of it.

use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::airtime::{
    Airing, Beginning, ClockState, Entry as Row, Evidence, Fact, Gap, Lost, Noted, Outcome, Start, verify,
};
use crate::alarm::{Sentence, What};
use crate::equipment::store::{Disk, Durability, LevelChange, StoreTrouble};
use crate::library::{CartPath, Kind};
use crate::rundown::{Origin, Piece};
use crate::schedule::SlotKey;
use crate::station::log_keeper::waiting::ALARMS_MAX;
use crate::time::{Frames, Span};

/// Instead of [`WAITING_MAX`].
const ROOM: usize = 2_000;
/// Items of a session.
const ITEMS: usize = 24;

fn at(minute: i64) -> Timestamp {
    "2020-11-05T05:00:00+07:00".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

fn rundown(number: i64) -> Rundown {
    let piece = Piece::unread(CartPath::new("ministry/05-bluetooth-phai-bat-24-tren-24.mp3").unwrap());
    let item = |line: usize| Item {
        offset: Frames::from_secs(60 * line as u64),
        length: Frames::from_secs(60),
        piece: piece.clone(),
        anchored: false,
        instead: None,
    };
    Rundown {
        slot: SlotKey { date: "2020-11-05".parse().unwrap(), session: format!("buoi-{number}") },
        title: "Buổi sáng".to_owned(),
        origin: Origin::Scheduled,
        note: String::new(),
        span: Span { start: at(number * 60), end: at(number * 60 + 30) },
        zones: vec!["all".to_owned()],
        items: (0..ITEMS).map(item).collect(),
        left_out: Vec::new(),
    }
}

fn closing(rundown: &Rundown, line: usize) -> Closing {
    let item = &rundown.items[line];
    let planned_at = rundown.planned_at(item);
    let airing = Airing {
        slot: rundown.slot.clone(),
        planned_at,
        predicted_at: planned_at,
        aired_at: Some(planned_at),
        ended_at: Some(rundown.planned_end(item)),
        aired: item.length,
        duration: item.length,
        kind: Kind::Ministry,
        path: item.piece.path.to_string(),
        title: "Bật Bluetooth 24 trên 24 giờ".to_owned(),
        language: "vi".to_owned(),
        directive: "2841/BTTTT-THH".to_owned(),
        level: "2".to_owned(),
        zone: "all".to_owned(),
        outcome: Outcome::Aired,
        reason: None,
        content_hash: "0123456789abcdef".repeat(4),
        decilufs: Some(-180),
        device: "hw:CARD=PCH,DEV=0".to_owned(),
        note: String::new(),
        evidence: Evidence::default(),
    };
    let entry = Row {
        station: "Đài truyền thanh xã Tân Thanh".to_owned(),
        noted: Noted { at: rundown.planned_end(item), boot: None },
        clock: ClockState::Synced,
        fact: Fact::Airing(airing),
    };
    Closing { session_id: 0, line: Some(line), entry }
}

fn air(keeper: &mut LogKeeper, number: i64) {
    let rundown = rundown(number);
    let now = rundown.span.start;
    let session = keeper.begin(&rundown, "2", Vec::new(), now);
    for line in 0..ITEMS {
        let (heard_at, device) = (rundown.planned_end(&rundown.items[line]), "hw:0".to_owned());
        for heard in [0, 30] {
            let open = OpenRow {
                zone: "all".to_owned(),
                line,
                predicted_at: heard_at,
                aired_at: heard_at,
                heard: Frames::from_secs(heard),
                heard_at,
                device: device.clone(),
                clock: ClockState::Synced,
            };
            keeper.checkpoint(session, open, now);
        }
        keeper.close(session, vec![closing(&rundown, line)], now);
        keeper.alive(now);
    }
    keeper.over(session, now);
}

fn note(fact: Fact, now: Timestamp) -> Row {
    Row { station: "Đài".to_owned(), noted: Noted { at: now, boot: None }, clock: ClockState::Synced, fact }
}

fn start(now: Timestamp) -> Row {
    let date = "2020-11-05".parse().unwrap();
    note(Fact::Start(Start { date, last_alive: None, reason: None, program: "loa".to_owned() }), now)
}

/// What the loop does with news.
fn tell(keeper: &mut LogKeeper, now: Timestamp) -> Vec<News> {
    let news = keeper.take_news();
    for (lost, since) in news.iter().filter_map(News::gap) {
        let gap = Gap { date: "2020-11-05".parse().unwrap(), since, lost: lost.clone() };
        keeper.note_first(note(Fact::Gap(gap), now));
    }
    news
}

fn flush(keeper: &mut LogKeeper, now: Timestamp) -> Vec<News> {
    let mut told = Vec::new();
    for _ in 0..10_000 {
        keeper.flush_at_last(now);
        told.extend(tell(keeper, now));
        if keeper.waiting.is_empty() && told.is_empty() || keeper.waiting.is_empty() && keeper.trouble.is_none() {
            break;
        }
    }
    told
}

fn kinds(store: &Store) -> Vec<String> {
    verify(&store.presented().unwrap().unwrap(), Beginning::First).unwrap();
    let rows = store.log(None, None).unwrap();
    rows.iter().map(|row| row.entry.fact.kind().to_owned()).collect()
}

fn scribble(file: &Path, from: u64, bytes: usize) {
    use std::os::unix::fs::FileExt as _;
    fs::File::options().write(true).open(file).unwrap().write_all_at(&vec![0x5a; bytes], from).unwrap();
}

#[test]
fn without_a_disk_only_what_is_evidence_waits_and_all_of_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    let mut keeper = LogKeeper::new(Store::blank(&file));
    keeper.started(start(at(0)), at(0));
    (0..3).for_each(|number| air(&mut keeper, number));
    // Start, three times a session's beginning, rows and end, and one sign of life: no checkpoint of what is over.
    assert_eq!(keeper.waiting.len(), 1 + 3 * (ITEMS + 2) + 1);
    assert!(keeper.trouble().is_some());
    keeper.store = Store::open(&file, Durability::None).unwrap();
    assert_eq!(flush(&mut keeper, at(200)), []);
    assert_eq!(kinds(&keeper.store).len(), 1 + 3 * ITEMS);
    assert!(keeper.trouble().is_none());
    assert!(keeper.store.unfinished_sessions().unwrap().is_empty());
}

#[test]
fn when_too_much_waits_the_oldest_sessions_give_way_and_a_row_tells_how_many_rows_are_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    let mut keeper = LogKeeper::new(Store::blank(&file));
    keeper.waiting = Waiting::at_most(ROOM);
    keeper.started(start(at(0)), at(0));
    let sessions = i64::try_from(ROOM / (2 * ITEMS)).unwrap() + 10;
    for number in 0..sessions {
        air(&mut keeper, number);
        keeper.flush_at_last(at(60 * number));
        assert_eq!(tell(&mut keeper, at(60 * number)), [], "nobody knows yet how many it will be");
    }
    keeper.store = Store::open(&file, Durability::None).unwrap();
    let told = flush(&mut keeper, at(60 * sessions));
    let [News::Gap { lost: Lost::Dropped { rows }, since }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(*since, Some(at(1)), "when the first row that was lost was noted");
    let kinds = kinds(&keeper.store);
    assert_eq!(kinds[..2], ["gap", "start"]);
    let kept = kinds.len() - 2;
    assert_eq!(kept + usize::try_from(*rows).unwrap(), usize::try_from(sessions).unwrap() * ITEMS);
    assert_eq!(kept % ITEMS, 0, "whole sessions");
    assert!((kept / ITEMS + 2) * (2 * ITEMS + 2) > ROOM, "no more than it takes: {kept}");
    let last = keeper.store.log(None, None).unwrap().pop().unwrap();
    assert_eq!(last.entry.fact.airing().unwrap().slot.session, format!("buoi-{}", sessions - 1), "the newest are kept");
}

#[test]
fn a_session_longer_than_memory_loses_its_first_rows() {
    let mut waiting = Waiting::at_most(ROOM);
    let rundown = rundown(0);
    waiting.put(Entry::Begin(SessionRef(1), Box::new(rundown.clone()), String::new(), Vec::new()));
    for _ in 0..ROOM + 100 {
        waiting.put(Entry::Close(SessionRef(1), vec![closing(&rundown, 0)]));
    }
    assert!(matches!(waiting.take(), Some(Entry::Begin(..))), "what the others need is kept");
    assert_eq!(waiting.take_dropped().unwrap().rows, 100 + 1 + ITEMS as u64);
}

#[test]
fn a_log_that_turns_out_to_be_wrecked_while_it_is_written_goes_on_in_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    let mut keeper = LogKeeper::open(&file, TimeZone::UTC, at(0)).unwrap();
    keeper.started(start(at(0)), at(0));
    let rundown = rundown(0);
    let session = keeper.begin(&rundown, "2", Vec::new(), at(0));
    keeper.close(session, vec![closing(&rundown, 0)], at(1));
    keeper.store_mut().set_level(&LevelChange { level: "3".to_owned(), directive: String::new(), at: at(0) }).unwrap();
    keeper.store.settle().unwrap();
    let size = fs::metadata(&file).unwrap().len();
    // Another program's write has the pages read again.
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'log'";
    let log: u64 = rusqlite::Connection::open(&file).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    scribble(&file, (log - 1) * 4_096, 4_096);
    drop(Store::open(&file, Durability::Full).unwrap().still_alive(at(1)));
    keeper.close(session, vec![closing(&rundown, 1)], at(2));
    let told = flush(&mut keeper, at(2));
    let [News::Anew(anew)] = &told[..] else { panic!("{told:?} {:?}", keeper.trouble()) };
    let Lost::SetAside { file: aside, last: Some(last) } = &anew.lost else { panic!("{anew:?}") };
    assert_eq!((aside.as_str(), last.row), ("loa.db.wrecked-20201104-220200", 2));
    assert_eq!(kinds(&keeper.store), ["gap", "ministry"], "the row that met the damage is in the new one");
    keeper.close(session, vec![closing(&rundown, 2)], at(3));
    keeper.over(session, at(3));
    assert!(keeper.trouble().is_none() && keeper.waiting.is_empty());
    assert_eq!(kinds(&keeper.store), ["gap", "ministry", "ministry"]);
    assert!(fs::metadata(folder.path().join(aside)).unwrap().len() >= size);
}

#[test]
fn a_database_taken_away_from_a_running_station_is_written_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    let mut keeper = LogKeeper::open(&file, TimeZone::UTC, at(0)).unwrap();
    keeper.started(start(at(0)), at(0));
    let before = keeper.foreign_changes().unwrap();
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(folder.path().join(format!("loa.db{ending}"))).unwrap();
    }
    keeper.flush(at(1));
    assert_eq!(tell(&mut keeper, at(1)), [News::PutBack]);
    assert_ne!(keeper.foreign_changes().unwrap(), before, "what people decided is read again");
    // Exchanged for another one.
    let other = folder.path().join("other.db");
    drop(Store::open(&other, Durability::Full).unwrap());
    fs::rename(&other, &file).unwrap();
    keeper.stopped(note(Fact::Stop { date: "2020-11-05".parse().unwrap() }, at(2)), at(2));
    assert_eq!(tell(&mut keeper, at(2)), [News::PutBack]);
    drop(keeper);
    assert_eq!(kinds(&Store::open(&file, Durability::Full).unwrap()), ["start", "stop"]);
    assert!(folder.path().join("loa.db.wrecked-20201104-220200").exists(), "nothing is written over");
}

#[test]
fn a_program_too_old_for_the_database_does_not_begin() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    drop(Store::open(&file, Durability::Full).unwrap());
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = LogKeeper::open(&file, TimeZone::UTC, at(0)).unwrap_err();
    assert_eq!(refused.what, StoreTrouble::Newer { version: 99 });
}

/// A start on a disk that takes nothing closes rows in memory, and goes on with the session.
#[test]
fn a_row_that_waits_counts_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    let mut keeper = LogKeeper::new(Store::open(&file, Durability::None).unwrap());
    let rundown = rundown(0);
    let session = keeper.begin(&rundown, "2", Vec::new(), at(0));
    let (zone, device, clock) = ("all".to_owned(), "hw:0".to_owned(), ClockState::Synced);
    let (aired_at, heard) = (at(0), Frames::ZERO);
    let open = OpenRow { zone, line: 0, predicted_at: aired_at, aired_at, heard, heard_at: aired_at, device, clock };
    keeper.checkpoint(session, open, at(0));
    drop(keeper);
    let store = Store::open(&file, Durability::None).unwrap();
    store.pretend(Disk::ReadOnly).unwrap();
    let mut keeper = LogKeeper::new(store);
    let left = |keeper: &LogKeeper| {
        let sessions = keeper.unfinished_sessions().unwrap();
        sessions.into_iter().map(|saved| (saved.on_air.len(), saved.over)).collect::<Vec<_>>()
    };
    assert_eq!(left(&keeper), [(1, vec![])]);
    let saved = keeper.unfinished_sessions().unwrap().remove(0);
    let session = keeper.resume(&saved);
    assert_eq!(keeper.resume(&saved), session, "a session is known once: only what is under way outlives its database");
    keeper.close(session, vec![closing(&rundown, 0)], at(1));
    assert_eq!(left(&keeper), [(0, vec![("all".to_owned(), 0)])]);
    keeper.over(session, at(2));
    assert_eq!(left(&keeper), []);
    assert!(keeper.trouble().is_some() && !keeper.store.unfinished_sessions().unwrap().is_empty());
}

fn alarm(subject: &str, cleared_at: Option<Timestamp>) -> Alarm {
    let (what, subject, text) = (What::DeviceLost, subject.to_owned(), Sentence::default());
    Alarm { what, subject, text, raised_at: at(0), cleared_at }
}

/// While the disk is full an alarm costs no more than one entry, and all of them no more than so many.
#[test]
fn alarms_wait_in_bounded_number_and_lose_nothing_that_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.db");
    let mut keeper = LogKeeper::new(Store::blank(&file));
    let over = alarm("cho", Some(at(9)));
    keeper.note_alarm(alarm("cho", None), at(0));
    keeper.alive(at(1));
    keeper.note_alarm(over.clone(), at(2));
    assert_eq!(keeper.trouble().unwrap().2, 2, "the sign of life, and one row that says both of the alarm");
    for number in 0..ALARMS_MAX {
        keeper.note_alarm(alarm(&number.to_string(), None), at(3));
    }
    assert_eq!(keeper.trouble().unwrap().2, 1 + ALARMS_MAX, "the oldest alarm gave way, the log did not");
    keeper.store = Store::open(&file, Durability::None).unwrap();
    assert_eq!(flush(&mut keeper, at(10)), []);
    assert!(keeper.trouble().is_none());
    let written = keeper.store().alarms_between(at(0), at(0)).unwrap();
    assert_eq!(written.len(), ALARMS_MAX);
    assert!(!written.contains(&over));
    keeper.note_alarm(over.clone(), at(100));
    assert!(keeper.store().alarms_between(at(0), at(100)).unwrap().contains(&over));
}
