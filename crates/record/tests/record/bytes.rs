//! What is read: limits, depth, wrong types with their path, and unknown fields that survive.

use base::limits;
use proptest::prelude::*;
use record::{Act, Draft, Envelope, Item, RecordError};
use serde_json::{Value, json};

use crate::support::item;

fn value() -> Value {
    serde_json::from_slice(&item().to_payload().unwrap()).unwrap()
}

fn read(value: &Value) -> Result<Item, RecordError> {
    Item::from_payload(value.to_string().as_bytes())
}

fn shape_path(result: Result<Item, RecordError>) -> String {
    match result {
        Err(RecordError::Shape { path, .. }) => path,
        other => panic!("{other:?}"),
    }
}

#[test]
fn wrong_types_are_blamed_on_their_path() {
    let cases = [
        ("/version", json!("1"), "version"),
        ("/version", json!(-1), "version"),
        ("/id", json!("1"), "id"),
        ("/id", json!("01010101-0101-0101-0101-0101010101FF"), "id"),
        ("/kind", json!("rumour"), "kind"),
        ("/originator", json!("OPCW"), "originator"),
        ("/reported", json!("yesterday"), "reported"),
        ("/reported", json!(1_795_356_131), "reported"),
        ("/content", json!([]), "content"),
        ("/content/title", json!(7), "content.title"),
        ("/content/urgency", json!("Immediate"), "content.urgency"),
        ("/content/credibility", json!(7), "content.credibility"),
        ("/marking/tlp", json!("PINK"), "marking.tlp"),
        ("/marking/retention", json!("forever"), "marking.retention"),
    ];
    for (pointer, wrong, path) in cases {
        let mut value = value();
        *value.pointer_mut(pointer).unwrap() = wrong;
        assert_eq!(shape_path(read(&value)), path, "{pointer}");
    }
    let mut strange = value();
    strange["marking"]["colour"] = json!("amber");
    assert_eq!(shape_path(read(&strange)), "marking.colour", "a marking nobody can judge is refused");
    let mut place = value();
    place["content"]["place"] = json!({"geometry": {"type": "Point", "coordinates": [1.0, 2.0, 3.0]}});
    assert!(shape_path(read(&place)).starts_with("content.place.geometry"));
    let mut missing = value();
    missing.as_object_mut().unwrap().remove("author");
    assert!(read(&missing).unwrap_err().to_string().contains("an item"));
}

#[test]
fn what_is_not_one_json_document_is_refused() {
    let payload = item().to_payload().unwrap();
    let with = |tail: &[u8]| Item::from_payload(&[payload.as_slice(), tail].concat());
    assert!(with(b" \n").is_ok());
    for tail in [&b"{}"[..], b"x", b",", b"\0"] {
        assert_eq!(shape_path(with(tail)), "end");
    }
    for bytes in [&b""[..], b"null", b"[]", b"\xFF", b"\xEF\xBB\xBF{}", b"{\"format\":\"belfry-item/1\""] {
        assert!(matches!(Item::from_payload(bytes), Err(RecordError::Shape { .. })), "{bytes:?}");
    }
    let text = String::from_utf8(payload).unwrap();
    let twice = text.replacen("\"version\":1", "\"version\":1,\"version\":2", 1);
    assert!(Item::from_payload(twice.as_bytes()).is_err(), "two readers could see two versions");
    let other = text.replacen("belfry-item/1", "belfry-item/2", 1);
    assert!(matches!(Item::from_payload(other.as_bytes()), Err(RecordError::Unknown { .. })));
}

#[test]
fn depth_ends_in_an_error() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let middle = if open == "[" { "" } else { "0" };
        let deep = format!("{}{middle}{}", open.repeat(10_000), close.repeat(10_000));
        let text = value().to_string();
        for place in ["{", "\"content\":{"] {
            let text = text.replacen(place, &format!("{place}\"deep\":{deep},"), 1);
            let error = Item::from_payload(text.as_bytes()).unwrap_err();
            assert!(
                matches!(&error, RecordError::Shape { source, .. } if source.to_string().contains("recursion"))
            );
        }
        assert!(serde_json::from_str::<Draft>(&deep).is_err());
        assert!(Act::from_payload(deep.as_bytes()).is_err());
        assert!(Envelope::from_json(deep.as_bytes()).is_err());
    }
}

#[test]
fn length_is_limited_both_ways() {
    let mut item = item();
    item.extra.insert("padding".into(), Value::from("x".repeat(limits::ITEM_BYTES_MAX)));
    let Err(RecordError::TooLong { bytes, limit_bytes, .. }) = item.to_payload() else { panic!("too long") };
    assert!(bytes > limit_bytes);
    let long = vec![b' '; limits::ITEM_BYTES_MAX + 1];
    assert!(matches!(Item::from_payload(&long), Err(RecordError::TooLong { .. })));
    assert!(matches!(Act::from_payload(&vec![b' '; 65 * 1024]), Err(RecordError::TooLong { .. })));
    assert!(matches!(Envelope::from_json(&vec![b' '; 400 * 1024]), Err(RecordError::TooLong { .. })));
}

#[test]
fn unknown_fields_survive_reading_amending_writing() {
    let mut value = value();
    value["weather"] = json!({"wind": [1, 2.5, null, {"deep": "é"}], "big": u64::MAX});
    value["content"]["colour"] = json!("white");
    let payload = value.to_string();
    let read = read(&value).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&read.to_payload().unwrap()).unwrap(), value);
    let mut content = read.content.clone();
    content.title = "Van gone".into();
    let next = read.next(payload.as_bytes(), read.author, read.reported, content, read.marking.clone());
    let written: Value = serde_json::from_slice(&next.to_payload().unwrap()).unwrap();
    assert_eq!(written["weather"], value["weather"]);
    assert_eq!(written["content"]["colour"], "white");
    assert_eq!(written["content"]["title"], "Van gone");
}

#[test]
fn a_draft_cannot_carry_what_the_node_sets() {
    let content = json!({"title": "a"});
    let marking = json!({"tlp": "GREEN"});
    let right = json!({"kind": "report", "content": content, "marking": marking});
    assert!(serde_json::from_value::<Draft>(right.clone()).is_ok());
    for field in ["originator", "author", "version", "id", "signature", "approved_by", "reported", "format"] {
        let mut draft = right.clone();
        draft[field] = json!("opcw");
        assert!(serde_json::from_value::<Draft>(draft).is_err(), "{field}");
    }
}

proptest! {
    #[test]
    fn numbers_of_unknown_fields_do_not_change(number in any::<f64>(), whole in any::<i64>()) {
        prop_assume!(number.is_finite());
        let mut value = value();
        value["number"] = json!([number, whole]);
        let read = read(&value).unwrap();
        let written: Value = serde_json::from_slice(&read.to_payload().unwrap()).unwrap();
        prop_assert_eq!(written["number"][0].as_f64().map(f64::to_bits), Some(number.to_bits()));
        prop_assert_eq!(&written["number"][1], &json!(whole));
    }

    #[test]
    fn nothing_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (Item::from_payload(&bytes), Act::from_payload(&bytes), Envelope::from_json(&bytes));
    }

    #[test]
    fn one_changed_byte_never_verifies(at in any::<prop::sample::Index>(), change in 1_u8..=255) {
        let key = record::keys::SecretKey::from_seed(&[7; 32]);
        let envelope = Envelope::sign(record::envelope::ITEM_TYPE, item().to_payload().unwrap(), &key);
        let json = envelope.to_json().unwrap();
        let mut changed = json.clone();
        changed[at.index(json.len())] ^= change;
        if let Ok(read) = Envelope::from_json(&changed)
            && read != envelope
        {
            prop_assert!(read.verify(record::envelope::ITEM_TYPE, key.public()).is_err());
        }
    }
}
