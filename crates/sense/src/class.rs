//! What a sound can be. Names are those of the ONVIF audio analytics where it has them.
//!
//! Not here: telling them apart (`ear`).

use serde::{Deserialize, Serialize};

/// What a sound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseClass))]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A shot.
    GunShot,
    /// An explosion.
    Explosion,
    /// Fireworks and other bangs of celebration.
    Firework,
    /// Breaking glass.
    GlassBreaking,
    /// A scream: heard as loudness and pitch, never as words.
    Scream,
    /// Screeching tyres.
    TireScreech,
    /// A siren.
    Siren,
    /// A crowd.
    Crowd,
    /// A drone.
    Drone,
    /// An engine, an exhaust, a helicopter.
    Engine,
    /// Something else.
    Other,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 11] = [
        Self::GunShot,
        Self::Explosion,
        Self::Firework,
        Self::GlassBreaking,
        Self::Scream,
        Self::TireScreech,
        Self::Siren,
        Self::Crowd,
        Self::Drone,
        Self::Engine,
        Self::Other,
    ];

    /// The word used in JSON and in names of folders.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GunShot => "gun_shot",
            Self::Explosion => "explosion",
            Self::Firework => "firework",
            Self::GlassBreaking => "glass_breaking",
            Self::Scream => "scream",
            Self::TireScreech => "tire_screech",
            Self::Siren => "siren",
            Self::Crowd => "crowd",
            Self::Drone => "drone",
            Self::Engine => "engine",
            Self::Other => "other",
        }
    }

    /// The class of a word, as [`Self::as_str`] gives it.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// Whether a second listen is worth an operator's time by default: the others are told only where a rule asks for them.
    pub const fn alarms(self) -> bool {
        matches!(
            self,
            Self::GunShot | Self::Explosion | Self::GlassBreaking | Self::Scream | Self::TireScreech
        )
    }
}
