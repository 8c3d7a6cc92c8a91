//! Measures where bangs are placed: `cargo run --release -p sense --example measure_place -- [--write DIR | --peers DIR]`.
//!
//! Alone it prints our figures. `--write DIR` writes the same cases for `bench/sense/peers_place.py DIR`, which writes what others
//! make of them; `--peers DIR` then prints both. `--choose` takes the cases on which settings were chosen instead.
//!
//! The cases are drawn by rules that are not those of the placing: see [`case`].
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use sim::Dice;

use sense::ear::place::{Arrival, Onset, Place, Placed, Towards, place};
use sense::plan::{Moment, Point};

type Failure = Box<dyn std::error::Error>;

/// Cases of each kind.
const CASES: usize = 1_000;
/// Side of the square, in metres.
const SQUARE_M: f64 = 120.0;
/// What counts as placed, in metres.
const NEAR_M: f64 = 15.0;
/// Cases that are reported.
const REPORTED: u64 = 90_417;
/// Cases on which settings were chosen.
const CHOSEN_ON: u64 = 11;
/// Air, in degrees Celsius, as the placing is told.
const TOLD_C: f64 = 12.0;
/// When the bangs are, in microseconds since 1970.
const START_US: i64 = 1_795_356_131_000_000;

/// A kind of cases.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    nodes: usize,
    blocked: f64,
    bearings: usize,
    levels: bool,
}

const KINDS: [Kind; 9] = [
    Kind { name: "6 nodes, 30 % blocked", nodes: 6, blocked: 0.3, bearings: 2, levels: false },
    Kind { name: "6 nodes, 30 % blocked, no bearings", nodes: 6, blocked: 0.3, bearings: 0, levels: false },
    Kind { name: "6 nodes, 30 % blocked, with levels", nodes: 6, blocked: 0.3, bearings: 2, levels: true },
    Kind { name: "6 nodes, none blocked", nodes: 6, blocked: 0.0, bearings: 2, levels: false },
    Kind { name: "6 nodes, none blocked, no bearings", nodes: 6, blocked: 0.0, bearings: 0, levels: false },
    Kind { name: "6 nodes, 50 % blocked", nodes: 6, blocked: 0.5, bearings: 2, levels: false },
    Kind { name: "6 nodes, 50 % blocked, no bearings", nodes: 6, blocked: 0.5, bearings: 0, levels: false },
    Kind { name: "10 nodes, 30 % blocked", nodes: 10, blocked: 0.3, bearings: 3, levels: false },
    Kind { name: "16 nodes, 30 % blocked", nodes: 16, blocked: 0.3, bearings: 4, levels: false },
];

/// Cases as the peers read them.
#[derive(Serialize)]
struct Cases {
    kind: &'static str,
    temperature_c: f64,
    square_m: f64,
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    truth: [f64; 2],
    nodes: Vec<Heard>,
}

#[derive(Serialize)]
struct Heard {
    at: [f64; 2],
    /// Seconds after a whole second.
    heard_s: f64,
    bearing_deg: Option<f64>,
    width_deg: f64,
    level_db: Option<f64>,
}

/// What a peer made of the cases of one kind.
#[derive(Deserialize)]
struct Answer {
    kind: String,
    peer: String,
    /// East and north of each case.
    at: Vec<[f64; 2]>,
    /// Share of cases whose 95 % ellipse, from the curvature of the least squares, holds the truth.
    held: f64,
    milliseconds: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("measure_place: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    let named = |name: &str| arguments.iter().position(|one| one == name);
    let folder = |name: &str| named(name).and_then(|at| arguments.get(at + 1)).map(PathBuf::from);
    let seed = if named("--choose").is_some() { CHOSEN_ON } else { REPORTED };
    if let Some(folder) = folder("--write") {
        std::fs::create_dir_all(&folder)?;
        write(&folder.join("place-report.json"), REPORTED)?;
        return write(&folder.join("place-choose.json"), CHOSEN_ON);
    }
    let answers: Vec<Answer> = match folder("--peers") {
        Some(folder) => serde_json::from_slice(&std::fs::read(folder.join("place-peers.json"))?)?,
        None => Vec::new(),
    };
    println!(
        "| {CASES} cases each, {SQUARE_M:.0} x {SQUARE_M:.0} m | within {NEAR_M:.0} m | median | 90th of 100 | ellipse holds the truth | median long half axis | told as a point | of those within {NEAR_M:.0} m | time |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (number, kind) in KINDS.iter().enumerate() {
        let cases = cases(kind, number, seed);
        println!("{}", ours(kind, &cases));
        for answer in answers.iter().filter(|answer| answer.kind == kind.name) {
            println!("{}", theirs(answer, &cases));
        }
    }
    Ok(())
}

fn write(path: &Path, seed: u64) -> Result<(), Failure> {
    let all: Vec<Cases> = KINDS
        .iter()
        .enumerate()
        .map(|(number, kind)| Cases {
            kind: kind.name,
            temperature_c: TOLD_C,
            square_m: SQUARE_M,
            cases: cases(kind, number, seed),
        })
        .collect();
    std::fs::write(path, serde_json::to_vec(&all)?)?;
    Ok(())
}

fn ours(kind: &Kind, cases: &[Case]) -> String {
    let (mut errors, mut point_errors, mut times, mut axes) = (vec![], vec![], vec![], vec![]);
    let mut held = 0;
    for case in cases {
        let arrivals = arrivals(case);
        let start = Instant::now();
        let placed = place(&arrivals, TOLD_C);
        times.push(start.elapsed().as_secs_f64() * 1e3);
        let is_point = matches!(placed, Placed::Point(_));
        let found: Option<Place> = match placed {
            Placed::Point(place) | Placed::Area(place) => Some(place),
            Placed::Bearing { .. } | Placed::Nowhere => None,
        };
        let Some(found) = found else {
            errors.push(f64::INFINITY);
            continue;
        };
        let truth = Point::new(case.truth[0], case.truth[1]);
        let error = found.at.distance_m(truth);
        errors.push(error);
        axes.push(found.ellipse.major_m);
        held += usize::from(found.ellipse.holds(error, found.at.towards_deg(truth)));
        if is_point {
            point_errors.push(error);
        }
    }
    format!(
        "| {}: Belfry | {} | {:.2} m | {:.1} m | {} | {:.1} m | {} | {} | {:.2} ms, slowest {:.1} |",
        kind.name,
        percent(within(&errors)),
        quantile(&errors, 0.5),
        quantile(&errors, 0.9),
        percent(share(held, cases.len())),
        quantile(&axes, 0.5),
        percent(share(point_errors.len(), cases.len())),
        percent(within(&point_errors)),
        quantile(&times, 0.5),
        quantile(&times, 1.0),
    )
}

fn theirs(answer: &Answer, cases: &[Case]) -> String {
    let error = |(at, case): (&[f64; 2], &Case)| (at[0] - case.truth[0]).hypot(at[1] - case.truth[1]);
    let errors: Vec<f64> = answer.at.iter().zip(cases).map(error).collect();
    format!(
        "| {}: {} | {} | {:.2} m | {:.1} m | {} | | | | {:.1} ms |",
        answer.kind,
        answer.peer,
        percent(within(&errors)),
        quantile(&errors, 0.5),
        quantile(&errors, 0.9),
        percent(answer.held),
        answer.milliseconds,
    )
}

fn arrivals(case: &Case) -> Vec<Arrival> {
    let arrival = |(number, node): (usize, &Heard)| Arrival {
        sensor: format!("node-{number}"),
        at: Point::new(node.at[0], node.at[1]),
        heard: Some(Onset { at: Moment::from_micros(START_US).plus_seconds(node.heard_s), spread_ms: 0.5 }),
        clock_offset_ms: Some(0.0),
        bearing: node.bearing_deg.map(|towards_deg| Towards { towards_deg, width_deg: node.width_deg }),
        level_db: node.level_db,
    };
    case.nodes.iter().enumerate().map(arrival).collect()
}

// ---- the cases

fn cases(kind: &Kind, number: usize, seed: u64) -> Vec<Case> {
    let dice = Dice::new(seed.wrapping_mul(1_000).wrapping_add(u64::try_from(number).unwrap_or(0)));
    (0..CASES).map(|_| case(kind, &dice)).collect()
}

/// A bang anywhere in the square. Nodes at least 15 m apart: two of three on facades (lines 0, 40, 80 and 120 m, up to 2 m off), the
/// others on lamp posts anywhere. Wind of 0 to 4 m/s and 3 degrees of warmth that the placing does not know. Onset 0.5 ms and
/// clock 1 ms (normal); one clock of fifty is 5 to 20 ms off, early or late, and nobody knows. A blocked path is longer by 3 to
/// 40 m evenly, or by a gamma of shape 2 and mean 12 m, one or the other. A direction is 2.5 degrees off (normal), one of
/// twenty anywhere; of a blocked one half are anywhere and half 7 degrees off. Told width: 5 degrees. Levels fall 6 dB per
/// doubling, 5 dB off (normal), 0 to 15 dB lower when blocked.
fn case(kind: &Kind, dice: &Dice) -> Case {
    let truth = [SQUARE_M * unit(dice), SQUARE_M * unit(dice)];
    let (wind_m_s, wind_to) = (4.0 * unit(dice), 360.0 * unit(dice));
    let speed = 331.3 + 0.606 * (TOLD_C + 3.0 * dice.around());
    let source_db = 120.0 + 10.0 * dice.around();
    let mut nodes: Vec<Heard> = Vec::new();
    while nodes.len() < kind.nodes {
        let at = stand(dice);
        if nodes.iter().any(|node| (node.at[0] - at[0]).hypot(node.at[1] - at[1]) < 15.0) {
            continue;
        }
        let blocked = unit(dice) < kind.blocked;
        let (from, to) = (Point::new(truth[0], truth[1]), Point::new(at[0], at[1]));
        let way_m = from.distance_m(to);
        let tail = wind_m_s * (from.towards_deg(to) - wind_to).to_radians().cos();
        let extra_m = if blocked { detour_m(dice) } else { 0.0 };
        let mut noise_ms = normal(dice).mul_add(0.5, normal(dice));
        if dice.percent(2) {
            noise_ms += (5.0 + 15.0 * unit(dice)) * if dice.percent(50) { 1.0 } else { -1.0 };
        }
        let bearing = bearing_deg(dice, to.towards_deg(from), blocked);
        let lower_db = if blocked { 15.0 * unit(dice) } else { 0.0 };
        let level_db = source_db - 20.0 * (way_m + extra_m).max(1.0).log10() + 5.0 * normal(dice) - lower_db;
        nodes.push(Heard {
            at,
            heard_s: 0.25 + (way_m + extra_m) / (speed + tail) + noise_ms / 1e3,
            bearing_deg: (nodes.len() < kind.bearings).then_some(bearing),
            width_deg: 5.0,
            level_db: kind.levels.then_some(level_db),
        });
    }
    Case { truth, nodes }
}

fn stand(dice: &Dice) -> [f64; 2] {
    if dice.below(3) == 0 {
        return [SQUARE_M * unit(dice), SQUARE_M * unit(dice)];
    }
    let line = 40.0 * f64::from(u32::try_from(dice.below(4)).unwrap_or(0)) + 2.0 * dice.around();
    let along = SQUARE_M * unit(dice);
    if dice.percent(50) { [line, along] } else { [along, line] }
}

fn detour_m(dice: &Dice) -> f64 {
    if dice.percent(50) { 3.0 + 37.0 * unit(dice) } else { -6.0 * (unit(dice) * unit(dice)).ln() }
}

fn bearing_deg(dice: &Dice, true_deg: f64, blocked: bool) -> f64 {
    let anywhere = dice.percent(if blocked { 50 } else { 5 });
    let off = normal(dice) * if blocked { 7.0 } else { 2.5 };
    (if anywhere { 360.0 * unit(dice) } else { true_deg + off }).rem_euclid(360.0)
}

/// A number above 0, at most 1.
fn unit(dice: &Dice) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
    let number = (dice.below(1 << 53) + 1) as f64;
    number / 9_007_199_254_740_992.0
}

fn normal(dice: &Dice) -> f64 {
    (-2.0 * unit(dice).ln()).sqrt() * (std::f64::consts::TAU * unit(dice)).cos()
}

// ---- figures

fn within(errors: &[f64]) -> f64 {
    share(errors.iter().filter(|error| **error <= NEAR_M).count(), errors.len())
}

fn share(count: usize, all: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "thousands")]
    let share = count as f64 / all.max(1) as f64;
    share
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}
