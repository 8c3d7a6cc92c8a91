//! Frames of an invented camera over a plan: walkers, cars, things left behind, light, rain and faults, with the truth beside them.
//!
//! Simulated: one pinhole without distortion, flat ground, buildings as blocks, people and cars as a few plain shapes with their shadows,
//! noise of the sensor, streaks of rain. Not simulated: compression, trees in wind, reflections, night and its lamps. What works here may still
//! fail on a street.
//!
//! Not here: seeing (which must know nothing of this).

use crate::dice::Dice;
use crate::scene::canvas::{Axes, Canvas, Paint};

/// How fast a camera turns, in degrees per second.
const TURN_DEG_PER_S: f64 = 60.0;
/// Numbers in the table that noise is read from.
const NOISE: usize = 1 << 16;

/// Where a camera hangs and looks, and the size of its picture in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lens {
    /// Metres east and north.
    pub at: [f64; 2],
    /// Metres over the ground.
    pub height_m: f64,
    /// Degrees from north, clockwise.
    pub heading_deg: f64,
    /// Degrees below level.
    pub down_deg: f64,
    /// Degrees across the picture.
    pub field_deg: f64,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Lens {
    /// The pixel that shows a place on the ground: column and row; `None` when it is outside the picture.
    pub fn pixel(&self, [east_m, north_m]: [f64; 2]) -> Option<[f64; 2]> {
        let [column, row, _] = Axes::of(self).project([east_m, north_m, 0.0])?;
        #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
        let inside = (0.0..self.width as f64).contains(&column) && (0.0..self.height as f64).contains(&row);
        inside.then_some([column, row])
    }
}

/// A block on the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Building {
    /// Corners: metres east and north.
    pub corners: Vec<[f64; 2]>,
    /// Metres.
    pub height_m: f64,
}

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person on foot.
    Walker,
    /// A car.
    Car,
    /// A thing that can be left.
    Bag,
}

/// Something that moves, or stands there for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// What it is.
    pub kind: Kind,
    /// How light it is: 0 black to 255 white.
    pub grey: u8,
    /// Second and place, in order; straight in between. It is there from the first to the last.
    pub path: Vec<(f64, [f64; 2])>,
}

/// Light and weather.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    /// Noise of the sensor: its standard deviation in levels.
    pub noise: f64,
    /// Streaks of rain per frame.
    pub rain: usize,
    /// Whether the sun throws shadows.
    pub sun: bool,
    /// Second and gain of all light, in order; straight in between.
    pub light: Vec<(f64, f64)>,
}

impl Default for Weather {
    fn default() -> Self {
        Self { noise: 2.0, rain: 0, sun: false, light: Vec::new() }
    }
}

/// What is on the plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stage {
    /// Blocks.
    pub buildings: Vec<Building>,
    /// Who and what moves.
    pub actors: Vec<Actor>,
    /// Light and weather.
    pub weather: Weather,
}

/// What is wrong with a camera.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Something hangs before the lens.
    Covered,
    /// It is out of focus.
    Blurred,
    /// It was knocked aside, by so many degrees, and thinks that it was not.
    Knocked(f64),
}

/// The truth of one actor in one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Its place in [`Stage::actors`].
    pub actor: usize,
    /// Where it is: metres east and north.
    pub at: [f64; 2],
    /// Its foot in the picture: column and row.
    pub foot: [f64; 2],
    /// Its box: left, top, right, bottom, in pixels, cut at the edge of the picture.
    pub corners: [f64; 4],
    /// Whether nothing stands before its foot.
    pub clear: bool,
}

/// A camera that films a stage.
pub struct Filming {
    stage: Stage,
    lens: Lens,
    goal: (f64, f64),
    fault: Fault,
    last_s: Option<f64>,
    street: Option<Canvas>,
    noise: Vec<i8>,
    dice: Dice,
}

impl Filming {
    /// One seed gives one film.
    pub fn new(stage: Stage, lens: Lens, seed: u64) -> Self {
        let dice = Dice::new(seed);
        // The sum of four even throws is near enough to a bell.
        let throw = || (0..4).map(|_| dice.around()).sum::<f64>() / 1.155;
        #[allow(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
        let noise = (0..NOISE).map(|_| (throw() * stage.weather.noise).round() as i8).collect();
        let goal = (lens.heading_deg, lens.down_deg);
        Self { stage, lens, goal, fault: Fault::None, last_s: None, street: None, noise, dice }
    }

    /// Other actors come on, instead of those that were there.
    pub fn cast(&mut self, actors: Vec<Actor>) {
        self.stage.actors = actors;
    }

    /// Where it looks now.
    pub fn lens(&self) -> &Lens {
        &self.lens
    }

    /// Turns to a heading and a dip, as fast as it can while frames go by.
    pub fn turn(&mut self, heading_deg: f64, down_deg: f64) {
        self.goal = (heading_deg, down_deg);
    }

    /// Whether it has not come to rest yet.
    pub fn is_turning(&self) -> bool {
        turn_between(self.lens.heading_deg, self.goal.0).abs() > 1e-9
            || (self.lens.down_deg - self.goal.1).abs() > 1e-9
    }

    /// Makes something wrong with it, or right again.
    pub fn set_fault(&mut self, fault: Fault) {
        self.fault = fault;
        self.street = None;
    }

    /// The frame of a second, row by row from the top left, one byte a pixel.
    pub fn frame(&mut self, second: f64) -> Vec<u8> {
        self.move_on(second);
        let seen = self.seen();
        if self.street.is_none() {
            self.street = Some(Canvas::street(&seen, &self.stage.buildings));
        }
        let mut canvas = self.street.clone().unwrap_or_else(|| Canvas::street(&seen, &self.stage.buildings));
        let axes = Axes::of(&seen);
        let mut actors: Vec<(f64, &Actor, [f64; 2])> = Vec::new();
        for actor in &self.stage.actors {
            if let Some(at) = place(actor, second)
                && let Some([_, _, depth]) = axes.project([at[0], at[1], 0.0])
            {
                actors.push((depth, actor, at));
            }
        }
        actors.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (depth, actor, at) in actors {
            draw(&mut canvas, &axes, actor, at, depth, second, self.stage.weather.sun);
        }
        match self.fault {
            Fault::Covered => canvas.grey.fill(18),
            Fault::Blurred => canvas.blur(4),
            Fault::None | Fault::Knocked(_) => {}
        }
        self.weather(&mut canvas, second);
        canvas.grey
    }

    /// Who is in the picture of a second, and where.
    pub fn truth(&self, second: f64) -> Vec<Truth> {
        let seen = self.seen();
        let axes = Axes::of(&seen);
        let mut truth = Vec::new();
        for (index, actor) in self.stage.actors.iter().enumerate() {
            let Some(at) = place(actor, second) else { continue };
            let Some([column, row, depth]) = axes.project([at[0], at[1], 0.0]) else { continue };
            let (wide_m, high_m) = size(actor.kind);
            let metre = axes.pixels(depth);
            let (half, high) = (wide_m / 2.0 * metre, high_m * metre);
            #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
            let (width, height) = (seen.width as f64, seen.height as f64);
            let corners = [
                (column - half).max(0.0),
                (row - high).max(0.0),
                (column + half).min(width),
                row.min(height),
            ];
            if corners[0] >= corners[2] || corners[1] >= corners[3] {
                continue;
            }
            let foot_in = (0.0..width).contains(&column) && (0.0..height).contains(&row);
            let clear = foot_in && !self.stage.buildings.iter().any(|one| hides(one, seen.at, at));
            truth.push(Truth { actor: index, at, foot: [column, row], corners, clear });
        }
        truth
    }

    fn seen(&self) -> Lens {
        match self.fault {
            Fault::Knocked(by_deg) => Lens { heading_deg: self.lens.heading_deg + by_deg, ..self.lens },
            _ => self.lens,
        }
    }

    fn move_on(&mut self, second: f64) {
        let most = self.last_s.map_or(0.0, |last| (second - last).max(0.0)) * TURN_DEG_PER_S;
        self.last_s = Some(second);
        if self.is_turning() {
            let across = turn_between(self.lens.heading_deg, self.goal.0);
            let down = self.goal.1 - self.lens.down_deg;
            self.lens.heading_deg = (self.lens.heading_deg + across.clamp(-most, most)).rem_euclid(360.0);
            self.lens.down_deg += down.clamp(-most, most);
            if across.abs() <= most && down.abs() <= most {
                (self.lens.heading_deg, self.lens.down_deg) = self.goal;
            }
            self.street = None;
        }
    }

    fn weather(&self, canvas: &mut Canvas, second: f64) {
        for _ in 0..self.stage.weather.rain {
            let (column, row) = (self.dice.below(canvas.width), self.dice.below(canvas.height));
            for down in 0..6 + self.dice.below(10) {
                if let Some(pixel) = canvas.grey.get_mut((row + down) * canvas.width + column) {
                    *pixel = pixel.saturating_add(35);
                }
            }
        }
        let gain = between(&self.stage.weather.light, second).unwrap_or(1.0);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of a float saturates"
        )]
        let lit: Vec<u8> = (0..=255).map(|level| (f64::from(level) * gain).round() as u8).collect();
        let mut from = self.dice.below(NOISE);
        for line in canvas.grey.chunks_exact_mut(canvas.width) {
            // A stretch of the table per row, anywhere in it: cheap, and no two frames have the same noise.
            from = (from + 7_919 + self.dice.below(1_024)) % (NOISE - line.len().min(NOISE - 1));
            for (pixel, noise) in line.iter_mut().zip(&self.noise[from..]) {
                *pixel = lit[usize::from(*pixel)].saturating_add_signed(*noise);
            }
        }
    }
}

/// How wide and how high a kind is, in metres.
fn size(kind: Kind) -> (f64, f64) {
    match kind {
        Kind::Walker => (0.55, 1.75),
        Kind::Car => (3.4, 1.5),
        Kind::Bag => (0.55, 0.5),
    }
}

fn draw(canvas: &mut Canvas, axes: &Axes, actor: &Actor, at: [f64; 2], depth: f64, second: f64, sun: bool) {
    let Some([column, row, _]) = axes.project([at[0], at[1], 0.0]) else { return };
    let (wide_m, high_m) = size(actor.kind);
    let metre = axes.pixels(depth);
    let (half, high) = (wide_m / 2.0 * metre, high_m * metre);
    if sun {
        // To the right of it on the ground, as long as it is high.
        let (length, thick) = (high, (wide_m * 0.35 * metre).max(1.0));
        canvas.fill([column, row - thick, column + length, row + thick], depth - 0.1, |x, y| {
            let (along, aside) = ((x - column - length / 2.0) / (length / 2.0), (y - row) / thick);
            (along * along + aside * aside < 1.0).then_some(Paint::Shade(0.6))
        });
    }
    let grey = actor.grey;
    let swing = (second * 2.0 * std::f64::consts::PI * 1.8).sin() * 0.16;
    canvas.fill([column - half * 1.6, row - high, column + half * 1.6, row], depth, |x, y| {
        // From -1 left to 1 right, and from 0 at the foot to 1 at the top.
        let (across, up) = ((x - column) / half, (row - y) / high);
        let part = match actor.kind {
            Kind::Walker if up > 0.86 => ((across / 0.42).hypot((up - 0.93) / 0.07) < 1.0).then_some(150),
            Kind::Walker if up > 0.45 => (across.abs() < 0.85).then_some(grey),
            Kind::Walker => {
                let spread = swing * (0.45 - up) * 5.0;
                let leg = (across - spread).abs() < 0.28 || (across + spread).abs() < 0.28;
                leg.then_some(grey / 2 + 25)
            }
            Kind::Car if up > 0.55 => (across.abs() < 0.6).then_some(grey / 3),
            Kind::Car => (across.abs() < 1.0).then_some(if up < 0.15 { 25 } else { grey }),
            Kind::Bag => (across.abs() < 1.0).then_some(grey),
        };
        part.map(Paint::Grey)
    });
}

/// Where an actor is at a second; `None` before it comes and after it went.
fn place(actor: &Actor, second: f64) -> Option<[f64; 2]> {
    let inside = second >= actor.path.first()?.0 && second <= actor.path.last()?.0;
    let axis = |axis: usize| {
        let along: Vec<(f64, f64)> = actor.path.iter().map(|(at, place)| (*at, place[axis])).collect();
        between(&along, second)
    };
    inside.then_some([axis(0)?, axis(1)?])
}

/// The value at a second on a line through points; that of the first before it, that of the last after it.
fn between(points: &[(f64, f64)], second: f64) -> Option<f64> {
    let after = points.iter().position(|point| point.0 > second);
    match after {
        None => points.last().map(|point| point.1),
        Some(0) => points.first().map(|point| point.1),
        Some(next) => {
            let (from, to) = (points[next - 1], points[next]);
            Some(from.1 + (to.1 - from.1) * (second - from.0) / (to.0 - from.0))
        }
    }
}

/// Whether a building stands between two places.
fn hides(building: &Building, from: [f64; 2], to: [f64; 2]) -> bool {
    let turn =
        |a: [f64; 2], b: [f64; 2], c: [f64; 2]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let corners = &building.corners;
    (0..corners.len()).any(|one| {
        let (a, b) = (corners[one], corners[(one + 1) % corners.len()]);
        turn(from, to, a) * turn(from, to, b) < 0.0 && turn(a, b, from) * turn(a, b, to) < 0.0
    })
}

fn turn_between(from_deg: f64, to_deg: f64) -> f64 {
    (to_deg - from_deg + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENS: Lens = Lens {
        at: [0.0, 0.0],
        height_m: 5.0,
        heading_deg: 0.0,
        down_deg: 14.0,
        field_deg: 62.0,
        width: 384,
        height: 288,
    };

    fn stage() -> Stage {
        let path = vec![(0.0, [-8.0, 20.0]), (10.0, [8.0, 20.0])];
        let block = [[-30.0, 40.0], [30.0, 40.0], [30.0, 50.0], [-30.0, 50.0]].to_vec();
        Stage {
            buildings: vec![Building { corners: block, height_m: 9.0 }],
            actors: vec![Actor { kind: Kind::Walker, grey: 30, path }],
            weather: Weather::default(),
        }
    }

    #[test]
    fn the_walker_is_where_the_truth_says() {
        let mut film = Filming::new(stage(), LENS, 1);
        let mut empty = Filming::new(Stage { actors: vec![], ..stage() }, LENS, 2);
        let (with, without) = (film.frame(5.0), empty.frame(5.0));
        assert_eq!(with.len(), 384 * 288);
        let truth = film.truth(5.0);
        assert_eq!(truth.len(), 1);
        assert!(truth[0].clear && (truth[0].foot[0] - 192.0).abs() < 1.0, "{truth:?}");
        let [left, top, right, bottom] = truth[0].corners;
        let (mut inside, mut outside) = (0, 0);
        for (pixel, (a, b)) in with.iter().zip(&without).enumerate() {
            let (x, y) = ((pixel % 384) as f64, (pixel / 384) as f64);
            let near = (left - 6.0..right + 6.0).contains(&x) && (top - 2.0..bottom + 2.0).contains(&y);
            if a.abs_diff(*b) > 25 {
                *(if near { &mut inside } else { &mut outside }) += 1;
            }
        }
        assert!(inside > 100 && outside == 0, "{inside} {outside}");
        assert!(film.truth(11.0).is_empty());
    }

    #[test]
    fn one_seed_gives_one_film() {
        let run = |seed| {
            let mut film = Filming::new(stage(), LENS, seed);
            (0..5).map(|frame| film.frame(f64::from(frame) / 5.0)).collect::<Vec<_>>()
        };
        assert!(run(3) == run(3));
        assert!(run(3) != run(4));
    }

    #[test]
    fn it_turns_when_told_and_comes_to_rest() {
        let mut film = Filming::new(stage(), LENS, 1);
        film.frame(0.0);
        film.turn(90.0, 20.0);
        film.frame(0.2);
        assert!(film.is_turning() && (film.lens().heading_deg - 12.0).abs() < 1e-9);
        for frame in 2..12 {
            film.frame(f64::from(frame) / 5.0);
        }
        assert!(!film.is_turning());
        assert!((film.lens().heading_deg - 90.0).abs() < 1e-9 && (film.lens().down_deg - 20.0).abs() < 1e-9);
    }

    #[test]
    fn light_and_faults_are_seen() {
        let mut dim = stage();
        dim.weather.light = vec![(0.0, 1.0), (2.0, 0.5)];
        let mut film = Filming::new(dim, LENS, 1);
        let mean = |frame: &[u8]| frame.iter().map(|one| f64::from(*one)).sum::<f64>() / frame.len() as f64;
        let (before, after) = (mean(&film.frame(0.0)), mean(&film.frame(3.0)));
        assert!((after / before - 0.5).abs() < 0.02, "{before} {after}");
        film.set_fault(Fault::Covered);
        assert!(mean(&film.frame(4.0)) < 20.0);
        film.set_fault(Fault::None);
        assert!((mean(&film.frame(5.0)) - after).abs() < 2.0);
    }
}
