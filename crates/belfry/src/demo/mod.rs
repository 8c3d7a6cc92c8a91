//! `belfry demo`: the sample area and an invented day, on this computer only.
//!
//! Not here: the day (sim), and the chooser of sample members (server).

mod plan;
mod sounds;
mod street;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use base::{Clock, Timestamp, system::SystemClock};
use server::config::Config;
use server::config::WebMonitoring;
use sim::web::{Setup, Web};
use sim::{Api, Cast, World, cast::Player};
use store::NodeKey;
use tokio::sync::watch as signal;
use webwatch::fetch::{Allowed, Range};

use crate::arguments::Demo;
use crate::node::{self, Node};
use crate::reach;

/// Who watches the web in the sample area.
const ANALYST: &str = "police-analyst";
/// For which purpose.
const WATCH_PURPOSE: &str = "public-order";
/// How often feeds and pages of the small web are looked at, in seconds.
const WATCH_EVERY_S: u32 = 5;
/// How many signals the sample analyst looks at in a shift: a demonstration has no quiet first hour to learn from.
const WATCH_SIGNALS: u32 = 200;
/// Silence of a feed of the small web that is an alarm, in seconds.
const WATCH_SILENCE_S: u32 = 120;
/// What the sample analyst looks for.
const WATCH_WORDS: [&str; 10] = [
    "world forum",
    "vredespaleis",
    "peace palace",
    "europol",
    "eurojust",
    "opcw",
    "internationale zone",
    "international zone",
    "carnegieplein",
    "churchillplein",
];
/// Between two events at speed 1.
const EVENT_EVERY: Duration = Duration::from_secs(40);
/// The sample members took part before the first thing happened.
const FOUNDED_BEFORE_MS: i64 = -26 * 3_600_000;

/// The machine's clock, and behind it while the past of the demonstration is played: so that what happened hours ago was
/// entered then, and can be replayed.
#[derive(Default)]
struct DemoClock {
    behind_ms: AtomicI64,
}

impl DemoClock {
    fn set(&self, at: Timestamp) {
        self.behind_ms.store(at.millis_since(SystemClock.now()), Ordering::SeqCst);
    }

    fn catch_up(&self) {
        self.behind_ms.store(0, Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_millis(self.behind_ms.load(Ordering::SeqCst))
    }
}

/// The settings a demonstration ran with, in its folder: `belfry verify --config` takes them.
const SETTINGS: &str = "belfry.toml";

/// Serves the demonstration until a signal.
pub(crate) async fn demo(wanted: Demo) -> Result<()> {
    // Bound to a name, so that the folder goes when this function ends, however it ends.
    let temporary = match &wanted.data {
        Some(_) => None,
        None => Some(tempfile::tempdir().context("cannot make a temporary folder; name one with --data")?),
    };
    let folder =
        temporary.as_ref().map_or_else(|| wanted.data.clone().unwrap_or_default(), |one| one.path().into());
    let mut config = settings(&folder, wanted.port);
    let listener = node::listen(&config)?;
    let address = listener.local_addr().context("the address cannot be read")?;
    let web = if wanted.quiet_world { None } else { Some(web(&wanted, address).await?) };
    if let Some(web) = &web {
        config.web_monitoring = reachable(web)?;
    }
    config.http.listen = address;
    config.http.public_url = url::Url::parse(&format!("http://{address}")).context("not an address")?;
    prepare(&config)?;
    let clock = Arc::new(DemoClock::default());
    let demo = Node::open_at(config, clock.clone())?;
    if demo.is_new() {
        clock.set(SystemClock.now().plus_millis(FOUNDED_BEFORE_MS));
        demo.store.found(demo.area.founding(&*clock, &*node::random(), true))?.ready().await?;
    }
    demo.settle_area().await?;
    let cast = cast(&demo)?;
    let analyst = cast.player(ANALYST)?.clone();
    let sensed_by = self::cast(&demo)?;
    let empty = demo.store.items() == 0;
    let app = demo.app(true)?;
    let (stop, stopping) = signal::channel(false);
    let serving = tokio::spawn(server::serve(app, listener, wait_for(stopping.clone())));
    let api = Api::new(reach::plain(), &format!("http://{address}"));
    let mut world = World::new(api.clone(), cast, wanted.seed, SystemClock.now());
    let sensing = async {
        if !wanted.quiet_world {
            sense(&wanted, &folder, (&api, address), &sensed_by, stopping.clone()).await;
        }
    };
    let played = async {
        if empty {
            let past = world.history(|at| clock.set(at)).await;
            past.context("the past of the demonstration could not be played")?;
        }
        clock.catch_up();
        plan::bring(&api, &sensed_by, empty).await?;
        if let Some(web) = &web {
            watch(web, &api, &analyst)
                .await
                .context("the small web of the demonstration cannot be watched")?;
        }
        println!("ready http://{address}");
        tokio::join!(day(world, &wanted, empty, stopping.clone()), sensing);
        anyhow::Ok(())
    };
    tokio::select! {
        () = node::stopped() => {}
        result = played => result?,
    }
    stop.send_replace(true);
    serving.await.context("the node broke off")?.context("the node stopped serving")?;
    node::close(&demo.store);
    drop(demo);
    if let Some(temporary) = temporary {
        temporary.close().context("the temporary folder could not be removed")?;
    }
    Ok(())
}

/// The small web of the demonstration, on ports of this computer's choice. Its hostile host leads to the node itself.
async fn web(wanted: &Demo, node: SocketAddr) -> Result<Web> {
    let inward = format!("http://{node}/");
    let setup = Setup { clock: node::clock(), seed: wanted.seed, chatter_per_s: wanted.chatter, inward };
    sim::web::serve(setup).await
}

/// The small web and nothing else may be fetched.
fn reachable(web: &Web) -> Result<WebMonitoring> {
    let range: Range = Ipv4Addr::LOCALHOST.to_string().parse().context("not an address")?;
    Ok(WebMonitoring {
        contact: "https://belfry.example.org/demonstration".into(),
        ports: web.ports().to_vec(),
        allow: web.ports().iter().map(|port| Allowed { range, port: Some(*port) }).collect(),
    })
}

/// Has the sample analyst watch the small web, whose day begins then.
async fn watch(web: &Web, api: &Api, analyst: &Player) -> Result<()> {
    let api = api.as_sample_member(&analyst.member.to_string()).await?;
    for mut source in web.sources(analyst.organisation.as_str(), WATCH_PURPOSE, WATCH_EVERY_S) {
        if source["kind"] == "jetstream" {
            source["words"] = serde_json::json!(WATCH_WORDS);
        }
        if source["kind"] == "feed" {
            source["silence_s"] = WATCH_SILENCE_S.into();
        }
        let id = source["id"].as_str().unwrap_or_default().to_owned();
        api.put(&format!("/api/v1/watch/sources/{id}"), &source).await?.json()?;
    }
    let profile = serde_json::json!({
        "name": "International Zone", "purpose": WATCH_PURPOSE, "phrases": WATCH_WORDS, "weight": 2.0,
    });
    api.put("/api/v1/watch/profiles/international-zone", &profile).await?.json()?;
    let settings = serde_json::json!({ "signals_per_shift": WATCH_SIGNALS, "shift_hours": 8 });
    api.put("/api/v1/watch/settings", &settings).await?.json()?;
    web.begin();
    Ok(())
}

async fn wait_for(mut stopping: signal::Receiver<bool>) {
    // An error means that the sender is gone, and so is the reason to serve.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// One event after another until the node stops.
async fn day(mut world: World, wanted: &Demo, began_now: bool, stopping: signal::Receiver<bool>) {
    // After a restart the items the story speaks of are those of an earlier day: nothing new happens.
    if wanted.quiet_world || !began_now {
        return wait_for(stopping).await;
    }
    let pause = EVENT_EVERY.div_f64(wanted.speed);
    while tokio::time::timeout(pause, wait_for(stopping.clone())).await.is_err() {
        if let Err(error) = world.step(SystemClock.now()).await {
            tracing::warn!(error = format!("{error:#}"), "something could not happen; the day goes on");
        }
    }
}

/// The sensors of the demonstration, until it stops. Without them the rest goes on.
async fn sense(
    wanted: &Demo,
    folder: &Path,
    (api, address): (&Api, SocketAddr),
    cast: &Cast,
    stopping: signal::Receiver<bool>,
) {
    let url = format!("http://{address}");
    let (seed, post, played) = (wanted.seed, !wanted.no_post, wanted.play.as_deref());
    let around = street::Around { folder, seed, api, url, cast, post, played };
    match street::begin(around).await {
        Ok(running) => {
            wait_for(stopping).await;
            drop(running);
        }
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the demonstration goes on without its sensors");
            wait_for(stopping).await;
        }
    }
}

fn settings(folder: &Path, port: u16) -> Config {
    let mut config = Config::default();
    config.node.origin = "belfry.localhost/demo".into();
    config.node.data_folder = folder.join("data");
    config.node.key_file = folder.join("node.key");
    config.node.area_folder = PathBuf::new();
    config.http.listen = (Ipv4Addr::LOCALHOST, port).into();
    config
}

/// Makes folder, key and settings file, unless they are there.
fn prepare(config: &Config) -> Result<()> {
    let folder = config.node.key_file.parent().context("a folder is named")?;
    let at = || format!("cannot use the folder {}", folder.display());
    std::fs::create_dir_all(folder).with_context(at)?;
    if !config.node.key_file.exists() {
        NodeKey::random(&*node::random()).write(&config.node.key_file).with_context(at)?;
    }
    let text = toml::to_string(config).context("the settings cannot be written")?;
    std::fs::write(folder.join(SETTINGS), text).with_context(at)
}

/// The sample members by their handles in the area's file.
fn cast(demo: &Node) -> Result<Cast> {
    let directory = demo.store.directory();
    let players = directory.members.values().filter_map(|member| {
        let handle = demo.area.handle(&member.organisation, &member.name)?;
        let player = Player {
            member: member.id,
            organisation: member.organisation.clone(),
            purposes: member.purposes.clone(),
        };
        Some((handle.to_owned(), player))
    });
    let cast: Cast = players.collect();
    if cast.handles().next().is_none() {
        anyhow::bail!("the folder holds a node without the sample members: name another with --data");
    }
    Ok(cast)
}
