//! Any bytes as an alert: what goes in passes the rules of drafts, and goes out as CAP that reads again.
#![no_main]

use base::clock::Timestamp;
use base::ids::{ItemId, MemberId};
use interop::cap;
use libfuzzer_sys::fuzz_target;
use record::item::Origin;
use record::{Item, Kind, Marking, Tlp};

fuzz_target!(|bytes: &[u8]| {
    let defaults = cap::Defaults { marking: Marking::new(Tlp::Green) };
    let Ok(imported) = cap::read(bytes, &defaults) else { return };
    for mut draft in imported.drafts {
        draft.check().expect("what was read passes the rules");
        // What goes out says its label; going in again it would need at least that.
        draft.marking = Marking::new(Tlp::Clear);
        let origin = Origin {
            id: ItemId::from_bytes([1; 16]),
            thread: None,
            originator: "opcw".parse().expect("a slug"),
            author: MemberId::from_bytes([2; 16]),
            approved_by: None,
            reported: Timestamp::from_seconds(1_795_356_131),
        };
        let item = Item::first(origin, draft);
        item.to_payload().expect("what was read fits in an item");
        if item.kind == Kind::Alert {
            let sending = cap::Sending {
                sender: "belfry",
                sender_name: None,
                status: cap::Status::Actual,
                msg_type: cap::MsgType::Alert,
                references: &[],
            };
            let written = cap::write(&item, &sending).expect("what was read can be written");
            cap::read(written.as_bytes(), &defaults).expect("what was written can be read");
        }
    }
});
