//! Film files and pipes, through an ffmpeg child; and grey pictures as a child gives them, which carry their own size.
//!
//! Not here: cameras on the network (`rtsp`), and what is seen (`sense`).

use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sense::eye::Frame;
use sense::limits::{FRAME_HEIGHT_MAX, FRAME_WIDTH_MAX};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

use super::Sink;
use super::child::Child;
use crate::sense::config::Input;
use crate::sense::limits::{FRAME_WIDTH, FRAMES_PER_S, SILENT_MAX};
use crate::sense::time::{now, wait_until};

/// Longest line between pictures, in bytes.
const LINE_BYTES_MAX: u64 = 256;

/// A film: a file at the pace at which it was made, a pipe as it comes.
pub(super) async fn file(ffmpeg: &Path, input: &Input, sink: &Sink) -> Result<()> {
    let path = input.path.display().to_string();
    let is_pipe =
        std::fs::metadata(&input.path).with_context(|| format!("cannot open {path}"))?.file_type().is_fifo();
    let filter = format!("fps={FRAMES_PER_S},{}", scale());
    let wanted = ["-an", "-vf", &filter, "-f", "yuv4mpegpipe", "-strict", "-1"];
    let live = ["-use_wallclock_as_timestamps", "1"];
    let asked: &[&str] = if is_pipe { &live } else { &[] };
    let (mut child, _, stdout) = Child::start(ffmpeg, sink.sensor(), asked, &path, &wanted)?;
    let began = now();
    let start = input.start.map_or(began, Into::into);
    let mut pictures = Pictures::new(stdout);
    let mut number = 0_u32;
    while let Some(grey) = pictures.next().await? {
        let position_s = f64::from(number) / f64::from(FRAMES_PER_S);
        let at = if is_pipe {
            now()
        } else {
            wait_until(began.plus_seconds(position_s)).await;
            start.plus_seconds(position_s)
        };
        sink.frame(Frame::new(at, pictures.width, grey)?);
        number = number.wrapping_add(1);
    }
    if child.is_well().await { Ok(()) } else { Err(child.why().await) }
}

/// What makes a picture small and grey.
pub(super) fn scale() -> String {
    format!("scale={FRAME_WIDTH}:-2:flags=area,format=gray")
}

/// Grey pictures as they come out of a child, in the form of YUV4MPEG2: a line that says their size, then each after a line.
pub(super) struct Pictures<R> {
    from: BufReader<R>,
    /// Pixels across; nought before the first picture.
    pub(super) width: usize,
    height: usize,
}

impl<R: AsyncRead + Unpin> Pictures<R> {
    /// From the standard output of a child.
    pub(super) fn new(from: R) -> Self {
        Self { from: BufReader::new(from), width: 0, height: 0 }
    }

    /// The next picture; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let next = tokio::time::timeout(SILENT_MAX, self.read()).await;
        next.with_context(|| format!("no picture for {} s", SILENT_MAX.as_secs()))?
    }

    async fn read(&mut self) -> Result<Option<Vec<u8>>> {
        if self.width == 0 {
            let Some(line) = self.line().await? else { return Ok(None) };
            (self.width, self.height) = size(&line)?;
        }
        match self.line().await? {
            Some(line) if line.starts_with("FRAME") => {}
            Some(_) => bail!("no picture begins where one should"),
            None => return Ok(None),
        }
        let mut grey = vec![0; self.width * self.height];
        self.from.read_exact(&mut grey).await.context("a picture broke off")?;
        Ok(Some(grey))
    }

    async fn line(&mut self) -> Result<Option<String>> {
        let mut line = Vec::new();
        let read = (&mut self.from).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await;
        if read.context("pictures broke off")? == 0 {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            bail!("pictures do not come in the form that was asked for");
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }
}

fn size(line: &str) -> Result<(usize, usize)> {
    let mut words = line.split(' ');
    if words.next() != Some("YUV4MPEG2") {
        bail!("pictures do not come in the form that was asked for");
    }
    let (mut width, mut height, mut grey) = (0, 0, false);
    for word in words {
        match word.split_at_checked(1) {
            Some(("W", number)) => width = number.parse()?,
            Some(("H", number)) => height = number.parse()?,
            Some(("C", "mono")) => grey = true,
            _ => {}
        }
    }
    let fits = (1..=FRAME_WIDTH_MAX).contains(&width) && (1..=FRAME_HEIGHT_MAX).contains(&height);
    if !fits || !grey {
        bail!("pictures of {width} x {height} that are not small and grey");
    }
    Ok((width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pictures_are_told_apart() {
        let stream = b"YUV4MPEG2 W4 H2 F5:1 Ip A1:1 Cmono\nFRAME\n12345678FRAME Ip\nabcdefgh";
        let mut pictures = Pictures::new(&stream[..]);
        assert_eq!(pictures.next().await.unwrap().unwrap(), b"12345678");
        assert_eq!(pictures.next().await.unwrap().unwrap(), b"abcdefgh");
        assert!(pictures.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused() {
        for stream in [
            "RIFF",
            "YUV4MPEG2 W4 H2 C420\nFRAME\n",
            "YUV4MPEG2 W9999 H2 Cmono\n",
            "YUV4MPEG2 W0 H0 Cmono\n",
            "YUV4MPEG2 W4 H2 Cmono\nFRAME\n123",
            "YUV4MPEG2 W4 H2 Cmono\nFRAME\n12345678junk\n",
        ] {
            let mut pictures = Pictures::new(stream.as_bytes());
            let mut last = pictures.next().await;
            while let Ok(Some(_)) = last {
                last = pictures.next().await;
            }
            assert!(last.is_err(), "{stream}");
        }
    }
}
