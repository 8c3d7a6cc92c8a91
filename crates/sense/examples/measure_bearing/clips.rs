//! Real clips at the rate of the scenes, decoded by ffmpeg.
//!
//! Not here: scenes.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use realfft::RealFftPlanner;

use crate::scenes::{BAND_HZ, RATE_HZ, WINDOW};

/// From one place to the next at which a clip is looked at for its loudest window, in samples.
const STEP: usize = 800;
/// A helicopter whose softest half second is so far below its mean is not there all the time, in dB.
const STEADY_DB: f64 = 12.0;

/// A clip of five seconds.
pub struct Clip {
    /// Its file without the ending.
    pub name: String,
    /// Its class, as the folder is named.
    pub class: String,
    /// The fold that its data set puts it in.
    pub fold: usize,
    /// Its samples at [`RATE_HZ`].
    pub samples: Vec<f32>,
    /// Where its loudest window begins, by the power in [`BAND_HZ`].
    pub loudest: usize,
    /// Whether it is a helicopter that is heard all the time.
    pub interferes: bool,
}

impl Clip {
    /// Whether its class is the one that interferes.
    pub fn is_helicopter(&self) -> bool {
        self.class.contains("Helicopter")
    }
}

/// All clips of a folder of folders.
pub fn clips(folder: &Path) -> Result<Vec<Clip>> {
    let mut clips = Vec::new();
    let mut files: Vec<_> = Vec::new();
    for class in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let class = class?.path();
        if class.is_dir() {
            files.extend(std::fs::read_dir(class)?.collect::<std::io::Result<Vec<_>>>()?);
        }
    }
    let mut files: Vec<_> = files.into_iter().map(|one| one.path()).collect();
    files.sort();
    for file in files {
        let text =
            |part: Option<&std::ffi::OsStr>| part.and_then(|one| one.to_str()).unwrap_or("").to_owned();
        let name = text(file.file_stem());
        let fold =
            name.split('-').next().and_then(|one| one.parse().ok()).context("a clip without a fold")?;
        let class = text(file.parent().and_then(Path::file_name));
        let samples = decode(&file)?;
        let pieces = (0..samples.len().saturating_sub(WINDOW)).step_by(STEP);
        let power = |at: &usize| (band_power(&samples[*at..at + WINDOW]) * 1e12) as u64;
        let loudest = pieces.max_by_key(power).context("a clip shorter than a window")?;
        let mut clip = Clip { name, class, fold, samples, loudest, interferes: false };
        clip.interferes = clip.is_helicopter() && is_steady(&clip.samples);
        clips.push(clip);
    }
    Ok(clips)
}

fn is_steady(samples: &[f32]) -> bool {
    let powers: Vec<f64> = samples.chunks_exact(WINDOW).map(band_power).collect();
    let mean = powers.iter().sum::<f64>() / powers.len() as f64;
    powers.iter().all(|one| 10.0 * (mean / one.max(1e-30)).log10() < STEADY_DB)
}

fn decode(file: &Path) -> Result<Vec<f32>> {
    let rate = RATE_HZ.to_string();
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(file).args(["-ac", "1", "-ar", &rate, "-f", "f32le", "-"]);
    let out = ffmpeg.output().context("ffmpeg is needed to read the clips")?;
    if !out.status.success() {
        bail!("ffmpeg cannot read {}", file.display());
    }
    let (samples, _) = out.stdout.as_chunks::<4>();
    Ok(samples.iter().map(|one| f32::from_le_bytes(*one)).collect())
}

/// Mean power of a window in [`BAND_HZ`].
pub fn band_power(samples: &[f32]) -> f64 {
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(samples.len());
    let (mut input, mut output) = (samples.to_vec(), transform.make_output_vec());
    // The buffers are the transform's own.
    let _ = transform.process(&mut input, &mut output);
    let length = samples.len() as f64;
    let hz = |line: usize| line as f64 * f64::from(RATE_HZ) / length;
    let lines = output.iter().enumerate().filter(|(line, _)| (BAND_HZ[0]..=BAND_HZ[1]).contains(&hz(*line)));
    2.0 * lines.map(|(_, value)| f64::from(value.norm_sqr())).sum::<f64>() / (length * length)
}
