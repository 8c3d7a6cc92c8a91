//! A client of the public API: HTTP/1.1 over connections that are passed in, one session or token each.
//!
//! Not here: anything a partner could not write; this is what an outsider sees of a node.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue, SET_COOKIE};
use hyper::{HeaderMap, Method, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use serde::Serialize;
use serde_json::Value;

type Exchange =
    Pin<Box<dyn Future<Output = Result<Response<Incoming>, hyper_util::client::legacy::Error>> + Send>>;

/// What makes and keeps connections. Whoever starts a world decides what it may reach by making this.
#[derive(Clone)]
pub struct Http(Arc<dyn Fn(Request<Full<Bytes>>) -> Exchange + Send + Sync>);

impl Http {
    /// Over the connections of a client.
    pub fn over<C: Connect + Clone + Send + Sync + 'static>(client: Client<C, Full<Bytes>>) -> Self {
        Self(Arc::new(move |request| Box::pin(client.request(request))))
    }
}

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// One caller of a node.
#[derive(Clone)]
pub struct Api {
    http: Http,
    base: String,
    credential: Option<(HeaderName, HeaderValue)>,
}

/// What a node answered.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON when the status is one of success; else an error with the problem's own words.
    pub fn json(&self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("{}", self.problem());
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).context("the node's answer is not JSON")
    }

    /// What went wrong, in the node's words.
    pub fn problem(&self) -> String {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let word = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut text = format!("the node answered {} {} {}", self.status, word("title"), word("detail"));
        for fault in problem.get("faults").and_then(Value::as_array).into_iter().flatten() {
            let part = |name: &str| fault.get(name).and_then(Value::as_str).unwrap_or_default();
            text.push_str(&format!("; {} {} ({})", part("path"), part("what"), part("mend")));
        }
        text.trim_end().to_owned()
    }
}

impl Api {
    /// A caller that has not said who it is. `base` is such as `http://127.0.0.1:8480`.
    pub fn new(http: Http, base: &str) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned(), credential: None }
    }

    /// The same caller with an API token.
    pub fn with_token(&self, token: &str) -> Result<Self> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim()))
            .context("the token has characters that no token has")?;
        value.set_sensitive(true);
        Ok(Self { credential: Some((AUTHORIZATION, value)), ..self.clone() })
    }

    /// The same caller, signed in as a sample member. Works on a demonstration node only.
    pub async fn as_sample_member(&self, member: &str) -> Result<Self> {
        let answer = self.post("/api/v1/demo/session", &serde_json::json!({ "member": member })).await?;
        answer.json().with_context(|| format!("cannot sign in as {member}"))?;
        let cookies = answer.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let named = |pair: &&str| pair.split('=').next().is_some_and(|name| name.contains("belfry"));
        let session = cookies.filter_map(|value| value.split(';').next()).find(named);
        let mut value = HeaderValue::from_str(session.context("the node gave no session cookie")?)?;
        value.set_sensitive(true);
        Ok(Self { credential: Some((COOKIE, value)), ..self.clone() })
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Result<Answer> {
        self.post_with(path, &[], body).await
    }

    /// Puts JSON in a place.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Result<Answer> {
        self.put_with(path, &[], body).await
    }

    /// Puts JSON in a place with further headers.
    pub async fn put_with(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &impl Serialize,
    ) -> Result<Answer> {
        self.send_json(Method::PUT, path, headers, body).await
    }

    /// Sends JSON with further headers.
    pub async fn post_with(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &impl Serialize,
    ) -> Result<Answer> {
        self.send_json(Method::POST, path, headers, body).await
    }

    /// Sends bytes as they are.
    pub async fn post_bytes(&self, path: &str, media_type: &str, body: Bytes) -> Result<Answer> {
        self.send(Method::POST, path, &[(CONTENT_TYPE.as_str(), media_type)], body).await
    }

    /// Puts bytes in a place as they are.
    pub async fn put_bytes(&self, path: &str, media_type: &str, body: Bytes) -> Result<Answer> {
        self.send(Method::PUT, path, &[(CONTENT_TYPE.as_str(), media_type)], body).await
    }

    /// Opens an answer that does not end: a stream of events. The caller reads its body.
    pub async fn open(&self, path: &str) -> Result<Response<Incoming>> {
        let request = self.request(Method::GET, path, &[("accept", "text/event-stream")], Bytes::new())?;
        let answer = (self.http.0)(request).await.with_context(|| self.unreachable())?;
        if !answer.status().is_success() {
            bail!("the node answered {} to {path}", answer.status());
        }
        Ok(answer)
    }

    async fn send_json(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &impl Serialize,
    ) -> Result<Answer> {
        let mut all = vec![(CONTENT_TYPE.as_str(), "application/json")];
        all.extend(headers);
        self.send(method, path, &all, Bytes::from(serde_json::to_vec(body)?)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Bytes,
    ) -> Result<Answer> {
        let request = self.request(method, path, headers, body)?;
        let exchange = async {
            let answer = (self.http.0)(request).await.with_context(|| self.unreachable())?;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|error| anyhow::anyhow!("the answer to {path} broke off: {error}"))?;
            anyhow::Ok(Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: body.to_bytes(),
            })
        };
        let seconds = ANSWER_WITHIN.as_secs();
        tokio::time::timeout(ANSWER_WITHIN, exchange)
            .await
            .with_context(|| format!("no answer to {path} within {seconds} s"))?
    }

    fn unreachable(&self) -> String {
        format!("cannot reach {}", self.base)
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((name, value)) = &self.credential {
            request = request.header(name, value);
        }
        // What a page of the node itself would say; without it a session's changes are refused.
        request = request.header("sec-fetch-site", "same-origin");
        request.body(Full::new(body)).with_context(|| format!("cannot ask for {}{path}", self.base))
    }
}
