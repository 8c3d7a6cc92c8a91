//! Faults: what is wrong in a document, where, and how to mend it. All faults at once, not one at a time.
//!
//! Not here: the rules themselves, which stand with the types.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// Where: a path such as `content.place.geometry`.
    pub path: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
    /// A word for programs, which stays when the other words change; where screens need one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What was refused, as it was sent; with a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl Fault {
    /// From its words.
    pub fn new(path: &str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { path: path.into(), what: what.into(), mend: mend.into(), code: None, value: None }
    }
}

/// Most faults that are collected; more would help nobody.
pub const FAULTS_MAX: usize = 20;

/// Everything that is wrong with one document, up to [`FAULTS_MAX`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, path: &str, what: impl Into<String>, mend: impl Into<String>) {
        if self.0.len() < FAULTS_MAX {
            self.0.push(Fault::new(path, what, mend));
        }
    }

    /// Checks a text: its length, and that it has no control characters but line breaks and tabs.
    pub fn text(&mut self, path: &str, text: &str, chars_max: usize) {
        if text.chars().count() > chars_max {
            self.add(path, format!("is longer than {chars_max} characters"), "shorten it");
        }
        let bad = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || is_direction_control(c);
        if let Some(found) = text.chars().find(|c| bad(*c)) {
            let what = format!("holds the invisible character U+{:04X}", u32::from(found));
            self.add(path, what, "remove it");
        }
    }

    /// `Ok` without faults.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

/// Characters that turn the reading direction and can make a text look like another (Trojan Source).
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(out, "{gap}{} {} ({})", fault.path, fault.what, fault.mend)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
