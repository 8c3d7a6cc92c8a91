//! Any bytes as an act: what is read and written reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::Act;

fuzz_target!(|bytes: &[u8]| {
    let Ok(act) = Act::from_payload(bytes) else { return };
    let Ok(written) = act.to_payload() else { return };
    assert_eq!(Act::from_payload(&written).expect("what was written can be read"), act);
});
