//! Serving: the listener, TLS, and stopping without cutting anyone off.
//!
//! Not here: what is answered.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Http;
use crate::state::{App, StartError};

/// Time for the head of a request to arrive, in seconds.
const HEAD_S: u64 = 15;

/// Serves until `shutdown` is ready; then streams end, and requests in work get some time.
pub async fn serve(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    listener.set_nonblocking(true)?;
    let tls = if app.config.has_tls() { Some(tls(&app.config.http)?) } else { None };
    let handle = Handle::new();
    let stop = Duration::from_secs(app.config.http.stop_s_max);
    let (stopping, stopped) = (app.clone(), handle.clone());
    tokio::spawn(async move {
        shutdown.await;
        stopping.stopping.send_replace(true);
        stopped.graceful_shutdown(Some(stop));
    });
    let streams = tokio::spawn(crate::hub::run(app.clone()));
    let watching = tokio::spawn(crate::watch::run(app.clone()));
    let sensing = tokio::spawn(crate::sensing::run(app.clone()));
    let service = crate::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let outcome = if let Some(tls) = tls {
        let tls = RustlsConfig::from_config(Arc::new(tls));
        let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
        bound(server.http_builder());
        server.serve(service).await
    } else {
        let mut server = axum_server::from_tcp(listener)?.handle(handle);
        bound(server.http_builder());
        server.serve(service).await
    };
    streams.abort();
    sensing.abort();
    // It ends by itself when the node stops, and writes what it remembers first.
    if let Err(error) = watching.await {
        tracing::error!(%error, "web monitoring broke off");
    }
    Ok(outcome?)
}

/// Limits on what a connection may ask before it has asked anything.
fn bound(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    let timer = hyper_util::rt::TokioTimer::new;
    builder.http1().timer(timer()).header_read_timeout(Duration::from_secs(HEAD_S)).max_headers(64);
    let mut http2 = builder.http2();
    http2.timer(timer()).max_concurrent_streams(128).max_header_list_size(16 * 1024);
    http2.keep_alive_interval(Duration::from_secs(30)).keep_alive_timeout(Duration::from_secs(HEAD_S));
}

/// TLS 1.3 only, with the suites and groups that NCSC-NL's guidelines for TLS call good.
fn tls(http: &Http) -> Result<ServerConfig, StartError> {
    let wrong =
        |what: &str, error: &dyn std::fmt::Display| StartError::Certificate(format!("{what}: {error}"));
    let chain = CertificateDer::pem_file_iter(&http.certificate_file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong("http.certificate_file", &error))?;
    let key = PrivateKeyDer::from_pem_file(&http.certificate_key_file)
        .map_err(|error| wrong("http.certificate_key_file", &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| wrong("TLS", &error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| wrong("http.certificate_file", &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
