//! Sound files and sound cards, through an ffmpeg child that gives bare samples.
//!
//! Not here: the samples on their way (`pcm`), the sound of cameras (`rtsp`).

use std::path::Path;

use anyhow::Result;

use super::Sink;
use super::child::Child;
use super::pcm::{Pace, Shape, pump};
use crate::sense::config::{Input, Sample};
use crate::sense::time::{Timeline, now};

/// A sound file, at the pace at which it was made.
pub(super) async fn file(ffmpeg: &Path, input: &Input, sink: &Sink) -> Result<()> {
    let path = input.path.display().to_string();
    std::fs::File::open(&input.path).map_err(|error| anyhow::anyhow!("cannot open {path}: {error}"))?;
    let pace = Pace::counted(input.start.map(Into::into), now());
    through(ffmpeg, &[], &path, input, pace, sink).await
}

/// A sound card, as long as it gives something.
pub(super) async fn card(ffmpeg: &Path, input: &Input, sink: &Sink) -> Result<()> {
    let (rate, channels) = (input.rate_hz.to_string(), input.channels.to_string());
    let asked = ["-f", "alsa", "-sample_rate", &rate, "-channels", &channels];
    through(ffmpeg, &asked, &input.device, input, Pace::Arrival(Timeline::default()), sink).await
}

async fn through(
    ffmpeg: &Path,
    asked: &[&str],
    opened: &str,
    input: &Input,
    pace: Pace,
    sink: &Sink,
) -> Result<()> {
    let (rate, channels) = (input.rate_hz.to_string(), input.channels.to_string());
    let wanted = ["-vn", "-f", "f32le", "-ar", &rate, "-ac", &channels];
    let (mut child, _, mut samples) = Child::start(ffmpeg, sink.sensor(), asked, opened, &wanted)?;
    let shape = Shape { rate_hz: input.rate_hz, channels: input.channels, sample: Sample::F32le };
    pump(&mut samples, shape, pace, sink).await?;
    if child.is_well().await { Ok(()) } else { Err(child.why().await) }
}
