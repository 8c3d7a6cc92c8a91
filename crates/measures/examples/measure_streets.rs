//! Measures streets: `cargo run --release -p measures --example measure_streets -- DATA [--write DIR | --peers DIR]`.
//!
//! Alone it prints our figures: import, one-to-all, variants of closures, one edit. `--write DIR` writes the car graph as it is
//! searched and 200 starts for `bench/plan/peers_streets.py DIR`, which writes what others find and in what time; `--peers DIR`
//! then compares every time of every start and prints both.
//!
//! Neighbourhoods are squares with the most streets and invented households; closures are drawn by dice.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use measures::streets::{
    Bound, Closure, Country, Destination, Direction, Extent, Group, Mode, Neighbourhood, Plan, Point, Search,
    Streets, Travel, UNREACHED, read_pbf,
};

type Failure = Box<dyn std::error::Error>;

/// Runs of which the median is told.
const RUNS: usize = 7;
/// Starts that are compared with peers.
const STARTS: usize = 200;
/// Sides of a neighbourhood in 1e-7 degrees: about 440 by 440 m in Heidelberg.
const SQUARE: [i32; 2] = [60_000, 40_000];
const NEIGHBOURHOODS: usize = 50;
const HOUSEHOLDS: f64 = 400.0;
const VARIANTS: usize = 100;
/// Streets that a variant closes.
const STREETS_CLOSED: usize = 3;
const THREADS: usize = 2;
const MODES: [Mode; 3] = [Mode::Car, Mode::Bike, Mode::Foot];

/// What peers read.
#[derive(Serialize)]
struct Asked {
    nodes: usize,
    /// Tail, head, deciseconds.
    arcs: Vec<(u32, u32, u32)>,
    starts: Vec<u32>,
}

/// What a peer found.
#[derive(Deserialize)]
struct Answer {
    peer: String,
    /// Median of a search, in milliseconds.
    milliseconds: f64,
    /// By start: deciseconds to every node, -1 where there is no way; empty if only time was measured.
    times: Vec<Vec<i64>>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("measure_streets: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    let data = arguments.first().filter(|one| !one.starts_with("--")).ok_or("give the folder of the data")?;
    let folder = |name: &str| {
        let at = arguments.iter().position(|one| one == name)?;
        arguments.get(at + 1).map(PathBuf::from)
    };
    let bytes = std::fs::read(Path::new(data).join("streets/heidelberg.osm.pbf"))?;
    let streets = import(&bytes)?;
    if let Some(folder) = folder("--write") {
        std::fs::create_dir_all(&folder)?;
        let graph = streets.graph(Mode::Car);
        let asked =
            Asked { nodes: graph.nodes(), arcs: graph.arc_list().collect(), starts: starts(graph.nodes()) };
        std::fs::write(folder.join("streets-asked.json"), serde_json::to_vec(&asked)?)?;
        println!("{} nodes, {} arcs, {} starts written", asked.nodes, asked.arcs.len(), asked.starts.len());
        return Ok(());
    }
    one_to_all(&streets, folder("--peers"))?;
    variants(&Arc::new(streets))
}

fn import(bytes: &[u8]) -> Result<Streets, Failure> {
    let (mut whole, mut reading) = (Vec::new(), Vec::new());
    let mut streets = None;
    for _ in 0..RUNS {
        let begun = Instant::now();
        let raw = read_pbf(bytes)?;
        reading.push(begun.elapsed().as_secs_f64());
        streets = Some(Streets::build(&raw, Country::Germany)?);
        whole.push(begun.elapsed().as_secs_f64());
    }
    let streets = streets.ok_or("no run")?;
    println!("import: {:.3} s, of which reading {:.3} s", median(&mut whole), median(&mut reading));
    println!("  {} pieces of street, {} names", streets.edges().len(), streets.names().len());
    println!("  {:?}", streets.report());
    for mode in Mode::ALL {
        let graph = streets.graph(mode);
        println!("  {}: {} nodes, {} arcs", mode.name(), graph.nodes(), graph.arcs());
    }
    Ok(streets)
}

fn one_to_all(streets: &Streets, peers: Option<PathBuf>) -> Result<(), Failure> {
    let mut search = Search::default();
    for mode in Mode::ALL {
        let graph = streets.graph(mode);
        let mut times = Vec::new();
        for start in starts(graph.nodes()) {
            for _ in 0..3 {
                let begun = Instant::now();
                search.run(graph, Direction::From, &[(start, 0)], None);
                times.push(begun.elapsed().as_secs_f64() * 1e3);
            }
        }
        println!(
            "one-to-all, {}: {:.3} ms (median of {} searches)",
            mode.name(),
            median(&mut times),
            times.len()
        );
    }
    let Some(folder) = peers else { return Ok(()) };
    let graph = streets.graph(Mode::Car);
    let answers: Vec<Answer> = serde_json::from_slice(&std::fs::read(folder.join("streets-answers.json"))?)?;
    for answer in answers {
        let (mut same, mut other) = (0_u64, 0_u64);
        for (start, theirs) in starts(graph.nodes()).iter().zip(&answer.times) {
            search.run(graph, Direction::From, &[(*start, 0)], None);
            if theirs.len() != search.times.len() {
                return Err(format!("{} answers for another graph: --write again", answer.peer).into());
            }
            for (ours, theirs) in search.times.iter().zip(theirs) {
                let ours = if *ours == UNREACHED { -1 } else { i64::from(*ours) };
                *(if ours == *theirs { &mut same } else { &mut other }) += 1;
            }
        }
        println!(
            "  {}: {:.3} ms; {} starts compared, {same} times equal, {other} not",
            answer.peer,
            answer.milliseconds,
            answer.times.len()
        );
    }
    Ok(())
}

fn variants(streets: &Arc<Streets>) -> Result<(), Failure> {
    let neighbourhoods = neighbourhoods(streets);
    let homes = streets.homes(&neighbourhoods)?;
    let destinations: Vec<Destination> = neighbourhoods
        .iter()
        .map(|one| Destination { name: one.name.clone(), at: middle(&one.rings[0]) })
        .collect();
    let shares: Vec<(usize, f64)> = (0..destinations.len()).map(|one| (one, 1.0 / 50.0)).collect();
    let travels = MODES.map(|mode| Travel {
        group: Group::Residents,
        mode,
        trips_per_household: 2.0,
        shares: shares.clone(),
        bound: Bound::Out,
    });
    let mut named: Vec<&str> = homes.iter().map(|home| streets.name(home.edge)).collect();
    named.sort_unstable();
    named.dedup();
    let mut dice = Dice(20_140_324);
    let mut variants = Vec::new();
    for _ in 0..VARIANTS {
        let mut closure = || Closure::new(Extent::Street(named[dice.below(named.len())].to_owned()), &MODES);
        variants.push((0..STREETS_CLOSED).map(|_| closure()).collect::<Vec<Closure>>());
    }
    let (mut making, mut comparing, mut editing) = (Vec::new(), Vec::new(), Vec::new());
    let mut told = (0.0, 0, 0, 0);
    for _ in 0..RUNS {
        let begun = Instant::now();
        let plan = Plan::new(Arc::clone(streets), homes.clone(), &destinations, &travels, THREADS)?;
        making.push(begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        let burdens = plan.compare(&variants)?;
        comparing.push(begun.elapsed().as_secs_f64());
        told.0 = burdens.iter().map(measures::streets::Burden::total).sum::<f64>() / VARIANTS as f64;
        told.1 = burdens.iter().filter(|one| !one.broken.is_empty()).count();
        for variant in variants.iter().take(20) {
            let begun = Instant::now();
            let impact = plan.impact(variant)?;
            let drawn = streets.changes_geojson(&impact.changed);
            editing.push(begun.elapsed().as_secs_f64() * 1e3);
            (told.2, told.3) = (impact.changed.len(), drawn.len());
        }
    }
    println!(
        "{VARIANTS} variants x {} neighbourhoods x {} modes: {:.3} s, and {:.3} s before that to search the open streets",
        neighbourhoods.len(),
        MODES.len(),
        median(&mut comparing),
        median(&mut making)
    );
    println!("  {} homes on {} streets; {} streets closed in each", homes.len(), named.len(), STREETS_CLOSED);
    println!("  {:.0} resident-minutes on average, {} variants cut somebody off", told.0, told.1);
    println!(
        "an edit to changed pieces, minutes and GeoJSON: {:.1} ms ({} pieces, {} bytes in the last)",
        median(&mut editing),
        told.2,
        told.3
    );
    plainly(streets, &neighbourhoods)
}

/// What the variants would take by a search each.
fn plainly(streets: &Streets, neighbourhoods: &[Neighbourhood]) -> Result<(), Failure> {
    let mut search = Search::default();
    let begun = Instant::now();
    for mode in MODES {
        let graph = streets.graph(mode);
        for start in starts(graph.nodes()).into_iter().take(neighbourhoods.len()) {
            search.run(graph, Direction::To, &[(start, 0)], None);
        }
    }
    let once = begun.elapsed().as_secs_f64();
    println!(
        "  by a search each, on one thread: {:.2} s ({:.4} s measured, x {VARIANTS})",
        once * VARIANTS as f64,
        once
    );
    Ok(())
}

/// The squares with the most metres of named streets.
fn neighbourhoods(streets: &Streets) -> Vec<Neighbourhood> {
    let mut squares: BTreeMap<(i32, i32), f64> = BTreeMap::new();
    for (id, edge) in (0_u32..).zip(streets.edges()) {
        let at = streets.shape(id)[0];
        if edge.name != 0 && streets.in_main_part(id, Mode::Car) && streets.in_main_part(id, Mode::Foot) {
            *squares.entry((at.lon_e7 / SQUARE[0], at.lat_e7 / SQUARE[1])).or_default() += edge.length_m;
        }
    }
    let mut squares: Vec<((i32, i32), f64)> = squares.into_iter().collect();
    squares.sort_by(|a, b| b.1.total_cmp(&a.1));
    let corner = |x: i32, y: i32| Point { lon_e7: x * SQUARE[0], lat_e7: y * SQUARE[1] };
    let one = |((x, y), _): &((i32, i32), f64)| Neighbourhood {
        id: format!("{x}/{y}"),
        name: format!("Square {x}/{y}"),
        households: HOUSEHOLDS,
        rings: vec![vec![corner(*x, *y), corner(x + 1, *y), corner(x + 1, y + 1), corner(*x, y + 1)]],
    };
    squares.iter().take(NEIGHBOURHOODS).map(one).collect()
}

fn middle(ring: &[Point]) -> Point {
    Point {
        lon_e7: i32::midpoint(ring[0].lon_e7, ring[2].lon_e7),
        lat_e7: i32::midpoint(ring[0].lat_e7, ring[2].lat_e7),
    }
}

/// Starts drawn by dice, the same for peers.
fn starts(nodes: usize) -> Vec<u32> {
    let mut dice = Dice(90_417);
    (0..STARTS).map(|_| u32::try_from(dice.below(nodes)).unwrap_or(0)).collect()
}

/// Numbers that look like dice (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) % bound.max(1) as u64).unwrap_or(0)
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
