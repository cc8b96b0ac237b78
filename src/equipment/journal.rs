//! The system's journal, where a service's messages keep their weight: `journalctl -p warning -u loa`.

use log::{Level, Log as _, Record};
use systemd_journal_logger::{JournalLog, connected_to_journal};

/// The journal that standard error goes to.
pub struct Journal(JournalLog);

/// How much a message matters, as the journal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// 3, `err`.
    Error,
    /// 4, `warning`.
    Warning,
    /// 5, `notice`.
    Notice,
    /// 6, `info`.
    Info,
}

impl Journal {
    /// The journal, if that is what reads standard error.
    #[must_use]
    pub fn connected() -> Option<Self> {
        let journal = || JournalLog::new().ok().map(|journal| journal.with_syslog_identifier("loa".to_owned()));
        connected_to_journal().then(journal).flatten().map(Self)
    }

    /// Writes one message; `event` says what happened in one word, in the field `EVENT`.
    pub fn write(&self, priority: Priority, event: &str, message: &str) {
        let level = match priority {
            Priority::Error => Level::Error,
            Priority::Warning => Level::Warn,
            Priority::Notice => Level::Info,
            Priority::Info => Level::Debug,
        };
        let fields = [("EVENT", event)];
        self.0.log(
            &Record::builder().level(level).target("loa").args(format_args!("{message}")).key_values(&fields).build(),
        );
    }
}
