//! The watcher against small servers: looks, streams, faults, and an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base::random::SeededRandom;
use base::system::SystemClock;
use tokio::sync::mpsc;
use webwatch::fetch::{
    FetchFault, Fetched, Memory, Reading, ScheduleSettings, Watcher, WatcherSettings, What, World,
};
use webwatch::{Source, SourceKind, Trust};

use crate::server::{Names, Play, Server, egress, jetstream, ok, redirect, say, settings};

/// A test waits no longer than this for something that should come.
const PATIENCE: Duration = Duration::from_secs(20);

fn source(id: &str, kind: SourceKind) -> Source {
    Source {
        id: id.into(),
        name: id.into(),
        kind,
        owner: "police".into(),
        purpose: "site-security".into(),
        language: None,
        trust: Trust::C,
        retention_days: 30,
        interval_s: 1,
        silence_s: None,
        paused: false,
    }
}

fn feed(id: &str, url: String) -> Source {
    source(id, SourceKind::Feed { url })
}

fn mastodon(id: &str, server: &Server, streaming: bool) -> Source {
    source(id, SourceKind::Mastodon { url: server.url(""), hashtag: None, streaming })
}

fn start(servers: &[&Server], sources: Vec<(Source, Memory)>) -> (Watcher, mpsc::Receiver<Fetched>) {
    let (out, fetched) = mpsc::channel(4);
    let world = World {
        egress: Arc::new(egress(settings(servers), Arc::new(Names::default()))),
        clock: Arc::new(SystemClock),
        random: Arc::new(SeededRandom::new(1)),
        out,
    };
    let schedule = ScheduleSettings { spread_s: 0, slowest_times: 1, host_rest_ms: 10, back_off_s: 1 };
    (Watcher::start(world, WatcherSettings { schedule, at_once_max: 4 }, sources), fetched)
}

fn new(sources: Vec<Source>) -> Vec<(Source, Memory)> {
    sources.into_iter().map(|source| (source, Memory::default())).collect()
}

async fn next(fetched: &mut mpsc::Receiver<Fetched>) -> Fetched {
    tokio::time::timeout(PATIENCE, fetched.recv())
        .await
        .expect("it comes in time")
        .expect("the watcher goes on")
}

fn body(fetched: &Fetched) -> &[u8] {
    match &fetched.what {
        What::Answer { answer, .. } => &answer.body,
        What::Message(message) => &message.data,
        What::Fault(fault) => panic!("{fault}"),
    }
}

/// A server with something new at each look, and no robots.txt.
async fn news() -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |path| match path {
        "/robots.txt" => Play::Say(say("404 Not Found", &[], b"")),
        _ => Play::Say(ok(format!("{path} {}", count.fetch_add(1, Ordering::SeqCst)).as_bytes())),
    })
    .await
}

#[tokio::test]
async fn what_is_new_comes_once_and_what_is_not_does_not() {
    let server = Server::start(|path| match path {
        "/robots.txt" => Play::Say(ok(b"User-agent: *\nDisallow: /private")),
        _ => Play::Say(say("200 OK", &[("ETag", "\"7\"")], b"the same")),
    })
    .await;
    let (watcher, mut fetched) = start(&[&server], new(vec![feed("same", server.url("/feed"))]));
    assert_eq!(body(&next(&mut fetched).await), b"the same");
    watcher.read("same", Reading { items: 1, ..Reading::default() }).await;
    while server.asked.lock().unwrap().len() < 4 {
        assert!(
            tokio::time::timeout(Duration::from_millis(50), fetched.recv()).await.is_err(),
            "nothing new"
        );
    }
    let asked = server.asked.lock().unwrap().clone();
    assert!(asked[0].starts_with("GET /robots.txt"), "{asked:?}");
    assert!(asked[1..].iter().all(|head| head.starts_with("GET /feed")), "robots.txt once: {asked:?}");
    assert!(!asked[1].contains("if-none-match") && asked[2].contains("if-none-match: \"7\""), "{asked:?}");
    let report = watcher.report("same").await.unwrap();
    assert_eq!((report.health.errors_in_a_row, report.health.days[0].items), (0, 1));
    let memories = watcher.stop().await;
    assert_eq!(memories[0].1.seen.etag.as_deref(), Some("\"7\""));
}

#[tokio::test]
async fn robots_are_asked_first_and_obeyed() {
    let server = Server::start(|path| match path {
        "/robots.txt" => Play::Say(ok(b"User-agent: belfry\nDisallow: /private")),
        _ => Play::Say(ok(b"private")),
    })
    .await;
    let (watcher, mut fetched) = start(&[&server], new(vec![feed("no", server.url("/private/feed"))]));
    let came = next(&mut fetched).await;
    assert!(matches!(came.what, What::Fault(FetchFault::Robots)), "{came:?}");
    assert_eq!(server.paths(), ["/robots.txt"]);
    let report = watcher.report("no").await.unwrap();
    assert_eq!(report.health.last_error.unwrap().words, FetchFault::Robots.to_string());
    watcher.stop().await;
}

#[tokio::test]
async fn the_robots_of_a_host_that_a_redirect_leads_to_are_obeyed() {
    let aim = Server::start(|path| match path {
        "/robots.txt" => Play::Say(ok(b"User-agent: *\nDisallow: /private")),
        _ => Play::Say(ok(b"news")),
    })
    .await;
    let (private, open) = (aim.url("/private"), aim.url("/open"));
    let from = Server::start(move |path| match path {
        "/robots.txt" => Play::Say(say("404 Not Found", &[], b"")),
        "/to-private" => redirect("302 Found", &private),
        _ => redirect("302 Found", &open),
    })
    .await;
    for (path, expect) in [("/to-private", None), ("/to-open", Some(&b"news"[..]))] {
        let (watcher, mut fetched) = start(&[&from, &aim], new(vec![feed("s", from.url(path))]));
        let came = next(&mut fetched).await;
        match expect {
            None => assert!(matches!(came.what, What::Fault(FetchFault::Robots)), "{came:?}"),
            Some(news) => assert_eq!(body(&came), news),
        }
        watcher.stop().await;
    }
    assert!(!aim.paths().iter().any(|path| path == "/private"), "{:?}", aim.paths());
}

#[tokio::test]
async fn a_host_without_working_robots_is_not_asked_for_more() {
    let server = Server::start(|path| match path {
        "/robots.txt" => Play::Say(say("503 Down", &[], b"")),
        _ => Play::Say(ok(b"news")),
    })
    .await;
    let (watcher, mut fetched) = start(&[&server], new(vec![feed("down", server.url("/feed"))]));
    let came = next(&mut fetched).await;
    assert!(matches!(came.what, What::Fault(FetchFault::RobotsUnknown(_))), "{came:?}");
    watcher.stop().await;
    assert!(server.paths().iter().all(|path| path == "/robots.txt"), "{:?}", server.paths());
}

#[tokio::test]
async fn sources_are_added_changed_paused_and_removed_at_work() {
    let (one, two) = (news().await, news().await);
    let (watcher, mut fetched) = start(&[&one, &two], Vec::new());
    watcher.put(feed("s", one.url("/a"))).await;
    assert!(body(&next(&mut fetched).await).starts_with(b"/a "));
    watcher.put(feed("s", two.url("/b"))).await;
    while !body(&next(&mut fetched).await).starts_with(b"/b ") {}
    watcher.put(Source { paused: true, ..feed("s", two.url("/b")) }).await;
    watcher.put(feed("t", one.url("/c"))).await;
    let mut after_pause = 0;
    while after_pause < 3 {
        let came = next(&mut fetched).await;
        after_pause += usize::from(came.source == "t");
    }
    let looks = two.paths().len();
    assert!(body(&next(&mut fetched).await).starts_with(b"/c "));
    assert_eq!(two.paths().len(), looks, "a paused source is not looked at");
    watcher.remove("t").await;
    assert!(watcher.report("t").await.is_none() && watcher.report("s").await.is_some());
    watcher.put(feed("bad", "http://user:word@a.example/".into())).await;
    watcher.put(feed("worse", "no address".into())).await;
    let stopped = watcher.report("worse").await.unwrap().stopped.unwrap();
    assert_eq!(stopped, "\"no address\" is not a web address");
    assert!(watcher.report("bad").await.unwrap().stopped.unwrap().contains("logging in"));
    let mut ids: Vec<_> = watcher.stop().await.into_iter().map(|(id, _)| id).collect();
    ids.sort();
    assert_eq!(ids, ["bad", "s", "worse"]);
}

#[tokio::test]
async fn errands_are_run() {
    let server = news().await;
    let (watcher, mut fetched) = start(&[&server], new(vec![feed("map", server.url("/sitemap.xml"))]));
    next(&mut fetched).await;
    watcher.errand("map", server.url("/page").parse().unwrap()).await;
    loop {
        let came = next(&mut fetched).await;
        if let What::Answer { answer, errand: true } = &came.what {
            assert_eq!(answer.url.path(), "/page");
            break;
        }
    }
    watcher.stop().await;
}

#[tokio::test]
async fn a_timeline_is_read_from_the_last_post_on() {
    let server = Server::start(|path| match path {
        "/robots.txt" => Play::Say(say("404 Not Found", &[], b"")),
        _ if path.ends_with("min_id=12") => Play::Say(ok(b"[{\"id\":\"13\"}]")),
        _ if path.contains("min_id") => Play::Say(ok(b"[]")),
        _ => Play::Say(ok(b"[{\"id\":\"12\"},{\"id\":\"9\"}]")),
    })
    .await;
    let (watcher, mut fetched) = start(&[&server], new(vec![mastodon("m", &server, false)]));
    assert_eq!(body(&next(&mut fetched).await), b"[{\"id\":\"12\"},{\"id\":\"9\"}]");
    assert_eq!(body(&next(&mut fetched).await), b"[{\"id\":\"13\"}]");
    assert_eq!(body(&next(&mut fetched).await), b"[]");
    let memories = watcher.stop().await;
    assert_eq!(memories[0].1.cursor.as_deref(), Some("13"));
}

#[tokio::test]
async fn a_mastodon_stream_is_heard_reopened_and_what_was_missed_is_asked_for() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    let events = ":)\n\nevent: update\ndata: {\"id\":\"41\"}\n\nevent: delete\ndata: 40\n\n";
    let server = Server::start(move |path| match path {
        "/api/v1/streaming/public/local" => Play::Say([head, events].concat().into_bytes()),
        "/api/v1/timelines/public?local=true&limit=40&min_id=41" => Play::Say(ok(b"[{\"id\":\"42\"}]")),
        _ => Play::Say(say("404 Not Found", &[], b"")),
    })
    .await;
    let (watcher, mut fetched) = start(&[&server], new(vec![mastodon("m", &server, true)]));
    let (mut updates, mut deletions, mut missed) = (0, 0, 0);
    while updates < 2 || deletions < 2 || missed < 1 {
        match next(&mut fetched).await.what {
            What::Message(message) if message.event == "update" => updates += 1,
            What::Message(message) => {
                assert_eq!((&*message.event, &message.data[..]), ("delete", &b"40"[..]));
                deletions += 1;
            }
            What::Answer { answer, errand } => {
                assert!(errand && &answer.body[..] == b"[{\"id\":\"42\"}]");
                missed += 1;
            }
            What::Fault(fault) => panic!("{fault}"),
        }
    }
    let report = watcher.report("m").await.unwrap();
    assert!(report.health.last_error.unwrap().words.starts_with("the stream ended"));
    watcher.stop().await;
}

#[tokio::test]
async fn a_stream_that_is_not_for_everyone_is_asked_instead() {
    let server = Server::start(|path| match path {
        "/robots.txt" => Play::Say(say("404 Not Found", &[], b"")),
        _ if path.starts_with("/api/v1/streaming") => Play::Say(say("401 Unauthorized", &[], b"")),
        _ if path.ends_with("min_id=1") => Play::Say(ok(b"[]")),
        _ => Play::Say(ok(b"[{\"id\":\"1\"}]")),
    })
    .await;
    let (watcher, mut fetched) = start(&[&server], new(vec![mastodon("m", &server, true)]));
    assert_eq!(body(&next(&mut fetched).await), b"[{\"id\":\"1\"}]");
    assert_eq!(body(&next(&mut fetched).await), b"[]", "from the last post on");
    watcher.stop().await;
    assert_eq!(server.paths().iter().filter(|path| path.contains("streaming")).count(), 1);
}

#[tokio::test]
async fn a_jetstream_is_heard_and_resumed_where_it_was() {
    let server = jetstream(&[r#"{"time_us":1800000009000000,"kind":"commit"}"#, "not json"]).await;
    let url = format!("ws://{}", server.address);
    let source = source("j", SourceKind::Jetstream { url, words: Vec::new() });
    let (watcher, mut fetched) = start(&[&server], new(vec![source.clone()]));
    for expect in [&br#"{"time_us":1800000009000000,"kind":"commit"}"#[..], b"not json"].repeat(2) {
        assert_eq!(body(&next(&mut fetched).await), expect);
    }
    let memories = watcher.stop().await;
    let query = "/subscribe?wantedCollections=app.bsky.feed.post";
    assert_eq!(server.paths()[..2], [query.to_owned(), format!("{query}&cursor=1800000004000000")]);
    assert_eq!(memories[0].1.cursor.as_deref(), Some("1800000009000000"));
    let (watcher, mut fetched) = start(&[&server], vec![(source, memories[0].1.clone())]);
    next(&mut fetched).await;
    watcher.stop().await;
    assert_eq!(
        *server.paths().last().unwrap(),
        format!("{query}&cursor=1800000004000000"),
        "after a restart"
    );
}

#[tokio::test]
async fn neither_streams_nor_looks_reach_what_is_inside() {
    let server = jetstream(&["secret"]).await;
    let url = format!("ws://{}", server.address);
    let streams = vec![
        source("socket", SourceKind::Jetstream { url, words: Vec::new() }),
        mastodon("events", &server, true),
        feed("look", server.url("/feed")),
    ];
    let (watcher, mut fetched) = start(&[], new(streams));
    for id in ["socket", "events", "look"] {
        loop {
            let report = watcher.report(id).await.unwrap();
            if let Some(wrong) = report.health.last_error {
                assert!(
                    wrong.words.starts_with("127.0.0.1 is at 127.0.0.1, which is inside"),
                    "{}",
                    wrong.words
                );
                break;
            }
            let _ = tokio::time::timeout(Duration::from_millis(20), fetched.recv()).await;
        }
    }
    watcher.stop().await;
    assert!(server.paths().is_empty());
}

#[tokio::test]
async fn a_message_without_end_breaks_the_stream_and_no_more() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ".to_vec();
    let server = Server::start(move |path| match path {
        _ if path.contains("streaming") => Play::Forever(head.clone(), vec![b'x'; 65_536]),
        _ => Play::Say(say("404 Not Found", &[], b"")),
    })
    .await;
    let (watcher, _fetched) = start(&[&server], new(vec![mastodon("m", &server, true)]));
    let wrong = loop {
        if let Some(wrong) = watcher.report("m").await.unwrap().health.last_error {
            break wrong;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(wrong.words, FetchFault::Message { limit_bytes: 256 * 1024 }.to_string());
    watcher.stop().await;
}

#[tokio::test]
async fn while_nobody_takes_it_nothing_more_is_fetched_and_stopping_ends() {
    let server = news().await;
    let sources = (0..20).map(|number| feed(&format!("s{number}"), server.url(&format!("/{number}"))));
    let (watcher, mut fetched) = start(&[&server], new(sources.collect()));
    // One comes out, so it has begun; then nobody takes anything. A host serves one at a time, and the channel holds 4.
    next(&mut fetched).await;
    let mut looks = 0;
    while server.paths().len() != looks || looks < 6 {
        looks = server.paths().len();
        watcher.memories().await;
        let _ = tokio::time::timeout(Duration::from_millis(300), std::future::pending::<()>()).await;
    }
    assert!(looks <= 8, "{looks}: the channel is full and one look waits");
    let began = tokio::time::Instant::now();
    assert_eq!(watcher.stop().await.len(), 20);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_dropped_watcher_ends() {
    let server = news().await;
    let (watcher, mut fetched) = start(&[&server], new(vec![feed("s", server.url("/a"))]));
    next(&mut fetched).await;
    drop(watcher);
    let all_gone = async { while fetched.recv().await.is_some() {} };
    tokio::time::timeout(PATIENCE, all_gone).await.expect("the channel closes");
}
