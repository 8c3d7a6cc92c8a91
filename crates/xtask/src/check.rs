//! What `test` and `ci` do, one step after another, with a closing summary.
//!
//! Not here: the rules about the source, which are tests (`tests/tidy/`).

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::command::{Project, TESTED};
use crate::{browser, generate, setup, web};

/// How a step ended.
enum End {
    Well,
    Badly(String),
    Skipped(String),
}

struct Line {
    name: &'static str,
    end: End,
    took: Duration,
}

/// Runs every step, also after a failure, and fails if one did. `ci` also demands clean generated files.
pub fn check(project: &Project, ci: bool) -> Result<()> {
    setup::ensure(&setup::TO_BUILD)?;
    let mut report = Report::default();
    report.step("formatting", || project.cargo(&["fmt", "--all", "--check"]).run());
    report.step("web packages", || web::packages(project, web::WEB));
    report.step("web types", || project.npm(web::WEB, &["run", "check"]).run());
    report.step("web tests", || project.npm(web::WEB, &["test"]).run());
    report.step("web build", || web::build(project));
    report.step("lints", || {
        // With the same features as the tests: else half of what both need is built twice.
        let end = ["--all-targets", "--", "--deny", "warnings"].map(str::to_owned);
        project.cargo(&["clippy"]).args(&TESTED.map(str::to_owned)).args(&end).run()
    });
    report.step("tests", || tests(project, ci));
    if ci {
        report.step("generated files", || generate::generate(project, true));
    }
    match browser_wanted(ci) {
        Ok(()) => report.step("end to end", || browser::test(project)),
        Err(why) => report.skip("end to end", why),
    }
    report.close()
}

/// nextest when it is there (one process per test, faster), cargo's own otherwise. The tidy rules are among them.
fn tests(project: &Project, ci: bool) -> Result<()> {
    let nextest = project.cargo(&["nextest", "--version"]).succeeds();
    let run = project.cargo(if nextest { &["nextest", "run"] } else { &["test"] });
    let run = run.args(&TESTED.map(str::to_owned)).args(&["--no-fail-fast".to_owned()]);
    match setup::ensure(&setup::TO_SENSE) {
        // From here on, a test of sensors that misses something fails.
        Ok(()) => run.with("BELFRY_TEST_SENSORS", "1").run(),
        Err(why) if on_build_server(ci) => Err(why),
        Err(why) => {
            println!("without tests of cameras and sound files: {why}");
            run.run()
        }
    }
}

fn on_build_server(ci: bool) -> bool {
    ci || std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// A browser is installed if that can be done; on a build server its absence is a failure, elsewhere a skipped step.
fn browser_wanted(ci: bool) -> Result<(), String> {
    match setup::ensure(&setup::TO_BROWSE) {
        Err(why) if !on_build_server(ci) => Err(why.to_string()),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[derive(Default)]
struct Report {
    lines: Vec<Line>,
}

impl Report {
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let start = now();
        let end = match work() {
            Ok(()) => End::Well,
            Err(error) => {
                eprintln!("{error:#}");
                End::Badly(format!("{error:#}"))
            }
        };
        self.lines.push(Line { name, end, took: now() - start });
    }

    fn skip(&mut self, name: &'static str, why: String) {
        self.lines.push(Line { name, end: End::Skipped(why), took: Duration::ZERO });
    }

    fn close(&self) -> Result<()> {
        println!("\n== summary");
        for line in &self.lines {
            let (word, why) = match &line.end {
                End::Well => ("ok", ""),
                End::Badly(why) => ("FAILED", why.as_str()),
                End::Skipped(why) => ("skipped", why.as_str()),
            };
            println!("{word:<8} {:<16} {:>6.1} s  {why}", line.name, line.took.as_secs_f64());
        }
        let failed = self.lines.iter().filter(|line| matches!(line.end, End::Badly(_))).count();
        if failed > 0 {
            bail!("{failed} of {} steps failed", self.lines.len());
        }
        Ok(())
    }
}

#[allow(clippy::disallowed_methods, reason = "only for the seconds in the summary")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_fails_the_whole_and_the_rest_still_runs() {
        let mut report = Report::default();
        let mut ran = false;
        report.step("one", || bail!("broken"));
        report.step("two", || {
            ran = true;
            Ok(())
        });
        assert!(ran);
        assert_eq!(report.close().unwrap_err().to_string(), "1 of 2 steps failed");
    }

    #[test]
    fn a_skipped_step_does_not() {
        let mut report = Report::default();
        report.step("one", || Ok(()));
        report.skip("two", "no browser".into());
        assert!(report.close().is_ok());
    }
}
