//! A node with many items, for measurements that look at it from a browser.
//!
//! Not here: what is measured (`e2e/bench`), and the sample members, who sign in as in a demonstration.

use std::sync::Arc;

use anyhow::{Context, Result};
use base::Clock as _;
use base::clock::ManualClock;
use base::system::SystemClock;

use super::trial::Trial;
use crate::arguments::BenchNode;
use crate::node;

const DAY_S: i64 = 86_400;
/// So that the youngest item has begun when the first reader looks.
const BEFORE_NOW_S: i64 = 120;

/// Fills the store and serves it until a signal.
pub(crate) fn serve(wanted: &BenchNode) -> Result<()> {
    std::fs::create_dir_all(&wanted.data).with_context(|| format!("cannot use {}", wanted.data.display()))?;
    let items = wanted.items.clamp(1, 10_000_000);
    if wanted.day {
        let clock = Arc::new(ManualClock::new(SystemClock.now().plus_seconds(-DAY_S)));
        let step = (DAY_S - BEFORE_NOW_S) * 1000 / i64::try_from(items).context("a day has room")?;
        let trial = Trial::open_at(&wanted.data, clock.clone())?;
        trial.fill_while(items, wanted.labels, &|| clock.advance_millis(step))?;
    }
    let trial = Trial::open(&wanted.data)?;
    trial.fill(items, wanted.labels)?;
    trial.serve(async |served| {
        println!("ready {}", served.address);
        node::stopped().await;
        Ok(())
    })
}
