//! The words of a draft in English and Dutch. The screens have their own; these go into a signed item.
//!
//! Not here: which words are used when ([`super`]).

use sense::Class;
use sense::bulletin::{Evidence, EvidenceCode, Movement, What};

use crate::language::Language;

/// The words of one language.
pub(super) struct Words {
    language: Language,
    pub(super) tag: &'static str,
    pub(super) heard: &'static str,
    pub(super) heard_and_seen: &'static str,
    pub(super) seen: &'static str,
    pub(super) within: &'static str,
    pub(super) likely: &'static str,
    pub(super) ellipse: &'static str,
    pub(super) no_place: &'static str,
    pub(super) speaks_for: &'static str,
    pub(super) against: &'static str,
    pub(super) missing: &'static str,
    pub(super) no_sound: &'static str,
    decimal: char,
}

const ENGLISH: Words = Words {
    language: Language::En,
    tag: "en",
    heard: "heard",
    heard_and_seen: "heard and seen",
    seen: "seen",
    within: "in",
    likely: "Likelihood by the sensors:",
    ellipse: "In 95 of 100 cases it was within an ellipse of",
    no_place: "The sensors could not say where.",
    speaks_for: "**Speaks for it**",
    against: "**Speaks against it**",
    missing: "**Missing**",
    no_sound: "From levels, directions and movement. No sound was kept.",
    decimal: '.',
};

const DUTCH: Words = Words {
    language: Language::Nl,
    tag: "nl",
    heard: "gehoord",
    heard_and_seen: "gehoord en gezien",
    seen: "gezien",
    within: "in",
    likely: "Waarschijnlijkheid volgens de sensoren:",
    ellipse: "In 95 van de 100 gevallen was het binnen een ellips van",
    no_place: "De sensoren konden niet zeggen waar.",
    speaks_for: "**Pleit ervoor**",
    against: "**Pleit ertegen**",
    missing: "**Ontbreekt**",
    no_sound: "Op grond van niveaus, richtingen en beweging. Er is geen geluid bewaard.",
    decimal: ',',
};

impl Words {
    pub(super) fn of(language: Language) -> Self {
        match language {
            Language::En => ENGLISH,
            Language::Nl => DUTCH,
        }
    }

    fn choose(&self, english: &'static str, dutch: &'static str) -> &'static str {
        match self.language {
            Language::En => english,
            Language::Nl => dutch,
        }
    }

    /// A number with some digits after the decimal sign.
    pub(super) fn number(&self, number: f64, digits: usize) -> String {
        format!("{number:.digits$}").replace('.', &self.decimal.to_string())
    }

    /// What happened, as it begins a title.
    pub(super) fn title(&self, what: Option<What>) -> String {
        let word = self.what(what);
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// What happened.
    pub(super) fn what(&self, what: Option<What>) -> &'static str {
        match what {
            None => self.choose("unsure what", "onzeker wat"),
            Some(What::Sound(class)) => self.class(class),
            Some(What::Movement(movement)) => self.movement(movement),
        }
    }

    fn class(&self, class: Class) -> &'static str {
        match class {
            Class::GunShot => self.choose("shot", "schot"),
            Class::Explosion => self.choose("explosion", "explosie"),
            Class::Firework => self.choose("fireworks", "vuurwerk"),
            Class::GlassBreaking => self.choose("breaking glass", "brekend glas"),
            Class::Scream => self.choose("scream", "gil"),
            Class::TireScreech => self.choose("screeching tyres", "gierende banden"),
            Class::Siren => self.choose("siren", "sirene"),
            Class::Crowd => self.choose("crowd", "menigte"),
            Class::Drone => self.choose("drone", "drone"),
            Class::Engine => self.choose("engine", "motor"),
            Class::Other => self.choose("other sound", "ander geluid"),
        }
    }

    fn movement(&self, movement: Movement) -> &'static str {
        match movement {
            Movement::LineCrossed => self.choose("crossing of a line", "overschrijding van een lijn"),
            Movement::Loitering => self.choose("loitering", "rondhangen"),
            Movement::LeftObject => self.choose("object left behind", "achtergelaten voorwerp"),
            Movement::CrowdChange => self.choose("change in a crowd", "verandering in een menigte"),
            Movement::SuddenMotion => self.choose("sudden movement", "plotselinge beweging"),
        }
    }

    /// One piece of evidence, with the number it rests on and the sensor it comes from.
    pub(super) fn evidence(&self, piece: &Evidence, sensor: Option<&str>) -> String {
        let mut text = self.code(piece.code).to_owned();
        if let Some((value, (digits, unit))) = piece.value.zip(self.unit(piece.code)) {
            // A probability is said in hundredths.
            let value = if piece.code == EvidenceCode::Class { value * 100.0 } else { value };
            text.push_str(&format!(" ({} {unit})", self.number(value, digits)));
        }
        if let Some(sensor) = sensor {
            text.push_str(&format!(": {sensor}"));
        }
        text
    }

    /// Digits after the decimal sign and the unit of the number that a piece of evidence rests on.
    fn unit(&self, code: EvidenceCode) -> Option<(usize, &'static str)> {
        Some(match code {
            EvidenceCode::Loudness | EvidenceCode::NotHeard => (0, "dB"),
            EvidenceCode::Class | EvidenceCode::JudgedBefore => (0, "%"),
            EvidenceCode::HeardByOthers => (0, self.choose("sensors", "sensoren")),
            EvidenceCode::FitsOnePlace | EvidenceCode::MovementThere => (0, "m"),
            EvidenceCode::FitsBearings => (0, "°"),
            EvidenceCode::MovementStarted | EvidenceCode::CameraAlarm | EvidenceCode::Echo => (1, "s"),
            EvidenceCode::ClockOff => (0, "ms"),
            _ => return None,
        })
    }

    fn code(&self, code: EvidenceCode) -> &'static str {
        let (english, dutch) = match code {
            EvidenceCode::Prior => ("how seldom there is something", "hoe zelden er iets is"),
            EvidenceCode::Loudness => ("loud over the background", "luid boven de achtergrond"),
            EvidenceCode::Class => ("what it sounds like", "hoe het klinkt"),
            EvidenceCode::HeardByOthers => ("heard by several sensors", "gehoord door meer sensoren"),
            EvidenceCode::NotHeard => {
                ("should have been heard and was not", "had gehoord moeten worden en is dat niet")
            }
            EvidenceCode::FitsOnePlace => ("times fit one place", "tijden passen bij één plek"),
            EvidenceCode::FitsBearings => ("directions meet there", "richtingen komen daar samen"),
            EvidenceCode::MovementThere => ("movement at that place", "beweging op die plek"),
            EvidenceCode::NothingMoved => {
                ("a camera saw the place, and nothing moved", "een camera zag de plek, en er bewoog niets")
            }
            EvidenceCode::MovementStarted => {
                ("movement began with the sound", "beweging begon met het geluid")
            }
            EvidenceCode::CannotSee => ("no view of that spot", "geen zicht op die plek"),
            EvidenceCode::CameraUnfit => {
                ("camera covered, out of focus or moved", "camera afgedekt, onscherp of verdraaid")
            }
            EvidenceCode::CameraAlarm => {
                ("the camera's own alarm at that time", "eigen alarm van de camera op dat moment")
            }
            EvidenceCode::ClockOff => ("its clock is off", "de klok loopt niet gelijk"),
            EvidenceCode::Speech => ("sounds like speech", "klinkt als spraak"),
            EvidenceCode::Echo => ("an echo of the one before", "een echo van het vorige"),
            EvidenceCode::JudgedBefore => {
                ("others like it turned out to be something", "vergelijkbare bleken iets te zijn")
            }
            EvidenceCode::Rule => ("a rule of the operators", "een regel van de operators"),
        };
        self.choose(english, dutch)
    }
}
