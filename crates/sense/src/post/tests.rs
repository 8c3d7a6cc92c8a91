//! A post that is played a scene with a known truth, block by block.

use base::random::Random;
use sim::scene::{Happened, Sensor, Sound, Soundscape, Spot, Surroundings};

use super::{EarSetup, Post, PostSetup, Told};
use crate::bulletin::{Basis, EvidenceCode, HealthState, Observation, Orders, Register, Rule, Stage, Then};
use crate::ear::Window;
use crate::ear::bearing::Array;
use crate::ear::class::{Example, Model, Views, top_hz};
use crate::plan::{Moment, Plan, Point};

const RATE_HZ: u32 = 24_000;
/// A block of 100 ms.
const BLOCK: usize = 2_400;
const ORIGIN: [f64; 2] = [4.2825, 52.0905];
/// Long enough for the background to be known.
const BANG_S: f64 = 8.0;

struct Numbers(std::sync::atomic::AtomicU64);

impl Random for Numbers {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        bytes.iter_mut().zip(number.to_le_bytes().into_iter().cycle()).for_each(|(byte, own)| *byte = own);
    }
}

fn register(name: &str) -> Register {
    Register {
        name: name.into(),
        owner: "Municipality".into(),
        purpose: "public-order".into(),
        legal_basis: "A decision".into(),
        data: "Levels and times".into(),
        personal_data: false,
        retention_days: 7,
        contact: "https://example.org".into(),
        since: None,
    }
}

/// Six sensors around a square, of which the first two are arrays.
fn sensors() -> Vec<Sensor> {
    let places = [(-55.0, -50.0), (55.0, 48.0), (50.0, -55.0), (-52.0, 52.0), (0.0, -58.0), (-58.0, 5.0)];
    let sensor = |(index, (east, north)): (usize, (f64, f64))| {
        let at = Spot::new(east, north, 4.0);
        if index < 2 { Sensor::circle(at, 0.0, 4, 0.05) } else { Sensor::single(at) }
    };
    places.into_iter().enumerate().map(sensor).collect()
}

fn post() -> Post {
    let origin = base::geo::Position::new(ORIGIN[0], ORIGIN[1]).unwrap();
    let ears = sensors().into_iter().enumerate().map(|(index, sensor)| {
        let array =
            (sensor.microphones.len() > 1).then(|| Array::new(sensor.microphones.clone(), 0.0).unwrap());
        let id = format!("ear-{index}");
        let at = Point::new(sensor.at.east_m, sensor.at.north_m);
        EarSetup { register: register(&id), id, at, array }
    });
    let setup = PostSetup {
        plan: Plan::around(origin),
        temperature_c: 15.0,
        utc_offset_minutes: 60,
        stills: false,
        gone_after_s: 10.0,
        ears: ears.collect(),
        eyes: Vec::new(),
        buildings: Vec::new(),
        zones: Vec::new(),
        classifier: None,
    };
    Post::new(setup, Box::new(Numbers(0.into())))
}

fn scene(seed: u64) -> Soundscape {
    let mut scene = Soundscape::new(seed, RATE_HZ, Surroundings::square(140.0, 140.0, 0.5), sensors());
    scene.around(55.0, 6);
    scene
}

fn at(seconds: f64) -> Moment {
    Moment::from_micros(1_796_000_000_000_000).plus_seconds(seconds)
}

/// Plays so many seconds, and gives what was told at each tick.
fn play(post: &mut Post, scene: &mut Soundscape, seconds: f64) -> Vec<(f64, Told)> {
    let mut told = Vec::new();
    let blocks = (seconds * f64::from(RATE_HZ) / BLOCK as f64) as usize;
    for block in 1..=blocks {
        for index in 0..sensors().len() {
            let heard = scene.next(index, BLOCK);
            let window = Window::new(at(heard.from_s), RATE_HZ, heard.channels).unwrap();
            post.hear(&format!("ear-{index}"), &window);
        }
        let now_s = (block * BLOCK) as f64 / f64::from(RATE_HZ);
        told.push((now_s, post.tick(at(now_s))));
    }
    told
}

fn observations(told: &[(f64, Told)]) -> Vec<(f64, Observation)> {
    told.iter().flat_map(|(now, told)| told.observations.iter().map(|one| (*now, one.clone()))).collect()
}

fn off_m(observation: &Observation, truth: &Happened) -> f64 {
    let plan = Plan::around(base::geo::Position::new(ORIGIN[0], ORIGIN[1]).unwrap());
    let [longitude, latitude] = observation.place.as_ref().unwrap().at;
    let point = plan.point(base::geo::Position::new(longitude, latitude).unwrap());
    point.distance_m(Point::new(truth.place.east_m, truth.place.north_m))
}

#[test]
fn a_bang_is_one_observation_told_in_time_and_in_its_place() {
    let (mut post, mut scene) = (post(), scene(7));
    let sound = Sound::GunShot { supersonic: false };
    let clip = sound.clip(RATE_HZ, 1.0, scene.dice());
    let truth = scene.happens(BANG_S, Spot::new(18.0, -22.0, 1.5), &clip, sound.level_db());
    let told = play(&mut post, &mut scene, BANG_S + 10.0);
    let told = observations(&told);
    let first = told.first().expect("the bang is told");
    let ids: std::collections::BTreeSet<&str> = told.iter().map(|(_, one)| one.id.as_str()).collect();
    assert_eq!(ids.len(), 1, "one event: {told:#?}");
    assert!(first.0 - BANG_S <= 1.2, "told {} s after it", first.0 - BANG_S);
    assert_eq!((first.1.revision, first.1.stage, first.1.basis), (1, Stage::Provisional, Basis::Heard));
    assert_eq!(first.1.what, None, "without a model it is unsure");
    let (_, last) = told.last().unwrap();
    assert_eq!(last.stage, Stage::Settled);
    assert!(off_m(last, &truth) < 6.0, "{} m off: {last:#?}", off_m(last, &truth));
    assert!(last.evidence.iter().any(|one| one.code == EvidenceCode::HeardByOthers && one.weight > 2.0));
    assert!(last.levels.len() >= 5 && !last.bearings.is_empty(), "{last:#?}");
    let sum: f64 = last.evidence.iter().map(|one| one.weight).sum();
    assert!((last.probability - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-9, "the sum is what is told");
}

#[test]
fn nothing_is_told_of_a_quiet_square_and_every_ear_is_well() {
    let (mut post, mut scene) = (post(), scene(11));
    let told = play(&mut post, &mut scene, 12.0);
    assert!(observations(&told).is_empty(), "{:#?}", observations(&told));
    let sensors = &told.iter().rev().find(|(_, told)| !told.sensors.is_empty()).unwrap().1.sensors;
    assert_eq!(sensors.len(), 6);
    assert!(sensors.iter().all(|one| one.health.state == HealthState::Working), "{sensors:#?}");
    let later = post.tick(at(40.0));
    assert!(later.sensors.iter().all(|one| one.health.state == HealthState::Gone));
}

#[test]
fn a_shout_is_dropped_with_all_that_others_hear_of_it() {
    let (mut post, mut scene) = (post(), scene(17));
    let clip = Sound::Shout.clip(RATE_HZ, 1.5, scene.dice());
    scene.happens(BANG_S, Spot::new(-40.0, -42.0, 1.6), &clip, Sound::Shout.level_db());
    let told = play(&mut post, &mut scene, BANG_S + 6.0);
    assert!(observations(&told).is_empty(), "{:#?}", observations(&told));
    let near = told.iter().flat_map(|(_, told)| &told.detections).filter(|one| one.sensor == "ear-0");
    assert_eq!(near.count(), 0, "where it is understood as a voice not even its level is kept");
}

#[test]
fn a_bang_while_somebody_speaks_is_told() {
    let (mut post, mut scene) = (post(), scene(19));
    let clip = Sound::Shout.clip(RATE_HZ, 1.5, scene.dice());
    scene.happens(BANG_S - 0.5, Spot::new(-40.0, -42.0, 1.6), &clip, Sound::Shout.level_db());
    let sound = Sound::GunShot { supersonic: false };
    let clip = sound.clip(RATE_HZ, 1.0, scene.dice());
    let truth = scene.happens(BANG_S, Spot::new(18.0, -22.0, 1.5), &clip, sound.level_db());
    let told = observations(&play(&mut post, &mut scene, BANG_S + 6.0));
    let ids: std::collections::BTreeSet<&str> = told.iter().map(|(_, one)| one.id.as_str()).collect();
    assert_eq!(ids.len(), 1, "{told:#?}");
    assert!(told[0].0 - BANG_S <= 1.2, "told {} s after it", told[0].0 - BANG_S);
    let off = off_m(&told.last().unwrap().1, &truth);
    assert!(off < 10.0, "{off} m off");
}

/// A model that was taught what hums and howls, and no bang.
fn model() -> Model {
    let mut examples = Vec::new();
    for (kind, (label, sound)) in [("engine", Sound::Engine), ("siren", Sound::Siren)].into_iter().enumerate()
    {
        for number in 0..6 {
            let sensor = Sensor::single(Spot::new(0.0, 0.0, 4.0));
            let square = Surroundings::square(140.0, 140.0, 0.5);
            let mut scape = Soundscape::new(100 * kind as u64 + number, RATE_HZ, square, vec![sensor]);
            scape.around(50.0, 4);
            let clip = sound.clip(RATE_HZ, 2.0, scape.dice());
            scape.happens(0.3, Spot::new(20.0, 5.0 * number as f64, 1.5), &clip, sound.level_db());
            let window = Window::new(at(0.0), RATE_HZ, scape.next(0, 2 * RATE_HZ as usize).channels).unwrap();
            let source = format!("{label}-{number}");
            let example = Example::new(&source, label, &window, top_hz([RATE_HZ]), Views::WholeAndOnset);
            examples.push(example.unwrap());
        }
    }
    Model::train(&examples, 1).unwrap()
}

#[test]
fn a_bang_that_is_like_nothing_taught_is_told_as_unsure() {
    let (mut post, mut scene) = (post(), scene(23));
    post.setup.classifier = Some(Box::new(model()));
    let sound = Sound::Explosion;
    let clip = sound.clip(RATE_HZ, 1.0, scene.dice());
    scene.happens(BANG_S, Spot::new(18.0, -22.0, 1.5), &clip, sound.level_db());
    let told = observations(&play(&mut post, &mut scene, BANG_S + 10.0));
    let ids: std::collections::BTreeSet<&str> = told.iter().map(|(_, one)| one.id.as_str()).collect();
    assert_eq!(ids.len(), 1, "one event, its rumble with it: {told:#?}");
    assert!(told[0].0 - BANG_S <= 1.2, "told {} s after it", told[0].0 - BANG_S);
    assert_eq!(told[0].1.what, None, "{:?}", told[0].1.classes);
}

#[test]
fn what_operators_hush_is_not_told_and_what_was_learned_comes_back() {
    let (mut post, mut scene) = (post(), scene(13));
    let rule = Rule {
        name: "Fireworks".into(),
        zone: None,
        from: None,
        until: None,
        from_minute: None,
        until_minute: None,
        classes: Vec::new(),
        then: Then::Hush,
    };
    let mut orders = Orders::default();
    orders.settings.rules.push(rule);
    post.obey(&orders, at(0.0));
    let sound = Sound::GunShot { supersonic: false };
    let clip = sound.clip(RATE_HZ, 1.0, scene.dice());
    scene.happens(BANG_S, Spot::new(-10.0, 12.0, 1.5), &clip, sound.level_db());
    let told = play(&mut post, &mut scene, BANG_S + 4.0);
    assert!(observations(&told).is_empty());
    assert!(told.iter().any(|(_, told)| !told.detections.is_empty()), "it is still counted");
    let bytes = post.memory();
    let mut other = self::post();
    other.remember(&bytes).unwrap();
    assert_eq!(other.memory(), bytes);
    assert!(other.remember(b"[1]").is_err());
}
