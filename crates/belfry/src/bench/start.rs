//! From starting the program to its first answer, and the memory it holds then and after some use.
//!
//! Not here: an empty page cache; the files of the store have just been used.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use sim::load::SEES_ALL;

use super::figures::{median, now};
use super::table::Row;
use super::trial::Trial;

/// Starts the program again on the store of a folder, as often as wanted.
pub(crate) fn measure(folder: &Path, runs: usize) -> Result<Vec<Row>> {
    let program = std::env::current_exe().context("the program does not know where it is")?;
    let (mut seconds, mut serving, mut used, mut items) = (Vec::new(), Vec::new(), Vec::new(), String::new());
    for _ in 0..runs {
        let start = now();
        let mut child = Command::new(&program)
            .args(["bench-share", "--start-only", "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the program again")?;
        let mut said = BufReader::new(child.stdout.take().context("its words are read")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        seconds.push(start.elapsed().as_secs_f64());
        let mut rest = String::new();
        said.read_line(&mut rest)?;
        ensure!(child.wait()?.success(), "the program did not start on {}", folder.display());
        serving.push(line.trim().parse::<f64>().context("memory when serving")?);
        let mut words = rest.split_whitespace();
        used.push(words.next().unwrap_or_default().parse::<f64>().context("memory after use")?);
        words.next().unwrap_or_default().clone_into(&mut items);
    }
    let (seconds, serving, used) = (median(seconds), median(serving), median(used));
    Ok(vec![
        Row::against(
            &format!("start to serving with {items} items"),
            "at most 5 s",
            format!("{seconds:.2} s"),
            seconds <= 5.0,
        ),
        Row::against(
            &format!("resident memory with {items} items"),
            "at most 300 MB",
            format!("{serving:.0} MB when serving, {used:.0} MB after 200 lists, searches and maps"),
            used <= 300.0,
        ),
    ])
}

/// What the started program does: serves, answers once, says how much memory it holds; does some work, says it again.
pub(crate) fn serve_once(folder: &Path) -> Result<()> {
    let trial = Trial::open(folder)?;
    trial.serve(async |node| {
        let ready = node.api.get("/health/ready").await?;
        ensure!(ready.status == 200, "not ready: {}", ready.status);
        println!("{:.1}", resident_mb()?);
        let member = node.trial.cast.player(SEES_ALL)?.member.to_string();
        let api = node.api.as_sample_member(&member).await?;
        for round in 0..50 {
            for path in [
                "/api/v1/items?limit=50",
                "/api/v1/items?q=delivery",
                "/api/v1/items/count",
                "/api/v1/map?bbox=4.27,52.0815,4.303,52.1&zoom=14",
            ] {
                api.get(path).await?.json().with_context(|| format!("round {round}"))?;
            }
        }
        println!("{:.1} {}", resident_mb()?, node.trial.store.items());
        Ok(())
    })
}

/// Resident memory of this process in MB (10^6 bytes), as Linux tells it.
fn resident_mb() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("memory is measured on Linux only")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().context("VmRSS in kB")?;
    Ok(kib * 1_024.0 / 1e6)
}
