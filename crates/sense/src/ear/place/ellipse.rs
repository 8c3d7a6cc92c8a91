//! The ellipse that holds 95 of 100 of the belief, around a place.
//!
//! Not here: the belief itself.

use nalgebra::{Matrix2, SymmetricEigen, Vector2};

use super::frame::Frame;
use super::grid::Cell;

/// The share of belief that an ellipse holds.
const SHARE: f64 = 0.95;
/// Squared deviations within which a normal spread in the plane holds that share.
const NORMAL: f64 = 5.991;
/// Belief in fewer cells than this (by weight) is too coarse to count in, and is taken for normal.
const CELLS_MIN: f64 = 20.0;

/// An ellipse around a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// Half the long axis, in metres.
    pub major_m: f64,
    /// Half the short axis, in metres.
    pub minor_m: f64,
    /// Where the long axis points: degrees from north, clockwise, 0 to 180.
    pub towards_deg: f64,
}

impl Ellipse {
    /// Whether it holds what lies somewhere, seen from its middle: so far away in a direction (degrees from north, clockwise).
    pub fn holds(&self, away_m: f64, towards_deg: f64) -> bool {
        let (sin, cos) = (towards_deg - self.towards_deg).to_radians().sin_cos();
        (away_m * cos / self.major_m).powi(2) + (away_m * sin / self.minor_m).powi(2) <= 1.0
    }

    /// From a frame to the plan.
    pub(super) fn turned(self, frame: &Frame) -> Self {
        let (sin, cos) = self.towards_deg.to_radians().sin_cos();
        Self { towards_deg: frame.towards_deg((cos, sin)).rem_euclid(180.0), ..self }
    }
}

/// The ellipse around a place, in the frame: its `towards_deg` counts from the first axis until it is turned.
pub fn around(at: (f64, f64), cells: &[Cell]) -> Ellipse {
    let mut spread = Matrix2::zeros();
    let mut squares = 0.0;
    for cell in cells {
        let miss = Vector2::new(cell.at.0 - at.0, cell.at.1 - at.1);
        let own = Matrix2::identity() * (cell.side_m * cell.side_m / 12.0);
        spread += (miss * miss.transpose() + own) * cell.share;
        squares += cell.share * cell.share;
    }
    let eigen = SymmetricEigen::new(spread);
    let scale = if squares * CELLS_MIN > 1.0 { NORMAL } else { holding(at, cells, &spread) };
    let long = usize::from(eigen.eigenvalues[1] > eigen.eigenvalues[0]);
    let half = |which: usize| (eigen.eigenvalues[which].max(0.0) * scale).sqrt();
    let axis = eigen.eigenvectors.column(long);
    Ellipse { major_m: half(long), minor_m: half(1 - long), towards_deg: axis[1].atan2(axis[0]).to_degrees() }
}

/// Squared deviations within which [`SHARE`] of the belief lies.
fn holding(at: (f64, f64), cells: &[Cell], spread: &Matrix2<f64>) -> f64 {
    let Some(inverse) = spread.try_inverse() else { return NORMAL };
    let squared = |cell: &Cell| {
        let miss = Vector2::new(cell.at.0 - at.0, cell.at.1 - at.1);
        (miss.transpose() * inverse * miss)[0]
    };
    let mut all: Vec<(f64, f64)> = cells.iter().map(|cell| (squared(cell), cell.share)).collect();
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut held = 0.0;
    let edge = all.iter().find(|(_, share)| {
        held += share;
        held >= SHARE
    });
    edge.map_or(NORMAL, |(squared, _)| *squared)
}
