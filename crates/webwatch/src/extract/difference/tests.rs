//! Looks at pages, what changed between them, and what is no page.

use super::*;

const LONG: &str = "De gemeente werkt deze maand aan de weg voor het congresgebouw en leidt het verkeer om langs de andere kant van het park.";

fn page(inside: &str) -> String {
    format!(
        "<html><head><title>Werk aan de weg</title></head><body><main><p>{LONG}</p>{inside}</main></body></html>"
    )
}

fn change(select: Option<&str>, ignore: &[&str], before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let ignore: Vec<String> = ignore.iter().map(|text| (*text).to_owned()).collect();
    let watch = Watch::new(select, &ignore).unwrap();
    let look = |html: &str| watch.look(200, &page(html)).unwrap();
    let change = difference(&look(before), &look(after)).unwrap();
    (change.added, change.removed)
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn paragraphs_that_came_and_went() {
    let check = |before: &str, after: &str, added: &[&str], removed: &[&str]| {
        let found = change(None, &[], before, after);
        assert_eq!(found, (owned(added), owned(removed)), "{after}");
    };
    check("<p>Een</p><p>Twee</p>", "<p>Twee</p><p>Drie</p>", &["Drie"], &["Een"]);
    check("<p>Een</p><p>Twee</p>", "<p>Twee</p>\n\n<p> Een </p>", &[], &[]);
    check(
        "<p>Bijgewerkt: 25 november 2026 14:02</p>",
        "<p>Bijgewerkt: 26-11-2026 om 09:15 uur</p>",
        &[],
        &[],
    );
    check("<p>12 reacties</p><p>3 minuten geleden</p>", "<p>13 reacties</p><p>8 uur geleden</p>", &[], &[]);
    check(
        "<p>Er zijn 3 gewonden</p>",
        "<p>Er zijn 5 gewonden naar het ziekenhuis gebracht</p>",
        &["Er zijn 5 gewonden naar het ziekenhuis gebracht"],
        &["Er zijn 3 gewonden"],
    );
}

#[test]
fn a_date_in_a_sentence_is_news_and_an_advertisement_is_not() {
    let check = |before: &str, after: &str, added: &[&str], removed: &[&str]| {
        let found = change(None, &[], before, after);
        assert_eq!(found, (owned(added), owned(removed)), "{after}");
    };
    check(
        "<p>De mars begint op 25 november om 14:00 uur voor de ingang.</p>",
        "<p>De mars begint op 26 november om 14:00 uur voor de ingang.</p>",
        &["De mars begint op 26 november om 14:00 uur voor de ingang."],
        &["De mars begint op 25 november om 14:00 uur voor de ingang."],
    );
    check("<div class=ad-slot>Koop nu</div>", "<div class=ad-slot>Koop iets anders</div>", &[], &[]);
    check("", "<script>let a = 1</script>", &[], &[]);
}

#[test]
fn a_part_and_what_to_leave_out() {
    let before = "<ul id=list><li>A<li class=tip>x</ul><p>n</p>";
    let after = "<ul id=list><li>A<li class=tip>y<li>B</ul><p>m</p>";
    assert_eq!(change(Some("#list"), &[".tip"], before, after), (vec!["B".to_owned()], vec![]));
    let watch = Watch::new(Some("#gone"), &[]).unwrap();
    assert_eq!(watch.look(200, &page("")), Err(NoPage::NotThere));
    assert!(Watch::new(Some("p:hover"), &[]).is_err());
}

#[test]
fn an_error_page_is_no_change() {
    let check = |status: u16, html: &str, expect: NoPage| {
        assert_eq!(Watch::new(None, &[]).unwrap().look(status, html), Err(expect), "{html}");
    };
    check(404, "<p>x", NoPage::Status(404));
    check(304, "", NoPage::Status(304));
    check(200, "<title>Pagina niet gevonden</title><p>Zoek verder op onze site.", NoPage::NotFound);
    check(200, "<title>Gemeente</title><h1>Error 404</h1><p>Sorry.", NoPage::NotFound);
    check(200, "<title>Just a moment...</title><p>Checking", NoPage::Captcha);
    check(200, "<title>Hallo</title><div class='g-recaptcha'></div><p>Nog even", NoPage::Captcha);
    check(200, "<title>Inloggen</title><form><input type=password></form><p>Vul in", NoPage::LogIn);
    check(200, "<title>Gepland onderhoud</title><p>Kom later terug", NoPage::Failing);
    check(200, "<title>Leeg</title><body></body>", NoPage::Empty);
    check(200, "", NoPage::Empty);
}

#[test]
fn a_page_about_errors_is_a_page() {
    let text = format!("<title>404 bomen niet gevonden</title><p>{}</p>", LONG.repeat(20));
    assert!(Watch::new(None, &[]).unwrap().look(200, &text).is_ok());
}

#[test]
fn a_page_that_is_suddenly_empty_is_no_change() {
    let look = |paragraphs: &[&str]| Look {
        title: String::new(),
        paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
    };
    let long = LONG.repeat(3);
    assert_eq!(difference(&look(&[&long]), &look(&["Kop"])), Err(NoPage::NearlyEmpty));
    let change = difference(&look(&[LONG, "x"]), &look(&[LONG, "y"])).unwrap();
    let document = change.document(&look(&[]), "https://g.example/");
    assert_eq!((document.text.as_str(), change.is_none()), ("y", false));
    assert!(document.key.starts_with("https://g.example/#text:"));
}
