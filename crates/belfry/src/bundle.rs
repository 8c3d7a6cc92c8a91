//! Checks a proof bundle, or evidence made of several, offline: signatures of the organisations, commitments, the way to the root, the signed head.
//!
//! Not here: asking anyone. What is trusted is the checkpoint key (given, or the bundle's own) and the organisations'
//! keys in the bundle. That the ciphertext holds the envelope takes the item's key and is not shown by a bundle.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use base::ids::{ItemId, OrganisationId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ledger::{Hash, Leaf, SignedCheckpoint, VerifierKey, leaf_hash, proof::verify_inclusion};
use record::envelope::{ACT_TYPE, Envelope, ITEM_TYPE, digest};
use record::keys::PublicKey;
use record::{Act, Item};
use serde::Deserialize;

/// The format of the proof of one item.
const FORMAT: &str = "belfry-proof/1";
/// The format of several proofs in one file.
const EVIDENCE_FORMAT: &str = "belfry-evidence/1";
/// Most proofs of one file.
const PROOFS_MAX: usize = 1_000;

/// Several bundles in one file.
#[derive(Deserialize)]
struct Evidence {
    proofs: Vec<Proof>,
}

/// A bundle, as the API writes it. Read apart from the node's own types: who checks does not lean on who is checked.
#[derive(Deserialize)]
pub(crate) struct Proof {
    format: String,
    item: ItemId,
    entries: Vec<ProofEntry>,
    checkpoint: String,
    checkpoint_key: String,
    keys: Vec<ProofKey>,
}

#[derive(Deserialize)]
struct ProofEntry {
    kind: String,
    index: u64,
    leaf: String,
    inclusion: Vec<String>,
    salt: String,
    header: String,
    ciphertext: String,
    envelope: serde_json::Value,
}

#[derive(Deserialize)]
struct ProofKey {
    organisation: OrganisationId,
    key_id: String,
    public_key: String,
}

/// What a bundle proves.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    lines: Vec<String>,
    ledger: String,
    size: u64,
}

impl fmt::Display for Proven {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "sound: all of it is in {} with {} entries", self.ledger, self.size)
    }
}

/// Reads a file: the proof of one item, or several.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Proof>> {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    let Format { format } = serde_json::from_slice(bytes).context("not a bundle")?;
    if format == EVIDENCE_FORMAT {
        let evidence: Evidence = serde_json::from_slice(bytes).context("not evidence")?;
        return Ok(evidence.proofs);
    }
    Ok(vec![serde_json::from_slice(bytes).context("not a proof")?])
}

/// Checks everything in every proof of a file.
pub(crate) fn check_all(proofs: &[Proof], trusted_key: Option<&str>) -> Result<Vec<Proven>> {
    let count = proofs.len();
    ensure!((1..=PROOFS_MAX).contains(&count), "{count} proofs; there must be 1 to {PROOFS_MAX}");
    // Without a key that is named, all must at least be by one.
    let key = trusted_key.unwrap_or(&proofs[0].checkpoint_key);
    let proofs = proofs.iter();
    proofs.map(|proof| check(proof, key).with_context(|| format!("item {}", proof.item))).collect()
}

/// Checks everything in a bundle.
fn check(proof: &Proof, key: &str) -> Result<Proven> {
    ensure!(proof.format == FORMAT, "format {:?} is not known here; known: {FORMAT}", proof.format);
    let key: VerifierKey = key.trim().parse().context("the checkpoint key")?;
    let checkpoint = SignedCheckpoint::parse(&proof.checkpoint).context("the checkpoint")?;
    let opened = checkpoint.open(&key, &[]).context("the checkpoint is not signed by that key")?;
    let head = opened.checkpoint;
    let keys = keys(proof)?;
    ensure!(!proof.entries.is_empty(), "the bundle has no entries");
    let mut chain = Chain::default();
    let mut lines = Vec::new();
    for entry in &proof.entries {
        let line = check_entry(proof, entry, head.size(), head.root(), &keys, &mut chain);
        lines.push(line.with_context(|| format!("entry {}", entry.index))?);
    }
    Ok(Proven { lines, ledger: head.origin().to_owned(), size: head.size() })
}

/// What the entries of an item say of each other.
#[derive(Default)]
struct Chain {
    /// Hash of the last leaf.
    leaf: Option<Hash>,
    /// Number and digest of the last version.
    version: Option<(u32, String)>,
    index: Option<u64>,
}

type Keys = BTreeMap<[u8; 8], (String, PublicKey)>;

fn keys(proof: &Proof) -> Result<Keys> {
    let mut keys = BTreeMap::new();
    for one in &proof.keys {
        let bytes: [u8; 32] =
            fixed(&one.public_key).with_context(|| format!("the key of {}", one.organisation))?;
        let key =
            PublicKey::from_bytes(&bytes).with_context(|| format!("the key of {}", one.organisation))?;
        ensure!(key.id().to_string() == one.key_id, "the id of the key of {} is another", one.organisation);
        keys.insert(key.id().0, (one.organisation.to_string(), key));
    }
    Ok(keys)
}

fn check_entry(
    proof: &Proof,
    entry: &ProofEntry,
    size: u64,
    root: Hash,
    keys: &Keys,
    chain: &mut Chain,
) -> Result<String> {
    let bytes = decode(&entry.leaf).context("the leaf")?;
    let hash = leaf_hash(&bytes);
    let path = entry.inclusion.iter().map(|one| Hash::from_base64(one)).collect::<Result<Vec<_>, _>>();
    verify_inclusion(hash, entry.index, size, root, &path.context("the path to the root")?)
        .context("the leaf is not in the ledger of the checkpoint")?;
    let leaf = Leaf::decode(&bytes).context("the leaf")?;
    ensure!(leaf.subject == *proof.item.as_bytes(), "the leaf is about another item");
    ensure!(chain.index.is_none_or(|before| before < entry.index), "the entries are out of order");
    // Erasures and acts of others lie in between only when the bundle leaves something out.
    ensure!(leaf.previous == chain.leaf, "an entry of the item before it is missing");
    let salt: [u8; 32] = fixed(&entry.salt).context("the salt")?;
    let (header, sealed) = (decode(&entry.header)?, decode(&entry.ciphertext)?);
    let commitment = ledger::commitment(&salt, &header, &sealed);
    ensure!(commitment == leaf.commitment, "the ciphertext is not the one that was committed to");
    let (organisation, key) =
        keys.get(&leaf.key_id).context("the bundle lacks the key that signed the leaf")?;
    let signature = leaf.signature.context("the leaf is not signed")?;
    key.verify(&leaf.signed_bytes(), &signature).context("the leaf")?;
    ensure!(entry.kind == leaf.kind.name(), "the entry is called {} and is {}", entry.kind, leaf.kind.name());
    let said = check_envelope(proof, entry, organisation, key, chain)?;
    (chain.leaf, chain.index) = (Some(hash), Some(entry.index));
    Ok(format!("entry {}: {said}, taken in {}", entry.index, leaf.at))
}

/// The signed document inside, and that it is about this item and by the organisation whose key signed.
fn check_envelope(
    proof: &Proof,
    entry: &ProofEntry,
    organisation: &str,
    key: &PublicKey,
    chain: &mut Chain,
) -> Result<String> {
    let json = serde_json::to_vec(&entry.envelope)?;
    let envelope = Envelope::from_json(&json).context("the envelope")?;
    match envelope.payload_type() {
        ITEM_TYPE => {
            let payload = envelope.verify(ITEM_TYPE, key).context("the envelope")?;
            let item = Item::from_payload(payload)?;
            ensure!(item.id == proof.item, "the envelope holds another item");
            ensure!(
                item.originator.as_str() == organisation,
                "signed by {organisation}, not by its originator"
            );
            let expected = chain.version.as_ref().map_or(1, |(version, _)| version + 1);
            ensure!(item.version == expected, "version {} comes where {expected} should", item.version);
            let before = chain.version.as_ref().map(|(_, digest)| digest);
            ensure!(item.previous.as_ref() == before, "version {} continues another one", item.version);
            let line = format!("version {} {:?}, signed by {organisation}", item.version, item.content.title);
            chain.version = Some((item.version, digest(payload)));
            Ok(line)
        }
        ACT_TYPE => {
            let act = Act::from_payload(envelope.verify(ACT_TYPE, key).context("the envelope")?)?;
            ensure!(act.item == proof.item, "the act is about another item");
            ensure!(act.organisation.as_str() == organisation, "signed by {organisation}, not by who acted");
            Ok(format!("{}, signed by {organisation}", act.deed.as_str()))
        }
        other => bail!("an envelope of type {other:?}"),
    }
}

fn decode(text: &str) -> Result<Vec<u8>> {
    STANDARD.decode(text).context("not base64")
}

fn fixed<const N: usize>(text: &str) -> Result<[u8; N]> {
    let bytes = decode(text)?;
    <[u8; N]>::try_from(bytes.as_slice()).map_err(|_| anyhow::anyhow!("{} bytes instead of {N}", bytes.len()))
}
