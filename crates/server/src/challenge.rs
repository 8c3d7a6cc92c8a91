//! Passkey ceremonies that have begun and not finished: kept here, never sent out, each used once.
//!
//! Not here: the ceremonies themselves ([`crate::passkey`]).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::Timestamp;
use base::ids::MemberId;
use store::SessionKey;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration};

/// Most ceremonies at the same time.
const CEREMONIES_MAX: usize = 4_096;
/// How long a ceremony may take, in seconds.
const CEREMONY_S: i64 = 300;

/// A ceremony that has begun.
pub enum Ceremony {
    /// Someone registers a passkey by an invitation.
    Register {
        /// Who.
        member: MemberId,
        /// What the WebAuthn library needs to finish.
        state: PasskeyRegistration,
    },
    /// Someone signs in.
    SignIn(DiscoverableAuthentication),
    /// Someone who is signed in proves it again.
    Renew {
        /// The session it is for.
        session: SessionKey,
        /// Who.
        member: MemberId,
        /// What the WebAuthn library needs to finish.
        state: DiscoverableAuthentication,
    },
}

/// Ceremonies by their challenge.
#[derive(Default)]
pub struct Challenges(Mutex<HashMap<Vec<u8>, (Timestamp, Ceremony)>>);

impl Challenges {
    /// Keeps a ceremony until it ends. When too many have begun, the oldest goes.
    pub fn put(&self, challenge: Vec<u8>, ceremony: Ceremony, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= CEREMONIES_MAX {
            all.retain(|_, (began, _)| lives(*began, now));
        }
        if all.len() >= CEREMONIES_MAX
            && let Some(oldest) = all.iter().min_by_key(|(_, (began, _))| *began).map(|(key, _)| key.clone())
        {
            all.remove(&oldest);
        }
        all.insert(challenge, (now, ceremony));
    }

    /// Takes a ceremony out: whatever follows, the challenge is used.
    pub fn take(&self, challenge: &[u8], now: Timestamp) -> Option<Ceremony> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, ceremony) = all.remove(challenge)?;
        lives(began, now).then_some(ceremony)
    }
}

fn lives(began: Timestamp, now: Timestamp) -> bool {
    now.millis_since(began).abs() < CEREMONY_S * 1_000
}
