//! The table of who may do what, for people who do not read policies; made by asking the engine.

use crate::engine::Engine;

/// The page `ref/policy-matrix.md`.
pub fn matrix(engine: &Engine) -> String {
    engine.rules().iter().map(|rule| format!("- `{}`: {}\n", rule.id, rule.text)).collect()
}
