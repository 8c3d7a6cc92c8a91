//! Bytes to text: byte order mark, then what the answer says, then what the text says of itself, then detection.
//!
//! Not here: decompression, which belongs to fetching.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;

/// Most bytes of one document that are decoded; the rest is left out.
pub const MAX_DOCUMENT_BYTES: usize = 16 << 20;

/// How far into a document its own declaration is looked for, in bytes.
const DECLARATION_BYTES: usize = 2048;

/// How much of a document the detection looks at, in bytes.
const DETECTION_BYTES: usize = 64 << 10;

/// A document as text, and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text; what could not be read is U+FFFD.
    pub text: Cow<'a, str>,
    /// The encoding that was used, by its WHATWG name.
    pub encoding: &'static str,
    /// Who named the encoding.
    pub by: NamedBy,
    /// Some bytes did not fit the encoding.
    pub broken: bool,
    /// Bytes that were left out at the end because of [`MAX_DOCUMENT_BYTES`].
    pub left_out_bytes: usize,
}

/// Who named an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// The byte order mark.
    Mark,
    /// The content type of the answer.
    Header,
    /// The document's XML declaration or `meta` element.
    Document,
    /// Nobody: the bytes look like it.
    Detection,
}

/// Decodes `bytes`; `content_type` is the answer's header.
///
/// An encoding that somebody named is believed, unless it is a single-byte one and the bytes are valid UTF-8 with
/// more than ASCII in it: no other text looks like that, and the wrong name is common. A wrong `utf-8` falls to
/// detection.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let left_out_bytes = bytes.len().saturating_sub(MAX_DOCUMENT_BYTES);
    let bytes = &bytes[..bytes.len() - left_out_bytes];
    let (encoding, by) = choose(bytes, content_type);
    let (text, used, broken) = encoding.decode(bytes);
    Decoded { text, encoding: used.name(), by, broken, left_out_bytes }
}

fn choose(bytes: &[u8], content_type: Option<&str>) -> (&'static Encoding, NamedBy) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, NamedBy::Mark);
    }
    let header = content_type.and_then(charset).and_then(label).map(|encoding| (encoding, NamedBy::Header));
    let named = header.or_else(|| declared(bytes).map(|encoding| (encoding, NamedBy::Document)));
    match named {
        Some((encoding, _)) if encoding == UTF_8 || !encoding.is_ascii_compatible() => {
            if encoding == UTF_8 && utf8_prefix(bytes).is_none() {
                return (detected(bytes), NamedBy::Detection);
            }
            named.unwrap_or((encoding, NamedBy::Detection))
        }
        Some((encoding, by)) => {
            let really_utf8 =
                encoding.is_single_byte() && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
            if really_utf8 { (UTF_8, NamedBy::Detection) } else { (encoding, by) }
        }
        None => (detected(bytes), NamedBy::Detection),
    }
}

/// The valid part of UTF-8 that may have been cut at its end; `None` when a byte in the middle is wrong and most of
/// what is not ASCII is wrong too: a stray byte does not make a text something else.
fn utf8_prefix(bytes: &[u8]) -> Option<()> {
    let head = &bytes[..bytes.len().min(DETECTION_BYTES)];
    let mut good = 0usize;
    let mut bad = 0usize;
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    (bad == 0 || good >= bad).then_some(())
}

/// The encoding a text without a name looks like.
fn detected(bytes: &[u8]) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(DETECTION_BYTES)];
    match head {
        [0, b'<' | b'{' | b'[', ..] => return UTF_16BE,
        [b'<' | b'{' | b'[', 0, ..] => return UTF_16LE,
        _ if head.is_ascii() && bytes.is_ascii() => return UTF_8,
        _ => {}
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(head, head.len() == bytes.len());
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

/// The encoding the document names itself.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    if head.starts_with(b"<?xml") {
        let end = memchr::memchr(b'>', head)?;
        let named =
            memmem::find(&head[..end], b"encoding").and_then(|at| value(&head[at + 8..end])).and_then(label);
        // A declaration that could be read as ASCII is not in UTF-16, whatever it says.
        return Some(named.filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(UTF_8));
    }
    for at in memmem::find_iter(head, b"charset") {
        if let Some(encoding) = value(&head[at + 7..]).and_then(label) {
            let sixteen = encoding == UTF_16LE || encoding == UTF_16BE;
            return Some(if sixteen { UTF_8 } else { encoding });
        }
    }
    None
}

/// The value after `=`, quoted or not.
fn value(bytes: &[u8]) -> Option<&str> {
    let text = bytes.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let text = text.strip_prefix(b"\"").or_else(|| text.strip_prefix(b"'")).unwrap_or(text);
    let end = text
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')))
        .unwrap_or(text.len());
    std::str::from_utf8(&text[..end]).ok().filter(|name| !name.is_empty())
}

fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|part| {
        let (key, name) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| name.trim().trim_matches(['"', '\'']))
    })
}

/// The encoding of a name; the names of US-ASCII mean Windows-1252, as browsers read them.
fn label(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes())
        .or_else(|| name.eq_ignore_ascii_case("iso-8859-1").then_some(WINDOWS_1252))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, expect: &str, by: NamedBy) {
        let decoded = decode(bytes, content_type);
        assert_eq!((decoded.text.as_ref(), decoded.by), (expect, by), "{bytes:?}");
    }

    #[test]
    fn the_encoding_comes_from_who_knows_best() {
        check(b"\xEF\xBB\xBFcaf\xC3\xA9", Some("text/html; charset=iso-8859-1"), "café", NamedBy::Mark);
        check(b"\xFF\xFEc\0a\0", None, "ca", NamedBy::Mark);
        check(b"caf\xE9 ", Some("text/xml; charset=\"ISO-8859-1\""), "café ", NamedBy::Header);
        check(
            b"<?xml version='1.0' encoding='windows-1250'?>\xE8",
            None,
            "<?xml version='1.0' encoding='windows-1250'?>č",
            NamedBy::Document,
        );
        check(b"<meta charset=windows-1252>\x80", None, "<meta charset=windows-1252>€", NamedBy::Document);
        check(
            b"<meta http-equiv=content-type content=\"text/html; charset=iso-8859-15\">\xA4",
            Some("text/html"),
            "<meta http-equiv=content-type content=\"text/html; charset=iso-8859-15\">€",
            NamedBy::Document,
        );
    }

    #[test]
    fn a_wrong_name_is_not_believed() {
        check(
            "<meta charset=iso-8859-1>café".as_bytes(),
            None,
            "<meta charset=iso-8859-1>café",
            NamedBy::Detection,
        );
        check(
            b"Een caf\xE9 in Den Haag, priv\xE9",
            Some("text/html; charset=utf-8"),
            "Een café in Den Haag, privé",
            NamedBy::Detection,
        );
        check(b"\0<\0r\0s\0s\0/\0>", None, "<rss/>", NamedBy::Detection);
        check(b"plain", Some("text/html; charset=nonsense"), "plain", NamedBy::Detection);
    }

    #[test]
    fn a_stray_byte_does_not_change_the_rest() {
        let decoded = decode(b"caf\xC3\xA9 \xFF cr\xC3\xA8me", Some("text/html; charset=utf-8"));
        assert_eq!((decoded.text.as_ref(), decoded.broken), ("café \u{fffd} crème", true));
    }

    #[test]
    fn what_is_too_much_is_left_out() {
        let bytes = vec![b'a'; MAX_DOCUMENT_BYTES + 3];
        let decoded = decode(&bytes, None);
        assert_eq!((decoded.text.len(), decoded.left_out_bytes), (MAX_DOCUMENT_BYTES, 3));
    }
}
