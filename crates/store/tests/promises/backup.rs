//! Backup and restore: a whole store, without secrets and sessions, in which erased stays erased.

use std::path::Path;
use std::sync::Arc;

use base::ids::ItemId;
use base::system::SystemRandom;
use store::{NodeKey, Options, Restored, StoreError, erasures_of, restore};

use crate::support::{CITY, Node, OPCW, ORIGIN, green, node_key};

pub(crate) fn restored(
    from: &Path,
    to: &Path,
    key: &NodeKey,
    erasures: &[ItemId],
) -> Result<Restored, StoreError> {
    let clock = Arc::new(base::clock::ManualClock::new(crate::support::start()));
    restore(from, Options::new(to, ORIGIN), key, clock, Arc::new(SystemRandom), erasures)
}

/// The restored store as a node, with the key of the one it was made from.
pub(crate) fn open(folder: &Path, key_of: &Path) -> Node {
    std::fs::copy(key_of.with_extension("key"), folder.with_extension("key")).unwrap();
    Node::in_folder(folder)
}

#[test]
fn a_backup_made_under_load_is_whole() {
    let node = Node::new();
    let items: Vec<_> = (0..300).map(|n| node.item(OPCW, &format!("item {n}"), green())).collect();
    node.publish_all(&items[..200]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    let mut published = 200;
    node.store
        .backup(&file, &mut |_, _| {
            if published < items.len() {
                node.publish(&items[published]);
                published += 1;
            }
        })
        .unwrap();
    assert!(published > 200, "the store took changes meanwhile");
    assert!(matches!(node.store.backup(&file, &mut |_, _| {}), Err(StoreError::Conflict(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    let secret = std::fs::read_to_string(node.folder().with_extension("key")).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let secret = secret.trim().rsplit(' ').next().unwrap().as_bytes();
    assert!(!bytes.windows(secret.len()).any(|part| part == secret));

    let target = folder.path().join("restored");
    let done = restored(&file, &target, &node.key, &[]).unwrap();
    assert_eq!(done, Restored { items: 200, erased: 0 });
    let copy = open(&target, node.folder());
    assert_eq!(copy.find(CITY, "item").len(), 100, "a page");
    copy.publish(&copy.item(OPCW, "goes on", green()));
    copy.assert_sound();
}

#[test]
fn erased_stays_erased() {
    let node = Node::new();
    let items: Vec<_> = (0..5).map(|n| node.item(OPCW, &format!("item {n}"), green())).collect();
    node.publish_all(&items);
    node.erase(OPCW, &items[0]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.db");
    node.store.backup(&file, &mut |_, _| {}).unwrap();
    node.erase(OPCW, &items[1]);
    let late = node.item(OPCW, "late", green());
    node.publish(&late);
    node.erase(OPCW, &late);

    // The store itself need not be whole: its erasures can still be read.
    let erasures = erasures_of(node.folder()).unwrap();
    assert_eq!(erasures, [items[0].id, items[1].id, late.id]);
    let target = folder.path().join("restored");
    let done = restored(&file, &target, &node.key, &erasures).unwrap();
    assert_eq!(done, Restored { items: 3, erased: 1 });
    let copy = open(&target, node.folder());
    assert!(copy.store.candidate(items[1].id).unwrap().is_none());
    assert_eq!(copy.find(CITY, "item").len(), 3);
    copy.assert_sound();
}

#[test]
fn a_restore_replaces_nothing_and_takes_only_backups() {
    let node = Node::new();
    let folder = tempfile::tempdir().unwrap();
    let key = node_key(&folder.path().join("x"));
    let file = folder.path().join("backup.db");
    node.store.backup(&file, &mut |_, _| {}).unwrap();
    let refused = |from: &Path, to: &Path| restored(from, to, &key, &[]).unwrap_err();
    assert!(matches!(refused(&file, node.folder()), StoreError::Conflict(_)));
    let empty = folder.path().join("empty");
    assert!(matches!(refused(&folder.path().join("nothing"), &empty), StoreError::File { .. }));
    let rubbish = folder.path().join("rubbish");
    std::fs::write(&rubbish, [1; 5_000]).unwrap();
    assert!(matches!(refused(&rubbish, &empty), StoreError::Damaged(_)));
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
    assert!(matches!(refused(&other, &empty), StoreError::Damaged(_)));
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0);
    // With another node key the copy is of no use, and says so.
    assert!(matches!(refused(&file, &folder.path().join("target")), StoreError::Damaged(_)));
}
