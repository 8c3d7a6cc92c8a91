//! Signatures made by other software (libxml2 for canonical XML, OpenSSL for the rest) are understood.

use interop::cap::{self, CapError, SignatureState};
use record::Tlp;

use crate::support::{ALERT, cap_defaults};

/// Inclusive canonical XML, ECDSA P-384; prefixes, processing instructions, CDATA, a carriage return, an odd attribute.
const ECDSA: &str = include_str!("signed_ecdsa.xml");
/// The same alert with exclusive canonical XML and RSA.
const RSA: &str = include_str!("signed_rsa.xml");

fn read(alert: &str) -> Result<cap::Imported, CapError> {
    cap::read(alert.as_bytes(), &cap_defaults(Tlp::Green))
}

#[test]
fn what_others_sign_fits() {
    for alert in [ECDSA, RSA] {
        let imported = read(alert).unwrap();
        assert_eq!(imported.signature, SignatureState::FitsItsCertificate);
        let content = &imported.drafts[0].content;
        assert!(
            content.text.contains("Signature: fits the certificate inside; who holds that was not checked")
        );
        assert_eq!(content.extra["cap"]["signature"], "fits-its-certificate");
        assert_eq!(u8::from(content.credibility), 6, "a signature says nothing about the truth");
    }
}

#[test]
fn every_change_that_counts_is_found() {
    for alert in [ECDSA, RSA] {
        for (old, new, element) in [
            ("Severe", "Minor", "DigestValue"),
            ("smoke", "smoke ", "DigestValue"),
            ("<ds:Reference URI=\"\">", "<ds:Reference Id=\"x\" URI=\"\">", "SignatureValue"),
            ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", "SignatureValue"),
            ("<ds:X509Certificate>", "<ds:X509Certificate>AAAA", "X509Certificate"),
            ("<ds:X509Certificate>", "<ds:X509Certificate>?", "X509Certificate"),
        ] {
            let changed = alert.replacen(old, new, 1);
            assert_ne!(changed, alert);
            let error = read(&changed).unwrap_err();
            let CapError::Signature { element: named, .. } = &error else { panic!("{old}: {error}") };
            assert_eq!(named, element, "{old}: {error}");
        }
        for (old, new) in [
            ("<!-- not signed -->", "<!-- other -->"),
            ("<category>", "<category  >"),
            ("xmlns:z=", " xmlns:z="),
        ] {
            let changed = alert.replacen(old, new, 1);
            assert_ne!(changed, alert);
            assert_eq!(read(&changed).unwrap().signature, SignatureState::FitsItsCertificate, "{old}");
        }
    }
}

#[test]
fn other_forms_are_not_verified_and_say_so() {
    let signature = &ECDSA[ECDSA.find("<ds:Signature ").unwrap()..ECDSA.find("</cap:alert>").unwrap()];
    for changed in [
        ECDSA.replace("URI=\"\"", "URI=\"#a\""),
        ECDSA.replace("ecdsa-sha256", "ecdsa-sha1"),
        ECDSA.replace("xmldsig#enveloped-signature", "xmldsig#base64"),
        ECDSA.replace("<ds:X509Data>", "<ds:KeyName>").replace("</ds:X509Data>", "</ds:KeyName>"),
        ECDSA.replace("</cap:alert>", &format!("{signature}</cap:alert>")),
        ECDSA.replace("<ds:SignedInfo>", "<ds:SignedInfo/><ds:SignedInfo>"),
        ECDSA.replace("<ds:Signature ", "<ds:Signature xml:lang=\"en\" "),
        ALERT.replace("</alert>", "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/></alert>"),
    ] {
        let imported = read(&changed).unwrap();
        assert_eq!(imported.signature, SignatureState::PresentNotVerified);
        let content = &imported.drafts[0].content;
        assert!(
            content.text.contains("sender cannot be judged") || content.text.contains("niet te beoordelen")
        );
    }
}

#[test]
fn many_prefixes_cost_little() {
    let prefixes: String = (0..150).map(|number| format!(" xmlns:p{number}=\"u\"")).collect();
    let filler = "<ds:Object/>".repeat(20_000);
    let changed = ECDSA.replace("<cap:alert ", &format!("<cap:alert{prefixes} "));
    let changed = changed.replace("</ds:Signature>", &format!("{filler}</ds:Signature>"));
    assert_eq!(read(&changed).unwrap().signature, SignatureState::PresentNotVerified);
}
