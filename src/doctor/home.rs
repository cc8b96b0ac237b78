//! The station's home: what is written in it, who may read and write it, its database, and what it is ordered to air.

use crate::airtime::Break;
use crate::doctor::{State, Topic};

/// station.yaml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settings {
    /// The station's name.
    Good {
        station: String,
    },
    Missing {
        dir: String,
    },
    /// The first mistake as `loa check` says it, and how many more there are.
    Broken {
        first: String,
        more: usize,
        /// Its last good version is in force.
        stands: bool,
    },
}

/// The folders, as far as somebody is kept from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    pub missing: Vec<String>,
    /// By everybody who needs them.
    pub rights: Vec<Rights>,
}

/// What one account may not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    pub user: String,
    pub unreadable: Vec<String>,
    pub unwritable: Vec<String>,
}

/// The database, looked at without changing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// Nothing was ever aired.
    None,
    /// Of an earlier version of this program, which the next start brings up to date.
    Older,
    /// Of a later one.
    Newer {
        version: i64,
    },
    Trial,
    Failed {
        detail: String,
    },
    /// The account that asks may not open it.
    Closed,
    /// SQLite found it damaged.
    Damaged {
        detail: String,
    },
    /// It is sound; whether the seal holds over its rows.
    Sound {
        rows: Result<usize, Break>,
    },
}

/// What `loa check` finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orders {
    pub errors: usize,
    pub warnings: usize,
    pub sessions: usize,
    pub files: usize,
    /// The first problem, as `loa check` says it, an error before a warning.
    pub first: Option<String>,
    /// Title and beginning of the session that comes next.
    pub next: Option<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HomeFinding {
    SettingsGood {
        station: String,
    },
    NoHome {
        dir: String,
    },
    SettingsBroken {
        first: String,
        more: usize,
        stands: bool,
    },
    FoldersGood {
        users: String,
    },
    FolderMissing {
        folder: String,
    },
    Unreadable {
        user: String,
        paths: Vec<String>,
    },
    Unwritable {
        user: String,
        paths: Vec<String>,
    },
    NoDatabase,
    DatabaseOlder,
    DatabaseNewer {
        version: i64,
    },
    DatabaseOfTrial,
    DatabaseClosed,
    DatabaseFails {
        detail: String,
    },
    DatabaseDamaged {
        detail: String,
    },
    DatabaseGood,
    SealWhole {
        rows: usize,
    },
    SealBroken {
        at: Break,
    },
    OrdersGood {
        sessions: usize,
        files: usize,
    },
    OrdersNoted {
        warnings: usize,
        first: String,
    },
    OrdersWrong {
        errors: usize,
        warnings: usize,
        first: String,
    },
    NextSession {
        title: String,
        start: String,
    },
    NothingAhead,
    Running,
    NotRunning,
    Mute,
    DoorClosed {
        detail: String,
    },
    Silenced,
    Noted {
        count: usize,
        first: String,
    },
    NoAlarms,
    Alarm {
        since: String,
        text: String,
    },
    /// It is watched a little longer.
    AlarmPast {
        since: String,
        text: String,
    },
    /// The program does not run: it was so when it ended.
    AlarmLeft {
        since: String,
        text: String,
    },
    /// It cannot be known while station.yaml is broken.
    NeedsSettings {
        topic: Topic,
    },
    /// What was to be looked at failed.
    NotSeen {
        topic: Topic,
        detail: String,
    },
}

impl HomeFinding {
    pub(in crate::doctor) const fn judged(&self) -> (Topic, State) {
        match self {
            Self::SettingsGood { .. } => (Topic::Settings, State::Ok),
            Self::NoHome { .. } | Self::SettingsBroken { .. } => (Topic::Settings, State::Error),
            Self::FoldersGood { .. } => (Topic::Folders, State::Ok),
            Self::FolderMissing { .. } | Self::Unreadable { .. } | Self::Unwritable { .. } => {
                (Topic::Folders, State::Error)
            }
            Self::NoDatabase | Self::DatabaseGood | Self::DatabaseOlder => (Topic::Database, State::Ok),
            Self::DatabaseNewer { .. }
            | Self::DatabaseOfTrial
            | Self::DatabaseFails { .. }
            | Self::DatabaseDamaged { .. } => (Topic::Database, State::Error),
            Self::DatabaseClosed => (Topic::Database, State::Unknown),
            Self::SealWhole { .. } => (Topic::Seal, State::Ok),
            Self::SealBroken { .. } => (Topic::Seal, State::Error),
            Self::OrdersGood { .. } => (Topic::Schedule, State::Ok),
            Self::OrdersNoted { .. } => (Topic::Schedule, State::Warning),
            Self::OrdersWrong { .. } => (Topic::Schedule, State::Error),
            Self::NextSession { .. } => (Topic::NextSession, State::Ok),
            Self::NothingAhead => (Topic::NextSession, State::Warning),
            Self::Running => (Topic::Station, State::Ok),
            Self::NotRunning | Self::Silenced | Self::Noted { .. } => (Topic::Station, State::Warning),
            Self::NoAlarms => (Topic::Alarm, State::Ok),
            Self::AlarmPast { .. } => (Topic::Alarm, State::Warning),
            Self::Alarm { .. } | Self::AlarmLeft { .. } => (Topic::Alarm, State::Error),
            Self::Mute => (Topic::Station, State::Error),
            Self::DoorClosed { .. } => (Topic::Station, State::Unknown),
            Self::NeedsSettings { topic } | Self::NotSeen { topic, .. } => (*topic, State::Unknown),
        }
    }
}

impl Settings {
    #[must_use]
    pub fn judge(self) -> HomeFinding {
        match self {
            Self::Good { station } => HomeFinding::SettingsGood { station },
            Self::Missing { dir } => HomeFinding::NoHome { dir },
            Self::Broken { first, more, stands } => HomeFinding::SettingsBroken { first, more, stands },
        }
    }
}

impl Folders {
    #[must_use]
    pub fn judge(self) -> Vec<HomeFinding> {
        let mut findings: Vec<_> =
            self.missing.into_iter().map(|folder| HomeFinding::FolderMissing { folder }).collect();
        let users: Vec<String> = self.rights.iter().map(|rights| rights.user.clone()).collect();
        for Rights { user, unreadable, unwritable } in self.rights {
            if !unreadable.is_empty() {
                findings.push(HomeFinding::Unreadable { user: user.clone(), paths: unreadable });
            }
            if !unwritable.is_empty() {
                findings.push(HomeFinding::Unwritable { user, paths: unwritable });
            }
        }
        if findings.is_empty() {
            findings.push(HomeFinding::FoldersGood { users: users.join(", ") });
        }
        findings
    }
}

impl Database {
    #[must_use]
    pub fn judge(self) -> Vec<HomeFinding> {
        let seal = match self {
            Self::None => return vec![HomeFinding::NoDatabase],
            Self::Older => return vec![HomeFinding::DatabaseOlder],
            Self::Newer { version } => return vec![HomeFinding::DatabaseNewer { version }],
            Self::Trial => return vec![HomeFinding::DatabaseOfTrial],
            Self::Failed { detail } => return vec![HomeFinding::DatabaseFails { detail }],
            Self::Closed => return vec![HomeFinding::DatabaseClosed],
            Self::Damaged { detail } => return vec![HomeFinding::DatabaseDamaged { detail }],
            Self::Sound { rows: Ok(rows) } => HomeFinding::SealWhole { rows },
            Self::Sound { rows: Err(at) } => HomeFinding::SealBroken { at },
        };
        vec![HomeFinding::DatabaseGood, seal]
    }
}

impl Orders {
    #[must_use]
    pub fn judge(self) -> Vec<HomeFinding> {
        let Self { errors, warnings, sessions, files, first, next } = self;
        let orders = match (errors, first) {
            (0, None) => HomeFinding::OrdersGood { sessions, files },
            (0, Some(first)) => HomeFinding::OrdersNoted { warnings, first },
            (_, first) => HomeFinding::OrdersWrong { errors, warnings, first: first.unwrap_or_default() },
        };
        let next = next.map_or(HomeFinding::NothingAhead, |(title, start)| HomeFinding::NextSession { title, start });
        vec![orders, next]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Finding;

    #[test]
    fn each_account_is_told_what_it_may_not_do() {
        let rights = |user: &str, unreadable: &[&str], unwritable: &[&str]| {
            let texts = |paths: &[&str]| paths.iter().map(|&path| path.to_owned()).collect();
            Rights { user: user.to_owned(), unreadable: texts(unreadable), unwritable: texts(unwritable) }
        };
        let good = Folders { missing: Vec::new(), rights: vec![rights("loa", &[], &[]), rights("lan", &[], &[])] };
        assert_eq!(good.judge(), [HomeFinding::FoldersGood { users: "loa, lan".to_owned() }]);
        let bad = Folders {
            missing: vec!["audio".to_owned()],
            rights: vec![rights("loa", &["audio/bulletins/a.mp3"], &["data"])],
        };
        let (user, found) = ("loa".to_owned(), bad.judge());
        assert_eq!(
            found,
            [
                HomeFinding::FolderMissing { folder: "audio".to_owned() },
                HomeFinding::Unreadable { user: user.clone(), paths: vec!["audio/bulletins/a.mp3".to_owned()] },
                HomeFinding::Unwritable { user, paths: vec!["data".to_owned()] },
            ]
        );
        assert!(found.iter().all(|finding| finding.judged() == (Topic::Folders, State::Error)));
    }

    #[test]
    fn a_database_that_cannot_be_read_says_nothing_of_its_seal() {
        let states =
            |database: Database| -> Vec<(Topic, State)> { database.judge().iter().map(HomeFinding::judged).collect() };
        assert_eq!(states(Database::Closed), [(Topic::Database, State::Unknown)]);
        assert_eq!(states(Database::None), [(Topic::Database, State::Ok)]);
        assert_eq!(states(Database::Damaged { detail: "page 3".to_owned() }), [(Topic::Database, State::Error)]);
        let whole = Database::Sound { rows: Ok(7) };
        assert_eq!(states(whole), [(Topic::Database, State::Ok), (Topic::Seal, State::Ok)]);
        let broken = Database::Sound { rows: Err(Break::Changed { row: 3 }) };
        assert_eq!(states(broken)[1], (Topic::Seal, State::Error));
        let failed = Finding::from(HomeFinding::DatabaseFails { detail: "disk I/O error".to_owned() });
        let changed = Finding::from(HomeFinding::SealBroken { at: Break::Changed { row: 3 } });
        assert_eq!((failed.is_of_the_world(), changed.is_of_the_world()), (true, false));
    }

    #[test]
    fn notes_are_no_errors() {
        let orders = |errors, warnings, first: Option<&str>| {
            let (first, next) = (first.map(str::to_owned), None);
            let found = Orders { errors, warnings, sessions: 2, files: 30, first, next }.judge();
            assert_eq!(found[1], HomeFinding::NothingAhead);
            found[0].judged().1
        };
        assert_eq!(orders(0, 0, None), State::Ok);
        assert_eq!(orders(0, 2, Some("a")), State::Warning);
        assert_eq!(orders(1, 2, Some("a")), State::Error);
    }
}
