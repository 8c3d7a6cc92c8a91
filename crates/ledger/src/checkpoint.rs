//! Checkpoints (C2SP tlog-checkpoint): the size and root of a ledger, signed by its node, cosigned by witnesses.
//!
//! Not here: when a node signs, and which witnesses it asks.

use std::fmt;

use base::Timestamp;

use crate::key::{KeyKind, NoteSigner, VerifierKey};
use crate::note::Note;
use crate::{EMPTY_ROOT, Error, Hash, SIZE_MAX};

/// Longest origin, in bytes.
pub const ORIGIN_BYTES_MAX: usize = 256;
/// Most extension lines.
pub const EXTENSIONS_MAX: usize = 16;
/// Longest text of a checkpoint, in bytes.
pub const CHECKPOINT_BYTES_MAX: usize = 16 * 1024;

/// The head of a ledger at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Box<str>,
    size: u64,
    root: Hash,
    extensions: Vec<Box<str>>,
}

impl Checkpoint {
    /// The head of the ledger `origin`, such as `example.org/facts`.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, Error> {
        let checkpoint = Self { origin: origin.into(), size, root, extensions: Vec::new() };
        // Reading is the strict side: what it takes back unchanged is well formed.
        Self::parse_text(&checkpoint.to_text())?;
        Ok(checkpoint)
    }

    /// The checkpoint that a note's text writes. One text per checkpoint.
    pub fn parse_text(text: &str) -> Result<Self, Error> {
        if text.len() > CHECKPOINT_BYTES_MAX {
            return Err(Error::Checkpoint("too long"));
        }
        let lines = text.strip_suffix('\n').ok_or(Error::Checkpoint("no newline at the end"))?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Error::Checkpoint("fewer than three lines"));
        };
        let extensions: Vec<Box<str>> = lines.take(EXTENSIONS_MAX + 1).map(Box::from).collect();
        if extensions.len() > EXTENSIONS_MAX {
            return Err(Error::Checkpoint("too many lines"));
        }
        if origin.is_empty() || extensions.iter().any(|line| line.is_empty()) {
            return Err(Error::Checkpoint("an empty line"));
        }
        if origin.len() > ORIGIN_BYTES_MAX || text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(Error::Checkpoint("the origin is too long, or a control character"));
        }
        let size = read_size(size)?;
        let root =
            Hash::from_base64(root).map_err(|_| Error::Checkpoint("the root is not 32 bytes in base64"))?;
        if size == 0 && root != EMPTY_ROOT {
            return Err(Error::Checkpoint("an empty ledger has another root"));
        }
        Ok(Self { origin: origin.into(), size, root, extensions })
    }

    /// The text of the note: origin, size, root and extension lines.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64());
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Which ledger it is the head of.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root over these entries.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Lines behind the third, kept as they came. They mean nothing to Belfry.
    pub fn extensions(&self) -> impl Iterator<Item = &str> {
        self.extensions.iter().map(AsRef::as_ref)
    }
}

/// A checkpoint with its signature lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

/// A checkpoint whose signature by its log is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'k> {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The witnesses that cosigned it, each once, and when.
    pub cosigned: Vec<(&'k VerifierKey, Timestamp)>,
}

impl SignedCheckpoint {
    /// Signs a checkpoint with the key of its log. The name of the key is the origin, so that a checkpoint of
    /// one ledger is never taken for one of another.
    pub fn sign(checkpoint: Checkpoint, signer: &NoteSigner) -> Result<Self, Error> {
        check_origin(&checkpoint, signer.verifier())?;
        let mut note = Note::new(&checkpoint.to_text())?;
        note.sign(signer)?;
        Ok(Self { checkpoint, note })
    }

    /// Reads a checkpoint without verifying it: only [`Self::open`] says what to trust.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let note = Note::parse(text)?;
        Ok(Self { checkpoint: Checkpoint::parse_text(note.text())?, note })
    }

    /// Verifies the signature of the log and of every witness among `witnesses` that cosigned. One bad
    /// signature by a known key spoils the whole; unknown keys are ignored.
    pub fn open<'k>(&self, log: &VerifierKey, witnesses: &'k [VerifierKey]) -> Result<Opened<'k>, Error> {
        check_origin(&self.checkpoint, log)?;
        self.note.verify([log])?;
        let verified = match self.note.verify(witnesses) {
            Err(Error::NotSignedBy(_)) => Vec::new(),
            other => other?,
        };
        let cosigned = verified.into_iter().filter_map(|line| line.at.map(|at| (line.key, at))).collect();
        Ok(Opened { checkpoint: self.checkpoint.clone(), cosigned })
    }

    /// Adds the cosignature of a witness, who has verified consistency with the last head it cosigned.
    pub fn cosign(&mut self, witness: &NoteSigner, at: Timestamp) -> Result<(), Error> {
        self.note.cosign(witness, at)
    }

    /// The checkpoint, not verified.
    pub fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note that carries it.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// Adds the signature lines of another copy of this checkpoint.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.note.merge(&other.note)
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(out)
    }
}

fn check_origin(checkpoint: &Checkpoint, log: &VerifierKey) -> Result<(), Error> {
    if log.kind() != KeyKind::Ed25519 {
        return Err(Error::Key("a witness's key does not sign for a log"));
    }
    if log.name() != checkpoint.origin() {
        return Err(Error::Key("the key's name is not the origin"));
    }
    Ok(())
}

fn read_size(text: &str) -> Result<u64, Error> {
    let size: u64 = text.parse().map_err(|_| Error::Checkpoint("the size is not a number"))?;
    if size > SIZE_MAX || size.to_string() != text {
        return Err(Error::Checkpoint("the size is too large, or not its shortest decimal"));
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::SigningKey;
    use proptest::prelude::*;

    // The example of C2SP tlog-cosignature; the keys behind its signatures are not published.
    const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    fn log(name: &str) -> NoteSigner {
        NoteSigner::new(name, KeyKind::Ed25519, SigningKey::from_bytes(&[1; 32])).unwrap()
    }

    fn witness(name: &str, seed: u8) -> NoteSigner {
        NoteSigner::new(name, KeyKind::CosignatureV1, SigningKey::from_bytes(&[seed; 32])).unwrap()
    }

    fn head() -> Checkpoint {
        Checkpoint::new("example.org/facts", 7, Hash::from_bytes([7; 32])).unwrap()
    }

    #[test]
    fn the_example_of_the_specification_reads() {
        let signed = SignedCheckpoint::parse(SOFA).unwrap();
        let checkpoint = signed.unverified();
        assert_eq!((checkpoint.origin(), checkpoint.size()), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(checkpoint.root().to_base64(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
        assert_eq!(signed.note().signatures()[1].name(), "witness.example.com/w1");
        assert_eq!(signed.to_string(), SOFA);
    }

    #[test]
    fn opens_with_the_log_and_counts_witnesses() {
        let log = log("example.org/facts");
        let (one, two, absent) = (witness("w1", 2), witness("w2", 3), witness("w3", 4));
        let mut signed = SignedCheckpoint::sign(head(), &log).unwrap();
        let keys = [one.verifier().clone(), two.verifier().clone(), absent.verifier().clone()];
        assert!(signed.open(log.verifier(), &keys).unwrap().cosigned.is_empty());
        signed.cosign(&one, Timestamp::from_seconds(10)).unwrap();
        let mut copy = SignedCheckpoint::sign(head(), &log).unwrap();
        copy.cosign(&two, Timestamp::from_seconds(20)).unwrap();
        signed.merge(&copy).unwrap();
        let read = SignedCheckpoint::parse(&signed.to_string()).unwrap();
        let opened = read.open(log.verifier(), &keys).unwrap();
        assert_eq!(opened.checkpoint, head());
        let expected = [(&keys[0], Timestamp::from_seconds(10)), (&keys[1], Timestamp::from_seconds(20))];
        assert_eq!(opened.cosigned, expected);
    }

    #[test]
    fn a_witness_alone_or_another_ledger_does_not_open() {
        let (facts, access) = (log("example.org/facts"), log("example.org/access"));
        let one = witness("w1", 2);
        let mut note = Note::new(&head().to_text()).unwrap();
        note.cosign(&one, Timestamp::from_seconds(10)).unwrap();
        let unsigned = SignedCheckpoint::parse(&note.to_string()).unwrap();
        let keys = [one.verifier().clone()];
        assert_eq!(
            unsigned.open(facts.verifier(), &keys),
            Err(Error::NotSignedBy("example.org/facts".into()))
        );
        assert!(matches!(SignedCheckpoint::sign(head(), &access), Err(Error::Key(_))));
        assert!(matches!(SignedCheckpoint::sign(head(), &one), Err(Error::Key(_))));
        let signed = SignedCheckpoint::sign(head(), &facts).unwrap();
        assert!(signed.open(access.verifier(), &keys).is_err());
        assert!(signed.open(one.verifier(), &keys).is_err());
    }

    #[test]
    fn every_changed_character_fails() {
        let facts = log("example.org/facts");
        let one = witness("w1", 2);
        let mut signed = SignedCheckpoint::sign(head(), &facts).unwrap();
        signed.cosign(&one, Timestamp::from_seconds(10)).unwrap();
        let (text, keys) = (signed.to_string(), [one.verifier().clone()]);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let opened = String::from_utf8(bytes).ok().and_then(|bent| {
                let opened = SignedCheckpoint::parse(&bent).ok()?.open(facts.verifier(), &keys).ok();
                opened.map(|opened| opened.cosigned.len())
            });
            // Changing the name or id on the witness's line makes it an unknown key's: ignored, not counted.
            assert!(matches!(opened, None | Some(0)), "{at}");
        }
    }

    #[test]
    fn a_cosignature_covers_extension_lines() {
        let text = "example.org/facts\n7\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\nextra\n";
        let (facts, one) = (log("example.org/facts"), witness("w1", 2));
        let checkpoint = Checkpoint::parse_text(text).unwrap();
        assert_eq!(checkpoint.extensions().collect::<Vec<_>>(), ["extra"]);
        assert_eq!(checkpoint.to_text(), text);
        let mut signed = SignedCheckpoint::sign(checkpoint, &facts).unwrap();
        signed.cosign(&one, Timestamp::from_seconds(10)).unwrap();
        let bent = signed.to_string().replace("extra", "Extra");
        let keys = [one.verifier().clone()];
        assert_eq!(SignedCheckpoint::parse(&bent).unwrap().note().verify(&keys), Err(Error::Signature));
    }

    #[test]
    fn what_is_not_a_checkpoint_is_refused() {
        let good = head().to_text();
        for text in [
            "",
            "\n",
            &good[..good.len() - 1],
            "a\n1\n",
            &good.replace("\n7\n", "\n07\n"),
            &good.replace("\n7\n", "\n+7\n"),
            &good.replace("\n7\n", "\n-7\n"),
            &good.replace("\n7\n", "\n\n"),
            &good.replace("\n7\n", "\n4611686018427387905\n"),
            &good.replace("\n7\n", "\n18446744073709551616\n"),
            &good.replace("\n7\n", "\n0\n"),
            &good.replace("BwcH", "Bw"),
            &good[17..],
            &format!("{good}\n"),
            &format!("{good}a\n\nb\n"),
            &format!("{good}{}", "x\n".repeat(EXTENSIONS_MAX + 1)),
            &format!("{good}{}\n", "x".repeat(CHECKPOINT_BYTES_MAX)),
        ] {
            assert!(Checkpoint::parse_text(text).is_err(), "{text:?}");
        }
        for origin in ["", "a\nb", "a\tb", "\n", &"a".repeat(257)] {
            assert!(Checkpoint::new(origin, 1, EMPTY_ROOT).is_err(), "{origin:?}");
        }
        assert!(Checkpoint::new("a", 0, EMPTY_ROOT).is_ok());
    }

    proptest! {
        #[test]
        fn checkpoints_read_back(
            origin in "[a-z0-9./-]{1,60}", size in 1..=SIZE_MAX, root: [u8; 32], lines in prop::collection::vec("[^\\p{Cc}]{1,20}", 0..4),
        ) {
            let mut text = Checkpoint::new(&origin, size, Hash::from_bytes(root)).unwrap().to_text();
            for line in &lines {
                text.push_str(line);
                text.push('\n');
            }
            let read = Checkpoint::parse_text(&text).unwrap();
            prop_assert_eq!(read.to_text(), text);
            prop_assert_eq!((read.origin(), read.size(), read.root()), (origin.as_str(), size, Hash::from_bytes(root)));
        }
    }
}
