//! A camera on the network: RTSP over TCP. Its coded pictures and sound go to ffmpeg children; its clock is compared with this
//! computer's through the sender reports that it sends beside them. What it tells of objects and alarms in a stream of metadata is
//! taken too.
//!
//! Not here: turning it (`turn`), its clock's arithmetic (`stamps`), and what metadata means (`onvif`).

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt as _;
use retina::client::{
    Demuxed, Described, InitialTimestampPolicy, PacketItem, PlayOptions, Session, SessionGroup,
    SessionOptions, SetupOptions, Stream, TcpTransportOptions, Transport,
};
use retina::codec::{CodecItem, FrameFormat};
use retina::rtcp::ReceivedCompoundPacket;
use sense::Moment;
use sense::eye::Frame;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::child::Child;
use super::opus::{self, Opus, Pages};
use super::pcm::{Anchors, Pace, Shape, pump};
use super::stamps::{CameraClock, Pairing, Report, Stamps};
use super::video::{Pictures, scale};
use super::{Sink, lock};
use crate::sense::config::{Credentials, Input, Sample};
use crate::sense::limits::{
    CODED_BYTES_MAX, CODED_WAITING_MAX, FRAMES_PER_S, METADATA_BYTES_MAX, SILENT_MAX,
};
use crate::sense::onvif::{alarms, objects};
use crate::sense::time::{moment_of, now};

/// Largest jump of a stream's own time that is believed, in seconds.
const STREAM_JUMP_S_MAX: NonZeroU32 = NonZeroU32::new(10).expect("ten is not nought");
/// How long a camera may take to begin.
const BEGIN_WITHIN: Duration = Duration::from_secs(15);
/// Samples a second of a camera's sound on its way to the ear: what children make of whatever comes.
const SOUND_RATE_HZ: u32 = 16_000;

/// The wrapping of Opus, by the name that ffmpeg has for it.
const OPUS: &str = "ogg";

/// What makes a child begin at the first picture instead of looking ahead for seconds.
const EAGER: [&str; 4] = ["-probesize", "2048", "-analyzeduration", "0"];

/// Follows a camera until it breaks off.
pub(super) async fn camera(ffmpeg: &Path, input: &Input, sink: &Sink, sound: Option<&Sink>) -> Result<()> {
    let group = Arc::new(SessionGroup::default());
    let begun = tokio::time::timeout(BEGIN_WITHIN, begin(input, sound.is_some(), group.clone())).await;
    let (mut session, mut opus, chosen) =
        begun.with_context(|| format!("the camera did not begin in {} s", BEGIN_WITHIN.as_secs()))??;
    let mut clock = CameraClock::default();
    let mut eye = EyePath::start(ffmpeg, chosen.video.codec, sink)?;
    let mut told = Stamps::default();
    let mut ear = match (&chosen.audio, sound) {
        (Some(audio), Some(sound)) => Some(EarPath::start(ffmpeg, audio, sound)?),
        _ => None,
    };
    loop {
        tokio::select! {
            next = tokio::time::timeout(SILENT_MAX, session.next()) => {
                let next = next.with_context(|| format!("nothing came for {} s", SILENT_MAX.as_secs()))?;
                let item = next.context("the camera closed the connection")??;
                take(item, &chosen, &mut clock, &mut eye, ear.as_mut(), &mut told)?;
                if let Some(offset_ms) = clock.offset_ms() {
                    for sink in std::iter::once(sink).chain(sound) {
                        sink.clock_offset(offset_ms, true);
                    }
                }
            }
            next = async { opus.as_mut().expect("asked for only when there").next().await }, if opus.is_some() => {
                if let Some(ear) = ear.as_mut() {
                    ear.take(next?, &mut clock)?;
                }
            }
            ended = &mut eye.reader => return Err(ended.context("the reader of pictures stopped")?),
            ended = async { (&mut ear.as_mut().expect("asked for only when there").reader).await }, if ear.is_some() => {
                return Err(ended.context("the reader of sound stopped")?);
            }
        }
    }
}

/// The streams of a camera that are taken.
struct Chosen {
    video: Taken,
    audio: Option<Taken>,
    /// What it tells of objects and alarms.
    metadata: Option<usize>,
}

/// A stream that is taken.
#[derive(Clone)]
struct Taken {
    number: usize,
    codec: &'static str,
    rate_hz: u32,
    channels: u16,
}

/// The camera as it describes itself.
pub(super) async fn described(input: &Input, group: Arc<SessionGroup>) -> Result<Session<Described>> {
    let url = url::Url::parse(&input.url).context("the camera's address")?;
    let credentials = Credentials::read(&input.credentials_file)?
        .map(|one| retina::client::Credentials { username: one.name, password: one.password });
    let options =
        SessionOptions::default().creds(credentials).user_agent("Belfry".to_owned()).session_group(group);
    Session::describe(url, options).await.context("the camera does not describe itself")
}

/// How every stream is asked for.
pub(super) fn over_tcp() -> SetupOptions {
    SetupOptions::default()
        .transport(Transport::Tcp(TcpTransportOptions::default()))
        .frame_format(FrameFormat::SIMPLE)
}

/// How streams are played.
pub(super) fn playing() -> PlayOptions {
    PlayOptions::default()
        .initial_timestamp(InitialTimestampPolicy::Permissive)
        .enforce_timestamps_with_max_jump_secs(STREAM_JUMP_S_MAX)
}

async fn begin(
    input: &Input,
    listening: bool,
    group: Arc<SessionGroup>,
) -> Result<(Demuxed, Option<Opus>, Chosen)> {
    let mut session = described(input, group.clone()).await?;
    let mut chosen = choose(session.streams(), listening)?;
    let opus = chosen.audio.as_ref().filter(|audio| audio.codec == OPUS).map(|audio| audio.number);
    let audio = chosen.audio.as_ref().filter(|_| opus.is_none());
    for taken in std::iter::once(&chosen.video).chain(audio) {
        session.setup(taken.number, over_tcp()).await.context("the camera refuses its stream over TCP")?;
    }
    if let Some(number) = chosen.metadata
        && let Err(error) = session.setup(number, over_tcp()).await
    {
        tracing::debug!("the camera keeps its metadata: {error}");
        chosen.metadata = None;
    }
    let session = session.play(playing()).await.context("the camera does not play")?;
    let session = session.demuxed().context("the camera's streams cannot be read")?;
    let opus = match opus {
        Some(number) => Some(Opus::begin(input, number, group).await?),
        None => None,
    };
    Ok((session, opus, chosen))
}

fn choose(streams: &[Stream], listening: bool) -> Result<Chosen> {
    let taken = |number: usize, stream: &Stream, codec| Taken {
        number,
        codec,
        rate_hz: stream.clock_rate_hz(),
        channels: stream.channels().map_or(1, std::num::NonZeroU16::get),
    };
    let names: Vec<String> =
        streams.iter().map(|one| format!("{}/{}", one.media(), one.encoding_name())).collect();
    let find = |media: &str, codec: fn(&str) -> Option<&'static str>| {
        streams.iter().enumerate().find_map(|(number, stream)| {
            let codec = (stream.media() == media).then(|| codec(stream.encoding_name())).flatten()?;
            Some(taken(number, stream, codec))
        })
    };
    let video = find("video", |name| match name {
        "h264" => Some("h264"),
        "h265" => Some("hevc"),
        _ => None,
    });
    let Some(video) = video else {
        bail!("no H.264 or H.265 among {}: set the camera to one of them", names.join(", "));
    };
    let audio = find("audio", |name| match name {
        "mpeg4-generic" => Some("aac"),
        "pcmu" => Some("mulaw"),
        "pcma" => Some("alaw"),
        "l16" => Some("s16be"),
        "opus" => Some(OPUS),
        _ => None,
    });
    if listening && audio.is_none() {
        bail!(
            "no sound in AAC, G.711, L16 or Opus among {}: set the camera to one of them",
            names.join(", ")
        );
    }
    // Packed metadata is left: it would have to be unpacked here.
    let metadata = find("application", |name| (name == "vnd.onvif.metadata").then_some("xml"));
    Ok(Chosen { video, audio: audio.filter(|_| listening), metadata: metadata.map(|one| one.number) })
}

fn take(
    item: CodecItem,
    chosen: &Chosen,
    clock: &mut CameraClock,
    eye: &mut EyePath,
    ear: Option<&mut EarPath>,
    told: &mut Stamps,
) -> Result<()> {
    let arrived = |context: &retina::PacketContext| moment_of(context.received_wall().into());
    match item {
        CodecItem::VideoFrame(picture) => {
            let at = eye.stamps.place(picture.timestamp(), arrived(picture.end_ctx()), clock);
            eye.sink.lost(u64::from(picture.loss()));
            let key = picture.is_random_access_point();
            eye.give(picture.into_data(), key, at)
        }
        CodecItem::AudioFrame(block) => {
            let Some(ear) = ear else { return Ok(()) };
            let at = ear.stamps.place(block.timestamp(), arrived(block.ctx()), clock);
            ear.sink.lost(u64::from(block.loss()));
            ear.give(block.data(), block.frame_length().get(), at)
        }
        CodecItem::MessageFrame(message) => {
            let at = told.place(message.timestamp(), arrived(message.ctx()), clock);
            let understood = metadata(message.data(), at, &eye.sink);
            eye.sink.lost(u64::from(message.loss()) + u64::from(understood.is_err()));
            if let Err(error) = understood {
                tracing::debug!(sensor = eye.sink.sensor(), "its metadata: {error:#}");
            }
            Ok(())
        }
        CodecItem::Rtcp(packet) => {
            let Some(report) = reported(&packet, clock) else { return Ok(()) };
            if packet.stream_id() == chosen.video.number {
                eye.stamps.report(report);
            } else if Some(packet.stream_id()) == chosen.metadata {
                told.report(report);
            } else if let Some(ear) = ear {
                ear.stamps.report(report);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What a camera says of its clock.
fn reported(packet: &ReceivedCompoundPacket, clock: &mut CameraClock) -> Option<Report> {
    let rtp = packet.rtp_timestamp()?;
    let sender = packet.pkts().next().and_then(|one| one.as_sender_report().ok().flatten())?;
    let report = Report { rtp: rtp.timestamp(), ntp: sender.ntp_timestamp().0 };
    clock.heard(&report, moment_of(packet.ctx().received_wall().into()));
    Some(report)
}

/// Hands on what a message tells: its last moment was when the message was sent, the others before it by its own clock.
fn metadata(message: &[u8], at: Moment, sink: &Sink) -> Result<()> {
    if message.len() > METADATA_BYTES_MAX {
        bail!("a message of {} bytes; at most {METADATA_BYTES_MAX} are read", message.len());
    }
    let text = std::str::from_utf8(message).context("it is no text")?;
    let seen = objects::seen(text)?;
    let last = seen.last().and_then(|one| one.at);
    for one in seen {
        let before_ms = one.at.zip(last).map_or(0, |(one, last)| last.millis_since(one).clamp(0, 10_000));
        sink.objects(at.plus_seconds(-(before_ms as f64) / 1e3), one.boxes);
    }
    for (_, alarm) in alarms::alarms(text)? {
        sink.alarm(at, alarm);
    }
    Ok(())
}

/// Coded pictures to a child and grey ones back.
struct EyePath {
    sink: Sink,
    stamps: Stamps,
    waiting: Sender<Vec<u8>>,
    pairing: Arc<Mutex<Pairing>>,
    /// What ends a picture, so that the decoder need not wait for the next one to see it whole.
    closing: &'static [u8],
    /// Whether pictures are left out until one comes that stands by itself.
    skipping: bool,
    /// Whether one came that stands by itself: what came before the first is not lost.
    begun: bool,
    reader: Reader,
}

/// A task that ends only when something is wrong, and is stopped when this goes.
type Reader = Stopping;

/// See [`Reader`].
struct Stopping(tokio::task::JoinHandle<anyhow::Error>);

impl Drop for Stopping {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Future for Stopping {
    type Output = std::result::Result<anyhow::Error, tokio::task::JoinError>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        std::pin::Pin::new(&mut self.0).poll(context)
    }
}

impl EyePath {
    fn start(ffmpeg: &Path, codec: &'static str, sink: &Sink) -> Result<Self> {
        let mut asked = EAGER.to_vec();
        asked.extend(["-flags", "low_delay", "-f", codec]);
        let filter = scale();
        let mut wanted = vec!["-an", "-fps_mode", "passthrough", "-vf", &filter];
        wanted.extend(["-f", "yuv4mpegpipe", "-strict", "-1", "-flush_packets", "1"]);
        let (child, stdin, stdout) = Child::start(ffmpeg, sink.sensor(), &asked, "pipe:0", &wanted)?;
        let (waiting, coded) = mpsc::channel(CODED_WAITING_MAX);
        let pairing = Arc::new(Mutex::new(Pairing::default()));
        let reader = tokio::spawn(eye_reader(child, stdin, stdout, coded, pairing.clone(), sink.clone()));
        let closing: &[u8] =
            if codec == "hevc" { &[0, 0, 0, 1, 0x46, 0x01, 0x50] } else { &[0, 0, 0, 1, 0x09, 0xf0] };
        Ok(Self {
            sink: sink.clone(),
            stamps: Stamps::default(),
            waiting,
            pairing,
            closing,
            skipping: true,
            begun: false,
            reader: Stopping(reader),
        })
    }

    fn give(&mut self, mut coded: Vec<u8>, key: bool, at: Moment) -> Result<()> {
        if coded.len() > CODED_BYTES_MAX {
            bail!("a coded picture of {} bytes; at most {CODED_BYTES_MAX} are taken", coded.len());
        }
        if self.skipping && !key {
            self.sink.lost(u64::from(self.begun));
            return Ok(());
        }
        self.begun = true;
        coded.extend(self.closing);
        // The time goes first: the child may answer before this goes on.
        lock(&self.pairing).push(at);
        self.skipping = self.waiting.try_send(coded).is_err();
        if self.skipping {
            lock(&self.pairing).take_back();
            self.sink.lost(1);
        }
        Ok(())
    }
}

async fn eye_reader(
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    coded: Receiver<Vec<u8>>,
    pairing: Arc<Mutex<Pairing>>,
    sink: Sink,
) -> anyhow::Error {
    let ended = tokio::select! {
        ended = feed(stdin, coded) => ended,
        ended = see(stdout, &pairing, &sink) => ended,
    };
    match ended {
        Ok(()) => child.why().await,
        Err(error) => error,
    }
}

async fn see(stdout: ChildStdout, pairing: &Mutex<Pairing>, sink: &Sink) -> Result<()> {
    let mut pictures = Pictures::new(stdout);
    let mut next: Option<Moment> = None;
    let step = 1.0 / f64::from(FRAMES_PER_S);
    while let Some(grey) = pictures.next().await? {
        let (at, lost) = lock(pairing).pop();
        sink.lost(lost);
        let at = at.unwrap_or_else(now);
        // Half a picture of a camera at 25 a second is let through early, so that five a second come out.
        if next.is_some_and(|next| at < next && next.seconds_since(at) <= step) {
            continue;
        }
        // Times that were set back count anew, or nothing would be left out any more.
        let due = next.filter(|due| at.seconds_since(*due).abs() < step).unwrap_or(at);
        next = Some(due.plus_seconds(step));
        sink.frame(Frame::new(at, pictures.width, grey)?);
    }
    Ok(())
}

/// Gives a child what waits for it, until nothing comes any more or the child ends.
async fn feed(stdin: Option<ChildStdin>, mut waiting: Receiver<Vec<u8>>) -> Result<()> {
    let mut stdin = stdin.context("the child has no input")?;
    while let Some(bytes) = waiting.recv().await {
        if stdin.write_all(&bytes).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Coded sound to a child and samples back.
struct EarPath {
    sink: Sink,
    stamps: Stamps,
    waiting: Sender<Vec<u8>>,
    anchors: Anchors,
    /// Samples given so far, at the rate of the ear.
    place: f64,
    rate_hz: u32,
    /// What wraps packets that do not stand by themselves.
    pages: Option<Pages>,
    reader: Reader,
}

impl EarPath {
    fn start(ffmpeg: &Path, taken: &Taken, sink: &Sink) -> Result<Self> {
        let (rate, channels) = (taken.rate_hz.to_string(), taken.channels.to_string());
        let mut asked = EAGER.to_vec();
        asked.extend(["-f", taken.codec]);
        if !["aac", OPUS].contains(&taken.codec) {
            asked.extend(["-ar", &rate, "-ac", &channels]);
        }
        let rate = SOUND_RATE_HZ.to_string();
        // The first channel as it is: mixing would make two alike 3 dB louder.
        let mut wanted = vec!["-vn", "-af", "pan=mono|c0=c0", "-ar", &rate];
        wanted.extend(["-f", "f32le", "-flush_packets", "1"]);
        let (child, stdin, mut stdout) = Child::start(ffmpeg, sink.sensor(), &asked, "pipe:0", &wanted)?;
        let (waiting, coded) = mpsc::channel(CODED_WAITING_MAX);
        let anchors = Anchors::default();
        let (told, to) = (anchors.clone(), sink.clone());
        let reader = tokio::spawn(async move {
            let shape = Shape { rate_hz: SOUND_RATE_HZ, channels: 1, sample: Sample::F32le };
            let ended = tokio::select! {
                ended = feed(stdin, coded) => ended,
                ended = pump(&mut stdout, shape, Pace::Told(told), &to) => ended,
            };
            match ended {
                Ok(()) => child.why().await,
                Err(error) => error,
            }
        });
        let mut pages = (taken.codec == OPUS).then(Pages::default);
        if let Some(pages) = &mut pages {
            // Two channels at most, whatever the camera sends: its packets say which, and the first is taken.
            waiting.try_send(pages.head(2)).context("the child takes nothing")?;
        }
        let rate_hz = if pages.is_some() { opus::RATE_HZ } else { taken.rate_hz };
        Ok(Self {
            sink: sink.clone(),
            stamps: Stamps::default(),
            waiting,
            anchors,
            place: 0.0,
            rate_hz,
            pages,
            reader: Stopping(reader),
        })
    }

    /// A packet or a report of a stream that nobody took apart.
    fn take(&mut self, item: PacketItem, clock: &mut CameraClock) -> Result<()> {
        match item {
            PacketItem::Rtp(packet) => {
                let arrived = moment_of(packet.ctx().received_wall().into());
                let at = self.stamps.place(packet.timestamp(), arrived, clock);
                self.sink.lost(u64::from(packet.loss()));
                let samples = opus::samples(packet.payload())?;
                let pages = self.pages.as_mut().context("a stream that is wrapped")?;
                let page = pages.packet(packet.payload(), samples)?;
                self.give(&page, samples, at)
            }
            PacketItem::Rtcp(packet) => {
                if let Some(report) = reported(&packet, clock) {
                    self.stamps.report(report);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn give(&mut self, coded: &[u8], samples: u32, at: Moment) -> Result<()> {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count that only grows"
        )]
        self.anchors.tell(self.place as u64, at);
        if self.waiting.try_send(coded.to_vec()).is_err() {
            self.sink.lost(1);
            return Ok(());
        }
        self.place += f64::from(samples) * f64::from(SOUND_RATE_HZ) / f64::from(self.rate_hz);
        Ok(())
    }
}
