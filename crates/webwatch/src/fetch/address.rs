//! Which addresses may be reached: public ones, and what the administrator allows by name.
//!
//! Not here: names, which the resolver turns into addresses before they come here.
//!
//! Sources: the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and its updates).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A range of addresses: `10.1.0.0/16`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: IpAddr,
    bits: u8,
}

/// The text is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a range of addresses such as 10.1.0.0/16: {0:?}")]
pub struct NotARange(pub String);

impl Range {
    /// Whether the address is in it. Addresses of the other family never are.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let host = 32_u32.saturating_sub(self.bits.into());
                first.to_bits().checked_shr(host) == address.to_bits().checked_shr(host)
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let host = 128_u32.saturating_sub(self.bits.into());
                first.to_bits().checked_shr(host) == address.to_bits().checked_shr(host)
            }
            _ => false,
        }
    }
}

impl FromStr for Range {
    type Err = NotARange;
    fn from_str(text: &str) -> Result<Self, NotARange> {
        let wrong = || NotARange(text.chars().take(64).collect());
        let (first, bits) = text.split_once('/').map_or((text, None), |(first, bits)| (first, Some(bits)));
        let first: IpAddr = first.parse().map_err(|_| wrong())?;
        let whole = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(whole), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > whole { Err(wrong()) } else { Ok(Self { first, bits }) }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.first, self.bits)
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Addresses inside that sources may be at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    /// The addresses, such as `10.1.0.0/16`.
    pub range: Range,
    /// Only this port of them; each port that may be fetched from when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

/// What an address is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Anyone's: public.
    Public,
    /// Inside, and the administrator allows it.
    Allowed,
    /// Inside, reserved, or a way to something that is.
    Refused,
}

/// What an address and port are to us.
pub(super) fn standing(address: IpAddr, port: u16, allowed: &[Allowed]) -> Standing {
    if is_metadata(address) {
        return Standing::Refused;
    }
    if is_public(address) {
        return Standing::Public;
    }
    let named = |rule: &Allowed| rule.range.holds(address) && rule.port.is_none_or(|only| only == port);
    if !allowed.iter().any(named) {
        return Standing::Refused;
    }
    // A translated address that is allowed must not be a way to one that is not.
    match embedded(address) {
        Some(inner) if standing(inner.into(), port, allowed) == Standing::Refused => Standing::Refused,
        _ => Standing::Allowed,
    }
}

/// Where clouds keep the machine's own credentials: never, whatever is allowed.
fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address == Ipv4Addr::new(169, 254, 169, 254) || address == ALIBABA_METADATA,
        IpAddr::V6(address) => {
            address == AWS_METADATA_V6 || embedded(address.into()).is_some_and(|v4| is_metadata(v4.into()))
        }
    }
}

const AWS_METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
const ALIBABA_METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);

/// Reserved for something else than public hosts: first address and bits.
const RESERVED_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !RESERVED_V4.iter().any(|(first, bits)| {
            let host = 32 - bits;
            Ipv4Addr::from(*first).to_bits() >> host == address.to_bits() >> host
        }),
        IpAddr::V6(address) => {
            let parts = address.segments();
            // Only 2000::/3 is public. Within it: protocol assignments with Teredo (2001::/23), documentation
            // (2001:db8::/32, 3fff::/20) and 6to4 (2002::/16) are not.
            let global = parts[0] & 0xe000 == 0x2000;
            let assignments = parts[0] == 0x2001 && parts[1] < 0x0200;
            let documentation =
                (parts[0] == 0x2001 && parts[1] == 0x0db8) || (parts[0] == 0x3fff && parts[1] & 0xf000 == 0);
            global && !assignments && !documentation && parts[0] != 0x2002
        }
    }
}

/// The IPv4 address that an IPv6 address carries: mapped, compatible, 6to4, NAT64 or Teredo.
fn embedded(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let parts = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match parts {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] if address.to_bits() > 1 => Some(v4(high, low)),
        [0, 0, 0, 0, 0xffff, 0, high, low] => Some(v4(high, low)),
        [0x64, 0xff9b, _, _, _, _, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        [0x2001, 0, .., high, low] => Some(v4(!high, !low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: &[(&str, Option<u16>)], port: u16, cases: &[(&str, Standing)]) {
        let rules =
            allowed.iter().map(|(range, port)| Allowed { range: range.parse().unwrap(), port: *port });
        let rules: Vec<_> = rules.collect();
        for (address, expect) in cases {
            assert_eq!(standing(address.parse().unwrap(), port, &rules), *expect, "{address}");
        }
    }

    #[test]
    fn what_is_inside_or_reserved_is_refused() {
        let refused = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:808:808::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ];
        check(&[], 443, &refused.map(|address| (address, Standing::Refused)));
    }

    #[test]
    fn what_is_public_is_not() {
        let public = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.0.0.1",
            "128.0.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "2a00:1450::1",
            "3ffe::1",
            "2606:4700::1111",
        ];
        check(&[], 443, &public.map(|address| (address, Standing::Public)));
    }

    #[test]
    fn what_is_allowed_is_allowed_there_only() {
        let loopback = [("127.0.0.1", Some(8_500))];
        check(
            &loopback,
            8_500,
            &[
                ("127.0.0.1", Standing::Allowed),
                ("127.0.0.2", Standing::Refused),
                ("::1", Standing::Refused),
                ("::ffff:127.0.0.1", Standing::Refused),
            ],
        );
        check(&loopback, 8_480, &[("127.0.0.1", Standing::Refused)]);
        let inside =
            [("10.1.0.0/16", None), ("fd00::/8", None), ("169.254.0.0/16", None), ("64:ff9b::/96", None)];
        check(
            &inside,
            443,
            &[
                ("10.1.255.3", Standing::Allowed),
                ("10.2.0.1", Standing::Refused),
                ("fd12::1", Standing::Allowed),
                ("169.254.1.1", Standing::Allowed),
                ("169.254.169.254", Standing::Refused),
                ("fd00:ec2::254", Standing::Refused),
                ("64:ff9b::808:808", Standing::Allowed),
                ("64:ff9b::a01:101", Standing::Allowed),
                ("64:ff9b::a02:101", Standing::Refused),
                ("64:ff9b::a9fe:a9fe", Standing::Refused),
            ],
        );
        check(
            &[("0.0.0.0/0", None), ("::/0", None)],
            80,
            &[
                ("127.0.0.1", Standing::Allowed),
                ("::1", Standing::Allowed),
                ("169.254.169.254", Standing::Refused),
            ],
        );
    }

    #[test]
    fn ranges_are_read_or_refused() {
        for text in
            ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/x", "host/8", "1.2.3.4/-1"]
        {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
        let range: Range = "10.1.0.0/16".parse().unwrap();
        assert_eq!(range.to_string(), "10.1.0.0/16");
        assert_eq!("::1".parse::<Range>().unwrap().to_string(), "::1/128");
    }
}
