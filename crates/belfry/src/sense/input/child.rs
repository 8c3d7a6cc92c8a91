//! The ffmpeg child that opens what others made: no film, no sound file and no camera's stream is decoded in this process.
//!
//! Not here: what goes in and comes out.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};

use super::lock;
use crate::sense::limits::{COMPLAINT_BYTES_MAX, COMPLAINTS_MAX};

/// Before what is opened: no chatter, no keyboard, and nothing but files and pipes even when a file names an address.
pub(super) const QUIET: [&str; 7] =
    ["-hide_banner", "-nostdin", "-loglevel", "error", "-protocol_whitelist", "file,pipe,fd", "-threads"];

/// A running child. It is ended when this goes.
pub(super) struct Child {
    child: tokio::process::Child,
    complaint: Arc<Mutex<Option<String>>>,
}

impl Child {
    /// Starts one. `input` comes before `-i`, `output` after what is opened; what comes out is on its standard output.
    pub(super) fn start(
        ffmpeg: &Path,
        sensor: &str,
        input: &[&str],
        opened: &str,
        output: &[&str],
    ) -> Result<(Self, Option<ChildStdin>, ChildStdout)> {
        let fed = opened == "pipe:0";
        let mut child = Command::new(ffmpeg)
            .args(QUIET)
            .arg("1")
            .args(input)
            .args(["-i", opened])
            .args(output)
            .arg("pipe:1")
            .stdin(if fed { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!("cannot start {}: install ffmpeg, or name it in post.ffmpeg", ffmpeg.display())
            })?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().context("the child has no output")?);
        let complaint = Arc::new(Mutex::new(None));
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(complaints(sensor.to_owned(), BufReader::new(stderr), complaint.clone()));
        }
        Ok((Self { child, complaint }, stdin, stdout))
    }

    /// Why it ended, in its own words where it has any.
    pub(super) async fn why(mut self) -> anyhow::Error {
        let within = std::time::Duration::from_secs(1);
        let status = tokio::time::timeout(within, self.child.wait()).await;
        let status = status.ok().and_then(std::result::Result::ok);
        let complaint = lock(&self.complaint).take();
        let status = status.map_or("it still runs".into(), |status| status.to_string());
        anyhow::anyhow!("ffmpeg ended ({status}): {}", complaint.unwrap_or_else(|| "it said nothing".into()))
    }

    /// Whether it ended and was content.
    pub(super) async fn is_well(&mut self) -> bool {
        let within = std::time::Duration::from_secs(1);
        matches!(tokio::time::timeout(within, self.child.wait()).await, Ok(Ok(status)) if status.success())
    }
}

async fn complaints(
    sensor: String,
    mut stderr: BufReader<tokio::process::ChildStderr>,
    last: Arc<Mutex<Option<String>>>,
) {
    let (mut line, mut said) = (Vec::new(), 0);
    // A line without an end is cut by the child's own buffer; what is kept of it has a limit here.
    while let Ok(1..) = stderr.read_until(b'\n', &mut line).await {
        line.truncate(COMPLAINT_BYTES_MAX);
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        if said < COMPLAINTS_MAX && !text.is_empty() {
            said += 1;
            tracing::debug!(sensor, "ffmpeg: {text}");
        }
        if !text.is_empty() {
            *lock(&last) = Some(text);
        }
        line.clear();
    }
}
