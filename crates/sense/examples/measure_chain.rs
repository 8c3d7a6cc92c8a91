//! Measures a whole post: `cargo run --release -p sense --example measure_chain [-- FIRST_SEED]`. Eight cameras at five frames a second and eight
//! microphones (two arrays of four) of simulated streets, with a model of sounds, and a bang per scene.
//!
//! What it costs is the time that this thread had a processor while windows and frames went in and ticks were made, as a share of the
//! time that the scenes last. How late a bang is told is the time of the scene from the bang at its place to the tick that tells of it
//! first, and the time that the work waits and takes when one core does it all.
//!
//! Not here: decoding and the way to the node (`belfry sense`), and how good the parts are (the other measurements).
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program that measures and prints, and may stop when something is missing"
)]

use base::geo::Position;
use base::random::SeededRandom;
use sense::bulletin::{Basis, Orders, Register, Rule, Then};
use sense::ear::Window;
use sense::ear::bearing::Array;
use sense::ear::class::{Example, Model, Views, top_hz};
use sense::eye::Frame;
use sense::eye::events::Rules;
use sense::eye::ground::{Ground, Pose};
use sense::eye::mask::Mask;
use sense::plan::{Moment, Plan, Point};
use sense::post::{EarSetup, EyeSetup, Mounted, Post, PostSetup};
use sim::Dice;
use sim::scene::picture::{Actor, Filming, Kind, Lens, Stage, Weather};
use sim::scene::{Sensor, Sound, Soundscape, Spot, Surroundings};

const RATE_HZ: u32 = 48_000;
/// A block of 100 ms, after each of which a post ticks.
const BLOCK: usize = 4_800;
const BLOCK_S: f64 = 0.1;
const WIDTH: usize = 384;
const HEIGHT: usize = 288;
const CAMERAS: usize = 8;
/// Blocks from one frame to the next: five a second.
const BLOCKS_PER_FRAME: usize = 2;
const SCENES: u64 = 32;
/// The first seed that is reported. Why bangs were not told was looked into on those from 4,100 on.
const FIRST_SEED: u64 = 7_300;
/// How long a scene lasts, and when its bang is, in seconds.
const SCENE_S: f64 = 12.0;
const BANG_S: f64 = 8.0;
/// Sides of the square, in metres.
const SQUARE_M: f64 = 120.0;
const ORIGIN: [f64; 2] = [4.2825, 52.0905];
const CELSIUS: f64 = 15.0;
/// What bangs, each in turn.
const BANGS: [Sound; 4] = [
    Sound::GunShot { supersonic: false },
    Sound::GunShot { supersonic: true },
    Sound::Explosion,
    Sound::GlassBreaking,
];
/// Labels of the model and what it is taught them with.
const TAUGHT: [(&str, Sound); 8] = [
    ("gun_shot", Sound::GunShot { supersonic: false }),
    ("gun_shot", Sound::GunShot { supersonic: true }),
    ("explosion", Sound::Explosion),
    ("glass_breaking", Sound::GlassBreaking),
    ("engine", Sound::Engine),
    ("siren", Sound::Siren),
    ("crowd", Sound::Crowd),
    ("other", Sound::Firework),
];
/// Examples of each.
const EXAMPLES: u64 = 12;

fn main() {
    let first = std::env::args().nth(1).map_or(FIRST_SEED, |seed| seed.parse().unwrap());
    let model = model();
    let films = films();
    let mut work = Work::default();
    let all: Vec<Played> = (0..SCENES).map(|scene| play(first + scene, &model, &films, &mut work)).collect();
    let delays: Vec<f64> = all.iter().filter_map(|one| one.delay_s).collect();
    let off_m: Vec<f64> = all.iter().filter_map(|one| one.off_m).collect();
    let (told, others) = (delays.len(), all.iter().map(|one| one.others).sum::<usize>());
    let seconds = SCENES as f64 * SCENE_S;
    let share = |ns: u64| ns as f64 / 1e9 / seconds;
    println!("| what | figure |\n|---|---|");
    println!("| scenes, seconds | {SCENES}, {seconds:.0} |");
    println!(
        "| one core used per second of scene: all; ears; eyes; ticks | {:.3}; {:.3}; {:.3}; {:.3} |",
        share(work.heard + work.seen + work.ticked),
        share(work.heard),
        share(work.seen),
        share(work.ticked)
    );
    println!("| longest block of {:.0} ms | {:.1} ms |", BLOCK_S * 1e3, work.longest as f64 / 1e6);
    println!("| bangs told; observations besides | {told} of {SCENES}; {others} |");
    println!(
        "| bang to provisional observation, p50, p95, latest | {:.2} s, {:.2} s, {:.2} s |",
        quantile(&delays, 0.5),
        quantile(&delays, 0.95),
        quantile(&delays, 1.0)
    );
    println!(
        "| told at {} places: off, median and p90 | {:.1} m, {:.1} m |",
        off_m.len(),
        quantile(&off_m, 0.5),
        quantile(&off_m, 0.9)
    );
    println!(
        "\n| bang | told | heard by an array | loudest over the background of those, median | ... of those not told |"
    );
    println!("|---|---|---|---|---|");
    for sound in BANGS {
        let of: Vec<&Played> = all.iter().filter(|one| one.sound == sound).collect();
        let over = |told: bool| -> Vec<f64> {
            of.iter().filter(|one| told || one.delay_s.is_none()).filter_map(|one| one.over_db).collect()
        };
        println!(
            "| {sound:?} | {} of {} | {} | {:.0} dB | {} |",
            of.iter().filter(|one| one.delay_s.is_some()).count(),
            of.len(),
            over(true).len(),
            quantile(&over(true), 0.5),
            over(false).iter().map(|db| format!("{db:.0}")).collect::<Vec<_>>().join(", ")
        );
    }
}

/// Nanoseconds of a processor.
#[derive(Default)]
struct Work {
    heard: u64,
    seen: u64,
    ticked: u64,
    longest: u64,
}

struct Played {
    sound: Sound,
    /// The loudest that an array had of it, in dB over its background; `None` when none heard it.
    over_db: Option<f64>,
    delay_s: Option<f64>,
    off_m: Option<f64>,
    others: usize,
}

fn play(seed: u64, model: &Model, films: &[Vec<Vec<u8>>], work: &mut Work) -> Played {
    let mut post = post(model.clone());
    let plan = Plan::around(Position::new(ORIGIN[0], ORIGIN[1]).unwrap());
    post.obey(&tell_all(), at(0.0));
    let mut scape =
        Soundscape::new(seed, RATE_HZ, Surroundings::square(SQUARE_M + 20.0, SQUARE_M + 20.0, 0.5), arrays());
    scape.around(55.0, 8);
    let dice = Dice::new(seed);
    let crowd = Sound::Crowd.clip(RATE_HZ, 4.0, scape.dice());
    scape.lasts(Spot::new(50.0 * dice.around(), 50.0 * dice.around(), 1.5), &crowd, Sound::Crowd.level_db());
    let sound = *BANGS.get(seed as usize % BANGS.len()).unwrap();
    let place = Spot::new(0.45 * SQUARE_M * dice.around(), 0.45 * SQUARE_M * dice.around(), 1.5);
    let bang_s = BANG_S + 0.5 * dice.around();
    let clip = sound.clip(RATE_HZ, 1.0, scape.dice());
    scape.happens(bang_s, place, &clip, sound.level_db());
    let (mut waiting_s, mut played) =
        (0.0_f64, Played { sound, over_db: None, delay_s: None, off_m: None, others: 0 });
    let mut ids = std::collections::BTreeSet::new();
    for block in 1..=(SCENE_S / BLOCK_S) as usize {
        let windows: Vec<Window> = (0..2)
            .map(|ear| {
                let heard = scape.next(ear, BLOCK);
                Window::new(at(heard.from_s), RATE_HZ, heard.channels).unwrap()
            })
            .collect();
        let now_s = block as f64 * BLOCK_S;
        let frames = frames(films, block, now_s);
        let start = processor_ns();
        for (ear, window) in windows.iter().enumerate() {
            post.hear(&format!("ear-{ear}"), window);
        }
        let heard = processor_ns();
        for (camera, frame) in frames.into_iter().enumerate() {
            post.see(&format!("eye-{camera}"), frame);
        }
        let seen = processor_ns();
        let told = post.tick(at(now_s));
        let ticked = processor_ns();
        work.heard += heard - start;
        work.seen += seen - heard;
        work.ticked += ticked - seen;
        work.longest = work.longest.max(ticked - start);
        // The work of this block begins when that of the one before is done.
        waiting_s = (waiting_s - BLOCK_S).max(0.0) + (ticked - start) as f64 / 1e9;
        for one in &told.detections {
            let heard_s = Moment::from_micros(one.at_us).seconds_since(at(0.0));
            if (0.0..0.6).contains(&(heard_s - bang_s)) {
                played.over_db = Some(played.over_db.unwrap_or(0.0).max(f64::from(one.over_background_db)));
            }
        }
        for one in told.observations.iter().filter(|one| ids.insert(one.id.clone())) {
            let of_bang = one.basis != Basis::Seen && (-0.5..2.5).contains(&(now_s - bang_s));
            if !of_bang || played.delay_s.is_some() {
                played.others += usize::from(one.basis != Basis::Seen);
                continue;
            }
            played.delay_s = Some(now_s - bang_s + waiting_s);
            played.off_m = one.place.as_ref().map(|found| {
                let found = plan.point(Position::new(found.at[0], found.at[1]).unwrap());
                found.distance_m(Point::new(place.east_m, place.north_m))
            });
        }
    }
    played
}

/// The frames that come in a block: cameras are not in step.
fn frames(films: &[Vec<Vec<u8>>], block: usize, now_s: f64) -> Vec<Frame> {
    let (number, part) = (block / BLOCKS_PER_FRAME, block % BLOCKS_PER_FRAME);
    let due = films.iter().enumerate().filter(|(camera, _)| camera % BLOCKS_PER_FRAME == part);
    // There and back again, so that nothing jumps.
    due.map(|(_, film)| {
        let turn = 2 * (film.len() - 1);
        let index = number % turn;
        Frame::new(at(now_s), WIDTH, film[index.min(turn - index)].clone()).unwrap()
    })
    .collect()
}

fn at(seconds: f64) -> Moment {
    Moment::from_micros(1_796_000_000_000_000).plus_seconds(seconds)
}

// ---- what is there

fn arrays() -> Vec<Sensor> {
    vec![
        Sensor::circle(Spot::new(-50.0, -48.0, 4.0), 0.0, 4, 0.05),
        Sensor::circle(Spot::new(52.0, -45.0, 4.0), 0.0, 4, 0.05),
    ]
}

fn lens(camera: usize) -> Lens {
    let turn_deg = 360.0 * camera as f64 / CAMERAS as f64;
    let from = Spot::new(0.0, 0.0, 0.0).moved(turn_deg + 180.0, 45.0);
    Lens {
        at: [from.east_m, from.north_m],
        height_m: 6.0,
        heading_deg: turn_deg,
        down_deg: 16.0,
        field_deg: 60.0,
        width: WIDTH,
        height: HEIGHT,
    }
}

/// Twelve who walk to and fro across the square, filmed from all sides for as long as a scene lasts.
fn films() -> Vec<Vec<Vec<u8>>> {
    let dice = Dice::new(FIRST_SEED);
    let mut actors = Vec::new();
    for walker in 0..12 {
        let grey = if walker % 3 == 0 { 205 } else { 35 };
        let place = || [40.0 * dice.around(), 40.0 * dice.around()];
        let (from, to) = (place(), place());
        let seconds = (from[0] - to[0]).hypot(from[1] - to[1]).max(1.0) / 1.35;
        let path = (0..8).map(|leg| (seconds * f64::from(leg), if leg % 2 == 0 { from } else { to }));
        actors.push(Actor { kind: Kind::Walker, grey, path: path.collect() });
    }
    let stage = Stage { buildings: Vec::new(), actors, weather: Weather::default() };
    let count = (SCENE_S / BLOCK_S) as usize / BLOCKS_PER_FRAME + 1;
    let film = |camera: usize| {
        let mut film = Filming::new(stage.clone(), lens(camera), camera as u64);
        (0..count).map(|index| film.frame(index as f64 * BLOCK_S * BLOCKS_PER_FRAME as f64)).collect()
    };
    (0..CAMERAS).map(film).collect()
}

/// Learned from other sounds of the same formulas, at other places: so that what sounds cost is in the figure. It is no measure of it.
fn model() -> Model {
    let surroundings = Surroundings::square(SQUARE_M, SQUARE_M, 0.5);
    let mut examples = Vec::new();
    for (kind, (label, sound)) in TAUGHT.into_iter().enumerate() {
        for number in 0..EXAMPLES {
            let seed = 1_000 * kind as u64 + number;
            let dice = Dice::new(seed);
            let sensor = Sensor::single(Spot::new(0.0, 0.0, 4.0));
            let mut scape = Soundscape::new(seed, RATE_HZ, surroundings.clone(), vec![sensor]);
            scape.around(50.0, 4);
            let place = Spot::new(15.0 + 10.0 * dice.around(), 30.0 * dice.around(), 1.5);
            let clip = sound.clip(RATE_HZ, 2.0, scape.dice());
            scape.happens(0.3, place, &clip, sound.level_db());
            let window = Window::new(at(0.0), RATE_HZ, scape.next(0, 2 * RATE_HZ as usize).channels).unwrap();
            let source = format!("{label}-{kind}-{number}");
            examples.push(
                Example::new(&source, label, &window, top_hz([RATE_HZ]), Views::WholeAndOnset).unwrap(),
            );
        }
    }
    Model::train(&examples, 1).unwrap()
}

fn post(model: Model) -> Post {
    let ears = arrays().into_iter().enumerate().map(|(index, sensor)| EarSetup {
        id: format!("ear-{index}"),
        at: Point::new(sensor.at.east_m, sensor.at.north_m),
        array: Some(Array::new(sensor.microphones, sensor.heading_deg).unwrap()),
        register: register(),
    });
    let eyes = (0..CAMERAS).map(|camera| {
        let lens = lens(camera);
        let at = Point::new(lens.at[0], lens.at[1]);
        let pose = Pose {
            at,
            height_m: lens.height_m,
            heading_deg: lens.heading_deg,
            down_deg: lens.down_deg,
            field_deg: lens.field_deg,
            aspect: WIDTH as f64 / HEIGHT as f64,
        };
        EyeSetup {
            id: format!("eye-{camera}"),
            at,
            mounted: Mounted::Fixed(Ground::of_pose(&pose)),
            mask: Mask::default(),
            rules: Rules::default(),
            register: register(),
        }
    });
    let setup = PostSetup {
        plan: Plan::around(Position::new(ORIGIN[0], ORIGIN[1]).unwrap()),
        temperature_c: CELSIUS,
        utc_offset_minutes: 60,
        stills: false,
        gone_after_s: 10.0,
        ears: ears.collect(),
        eyes: eyes.collect(),
        buildings: Vec::new(),
        zones: Vec::new(),
        classifier: Some(Box::new(model)),
    };
    Post::new(setup, Box::new(SeededRandom::new(1)))
}

/// A rule that tells of every class: how late is asked here, not how well sounds of formulas are told apart.
fn tell_all() -> Orders {
    let rule = Rule {
        name: "All".into(),
        zone: None,
        from: None,
        until: None,
        from_minute: None,
        until_minute: None,
        classes: Vec::new(),
        then: Then::Tell,
    };
    let mut orders = Orders::default();
    orders.settings.rules.push(rule);
    orders
}

fn register() -> Register {
    Register {
        name: "Measured".into(),
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

// ---- figures

/// Nanoseconds this thread has had a processor; nought where the kernel does not tell. Its count is brought up to date when the
/// thread steps aside.
fn processor_ns() -> u64 {
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|one| one.parse().ok()).unwrap_or(0)
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let index = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}
