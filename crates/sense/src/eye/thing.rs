//! From blobs to things that stand on the ground: fragments of one are joined, several walking abreast are told apart, and each has a place
//! in metres with its spread.
//!
//! Only sizes are used: nothing is recognised, and a thing has no appearance.
//!
//! Not here: which thing is which a moment later ([`crate::eye::track`]).

use nalgebra::Matrix2;

use crate::eye::ground::{Ground, Spot};
use crate::eye::motion::Blob;
use crate::plan::Point;

/// How high a person is taken to be when fragments are joined, in metres.
const PERSON_HIGH_M: f64 = 1.75;
/// How wide one person is at most, as a share of that.
const PERSON_WIDE: f64 = 0.62;
/// What is joined is at most this much higher than a person.
const JOINED_HIGH: f64 = 1.2;
/// A thing lower or narrower than this on the ground is noise, in metres.
const LEAST_M: f64 = 0.35;
/// How far off a foot is at least, in metres.
const FOOT_M: f64 = 0.15;

/// A thing on the ground in one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// Where it stands.
    pub at: Point,
    /// How sure that is: the covariance, in square metres east and north.
    pub spread: Matrix2<f64>,
    /// Its silhouette's box: the left upper and the right lower corner.
    pub corners: [Spot; 2],
    /// How wide it is, in metres across the line of sight.
    pub wide_m: f64,
    /// How high it is, in metres as if it stood upright.
    pub high_m: f64,
    /// Share of its pixels that changed since the frame before.
    pub stir: f32,
}

impl Thing {
    /// Its foot in the picture.
    pub fn foot(&self) -> Spot {
        Spot::new(f64::midpoint(self.corners[0].x, self.corners[1].x), self.corners[1].y)
    }

    /// Whether a spot lies in its box, widened by a share of itself.
    pub(crate) fn holds(&self, spot: Spot, widened: f64) -> bool {
        let [from, to] = self.corners;
        let (wide, high) = ((to.x - from.x) * widened, (to.y - from.y) * widened);
        (from.x - wide..=to.x + wide).contains(&spot.x) && (from.y - high..=to.y + high).contains(&spot.y)
    }
}

/// A box in pixels.
#[derive(Clone, Copy)]
struct Frame {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    area: f64,
    stirred: f64,
}

/// The things of blobs, in frames of a size in pixels.
#[allow(clippy::cast_precision_loss, reason = "pixels are few")]
pub fn things(blobs: &[Blob], ground: &Ground, (width, height): (usize, usize)) -> Vec<Thing> {
    let size = (width as f64, height as f64);
    let frames = blobs.iter().map(|blob| Frame {
        left: blob.left as f64,
        top: blob.top as f64,
        right: (blob.left + blob.width) as f64,
        bottom: (blob.top + blob.height) as f64,
        area: blob.area as f64,
        stirred: blob.area as f64 * f64::from(blob.stir),
    });
    let joined = join(frames.collect(), ground, size);
    joined.iter().filter_map(|one| thing(one, ground, size)).collect()
}

/// The things of boxes that the camera told itself, left upper and right lower corner each: as they are, for it took whole things
/// apart already. A box that is none says nothing.
#[allow(clippy::cast_precision_loss, reason = "pixels are few")]
pub fn told_things(boxes: &[[Spot; 2]], ground: &Ground, (width, height): (usize, usize)) -> Vec<Thing> {
    let size = (width as f64, height as f64);
    let is_box = |[from, to]: &&[Spot; 2]| {
        let within = |one: &Spot| (-0.1..=1.1).contains(&one.x) && (-0.1..=1.1).contains(&one.y);
        within(from) && within(to) && from.x < to.x && from.y < to.y
    };
    let boxes = boxes.iter().filter(is_box).map(|[from, to]| {
        let (left, right) = (from.x * size.0, to.x * size.0);
        let (top, bottom) = (from.y * size.1, to.y.min(1.0) * size.1);
        let area = (right - left) * (bottom - top).max(0.0);
        // Whether it stirs is not told; a thing that is followed does.
        Frame { left, top, right, bottom, area, stirred: area }
    });
    boxes.filter_map(|one| thing(&one, ground, size)).collect()
}

/// Joins what together is no larger than a person, lowest foot first.
fn join(mut frames: Vec<Frame>, ground: &Ground, size: (f64, f64)) -> Vec<Frame> {
    frames.sort_by(|a, b| b.bottom.total_cmp(&a.bottom).then(a.left.total_cmp(&b.left)));
    let mut joined: Vec<Frame> = Vec::new();
    for one in frames {
        let fits = |other: &Frame| {
            let both = both(other, &one);
            let Some(person) = person_high(&both, ground, size) else { return false };
            let across = other.right.min(one.right) - other.left.max(one.left);
            let overlap = across / (other.right - other.left).min(one.right - one.left);
            let (wide, high) = (both.right - both.left, both.bottom - both.top);
            high <= person * JOINED_HIGH && wide <= person * PERSON_WIDE && overlap > 0.2
        };
        match joined.iter_mut().find(|other| fits(other)) {
            Some(other) => *other = both(other, &one),
            None => joined.push(one),
        }
    }
    joined
}

fn both(a: &Frame, b: &Frame) -> Frame {
    Frame {
        left: a.left.min(b.left),
        top: a.top.min(b.top),
        right: a.right.max(b.right),
        bottom: a.bottom.max(b.bottom),
        area: a.area + b.area,
        stirred: a.stirred + b.stirred,
    }
}

/// How many pixels high a person is who stands where this does.
fn person_high(frame: &Frame, ground: &Ground, (width, height): (f64, f64)) -> Option<f64> {
    let spot = Spot::new(f64::midpoint(frame.left, frame.right) / width, (frame.bottom / height).min(1.0));
    Some(PERSON_HIGH_M / ground.metres_across(spot)? * width)
}

fn thing(frame: &Frame, ground: &Ground, (width, height): (f64, f64)) -> Option<Thing> {
    let corners = [
        Spot::new(frame.left / width, frame.top / height),
        Spot::new(frame.right / width, frame.bottom / height),
    ];
    let foot = Spot::new(f64::midpoint(corners[0].x, corners[1].x), corners[1].y);
    let metres = ground.metres_across(foot)? / width;
    let (wide, high) = (frame.right - frame.left, frame.bottom - frame.top);
    if (wide * metres).max(high * metres) < LEAST_M {
        return None;
    }
    let steps = ground.steps(foot)?;
    // Legs swing and shoes blur: a foot is off by part of the box and a pixel.
    let (across, along) = ((1.0 + 0.08 * wide) / width, (1.0 + 0.05 * high) / height);
    let picture = Matrix2::new(across * across, 0.0, 0.0, along * along);
    #[allow(clippy::cast_possible_truncation, reason = "a share")]
    let stir = (frame.stirred / frame.area.max(1.0)) as f32;
    Some(Thing {
        at: ground.point(foot)?,
        spread: steps * picture * steps.transpose() + Matrix2::identity() * (FOOT_M * FOOT_M),
        corners,
        wide_m: wide * metres,
        high_m: high * metres,
        stir,
    })
}
