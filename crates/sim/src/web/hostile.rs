//! A host that means harm: each path does one thing that a fetcher must survive. Bytes by hand, so that they can be wrong.
//!
//! Not here: harm to anything but a fetcher of its own.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longest request that is read, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How much an endless body sends before it gives up by itself, in bytes.
const ENDLESS_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Wait between two drops of the drip, in milliseconds, and how many there are.
const DRIP_MS: u64 = 1_000;
const DRIPS_MAX: usize = 600;

/// What the host does, by path, with a name for people.
pub const ATTACKS: &[(&str, &str)] = &[
    ("/inward", "redirects to the node's own port"),
    ("/inward-by-name", "redirects to a name of this computer"),
    ("/inward-v6", "redirects to this computer by IPv6, with IPv4 in it"),
    ("/metadata", "redirects to where clouds keep credentials"),
    ("/file", "redirects to a file"),
    ("/loop", "redirects in a circle"),
    ("/bomb", "unpacks to a thousand times its size"),
    ("/endless", "never ends"),
    ("/drip", "sends a byte a second"),
    ("/headers", "has headers without end"),
    ("/malformed", "is a feed that is broken everywhere"),
    ("/entities", "is a feed that unfolds itself"),
];

/// Answers one connection. `inward` is the address that it tries to lead to, such as the node's own.
pub(super) async fn answer(mut stream: TcpStream, inward: &str, bomb: &[u8]) {
    let Some(path) = path(&mut stream).await else { return };
    let port = inward.rsplit(':').next().unwrap_or_default().trim_end_matches('/');
    // A fetcher that has had enough hangs up: that is what these are for.
    let _ = match path.as_str() {
        "/inward" => redirect(&mut stream, inward).await,
        "/inward-by-name" => redirect(&mut stream, &format!("http://localhost:{port}/")).await,
        "/inward-v6" => redirect(&mut stream, &format!("http://[::ffff:127.0.0.1]:{port}/")).await,
        "/metadata" => redirect(&mut stream, "http://169.254.169.254/latest/meta-data/").await,
        "/file" => redirect(&mut stream, "file:///etc/passwd").await,
        "/loop" => redirect(&mut stream, "/loop-back").await,
        "/loop-back" => redirect(&mut stream, "/loop").await,
        "/bomb" => packed(&mut stream, bomb).await,
        "/endless" => {
            endless(&mut stream, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", &[b'x'; 16_384]).await
        }
        "/headers" => {
            endless(&mut stream, b"HTTP/1.1 200 OK\r\n", b"X-Padding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
                .await
        }
        "/drip" => drip(&mut stream).await,
        "/malformed" => page(&mut stream, "application/rss+xml", MALFORMED).await,
        "/entities" => page(&mut stream, "application/rss+xml", ENTITIES).await,
        _ => {
            stream
                .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .await
        }
    };
}

const MALFORMED: &[u8] = b"<?xml version='1.0' encoding='utf-16'?><rss><channel><title>A & B</title>\xff\xfe<item>\
    <title>never closed<link>http://</link><pubDate>32 Foo 20x6</pubDate><item><guid></rss>\0\0<item><title>&nope;";
const ENTITIES: &[u8] =
    b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'>\
    <!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>\
    <!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'>\
    <!ENTITY f SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel><title>&e;</title>\
    <item><title>&f;</title></item></channel></rss>";

async fn path(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_BYTES_MAX {
            return None;
        }
        head.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8_lossy(&head);
    let target = text.split(' ').nth(1)?;
    Some(target.split('?').next().unwrap_or(target).to_owned())
}

async fn redirect(stream: &mut TcpStream, to: &str) -> std::io::Result<()> {
    let head =
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await
}

async fn page(stream: &mut TcpStream, kind: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await
}

async fn packed(stream: &mut TcpStream, bomb: &[u8]) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        bomb.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(bomb).await
}

async fn endless(stream: &mut TcpStream, first: &[u8], again: &[u8]) -> std::io::Result<()> {
    stream.write_all(first).await?;
    let mut sent = 0;
    while sent < ENDLESS_BYTES_MAX {
        stream.write_all(again).await?;
        sent += again.len();
    }
    Ok(())
}

async fn drip(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 600\r\n\r\n").await?;
    let mut time = tokio::time::interval(std::time::Duration::from_millis(DRIP_MS));
    for _ in 0..DRIPS_MAX {
        time.tick().await;
        stream.write_all(b".").await?;
    }
    Ok(())
}

/// 64 MiB of zeros in 64 KiB: what a bomb is made of.
pub(super) fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1024 * 1024];
    // Writing to memory does not fail; half a bomb would be broken instead, which a fetcher survives too.
    for _ in 0..64 {
        let _ = packer.write_all(&zeros);
    }
    packer.finish().unwrap_or_default()
}
