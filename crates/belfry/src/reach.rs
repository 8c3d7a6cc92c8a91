//! How this program reaches a node over the network: the one place where it opens connections.
//!
//! Not here: what it says to the node (sim's client).

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::ConfigBuilderExt as _;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sim::api::Http;

/// Connections over plain HTTP.
pub(crate) fn plain() -> Http {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Http::over(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(1_024).build(connector))
}

/// Connections to a node: TLS 1.3, or plain HTTP on this computer. `ca` are the certificates the node's must hang on;
/// without it, those that this computer trusts.
pub(crate) fn node(address: &str, ca: Option<&Path>) -> Result<Http> {
    let url = url::Url::parse(address)
        .with_context(|| format!("{address:?} is no address such as https://belfry.example.org"))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => return Ok(plain()),
        _ => bail!("{address}: tokens travel over https only, except on this computer"),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .context("TLS 1.3 cannot be used")?;
    let config = match ca {
        Some(file) => builder.with_root_certificates(roots(file)?).with_no_client_auth(),
        None => builder
            .with_native_roots()
            .context("this computer's list of trusted certificates cannot be read; name one with --ca")?
            .with_no_client_auth(),
    };
    let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_only().enable_http1().build();
    Ok(Http::over(Client::builder(TokioExecutor::new()).build(connector)))
}

/// Connections to cameras on the operator's own network: plain, or TLS that hangs on what this computer trusts.
pub(crate) type Web = Client<hyper_rustls::HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Makes connections to cameras.
pub(crate) fn cameras() -> Result<Web> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS cannot be used")?
        .with_native_roots()
        .context("this computer's list of trusted certificates cannot be read")?
        .with_no_client_auth();
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

fn roots(file: &Path) -> Result<RootCertStore> {
    let at = || format!("cannot use the certificates in {}", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).with_context(at)? {
        roots.add(certificate.with_context(at)?).with_context(at)?;
    }
    if roots.is_empty() {
        bail!("{}: no certificates in it", file.display());
    }
    Ok(roots)
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_never_travel_in_the_clear() {
        for (address, expect) in [
            ("http://127.0.0.1:8480", true),
            ("http://localhost:8480", true),
            ("http://[::1]:8480", true),
            ("http://belfry.example.org", false),
            ("http://127.0.0.1.example.org", false),
            ("ftp://127.0.0.1", false),
            ("belfry.example.org", false),
        ] {
            assert_eq!(node(address, None).is_ok(), expect, "{address}");
        }
    }
}
