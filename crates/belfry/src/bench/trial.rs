//! A node to measure: the sample area with more readers, filled through the store, served on loopback.
//!
//! Not here: what is measured.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use base::ids::{ItemId, MemberId};
use base::system::{SystemClock, SystemRandom};
use base::{Clock, Timestamp};
use policy::action::Create;
use policy::{Engine, ItemFacts, MemberKind, Permit, Role};
use record::item::Origin;
use record::{Draft, Item};
use server::area::Area;
use server::config::Config;
use server::{App, Needs};
use sim::cast::{Cast, Player};
use sim::{Api, Load};
use store::{Answer, DirectoryChange, Member, NodeKey, Options, Receipt, Store, StoreError};

use super::figures::{now, number};
use super::table::Row;
use crate::reach;

/// Readers beside the sample members: streams are limited per member.
pub(crate) const READERS: usize = 40;
/// Threads that prepare items when a store is filled.
const FILLERS: usize = 3;
/// Items of one such thread that wait for the disk.
const IN_FLIGHT: usize = 500;

/// A store to measure, and who is in it.
pub(crate) struct Trial {
    pub(crate) store: Store,
    pub(crate) engine: Arc<Engine>,
    pub(crate) cast: Cast,
    /// Readers of the police: they see everything.
    pub(crate) readers: Vec<MemberId>,
    folder: PathBuf,
    area: Arc<Area>,
    node_key: NodeKey,
    clock: Arc<dyn Clock>,
}

/// A trial that is being served.
pub(crate) struct Served<'a> {
    pub(crate) trial: &'a Trial,
    pub(crate) api: Api,
    pub(crate) address: String,
}

/// Where the store of a trial is, and its key.
pub(crate) fn place(folder: &Path) -> Result<(Options, NodeKey)> {
    let key = folder.join("node.key");
    std::fs::create_dir_all(folder).with_context(|| format!("cannot use {}", folder.display()))?;
    if !key.exists() {
        NodeKey::random(&SystemRandom).write(&key)?;
    }
    Ok((Options::new(folder.join("data"), "belfry.localhost/bench"), NodeKey::read(&key)?))
}

impl Trial {
    /// Opens the trial of a folder; makes it when it is not there.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        Self::open_at(folder, Arc::new(SystemClock))
    }

    /// The same with another clock: to fill a day as if it had been one.
    pub(crate) fn open_at(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        let (options, node_key) = place(folder)?;
        let store = Store::open(options, &node_key, clock.clone(), Arc::new(SystemRandom))?;
        let area = Area::sample()?;
        if store.directory().organisations.is_empty() {
            let mut changes = area.founding(&*clock, &SystemRandom, true);
            let police = changes.iter().find_map(|change| match change {
                DirectoryChange::Member(member) if member.organisation.as_str() == "police" => {
                    Some(member.clone())
                }
                _ => None,
            });
            let police = police.context("the sample area has police")?;
            changes.extend((0..READERS).map(|number| DirectoryChange::Member(reader(&police, number))));
            store.found(changes)?.wait()?;
        }
        area.found_where_missing(&store)?.map_or(Ok(()), store::Answer::wait)?;
        let directory = store.directory();
        let cast = directory.members.values().filter_map(|member| {
            let handle = area.handle(&member.organisation, &member.name)?;
            let (organisation, purposes) = (member.organisation.clone(), member.purposes.clone());
            Some((handle.to_owned(), Player { member: member.id, organisation, purposes }))
        });
        let cast = cast.collect();
        let readers = directory.members.values().filter(|member| member.name.starts_with("Reader "));
        let readers = readers.map(|member| member.id).collect();
        let engine = Arc::new(Engine::standard()?);
        Ok(Self {
            store,
            engine,
            cast,
            readers,
            folder: folder.into(),
            area: Arc::new(area),
            node_key,
            clock,
        })
    }

    /// Serves it on loopback while `work` goes on.
    pub(crate) fn serve<T>(&self, work: impl AsyncFnOnce(Served<'_>) -> Result<T>) -> Result<T> {
        let runtime = tokio::runtime::Runtime::new()?;
        let result = runtime.block_on(async {
            let (address, app, listener) = self.app()?;
            let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
            let serving = tokio::spawn(server::serve(app, listener, async {
                // The sender never sends: being dropped is the sign.
                let _ = stopping.await;
            }));
            let api = Api::new(reach::plain(), &address);
            let result = work(Served { trial: self, api, address }).await;
            drop(stop);
            serving.await??;
            result
        });
        runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        result
    }

    /// The node, ready to serve, and its address.
    pub(crate) fn app(&self) -> Result<(String, App, TcpListener)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut config = Config::default();
        config.http.listen = listener.local_addr()?;
        let address = format!("http://{}", config.http.listen);
        config.http.public_url = url::Url::parse(&address)?;
        config.http.requests_max = 4_096;
        // A load is more than any member may ask.
        config.rates.member_per_minute = 10_000_000;
        config.rates.sign_in_per_minute = 100_000;
        let app = App::new(Needs {
            store: self.store.clone(),
            engine: self.engine.clone(),
            area: self.area.clone(),
            config: Arc::new(config),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            node_key: self.node_key.clone(),
            demo: true,
        })?;
        Ok((address, app, listener))
    }

    /// Shares items until there are as many as wanted. Gives how fast that went, when anything was shared.
    pub(crate) fn fill(&self, items: u64, labels: usize) -> Result<Option<Row>> {
        self.fill_while(items, labels, &|| ())
    }

    /// The same; `before_each` is called before each item.
    pub(crate) fn fill_while(
        &self,
        items: u64,
        labels: usize,
        before_each: &(dyn Fn() + Sync),
    ) -> Result<Option<Row>> {
        let there = self.store.items() as u64;
        let missing = items.saturating_sub(there);
        if missing == 0 {
            return Ok(None);
        }
        let (start, taken) = (now(), AtomicU64::new(0));
        let load = Load::new(there + 1, &self.cast, labels)?;
        std::thread::scope(|scope| {
            let fillers =
                (0..FILLERS).map(|_| scope.spawn(|| self.filler(&load, &taken, missing, before_each)));
            let fillers: Vec<_> = fillers.collect();
            for filler in fillers {
                filler.join().map_err(|_| anyhow::anyhow!("a filler broke off"))??;
            }
            anyhow::Ok(())
        })?;
        let shared = start.elapsed();
        self.store.settle_search()?;
        let count = usize::try_from(missing).unwrap_or(usize::MAX);
        let megabytes = size_of_folder(&self.folder) / 1_000_000;
        let measured = format!(
            "{:.0} items/s for {missing} items; searchable {:.1} s later; {megabytes} MB on disk",
            number(count) / shared.as_secs_f64(),
            (start.elapsed() - shared).as_secs_f64(),
        );
        Ok(Some(Row::beside("filling the store (durable, through the store's own writer)", measured)))
    }

    fn filler(
        &self,
        load: &Load,
        taken: &AtomicU64,
        missing: u64,
        before_each: &(dyn Fn() + Sync),
    ) -> Result<()> {
        let mut waiting: VecDeque<Answer<Receipt>> = VecDeque::new();
        loop {
            let number = taken.fetch_add(1, Ordering::Relaxed);
            if number >= missing {
                break;
            }
            if number.is_multiple_of(50_000) {
                eprintln!("filling: {number} of {missing} items");
            }
            before_each();
            let (author, draft) = load.draft(self.clock.now())?;
            let (permit, item) = self.item(author, draft)?;
            let answer = loop {
                match self.store.publish(&permit, item.clone(), None) {
                    Ok(answer) => break answer,
                    Err(StoreError::Busy(_)) => match waiting.pop_front() {
                        Some(oldest) => {
                            oldest.wait()?;
                        }
                        None => std::thread::yield_now(),
                    },
                    Err(error) => return Err(error.into()),
                }
            };
            waiting.push_back(answer);
            if waiting.len() >= IN_FLIGHT
                && let Some(oldest) = waiting.pop_front()
            {
                oldest.wait()?;
            }
        }
        for answer in waiting {
            answer.wait()?;
        }
        Ok(())
    }

    /// What the node does with a draft before it is stored: an item, and a permit for it.
    pub(crate) fn item(&self, author: &str, draft: Draft) -> Result<(Permit<Create>, Item)> {
        let player = self.cast.player(author)?;
        let principal = self.store.directory().principal(player.member).context("the author takes part")?;
        let now: Timestamp = self.clock.now();
        let origin = Origin {
            id: ItemId::new(&*self.clock, &SystemRandom),
            thread: None,
            originator: player.organisation.clone(),
            author: player.member,
            approved_by: None,
            reported: now,
        };
        let item = Item::first(origin, draft);
        let label = item.visibility_label();
        let facts = ItemFacts { label: &label, kind: item.kind, author: item.author, retracted: false };
        let permit = self.engine.permit_item::<Create>(&principal, item.id, &facts);
        let permit = permit.map_err(|refusal| anyhow::anyhow!("{author} may not share this: {refusal:?}"))?;
        Ok((permit, item))
    }
}

fn reader(like: &Member, number: usize) -> Member {
    Member {
        id: MemberId::new(&SystemClock, &SystemRandom),
        name: format!("Reader {number}"),
        kind: MemberKind::Person,
        roles: [Role::Member].into(),
        ..like.clone()
    }
}

fn size_of_folder(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => size_of_folder(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
