//! Streams: messages as they come, over the one egress point, with resume, caps and back-off.
//!
//! Not here: what a message says. Only its number is read, to go on from there.

pub(super) mod cursor;
mod rate;
mod socket;
mod sse;

use std::sync::Arc;
use std::time::Duration;

use base::clock::{Clock, Timestamp};
use base::random::Random;
use bytes::Bytes;
use tokio::sync::{mpsc, watch};
use url::Url;

use super::egress::Egress;
use super::fault::FetchFault;
use super::schedule::back_off_ms;
use super::watcher::{Fetched, What};
use cursor::Cursor;
use rate::Bucket;
pub use sse::SseReader;

/// Largest message, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// Longest silence of a stream, in milliseconds: they all send a sign of life more often.
pub const SILENCE_MS_MAX: u64 = 90_000;
/// Most messages a second that are taken of one stream, in the long run.
pub const MESSAGES_PER_S_MAX: u32 = 200;
/// First and longest wait before a stream is opened again, in seconds.
const BACK_OFF_S: (u32, i64) = (1, 300);
/// A stream that lasted this long, in milliseconds, was well: its next fault counts as the first.
const WELL_AFTER_MS: i64 = 60_000;
/// How often what was heard is reported, in milliseconds.
const REPORT_MS: i64 = 1_000;

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What sort it is, in the stream's own word (`update`, `delete`); empty when it names none.
    pub event: String,
    /// Its bytes.
    pub data: Bytes,
}

/// Where to listen, and by which protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// Mastodon's server-sent events.
    Mastodon(Url),
    /// Jetstream's WebSocket.
    Jetstream(Url),
}

impl Listen {
    /// The address of the stream.
    pub fn url(&self) -> &Url {
        match self {
            Self::Mastodon(url) | Self::Jetstream(url) => url,
        }
    }
}

/// What a stream tells of itself.
#[derive(Debug)]
pub(super) enum Said {
    /// It is open.
    Up,
    /// Messages came, so many were dropped, and it was read up to here.
    Heard { dropped: u64, cursor: Option<String> },
    /// It broke off; it will be opened again.
    Down(FetchFault),
    /// It is not for everyone: it will not be opened again.
    Refused(FetchFault),
}

/// Where messages and what the stream tells of itself go.
pub(super) struct Ears {
    pub(super) source: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) messages: mpsc::Sender<Fetched>,
    /// With the number of this stream, so that what an earlier one said late is known as such.
    pub(super) said: mpsc::Sender<(u64, Said)>,
    pub(super) number: u64,
    pub(super) stop: watch::Receiver<bool>,
}

/// What was heard since the last report.
pub(super) struct Tally {
    cursor: Cursor,
    bucket: Bucket,
    messages: u32,
    dropped: u64,
    reported: Timestamp,
}

/// Listens until told to stop, or until nobody takes the messages.
pub(super) async fn keep(egress: Arc<Egress>, listen: Listen, cursor: Option<String>, mut ears: Ears) {
    let now = ears.clock.now();
    let cursor = Cursor::new(&listen, cursor);
    let bucket = Bucket::new(MESSAGES_PER_S_MAX, now);
    let mut tally = Tally { cursor, bucket, messages: 0, dropped: 0, reported: now };
    let (mut faults, mut stop) = (0_u32, ears.stop.clone());
    loop {
        let opened = ears.clock.now();
        let listening = async {
            match &listen {
                Listen::Mastodon(url) => sse::listen(&egress, url, &mut tally, &mut ears).await,
                Listen::Jetstream(url) => socket::listen(&egress, url, &mut tally, &mut ears).await,
            }
        };
        let fault = tokio::select! {
            biased;
            () = stopped(&mut stop) => None,
            fault = listening => Some(fault),
        };
        let now = ears.clock.now();
        let gone = tally.report(&ears, now).await.is_err();
        let Some(fault) = fault.filter(|_| !gone) else { return };
        if matches!(listen, Listen::Mastodon(_)) && is_refusal(&fault) {
            let _ = ears.tell(Said::Refused(fault)).await;
            return;
        }
        faults = if now.millis_since(opened) >= WELL_AFTER_MS { 1 } else { faults.saturating_add(1) };
        let wait_ms = wait_ms(&fault, faults, &*ears.random);
        if ears.tell(Said::Down(fault)).await.is_err() {
            return;
        }
        // The wait ends early when told to stop.
        if tokio::time::timeout(Duration::from_millis(wait_ms), stopped(&mut stop)).await.is_ok() {
            return;
        }
    }
}

/// Comes back when told to stop, or when nobody is left to tell.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn wait_ms(fault: &FetchFault, faults: u32, random: &dyn Random) -> u64 {
    let (first_s, most_s) = BACK_OFF_S;
    let wait = back_off_ms(first_s, faults, random).min(most_s * 1_000);
    let asked = match fault {
        FetchFault::Status { retry_after_s: Some(seconds), .. } => i64::from(*seconds) * 1_000,
        _ => 0,
    };
    u64::try_from(wait.max(asked)).unwrap_or(0)
}

/// The server streams to its own accounts only (Mastodon from 4.2 on), or not at all.
fn is_refusal(fault: &FetchFault) -> bool {
    matches!(fault, FetchFault::Status { status: 401 | 403 | 404 | 405 | 410 | 501, .. })
}

impl Tally {
    /// Takes a message in: passes it on, or drops it when they come too fast.
    pub(super) async fn take(&mut self, message: Message, ears: &Ears) -> Result<(), FetchFault> {
        let now = ears.clock.now();
        self.cursor.note(&message);
        if self.bucket.take(now) {
            self.messages = self.messages.saturating_add(1);
            let fetched = Fetched { source: ears.source.clone(), at: now, what: What::Message(message) };
            ears.messages.send(fetched).await.map_err(|_| FetchFault::Ended("nobody listens".into()))?;
        } else {
            self.dropped += 1;
        }
        if now.millis_since(self.reported) >= REPORT_MS {
            self.report(ears, now).await?;
        }
        Ok(())
    }

    async fn report(&mut self, ears: &Ears, now: Timestamp) -> Result<(), FetchFault> {
        if self.messages == 0 && self.dropped == 0 {
            return Ok(());
        }
        let said = Said::Heard { dropped: self.dropped, cursor: self.cursor.text() };
        (self.messages, self.dropped, self.reported) = (0, 0, now);
        ears.tell(said).await
    }
}

impl Ears {
    async fn tell(&self, said: Said) -> Result<(), FetchFault> {
        let told = self.said.send((self.number, said)).await;
        told.map_err(|_| FetchFault::Ended("nobody listens".into()))
    }
}
