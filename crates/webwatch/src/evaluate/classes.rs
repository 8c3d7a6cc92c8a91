//! The rules against functional test cases for threats. Not here: the cases.
//!
//! Each case has a template; templates fall in two halves by hash, one that rules may be written on and one that is
//! only reported, so that a rule that copies a case gains nothing in the other half.

use sha2::{Digest, Sha256};

use crate::detect::normal::Normal;
use crate::detect::words::Words;
use crate::detect::{Body, Class, ClassHit, Rules};

/// From which strength on a class counts as fired.
pub const FIRES: f64 = 0.5;

/// A functional test case.
pub struct Case<'a> {
    /// What it tests, as its set names it.
    pub functionality: &'a str,
    /// Its template.
    pub template: &'a str,
    /// Its text.
    pub text: &'a str,
    /// It was in the half that rules may be written on.
    pub seen: bool,
}

/// Whether a template is in the half that rules may be written on: the last bit of its SHA-256 is 0.
pub fn seen(template: &str) -> bool {
    Sha256::digest(template.as_bytes()).last().is_some_and(|byte| byte & 1 == 0)
}

/// How often a class fired: cases, and firings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fired {
    /// Cases.
    pub cases: u32,
    /// Cases on which it fired.
    pub fired: u32,
}

impl Fired {
    /// The share.
    pub fn share(self) -> f64 {
        f64::from(self.fired) / f64::from(self.cases.max(1))
    }
}

/// How often the class of threats fires on the cases of some functionalities, in one half.
pub fn threats(rules: &Rules, language: &str, cases: &[Case], functionalities: &[&str], seen: bool) -> Fired {
    let mut out = Fired::default();
    for case in cases.iter().filter(|case| case.seen == seen && functionalities.contains(&case.functionality))
    {
        out.cases += 1;
        out.fired += u32::from(fires(rules, language, case.text));
    }
    out
}

/// Whether the class of threats fires on a text.
pub fn fires(rules: &Rules, language: &str, text: &str) -> bool {
    read(rules, language, text).is_some_and(|hit| hit.strength >= FIRES)
}

/// The class of threats on a text, when a rule matches at all.
pub fn read(rules: &Rules, language: &str, text: &str) -> Option<ClassHit> {
    let body = Body::new("", text, &[]);
    let words = Words::of(Normal::of(body.whole()));
    let tricks = words.normal.without_tricks().map(Words::of);
    let texts: Vec<&Words> = std::iter::once(&words).chain(tricks.as_ref()).collect();
    let hits = rules.read(&texts, &[], &body, language);
    hits.into_iter().find(|hit| hit.class == Class::ThreatOfViolence)
}
