//! `loa simulate`: days in seconds, into a home of its own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::cli::args::SimulateArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::folder::read_within;
use crate::equipment::store::{Durability, LevelChange, Store, StoreFault};
use crate::library::assemble;
use crate::report::{Period, ReportingTable};
use crate::station::home::FILE_BYTES_MAX;
use crate::station::home::Home;
use crate::station::last_good::LastGood;
use crate::station::reports::reporting_table;
use crate::station::simulation::Simulation;
use crate::station::simulation::order::{FaultsOrdered, read_faults};
use crate::station::simulation::trial::{self, Plan, Verdict};
use crate::time::{self, Span};
use crate::words::{Message, TrialTold};
use crate::written::Source;

/// Tells a folder that may be simulated into again from one that may not.
const MARK: &str = "data/simulated";

pub fn run(context: &Context, args: &SimulateArgs) -> Outcome {
    let papers = context.papers()?;
    let found = context.look()?;
    let into = args.into.clone().unwrap_or_else(|| context.home.data().join("simulated"));
    let home = prepare(context, &into)?;
    let failed = |fault: StoreFault| store_failure(&fault);
    let zone = &papers.config.timezone;
    let start = time::instant(args.from, Time::midnight(), zone);
    let real = context.existing_store()?;
    copy_decisions(real.as_ref(), &home, start).map_err(failed)?;
    let after = args.from.checked_add(jiff::Span::new().days(args.days)).unwrap_or(args.from);
    let end = time::instant(after, Time::midnight(), zone);
    let verdict = match &args.faults {
        None => {
            let mut simulation = Simulation::new(&home.database(), papers.clone(), found.clone(), start);
            simulation.power_on().map_err(failed)?;
            simulation.run_until(end);
            simulation.stop();
            None
        }
        Some(file) => {
            let ordered = faults(context, file)?;
            let seed = args.seed.or(ordered.seed).unwrap_or_else(|| fastrand::u64(..1_000_000));
            let span = Span { start, end };
            let plan = Plan { seed, kinds: ordered.kinds, per_day: ordered.per_day, span };
            let verdict = trial::run(&home.database(), papers.clone(), found.clone(), &plan).map_err(failed)?;
            Some((seed, verdict))
        }
    };
    let store = Store::open(&home.database(), Durability::Full).map_err(failed)?;
    let approvals = store.approvals().map_err(failed)?;
    let rules = papers.config.library_rules();
    let catalogue = assemble(&found, &papers.manifest, &papers.sidecars, &approvals, &rules);
    let last = after.yesterday().unwrap_or(after);
    let period = Period { from: args.from, to: last, round: None };
    let table =
        reporting_table(&store, &papers, &catalogue, &period, end - SignedDuration::from_secs(1), context.lang())
            .map_err(failed)?;
    tell(context, args, &into, &table)?;
    verdict.map_or(Ok(()), |(seed, verdict)| judge(context, seed, &verdict))
}

/// What the file of faults orders; `all` is every kind.
fn faults(context: &Context, file: &Path) -> Result<FaultsOrdered, Failure> {
    if file == Path::new("all") {
        return Ok(FaultsOrdered::default());
    }
    let name = file.display().to_string();
    let bytes = read_within(file, FILE_BYTES_MAX)
        .map_err(|error| Failure::usage(Message::CannotRead { file: name.clone(), detail: error.to_string() }))?;
    let read = Source::new(&name, bytes).map_err(|problem| vec![problem]).and_then(|source| read_faults(&source));
    read.map_err(|problems| {
        for problem in &problems {
            eprintln!("{}", context.say(problem));
        }
        Failure::told()
    })
}

/// Tells each fault and each broken promise; not so if there is one.
fn judge(context: &Context, seed: u64, verdict: &Verdict) -> Outcome {
    let (faults, broken) = (verdict.blows.len(), verdict.broken.len());
    if context.verbose || broken > 0 {
        for blow in &verdict.blows {
            eprintln!("{blow}");
        }
    }
    for (at, broken) in &verdict.broken {
        eprintln!("{at} {broken}");
    }
    if broken > 0 {
        return Err(Failure::not_so(Message::Trial(TrialTold::Broken { seed, faults, broken })));
    }
    context.tell(&Message::Trial(TrialTold::Held { seed, faults, rows: verdict.rows }));
    Ok(())
}

fn tell(context: &Context, args: &SimulateArgs, into: &Path, table: &ReportingTable) -> Outcome {
    let totals = table.totals;
    if context.json {
        let short = serde_json::to_value(&table.short).unwrap_or_default();
        return output::print_json(
            context,
            &json!({
                "from": table.from, "to": table.to, "into": into, "required": table.required,
                "airings": totals.airings, "days": totals.days, "days_met": totals.days_met, "short": short,
            }),
        );
    }
    output::print_sheet(context, &table.sheet(context.lang()))?;
    context.tell(&Message::Simulated {
        days: args.days,
        airings: totals.airings,
        days_met: totals.days_met,
        days_owed: totals.days,
        dir: into.display().to_string(),
    });
    Ok(())
}

/// Makes the new home: papers copied, audio linked, an empty log. An earlier simulation there is replaced.
fn prepare(context: &Context, into: &Path) -> Result<Home, Failure> {
    let home = Home::new(into.to_owned());
    let made_by_us = into.join(MARK).exists();
    let empty = fs::read_dir(into).map_or(true, |mut entries| entries.next().is_none());
    if !made_by_us && !empty {
        return Err(Failure::usage(Message::NotASimulation { dir: into.display().to_string() }));
    }
    let fill = || -> std::io::Result<()> {
        if made_by_us {
            for part in ["data", "schedules"] {
                fs::remove_dir_all(into.join(part)).or_else(ignore_absent)?;
            }
            fs::remove_file(into.join("audio")).or_else(ignore_absent)?;
        }
        fs::create_dir_all(home.data())?;
        fs::write(into.join(MARK), "")?;
        fs::copy(context.home.dir.join("station.yaml"), into.join("station.yaml")).map(drop).or_else(ignore_absent)?;
        copy_files(&context.home.dir.join("schedules"), &into.join("schedules"))?;
        LastGood::of(&context.home).copy_to(&home)?;
        symlink(real(&context.home.audio())?, into.join("audio"))
    };
    fill().map_err(|error| context.cannot_write(into, &error))?;
    Ok(home)
}

fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        // A link counts here as the file that it leads to.
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn real(path: &Path) -> std::io::Result<PathBuf> {
    path.canonicalize()
}

fn ignore_absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

/// Approvals, and what was accepted, count in the simulation as they do in life; the level in force now is so for all its
/// days.
fn copy_decisions(real: Option<&Store>, home: &Home, start: Timestamp) -> Result<(), StoreFault> {
    let mut store = Store::open(&home.database(), Durability::None)?;
    if let Some(real) = real {
        store.decide(&real.decisions()?)?;
        store.pin(&real.pins()?)?;
        for manifest in real.accepted()? {
            store.accept(&manifest)?;
        }
        if let Some(change) = real.levels()?.pop() {
            store.set_level(&LevelChange { at: start, ..change })?;
        }
    }
    Ok(())
}
