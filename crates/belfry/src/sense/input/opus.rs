//! Opus sound of a camera: a connection of its own whose packets are wrapped in Ogg pages for the child that decodes them (RFC 7587,
//! RFC 7845, RFC 3533). The library of the other streams hands such packets on and takes none apart.
//!
//! Not here: decoding, and the camera's other streams (`rtsp`).

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt as _;
use retina::client::{PacketItem, Playing, Session, SessionGroup};

use super::rtsp;
use crate::sense::config::Input;

/// Samples a second that all Opus counts in.
pub(super) const RATE_HZ: u32 = 48_000;
/// Largest packet that is taken, in bytes: a page holds no more.
const PACKET_BYTES_MAX: usize = 255 * 254;
/// Longest packet, in samples: 120 ms.
const PACKET_SAMPLES_MAX: u32 = 5_760;
/// The number of the one stream in the pages.
const SERIAL: u32 = 1;

/// The sound of one camera.
pub(super) struct Opus(Session<Playing>);

impl Opus {
    /// Asks the camera for that stream alone.
    pub(super) async fn begin(input: &Input, number: usize, group: Arc<SessionGroup>) -> Result<Self> {
        let mut session = rtsp::described(input, group).await?;
        session.setup(number, rtsp::over_tcp()).await.context("the camera refuses its sound over TCP")?;
        Ok(Self(session.play(rtsp::playing()).await.context("the camera does not play its sound")?))
    }

    /// The next packet or report.
    pub(super) async fn next(&mut self) -> Result<PacketItem> {
        Ok(self.0.next().await.context("the camera closed the connection of its sound")??)
    }
}

/// How many samples a packet holds, from its first bytes (RFC 6716, section 3.1).
pub(super) fn samples(packet: &[u8]) -> Result<u32> {
    let Some(first) = packet.first() else { bail!("an Opus packet of no bytes") };
    let kind = first >> 3;
    let each = match kind {
        0..=11 => [480, 960, 1_920, 2_880][usize::from(kind % 4)],
        12..=15 => [480, 960][usize::from(kind % 2)],
        _ => [120, 240, 480, 960][usize::from(kind % 4)],
    };
    let frames = match first & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(packet.get(1).context("an Opus packet is cut off")? & 0x3f),
    };
    let all = each * frames;
    if all == 0 || all > PACKET_SAMPLES_MAX {
        bail!("an Opus packet of {all} samples; at most {PACKET_SAMPLES_MAX} are possible");
    }
    Ok(all)
}

/// Wraps packets in Ogg pages, one in each so that none waits.
#[derive(Debug, Default)]
pub(super) struct Pages {
    number: u32,
    samples: u64,
}

impl Pages {
    /// What a stream begins with.
    pub(super) fn head(&mut self, channels: u8) -> Vec<u8> {
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        // Nothing is skipped: times count from the first sample.
        head.extend(0_u16.to_le_bytes());
        head.extend(RATE_HZ.to_le_bytes());
        head.extend([0, 0, 0]);
        let mut tags = b"OpusTags".to_vec();
        tags.extend(0_u32.to_le_bytes());
        tags.extend(0_u32.to_le_bytes());
        let mut pages = self.page(&head, 2);
        pages.extend(self.page(&tags, 0));
        pages
    }

    /// A packet of so many samples.
    pub(super) fn packet(&mut self, packet: &[u8], samples: u32) -> Result<Vec<u8>> {
        if packet.len() > PACKET_BYTES_MAX {
            bail!("an Opus packet of {} bytes; at most {PACKET_BYTES_MAX} are taken", packet.len());
        }
        self.samples += u64::from(samples);
        Ok(self.page(packet, 0))
    }

    fn page(&mut self, packet: &[u8], flags: u8) -> Vec<u8> {
        let pieces = packet.len() / 255 + 1;
        let mut page = b"OggS\0".to_vec();
        page.push(flags);
        page.extend(self.samples.to_le_bytes());
        page.extend(SERIAL.to_le_bytes());
        page.extend(self.number.to_le_bytes());
        page.extend([0; 4]);
        page.push(u8::try_from(pieces).expect("larger packets are refused"));
        page.extend(std::iter::repeat_n(255, pieces - 1));
        page.push(u8::try_from(packet.len() % 255).expect("less than 255"));
        page.extend(packet);
        let sum = checksum(&page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        self.number += 1;
        page
    }
}

fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04c1_1db7 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_says_how_long_it_is() {
        // CELT of 20 ms, twice, SILK of 60 ms, hybrid of 10 ms, three of 20 ms.
        for (packet, expect) in [
            (&[31 << 3][..], 960),
            (&[31 << 3 | 1], 1_920),
            (&[3 << 3], 2_880),
            (&[12 << 3], 480),
            (&[31 << 3 | 3, 3], 2_880),
        ] {
            assert_eq!(samples(packet).unwrap(), expect, "{packet:?}");
        }
        for packet in [&[][..], &[31 << 3 | 3], &[31 << 3 | 3, 0], &[31 << 3 | 3, 63]] {
            assert!(samples(packet).is_err(), "{packet:?}");
        }
    }

    #[test]
    fn pages_are_read_by_who_reads_ogg() {
        let mut pages = Pages::default();
        let mut stream = pages.head(2);
        let packets: Vec<Vec<u8>> = [3, 255, 700].map(|length| vec![31 << 3; length]).into();
        for packet in &packets {
            stream.extend(pages.packet(packet, samples(packet).unwrap()).unwrap());
        }
        let source = std::io::Cursor::new(stream);
        let stream = symphonia::core::io::MediaSourceStream::new(Box::new(source), Default::default());
        let probe = symphonia::default::get_probe();
        let hint = symphonia::core::formats::probe::Hint::new();
        let mut format = probe.probe(&hint, stream, Default::default(), Default::default()).unwrap();
        for packet in &packets {
            let found = format.next_packet().unwrap().unwrap();
            assert!(found.data.as_ref() == packet.as_slice(), "{} bytes", packet.len());
        }
        assert!(pages.packet(&vec![0; PACKET_BYTES_MAX + 1], 960).is_err());
    }
}
