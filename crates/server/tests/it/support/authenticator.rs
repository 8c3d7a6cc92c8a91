//! A passkey in software: what a browser and its authenticator do, with one P-256 key (WebAuthn level 3; ES256,
//! attestation "none").

use base::Random as _;
use base::random::{SeededRandom, bytes};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const HAS_CREDENTIAL: u8 = 0x40;

pub struct Authenticator {
    key: SigningKey,
    id: [u8; 16],
    user: Vec<u8>,
    counter: u32,
    pub origin: String,
    pub verifies_user: bool,
}

impl Authenticator {
    pub fn new(seed: u64, origin: &str) -> Self {
        let random = SeededRandom::new(seed);
        let mut secret = [0; 32];
        random.fill(&mut secret);
        let key = SigningKey::from_slice(&secret).unwrap();
        Self {
            key,
            id: bytes(&random),
            user: Vec::new(),
            counter: 0,
            origin: origin.into(),
            verifies_user: true,
        }
    }

    /// `navigator.credentials.create`.
    pub fn create(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        let algorithms = options["pubKeyCredParams"].as_array().unwrap();
        assert!(algorithms.iter().any(|one| one["alg"] == -7), "ES256 is accepted: {algorithms:?}");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        self.user = BASE64.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), HAS_CREDENTIAL);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&[0, 16]);
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&self.cose_key());
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": bytes }
        let mut object = vec![0xa3];
        object.extend_from_slice(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).unwrap());
        object.extend_from_slice(&data);
        let client_data = self.client_data("webauthn.create", options);
        json!({
            "id": BASE64.encode(self.id),
            "rawId": BASE64.encode(self.id),
            "type": "public-key",
            "extensions": {},
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(client_data),
                "transports": ["internal"],
            },
        })
    }

    /// `navigator.credentials.get`.
    pub fn get(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        assert_eq!(options["userVerification"], "required");
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client_data = self.client_data("webauthn.get", options);
        let mut signed = data.clone();
        signed.extend_from_slice(&Sha256::digest(&client_data));
        let signature: Signature = self.key.sign(&signed);
        json!({
            "id": BASE64.encode(self.id),
            "rawId": BASE64.encode(self.id),
            "type": "public-key",
            "extensions": {},
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(client_data),
                "signature": BASE64.encode(signature.to_der()),
                "userHandle": BASE64.encode(&self.user),
            },
        })
    }

    fn data(&self, rp_id: &str, flags: u8) -> Vec<u8> {
        let verified = if self.verifies_user { USER_VERIFIED } else { 0 };
        let mut data = Sha256::digest(rp_id.as_bytes()).to_vec();
        data.push(USER_PRESENT | verified | flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    /// CBOR: { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend_from_slice(x);
        key.extend_from_slice(&[0x22, 0x58, 0x20]);
        key.extend_from_slice(y);
        key
    }
}
