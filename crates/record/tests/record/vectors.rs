//! The test vectors of `ref/record-format.md`: this code writes them, and the page says what this code writes.

use base::clock::Timestamp;
use base::ids::{ActId, MemberId};
use record::envelope::{ACT_TYPE, ITEM_TYPE, digest};
use record::keys::{PublicKey, SecretKey};
use record::rating::{Certainty, Severity, Urgency};
use record::{Act, Clause, Content, Deed, Draft, Envelope, Geometry, Item, Kind, Marking, Place, Tlp};

use crate::support::origin;

const PAGE: &str = include_str!("../../../../ref/record-format.md");

/// The block of the page that begins with "```text NAME".
fn block(name: &str) -> &'static str {
    let (_, rest) =
        PAGE.split_once(&format!("```text {name}\n")).unwrap_or_else(|| panic!("no block {name}"));
    rest.split_once("\n```").unwrap().0
}

fn key() -> SecretKey {
    let seed: [u8; 32] = hex::decode(block("seed")).unwrap().try_into().unwrap();
    SecretKey::from_seed(&seed)
}

fn first() -> Item {
    let audience = vec![Clause {
        organisations: ["icc", "opcw"].map(|id| id.parse().unwrap()).into(),
        ..Clause::default()
    }];
    let mut content = Content {
        title: "Van without plates".into(),
        text: "White, two persons.".into(),
        language: Some("en".into()),
        observed_from: Some(Timestamp::from_seconds(1_795_356_000)),
        urgency: Urgency::Expected,
        severity: Severity::Minor,
        certainty: Certainty::Likely,
        place: Some(Place {
            geometry: Some(Geometry::Point([4.2825, 52.0905])),
            uncertainty_m: Some(25.0),
            ..Place::default()
        }),
        tags: ["van".to_owned()].into(),
        sources: ["patrol:4".to_owned()].into(),
        ..Content::default()
    };
    content.extra.insert("colour".into(), "white".into());
    let marking =
        Marking { audience, purposes: ["site-security".parse().unwrap()].into(), ..Marking::new(Tlp::Amber) };
    Item::first(origin(), Draft { kind: Kind::Report, parent: None, content, marking })
}

fn second(payload: &[u8]) -> Item {
    let first = first();
    let content = Content { title: "Van gone".into(), ..first.content.clone() };
    first.next(payload, first.author, first.reported.plus_seconds(600), content, first.marking.clone())
}

fn act() -> Act {
    Act::new(
        ActId::from_bytes([5; 16]),
        origin().id,
        "icc".parse().unwrap(),
        MemberId::from_bytes([6; 16]),
        Timestamp::from_seconds(1_795_356_200),
        Deed::Acknowledge { version: 1 },
    )
}

#[test]
fn keys_are_those_of_the_page() {
    let key = key();
    assert_eq!(hex::encode(key.public().to_bytes()), block("public-key"));
    assert_eq!(key.public().id().to_string(), block("key-id"));
}

#[test]
fn payloads_and_envelopes_are_those_of_the_page() {
    let first_payload = first().to_payload().unwrap();
    let second_payload = second(&first_payload).to_payload().unwrap();
    let act_payload = act().to_payload().unwrap();
    for (name, payload_type, payload) in [
        ("item-1", ITEM_TYPE, first_payload),
        ("item-2", ITEM_TYPE, second_payload),
        ("act", ACT_TYPE, act_payload),
    ] {
        let text = String::from_utf8(payload.clone()).unwrap();
        assert_eq!(text, block(&format!("{name}-payload")), "{name}");
        assert_eq!(digest(&payload), block(&format!("{name}-digest")), "{name}");
        let envelope = Envelope::sign(payload_type, payload, &key()).to_json().unwrap();
        assert_eq!(String::from_utf8(envelope).unwrap(), block(&format!("{name}-envelope")), "{name}");
    }
}

#[test]
fn the_page_verifies_by_itself() {
    let public: [u8; 32] = hex::decode(block("public-key")).unwrap().try_into().unwrap();
    let public = PublicKey::from_bytes(&public).unwrap();
    for (name, payload_type) in [("item-1", ITEM_TYPE), ("item-2", ITEM_TYPE), ("act", ACT_TYPE)] {
        let envelope = Envelope::from_json(block(&format!("{name}-envelope")).as_bytes()).unwrap();
        let payload = envelope.verify(payload_type, &public).unwrap();
        assert_eq!(payload, block(&format!("{name}-payload")).as_bytes(), "{name}");
    }
    let second = Item::from_payload(block("item-2-payload").as_bytes()).unwrap();
    assert_eq!(second.previous.as_deref(), Some(block("item-1-digest")));
    assert_eq!(second.content.extra["colour"], "white");
}

#[test]
fn the_page_tells_the_limits_that_hold() {
    for (name, value) in [
        ("title", base::limits::TITLE_CHARS_MAX),
        ("text", base::limits::TEXT_CHARS_MAX),
        ("tags", base::limits::TAGS_MAX),
        ("references", base::limits::REFERENCES_MAX),
        ("attachments", base::limits::ATTACHMENTS_MAX),
        ("positions", base::limits::VERTICES_MAX),
        ("clauses", base::limits::AUDIENCE_CLAUSES_MAX),
        ("purposes", base::limits::PURPOSES_MAX),
        ("item bytes", base::limits::ITEM_BYTES_MAX),
        ("act bytes", record::act::ACT_BYTES_MAX),
        ("signatures", record::envelope::SIGNATURES_MAX),
    ] {
        assert!(PAGE.contains(&format!("| {name} | {value} |")), "| {name} | {value} |");
    }
    for kind in Kind::ALL {
        let row = format!("| `{}` | {} |", kind.as_str(), kind.default_validity_hours());
        assert!(PAGE.contains(&row), "{row}");
    }
}
