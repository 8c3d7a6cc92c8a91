//! Cases: documents that are held longer than their day, with a stated reason and an end.
//!
//! Not here: who may ask for it.

use base::Timestamp;
use base::ids::{MemberId, OrganisationId};

use super::documents::Kept;
use super::{Day, WatchStore};
use crate::StoreError;
use crate::sql::params;

/// Longest time a case is held, in days.
pub const CASE_DAYS_MAX: i64 = 366;
/// Most documents of one case.
pub const CASE_DOCUMENTS_MAX: usize = 500;
/// Most cases of one organisation.
const CASES_MAX: i64 = 1_000;

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// Whose.
    pub organisation: OrganisationId,
    /// Since when.
    pub made: Timestamp,
    /// Until when; it is destroyed then.
    pub until: Timestamp,
    /// Who asked for it.
    pub member: MemberId,
    /// Why.
    pub reason: String,
}

impl WatchStore {
    /// Holds documents in a case. One with a known id is replaced.
    pub fn hold(&self, case: &Case, documents: &[Kept]) -> Result<(), StoreError> {
        if Day::of(case.until).days_since(Day::of(case.made)) > CASE_DAYS_MAX {
            return Err(StoreError::Conflict("a case is held for a year at most: choose an earlier end"));
        }
        self.desk(|desk| {
            let of = case.organisation.as_str();
            let others = "SELECT count(*) FROM held WHERE organisation = ?1 AND id <> ?2";
            let count: i64 =
                desk.prepare(others).query_row(params![of, case.id.as_str()], |row| row.get(0))?;
            if count >= CASES_MAX {
                return Err(StoreError::Conflict("the organisation holds too many cases: end some first"));
            }
            desk.prepare("DELETE FROM held WHERE id = ?1 AND organisation = ?2")
                .execute(params![case.id.as_str(), of])?;
            desk.prepare(
                "INSERT INTO held (id, organisation, made, until, member, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .execute(params![
                case.id.as_str(),
                of,
                case.made.millis(),
                case.until.millis(),
                &case.member.as_bytes()[..],
                case.reason.as_str(),
            ])?;
            for (number, one) in (0i64..).zip(documents.iter().take(CASE_DOCUMENTS_MAX)) {
                desk.prepare("INSERT INTO held_document (held, number, json) VALUES (?1, ?2, ?3)")
                    .execute(params![case.id.as_str(), number, one.json.as_str()])?;
            }
            Ok(())
        })
    }

    /// The cases of an organisation, the latest first.
    pub fn cases(&self, of: &OrganisationId) -> Result<Vec<Case>, StoreError> {
        let sql =
            "SELECT id, made, until, member, reason FROM held WHERE organisation = ?1 ORDER BY made DESC";
        self.desk(|desk| {
            desk.prepare(sql).query_map([of.as_str()], |row| {
                Ok(Case {
                    id: row.get(0)?,
                    organisation: of.clone(),
                    made: Timestamp::from_millis(row.get(1)?),
                    until: Timestamp::from_millis(row.get(2)?),
                    member: MemberId::from_bytes(row.get(3)?),
                    reason: row.get(4)?,
                })
            })
        })
    }

    /// The documents of a case: JSON each.
    pub fn held_documents(&self, of: &OrganisationId, case: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT d.json FROM held_document AS d JOIN held ON held.id = d.held
                   WHERE held.organisation = ?1 AND held.id = ?2 ORDER BY d.number";
        self.desk(|desk| desk.prepare(sql).query_map(params![of.as_str(), case], |row| row.get(0)))
    }

    /// Destroys cases that have ended.
    pub(super) fn end_cases(&self, now: Timestamp) -> Result<(), StoreError> {
        self.desk(|desk| desk.prepare("DELETE FROM held WHERE until <= ?1").execute([now.millis()]))?;
        Ok(())
    }

    /// Ends one case. Says whether there was one.
    pub fn end_case(&self, of: &OrganisationId, case: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM held WHERE organisation = ?1 AND id = ?2";
        Ok(self.desk(|desk| desk.prepare(sql).execute(params![of.as_str(), case]))? > 0)
    }
}
