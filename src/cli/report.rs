//! `loa report`: the reporting table, the logbook, and the table of installations.

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::cli::args::{Form, ReportArgs, ReportCommand};
use crate::cli::context::{Context, store_failure};
use crate::cli::output::{self, Paper};
use crate::cli::{Failure, Outcome, entries};
use crate::report::{ByHand, Document, InstallsTable, Logbook, Outage, Period, Report, Round, Sheet, Workbook};
use crate::station::home::Papers;
use crate::station::reports;
use crate::time::rfc3339;
use crate::words::{Lang, Message, papers};

pub fn run(context: &Context, args: &ReportArgs) -> Outcome {
    match &args.entry {
        Some(ReportCommand::Set(set)) => entries::set(context, set),
        Some(ReportCommand::Entries(list)) => entries::list(context, list),
        None => make(context, args),
    }
}

/// Ten years and some days: no report is about more, a mistyped year is.
const DAYS_MAX: i32 = 3_700;

/// What papers have in common.
struct Desk<'a> {
    papers: &'a Papers,
    period: Period,
    by_hand: ByHand,
    lang: Lang,
}

impl Desk<'_> {
    fn name(&self, what: &str) -> String {
        format!("{what}-{}-{}", self.period.from, self.period.to)
    }
}

fn make(context: &Context, args: &ReportArgs) -> Outcome {
    let papers = context.papers()?;
    let today = context.today(&papers);
    let period = period(args, &papers.config.rounds, today)?;
    let by_hand = ByHand { number: args.number.clone(), date: args.dated };
    let desk = Desk { papers: &papers, period, by_hand, lang: context.lang() };
    match args.form {
        Form::Table => table(context, args, desk),
        Form::Logbook => {
            let book = reports::logbook(&context.store()?, &papers, &desk.period);
            let book = book.map_err(|fault| store_failure(&fault))?;
            output::hand_out(context, &LogbookPaper { desk, book }, args.format, args.output.as_deref())
        }
        Form::Installs => {
            let entries = context.store()?.entries().map_err(|fault| store_failure(&fault))?;
            let installs = InstallsTable::new(&entries, desk.period.round.as_deref());
            output::hand_out(context, &InstallsPaper { desk, installs }, args.format, args.output.as_deref())
        }
    }
}

fn table(context: &Context, args: &ReportArgs, desk: Desk<'_>) -> Outcome {
    let store = context.store()?;
    let catalogue = context.catalogue(desk.papers, Some(&store))?;
    let report = reports::report(&store, desk.papers, &catalogue, &desk.period, context.now(), desk.lang);
    let paper = ReportPaper { desk, report: report.map_err(|fault| store_failure(&fault))? };
    output::hand_out(context, &paper, args.format, args.output.as_deref())?;
    let table = &paper.report.table;
    if args.strict && !table.short.is_empty() {
        let days = usize::try_from(table.totals.days - table.totals.days_met).unwrap_or(usize::MAX);
        return Err(Failure::not_so(Message::Short { days }));
    }
    Ok(())
}

/// The days that were asked for: those given, else those of the round, else this month up to today.
fn period(args: &ReportArgs, rounds: &[Round], today: Date) -> Result<Period, Failure> {
    let announced = args.round.as_ref().and_then(|name| rounds.iter().find(|round| round.name == *name));
    if let (Some(name), None, None, None) = (&args.round, announced, args.from, args.to) {
        let known = rounds.iter().map(|round| round.name.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(Message::NoSuchRound { name: name.clone(), known }));
    }
    let to = args.to.or_else(|| announced.map(|round| round.until));
    let to = to.unwrap_or_else(|| args.from.map_or(today, |from| from.max(today)));
    let from = args.from.or(announced.map(|round| round.from)).unwrap_or_else(|| to.first_of_month());
    if to < from {
        let (from, to) = (from.to_string(), to.to_string());
        return Err(Failure::usage(Message::BackwardPeriod { from, to }));
    }
    let days = to.since(from).map_or(0, |span| span.get_days());
    if days >= DAYS_MAX {
        let (from, to) = (from.to_string(), to.to_string());
        return Err(Failure::usage(Message::PeriodTooLong { from, to }));
    }
    Ok(Period { from, to, round: args.round.clone() })
}

struct ReportPaper<'a> {
    desk: Desk<'a>,
    report: Report,
}

impl Paper for ReportPaper<'_> {
    fn name(&self) -> String {
        self.desk.name("bao-cao")
    }

    fn sheet(&self) -> Sheet {
        let mut sheet = self.report.table.sheet(self.desk.lang);
        sheet.remarks.push(papers::head(&self.report.head.to_string(), self.desk.lang));
        sheet
    }

    fn workbook(&self) -> Workbook {
        let mut workbook = self.report.table.workbook(self.desk.lang);
        if let Some(form) = workbook.pages.first_mut() {
            form.remarks.push(papers::head(&self.report.head.to_string(), self.desk.lang));
        }
        workbook
    }

    fn json(&self) -> Value {
        let mut json = serde_json::to_value(&self.report.table).expect("the table has text keys only");
        let zone = &self.desk.papers.config.timezone;
        let outage = |outage: &Outage| {
            let (from, until) = (rfc3339(outage.from, zone), rfc3339(outage.until, zone));
            json!({ "from": from, "until": until, "reason": outage.reason })
        };
        json["directives"] = json!(self.report.directives);
        json["outages"] = self.report.outages.iter().map(outage).collect();
        json["proposals"] = json!(self.report.proposals);
        json["head"] = json!(self.report.head.to_string());
        json
    }

    fn document(&self) -> Option<Document> {
        let config = &self.desk.papers.config;
        Some(self.report.letter(&config.letterhead, &self.desk.by_hand, &config.timezone, self.desk.lang))
    }
}

struct LogbookPaper<'a> {
    desk: Desk<'a>,
    book: Logbook,
}

impl Paper for LogbookPaper<'_> {
    fn name(&self) -> String {
        self.desk.name("so-nhat-ky")
    }

    fn sheet(&self) -> Sheet {
        self.book.sheet(&self.desk.papers.config.timezone, self.desk.lang)
    }

    fn workbook(&self) -> Workbook {
        self.book.workbook(&self.desk.papers.config.timezone, self.desk.lang)
    }

    fn json(&self) -> Value {
        self.book.json(&self.desk.papers.config.timezone)
    }

    fn document(&self) -> Option<Document> {
        let config = &self.desk.papers.config;
        Some(self.book.document(&config.letterhead, &self.desk.by_hand, &config.timezone, self.desk.lang))
    }
}

struct InstallsPaper<'a> {
    desk: Desk<'a>,
    installs: InstallsTable,
}

impl Paper for InstallsPaper<'_> {
    fn name(&self) -> String {
        self.desk.name("cai-dat")
    }

    fn sheet(&self) -> Sheet {
        self.installs.sheet(self.desk.lang)
    }

    fn json(&self) -> Value {
        serde_json::to_value(&self.installs).expect("the table has text keys only")
    }

    fn document(&self) -> Option<Document> {
        let Desk { papers, period, by_hand, lang } = &self.desk;
        Some(self.installs.document(period, &papers.config.letterhead, by_hand, *lang))
    }
}
