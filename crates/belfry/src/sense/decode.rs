//! Recordings as windows of sound: WAV, FLAC and Ogg Vorbis files of an operator's own, to learn from and to measure on.
//!
//! Not here: live sound, and what is learned (`learn`).

use std::path::Path;

use anyhow::{Context, Result, bail};
use sense::ear::Window;
use sense::limits::{CHANNELS_MAX, RING_SECONDS_MAX};
use sense::plan::Moment;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// Largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Longest recording that is read, in seconds.
const FILE_SECONDS_MAX: usize = 600;
/// A recording longer than a window may be is cut into pieces of so many seconds.
const PIECE_SECONDS: usize = 5;
/// The last piece is left out when it is shorter, in seconds.
const LAST_PIECE_SECONDS_MIN: usize = 1;

/// The windows of a recording: one, or several pieces of a long one.
pub fn windows(file: &Path) -> Result<Vec<Window>> {
    let (rate_hz, channels) =
        decoded(file).with_context(|| format!("{} is no recording that can be read", file.display()))?;
    let rate = rate_hz as usize;
    let samples = channels.first().map_or(0, Vec::len);
    let window = |from: usize, until: usize| {
        let channels = channels.iter().map(|one| one[from..until].to_vec()).collect();
        Window::new(Moment::from_micros(0), rate_hz, channels)
            .with_context(|| format!("{} gives no window", file.display()))
    };
    if samples <= RING_SECONDS_MAX * rate {
        return Ok(vec![window(0, samples)?]);
    }
    let starts = (0..samples).step_by(PIECE_SECONDS * rate);
    let pieces = starts.map(|from| (from, (from + PIECE_SECONDS * rate).min(samples)));
    let long_enough = pieces.filter(|(from, until)| until - from >= LAST_PIECE_SECONDS_MIN * rate);
    long_enough.map(|(from, until)| window(from, until)).collect()
}

/// Samples per second, and the samples of each channel, -1 to 1.
pub(crate) fn decoded(file: &Path) -> Result<(u32, Vec<Vec<f32>>)> {
    let opened = std::fs::File::open(file).context("it cannot be opened")?;
    let size = opened.metadata().context("it has no size")?.len();
    if size > FILE_BYTES_MAX {
        bail!("it has {size} bytes; at most {FILE_BYTES_MAX} are read: cut it");
    }
    let stream = MediaSourceStream::new(Box::new(opened), Default::default());
    let mut hint = Hint::new();
    if let Some(extension) = file.extension().and_then(|one| one.to_str()) {
        hint.with_extension(extension);
    }
    let mut format = symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .context("its kind is not known: give WAV, FLAC or Ogg Vorbis")?;
    samples(&mut *format)
}

fn samples(format: &mut dyn FormatReader) -> Result<(u32, Vec<Vec<f32>>)> {
    let track = format.default_track(TrackType::Audio).context("it holds no sound")?;
    let id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|one| one.audio()).context("it holds no sound")?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .context("its coding is not known: give PCM, FLAC or Vorbis")?;
    let mut shape: Option<(u32, usize)> = None;
    let mut channels: Vec<Vec<f32>> = Vec::new();
    let mut part: Vec<Vec<f32>> = Vec::new();
    while let Some(packet) = format.next_packet().context("it is cut off or damaged")? {
        if packet.track_id != id {
            continue;
        }
        let buffer = match decoder.decode(&packet) {
            Ok(buffer) => buffer,
            // One bad packet is a gap, not the end.
            Err(Error::DecodeError(_)) => continue,
            Err(error) => return Err(error).context("it cannot be decoded"),
        };
        let now = (buffer.spec().rate(), buffer.spec().channels().count());
        if *shape.get_or_insert(now) != now || now.1 > CHANNELS_MAX {
            bail!("its rate or channels change, or it has over {CHANNELS_MAX} channels");
        }
        buffer.copy_to_vecs_planar(&mut part);
        channels.resize(now.1, Vec::new());
        channels.iter_mut().zip(&part).for_each(|(all, part)| all.extend(part));
        if channels[0].len() > FILE_SECONDS_MAX * now.0 as usize {
            bail!("it is longer than {FILE_SECONDS_MAX} seconds: cut it");
        }
    }
    let (rate, _) = shape.context("it holds no sound")?;
    Ok((rate, channels))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A WAV file of 16 bits: a ramp in every channel.
    fn wav(rate: u32, channels: u16, samples: u32) -> Vec<u8> {
        let bytes = samples * u32::from(channels) * 2;
        let mut out = b"RIFF".to_vec();
        out.extend((36 + bytes).to_le_bytes());
        out.extend(b"WAVEfmt \x10\0\0\0\x01\0");
        out.extend(channels.to_le_bytes());
        out.extend(rate.to_le_bytes());
        out.extend((rate * u32::from(channels) * 2).to_le_bytes());
        out.extend((channels * 2).to_le_bytes());
        out.extend(16u16.to_le_bytes());
        out.extend(b"data");
        out.extend(bytes.to_le_bytes());
        for at in 0..samples {
            for _ in 0..channels {
                out.extend(u16::try_from(at % 1_000).unwrap_or(0).to_le_bytes());
            }
        }
        out
    }

    fn read(bytes: &[u8]) -> Result<Vec<Window>> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.wav");
        std::fs::write(&file, bytes).unwrap();
        windows(&file)
    }

    #[test]
    fn a_short_file_is_one_window_and_a_long_one_pieces() {
        let short = read(&wav(16_000, 2, 16_000)).unwrap();
        assert_eq!((short.len(), short[0].samples(), short[0].rate_hz()), (1, 16_000, 16_000));
        let long = read(&wav(8_000, 1, 8_000 * 11 + 4_000)).unwrap();
        assert_eq!(long.iter().map(Window::samples).collect::<Vec<_>>(), [40_000, 40_000, 12_000]);
        let rest = read(&wav(8_000, 1, 8_000 * 10 + 4_000)).unwrap();
        assert_eq!(rest.len(), 2);
    }

    #[test]
    fn what_is_no_recording_is_told_so() {
        for bytes in [&b""[..], b"nothing to hear", &wav(16_000, 1, 100)[..20]] {
            let error = format!("{:#}", read(bytes).unwrap_err());
            assert!(error.contains("one.wav"), "{error}");
        }
        let empty = read(&wav(16_000, 1, 0)).unwrap_err();
        assert!(format!("{empty:#}").contains("holds no sound"), "{empty:#}");
    }
}
