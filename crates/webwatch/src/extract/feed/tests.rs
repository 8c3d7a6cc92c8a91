//! Feeds of each family and each oddity, and what they give.

use url::Url;

use super::*;
use crate::document::RawDocument;

fn read_at(text: &str) -> Feed {
    read(text, Some(&Url::parse("https://nieuws.example/feed/").unwrap())).unwrap()
}

fn posts(feed: &Feed) -> Vec<&RawDocument> {
    feed.happenings
        .iter()
        .filter_map(|happening| match happening {
            Happening::Posted(document) => Some(document),
            Happening::Deleted { .. } => None,
        })
        .collect()
}

fn shown(document: &RawDocument) -> String {
    let time = |time: Option<base::clock::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    [
        if document.key.starts_with("text:") { "text" } else { &document.key },
        document.url.as_deref().unwrap_or_default(),
        &document.title,
        &document.text.replace('\n', "/"),
        document.author.as_deref().unwrap_or_default(),
        &time(document.published),
        &time(document.updated),
        document.language.as_deref().unwrap_or_default(),
        &document.tags.join("+"),
        &document.links.join("+"),
    ]
    .join("|")
}

fn check(text: &str, expect: &[&str]) {
    let feed = read_at(text);
    let found: Vec<String> = posts(&feed).into_iter().map(shown).collect();
    assert_eq!(found, expect, "{text}");
}

const RSS: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Buurtnieuws</title><link>https://nieuws.example/</link><language>nl</language><ttl>30</ttl>
<image><title>Logo</title><link>https://nieuws.example/logo</link></image>
<item><title>Weg dicht &amp;amp; om&lt;b&gt;leiding&lt;/b&gt;</title><link>/weg?utm_source=rss</link><guid isPermaLink="false">w-1</guid>
<pubDate>Wed, 25 Nov 2026 14:02:11 +0100</pubDate><dc:creator>Redactie</dc:creator><category>verkeer</category><category>#werk</category>
<description>Kort</description><content:encoded><![CDATA[<p>De weg is <a href="kaart">dicht</a>.</p><p>Tot vrijdag.</p>]]></content:encoded></item>
<item><guid>https://nieuws.example/2</guid><description>Alleen &lt;i&gt;tekst&lt;/i&gt;</description><author>post@example.org (Post)</author></item>
</channel></rss>"#;

#[test]
fn rss() {
    let feed = read_at(RSS);
    assert_eq!((feed.kind, feed.title.as_str(), feed.ttl_min), (FeedKind::Rss, "Buurtnieuws", Some(30)));
    assert_eq!((feed.link.as_deref(), feed.fault), (Some("https://nieuws.example/"), None));
    check(
        RSS,
        &[
            "w-1|https://nieuws.example/weg|Weg dicht & omleiding|De weg is dicht./Tot vrijdag.|Redactie|2026-11-25T13:02:11Z||nl|verkeer+werk|https://nieuws.example/feed/kaart",
            "https://nieuws.example/2|https://nieuws.example/2||Alleen tekst|post@example.org (Post)|||nl||",
        ],
    );
}

#[test]
fn rdf() {
    check(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="https://x.example/"><title>X</title><items><rdf:Seq><rdf:li resource="https://x.example/1"/></rdf:Seq></items></channel>
        <item rdf:about="https://x.example/1"><title>Market moved</title><link>https://x.example/1</link><dc:date>2026-11-25T14:02+01:00</dc:date><dc:subject>market</dc:subject></item></rdf:RDF>"#,
        &["https://x.example/1|https://x.example/1|Market moved||||2026-11-25T13:02:00Z||market|"],
    );
}

#[test]
fn atom() {
    check(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://a.example/blog/"><title>A</title><author><name>Desk</name></author>
        <entry xml:lang="nl"><id>tag:a.example,2026:1</id><title type="html">Brug &amp;lt;3 &lt;em&gt;open&lt;/em&gt;</title><link rel="self" href="self"/><link href="1.html"/><link rel="related" href="/r"/>
        <published>2026-11-25T10:00:00Z</published><updated>2026-11-25T11:00:00Z</updated><category term="brug"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>De <a href="brug">brug</a> is open.</p><script>no()</script><p>Rij door.</p></div></content>
        <source><title>Elsewhere</title><id>other</id><updated>2001-01-01T00:00:00Z</updated></source></entry>
        <entry><id>2</id><title>Plain &lt;b&gt;</title><summary>One
        line</summary><content type="image/png" src="p.png"/></entry></feed>"#,
        &[
            "tag:a.example,2026:1|https://a.example/blog/1.html|Brug <3 open|De brug is open./Rij door.|Desk|2026-11-25T10:00:00Z|2026-11-25T11:00:00Z|nl|brug|https://a.example/r+https://a.example/blog/brug",
            "2|https://a.example/blog/p.png|Plain <b>|One/line|Desk|||en||",
        ],
    );
}

#[test]
fn the_older_atom_and_cdf() {
    check(
        r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped" type="text/html">A &lt;i&gt;b&lt;/i&gt;</title><issued>2026-11-25</issued><modified>2026-11-26</modified><content type="text/html" mode="base64">PGI+
 Qjwv Yj4=</content></entry></feed>"#,
        &["text||A b|B||2026-11-25T00:00:00Z|2026-11-26T00:00:00Z|||"],
    );
    check(
        r#"<CHANNEL HREF="https://c.example/"><ITEM HREF="https://c.example/1" LASTMOD="2026-11-25T14:02"><TITLE>C</TITLE><ABSTRACT>Text</ABSTRACT></ITEM></CHANNEL>"#,
        &["https://c.example/1|https://c.example/1|C|Text|||2026-11-25T14:02:00Z|||"],
    );
}

#[test]
fn json_feed() {
    let text = r#"{"version":"https://jsonfeed.org/version/1.1","title":"J","language":"nl","authors":[{"name":"Wijk"}],"items":[
        {"id":7,"url":"/7","title":" Markt ","content_html":"<p>Er is <a href='/m'>markt</a>.</p>","date_published":"2026-11-25T14:02:11Z","tags":["markt"]},
        {"id":"8","content_text":"een\n\ntwee","external_url":"https://o.example/"}]}"#;
    check(
        text,
        &[
            "7|https://nieuws.example/7|Markt|Er is markt.|Wijk|2026-11-25T14:02:11Z||nl|markt|https://nieuws.example/m",
            "8|https://o.example/||een/twee|Wijk|||nl||https://o.example/",
        ],
    );
}

#[test]
fn what_is_gone_is_told() {
    let feed = read_at(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><at:deleted-entry ref="tag:a,1" when="2026-11-25T14:02:11Z"><at:comment>x</at:comment></at:deleted-entry><entry><id>2</id></entry></feed>"#,
    );
    assert!(matches!(&feed.happenings[0], Happening::Deleted { key } if key == "tag:a,1"));
    assert_eq!(posts(&feed).len(), 1);
}

#[test]
fn broken_xml_keeps_what_can_be_read_and_says_where() {
    let check = |text: &str, titles: &[&str], line: u32, what: &str| {
        let feed = read_at(text);
        let found: Vec<&str> = posts(&feed).iter().map(|document| document.title.as_str()).collect();
        assert_eq!(found, titles, "{text}");
        assert_eq!(
            feed.fault,
            Some(FeedFault { line, what: FAULTS.iter().find(|known| **known == what).unwrap() }),
            "{text}"
        );
    };
    check(
        "<rss><channel>\n<item><title>A & B</title>\n<item><title>C</title></item>",
        &["A & B", "C"],
        3,
        "it ends inside an element",
    );
    check(
        "<rss><channel><item>\n<title>A <b>c</title></item></channel></rss>",
        &["A c"],
        2,
        "an element does not end before the one around it",
    );
    check(
        "<rss><channel><item><title>A</title></itm></item>\n<item><title>B",
        &["A", "B"],
        1,
        "an end tag without a start tag",
    );
    check("<rss>\n<item><title>A</title>\n<link href=\"x></item>", &["A"], 3, "a quote does not close");
    check(
        "<rss><item>\n<title>A <item><title>B</title></item></rss>",
        &["A", "B"],
        2,
        "an entry begins inside another element",
    );
}

const FAULTS: [&str; 5] = [
    "it ends inside an element",
    "an element does not end before the one around it",
    "an end tag without a start tag",
    "a quote does not close",
    "an entry begins inside another element",
];

#[test]
fn undeclared_prefixes_and_unknown_spaces() {
    check(
        "<rss><item><dc:title>Deep</dc:title><title>Own</title><media:title>Media</media:title><foo:title>Foo</foo:title><title>Last</title></item></rss>",
        &["text||Last|||||||"],
    );
}

#[test]
fn what_is_no_feed_is_said_so() {
    for (text, expect) in [
        ("", Unreadable::Empty),
        (" \n", Unreadable::Empty),
        ("{\"a\":1}", Unreadable::NoFeedInJson),
        ("{\"a\":", Unreadable::NoFeedInJson),
        (
            "<html><body>Not found</body></html>",
            Unreadable::NoFeed("<html><body>Not found</body></html>".to_owned()),
        ),
        ("Not found", Unreadable::NoFeed("Not found".to_owned())),
    ] {
        assert_eq!(read(text, None).unwrap_err(), expect, "{text}");
    }
}

#[test]
fn everything_has_an_end() {
    let many = format!("<rss>{}</rss>", "<item><title>x</title></item>".repeat(MAX_ENTRIES_COUNT + 7));
    let feed = read_at(&many);
    assert_eq!((feed.happenings.len(), feed.left_out_count), (MAX_ENTRIES_COUNT, 7));
    let deep =
        format!("<rss>{}<item><title>x</title></item>{}</rss>", "<a>".repeat(10_000), "</a>".repeat(10_000));
    assert_eq!(read_at(&deep).fault.unwrap().what, "too many elements within each other");
    let long = format!("<rss><item><description>{}</description></item></rss>", "<p>woord".repeat(500_000));
    assert!(posts(&read_at(&long))[0].text.len() <= crate::extract::text::MAX_TEXT_BYTES);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "<rss>", "<item>", "<title>", "</title>", "</item>", "<entry xml:base='", "'>", "<![CDATA[", "]]>", "&lt;b&gt;", "&#", "<link href=", "é",
        "<content type='xhtml'>", "<a href='//x'>", "</a>", "<dc:date>", "2026", "</", "<!--", "-->", "<at:deleted-entry ref='1'/>", "{", "\"items\":",
    ]), 0..40)) {
        let _ = read(&pieces.concat(), None);
    }
}
