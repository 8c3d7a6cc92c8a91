//! What is read off a picture without having learned anything: the spread of its cepstra, the beat of its bands, and the shape of
//! its loudness.
//!
//! Not here: patches, which are learned (`patches`).

use nalgebra::DMatrix;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::spectrum::{BANDS, CEPSTRA, FRAMES_PER_SECOND, Picture};

/// Frames so far below the loudest say nothing of the sound, in dB.
const ACTIVE_DB: f32 = -50.0;
/// Frames to each side over which a slope is taken.
const SLOPE_FRAMES: usize = 4;
/// Groups of bands whose beat is looked at.
const GROUPS: usize = 16;
/// Frames of the transform over time: 5.12 seconds.
const BEAT_FRAMES: usize = 512;
/// Edges of the ranges of beats, in hertz: from gusts over ticks and rotors to roughness.
const BEAT_HZ: [f64; 10] = [0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 18.0, 25.0, 35.0, 50.1];
/// Lags at which a loudness is held against itself, in frames.
const LAG_FRAMES: [usize; 11] = [3, 5, 8, 12, 18, 25, 35, 50, 70, 100, 140];
/// Frames after and before the loudest at which its level is read.
const AFTER_FRAMES: [usize; 5] = [3, 6, 12, 24, 48];
const BEFORE_FRAMES: [usize; 4] = [2, 5, 10, 20];
/// A level outside the window.
const NOTHING_DB: f32 = -80.0;

/// How many numbers [`cepstra`], [`beats`] and [`loudness`] give.
pub(super) const FIXED: [usize; 3] = [
    CEPSTRA * 11 - 1,
    GROUPS * (BEAT_HZ.len() - 1),
    9 + LAG_FRAMES.len() + AFTER_FRAMES.len() + BEFORE_FRAMES.len(),
];

/// Middle, spread and quantiles of the cepstra, their slopes and how those change.
pub(super) fn cepstra(picture: &Picture) -> Vec<f32> {
    let active: Vec<usize> =
        (0..picture.level.len()).filter(|frame| picture.level[*frame] > ACTIVE_DB).collect();
    let slope = slopes(&picture.cepstra);
    let bend = slopes(&slope);
    let mut out = spread(&picture.cepstra, &active);
    // The mean level is how loud the window is on average below its peak: the shape of the loudness says it better.
    out.remove(0);
    out.extend(spread(&slope, &active));
    out.extend((0..CEPSTRA).map(|row| mean_and_deviation(active.iter().map(|at| bend[(row, *at)])).1));
    out
}

/// For all rows the means, then the deviations, then each of three quantiles.
fn spread(rows: &DMatrix<f32>, active: &[usize]) -> Vec<f32> {
    let count = rows.nrows();
    let mut out = vec![0.0; count * 5];
    let mut values = Vec::with_capacity(active.len());
    for row in 0..count {
        values.clear();
        values.extend(active.iter().map(|at| rows[(row, *at)]));
        let (mean, deviation) = mean_and_deviation(values.iter().copied());
        out[row] = mean;
        out[count + row] = deviation;
        for (place, share) in [0.1, 0.5, 0.9].into_iter().enumerate() {
            out[count * (2 + place) + row] = quantile(&mut values, share);
        }
    }
    out
}

/// Mean and standard deviation; noughts of nothing.
pub(super) fn mean_and_deviation(values: impl Iterator<Item = f32> + Clone) -> (f32, f32) {
    let count = values.clone().count().max(1) as f32;
    let mean = values.clone().sum::<f32>() / count;
    let square = values.map(|one| (one - mean) * (one - mean)).sum::<f32>() / count;
    (mean, square.sqrt())
}

/// The value that a share of the values is below; the values change places.
pub(super) fn quantile(values: &mut [f32], share: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let at = (share * (values.len() - 1) as f32).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

/// The slope of each row over the frames around each frame, by least squares.
fn slopes(rows: &DMatrix<f32>) -> DMatrix<f32> {
    let frames = rows.ncols();
    let norm: f32 = (1..=SLOPE_FRAMES).map(|step| 2.0 * (step * step) as f32).sum();
    let mut out = DMatrix::zeros(rows.nrows(), frames);
    for (frame, mut column) in out.column_iter_mut().enumerate() {
        for step in 1..=SLOPE_FRAMES {
            let weight = step as f32 / norm;
            column.axpy(weight, &rows.column((frame + step).min(frames - 1)), 1.0);
            column.axpy(-weight, &rows.column(frame.saturating_sub(step)), 1.0);
        }
    }
    out
}

/// How strongly each group of bands beats in each range of frequencies.
pub(super) fn beats(picture: &Picture) -> Vec<f32> {
    let frames = picture.level.len();
    let peak = loudest(picture);
    let from = peak.saturating_sub(BEAT_FRAMES / 2).min(frames.saturating_sub(BEAT_FRAMES));
    let count = frames.min(BEAT_FRAMES);
    let shape: Vec<f32> = (0..count)
        .map(|at| (std::f32::consts::PI * (at as f32 + 0.5) / count as f32).sin().powi(2))
        .collect();
    let weight: f32 = shape.iter().map(|one| one * one).sum();
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(BEAT_FRAMES);
    let (mut spectrum, mut scratch) = (transform.make_output_vec(), transform.make_scratch_vec());
    let mut piece = vec![0.0f32; BEAT_FRAMES];
    let mut out = Vec::with_capacity(GROUPS * (BEAT_HZ.len() - 1));
    let each = BANDS / GROUPS;
    for group in 0..GROUPS {
        piece.fill(0.0);
        for (at, to) in piece.iter_mut().take(count).enumerate() {
            *to = picture.bands.view((group * each, from + at), (each, 1)).sum() / each as f32;
        }
        let mean = piece.iter().sum::<f32>() / count as f32;
        piece.iter_mut().zip(&shape).for_each(|(one, weight)| *one = (*one - mean) * weight);
        if transform.process_with_scratch(&mut piece, &mut spectrum, &mut scratch).is_err() {
            spectrum.fill(Complex::default());
        }
        for range in BEAT_HZ.windows(2) {
            let bin = |hz: f64| (hz * BEAT_FRAMES as f64 / FRAMES_PER_SECOND).ceil() as usize;
            let bins = &spectrum[bin(range[0])..bin(range[1]).min(spectrum.len())];
            let power = bins.iter().map(Complex::norm_sqr).sum::<f32>() / bins.len() as f32;
            out.push((power / weight + 0.01).log10());
        }
    }
    out
}

/// How the loudness goes: how much of the window is loud, how it rises and falls, whether it repeats, and its peak.
pub(super) fn loudness(picture: &Picture) -> Vec<f32> {
    let level = &picture.level;
    let share = |over: f32| level.iter().filter(|one| **one > over).count() as f32 / level.len() as f32;
    let mut out = vec![share(ACTIVE_DB), share(-10.0), share(-20.0), share(-30.0)];
    let mut steps: Vec<f32> = level.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for at in [1.0, 0.99, 0.0, 0.01] {
        out.push(quantile(&mut steps, at));
    }
    out.push(steps.iter().filter(|one| **one > 6.0).count() as f32 / level.len() as f32);
    out.extend(repeats(level));
    let peak = loudest(picture);
    let at = |frame: Option<usize>| frame.and_then(|at| level.get(at)).copied().unwrap_or(NOTHING_DB);
    out.extend(AFTER_FRAMES.map(|step| at(Some(peak + step))));
    out.extend(BEFORE_FRAMES.map(|step| at(peak.checked_sub(step))));
    out
}

fn loudest(picture: &Picture) -> usize {
    let level = picture.level.iter().enumerate();
    level.max_by(|one, two| one.1.total_cmp(two.1)).map_or(0, |(frame, _)| frame)
}

/// The largest likeness of a loudness to itself, moved by a range of lags.
fn repeats(level: &[f32]) -> Vec<f32> {
    let linear: Vec<f32> = level.iter().map(|one| 10f32.powf(one.max(-60.0) / 20.0)).collect();
    let mean = linear.iter().sum::<f32>() / linear.len() as f32;
    let about: Vec<f32> = linear.iter().map(|one| one - mean).collect();
    let whole: f32 = about.iter().map(|one| one * one).sum::<f32>() + 1e-9;
    let at = |lag: usize| match about.get(lag..) {
        Some(later) => later.iter().zip(&about).map(|(one, two)| one * two).sum::<f32>() / whole,
        None => 0.0,
    };
    let likeness: Vec<f32> = (0..LAG_FRAMES[LAG_FRAMES.len() - 1] * 3 / 2).map(at).collect();
    let largest = |lag: usize| likeness[lag..lag * 3 / 2].iter().fold(f32::MIN, |most, one| most.max(*one));
    LAG_FRAMES.map(largest).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ear::Window;
    use crate::plan::Moment;

    /// Hiss that is loud a part of each beat.
    fn beating(hz: f64) -> Picture {
        let mut state = 1u32;
        let samples = (0..32_000).map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let loud = (f64::from(at) / 16_000.0 * hz).fract() < 0.3;
            (state >> 8) as f32 / 16_777_216.0 * if loud { 1.0 } else { 0.01 }
        });
        let window = Window::new(Moment::from_micros(0), 16_000, vec![samples.collect()]).unwrap();
        Picture::of(&window, 7_800).unwrap()
    }

    #[test]
    fn a_beat_is_found_in_its_range_and_at_its_lag() {
        let (slow, quick) = (beating(4.0), beating(20.0));
        let ranges = BEAT_HZ.len() - 1;
        let strongest = |picture: &Picture| {
            let all = beats(picture);
            let group = &all[8 * ranges..9 * ranges];
            (0..ranges).max_by(|one, two| group[*one].total_cmp(&group[*two])).unwrap()
        };
        assert_eq!((strongest(&slow), strongest(&quick)), (3, 6));
        let likeness = repeats(&slow.level);
        assert!(likeness[5] > 0.6, "{likeness:?}");
        assert!(likeness[3] < 0.2, "{likeness:?}");
    }

    #[test]
    fn lengths_do_not_hang_on_the_window() {
        let one = beating(4.0);
        let window = Window::new(Moment::from_micros(0), 16_000, vec![vec![0.5, 0.1]]).unwrap();
        let short = Picture::of(&window, 7_800).unwrap();
        for (of, length) in [cepstra, beats, loudness].into_iter().zip(FIXED) {
            assert_eq!((of(&one).len(), of(&short).len()), (length, length));
            assert!(of(&short).iter().all(|value| value.is_finite()));
        }
    }
}
