//! `belfry webwatch`: recorded days through the pipeline of web monitoring, and models from judged texts. Neither needs a
//! node, and neither keeps a text.
//!
//! Not here: the pipeline and the model (`webwatch`), and published data sets (`cargo xtask bench webwatch`).

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use webwatch::detect::model::judge::{average_precision, wilson};
use webwatch::detect::model::{Example, Model, TrainSettings, features_of, train};
use webwatch::detect::{CalendarEvent, Gazetteer, NamedOrganisation, Profile, hash};
use webwatch::pipeline::{Pipeline, Recorded, Settings, Watch, replay};
use webwatch::privacy::{GateKeys, Month};
use webwatch::{Document, Source};

use crate::arguments::{Train, WebWatch};
use crate::node;

/// Largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// One of so many texts is held out: the model does not learn from it, and is measured on it.
const HELD_OUT_ONE_IN: u64 = 4;

/// What is watched in a replay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Watched {
    sources: Vec<Source>,
    #[serde(default)]
    profiles: Vec<Profile>,
    #[serde(default)]
    organisations: Vec<NamedOrganisation>,
    #[serde(default)]
    gazetteer: Gazetteer,
    #[serde(default)]
    calendar: Vec<CalendarEvent>,
    #[serde(default)]
    settings: Settings,
}

/// A text and whether it was worth an analyst's time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgedText {
    text: String,
    #[serde(default)]
    title: String,
    relevant: bool,
}

/// Does what is asked.
pub(crate) fn webwatch(what: WebWatch) -> Result<()> {
    match what {
        WebWatch::Replay { watched, recording } => replayed(&watched, &recording),
        WebWatch::Train(wanted) => trained(&wanted),
        WebWatch::Evaluate { file, model } => evaluated(&file, &model),
    }
}

fn replayed(watched: &Path, recording: &Path) -> Result<()> {
    let watched: Watched = serde_json::from_str(&text(watched)?)
        .with_context(|| format!("{} does not say what is watched", watched.display()))?;
    let recorded: Vec<Recorded> = lines(recording)?;
    let first = recorded.first().context("the recording is empty")?;
    let known = recorded.iter().filter(|one| watched.sources.iter().any(|source| source.id == one.source));
    if known.count() == 0 {
        bail!("no line of the recording is of a source that is watched: name its sources in the other file");
    }
    let random = || base::random::bytes(&*node::random());
    let mut keys = GateKeys::new(random(), Month::of(first.at), random());
    for one in &recorded {
        if !keys.knows(Month::of(one.at)) {
            keys.add(Month::of(one.at), random());
        }
    }
    let mut pipeline = Pipeline::new(Watch {
        profiles: watched.profiles,
        organisations: watched.organisations,
        gazetteer: watched.gazetteer,
        calendar: watched.calendar,
        settings: watched.settings,
        language: Some(server::watch::language_of),
        models: Vec::new(),
    })?;
    let found = replay(&mut pipeline, &watched.sources, &recorded, &keys);
    println!("| what | figure |\n|---|---|");
    println!("| documents | {} |", found.documents);
    println!("| signals, of true events | {}, {} |", found.signals, found.true_signals);
    println!("| precision, recall | {:.3}, {:.3} |", found.precision, found.recall);
    println!("| stories per true event | {:.2} |", found.stories_per_event);
    let seconds = |delay: Option<f64>| delay.map_or("none".into(), |delay| format!("{delay:.1} s"));
    println!(
        "| delay, median and longest | {}, {} |",
        seconds(found.delay_s_median),
        seconds(found.delay_s_max)
    );
    for event in &found.events {
        let raised = event.raised.map_or("not raised".into(), |at| format!("raised {at}"));
        println!(
            "| event {} | first {}, {raised}, {} documents in {} stories |",
            event.event, event.first, event.documents, event.stories
        );
    }
    Ok(())
}

fn trained(wanted: &Train) -> Result<()> {
    let (held_out, learned): (Vec<_>, Vec<_>) =
        lines(&wanted.file)?.into_iter().partition(JudgedText::is_held_out);
    let learned: Vec<Example> = learned.iter().map(|one| one.example(&wanted.language)).collect();
    let model = train(&wanted.language, &learned, &TrainSettings::default())
        .context("too few texts: at least 8 relevant and 8 not relevant, beside those held out")?;
    std::fs::write(&wanted.out, model.to_bytes())
        .with_context(|| format!("cannot write {}", wanted.out.display()))?;
    println!("| what | figure |\n|---|---|");
    println!("| version, learned from, relevant | {} |", of_model(&model));
    report("held out", &scores(&model, &held_out));
    Ok(())
}

fn evaluated(file: &Path, model: &Path) -> Result<()> {
    let model_bytes = bytes(model)?;
    let model = Model::from_bytes(&model_bytes)
        .with_context(|| format!("{} is no model: make one with `belfry webwatch train`", model.display()))?;
    let (held_out, others): (Vec<_>, Vec<_>) = lines(file)?.into_iter().partition(JudgedText::is_held_out);
    let held_out = scores(&model, &held_out);
    let all = [held_out.clone(), scores(&model, &others)].concat();
    println!("| what | figure |\n|---|---|");
    println!("| version, learned from, relevant | {} |", of_model(&model));
    report("all", &all);
    report("held out by `train`", &held_out);
    Ok(())
}

impl JudgedText {
    /// The same text is always on the same side.
    fn is_held_out(&self) -> bool {
        hash::of_text(&self.text).is_multiple_of(HELD_OUT_ONE_IN)
    }

    fn example(&self, language: &str) -> Example {
        let at = node::clock().now();
        let document = Document {
            source: String::new(),
            key: String::new(),
            url: None,
            title: self.title.clone(),
            text: webwatch::privacy::masked(&self.text),
            voice: None,
            published: at,
            arrived: at,
            language: language.to_owned(),
            tags: Vec::new(),
            links: Vec::new(),
        };
        Example { features: features_of(&document), relevant: self.relevant, weight: 1.0 }
    }
}

fn scores(model: &Model, texts: &[JudgedText]) -> Vec<(f64, bool)> {
    let score = |one: &JudgedText| (model.raw(&one.example(&model.language).features), one.relevant);
    texts.iter().map(score).collect()
}

fn of_model(model: &Model) -> String {
    format!("{}, {}, {}", model.version, model.learned_from.0, model.learned_from.1)
}

/// What a model does on texts: average precision, and how many are relevant of those it puts first.
fn report(name: &str, scores: &[(f64, bool)]) {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let relevant = |scores: &[(f64, bool)]| scores.iter().filter(|(_, relevant)| *relevant).count();
    let share = |scores: &[(f64, bool)]| {
        let share = number(relevant(scores)) / number(scores.len());
        let (low, high) = wilson(share, number(scores.len()));
        format!("{share:.3} ({low:.3} to {high:.3})")
    };
    println!("| {name}: texts, relevant | {}, {} |", scores.len(), relevant(scores));
    if relevant(scores) == 0 || relevant(scores) == scores.len() {
        println!("| {name}: average precision | needs relevant texts and others |");
        return;
    }
    println!("| {name}: average precision | {:.3} |", average_precision(scores));
    println!("| {name}: by chance it would be | {} |", share(scores));
    let mut sorted = scores.to_vec();
    sorted.sort_by(|one, two| two.0.total_cmp(&one.0));
    for of in [10, 4] {
        let first = sorted.len().div_ceil(of);
        println!("| {name}: relevant of the first {first} | {} |", share(&sorted[..first]));
    }
}

/// A file of one JSON document per line; a line that is none is named.
fn lines<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>> {
    let text = text(file)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).with_context(|| format!("{}, line {}", file.display(), number + 1))
        })
        .collect()
}

fn text(file: &Path) -> Result<String> {
    String::from_utf8(bytes(file)?).with_context(|| format!("{} is no text", file.display()))
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    let at = || format!("cannot read {}", file.display());
    let size = std::fs::metadata(file).with_context(at)?.len();
    if size > FILE_BYTES_MAX {
        bail!("{} has {size} bytes: at most {FILE_BYTES_MAX} are read; split it", file.display());
    }
    std::fs::read(file).with_context(at)
}
