//! What an organisation's web monitoring watches: sources, profiles, events. Each change is an entry of the facts ledger,
//! so that who watched what, since when and for which purpose can be accounted for.
//!
//! Not here: what a source or profile must keep to (`webwatch`, `server`).

use base::ids::OrganisationId;
use policy::action::Watch;
use policy::{Permit, Subject};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::directory::{self, DirectoryChange};
use crate::sql::{Connection, params};
use crate::writer::Answer;
use crate::{Store, StoreError, facts};

/// Most that one organisation watches of one kind.
pub const WATCHED_MAX: usize = 10_000;

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchedKind {
    /// A source.
    Source,
    /// A profile: what is looked for.
    Profile,
    /// An event on the calendar.
    Event,
    /// A case: that something is held longer, why and until when; what it holds is kept elsewhere.
    Case,
}

impl WatchedKind {
    fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Profile => "profile",
            Self::Event => "event",
            Self::Case => "case",
        }
    }
}

/// A thing that is watched, or is not any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// Whose.
    pub organisation: OrganisationId,
    /// What it is.
    pub kind: WatchedKind,
    /// Its id, unique for the kind and organisation.
    pub id: String,
    /// As it is now; none when it was removed.
    pub content: Option<Value>,
}

impl Store {
    /// Changes what an organisation watches. All or none goes in.
    pub fn change_watched(
        &self,
        permit: &Permit<Watch>,
        changes: Vec<Watched>,
    ) -> Result<Answer<()>, StoreError> {
        let organisation = permit.organisation().clone();
        let own = *permit.subject() == Subject::Organisation(organisation.clone())
            && changes.iter().all(|one| one.organisation == organisation);
        if !own {
            return Err(StoreError::Absent);
        }
        let (actor, policy) = (permit.member(), permit.policy_set_hash());
        self.0.writer.send(move |batch| {
            for change in changes {
                let kind = change.kind;
                let change = DirectoryChange::Watched(change);
                directory::put(batch, &change)?;
                let sql = "SELECT count(*) FROM watched WHERE organisation = ?1 AND kind = ?2";
                let count: i64 =
                    batch
                        .connection
                        .query_row(sql, params![organisation.as_str(), kind.word()], |row| row.get(0))?;
                if count.unsigned_abs() > WATCHED_MAX as u64 {
                    return Err(StoreError::Conflict("the organisation watches too many: remove some first"));
                }
                facts::append_directory(batch, &organisation, actor, policy, &change)?;
            }
            Ok(())
        })
    }

    /// What an organisation watches, by id. Who may ask is for the caller to decide.
    pub fn watched(&self, of: &OrganisationId, kind: WatchedKind) -> Result<Vec<Watched>, StoreError> {
        self.0.readers.read(|connection| {
            let sql = "SELECT json FROM watched WHERE organisation = ?1 AND kind = ?2 ORDER BY id";
            connection.prepare(sql).query_map(
                params![of.as_str(), kind.word()],
                |row| match directory::parse("watched", &row.get::<String>(0)?)? {
                    DirectoryChange::Watched(watched) => Ok(watched),
                    _ => Err(StoreError::Damaged("something watched that is another change".into())),
                },
            )
        })
    }
}

/// Writes a change as its entry says it, to the byte.
pub(crate) fn write(connection: &Connection, watched: &Watched, as_said: &str) -> Result<(), StoreError> {
    let (of, kind, id) = (watched.organisation.as_str(), watched.kind.word(), watched.id.as_str());
    if watched.content.is_none() {
        let sql = "DELETE FROM watched WHERE organisation = ?1 AND kind = ?2 AND id = ?3";
        connection.prepare(sql).execute(params![of, kind, id])?;
        return Ok(());
    }
    connection
        .prepare("INSERT OR REPLACE INTO watched (organisation, kind, id, json) VALUES (?1, ?2, ?3, ?4)")
        .execute(params![of, kind, id, as_said])?;
    Ok(())
}
