//! Versions chain by digest; validity and retention follow from kind and class.

use base::clock::Timestamp;
use record::{Content, Item, Kind, Marking, Retention, Tlp};

use crate::support::{draft, item, origin};

#[test]
fn each_version_names_the_bytes_before_it() {
    let first = item();
    assert_eq!((first.version, &first.previous, first.thread), (1, &None, first.id));
    let payload = first.to_payload().unwrap();
    let later = first.reported.plus_seconds(60);
    let second = first.next(&payload, first.author, later, first.content.clone(), Marking::new(Tlp::Clear));
    assert_eq!(second.version, 2);
    assert_eq!(second.previous.as_deref(), Some(record::envelope::digest(&payload).as_str()));
    assert_eq!((second.id, second.thread, &second.originator), (first.id, first.thread, &first.originator));
    assert_eq!((second.reported, second.marking.tlp, second.approved_by), (later, Tlp::Clear, None));
    assert_eq!(second.content.valid_until, first.content.valid_until, "an edit does not prolong by itself");
    // Other bytes of the same meaning are another version before it.
    let spaced = [payload.as_slice(), b" "].concat();
    let other = first.next(&spaced, first.author, later, first.content.clone(), first.marking.clone());
    assert_ne!(other.previous, second.previous);
    let last = Item { version: u32::MAX, ..first.clone() };
    let content = first.content.clone();
    let after = last.next(&payload, first.author, later, content, first.marking.clone());
    assert_eq!(after.version, u32::MAX, "a forged last version does not wrap around");
}

#[test]
fn every_kind_ends_by_itself() {
    for kind in Kind::ALL {
        let mut draft = draft();
        draft.kind = kind;
        let item = Item::first(origin(), draft);
        let hours = item.valid_until().millis_since(item.valid_from()) / 3_600_000;
        assert_eq!((item.valid_from(), hours), (item.reported, kind.default_validity_hours()), "{kind:?}");
    }
}

#[test]
fn validity_is_never_inside_out() {
    let ended = Timestamp::from_seconds(1_000_000_000);
    let mut draft = draft();
    draft.content = Content { valid_until: Some(ended), ..draft.content };
    let item = Item::first(origin(), draft);
    assert!(item.valid_from() <= item.valid_until(), "{} {}", item.valid_from(), item.valid_until());
    assert_eq!(item.valid_until(), ended);
}

#[test]
fn content_is_kept_from_the_later_of_signing_and_end() {
    let mut draft = draft();
    draft.marking.retention = Retention::Brief;
    draft.content.valid_until = Some(Timestamp::from_seconds(1_000_000_000));
    let item = Item::first(origin(), draft);
    assert_eq!(item.kept_until(), item.reported.plus_seconds(7 * 86_400));
}
