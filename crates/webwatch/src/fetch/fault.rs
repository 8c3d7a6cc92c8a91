//! Why something was not fetched, in words that a source's page can show.
//!
//! Not here: what is done about it (the schedule).

use std::net::IpAddr;

/// What took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Finding the address and making the connection, TLS included.
    Connecting,
    /// Waiting for the first of the answer.
    FirstByte,
    /// All of it, redirects included.
    Whole,
    /// Waiting for more of a stream.
    Silence,
}

impl Phase {
    fn words(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::FirstByte => "the start of the answer",
            Self::Whole => "the whole answer",
            Self::Silence => "the next part of the stream",
        }
    }
}

/// Why something was not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchFault {
    /// The settings cannot be used.
    #[error("the egress settings cannot be used: {0}")]
    Settings(String),
    /// The text is no address.
    #[error("{0:?} is not a web address")]
    NotAnAddress(String),
    /// Neither http nor https.
    #[error("addresses that begin with {0}: are not fetched")]
    Scheme(String),
    /// A port that is not listed.
    #[error("port {0} is not one that may be fetched from")]
    Port(u16),
    /// A name or password in the address.
    #[error("the address holds a name or password; nothing is fetched by logging in")]
    Credentials,
    /// The host is inside, reserved, or this computer.
    #[error("{host} is at {address}, which is inside or reserved and not allowed by the administrator")]
    Forbidden {
        /// The host as named.
        host: String,
        /// Where it is.
        address: IpAddr,
    },
    /// A host outside pointed to one inside, which only the administrator's own sources may use.
    #[error("a host outside pointed to {host}, which is inside")]
    Inward {
        /// The host pointed to.
        host: String,
    },
    /// The name has no address.
    #[error("the name {host} has no address: {why}")]
    Unresolved {
        /// The host as named.
        host: String,
        /// What the resolver said.
        why: String,
    },
    /// No connection.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host as named.
        host: String,
        /// What the system said.
        why: String,
    },
    /// The certificate or the encryption is wrong.
    #[error("no safe connection to {host}: {why}")]
    Tls {
        /// The host as named.
        host: String,
        /// What is wrong.
        why: String,
    },
    /// It took too long.
    #[error("{} took longer than {limit_ms} ms", .phase.words())]
    Slow {
        /// What took too long.
        phase: Phase,
        /// The limit that was passed.
        limit_ms: u64,
    },
    /// The answer is not HTTP, broke off, or its headers are too large.
    #[error("the answer is broken: {0}")]
    Broken(String),
    /// The answer is too large as it travels.
    #[error("the answer is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit that was passed.
        limit_bytes: usize,
    },
    /// The answer is too large when decompressed.
    #[error("the answer unpacks to more than {limit_bytes} bytes, or to more than {ratio} times its size")]
    Bomb {
        /// The limit on the unpacked size.
        limit_bytes: usize,
        /// The limit on the ratio.
        ratio: usize,
    },
    /// A coding that was not asked for, or that does not unpack.
    #[error("the answer cannot be unpacked: {0}")]
    Coding(String),
    /// Redirected too often or in a circle.
    #[error("redirected more than {0} times, or in a circle")]
    Redirects(usize),
    /// Redirected to something that is no address.
    #[error("redirected to {0:?}, which is not a web address")]
    Location(String),
    /// An answer other than success.
    #[error("the answer was {status}{}", status_words(*.status))]
    Status {
        /// The status code.
        status: u16,
        /// When to come back, in seconds, if the answer said so.
        retry_after_s: Option<u32>,
    },
    /// The host's robots.txt asks to stay away.
    #[error("the host's robots.txt asks not to fetch this")]
    Robots,
    /// The host's robots.txt could not be read now, so nothing of it is fetched now.
    #[error("the host's robots.txt cannot be had at present: {0}")]
    RobotsUnknown(String),
    /// A stream sent too large a message.
    #[error("the stream sent a message larger than {limit_bytes} bytes")]
    Message {
        /// The limit that was passed.
        limit_bytes: usize,
    },
    /// A stream ended.
    #[error("the stream ended: {0}")]
    Ended(String),
    /// What came cannot be read as what the source is; said by whoever reads it.
    #[error("what came cannot be read: {0}")]
    Unreadable(String),
}

impl FetchFault {
    /// Whether it is about the whole host (unreachable, overloaded) and not about one address on it.
    pub fn is_of_host(&self) -> bool {
        match self {
            Self::Unresolved { .. } | Self::Unreachable { .. } | Self::Tls { .. } => true,
            Self::RobotsUnknown(_) => true,
            Self::Slow { phase, .. } => matches!(phase, Phase::Connecting | Phase::FirstByte),
            Self::Status { status, .. } => matches!(status, 429 | 500..=599),
            _ => false,
        }
    }
}

fn status_words(status: u16) -> &'static str {
    match status {
        401 | 403 => " (it asks who we are, and nothing is fetched by logging in)",
        404 => " (not there)",
        410 => " (gone for good)",
        429 => " (too many requests)",
        500..=599 => " (the host has a fault)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_happened() {
        let status = |status| FetchFault::Status { status, retry_after_s: None };
        assert_eq!(status(410).to_string(), "the answer was 410 (gone for good)");
        assert_eq!(status(418).to_string(), "the answer was 418");
        let slow = FetchFault::Slow { phase: Phase::FirstByte, limit_ms: 20_000 };
        assert_eq!(slow.to_string(), "the start of the answer took longer than 20000 ms");
        assert!(status(503).is_of_host() && status(429).is_of_host() && !status(404).is_of_host());
    }
}
