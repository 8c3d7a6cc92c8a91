//! `belfry sense train` and `evaluate`: a model of sounds from folders of an operator's own recordings, and how good it is on
//! recordings it has not heard. No recording is copied or kept.
//!
//! Not here: the model and its measures (`sense`), and reading recordings (`decode`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use sense::Class;
use sense::ear::Window;
use sense::ear::class::judge::{Report, Told, across, parts};
use sense::ear::class::{Classifier, Example, Model, NotAnExample, Views, onset, top_hz};
use sense::limits::SOUND_EXAMPLES_MAX;

use super::{decode, models};

/// Kinds of files that are read.
const EXTENSIONS: [&str; 4] = ["flac", "oga", "ogg", "wav"];
/// The file that says which recordings are of one source.
const SOURCES: &str = "sources.csv";
/// Largest such file, in bytes.
const SOURCES_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Options of `sense train`.
#[derive(Args)]
pub(crate) struct TrainSounds {
    /// A folder with a folder per class, named as the class (`gun_shot`, `siren`, ...), with WAV, FLAC or Ogg files in it. Recordings
    /// of one source have one name up to the last dash, or stand in `sources.csv` as `file,source`
    pub(crate) folder: PathBuf,
    /// Where the model is written
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Another number gives another model from the same recordings
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Options of `sense evaluate`.
#[derive(Args)]
pub(crate) struct EvaluateSounds {
    /// A folder with a folder per class, as for `train`; other names than those of classes will do
    pub(crate) folder: PathBuf,
    /// The model to measure, or a network of your own in ONNX with its description beside it; without it, models are made from four
    /// fifths of the sources and measured on the fifth
    #[arg(long)]
    pub(crate) model: Option<PathBuf>,
    /// Another number deals the sources otherwise
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Makes a model and writes it.
pub(crate) fn train(wanted: &TrainSounds) -> Result<()> {
    let examples = examples(&wanted.folder)?;
    let model = Model::train(&examples, wanted.seed).context("nothing was learned")?;
    let bytes = model.to_bytes();
    std::fs::write(&wanted.out, &bytes).with_context(|| format!("cannot write {}", wanted.out.display()))?;
    println!("| what | figure |\n|---|---|");
    println!("| model, bytes | {}, {} |", model.name(), bytes.len());
    println!("| windows, sources | {}, {} |", model.learned_from().0, model.learned_from().1);
    println!("| microphones must reach | {} Hz |", model.top_hz());
    for label in model.labels() {
        let no_class =
            if Class::named(label).is_none() { "; no class of Belfry: told as unsure" } else { "" };
        let windows = examples.iter().filter(|one| one.label() == label).count();
        println!("| {label} | {windows} windows{no_class} |");
    }
    Ok(())
}

/// Measures a model, or the way models are made.
pub(crate) fn evaluate(wanted: &EvaluateSounds) -> Result<()> {
    let (labels, told, onsets) = match &wanted.model {
        Some(file) => told_by(&*models::classifier(file)?, &wanted.folder)?,
        None => {
            let examples = examples(&wanted.folder)?;
            let part_of = parts(&examples, wanted.seed);
            let across = |onset: bool| {
                across(&examples, |one| part_of[one.source()], wanted.seed, onset)
                    .context("too little to learn from four fifths of it")
            };
            let labels: BTreeSet<&str> = examples.iter().map(Example::label).collect();
            let labels = labels.into_iter().map(str::to_owned).collect();
            (labels, across(false)?, across(true)?)
        }
    };
    println!("| what | figure |\n|---|---|");
    let strange = told.iter().filter(|one| one.truth.is_none()).count();
    if strange > 0 {
        println!("| windows of labels that the model does not know, left out | {strange} |");
    }
    report("windows", &Report::of(&told, labels.len()));
    report("their onsets", &Report::of(&onsets, labels.len()));
    table(&labels, &Report::of(&told, labels.len()));
    Ok(())
}

/// What a model makes of recordings and of their onsets, with its labels.
fn told_by(model: &dyn Classifier, folder: &Path) -> Result<(Vec<String>, Vec<Told>, Vec<Told>)> {
    let (mut told, mut onsets) = (Vec::new(), Vec::new());
    for one in recordings(folder)? {
        let truth = model.labels().iter().position(|label| *label == one.label);
        for window in decode::windows(&one.file)? {
            let by = |window: &Window| Told { truth, probabilities: model.probabilities(window) };
            let whole = by(&window);
            if whole.probabilities.iter().all(|one| *one <= 0.0) {
                let file = one.file.display();
                eprintln!("{file}: a window that is silent, or of too low a rate for the model, is left out");
                continue;
            }
            onsets.push(onset(&window).as_ref().map_or_else(|| whole.clone(), by));
            told.push(whole);
        }
    }
    ensure!(!told.is_empty(), "{}", no_sound(folder));
    Ok((model.labels().to_vec(), told, onsets))
}

fn no_sound(folder: &Path) -> String {
    format!("no sound in {}: give it a folder per class with WAV, FLAC or Ogg files", folder.display())
}

fn report(name: &str, report: &Report) {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    println!("| {name}: told of | {} |", report.windows);
    println!("| {name}: right, \"unsure\" not allowed | {} |", percent(report.right));
    println!("| {name}: \"unsure\" | {} |", percent(report.unsure));
    println!("| {name}: right of the rest | {} |", percent(report.right_when_sure));
    println!("| {name}: right of the surest nine in ten | {} |", percent(report.right_of_nine_in_ten));
    println!("| {name}: expected calibration error | {:.3} |", report.calibration_error);
}

/// What was called what, and how well each label is ranked.
fn table(labels: &[String], report: &Report) {
    println!("\n| is, called | {} | unsure | average precision |", labels.join(" | "));
    println!("|---|{}---|---|", "---|".repeat(labels.len()));
    for ((label, row), precision) in labels.iter().zip(&report.confusion).zip(&report.average_precision) {
        let row: Vec<String> = row.iter().map(u32::to_string).collect();
        let precision = if precision.is_nan() { "none".into() } else { format!("{precision:.3}") };
        println!("| {label} | {} | {precision} |", row.join(" | "));
    }
}

/// One recording, before its samples are let go of.
struct Recording {
    file: PathBuf,
    label: String,
    source: String,
    rate_hz: u32,
}

/// Everything in the folders of a folder, looked at up to the highest frequency that all reach.
fn examples(folder: &Path) -> Result<Vec<Example>> {
    let recordings = recordings(folder)?;
    let top = top_hz(recordings.iter().map(|one| one.rate_hz));
    let mut examples = Vec::new();
    for one in &recordings {
        for window in decode::windows(&one.file)? {
            match Example::new(&one.source, &one.label, &window, top, Views::WholeAndOnset) {
                Ok(example) => examples.push(example),
                // A pause in a long recording is no reason to stop.
                Err(NotAnExample::Silent) => eprintln!("{}: a silent window is left out", one.file.display()),
                Err(error) => {
                    return Err(error).with_context(|| format!("{} cannot be used", one.file.display()));
                }
            }
            if examples.len() > SOUND_EXAMPLES_MAX {
                bail!(
                    "more than {SOUND_EXAMPLES_MAX} windows in {}: take some of each class",
                    folder.display()
                );
            }
        }
    }
    ensure!(!examples.is_empty(), "{}", no_sound(folder));
    Ok(examples)
}

fn recordings(folder: &Path) -> Result<Vec<Recording>> {
    let sources = sources(&folder.join(SOURCES))?;
    let mut recordings = Vec::new();
    for class in entries(folder)?.into_iter().filter(|one| one.is_dir()) {
        let label = name(&class)?;
        for file in entries(&class)? {
            let extension = file.extension().and_then(|one| one.to_str()).unwrap_or_default().to_lowercase();
            if !EXTENSIONS.contains(&extension.as_str()) {
                continue;
            }
            let (in_folder, stem) = (name(&file)?, file.with_extension(""));
            let stem = name(&stem)?;
            let by_name = stem.rsplit_once('-').map_or(stem.as_str(), |(source, _)| source);
            let said = sources.get(&format!("{label}/{in_folder}")).or_else(|| sources.get(&in_folder));
            let source = said.map_or(by_name, String::as_str).to_owned();
            let rate_hz = decode::windows(&file)?.first().map_or(0, Window::rate_hz);
            if rate_hz > 0 {
                recordings.push(Recording { file, label: label.clone(), source, rate_hz });
            }
        }
    }
    Ok(recordings)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut entries: Vec<PathBuf> = read.map(|one| Ok(one?.path())).collect::<Result<_>>()?;
    entries.sort();
    Ok(entries)
}

fn name(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|one| one.to_str());
    Ok(name.with_context(|| format!("{} has a name that is no text", path.display()))?.to_owned())
}

/// `file,source` per line; nothing when there is no such file.
fn sources(file: &Path) -> Result<BTreeMap<String, String>> {
    let Ok(about) = std::fs::metadata(file) else { return Ok(BTreeMap::new()) };
    if about.len() > SOURCES_BYTES_MAX {
        bail!("{} has over {SOURCES_BYTES_MAX} bytes", file.display());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let line = |(number, line): (usize, &str)| {
        let (file_name, source) = line
            .split_once(',')
            .with_context(|| format!("{}, line {}: write `file,source`", file.display(), number + 1))?;
        Ok((file_name.trim().to_owned(), source.trim().to_owned()))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV file of 16 bits at 16 kHz, of two seconds.
    fn wav(of: impl Fn(f32, f32) -> f32) -> Vec<u8> {
        let mut out =
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data".to_vec();
        out.extend(64_000u32.to_le_bytes());
        let mut state = 3u32;
        for at in 0..32_000u16 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            let sample = of(f32::from(at) / 16_000.0, noise).clamp(-1.0, 1.0) * 30_000.0;
            #[allow(clippy::cast_possible_truncation, reason = "within 16 bits by the clamp")]
            out.extend((sample as i16).to_le_bytes());
        }
        let size = u32::try_from(out.len() - 8).unwrap_or(0);
        out[4..8].copy_from_slice(&size.to_le_bytes());
        out
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for class in ["siren", "gun_shot"] {
            std::fs::create_dir(folder.path().join(class)).unwrap();
        }
        for number in 0..8u8 {
            let way = f32::from(number);
            let siren =
                wav(|s, noise| 0.4 * (std::f32::consts::TAU * s * (800.0 + 20.0 * way)).sin() + 0.01 * noise);
            let shot = wav(|s, noise| {
                noise * (-(s - 0.5).max(0.0) * (15.0 + way)).exp() * if s < 0.5 { 0.01 } else { 0.8 }
            });
            for (class, bytes) in [("siren", siren), ("gun_shot", shot)] {
                let name = format!("{class}/{}-{number}.wav", number / 2);
                std::fs::write(folder.path().join(name), bytes).unwrap();
            }
        }
        folder
    }

    #[test]
    fn a_folder_becomes_a_model_that_can_be_measured() {
        let folder = folder();
        let out = folder.path().join("model");
        let wanted = TrainSounds { folder: folder.path().into(), out: out.clone(), seed: 1 };
        train(&wanted).unwrap();
        let model = models::model(&out).unwrap();
        assert_eq!(model.labels(), ["gun_shot", "siren"]);
        // The sources of both classes have the same names here: 0 to 3.
        assert_eq!(model.learned_from(), (16, 4));
        for model in [None, Some(out.clone())] {
            evaluate(&EvaluateSounds { folder: folder.path().into(), model, seed: 1 }).unwrap();
        }
        std::fs::write(&out, b"BSM1 but not really").unwrap();
        assert!(format!("{:#}", models::model(&out).unwrap_err()).contains("belfry sense train"));
    }

    #[test]
    fn a_list_of_sources_goes_before_names() {
        let folder = folder();
        std::fs::write(folder.path().join(SOURCES), "0-0.wav, yard\nsiren/1-2.wav,roof\n").unwrap();
        let found = recordings(folder.path()).unwrap();
        let source = |label: &str, file: &str| {
            let one = found.iter().find(|one| one.label == label && one.file.ends_with(file));
            one.unwrap().source.clone()
        };
        assert_eq!(source("siren", "0-0.wav"), "yard");
        assert_eq!(source("siren", "1-2.wav"), "roof");
        assert_eq!(source("gun_shot", "1-2.wav"), "1");
        std::fs::write(folder.path().join(SOURCES), "no comma").unwrap();
        assert!(format!("{:#}", recordings(folder.path()).err().unwrap()).contains("line 1"));
    }

    #[test]
    fn an_empty_folder_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        assert!(format!("{:#}", examples(folder.path()).err().unwrap()).contains("no sound"));
    }
}
