//! Signed notes (C2SP signed-note): a text with signature lines.
//!
//! Signatures of unknown keys are kept and ignored; a signature of a known key that fails spoils the note.
//! Not here: keys (see [`crate::key`]) and what the text says (see [`crate::checkpoint`]).

use std::fmt;

use base::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Error;
use crate::key::{NoteSigner, VerifierKey, check_name};

/// Longest note, in bytes.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;
/// Most signature lines of a note.
pub const SIGNATURES_MAX: usize = 64;

const LINE_START: &str = "\u{2014} ";

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: Box<str>,
    id: [u8; 4],
    bytes: Box<[u8]>,
}

impl NoteSignature {
    /// Name of the key that signed, as the line says.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Id of the key that signed, as the line says.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }
}

/// A key whose signature was found and verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// When it signed, if it is a witness's.
    pub at: Option<Timestamp>,
}

/// A text and its signature lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note without signatures yet. The text ends in a newline and holds no other control character.
    pub fn new(text: &str) -> Result<Self, Error> {
        if !text.ends_with('\n') {
            return Err(Error::Note("the text does not end in a newline"));
        }
        check_characters(text)?;
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// The note that `text` writes; signatures are read, not verified.
    pub fn parse(note: &str) -> Result<Self, Error> {
        check_characters(note)?;
        let end = note.rfind("\n\n").ok_or(Error::Note("no empty line before the signatures"))?;
        let (text, lines) = (&note[..=end], &note[end + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(Error::Note("no signature, or no newline at the end"))?;
        let signatures =
            lines.split('\n').take(SIGNATURES_MAX + 1).map(read_line).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(Error::Note("too many signatures"));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, known or not.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds the signature of a log.
    pub fn sign(&mut self, signer: &NoteSigner) -> Result<(), Error> {
        let bytes = signer.sign(&self.text)?;
        self.add(signer.verifier(), &bytes)
    }

    /// Adds the signature of a witness at a time, told to the second.
    pub fn cosign(&mut self, signer: &NoteSigner, at: Timestamp) -> Result<(), Error> {
        let bytes = signer.cosign(&self.text, at)?;
        self.add(signer.verifier(), &bytes)
    }

    /// Adds the signature lines of another copy of the same note, such as one that a witness sent back.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.text != other.text {
            return Err(Error::Note("not the same text"));
        }
        for signature in &other.signatures {
            if !self.signatures.contains(signature) {
                self.push(signature.clone())?;
            }
        }
        Ok(())
    }

    /// Which of these keys signed, each once; of several cosignatures by one key the latest. Fails when a
    /// signature by one of them does not verify, and when none signed.
    pub fn verify<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VerifierKey>,
    ) -> Result<Vec<Verified<'k>>, Error> {
        let mut verified = Vec::new();
        let mut asked = Vec::new();
        for key in keys {
            let mut found: Option<Verified<'k>> = None;
            for line in &self.signatures {
                if line.id == key.id() && line.name() == key.name() {
                    let at = key.verify(&self.text, &line.bytes)?;
                    found = Some(Verified { key, at: at.max(found.and_then(|earlier| earlier.at)) });
                }
            }
            asked.push(key.name());
            if !verified.iter().any(|earlier: &Verified<'_>| earlier.key == key) {
                verified.extend(found);
            }
        }
        if verified.is_empty() { Err(Error::NotSignedBy(asked.join(", "))) } else { Ok(verified) }
    }

    fn add(&mut self, key: &VerifierKey, bytes: &[u8]) -> Result<(), Error> {
        self.push(NoteSignature { name: key.name().into(), id: key.id(), bytes: bytes.into() })
    }

    fn push(&mut self, signature: NoteSignature) -> Result<(), Error> {
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(Error::Note("too many signatures"));
        }
        self.signatures.push(signature);
        Ok(())
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        for signature in &self.signatures {
            let bytes = [signature.id.as_slice(), &signature.bytes].concat();
            writeln!(out, "{LINE_START}{} {}", signature.name, STANDARD.encode(bytes))?;
        }
        Ok(())
    }
}

fn read_line(line: &str) -> Result<NoteSignature, Error> {
    let malformed = Error::Note("a signature line is not a dash, a name and base64");
    let rest = line.strip_prefix(LINE_START).ok_or(malformed.clone())?;
    let (name, base64) = rest.split_once(' ').ok_or(malformed.clone())?;
    check_name(name).map_err(|_| malformed.clone())?;
    let bytes = STANDARD.decode(base64).map_err(|_| malformed.clone())?;
    match bytes.split_first_chunk() {
        Some((id, signature)) if !signature.is_empty() => {
            Ok(NoteSignature { name: name.into(), id: *id, bytes: signature.into() })
        }
        _ => Err(malformed),
    }
}

fn check_characters(text: &str) -> Result<(), Error> {
    if text.len() > NOTE_BYTES_MAX {
        return Err(Error::Note("too long"));
    }
    if text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
        return Err(Error::Note("a control character"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyKind;
    use ed25519_dalek::SigningKey;
    use proptest::prelude::*;

    // The example of Go's package golang.org/x/mod/sumdb/note.
    const PETER_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const PETER_SECRET: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PETER_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\
        \n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn signer(name: &str, kind: KeyKind, seed: u8) -> NoteSigner {
        NoteSigner::new(name, kind, SigningKey::from_bytes(&[seed; 32])).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_reference_note_verifies_and_is_made_byte_for_byte() {
        let key: VerifierKey = PETER_KEY.parse().unwrap();
        let note = Note::parse(PETER_NOTE).unwrap();
        assert_eq!(note.verify([&key]).unwrap(), [Verified { key: &key, at: None }]);
        let secret = STANDARD.decode(PETER_SECRET).unwrap();
        assert_eq!(secret[0], 1);
        let secret = SigningKey::try_from(&secret[1..]).unwrap();
        let peter = NoteSigner::new("PeterNeumann", KeyKind::Ed25519, secret).unwrap();
        assert_eq!(peter.verifier().to_string(), PETER_KEY);
        let mut own = Note::new(note.text()).unwrap();
        own.sign(&peter).unwrap();
        assert_eq!(own.to_string(), PETER_NOTE);
    }

    #[test]
    fn unknown_lines_are_kept_and_ignored() {
        let (log, other) = (signer("log", KeyKind::Ed25519, 1), signer("other", KeyKind::Ed25519, 2));
        let mut note = Note::new("text\n").unwrap();
        note.sign(&log).unwrap();
        let alien = format!("{LINE_START}log AAAAAAAA\n{LINE_START}alien {}\n", STANDARD.encode([9; 3000]));
        let text = format!("{note}{alien}");
        let read = Note::parse(&text).unwrap();
        assert_eq!(read.to_string(), text);
        assert_eq!(read.signatures().len(), 3);
        assert_eq!(read.verify([log.verifier(), other.verifier()]).unwrap().len(), 1);
        assert_eq!(read.verify([other.verifier()]), Err(Error::NotSignedBy("other".into())));
    }

    #[test]
    fn a_bad_signature_by_a_known_key_spoils_the_note() {
        let (log, other) = (signer("log", KeyKind::Ed25519, 1), signer("other", KeyKind::Ed25519, 2));
        let mut note = Note::new("text\n").unwrap();
        note.sign(&log).unwrap();
        note.sign(&other).unwrap();
        let mut bent = note.clone();
        bent.signatures[1].bytes[5] ^= 1;
        assert_eq!(bent.verify([log.verifier(), other.verifier()]), Err(Error::Signature));
        assert!(bent.verify([log.verifier()]).is_ok());
        bent.signatures[1].bytes = [1; 63].into();
        assert_eq!(bent.verify([other.verifier()]), Err(Error::Signature));
    }

    #[test]
    fn cosignatures_tell_their_time() {
        let witness = signer("witness.example.org/w1", KeyKind::CosignatureV1, 3);
        let mut note = Note::new("text\n").unwrap();
        note.cosign(&witness, at(1_800_000_000)).unwrap();
        note.cosign(&witness, at(1_800_000_500).plus_millis(999)).unwrap();
        note.cosign(&witness, at(1_800_000_100)).unwrap();
        let read = Note::parse(&note.to_string()).unwrap();
        let verified = read.verify([witness.verifier(), witness.verifier()]).unwrap();
        assert_eq!(verified, [Verified { key: witness.verifier(), at: Some(at(1_800_000_500)) }]);
        for byte in 0..read.signatures[0].bytes.len() {
            let mut bent = read.clone();
            bent.signatures[0].bytes[byte] ^= 1;
            assert_eq!(bent.verify([witness.verifier()]), Err(Error::Signature), "{byte}");
        }
        assert_eq!(note.cosign(&witness, at(-1)), Err(Error::Time));
    }

    #[test]
    fn a_reference_cosignature_splits_at_its_time() {
        let line = "ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==";
        let note = Note::parse(&format!("text\n\n{LINE_START}witness {line}\n")).unwrap();
        let (time, signature) = note.signatures()[0].bytes.split_first_chunk().unwrap();
        assert_eq!((u64::from_be_bytes(*time), signature.len()), (1_727_964_367, 64));
    }

    #[test]
    fn keys_do_only_what_they_are_for() {
        let (log, witness) = (signer("a", KeyKind::Ed25519, 1), signer("a", KeyKind::CosignatureV1, 1));
        assert_ne!(log.verifier().id(), witness.verifier().id());
        let mut note = Note::new("text\n").unwrap();
        assert!(matches!(note.sign(&witness), Err(Error::Key(_))));
        assert!(matches!(note.cosign(&log, at(0)), Err(Error::Key(_))));
        note.sign(&log).unwrap();
        assert!(note.verify([witness.verifier()]).is_err());
    }

    #[test]
    fn what_is_not_a_note_is_refused() {
        let good = format!("text\n\n{LINE_START}name AAAAAAE=\n");
        assert!(Note::parse(&good).is_ok());
        let long = format!("{}\n\n{LINE_START}name AAAAAAE=\n", "x".repeat(NOTE_BYTES_MAX));
        let many = format!("text\n\n{}", format!("{LINE_START}name AAAAAAE=\n").repeat(SIGNATURES_MAX + 1));
        for text in [
            "",
            "\n",
            "\n\n",
            "text",
            "text\n",
            "text\n\n",
            &good[..good.len() - 1],
            &good.replace("\n\n", "\n"),
            &good.replace("text", "te\rxt"),
            &good.replace("text", "te\0xt"),
            &good.replace("name", "na+me"),
            &good.replace("name", "na\u{a0}me"),
            &good.replace("name ", " "),
            &good.replace("AAAAAAE=", "AAAAAA=="),
            &good.replace("AAAAAAE=", "AAAAAAE"),
            &good.replace("AAAAAAE=", "AAAAAAF="),
            &good.replace('\u{2014}', "-"),
            &good.replace("name AAAAAAE=", "name  AAAAAAE="),
            &format!("{good}\n"),
            &long,
            &many,
        ] {
            assert!(Note::parse(text).is_err(), "{text:?}");
        }
        for text in ["", "text", "te\txt\n"] {
            assert!(Note::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn copies_merge_without_repeating() {
        let (log, witness) = (signer("log", KeyKind::Ed25519, 1), signer("w", KeyKind::CosignatureV1, 2));
        let mut note = Note::new("text\n").unwrap();
        note.sign(&log).unwrap();
        let mut copy = note.clone();
        copy.cosign(&witness, at(5)).unwrap();
        note.merge(&copy).unwrap();
        note.merge(&copy).unwrap();
        assert_eq!(note, copy);
        assert!(note.merge(&Note::new("other\n").unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn notes_read_back(text in "([^\\p{Cc}]{0,20}\n){1,5}", seed: [u8; 32], seconds in 0..=253_402_207_199_i64) {
            let log = NoteSigner::new("log.example", KeyKind::Ed25519, SigningKey::from_bytes(&seed)).unwrap();
            let witness = NoteSigner::new("w", KeyKind::CosignatureV1, SigningKey::from_bytes(&seed)).unwrap();
            let mut note = Note::new(&text).unwrap();
            note.sign(&log).unwrap();
            note.cosign(&witness, at(seconds)).unwrap();
            let read = Note::parse(&note.to_string()).unwrap();
            prop_assert_eq!(&read, &note);
            let verified = read.verify([log.verifier(), witness.verifier()]).unwrap();
            prop_assert_eq!(verified[1].at, Some(at(seconds)));
        }

        #[test]
        fn rubbish_does_not_panic(text in "(\u{2014} ?|[a+ \n=A]|\\PC){0,80}") {
            if let Ok(note) = Note::parse(&text) {
                prop_assert_eq!(note.to_string(), text);
            }
        }
    }
}
