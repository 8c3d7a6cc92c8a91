//! What the administrator says of fetching: who we are, where we may go, how much we take.
//!
//! Not here: how often a source is looked at.

use serde::{Deserialize, Serialize};

use super::address::Allowed;

/// The settings of the egress point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EgressSettings {
    /// How the owner of a site can reach whoever runs this node: an e-mail or web address, sent with each request.
    pub contact: String,
    /// The ports that may be fetched from.
    pub ports: Vec<u16>,
    /// Addresses inside that sources may be at; without any, public addresses only.
    pub allow: Vec<Allowed>,
    /// Most redirects that are followed for one request.
    pub redirects_max: usize,
    /// Largest headers of an answer, in bytes.
    pub header_bytes_max: usize,
    /// Largest answer as it travels, in bytes.
    pub body_bytes_max: usize,
    /// Largest answer when unpacked, in bytes.
    pub unpacked_bytes_max: usize,
    /// How many times larger than it travels an answer may be when unpacked (from 64 KiB on).
    pub unpacked_ratio_max: usize,
    /// Longest time to find the address and connect, TLS included, in milliseconds.
    pub connect_ms_max: u64,
    /// Longest time from the request to the start of the answer, in milliseconds.
    pub first_byte_ms_max: u64,
    /// Longest time for everything, redirects included, in milliseconds.
    pub whole_ms_max: u64,
}

impl Default for EgressSettings {
    fn default() -> Self {
        Self {
            contact: String::new(),
            ports: vec![80, 443],
            allow: Vec::new(),
            redirects_max: 5,
            header_bytes_max: 32 * 1024,
            body_bytes_max: 4 * 1024 * 1024,
            unpacked_bytes_max: 8 * 1024 * 1024,
            unpacked_ratio_max: 100,
            connect_ms_max: 10_000,
            first_byte_ms_max: 20_000,
            whole_ms_max: 45_000,
        }
    }
}
