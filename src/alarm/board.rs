//! The open alarms, from what is wrong at each moment.

use jiff::{SignedDuration, Timestamp};

use crate::alarm::Alarm;

/// An alarm is over when nothing was seen of it for so long: what comes and goes is one alarm, with one row when it was
/// raised and one when it was over in every so long at most.
const HOLD: SignedDuration = SignedDuration::from_mins(1);

/// The open alarms of one station.
#[derive(Debug, Default)]
pub struct Board {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    alarm: Alarm,
    /// Since when nothing is seen of it; it stays open for a while.
    right_since: Option<Timestamp>,
    told: Told,
}

/// What people were told of an alarm last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Nothing yet: an earlier run of the program left it open.
    Nothing,
    Wrong,
    Right,
    /// That it is wrong again; no more is told of its coming and going.
    WrongAgain,
}

/// What becomes of an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub alarm: Alarm,
    /// What is to be told.
    pub news: Option<News>,
    /// Whether it is to be written down.
    pub is_row: bool,
}

/// What people are told of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    Wrong,
    /// It was so when the program ended, and is so still.
    StillWrong,
    Over,
}

impl Board {
    /// Goes on with the alarms that an earlier run left open, each to be found again or to be over. What is returned is to
    /// be written down: of several about one thing the latest goes on.
    #[must_use]
    pub fn resume(&mut self, mut left_open: Vec<Alarm>) -> Vec<Alarm> {
        left_open.sort_by_key(|alarm| alarm.raised_at);
        let mut over = Vec::new();
        for alarm in left_open {
            if let Some(index) = self.open.iter().position(|open| open.alarm.is_about(&alarm)) {
                let older = self.open.remove(index).alarm;
                over.push(Alarm { cleared_at: Some(alarm.raised_at), ..older });
            }
            self.open.push(Open { alarm, right_since: None, told: Told::Nothing });
        }
        over
    }

    /// Takes what is wrong now, all of it, each as an alarm raised now.
    pub fn mind(&mut self, now: Timestamp, wrong: &[Alarm]) -> Vec<Change> {
        let mut changes: Vec<Change> = self.open.iter_mut().filter_map(|open| open.mind(now, wrong)).collect();
        self.open.retain(|open| open.alarm.cleared_at.is_none());
        for alarm in wrong {
            if !self.open.iter().any(|open| open.alarm.is_about(alarm)) {
                self.open.push(Open { alarm: alarm.clone(), right_since: None, told: Told::Wrong });
                changes.push(Change { alarm: alarm.clone(), news: Some(News::Wrong), is_row: true });
            }
        }
        changes
    }

    /// When an alarm may be over.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let right_since = self.open.iter().filter_map(|open| open.right_since).min();
        right_since.and_then(|since| since.checked_add(HOLD).ok())
    }

    /// The open alarms, each with the instant since which nothing is seen of it; the oldest first.
    pub fn open(&self) -> impl Iterator<Item = (&Alarm, Option<Timestamp>)> {
        self.open.iter().map(|open| (&open.alarm, open.right_since))
    }
}

impl Open {
    fn mind(&mut self, now: Timestamp, wrong: &[Alarm]) -> Option<Change> {
        match wrong.iter().find(|other| other.is_about(&self.alarm)) {
            Some(still) => self.is_wrong(still),
            None => self.is_right(now),
        }
    }

    fn is_wrong(&mut self, still: &Alarm) -> Option<Change> {
        let reworded = self.alarm.what.is_told_anew() && self.alarm.text != still.text;
        self.alarm.text.clone_from(&still.text);
        self.right_since = None;
        let (told, news) = match self.told {
            Told::Nothing => (Told::Wrong, News::StillWrong),
            Told::Right => (Told::WrongAgain, News::Wrong),
            told if reworded => (told, News::Wrong),
            Told::Wrong | Told::WrongAgain => return None,
        };
        self.told = told;
        Some(Change { alarm: self.alarm.clone(), news: Some(news), is_row: false })
    }

    fn is_right(&mut self, now: Timestamp) -> Option<Change> {
        let since = *self.right_since.get_or_insert(now);
        // A clock that was set says nothing of how long it was right.
        if now.duration_since(since).abs() >= HOLD {
            let news = (self.told != Told::Right).then_some(News::Over);
            self.alarm.cleared_at = Some(since.max(self.alarm.raised_at));
            return Some(Change { alarm: self.alarm.clone(), news, is_row: true });
        }
        (self.told == Told::Wrong).then(|| {
            self.told = Told::Right;
            Change { alarm: self.alarm.clone(), news: Some(News::Over), is_row: false }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alarm::{Sentence, What};

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_596_492_000 + secs).unwrap()
    }

    fn alarm(what: What, subject: &str, text: &str, raised: i64) -> Alarm {
        let text = Sentence { vi: text.to_owned(), en: text.to_owned() };
        Alarm { what, subject: subject.to_owned(), text, raised_at: at(raised), cleared_at: None }
    }

    fn lost(raised: i64) -> Alarm {
        alarm(What::DeviceLost, "cho", "lost", raised)
    }

    /// What was told and what was written, in the order of the seconds at which something is or is not wrong.
    fn told(board: &mut Board, moments: &[(i64, Option<Alarm>)]) -> Vec<(i64, Option<News>, bool)> {
        let mut told = Vec::new();
        for (secs, wrong) in moments {
            let changes = board.mind(at(*secs), wrong.as_slice());
            told.extend(changes.into_iter().map(|change| (*secs, change.news, change.is_row)));
        }
        told
    }

    #[test]
    fn it_is_told_when_it_comes_and_when_it_goes_and_written_when_it_stays_away() {
        let mut board = Board::default();
        let story = [(0, Some(lost(0))), (1, Some(lost(1))), (100, None), (101, None), (159, None), (160, None)];
        let expected = [(0, Some(News::Wrong), true), (100, Some(News::Over), false), (160, None, true)];
        assert_eq!(told(&mut board, &story[..5]), expected[..2]);
        assert_eq!(board.open().collect::<Vec<_>>(), [(&lost(0), Some(at(100)))]);
        assert_eq!(board.wake_at(), Some(at(160)));
        assert_eq!(told(&mut board, &story[5..]), expected[2..]);
        assert_eq!((board.open().count(), board.wake_at()), (0, None));
    }

    #[test]
    fn what_comes_and_goes_is_one_alarm_over_since_it_was_seen_last() {
        let mut board = Board::default();
        let flapping: Vec<_> = (0..600).map(|secs| (secs, (secs % 20 < 10).then(|| lost(secs)))).collect();
        let expected = [(0, Some(News::Wrong), true), (10, Some(News::Over), false), (20, Some(News::Wrong), false)];
        assert_eq!(told(&mut board, &flapping), expected);
        let over = board.mind(at(650), &[]).remove(0);
        assert_eq!((over.alarm.raised_at, over.alarm.cleared_at), (at(0), Some(at(590))));
        assert_eq!((over.news, over.is_row), (Some(News::Over), true), "people were last told that it is wrong");
    }

    #[test]
    fn two_zones_are_two_alarms_and_the_words_of_an_open_one_follow_the_matter() {
        let mut board = Board::default();
        let other = alarm(What::DeviceLost, "doi", "lost", 0);
        assert_eq!(board.mind(at(0), &[lost(0), other.clone()]).len(), 2);
        let reworded = alarm(What::DeviceLost, "cho", "lost, tried 3 times", 5);
        assert_eq!(board.mind(at(5), &[reworded, other]), [], "how often it was tried is no news");
        assert_eq!(board.open().next().unwrap().0.text.en, "lost, tried 3 times");
        assert_eq!(board.open().next().unwrap().0.raised_at, at(0));
        let mistake = |text| alarm(What::Mistake, "schedules/a.yaml", text, 9);
        board.mind(at(9), &[mistake("line 3")]);
        let change = board.mind(at(10), &[mistake("line 7")]).remove(0);
        assert_eq!((change.news, change.is_row), (Some(News::Wrong), false), "another mistake is told");
    }

    #[test]
    fn what_an_earlier_run_left_open_is_found_again_or_over() {
        let mut board = Board::default();
        let mistake = alarm(What::Mistake, "station.yaml", "line 3", -500);
        let over = board.resume(vec![lost(-300), mistake.clone(), lost(-900)]);
        assert_eq!(over, [Alarm { cleared_at: Some(at(-300)), ..lost(-900) }]);
        let found = board.mind(at(0), &[alarm(What::Mistake, "station.yaml", "line 3", 0)]);
        assert_eq!(found, [Change { alarm: mistake, news: Some(News::StillWrong), is_row: false }]);
        let over = board.mind(at(60), &[alarm(What::Mistake, "station.yaml", "line 3", 60)]);
        let cleared = Alarm { cleared_at: Some(at(0)), ..lost(-300) };
        assert_eq!(over, [Change { alarm: cleared, news: Some(News::Over), is_row: true }]);
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nothing_open() {
        let mut board = Board::default();
        board.mind(at(0), &[lost(0)]);
        board.mind(at(10), &[]);
        let over = board.mind(at(-86_400), &[]).remove(0);
        assert_eq!(over.alarm.cleared_at, Some(at(10)));
    }
}
