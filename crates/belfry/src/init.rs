//! `belfry init`: from settings to a node that its first administrator can enter.
//!
//! Not here: any default account or password; there is none.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base::ids::MemberId;
use base::system::{SystemClock, SystemRandom};
use policy::{MemberKind, Role};
use store::{DirectoryChange, INVITATION_HOURS, Member, NodeKey};

use crate::arguments::Init;
use crate::node::{self, Node};

/// Sets the node up and prints the link.
pub(crate) fn init(wanted: &Init) -> Result<()> {
    let config = node::settings(&wanted.config)?;
    let key = config.node.key_file.clone();
    if !wanted.new_link {
        make_folder(&config.node.data_folder)?;
        make_key(&key)?;
    }
    let node = Node::open(config)?;
    let administrator = if node.is_new() {
        if wanted.new_link {
            bail!("the node has not been set up: leave --new-link out");
        }
        found(&node, &wanted.administrator)?
    } else if wanted.new_link {
        first_administrator(&node)?
    } else {
        bail!(
            "the node in {} has been set up already; if its first link ran out unused, add --new-link",
            node.config.node.data_folder.display()
        );
    };
    let (_, secret) = node
        .store
        .invite_first(administrator)?
        .wait()
        .context("no link: someone can sign in already, and an administrator invites the others")?;
    let (url, key) = (&node.config.http.public_url, key.display());
    eprintln!("The node is set up. Next:");
    eprintln!(
        "1. Keep a copy of {key} in a safe place, apart from the data. Without it nothing can be read again."
    );
    eprintln!("2. Start the node: belfry run --config {}", wanted.config.display());
    eprintln!("3. Open this link yourself, at once. It works once, within {INVITATION_HOURS} hours:");
    println!("{url}invitation/{}", secret.reveal());
    Ok(())
}

fn make_folder(folder: &Path) -> Result<()> {
    let at = || format!("cannot make the data folder {}", folder.display());
    let new = !folder.exists();
    fs::create_dir_all(folder).with_context(at)?;
    #[cfg(unix)]
    if new {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).with_context(at)?;
    }
    Ok(())
}

/// A key that is there already stays: it may be all that opens a data folder.
fn make_key(file: &Path) -> Result<()> {
    if file.exists() {
        return Ok(());
    }
    let at = || format!("cannot write the node key {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(at)?;
    }
    NodeKey::random(&SystemRandom).write(file).with_context(at)
}

/// The organisations and communities of the area, and one member: the administrator and coordinator of the
/// organisation that runs it. Everyone else is invited.
fn found(node: &Node, name: &str) -> Result<MemberId> {
    let mut changes = node.area.founding(&SystemClock, &SystemRandom, false);
    let Some(DirectoryChange::Organisation(host)) = changes.first() else {
        bail!("the area names no organisation that runs it");
    };
    let purposes = changes.iter().filter_map(|change| match change {
        DirectoryChange::Purpose(purpose) => Some(purpose.id.clone()),
        _ => None,
    });
    let member = Member {
        id: MemberId::new(&SystemClock, &SystemRandom),
        organisation: host.id.clone(),
        name: name.to_owned(),
        kind: MemberKind::Person,
        roles: [Role::Member, Role::Coordinator, Role::Administrator].into(),
        purposes: purposes.collect(),
        active: true,
    };
    let id = member.id;
    changes.push(DirectoryChange::Member(member));
    node.store.found(changes)?.wait().context("the organisations could not be written")?;
    Ok(id)
}

/// The one who was invited first: ids sort by the time they were made.
fn first_administrator(node: &Node) -> Result<MemberId> {
    let directory = node.store.directory();
    let hosts =
        |member: &Member| directory.organisations.get(&member.organisation).is_some_and(|one| one.host);
    let administrators =
        directory.members.values().filter(|member| member.roles.contains(&Role::Administrator));
    let first = administrators.filter(|member| hosts(member)).map(|member| member.id).min();
    first.context("the organisation that runs the area has no administrator")
}
