//! A model from labelled windows. The same windows and seed give the same model on the same processor.
//!
//! Not here: how good it is on windows it has not seen (`judge`).

use std::collections::{BTreeMap, BTreeSet};

use base::random::{Random, SeededRandom, bytes};
use nalgebra::DMatrix;

use super::calibrate::{Calibration, HeldOut};
use super::example::{Example, Heard};
use super::kernel::{Examples, Features, weights};
use super::patches::{Cepstra, Dictionary, Shape};
use super::{Model, NotLearned};
use crate::limits::{SOUND_EXAMPLES_MAX, SOUND_LABELS_MAX};

/// Moments, and a sixth of a second.
const SHAPES: [Shape; 2] = [
    Shape { frames: 1, over_time: 1, over_bands: 24, centres: 200 },
    Shape { frames: 16, over_time: 5, over_bands: 16, centres: 200 },
];
/// Parts into which sources are dealt to learn what scores mean.
const PARTS: usize = 5;
/// Examples with which it is tried what a label that was left out looks like: more cost time and change little.
const LEFT_OUT_EXAMPLES_MAX: usize = 400;
/// Examples whose likeness makes up how near a window is to anything known.
const NEAREST: usize = 3;

impl Model {
    /// Learns from windows. At least two labels, each from at least two sources.
    pub fn train<E: AsRef<Example>>(examples: &[E], seed: u64) -> Result<Self, NotLearned> {
        let examples: Vec<&Example> = examples.iter().map(AsRef::as_ref).collect();
        let (labels, label_of) = labels(&examples)?;
        let top_hz = examples[0].top_hz;
        if let Some(other) = examples.iter().find(|one| one.top_hz != top_hz) {
            return Err(NotLearned::Top(top_hz, other.top_hz));
        }
        let random = SeededRandom::new(seed);
        let whole: Vec<&Cepstra> = examples.iter().map(|one| &one.views[0].cepstra).collect();
        let dictionaries = SHAPES.map(|shape| Dictionary::learn(shape, &whole, &random));
        let views: Vec<(usize, &Heard)> = examples
            .iter()
            .enumerate()
            .flat_map(|(at, one)| one.views.iter().map(move |view| (at, view)))
            .collect();
        let features: Vec<Features> = views.iter().map(|(_, view)| view.features(&dictionaries)).collect();
        let known = Examples::of(&features);
        let among = known.among();
        let label_of: Vec<usize> = views.iter().map(|(at, _)| label_of[*at]).collect();
        let parts = parts(&examples, &random);
        let part_of: Vec<usize> = views.iter().map(|(at, _)| parts[*at]).collect();
        let held_out = held_out(&among, &label_of, &part_of, labels.len(), &random);
        let all: Vec<usize> = (0..views.len()).collect();
        let sources: BTreeSet<&str> = examples.iter().map(|one| one.source.as_str()).collect();
        Ok(Self {
            top_hz,
            weights: weights(&among, &all, &label_of, labels.len()),
            labels,
            dictionaries,
            examples: known,
            calibration: Calibration::learn(&held_out),
            learned_from: (examples.len() as u32, sources.len() as u32),
        })
    }
}

/// Mean likeness to the nearest.
pub(super) fn nearest(likeness: impl Iterator<Item = f32>) -> f32 {
    let mut best = [0.0f32; NEAREST];
    for one in likeness {
        if one > best[0] {
            best[0] = one;
            best.sort_unstable_by(f32::total_cmp);
        }
    }
    best.iter().sum::<f32>() / NEAREST as f32
}

/// The labels in order, and the label of each example.
fn labels(examples: &[&Example]) -> Result<(Vec<String>, Vec<usize>), NotLearned> {
    let mut sources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in examples {
        sources.entry(&one.label).or_default().insert(&one.source);
    }
    if !(2..=SOUND_LABELS_MAX).contains(&sources.len()) {
        return Err(NotLearned::Labels(sources.len()));
    }
    if let Some((label, _)) = sources.iter().find(|(_, sources)| sources.len() < 2) {
        return Err(NotLearned::OneSource((*label).to_owned()));
    }
    let views: usize = examples.iter().map(|one| one.views.len()).sum();
    if views > SOUND_EXAMPLES_MAX {
        return Err(NotLearned::Many(views));
    }
    let labels: Vec<String> = sources.keys().map(|label| (*label).to_owned()).collect();
    let place = |one: &&Example| labels.binary_search(&one.label).unwrap_or(0);
    let label_of = examples.iter().map(place).collect();
    Ok((labels, label_of))
}

/// Deals sources to parts so that each label is in as many parts as it can be; all windows of a source are in one part.
pub(super) fn parts(examples: &[&Example], random: &dyn Random) -> Vec<usize> {
    let mut label_of: BTreeMap<&str, &str> = BTreeMap::new();
    for one in examples {
        label_of.entry(&one.source).or_insert(&one.label);
    }
    let mut sources: Vec<(&str, u64, &str)> = label_of
        .into_iter()
        .map(|(source, label)| (label, u64::from_le_bytes(bytes(random)), source))
        .collect();
    sources.sort_unstable();
    let part_of: BTreeMap<&str, usize> =
        sources.into_iter().enumerate().map(|(at, (_, _, source))| (source, at % PARTS)).collect();
    examples.iter().map(|one| part_of[one.source.as_str()]).collect()
}

/// Scores of each window by what was learned without its part; and, of some, by what was learned without its label as well.
fn held_out(
    among: &DMatrix<f32>,
    label_of: &[usize],
    part_of: &[usize],
    labels: usize,
    random: &dyn Random,
) -> Vec<HeldOut> {
    let mut out = Vec::new();
    let count = label_of.len();
    let few = few(count, random);
    for part in 0..PARTS {
        let of_part = |wanted: bool| move |one: &usize| (part_of[*one] == part) == wanted;
        let learned: Vec<usize> = (0..count).filter(of_part(false)).collect();
        let asked: Vec<usize> = (0..count).filter(of_part(true)).collect();
        out.extend(scored(among, &learned, &asked, label_of, labels, None));
        for label in 0..labels {
            let learned: Vec<usize> =
                few.iter().copied().filter(of_part(false)).filter(|one| label_of[*one] != label).collect();
            let asked: Vec<usize> =
                few.iter().copied().filter(of_part(true)).filter(|one| label_of[*one] == label).collect();
            out.extend(scored(among, &learned, &asked, label_of, labels, Some(label)));
        }
    }
    out
}

/// Some of so many, in order.
fn few(count: usize, random: &dyn Random) -> Vec<usize> {
    let mut dealt: Vec<(u64, usize)> = (0..count).map(|at| (u64::from_le_bytes(bytes(random)), at)).collect();
    dealt.sort_unstable();
    let mut few: Vec<usize> = dealt.into_iter().take(LEFT_OUT_EXAMPLES_MAX).map(|(_, at)| at).collect();
    few.sort_unstable();
    few
}

fn scored(
    among: &DMatrix<f32>,
    learned: &[usize],
    asked: &[usize],
    label_of: &[usize],
    labels: usize,
    left_out: Option<usize>,
) -> Vec<HeldOut> {
    if learned.is_empty() || asked.is_empty() {
        return Vec::new();
    }
    let weights = weights(among, learned, label_of, labels);
    let score = |one: &usize| {
        let likeness = nalgebra::DVector::from_fn(learned.len(), |at, _| among[(learned[at], *one)]);
        let mut scores: Vec<f32> = weights.tr_mul(&likeness).iter().copied().collect();
        if let Some(label) = left_out {
            scores[label] = f32::NEG_INFINITY;
        }
        let truth = left_out.is_none().then_some(label_of[*one]);
        HeldOut { scores, nearest: nearest(likeness.iter().copied()), truth }
    };
    asked.iter().map(score).collect()
}
