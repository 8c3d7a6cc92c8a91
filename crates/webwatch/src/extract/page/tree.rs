//! A page as a tree: an arena of nodes in the order of the text, built by the few rules that real pages need.
//!
//! Not the whole algorithm of the HTML standard: misnested formatting stays where it stands, and tables are not repaired. Limits:
//! nodes and depth. Not here: what the parts are worth.

use crate::extract::markup::{Attribute, Dialect, Reader, Token};
use crate::extract::text::{Breaks, PlainText, breaks, is_hidden, separate};

/// Most nodes of one page; the rest of the page is left out.
pub const MAX_NODES_COUNT: usize = 300_000;
/// Most elements within each other; what is deeper hangs on the last.
pub const MAX_DEPTH_COUNT: usize = 400;

/// The place of a node in its tree.
pub type Id = u32;

/// No node.
pub const NONE: Id = Id::MAX;

/// A node: an element or a text.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// The element's name as written, or nothing for a text.
    pub name: &'a str,
    /// The text, with entities in it unless verbatim.
    pub text: &'a str,
    /// Whether the text has no entities.
    pub verbatim: bool,
    /// The element around it; [`NONE`] for the root.
    pub parent: Id,
    /// The node after its last descendant.
    pub end: Id,
    /// What its tag separates.
    pub breaks: Breaks,
    attributes: (u32, u32),
}

/// A page.
#[derive(Debug)]
pub struct Tree<'a> {
    /// All nodes, each before its descendants; the first is the root and no element.
    pub nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
}

const VOID: [&str; 15] = [
    "br", "img", "meta", "link", "input", "hr", "source", "wbr", "area", "base", "col", "embed", "param",
    "track", "frame",
];

/// Pairs: an element that begins ends an open one of these, unless one of the last stands between.
const ENDS: [(&[&str], &[&str], &[&str]); 5] = [
    (&["li"], &["li"], &["ul", "ol", "menu"]),
    (&["dt", "dd"], &["dt", "dd"], &["dl"]),
    (&["tr"], &["tr", "td", "th"], &["table"]),
    (&["td", "th"], &["td", "th"], &["tr", "table"]),
    (&["option"], &["option"], &["select"]),
];

impl<'a> Tree<'a> {
    /// Reads a page.
    pub fn parse(html: &'a str) -> Self {
        let mut reader = Reader::new(html, Dialect::Html);
        let mut tree = Self {
            nodes: Vec::with_capacity(html.len() / 32 + 1),
            attributes: Vec::with_capacity(html.len() / 64),
        };
        tree.add("", "", false, NONE, (0, 0));
        let mut open: Vec<Id> = vec![0];
        while let Some(token) = reader.next() {
            if tree.nodes.len() >= MAX_NODES_COUNT {
                break;
            }
            let parent = open[open.len() - 1];
            match token {
                Token::Open { name, closed } => {
                    tree.imply_ends(name, &mut open);
                    let parent = open[open.len() - 1];
                    let from = tree.attributes.len();
                    tree.attributes.extend_from_slice(reader.attributes());
                    let range = (count(from), count(tree.attributes.len()));
                    let id = tree.add(name, "", false, parent, range);
                    let is_void = VOID.iter().any(|void| name.eq_ignore_ascii_case(void));
                    // `<div/>` does not end a div; in SVG it would, but nothing is read there.
                    let ends = is_void || closed && breaks(name) == Breaks::Nothing && !is_hidden(name);
                    if !ends && open.len() < MAX_DEPTH_COUNT {
                        open.push(id);
                    }
                }
                Token::Close(name) => tree.close(name, &mut open),
                Token::Text(text) => {
                    tree.add("", text, false, parent, (0, 0));
                }
                Token::Verbatim(text) => {
                    tree.add("", text, true, parent, (0, 0));
                }
                Token::Aside(_) => {}
            }
        }
        while let Some(id) = open.pop() {
            tree.end(id);
        }
        tree
    }

    fn add(
        &mut self,
        name: &'a str,
        text: &'a str,
        verbatim: bool,
        parent: Id,
        attributes: (u32, u32),
    ) -> Id {
        let id = count(self.nodes.len());
        let breaks = if name.is_empty() { Breaks::Nothing } else { breaks(name) };
        self.nodes.push(Node { name, text, verbatim, parent, end: id + 1, breaks, attributes });
        id
    }

    fn end(&mut self, id: Id) {
        self.nodes[id as usize].end = count(self.nodes.len());
    }

    fn is(&self, id: Id, names: &[&str]) -> bool {
        let name = self.nodes[id as usize].name;
        names.iter().any(|known| name.eq_ignore_ascii_case(known))
    }

    fn imply_ends(&mut self, name: &str, open: &mut Vec<Id>) {
        let new = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        if let Some((_, ended, bounds)) = ENDS.iter().find(|(begins, ..)| new(begins)) {
            let found = open.iter().rposition(|id| self.is(*id, ended) || self.is(*id, bounds));
            if let Some(found) = found.filter(|found| self.is(open[*found], ended)) {
                self.end_down_to(found, open);
                // A row ends the cell in it and the row before.
                if new(&["tr"]) && self.is(open[open.len() - 1], &["tr"]) {
                    self.end_down_to(open.len() - 1, open);
                }
            }
        } else if breaks(name) == Breaks::Line && !new(&["br", "body", "html", "head", "noscript"]) {
            // A block ends an open paragraph.
            let found = open.iter().rposition(|id| {
                self.is(*id, &["p"])
                    || self.nodes[*id as usize].breaks == Breaks::Line
                    || self.is(*id, &["td", "th", "button"])
            });
            if let Some(found) = found.filter(|found| self.is(open[*found], &["p"])) {
                self.end_down_to(found, open);
            }
        }
    }

    fn end_down_to(&mut self, from: usize, open: &mut Vec<Id>) {
        for id in open.drain(from..).rev() {
            self.nodes[id as usize].end = count(self.nodes.len());
        }
    }

    fn close(&mut self, name: &str, open: &mut Vec<Id>) {
        let is_block = breaks(name) != Breaks::Nothing;
        let table = ["table", "tr", "tbody", "thead", "tfoot", "td", "th"]
            .iter()
            .any(|part| name.eq_ignore_ascii_case(part));
        for found in (1..open.len()).rev() {
            let node = self.nodes[open[found] as usize];
            if node.name.eq_ignore_ascii_case(name) {
                return self.end_down_to(found, open);
            }
            // An inline end tag does not end the blocks inside it, nor a block the table cell around it.
            if !is_block && node.breaks == Breaks::Line
                || !table && is_block && self.is(open[found], &["td", "th", "table"])
            {
                return;
            }
        }
    }

    /// The attribute of an element, with entities in it.
    pub fn attribute(&self, id: Id, name: &str) -> Option<&'a str> {
        crate::extract::markup::attribute(self.attributes(id), name)
    }

    /// The attributes of an element.
    pub fn attributes(&self, id: Id) -> &[Attribute<'a>] {
        let (from, to) = self.nodes[id as usize].attributes;
        &self.attributes[from as usize..to as usize]
    }

    /// Whether a node is an element of this name.
    pub fn is_named(&self, id: Id, name: &str) -> bool {
        self.nodes[id as usize].name.eq_ignore_ascii_case(name)
    }

    /// The children of a node.
    pub fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.nodes[id as usize].end;
        let mut next = id + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.nodes[child as usize].end;
            Some(child)
        })
    }

    /// The elements with this name, in order.
    pub fn named<'t>(&'t self, name: &'t str) -> impl Iterator<Item = Id> + 't {
        (1..count(self.nodes.len())).filter(move |id| self.is_named(*id, name))
    }

    /// Adds the text of a node to `plain`, without the nodes `skip` says.
    pub fn write_text(&self, id: Id, plain: &mut PlainText, skip: impl Fn(Id) -> bool) {
        let end = self.nodes[id as usize].end;
        let mut open: Vec<Id> = Vec::new();
        let mut at = id;
        while at < end {
            while let Some(last) = open.last().copied().filter(|last| self.nodes[*last as usize].end <= at) {
                separate(plain, self.nodes[last as usize].name);
                open.pop();
            }
            let node = &self.nodes[at as usize];
            if node.name.is_empty() {
                match node.verbatim {
                    true => {}
                    false => plain.push_encoded(node.text),
                }
            } else if is_hidden(node.name) || skip(at) {
                separate(plain, node.name);
                at = node.end;
                continue;
            } else {
                separate(plain, node.name);
                open.push(at);
            }
            at += 1;
        }
        if self.nodes[id as usize].breaks == Breaks::Line {
            plain.line();
        }
    }

    /// The text of a node.
    pub fn text(&self, id: Id) -> String {
        let mut plain = PlainText::default();
        self.write_text(id, &mut plain, |_| false);
        plain.finish()
    }
}

fn count(length: usize) -> Id {
    Id::try_from(length).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(tree: &Tree<'_>, id: Id) -> String {
        tree.children(id)
            .map(|child| {
                let node = &tree.nodes[child as usize];
                match node.name {
                    "" => node.text.trim().to_owned(),
                    name => format!("{name}({})", show(tree, child)),
                }
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn pages_become_trees_as_browsers_would_make_them() {
        let check = |html: &str, expect: &str| assert_eq!(show(&Tree::parse(html), 0), expect, "{html}");
        check("<p>a<p>b<div>c</div>", "p(a) p(b) div(c)");
        check("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "ul(li(a) li(b ul(li(c))) li(d)) e");
        check("<table><tr><td>a<td>b<tr><td>c</table>d", "table(tr(td(a) td(b)) tr(td(c))) d");
        check("<div><b>a<p>b</b>c</p></div>d", "div(b(a p(b c))) d");
        check("<br>a<img src=x>b</br></p>", "br() a img() b");
        check("<div/>a", "div(a)");
        check("<a href=x><div>a</div></a>b", "a(div(a)) b");
        check("<script>'</div>'</script><title>A <b></title>", "script('</div>') title(A <b>)");
    }

    #[test]
    fn depth_and_nodes_have_an_end() {
        let deep = Tree::parse(&"<div>".repeat(5_000)).nodes.len();
        assert_eq!(deep, 5_001);
        assert!(Tree::parse(&"<i>".repeat(MAX_NODES_COUNT + 10)).nodes.len() <= MAX_NODES_COUNT);
    }

    #[test]
    fn text_leaves_out_what_is_skipped() {
        let tree = Tree::parse("<div>a<p>b</p><nav>c</nav>d</div>");
        let mut plain = PlainText::default();
        tree.write_text(0, &mut plain, |id| tree.is_named(id, "nav"));
        assert_eq!(plain.finish(), "a\nb\nd");
        assert_eq!(tree.text(0), "a\nb\nc\nd");
    }
}
