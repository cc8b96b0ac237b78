//! Alerts in force and latched silence: what a restart must not forget.

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::equipment::store::{Store, Stored, millis};
use crate::playout::Alert;

/// An alert in force, with its number; none if it could not be written down.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedAlert {
    pub alert_id: Option<i64>,
    pub alert: Alert,
}

impl Store {
    /// Writes down an alert in force, and returns its number.
    ///
    /// # Errors
    /// The database failed.
    pub fn save_alert(&mut self, alert: &Alert) -> Stored<i64> {
        let json = json(alert);
        self.write(|tx| {
            tx.prepare_cached("INSERT INTO alert (alert) VALUES (?1)")?.execute([json])?;
            Ok(tx.last_insert_rowid())
        })
    }

    /// Writes down where an alert stands; one that is over ends, and one that has ended stays so.
    ///
    /// # Errors
    /// The database failed.
    pub fn note_alert(&mut self, alert_id: i64, alert: &Alert) -> Stored<()> {
        let (json, is_over) = (json(alert), alert.next_at().is_none());
        self.write(|tx| {
            let sql = "UPDATE alert SET alert = ?2, is_over = ?3 WHERE alert_id = ?1 AND is_over = 0";
            tx.prepare_cached(sql)?.execute((alert_id, json, is_over))?;
            Ok(())
        })
    }

    /// One alert is over.
    ///
    /// # Errors
    /// The database failed.
    pub fn end_alert(&mut self, alert_id: i64) -> Stored<()> {
        self.write(|tx| {
            tx.prepare_cached("UPDATE alert SET is_over = 1 WHERE alert_id = ?1")?.execute([alert_id])?;
            Ok(())
        })
    }

    /// No alert is in force any more.
    ///
    /// # Errors
    /// The database failed.
    pub fn end_alerts(&mut self) -> Stored<()> {
        self.write(|tx| {
            tx.prepare_cached("UPDATE alert SET is_over = 1 WHERE is_over = 0")?.execute([])?;
            Ok(())
        })
    }

    /// The alerts in force, oldest first; one that cannot be read hides no other.
    ///
    /// # Errors
    /// The database failed.
    pub fn alerts(&self) -> Stored<Vec<SavedAlert>> {
        self.ask(|db| {
            let sql = "SELECT alert_id, alert FROM alert WHERE is_over = 0 ORDER BY alert_id";
            let mut statement = db.prepare_cached(sql)?;
            let alerts = statement.query_map([], |row| {
                let json: String = row.get(1)?;
                let alert_id = row.get(0)?;
                Ok(serde_json::from_str(&json).ok().map(|alert| SavedAlert { alert_id, alert }))
            })?;
            alerts.filter_map(Result::transpose).collect()
        })
    }

    /// Latches silence, or releases it.
    ///
    /// # Errors
    /// The database failed.
    pub fn set_silence(&mut self, silenced: bool, at: Timestamp) -> Stored<()> {
        self.write(|tx| {
            let sql = "INSERT INTO silence (is_latched, at) VALUES (?1, ?2)";
            tx.prepare_cached(sql)?.execute((silenced, millis(at)))?;
            Ok(())
        })
    }

    /// Whether silence is latched.
    ///
    /// # Errors
    /// The database failed.
    pub fn is_silenced(&self) -> Stored<bool> {
        self.ask(|db| {
            let sql = "SELECT is_latched FROM silence ORDER BY silence_id DESC LIMIT 1";
            Ok(db.query_row(sql, [], |row| row.get(0)).optional()?.unwrap_or(false))
        })
    }
}

fn json(alert: &Alert) -> String {
    serde_json::to_string(alert).expect("an alert has no map keys that are not text")
}
