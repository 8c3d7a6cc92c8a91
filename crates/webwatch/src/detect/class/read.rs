//! Applying the rules to the words of a document. Not here: the rules themselves.
//!
//! Work is bounded: positions are looked up by list, a rule whose lists are not all there is passed over, and each rule
//! fires at most a few times.

use std::ops::Range;

use super::rules::{Language, Rule, Rules};
use super::{Class, ClassHit, Guard};
use crate::detect::score::thousandths;
use crate::detect::span::{Body, SPANS_MAX};
use crate::detect::words::Words;

/// Most firings of one rule in one document that are looked at.
const FIRINGS_MAX: usize = 4;
/// Ways in which a rule may match from one word on that are looked at: the first without a guard counts.
const WAYS_MAX: usize = 12;
/// How many words before a firing a denial may stand, within its clause.
const NEGATION_WORDS: usize = 6;
/// Words outside quotation marks that make a quotation one that is talked about.
const OUTSIDE_WORDS: usize = 2;

/// A list found at a place.
struct Found {
    at: usize,
    len: usize,
    list: u8,
}

/// What is known of a text in one language.
struct Text<'a> {
    words: &'a Words,
    found: Vec<Found>,
    /// For each word: where its findings begin in `found`.
    from: Vec<usize>,
    /// All lists of the document, and of each sentence.
    all: u128,
    sentences: Vec<u128>,
}

impl Rules {
    /// The classes that fire on a text, each by its strongest rule, the strongest first. `texts` are the folded one and,
    /// when there is one, that without tricks of spelling.
    /// `places` are the names of places in the first of them, in bytes: rules may ask for one.
    pub fn read(
        &self,
        texts: &[&Words],
        places: &[Range<usize>],
        body: &Body,
        language: &str,
    ) -> Vec<ClassHit> {
        let mut best: Vec<ClassHit> = Vec::new();
        for (number, words) in texts.iter().enumerate() {
            for rules in self.of(language) {
                let text = Text::new(words, rules, if number == 0 { places } else { &[] });
                for rule in &rules.rules {
                    for hit in fire(rule, rules, &text, body) {
                        keep(&mut best, hit);
                    }
                }
            }
        }
        best.sort_by(|one, two| {
            two.strength
                .total_cmp(&one.strength)
                .then(one.class.cmp(&two.class))
                .then_with(|| one.rule.cmp(&two.rule))
        });
        best
    }
}

/// One hit per class: the strongest; of equals the first. What it rests on grows with what others rest on.
fn keep(best: &mut Vec<ClassHit>, hit: ClassHit) {
    match best.iter_mut().find(|known| known.class == hit.class) {
        Some(known) if hit.strength > known.strength => *known = hit,
        Some(known) => {
            if known.strength > 0.0 && hit.strength > 0.0 && known.rule == hit.rule {
                for (word, span) in hit.words.into_iter().zip(hit.spans) {
                    if known.spans.len() < SPANS_MAX && !known.spans.contains(&span) {
                        known.words.push(word);
                        known.spans.push(span);
                    }
                }
            }
        }
        None => best.push(hit),
    }
}

impl<'a> Text<'a> {
    fn new(words: &'a Words, rules: &Language, places: &[Range<usize>]) -> Self {
        let mut found = Vec::new();
        let mut from = Vec::with_capacity(words.list.len() + 1);
        let mut all = 0u128;
        let last = words.list.last().map_or(0, |word| word.sentence as usize);
        let mut sentences = vec![0u128; last + 1];
        let named: Vec<Range<usize>> = places
            .iter()
            .map(|place| words.index_at(place.start)..words.index_at(place.end.saturating_sub(1)) + 1)
            .collect();
        for at in 0..words.list.len() {
            from.push(found.len());
            let sentence = words.list[at].sentence as usize;
            if let Some(place) = named.iter().find(|place| place.start == at) {
                found.push(Found { at, len: place.len(), list: rules.place });
                all |= 1 << rules.place;
                sentences[sentence] |= 1 << rules.place;
            }
            rules.hits(words, at, &mut |list, len| {
                found.push(Found { at, len, list });
                all |= 1 << list;
                sentences[sentence] |= 1 << list;
            });
        }
        from.push(found.len());
        Self { words, found, from, all, sentences }
    }

    fn at(&self, index: usize) -> &[Found] {
        if index >= self.words.list.len() { &[] } else { &self.found[self.from[index]..self.from[index + 1]] }
    }

    fn has(&self, range: Range<usize>, list: u8) -> bool {
        let end = range.end.min(self.words.list.len());
        let start = range.start.min(end);
        self.found[self.from[start]..self.from[end]].iter().any(|one| one.list == list)
    }

    fn sentence(&self, index: usize) -> Range<usize> {
        let number = self.words.list[index].sentence;
        let start = self.words.list.partition_point(|word| word.sentence < number);
        let end = self.words.list.partition_point(|word| word.sentence <= number);
        start..end
    }
}

fn fire(rule: &Rule, rules: &Language, text: &Text, body: &Body) -> Vec<ClassHit> {
    if rule.needs.iter().any(|lists| text.all & lists == 0) || (rule.with != 0 && text.all & rule.with == 0) {
        return Vec::new();
    }
    let mut hits = Vec::new();
    let mut next_free = 0;
    for index in 0..text.found.len() {
        let first = &text.found[index];
        if rule.steps[0].lists & (1 << first.list) == 0 || first.at < next_free || hits.len() == FIRINGS_MAX {
            continue;
        }
        let sentence = text.words.list[first.at].sentence as usize;
        let lists = text.sentences[sentence];
        if (rule.with != 0 && lists & rule.with == 0) || lists & rule.without != 0 {
            continue;
        }
        if rule.first && first.at > 0 && text.words.list[first.at - 1].sentence as usize == sentence {
            continue;
        }
        let mut matched = Vec::with_capacity(rule.steps.len());
        matched.push(first.at..first.at + first.len);
        let mut best: Option<(ClassHit, usize)> = None;
        let mut ways = 0;
        follow(rule, 1, text, &mut matched, &mut |matched| {
            ways += 1;
            let end = matched.iter().map(|at| at.end).max().unwrap_or(0);
            let made = hit(rule, rules, text, body, matched);
            let done = made.guards.is_empty();
            if best.as_ref().is_none_or(|(known, _)| made.strength > known.strength) {
                best = Some((made, end));
            }
            done || ways == WAYS_MAX
        });
        if let Some((made, end)) = best {
            next_free = end;
            hits.push(made);
        }
    }
    hits
}

/// Finds each way in which the rest of a rule's steps stands behind those matched, until `found` has enough.
fn follow(
    rule: &Rule,
    step: usize,
    text: &Text,
    matched: &mut Vec<Range<usize>>,
    found: &mut dyn FnMut(&[Range<usize>]) -> bool,
) -> bool {
    let Some(wanted) = rule.steps.get(step) else { return found(matched) };
    let Some(end) = matched.last().map(|at| at.end) else { return false };
    let sentence = text.words.list[end - 1].sentence;
    for at in end..=end + wanted.between {
        if text.words.list.get(at).is_none_or(|word| word.sentence != sentence) {
            break;
        }
        for one in text.at(at).iter().filter(|one| wanted.lists & (1 << one.list) != 0) {
            matched.push(one.at..one.at + one.len);
            if follow(rule, step + 1, text, matched, found) {
                return true;
            }
            matched.pop();
        }
    }
    wanted.optional && follow(rule, step + 1, text, matched, found)
}

fn hit(rule: &Rule, rules: &Language, text: &Text, body: &Body, matched: &[Range<usize>]) -> ClassHit {
    let whole = matched[0].start..matched.last().map_or(matched[0].end, |last| last.end);
    let guards: Vec<Guard> =
        guards(rules, text, &whole).into_iter().filter(|guard| !rule.ignores.contains(guard)).collect();
    let strength =
        guards.iter().fold(rule.strength, |strength, guard| strength * left_by(*guard, rule.class));
    let places: Vec<_> = matched.iter().map(|at| text.words.original(at)).collect();
    ClassHit {
        class: rule.class,
        rule: rule.name.clone(),
        strength: thousandths(strength),
        guards,
        words: places.iter().map(|at| body.words(at)).collect(),
        spans: places.iter().map(|at| body.span(at)).collect(),
    }
}

/// How much of a rule's strength a guard leaves.
fn left_by(guard: Guard, class: Class) -> f64 {
    // News tells what happened to others: that is what an incident, a rumour or a demonstration is known by.
    let told = matches!(class, Class::Incident | Class::Rumour | Class::Demonstration | Class::Cyber);
    match guard {
        Guard::Negated | Guard::Quoted | Guard::Idiom => 0.0,
        Guard::Reported if told => 1.0,
        Guard::Reported => 0.5,
        Guard::Conditional if told => 0.6,
        Guard::Conditional => 0.8,
        Guard::Fiction => 0.2,
        Guard::Past => 0.3,
    }
}

fn guards(rules: &Language, text: &Text, whole: &Range<usize>) -> Vec<Guard> {
    let lists = &rules.guards;
    let sentence = text.sentence(whole.start);
    let clause = text.words.list[whole.start].clause;
    let clause_start = text.words.list.partition_point(|word| word.clause < clause);
    let mut guards = Vec::new();
    let before = whole.start.saturating_sub(NEGATION_WORDS).max(clause_start);
    // One word behind it too: "doen we niet".
    let after = (whole.end + 1).min(sentence.end);
    if text.has(before..after, lists.negation) && !text.has(before..after, lists.not_negation) {
        guards.push(Guard::Negated);
    }
    let quoted = text.words.list[whole.clone()].iter().any(|word| word.quoted);
    let outside =
        text.words.list.iter().filter(|word| !word.quoted && !word.tag).take(OUTSIDE_WORDS + 1).count();
    if quoted && outside > OUTSIDE_WORDS {
        guards.push(Guard::Quoted);
    }
    let reported = text.has(sentence.start..whole.start, lists.report)
        || text.has(whole.end..sentence.end, lists.report);
    if reported && !quoted {
        guards.push(Guard::Reported);
    }
    if text.has(sentence.start..whole.start, lists.condition) {
        guards.push(Guard::Conditional);
    }
    let near = sentence.start.saturating_sub(12)..sentence.end + 12;
    if text.has(near, lists.fiction) {
        guards.push(Guard::Fiction);
    }
    let idiom = (whole.start.saturating_sub(4)..whole.end)
        .flat_map(|at| text.at(at))
        .any(|one| one.list == lists.idiom && one.at + one.len > whole.start);
    if idiom {
        guards.push(Guard::Idiom);
    }
    if text.has(sentence.clone(), lists.past) {
        guards.push(Guard::Past);
    }
    guards
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
