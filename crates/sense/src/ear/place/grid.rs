//! Every place around the nodes, weighed: coarse first, then finer where it may have been.
//!
//! A cell is seen through a blur of its own size, so that a sharp peak within it is not missed. Cells are split while the belief
//! fits in few of them; a wide belief stays coarse, a narrow one gets fine.
//!
//! Not here: how well a place fits (`belief`).

use super::belief::Belief;

/// Cells across at first.
const ACROSS: usize = 30;
/// Cells that are split at once.
const SPLIT_MAX: usize = 160;
/// A cell this much less likely than the best (a logarithm) is let go.
const LET_GO_LN: f64 = 7.0;
/// The finest side of a cell, in metres.
const FINEST_M: f64 = 1.0;
/// A cell's blur, as a share of its side.
const BLUR: f64 = 0.4;
/// How far around the nodes is looked, as a share of their reach, and at least in metres.
const AROUND: f64 = 1.0;
const AROUND_M_MIN: f64 = 60.0;
/// Places nearer than this are the same to who looks there, in metres.
pub const SAME_M: f64 = 8.0;
/// Other places that are told.
const OTHERS_MAX: usize = 3;
/// The least share of belief around another place that is worth telling.
const OTHER_SHARE_MIN: f64 = 0.05;

/// A square of the plan and how likely it was there.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Its middle.
    pub at: (f64, f64),
    /// Its side in metres.
    pub side_m: f64,
    /// The share of belief in it, 0 to 1.
    pub share: f64,
    ln: f64,
}

/// The places it may have been.
#[derive(Debug)]
pub struct Peaks {
    /// The one with most belief around it.
    pub first: (f64, f64),
    /// Others, with the belief around them.
    pub others: Vec<((f64, f64), f64)>,
}

/// All places weighed: cells whose shares add up to one.
pub fn weigh(belief: &Belief) -> Vec<Cell> {
    let around_m = (belief.frame.reach_m * AROUND).max(AROUND_M_MIN);
    let out_m = belief.frame.reach_m + around_m;
    #[allow(clippy::cast_precision_loss, reason = "a few dozen")]
    let mut side_m = 2.0 * out_m / ACROSS as f64;
    let mut cells = Vec::with_capacity(ACROSS * ACROSS);
    for row in 0..ACROSS {
        for column in 0..ACROSS {
            #[allow(clippy::cast_precision_loss, reason = "a few dozen")]
            let at = ((column as f64 + 0.5) * side_m - out_m, (row as f64 + 0.5) * side_m - out_m);
            if at.0.hypot(at.1) <= out_m {
                cells.push(cell(belief, at, side_m, around_m));
            }
        }
    }
    loop {
        keep_likely(&mut cells);
        if side_m <= FINEST_M || cells.len() > SPLIT_MAX && side_m <= 4.0 * FINEST_M {
            break;
        }
        cells.truncate(SPLIT_MAX);
        side_m /= 2.0;
        let split = |parent: &Cell| {
            let step = side_m / 2.0;
            [(-step, -step), (step, -step), (-step, step), (step, step)]
                .map(|(x, y)| cell(belief, (parent.at.0 + x, parent.at.1 + y), side_m, around_m))
        };
        cells = cells.iter().flat_map(split).collect();
    }
    let best = cells.first().map_or(0.0, |cell| cell.ln);
    let all: f64 = cells.iter().map(|cell| (cell.ln - best).exp()).sum();
    cells.iter_mut().for_each(|cell| cell.share = (cell.ln - best).exp() / all);
    cells
}

/// The place with most belief around it, and others; `None` without cells.
pub fn peaks(cells: &[Cell]) -> Option<Peaks> {
    let first = heaviest(cells)?;
    let mut left: Vec<Cell> = apart(cells, first);
    let mut others = Vec::new();
    while others.len() < OTHERS_MAX {
        let Some(other) = heaviest(&left) else { break };
        let rest = apart(&left, other);
        let share = sum(&left) - sum(&rest);
        if share < OTHER_SHARE_MIN {
            break;
        }
        others.push((other, share));
        left = rest;
    }
    Some(Peaks { first, others })
}

fn cell(belief: &Belief, at: (f64, f64), side_m: f64, around_m: f64) -> Cell {
    // Fewer bangs are far outside: the farther, the fewer would have been heard by all.
    let outside_m = (at.0.hypot(at.1) - belief.frame.reach_m).max(0.0);
    let ln = belief.fit(at, BLUR * side_m).ln - 2.0 * outside_m / around_m;
    Cell { at, side_m, share: 0.0, ln }
}

/// Sorts by likelihood and lets go what is far less likely than the best.
fn keep_likely(cells: &mut Vec<Cell>) {
    cells.retain(|cell| cell.ln.is_finite());
    cells.sort_by(|one, other| other.ln.total_cmp(&one.ln));
    let least = cells.first().map_or(0.0, |cell| cell.ln) - LET_GO_LN;
    cells.truncate(cells.partition_point(|cell| cell.ln >= least));
}

/// The place with most belief within [`SAME_M`] of it: not the sharpest peak, which may hold little.
fn heaviest(cells: &[Cell]) -> Option<(f64, f64)> {
    let around = |at: (f64, f64)| {
        let mut sum = (0.0, 0.0, 0.0);
        for cell in cells {
            let (x, y) = (cell.at.0 - at.0, cell.at.1 - at.1);
            let weight = cell.share * (-(x * x + y * y) / (2.0 * SAME_M * SAME_M)).exp();
            sum = (sum.0 + weight, sum.1 + weight * x, sum.2 + weight * y);
        }
        sum
    };
    let mut starts: Vec<&Cell> = Vec::new();
    for cell in cells {
        let near = |start: &&Cell| (start.at.0 - cell.at.0).hypot(start.at.1 - cell.at.1) < SAME_M / 2.0;
        if starts.len() < 48 && !starts.iter().any(near) {
            starts.push(cell);
        }
    }
    let most = starts.into_iter().max_by(|one, other| around(one.at).0.total_cmp(&around(other.at).0))?;
    let mut at = most.at;
    for _ in 0..8 {
        let (weight, x, y) = around(at);
        at = (at.0 + x / weight, at.1 + y / weight);
    }
    Some(at)
}

fn apart(cells: &[Cell], from: (f64, f64)) -> Vec<Cell> {
    let far = |cell: &&Cell| (cell.at.0 - from.0).hypot(cell.at.1 - from.1) > 2.0 * SAME_M;
    cells.iter().filter(far).copied().collect()
}

fn sum(cells: &[Cell]) -> f64 {
    cells.iter().map(|cell| cell.share).sum()
}
