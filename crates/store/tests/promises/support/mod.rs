//! A node's store with three organisations in it, and the policies that come with this version.
//!
//! Not here: assertions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Clock as _;
use base::clock::{ManualClock, Timestamp};
use base::ids::{ActId, ItemId, MemberId, OrganisationId};
use base::system::SystemRandom;
use policy::{ActionMarker, Engine, ItemFacts, MemberKind, Permit, Principal, Role, Sight};
use record::item::Origin;
use record::{Act, Clause, Content, Deed, Draft, Item, Kind, Marking, Tlp};
use store::{
    AccessAction, DirectoryChange, Filter, ItemView, Member, Names, NodeKey, Options, Organisation, Receipt,
    SearchQuery, Store, StoreError,
};

pub const ORIGIN: &str = "belfry.example.org/test";
/// The coordinator of the city, which runs the area.
pub const CITY: MemberId = member(1);
/// A member of OPCW.
pub const OPCW: MemberId = member(2);
/// A member of Europol.
pub const EUROPOL: MemberId = member(3);
/// Another member of OPCW.
pub const OPCW_SECOND: MemberId = member(4);

pub const fn member(number: u8) -> MemberId {
    let mut bytes = [0; 16];
    (bytes[6], bytes[8], bytes[15]) = (0x70, 0x80, number);
    MemberId::from_bytes(bytes)
}

pub struct Node {
    pub store: Store,
    pub engine: Arc<Engine>,
    pub clock: Arc<ManualClock>,
    pub key: NodeKey,
    pub options: Options,
    /// Removed when the node is dropped, unless the folder is someone else's.
    _folder: Option<tempfile::TempDir>,
}

pub fn start() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

impl Node {
    /// A new store in a folder of its own.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut node = Self::in_folder(&folder.path().join("data"));
        node._folder = Some(folder);
        node
    }

    /// A store in a folder, founded when it is new. The node key lies beside the folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self::with(Options::new(folder, ORIGIN))
    }

    pub fn with(options: Options) -> Self {
        let key = node_key(&options.folder);
        let clock = Arc::new(ManualClock::new(start()));
        let store = Store::open(options.clone(), &key, clock.clone(), Arc::new(SystemRandom)).unwrap();
        if store.directory().organisations.is_empty() {
            store.found(founders()).unwrap().wait().unwrap();
        }
        let engine = Arc::new(Engine::standard().unwrap());
        Self { store, engine, clock, key, options, _folder: None }
    }

    pub fn folder(&self) -> &Path {
        &self.options.folder
    }

    /// Closes the store and opens it again.
    pub fn reopen(self) -> Self {
        self.reopen_after(|_| {})
    }

    /// Closes the store, does something to its files, and opens it again.
    pub fn reopen_after(self, work: impl FnOnce(&Path)) -> Self {
        let Self { store, engine, clock, key, options, _folder } = self;
        close(store, &options.folder);
        work(&options.folder);
        let store = Store::open(options.clone(), &key, clock.clone(), Arc::new(SystemRandom)).unwrap();
        Self { store, engine, clock, key, options, _folder }
    }

    /// Closes the store for good and gives what it leaves behind.
    pub fn shut(self) -> (Options, NodeKey, Option<tempfile::TempDir>) {
        close(self.store, &self.options.folder);
        (self.options, self.key, self._folder)
    }

    /// The member, just signed in.
    pub fn who(&self, id: MemberId) -> Principal {
        Principal { reauthenticated: true, ..self.store.directory().principal(id).unwrap() }
    }

    pub fn sight(&self, id: MemberId) -> Sight {
        let labels = self.store.labels();
        self.engine.sight(&self.who(id), labels.iter().map(|(id, label)| (*id, &**label)))
    }

    pub fn item(&self, author: MemberId, title: &str, marking: Marking) -> Item {
        self.item_with(author, Content { title: title.into(), ..Content::default() }, marking)
    }

    pub fn item_with(&self, author: MemberId, content: Content, marking: Marking) -> Item {
        let draft = Draft { kind: Kind::Report, parent: None, content, marking };
        let origin = Origin {
            id: ItemId::new(&*self.clock, &SystemRandom),
            thread: None,
            originator: self.who(author).organisation,
            author,
            approved_by: None,
            reported: self.clock.now(),
        };
        Item::first(origin, draft)
    }

    /// A permit for an item that is there, or is about to be.
    pub fn permit<A: ActionMarker>(&self, id: MemberId, item: &Item) -> Permit<A> {
        let label = self.label_of(item);
        let facts = ItemFacts { label: &label, kind: item.kind, author: item.author, retracted: false };
        self.engine.permit_item(&self.who(id), item.id, &facts).unwrap()
    }

    fn label_of(&self, item: &Item) -> record::VisibilityLabel {
        match self.store.candidate(item.id).unwrap() {
            Some(candidate) => (*candidate.label).clone(),
            None => item.visibility_label(),
        }
    }

    pub fn publish(&self, item: &Item) -> Receipt {
        self.try_publish(item).unwrap()
    }

    pub fn try_publish(&self, item: &Item) -> Result<Receipt, StoreError> {
        self.store.publish(&self.permit(item.author, item), item.clone(), None)?.wait()
    }

    /// Publishes many at once: they share transactions.
    pub fn publish_all(&self, items: &[Item]) {
        for part in items.chunks(1_000) {
            let answers: Vec<_> = part
                .iter()
                .map(|item| self.store.publish(&self.permit(item.author, item), item.clone(), None).unwrap())
                .collect();
            for answer in answers {
                answer.wait().unwrap();
            }
        }
    }

    /// The next version, with another content and marking.
    pub fn next(&self, author: MemberId, item: &Item, title: &str, marking: Marking) -> Item {
        let (present, payload) = self.store.present_payload(&self.permit(author, item)).unwrap();
        let content = Content { title: title.into(), ..present.content.clone() };
        present.next(&payload, author, self.clock.now(), content, marking)
    }

    pub fn act(&self, id: MemberId, item: &Item, deed: Deed) -> Act {
        let act = ActId::new(&*self.clock, &SystemRandom);
        Act::new(act, item.id, self.who(id).organisation, id, self.clock.now(), deed)
    }

    pub fn erase(&self, id: MemberId, item: &Item) {
        let act = self.act(id, item, Deed::Erase { reason: "asked for".into(), granted: Vec::new() });
        self.store.erase(&self.permit(id, item), act).unwrap().wait().unwrap();
    }

    pub fn open(&self, id: MemberId, item: &Item) -> ItemView {
        let permits = vec![self.permit(id, item)];
        let sight = self.sight(id);
        let mut views = wait(self.store.consult(permits, &sight, AccessAction::Open)).unwrap();
        views.pop().unwrap()
    }

    /// Titles found by a search, newest first.
    pub fn find(&self, id: MemberId, text: &str) -> Vec<String> {
        self.store.settle_search().unwrap();
        let query = SearchQuery { text: text.into(), filter: Filter::default() };
        let rows = self.store.search(&self.sight(id), &query, None, 100).unwrap();
        self.titles(id, &rows)
    }

    pub fn titles(&self, id: MemberId, rows: &[u32]) -> Vec<String> {
        let candidates = self.store.candidates(&self.sight(id), rows).unwrap();
        let who = self.who(id);
        let permits = candidates
            .iter()
            .map(|one| self.engine.permit_item(&who, one.id, &one.facts()).unwrap())
            .collect();
        let views = wait(self.store.consult(permits, &self.sight(id), AccessAction::Search)).unwrap();
        views.into_iter().map(|view| view.item.content.title).collect()
    }

    /// Verifies and checks; both must be content.
    pub fn assert_sound(&self) {
        let report = self.store.verify(&mut |_, _| {}).unwrap();
        assert!(report.is_sound(), "{report:#?}");
        let report = self.store.check(&mut |_, _| {}).unwrap();
        assert!(report.is_sound() && report.memory_compared, "{report:#?}");
    }
}

/// Drops a store and waits until its threads have let go of the files: the last one to do so removes the logs.
pub fn close(store: Store, folder: &Path) {
    drop(store);
    while ["belfry.db-wal", "search.db-wal"].iter().any(|log| folder.join(log).exists()) {
        std::thread::yield_now();
    }
}

pub fn node_key(folder: &Path) -> NodeKey {
    let path: PathBuf = folder.with_extension("key");
    if !path.exists() {
        NodeKey::random(&SystemRandom).write(&path).unwrap();
    }
    NodeKey::read(&path).unwrap()
}

pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

pub fn organisation(id: &str) -> OrganisationId {
    id.parse().unwrap()
}

pub fn green() -> Marking {
    Marking::new(Tlp::Green)
}

/// AMBER for some organisations by name.
pub fn amber(organisations: &[&str]) -> Marking {
    let named = organisations.iter().map(|id| organisation(id)).collect();
    let clause = Clause { organisations: named, ..Clause::default() };
    Marking { audience: vec![clause], ..Marking::new(Tlp::Amber) }
}

fn founders() -> Vec<DirectoryChange> {
    let names = |name: &str| Names { en: name.into(), nl: name.into() };
    let organisations = [("city", true), ("opcw", false), ("europol", false)].map(|(id, host)| {
        DirectoryChange::Organisation(Organisation {
            id: organisation(id),
            name: names(id),
            short: id.into(),
            host,
            active: true,
        })
    });
    let members = [(CITY, "city"), (OPCW, "opcw"), (EUROPOL, "europol"), (OPCW_SECOND, "opcw")];
    let members = members.map(|(id, of)| {
        DirectoryChange::Member(Member {
            id,
            organisation: organisation(of),
            name: "duty officer".into(),
            kind: MemberKind::Person,
            roles: Role::ALL.into_iter().collect(),
            purposes: BTreeSet::new(),
            active: true,
        })
    });
    organisations.into_iter().chain(members).collect()
}
