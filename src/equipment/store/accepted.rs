//! What the station accepted of the Ministry's: the content of each file, and the manifests that were in force. Kept with
//! its history.

use crate::equipment::store::{Store, Stored, instant, millis, unknown_word};
use crate::library::{Accepted, Approvals, CartPath, ContentHash, KeyId, Pin};
use crate::time::Frames;

impl Store {
    /// Keeps which contents were accepted.
    ///
    /// # Errors
    /// The database failed; none of them was kept.
    pub fn pin(&mut self, pins: &[Pin]) -> Stored<()> {
        self.write(|tx| {
            let mut insert =
                tx.prepare_cached("INSERT INTO pinned (path, hash, length, at) VALUES (?1, ?2, ?3, ?4)")?;
            for Pin { path, hash, length, at } in pins {
                insert.execute((path.as_str(), hash.as_str(), length.0, millis(*at)))?;
            }
            Ok(())
        })
    }

    /// All contents that were accepted, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn pins(&self) -> Stored<Vec<Pin>> {
        self.ask(|db| {
            let mut statement = db.prepare_cached("SELECT path, hash, length, at FROM pinned ORDER BY pinned_id")?;
            let pins = statement.query_map([], |row| {
                let (path, hash): (String, String) = (row.get(0)?, row.get(1)?);
                Ok(Pin {
                    path: CartPath::new(&path).ok_or_else(|| unknown_word(0, &path))?,
                    hash: ContentHash::new(&hash).ok_or_else(|| unknown_word(1, &hash))?,
                    length: Frames(row.get(2)?),
                    at: instant(row.get(3)?),
                })
            })?;
            pins.collect()
        })
    }

    /// What people decided on files, and what is pinned.
    ///
    /// # Errors
    /// The database failed.
    pub fn approvals(&self) -> Stored<Approvals> {
        Ok(Approvals::from_history(self.decisions()?).with_pins(self.pins()?))
    }

    /// Keeps that a manifest came into force.
    ///
    /// # Errors
    /// The database failed.
    pub fn accept(&mut self, manifest: &Accepted) -> Stored<()> {
        self.write(|tx| {
            let sql = "INSERT INTO accepted (signed_by, batch, content, at) VALUES (?1, ?2, ?3, ?4)";
            let signed_by = manifest.signed_by.as_ref().map_or("", KeyId::as_str);
            tx.execute(sql, (signed_by, manifest.batch, manifest.content.as_str(), millis(manifest.at)))?;
            Ok(())
        })
    }

    /// All manifests with a batch that came into force, oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn accepted(&self) -> Stored<Vec<Accepted>> {
        self.ask(|db| {
            let mut statement =
                db.prepare_cached("SELECT signed_by, batch, content, at FROM accepted ORDER BY accepted_id")?;
            let accepted = statement.query_map([], |row| {
                let (signed_by, content): (String, String) = (row.get(0)?, row.get(2)?);
                Ok(Accepted {
                    signed_by: KeyId::new(&signed_by),
                    batch: row.get(1)?,
                    content: ContentHash::new(&content).ok_or_else(|| unknown_word(2, &content))?,
                    at: instant(row.get(3)?),
                })
            })?;
            accepted.collect()
        })
    }
}
