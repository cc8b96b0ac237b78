//! Rounds of reporting (*đợt báo cáo*): a name, a period, and the day by which it has to be handed in.

use jiff::civil::Date;

/// One round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub name: String,
    pub from: Date,
    /// The last day, included.
    pub until: Date,
    pub deadline: Date,
}

impl Round {
    /// Days from `today` until the deadline; negative once it has passed.
    #[must_use]
    pub fn days_left(&self, today: Date) -> i32 {
        self.deadline.since(today).map_or(0, |span| span.get_days())
    }
}

/// The round that somebody has to think of now: the one with the nearest deadline not yet passed.
#[must_use]
pub fn due(rounds: &[Round], today: Date) -> Option<&Round> {
    rounds.iter().filter(|round| round.deadline >= today).min_by_key(|round| round.deadline)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_nearest_deadline_counts() {
        let round = |name: &str, day| Round {
            name: name.to_owned(),
            from: date(2020, 8, 1),
            until: date(2020, 8, day),
            deadline: date(2020, 8, day),
        };
        let rounds = [round("2", 25), round("1", 10)];
        assert_eq!(due(&rounds, date(2020, 8, 4)).map(|round| round.name.as_str()), Some("1"));
        assert_eq!(rounds[1].days_left(date(2020, 8, 4)), 6);
        assert_eq!(due(&rounds, date(2020, 8, 11)).map(|round| round.name.as_str()), Some("2"));
        assert_eq!(rounds[1].days_left(date(2020, 9, 10)), -31);
        assert_eq!(due(&rounds, date(2020, 8, 26)), None);
    }
}
