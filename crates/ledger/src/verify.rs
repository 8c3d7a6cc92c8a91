//! Verification of a whole stored ledger, or of what was added since a trusted checkpoint, in one pass.
//!
//! Entries stream through in order; memory holds one row of hashes per level. The first entry that is not what
//! the tree holds is named. Not here: signatures of leaves ([`crate::Leaf::verify`]; they are independent of each other and so
//! can be spread over threads) and of checkpoints ([`crate::SignedCheckpoint::open`]).

use crate::tile::{TILE_BYTES, TILE_WIDTH, TileReader, join, read_row, split};
use crate::{Checkpoint, Error, Frontier, Hash, Leaf, TreeWriter, leaf_hash};

/// Checks entries, tiles and checkpoints against each other.
#[derive(Debug)]
pub struct LedgerVerifier<'r, R> {
    reader: &'r R,
    size: u64,
    writer: TreeWriter,
    /// The stored hashes of the level-0 tile that the next entry belongs to.
    row: Vec<Hash>,
    agreed: u64,
}

impl<'r, R: TileReader> LedgerVerifier<'r, R> {
    /// Verifies a stored ledger of `size` entries from its first entry.
    pub fn new(reader: &'r R, size: u64) -> Self {
        Self { reader, size, writer: TreeWriter::new(), row: Vec::new(), agreed: 0 }
    }

    /// Verifies a stored ledger of `size` entries from a checkpoint that is trusted: verified before, or
    /// cosigned. Its root must be that of the stored tiles.
    pub fn resume(reader: &'r R, size: u64, trusted: &Checkpoint) -> Result<Self, R::Error> {
        if trusted.size() > size {
            return Err(Error::Beyond { asked: trusted.size(), size }.into());
        }
        let writer = TreeWriter::restore(reader, trusted.size())?;
        let mut verifier = Self { reader, size, writer, row: Vec::new(), agreed: 0 };
        verifier.checkpoint(trusted)?;
        if !trusted.size().is_multiple_of(TILE_WIDTH) {
            verifier.row = verifier.stored_row()?;
        }
        Ok(verifier)
    }

    /// Takes the bytes of the next entry and gives its leaf. After an error the verifier is of no use.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Leaf, R::Error> {
        let index = self.position();
        if index >= self.size {
            return Err(Error::Beyond { asked: index, size: self.size }.into());
        }
        if index.is_multiple_of(TILE_WIDTH) {
            self.row = self.stored_row()?;
        }
        let hash = leaf_hash(bytes);
        if self.row[(index % TILE_WIDTH) as usize] != hash {
            return Err(Error::EntryDiffers { index }.into());
        }
        let leaf = Leaf::decode(bytes).map_err(|error| match error {
            Error::Leaf(reason) => Error::EntryUnreadable { index, reason },
            other => other,
        })?;
        self.writer.append(hash)?;
        for tile in self.writer.take_tiles() {
            if tile.bytes.len() == TILE_BYTES {
                self.compare(tile.level, tile.index, &tile.bytes)?;
            }
        }
        Ok(leaf)
    }

    /// Compares a stored checkpoint with the entries so far. Give each when [`Self::position`] is its size.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        let (size, found) = (checkpoint.size(), self.position());
        if size != found {
            return Err(Error::Count { expected: size, found });
        }
        if checkpoint.root() != self.writer.root() {
            return Err(Error::RootDiffers { size, agreed: self.agreed });
        }
        self.agreed = size;
        Ok(())
    }

    /// Number of entries verified so far, counting those before a trusted checkpoint.
    pub fn position(&self) -> u64 {
        self.writer.size()
    }

    /// Compares the tiles that are still growing and gives the tree over all entries.
    pub fn finish(self) -> Result<Frontier, R::Error> {
        if self.position() != self.size {
            return Err(Error::Count { expected: self.size, found: self.position() }.into());
        }
        for (level, index, hashes) in self.writer.open_tiles() {
            self.compare(level, index, &join(hashes))?;
        }
        Ok(self.writer.frontier().clone())
    }

    fn stored_row(&self) -> Result<Vec<Hash>, R::Error> {
        let index = self.position() / TILE_WIDTH;
        read_row(self.reader, 0, index, (self.size - index * TILE_WIDTH).min(TILE_WIDTH))
    }

    fn compare(&self, level: u8, index: u64, bytes: &[u8]) -> Result<(), R::Error> {
        let stored = self.reader.tile(level, index)?.ok_or(Error::Tile { level, index })?;
        if stored.as_ref() == bytes {
            return Ok(());
        }
        let damaged = Error::Tile { level, index };
        let (Some(stored), Some(computed)) = (split(&stored), split(bytes)) else {
            return Err(damaged.into());
        };
        let first = (0..).zip(computed.iter().zip(&stored)).find(|(_, (ours, theirs))| ours != theirs);
        let Some((at, _)) = first else { return Err(damaged.into()) };
        let entry = (index * TILE_WIDTH + at) << (8 * u32::from(level));
        Err(Error::TileDiffers { level, index, entry }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LeafKind;
    use crate::memory::MemoryTiles;
    use base::Timestamp;
    use base::random::{Random, SeededRandom, bytes};

    #[derive(Clone)]
    struct Stored {
        tiles: MemoryTiles,
        entries: Vec<Vec<u8>>,
        checkpoints: Vec<Checkpoint>,
    }

    fn stored(size: u64) -> Stored {
        let mut stored =
            Stored { tiles: MemoryTiles::default(), entries: Vec::new(), checkpoints: Vec::new() };
        for index in 0..size {
            let entry = Leaf {
                kind: LeafKind::Publish,
                subject: u128::from(index).to_be_bytes(),
                commitment: [1; 32],
                actor: [2; 16],
                at: Timestamp::from_millis(index.try_into().unwrap()),
                policy: [3; 32],
                previous: None,
                key_id: [4; 8],
                signature: Some([5; 64]),
            };
            let entry = entry.encode();
            stored.tiles.push(leaf_hash(&entry));
            stored.entries.push(entry);
            if index % 100 == 99 || index + 1 == size {
                let root = stored.tiles.writer.root();
                stored.checkpoints.push(Checkpoint::new("example.org/facts", index + 1, root).unwrap());
            }
        }
        stored
    }

    fn verify(stored: &Stored, mut verifier: LedgerVerifier<'_, MemoryTiles>) -> Result<Hash, Error> {
        let from = verifier.position();
        let mut checkpoints = stored.checkpoints.iter().skip_while(|c| c.size() <= from).peekable();
        for entry in &stored.entries[from as usize..] {
            verifier.push(entry)?;
            if let Some(checkpoint) = checkpoints.next_if(|c| c.size() == verifier.position()) {
                verifier.checkpoint(checkpoint)?;
            }
        }
        verifier.finish().map(|frontier| frontier.root())
    }

    fn verify_all(stored: &Stored) -> Result<Hash, Error> {
        verify(stored, LedgerVerifier::new(&stored.tiles, stored.entries.len() as u64))
    }

    #[test]
    fn an_untouched_ledger_verifies_from_everywhere() {
        for size in [0, 1, 255, 256, 257, 1_000] {
            let stored = stored(size);
            assert_eq!(verify_all(&stored), Ok(stored.tiles.writer.root()), "{size}");
            for trusted in &stored.checkpoints {
                let verifier = LedgerVerifier::resume(&stored.tiles, size, trusted).unwrap();
                assert_eq!(verify(&stored, verifier), Ok(stored.tiles.writer.root()));
            }
        }
    }

    #[test]
    fn any_flipped_bit_is_found_and_its_entry_named() {
        let whole = stored(700);
        let random = SeededRandom::new(11);
        for _ in 0..150 {
            let (mut bent, index) = (whole.clone(), pick(&random, 700));
            let (at, bit) = (pick(&random, bent.entries[index].len()), 1 << pick(&random, 8));
            bent.entries[index][at] ^= bit;
            assert_eq!(verify_all(&bent), Err(Error::EntryDiffers { index: index as u64 }));
        }
        for _ in 0..100 {
            let mut bent = whole.clone();
            let name = *bent.tiles.tiles.keys().nth(pick(&random, 3)).unwrap();
            let tile = bent.tiles.tiles.get_mut(&name).unwrap();
            let (at, bit) = (pick(&random, tile.len()), 1 << pick(&random, 8));
            tile[at] ^= bit;
            let entry = (name.1 * 256 + at as u64 / 32) << (8 * name.0);
            let expected = if name.0 == 0 {
                Error::EntryDiffers { index: entry }
            } else {
                Error::TileDiffers { level: name.0, index: name.1, entry }
            };
            assert_eq!(verify_all(&bent), Err(expected), "{name:?} {at}");
        }
        for _ in 0..50 {
            let (mut bent, index) = (whole.clone(), pick(&random, bent_tail(&whole)) + 512);
            bent.tiles.leaves[index] = Hash::from_bytes(bytes(&random));
            assert_eq!(verify_all(&bent), Err(Error::EntryDiffers { index: index as u64 }));
        }
    }

    #[test]
    fn a_history_rewritten_consistently_fails_at_its_checkpoint() {
        let whole = stored(700);
        let mut rewritten = stored(700);
        rewritten.tiles = MemoryTiles::default();
        let mut leaf = Leaf::decode(&rewritten.entries[250]).unwrap();
        leaf.commitment = [9; 32];
        rewritten.entries[250] = leaf.encode();
        for entry in &rewritten.entries {
            rewritten.tiles.push(leaf_hash(entry));
        }
        rewritten.checkpoints = whole.checkpoints;
        assert_eq!(verify_all(&rewritten), Err(Error::RootDiffers { size: 300, agreed: 200 }));
        let trusted = rewritten.checkpoints[2].clone();
        let resumed = LedgerVerifier::resume(&rewritten.tiles, 700, &trusted);
        assert_eq!(resumed.unwrap_err(), Error::RootDiffers { size: 300, agreed: 0 });
    }

    #[test]
    fn missing_extra_and_foreign_entries_are_found() {
        let mut short = stored(300);
        short.entries.pop();
        let verifier = LedgerVerifier::new(&short.tiles, 300);
        assert_eq!(verify(&short, verifier), Err(Error::Count { expected: 300, found: 299 }));
        let mut long = stored(300);
        long.entries.push(long.entries[0].clone());
        let verifier = LedgerVerifier::new(&long.tiles, 300);
        assert_eq!(verify(&long, verifier), Err(Error::Beyond { asked: 300, size: 300 }));
        let mut swapped = stored(300);
        swapped.entries.swap(20, 21);
        assert_eq!(verify_all(&swapped), Err(Error::EntryDiffers { index: 20 }));
        let mut foreign = stored(0);
        foreign.tiles.push(leaf_hash(b"not a leaf"));
        foreign.entries.push(b"not a leaf".to_vec());
        let reason = "not an array of 10";
        assert_eq!(verify_all(&foreign), Err(Error::EntryUnreadable { index: 0, reason }));
    }

    #[test]
    fn missing_tiles_are_named() {
        for name in [(0, 1), (1, 0)] {
            let mut bent = stored(700);
            bent.tiles.tiles.remove(&name);
            assert_eq!(verify_all(&bent), Err(Error::Tile { level: name.0, index: name.1 }));
        }
        let mut bent = stored(700);
        bent.tiles.tiles.insert((1, 0), vec![0; 3].into());
        assert_eq!(verify_all(&bent), Err(Error::Tile { level: 1, index: 0 }));
    }

    fn bent_tail(stored: &Stored) -> usize {
        stored.entries.len() - 512
    }

    fn pick(random: &dyn Random, below: usize) -> usize {
        (u64::from_be_bytes(bytes(random)) % below as u64) as usize
    }
}
