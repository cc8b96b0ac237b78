//! The history of alarms: a row when one is raised, another when it is over. Append-only.

use jiff::Timestamp;
use rusqlite::Row;

use crate::alarm::{Alarm, Sentence, What};
use crate::equipment::store::{Store, Stored, instant, millis, unknown_word};

/// Each alarm once: by the row of its end, if it has one.
const ALARMS: &str = "SELECT what, subject, detail, raised_at, max(cleared_at) AS cleared_at FROM alarm";

impl Store {
    /// Writes down that an alarm is raised or, if it is cleared, that it is over. Writing it again is harmless.
    ///
    /// # Errors
    /// The database failed.
    pub fn note_alarm(&mut self, alarm: &Alarm) -> Stored<()> {
        let detail = serde_json::to_string(&alarm.text).expect("two texts");
        let (raised_at, cleared_at) = (millis(alarm.raised_at), alarm.cleared_at.map(millis));
        self.write(|tx| {
            let sql = "INSERT OR IGNORE INTO alarm (what, subject, detail, raised_at, cleared_at) \
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            let values = (alarm.what.name(), &alarm.subject, detail, raised_at, cleared_at);
            tx.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    /// Alarms that are not over, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn open_alarms(&self) -> Stored<Vec<Alarm>> {
        let sql = format!("{ALARMS} GROUP BY what, subject, raised_at HAVING count(cleared_at) = 0 ORDER BY raised_at");
        self.ask(|db| db.prepare_cached(&sql)?.query_map([], alarm)?.collect())
    }

    /// Alarms that were raised or over between two instants, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn alarms_between(&self, from: Timestamp, until: Timestamp) -> Stored<Vec<Alarm>> {
        let sql = format!(
            "{ALARMS} GROUP BY what, subject, raised_at \
             HAVING raised_at BETWEEN ?1 AND ?2 OR max(cleared_at) BETWEEN ?1 AND ?2 ORDER BY raised_at, what, subject"
        );
        self.ask(|db| db.prepare_cached(&sql)?.query_map([millis(from), millis(until)], alarm)?.collect())
    }
}

fn alarm(row: &Row<'_>) -> rusqlite::Result<Alarm> {
    let (what, detail): (String, String) = (row.get(0)?, row.get(2)?);
    let cleared_at: Option<i64> = row.get(4)?;
    Ok(Alarm {
        what: What::named(&what).ok_or_else(|| unknown_word(0, &what))?,
        subject: row.get(1)?,
        text: serde_json::from_str::<Sentence>(&detail).map_err(|_| unknown_word(2, "detail"))?,
        raised_at: instant(row.get(3)?),
        cleared_at: cleared_at.map(instant),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::equipment::store::Durability;

    #[test]
    fn an_alarm_has_a_row_when_it_is_raised_and_one_when_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("loa.db"), Durability::None).unwrap();
        let at = |secs: i64| Timestamp::from_second(1_596_492_000 + secs).unwrap();
        let text = Sentence { vi: "mất tiếng".to_owned(), en: "no sound".to_owned() };
        let raised = |subject: &str, secs| Alarm {
            what: What::DeviceLost,
            subject: subject.to_owned(),
            text: text.clone(),
            raised_at: at(secs),
            cleared_at: None,
        };
        let over = Alarm { cleared_at: Some(at(90)), ..raised("cho", 0) };
        for alarm in [raised("cho", 0), raised("doi", 5), over.clone(), over.clone()] {
            store.note_alarm(&alarm).unwrap();
        }
        assert_eq!(store.open_alarms().unwrap(), [raised("doi", 5)]);
        assert_eq!(store.alarms_between(at(0), at(100)).unwrap(), [over.clone(), raised("doi", 5)]);
        assert_eq!(store.alarms_between(at(80), at(100)).unwrap(), [over]);
        assert_eq!(store.alarms_between(at(91), at(100)).unwrap(), []);
        for change in ["UPDATE alarm SET cleared_at = 1", "DELETE FROM alarm"] {
            let refused = store.ask(|db| db.execute(change, [])).unwrap_err();
            assert!(refused.to_string().ends_with("alarms are kept with their history"), "{refused}");
        }
        let rows: i64 = store.ask(|db| db.query_row("SELECT count(*) FROM alarm", [], |row| row.get(0))).unwrap();
        assert_eq!(rows, 3);
    }
}
