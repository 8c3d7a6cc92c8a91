//! The main text of a page: which part it is, and which of its blocks are text.
//!
//! Method, after Arc90's Readability and what followed it, with our own numbers: furniture (by element, by the words of its class and
//! id, by being hidden) is cut off unless it holds most of the page's text; each block of text gives its weight, less what is links, to the
//! elements around it, less the farther they are; the heaviest element is the text, with siblings that look like it; of its blocks those
//! that are links or calls to read on are left out. Not here: title, date and address ([`super::meta`]).

use super::marks::{Mark, mark};
use super::tree::{Id, NONE, Tree};
use crate::extract::text::{Breaks, PlainText, is_hidden};

/// A block of text shorter than this gives no weight, in bytes.
const LEAST_BLOCK_BYTES: u32 = 25;
/// A call to read on is shorter than this, in bytes.
const MOST_CALL_BYTES: u32 = 250;
/// Furniture with more than this part of the page's text is none.
const MOST_OF_PAGE: f32 = 0.5;

/// What is known of each node.
#[derive(Debug, Default, Clone, Copy)]
struct Weigh {
    /// Bytes of text in it that are not white space.
    text: u32,
    /// How many of them are in links.
    linked: u32,
    /// It is cut off.
    cut: bool,
    /// How much text its blocks gave it.
    score: f32,
}

/// The main text of a page.
#[derive(Debug)]
pub struct Article<'t, 'a> {
    tree: &'t Tree<'a>,
    weights: Vec<Weigh>,
    /// The parts that hold the text, in order.
    parts: Vec<Id>,
}

impl<'t, 'a> Article<'t, 'a> {
    /// Finds the main text.
    pub fn find(tree: &'t Tree<'a>) -> Self {
        let mut article = Self { tree, weights: vec![Weigh::default(); tree.nodes.len()], parts: Vec::new() };
        article.weigh();
        article.cut();
        article.score();
        article.choose();
        article
    }

    /// Counts text and linked text, from the leaves up.
    fn weigh(&mut self) {
        for at in (1..self.tree.nodes.len()).rev() {
            let node = &self.tree.nodes[at];
            if node.name.is_empty() {
                if !node.verbatim {
                    let blank = node.text.bytes().filter(u8::is_ascii_whitespace).count();
                    self.weights[at].text = bytes(node.text.len() - blank);
                }
            } else if is_hidden(node.name) {
                self.weights[at] = Weigh { cut: true, ..Weigh::default() };
            } else if node.name.eq_ignore_ascii_case("a") {
                self.weights[at].linked = self.weights[at].text;
            }
            let own = self.weights[at];
            let parent = &mut self.weights[node.parent as usize];
            parent.text += own.text;
            parent.linked += own.linked;
        }
    }

    /// Cuts off furniture, from the root down.
    fn cut(&mut self) {
        // Only text that is not in links says how much of a page a part is.
        let plain = |weigh: &Weigh| weigh.text - weigh.linked.min(weigh.text);
        #[allow(clippy::cast_precision_loss, reason = "a share of a page")]
        let most = plain(&self.weights[0]) as f32 * MOST_OF_PAGE;
        let mut at = 1;
        while at < self.tree.nodes.len() {
            let node = &self.tree.nodes[at];
            if node.name.is_empty() {
                at += 1;
                continue;
            }
            #[allow(clippy::cast_precision_loss, reason = "a share of a page")]
            let small = (plain(&self.weights[at]) as f32) < most;
            if self.weights[at].cut || self.is_out(id(at)) || small && self.is_furniture(id(at)) {
                self.cut_off(at);
                at = node.end as usize;
            } else {
                at += 1;
            }
        }
    }

    /// Takes a node and what it weighs off.
    fn cut_off(&mut self, at: usize) {
        let own = self.weights[at];
        let end = self.tree.nodes[at].end as usize;
        self.weights[at..end].iter_mut().for_each(|weigh| weigh.cut = true);
        let mut parent = self.tree.nodes[at].parent;
        while parent != NONE {
            let weigh = &mut self.weights[parent as usize];
            weigh.text = weigh.text.saturating_sub(own.text);
            weigh.linked = weigh.linked.saturating_sub(own.linked);
            parent = self.tree.nodes[parent as usize].parent;
        }
    }

    /// Never text, however much it holds.
    fn is_out(&self, at: Id) -> bool {
        const OUT: [&str; 9] =
            ["nav", "button", "dialog", "label", "input", "option", "menu", "video", "audio"];
        let hidden = |name: &str| self.tree.attribute(at, name);
        OUT.iter().any(|out| self.tree.is_named(at, out))
            || hidden("hidden").is_some()
            || hidden("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"))
            || hidden("style").is_some_and(|style| {
                let style: String = style.chars().filter(|character| !character.is_whitespace()).collect();
                style.to_ascii_lowercase().contains("display:none")
            })
    }

    fn is_furniture(&self, at: Id) -> bool {
        const FURNITURE: [&str; 6] = ["footer", "aside", "figcaption", "form", "figure", "time"];
        if FURNITURE.iter().any(|name| self.tree.is_named(at, name)) {
            return true;
        }
        // Inline elements and the page itself are named after many things.
        if self.tree.is_named(at, "html") || self.tree.is_named(at, "body") {
            return false;
        }
        let says = |name: &str| self.tree.attribute(at, name).map_or(Mark::None, mark);
        let role = self.tree.attribute(at, "role").unwrap_or_default();
        says("class") == Mark::Furniture
            || says("id") == Mark::Furniture
            || says("data-component") == Mark::Furniture
            || matches!(
                role,
                "navigation"
                    | "complementary"
                    | "banner"
                    | "contentinfo"
                    | "search"
                    | "dialog"
                    | "alert"
                    | "menu"
            )
    }

    /// Whether a node is a block of text: it has text of its own and no blocks in it that have.
    fn is_block(&self, at: Id) -> bool {
        let node = &self.tree.nodes[at as usize];
        node.breaks != Breaks::Nothing && !["br", "hr", "img"].iter().any(|name| self.tree.is_named(at, name))
    }

    /// Gives the weight of each block of text to the elements around it.
    fn score(&mut self) {
        let mut at = 1;
        while at < self.tree.nodes.len() {
            let node = &self.tree.nodes[at];
            if self.weights[at].cut {
                at = node.end as usize;
                continue;
            }
            at += 1;
            if node.name.is_empty() || !self.is_block(id(at - 1)) {
                continue;
            }
            let (own, linked) = self.own_text(id(at - 1));
            if own < LEAST_BLOCK_BYTES {
                continue;
            }
            self.give(id(at - 1), own, linked);
        }
    }

    /// Text of a block that is in none of its inner blocks, and how much of it is links.
    fn own_text(&self, at: Id) -> (u32, u32) {
        let (mut text, mut linked) = (self.weights[at as usize].text, self.weights[at as usize].linked);
        let end = self.tree.nodes[at as usize].end;
        let mut inner = at + 1;
        while inner < end {
            let node = &self.tree.nodes[inner as usize];
            if !node.name.is_empty() && !self.weights[inner as usize].cut && self.is_block(inner) {
                text = text.saturating_sub(self.weights[inner as usize].text);
                linked = linked.saturating_sub(self.weights[inner as usize].linked);
                inner = node.end;
            } else {
                inner += 1;
            }
        }
        (text, linked)
    }

    #[allow(clippy::cast_precision_loss, reason = "weights, not counts")]
    fn give(&mut self, at: Id, own: u32, linked: u32) {
        let free = own.saturating_sub(linked) as f32;
        let is_heading = self.tree.nodes[at as usize].name.len() == 2
            && matches!(self.tree.nodes[at as usize].name.as_bytes()[0], b'h' | b'H');
        // Long paragraphs are text; a hundred short lines are a list of something.
        let weight = free.min(600.0)
            * (free / own as f32)
            * if free > 80.0 { 1.0 } else { 0.3 }
            * if is_heading { 0.2 } else { 1.0 };
        let paragraph = ["p", "pre", "blockquote"].iter().any(|name| self.tree.is_named(at, name));
        let weight = if paragraph { weight } else { weight * 0.7 };
        // A paragraph is in its parent; a bare text is in its own element.
        let mut to = if paragraph || is_heading { self.tree.nodes[at as usize].parent } else { at };
        let mut share = 1.0;
        while to != NONE && share > 0.05 {
            self.weights[to as usize].score += weight * share;
            share *= 0.75;
            to = self.tree.nodes[to as usize].parent;
        }
    }

    /// Chooses the parts that hold the text.
    fn choose(&mut self) {
        let mut best = (0.0f32, 0usize);
        for at in 0..self.tree.nodes.len() {
            if self.weights[at].cut || self.weights[at].score <= 0.0 {
                continue;
            }
            let score = self.weights[at].score * self.kind(id(at)) * (1.0 - self.link_share(id(at)));
            if score > best.0 {
                best = (score, at);
            }
        }
        if best.0 <= 0.0 {
            return;
        }
        self.parts = vec![id(best.1)];
        self.add_siblings(best.0);
    }

    /// How much an element's kind and names speak for it.
    fn kind(&self, at: Id) -> f32 {
        let says = |name: &str| self.tree.attribute(at, name).map_or(Mark::None, mark);
        let names = if says("class") == Mark::Body || says("id") == Mark::Body { 1.15 } else { 1.0 };
        let is_body = self
            .tree
            .attribute(at, "itemprop")
            .is_some_and(|value| value.to_ascii_lowercase().contains("articlebody"));
        let element = if self.tree.is_named(at, "article") { 1.15 } else { 1.0 };
        let list = if ["ul", "ol", "li", "td", "th", "table", "dl"]
            .iter()
            .any(|name| self.tree.is_named(at, name))
        {
            0.8
        } else {
            1.0
        };
        names * element * list * if is_body { 1.5 } else { 1.0 }
    }

    #[allow(clippy::cast_precision_loss, reason = "a share")]
    fn link_share(&self, at: Id) -> f32 {
        let weigh = self.weights[at as usize];
        if weigh.text == 0 { 0.0 } else { weigh.linked as f32 / weigh.text as f32 }
    }

    /// Texts are often cut into several elements: adds siblings that hold text too.
    fn add_siblings(&mut self, best: f32) {
        let top = self.parts[0];
        let parent = self.tree.nodes[top as usize].parent;
        if parent == NONE {
            return;
        }
        let class = self.tree.attribute(top, "class").unwrap_or_default();
        let parts: Vec<Id> = self
            .tree
            .children(parent)
            .filter(|sibling| {
                let weigh = self.weights[*sibling as usize];
                if *sibling == top {
                    return true;
                }
                if weigh.cut
                    || self.tree.nodes[*sibling as usize].name.is_empty()
                    || self.link_share(*sibling) > 0.25
                {
                    return false;
                }
                let same = !class.is_empty() && self.tree.attribute(*sibling, "class") == Some(class);
                let paragraph = self.tree.is_named(*sibling, "p") && weigh.text > 80;
                paragraph || weigh.score > best * if same { 0.05 } else { 0.2 }
            })
            .collect();
        self.parts = parts;
    }

    /// Whether a node was cut off as furniture.
    pub fn is_cut(&self, at: Id) -> bool {
        self.weights[at as usize].cut
    }

    /// The text, a paragraph a line.
    pub fn text(&self) -> String {
        let mut plain = PlainText::default();
        for part in &self.parts {
            self.tree.write_text(*part, &mut plain, |at| self.is_left_out(at));
        }
        plain.finish()
    }

    /// The addresses the text points to, as written.
    pub fn links(&self) -> Vec<&'a str> {
        let mut links = Vec::new();
        for part in &self.parts {
            let mut at = *part;
            while at < self.tree.nodes[*part as usize].end {
                if self.is_left_out(at) {
                    at = self.tree.nodes[at as usize].end;
                    continue;
                }
                if self.tree.is_named(at, "a") {
                    links.extend(self.tree.attribute(at, "href"));
                }
                at += 1;
            }
        }
        links
    }

    /// Whether a short block calls the reader elsewhere, or is the heading of such a block.
    fn is_call(&self, at: Id, share: f32) -> bool {
        const CALLS: [&str; 30] = [
            "read more",
            "read also",
            "read next",
            "also read",
            "related:",
            "related stories",
            "see also",
            "more from",
            "recommended",
            "advert",
            "advertentie",
            "advertisement",
            "sign up",
            "subscribe",
            "click here",
            "follow us",
            "share this",
            "lees meer",
            "lees ook",
            "lees verder",
            "zie ook",
            "meer over",
            "deel dit",
            "abonneer",
            "meld je aan",
            "mehr zum thema",
            "lesen sie auch",
            "lire aussi",
            "leer también",
            "leia também",
        ];
        let mut plain = PlainText::default();
        self.tree.write_text(at, &mut plain, |inner| self.weights[inner as usize].cut);
        let text = plain.finish().to_lowercase();
        let short = text.len() <= 24 || text.starts_with("advert");
        CALLS.iter().any(|call| text.starts_with(call)) && (share > 0.3 || short)
    }

    /// Whether a node within the text is none of it.
    fn is_left_out(&self, at: Id) -> bool {
        let weigh = self.weights[at as usize];
        if weigh.cut {
            return true;
        }
        let node = &self.tree.nodes[at as usize];
        if node.name.is_empty() || node.breaks == Breaks::Nothing {
            return false;
        }
        let share = self.link_share(at);
        // The title is told apart from the text.
        if self.tree.is_named(at, "h1") {
            return true;
        }
        match node.name {
            _ if weigh.text == 0 => false,
            name if ["ul", "ol", "table", "div", "section", "dl"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known)) =>
            {
                share > 0.5 && weigh.text > weigh.linked.saturating_sub(1) && weigh.text < 2_000
            }
            _ if weigh.text < MOST_CALL_BYTES && self.is_call(at, share) => true,
            name if ["p", "h2", "h3", "h4", "h5", "h6", "li"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known)) =>
            {
                share > 0.9 && !self.tree.is_named(at, "li")
            }
            _ => false,
        }
    }
}

fn bytes(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn id(at: usize) -> Id {
    Id::try_from(at).unwrap_or(NONE)
}
