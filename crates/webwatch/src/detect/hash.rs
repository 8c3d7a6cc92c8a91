//! One hash for words and stretches of text: fast, the same on every machine and in every version.
//!
//! Not here: anything secret; see [`crate::privacy`].
//!
//! Method: FNV-1a over bytes, finished with the mixer of `SplitMix64` (Steele and others, 2014).

/// The hash of a text.
pub fn of_text(text: &str) -> u64 {
    of_bytes(0xcbf2_9ce4_8422_2325, text.as_bytes())
}

/// The hash of bytes behind a state: hashes of several parts in a row.
pub fn of_bytes(state: u64, bytes: &[u8]) -> u64 {
    mix(bytes.iter().fold(state, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// Two hashes made one.
pub fn pair(one: u64, two: u64) -> u64 {
    mix(one.rotate_left(32) ^ two.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Each bit of the outcome depends on each bit of the income.
pub fn mix(mut bits: u64) -> u64 {
    bits ^= bits >> 30;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^= bits >> 27;
    bits = bits.wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_what_it_was() {
        // Kept signatures and models depend on these.
        assert_eq!(of_text("belfry"), of_bytes(0xcbf2_9ce4_8422_2325, b"belfry"));
        assert_eq!(mix(1), 0x5692_161d_100b_05e5);
        assert_ne!(pair(1, 2), pair(2, 1));
    }
}
