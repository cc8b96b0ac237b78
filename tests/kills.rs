//! The real program killed at random instants in the middle of sessions, again and again on the same log: no row that
//! was closed is lost, the chain holds, and what was on the air is written down short by at most a second.
//!
//! Takes minutes, so it is no part of `cargo test`: `make kills`, or `KILLS=1000 cargo test --test kills`.

#![expect(clippy::disallowed_methods, reason = "it measures real time and waits for random instants")]

#[expect(dead_code, reason = "shared with stories that need more of it")]
mod home;
#[expect(dead_code, reason = "shared with stories that need more of it")]
mod tones;

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use jiff::Timestamp;
use loaphuong::airtime::{Beginning, Fact, Outcome, Presented, Row, verify};
use loaphuong::equipment::store::{Durability, Store};

use crate::home::{Home, Running};

/// Stations that are killed side by side.
const STATIONS: u64 = 4;
const SESSION: &str = "title: Buổi thử\nsessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n      - \
     pick: ministry\n        fill: true\n";

/// What the kills of one station showed.
#[derive(Default)]
struct Tally {
    kills: u64,
    in_mid_item: u64,
    rows: u64,
    /// What was heard and not written down, of each kill, in milliseconds.
    lost_millis: Vec<u64>,
}

fn main() {
    let kills: u64 = std::env::var("KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(200).max(1);
    let seed: u64 =
        std::env::var("SEED").ok().and_then(|number| number.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    println!("{kills} kills, SEED={seed}");
    let total = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for station in 0..STATIONS {
            let (total, mine) = (&total, kills / STATIONS + u64::from(station < kills % STATIONS));
            scope.spawn(move || {
                let tally = live(mine, &mut Rng::with_seed(seed.wrapping_add(station)));
                let mut total = total.lock().unwrap();
                total.kills += tally.kills;
                total.in_mid_item += tally.in_mid_item;
                total.rows += tally.rows;
                total.lost_millis.extend(tally.lost_millis);
            });
        }
    });
    let mut total = total.into_inner().unwrap();
    total.lost_millis.sort_unstable();
    assert!(total.in_mid_item * 2 > kills, "only {} kills met an item on the air", total.in_mid_item);
    let (median, worst) = (total.lost_millis[total.lost_millis.len() / 2], total.lost_millis.last().unwrap());
    println!(
        "killed {} times, {} in mid-item: 0 of {} closed rows lost, every chain whole; heard but not written: median \
         {median} ms, worst {worst} ms",
        total.kills, total.in_mid_item, total.rows
    );
}

/// One station over so many kills.
fn live(kills: u64, chance: &mut Rng) -> Tally {
    let home = Home::new();
    home.write("schedules/thu.yaml", SESSION);
    home.write("audio/ministry/manifest.yaml", "expected: 3\n");
    for (name, millis) in [("01", 700), ("02", 1_900), ("03", 3_100)] {
        home.tone(&format!("ministry/{name}.wav"), 600, millis);
    }
    let mut tally = Tally::default();
    let mut before: Vec<Row> = Vec::new();
    for _ in 0..kills {
        let killed = kill_once(&home, chance);
        let mut station = home.on_air(&[]);
        station.wait_for("No session today");
        assert!(station.terminate(Duration::from_secs(5)).success());
        let after = rows(&home);
        check(&killed, &before, &after, &mut tally);
        before = after;
    }
    tally.rows = before.len() as u64;
    tally
}

/// What is known of one kill.
struct Killed {
    /// Rows that were closed before it.
    closed: Vec<Row>,
    /// The program lived at this instant, and no longer at the other.
    alive_at: Timestamp,
    dead_at: Timestamp,
}

fn kill_once(home: &Home, chance: &mut Rng) -> Killed {
    let mut station: Running = home.on_air(&["--session", "thu"]);
    station.wait_for("On the air: ");
    thread::sleep(Duration::from_millis(chance.u64(..4_000)));
    let closed = rows(home);
    let alive_at = Timestamp::now();
    // SIGKILL, and waits until the program is gone.
    drop(station);
    Killed { closed, alive_at, dead_at: Timestamp::now() }
}

fn rows(home: &Home) -> Vec<Row> {
    Store::open(&home.path("data/loa.db"), Durability::Full).unwrap().log(None, None).unwrap()
}

fn check(killed: &Killed, before: &[Row], after: &[Row], tally: &mut Tally) {
    let presented: Vec<_> = after.iter().map(Presented::row).collect();
    verify(&presented, Beginning::First).unwrap();
    assert_eq!(after[..killed.closed.len()], killed.closed[..], "a row that was closed is there, as it was");
    let of_this_run = after[before.len()..].iter().filter_map(|row| match &row.entry.fact {
        Fact::Airing(airing) => Some(airing),
        _ => None,
    });
    let heard: Vec<_> = of_this_run.filter(|airing| airing.aired_at.is_some()).collect();
    let cut: Vec<_> = heard.iter().filter(|airing| airing.outcome == Outcome::Interrupted).collect();
    assert!(cut.len() <= 1, "one item was on the air: {cut:#?}");
    let until = heard.iter().filter_map(|airing| airing.ended_at).max();
    tally.kills += 1;
    tally.in_mid_item += cut.len() as u64;
    if let Some(until) = until {
        assert!(until <= killed.dead_at, "the log says more than was heard: {until} after {}", killed.dead_at);
        let lost = killed.alive_at.duration_since(until).as_millis().max(0);
        assert!(lost <= 1_000, "{lost} ms were heard and not written down: {heard:#?}");
        tally.lost_millis.push(u64::try_from(lost).unwrap());
    }
}
