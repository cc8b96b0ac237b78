//! What every command needs: the home, the language, and the things in the home, opened when they are wanted.

use std::env;
use std::io::{Write as _, stderr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cli::args::{Args, LangArg};
use crate::cli::{Failure, Outcome};
use crate::equipment::Owner;
use crate::equipment::cache::Cache;
use crate::equipment::clock::SystemClock;
use crate::equipment::quarantine::{Examiner, Quarantine};
use crate::equipment::store::{Durability, KeptCopy, Store, StoreFault, StoreTrouble};
use crate::library::{Accepted, Catalogue, Found, Trust, assemble};
use crate::station::home::{Home, Papers};
use crate::station::ingest::Ingest;
use crate::station::last_good::LastGood;
use crate::station::lock::HomeLock;
use crate::station::log_keeper::LogKeeper;
use crate::words::{Carry, DatabaseTalk, Lang, Message, Say, Urgent};
use crate::written::{Problem, Standing};

/// Where the station lives unless somebody says otherwise.
const HOME_DEFAULT: &str = "/var/lib/loa";

/// One command's surroundings.
#[derive(Clone)]
pub(crate) struct Context {
    pub home: Home,
    pub json: bool,
    pub verbose: bool,
    typed_lang: Option<Lang>,
    /// As far as the arguments and the environment tell.
    lang: Lang,
}

impl Context {
    pub fn new(args: &Args, lang: Lang) -> Self {
        let typed_lang = args.lang.map(|lang| if lang == LangArg::En { Lang::En } else { Lang::Vi });
        let home = Home::new(home_dir(args.home.as_deref()));
        let by_home = || home.config().map(|config| config.lang);
        let lang = typed_lang.or_else(by_home).unwrap_or(lang);
        Self { home, json: args.json, verbose: args.verbose, typed_lang, lang }
    }

    /// `--lang`, `LOA_LANG`, then `language:` in station.yaml, then Vietnamese.
    pub fn lang(&self) -> Lang {
        self.typed_lang.unwrap_or(self.lang)
    }

    pub fn say(&self, value: &impl Say) -> String {
        value.say(self.lang())
    }

    /// Tells the person who typed the command.
    pub fn tell(&self, message: &Message) {
        let _ = writeln!(stderr(), "{}", self.say(message));
    }

    #[expect(clippy::unused_self, reason = "the clock is one of a command's surroundings")]
    pub fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    /// Everything people wrote, as it is in force. Mistakes are printed, with what counts instead; where nothing can
    /// count instead of station.yaml there is nothing to do.
    pub fn papers(&self) -> Result<Papers, Failure> {
        self.papers_quietly().inspect(|papers| self.tell_mistakes(papers))
    }

    /// The same for commands that must work whatever is wrong with the papers: what cannot be read has its defaults.
    pub fn papers_or_defaults(&self) -> Papers {
        let papers = Papers::read_or_defaults(&self.home, &self.accepted());
        self.tell_mistakes(&papers);
        papers
    }

    fn tell_mistakes(&self, papers: &Papers) {
        for problem in &papers.problems {
            let _ = writeln!(stderr(), "{}", self.say(problem));
        }
        for standing in &papers.standing {
            let _ = writeln!(stderr(), "{}", self.say(standing));
        }
    }

    /// Whether a station is on the air for this home: it holds the lock.
    pub fn is_running(&self) -> bool {
        HomeLock::is_held(&self.home)
    }

    /// A home is where station.yaml is, or was: the log of a station outlives it.
    pub fn need_home(&self) -> Outcome {
        if self.has_settings() || self.home.database().exists() {
            return Ok(());
        }
        Err(Failure::usage(Message::NoHome { dir: self.home.dir.display().to_string() }))
    }

    /// The same for commands that do without the mistakes of schedules and sidecars.
    pub fn papers_quietly(&self) -> Result<Papers, Failure> {
        self.papers_or_mistakes()?.map_err(|problems| self.unusable(&problems))
    }

    /// Prints the mistakes of a station.yaml of which no good version is known.
    pub fn unusable(&self, problems: &[Problem]) -> Failure {
        for problem in problems {
            let _ = writeln!(stderr(), "{}", self.say(problem));
        }
        let nothing = Standing { file: "station.yaml".to_owned(), since: None };
        let _ = writeln!(stderr(), "{}", self.say(&nothing));
        Failure::told()
    }

    /// The papers in force, or the mistakes in a station.yaml of which no good version is known, for who prints them
    /// himself.
    pub fn papers_or_mistakes(&self) -> Result<Result<Papers, Vec<Problem>>, Failure> {
        if !self.has_settings() {
            return Err(Failure::usage(Message::NoHome { dir: self.home.dir.display().to_string() }));
        }
        Ok(Papers::read(&self.home, &self.accepted()))
    }

    /// Whether there is a station.yaml, or was one when the station ran last.
    fn has_settings(&self) -> bool {
        let name = "station.yaml";
        self.home.dir.join(name).exists() || LastGood::of(&self.home).get(name).is_some()
    }

    /// Whom the station believes.
    pub fn trust(&self, papers: &Papers) -> Trust {
        papers.trust(&self.accepted())
    }

    /// The manifests that the station accepted before. A database that cannot be read binds no paper: whoever needs it says
    /// so.
    pub fn accepted(&self) -> Vec<Accepted> {
        let file = self.home.database();
        let store = if file.exists() { Store::look(&file).ok().flatten() } else { None };
        store.and_then(|store| store.accepted().ok()).unwrap_or_default()
    }

    /// The station's day.
    pub fn today(&self, papers: &Papers) -> Date {
        papers.config.timezone.to_datetime(self.now()).date()
    }

    /// The database, made if there is none. Its tables are not changed under a station that runs: that may be an older
    /// program, which starts anew when nothing is on the air.
    pub fn store(&self) -> Result<Store, Failure> {
        let file = self.home.database();
        if file.exists() && self.is_running() && Store::look(&file).map_err(|fault| store_failure(&fault))?.is_none() {
            return Err(Failure::world(Message::Urgent(Urgent::OlderRuns)));
        }
        self.own_store()
    }

    /// The same for the station itself, which holds the lock: whatever state the database is in, and whether or not the disk
    /// takes anything.
    pub fn log(&self, papers: &Papers) -> Result<LogKeeper, Failure> {
        let log = LogKeeper::open(&self.home.database(), papers.config.timezone.clone(), self.now());
        let log = log.map_err(|fault| store_failure(&fault))?;
        if let Some(kept) = log.store().kept_copy() {
            self.tell_kept(kept);
        }
        Ok(log)
    }

    fn own_store(&self) -> Result<Store, Failure> {
        self.make_folder(&self.home.data())?;
        let store = Store::open(&self.home.database(), Durability::Full).map_err(|fault| store_failure(&fault))?;
        if let Some(kept) = store.kept_copy() {
            self.tell_kept(kept);
        }
        Ok(store)
    }

    /// That the tables were brought up to date, and where they lie as they were.
    pub fn tell_kept(&self, kept: &KeptCopy) {
        let file = kept.file.display().to_string();
        self.tell(&Message::Carry(Carry::CopyKept { file, from: kept.from, to: kept.to }));
    }

    /// The database, if there is one: looking leaves no trace.
    pub fn existing_store(&self) -> Result<Option<Store>, Failure> {
        if self.home.database().exists() { self.store().map(Some) } else { Ok(None) }
    }

    /// Looks at the audio folder. Results are remembered where the home can be written.
    pub fn look(&self) -> Result<Vec<Found>, Failure> {
        let remembered = std::fs::create_dir_all(self.home.data()).is_ok();
        let cache = if remembered { Cache::open(&self.home.analysis()) } else { Cache::in_memory() };
        let mut ingest = Ingest::new(self.home.audio(), cache, self.examiner());
        let look = ingest.look_patiently(|| self.now()).map_err(|gone| {
            let folder = gone.folder.display().to_string();
            Failure::world(Message::FolderGone { folder, detail: gone.detail })
        })?;
        Ok(look.found)
    }

    /// Who decodes files never seen before.
    #[expect(clippy::unused_self, reason = "what examines files is one of a command's surroundings")]
    pub fn examiner(&self) -> Arc<dyn Examiner> {
        Arc::new(Quarantine::by_this_program())
    }

    /// The catalogue as it stands.
    pub fn catalogue(&self, papers: &Papers, store: Option<&Store>) -> Result<Catalogue, Failure> {
        let approvals = store.map(Store::approvals).transpose().map_err(|fault| store_failure(&fault))?;
        let approvals = approvals.unwrap_or_default();
        let rules = papers.config.library_rules();
        Ok(assemble(&self.look()?, &papers.manifest, &papers.sidecars, &approvals, &rules))
    }

    /// The lock on the home, if no other station has it.
    pub fn lock(&self) -> Result<HomeLock, Failure> {
        let home = self.home.dir.display().to_string();
        let lock = HomeLock::take(&self.home).map_err(|error| self.cannot_write(&self.home.lock(), &error))?;
        lock.ok_or_else(|| Failure::world(Message::AlreadyRunning { home }))
    }

    /// What root made in the data folder of somebody else's home becomes theirs: the station must be able to write it.
    pub fn hand_over(&self) {
        let owner = Owner::of(&self.home.dir);
        if owner.is_other() {
            // What could not be given away is named by whoever cannot write it.
            let _ = owner.give_all(&self.home.data());
        }
    }

    pub fn make_folder(&self, folder: &Path) -> Outcome {
        std::fs::create_dir_all(folder).map_err(|error| self.cannot_write(folder, &error))
    }

    #[expect(clippy::unused_self, reason = "reads as what the command says")]
    pub fn cannot_write(&self, file: &Path, error: &std::io::Error) -> Failure {
        Failure::world(Message::CannotWrite { file: file.display().to_string(), detail: error.to_string() })
    }
}

fn home_dir(typed: Option<&Path>) -> PathBuf {
    let is_home = |dir: &PathBuf| dir.join("station.yaml").exists() || Home::new(dir.clone()).database().exists();
    let here = || env::current_dir().ok().filter(is_home);
    typed.map(Path::to_owned).or_else(here).unwrap_or_else(|| PathBuf::from(HOME_DEFAULT))
}

pub(crate) fn store_failure(fault: &StoreFault) -> Failure {
    let file = fault.file.display().to_string();
    Failure::world(match &fault.what {
        StoreTrouble::Trial => Message::Database(DatabaseTalk::OfTrial { file }),
        StoreTrouble::Newer { version } => Message::Database(DatabaseTalk::Newer { file, version: *version }),
        StoreTrouble::Damaged { detail } => Message::Database(DatabaseTalk::Damaged { file, detail: detail.clone() }),
        StoreTrouble::NotCopied { detail } => Message::Carry(Carry::NoCopyKept { file, detail: detail.clone() }),
        StoreTrouble::Failed { detail } => Message::Database(DatabaseTalk::Failed { file, detail: detail.clone() }),
    })
}
