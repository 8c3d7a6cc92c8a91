//! `PUT` and `DELETE /watch/profiles/{profile}`: what is looked for changes; each change is an entry of the ledger. A
//! watch on a person's name is refused.
//!
//! Not here: matching (`webwatch::detect::profile`).

use axum::extract::State;
use axum::http::StatusCode;
use base::ids::{OrganisationId, PurposeId};
use record::Faults;
use serde::Deserialize;
use store::watch::WatchedKind;
use utoipa::ToSchema;
use webwatch::detect::Profile;

use super::{at_desk, change, check_id, check_named, permit, watched};
use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::App;
use crate::watch::Desk;

/// A watch profile, as its analysts give it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WatchProfileBody)]
pub(super) struct ProfileBody {
    /// Its name for people.
    #[schema(example = "World Forum")]
    pub(super) name: String,
    /// For which of the area's purposes.
    pub(super) purpose: PurposeId,
    /// Any of these matches. `"a b"~5` is both words within five of each other; a word that ends in `*` goes on.
    #[serde(default)]
    phrases: Vec<String>,
    /// Nothing matches in a document with one of these.
    #[serde(default)]
    exclude: Vec<String>,
    /// Any of these matches, over the folded text.
    #[serde(default)]
    regexes: Vec<String>,
    /// Any of these matches, without `#`.
    #[serde(default)]
    hashtags: Vec<String>,
    /// Organisations of the area, by id.
    #[serde(default)]
    organisations: Vec<String>,
    /// Places of the area, by id.
    #[serde(default)]
    places: Vec<String>,
    /// Only documents in these languages (ISO 639-1); all when empty.
    #[serde(default)]
    languages: Vec<String>,
    /// What a match adds to a score, 0 to 3.
    #[serde(default = "one")]
    weight: f64,
    /// Kept, not watched.
    #[serde(default)]
    paused: bool,
}

impl ProfileBody {
    /// The profile with an id, of an organisation.
    pub(super) fn into_profile(self, id: String, owner: &OrganisationId) -> Profile {
        Profile {
            id,
            name: self.name.trim().into(),
            owner: owner.to_string(),
            purpose: self.purpose.to_string(),
            phrases: self.phrases,
            exclude: self.exclude,
            regexes: self.regexes,
            hashtags: self.hashtags,
            organisations: self.organisations,
            places: self.places,
            languages: self.languages,
            weight: self.weight,
            paused: self.paused,
        }
    }
}

fn one() -> f64 {
    1.0
}

/// Look for something, or change what is looked for
#[utoipa::path(put, path = "/watch/profiles/{profile}", tag = "web monitoring", operation_id = "putProfile",
    params(("profile" = String, Path, description = "Its id.")), request_body = ProfileBody,
    responses((status = 200, description = "As it is now.", body = Profile)))]
pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<ProfileBody>,
) -> Result<Json<Profile>, Problem> {
    let permit = permit(&app, &caller)?;
    check_id(&id)?;
    let mut faults = Faults::default();
    check_named(&mut faults, &caller, &body.name, &body.purpose);
    faults.into_result()?;
    let profile = body.into_profile(id.clone(), permit.organisation());
    let tried = profile.clone();
    at_desk(&app, &permit, move |desk| {
        let mut all: Vec<Profile> =
            desk.profiles().iter().filter(|one| one.id != tried.id).cloned().collect();
        all.push(tried);
        Ok(desk.check(all, desk.events().to_vec())?)
    })
    .await?;
    let changed = watched(&permit, WatchedKind::Profile, &id, &profile)?;
    change(&app, &permit, vec![changed]).await?;
    Ok(Json(profile))
}

/// Look for something no more
#[utoipa::path(delete, path = "/watch/profiles/{profile}", tag = "web monitoring", operation_id = "removeProfile",
    params(("profile" = String, Path, description = "Its id.")),
    responses((status = 204, description = "It is not looked for any more.")))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = permit(&app, &caller)?;
    let asked = id.clone();
    let is_there = move |desk: &Desk| desk.profiles().iter().any(|one| one.id == asked);
    super::remove(&app, &permit, WatchedKind::Profile, &id, is_there).await
}
