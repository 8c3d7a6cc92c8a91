//! Jetstream's WebSocket (RFC 6455) over a connection of the egress point.
//!
//! Not here: Bluesky's JSON. Nothing is ever sent but the answers that the protocol asks for.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use hyper::header::USER_AGENT;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message as Frame};
use url::Url;

use super::{Ears, MESSAGE_BYTES_MAX, Message, SILENCE_MS_MAX, Said, Tally};
use crate::fetch::connect::Wire;
use crate::fetch::egress::Egress;
use crate::fetch::fault::{FetchFault, Phase};

/// Listens until the stream ends, and says why it did.
pub(super) async fn listen(egress: &Egress, url: &Url, tally: &mut Tally, ears: &mut Ears) -> FetchFault {
    match listen_to(egress, url, tally, ears).await {
        Ok(()) => FetchFault::Ended("the server closed it".into()),
        Err(fault) => fault,
    }
}

async fn listen_to(egress: &Egress, url: &Url, tally: &mut Tally, ears: &mut Ears) -> Result<(), FetchFault> {
    let mut stream = open(egress, &tally.cursor.resume(url)).await?;
    ears.tell(Said::Up).await?;
    let silence = Duration::from_millis(SILENCE_MS_MAX);
    loop {
        let frame = tokio::time::timeout(silence, stream.next()).await;
        let frame =
            frame.map_err(|_| FetchFault::Slow { phase: Phase::Silence, limit_ms: SILENCE_MS_MAX })?;
        let data = match frame {
            None | Some(Ok(Frame::Close(_))) => return Ok(()),
            Some(Ok(Frame::Text(text))) => Bytes::from(text),
            // Binary frames are compressed ones, which we do not ask for; pings are answered below us.
            Some(Ok(_)) => continue,
            Some(Err(why)) => return Err(fault_of(why)),
        };
        tally.take(Message { event: String::new(), data }, ears).await?;
    }
}

async fn open(egress: &Egress, url: &Url) -> Result<WebSocketStream<Box<dyn Wire>>, FetchFault> {
    let wire = egress.wire(url).await?;
    let request = url.as_str().into_client_request();
    let mut request =
        request.map_err(|_| FetchFault::NotAnAddress(url.as_str().chars().take(200).collect()))?;
    request.headers_mut().insert(USER_AGENT, egress.agent().clone());
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX))
        .max_write_buffer_size(64 * 1024)
        .write_buffer_size(4 * 1024);
    let limit_ms = egress.settings().first_byte_ms_max;
    let greeting = tokio_tungstenite::client_async_with_config(request, wire, Some(config));
    let greeted = tokio::time::timeout(Duration::from_millis(limit_ms), greeting).await;
    let greeted = greeted.map_err(|_| FetchFault::Slow { phase: Phase::FirstByte, limit_ms })?;
    greeted.map(|(stream, _)| stream).map_err(fault_of)
}

fn fault_of(why: Error) -> FetchFault {
    match why {
        Error::Capacity(_) => FetchFault::Message { limit_bytes: MESSAGE_BYTES_MAX },
        Error::Http(answer) => FetchFault::Status { status: answer.status().as_u16(), retry_after_s: None },
        other => FetchFault::Ended(other.to_string().chars().take(200).collect()),
    }
}
