//! From the moment someone sends an item to the moment each of 500 open streams has it.
//!
//! Not here: the screen's own drawing.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base::Clock as _;
use base::system::SystemClock;
use http_body_util::BodyExt as _;
use sim::{Api, Load};
use tokio::sync::watch;

use super::figures::{Times, median, now};
use super::table::Row;
use super::trial::{Served, Trial};

/// Open streams.
const STREAMS: usize = 500;
/// Between two items: 20 a second.
const PACE: Duration = Duration::from_millis(50);
/// How long after the last item its arrival is waited for.
const LAST_WITHIN: Duration = Duration::from_secs(10);
/// Begins the title of a measured item.
const MARK: &str = "Measured item ";

type Sent = Arc<Mutex<Vec<Instant>>>;

/// Medians of p50 and p99 over the runs.
pub(crate) fn measure(folder: &Path, runs: usize, seconds: Duration) -> Result<Row> {
    let trial = Trial::open(&folder.join("stream"))?;
    let (mut p50, mut p99, mut lost) = (Vec::new(), Vec::new(), 0);
    trial.serve(async |node| {
        for _ in 0..runs {
            let (mut times, missing) = run(&node, seconds).await?;
            p50.push(times.per_mille_ms(500));
            p99.push(times.per_mille_ms(990));
            lost += missing;
        }
        Ok(())
    })?;
    let (p50, p99) = (median(p50), median(p99));
    Ok(Row::against(
        "publish to screen: 500 open streams, 20 items/s",
        "p99 at most 250 ms",
        format!("p50 {p50:.0} ms, p99 {p99:.0} ms, {lost} not delivered"),
        p99 <= 250.0 && lost == 0,
    ))
}

async fn run(node: &Served<'_>, seconds: Duration) -> Result<(Times, usize)> {
    let mut readers = Vec::new();
    for member in &node.trial.readers {
        readers.push(node.api.as_sample_member(&member.to_string()).await?);
    }
    let author = node.trial.cast.player("police-duty")?.member.to_string();
    let author = node.api.as_sample_member(&author).await?;
    let count = usize::try_from(seconds.as_millis() / PACE.as_millis()).context("a run that ends")?;
    let sent: Sent = Arc::default();
    let (opened, mut open) = watch::channel(0_usize);
    let opened = Arc::new(opened);
    let mut streams = Vec::new();
    for index in 0..STREAMS {
        let (api, sent, opened) = (readers[index % readers.len()].clone(), sent.clone(), opened.clone());
        streams.push(tokio::spawn(async move { listen(&api, &sent, count, &opened).await }));
    }
    let all_open = open.wait_for(|open| *open >= STREAMS);
    tokio::time::timeout(Duration::from_secs(60), all_open)
        .await
        .context("500 streams within a minute")??;
    send(node, &author, &sent, count).await?;
    let mut times = Times::default();
    for stream in streams {
        times.extend(stream.await??);
    }
    let missing = (STREAMS * count).saturating_sub(times.len());
    Ok((times, missing))
}

/// Twenty items a second, each on its way before the one before it is answered.
async fn send(node: &Served<'_>, author: &Api, sent: &Sent, count: usize) -> Result<()> {
    let load = Load::new(9, &node.trial.cast, 60)?;
    let mut timer = tokio::time::interval(PACE);
    let mut tasks = Vec::new();
    for number in 0..count {
        let mut draft = load.draft_by("police-duty", SystemClock.now())?;
        draft.marking = record::Marking::new(record::Tlp::Green);
        draft.content.title = format!("{MARK}{number}.");
        timer.tick().await;
        sent.lock().unwrap_or_else(PoisonError::into_inner).push(now());
        let author = author.clone();
        tasks.push(tokio::spawn(async move { author.post("/api/v1/items", &draft).await?.json().map(drop) }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(())
}

/// Reads a stream until it has seen every item, and gives how long each was on its way.
async fn listen(api: &Api, sent: &Sent, count: usize, opened: &watch::Sender<usize>) -> Result<Times> {
    let mut body = api.open("/api/v1/stream").await?.into_body();
    opened.send_modify(|open| *open += 1);
    let (mut times, mut rest) = (Times::default(), Vec::new());
    while times.len() < count {
        let Ok(frame) = tokio::time::timeout(LAST_WITHIN, body.frame()).await else { break };
        let Some(frame) = frame else { break };
        let Ok(data) = frame.context("a stream broke off")?.into_data() else { continue };
        rest.extend_from_slice(&data);
        let arrived = now();
        while let Some(end) = rest.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = rest.drain(..end + 2).collect();
            let Some(number) = number(&event) else { continue };
            let sent = sent.lock().unwrap_or_else(PoisonError::into_inner).get(number).copied();
            // An item of an earlier run has a number too, and came before this stream was opened.
            ensure!(sent.is_some(), "item {number} arrived before it was sent");
            times.add(arrived - sent.unwrap_or(arrived));
        }
    }
    Ok(times)
}

/// The number in the title of a measured item.
fn number(event: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(event).ok()?;
    let (_, after) = text.split_once(MARK)?;
    after.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn finds_the_number() {
        let event = b"id: x\nevent: item\ndata: {\"title\":\"Measured item 17.\"}\n\n";
        assert_eq!(number(event), Some(17));
        assert_eq!(number(b"event: hello\ndata: {}\n\n"), None);
    }
}
