//! `cargo xtask`: run, test, ci, gen, bench, shots. The chores of this repository, in Rust so that they run anywhere.
//!
//! Not here: anything a user of Belfry needs; that is the `belfry` binary.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

mod bench;
mod browser;
mod check;
mod command;
mod generate;
mod setup;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::command::Project;

/// The chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Start a node with the sample area, on this computer only.
    Run {
        /// Handed on to `belfry demo`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Everything that must be green before a change goes in.
    Test,
    /// What the build server runs: `test`, and generated files must be clean.
    Ci,
    /// Rewrite the generated files.
    Gen {
        /// Change nothing; fail with the names of stale files.
        #[arg(long)]
        check: bool,
    },
    /// Measure, in a release build.
    Bench {
        /// Which measurement; without one, the names are listed.
        name: Option<String>,
        /// Handed on to the measurement.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Take pictures of the screens.
    Shots,
}

fn main() -> ExitCode {
    match work(Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work(chore: Chore) -> Result<()> {
    let project = Project::find()?;
    match chore {
        Chore::Run { rest } => run(&project, &rest),
        Chore::Test => check::check(&project, false),
        Chore::Ci => check::check(&project, true),
        Chore::Gen { check } => generate::generate(&project, check),
        Chore::Bench { name, rest } => bench::bench(&project, name.as_deref(), &rest),
        Chore::Shots => browser::shots(&project),
    }
}

fn run(project: &Project, rest: &[String]) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    if let Err(why) = setup::ensure(&setup::TO_SHOW) {
        println!("the cameras of the demonstration stay dark: {why}");
    }
    web::build(project)?;
    project.cargo(&["run", "--package", "belfry", "--", "demo"]).args(rest).interactive().run()
}
