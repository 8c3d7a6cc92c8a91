//! Every rule of a draft: what breaks it, and the path it is blamed on.

use base::clock::Timestamp;
use base::ids::{AttachmentId, ItemId, MemberId};
use base::limits;
use record::{
    Attachment, Clause, Draft, Geometry, Kind, Marking, Place, Reference, Relation, RequestTerms, Tlp,
};

use crate::support::draft;

fn paths(change: impl FnOnce(&mut Draft)) -> Vec<String> {
    let mut draft = draft();
    change(&mut draft);
    match draft.check() {
        Ok(()) => Vec::new(),
        Err(faults) => {
            assert!(faults.0.iter().all(|fault| !fault.what.is_empty() && !fault.mend.is_empty()));
            faults.0.into_iter().map(|fault| fault.path).collect()
        }
    }
}

fn check(name: &str, expected: &[&str], change: impl FnOnce(&mut Draft)) {
    assert_eq!(paths(change), expected, "{name}");
}

fn shape(geometry: Geometry) -> Option<Place> {
    Some(Place { geometry: Some(geometry), ..Place::default() })
}

#[test]
fn texts() {
    check("a right draft", &[], |_| {});
    check("no title", &["content.title"], |draft| draft.content.title.clear());
    check("blank title", &["content.title"], |draft| draft.content.title = "  ".into());
    check("two lines", &["content.title"], |draft| draft.content.title = "a\nb".into());
    check("longest title", &[], |draft| draft.content.title = "é".repeat(limits::TITLE_CHARS_MAX));
    check("too long a title", &["content.title"], |draft| {
        draft.content.title = "é".repeat(limits::TITLE_CHARS_MAX + 1);
    });
    check("longest text", &[], |draft| draft.content.text = "x".repeat(limits::TEXT_CHARS_MAX));
    check("too long a text", &["content.text"], |draft| {
        draft.content.text = "x".repeat(limits::TEXT_CHARS_MAX + 1);
    });
    check("breaks and tabs", &[], |draft| draft.content.text = "a\n\tb".into());
    for bad in ['\0', '\u{7}', '\r', '\u{1b}', '\u{85}', '\u{202A}', '\u{202E}', '\u{2066}', '\u{2069}'] {
        check("invisible", &["content.title", "content.text"], |draft| {
            draft.content.title = format!("a{bad}");
            draft.content.text = format!("b{bad}");
        });
    }
    for language in ["e", "e n", "en_GB", &"e".repeat(36)] {
        check(language, &["content.language"], |draft| draft.content.language = Some(language.into()));
    }
    check("tags", &["content.tags[0]", "content.tags[1]"], |draft| {
        draft.content.tags = [" ".into(), "x".repeat(limits::TAG_CHARS_MAX + 1)].into();
    });
    check("many tags", &["content.tags"], |draft| {
        draft.content.tags = (0..=limits::TAGS_MAX).map(|number| number.to_string()).collect();
    });
    check("many sources", &["content.sources"], |draft| {
        draft.content.sources = (0..=limits::TAGS_MAX).map(|number| number.to_string()).collect();
    });
}

#[test]
fn times() {
    let at = |seconds| Some(Timestamp::from_seconds(seconds));
    check("one instant", &[], |draft| {
        (draft.content.observed_from, draft.content.observed_until) = (at(5), at(5));
    });
    check("observed", &["content.observed_until"], |draft| {
        (draft.content.observed_from, draft.content.observed_until) = (at(5), at(4));
    });
    check("valid", &["content.valid_until"], |draft| {
        (draft.content.valid_from, draft.content.valid_until) = (at(5), at(4));
    });
}

#[test]
fn places() {
    let path = "content.place.geometry";
    check("a point", &[], |draft| draft.content.place = shape(Geometry::Point([4.28, 52.09])));
    for point in [[f64::NAN, 0.0], [0.0, f64::INFINITY], [180.1, 0.0], [0.0, -90.1]] {
        check("nowhere", &["content.place.geometry.coordinates[0]"], |draft| {
            draft.content.place = shape(Geometry::Point(point));
        });
    }
    let line = |count| Geometry::LineString(vec![[4.0, 52.0]; count]);
    check("no line", &[path], |draft| draft.content.place = shape(line(1)));
    check("longest line", &[], |draft| draft.content.place = shape(line(limits::VERTICES_MAX)));
    check("too long a line", &[path], |draft| draft.content.place = shape(line(limits::VERTICES_MAX + 1)));
    check("a million", &[path], |draft| draft.content.place = shape(line(1_000_000)));
    check("no rings", &[path], |draft| draft.content.place = shape(Geometry::Polygon(vec![])));
    check(
        "rings",
        &["content.place.geometry.coordinates[0]", "content.place.geometry.coordinates[1]"],
        |draft| {
            let open = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
            let short = vec![[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]];
            draft.content.place = shape(Geometry::Polygon(vec![open, short]));
        },
    );
    for radius in [-1.0, f64::NAN, limits::UNCERTAINTY_M_MAX * 1.1] {
        check("radius", &["content.place.uncertainty_m"], |draft| {
            draft.content.place = Some(Place { uncertainty_m: Some(radius), ..Place::default() });
        });
    }
    check("name", &["content.place.name"], |draft| {
        draft.content.place = Some(Place { name: Some("a\u{202E}".into()), ..Place::default() });
    });
}

#[test]
fn what_goes_with_it() {
    let file = |sha256: &str, name: &str| Attachment {
        id: AttachmentId::from_bytes([3; 16]),
        name: name.into(),
        media_type: "image/png".into(),
        size_bytes: 1,
        sha256: sha256.into(),
    };
    let right = "0".repeat(64);
    check("files", &["content.attachments[1].sha256", "content.attachments[2].name"], |draft| {
        draft.content.attachments = vec![file(&right, "a"), file("12", "a"), file(&right, "a\r")];
    });
    check("many files", &["content.attachments"], |draft| {
        draft.content.attachments = vec![file(&right, "a"); limits::ATTACHMENTS_MAX + 1];
    });
    check("many references", &["content.references"], |draft| {
        let reference = Reference { item: ItemId::from_bytes([4; 16]), relation: Relation::About };
        draft.content.references = vec![reference; limits::REFERENCES_MAX + 1];
    });
}

#[test]
fn kinds() {
    let parent = Some(ItemId::from_bytes([4; 16]));
    let terms = || Some(RequestTerms { to: "icc".parse().unwrap(), due: None });
    check("a reply to nothing", &["parent"], |draft| draft.kind = Kind::Reply);
    check("a reply", &[], |draft| (draft.kind, draft.parent) = (Kind::Reply, parent));
    check("a report with a parent", &["parent"], |draft| draft.parent = parent);
    check("a request of nobody", &["content.request"], |draft| draft.kind = Kind::Request);
    check("terms of a report", &["content.request"], |draft| draft.content.request = terms());
    check("a request", &[], |draft| (draft.kind, draft.content.request) = (Kind::Request, terms()));
}

#[test]
fn markings() {
    let organisation = |id: &str| Clause { organisations: [id.parse().unwrap()].into(), ..Clause::default() };
    let members = Clause { members: [MemberId::from_bytes([2; 16])].into(), ..Clause::default() };
    let community = Clause { communities: ["police".parse().unwrap()].into(), ..Clause::default() };
    let marked = |tlp: Tlp, audience: Vec<Clause>| Marking {
        audience,
        purposes: ["crisis".parse().unwrap()].into(),
        ..Marking::new(tlp)
    };
    let check_marking = |name: &str, expected: &[&str], marking: Marking| {
        check(name, expected, |draft| draft.marking = marking);
    };
    check_marking("amber for nobody", &["marking.audience", "marking.purposes"], Marking::new(Tlp::Amber));
    check_marking("amber", &[], marked(Tlp::Amber, vec![organisation("icc"), community.clone()]));
    check_marking("an empty clause", &["marking.audience[0]"], marked(Tlp::Amber, vec![Clause::default()]));
    let strict = marked(Tlp::AmberStrict, vec![organisation("icc"), community]);
    check_marking("strict names no communities", &["marking.audience[1].communities"], strict);
    check_marking("red", &[], marked(Tlp::Red, vec![members]));
    check_marking("red names persons", &["marking.audience[0]"], marked(Tlp::Red, vec![organisation("icc")]));
    let many = vec![organisation("icc"); limits::AUDIENCE_CLAUSES_MAX + 1];
    check_marking("many clauses", &["marking.audience"], marked(Tlp::Amber, many));
    let organisations = (0..=limits::AUDIENCE_NAMES_MAX).map(|number| format!("o{number}").parse().unwrap());
    let wide = Clause { organisations: organisations.collect(), ..Clause::default() };
    check_marking("many names", &["marking.audience[0]"], marked(Tlp::Amber, vec![wide]));
    let purposes = (0..=limits::PURPOSES_MAX).map(|number| format!("p{number}").parse().unwrap());
    let purposes = Marking { purposes: purposes.collect(), ..Marking::new(Tlp::Green) };
    check_marking("many purposes", &["marking.purposes"], purposes);
}

#[test]
fn all_faults_come_at_once_but_not_without_end() {
    let found = paths(|draft| {
        draft.content.title.clear();
        draft.content.language = Some("?".into());
        draft.marking = Marking::new(Tlp::Red);
    });
    assert_eq!(found, ["content.title", "content.language", "marking.audience", "marking.purposes"]);
    let many = paths(|draft| {
        let bad = Attachment {
            id: AttachmentId::from_bytes([3; 16]),
            name: "\r".into(),
            media_type: String::new(),
            size_bytes: 0,
            sha256: String::new(),
        };
        draft.content.attachments = vec![bad; 1000];
    });
    assert_eq!(many.len(), record::validate::FAULTS_MAX);
}
