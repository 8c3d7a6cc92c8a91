//! The sample of the International Zone as residents see it: something now, something announced, and no weak spot.

use std::collections::BTreeSet;
use std::path::Path;

use base::Timestamp;
use measures::model::{Plan, Publication};
use measures::public::{PublicRecords, Published, project};

fn read(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../areas/international-zone");
    std::fs::read(folder.join(name)).unwrap()
}

fn plan() -> Plan {
    Plan::from_json(&read("plan.json")).unwrap()
}

fn published(plan: &Plan, at: Timestamp) -> Published {
    let json = |name| serde_json::from_slice(&read(name)).unwrap();
    let page = project(&PublicRecords::of(plan), &[], at);
    Published::new(page, &json("streets.geojson"), &json("neighbourhoods.geojson")).unwrap()
}

#[test]
fn there_is_something_now_something_later_and_an_end() {
    let plan = plan();
    let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let published = published(&plan, at);
    let page = &published.page;
    assert!(page.standing(at).count() >= 5);
    assert!(page.announced(at).any(|one| !one.closures.is_empty()));
    assert!(page.changes.len() >= 5 && page.contact.is_some());
    // Whoever lives in the sample lives in a street that the page knows, with its neighbourhood.
    assert!(published.streets.iter().filter(|one| !one.neighbourhoods.is_empty()).count() >= 70);
    let lived_in: BTreeSet<&String> = published.streets.iter().flat_map(|one| &one.neighbourhoods).collect();
    assert_eq!(lived_in.len(), plan.neighbourhoods.len());
    assert_eq!(published.street("Churchillplein").unwrap().closed_by, ["close-ring"]);
    for text in page.measures.iter().flat_map(|one| [&one.why.en, &one.why.nl]) {
        assert_eq!(text.matches(['.', '?', '!']).count(), 1, "one sentence says why: {text}");
        assert!(text.split_whitespace().count() <= 22, "too long to be plain: {text}");
    }
}

#[test]
fn no_weak_spot_is_anywhere_in_it() {
    let plan = plan();
    for at in ["2026-11-20T12:00:00Z", "2027-06-17T12:00:00Z"] {
        let published = published(&plan, at.parse().unwrap());
        assert!(!published.page.measures.is_empty());
        let text = serde_json::to_string(&published).unwrap().to_lowercase();
        let hidden = |publication| publication != Publication::Public;
        let mut words: Vec<&str> = Vec::new();
        words.extend(plan.scenarios.iter().flat_map(|one| [one.name.as_str(), &one.id]));
        words.extend(plan.assets.iter().map(|one| one.name.as_str()));
        words.extend(plan.norms.iter().map(|one| one.id.as_str()));
        words.extend(plan.threat_levels.iter().map(|one| one.why.as_str()));
        words.extend(plan.postures.iter().map(|one| one.name.as_str()));
        let secret = plan.measures.iter().filter(|one| hidden(one.origin.publication));
        words.extend(secret.flat_map(|one| [one.name.as_str(), &one.id]));
        for word in words {
            assert!(!text.contains(&word.to_lowercase()), "{word}");
        }
        for key in
            ["effect", "norm", "scenario", "asset", "low", "likely", "remaining", "cost", "staff", "requires"]
        {
            assert!(!text.contains(&format!("\"{key}")), "{key}");
        }
    }
}
