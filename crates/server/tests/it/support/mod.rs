//! A node on a temporary folder, and ways to ask it.

pub mod authenticator;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base::clock::ManualClock;
use base::ids::MemberId;
use base::random::SeededRandom;
use http_body_util::BodyExt as _;
use serde_json::Value;
use server::area::Area;
use server::config::Config;
use server::{App, Needs};
use store::{NodeKey, Options, Store};
use tower::ServiceExt as _;

/// The host of the nodes of these tests.
pub const HOST: &str = "belfry.test";

/// A node with the sample area and its sample members.
pub struct Node {
    pub app: App,
    pub clock: Arc<ManualClock>,
    router: Router,
    // Last, so that the store has closed before its folder goes.
    _folder: tempfile::TempDir,
}

impl Node {
    /// As it is run for real.
    pub async fn new() -> Self {
        Self::with(false, |_| ()).await
    }

    /// As a demonstration.
    pub async fn demo() -> Self {
        Self::with(true, |config| config.http.public_url = "http://localhost:8080".parse().unwrap()).await
    }

    /// With other settings.
    pub async fn with(demo: bool, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-22T08:00:00Z".parse().unwrap()));
        let random = Arc::new(SeededRandom::new(7));
        let node_key = NodeKey::random(&*random);
        let mut config = Config::default();
        config.http.public_url = format!("https://{HOST}").parse().unwrap();
        change(&mut config);
        let options = Options::new(folder.path(), &config.node.origin);
        let store = Store::open(options, &node_key, clock.clone(), random.clone()).unwrap();
        let area = Arc::new(Area::sample().unwrap());
        store.found(area.founding(&*clock, &*random, true)).unwrap().ready().await.unwrap();
        let engine = Arc::new(policy::Engine::standard().unwrap());
        let config = Arc::new(config);
        let needs = Needs {
            store,
            engine,
            area,
            config,
            clock: clock.clone(),
            random: random.clone(),
            node_key,
            demo,
        };
        let app = App::new(needs).unwrap();
        Self { router: server::router(app.clone()), app, clock, _folder: folder }
    }

    /// The sample member of a name.
    pub fn member(&self, name: &str) -> MemberId {
        let directory = self.app.store.directory();
        let found = directory.members.values().find(|member| member.name == name);
        found.unwrap_or_else(|| panic!("no member {name}")).id
    }

    /// A browser in which a member has just signed in.
    pub async fn signed_in(&self, name: &str) -> Browser<'_> {
        self.browser_of(self.member(name), true).await
    }

    /// A browser in which a member is signed in.
    pub async fn browser_of(&self, member: MemberId, fresh: bool) -> Browser<'_> {
        let limits = self.app.config.session_limits();
        let secret = self.app.store.create_session(member, fresh, limits).unwrap().ready().await.unwrap();
        Browser { node: self, cookie: Some(secret.reveal().to_owned()) }
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser<'_> {
        Browser { node: self, cookie: None }
    }

    /// The name of the session cookie.
    pub fn cookie_name(&self) -> &'static str {
        if self.app.config.is_secure() { "__Host-belfry" } else { "belfry-demo" }
    }

    /// The Host header that names this node.
    pub fn host(&self) -> String {
        let url = &self.app.config.http.public_url;
        url.port()
            .map_or(url.host_str().unwrap().into(), |port| format!("{}:{port}", url.host_str().unwrap()))
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Asks with an API token, as a program does.
    pub async fn by_token(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header(header::HOST, self.host());
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(with_body(request, body)).await
    }
}

/// A browser on the node's own pages.
pub struct Browser<'a> {
    pub node: &'a Node,
    pub cookie: Option<String>,
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.node.send(with_body(self.request(method, path), body)).await
    }

    /// What a browser sends from the node's own pages, without a body.
    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header(header::HOST, self.node.host()).header("sec-fetch-site", "same-origin");
        match &self.cookie {
            Some(secret) => request.header(header::COOKIE, format!("{}={secret}", self.node.cookie_name())),
            None => request,
        }
    }

    /// Keeps the session cookie of an answer, as a browser does.
    pub fn keep(&mut self, answer: &Answer) {
        let set = answer.header("set-cookie");
        let (pair, _) = set.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        assert_eq!(name, self.node.cookie_name());
        self.cookie = Some(value.into()).filter(|value: &String| !value.is_empty());
    }
}

pub fn with_body(request: axum::http::request::Builder, body: Option<Value>) -> Request<Body> {
    match body {
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
        None => request.body(Body::empty()).unwrap(),
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; the answer must have had this status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The answer must be this problem.
    #[track_caller]
    pub fn is_problem(&self, status: u16, name: &str) -> Value {
        let document = self.json(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(document["type"], format!("/problems/{name}"), "{document}");
        assert_eq!(document["status"], status);
        assert!(document["title"].is_string() && document["detail"].is_string(), "{document}");
        document
    }

    /// The answer must have this status and no body.
    #[track_caller]
    pub fn is_empty(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        assert!(self.body.is_empty());
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
    }
}
