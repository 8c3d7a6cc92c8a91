//! How urgent, severe and certain something is (CAP 1.2's words) and how far it can be trusted (Admiralty system).
//!
//! Not here: scores computed by software.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in JSON and filters.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// A small number for narrow columns: its place in [`Self::ALL`].
            pub fn code(self) -> u8 {
                self as u8
            }

            /// The value of a small number.
            pub fn from_code(code: u8) -> Option<Self> {
                Self::ALL.get(usize::from(code)).copied()
            }
        }
    };
}

words!(
    /// How soon people must act (CAP 1.2 section 3.2.2, `urgency`).
    #[derive(Default)]
    Urgency {
        /// Act now.
        Immediate = "immediate",
        /// Act within the hour.
        Expected = "expected",
        /// Act in the near future.
        Future = "future",
        /// No longer needed.
        Past = "past",
        /// Not known.
        #[default]
        Unknown = "unknown",
    }
);

words!(
    /// How bad it is (CAP 1.2 section 3.2.2, `severity`).
    #[derive(Default)]
    Severity {
        /// Extraordinary threat to life or property.
        Extreme = "extreme",
        /// Significant threat.
        Severe = "severe",
        /// Possible threat.
        Moderate = "moderate",
        /// Little or no threat.
        Minor = "minor",
        /// Not known.
        #[default]
        Unknown = "unknown",
    }
);

words!(
    /// How sure it is (CAP 1.2 section 3.2.2, `certainty`).
    #[derive(Default)]
    Certainty {
        /// Happened or is going on.
        Observed = "observed",
        /// More likely than not.
        Likely = "likely",
        /// Possible, not likely.
        Possible = "possible",
        /// Not expected.
        Unlikely = "unlikely",
        /// Not known.
        #[default]
        Unknown = "unknown",
    }
);

words!(
    /// How reliable the source is (Admiralty system, letter).
    #[derive(Default)]
    Reliability {
        /// Completely reliable.
        A = "A",
        /// Usually reliable.
        B = "B",
        /// Fairly reliable.
        C = "C",
        /// Not usually reliable.
        D = "D",
        /// Unreliable.
        E = "E",
        /// Cannot be judged.
        #[default]
        F = "F",
    }
);

/// How credible the information is (Admiralty system, number): 1 confirmed ... 5 improbable, 6 cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct Credibility(u8);

impl Default for Credibility {
    fn default() -> Self {
        Self(6)
    }
}

impl TryFrom<u8> for Credibility {
    type Error = &'static str;
    fn try_from(value: u8) -> Result<Self, Self::Error> {
        if (1..=6).contains(&value) { Ok(Self(value)) } else { Err("credibility is a number from 1 to 6") }
    }
}

impl From<Credibility> for u8 {
    fn from(value: Credibility) -> Self {
        value.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for urgency in Urgency::ALL {
            assert_eq!(Urgency::from_word(urgency.as_str()), Some(*urgency));
            assert_eq!(Urgency::from_code(urgency.code()), Some(*urgency));
        }
        assert_eq!(Severity::from_word("awful"), None);
        assert_eq!(serde_json::from_str::<Reliability>("\"B\"").unwrap(), Reliability::B);
    }

    #[test]
    fn credibility_is_one_to_six() {
        assert!(serde_json::from_str::<Credibility>("0").is_err());
        assert!(serde_json::from_str::<Credibility>("7").is_err());
        assert_eq!(u8::from(serde_json::from_str::<Credibility>("3").unwrap()), 3);
    }
}
