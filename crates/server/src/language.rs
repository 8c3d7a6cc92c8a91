//! The two languages in which drafts are written.
//!
//! Not here: the words, which stand where they are used.

use serde::Deserialize;
use utoipa::ToSchema;

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Dutch.
    Nl,
}

impl Language {
    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nl => "nl",
        }
    }

    /// One of two texts.
    pub fn pick<'a>(self, english: &'a str, dutch: &'a str) -> &'a str {
        match self {
            Self::En => english,
            Self::Nl => dutch,
        }
    }
}

impl From<Language> for measures::public::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Nl => Self::Nl,
        }
    }
}
