//! API tokens: for services, sensors and scripts; scoped, expiring, revocable, known by their prefix.
//!
//! Not here: what a scope allows (policy).

use std::collections::BTreeSet;

use base::ids::{MemberId, TokenId};
use base::random::bytes;
use base::{Random, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use policy::action::Administer;
use policy::{Action, Permit};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Authority, MS_PER_DAY, Secret, hash, id_bytes, member_under, organisation_of};
use crate::directory::{self, DirectoryChange};
use crate::sql::{Row, params};
use crate::writer::{Answer, Batch};
use crate::{Store, StoreError};

/// How every token begins, so that people and secret scanners know one: `bft_[A-Za-z0-9_-]{48}`.
pub const TOKEN_PREFIX: &str = "bft_";
/// Longest life of a token, in days.
pub const TOKEN_DAYS_MAX: i64 = 366;
/// Longest name of a token, in characters.
pub const TOKEN_NAME_CHARS_MAX: usize = 80;
/// Most tokens of one member that can be used.
pub const TOKENS_MAX: i64 = 20;
/// How long a dead token is listed, in days.
const LISTED_DAYS: i64 = 90;
const RANDOM_BYTES: usize = 32;
const CHECK_BYTES: usize = 4;

/// What a new token should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Whose.
    pub member: MemberId,
    /// What it is called.
    pub name: String,
    /// What it may be used for; the member's own rights bound it too.
    pub scopes: BTreeSet<Action>,
    /// Until when.
    pub expires: Timestamp,
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose.
    pub member: MemberId,
    /// What it is called.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Action>,
    /// Since when.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// Since when it has been revoked.
    pub revoked: Option<Timestamp>,
}

impl Token {
    /// Whether it can be used at an instant.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

const COLUMNS: &str = "id, member, name, scopes, created, expires, revoked";

impl Store {
    /// Makes a token for a member of the organisation. Its text is told this once.
    pub fn make_token(
        &self,
        permit: &Permit<Administer>,
        new: NewToken,
    ) -> Result<Answer<(Token, Secret)>, StoreError> {
        let (organisation, authority) = (organisation_of(permit)?, Authority::of(permit));
        check(&new, self.0.clock.now())?;
        self.0.writer.send(move |batch| {
            let owner = member_under(batch.connection, &organisation, new.member)?;
            if !owner.active {
                return Err(StoreError::Conflict(
                    "the member does not take part: let it take part again first",
                ));
            }
            let (token, secret) = insert(batch, new)?;
            let change = DirectoryChange::TokenMade {
                member: token.member,
                token: token.id,
                name: token.name.clone(),
                scopes: token.scopes.clone(),
                expires: token.expires,
            };
            authority.record(batch, &change)?;
            Ok((token, secret))
        })
    }

    /// The tokens of a member of the organisation, newest first; dead ones for some time.
    pub fn tokens(&self, permit: &Permit<Administer>, owner: MemberId) -> Result<Vec<Token>, StoreError> {
        let organisation = organisation_of(permit)?;
        self.0.readers.read(|connection| {
            member_under(connection, &organisation, owner)?;
            let sql = format!("SELECT {COLUMNS} FROM token WHERE member = ?1 ORDER BY created DESC, id DESC");
            connection.prepare(&sql).query_map([owner.as_bytes()], token)
        })
    }

    /// Revokes a token of a member of the organisation.
    pub fn revoke_token(
        &self,
        permit: &Permit<Administer>,
        owner: MemberId,
        id: TokenId,
    ) -> Result<Answer<()>, StoreError> {
        let (organisation, authority) = (organisation_of(permit)?, Authority::of(permit));
        self.0.writer.send(move |batch| {
            let owner = member_under(batch.connection, &organisation, owner)?;
            let now = batch.clock().now().millis();
            let sql = "UPDATE token SET revoked = coalesce(revoked, ?3) WHERE id = ?1 AND member = ?2";
            if batch.connection.execute(sql, params![id.as_bytes(), owner.id.as_bytes(), now])? == 0 {
                return Err(StoreError::Absent);
            }
            authority.record(batch, &DirectoryChange::TokenRevoked { member: owner.id, token: id })
        })
    }

    /// The token of a text, when it can be used now.
    pub fn token(&self, text: &str) -> Result<Option<Token>, StoreError> {
        if !well_formed(text) {
            return Ok(None);
        }
        let found = self.0.readers.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM token WHERE secret_hash = ?1");
            connection.prepare(&sql).find([hash(text)], token)
        })?;
        Ok(found.filter(|token| token.lives(self.0.clock.now())))
    }

    /// The token of an id, when it can be used now: for streams that stay open.
    pub fn token_of_id(&self, id: TokenId) -> Result<Option<Token>, StoreError> {
        let found = self.0.readers.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM token WHERE id = ?1");
            connection.prepare(&sql).find([id.as_bytes()], token)
        })?;
        Ok(found.filter(|token| token.lives(self.0.clock.now())))
    }
}

fn check(new: &NewToken, now: Timestamp) -> Result<(), StoreError> {
    let chars = new.name.chars().count();
    if new.name.trim().is_empty() || chars > TOKEN_NAME_CHARS_MAX || new.name.chars().any(char::is_control) {
        return Err(StoreError::Conflict("a token needs a name of 1 to 80 plain characters"));
    }
    if new.scopes.is_empty() {
        return Err(StoreError::Conflict("a token needs at least one scope"));
    }
    if new.expires <= now || new.expires > now.plus_millis(TOKEN_DAYS_MAX * MS_PER_DAY) {
        return Err(StoreError::Conflict("a token expires within 366 days from now"));
    }
    Ok(())
}

fn insert(batch: &mut Batch<'_>, new: NewToken) -> Result<(Token, Secret), StoreError> {
    let inner = batch.inner;
    let now = batch.clock().now();
    let owner = &new.member.as_bytes()[..];
    let dead = now.plus_millis(-LISTED_DAYS * MS_PER_DAY).millis();
    batch.connection.execute(
        "DELETE FROM token WHERE member = ?1 AND (expires < ?2 OR revoked < ?2)",
        params![owner, dead],
    )?;
    let live = "SELECT count(*) FROM token WHERE member = ?1 AND revoked IS NULL AND expires > ?2";
    if batch.connection.query_row(live, params![owner, now.millis()], |row| row.get::<i64>(0))? >= TOKENS_MAX
    {
        return Err(StoreError::Conflict("the member has as many tokens as it may: revoke one first"));
    }
    let secret = secret(&*inner.random);
    let token = Token {
        id: TokenId::new(&*inner.clock, &*inner.random),
        member: new.member,
        name: new.name,
        scopes: new.scopes,
        created: now,
        expires: new.expires,
        revoked: None,
    };
    batch.connection.execute(
        "INSERT INTO token (id, secret_hash, member, name, scopes, created, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            &token.id.as_bytes()[..],
            hash(secret.reveal()),
            owner,
            token.name,
            directory::json(&token.scopes),
            now.millis(),
            token.expires.millis(),
        ],
    )?;
    Ok((token, secret))
}

fn token(row: &Row<'_>) -> Result<Token, StoreError> {
    let scopes: String = row.get(3)?;
    Ok(Token {
        id: TokenId::from_bytes(id_bytes(row, 0)?),
        member: MemberId::from_bytes(id_bytes(row, 1)?),
        name: row.get(2)?,
        scopes: directory::parse("token", &scopes)?,
        created: Timestamp::from_millis(row.get(4)?),
        expires: Timestamp::from_millis(row.get(5)?),
        revoked: row.get::<Option<i64>>(6)?.map(Timestamp::from_millis),
    })
}

/// The prefix, then base64url of 32 random bytes and 4 bytes that check them.
fn secret(random: &dyn Random) -> Secret {
    let mut body = Zeroizing::new([0; RANDOM_BYTES + CHECK_BYTES]);
    body[..RANDOM_BYTES].copy_from_slice(&bytes::<RANDOM_BYTES>(random));
    let check = check_bytes(&body[..RANDOM_BYTES]);
    body[RANDOM_BYTES..].copy_from_slice(&check);
    Secret(Zeroizing::new(format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(*body))))
}

/// Whether a text can be a token at all: a mistyped one needs no look at the database.
fn well_formed(text: &str) -> bool {
    let body = text.strip_prefix(TOKEN_PREFIX).filter(|body| body.len() == 48);
    let body = body.and_then(|body| URL_SAFE_NO_PAD.decode(body).ok());
    let parts = body.as_deref().and_then(|body| body.split_at_checked(RANDOM_BYTES));
    parts.is_some_and(|(secret, check)| check_bytes(secret) == *check)
}

fn check_bytes(secret: &[u8]) -> [u8; CHECK_BYTES] {
    let hash = Sha256::new().chain_update(TOKEN_PREFIX).chain_update(secret).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
mod tests {
    use base::random::SeededRandom;

    use super::*;

    #[test]
    fn a_mistyped_token_is_known_as_one() {
        let secret = secret(&SeededRandom::new(1));
        let text = secret.reveal();
        assert!(text.len() == 52 && well_formed(text), "{}", text.len());
        for at in 0..text.len() {
            let mut other = text.to_owned();
            let swap = if &text[at..=at] == "A" { "B" } else { "A" };
            other.replace_range(at..=at, swap);
            assert!(!well_formed(&other), "{at}");
        }
        assert!(!well_formed("bft_") && !well_formed("") && !well_formed("bft_é"));
    }
}
