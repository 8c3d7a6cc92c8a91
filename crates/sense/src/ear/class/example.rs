//! What is kept of a labelled window while a model is learned: its features, and the cepstra that patches are cut from. The samples
//! are gone.
//!
//! Not here: learning (`learn`).

use super::super::Window;
use super::Model;
use super::kernel::Features;
use super::patches::{Cepstra, Dictionary};
use super::spectrum::Picture;
use super::statistics;
use crate::limits::SOUND_LABEL_BYTES_MAX;

/// Highest frequency that is looked at, in hertz, where the microphones reach it.
const TOP_HZ_MAX: u32 = 12_000;
/// Share of half the rate that microphones reach, in percent.
const REACH_PERCENT: u32 = 98;
/// What an ear has of a sound when it tells of it first: seconds before its loudest moment, and in all.
const ONSET_BEFORE_S: f64 = 0.3;
const ONSET_S: f64 = 1.2;

/// The highest frequency that all of some rates (samples per second) reach, in hertz.
pub fn top_hz(rates_hz: impl IntoIterator<Item = u32>) -> u32 {
    let lowest = rates_hz.into_iter().min().unwrap_or(TOP_HZ_MAX * 4);
    (lowest / 2 * REACH_PERCENT / 100).min(TOP_HZ_MAX)
}

/// What a model learns of each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Views {
    /// The window as it is.
    Whole,
    /// The window as it is, and its loudest moment: what there is of a sound when it is told of first.
    WholeAndOnset,
}

/// Why a window is no example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnExample {
    /// Nothing, or too much.
    #[error("a label has 1 to {SOUND_LABEL_BYTES_MAX} bytes")]
    Label,
    /// Nothing is heard in it.
    #[error("it is silent: take it out")]
    Silent,
    /// It cannot hold what the others hold.
    #[error("at {0} samples per second it does not reach {1} Hz, which the others do: record at one rate")]
    Rate(u32, u32),
}

/// A window of a known label.
pub struct Example {
    /// What it was cut from: windows of one source are never on both sides of a measurement.
    pub(super) source: String,
    pub(super) label: String,
    pub(super) top_hz: u32,
    pub(super) views: Vec<Heard>,
}

impl AsRef<Example> for Example {
    fn as_ref(&self) -> &Example {
        self
    }
}

impl Example {
    /// From its source, its label, its samples, and the highest frequency looked at in all windows ([`top_hz`]).
    pub fn new(
        source: &str,
        label: &str,
        window: &Window,
        top_hz: u32,
        views: Views,
    ) -> Result<Self, NotAnExample> {
        if !(1..=SOUND_LABEL_BYTES_MAX).contains(&label.len()) {
            return Err(NotAnExample::Label);
        }
        if window.rate_hz() / 2 < top_hz {
            return Err(NotAnExample::Rate(window.rate_hz(), top_hz));
        }
        let whole = Heard::of(window, top_hz).ok_or(NotAnExample::Silent)?;
        let onset = (views == Views::WholeAndOnset).then(|| onset(window)).flatten();
        let onset = onset.and_then(|window| Heard::of(&window, top_hz));
        let views = [Some(whole), onset].into_iter().flatten().collect();
        Ok(Self { source: source.to_owned(), label: label.to_owned(), top_hz, views })
    }

    /// What it was cut from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it is.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What a model makes of it: the whole of it, as [`Model::probabilities`] does, or its onset where that was kept.
    pub fn told_by(&self, model: &Model, onset: bool) -> Vec<f32> {
        let view = self.views.get(usize::from(onset)).unwrap_or(&self.views[0]);
        model.probabilities_of(&model.features(view))
    }
}

/// The piece of a window around its loudest moment; `None` where that is nearly all of it.
pub fn onset(window: &Window) -> Option<Window> {
    let rate = f64::from(window.rate_hz());
    let (length, before) = ((ONSET_S * rate) as usize, (ONSET_BEFORE_S * rate) as usize);
    let step = (rate / 100.0) as usize;
    if window.samples() < length + before {
        return None;
    }
    let energy = |piece: &[f32]| piece.iter().map(|one| one * one).sum::<f32>();
    let pieces = window.channels()[0].chunks_exact(step).map(energy);
    let loudest = pieces.enumerate().max_by(|one, two| one.1.total_cmp(&two.1)).map_or(0, |(at, _)| at);
    let from = (loudest * step).saturating_sub(before).min(window.samples() - length);
    let channels = window.channels().iter().map(|one| one[from..from + length].to_vec()).collect();
    Window::new(window.from().plus_seconds(from as f64 / rate), window.rate_hz(), channels).ok()
}

/// What is read off a window: three blocks of features, and what patches are cut from.
pub(super) struct Heard {
    fixed: [Vec<f32>; 3],
    pub(super) cepstra: Cepstra,
}

impl Heard {
    /// `None` of silence, and where the rate does not reach.
    pub(super) fn of(window: &Window, top_hz: u32) -> Option<Self> {
        let picture = Picture::of(window, top_hz)?;
        let fixed =
            [statistics::cepstra(&picture), statistics::beats(&picture), statistics::loudness(&picture)];
        Some(Self { fixed, cepstra: Cepstra { cepstra: picture.cepstra, level: picture.level } })
    }

    pub(super) fn features(&self, dictionaries: &[Dictionary; 2]) -> Features {
        let [cepstra, beats, loudness] = self.fixed.clone();
        let [short, long] = dictionaries;
        [cepstra, beats, loudness, short.answers(&self.cepstra), long.answers(&self.cepstra)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Moment;

    #[test]
    fn an_onset_holds_the_loudest_moment_and_a_little_before() {
        let mut samples = vec![0.0f32; 48_000];
        samples[32_000..32_400].fill(0.9);
        let window = Window::new(Moment::from_micros(0), 16_000, vec![samples]).unwrap();
        let cut = onset(&window).unwrap();
        assert!((cut.seconds() - 1.2).abs() < 1e-3);
        assert!((cut.from().seconds_since(window.from()) - 1.7).abs() < 0.02, "{:?}", cut.from());
        assert!(onset(&cut).is_none());
    }

    #[test]
    fn the_top_is_what_all_reach() {
        assert_eq!((top_hz([48_000, 16_000]), top_hz([44_100]), top_hz([])), (7_840, 12_000, 12_000));
    }

    #[test]
    fn what_is_no_example_is_told_so() {
        let window =
            |value: f32| Window::new(Moment::from_micros(0), 16_000, vec![vec![value; 800]]).unwrap();
        let why = |label: &str, value: f32, top: u32| {
            Example::new("a", label, &window(value), top, Views::Whole).err()
        };
        assert_eq!(why("", 0.1, 7_800), Some(NotAnExample::Label));
        assert_eq!(why("siren", 0.0, 7_800), Some(NotAnExample::Silent));
        assert_eq!(why("siren", 0.1, 12_000), Some(NotAnExample::Rate(16_000, 12_000)));
        assert_eq!(why("siren", 0.1, 7_800), None);
    }
}
