//! Networks of others, in ONNX, against what their usual runtime makes of the same sounds: `bench/sense/peers_network.py FOLDER` writes
//! the networks, the sounds, and what it got; this reads them.
//!
//! Not here: how well a network tells sounds apart (`belfry sense evaluate`).

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement")]

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use sense::ear::Window;
use sense::ear::class::Classifier as _;
use sense::ear::class::network::{Description, Network};
use sense::plan::Moment;
use serde::Deserialize;

/// What the peer wrote of one network.
#[derive(Deserialize)]
struct Case {
    name: String,
    description: Description,
    /// Of each sound, by number: samples per second.
    rates_hz: Vec<u32>,
    /// The probability of each class of each sound.
    told: Vec<Vec<f32>>,
    /// Milliseconds a sound, the median.
    peer_ms: f64,
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).context("name the folder that peers_network.py wrote")?;
    let folder = Path::new(&folder);
    let text = std::fs::read_to_string(folder.join("networks.json")).context("no networks.json")?;
    println!(
        "| network | bytes | sounds | furthest off | ours, ms | ONNX Runtime, ms | ratio |\n|---|---|---|---|---|---|---|"
    );
    for case in serde_json::from_str::<Vec<Case>>(&text)? {
        let bytes = std::fs::read(folder.join(format!("{}.onnx", case.name)))?;
        let network = Network::from_bytes(&bytes, case.description).context(case.name.clone())?;
        let (mut off, mut times) = (0.0_f32, Vec::new());
        for (number, (rate_hz, peer)) in case.rates_hz.iter().zip(&case.told).enumerate() {
            let raw = std::fs::read(folder.join(format!("{}-{number}.f32", case.name)))?;
            let (raw, _) = raw.as_chunks::<4>();
            let samples = raw.iter().map(|one| f32::from_le_bytes(*one)).collect();
            let window = Window::new(Moment::from_micros(0), *rate_hz, vec![samples])?;
            let start = Instant::now();
            let told = network.probabilities(&window);
            times.push(start.elapsed().as_secs_f64() * 1e3);
            anyhow::ensure!(
                told.len() == peer.len(),
                "{}: {} classes, {}",
                case.name,
                told.len(),
                peer.len()
            );
            off = told.iter().zip(peer).map(|(one, other)| (one - other).abs()).fold(off, f32::max);
        }
        times.sort_by(f64::total_cmp);
        let ours = times[times.len() / 2];
        println!(
            "| {} | {} | {} | {off:.1e} | {ours:.1} | {:.1} | {:.2} |",
            case.name,
            bytes.len(),
            case.told.len(),
            case.peer_ms,
            ours / case.peer_ms
        );
    }
    Ok(())
}
