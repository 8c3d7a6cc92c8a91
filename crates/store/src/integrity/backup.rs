//! Backup while the node runs, and restore into an empty folder. Erased stays erased.
//!
//! Not here: the node key, the search index, and what sensors and web monitoring keep, which are in no backup.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::ids::ItemId;
use base::{Clock, Random};
use ledger::{Leaf, LeafKind};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::sql::{NONE, Walk};
use crate::{NodeKey, Options, Store, StoreError, database, measures};

/// Pages copied at a time, between words on progress.
const PAGES: i32 = 1_000;
/// The file while it is not whole.
const PARTIAL: &str = "partial";

/// What a restore has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Items in the store.
    pub items: usize,
    /// Items erased again, because they had been erased after the backup was made.
    pub erased: usize,
}

impl Store {
    /// Copies one state of the store, and one of what planners keep, into a new file, while changes go on. Not in it: the node key, the
    /// search index, what sensors and web monitoring keep, sessions and invitations. `progress` is told how many pages are done, and of how many.
    pub fn backup(&self, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
        backup_folder(&self.0.options.folder, to, progress)
    }
}

/// The same for the store in a folder, also while another process works with it.
pub fn backup_folder(folder: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::Conflict("a backup never replaces a file: choose another name"));
    }
    let mut partial = to.as_os_str().to_owned();
    partial.push(".");
    partial.push(PARTIAL);
    let partial = PathBuf::from(partial);
    make_private(&partial)?;
    let result = copy(folder, &partial, progress);
    if result.is_err() {
        // The error says more than a second one about this file would.
        let _ = fs::remove_file(&partial);
    }
    result?;
    let at = |source| StoreError::File { path: to.into(), source };
    fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(at)?;
    fs::rename(&partial, to).map_err(at)?;
    sync_folder(to)
}

fn copy(folder: &Path, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), StoreError> {
    let file = folder.join(database::FILE);
    if let Err(source) = fs::metadata(&file) {
        return Err(StoreError::File { path: file, source });
    }
    let from = database::open_file(&file, 4 * 1024)?;
    // One transaction around all steps: else each change of the store would begin the copy anew.
    from.execute_batch("BEGIN")?;
    from.query_row("SELECT count(*) FROM checkpoint", [], |_| Ok(()))?;
    let mut copy = Connection::open(to)?;
    {
        let backup = Backup::new(&from, &mut copy)?;
        loop {
            let step = backup.step(PAGES)?;
            let state = backup.progress();
            let (left, all) =
                (i64::from(state.remaining).unsigned_abs(), i64::from(state.pagecount).unsigned_abs());
            progress(all.saturating_sub(left), all);
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => return Err(StoreError::Conflict("another program uses the backup's file")),
            }
        }
    }
    copy.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON;
             DELETE FROM session; DELETE FROM invitation;",
    )?;
    measures::copy_into(&copy, folder)
}

/// Puts a backup into an empty folder and erases in it what is in `erasures`: see [`erasures_of`]. API tokens do not
/// come back, because a revoked one would live again; neither do sessions. Rights are those of the day of the backup.
pub fn restore(
    from: &Path,
    options: Options,
    node_key: &NodeKey,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    erasures: &[ItemId],
) -> Result<Restored, StoreError> {
    let folder = options.folder.clone();
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::File { path, source }
    };
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    if fs::read_dir(&folder).map_err(at(&folder))?.next().is_some() {
        return Err(StoreError::Conflict("the folder to restore into is not empty"));
    }
    check_backup(from)?;
    let file = folder.join(database::FILE);
    make_private(&file)?;
    fs::copy(from, &file).map_err(at(from))?;
    {
        let copy = Connection::open(&file)?;
        copy.execute_batch(
            "PRAGMA secure_delete = ON; DELETE FROM token; DELETE FROM session; DELETE FROM invitation;",
        )?;
        measures::put_back(&copy, &folder)?;
    }
    fs::File::open(&file).and_then(|file| file.sync_all()).map_err(at(&file))?;
    sync_folder(&file)?;
    let store = Store::open(options, node_key, clock, random)?;
    let erased = store.erase_again(erasures)?;
    store.settle_search()?;
    store.empty_log()?;
    Ok(Restored { items: store.items(), erased })
}

/// Items that have been erased according to the store in a folder, which may be damaged: entries that cannot be read
/// are passed over.
pub fn erasures_of(folder: &Path) -> Result<Vec<ItemId>, StoreError> {
    let file = folder.join(database::FILE);
    if let Err(source) = fs::metadata(&file) {
        return Err(StoreError::File { path: file, source });
    }
    let connection = database::open_reader(&file, 4 * 1024)?;
    let mut erased = Vec::new();
    connection.prepare("SELECT leaf FROM entry ORDER BY seq").walk(NONE, |row| {
        let leaf = row.bytes(0).ok().and_then(|bytes| Leaf::decode(bytes).ok());
        if let Some(leaf) = leaf.filter(|leaf| leaf.kind == LeafKind::Erase) {
            erased.push(ItemId::from_bytes(leaf.subject));
        }
        Ok(Walk::On)
    })?;
    Ok(erased)
}

/// A file that is a whole store of a form this software knows.
fn check_backup(from: &Path) -> Result<(), StoreError> {
    if let Err(source) = fs::metadata(from) {
        return Err(StoreError::File { path: from.into(), source });
    }
    let damaged = |what: &str| StoreError::Damaged(format!("{}: {what}", from.display()));
    let read = || {
        let connection = database::open_reader(from, 4 * 1024)?;
        let whole: String = connection.query_row("PRAGMA quick_check(1)", NONE, |row| row.get(0))?;
        let known = "SELECT count(*) FROM sqlite_schema WHERE name IN ('entry', 'tile', 'checkpoint', 'organisation')";
        let tables: i64 = connection.query_row(known, NONE, |row| row.get(0))?;
        Ok::<_, StoreError>((whole, tables))
    };
    match read() {
        Ok((whole, 4)) if whole == "ok" => Ok(()),
        Ok((whole, 4)) => Err(damaged(&whole)),
        Ok(_) | Err(_) => Err(damaged("not a backup of a store")),
    }
}

/// A new empty file that only its owner may read.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| StoreError::File { path: path.into(), source })
}

/// The name of a file is on disk only when its folder is.
fn sync_folder(file: &Path) -> Result<(), StoreError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| StoreError::File { path: folder.into(), source })
}
