//! What a camera can see of the ground: its picture, less what lies behind buildings, under masks, or too far.
//!
//! Buildings stand in the way whatever their height: a camera that looks over a roof is told as seeing less than it does.
//!
//! Not here: where a spot of the picture is ([`crate::eye::ground`]).

use crate::eye::ground::Ground;
use crate::eye::mask::Mask;
use crate::eye::shape;
use crate::limits::SEES_CORNERS_MAX;
use crate::plan::Point;

/// Rays of the ring that is drawn on a map, over the whole round.
const RAYS: u32 = 720;
/// Places tried in an ellipse.
const TRIED: u32 = 96;
/// The long-term half-width of a 95 % ellipse, in standard deviations of two dimensions.
const ELLIPSE_SIGMAS: f64 = 2.447_746_830_680_816;
/// The turn between two places of a sunflower, in degrees.
const GOLDEN_DEG: f64 = 137.507_764_050_037_85;

/// A place and how sure it is: an ellipse that holds the truth in 95 of 100 cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// The likeliest place.
    pub at: Point,
    /// Half the long axis, in metres.
    pub major_m: f64,
    /// Half the short axis, in metres.
    pub minor_m: f64,
    /// Where the long axis points: degrees from north, clockwise.
    pub towards_deg: f64,
}

impl Ellipse {
    /// How far off a place is, in standard deviations: 2.45 on the edge.
    pub fn sigmas(&self, point: Point) -> f64 {
        let (away, turn) =
            (self.at.distance_m(point), (self.at.towards_deg(point) - self.towards_deg).to_radians());
        let along = away * turn.cos() / self.major_m.max(0.01);
        let aside = away * turn.sin() / self.minor_m.max(0.01);
        along.hypot(aside) * ELLIPSE_SIGMAS
    }

    /// Metres from a place to the ellipse; nought inside. Along the line to its middle, which is a little more than the shortest way.
    pub fn beside_m(&self, point: Point) -> f64 {
        let sigmas = self.sigmas(point);
        let away = self.at.distance_m(point);
        if sigmas <= ELLIPSE_SIGMAS { 0.0 } else { away * (1.0 - ELLIPSE_SIGMAS / sigmas) }
    }

    /// Places in it, each as likely as the next.
    fn places(&self) -> impl Iterator<Item = Point> + '_ {
        (0..TRIED).map(|one| {
            let share = 0.95 * (f64::from(one) + 0.5) / f64::from(TRIED);
            let sigmas = (-2.0 * (1.0 - share).ln()).sqrt();
            let (sin, cos) = (f64::from(one) * GOLDEN_DEG).to_radians().sin_cos();
            let along = sigmas / ELLIPSE_SIGMAS * self.major_m * cos;
            let aside = sigmas / ELLIPSE_SIGMAS * self.minor_m * sin;
            self.at.moved(self.towards_deg, along).moved(self.towards_deg + 90.0, aside)
        })
    }
}

/// What one camera sees of the ground.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    ground: Ground,
    mask: Mask,
    /// Sides of buildings that could stand in the way.
    walls: Vec<(Point, Point)>,
}

impl View {
    /// Of a ground, with the outlines of buildings. A building on which the camera hangs does not stand in its way.
    pub fn new(ground: Ground, mask: Mask, buildings: &[Vec<Point>]) -> Self {
        let others = buildings.iter().filter(|one| !shape::holds(one, ground.camera()));
        let walls = others.flat_map(|one| shape::sides(one)).collect();
        Self { ground, mask, walls }
    }

    /// Whether a place is seen.
    pub fn sees(&self, point: Point) -> bool {
        let camera = self.ground.camera();
        let clear = || !self.walls.iter().any(|(a, b)| shape::meets(camera, point, *a, *b).is_some());
        self.ground.spot(point).is_some_and(|spot| !self.mask.covers(spot)) && clear()
    }

    /// How much of an ellipse is seen, 0 to 1, by how likely its parts are.
    pub fn share_seen(&self, ellipse: &Ellipse) -> f64 {
        let seen: u32 = ellipse.places().map(|place| u32::from(self.sees(place))).sum();
        f64::from(seen) / f64::from(TRIED)
    }

    /// What is seen, as a ring around it for a map: out along its far side, back along its near side. Masks are not cut
    /// out.
    pub fn ring(&self) -> Vec<Point> {
        let camera = self.ground.camera();
        let rays: Vec<Option<(f64, f64, f64)>> = (0..RAYS)
            .map(|one| {
                let towards_deg = f64::from(one) * 360.0 / f64::from(RAYS);
                let (near, far) = self.ground.reach(towards_deg)?;
                let end = camera.moved(towards_deg, far);
                let hits = self.walls.iter().filter_map(|(a, b)| shape::meets(camera, end, *a, *b));
                let far = hits.fold(1.0, f64::min) * far;
                (near < far).then_some((towards_deg, near, far))
            })
            .collect();
        // A camera sees one stretch of directions; the ring starts after a gap so that it is not cut by north.
        let start = (0..rays.len()).find(|one| rays[*one].is_none()).unwrap_or(0);
        let seen = || (start..start + rays.len()).filter_map(|one| rays[one % rays.len()]);
        let out = seen().map(|(towards, _, far)| camera.moved(towards, far));
        let back: Vec<Point> = seen().map(|(towards, near, _)| camera.moved(towards, near)).collect();
        let ring: Vec<Point> = out.chain(back.into_iter().rev()).collect();
        shape::thinned(&ring, SEES_CORNERS_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eye::ground::{Pose, Spot};

    const POSE: Pose = Pose {
        at: Point::new(0.0, 0.0),
        height_m: 5.0,
        heading_deg: 0.0,
        down_deg: 12.0,
        field_deg: 60.0,
        aspect: 4.0 / 3.0,
    };

    fn block(east: f64, north: f64) -> Vec<Point> {
        [(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)]
            .map(|(e, n)| Point::new(east + e, north + n))
            .to_vec()
    }

    #[test]
    fn a_building_hides_what_lies_behind_it() {
        let open = View::new(Ground::of_pose(&POSE), Mask::default(), &[]);
        let built = View::new(Ground::of_pose(&POSE), Mask::default(), &[block(0.0, 30.0), block(0.0, 0.0)]);
        let (before, behind, beside) = (Point::new(0.0, 20.0), Point::new(0.0, 60.0), Point::new(25.0, 60.0));
        assert!(open.sees(before) && open.sees(behind) && open.sees(beside));
        assert!(built.sees(before) && !built.sees(behind) && built.sees(beside));
        assert!(!open.sees(Point::new(0.0, -20.0)) && !open.sees(Point::new(60.0, 20.0)));
    }

    #[test]
    fn the_ring_holds_what_is_seen_and_nothing_else() {
        let view = View::new(Ground::of_pose(&POSE), Mask::default(), &[block(0.0, 30.0)]);
        let ring = view.ring();
        assert!(ring.len() > 20);
        let mut agree = 0;
        for east in -30..30 {
            for north in 0..60 {
                let place = Point::new(f64::from(east) * 3.0 + 0.37, f64::from(north) * 5.0 + 0.41);
                agree += u32::from(view.sees(place) == shape::holds(&ring, place));
            }
        }
        assert!(agree > 3600 * 98 / 100, "{agree} of 3600");
    }

    #[test]
    fn an_ellipse_is_seen_in_part() {
        let view = View::new(Ground::of_pose(&POSE), Mask::default(), &[block(0.0, 30.0)]);
        let ellipse = |east, north| Ellipse {
            at: Point::new(east, north),
            major_m: 8.0,
            minor_m: 3.0,
            towards_deg: 90.0,
        };
        assert!(view.share_seen(&ellipse(0.0, 18.0)) > 0.95);
        assert!(view.share_seen(&ellipse(0.0, 50.0)) < 0.2);
        // The shadow's edge at 44 m runs through the middle: half of it is seen.
        let edge = view.share_seen(&ellipse(4.0 / 26.0 * 44.0, 44.0));
        assert!((0.3..0.7).contains(&edge), "{edge}");
        let sky = Spot::new(0.0, 0.0);
        let all = vec![sky, Spot::new(1.0, 0.0), Spot::new(1.0, 1.0), Spot::new(0.0, 1.0)];
        let masked = View::new(Ground::of_pose(&POSE), Mask::new(vec![all]).unwrap(), &[]);
        assert!(masked.share_seen(&ellipse(0.0, 18.0)) < 1e-9);
    }

    #[test]
    fn ninety_five_of_a_hundred_lie_within() {
        let ellipse = Ellipse { at: Point::new(3.0, 4.0), major_m: 10.0, minor_m: 2.0, towards_deg: 30.0 };
        let edge = ellipse.at.moved(30.0, 10.0);
        assert!((ellipse.sigmas(edge) - ELLIPSE_SIGMAS).abs() < 1e-9);
        assert!(ellipse.beside_m(edge) < 1e-9);
        assert!((ellipse.beside_m(ellipse.at.moved(120.0, 5.0)) - 3.0).abs() < 1e-9);
        assert!(ellipse.places().all(|place| ellipse.sigmas(place) <= ELLIPSE_SIGMAS + 1e-9));
    }
}
