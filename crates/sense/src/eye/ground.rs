//! From spots of a picture to places on the ground and back: calibration from ground points, or from where a camera hangs.
//!
//! The ground is taken as flat. The map is a homography: the normalised direct linear transform, refined by Levenberg-Marquardt on
//! the distances in the picture (Hartley and Zisserman, Multiple View Geometry, 4.4 and 4.5). How good it is, is told by leaving each
//! point out in turn: a fit through exactly four points is always perfect and says nothing.
//!
//! Not here: what stands in the way ([`crate::eye::sight`]), and cameras that turn ([`crate::eye::turn`]).

use nalgebra::{Matrix2, Matrix3, SMatrix, SVector, SymmetricEigen, Vector3};
use serde::{Deserialize, Serialize};

use crate::eye::shape;
use crate::limits::{GROUND_POINTS_MAX, REACH_M_MAX};
use crate::plan::Point;

/// Ground points that a calibration needs.
pub const GROUND_POINTS_MIN: usize = 4;
/// Rounds of refinement.
const ROUNDS_MAX: usize = 50;
/// Points whose second-worst direction is this weak lie on a line.
const LINE_RATIO: f64 = 1e-7;

/// A spot of a picture, in fractions of its width (from the left) and height (from the top).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// 0 left to 1 right.
    pub x: f64,
    /// 0 top to 1 bottom.
    pub y: f64,
}

impl Spot {
    /// From fractions of width and height.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Whether it lies in the picture.
    pub fn is_inside(self) -> bool {
        (0.0..=1.0).contains(&self.x) && (0.0..=1.0).contains(&self.y)
    }

    pub(crate) fn is_within(self, corners: &[Self]) -> bool {
        shape::is_within(self.x, self.y, corners.iter().map(|one| (one.x, one.y)))
    }
}

/// A spot of the picture and where on the ground it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroundPoint {
    /// In the picture.
    pub spot: Spot,
    /// On the ground.
    pub at: Point,
}

/// Where a camera hangs and looks: a pinhole without distortion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Where it hangs.
    pub at: Point,
    /// How high over the ground, in metres.
    pub height_m: f64,
    /// Where it looks: degrees from north, clockwise.
    pub heading_deg: f64,
    /// How far it looks down: degrees below level.
    pub down_deg: f64,
    /// How wide it sees, in degrees across.
    pub field_deg: f64,
    /// Width of the picture over its height.
    pub aspect: f64,
}

/// Why points do not calibrate a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCalibrated {
    /// Too few or too many points.
    #[error("{0} ground points; give {GROUND_POINTS_MIN} to {GROUND_POINTS_MAX}")]
    Count(usize),
    /// A spot outside the picture, or a place that is nowhere.
    #[error("ground point {0} is not in the picture or not on the plan")]
    Point(usize),
    /// Three of four points on a line, or all of them.
    #[error("the ground points lie nearly on a line; add some beside it")]
    Line,
    /// No camera sees the points like that.
    #[error("no camera sees these points like this; look whether two of them are exchanged")]
    Crossed,
}

/// The ground as one camera sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    camera: Point,
    /// Ground (east, north, 1) to picture (x w, y w, w), with w above nought before the camera.
    down: Matrix3<f64>,
    back: Matrix3<f64>,
}

/// A calibration and how good it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The ground.
    pub ground: Ground,
    /// How far a place is off, in metres: the root of the mean square over all points, each left out in turn. `None` with four
    /// points, which any fit meets.
    pub error_m: Option<f64>,
    /// How far each point is off when it is left out, in metres; infinite when the others do not do without it.
    pub left_out_m: Vec<f64>,
    /// The point without which the others fit far better: measured or typed wrong.
    pub suspect: Option<usize>,
}

impl Calibration {
    /// Of a camera at a place, from at least four ground points.
    pub fn new(camera: Point, points: &[GroundPoint]) -> Result<Self, NotCalibrated> {
        if !(GROUND_POINTS_MIN..=GROUND_POINTS_MAX).contains(&points.len()) {
            return Err(NotCalibrated::Count(points.len()));
        }
        let odd =
            |one: &GroundPoint| !(one.spot.is_inside() && (0.0..1e5).contains(&one.at.distance_m(camera)));
        if let Some(at) = points.iter().position(odd) {
            return Err(NotCalibrated::Point(at));
        }
        let ground_fit = fit(points)?;
        let ground = Ground { camera, ..ground_fit.clone() };
        if points.len() == GROUND_POINTS_MIN {
            return Ok(Self { ground, error_m: None, left_out_m: Vec::new(), suspect: None });
        }
        let left_out_m: Vec<f64> = (0..points.len()).map(|out| left_out(points, out)).collect();
        let known: Vec<f64> = left_out_m.iter().copied().filter(|one| one.is_finite()).collect();
        #[allow(clippy::cast_precision_loss, reason = "points are few")]
        let mean = known.iter().map(|one| one * one).sum::<f64>() / known.len() as f64;
        Ok(Self {
            ground,
            error_m: (!known.is_empty()).then(|| mean.sqrt()),
            left_out_m,
            suspect: suspect(points, &ground_fit),
        })
    }
}

impl Ground {
    /// Of a camera whose pose is known.
    pub fn of_pose(pose: &Pose) -> Self {
        let (sin, cos) = pose.heading_deg.to_radians().sin_cos();
        let (dip, level) = pose.down_deg.to_radians().sin_cos();
        let forward = Vector3::new(sin * level, cos * level, -dip);
        let right = Vector3::new(cos, -sin, 0.0);
        let below = Vector3::new(-sin * dip, -cos * dip, -level);
        let scale = 0.5 / (pose.field_deg.to_radians() / 2.0).tan();
        // A ground point from the camera is (east, north, 0) - (camera, height).
        let row = |axis: Vector3<f64>| {
            let from = axis.x * pose.at.east_m + axis.y * pose.at.north_m + axis.z * pose.height_m;
            nalgebra::RowVector3::new(axis.x, axis.y, -from)
        };
        let w = row(forward);
        let x = row(right) * scale + w * 0.5;
        let y = row(below) * (scale * pose.aspect) + w * 0.5;
        let down = Matrix3::from_rows(&[x, y, w]);
        // A camera on the ground sees it as a line; there is no way back from that.
        let back = down.try_inverse().unwrap_or_else(Matrix3::zeros);
        Self { camera: pose.at, down, back }
    }

    /// Where the camera hangs.
    pub fn camera(&self) -> Point {
        self.camera
    }

    /// The place on the ground at a spot; `None` above the horizon or too far to be believed.
    pub fn point(&self, spot: Spot) -> Option<Point> {
        let far = self.back * Vector3::new(spot.x, spot.y, 1.0);
        let point = Point::new(far.x / far.z, far.y / far.z);
        let near = point.distance_m(self.camera) <= REACH_M_MAX;
        (near && self.ahead(point).z > 0.0).then_some(point)
    }

    /// The spot at which a place on the ground is seen; `None` when it is not in the picture or too far.
    pub fn spot(&self, point: Point) -> Option<Spot> {
        let ahead = self.ahead(point);
        let spot = Spot::new(ahead.x / ahead.z, ahead.y / ahead.z);
        let near = point.distance_m(self.camera) <= REACH_M_MAX;
        (near && ahead.z > 0.0 && spot.is_inside()).then_some(spot)
    }

    /// How a step in the picture (fractions of width and height) becomes a step on the ground, in metres east and north.
    pub fn steps(&self, spot: Spot) -> Option<Matrix2<f64>> {
        let point = self.point(spot)?;
        let w = (self.back * Vector3::new(spot.x, spot.y, 1.0)).z;
        let b = &self.back;
        let step = |column: usize| {
            let east = (b[(0, column)] - point.east_m * b[(2, column)]) / w;
            (east, (b[(1, column)] - point.north_m * b[(2, column)]) / w)
        };
        let ((east_x, north_x), (east_y, north_y)) = (step(0), step(1));
        Some(Matrix2::new(east_x, east_y, north_x, north_y))
    }

    /// How many metres the width of the picture spans at a spot, straight across the line of sight.
    pub fn metres_across(&self, spot: Spot) -> Option<f64> {
        let steps = self.steps(spot)?;
        Some(steps.column(0).norm())
    }

    /// How far away places in a direction are in the picture, in metres: the nearest and the farthest, before anything is in the way.
    pub(crate) fn reach(&self, towards_deg: f64) -> Option<(f64, f64)> {
        let (sin, cos) = towards_deg.to_radians().sin_cos();
        let start = self.ahead(self.camera);
        let step = self.down * Vector3::new(sin, cos, 0.0);
        // In the picture means: w > 0, 0 <= x w, x w <= w, and so for y; all of them straight in the distance.
        let bounds = [
            (start.z, step.z),
            (start.x, step.x),
            (start.z - start.x, step.z - step.x),
            (start.y, step.y),
            (start.z - start.y, step.z - step.y),
        ];
        let (mut near, mut far) = (0.1_f64, REACH_M_MAX);
        for (value, slope) in bounds {
            if slope.abs() < 1e-12 {
                if value < 0.0 {
                    return None;
                }
            } else if slope > 0.0 {
                near = near.max(-value / slope);
            } else {
                far = far.min(-value / slope);
            }
        }
        (near < far).then_some((near, far))
    }

    fn ahead(&self, point: Point) -> Vector3<f64> {
        self.down * Vector3::new(point.east_m, point.north_m, 1.0)
    }
}

fn left_out(points: &[GroundPoint], out: usize) -> f64 {
    let others: Vec<GroundPoint> =
        (0..points.len()).filter(|one| *one != out).map(|one| points[one]).collect();
    let off = fit(&others).ok().and_then(|ground| {
        let far = ground.back * Vector3::new(points[out].spot.x, points[out].spot.y, 1.0);
        Some(Point::new(far.x / far.z, far.y / far.z).distance_m(points[out].at))
            .filter(|off| off.is_finite())
    });
    off.unwrap_or(f64::INFINITY)
}

/// The point without which the rest misses by less than a third of what all miss by; needs six, as five less one always fit.
fn suspect(points: &[GroundPoint], all: &Ground) -> Option<usize> {
    if points.len() < GROUND_POINTS_MIN + 2 {
        return None;
    }
    let missed = |ground: &Ground, points: &[GroundPoint]| -> f64 {
        let far = |one: &GroundPoint| ground.back * Vector3::new(one.spot.x, one.spot.y, 1.0);
        points
            .iter()
            .map(|one| Point::new(far(one).x / far(one).z, far(one).y / far(one).z).distance_m(one.at))
            .sum()
    };
    let without = |out: usize| {
        let others: Vec<GroundPoint> =
            (0..points.len()).filter(|one| *one != out).map(|one| points[one]).collect();
        fit(&others).map_or(f64::INFINITY, |ground| missed(&ground, &others))
    };
    let best = (0..points.len()).map(|out| (out, without(out))).min_by(|a, b| a.1.total_cmp(&b.1))?;
    // Below a decimetre a point there is nothing to suspect.
    #[allow(clippy::cast_precision_loss, reason = "points are few")]
    let worth = missed(all, points) > 0.1 * points.len() as f64;
    (worth && best.1 * 3.0 < missed(all, points)).then_some(best.0)
}

/// The homography through points; the camera's place is not known to it.
fn fit(points: &[GroundPoint]) -> Result<Ground, NotCalibrated> {
    let on_ground =
        normaliser(points.iter().map(|one| (one.at.east_m, one.at.north_m))).ok_or(NotCalibrated::Line)?;
    let in_picture =
        normaliser(points.iter().map(|one| (one.spot.x, one.spot.y))).ok_or(NotCalibrated::Line)?;
    let pairs: Vec<(Vector3<f64>, Vector3<f64>)> = points
        .iter()
        .map(|one| {
            let from = on_ground * Vector3::new(one.at.east_m, one.at.north_m, 1.0);
            (from, in_picture * Vector3::new(one.spot.x, one.spot.y, 1.0))
        })
        .collect();
    let first = linear(&pairs)?;
    let refined = refine(first, &pairs);
    let back_to_picture = in_picture.try_inverse().ok_or(NotCalibrated::Line)?;
    let mut down = back_to_picture * refined * on_ground;
    let ahead =
        |down: &Matrix3<f64>, one: &GroundPoint| (down * Vector3::new(one.at.east_m, one.at.north_m, 1.0)).z;
    if ahead(&down, &points[0]) < 0.0 {
        down = -down;
    }
    if points.iter().any(|one| ahead(&down, one) <= 0.0) {
        return Err(NotCalibrated::Crossed);
    }
    // A ground seen from above keeps its sense: what is left of another on the ground is left of it in the picture.
    if down.determinant() <= 0.0 && ahead(&down, &points[0]) > 0.0 {
        let back = down.try_inverse().ok_or(NotCalibrated::Line)?;
        return Ok(Ground { camera: points[0].at, down, back });
    }
    Err(NotCalibrated::Crossed)
}

/// Moves points to their middle and to a mean distance of the root of two.
#[allow(clippy::cast_precision_loss, reason = "points are few")]
fn normaliser(points: impl Iterator<Item = (f64, f64)> + Clone) -> Option<Matrix3<f64>> {
    let count = points.clone().count() as f64;
    let (x, y) = points.clone().fold((0.0, 0.0), |sum, one| (sum.0 + one.0 / count, sum.1 + one.1 / count));
    let away = points.map(|one| (one.0 - x).hypot(one.1 - y)).sum::<f64>() / count;
    let scale = std::f64::consts::SQRT_2 / away;
    scale.is_finite().then(|| Matrix3::new(scale, 0.0, -scale * x, 0.0, scale, -scale * y, 0.0, 0.0, 1.0))
}

fn linear(pairs: &[(Vector3<f64>, Vector3<f64>)]) -> Result<Matrix3<f64>, NotCalibrated> {
    let mut normal = SMatrix::<f64, 9, 9>::zeros();
    for (from, to) in pairs {
        let (x, y) = (to.x / to.z, to.y / to.z);
        let f = from;
        for row in [
            SVector::<f64, 9>::from([f.x, f.y, f.z, 0.0, 0.0, 0.0, -x * f.x, -x * f.y, -x * f.z]),
            SVector::<f64, 9>::from([0.0, 0.0, 0.0, f.x, f.y, f.z, -y * f.x, -y * f.y, -y * f.z]),
        ] {
            normal += row * row.transpose();
        }
    }
    let eigen = SymmetricEigen::new(normal);
    let mut order: Vec<usize> = (0..9).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));
    if eigen.eigenvalues[order[1]] < LINE_RATIO * eigen.eigenvalues[order[8]] {
        return Err(NotCalibrated::Line);
    }
    let least = eigen.eigenvectors.column(order[0]);
    Ok(Matrix3::new(least[0], least[1], least[2], least[3], least[4], least[5], least[6], least[7], least[8]))
}

fn refine(mut best: Matrix3<f64>, pairs: &[(Vector3<f64>, Vector3<f64>)]) -> Matrix3<f64> {
    let mut damping = 1e-3;
    let mut cost = misses(&best, pairs);
    for _ in 0..ROUNDS_MAX {
        let mut normal = SMatrix::<f64, 9, 9>::zeros();
        let mut slope = SVector::<f64, 9>::zeros();
        for (from, to) in pairs {
            let seen = best * from;
            let (u, v) = (seen.x / seen.z, seen.y / seen.z);
            let f = from / seen.z;
            let across =
                SVector::<f64, 9>::from([f.x, f.y, f.z, 0.0, 0.0, 0.0, -u * f.x, -u * f.y, -u * f.z]);
            let along = SVector::<f64, 9>::from([0.0, 0.0, 0.0, f.x, f.y, f.z, -v * f.x, -v * f.y, -v * f.z]);
            normal += across * across.transpose() + along * along.transpose();
            slope += across * (to.x / to.z - u) + along * (to.y / to.z - v);
        }
        let damped = normal + SMatrix::<f64, 9, 9>::identity() * (damping * normal.trace() / 9.0);
        let Some(step) = damped.cholesky().map(|one| one.solve(&slope)) else { break };
        let tried = best + Matrix3::from_row_slice(step.as_slice());
        let tried_cost = misses(&tried, pairs);
        if tried_cost < cost {
            let done = cost - tried_cost < 1e-14 * cost.max(1e-30);
            best = tried / tried.norm();
            cost = tried_cost;
            damping = (damping / 10.0).max(1e-12);
            if done {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > 1e6 {
                break;
            }
        }
    }
    best
}

fn misses(map: &Matrix3<f64>, pairs: &[(Vector3<f64>, Vector3<f64>)]) -> f64 {
    let square = |(from, to): &(Vector3<f64>, Vector3<f64>)| {
        let seen = map * from;
        (seen.x / seen.z - to.x / to.z).powi(2) + (seen.y / seen.z - to.y / to.z).powi(2)
    };
    pairs.iter().map(square).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSE: Pose = Pose {
        at: Point::new(20.0, -10.0),
        height_m: 6.0,
        heading_deg: 30.0,
        down_deg: 15.0,
        field_deg: 60.0,
        aspect: 4.0 / 3.0,
    };

    fn points(spots: &[(f64, f64)]) -> Vec<GroundPoint> {
        let ground = Ground::of_pose(&POSE);
        let point = |(x, y): &(f64, f64)| {
            let spot = Spot::new(*x, *y);
            GroundPoint { spot, at: ground.point(spot).unwrap() }
        };
        spots.iter().map(point).collect()
    }

    #[test]
    fn a_pose_sees_the_middle_where_it_looks() {
        let ground = Ground::of_pose(&POSE);
        let middle = ground.point(Spot::new(0.5, 0.5)).unwrap();
        let expect = POSE.at.moved(30.0, 6.0 / 15.0_f64.to_radians().tan());
        assert!(middle.distance_m(expect) < 1e-9, "{middle:?} {expect:?}");
        // The horizon lies 15 degrees above the middle: at 0.5 - aspect / 2 * tan 15 / tan 30 of the height.
        let horizon = 0.5 - 4.0 / 3.0 / 2.0 * 15.0_f64.to_radians().tan() / 30.0_f64.to_radians().tan();
        assert!(ground.point(Spot::new(0.5, horizon - 0.01)).is_none());
        assert!(ground.point(Spot::new(0.5, horizon + 0.02)).is_some());
        assert!(ground.spot(POSE.at.moved(210.0, 5.0)).is_none(), "what is behind is not seen");
        assert!(
            ground.spot(POSE.at.moved(30.0, REACH_M_MAX + 1.0)).is_none(),
            "what is too far is not believed"
        );
        let right = ground.spot(POSE.at.moved(45.0, 20.0)).unwrap();
        assert!(right.x > 0.6, "{right:?}");
    }

    #[test]
    fn four_points_give_the_camera_back() {
        let calibration =
            Calibration::new(POSE.at, &points(&[(0.1, 0.9), (0.9, 0.95), (0.2, 0.4), (0.85, 0.45)])).unwrap();
        assert_eq!(calibration.error_m, None);
        let truth = Ground::of_pose(&POSE);
        for spot in [Spot::new(0.5, 0.5), Spot::new(0.05, 0.7), Spot::new(0.95, 0.3)] {
            let off = calibration.ground.point(spot).unwrap().distance_m(truth.point(spot).unwrap());
            assert!(off < 1e-3, "{spot:?} {off}");
        }
        assert!(calibration.ground.point(Spot::new(0.5, 0.05)).is_none(), "that is the sky");
    }

    #[test]
    fn a_wrong_point_shows_in_the_error() {
        let spots = [(0.1, 0.9), (0.9, 0.95), (0.2, 0.4), (0.85, 0.45), (0.5, 0.6), (0.35, 0.75), (0.7, 0.7)];
        let mut given = points(&spots);
        let fine = Calibration::new(POSE.at, &given).unwrap();
        assert!(fine.error_m.unwrap() < 1e-3, "{fine:?}");
        given[4].at = given[4].at.moved(90.0, 3.0);
        let off = Calibration::new(POSE.at, &given).unwrap();
        assert!(off.error_m.unwrap() > 1.0, "{:?}", off.error_m);
        assert_eq!((fine.suspect, off.suspect), (None, Some(4)), "{:?}", off.left_out_m);
    }

    #[test]
    fn what_calibrates_nothing_is_refused() {
        let check = |points: &[GroundPoint], expect| {
            assert_eq!(Calibration::new(POSE.at, points).err(), Some(expect));
        };
        check(&points(&[(0.1, 0.9), (0.9, 0.9), (0.2, 0.4)]), NotCalibrated::Count(3));
        check(&points(&[(0.1, 0.9), (0.3, 0.8), (0.5, 0.7), (0.7, 0.6)]), NotCalibrated::Line);
        let mut crossed = points(&[(0.1, 0.9), (0.9, 0.95), (0.2, 0.4), (0.85, 0.45)]);
        let (first, second) = (crossed[0].at, crossed[1].at);
        (crossed[0].at, crossed[1].at) = (second, first);
        check(&crossed, NotCalibrated::Crossed);
        let mut nowhere = points(&[(0.1, 0.9), (0.9, 0.95), (0.2, 0.4), (0.85, 0.45)]);
        nowhere[2].at.east_m = f64::NAN;
        check(&nowhere, NotCalibrated::Point(2));
    }

    #[test]
    fn a_step_in_the_picture_is_a_step_on_the_ground() {
        let ground = Ground::of_pose(&POSE);
        let spot = Spot::new(0.4, 0.6);
        let steps = ground.steps(spot).unwrap();
        let (here, there) = (ground.point(spot).unwrap(), ground.point(Spot::new(0.401, 0.6)).unwrap());
        assert!((steps[(0, 0)] * 0.001 - (there.east_m - here.east_m)).abs() < 1e-3);
        assert!((steps[(1, 0)] * 0.001 - (there.north_m - here.north_m)).abs() < 1e-3);
    }
}
