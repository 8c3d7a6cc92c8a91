//! What happens while one watches, in this order; routine messages of [`super::routine`] come in between.
//!
//! Not here: when. The speed is chosen by whoever starts the world.

use record::rating::{Certainty, Reliability, Severity, Urgency};
use record::{Kind, Relation};

use super::{
    CLEAR, GREEN, GREEN_ORDER, HOST_CITY, Label, NEIGHBOURS, PALACE, SHEET, Scene, Sheet, VAN, Where, note,
    recall, reply, share,
};

const NOW: Sheet = Sheet {
    urgency: Urgency::Immediate,
    certainty: Certainty::Observed,
    reliability: Reliability::A,
    credibility: 1,
    seen: Some(2),
    ..SHEET
};
const CALM: Sheet = Sheet { urgency: Urgency::Expected, severity: Severity::Minor, ..NOW };

/// In order.
pub(crate) const DAY: &[Scene] = &[
    note(0, "opcw-duty", "crowd"),
    share(
        0,
        "municipality-coordinator",
        Sheet {
            key: "power",
            kind: Kind::Alert,
            title: "Power cut in one block of the Statenkwartier",
            text: "About 140 connections around Frederik Hendriklaan are without power. The network operator is on \
                   its way. Check your emergency supply, lifts and gates.",
            severity: Severity::Severe,
            place: Where::Field(
                "statenkwartier",
                &[[4.2752, 52.0926], [4.2784, 52.0926], [4.2789, 52.0944], [4.2757, 52.0947]],
                "block around Frederik Hendriklaan",
            ),
            tags: &["power"],
            sources: &["operator:power-network"],
            marking: GREEN_ORDER,
            ..NOW
        },
    ),
    note(0, "police-duty", "power"),
    note(0, "world-forum-duty", "power"),
    note(0, "kunstmuseum-duty", "power"),
    reply(
        0,
        "world-forum-duty",
        "power",
        Sheet {
            title: "World Forum has power; lights at the north car park flickered once",
            text: "The emergency supply has not started.",
            tags: &["power"],
            marking: GREEN_ORDER,
            ..CALM
        },
    ),
    note(0, "residents-liaison", "power"),
    share(
        0,
        "world-forum-duty",
        Sheet {
            key: "bag",
            kind: Kind::Alert,
            title: "Bag left at the tram stop World Forum, distance kept",
            text: "A dark sports bag under the bench, for about ten minutes. We keep people at a distance and have \
                   called the control room.",
            severity: Severity::Moderate,
            certainty: Certainty::Observed,
            place: Where::Point("world-forum", [4.2818, 52.0903], 8.0, "tram stop World Forum"),
            tags: &["left-object"],
            sources: &["camera:foyer-3"],
            marking: NEIGHBOURS,
            ..NOW
        },
    ),
    note(0, "police-duty", "bag"),
    note(0, "opcw-duty", "bag"),
    note(0, "europol-duty", "bag"),
    reply(
        0,
        "police-duty",
        "bag",
        Sheet {
            title: "A car is there in four minutes; trams pass without stopping",
            text: "",
            tags: &["left-object"],
            marking: NEIGHBOURS,
            ..NOW
        },
    ),
    note(0, "museon-duty", "bag"),
    reply(
        0,
        "police-duty",
        "bag",
        Sheet {
            title: "The owner came back for it: sports clothes, nothing else",
            text: "Trams stop again.",
            tags: &["left-object"],
            marking: NEIGHBOURS,
            ..CALM
        },
    ),
    recall(0, "world-forum-duty", "bag", "The owner fetched the bag. Distance is no longer needed."),
    note(0, "police-duty", "bag"),
    note(0, "eurojust-duty", "bag"),
    reply(
        0,
        "kunstmuseum-duty",
        "view-kunstmuseum",
        Sheet {
            title: "No view of the stop; our cameras look at our own doors",
            text: "",
            tags: &["camera"],
            marking: Label { organisations: &["police", "kunstmuseum"], communities: &[], ..NEIGHBOURS },
            ..CALM
        },
    ),
    share(
        0,
        "eurojust-duty",
        Sheet {
            key: "van-eurojust",
            title: "Grey van again, now with its driver asking the way",
            text: "Our reception spoke to the driver: a courier with a parcel for a house number that exists twice. \
                   Parcel delivered in the next street.",
            severity: Severity::Minor,
            place: Where::AtSite("eurojust", [4.2851, 52.0919], 15.0, "reception"),
            tags: &["vehicle", "grey-van"],
            sources: &["member:reception-eurojust"],
            references: &[("van-assessment", Relation::About)],
            marking: VAN,
            ..NOW
        },
    ),
    note(0, "police-duty", "van-eurojust"),
    note(0, "europol-duty", "van-eurojust"),
    reply(
        0,
        "police-duty",
        "van-eurojust",
        Sheet {
            title: "Confirmed with the courier firm; we stop looking",
            text: "Thank you all. The matter is closed.",
            tags: &["grey-van"],
            marking: VAN,
            ..CALM
        },
    ),
    share(
        0,
        "police-duty",
        Sheet {
            kind: Kind::Observation,
            title: "Churchillplein: people are leaving, calm",
            text: "The organiser has closed the gathering and thanked everyone. Most walk to the tram.",
            place: Where::Point("world-forum", [4.2823, 52.0931], 80.0, "Churchillplein"),
            tags: &["lawful-assembly"],
            references: &[("gathering", Relation::About)],
            marking: GREEN_ORDER,
            ..CALM
        },
    ),
    share(
        0,
        "municipality-planner",
        Sheet {
            kind: Kind::Notice,
            title: "Churchillplein weer open voor auto's",
            text: "De afsluiting is eerder opgeheven dan gepland. Dank voor uw geduld.",
            language: "nl",
            valid: Some((0, 180)),
            place: Where::Point("world-forum", [4.2824, 52.0934], 60.0, "Churchillplein"),
            tags: &["closure", "traffic"],
            references: &[("closure", Relation::About)],
            marking: CLEAR,
            ..CALM
        },
    ),
    share(
        0,
        "icj-duty",
        Sheet {
            key: "hearing",
            kind: Kind::Notice,
            title: "Hearing tomorrow: longer queue at the gate of the Peace Palace",
            text: "About 200 visitors more than usual. Press places are on the grass beside the gate.",
            valid: Some((720, 1_440)),
            place: Where::Site("peace-palace", "main gate"),
            tags: &["visitors"],
            marking: Label { communities: &["peace-palace-users", "host-city"], ..PALACE },
            ..CALM
        },
    ),
    note(0, "carnegie-duty", "hearing"),
    note(0, "police-duty", "hearing"),
    reply(
        0,
        "municipality-coordinator",
        "power",
        Sheet {
            title: "Power is back for all but twelve houses",
            text: "The rest follows within the hour.",
            tags: &["power"],
            sources: &["operator:power-network"],
            marking: GREEN_ORDER,
            ..CALM
        },
    ),
    share(
        0,
        "municipality-coordinator",
        Sheet {
            key: "power-lesson",
            kind: Kind::Lesson,
            title: "Lesson: gates that open by themselves when the power fails",
            text: "Two sites found out today that a side gate unlocks without power. Test yours, and write down who \
                   closes it by hand.",
            place: Where::Zone("statenkwartier", "Statenkwartier"),
            tags: &["power", "lesson"],
            references: &[("power", Relation::RestsOn)],
            marking: GREEN_ORDER,
            ..CALM
        },
    ),
    note(0, "opcw-duty", "power-lesson"),
    share(
        0,
        "police-analyst",
        Sheet {
            kind: Kind::Signal,
            title: "Online: thanks for a calm afternoon, some complaints about parking",
            text: "Public posts of the last two hours. Nothing that asks for action.",
            certainty: Certainty::Likely,
            reliability: Reliability::C,
            credibility: 3,
            seen: Some(30),
            tags: &["open-source"],
            sources: &["web:public-event-page"],
            marking: HOST_CITY,
            ..CALM
        },
    ),
    share(
        0,
        "world-forum-planner",
        Sheet {
            kind: Kind::Notice,
            title: "Conference dinner: coaches leave in one wave",
            text: "Fourteen coaches within twenty minutes, by Johan de Wittlaan to the north.",
            valid: Some((90, 180)),
            place: Where::Line(
                "world-forum",
                &[[4.2829, 52.0909], [4.2846, 52.0924], [4.2858, 52.0938]],
                "Johan de Wittlaan, northbound",
            ),
            tags: &["departures", "conference"],
            marking: NEIGHBOURS,
            ..CALM
        },
    ),
    share(
        0,
        "museon-duty",
        Sheet {
            title: "Last school group has left, doors closed",
            text: "",
            place: Where::Site("museon-omniversum", "main entrance"),
            tags: &["visitors"],
            marking: GREEN,
            ..CALM
        },
    ),
];
