//! Whether a sound is left in some bytes: files, pages of a database, what went over a socket, a log. Bytes are taken for samples in
//! every way in which samples are commonly written, and correlated with the sound.
//!
//! For tests that nothing is kept. Found is what was written as it was, scaled or not, at its own rate or a half or a third of it; text
//! of numbers and base64 count as ways of writing. Not found is what was compressed, encrypted or otherwise worked on.
//!
//! Not here: where bytes come from.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Samples of the sound that are looked for at once.
const PIECE: usize = 2_048;
/// Samples that are looked at in one step.
const STEP: usize = 8_192;
/// Pieces of a sound that are looked for: the loudest.
const PIECES_MAX: usize = 3;
/// A likeness (-1 to 1) from which on it is the sound. Of noise and of other sounds it is below 0.2 for pieces as long as these.
const ALIKE_FROM: f32 = 0.6;
/// A float that is a sample is no larger than this.
const SAMPLE_MAX: f32 = 8.0;
/// What is softer than the loudest around it by this factor is lost in rounding.
const ROUNDED_AWAY: f32 = 1e-3;
/// Runs of numbers in text shorter than this are no sound.
const NUMBERS_MIN: usize = PIECE;
/// Runs of base64 shorter than this are no sound, in bytes.
const BASE64_MIN: usize = PIECE;
/// Of each sample so many are left out: rates of a whole, a half and a third.
const SLOWER: [usize; 3] = [1, 2, 3];

/// A way in which samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Two bytes, signed, least byte first.
    S16,
    /// Four bytes, a float, least byte first.
    F32,
    /// One byte, 128 is silence.
    U8,
    /// One byte of G.711's mu-law.
    MuLaw,
    /// Numbers in text.
    Numbers,
    /// Two bytes each, in base64.
    Base64,
}

/// Where a sound was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// How it is written there.
    pub written: Written,
    /// Which of the bytes; of numbers and base64 the begin of the run.
    pub at_byte: usize,
    /// How alike, -1 to 1.
    pub likeness: f32,
}

/// A sound that is looked for.
pub struct Trace {
    pieces: Vec<Piece>,
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
}

/// A part of it, at one rate.
struct Piece {
    /// Of the sound turned round, without its mean, of length 1.
    spectrum: Vec<Complex<f32>>,
}

impl Trace {
    /// A sound, as samples. It needs more than a few thousand of them.
    pub fn of(sound: &[f32]) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, back) = (planner.plan_fft_forward(STEP), planner.plan_fft_inverse(STEP));
        let mut pieces = Vec::new();
        for slower in SLOWER {
            let slow: Vec<f32> =
                sound.chunks_exact(slower).map(|some| some.iter().sum::<f32>() / slower as f32).collect();
            let mut parts: Vec<&[f32]> = slow.chunks_exact(PIECE).collect();
            parts.sort_by(|a, b| energy(b).total_cmp(&energy(a)));
            parts.truncate(PIECES_MAX);
            pieces.extend(parts.into_iter().filter_map(|part| Piece::of(part, &*forward)));
        }
        Self { pieces, forward, back }
    }

    /// Whether there is enough of it to be looked for.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Where it is in some bytes, the first way of writing in which it is found.
    pub fn find(&self, bytes: &[u8]) -> Option<Found> {
        let found = |written: Written, first: usize, each: usize, samples: Vec<f32>| {
            let (at, likeness) = self.best(&samples)?;
            Some(Found { written, at_byte: first + at * each, likeness })
        };
        for first in 0..2 {
            let (two, _) = bytes.get(first..)?.as_chunks::<2>();
            let samples = two.iter().map(|one| f32::from(i16::from_le_bytes(*one))).collect();
            if let Some(found) = found(Written::S16, first, 2, samples) {
                return Some(found);
            }
        }
        for first in 0..4 {
            let Some((four, _)) = bytes.get(first..).map(<[u8]>::as_chunks::<4>) else { break };
            // What no sample can be stands for silence.
            let sane = |one: f32| if one.abs() <= SAMPLE_MAX { one } else { 0.0 };
            let samples = four.iter().map(|one| sane(f32::from_le_bytes(*one))).collect();
            if let Some(found) = found(Written::F32, first, 4, samples) {
                return Some(found);
            }
        }
        let bytewise = |of: fn(u8) -> f32| bytes.iter().map(|one| of(*one)).collect::<Vec<f32>>();
        found(Written::U8, 0, 1, bytewise(|one| f32::from(one) - 128.0))
            .or_else(|| found(Written::MuLaw, 0, 1, bytewise(mu_law)))
            .or_else(|| self.in_text(bytes))
    }

    fn in_text(&self, bytes: &[u8]) -> Option<Found> {
        for (at_byte, numbers) in numbers(bytes) {
            if let Some((_, likeness)) = self.best(&numbers) {
                return Some(Found { written: Written::Numbers, at_byte, likeness });
            }
        }
        for (at_byte, decoded) in base64(bytes) {
            let (two, _) = decoded.as_chunks::<2>();
            let samples: Vec<f32> = two.iter().map(|one| f32::from(i16::from_le_bytes(*one))).collect();
            if let Some((_, likeness)) = self.best(&samples) {
                return Some(Found { written: Written::Base64, at_byte, likeness });
            }
        }
        None
    }

    /// The place that is most like any piece, if it is alike enough.
    fn best(&self, samples: &[f32]) -> Option<(usize, f32)> {
        let hop = STEP - PIECE + 1;
        let mut padded = vec![0.0; STEP];
        let mut spectrum = self.forward.make_output_vec();
        let mut product = self.back.make_input_vec();
        let mut likeness = self.back.make_output_vec();
        for from in (0..samples.len().saturating_sub(PIECE / 2)).step_by(hop) {
            let part = &samples[from..(from + STEP).min(samples.len())];
            padded.fill(0.0);
            padded[..part.len()].copy_from_slice(part);
            let norms = norms(&padded);
            let least = norms.iter().fold(1e-9, |most: f32, norm| most.max(*norm)) * ROUNDED_AWAY;
            if norms.iter().all(|norm| *norm < 1e-9)
                || self.forward.process(&mut padded, &mut spectrum).is_err()
            {
                continue;
            }
            for piece in &self.pieces {
                for ((out, one), other) in product.iter_mut().zip(&spectrum).zip(&piece.spectrum) {
                    *out = one * other;
                }
                product[0].im = 0.0;
                if let Some(last) = product.last_mut() {
                    last.im = 0.0;
                }
                if self.back.process(&mut product, &mut likeness).is_err() {
                    continue;
                }
                // The piece turned round: the value at PIECE - 1 + n is of the samples from n on.
                for (at, norm) in norms.iter().enumerate() {
                    let alike = likeness[at + PIECE - 1] / STEP as f32 / norm.max(1e-9);
                    if *norm > least && alike.abs() >= ALIKE_FROM {
                        return Some((from + at, alike));
                    }
                }
            }
        }
        None
    }
}

impl Piece {
    fn of(part: &[f32], forward: &dyn RealToComplex<f32>) -> Option<Self> {
        let mean = part.iter().sum::<f32>() / part.len() as f32;
        let length = part.iter().map(|one| (one - mean).powi(2)).sum::<f32>().sqrt();
        if length < 1e-6 {
            return None;
        }
        let mut turned = vec![0.0; STEP];
        for (out, one) in turned.iter_mut().zip(part.iter().rev()) {
            *out = (one - mean) / length;
        }
        let mut spectrum = forward.make_output_vec();
        forward.process(&mut turned, &mut spectrum).ok()?;
        Some(Self { spectrum })
    }
}

fn energy(part: &[f32]) -> f32 {
    part.iter().map(|one| one * one).sum()
}

/// Of each window of a piece's length: the length of what is in it less its mean.
fn norms(samples: &[f32]) -> Vec<f32> {
    let (mut sum, mut squares) = (0.0_f64, 0.0_f64);
    let mut norms = Vec::with_capacity(samples.len() - PIECE + 1);
    for (at, sample) in samples.iter().enumerate() {
        let one = f64::from(*sample);
        sum += one;
        squares += one * one;
        if at + 1 < PIECE {
            continue;
        }
        #[allow(clippy::cast_possible_truncation, reason = "a length")]
        norms.push((squares - sum * sum / PIECE as f64).max(0.0).sqrt() as f32);
        let gone = f64::from(samples[at + 1 - PIECE]);
        sum -= gone;
        squares -= gone * gone;
    }
    norms
}

/// One byte of G.711 (ITU-T G.711, table 2a) as a sample.
fn mu_law(byte: u8) -> f32 {
    let byte = !byte;
    let (exponent, mantissa) = ((byte >> 4) & 7, f32::from(byte & 15));
    let size = (mantissa * 2.0 + 33.0) * f32::from(1_u16 << exponent) - 33.0;
    if byte & 128 == 0 { size } else { -size }
}

/// Long runs of numbers in text, with where they begin.
fn numbers(bytes: &[u8]) -> Vec<(usize, Vec<f32>)> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE,; \t\r\n[]".contains(byte);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| is_part(byte)).count();
        if length >= 2 * NUMBERS_MIN {
            let text = String::from_utf8_lossy(&bytes[at..at + length]);
            let words = text.split(|one: char| !(one.is_ascii_digit() || "+-.eE".contains(one)));
            let numbers: Vec<f32> = words.filter_map(|word| word.parse().ok()).collect();
            if numbers.len() >= NUMBERS_MIN {
                runs.push((at, numbers));
            }
        }
        at += length.max(1);
    }
    runs
}

/// Long runs of base64, decoded, with where they begin.
fn base64(bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run: Vec<u8> = bytes[at..].iter().map_while(|byte| value(*byte)).collect();
        if run.len() >= BASE64_MIN {
            let (fours, _) = run.as_chunks::<4>();
            let decoded =
                fours.iter().flat_map(|[a, b, c, d]| [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
            runs.push((at, decoded.collect()));
        }
        at += run.len().max(1);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dice;
    use crate::scene::Sound;

    fn sound() -> Vec<f32> {
        Sound::Shout.clip(24_000, 1.5, &Dice::new(4)).samples().to_vec()
    }

    #[allow(clippy::cast_possible_truncation, reason = "samples")]
    fn s16(samples: &[f32]) -> Vec<u8> {
        samples.iter().flat_map(|one| ((one * 9_000.0) as i16).to_le_bytes()).collect()
    }

    fn encoded(bytes: &[u8]) -> Vec<u8> {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let (threes, _) = bytes.as_chunks::<3>();
        let four = |[a, b, c]: &[u8; 3]| [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63];
        threes.iter().flat_map(four).map(|one| LETTERS[usize::from(one)]).collect()
    }

    /// Bytes of all kinds around what is planted.
    fn among(planted: &[u8]) -> Vec<u8> {
        let dice = Dice::new(8);
        let noise = || (0..5_001).map(|_| u8::try_from(dice.below(256)).unwrap()).collect::<Vec<u8>>();
        let mut bytes = noise();
        bytes.extend_from_slice(b"{\"a\":");
        bytes.extend_from_slice(planted);
        bytes.extend_from_slice(b"}");
        bytes.extend(noise());
        bytes
    }

    #[test]
    fn a_sound_is_found_however_it_was_written() {
        let sound = sound();
        let trace = Trace::of(&sound);
        let half: Vec<f32> = sound.chunks_exact(2).map(|two| (two[0] + two[1]) * 0.1).collect();
        let text = |all: &[f32]| {
            all.iter().map(|one| format!("{one:.4}")).collect::<Vec<_>>().join(", ").into_bytes()
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let eight: Vec<u8> = sound.iter().map(|one| (one * 90.0 + 128.0) as u8).collect();
        let four = |all: &[f32]| all.iter().flat_map(|one| one.to_le_bytes()).collect::<Vec<u8>>();
        // What is one byte each is often found as two: every other one of them is the sound at half its rate.
        let ways = [
            s16(&sound),
            s16(&sound[2_000..16_000]),
            s16(&half),
            four(&sound),
            eight,
            text(&sound),
            encoded(&s16(&sound)),
        ];
        for (number, planted) in ways.iter().enumerate() {
            assert!(trace.find(&among(planted)).is_some(), "{number}");
        }
    }

    #[test]
    fn other_sounds_and_other_bytes_are_not_it() {
        let trace = Trace::of(&sound());
        let of = |sound: Sound| sound.clip(24_000, 1.5, &Dice::new(5)).samples().to_vec();
        for other in [Sound::Crowd, Sound::Siren, Sound::GlassBreaking, Sound::Engine] {
            assert_eq!(trace.find(&among(&s16(&of(other)))), None, "{other:?}");
        }
        assert_eq!(trace.find(&vec![0; 40_000]), None);
        assert_eq!(trace.find(b"short"), None);
        assert!(Trace::of(&vec![0.0; 20_000]).is_empty(), "silence is not to be found");
    }

    #[test]
    fn mu_law_is_that_of_the_standard() {
        for (byte, sample) in [(0xff, 0.0), (0x7f, 0.0), (0x80, 8_031.0), (0x00, -8_031.0), (0xf0, 30.0)] {
            assert!((mu_law(byte) - sample).abs() < 0.5, "{byte:x}: {}", mu_law(byte));
        }
    }
}
