//! The small web as its readers see it, over real connections.

use base::Timestamp;
use base::clock::ManualClock;
use futures_util::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// A test waits no longer than this for something that should come.
const PATIENCE: Duration = Duration::from_secs(20);

fn start() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

async fn web(chatter_per_s: u32) -> (Web, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(start()));
    let inward = "http://127.0.0.1:9/".to_owned();
    (serve(Setup { clock: clock.clone(), seed: 1, chatter_per_s, inward }).await.unwrap(), clock)
}

#[allow(clippy::disallowed_methods, reason = "a test calls the small web that it started")]
async fn connect(base: &str) -> TcpStream {
    TcpStream::connect(base.split("//").nth(1).unwrap()).await.unwrap()
}

async fn ask(base: &str, path: &str, more: &str) -> TcpStream {
    let mut stream = connect(base).await;
    let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The whole answer, head and body.
async fn get(base: &str, path: &str, more: &str) -> String {
    let mut all = Vec::new();
    let mut stream = ask(base, path, more).await;
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await.unwrap().unwrap();
    String::from_utf8_lossy(&all).into_owned()
}

/// Asks again until the answer has `words`: the day is played on in steps.
async fn get_until(base: &str, path: &str, words: &str) -> String {
    let asking = async {
        loop {
            let answer = get(base, path, "").await;
            if answer.contains(words) {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{path} never says {words:?}"))
}

#[tokio::test]
async fn feeds_pages_and_timelines_show_what_happened() {
    let (web, clock) = web(0).await;
    let at = web.addresses().clone();
    clock.advance_millis(75_000);
    let rss = get_until(&at.news, "/rss", "Oproep om ingang World Forum").await;
    assert!(rss.contains("<pubDate>Fri, 15 Jan 2027 08:01:10 GMT</pubDate>"), "{rss}");
    let link = rss.split("<link>").nth(2).and_then(|rest| rest.split("</link>").next()).unwrap();
    let article = get(&at.news, link.strip_prefix(&at.news).unwrap(), "").await;
    assert!(article.contains("<article>") && article.contains("dienstingang"), "{article}");
    let atom = get(&at.municipality, "/atom", "").await;
    assert!(
        atom.contains("Demonstratie zaterdag op het Carnegieplein") && atom.contains("</feed>"),
        "{atom}"
    );
    let calendar = get(&at.calendar, "/kalender", "").await;
    assert!(calendar.contains("Zaterdag 14.00 tot 16.00 uur"), "{calendar}");
    let timeline = get(&at.square, "/api/v1/timelines/public?local=true&limit=40", "").await;
    let posts: Value = serde_json::from_str(timeline.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(posts.as_array().unwrap().len(), 2);
    let id = posts[1]["id"].as_str().unwrap();
    let newer = get(&at.square, &format!("/api/v1/timelines/public?min_id={id}"), "").await;
    assert!(newer.contains("glue the locks") && !newer.contains("we sing"), "{newer}");
    let tagged = get(&at.plein, "/api/v1/timelines/tag/denhaag", "").await;
    assert!(tagged.contains("Carnegieplein") && !tagged.contains("zijdeuren"), "{tagged}");
}

#[tokio::test]
async fn who_has_it_already_gets_304() {
    let (web, _clock) = web(0).await;
    let first = get(&web.addresses().news, "/rss", "").await;
    let tag = first.split("etag: ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap();
    let second = get(&web.addresses().news, "/rss", &format!("If-None-Match: {tag}\r\n")).await;
    assert!(second.starts_with("HTTP/1.1 304"), "{second}");
}

#[tokio::test]
async fn the_calendar_changes_and_once_shows_an_error_page() {
    let (web, clock) = web(0).await;
    let at = &web.addresses().calendar;
    clock.advance_millis(140_000);
    get_until(at, "/kalender", "HTTP/1.1 503").await;
    clock.advance_millis(25_000);
    get_until(at, "/kalender", "Verwacht: 400 deelnemers").await;
}

#[tokio::test]
async fn the_dying_feed_dies() {
    let (web, clock) = web(0).await;
    let at = &web.addresses().dying;
    assert!(get(at, "/rss", "").await.contains("Wijkblad"));
    clock.advance_millis(60_000);
    assert!(get(at, "/rss", "").await.starts_with("HTTP/1.1 503"));
}

#[tokio::test]
async fn streams_tell_posts_edits_and_deletions_as_they_happen() {
    let (web, clock) = web(0).await;
    let mut square = ask(&web.addresses().square, "/api/v1/streaming/public/local", "").await;
    let mut plein = ask(&web.addresses().plein, "/api/v1/streaming/public/local", "").await;
    let hear = async |stream: &mut TcpStream, words: &str| {
        let mut heard = String::new();
        let hearing = async {
            while !heard.contains(words) {
                let mut part = [0; 4_096];
                let length = stream.read(&mut part).await.unwrap();
                assert_ne!(length, 0, "it goes on");
                heard.push_str(&String::from_utf8_lossy(&part[..length]));
            }
        };
        tokio::time::timeout(PATIENCE, hearing).await.unwrap_or_else(|_| panic!("never heard {words:?}"));
        heard
    };
    hear(&mut square, ":)").await;
    hear(&mut plein, ":)").await;
    clock.advance_millis(95_000);
    let heard = hear(&mut square, "event: status.update").await;
    assert!(heard.contains("event: update\ndata: {") && heard.contains("07:30 we block"), "{heard}");
    clock.advance_millis(60_000);
    hear(&mut plein, "event: delete\ndata: 1").await;
    let truth = web.truth();
    assert_eq!(truth.iter().filter(|truth| truth.event == "blockade").count(), 7);
    assert!(truth.iter().all(|truth| truth.posted_at >= start()));
}

#[tokio::test]
async fn the_jetstream_goes_on_from_a_cursor() {
    let (web, clock) = web(20).await;
    let base = web.addresses().jet.clone();
    let listen = async |query: &str, count: usize| -> Vec<Value> {
        let url = format!("{base}/subscribe?wantedCollections=app.bsky.feed.post{query}");
        let stream = connect(&base).await;
        let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        let mut heard = Vec::new();
        while heard.len() < count {
            clock.advance_millis(2_000);
            let message = tokio::time::timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
            heard.push(serde_json::from_str(message.to_text().unwrap()).unwrap());
        }
        heard
    };
    let first = listen("", 10).await;
    let times: Vec<u64> = first.iter().map(|one| one["time_us"].as_u64().unwrap()).collect();
    assert!(times.windows(2).all(|two| two[0] < two[1]), "{times:?}");
    assert!(first.iter().all(|one| one["commit"]["collection"] == "app.bsky.feed.post"));
    let again = listen(&format!("&cursor={}", times[3]), 6).await;
    assert_eq!(again, first[4..], "word for word what came after it");
}

#[tokio::test]
async fn the_hostile_host_does_what_it_says() {
    let (web, _clock) = web(0).await;
    let at = web.addresses().hostile.clone();
    for (path, location) in [
        ("/inward", "http://127.0.0.1:9/"),
        ("/inward-by-name", "http://localhost:9/"),
        ("/inward-v6", "http://[::ffff:127.0.0.1]:9/"),
        ("/metadata", "http://169.254.169.254/latest/meta-data/"),
        ("/file", "file:///etc/passwd"),
        ("/loop", "/loop-back"),
        ("/loop-back", "/loop"),
    ] {
        let answer = get(&at, path, "").await;
        assert!(answer.contains(&format!("Location: {location}\r\n")), "{path}: {answer}");
    }
    let mut bomb = Vec::new();
    ask(&at, "/bomb", "").await.read_to_end(&mut bomb).await.unwrap();
    let from = bomb.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let mut unpacked = flate2::read::GzDecoder::new(&bomb[from..]);
    let size = std::io::copy(&mut unpacked, &mut std::io::sink()).unwrap();
    assert!(size == 64 * 1024 * 1024 && bomb.len() < 100_000, "{} to {size}", bomb.len());
    for (path, least) in [("/endless", 3_000_000), ("/headers", 300_000)] {
        let (mut stream, mut seen) = (ask(&at, path, "").await, 0);
        while seen < least {
            let mut part = vec![0; 65_536];
            seen += stream.read(&mut part).await.unwrap();
        }
    }
    assert!(get(&at, "/malformed", "").await.contains("never closed"));
    assert!(get(&at, "/entities", "").await.contains("<!ENTITY"));
}

#[tokio::test]
async fn there_is_a_source_for_each_site_and_each_attack() {
    let (web, _clock) = web(0).await;
    let sources = web.sources("police", "public-order", 2);
    assert_eq!(sources.len(), 7 + ATTACKS.len());
    let ids: std::collections::BTreeSet<_> = sources.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), sources.len());
    let ports: Vec<String> = web.ports().iter().map(|port| format!(":{port}")).collect();
    let of_ours = |one: &Value| ports.iter().any(|port| one["url"].as_str().unwrap().contains(port.as_str()));
    assert!(sources.iter().all(of_ours));
}
