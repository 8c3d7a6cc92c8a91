//! `GET /public/measures.rss`: measures as a feed that people subscribe to.
//!
//! Not here: RSS itself (`interop::rss`).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use interop::rss::{self, Entry, Feed};

use super::{Asked, answer, published};
use crate::extract::Query;
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Measures as a feed
///
/// RSS 2.0: one entry per measure and time that it stands, what was decided last first; of one street if it is named.
#[utoipa::path(get, path = "/public/measures.rss", tag = "residents", operation_id = "readPublicMeasuresFeed",
    security(()), params(Asked),
    responses((status = 200, description = "The feed.", body = String, content_type = "application/rss+xml"),
        (status = 404, description = "Nothing is published, or no street is called that.", body = ProblemDocument)))]
pub(super) async fn handle(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let published = published(&app).await?;
    let mut notices = asked.notices(&published)?;
    notices.sort_by(|a, b| (b.changed, a.from, &a.uid).cmp(&(a.changed, b.from, &b.uid)));
    let url = asked.address(&app);
    let entries: Vec<Entry> = notices
        .into_iter()
        .map(|one| Entry {
            uid: one.uid,
            title: one.title,
            text: one.text,
            url: Some(url.clone()),
            published: one.changed,
        })
        .collect();
    let text = asked.language.pick(
        "What is closed or measured, why, and until when.",
        "Wat er dicht is en welke maatregelen er zijn, waarom, en tot wanneer.",
    );
    let language = asked.language.tag();
    let feed =
        Feed { title: asked.name(), text: text.to_owned(), url: url.clone(), language: language.to_owned() };
    // As of the publication, so that what did not change has the same bytes.
    let text = rss::write(&feed, &entries, published.page.at);
    Ok(answer(&headers, "application/rss+xml; charset=utf-8", text))
}
