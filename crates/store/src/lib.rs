//! Where a node keeps everything: the only crate with SQL.
//!
//! Not here: decisions. Every read and write of items takes a permit or a sight that only `policy` can make.

mod access;
mod area;
mod blobs;
mod columns;
mod database;
mod day;
mod days;
mod directory;
mod drafts;
mod erasure_requests;
mod facts;
mod fold;
mod history;
mod integrity;
mod items;
mod keeping;
mod ledgers;
pub mod measures;
mod people;
mod prepare;
mod sealing;
mod search;
pub mod sense;
mod spans;
mod sql;
mod sqlite;
mod upkeep;
pub mod watch;
mod writer;

pub use access::{Access, AccessAction, AccessQuery, AccessRecord};
pub use area::{FourEyes, Purpose, Site, Zone};
pub use blobs::{UNBOUND_BYTES_MAX, UNBOUND_MAX, Upload};
pub use columns::{Activity, Cluster, Counts, Filter, ItemState, MapView};
pub use database::sqlite_version;
pub use directory::{Community, Directory, DirectoryChange, Member, Names, Organisation};
pub use drafts::{DRAFTS_MAX, DraftRow};
pub use erasure_requests::{ErasureRequest, Outcome};
pub use facts::{Change, Idempotency, Receipt, Shared};
pub use integrity::{
    CheckReport, Fault, LedgerReport, Restored, VerifyReport, backup_folder, erasures_of, restore,
    verify_folder,
};
pub use items::{Candidate, ItemProof, ItemView, Page, ProvenEntry, VersionView};
pub use keeping::{Erasure, Kept};
pub use ledgers::{EntryProof, Ledger};
pub use people::{
    CREDENTIAL_NAME_CHARS_MAX, CREDENTIALS_MAX, Credential, INVITATION_HOURS, Invitation, MemberPatch,
    NamedCredential, NewToken, PREFERENCES_BYTES_MAX, SESSIONS_MAX, Secret, Session, SessionKey,
    SessionLimits, TOKEN_DAYS_MAX, TOKEN_NAME_CHARS_MAX, TOKEN_PREFIX, TOKENS_MAX, Token,
};
pub use sealing::NodeKey;
pub use search::{SEARCH_CHARS_MAX, SEARCH_WORDS_MAX, SearchQuery};
pub use spans::{Ended, Entitled, Past, SpanView, Standing};
pub use sql::{DatabaseError, FailureKind};
pub use upkeep::{DRAFT_DAYS, Expired, IDEMPOTENCY_HOURS, Keeping, UNBOUND_HOURS};
pub use writer::{Answer, Mode};

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use base::{Clock, Random};
use tokio::sync::broadcast;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused; the source says why.
    #[error("the database refused")]
    Database(#[source] DatabaseError),
    /// A file or folder could not be used.
    #[error("cannot use {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A record did not fit its rules.
    #[error("the record was refused")]
    Record(#[from] record::RecordError),
    /// The ledger refused.
    #[error("the ledger refused")]
    Ledger(#[from] ledger::Error),
    /// Absent, or not for the one who asks: nobody can tell which.
    #[error("there is no such thing here")]
    Absent,
    /// Someone else was first: the present version is not the one the change was made for.
    #[error("it has changed in the meantime: the present version is {version}")]
    Stale {
        /// The present version.
        version: u32,
    },
    /// The change is not possible in the present state; the text says why.
    #[error("{0}")]
    Conflict(&'static str),
    /// A looser marking where only a release may loosen.
    #[error("the marking is looser than before: only a release may loosen it")]
    Looser,
    /// The store takes no changes now; nothing that was acknowledged is lost.
    #[error("the node is read-only: {0}")]
    ReadOnly(&'static str),
    /// Too much is waiting; try again shortly.
    #[error("the node is busy: {0} changes wait")]
    Busy(usize),
    /// What is kept does not fit its own proof.
    #[error("what is kept is damaged: {0}")]
    Damaged(String),
    /// This software cannot work with what it found.
    #[error("{0}")]
    Unsupported(String),
}

/// Settings of a store.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder it lives in.
    pub folder: PathBuf,
    /// The name of this node in checkpoints, such as `belfry.example.org/international-zone`.
    pub origin: String,
    /// How the database waits for the disk. Only tests of the tests choose anything but [`Durability::Full`].
    pub durability: Durability,
}

/// How the database waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Acknowledged means on disk.
    #[default]
    Full,
    /// A power cut may lose what was acknowledged: exists so that a test can show it.
    Normal,
    /// Never waits: exists so that a test can show it.
    Off,
}

impl Options {
    /// A store in a folder, as it should be.
    pub fn new(folder: impl AsRef<Path>, origin: &str) -> Self {
        Self { folder: folder.as_ref().into(), origin: origin.into(), durability: Durability::Full }
    }
}

/// One node's store. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) options: Options,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) readers: database::Readers,
    pub(crate) writer: writer::Handle,
    pub(crate) keyring: sealing::Keyring,
    pub(crate) columns: RwLock<columns::Columns>,
    pub(crate) labels: RwLock<columns::Labels>,
    pub(crate) directory: RwLock<Arc<Directory>>,
    pub(crate) signers: [ledger::NoteSigner; 2],
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) search: search::Index,
    pub(crate) backlog: access::Backlog,
    pub(crate) history: history::History,
    pub(crate) watch: std::sync::OnceLock<watch::WatchStore>,
    pub(crate) sense: std::sync::OnceLock<sense::SenseStore>,
    pub(crate) measures: std::sync::OnceLock<measures::MeasuresStore>,
    /// The latest time in the ledger, in ms: leaves never go back in time.
    pub(crate) latest_ms: std::sync::atomic::AtomicI64,
}

/// How many changes a listener may lag behind before it has to catch up from the store.
const CHANGES_MAX: usize = 4_096;

impl Store {
    /// Opens a store, or makes one in an empty folder. The node key must be the one it was made with.
    pub fn open(
        options: Options,
        node_key: &NodeKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        let folder = options.folder.clone();
        std::fs::create_dir_all(&folder)
            .map_err(|source| StoreError::File { path: folder.clone(), source })?;
        let connection = database::open_writer(&folder, options.durability)?;
        let keyring = sealing::Keyring::new(node_key);
        let directory = directory::load(&connection, &keyring, clock.now())?;
        spans::fill(&connection, &keyring)?;
        let (facts, access) =
            (ledgers::restore(&connection, Ledger::Facts)?, ledgers::restore(&connection, Ledger::Access)?);
        let signers = [
            ledgers::signer(&options, node_key, Ledger::Facts)?,
            ledgers::signer(&options, node_key, Ledger::Access)?,
        ];
        let (writer, waiting) = writer::channel();
        let inner = Arc::new(Inner {
            clock,
            random,
            readers: database::Readers::open(&folder)?,
            writer,
            keyring,
            columns: RwLock::new(fold::load_columns(&connection)?),
            labels: RwLock::new(columns::Labels::load(&connection)?),
            directory: RwLock::new(Arc::new(directory)),
            signers,
            changes: broadcast::channel(CHANGES_MAX).0,
            search: search::Index::open(&folder)?,
            backlog: access::Backlog::default(),
            history: history::History::default(),
            watch: std::sync::OnceLock::new(),
            sense: std::sync::OnceLock::new(),
            measures: std::sync::OnceLock::new(),
            latest_ms: std::sync::atomic::AtomicI64::new(ledgers::latest_ms(&connection)?),
            options,
        });
        writer::start(waiting, connection, facts, access, &inner)?;
        search::start(&inner)?;
        Ok(Self(inner))
    }

    /// Changes of items from now on, after they are on disk.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Whether the store takes changes.
    pub fn mode(&self) -> Mode {
        self.0.writer.mode()
    }

    /// Number of items that have not been erased.
    pub fn items(&self) -> usize {
        self.0.columns().len()
    }

    /// Every visibility label there is, with its number: what a sight is made of.
    pub fn labels(&self) -> Vec<(u32, Arc<record::VisibilityLabel>)> {
        let labels = self.0.labels.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let all = (0u32..).zip(&labels.by_id);
        all.filter_map(|(id, label)| Some((id, label.clone()?))).collect()
    }

    /// One more than the highest number of a label.
    pub fn label_count(&self) -> u32 {
        let labels = self.0.labels.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        u32::try_from(labels.by_id.len()).unwrap_or(u32::MAX)
    }

    /// One label by its number.
    pub fn label(&self, id: u32) -> Option<Arc<record::VisibilityLabel>> {
        self.0.labels.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(id).cloned()
    }
}

impl Inner {
    pub(crate) fn signer(&self, which: Ledger) -> &ledger::NoteSigner {
        match which {
            Ledger::Facts => &self.signers[0],
            Ledger::Access => &self.signers[1],
        }
    }
}
