//! Whatever is changed in a store behind its back is found, and the first bad entry is named.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use base::random::{SeededRandom, bytes};
use record::Deed;
use rusqlite::Connection;
use rusqlite::types::Value;
use store::{NodeKey, Options, VerifyReport, verify_folder};

use crate::support::{EUROPOL, Node, OPCW, ORIGIN, green};

/// The tables that the two ledgers are.
const TABLES: [&str; 4] = ["entry", "access", "tile", "checkpoint"];

/// A closed store with both ledgers past their first tile, an amended, an acknowledged and an erased item.
struct Kept {
    options: Options,
    key: NodeKey,
    _folder: Option<tempfile::TempDir>,
}

fn kept() -> Kept {
    let node = Node::new();
    let items: Vec<_> = (0..260).map(|n| node.item(OPCW, &format!("item {n}"), green())).collect();
    node.publish_all(&items);
    let next = node.next(OPCW, &items[1], "amended", green());
    node.store.amend(&node.permit(OPCW, &items[1]), next).unwrap().wait().unwrap();
    let act = node.act(EUROPOL, &items[2], Deed::Acknowledge { version: 1 });
    node.store.acknowledge(&node.permit(EUROPOL, &items[2]), act).unwrap().wait().unwrap();
    node.erase(OPCW, &items[3]);
    node.publish(&node.item(OPCW, "last", green()));
    for item in items.iter().skip(4).chain(items.iter().skip(4).take(10)) {
        node.open(EUROPOL, item);
    }
    let (options, key, folder) = node.shut();
    Kept { options, key, _folder: folder }
}

impl Kept {
    fn database(&self) -> std::path::PathBuf {
        self.options.folder.join("belfry.db")
    }

    /// A copy in which something is changed, and what verification says of it.
    fn changed(&self, change: impl FnOnce(&Path)) -> VerifyReport {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("belfry.db");
        std::fs::copy(self.database(), &file).unwrap();
        change(&file);
        verify_folder(&Options::new(folder.path(), ORIGIN), &self.key, &mut |_, _| {}).unwrap()
    }

    fn with_sql(&self, sql: &str) -> VerifyReport {
        self.changed(|file| {
            let database = Connection::open(file).unwrap();
            let changed = database.execute(sql, []).unwrap();
            assert!(changed > 0, "{sql}");
        })
    }
}

#[test]
fn the_first_bad_entry_is_named() {
    let kept = kept();
    let sound = kept.changed(|_| {});
    assert!(sound.is_sound(), "{sound:#?}");
    assert_eq!((sound.facts.emptied, sound.facts.root.is_some()), (1, true));
    let flip = |column: &str| {
        format!("{column} = CAST(substr({column}, 1, 20) || x'ff' || substr({column}, 22) AS BLOB)")
    };
    let check = |sql: String, entry: Option<u64>, what: &str| {
        let report = kept.with_sql(&sql);
        let fault = report.facts.fault.as_ref().unwrap_or_else(|| panic!("not found: {sql}: {report:#?}"));
        assert_eq!(fault.entry, entry, "{sql}: {report:#?}");
        assert!(fault.what.contains(what), "{sql}: {report:#?}");
        assert_eq!(report.access.fault, None, "{sql}");
    };
    for seq in [0, 100, 255, 262] {
        check(format!("UPDATE entry SET {} WHERE seq = {seq}", flip("sealed")), Some(seq), "commits to");
        check(format!("UPDATE entry SET {} WHERE seq = {seq}", flip("salt")), Some(seq), "commits to");
        check(format!("UPDATE entry SET {} WHERE seq = {seq}", flip("header")), Some(seq), "commits to");
        check(format!("UPDATE entry SET sealed = NULL WHERE seq = {seq}"), Some(seq), "part of the content");
    }
    check(format!("UPDATE entry SET {} WHERE seq = 100", flip("leaf")), Some(100), "entry 100");
    check(
        "UPDATE entry SET salt = NULL, header = NULL, sealed = NULL WHERE seq = 100".into(),
        Some(100),
        "erases",
    );
    check(
        "UPDATE entry SET subject = x'00112233445566778899aabbccddeeff' WHERE seq = 9".into(),
        Some(9),
        "another item",
    );
    check("DELETE FROM entry WHERE seq = 17".into(), Some(17), "missing");
    check("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)".into(), Some(270), "missing");
    check("DELETE FROM checkpoint WHERE ledger = 0".into(), None, "no signed head");
    check("UPDATE checkpoint SET size = size - 1 WHERE ledger = 0".into(), None, "another size");
    check(
        "UPDATE checkpoint SET note = replace(note, char(10) || '271', char(10) || '270') WHERE ledger = 0"
            .into(),
        None,
        "signed head",
    );
    check(format!("UPDATE tile SET {} WHERE ledger = 0 AND level = 0", flip("hashes")), Some(0), "entry 0");
    check(format!("UPDATE tile SET {} WHERE ledger = 0 AND level = 1", flip("hashes")), None, "tile 1/0");
    check("INSERT INTO tile VALUES (0, 5, 0, zeroblob(32))".into(), None, "tiles");
}

#[test]
fn access_records_are_verified_too() {
    let kept = kept();
    let check = |sql: &str, entry: Option<u64>| {
        let report = kept.with_sql(sql);
        let fault = report.access.fault.as_ref().unwrap_or_else(|| panic!("not found: {sql}: {report:#?}"));
        assert_eq!(fault.entry, entry, "{sql}: {report:#?}");
    };
    check("UPDATE access SET at = at + 1 WHERE seq = 50", Some(50));
    check("UPDATE access SET organisation = 'opcw' WHERE seq = 50", Some(50));
    check("UPDATE access SET salt = NULL, header = NULL, sealed = NULL WHERE seq = 50", Some(50));
    check("DELETE FROM access_item WHERE seq = 50", Some(50));
    check("DELETE FROM access WHERE seq = 50", Some(50));
    check("UPDATE access SET leaf = (SELECT leaf FROM access WHERE seq = 51) WHERE seq = 50", Some(50));
    let report = kept.with_sql("UPDATE organisation SET public_key = zeroblob(32) WHERE id = 'opcw'");
    assert!(report.faults.iter().any(|fault| fault.contains("opcw")), "{report:#?}");
}

/// Everything that the tables of the ledgers say, each row looked up by its key as the store does.
fn content(file: &Path) -> Option<u64> {
    let database = Connection::open(file).ok()?;
    let mut hasher = DefaultHasher::new();
    for table in TABLES {
        let mut keys = Vec::new();
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).ok()?;
        let columns = statement.column_count();
        let mut rows = statement.query([]).ok()?;
        while let Some(row) = rows.next().ok()? {
            let values: Vec<Value> = (0..columns).map(|at| row.get(at).unwrap()).collect();
            format!("{values:?}").hash(&mut hasher);
            keys.push(values);
        }
        let by_key = match table {
            "tile" => "ledger = ?1 AND level = ?2 AND position = ?3",
            "checkpoint" => "ledger = ?1",
            _ => "seq = ?1",
        };
        let mut statement = database.prepare(&format!("SELECT * FROM {table} WHERE {by_key}")).ok()?;
        for values in keys {
            let count = statement.parameter_count();
            let mut rows = statement.query(rusqlite::params_from_iter(&values[..count])).ok()?;
            let row = rows.next().ok()??;
            let again: Vec<Value> = (0..columns).map(|at| row.get(at).unwrap()).collect();
            if again != values {
                return None;
            }
        }
    }
    Some(hasher.finish())
}

/// Bits anywhere in the pages of the ledgers' tables. Where verification says all is well, the tables must say what
/// they said before: the bit was in a part of the page that holds nothing.
#[test]
fn any_flipped_bit_is_found() {
    let kept = kept();
    let before = content(&kept.database());
    assert!(before.is_some());
    let original = std::fs::read(kept.database()).unwrap();
    let (pages, page_bytes) = pages(&kept.database());
    let random = SeededRandom::new(20_261_122);
    let below = |most: usize| (u64::from_le_bytes(bytes(&random)) % most as u64) as usize;
    let (mut found, mut unused) = (0, 0);
    let wanted = crate::cases(200, 10_000);
    while found < wanted {
        let page = pages[below(pages.len())];
        let (at, bit) = ((page - 1) * page_bytes + below(page_bytes), below(8));
        let mut after = None;
        let report = kept.changed(|file| {
            let mut flipped = original.clone();
            flipped[at] ^= 1 << bit;
            std::fs::write(file, &flipped).unwrap();
            after = Some(flipped);
        });
        if !report.is_sound() {
            found += 1;
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("flipped.db");
        std::fs::write(&file, after.unwrap()).unwrap();
        assert_eq!(content(&file), before, "bit {bit} of byte {at} (page {page}) was flipped and not found");
        unused += 1;
        assert!(unused < wanted, "most bits must matter");
    }
    println!("{found} flipped bits found; {unused} more were in unused parts of pages and changed nothing");
}

/// The pages of the ledgers' tables, and how long a page is.
fn pages(file: &Path) -> (Vec<usize>, usize) {
    let database = Connection::open(file).unwrap();
    let mut statement = database.prepare("SELECT pageno FROM dbstat WHERE name = ?1").unwrap();
    let mut pages = BTreeSet::new();
    for table in TABLES {
        let rows = statement.query_map([table], |row| row.get::<_, i64>(0)).unwrap();
        pages.extend(rows.map(|page| usize::try_from(page.unwrap()).unwrap()));
    }
    let page_bytes: i64 = database.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
    (pages.into_iter().collect(), usize::try_from(page_bytes).unwrap())
}

#[test]
fn the_check_names_what_is_not_what_the_entries_give() {
    let node = Node::new();
    let items: Vec<_> = (0..10).map(|n| node.item(OPCW, &format!("item {n}"), green())).collect();
    node.publish_all(&items);
    let act = node.act(EUROPOL, &items[2], Deed::Acknowledge { version: 1 });
    node.store.acknowledge(&node.permit(EUROPOL, &items[2]), act).unwrap().wait().unwrap();
    node.assert_sound();
    let id = items[4].id.to_string();
    let mut node = Some(node);
    let mut check = |sql: &str, expected: &str| {
        let closed = node.take().unwrap();
        let original = closed.folder().join("belfry.db");
        let mut kept = Vec::new();
        let damaged = closed.reopen_after(|_| {
            kept = std::fs::read(&original).unwrap();
            let database = Connection::open(&original).unwrap();
            assert_eq!(database.execute(sql, []).unwrap(), 1, "{sql}");
        });
        let report = damaged.store.check(&mut |_, _| {}).unwrap();
        assert!(report.faults.iter().any(|fault| fault.contains(expected)), "{sql}: {report:#?}");
        node = Some(damaged.reopen_after(|_| std::fs::write(&original, &kept).unwrap()));
    };
    let of = format!("WHERE id = x'{}'", id.replace('-', ""));
    check(&format!("UPDATE item SET urgency = 0 {of}"), &format!("item {id}: column urgency"));
    check(&format!("UPDATE item SET kept_until = kept_until + 1 {of}"), "column kept_until");
    check(&format!("DELETE FROM item {of}"), "item");
    check("UPDATE label SET key = replace(key, 'GREEN', 'CLEAR')", "column key");
    check("DELETE FROM acknowledgement", "acknowledgement");
    check(&format!("DELETE FROM item_key WHERE item = x'{}'", id.replace('-', "")), "cannot be folded");
    node.unwrap().assert_sound();
}
