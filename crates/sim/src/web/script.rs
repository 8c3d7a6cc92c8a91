//! What is said on the small web, and when: invented, mild, by posts and handles that nobody has.
//!
//! Not here: chatter, which comes from templates. A lawful demonstration is announced as such; the one threat is to stand
//! in a doorway and glue its locks.

use super::stage::Site::{self, Calendar, Dying, Jet, Municipality, News, Plein, Square};

/// Something that happens on a site.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cue {
    /// When, in milliseconds after the start; negative for what stands there already.
    pub(super) at_ms: i64,
    pub(super) site: Site,
    /// By which other cues speak of it.
    pub(super) key: &'static str,
    pub(super) deed: Deed,
    /// Of which event it is, and what a reader should find in it; `None` for what is only there.
    pub(super) truth: Option<Meant>,
}

/// What an analyst should be shown of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) event: &'static str,
    pub(super) class: &'static str,
    pub(super) place: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    Post {
        title: &'static str,
        text: &'static str,
        author: &'static str,
        language: &'static str,
        tags: &'static [&'static str],
    },
    /// Changes the text of what was posted under the same key.
    Edit { text: &'static str },
    /// Takes back what was posted under the same key.
    Delete,
}

/// From here on the dying source answers with a fault only, in milliseconds after the start.
pub(super) const DIES_AT_MS: i64 = 60_000;
/// While the calendar's server is being mended it answers with an error page, in milliseconds after the start.
pub(super) const CALENDAR_MENDED_MS: std::ops::Range<i64> = 130_000..150_000;

const DEMONSTRATION: Meant =
    Meant { event: "demonstration", class: "announced_demonstration", place: "peace-palace" };
const BLOCKADE: Meant = Meant { event: "blockade", class: "disruption", place: "world-forum" };
const CLOSURE: Meant = Meant { event: "opcw-rumour", class: "rumour", place: "opcw" };
const SMOKE: Meant = Meant { event: "smoke", class: "incident_under_way", place: "eisenhowerlaan" };
const PHISHING: Meant = Meant { event: "phishing", class: "cyber_threat", place: "europol" };
const GUARDS: Meant = Meant { event: "guards", class: "hostile_reconnaissance", place: "eurojust" };

const fn cue(at_s: i64, site: Site, key: &'static str, truth: Option<Meant>, deed: Deed) -> Cue {
    Cue { at_ms: at_s * 1_000, site, key, deed, truth }
}

const fn post(
    author: &'static str,
    language: &'static str,
    text: &'static str,
    tags: &'static [&'static str],
) -> Deed {
    Deed::Post { title: "", text, author, language, tags }
}

const fn page(title: &'static str, text: &'static str, author: &'static str) -> Deed {
    Deed::Post { title, text, author, language: "nl", tags: &[] }
}

/// In order of time.
pub(super) const CUES: &[Cue] = &[
    // What stands there already.
    cue(
        -86_000,
        News,
        "",
        None,
        page(
            "Nieuwe fietsenstalling bij het Kunstmuseum open",
            "Bij het Kunstmuseum aan de Stadhouderslaan is een nieuwe fietsenstalling geopend. Er is plaats voor 180 fietsen \
         en de stalling is gratis. De oude rekken langs de gevel verdwijnen deze maand. De gemeente hoopt dat bezoekers \
         hun fiets niet meer op de stoep zetten.",
            "Redactie stad",
        ),
    ),
    cue(
        -60_000,
        Municipality,
        "",
        None,
        page(
            "Werk aan de riolering in de Statenlaan",
            "Van maandag tot en met vrijdag werken we aan de riolering in de Statenlaan. U kunt er met de fiets en te voet \
         langs. Auto's rijden om via de Eisenhowerlaan. Hulpdiensten kunnen er altijd door.",
            "Gemeente",
        ),
    ),
    cue(
        -40_000,
        News,
        "",
        None,
        page(
            "Museon-Omniversum trekt veel gezinnen in de herfstvakantie",
            "Het museum aan de Stadhouderslaan ontving vorige week meer dan negenduizend bezoekers. Vooral de film over de \
         diepzee was vaak uitverkocht. Het museum opent daarom ook op maandagochtend.",
            "Redactie cultuur",
        ),
    ),
    cue(
        -30_000,
        Calendar,
        "calendar-1",
        None,
        page(
            "Stille tocht voor verkeersslachtoffers",
            "Zondag 12.00 uur, Scheveningseweg. Aangemeld. Verwacht: 60 deelnemers.",
            "Gemeente",
        ),
    ),
    cue(
        -20_000,
        Municipality,
        "",
        None,
        page(
            "Congres in het World Forum: verkeer rond het Churchillplein",
            "Dinsdag en woensdag is er een groot congres in het World Forum. Rond het Churchillplein is het drukker dan u \
         gewend bent. Kom met de tram of de fiets. Bewoners kunnen met hun ontheffing de straat in.",
            "Gemeente",
        ),
    ),
    cue(
        -10_000,
        Dying,
        "",
        None,
        page(
            "Wijkblad: buurtfeest in de Catsheuvel",
            "Zaterdag is er een buurtfeest met soep en muziek.",
            "Wijkblad",
        ),
    ),
    // While one watches.
    cue(
        5,
        Dying,
        "",
        None,
        page(
            "Wijkblad: leesclub zoekt leden",
            "De leesclub komt elke eerste maandag bij elkaar in het buurthuis.",
            "Wijkblad",
        ),
    ),
    cue(
        12,
        Plein,
        "demo-plein",
        Some(DEMONSTRATION),
        post(
            "klimaatkoor_dh",
            "nl",
            "Zaterdag zingen we om 14.00 uur op het Carnegieplein voor het Vredespaleis. De demonstratie is aangemeld bij de \
         gemeente en we blijven op het plein. Iedereen is welkom, neem een sjaal mee tegen de wind.",
            &["demonstratie", "DenHaag"],
        ),
    ),
    cue(
        18,
        Calendar,
        "calendar-2",
        Some(DEMONSTRATION),
        page(
            "Zangdemonstratie voor het klimaat",
            "Zaterdag 14.00 tot 16.00 uur, Carnegieplein bij het Vredespaleis. Aangemeld. Verwacht: 250 deelnemers.",
            "Gemeente",
        ),
    ),
    cue(
        24,
        Square,
        "demo-square",
        Some(DEMONSTRATION),
        post(
            "singing_for_seas",
            "en",
            "On Saturday at 14:00 we sing in front of the Peace Palace in The Hague. It is a registered demonstration, \
         families welcome, we stay on Carnegieplein.",
            &["demonstration", "TheHague"],
        ),
    ),
    cue(
        30,
        Municipality,
        "",
        Some(DEMONSTRATION),
        page(
            "Demonstratie zaterdag op het Carnegieplein",
            "Zaterdag van 14.00 tot 16.00 uur is er een aangemelde demonstratie op het Carnegieplein. Tram 1 rijdt gewoon. \
         De gemeente en de politie hebben met de organisatie afspraken gemaakt.",
            "Gemeente",
        ),
    ),
    cue(
        35,
        Dying,
        "",
        None,
        page(
            "Wijkblad: nieuwe openingstijden bibliotheek",
            "De bibliotheek is voortaan ook op zondag open.",
            "Wijkblad",
        ),
    ),
    cue(
        40,
        Square,
        "threat",
        Some(BLOCKADE),
        post(
            "doorstop_collective",
            "en",
            "Tomorrow 07:30 we block the service entrance of the World Forum and glue the locks of the side doors. Bring \
         superglue and friends. Nobody gets into that congress.",
            &["WorldForum"],
        ),
    ),
    cue(
        46,
        Plein,
        "threat-nl",
        Some(BLOCKADE),
        post(
            "deurstopper",
            "nl",
            "Morgen 7.30 uur blokkeren we de dienstingang van het World Forum en lijmen we de sloten van de zijdeuren dicht. \
         Neem lijm en vrienden mee. Niemand komt dat congres in.",
            &["WorldForum"],
        ),
    ),
    cue(
        50,
        Jet,
        "threat-copy",
        Some(BLOCKADE),
        post(
            "reposter.example",
            "en",
            "Tomorrow 07:30 we block the service entrance of the World Forum and glue the locks of the side doors. Bring \
         superglue and friends. Nobody gets into that congress.",
            &[],
        ),
    ),
    cue(
        54,
        Plein,
        "threat-near",
        Some(BLOCKADE),
        post(
            "haags_nieuwtje",
            "nl",
            "Gezien: \"Morgen 7.30 uur blokkeren we de dienstingang van het World Forum en lijmen we de sloten van de \
         zijdeuren dicht.\" Neem lijm en vrienden mee, staat erbij.",
            &[],
        ),
    ),
    cue(
        70,
        News,
        "",
        Some(BLOCKADE),
        page(
            "Oproep om ingang World Forum te blokkeren",
            "Op sociale media gaat een oproep rond om morgenochtend de dienstingang van het World Forum te blokkeren en \
         sloten dicht te lijmen. Het congrescentrum zegt de oproep te kennen. De politie wil nog niet zeggen of er extra \
         maatregelen komen. Het congres gaat volgens de organisatie gewoon door.",
            "Redactie stad",
        ),
    ),
    cue(
        80,
        Plein,
        "rumour",
        Some(CLOSURE),
        post(
            "buurvrouw_van_acht",
            "nl",
            "Ik hoor van meerdere mensen dat het gebouw van de OPCW morgen de hele dag dicht is. Klopt dat? Niemand weet \
         waarom.",
            &[],
        ),
    ),
    cue(
        86,
        Square,
        "rumour-en",
        Some(CLOSURE),
        post(
            "tram16_regular",
            "en",
            "Someone told me the OPCW building is closed all day tomorrow. Unconfirmed, anyone know more?",
            &[],
        ),
    ),
    cue(
        90,
        Square,
        "threat",
        Some(BLOCKADE),
        Deed::Edit {
            text: "Change of time: tomorrow 07:00 we block the service entrance of the World Forum and glue the locks of the \
               side doors. Bring superglue and friends. Nobody gets into that congress.",
        },
    ),
    cue(
        110,
        Municipality,
        "",
        None,
        page(
            "OPCW is morgen gewoon open",
            "Op sociale media staat dat het gebouw van de OPCW morgen dicht is. Dat klopt niet. Het gebouw is gewoon open.",
            "Gemeente",
        ),
    ),
    cue(
        120,
        Plein,
        "smoke",
        Some(SMOKE),
        post(
            "fietser_statenkwartier",
            "nl",
            "Er komt nu rook uit een container aan de Eisenhowerlaan, de brandweer is net aangekomen. Tram 9 staat stil.",
            &["brandweer"],
        ),
    ),
    cue(
        126,
        Jet,
        "smoke-jet",
        Some(SMOKE),
        post(
            "tramwatcher.example",
            "en",
            "Smoke from a container on Eisenhowerlaan right now, fire engine just arrived, tram 9 is waiting.",
            &[],
        ),
    ),
    cue(
        140,
        Jet,
        "",
        None,
        post(
            "museum.friend.example",
            "en",
            "No, nobody is blocking anything at the Kunstmuseum tomorrow, it is just the queue for the new exhibition.",
            &[],
        ),
    ),
    cue(150, Plein, "threat-near", Some(BLOCKADE), Deed::Delete),
    cue(
        160,
        Calendar,
        "calendar-2",
        Some(DEMONSTRATION),
        Deed::Edit {
            text: "Zaterdag 13.30 tot 15.30 uur, Carnegieplein bij het Vredespaleis. Aangemeld. Verwacht: 400 deelnemers.",
        },
    ),
    cue(
        180,
        Square,
        "phishing",
        Some(PHISHING),
        post(
            "inbox_watcher",
            "en",
            "Careful: a mail that claims to come from Europol's recruitment desk asks for your password on a copied sign-in \
         page. Several people here got it this morning.",
            &["phishing"],
        ),
    ),
    cue(
        210,
        Jet,
        "guards",
        Some(GUARDS),
        post(
            "curious.example",
            "nl",
            "Weet iemand hoe laat de bewaking bij Eurojust wisselt en welke deur aan de achterkant geen camera heeft? Vraag \
         voor een vriend.",
            &[],
        ),
    ),
    cue(
        240,
        News,
        "",
        Some(DEMONSTRATION),
        page(
            "Klimaatkoor zingt zaterdag bij het Vredespaleis",
            "Zaterdagmiddag zingt een klimaatkoor op het Carnegieplein. De demonstratie is aangemeld en begint een half uur \
         eerder dan eerst gemeld. De organisatie verwacht vierhonderd zangers.",
            "Redactie stad",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_are_in_order_and_speak_of_what_was_posted() {
        assert!(CUES.windows(2).all(|two| two[0].at_ms <= two[1].at_ms));
        for (index, cue) in CUES.iter().enumerate() {
            let posted = CUES[..index].iter().any(|other| {
                (other.site, other.key) == (cue.site, cue.key) && matches!(other.deed, Deed::Post { .. })
            });
            assert_eq!(posted && !cue.key.is_empty(), !matches!(cue.deed, Deed::Post { .. }), "{}", cue.key);
        }
    }
}
