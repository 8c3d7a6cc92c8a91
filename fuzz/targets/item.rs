//! Any bytes as an item: what is read and written reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::Item;

fuzz_target!(|bytes: &[u8]| {
    let Ok(item) = Item::from_payload(bytes) else { return };
    // Writing may be longer than what was read (escapes), so the limit may be met.
    let Ok(written) = item.to_payload() else { return };
    assert_eq!(Item::from_payload(&written).expect("what was written can be read"), item);
    let _ = (item.visibility_label().key(), item.kept_until(), item.content.bounds());
});
