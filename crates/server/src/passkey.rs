//! The WebAuthn ceremonies of the node: registering by an invitation, signing in, proving it again.
//!
//! Not here: sessions and who may be invited (store); the endpoints ([`crate::api`]).

use base::ids::MemberId;
use serde_json::{Value, json};
use store::{Credential, Member};
use url::Host;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableKey, Passkey, PublicKeyCredential, RegisterPublicKeyCredential, Uuid, Webauthn,
    WebauthnBuilder, WebauthnError,
};

use crate::challenge::Ceremony;
use crate::config::Config;
use crate::problem::Problem;
use crate::state::App;

const RP_NAME: &str = "Belfry";

/// The WebAuthn library for the public address; `None` where that is a number.
pub(crate) fn webauthn(config: &Config) -> Result<Option<Webauthn>, WebauthnError> {
    let url = &config.http.public_url;
    let Some(Host::Domain(name)) = url.host() else { return Ok(None) };
    WebauthnBuilder::new(name, url)?.rp_name(RP_NAME).build().map(Some)
}

/// What a browser made, and what its member calls it.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct NamedAnswer {
    /// At most 60 characters; absent or empty: no name.
    #[serde(default)]
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) credential: RegisterPublicKeyCredential,
}

/// Begins registering: the options for the browser.
pub(crate) fn begin_registration(app: &App, member: &Member) -> Result<Value, Problem> {
    let known = app.store.credentials(member.id)?;
    let known = known.into_iter().map(|one| CredentialID::from(one.id)).collect();
    let id = Uuid::from_bytes(*member.id.as_bytes());
    let (options, state) = library(app)?
        .start_passkey_registration(id, &member.name, &member.name, Some(known))
        .map_err(|error| refused(&error))?;
    let mut options = to_json(&options)?;
    // Signing in asks for no name first, so the authenticator must find the passkey by itself.
    let selection = &mut options["publicKey"]["authenticatorSelection"];
    selection["residentKey"] = json!("required");
    selection["requireResidentKey"] = json!(true);
    app.challenges.put(challenge_of(&options)?, Ceremony::Register { member: member.id, state }, app.now());
    Ok(options)
}

/// Finishes registering: the new passkey, for the member the ceremony was begun for.
pub(crate) fn finish_registration(
    app: &App,
    member: MemberId,
    answer: &RegisterPublicKeyCredential,
) -> Result<Credential, Problem> {
    let challenge = challenge_in(answer.response.client_data_json.as_ref())?;
    match app.challenges.take(&challenge, app.now()) {
        Some(Ceremony::Register { member: begun, state }) if begun == member => {
            let passkey =
                library(app)?.finish_passkey_registration(answer, &state).map_err(|error| refused(&error))?;
            credential(member, &passkey)
        }
        _ => Err(Problem::SignInRefused),
    }
}

/// Begins signing in, or proving it again for a session: the options for the browser.
pub(crate) fn begin_authentication(app: &App, renew: Option<&store::Session>) -> Result<Value, Problem> {
    let (options, state) =
        library(app)?.start_discoverable_authentication().map_err(|error| refused(&error))?;
    // The library asks for the passkey menu of an input field; here a button was pressed.
    let options = json!({ "publicKey": to_json(&options.public_key)? });
    let ceremony = match renew {
        None => Ceremony::SignIn(state),
        Some(session) => Ceremony::Renew { session: session.key, member: session.member, state },
    };
    app.challenges.put(challenge_of(&options)?, ceremony, app.now());
    Ok(options)
}

/// Finishes signing in or proving it again: the ceremony that it was, the passkey with its new counter.
pub(crate) fn finish_authentication(
    app: &App,
    answer: &PublicKeyCredential,
) -> Result<(Ceremony, Credential), Problem> {
    let challenge = challenge_in(answer.response.client_data_json.as_ref())?;
    let ceremony = app.challenges.take(&challenge, app.now()).ok_or(Problem::SignInRefused)?;
    let state = match &ceremony {
        Ceremony::SignIn(state) | Ceremony::Renew { state, .. } => state.clone(),
        Ceremony::Register { .. } => return Err(Problem::SignInRefused),
    };
    let library = library(app)?;
    let (user, id) = library.identify_discoverable_authentication(answer).map_err(|error| refused(&error))?;
    let found = app.store.credential(id)?.ok_or(Problem::SignInRefused)?;
    if found.member != MemberId::from_bytes(*user.as_bytes()) {
        return Err(Problem::SignInRefused);
    }
    let mut passkey: Passkey = serde_json::from_str(&found.json).map_err(|error| {
        tracing::error!(%error, "a passkey in the store cannot be read");
        Problem::Internal
    })?;
    let result = library
        .finish_discoverable_authentication_v2(answer, state, DiscoverableKey::from(passkey.clone()))
        .map_err(|error| refused(&error))?;
    passkey.update_credential(&result);
    Ok((ceremony, credential(found.member, &passkey)?))
}

fn library(app: &App) -> Result<&Webauthn, Problem> {
    app.passkeys.as_ref().ok_or(Problem::NoPasskeys)
}

fn credential(member: MemberId, passkey: &Passkey) -> Result<Credential, Problem> {
    let json = serde_json::to_string(passkey).map_err(|_| Problem::Internal)?;
    Ok(Credential { id: passkey.cred_id().to_vec(), member, json })
}

fn to_json(value: &impl serde::Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|error| {
        tracing::error!(%error, "passkey options cannot be written");
        Problem::Internal
    })
}

/// The challenge in the options for the browser.
fn challenge_of(options: &Value) -> Result<Vec<u8>, Problem> {
    let text = options["publicKey"]["challenge"].as_str().map(str::as_bytes).unwrap_or_default();
    if text.is_empty() { Err(Problem::Internal) } else { Ok(text.to_vec()) }
}

/// The challenge the browser answered, as text: it names the ceremony.
fn challenge_in(client_data: &[u8]) -> Result<Vec<u8>, Problem> {
    #[derive(serde::Deserialize)]
    struct ClientData {
        challenge: String,
    }
    let data: ClientData = serde_json::from_slice(client_data).map_err(|_| Problem::SignInRefused)?;
    Ok(data.challenge.into_bytes())
}

/// Why is for the operator; the one at the door learns only that it was refused.
fn refused(error: &WebauthnError) -> Problem {
    tracing::info!(?error, "a passkey was refused");
    Problem::SignInRefused
}
