//! Prints rows of figures on real data: `cargo run --release -p webwatch --example evaluate -- DATA WHAT [PEERS]`.
//!
//! DATA holds the data sets, PEERS what `bench/webwatch/peers.py` wrote. `BELFRY_SHOW=1` also prints what differs.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program that measures and prints"
)]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use webwatch::evaluate::{self, File};

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, what, peers @ ..] = arguments.as_slice() else {
        eprintln!("evaluate DATA feeds|pages|language [PEERS]");
        return ExitCode::FAILURE;
    };
    match run(Path::new(data), what, peers.first().map(Path::new)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{what}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(data: &Path, what: &str, peers: Option<&Path>) -> Result<(), Failure> {
    let start = Instant::now();
    let seconds = || start.elapsed().as_secs_f64();
    let show = std::env::var_os("BELFRY_SHOW").is_some();
    match what {
        "language" => {
            let files = read_all(&data.join("text"))?;
            evaluate::language::measure(&files, &seconds);
            println!("{}", evaluate::language::measure(&files, &seconds));
            println!(
                "{}",
                evaluate::language::measure_with("language, whichlang", &whichlang, &files, &seconds)
            );
        }
        "feeds" => {
            let peers = peers
                .ok_or("the answers of the other reader are needed: bench/webwatch/peers.py DATA PEERS")?;
            let answers: BTreeMap<String, evaluate::feeds::Answer> =
                serde_json::from_slice(&std::fs::read(peers.join("feeds.json"))?)?;
            let (row, comparison) =
                evaluate::feeds::measure(&read_all(&data.join("feeds"))?, &answers, &seconds);
            if show {
                comparison.differences.iter().for_each(|difference| println!("{difference}"));
            }
            println!("{row}");
        }
        "pages" => {
            let truth = std::fs::read(data.join("pages/ground-truth.json"))?;
            let samples = evaluate::pages::samples(&truth, &read_all(&data.join("pages/html"))?)?;
            if show {
                for sample in samples.iter().filter(|sample| evaluate::pages::is_first_half(&sample.name)) {
                    let text = evaluate::pages::extract(sample);
                    let (good, over, missed) = evaluate::pages::compare(&sample.truth, &text);
                    println!(
                        "{} good {good:.3} over {over:.3} missed {missed:.3} {}",
                        &sample.name[..8],
                        sample.url
                    );
                    if let Some(out) = peers {
                        std::fs::write(out.join(format!("{}.txt", &sample.name[..8])), text)?;
                    }
                }
            }
            evaluate::pages::measure(&samples, &seconds);
            println!("{}", evaluate::pages::measure(&samples, &seconds));
        }
        other => return Err(format!("nothing is called {other}").into()),
    }
    Ok(())
}

/// What whichlang says; it knows neither Polish nor Ukrainian.
fn whichlang(sentence: &str) -> &'static str {
    use whichlang::Lang::{Ara, Deu, Eng, Fra, Ita, Nld, Por, Rus, Spa, Tur};
    match whichlang::detect_language(sentence) {
        Ara => "ar",
        Deu => "de",
        Eng => "en",
        Fra => "fr",
        Ita => "it",
        Nld => "nl",
        Por => "pt",
        Rus => "ru",
        Spa => "es",
        Tur => "tr",
        _ => "und",
    }
}

/// All files under a folder, by their path in it; `.gz` unpacked by gzip.
fn read_all(folder: &Path) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            let bytes = if name.ends_with(".gz") { unpack(&path)? } else { std::fs::read(&path)? };
            files.push((name, bytes));
        }
    }
    files.sort();
    Ok(files)
}

fn unpack(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut gzip = std::process::Command::new("gzip")
        .arg("-dc")
        .arg(path)
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let mut bytes = Vec::new();
    gzip.stdout.take().ok_or("gzip has no output")?.read_to_end(&mut bytes)?;
    gzip.wait()?;
    Ok(bytes)
}
