//! Attachments: sealed files, each under a data key of its own, bound to one item when it is published.
//!
//! Not here: what a file is (the server looks at its first bytes), thumbnails.

use std::fmt::Write as _;

use base::ids::{AttachmentId, ItemId, OrganisationId, PurposeId};
use base::limits;
use policy::action::See;
use policy::{Permit, Principal};
use record::Attachment;
use sha2::{Digest as _, Sha256};

use crate::access::{Access, AccessAction};
use crate::sealing::Key;
use crate::sql::{Connection, NONE, params};
use crate::writer::{Answer, Batch};
use crate::{Inner, Store, StoreError};

/// Most files of one member that belong to no item yet.
pub const UNBOUND_MAX: i64 = 20;
/// Most bytes of them together.
pub const UNBOUND_BYTES_MAX: i64 = 100 * 1024 * 1024;
/// Longest media type, in characters.
const MEDIA_TYPE_CHARS_MAX: usize = 100;

/// A file that someone uploads.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name, for people.
    pub name: String,
    /// What its bytes are, found by looking at them.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Seals a file and keeps it for a day: only an item that its uploader publishes makes it stay. What comes back
    /// belongs in that item's content, unchanged.
    #[allow(clippy::needless_pass_by_value, reason = "an upload is spent: its bytes are not kept twice")]
    pub fn upload(&self, by: &Principal, upload: Upload) -> Result<Answer<Attachment>, StoreError> {
        if !by.active {
            return Err(StoreError::Absent);
        }
        let meta = describe(&upload, AttachmentId::new(&*self.0.clock, &*self.0.random))?;
        let keys = self.0.keyring.get(&by.organisation)?;
        let random = &*self.0.random;
        let key = Key::random(random);
        let wrapped = key.wrap(&keys.wrapping, random, wrapped_for(meta.id));
        let sealed = key.seal(random, meta.id.as_bytes(), &upload.bytes);
        let (member, organisation) = (by.member, by.organisation.clone());
        self.0.writer.send(move |batch| {
            check_room(batch, member.as_bytes(), sealed.len())?;
            let now = batch.clock().now().millis();
            batch
                .connection
                .prepare(
                    "INSERT INTO attachment (id, member, item, organisation, meta, uploaded, wrapped, sealed)
                     VALUES (?1, ?2, NULL, ?3, ?4, ?5, ?6, ?7)",
                )
                .execute(params![
                    meta.id.as_bytes(),
                    member.as_bytes(),
                    organisation.as_str(),
                    write_meta(&meta),
                    now,
                    wrapped,
                    sealed
                ])?;
            Ok(meta)
        })
    }

    /// A file of an item, when the present version lists it. The answer comes after the access record is on disk.
    pub async fn attachment(
        &self,
        permit: &Permit<See>,
        attachment: AttachmentId,
        purpose: Option<PurposeId>,
    ) -> Result<(Attachment, Vec<u8>), StoreError> {
        let item = permit.item().ok_or(StoreError::Absent)?;
        let listed = self.present_version(item)?.content.attachments;
        let listed = listed.into_iter().find(|one| one.id == attachment).ok_or(StoreError::Absent)?;
        let (meta, bytes) = self.0.readers.read(|connection| {
            let kept = read(connection, attachment)?.filter(|kept| kept.item == Some(item));
            let kept = kept.ok_or(StoreError::Absent)?;
            let bytes = kept.open(&self.0)?;
            Ok((kept.meta, bytes))
        })?;
        if meta != listed {
            return Err(StoreError::Damaged(format!("attachment {attachment} is not what its item says")));
        }
        self.record_permit(permit, Access { action: AccessAction::Attachment, purpose }).await?;
        Ok((meta, bytes))
    }
}

/// An attachment as it is kept.
pub(crate) struct Kept {
    pub(crate) item: Option<ItemId>,
    pub(crate) meta: Attachment,
    organisation: OrganisationId,
    wrapped: Vec<u8>,
    sealed: Vec<u8>,
}

impl Kept {
    /// The bytes, when they are what the metadata says.
    pub(crate) fn open(&self, inner: &Inner) -> Result<Vec<u8>, StoreError> {
        let id = self.meta.id;
        let keys = inner.keyring.get(&self.organisation)?;
        let key = Key::unwrap_for(&keys.wrapping, wrapped_for(id), &self.wrapped)?;
        let bytes = key.open(id.as_bytes(), &self.sealed)?;
        if bytes.len() as u64 != self.meta.size_bytes || sha256(&bytes) != self.meta.sha256 {
            return Err(StoreError::Damaged(format!("attachment {id} is not what its metadata says")));
        }
        Ok(bytes)
    }
}

/// Reads an attachment without opening it.
pub(crate) fn read(connection: &Connection, attachment: AttachmentId) -> Result<Option<Kept>, StoreError> {
    let statement =
        connection.prepare("SELECT item, meta, organisation, wrapped, sealed FROM attachment WHERE id = ?1");
    let row = statement.find([attachment.as_bytes()], |row| {
        let (item, meta): (Option<[u8; 16]>, String) = (row.get(0)?, row.get(1)?);
        Ok((item, meta, row.get::<String>(2)?, row.get(3)?, row.get(4)?))
    })?;
    let Some((item, meta, organisation, wrapped, sealed)) = row else { return Ok(None) };
    let damaged = || StoreError::Damaged(format!("attachment {attachment}: its metadata cannot be read"));
    let meta: Attachment = serde_json::from_str(&meta).map_err(|_| damaged())?;
    if meta.id != attachment {
        return Err(damaged());
    }
    let organisation = organisation.parse().map_err(|_| damaged())?;
    Ok(Some(Kept { item: item.map(ItemId::from_bytes), meta, organisation, wrapped, sealed }))
}

/// The one text of metadata in the table.
pub(crate) fn write_meta(meta: &Attachment) -> String {
    serde_json::to_string(meta).expect("plain data with text keys")
}

/// Data keys are wrapped for an item or, as here, for a file; both ids are random, so one is never taken for the other.
fn wrapped_for(attachment: AttachmentId) -> ItemId {
    ItemId::from_bytes(*attachment.as_bytes())
}

fn describe(upload: &Upload, id: AttachmentId) -> Result<Attachment, StoreError> {
    if upload.bytes.is_empty() {
        return Err(StoreError::Conflict("the file is empty"));
    }
    if upload.bytes.len() > limits::ATTACHMENT_BYTES_MAX {
        return Err(StoreError::Conflict("the file is larger than 25 MB"));
    }
    let fits = |text: &str, most: usize| {
        let trimmed = text.trim();
        !trimmed.is_empty() && text.chars().count() <= most && !text.contains(char::is_control)
    };
    if !fits(&upload.name, limits::TITLE_CHARS_MAX) || upload.name.contains(['/', '\\']) {
        return Err(StoreError::Conflict("the file needs a plain name of at most 200 characters"));
    }
    if !fits(&upload.media_type, MEDIA_TYPE_CHARS_MAX) {
        return Err(StoreError::Conflict("the file needs a media type"));
    }
    Ok(Attachment {
        id,
        name: upload.name.clone(),
        media_type: upload.media_type.clone(),
        size_bytes: upload.bytes.len() as u64,
        sha256: sha256(&upload.bytes),
    })
}

fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn check_room(batch: &Batch<'_>, member: &[u8; 16], bytes: usize) -> Result<(), StoreError> {
    let (count, sum): (i64, i64) = batch
        .connection
        .prepare(
            "SELECT count(*), coalesce(sum(length(sealed)), 0) FROM attachment WHERE item IS NULL AND member = ?1",
        )
        .query_row([member], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    if count >= UNBOUND_MAX || sum.saturating_add(bytes) > UNBOUND_BYTES_MAX {
        return Err(StoreError::Conflict(
            "too many files are uploaded and belong to no item: share or wait a day",
        ));
    }
    Ok(())
}

/// The files of an item, by id: for checks.
pub(crate) fn ids(connection: &Connection) -> Result<Vec<AttachmentId>, StoreError> {
    let statement = connection.prepare("SELECT id FROM attachment ORDER BY id");
    statement.query_map(NONE, |row| row.get(0).map(AttachmentId::from_bytes))
}
