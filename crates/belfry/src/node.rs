//! A node's start and end: settings, key, store, area, policies; serving until a signal; hourly upkeep.
//!
//! Not here: setting one up ([`crate::init`]), and what it answers (server).

use std::fs::{File, TryLockError};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base::system::{SystemClock, SystemRandom};
use base::{Clock, Random};
use policy::Engine;
use server::area::Area;
use server::config::Config;
use server::{App, Needs};
use store::{NodeKey, Options, Store};

/// How often what is past its retention is erased.
const UPKEEP_EVERY: Duration = Duration::from_secs(3_600);

/// Held while a process works with a data folder: two at the same time would write two histories.
const LOCK: &str = "belfry.lock";

/// A node that is open but not yet serving.
pub(crate) struct Node {
    pub(crate) config: Arc<Config>,
    pub(crate) area: Arc<Area>,
    pub(crate) store: Store,
    node_key: NodeKey,
    clock: Arc<dyn Clock>,
    _lock: Lock,
}

/// A data folder that no other process works with.
pub(crate) struct Lock(#[expect(dead_code, reason = "held, never read: closing the file lets go")] File);

/// The machine's clock.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The machine's randomness.
pub(crate) fn random() -> Arc<dyn Random> {
    Arc::new(SystemRandom)
}

/// Reads the settings.
pub(crate) fn settings(file: &Path) -> Result<Config> {
    let at = || format!("cannot use the settings {}", file.display());
    let text = std::fs::read_to_string(file).with_context(at).context(
        "no settings: write some with `belfry config-sample > FILE`, mend them, and name the file with --config",
    )?;
    Config::parse(&text).with_context(at)
}

/// Where the store of these settings is.
pub(crate) fn options(config: &Config) -> Options {
    Options::new(&config.node.data_folder, &config.node.origin)
}

/// The node key of these settings.
pub(crate) fn node_key(config: &Config) -> Result<NodeKey> {
    let file = &config.node.key_file;
    NodeKey::read(file).with_context(|| format!("cannot use the node key {}", file.display()))
}

impl Node {
    /// Opens the store of a node and reads its area.
    pub(crate) fn open(config: Config) -> Result<Self> {
        Self::open_at(config, clock())
    }

    /// The same with another clock.
    pub(crate) fn open_at(config: Config, clock: Arc<dyn Clock>) -> Result<Self> {
        let area = Area::load(&config.node.area_folder).context("the area cannot be used")?;
        let node_key = node_key(&config)?;
        let (lock, store) = open_store_at(&config, &node_key, clock.clone())?;
        Ok(Self { config: Arc::new(config), area: Arc::new(area), store, node_key, clock, _lock: lock })
    }

    /// Whether nobody takes part yet.
    pub(crate) fn is_new(&self) -> bool {
        self.store.directory().organisations.is_empty()
    }

    /// Gives a node of an earlier version the parts of its area, and says what of the area is no longer as its file
    /// has it.
    pub(crate) async fn settle_area(&self) -> Result<()> {
        let founding = self.area.found_where_missing(&self.store).context("the area could not be founded")?;
        if let Some(founding) = founding {
            founding.ready().await.context("the area could not be founded")?;
        }
        let changed = self.area.differences(&self.store.directory());
        if !changed.is_empty() {
            let changed = changed.join(", ");
            tracing::info!(
                changed,
                "the area differs from its file, which only founded it: what was changed holds"
            );
        }
        Ok(())
    }

    /// The node, ready to serve.
    pub(crate) fn app(&self, demo: bool) -> Result<App> {
        let needs = Needs {
            store: self.store.clone(),
            engine: Arc::new(Engine::standard().context("the policies cannot be used")?),
            area: self.area.clone(),
            config: self.config.clone(),
            clock: self.clock.clone(),
            random: random(),
            node_key: self.node_key.clone(),
            demo,
        };
        App::new(needs).context("the node cannot start")
    }
}

/// Opens the store of these settings, for this process alone.
pub(crate) fn open_store(config: &Config, node_key: &NodeKey) -> Result<(Lock, Store)> {
    open_store_at(config, node_key, clock())
}

fn open_store_at(config: &Config, node_key: &NodeKey, clock: Arc<dyn Clock>) -> Result<(Lock, Store)> {
    let folder = config.node.data_folder.display();
    let lock = lock(&config.node.data_folder)?;
    let store = Store::open(options(config), node_key, clock, random()).with_context(|| {
        format!("cannot open the store in {folder}; `belfry verify` says what is wrong with it")
    })?;
    Ok((lock, store))
}

/// Takes a data folder for this process alone; makes it when it is not there.
pub(crate) fn lock(folder: &Path) -> Result<Lock> {
    let at = || format!("cannot use the data folder {}", folder.display());
    std::fs::create_dir_all(folder).with_context(at)?;
    let file = File::options().create(true).append(true).open(folder.join(LOCK)).with_context(at)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => {
            bail!("a node is running on {}: stop it first", folder.display())
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(at),
    }
}

/// `belfry run`: serves until a signal.
pub(crate) async fn run(config: &Path) -> Result<()> {
    let node = Node::open(settings(config)?)?;
    if node.is_new() {
        bail!("nobody takes part yet: set the node up with `belfry init --config {}`", config.display());
    }
    node.settle_area().await?;
    let listener = listen(&node.config)?;
    let app = node.app(false)?;
    let upkeep = tokio::spawn(upkeep(node.store.clone(), node.config.clone()));
    let address = listener.local_addr().context("the address cannot be read")?;
    tracing::info!(url = %node.config.http.public_url, listen = %address, "serving");
    server::serve(app, listener, stopped()).await.context("the node stopped serving")?;
    upkeep.abort();
    close(&node.store);
    tracing::info!("stopped");
    Ok(())
}

/// Leaves one whole file behind, so that what lies in the data folder is all there is. What is acknowledged is on disk
/// in any case.
pub(crate) fn close(store: &Store) {
    match store.empty_log() {
        Ok(true) => {}
        Ok(false) => tracing::warn!("the database's log was in use and stays; the next start reads it"),
        Err(error) => tracing::warn!(%error, "the database's log stays; the next start reads it"),
    }
}

/// Takes the address of the settings.
pub(crate) fn listen(config: &Config) -> Result<TcpListener> {
    let address = config.http.listen;
    TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address}: is another program there? Choose another port"))
}

/// Ready when the program is asked to stop: Ctrl-C, or SIGTERM from a supervisor.
pub(crate) async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a signal there is no way to be asked, and stopping at once would be worse.
    if interrupt.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Erases what is past its retention, every hour, in parts.
async fn upkeep(store: Store, config: Arc<Config>) {
    let mut timer = tokio::time::interval(UPKEEP_EVERY);
    loop {
        timer.tick().await;
        let keeping = store::Keeping { sessions: config.session_limits(), ..store::Keeping::default() };
        loop {
            let answer = match store.expire(SystemClock.now(), keeping) {
                Ok(answer) => answer.ready().await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(done) if done.more => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "what is past its retention could not be erased; tried again in an hour");
                    break;
                }
            }
        }
    }
}
