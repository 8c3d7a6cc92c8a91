//! What holds for every request: headers, host, origin.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use serde_json::json;

use crate::support::Node;

fn get(node: &Node, path: &str) -> Request<Body> {
    Request::builder().uri(path).header(header::HOST, node.host()).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn every_answer_has_the_headers() {
    let node = Node::new().await;
    for path in
        ["/", "/item/1", "/api/v1/session", "/api/v1/nothing", "/health/live", "/metrics", "/nothing.js"]
    {
        let answer = node.send(get(&node, path)).await;
        let policy = answer.header("content-security-policy");
        for word in
            ["default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(word), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        // A guard may put a device's place into a report; the browser still asks first.
        assert!(answer.header("permissions-policy").contains("geolocation=(self)"), "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age=63072000"), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
    }
    let demo = Node::demo().await;
    let answer = demo.send(get(&demo, "/")).await;
    assert!(!answer.headers.contains_key("strict-transport-security"), "plain HTTP promises nothing");
}

#[tokio::test]
async fn answers_of_the_api_are_kept_by_nobody() {
    let node = Node::new().await;
    let answer = node.signed_in("Duty officer OPCW").await.get("/session").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("api-version"), env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn changes_come_from_the_nodes_own_pages_only() {
    let node = Node::new().await;
    let browser = node.signed_in("Duty officer OPCW").await;
    let cookie = format!("{}={}", node.cookie_name(), browser.cookie.clone().unwrap());
    let own = format!("https://{}", node.host());
    let ask = async |method: Method, headers: &[(&str, &str)]| {
        let request =
            Request::builder().method(method).uri("/api/v1/session").header(header::HOST, node.host());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        node.send(request.header(header::COOKIE, &cookie).body(Body::empty()).unwrap()).await
    };
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://belfry.test")],
        &[("origin", "https://belfry.test:444")],
        &[],
    ] {
        ask(Method::DELETE, headers).await.is_problem(403, "cross-site");
    }
    for headers in [&[("sec-fetch-site", "cross-site")][..], &[("sec-fetch-site", "same-site")]] {
        ask(Method::GET, headers).await.is_problem(403, "cross-site");
    }
    for headers in [&[("sec-fetch-site", "same-origin")][..], &[("sec-fetch-site", "none")], &[]] {
        ask(Method::GET, headers).await.json(200);
    }
    ask(Method::DELETE, &[("origin", &own)]).await.is_empty(204);
}

#[tokio::test]
async fn signing_in_for_someone_from_another_site_is_refused() {
    let node = Node::demo().await;
    let request = Request::builder().method(Method::POST).uri("/api/v1/demo/session");
    let request = request.header(header::HOST, node.host()).header("origin", "https://evil.example");
    let body = json!({ "member": node.member("Duty officer OPCW") });
    node.send(crate::support::with_body(request, Some(body))).await.is_problem(403, "cross-site");
}

#[tokio::test]
async fn a_token_needs_no_origin_and_counts_before_a_cookie() {
    let node = Node::new().await;
    let browser = node.signed_in("Duty officer OPCW").await;
    let request = browser.request(Method::GET, "/session").header(header::AUTHORIZATION, "Bearer bft_wrong");
    node.send(request.body(Body::empty()).unwrap()).await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_foreign_name_that_points_here_is_refused() {
    let node = Node::new().await;
    let demo = Node::demo().await;
    for (node, host, fits) in [
        (&node, "belfry.test", true),
        (&node, "belfry.test:443", true),
        (&node, "BELFRY.test", true),
        (&node, "belfry.test:8443", false),
        (&node, "evil.example", false),
        (&node, "localhost", false),
        (&node, "", false),
        (&demo, "localhost:8080", true),
        (&demo, "127.0.0.1:33333", true),
        (&demo, "[::1]:33333", true),
        (&demo, "evil.example:8080", false),
        (&demo, "127.0.0.1.evil.example", false),
    ] {
        let request = Request::builder().uri("/api/v1/session").header(header::HOST, host);
        let answer = node.send(request.body(Body::empty()).unwrap()).await;
        let (status, name) = if fits { (401, "unauthenticated") } else { (421, "wrong-host") };
        answer.is_problem(status, name);
    }
    let request = Request::builder().uri("/health/live").header(header::HOST, "10.0.0.1");
    assert_eq!(node.send(request.body(Body::empty()).unwrap()).await.status, 200, "probes use numbers");
}

#[tokio::test]
async fn a_demonstration_is_for_this_machine_only() {
    for (listen, url) in
        [("0.0.0.0:8080", "http://localhost:8080"), ("127.0.0.1:8080", "https://belfry.test")]
    {
        let outcome = tokio::spawn(Node::with(true, move |config| {
            config.http.listen = listen.parse().unwrap();
            config.http.public_url = url.parse().unwrap();
        }));
        assert!(outcome.await.is_err(), "{listen} {url}");
    }
}

#[tokio::test]
async fn health_and_numbers_tell_no_names() {
    let node = Node::new().await;
    node.signed_in("Duty officer OPCW").await.get("/session").await.json(200);
    node.browser().get("/invitations/a-secret-of-someone").await.is_problem(404, "absent");
    let ready = node.send(get(&node, "/health/ready")).await.json(200);
    assert_eq!(ready, json!({ "status": "ready", "changes": "open" }));
    node.send(get(&node, "/metrics")).await.is_problem(404, "absent");
    let local = |address: [u8; 4]| {
        let mut request = get(&node, "/metrics");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 1))));
        request
    };
    node.send(local([192, 0, 2, 1])).await.is_problem(404, "absent");
    let mut passed_on = local([127, 0, 0, 1]);
    passed_on.headers_mut().insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
    node.send(passed_on).await.is_problem(404, "absent");
    let page = node.send(local([127, 0, 0, 1])).await;
    let page = String::from_utf8(page.body).unwrap();
    assert!(page.contains("belfry_sessions 1\n"), "{page}");
    let line = "belfry_answers_ms_count{method=\"GET\",route=\"/api/v1/session\",status=\"200\"} 1";
    assert!(page.contains(line), "{page}");
    for word in ["OPCW", "opcw", "a-secret-of-someone"] {
        assert!(!page.contains(word), "{word}: {page}");
    }
    node.app.stopping.send_replace(true);
    let answer = node.send(get(&node, "/health/ready")).await;
    assert_eq!(answer.json(503)["changes"], "stopping");
}

#[tokio::test]
async fn addresses_of_the_screens_show_the_application() {
    let node = Node::new().await;
    for path in ["/", "/item/0192f5a0-0000-7000-8000-000000000000", "/compose"] {
        let answer = node.send(get(&node, path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(String::from_utf8_lossy(&answer.body).contains("Belfry"), "{path}");
    }
    node.send(get(&node, "/assets/nothing.js")).await.is_problem(404, "absent");
    let request = Request::builder().method(Method::POST).uri("/compose").header(header::HOST, node.host());
    node.send(request.body(Body::empty()).unwrap()).await.is_problem(405, "method");
}
