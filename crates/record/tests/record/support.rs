//! A draft that is right, and an item made of it.

use base::clock::Timestamp;
use base::ids::{ItemId, MemberId};
use record::item::Origin;
use record::{Content, Draft, Item, Kind, Marking, Tlp};

pub fn draft() -> Draft {
    Draft {
        kind: Kind::Report,
        parent: None,
        content: Content { title: "Van without plates".into(), ..Content::default() },
        marking: Marking::new(Tlp::Green),
    }
}

pub fn origin() -> Origin {
    Origin {
        id: ItemId::from_bytes([1; 16]),
        thread: None,
        originator: "opcw".parse().unwrap(),
        author: MemberId::from_bytes([2; 16]),
        approved_by: None,
        reported: Timestamp::from_seconds(1_795_356_131),
    }
}

pub fn item() -> Item {
    Item::first(origin(), draft())
}
