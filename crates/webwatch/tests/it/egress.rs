//! The egress point under attack.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use flate2::Compression;
use flate2::write::GzEncoder;
use webwatch::fetch::{Answer, EgressSettings, FetchFault, Phase, Request};

use crate::server::{Names, Play, Server, egress, ok, redirect, say, settings};

async fn get(settings: EgressSettings, names: Names, url: &str) -> Result<Answer, FetchFault> {
    egress(settings, Arc::new(names)).get(&Request::to(url)?).await
}

/// What one server answers to one path, when only it may be reached.
async fn answer(play: impl Fn(&str) -> Play + Send + Sync + 'static) -> Result<Answer, FetchFault> {
    let server = Server::start(play).await;
    get(settings(&[&server]), Names::default(), &server.url("/")).await
}

#[tokio::test]
async fn a_plain_answer_arrives_and_we_say_who_we_are() {
    let server = Server::start(|_| Play::Say(say("200 OK", &[("ETag", "\"1\"")], b"hallo"))).await;
    let got = get(settings(&[&server]), Names::default(), &server.url("/feed?x=1#part")).await.unwrap();
    assert_eq!((got.status, &got.body[..], got.moved_to), (200, &b"hallo"[..], None));
    assert_eq!(got.headers["etag"], "\"1\"");
    let head = server.asked.lock().unwrap()[0].to_lowercase();
    assert!(head.starts_with("get /feed?x=1 http/1.1\r\n"), "{head}");
    assert!(head.contains("(web monitoring; +watch@example.org)\r\n"), "{head}");
    assert!(head.contains(&format!("host: {}\r\n", server.address)), "{head}");
}

#[tokio::test]
async fn without_a_contact_nothing_is_fetched() {
    for contact in ["", " ", "two words", "new\nline", "a(b)"] {
        let settings = EgressSettings { contact: contact.into(), ..EgressSettings::default() };
        let made = webwatch::fetch::Egress::with(
            settings,
            Arc::new(Names::default()),
            rustls::RootCertStore::empty(),
        );
        assert!(matches!(made.err(), Some(FetchFault::Settings(_))), "{contact:?}");
    }
}

#[tokio::test]
async fn what_is_inside_is_refused_however_it_is_written() {
    let names = || {
        Names::default()
            .with("localtest.example", &[&["127.0.0.1"]])
            .with("mapped.example", &[&["::ffff:127.0.0.1"]])
            .with("cloud.example", &[&["169.254.169.254", "fd00:ec2::254"]])
    };
    let server = Server::start(|_| Play::Say(ok(b"secret"))).await;
    let port = server.address.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "localtest.example",
        "mapped.example",
        "cloud.example",
        "①②⑦.0.0.1",
    ] {
        let url = format!("http://{host}:{port}/");
        let got = get(settings(&[]), names(), &url).await;
        assert!(matches!(got, Err(FetchFault::Forbidden { .. })), "{host}: {got:?}");
    }
    assert_eq!(server.paths(), Vec::<String>::new(), "nothing may have reached it");
}

#[tokio::test]
async fn an_allowed_port_does_not_allow_its_neighbour() {
    let (site, admin) =
        (Server::start(|_| Play::Say(ok(b"news"))).await, Server::start(|_| Play::Say(ok(b"admin"))).await);
    assert!(get(settings(&[&site]), Names::default(), &site.url("/")).await.is_ok());
    let got = get(settings(&[&site]), Names::default(), &admin.url("/")).await;
    assert!(matches!(got, Err(FetchFault::Forbidden { .. })), "{got:?}");
    assert!(admin.paths().is_empty());
}

#[tokio::test]
async fn a_redirect_to_the_admin_port_is_refused() {
    let admin = Server::start(|_| Play::Say(ok(b"admin"))).await;
    let port = admin.address.port();
    for target in [
        format!("http://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        let to = target.clone();
        let site = Server::start(move |_| redirect("302 Found", &to)).await;
        let names = Names::default().with("localhost", &[&["127.0.0.1", "::1"]]);
        let got = get(settings(&[&site]), names, &site.url("/")).await;
        assert!(matches!(got, Err(FetchFault::Forbidden { .. })), "{target}: {got:?}");
    }
    assert!(admin.paths().is_empty());
}

#[tokio::test]
async fn schemes_ports_and_credentials_are_checked_at_each_hop() {
    let public = Names::default;
    for (target, expect) in [
        ("file:///etc/passwd", FetchFault::Scheme("file".into())),
        ("gopher://127.0.0.1/", FetchFault::Scheme("gopher".into())),
        ("javascript:alert(1)", FetchFault::Scheme("javascript".into())),
        ("http://user:word@1.1.1.1/", FetchFault::Credentials),
        ("http://1.1.1.1:22/", FetchFault::Port(22)),
        ("http://1.1.1.1:6379/", FetchFault::Port(6_379)),
    ] {
        assert_eq!(get(settings(&[]), public(), target).await.unwrap_err(), expect, "asked for {target}");
        let site = Server::start(move |_| redirect("301 Moved Permanently", target)).await;
        let got = get(settings(&[&site]), public(), &site.url("/")).await;
        assert_eq!(got.unwrap_err(), expect, "redirected to {target}");
    }
    for location in ["http://", "http://[::1", "http://a b/", "https://exa mple/"] {
        let site = Server::start(move |_| redirect("302 Found", location)).await;
        let got = get(settings(&[&site]), public(), &site.url("/")).await;
        assert!(matches!(got, Err(FetchFault::Location(_))), "{location}: {got:?}");
    }
    let got = answer(|_| Play::Say(say("302 Found", &[], b""))).await;
    assert!(matches!(got, Err(FetchFault::Location(_))), "{got:?}");
}

#[tokio::test]
async fn a_name_is_resolved_once_and_cannot_move_between_check_and_connection() {
    let server = Server::start(|path| match path {
        "/" => redirect("302 Found", "/again"),
        _ => Play::Say(ok(b"here")),
    })
    .await;
    let url = |path: &str| format!("http://site.example:{}{path}", server.address.port());
    // Between check and connection: one question, so there is no second answer to be fooled by.
    let names = Arc::new(Names::default().with("site.example", &[&["127.0.0.1"], &["169.254.169.254"]]));
    let egress = egress(settings(&[&server]), names.clone());
    let got = egress.get(&Request::to(&url("/page")).unwrap()).await.unwrap();
    assert_eq!((&got.body[..], names.asked.load(Ordering::SeqCst)), (&b"here"[..], 1));
    // Between two hops: the second answer is checked like the first.
    let rebinding = Names::default().with("site.example", &[&["127.0.0.1"], &["169.254.169.254"]]);
    let got = get(settings(&[&server]), rebinding, &url("/")).await;
    assert!(matches!(got, Err(FetchFault::Forbidden { .. })), "{got:?}");
    // Of several addresses only those that may be reached are tried.
    let mixed = Names::default().with("site.example", &[&["10.0.0.1", "127.0.0.1", "::1"]]);
    assert_eq!(&get(settings(&[&server]), mixed, &url("/page")).await.unwrap().body[..], b"here");
}

#[tokio::test]
async fn proxies_of_the_environment_are_not_used() {
    // Set for a program of its own: this one's environment is shared by all tests.
    if std::env::var_os("WEBWATCH_TEST_BEHIND_PROXY").is_some() {
        let server = Server::start(|_| Play::Say(ok(b"direct"))).await;
        let got = get(settings(&[&server]), Names::default(), &server.url("/")).await.unwrap();
        assert_eq!(&got.body[..], b"direct");
        return;
    }
    let proxy = Server::start(|_| Play::Say(ok(b"proxied"))).await;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "egress::proxies_of_the_environment_are_not_used"]);
    child.env("WEBWATCH_TEST_BEHIND_PROXY", "1");
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, format!("http://{}", proxy.address));
    }
    let done = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
    assert!(proxy.paths().is_empty());
}

#[tokio::test]
async fn redirects_end() {
    let got = answer(|_| redirect("302 Found", "/")).await;
    assert_eq!(got.unwrap_err(), FetchFault::Redirects(5), "to itself");
    let got = answer(|path| redirect("302 Found", if path == "/" { "/b" } else { "/" })).await;
    assert_eq!(got.unwrap_err(), FetchFault::Redirects(5), "in a circle");
    let server = Server::start(|path| redirect("302 Found", &format!("{path}x"))).await;
    let got = get(settings(&[&server]), Names::default(), &server.url("/")).await;
    assert_eq!(got.unwrap_err(), FetchFault::Redirects(5), "ever further");
    assert_eq!(server.paths().len(), 6);
}

#[tokio::test]
async fn a_move_for_good_is_told_and_one_for_now_is_not() {
    let check = async |first: &'static str, second: &'static str, moved: bool| {
        let server = Server::start(move |path| match path {
            "/" => redirect(first, "/b"),
            "/b" => redirect(second, "/c"),
            _ => Play::Say(ok(b"here")),
        })
        .await;
        let got = get(settings(&[&server]), Names::default(), &server.url("/")).await.unwrap();
        assert_eq!(got.url.as_str(), server.url("/c"));
        assert_eq!(got.moved_to.is_some_and(|to| to.as_str() == server.url("/c")), moved, "{first} {second}");
    };
    check("301 Moved Permanently", "308 Permanent Redirect", true).await;
    check("301 Moved Permanently", "302 Found", false).await;
    check("307 Temporary Redirect", "301 Moved Permanently", false).await;
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_the_cap() {
    let endless = |_: &str| {
        Play::Forever(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec(), vec![b'x'; 65_536])
    };
    assert_eq!(answer(endless).await.unwrap_err(), FetchFault::TooLarge { limit_bytes: 4 * 1024 * 1024 });
}

#[tokio::test]
async fn a_bomb_is_cut_at_the_cap() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        packer.write_all(&vec![0; 1024 * 1024]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    let got = answer(move |_| Play::Say(say("200 OK", &[("Content-Encoding", "gzip")], &bomb))).await;
    assert!(matches!(got, Err(FetchFault::Bomb { .. })), "{got:?}");
    let got = answer(|_| Play::Say(say("200 OK", &[("Content-Encoding", "gzip, gzip")], b"x"))).await;
    assert!(matches!(got, Err(FetchFault::Coding(_))), "{got:?}");
}

#[tokio::test]
async fn what_drips_or_hangs_ends_by_the_clock() {
    let got = answer(|_| Play::Hang(Vec::new())).await;
    assert_eq!(got.unwrap_err(), FetchFault::Slow { phase: Phase::FirstByte, limit_ms: 500 });
    let got = answer(|_| Play::Hang(b"HTTP/1.1 200 OK\r\nX-Part".to_vec())).await;
    assert_eq!(got.unwrap_err(), FetchFault::Slow { phase: Phase::FirstByte, limit_ms: 500 });
    let got = answer(|_| Play::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal".to_vec())).await;
    assert_eq!(got.unwrap_err(), FetchFault::Slow { phase: Phase::Whole, limit_ms: 2_000 });
}

#[tokio::test]
async fn headers_have_a_cap() {
    let got = answer(|_| Play::Forever(b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec(), vec![b'x'; 8_192])).await;
    assert!(matches!(got, Err(FetchFault::Broken(_))), "one without end: {got:?}");
    let got = answer(|_| Play::Forever(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-Many: 1\r\n".to_vec())).await;
    assert!(matches!(got, Err(FetchFault::Broken(_))), "many without end: {got:?}");
    let long = "x".repeat(33 * 1024);
    let got = answer(move |_| Play::Say(say("200 OK", &[("X-Long", &long)], b"hi"))).await;
    assert!(matches!(got, Err(FetchFault::Broken(_))), "one past the cap: {got:?}");
}

#[tokio::test]
async fn what_is_not_http_is_broken() {
    for bytes in [&b""[..], b"\0\0\0", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 999999 X\r\n\r\n"] {
        let got = answer(move |_| Play::Say(bytes.to_vec())).await;
        assert!(matches!(got, Err(FetchFault::Broken(_))), "{bytes:?}: {got:?}");
    }
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal";
    let got = answer(move |_| Play::Say(short.to_vec())).await;
    assert!(matches!(got, Err(FetchFault::Broken(_))), "broke off: {got:?}");
}

#[tokio::test]
async fn without_a_certificate_to_trust_nothing_is_said() {
    let server = Server::start(|_| Play::Say(ok(b"plain"))).await;
    let url = format!("https://{}/", server.address);
    let got = get(settings(&[&server]), Names::default(), &url).await;
    assert!(matches!(got, Err(FetchFault::Tls { .. })), "{got:?}");
    assert!(server.paths().is_empty());
}

#[tokio::test]
async fn other_answers_are_faults_that_say_when_to_come_back() {
    let got = answer(|_| Play::Say(say("503 Busy", &[("Retry-After", "120")], b"an error page"))).await;
    assert_eq!(got.unwrap_err(), FetchFault::Status { status: 503, retry_after_s: Some(120) });
    let got = answer(|_| Play::Say(say("410 Gone", &[], b""))).await;
    assert_eq!(got.unwrap_err(), FetchFault::Status { status: 410, retry_after_s: None });
    let got = answer(|_| Play::Say(b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec())).await.unwrap();
    assert_eq!((got.status, got.body.len()), (304, 0));
}

#[tokio::test]
async fn nobody_there_is_said_in_words() {
    let server = Server::start(|_| Play::Say(Vec::new())).await;
    let mut settings = settings(&[&server]);
    let free = {
        // A port that was free a moment ago and has nobody on it.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    settings.allow[0].port = Some(free);
    let got = get(settings.clone(), Names::default(), &format!("http://127.0.0.1:{free}/")).await;
    assert!(matches!(got, Err(FetchFault::Unreachable { .. })), "{got:?}");
    let got = get(settings.clone(), Names::default(), "http://nowhere.example/").await;
    assert!(matches!(got, Err(FetchFault::Unresolved { .. })), "{got:?}");
    let got = get(settings, Names::default().with("empty.example", &[&[]]), "http://empty.example/").await;
    assert!(matches!(got, Err(FetchFault::Unresolved { .. })), "{got:?}");
}
