//! Evaluations: real data in, a row of figures out. For measuring, not for the running node.
//!
//! The data is an argument: nothing here reads a disk. Time is an argument too, so that a row can say how fast.

pub mod classes;
pub mod duplicates;
pub mod feeds;
pub mod language;
pub mod model;
pub mod pages;
pub mod pipeline;
pub mod table;

use std::fmt;

/// A file of a data set: its path within the set and its bytes.
pub type File = (String, Vec<u8>);

/// Seconds since some start, for measuring.
pub type Seconds<'c> = &'c dyn Fn() -> f64;

/// A row of a table: what was measured and its figures, each with its name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The figures.
    pub figures: Vec<(String, f64)>,
}

impl Row {
    /// A row without figures.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), figures: Vec::new() }
    }

    /// The row with one more figure.
    #[must_use]
    pub fn with(mut self, name: &str, figure: f64) -> Self {
        self.figures.push((name.to_owned(), figure));
        self
    }

    /// The figure of this name.
    pub fn figure(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(known, _)| known == name).map(|(_, figure)| *figure)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "| {} |", self.name)?;
        for (name, figure) in &self.figures {
            if *figure >= 1000.0 {
                write!(out, " {name} {figure:.0} |")?;
            } else {
                write!(out, " {name} {figure:.4} |")?;
            }
        }
        Ok(())
    }
}

/// `part / whole`; 0 of nothing.
#[allow(clippy::cast_precision_loss, reason = "counts of files")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How many a second, over `seconds`.
#[allow(clippy::cast_precision_loss, reason = "counts of files")]
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds.max(1e-9)
}
