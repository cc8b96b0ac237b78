//! Keeping the log while the station runs: signs of life, what is owed, and what became of the database told to people
//! and, where rows are lost, to the log itself.

use jiff::{SignedDuration, Timestamp};

use crate::airtime::{Fact, Gap};
use crate::equipment::store::Anew;
use crate::station::log_keeper::News;
use crate::station::on_air::OnAir;
use crate::words::Notice;

/// How often an idle station leaves a sign of life.
const ALIVE_EVERY: SignedDuration = SignedDuration::from_secs(60);

impl OnAir {
    pub(super) fn keep_log(&mut self, now: Timestamp) {
        if now.duration_since(self.alive_at).abs() >= ALIVE_EVERY && self.is_trusted() {
            self.alive_at = now;
            self.log.alive(now);
        }
        if self.is_trusted() {
            self.note_owed(now);
        }
        self.log.flush(now);
        self.tell_of_the_database(now);
    }

    /// What became of the database is said, and a gap has its row before anything else is written.
    pub(in crate::station) fn tell_of_the_database(&mut self, now: Timestamp) {
        let news = self.log.take_news();
        let is_other = !news.is_empty();
        for news in news {
            if let Some((lost, since)) = news.gap() {
                let gap = Gap { date: self.today(now), since, lost: lost.clone() };
                let entry = self.entry(now, Fact::Gap(gap));
                self.log.note_first(entry);
            }
            self.notices.push(match news {
                News::Gap { lost, .. } => Notice::RowsLost { lost },
                News::Anew(Anew { lost, why, salvaged, .. }) => Notice::LogAnew {
                    lost,
                    detail: why,
                    level: salvaged.level,
                    silenced: salvaged.silenced,
                    entries: salvaged.entries,
                },
                News::PutBack => Notice::LogPutBack,
            });
        }
        if is_other {
            self.log.flush(now);
        }
    }
}
