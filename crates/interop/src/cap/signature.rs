//! The XML signature of an alert: whether it fits the alert and the certificate that comes with it.
//!
//! Not here: whom the certificate belongs to. No authority is trusted, so a signature that fits shows that the alert is
//! as its signer left it, and nothing about the signer. Only the form CAP prescribes is verified (one enveloped signature
//! over the whole alert, SHA-256, ECDSA or RSA); others are left alone. Source: W3C XML Signature 1.1; CAP 1.2, 3.3.4.1.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm};

use super::c14n::{self, Layout, Mode};
use super::error::CapError;
use super::{SignatureState, schema};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// Verifies what can be verified. What does not fit is an error; what is not understood is only not verified.
pub(super) fn check(root: Node<'_, '_>) -> Result<SignatureState, CapError> {
    let namespace = Some(schema::SIGNATURE_NAMESPACE);
    let mut foreign = root.children().filter(|child| child.tag_name().namespace() == namespace);
    let Some(signature) = foreign.next() else { return Ok(SignatureState::Absent) };
    if foreign.next().is_some() {
        return Ok(SignatureState::PresentNotVerified);
    }
    let Some(parts) = parts(signature) else { return Ok(SignatureState::PresentNotVerified) };
    verify(root, signature, &parts).map_err(|(node, what)| {
        let position = root.document().text_pos_at(node.range().start);
        let element = node.tag_name().name().into();
        CapError::Signature { element, line: position.row, column: position.col, what: what.into() }
    })?;
    Ok(SignatureState::FitsItsCertificate)
}

/// Most namespaces in scope of one element: canonical XML looks at all of them for every element.
const NAMESPACES_MAX: usize = 32;

/// A signature of the form that is understood.
struct Parts<'a, 'input> {
    signed_info: Node<'a, 'input>,
    signed_info_mode: Mode,
    document_mode: Mode,
    digest: Node<'a, 'input>,
    signature: Node<'a, 'input>,
    elliptic: bool,
    certificate: Node<'a, 'input>,
}

fn parts<'a, 'input>(signature: Node<'a, 'input>) -> Option<Parts<'a, 'input>> {
    let inherits =
        |node: &Node<'_, '_>| node.attributes().any(|one| one.namespace() == Some(roxmltree::NS_XML_URI));
    if signature.tag_name().name() != "Signature" || signature.ancestors().any(|node| inherits(&node)) {
        return None;
    }
    let crowded = |node: Node<'_, '_>| node.namespaces().nth(NAMESPACES_MAX).is_some();
    if signature.document().descendants().any(crowded) {
        return None;
    }
    let signed_info = only(signature, "SignedInfo")?;
    let reference = only(signed_info, "Reference")?;
    if reference.attribute("URI") != Some("") {
        return None;
    }
    let mut transforms = elements(only(reference, "Transforms")?);
    if transforms.next()?.attribute("Algorithm") != Some(ENVELOPED) {
        return None;
    }
    let document_mode = transforms.next().map_or(Some(Mode::Inclusive), mode)?;
    if transforms.next().is_some() || only(reference, "DigestMethod")?.attribute("Algorithm") != Some(SHA256)
    {
        return None;
    }
    let elliptic = match only(signed_info, "SignatureMethod")?.attribute("Algorithm")? {
        ECDSA_SHA256 => true,
        RSA_SHA256 => false,
        _ => return None,
    };
    let data = only(only(signature, "KeyInfo")?, "X509Data")?;
    Some(Parts {
        signed_info,
        signed_info_mode: mode(only(signed_info, "CanonicalizationMethod")?)?,
        document_mode,
        digest: only(reference, "DigestValue")?,
        signature: only(signature, "SignatureValue")?,
        elliptic,
        // The signer's certificate comes first.
        certificate: elements(data).find(|node| node.tag_name().name() == "X509Certificate")?,
    })
}

/// The element that does not fit, and why.
type Unfit<'a, 'input> = (Node<'a, 'input>, &'static str);

fn verify<'a, 'input>(
    root: Node<'a, 'input>,
    signature: Node<'a, 'input>,
    parts: &Parts<'a, 'input>,
) -> Result<(), Unfit<'a, 'input>> {
    let (digest, value) = (decoded(parts.digest)?, decoded(parts.signature)?);
    let certificate = CertificateDer::from(decoded(parts.certificate)?);
    let wanted: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let layouts = [Layout::AsItStands, Layout::Bare];
    let signed = |layout| c14n::document(root, signature, parts.document_mode, layout);
    if !layouts.iter().any(|layout| record::envelope::digest(signed(*layout).as_bytes()) == wanted) {
        return Err((parts.digest, "is not that of this alert"));
    }
    let certificate = webpki::EndEntityCert::try_from(&certificate)
        .map_err(|_| (parts.certificate, "is not a certificate that can be read"))?;
    let (algorithm, value): (&dyn SignatureVerificationAlgorithm, Vec<u8>) =
        match (parts.elliptic, value.len()) {
            (true, 64) => (webpki::ring::ECDSA_P256_SHA256, der(&value)),
            (true, 96) => (webpki::ring::ECDSA_P384_SHA256, der(&value)),
            (true, _) => return Err((parts.signature, "has the wrong length")),
            (false, _) => (webpki::ring::RSA_PKCS1_2048_8192_SHA256, value),
        };
    let fits = |layout: &Layout| {
        let signed = c14n::element(parts.signed_info, parts.signed_info_mode, *layout);
        certificate.verify_signature(algorithm, signed.as_bytes(), &value).is_ok()
    };
    if layouts.iter().any(fits) { Ok(()) } else { Err((parts.signature, "does not fit its certificate")) }
}

/// Strict base64: unused bits must be zero, so no two texts stand for one value.
fn decoded<'a, 'input>(node: Node<'a, 'input>) -> Result<Vec<u8>, Unfit<'a, 'input>> {
    let text: String = schema::raw_text(node).split_ascii_whitespace().collect();
    STANDARD.decode(text).map_err(|_| (node, "is damaged (not base64)"))
}

fn mode(method: Node<'_, '_>) -> Option<Mode> {
    if elements(method).next().is_some() {
        return None;
    }
    match method.attribute("Algorithm")? {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" | "http://www.w3.org/2006/12/xml-c14n11" => {
            Some(Mode::Inclusive)
        }
        "http://www.w3.org/2001/10/xml-exc-c14n#" => Some(Mode::Exclusive),
        _ => None,
    }
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(|child| child.tag_name().namespace() == Some(schema::SIGNATURE_NAMESPACE))
}

/// The one child of a name; `None` when there are none or several.
fn only<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    let mut all = elements(node).filter(|child| child.tag_name().name() == name);
    let first = all.next()?;
    if all.next().is_some() { None } else { Some(first) }
}

/// XML signatures write r and s one after the other; X.509 writes them as a DER sequence of two integers.
fn der(value: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(value.len() + 8);
    for half in value.chunks(value.len() / 2) {
        let first = half.iter().position(|byte| *byte != 0).unwrap_or(half.len() - 1);
        let digits = &half[first..];
        // A leading one bit would make it negative.
        let zero = digits[0] & 0x80 != 0;
        body.push(2);
        body.push(u8::try_from(digits.len() + usize::from(zero)).unwrap_or(u8::MAX));
        body.extend(zero.then_some(0));
        body.extend_from_slice(digits);
    }
    let mut out = vec![0x30, u8::try_from(body.len()).unwrap_or(u8::MAX)];
    out.append(&mut body);
    out
}
