//! The read model as a fold over entries: what each entry changes in tables and, after the commit, in memory.
//!
//! Not here: the entries themselves ([`crate::facts`]). A rebuild runs the same functions over the stored entries.

use std::sync::{Arc, PoisonError};

use base::Timestamp;
use base::ids::ItemId;
use record::label::{Restrictions, VisibilityLabel};
use record::{Act, Deed, Item, Kind};

use crate::columns::{Columns, ItemState, Row, seconds};
use crate::facts::{Change, id};
use crate::search::IndexChange;
use crate::sql::{Connection, NONE, Walk, params};
use crate::writer::Batch;
use crate::{Inner, StoreError, erasure_requests, spans};

/// How long a recall waits for acknowledgements when its originator does not say, in ms.
const RECALL_MS: i64 = 2 * 3_600_000;

/// The present version of an item that has not been erased.
pub(crate) fn present_version(batch: &Batch<'_>, item: ItemId) -> Result<u32, StoreError> {
    Ok(head(batch, item)?.0)
}

/// Present version, and the position of its entry.
pub(crate) fn head(batch: &Batch<'_>, item: ItemId) -> Result<(u32, u64), StoreError> {
    let row = batch
        .connection
        .prepare("SELECT version, head FROM item WHERE id = ?1")
        .find([id(item)], |row| Ok((row.get(0)?, row.get::<i64>(1)?)))?;
    let (version, head) = row.ok_or(StoreError::Absent)?;
    Ok((version, head.unsigned_abs()))
}

/// Whether an act can follow in the item's present state.
pub(crate) fn check_act(batch: &Batch<'_>, act: &Act, version: u32) -> Result<(), StoreError> {
    let (state, kind, originator): (u8, u8, String) = batch
        .connection
        .prepare("SELECT state, kind, originator FROM item WHERE id = ?1")
        .find([id(act.item)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .ok_or(StoreError::Absent)?;
    match &act.deed {
        Deed::Acknowledge { version: seen } if *seen != version => Err(StoreError::Stale { version }),
        Deed::Retract { .. } if state != ItemState::Live as u8 => {
            Err(StoreError::Conflict("it has been withdrawn already"))
        }
        Deed::Close { .. } if kind != Kind::Request.code() || originator != act.organisation.as_str() => {
            Err(StoreError::Conflict("only the organisation that asked can close a request"))
        }
        Deed::AskErasure { .. } if erasure_requests::asked_already(batch.connection, act)? => {
            Err(StoreError::Conflict("your organisation has asked for that already"))
        }
        Deed::RefuseErasure { request, .. }
            if !erasure_requests::is_open(batch.connection, act.item, *request)? =>
        {
            Err(StoreError::Conflict("there is no such request that is still open"))
        }
        _ => Ok(()),
    }
}

/// A new version is there: its row, its label, its sources; then memory and the search index.
pub(crate) fn publish(batch: &mut Batch<'_>, entry: u64, item: &Item) -> Result<(), StoreError> {
    let before = label_of(batch.connection, item.id)?;
    let at = spans::time_of(batch.connection, entry)?;
    let label = write_version(batch.connection, entry, at, item)?;
    let row = row_of(batch.connection, item.id)?;
    write_sources(batch.connection, batch.inner, row, item)?;
    batch.changes.push(Change { item: item.id, seq: entry, label_before: before, label: Some(label) });
    learn_label(batch, label)?;
    let update = IndexChange::put(entry, row, label, item);
    refresh(batch, item.id, move |inner, columns| {
        columns.forget_acknowledgements(row);
        inner.search.send(update);
    })
}

/// An act is there.
pub(crate) fn act(batch: &mut Batch<'_>, entry: u64, act: &Act) -> Result<(), StoreError> {
    let before = label_of(batch.connection, act.item)?;
    let row = row_of(batch.connection, act.item)?;
    let at = spans::time_of(batch.connection, entry)?;
    write_act(batch.connection, entry, at, act)?;
    let label = label_of(batch.connection, act.item)?;
    batch.changes.push(Change { item: act.item, seq: entry, label_before: before, label });
    let organisation = act.organisation.as_str().to_owned();
    match &act.deed {
        Deed::Erase { .. } => {
            batch.after.push(Box::new(move |inner| {
                inner.columns.write().unwrap_or_else(PoisonError::into_inner).remove(row);
                inner.search.send(IndexChange::Remove { entry, row });
            }));
            Ok(())
        }
        Deed::Acknowledge { .. } => {
            refresh(batch, act.item, move |_, columns| columns.acknowledge(&organisation, row))
        }
        Deed::Restrict { .. } => {
            let label = label.ok_or(StoreError::Absent)?;
            learn_label(batch, label)?;
            refresh(batch, act.item, move |inner, _| {
                inner.search.send(IndexChange::Label { entry, row, label });
            })
        }
        Deed::Retract { .. } => {
            refresh(batch, act.item, move |_, columns| columns.forget_acknowledgements(row))
        }
        Deed::Release { .. } | Deed::Close { .. } | Deed::AskErasure { .. } | Deed::RefuseErasure { .. } => {
            refresh(batch, act.item, |_, _| {})
        }
    }
}

/// Takes the item's row into memory after the commit.
fn refresh(
    batch: &mut Batch<'_>,
    item: ItemId,
    also: impl FnOnce(&Inner, &mut Columns) + Send + 'static,
) -> Result<(), StoreError> {
    let narrow = read_narrow(batch.connection, item)?;
    batch.after.push(Box::new(move |inner| {
        let mut columns = inner.columns.write().unwrap_or_else(PoisonError::into_inner);
        let row = narrow.into_row(&mut columns);
        columns.put(row);
        also(inner, &mut columns);
    }));
    Ok(())
}

/// A label that this transaction may have made is in memory before any row that carries it.
fn learn_label(batch: &mut Batch<'_>, label: u32) -> Result<(), StoreError> {
    let known = batch.inner.labels.read().unwrap_or_else(PoisonError::into_inner).get(label).is_some();
    if known {
        return Ok(());
    }
    let key: String = batch
        .connection
        .prepare("SELECT key FROM label WHERE id = ?1")
        .query_row([label], |row| row.get(0))?;
    let parsed = Arc::new(parse_label(&key)?);
    batch.after.push(Box::new(move |inner| {
        inner.labels.write().unwrap_or_else(PoisonError::into_inner).put(label, parsed);
    }));
    Ok(())
}

pub(crate) fn parse_label(key: &str) -> Result<VisibilityLabel, StoreError> {
    serde_json::from_str(key).map_err(|error| StoreError::Damaged(format!("a visibility label: {error}")))
}

fn label_of(connection: &Connection, item: ItemId) -> Result<Option<u32>, StoreError> {
    let statement = connection.prepare("SELECT label FROM item WHERE id = ?1");
    statement.find([id(item)], |row| row.get(0))
}

fn row_of(connection: &Connection, item: ItemId) -> Result<u32, StoreError> {
    let statement = connection.prepare("SELECT row FROM item WHERE id = ?1");
    statement.find([id(item)], |row| row.get(0))?.ok_or(StoreError::Absent)
}

/// The number of a label, given when first met.
pub(crate) fn intern(connection: &Connection, label: &VisibilityLabel) -> Result<u32, StoreError> {
    let key = label.key();
    let found = connection.prepare("SELECT id FROM label WHERE key = ?1").find([&key], |row| row.get(0))?;
    if let Some(id) = found {
        return Ok(id);
    }
    let given: i64 = connection
        .prepare("INSERT INTO label (key) VALUES (?1) RETURNING id")
        .query_row([&key], |row| row.get(0))?;
    u32::try_from(given).map_err(|_| StoreError::Unsupported("more than four thousand million labels".into()))
}

/// Writes a version into the read model's tables and gives its label.
pub(crate) fn write_version(
    connection: &Connection,
    entry: u64,
    at: Timestamp,
    item: &Item,
) -> Result<u32, StoreError> {
    let before = head_of(connection, item.id)?;
    let mut label = item.visibility_label();
    label.restrictions = read_restrictions(connection, item.id)?;
    let label = intern(connection, &label)?;
    let position = crate::ledgers::position(entry)?;
    let bounds = item.content.bounds();
    let place = item.content.place.as_ref();
    let request = item.content.request.as_ref();
    connection
        .prepare(
            "INSERT INTO item (row, id, version, head, changed, thread, parent, kind, originator, author, label, state,
               reported, valid_from, valid_until, kept_until, urgency, severity, west, south, east, north, site, zone,
               due, asked)
             VALUES (?1, ?2, ?3, ?1, ?1, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
               ?20, ?21, ?22, ?23)
             ON CONFLICT (id) DO UPDATE SET version = ?3, head = ?1, changed = ?1, label = ?9, reported = ?10,
               valid_from = ?11, valid_until = ?12, kept_until = ?13, urgency = ?14, severity = ?15, west = ?16,
               south = ?17, east = ?18, north = ?19, site = ?20, zone = ?21, due = ?22, asked = ?23",
        )
        .execute(params![
            position,
            id(item.id),
            item.version,
            id(item.thread),
            item.parent.map(id),
            item.kind.code(),
            item.originator.as_str(),
            item.author.as_bytes(),
            label,
            item.reported.millis(),
            item.valid_from().millis(),
            item.valid_until().millis(),
            item.kept_until().millis(),
            item.content.urgency.code(),
            item.content.severity.code(),
            bounds.map(|b| b.west),
            bounds.map(|b| b.south),
            bounds.map(|b| b.east),
            bounds.map(|b| b.north),
            place.and_then(|p| p.site.as_ref()).map(base::ids::SiteId::as_str),
            place.and_then(|p| p.zone.as_ref()).map(base::ids::ZoneId::as_str),
            request.and_then(|r| r.due).map(Timestamp::millis),
            request.map(|r| r.to.as_str()),
        ])?;
    spans::begin(connection, entry, at, item, label, before)?;
    Ok(label)
}

/// Replaces the hashes of what an item rests on.
pub(crate) fn write_sources(
    connection: &Connection,
    inner: &Inner,
    row: u32,
    item: &Item,
) -> Result<(), StoreError> {
    connection.prepare("DELETE FROM source WHERE row = ?1").execute([row])?;
    for source in &item.content.sources {
        let hash = inner.keyring.sources.mac(source.as_bytes());
        connection
            .prepare("INSERT OR IGNORE INTO source (hash, row) VALUES (?1, ?2)")
            .execute(params![&hash[..16], row])?;
    }
    Ok(())
}

/// Whom organisations keep an item to.
pub(crate) fn read_restrictions(connection: &Connection, item: ItemId) -> Result<Restrictions, StoreError> {
    let statement = connection.prepare("SELECT organisation, members FROM restriction WHERE item = ?1");
    let rows = statement.query_map([id(item)], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?;
    let damaged = |_| StoreError::Damaged("a restriction that cannot be read".into());
    rows.into_iter()
        .map(|(organisation, members)| {
            let organisation =
                organisation.parse().map_err(|_| StoreError::Damaged("a restriction of nobody".into()))?;
            Ok((organisation, serde_json::from_str(&members).map_err(damaged)?))
        })
        .collect()
}

/// Writes an act into the read model's tables, and for an erasure destroys what must go.
pub(crate) fn write_act(
    connection: &Connection,
    entry: u64,
    at: Timestamp,
    act: &Act,
) -> Result<(), StoreError> {
    let item = id(act.item);
    let seq = crate::ledgers::position(entry)?;
    connection.prepare("UPDATE item SET changed = ?2 WHERE id = ?1").execute(params![item, seq])?;
    match &act.deed {
        Deed::Acknowledge { version } => {
            connection
                .prepare(
                    "INSERT INTO acknowledgement (item, organisation, version, at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (item, organisation) DO UPDATE SET version = ?3, at = ?4 WHERE version < ?3",
                )
                .execute(params![item, act.organisation.as_str(), version, act.at.millis()])?;
        }
        Deed::Retract { .. } => {
            // Everyone who could read it is asked again, now to acknowledge the recall.
            connection.execute("UPDATE item SET state = 1 WHERE id = ?1", [item])?;
            connection.execute("DELETE FROM acknowledgement WHERE item = ?1", [item])?;
            write_recall(connection, act)?;
            if let Some(head) = head_of(connection, act.item)? {
                spans::recall(connection, head, at)?;
            }
        }
        Deed::Close { .. } => {
            connection
                .execute("UPDATE item SET closed = ?2 WHERE id = ?1", params![item, act.at.millis()])?;
        }
        Deed::Restrict { members } => {
            let label = write_restriction(connection, act, members.as_deref())?;
            if let Some(head) = head_of(connection, act.item)? {
                spans::relabel(connection, head, entry, at, act, label)?;
            }
        }
        Deed::Release { .. } => {}
        Deed::AskErasure { .. } | Deed::RefuseErasure { .. } => {
            erasure_requests::write(connection, seq, act)?;
        }
        Deed::Erase { .. } => {
            destroy(connection, act.item, seq)?;
            erasure_requests::write(connection, seq, act)?;
        }
    }
    Ok(())
}

fn write_restriction(
    connection: &Connection,
    act: &Act,
    members: Option<&[base::ids::MemberId]>,
) -> Result<u32, StoreError> {
    let item = id(act.item);
    connection.execute(
        "DELETE FROM restriction WHERE item = ?1 AND organisation = ?2",
        params![item, act.organisation.as_str()],
    )?;
    if let Some(members) = members {
        let members = serde_json::to_string(members).expect("a list of ids");
        connection.execute(
            "INSERT INTO restriction (item, organisation, members) VALUES (?1, ?2, ?3)",
            params![item, act.organisation.as_str(), members],
        )?;
    }
    let key: String = connection.query_row(
        "SELECT label.key FROM item JOIN label ON label.id = item.label WHERE item.id = ?1",
        [item],
        |row| row.get(0),
    )?;
    let mut label = parse_label(&key)?;
    label.restrictions = read_restrictions(connection, act.item)?;
    let label = intern(connection, &label)?;
    connection.execute("UPDATE item SET label = ?2 WHERE id = ?1", params![item, label])?;
    Ok(label)
}

/// Position of the entry of the present version.
fn head_of(connection: &Connection, item: ItemId) -> Result<Option<i64>, StoreError> {
    let statement = connection.prepare("SELECT head FROM item WHERE id = ?1");
    statement.find([id(item)], |row| row.get(0))
}

/// Until when a recall is to be acknowledged.
pub(crate) fn write_recall(connection: &Connection, act: &Act) -> Result<(), StoreError> {
    let Deed::Retract { acknowledge_by, .. } = &act.deed else { return Ok(()) };
    let due = acknowledge_by.unwrap_or_else(|| act.at.plus_millis(RECALL_MS));
    connection
        .prepare("INSERT OR REPLACE INTO recall (item, at, due) VALUES (?1, ?2, ?3)")
        .execute(params![id(act.item), act.at.millis(), due.millis()])?;
    Ok(())
}

/// Destroys everything of an item but its leaves and the erasure itself (the entry at `seq`).
fn destroy(connection: &Connection, item: ItemId, seq: i64) -> Result<(), StoreError> {
    spans::forget(connection, item)?;
    let item = id(item);
    connection.execute("DELETE FROM source WHERE row = (SELECT row FROM item WHERE id = ?1)", [item])?;
    for table in ["item_key", "attachment", "acknowledgement", "restriction", "recall", "erasure_request"] {
        connection.execute(&format!("DELETE FROM {table} WHERE item = ?1"), [item])?;
    }
    connection.execute("DELETE FROM idempotency WHERE item = ?1", [item])?;
    connection.execute("DELETE FROM item WHERE id = ?1", [item])?;
    connection.execute(
        "UPDATE entry SET salt = NULL, header = NULL, sealed = NULL WHERE subject = ?1 AND seq < ?2",
        params![item, seq],
    )?;
    Ok(())
}

/// A row of the item table, before names are numbers.
pub(crate) struct Narrow {
    row: Row,
    originator: String,
    site: Option<String>,
    zone: Option<String>,
    asked: Option<String>,
}

impl Narrow {
    pub(crate) const COLUMNS: &str = "row, changed, label,
        coalesce((SELECT root.row FROM item AS root WHERE root.id = item.thread), row), reported, valid_from,
        valid_until, west, south, east, north, kind, urgency, severity, state, originator, site, zone, asked";

    pub(crate) fn read(row: &crate::sql::Row<'_>) -> Result<Self, StoreError> {
        let instant = |index| Ok::<_, StoreError>(seconds(Timestamp::from_millis(row.get(index)?)));
        let west: Option<i32> = row.get(7)?;
        let bounds = match west {
            None => None,
            Some(west) => {
                Some(base::geo::Bounds { west, south: row.get(8)?, east: row.get(9)?, north: row.get(10)? })
            }
        };
        Ok(Self {
            row: Row {
                row: row.get(0)?,
                changed: row.get(1)?,
                label: row.get(2)?,
                thread: row.get(3)?,
                arrived_s: instant(4)?,
                valid_from_s: instant(5)?,
                valid_until_s: instant(6)?,
                bounds,
                originator: 0,
                site: 0,
                zone: 0,
                asked: 0,
                kind: row.get(11)?,
                urgency: row.get(12)?,
                severity: row.get(13)?,
                state: ItemState::from_code(row.get(14)?),
            },
            originator: row.get(15)?,
            site: row.get(16)?,
            zone: row.get(17)?,
            asked: row.get(18)?,
        })
    }

    pub(crate) fn into_row(self, columns: &mut Columns) -> Row {
        let name = |columns: &mut Columns, name: Option<String>, number: fn(&mut Columns, &str) -> u16| {
            name.map_or(0, |name| number(columns, &name))
        };
        Row {
            originator: columns.organisation(&self.originator),
            site: name(columns, self.site, Columns::site),
            zone: name(columns, self.zone, Columns::zone),
            asked: name(columns, self.asked, Columns::organisation),
            ..self.row
        }
    }
}

fn read_narrow(connection: &Connection, item: ItemId) -> Result<Narrow, StoreError> {
    let sql = format!("SELECT {} FROM item WHERE id = ?1", Narrow::COLUMNS);
    connection.prepare(&sql).query_row([id(item)], Narrow::read)
}

/// Reads every row into memory: what a start does.
pub(crate) fn load_columns(connection: &Connection) -> Result<Columns, StoreError> {
    let mut columns = Columns::default();
    let count: i64 = connection.query_row("SELECT count(*) FROM item", NONE, |row| row.get(0))?;
    columns.reserve(usize::try_from(count).unwrap_or(0));
    let sql = format!("SELECT {} FROM item ORDER BY row", Narrow::COLUMNS);
    connection.prepare(&sql).walk(NONE, |row| {
        let row = Narrow::read(row)?.into_row(&mut columns);
        columns.put(row);
        Ok(Walk::On)
    })?;
    let statement = connection.prepare(
        "SELECT a.organisation, item.row FROM acknowledgement AS a JOIN item ON item.id = a.item
         WHERE a.version = item.version",
    );
    statement.walk(NONE, |row| {
        let organisation: String = row.get(0)?;
        columns.acknowledge(&organisation, row.get(1)?);
        Ok(Walk::On)
    })?;
    Ok(columns)
}
