//! Patches: short stretches of a picture that recur, learned from examples without their labels, and how often each is found.
//!
//! After Coates and Ng (2012) and Salamon and Bello (2015): patches whitened, then spherical k-means, then the rectified
//! likeness to each centre pooled over the window. Here a patch is taken from the cepstra, cut down by a cosine transform over
//! time, so that whitening is of some tens of numbers instead of a thousand.
//!
//! Not here: what the answers are used for (`kernel`).

use base::random::{Random, SeededRandom, bytes};
use nalgebra::{DMatrix, DVector, DVectorViewMut, SymmetricEigen};

use super::spectrum::{CEPSTRA, cosines};
use super::statistics::{mean_and_deviation, quantile};

/// Frames from one patch to the next.
const STEP_FRAMES: usize = 2;
/// Patches whose loudest frame is below this say nothing of the sound, in dB.
const ACTIVE_DB: f32 = -40.0;
/// Patches taken of each example to learn from.
const PATCHES_PER_EXAMPLE: usize = 100;
/// Patches learned from at most.
const PATCHES_MAX: usize = 60_000;
/// Rounds of k-means.
const ROUNDS: usize = 12;

/// The shape of a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Frames it spans.
    pub(super) frames: usize,
    /// Coefficients kept over time.
    pub(super) over_time: usize,
    /// Coefficients kept over the bands.
    pub(super) over_bands: usize,
    /// Centres learned.
    pub(super) centres: usize,
}

impl Shape {
    /// Numbers that a patch is told with: all coefficients but its level.
    pub(super) const fn numbers(self) -> usize {
        self.over_time * self.over_bands - 1
    }

    /// Whether it can be learned and read.
    pub(super) const fn is_sound(self) -> bool {
        self.frames >= 1
            && self.frames <= 64
            && self.over_time >= 1
            && self.over_time <= self.frames
            && self.over_bands >= 2
            && self.over_bands <= CEPSTRA
            && self.centres >= 1
            && self.centres <= 1_024
    }
}

/// What a window needs for its patches: its cepstra and levels.
pub(super) struct Cepstra {
    pub(super) cepstra: DMatrix<f32>,
    pub(super) level: Vec<f32>,
}

/// Centres of patches of one shape, whitening included: an answer is `centres * patch - offset`, cut at nought.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dictionary {
    pub(super) shape: Shape,
    /// Centres x numbers.
    pub(super) centres: DMatrix<f32>,
    pub(super) offset: DVector<f32>,
}

impl Dictionary {
    /// Learns the centres from examples.
    pub(super) fn learn(shape: Shape, examples: &[&Cepstra], random: &SeededRandom) -> Self {
        let each = (PATCHES_MAX / examples.len().max(1)).clamp(1, PATCHES_PER_EXAMPLE);
        let mut taken: Vec<f32> = Vec::new();
        for example in examples {
            let patches = patches(shape, example);
            for _ in 0..each.min(patches.ncols()) {
                taken.extend(patches.column(below(random, patches.ncols())).iter());
            }
        }
        let numbers = shape.numbers();
        let mut patches = DMatrix::from_vec(numbers, taken.len() / numbers, taken);
        let mean = if patches.is_empty() { DVector::zeros(numbers) } else { patches.column_mean() };
        patches.column_iter_mut().for_each(|mut column| column -= &mean);
        let whitening = whitening(&patches);
        let centres = centres(&(&whitening * &patches), shape.centres, random);
        let scale = (numbers as f32).sqrt().recip();
        let centres = centres.transpose() * whitening * scale;
        let offset = &centres * mean;
        Self { shape, centres, offset }
    }

    /// The mean answer of each centre over the window, then the deviation of each.
    pub(super) fn answers(&self, window: &Cepstra) -> Vec<f32> {
        let count = self.offset.len();
        let patches = patches(self.shape, window);
        let mut answers = &self.centres * patches;
        for mut column in answers.column_iter_mut() {
            column -= &self.offset;
            column.apply(|one| *one = one.max(0.0));
        }
        let mean = if answers.is_empty() { DVector::zeros(count) } else { answers.column_mean() };
        let mut square = DVector::<f32>::zeros(count);
        for column in answers.column_iter() {
            square.zip_zip_apply(&column, &mean, |sum, one, mean| *sum += (one - mean) * (one - mean));
        }
        let frames = answers.ncols().max(1) as f32;
        mean.iter().copied().chain(square.iter().map(|sum| (sum / frames).sqrt())).collect()
    }
}

/// The active patches of a window: numbers x patches.
fn patches(shape: Shape, window: &Cepstra) -> DMatrix<f32> {
    let frames = window.level.len();
    let reach = |from: usize| from..(from + shape.frames).min(frames);
    let loudest = |from: usize| window.level[reach(from)].iter().fold(f32::MIN, |most, one| most.max(*one));
    let last = frames.saturating_sub(shape.frames);
    let kept: Vec<usize> =
        (0..=last).step_by(STEP_FRAMES).filter(|from| frames > 0 && loudest(*from) > ACTIVE_DB).collect();
    let over_time = cosines(shape.over_time, shape.frames);
    let mut out = DMatrix::zeros(shape.numbers(), kept.len());
    let mut patch = vec![0.0f32; shape.over_time * shape.over_bands];
    for (from, mut column) in kept.iter().zip(out.column_iter_mut()) {
        patch.fill(0.0);
        for (step, frame) in reach(*from).enumerate() {
            let cepstra = window.cepstra.column(frame);
            let cepstra = &cepstra.as_slice()[..shape.over_bands];
            for (row, part) in patch.chunks_exact_mut(shape.over_bands).enumerate() {
                let weight = over_time[(row, step)];
                part.iter_mut().zip(cepstra).for_each(|(to, one)| *to += weight * one);
            }
        }
        // The first coefficient of all is the level: the same sound nearer by.
        column.copy_from_slice(&patch[1..]);
    }
    out
}

/// Turns patches (of mean nought) into numbers that are independent and of spread one; directions of little spread are held back.
fn whitening(patches: &DMatrix<f32>) -> DMatrix<f32> {
    let covariance = patches * patches.transpose() / patches.ncols().max(1) as f32;
    let eigen = SymmetricEigen::new(covariance);
    let mut values: Vec<f32> = eigen.eigenvalues.iter().copied().collect();
    let held_back = 0.1 * quantile(&mut values, 0.5).max(0.0) + 1e-3;
    let mut rows = eigen.eigenvectors.transpose();
    for (mut row, value) in rows.row_iter_mut().zip(eigen.eigenvalues.iter()) {
        row *= (value.max(0.0) + held_back).sqrt().recip();
    }
    rows
}

/// Spherical k-means: unit vectors to which patches are most alike; numbers x centres.
fn centres(patches: &DMatrix<f32>, count: usize, random: &SeededRandom) -> DMatrix<f32> {
    let (numbers, all) = patches.shape();
    let mut centres = DMatrix::zeros(numbers, count);
    let anew = |mut column: DVectorViewMut<f32>| {
        if all > 0 {
            column.copy_from(&patches.column(below(random, all)));
        }
        unit(column);
    };
    centres.column_iter_mut().for_each(anew);
    for _ in 0..ROUNDS {
        let mut next = DMatrix::<f32>::zeros(numbers, count);
        // In parts, so that the answers of all patches to all centres are never held at once.
        for from in (0..all).step_by(2_048) {
            let part = patches.columns(from, (all - from).min(2_048));
            let alike = centres.transpose() * part;
            for (answers, patch) in alike.column_iter().zip(part.column_iter()) {
                let (best, answer) = answers.argmax();
                next.column_mut(best).axpy(answer, &patch, 1.0);
            }
        }
        for column in next.column_iter_mut() {
            if column.norm_squared() < 1e-9 { anew(column) } else { unit(column) }
        }
        centres = next;
    }
    centres
}

fn unit(mut column: DVectorViewMut<f32>) {
    let norm = column.norm();
    column /= norm.max(1e-9);
}

/// A number below a bound.
pub(super) fn below(random: &dyn Random, bound: usize) -> usize {
    (u64::from_le_bytes(bytes(random)) % bound.max(1) as u64) as usize
}

/// Mean and deviation of each row of features, for standardising: a deviation is never nought.
pub(super) fn scale_of(rows: &[&[f32]]) -> (Vec<f32>, Vec<f32>) {
    let length = rows.first().map_or(0, |row| row.len());
    let column = |at: usize| mean_and_deviation(rows.iter().map(move |row| row[at]));
    (0..length).map(column).map(|(mean, deviation)| (mean, deviation.max(1e-4))).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { frames: 4, over_time: 2, over_bands: 5, centres: 2 };

    /// Frames in which one coefficient swings.
    fn swinging(coefficient: usize) -> Cepstra {
        let cepstra = DMatrix::from_fn(CEPSTRA, 200, |row, frame| {
            let small = ((row * 31 + frame * 17) % 13) as f32 / 13.0 - 0.5;
            if row == coefficient { (frame as f32 * 0.4).sin() * 10.0 } else { small }
        });
        Cepstra { cepstra, level: vec![-3.0; 200] }
    }

    #[test]
    fn centres_are_those_that_recur_and_replay_from_a_seed() {
        let (one, two) = (swinging(2), swinging(3));
        let learned = Dictionary::learn(SHAPE, &[&one, &two], &SeededRandom::new(3));
        assert_eq!(learned, Dictionary::learn(SHAPE, &[&one, &two], &SeededRandom::new(3)));
        let (of_one, of_two) = (learned.answers(&one), learned.answers(&two));
        assert_eq!(of_one.len(), 4);
        let distance: f32 = of_one.iter().zip(&of_two).map(|(a, b)| (a - b).abs()).sum();
        assert!(distance > 0.1, "{of_one:?} {of_two:?}");
    }

    #[test]
    fn a_window_shorter_than_a_patch_is_answered() {
        let long = swinging(2);
        let learned = Dictionary::learn(SHAPE, &[&long], &SeededRandom::new(3));
        let short = Cepstra { cepstra: DMatrix::zeros(CEPSTRA, 1), level: vec![0.0] };
        let none = Cepstra { cepstra: DMatrix::zeros(CEPSTRA, 0), level: vec![] };
        for window in [short, none] {
            let answers = learned.answers(&window);
            assert!(answers.len() == 4 && answers.iter().all(|one| one.is_finite()));
        }
    }
}
