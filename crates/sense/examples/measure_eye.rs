//! Measures the eye: `measure_eye DATA [--peers DIR]`. DATA holds `video/vtest.avi`; DIR what `bench/sense/peers_eye.py` wrote.
//!
//! The first half of the video and simulated seeds below 100 are for tuning; what is printed without "tuning" is of the rest.
//! `BELFRY_EYE_TUNING=1` prints the first half too. ffmpeg decodes the video.
//!
//! Not here: the counts by hand (`bench/sense/vtest_counts.csv`), and the eye itself.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program that measures and prints, and may stop when something is missing"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use sense::eye::Frame;
use sense::eye::camera::Camera;
use sense::eye::events::Rules;
use sense::eye::ground::{Ground, Pose, Spot};
use sense::eye::mask::Mask;
use sense::eye::motion::{Motion, MotionSettings, Whole};
use sense::eye::track::Track;
use sense::{Moment, Point};
use sim::Dice;
use sim::scene::picture::{Actor, Building, Filming, Kind, Lens, Stage, Weather};

const WIDTH: usize = 384;
const HEIGHT: usize = 288;
const PIXELS: usize = WIDTH * HEIGHT;
/// Frames per second of the video.
const VIDEO_FPS: f64 = 10.0;
/// A track is a person's when it is this near to the foot that was counted, in pixels.
const MATCH_PIXELS: f64 = 16.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let data = arguments.first().cloned().unwrap_or_default();
    let peers = arguments.iter().position(|one| one == "--peers").and_then(|at| arguments.get(at + 1));
    let tuning = std::env::var_os("BELFRY_EYE_TUNING").is_some();
    let video = Path::new(&data).join("video/vtest.avi");
    match decode(&video) {
        Some(frames) => {
            motion(&frames, peers.map(Path::new), tuning);
            pedestrians(&frames);
        }
        None => println!("left out, no {} or no ffmpeg: motion, pedestrians", video.display()),
    }
    let seeds = if tuning { 0..4 } else { 100..108 };
    for (name, weather) in weathers() {
        scenes(name, &weather, seeds.clone());
    }
    eight_cameras();
}

fn decode(video: &Path) -> Option<Vec<Vec<u8>>> {
    let scale = format!("scale={WIDTH}:{HEIGHT}");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(video).args(["-vf", &scale]);
    let raw = ffmpeg.args(["-f", "rawvideo", "-pix_fmt", "gray", "-"]).output().ok()?;
    let frames: Vec<Vec<u8>> = raw.stdout.chunks_exact(PIXELS).map(<[u8]>::to_vec).collect();
    (!frames.is_empty()).then_some(frames)
}

/// Nanoseconds this thread has had a processor; nought where the kernel does not tell. Its count is brought up to date when the
/// thread steps aside.
fn processor_ns() -> u64 {
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|one| one.parse().ok()).unwrap_or(0)
}

fn frame(index: usize, fps: f64, grey: &[u8]) -> Frame {
    Frame::new(Moment::from_micros(0).plus_seconds(index as f64 / fps), WIDTH, grey.to_vec()).unwrap()
}

// ---- motion on the video

fn motion(frames: &[Vec<u8>], peers: Option<&Path>, tuning: bool) {
    let masks = |name: &str| peers.and_then(|folder| std::fs::read(folder.join(name)).ok());
    let peer = [masks("mog2.bin"), masks("mog2_solid.bin")];
    for keep_shadows in [false, true] {
        let (times, overlaps) = seen(frames, &peer, keep_shadows, tuning);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        let half = if tuning { "tuning half" } else { "second half" };
        let shadows = if keep_shadows { "shadows kept" } else { "shadows taken out" };
        println!(
            "motion ({half}), {shadows}: median {:.2} ms, mean {mean:.2} ms a frame",
            times[times.len() / 2]
        );
        match overlaps {
            [Some(all), Some(solid)] => println!(
                "... IoU with MOG2 without shadow removal {all}; with what MOG2 leaves when it removes shadows {solid}"
            ),
            _ => println!("... no masks of a peer; run bench/sense/peers_eye.py and name its folder"),
        }
    }
}

/// Milliseconds of the processor per frame, in order, and the overlap with each of a peer's masks.
fn seen(
    frames: &[Vec<u8>],
    peer: &[Option<Vec<u8>>; 2],
    keep_shadows: bool,
    tuning: bool,
) -> (Vec<f64>, [Option<Overlap>; 2]) {
    let mut eye = Motion::new(WIDTH, HEIGHT, MotionSettings { keep_shadows, ..MotionSettings::default() });
    let half = frames.len() / 2;
    let mut times = Vec::new();
    let mut overlaps = [None, None];
    for (index, grey) in frames.iter().enumerate() {
        let frame = frame(index, VIDEO_FPS, grey);
        let start = processor_ns();
        let moving = eye.next(&frame);
        let spent = processor_ns() - start;
        let counts = if tuning { index < half && moving.whole == Whole::Known } else { index >= half };
        if !counts {
            continue;
        }
        times.push(spent as f64 / 1e6);
        for (overlap, masks) in overlaps.iter_mut().zip(peer) {
            if let Some(theirs) = masks.as_ref().and_then(|one| one.get(index * PIXELS..(index + 1) * PIXELS))
            {
                overlap.get_or_insert_with(Overlap::default).add(eye.silhouettes(), theirs);
            }
        }
    }
    times.sort_by(f64::total_cmp);
    (times, overlaps)
}

#[derive(Default)]
struct Overlap {
    both: usize,
    ours: usize,
    theirs: usize,
}

impl Overlap {
    fn add(&mut self, ours: &[u8], theirs: &[u8]) {
        for (one, other) in ours.iter().zip(theirs) {
            self.both += usize::from(*one != 0 && *other != 0);
            self.ours += usize::from(*one != 0);
            self.theirs += usize::from(*other != 0);
        }
    }
}

impl std::fmt::Display for Overlap {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (both, ours, theirs) = (self.both as f64, self.ours as f64, self.theirs as f64);
        let iou = both / (ours + theirs - both);
        write!(out, "{iou:.3} (of ours {:.3}, of theirs {:.3})", both / ours, both / theirs)
    }
}

// ---- pedestrians on the video, against counts by hand

/// Read off the first half: how high people are at which row gives the horizon and the height, and the lens is a guess.
fn video_pose() -> Pose {
    Pose {
        at: Point::new(0.0, 0.0),
        height_m: 6.7,
        heading_deg: 0.0,
        down_deg: 14.7,
        field_deg: 37.1,
        aspect: 4.0 / 3.0,
    }
}

fn pedestrians(frames: &[Vec<u8>]) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/sense/vtest_counts.csv");
    let counted = counts(&std::fs::read_to_string(path).unwrap());
    let ground = Ground::of_pose(&video_pose());
    let mut camera = Camera::new(Mask::default(), Rules::default(), MotionSettings::default(), Vec::new());
    camera.looks_at(ground.clone());
    let mut score = Score::default();
    for (index, grey) in frames.iter().enumerate().take(601) {
        camera.see(frame(index, VIDEO_FPS, grey));
        if (500..600).contains(&index) {
            let truth: Vec<(usize, [f64; 2])> = counted
                .values()
                .enumerate()
                .filter_map(|(person, path)| Some((person, between(path, index as f64)?)))
                .collect();
            score.add(&truth, &spots(camera.tracks(), &ground));
        }
    }
    println!("pedestrians on 100 frames counted by hand ({} persons): {score}", counted.len());
}

fn counts(text: &str) -> BTreeMap<String, Vec<(f64, [f64; 2])>> {
    let mut persons: BTreeMap<String, Vec<(f64, [f64; 2])>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        let number = |part: usize| parts[part].parse::<f64>().unwrap();
        persons.entry(parts[0].to_owned()).or_default().push((number(1), [number(2), number(3)]));
    }
    persons
}

fn between(path: &[(f64, [f64; 2])], frame: f64) -> Option<[f64; 2]> {
    let next = path.iter().position(|point| point.0 > frame)?;
    let (from, to) = (path[next.checked_sub(1)?], path[next]);
    let share = (frame - from.0) / (to.0 - from.0);
    Some([0, 1].map(|axis| from.1[axis] + (to.1[axis] - from.1[axis]) * share))
}

/// Tracks as pixels; those that have left the picture are none.
fn spots(tracks: &[Track], ground: &Ground) -> Vec<(u64, [f64; 2])> {
    let pixels = |spot: Spot| [spot.x * WIDTH as f64, spot.y * HEIGHT as f64];
    tracks.iter().filter_map(|track| Some((track.number, pixels(ground.spot(track.at)?)))).collect()
}

/// Tracks held against the truth, as in the CLEAR measures: a pair that still fits is kept, then the nearest are paired.
#[derive(Default)]
struct Score {
    truth: usize,
    found: usize,
    extra: usize,
    switches: usize,
    off_pixels: f64,
    pairs: BTreeMap<usize, u64>,
}

impl Score {
    fn add(&mut self, truth: &[(usize, [f64; 2])], tracks: &[(u64, [f64; 2])]) {
        let mut free: Vec<&(u64, [f64; 2])> = tracks.iter().collect();
        let mut pairs: Vec<(usize, u64, f64)> = Vec::new();
        let off = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        let mut open = Vec::new();
        for (person, at) in truth {
            let kept = self.pairs.get(person).and_then(|number| {
                free.iter().position(|track| track.0 == *number && off(track.1, *at) <= MATCH_PIXELS)
            });
            match kept {
                Some(index) => {
                    let track = free.swap_remove(index);
                    pairs.push((*person, track.0, off(track.1, *at)));
                }
                None => open.push((*person, *at)),
            }
        }
        let mut near: Vec<(f64, usize, u64)> = open
            .iter()
            .flat_map(|(person, at)| free.iter().map(|track| (off(track.1, *at), *person, track.0)))
            .filter(|one| one.0 <= MATCH_PIXELS)
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (distance, person, number) in near {
            if !pairs.iter().any(|pair| pair.0 == person || pair.1 == number) {
                pairs.push((person, number, distance));
            }
        }
        self.truth += truth.len();
        self.found += pairs.len();
        self.extra += tracks.len() - pairs.len();
        for (person, number, distance) in pairs {
            self.off_pixels += distance;
            let before = self.pairs.insert(person, number);
            self.switches += usize::from(before.is_some_and(|before| before != number));
        }
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let coverage = self.found as f64 / self.truth.max(1) as f64;
        let extra = self.extra as f64 / (self.found + self.extra).max(1) as f64;
        let off = self.off_pixels / self.found.max(1) as f64;
        write!(
            out,
            "coverage {coverage:.3} of {}, {} switches, {extra:.3} of tracks are nobody's, {off:.1} pixels off",
            self.truth, self.switches
        )
    }
}

// ---- simulated streets

fn weathers() -> Vec<(&'static str, Weather)> {
    let light = vec![(20.0, 1.0), (22.0, 0.7), (40.0, 0.7), (41.0, 1.15)];
    vec![
        ("calm", Weather::default()),
        ("sun and shadows", Weather { sun: true, ..Weather::default() }),
        ("light that changes", Weather { light, ..Weather::default() }),
        ("rain", Weather { rain: 150, noise: 4.0, ..Weather::default() }),
    ]
}

fn lens() -> Lens {
    Lens {
        at: [0.0, 0.0],
        height_m: 6.0,
        heading_deg: 0.0,
        down_deg: 16.0,
        field_deg: 60.0,
        width: WIDTH,
        height: HEIGHT,
    }
}

/// A square with walkers that cross it and two cars, for a minute.
fn stage(seed: u64, weather: &Weather) -> Stage {
    let dice = Dice::new(seed);
    let mut actors = Vec::new();
    for walker in 0..9 {
        let from = f64::from(walker) * 5.0 + 5.0 * dice.around();
        let (near, far) = (14.0 + 5.0 * dice.around(), 28.0 + 10.0 * dice.around());
        let side = if dice.percent(50) { 1.0 } else { -1.0 };
        let (start, end) = ([-24.0 * side, near], [24.0 * side, far]);
        let seconds = (end[0] - start[0]).hypot(end[1] - start[1]) / (1.35 + 0.3 * dice.around());
        let grey = if dice.percent(70) { 30 } else { 205 };
        actors.push(Actor { kind: Kind::Walker, grey, path: vec![(from, start), (from + seconds, end)] });
    }
    for car in 0..2 {
        let from = 15.0 + 22.0 * f64::from(car) + 4.0 * dice.around();
        let path = vec![(from, [-40.0, 42.0]), (from + 8.0, [40.0, 42.0])];
        actors.push(Actor { kind: Kind::Car, grey: 60, path });
    }
    let block = [[-40.0, 55.0], [40.0, 55.0], [40.0, 65.0], [-40.0, 65.0]].to_vec();
    Stage { buildings: vec![Building { corners: block, height_m: 10.0 }], actors, weather: weather.clone() }
}

fn pose(lens: &Lens) -> Pose {
    Pose {
        at: Point::new(lens.at[0], lens.at[1]),
        height_m: lens.height_m,
        heading_deg: lens.heading_deg,
        down_deg: lens.down_deg,
        field_deg: lens.field_deg,
        aspect: lens.width as f64 / lens.height as f64,
    }
}

fn scenes(name: &str, weather: &Weather, seeds: std::ops::Range<u64>) {
    let mut score = Score::default();
    let mut off_m = Vec::new();
    let count = seeds.end - seeds.start;
    for seed in seeds {
        let mut film = Filming::new(stage(seed, weather), lens(), seed);
        let ground = Ground::of_pose(&pose(&lens()));
        let mut camera =
            Camera::new(Mask::default(), Rules::default(), MotionSettings::default(), Vec::new());
        camera.looks_at(ground.clone());
        score.pairs.clear();
        for index in 0..300 {
            let second = index as f64 / 5.0;
            let grey = film.frame(second);
            camera.see(frame(index, 5.0, &grey));
            if second < 8.0 {
                continue;
            }
            let margin =
                |foot: [f64; 2]| (10.0..374.0).contains(&foot[0]) && (40.0..280.0).contains(&foot[1]);
            let seen = film.truth(second);
            let seen = seen.iter().filter(|one| one.clear && margin(one.foot));
            let truth: Vec<(usize, [f64; 2])> = seen.clone().map(|one| (one.actor, one.foot)).collect();
            score.add(&truth, &spots(camera.tracks(), &ground));
            for one in seen {
                let at = Point::new(one.at[0], one.at[1]);
                let nearest = camera.tracks().iter().map(|track| track.at.distance_m(at));
                off_m.extend(nearest.min_by(f64::total_cmp).filter(|off| *off < 5.0));
            }
        }
    }
    off_m.sort_by(f64::total_cmp);
    let at = |share: f64| off_m[((off_m.len() - 1) as f64 * share) as usize];
    println!(
        "simulated, {name}, {count} scenes of a minute: {score}; {:.2} m off (median), {:.2} m (95 of 100)",
        at(0.5),
        at(0.95)
    );
}

/// What eight cameras cost for a second of their video, and what it costs to draw them.
fn eight_cameras() {
    let weather = Weather::default();
    let mut films: Vec<Filming> =
        (200..208).map(|seed| Filming::new(stage(seed, &weather), lens(), seed)).collect();
    let mut cameras: Vec<Camera> = films
        .iter()
        .map(|_| {
            let mut camera =
                Camera::new(Mask::default(), Rules::default(), MotionSettings::default(), Vec::new());
            camera.looks_at(Ground::of_pose(&pose(&lens())));
            camera
        })
        .collect();
    let (mut drawn, mut seen) = (0, 0);
    for index in 0..300 {
        for (film, camera) in films.iter_mut().zip(&mut cameras) {
            let start = processor_ns();
            let grey = film.frame(index as f64 / 5.0);
            let middle = processor_ns();
            drawn += middle - start;
            camera.see(frame(index, 5.0, &grey));
            seen += processor_ns() - middle;
        }
    }
    let per_second = |ns: u64| ns as f64 / 1e6 / 60.0;
    println!(
        "eight cameras at 5 frames a second: {:.1} ms of a core per second of video; drawing four of them: {:.1} ms",
        per_second(seen),
        per_second(drawn) / 2.0
    );
}
