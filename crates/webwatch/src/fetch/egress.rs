//! The egress point: one request out, one answer in, each hop checked, everything capped.
//!
//! Not here: when to ask (the schedule) and whether the host minds (robots). No variable of the environment is read:
//! a proxy is not used because somebody once exported one.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, HOST, HeaderMap, HeaderValue, LOCATION, USER_AGENT,
};
use hyper_util::rt::TokioIo;
use rustls::RootCertStore;
use tokio::task::JoinHandle;
use url::{Position, Url};

use super::body::Unpacker;
use super::connect::{Connection, Connector, Resolve, SystemResolver, check};
use super::fault::{FetchFault, Phase};
use super::headers::retry_after_s;
use super::settings::EgressSettings;

pub(super) const WEB: &[&str] = &["http", "https"];
pub(super) const SOCKETS: &[&str] = &["ws", "wss"];
/// Longest address that is asked for, in bytes.
const URL_BYTES_MAX: usize = 4_096;
/// Most headers of an answer.
const HEADERS_MAX: usize = 100;
/// Longest contact, in bytes.
const CONTACT_BYTES_MAX: usize = 200;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The address.
    pub url: Url,
    /// Further headers, such as those of a conditional request.
    pub headers: HeaderMap,
    /// A page of the open web leads there: inside addresses are refused, allowed or not.
    pub from_outside: bool,
}

/// Who is asked before a redirect is followed.
pub trait Heed: Sync {
    /// Whether this address may be asked for; `from_outside` as in [`Request`].
    fn heed(&self, url: &Url, from_outside: bool) -> impl Future<Output = Result<(), FetchFault>> + Send;
}

/// Nobody: redirects are followed as far as their addresses may be reached.
pub struct Nobody;

impl Heed for Nobody {
    async fn heed(&self, _: &Url, _: bool) -> Result<(), FetchFault> {
        Ok(())
    }
}

impl Request {
    /// A request for an address in words.
    pub fn to(address: &str) -> Result<Self, FetchFault> {
        let wrong = || FetchFault::NotAnAddress(address.chars().take(200).collect());
        if address.len() > URL_BYTES_MAX {
            return Err(wrong());
        }
        Ok(Self::new(Url::parse(address.trim()).map_err(|_| wrong())?))
    }

    /// A request for an address.
    pub fn new(url: Url) -> Self {
        Self { url, headers: HeaderMap::new(), from_outside: false }
    }
}

/// What came back: a success, or 304 without a body. Any other status is a [`FetchFault::Status`].
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The address that answered, after redirects.
    pub url: Url,
    /// Where the source has moved for good, when every redirect on the way said so.
    pub moved_to: Option<Url>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, unpacked.
    pub body: Bytes,
}

/// The one way out.
pub struct Egress {
    settings: EgressSettings,
    connector: Connector,
    agent: HeaderValue,
}

/// An answer whose body is still to come.
pub(super) struct Opened {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Incoming,
    pub(super) inside: bool,
    /// Ends the connection when dropped.
    pub(super) _connection: Driver,
}

/// A task that ends when this is dropped.
pub(super) struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// How the last hop ended and what it says of the next.
struct Hops {
    seen: Vec<Url>,
    outside: bool,
    for_good: bool,
}

impl Egress {
    /// With this computer's resolver and the certificates it trusts.
    pub fn new(settings: EgressSettings) -> Result<Self, FetchFault> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        Self::with(settings, Arc::new(SystemResolver), roots)
    }

    /// With a resolver and the certificates to trust.
    pub fn with(
        settings: EgressSettings,
        resolver: Arc<dyn Resolve>,
        roots: RootCertStore,
    ) -> Result<Self, FetchFault> {
        let contact = settings.contact.trim();
        let fit = |letter: char| letter.is_ascii_graphic() && !"()\\".contains(letter);
        if contact.is_empty() || contact.len() > CONTACT_BYTES_MAX || !contact.chars().all(fit) {
            let why = "contact must be an e-mail or web address by which a site's owner can reach you";
            return Err(FetchFault::Settings(why.into()));
        }
        let agent = format!("{} (web monitoring; +{contact})", agent_name());
        let agent = HeaderValue::from_str(&agent).map_err(|why| FetchFault::Settings(why.to_string()))?;
        let connector = Connector::new(resolver, roots)?;
        Ok(Self { settings, connector, agent })
    }

    /// Asks for an address and gives the whole answer.
    pub async fn get(&self, request: &Request) -> Result<Answer, FetchFault> {
        self.get_heeding(request, &Nobody).await
    }

    /// The same, asking somebody before each redirect is followed.
    pub async fn get_heeding(&self, request: &Request, whom: &impl Heed) -> Result<Answer, FetchFault> {
        let limit_ms = self.settings.whole_ms_max;
        let at_leisure = self.get_at_leisure(request, whom);
        let whole = tokio::time::timeout(Duration::from_millis(limit_ms), at_leisure).await;
        whole.map_err(|_| FetchFault::Slow { phase: Phase::Whole, limit_ms })?
    }

    async fn get_at_leisure(&self, request: &Request, whom: &impl Heed) -> Result<Answer, FetchFault> {
        let (opened, url, moved_to) = self.follow(request, whom).await?;
        let body = match opened.status {
            200..=299 => self.collect(opened.body, &opened.headers).await?,
            _ => Bytes::new(),
        };
        Ok(Answer { status: opened.status, url, moved_to, headers: opened.headers, body })
    }

    /// Follows redirects, each checked like the first address, to an answer of success or 304.
    pub(super) async fn follow(
        &self,
        request: &Request,
        whom: &impl Heed,
    ) -> Result<(Opened, Url, Option<Url>), FetchFault> {
        let mut url = request.url.clone();
        let mut hops = Hops { seen: Vec::new(), outside: request.from_outside, for_good: true };
        loop {
            let opened = self.open(&url, &request.headers, hops.outside).await?;
            match opened.status {
                200..=299 | 304 => {
                    let moved = hops.for_good && !hops.seen.is_empty();
                    return Ok((opened, url.clone(), moved.then_some(url)));
                }
                301 | 302 | 303 | 307 | 308 => {
                    url = self.next(url, &opened, &mut hops)?;
                    whom.heed(&url, hops.outside).await?;
                }
                status => {
                    let retry_after_s = retry_after_s(&opened.headers);
                    return Err(FetchFault::Status { status, retry_after_s });
                }
            }
        }
    }

    fn next(&self, from: Url, opened: &Opened, hops: &mut Hops) -> Result<Url, FetchFault> {
        let location = opened.headers.get(LOCATION).map_or(&b""[..], HeaderValue::as_bytes);
        let to = redirect_target(&from, location)?;
        // What was asked for safely is not remembered at an address that is not safe.
        let weaker = from.scheme() == "https" && to.scheme() == "http";
        hops.for_good &= matches!(opened.status, 301 | 308) && !weaker;
        hops.outside |= !opened.inside;
        hops.seen.push(from);
        if hops.seen.len() > self.settings.redirects_max || hops.seen.contains(&to) {
            return Err(FetchFault::Redirects(self.settings.redirects_max));
        }
        Ok(to)
    }

    async fn open(&self, url: &Url, more: &HeaderMap, from_outside: bool) -> Result<Opened, FetchFault> {
        check(url, WEB)?;
        let Connection { wire, inside } = self.connector.connect(url, from_outside, &self.settings).await?;
        let limit_ms = self.settings.first_byte_ms_max;
        let asking = self.ask(wire, url, more);
        let (answer, driver) = tokio::time::timeout(Duration::from_millis(limit_ms), asking)
            .await
            .map_err(|_| FetchFault::Slow { phase: Phase::FirstByte, limit_ms })??;
        let (head, body) = answer.into_parts();
        Ok(Opened { status: head.status.as_u16(), headers: head.headers, body, inside, _connection: driver })
    }

    async fn ask(
        &self,
        wire: Box<dyn super::connect::Wire>,
        url: &Url,
        more: &HeaderMap,
    ) -> Result<(hyper::Response<Incoming>, Driver), FetchFault> {
        let broken = |why: hyper::Error| FetchFault::Broken(chain(&why));
        let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
            .max_header_size(self.settings.header_bytes_max)
            .max_headers(HEADERS_MAX)
            .handshake(TokioIo::new(wire))
            .await
            .map_err(broken)?;
        let driver = Driver(tokio::spawn(async move {
            // A fault of the connection reaches whoever reads the answer.
            let _ = connection.await;
        }));
        let mut request = hyper::Request::new(Empty::<Bytes>::new());
        let path = url[Position::BeforePath..Position::AfterQuery].parse();
        *request.uri_mut() = path.map_err(|_| FetchFault::NotAnAddress(url.as_str().into()))?;
        *request.headers_mut() = self.headers(url, more)?;
        let answer = sender.send_request(request).await.map_err(broken)?;
        Ok((answer, driver))
    }

    fn headers(&self, url: &Url, more: &HeaderMap) -> Result<HeaderMap, FetchFault> {
        let mut headers = HeaderMap::new();
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let host = HeaderValue::from_str(host).map_err(|_| FetchFault::NotAnAddress(url.as_str().into()))?;
        headers.insert(HOST, host);
        headers.insert(USER_AGENT, self.agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br"));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        for (name, value) in more {
            headers.insert(name, value.clone());
        }
        Ok(headers)
    }

    async fn collect(&self, mut body: Incoming, headers: &HeaderMap) -> Result<Bytes, FetchFault> {
        let coding = headers.get(CONTENT_ENCODING).map_or(Ok(""), HeaderValue::to_str);
        let coding = coding.map_err(|_| FetchFault::Coding("a coding in no letters".into()))?;
        let mut unpacker = Unpacker::new(coding, &self.settings)?;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|why| FetchFault::Broken(chain(&why)))?;
            if let Some(data) = frame.data_ref() {
                unpacker.push(data)?;
            }
        }
        Ok(unpacker.finish()?.into())
    }

    /// A connection for a stream by WebSocket: checked and pinned like any other, without redirects.
    pub(super) async fn wire(&self, url: &Url) -> Result<Box<dyn super::connect::Wire>, FetchFault> {
        check(url, SOCKETS)?;
        Ok(self.connector.connect(url, false, &self.settings).await?.wire)
    }

    /// Who we say we are.
    pub(super) fn agent(&self) -> &HeaderValue {
        &self.agent
    }

    /// The settings it was made with.
    pub(super) fn settings(&self) -> &EgressSettings {
        &self.settings
    }
}

/// The name of this program in requests and for robots.txt, with its version.
fn agent_name() -> String {
    format!("{}/{}", super::AGENT, env!("CARGO_PKG_VERSION"))
}

/// Where a `Location` points, from the address that sent it (RFC 9110, section 10.2.2).
pub fn redirect_target(from: &Url, location: &[u8]) -> Result<Url, FetchFault> {
    let wrong = || FetchFault::Location(String::from_utf8_lossy(location).chars().take(200).collect());
    if location.is_empty() || location.len() > URL_BYTES_MAX {
        return Err(wrong());
    }
    let text = std::str::from_utf8(location).map_err(|_| wrong())?;
    let mut to = from.join(text.trim()).map_err(|_| wrong())?;
    to.set_fragment(None);
    check(&to, WEB)?;
    Ok(to)
}

/// An error with what caused it, in one line.
fn chain(fault: &dyn std::error::Error) -> String {
    let mut words = fault.to_string();
    let mut inner = fault.source();
    while let Some(cause) = inner {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        inner = cause.source();
    }
    words.chars().take(200).collect()
}
