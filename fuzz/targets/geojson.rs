//! Any bytes as features: what goes in passes the rules of drafts.
#![no_main]

use interop::geojson::{self, BadRows};
use libfuzzer_sys::fuzz_target;
use record::{Marking, Tlp};

fuzz_target!(|bytes: &[u8]| {
    let defaults = geojson::Defaults { marking: Marking::new(Tlp::Green), bad_rows: BadRows::Skip };
    if let Ok(imported) = geojson::read(bytes, &defaults) {
        for draft in imported.drafts {
            draft.check().expect("what was read passes the rules");
        }
        assert!(imported.refused.iter().all(|row| !row.faults.is_empty()));
    }
});
