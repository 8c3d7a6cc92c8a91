//! `GET /replay`: what the caller was entitled to see in a period, then and now.
//!
//! Not here: how much there was ([`super::activity`]), and the picture as it is (items, map).

use std::collections::{BTreeSet, HashSet};

use axum::extract::State;
use base::Timestamp;
use base::geo::UNITS_PER_DEGREE;
use base::ids::{ItemId, OrganisationId, SiteId, ZoneId};
use policy::Sight;
use record::rating::{Severity, Urgency};
use record::{Geometry, Item, Kind, Place, Tlp};
use serde::{Deserialize, Serialize};
use store::{AccessAction, Ended, Entitled, Past, SpanView, Standing};
use utoipa::{IntoParams, ToSchema};

use super::activity;
use crate::caller::Caller;
use crate::cursor::Use;
use crate::extract::{Json, Query};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// Most spans of a page.
const SPANS_MAX: usize = 1_000;
/// Most spans of one version: who was let in and out more often sees the first of them.
const PARTS_MAX: usize = 100;

/// Which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReplayPeriod {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Spans of a page, 1 to 1,000; 1,000 when not given.
    #[param(example = 1_000)]
    pub limit: Option<usize>,
}

/// A page of a replay.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayPage {
    /// In the order in which the versions were shared.
    pub spans: Vec<Span>,
    /// The cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// One version of an item for as long as it stood and the caller was entitled to see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Span {
    /// The item.
    pub item: ItemId,
    /// Its version.
    pub version: u32,
    /// What it is.
    pub kind: Kind,
    /// The organisation it comes from.
    pub originator: OrganisationId,
    /// One line.
    pub title: String,
    /// How far it may travel.
    pub tlp: Tlp,
    /// How soon people had to act.
    pub urgency: Urgency,
    /// How bad it was.
    pub severity: Severity,
    /// From when: its entry, or later when the caller could see it only then.
    pub from: Timestamp,
    /// Until when; in the future while it stands.
    pub until: Timestamp,
    /// What ended it. Null while it stands, and where nothing is known to the caller but that it ended.
    pub ended: Option<SpanEnd>,
    /// Where it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<SpanPlace>,
}

/// What ended a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpanEnd {
    /// The next version.
    Amended,
    /// Its originator withdrew it.
    Recalled,
    /// Its validity.
    Stale,
}

/// Where a span was about: the middle of its shape.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpanPlace {
    /// Degrees; absent when the item names a site or zone only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// Degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Radius within which it is, in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertainty_m: Option<f64>,
    /// A site of the area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// A zone of the area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
}

/// What the caller was entitled to see in a period, then under the directory of each moment, and now.
///
/// Each page is one access record.
#[utoipa::path(get, path = "/replay", tag = "replay", operation_id = "readReplay", params(ReplayPeriod),
    responses((status = OK, body = ReplayPage), (status = BAD_REQUEST, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ReplayPeriod>,
) -> Result<Json<ReplayPage>, Problem> {
    activity::check(asked.from, asked.until)?;
    let member = caller.principal.member;
    let after = asked.cursor.as_deref().map(|cursor| {
        let place = app.cursors.open(Use::Replay, member, cursor);
        place.ok_or_else(|| Problem::fault("cursor", "is not one of this replay", "begin without a cursor"))
    });
    let after = after.transpose()?;
    let limit = asked.limit.unwrap_or(SPANS_MAX).clamp(1, SPANS_MAX);
    let sight = app.gate.sight(&caller.principal);
    let (permits, found) = {
        let (sight, principal) = (sight.clone(), caller.principal.clone());
        app.in_thread(move |app| {
            let mut found = Search::new(app, &principal, (asked.from, asked.until), limit)?;
            found.run(app, &sight, after)?;
            let rows: BTreeSet<u32> = found.parts.iter().map(Entitled::row).collect();
            let rows: Vec<u32> = rows.into_iter().collect();
            let candidates = app.store.candidates(&sight, &rows)?;
            Ok((app.gate.see_all(&principal, &candidates), found))
        })
        .await?
    };
    let Search { parts, next, .. } = found;
    let views = app.store.replay(permits, &sight, parts, caller.access(AccessAction::Replay)).await?;
    let next = next.map(|entry| app.cursors.seal(&*app.random, Use::Replay, member, entry));
    Ok(Json(ReplayPage { spans: views.iter().map(span).collect(), next }))
}

/// One page, filled from what may be seen now with what was to be seen then.
struct Search {
    period: (Timestamp, Timestamp),
    now: Timestamp,
    limit: usize,
    pasts: Vec<Past>,
    /// Which labels have been decided for which past.
    decided: HashSet<(usize, u32)>,
    parts: Vec<Entitled>,
    next: Option<u64>,
}

impl Search {
    fn new(
        app: &App,
        principal: &policy::Principal,
        period: (Timestamp, Timestamp),
        limit: usize,
    ) -> Result<Self, Problem> {
        Ok(Self {
            period,
            now: app.now(),
            limit,
            pasts: app.gate.pasts(principal)?,
            decided: HashSet::new(),
            parts: Vec::new(),
            next: None,
        })
    }

    /// Fills the page. It is full only when something follows that the caller was entitled to see: else the size of
    /// a page would tell of what was not.
    fn run(&mut self, app: &App, sight: &Sight, mut after: Option<u64>) -> Result<(), Problem> {
        let mut last = after;
        loop {
            let (mut from, until) = self.period;
            // Before it took part, nothing was for it.
            let Some(began) = self.pasts.first().map(|past| past.since) else { return Ok(()) };
            from = from.max(began);
            let standing = app.store.standing(sight, from, until, after, SPANS_MAX)?;
            for one in &standing {
                self.decide(app, one);
                let mut parts = one.entitled(&self.pasts, self.now);
                parts.retain(|part| part.meets(from, until));
                parts.truncate(PARTS_MAX);
                if parts.is_empty() {
                    continue;
                }
                if !self.parts.is_empty() && self.parts.len() + parts.len() > self.limit {
                    self.next = last;
                    return Ok(());
                }
                self.parts.append(&mut parts);
                last = Some(one.entry);
            }
            match standing.last() {
                Some(one) if standing.len() == SPANS_MAX => after = Some(one.entry),
                _ => return Ok(()),
            }
        }
    }

    /// Asks the policies about the labels of a version for each past that meets its time.
    fn decide(&mut self, app: &App, standing: &Standing) {
        for index in 0..self.pasts.len() {
            let since = self.pasts[index].since;
            let until = self.pasts.get(index + 1).map(|next| next.since);
            if !standing.touches(since, until) {
                continue;
            }
            let Some(sight) = &mut self.pasts[index].sight else { continue };
            for label in standing.labels() {
                if self.decided.insert((index, label))
                    && let Some(known) = app.store.label(label)
                {
                    sight.extend(app.gate.engine(), label, &known);
                }
            }
        }
    }
}

fn span(view: &SpanView) -> Span {
    let Item { id, version, kind, originator, marking, content, .. } = &view.item;
    Span {
        item: *id,
        version: *version,
        kind: *kind,
        originator: originator.clone(),
        title: content.title.clone(),
        tlp: marking.tlp,
        urgency: content.urgency,
        severity: content.severity,
        from: view.from,
        until: view.until,
        ended: view.ended.map(|ended| match ended {
            Ended::Amended => SpanEnd::Amended,
            Ended::Recalled => SpanEnd::Recalled,
            Ended::Stale => SpanEnd::Stale,
        }),
        place: content.place.as_ref().map(place),
    }
}

fn place(place: &Place) -> SpanPlace {
    let middle = place.geometry.as_ref().and_then(Geometry::bounds).map(|bounds| bounds.middle());
    SpanPlace {
        longitude: middle.map(|(longitude, _)| f64::from(longitude) / UNITS_PER_DEGREE),
        latitude: middle.map(|(_, latitude)| f64::from(latitude) / UNITS_PER_DEGREE),
        uncertainty_m: place.uncertainty_m,
        site: place.site.clone(),
        zone: place.zone.clone(),
    }
}
