//! The sound model of the demonstration: learned from invented sounds in the invented street.
//!
//! Not here: a model for real streets. That one is learned from an operator's own recordings: `belfry sense train`.

use anyhow::{Context, Result};
use sense::Moment;
use sense::ear::Window;
use sense::ear::class::{Example, Model, Views, top_hz};
use sim::Dice;
use sim::scene::{Sensor, Sound, Soundscape, Spot};
use sim::street::{EAR_HEIGHT_M, EARS, RATE_HZ, surroundings};

/// Sounds that are made of each label.
const OF_EACH: u64 = 14;
/// A window begins so long before its sound, in seconds, and holds so much of it: as a post looks at one, soon and once more.
const BEFORE_S: f64 = 0.1;
const HOLDS_S: [f64; 2] = [0.4, 2.0];
/// When the sound is made, in seconds.
const BEGINS_S: f64 = 0.5;
/// Metres from the microphone, at least and at most.
const AWAY_M: [f64; 2] = [25.0, 130.0];
/// Wind and traffic at the microphone, in dB SPL.
const AROUND_DB: f64 = 55.0;

/// What it is to tell apart; fireworks are not among it, so that one is unsure. Names that are no class of Belfry are told as unsure: what is known not to be an alarm.
const LABELS: [(&str, &[Sound]); 7] = [
    ("gun_shot", &[Sound::GunShot { supersonic: false }, Sound::GunShot { supersonic: true }]),
    ("explosion", &[Sound::Explosion]),
    ("glass_breaking", &[Sound::GlassBreaking]),
    ("siren", &[Sound::Siren]),
    ("engine", &[Sound::Engine]),
    ("crowd", &[Sound::Crowd]),
    ("exhaust", &[Sound::ExhaustBang]),
];

/// Learns it. One seed gives one model.
pub(super) fn model(seed: u64) -> Result<Model> {
    let top = top_hz([RATE_HZ]);
    let mut examples = Vec::new();
    for (label, sounds) in LABELS {
        for number in 0..OF_EACH {
            let sound = sounds[usize::try_from(number)? % sounds.len()];
            for window in heard(sound, seed.wrapping_mul(1_000).wrapping_add(examples.len() as u64))? {
                let example = Example::new(&format!("{label}-{number}"), label, &window, top, Views::Whole);
                examples.push(example.with_context(|| format!("an invented {label}"))?);
            }
        }
    }
    Model::train(&examples, seed).context("nothing was learned from invented sounds")
}

/// A sound as one of the street's microphones hears it, straight or round a corner.
fn heard(sound: Sound, seed: u64) -> Result<Vec<Window>> {
    let dice = Dice::new(seed);
    let ear = dice.pick(&EARS).context("the street has ears")?;
    let at = Spot::new(ear.at[0], ear.at[1], EAR_HEIGHT_M);
    let mut scene = Soundscape::new(seed, RATE_HZ, surroundings(), vec![Sensor::single(at)]);
    scene.around(AROUND_DB, 6);
    let away_m = AWAY_M[0] + (AWAY_M[1] - AWAY_M[0]) * (0.5 + 0.5 * dice.around());
    let place = Spot { up_m: 1.5, ..at.moved(180.0 * dice.around(), away_m) };
    let clip = sound.clip(RATE_HZ, 2.5, &dice);
    let happened = scene.happens(BEGINS_S, place, &clip, sound.level_db());
    let arrived_s = happened.arrivals.first().context("it came to the microphone")?.at_s;
    let samples = |seconds: f64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some seconds of samples")]
        let samples = (seconds * f64::from(RATE_HZ)) as usize;
        samples
    };
    let (from, all) = (samples(arrived_s - BEFORE_S), samples(arrived_s + HOLDS_S[1]));
    let channel = scene.next(0, all).channels.into_iter().next().context("one microphone")?;
    let window = |holds_s: f64| {
        let until = (from + samples(BEFORE_S + holds_s)).min(channel.len());
        Ok(Window::new(Moment::from_micros(0), RATE_HZ, vec![channel[from..until].to_vec()])?)
    };
    HOLDS_S.into_iter().map(window).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sense::Class;
    use sense::ear::class::Classifier as _;

    use super::*;

    /// Of sounds in streets that it did not learn from.
    #[test]
    fn a_shot_is_named_and_what_is_known_to_be_harmless_is_not() {
        let model = model(1).unwrap();
        let mut named = BTreeMap::<&str, Vec<Option<Class>>>::new();
        for (label, sounds) in LABELS.into_iter().chain([("firework", &[Sound::Firework][..])]) {
            for number in 0..6_u64 {
                let sound = sounds[usize::try_from(number).unwrap() % sounds.len()];
                let told = model.tell(&heard(sound, 900_000 + number).unwrap()[1]);
                let first = told.first().filter(|one| one.probability >= 0.6);
                named.entry(label).or_default().push(first.map(|one| one.class));
            }
        }
        let shots = named["gun_shot"].iter().filter(|one| **one == Some(Class::GunShot)).count();
        assert!(shots >= 4, "{named:#?}");
        for harmless in ["firework", "exhaust"] {
            let alarms = named[harmless].iter().flatten().filter(|one| one.alarms()).count();
            assert!(alarms <= 1, "{named:#?}");
        }
    }
}
