//! `cargo xtask bench share`: what sharing must be able to carry, measured against its targets on one machine.
//!
//! Not here: other measurements. Everything is on loopback and bounded in count and time. Clients and node share the
//! machine's cores, so the figures are what is left for the node.

mod figures;
pub(crate) mod node;
mod policy;
mod publish;
mod read;
mod start;
mod stream;
mod table;
mod trial;
mod verify;

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::arguments::BenchShare;
use table::{Row, Table};
use trial::Trial;

const PARTS: [&str; 6] = ["policy", "publish", "stream", "read", "start", "verify"];

/// Takes every measurement that was asked for and prints the table.
pub(crate) fn share(wanted: &BenchShare) -> Result<()> {
    if wanted.start_only {
        return start::serve_once(wanted.data.as_deref().context("--start-only needs --data")?);
    }
    for part in &wanted.only {
        ensure!(PARTS.contains(&part.as_str()), "there is no part {part:?}; there are {}", PARTS.join(", "));
    }
    let runs = wanted.runs.clamp(1, 20);
    let seconds = Duration::from_secs(wanted.seconds.clamp(1, 600));
    let wants = |part: &str| wanted.only.is_empty() || wanted.only.iter().any(|one| one == part);
    let temporary = tempfile::tempdir().context("cannot make a temporary folder; name one with --data")?;
    let folder = wanted.data.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).with_context(|| format!("cannot use {}", folder.display()))?;
    let mut table = Table::new(folder)?;
    if wants("policy") {
        table.extend(policy::measure(runs, wanted.labels)?);
    }
    if wants("publish") {
        table.extend(publish::measure(folder, runs, seconds, wanted.labels)?);
    }
    if wants("stream") {
        table.add(stream::measure(folder, runs, seconds)?);
    }
    if wants("read") || wants("start") || wants("verify") {
        let big = folder.join("big");
        table.extend(big_store(wanted, &big, runs, &wants)?);
    }
    if wants("verify") {
        table.add(verify::flips(&folder.join("flips"), wanted.flips.min(1_000_000))?);
    }
    let page = table.page(wanted);
    print!("{page}");
    if wanted.record {
        let file = std::path::Path::new("bench/results/share.md");
        std::fs::create_dir_all("bench/results").context("run this in the repository's root")?;
        std::fs::write(file, page).with_context(|| format!("cannot write {}", file.display()))?;
        eprintln!("written: {}", file.display());
    }
    Ok(())
}

/// What is measured on a store with many items, which is made once.
fn big_store(
    wanted: &BenchShare,
    folder: &std::path::Path,
    runs: usize,
    wants: &dyn Fn(&str) -> bool,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let items = wanted.items.clamp(100, 10_000_000);
    {
        let trial = Trial::open(folder)?;
        let filled = trial.fill(items, wanted.labels)?;
        rows.extend(filled);
        if wants("read") {
            rows.extend(trial.serve(async |node| read::measure(node, runs).await)?);
        }
    }
    if wants("start") {
        rows.extend(start::measure(folder, runs)?);
    }
    if wants("verify") {
        rows.push(verify::whole(folder, runs)?);
    }
    Ok(rows)
}
