//! What the post tells the node: a bulletin at a time, by requests that the post makes. What the node answers goes back to the
//! post. While the node is away, what matters waits in the buffer.
//!
//! Not here: what is told (`run`), the buffer itself (`buffer`).

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use base::Random;
use bytes::Bytes;
use sense::Moment;
use sense::bulletin::{Bulletin, Orders, SensorState};
use sense::limits::{BULLETIN_DETECTIONS_MAX, BULLETIN_OBSERVATIONS_MAX, STILL_BYTES_MAX};
use sim::api::{Answer, Api};
use tokio::sync::mpsc::Receiver;

use super::buffer::{Buffer, Kept};
use super::config::{Config, small_file};
use super::input::{Desk, jittered};
use super::limits::{
    AGAIN_FIRST, AGAIN_MAX, ANSWER_WITHIN, COMPLAIN_EVERY_S, LATE_AT_ONCE_MAX, STILLS_WAITING_MAX,
};
use super::time::now;
use crate::reach;

/// A masked still of an observation, as it is sent.
#[derive(Clone)]
pub(crate) struct Still {
    /// The observation.
    pub(crate) observation: String,
    /// Its name, which the observation holds too.
    pub(crate) name: String,
    /// A picture in a form that browsers show.
    pub(crate) bytes: Vec<u8>,
    /// Which form.
    pub(crate) media_type: &'static str,
}

/// Something for the node.
pub(crate) enum Parcel {
    /// A bulletin.
    Bulletin(Box<Bulletin>),
    /// A still.
    Still(Still),
}

/// What came of telling the node something.
enum Told {
    /// It took it; the body of its answer.
    Taken(Bytes),
    /// It will never take it.
    Refused(String),
    /// It does not let this post do that, for now.
    Forbidden(String),
    /// It is away, busy, or does not know the post.
    Away(String),
}

/// Sends parcels until nobody gives any more; then what is left is in the buffer.
pub(crate) struct Sender {
    config: Arc<Config>,
    desk: Arc<Desk>,
    random: Arc<dyn Random>,
    buffer: Buffer,
    api: Option<Api>,
    /// Until when the node is not asked, and how long the wait was.
    away: Option<(Moment, Duration)>,
    stills: Vec<Still>,
    refused: u64,
    /// When it was last said why bulletins are refused.
    complained: Option<(Moment, String)>,
}

impl Sender {
    /// With the buffer of the settings.
    pub(crate) fn new(config: &Arc<Config>, desk: &Arc<Desk>, random: &Arc<dyn Random>) -> Result<Self> {
        let buffer = Buffer::open(&config.buffer.folder, config.buffer.mib_max * 1024 * 1024)?;
        let sender = Self {
            config: config.clone(),
            desk: desk.clone(),
            random: random.clone(),
            buffer,
            api: None,
            away: None,
            stills: Vec::new(),
            refused: 0,
            complained: None,
        };
        // A wrong address or an unreadable token is better known at the start.
        sender.api()?;
        Ok(sender)
    }

    /// Sends what comes.
    pub(crate) async fn run(mut self, mut parcels: Receiver<Parcel>) {
        while let Some(parcel) = parcels.recv().await {
            match parcel {
                Parcel::Bulletin(bulletin) => self.tell(*bulletin).await,
                Parcel::Still(still) => self.keep_still(still),
            }
        }
        let (waiting, dropped, refused) = (self.buffer.len(), self.buffer.dropped(), self.refused);
        tracing::info!(waiting, dropped, refused, "the sender stops");
    }

    async fn tell(&mut self, bulletin: Bulletin) {
        if self.away.is_some_and(|(until, _)| now() < until) {
            return self.buffer(bulletin);
        }
        match self.send(&bulletin).await {
            Told::Taken(body) => {
                if self.away.take().is_some() {
                    tracing::info!(waiting = self.buffer.len(), "the node is there again");
                }
                self.obey(&body);
                self.send_late(&bulletin).await;
                self.send_stills().await;
            }
            Told::Refused(why) => {
                self.is_refused(why);
            }
            Told::Away(why) | Told::Forbidden(why) => {
                self.is_away(&why);
                self.buffer(bulletin);
            }
        }
    }

    /// Tells what waited, as news of now: the sensors are as they are.
    async fn send_late(&mut self, fresh: &Bulletin) {
        for _ in 0..LATE_AT_ONCE_MAX {
            let Some((ticket, kept)) = tokio::task::block_in_place(|| self.buffer.first()) else { return };
            let Kept { detections, observations } = kept;
            let late = Bulletin { at: now().into(), detections, observations, ..fresh.clone() };
            match self.send(&late).await {
                Told::Taken(body) => self.obey(&body),
                Told::Refused(why) => {
                    self.is_refused(why);
                }
                Told::Away(why) | Told::Forbidden(why) => return self.is_away(&why),
            }
            tokio::task::block_in_place(|| self.buffer.done(ticket));
        }
    }

    /// Counts a bulletin that is left; said once a minute for as long as the reason is the same.
    fn is_refused(&mut self, why: String) {
        self.refused += 1;
        let known = self.complained.as_ref();
        if known.is_some_and(|(at, last)| *last == why && now().seconds_since(*at) < COMPLAIN_EVERY_S) {
            return;
        }
        tracing::error!(refused = self.refused, "the node refuses a bulletin, which is left: {why}");
        self.complained = Some((now(), why));
    }

    async fn send_stills(&mut self) {
        while let Some(still) = self.stills.first().cloned() {
            let Still { observation, name, bytes, media_type } = still;
            let path = format!("/api/v1/sense/observations/{observation}/stills/{name}");
            let told = match self.api() {
                Ok(api) => told(api.put_bytes(&path, media_type, bytes.into())).await,
                Err(error) => Told::Away(format!("{error:#}")),
            };
            match told {
                Told::Taken(_) => {}
                // Its operators may allow none, or it may have let go of the observation: that is no reason to wait.
                Told::Refused(why) | Told::Forbidden(why) => {
                    tracing::info!("the node takes no still, which is left: {why}");
                }
                Told::Away(why) => return self.is_away(&why),
            }
            self.stills.remove(0);
        }
    }

    fn keep_still(&mut self, still: Still) {
        if !self.config.post.stills {
            tracing::warn!("a still was made though stills are not allowed: it is left");
        } else if still.bytes.len() > STILL_BYTES_MAX {
            tracing::warn!(bytes = still.bytes.len(), "a still is too large: it is left");
        } else {
            if self.stills.len() >= STILLS_WAITING_MAX {
                self.stills.remove(0);
            }
            self.stills.push(still);
        }
    }

    async fn send(&mut self, bulletin: &Bulletin) -> Told {
        let api = match self.api() {
            Ok(api) => api,
            Err(error) => return Told::Away(format!("{error:#}")),
        };
        let told = told(api.post("/api/v1/sense/bulletins", bulletin)).await;
        self.api = matches!(told, Told::Taken(_)).then_some(api);
        told
    }

    /// The node, with the token as it is in its file now: it may have been exchanged.
    fn api(&self) -> Result<Api> {
        if let Some(api) = &self.api {
            return Ok(api.clone());
        }
        let node = &self.config.node;
        let ca = Some(node.ca_file.as_path()).filter(|file| !file.as_os_str().is_empty());
        let token = small_file(&node.token_file).context("node.token_file")?;
        Api::new(reach::node(&node.url, ca).context("node.url")?, &node.url).with_token(&token)
    }

    fn obey(&self, body: &[u8]) {
        match serde_json::from_slice::<Orders>(body) {
            Ok(orders) => self.desk.orders(orders),
            Err(error) => tracing::warn!("the node's orders are not understood: {error}"),
        }
    }

    fn is_away(&mut self, why: &str) {
        let wait = self.away.map_or(AGAIN_FIRST, |(_, wait)| (wait * 2).min(AGAIN_MAX));
        let pause = jittered(wait, &*self.random);
        tracing::warn!(again_s = pause.as_secs_f64(), "the node is not told: {why}");
        self.away = Some((now().plus_seconds(pause.as_secs_f64()), wait));
    }

    fn buffer(&mut self, bulletin: Bulletin) {
        let kept = Kept { detections: bulletin.detections, observations: bulletin.observations };
        if let Err(error) = tokio::task::block_in_place(|| self.buffer.put(kept)) {
            tracing::error!("an observation is lost: {error:#}");
        }
    }
}

async fn told(answer: impl Future<Output = Result<Answer>>) -> Told {
    let answer = match tokio::time::timeout(ANSWER_WITHIN, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Told::Away(format!("{error:#}")),
        Err(_) => return Told::Away(format!("no answer within {} s", ANSWER_WITHIN.as_secs())),
    };
    match answer.status {
        200..300 => Told::Taken(answer.body),
        // What cannot be read today cannot be read tomorrow; all else may be mended on the node.
        400 | 413 | 415 | 422 => Told::Refused(answer.problem()),
        403 | 404 => Told::Forbidden(answer.problem()),
        _ => Told::Away(answer.problem()),
    }
}

/// Puts together a bulletin of what there is to say, and leaves what does not fit in one.
pub(crate) fn bulletin(post: &str, at: Moment, sensors: Vec<SensorState>, pending: &mut Kept) -> Bulletin {
    let observations = pending.observations.len().min(BULLETIN_OBSERVATIONS_MAX);
    let detections = pending.detections.len().min(BULLETIN_DETECTIONS_MAX);
    Bulletin {
        post: post.to_owned(),
        at: at.into(),
        sensors,
        detections: pending.detections.drain(..detections).collect(),
        observations: pending.observations.drain(..observations).collect(),
    }
}

#[cfg(test)]
pub(crate) fn sample_observation(id: &str) -> sense::bulletin::Observation {
    use base::clock::Timestamp;
    use sense::bulletin::{Basis, Observation, Stage};
    let at = Timestamp::from_seconds(1_795_000_000);
    Observation {
        id: id.to_owned(),
        revision: 1,
        stage: Stage::Settled,
        basis: Basis::Heard,
        what: None,
        classes: Vec::new(),
        probability: 0.5,
        at,
        first_heard: at,
        told: at,
        place: None,
        bearings: Vec::new(),
        evidence: Vec::new(),
        cameras: Vec::new(),
        levels: Vec::new(),
        settings_version: 0,
        model: None,
    }
}
