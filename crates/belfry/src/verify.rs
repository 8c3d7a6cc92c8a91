//! `belfry verify`: the ledgers of a node, or one proof bundle without any node.
//!
//! Not here: the checks themselves (store, [`crate::bundle`]).

use std::path::Path;

use anyhow::{Context, Result};
use store::{LedgerReport, verify_folder};

use crate::arguments::Verify;
use crate::{Outcome, bundle, node, upkeep};

/// Longest proof bundle that is read, in bytes.
const BUNDLE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Verifies what was named.
pub(crate) fn verify(wanted: &Verify) -> Result<Outcome> {
    match (&wanted.bundle, &wanted.config) {
        (Some(file), _) => verify_bundle(file, wanted.checkpoint_key.as_deref()),
        (None, Some(config)) => verify_ledgers(config),
        (None, None) => anyhow::bail!("say what to verify: --config FILE or --bundle FILE"),
    }
}

fn verify_ledgers(config: &Path) -> Result<Outcome> {
    let config = node::settings(config)?;
    let node_key = node::node_key(&config)?;
    let mut progress = upkeep::progress("entries");
    let report = verify_folder(&node::options(&config), &node_key, &mut progress)
        .with_context(|| format!("cannot verify {}", config.node.data_folder.display()))?;
    println!("{}", line("facts", &report.facts));
    println!("{}", line("access", &report.access));
    for fault in &report.faults {
        println!("fault: {fault}");
    }
    if report.is_sound() {
        println!("sound: every entry is what it was");
        return Ok(Outcome::Done);
    }
    println!("NOT SOUND: keep this data folder as it is; compare with the last backup and with your witness");
    Ok(Outcome::Unsound)
}

fn line(name: &str, report: &LedgerReport) -> String {
    let root = report.root.as_ref().map_or("unknown".to_owned(), ledger::Hash::to_base64);
    let sound =
        format!("{name}: {} entries in order ({} erased), root {root}", report.entries, report.emptied);
    match &report.fault {
        None => sound,
        Some(fault) => match fault.entry {
            Some(entry) => format!("{name}: first bad entry {entry}: {}", fault.what),
            None => format!("{name}: {}", fault.what),
        },
    }
}

fn verify_bundle(file: &Path, key: Option<&str>) -> Result<Outcome> {
    let at = || format!("cannot read the bundle {}", file.display());
    let bytes = std::fs::metadata(file).with_context(at)?.len();
    if bytes > BUNDLE_BYTES_MAX {
        anyhow::bail!("{}: {bytes} bytes; a bundle has at most {BUNDLE_BYTES_MAX}", file.display());
    }
    let proofs = bundle::read(&std::fs::read(file).with_context(at)?).with_context(at)?;
    match bundle::check_all(&proofs, key) {
        Ok(proven) => {
            proven.iter().for_each(|one| print!("{one}"));
            if key.is_none() {
                println!(
                    "The checkpoint key is the bundle's own: compare it with the node's, or name it with --checkpoint-key."
                );
            }
            Ok(Outcome::Done)
        }
        Err(error) => {
            println!("NOT SOUND: {error:#}");
            Ok(Outcome::Unsound)
        }
    }
}
