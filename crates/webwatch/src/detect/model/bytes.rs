//! Models and features as few bytes, and back: what the store keeps.
//!
//! Not here: compression and checksums, which the store has.
//!
//! A model: `BWM1`, the length of a JSON header (u32, little-endian), the header, then each known feature as the
//! distance from the one before (LEB128), its rarity (u16, in 1/2048) and its weight (i16, in steps of the header).

use serde::{Deserialize, Serialize};

use super::Model;
use super::calibrate::Calibration;
use super::features::{FeatureSettings, Features};

const MAGIC: &[u8; 4] = b"BWM1";
/// Most bytes of a model.
pub const MODEL_BYTES_MAX: usize = 32 * 1024 * 1024;
const RARITY_STEPS: f32 = 2048.0;
const WEIGHT_STEPS: f32 = 32_767.0;

/// The bytes are no model or features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no model of this version: {0}")]
pub struct NotAModel(pub &'static str);

#[derive(Serialize, Deserialize)]
struct Header {
    language: String,
    settings: FeatureSettings,
    bias: f32,
    step: f32,
    calibration: Calibration,
    learned_from: (u32, u32),
    version: String,
}

/// Rounds rarity and weights to the steps in which they are kept, so that a model read back scores the same to the bit.
pub(super) fn rounded(model: &mut Model) {
    let step = step(&model.weights);
    for weight in &mut model.weights {
        *weight = (*weight / step).round() * step;
    }
    for rare in &mut model.rarity {
        *rare = (*rare * RARITY_STEPS).round() / RARITY_STEPS;
    }
}

fn step(weights: &[f32]) -> f32 {
    let largest = weights.iter().fold(0f32, |most, weight| most.max(weight.abs()));
    // A power of two: dividing by it and multiplying again changes no bit.
    (largest.max(f32::MIN_POSITIVE * 65_536.0) / WEIGHT_STEPS).log2().ceil().exp2()
}

impl Model {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let step = step(&self.weights);
        let header = Header {
            language: self.language.clone(),
            settings: self.settings,
            bias: self.bias,
            step,
            calibration: self.calibration.clone(),
            learned_from: self.learned_from,
            version: self.version.clone(),
        };
        let header = serde_json::to_vec(&header).expect("numbers and short texts are JSON");
        let mut out = MAGIC.to_vec();
        out.extend(u32::try_from(header.len()).unwrap_or(0).to_le_bytes());
        out.extend(header);
        let mut before = 0;
        for (feature, rare) in self.rarity.iter().enumerate().filter(|(_, rare)| **rare > 0.0) {
            write_number(&mut out, feature - before);
            before = feature;
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "casts saturate; a rarity is below 32"
            )]
            out.extend(((rare * RARITY_STEPS).round() as u16).to_le_bytes());
            #[allow(clippy::cast_possible_truncation, reason = "within 16 bits by the choice of the step")]
            out.extend(((self.weights[feature] / step).round() as i16).to_le_bytes());
        }
        out
    }

    /// From bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAModel> {
        if bytes.len() > MODEL_BYTES_MAX {
            return Err(NotAModel("too long"));
        }
        let rest = bytes.strip_prefix(MAGIC).ok_or(NotAModel("another beginning"))?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(NotAModel("too short"))?;
        let length = u32::from_le_bytes(*length) as usize;
        let (header, mut rest) = rest.split_at_checked(length).ok_or(NotAModel("too short"))?;
        let header: Header = serde_json::from_slice(header).map_err(|_| NotAModel("no header"))?;
        if header.calibration.isotonic.as_ref().is_some_and(|line| !line.is_known()) {
            return Err(NotAModel("a calibration of another version"));
        }
        let size = header.settings.size();
        let (mut rarity, mut weights) = (vec![0f32; size], vec![0f32; size]);
        let mut feature = 0usize;
        while !rest.is_empty() {
            feature = feature.saturating_add(read_number(&mut rest).ok_or(NotAModel("cut off"))?);
            let (numbers, after) = rest.split_first_chunk::<4>().ok_or(NotAModel("cut off"))?;
            rest = after;
            let known = rarity.get_mut(feature).ok_or(NotAModel("a feature too many"))?;
            *known = f32::from(u16::from_le_bytes([numbers[0], numbers[1]])) / RARITY_STEPS;
            weights[feature] = f32::from(i16::from_le_bytes([numbers[2], numbers[3]])) * header.step;
        }
        Ok(Self {
            language: header.language,
            settings: header.settings,
            rarity,
            weights,
            bias: header.bias,
            calibration: header.calibration,
            learned_from: header.learned_from,
            version: header.version,
        })
    }
}

impl Features {
    /// As bytes: distances and counts, LEB128.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() * 4);
        let mut before = 0;
        for (bucket, count) in &self.0 {
            write_number(&mut out, (*bucket - before) as usize);
            write_number(&mut out, usize::from(*count));
            before = *bucket;
        }
        out
    }

    /// From bytes.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, NotAModel> {
        let mut features = Vec::new();
        let mut bucket = 0u32;
        while !bytes.is_empty() {
            let mut next = || read_number(&mut bytes).ok_or(NotAModel("cut off"));
            let (step, count) = (next()?, next()?);
            let step = u32::try_from(step).map_err(|_| NotAModel("a number too large"))?;
            bucket = bucket.checked_add(step).ok_or(NotAModel("a number too large"))?;
            features.push((bucket, u16::try_from(count).map_err(|_| NotAModel("a number too large"))?));
        }
        Ok(Self(features))
    }
}

fn write_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

fn read_number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0usize;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
