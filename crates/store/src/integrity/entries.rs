//! Single entries: each against what it commits to, the key that signed it, and the others of its item.
//!
//! Not here: the tree ([`super::verify`]).

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use base::Timestamp;
use base::ids::{ItemId, OrganisationId};
use ledger::{Leaf, LeafKind, leaf_hash};
use record::keys::PublicKey;

use super::verify::open;
use crate::access::AccessRecord;
use crate::sealing::Keyring;
use crate::sql::{Connection, params};
use crate::{StoreError, prepare};

/// What is trusted: the keys of the organisations and the key of the node's checkpoints.
pub(super) struct Trust<'a> {
    pub(super) keyring: &'a Keyring,
    pub(super) organisations: HashMap<[u8; 8], (OrganisationId, PublicKey)>,
}

/// One entry as it is stored, with what the tree knows of it.
pub(super) struct Entry {
    pub(super) seq: u64,
    /// The same, as the database writes it.
    pub(super) position: i64,
    pub(super) leaf: Leaf,
    pub(super) parts: [Option<Vec<u8>>; 3],
    pub(super) beside: Beside,
}

impl Entry {
    /// Whether its content is gone.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.iter().all(Option::is_none)
    }
}

/// The columns beside the leaf.
pub(super) enum Beside {
    Facts { subject: Vec<u8> },
    Access { at: i64, organisation: String },
}

/// The first fault so far, and a sign to stop.
#[derive(Default)]
pub(super) struct First {
    pub(super) fault: Mutex<Option<(u64, String)>>,
    pub(super) found: AtomicBool,
}

impl First {
    pub(super) fn put(&self, seq: u64, what: String) {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        if fault.as_ref().is_none_or(|(known, _)| seq < *known) {
            *fault = Some((seq, what));
        }
        self.found.store(true, Ordering::Release);
    }
}

/// What a checking thread does: entries by themselves and against their neighbours.
pub(super) struct Checker<'a> {
    pub(super) file: &'a Path,
    pub(super) trust: &'a Trust<'a>,
}

impl Checker<'_> {
    pub(super) fn run(&self, waiting: &Mutex<Receiver<Vec<Entry>>>, first: &First) {
        let connection = open(self.file);
        loop {
            let batch = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(batch) = batch else { return };
            for entry in batch {
                let result = match &connection {
                    Ok(connection) => self.check_entry(connection, &entry),
                    Err(error) => Err(in_full(error)),
                };
                if let Err(what) = result {
                    first.put(entry.seq, what);
                }
            }
        }
    }

    fn check_entry(&self, connection: &Connection, entry: &Entry) -> Result<(), String> {
        let [salt, header, sealed] = &entry.parts;
        let content = match (salt, header, sealed) {
            (Some(salt), Some(header), Some(sealed)) => {
                let salt = salt.as_slice().try_into().map_err(|_| "the salt is not 32 bytes long")?;
                if ledger::commitment(salt, header, sealed) != entry.leaf.commitment {
                    return Err("the content is not what the entry commits to".into());
                }
                Some((header.as_slice(), sealed.as_slice()))
            }
            (None, None, None) => None,
            _ => return Err("a part of the content is missing".into()),
        };
        let (organisation, key) = self
            .trust
            .organisations
            .get(&entry.leaf.key_id)
            .ok_or("the key of the entry is no organisation's")?;
        match &entry.beside {
            Beside::Facts { subject } => {
                let signature = entry.leaf.signature.ok_or("the entry has no signature")?;
                key.verify(&entry.leaf.signed_bytes(), &signature)
                    .map_err(|_| format!("the signature is not that of {organisation}"))?;
                if subject != &entry.leaf.subject {
                    return Err("the entry is filed under another item".into());
                }
                check_fact(connection, entry, content.is_some())
            }
            Beside::Access { at, organisation: named } => {
                if named != organisation.as_str() {
                    return Err("the access record is filed under another organisation".into());
                }
                self.check_access(connection, entry, content, *at, organisation)
            }
        }
    }

    fn check_access(
        &self,
        connection: &Connection,
        entry: &Entry,
        content: Option<(&[u8], &[u8])>,
        at: i64,
        organisation: &OrganisationId,
    ) -> Result<(), String> {
        let leaf = &entry.leaf;
        if leaf.kind != LeafKind::Access || leaf.subject != [0; 16] || leaf.previous.is_some() {
            return Err("the entry is not one of this ledger".into());
        }
        let Some((header, sealed)) = content else {
            return if at == leaf.at.millis() {
                Ok(())
            } else {
                Err("the time beside the entry differs".into())
            };
        };
        let opened = prepare::open_with(self.trust.keyring, header, sealed, |_| Err(StoreError::Absent));
        let (_, plain) = opened.map_err(|error| in_full(&error))?;
        let record: AccessRecord =
            serde_json::from_slice(&plain).map_err(|_| "the access record cannot be read")?;
        if record.at != Timestamp::from_millis(at) || record.organisation != *organisation {
            return Err("the access record is filed under another time or organisation".into());
        }
        let filed = |item: &ItemId| {
            let statement = connection.prepare("SELECT 1 FROM access_item WHERE item = ?1 AND seq = ?2");
            statement.exists(params![item.as_bytes(), entry.position])
        };
        for item in &record.items {
            if !filed(item).map_err(|error| in_full(&error))? {
                return Err(format!("the access record is not filed under item {item}"));
            }
        }
        Ok(())
    }
}

/// An entry against the others of its item.
fn check_fact(connection: &Connection, entry: &Entry, full: bool) -> Result<(), String> {
    let ask = |error: StoreError| format!("the entries of its item cannot be read: {}", in_full(&error));
    let leaf = &entry.leaf;
    if leaf.kind == LeafKind::Access {
        return Err("the entry is not one of this ledger".into());
    }
    let others = |sql: &str| -> Result<Vec<Vec<u8>>, StoreError> {
        connection.prepare(sql).query_map(params![leaf.subject, entry.position], |row| row.get(0))
    };
    let before = "SELECT leaf FROM entry WHERE subject = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT 1";
    let before = others(before).map_err(ask)?;
    if before.first().map(|bytes| leaf_hash(bytes)) != leaf.previous {
        return Err("the entry does not follow the one before it of the same item".into());
    }
    if !full {
        let after = "SELECT leaf FROM entry WHERE subject = ?1 AND seq > ?2 ORDER BY seq DESC";
        let after = others(after).map_err(ask)?;
        let erased = |bytes: &Vec<u8>| Leaf::decode(bytes).is_ok_and(|leaf| leaf.kind == LeafKind::Erase);
        if !after.iter().any(erased) {
            return Err("the content is gone, and no later entry erases it".into());
        }
    }
    if leaf.kind == LeafKind::Erase {
        let left = "SELECT leaf FROM entry WHERE subject = ?1 AND seq < ?2 AND sealed IS NOT NULL LIMIT 1";
        if !others(left).map_err(ask)?.is_empty() {
            return Err("the entry erases content that is still there".into());
        }
    }
    Ok(())
}

/// An error with its causes, on one line.
pub(super) fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
