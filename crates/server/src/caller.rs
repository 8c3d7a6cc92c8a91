//! Who asks: by session cookie or by API token, looked up anew for every request.
//!
//! Not here: whether they may (policy).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use base::ids::PurposeId;
use policy::Principal;
use store::{Access, AccessAction, Directory, Secret, Session, Token};

use crate::problem::Problem;
use crate::rate::Counted;
use crate::state::App;

/// The header in which a caller says what it consults for.
pub const PURPOSE: &str = "belfry-purpose";
/// The cookie of a session where the node is reached by HTTPS: browsers bind this name to the very host.
const COOKIE: &str = "__Host-belfry";
/// The cookie of a session on this machine by plain HTTP, where browsers refuse the other name.
const COOKIE_PLAIN: &str = "belfry-demo";

/// How the caller proved who it is.
#[derive(Debug, Clone)]
pub enum Via {
    /// By the cookie of a session.
    Session(Session),
    /// By an API token.
    Token(Token),
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The member, as the policies know it.
    pub principal: Principal,
    /// How it proved who it is.
    pub via: Via,
    /// Everyone who takes part, as it was when the request came.
    pub directory: Arc<Directory>,
    /// What it consults for, when it said so: one of the purposes it holds.
    pub purpose: Option<PurposeId>,
}

impl Caller {
    /// The session, when it is one.
    pub fn session(&self) -> Option<&Session> {
        match &self.via {
            Via::Session(session) => Some(session),
            Via::Token(_) => None,
        }
    }

    /// A consultation by this caller, as its record tells it.
    pub fn access(&self, action: AccessAction) -> Access {
        Access { action, purpose: self.purpose.clone() }
    }

    /// The caller that a new session gives. Waits for the disk.
    pub(crate) fn of_secret(app: &App, secret: &Secret) -> Result<Self, Problem> {
        let session = app.store.session(secret.reveal(), app.session_limits())?;
        session.and_then(|session| known(app, Via::Session(session))).ok_or(Problem::Unauthenticated)
    }

    /// The caller as it is now; `None` when it may no longer ask anything. For streams that stay open. Waits for
    /// the disk.
    pub fn again(&self, app: &App) -> Result<Option<Self>, Problem> {
        let via = match &self.via {
            Via::Session(session) => {
                app.store.session_of_key(session.key, app.session_limits())?.map(Via::Session)
            }
            Via::Token(token) => app.store.token_of_id(token.id)?.map(Via::Token),
        };
        Ok(via.and_then(|via| known(app, via)))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let proof = Proof::of(&parts.headers, app).ok_or(Problem::Unauthenticated)?;
        let found = app.in_thread(move |app| Ok(proof.look_up(app)?.and_then(|via| known(app, via)))).await?;
        let Some(mut caller) = found else {
            count_sign_in(app, address(parts))?;
            return Err(Problem::Unauthenticated);
        };
        let member = Counted::Member(caller.principal.member);
        app.member_rates
            .count(member, app.now())
            .map_err(|retry_after_s| Problem::TooMany { retry_after_s })?;
        caller.purpose = purpose(parts, &caller.principal)?;
        Ok(caller)
    }
}

/// What the caller says it consults for: in the header, or in the query of the routes that browsers ask without one.
fn purpose(parts: &Parts, principal: &Principal) -> Result<Option<PurposeId>, Problem> {
    let fault =
        || Problem::fault(PURPOSE, "is not a purpose you hold", "send the id of one of your purposes");
    let named = match parts.headers.get(PURPOSE) {
        Some(value) => Some(value.to_str().map_err(|_| fault())?.to_owned()),
        None if is_asked_without_headers(parts.uri.path()) => {
            let query = parts.uri.query().unwrap_or_default();
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == "purpose").map(|(_, value)| value.into_owned())
        }
        None => None,
    };
    let Some(named) = named else { return Ok(None) };
    let purpose: PurposeId = named.parse().map_err(|_| fault())?;
    if principal.purposes.contains(&purpose) { Ok(Some(purpose)) } else { Err(fault()) }
}

/// A browser's event source and its images cannot send a header of their own.
fn is_asked_without_headers(path: &str) -> bool {
    path.ends_with("/stream") || path.contains("/attachments/")
}

/// Who asks, when anyone is signed in: for what others may ask too.
pub struct MaybeCaller(pub Option<Caller>);

impl FromRequestParts<App> for MaybeCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match Caller::from_request_parts(parts, app).await {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(Problem::Unauthenticated) => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}

/// What came with a request to prove who asks. A token counts before a cookie.
enum Proof {
    Cookie(String),
    Bearer(String),
}

impl Proof {
    fn of(headers: &HeaderMap, app: &App) -> Option<Self> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            return scheme.eq_ignore_ascii_case("bearer").then(|| Self::Bearer(token.trim().to_owned()));
        }
        cookie(headers, cookie_name(app)).map(|secret| Self::Cookie(secret.to_owned()))
    }

    fn look_up(&self, app: &App) -> Result<Option<Via>, Problem> {
        Ok(match self {
            Self::Cookie(secret) => app.store.session(secret, app.session_limits())?.map(Via::Session),
            Self::Bearer(token) => app.store.token(token)?.map(Via::Token),
        })
    }
}

/// The caller, when its member takes part now.
fn known(app: &App, via: Via) -> Option<Caller> {
    let directory = app.store.directory();
    let (member, scopes, fresh) = match &via {
        Via::Session(session) => (session.member, None, session.fresh),
        Via::Token(token) => (token.member, Some(token.scopes.clone()), None),
    };
    let mut principal = directory.principal(member).filter(|principal| principal.active)?;
    let now = app.now();
    principal.scopes = scopes;
    principal.reauthenticated =
        fresh.is_some_and(|fresh| now.millis_since(fresh).abs() < app.config.fresh_ms());
    Some(Caller { principal, via, directory, purpose: None })
}

/// Counts an attempt to sign in from an address.
pub(crate) fn count_sign_in(app: &App, address: IpAddr) -> Result<(), Problem> {
    let counted = app.sign_in_rates.count(Counted::address(address), app.now());
    counted.map_err(|retry_after_s| Problem::TooMany { retry_after_s })
}

/// An attempt to sign in, counted: an extractor for the endpoints that let people in.
pub(crate) struct SignIn;

impl FromRequestParts<App> for SignIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        count_sign_in(app, address(parts)).map(|()| Self)
    }
}

/// The address of the caller.
pub(crate) fn address(parts: &Parts) -> IpAddr {
    let known = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    known.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The name of the session cookie.
pub(crate) fn cookie_name(app: &App) -> &'static str {
    if app.config.is_secure() { COOKIE } else { COOKIE_PLAIN }
}

/// The header that gives a browser its session.
pub(crate) fn set_cookie(app: &App, secret: &Secret) -> Result<HeaderValue, Problem> {
    cookie_header(app, secret.reveal(), "")
}

/// The header that takes it away.
pub(crate) fn clear_cookie(app: &App) -> Result<HeaderValue, Problem> {
    cookie_header(app, "", "; Max-Age=0")
}

fn cookie_header(app: &App, value: &str, more: &str) -> Result<HeaderValue, Problem> {
    let secure = if app.config.is_secure() { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", cookie_name(app));
    let mut header = HeaderValue::try_from(text).map_err(|_| Problem::Internal)?;
    header.set_sensitive(true);
    Ok(header)
}
