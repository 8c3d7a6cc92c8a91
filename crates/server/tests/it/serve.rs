//! A node on a real socket: plain on this machine, TLS 1.3, and stopping with a stream open.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{HOST, Node};

/// No test waits longer for the network than this, in seconds.
const PATIENCE_S: u64 = 20;

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<Result<(), server::StartError>>,
}

fn serve(node: &Node) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async { drop(stopped.await) };
    Served { address, stop, done: tokio::spawn(server::serve(node.app.clone(), listener, shutdown)) }
}

#[allow(clippy::disallowed_methods, reason = "the test is about the network")]
fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(PATIENCE_S))).unwrap();
    stream
}

fn get(path: &str, host: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n")
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn stops_with_a_stream_open() {
    let node = Node::demo().await;
    let served = serve(&node);
    let secret = node.signed_in("Duty officer OPCW").await.cookie.unwrap();
    let address = served.address;
    let (began, opened) = oneshot::channel();
    let reader = tokio::task::spawn_blocking(move || {
        let mut stream = connect(address);
        let cookie = format!("Cookie: belfry-demo={secret}\r\n");
        stream.write_all(get("/api/v1/stream", "localhost", &cookie).as_bytes()).unwrap();
        let (mut read, mut part) = (Vec::new(), [0; 1024]);
        while !String::from_utf8_lossy(&read).contains("event: hello") {
            let length = stream.read(&mut part).unwrap();
            assert!(length > 0, "{}", String::from_utf8_lossy(&read));
            read.extend_from_slice(&part[..length]);
        }
        began.send(()).unwrap();
        stream.read_to_end(&mut read).unwrap();
        String::from_utf8_lossy(&read).into_owned()
    });
    opened.await.unwrap();
    served.stop.send(()).unwrap();
    let read = reader.await.unwrap();
    assert!(read.starts_with("HTTP/1.1 200") && read.contains("text/event-stream"), "{read}");
    served.done.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn speaks_tls_1_3() {
    let node = Node::with(false, |config| {
        config.http.certificate_file = fixture("belfry.test.pem");
        config.http.certificate_key_file = fixture("belfry.test.key.pem");
    })
    .await;
    let served = serve(&node);
    let address = served.address;
    let (version, suite, answer) = tokio::task::spawn_blocking(move || {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(fixture("belfry.test.pem")).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_root_certificates(roots).with_no_client_auth());
        let connection = ClientConnection::new(config, HOST.try_into().unwrap()).unwrap();
        let mut stream = StreamOwned::new(connection, connect(address));
        stream.write_all(get("/health/live", HOST, "").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let suite = stream.conn.negotiated_cipher_suite().unwrap().suite();
        (stream.conn.protocol_version(), format!("{suite:?}"), answer)
    })
    .await
    .unwrap();
    assert_eq!(version, Some(ProtocolVersion::TLSv1_3));
    assert_eq!(suite, "TLS13_AES_256_GCM_SHA384");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("live\n"), "{answer}");
    served.stop.send(()).unwrap();
    served.done.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_named() {
    let node = Node::with(false, |config| {
        config.http.certificate_file = fixture("belfry.test.key.pem");
        config.http.certificate_key_file = fixture("belfry.test.key.pem");
    })
    .await;
    let error = serve(&node).done.await.unwrap().unwrap_err().to_string();
    assert!(error.contains("http.certificate_file"), "{error}");
}
