//! Measures from where sounds are found to come: `measure_bearing DATA [--write DIR | --peers DIR]`.
//!
//! Alone it prints our figures. `--write DIR` writes the same scenes for `bench/sense/peers_bearing.py DIR`, which writes what others
//! make of them; `--peers DIR` then prints both. `--choose` takes the seed and the clips (folds 1 and 2) on which settings were
//! chosen instead. `DATA/audio/esc10` holds the clips; the scenes around them are simulated.
//!
//! Not here: the finding itself (`sense::ear::bearing`).
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program that measures and prints"
)]

mod clips;
mod scenes;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use clips::{Clip, clips};
use scenes::{CELSIUS, KINDS, Kind, MICROPHONES, Parts, RADIUS_M, RATE_HZ, Scene, WINDOW, noises, parts};
use sense::ear::Window;
use sense::ear::bearing::{Array, Bearing, Finder};
use sense::plan::{Moment, turn_deg};

/// The seed that is reported, of all clips.
const REPORTED: u64 = 90_731;
/// The seed on which settings were chosen, of the clips of two folds.
const CHOSEN_ON: u64 = 5;
const CHOSEN_FOLDS: [usize; 2] = [1, 2];
/// What counts as missed, in degrees.
const FAR_DEG: f64 = 20.0;

/// What `scenes.json` tells a peer. The windows of a kind are in `KIND.f32`: scene after scene, microphone after microphone.
#[derive(Serialize)]
struct Told {
    rate_hz: u32,
    celsius: f64,
    window: usize,
    /// Metres to the right and to the front.
    microphones: Vec<[f64; 2]>,
    kinds: Vec<String>,
    scenes: Vec<Truth>,
}

#[derive(Serialize)]
struct Truth {
    clip: String,
    /// From the front of the array, clockwise.
    truth_deg: f64,
}

/// What a peer made of the scenes of one kind.
#[derive(Deserialize)]
struct Answer {
    kind: String,
    peer: String,
    /// From the front of the array, clockwise.
    degrees: Vec<f64>,
    milliseconds: f64,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let named = |name: &str| arguments.iter().position(|one| one == name);
    let folder = |name: &str| named(name).and_then(|at| arguments.get(at + 1)).map(PathBuf::from);
    let Some(data) = arguments.first().filter(|one| !one.starts_with("--")) else {
        bail!("measure_bearing DATA [--write DIR | --peers DIR] [--choose]");
    };
    let clips = clips(&Path::new(data).join("audio/esc10"))?;
    let choosing = named("--choose").is_some();
    let seed = if choosing { CHOSEN_ON } else { REPORTED };
    let wanted = |one: &usize| !choosing || CHOSEN_FOLDS.contains(&clips[*one].fold);
    let noises = noises(seed);
    let parts: Vec<Parts<'_>> =
        (0..clips.len()).filter(wanted).map(|one| parts(&clips, one, &noises, seed)).collect();
    if let Some(folder) = folder("--write") {
        return write(&folder, &clips, &parts);
    }
    let answers: Vec<Answer> = match folder("--peers") {
        Some(folder) => {
            let file = folder.join("bearing-peers.json");
            let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            serde_json::from_slice(&bytes).context("not what peers_bearing.py writes")?
        }
        None => Vec::new(),
    };
    println!(
        "| {} clips | median | over {FAR_DEG:.0} degrees | width holds the truth in | half of it in | median width | check agrees; of those over {FAR_DEG:.0} degrees | time |",
        parts.len()
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut frozen_ms = Vec::new();
    for kind in KINDS {
        let scenes: Vec<&Parts<'_>> = parts.iter().filter(|one| takes(kind, &clips[one.clip])).collect();
        println!("{}", ours(kind, &scenes, &clips, &mut frozen_ms)?);
        for answer in answers.iter().filter(|answer| answer.kind == kind.to_string()) {
            println!("{}", theirs(answer, &scenes));
        }
    }
    println!("\nfreezing the background: {:.2} ms", quantile(&frozen_ms, 0.5));
    Ok(())
}

/// Where a helicopter is what interferes, none is the sound that is looked for.
fn takes(kind: Kind, clip: &Clip) -> bool {
    matches!(kind, Kind::Around(_) | Kind::Flat(_)) || !clip.is_helicopter()
}

fn microphones() -> Vec<[f64; 2]> {
    let turn = |index: usize| (360.0 * index as f64 / MICROPHONES as f64).to_radians().sin_cos();
    (0..MICROPHONES).map(turn).map(|(sin, cos)| [RADIUS_M * sin, RADIUS_M * cos]).collect()
}

fn write(folder: &Path, clips: &[Clip], parts: &[Parts<'_>]) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for kind in KINDS {
        let file = std::fs::File::create(folder.join(format!("{kind}.f32")))?;
        let mut file = std::io::BufWriter::new(file);
        for one in parts.iter().filter(|one| takes(kind, &clips[one.clip])) {
            for sample in one.mix(kind).window.iter().flatten() {
                file.write_all(&sample.to_le_bytes())?;
            }
        }
        file.flush()?;
    }
    let truth = |one: &Parts<'_>| Truth {
        clip: clips[one.clip].name.clone(),
        truth_deg: (one.truth_deg - one.heading_deg).rem_euclid(360.0),
    };
    let told = Told {
        rate_hz: RATE_HZ,
        celsius: CELSIUS,
        window: WINDOW,
        microphones: microphones(),
        kinds: KINDS.iter().map(Kind::to_string).collect(),
        scenes: parts.iter().map(truth).collect(),
    };
    Ok(std::fs::write(folder.join("scenes.json"), serde_json::to_vec(&told)?)?)
}

fn ours(kind: Kind, scenes: &[&Parts<'_>], clips: &[Clip], frozen_ms: &mut Vec<f64>) -> Result<String> {
    let (mut errors, mut widths, mut times, mut held, mut half) = (vec![], vec![], vec![], 0, 0);
    let (mut agree, mut agree_far) = (0, 0);
    let mut far = std::collections::BTreeMap::<&str, usize>::new();
    let mut finder = Finder::new(Array::new(microphones(), 0.0)?, RATE_HZ, CELSIUS)?;
    for one in scenes {
        let scene = one.mix(kind);
        let found = find(&mut finder, scene, &mut times, frozen_ms)?;
        let truth_deg = one.truth_deg - one.heading_deg;
        let error = found.map_or(180.0, |found| turn_deg(found.towards_deg, truth_deg).abs());
        errors.push(error);
        if error > FAR_DEG {
            *far.entry(&clips[one.clip].class).or_default() += 1;
        }
        if let Some(found) = found {
            widths.push(found.width_deg);
            held += usize::from(error <= found.width_deg);
            half += usize::from(error <= found.width_deg / 1.96);
            agree += usize::from(found.agrees);
            agree_far += usize::from(found.agrees && error > FAR_DEG);
        }
        if std::env::var_os("BELFRY_BEARING_EACH").is_some() {
            println!(
                "{kind}\t{}\t{}\t{truth_deg:.1}\t{error:.2}\t{found:?}",
                clips[one.clip].class, clips[one.clip].name
            );
        }
    }
    if !far.is_empty() && std::env::var_os("BELFRY_BEARING_FAR").is_some() {
        println!("{kind}: {far:?}");
    }
    Ok(format!(
        "| {kind}: Belfry | {:.2} | {} | {} | {} | {:.1} | {}; {} | {:.2} ms |",
        quantile(&errors, 0.5),
        percent(share_far(&errors), 1.0),
        percent(held as f64, widths.len() as f64),
        percent(half as f64, widths.len() as f64),
        quantile(&widths, 0.5),
        percent(agree as f64, widths.len() as f64),
        percent(agree_far as f64, agree as f64),
        quantile(&times, 0.5),
    ))
}

fn find(
    finder: &mut Finder,
    scene: Scene,
    times: &mut Vec<f64>,
    frozen_ms: &mut Vec<f64>,
) -> Result<Option<Bearing>> {
    let window = |channels| Window::new(Moment::from_micros(0), RATE_HZ, channels);
    *finder = Finder::new(Array::new(microphones(), 0.0)?, RATE_HZ, CELSIUS)?;
    // In the blocks that a sound card brings.
    let (before, heard) = (scene.before, window(scene.window)?);
    for from in (0..before[0].len()).step_by(1_600) {
        let block = before.iter().map(|one| one[from..(from + 1_600).min(one.len())].to_vec()).collect();
        finder.listen(&window(block)?);
    }
    let start = processor_ns();
    let frozen = finder.freeze();
    let middle = processor_ns();
    let found = finder.find(&frozen, &heard);
    times.push((processor_ns() - middle) as f64 / 1e6);
    frozen_ms.push((middle - start) as f64 / 1e6);
    Ok(found)
}

/// Nanoseconds this thread has had a processor; nought where the kernel does not tell. Its count is brought up to date when the
/// thread steps aside.
fn processor_ns() -> u64 {
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|one| one.parse().ok()).unwrap_or(0)
}

fn theirs(answer: &Answer, scenes: &[&Parts<'_>]) -> String {
    let error = |(at, scene): (&f64, &&Parts<'_>)| turn_deg(*at, scene.truth_deg - scene.heading_deg).abs();
    let errors: Vec<f64> = answer.degrees.iter().zip(scenes).map(error).collect();
    format!(
        "| {}: {} | {:.2} | {} | | | | | {:.1} ms |",
        answer.kind,
        answer.peer,
        quantile(&errors, 0.5),
        percent(share_far(&errors), 1.0),
        answer.milliseconds,
    )
}

fn share_far(errors: &[f64]) -> f64 {
    errors.iter().filter(|error| **error > FAR_DEG).count() as f64 / errors.len().max(1) as f64
}

fn percent(part: f64, of: f64) -> String {
    format!("{:.1} %", 100.0 * part / of.max(1.0))
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let index = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}
