//! `GET /public/measures.ics`: measures as entries of a calendar that people subscribe to.
//!
//! Not here: iCalendar itself (`interop::ical`).

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use interop::ical::{self, Entry};

use super::{Asked, answer, published};
use crate::extract::Query;
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Measures as a calendar
///
/// iCalendar (RFC 5545): one entry per measure and time that it stands, in one language; of one street if it is named.
#[utoipa::path(get, path = "/public/measures.ics", tag = "residents", operation_id = "readPublicMeasuresCalendar",
    security(()), params(Asked),
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar"),
        (status = 404, description = "Nothing is published, or no street is called that.", body = ProblemDocument)))]
pub(super) async fn handle(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let published = published(&app).await?;
    let host = app.config.http.public_url.host_str().unwrap_or("localhost").to_owned();
    let url = asked.address(&app);
    let entries: Vec<Entry> = asked
        .notices(&published)?
        .into_iter()
        .map(|one| Entry {
            uid: format!("{}@{host}", one.uid),
            title: one.title,
            text: one.text,
            from: one.from,
            until: one.until,
            place: one.place,
            url: Some(url.clone()),
            changed: one.changed,
        })
        .collect();
    // As of the publication, so that what did not change has the same bytes.
    let text = ical::write(&asked.name(), asked.language.tag(), &entries, published.page.at);
    Ok(answer(&headers, "text/calendar; charset=utf-8", text))
}
