//! What is kept, how long, and what gives way.

use super::*;
use crate::airtime::ClockState;
use crate::rundown::Piece;
use crate::station::ingest::hash_of;

fn at(day: i64) -> Timestamp {
    "2020-08-03T05:10:00+07:00".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * day)
}

fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::new(folder.path().to_owned());
    fs::create_dir_all(home.audio().join("bulletins")).unwrap();
    fs::create_dir_all(home.alerts()).unwrap();
    (folder, home)
}

fn aired(home: &Home, path: &str, at: Timestamp) -> Aired {
    let file = match path.strip_prefix(ALERTS) {
        Some(name) => home.alerts().join(name),
        None => home.audio().join(path),
    };
    let hash = hash_of(&mut File::open(file).unwrap()).unwrap();
    Aired { path: CartPath::new(path).unwrap(), hash, at, surely: at, keep: Some(Frames::from_secs(86_400 * 180)) }
}

fn kept(home: &Home) -> Vec<String> {
    let names = fs::read_dir(home.archive()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_clock_that_nothing_keeps_right_deletes_nothing_half_a_year_early() {
    let piece = Piece { hash: ContentHash::new(&"ab".repeat(32)), ..Piece::unread(CartPath::new("a.mp3").unwrap()) };
    let surely = |clock| at(0).duration_since(Aired::of(&piece, at(0), clock, None).unwrap().surely).as_hours();
    assert_eq!(
        [surely(ClockState::Synced), surely(ClockState::Unsynced), surely(ClockState::Untrusted)],
        [0, 4320, 4320]
    );
}

#[test]
fn each_content_is_kept_once_until_it_has_not_aired_for_so_long() {
    let (_folder, home) = home();
    let bulletin = home.audio().join("bulletins/Thông báo.MP3");
    fs::write(&bulletin, "first").unwrap();
    let first = aired(&home, "bulletins/Thông báo.MP3", at(0));
    let mut shelves = Shelves::of(&home);
    shelves.keep(&first).unwrap();
    shelves.keep(&first).unwrap();
    assert_eq!(kept(&home), [format!("Thông báo-{}.mp3", first.hash.as_str())]);
    // Another content under the same name, the next day; the first one airs no more.
    fs::write(&bulletin, "second").unwrap();
    let second = aired(&home, "bulletins/Thông báo.MP3", at(1));
    shelves.keep(&second).unwrap();
    assert_eq!(kept(&home).len(), 2);
    assert!(find(&home, first.path.as_str(), &first.hash).unwrap().starts_with(home.archive()));
    // A new start knows both, and the second one airs again.
    let mut shelves = Shelves::of(&home);
    shelves.keep(&Aired { at: at(180), ..second.clone() }).unwrap();
    shelves.tidy(at(180), first.keep);
    assert_eq!(kept(&home).len(), 2, "not a day too early");
    shelves.tidy(at(181), first.keep);
    assert_eq!(kept(&home), [format!("Thông báo-{}.mp3", second.hash.as_str())]);
    assert_eq!(find(&home, first.path.as_str(), &first.hash), None, "what lies under its name is another content");
}

#[test]
fn what_changed_as_it_aired_is_not_taken_for_what_aired() {
    let (_folder, home) = home();
    fs::write(home.audio().join("bulletins/a.mp3"), "heard").unwrap();
    let heard = aired(&home, "bulletins/a.mp3", at(0));
    fs::write(home.audio().join("bulletins/a.mp3"), "other").unwrap();
    let mut shelves = Shelves::of(&home);
    assert_eq!(shelves.keep(&heard), Err(NotArchived::Changed));
    fs::remove_file(home.audio().join("bulletins/a.mp3")).unwrap();
    assert_eq!(shelves.keep(&heard), Err(NotArchived::Changed));
    assert!(kept(&home).is_empty(), "nothing half is left");
}

#[test]
fn what_a_power_cut_left_and_what_people_put_there() {
    let (_folder, home) = home();
    fs::create_dir_all(home.archive()).unwrap();
    fs::write(home.archive().join(".loa-sound-7.part"), "half").unwrap();
    fs::write(home.archive().join("của chị Hoa.mp3"), "hers").unwrap();
    let mut shelves = Shelves::of(&home);
    shelves.tidy(at(100_000), Some(Frames::from_secs(86_400)));
    assert_eq!(kept(&home), ["của chị Hoa.mp3"], "what has no hash in its name is not the archive's");
}

#[test]
fn copies_of_emergencies_go_by_the_same_rule_but_outlast_every_emergency() {
    let (_folder, home) = home();
    fs::write(home.alerts().join("lu-0123abcd.mp3"), "flood").unwrap();
    let alert = aired(&home, "alerts/lu-0123abcd.mp3", at(0));
    let mut shelves = Shelves::of(&home);
    for keep in [Some(Frames::from_secs(86_400)), None] {
        shelves.keep(&Aired { keep, ..alert.clone() }).unwrap();
        shelves.tidy(at(31), keep);
        assert_eq!(find(&home, alert.path.as_str(), &alert.hash), Some(home.alerts().join("lu-0123abcd.mp3")));
    }
    shelves.tidy(at(32), None);
    assert!(!home.alerts().join("lu-0123abcd.mp3").exists());
    assert!(!home.archive().exists(), "they are kept where they lie");
}

#[test]
fn when_nothing_is_to_be_kept_nothing_is() {
    let (_folder, home) = home();
    fs::write(home.audio().join("bulletins/a.mp3"), "heard").unwrap();
    let heard = aired(&home, "bulletins/a.mp3", at(0));
    Shelves::of(&home).keep(&Aired { keep: None, ..heard }).unwrap();
    assert!(!home.archive().exists());
}

#[test]
fn on_a_full_disk_the_archive_grows_no_more() {
    let (_folder, home) = home();
    let mut shelves = Shelves::of(&home);
    for (day, name) in ["a", "b", "c"].iter().enumerate() {
        fs::write(home.audio().join(format!("bulletins/{name}.mp3")), name.repeat(1_000)).unwrap();
        let aired = aired(&home, &format!("bulletins/{name}.mp3"), at(i64::try_from(day).unwrap()));
        shelves.keep(&aired).unwrap();
    }
    let names = |home: &Home| kept(home).iter().map(|name| name[..1].to_owned()).collect::<Vec<_>>();
    shelves.give_way(1_500, 0).unwrap();
    assert_eq!(names(&home), ["c"], "as many as it takes, the oldest first");
    assert_eq!(shelves.give_way(1_500, 7), Err(NotArchived::Full { free: 7 }));
    assert_eq!(names(&home), ["c"]);
}
