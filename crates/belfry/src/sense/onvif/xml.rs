//! What cameras write, read by names; and what is written to them, escaped.
//!
//! Not here: what is asked of a camera, and what its answers mean.

use anyhow::{Context, Result};
use roxmltree::{Document, Node, ParsingOptions};

use crate::sense::limits::ONVIF_NODES_MAX;

/// A document of a camera; one with a DTD is refused.
pub(super) fn parsed(answer: &str) -> Result<Document<'_>> {
    let options = ParsingOptions { nodes_limit: ONVIF_NODES_MAX, ..ParsingOptions::default() };
    Document::parse_with_options(answer, options).context("the camera's answer is no XML")
}

/// The first element of a name, whatever its namespace is called.
pub(super) fn found<'a>(within: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    all(within, name).next()
}

/// Every element of a name.
pub(super) fn all<'a>(within: Node<'a, 'a>, name: &str) -> impl Iterator<Item = Node<'a, 'a>> {
    within.descendants().filter(move |one| one.tag_name().name() == name)
}

/// A text as it stands between tags and in attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_dtd_is_read() {
        assert!(parsed("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").is_err());
        assert!(parsed("<a>&lt;</a>").is_ok());
    }

    #[test]
    fn names_count_and_not_their_namespaces() {
        let document = parsed("<a xmlns:t='t'><t:b c='1'/><b c='2'/></a>").unwrap();
        assert_eq!(all(document.root(), "b").filter_map(|one| one.attribute("c")).collect::<String>(), "12");
        assert!(found(document.root(), "d").is_none());
        assert_eq!(escaped("<a b=\"&\">"), "&lt;a b=&quot;&amp;&quot;&gt;");
    }
}
