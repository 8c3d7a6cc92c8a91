//! HiGHS alone, in a Python process of its own that answers line by line, so that both can be asked by turns.
//!
//! Not here: what it answers, which is `bench/plan/peers_solve.py`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::Failure;

/// The script, from the root of the repository.
const SCRIPT: &str = "bench/plan/peers_solve.py";

/// The process.
pub struct Peer {
    child: Child,
    asks: ChildStdin,
    tells: BufReader<ChildStdout>,
}

#[derive(Serialize)]
struct Question<'a> {
    path: &'a Path,
    /// The settings that ours has; otherwise threads as HiGHS likes.
    same: bool,
}

/// What it found.
#[derive(Deserialize)]
pub struct Told {
    /// The optimum.
    pub value: f64,
    /// By the clock.
    pub seconds: f64,
    /// On a processor, all threads.
    pub processor_seconds: f64,
}

impl Peer {
    /// Starts it.
    pub fn start(python: &Path) -> Result<Self, Failure> {
        let mut child =
            Command::new(python).arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let asks = child.stdin.take().ok_or("no way in")?;
        let tells = BufReader::new(child.stdout.take().ok_or("no way out")?);
        Ok(Self { child, asks, tells })
    }

    /// Has one programme solved.
    pub fn ask(&mut self, path: &Path, same: bool) -> Result<Told, Failure> {
        writeln!(self.asks, "{}", serde_json::to_string(&Question { path, same })?)?;
        self.asks.flush()?;
        let mut line = String::new();
        self.tells.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
