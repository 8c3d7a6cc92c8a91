//! What runs in a browser against `belfry demo`: the end-to-end tests and the pictures of the screens.
//!
//! Not here: the tests themselves, which are in `e2e/`.

use anyhow::{Context, Result};

use crate::command::{Project, Step};
use crate::{setup, web};

/// Where they live.
pub const E2E: &str = "e2e";

/// The end-to-end tests.
pub fn test(project: &Project) -> Result<()> {
    npm(project, &["test"], true)?.run()
}

/// The pictures of the screens.
pub fn shots(project: &Project) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    setup::ensure(&setup::TO_BROWSE)?;
    npm(project, &["run", "shots"], false)?.run()
}

/// An npm script that gets a built node (`BELFRY_BIN`) and the computer's own browser (`BELFRY_CHROMIUM`).
fn npm(project: &Project, arguments: &[&str], after_tests: bool) -> Result<Step> {
    web::build(project)?;
    project.build_belfry(after_tests)?;
    web::packages(project, E2E)?;
    let chromium = setup::chromium().context("Chromium is not on this computer")?;
    Ok(project.npm(E2E, arguments).with("BELFRY_BIN", project.belfry()).with("BELFRY_CHROMIUM", chromium))
}
