//! Cases of the projection, its places and its notices, and what a plan must say for residents.

use measures::model::{Plan, Publication, Words};
use measures::public::{Language, PublicRecords, Published, notices, project};
use serde_json::json;

use super::small::{self, at, day};

fn published(plan: &Plan) -> Published {
    let records = PublicRecords::of(plan);
    let page = project(&records, &small::minutes(&records), at());
    let line = |name: &str, north: f64| {
        json!({ "properties": { "name": name },
            "geometry": { "type": "LineString", "coordinates": [[4.001, north], [4.009, north]] } })
    };
    let block = |id: &str, north: f64| {
        json!({ "properties": { "id": id }, "geometry": { "type": "Polygon", "coordinates":
            [[[4.0, north], [4.01, north], [4.01, north + 0.01], [4.0, north + 0.01], [4.0, north]]] } })
    };
    let streets = json!({ "features": [line("Kerkstraat", 52.005), line("Dorpsstraat", 52.025)] });
    let blocks = json!({ "features": [block("block-a", 52.0), block("block-b", 52.02)] });
    Published::new(page, &streets, &blocks).unwrap()
}

#[test]
fn what_is_decided_stands_and_what_is_announced_will() {
    let page = published(&small::plan()).page;
    let ids = |all: Vec<&measures::public::PublicMeasure>| {
        all.into_iter().map(|one| one.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(page.standing(at()).collect()), ["lights", "officers"]);
    assert_eq!(ids(page.announced(at()).collect()), ["closing"]);
    let officers = page.measures.iter().find(|one| one.id == "officers").unwrap();
    // By two decisions, without a gap: one span up to the end of the posture.
    assert_eq!(officers.spans.len(), 1);
    assert_eq!((officers.spans[0].from, officers.spans[0].until), (day(-10), day(90)));
    assert_eq!(officers.spans[0].decisions, ["first", "later"]);
    let told: Vec<_> = page.changes.iter().map(|one| (one.at, one.begins.len(), one.ends.len())).collect();
    assert_eq!(told, [(day(20), 1, 0), (day(25), 0, 1), (day(90), 0, 2)]);
    assert_eq!(page.minutes.len(), 1);
    assert_eq!((page.minutes[0].from, page.minutes[0].until), (day(20), day(25)));
    assert!((page.minutes[0].streets[0].minutes_per_household_per_day - 1.2).abs() < 1e-9);
    // The neighbourhood that is not public is not told of, whoever hands its minutes in.
    assert_eq!(page.minutes[0].neighbourhoods.len(), 1);
}

#[test]
fn what_is_not_decided_or_has_ended_is_not_shown() {
    let mut plan = small::plan();
    plan.decisions[0].decided_at = day(1);
    plan.decisions[1].until = Some(at());
    plan.decisions[1].from = Some(day(-5));
    let page = published(&plan).page;
    assert!(page.measures.is_empty() && page.decisions.is_empty() && page.changes.is_empty());
}

#[test]
fn a_street_knows_its_neighbourhood_and_what_is_noticed_there() {
    let mut plan = small::plan();
    plan.measures[2].burdens[0].neighbourhoods = vec!["block-b".into()];
    let published = published(&plan);
    let church = published.street(" kerkstraat ").unwrap();
    assert_eq!(
        (church.neighbourhoods.as_slice(), church.closed_by.as_slice()),
        (&["block-a".to_owned()][..], &["closing".to_owned()][..])
    );
    let here: Vec<_> = published.in_street(church).map(|one| one.id.as_str()).collect();
    assert_eq!(here, ["closing", "officers"]);
    let village = published.street("Dorpsstraat").unwrap();
    let there: Vec<_> = published.in_street(village).map(|one| one.id.as_str()).collect();
    assert_eq!(there, ["lights"]);
}

#[test]
fn points_and_outlines_close_the_street_they_are_on() {
    let mut plan = small::plan();
    let closure = &mut plan.measures[1].closures[0];
    closure.streets.clear();
    closure.at = vec![[4.005, 52.0251]];
    assert_eq!(published(&plan).street("Dorpsstraat").unwrap().closed_by, ["closing"]);
    let closure = &mut plan.measures[1].closures[0];
    closure.at.clear();
    closure.within = vec![vec![[4.0, 52.004], [4.003, 52.004], [4.003, 52.006], [4.0, 52.006]]];
    let drawn = published(&plan);
    assert_eq!(drawn.street("Kerkstraat").unwrap().closed_by, ["closing"]);
    assert!(drawn.street("Dorpsstraat").unwrap().closed_by.is_empty());
}

#[test]
fn notices_say_it_in_the_language_that_is_asked_for() {
    let published = published(&small::plan());
    let all = notices(&published, Language::Nl, None).unwrap();
    assert_eq!(all.len(), 3);
    let closing = notices(&published, Language::En, Some("Kerkstraat")).unwrap();
    let closing = closing.iter().find(|one| one.title == "told closing in English").unwrap();
    assert_eq!(closing.place.as_deref(), Some("Kerkstraat"));
    assert!(closing.text.contains("Closed to cars, from 7:00 to 19:00."), "{}", closing.text);
    assert!(closing.text.contains("Decided by: the mayor."), "{}", closing.text);
    let dutch = all.iter().find(|one| one.uid == closing.uid).unwrap();
    assert!(dutch.text.contains("Dicht voor auto's, van 7.00 tot 19.00 uur."), "{}", dutch.text);
    assert_eq!(notices(&published, Language::En, Some("Nowhere")), None);
}

/// One change, and the path of the fault that it must bring.
fn wrong(path: &str, change: impl Fn(&mut Plan)) {
    let mut plan = small::plan();
    plan.validate().unwrap();
    change(&mut plan);
    let faults = plan.validate().unwrap_err();
    assert!(faults.0.iter().any(|fault| fault.path == path), "{path}: {faults}");
}

#[test]
fn a_plan_says_in_plain_words_what_is_public() {
    wrong("measures[0].plain", |plan| plan.measures[0].plain = None);
    wrong("measures[0].plain.why.nl", |plan| plan.measures[0].plain.as_mut().unwrap().why.nl.clear());
    wrong("measures[0].plain.name.en", |plan| {
        plan.measures[0].plain.as_mut().unwrap().name.en = "long ".repeat(100);
    });
    wrong("decisions[0].plain", |plan| plan.decisions[0].plain = None);
    wrong("decisions[0].posture", |plan| plan.postures[0].origin.publication = Publication::Partners);
    wrong("decisions[0].until", |plan| plan.decisions[0].until = Some(day(-20)));
    wrong("contact", |plan| plan.contact = None);
    wrong("contact", |plan| plan.contact.as_mut().unwrap().email.clear());
    wrong("contact.email", |plan| plan.contact.as_mut().unwrap().email = "desk at town".into());
    wrong("contact.telephone", |plan| plan.contact.as_mut().unwrap().telephone = "call us".into());
    wrong("contact.object.en", |plan| plan.contact.as_mut().unwrap().object.en.clear());
}

#[test]
fn a_text_for_residents_does_not_name_what_is_hidden() {
    wrong("measures[0].plain.why.en", |plan| {
        let mut hidden = small::measure("sky", Publication::Closed);
        hidden.name = "Watch of the sky".into();
        plan.measures.push(hidden);
        plan.measures[0].plain.as_mut().unwrap().why =
            Words { en: "It helps the watch of the sky.".into(), nl: "Het helpt.".into() };
    });
}
