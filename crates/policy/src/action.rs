//! The few actions, and a marker type for each so that a permit for one is no permit for another.
//!
//! Not here: who may do them (the policy files).

use serde::{Deserialize, Serialize};

/// What someone wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read an item and know that it exists.
    See,
    /// Share a new item.
    Create,
    /// Write a new version, as strict as before or stricter.
    Amend,
    /// Loosen the marking.
    Release,
    /// Withdraw the item.
    Retract,
    /// Destroy the content.
    Erase,
    /// Take note of it for the own organisation.
    Acknowledge,
    /// Keep it to some members of the own organisation.
    Restrict,
    /// Manage members of an organisation, or organisations of the area.
    Administer,
    /// Read the access records of an organisation.
    Audit,
    /// See and judge what an organisation's web monitoring brings, and say what it watches.
    Watch,
    /// See and judge what an organisation's sensors bring, and say how readily they tell.
    Operate,
    /// State threats, norms and measures for an organisation's part of the area, and find postures.
    Plan,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 13] = [
        Self::See,
        Self::Create,
        Self::Amend,
        Self::Release,
        Self::Retract,
        Self::Erase,
        Self::Acknowledge,
        Self::Restrict,
        Self::Administer,
        Self::Audit,
        Self::Watch,
        Self::Operate,
        Self::Plan,
    ];

    /// The word used in JSON, policies and tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Create => "create",
            Self::Amend => "amend",
            Self::Release => "release",
            Self::Retract => "retract",
            Self::Erase => "erase",
            Self::Acknowledge => "acknowledge",
            Self::Restrict => "restrict",
            Self::Administer => "administer",
            Self::Audit => "audit",
            Self::Watch => "watch",
            Self::Operate => "operate",
            Self::Plan => "plan",
        }
    }

    /// Whether it is about an item; the others are about an organisation or the area.
    pub fn is_about_items(self) -> bool {
        !matches!(self, Self::Administer | Self::Audit | Self::Watch | Self::Operate | Self::Plan)
    }
}

mod sealed {
    pub trait Sealed {}
}

/// The type of one action; only the types of this module have it.
pub trait ActionMarker: sealed::Sealed {
    /// The action.
    const ACTION: Action;
}

macro_rules! marker {
    ($($name:ident),*) => {$(
        #[doc = concat!("The type of [`Action::", stringify!($name), "`].")]
        #[derive(Debug)]
        pub struct $name;
        impl sealed::Sealed for $name {}
        impl ActionMarker for $name {
            const ACTION: Action = Action::$name;
        }
    )*};
}

marker!(
    See,
    Create,
    Amend,
    Release,
    Retract,
    Erase,
    Acknowledge,
    Restrict,
    Administer,
    Audit,
    Watch,
    Operate,
    Plan
);
