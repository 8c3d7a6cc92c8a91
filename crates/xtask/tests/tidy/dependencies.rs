//! What may come in, as `deny.toml` says it: every dependency's licence is on its list, comes from its registry, and is
//! not banned. So the rules hold also where `cargo deny` is not installed.
//!
//! Not here: known weaknesses, for which `cargo deny check advisories` asks the network.

use std::collections::BTreeSet;

use cargo_metadata::MetadataCommand;
use serde::Deserialize;
use spdx::{Expression, LicenseReq};

use crate::{read, root};

#[derive(Deserialize)]
struct Rules {
    graph: Graph,
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    wrappers: Vec<String>,
}

/// One crate as it comes in.
struct Incoming {
    name: String,
    licence: Option<String>,
    source: Option<String>,
    /// Crates of the graph that ask for it.
    wanted_by: BTreeSet<String>,
}

#[test]
fn what_comes_in_is_allowed() {
    let rules: Rules = toml::from_str(&read(&root().join("deny.toml"))).unwrap();
    let mut seen = 0;
    for target in &rules.graph.targets {
        let incoming = incoming(target);
        seen += incoming.len();
        let wrong: Vec<String> = incoming.iter().filter_map(|one| wrong(one, &rules)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    assert!(seen > 300, "only {seen} crates were looked at");
}

fn incoming(target: &str) -> Vec<Incoming> {
    let options = ["--filter-platform", target, "--locked"].map(String::from).to_vec();
    let mut command = MetadataCommand::new();
    let metadata = command.manifest_path(root().join("Cargo.toml")).other_options(options).exec().unwrap();
    let resolve = metadata.resolve.as_ref().unwrap();
    let name = |id: &cargo_metadata::PackageId| metadata[id].name.to_string();
    let crates = resolve.nodes.iter().map(|node| {
        let package = &metadata[&node.id];
        let wanting = resolve.nodes.iter().filter(|other| other.dependencies.contains(&node.id));
        Incoming {
            name: package.name.to_string(),
            licence: package.license.clone(),
            source: package.source.as_ref().map(ToString::to_string),
            wanted_by: wanting.map(|other| name(&other.id)).collect(),
        }
    });
    crates.collect()
}

fn wrong(one: &Incoming, rules: &Rules) -> Option<String> {
    let Incoming { name, licence, source, wanted_by } = one;
    if let Some(banned) = rules.bans.deny.iter().find(|banned| banned.name == *name) {
        let others: Vec<_> = wanted_by.iter().filter(|by| !banned.wrappers.contains(by)).collect();
        if !others.is_empty() {
            return Some(format!("{name} is banned, and wanted by {others:?}"));
        }
    }
    let known = |source: &String| {
        let place = source.strip_prefix("registry+");
        place.is_some_and(|place| rules.sources.allow_registry.iter().any(|one| one == place))
    };
    if source.as_ref().is_some_and(|source| !known(source)) {
        return Some(format!("{name} comes from {source:?}"));
    }
    let Some(licence) = licence else { return Some(format!("{name} has no licence")) };
    // Older manifests write a slash where SPDX says OR.
    let Ok(expression) = Expression::parse(&licence.replace('/', " OR ")) else {
        return Some(format!("the licence of {name} is no SPDX expression: {licence}"));
    };
    let allowed = |wanted: &LicenseReq| rules.licenses.allow.contains(&wanted.to_string());
    (!expression.evaluate(allowed)).then(|| format!("the licence of {name} is not allowed: {licence}"))
}

#[test]
fn what_may_not_come_in_is_found() {
    let rules: Rules = toml::from_str(&read(&root().join("deny.toml"))).unwrap();
    let registry = format!("registry+{}", rules.sources.allow_registry[0]);
    let check = |name: &str, licence: Option<&str>, source: &str, by: &str, fine: bool| {
        let one = Incoming {
            name: name.into(),
            licence: licence.map(Into::into),
            source: Some(source.into()),
            wanted_by: [by.to_owned()].into(),
        };
        assert_eq!(wrong(&one, &rules).is_none(), fine, "{name} {licence:?} {source} {by}");
    };
    check("a", Some("MIT OR Apache-2.0"), &registry, "store", true);
    check("a", Some("MIT/GPL-3.0-only"), &registry, "store", true);
    check("a", Some("MIT AND GPL-3.0-only"), &registry, "store", false);
    check("a", Some("AGPL-3.0-or-later"), &registry, "store", false);
    check("a", Some("Apache-2.0 WITH LLVM-exception"), &registry, "store", true);
    check("a", Some("whatever"), &registry, "store", false);
    check("a", None, &registry, "store", false);
    check("a", Some("MIT"), "git+https://example.org/a", "store", false);
    check("openssl-sys", Some("MIT"), &registry, "server", false);
    check("rusqlite", Some("MIT"), &registry, "store", true);
    check("rusqlite", Some("MIT"), &registry, "server", false);
}
