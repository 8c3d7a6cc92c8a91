//! `belfry`: one program for a node of its own, for a demonstration, and for checking what a node says.
//!
//! Not here: the HTTP API (server), what is kept (store). The rim: clock, randomness, network, files and signals come
//! in here and are handed down.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its user")]

mod arguments;
mod bench;
mod bundle;
mod demo;
mod import;
mod init;
mod node;
mod plan;
mod reach;
mod sense;
mod upkeep;
mod verify;
mod webwatch;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, Command};

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It was done.
    Done,
    /// It was done, and what was looked at is not as it should be.
    Unsound,
}

/// Exit codes: 0 done, 1 could not be done, 2 wrong use (clap's own), 3 what was checked is not sound.
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let serves = match &arguments.command {
        Command::Run { .. } => true,
        Command::Sense(wanted) => wanted.command.is_none(),
        _ => false,
    };
    let quiet = if serves { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("BELFRY_LOG").unwrap_or_else(|_| EnvFilter::new(quiet));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match work(arguments.command) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Unsound) => ExitCode::from(3),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work(command: Command) -> Result<Outcome> {
    match command {
        Command::Demo(wanted) => in_tasks(demo::demo(wanted))?,
        Command::Init(wanted) => init::init(&wanted)?,
        Command::Run { config } => in_tasks(node::run(&config))?,
        Command::Import(what) => in_tasks(import::import(what))?,
        Command::Check { config } => return upkeep::check(&config),
        Command::Verify(wanted) => return verify::verify(&wanted),
        Command::RebuildSearch { config } => upkeep::rebuild_search(&config)?,
        Command::Backup { config, to } => upkeep::backup(&config, &to)?,
        Command::Restore(wanted) => upkeep::restore(&wanted)?,
        Command::Expire { config } => upkeep::expire(&config)?,
        Command::Sense(wanted) => return sense::sense(wanted),
        Command::Webwatch(what) => webwatch::webwatch(what)?,
        Command::Plan(what) => return plan::plan(what),
        Command::Openapi => {
            println!(
                "{}",
                server::openapi().to_pretty_json().context("the description of the API is not JSON")?
            );
        }
        Command::Matrix => print!("{}", policy::matrix()),
        Command::ConfigReference => print!("{}", server::config::reference()),
        Command::ConfigSample => print!("{}", server::config::sample()),
        Command::BenchShare(wanted) => bench::share(&wanted)?,
        Command::BenchNode(wanted) => bench::node::serve(&wanted)?,
    }
    Ok(Outcome::Done)
}

/// Runs what waits for the network.
fn in_tasks(work: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the threads that serve")?;
    let result = runtime.block_on(work);
    // What still hangs on a closed connection does not keep the program from ending.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    result
}
