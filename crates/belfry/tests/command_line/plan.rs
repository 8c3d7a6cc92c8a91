//! `belfry plan` on files: what is checked, solved, compared and routed, and how it ends.
//!
//! Not here: the search and the streets themselves (the tests of `measures`).

use std::path::Path;

use serde_json::Value;

use super::support::{belfry, said, text};

/// The plan of the sample area, where there is one; else this has nothing to look at.
fn sample(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../areas/international-zone").join(name)
}

#[test]
fn the_sample_plan_is_checked_solved_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let plan = sample("plan.json");
    let checked = belfry(&["plan", "check", text(&plan)]);
    assert!(checked.status.success() && said(&checked).contains("measures"), "{}", said(&checked));

    let (low, high) = (folder.path().join("low.json"), folder.path().join("high.json"));
    for (levels, out) in [("1", &low), ("1,2,3", &high)] {
        let solved =
            belfry(&["plan", "solve", text(&plan), "--levels", levels, "--bare", "--out", text(out)]);
        assert!(solved.status.success(), "{}", said(&solved));
        let answer: Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
        assert_eq!((&answer["outcome"], &answer["proved"]), (&"met".into(), &true.into()), "{answer:#}");
        assert!(said(&solved).contains("proved to be the least"), "{}", said(&solved));
    }
    // Without streets it says what does not count; with them it asks.
    let out = folder.path().join("streets.json");
    let (streets, blocks) = (sample("streets.geojson"), sample("neighbourhoods.geojson"));
    let asked = ["--streets", text(&streets), "--neighbourhoods", text(&blocks)];
    for (more, word) in [(&[][..], "are not counted"), (&asked[..], "sets of closures")] {
        let usual = ["plan", "solve", text(&plan), "--levels", "1,2,3", "--bare", "--out", text(&out)];
        let solved = belfry(&[&usual[..], more].concat());
        assert!(solved.status.success() && said(&solved).contains(word), "{}", said(&solved));
    }
    let compared = belfry(&["plan", "compare", text(&plan), text(&low), text(&high)]);
    assert!(compared.status.success(), "{}", said(&compared));
    assert!(said(&compared).contains("| low | high |"), "{}", said(&compared));
}

#[test]
fn a_closed_street_is_told_in_minutes_and_what_is_wrong_by_name() {
    let (streets, blocks) = (sample("streets.geojson"), sample("neighbourhoods.geojson"));
    let closed = |street: &str, to: &str| {
        belfry(&[
            "plan",
            "route",
            text(&streets),
            "--neighbourhoods",
            text(&blocks),
            "--to",
            to,
            "--close",
            street,
        ])
    };
    let to = "Scheveningseweg=4.2905,52.0930";
    let routed = closed("Johan de Wittlaan", to);
    let code = routed.status.code();
    assert!(code == Some(0) || code == Some(3), "{}", said(&routed));
    let all = said(&routed).lines().find(|line| line.starts_with("| all |")).unwrap().to_owned();
    let minutes: f64 = all.split('|').nth(3).unwrap().trim().parse().unwrap();
    assert!(minutes > 0.0, "{}", said(&routed));
    for (street, to, word) in
        [("No Such Street", to, "No Such Street"), ("Johan de Wittlaan", "4.29;52.09", "NAME=LONGITUDE,LATITUDE")]
    {
        let refused = closed(street, to);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said(&refused).contains(word), "{}", said(&refused));
    }
}

#[test]
fn a_plan_that_is_none_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    std::fs::write(&file, "{\"version\": 1,").unwrap();
    let checked = belfry(&["plan", "check", text(&file)]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(said(&checked).contains("line 1"), "{}", said(&checked));
}
