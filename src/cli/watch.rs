//! What a person watching `loa run` sees: a line for everything that happens and, on a terminal, what is on the air
//! with the time left. As a service the lines go to the journal, each with its weight.

use std::io::{IsTerminal as _, Write as _, stderr};

use crate::airtime::Outcome;
use crate::equipment::journal::{Journal, Priority};
use crate::say;
use crate::station::on_air::OnAir;
use crate::words::{Lang, Notice, Say as _, Weight, on_one_line};

/// Writes to standard error, or to the journal that reads it.
pub struct Watcher {
    lang: Lang,
    /// Also what goes as planned.
    verbose: bool,
    terminal: bool,
    journal: Option<Journal>,
    /// What stands in the last line of the terminal, to be written over.
    shown: String,
}

impl Watcher {
    pub fn new(lang: Lang, verbose: bool) -> Self {
        Self { lang, verbose, terminal: stderr().is_terminal(), journal: Journal::connected(), shown: String::new() }
    }

    /// Shows what happened and, on a terminal, what is on.
    pub fn show(&mut self, station: &mut OnAir, notices: Vec<Notice>) {
        for notice in notices {
            // Whatever a file is called or tagged: a line says what happened, and nothing else does.
            let message = on_one_line(&notice.say(self.lang));
            if let Some(journal) = &self.journal {
                self.write(journal, &notice, &message);
            } else if self.verbose || !as_planned(&notice) {
                self.wipe();
                tell(&format!("{}  {message}\n", station.clock_shows()));
            }
        }
        if self.terminal {
            self.show_on_air(station);
        }
    }

    /// Single items stay out of the journal unless somebody wants them: the airtime log has them all.
    fn write(&self, journal: &Journal, notice: &Notice, message: &str) {
        let priority = match notice.weight() {
            Weight::Alarm => Priority::Error,
            Weight::Warning => Priority::Warning,
            Weight::News => Priority::Notice,
            Weight::Routine => Priority::Info,
            Weight::Detail if self.verbose => Priority::Info,
            Weight::Detail => return,
        };
        journal.write(priority, notice.event(), message);
    }

    /// The last words of a station that was stopped.
    pub fn show_last(&mut self, station: &mut OnAir) {
        let notices = station.take_notices();
        self.terminal = false;
        self.show(station, notices);
    }

    fn show_on_air(&mut self, station: &OnAir) {
        let line = station.on_air().and_then(|on_air| {
            let (index, heard, _) = on_air.now?;
            let item = &on_air.rundown.items[index];
            let (title, left) = (&item.piece.title, item.length.saturating_sub(heard));
            let next = on_air.next.map_or("–", |line| on_air.rundown.items[line].piece.title.as_str());
            Some(say!(self.lang, "♪ {title}  còn {left}  → {next}", "♪ {title}  {left} left  → {next}"))
        });
        let line: String = line.unwrap_or_default().chars().take(110).collect();
        if line != self.shown {
            self.wipe();
            tell(&line);
            self.shown = line;
        }
    }

    fn wipe(&mut self) {
        if !self.shown.is_empty() {
            tell("\r\x1b[2K");
            self.shown.clear();
        }
    }
}

/// Whoever watched may have gone: the programme goes on unwatched.
fn tell(text: &str) {
    let mut out = stderr();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The end of an item that aired: the beginning of the next one says as much. The amplifier when it obeys.
fn as_planned(notice: &Notice) -> bool {
    matches!(notice, Notice::ItemEnded { outcome: Outcome::Aired, .. } | Notice::AmplifierSwitched { .. })
}
