//! Names of things: random time-ordered ids for what is made at run time, slugs for what people name.
//!
//! Not here: what the things are.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::clock::Clock;
use crate::random::{Random, bytes};

/// A text that is not the id it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} cannot be {text:?}: {need}")]
pub struct NotAnId {
    what: &'static str,
    text: String,
    need: &'static str,
}

fn not_an_id(what: &'static str, text: &str, need: &'static str) -> NotAnId {
    NotAnId { what, text: text.chars().take(64).collect(), need }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new UUIDv7 (RFC 9562, section 5.7): its first 48 bits are the time in milliseconds.
            pub fn new(clock: &dyn Clock, random: &dyn Random) -> Self {
                let millis = u64::try_from(clock.now().millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &bytes(random)).into_uuid())
            }

            /// From its 16 bytes, as stored.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Its 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let need = "a lower-case UUID with hyphens";
                let id = Uuid::try_parse(text).map_err(|_| not_an_id($what, text, need))?;
                let id = Self(id);
                if id.to_string() == text { Ok(id) } else { Err(not_an_id($what, text, need)) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::ids::text_schema($what, "uuid")
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

uuid_id!(
    /// An item, through all its versions.
    ItemId, "an item id"
);
uuid_id!(
    /// An act: an acknowledgement, release, retraction, erasure or another signed deed about an item.
    ActId, "an act id"
);
uuid_id!(
    /// A member: a person, a service or a sensor of one organisation.
    MemberId, "a member id"
);
uuid_id!(
    /// A sealed file that an item carries.
    AttachmentId, "an attachment id"
);
uuid_id!(
    /// A draft that nobody but its organisation may see.
    DraftId, "a draft id"
);
uuid_id!(
    /// What sensors brought of one event; its post makes the id.
    ObservationId, "an observation id"
);
uuid_id!(
    /// An API token (its public half).
    TokenId, "a token id"
);
uuid_id!(
    /// An invitation to become a member.
    InvitationId, "an invitation id"
);

/// Longest slug, in characters.
pub const SLUG_LENGTH_MAX: usize = 48;

macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The slug: lower-case letters, digits and inner hyphens, at most [`SLUG_LENGTH_MAX`].
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if is_slug(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(not_an_id($what, text, "lower-case letters, digits and inner hyphens, 1 to 48 long"))
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::ids::text_schema($what, "slug")
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}

slug_id!(
    /// An organisation that takes part, such as `opcw`.
    OrganisationId, "an organisation"
);
slug_id!(
    /// A named group of organisations, such as `world-forum-neighbours`.
    CommunityId, "a community"
);
slug_id!(
    /// A protected building or place.
    SiteId, "a site"
);
slug_id!(
    /// A part of the area.
    ZoneId, "a zone"
);
slug_id!(
    /// What information is for, such as `site-security`.
    PurposeId, "a purpose"
);

/// The OpenAPI schema of an id: a string with a format and a word on what it names.
#[cfg(feature = "openapi")]
pub(crate) fn text_schema(what: &str, format: &str) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
    let text = ObjectBuilder::new().schema_type(Type::String).description(Some(what));
    text.format(Some(SchemaFormat::Custom(format.into()))).into()
}

fn is_slug(text: &str) -> bool {
    (1..=SLUG_LENGTH_MAX).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, Timestamp};
    use crate::random::SeededRandom;

    #[test]
    fn ids_sort_by_time_and_keep_their_text() {
        let (clock, random) =
            (ManualClock::new(Timestamp::from_seconds(1_800_000_000)), SeededRandom::new(1));
        let early = ItemId::new(&clock, &random);
        clock.advance_millis(1);
        let late = ItemId::new(&clock, &random);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<ItemId>(), Ok(early));
        assert_eq!(early.to_string().as_bytes()[14], b'7', "version 7");
    }

    #[test]
    fn one_text_per_id() {
        for text in ["", "0192F5A0-0000-7000-8000-000000000000", "0192f5a0000070008000000000000000", "x"] {
            assert!(text.parse::<ItemId>().is_err(), "{text}");
        }
    }

    #[test]
    fn slugs_are_plain() {
        for text in ["opcw", "a", "world-forum-neighbours", "zone-2"] {
            assert!(text.parse::<OrganisationId>().is_ok(), "{text}");
        }
        let long = "a".repeat(49);
        for text in ["", "-a", "a-", "A", "a b", "a_b", "é", "a\u{0}", long.as_str()] {
            assert!(text.parse::<OrganisationId>().is_err(), "{text}");
        }
    }
}
