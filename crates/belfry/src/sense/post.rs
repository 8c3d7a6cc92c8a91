//! What hears and sees in this build: nothing yet. The post tells how its sensors are, and that is all it tells.
//!
//! Not here: hearing and seeing, which come from `sense`.

use anyhow::{Context, Result};
use sense::Moment;
use sense::bulletin::Orders;
use sense::ear::Window;
use sense::eye::Frame;

use super::config::Config;
use super::run::{Listening, Told};

/// Sensors are watched, and what they bring is left.
pub(crate) struct Unhearing;

/// What hears and sees, for these settings.
pub(crate) fn listening(config: &Config) -> Result<Unhearing> {
    config.temperature_c().context("the temperature")?;
    tracing::warn!("this build neither hears nor sees: only the health of sensors is told");
    Ok(Unhearing)
}

impl Listening for Unhearing {
    fn hear(&mut self, _: &str, _: Window) {}
    fn see(&mut self, _: &str, _: Frame) {}
    fn clock(&mut self, _: &str, _: f64) {}
    fn obey(&mut self, _: Orders) {}
    fn tick(&mut self, _: Moment) -> Told {
        Told::default()
    }
}
