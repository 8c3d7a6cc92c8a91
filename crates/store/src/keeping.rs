//! What is kept and for how long, and what was destroyed and why: figures about one organisation's own items.
//!
//! Not here: doing it ([`crate::upkeep`]).

use base::Timestamp;
use base::ids::{ActId, ItemId, MemberId, OrganisationId};
use ledger::Leaf;
use policy::Principal;
use record::envelope::{ACT_TYPE, Envelope};
use record::{Act, Deed, Retention};

use crate::items::item_key;
use crate::prepare;
use crate::sql::{Connection, Walk, params};
use crate::{Inner, Ledger, Store, StoreError, ledgers};

const MS_PER_DAY: i64 = 24 * 3_600_000;
/// Most erasures that are told, the latest first.
const ERASURES_MAX: usize = 200;

/// Items of one retention class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The class.
    pub class: Retention,
    /// How many.
    pub items: u64,
    /// How many of them are destroyed within 7 days.
    pub within_7_days: u64,
    /// How many of them are destroyed within 30 days.
    pub within_30_days: u64,
}

/// An erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// What was erased.
    pub item: ItemId,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody when its retention ended.
    pub by: Option<MemberId>,
    /// Why.
    pub reason: String,
}

/// A request to erase an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRequest {
    /// The act that asks.
    pub id: ActId,
    /// What is to be erased.
    pub item: ItemId,
    /// Who asks.
    pub organisation: OrganisationId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// When it was refused, and why.
    pub refused: Option<(Timestamp, String)>,
}

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
        self.0.readers.read(|connection| {
            let statement = connection.prepare(
                "SELECT r.entry, r.refused FROM erasure_request AS r JOIN item ON item.id = r.item
                 WHERE item.originator = ?1 ORDER BY r.refused IS NOT NULL, r.at DESC LIMIT ?2",
            );
            let most = i64::try_from(ERASURES_MAX).unwrap_or(i64::MAX);
            let rows = statement.query_map(params![of.organisation.as_str(), most], |row| {
                Ok((row.get::<i64>(0)?, row.get::<Option<i64>>(1)?))
            })?;
            let read = |(entry, refused)| read_request(&self.0, connection, entry, refused);
            rows.into_iter().map(read).collect()
        })
    }

    /// The items of the member's organisation by class. Numbers only; who may ask is for the caller to decide.
    pub fn kept(&self, of: &Principal, now: Timestamp) -> Result<Vec<Kept>, StoreError> {
        let within = |days: i64| now.plus_millis(days * MS_PER_DAY).millis();
        self.0.readers.read(|connection| {
            let statement = connection.prepare(
                "SELECT count(*), sum(kept_until <= ?3), sum(kept_until <= ?4) FROM item
                 WHERE originator = ?1 AND state < 2 AND kept_until - max(valid_until, reported) = ?2",
            );
            let classes = Retention::ALL.into_iter().map(|class| {
                let length = class.days() * MS_PER_DAY;
                statement.query_row(params![of.organisation.as_str(), length, within(7), within(30)], |row| {
                    let number = |index| row.get::<Option<i64>>(index);
                    let counted = |number: Option<i64>| number.unwrap_or(0).unsigned_abs();
                    Ok(Kept {
                        class,
                        items: counted(number(0)?),
                        within_7_days: counted(number(1)?),
                        within_30_days: counted(number(2)?),
                    })
                })
            });
            classes.collect()
        })
    }

    /// The latest erasures of items of the member's organisation.
    pub fn erasures(&self, of: &Principal) -> Result<Vec<Erasure>, StoreError> {
        self.0.readers.read(|connection| read_erasures(&self.0, connection, &of.organisation))
    }

    /// When the last entry of a ledger was made.
    pub fn last_entry_at(&self, which: Ledger) -> Result<Option<Timestamp>, StoreError> {
        self.0.readers.read(|connection| ledgers::last_at(connection, which))
    }
}

fn read_request(
    inner: &Inner,
    connection: &Connection,
    entry: i64,
    refused: Option<i64>,
) -> Result<ErasureRequest, StoreError> {
    let damaged = || StoreError::Damaged("a request to erase that is another act".into());
    let act = read_act(inner, connection, entry)?;
    let Deed::AskErasure { reason } = act.deed else { return Err(damaged()) };
    let refused = refused.map(|entry| read_act(inner, connection, entry)).transpose()?;
    let refused = refused.map(|act| match act.deed {
        Deed::RefuseErasure { reason, .. } => Ok((act.at, reason)),
        _ => Err(damaged()),
    });
    let (id, item, organisation, at) = (act.id, act.item, act.organisation, act.at);
    Ok(ErasureRequest { id, item, organisation, at, reason, refused: refused.transpose()? })
}

fn read_act(inner: &Inner, connection: &Connection, entry: i64) -> Result<Act, StoreError> {
    let statement = connection.prepare("SELECT header, sealed FROM entry WHERE seq = ?1");
    let (header, sealed): (Vec<u8>, Vec<u8>) =
        statement.query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (_, plain) = prepare::open(inner, &header, &sealed, |item| item_key(inner, connection, item))?;
    Ok(Act::from_payload(Envelope::from_json(&plain)?.payload_as_kept())?)
}

fn read_erasures(
    inner: &Inner,
    connection: &Connection,
    organisation: &OrganisationId,
) -> Result<Vec<Erasure>, StoreError> {
    // The act that erases is what is left of an item that is gone.
    let statement = connection.prepare(
        "SELECT leaf, header, sealed FROM entry
         WHERE sealed IS NOT NULL AND subject <> ?1
           AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = entry.subject) ORDER BY seq DESC",
    );
    let mut erasures = Vec::new();
    statement.walk([[0_u8; 16]], |row| {
        let (leaf, header, sealed): (Vec<u8>, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (header, plain) = prepare::open(inner, &header, &sealed, |_| Err(StoreError::Absent))?;
        if header.payload != ACT_TYPE || header.organisation != *organisation {
            return Ok(Walk::On);
        }
        let act = Act::from_payload(Envelope::from_json(&plain)?.payload_as_kept())?;
        if let Deed::Erase { reason } = act.deed {
            let by = Some(act.member).filter(|member| *member.as_bytes() != [0; 16]);
            erasures.push(Erasure { item: act.item, at: Leaf::decode(&leaf)?.at, by, reason });
        }
        Ok(if erasures.len() == ERASURES_MAX { Walk::End } else { Walk::On })
    })?;
    Ok(erasures)
}
