//! What every handler works with: the store, the policies, the area, the settings, and what lives in memory only.
//!
//! Not here: anything that decides.

use std::ops::Deref;
use std::sync::Arc;

use base::{Clock, Random, Timestamp};
use policy::Engine;
use store::{NodeKey, SessionLimits, Store};
use tokio::sync::watch;
use webauthn_rs::Webauthn;

use crate::api::accountability::Verification;
use crate::area::Area;
use crate::challenge::Challenges;
use crate::config::Config;
use crate::cursor::Cursors;
use crate::gate::Gate;
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::passkey;
use crate::planning::Planning;
use crate::problem::Problem;
use crate::rate::Rates;
use crate::sensing::Sensing;
use crate::watch::Watching;

/// What a node is started with.
pub struct Needs {
    /// Where it keeps everything.
    pub store: Store,
    /// The policies.
    pub engine: Arc<Engine>,
    /// The area it serves.
    pub area: Arc<Area>,
    /// Its settings.
    pub config: Arc<Config>,
    /// Its clock.
    pub clock: Arc<dyn Clock>,
    /// Its randomness.
    pub random: Arc<dyn Random>,
    /// The key it derives the key of its cursors from.
    pub node_key: NodeKey,
    /// Whether anyone may sign in as any sample member: on loopback only.
    pub demo: bool,
}

/// A running node. Cheap to clone; all clones are the same node.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of a running node.
pub struct Parts {
    /// Where it keeps everything.
    pub store: Store,
    /// The policies.
    pub engine: Arc<Engine>,
    /// The area it serves.
    pub area: Arc<Area>,
    /// Its settings.
    pub config: Arc<Config>,
    /// Its clock.
    pub clock: Arc<dyn Clock>,
    /// Its randomness.
    pub random: Arc<dyn Random>,
    /// Passkeys; `None` where the address is a number, because browsers refuse them there.
    pub passkeys: Option<Webauthn>,
    /// Ceremonies that have begun.
    pub challenges: Challenges,
    /// How often a member asks.
    pub member_rates: Rates,
    /// How often an address tries to sign in.
    pub sign_in_rates: Rates,
    /// What operators see.
    pub metrics: Arc<Metrics>,
    /// Whether anyone may sign in as any sample member.
    pub demo: bool,
    /// Seals cursors and stream ids.
    pub cursors: Cursors,
    /// The one way to items.
    pub gate: Gate,
    /// The verification of the ledgers that was asked for last.
    pub verification: Arc<Verification>,
    /// Open streams.
    pub hub: Arc<Hub>,
    /// Web monitoring.
    pub watching: Watching,
    /// Eye and Ear.
    pub sensing: Sensing,
    /// Measures.
    pub planning: Planning,
    /// True from the moment the node stops: streams end then.
    pub stopping: watch::Sender<bool>,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Why a node cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Passkeys cannot be used with these settings.
    #[error("passkeys cannot be used at http.public_url")]
    Passkeys(#[from] webauthn_rs::prelude::WebauthnError),
    /// A demo that others could reach.
    #[error("a demo is for this machine only: listen on and name a loopback address")]
    OpenDemo,
    /// A certificate or key that cannot be used.
    #[error("the certificate or its key cannot be used: {0}")]
    Certificate(String),
    /// The network refused.
    #[error("the network refused")]
    Network(#[from] std::io::Error),
}

impl App {
    /// A node, ready to serve.
    pub fn new(needs: Needs) -> Result<Self, StartError> {
        let Needs { store, engine, area, config, clock, random, node_key, demo } = needs;
        if demo
            && !(config.http.listen.ip().is_loopback() && crate::config::is_loopback(&config.http.public_url))
        {
            return Err(StartError::OpenDemo);
        }
        Ok(Self(Arc::new(Parts {
            passkeys: passkey::webauthn(&config)?,
            challenges: Challenges::default(),
            member_rates: Rates::new(config.rates.member_per_minute, config.rates.counted_max),
            sign_in_rates: Rates::new(config.rates.sign_in_per_minute, config.rates.counted_max),
            metrics: Arc::default(),
            cursors: Cursors::new(&node_key.derive("cursors")),
            gate: Gate::new(engine.clone(), store.clone()),
            verification: Arc::default(),
            hub: Arc::default(),
            watching: Watching::new(store.clone(), area.clone()),
            sensing: Sensing::new(store.clone()),
            planning: Planning::default(),
            stopping: watch::Sender::new(false),
            store,
            engine,
            area,
            config,
            clock,
            random,
            demo,
        })))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How long sessions last.
    pub fn session_limits(&self) -> SessionLimits {
        self.config.session_limits()
    }

    /// Runs what waits for the disk in a thread of its own, so that no other request waits with it.
    pub async fn in_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || work(&app)).await?
    }
}
