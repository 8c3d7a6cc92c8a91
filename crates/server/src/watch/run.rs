//! Web monitoring at work: what the watcher fetches goes to the desks, what they find is told, what is past is destroyed.
//!
//! Not here: when and how something is fetched (`webwatch::fetch`).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base::ids::OrganisationId;
use store::watch::{Counted, Day, Raw, Record, RecordKind, WatchedKind};
use tokio::sync::mpsc;
use url::Url;
use webwatch::Source;
use webwatch::fetch::{Egress, Fetched, Memory, Reading, Watcher, What, World};

use super::reading::Said;
use super::{DeskError, lock, reading, watched_as};
use crate::state::App;

/// What was fetched and waits to be read; while it is full, nothing more is fetched.
const FETCHED_MAX: usize = 1_024;
/// Most that is read in one go.
const BATCH_MAX: usize = 256;
/// How often what is remembered of sources is written, in seconds.
const REMEMBER_S: u64 = 60;
/// Largest raw answer that is kept for diagnosis, in bytes.
const RAW_BYTES_MAX: usize = 256 * 1024;

/// What is told to the watcher after reading.
enum Found {
    Read(String, Reading),
    Unreadable(String, String),
    Errand(String, Url),
}

/// Watches until the node stops. One task per node; returns at once where nothing may be fetched.
pub async fn run(app: App) {
    let settings = app.config.web_monitoring.egress();
    if settings.contact.trim().is_empty() {
        tracing::info!("web monitoring fetches nothing: set web_monitoring.contact to let it");
        return;
    }
    let egress = match Egress::new(settings) {
        Ok(egress) => Arc::new(egress),
        Err(error) => {
            tracing::error!(%error, "web monitoring fetches nothing: its settings cannot be used");
            return;
        }
    };
    let sources = match app.in_thread(|app| Ok(sources(app)?)).await {
        Ok(sources) => sources,
        Err(error) => {
            tracing::error!(?error, "web monitoring fetches nothing: what is watched cannot be read");
            return;
        }
    };
    let (out, mut fetched) = mpsc::channel(FETCHED_MAX);
    let world = World { egress, clock: app.clock.clone(), random: app.random.clone(), out };
    let watcher = Arc::new(Watcher::start(world, app.config.web_monitoring.watcher(app.demo), sources));
    app.watching.set_watcher(Some(watcher.clone()));
    let mut stopping = app.stopping.subscribe();
    #[allow(clippy::disallowed_methods, reason = "the rim: a timer of the running node")]
    let mut timer = tokio::time::interval(Duration::from_secs(REMEMBER_S));
    let mut written = HashMap::new();
    while !*stopping.borrow_and_update() {
        tokio::select! {
            first = fetched.recv() => {
                let Some(first) = first else { break };
                let mut batch = vec![first];
                while batch.len() < BATCH_MAX {
                    let Ok(next) = fetched.try_recv() else { break };
                    batch.push(next);
                }
                take(&app, &watcher, batch).await;
            }
            _ = timer.tick() => remember(&app, watcher.memories().await, &mut written).await,
            _ = stopping.changed() => break,
        }
    }
    app.watching.set_watcher(None);
    let memories = watcher.memories().await;
    remember(&app, memories, &mut written).await;
}

/// Every source of every organisation, with what is remembered of it.
fn sources(app: &App) -> Result<Vec<(Source, Memory)>, DeskError> {
    let kept = app.store.watch()?.every(RecordKind::Health)?;
    let mut memories: HashMap<String, Memory> = HashMap::new();
    for one in kept {
        // What an older version wrote is begun anew.
        let memory = serde_json::from_str(&one.json).unwrap_or_default();
        memories.insert(watched_as(&one.organisation, &one.id), memory);
    }
    let mut all = Vec::new();
    for of in app.store.directory().organisations.keys() {
        if app.store.watched(of, WatchedKind::Source)?.is_empty() {
            continue;
        }
        let desk = app.watching.desk(of, app.now())?;
        for source in lock(&desk).sources() {
            let id = watched_as(of, &source.id);
            let memory = memories.remove(&id).unwrap_or_default();
            all.push((Source { id, ..source.clone() }, memory));
        }
    }
    Ok(all)
}

async fn take(app: &App, watcher: &Watcher, batch: Vec<Fetched>) {
    let work = move |app: &App| {
        let mut found = Vec::new();
        for run in runs(batch) {
            if let Err(error) = read(app, &run, &mut found) {
                tracing::error!(%error, source = run[0].source, "what was fetched could not be kept");
            }
        }
        Ok(found)
    };
    let found = match app.in_thread(work).await {
        Ok(found) => found,
        Err(error) => return tracing::error!(?error, "what was fetched could not be read"),
    };
    for one in found {
        match one {
            Found::Read(id, reading) => watcher.read(&id, reading).await,
            Found::Unreadable(id, words) => watcher.unreadable(&id, &words).await,
            Found::Errand(id, url) => watcher.errand(&id, url).await,
        }
    }
}

/// What was fetched, messages of one stream together: they are kept in one transaction. Within a source the order stays.
fn runs(batch: Vec<Fetched>) -> Vec<Vec<Fetched>> {
    let mut runs: Vec<Vec<Fetched>> = Vec::new();
    let mut open: HashMap<String, usize> = HashMap::new();
    for one in batch {
        let message = matches!(one.what, What::Message(_));
        match open.get(&one.source) {
            Some(run) if message => runs[*run].push(one),
            _ => {
                // An answer ends the run of its source.
                open.remove(&one.source);
                if message {
                    open.insert(one.source.clone(), runs.len());
                }
                runs.push(vec![one]);
            }
        }
    }
    runs
}

/// Reads a run of one source and gives it to its desk.
fn read(app: &App, run: &[Fetched], found: &mut Vec<Found>) -> Result<(), DeskError> {
    let (first, last) = (&run[0], &run[run.len() - 1]);
    let Some((of, id)) = first.source.split_once('/') else { return Ok(()) };
    let Ok(of) = of.parse::<OrganisationId>() else { return Ok(()) };
    let desk = app.watching.desk(&of, app.now())?;
    let mut desk = lock(&desk);
    // It may have been removed since.
    let Some(source) = desk.source(id).cloned() else { return Ok(()) };
    if let What::Fault(_) = &first.what {
        let counted = Counted { day: Day::of(first.at), documents: 0, copies: 0, faults: 1 };
        app.store.watch()?.count(&of, id, counted)?;
        return Ok(());
    }
    let mut said = Said::default();
    for one in run {
        match reading::read(&source, &one.what, desk.page(id), desk.known()) {
            Ok(more) => said.add(more),
            Err(why) => {
                keep_raw(app, &of, id, one, &why)?;
                found.push(Found::Unreadable(one.source.clone(), why));
                return Ok(());
            }
        }
    }
    if let Some(fault) = &said.fault {
        keep_raw(app, &of, id, last, fault)?;
    }
    let took =
        app.watching.with_keys(last.at, |keys| desk.take(&source, &said.happenings, last.at, keys))??;
    if let Some(look) = said.look {
        desk.keep_page(id, look, last.at)?;
    }
    drop(desk);
    app.watching.tell(&of, took.signals);
    let reading = Reading { items: took.new, newest: took.newest, wishes: said.wishes };
    found.push(Found::Read(first.source.clone(), reading));
    found.extend(said.errands.into_iter().map(|url| Found::Errand(first.source.clone(), url)));
    Ok(())
}

/// Keeps what could not be read, or not wholly, for diagnosis.
fn keep_raw(
    app: &App,
    of: &OrganisationId,
    source: &str,
    fetched: &Fetched,
    wrong: &str,
) -> Result<(), DeskError> {
    let What::Answer { answer, .. } = &fetched.what else { return Ok(()) };
    let kind = answer.headers.get("content-type").and_then(|value| value.to_str().ok());
    let head = serde_json::json!({ "status": answer.status, "type": kind, "wrong": wrong });
    let raw = Raw {
        organisation: of.clone(),
        source: source.into(),
        at: fetched.at,
        head: head.to_string(),
        body: answer.body[..answer.body.len().min(RAW_BYTES_MAX)].to_vec(),
    };
    Ok(app.store.watch()?.keep_raw(&raw)?)
}

/// Writes what is remembered of sources and was not written as it is, and destroys what is past its time.
async fn remember(app: &App, memories: Vec<(String, Memory)>, written: &mut HashMap<String, Memory>) {
    let changed = changed(&memories, written);
    let work = move |app: &App| {
        let now = app.now();
        let records = changed.iter().filter_map(|(id, memory)| {
            let (of, id) = id.split_once('/')?;
            let json = serde_json::to_string(memory).ok()?;
            Some(Record { organisation: of.parse().ok()?, id: id.into(), changed: now, json })
        });
        let records: Vec<Record> = records.collect();
        let watch = app.store.watch()?;
        watch.put(RecordKind::Health, &records)?;
        watch.expire_documents(now)?;
        watch.expire(now)?;
        Ok(())
    };
    match app.in_thread(work).await {
        Ok(()) => *written = memories.into_iter().collect(),
        Err(error) => tracing::error!(?error, "what is remembered of sources could not be written"),
    }
}

/// What is not yet written as it is.
fn changed(memories: &[(String, Memory)], written: &HashMap<String, Memory>) -> Vec<(String, Memory)> {
    memories.iter().filter(|(id, memory)| written.get(id) != Some(memory)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use base::Timestamp;
    use webwatch::fetch::{FetchFault, Message};

    use super::*;

    #[test]
    fn only_what_changed_is_written_again() {
        let memory = |address: &str| Memory { address: address.parse().ok(), ..Memory::default() };
        let one = |id: &str, address: &str| (id.to_owned(), memory(address));
        let memories = [one("a/x", "https://a.example/"), one("a/y", "https://b.example/")];
        assert_eq!(changed(&memories, &HashMap::new()), memories);
        let written = HashMap::from([
            one("a/x", "https://a.example/"),
            one("a/y", "https://old.example/"),
            one("a/z", "https://c.example/"),
        ]);
        assert_eq!(changed(&memories, &written), memories[1..]);
    }

    #[test]
    fn messages_of_a_stream_go_together_and_answers_alone() {
        let one = |source: &str, message: bool| Fetched {
            source: source.into(),
            at: Timestamp::from_millis(0),
            what: if message {
                What::Message(Message { event: String::new(), data: bytes::Bytes::new() })
            } else {
                What::Fault(FetchFault::Broken("x".into()))
            },
        };
        let batch = [("a", true), ("b", true), ("a", true), ("a", false), ("a", true), ("b", true)];
        let found = runs(batch.into_iter().map(|(source, message)| one(source, message)).collect());
        let shape: Vec<(String, usize)> =
            found.iter().map(|run| (run[0].source.clone(), run.len())).collect();
        let expect =
            [("a", 2), ("b", 2), ("a", 1), ("a", 1)].map(|(source, count)| (source.to_owned(), count));
        assert_eq!(shape, expect);
    }
}
