//! How well a place fits what the nodes had: each node is direct, or late because something stood in the way.
//!
//! A direct arrival misses by the noise of onset, clock and air. A late one misses by that and a positive delay, exponential with a
//! mean of [`DELAY_M`]; a floor stands for clocks that nobody knew to be off. How many paths are blocked differs from place to place,
//! so several shares are believed at once ([`SHARES`]): nodes that agree speak for few, nodes that do not for many. Directions
//! are von Mises with a floor for reflections, and a late arrival's direction is oftener one. The time of the bang is taken out by adding up over its best values
//! for the place (a Laplace approximation around each).
//!
//! Not here: which places are looked at (`grid`).

use super::frame::Frame;
use super::{Arrival, Towards, clock_is_off, refine};
use crate::limits::PLACE_ARRIVALS_MAX;
use crate::plan::Moment;

/// Shares of paths that are blocked, each as likely as the others before anything is known.
const SHARES: [f64; 3] = [0.1, 0.35, 0.65];
/// How often a path is blocked where one number has to do.
const BLOCKED: f64 = 0.35;
/// The mean delay of a blocked path, in metres of sound.
const DELAY_M: f64 = 15.0;
/// Density of arrivals that are off for no known reason, per metre.
const ASTRAY_PER_M: f64 = 5e-5;
/// What wind and warm walls do to sound, as a share of its way (standard deviation).
const AIR: f64 = 0.008;
/// What a clock is off when its offset is known, in milliseconds (standard deviation).
const CLOCK_MS: f64 = 1.0;
/// The same when nobody measured it.
const CLOCK_UNKNOWN_MS: f64 = 2.0;
/// Least spread of an onset, in milliseconds.
const SPREAD_MS_MIN: f64 = 0.2;
/// How often the direction of a direct arrival is that of a reflection.
const REFLECTED: f64 = 0.08;
/// How often that of a blocked one is.
const REFLECTED_BLOCKED: f64 = 0.5;
/// How much wider the direction of a blocked arrival is that is no reflection: it came around an edge.
const EDGE_WIDER: f64 = 2.5;
/// The spread of levels at a given distance, in dB (standard deviation): walls, height, make of microphone.
const LEVEL_DB: f64 = 8.0;
/// Half the width that holds 95 of 100, in standard deviations.
const WIDTH_DEVIATIONS: f64 = 1.96;
/// Times of the bang that are looked at for one place.
const BANGS_MAX: usize = 3;

/// One node as seen from the frame.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Where it stands.
    pub at: (f64, f64),
    /// When it heard it, in metres of sound after the first.
    pub heard_m: Option<f64>,
    /// Variance of that, in square metres, without the air.
    variance_m2: f64,
    /// The direction it had.
    pub direction: Option<Direction>,
    level_db: Option<f64>,
}

/// A direction in the frame.
#[derive(Debug, Clone, Copy)]
pub struct Direction {
    /// As a unit vector.
    pub unit: (f64, f64),
    /// Variance in square radians.
    pub variance: f64,
}

/// What is believed of some arrivals.
#[derive(Debug)]
pub struct Belief {
    /// The frame of the nodes.
    pub frame: Frame,
    /// Metres of sound in a second.
    pub speed_m_s: f64,
    /// The nodes, in the order of the arrivals.
    pub nodes: Vec<Node>,
    start: Option<Moment>,
}

/// How well a place fits.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    /// The logarithm of its likelihood.
    pub ln: f64,
    /// The likeliest time of the bang, in metres of sound after the first arrival.
    pub bang_m: f64,
}

/// What one node's word is worth for a place.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Whether its time is likelier direct than not.
    pub direct: bool,
    /// By how much it is late, in metres; negative: early.
    pub late_m: Option<f64>,
    /// Whether its direction is likelier that of the bang than not.
    pub points: bool,
    /// How far its direction is beside the place, in degrees, positive clockwise or not: only its size counts.
    pub beside_deg: Option<f64>,
}

/// What all words are worth for a place.
#[derive(Debug)]
pub struct Verdict {
    /// In the order of the arrivals.
    pub words: Vec<Word>,
}

/// One node's part in a place, with the place's distance worked in.
#[derive(Clone, Copy, Default)]
struct Part {
    /// When the bang would have been if this node is direct.
    bang_m: f64,
    deviation_m: f64,
    /// Logarithms: of a direct one on the dot, and of a blocked one with no delay.
    ln_direct: f64,
    ln_blocked: f64,
    /// How well its direction fits a blocked path.
    blocked: f64,
}

impl Belief {
    /// From arrivals.
    pub fn of(arrivals: &[&Arrival], speed_m_s: f64) -> Self {
        let places: Vec<_> = arrivals.iter().map(|one| one.at).collect();
        let frame = Frame::of(&places);
        let clocked = |one: &&&Arrival| clock_is_off(one).is_none();
        let start = arrivals.iter().filter(clocked).find_map(|one| Some(one.heard?.at));
        let nodes = arrivals.iter().map(|one| node(one, &frame, start, speed_m_s)).collect();
        Self { frame, speed_m_s, nodes, start }
    }

    /// How many nodes have a time that can be used.
    pub fn timed(&self) -> usize {
        self.nodes.iter().filter(|node| node.heard_m.is_some()).count()
    }

    /// How many have a direction.
    pub fn directions(&self) -> usize {
        self.nodes.iter().filter(|node| node.direction.is_some()).count()
    }

    /// The moment of a bang some metres of sound after the first arrival.
    pub fn moment(&self, bang_m: f64) -> Option<Moment> {
        self.start.map(|start| start.plus_seconds(bang_m / self.speed_m_s))
    }

    /// Metres of sound in milliseconds.
    pub fn milliseconds(&self, metres: f64) -> f64 {
        metres / self.speed_m_s * 1e3
    }

    /// How well a place fits, seen through a blur of some metres: that of the cell it stands for.
    pub fn fit(&self, at: (f64, f64), blur_m: f64) -> Fit {
        let mut parts = [Part::default(); PLACE_ARRIVALS_MAX];
        let (mut count, mut ln) = (0, self.level_fit(at));
        for node in &self.nodes {
            let (away_m, direct, blocked) = node.seen_from(at, blur_m);
            let Some(heard_m) = node.heard_m else {
                ln += ((1.0 - BLOCKED) * direct + BLOCKED * blocked).ln();
                continue;
            };
            let deviation_m = node.deviation_m(away_m, blur_m);
            if let Some(part) = parts.get_mut(count) {
                *part = Part::new(heard_m - away_m, deviation_m, direct, blocked);
                count += 1;
            }
        }
        let timed = parts.get(..count).unwrap_or(&[]);
        let Fit { ln: times, bang_m } = over_bangs(timed);
        Fit { ln: ln + times, bang_m }
    }

    /// What each node's word is worth when the bang was at a place and time.
    pub fn judge(&self, at: (f64, f64), bang_m: f64) -> Verdict {
        let word = |node: &Node| {
            let (away_m, direct, blocked) = node.seen_from(at, 0.0);
            let late_m = node.heard_m.map(|heard_m| heard_m - away_m - bang_m);
            let deviation_m = node.deviation_m(away_m, 0.0);
            let share = late_m
                .map_or(1.0, |late_m| Part::new(0.0, deviation_m, direct, blocked).direct_share(late_m));
            let spread = node.direction.map(|direction| {
                let beside = refine::beside(node, &direction, at);
                let floor = share * REFLECTED + (1.0 - share) * REFLECTED_BLOCKED;
                let spread = (1.0 - floor) * von_mises(beside.cos(), direction.variance);
                (beside.to_degrees(), spread > floor)
            });
            Word {
                direct: late_m.is_some() && share > 0.5,
                late_m,
                points: spread.is_some_and(|(_, points)| points),
                beside_deg: spread.map(|(beside, _)| beside),
            }
        };
        Verdict { words: self.nodes.iter().map(word).collect() }
    }

    /// Loudness falls with distance; how loud it was at the bang is taken at its best.
    fn level_fit(&self, at: (f64, f64)) -> f64 {
        let (mut count, mut sum, mut squares) = (0.0_f64, 0.0, 0.0);
        for node in &self.nodes {
            if let Some(level_db) = node.level_db {
                let source_db = level_db + 20.0 * node.away_m(at).max(1.0).log10();
                count += 1.0;
                sum += source_db;
                squares += source_db * source_db;
            }
        }
        if count < 2.0 { 0.0 } else { -(squares - sum * sum / count).max(0.0) / (2.0 * LEVEL_DB * LEVEL_DB) }
    }
}

impl Node {
    /// Metres from here to a place.
    pub fn away_m(&self, at: (f64, f64)) -> f64 {
        (at.0 - self.at.0).hypot(at.1 - self.at.1)
    }

    /// The standard deviation of its time for a place that far away, in metres.
    pub fn deviation_m(&self, away_m: f64, blur_m: f64) -> f64 {
        (self.variance_m2 + (AIR * away_m).powi(2) + blur_m * blur_m).sqrt()
    }

    /// How far a place is, and how well its direction fits when direct and when blocked (1: says nothing).
    fn seen_from(&self, at: (f64, f64), blur_m: f64) -> (f64, f64, f64) {
        let (x, y) = (at.0 - self.at.0, at.1 - self.at.1);
        let away_m = (x * x + y * y).sqrt();
        let Some(direction) = &self.direction else { return (away_m, 1.0, 1.0) };
        let near_m = away_m.max(1.0);
        let cos = (x * direction.unit.0 + y * direction.unit.1) / near_m;
        let blur = (blur_m / near_m).powi(2);
        let direct = (1.0 - REFLECTED) * von_mises(cos, direction.variance + blur) + REFLECTED;
        let wide = direction.variance * EDGE_WIDER * EDGE_WIDER + blur;
        let blocked = (1.0 - REFLECTED_BLOCKED) * von_mises(cos, wide) + REFLECTED_BLOCKED;
        (away_m, direct, blocked)
    }
}

impl Part {
    fn new(bang_m: f64, deviation_m: f64, direct: f64, blocked: f64) -> Self {
        Self {
            bang_m,
            deviation_m,
            ln_direct: (direct / (deviation_m * std::f64::consts::TAU.sqrt())).ln(),
            ln_blocked: (blocked / DELAY_M).ln(),
            blocked,
        }
    }

    /// The logarithm of the likelihood of being this late, by its largest term: quick, for choosing.
    fn at_most(&self, late_m: f64) -> f64 {
        let scaled = late_m / self.deviation_m;
        let direct = self.ln_direct - 0.5 * scaled * scaled;
        let early = if late_m < 0.0 { scaled * scaled } else { 0.0 };
        let blocked = self.ln_blocked - late_m.max(0.0) / DELAY_M - early;
        // The floor: as if a delay of eight times the mean.
        direct.max(blocked).max(self.ln_blocked - 8.0)
    }

    /// The likelihood of being this late when direct and when blocked.
    fn weigh(&self, late_m: f64) -> (f64, f64) {
        let scaled = late_m / self.deviation_m;
        let direct = (self.ln_direct - 0.5 * scaled * scaled).exp();
        let ratio = self.deviation_m / DELAY_M;
        let step = normal_share(scaled - ratio);
        let late = (self.ln_blocked - late_m / DELAY_M + 0.5 * ratio * ratio).min(300.0).exp();
        (direct, late * step + ASTRAY_PER_M * self.blocked)
    }

    /// The share of its likelihood that is direct.
    fn direct_share(&self, late_m: f64) -> f64 {
        let (direct, blocked) = self.weigh(late_m);
        (1.0 - BLOCKED) * direct / ((1.0 - BLOCKED) * direct + BLOCKED * blocked)
    }
}

impl Verdict {
    /// How many nodes bear the place out. A time alone does not: it takes two to tell a difference.
    pub fn bearing_it_out(&self) -> usize {
        let direct = self.words.iter().filter(|word| word.direct).count();
        self.words.iter().filter(|word| (word.direct && direct > 1) || word.points).count()
    }

    /// How far the times used miss the place, in metres.
    pub fn misses_m(&self) -> Option<f64> {
        mean_square(self.words.iter().filter(|word| word.direct).filter_map(|word| word.late_m), 2)
    }

    /// How far the directions used miss it, in degrees.
    pub fn misses_deg(&self) -> Option<f64> {
        mean_square(self.words.iter().filter(|word| word.points).filter_map(|word| word.beside_deg), 1)
    }
}

/// Whether a direction says anything: finite, and narrower than half the horizon.
pub fn says_something(towards: &Towards) -> bool {
    towards.towards_deg.is_finite() && towards.width_deg > 0.0 && towards.width_deg < 90.0
}

fn node(arrival: &Arrival, frame: &Frame, start: Option<Moment>, speed_m_s: f64) -> Node {
    let offset_ms = arrival.clock_offset_ms.unwrap_or(0.0);
    let clock_ms = if arrival.clock_offset_ms.is_some() { CLOCK_MS } else { CLOCK_UNKNOWN_MS };
    let heard = arrival.heard.filter(|_| clock_is_off(arrival).is_none()).zip(start);
    #[allow(clippy::manual_clamp, reason = "what is no number becomes the least")]
    let spread_ms = heard.map_or(0.0, |(onset, _)| onset.spread_ms.abs().max(SPREAD_MS_MIN).min(1e3));
    let heard_m = heard.map(|(onset, start)| (onset.at.seconds_since(start) - offset_ms / 1e3) * speed_m_s);
    let deviation_m = clock_ms.hypot(spread_ms) / 1e3 * speed_m_s;
    let direction = arrival.bearing.filter(says_something).map(|towards| Direction {
        unit: frame.direction(towards.towards_deg),
        variance: (towards.width_deg.max(0.5) / WIDTH_DEVIATIONS).to_radians().powi(2),
    });
    Node {
        at: frame.inside(arrival.at),
        heard_m,
        variance_m2: deviation_m * deviation_m,
        direction,
        level_db: arrival.level_db.filter(|level| level.is_finite()),
    }
}

/// Adds up over the times at which the bang may have been.
fn over_bangs(parts: &[Part]) -> Fit {
    let mut chosen = [(f64::NEG_INFINITY, 0.0); BANGS_MAX];
    for one in parts {
        let score: f64 = parts.iter().map(|other| other.at_most(other.bang_m - one.bang_m)).sum();
        insert(&mut chosen, score, one.bang_m, one.deviation_m);
    }
    let best = chosen[0].0;
    let (mut ln, mut bang_m, mut top) = (f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY);
    for (score, start_m) in chosen {
        if score < best - 8.0 || score == f64::NEG_INFINITY {
            continue;
        }
        let fit = settle(parts, start_m);
        if fit.ln > top {
            (top, bang_m) = (fit.ln, fit.bang_m);
        }
        ln = ln_sum(ln, fit.ln);
    }
    if parts.is_empty() { Fit { ln: 0.0, bang_m: 0.0 } } else { Fit { ln, bang_m } }
}

/// Keeps the best few that are not the same.
fn insert(chosen: &mut [(f64, f64); BANGS_MAX], score: f64, bang_m: f64, apart_m: f64) {
    let mut new = (score, bang_m);
    for place in chosen.iter_mut() {
        let same = (place.1 - new.1).abs() < apart_m && place.0 > f64::NEG_INFINITY;
        if new.0 > place.0 {
            std::mem::swap(place, &mut new);
            if same {
                return;
            }
        } else if same {
            return;
        }
    }
}

/// Moves a time of the bang to the middle of the nodes that it makes direct, and adds up around it.
fn settle(parts: &[Part], start_m: f64) -> Fit {
    let mut bang_m = start_m;
    let (mut pull, mut weight) = (0.0, 0.0);
    for part in parts {
        let share = part.direct_share(part.bang_m - bang_m);
        let worth = share / (part.deviation_m * part.deviation_m);
        pull += worth * (part.bang_m - bang_m);
        weight += worth;
    }
    if weight > 0.0 {
        bang_m += pull / weight;
    }
    let mut products = [1.0_f64; SHARES.len()];
    let (mut ln, mut sharp) = (0.0, 0.0);
    for part in parts {
        let (direct, blocked) = part.weigh(part.bang_m - bang_m);
        let both = (1.0 - BLOCKED) * direct + BLOCKED * blocked;
        sharp += (1.0 - BLOCKED) * direct / both / (part.deviation_m * part.deviation_m);
        for (product, share) in products.iter_mut().zip(SHARES) {
            *product *= ((1.0 - share) * direct + share * blocked) / both;
        }
        ln += both.ln();
    }
    let sharp = f64::max(sharp, 1.0 / (DELAY_M * DELAY_M));
    let shares: f64 = products.iter().sum();
    Fit { ln: ln + shares.ln() + 0.5 * (std::f64::consts::TAU / sharp).ln(), bang_m }
}

/// The density of a direction against that of any direction at all, for directions of a few degrees to tens of degrees.
fn von_mises(cos: f64, variance: f64) -> f64 {
    (std::f64::consts::TAU / variance).sqrt() * ((cos - 1.0) / variance).exp()
}

/// About the share of a normal spread that lies below, within 0.01.
fn normal_share(scaled: f64) -> f64 {
    1.0 / (1.0 + (-1.702 * scaled).min(300.0).exp())
}

fn ln_sum(one: f64, other: f64) -> f64 {
    let (most, least) = if one > other { (one, other) } else { (other, one) };
    if least == f64::NEG_INFINITY { most } else { most + (least - most).exp().ln_1p() }
}

fn mean_square(misses: impl Iterator<Item = f64>, at_least: usize) -> Option<f64> {
    let (count, sum) = misses.fold((0, 0.0), |(count, sum), miss| (count + 1, sum + miss * miss));
    (count >= at_least).then(|| (sum / f64::from(u32::try_from(count).unwrap_or(u32::MAX))).sqrt())
}
