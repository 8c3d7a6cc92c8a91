//! Bare samples: from a file, a named pipe, or the standard output of a child.
//!
//! Not here: what makes them, and what is heard in them.

use std::collections::VecDeque;
use std::os::unix::fs::FileTypeExt as _;

use anyhow::{Context, Result, bail};
use sense::Moment;
use sense::ear::Window;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::Sink;
use crate::sense::config::{Input, Sample};
use crate::sense::limits::{BLOCK_MS, SILENT_MAX};
use crate::sense::time::{Timeline, now, wait_until};

/// What each framed block begins with; then, least byte first, samples per channel (u32) and the time of the first in
/// microseconds since 1970 (i64); then the samples, channel by channel for each instant.
pub(crate) const BLOCK_MARK: [u8; 4] = *b"BLK1";
const HEADER_BYTES: usize = 16;
/// So long a block may be under way from its microphone, in milliseconds.
const UNDER_WAY_MS: f64 = 50.0;

/// How samples lie in a stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Samples a second.
    pub(super) rate_hz: u32,
    /// Microphones.
    pub(super) channels: usize,
    /// How one is written.
    pub(super) sample: Sample,
}

/// How the time of a sample is known.
pub(super) enum Pace {
    /// By when it came.
    Arrival(Timeline),
    /// By counting from a first one; handed on no earlier than it would have come.
    Counted {
        /// When the first sample was.
        start: Moment,
        /// When counting began, by the machine's clock.
        began: Moment,
    },
    /// By the header of its block, whose clock is compared with the machine's.
    Framed(Timeline, Option<Moment>),
    /// By what was said of the stream before it went through a child.
    Told(Anchors),
}

impl Pace {
    /// From the time of the first sample, if it is given.
    pub(super) fn counted(start: Option<Moment>, began: Moment) -> Self {
        Self::Counted { start: start.unwrap_or(began), began }
    }
}

/// When samples at some places of a stream were: told on one side of a child, asked on the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Anchors(std::sync::Arc<std::sync::Mutex<VecDeque<(u64, Moment)>>>);

impl Anchors {
    /// Places that are remembered: more than a child holds back.
    const MAX: usize = 1_024;

    /// Says when the sample at a place was.
    pub(super) fn tell(&self, place: u64, at: Moment) {
        let mut anchors = super::lock(&self.0);
        anchors.push_back((place, at));
        if anchors.len() > Self::MAX {
            anchors.pop_front();
        }
    }

    /// When the sample at a place was, from the last that was told before it.
    fn place(&self, place: u64, rate_hz: u32) -> Option<Moment> {
        let mut anchors = super::lock(&self.0);
        while anchors.get(1).is_some_and(|(next, _)| *next <= place) {
            anchors.pop_front();
        }
        let (told, at) = anchors.front().copied()?;
        Some(at.plus_seconds((place as f64 - told as f64) / f64::from(rate_hz)))
    }
}

/// A file or a named pipe of bare samples.
pub(super) async fn bare(input: &Input, sink: &Sink) -> Result<()> {
    let at = || format!("cannot open {}", input.path.display());
    let shape = Shape { rate_hz: input.rate_hz, channels: input.channels, sample: input.sample };
    let is_pipe = std::fs::metadata(&input.path).with_context(at)?.file_type().is_fifo();
    let live = |pipe: bool| match (input.framed, pipe) {
        (true, _) => Pace::Framed(Timeline::default(), None),
        (false, true) => Pace::Arrival(Timeline::default()),
        (false, false) => Pace::counted(input.start.map(Into::into), now()),
    };
    if is_pipe {
        // Open for both: who writes may come and go.
        let mut options = tokio::net::unix::pipe::OpenOptions::new();
        let mut pipe = options.read_write(true).open_receiver(&input.path).with_context(at)?;
        pump(&mut pipe, shape, live(true), sink).await
    } else {
        let mut file = tokio::fs::File::open(&input.path).await.with_context(at)?;
        pump(&mut file, shape, live(false), sink).await
    }
}

/// Hands on samples until the stream ends.
pub(super) async fn pump(
    from: &mut (impl AsyncRead + Unpin),
    shape: Shape,
    mut pace: Pace,
    sink: &Sink,
) -> Result<()> {
    let block = (shape.rate_hz * BLOCK_MS / 1_000) as usize;
    let mut place = 0_u64;
    let mut bytes = Vec::new();
    loop {
        let mut header = [0; HEADER_BYTES];
        let (samples, told) = if let Pace::Framed(..) = pace {
            if fill(from, &mut header).await? < HEADER_BYTES {
                return Ok(());
            }
            read_header(&header, shape.rate_hz)?
        } else {
            (block, None)
        };
        bytes.resize(samples * shape.bytes_each(), 0);
        let got = fill(from, &mut bytes).await? / shape.bytes_each();
        if got == 0 {
            return Ok(());
        }
        let seconds = got as f64 / f64::from(shape.rate_hz);
        let from = when(&mut pace, told, place, seconds, shape.rate_hz, sink).await?;
        let channels = shape.channels(&bytes[..got * shape.bytes_each()]);
        bytes.fill(0);
        sink.sound(Window::new(from, shape.rate_hz, channels)?);
        place += got as u64;
        if got < samples {
            return Ok(());
        }
    }
}

/// When a block's first sample was, whose last one has just come.
async fn when(
    pace: &mut Pace,
    told: Option<Moment>,
    place: u64,
    seconds: f64,
    rate_hz: u32,
    sink: &Sink,
) -> Result<Moment> {
    let position_s = place as f64 / f64::from(rate_hz);
    match pace {
        Pace::Arrival(timeline) => {
            let (until, jumped) = timeline.place(position_s + seconds, now());
            sink.lost(u64::from(jumped));
            Ok(until.plus_seconds(-seconds))
        }
        Pace::Counted { start, began } => {
            wait_until(began.plus_seconds(position_s + seconds)).await;
            Ok(start.plus_seconds(position_s))
        }
        Pace::Framed(timeline, first) => {
            let from = told.context("a framed block has a time")?;
            let until = from.plus_seconds(seconds);
            let first = *first.get_or_insert(until);
            let (arrived, jumped) = timeline.place(until.seconds_since(first), now());
            sink.lost(u64::from(jumped));
            sink.clock_offset(off_ms(until.seconds_since(arrived) * 1e3), false);
            Ok(from)
        }
        Pace::Told(anchors) => {
            anchors.place(place, rate_hz).context("sound came out of a child before any went in")
        }
    }
}

/// How far a clock is off whose blocks come so much before their time, in milliseconds. A block that comes late may have been under way:
/// only what that does not explain is the clock's.
fn off_ms(before_ms: f64) -> f64 {
    before_ms.max(0.0) + (before_ms + UNDER_WAY_MS).min(0.0)
}

fn read_header(header: &[u8; HEADER_BYTES], rate_hz: u32) -> Result<(usize, Option<Moment>)> {
    let [mark @ .., _, _, _, _, _, _, _, _, _, _, _, _] = *header;
    if mark != BLOCK_MARK {
        bail!("no block begins here: is it written as `framed = true` wants it?");
    }
    let [_, _, _, _, s0, s1, s2, s3, time @ ..] = *header;
    let samples = u32::from_le_bytes([s0, s1, s2, s3]);
    if samples == 0 || samples > rate_hz {
        bail!("a block of {samples} samples; give 1 to {rate_hz}, a second at most");
    }
    Ok((samples as usize, Some(Moment::from_micros(i64::from_le_bytes(time)))))
}

/// Reads until the buffer is full or the stream ends; how much came.
async fn fill(from: &mut (impl AsyncRead + Unpin), buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        let read = tokio::time::timeout(SILENT_MAX, from.read(&mut buffer[filled..])).await;
        match read.with_context(|| format!("nothing came for {} s", SILENT_MAX.as_secs()))? {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) => return Err(error).context("the stream broke off"),
        }
    }
    Ok(filled)
}

impl Shape {
    /// Bytes of the samples of one instant.
    fn bytes_each(self) -> usize {
        self.channels * if self.sample == Sample::F32le { 4 } else { 2 }
    }

    fn channels(self, bytes: &[u8]) -> Vec<Vec<f32>> {
        let mut channels = vec![Vec::with_capacity(bytes.len() / self.bytes_each()); self.channels];
        match self.sample {
            Sample::F32le => {
                let (samples, _) = bytes.as_chunks::<4>();
                for (number, sample) in samples.iter().enumerate() {
                    channels[number % self.channels].push(f32::from_le_bytes(*sample));
                }
            }
            Sample::S16le => {
                let (samples, _) = bytes.as_chunks::<2>();
                for (number, sample) in samples.iter().enumerate() {
                    channels[number % self.channels].push(f32::from(i16::from_le_bytes(*sample)) / 32_768.0);
                }
            }
        }
        channels
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Brought, Desk};
    use super::*;

    const SHAPE: Shape = Shape { rate_hz: 8_000, channels: 2, sample: Sample::S16le };

    fn framed(at: i64, samples: u32) -> Vec<u8> {
        let mut block = BLOCK_MARK.to_vec();
        block.extend(samples.to_le_bytes());
        block.extend(at.to_le_bytes());
        block.extend((0..samples).flat_map(|_| [0, 64, 0, 0]));
        block
    }

    async fn pumped(bytes: &[u8], pace: Pace) -> (Result<()>, Vec<Window>, super::super::InputState) {
        let (desk, queue) = Desk::new();
        let sink = Sink::new(&desk, "one");
        let end = pump(&mut &bytes[..], SHAPE, pace, &sink).await;
        let windows = queue.try_iter().filter_map(|one| match one {
            Brought::Sound(_, window) => Some(window),
            _ => None,
        });
        (end, windows.collect(), desk.states()["one"].clone())
    }

    #[tokio::test]
    async fn a_file_is_counted_at_its_pace() {
        let start = Moment::from_micros(1_000_000);
        let before = now();
        let (end, windows, state) =
            pumped(&[0, 64, 0, 32].repeat(1_200), Pace::counted(Some(start), before)).await;
        end.unwrap();
        let times: Vec<i64> = windows.iter().map(|one| one.from().micros()).collect();
        assert_eq!(times, [1_000_000, 1_100_000]);
        assert_eq!(windows[1].samples(), 400, "the end of a file is not left out");
        assert!(now().seconds_since(before) > 0.149, "no faster than it was made");
        assert!((state.levels_dbfs[0] - state.levels_dbfs[1] - 6.02).abs() < 0.01, "channels are told apart");
    }

    #[tokio::test]
    async fn a_framed_pipe_has_its_own_time_and_its_clock_is_compared() {
        let ahead = 250_000;
        let at = now().micros() + ahead - 100_000;
        let (end, windows, state) = pumped(&framed(at, 800), Pace::Framed(Timeline::default(), None)).await;
        end.unwrap();
        assert_eq!(windows[0].from().micros(), at);
        let offset = state.clock_offset_ms.unwrap();
        assert!((200.0..=250.0).contains(&offset), "{offset}");
    }

    #[test]
    fn late_blocks_are_no_wrong_clock() {
        for (before_ms, off) in [(3.0, 3.0), (-4.0, 0.0), (-49.0, 0.0), (-250.0, -200.0)] {
            assert!((off_ms(before_ms) - off).abs() < 1e-9, "{before_ms}");
        }
    }

    #[tokio::test]
    async fn what_is_not_framed_is_refused() {
        for bytes in [vec![7; 64], framed(0, 0), framed(0, 9_000)] {
            let (end, windows, _) = pumped(&bytes, Pace::Framed(Timeline::default(), None)).await;
            assert!(end.is_err() && windows.is_empty());
        }
    }

    #[test]
    fn a_place_is_told_from_the_last_before_it() {
        let anchors = Anchors::default();
        assert!(anchors.place(0, 8_000).is_none());
        anchors.tell(0, Moment::from_micros(0));
        anchors.tell(8_000, Moment::from_micros(5_000_000));
        assert_eq!(anchors.place(4_000, 8_000), Some(Moment::from_micros(500_000)));
        assert_eq!(anchors.place(12_000, 8_000), Some(Moment::from_micros(5_500_000)));
    }
}
