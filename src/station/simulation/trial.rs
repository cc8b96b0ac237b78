//! A station that faults befall, watched after every step: the same seed gives the same trial.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::Path;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use crate::airtime::Airing;
use crate::equipment::sound::Ledger;
use crate::equipment::store::{Durability, Store, StoreFault};
use crate::library::{Approvals, CartPath, ContentHash, Found, FoundState, Kind as CartKind, assemble};
use crate::report::Period;
use crate::station::home::Papers;
use crate::station::reports::reporting_table;
use crate::station::simulation::Simulation;
use crate::station::simulation::befall::Sequel;
use crate::station::simulation::fault::{Blow, Kind, draw};
use crate::station::simulation::promises::{self, Broken, Watch};
use crate::time::Span;
use crate::words::Lang;

/// What a trial is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub kinds: Vec<Kind>,
    /// How many faults a day, on average.
    pub per_day: f64,
    /// In true time.
    pub span: Span,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Every fault that befell the station, in order.
    pub blows: Vec<Blow>,
    /// What was broken, each kind of it once, with the instant in true time.
    pub broken: Vec<(Timestamp, Broken)>,
    pub steps: u64,
    pub rows: u64,
}

/// So much time is left at the end for what is on to be over.
const EVENING: SignedDuration = SignedDuration::from_hours(30);
/// A refusal is heard at the next step, and reaches all that has not begun.
const REFUSAL_HEARD: SignedDuration = SignedDuration::from_secs(5);
/// More of the same is not told.
const BROKEN_MAX: usize = 20;

/// Runs a station through its faults, in a database that does not exist yet.
///
/// # Errors
/// The database failed where no fault is to blame.
pub fn run(database: &Path, papers: Papers, found: Vec<Found>, plan: &Plan) -> Result<Verdict, StoreFault> {
    let mut rng = Rng::with_seed(plan.seed);
    let mut blows: VecDeque<Blow> = draw(&mut rng, &plan.kinds, plan.span, plan.per_day).into();
    let mut clerk = Store::open(database, Durability::None)?;
    let mut simulation = Simulation::new(database, papers, found, plan.span.start);
    let mut watch = Watch::new(plan.span.start);
    let mut verdict = Verdict::default();
    let mut ahead: BTreeMap<(Timestamp, u64), Sequel> = BTreeMap::new();
    let mut number = 0;
    simulation.power_on()?;
    loop {
        let next_blow = blows.front().map(|blow| blow.at);
        let next_sequel = ahead.keys().next().map(|(at, _)| *at);
        let next = next_blow.into_iter().chain(next_sequel).min();
        let until = next.unwrap_or(plan.span.end).min(plan.span.end).max(simulation.truth());
        loop {
            let goes_on = simulation.step(until);
            verdict.steps += 1;
            let broken = watch.look(&simulation, &clerk)?;
            verdict.note(simulation.truth(), broken);
            if !goes_on {
                break;
            }
        }
        if next.is_none_or(|next| next >= plan.span.end) {
            break;
        }
        let sequels = if next_sequel.is_some_and(|at| Some(at) == next) {
            let Some((_, sequel)) = ahead.pop_first() else { continue };
            let is_start = matches!(sequel, Sequel::PowerBack { .. } | Sequel::Start);
            let sequels = simulation.follow(sequel, &mut clerk)?;
            if is_start {
                verdict.note(simulation.truth(), watch.after_the_outage(&clerk)?);
            }
            sequels
        } else {
            let Some(blow) = blows.pop_front() else { continue };
            if simulation.is_dark() && !blow.fault.is_of_people() {
                continue;
            }
            let sequels = simulation.befall(blow.fault, &mut clerk)?;
            verdict.blows.push(blow);
            sequels
        };
        for (after, sequel) in sequels {
            number += 1;
            ahead.insert((simulation.truth().checked_add(after).unwrap_or(Timestamp::MAX), number), sequel);
        }
    }
    finish(&mut simulation, &mut watch, &mut verdict, ahead, &mut clerk)?;
    verdict.rows = clerk.head()?.row;
    Ok(verdict)
}

/// Everything is mended, and a day later all that was planned has its row.
fn finish(
    simulation: &mut Simulation,
    watch: &mut Watch,
    verdict: &mut Verdict,
    ahead: BTreeMap<(Timestamp, u64), Sequel>,
    clerk: &mut Store,
) -> Result<(), StoreFault> {
    for sequel in ahead.into_values().chain([Sequel::Awake, Sequel::DiskGood, Sequel::ClockRight, Sequel::Release]) {
        simulation.follow(sequel, clerk)?;
    }
    if simulation.is_dark() {
        simulation.power_on()?;
    }
    let last = simulation.today();
    let until = simulation.truth().checked_add(EVENING).unwrap_or(Timestamp::MAX);
    while simulation.step(until) {
        let broken = watch.look(simulation, clerk)?;
        verdict.note(simulation.truth(), broken);
    }
    simulation.stop();
    verdict.note(simulation.truth(), watch.look(simulation, clerk)?);
    verdict.note(simulation.truth(), promises::at_the_end(clerk)?);
    let from = simulation.first_day();
    let table = {
        let approvals = Approvals::from_history(clerk.decisions()?);
        let papers = &simulation.papers;
        let rules = papers.config.library_rules();
        let catalogue = assemble(&simulation.found, &papers.manifest, &papers.sidecars, &approvals, &rules);
        let period = Period { from, to: last, round: None };
        reporting_table(clerk, papers, &catalogue, &period, simulation.truth(), Lang::En)?
    };
    let unexplained = table.short.into_iter().filter(|short| short.reason.is_empty());
    let unexplained = unexplained.map(|short| Broken::Unexplained { date: short.date, item: short.item });
    verdict.note(simulation.truth(), unexplained.take(1).collect());
    Ok(())
}

impl Verdict {
    fn note(&mut self, at: Timestamp, broken: Vec<Broken>) {
        let room = BROKEN_MAX.saturating_sub(self.broken.len());
        self.broken.extend(broken.into_iter().take(room).map(|broken| (at, broken)));
    }
}

impl Simulation {
    pub(super) fn truth(&self) -> Timestamp {
        self.clock.truth()
    }

    fn is_dark(&self) -> bool {
        self.powered.is_none()
    }

    fn today(&self) -> jiff::civil::Date {
        self.papers.config.timezone.to_datetime(self.truth()).date()
    }

    fn first_day(&self) -> jiff::civil::Date {
        self.papers.config.timezone.to_datetime(self.began_at).date()
    }

    /// Whether what a row says aired is content that was there and accepted, and that nobody had refused.
    pub(super) fn may_have_aired(&self, airing: &Airing) -> bool {
        if airing.kind == CartKind::Alert || airing.content_hash.is_empty() {
            return true;
        }
        let (Some(path), Some(hash)) = (CartPath::new(&airing.path), ContentHash::new(&airing.content_hash)) else {
            return false;
        };
        let refused = self.rejected.get(&(path, hash.clone()));
        let in_time = refused.is_none_or(|since| self.truly_began(airing).is_none_or(|at| at < *since + REFUSAL_HEARD));
        in_time && self.good.contains(&(airing.path.clone(), hash))
    }

    /// When, in true time, a card began with what a row tells of.
    fn truly_began(&self, airing: &Airing) -> Option<Timestamp> {
        let at = airing.aired_at?.as_millisecond();
        let mut heard = self.ledgers.iter().flat_map(Ledger::read);
        heard.find(|heard| heard.first.as_millisecond() == at).map(|heard| heard.truly)
    }
}

/// The contents that a station begins with: none other may air.
pub(super) fn contents(found: &[Found]) -> HashSet<(String, ContentHash)> {
    let content = |file: &Found| match &file.state {
        FoundState::Read { hash, .. } => Some((file.path.to_string(), hash.clone())),
        _ => None,
    };
    found.iter().filter_map(content).collect()
}
