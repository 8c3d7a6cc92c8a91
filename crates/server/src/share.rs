//! From a draft to an item that may be shared: names that exist, sources that the author may see, a marking at
//! least as strict as theirs, and an author who can read the result.
//!
//! Not here: signing and storing (store); the endpoints that call this.

use std::collections::BTreeSet;

use base::ids::{ItemId, MemberId, OrganisationId};
use policy::action::{Create, See};
use policy::{Permit, Principal};
use record::item::Origin;
use record::{Clause, Draft, Faults, Item, Marking, Tlp};
use store::{Candidate, Directory};

use crate::problem::Problem;
use crate::state::App;

/// An item ready to be published, and the permit for it.
pub struct Ready {
    /// The permit.
    pub permit: Permit<Create>,
    /// The item.
    pub item: Item,
}

/// Makes the item of a draft. Nothing is written.
pub fn ready(
    app: &App,
    principal: &Principal,
    draft: Draft,
    approved_by: Option<MemberId>,
) -> Result<Ready, Problem> {
    let item = item_of(app, principal, draft, approved_by)?;
    let permit = app.gate.create(principal, &item)?;
    if !app.gate.engine().sees_label(principal, &item.visibility_label()) {
        let mend = "name yourself or your organisation, and choose a purpose you hold";
        return Err(Problem::fault("marking", "would keep you from reading it yourself", mend));
    }
    Ok(Ready { permit, item })
}

/// Whether a second person must approve before this can be shared.
pub fn needs_approval(app: &App, item: &Item) -> bool {
    app.area.needs_second_person(&item.originator, item.kind, item.content.severity, item.marking.tlp)
}

/// The item of a draft with its marking raised, before anything is decided. Also what the preview shows.
pub fn item_of(
    app: &App,
    principal: &Principal,
    mut draft: Draft,
    approved_by: Option<MemberId>,
) -> Result<Item, Problem> {
    let directory = app.store.directory();
    name_author_in_red(&mut draft.marking, principal.member);
    draft.check()?;
    check_names(app, &directory, &draft)?;
    let (thread, sources) = sources(app, principal, &draft)?;
    let mut marking = draft.marking.clone();
    for (originator, mut source) in app.store.markings(&sources)? {
        with_originator(&mut source, &originator);
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
    draft.marking = settled(marking, &directory);
    let origin = Origin {
        id: ItemId::new(&*app.clock, &*app.random),
        thread,
        originator: principal.organisation.clone(),
        author: principal.member,
        approved_by,
        reported: app.now(),
    };
    Ok(Item::first(origin, draft))
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

/// The thread a draft goes into, and permits for what it is derived from. What the author may not see is absent.
#[allow(clippy::type_complexity, reason = "one private pair")]
fn sources(
    app: &App,
    principal: &Principal,
    draft: &Draft,
) -> Result<(Option<ItemId>, Vec<Permit<See>>), Problem> {
    let mut permits = Vec::new();
    let mut thread = None;
    if let Some(parent) = draft.parent {
        let (permit, candidate) = app.gate.see(principal, parent)?;
        unrestricted(principal, draft, &candidate)?;
        thread = Some(app.store.thread_of(&permit)?);
        permits.push(permit);
        // A reply hangs under the whole thread: it is as strict as what began it, when the author may see that.
        if let Some(first) = thread.filter(|first| *first != candidate.id)
            && let Ok((permit, _)) = app.gate.see(principal, first)
        {
            permits.push(permit);
        }
    }
    for reference in &draft.content.references {
        let (permit, candidate) = app.gate.see(principal, reference.item)?;
        unrestricted(principal, draft, &candidate)?;
        permits.push(permit);
    }
    Ok((thread, permits))
}

/// What the own organisation keeps to some of its members is answered in person too.
fn unrestricted(principal: &Principal, draft: &Draft, source: &Candidate) -> Result<(), Problem> {
    if draft.marking.tlp == Tlp::Red || !source.label.restrictions.contains_key(&principal.organisation) {
        return Ok(());
    }
    let mend = "choose RED and name the persons who may read it";
    Err(Problem::fault("marking.tlp", "your organisation keeps what you answer to some of its members", mend))
}

/// After a join: a stricter label may not be able to use a clause as it was written for a looser one. Such a clause
/// is written out for those it means now; nobody is added.
fn settled(mut marking: Marking, directory: &Directory) -> Marking {
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

/// Every name in a draft is the name of something.
fn check_names(app: &App, directory: &Directory, draft: &Draft) -> Result<(), Problem> {
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
        check(format!("marking.purposes.{purpose}"), app.area.has_purpose(purpose), "a purpose");
    }
    if let Some(place) = &draft.content.place {
        if let Some(site) = &place.site {
            check("content.place.site".into(), app.area.has_site(site), "a site");
        }
        if let Some(zone) = &place.zone {
            check("content.place.zone".into(), app.area.has_zone(zone), "a zone");
        }
    }
    if let Some(request) = &draft.content.request {
        let known = directory.organisations.contains_key(&request.to);
        check("content.request.to".into(), known, "an organisation");
    }
    faults.into_result().map_err(Problem::from)
}
