//! Chatter: what people say all day, from templates and a seed.
//!
//! Not here: anything an analyst should be shown. Some of it looks a little like it on purpose.

use crate::Dice;
use crate::script::routine::STREETS;

/// A line of chatter: language, text with room for words, a hashtag or none.
type Line = (&'static str, &'static str, &'static str);

const LINES: &[Line] = &[
    ("nl", "Tram {tram} heeft {minutes} minuten vertraging bij de {street}, weet iemand waarom?", "HTM"),
    ("nl", "Wie heeft er een tip voor {food} in de buurt van de {street}?", ""),
    ("nl", "Mooi licht vanochtend boven de {street}. {count} meeuwen op één lantaarnpaal.", "DenHaag"),
    ("nl", "Eindelijk groen bij het stoplicht op de {street}, na {minutes} minuten.", ""),
    ("nl", "Gevonden op de {street}: een {thing}. Van wie is die?", "gevonden"),
    ("nl", "De {thing} van de buren is weer weg. {count} keer deze maand, nu komt er een slot op.", ""),
    ("nl", "Vanavond {food} met {count} man, wie kookt er mee?", ""),
    ("nl", "Regen om {hour} uur, droog om {hour2} uur. Neem een {thing} mee.", "weer"),
    (
        "nl",
        "De rij voor het museum staat tot aan de {street}. {minutes} minuten wachten, het is het waard.",
        "Kunstmuseum",
    ),
    ("nl", "Wedstrijd begint om {hour} uur. Dit jaar verslaan we ze, {count}-0!", "ADO"),
    ("nl", "Bestuursvergadering van de tennisclub gaat over de {thing} en duurt al {minutes} minuten.", ""),
    (
        "nl",
        "Mijn fietsband is lek op de {street}. Heeft iemand een pomp? Bel 06-00000000 of mail naar hallo@example.org",
        "",
    ),
    ("en", "Tram {tram} is {minutes} minutes late at {street}, does anyone know why?", ""),
    ("en", "Best {food} near {street}? Asking for {count} hungry colleagues.", "TheHague"),
    ("en", "Lovely light over {street} this morning, and {count} gulls on one lamp post.", ""),
    ("en", "Lost a {thing} somewhere on {street}. Please call 06-00000000 if you see it.", "lost"),
    ("en", "The queue for the exhibition is {minutes} minutes, bring a {thing}.", "museum"),
    ("en", "My talk is at {hour}:00 tomorrow, slides still have {count} typos.", ""),
    ("en", "Rain at {hour}, dry by {hour2}. Typical {street} weather.", "weather"),
    ("en", "This recipe for {food} is the bomb, {count} out of ten.", "food"),
    ("en", "We shot {count} photos of the gardens on {street} today.", "photography"),
    ("en", "@neighbour thanks for the {thing}, will bring it back at {hour}.", ""),
    ("en", "Our team got killed {count}-0 last night, see you at training at {hour}:00.", ""),
    ("en", "Road works on {street} block the cycle path for {minutes} metres, cross over.", "cycling"),
];
const FOOD: &[&str] = &["soep", "roti", "falafel", "pannenkoeken", "haring", "ramen", "curry", "stamppot"];
const THINGS: &[&str] =
    &["paraplu", "bakfiets", "sjaal", "thermosfles", "bibliotheekboek", "ladder", "skateboard", "rugzak"];
const HANDLES: &[&str] = &[
    "fietser",
    "tramreiziger",
    "duinloper",
    "koffiekop",
    "statenbewoner",
    "gullspotter",
    "night_reader",
    "expat_kitchen",
    "windmolen",
    "zeebries",
    "museumgoer",
    "bakker_om_zes",
];

/// What somebody says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) author: String,
    pub(super) language: &'static str,
    pub(super) text: String,
    pub(super) tags: Vec<String>,
}

/// The next thing that somebody says, in a language or in any.
pub(super) fn say(dice: &Dice, language: Option<&str>) -> Said {
    let lines: Vec<&Line> = LINES.iter().filter(|line| language.is_none_or(|only| only == line.0)).collect();
    let (language, text, tag) = dice.pick(&lines).map_or(LINES[0], |line| **line);
    let hour = 7 + dice.below(14);
    let words = [
        ("{street}", (*dice.pick(STREETS).unwrap_or(&"Statenlaan")).to_owned()),
        ("{food}", (*dice.pick(FOOD).unwrap_or(&"soep")).to_owned()),
        ("{thing}", (*dice.pick(THINGS).unwrap_or(&"sjaal")).to_owned()),
        ("{tram}", (*dice.pick(&["1", "9", "16", "17"]).unwrap_or(&"1")).to_owned()),
        ("{minutes}", (2 + dice.below(58)).to_string()),
        ("{count}", (2 + dice.below(97)).to_string()),
        ("{hour2}", (hour + 1).to_string()),
        ("{hour}", hour.to_string()),
    ];
    let text = words.iter().fold(text.to_owned(), |text, (room, word)| text.replace(room, word));
    Said {
        author: format!("{}{}", dice.pick(HANDLES).unwrap_or(&"fietser"), dice.below(400)),
        language,
        text,
        tags: if tag.is_empty() { Vec::new() } else { vec![tag.to_owned()] },
    }
}

/// The same in almost the same words, as copies are.
pub(super) fn almost(dice: &Dice, text: &str) -> String {
    match dice.below(4) {
        0 => format!("RT: {text}"),
        1 => format!("{text} 👀"),
        2 => text.replace(", ", " - "),
        _ => format!("{}!", text.trim_end_matches(['.', '?', '!']).to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_room_is_filled_and_chatter_varies() {
        let dice = Dice::new(5);
        let said: Vec<Said> = (0..2_000).map(|_| say(&dice, None)).collect();
        assert!(said.iter().all(|one| !one.text.contains(['{', '}'])));
        let texts: std::collections::HashSet<_> = said.iter().map(|one| &one.text).collect();
        assert!(texts.len() > 1_500, "{} of 2000 differ", texts.len());
        assert!((0..100).all(|_| say(&dice, Some("nl")).language == "nl"));
    }
}
