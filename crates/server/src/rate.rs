//! How often one member or one address may ask: token buckets in bounded memory.
//!
//! Not here: how many requests are in work at the same time ([`crate::security`]).

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use base::Timestamp;
use base::ids::MemberId;

const MS_PER_MINUTE: f64 = 60_000.0;
/// How much more than a minute's number may come at once.
const BURST: f64 = 2.0;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// A member, with all its sessions and tokens.
    Member(MemberId),
    /// An address; for IPv6 its network of 64 bits, which one customer has to itself.
    Address(IpAddr),
}

impl Counted {
    /// An address, as it is counted.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

/// The buckets of one limit.
pub struct Rates {
    per_minute: f64,
    counted_max: usize,
    buckets: Mutex<HashMap<Counted, Bucket>>,
}

impl Rates {
    /// A limit of so many per minute, for at most so many at the same time.
    pub fn new(per_minute: u32, counted_max: usize) -> Self {
        Self { per_minute: f64::from(per_minute), counted_max, buckets: Mutex::new(HashMap::new()) }
    }

    /// Counts one. `Err` with the seconds to wait when there have been too many.
    pub fn count(&self, who: Counted, now: Timestamp) -> Result<(), u64> {
        let most = self.per_minute * BURST;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= self.counted_max && !buckets.contains_key(&who) {
            self.forget(&mut buckets, now);
        }
        let bucket = buckets.entry(who).or_insert(Bucket { left: most, at: now });
        *bucket = Bucket { left: self.left(*bucket, now), at: now };
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 60 seconds")]
        let seconds = ((1.0 - bucket.left) * 60.0 / self.per_minute).ceil().clamp(1.0, 60.0) as u64;
        Err(seconds)
    }

    /// What is left in a bucket by now. A clock set back gives nothing, and counts from there.
    fn left(&self, bucket: Bucket, now: Timestamp) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a minute more or less in a million years")]
        let gone_ms = now.millis_since(bucket.at).max(0) as f64;
        (bucket.left + gone_ms * self.per_minute / MS_PER_MINUTE).min(self.per_minute * BURST)
    }

    /// Makes room: full buckets say nothing; when none is full, the longest quiet half goes.
    fn forget(&self, buckets: &mut HashMap<Counted, Bucket>, now: Timestamp) {
        buckets.retain(|_, bucket| self.left(*bucket, now) < self.per_minute * BURST);
        if buckets.len() >= self.counted_max {
            let mut times: Vec<Timestamp> = buckets.values().map(|bucket| bucket.at).collect();
            let middle = times.len() / 2;
            let middle = *times.select_nth_unstable(middle).1;
            let mut room = self.counted_max / 2;
            buckets.retain(|_, bucket| {
                let keep = bucket.at > middle || (bucket.at == middle && room > 0);
                room = room.saturating_sub(usize::from(keep));
                keep
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Counted {
        Counted::address(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn a_burst_then_a_steady_rate() {
        let (rates, start) = (Rates::new(60, 100), Timestamp::from_seconds(1_000));
        for _ in 0..120 {
            assert_eq!(rates.count(address(1), start), Ok(()));
        }
        assert_eq!(rates.count(address(1), start), Err(1));
        assert_eq!(rates.count(address(2), start), Ok(()), "another is counted apart");
        assert_eq!(rates.count(address(1), start.plus_seconds(1)), Ok(()));
        assert_eq!(rates.count(address(1), start.plus_seconds(1)), Err(1));
        assert_eq!(rates.count(address(1), start.plus_seconds(-3_600)), Err(1), "clock set back");
        assert_eq!(rates.count(address(1), start.plus_seconds(2)), Ok(()), "and forward again");
    }

    #[test]
    fn memory_is_bounded() {
        let (rates, start) = (Rates::new(1, 100), Timestamp::from_seconds(1_000));
        for index in 0..10_000_u32 {
            let who = Counted::address(IpAddr::from(index.to_be_bytes()));
            assert_eq!(rates.count(who, start.plus_millis(i64::from(index) % 7)), Ok(()));
            assert!(rates.buckets.lock().unwrap().len() <= 100, "{index}");
        }
    }

    #[test]
    fn one_ipv6_customer_is_one() {
        let at = |text: &str| Counted::address(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:192.0.2.1"), address(1), "IPv4 in IPv6 dress");
    }
}
