//! Canonical XML without comments: inclusive (1.0 and 1.1, which agree here) and exclusive, of whole documents or of
//! one element.
//!
//! Not here: document subsets in general, attributes that are inherited (`xml:`), prefix lists of exclusive
//! canonicalisation: the caller declines those. Source: W3C Canonical XML 1.1 and Exclusive XML Canonicalization 1.0.

use std::collections::BTreeMap;

use roxmltree::{Node, NodeType};

/// Which namespaces an element repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// All in scope.
    Inclusive,
    /// Those whose prefix it uses.
    Exclusive,
}

/// What of the layout counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// All of it, as the standard says.
    AsItStands,
    /// Nothing: no white space between elements, no processing instructions. Alerts are made that sign first and
    /// indent afterwards; neither means anything in CAP, so what was signed is known all the same.
    Bare,
}

/// Namespaces already written around the present element: prefix to name.
type Written<'a> = BTreeMap<&'a str, &'a str>;

struct Writer<'a, 'input> {
    out: String,
    mode: Mode,
    layout: Layout,
    without: Option<Node<'a, 'input>>,
}

/// The document of `root`, without one element (the enveloped signature).
pub(super) fn document<'a, 'input>(
    root: Node<'a, 'input>,
    without: Node<'a, 'input>,
    mode: Mode,
    layout: Layout,
) -> String {
    let mut writer = Writer { out: String::new(), mode, layout, without: Some(without) };
    let mut after_root = false;
    for node in root.document().root().children().filter(|node| node.is_element() || writes_pi(*node, layout))
    {
        if node.is_pi() && after_root {
            writer.out.push('\n');
        }
        writer.node(node, &Written::new());
        if node.is_pi() && !after_root {
            writer.out.push('\n');
        }
        after_root |= node == root;
    }
    writer.out
}

/// One element and what is in it, with the namespaces it stands in.
pub(super) fn element(node: Node<'_, '_>, mode: Mode, layout: Layout) -> String {
    let mut writer = Writer { out: String::new(), mode, layout, without: None };
    writer.node(node, &Written::new());
    writer.out
}

fn writes_pi(node: Node<'_, '_>, layout: Layout) -> bool {
    node.is_pi() && layout == Layout::AsItStands
}

/// White space that only lays out the elements around it.
fn is_layout(node: Node<'_, '_>) -> bool {
    node.text().is_some_and(|text| text.trim_ascii().is_empty())
        && node.parent_element().is_some_and(|parent| parent.first_element_child().is_some())
}

impl<'a, 'input> Writer<'a, 'input> {
    fn node(&mut self, node: Node<'a, 'input>, around: &Written<'a>) {
        match node.node_type() {
            NodeType::Element if self.without != Some(node) => self.element(node, around),
            NodeType::Text if self.layout == Layout::Bare && is_layout(node) => {}
            NodeType::Text => self.escaped(node.text().unwrap_or_default(), false),
            NodeType::PI if writes_pi(node, self.layout) => {
                let pi = node.pi().map(|pi| (pi.target, pi.value.unwrap_or_default().trim_start()));
                let (target, value) = pi.unwrap_or_default();
                let gap = if value.is_empty() { "" } else { " " };
                self.out.push_str(&format!("<?{target}{gap}{value}?>"));
            }
            _ => {}
        }
    }

    fn element(&mut self, node: Node<'a, 'input>, around: &Written<'a>) {
        let text = node.document().input_text();
        let name = text.get(node.range()).and_then(|text| text.strip_prefix('<')).unwrap_or_default();
        let name = name.split(['/', '>', ' ', '\t', '\r', '\n']).next().unwrap_or_default();
        // (namespace, local name) gives the order, the qualified name is written.
        let mut attributes: Vec<_> = node
            .attributes()
            .map(|attribute| {
                let qualified = text.get(attribute.range_qname()).unwrap_or_default();
                (attribute.namespace().unwrap_or_default(), attribute.name(), qualified, attribute.value())
            })
            .collect();
        attributes.sort_unstable();
        self.out.push('<');
        self.out.push_str(name);
        let mut written = around.clone();
        for (prefix, uri) in self.namespaces(node, name, &attributes) {
            let same = around.get(prefix).copied().unwrap_or_default() == uri;
            if !same {
                self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
                self.out.push_str(prefix);
                self.out.push_str("=\"");
                self.escaped(uri, true);
                self.out.push('"');
                written.insert(prefix, uri);
            }
        }
        for (_, _, qualified, value) in attributes {
            self.out.push_str(&format!(" {qualified}=\""));
            self.escaped(value, true);
            self.out.push('"');
        }
        self.out.push('>');
        for child in node.children() {
            self.node(child, &written);
        }
        self.out.push_str(&format!("</{name}>"));
    }

    /// The namespaces the element declares or repeats, by prefix; the default one is always among them.
    fn namespaces(
        &self,
        node: Node<'a, 'input>,
        name: &'a str,
        attributes: &[(&'a str, &'a str, &'a str, &'a str)],
    ) -> Written<'a> {
        let mut all = Written::from([("", "")]);
        let spaces = node.namespaces().map(|space| (space.name().unwrap_or_default(), space.uri()));
        all.extend(spaces.filter(|(prefix, _)| *prefix != "xml"));
        if self.mode == Mode::Exclusive {
            let prefix = |name: &'a str| name.split_once(':').map(|(prefix, _)| prefix);
            let used: Vec<&str> = std::iter::once(prefix(name).unwrap_or_default())
                .chain(attributes.iter().filter_map(|(_, _, qualified, _)| prefix(qualified)))
                .collect();
            all.retain(|prefix, _| used.contains(prefix));
        }
        all
    }

    fn escaped(&mut self, text: &str, attribute: bool) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' if !attribute => self.out.push_str("&gt;"),
                '"' if attribute => self.out.push_str("&quot;"),
                '\t' if attribute => self.out.push_str("&#x9;"),
                '\n' if attribute => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                other => self.out.push(other),
            }
        }
    }
}
