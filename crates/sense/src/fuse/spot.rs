//! A place with its ellipse, as fusion needs it.
//!
//! Not here: how the place was found (`ear::place`).

use crate::ear::place::Ellipse;
use crate::plan::Point;

/// Where something was heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// The likeliest place.
    pub at: Point,
    /// How sure it is.
    pub ellipse: Ellipse,
    /// By how much the arrivals that were used miss it, root mean square, in metres.
    pub misfit_m: f64,
    /// By how much the directions that were used miss it, root mean square, in degrees; `None` without directions.
    pub misfit_deg: Option<f64>,
    /// How many sensors' times were used.
    pub times: usize,
}
