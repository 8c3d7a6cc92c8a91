//! What happened in the hours before the world begins: the first page of the feed.
//!
//! Not here: what happens while one watches ([`super::day`]).

use record::rating::{Certainty, Reliability, Severity, Urgency};
use record::{HandlingCode, Kind, Pap, Relation, Retention, Tlp};

use super::{
    CLEAR, GREEN, GREEN_ORDER, HOST_CITY, Label, MUSEUMS, NEIGHBOURS, PALACE, SHEET, Scene, Sheet, VAN,
    Where, note, recall, reply, share,
};

/// Oldest first.
pub(crate) const HISTORY: &[Scene] = &[
    share(
        415,
        "municipality-coordinator",
        Sheet {
            key: "day-picture",
            kind: Kind::Notice,
            title: "Picture of the day: one conference, one announced gathering, one exercise",
            text: "A quiet day is expected.\n\n- World Forum: conference, about 900 visitors\n- Churchillplein: \
                   announced and lawful gathering in the afternoon\n- OPCW: evacuation drill\n\nTraffic measures are \
                   in separate items.",
            valid: Some((0, 1_440)),
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Likely,
            reliability: Reliability::A,
            credibility: 2,
            place: Where::Zone("world-forum", "World Forum and surroundings"),
            tags: &["day-picture"],
            ..SHEET
        },
    ),
    share(
        395,
        "world-forum-planner",
        Sheet {
            key: "coaches",
            kind: Kind::Notice,
            title: "Conference arrivals: coaches stop on the Johan de Wittlaan side",
            text: "Fourteen coaches in two waves. They set down at the main entrance and leave at once; they do not \
                   wait on the tram line.",
            valid: Some((30, 600)),
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Likely,
            reliability: Reliability::A,
            credibility: 2,
            place: Where::Line(
                "world-forum",
                &[[4.2812, 52.0897], [4.2829, 52.0909], [4.2846, 52.0924]],
                "Johan de Wittlaan, main entrance",
            ),
            tags: &["arrivals", "conference"],
            marking: NEIGHBOURS,
            ..SHEET
        },
    ),
    share(
        380,
        "kunstmuseum-duty",
        Sheet {
            key: "art-transport",
            kind: Kind::Notice,
            title: "Kunsttransport: laden en lossen aan de achterzijde",
            text: "Twee vrachtwagens van de vaste vervoerder. Kenteken en tijden zijn bij de meldkamer bekend. Graag \
                   de inrit aan de Stadhouderslaan vrijhouden.",
            language: "nl",
            valid: Some((60, 360)),
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Likely,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Site("kunstmuseum", "achteringang"),
            tags: &["delivery"],
            marking: Label {
                tlp: Tlp::AmberStrict,
                organisations: &["police", "museon-omniversum"],
                communities: &[],
                ..MUSEUMS
            },
            ..SHEET
        },
    ),
    note(376, "police-duty", "art-transport"),
    share(
        350,
        "municipality-planner",
        Sheet {
            key: "gathering",
            kind: Kind::Notice,
            title: "Announced gathering on Churchillplein this afternoon",
            text: "The organiser has notified the mayor as the law asks; about 150 people are expected, with speeches \
                   and music. The gathering is lawful and welcome. This notice is here so that everyone can plan \
                   their way; it is not a report of a threat.",
            valid: Some((300, 560)),
            urgency: Urgency::Future,
            severity: Severity::Minor,
            certainty: Certainty::Likely,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Field(
                "world-forum",
                &[[4.2817, 52.0927], [4.2830, 52.0927], [4.2831, 52.0935], [4.2816, 52.0935]],
                "Churchillplein",
            ),
            tags: &["lawful-assembly", "demonstration"],
            marking: GREEN_ORDER,
            ..SHEET
        },
    ),
    note(346, "police-duty", "gathering"),
    note(341, "opcw-duty", "gathering"),
    reply(
        335,
        "residents-liaison",
        "gathering",
        Sheet {
            title: "Does the tram run during the gathering?",
            text: "Several people in Statenkwartier ask.",
            marking: GREEN_ORDER,
            ..SHEET
        },
    ),
    reply(
        328,
        "municipality-planner",
        "gathering",
        Sheet {
            title: "Yes: the tram runs, slower past the square",
            text: "The stop at the World Forum stays in use. Stewards help people across.",
            reliability: Reliability::A,
            credibility: 1,
            marking: GREEN_ORDER,
            ..SHEET
        },
    ),
    share(
        300,
        "opcw-duty",
        Sheet {
            key: "van-opcw",
            title: "Grey van waited twice at the corner of Catsheuvel",
            text: "Seen on the shared camera at the tram stop: a grey delivery van without lettering waited about six \
                   minutes, left, and came back once. Nobody got out. Our own gate did not see it.",
            seen: Some(14),
            urgency: Urgency::Expected,
            severity: Severity::Moderate,
            certainty: Certainty::Possible,
            reliability: Reliability::B,
            credibility: 3,
            place: Where::AtSite("opcw", [4.2848, 52.0905], 25.0, "corner of Catsheuvel"),
            tags: &["vehicle", "grey-van"],
            sources: &["camera:tram-stop-world-forum-2"],
            marking: VAN,
            ..SHEET
        },
    ),
    share(
        291,
        "europol-duty",
        Sheet {
            key: "van-europol",
            title: "Grey van stopped near the south side, no delivery expected",
            text: "A grey van stopped for some minutes. We know of no delivery. The only picture is that of the tram \
                   stop camera.",
            seen: Some(16),
            urgency: Urgency::Expected,
            severity: Severity::Moderate,
            certainty: Certainty::Possible,
            reliability: Reliability::B,
            credibility: 3,
            place: Where::AtSite("europol", [4.2817, 52.0914], 30.0, "south side"),
            tags: &["vehicle", "grey-van"],
            sources: &["camera:tram-stop-world-forum-2"],
            marking: VAN,
            ..SHEET
        },
    ),
    note(288, "police-duty", "van-opcw"),
    note(287, "police-duty", "van-europol"),
    reply(
        280,
        "police-duty",
        "van-opcw",
        Sheet {
            title: "A car is on its way; please keep watching and do not approach",
            text: "The plate cannot be read on the picture.",
            urgency: Urgency::Immediate,
            reliability: Reliability::A,
            credibility: 2,
            marking: VAN,
            ..SHEET
        },
    ),
    share(
        262,
        "europol-analyst",
        Sheet {
            key: "van-assessment",
            kind: Kind::Assessment,
            title: "The grey van: one sighting, not two",
            text: "Both reports rest on the same camera within two minutes, so they are one observation and no \
                   pattern. A courier who looks for an address fits as well. No measures advised; a second, \
                   independent sighting would change this.",
            urgency: Urgency::Future,
            severity: Severity::Minor,
            certainty: Certainty::Likely,
            reliability: Reliability::B,
            credibility: 2,
            place: Where::Zone("world-forum", "World Forum and Catsheuvel"),
            tags: &["vehicle", "grey-van"],
            references: &[("van-opcw", Relation::RestsOn), ("van-europol", Relation::RestsOn)],
            marking: VAN,
            ..SHEET
        },
    ),
    note(255, "opcw-duty", "van-assessment"),
    share(
        240,
        "police-analyst",
        Sheet {
            kind: Kind::Signal,
            title: "Online: people arrange to travel together to the gathering",
            text: "Public posts share train times and ask for a calm afternoon. Nothing points at disorder.",
            seen: Some(45),
            urgency: Urgency::Future,
            severity: Severity::Minor,
            certainty: Certainty::Likely,
            reliability: Reliability::C,
            credibility: 3,
            place: Where::Zone("world-forum", "Churchillplein"),
            tags: &["lawful-assembly", "open-source"],
            sources: &["web:public-event-page"],
            references: &[("gathering", Relation::About)],
            marking: HOST_CITY,
            ..SHEET
        },
    ),
    share(
        225,
        "police-duty",
        Sheet {
            key: "drone",
            kind: Kind::Alert,
            title: "Drone lost over Zorgvliet: leave it, call the control room",
            text: "An operator with a permit lost the signal of a survey drone of about 2 kg. It may have come down \
                   among the trees. Whoever finds it: do not touch it, keep people away, call.",
            seen: Some(5),
            valid: Some((0, 300)),
            urgency: Urgency::Immediate,
            severity: Severity::Moderate,
            certainty: Certainty::Likely,
            reliability: Reliability::A,
            credibility: 2,
            place: Where::Point("zorgvliet", [4.2889, 52.0903], 180.0, "Zorgvliet park"),
            tags: &["drone"],
            marking: GREEN_ORDER,
            ..SHEET
        },
    ),
    note(222, "government-duty", "drone"),
    note(221, "carnegie-duty", "drone"),
    note(219, "opcw-duty", "drone"),
    note(216, "municipality-coordinator", "drone"),
    reply(
        190,
        "government-duty",
        "drone",
        Sheet {
            title: "Found: in the reeds on the north bank of the pond",
            text: "Undamaged, battery out. The operator is with us.",
            seen: Some(3),
            certainty: Certainty::Observed,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Point("zorgvliet", [4.2899, 52.0895], 5.0, "pond, north bank"),
            tags: &["drone"],
            marking: GREEN_ORDER,
            ..SHEET
        },
    ),
    recall(
        185,
        "police-duty",
        "drone",
        "The drone was found and handed back. Nothing is to be done any more.",
    ),
    note(182, "government-duty", "drone"),
    share(
        170,
        "police-duty",
        Sheet {
            key: "view-world-forum",
            kind: Kind::Request,
            title: "Who has camera view of the tram stop World Forum?",
            text: "We look for a picture of the grey van that is not from the tram stop camera. Please say whether you \
                   have view of the stop, and keep the recording of that hour.",
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Observed,
            place: Where::Point("world-forum", [4.2818, 52.0903], 40.0, "tram stop World Forum"),
            tags: &["camera", "grey-van"],
            asks: Some(("world-forum", 60)),
            marking: Label { organisations: &["police", "world-forum"], communities: &[], ..NEIGHBOURS },
            ..SHEET
        },
    ),
    share(
        169,
        "police-duty",
        Sheet {
            key: "view-kunstmuseum",
            kind: Kind::Request,
            title: "Who has camera view of the tram stop World Forum?",
            text: "We look for a picture of a grey van that is not from the tram stop camera. Please say whether you \
                   have view of the stop, and keep the recording of that hour.",
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Observed,
            place: Where::Point("world-forum", [4.2818, 52.0903], 40.0, "tram stop World Forum"),
            tags: &["camera", "grey-van"],
            asks: Some(("kunstmuseum", 240)),
            marking: Label { organisations: &["police", "kunstmuseum"], communities: &[], ..NEIGHBOURS },
            ..SHEET
        },
    ),
    note(165, "world-forum-duty", "view-world-forum"),
    reply(
        150,
        "world-forum-duty",
        "view-world-forum",
        Sheet {
            title: "Yes, from the foyer: half of the stop, recording kept",
            text: "The van passes once, without stopping. The recording is kept for you at the desk.",
            certainty: Certainty::Observed,
            reliability: Reliability::B,
            credibility: 2,
            sources: &["camera:foyer-3"],
            tags: &["camera"],
            marking: Label { organisations: &["police", "world-forum"], communities: &[], ..NEIGHBOURS },
            ..SHEET
        },
    ),
    share(
        140,
        "municipality-coordinator",
        Sheet {
            key: "closure",
            kind: Kind::Decision,
            title: "Churchillplein closed to cars during the gathering",
            text: "From half an hour before until half an hour after. Bicycles, trams and emergency services pass. \
                   Residents keep access by Eisenhowerlaan. The closure ends by itself.",
            valid: Some((60, 400)),
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Observed,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Line(
                "world-forum",
                &[[4.2806, 52.0939], [4.2824, 52.0934], [4.2843, 52.0929]],
                "Churchillplein between Eisenhowerlaan and Johan de Wittlaan",
            ),
            tags: &["closure", "traffic"],
            marking: CLEAR,
            ..SHEET
        },
    ),
    share(
        120,
        "opcw-supervisor",
        Sheet {
            key: "drill",
            kind: Kind::Notice,
            title: "EXERCISE: evacuation drill at OPCW",
            text: "Exercise, exercise, exercise. People will gather on the grass beside the building for about \
                   twenty minutes. Alarm sounds may be heard outside. No help is needed.",
            valid: Some((150, 240)),
            urgency: Urgency::Future,
            severity: Severity::Minor,
            certainty: Certainty::Likely,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Site("opcw", "assembly point, north side"),
            tags: &["exercise"],
            marking: Label { purposes: &["exercise"], retention: Retention::Brief, ..NEIGHBOURS },
            ..SHEET
        },
    ),
    note(112, "europol-duty", "drill"),
    share(
        95,
        "carnegie-duty",
        Sheet {
            title: "Hek aan de tuinzijde klemt, monteur onderweg",
            text: "Het hek sluit niet vanzelf. Tot de reparatie staat er iemand van ons bij.",
            language: "nl",
            seen: Some(10),
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Observed,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::AtSite("peace-palace", [4.2946, 52.0874], 10.0, "tuinhek"),
            tags: &["gate"],
            marking: PALACE,
            ..SHEET
        },
    ),
    share(
        80,
        "government-duty",
        Sheet {
            title: "Visit to the Catshuis comes an hour earlier, by the east drive",
            text: "Only for the two of you. Please keep the drive free without drawing attention to it.",
            valid: Some((60, 300)),
            urgency: Urgency::Expected,
            severity: Severity::Moderate,
            certainty: Certainty::Likely,
            reliability: Reliability::A,
            credibility: 2,
            kind: Kind::Notice,
            place: Where::Site("catshuis", "east drive"),
            tags: &["visit"],
            marking: Label {
                tlp: Tlp::Red,
                pap: Pap::Red,
                handling: &[HandlingCode::H2],
                organisations: &[],
                communities: &[],
                members: &["police-duty", "municipality-coordinator", "government-duty"],
                retention: Retention::Brief,
                ..VAN
            },
            ..SHEET
        },
    ),
    share(
        64,
        "europol-analyst",
        Sheet {
            key: "phishing",
            title: "E-mail in the name of the conference asks for badge photographs",
            text: "The sender's domain differs by one letter. Do not reply; send us the full headers.",
            seen: Some(50),
            urgency: Urgency::Expected,
            severity: Severity::Moderate,
            certainty: Certainty::Observed,
            reliability: Reliability::B,
            credibility: 2,
            tags: &["phishing", "conference"],
            sources: &["mail:conference-badge"],
            marking: Label { communities: &["all-partners"], purposes: &["cyber"], ..NEIGHBOURS },
            ..SHEET
        },
    ),
    note(58, "opcw-supervisor", "phishing"),
    share(
        44,
        "kunstmuseum-duty",
        Sheet {
            title: "Waterlekkage in de kelder, eigen technische dienst aanwezig",
            text: "Geen gevolgen voor bezoekers of collectie. Achteringang tijdelijk dicht.",
            language: "nl",
            seen: Some(20),
            urgency: Urgency::Expected,
            severity: Severity::Minor,
            certainty: Certainty::Observed,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Site("kunstmuseum", "kelder"),
            tags: &["building"],
            marking: MUSEUMS,
            ..SHEET
        },
    ),
    share(
        26,
        "police-duty",
        Sheet {
            key: "crowd",
            kind: Kind::Observation,
            title: "Churchillplein: about 120 people, calm",
            text: "Families and students, music plays. Stewards of the organiser are present.",
            seen: Some(4),
            urgency: Urgency::Future,
            severity: Severity::Minor,
            certainty: Certainty::Observed,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Point("world-forum", [4.2823, 52.0931], 60.0, "Churchillplein"),
            tags: &["lawful-assembly"],
            references: &[("gathering", Relation::About)],
            marking: GREEN_ORDER,
            ..SHEET
        },
    ),
    share(
        12,
        "irmct-duty",
        Sheet {
            title: "Fire alarm test finished, all systems normal",
            text: "The test of this morning is done. Alarms are real again.",
            seen: Some(2),
            urgency: Urgency::Past,
            severity: Severity::Minor,
            certainty: Certainty::Observed,
            reliability: Reliability::A,
            credibility: 1,
            place: Where::Site("irmct", "main building"),
            tags: &["fire", "test"],
            marking: GREEN,
            ..SHEET
        },
    ),
];
