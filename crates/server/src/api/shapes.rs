//! Shapes that many endpoints share.
//!
//! Not here: shapes of one endpoint, which stand with it.

use base::ids::{MemberId, OrganisationId};
use serde::{Deserialize, Serialize};
use store::Names;
use utoipa::ToSchema;

/// A text in the languages of the screens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Name {
    /// English.
    #[schema(example = "Municipality of The Hague")]
    pub(crate) en: String,
    /// Dutch.
    #[schema(example = "Gemeente Den Haag")]
    pub(crate) nl: String,
}

impl From<&Names> for Name {
    fn from(names: &Names) -> Self {
        Self { en: names.en.clone(), nl: names.nl.clone() }
    }
}

impl From<Name> for Names {
    fn from(name: Name) -> Self {
        Self { en: name.en, nl: name.nl }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The entries of this page.
    pub(crate) items: Vec<T>,
    /// What to pass as `cursor` for the next page; null on the last one.
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    /// A list that is one page.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// The path parameters of a member.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct MemberPath {
    /// The organisation.
    pub(crate) organisation: OrganisationId,
    /// The member.
    pub(crate) member: MemberId,
}
