//! Thousands of station-days under faults, on all cores: `make soak`.
//!
//! `SEEDS=FROM-TO DAYS=N PER_DAY=N KINDS=a,b make soak` tries other ones; a seed that fails is printed with all that befell it,
//! and is tried again by itself with `SEEDS=N`.

#[path = "worlds.rs"]
mod worlds;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;
use std::{env, process, thread};

use jiff::civil::date;
use loaphuong::station::simulation::fault::Kind;
use worlds::World;

fn asked(name: &str) -> Option<String> {
    env::var(name).ok().filter(|text| !text.is_empty())
}

fn number<T: std::str::FromStr>(name: &str, default: T) -> T {
    asked(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

#[expect(clippy::disallowed_methods, reason = "how fast it is, is part of what is shown")]
fn main() {
    let seeds = asked("SEEDS").unwrap_or_else(|| "1-250".to_owned());
    let (from, to) = seeds.split_once('-').unwrap_or((&seeds, &seeds));
    let (from, to): (u64, u64) = (from.parse().expect("SEEDS=FROM-TO"), to.parse().expect("SEEDS=FROM-TO"));
    let (days, per_day) = (number("DAYS", 40_i64), number("PER_DAY", 4.0));
    let kinds =
        asked("KINDS").unwrap_or_else(|| Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(","));
    let kinds: Vec<Kind> =
        kinds.split(',').map(|name| Kind::named(name).unwrap_or_else(|| panic!("no kind of fault {name}"))).collect();
    let (next, failed, blows, rows, steps) =
        (AtomicU64::new(from), AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    let work = || {
        loop {
            let seed = next.fetch_add(1, Relaxed);
            if seed > to {
                return;
            }
            let verdict = World::made_of(seed).try_out(seed, &kinds, per_day, date(2020, 8, 3), days);
            blows.fetch_add(verdict.blows.len() as u64, Relaxed);
            rows.fetch_add(verdict.rows, Relaxed);
            steps.fetch_add(verdict.steps, Relaxed);
            if !verdict.broken.is_empty() {
                failed.fetch_add(1, Relaxed);
                println!("seed {seed}: {} promises broken", verdict.broken.len());
                for (at, broken) in &verdict.broken {
                    println!("  {at} {broken}");
                }
                if from == to {
                    verdict.blows.iter().for_each(|blow| println!("  {blow}"));
                }
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let (station_days, minutes) = ((to - from + 1) as f64 * days as f64, begun.elapsed().as_secs_f64() / 60.0);
    println!(
        "{station_days} station-days of seeds {from} to {to}, {} faults of {} kinds, {} rows, {} steps, {} seeds with a broken \
         promise; {:.0} station-days a minute on {cores} cores",
        blows.load(Relaxed),
        kinds.len(),
        rows.load(Relaxed),
        steps.load(Relaxed),
        failed.load(Relaxed),
        station_days / minutes
    );
    process::exit(i32::from(failed.load(Relaxed) > 0));
}
