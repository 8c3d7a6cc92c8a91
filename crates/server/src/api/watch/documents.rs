//! `POST /watch/sources/{source}/documents`: what a member forwards to an inbox.
//!
//! Not here: what is fetched ([`crate::watch::run`]).

use axum::extract::State;
use axum::http::StatusCode;
use base::Timestamp;
use record::Faults;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webwatch::extract::{address, key_of_text};
use webwatch::{Happening, RawDocument, SourceKind};

use super::permit;
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;

/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 500;
/// Longest text, in characters.
const TEXT_CHARS_MAX: usize = 50_000;

/// A post or page that somebody came across.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchForward)]
pub(super) struct Forward {
    /// Its title.
    #[serde(default)]
    title: String,
    /// Its text; names of persons are masked before it is kept.
    text: String,
    /// Its address.
    #[serde(default)]
    url: Option<String>,
    /// When it was published, when that is known.
    #[serde(default)]
    published: Option<Timestamp>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchForwarded)]
pub(super) struct Forwarded {
    /// Whether it was new.
    new: bool,
    /// Signals that changed by it.
    signals: Vec<String>,
}

/// Forward a post or page to an inbox
#[utoipa::path(post, path = "/watch/sources/{source}/documents", tag = "web monitoring",
    operation_id = "forwardDocument", params(("source" = String, Path, description = "The inbox.")),
    request_body = Forward, responses((status = 201, description = "It was taken.", body = Forwarded)))]
pub(super) async fn forward(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<Forward>,
) -> Result<(StatusCode, Json<Forwarded>), Problem> {
    let permit = permit(&app, &caller)?;
    let source = super::show_source::known(&app, &permit, &id).await?;
    if !matches!(source.kind, SourceKind::Inbox {}) {
        return Err(Problem::Conflict("This source is fetched: forward to an inbox.".into()));
    }
    let mut faults = Faults::default();
    if body.text.trim().is_empty() || body.text.chars().count() > TEXT_CHARS_MAX {
        faults.add("text", "is empty or too long", format!("use 1 to {TEXT_CHARS_MAX} characters"));
    }
    if body.title.chars().count() > TITLE_CHARS_MAX {
        faults.add("title", "is too long", format!("use at most {TITLE_CHARS_MAX} characters"));
    }
    let url = body.url.as_deref().map(|url| address::canonical(url, None));
    if url == Some(None) {
        faults.add(
            "url",
            "is not a web address",
            "use one such as https://example.org/post, or leave it out",
        );
    }
    faults.into_result()?;
    let url = url.flatten();
    let raw = RawDocument {
        key: url.clone().unwrap_or_else(|| key_of_text(&body.title, &body.text)),
        url,
        title: body.title,
        text: body.text,
        published: body.published,
        ..RawDocument::default()
    };
    let of = permit.organisation().clone();
    let took = app
        .in_thread(move |app| {
            let now = app.now();
            let desk = app.watching.desk(&of, now)?;
            let mut desk = crate::watch::lock(&desk);
            let took = app
                .watching
                .with_keys(now, |keys| desk.take(&source, &[Happening::Posted(raw)], now, keys))??;
            app.watching.tell(&of, took.signals.clone());
            Ok(took)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Forwarded { new: took.new > 0, signals: took.signals })))
}
