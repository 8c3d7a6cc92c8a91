//! A watch on a person's name is refused: nobody's profile is to exist, also not by looking for somebody every minute.
//!
//! Not here: names of organisations, sites and streets, which may be watched.
//!
//! Heuristics, in words. A phrase looks like a person's name when
//! 1. it is an account (`@name`), an e-mail address or a profile's address; or
//! 2. it has a form of address (mr, mrs, dr, mevrouw, de heer, burgemeester) followed by a name with a capital; or
//! 3. it is two to five words, its first is a known given name or initials (`J.`, `J.P.`), the last is written with a
//!    capital or follows a particle (van, de, der, ten, von, al, bin), and no word is one of places and organisations
//!    (street, plein, museum, foundation, court, school and the like); or
//! 4. it is `Surname, Given`.
//!
//! A given name alone is allowed (it finds too much to find someone); so are names of the area that the caller knows,
//! because those come in by their id and not as a phrase.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use crate::detect::normal::folded;

pub(super) static GIVEN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("names/given.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

const PARTICLES: &[&str] = &[
    "van", "de", "der", "den", "het", "ten", "ter", "te", "in", "'t", "op", "la", "le", "du", "von", "zu",
    "el", "al", "bin", "ibn", "ben", "o'", "mac", "st", "san", "da", "di", "dos", "e", "y",
];

const FORMS_OF_ADDRESS: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "lady",
    "lord",
    "dhr",
    "mevr",
    "mevrouw",
    "meneer",
    "heer",
    "mw",
    "drs",
    "ir",
    "burgemeester",
    "mayor",
    "minister",
    "wethouder",
    "judge",
    "rechter",
    "herr",
    "frau",
    "president",
    "ambassadeur",
    "ambassador",
    "officer",
    "agent",
];

/// Words or endings of what is no person.
const THING_WORDS: &[&str] = &[
    "street",
    "road",
    "avenue",
    "square",
    "park",
    "palace",
    "museum",
    "forum",
    "court",
    "tribunal",
    "school",
    "college",
    "university",
    "foundation",
    "stichting",
    "institute",
    "instituut",
    "bank",
    "hotel",
    "station",
    "airport",
    "bridge",
    "centre",
    "center",
    "centrum",
    "hospital",
    "church",
    "kerk",
    "team",
    "group",
    "bv",
    "nv",
    "inc",
    "ltd",
    "gmbh",
    "fc",
    "concert",
    "festival",
    "theater",
    "theatre",
    "stadium",
    "house",
    "huis",
    "fonds",
    "fund",
    "academie",
    "academy",
    "tram",
    "bus",
    "demonstratie",
    "demonstration",
    "protest",
    "mars",
    "march",
    "conferentie",
    "conference",
    "blokkade",
    "dag",
    "day",
];
const THING_ENDINGS: &[&str] = &[
    "straat",
    "laan",
    "weg",
    "plein",
    "kade",
    "gracht",
    "singel",
    "dijk",
    "park",
    "plantsoen",
    "brug",
    "hof",
    "steeg",
    "hage",
    "ziekenhuis",
    "paleis",
    "gebouw",
    "huis",
    "museum",
    "school",
    "straße",
    "strasse",
    "platz",
    "allee",
];

/// The code of a refused watch on a person, for programs.
pub const PERSON_REFUSED: &str = "person_name";

/// Why a phrase may not be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonWatch {
    /// An account, e-mail address or profile's address.
    Account,
    /// A form of address and a name.
    FormOfAddress,
    /// A given name or initials and a surname.
    Name,
}

impl fmt::Display for PersonWatch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Account => "it is an account or address of a person",
            Self::FormOfAddress => "it is a form of address with a name",
            Self::Name => "it is a given name or initials with a surname",
        };
        write!(
            out,
            "{what}, and persons are not watched: name the site, organisation, street, event or subject instead"
        )
    }
}

/// The reason why a phrase may not be watched, when it looks like the name of a person.
pub fn refuse_person_watch(phrase: &str) -> Option<PersonWatch> {
    let phrase = phrase.trim().trim_matches('"');
    let marked = super::mask::masked(phrase);
    if ["[account]", "[email]", "[profile]"].iter().any(|mask| marked.contains(mask))
        || phrase.starts_with('@')
    {
        return Some(PersonWatch::Account);
    }
    let words: Vec<&str> = phrase.split([' ', '\u{a0}', '\t']).filter(|word| !word.is_empty()).collect();
    let folded_words: Vec<String> =
        words.iter().map(|word| folded(word.trim_matches(|sign: char| ".,*".contains(sign)))).collect();
    if !(2..=6).contains(&words.len()) || folded_words.iter().any(|word| is_thing(word)) {
        return None;
    }
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let addressed = folded_words.iter().position(|word| FORMS_OF_ADDRESS.contains(&word.as_str()));
    if let Some(at) = addressed
        && words[at + 1..].iter().any(|word| capital(word) && !all_capitals(word))
    {
        return Some(PersonWatch::FormOfAddress);
    }
    let named = words[1..].iter().any(|word| capital(word) && !all_capitals(word));
    let particle = folded_words[1..].iter().any(|word| PARTICLES.contains(&word.as_str()));
    let last_is_name = folded_words.last().is_some_and(|word| {
        word.chars().count() >= 2
            && word.chars().all(|letter| letter.is_alphabetic() || "'-".contains(letter))
    });
    let given = GIVEN.contains(folded_words[0].as_str());
    // Without capitals, as people type in a search box, two plain words of which the first is a given name are enough.
    let typed = words.len() == 2 && !words.iter().any(|word| capital(word));
    if last_is_name && (given || initials(words[0])) && (named || particle || typed) {
        return Some(PersonWatch::Name);
    }
    let turned =
        words[0].ends_with(',') && folded_words[1..].iter().any(|word| GIVEN.contains(word.as_str()));
    (turned && words.len() <= 4).then_some(PersonWatch::Name)
}

pub(super) fn is_thing(word: &str) -> bool {
    THING_WORDS.contains(&word)
        || THING_ENDINGS.iter().any(|end| word.len() > end.len() + 1 && word.ends_with(end))
}

/// `J.`, `J.P.`, `J.-P.`: not `U.S.` behind which no name comes, which the caller has seen to.
fn initials(word: &str) -> bool {
    let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
    word.ends_with('.')
        && (1..=4).contains(&letters)
        && word.chars().all(|letter| letter.is_uppercase() || ".-".contains(letter))
}

fn all_capitals(word: &str) -> bool {
    word.chars().filter(|letter| letter.is_alphabetic()).count() > 1
        && word.chars().all(|letter| !letter.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_refused_and_things_are_not() {
        let refused = [
            "Jan Jansen",
            "jan jansen",
            "Jan de Vries",
            "J.P. van der Berg",
            "Fatima el Amrani",
            "mevrouw Bakker",
            "de heer P. Smit",
            "Smith, John",
            "@someone",
            "a@post.example",
            "https://x.com/someone",
            "\"John Smith\"",
            "Dr. Watson",
            "burgemeester Jansen",
        ];
        for phrase in refused {
            assert!(refuse_person_watch(phrase).is_some(), "{phrase}");
        }
        let allowed = [
            "World Forum",
            "Peace Palace",
            "Vredespaleis",
            "Johan de Wittlaan",
            "Willem de Zwijgerlaan",
            "Prins Mauritslaan",
            "Anna Paulownastraat",
            "Extinction Rebellion",
            "Museon-Omniversum",
            "wegblokkade A12",
            "farmers protest",
            "burgemeester van Den Haag wordt bedreigd door een groep",
            "Carnegie Foundation",
            "Europol",
            "Jan",
            "road closed",
            "Koningsdag 2027",
            "Eurojust OPCW",
            "tram 1",
            "mark the date",
        ];
        for phrase in allowed {
            assert_eq!(refuse_person_watch(phrase), None, "{phrase}");
        }
    }
}
