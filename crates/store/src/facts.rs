//! Appending to the facts ledger: versions of items, acts about them, changes of the directory.
//!
//! Not here: what follows for lists and maps ([`crate::fold`]); sealing ([`crate::prepare`]).

use std::sync::Arc;

use base::Timestamp;
use base::ids::{ActId, ItemId, MemberId, OrganisationId};
use ledger::{Leaf, LeafKind, leaf_hash};
use policy::action::{Acknowledge, Amend, Audit, Create, Erase, Release, Restrict, Retract, See};
use policy::{ActionMarker, Permit, Subject};
use record::label::Restrictions;
use record::{Act, Attachment, Deed, Item, VisibilityLabel};

use crate::access::{self, Access, Consultation};
use crate::directory::DirectoryChange;
use crate::prepare::{self, Sealed};
use crate::sealing::{Key, OrganisationKeys};
use crate::sql::params;
use crate::writer::{Answer, Batch};
use crate::{Inner, Store, StoreError, erasure_requests, fold, ledgers};

/// Something about an item changed. Sent to listeners after it is on disk.
#[derive(Debug, Clone)]
pub struct Change {
    /// The item.
    pub item: ItemId,
    /// Its last entry.
    pub seq: u64,
    /// Its label before, when it was there.
    pub label_before: Option<u32>,
    /// Its label now; `None` when it is erased.
    pub label: Option<u32>,
}

/// What the writer says when a change is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The item.
    pub item: ItemId,
    /// Its present version.
    pub version: u32,
    /// Position of the entry in the facts ledger.
    pub entry: u64,
    /// Whether the very same request had been done before; nothing was written now.
    pub repeated: bool,
    /// Who gets the item back, which is on record with it.
    pub(crate) opened_by: Option<MemberId>,
}

/// So that nothing is sent twice: the key a client chose, and the hash of what it asked.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// Chosen by the client, at most 100 characters.
    pub key: String,
    /// SHA-256 of the request.
    pub request_hash: [u8; 32],
}

/// A version about to be published, with the restrictions that come with what it rests on: what an organisation
/// keeps to some of its members it also keeps to them where others answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The version.
    pub item: Item,
    /// Whom organisations keep it to, of their own members.
    pub restrictions: Restrictions,
    /// When its author gets it back in the answer: that consultation goes on record with it, not after it.
    pub opened: Option<Access>,
}

impl From<Item> for Shared {
    fn from(item: Item) -> Self {
        Self { item, restrictions: Restrictions::new(), opened: None }
    }
}

impl Shared {
    /// The label it will have.
    pub fn visibility_label(&self) -> VisibilityLabel {
        VisibilityLabel { restrictions: self.restrictions.clone(), ..self.item.visibility_label() }
    }
}

impl Store {
    /// Publishes the first version of an item.
    pub fn publish(
        &self,
        permit: &Permit<Create>,
        shared: impl Into<Shared>,
        idempotency: Option<Idempotency>,
    ) -> Result<Answer<Receipt>, StoreError> {
        let first = First::new(&self.0, permit, shared.into())?;
        self.0.writer.send(move |batch| first.publish(batch, idempotency.as_ref()))
    }

    /// Publishes the first versions of several items, all of them or none, and gives their receipts in the same order.
    pub fn publish_all(
        &self,
        items: Vec<(Permit<Create>, Shared)>,
        idempotency: Option<Idempotency>,
    ) -> Result<Answer<Vec<Receipt>>, StoreError> {
        let firsts = items.into_iter().map(|(permit, shared)| First::new(&self.0, &permit, shared));
        let firsts = firsts.collect::<Result<Vec<_>, _>>()?;
        self.0.writer.send(move |batch| {
            // One line of what is remembered per item; the client's part of its key is a line too.
            let of = |index: usize| {
                idempotency
                    .as_ref()
                    .map(|one| Idempotency { key: format!("{}\n{index}", one.key), ..one.clone() })
            };
            let firsts = firsts.iter().enumerate();
            firsts.map(|(index, first)| first.publish(batch, of(index).as_ref())).collect()
        })
    }

    /// Publishes the next version of an item. Its marking may be stricter than before, never looser.
    pub fn amend(
        &self,
        permit: &Permit<Amend>,
        next: impl Into<Shared>,
    ) -> Result<Answer<Receipt>, StoreError> {
        let next = next.into();
        demand(permit, next.item.id)?;
        let present = self.present_version(next.item.id)?;
        if !next.item.marking.is_at_least_as_strict_as(&present.marking) {
            return Err(StoreError::Looser);
        }
        self.append_version(permit, present, next, None)
    }

    /// Loosens the marking: the act and the looser version, together.
    pub fn release(
        &self,
        permit: &Permit<Release>,
        act: Act,
        next: impl Into<Shared>,
    ) -> Result<Answer<Receipt>, StoreError> {
        let next = next.into();
        demand(permit, next.item.id)?;
        demand(permit, act.item)?;
        if !matches!(act.deed, Deed::Release { version, .. } if version == next.item.version) {
            return Err(StoreError::Conflict("the release names another version"));
        }
        let present = self.present_version(next.item.id)?;
        self.append_version(permit, present, next, Some(act))
    }

    fn append_version<A: ActionMarker>(
        &self,
        permit: &Permit<A>,
        present: Item,
        Shared { item: next, restrictions, .. }: Shared,
        act: Option<Act>,
    ) -> Result<Answer<Receipt>, StoreError> {
        let same = next.kind == present.kind
            && next.thread == present.thread
            && next.parent == present.parent
            && next.originator == present.originator
            && next.originator == *permit.organisation()
            && next.author == permit.member();
        if !same {
            return Err(StoreError::Conflict("a version keeps kind, thread, parent and originator"));
        }
        if next.version > base::limits::VERSIONS_MAX {
            return Err(StoreError::Conflict("the item has as many versions as it may have"));
        }
        let inner = &*self.0;
        let keys = inner.keyring.get(&next.originator)?;
        let key = self.item_key(next.id)?;
        let sealed = prepare::version(inner, &keys, &key, &next)?;
        let act = act
            .map(|act| Ok::<_, StoreError>((prepare::act(inner, &keys, &key, &next.originator, &act)?, act)));
        let act = act.transpose()?;
        let policy = permit.policy_set_hash();
        inner.writer.send(move |batch| {
            let version = fold::present_version(batch, next.id)?;
            if version + 1 != next.version {
                return Err(StoreError::Stale { version });
            }
            if let Some((sealed, act)) = &act {
                append(batch, LeafKind::Release, next.id, &keys, act.member, policy, sealed)?;
            }
            let known = &present.content.attachments;
            let new = next.content.attachments.iter().filter(|one| !known.contains(one));
            bind_attachments(batch, &next, new)?;
            let entry = append(batch, LeafKind::Publish, next.id, &keys, next.author, policy, &sealed)?;
            fold::publish(batch, entry, &next)?;
            restrict_as_sources(batch, &next, &key, &restrictions)?;
            Ok(Receipt { item: next.id, version: next.version, entry, repeated: false, opened_by: None })
        })
    }

    /// Notes that the permit's organisation has taken note of the item, or closes its own request.
    pub fn acknowledge(&self, permit: &Permit<Acknowledge>, act: Act) -> Result<Answer<Receipt>, StoreError> {
        self.append_act(permit, act, |deed| matches!(deed, Deed::Acknowledge { .. } | Deed::Close { .. }))
    }

    /// Withdraws an item.
    pub fn retract(&self, permit: &Permit<Retract>, act: Act) -> Result<Answer<Receipt>, StoreError> {
        self.append_act(permit, act, |deed| matches!(deed, Deed::Retract { .. }))
    }

    /// Keeps an item to some members of the permit's organisation.
    pub fn restrict(&self, permit: &Permit<Restrict>, act: Act) -> Result<Answer<Receipt>, StoreError> {
        self.append_act(permit, act, |deed| matches!(deed, Deed::Restrict { .. }))
    }

    /// Destroys an item's content: its key, its ciphertexts, its attachments, its rows. The leaves stay. Requests to
    /// erase it are granted by that; the act names them.
    pub fn erase(&self, permit: &Permit<Erase>, act: Act) -> Result<Answer<Receipt>, StoreError> {
        demand(permit, act.item)?;
        let Deed::Erase { reason, .. } = &act.deed else { return Err(StoreError::Absent) };
        if act.organisation != *permit.organisation() || act.member != permit.member() {
            return Err(StoreError::Absent);
        }
        let (reason, policy) = (reason.clone(), permit.policy_set_hash());
        self.0.writer.send(move |batch| {
            let item = act.item;
            let version = fold::present_version(batch, item)?;
            let entry = append_erasure(batch, act, reason, policy)?;
            Ok(Receipt { item, version, entry, repeated: false, opened_by: None })
        })
    }

    /// Asks the originator to erase an item: for whoever may see it.
    pub fn ask_erasure(&self, permit: &Permit<See>, act: Act) -> Result<Answer<Receipt>, StoreError> {
        self.append_act(permit, act, |deed| matches!(deed, Deed::AskErasure { .. }))
    }

    /// The same by the originator's own auditors, who need not see the content for that.
    pub fn ask_own_erasure(&self, permit: &Permit<Audit>, act: Act) -> Result<Answer<Receipt>, StoreError> {
        if *permit.subject() != Subject::Organisation(self.originator_of(act.item)?) {
            return Err(StoreError::Absent);
        }
        self.append_permitted(permit, act, |deed| matches!(deed, Deed::AskErasure { .. }))
    }

    /// Refuses to erase an item: for whoever could.
    pub fn refuse_erasure(&self, permit: &Permit<Erase>, act: Act) -> Result<Answer<Receipt>, StoreError> {
        self.append_act(permit, act, |deed| matches!(deed, Deed::RefuseErasure { .. }))
    }

    fn append_act<A: ActionMarker>(
        &self,
        permit: &Permit<A>,
        act: Act,
        fits: fn(&Deed) -> bool,
    ) -> Result<Answer<Receipt>, StoreError> {
        demand(permit, act.item)?;
        self.append_permitted(permit, act, fits)
    }

    fn append_permitted<A: ActionMarker>(
        &self,
        permit: &Permit<A>,
        act: Act,
        fits: fn(&Deed) -> bool,
    ) -> Result<Answer<Receipt>, StoreError> {
        if act.organisation != *permit.organisation() || act.member != permit.member() || !fits(&act.deed) {
            return Err(StoreError::Absent);
        }
        let inner = &*self.0;
        let keys = inner.keyring.get(&act.organisation)?;
        let originator = self.originator_of(act.item)?;
        let sealed = prepare::act(inner, &keys, &self.item_key(act.item)?, &originator, &act)?;
        let policy = permit.policy_set_hash();
        inner.writer.send(move |batch| {
            let version = fold::present_version(batch, act.item)?;
            fold::check_act(batch, &act, version)?;
            let kind = prepare::leaf_kind(&act.deed);
            let entry = append(batch, kind, act.item, &keys, act.member, policy, &sealed)?;
            fold::act(batch, entry, &act)?;
            Ok(Receipt { item: act.item, version, entry, repeated: false, opened_by: None })
        })
    }
}

/// The first version of an item, signed and sealed.
struct First {
    item: Item,
    restrictions: Restrictions,
    opened: Option<Access>,
    keys: Arc<OrganisationKeys>,
    key: Key,
    wrapped: Vec<u8>,
    sealed: Sealed,
    policy: [u8; 32],
}

impl First {
    fn new(inner: &Inner, permit: &Permit<Create>, shared: Shared) -> Result<Self, StoreError> {
        let Shared { item, restrictions, opened } = shared;
        demand(permit, item.id)?;
        if item.originator != *permit.organisation() || item.author != permit.member() || item.version != 1 {
            return Err(StoreError::Absent);
        }
        let keys = inner.keyring.get(&item.originator)?;
        let key = Key::random(&*inner.random);
        let wrapped = key.wrap(&keys.wrapping, &*inner.random, item.id);
        let sealed = prepare::version(inner, &keys, &key, &item)?;
        let policy = permit.policy_set_hash();
        Ok(Self { item, restrictions, opened, keys, key, wrapped, sealed, policy })
    }

    fn publish(
        &self,
        batch: &mut Batch<'_>,
        idempotency: Option<&Idempotency>,
    ) -> Result<Receipt, StoreError> {
        let Self { item, keys, .. } = self;
        let opening = |batch: &mut Batch<'_>, receipt: Receipt| match &self.opened {
            Some(access) => open_for_author(batch, item, access.clone(), receipt),
            None => Ok(receipt),
        };
        if let Some(receipt) = repeated(batch, item, idempotency)? {
            return opening(batch, receipt);
        }
        batch
            .connection
            .prepare("INSERT INTO item_key (item, organisation, wrapped) VALUES (?1, ?2, ?3)")
            .execute(params![id(item.id), item.originator.as_str(), self.wrapped])?;
        bind_attachments(batch, item, item.content.attachments.iter())?;
        let entry = append(batch, LeafKind::Publish, item.id, keys, item.author, self.policy, &self.sealed)?;
        fold::publish(batch, entry, item)?;
        restrict_as_sources(batch, item, &self.key, &self.restrictions)?;
        remember(batch, item, idempotency)?;
        opening(batch, Receipt { item: item.id, version: 1, entry, repeated: false, opened_by: None })
    }
}

/// The permit must be for this very item.
fn demand<A: ActionMarker>(permit: &Permit<A>, item: ItemId) -> Result<(), StoreError> {
    if *permit.subject() == Subject::Item(item) { Ok(()) } else { Err(StoreError::Absent) }
}

pub(crate) fn id(item: ItemId) -> [u8; 16] {
    *item.as_bytes()
}

/// Adds one entry at the end of the facts ledger.
pub(crate) fn append(
    batch: &mut Batch<'_>,
    kind: LeafKind,
    item: ItemId,
    keys: &OrganisationKeys,
    actor: MemberId,
    policy: [u8; 32],
    sealed: &Sealed,
) -> Result<u64, StoreError> {
    let subject = id(item);
    let previous: Option<Vec<u8>> = batch
        .connection
        .prepare("SELECT leaf FROM entry WHERE subject = ?1 ORDER BY seq DESC LIMIT 1")
        .find([subject], |row| row.get(0))?;
    let mut leaf = Leaf {
        kind,
        subject,
        commitment: sealed.commitment(),
        actor: keys.pseudonym(actor),
        at: batch.inner.ledger_time(),
        policy,
        previous: previous.as_deref().map(leaf_hash),
        key_id: keys.signing.public().id().0,
        signature: None,
    };
    leaf.signature = Some(keys.signing.sign(&leaf.signed_bytes()));
    let bytes = leaf.encode();
    let seq = batch.facts.size();
    batch
        .connection
        .prepare(
            "INSERT INTO entry (seq, subject, leaf, salt, header, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .execute(params![
            ledgers::position(seq)?,
            subject,
            bytes,
            sealed.salt,
            sealed.header,
            sealed.sealed
        ])?;
    batch.facts.append(leaf_hash(&bytes))?;
    Ok(seq)
}

/// Adds the act that erases an item, naming the requests it grants, and erases it.
pub(crate) fn append_erasure(
    batch: &mut Batch<'_>,
    mut act: Act,
    reason: String,
    policy: [u8; 32],
) -> Result<u64, StoreError> {
    let inner = batch.inner;
    let keys = inner.keyring.get(&act.organisation)?;
    act.deed = erasure_requests::erasure(batch.connection, inner, act.item, reason)?;
    // An erasure is sealed under the organisation's key, so the item's is not needed.
    let sealed = prepare::act(inner, &keys, &keys.wrapping, &act.organisation, &act)?;
    let entry = append(batch, LeafKind::Erase, act.item, &keys, act.member, policy, &sealed)?;
    fold::act(batch, entry, &act)?;
    Ok(entry)
}

/// Puts on record that the author gets the item back.
fn open_for_author(
    batch: &mut Batch<'_>,
    item: &Item,
    access: Access,
    mut receipt: Receipt,
) -> Result<Receipt, StoreError> {
    let items = vec![receipt.item];
    let consultation = Consultation::new(item.author, item.originator.clone(), access, items);
    access::append(batch, &consultation.record(batch.clock().now()))?;
    receipt.opened_by = Some(item.author);
    Ok(receipt)
}

/// Restricts an item as what it rests on is restricted: acts of nobody in particular, each signed by the organisation
/// whose restriction it is. No policy is asked, because no member acts.
fn restrict_as_sources(
    batch: &mut Batch<'_>,
    item: &Item,
    key: &Key,
    restrictions: &Restrictions,
) -> Result<(), StoreError> {
    let inner = batch.inner;
    let nobody = MemberId::from_bytes([0; 16]);
    let present = fold::read_restrictions(batch.connection, item.id)?;
    for (organisation, members) in restrictions {
        let mut members = members.clone();
        if let Some(kept) = present.get(organisation) {
            if kept.is_subset(&members) {
                continue;
            }
            members.retain(|member| kept.contains(member));
        }
        let deed = Deed::Restrict { members: Some(members.into_iter().collect()) };
        let act_id = ActId::new(&*inner.clock, &*inner.random);
        let act = Act::new(act_id, item.id, organisation.clone(), nobody, inner.clock.now(), deed);
        let keys = inner.keyring.get(organisation)?;
        let sealed = prepare::act(inner, &keys, key, &item.originator, &act)?;
        let entry = append(batch, LeafKind::Restrict, item.id, &keys, nobody, [0; 32], &sealed)?;
        fold::act(batch, entry, &act)?;
    }
    Ok(())
}

/// Adds a change of the directory to the facts ledger, sealed for the organisation that made it.
pub(crate) fn append_directory(
    batch: &mut Batch<'_>,
    organisation: &OrganisationId,
    actor: MemberId,
    policy: [u8; 32],
    change: &DirectoryChange,
) -> Result<(), StoreError> {
    let keys = batch.inner.keyring.get(organisation)?;
    let plain = serde_json::to_vec(change).expect("plain data with text keys");
    let sealed = prepare::own(batch.inner, &keys, organisation, prepare::DIRECTORY_TYPE, &plain);
    let nothing = ItemId::from_bytes([0; 16]);
    append(batch, LeafKind::Administer, nothing, &keys, actor, policy, &sealed)?;
    Ok(())
}

impl Inner {
    /// The time for a leaf: the clock's, but never before an earlier leaf's, also when the clock was set back.
    pub(crate) fn ledger_time(&self) -> Timestamp {
        let now = self.clock.now().millis();
        let latest = self.latest_ms.fetch_max(now, std::sync::atomic::Ordering::AcqRel);
        Timestamp::from_millis(now.max(latest))
    }
}

/// Attachments belong to one item, only their uploader may bind them, and an item says of them what they are.
fn bind_attachments<'a>(
    batch: &Batch<'_>,
    item: &Item,
    attachments: impl Iterator<Item = &'a Attachment>,
) -> Result<(), StoreError> {
    for attachment in attachments {
        let bound = batch
            .connection
            .prepare(
                "UPDATE attachment SET item = ?1
                 WHERE id = ?2 AND (item = ?1 OR item IS NULL AND member = ?3) AND meta = ?4",
            )
            .execute(params![
                id(item.id),
                attachment.id.as_bytes(),
                item.author.as_bytes(),
                crate::blobs::write_meta(attachment)
            ])?;
        if bound != 1 {
            return Err(StoreError::Conflict(
                "an attachment is not there, not yours, used already or described otherwise",
            ));
        }
    }
    Ok(())
}

fn repeated(
    batch: &Batch<'_>,
    item: &Item,
    idempotency: Option<&Idempotency>,
) -> Result<Option<Receipt>, StoreError> {
    let Some(idempotency) = idempotency else { return Ok(None) };
    let found: Option<([u8; 32], [u8; 16])> = batch
        .connection
        .prepare("SELECT request_hash, item FROM idempotency WHERE member = ?1 AND key = ?2")
        .find(params![item.author.as_bytes(), idempotency.key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((request_hash, item)) = found else { return Ok(None) };
    if request_hash != idempotency.request_hash {
        return Err(StoreError::Conflict("this idempotency key was used for another request"));
    }
    let item = ItemId::from_bytes(item);
    let (version, entry) = fold::head(batch, item)?;
    Ok(Some(Receipt { item, version, entry, repeated: true, opened_by: None }))
}

fn remember(batch: &Batch<'_>, item: &Item, idempotency: Option<&Idempotency>) -> Result<(), StoreError> {
    let Some(idempotency) = idempotency else { return Ok(()) };
    let now = batch.clock().now().millis();
    batch
        .connection
        .prepare("INSERT INTO idempotency (member, key, request_hash, item, at) VALUES (?1, ?2, ?3, ?4, ?5)")
        .execute(params![
            item.author.as_bytes(),
            idempotency.key,
            idempotency.request_hash,
            id(item.id),
            now
        ])?;
    Ok(())
}
