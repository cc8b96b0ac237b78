//! A few stations under every kind of fault, and the seeds that once broke a promise. `make soak` tries hundreds.

use jiff::civil::date;
use loaphuong::station::simulation::fault::Kind;

use crate::home::Home;
use crate::worlds::World;

/// Seeds that once broke a promise, each with the days it took; what it was stands in docs/reliability.md.
const ONCE_BROKEN: [(u64, i64); 2] = [(20, 10), (30, 10)];

/// The kinds of fault there were then: with another one a seed draws other faults.
const KINDS_THEN: usize = 20;

fn holds(seed: u64, kinds: &[Kind], per_day: f64, days: i64) {
    let verdict = World::made_of(seed).try_out(seed, kinds, per_day, date(2020, 8, 3), days);
    assert!(verdict.rows > 0 && !verdict.blows.is_empty(), "seed {seed}: nothing happened");
    assert!(verdict.broken.is_empty(), "seed {seed}: {:#?}\nafter {:#?}", verdict.broken, verdict.blows);
}

#[test]
fn stations_keep_their_promises_whatever_befalls_them() {
    for seed in 1_001..=1_004 {
        holds(seed, Kind::ALL, 8.0, 3);
    }
}

#[test]
fn what_once_broke_a_promise_does_so_no_more() {
    for (seed, days) in ONCE_BROKEN {
        holds(seed, &Kind::ALL[..KINDS_THEN], 4.0, days);
    }
}

/// The same seed is the same trial, to the last row.
#[test]
fn a_trial_can_be_repeated() {
    let trial = || World::made_of(5).try_out(5, Kind::ALL, 6.0, date(2020, 8, 3), 2);
    let (once, again) = (trial(), trial());
    assert_eq!((once.rows, once.steps, once.blows), (again.rows, again.steps, again.blows));
}

#[test]
fn a_person_lets_faults_befall_the_station() {
    let home = Home::new();
    home.write(
        "schedules/s.yaml",
        "title: T\nsessions: [{ id: s, at: \"05:00\", length: 1m, rundown: [{ pick: ministry }] }]\n",
    );
    home.tone("ministry/01.wav", 600, 400);
    let typed = ["simulate", "--from", "2020-08-03", "--days", "3", "--faults", "all", "--seed", "7"];
    let said = home.loa_en(&typed).with_code(0);
    assert!(said.err.contains("Seed 7: 12 faults"), "{}", said.err);
    assert!(said.err.contains("every promise (docs/reliability.md) kept. Again: --seed 7"), "{}", said.err);
    home.write("faults.yaml", "kinds: [power, batery]\n");
    let typed = ["simulate", "--from", "2020-08-03", "--faults", &home.path("faults.yaml").display().to_string()];
    let said = home.loa_en(&typed).with_code(1);
    assert!(said.err.contains("faults.yaml:1:16:") && said.err.contains("battery"), "{}", said.err);
}
