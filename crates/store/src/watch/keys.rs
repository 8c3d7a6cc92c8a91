//! The keys of the privacy gate, sealed under the node's key: one per month for pseudonyms, destroyed when the month has
//! passed, and one that stays for the names of posts.
//!
//! Not here: pseudonyms and names (`webwatch::privacy`).

use base::random::bytes;
use zeroize::Zeroizing;

use super::WatchStore;
use crate::sql::{Connection, params};
use crate::{Store, StoreError};

/// How a key is found and put where it is kept.
const VOICE: [&str; 2] = [
    "SELECT sealed FROM voice_key WHERE month = ?1",
    "INSERT INTO voice_key (month, sealed) VALUES (?1, ?2)",
];
const POST: [&str; 2] =
    ["SELECT sealed FROM post_key WHERE id = ?1", "INSERT INTO post_key (id, sealed) VALUES (?1, ?2)"];

impl Store {
    /// What web monitoring keeps, opened when first asked for.
    pub fn watch(&self) -> Result<&WatchStore, StoreError> {
        if let Some(open) = self.0.watch.get() {
            return Ok(open);
        }
        let opened = WatchStore::open(&self.0.options.folder)?;
        Ok(self.0.watch.get_or_init(|| opened))
    }

    /// The key of a month, made when there is none; those of earlier months are destroyed.
    pub fn voice_key(&self, month: i32) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let context = format!("voice-key {month}");
        self.watch()?.desk(|desk| {
            desk.prepare("DELETE FROM voice_key WHERE month < ?1").execute([i64::from(month)])?;
            self.sealed_key(desk, VOICE, &context, i64::from(month))
        })
    }

    /// The key under which posts are named, made when there is none. It stays: a post is looked for by its name.
    pub fn post_key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        self.watch()?.desk(|desk| self.sealed_key(desk, POST, "post-key", 0))
    }

    fn sealed_key(
        &self,
        desk: &Connection,
        [find, insert]: [&str; 2],
        context: &str,
        number: i64,
    ) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let wrapping = &self.0.keyring.wrapping;
        let kept = desk.prepare(find).find([number], |row| Ok(row.bytes(0)?.to_vec()))?;
        if let Some(sealed) = kept {
            let plain = Zeroizing::new(wrapping.open(context.as_bytes(), &sealed)?);
            let key = <[u8; 32]>::try_from(plain.as_slice());
            let key = key.map_err(|_| StoreError::Damaged(format!("a {context} of a wrong length")))?;
            return Ok(Zeroizing::new(key));
        }
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(bytes(&*self.0.random));
        let sealed = wrapping.seal(&*self.0.random, context.as_bytes(), &*key);
        desk.prepare(insert).execute(params![number, sealed])?;
        Ok(key)
    }
}
