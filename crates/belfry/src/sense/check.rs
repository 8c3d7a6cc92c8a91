//! `belfry sense check`: opens each input for some seconds and says what it found. Nothing is sent, nothing is kept.
//!
//! Not here: hearing and seeing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use base::system::SystemRandom;
use sense::bulletin::SensorKind;

use super::config::{Config, Sensor};
use super::input::{self, Desk, InputState};
use super::limits::TICK;
use super::onvif::alarms;
use super::time::wait;
use super::turn::{Turning as _, onvif};

/// A microphone below this level hears nothing at all, in dB of full scale.
const DEAD_DBFS: f32 = -90.0;
/// Two microphones of one array so far apart in level are not alike, in dB.
const UNLIKE_DB: f32 = 12.0;

/// Opens each input, prints a table; whether all is well.
pub(crate) async fn check(file: &Path, seconds: u32) -> Result<bool> {
    let at = || format!("cannot use the settings {}", file.display());
    let config = Arc::new(Config::read(file).with_context(at)?);
    let (desk, queue) = Desk::new();
    let inputs = input::start(&config, &desk, &(Arc::new(SystemRandom) as Arc<dyn base::Random>));
    // Somebody must take what comes, or the queue fills.
    let (taking, enough) = (desk.clone(), Arc::new(AtomicBool::new(false)));
    let told = enough.clone();
    let taker = std::thread::spawn(move || {
        while !told.load(Ordering::Relaxed) {
            // A timeout is only a look at whether it is enough.
            let _ = queue.recv_timeout(TICK);
            drop(taking.frames());
        }
    });
    wait(Duration::from_secs(u64::from(seconds))).await;
    let states = desk.states();
    drop(inputs);
    enough.store(true, Ordering::Relaxed);
    let mut well = true;
    println!(
        "| sensor | what came | level | clock | lost | turning | remark |\n|---|---|---|---|---|---|---|"
    );
    for sensor in &config.sensors {
        let state = states.get(sensor.id.as_str()).cloned().unwrap_or_default();
        let (turning, turns) = spoken(sensor).await;
        let (came, level) = (came(sensor, &state, seconds), level(&state));
        let clock = state.clock_offset_ms.map_or("not known".into(), |offset| format!("{offset:+.1} ms"));
        let remark = remark(&state);
        well &= remark.is_none() && turns;
        let (id, lost, remark) = (&sensor.id, state.lost, remark.unwrap_or_else(|| "well".into()));
        println!("| {id} | {came} | {level} | {clock} | {lost} | {turning} | {remark} |");
    }
    anyhow::ensure!(taker.join().is_ok(), "what came could not be taken");
    Ok(well)
}

fn came(sensor: &Sensor, state: &InputState, seconds: u32) -> String {
    let Some((one, two)) = state.shape else { return "nothing".into() };
    if sensor.kind == SensorKind::Camera {
        let a_second = |count: u64| count as f64 / f64::from(seconds);
        let told =
            if state.told > 0 { format!(", objects {:.1}/s", a_second(state.told)) } else { String::new() };
        format!("{one} x {two}, {:.1} frames/s{told}", a_second(state.came))
    } else {
        format!("{one} Hz x {two}, {:.1} s", state.came as f64 / one as f64)
    }
}

fn level(state: &InputState) -> String {
    if state.levels_dbfs.is_empty() {
        return "-".into();
    }
    let levels: Vec<String> = state.levels_dbfs.iter().map(|level| format!("{level:.0}")).collect();
    format!("{} dBFS", levels.join(" "))
}

fn remark(state: &InputState) -> Option<String> {
    if state.shape.is_none() {
        return Some(state.trouble.clone().unwrap_or_else(|| "nothing came: is it switched on?".into()));
    }
    if let Some(dead) = state.levels_dbfs.iter().position(|level| *level < DEAD_DBFS) {
        return Some(format!("microphone {} hears nothing at all: look at its cable", dead + 1));
    }
    let loudest = state.levels_dbfs.iter().copied().fold(f32::MIN, f32::max);
    if let Some(faint) = state.levels_dbfs.iter().position(|level| loudest - level > UNLIKE_DB) {
        return Some(format!(
            "microphone {} is {UNLIKE_DB:.0} dB fainter than the loudest: is it covered?",
            faint + 1
        ));
    }
    let off = state.times_off_ms.filter(|off| off.abs() > sense::limits::CLOCK_OFFSET_MS_MAX)?;
    Some(format!("its clock is {off:+.0} ms off: its times do not place a sound"))
}

/// What the camera answers: whether it turns, and whether it tells its alarms to who asks.
async fn spoken(sensor: &Sensor) -> (String, bool) {
    let (text, turns) = turning(sensor).await;
    let Some(onvif) = &sensor.onvif else { return (text, turns) };
    let asked = async { alarms::camera(onvif)?.tells_alarms().await };
    match asked.await {
        Ok(()) => (format!("{text}, tells its alarms"), turns),
        Err(error) => (format!("{text}; its alarms: {error:#}"), false),
    }
}

async fn turning(sensor: &Sensor) -> (String, bool) {
    let Some(ptz) = &sensor.ptz else { return ("fixed".into(), true) };
    let asked = async {
        let mut camera = onvif(ptz)?;
        let aim = camera.position().await?;
        let presets = camera.presets().await.unwrap_or_default();
        let missing: Vec<&str> = ptz
            .presets
            .iter()
            .map(|preset| preset.token.as_str())
            .filter(|token| !presets.iter().any(|one| one == token))
            .collect();
        anyhow::ensure!(
            missing.is_empty(),
            "it has no preset {}; it has {}",
            missing.join(", "),
            presets.join(", ")
        );
        anyhow::Ok(format!("pan {:.2} tilt {:.2}, {} presets", aim.pan, aim.tilt, presets.len()))
    };
    match asked.await {
        Ok(text) => (text, true),
        Err(error) => (format!("{error:#}"), false),
    }
}
