//! The result as a page: the machine, the command, one row per figure.
//!
//! Not here: measuring, except how fast the disk says that it has something.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use super::figures::{Times, now};
use crate::arguments::BenchShare;

/// One figure.
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// What should be reached; empty when it is there to explain the others.
    pub(crate) target: String,
    /// What was measured.
    pub(crate) measured: String,
    /// Whether the target is reached; `None` without one.
    pub(crate) met: Option<bool>,
}

impl Row {
    /// A figure with a target.
    pub(crate) fn against(what: &str, target: &str, measured: String, met: bool) -> Self {
        Self { what: what.into(), target: target.into(), measured, met: Some(met) }
    }

    /// A figure that explains others.
    pub(crate) fn beside(what: &str, measured: String) -> Self {
        Self { what: what.into(), target: String::new(), measured, met: None }
    }
}

/// All figures of one run.
pub(crate) struct Table {
    machine: String,
    rows: Vec<Row>,
}

impl Table {
    /// An empty table, with what the machine is. The disk is that of `folder`.
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let read = |file: &str, key: &str| {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(key)).map(str::to_owned);
            line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned())).unwrap_or("unknown".into())
        };
        let rustc = std::process::Command::new("rustc").arg("--version").output();
        let rustc =
            rustc.map_or("unknown".into(), |said| String::from_utf8_lossy(&said.stdout).trim().to_owned());
        let mut disk = disk(folder)?;
        let machine = format!(
            "{cores} cores ({}), memory {}, {rustc}, SQLite {}. A write of 4 KiB with fsync: median {:.2} ms, p99 {:.2} ms.",
            read("/proc/cpuinfo", "model name"),
            read("/proc/meminfo", "MemTotal"),
            store::sqlite_version(),
            disk.per_mille_ms(500),
            disk.per_mille_ms(990),
        );
        Ok(Self { machine, rows: Vec::new() })
    }

    /// Adds a figure and shows it at once.
    pub(crate) fn add(&mut self, row: Row) {
        eprintln!("{}: {}", row.what, row.measured);
        self.rows.push(row);
    }

    /// Adds figures.
    pub(crate) fn extend(&mut self, rows: Vec<Row>) {
        rows.into_iter().for_each(|row| self.add(row));
    }

    /// The page.
    pub(crate) fn page(&self, wanted: &BenchShare) -> String {
        let BenchShare { items, runs, labels, seconds, flips, .. } = wanted;
        let mut page = format!(
            "# Figures of sharing\n\n{}\n\n    cargo xtask bench share --items {items} --runs {runs} --labels {labels} \
             --seconds {seconds} --flips {flips}\n\nMedians of {runs} runs, in a release build; clients and node on the \
             same machine, over loopback.\n\n| what | target | measured | reached |\n|---|---|---|---|\n",
            self.machine
        );
        for row in &self.rows {
            let met = match row.met {
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "",
            };
            let _ = writeln!(page, "| {} | {} | {} | {met} |", row.what, row.target, row.measured);
        }
        page
    }
}

/// How long the disk takes to say that it has 4 KiB: no durable figure can be understood without it.
fn disk(folder: &Path) -> Result<Times> {
    let path = folder.join("disk-probe");
    let at = || format!("cannot write in {}", folder.display());
    let mut file = File::create(&path).with_context(at)?;
    let mut times = Times::default();
    for _ in 0..200 {
        let start = now();
        file.write_all(&[7; 4_096]).and_then(|()| file.sync_data()).with_context(at)?;
        times.add(start.elapsed());
    }
    drop(file);
    std::fs::remove_file(&path).with_context(at)?;
    Ok(times)
}
