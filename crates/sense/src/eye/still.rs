//! A still that shows that something happened and not who: small, grey, coarse everywhere, and coarser where anything moves.
//!
//! Not here: whether stills may be made at all (the post's settings), and the mask, which was laid over the frame before.

use crate::eye::Frame;
use crate::eye::motion::{Blob, Motion};
use crate::limits::STILL_BYTES_MAX;

/// A still is at most this wide, in pixels.
const WIDTH_MAX: usize = 384;
/// And has at most so many pixels.
const PIXELS_MAX: usize = 384 * 384;
/// Squares of one grey where nothing moves, in pixels of the still: a face at the other side of a street is one or two of them.
const CALM_SQUARE: usize = 4;
/// The least squares where something moves.
const MOVING_SQUARE: usize = 8;
/// A moving thing is at most so many squares high: a head is a seventh of a body, so less than one square.
const SQUARES_HIGH: usize = 5;
/// A box is widened by this part of itself on each side, for what the silhouette missed.
const MARGIN_PART: usize = 4;

/// A masked still, as a PNG picture. Its bytes are meant to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Still {
    png: Vec<u8>,
    width: usize,
    height: usize,
}

/// Why there is no still.
#[derive(Debug, thiserror::Error)]
pub enum NoStill {
    /// The frame is not of the size whose motion is known.
    #[error("the frame has another size than those before it; give frames of one size")]
    Size,
    /// The picture could not be packed.
    #[error("the picture could not be packed")]
    Pack(#[from] png::EncodingError),
    /// It is too large.
    #[error("the still has {0} bytes; at most {STILL_BYTES_MAX} may be kept")]
    Large(usize),
}

impl Still {
    /// Of the frame that motion was last told of, masks already laid over it.
    pub(crate) fn of(frame: &Frame, motion: &Motion, blobs: &[Blob]) -> Result<Self, NoStill> {
        let (width, height) = (frame.width(), frame.height());
        if motion.silhouettes().len() != frame.grey().len() {
            return Err(NoStill::Size);
        }
        let mut shrink = width.div_ceil(WIDTH_MAX);
        while (width / shrink) * (height / shrink) > PIXELS_MAX {
            shrink += 1;
        }
        let mut picture = Picture::shrunk(frame.grey(), width, shrink);
        let squares = picture.squares(motion, blobs, width, shrink);
        picture.blur(&squares);
        let (width, height) = (picture.width, picture.height);
        let png = pack(&picture)?;
        if png.len() > STILL_BYTES_MAX {
            return Err(NoStill::Large(png.len()));
        }
        Ok(Self { png, width, height })
    }

    /// The PNG file.
    pub fn png(&self) -> &[u8] {
        &self.png
    }

    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }
}

impl std::fmt::Debug for Still {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Still({} x {}, {} bytes)", self.width, self.height, self.png.len())
    }
}

struct Picture {
    grey: Vec<u8>,
    width: usize,
    height: usize,
}

/// A part of the picture and the size of its squares.
struct Part {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
    square: usize,
}

impl Picture {
    fn shrunk(grey: &[u8], from_width: usize, shrink: usize) -> Self {
        let (width, height) = ((from_width / shrink).max(1), (grey.len() / from_width / shrink).max(1));
        let mut small = Vec::with_capacity(width * height);
        for row in 0..height {
            for column in 0..width {
                let first = row * shrink * from_width + column * shrink;
                let rows =
                    (0..shrink).filter_map(|down| grey.get(first + down * from_width..)?.get(..shrink));
                let (sum, count) =
                    rows.flatten().fold((0, 0), |(sum, count), one| (sum + u32::from(*one), count + 1));
                small.push(u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX));
            }
        }
        Self { grey: small, width, height }
    }

    /// All of it in small squares; then what moves or came to stay, in larger ones, the largest last.
    fn squares(&self, motion: &Motion, blobs: &[Blob], from_width: usize, shrink: usize) -> Vec<Part> {
        let whole = Part { left: 0, top: 0, right: self.width, bottom: self.height, square: CALM_SQUARE };
        let mut parts = vec![whole];
        let marked = |pixel: usize| (motion.silhouettes()[pixel] | motion.stayed()[pixel]) != 0;
        for top in (0..self.height).step_by(MOVING_SQUARE) {
            for left in (0..self.width).step_by(MOVING_SQUARE) {
                let (right, bottom) = (left + MOVING_SQUARE, top + MOVING_SQUARE);
                let mut rows = top * shrink..(bottom * shrink).min(motion.silhouettes().len() / from_width);
                let columns = left * shrink..(right * shrink).min(from_width);
                if rows.any(|row| columns.clone().any(|column| marked(row * from_width + column))) {
                    parts.push(Part { left, top, right, bottom, square: MOVING_SQUARE });
                }
            }
        }
        let mut boxes: Vec<Part> = blobs.iter().map(|blob| Self::around(blob, shrink)).collect();
        boxes.sort_by_key(|part| part.square);
        parts.extend(boxes);
        parts
    }

    fn around(blob: &Blob, shrink: usize) -> Part {
        let (wide, high) = (blob.width / MARGIN_PART, blob.height / MARGIN_PART);
        Part {
            left: blob.left.saturating_sub(wide) / shrink,
            top: blob.top.saturating_sub(high) / shrink,
            right: (blob.left + blob.width + wide).div_ceil(shrink),
            bottom: (blob.top + blob.height + high).div_ceil(shrink),
            square: (blob.height / shrink).div_ceil(SQUARES_HIGH).max(MOVING_SQUARE),
        }
    }

    fn blur(&mut self, parts: &[Part]) {
        for part in parts {
            // Squares lie on one grid of their size, so that a thing that moves shows no more in the next still.
            for top in
                (part.top / part.square * part.square..part.bottom.min(self.height)).step_by(part.square)
            {
                for left in
                    (part.left / part.square * part.square..part.right.min(self.width)).step_by(part.square)
                {
                    self.level(left, top, part.square);
                }
            }
        }
    }

    fn level(&mut self, left: usize, top: usize, square: usize) {
        let (right, bottom) = ((left + square).min(self.width), (top + square).min(self.height));
        let (mut sum, mut count) = (0_u32, 0_u32);
        for row in top..bottom {
            let line = &self.grey[row * self.width + left..row * self.width + right];
            sum += line.iter().map(|one| u32::from(*one)).sum::<u32>();
            count += u32::try_from(line.len()).unwrap_or(0);
        }
        let mean = u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX);
        for row in top..bottom {
            self.grey[row * self.width + left..row * self.width + right].fill(mean);
        }
    }
}

fn pack(picture: &Picture) -> Result<Vec<u8>, NoStill> {
    let side = |pixels: usize| u32::try_from(pixels).map_err(|_| NoStill::Size);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side(picture.width)?, side(picture.height)?);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&picture.grey)?;
    writer.finish()?;
    Ok(bytes)
}
