//! Sharpens a place by Levenberg-Marquardt on the nodes that are likelier direct than not (Marquardt 1963).
//!
//! Not here: finding the place to begin from (`grid`).

use nalgebra::{Matrix3, Vector3};

use super::belief::{Belief, Direction, Node, Verdict};
use super::grid::SAME_M;

/// Steps at most.
const STEPS_MAX: usize = 25;
/// Rounds of choosing nodes and sharpening.
const ROUNDS: usize = 3;

/// The place sharpened, and the time of the bang in metres of sound after the first arrival. A place to which the words that
/// are used do not hold fast stays where it was.
pub fn sharpen(belief: &Belief, start: (f64, f64)) -> ((f64, f64), f64) {
    let first = belief.fit(start, 0.0);
    let mut now = Vector3::new(start.0, start.1, belief.fit(start, SAME_M / 4.0).bang_m);
    let mut best = (start, first);
    for _ in 0..ROUNDS {
        let verdict = belief.judge((now.x, now.y), now.z);
        let Some(next) = descend(belief, &verdict, now) else { break };
        let at = (next.x, next.y);
        if (at.0 - start.0).hypot(at.1 - start.1) > SAME_M {
            break;
        }
        let fit = belief.fit(at, 0.0);
        if fit.ln < best.1.ln {
            break;
        }
        best = (at, fit);
        now = next;
    }
    (best.0, best.1.bang_m)
}

/// How far a node's direction is beside a place, in radians.
pub fn beside(node: &Node, direction: &Direction, at: (f64, f64)) -> f64 {
    let (x, y) = (at.0 - node.at.0, at.1 - node.at.1);
    (direction.unit.0 * y - direction.unit.1 * x).atan2(direction.unit.0 * x + direction.unit.1 * y)
}

/// `None` when too few words are used to hold the place fast.
fn descend(belief: &Belief, verdict: &Verdict, start: Vector3<f64>) -> Option<Vector3<f64>> {
    let mut now = start;
    let (mut normal, mut slope, mut cost, words) = gather(belief, verdict, &now);
    if words < 3 {
        return None;
    }
    let mut damping = 1e-3;
    for _ in 0..STEPS_MAX {
        let mut damped = normal;
        for axis in 0..3 {
            damped[(axis, axis)] += damping * normal[(axis, axis)].max(1e-9);
        }
        let step = damped.lu().solve(&slope)?;
        let next = now - step;
        let (next_normal, next_slope, next_cost, _) = gather(belief, verdict, &next);
        if next_cost <= cost {
            let done = step.norm() < 1e-6;
            (now, normal, slope, cost) = (next, next_normal, next_slope, next_cost);
            damping = (damping / 10.0_f64).max(1e-9);
            if done {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > 1e9 {
                break;
            }
        }
    }
    let held = normal.symmetric_eigen().eigenvalues.min() > 1e-6;
    (held && now.iter().all(|value| value.is_finite())).then_some(now)
}

/// The normal matrix, the slope and the cost of the words that are used, and how many they are.
fn gather(
    belief: &Belief,
    verdict: &Verdict,
    now: &Vector3<f64>,
) -> (Matrix3<f64>, Vector3<f64>, f64, usize) {
    let at = (now.x, now.y);
    let (mut normal, mut slope, mut cost, mut words) = (Matrix3::zeros(), Vector3::zeros(), 0.0, 0);
    let mut add = |miss: f64, row: Vector3<f64>| {
        normal += row * row.transpose();
        slope += row * miss;
        cost += miss * miss;
        words += 1;
    };
    let mut timed = false;
    for (node, word) in belief.nodes.iter().zip(&verdict.words) {
        let (x, y) = (at.0 - node.at.0, at.1 - node.at.1);
        let away_m = node.away_m(at).max(0.1);
        if let Some(heard_m) = node.heard_m.filter(|_| word.direct) {
            let deviation_m = node.deviation_m(away_m, 0.0);
            timed = true;
            add(
                (away_m + now.z - heard_m) / deviation_m,
                Vector3::new(x / away_m, y / away_m, 1.0) / deviation_m,
            );
        }
        if let Some(direction) = node.direction.filter(|_| word.points) {
            let deviation = direction.variance.sqrt();
            let across = Vector3::new(-y, x, 0.0) / (away_m * away_m * deviation);
            add(beside(node, &direction, at) / deviation, across);
        }
    }
    if !timed {
        // Only directions: the time of the bang is not known, and must not make the place loose.
        add(0.0, Vector3::new(0.0, 0.0, 1.0));
    }
    (normal, slope, cost, words)
}
