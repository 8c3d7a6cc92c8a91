//! `GET /items/{item}/proof`: all it takes to check an item without trusting this node.
//!
//! Not here: the check itself (`belfry verify --bundle`), which needs no node.

use axum::extract::State;
use base::ids::{ItemId, OrganisationId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use store::Ledger;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, ProblemDocument};
use crate::state::App;

/// A proof bundle.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// Always `belfry-proof/1`.
    pub format: String,
    /// The item.
    pub item: ItemId,
    /// Its entries in the facts ledger, oldest first.
    pub entries: Vec<ProofEntry>,
    /// The signed head of the ledger (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// The key that verifies the checkpoint (C2SP signed-note).
    pub checkpoint_key: String,
    /// The public keys of the organisations that signed.
    pub keys: Vec<ProofKey>,
}

/// One entry of a proof. Bytes are in base64.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProofEntry {
    /// What the entry does.
    pub kind: String,
    /// Its position in the ledger.
    pub index: u64,
    /// The leaf: its RFC 6962 hash is in the tree.
    pub leaf: String,
    /// Hashes from the leaf to the root of the checkpoint.
    pub inclusion: Vec<String>,
    /// The salt of the commitment.
    pub salt: String,
    /// The header of the commitment.
    pub header: String,
    /// The ciphertext of the commitment.
    pub ciphertext: String,
    /// The signed envelope (DSSE) that the ciphertext holds.
    pub envelope: serde_json::Value,
}

/// A public key of an organisation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProofKey {
    /// Whose.
    pub organisation: OrganisationId,
    /// Its id, with the algorithm.
    pub key_id: String,
    /// 32 bytes in base64.
    pub public_key: String,
}

/// The proof of an item the caller may see.
#[utoipa::path(get, path = "/items/{item}/proof", tag = "items", operation_id = "readProof",
    params(("item" = ItemId, Path, description = "The item")),
    responses((status = OK, body = Proof), (status = NOT_FOUND, body = ProblemDocument)))]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<Proof>, Problem> {
    Ok(Json(prove(&app, &caller, item).await?))
}

/// The proof of an item the caller may see; a consultation of its own.
pub async fn prove(app: &App, caller: &Caller, item: ItemId) -> Result<Proof, Problem> {
    let (permit, _) = app.gate.see(&caller.principal, item)?;
    let proof = app.store.proof(&permit, caller.purpose.clone()).await?;
    let directory = app.store.directory();
    let entries = proof.entries.into_iter().map(|entry| {
        Ok(ProofEntry {
            kind: entry.kind.name().to_owned(),
            index: entry.proof.index,
            leaf: STANDARD.encode(&entry.proof.leaf),
            inclusion: entry.proof.inclusion.iter().map(ledger::Hash::to_base64).collect(),
            salt: STANDARD.encode(entry.salt),
            header: STANDARD.encode(&entry.header),
            ciphertext: STANDARD.encode(&entry.sealed),
            envelope: serde_json::from_slice(&entry.envelope).map_err(|_| Problem::Internal)?,
        })
    });
    let keys = directory.public_keys.iter().map(|(organisation, key)| ProofKey {
        organisation: organisation.clone(),
        key_id: key.id().to_string(),
        public_key: STANDARD.encode(key.to_bytes()),
    });
    Ok(Proof {
        format: "belfry-proof/1".into(),
        item,
        entries: entries.collect::<Result<_, Problem>>()?,
        checkpoint: proof.checkpoint,
        checkpoint_key: app.store.verifier_key(Ledger::Facts),
        keys: keys.collect(),
    })
}
