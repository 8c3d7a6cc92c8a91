//! `GET` and `POST /watch/opml`: feeds out and in, as other readers of feeds exchange them.
//!
//! Not here: sources that are no feeds, which OPML has no word for.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use webwatch::extract::opml::{self, Outline};
use webwatch::{Source, SourceKind, Trust};

use super::{ID_CHARS_MAX, at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::App;

const MEDIA_TYPE: &str = "text/x-opml";

/// The feeds of an organisation as OPML
#[utoipa::path(get, path = "/watch/opml", tag = "web monitoring", operation_id = "exportOpml",
    responses((status = 200, description = "OPML 2.0.", content_type = "text/x-opml", body = String)))]
pub(super) async fn export(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let permit = permit(&app, &caller)?;
    let feeds = at_desk(&app, &permit, |desk| {
        let feeds = desk.sources().filter_map(|one| match &one.kind {
            SourceKind::Feed { url } => {
                Some(Outline { title: one.name.clone(), url: url.clone(), page: None, folders: Vec::new() })
            }
            _ => None,
        });
        Ok(feeds.collect::<Vec<_>>())
    });
    let text = opml::write("Belfry", &feeds.await?);
    let name = "attachment; filename=\"sources.opml\"";
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// For which purpose the feeds are to be watched.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Wanted {
    /// One of the caller's purposes.
    purpose: base::ids::PurposeId,
}

/// What came of a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchOpmlRead)]
pub(super) struct Read {
    /// Feeds that are watched from now on.
    added: Vec<Source>,
    /// Addresses that are watched already.
    known: Vec<String>,
}

/// Watch the feeds of an OPML file
///
/// All of them or none. Those that are watched already are left as they are.
#[utoipa::path(post, path = "/watch/opml", tag = "web monitoring", operation_id = "importOpml", params(Wanted),
    request_body(content = String, content_type = "text/x-opml"),
    responses((status = 200, description = "What came of it.", body = Read)))]
pub(super) async fn import(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
    body: Bytes,
) -> Result<Json<Read>, Problem> {
    let permit = permit(&app, &caller)?;
    if !caller.principal.purposes.contains(&wanted.purpose) {
        return Err(Problem::fault("purpose", "is not a purpose you hold", "choose one of your purposes"));
    }
    let text = String::from_utf8_lossy(&body);
    let outlines = opml::read(&text);
    let outlines =
        outlines.map_err(|wrong| Problem::fault("", wrong.to_string(), "send an OPML file of feeds"))?;
    let (owner, purpose) = (permit.organisation().to_string(), wanted.purpose.to_string());
    let read = at_desk(&app, &permit, move |desk| {
        let mut read = Read { added: Vec::new(), known: Vec::new() };
        for outline in outlines {
            let is_it = |one: &Source| matches!(&one.kind, SourceKind::Feed { url } if *url == outline.url);
            if desk.sources().any(is_it) || read.added.iter().any(is_it) {
                read.known.push(outline.url);
                continue;
            }
            let taken = |id: &str| desk.source(id).is_some() || read.added.iter().any(|one| one.id == id);
            read.added.push(Source {
                id: id_of(&outline.title, taken),
                name: outline.title.chars().take(super::NAME_CHARS_MAX).collect(),
                kind: SourceKind::Feed { url: outline.url },
                owner: owner.clone(),
                purpose: purpose.clone(),
                language: None,
                trust: Trust::F,
                retention_days: 30,
                interval_s: 900,
                silence_s: None,
                paused: false,
            });
        }
        Ok(read)
    });
    let read = read.await?;
    if !read.added.is_empty() {
        super::put_source::put(&app, &permit, read.added.clone()).await?;
    }
    Ok(Json(read))
}

/// An id that is not taken, from a title.
fn id_of(title: &str, taken: impl Fn(&str) -> bool) -> String {
    let letters = title.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    let slug: String = letters.collect::<String>().to_ascii_lowercase();
    let mut words: Vec<&str> = slug.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        words.push("feed");
    }
    let base: String = words.join("-").chars().take(ID_CHARS_MAX - 6).collect();
    let numbered = |number: u32| if number == 1 { base.clone() } else { format!("{base}-{number}") };
    (1..).map(numbered).find(|id| !taken(id)).unwrap_or(base)
}
