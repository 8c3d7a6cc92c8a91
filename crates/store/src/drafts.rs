//! Drafts: what a member has not shared yet, sealed for its organisation. Not part of any ledger.
//!
//! Not here: whether a second person is needed, and who may be one (the server asks policy).

use base::Timestamp;
use base::ids::{DraftId, MemberId, OrganisationId};
use base::limits;
use policy::Principal;
use record::{Draft, RecordError};

use crate::sql::{Connection, Row, params};
use crate::writer::Answer;
use crate::{Inner, Store, StoreError};

/// Most drafts of one member.
pub const DRAFTS_MAX: i64 = 100;
/// Most drafts in one answer: the member's own and what waits for a second person.
const LIST_MAX: i64 = 500;

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftRow {
    /// Its id.
    pub id: DraftId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Who wrote it.
    pub author: MemberId,
    /// When it last changed.
    pub changed: Timestamp,
    /// Whether it waits for a second person.
    pub submitted: bool,
    /// What it says.
    pub draft: Draft,
}

const COLUMNS: &str = "id, organisation, author, changed, submitted, sealed";
/// A draft is there for its author and, while it waits for a second person, for the author's organisation.
const VISIBLE: &str = "organisation = ?1 AND (author = ?2 OR submitted = 1)";

impl Store {
    /// Keeps a draft, a new one or another text of one's own. Whoever changes a draft takes it back from review.
    pub fn put_draft(
        &self,
        by: &Principal,
        draft_id: Option<DraftId>,
        draft: &Draft,
    ) -> Result<Answer<DraftId>, StoreError> {
        active(by)?;
        let plain = serde_json::to_vec(draft).expect("plain data with text keys");
        if plain.len() > limits::ITEM_BYTES_MAX {
            let (what, bytes, limit_bytes) = ("a draft", plain.len(), limits::ITEM_BYTES_MAX);
            return Err(RecordError::TooLong { what, bytes, limit_bytes }.into());
        }
        let id = draft_id.unwrap_or_else(|| DraftId::new(&*self.0.clock, &*self.0.random));
        let wrapping = &self.0.keyring.get(&by.organisation)?.wrapping;
        let sealed = wrapping.seal(&*self.0.random, id.as_bytes(), &plain);
        let (member, organisation) = (by.member, by.organisation.clone());
        self.0.writer.send(move |batch| {
            let now = batch.clock().now().millis();
            if draft_id.is_some() {
                let sql = "UPDATE draft SET changed = ?1, submitted = 0, sealed = ?2
                           WHERE id = ?3 AND author = ?4 AND organisation = ?5";
                let changed = batch.connection.prepare(sql).execute(params![
                    now,
                    sealed,
                    id.as_bytes(),
                    member.as_bytes(),
                    organisation.as_str()
                ])?;
                return if changed == 1 { Ok(id) } else { Err(StoreError::Absent) };
            }
            let sql = "SELECT count(*) FROM draft WHERE organisation = ?1 AND author = ?2";
            let count: i64 = batch
                .connection
                .prepare(sql)
                .query_row(params![organisation.as_str(), member.as_bytes()], |row| row.get(0))?;
            if count >= DRAFTS_MAX {
                return Err(StoreError::Conflict("a member has at most 100 drafts: share or delete one"));
            }
            batch
                .connection
                .prepare(&format!("INSERT INTO draft ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, 0, ?5)"))
                .execute(params![id.as_bytes(), organisation.as_str(), member.as_bytes(), now, sealed])?;
            Ok(id)
        })
    }

    /// The member's drafts and those of its organisation that wait for a second person, the last changed first.
    pub fn drafts(&self, by: &Principal) -> Result<Vec<DraftRow>, StoreError> {
        active(by)?;
        self.0.readers.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM draft WHERE {VISIBLE} ORDER BY changed DESC, id LIMIT {LIST_MAX}"
            );
            let (organisation, member) = (by.organisation.as_str(), by.member.as_bytes());
            connection.prepare(&sql).query_map(params![organisation, member], |row| read(row)?.open(&self.0))
        })
    }

    /// One draft.
    pub fn draft(&self, by: &Principal, draft: DraftId) -> Result<DraftRow, StoreError> {
        active(by)?;
        let row = self.0.readers.read(|connection| find(connection, by, draft))?;
        row.ok_or(StoreError::Absent)?.open(&self.0)
    }

    /// Lets a second person see one's draft and share it.
    pub fn submit_draft(&self, by: &Principal, draft: DraftId) -> Result<Answer<()>, StoreError> {
        self.change_draft(
            by,
            draft,
            "UPDATE draft SET submitted = 1 WHERE organisation = ?1 AND author = ?2 AND id = ?3",
        )
    }

    /// Deletes a draft: its author, or the second person who has shared it or sent it away.
    pub fn delete_draft(&self, by: &Principal, draft: DraftId) -> Result<Answer<()>, StoreError> {
        self.change_draft(
            by,
            draft,
            "DELETE FROM draft WHERE organisation = ?1 AND (author = ?2 OR submitted = 1) AND id = ?3",
        )
    }

    fn change_draft(
        &self,
        by: &Principal,
        draft: DraftId,
        sql: &'static str,
    ) -> Result<Answer<()>, StoreError> {
        active(by)?;
        let (member, organisation) = (by.member, by.organisation.clone());
        self.0.writer.send(move |batch| {
            let changed = batch.connection.prepare(sql).execute(params![
                organisation.as_str(),
                member.as_bytes(),
                draft.as_bytes()
            ])?;
            if changed == 1 { Ok(()) } else { Err(StoreError::Absent) }
        })
    }
}

fn active(by: &Principal) -> Result<(), StoreError> {
    if by.active { Ok(()) } else { Err(StoreError::Absent) }
}

/// A draft with its seal closed.
struct SealedRow {
    id: DraftId,
    organisation: String,
    author: MemberId,
    changed: Timestamp,
    submitted: bool,
    sealed: Vec<u8>,
}

fn read(row: &Row<'_>) -> Result<SealedRow, StoreError> {
    Ok(SealedRow {
        id: DraftId::from_bytes(row.get(0)?),
        organisation: row.get(1)?,
        author: MemberId::from_bytes(row.get(2)?),
        changed: Timestamp::from_millis(row.get(3)?),
        submitted: row.get(4)?,
        sealed: row.get(5)?,
    })
}

fn find(connection: &Connection, by: &Principal, draft: DraftId) -> Result<Option<SealedRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM draft WHERE {VISIBLE} AND id = ?3");
    let statement = connection.prepare(&sql);
    let row =
        statement.find(params![by.organisation.as_str(), by.member.as_bytes(), draft.as_bytes()], read)?;
    Ok(row)
}

impl SealedRow {
    fn open(self, inner: &Inner) -> Result<DraftRow, StoreError> {
        let damaged = || StoreError::Damaged(format!("draft {}", self.id));
        let organisation: OrganisationId = self.organisation.parse().map_err(|_| damaged())?;
        let plain = inner.keyring.get(&organisation)?.wrapping.open(self.id.as_bytes(), &self.sealed)?;
        let draft = serde_json::from_slice(&plain).map_err(|_| damaged())?;
        let Self { id, author, changed, submitted, .. } = self;
        Ok(DraftRow { id, organisation, author, changed, submitted, draft })
    }
}
