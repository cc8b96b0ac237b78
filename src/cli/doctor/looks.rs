//! The looks, one a line: what is looked at, and how.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, check, status};
use crate::doctor::{Finding, HomeFinding, MachineFinding, Orders, Settings, Topic, Zones};
use crate::equipment::machine::{self, Account, ServiceSeen};
use crate::equipment::mixer;
use crate::equipment::store::Store;
use crate::station::control::NoAnswer;
use crate::station::examination::{self, Next, Told};
use crate::station::home::Papers;
use crate::words::Say as _;
use crate::written::{Problem, Severity};

/// How long all looks together may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A look at one thing. It may fail to end; it changes nothing.
type Look = fn(&Case) -> Vec<Finding>;

/// All of them, in the order in which they are told.
const LOOKS: [(Topic, Look); 14] = [
    (Topic::Settings, settings),
    (Topic::Device, devices),
    (Topic::Mixer, mixers),
    (Topic::SoundAccess, sound_access),
    (Topic::Clock, clock),
    (Topic::Timezone, timezone),
    (Topic::Folders, folders),
    (Topic::Disk, disk),
    (Topic::Database, database),
    (Topic::Schedule, orders),
    (Topic::Station, station),
    (Topic::Alarm, alarms),
    (Topic::Service, service),
    (Topic::Power, power),
];

/// Those that say why a sound that went out is not heard.
pub const ABOUT_SOUND: [(Topic, Look); 2] = [(Topic::Mixer, mixers), (Topic::SoundAccess, sound_access)];

/// What all looks know.
pub struct Case {
    pub context: Context,
    /// None where station.yaml is missing or wrong.
    pub papers: Option<Papers>,
    pub settings: Settings,
    pub told: Result<Told, NoAnswer>,
    service: ServiceSeen,
    /// Who airs, and who asks.
    accounts: [Account; 2],
}

impl Case {
    pub fn of(context: &Context) -> Self {
        let (settings, papers) = read_settings(context);
        let service = machine::service();
        let accounts = [examination::account(&context.home, &service), Account::ours()];
        let told = examination::told(&context.home, context.lang());
        Self { context: context.clone(), papers, settings, told, service, accounts }
    }

    fn told(&self) -> Option<&Told> {
        self.told.as_ref().ok()
    }
}

fn read_settings(context: &Context) -> (Settings, Option<Papers>) {
    match context.papers_or_mistakes() {
        Err(_) => (Settings::Missing { dir: context.home.dir.display().to_string() }, None),
        Ok(Ok(papers)) => {
            let settings = || Settings::Good { station: papers.config.name.clone() };
            (broken(context, &papers.problems, true).unwrap_or_else(settings), Some(papers))
        }
        Ok(Err(mistakes)) => (broken(context, &mistakes, false).expect("why it cannot be read"), None),
    }
}

/// The mistakes in station.yaml, if there are any.
fn broken(context: &Context, problems: &[Problem], stands: bool) -> Option<Settings> {
    let mut mistakes = problems.iter().filter(|problem| problem.file == "station.yaml");
    let first = one_line(&context.say(mistakes.next()?));
    Some(Settings::Broken { first, more: mistakes.count(), stands })
}

/// Without the line of the file that is shown beneath.
fn one_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

pub fn findings(context: &Context) -> Vec<Finding> {
    look(&Arc::new(Case::of(context)), &LOOKS)
}

/// Looks at everything at once. What is not over in time is told as late, and left to itself.
pub fn look(case: &Arc<Case>, looks: &[(Topic, Look)]) -> Vec<Finding> {
    let (tell, told) = mpsc::channel();
    for (index, (_, look)) in looks.iter().enumerate() {
        let (case, tell, look) = (Arc::clone(case), tell.clone(), *look);
        let thread = thread::Builder::new().name("look".to_owned());
        let _ = thread.spawn(move || tell.send((index, Some(look(&case)))));
    }
    let _ = thread::Builder::new().name("patience".to_owned()).spawn(move || {
        let (_kept, never) = mpsc::channel::<()>();
        let _ = never.recv_timeout(PATIENCE);
        tell.send((usize::MAX, None))
    });
    let mut found: Vec<Option<Vec<Finding>>> = vec![None; looks.len()];
    while found.contains(&None) {
        let Ok((index, Some(findings))) = told.recv() else { break };
        found[index] = Some(findings);
    }
    let late = |index: usize| vec![Finding::Late(looks[index].0)];
    found.into_iter().enumerate().flat_map(|(index, found)| found.unwrap_or_else(|| late(index))).collect()
}

fn all<F: Into<Finding>>(findings: impl IntoIterator<Item = F>) -> Vec<Finding> {
    findings.into_iter().map(Into::into).collect()
}

fn needs_settings(topic: Topic) -> Vec<Finding> {
    all([HomeFinding::NeedsSettings { topic }])
}

fn settings(case: &Case) -> Vec<Finding> {
    all([case.settings.clone().judge()])
}

fn devices(case: &Case) -> Vec<Finding> {
    let Some(papers) = &case.papers else { return needs_settings(Topic::Device) };
    let outputs = examination::outputs(&case.context.home, &papers.config, case.told());
    all(outputs.into_iter().map(crate::doctor::Output::judge))
}

/// Without settings, the card that most stations play on.
fn mixers(case: &Case) -> Vec<Finding> {
    let cards = case.papers.as_ref().map_or_else(|| vec!["default".to_owned()], |p| examination::cards(&p.config));
    all(cards.iter().flat_map(|card| mixer::look(card).judge()))
}

fn sound_access(case: &Case) -> Vec<Finding> {
    let Some(papers) = &case.papers else { return needs_settings(Topic::SoundAccess) };
    let [station, _] = &case.accounts;
    all(examination::sound_access(&papers.config, &[station]).into_iter().map(crate::doctor::SoundAccess::judge))
}

fn clock(case: &Case) -> Vec<Finding> {
    let config = case.papers.as_ref().map(|papers| &papers.config);
    all([examination::clock(&case.context.home, config, case.told()).judge()])
}

fn timezone(case: &Case) -> Vec<Finding> {
    let Some(papers) = &case.papers else { return needs_settings(Topic::Timezone) };
    let (now, station) = (case.context.now(), papers.config.timezone.clone());
    all([Zones { now, system: machine::timezone(), station }.judge()])
}

fn folders(case: &Case) -> Vec<Finding> {
    if matches!(case.settings, Settings::Missing { .. }) {
        return needs_settings(Topic::Folders);
    }
    let [station, _] = &case.accounts;
    all(examination::folders(&case.context.home, station).judge())
}

fn disk(case: &Case) -> Vec<Finding> {
    all([examination::disk(&case.context.home)])
}

fn database(case: &Case) -> Vec<Finding> {
    all(examination::database(&case.context.home).judge())
}

/// What `loa check` says, and what comes next.
fn orders(case: &Case) -> Vec<Finding> {
    let Some(papers) = &case.papers else { return needs_settings(Topic::Schedule) };
    match seen_orders(case, papers) {
        Ok(orders) => all(orders.judge()),
        Err(failure) => {
            let detail = failure.message.map(|message| message.say(case.context.lang())).unwrap_or_default();
            all([HomeFinding::NotSeen { topic: Topic::Schedule, detail }])
        }
    }
}

fn seen_orders(case: &Case, papers: &Papers) -> Result<Orders, Failure> {
    let context = &case.context;
    let store = if context.home.database().exists() { Store::look(&context.home.database()) } else { Ok(None) };
    let store = store.map_err(|fault| store_failure(&fault))?;
    let catalogue = context.catalogue(papers, store.as_ref())?;
    let problems = check::problems(context, papers, &catalogue);
    let is_error = |line: &&check::Line| line.severity == Severity::Error;
    let errors = problems.iter().filter(is_error).count();
    let first = problems.iter().find(is_error).or(problems.first()).map(|line| one_line(&line.text));
    let next = match case.told() {
        Some(told) => told.next_session.clone(),
        None => next_of_the_home(&status::from_the_home(context, papers, store.as_ref(), &catalogue)?),
    };
    Ok(Orders {
        errors,
        warnings: problems.len() - errors,
        sessions: check::sessions(papers),
        files: check::files(context, papers, &catalogue),
        first,
        next: next.map(|next| (next.title, shown(&next.start, papers))),
    })
}

fn next_of_the_home(status: &serde_json::Value) -> Option<Next> {
    let text = |key: &str| status["next_session"][key].as_str().map(str::to_owned);
    Some(Next { title: text("title")?, start: text("start")? })
}

/// As the station's clock shows it.
pub fn shown(start: &str, papers: &Papers) -> String {
    let at = start.parse::<jiff::Timestamp>();
    let zone = &papers.config.timezone;
    at.map_or_else(|_| start.to_owned(), |at| zone.to_datetime(at).strftime("%H:%M %d/%m/%Y").to_string())
}

fn station(case: &Case) -> Vec<Finding> {
    all(examination::station(&case.context.home, &case.told).judge())
}

fn alarms(case: &Case) -> Vec<Finding> {
    all(examination::alarms(&case.context.home, case.told(), case.context.lang()).judge())
}

fn service(case: &Case) -> Vec<Finding> {
    vec![examination::service(&case.service)]
}

fn power(_: &Case) -> Vec<Finding> {
    all([MachineFinding::PowerAfterOutage])
}
