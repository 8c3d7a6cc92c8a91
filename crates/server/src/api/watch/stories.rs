//! `GET /watch/stories`: what is told about, signal or not.
//!
//! Not here: signals ([`super::signals`]).

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use webwatch::Document;
use webwatch::stories::Story;

use super::{at_desk, permit};
use crate::caller::Caller;
use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::state::App;

/// Most stories of one answer.
const STORIES_MAX: usize = 100;

/// Which stories.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Words of the title.
    #[serde(default)]
    q: Option<String>,
    /// Told by this source.
    #[serde(default)]
    source: Option<String>,
}

/// Stories, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchStories)]
pub(super) struct Stories {
    items: Vec<Story>,
    /// How many there are.
    total: usize,
}

/// What is told about
#[utoipa::path(get, path = "/watch/stories", tag = "web monitoring", operation_id = "listStories", params(Wanted),
    responses((status = 200, description = "The stories, at most 100.", body = Stories)))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Stories>, Problem> {
    let permit = permit(&app, &caller)?;
    let stories = at_desk(&app, &permit, move |desk| {
        let words = wanted.q.map(|text| text.to_lowercase());
        let mut items = desk.stories();
        items.retain(|one| {
            words.as_ref().is_none_or(|words| one.title.to_lowercase().contains(words))
                && wanted.source.as_ref().is_none_or(|source| one.sources.contains(source))
        });
        let total = items.len();
        items.truncate(STORIES_MAX);
        Ok(Stories { items, total })
    });
    Ok(Json(stories.await?))
}

/// A story and what it is made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WatchStory)]
pub(super) struct StoryView {
    story: Story,
    /// Its documents that are still kept, masked, the latest first.
    documents: Vec<Document>,
}

/// One story with its documents
#[utoipa::path(get, path = "/watch/stories/{story}", tag = "web monitoring", operation_id = "readStory",
    params(("story" = String, Path, description = "The story.")),
    responses((status = 200, description = "The story.", body = StoryView)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<StoryView>, Problem> {
    let permit = permit(&app, &caller)?;
    let now = app.now();
    let view = at_desk(&app, &permit, move |desk| {
        let story = desk.story(&id).cloned().ok_or(Problem::Absent)?;
        let documents = desk.documents(&id, now)?;
        Ok(StoryView { story, documents })
    });
    Ok(Json(view.await?))
}
