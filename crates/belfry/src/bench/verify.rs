//! How long verification takes, and whether it finds any one flipped bit of what the ledger is made of.
//!
//! Not here: bits of the database that hold nothing, such as free pages; flipping those harms nobody.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, ensure};
use base::Clock as _;
use base::ids::ItemId;
use base::system::SystemClock;
use policy::action::See;
use sim::Dice;
use store::{AccessAction, Filter, Ledger, verify_folder};

use super::figures::{median, now};
use super::table::Row;
use super::trial::{Trial, place};

/// Items of the store whose bits are flipped: few, because every flip is followed by a whole verification.
const ITEMS: u64 = 40;
/// Threads that flip, each in a copy of its own.
const FLIPPERS: u64 = 2;
/// Bytes around a flipped bit by which its place in the file is found.
const WINDOW: usize = 16;
/// The file of the store.
const FILE: &str = "belfry.db";

/// Verifies the big store.
pub(crate) fn whole(folder: &Path, runs: usize) -> Result<Row> {
    let (options, node_key) = place(folder)?;
    let (mut seconds, mut entries) = (Vec::new(), 0);
    for _ in 0..runs {
        let start = now();
        let report = verify_folder(&options, &node_key, &mut |_, _| {})?;
        ensure!(report.is_sound(), "the store is not sound: {:?}", report);
        seconds.push(start.elapsed().as_secs_f64());
        entries = report.facts.entries + report.access.entries;
    }
    let seconds = median(seconds);
    let what = format!("verify of {entries} entries");
    Ok(Row::against(&what, "at most 60 s for 1,000,000", format!("{seconds:.1} s"), seconds <= 60.0))
}

/// Flips one random bit at a time in the parts of a small store's ledgers, and verifies.
pub(crate) fn flips(folder: &Path, count: u64) -> Result<Row> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let parts = small_store(folder)?;
    let found = AtomicU64::new(0);
    let start = now();
    std::thread::scope(|scope| {
        let flippers: Vec<_> = (0..FLIPPERS)
            .map(|flipper| {
                let (parts, found) = (&parts, &found);
                let own = count / FLIPPERS + u64::from(flipper < count % FLIPPERS);
                scope.spawn(move || flip(folder, flipper, own, parts, found))
            })
            .collect();
        for flipper in flippers {
            flipper.join().map_err(|_| anyhow::anyhow!("a flipper broke off"))??;
        }
        anyhow::Ok(())
    })?;
    let found = found.into_inner();
    let ms = start.elapsed().as_secs_f64() * 1_000.0;
    eprintln!("{count} flips took {ms:.0} ms");
    Ok(Row::against(
        &format!("single flipped bits found by verify ({count} random trials)"),
        "all",
        format!("{found} of {count}"),
        found == count,
    ))
}

/// Makes the small store; gives the bytes its ledgers are made of.
fn small_store(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let trial = Trial::open(folder)?;
    trial.fill(ITEMS, 40)?;
    let principal = trial.store.directory().principal(trial.cast.player("police-duty")?.member);
    let principal = principal.context("the police take part")?;
    let labels = trial.store.labels();
    let sight = trial.engine.sight(&principal, labels.iter().map(|(id, label)| (*id, &**label)));
    let page = trial.store.page(&sight, &Filter::default(), None, 100)?;
    let mut parts = Vec::new();
    let runtime = tokio::runtime::Runtime::new()?;
    for candidate in &page.candidates {
        let id: ItemId = candidate.id;
        let see = || trial.engine.permit_item::<See>(&principal, id, &candidate.facts());
        let permit = see().map_err(|_| anyhow::anyhow!("the police see everything"))?;
        runtime.block_on(trial.store.consult(vec![permit], &sight, AccessAction::Open))?;
        let permit = see().map_err(|_| anyhow::anyhow!("the police see everything"))?;
        for entry in runtime.block_on(trial.store.proof(&permit, None))?.entries {
            parts.extend([entry.proof.leaf, entry.salt.to_vec(), entry.header, entry.sealed]);
        }
    }
    for ledger in Ledger::ALL {
        let checkpoint = trial.store.checkpoint(ledger)?.context("a checkpoint")?;
        parts.push(checkpoint.into_bytes());
    }
    trial.store.settle_search()?;
    ensure!(trial.store.empty_log()?, "the log of the store could not be emptied");
    ensure!(parts.len() > 100, "too few parts to flip: {}", parts.len());
    Ok(parts)
}

fn flip(folder: &Path, flipper: u64, count: u64, parts: &[Vec<u8>], found: &AtomicU64) -> Result<()> {
    let (from, node_key) = place(folder)?;
    let mut options = from.clone();
    options.folder = folder.join(format!("copy-{flipper}"));
    std::fs::create_dir_all(&options.folder)?;
    let path = options.folder.join(FILE);
    std::fs::copy(from.folder.join(FILE), &path)?;
    let mut bytes = Vec::new();
    File::open(&path)?.read_to_end(&mut bytes)?;
    let sound = verify_folder(&options, &node_key, &mut |_, _| {})?;
    ensure!(sound.is_sound(), "the store is not sound before any flip: {sound:?}");
    let dice = Dice::new(SystemClock.now().millis().unsigned_abs() ^ flipper);
    let mut done = 0;
    while done < count {
        let Some(part) = dice.pick(parts) else { break };
        let (offset, bit) = (dice.below(part.len()), dice.below(8));
        let Some(at) = position(&bytes, part, offset) else { continue };
        done += 1;
        write_byte(&path, at, bytes[at] ^ (1 << bit))?;
        let sound = verify_folder(&options, &node_key, &mut |_, _| {}).is_ok_and(|report| report.is_sound());
        found.fetch_add(u64::from(!sound), Ordering::Relaxed);
        if sound {
            eprintln!(
                "not found: bit {bit} of byte {offset} of a part of {} bytes, at {at} of the file",
                part.len()
            );
        }
        write_byte(&path, at, bytes[at])?;
    }
    Ok(())
}

/// Where in the file the byte of a part is: found by the bytes around it; `None` when a page ends in between.
fn position(file: &[u8], part: &[u8], offset: usize) -> Option<usize> {
    let start = offset.saturating_sub(WINDOW).min(part.len().saturating_sub(2 * WINDOW));
    let window = part.get(start..(start + 2 * WINDOW).min(part.len()))?;
    let mut places = file.windows(window.len()).enumerate().filter(|(_, bytes)| *bytes == window);
    let (at, _) = places.next()?;
    // The same bytes twice: nobody could say which is meant.
    places.next().is_none().then_some(at + offset - start)
}

fn write_byte(path: &Path, at: usize, byte: u8) -> Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(u64::try_from(at)?))?;
    file.write_all(&[byte])?;
    Ok(())
}
