//! A model as bytes, and back. Every length is checked before it is believed.
//!
//! Not here: files (`belfry sense`).
//!
//! `BSM1`, then little-endian: labels (count u16; each a length u8 and UTF-8), the top frequency u32, windows and sources u32, the
//! calibration (three f64), two dictionaries (shape as four u16, then f32), the count of examples u32, five blocks (a mean and a
//! deviation f32 per feature, then a byte per feature and example), the weights f32, and an FNV-1a of all before it (u64).

use nalgebra::{DMatrix, DVector};

use super::Model;
use super::calibrate::Calibration;
use super::kernel::{BLOCKS, Block, Examples, from_byte, to_byte};
use super::patches::{Dictionary, Shape};
use super::statistics::FIXED;
use crate::limits::{SOUND_EXAMPLES_MAX, SOUND_LABEL_BYTES_MAX, SOUND_LABELS_MAX, SOUND_MODEL_BYTES_MAX};

const MAGIC: &[u8; 4] = b"BSM1";
/// The top frequency that can be looked at, in hertz.
const TOP_HZ: std::ops::RangeInclusive<u32> = 1_000..=96_000;

/// Bytes that are no model of sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no model of sounds of this version ({0}): make one with `belfry sense train`")]
pub struct NotAModel(pub &'static str);

impl Model {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
        out.extend(short(self.labels.len()));
        for label in &self.labels {
            out.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
            out.extend(label.as_bytes());
        }
        out.extend(self.top_hz.to_le_bytes());
        out.extend(self.learned_from.0.to_le_bytes());
        out.extend(self.learned_from.1.to_le_bytes());
        let Calibration { sharp, unsure, alone } = self.calibration;
        [sharp, unsure, alone].iter().for_each(|one| out.extend(one.to_le_bytes()));
        let floats = |out: &mut Vec<u8>, values: &[f32]| {
            values.iter().for_each(|one| out.extend(one.to_le_bytes()));
        };
        for one in &self.dictionaries {
            let Shape { frames, over_time, over_bands, centres } = one.shape;
            [frames, over_time, over_bands, centres].iter().for_each(|number| out.extend(short(*number)));
            floats(&mut out, one.centres.as_slice());
            floats(&mut out, one.offset.as_slice());
        }
        out.extend(u32::try_from(self.examples.count()).unwrap_or(u32::MAX).to_le_bytes());
        for block in &self.examples.0 {
            floats(&mut out, &block.mean);
            floats(&mut out, &block.deviation);
            out.extend(block.kept.iter().map(|one| to_byte(*one).to_le_bytes()[0]));
        }
        floats(&mut out, self.weights.as_slice());
        out.extend(sum_of(&out).to_le_bytes());
        out
    }

    /// From bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAModel> {
        if bytes.len() > SOUND_MODEL_BYTES_MAX {
            return Err(NotAModel("too long"));
        }
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(NotAModel("cut off"))?;
        let mut rest = Reader(body.strip_prefix(MAGIC).ok_or(NotAModel("another beginning"))?);
        if u64::from_le_bytes(*sum) != sum_of(body) {
            return Err(NotAModel("damaged or cut off"));
        }
        let labels = rest.labels()?;
        let top_hz = rest.long()?;
        let learned_from = (rest.long()?, rest.long()?);
        let calibration =
            Calibration { sharp: rest.double()?, unsure: rest.double()?, alone: rest.double()? };
        if !TOP_HZ.contains(&top_hz) || calibration.sharp <= 0.0 || calibration.alone < 0.0 {
            return Err(NotAModel("a number out of bounds"));
        }
        let dictionaries = [rest.dictionary()?, rest.dictionary()?];
        let count = rest.long()? as usize;
        if !(1..=SOUND_EXAMPLES_MAX).contains(&count) {
            return Err(NotAModel("too many examples, or none"));
        }
        let learned = dictionaries.each_ref().map(|one| 2 * one.shape.centres);
        let lengths = [FIXED[0], FIXED[1], FIXED[2], learned[0], learned[1]];
        let mut blocks = Vec::with_capacity(BLOCKS);
        for length in lengths {
            blocks.push(rest.block(length, count)?);
        }
        let weights = DMatrix::from_vec(count, labels.len(), rest.floats(count * labels.len())?);
        if !rest.0.is_empty() {
            return Err(NotAModel("too long"));
        }
        let examples = Examples(blocks);
        Ok(Self { labels, top_hz, dictionaries, examples, weights, calibration, learned_from })
    }

    /// For what is in it: another for other contents.
    pub(super) fn short_name(&self) -> String {
        let bytes = self.to_bytes();
        let body = bytes.len().saturating_sub(8);
        format!("sound-{:016x}", sum_of(&bytes[..body]))
    }
}

pub(super) fn sum_of(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], NotAModel> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(NotAModel("cut off"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn exactly<const N: usize>(&mut self) -> Result<[u8; N], NotAModel> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(NotAModel("cut off"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn short(&mut self) -> Result<usize, NotAModel> {
        Ok(usize::from(u16::from_le_bytes(self.exactly()?)))
    }

    fn long(&mut self) -> Result<u32, NotAModel> {
        Ok(u32::from_le_bytes(self.exactly()?))
    }

    fn double(&mut self) -> Result<f64, NotAModel> {
        let value = f64::from_le_bytes(self.exactly()?);
        if value.is_finite() { Ok(value) } else { Err(NotAModel("not a number")) }
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, NotAModel> {
        let bytes = self.take(count.saturating_mul(4))?;
        let (values, _) = bytes.as_chunks::<4>();
        let values: Vec<f32> = values.iter().map(|one| f32::from_le_bytes(*one)).collect();
        if values.iter().all(|one| one.is_finite()) { Ok(values) } else { Err(NotAModel("not a number")) }
    }

    fn labels(&mut self) -> Result<Vec<String>, NotAModel> {
        let count = self.short()?;
        if !(2..=SOUND_LABELS_MAX).contains(&count) {
            return Err(NotAModel("too many labels, or too few"));
        }
        let mut labels = Vec::with_capacity(count);
        for _ in 0..count {
            let [length] = self.exactly()?;
            if !(1..=SOUND_LABEL_BYTES_MAX).contains(&usize::from(length)) {
                return Err(NotAModel("a label too long, or empty"));
            }
            let label = std::str::from_utf8(self.take(usize::from(length))?);
            labels.push(label.map_err(|_| NotAModel("a label that is no text"))?.to_owned());
        }
        if labels.is_sorted_by(|one, two| one < two) {
            Ok(labels)
        } else {
            Err(NotAModel("labels out of order"))
        }
    }

    fn dictionary(&mut self) -> Result<Dictionary, NotAModel> {
        let shape = Shape {
            frames: self.short()?,
            over_time: self.short()?,
            over_bands: self.short()?,
            centres: self.short()?,
        };
        if !shape.is_sound() {
            return Err(NotAModel("a shape out of bounds"));
        }
        let numbers = shape.numbers();
        let centres = DMatrix::from_vec(shape.centres, numbers, self.floats(shape.centres * numbers)?);
        let offset = DVector::from_vec(self.floats(shape.centres)?);
        Ok(Dictionary { shape, centres, offset })
    }

    fn block(&mut self, length: usize, count: usize) -> Result<Block, NotAModel> {
        let (mean, deviation) = (self.floats(length)?, self.floats(length)?);
        if deviation.iter().any(|one| *one <= 0.0) {
            return Err(NotAModel("a deviation that is none"));
        }
        let kept = self.take(length * count)?.iter().map(|byte| from_byte(i8::from_le_bytes([*byte])));
        let kept = DMatrix::from_vec(length, count, kept.collect());
        Ok(Block::new(mean, deviation, kept))
    }
}
