//! A queue of nodes by whole deciseconds: buckets of a few deciseconds each, and words of bits that say which are not empty.
//!
//! Times may only grow as they are taken out (a search does that), and may be far ahead: what lies beyond the buckets waits in
//! a list. Within a bucket the order is any, so a node may come out before it is final: whoever takes it compares the time
//! with its own, and goes on from a node again when it got better. Widths and sizes were chosen by measuring.
//!
//! Not here: the search.

/// Deciseconds in a bucket, as a power of two.
const WIDTH_BITS: u32 = 3;
/// Buckets, a power of 64.
const BUCKETS: usize = 64 * 64;
/// What is taken out is final once something at least this much later is taken out.
pub(super) const WIDTH: u32 = 1 << WIDTH_BITS;
/// Deciseconds that the buckets span together: 55 minutes.
const SPAN: u32 = (BUCKETS as u32) << WIDTH_BITS;
const NONE: u32 = u32::MAX;

/// Nodes by time.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    heads: Vec<u32>,
    /// By bucket: a bit if it is not empty; and by word of those.
    filled: [u64; 64],
    words: u64,
    /// Time, node, next of the bucket.
    entries: Vec<(u32, u32, u32)>,
    /// Time at which the buckets begin.
    begins: u32,
    later: Vec<(u32, u32)>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            heads: vec![NONE; BUCKETS],
            filled: [0; 64],
            words: 0,
            entries: Vec::new(),
            begins: 0,
            later: Vec::new(),
        }
    }
}

impl Queue {
    /// Makes it ready for another search; it must be empty.
    pub fn restart(&mut self) {
        self.entries.clear();
        self.begins = 0;
    }

    /// Puts a node in. Not earlier than what was last taken out.
    #[inline]
    pub fn push(&mut self, time: u32, node: u32) {
        let ahead = time - self.begins;
        if ahead >= SPAN {
            self.later.push((time, node));
            return;
        }
        let bucket = (ahead >> WIDTH_BITS) as usize;
        let head = &mut self.heads[bucket];
        let entry = u32::try_from(self.entries.len()).unwrap_or(NONE);
        self.entries.push((time, node, *head));
        *head = entry;
        self.filled[bucket / 64] |= 1 << (bucket % 64);
        self.words |= 1 << (bucket / 64);
    }

    /// Takes one of the earliest bucket.
    #[inline]
    pub fn pop(&mut self) -> Option<(u32, u32)> {
        if self.words == 0 && !self.refill() {
            return None;
        }
        let word = self.words.trailing_zeros() as usize;
        let bucket = word * 64 + self.filled[word].trailing_zeros() as usize;
        let (time, node, next) = self.entries[self.heads[bucket] as usize];
        self.heads[bucket] = next;
        if next == NONE {
            self.filled[word] &= self.filled[word] - 1;
            if self.filled[word] == 0 {
                self.words &= self.words - 1;
            }
        }
        Some((time, node))
    }

    /// Forgets what is in it.
    pub fn clear(&mut self) {
        while self.words != 0 {
            let word = self.words.trailing_zeros() as usize;
            while self.filled[word] != 0 {
                self.heads[word * 64 + self.filled[word].trailing_zeros() as usize] = NONE;
                self.filled[word] &= self.filled[word] - 1;
            }
            self.words &= self.words - 1;
        }
        self.entries.clear();
        self.later.clear();
    }

    /// Moves the buckets to the earliest of what waits.
    fn refill(&mut self) -> bool {
        self.entries.clear();
        let Some(earliest) = self.later.iter().map(|(time, _)| *time).min() else { return false };
        self.begins = earliest;
        for (time, node) in std::mem::take(&mut self.later) {
            self.push(time, node);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn takes_out_what_was_put_in_nearly_in_order(times in proptest::collection::vec(0_u32..500_000, 0..300)) {
            let mut queue = Queue::default();
            queue.restart();
            for (node, time) in (0_u32..).zip(&times) {
                queue.push(*time, node);
            }
            let mut got = Vec::new();
            while let Some((time, node)) = queue.pop() {
                prop_assert_eq!(times[node as usize], time);
                got.push(time);
            }
            let width = 1 << WIDTH_BITS;
            prop_assert!(got.windows(2).all(|pair| pair[0] < pair[1] + width));
            prop_assert_eq!(got.len(), times.len());
            for (node, time) in (0_u32..).zip(&times) {
                queue.push(queue.begins + time, node);
            }
            queue.clear();
            prop_assert_eq!(queue.pop(), None);
            queue.restart();
            queue.push(3, 1);
            prop_assert_eq!(queue.pop(), Some((3, 1)));
        }
    }
}
