//! From a name to a connection: resolved once, checked, and connected to the very address that was checked.
//!
//! Not here: HTTP.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::{Host, Url};

use super::address::{Standing, standing};
use super::fault::{FetchFault, Phase};
use super::settings::EgressSettings;

/// Most addresses of one name that are tried.
const ADDRESSES_TRIED_MAX: usize = 3;
/// Most addresses of one name that are looked at.
const ADDRESSES_MAX: usize = 64;

/// What a resolver gives.
pub type Resolved<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Turns names into addresses.
pub trait Resolve: Send + Sync {
    /// The addresses of a name.
    fn resolve<'a>(&'a self, host: &'a str) -> Resolved<'a>;
}

/// The resolver of this computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolved<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).take(ADDRESSES_MAX).collect())
        })
    }
}

/// A connection, with or without TLS.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A connection and what its address is to us.
pub(super) struct Connection {
    pub(super) wire: Box<dyn Wire>,
    pub(super) inside: bool,
}

/// Makes connections.
pub(super) struct Connector {
    resolver: Arc<dyn Resolve>,
    /// `None` when no certificate is trusted, so that no connection can be safe.
    tls: Option<TlsConnector>,
}

impl Connector {
    pub(super) fn new(resolver: Arc<dyn Resolve>, roots: RootCertStore) -> Result<Self, FetchFault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|why| FetchFault::Settings(why.to_string()))?;
        let trusts_any = !roots.is_empty();
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let tls = trusts_any.then(|| TlsConnector::from(Arc::new(config)));
        Ok(Self { resolver, tls })
    }

    /// A connection to the host of an address that [`check`] found fit. `from_outside`: a host outside pointed to it.
    pub(super) async fn connect(
        &self,
        url: &Url,
        from_outside: bool,
        settings: &EgressSettings,
    ) -> Result<Connection, FetchFault> {
        let limit = Duration::from_millis(settings.connect_ms_max);
        let slow = |_| FetchFault::Slow { phase: Phase::Connecting, limit_ms: settings.connect_ms_max };
        let connecting = self.connect_at_leisure(url, from_outside, settings);
        tokio::time::timeout(limit, connecting).await.map_err(slow)?
    }

    async fn connect_at_leisure(
        &self,
        url: &Url,
        from_outside: bool,
        settings: &EgressSettings,
    ) -> Result<Connection, FetchFault> {
        let (Some(host), Some(port)) = (url.host(), port_of(url)) else {
            return Err(FetchFault::NotAnAddress(url.as_str().chars().take(200).collect()));
        };
        let (addresses, inside) = self.addresses(&host, port, settings).await?;
        if inside && from_outside {
            return Err(FetchFault::Inward { host: host.to_string() });
        }
        let stream = reach(&addresses, &host, settings).await?;
        let wire: Box<dyn Wire> = match url.scheme() {
            "https" | "wss" => Box::new(self.secure(stream, &host).await?),
            _ => Box::new(stream),
        };
        Ok(Connection { wire, inside })
    }

    async fn secure(&self, stream: TcpStream, host: &Host<&str>) -> Result<TlsStream<TcpStream>, FetchFault> {
        let fault = |why: String| FetchFault::Tls { host: host.to_string(), why };
        let none = "this computer trusts no certificates; install its list (ca-certificates)";
        let tls = self.tls.as_ref().ok_or_else(|| fault(none.into()))?;
        let name = match host {
            Host::Domain(name) => {
                ServerName::try_from((*name).to_owned()).map_err(|why| fault(why.to_string()))?
            }
            Host::Ipv4(address) => ServerName::from(IpAddr::from(*address)),
            Host::Ipv6(address) => ServerName::from(IpAddr::from(*address)),
        };
        tls.connect(name, stream).await.map_err(|why| fault(why.to_string()))
    }

    /// The addresses that may be connected to, and whether they are inside. All are of one side: a name with public
    /// addresses is public, whatever else it claims to be.
    async fn addresses(
        &self,
        host: &Host<&str>,
        port: u16,
        settings: &EgressSettings,
    ) -> Result<(Vec<SocketAddr>, bool), FetchFault> {
        let all = match host {
            Host::Ipv4(address) => vec![IpAddr::from(*address)],
            Host::Ipv6(address) => vec![IpAddr::from(*address)],
            Host::Domain(name) => {
                let unresolved =
                    |why: io::Error| FetchFault::Unresolved { host: (*name).into(), why: why.to_string() };
                self.resolver.resolve(name).await.map_err(unresolved)?
            }
        };
        let of = |wanted: Standing| {
            let fit = all.iter().filter(move |one| standing(**one, port, &settings.allow) == wanted);
            fit.map(|one| SocketAddr::new(*one, port)).take(ADDRESSES_TRIED_MAX).collect::<Vec<_>>()
        };
        let public = of(Standing::Public);
        if !public.is_empty() {
            // The list of ports holds outside; inside, the administrator's rule says which.
            return if settings.ports.contains(&port) {
                Ok((public, false))
            } else {
                Err(FetchFault::Port(port))
            };
        }
        let allowed = of(Standing::Allowed);
        match all.first() {
            _ if !allowed.is_empty() => Ok((allowed, true)),
            Some(address) => Err(FetchFault::Forbidden { host: host.to_string(), address: *address }),
            None => Err(FetchFault::Unresolved { host: host.to_string(), why: "no address".into() }),
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one egress point: addresses come from `addresses`, checked and pinned"
)]
async fn reach(
    addresses: &[SocketAddr],
    host: &Host<&str>,
    settings: &EgressSettings,
) -> Result<TcpStream, FetchFault> {
    let tries = u64::try_from(addresses.len().max(1)).unwrap_or(1);
    let each = Duration::from_millis(settings.connect_ms_max / tries);
    let mut last = io::Error::from(io::ErrorKind::TimedOut);
    for address in addresses {
        match tokio::time::timeout(each, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Small requests go out at once; a system that cannot do so is slower, not wrong.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(why)) => last = why,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(FetchFault::Unreachable { host: host.to_string(), why: last.to_string() })
}

/// Whether an address may be asked for at all, before any name is resolved.
pub(super) fn check(url: &Url, schemes: &[&str]) -> Result<(), FetchFault> {
    if !schemes.contains(&url.scheme()) {
        return Err(FetchFault::Scheme(url.scheme().chars().take(40).collect()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchFault::Credentials);
    }
    match (url.host(), port_of(url)) {
        (Some(host), Some(1..)) if host != Host::Domain("") => Ok(()),
        _ => Err(FetchFault::NotAnAddress(url.as_str().chars().take(200).collect())),
    }
}

fn port_of(url: &Url) -> Option<u16> {
    url.port_or_known_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_inside_is_for_the_administrators_own_sources_only() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let allow =
            vec![super::super::Allowed { range: "127.0.0.1".parse().unwrap(), port: Some(here.port()) }];
        let settings = EgressSettings { allow, ..EgressSettings::default() };
        let connector = Connector::new(Arc::new(SystemResolver), RootCertStore::empty()).unwrap();
        let url = Url::parse(&format!("http://{here}/")).unwrap();
        assert!(connector.connect(&url, false, &settings).await.is_ok());
        let led = connector.connect(&url, true, &settings).await.err();
        assert_eq!(led, Some(FetchFault::Inward { host: "127.0.0.1".into() }));
    }
}
