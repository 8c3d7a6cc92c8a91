//! Plays a plan on a node, through its public API, each act as the member who does it.
//!
//! Not here: when to go on; who starts a world paces it.

use std::collections::HashMap;

use anyhow::{Context, Result};
use base::Timestamp;
use base::ids::ItemId;
use record::Reference;
use serde_json::{Value, json};

use crate::plan::ROUTINE_KEY;
use crate::{Api, Cast, Event, Happening, Plan};

/// A day that is being played.
pub struct World {
    api: Api,
    began: Timestamp,
    cast: Cast,
    plan: Plan,
    signed_in: HashMap<String, Api>,
    items: HashMap<String, ItemId>,
    played: u64,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Who did it, by handle.
    pub by: String,
    /// What: `share`, `acknowledge` or `retract`.
    pub deed: &'static str,
    /// The item.
    pub item: ItemId,
}

/// Most items that later events can speak of; older routine is forgotten.
const ITEMS_KEPT_MAX: usize = 2_000;

impl World {
    /// A world on the node behind `api`, which must be a demonstration.
    pub fn new(api: Api, cast: Cast, seed: u64, began: Timestamp) -> Self {
        let plan = Plan::new(seed, cast.clone());
        Self { api, began, cast, plan, signed_in: HashMap::new(), items: HashMap::new(), played: 0 }
    }

    /// Plays what happened in the hours before the world began, all at once, after telling when each happened, so that
    /// the node's clock can say so. Gives the number of things done.
    pub async fn history(&mut self, happens_at: impl Fn(Timestamp)) -> Result<usize> {
        let events = self.plan.history(self.began)?;
        for (at, event) in &events {
            happens_at(*at);
            self.play(event).await?;
        }
        Ok(events.len())
    }

    /// Plays what happens next.
    pub async fn step(&mut self, now: Timestamp) -> Result<Played> {
        let event = self.plan.next_event(now)?;
        self.play(&event).await
    }

    async fn play(&mut self, event: &Event) -> Result<Played> {
        self.played += 1;
        let played = match self.attempt(event).await {
            // A session ends after silence; that is no reason to end the world.
            Err(_) if self.signed_in.remove(&event.by).is_some() => self.attempt(event).await,
            done => done,
        };
        played.with_context(|| format!("event {} of the world, by {}", self.played, event.by))
    }

    async fn attempt(&mut self, event: &Event) -> Result<Played> {
        let caller = self.caller(&event.by).await?;
        let (deed, item) = match &event.happening {
            Happening::Share { key, .. } => {
                let draft = self.draft(event)?;
                let once = format!("world-{}-{}", self.began.millis(), self.played);
                let answer = caller.post_with("/api/v1/items", &[("idempotency-key", &once)], &draft).await?;
                let shared = answer.json()?;
                let item = item_id(&shared)?;
                self.remember(key, item);
                ("share", item)
            }
            Happening::Acknowledge { key } => {
                let item = self.item(key)?;
                caller.post(&format!("/api/v1/items/{item}/acknowledge"), &json!({})).await?.json()?;
                ("acknowledge", item)
            }
            Happening::Retract { key, reason } => {
                let item = self.item(key)?;
                let body = json!({ "reason": reason });
                caller.post(&format!("/api/v1/items/{item}/retract"), &body).await?.json()?;
                ("retract", item)
            }
        };
        Ok(Played { by: event.by.clone(), deed, item })
    }

    /// The draft of an event with the ids of the items it speaks of.
    fn draft(&self, event: &Event) -> Result<record::Draft> {
        let Happening::Share { answers, references, draft, .. } = &event.happening else {
            anyhow::bail!("only what is shared has a draft");
        };
        let mut draft = record::Draft::clone(draft);
        draft.parent = answers.as_deref().map(|key| self.item(key)).transpose()?;
        for (key, relation) in references {
            draft.content.references.push(Reference { item: self.item(key)?, relation: *relation });
        }
        Ok(draft)
    }

    fn item(&self, key: &str) -> Result<ItemId> {
        let item = self.items.get(key);
        item.copied().with_context(|| format!("nothing was shared as {key:?} yet"))
    }

    fn remember(&mut self, key: &str, item: ItemId) {
        if key.is_empty() {
            return;
        }
        if self.items.len() >= ITEMS_KEPT_MAX {
            self.items.retain(|key, _| !key.starts_with(ROUTINE_KEY));
        }
        self.items.insert(key.to_owned(), item);
    }

    async fn caller(&mut self, handle: &str) -> Result<Api> {
        if let Some(api) = self.signed_in.get(handle) {
            return Ok(api.clone());
        }
        let member = self.cast.player(handle)?.member.to_string();
        let api = self.api.as_sample_member(&member).await?;
        self.signed_in.insert(handle.to_owned(), api.clone());
        Ok(api)
    }
}

fn item_id(shared: &Value) -> Result<ItemId> {
    let id = shared["id"].as_str().context("the node named no id of what was shared")?;
    Ok(id.parse()?)
}
