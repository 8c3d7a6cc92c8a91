//! The pipeline as a whole, on a small area and mild posts. Not here: its parts, which have tests of their own.

use super::*;
use crate::detect::{CalendarEvent, Gazetteer, GazetteerPlace, Profile};
use crate::privacy::Month;
use crate::{RawDocument, SourceKind};

const START: &str = "2026-11-25T09:00:00Z";

fn at(seconds: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap().plus_seconds(seconds)
}

fn source(id: &str, trust: Trust) -> Source {
    Source {
        id: id.into(),
        name: id.into(),
        kind: SourceKind::Inbox {},
        owner: "police".into(),
        purpose: "public-order".into(),
        language: Some("nl".into()),
        trust,
        retention_days: 30,
        interval_s: 60,
        silence_s: None,
        paused: false,
    }
}

pub(super) fn watch() -> Watch {
    let place = |id: &str, kind, name: &str, aliases: &[&str], radius_m| GazetteerPlace {
        id: id.into(),
        kind,
        name: name.into(),
        aliases: aliases.iter().map(ToString::to_string).collect(),
        longitude: 4.2825,
        latitude: 52.0905,
        radius_m,
        ambiguous: false,
    };
    let profile = Profile {
        id: "forum".into(),
        name: "Forum".into(),
        owner: "police".into(),
        purpose: "public-order".into(),
        phrases: vec!["wereldconferentie".into(), "world conference".into()],
        exclude: vec![],
        regexes: vec![],
        hashtags: vec!["wereldconferentie".into()],
        organisations: vec![],
        places: vec!["world-forum".into()],
        languages: vec![],
        weight: 1.0,
        paused: false,
    };
    Watch {
        profiles: vec![profile],
        gazetteer: Gazetteer {
            places: vec![
                place("world-forum", PlaceKind::Site, "World Forum", &[], 120.0),
                place("city", PlaceKind::Area, "Den Haag", &["The Hague"], 6000.0),
            ],
            context: vec!["Den Haag".into(), "The Hague".into()],
        },
        calendar: vec![CalendarEvent {
            id: "conference".into(),
            name: "Wereldconferentie".into(),
            starts: at(86_400),
            ends: at(2 * 86_400),
            before_hours: 48,
            after_hours: 12,
            places: vec!["world-forum".into()],
            aliases: vec![],
            weight: 1.0,
        }],
        ..Watch::default()
    }
}

struct Bench {
    pipeline: Pipeline,
    keys: GateKeys,
    time: i64,
}

impl Bench {
    fn new() -> Self {
        let settings = Settings { signatures_max: 10_000, ..Settings::default() };
        let pipeline = Pipeline::new(Watch { settings, ..watch() }).unwrap();
        Self { pipeline, keys: GateKeys::new([4; 32], Month::of(at(0)), [3; 32]), time: 0 }
    }

    fn post(&mut self, from: &str, key: &str, text: &str, language: &str) -> Taken {
        self.time += 10;
        let raw = RawDocument {
            key: key.into(),
            text: text.into(),
            author: Some(format!("author of {key}")),
            language: Some(language.into()),
            ..RawDocument::default()
        };
        self.pipeline.take(&source(from, Trust::C), &Happening::Posted(raw), at(self.time), &self.keys)
    }

    fn delete(&mut self, from: &str, key: &str) -> Taken {
        self.time += 10;
        self.pipeline.take(
            &source(from, Trust::C),
            &Happening::Deleted { key: key.into() },
            at(self.time),
            &self.keys,
        )
    }
}

fn raised(taken: &Taken) -> Option<&Signal> {
    taken.signals.iter().find_map(|change| match change {
        SignalChange::Raised { signal } => Some(signal.as_ref()),
        _ => None,
    })
}

const BLOCK: &str =
    "Morgen om 14:00 gaan we met zijn allen de ingang van het World Forum blokkeren, kom ook en deel dit";

#[test]
fn a_signal_has_class_place_time_and_words() {
    let mut bench = Bench::new();
    assert!(bench.post("a", "1", "Wat een mooi weer vandaag in het park", "nl").signals.is_empty());
    let taken = bench.post("a", "2", BLOCK, "nl");
    let signal = raised(&taken).unwrap();
    assert_eq!(signal.classes[0].class, Class::Disruption);
    assert_eq!((signal.places[0].place.as_str(), signal.places[0].uncertainty_m), ("world-forum", 120.0));
    assert_eq!(signal.times[0].from, "2026-11-26T13:00:00Z".parse().unwrap());
    let class = signal.score.terms.iter().find(|term| term.name == "disruption").unwrap();
    assert!(class.words.contains(&"blokkeren".to_owned()), "{class:?}");
    let text = taken.document.clone().unwrap().text;
    for span in &class.spans {
        let units: Vec<u16> = text.encode_utf16().collect();
        let word = String::from_utf16(&units[span.start as usize..span.end as usize]).unwrap();
        assert!(class.words.contains(&word), "{word}");
    }
    let total: f64 = signal.score.terms.iter().map(|term| term.value).sum();
    assert!((total - signal.score.total).abs() < 1e-9);
}

#[test]
fn copies_and_other_languages_fold_into_one_signal() {
    let mut bench = Bench::new();
    let first = raised(&bench.post("a", "1", BLOCK, "nl")).unwrap().clone();
    let copy = bench.post("b", "1", &format!("RT @iemand: {BLOCK} https://a.example/x"), "nl");
    let english =
        "Tomorrow at 14:00 we are going to block the entrance of the World Forum, join us and share this";
    let told = bench.post("c", "9", english, "en");
    for taken in [&copy, &told] {
        let [SignalChange::Updated { signal }] = taken.signals.as_slice() else {
            panic!("{:?}", taken.signals)
        };
        assert_eq!(signal.id, first.id);
    }
    let story = told.story.unwrap();
    assert_eq!((story.documents, story.copies, story.voices), (3, 1, 3));
    assert_eq!(story.sources, ["a", "b", "c"]);
    assert_eq!(story.languages, ["nl", "en"]);
}

#[test]
fn what_is_taken_back_goes_and_the_signal_with_the_last_of_it() {
    let mut bench = Bench::new();
    let id = raised(&bench.post("a", "1", BLOCK, "nl")).unwrap().id.clone();
    bench.post("b", "1", BLOCK, "nl");
    let one = bench.delete("a", "1");
    assert_eq!(one.removed, Some(DocumentName { source: "a".into(), key: bench.keys.post("a", "1") }));
    let [SignalChange::Updated { signal }] = one.signals.as_slice() else { panic!("{one:?}") };
    assert_eq!((signal.story.documents, signal.story.leading.source.as_str()), (1, "b"));
    let two = bench.delete("b", "1");
    assert_eq!(two.signals, [SignalChange::Withdrawn { id: id.clone(), at: at(40) }]);
    assert_eq!(two.closed, [id]);
    assert!(bench.delete("b", "1").signals.is_empty());
}

#[test]
fn a_new_version_updates_in_place_or_moves() {
    let mut bench = Bench::new();
    let id = raised(&bench.post("a", "1", BLOCK, "nl")).unwrap().id.clone();
    let same = bench.post("a", "1", &format!("{BLOCK} (update)"), "nl");
    assert_eq!(same.story.as_ref().map(|story| (story.documents, story.updates)), Some((1, 1)));
    assert!(matches!(same.signals.as_slice(), [SignalChange::Updated { .. }]));
    let other =
        "De markt aan de haven gaat dit jaar niet door, meldt de organisatie van het feest op haar pagina";
    bench.post("b", "7", other, "nl");
    let moved = bench.post("a", "1", other, "nl");
    assert!(
        moved.signals.contains(&SignalChange::Withdrawn { id: id.clone(), at: at(bench.time) }),
        "{moved:?}"
    );
    assert_eq!(moved.closed, [id]);
}

#[test]
fn a_demonstration_is_information_and_says_so() {
    let mut bench = Bench::new();
    let text = "Vreedzame demonstratie zaterdag 28 november om 13:00 uur bij het World Forum, aangemeld bij de gemeente";
    let taken = bench.post("a", "1", text, "nl");
    let signal = raised(&taken).unwrap();
    let term = signal.score.terms.iter().find(|term| term.name == "demonstration").unwrap();
    assert!(term.value < 0.0 && term.why.as_deref().unwrap().starts_with("lawful assembly"), "{term:?}");
    assert_eq!(signal.classes.iter().filter(|hit| hit.strength > 0.0).count(), 1, "{:?}", signal.classes);
}

#[test]
fn persons_go_and_places_and_profiles_stay() {
    let mut bench = Bench::new();
    let text = "Burgemeester Marlies Vonk: morgen om 14:00 blokkeren we de ingang van het World Forum, zegt Jan de Vries";
    let taken = bench.post("a", "1", text, "nl");
    let kept = taken.document.clone().unwrap().text;
    assert_eq!(
        kept,
        "Burgemeester [name]: morgen om 14:00 blokkeren we de ingang van het World Forum, zegt [name]"
    );
    let signal = raised(&taken).unwrap();
    assert_eq!((signal.places[0].place.as_str(), signal.profiles.len()), ("world-forum", 1));
}

#[test]
fn why_not_names_what_is_missing() {
    let mut bench = Bench::new();
    let mut ask = |text: &str| {
        let taken = bench.post("a", text, text, "nl");
        bench.pipeline.why_not(Trust::C, &taken.document.unwrap(), at(1000)).reasons
    };
    let has = |reasons: &[NotBecause], wanted: fn(&NotBecause) -> bool| reasons.iter().any(wanted);
    let reasons = ask("Lekker weer voor een ijsje op het strand vandaag");
    assert!(has(&reasons, |one| *one == NotBecause::NotWatched), "{reasons:?}");
    let reasons = ask("We gaan het World Forum echt niet blokkeren, dat heeft geen zin");
    assert!(
        has(&reasons, |one| matches!(one, NotBecause::Guarded { class: Class::Disruption, .. })),
        "{reasons:?}"
    );
    let reasons = ask(BLOCK);
    assert!(has(&reasons, |one| matches!(one, NotBecause::InSignal { .. })), "{reasons:?}");
}

#[test]
fn muted_until_the_end_date() {
    let mut bench = Bench::new();
    bench.pipeline.mute(vec![Mute {
        id: "m".into(),
        what: Muted::Profile("forum".into()),
        until: at(100),
        reason: "exercise".into(),
    }]);
    assert!(bench.post("a", "1", BLOCK, "nl").signals.is_empty());
    bench.time = 200;
    let text = "Vanmiddag bezetten we de hal van het World Forum, sluit je aan";
    assert!(raised(&bench.post("a", "2", text, "nl")).is_some());
}

#[test]
fn what_is_kept_restores_what_was() {
    let posts =
        [("a", "1", BLOCK), ("b", "2", "World Forum: zalen gesloten wegens onderhoud"), ("b", "3", BLOCK)];
    let mut first = Bench::new();
    let kept: Vec<Document> =
        posts.iter().filter_map(|(from, key, text)| first.post(from, key, text, "nl").document).collect();
    let mut second = Bench::new();
    second.pipeline.restore(kept.iter().map(|document| (Trust::C, document)));
    second.time = first.time;
    let text = format!("{BLOCK} !");
    assert_eq!(first.post("c", "4", &text, "nl"), second.post("c", "4", &text, "nl"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Whatever is written, it is read without a fault, and what is highlighted stands in the text.
    #[test]
    fn any_text_is_read(noise in "\\PC{0,60}", tricks in "[bl0kk3r€ß@ .:\"'#14pm-]{0,40}") {
        let mut bench = Bench::new();
        let text = format!("{noise} {BLOCK} {tricks} {noise}");
        let taken = bench.post("a", &noise, &text, "xx");
        let kept = taken.document.clone().unwrap();
        let units = u32::try_from(kept.text.encode_utf16().count()).unwrap();
        for change in &taken.signals {
            let SignalChange::Raised { signal } = change else { continue };
            for span in signal.score.terms.iter().flat_map(|term| &term.spans) {
                proptest::prop_assert!(span.start < span.end && span.end <= units, "{span:?} in {units}");
            }
        }
        bench.pipeline.why_not(Trust::C, &kept, at(100));
    }
}

#[test]
fn a_recording_replays_to_the_same_report() {
    let line = |at: &str, key: &str, text: &str, event: &str| {
        let event = if event.is_empty() { String::new() } else { format!(",\"event\":\"{event}\"") };
        format!(
            r#"{{"source":"a","at":"2026-11-25T{at}Z","key":"{key}","text":"{text}","language":"nl"{event}}}"#
        )
    };
    let lines = [
        line("09:00:00", "1", "Koffie op het strand, wat een dag", ""),
        line("09:00:10", "2", "Iets met het forum en de ingang, wie weet meer", "block"),
        line("09:00:40", "3", BLOCK, "block"),
        line("09:00:50", "4", &format!("{BLOCK} RT"), "block"),
        line("09:01:00", "5", "Drukte op het strand vandaag door het mooie weer", "beach"),
    ];
    let recorded: Vec<Recorded> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let run = || replay(&mut Bench::new().pipeline, &[source("a", Trust::C)], &recorded, &Bench::new().keys);
    let report = run();
    assert_eq!((report.documents, report.signals, report.true_signals), (5, 1, 1));
    assert_eq!((report.precision, report.recall, report.stories_per_event), (1.0, 0.5, 1.5));
    assert_eq!(
        (report.delay_s_median, report.events[1].stories, report.events[0].raised),
        (Some(30.0), 2, None)
    );
    assert_eq!(report, run());
}
