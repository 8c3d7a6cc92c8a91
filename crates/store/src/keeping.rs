//! What is kept and for how long, and what was destroyed and why: figures about one organisation's own items.
//!
//! Not here: doing it ([`crate::upkeep`]); who asked for it ([`crate::erasure_requests`]).

use base::Timestamp;
use base::ids::{ItemId, MemberId, OrganisationId};
use ledger::Leaf;
use policy::Principal;
use record::envelope::{ACT_TYPE, Envelope};
use record::{Act, Deed, Retention};

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

impl Store {
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
        if let Deed::Erase { reason, .. } = act.deed {
            let by = Some(act.member).filter(|member| *member.as_bytes() != [0; 16]);
            erasures.push(Erasure { item: act.item, at: Leaf::decode(&leaf)?.at, by, reason });
        }
        Ok(if erasures.len() == ERASURES_MAX { Walk::End } else { Walk::On })
    })?;
    Ok(erasures)
}
