//! How well sounds are told apart, on ESC-10 with its official folds: `measure_class DATA [--peers DIR]`.
//!
//! `DATA/audio/esc10` holds a folder per class; the number before the first dash of a file's name is its fold, and the name up to the
//! last dash its source. The choice that is left open (learn from whole clips, or from their onsets as well) is made for each
//! fold by folds within the other four. `DIR/class-peers.json` is what `bench/sense/peers_class.py` wrote.
//!
//! Not here: sounds of the operator's own (`belfry sense evaluate`).

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a measurement talks to whoever runs it")]
#![allow(clippy::disallowed_methods, reason = "a measurement takes the time")]

#[path = "../../../belfry/src/sense/decode.rs"]
mod decode;
mod voices;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use sense::ear::Window;
use sense::ear::class::Classifier as _;
use sense::ear::class::judge::{Report, Told, across};
use sense::ear::class::{Example, Model, Views, onset, top_hz};

const SEED: u64 = 1;
const VIEWS: [Views; 2] = [Views::Whole, Views::WholeAndOnset];

struct Clip {
    label: String,
    source: String,
    window: Window,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, rest @ ..] = arguments.as_slice() else { bail!("measure_class DATA [--peers DIR] [--inner]") };
    let clips = clips(&Path::new(data).join("audio/esc10"))?;
    let top = top_hz(clips.iter().map(|one| one.window.rate_hz()));
    let examples = |views: Views| -> Result<Vec<Example>> {
        clips.iter().map(|one| Ok(Example::new(&one.source, &one.label, &one.window, top, views)?)).collect()
    };
    let both = [examples(VIEWS[0])?, examples(VIEWS[1])?];
    println!("| what | figure |\n|---|---|");
    if rest.iter().any(|one| one == "--inner") {
        return inner(&both);
    }
    let (whole, onsets) = nested(&both)?;
    report("whole clips, 5 folds", &whole);
    report("their onsets of 1.2 s", &onsets);
    left_out(&both[1].iter().collect::<Vec<_>>(), &[1, 2, 3, 4, 5])?;
    times(&clips, &both)?;
    voices::voices(&clips)?;
    let peers = rest.iter().position(|one| one == "--peers").and_then(|at| rest.get(at + 1));
    if let Some(folder) = peers {
        let file = Path::new(folder).join("class-peers.json");
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let found: Vec<(String, String)> =
            serde_json::from_str(&text).context("not what peers_class.py writes")?;
        found.iter().for_each(|(what, figure)| println!("| peer: {what} | {figure} |"));
    }
    Ok(())
}

fn clips(folder: &Path) -> Result<Vec<Clip>> {
    let mut clips = Vec::new();
    for class in entries(folder)?.into_iter().filter(|one| one.is_dir()) {
        let label = class.file_name().and_then(|one| one.to_str()).unwrap_or_default();
        for file in entries(&class)? {
            let name = file.file_stem().and_then(|one| one.to_str()).unwrap_or_default();
            let (source, _) = name.rsplit_once('-').context("a clip without a dash in its name")?;
            let window = decode::windows(&file)?.into_iter().next().context("an empty clip")?;
            clips.push(Clip { label: label.to_owned(), source: source.to_owned(), window });
        }
    }
    Ok(clips)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut entries: Vec<PathBuf> = read.map(|one| Ok(one?.path())).collect::<Result<_>>()?;
    entries.sort();
    Ok(entries)
}

fn fold(one: &Example) -> usize {
    one.source().split('-').next().and_then(|one| one.parse().ok()).unwrap_or(0)
}

/// Only what folds 2 to 5 say of each other: what is looked at while trying things. Fold 1 stays unseen.
fn inner(both: &[Vec<Example>; 2]) -> Result<()> {
    for (views, all) in VIEWS.iter().zip(both) {
        let some: Vec<&Example> = all.iter().filter(|one| fold(one) != 1).collect();
        for onset in [false, true] {
            let told = across(&some, fold, SEED, onset)?;
            report(&format!("folds 2 to 5 only, learned {views:?}, onsets {onset}"), &told);
        }
    }
    let some: Vec<&Example> = both[1].iter().filter(|one| fold(one) != 1).collect();
    left_out(&some, &[2, 3, 4, 5])
}

/// What is told of whole clips, and of onsets, each by models that did not see their fold.
fn nested(both: &[Vec<Example>; 2]) -> Result<(Vec<Told>, Vec<Told>)> {
    let (mut whole, mut onsets) = (Vec::new(), Vec::new());
    for out in 1..=5 {
        let mut best: Option<(f64, usize)> = None;
        for (at, all) in both.iter().enumerate() {
            let inside: Vec<&Example> = all.iter().filter(|one| fold(one) != out).collect();
            let right = Report::of(&across(&inside, fold, SEED, false)?, 10).right;
            eprintln!("fold {out}: {:?}, inside {:.1} %", VIEWS[at], right * 100.0);
            if best.is_none_or(|(most, _)| right > most) {
                best = Some((right, at));
            }
        }
        let chosen = best.map_or(0, |(_, at)| at);
        let model = |at: usize| {
            let learned: Vec<&Example> = both[at].iter().filter(|one| fold(one) != out).collect();
            Model::train(&learned, SEED)
        };
        let of_fold = |at: usize| both[at].iter().filter(move |one| fold(one) == out);
        let (of_whole, of_onsets) = (model(chosen)?, model(1)?);
        let told: Vec<Told> = of_fold(chosen).map(|one| Told::by(&of_whole, one, false)).collect();
        let right = Report::of(&told, 10).right * 100.0;
        println!("| fold {out}, right (learned {:?}) | {right:.1} % |", VIEWS[chosen]);
        whole.extend(told);
        onsets.extend(of_fold(1).map(|one| Told::by(&of_onsets, one, true)));
    }
    Ok((whole, onsets))
}

/// Each class in turn is one that nobody taught: how often is it taken for something, against known clips of the same fold.
fn left_out(all: &[&Example], folds: &[usize]) -> Result<()> {
    let labels: BTreeSet<&str> = all.iter().map(|one| one.label()).collect();
    let (mut unknown, mut known) = (Vec::new(), Vec::new());
    for (label, out) in labels.into_iter().zip(folds.iter().cycle()) {
        let learned: Vec<&Example> =
            all.iter().copied().filter(|one| fold(one) != *out && one.label() != label).collect();
        let model = Model::train(&learned, SEED)?;
        for one in all.iter().filter(|one| fold(one) == *out) {
            let told = Told::by(&model, one, false);
            if told.truth.is_none() { unknown.push(told) } else { known.push(told) }
        }
    }
    let unsure =
        |all: &[Told]| all.iter().filter(|one| one.is_unsure()).count() as f64 / all.len() as f64 * 100.0;
    println!(
        "| called \"unsure\": a class nobody taught, known ones | {:.0} %, {:.0} % |",
        unsure(&unknown),
        unsure(&known)
    );
    let sure = |all: &[Told], from: f32| {
        all.iter().filter(|one| one.first().1 >= from).count() as f64 / all.len() as f64 * 100.0
    };
    for from in [0.5, 0.8] {
        let (unknown, known) = (sure(&unknown, from), sure(&known, from));
        println!(
            "| told at {from} or more: a class nobody taught, known ones | {unknown:.0} %, {known:.0} % |"
        );
    }
    let pairs = unknown.iter().flat_map(|one| known.iter().map(|other| (one.first().1, other.first().1)));
    let higher = pairs.filter(|(unknown, known)| known > unknown).count();
    let share = higher as f64 / (unknown.len() * known.len()) as f64 * 100.0;
    println!("| ... a known clip is told with more than an unknown one | {share:.1} % of pairs |");
    Ok(())
}

fn report(name: &str, told: &[Told]) {
    let labels = told.first().map_or(0, |one| one.probabilities.len());
    let report = Report::of(told, labels);
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    println!("| {name}: right, \"unsure\" not allowed | {} of {} |", percent(report.right), report.windows);
    println!(
        "| ... \"unsure\"; right of the rest | {}; {} |",
        percent(report.unsure),
        percent(report.right_when_sure)
    );
    println!("| ... right of the surest nine in ten | {} |", percent(report.right_of_nine_in_ten));
    println!("| ... expected calibration error | {:.3} |", report.calibration_error);
    let mean = report.average_precision.iter().sum::<f64>() / labels as f64;
    println!("| ... mean average precision | {mean:.3} |");
    eprintln!("{name}: rows true, columns called, last unsure");
    report.confusion.iter().for_each(|row| eprintln!("{row:?}"));
}

fn times(clips: &[Clip], both: &[Vec<Example>; 2]) -> Result<()> {
    for (views, all) in VIEWS.iter().zip(both) {
        let start = Instant::now();
        let model = Model::train(all, SEED)?;
        let seconds = start.elapsed().as_secs_f64();
        let kilobytes = model.to_bytes().len() / 1_000;
        println!(
            "| learning from {} clips ({views:?}); the model | {seconds:.1} s; {kilobytes} kB |",
            all.len()
        );
        let time = |windows: &[&Window]| {
            let one = |window: &&Window| {
                let start = processor_ns();
                std::hint::black_box(model.probabilities(window));
                (processor_ns() - start) as f64 / 1e6
            };
            let mut taken: Vec<f64> = windows.iter().map(one).collect();
            taken.sort_by(f64::total_cmp);
            format!("{:.2} ms, {:.2} ms", taken[taken.len() / 2], taken[taken.len() * 95 / 100])
        };
        let whole: Vec<&Window> = clips.iter().map(|one| &one.window).collect();
        println!("| ... time for a clip of 5 s, median and 95th of 100 | {} |", time(&whole));
        let onsets: Vec<Window> = clips.iter().filter_map(|one| onset(&one.window)).collect();
        println!("| ... for an onset of 1.2 s | {} |", time(&onsets.iter().collect::<Vec<_>>()));
    }
    Ok(())
}

/// Nanoseconds this thread has had a processor; nought where the kernel does not tell. Its count is brought up to date when the
/// thread steps aside.
fn processor_ns() -> u64 {
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|one| one.parse().ok()).unwrap_or(0)
}
