//! The generated files: committed, rewritten by `gen`, compared by `gen --check`.
//!
//! Not here: what makes them, which is `belfry` and the scripts of `web/`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::command::{Project, Step};
use crate::{setup, web};

/// A generated file and what makes it. In this order: a later one may be made from an earlier one.
const GENERATED: [(&str, Maker); 5] = [
    ("openapi/belfry.json", Maker::Belfry(&["openapi"])),
    ("web/src/api/schema.ts", Maker::Npm { folder: web::WEB, script: "gen" }),
    ("ref/policy-matrix.md", Maker::Belfry(&["matrix"])),
    ("ref/config.md", Maker::Belfry(&["config-reference"])),
    ("ref/sense-config.md", Maker::Belfry(&["sense", "config-reference"])),
];

enum Maker {
    /// What a subcommand of `belfry` prints.
    Belfry(&'static [&'static str]),
    /// What an npm script writes to that path itself.
    Npm { folder: &'static str, script: &'static str },
}

/// Rewrites the generated files, or names those that are stale.
pub fn generate(project: &Project, check: bool) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    web::build(project)?;
    project.build_belfry(check)?;
    let mut changed = Vec::new();
    for (name, maker) in &GENERATED {
        let path = project.path(name);
        let before = fs::read_to_string(&path).ok();
        let after = make(project, &path, maker).with_context(|| format!("cannot make {name}"))?;
        if before.as_deref().is_some_and(|before| same(before, &after)) {
            continue;
        }
        changed.push(*name);
        match (check, before) {
            (false, _) => put(&path, &after)?,
            (true, Some(before)) => put(&path, &before)?,
            (true, None) => remove(&path)?,
        }
    }
    if check && !changed.is_empty() {
        bail!("stale, run `cargo xtask gen`: {}", changed.join(", "));
    }
    println!(
        "gen: {}",
        if changed.is_empty() { "all clean".into() } else { format!("rewrote {}", changed.join(", ")) }
    );
    Ok(())
}

fn make(project: &Project, path: &Path, maker: &Maker) -> Result<String> {
    match maker {
        Maker::Belfry(arguments) => {
            let belfry = project.belfry();
            let belfry = belfry.to_str().context("the target folder has a name that is no text")?;
            Step::program(belfry, arguments).output()
        }
        Maker::Npm { folder, script } => {
            project.npm(folder, &["run", "--silent", script]).run()?;
            fs::read_to_string(path).with_context(|| format!("the script wrote no {}", path.display()))
        }
    }
}

/// Line ends and the last newline are not worth a stale file.
fn same(before: &str, after: &str) -> bool {
    !after.is_empty() && before.lines().eq(after.lines())
}

fn put(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn remove(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_changed_line_is_stale() {
        for (before, after, expect) in [
            ("a\nb\n", "a\nb\n", true),
            ("a\r\nb", "a\nb\n", true),
            ("a\nb\n", "a\nc\n", false),
            ("a\n", "a\nb\n", false),
            ("", "", false),
        ] {
            assert_eq!(same(before, after), expect, "{before:?} {after:?}");
        }
    }
}
