//! Alerts out: what is written reads back the same, and what CAP cannot carry is refused.

use base::clock::Timestamp;
use base::ids::{ItemId, MemberId};
use interop::cap::{self, CapError, MsgType, Sending, Status};
use proptest::prelude::*;
use record::item::Origin;
use record::rating::{Certainty, Severity, Urgency};
use record::{Clause, Content, Draft, Geometry, Item, Kind, Marking, Place, Tlp};

use crate::support::{ALERT, cap_defaults};

fn item(content: Content, marking: Marking) -> Item {
    let draft = Draft { kind: Kind::Alert, parent: None, content, marking };
    let origin = Origin {
        id: ItemId::from_bytes([1; 16]),
        thread: None,
        originator: "opcw".parse().unwrap(),
        author: MemberId::from_bytes([2; 16]),
        approved_by: None,
        reported: Timestamp::from_seconds(1_795_356_131),
    };
    Item::first(origin, draft)
}

fn sending() -> Sending<'static> {
    Sending {
        sender: "belfry@example.org",
        sender_name: Some("Belfry"),
        status: Status::Actual,
        msg_type: MsgType::Alert,
        references: &[],
    }
}

fn again(item: &Item) -> Content {
    let document = cap::write(item, &sending()).unwrap();
    let mut imported = cap::read(document.as_bytes(), &cap_defaults(Tlp::Red)).unwrap();
    assert_eq!(imported.identifier, cap::name_of(item, "belfry@example.org").identifier);
    assert_eq!(imported.drafts.len(), 1);
    imported.drafts.remove(0).content
}

/// The document against the schema itself, when xmllint and the schema are there.
fn validates(name: &str, document: &str) {
    let Ok(folder) = std::env::var("BELFRY_DATA") else {
        println!("skipped: BELFRY_DATA is not set");
        return;
    };
    let schema = std::path::Path::new(&folder).join("cap/CAP-v1.2-schema.xsd");
    let file =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.xml", std::process::id()));
    std::fs::write(&file, document).unwrap();
    let run =
        std::process::Command::new("xmllint").arg("--noout").arg("--schema").arg(schema).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    match run {
        Err(error) => println!("skipped: xmllint cannot be run ({error})"),
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
    }
}

#[test]
fn an_imported_alert_goes_out_with_what_it_came_with() {
    let imported = cap::read(ALERT.as_bytes(), &cap_defaults(Tlp::Green)).unwrap();
    let item = item(imported.drafts[0].content.clone(), Marking::new(Tlp::Clear));
    let document = cap::write(&item, &sending()).unwrap();
    validates("imported", &document);
    for piece in [
        "<scope>Public</scope>",
        "<language>nl-NL</language>",
        "<category>Fire</category>\n<category>Health</category>",
        "<event>Brand</event>",
        "<responseType>Shelter</responseType>",
        "<value>BR1</value>",
        "<expires>2026-11-22T20:00:00-00:00</expires>",
        "<polygon>52.1,4.25 52.11,4.25 52.11,4.27 52.1,4.25</polygon>",
    ] {
        assert!(document.contains(piece), "{piece} in {document}");
    }
}

#[test]
fn a_forged_copy_cannot_spoil_the_document() {
    let mut content = Content { title: "Fire".into(), ..Content::default() };
    let forged =
        serde_json::json!({"info": {"responseType": ["Explode"], "eventCode": [{}], "event": "<x>"}});
    content.extra.insert("cap".into(), forged);
    let document = cap::write(&item(content, Marking::new(Tlp::Clear)), &sending()).unwrap();
    assert!(document.contains("<event>Fire</event>") && !document.contains("Explode"), "{document}");
    validates("forged", &document);
}

#[test]
fn marking_goes_along_and_red_does_not_leave() {
    let clause = Clause { organisations: ["opcw".parse().unwrap()].into(), ..Clause::default() };
    let mut marking = Marking::new(Tlp::Amber);
    marking.audience = vec![clause];
    marking.purposes = ["crisis".parse().unwrap()].into();
    let content = Content { title: "Fire".into(), ..Content::default() };
    let document = cap::write(&item(content.clone(), marking), &sending()).unwrap();
    assert!(
        document.contains("<restriction>TLP:AMBER; for opcw; purpose crisis</restriction>"),
        "{document}"
    );
    let error = cap::read(document.as_bytes(), &cap_defaults(Tlp::Green)).unwrap_err();
    assert!(matches!(&error, CapError::Element { element, .. } if element == "restriction"), "{error}");
    let red = cap::write(&item(content.clone(), Marking::new(Tlp::Red)), &sending());
    assert!(matches!(red, Err(CapError::NotForCap(_))));
    let mut report = item(content, Marking::new(Tlp::Clear));
    report.kind = Kind::Report;
    assert!(matches!(cap::write(&report, &sending()), Err(CapError::NotForCap(_))));
}

#[test]
fn an_update_names_what_it_replaces() {
    let item = item(Content { title: "Fire".into(), ..Content::default() }, Marking::new(Tlp::Clear));
    let before = [cap::name_of(&item, "belfry@example.org")];
    let update =
        Sending { msg_type: MsgType::Update, references: &before, status: Status::Exercise, ..sending() };
    let document = cap::write(&item, &update).unwrap();
    let imported = cap::read(document.as_bytes(), &cap_defaults(Tlp::Green)).unwrap();
    assert_eq!((imported.msg_type, imported.references), (MsgType::Update, before.to_vec()));
    assert_eq!(imported.drafts[0].content.title, "[Exercise] Fire");
    let bad_sender = Sending { sender: "a b", ..sending() };
    assert!(matches!(cap::write(&item, &bad_sender), Err(CapError::Element { .. })));
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let position = || (-180.0..=180.0_f64, -90.0..=90.0_f64).prop_map(|(lon, lat)| [lon, lat]);
    prop_oneof![
        position().prop_map(Geometry::Point),
        proptest::collection::vec(position(), 3..8).prop_map(|mut ring| {
            ring.push(ring[0]);
            Geometry::Polygon(vec![ring])
        }),
    ]
}

prop_compose! {
    fn content()(
        title in "[a-zA-Zé<>&\"'\\]]{1,60}",
        text in "[ -~é€😀\n<&>]{0,200}",
        language in proptest::option::of("[a-z]{2}(-[A-Z]{2})?"),
        geometry in geometry(),
        radius in 0_u32..100_000,
        urgency in proptest::sample::select(Urgency::ALL),
        severity in proptest::sample::select(Severity::ALL),
        certainty in proptest::sample::select(Certainty::ALL),
        from in 0_i64..4_000_000_000,
        seconds in 0_i64..1_000_000,
        name in "[a-zA-Zé&<]{1,40}",
    ) -> Content {
        let uncertainty_m = matches!(geometry, Geometry::Point(_)).then_some(f64::from(radius));
        let place = Place { geometry: Some(geometry), uncertainty_m, name: Some(name), ..Place::default() };
        Content {
            title, text, language, urgency, severity, certainty,
            place: Some(place),
            observed_from: Some(Timestamp::from_seconds(from)),
            valid_from: Some(Timestamp::from_seconds(from)),
            valid_until: Some(Timestamp::from_seconds(from + seconds)),
            ..Content::default()
        }
    }
}

proptest! {
    #[test]
    fn what_goes_out_comes_back(content in content()) {
        let back = again(&item(content.clone(), Marking::new(Tlp::Clear)));
        prop_assert_eq!(&back.title, &content.title);
        prop_assert!(back.text.starts_with(content.text.trim()));
        prop_assert_eq!(back.language, content.language);
        prop_assert_eq!((back.urgency, back.severity, back.certainty), (content.urgency, content.severity, content.certainty));
        prop_assert_eq!(back.observed_from, content.observed_from);
        prop_assert_eq!((back.valid_from, back.valid_until), (content.valid_from, content.valid_until));
        let (was, is) = (content.place.unwrap(), back.place.unwrap());
        prop_assert_eq!((is.geometry, is.name), (was.geometry, was.name));
        if let (Some(was), Some(is)) = (was.uncertainty_m, is.uncertainty_m) {
            prop_assert!((was - is).abs() < 1e-6);
        }
    }
}
