//! The sessions that a dead run left open, as the store will have them when what waits is written: without a disk a row is
//! closed in memory alone, and nobody may close it a second time.

use crate::equipment::store::{Closing, SavedSession, Stored};
use crate::station::log_keeper::LogKeeper;

impl LogKeeper {
    /// Sessions with items that have no row yet.
    ///
    /// # Errors
    /// The database failed.
    pub fn unfinished_sessions(&self) -> Stored<Vec<SavedSession>> {
        let mut sessions = self.store.unfinished_sessions()?;
        for (session, rows, is_over) in self.waiting.ends() {
            let Some(number) = self.known.get(&session).map(|known| known.number) else { continue };
            if is_over {
                sessions.retain(|session| session.session_id != number);
            }
            let Some(session) = sessions.iter_mut().find(|session| session.session_id == number) else { continue };
            let zone_of = |row: &Closing| Some(row.entry.fact.airing()?.zone.clone());
            let closed: Vec<_> = rows.iter().filter_map(|row| zone_of(row).zip(row.line)).collect();
            session.on_air.retain(|open| !closed.contains(&(open.zone.clone(), open.line)));
            session.over.extend(closed);
        }
        Ok(sessions)
    }
}
