//! Pages and what they give.

use super::*;

const NEWS: &str = r#"<!doctype html><html lang="nl"><head><title>Brug dicht door storing | De Stadskrant</title>
<meta property="og:title" content="Brug dicht door storing"><link rel=canonical href="/nieuws/brug?utm_source=x">
<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","datePublished":"2026-11-25T14:02:11+01:00","author":{"name":"Redactie"}}]}</script></head>
<body><nav><a href=/>Voorpagina</a> <a href=/sport>Sport</a></nav><header class="site-header">De Stadskrant</header>
<div class="wrap"><article><h1>Brug dicht door storing</h1><div class="share-bar">Deel dit bericht met iedereen die je kent</div>
<div class="article-body"><p>De brug over het kanaal is sinds vanmorgen dicht, omdat een deel van de aandrijving niet meer werkt.</p>
<figure><img src=b.jpg><figcaption>De brug op een eerdere dag, toen er nog niets aan de hand was.</figcaption></figure>
<h2>Omleiding</h2><p>Fietsers kunnen omrijden via de <a href="/kaart#noord">noordkant</a> van het park, zegt de gemeente in een bericht.</p>
<ul><li>Bus 14 rijdt om.</li><li>Tram 9 rijdt gewoon.</li></ul><p><a href=/meer>Lees meer over bruggen in de stad</a></p>
<p>Het werk duurt naar verwachting tot vrijdag, waarna de brug opnieuw wordt gekeurd voordat er weer auto's over mogen.</p></div></article>
<aside class="related"><p>Ook interessant: een heel lang verhaal over iets anders dat niets met deze brug te maken heeft, maar wel lang is.</p></aside></div>
<div id="comments"><p>Ik vind dit een slechte zaak en schrijf daarom een lange reactie onder dit artikel, zoals altijd.</p></div>
<footer><p>Alle rechten voorbehouden aan de uitgever van deze krant en haar vrienden.</p></footer></body></html>"#;

#[test]
fn a_news_page_gives_its_text_and_what_it_says_of_itself() {
    let document = read(NEWS, &Url::parse("https://www.krant.example/nieuws/brug?fbclid=1").unwrap());
    assert_eq!(
        document.text,
        "De brug over het kanaal is sinds vanmorgen dicht, omdat een deel van de aandrijving niet meer werkt.\nOmleiding\n\
         Fietsers kunnen omrijden via de noordkant van het park, zegt de gemeente in een bericht.\nBus 14 rijdt om.\nTram 9 rijdt gewoon.\n\
         Het werk duurt naar verwachting tot vrijdag, waarna de brug opnieuw wordt gekeurd voordat er weer auto's over mogen."
    );
    assert_eq!(
        (document.title.as_str(), document.language.as_deref()),
        ("Brug dicht door storing", Some("nl"))
    );
    assert_eq!(document.url.as_deref(), Some("https://www.krant.example/nieuws/brug"));
    assert_eq!(document.published.unwrap().to_string(), "2026-11-25T13:02:11Z");
    assert_eq!(
        (document.author.as_deref(), document.links),
        (Some("Redactie"), vec!["https://www.krant.example/kaart".to_owned()])
    );
}

#[test]
fn a_municipal_page_in_table_cells_and_bare_text() {
    let html = "<html><head><title>Werk aan de weg</title></head><body><table><tr><td><a href=1>Menu</a><br><a href=2>Wonen</a></td><td>\
        De gemeente werkt van maandag tot en met vrijdag aan de weg voor het congresgebouw.<br><br>Doorgaand verkeer wordt omgeleid, \
        en bewoners krijgen een brief met de dagen waarop hun straat aan de beurt is.</td></tr></table></body></html>";
    let document = read(html, &Url::parse("https://gemeente.example/werk").unwrap());
    assert!(document.text.starts_with("De gemeente werkt van maandag"), "{}", document.text);
    assert!(
        document.text.ends_with("aan de beurt is.") && !document.text.contains("Menu"),
        "{}",
        document.text
    );
    assert_eq!(document.title, "Werk aan de weg");
}

#[test]
fn a_date_is_found_where_readers_see_it() {
    let check = |html: &str, path: &str, expect: &str| {
        let document = read(html, &Url::parse(&format!("https://gemeente.example{path}")).unwrap());
        assert_eq!(
            document.published.map(|time| time.to_string()).unwrap_or_default(),
            expect,
            "{html} {path}"
        );
    };
    check(
        "<p class='publicatie-datum'>Gepubliceerd op 25 november 2026</p><p>Tekst</p>",
        "/a",
        "2026-11-25T00:00:00Z",
    );
    check(
        "<time datetime='2026-11-24'>gisteren</time><p class=date>25 november 2026</p>",
        "/a",
        "2026-11-24T00:00:00Z",
    );
    check("<p>Tekst</p>", "/nieuws/2026/11/5/brug", "2026-11-05T00:00:00Z");
    check("<p class=update>25 november 2026</p>", "/2026/99/1", "");
}

#[test]
fn another_host_s_canonical_address_is_not_believed() {
    let html = "<link rel=canonical href='https://other.example/x'><p>Text</p>";
    let document = read(html, &Url::parse("https://krant.example/a").unwrap());
    assert_eq!(document.url.as_deref(), Some("https://krant.example/a"));
}

#[test]
fn nothing_gives_nothing() {
    for html in ["", "<p>", "<html><body><nav>x</nav></body></html>", "just text"] {
        let document = read(html, &Url::parse("https://krant.example/a").unwrap());
        assert!(document.text.len() <= html.len(), "{html}");
    }
}

proptest::proptest! {
    #[test]
    fn no_page_makes_it_panic(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "<div class='comment'>", "<p>", "a long enough text to be taken for a paragraph of this page", "</p>", "</div>", "<table><tr><td>", "</table>",
        "<a href='x'>", "</a>", "<li>", "<ul>", "<script>", "</script>", "<meta name=date content=2026>", "<title>", "<b>", "</b>", "é", "&amp;",
        "<script type='application/ld+json'>{\"datePublished\":", "<base href='//x'>",
    ]), 0..60)) {
        read(&pieces.concat(), &Url::parse("https://krant.example/a").unwrap());
    }
}
