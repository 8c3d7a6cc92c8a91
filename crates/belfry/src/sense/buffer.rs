//! What waits on disk while the node is away: observations and detections, a file each, synced. Sound and pictures are never in
//! it. When it is full, detections go before observations, the oldest first.
//!
//! Not here: sending it (`sender`).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sense::bulletin::{Detection, Observation};
use serde::{Deserialize, Serialize};

use super::limits::{BUFFER_FILE_COST_BYTES, BUFFER_FILES_MAX};

/// What is worth keeping of a bulletin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// What single sensors heard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) detections: Vec<Detection>,
    /// Observations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) observations: Vec<Observation>,
}

/// A file of the buffer: its place in the order, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    number: u64,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Detections,
    Observations,
}

impl Kind {
    const ALL: [(Self, &str); 2] = [(Self::Detections, "detections"), (Self::Observations, "observations")];

    fn word(self) -> &'static str {
        if self == Self::Detections { Self::ALL[0].1 } else { Self::ALL[1].1 }
    }
}

/// The folder.
pub(crate) struct Buffer {
    folder: PathBuf,
    bytes_max: u64,
    files: BTreeMap<Ticket, u64>,
    bytes: u64,
    next: u64,
    dropped: u64,
}

impl Buffer {
    /// Opens it, and finds what was left in it.
    pub(crate) fn open(folder: &Path, bytes_max: u64) -> Result<Self> {
        let at = || format!("cannot use the buffer {}", folder.display());
        fs::create_dir_all(folder).with_context(at)?;
        let mut buffer = Self {
            folder: folder.to_owned(),
            bytes_max,
            files: BTreeMap::new(),
            bytes: 0,
            next: 0,
            dropped: 0,
        };
        for entry in fs::read_dir(folder).with_context(at)? {
            let entry = entry.with_context(at)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".unfinished") {
                fs::remove_file(entry.path()).with_context(at)?;
            } else if let Some(ticket) = Ticket::of_name(&name) {
                let size = entry.metadata().with_context(at)?.len() + BUFFER_FILE_COST_BYTES;
                buffer.files.insert(ticket, size);
                buffer.bytes += size;
                buffer.next = buffer.next.max(ticket.number + 1);
            }
        }
        buffer.make_room(0);
        Ok(buffer)
    }

    /// Keeps something; it is on disk when this comes back.
    pub(crate) fn put(&mut self, kept: Kept) -> Result<()> {
        let Kept { detections, observations } = kept;
        if !observations.is_empty() {
            self.write(Kind::Observations, &Kept { detections: Vec::new(), observations })?;
        }
        if !detections.is_empty() {
            self.write(Kind::Detections, &Kept { detections, observations: Vec::new() })?;
        }
        Ok(())
    }

    /// What waits longest, observations first. A file that cannot be read is left out for good.
    pub(crate) fn first(&mut self) -> Option<(Ticket, Kept)> {
        loop {
            let of = |kind| self.files.keys().copied().find(|one| one.kind == kind);
            let ticket = of(Kind::Observations).or_else(|| of(Kind::Detections))?;
            let text = fs::read(self.path(ticket)).map_err(anyhow::Error::from);
            match text.and_then(|text| Ok(serde_json::from_slice(&text)?)) {
                Ok(kept) => return Some((ticket, kept)),
                Err(error) => {
                    tracing::error!(file = %self.path(ticket).display(), "cannot be read from the buffer: {error:#}");
                    self.dropped += 1;
                    self.done(ticket);
                }
            }
        }
    }

    /// It has reached the node, or never will.
    pub(crate) fn done(&mut self, ticket: Ticket) {
        if let Some(size) = self.files.remove(&ticket) {
            self.bytes -= size;
        }
        if let Err(error) = fs::remove_file(self.path(ticket)) {
            // Sending it again changes nothing.
            tracing::warn!("{}: {error}", self.path(ticket).display());
        }
    }

    /// Files that wait.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Files that were dropped because there was no room, or could not be read.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    fn write(&mut self, kind: Kind, kept: &Kept) -> Result<()> {
        let bytes = serde_json::to_vec(kept).context("what is kept is JSON")?;
        let size = bytes.len() as u64 + BUFFER_FILE_COST_BYTES;
        self.make_room(size);
        let ticket = Ticket { number: self.next, kind };
        let path = self.path(ticket);
        let unfinished = path.with_extension("unfinished");
        let at = || format!("cannot write {}", path.display());
        let mut file = File::create(&unfinished).with_context(at)?;
        file.write_all(&bytes).with_context(at)?;
        file.sync_all().with_context(at)?;
        fs::rename(&unfinished, &path).with_context(at)?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).with_context(at)?;
        self.next += 1;
        self.files.insert(ticket, size);
        self.bytes += size;
        Ok(())
    }

    fn make_room(&mut self, for_bytes: u64) {
        while self.bytes + for_bytes > self.bytes_max || self.files.len() >= BUFFER_FILES_MAX {
            let of = |kind| self.files.keys().copied().find(|one| one.kind == kind);
            let Some(ticket) = of(Kind::Detections).or_else(|| of(Kind::Observations)) else { return };
            self.dropped += 1;
            self.done(ticket);
        }
    }

    fn path(&self, ticket: Ticket) -> PathBuf {
        self.folder.join(format!("{:016}-{}.json", ticket.number, ticket.kind.word()))
    }
}

impl Ticket {
    fn of_name(name: &str) -> Option<Self> {
        let (number, word) = name.strip_suffix(".json")?.split_once('-')?;
        let (kind, _) = Kind::ALL.into_iter().find(|(_, one)| *one == word)?;
        Some(Self { number: number.parse().ok()?, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detection(at_us: i64) -> Kept {
        let detection = Detection {
            sensor: "one".into(),
            at_us,
            over_background_db: 20.0,
            classes: Vec::new(),
            observation: None,
        };
        Kept { detections: vec![detection], observations: Vec::new() }
    }

    fn observation(id: &str) -> Kept {
        Kept { detections: Vec::new(), observations: vec![crate::sense::sender::sample_observation(id)] }
    }

    fn drained(buffer: &mut Buffer) -> Vec<Kept> {
        std::iter::from_fn(|| {
            let (ticket, kept) = buffer.first()?;
            buffer.done(ticket);
            Some(kept)
        })
        .collect()
    }

    #[test]
    fn what_waits_is_there_after_a_restart_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut buffer = Buffer::open(folder.path(), 1 << 20).unwrap();
        for kept in [detection(1), observation("a"), detection(2), observation("b")] {
            buffer.put(kept).unwrap();
        }
        fs::write(folder.path().join("0000000000000009-observations.unfinished"), "{").unwrap();
        fs::write(folder.path().join("0000000000000007-detections.json"), "{ torn").unwrap();
        drop(buffer);
        let mut buffer = Buffer::open(folder.path(), 1 << 20).unwrap();
        let all = drained(&mut buffer);
        assert_eq!(all, [observation("a"), observation("b"), detection(1), detection(2)]);
        assert_eq!((buffer.dropped(), fs::read_dir(folder.path()).unwrap().count()), (1, 0));
    }

    #[test]
    fn when_it_is_full_observations_stay_longest() {
        let folder = tempfile::tempdir().unwrap();
        let mut buffer = Buffer::open(folder.path(), 5 * (BUFFER_FILE_COST_BYTES + 500)).unwrap();
        for number in 0..3 {
            buffer.put(observation(&format!("{number}"))).unwrap();
            buffer.put(detection(number)).unwrap();
        }
        for number in 3..7 {
            buffer.put(observation(&format!("{number}"))).unwrap();
        }
        let left = drained(&mut buffer);
        assert!(left.iter().all(|one| one.detections.is_empty()), "{left:?}");
        let ids: Vec<_> = left.iter().map(|one| one.observations[0].id.clone()).collect();
        assert_eq!(ids, ["2", "3", "4", "5", "6"], "room for five");
    }
}
