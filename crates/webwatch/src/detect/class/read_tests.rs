//! Mild sentences in three languages against the shipped rules. Not here: the published test sets.

use super::*;
use crate::detect::normal::Normal;

fn read(text: &str, language: &str) -> Vec<ClassHit> {
    let body = Body::new("", text, &[]);
    let words = Words::of(Normal::of(body.whole()));
    let tricks = words.normal.without_tricks().map(Words::of);
    let texts: Vec<&Words> = std::iter::once(&words).chain(tricks.as_ref()).collect();
    Rules::shipped().read(&texts, &[], &body, language)
}

fn fires(text: &str, language: &str, class: Class) -> bool {
    read(text, language).iter().any(|hit| hit.class == class && hit.strength >= 0.5)
}

#[test]
fn each_class_fires_in_each_language() {
    let check = |language: &str, class: Class, text: &str| {
        assert!(fires(text, language, class), "{class:?} {language}: {text}: {:?}", read(text, language));
    };
    use Class::{
        CallToAction, Cyber, Demonstration, Disruption, Incident, Reconnaissance, Rumour, ThreatOfViolence,
    };
    check("en", ThreatOfViolence, "I am going to burn down the tram shelter");
    check("nl", ThreatOfViolence, "We gaan dat gebouw in brand steken");
    check("nl", ThreatOfViolence, "Ik ga hem morgen slaan");
    check("en", ThreatOfViolence, "I am going to smack all of them");
    check("de", ThreatOfViolence, "Wir werden das Haus anzünden");
    check("en", ThreatOfViolence, "I am going to b u r n down the shelter");
    check("en", CallToAction, "Join us tomorrow and bring friends");
    check("nl", CallToAction, "Doe mee, zaterdag verzamelen we bij het plein");
    check("de", CallToAction, "Kommt alle zum Platz, Samstag um 14 Uhr");
    check("en", Demonstration, "A demonstration for more trees will be held on Saturday");
    check("nl", Demonstration, "Zaterdag is er een aangemelde demonstratie voor meer bomen");
    check("de", Demonstration, "Die angemeldete Kundgebung beginnt am Samstag");
    check("en", Incident, "Big fire right now behind the station, lots of smoke");
    check("nl", Incident, "Net een harde knal gehoord, politie ter plaatse");
    check("de", Incident, "Gerade große Rauchentwicklung am Bahnhof, Feuerwehr vor Ort");
    check("en", Disruption, "We will block the entrance of the conference");
    check("nl", Disruption, "Morgen gaan we de weg blokkeren");
    check("de", Disruption, "Wir werden die Straße blockieren");
    check("en", Reconnaissance, "Does anyone know what time the guards change shift");
    check("nl", Reconnaissance, "Weet iemand waar de camera's hangen bij de achteringang");
    check("de", Reconnaissance, "Weiß jemand, wo die Kameras am Hintereingang hängen");
    check("en", Cyber, "We will take down the website of the museum");
    check("nl", Cyber, "De website is platgelegd met een ddos-aanval");
    check("de", Cyber, "Hackerangriff auf die Server der Stadt");
    check("en", Rumour, "I heard that the road will be closed, can anyone confirm");
    check("nl", Rumour, "Ik hoor net dat de weg dicht gaat, klopt het dat er iets is");
    check("de", Rumour, "Angeblich ist die Straße gesperrt");
}

#[test]
fn guards_speak_against_it() {
    let check = |language: &str, text: &str, class: Class, guard: Guard| {
        let hits = read(text, language);
        let found = hits.iter().find(|hit| hit.class == class);
        assert!(found.is_some_and(|hit| hit.guards.contains(&guard)), "{text}: {hits:?}");
        assert!(!fires(text, language, class) || guard == Guard::Conditional, "{text}: {hits:?}");
    };
    use Class::{Disruption, ThreatOfViolence};
    check("en", "We will not block the entrance", Disruption, Guard::Negated);
    check("nl", "We gaan de weg niet blokkeren", Disruption, Guard::Negated);
    check("de", "Wir werden die Straße nicht blockieren", Disruption, Guard::Negated);
    check(
        "en",
        "Please do not post things such as \"we will block the entrance\" here",
        Disruption,
        Guard::Quoted,
    );
    check("en", "In this game I am going to burn down the castle", ThreatOfViolence, Guard::Fiction);
    check("en", "I am going to kill time at the station", ThreatOfViolence, Guard::Idiom);
    check("en", "Police said they will block the entrance", Disruption, Guard::Reported);
}

#[test]
fn everyday_sentences_fire_nothing() {
    for (language, text) in [
        ("en", "The new exhibition opens on Saturday, tickets at the desk"),
        ("nl", "Lekker gefietst langs het strand, daarna koffie"),
        ("nl", "De gemeente plant honderd bomen in de wijk"),
        ("nl", "We gaan vandaag de tuin opruimen en de taart snijden"),
        ("nl", "Ik wil dat bord ophangen en de bal in het doel schieten"),
        ("en", "I want to cut the cake and hang a picture on the wall"),
        ("de", "Heute scheint die Sonne, wir gehen spazieren"),
        ("en", "Our team shot three goals and killed the game"),
    ] {
        let hits: Vec<_> = read(text, language).into_iter().filter(|hit| hit.strength >= 0.5).collect();
        assert!(hits.is_empty(), "{text}: {hits:?}");
    }
}
