//! What a sensor hears when nothing is the matter: how many scores a day lie above a score, and where the score lies that only so
//! many a day reach.
//!
//! A histogram that forgets over weeks. Where it holds too few to count, the tail is a generalised Pareto above a score that is
//! reached often enough (peaks over threshold, Pickands 1975), fitted by its moments.
//!
//! Not here: which share of the stated false alarms a sensor gets (`mod`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Scores below and above are taken for these, in dB.
const LEAST_DB: f64 = -40.0;
const MOST_DB: f64 = 120.0;
/// Width of a bin, in dB.
const BIN_DB: f64 = 0.25;
/// With so many above the score that is looked for, they are simply counted.
const COUNTED_MIN: f64 = 25.0;
/// Scores that a tail is fitted to, at most.
const TAIL_MAX: f64 = 80.0;
/// The mean by which scores exceed a high one, in dB, before any were heard.
const EXCESS_DB: f64 = 3.0;
/// Scores that this guess counts for.
const EXCESS_COUNTS_FOR: f64 = 5.0;
/// Scores that the guess of a tail neither light nor heavy counts for.
const SHAPE_COUNTS_FOR: f64 = 40.0;
/// The lightest and the heaviest tail that is believed.
const SHAPE: (f64, f64) = (-0.3, 0.4);
/// Deviations that hold 95 of 100.
const DEVIATIONS: f64 = 1.96;

/// Scores heard, lately more than long ago.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Background {
    /// How many in each bin that holds some.
    bins: BTreeMap<u16, f64>,
}

/// A score that is reached so often, and where it lies in 95 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    /// The score in dB.
    pub score_db: f64,
    /// The least it may be.
    pub low_db: f64,
    /// The most it may be.
    pub high_db: f64,
    /// The mean by which scores above it exceed it, in dB: a step that changes the rate by a factor of e.
    pub excess_db: f64,
}

impl Background {
    /// Adds a score.
    pub fn add(&mut self, score_db: f64) {
        *self.bins.entry(bin(score_db)).or_insert(0.0) += 1.0;
    }

    /// Takes a score out again.
    pub fn take(&mut self, score_db: f64) {
        let bin = bin(score_db);
        if let Some(count) = self.bins.get_mut(&bin) {
            *count -= 1.0;
            if *count <= 0.0 {
                self.bins.remove(&bin);
            }
        }
    }

    /// Forgets all but a share.
    pub fn fade(&mut self, share: f64) {
        self.bins.retain(|_, count| {
            *count *= share;
            *count > 1e-3
        });
    }

    /// Two backgrounds as one.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut bins = self.bins.clone();
        other.bins.iter().for_each(|(bin, count)| *bins.entry(*bin).or_insert(0.0) += count);
        Self { bins }
    }

    /// How many scores it holds.
    pub fn count(&self) -> f64 {
        self.bins.values().sum()
    }

    /// How many scores lie at or above a score, as far as bins tell.
    pub fn count_above(&self, score_db: f64) -> f64 {
        self.bins.range(bin(score_db)..).map(|(_, count)| count).sum()
    }

    /// The score that so many of those it holds reach; less than one: beyond them.
    pub fn reached_by(&self, wanted: f64) -> Reached {
        let wanted = wanted.max(1e-6);
        let count = self.count();
        let tail = self.tail(count);
        if wanted < COUNTED_MIN {
            return tail.reached_by(wanted);
        }
        let miss = DEVIATIONS * wanted.sqrt();
        Reached {
            score_db: self.counted(wanted),
            low_db: self.counted(wanted + miss),
            high_db: self.counted((wanted - miss).max(1.0)),
            excess_db: tail.excess_db,
        }
    }

    /// The score at which so many lie above, between the edges of its bin.
    fn counted(&self, wanted: f64) -> f64 {
        let mut above = 0.0;
        for (bin, count) in self.bins.iter().rev() {
            if above + count >= wanted {
                return low_edge(*bin) + BIN_DB * (1.0 - (wanted - above) / count);
            }
            above += count;
        }
        self.bins.keys().next().map_or(LEAST_DB, |bin| low_edge(*bin))
    }

    fn tail(&self, count: f64) -> Tail {
        let aim = (count / 4.0).clamp(count.min(EXCESS_COUNTS_FOR), TAIL_MAX);
        // From the edge of a bin, so that what lies above is known to the last.
        let start = bin(self.counted(aim));
        let from_db = if count > 0.0 { low_edge(start) } else { 0.0 };
        let (mut above, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (bin, count) in self.bins.range(start..) {
            let excess = low_edge(*bin) + BIN_DB / 2.0 - from_db;
            above += count;
            sum += count * excess;
            squares += count * excess * excess;
        }
        let mean = (sum + EXCESS_COUNTS_FOR * EXCESS_DB) / (above + EXCESS_COUNTS_FOR);
        let variance = if above > 1.0 { (squares - sum * sum / above).max(0.0) / (above - 1.0) } else { 0.0 };
        let raw =
            if variance > 0.0 && sum > 0.0 { 0.5 * (1.0 - (sum / above).powi(2) / variance) } else { 0.0 };
        let shape = (raw * above / (above + SHAPE_COUNTS_FOR)).clamp(SHAPE.0, SHAPE.1);
        Tail { from_db, above, shape, excess_db: mean * (1.0 - shape) }
    }
}

/// What lies above a high score.
struct Tail {
    from_db: f64,
    above: f64,
    shape: f64,
    excess_db: f64,
}

impl Tail {
    fn reached_by(&self, wanted: f64) -> Reached {
        let about = self.above + SHAPE_COUNTS_FOR;
        let miss = DEVIATIONS * (1.0 + self.shape) * self.above.max(1.0).sqrt() / about;
        let counts = DEVIATIONS / self.above.max(1.0).sqrt();
        let at = |shape: f64, ratio: f64| {
            let steps = ratio.max(1e-6).ln();
            let reach = if shape.abs() < 1e-3 { steps } else { ((shape * steps).exp() - 1.0) / shape };
            self.from_db + self.excess_db * reach
        };
        let ratio = self.above.max(1e-3) / wanted;
        let score_db = at(self.shape, ratio);
        let low_db = at(self.shape - miss, ratio * (-counts).exp()).min(score_db);
        let high_db = at(self.shape + miss, ratio * counts.exp()).max(score_db);
        let excess_db = (self.excess_db + self.shape * (score_db - self.from_db).max(0.0)).max(BIN_DB);
        Reached { score_db, low_db, high_db, excess_db }
    }
}

fn bin(score_db: f64) -> u16 {
    let kept = if score_db.is_finite() { score_db.clamp(LEAST_DB, MOST_DB) } else { LEAST_DB };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped: 0 to 640")]
    let bin = ((kept - LEAST_DB) / BIN_DB + 1e-9) as u16;
    bin
}

fn low_edge(bin: u16) -> f64 {
    LEAST_DB + BIN_DB * f64::from(bin)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores of an exponential tail at even steps of its shares: mean 4 dB above 5 dB.
    fn exponential(count: u32) -> Background {
        let mut background = Background::default();
        for step in 0..count {
            let share = (f64::from(step) + 0.5) / f64::from(count);
            background.add(5.0 - 4.0 * share.ln());
        }
        background
    }

    #[test]
    fn counts_where_there_is_enough_and_reaches_on_where_there_is_not() {
        let background = exponential(1_000);
        for (wanted, off_db) in [(300.0, 0.2), (30.0, 0.4), (10.0, 0.8), (1.0, 2.0), (0.1, 4.0)] {
            let truth = 5.0 + 4.0 * (1_000.0_f64 / wanted).ln();
            let found = background.reached_by(wanted);
            assert!((found.score_db - truth).abs() < off_db, "{wanted}: {found:?}, {truth}");
            assert!(found.low_db <= truth && truth <= found.high_db, "{wanted}: {found:?}, {truth}");
        }
        assert!((background.count_above(5.0 + 4.0 * 10.0_f64.ln()) - 100.0).abs() < 8.0);
    }

    #[test]
    fn fewer_reach_a_higher_score() {
        let background = exponential(200);
        let mut last = f64::NEG_INFINITY;
        for step in (0..12).rev() {
            let found = background.reached_by(0.02 * 2.0_f64.powi(step));
            assert!(found.score_db >= last - BIN_DB, "{step} {found:?} {last}");
            assert!(found.low_db <= found.score_db && found.score_db <= found.high_db, "{found:?}");
            last = found.score_db;
        }
    }

    #[test]
    fn nothing_heard_is_no_number_out_of_range() {
        for background in [Background::default(), exponential(1), exponential(2)] {
            for wanted in [0.0, 0.01, 1.0, 100.0] {
                let found = background.reached_by(wanted);
                assert!(found.score_db.is_finite() && found.excess_db > 0.0, "{found:?}");
            }
        }
    }

    #[test]
    fn what_is_taken_or_faded_is_gone() {
        let mut background = exponential(10);
        background.add(f64::NAN);
        background.take(f64::NAN);
        background.take(77.0);
        assert!((background.count() - 10.0).abs() < 1e-9);
        background.fade(0.5);
        assert!((background.count() - 5.0).abs() < 1e-9);
        background.fade(1e-6);
        assert_eq!(background, Background::default());
    }
}
