//! Signing and sealing, done by the caller before the writer is asked: the slow part runs on many threads.
//!
//! Not here: positions in the ledger, which only the writer knows.

use base::Random;
use base::ids::{ItemId, OrganisationId};
use base::random::bytes;
use ledger::LeafKind;
use record::envelope::{ACT_TYPE, Envelope, ITEM_TYPE};
use record::{Act, Deed, Item, RecordError};
use serde::{Deserialize, Serialize};

use crate::sealing::{self, Key, Keyring, OrganisationKeys};
use crate::{Inner, StoreError};

/// What is known of a sealed entry without opening it. Its JSON is bound to the ciphertext and to the commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    /// Always 1.
    pub(crate) format: u8,
    /// The type of what is sealed.
    pub(crate) payload: String,
    /// The item it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<ItemId>,
    /// Whose key-encryption key leads to it.
    pub(crate) organisation: OrganisationId,
    /// `item`: sealed under the item's data key, `organisation`: under the organisation's own.
    pub(crate) key: HeaderKey,
    /// The sealing algorithm.
    pub(crate) algorithm: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HeaderKey {
    Item,
    Organisation,
}

/// The type of a directory change in a header.
pub(crate) const DIRECTORY_TYPE: &str = "application/vnd.belfry.directory+json";
/// The type of an access record in a header.
pub(crate) const ACCESS_TYPE: &str = "application/vnd.belfry.access+json";

/// A sealed entry without its place in the ledger.
pub(crate) struct Sealed {
    pub(crate) salt: [u8; 32],
    pub(crate) header: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
}

impl Sealed {
    pub(crate) fn new(random: &dyn Random, key: &Key, header: &Header, plain: &[u8]) -> Self {
        let header = serde_json::to_vec(header).expect("plain data with text keys");
        let sealed = key.seal(random, &header, plain);
        Self { salt: bytes(random), header, sealed }
    }

    pub(crate) fn commitment(&self) -> [u8; 32] {
        ledger::commitment(&self.salt, &self.header, &self.sealed)
    }
}

fn header(payload: &str, item: Option<ItemId>, organisation: &OrganisationId, key: HeaderKey) -> Header {
    Header {
        format: 1,
        payload: payload.into(),
        item,
        organisation: organisation.clone(),
        key,
        algorithm: sealing::ALGORITHM.into(),
    }
}

/// A version of an item, signed by its originator and sealed under the item's key.
pub(crate) fn version(
    inner: &Inner,
    keys: &OrganisationKeys,
    key: &Key,
    item: &Item,
) -> Result<Sealed, StoreError> {
    let envelope = Envelope::sign(ITEM_TYPE, item.to_payload()?, &keys.signing);
    let header = header(ITEM_TYPE, Some(item.id), &item.originator, HeaderKey::Item);
    Ok(Sealed::new(&*inner.random, key, &header, &envelope.to_json()?))
}

/// An act, signed by the organisation that acts. An erasure is sealed under the organisation's key, because the
/// item's is about to be destroyed.
pub(crate) fn act(
    inner: &Inner,
    keys: &OrganisationKeys,
    item_key: &Key,
    originator: &OrganisationId,
    act: &Act,
) -> Result<Sealed, StoreError> {
    let envelope = Envelope::sign(ACT_TYPE, act.to_payload()?, &keys.signing).to_json()?;
    let random = &*inner.random;
    Ok(if matches!(act.deed, Deed::Erase { .. }) {
        let header = header(ACT_TYPE, Some(act.item), &act.organisation, HeaderKey::Organisation);
        Sealed::new(random, &keys.wrapping, &header, &envelope)
    } else {
        let header = header(ACT_TYPE, Some(act.item), originator, HeaderKey::Item);
        Sealed::new(random, item_key, &header, &envelope)
    })
}

/// A document of the organisation itself: a directory change or an access record.
pub(crate) fn own(
    inner: &Inner,
    keys: &OrganisationKeys,
    organisation: &OrganisationId,
    payload: &str,
    plain: &[u8],
) -> Sealed {
    let header = header(payload, None, organisation, HeaderKey::Organisation);
    Sealed::new(&*inner.random, &keys.wrapping, &header, plain)
}

/// Opens a sealed entry. `item_key` is asked for only when the header says so.
pub(crate) fn open(
    inner: &Inner,
    header: &[u8],
    sealed: &[u8],
    item_key: impl FnOnce(ItemId) -> Result<Key, StoreError>,
) -> Result<(Header, Vec<u8>), StoreError> {
    open_with(&inner.keyring, header, sealed, item_key)
}

/// The same without a store.
pub(crate) fn open_with(
    keyring: &Keyring,
    header: &[u8],
    sealed: &[u8],
    item_key: impl FnOnce(ItemId) -> Result<Key, StoreError>,
) -> Result<(Header, Vec<u8>), StoreError> {
    let read: Header = serde_json::from_slice(header)
        .map_err(|error| StoreError::Damaged(format!("the header of an entry: {error}")))?;
    if read.algorithm != sealing::ALGORITHM || read.format != 1 {
        let found = format!("{} format {}", read.algorithm, read.format);
        let (what, known) = ("the sealing algorithm", sealing::ALGORITHM);
        return Err(RecordError::Unknown { what, found, known }.into());
    }
    let key = match (read.key, read.item) {
        (HeaderKey::Item, Some(item)) => item_key(item)?,
        (HeaderKey::Item, None) => {
            return Err(StoreError::Damaged("an entry under an item's key without an item".into()));
        }
        (HeaderKey::Organisation, _) => keyring.get(&read.organisation)?.wrapping.clone(),
    };
    let plain = key.open(header, sealed)?;
    Ok((read, plain))
}

/// The kind of leaf of an act.
pub(crate) fn leaf_kind(deed: &Deed) -> LeafKind {
    match deed {
        // What changes nothing of the item: notes of organisations about it.
        Deed::Acknowledge { .. }
        | Deed::Close { .. }
        | Deed::AskErasure { .. }
        | Deed::RefuseErasure { .. } => LeafKind::Acknowledge,
        Deed::Retract { .. } => LeafKind::Retract,
        Deed::Release { .. } => LeafKind::Release,
        Deed::Erase { .. } => LeafKind::Erase,
        Deed::Restrict { .. } => LeafKind::Restrict,
    }
}
