//! Likeness to examples: a window is compared with each example, feature block by feature block, and each example speaks for its
//! label as much as kernel ridge regression lets it (least squares towards one for its own label and nought for the others).
//!
//! Far from every example all likenesses, and so all scores, fall to nought: what `calibrate` makes "unsure" of.
//!
//! Not here: probabilities (`calibrate`), and which examples there are (`learn`).

use nalgebra::{DMatrix, DVector};

use super::patches::scale_of;

/// Blocks of features that are compared each by itself, so that many numbers of one kind do not drown few of another.
pub(super) const BLOCKS: usize = 5;
/// A standardised feature is cut off so many deviations from its mean.
const CUT: f32 = 4.0;
/// Steps of one deviation in which features are kept: 4 deviations and the sign fit in a byte.
const STEPS: f32 = 31.0;
/// How quickly likeness falls with distance.
const NARROW: f32 = 1.0;
/// How much the scores of examples may differ from their labels.
const RIDGE: f64 = 0.05;
/// How far examples of a rare label may count for more than those of a common one.
const RARE_MAX: f64 = 5.0;

/// Features of a window, by block.
pub(super) type Features = [Vec<f32>; BLOCKS];

/// One block of all examples.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) mean: Vec<f32>,
    pub(super) deviation: Vec<f32>,
    /// Standardised features in the steps they are kept in: features x examples.
    pub(super) kept: DMatrix<f32>,
    /// Square of the length of each example.
    square: Vec<f32>,
}

impl Block {
    pub(super) fn new(mean: Vec<f32>, deviation: Vec<f32>, kept: DMatrix<f32>) -> Self {
        let square = kept.column_iter().map(|column| column.norm_squared()).collect();
        Self { mean, deviation, kept, square }
    }

    fn of(rows: &[&[f32]]) -> Self {
        let (mean, deviation) = scale_of(rows);
        let mut kept = DMatrix::zeros(mean.len(), rows.len());
        for (mut column, row) in kept.column_iter_mut().zip(rows) {
            column.copy_from_slice(&standard(&mean, &deviation, row));
        }
        Self::new(mean, deviation, kept)
    }

    /// Adds the likeness of features to each example, 0 to 1.
    fn add_likeness(&self, features: &[f32], to: &mut DVector<f32>) {
        let features = DVector::from_vec(standard(&self.mean, &self.deviation, features));
        let square = features.norm_squared();
        let products = self.kept.tr_mul(&features);
        let narrow = NARROW / self.mean.len().max(1) as f32;
        for ((to, product), other) in to.iter_mut().zip(products.iter()).zip(&self.square) {
            *to += (-narrow * (square + other - 2.0 * product).max(0.0)).exp();
        }
    }
}

fn standard(mean: &[f32], deviation: &[f32], features: &[f32]) -> Vec<f32> {
    let scaled = features.iter().zip(mean).zip(deviation);
    scaled.map(|((one, mean), deviation)| as_kept(((one - mean) / deviation).clamp(-CUT, CUT))).collect()
}

fn as_kept(value: f32) -> f32 {
    (value * STEPS).round() / STEPS
}

/// A kept feature as a byte.
pub(super) fn to_byte(value: f32) -> i8 {
    #[allow(clippy::cast_possible_truncation, reason = "cut to 4 deviations, in 31 steps each")]
    let byte = (value * STEPS).round() as i8;
    byte
}

/// A kept feature from its byte.
pub(super) fn from_byte(byte: i8) -> f32 {
    f32::from(byte) / STEPS
}

/// All blocks of all examples.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Examples(pub(super) Vec<Block>);

impl Examples {
    /// From the features of examples, at least one.
    pub(super) fn of(features: &[Features]) -> Self {
        let block = |at: usize| {
            let rows: Vec<&[f32]> = features.iter().map(|one| one[at].as_slice()).collect();
            Block::of(&rows)
        };
        Self((0..BLOCKS).map(block).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.0.first().map_or(0, |block| block.kept.ncols())
    }

    /// Likeness of a window to each example, 0 to 1.
    pub(super) fn likeness(&self, features: &Features) -> DVector<f32> {
        let mut likeness = DVector::zeros(self.count());
        for (block, features) in self.0.iter().zip(features) {
            block.add_likeness(features, &mut likeness);
        }
        likeness / BLOCKS as f32
    }

    /// Likeness of each example to each.
    pub(super) fn among(&self) -> DMatrix<f32> {
        let count = self.count();
        let mut all = DMatrix::zeros(count, count);
        for block in &self.0 {
            let narrow = NARROW / block.mean.len().max(1) as f32;
            let products = block.kept.tr_mul(&block.kept);
            for (column, mut to) in all.column_iter_mut().enumerate() {
                for (row, to) in to.iter_mut().enumerate() {
                    let distance = block.square[row] + block.square[column] - 2.0 * products[(row, column)];
                    *to += (-narrow * distance.max(0.0)).exp() / BLOCKS as f32;
                }
            }
        }
        all
    }
}

/// How much each example speaks for each label: examples x labels. `among` are the likenesses of all, `chosen` the examples learned
/// from, with their labels.
pub(super) fn weights(
    among: &DMatrix<f32>,
    chosen: &[usize],
    label_of: &[usize],
    labels: usize,
) -> DMatrix<f32> {
    let count = chosen.len();
    let mut per_label = vec![0usize; labels];
    chosen.iter().for_each(|one| per_label[label_of[*one]] += 1);
    let present = per_label.iter().filter(|count| **count > 0).count().max(1);
    let mut system =
        DMatrix::from_fn(count, count, |row, column| f64::from(among[(chosen[row], chosen[column])]));
    let mut wanted = DMatrix::<f64>::zeros(count, labels);
    for (at, one) in chosen.iter().enumerate() {
        let label = label_of[*one];
        let fair = count as f64 / present as f64;
        let rare = (fair / per_label[label] as f64).clamp(RARE_MAX.recip(), RARE_MAX);
        system[(at, at)] += RIDGE / rare;
        wanted[(at, label)] = 1.0;
    }
    match system.cholesky() {
        Some(solved) => solved.solve(&wanted).map(|one| one as f32),
        // Likenesses make a matrix without negative directions, and the ridge lifts it: rounding alone cannot bring it here.
        None => DMatrix::zeros(count, labels),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(value: f32) -> Features {
        std::array::from_fn(|block| vec![value, value * block as f32])
    }

    #[test]
    fn examples_speak_for_their_label_and_not_far_away() {
        let features: Vec<Features> = [0.0, 0.1, 0.2, 3.0, 3.1, 3.2].map(at).to_vec();
        let label_of = [0, 0, 0, 1, 1, 1];
        let examples = Examples::of(&features);
        let weights = weights(&examples.among(), &[0, 1, 2, 3, 4, 5], &label_of, 2);
        let scores = |value: f32| weights.tr_mul(&examples.likeness(&at(value)));
        assert!(scores(0.05)[0] > 0.8 && scores(0.05)[1] < 0.2, "{}", scores(0.05));
        assert!(scores(3.3)[1] > 0.8 && scores(3.3)[0] < 0.2, "{}", scores(3.3));
        assert!(scores(40.0).iter().all(|one| one.abs() < 0.1), "{}", scores(40.0));
    }

    #[test]
    fn a_feature_survives_its_byte() {
        for value in [-4.0, -0.5, 0.0, 1.23, 4.0].map(as_kept) {
            assert!((from_byte(to_byte(value)) - value).abs() < 1e-6);
        }
    }
}
