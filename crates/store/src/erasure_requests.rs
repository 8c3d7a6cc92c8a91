//! Requests to erase an item: who asked, and what became of it. What is left of a request when its item is gone is in
//! the act that erased it.
//!
//! Not here: erasing ([`crate::facts`]); what was erased without being asked ([`crate::keeping`]).

use base::Timestamp;
use base::ids::{ActId, ItemId, MemberId, OrganisationId};
use policy::Principal;
use record::envelope::Envelope;
use record::{Act, Deed, Granted};

use crate::facts::id;
use crate::items::item_key;
use crate::prepare;
use crate::sql::{Connection, params};
use crate::{Inner, Store, StoreError};

/// Most requests that are told, open ones first, then the latest.
const REQUESTS_MAX: usize = 200;
/// Most requests that an act of erasure names, the oldest first. One organisation has one open request.
const GRANTED_MAX: i64 = 200;

/// A request to erase an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRequest {
    /// The act that asks.
    pub id: ActId,
    /// What is to be erased.
    pub item: ItemId,
    /// Whose it is.
    pub originator: OrganisationId,
    /// Who asks.
    pub organisation: OrganisationId,
    /// The member who asked for it.
    pub member: MemberId,
    /// When.
    pub at: Timestamp,
    /// Why; destroyed with the item.
    pub reason: Option<String>,
    /// What became of it; nothing while it is open.
    pub outcome: Option<Outcome>,
}

/// What became of a request to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The item stays.
    Refused {
        /// Since when.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// The item is gone.
    Erased {
        /// Since when.
        at: Timestamp,
    },
}

/// A row of the read model: the request, the entry to read, the one that refused, whether the item is gone, and whose
/// the item is.
type Found = ([u8; 16], i64, Option<i64>, bool, String);

impl Store {
    /// The item a request to erase is about, for policy to decide on.
    pub fn item_of_erasure_request(&self, request: ActId) -> Result<Option<ItemId>, StoreError> {
        self.0.readers.read(|connection| {
            let sql = "SELECT item FROM erasure_request WHERE id = ?1";
            let statement = connection.prepare(sql);
            let item = statement.find([request.as_bytes()], |row| row.get(0))?;
            Ok(item.map(ItemId::from_bytes))
        })
    }

    /// Requests to erase items of the member's organisation: open ones first, the latest first.
    pub fn erasure_requests(&self, of: &Principal) -> Result<Vec<ErasureRequest>, StoreError> {
        self.requests(
            "SELECT r.id, r.entry, r.refused, 0 AS gone, r.at, originator
             FROM erasure_request AS r JOIN item ON item.id = r.item WHERE originator = ?1
             UNION ALL SELECT id, entry, NULL, 1, at, originator FROM erasure_granted WHERE originator = ?1",
            &of.organisation,
        )
    }

    /// Requests that the member's organisation made: open ones first, the latest first. Only those of the member itself
    /// unless `all`.
    pub fn erasure_requests_made(
        &self,
        by: &Principal,
        all: bool,
    ) -> Result<Vec<ErasureRequest>, StoreError> {
        let mut found = self.requests(
            "SELECT r.id, r.entry, r.refused, 0 AS gone, r.at, originator
             FROM erasure_request AS r JOIN item ON item.id = r.item WHERE organisation = ?1
             UNION ALL SELECT id, entry, NULL, 1, at, originator FROM erasure_granted WHERE organisation = ?1",
            &by.organisation,
        )?;
        found.retain(|one| all || one.member == by.member);
        Ok(found)
    }

    fn requests(&self, rows: &str, of: &OrganisationId) -> Result<Vec<ErasureRequest>, StoreError> {
        self.0.readers.read(|connection| {
            let sql =
                format!("SELECT * FROM ({rows}) ORDER BY refused IS NOT NULL OR gone, at DESC, id LIMIT ?2");
            let most = i64::try_from(REQUESTS_MAX).unwrap_or(i64::MAX);
            let found: Vec<Found> =
                connection.prepare(&sql).query_map(params![of.as_str(), most], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<i64>(3)? != 0, row.get(5)?))
                })?;
            found.into_iter().map(|found| read_request(&self.0, connection, found)).collect()
        })
    }
}

/// The deed that erases an item and grants what was asked.
pub(crate) fn erasure(
    connection: &Connection,
    inner: &Inner,
    item: ItemId,
    reason: String,
) -> Result<Deed, StoreError> {
    let sql =
        "SELECT entry FROM erasure_request WHERE item = ?1 AND refused IS NULL ORDER BY at, id LIMIT ?2";
    let entries: Vec<i64> =
        connection.prepare(sql).query_map(params![id(item), GRANTED_MAX], |row| row.get(0))?;
    let granted = entries.into_iter().map(|entry| {
        let Act { id: request, organisation, member, at, .. } = read_act(inner, connection, entry)?;
        Ok(Granted { request, organisation, member, at })
    });
    Ok(Deed::Erase { reason, granted: granted.collect::<Result<_, StoreError>>()? })
}

/// Folds a request to erase, its refusal, or the erasure that grants it.
pub(crate) fn write(connection: &Connection, seq: i64, act: &Act) -> Result<(), StoreError> {
    let item = id(act.item);
    match &act.deed {
        Deed::AskErasure { .. } => {
            let sql =
                "INSERT INTO erasure_request (id, entry, item, organisation, at) VALUES (?1, ?2, ?3, ?4, ?5)";
            let (asks, at) = (act.organisation.as_str(), act.at.millis());
            connection.prepare(sql).execute(params![act.id.as_bytes(), seq, item, asks, at])?;
        }
        Deed::RefuseErasure { request, .. } => {
            let sql = "UPDATE erasure_request SET refused = ?3 WHERE id = ?1 AND item = ?2";
            connection.prepare(sql).execute(params![request.as_bytes(), item, seq])?;
        }
        Deed::Erase { granted, .. } => {
            let sql = "INSERT INTO erasure_granted (id, entry, item, originator, organisation, at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            for one in granted {
                connection.prepare(sql).execute(params![
                    one.request.as_bytes(),
                    seq,
                    item,
                    act.organisation.as_str(),
                    one.organisation.as_str(),
                    one.at.millis()
                ])?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether the act's organisation waits for an answer already.
pub(crate) fn asked_already(connection: &Connection, act: &Act) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM erasure_request WHERE item = ?1 AND organisation = ?2 AND refused IS NULL";
    connection.prepare(sql).exists(params![id(act.item), act.organisation.as_str()])
}

/// Whether a request about an item waits for an answer.
pub(crate) fn is_open(connection: &Connection, item: ItemId, request: ActId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM erasure_request WHERE id = ?1 AND item = ?2 AND refused IS NULL";
    connection.prepare(sql).exists(params![request.as_bytes(), id(item)])
}

fn read_request(
    inner: &Inner,
    connection: &Connection,
    (request, entry, decided, gone, originator): Found,
) -> Result<ErasureRequest, StoreError> {
    let damaged = || StoreError::Damaged("a request to erase that is another act".into());
    let originator = originator
        .parse()
        .map_err(|_| StoreError::Damaged("an item of an organisation without a name".into()))?;
    let Act { id, item, organisation, member, at, deed, .. } = read_act(inner, connection, entry)?;
    match deed {
        Deed::AskErasure { reason } if !gone => {
            let decided = decided.map(|entry| read_act(inner, connection, entry)).transpose()?;
            let outcome = decided.map(|act| match act.deed {
                Deed::RefuseErasure { reason, .. } => Ok(Outcome::Refused { at: act.at, reason }),
                _ => Err(damaged()),
            });
            let outcome = outcome.transpose()?;
            Ok(ErasureRequest {
                id,
                item,
                originator,
                organisation,
                member,
                at,
                reason: Some(reason),
                outcome,
            })
        }
        Deed::Erase { granted, .. } if gone => {
            let asked = granted.into_iter().find(|one| *one.request.as_bytes() == request);
            let Granted { request: id, organisation, member, at: asked } = asked.ok_or_else(damaged)?;
            let outcome = Some(Outcome::Erased { at });
            Ok(ErasureRequest {
                id,
                item,
                originator,
                organisation,
                member,
                at: asked,
                reason: None,
                outcome,
            })
        }
        _ => Err(damaged()),
    }
}

fn read_act(inner: &Inner, connection: &Connection, entry: i64) -> Result<Act, StoreError> {
    let statement = connection.prepare("SELECT header, sealed FROM entry WHERE seq = ?1");
    let (header, sealed): (Vec<u8>, Vec<u8>) =
        statement.query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (_, plain) = prepare::open(inner, &header, &sealed, |item| item_key(inner, connection, item))?;
    Ok(Act::from_payload(Envelope::from_json(&plain)?.payload_as_kept())?)
}
