//! `PUT` and `DELETE /watch/sources/{source}`: what is watched changes; each change is an entry of the ledger.
//!
//! Not here: many at once ([`super::opml`]).

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::PurposeId;
use policy::Permit;
use policy::action::Watch;
use record::Faults;
use serde::Deserialize;
use store::watch::{DOCUMENT_DAYS, WATCHED_MAX, WatchedKind};
use url::Url;
use utoipa::ToSchema;
use webwatch::extract::difference;
use webwatch::extract::json::Mapping;
use webwatch::{Source, SourceKind, Trust};

use super::{at_desk, change, check_id, check_named, permit, watched};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::{Desk, watched_as};

/// Shortest interval between two looks, in seconds.
const INTERVAL_S_MIN: u32 = 5;
/// Longest interval between two looks, in seconds.
const INTERVAL_S_MAX: u32 = 7 * 86_400;
/// Longest address, in bytes.
const URL_BYTES_MAX: usize = 2_000;
/// Most selectors and most words of one source.
const LIST_MAX: usize = 50;
/// Longest selector, path or word, in characters.
const WORDS_CHARS_MAX: usize = 200;

/// A source, as its analysts give it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = WatchSourceBody)]
pub(super) struct SourceBody {
    /// Its name for people.
    #[schema(example = "Municipality, news")]
    name: String,
    /// What it is and where.
    #[serde(flatten)]
    kind: SourceKind,
    /// For which of the area's purposes.
    purpose: PurposeId,
    /// Its language when it says none (ISO 639-1).
    #[serde(default)]
    language: Option<String>,
    /// How far it can be trusted.
    trust: Trust,
    /// How long its documents are kept, in days: 1 to 30.
    #[serde(default = "month")]
    retention_days: u16,
    /// The shortest time between two looks, in seconds.
    #[serde(default = "quarter")]
    interval_s: u32,
    /// Silence longer than this is an alarm, in seconds; the source's own habit when not given.
    #[serde(default)]
    silence_s: Option<u32>,
    /// Kept, not watched.
    #[serde(default)]
    paused: bool,
}

fn month() -> u16 {
    30
}

fn quarter() -> u32 {
    900
}

/// Watch a source, or change how
#[utoipa::path(put, path = "/watch/sources/{source}", tag = "web monitoring", operation_id = "putSource",
    params(("source" = String, Path, description = "Its id.")), request_body = SourceBody,
    responses((status = 200, description = "As it is now.", body = Source)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<SourceBody>,
) -> Result<Json<Source>, Problem> {
    let permit = permit(&app, &caller)?;
    check_id(&id)?;
    let source = source(&caller, &permit, id, body)?;
    put(&app, &permit, vec![source.clone()]).await?;
    Ok(Json(source))
}

/// Watch a source no more
///
/// What is kept of it stays until its day has passed.
#[utoipa::path(delete, path = "/watch/sources/{source}", tag = "web monitoring", operation_id = "removeSource",
    params(("source" = String, Path, description = "Its id.")),
    responses((status = 204, description = "It is not watched any more.")))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    let asked = id.clone();
    let is_there = move |desk: &Desk| desk.source(&asked).is_some();
    let removed = super::remove(&app, &permit, WatchedKind::Source, &id, is_there).await?;
    if let Some(watcher) = app.watching.watcher() {
        watcher.remove(&watched_as(permit.organisation(), &id)).await;
    }
    Ok(removed)
}

/// Writes sources and has them watched.
pub(super) async fn put(app: &App, permit: &Permit<Watch>, sources: Vec<Source>) -> Result<(), Problem> {
    let new: Vec<String> = sources.iter().map(|one| one.id.clone()).collect();
    let most = at_desk(app, permit, move |desk| {
        let more = new.iter().filter(|id| desk.source(id).is_none()).count();
        Ok(desk.sources().count() + more)
    });
    if most.await? > WATCHED_MAX {
        return Err(Problem::Conflict(format!("an organisation watches at most {WATCHED_MAX} sources")));
    }
    let changes: Result<Vec<_>, Problem> =
        sources.iter().map(|one| watched(permit, WatchedKind::Source, &one.id, one)).collect();
    change(app, permit, changes?).await?;
    if let Some(watcher) = app.watching.watcher() {
        for source in sources {
            let id = watched_as(permit.organisation(), &source.id);
            watcher.put(Source { id, ..source }).await;
        }
    }
    Ok(())
}

/// The source that is kept, checked.
pub(super) fn source(
    caller: &Caller,
    permit: &Permit<Watch>,
    id: String,
    body: SourceBody,
) -> Result<Source, Problem> {
    let mut faults = Faults::default();
    check_named(&mut faults, caller, &body.name, &body.purpose);
    if !(1..=DOCUMENT_DAYS).contains(&i64::from(body.retention_days)) {
        faults.add("retention_days", "is out of range", format!("use 1 to {DOCUMENT_DAYS} days"));
    }
    if !(INTERVAL_S_MIN..=INTERVAL_S_MAX).contains(&body.interval_s) {
        let mend = format!("use {INTERVAL_S_MIN} to {INTERVAL_S_MAX} seconds; 900 is usual");
        faults.add("interval_s", "is out of range", mend);
    }
    let short = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if body.language.as_ref().is_some_and(|code| !short(code)) {
        faults.add("language", "is not a language", "use two letters such as nl or en");
    }
    check_kind(&mut faults, &body.kind);
    faults.into_result()?;
    Ok(Source {
        id,
        name: body.name.trim().into(),
        kind: body.kind,
        owner: permit.organisation().to_string(),
        purpose: body.purpose.to_string(),
        language: body.language,
        trust: body.trust,
        retention_days: body.retention_days,
        interval_s: body.interval_s,
        silence_s: body.silence_s,
        paused: body.paused,
    })
}

fn check_kind(faults: &mut Faults, kind: &SourceKind) {
    let long = |text: &String| text.chars().count() > WORDS_CHARS_MAX;
    if let Some(url) = url(kind) {
        let schemes: &[&str] = match kind {
            SourceKind::Jetstream { .. } => &["wss", "ws"],
            _ => &["https", "http"],
        };
        let parsed = Url::parse(url).ok();
        let fits = parsed.is_some_and(|one| {
            schemes.contains(&one.scheme()) && one.host().is_some() && one.username().is_empty()
        });
        if !fits || url.len() > URL_BYTES_MAX {
            let mend =
                format!("use one such as {}://example.org/feed, without a name or password", schemes[0]);
            faults.add("url", "is not an address that can be watched", mend);
        }
    }
    match kind {
        SourceKind::Page { select, ignore, .. }
            if ignore.len() > LIST_MAX || ignore.iter().chain(select).any(long) =>
        {
            faults.add("select", "has too many or too long selectors", "use fewer, shorter ones");
        }
        SourceKind::Page { select, ignore, .. } => {
            if let Err(wrong) = difference::Watch::new(select.as_deref(), ignore) {
                faults.add("select", wrong.to_string(), "use CSS selectors such as #news or div.item");
            }
        }
        SourceKind::Jetstream { words, .. }
            if words.is_empty() || words.len() > LIST_MAX || words.iter().any(long) =>
        {
            let mend = format!("give 1 to {LIST_MAX} words: a post with none of them is dropped at once");
            faults.add("words", "is empty or too long", mend);
        }
        SourceKind::Json { map, .. } => {
            if let Err(wrong) = Mapping::new(map) {
                faults.add("map", wrong.to_string(), "use paths such as $.data.posts[*] and title");
            }
        }
        _ => {}
    }
}

fn url(kind: &SourceKind) -> Option<&str> {
    match kind {
        SourceKind::Feed { url }
        | SourceKind::Page { url, .. }
        | SourceKind::Sitemap { url }
        | SourceKind::Mastodon { url, .. }
        | SourceKind::Jetstream { url, .. }
        | SourceKind::Json { url, .. } => Some(url),
        SourceKind::Inbox {} => None,
    }
}
