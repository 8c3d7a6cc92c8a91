//! What the analysts of an organisation teach: judgements, what to ask next, how good the signals are, models that are
//! compared before one is used.
//!
//! Not here: the methods (`webwatch::detect::model`).

use std::collections::{BTreeMap, BTreeSet};

use base::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use webwatch::Document;
use webwatch::detect::hash;
use webwatch::detect::model::judge::{Candidate, Comparison, compare, examples, precision, queue, wilson};
use webwatch::detect::model::{Judgement, Model, Precision, TrainSettings, Verdict, features_of, train};
use webwatch::pipeline::Signal;
use webwatch::privacy::PostKey;

use super::DeskError;
use super::desk::{Desk, hash_of, name_of};
use super::shown::{Judged, Shown, State};

/// How many signals are asked about in a day.
pub const ASKED_PER_DAY: usize = 20;
/// One of so many judgements is held out: no model ever learns from it.
const HELD_OUT_ONE_IN: u64 = 4;
/// Most points of the plot of precision.
const POINTS_MAX: usize = 60;
const MS_PER_DAY: i64 = 86_400_000;
const SEED: u64 = 0x00be_1f27;

/// From what a model was made, and how it compares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = WatchModelAbout)]
pub struct ModelAbout {
    /// It learned from the judgements until then.
    pub learned_until: Timestamp,
    /// Its own version: a hash of all of it.
    pub version: String,
    /// Judgements it learned from.
    pub learned: u32,
    /// How many of them were relevant.
    pub relevant: u32,
    /// Against the model in use then, on judgements that neither learned from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// A model as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = WatchModel)]
pub struct ModelShown {
    /// Of which language (ISO 639-1).
    pub language: String,
    /// Counts from 1.
    pub number: u32,
    /// Whether it is in use.
    pub champion: bool,
    /// When it was made.
    pub made: Timestamp,
    /// From what, and how it compares.
    pub about: ModelAbout,
}

/// One point of the plot of precision: over the last judgements until then.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = PrecisionPoint)]
pub struct Point {
    /// Judgements until then.
    pub judged: u32,
    /// Share of the last 20 that were relevant, 0 to 1.
    pub share: f64,
    /// Lower end of its 95 % interval (Wilson).
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
}

/// Where learning stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = WatchLearning)]
pub struct Learning {
    /// Judgements in all.
    pub judged: u32,
    /// Per language (ISO 639-1): judgements, and how many of them relevant.
    pub languages: BTreeMap<String, (u32, u32)>,
    /// Share of signals that are relevant, from those that were drawn by chance: unbiased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// How it went: over the last 20 judgements each.
    pub points: Vec<Point>,
    /// What to judge next: the unsure, and a fifth by chance.
    pub ask: Vec<Shown>,
    /// The models, the latest first.
    pub models: Vec<ModelShown>,
}

/// A judgement of a signal, with the features of its leading document and not its text.
pub(super) fn judgement(
    signal: &Signal,
    document: Option<&Document>,
    judged: &Judged,
    chance: Option<f64>,
) -> Judgement {
    let features = document.map(features_of);
    Judgement {
        document: signal.story.leading.clone(),
        story: signal.story.id.clone(),
        language: document.map_or_else(|| "und".into(), |one| one.language.clone()),
        verdict: judged.verdict,
        class: judged.class,
        place: judged.place.clone(),
        at: judged.at,
        chance,
        raised: true,
        features: features.unwrap_or_default(),
    }
}

/// The models in use. One that this version cannot read is left out, and said so.
pub(super) fn champions(desk: &Desk) -> Result<Vec<Model>, DeskError> {
    let mut models = Vec::new();
    for kept in desk.store.watch()?.models(&desk.of)?.iter().filter(|one| one.champion) {
        match Model::from_bytes(&kept.bytes) {
            Ok(model) => models.push(model),
            Err(error) => {
                tracing::warn!(%error, language = kept.language, "a model is not used: make it anew");
            }
        }
    }
    Ok(models)
}

/// The model of a language from the judgements until a time.
fn made(judgements: &[Judgement], language: &str, until: Timestamp) -> Option<Model> {
    let learned: Vec<Judgement> =
        judgements.iter().filter(|one| one.at <= until && !is_held_out(one)).cloned().collect();
    train(language, &examples(&learned, language), &TrainSettings::default())
}

fn is_held_out(judgement: &Judgement) -> bool {
    let name = &judgement.document;
    hash::pair(hash::of_text(&name.source), hash::of_text(&name.key)).is_multiple_of(HELD_OUT_ONE_IN)
}

impl Desk {
    /// Where learning stands.
    pub fn learning(&self, now: Timestamp) -> Result<Learning, DeskError> {
        let mut languages: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for one in self.judgements.iter().filter(|one| one.verdict != Verdict::Duplicate) {
            let count = languages.entry(one.language.clone()).or_default();
            count.0 += 1;
            count.1 += u32::from(one.verdict == Verdict::Relevant);
        }
        Ok(Learning {
            judged: u32::try_from(self.judgements.len()).unwrap_or(u32::MAX),
            languages,
            precision: precision(&self.judgements),
            points: points(&self.judgements),
            ask: self.ask(now).into_iter().map(|(shown, _)| shown).collect(),
            models: self.models_shown()?,
        })
    }

    /// Judgements outlast what was judged: those that name posts as earlier versions did, without a key, name them with it
    /// when the posts have gone.
    pub(super) fn rename_judged(&mut self) -> Result<(), DeskError> {
        let store = self.store.clone();
        let key = PostKey::new(*store.post_key()?);
        for judgement in &mut self.judgements {
            let document = &mut judgement.document;
            let kept = self.seen.contains_key(&hash_of(&(&document.source, &document.key)));
            if kept || PostKey::made(&document.key) {
                continue;
            }
            let before = name_of(document);
            document.key = key.name(&document.source, &document.key);
            let after = name_of(document);
            store.watch()?.rename_judged(&self.of, &before, &after, &serde_json::to_string(judgement)?)?;
        }
        Ok(())
    }

    /// What to judge today, and with which chance each was drawn when it was by chance.
    fn ask(&self, now: Timestamp) -> Vec<(Shown, Option<f64>)> {
        let since = now.plus_millis(-MS_PER_DAY);
        let open = self.signals(|one| one.state != State::Withdrawn && one.signal.updated >= since);
        let candidates = open.iter().map(|one| Candidate {
            document: one.signal.story.leading.clone(),
            probability: probability(&one.signal),
        });
        let today = u64::try_from(now.seconds().div_euclid(86_400)).unwrap_or(0);
        let drawn = queue(candidates.collect(), ASKED_PER_DAY, hash::pair(SEED, today));
        let drawn = drawn.into_iter().filter_map(|(candidate, chance)| {
            let shown = open.iter().find(|one| one.signal.story.leading == candidate.document)?;
            Some((shown.clone(), chance))
        });
        drawn.filter(|(shown, _)| shown.state == State::Open).collect()
    }

    /// The chance with which a signal was drawn to be judged today, when it was by chance.
    pub fn chance_of(&self, signal: &str, now: Timestamp) -> Option<f64> {
        self.ask(now).into_iter().find(|(shown, _)| shown.signal.id == signal)?.1
    }

    fn models_shown(&self) -> Result<Vec<ModelShown>, DeskError> {
        let kept = self.store.watch()?.models(&self.of)?;
        let shown = kept.into_iter().map(|one| {
            Ok(ModelShown {
                about: serde_json::from_str(&one.about)?,
                language: one.language,
                number: one.version,
                champion: one.champion,
                made: one.made,
            })
        });
        shown.collect()
    }

    /// Makes a model of a language from all judgements but those held out; `None` when there are too few of either
    /// sort. It is not used before somebody chooses it.
    pub fn refit(&mut self, language: &str, now: Timestamp) -> Result<Option<ModelShown>, DeskError> {
        let Some(model) = made(&self.judgements, language, now) else { return Ok(None) };
        let held_out: Vec<Judgement> =
            self.judgements.iter().filter(|one| is_held_out(one)).cloned().collect();
        let held_out = examples(&held_out, language);
        let sorts: BTreeSet<bool> = held_out.iter().map(|one| one.relevant).collect();
        let champion = self.models.iter().find(|one| one.language == language);
        let comparison = (sorts.len() == 2).then(|| compare(champion, &model, &held_out, SEED));
        let about = ModelAbout {
            learned_until: now,
            version: model.version.clone(),
            learned: model.learned_from.0,
            relevant: model.learned_from.1,
            comparison,
        };
        let json = serde_json::to_string(&about)?;
        let number = self.store.watch()?.keep_model(&self.of, language, now, &json, &model.to_bytes())?;
        Ok(Some(ModelShown { language: language.into(), number, champion: false, made: now, about }))
    }

    /// Takes a model of a language into use, or none. Gives the signals whose score changed; `None` when there is no
    /// such model.
    pub fn choose_model(
        &mut self,
        language: &str,
        number: Option<u32>,
        now: Timestamp,
    ) -> Result<Option<Vec<String>>, DeskError> {
        if !self.store.watch()?.choose_model(&self.of, language, number)? {
            return Ok(None);
        }
        let models = champions(self)?;
        self.use_models(models, now).map(Some)
    }
}

fn probability(signal: &Signal) -> f64 {
    use webwatch::detect::TermKind;
    let model = signal.score.terms.iter().find(|term| term.kind == TermKind::Model);
    model.map_or(0.5, |term| 1.0 / (1.0 + (-term.value).exp()))
}

/// The share of relevant ones among the last 20, after each judgement.
fn points(judgements: &[Judgement]) -> Vec<Point> {
    const LAST: usize = 20;
    let mut sorted: Vec<&Judgement> =
        judgements.iter().filter(|one| one.verdict != Verdict::Duplicate).collect();
    sorted.sort_by_key(|one| one.at);
    let from = sorted.len().saturating_sub(POINTS_MAX);
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let point = |index: usize| {
        let last = &sorted[(index + 1).saturating_sub(LAST)..=index];
        let relevant = last.iter().filter(|one| one.verdict == Verdict::Relevant).count();
        let share = number(relevant) / number(last.len());
        let (low, high) = wilson(share, number(last.len()));
        Point { judged: u32::try_from(index + 1).unwrap_or(u32::MAX), share, low, high }
    };
    (from..sorted.len()).map(point).collect()
}
