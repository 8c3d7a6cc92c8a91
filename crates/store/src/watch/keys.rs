//! The keys of pseudonyms: one per month, sealed under the node's key, destroyed when the month has passed.
//!
//! Not here: pseudonyms (`webwatch::privacy`).

use base::random::bytes;
use zeroize::Zeroizing;

use super::WatchStore;
use crate::sql::params;
use crate::{Store, StoreError};

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
        let wrapping = &self.0.keyring.wrapping;
        self.watch()?.desk(|desk| {
            desk.prepare("DELETE FROM voice_key WHERE month < ?1").execute([i64::from(month)])?;
            let sql = "SELECT sealed FROM voice_key WHERE month = ?1";
            let kept = desk.prepare(sql).find([i64::from(month)], |row| Ok(row.bytes(0)?.to_vec()))?;
            if let Some(sealed) = kept {
                let plain = Zeroizing::new(wrapping.open(context.as_bytes(), &sealed)?);
                let key = <[u8; 32]>::try_from(plain.as_slice());
                let key = key.map_err(|_| StoreError::Damaged("a voice key of a wrong length".into()))?;
                return Ok(Zeroizing::new(key));
            }
            let key: Zeroizing<[u8; 32]> = Zeroizing::new(bytes(&*self.0.random));
            let sealed = wrapping.seal(&*self.0.random, context.as_bytes(), &*key);
            desk.prepare("INSERT INTO voice_key (month, sealed) VALUES (?1, ?2)")
                .execute(params![i64::from(month), sealed])?;
            Ok(key)
        })
    }
}
