//! What a live source tells besides its sound: titles, losses, and how much silence stood in for it.
//!
//! Written by whoever receives and decodes, read by whoever writes the log. All of it comes from strangers, so it is
//! cleaned and bounded here.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::library::Defect;
use crate::time::Frames;

/// One live source while it is carried.
#[derive(Debug, Default)]
pub struct Live {
    told: Mutex<Told>,
}

/// Something that happened to a live source.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// It announced what it is sending now.
    Title(String),
    /// Nothing comes any more; it is being tried again.
    Lost(Defect),
    /// It is there again.
    Back,
}

#[derive(Debug, Default)]
struct Told {
    titles: Vec<String>,
    news: VecDeque<News>,
    is_lost: bool,
    filled: Frames,
}

/// Titles kept of one relay: what is announced after them stands in the notices only.
const TITLES_MAX: usize = 20;
/// Characters of one title.
const TITLE_CHARACTERS_MAX: usize = 120;
/// News nobody fetched.
const NEWS_MAX: usize = 50;

impl Live {
    /// Takes a title as it was announced: without control characters, cut to one line of a table; one that says
    /// nothing, or nothing new, is no news.
    pub fn note_title(&self, announced: &str) {
        let title: String =
            announced.chars().filter(|letter| !letter.is_control()).take(TITLE_CHARACTERS_MAX).collect();
        let title = title.trim().to_owned();
        let mut told = self.told();
        if title.is_empty() || told.titles.last() == Some(&title) {
            return;
        }
        if told.titles.len() < TITLES_MAX {
            told.titles.push(title.clone());
        }
        told.tell(News::Title(title));
    }

    /// Nothing comes any more. Said once until it is [back](Self::note_back).
    pub fn note_lost(&self, defect: Defect) {
        let mut told = self.told();
        if !told.is_lost {
            told.is_lost = true;
            told.tell(News::Lost(defect));
        }
    }

    /// Sound comes.
    pub fn note_back(&self) {
        let mut told = self.told();
        if told.is_lost {
            told.is_lost = false;
            told.tell(News::Back);
        }
    }

    /// So much silence was given in place of sound.
    pub fn note_filled(&self, silence: Frames) {
        self.told().filled += silence;
    }

    /// What was announced, in order, each title once in a row.
    #[must_use]
    pub fn titles(&self) -> Vec<String> {
        self.told().titles.clone()
    }

    /// Silence given in place of sound so far: what was heard of a relay is what the output played, less this.
    #[must_use]
    pub fn filled(&self) -> Frames {
        self.told().filled
    }

    /// What happened since the last call, in order.
    pub fn take_news(&self) -> Vec<News> {
        self.told().news.drain(..).collect()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    fn tell(&mut self, news: News) {
        if self.news.len() == NEWS_MAX {
            self.news.pop_front();
        }
        self.news.push_back(news);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_clean_line_and_no_news_twice() {
        let live = Live::default();
        for announced in [" Thời sự\r\n 12h\0 ", "Thời sự 12h", "\u{7}", "", "Dân ca"] {
            live.note_title(announced);
        }
        assert_eq!(live.titles(), ["Thời sự 12h", "Dân ca"]);
        live.note_title(&"x".repeat(10_000));
        assert_eq!(live.titles()[2].len(), TITLE_CHARACTERS_MAX);
        assert_eq!(live.take_news().len(), 3);
        assert_eq!(live.take_news(), []);
    }

    #[test]
    fn what_strangers_announce_is_bounded() {
        let live = Live::default();
        (0..1_000).for_each(|nth| live.note_title(&nth.to_string()));
        assert_eq!((live.titles().len(), live.take_news().len()), (TITLES_MAX, NEWS_MAX));
    }

    #[test]
    fn a_loss_is_told_once_until_it_is_over() {
        let live = Live::default();
        live.note_back();
        live.note_lost(Defect::StreamDead);
        live.note_lost(Defect::StreamRefused { status: 404 });
        live.note_back();
        assert_eq!(live.take_news(), [News::Lost(Defect::StreamDead), News::Back]);
    }
}
