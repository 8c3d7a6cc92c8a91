//! Small servers that answer with whatever bytes a test wants, on a port of the system's choice.
//!
//! Not here: HTTP; the bytes are written by hand, so that they can be wrong.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::SinkExt as _;
use rustls::RootCertStore;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::http;
use webwatch::fetch::{Allowed, Egress, EgressSettings, Resolve, Resolved};

/// A server and what it was asked.
pub struct Server {
    pub address: SocketAddr,
    pub asked: Arc<Mutex<Vec<String>>>,
}

/// What a server does with one connection after it has read the head of the request.
pub enum Play {
    /// Writes this and closes.
    Say(Vec<u8>),
    /// Writes the first once and the second until nobody listens.
    Forever(Vec<u8>, Vec<u8>),
    /// Writes this and then nothing, without closing.
    Hang(Vec<u8>),
}

impl Server {
    /// A server that plays by the path it is asked for.
    pub async fn start(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, play) = (asked.clone(), Arc::new(play));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, play) = (seen.clone(), play.clone());
                tokio::spawn(async move { answer(stream, &seen, &*play).await });
            }
        });
        Self { address, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The paths it was asked for.
    pub fn paths(&self) -> Vec<String> {
        let path = |head: &String| head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.asked.lock().unwrap().iter().map(path).collect()
    }
}

async fn answer(mut stream: TcpStream, seen: &Mutex<Vec<String>>, play: &(impl Fn(&str) -> Play + Sync)) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(head);
    match play(&path) {
        Play::Say(bytes) => {
            let _ = stream.write_all(&bytes).await;
        }
        Play::Forever(first, again) => {
            let mut going = stream.write_all(&first).await;
            while going.is_ok() {
                going = stream.write_all(&again).await;
            }
        }
        Play::Hang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            std::future::pending::<()>().await;
        }
    }
}

/// An answer of success with a body.
pub fn ok(body: &[u8]) -> Vec<u8> {
    say("200 OK", &[], body)
}

/// An answer with headers and a body.
pub fn say(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// A redirect.
pub fn redirect(status: &str, to: &str) -> Play {
    Play::Say(say(status, &[("Location", to)], b""))
}

/// A resolver that says what a test wants, in turn, and counts how often it is asked.
#[derive(Default)]
pub struct Names {
    names: HashMap<String, Vec<Vec<IpAddr>>>,
    pub asked: AtomicUsize,
}

impl Names {
    /// `name` is at `turns[0]` first, then at `turns[1]`, and stays at the last.
    pub fn with(mut self, name: &str, turns: &[&[&str]]) -> Self {
        let turn = |all: &&[&str]| all.iter().map(|one| one.parse().unwrap()).collect();
        self.names.insert(name.to_owned(), turns.iter().map(turn).collect());
        self
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolved<'a> {
        Box::pin(async move {
            let turn = self.asked.fetch_add(1, Ordering::SeqCst);
            let turns = self.names.get(host).ok_or(io::ErrorKind::NotFound)?;
            Ok(turns[turn.min(turns.len() - 1)].clone())
        })
    }
}

/// Settings with short limits, by which only these servers can be reached.
pub fn settings(allowed: &[&Server]) -> EgressSettings {
    let allow = allowed.iter().map(|server| Allowed {
        range: server.address.ip().to_string().parse().unwrap(),
        port: Some(server.address.port()),
    });
    EgressSettings {
        contact: "watch@example.org".into(),
        allow: allow.collect(),
        connect_ms_max: 2_000,
        first_byte_ms_max: 500,
        whole_ms_max: 2_000,
        ..EgressSettings::default()
    }
}

/// An egress that trusts no certificate.
pub fn egress(settings: EgressSettings, names: Arc<Names>) -> Egress {
    Egress::with(settings, names, RootCertStore::empty()).unwrap()
}

/// A Jetstream that says each of `messages` to each caller and then closes or goes on; it notes what it was asked for.
pub async fn jetstream(messages: &'static [&'static str]) -> Server {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = seen.clone();
            tokio::spawn(async move {
                #[allow(clippy::result_large_err, reason = "the shape that the library wants")]
                let note = |request: &http::Request<()>, answer: http::Response<()>| {
                    seen.lock().unwrap().push(format!("GET {} HTTP/1.1", request.uri()));
                    Ok(answer)
                };
                let mut socket = tokio_tungstenite::accept_hdr_async(stream, note).await.unwrap();
                for message in messages {
                    let _ = socket.send(tokio_tungstenite::tungstenite::Message::text(*message)).await;
                }
                let _ = socket.close(None).await;
            });
        }
    });
    Server { address, asked }
}
