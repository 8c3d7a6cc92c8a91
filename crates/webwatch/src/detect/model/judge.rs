//! Judgements, what is asked of analysts next, how good the signals are, and whether a new model is better.
//!
//! Not here: the model itself. A judgement is kept with features, never with text.
//!
//! Methods: uncertainty sampling (Lewis and Gale 1994) beside a random part that stays unbiased; Wilson's score interval
//! (1927); average precision as the sum of precision over the recall it adds.

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use super::Model;
use super::features::Features;
use super::train::Example;
use crate::detect::{Class, hash};
use crate::stories::DocumentName;

/// The part of the learning queue that is drawn by chance.
pub const RANDOM_SHARE: f64 = 0.2;

/// What an analyst says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Verdict {
    /// Worth the time: the model learns from it.
    Relevant,
    /// Not worth it: the model learns from it.
    NotRelevant,
    /// The same as another: nothing is learned but that.
    Duplicate,
}

/// A judgement, with what was known of the document; no text, no author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The document that was judged.
    pub document: DocumentName,
    /// Its story.
    pub story: String,
    /// Its language: the model of that language learns.
    pub language: String,
    /// What was said.
    pub verdict: Verdict,
    /// The class it should have had, when that was said too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// The place it should have had, by id, when that was said too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it was judged.
    pub at: Timestamp,
    /// The chance with which the document was chosen to be judged; `None` when the analyst chose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// Whether it had been raised as a signal.
    pub raised: bool,
    /// What the model reads in it.
    pub features: Features,
}

/// What the model of a language may learn from: the latest judgement of each document.
pub fn examples(judgements: &[Judgement], language: &str) -> Vec<Example> {
    let mut latest: std::collections::BTreeMap<&DocumentName, &Judgement> = std::collections::BTreeMap::new();
    for judgement in
        judgements.iter().filter(|one| one.language == language && one.verdict != Verdict::Duplicate)
    {
        let known = latest.entry(&judgement.document).or_insert(judgement);
        if judgement.at >= known.at {
            *known = judgement;
        }
    }
    latest
        .into_values()
        .map(|one| Example {
            features: one.features.clone(),
            relevant: one.verdict == Verdict::Relevant,
            weight: 1.0,
        })
        .collect()
}

/// One that may be asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which.
    pub document: DocumentName,
    /// What the model thinks, 0 to 1. Without a model: half of the strength of the strongest class, so that what the
    /// rules rate highest is asked about first.
    pub probability: f64,
}

/// What to ask about, and the chance with which each was chosen when it was by chance.
pub fn queue(mut candidates: Vec<Candidate>, size: usize, seed: u64) -> Vec<(Candidate, Option<f64>)> {
    let draw = |name: &DocumentName| {
        hash::pair(seed, hash::pair(hash::of_text(&name.source), hash::of_text(&name.key)))
    };
    candidates.sort_by_key(|one| draw(&one.document));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a queue's size")]
    let random = ((size as f64 * RANDOM_SHARE).ceil() as usize).min(candidates.len());
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let chance = if candidates.is_empty() { 0.0 } else { count(random) / count(candidates.len()) };
    let mut rest = candidates.split_off(random);
    rest.sort_by(|one, two| {
        let unsure = |candidate: &Candidate| (candidate.probability - 0.5).abs();
        unsure(one).total_cmp(&unsure(two)).then_with(|| draw(&one.document).cmp(&draw(&two.document)))
    });
    let unsure = rest.into_iter().take(size.saturating_sub(random)).map(|candidate| (candidate, None));
    candidates.into_iter().map(|candidate| (candidate, Some(chance))).chain(unsure).collect()
}

/// The share of signals that were relevant, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Precision {
    /// The estimate, 0 to 1.
    pub estimate: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end of the 95 % interval.
    pub high: f64,
    /// How many judgements it rests on.
    pub judged: u32,
}

/// From judgements of raised documents that were chosen by chance; `None` without any. Each counts by the inverse of
/// its chance (Horvitz and Thompson 1952), and the interval is Wilson's at the number of judgements that is worth.
pub fn precision(judgements: &[Judgement]) -> Option<Precision> {
    let drawn = judgements.iter().filter(|one| one.raised && one.verdict != Verdict::Duplicate);
    let (mut sum, mut squares, mut relevant, mut judged) = (0.0, 0.0, 0.0, 0u32);
    for one in drawn {
        let Some(chance) = one.chance.filter(|chance| *chance > 0.0) else { continue };
        let weight = 1.0 / chance;
        sum += weight;
        squares += weight * weight;
        relevant += if one.verdict == Verdict::Relevant { weight } else { 0.0 };
        judged += 1;
    }
    if judged == 0 {
        return None;
    }
    let (low, high) = wilson(relevant / sum, sum * sum / squares);
    Some(Precision { estimate: relevant / sum, low, high, judged })
}

/// Wilson's 95 % interval of a share found in `count` draws.
pub fn wilson(share: f64, count: f64) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    let z2 = Z * Z / count;
    let middle = (share + z2 / 2.0) / (1.0 + z2);
    let half = Z * (share * (1.0 - share) / count + z2 / (4.0 * count)).sqrt() / (1.0 + z2);
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Champion and challenger on the same judgements, which neither learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// How many judgements.
    pub judged: u32,
    /// Average precision of the champion.
    pub champion: f64,
    /// Average precision of the challenger.
    pub challenger: f64,
    /// In how many of 200 resamples of the judgements the challenger is better, 0 to 1.
    pub better: f64,
}

/// Compares two models; without a champion, with the order by chance.
pub fn compare(champion: Option<&Model>, challenger: &Model, held_out: &[Example], seed: u64) -> Comparison {
    let scores = |model: Option<&Model>| -> Vec<(f64, bool)> {
        let score = |one: &Example| model.map_or(0.0, |model| model.raw(&one.features));
        held_out.iter().map(|one| (score(one), one.relevant)).collect()
    };
    let (old, new) = (scores(champion), scores(Some(challenger)));
    let mut better = 0u32;
    for round in 0..200u64 {
        let pick =
            |place: usize| hash::mix(hash::pair(seed, round) ^ place as u64) as usize % held_out.len().max(1);
        let chosen: Vec<usize> = (0..held_out.len()).map(pick).collect();
        let of = |scores: &[(f64, bool)]| {
            average_precision(&chosen.iter().map(|at| scores[*at]).collect::<Vec<_>>())
        };
        better += u32::from(of(&new) > of(&old));
    }
    Comparison {
        judged: u32::try_from(held_out.len()).unwrap_or(u32::MAX),
        champion: average_precision(&old),
        challenger: average_precision(&new),
        better: f64::from(better) / 200.0,
    }
}

/// The sum of precision times the recall it adds, over scores from high to low; equal scores count as one step.
pub fn average_precision(scores: &[(f64, bool)]) -> f64 {
    let mut order: Vec<&(f64, bool)> = scores.iter().collect();
    order.sort_by(|one, two| two.0.total_cmp(&one.0));
    let total = f64::from(u32::try_from(scores.iter().filter(|one| one.1).count()).unwrap_or(0));
    let (mut seen, mut hits, mut sum, mut at) = (0.0, 0.0, 0.0, 0);
    while at < order.len() {
        let step = order[at..].iter().take_while(|one| one.0.total_cmp(&order[at].0).is_eq()).count();
        let more = order[at..at + step].iter().filter(|one| one.1).count();
        let more = f64::from(u32::try_from(more).unwrap_or(0));
        seen += f64::from(u32::try_from(step).unwrap_or(0));
        hits += more;
        sum += more * hits / seen;
        at += step;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(number: u32, verdict: Verdict, chance: Option<f64>) -> Judgement {
        Judgement {
            document: DocumentName { source: "s".into(), key: number.to_string() },
            story: "x".into(),
            language: "nl".into(),
            verdict,
            class: None,
            place: None,
            at: Timestamp::from_seconds(i64::from(number)),
            chance,
            raised: true,
            features: Features::default(),
        }
    }

    #[test]
    fn precision_counts_only_what_chance_chose() {
        use Verdict::{NotRelevant, Relevant};
        let mut list: Vec<_> = (0..60).map(|number| judgement(number, Relevant, Some(0.5))).collect();
        list.extend((60..100).map(|number| judgement(number, NotRelevant, Some(0.5))));
        list.extend((100..200).map(|number| judgement(number, NotRelevant, None)));
        let found = precision(&list).unwrap();
        assert_eq!(found.judged, 100);
        // Wilson's interval for 60 of 100, as in the tables.
        assert!((found.low - 0.502).abs() < 0.001 && (found.high - 0.691).abs() < 0.001, "{found:?}");
        assert_eq!(precision(&list[100..]), None);
    }

    #[test]
    fn asks_the_unsure_and_some_by_chance() {
        let candidates: Vec<_> = (0..100)
            .map(|number: u32| Candidate {
                document: DocumentName { source: "s".into(), key: number.to_string() },
                probability: f64::from(number) / 100.0,
            })
            .collect();
        let asked = queue(candidates.clone(), 10, 7);
        assert_eq!(asked.len(), 10);
        assert_eq!(asked.iter().filter(|(_, chance)| *chance == Some(0.02)).count(), 2);
        assert!(asked[2..].iter().all(|(one, _)| (0.4..=0.6).contains(&one.probability)));
        assert_eq!(asked, queue(candidates, 10, 7));
    }

    #[test]
    fn average_precision_as_defined() {
        let check =
            |scores: &[(f64, bool)], expect: f64| assert!((average_precision(scores) - expect).abs() < 1e-9);
        check(&[(3.0, true), (2.0, false), (1.0, true)], (1.0 + 2.0 / 3.0) / 2.0);
        check(&[(1.0, true), (1.0, false), (1.0, false), (1.0, true)], 0.5);
        check(&[(1.0, false)], 0.0);
    }
}
