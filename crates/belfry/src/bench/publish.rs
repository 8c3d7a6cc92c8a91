//! Durable publishes: 64 writers at a time, each waiting for its own answer, over HTTP and at the store itself.
//!
//! Not here: filling a store, where nobody waits.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use base::Clock as _;
use base::system::SystemClock;
use bytes::Bytes;
use sim::{Api, Load};

use super::figures::{Times, median, now, number};
use super::table::Row;
use super::trial::{Served, Trial};

/// Writers at the same time.
const WRITERS: usize = 64;

struct Run {
    rate: f64,
    p50: f64,
    p99: f64,
}

impl Run {
    fn of(mut times: Times, took: Duration) -> Self {
        let rate = number(times.len()) / took.as_secs_f64();
        Self { rate, p50: times.per_mille_ms(500), p99: times.per_mille_ms(990) }
    }

    fn middle(runs: &[Self]) -> Self {
        let middle = |of: fn(&Self) -> f64| median(runs.iter().map(of).collect());
        Self { rate: middle(|run| run.rate), p50: middle(|run| run.p50), p99: middle(|run| run.p99) }
    }

    fn text(&self) -> String {
        format!("{:.0} items/s, p50 {:.1} ms, p99 {:.1} ms", self.rate, self.p50, self.p99)
    }
}

/// Both ways, on a store of their own.
pub(crate) fn measure(folder: &Path, runs: usize, seconds: Duration, labels: usize) -> Result<Vec<Row>> {
    let trial = Trial::open(&folder.join("publish"))?;
    let load = Load::new(7, &trial.cast, labels)?;
    let over_http = trial.serve(async |node| {
        let mut all = Vec::new();
        for _ in 0..runs {
            all.push(over_http(&node, &load, seconds).await?);
        }
        Ok(Run::middle(&all))
    })?;
    let at_store: Vec<Run> = (0..runs).map(|_| at_store(&trial, &load, seconds)).collect::<Result<_>>()?;
    let at_store = Run::middle(&at_store);
    Ok(vec![
        Row::against(
            "durable publishes over HTTP, 64 concurrent writers, FULL",
            "at least 2,000 items/s, p99 at most 50 ms",
            over_http.text(),
            over_http.rate >= 2_000.0 && over_http.p99 <= 50.0,
        ),
        Row::beside("the same at the store, without HTTP", at_store.text()),
    ])
}

/// Drafts as they go over the wire, made before the clock runs: making them is the simulator's work, not the node's.
fn bodies(load: &Load, author: &'static str, count: usize) -> Result<Vec<Bytes>> {
    let drafts = (0..count).map(|_| load.draft_by(author, SystemClock.now()));
    drafts.map(|draft| Ok(Bytes::from(serde_json::to_vec(&draft?)?))).collect()
}

async fn over_http(node: &Served<'_>, load: &Load, seconds: Duration) -> Result<Run> {
    let mut writers: Vec<(Api, Vec<Bytes>)> = Vec::new();
    for index in 0..WRITERS {
        let author = Load::authors()[index % Load::authors().len()];
        let member = node.trial.cast.player(author)?.member.to_string();
        writers.push((node.api.as_sample_member(&member).await?, bodies(load, author, 200)?));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let start = now();
    let tasks: Vec<_> = writers
        .into_iter()
        .map(|(api, bodies)| {
            let stop = stop.clone();
            tokio::spawn(async move {
                let mut times = Times::default();
                for body in bodies.iter().cycle() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let began = now();
                    let answer = api.post_bytes("/api/v1/items", "application/json", body.clone()).await?;
                    anyhow::ensure!(answer.status == 201, "{}", answer.problem());
                    times.add(began.elapsed());
                }
                anyhow::Ok(times)
            })
        })
        .collect();
    let mut timer = tokio::time::interval(seconds);
    timer.tick().await;
    timer.tick().await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Times::default();
    for task in tasks {
        times.extend(task.await??);
    }
    Ok(Run::of(times, start.elapsed()))
}

fn at_store(trial: &Trial, load: &Load, seconds: Duration) -> Result<Run> {
    let start = now();
    let times = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                scope.spawn(|| {
                    let mut times = Times::default();
                    while start.elapsed() < seconds {
                        let (author, draft) = load.draft(SystemClock.now())?;
                        let began = now();
                        let (permit, item) = trial.item(author, draft)?;
                        trial.store.publish(&permit, item, None)?.wait()?;
                        times.add(began.elapsed());
                    }
                    anyhow::Ok(times)
                })
            })
            .collect();
        let mut all = Times::default();
        for writer in writers {
            all.extend(writer.join().map_err(|_| anyhow::anyhow!("a writer broke off"))??);
        }
        anyhow::Ok(all)
    })?;
    Ok(Run::of(times, start.elapsed()))
}
