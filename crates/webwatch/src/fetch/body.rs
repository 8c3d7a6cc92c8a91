//! Unpacks an answer while it comes in, and stops at the cap, not after it.
//!
//! Not here: reading from the network, and character sets.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::fault::FetchFault;
use super::settings::EgressSettings;

/// Answers this small may have any ratio: a page of spaces is no bomb, in bytes.
const RATIO_FROM_BYTES: usize = 64 * 1024;
/// Working memory of the brotli decoder, in bytes.
const BROTLI_BUFFER_BYTES: usize = 16 * 1024;

/// What takes the bytes of one answer.
pub(super) struct Unpacker {
    decoder: Decoder,
    travelled_bytes_max: usize,
}

enum Decoder {
    Plain(Sink),
    Gzip(MultiGzDecoder<Sink>),
    /// `deflate` is zlib by the standard and raw with some servers: the first two bytes tell.
    Undecided(Vec<u8>, Sink),
    Zlib(ZlibDecoder<Sink>),
    Raw(DeflateDecoder<Sink>),
    Brotli(Box<DecompressorWriter<Sink>>),
    Closed,
}

struct Sink {
    bytes: Vec<u8>,
    travelled_bytes: usize,
    bytes_max: usize,
    ratio_max: usize,
    full: bool,
}

impl Write for Sink {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        let after = self.bytes.len().saturating_add(more.len());
        let by_ratio = self.travelled_bytes.saturating_mul(self.ratio_max).max(RATIO_FROM_BYTES);
        if after > self.bytes_max.min(by_ratio) {
            self.full = true;
            return Err(io::Error::other("full"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Unpacker {
    /// For an answer with this `Content-Encoding`.
    pub(super) fn new(coding: &str, settings: &EgressSettings) -> Result<Self, FetchFault> {
        let sink = Sink {
            bytes: Vec::new(),
            travelled_bytes: 0,
            bytes_max: settings.unpacked_bytes_max,
            ratio_max: settings.unpacked_ratio_max,
            full: false,
        };
        let decoder = match coding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Decoder::Plain(sink),
            "gzip" | "x-gzip" => Decoder::Gzip(MultiGzDecoder::new(sink)),
            "deflate" => Decoder::Undecided(Vec::new(), sink),
            "br" => Decoder::Brotli(Box::new(DecompressorWriter::new(sink, BROTLI_BUFFER_BYTES))),
            other => return Err(FetchFault::Coding(other.chars().take(40).collect())),
        };
        Ok(Self { decoder, travelled_bytes_max: settings.body_bytes_max })
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), FetchFault> {
        let Some(sink) = self.decoder.sink() else { return Err(FetchFault::Coding("after its end".into())) };
        sink.travelled_bytes = sink.travelled_bytes.saturating_add(chunk.len());
        if sink.travelled_bytes > self.travelled_bytes_max {
            return Err(FetchFault::TooLarge { limit_bytes: self.travelled_bytes_max });
        }
        let done = match &mut self.decoder {
            Decoder::Undecided(start, _) => {
                start.extend_from_slice(chunk);
                self.decide()
            }
            decided => decided.write(chunk),
        };
        done.map_err(|fault| self.explain(&fault))
    }

    /// All of it, when no more comes.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, FetchFault> {
        let empty = self.decoder.sink().is_some_and(|sink| sink.travelled_bytes == 0);
        if !empty && let Err(fault) = self.decoder.finish() {
            return Err(self.explain(&fault));
        }
        Ok(self.decoder.sink().map(|sink| std::mem::take(&mut sink.bytes)).unwrap_or_default())
    }

    fn decide(&mut self) -> io::Result<()> {
        let (start, sink) = match std::mem::replace(&mut self.decoder, Decoder::Closed) {
            Decoder::Undecided(start, sink) if start.len() >= 2 => (start, sink),
            still => {
                self.decoder = still;
                return Ok(());
            }
        };
        let zlib = start[0] & 0x0f == 8 && u16::from_be_bytes([start[0], start[1]]) % 31 == 0;
        self.decoder = if zlib {
            Decoder::Zlib(ZlibDecoder::new(sink))
        } else {
            Decoder::Raw(DeflateDecoder::new(sink))
        };
        self.decoder.write(&start)
    }

    fn explain(&mut self, fault: &io::Error) -> FetchFault {
        match self.decoder.sink() {
            Some(sink) if sink.full => {
                FetchFault::Bomb { limit_bytes: sink.bytes_max, ratio: sink.ratio_max }
            }
            _ => FetchFault::Coding(fault.to_string().chars().take(80).collect()),
        }
    }
}

impl Decoder {
    fn sink(&mut self) -> Option<&mut Sink> {
        match self {
            Self::Plain(sink) | Self::Undecided(_, sink) => Some(sink),
            Self::Gzip(decoder) => Some(decoder.get_mut()),
            Self::Zlib(decoder) => Some(decoder.get_mut()),
            Self::Raw(decoder) => Some(decoder.get_mut()),
            Self::Brotli(decoder) => Some(decoder.get_mut()),
            Self::Closed => None,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(sink) => sink.write_all(bytes),
            Self::Gzip(decoder) => decoder.write_all(bytes),
            Self::Zlib(decoder) => decoder.write_all(bytes),
            Self::Raw(decoder) => decoder.write_all(bytes),
            Self::Brotli(decoder) => decoder.write_all(bytes),
            Self::Undecided(..) | Self::Closed => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) | Self::Closed => Ok(()),
            Self::Undecided(..) => Err(io::ErrorKind::UnexpectedEof.into()),
            Self::Gzip(decoder) => decoder.try_finish(),
            Self::Zlib(decoder) => decoder.try_finish(),
            Self::Raw(decoder) => decoder.try_finish(),
            Self::Brotli(decoder) => decoder.close(),
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    /// `hello hello hello hello hello hello hello hello` by brotli's own tool.
    const BROTLI: &[u8] = &[
        0x1b, 0x2e, 0x00, 0xf8, 0x8d, 0x94, 0x6e, 0xde, 0x44, 0x55, 0x86, 0x96, 0x6c, 0x20, 0x6f, 0x61, 0x4f,
        0x1c, 0x60, 0xe2, 0x00,
    ];

    fn packed(coding: &str, bytes: &[u8]) -> Vec<u8> {
        let level = Compression::best();
        match coding {
            "gzip" => write(GzEncoder::new(Vec::new(), level), bytes, GzEncoder::finish),
            "deflate" => write(ZlibEncoder::new(Vec::new(), level), bytes, ZlibEncoder::finish),
            "raw" => write(DeflateEncoder::new(Vec::new(), level), bytes, DeflateEncoder::finish),
            _ => bytes.to_vec(),
        }
    }

    fn write<W: Write>(mut to: W, bytes: &[u8], finish: fn(W) -> io::Result<Vec<u8>>) -> Vec<u8> {
        to.write_all(bytes).unwrap();
        finish(to).unwrap()
    }

    /// Unpacks in pieces of `step` bytes; gives the result and how many bytes were taken before it ended.
    fn unpack(coding: &str, bytes: &[u8], step: usize) -> (Result<Vec<u8>, FetchFault>, usize) {
        let mut unpacker = Unpacker::new(coding, &EgressSettings::default()).unwrap();
        let mut taken = 0;
        for chunk in bytes.chunks(step) {
            taken += chunk.len();
            if let Err(fault) = unpacker.push(chunk) {
                return (Err(fault), taken);
            }
        }
        (unpacker.finish(), taken)
    }

    #[test]
    fn each_coding_unpacks_in_pieces_of_any_size() {
        let text = b"Gemeente: de tram rijdt weer. ".repeat(40);
        for step in [1, 7, 100_000] {
            for (coding, name) in [("", ""), ("gzip", "gzip"), ("deflate", "deflate"), ("deflate", "raw")] {
                assert_eq!(unpack(coding, &packed(name, &text), step).0.unwrap(), text, "{name} by {step}");
            }
        }
        assert_eq!(unpack("gzip", &[], 1).0.unwrap(), b"", "an empty answer may say anything of its coding");
    }

    #[test]
    fn a_bomb_stops_at_the_cap_and_not_at_its_end() {
        let zeros = vec![0; 64 * 1024 * 1024];
        for (coding, name) in [("gzip", "gzip"), ("deflate", "deflate"), ("deflate", "raw")] {
            let bomb = packed(name, &zeros);
            let (result, taken) = unpack(coding, &bomb, 512);
            assert!(matches!(result, Err(FetchFault::Bomb { .. })), "{name}: {result:?}");
            assert!(taken * 8 < bomb.len(), "{name}: {taken} of {} bytes were taken", bomb.len());
        }
    }

    #[test]
    fn what_is_broken_says_so() {
        let text = b"Gemeente: de tram rijdt weer. ".repeat(40);
        for coding in ["gzip", "deflate"] {
            let whole = packed(coding, &text);
            let (result, _) = unpack(coding, &whole[..whole.len() / 2], 9);
            assert!(matches!(result, Err(FetchFault::Coding(_))), "{coding}: {result:?}");
        }
        assert!(matches!(unpack("br", b"not brotli at all", 4).0, Err(FetchFault::Coding(_))));
        assert!(matches!(Unpacker::new("zstd", &EgressSettings::default()), Err(FetchFault::Coding(_))));
    }

    #[test]
    fn brotli_unpacks() {
        assert_eq!(unpack("br", BROTLI, 3).0.unwrap(), ["hello"; 8].join(" ").into_bytes());
    }

    #[test]
    fn what_travels_has_a_cap_of_its_own() {
        let (result, taken) = unpack("", &vec![b'x'; 5 * 1024 * 1024], 1024);
        assert_eq!(result, Err(FetchFault::TooLarge { limit_bytes: 4 * 1024 * 1024 }));
        assert_eq!(taken, 4 * 1024 * 1024 + 1024);
    }
}
