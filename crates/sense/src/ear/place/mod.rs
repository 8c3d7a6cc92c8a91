//! Where a bang was: from the times and directions at which several nodes had it.
//!
//! A path that is blocked makes a sound late, by an unknown amount, and never early. So each node is believed to be either direct
//! or late ([`belief`]), every place around the nodes is weighed with that ([`grid`]), the place with most belief around it is
//! sharpened on the nodes that are likelier direct than not ([`refine`]), and the ellipse is as wide as the belief is.
//!
//! Not here: finding onsets and directions, and which arrivals belong to one bang.

mod belief;
mod ellipse;
mod frame;
mod grid;
mod refine;
#[cfg(test)]
mod tests;

use crate::bulletin::{LeftOut, LeftOutWhy, Whereabouts};
use crate::limits::{CLOCK_OFFSET_MS_MAX, PLACE_ARRIVALS_MAX};
use crate::plan::{Moment, Plan, Point};

use belief::{Belief, Verdict};
pub use ellipse::Ellipse;
use frame::Frame;

/// What one node had of a bang.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// The sensor.
    pub sensor: String,
    /// Where it stands.
    pub at: Point,
    /// When it heard the bang begin, by its own clock.
    pub heard: Option<Onset>,
    /// How far its clock is off, in milliseconds, when that is known; positive: ahead.
    pub clock_offset_ms: Option<f64>,
    /// The direction it came from.
    pub bearing: Option<Towards>,
    /// How loud, in dB on a scale that all nodes share: weak evidence of distance.
    pub level_db: Option<f64>,
}

/// When a sound began, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Onset {
    /// When.
    pub at: Moment,
    /// Its standard deviation, in milliseconds.
    pub spread_ms: f64,
}

/// A direction, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Towards {
    /// Degrees from north, clockwise.
    pub towards_deg: f64,
    /// Half the width in which the truth lies in 95 of 100 cases, in degrees.
    pub width_deg: f64,
}

/// What the arrivals say of where it was.
#[derive(Debug, Clone, PartialEq)]
pub enum Placed {
    /// A point: three nodes or more agree on it.
    Point(Place),
    /// No more than an area: fewer nodes bear it out. The ellipse says how wide.
    Area(Place),
    /// No more than a direction.
    Bearing {
        /// The array.
        sensor: String,
        /// Where it stands.
        from: Point,
        /// The direction.
        towards: Towards,
    },
    /// Not even that.
    Nowhere,
}

/// A place, how sure it is, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The likeliest place.
    pub at: Point,
    /// When it was there; `None` when only directions are known.
    pub when: Option<Moment>,
    /// What holds the truth in 95 of 100 cases, around the likeliest place.
    pub ellipse: Ellipse,
    /// Sensors whose time or direction bears it out.
    pub used: Vec<String>,
    /// Words of sensors that were not used.
    pub left_out: Vec<LeftOut>,
    /// How far the times that were used miss it (root mean square), in metres; `None` when fewer than two were.
    pub misses_m: Option<f64>,
    /// How far the directions that were used miss it (root mean square), in degrees.
    pub misses_deg: Option<f64>,
    /// Other places it may have been, with the share of belief around each (0 to 1), likeliest first.
    pub others: Vec<(Point, f64)>,
}

impl Place {
    /// As it is told: in longitude and latitude. The zone is for the caller, who knows the area.
    pub fn whereabouts(&self, plan: &Plan) -> Whereabouts {
        let at = plan.position(self.at);
        Whereabouts {
            at: [at.longitude(), at.latitude()],
            major_m: self.ellipse.major_m,
            minor_m: self.ellipse.minor_m,
            towards_deg: self.ellipse.towards_deg,
            zone: None,
            left_out: self.left_out.clone(),
        }
    }
}

/// Metres that sound goes in a second in air of a temperature in degrees Celsius.
pub fn sound_speed_m_s(temperature_c: f64) -> f64 {
    let kept = if temperature_c.is_finite() { temperature_c.clamp(-60.0, 60.0) } else { 15.0 };
    331.3 * (1.0 + kept / 273.15).sqrt()
}

/// Where a bang was that several nodes had, at an air temperature in degrees Celsius.
///
/// Of more than [`PLACE_ARRIVALS_MAX`] arrivals the first are used: they are the nearest, and the least often blocked.
pub fn place(arrivals: &[Arrival], temperature_c: f64) -> Placed {
    let arrivals = usable(arrivals);
    let belief = Belief::of(&arrivals, sound_speed_m_s(temperature_c));
    match (belief.timed(), belief.directions()) {
        (0 | 1, 0) => return Placed::Nowhere,
        (0 | 1, 1) => return only_bearing(&arrivals),
        _ => {}
    }
    let cells = grid::weigh(&belief);
    let Some(peaks) = grid::peaks(&cells) else { return Placed::Nowhere };
    let (at, bang_m) = refine::sharpen(&belief, peaks.first);
    let ellipse = ellipse::around(at, &cells);
    let verdict = belief.judge(at, bang_m);
    let place = told(&arrivals, &belief, &verdict, at, bang_m, ellipse, &peaks);
    if verdict.bearing_it_out() >= 3 { Placed::Point(place) } else { Placed::Area(place) }
}

/// The arrivals that say anything, in an order of their own so that the caller's does not matter.
fn usable(arrivals: &[Arrival]) -> Vec<&Arrival> {
    let finite = |one: &&Arrival| one.at.east_m.is_finite() && one.at.north_m.is_finite();
    let mut usable: Vec<&Arrival> = arrivals.iter().filter(finite).collect();
    let key = |one: &Arrival| (one.heard.map_or(i64::MAX, |onset| onset.at.micros()), one.sensor.clone());
    usable.sort_by_cached_key(|one| key(one));
    usable.truncate(PLACE_ARRIVALS_MAX);
    usable
}

/// Whether a node's clock is too far off for its time to be used.
fn clock_is_off(arrival: &Arrival) -> Option<f64> {
    arrival.clock_offset_ms.filter(|offset| offset.is_nan() || offset.abs() > CLOCK_OFFSET_MS_MAX)
}

fn only_bearing(arrivals: &[&Arrival]) -> Placed {
    let first = arrivals.iter().find_map(|one| Some((one, one.bearing.filter(belief::says_something)?)));
    first.map_or(Placed::Nowhere, |(one, towards)| Placed::Bearing {
        sensor: one.sensor.clone(),
        from: one.at,
        towards,
    })
}

fn told(
    arrivals: &[&Arrival],
    belief: &Belief,
    verdict: &Verdict,
    at: (f64, f64),
    bang_m: f64,
    ellipse: Ellipse,
    peaks: &grid::Peaks,
) -> Place {
    let frame: &Frame = &belief.frame;
    let mut used = Vec::new();
    let mut left_out = Vec::new();
    for (arrival, word) in arrivals.iter().zip(&verdict.words) {
        let mut leave = |why, by: f64| left_out.push(LeftOut { sensor: arrival.sensor.clone(), why, by });
        if let Some(offset) = clock_is_off(arrival) {
            leave(LeftOutWhy::ClockOff, offset.abs());
        }
        match word.late_m {
            Some(late_m) if !word.direct && late_m > 0.0 => leave(LeftOutWhy::Late, late_m),
            Some(late_m) if !word.direct => leave(LeftOutWhy::ClockOff, belief.milliseconds(-late_m)),
            _ => {}
        }
        match word.beside_deg {
            Some(beside) if !word.points => leave(LeftOutWhy::Echo, beside.abs()),
            _ => {}
        }
        if word.direct || word.points {
            used.push(arrival.sensor.clone());
        }
    }
    Place {
        at: frame.out(at),
        when: belief.moment(bang_m).or_else(|| when_by_any_clock(arrivals, belief, at)),
        ellipse: ellipse.turned(frame),
        used,
        left_out,
        misses_m: verdict.misses_m(),
        misses_deg: verdict.misses_deg(),
        others: peaks.others.iter().map(|(other, share)| (frame.out(*other), *share)).collect(),
    }
}

/// When it was, by clocks that are too far off to place it but near enough for people.
fn when_by_any_clock(arrivals: &[&Arrival], belief: &Belief, at: (f64, f64)) -> Option<Moment> {
    let first = arrivals.iter().find_map(|one| Some((one, one.heard?)));
    first.map(|(one, onset)| {
        let way_s = one.at.distance_m(belief.frame.out(at)) / belief.speed_m_s;
        let offset_s = one.clock_offset_ms.filter(|offset| offset.is_finite()).unwrap_or(0.0) / 1e3;
        onset.at.plus_seconds(-way_s - offset_s)
    })
}
