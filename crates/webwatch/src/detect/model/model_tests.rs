//! A model learns, gives its reasons, and is the same again. Not here: how good it is on real texts.

use super::*;

fn examples() -> Vec<Example> {
    let mut extractor = Extractor::new(&FeatureSettings::default(), "nl");
    let subjects =
        ["de markt", "het park", "de haven", "het station", "de kade", "het plein", "de brug", "de laan"];
    let mut list = Vec::new();
    for (number, subject) in subjects.iter().enumerate() {
        for (text, relevant) in [
            (format!("Morgen blokkeren we {subject}, kom allemaal!"), true),
            (format!("Wij gaan {subject} bezetten, doe mee"), true),
            (format!("Mooi weer bij {subject}, {number} graden"), false),
            (format!("Koffie drinken op {subject}. Lekker!"), false),
        ] {
            list.push(Example {
                features: extractor.features(&Words::of(Normal::of(&text))),
                relevant,
                weight: 1.0,
            });
        }
    }
    list
}

#[test]
fn learns_and_says_which_words() {
    let model = train("nl", &examples(), &TrainSettings::default()).unwrap();
    let score = |text: &str| model.score(&Body::new("", text, &[]));
    let (yes, no) =
        (score("We blokkeren morgen de ingang, kom!"), score("Lekker weer voor koffie in de tuin"));
    assert!(yes.probability > 0.6 && no.probability < 0.4, "{} {}", yes.probability, no.probability);
    assert!(
        yes.reasons.iter().any(|(word, span, adds)| word == "blokkeren" && span.start == 3 && *adds > 0.0)
    );
    assert_eq!(model.learned_from, (32, 16));
}

#[test]
fn the_same_examples_give_the_same_model_and_the_same_bytes_back() {
    let model = train("nl", &examples(), &TrainSettings::default()).unwrap();
    assert_eq!(train("nl", &examples(), &TrainSettings::default()).as_ref(), Some(&model));
    let bytes = model.to_bytes();
    assert_eq!(Model::from_bytes(&bytes).as_ref(), Ok(&model));
    assert!(bytes.len() < 60_000, "{}", bytes.len());
    for cut in [0, 3, 7, 40, bytes.len() - 1] {
        assert!(Model::from_bytes(&bytes[..cut]).is_err(), "{cut}");
    }
    let features = &examples()[0].features;
    assert_eq!(Features::from_bytes(&features.to_bytes()).as_ref(), Ok(features));
}

#[test]
fn a_line_is_kept_with_the_model_and_one_of_another_version_refused() {
    let mut model = train("nl", &examples(), &TrainSettings::default()).unwrap();
    let scores: Vec<(f64, bool, f64)> =
        (0..1_200).map(|step| (f64::from(step), step % 7 < step / 200, 1.0)).collect();
    model.calibration = calibrate::Calibration::fit(&scores);
    let bytes = model.to_bytes();
    assert_eq!(Model::from_bytes(&bytes).as_ref(), Ok(&model));
    assert!(model.calibration.probability(1_100.0) > 0.6 && model.calibration.isotonic.is_some());
    let version = b"\"isotonic\":{\"version\":";
    let at = bytes.windows(version.len()).position(|window| window == version).unwrap() + version.len();
    let mut other = bytes.clone();
    other[at] = b'2';
    assert_eq!(Model::from_bytes(&other), Err(bytes::NotAModel("a calibration of another version")));
}

#[test]
fn too_few_examples_make_no_model() {
    let list = examples();
    let few: Vec<Example> =
        list.iter().filter(|one| !one.relevant).chain(list.iter().take(2)).cloned().collect();
    assert_eq!(train("nl", &few, &TrainSettings::default()), None);
}

#[test]
fn a_challenger_is_compared_on_what_neither_saw() {
    let list = examples();
    let (learned, held_out) = list.split_at(24);
    let settings = TrainSettings { calibrate: false, ..TrainSettings::default() };
    let challenger = train("nl", learned, &settings).unwrap();
    let found = judge::compare(None, &challenger, held_out, 1);
    assert!(found.challenger > 0.9 && found.champion < 0.6 && found.better > 0.9, "{found:?}");
}
