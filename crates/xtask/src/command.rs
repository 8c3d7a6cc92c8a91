//! Running other programs from the right folder, and saying so.
//!
//! Not here: which programs, and why.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// What is tested: everything, with what is left out of a build unless it is asked for.
pub const TESTED: [&str; 3] = ["--workspace", "--features", "belfry/onnx"];

/// The checkout that the chores work on.
pub struct Project {
    root: PathBuf,
    target: PathBuf,
}

/// A program about to run.
pub struct Step {
    shown: String,
    command: Command,
}

impl Project {
    /// From where cargo says this package is, so that one target folder may serve several checkouts.
    pub fn find() -> Result<Self> {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.lock").is_file())
            .with_context(|| format!("no Belfry checkout around {}", package.display()))?;
        let metadata = cargo_metadata::MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .no_deps()
            .exec()
            .context("cannot read the workspace")?;
        Ok(Self { root: root.to_path_buf(), target: metadata.target_directory.into_std_path_buf() })
    }

    /// A path in the checkout.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The `belfry` binary of a debug build.
    pub fn belfry(&self) -> PathBuf {
        self.target.join("debug").join(format!("belfry{}", std::env::consts::EXE_SUFFIX))
    }

    /// The `belfry` binary of a release build.
    pub fn belfry_release(&self) -> PathBuf {
        self.target.join("release").join(format!("belfry{}", std::env::consts::EXE_SUFFIX))
    }

    /// Builds the `belfry` of a debug build. `as_tests`: as the tests build it, so that after them there is nothing left to do.
    pub fn build_belfry(&self, as_tests: bool) -> Result<()> {
        if !as_tests {
            return self.cargo(&["build", "--package", "belfry"]).run();
        }
        self.cargo(&["build", "--all-targets"]).args(&TESTED.map(str::to_owned)).run()
    }

    /// A path among what is built.
    pub fn built(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// Cargo, in the root.
    pub fn cargo(&self, arguments: &[&str]) -> Step {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Step::new("cargo", &cargo, arguments).within(&self.root)
    }

    /// npm, in a folder of the checkout. It never fetches a browser.
    pub fn npm(&self, folder: &str, arguments: &[&str]) -> Step {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        Step::new(&format!("npm --prefix {folder}"), npm.as_ref(), arguments)
            .within(&self.path(folder))
            .with("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .with("NO_UPDATE_NOTIFIER", "1")
    }
}

impl Step {
    /// A program by name.
    pub fn program(name: &str, arguments: &[&str]) -> Self {
        Self::new(name, name.as_ref(), arguments)
    }

    fn new(shown: &str, program: &OsStr, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null());
        Self { shown: format!("{shown} {}", arguments.join(" ")), command }
    }

    /// From this folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With an environment variable.
    pub fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With more arguments.
    pub fn args(mut self, arguments: &[String]) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(argument);
            self.command.arg(argument);
        }
        self
    }

    /// With the user's keyboard.
    pub fn interactive(mut self) -> Self {
        self.command.stdin(Stdio::inherit());
        self
    }

    /// Runs it to the end; its output goes to the user.
    pub fn run(mut self) -> Result<()> {
        println!("> {}", self.shown);
        let status = self.command.status().with_context(|| format!("cannot start `{}`", self.shown))?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown);
        }
        Ok(())
    }

    /// Runs it to the end and keeps what it prints; its errors go to the user.
    pub fn output(mut self) -> Result<String> {
        self.command.stderr(Stdio::inherit());
        let output = self.command.output().with_context(|| format!("cannot start `{}`", self.shown))?;
        ensure!(output.status.success(), "`{}` failed ({})", self.shown, output.status);
        String::from_utf8(output.stdout)
            .with_context(|| format!("`{}` printed something else than text", self.shown))
    }

    /// Whether it runs and succeeds, in silence.
    pub fn succeeds(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }
}

/// Where a program is on the search path.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named() {
        let error = Step::program("cargo", &["no-such-subcommand-of-cargo"]).run().unwrap_err();
        assert!(error.to_string().contains("cargo no-such-subcommand-of-cargo"), "{error}");
        assert!(Step::program("no-such-program-at-all", &[]).run().is_err());
    }

    #[test]
    fn finds_programs_on_the_path_only() {
        assert!(find_program("cargo").is_some());
        assert!(find_program("no-such-program-at-all").is_none());
    }
}
