//! What becomes of a valid alert, and which element each breach of CAP 1.2 is blamed on.

use interop::cap::{self, CapError, MsgType, SignatureState, Status};
use record::rating::{Certainty, Severity, Urgency};
use record::{Draft, Geometry, Kind, Marking, Retention, Tlp};

use crate::support::{ALERT, cap_defaults, changed};

fn read(alert: &str) -> Result<cap::Imported, CapError> {
    cap::read(alert.as_bytes(), &cap_defaults(Tlp::Green))
}

fn one(alert: &str) -> Draft {
    let mut imported = read(alert).unwrap();
    assert_eq!(imported.drafts.len(), 1);
    imported.drafts.remove(0)
}

#[test]
fn every_field_of_an_alert_has_its_place() {
    let imported = read(ALERT).unwrap();
    assert_eq!(imported.identifier, "2026-0117");
    assert_eq!(imported.sender, "meldkamer@example.org");
    assert_eq!(imported.sent.to_string(), "2026-11-22T14:02:11Z");
    assert_eq!((imported.status, imported.msg_type), (Status::Actual, MsgType::Alert));
    assert_eq!(imported.signature, SignatureState::Absent);
    assert!(imported.notes.is_empty(), "{:?}", imported.notes);
    let draft = &imported.drafts[0];
    let content = &draft.content;
    assert_eq!((draft.kind, draft.marking.tlp), (Kind::Alert, Tlp::Clear));
    assert_eq!(content.title, "Grote brand bij de haven");
    assert_eq!(content.language.as_deref(), Some("nl-NL"));
    assert_eq!(
        content.text,
        "Veel rook.\n\n**Wat te doen**\n\nSluit ramen en deuren.\n\n- Gebied: Haven\n- Voor: Omwonenden\n\
         - Afzender: Meldkamer Den Haag (meldkamer@example.org)\n- Contact: 112\n- Meer: https://example.org/a\n\
         - Handtekening: geen: de afzender is niet te beoordelen"
    );
    assert_eq!(content.urgency, Urgency::Immediate);
    assert_eq!(content.severity, Severity::Severe);
    assert_eq!(content.certainty, Certainty::Observed);
    assert_eq!(u8::from(content.credibility), 6);
    assert_eq!(content.observed_from.unwrap().to_string(), "2026-11-22T13:50:00Z");
    assert_eq!(content.valid_from.unwrap().to_string(), "2026-11-22T14:00:00Z");
    assert_eq!(content.valid_until.unwrap().to_string(), "2026-11-22T20:00:00Z");
    assert_eq!(content.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["fire", "health"]);
    assert_eq!(content.sources.first().map(String::as_str), Some("cap:meldkamer@example.org,2026-0117"));
    let place = content.place.as_ref().unwrap();
    let ring = vec![[4.25, 52.1], [4.25, 52.11], [4.27, 52.11], [4.25, 52.1]];
    assert_eq!(place.geometry, Some(Geometry::Polygon(vec![ring])));
    assert_eq!(place.name.as_deref(), Some("Haven"));
    let kept = &content.extra["cap"];
    assert_eq!(kept["alert"]["code"], serde_json::json!(["profile:1", "profile:2"]));
    assert_eq!(kept["alert"]["incidents"], "fire-17");
    assert_eq!(kept["info"]["responseType"], serde_json::json!(["Shelter"]));
    assert_eq!(kept["info"]["eventCode"][0]["value"], "BR1");
    assert_eq!(kept["info"]["parameter"][0]["value"], "ZW 4");
    assert_eq!(kept["info"]["area"][0]["geocode"][0]["value"], "0518");
    assert_eq!(kept["info"]["area"][0]["ceiling"], "300.5");
    assert_eq!(kept["document_sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn each_breach_names_its_element_and_line() {
    let cases = [
        ("  <identifier>2026-0117</identifier>\n", "", "identifier", 3),
        ("  <sender>meldkamer@example.org</sender>\n", "", "sender", 4),
        ("    <event>Brand</event>\n", "", "event", 18),
        ("      <areaDesc>Haven</areaDesc>\n", "", "areaDesc", 36),
        ("<value>BR1</value>", "", "value", 24),
        ("<msgType>Alert</msgType>", "<msgType>Alarm</msgType>", "msgType", 7),
        ("<status>Actual</status>", "<status> Actual</status>", "status", 6),
        ("<urgency>Immediate</urgency>", "<urgency>immediate</urgency>", "urgency", 20),
        ("15:02:11+01:00</sent>", "15:02:11Z</sent>", "sent", 5),
        ("15:02:11+01:00</sent>", "15:02:11</sent>", "sent", 5),
        ("15:02:11+01:00</sent>", "15:02:11.5+01:00</sent>", "sent", 5),
        ("2026-11-22T15:02:11+01:00</sent>", "2026-02-30T15:02:11+01:00</sent>", "sent", 5),
        ("<language>nl-NL</language>", "<language>Dutch (NL)</language>", "language", 15),
        ("52.1,4.25</polygon>", "52.1,4.26</polygon>", "polygon", 37),
        ("52.11,4.27 52.1", "95.11,4.27 52.1", "polygon", 37),
        ("52.11,4.25 52.11,4.27 ", "", "polygon", 37),
        ("<ceiling>300.5</ceiling>", "<ceiling>high</ceiling>", "ceiling", 40),
        ("<note>none</note>", "<remark>none</remark>", "remark", 12),
        ("<note>none</note>", "<note xmlns=\"urn:x\">none</note>", "note", 12),
        ("<note>none</note>", "<note a=\"1\">none</note>", "note", 12),
        ("<note>none</note>", "<note>none<b/></note>", "note", 12),
        ("<note>none</note>", "<note>1</note><note>2</note>", "note", 12),
        ("<note>none</note>", "<references>a</references>", "references", 12),
        ("<note>none</note>", "<incidents>x</incidents><note>n</note>", "note", 12),
        ("  <info>\n", "  <info>stray\n", "info", 14),
        ("meldkamer@example.org</sender>", "meld kamer</sender>", "sender", 4),
        ("21:00:00+01:00</expires>", "11:00:00+01:00</expires>", "expires", 27),
        ("cap:1.2\">", "cap:1.1\">", "alert", 2),
        ("<msgType>Alert</msgType>", "<msgType>Update</msgType>", "references", 2),
    ];
    for (old, new, element, line) in cases {
        let error = read(&changed(old, new)).unwrap_err();
        let CapError::Element { element: named, line: at, mend, .. } = &error else {
            panic!("{old}: {error}")
        };
        assert_eq!((named.as_str(), *at), (element, line), "{old} -> {new}: {error}");
        assert!(!mend.is_empty());
    }
    let no_info = ALERT.split("  <info>").next().unwrap().to_owned() + "</alert>";
    assert!(read(&no_info).unwrap_err().to_string().contains("<info> is missing"));
}

#[test]
fn what_is_not_real_says_so_first() {
    for (status, kind) in
        [("Exercise", Kind::Alert), ("System", Kind::Report), ("Test", Kind::Report), ("Draft", Kind::Report)]
    {
        let draft = one(&changed("<status>Actual", &format!("<status>{status}")));
        assert_eq!(draft.kind, kind);
        assert!(draft.content.title.starts_with(&format!("[{status}] ")), "{}", draft.content.title);
        assert!(draft.content.tags.contains(&status.to_lowercase()));
    }
}

#[test]
fn only_public_alerts_are_clear() {
    let restricted = changed("<scope>Public</scope>", "<scope>Restricted</scope>");
    let marking = Marking { retention: Retention::Brief, ..Marking::new(Tlp::Clear) };
    let read = |alert: &str, marking: &Marking| {
        cap::read(alert.as_bytes(), &cap::Defaults { marking: marking.clone() })
    };
    assert_eq!(read(&restricted, &marking).unwrap().drafts[0].marking.tlp, Tlp::Green);
    let public = read(ALERT, &marking).unwrap();
    assert_eq!(public.drafts[0].marking, marking);
    let labelled = changed(
        "<scope>Public</scope>",
        "<scope>Restricted</scope><restriction>TLP:AMBER+STRICT; for a</restriction>",
    );
    let error = read(&labelled, &Marking::new(Tlp::Green)).unwrap_err();
    assert!(error.to_string().contains("at least AMBER+STRICT"), "{error}");
}

#[test]
fn each_language_is_a_draft_of_its_own() {
    let info = &ALERT[ALERT.find("  <info>").unwrap()..ALERT.find("</alert>").unwrap()];
    let english =
        info.replace("<language>nl-NL</language>", "").replace("Grote brand bij de haven", "Large fire");
    let both = ALERT.replace("</alert>", &format!("{english}</alert>"));
    let imported = read(&both).unwrap();
    let languages: Vec<_> =
        imported.drafts.iter().map(|draft| draft.content.language.as_deref().unwrap()).collect();
    assert_eq!(languages, ["nl-NL", "en-US"], "en-US is the schema's default");
    assert_eq!(imported.drafts[0].content.sources, imported.drafts[1].content.sources, "one source");
    assert!(imported.drafts[1].content.text.contains("**What to do**"));
}

#[test]
fn circles_and_several_areas_become_one_shape() {
    let polygon = "<polygon>52.1,4.25 52.11,4.25 52.11,4.27 52.1,4.25</polygon>";
    let circle = one(&changed(polygon, "<circle>52.0905,4.2825 0.35</circle>")).content.place.unwrap();
    assert_eq!(circle.geometry, Some(Geometry::Point([4.2825, 52.0905])));
    assert_eq!(circle.uncertainty_m, Some(350.0));
    let wide = one(&changed(polygon, "<circle>52.0905,4.2825 150</circle>")).content.place.unwrap();
    assert!(matches!(wide.geometry, Some(Geometry::Polygon(_))), "too wide for an uncertainty");
    let none = one(&changed(polygon, "")).content.place.unwrap();
    assert_eq!((none.geometry, none.name.as_deref()), (None, Some("Haven")));

    let second = "</area>\n<area><areaDesc>Duin</areaDesc><polygon>52.2,4.2 52.3,4.2 52.3,4.3 52.2,4.2</polygon></area>";
    let imported = read(&changed("</area>", second)).unwrap();
    let content = &imported.drafts[0].content;
    let place = content.place.as_ref().unwrap();
    assert_eq!(place.name.as_deref(), Some("Haven; Duin"));
    let Some(Geometry::Polygon(rings)) = &place.geometry else { panic!("a hull") };
    assert!(rings[0].contains(&[4.3, 52.3]) && rings[0].contains(&[4.25, 52.1]));
    assert_eq!(content.extra["cap"]["info"]["area"][1]["polygon"][0][0], serde_json::json!([4.2, 52.2]));
    assert_eq!(imported.notes, ["2 areas are shown as the one convex shape around them."]);
}

#[test]
fn a_cancellation_without_info_names_what_it_withdraws() {
    let head = ALERT.split("  <info>").next().unwrap().replace("<msgType>Alert", "<msgType>Cancel");
    let references =
        "<references>a@example.org,1,2026-11-22T14:00:00+01:00 b,2,2026-11-22T14:00:00-00:00</references>";
    let cancel = head.replace("  <incidents>", &format!("{references}  <incidents>")) + "</alert>";
    let imported = read(&cancel).unwrap();
    assert!(imported.drafts.is_empty());
    assert_eq!(imported.references.len(), 2);
    assert_eq!(imported.references[0].source(), "cap:a@example.org,1");
    assert_eq!(imported.references[1].sent.to_string(), "2026-11-22T14:00:00Z");
}

#[test]
fn embedded_files_are_left_out_and_said_so() {
    let resource = format!(
        "<resource><resourceDesc>photo</resourceDesc><mimeType>image/png</mimeType><size>9</size>\
         <derefUri>{}</derefUri></resource>\n    <area>",
        "A".repeat(20_000)
    );
    let imported = read(&changed("<area>", &resource)).unwrap();
    assert_eq!(imported.notes, ["A <derefUri> of 20000 characters was left out."]);
    let kept = &imported.drafts[0].content.extra["cap"]["info"]["resource"][0];
    assert_eq!((&kept["resourceDesc"], &kept["derefUri"]), (&"photo".into(), &serde_json::Value::Null));
}
