//! The reference of the settings as a page, and a sample file: both from the structs.
//!
//! Not here: what the settings do.

use std::fmt::Write as _;

use super::{Config, SECTIONS};

const HEAD: &str = "# Settings

Generated from the program; do not edit. One TOML file; every section and key may be left out, then the default
counts. A key that does not exist is refused, so that a mistyped one is noticed. Units are in the names.
";

/// The page `ref/config.md`.
pub fn reference() -> String {
    let defaults = defaults();
    let mut page = String::from(HEAD);
    for section in SECTIONS {
        let _ = write!(
            page,
            "\n## `[{}]`\n\n{}\n\n| key | default | what |\n|---|---|---|\n",
            section.name,
            text(section.doc)
        );
        for key in section.keys {
            let default = &defaults[section.name][key.name];
            let _ = writeln!(page, "| `{}` | `{default}` | {} |", key.name, text(key.doc));
        }
    }
    page
}

/// A settings file with every key at its default, and what it is above it.
pub fn sample() -> String {
    let defaults = defaults();
    let mut file = String::from("# Settings of a Belfry node. What is left out has the value shown here.\n");
    for section in SECTIONS {
        let _ = writeln!(file, "\n# {}\n[{}]", text(section.doc), section.name);
        for key in section.keys {
            let default = &defaults[section.name][key.name];
            let _ = writeln!(file, "# {}\n{} = {default}", text(key.doc), key.name);
        }
    }
    file
}

fn defaults() -> toml::Table {
    toml::Table::try_from(Config::default()).expect("texts, numbers and tables")
}

fn text(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_default() {
        assert_eq!(Config::parse(&sample()).unwrap(), Config::default());
    }

    #[test]
    fn every_key_is_in_the_reference() {
        let page = reference();
        let keys = defaults().into_iter().flat_map(|(section, keys)| {
            let keys = keys.as_table().unwrap().keys().cloned().collect::<Vec<_>>();
            keys.into_iter().map(move |key| (section.clone(), key))
        });
        for (section, key) in keys {
            assert!(
                page.contains(&format!("## `[{section}]`")) && page.contains(&format!("| `{key}` |")),
                "{key}"
            );
        }
    }
}
