//! Folding by itself: links, limits and deletions. Not here: what the pipeline makes of it.

use super::*;

fn document(source: &str, key: &str, text: &str, minute: i64) -> Document {
    let at: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    Document {
        source: source.into(),
        key: key.into(),
        url: None,
        title: String::new(),
        text: text.into(),
        voice: Some(Pseudonym(hash::of_text(key))),
        published: at.plus_seconds(minute * 60),
        arrived: at.plus_seconds(minute * 60),
        language: "nl".into(),
        tags: vec![],
        links: vec![],
    }
}

fn fold(stories: &mut Stories, document: &Document) -> Folded {
    let folded = document.text.to_lowercase();
    stories.fold(document, &Telling { folded: &folded, ..Telling::default() })
}

const NEWS: &str =
    "De gemeente sluit morgen vanaf tien uur de laan voor alle verkeer vanwege de grote conferentie";
const OTHER: &str =
    "Het museum opent volgende week een nieuwe vleugel met werk van schilders uit de hele provincie";

#[test]
fn a_shared_page_folds_and_a_home_page_does_not() {
    let mut stories = Stories::new(StoryLimits { signatures: 100, ..StoryLimits::default() });
    let with = |key: &str, text: &str, link: &str| Document {
        links: vec![link.into()],
        ..document("a", key, text, 0)
    };
    let first = fold(&mut stories, &with("1", NEWS, "https://news.example/2026/laan"));
    let second = fold(&mut stories, &with("2", OTHER, "https://news.example/2026/laan"));
    assert_eq!((first.story, second.new, second.copy), (second.story, false, None));
    let third = fold(
        &mut stories,
        &with("3", "Zwemmen in zee blijft vandaag verboden wegens sterke stroming", "https://news.example/"),
    );
    let fourth = fold(
        &mut stories,
        &with(
            "4",
            "Tram rijdt een andere route door werk aan het spoor bij de halte",
            "https://news.example/",
        ),
    );
    assert!(third.new && fourth.new);
}

#[test]
fn memory_is_bounded_and_the_silent_are_closed() {
    let mut stories =
        Stories::new(StoryLimits { signatures: 50, stories: 10, silent_hours: 1, ..StoryLimits::default() });
    for number in 0..40 {
        let text: Vec<String> = (0..12).map(|word| format!("w{:x}", hash::mix(number * 50 + word))).collect();
        assert!(fold(&mut stories, &document("a", &number.to_string(), &text.join(" "), 0)).new);
    }
    assert_eq!((stories.len(), stories.documents.len(), stories.texts.len()), (10, 10, 10));
    let later = document("a", "x", NEWS, 61);
    fold(&mut stories, &later);
    let closed = stories.close(later.arrived);
    assert_eq!((closed.len(), stories.len(), stories.documents.len(), stories.silence.len()), (40, 1, 1, 1));
}

#[test]
fn counts_follow_what_comes_and_goes() {
    let mut stories = Stories::new(StoryLimits { signatures: 50, ..StoryLimits::default() });
    let number = fold(&mut stories, &document("a", "1", NEWS, 0)).story;
    fold(&mut stories, &document("b", "2", NEWS, 1));
    fold(&mut stories, &document("b", "3", &format!("{NEWS}, let op"), 2));
    let counts = |stories: &Stories| {
        stories
            .story(number)
            .map(|story| (story.documents, story.copies, story.sources.len(), story.voices, story.deleted))
    };
    assert_eq!(counts(&stories), Some((3, 2, 2, 3, 0)));
    assert_eq!(stories.delete("b", "2", document("b", "2", NEWS, 3).arrived), Some(number));
    assert_eq!(counts(&stories), Some((2, 1, 2, 2, 1)));
    stories.delete("b", "3", document("b", "3", NEWS, 4).arrived);
    assert_eq!(counts(&stories), Some((1, 0, 1, 1, 2)));
    stories.delete("a", "1", document("a", "1", NEWS, 5).arrived);
    assert_eq!((counts(&stories), stories.of("a", "1")), (None, None));
    assert!(fold(&mut stories, &document("c", "9", NEWS, 6)).new);
}
