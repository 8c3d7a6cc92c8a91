//! Need to know: who may do what, decided by Cedar policies in files, with the reasons in plain words.
//!
//! Not here: who is signed in, where items are kept, what an answer looks like. Pure: no IO, no clock, no state
//! beyond the parsed policies. The store asks for the tokens made here ([`Permit`], [`Sight`]), which nothing else
//! can make.

pub mod action;
mod audience;
mod decision;
mod engine;
mod facts;
mod matrix;
mod principal;
mod remembered;
mod sight;

pub use action::{Action, ActionMarker};
pub use audience::{Audience, AudienceGroup};
pub use decision::{Decision, Permit, Reason, Refusal, Subject};
pub use engine::{Engine, Rule};
pub use facts::{ItemFacts, Resource};
pub use matrix::matrix;
pub use principal::{MemberKind, Principal, Role};
pub use sight::Sight;

/// Why the policies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// A policy file that is not Cedar.
    #[error("the policy file {file} cannot be read")]
    Syntax {
        /// The file.
        file: &'static str,
        /// Cedar's own words.
        #[source]
        source: Box<cedar_policy::ParseErrors>,
    },
    /// A schema that is not a Cedar schema.
    #[error("the policy schema cannot be read")]
    Schema(#[source] Box<cedar_policy::CedarSchemaError>),
    /// Policies that do not fit the schema.
    #[error("the policies do not fit their schema: {0}")]
    Invalid(String),
    /// A policy without one of its annotations, or with a word in it that is not known.
    #[error("policy {policy} in {file}: annotation {annotation} {what}")]
    Annotation {
        /// The policy.
        policy: String,
        /// Its file.
        file: &'static str,
        /// The annotation.
        annotation: &'static str,
        /// What is wrong.
        what: &'static str,
    },
    /// Two policies with one name, or a template.
    #[error("the policies cannot be one set")]
    Set(#[source] Box<cedar_policy::PolicySetError>),
    /// A fixed name that Cedar does not take.
    #[error("the fixed name {0:?} is not a Cedar name")]
    Name(&'static str),
}
