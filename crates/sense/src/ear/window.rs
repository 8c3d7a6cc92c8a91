//! A stretch of sound in memory. It cannot be written: no serialisation, no bytes, and its debug form tells its shape only.
//!
//! Not here: the ring that windows are cut from, and what is heard in them.

use std::fmt;

use crate::limits::{CHANNELS_MAX, RATE_HZ_MAX, RATE_HZ_MIN, RING_SECONDS_MAX};
use crate::plan::Moment;

/// Samples of one or more microphones over the same stretch of time, -1 to 1. Overwritten with silence when it goes.
pub struct Window {
    from: Moment,
    rate_hz: u32,
    channels: Vec<Vec<f32>>,
}

/// Why samples are no window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAWindow {
    /// Too few or too many samples per second.
    #[error("{0} samples per second; give {RATE_HZ_MIN} to {RATE_HZ_MAX}")]
    Rate(u32),
    /// No microphone, or too many.
    #[error("{0} channels; give 1 to {CHANNELS_MAX}")]
    Channels(usize),
    /// Channels of different lengths, or none at all.
    #[error("channels must be of one length, and longer than nothing")]
    Lengths,
    /// Longer than sound may be kept.
    #[error("longer than {RING_SECONDS_MAX} seconds")]
    Long,
}

impl Window {
    /// From the time of the first sample and a list of samples per microphone. What is not a number becomes silence.
    pub fn new(from: Moment, rate_hz: u32, mut channels: Vec<Vec<f32>>) -> Result<Self, NotAWindow> {
        if !(RATE_HZ_MIN..=RATE_HZ_MAX).contains(&rate_hz) {
            return Err(NotAWindow::Rate(rate_hz));
        }
        if !(1..=CHANNELS_MAX).contains(&channels.len()) {
            return Err(NotAWindow::Channels(channels.len()));
        }
        let samples = channels[0].len();
        if samples == 0 || channels.iter().any(|one| one.len() != samples) {
            return Err(NotAWindow::Lengths);
        }
        if samples > RING_SECONDS_MAX * rate_hz as usize {
            return Err(NotAWindow::Long);
        }
        channels.iter_mut().flatten().filter(|one| !one.is_finite()).for_each(|one| *one = 0.0);
        Ok(Self { from, rate_hz, channels })
    }

    /// When its first sample was.
    pub fn from(&self) -> Moment {
        self.from
    }

    /// When the sample after its last would be.
    pub fn until(&self) -> Moment {
        self.from.plus_seconds(self.seconds())
    }

    /// How long it is, in seconds.
    pub fn seconds(&self) -> f64 {
        self.samples() as f64 / f64::from(self.rate_hz)
    }

    /// Samples per second.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Samples per microphone.
    pub fn samples(&self) -> usize {
        self.channels[0].len()
    }

    /// Microphones.
    pub fn microphones(&self) -> usize {
        self.channels.len()
    }

    /// The level of each microphone, in dB of full scale: whether it hears anything at all.
    pub fn levels_dbfs(&self) -> Vec<f32> {
        let level = |one: &Vec<f32>| {
            let squares: f32 = one.iter().map(|sample| sample * sample).sum();
            10.0 * (squares / one.len() as f32).max(1e-12).log10()
        };
        self.channels.iter().map(level).collect()
    }

    /// The samples of each microphone. Only the ear reads them.
    pub(crate) fn channels(&self) -> &[Vec<f32>] {
        &self.channels
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Window({} x {} at {} Hz)", self.channels.len(), self.samples(), self.rate_hz)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The compiler may leave this out where it sees nobody read it again; the ring is overwritten by new sound anyway.
        self.channels.iter_mut().for_each(|one| one.fill(0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_sound() {
        let at = Moment::from_micros(0);
        assert_eq!(Window::new(at, 10, vec![vec![0.0]]).unwrap_err(), NotAWindow::Rate(10));
        assert_eq!(Window::new(at, 16_000, vec![]).unwrap_err(), NotAWindow::Channels(0));
        assert_eq!(Window::new(at, 16_000, vec![vec![0.0; 2], vec![0.0]]).unwrap_err(), NotAWindow::Lengths);
        assert_eq!(Window::new(at, 8_000, vec![vec![0.0; 80_001]]).unwrap_err(), NotAWindow::Long);
    }

    #[test]
    fn tells_its_shape_and_no_sample() {
        let window = Window::new(Moment::from_micros(0), 8_000, vec![vec![0.123_45, f32::NAN]]).unwrap();
        assert_eq!(format!("{window:?}"), "Window(1 x 2 at 8000 Hz)");
        assert!(window.channels()[0][1].abs() < f32::EPSILON);
    }
}
