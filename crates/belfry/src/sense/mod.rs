//! `belfry sense`: the rim of sensing, a process beside the sensors. It takes in sound and pictures, has them heard and seen by
//! `sense`, and tells a node by requests of its own. It opens no port, and no sample leaves it or is written.
//!
//! Not here: hearing and seeing (`sense`), and what a node does with it (`server`).

mod buffer;
mod check;
pub(crate) mod config;
pub(crate) mod decode;
mod input;
pub(crate) mod learn;
mod limits;
mod models;
mod onvif;
mod outlines;
mod post;
mod run;
mod sender;
mod time;
mod turn;

use anyhow::{Context, Result};

use crate::Outcome;
use crate::arguments::{Sense, SenseCommand};

/// Does what is asked.
pub(crate) fn sense(wanted: Sense) -> Result<Outcome> {
    let config = wanted.config.context("name the settings with --config");
    match wanted.command {
        None => crate::in_tasks(run::run(&config?))?,
        Some(SenseCommand::Check { config, seconds }) => {
            let mut well = false;
            crate::in_tasks(async {
                well = check::check(&config, seconds).await?;
                Ok(())
            })?;
            return Ok(if well { Outcome::Done } else { Outcome::Unsound });
        }
        Some(SenseCommand::Train(wanted)) => learn::train(&wanted)?,
        Some(SenseCommand::Evaluate(wanted)) => learn::evaluate(&wanted)?,
        Some(SenseCommand::ConfigReference) => print!("{}", config::reference()),
        Some(SenseCommand::ConfigSample) => print!("{}", config::sample()),
    }
    Ok(Outcome::Done)
}
