//! Any bytes as an envelope: it reads the same again, and no key that did not sign verifies it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::Envelope;
use record::envelope::ITEM_TYPE;
use record::keys::SecretKey;

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = Envelope::from_json(bytes) else { return };
    let key = SecretKey::from_seed(&[9; 32]);
    assert!(envelope.verify(ITEM_TYPE, key.public()).is_err(), "a signature was forged");
    let Ok(written) = envelope.to_json() else { return };
    assert_eq!(Envelope::from_json(&written).expect("what was written can be read"), envelope);
});
