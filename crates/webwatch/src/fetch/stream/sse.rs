//! Server-sent events (WHATWG HTML, section 9.2): a reader of bytes, and listening over the egress point.
//!
//! Not here: Mastodon's JSON.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue};
use url::Url;

use super::{Ears, MESSAGE_BYTES_MAX, Message, SILENCE_MS_MAX, Said, Tally};
use crate::fetch::egress::{Egress, Nobody, Request};
use crate::fetch::fault::{FetchFault, Phase};

/// Longest name of an event, in bytes.
const EVENT_BYTES_MAX: usize = 64;

/// Turns bytes, cut anywhere, into messages.
#[derive(Debug, Default)]
pub struct SseReader {
    line: Vec<u8>,
    event: String,
    data: Vec<u8>,
    has_data: bool,
    /// The last byte was a carriage return: a line feed after it belongs to it.
    returned: bool,
    begun: bool,
}

impl SseReader {
    /// Takes the next bytes and gives the messages that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Message>, FetchFault> {
        let mut messages = Vec::new();
        for &byte in bytes {
            let after_return = std::mem::replace(&mut self.returned, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => messages.extend(self.end_line()),
                _ if self.line.len() + self.data.len() >= MESSAGE_BYTES_MAX => {
                    return Err(FetchFault::Message { limit_bytes: MESSAGE_BYTES_MAX });
                }
                _ => self.line.push(byte),
            }
        }
        Ok(messages)
    }

    fn end_line(&mut self) -> Option<Message> {
        let whole = std::mem::take(&mut self.line);
        let mark =
            if std::mem::replace(&mut self.begun, true) { None } else { whole.strip_prefix(b"\xef\xbb\xbf") };
        let line = mark.unwrap_or(&whole);
        if line.is_empty() {
            let (event, data) = (std::mem::take(&mut self.event), std::mem::take(&mut self.data));
            return std::mem::take(&mut self.has_data).then(|| Message { event, data: Bytes::from(data) });
        }
        let at = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = (&line[..at], line.get(at + 1..).unwrap_or_default());
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
            }
            b"event" => {
                self.event = String::from_utf8_lossy(&value[..value.len().min(EVENT_BYTES_MAX)]).into_owned();
            }
            // A comment is a sign of life; ids and retry times are not used by the streams we know.
            _ => {}
        }
        None
    }
}

/// Listens until the stream ends, and says why it did.
pub(super) async fn listen(egress: &Egress, url: &Url, tally: &mut Tally, ears: &mut Ears) -> FetchFault {
    let mut request = Request::new(url.clone());
    request.headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    request.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    match listen_to(egress, &request, tally, ears).await {
        Ok(()) => FetchFault::Ended("the server closed it".into()),
        Err(fault) => fault,
    }
}

async fn listen_to(
    egress: &Egress,
    request: &Request,
    tally: &mut Tally,
    ears: &mut Ears,
) -> Result<(), FetchFault> {
    let (mut opened, ..) = egress.follow(request, &Nobody).await?;
    let kind = opened.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    if !kind.to_ascii_lowercase().starts_with(b"text/event-stream") {
        return Err(FetchFault::Unreadable("not a stream of events".into()));
    }
    ears.tell(Said::Up).await?;
    let mut reader = SseReader::default();
    let silence = Duration::from_millis(SILENCE_MS_MAX);
    loop {
        let frame = tokio::time::timeout(silence, opened.body.frame()).await;
        let frame =
            frame.map_err(|_| FetchFault::Slow { phase: Phase::Silence, limit_ms: SILENCE_MS_MAX })?;
        let Some(frame) = frame else { return Ok(()) };
        let frame = frame.map_err(|why| FetchFault::Ended(why.to_string()))?;
        let Some(data) = frame.data_ref() else { continue };
        for message in reader.push(data)? {
            tally.take(message, ears).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)]) {
        for step in [1, 3, text.len().max(1)] {
            let mut reader = SseReader::default();
            let chunks = text.as_bytes().chunks(step);
            let messages: Vec<Message> = chunks.flat_map(|chunk| reader.push(chunk).unwrap()).collect();
            let message = |(event, data): &(&str, &str)| Message {
                event: (*event).into(),
                data: Bytes::copy_from_slice(data.as_bytes()),
            };
            assert_eq!(messages, expect.iter().map(message).collect::<Vec<_>>(), "{text:?} by {step}");
        }
    }

    #[test]
    fn messages_are_read_wherever_they_are_cut() {
        check(":)\n\nevent: update\ndata: {\"id\":\"1\"}\n\n", &[("update", "{\"id\":\"1\"}")]);
        check("\u{feff}data: a\r\ndata: b\r\n\r\ndata:c\r\rdata\n\n", &[("", "a\nb"), ("", "c"), ("", "")]);
        check("event: lone\n\ndata: x\nid: 7\nretry: 5\n\n", &[("", "x")]);
        check("data: never ended", &[]);
    }

    #[test]
    fn a_message_without_end_is_cut() {
        let mut reader = SseReader::default();
        let (line, mut taken) = (b"data: 0123456789\n", 0);
        let fault = loop {
            match reader.push(line) {
                Ok(messages) => assert!(messages.is_empty()),
                Err(fault) => break fault,
            }
            taken += line.len();
            assert!(taken < 2 * MESSAGE_BYTES_MAX);
        };
        assert_eq!(fault, FetchFault::Message { limit_bytes: MESSAGE_BYTES_MAX });
        let one = SseReader::default().push(&vec![b'x'; MESSAGE_BYTES_MAX + 1]);
        assert_eq!(one, Err(FetchFault::Message { limit_bytes: MESSAGE_BYTES_MAX }));
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read(bytes: Vec<u8>, step in 1_usize..9) {
            let mut reader = SseReader::default();
            let parts: Vec<_> = bytes.chunks(step).flat_map(|chunk| reader.push(chunk).unwrap()).collect();
            proptest::prop_assert_eq!(parts, SseReader::default().push(&bytes).unwrap());
        }
    }
}
