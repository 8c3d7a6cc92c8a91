//! Scenes with a known direction: a real clip in a simulated square, noise from all sides, and another place that is loud.
//!
//! Not here: finding directions.

use sim::Dice;
use sim::scene::{Clip as Played, Noise, Sensor, Soundscape, Spot, Surroundings};

use crate::clips::{Clip, band_power};

/// Samples per second.
pub const RATE_HZ: u32 = 16_000;
/// Samples of a window: 0.512 s.
pub const WINDOW: usize = 8_192;
/// The tones in which powers are held against each other, in hertz: what an array of this size can tell directions by.
pub const BAND_HZ: [f64; 2] = [200.0, 7_600.0];
/// Radius of the array, in metres.
pub const RADIUS_M: f64 = 0.05;
/// Microphones.
pub const MICROPHONES: usize = 4;
/// Air, in degrees Celsius, as the finding is told.
pub const CELSIUS: f64 = 15.0;

/// What is heard before the sound begins, in samples: 4 s.
const BEFORE: usize = 64_000;
/// Sides of the square in metres, and the share of the pressure that its facades send back.
const SQUARE: [f64; 3] = [90.0, 70.0, 0.6];
/// Places from which the noise around comes.
const AROUND: usize = 24;
/// Pieces of noise, each under as many clips as come to it.
const NOISES: u64 = 20;
/// How far away they are, in metres.
const AROUND_METRES: f64 = 400.0;
/// Where something else is loud, the noise around is so far below the sound, in dB.
const AROUND_BELOW_DB: f64 = 15.0;
/// Two places are at least so far apart, seen from the array, in degrees.
const APART_DEG: f64 = 30.0;
/// How far the other place moved since the background was heard, in degrees.
const MOVED_DEG: f64 = 30.0;
/// So quiet that it is nothing, in dB SPL.
const NOTHING_DB: f64 = -200.0;

/// What is in the way of hearing it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Noise from all sides that falls towards high tones, as wind and far traffic do, so far below it in dB.
    Around(f64),
    /// Noise from all sides that is as strong in all tones.
    Flat(f64),
    /// A helicopter elsewhere, so far below it in dB.
    Elsewhere(f64),
    /// The same, which was 30 degrees to the side when the background was heard.
    Moved(f64),
}

/// All kinds that are measured.
pub const KINDS: [Kind; 10] = [
    Kind::Around(0.0),
    Kind::Around(10.0),
    Kind::Flat(0.0),
    Kind::Flat(10.0),
    Kind::Elsewhere(0.0),
    Kind::Elsewhere(5.0),
    Kind::Elsewhere(10.0),
    Kind::Moved(0.0),
    Kind::Moved(5.0),
    Kind::Moved(10.0),
];

impl std::fmt::Display for Kind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Around(db) => write!(out, "noise around, {db:.0} dB below"),
            Self::Flat(db) => write!(out, "flat noise around, {db:.0} dB below"),
            Self::Elsewhere(db) => write!(out, "helicopter elsewhere, {db:.0} dB below"),
            Self::Moved(db) => write!(out, "helicopter that moved 30 degrees, {db:.0} dB below"),
        }
    }
}

type Channels = Vec<Vec<f32>>;

/// What an array hears.
pub struct Scene {
    /// Before the sound.
    pub before: Channels,
    /// Of the sound.
    pub window: Channels,
}

/// Noise around an array, of two kinds: as it turns with the array, one piece serves under several clips.
pub struct Noises {
    around: Scene,
    flat: Scene,
}

/// Pieces of noise, of a seed.
pub fn noises(seed: u64) -> Vec<Noises> {
    let piece = |number: u64| {
        let sensor = sensor(Spot::new(0.0, 0.0, 3.0), 0.0);
        let scape = |seed| Soundscape::new(seed, RATE_HZ, Surroundings::open(), vec![sensor.clone()]);
        let number = seed.wrapping_mul(1_009) + number;
        let mut around = scape(number);
        around.around(70.0, AROUND);
        Noises { around: heard(around), flat: heard(flat(scape(number))) }
    };
    (0..NOISES).map(piece).collect()
}

fn sensor(at: Spot, heading_deg: f64) -> Sensor {
    Sensor { self_noise_db: NOTHING_DB, ..Sensor::circle(at, heading_deg, MICROPHONES, RADIUS_M) }
}

fn heard(mut scape: Soundscape) -> Scene {
    Scene { before: scape.next(0, BEFORE).channels, window: scape.next(0, WINDOW).channels }
}

/// A scene in parts, that are mixed to the kind that is wanted.
pub struct Parts<'a> {
    /// The straight direction to the source, in degrees from north.
    pub truth_deg: f64,
    /// The direction the array faces.
    pub heading_deg: f64,
    /// The number of its clip.
    pub clip: usize,
    source: Channels,
    noises: &'a Noises,
    other: Scene,
    other_before: Channels,
}

/// The scene of a clip, by a seed. The rules: an array at 3 m within 4 m of the middle of the square, turned anyhow; a source at
/// 1 to 2 m above the ground 8 to 25 m away in any direction, which plays its clip from the start, heard while it is loudest; a
/// helicopter (any that is heard all through its clip) 15 to 28 m away, at least 30 degrees beside it; the noise of one in twenty pieces.
pub fn parts<'a>(clips: &[Clip], clip: usize, noises: &'a [Noises], seed: u64) -> Parts<'a> {
    let dice = Dice::new(seed.wrapping_mul(100_003).wrapping_add(clip as u64));
    let at = Spot::new(4.0 * dice.around(), 4.0 * dice.around(), 3.0);
    let heading_deg = 180.0 + 180.0 * dice.around();
    let place = |dice: &Dice, towards_deg: f64, from_m: f64, to_m: f64| {
        let metres = from_m + (to_m - from_m) * 0.5 * (1.0 + dice.around());
        Spot { up_m: 1.5 + 0.5 * dice.around(), ..at.moved(towards_deg, metres) }
    };
    let truth_deg = 180.0 + 179.99 * dice.around();
    let source = place(&dice, truth_deg, 8.0, 25.0);
    let other_deg = truth_deg + APART_DEG + (180.0 - APART_DEG) * (1.0 + dice.around());
    let other = place(&dice, other_deg, 15.0, 28.0);
    let side = if dice.percent(50) { MOVED_DEG } else { -MOVED_DEG };
    let earlier = Spot { up_m: other.up_m, ..at.moved(other_deg + side, other.distance_m(at)) };
    let helicopters: Vec<&Clip> = clips.iter().filter(|one| one.interferes).collect();
    let helicopter = Played::of(dice.pick(&helicopters).map_or(&[][..], |one| &one.samples));

    let surroundings = Surroundings::square(SQUARE[0], SQUARE[1], SQUARE[2]);
    let number = seed.wrapping_mul(1_000) + clip as u64;
    let scape = || Soundscape::new(number, RATE_HZ, surroundings.clone(), vec![sensor(at, heading_deg)]);
    let mut alone = scape();
    let happened = alone.happens(0.0, source, &Played::of(&clips[clip].samples), 120.0);
    let arrives = (happened.arrivals[0].at_s * f64::from(RATE_HZ)) as usize + clips[clip].loudest;
    alone.next(0, arrives);
    let lasting = |place: Spot| {
        let mut scape = scape();
        scape.lasts(place, &helicopter, 100.0);
        scape
    };
    Parts {
        truth_deg: truth_deg.rem_euclid(360.0),
        heading_deg,
        clip,
        source: alone.next(0, WINDOW).channels,
        noises: &noises[clip % noises.len()],
        other: heard(lasting(other)),
        other_before: heard(lasting(earlier)).before,
    }
}

/// As [`Soundscape::around`], of even noise.
fn flat(mut scape: Soundscape) -> Soundscape {
    let mut noise = Noise::new(scape.dice());
    for index in 0..AROUND {
        let towards_deg = (index as f64 + 0.5 * scape.dice().around()) * 360.0 / AROUND as f64;
        let samples: Vec<f32> = (0..2 * BEFORE).map(|_| noise.normal()).collect();
        let place = Spot::new(0.0, 0.0, 2.0).moved(towards_deg, AROUND_METRES);
        scape.lasts(place, &Played::of(&samples), 120.0);
    }
    scape
}

impl Parts<'_> {
    /// Mixes them: the sound is left as it is, the rest is brought to its level.
    pub fn mix(&self, kind: Kind) -> Scene {
        let power = |channels: &Channels| channels.iter().map(|one| band_power(one)).sum::<f64>();
        let gain = |of: &Channels, below_db: f64| {
            let ratio = power(&self.source) / power(of).max(1e-30);
            (ratio * 10_f64.powf(-below_db / 10.0)).sqrt() as f32
        };
        let noise = if matches!(kind, Kind::Flat(_)) { &self.noises.flat } else { &self.noises.around };
        let around = |below_db: f64| gain(&noise.window, below_db);
        let (around, other, moved) = match kind {
            Kind::Around(below_db) | Kind::Flat(below_db) => (around(below_db), 0.0, false),
            Kind::Elsewhere(below_db) => (around(AROUND_BELOW_DB), gain(&self.other.window, below_db), false),
            Kind::Moved(below_db) => (around(AROUND_BELOW_DB), gain(&self.other.window, below_db), true),
        };
        let other_before = if moved { &self.other_before } else { &self.other.before };
        let mut before = sum(&[(&noise.before, around), (other_before, other)]);
        let mut window = sum(&[(&self.source, 1.0), (&noise.window, around), (&self.other.window, other)]);
        // As loud as sound usually is, whatever the clip's level was.
        let loudest = window.iter().flatten().fold(1e-9_f32, |most, one| most.max(one.abs()));
        before.iter_mut().chain(&mut window).flatten().for_each(|one| *one *= 0.3 / loudest);
        Scene { before, window }
    }
}

fn sum(parts: &[(&Channels, f32)]) -> Channels {
    let mut out = vec![vec![0.0; parts[0].0[0].len()]; parts[0].0.len()];
    for (channels, gain) in parts {
        for (out, channel) in out.iter_mut().zip(*channels) {
            out.iter_mut().zip(channel).for_each(|(out, one)| *out += gain * one);
        }
    }
    out
}
