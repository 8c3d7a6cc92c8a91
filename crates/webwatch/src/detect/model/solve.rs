//! The least of a convex function of many weights: L-BFGS with a backtracking line search. Deterministic.
//!
//! Not here: which function.
//!
//! Method: Liu and Nocedal 1989, two-loop recursion, Armijo's condition.

use std::collections::VecDeque;

/// Pairs that are remembered.
const MEMORY: usize = 8;

/// Finds the weights at which `value` is least, from `weights` on. `value` fills the gradient and gives the value.
pub fn minimise(
    weights: &mut Vec<f32>,
    rounds_max: usize,
    tolerance: f64,
    value: &mut dyn FnMut(&[f32], &mut [f32]) -> f64,
) {
    let size = weights.len();
    let mut gradient = vec![0f32; size];
    let mut now = value(weights, &mut gradient);
    let start = norm(&gradient).max(f64::MIN_POSITIVE);
    let mut pairs: VecDeque<(Vec<f32>, Vec<f32>, f64)> = VecDeque::new();
    for round in 0..rounds_max {
        if norm(&gradient) <= tolerance * start {
            break;
        }
        let direction = direction(&gradient, &pairs);
        let slope = dot(&gradient, &direction);
        if slope >= 0.0 {
            break;
        }
        let mut step = if round == 0 { (1.0 / norm(&gradient)).min(1.0) } else { 1.0 };
        let mut next = vec![0f32; size];
        let mut next_gradient = vec![0f32; size];
        let mut found = false;
        for _ in 0..25 {
            #[allow(clippy::cast_possible_truncation, reason = "a step of at most 1")]
            let by = step as f32;
            for (place, weight) in next.iter_mut().enumerate() {
                *weight = weights[place] + by * direction[place];
            }
            let value = value(&next, &mut next_gradient);
            if value <= now + 1e-4 * step * slope {
                now = value;
                found = true;
                break;
            }
            step *= 0.5;
        }
        if !found {
            break;
        }
        let moved: Vec<f32> = next.iter().zip(weights.iter()).map(|(new, old)| new - old).collect();
        let turned: Vec<f32> = next_gradient.iter().zip(&gradient).map(|(new, old)| new - old).collect();
        let curve = dot(&moved, &turned);
        if curve > 1e-12 {
            if pairs.len() == MEMORY {
                pairs.pop_front();
            }
            pairs.push_back((moved, turned, curve));
        }
        *weights = next;
        gradient = next_gradient;
    }
}

fn direction(gradient: &[f32], pairs: &VecDeque<(Vec<f32>, Vec<f32>, f64)>) -> Vec<f32> {
    let mut out: Vec<f32> = gradient.iter().map(|part| -part).collect();
    let mut shares = Vec::with_capacity(pairs.len());
    for (moved, turned, curve) in pairs.iter().rev() {
        let share = dot(moved, &out) / curve;
        add(&mut out, turned, -share);
        shares.push(share);
    }
    if let Some((_, turned, curve)) = pairs.back() {
        let scale = curve / dot(turned, turned).max(f64::MIN_POSITIVE);
        #[allow(clippy::cast_possible_truncation, reason = "a scale in the range of the weights")]
        out.iter_mut().for_each(|part| *part *= scale as f32);
    }
    for ((moved, turned, curve), share) in pairs.iter().zip(shares.iter().rev()) {
        let back = dot(turned, &out) / curve;
        add(&mut out, moved, share - back);
    }
    out
}

fn add(out: &mut [f32], other: &[f32], times: f64) {
    #[allow(clippy::cast_possible_truncation, reason = "a factor in the range of the weights")]
    let times = times as f32;
    out.iter_mut().zip(other).for_each(|(part, more)| *part += times * more);
}

fn dot(one: &[f32], two: &[f32]) -> f64 {
    // In blocks, so that small parts are not lost in a large sum.
    let blocks = one.chunks(4096).zip(two.chunks(4096));
    blocks.map(|(one, two)| f64::from(one.iter().zip(two).map(|(a, b)| a * b).sum::<f32>())).sum()
}

fn norm(vector: &[f32]) -> f64 {
    dot(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_a_bowl() {
        let mut weights = vec![5.0f32; 50];
        minimise(&mut weights, 200, 1e-6, &mut |weights, gradient| {
            let mut value = 0.0;
            for (place, weight) in weights.iter().enumerate() {
                let steep = 1.0 + f32::from(u16::try_from(place).unwrap());
                gradient[place] = 2.0 * steep * (weight - 1.0);
                value += f64::from(steep * (weight - 1.0) * (weight - 1.0));
            }
            value
        });
        assert!(weights.iter().all(|weight| (weight - 1.0).abs() < 1e-3), "{weights:?}");
    }
}
