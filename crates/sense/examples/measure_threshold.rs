//! Measures how well thresholds hold the stated false alarms per day: `cargo run --release -p sense --example measure_threshold`.
//!
//! Backgrounds are drawn by the rules in [`BACKGROUNDS`], forty seeds each: 3 days of learning, then what is let through is
//! counted over 56 days. Nothing in them is an event, so all that is let through is false.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a program that measures and prints"
)]

use std::time::Instant;

use base::clock::Timestamp;
use sense::Class;
use sense::threshold::Thresholds;
use sim::Dice;

const SEEDS: u64 = 40;
const FIRST_SEED: u64 = 7_000;
const LEARNING_DAYS: i64 = 3;
const DAYS: i64 = 56;
const STEP_SECONDS: i64 = 60;
const START: i64 = 1_795_356_000;

/// A background: sounds per day at some second of the simulation, and how loud one is.
struct Background {
    name: &'static str,
    per_day: fn(i64) -> f64,
    score_db: fn(&Dice, i64) -> f64,
}

const BACKGROUNDS: [Background; 7] = [
    Background {
        name: "even: 300 a day, exponential of mean 3 dB",
        per_day: |_| 300.0,
        score_db: |dice, _| 5.0 + exponential(dice, 3.0),
    },
    Background {
        name: "few: 8 a day, exponential of mean 4 dB",
        per_day: |_| 8.0,
        score_db: |dice, _| 5.0 + exponential(dice, 4.0),
    },
    Background {
        name: "heavy tail: Pareto in dB of shape 0.3",
        per_day: |_| 300.0,
        score_db: |dice, _| 5.0 + 2.0 * (unit(dice).powf(-0.3) - 1.0) / 0.3,
    },
    Background {
        name: "day and night: 600 a day and loud, 30 a night and soft",
        per_day: |second| if is_day(second) { 600.0 } else { 30.0 },
        score_db: |dice, second| 5.0 + exponential(dice, if is_day(second) { 4.0 } else { 2.0 }),
    },
    Background {
        name: "bursts: one hour of ten has fifteen times as many",
        per_day: |second| if second / 3_600 * 7_919 % 10 == 0 { 1_500.0 } else { 100.0 },
        score_db: |dice, _| 5.0 + exponential(dice, 3.0),
    },
    Background {
        name: "louder by 6 dB from day 20 on",
        per_day: |_| 300.0,
        score_db: |dice, second| 5.0 + exponential(dice, 3.0) + if second > 20 * 86_400 { 6.0 } else { 0.0 },
    },
    Background {
        name: "building site: working hours of days 15 to 35, 1,500 a day, mean 5 dB",
        per_day: |second| if is_site(second) { 1_500.0 } else { 200.0 },
        score_db: |dice, second| 5.0 + exponential(dice, if is_site(second) { 5.0 } else { 3.0 }),
    },
];

fn main() {
    println!(
        "| background, {SEEDS} seeds | stated per day | told per day, median | 5th and 95th of 100 | within a factor of 2 | measured by itself at the end, median | worst week, median |"
    );
    println!("|---|---|---|---|---|---|---|");
    let start = Instant::now();
    let mut days = 0;
    for background in &BACKGROUNDS {
        for stated in [0.5, 2.0] {
            let mut runs: Vec<Run> =
                (0..SEEDS).map(|seed| run(background, stated, FIRST_SEED + seed)).collect();
            days += SEEDS * 59;
            let within = runs.iter().filter(|one| (stated / 2.0..=stated * 2.0).contains(&one.told)).count();
            let measured = middle(runs.iter().map(|one| one.measured).collect());
            let worst = middle(runs.iter().map(|one| one.worst_week).collect());
            runs.sort_by(|one, other| one.told.total_cmp(&other.told));
            let at = |index: usize| runs.get(index).map_or(f64::NAN, |one| one.told);
            println!(
                "| {} | {stated} | {:.2} | {:.2} to {:.2} | {within} of {SEEDS} | {measured:.2} | {worst:.2} |",
                background.name,
                at(20),
                at(2),
                at(37),
            );
        }
    }
    println!(
        "\none sensor, one day of it, listened every minute: {:.2} ms",
        start.elapsed().as_secs_f64() * 1e3 / days as f64
    );
}

struct Run {
    told: f64,
    measured: f64,
    worst_week: f64,
}

fn run(background: &Background, stated: f64, seed: u64) -> Run {
    let dice = Dice::new(seed);
    let mut thresholds = Thresholds::new(stated);
    let mut weeks = [0.0_f64; 8];
    let begin = LEARNING_DAYS * 86_400;
    for second in (0..begin + DAYS * 86_400).step_by(60) {
        let now = Timestamp::from_seconds(START + second);
        thresholds.listened("mic", now, 0);
        let chance = (background.per_day)(second) * STEP_SECONDS as f64 / 86_400.0;
        if unit(&dice) > chance.min(1.0) {
            continue;
        }
        let score = (background.score_db)(&dice, second);
        if thresholds.heard("mic", Class::GunShot, score, now, 0)
            && let Some(week) =
                weeks.get_mut(usize::try_from((second - begin).div_euclid(7 * 86_400)).unwrap_or(99))
        {
            *week += 1.0;
        }
    }
    Run {
        told: weeks.iter().sum::<f64>() / DAYS as f64,
        measured: thresholds.measured_per_day("mic").unwrap_or(f64::NAN),
        worst_week: weeks.into_iter().fold(0.0, f64::max) / 7.0,
    }
}

fn is_day(second: i64) -> bool {
    (7..23).contains(&((START + second).rem_euclid(86_400) / 3_600))
}

fn is_site(second: i64) -> bool {
    let hour = (START + second).rem_euclid(86_400) / 3_600;
    (15..35).contains(&(second / 86_400)) && (8..17).contains(&hour)
}

fn exponential(dice: &Dice, mean: f64) -> f64 {
    -mean * unit(dice).ln()
}

/// A number above 0, at most 1.
fn unit(dice: &Dice) -> f64 {
    (dice.below(1 << 53) + 1) as f64 / 9_007_199_254_740_992.0
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
