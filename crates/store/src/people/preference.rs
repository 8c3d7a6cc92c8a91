//! Preferences: one document of each member, sealed. To the store it is opaque bytes.
//!
//! Not here: what is in it (screens).

use policy::Principal;

use crate::sql::params;
use crate::writer::Answer;
use crate::{Store, StoreError};

/// Longest document, in bytes.
pub const PREFERENCES_BYTES_MAX: usize = 64 * 1024;

impl Store {
    /// The member's own document; nothing when it never kept one.
    pub fn preferences(&self, by: &Principal) -> Result<Option<Vec<u8>>, StoreError> {
        let sealed: Option<Vec<u8>> = self.0.readers.read(|connection| {
            let sql = "SELECT sealed FROM preference WHERE member = ?1";
            connection.prepare(sql).find([by.member.as_bytes()], |row| row.get(0))
        })?;
        let keys = self.0.keyring.get(&by.organisation)?;
        sealed.map(|sealed| keys.wrapping.open(&context(by), &sealed)).transpose()
    }

    /// Keeps the member's own document in place of the one before.
    pub fn keep_preferences(&self, by: &Principal, document: &[u8]) -> Result<Answer<()>, StoreError> {
        if !by.active {
            return Err(StoreError::Absent);
        }
        if document.len() > PREFERENCES_BYTES_MAX {
            return Err(StoreError::Conflict("the document is longer than 64 KiB"));
        }
        let keys = self.0.keyring.get(&by.organisation)?;
        let sealed = keys.wrapping.seal(&*self.0.random, &context(by), document);
        let member = by.member;
        self.0.writer.send(move |batch| {
            let now = batch.clock().now().millis();
            batch
                .connection
                .prepare("INSERT OR REPLACE INTO preference (member, changed, sealed) VALUES (?1, ?2, ?3)")
                .execute(params![&member.as_bytes()[..], now, sealed])?;
            Ok(())
        })
    }
}

/// Binds the document to its member: moved to another row it does not open.
fn context(by: &Principal) -> Vec<u8> {
    [b"preferences", &by.member.as_bytes()[..]].concat()
}
