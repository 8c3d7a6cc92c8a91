//! How often speech is taken for speech, and other sounds are: sentences of a synthesiser (`espeak-ng`, where it is installed), and
//! clips without a human voice. The limits were set on other voices and sentences and on fold 1, which is left out here.
//!
//! Not here: telling sounds apart.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use sense::ear::Window;
use sense::ear::class::onset;
use sense::ear::speech::SpeechLikeness;
use sense::plan::Moment;

use crate::Clip;

const SENTENCES: [(&str, [&str; 5]); 3] = [
    (
        "nl",
        [
            "de tram naar het strand rijdt vanavond later",
            "wie heeft de sleutel van de fietsenstalling",
            "er staat veel wind en het gaat zo regenen",
            "neem bij het museum de tweede straat rechts",
            "zullen we straks samen koffie drinken",
        ],
    ),
    (
        "en-gb",
        [
            "the bakery on the corner sells fresh bread",
            "could you tell me the way to the station",
            "it will rain later so bring an umbrella",
            "my bicycle is parked behind the theatre",
            "let us have dinner by the sea tonight",
        ],
    ),
    (
        "de",
        [
            "der Zug nach Hamburg kommt heute etwas früher",
            "wo finde ich bitte die nächste Haltestelle",
            "im Garten blühen schon die ersten Blumen",
            "das Konzert beginnt um halb acht am Abend",
            "wir treffen uns nach der Arbeit am Hafen",
        ],
    ),
];
/// Other settings of the voice: pitch and words a minute.
const WAYS: [(u8, u16); 3] = [(30, 150), (50, 175), (75, 200)];
/// Hiss under the voice, in dB below it; the last is nearly none.
const BELOW_DB: [f32; 3] = [5.0, 10.0, 60.0];

pub fn voices(clips: &[Clip]) -> Result<()> {
    let others: Vec<&Clip> = clips
        .iter()
        .filter(|one| {
            !one.source.starts_with("1-") && !one.label.contains("Baby") && !one.label.contains("sneeze")
        })
        .collect();
    let start = Instant::now();
    let taken: Vec<&str> = others
        .iter()
        .filter(|one| SpeechLikeness::of(&one.window).is_speech())
        .map(|one| one.label.as_str())
        .collect();
    let each = start.elapsed().as_secs_f64() * 1e3 / others.len() as f64;
    let onsets: Vec<Window> = others.iter().filter_map(|one| onset(&one.window)).collect();
    let taken_onsets = onsets.iter().filter(|one| SpeechLikeness::of(one).is_speech()).count();
    println!(
        "| clips without a human voice taken for speech (folds 2 to 5) | {} of {} {taken:?} |",
        taken.len(),
        others.len()
    );
    println!("| ... of their onsets of 1.2 s | {taken_onsets} of {} |", onsets.len());
    println!("| ... time for a clip of 5 s, mean | {each:.2} ms |");
    let folder = tempfile::tempdir().context("no folder for the voices")?;
    for (voice, sentences) in SENTENCES {
        let mut found = [(0, 0); BELOW_DB.len()];
        for (number, sentence) in sentences.iter().enumerate() {
            for (pitch, pace) in WAYS {
                let file = folder.path().join("spoken.wav");
                if !spoken(&file, voice, pitch, pace, sentence) {
                    println!("| sentences | left out: espeak-ng is not installed |");
                    return Ok(());
                }
                for (below, found) in BELOW_DB.iter().zip(&mut found) {
                    let seed = u32::from(pitch) + number as u32;
                    let likeness = SpeechLikeness::of(&noisy(&file, *below, seed)?);
                    found.0 += usize::from(likeness.is_speech());
                    found.1 += 1;
                }
            }
        }
        for (below, (found, of)) in BELOW_DB.iter().zip(found) {
            println!(
                "| sentences of espeak-ng, {voice}, hiss {below} dB below, taken for speech | {found} of {of} |"
            );
        }
    }
    Ok(())
}

fn spoken(file: &Path, voice: &str, pitch: u8, pace: u16, sentence: &str) -> bool {
    let (pitch, pace) = (pitch.to_string(), pace.to_string());
    let command = Command::new("espeak-ng")
        .args(["-v", voice, "-p", &pitch, "-s", &pace, "-w"])
        .arg(file)
        .arg(sentence)
        .status();
    command.is_ok_and(|status| status.success())
}

/// The recording with hiss under it.
fn noisy(file: &Path, below_db: f32, mut seed: u32) -> Result<Window> {
    let bytes = std::fs::read(file).context("cannot read what was spoken")?;
    let rate = bytes.get(24..28).and_then(|one| one.try_into().ok()).map(u32::from_le_bytes);
    let (samples, _) = bytes.get(44..).unwrap_or_default().as_chunks::<2>();
    let mut samples: Vec<f32> =
        samples.iter().map(|one| f32::from(i16::from_le_bytes(*one)) / 32_768.0).collect();
    let power = samples.iter().map(|one| one * one).sum::<f32>() / samples.len().max(1) as f32;
    let gain = (3.0 * power).sqrt() * 10f32.powf(-below_db / 20.0);
    for one in &mut samples {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *one += gain * ((seed >> 8) as f32 / 8_388_608.0 - 1.0);
    }
    Ok(Window::new(Moment::from_micros(0), rate.context("no rate")?, vec![samples])?)
}
