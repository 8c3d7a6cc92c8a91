//! `POST /audience`: who would be able to read a draft, and why, before anything is shared.
//!
//! Not here: sharing it ([`crate::api::items::create`]).

use std::collections::BTreeSet;

use axum::extract::State;
use base::ids::{ItemId, OrganisationId};
use policy::action::Amend;
use policy::{ItemFacts, Principal, Reason};
use record::{Draft, Fault, Item, Marking};
use serde::{Deserialize, Serialize};
use store::{AccessAction, Shared};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::share;
use crate::state::App;

/// Items looked at for a source in common.
const LOOKED_AT_MAX: usize = 100;

/// Who would read a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// How many persons.
    pub people: usize,
    /// How many organisations.
    pub organisations: usize,
    /// Who would, by organisation and reason.
    pub readers: Vec<Group>,
    /// Who of the organisations named would not, by organisation and reason.
    pub not: Vec<Group>,
    /// How many organisations are not named at all: they would not learn that it exists.
    pub unaware_organisations: usize,
    /// What is worth a second look.
    pub warnings: Vec<Warning>,
    /// The marking it would have: raised to that of its parent and references.
    pub marking: Option<Marking>,
    /// Whether a second person must approve it.
    pub needs_approval: bool,
    /// What must be mended before it can be shared.
    pub faults: Vec<Fault>,
}

/// Members of one organisation for whom the same holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    /// The organisation.
    pub organisation: OrganisationId,
    /// How many persons.
    pub people: usize,
    /// How many services and sensors.
    pub devices: usize,
    /// Why.
    #[schema(value_type = String)]
    pub why: Reason,
    /// Why, in plain English.
    pub text: &'static str,
}

/// Something worth a second look.
#[derive(Debug, Serialize, ToSchema)]
pub struct Warning {
    /// What: `same-source` or `raised`.
    pub code: &'static str,
    /// In plain English.
    pub text: String,
    /// The items it is about.
    pub items: Vec<ItemId>,
}

/// What the draft is for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct About {
    /// The item it would amend: what that names may stay, also when it can no longer be chosen.
    pub amends: Option<ItemId>,
}

/// The live preview of a draft. Nothing is stored.
#[utoipa::path(post, path = "/audience", tag = "items", operation_id = "previewAudience", params(About),
    request_body = Draft,
    responses((status = OK, body = Preview)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(about): Query<About>,
    Json(draft): Json<Draft>,
) -> Result<Json<Preview>, Problem> {
    let principal = caller.principal.clone();
    let asked = draft.marking.clone();
    let (shared, faults) = {
        let principal = principal.clone();
        app.in_thread(move |app| read_draft(app, &principal, draft, about.amends)).await?
    };
    let Some(shared) = shared else { return Ok(Json(Preview { faults, ..nobody() })) };
    let mut preview = explain(&app, &shared);
    let item = shared.item;
    preview.faults = faults;
    preview.needs_approval = share::needs_approval(&app, &item);
    if item.marking != asked && item.marking.tlp > asked.tlp {
        preview.warnings.push(Warning {
            code: "raised",
            text: format!("Marked {} because of what it answers or refers to.", item.marking.tlp.as_str()),
            items: item.parent.into_iter().collect(),
        });
    }
    preview.warnings.extend(same_source(&app, &caller, &item).await?);
    preview.marking = Some(item.marking);
    Ok(Json(preview))
}

/// The item a draft would become. A draft with faults in its words can still be previewed by its marking.
fn read_draft(
    app: &App,
    principal: &Principal,
    draft: Draft,
    amends: Option<ItemId>,
) -> Result<(Option<Shared>, Vec<Fault>), Problem> {
    let present = match amends {
        Some(item) => Some(app.store.present_payload(&app.gate.act::<Amend>(principal, item)?.0)?.0),
        None => None,
    };
    let item_of = |draft: Draft| share::item_of(app, principal, draft, None, present.as_ref());
    match item_of(draft.clone()) {
        Ok(item) => {
            let faults = match item_of(draft).and_then(|one| share::permitted(app, principal, one)) {
                Err(Problem::Invalid(faults)) => faults.0,
                Err(Problem::NotAllowed(why)) => {
                    vec![Fault::new("kind", why, "ask a colleague who may")]
                }
                _ => Vec::new(),
            };
            Ok((Some(item), faults))
        }
        Err(Problem::Invalid(faults)) if faults.0.iter().all(|one| one.path.starts_with("content.")) => {
            let words = record::Content { title: "-".into(), ..record::Content::default() };
            let content = record::Content {
                request: draft.content.request.clone(),
                references: draft.content.references.clone(),
                ..words
            };
            let item = item_of(Draft { content, ..draft }).ok();
            Ok((item, faults.0))
        }
        Err(Problem::Invalid(faults)) => Ok((None, faults.0)),
        Err(problem) => Err(problem),
    }
}

fn nobody() -> Preview {
    Preview {
        people: 0,
        organisations: 0,
        readers: Vec::new(),
        not: Vec::new(),
        unaware_organisations: 0,
        warnings: Vec::new(),
        marking: None,
        needs_approval: false,
        faults: Vec::new(),
    }
}

fn explain(app: &App, shared: &Shared) -> Preview {
    let directory = app.store.directory();
    let principals: Vec<Principal> =
        directory.members.keys().filter_map(|member| directory.principal(*member)).collect();
    let (item, label) = (&shared.item, shared.visibility_label());
    let facts = ItemFacts { label: &label, kind: item.kind, author: item.author, retracted: false };
    let audience = app.gate.engine().explain_audience(&principals, &facts);
    let group = |group: &policy::AudienceGroup| Group {
        organisation: group.organisation.clone(),
        people: group.people,
        devices: group.devices,
        why: group.why,
        text: group.text,
    };
    let unnamed = |why: Reason| matches!(why, Reason::NotInAudience | Reason::NotNamed | Reason::Inactive);
    let readers: Vec<Group> = audience.readers.iter().map(group).collect();
    let aware: BTreeSet<&OrganisationId> = readers.iter().map(|one| &one.organisation).collect();
    let unaware_organisations = directory.organisations.keys().filter(|one| !aware.contains(one)).count();
    Preview {
        people: audience.people,
        organisations: audience.organisations,
        not: audience.not.iter().filter(|one| !unnamed(one.why)).map(group).collect(),
        unaware_organisations,
        readers,
        ..nobody()
    }
}

/// Recent items the caller may see that rest on a source this one names: perhaps one observation, not two.
async fn same_source(app: &App, caller: &Caller, item: &Item) -> Result<Option<Warning>, Problem> {
    if item.content.sources.is_empty() {
        return Ok(None);
    }
    let sight = app.gate.sight(&caller.principal);
    let candidates = {
        let (sight, sources) = (sight.clone(), item.content.sources.clone());
        app.in_thread(move |app| Ok(app.store.with_source(&sight, &sources, LOOKED_AT_MAX)?)).await?
    };
    let permits = app.gate.see_all(&caller.principal, &candidates);
    let views = app.store.consult(permits, &sight, caller.access(AccessAction::List)).await?;
    let items: Vec<ItemId> = views.iter().map(|view| view.item.id).collect();
    Ok((!items.is_empty()).then(|| Warning {
        code: "same-source",
        text: format!("{} other item(s) rest on the same source: this may be one observation.", items.len()),
        items,
    }))
}
