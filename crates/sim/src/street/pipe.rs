//! Named pipes that a reader may leave and come back to: what nobody reads is left out, whole, and nothing waits for it.
//!
//! Not here: what goes into them.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use anyhow::{Context, Result, bail};

/// Blocks that wait for a slow reader of sound: two seconds.
const SOUND_WAITING_MAX: usize = 20;
/// Pictures that wait.
const PICTURES_WAITING_MAX: usize = 2;

/// The end of a pipe that is written to. A thread of its own does the writing, and ends with this.
pub(super) struct Pipe(SyncSender<Vec<u8>>);

impl Pipe {
    /// A pipe for framed blocks of sound. It is open before anyone reads.
    pub(super) fn sound(path: &Path) -> Result<Self> {
        make(path)?;
        // Open for both: then opening does not wait for a reader, and writing does not fail for want of one.
        let mut file = File::options().read(true).write(true).open(path)?;
        let (sender, blocks) = sync_channel(SOUND_WAITING_MAX);
        start(move || {
            for block in blocks {
                let block: Vec<u8> = block;
                if file.write_all(&block).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self(sender))
    }

    /// A pipe for a film: every reader gets `head` first.
    pub(super) fn film(path: &Path, head: &'static [u8]) -> Result<Self> {
        make(path)?;
        let (sender, pictures) = sync_channel(PICTURES_WAITING_MAX);
        let path = path.to_owned();
        start(move || while film(&path, head, &pictures).is_some() {})?;
        Ok(Self(sender))
    }

    /// Gives it something; left out when the reader is behind. `false`: nobody will read any more.
    pub(super) fn give(&self, bytes: Vec<u8>) -> bool {
        !matches!(self.0.try_send(bytes), Err(TrySendError::Disconnected(_)))
    }
}

/// For one reader, until it goes. `None`: there is nothing more to read.
fn film(path: &PathBuf, head: &[u8], pictures: &Receiver<Vec<u8>>) -> Option<()> {
    // Waits until somebody reads.
    let mut file = File::options().write(true).open(path).ok()?;
    // What was filmed before it came is old.
    while pictures.try_recv().is_ok() {}
    let mut written = file.write_all(head);
    while written.is_ok() {
        let picture = pictures.recv().ok()?;
        written = file.write_all(b"FRAME\n").and_then(|()| file.write_all(&picture));
    }
    Some(())
}

fn start(work: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new().name("pipe".into()).spawn(work)?;
    Ok(())
}

/// Makes the pipe, unless it is there.
fn make(path: &Path) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let made = Command::new("mkfifo").arg(path).status().context("cannot start mkfifo")?;
    if !made.success() {
        bail!("cannot make the pipe {}", path.display());
    }
    Ok(())
}
