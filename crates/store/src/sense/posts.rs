//! Posts: what each told of its sensors last, and which judgements it has been told.
//!
//! Not here: what a post is told besides (settings, looks), which stands nowhere for long.

use base::Timestamp;
use base::ids::{ObservationId, OrganisationId};
use policy::Permit;
use policy::action::Operate;

use super::{POSTS_MAX, Sense, own};
use crate::StoreError;
use crate::sql::{Row, params};

/// A post as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPost {
    /// Whose.
    pub organisation: OrganisationId,
    /// Its name.
    pub post: String,
    /// When it first said something.
    pub since: Timestamp,
    /// When this was written.
    pub changed: Timestamp,
    /// Its sensors as it told of them: JSON.
    pub content: Vec<u8>,
}

/// A judgement that a post is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptJudged {
    /// The post.
    pub post: String,
    /// The observation.
    pub observation: ObservationId,
    /// From when on the post is told; until then the judgement can be taken back.
    pub due: Timestamp,
    /// What is said: JSON.
    pub content: Vec<u8>,
}

impl Sense<'_> {
    /// Keeps what a post of the own organisation told of its sensors.
    pub fn keep_post(
        &self,
        permit: &Permit<Operate>,
        post: &str,
        changed: Timestamp,
        content: &[u8],
    ) -> Result<(), StoreError> {
        let of = own(permit)?;
        let sealed = self.seal(&self.key(of)?, &post_context(post), content);
        self.desk(|desk| {
            let sql = "SELECT count(*) FROM post WHERE organisation = ?1 AND post <> ?2";
            let others: i64 = desk.prepare(sql).query_row(params![of.as_str(), post], |row| row.get(0))?;
            if others >= POSTS_MAX {
                return Err(StoreError::Conflict(
                    "the organisation has as many posts as it may: remove one first",
                ));
            }
            let sql =
                "INSERT INTO post (organisation, post, since, changed, sealed, answered, sent_before, sent)
                       VALUES (?1, ?2, ?3, ?3, ?4, 0, 0, 0)
                       ON CONFLICT (organisation, post) DO UPDATE SET changed = ?3, sealed = ?4";
            desk.prepare(sql).execute(params![of.as_str(), post, changed.millis(), sealed])
        })?;
        Ok(())
    }

    /// Every post of every organisation: for a start. What of it is shown to whom is for the caller to decide.
    pub fn every_post(&self) -> Result<Vec<KeptPost>, StoreError> {
        let sql = "SELECT organisation, post, since, changed, sealed FROM post ORDER BY organisation, post";
        self.desk(|desk| {
            desk.prepare(sql).query_map(crate::sql::NONE, |row| {
                let organisation: String = row.get(0)?;
                let organisation: OrganisationId = organisation
                    .parse()
                    .map_err(|_| StoreError::Damaged("a post of no organisation".into()))?;
                let post: String = row.get(1)?;
                let content = self.key(&organisation)?.open(post_context(&post).as_bytes(), row.bytes(4)?)?;
                Ok(KeptPost {
                    organisation,
                    post,
                    since: Timestamp::from_millis(row.get(2)?),
                    changed: Timestamp::from_millis(row.get(3)?),
                    content,
                })
            })
        })
    }

    /// Keeps a judgement for the post of its observation. One of the same observation that was not told yet is replaced.
    pub fn keep_judged(
        &self,
        permit: &Permit<Operate>,
        judged: &KeptJudged,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let of = own(permit)?;
        let sealed = self.seal(&self.key(of)?, &judged_context(judged.observation), &judged.content);
        let id = &judged.observation.as_bytes()[..];
        self.desk(|desk| {
            desk.prepare("DELETE FROM judged WHERE organisation = ?1 AND observation = ?2 AND due > ?3")
                .execute(params![of.as_str(), id, now.millis()])?;
            desk.prepare(
                "INSERT INTO judged (organisation, post, observation, due, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .execute(params![of.as_str(), judged.post.as_str(), id, judged.due.millis(), sealed])
        })?;
        Ok(())
    }

    /// Takes back a judgement that was not told yet. Says whether there was one.
    pub fn take_back_judged(
        &self,
        permit: &Permit<Operate>,
        observation: ObservationId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM judged WHERE organisation = ?1 AND observation = ?2 AND due > ?3";
        let of = own(permit)?.as_str();
        let id = &observation.as_bytes()[..];
        Ok(self.desk(|desk| desk.prepare(sql).execute(params![of, id, now.millis()]))? > 0)
    }

    /// The judgements that a post of the own organisation is told in answer to a bulletin: those since the answer to the
    /// bulletin before, oldest first. The same bulletin again gets the same answer, because the first may have been lost.
    pub fn judged_for(
        &self,
        permit: &Permit<Operate>,
        post: &str,
        bulletin: Timestamp,
        now: Timestamp,
        most: usize,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let of = own(permit)?;
        let key = self.key(of)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.desk(|desk| {
            let sql = "SELECT answered, sent_before, sent FROM post WHERE organisation = ?1 AND post = ?2";
            let known = desk.prepare(sql).find(params![of.as_str(), post], |row: &Row<'_>| {
                Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?))
            })?;
            let Some((answered, sent_before, sent)) = known else { return Ok(Vec::new()) };
            let after = if answered == bulletin.millis() { sent_before } else { sent };
            let sql = "SELECT number, observation, sealed FROM judged
                       WHERE organisation = ?1 AND post = ?2 AND number > ?3 AND due <= ?4 ORDER BY number LIMIT ?5";
            let found = desk.prepare(sql).query_map(
                params![of.as_str(), post, after, now.millis(), most],
                |row| {
                    let observation = ObservationId::from_bytes(row.get(1)?);
                    let content = key.open(judged_context(observation).as_bytes(), row.bytes(2)?)?;
                    Ok((row.get::<i64>(0)?, content))
                },
            )?;
            if let Some((last, _)) = found.last() {
                let sql = "UPDATE post SET answered = ?3, sent_before = ?4, sent = ?5
                           WHERE organisation = ?1 AND post = ?2";
                desk.prepare(sql).execute(params![of.as_str(), post, bulletin.millis(), after, *last])?;
            }
            Ok(found.into_iter().map(|(_, content)| content).collect())
        })
    }
}

fn post_context(post: &str) -> String {
    format!("post {post}")
}

fn judged_context(observation: ObservationId) -> String {
    format!("judged {observation}")
}
