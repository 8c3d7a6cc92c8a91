//! Sessions: made after a proof of identity, ended by sign-out, by standing idle, by age or by revocation.
//!
//! Not here: cookies (server).

use base::Timestamp;
use base::ids::MemberId;

use super::{MS_PER_HOUR, MS_PER_SECOND, Secret, hash, id_bytes, member};
use crate::sql::{Connection, params};
use crate::writer::{Answer, Batch};
use crate::{Store, StoreError};

/// Most sessions of one member: the ones longest unused end first.
pub const SESSIONS_MAX: i64 = 20;
/// How long a sign of life need not be written, in ms.
const TOUCH_MS: i64 = 60 * MS_PER_SECOND;
/// How far the clock may go back before sessions from its future end, in ms.
const CLOCK_BACK_MS: i64 = 60 * MS_PER_SECOND;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// How long without a request, in ms.
    pub idle_ms: i64,
    /// How long at all, in ms.
    pub absolute_ms: i64,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle_ms: MS_PER_HOUR / 2, absolute_ms: 12 * MS_PER_HOUR }
    }
}

/// What names a session inside the node: the hash of its secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey([u8; 32]);

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SessionKey(...)")
    }
}

/// Someone who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Names it inside the node.
    pub key: SessionKey,
    /// Who.
    pub member: MemberId,
    /// Since when.
    pub created: Timestamp,
    /// The last request, to the minute.
    pub seen: Timestamp,
    /// The last proof of identity.
    pub fresh: Option<Timestamp>,
}

impl Session {
    /// When it ends without another request.
    pub fn expires(&self, limits: &SessionLimits) -> Timestamp {
        let idle = self.seen.plus_millis(limits.idle_ms);
        idle.min(self.created.plus_millis(limits.absolute_ms))
    }

    fn lives(&self, now: Timestamp, limits: &SessionLimits) -> bool {
        let of_the_future = self.created.max(self.seen).millis_since(now) > CLOCK_BACK_MS;
        !of_the_future && now < self.expires(limits)
    }
}

impl Store {
    /// Starts a session for a member who takes part; `fresh` when it has just proved who it is.
    pub fn create_session(
        &self,
        id: MemberId,
        fresh: bool,
        limits: SessionLimits,
    ) -> Result<Answer<Secret>, StoreError> {
        self.0.writer.send(move |batch| match member(batch.connection, id)? {
            Some(member) if member.active => create(batch, id, fresh, limits),
            _ => Err(StoreError::Absent),
        })
    }

    /// The session of a secret, when it still lives. Notes the sign of life, at most once a minute.
    pub fn session(&self, secret: &str, limits: SessionLimits) -> Result<Option<Session>, StoreError> {
        let found = self.session_of_key(SessionKey(hash(secret)), limits)?;
        if let Some(session) = found
            && self.0.clock.now().millis_since(session.seen) >= TOUCH_MS
        {
            self.touch(session.key);
        }
        Ok(found)
    }

    /// The session of a key, when it still lives. No sign of life: an open stream does not keep a session alive.
    pub fn session_of_key(
        &self,
        key: SessionKey,
        limits: SessionLimits,
    ) -> Result<Option<Session>, StoreError> {
        let found = self.0.readers.read(|connection| read(connection, key))?;
        Ok(found.filter(|session| session.lives(self.0.clock.now(), &limits)))
    }

    fn touch(&self, key: SessionKey) {
        let touched = self.0.writer.send(move |batch| {
            let now = batch.clock().now().millis();
            let sql = "UPDATE session SET seen = ?2 WHERE secret_hash = ?1 AND seen < ?2";
            batch.connection.prepare(sql).execute(params![key.0, now])?;
            Ok(())
        });
        // A node that takes no changes still answers; the session then ends by standing idle.
        drop(touched);
    }

    /// Notes that the member has just proved again who it is. False when the session has ended meanwhile.
    pub fn renew_session(&self, key: SessionKey) -> Result<Answer<bool>, StoreError> {
        self.0.writer.send(move |batch| {
            let now = batch.clock().now().millis();
            let sql = "UPDATE session SET seen = ?2, fresh = ?2 WHERE secret_hash = ?1";
            Ok(batch.connection.execute(sql, params![key.0, now])? > 0)
        })
    }

    /// Ends a session; it may have ended already.
    pub fn end_session(&self, key: SessionKey) -> Result<Answer<()>, StoreError> {
        self.0.writer.send(move |batch| {
            batch.connection.execute("DELETE FROM session WHERE secret_hash = ?1", [key.0])?;
            Ok(())
        })
    }

    /// Ends every session of a member and says how many there were.
    pub fn end_sessions(&self, id: MemberId) -> Result<Answer<usize>, StoreError> {
        self.0.writer.send(move |batch| end_all(batch, id))
    }

    /// How many sessions there are that may still live.
    pub fn session_count(&self, limits: SessionLimits) -> Result<u64, StoreError> {
        let now = self.0.clock.now();
        self.0.readers.read(|connection| {
            let sql = "SELECT count(*) FROM session WHERE seen > ?1 AND created > ?2";
            let floors = [now.plus_millis(-limits.idle_ms), now.plus_millis(-limits.absolute_ms)];
            let count: i64 = connection.query_row(sql, floors.map(Timestamp::millis), |row| row.get(0))?;
            Ok(count.unsigned_abs())
        })
    }
}

/// Starts a session in a running command, and clears away those that have ended.
pub(super) fn create(
    batch: &mut Batch<'_>,
    id: MemberId,
    fresh: bool,
    limits: SessionLimits,
) -> Result<Secret, StoreError> {
    let now = batch.clock().now();
    let (idle, absolute) = (now.plus_millis(-limits.idle_ms), now.plus_millis(-limits.absolute_ms));
    let connection = batch.connection;
    connection.execute(
        "DELETE FROM session WHERE seen <= ?1 OR created <= ?2",
        params![idle.millis(), absolute.millis()],
    )?;
    connection.execute(
        "DELETE FROM session WHERE secret_hash IN (SELECT secret_hash FROM session WHERE member = ?1
         ORDER BY seen DESC LIMIT -1 OFFSET ?2)",
        params![&id.as_bytes()[..], SESSIONS_MAX - 1],
    )?;
    let secret = Secret::random(&*batch.inner.random);
    connection.execute(
        "INSERT INTO session (secret_hash, member, created, seen, fresh) VALUES (?1, ?2, ?3, ?3, ?4)",
        params![hash(secret.reveal()), &id.as_bytes()[..], now.millis(), fresh.then_some(now.millis())],
    )?;
    Ok(secret)
}

pub(super) fn end_all(batch: &mut Batch<'_>, id: MemberId) -> Result<usize, StoreError> {
    batch.connection.execute("DELETE FROM session WHERE member = ?1", [&id.as_bytes()[..]])
}

fn read(connection: &Connection, key: SessionKey) -> Result<Option<Session>, StoreError> {
    let sql = "SELECT member, created, seen, fresh FROM session WHERE secret_hash = ?1";
    let statement = connection.prepare(sql);
    statement.find([key.0], |row| {
        Ok(Session {
            key,
            member: MemberId::from_bytes(id_bytes(row, 0)?),
            created: Timestamp::from_millis(row.get(1)?),
            seen: Timestamp::from_millis(row.get(2)?),
            fresh: row.get::<Option<i64>>(3)?.map(Timestamp::from_millis),
        })
    })
}
