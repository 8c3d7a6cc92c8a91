//! From bytes to an XML tree that is safe to walk: UTF-8 only, no document type, bounded depth, tags and nodes.
//!
//! Not here: what the elements mean. The scan before the parser is linear and keeps what would cost the parser more
//! than linear time (deep nesting with namespaces, very many attributes) away from it.

use base::limits;
use roxmltree::{Document, Node, ParsingOptions};

use super::error::CapError;
use crate::text::line_and_column;

/// Deepest nesting of elements; a signed alert uses 7.
const DEPTH_MAX: usize = 16;
/// Longest tag with its attributes, in bytes.
const TAG_BYTES_MAX: usize = 4096;
/// Most nodes of the tree: elements, texts, comments.
const NODES_MAX: u32 = 50_000;

/// The text of a document: its length checked, UTF-8, without byte order mark.
pub(super) fn text_of(bytes: &[u8]) -> Result<&str, CapError> {
    if bytes.len() > limits::IMPORT_BYTES_MAX {
        return Err(CapError::TooLong { bytes: bytes.len(), limit_bytes: limits::IMPORT_BYTES_MAX });
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.contains(&0) {
        return Err(CapError::Encoding { found: "UTF-16, UTF-32 or not text".into() });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        CapError::Encoding { found: format!("not UTF-8 (first in line {line})") }
    })?;
    match declared_encoding(text) {
        Some(name) if !name.eq_ignore_ascii_case("utf-8") && !name.eq_ignore_ascii_case("us-ascii") => {
            Err(CapError::Encoding { found: format!("declared as {}", crate::text::shortened(name, 40)) })
        }
        _ => Ok(text),
    }
}

/// The tree of a document.
pub(super) fn parse(text: &str) -> Result<Document<'_>, CapError> {
    scan(text)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let position = error.pos();
        let what = match &error {
            roxmltree::Error::NodesLimitReached => format!("more than {NODES_MAX} elements and texts"),
            other => {
                // The parser ends its messages with the position, which stands in front here.
                let message = other.to_string();
                let message = message.rsplit_once(" at ").map_or(message.as_str(), |(what, _)| what);
                format!("not well-formed XML: {}", crate::text::shortened(message, 200))
            }
        };
        CapError::Xml { line: position.row, column: position.col, what }
    })
}

/// A refusal that names an element.
pub(super) fn fault(
    node: Node<'_, '_>,
    element: &str,
    what: impl Into<String>,
    mend: impl Into<String>,
) -> CapError {
    let position = node.document().text_pos_at(node.range().start);
    CapError::Element {
        element: element.into(),
        line: position.row,
        column: position.col,
        what: what.into(),
        mend: mend.into(),
    }
}

fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

/// Walks over all markup once: refuses a document type, too deep nesting, too long tags, unfinished markup.
fn scan(text: &str) -> Result<(), CapError> {
    let refuse = |at: usize, what: String| {
        let (line, column) = line_and_column(text, at);
        Err(CapError::Xml { line, column, what })
    };
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let skip = |open: &str, close: &str| {
            rest[open.len()..].find(close).map(|end| open.len() + end + close.len())
        };
        let length = if rest.starts_with("<!--") {
            skip("<!--", "-->")
        } else if rest.starts_with("<![CDATA[") {
            skip("<![CDATA[", "]]>")
        } else if rest.starts_with("<?") {
            skip("<?", "?>")
        } else if rest.starts_with("<!") {
            let (line, column) = line_and_column(text, start);
            return Err(CapError::Dtd { line, column });
        } else {
            tag_length(rest)
        };
        let Some(length) = length else {
            return refuse(start, "not well-formed XML: this markup has no end".into());
        };
        let is_tag = !rest.starts_with("<!") && !rest.starts_with("<?");
        if is_tag && length > TAG_BYTES_MAX {
            return refuse(start, format!("a tag of more than {TAG_BYTES_MAX} bytes: remove its attributes"));
        }
        if is_tag && rest.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if is_tag && !rest[..length].ends_with("/>") {
            depth += 1;
            if depth > DEPTH_MAX {
                return refuse(start, format!("elements are nested more than {DEPTH_MAX} deep: no alert is"));
            }
        }
        at = start + length;
    }
    Ok(())
}

/// The length of a tag up to its `>`, with regard to quotes; the search ends a little past the longest allowed tag.
fn tag_length(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in rest.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (b'>', None) => return Some(index + 1),
            _ if index > TAG_BYTES_MAX => return Some(index + 1),
            _ => {}
        }
    }
    None
}
