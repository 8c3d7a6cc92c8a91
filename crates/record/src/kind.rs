//! The kinds of items and what follows from them: how long each stays valid by itself.
//!
//! Not here: who may create which kind (policy).

use serde::{Deserialize, Serialize};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something seen or known.
    Report,
    /// Something that needs action now.
    Alert,
    /// A question or task for others, often with a due time.
    Request,
    /// An answer in a thread.
    Reply,
    /// Something planned: a delivery, a visit, a demonstration.
    Notice,
    /// The fused result of sensors.
    Observation,
    /// What web monitoring shows an analyst.
    Signal,
    /// A judgement of a threat.
    Assessment,
    /// A decision on measures.
    Decision,
    /// What was learned.
    Lesson,
}

impl Kind {
    /// Every kind, in the order of this page.
    pub const ALL: [Self; 10] = [
        Self::Report,
        Self::Alert,
        Self::Request,
        Self::Reply,
        Self::Notice,
        Self::Observation,
        Self::Signal,
        Self::Assessment,
        Self::Decision,
        Self::Lesson,
    ];

    /// The word used in JSON, filters and policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Alert => "alert",
            Self::Request => "request",
            Self::Reply => "reply",
            Self::Notice => "notice",
            Self::Observation => "observation",
            Self::Signal => "signal",
            Self::Assessment => "assessment",
            Self::Decision => "decision",
            Self::Lesson => "lesson",
        }
    }

    /// How long an item of this kind is valid when its author names no end, in hours.
    pub fn default_validity_hours(self) -> i64 {
        match self {
            Self::Alert => 6,
            Self::Observation => 12,
            Self::Signal => 24,
            Self::Request | Self::Reply => 48,
            Self::Notice => 72,
            Self::Report => 7 * 24,
            Self::Assessment | Self::Decision => 30 * 24,
            Self::Lesson => 365 * 24,
        }
    }

    /// A small number for narrow columns; the inverse of [`Kind::from_code`].
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The kind of a small number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes_agree_with_json() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert!(kind.default_validity_hours() > 0);
        }
        assert_eq!(Kind::from_code(10), None);
    }
}
