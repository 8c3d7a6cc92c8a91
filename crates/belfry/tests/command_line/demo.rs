//! `belfry demo`: ready in one line, with a past, for the right eyes, and gone without a trace.

use super::support::{Demo, titled};

#[test]
fn shows_the_past_to_those_it_is_for_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--quiet-world", "--seed", "3"]);
    assert!(demo.address.starts_with("http://127.0.0.1:"), "{}", demo.address);
    assert!(
        folder.path().read_dir().unwrap().next().is_some(),
        "the demonstration lives in the temporary folder"
    );

    let opcw = demo.items("Duty officer OPCW");
    assert!(opcw.len() >= 12, "{} items", opcw.len());
    let van = titled(&opcw, "waited twice").expect("the van");
    assert_eq!(van["same_source"], 1, "the other report rests on the same camera");
    let drone = titled(&opcw, "Drone lost").expect("the drone");
    assert_eq!(drone["state"], "retracted");
    assert!(drone["awaiting"].as_array().unwrap().iter().any(|one| one == "opcw"), "{drone}");
    let gathering = titled(&opcw, "Announced gathering").expect("the gathering");
    assert_eq!(gathering["kind"], "notice");
    assert_eq!(gathering["replies"], 2);
    assert!(opcw.iter().all(|item| item["marking"]["tlp"] != "RED"));

    let residents = demo.items("Residents' liaison");
    assert!(titled(&residents, "Announced gathering").is_some());
    assert!(titled(&residents, "van").is_none(), "not for residents");

    let kunstmuseum = demo.items("Head of security Kunstmuseum");
    let request = titled(&kunstmuseum, "Who has camera view").expect("the question to the museum");
    assert_eq!(request["request"]["to"], "kunstmuseum");
    assert_eq!(request["request"]["state"], "open");
    assert!(!kunstmuseum.iter().any(|item| item["request"]["to"] == "world-forum"), "each is asked apart");
    let police = demo.items("Duty officer Police");
    assert!(police.len() >= 20, "{} items", police.len());
    let answered =
        police.iter().find(|item| item["request"]["to"] == "world-forum").expect("the other question");
    assert_eq!(answered["request"]["state"], "answered");
    assert!(police.iter().any(|item| item["marking"]["tlp"] == "RED"), "named in person");

    assert_eq!(demo.stop(), Some(0));
    let left: Vec<_> = folder.path().read_dir().unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_kept_demonstration_comes_back_as_it_was_and_the_day_goes_on_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--speed", "100", "--data", folder.path().to_str().unwrap()]);
    let first = demo.items("Duty officer Police").len();
    let mut more = first;
    // Every 0.4 s something happens; most of what happens is seen by the police.
    for _ in 0..10_000 {
        more = demo.items("Duty officer Police").len();
        if more > first {
            break;
        }
    }
    assert!(more > first, "nothing happened");
    assert_eq!(demo.stop(), Some(0));
    let again = Demo::kept(folder.path());
    assert!(again.items("Duty officer Police").len() >= more);
    assert_eq!(again.stop(), Some(0));
}

#[test]
fn one_folder_one_node() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::kept(folder.path());
    for arguments in [&["check"][..], &["expire"], &["rebuild-search"], &["run"]] {
        let settings = demo.settings();
        let output = super::support::belfry(&[arguments, &["--config", settings.to_str().unwrap()]].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = super::support::said(&output);
        assert!(said.contains("stop it first"), "{arguments:?}: {said}");
    }
}
