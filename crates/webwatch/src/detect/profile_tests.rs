//! Profiles against small texts, and the refusals. Not here: whole documents.

use super::*;

fn profile(id: &str) -> Profile {
    Profile {
        id: id.into(),
        name: id.into(),
        owner: "police".into(),
        purpose: "public-order".into(),
        phrases: vec![],
        exclude: vec![],
        regexes: vec![],
        hashtags: vec![],
        organisations: vec![],
        places: vec![],
        languages: vec![],
        weight: 1.0,
        paused: false,
    }
}

fn ready(list: Vec<Profile>) -> Result<Profiles, WatchError> {
    let organisations = [NamedOrganisation { id: "opcw".into(), names: vec!["OPCW".into()] }];
    let places = BTreeMap::from([("forum".to_owned(), vec!["World Forum".to_owned()])]);
    Profiles::new(list, &organisations, &places)
}

fn read(profiles: &Profiles, text: &str, language: &str) -> Vec<(String, Vec<String>)> {
    let body = Body::new("", text, &[]);
    let words = Words::of(Normal::of(body.whole()));
    let tricks = words.normal.without_tricks().map(Words::of);
    let texts: Vec<&Words> = std::iter::once(&words).chain(tricks.as_ref()).collect();
    profiles.read(&texts, &body, language).into_iter().map(|one| (one.profile, one.words)).collect()
}

#[test]
fn phrases_nearness_tags_and_names_match() {
    let profiles = ready(vec![
        Profile {
            phrases: vec!["wegblokkade".into(), "\"blokkeren weg\"~4".into(), "blokk*".into()],
            exclude: vec!["carnaval".into()],
            ..profile("block")
        },
        Profile { hashtags: vec!["#Mars".into()], ..profile("tags") },
        Profile { organisations: vec!["opcw".into()], places: vec!["forum".into()], ..profile("names") },
        Profile { regexes: vec![r"\ba1[0-9]\b".into()], languages: vec!["nl".into()], ..profile("roads") },
    ])
    .unwrap();
    let check = |text: &str, language: &str, expect: &[(&str, &[&str])]| {
        let found = read(&profiles, text, language);
        let found: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|(id, words)| (id.as_str(), words.iter().map(String::as_str).collect()))
            .collect();
        let expect: Vec<(&str, Vec<&str>)> = expect.iter().map(|(id, words)| (*id, words.to_vec())).collect();
        assert_eq!(found, expect, "{text}");
    };
    check("Wegblokkade verwacht", "nl", &[("block", &["Wegblokkade"])]);
    check("de weg gaan we morgen blokkeren", "nl", &[("block", &["weg", "blokkeren"])]);
    check("Bl0kkade!", "nl", &[("block", &["Bl0kkade"])]);
    check("blokkade bij carnaval", "nl", &[]);
    check("in mars", "nl", &[]);
    check("doe mee #mars", "nl", &[("tags", &["mars"])]);
    check("Bij het world forum en de OPCW", "nl", &[("names", &["world forum", "OPCW"])]);
    check("op de A12", "nl", &[("roads", &["A12"])]);
    check("on the A12", "en", &[]);
}

#[test]
fn mistakes_say_what_where_and_how_to_mend() {
    let check = |made: Profile, expect: &str| {
        let error = ready(vec![made]).err().unwrap().to_string();
        assert!(error.contains(expect) && error.contains("\"p\"") && error.contains("; "), "{error}");
    };
    check(profile("p"), "nothing to look for");
    check(Profile { phrases: vec!["a".into()], ..profile("p") }, "too short");
    check(Profile { phrases: vec!["\"a b\"~x".into()], ..profile("p") }, "no number of words");
    check(Profile { phrases: vec!["ab*".into()], ..profile("p") }, "fewer than three letters");
    check(Profile { regexes: vec!["(a".into()], ..profile("p") }, "regular expression");
    check(Profile { regexes: vec!["(\\w{1,500}){100}".into()], ..profile("p") }, "regular expression");
    check(Profile { organisations: vec!["nobody".into()], ..profile("p") }, "no organisation");
    check(Profile { places: vec!["nowhere".into()], ..profile("p") }, "no place");
    check(Profile { phrases: vec!["Jan de Vries".into()], ..profile("p") }, "name of a person");
    check(Profile { weight: 9.0, phrases: vec!["mars".into()], ..profile("p") }, "weight");
}
