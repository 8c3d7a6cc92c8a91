//! From what someone writes to an item that may be shared: names that exist, sources that the author may see, a
//! marking at least as strict as theirs, their restrictions, and an author who can read the result. The same for a
//! first version, a later one and a release.
//!
//! Not here: signing and storing (store); the endpoints that call this.

use std::collections::BTreeSet;

use base::ids::{ItemId, MemberId, OrganisationId, PurposeId};
use policy::action::{Create, See};
use policy::{Permit, Principal};
use record::item::Origin;
use record::label::Restrictions;
use record::{Clause, Content, Draft, Faults, Item, Marking, Tlp, VisibilityLabel};
use store::{Directory, Shared};

use crate::problem::Problem;
use crate::state::App;

/// An item ready to be published, and the permit for it.
pub struct Ready {
    /// The permit.
    pub permit: Permit<Create>,
    /// The item, with the restrictions that come with what it rests on.
    pub shared: Shared,
}

/// What follows for an item from what it rests on.
struct Inherited {
    thread: Option<ItemId>,
    marking: Marking,
    restrictions: Restrictions,
}

/// The marking of a draft that the node writes: AMBER for the own organisation until its member says otherwise, for the preferred of
/// the purposes that the member holds, or else the first.
pub fn own_marking(
    own: &OrganisationId,
    directory: &Directory,
    purposes: &BTreeSet<PurposeId>,
    preferred: &str,
) -> Marking {
    let mut marking = Marking::new(Tlp::Amber);
    marking.audience.push(Clause { organisations: BTreeSet::from([own.clone()]), ..Clause::default() });
    let in_use = |id: &&PurposeId| directory.purposes.get(*id).is_some_and(|one| !one.retired);
    let held: Vec<&PurposeId> = purposes.iter().filter(in_use).collect();
    let purpose = held.iter().find(|one| one.as_str() == preferred).or(held.first());
    marking.purposes.extend(purpose.map(|one| (*one).clone()));
    marking
}

/// Makes the item of a draft. Nothing is written.
pub fn ready(
    app: &App,
    principal: &Principal,
    draft: Draft,
    approved_by: Option<MemberId>,
) -> Result<Ready, Problem> {
    let shared = item_of(app, principal, draft, approved_by, None)?;
    permitted(app, principal, shared)
}

/// Whether it may be shared as it is.
pub fn permitted(app: &App, principal: &Principal, shared: Shared) -> Result<Ready, Problem> {
    let label = shared.visibility_label();
    let permit = app.gate.create(principal, &shared.item, &label)?;
    readable(app, principal, &label)?;
    Ok(Ready { permit, shared })
}

/// Whether a second person must approve before this can be shared.
pub fn needs_approval(app: &App, item: &Item) -> bool {
    let (severity, tlp) = (item.content.severity, item.marking.tlp);
    app.store.directory().needs_second_person(&item.originator, item.kind, severity, tlp)
}

/// The item of a draft with its marking raised, before anything is decided. Also what the preview shows, of a next
/// version too: `present` is then the one it would follow.
pub fn item_of(
    app: &App,
    principal: &Principal,
    mut draft: Draft,
    approved_by: Option<MemberId>,
    present: Option<&Item>,
) -> Result<Shared, Problem> {
    let Inherited { thread, marking, restrictions } = inherit(app, principal, &mut draft, present)?;
    draft.marking = marking;
    let origin = Origin {
        id: ItemId::new(&*app.clock, &*app.random),
        thread,
        originator: principal.organisation.clone(),
        author: principal.member,
        approved_by,
        reported: app.now(),
    };
    Ok(Shared { item: Item::first(origin, draft), restrictions, opened: None })
}

/// The next version of an item: raised like a first one, with the restrictions of what it newly rests on.
/// `present` and `payload` are the version it follows.
pub fn next_version(
    app: &App,
    principal: &Principal,
    (present, payload): (&Item, &[u8]),
    content: Content,
    marking: Marking,
) -> Result<Shared, Problem> {
    let mut draft = Draft { kind: present.kind, parent: present.parent, content, marking };
    let Inherited { marking, restrictions, .. } = inherit(app, principal, &mut draft, Some(present))?;
    let next = present.next(payload, principal.member, app.now(), draft.content, marking);
    let shared = Shared { item: next, restrictions, opened: None };
    readable(app, principal, &shared.visibility_label())?;
    Ok(shared)
}

/// The next version under a looser marking. Only as loose as what it rests on: that is for others to loosen.
pub fn released_version(
    app: &App,
    principal: &Principal,
    (present, payload): (&Item, &[u8]),
    marking: Marking,
) -> Result<Shared, Problem> {
    let asked = settled(marking.clone(), &app.store.directory());
    let content = present.content.clone();
    let shared = next_version(app, principal, (present, payload), content, marking)?;
    if !asked.is_at_least_as_strict_as(&shared.item.marking) {
        let what = "is looser than that of an item this one answers or refers to";
        let mend = "ask the organisations those items come from to release them first";
        return Err(Problem::fault("marking", what, mend));
    }
    Ok(shared)
}

/// Nobody shares what they could not read themselves.
fn readable(app: &App, principal: &Principal, label: &VisibilityLabel) -> Result<(), Problem> {
    if app.gate.engine().sees_label(principal, label) {
        return Ok(());
    }
    let mend = "name yourself or your organisation, and choose a purpose you hold";
    Err(Problem::fault("marking", "would keep you from reading it yourself", mend))
}

/// Checks a draft, and raises its marking to the join of what it rests on.
fn inherit(
    app: &App,
    principal: &Principal,
    draft: &mut Draft,
    present: Option<&Item>,
) -> Result<Inherited, Problem> {
    let directory = app.store.directory();
    name_author_in_red(&mut draft.marking, principal.member);
    draft.check()?;
    check_names(&directory, draft)?;
    let Sources { thread, permits, restrictions } = sources(app, principal, draft)?;
    let mut marking = draft.marking.clone();
    let mut purposes = present.map(|one| one.marking.purposes.clone()).unwrap_or_default();
    for (originator, mut source) in app.store.markings(&permits)? {
        with_originator(&mut source, &originator);
        purposes.extend(source.purposes.iter().cloned());
        if marking.tlp != Tlp::Red
            && originator != principal.organisation
            && in_person(&directory, principal, &source)
        {
            let mend = "choose RED and name the persons who may read it";
            return Err(Problem::fault("marking.tlp", "what you answer was shared with you in person", mend));
        }
        marking = marking.join(&source).map_err(|error| {
            Problem::fault(
                "marking.audience",
                error.to_string(),
                "refer to fewer items, or reply to one of them",
            )
        })?;
    }
    check_in_use(&directory, draft, present, &purposes)?;
    Ok(Inherited { thread, marking: settled(marking, &directory), restrictions })
}

/// The author of a RED item is one of its readers.
fn name_author_in_red(marking: &mut Marking, author: MemberId) {
    if marking.tlp == Tlp::Red {
        for clause in &mut marking.audience {
            clause.members.insert(author);
        }
    }
}

/// An originator always reads its own items: written out, so that it also reads what is derived from them.
fn with_originator(source: &mut Marking, originator: &OrganisationId) {
    if source.tlp < Tlp::Red {
        for clause in &mut source.audience {
            clause.organisations.insert(originator.clone());
        }
    }
}

/// Whether a source names the author but not its organisation: colleagues may not see the source, and would see what
/// their own organisation derives from it.
fn in_person(directory: &Directory, principal: &Principal, source: &Marking) -> bool {
    let own = directory.communities_of(&principal.organisation);
    let meets = |clause: &Clause| {
        clause.organisations.contains(&principal.organisation)
            || clause.communities.iter().any(|one| own.contains(one))
    };
    !source.audience.iter().all(meets)
}

/// What a draft is derived from.
#[derive(Default)]
struct Sources {
    thread: Option<ItemId>,
    permits: Vec<Permit<See>>,
    restrictions: Restrictions,
}

impl Sources {
    /// What the author may not see is absent.
    fn add(&mut self, app: &App, principal: &Principal, item: ItemId) -> Result<(), Problem> {
        let (permit, candidate) = app.gate.see(principal, item)?;
        record::label::join_restrictions(&mut self.restrictions, &candidate.label.restrictions);
        self.permits.push(permit);
        Ok(())
    }
}

/// The thread a draft goes into, permits for what it is derived from, and what organisations keep to some members.
fn sources(app: &App, principal: &Principal, draft: &Draft) -> Result<Sources, Problem> {
    let mut sources = Sources::default();
    if let Some(parent) = draft.parent {
        sources.add(app, principal, parent)?;
        let thread = app.store.thread_of(&sources.permits[0])?;
        // A reply hangs under the whole thread: it is as strict as what began it, when the author may see that.
        if thread != parent {
            match sources.add(app, principal, thread) {
                Ok(()) | Err(Problem::Absent) => {}
                Err(problem) => return Err(problem),
            }
        }
        sources.thread = Some(thread);
    }
    for reference in &draft.content.references {
        sources.add(app, principal, reference.item)?;
    }
    Ok(sources)
}

/// After a join: a stricter label may not be able to use a clause as it was written for a looser one. Such a clause
/// is written out for those it means now; nobody is added. It is kept no longer than its purposes allow.
fn settled(mut marking: Marking, directory: &Directory) -> Marking {
    marking.retention = marking.retention.min(directory.longest_retention(&marking.purposes));
    match marking.tlp {
        Tlp::AmberStrict => {
            for clause in &mut marking.audience {
                let named = std::mem::take(&mut clause.communities);
                let communities = named.iter().filter_map(|id| directory.communities.get(id));
                clause.organisations.extend(communities.flat_map(|one| one.organisations.iter().cloned()));
            }
        }
        Tlp::Red => {
            let only_members = |clause: &&Clause| clause.len() == clause.members.len();
            let named: BTreeSet<MemberId> = marking
                .audience
                .iter()
                .filter(only_members)
                .flat_map(|one| one.members.iter().copied())
                .collect();
            for clause in &mut marking.audience {
                let meets = |member: &MemberId| meets(directory, clause, *member);
                let members = named.iter().copied().filter(|member| meets(member)).collect();
                *clause = Clause { members, ..Clause::default() };
            }
        }
        Tlp::Clear | Tlp::Green | Tlp::Amber => {}
    }
    marking.audience.sort();
    marking.audience.dedup();
    marking
}

fn meets(directory: &Directory, clause: &Clause, member: MemberId) -> bool {
    let Some(found) = directory.members.get(&member) else { return false };
    clause.members.contains(&member)
        || clause.organisations.contains(&found.organisation)
        || directory.communities_of(&found.organisation).iter().any(|one| clause.communities.contains(one))
}

/// What is no longer in use stays where it was, and comes with what an item rests on. It can not be chosen.
/// `purposes` are those the draft did not choose.
fn check_in_use(
    directory: &Directory,
    draft: &Draft,
    present: Option<&Item>,
    purposes: &BTreeSet<PurposeId>,
) -> Result<(), Problem> {
    let mut faults = Faults::default();
    let mut check = |path: String, in_use: bool| {
        if !in_use {
            faults.add(&path, "is no longer in use", "choose one that is in use");
        }
    };
    for purpose in draft.marking.purposes.difference(purposes) {
        let in_use = directory.purposes.get(purpose).is_some_and(|one| !one.retired);
        check(format!("marking.purposes.{purpose}"), in_use);
    }
    let place = draft.content.place.as_ref();
    let before = present.and_then(|one| one.content.place.as_ref());
    if let Some(site) = place.and_then(|one| one.site.as_ref())
        && before.and_then(|one| one.site.as_ref()) != Some(site)
    {
        check("content.place.site".into(), directory.sites.get(site).is_some_and(|one| !one.retired));
    }
    if let Some(zone) = place.and_then(|one| one.zone.as_ref())
        && before.and_then(|one| one.zone.as_ref()) != Some(zone)
    {
        check("content.place.zone".into(), directory.zones.get(zone).is_some_and(|one| !one.retired));
    }
    faults.into_result().map_err(Problem::from)
}

/// Every name in a draft is the name of something.
fn check_names(directory: &Directory, draft: &Draft) -> Result<(), Problem> {
    let mut faults = Faults::default();
    let mut check = |path: String, known: bool, what: &str| {
        if !known {
            faults.add(&path, format!("is not {what} here"), "choose one of the list");
        }
    };
    for (index, clause) in draft.marking.audience.iter().enumerate() {
        let path = format!("marking.audience[{index}]");
        let organisation =
            |id: &OrganisationId| directory.organisations.get(id).is_some_and(|one| one.active);
        for one in &clause.organisations {
            check(format!("{path}.organisations.{one}"), organisation(one), "an organisation");
        }
        for one in &clause.communities {
            check(
                format!("{path}.communities.{one}"),
                directory.communities.contains_key(one),
                "a community",
            );
        }
        for one in &clause.members {
            check(format!("{path}.members.{one}"), directory.members.contains_key(one), "a member");
        }
    }
    for purpose in &draft.marking.purposes {
        check(format!("marking.purposes.{purpose}"), directory.purposes.contains_key(purpose), "a purpose");
    }
    if let Some(place) = &draft.content.place {
        if let Some(site) = &place.site {
            check("content.place.site".into(), directory.sites.contains_key(site), "a site");
        }
        if let Some(zone) = &place.zone {
            check("content.place.zone".into(), directory.zones.contains_key(zone), "a zone");
        }
    }
    if let Some(request) = &draft.content.request {
        let known = directory.organisations.contains_key(&request.to);
        check("content.request.to".into(), known, "an organisation");
    }
    faults.into_result().map_err(Problem::from)
}
