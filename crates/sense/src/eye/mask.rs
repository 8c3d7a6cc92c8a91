//! Parts of a picture that nobody may look at: laid over a frame before anything else is done with it.
//!
//! Not here: how moving things are made unrecognisable in stills ([`crate::eye::still`]).

use crate::eye::Frame;
use crate::eye::ground::Spot;
use crate::limits::{MASK_CORNERS_MAX, MASKS_MAX};

/// What a masked pixel becomes. All the same, so that nothing ever moves there.
pub(crate) const BLANK: u8 = 0;

/// Why polygons are no mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAMask {
    /// Too many polygons.
    #[error("{0} polygons; give at most {MASKS_MAX}")]
    Many(usize),
    /// Too few or too many corners.
    #[error("a polygon of {0} corners; give 3 to {MASK_CORNERS_MAX}")]
    Corners(usize),
    /// A corner that is nowhere.
    #[error("a corner outside the picture; give fractions of its width and height, 0 to 1")]
    Outside,
}

/// Polygons of a picture that are blanked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mask {
    polygons: Vec<Vec<Spot>>,
}

impl Mask {
    /// From polygons with corners in fractions of the picture's width and height.
    pub fn new(polygons: Vec<Vec<Spot>>) -> Result<Self, NotAMask> {
        if polygons.len() > MASKS_MAX {
            return Err(NotAMask::Many(polygons.len()));
        }
        for corners in &polygons {
            if !(3..=MASK_CORNERS_MAX).contains(&corners.len()) {
                return Err(NotAMask::Corners(corners.len()));
            }
            if !corners.iter().all(|one| one.is_inside()) {
                return Err(NotAMask::Outside);
            }
        }
        Ok(Self { polygons })
    }

    /// Whether a spot of the picture is masked.
    pub fn covers(&self, spot: Spot) -> bool {
        self.polygons.iter().any(|corners| spot.is_within(corners))
    }

    /// The mask for frames of a size. A pixel is masked when its middle is, or an edge of the mask passes through it.
    pub(crate) fn laid_over(&self, width: usize, height: usize) -> Cover {
        let mut runs = Vec::new();
        for row in 0..height {
            let mut from = None;
            for column in 0..=width {
                let masked = column < width && self.touches(column, row, width, height);
                match (masked, from) {
                    (true, None) => from = Some(row * width + column),
                    (false, Some(start)) => {
                        runs.push((start, row * width + column));
                        from = None;
                    }
                    _ => {}
                }
            }
        }
        Cover { runs }
    }

    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    fn touches(&self, column: usize, row: usize, width: usize, height: usize) -> bool {
        // Nine places of the pixel: an edge that cuts only less than a third of a corner leaves nothing to see there.
        [0.0, 0.5, 1.0].iter().any(|down| {
            [0.0, 0.5, 1.0].iter().any(|across| {
                let x = (column as f64 + across) / width as f64;
                self.covers(Spot::new(x, (row as f64 + down) / height as f64))
            })
        })
    }
}

/// A mask in pixels of one frame size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cover {
    runs: Vec<(usize, usize)>,
}

impl Cover {
    /// Blanks what is masked.
    pub fn apply(&self, frame: &mut Frame) {
        let grey = frame.grey_mut();
        for (from, until) in &self.runs {
            if let Some(part) = grey.get_mut(*from..*until) {
                part.fill(BLANK);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Moment;

    fn spots(corners: &[(f64, f64)]) -> Vec<Spot> {
        corners.iter().map(|(x, y)| Spot::new(*x, *y)).collect()
    }

    #[test]
    fn what_is_masked_is_blank_and_the_rest_as_it_was() {
        let mask = Mask::new(vec![spots(&[(0.5, 0.0), (1.0, 0.0), (1.0, 0.5), (0.5, 0.5)])]).unwrap();
        let mut frame = Frame::new(Moment::from_micros(0), 8, vec![200; 64]).unwrap();
        mask.laid_over(8, 8).apply(&mut frame);
        for row in 0..8 {
            for column in 0..8 {
                let grey = frame.grey()[row * 8 + column];
                // The pixels along the edge go too: better one more than one less.
                let inside = column >= 4 && row < 4;
                let clear = column < 3 || row > 4;
                assert!(!inside || grey == BLANK, "{column} {row}");
                assert!(!clear || grey == 200, "{column} {row}");
            }
        }
    }

    #[test]
    fn what_is_no_mask_is_refused() {
        assert_eq!(Mask::new(vec![spots(&[(0.0, 0.0), (1.0, 0.0)])]), Err(NotAMask::Corners(2)));
        assert_eq!(Mask::new(vec![spots(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.5)])]), Err(NotAMask::Outside));
        assert_eq!(
            Mask::new(vec![spots(&[(0.0, f64::NAN), (1.0, 0.0), (1.0, 1.0)])]),
            Err(NotAMask::Outside)
        );
        let triangle = spots(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]);
        assert_eq!(Mask::new(vec![triangle; 99]), Err(NotAMask::Many(99)));
    }
}
