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
            _ = timer.tick() => remember(&app, watcher.memories().await).await,
            _ = stopping.changed() => break,
        }
    }
    app.watching.set_watcher(None);
    let memories = watcher.memories().await;
    remember(&app, memories).await;
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
        for one in &batch {
            if let Err(error) = read(app, one, &mut found) {
                tracing::error!(%error, source = one.source, "what was fetched could not be kept");
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

/// Reads one thing that was fetched and gives it to its desk.
fn read(app: &App, fetched: &Fetched, found: &mut Vec<Found>) -> Result<(), DeskError> {
    let Some((of, id)) = fetched.source.split_once('/') else { return Ok(()) };
    let Ok(of) = of.parse::<OrganisationId>() else { return Ok(()) };
    let desk = app.watching.desk(&of, app.now())?;
    let mut desk = lock(&desk);
    // It may have been removed since.
    let Some(source) = desk.source(id).cloned() else { return Ok(()) };
    if let What::Fault(_) = &fetched.what {
        let counted = Counted { day: Day::of(fetched.at), documents: 0, copies: 0, faults: 1 };
        app.store.watch()?.count(&of, id, counted)?;
        return Ok(());
    }
    let said = match reading::read(&source, &fetched.what, desk.page(id)) {
        Ok(said) => said,
        Err(why) => {
            keep_raw(app, &of, id, fetched, &why)?;
            found.push(Found::Unreadable(fetched.source.clone(), why));
            return Ok(());
        }
    };
    if let Some(fault) = &said.fault {
        keep_raw(app, &of, id, fetched, fault)?;
    }
    let took = app
        .watching
        .with_voices(fetched.at, |keys| desk.take(&source, &said.happenings, fetched.at, keys))??;
    if let Some(look) = said.look {
        desk.keep_page(id, look, fetched.at)?;
    }
    drop(desk);
    app.watching.tell(&of, took.signals);
    let reading = Reading { items: took.new, newest: took.newest, wishes: said.wishes };
    found.push(Found::Read(fetched.source.clone(), reading));
    found.extend(said.errands.into_iter().map(|url| Found::Errand(fetched.source.clone(), url)));
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

/// Writes what is remembered of sources, and destroys what is past its time.
async fn remember(app: &App, memories: Vec<(String, Memory)>) {
    let work = move |app: &App| {
        let now = app.now();
        let records = memories.iter().filter_map(|(id, memory)| {
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
    if let Err(error) = app.in_thread(work).await {
        tracing::error!(?error, "what is remembered of sources could not be written");
    }
}
