//! How many decisions a second one thread gets, and how long the slowest take: asking the policies each time, and
//! beside it as the node does, which remembers answers.
//!
//! Not here: sights, which ask once per label and not once per item.

use std::time::Duration;

use anyhow::Result;
use base::ids::{ItemId, MemberId};
use base::system::SystemClock;
use base::{Clock as _, system::SystemRandom};
use policy::{Action, Engine, ItemFacts, Principal, Resource};
use record::Item;
use record::item::Origin;
use sim::Load;
use sim::cast::{Cast, Player};
use store::Directory;

use super::figures::{Times, median, now, number};
use super::table::Row;

/// How long one run decides.
const RUN: Duration = Duration::from_secs(2);

/// Decides about items under many labels for every member of the sample area in turn.
pub(crate) fn measure(runs: usize, labels: usize) -> Result<Vec<Row>> {
    let engine = Engine::standard()?;
    let (directory, cast) = sample()?;
    let load = Load::new(1, &cast, labels)?;
    let mut items = Vec::new();
    for _ in 0..2_000 {
        let (author, draft) = load.draft(SystemClock.now())?;
        let player = cast.player(author)?;
        let origin = Origin {
            id: ItemId::new(&SystemClock, &SystemRandom),
            thread: None,
            originator: player.organisation.clone(),
            author: player.member,
            approved_by: None,
            reported: SystemClock.now(),
        };
        let item = Item::first(origin, draft);
        items.push((item.visibility_label(), item.kind, item.author));
    }
    let members: Vec<MemberId> = directory.members.keys().copied().collect();
    let principals: Vec<_> = members.iter().filter_map(|member| directory.principal(*member)).collect();
    let questions: Vec<Question<'_>> = items
        .iter()
        .cycle()
        .zip(principals.iter().cycle())
        .map(|((label, kind, author), principal)| {
            (principal, ItemFacts { label, kind: *kind, author: *author, retracted: false })
        })
        .take(items.len() * principals.len())
        .collect();
    let ask =
        |(who, facts): &Question<'_>| engine.decide(who, Action::See, &Resource::Item(*facts)).is_permit();
    let remember = |(who, facts): &Question<'_>| engine.decide_item(who, Action::See, facts).is_permit();
    let (rate, p99) = run(runs, &questions, &ask)?;
    let (remembered_rate, remembered_p99) = run(runs, &questions, &remember)?;
    Ok(vec![
        Row::against(
            "policy decisions, one thread",
            "at least 20,000/s, p99 at most 100 us",
            format!("{rate:.0}/s, p99 {p99:.0} us"),
            rate >= 20_000.0 && p99 <= 100.0,
        ),
        Row::beside(
            "the same as a node decides, which remembers the last 32,768 answers",
            format!("{remembered_rate:.0}/s, p99 {remembered_p99:.0} us"),
        ),
    ])
}

type Question<'a> = (&'a Principal, ItemFacts<'a>);

/// Medians over the runs: decisions a second, and the time in microseconds that 99 in 100 stay below.
fn run(
    runs: usize,
    questions: &[Question<'_>],
    decide: &dyn Fn(&Question<'_>) -> bool,
) -> Result<(f64, f64)> {
    let (mut rates, mut slowest, mut seen) = (Vec::new(), Vec::new(), 0_usize);
    for _ in 0..runs {
        let mut times = Times::default();
        let start = now();
        for question in questions.iter().cycle() {
            let began = now();
            seen += usize::from(decide(question));
            times.add(began.elapsed());
            if start.elapsed() >= RUN {
                break;
            }
        }
        rates.push(number(times.len()) / start.elapsed().as_secs_f64());
        slowest.push(times.per_mille_ms(990) * 1_000.0);
    }
    anyhow::ensure!(seen > 0, "nobody saw anything: the measurement is wrong");
    Ok((median(rates), median(slowest)))
}

/// The sample area as a directory, without a store.
fn sample() -> Result<(Directory, Cast)> {
    let area = server::area::Area::sample()?;
    let mut directory = Directory { version: 1, ..Directory::default() };
    let mut players = Vec::new();
    for change in area.founding(&SystemClock, &SystemRandom, true) {
        match change {
            store::DirectoryChange::Organisation(one) => {
                drop(directory.organisations.insert(one.id.clone(), one));
            }
            store::DirectoryChange::Community(one) => drop(directory.communities.insert(one.id.clone(), one)),
            store::DirectoryChange::Member(one) => {
                if let Some(handle) = area.handle(&one.organisation, &one.name) {
                    let (organisation, purposes) = (one.organisation.clone(), one.purposes.clone());
                    players.push((handle.to_owned(), Player { member: one.id, organisation, purposes }));
                }
                directory.members.insert(one.id, one.into());
            }
            _ => {}
        }
    }
    Ok((directory, players.into_iter().collect()))
}
