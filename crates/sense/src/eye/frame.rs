//! A grey picture in memory. Like sound it has no way to be written.
//!
//! Not here: masked stills, which are made from it after the masks have been laid on.

use std::fmt;

use crate::limits::{FRAME_HEIGHT_MAX, FRAME_WIDTH_MAX};
use crate::plan::Moment;

/// One grey picture, 0 black to 255 white, row by row from the top left.
pub struct Frame {
    at: Moment,
    width: usize,
    grey: Vec<u8>,
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAFrame {
    /// Empty or too large.
    #[error("{0} x {1} pixels; give at most {FRAME_WIDTH_MAX} x {FRAME_HEIGHT_MAX}")]
    Size(usize, usize),
    /// Not as many bytes as pixels.
    #[error("{0} bytes do not fill rows of {1} pixels")]
    Bytes(usize, usize),
}

impl Frame {
    /// From its time, its width in pixels, and a byte per pixel.
    pub fn new(at: Moment, width: usize, grey: Vec<u8>) -> Result<Self, NotAFrame> {
        if width == 0 || !grey.len().is_multiple_of(width) {
            return Err(NotAFrame::Bytes(grey.len(), width));
        }
        let height = grey.len() / width;
        if height == 0 || width > FRAME_WIDTH_MAX || height > FRAME_HEIGHT_MAX {
            return Err(NotAFrame::Size(width, height));
        }
        Ok(Self { at, width, grey })
    }

    /// When it was.
    pub fn at(&self) -> Moment {
        self.at
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.grey.len() / self.width
    }

    /// The pixels. Only the eye reads them.
    pub(crate) fn grey(&self) -> &[u8] {
        &self.grey
    }

    /// The pixels, to lay a mask over.
    pub(crate) fn grey_mut(&mut self) -> &mut [u8] {
        &mut self.grey
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Frame({} x {})", self.width(), self.height())
    }
}
