//! The parts of the area: each change is an entry, and the entries give them back to the byte.

use policy::Permit;
use policy::action::Administer;
use record::{Geometry, Kind, Retention, Tlp, rating::Severity};
use store::{DirectoryChange, FourEyes, Ledger, Names, Purpose, Site, StoreError, Zone};

use crate::support::{CITY, Node, OPCW, organisation};

fn names(name: &str) -> Names {
    Names { en: name.into(), nl: name.into() }
}

/// Corners that no short decimal gives.
fn shape() -> Geometry {
    let third = 4.0 + 1.0 / 3.0;
    Geometry::Polygon(vec![vec![[4.1, 52.1], [third, 52.1], [third, 52.0 + 2.0 / 7.0], [4.1, 52.1]]])
}

fn site(retired: bool) -> DirectoryChange {
    DirectoryChange::Site(Site {
        id: "gate".parse().unwrap(),
        name: names("Gate"),
        short: None,
        organisation: Some(organisation("opcw")),
        shape: shape(),
        retired,
    })
}

fn all() -> Vec<DirectoryChange> {
    let zone = Zone { id: "north".parse().unwrap(), name: names("North"), shape: shape(), retired: false };
    let (id, help) = ("crisis".parse().unwrap(), names("Help"));
    let purpose = Purpose { id, name: names("Crisis"), help, retention: Retention::Brief, retired: false };
    let rule = FourEyes {
        organisation: organisation("opcw"),
        kind: Some(Kind::Alert),
        severity: None,
        tlp: Some(Tlp::Amber),
    };
    vec![
        DirectoryChange::Zone(zone),
        site(false),
        DirectoryChange::Purpose(purpose),
        DirectoryChange::FourEyes { rules: vec![rule] },
    ]
}

fn permit(node: &Node) -> Permit<Administer> {
    node.engine.permit_area(&node.who(CITY)).unwrap()
}

fn change(node: &Node, change: DirectoryChange) {
    node.store.change_directory(&permit(node), change).unwrap().wait().unwrap();
}

#[test]
fn a_change_is_an_entry_and_stays() {
    let node = Node::new();
    let before = (node.store.ledger_size(Ledger::Facts).unwrap(), node.store.directory().area_version);
    all().into_iter().for_each(|part| change(&node, part));
    change(&node, site(true));
    assert_eq!(node.store.ledger_size(Ledger::Facts).unwrap(), before.0 + 5);
    let kept = node.store.directory();
    assert_eq!(kept.area_version, before.1 + 5);
    assert!(kept.sites[&"gate".parse().unwrap()].retired && !kept.has_no_area());
    node.assert_sound();

    let node = node.reopen();
    let again = node.store.directory();
    assert_eq!(
        (&again.zones, &again.purposes, &again.four_eyes),
        (&kept.zones, &kept.purposes, &kept.four_eyes)
    );
    assert_eq!(again.sites.len(), 1);
    assert!(again.needs_second_person(&organisation("opcw"), Kind::Alert, Severity::Minor, Tlp::Amber));
    assert!(!again.needs_second_person(&organisation("opcw"), Kind::Alert, Severity::Minor, Tlp::Green));
    assert_eq!(
        again.longest_retention(&["crisis".parse().unwrap(), "other".parse().unwrap()]),
        Retention::Brief
    );
    assert_eq!(again.longest_retention(&[]), Retention::Case);
    node.assert_sound();
}

#[test]
fn a_part_that_no_entry_gives_is_found() {
    for sql in [
        "UPDATE area_part SET json = replace(json, 'Gate', 'Date') WHERE kind = 'site'",
        "DELETE FROM area_part WHERE kind = 'purpose'",
        "UPDATE area_part SET id = 'other' WHERE kind = 'zone'",
    ] {
        let node = Node::new();
        all().into_iter().for_each(|part| change(&node, part));
        let node = node.reopen_after(|folder| {
            let database = rusqlite::Connection::open(folder.join("belfry.db")).unwrap();
            assert_eq!(database.execute(sql, []).unwrap(), 1);
        });
        let report = node.store.check(&mut |_, _| {}).unwrap();
        assert!(report.faults.iter().any(|fault| fault.contains("area_part")), "{sql}: {report:?}");
    }
}

#[test]
fn a_part_needs_a_permit_for_the_area() {
    let node = Node::new();
    let other = node.engine.permit_organisation(&node.who(CITY), &organisation("city"));
    let refused = other.map(|permit| node.store.change_directory(&permit, site(false)).map(|_| ()));
    assert!(matches!(refused, Ok(Err(StoreError::Absent)) | Err(_)), "{refused:?}");
    assert!(node.engine.permit_area::<Administer>(&node.who(OPCW)).is_err());
    assert!(node.store.directory().sites.is_empty());
}

#[test]
fn an_area_is_founded_once() {
    let node = Node::new();
    // What is no part of the area cannot come in this way.
    let mut parts = all();
    let city = node.store.directory().organisations[&organisation("city")].clone();
    parts.push(DirectoryChange::Organisation(store::Organisation { active: false, ..city }));
    node.store.found_area(parts).unwrap().wait().unwrap();
    assert!(node.store.directory().organisations[&organisation("city")].active);
    assert_eq!(node.store.directory().sites.len(), 1);
    node.assert_sound();
    let node = node.reopen();
    let again = node.store.found_area(all()).unwrap().wait();
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
}
