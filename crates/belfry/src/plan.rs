//! `belfry plan`: plans of measures checked, solved and compared, and streets with closures, for planners who script. JSON in, JSON
//! or a table out; no node is needed.
//!
//! Not here: the search, and what closures do (`measures`).

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use base::system::SystemClock;
use base::{Clock as _, Timestamp};
use measures::joint::{Area, Joint};
use measures::model::Plan;
use measures::solve::{
    Closures, NoStreets, Outcome, Progress, Request, Short, Shortfall, Solution, Watch, solve,
};
use measures::streets::{
    Bound, Closure, Country, Destination, Extent, Group, Mode, NeighbourhoodKeys, Point, Streets, Travel,
    read_lines, read_neighbourhoods, read_pbf,
};

use crate::Outcome as Came;
use crate::arguments::{PlanCommand, RoutePlan, SolvePlan};

/// Largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// How many answers are compared at once.
const COMPARED_MAX: usize = 8;
/// Postures end after so many days when nothing else is said.
const ENDS_DAYS: i64 = 30;
/// Streets are searched by so many threads.
const THREADS: usize = 2;

/// Does what is asked.
pub(crate) fn plan(what: PlanCommand) -> Result<Came> {
    match what {
        PlanCommand::Check { plan } => {
            let plan = read_plan(&plan)?;
            println!(
                "{}: {} scenarios, {} norms, {} measures, {} neighbourhoods; nothing is wrong with it",
                plan.name,
                plan.scenarios.len(),
                plan.norms.len(),
                plan.measures.len(),
                plan.neighbourhoods.len()
            );
            Ok(Came::Done)
        }
        PlanCommand::Solve(wanted) => solved(&wanted),
        PlanCommand::Compare { plan, answers } => compared(&plan, &answers),
        PlanCommand::Route(wanted) => routed(&wanted),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let at = || format!("cannot read {}", file.display());
    let size = std::fs::metadata(file).with_context(at)?.len();
    if size > FILE_BYTES_MAX {
        bail!("{} has {size} bytes; at most {FILE_BYTES_MAX} are read", file.display());
    }
    std::fs::read(file).with_context(at)
}

fn read_plan(file: &Path) -> Result<Plan> {
    Plan::from_json(&read(file)?).with_context(|| file.display().to_string())
}

/// Says on standard error how far the search is, whenever it begins something else.
#[derive(Default)]
struct Said(Option<measures::solve::Stage>);

impl Watch for Said {
    fn progress(&mut self, progress: Progress) {
        if self.0 != Some(progress.stage) {
            self.0 = Some(progress.stage);
            eprintln!("{:?}: {} programmes solved so far", progress.stage, progress.solves);
        }
    }

    fn cancelled(&mut self) -> bool {
        false
    }
}

fn solved(wanted: &SolvePlan) -> Result<Came> {
    let plan = read_plan(&wanted.plan)?;
    let now = SystemClock.now();
    let instant = |text: &Option<String>, otherwise: Timestamp, name: &str| match text {
        Some(text) => text.parse::<Timestamp>().with_context(|| format!("--{name} {text}")),
        None => Ok(otherwise),
    };
    let at = instant(&wanted.at, now, "at")?;
    let ends = instant(&wanted.ends, at.plus_seconds(ENDS_DAYS * 86_400), "ends")?;
    let mut request = Request::new(at, ends);
    if wanted.bare {
        request = request.bare();
    }
    request.levels.clone_from(&wanted.levels);
    request.zones.clone_from(&wanted.zones);
    request.must.clone_from(&wanted.must);
    request.must_not.clone_from(&wanted.must_not);
    request.seconds_max = wanted.seconds;
    let mut joint = joint(&plan, wanted)?;
    let mut streets: &mut dyn Closures = &mut NoStreets;
    if let Some(joint) = &mut joint {
        streets = joint;
    }
    let outcome = solve(&plan, &request, streets, &SystemClock, &mut Said::default())?;
    if let Some(joint) = &joint {
        eprintln!("the streets were asked about {} sets of closures", joint.asked());
    }
    let mut text = serde_json::to_string_pretty(&outcome).context("the answer cannot be written")?;
    text.push('\n');
    match &wanted.out {
        Some(file) => {
            std::fs::write(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
            match &outcome {
                Outcome::Met(solution) => print!("{}", page(&plan, &[("this", solution)])),
                Outcome::Unmet(short) => print!("{}", shortfall(short)),
            }
        }
        None => print!("{text}"),
    }
    Ok(if matches!(outcome, Outcome::Met(_)) { Came::Done } else { Came::Unsound })
}

/// The streets that the search asks, where they are given.
fn joint(plan: &Plan, wanted: &SolvePlan) -> Result<Option<Joint>> {
    let (Some(streets), Some(neighbourhoods)) = (&wanted.streets, &wanted.neighbourhoods) else {
        if plan.measures.iter().any(|one| !one.closures.is_empty()) {
            eprintln!(
                "minutes that closures cost people are not counted, nor whether help still gets through: give --streets and --neighbourhoods"
            );
        }
        return Ok(None);
    };
    let area = Area::new(&read(streets)?, &read(neighbourhoods)?)
        .with_context(|| format!("{} with {}", streets.display(), neighbourhoods.display()))?;
    let joint = Joint::new(Arc::new(area), plan)?;
    for short in joint.before() {
        eprintln!(
            "{}: help has not two ways on open streets already; closures may not make it worse",
            short.place
        );
    }
    Ok(Some(joint))
}

fn shortfall(short: &Shortfall) -> String {
    let mut out = String::from("No choice of measures meets every norm. What comes nearest:\n\n");
    out.push_str("| scenario | level | remains | may remain | alone it could be |\n|---|---|---|---|---|\n");
    for Short { unmet, alone_share } in &short.norms {
        let alone = alone_share.map_or("not known".into(), |share| format!("{share:.3}"));
        let _ = writeln!(
            out,
            "| {} | {} | {:.3} | {:.3} | {alone} |",
            unmet.scenario, unmet.level, unmet.remaining_share, unmet.remaining_share_max
        );
    }
    for one in &short.blocking {
        let _ = writeln!(
            out,
            "\nWithout the limit of {:?}, {} norms would stay unmet.",
            one.limit, one.unmet_without_it
        );
    }
    out
}

fn compared(plan: &Path, answers: &[std::path::PathBuf]) -> Result<Came> {
    let plan = read_plan(plan)?;
    if answers.len() > COMPARED_MAX {
        bail!("{} answers; at most {COMPARED_MAX} fit on a page", answers.len());
    }
    let mut solutions = Vec::new();
    for file in answers {
        let outcome: Outcome = serde_json::from_slice(&read(file)?)
            .with_context(|| format!("{} is no answer of `belfry plan solve`", file.display()))?;
        let Outcome::Met(solution) = outcome else {
            bail!("{} meets not every norm: there is nothing to compare", file.display());
        };
        let name = file.file_stem().map(|one| one.to_string_lossy().into_owned()).unwrap_or_default();
        solutions.push((name, solution));
    }
    let named: Vec<(&str, &Solution)> =
        solutions.iter().map(|(name, solution)| (name.as_str(), &**solution)).collect();
    print!("{}", page(&plan, &named));
    Ok(Came::Done)
}

/// Options side by side, level by level.
fn page(plan: &Plan, options: &[(&str, &Solution)]) -> String {
    let mut out = format!("# {}\n\n| | {} |\n|---|", plan.name, names(options));
    out.push_str(&"---|".repeat(options.len()));
    out.push('\n');
    let mut row = |what: &str, value: &dyn Fn(&Solution) -> String| {
        let cells: Vec<String> = options.iter().map(|(_, one)| value(one)).collect();
        let _ = writeln!(out, "| {what} | {} |", cells.join(" | "));
    };
    row("proved to be the least", &|one| if one.proved { "yes".into() } else { "no".into() });
    row("points on the worst-hit neighbourhood", &|one| format!("{:.2}", one.worth.worst_points));
    row("points on the average resident", &|one| format!("{:.2}", one.worth.mean_points));
    row("euros a year", &|one| format!("{:.0}", one.worth.money_eur));
    let levels: std::collections::BTreeSet<u8> =
        options.iter().flat_map(|(_, one)| one.postures.iter().map(|posture| posture.level)).collect();
    for level in levels {
        let at = |one: &Solution| one.postures.iter().find(|posture| posture.level == level).cloned();
        row(&format!("level {level}: measures"), &|one| {
            at(one).map_or(String::new(), |posture| posture.measures.join(", "))
        });
        row(&format!("level {level}: worst-hit, points"), &|one| {
            at(one).map_or(String::new(), |posture| {
                let place = posture.worst_neighbourhood.unwrap_or_else(|| "nobody".into());
                format!("{place}, {:.2}", posture.worst_points)
            })
        });
        row(&format!("level {level}: staff hours a day"), &|one| {
            at(one).map_or(String::new(), |posture| format!("{:.1}", posture.staff_hours_per_day))
        });
    }
    out
}

fn names(options: &[(&str, &Solution)]) -> String {
    options.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" | ")
}

fn routed(wanted: &RoutePlan) -> Result<Came> {
    let bytes = read(&wanted.streets)?;
    let lines = wanted.streets.extension().is_some_and(|one| one == "json" || one == "geojson");
    let raw = if lines { read_lines(&bytes) } else { read_pbf(&bytes) };
    let raw = raw.with_context(|| wanted.streets.display().to_string())?;
    let streets = Arc::new(Streets::build(&raw, Country::Netherlands)?);
    let neighbourhoods = read_neighbourhoods(&read(&wanted.neighbourhoods)?, &NeighbourhoodKeys::default())
        .with_context(|| wanted.neighbourhoods.display().to_string())?;
    let homes = streets.homes(&neighbourhoods)?;
    let mut destinations = Vec::new();
    for text in &wanted.to {
        destinations.push(destination(text)?);
    }
    let share = 1.0 / destinations.len() as f64;
    let shares: Vec<(usize, f64)> = (0..destinations.len()).map(|at| (at, share)).collect();
    let travels: Vec<Travel> =
        [(Mode::Car, wanted.car), (Mode::Bike, wanted.bike), (Mode::Foot, wanted.foot)]
            .into_iter()
            .filter(|(_, trips)| *trips > 0.0)
            .map(|(mode, trips_per_household)| Travel {
                group: Group::Residents,
                mode,
                trips_per_household,
                shares: shares.clone(),
                bound: Bound::ThereAndBack,
            })
            .collect();
    let plan = measures::streets::Plan::new(streets, homes, &destinations, &travels, THREADS)?;
    let closed: Vec<Closure> = wanted
        .close
        .iter()
        .map(|street| Closure::new(Extent::Street(street.clone()), &[Mode::Car]))
        .collect();
    let burdens = plan.compare(&[closed])?;
    let burden = burdens.first().context("one variant was asked for")?;
    println!("| neighbourhood | households | resident-minutes a day |\n|---|---|---|");
    for (one, minutes) in neighbourhoods.iter().zip(&burden.minutes) {
        println!("| {} | {:.0} | {minutes:.0} |", one.name, one.households);
    }
    println!("| all | | {:.0} |", burden.total());
    for cut in &burden.broken {
        let place = neighbourhoods.get(cut.neighbourhood as usize).map_or("?", |one| one.name.as_str());
        println!("\nCut off by {:?}: {:.0} households of {place}.", cut.mode, cut.households);
    }
    Ok(if burden.broken.is_empty() { Came::Done } else { Came::Unsound })
}

/// `NAME=LONGITUDE,LATITUDE`.
fn destination(text: &str) -> Result<Destination> {
    let wrong = || format!("{text}: write NAME=LONGITUDE,LATITUDE, in degrees");
    let (name, place) = text.split_once('=').with_context(wrong)?;
    let (longitude, latitude) = place.split_once(',').with_context(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().with_context(wrong);
    let at = Point::new(number(longitude)?, number(latitude)?).with_context(wrong)?;
    Ok(Destination { name: name.to_owned(), at })
}
