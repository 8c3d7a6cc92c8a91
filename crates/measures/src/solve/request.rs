//! What is asked of the search, and how it tells how far it is.
//!
//! Not here: the search.

use base::{Clock, Timestamp};
use serde::{Deserialize, Serialize};

/// Which effects norms must be met with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresCaution))]
#[serde(rename_all = "kebab-case")]
pub enum Caution {
    /// What measures surely do.
    #[default]
    Low,
    /// What they likely do: to see what caution costs, not to decide on.
    Likely,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresRequest))]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Zones whose scenarios count; all when empty.
    #[serde(default)]
    pub zones: Vec<String>,
    /// Levels to find postures for, together; all of the plan when empty.
    #[serde(default)]
    pub levels: Vec<u8>,
    /// The instant at which records must hold.
    pub at: Timestamp,
    /// When the postures end.
    pub ends: Timestamp,
    /// Measures that must stand at every level at which they are allowed: a planner's wish.
    #[serde(default)]
    pub must: Vec<String>,
    /// Measures that may not stand.
    #[serde(default)]
    pub must_not: Vec<String>,
    /// Which effects count.
    #[serde(default)]
    pub caution: Caution,
    /// The relative gap at which the search may stop; 0 proves the least.
    #[serde(default)]
    pub gap: f64,
    /// Seconds after which the search stops with what it has.
    #[serde(default = "seconds_max")]
    pub seconds_max: f64,
    /// Whether to price each norm.
    #[serde(default = "yes")]
    pub prices: bool,
    /// Whether to find the weights at which the choice stays best.
    #[serde(default = "yes")]
    pub ranges: bool,
    /// Whether to find what caution costs.
    #[serde(default = "yes")]
    pub caution_cost: bool,
}

/// Most seconds of a search.
pub const SECONDS_MAX: f64 = 3_600.0;

fn seconds_max() -> f64 {
    300.0
}

fn yes() -> bool {
    true
}

impl Request {
    /// All levels and zones of a plan, proved, with everything that can be said about the answer.
    pub fn new(at: Timestamp, ends: Timestamp) -> Self {
        Self {
            zones: Vec::new(),
            levels: Vec::new(),
            at,
            ends,
            must: Vec::new(),
            must_not: Vec::new(),
            caution: Caution::Low,
            gap: 0.0,
            seconds_max: seconds_max(),
            prices: true,
            ranges: true,
            caution_cost: true,
        }
    }

    /// The same without prices, ranges and the cost of caution: quicker.
    #[must_use]
    pub fn bare(mut self) -> Self {
        (self.prices, self.ranges, self.caution_cost) = (false, false, false);
        self
    }
}

/// What the search is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresStage))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Least burden on the worst-hit neighbourhood.
    Worst,
    /// Least burden on the average resident.
    Total,
    /// Least money.
    Money,
    /// Fewest measures.
    Count,
    /// What is short, when norms cannot be met.
    Shortfall,
    /// Reasons for each measure.
    Certificates,
    /// The price of each norm.
    Prices,
    /// Weights at which the choice stays best.
    Ranges,
    /// What caution costs.
    Caution,
}

/// How far the search is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresProgress))]
pub struct Progress {
    /// What it is at.
    pub stage: Stage,
    /// Programmes solved so far.
    pub solves: usize,
    /// The least that has been found in this stage.
    pub value: Option<f64>,
    /// What no choice is below in this stage.
    pub bound: Option<f64>,
}

/// Who looks on. Asked between programmes, and between the slices of a long one.
pub trait Watch {
    /// Told how far it is.
    fn progress(&mut self, progress: Progress);
    /// Whether to stop.
    fn cancelled(&mut self) -> bool;
}

/// Nobody looks on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&mut self, _: Progress) {}

    fn cancelled(&mut self) -> bool {
        false
    }
}

/// The bounds of one search in time, and who looks on.
pub struct Run<'a> {
    clock: &'a dyn Clock,
    watch: &'a mut dyn Watch,
    stops: Timestamp,
    pub(super) stage: Stage,
    pub(super) solves: usize,
    pub(super) gap: f64,
}

impl<'a> Run<'a> {
    /// A search that begins now.
    pub fn new(clock: &'a dyn Clock, watch: &'a mut dyn Watch, seconds_max: f64, gap: f64) -> Self {
        // What is not a number stops at once.
        let seconds = seconds_max.clamp(0.0, SECONDS_MAX);
        #[allow(clippy::cast_possible_truncation, reason = "an hour in milliseconds")]
        let stops = clock.now().plus_millis((seconds * 1_000.0) as i64);
        let gap = if gap.is_finite() { gap.clamp(0.0, 1.0) } else { 0.0 };
        Self { clock, watch, stops, stage: Stage::Worst, solves: 0, gap }
    }

    pub(super) fn seconds_left(&self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "an hour in milliseconds")]
        let left = self.stops.millis_since(self.clock.now()) as f64 / 1_000.0;
        left.max(0.0)
    }

    pub(super) fn tell(&mut self, value: Option<f64>, bound: Option<f64>) {
        self.watch.progress(Progress { stage: self.stage, solves: self.solves, value, bound });
    }

    pub(super) fn cancelled(&mut self) -> bool {
        self.watch.cancelled()
    }
}
