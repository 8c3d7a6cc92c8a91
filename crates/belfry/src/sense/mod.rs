//! `belfry sense`: models of sounds from recordings of an operator's own.
//!
//! Not here: hearing itself (`sense`).

mod decode;
pub(crate) mod learn;

use anyhow::Result;

use crate::arguments::SenseCommand;

/// Does what is asked.
pub(crate) fn sense(what: &SenseCommand) -> Result<()> {
    match what {
        SenseCommand::Train(wanted) => learn::train(wanted),
        SenseCommand::Evaluate(wanted) => learn::evaluate(wanted),
    }
}
