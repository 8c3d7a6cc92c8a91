//! The measurements by name.
//!
//! Not here: the measurements, which are hidden subcommands of `belfry` so that they measure what is shipped.

use anyhow::{Result, bail};

use crate::command::Project;
use crate::{setup, web};

/// Name, and what `belfry` is started with.
const MEASUREMENTS: [(&str, &[&str]); 1] = [("share", &["bench-share"])];

/// Runs one measurement in a release build.
pub fn bench(project: &Project, name: Option<&str>, rest: &[String]) -> Result<()> {
    let Some((_, arguments)) = MEASUREMENTS.into_iter().find(|(known, _)| Some(*known) == name) else {
        let names: Vec<&str> = MEASUREMENTS.iter().map(|(known, _)| *known).collect();
        bail!("say which: {}", names.join(", "));
    };
    setup::ensure(&setup::TO_BUILD)?;
    web::build(project)?;
    let mut all = vec!["run", "--release", "--package", "belfry", "--"];
    all.extend(arguments);
    project.cargo(&all).args(rest).run()
}
