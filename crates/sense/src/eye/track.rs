//! Which thing is which a moment later: tracks on the ground, by where and how fast alone.
//!
//! A Kalman filter of constant velocity per track, the nearest pairs over all of them at once within a gate, first for tracks that are sure. A
//! track is told after it was seen a few times and kept for a while when it is not: behind a lamp post, or in one blob with another. There is
//! no appearance in it, so who meets another and parts again may be taken for the other.
//!
//! Not here: what tracks do ([`crate::eye::events`]).

use nalgebra::{Matrix2, Matrix2x4, Matrix4, Vector2, Vector4};

use crate::eye::assign::assign;
use crate::eye::ground::{Ground, Spot};
use crate::eye::thing::Thing;
use crate::limits::TRACKS_MAX;
use crate::plan::{Moment, Point};

/// How much things change their velocity: the spread of their acceleration, in metres per second squared.
const PUSH: f64 = 2.5;
/// How fast a new thing may be, as a spread, in metres per second.
const FIRST_SPEED: f64 = 2.0;
/// The squared distance, in spreads, within which a thing may be a track's: 99 of 100.
const GATE: f64 = 9.21;
/// Sightings after which a track is told.
const SURE_SIGHTINGS: u32 = 4;
/// How long a track is kept without a sighting, in seconds.
const KEEP_S: f64 = 2.5;
/// The same before it was told.
const KEEP_YOUNG_S: f64 = 0.7;
/// The same when it would be out of the picture.
const KEEP_OUTSIDE_S: f64 = 0.5;
/// How long a track may hide in another's silhouette, in seconds.
const HIDE_S: f64 = 6.0;
/// A track that is surer of nothing than this is dropped, as a variance in square metres.
const LOST_M2: f64 = 36.0;

/// Something that is followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// Its number at this camera, from one on.
    pub number: u64,
    /// Where it is.
    pub at: Point,
    /// How fast it goes, in metres per second east and north.
    pub velocity: (f64, f64),
    /// How sure its place is: the covariance, in square metres.
    pub spread: Matrix2<f64>,
    /// When it was first seen.
    pub since: Moment,
    /// When it was last seen.
    pub seen: Moment,
    /// Its box in the picture when it was last seen: the left upper and the right lower corner.
    pub corners: [Spot; 2],
    /// How high it is, in metres as if it stood upright; of a few moments.
    pub high_m: f64,
    /// How wide, in metres across the line of sight; of a few moments.
    pub wide_m: f64,
    /// Share of its pixels that change from frame to frame; of a few moments.
    pub stir: f64,
}

impl Track {
    /// How fast, in metres per second.
    pub fn speed(&self) -> f64 {
        self.velocity.0.hypot(self.velocity.1)
    }
}

struct Followed {
    track: Track,
    state: Vector4<f64>,
    cover: Matrix4<f64>,
    sightings: u32,
    /// When its silhouette was last its own.
    alone: Moment,
}

/// The tracks of one camera.
#[derive(Default)]
pub struct Tracks {
    followed: Vec<Followed>,
    told: Vec<Track>,
    last: Option<Moment>,
    number: u64,
}

impl Tracks {
    /// The things of the next frame.
    pub fn next(&mut self, at: Moment, things: &[Thing], ground: &Ground) {
        let passed_s = self.last.map_or(0.0, |last| at.seconds_since(last)).clamp(0.0, 5.0);
        self.last = Some(at);
        self.followed.iter_mut().for_each(|one| one.predict(passed_s));
        let mut free = vec![true; things.len()];
        for sure in [true, false] {
            self.pair(at, things, &mut free, sure);
        }
        for one in &mut self.followed {
            one.hide(at, things, ground);
        }
        self.followed.retain(|one| one.is_kept(at, ground));
        for (thing, _) in things.iter().zip(&free).filter(|(_, free)| **free) {
            if self.followed.len() < TRACKS_MAX {
                self.number += 1;
                self.followed.push(Followed::new(self.number, at, thing));
            }
        }
        self.told.clear();
        let sure = self.followed.iter().filter(|one| one.is_sure());
        self.told.extend(sure.map(|one| one.track.clone()));
    }

    /// The tracks that are told, by number.
    pub fn told(&self) -> &[Track] {
        &self.told
    }

    /// Forgets all, as after the camera was turned. Numbers are not used again.
    pub fn forget(&mut self) {
        self.followed.clear();
        self.told.clear();
    }

    fn pair(&mut self, at: Moment, things: &[Thing], free: &mut [bool], sure: bool) {
        let rows: Vec<usize> =
            (0..self.followed.len()).filter(|one| self.followed[*one].is_sure() == sure).collect();
        let columns: Vec<usize> = (0..things.len()).filter(|one| free[*one]).collect();
        let costs: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| columns.iter().map(|column| self.followed[*row].cost(&things[*column])).collect())
            .collect();
        for (row, pair) in rows.iter().zip(assign(&costs, columns.len(), GATE)) {
            if let Some(column) = pair {
                let thing = columns[column];
                self.followed[*row].sight(at, &things[thing]);
                free[thing] = false;
            }
        }
    }
}

impl Followed {
    fn new(number: u64, at: Moment, thing: &Thing) -> Self {
        let mut cover = Matrix4::from_diagonal_element(FIRST_SPEED * FIRST_SPEED);
        cover.fixed_view_mut::<2, 2>(0, 0).copy_from(&thing.spread);
        let track = Track {
            number,
            at: thing.at,
            velocity: (0.0, 0.0),
            spread: thing.spread,
            since: at,
            seen: at,
            corners: thing.corners,
            high_m: thing.high_m,
            wide_m: thing.wide_m,
            stir: f64::from(thing.stir),
        };
        let state = Vector4::new(thing.at.east_m, thing.at.north_m, 0.0, 0.0);
        Self { track, state, cover, sightings: 1, alone: at }
    }

    fn is_sure(&self) -> bool {
        self.sightings >= SURE_SIGHTINGS
    }

    fn predict(&mut self, passed_s: f64) {
        let mut step = Matrix4::identity();
        (step[(0, 2)], step[(1, 3)]) = (passed_s, passed_s);
        self.state = step * self.state;
        let (near, middle, far) = (passed_s.powi(4) / 4.0, passed_s.powi(3) / 2.0, passed_s.powi(2));
        let mut push = Matrix4::zeros();
        for axis in 0..2 {
            push[(axis, axis)] = near;
            (push[(axis, axis + 2)], push[(axis + 2, axis)]) = (middle, middle);
            push[(axis + 2, axis + 2)] = far;
        }
        self.cover = step * self.cover * step.transpose() + push * (PUSH * PUSH);
        self.told();
    }

    /// The squared distance to a thing in spreads.
    fn cost(&self, thing: &Thing) -> f64 {
        let off = Vector2::new(thing.at.east_m, thing.at.north_m) - self.state.fixed_rows::<2>(0);
        let spread = self.cover.fixed_view::<2, 2>(0, 0) + thing.spread;
        spread.try_inverse().map_or(f64::INFINITY, |inverse| (off.transpose() * inverse * off)[0])
    }

    fn sight(&mut self, at: Moment, thing: &Thing) {
        let look = Matrix2x4::<f64>::identity();
        let spread = self.cover.fixed_view::<2, 2>(0, 0) + thing.spread;
        let Some(inverse) = spread.try_inverse() else { return };
        let gain = self.cover * look.transpose() * inverse;
        let off = Vector2::new(thing.at.east_m, thing.at.north_m) - self.state.fixed_rows::<2>(0);
        self.state += gain * off;
        let keep = Matrix4::identity() - gain * look;
        // Joseph's form stays a covariance whatever rounding does.
        self.cover = keep * self.cover * keep.transpose() + gain * thing.spread * gain.transpose();
        self.sightings = self.sightings.saturating_add(1);
        self.alone = at;
        let track = &mut self.track;
        track.seen = at;
        track.corners = thing.corners;
        track.high_m += 0.2 * (thing.high_m - track.high_m);
        track.wide_m += 0.2 * (thing.wide_m - track.wide_m);
        track.stir += 0.2 * (f64::from(thing.stir) - track.stir);
        self.told();
    }

    /// A track without a thing of its own whose foot lies in the silhouette of another is taken to be in it.
    fn hide(&mut self, at: Moment, things: &[Thing], ground: &Ground) {
        if self.track.seen == at || !self.is_sure() || at.seconds_since(self.alone) > HIDE_S {
            return;
        }
        let Some(spot) = ground.spot(self.track.at) else { return };
        if things.iter().any(|thing| thing.holds(spot, 0.15)) {
            self.track.seen = at;
        }
    }

    fn is_kept(&self, at: Moment, ground: &Ground) -> bool {
        let unseen_s = at.seconds_since(self.track.seen);
        let limit_s = match (self.is_sure(), ground.spot(self.track.at).is_some()) {
            (true, true) => KEEP_S,
            (true, false) => KEEP_OUTSIDE_S,
            (false, _) => KEEP_YOUNG_S,
        };
        unseen_s <= limit_s && (unseen_s <= 0.0 || self.cover[(0, 0)].max(self.cover[(1, 1)]) < LOST_M2)
    }

    fn told(&mut self) {
        self.track.at = Point::new(self.state[0], self.state[1]);
        self.track.velocity = (self.state[2], self.state[3]);
        self.track.spread = self.cover.fixed_view::<2, 2>(0, 0).into_owned();
    }
}
