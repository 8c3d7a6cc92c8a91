//! `belfry verify`, `check`, `backup`, `restore`: sound stays sound, and one flipped byte is found.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::support::{Demo, belfry, said, text, titled};

#[test]
fn a_flipped_byte_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::kept(folder.path());
    let settings = demo.settings();
    let items = demo.items("Duty officer OPCW");
    let van = titled(&items, "waited twice").unwrap()["id"].as_str().unwrap();
    let proof = demo.ask("Duty officer OPCW", &format!("/api/v1/items/{van}/proof"));
    let config = ["--config", text(&settings)];
    let running = belfry(&[&["verify"][..], &config].concat());
    assert_eq!(running.status.code(), Some(0), "also while the node runs: {}", said(&running));
    assert_eq!(demo.stop(), Some(0));
    for command in ["verify", "check"] {
        let output = belfry(&[&[command][..], &config].concat());
        assert_eq!(output.status.code(), Some(0), "{command}: {}", said(&output));
        assert!(said(&output).contains("sound"), "{}", said(&output));
    }
    let entry = &proof["entries"][0];
    let salt = STANDARD.decode(entry["salt"].as_str().unwrap()).unwrap();
    flip(&folder.path().join("data/belfry.db"), &salt);
    let output = belfry(&[&["verify"][..], &config].concat());
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let words = format!("first bad entry {}:", entry["index"]);
    assert!(said(&output).contains(&words), "{words} is not in {}", said(&output));
}

/// Changes one bit of some bytes, wherever the file has them: old pages may hold a copy that nobody reads.
fn flip(file: &Path, wanted: &[u8]) {
    let mut bytes = fs::read(file).unwrap();
    let places = bytes.windows(wanted.len()).enumerate().filter(|(_, window)| *window == wanted);
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    assert!(!places.is_empty(), "the bytes are in the file");
    places.into_iter().for_each(|place| bytes[place] ^= 1);
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_bundle_proves_an_item_without_the_node_and_a_changed_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--quiet-world"]);
    let items = demo.items("Duty officer OPCW");
    let drone = titled(&items, "Drone lost").unwrap()["id"].as_str().unwrap();
    let bundle = demo.ask("Duty officer OPCW", &format!("/api/v1/items/{drone}/proof"));
    assert_eq!(demo.stop(), Some(0));
    assert!(bundle["entries"].as_array().unwrap().len() >= 5, "shared, acknowledged, retracted");

    let file = folder.path().join("bundle.json");
    let check = |bundle: &serde_json::Value, more: &[&str]| {
        fs::write(&file, serde_json::to_vec(bundle).unwrap()).unwrap();
        let output = belfry(&[&["verify", "--bundle", text(&file)][..], more].concat());
        (output.status.code(), said(&output))
    };
    let (code, words) = check(&bundle, &["--checkpoint-key", bundle["checkpoint_key"].as_str().unwrap()]);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("Drone lost") && words.contains("retract"), "{words}");

    let changes: [(&str, Change); 8] = [
        ("salt", |bundle| swap(&mut bundle["entries"][1]["salt"], 5)),
        ("leaf", |bundle| swap(&mut bundle["entries"][0]["leaf"], 60)),
        ("ciphertext", |bundle| swap(&mut bundle["entries"][0]["ciphertext"], 400)),
        ("inclusion", |bundle| swap(&mut bundle["entries"][2]["inclusion"][0], 3)),
        ("signature", |bundle| swap(&mut bundle["entries"][0]["envelope"]["signatures"][0]["sig"], 9)),
        ("payload", |bundle| swap(&mut bundle["entries"][0]["envelope"]["payload"], 300)),
        ("an entry left out", |bundle| drop(bundle["entries"].as_array_mut().unwrap().remove(1))),
        ("another item", |bundle| bundle["item"] = "00000000-0000-7000-8000-000000000001".into()),
    ];
    for (what, change) in changes {
        let mut changed = bundle.clone();
        change(&mut changed);
        assert_ne!(changed, bundle, "{what}");
        let (code, words) = check(&changed, &[]);
        assert_eq!(code, Some(3), "{what}: {words}");
    }
    let evidence =
        serde_json::json!({ "format": "belfry-evidence/1", "proofs": [bundle.clone(), bundle.clone()] });
    let (code, words) = check(&evidence, &[]);
    assert_eq!(code, Some(0), "{words}");
    assert_eq!(words.matches("sound: all of it").count(), 2, "{words}");
    let mut changed = evidence.clone();
    swap(&mut changed["proofs"][1]["entries"][0]["salt"], 5);
    assert_eq!(check(&changed, &[]).0, Some(3), "one bad proof spoils the file");
    let nothing = serde_json::json!({ "format": "belfry-evidence/1", "proofs": [] });
    assert_eq!(check(&nothing, &[]).0, Some(3), "nothing proves nothing");
    let other = "belfry.localhost/demo/facts+c6a0b1d5+AZ0yfQ5b8bYtb2qkGd1dG6rNQ3H3b0cFq2r4nq2mJx5S";
    assert_eq!(check(&bundle, &["--checkpoint-key", other]).0, Some(3), "a key that is not the node's");
}

type Change = fn(&mut serde_json::Value);

/// Changes one character of a base64 text into another one.
fn swap(text: &mut serde_json::Value, at: usize) {
    let mut changed: Vec<char> = text.as_str().unwrap().chars().collect();
    changed[at] = if changed[at] == 'A' { 'B' } else { 'A' };
    *text = changed.into_iter().collect::<String>().into();
}

#[test]
fn a_backup_of_a_running_node_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let demo = Demo::kept(&from);
    let before = demo.items("Duty officer Police").len();
    let (settings, backup) = (demo.settings(), folder.path().join("monday.backup"));
    let arguments = ["backup", "--config", text(&settings), text(&backup)];
    let output = belfry(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(belfry(&arguments).status.code(), Some(1), "a backup is never replaced");
    assert_eq!(demo.stop(), Some(0));

    fs::create_dir(&to).unwrap();
    fs::copy(from.join("node.key"), to.join("node.key")).unwrap();
    let moved = fs::read_to_string(&settings).unwrap().replace(text(&from), text(&to));
    let settings = to.join("belfry.toml");
    fs::write(&settings, moved).unwrap();
    let old = from.join("data");
    let restore = ["restore", "--config", text(&settings), text(&backup), "--erased-in", text(&old)];
    let output = belfry(&restore);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(belfry(&restore).status.code(), Some(1), "never into a folder with something in it");
    for command in ["verify", "check", "rebuild-search", "expire", "check"] {
        let output = belfry(&[command, "--config", text(&settings)]);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", said(&output));
    }
    let demo = Demo::kept(&to);
    assert_eq!(demo.items("Duty officer Police").len(), before);
    assert_eq!(demo.stop(), Some(0));
}
