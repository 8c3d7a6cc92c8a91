//! The measurements by name.
//!
//! Not here: the measurements, which are hidden subcommands of `belfry`, so that they measure what is shipped, and a
//! script in `e2e/bench` for what is measured in a browser.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::browser::E2E;
use crate::command::{Project, Step};
use crate::{setup, web};

/// What can be measured.
const MEASUREMENTS: [&str; 5] = ["share", "screens", "webwatch", "sense", "plan"];
/// A program that is already built, to be measured in a browser instead of a new release build.
const BUILT: &str = "BELFRY_BIN";

/// Runs one measurement in a release build.
pub fn bench(project: &Project, name: Option<&str>, rest: &[String]) -> Result<()> {
    match name {
        Some("share") => share(project, rest),
        Some("screens") => screens(project, rest),
        Some("webwatch") => webwatch(project, rest),
        Some("sense") => sense(project, rest),
        Some("plan") => plan(project, rest),
        _ => bail!("say which: {}", MEASUREMENTS.join(", ")),
    }
}

fn share(project: &Project, rest: &[String]) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    web::build(project)?;
    let all = ["run", "--release", "--package", "belfry", "--", "bench-share"];
    project.cargo(&all).args(rest).run()
}

/// Web monitoring on published data sets, which are not ours to ship: the caller names their folder, and the folder of what
/// `bench/webwatch/peers.py` wrote when feeds are to be held against another reader.
fn webwatch(project: &Project, rest: &[String]) -> Result<()> {
    let [data, peers @ ..] = rest else {
        bail!("name the folder with the data sets: cargo xtask bench webwatch DATA [PEERS]");
    };
    setup::ensure(&setup::TO_BUILD)?;
    let example = |name: &str| {
        project.cargo(&["run", "--release", "--quiet", "--package", "webwatch", "--example", name, "--"])
    };
    for what in ["feeds", "pages", "language"] {
        if what == "feeds" && peers.is_empty() {
            println!(
                "feeds are left out: `python bench/webwatch/peers.py {data} PEERS`, then name PEERS too"
            );
            continue;
        }
        example("evaluate").args(&[data.clone(), what.to_owned()]).args(peers).run()?;
    }
    example("evaluate_detect").args(&[format!("{data}/text")]).run()
}

/// Eye and Ear: places, thresholds and the whole chain on cases of its own; directions, classes and motion on published data sets,
/// which are not ours to ship. PYTHON is one with `bench/sense/requirements.txt` installed: then others are measured in the same run,
/// on the same cases, which go through a folder beside the builds.
fn sense(project: &Project, rest: &[String]) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    let example = |name: &str| {
        project.cargo(&["run", "--release", "--quiet", "--package", "sense", "--example", name, "--"])
    };
    let (data, python) = match rest {
        [] => (None, None),
        [data] => (Some(data), None),
        [data, python] => (Some(data), Some(python)),
        _ => bail!("cargo xtask bench sense [DATA [PYTHON]]"),
    };
    let folder = project.built("bench-sense");
    let folder = folder.to_str().context("the target folder has a name that is no text")?;
    let named = |name: &str| [name.to_owned(), folder.to_owned()];
    let measure = |name: &str, first: &[String], writes: bool| -> Result<()> {
        let Some(python) = python else { return example(name).args(first).run() };
        if writes {
            example(name).args(first).args(&named("--write")).run()?;
        }
        let script = format!("bench/sense/peers_{}.py", name.trim_start_matches("measure_"));
        // What writes its own cases has told the peer all it needs; the others need the data.
        let mut from = if writes { Vec::new() } else { first.to_vec() };
        from.push(folder.to_owned());
        Step::program(python, &[&script]).args(&from).within(&project.path("")).run()?;
        example(name).args(first).args(&named("--peers")).run()
    };
    measure("measure_place", &[], true)?;
    example("measure_threshold").run()?;
    example("measure_chain").run()?;
    let Some(data) = data else {
        println!(
            "directions, classes and motion are left out: name the folder with the data sets, cargo xtask bench sense DATA [PYTHON]"
        );
        return Ok(());
    };
    let data = std::slice::from_ref(data);
    measure("measure_bearing", data, true)?;
    measure("measure_class", data, false)?;
    measure("measure_eye", data, false)
}

/// Measures: the search on cases of its own; programmes and streets on published data sets, which are not ours to ship. PYTHON is one
/// with `bench/plan/requirements.txt` installed: then others are measured in the same run.
fn plan(project: &Project, rest: &[String]) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    let example = |name: &str, arguments: &[&str]| {
        let words: Vec<String> = arguments.iter().map(|one| (*one).to_owned()).collect();
        let all = ["run", "--release", "--quiet", "--package", "measures", "--example", name, "--"];
        project.cargo(&all).args(&words).run()
    };
    let [data, python @ ..] = rest else {
        println!("programmes and streets are left out: cargo xtask bench plan DATA [PYTHON]");
        return example("measure_solve", &["--only", "agree,needed,large"]);
    };
    let Some(python) = python.first() else {
        example("measure_solve", &["--data", data])?;
        return example("measure_streets", &[data]);
    };
    example("measure_solve", &["--data", data, "--python", python])?;
    let folder = project.built("bench-plan");
    let folder = folder.to_str().context("the target folder has a name that is no text")?;
    example("measure_streets", &[data, "--write", folder])?;
    let peers = ["bench/plan/peers_streets.py", folder];
    Step::program(python, &peers).within(&project.path("")).run()?;
    example("measure_streets", &[data, "--peers", folder])
}

fn screens(project: &Project, rest: &[String]) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    setup::ensure(&setup::TO_BROWSE)?;
    web::build(project)?;
    let built = std::env::var_os(BUILT).map(PathBuf::from);
    let program = match built {
        Some(program) => program,
        None => {
            project.cargo(&["build", "--release", "--package", "belfry"]).run()?;
            project.belfry_release()
        }
    };
    web::packages(project, E2E)?;
    let chromium = setup::chromium().context("Chromium is not on this computer")?;
    let step = project.npm(E2E, &["run", "bench", "--"]).args(rest);
    step.with(BUILT, program).with("BELFRY_CHROMIUM", chromium).run()
}
