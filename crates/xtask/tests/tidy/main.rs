//! The rules about the source that a machine can check. Each rule takes data and has a test that shows it can fail.
//!
//! Not here: formatting and lints, which have their own tools.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

mod dependencies;

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Crates that never depend on each other: what two of them need moves down to `record` or up to `server`.
const MIDDLE: [&str; 6] = ["ledger", "policy", "sense", "webwatch", "measures", "interop"];

/// Which crate may depend on which. A new arrow needs a design note, then a change here.
const ARROWS: [(&str, &[&str]); 13] = [
    ("base", &[]),
    ("record", &["base"]),
    ("ledger", &["base", "record"]),
    ("policy", &["base", "record"]),
    ("interop", &["base", "record"]),
    ("webwatch", &["base", "record"]),
    // `sim` for its tests and measurements only: see `nothing_shipped_rests_on_a_simulation`.
    ("sense", &["base", "record", "sim"]),
    ("measures", &["base", "record"]),
    ("sim", &["base", "record"]),
    ("store", &["base", "record", "ledger", "policy"]),
    ("server", &["base", "record", "ledger", "policy", "interop", "webwatch", "sense", "measures", "store"]),
    (
        "belfry",
        &[
            "base", "record", "ledger", "policy", "interop", "webwatch", "sense", "measures", "store",
            "server", "sim",
        ],
    ),
    ("xtask", &[]),
];

/// A file longer than this fails.
const LINES_MAX: usize = 1_000;
/// A file longer than this is listed, to be argued for.
const LINES_ARGUED: usize = 600;

#[test]
fn arrows_go_one_way() {
    let wrong = wrong_arrows(&arrows(&workspace()), &ARROWS);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_middle_is_not_joined_by_the_table_itself() {
    let joined = joined(&ARROWS, &MIDDLE);
    assert!(joined.is_empty(), "{joined:#?}");
}

#[test]
fn nothing_shipped_rests_on_a_simulation() {
    let wrong = shipped_on_simulation(&workspace());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_crate_is_on_the_map_and_nothing_else() {
    let crates: Vec<String> =
        workspace().workspace_packages().iter().map(|one| one.name.to_string()).collect();
    let wrong = wrong_on_map(&crates, &read(&root().join("ARCHITECTURE.md")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_what_it_is() {
    check_sources(&["rs"], says_what_it_is);
}

#[test]
fn no_test_is_set_aside() {
    check_sources(&["rs", "ts"], sets_no_test_aside);
}

#[test]
fn files_have_an_end() {
    let files = sources(&["rs", "ts", "svelte"]);
    for (path, text) in files.iter().filter(|(_, text)| text.lines().count() > LINES_ARGUED) {
        println!("long, argue for it: {} has {} lines", path.display(), text.lines().count());
    }
    check_sources(&["rs", "ts", "svelte"], has_an_end);
}

#[test]
fn the_licence_is_whole_and_everywhere() {
    assert_eq!(wrong_licence(&read(&root().join("LICENSE"))), None);
    for package in workspace().workspace_packages() {
        assert_eq!(package.license.as_deref(), Some("EUPL-1.2"), "{}", package.name);
    }
}

// ---- the rules

fn wrong_arrows(found: &[(String, String)], allowed: &[(&str, &[&str])]) -> Vec<String> {
    let fits = |from: &str, to: &str| allowed.iter().any(|(name, list)| *name == from && list.contains(&to));
    let wrong = found.iter().filter(|(from, to)| from != to && !fits(from, to));
    wrong.map(|(from, to)| format!("{from} -> {to}")).collect()
}

fn joined(allowed: &[(&str, &[&str])], middle: &[&str]) -> Vec<String> {
    let pairs = allowed.iter().flat_map(|(from, list)| list.iter().map(move |to| (*from, *to)));
    let joined = pairs.filter(|(from, to)| middle.contains(from) && middle.contains(to));
    joined.map(|(from, to)| format!("{from} -> {to}")).collect()
}

/// A crate's place on the map is a heading "### `crates/NAME`".
fn wrong_on_map(crates: &[String], map: &str) -> Vec<String> {
    let place = |line: &str| line.strip_prefix("### `crates/")?.strip_suffix('`').map(str::to_owned);
    let places: Vec<String> = map.lines().filter_map(place).collect();
    let missing =
        crates.iter().filter(|name| !places.contains(name)).map(|name| format!("{name} is not on the map"));
    let gone =
        places.iter().filter(|name| !crates.contains(name)).map(|name| format!("{name} is on the map only"));
    missing.chain(gone).collect()
}

fn says_what_it_is(text: &str) -> Option<String> {
    (!text.starts_with("//!")).then(|| "does not start with //!".into())
}

fn sets_no_test_aside(text: &str) -> Option<String> {
    // In pieces, so that this file does not find itself.
    let marks =
        [["#[", "ignore"], ["test.", "only("], ["it.", "only("], ["describe.", "only("]].map(|m| m.concat());
    marks.into_iter().find(|mark| text.contains(mark)).map(|mark| format!("holds {mark}"))
}

fn has_an_end(text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LINES_MAX).then(|| format!("has {lines} lines, at most {LINES_MAX}"))
}

fn wrong_licence(text: &str) -> Option<&'static str> {
    if !text.starts_with("EUROPEAN UNION PUBLIC LICENCE v. 1.2") {
        Some("is not the EUPL 1.2")
    } else if !text.contains("15.Applicable Law") || !text.contains("Appendix") {
        Some("is cut short")
    } else {
        None
    }
}

// ---- what they look at

fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or(PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.join("../..").canonicalize().unwrap()
}

fn workspace() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// Every dependency of a workspace crate on another one, for tests and builds too.
fn arrows(metadata: &Metadata) -> Vec<(String, String)> {
    let own = metadata.workspace_packages();
    let arrows = own.iter().flat_map(|from| {
        let inside = from.dependencies.iter().filter(|to| to.path.is_some());
        inside.map(|to| (from.name.to_string(), to.name.clone()))
    });
    arrows.collect()
}

/// Crates but the program itself, whose demonstration plays them, that need simulated worlds for more than tests.
fn shipped_on_simulation(metadata: &Metadata) -> Vec<String> {
    let own = metadata.workspace_packages();
    let others = own.iter().filter(|from| from.name.as_str() != "belfry");
    let arrows = others.flat_map(|from| from.dependencies.iter().map(move |to| (from.name.to_string(), to)));
    let shipped = arrows.filter(|(_, to)| to.name == "sim" && to.kind != DependencyKind::Development);
    shipped.map(|(from, _)| from).collect()
}

fn check_sources(endings: &[&str], rule: fn(&str) -> Option<String>) {
    let files = sources(endings);
    assert!(files.len() > 10, "the walk found only {} files", files.len());
    let wrong = files.iter().filter_map(|(path, text)| Some(format!("{}: {}", path.display(), rule(text)?)));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Our own source: what is fetched, built or generated is not.
fn sources(endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "fuzz", "web", "e2e"] {
        walk(&root().join(folder), endings, &mut found);
    }
    found.sort();
    found.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "test-results", "playwright-report"]
                .contains(&name.as_str())
            {
                walk(&path, endings, found);
            }
        } else if !path.ends_with("web/src/api/schema.ts")
            && path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one))
        {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

// ---- each rule can fail

#[test]
fn a_new_arrow_is_found() {
    let arrow = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    let found =
        [arrow("record", "base"), arrow("ledger", "policy"), arrow("base", "record"), arrow("novel", "base")];
    assert_eq!(wrong_arrows(&found, &ARROWS), ["ledger -> policy", "base -> record", "novel -> base"]);
    assert!(!arrows(&workspace()).is_empty(), "the metadata has arrows at all");
}

#[test]
fn a_join_in_the_middle_is_found() {
    assert_eq!(joined(&[("ledger", &["record", "policy"])], &MIDDLE), ["ledger -> policy"]);
}

#[test]
fn a_crate_off_the_map_is_found() {
    let map = "### `crates/base`\n\ntext about `crates/record`\n### `crates/gone`\n";
    let crates = ["base".to_owned(), "record".to_owned()];
    assert_eq!(wrong_on_map(&crates, map), ["record is not on the map", "gone is on the map only"]);
}

#[test]
fn bad_sources_are_found() {
    assert!(says_what_it_is("fn main() {}\n").is_some() && says_what_it_is("//! It.\n").is_none());
    assert!(sets_no_test_aside(&["#[", "ignore]\nfn a() {}"].concat()).is_some());
    assert!(sets_no_test_aside(&["test.", "only('a')"].concat()).is_some());
    assert!(sets_no_test_aside("#[test]\nfn a() {}").is_none());
    assert!(has_an_end(&"x\n".repeat(1_001)).is_some() && has_an_end(&"x\n".repeat(1_000)).is_none());
}

#[test]
fn a_torn_licence_is_found() {
    assert_eq!(wrong_licence("MIT"), Some("is not the EUPL 1.2"));
    assert_eq!(wrong_licence("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n1.Definitions"), Some("is cut short"));
}
