//! A model learned from sounds made here: it tells them apart, replays, survives its bytes, and says "unsure" of another kind.

use super::judge::{Report, Told, across};
use super::*;
use crate::plan::Moment;

const RATE: u32 = 16_000;

/// Whitish noise, -1 to 1.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

/// A sound of a kind; numbers vary its pitch, pace and level.
fn sound(kind: &str, number: u32) -> Window {
    let mut noise = Noise(number.wrapping_mul(7_919).wrapping_add(17));
    let vary = 0.85 + 0.3 * (number % 7) as f32 / 7.0;
    let level = 0.05 + 0.1 * (number % 5) as f32;
    let mut smooth = 0.0;
    let samples = (0..RATE * 2).map(|at| {
        let seconds = at as f32 / RATE as f32;
        let hiss = noise.next();
        let made = match kind {
            // A burst that dies away.
            "gun_shot" => {
                hiss * (-(seconds - 0.6).max(0.0) * 30.0 / vary).exp() * if seconds < 0.6 { 0.0 } else { 1.0 }
            }
            // A tone that rises and falls.
            "siren" => (std::f32::consts::TAU * 60.0 * (2.0 * seconds * vary).sin()
                + std::f32::consts::TAU * 900.0 * vary * seconds)
                .sin(),
            // A low throb.
            "engine" => {
                smooth += 0.05 * (hiss - smooth);
                smooth * 4.0 * (0.6 + 0.4 * (std::f32::consts::TAU * 22.0 * vary * seconds).sin())
            }
            // Nothing like them: high ticks.
            "ticks" => {
                (seconds * 6_300.0 * std::f32::consts::TAU).sin()
                    * if (seconds * 9.0 * vary).fract() < 0.1 { 1.0 } else { 0.0 }
            }
            _ => hiss,
        };
        level * made + 0.000_5 * noise.next()
    });
    Window::new(Moment::from_micros(0), RATE, vec![samples.collect()]).unwrap()
}

fn examples(kinds: &[&str], numbers: std::ops::Range<u32>) -> Vec<Example> {
    let top = top_hz([RATE]);
    let of = |kind: &&str| {
        let kind = (*kind).to_owned();
        numbers.clone().map(move |number| {
            let source = format!("{kind}-{}", number / 2);
            Example::new(&source, &kind, &sound(&kind, number), top, Views::WholeAndOnset).unwrap()
        })
    };
    kinds.iter().flat_map(of).collect()
}

const KINDS: [&str; 3] = ["engine", "gun_shot", "siren"];

#[test]
fn told_apart_and_another_kind_is_unsure() {
    let model = Model::train(&examples(&KINDS, 0..10), 1).unwrap();
    for kind in KINDS {
        for number in 20..24 {
            let told = model.tell(&sound(kind, number));
            assert_eq!(told[0].class.as_str(), kind, "{number}: {told:?}");
            assert!(told[0].probability > 0.5, "{kind} {number}: {told:?}");
        }
    }
    let unknown = model.tell(&sound("ticks", 3));
    assert!(unknown.iter().all(|one| one.probability < 0.5), "{unknown:?}");
    let sum: f32 = unknown.iter().map(|one| one.probability).sum();
    assert!(sum < 0.7, "{unknown:?}");
}

#[test]
fn silence_and_too_low_a_rate_are_nothing() {
    let model = Model::train(&examples(&KINDS, 0..6), 1).unwrap();
    let silent = Window::new(Moment::from_micros(0), RATE, vec![vec![0.0; 16_000]]).unwrap();
    let low = Window::new(Moment::from_micros(0), 8_000, vec![vec![0.3; 8_000]]).unwrap();
    assert!(model.tell(&silent).is_empty() && model.tell(&low).is_empty());
}

#[test]
fn labels_that_are_no_class_stay_unsure() {
    let model = Model::train(&examples(&["engine", "ticks"], 0..6), 1).unwrap();
    let told = model.tell(&sound("ticks", 9));
    assert!(told.iter().all(|one| one.class == Class::Engine && one.probability < 0.5), "{told:?}");
}

#[test]
fn a_seed_replays_and_bytes_come_back() {
    let of = |seed| Model::train(&examples(&KINDS, 0..6), seed).unwrap();
    let model = of(5);
    let bytes = model.to_bytes();
    assert_eq!(bytes, of(5).to_bytes());
    assert_ne!(bytes, of(6).to_bytes());
    let back = Model::from_bytes(&bytes).unwrap();
    assert_eq!(back, model);
    assert_eq!(back.name(), model.name());
    assert_eq!(back.tell(&sound("siren", 30)), model.tell(&sound("siren", 30)));
}

#[test]
fn no_damage_to_a_file_goes_unseen_and_none_does_harm() {
    let bytes = Model::train(&examples(&KINDS, 0..4), 5).unwrap().to_bytes();
    for cut in [0, 3, 4, 11, 12, 100, bytes.len() / 2, bytes.len() - 1] {
        assert!(Model::from_bytes(&bytes[..cut]).is_err(), "{cut}");
    }
    // Whoever writes a file on purpose also writes its checksum: lengths are looked at all the same.
    for at in (4..400).chain((400..bytes.len() - 8).step_by(997)) {
        for value in [0, 0x7f, 0xff] {
            let mut changed = bytes[..bytes.len() - 8].to_vec();
            changed[at] = value;
            let sum = file::sum_of(&changed);
            changed.extend(sum.to_le_bytes());
            if let Ok(model) = Model::from_bytes(&changed) {
                let told = model.probabilities(&sound("siren", 1));
                assert_eq!(told.len(), model.labels().len());
            }
        }
    }
}

#[test]
fn measured_on_sources_that_were_not_learned_from() {
    let examples = examples(&KINDS, 0..8);
    let part_of = |one: &Example| usize::from(one.source().ends_with(['0', '2']));
    let told: Vec<Told> = across(&examples, part_of, 1, true).unwrap();
    let report = Report::of(&told, KINDS.len());
    assert_eq!(report.windows, 24);
    assert!(report.right > 0.9, "{report:?}");
}

#[test]
fn what_cannot_be_learned_is_told_so() {
    let why = |examples: &[Example]| Model::train(examples, 1).err();
    assert_eq!(why(&[]), Some(NotLearned::Labels(0)));
    assert_eq!(why(&examples(&["siren"], 0..4)), Some(NotLearned::Labels(1)));
    assert_eq!(why(&examples(&["siren", "engine"], 0..2)), Some(NotLearned::OneSource("engine".into())));
}
