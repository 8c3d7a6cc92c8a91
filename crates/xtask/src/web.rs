//! The screens: their packages and their build, only when what goes in has changed.
//!
//! Not here: what the screens are.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command::Project;

/// Where the screens live.
pub const WEB: &str = "web";
/// What a build makes, and what packages bring: no part of what goes in.
const MADE: [&str; 4] = ["node_modules", "dist", "test-results", "playwright-report"];

/// Brings the packages and builds the screens into `web/dist`.
pub fn build(project: &Project) -> Result<()> {
    packages(project, WEB)?;
    let stamp =
        Stamp { file: project.path(WEB).join("node_modules/.belfry-dist"), hash: hash(&project.path(WEB))? };
    if stamp.holds() && project.path(WEB).join("dist/index.html").is_file() {
        println!("web: nothing changed, not built again");
        return Ok(());
    }
    project.npm(WEB, &["run", "build"]).run()?;
    stamp.keep()
}

/// Brings exactly the packages of the lock file, unless they are there.
pub fn packages(project: &Project, folder: &str) -> Result<()> {
    let lock = project.path(folder).join("package-lock.json");
    let stamp =
        Stamp { file: project.path(folder).join("node_modules/.belfry-packages"), hash: hash(&lock)? };
    if stamp.holds() {
        return Ok(());
    }
    project.npm(folder, &["ci", "--no-audit", "--no-fund"]).run()?;
    stamp.keep()
}

/// What was last built from: kept in `node_modules`, so that it goes when that goes.
struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    fn holds(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.hash)
    }

    fn keep(&self) -> Result<()> {
        // npm makes no folder for a lock file without packages.
        self.file
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&self.file, &self.hash))
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

/// A hash of the names and bytes of all files at a path. It guards against forgetting, not against malice.
fn hash(path: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(path, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        (file.strip_prefix(path).unwrap_or(&file), bytes).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))? {
        let entry = entry?;
        if !MADE.iter().any(|made| entry.file_name() == *made) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_changes_the_hash_and_what_is_made_does_not() {
        let folder = std::env::temp_dir().join(format!("belfry-xtask-{}", std::process::id()));
        fs::create_dir_all(folder.join("dist")).unwrap();
        fs::write(folder.join("one.ts"), "1").unwrap();
        let first = hash(&folder).unwrap();
        fs::write(folder.join("dist/made.js"), "x").unwrap();
        assert_eq!(hash(&folder).unwrap(), first);
        fs::write(folder.join("one.ts"), "2").unwrap();
        assert_ne!(hash(&folder).unwrap(), first);
        fs::rename(folder.join("one.ts"), folder.join("two.ts")).unwrap();
        fs::write(folder.join("two.ts"), "1").unwrap();
        assert_ne!(hash(&folder).unwrap(), first, "a new name is a change");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = hash(Path::new("/no/such/folder")).unwrap_err();
        assert!(error.to_string().contains("/no/such/folder"), "{error}");
    }
}
