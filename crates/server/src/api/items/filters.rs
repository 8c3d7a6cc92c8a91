//! The filters that lists, counts, the map and streams share.
//!
//! Not here: how they are applied (store).

use base::Timestamp;
use base::ids::{OrganisationId, SiteId, ZoneId};
use record::Kind;
use record::rating::{Severity, Urgency};
use serde::Deserialize;
use store::Filter;
use utoipa::IntoParams;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::App;

/// Longest full-text query, in characters.
const QUERY_CHARS_MAX: usize = 200;

/// Which items: everything that is given must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Kinds, separated by commas.
    #[param(example = "report,alert")]
    pub kind: Option<String>,
    /// In this zone.
    pub zone: Option<ZoneId>,
    /// At this site.
    pub site: Option<SiteId>,
    /// From this organisation.
    pub originator: Option<OrganisationId>,
    /// At least this urgent.
    pub urgency: Option<Urgency>,
    /// At least this severe.
    pub severity: Option<Severity>,
    /// Only what the caller's organisation has not acknowledged.
    #[serde(default)]
    pub unacknowledged: bool,
    /// Only requests to the caller's organisation.
    #[serde(default)]
    pub asked: bool,
    /// Only what counts now.
    #[serde(default)]
    pub current: bool,
    /// Only what begins later.
    #[serde(default)]
    pub planned: bool,
    /// Full text: words that must all occur, the last may be a beginning; "quoted" for a phrase; `#word` or
    /// `#"more words"` for a tag.
    #[param(example = "grey van")]
    pub q: Option<String>,
    /// Arrived at or after this instant.
    pub from: Option<Timestamp>,
    /// Arrived before this instant.
    pub until: Option<Timestamp>,
}

impl Filters {
    /// As the store takes them.
    pub fn filter(&self, app: &App, caller: &Caller) -> Result<Filter, Problem> {
        let own = || caller.principal.organisation.clone();
        let now = app.now();
        Ok(Filter {
            kinds: self.kinds()?,
            zone: self.zone.clone(),
            site: self.site.clone(),
            originator: self.originator.clone(),
            urgency: self.urgency,
            severity: self.severity,
            unacknowledged_by: self.unacknowledged.then(own),
            asked: self.asked.then(own),
            valid_at: self.current.then_some(now),
            begins_after: self.planned.then_some(now),
            arrived_from: self.from,
            arrived_until: self.until,
            bounds: None,
        })
    }

    /// The kinds that are asked for; none: all.
    pub fn kinds(&self) -> Result<Vec<Kind>, Problem> {
        let words = self.kind.iter().flat_map(|list| list.split(',')).filter(|word| !word.is_empty());
        words
            .map(|word| {
                let found = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
                found.ok_or_else(|| {
                    let known = Kind::ALL.map(Kind::as_str).join(", ");
                    Problem::fault("kind", "is not a kind", format!("use some of {known}"))
                })
            })
            .collect()
    }

    /// The full-text query, when there is one.
    pub fn text(&self) -> Result<Option<&str>, Problem> {
        let text = self.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if text.is_some_and(|text| text.chars().count() > QUERY_CHARS_MAX) {
            let what = format!("is longer than {QUERY_CHARS_MAX} characters");
            return Err(Problem::fault("q", what, "search for fewer words"));
        }
        Ok(text)
    }
}
