//! Measures detection against published sets in a folder: `evaluate_detect FOLDER [threats|everyday|c2a|vio|calibration|crisis|labels|duplicates|speed|inner]`.
//!
//! Not here: the measuring itself ([`webwatch::evaluate`]), and the sets.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that prints, with the real clock"
)]

use std::path::Path;
use std::time::Instant;

use base::clock::Timestamp;
use webwatch::detect::Rules;
use webwatch::detect::model::features::FeatureSettings;
use webwatch::detect::model::{Example, TrainSettings};
use webwatch::evaluate::{classes, duplicates, model, pipeline, table};
use webwatch::pipeline::Pipeline;
use webwatch::privacy::{GateKeys, Month};
use webwatch::stories::{Index, Scratch};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "../shared/data/text".into());
    let folder = Path::new(&folder);
    let only: Vec<String> = arguments.collect();
    let wanted = |part: &str| only.is_empty() || only.iter().any(|one| one == part);
    if wanted("duplicates") {
        near_duplicates();
    }
    if wanted("speed") {
        speed();
    }
    if !folder.is_dir() {
        return println!("left out, no folder {}: threats, c2a, vio, crisis, labels", folder.display());
    }
    if wanted("everyday") {
        ["en", "nl", "de"].iter().for_each(|language| everyday(folder, language));
    }
    if wanted("threats") {
        threats(folder, "en", "hatecheck_en.csv");
        threats(folder, "de", "mhc_german.csv");
    }
    for (name, file, column, no) in
        [("c2a", "germeval2026_c2a.csv", "c2a", "FALSE"), ("vio", "germeval2026_vio.csv", "vio", "nothing")]
    {
        if wanted(name) || wanted("labels") || wanted("calibration") || only.iter().any(|one| one == "inner")
        {
            germeval(folder, (name, file, column, no), &wanted, &only);
        }
    }
    if wanted("crisis") {
        crisis(folder);
    }
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap_or_default()
}

fn threats(folder: &Path, language: &str, file: &str) {
    let rows = table::rows(&read(folder, file), ',');
    let cases: Vec<classes::Case> = rows
        .iter()
        .map(|row| classes::Case {
            functionality: &row["functionality"],
            template: &row["case_templ"],
            text: &row["test_case"],
            seen: classes::seen(&row["case_templ"]),
        })
        .collect();
    let rules = Rules::shipped();
    for seen in [true, false] {
        let half = if seen { "seen" } else { "held out" };
        for (name, functionalities) in [
            ("threats, recall", &["threat_dir_h", "threat_norm_h"][..]),
            ("negated, fires", &["negate_neg_nh"][..]),
            ("quoted, fires", &["counter_quote_nh"][..]),
            ("negated or quoted, fires", &["negate_neg_nh", "counter_quote_nh"][..]),
            ("referred to, fires", &["counter_ref_nh"][..]),
            (
                "other harmless, fires",
                &["ident_neutral_nh", "ident_pos_nh", "profanity_nh", "target_obj_nh"][..],
            ),
        ] {
            let fired = classes::threats(&rules, language, &cases, functionalities, seen);
            println!(
                "threats {language} {half}: {name} {}/{} = {:.3}",
                fired.fired,
                fired.cases,
                fired.share()
            );
        }
        if std::env::var_os("SHOW").is_some() {
            if seen {
                show(&rules, language, &cases);
            }
            by_rule(&rules, language, &cases, seen);
        }
    }
}

/// How often each class fires on sentences of everyday writing, nearly all of which are about nothing of the sort.
fn everyday(folder: &Path, language: &str) {
    let text = read(folder, &format!("lang_{language}.txt"));
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut counts = std::collections::BTreeMap::new();
    for line in &lines {
        for hit in model::hits(line, language).into_iter().filter(|hit| hit.strength >= classes::FIRES) {
            *counts.entry(hit.class.as_str()).or_insert(0u32) += 1;
            if std::env::var_os("SHOW").is_some() {
                println!("  {} {}: {:?}", hit.class.as_str(), hit.rule, hit.words);
            }
        }
    }
    println!("everyday {language}: of {} sentences {counts:?}", lines.len());
}

/// Templates of the seen half that are missed or wrongly fired on: what rules may be written on.
fn show(rules: &Rules, language: &str, cases: &[classes::Case]) {
    let mut shown = std::collections::BTreeSet::new();
    for case in cases.iter().filter(|case| case.seen) {
        let threat = case.functionality.starts_with("threat");
        let harmless = case.functionality.ends_with("_nh");
        let fires = classes::fires(rules, language, case.text);
        if ((threat && !fires) || (harmless && fires)) && shown.insert(case.template) {
            println!("  {} {}", case.functionality, case.template);
        }
    }
}

/// Which rules and guards decided, per sort of case: without any text.
fn by_rule(rules: &Rules, language: &str, cases: &[classes::Case], seen: bool) {
    let mut counts = std::collections::BTreeMap::new();
    for case in cases.iter().filter(|case| case.seen == seen) {
        let threat = case.functionality.starts_with("threat");
        if threat || ["negate_neg_nh", "counter_quote_nh", "counter_ref_nh"].contains(&case.functionality) {
            let hit = classes::read(rules, language, case.text);
            let decided = hit.map_or("no rule".into(), |hit| format!("{} {:?}", hit.rule, hit.guards));
            *counts.entry((case.functionality, decided)).or_insert(0u32) += 1;
        }
    }
    for ((functionality, decided), count) in counts {
        println!("  seen {seen} {functionality}: {decided}: {count}");
    }
}

fn chosen() -> TrainSettings {
    TrainSettings { calibrate: false, ..TrainSettings::default() }
}

fn germeval(folder: &Path, set: (&str, &str, &str, &str), wanted: &dyn Fn(&str) -> bool, only: &[String]) {
    let (name, file, column, no) = set;
    let rows = table::rows(&read(folder, file), ';');
    let texts: Vec<model::Labelled> = rows
        .iter()
        .map(|row| model::Labelled {
            text: &row["description"],
            relevant: row[column] != no,
            group: model::fold(&row["description"], 5),
        })
        .collect();
    let groups: Vec<u64> = texts.iter().map(|text| text.group).collect();
    if only.iter().any(|one| one == "inner") {
        return inner(name, &texts);
    }
    let examples = model::features(&texts, "de", &chosen().features);
    if wanted(name) {
        let start = Instant::now();
        let folds = model::leave_out(&examples, &groups, &chosen());
        println!(
            "{name}: AP {:.3} in 5 folds {folds:.3?}, {:.1} s",
            mean(&folds),
            start.elapsed().as_secs_f64()
        );
    }
    if wanted("calibration") {
        let errors: Vec<(f64, f64)> =
            (0..5).map(|out| model::calibration(&examples, &groups, out, &chosen())).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| mean(&errors.iter().map(of).collect::<Vec<_>>());
        println!(
            "{name}: calibration error in 5 folds: sigmoid {:.4}, line {:.4}",
            mean(|one| one.0),
            mean(|one| one.1)
        );
    }
    if wanted("labels") {
        let settings = TrainSettings { calibrate: true, rounds_max: 30, ..chosen() };
        let run = |test: u64, leave: &[u64], by_rules: f64| {
            let of = |out: bool| -> Vec<usize> {
                let pool =
                    |group: u64| if out { group == test } else { group != test && !leave.contains(&group) };
                (0..texts.len()).filter(|place| pool(groups[*place])).collect()
            };
            let pick = |places: &[usize]| -> Vec<Example> {
                places.iter().map(|place| examples[*place].clone()).collect()
            };
            let inside = of(false);
            let rated: Vec<f64> =
                inside.iter().map(|place| model::by_rules(texts[*place].text, "de")).collect();
            let asking = model::Asking { labels: 1400, by_rules };
            model::label_effort(&pick(&inside), &rated, &pick(&of(true)), asking, &settings)
        };
        if only.iter().any(|one| one == "choose") {
            for by_rules in [0.0, 0.5, 1.0] {
                let (some, all) = run(1, &[0], by_rules);
                println!(
                    "choose {name}: by rules {by_rules}: {some:.3} of {all:.3}: {:.0} %",
                    100.0 * some / all
                );
            }
        }
        let (some, all) = run(0, &[], 0.5);
        println!("{name}: AP after 1,400 labels {some:.3}, with all {all:.3}: {:.0} %", 100.0 * some / all);
    }
}

/// Settings tried on the training part of the first fold only, in four inner folds.
fn inner(name: &str, texts: &[model::Labelled]) {
    let part: Vec<model::Labelled> = texts
        .iter()
        .filter(|text| text.group != 0)
        .map(|text| model::Labelled {
            text: text.text,
            relevant: text.relevant,
            group: model::fold(&format!("inner{}", text.text), 4),
        })
        .collect();
    let groups: Vec<u64> = part.iter().map(|text| text.group).collect();
    let base = FeatureSettings::default();
    for features in [base, FeatureSettings { shares: [100, 120, 60, 30], ..base }] {
        let examples = model::features(&part, "de", &features);
        for (pull, pull_by_ratio) in [(30.0, 0.0), (30.0, 1.0), (30.0, 3.0), (30.0, 10.0), (10.0, 3.0)] {
            let settings = TrainSettings { features, pull, pull_by_ratio, ..chosen() };
            let folds = model::leave_out(&examples, &groups, &settings);
            println!("inner {name} {features:?} C={pull}, by ratio {pull_by_ratio}: AP {:.4}", mean(&folds));
        }
    }
}

fn crisis(folder: &Path) {
    let mut texts: Vec<(String, bool, u64)> = Vec::new();
    let Ok(files) = std::fs::read_dir(folder.join("crisislex_t26")) else { return };
    let mut files: Vec<_> = files.filter_map(Result::ok).map(|file| file.path()).collect();
    files.sort();
    for (event, file) in (0u64..).zip(&files) {
        for row in table::rows(&std::fs::read_to_string(file).unwrap_or_default(), ',') {
            let label = row["Informativeness"].trim().to_owned();
            if label != "Not applicable" {
                texts.push((row["Tweet Text"].clone(), label == "Related and informative", event));
            }
        }
    }
    let labelled: Vec<model::Labelled> = texts
        .iter()
        .map(|(text, relevant, group)| model::Labelled { text, relevant: *relevant, group: *group })
        .collect();
    let groups: Vec<u64> = texts.iter().map(|text| text.2).collect();
    let folds = model::leave_out(&model::features(&labelled, "en", &chosen().features), &groups, &chosen());
    println!(
        "crisis: informative, AP {:.3} over {} events left out, {} texts {folds:.3?}",
        mean(&folds),
        folds.len(),
        texts.len()
    );
}

fn near_duplicates() {
    const STORED: u64 = 1_000_000;
    let mut index = Index::new(1 << 20);
    let mut scratch = Scratch::default();
    for number in 0..STORED {
        duplicates::step(&mut index, &mut scratch, &duplicates::text(number));
    }
    let texts: Vec<String> = (0..100_000).map(|number| duplicates::text(STORED + number)).collect();
    let start = Instant::now();
    let wrong =
        texts.iter().filter(|text| duplicates::step(&mut index, &mut scratch, text).is_some()).count();
    let each = start.elapsed().as_secs_f64() / 100_000.0;
    println!(
        "duplicates: {:.0} documents/s at 1,000,000 stored, {wrong} of 100,000 unlike ones taken for copies",
        1.0 / each
    );
    for changed in [0, 2, 4, 6] {
        let count = 2_000;
        let recent = (0..count).map(|step| STORED + 100_000 - 1 - step * 40);
        let old = (0..count).map(|step| 120_000 + step * 40);
        let mut found = |numbers: &mut dyn Iterator<Item = u64>| {
            let mut hits = 0;
            for number in numbers {
                hits += usize::from(
                    duplicates::step(&mut index, &mut scratch, &duplicates::near_copy(number, changed))
                        .is_some(),
                );
            }
            hits as f64 / count as f64
        };
        let (recent, old) = (found(&mut recent.into_iter()), found(&mut old.into_iter()));
        println!(
            "duplicates: {changed} of 40 words changed: {recent:.3} of recent, {old:.3} of old ones found"
        );
    }
}

fn speed() {
    const COUNT: u64 = 20_000;
    let mut pipeline = match Pipeline::new(pipeline::watch(2_000)) {
        Ok(pipeline) => pipeline,
        Err(error) => return println!("speed: {error}"),
    };
    let sources: Vec<_> = (0..50).map(pipeline::source).collect();
    let start_at = Timestamp::from_seconds(1_795_600_000);
    let keys = GateKeys::new([2; 32], Month::of(start_at), [1; 32]);
    let happenings: Vec<_> = (0..COUNT).map(pipeline::happening).collect();
    let start = Instant::now();
    let mut signals = 0;
    let mut slowest = 0f64;
    for (number, happening) in (0i64..).zip(&happenings) {
        let before = Instant::now();
        let taken = pipeline.take(
            &sources[number as usize % 50],
            happening,
            start_at.plus_millis(number * 50),
            &keys,
        );
        slowest = slowest.max(before.elapsed().as_secs_f64());
        signals += taken.signals.len();
    }
    let each = start.elapsed().as_secs_f64() / COUNT as f64;
    println!(
        "speed: {:.0} documents/s on one thread, 2,000 profiles, 400 places; slowest {:.1} ms, {signals} changes of signals",
        1.0 / each,
        slowest * 1000.0
    );
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
