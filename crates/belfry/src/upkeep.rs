//! What an operator does beside running a node: check, rebuild, copy, put back, erase. With progress on long work.
//!
//! Not here: the work itself (store). The node must be stopped, except for `backup` and `verify`.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::{Context, Result};
use base::{Clock as _, system::SystemClock};
use store::{Keeping, Store, erasures_of};

use crate::arguments::Restore;
use crate::{Outcome, node};

/// A line on standard error that says how far the work is; silent when that is no terminal.
pub(crate) fn progress(what: &'static str) -> impl FnMut(u64, u64) + Send {
    let (mut shown, terminal) = (None, std::io::stderr().is_terminal());
    move |done, all| {
        let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100).min(100);
        if terminal && shown != Some(percent) {
            shown = Some(percent);
            let end = if done >= all { "\n" } else { "" };
            eprint!("\r{percent:>3} % of {all} {what}{end}");
            // A line that cannot be shown is not worth an error.
            let _ = std::io::stderr().flush();
        }
    }
}

fn open(config: &Path) -> Result<(node::Lock, Store)> {
    let config = node::settings(config)?;
    node::open_store(&config, &node::node_key(&config)?)
}

/// `belfry check`.
pub(crate) fn check(config: &Path) -> Result<Outcome> {
    let (_lock, store) = open(config)?;
    let report = store.check(&mut progress("entries")).context("the check broke off")?;
    println!("{} entries, {} items, {} files", report.entries, report.items, report.attachments);
    for fault in &report.faults {
        println!("fault: {fault}");
    }
    if report.is_sound() {
        println!("sound: lists, search and files agree with the ledger");
        return Ok(Outcome::Done);
    }
    println!("NOT SOUND: for faults of search only, `belfry rebuild-search` mends it; else restore a backup");
    Ok(Outcome::Unsound)
}

/// `belfry rebuild-search`.
pub(crate) fn rebuild_search(config: &Path) -> Result<()> {
    let (_lock, store) = open(config)?;
    store.rebuild_search(progress("items")).context("the search index could not be made")?;
    println!("the search index is new");
    Ok(())
}

/// `belfry backup`: also while the node runs.
pub(crate) fn backup(config: &Path, to: &Path) -> Result<()> {
    let config = node::settings(config)?;
    store::backup_folder(&config.node.data_folder, to, &mut progress("pages"))
        .with_context(|| format!("no backup was written to {}", to.display()))?;
    println!("backup: {}. The node key is not in it; keep that elsewhere.", to.display());
    Ok(())
}

/// `belfry restore`.
pub(crate) fn restore(wanted: &Restore) -> Result<()> {
    let config = node::settings(&wanted.config)?;
    let node_key = node::node_key(&config)?;
    let erasures = match &wanted.erased_in {
        Some(folder) => erasures_of(folder)
            .with_context(|| format!("cannot read what was erased in {}", folder.display()))?,
        None => Vec::new(),
    };
    let folder = config.node.data_folder.display().to_string();
    let options = node::options(&config);
    let done = store::restore(&wanted.from, options, &node_key, node::clock(), node::random(), &erasures)
        .with_context(|| format!("{} was not restored into {folder}", wanted.from.display()))?;
    println!("{} items restored, {} erased again", done.items, done.erased);
    if wanted.erased_in.is_none() {
        eprintln!(
            "Erasures after the backup are not known here: with the old data folder, name it with --erased-in."
        );
    }
    eprintln!("Next: belfry check and belfry verify with --config {}", wanted.config.display());
    Ok(())
}

/// `belfry expire`.
pub(crate) fn expire(config: &Path) -> Result<()> {
    let settings = node::settings(config)?;
    let (_lock, store) = open(config)?;
    let keeping = Keeping { sessions: settings.session_limits(), ..Keeping::default() };
    let (mut items, mut rest) = (0, 0);
    loop {
        let done = store.expire(SystemClock.now(), keeping)?.wait().context("erasing broke off")?;
        items += done.items;
        rest += done.attachments + done.drafts + done.sign_ins + done.answers + done.access_records;
        if !done.more {
            break;
        }
    }
    store.settle_search()?;
    store.empty_log()?;
    println!("{items} items erased, {rest} other things past their time removed");
    Ok(())
}
