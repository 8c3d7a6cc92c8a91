//! The sensors of the demonstration: an invented street, and a post beside it that is `belfry sense` like any other, a process of
//! its own with settings and a token.
//!
//! Not here: what happens in the street (sim), and hearing and seeing it (sense).

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use base::Clock as _;
use base::system::SystemClock;
use sense::bulletin::{Register, SensorKind};
use sense::{Plan, Point};
use sim::street::{self, EARS, EYES, Playing, Street};
use sim::{Api, Cast};
use tokio::process::{Child, Command};

use super::sounds;
use crate::node;
use crate::sense::config::{CalibrationPoint, Config, From, Input, Ptz, Sensor};
use crate::sense::decode;

/// Whose post it is, who gives it its token, and how it is named.
const ORGANISATION: &str = "police";
const ADMINISTRATOR: &str = "police-administrator";
const POST: &str = "police-sensors";
/// Who looks at what it tells.
const OPERATOR: &str = "police-operator";
/// How long the post's token lasts, in days.
const TOKEN_DAYS: i64 = 30;
/// The post's settings, in the street's folder.
const SETTINGS: &str = "sense.toml";

/// A street that goes on, and its post. Dropping it ends both.
pub(super) struct Running {
    _playing: Playing,
    _post: Option<Child>,
}

/// What the street needs of the demonstration around it.
pub(super) struct Around<'a> {
    /// The folder of the demonstration.
    pub(super) folder: &'a Path,
    /// Another number gives another street.
    pub(super) seed: u64,
    /// Speaks to the node.
    pub(super) api: &'a Api,
    /// The node's address.
    pub(super) url: String,
    /// The sample members.
    pub(super) cast: &'a Cast,
    /// Whether the post is started too; else only its settings are written.
    pub(super) post: bool,
    /// A recording to be played in the street.
    pub(super) played: Option<&'a Path>,
}

/// Begins the street, gives its post settings, token and model, and starts it.
pub(super) async fn begin(around: Around<'_>) -> Result<Running> {
    let folder = around.folder.join("street");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot use {}", folder.display()))?;
    let played = around.played.map(recording).transpose()?;
    let token = token(&around).await.context("the post has no token")?;
    write_secret(&folder.join("token"), &token)?;
    let (seed, file) = (around.seed, folder.join("sounds.model"));
    // Some seconds of work: beside the node, not in its way.
    let learned = tokio::task::spawn_blocking(move || anyhow::Ok(sounds::model(seed)?.to_bytes()));
    std::fs::write(&file, learned.await.context("learning broke off")??)
        .context("cannot write the sound model")?;
    std::fs::write(folder.join("area.geojson"), server::area::SAMPLE_MAP).context("cannot write the map")?;
    allow_stills(&around).await.context("stills could not be allowed")?;
    let street = Street { folder: folder.clone(), clock: node::clock(), seed, played };
    let playing = street.begin().await.context("the street cannot begin")?;
    let config = settings(&folder, &around.url, &playing)?;
    let text = toml::to_string(&config).context("the post's settings cannot be written")?;
    let file = folder.join(SETTINGS);
    std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    let post = if around.post { Some(start(&folder, &file)?) } else { None };
    Ok(Running { _playing: playing, _post: post })
}

/// `belfry sense` beside the node, as it would run beside real sensors.
fn start(folder: &Path, settings: &Path) -> Result<Child> {
    let log = File::create(folder.join("post.log")).context("cannot write the post's log")?;
    let program = std::env::current_exe().context("this program's own file is not known")?;
    Command::new(program)
        .args(["sense", "--config"])
        .arg(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .context("the post cannot be started")
}

async fn token(around: &Around<'_>) -> Result<String> {
    let (administrator, post) = (around.cast.player(ADMINISTRATOR)?, around.cast.player(POST)?);
    let api = around.api.as_sample_member(&administrator.member.to_string()).await?;
    let path = format!("/api/v1/organisations/{ORGANISATION}/members/{}/tokens", post.member);
    let expires = SystemClock.now().plus_seconds(TOKEN_DAYS * 86_400).to_string();
    let wanted = serde_json::json!({ "name": "Street", "scopes": ["operate"], "expires": expires });
    let made = api.post(&path, &wanted).await?.json()?;
    Ok(made["secret"].as_str().context("the node gave no token")?.to_owned())
}

/// The operators allow masked stills, as they would on their screen.
async fn allow_stills(around: &Around<'_>) -> Result<()> {
    let operator = around.cast.player(OPERATOR)?;
    let api = around.api.as_sample_member(&operator.member.to_string()).await?;
    let shown = api.get("/api/v1/sense/settings").await?;
    let etag = shown.headers.get("etag").and_then(|one| one.to_str().ok()).unwrap_or_default().to_owned();
    let mut settings = shown.json()?["settings"].take();
    settings["stills"] = true.into();
    api.put_with("/api/v1/sense/settings", &[("if-match", &etag)], &settings).await?.json()?;
    Ok(())
}

/// A file that only its owner reads.
fn write_secret(file: &Path, text: &str) -> Result<()> {
    let at = || format!("cannot write {}", file.display());
    let mut open =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file).with_context(at)?;
    open.write_all(text.as_bytes()).with_context(at)
}

/// The samples of a recording, at the street's rate.
fn recording(file: &Path) -> Result<Vec<f32>> {
    let (rate_hz, channels) =
        decode::decoded(file).with_context(|| format!("cannot play {}", file.display()))?;
    anyhow::ensure!(
        rate_hz == street::RATE_HZ,
        "{} has {rate_hz} samples a second; make it so: `ffmpeg -i FILE -ar {} -ac 1 OUT.wav`",
        file.display(),
        street::RATE_HZ
    );
    channels.into_iter().next().context("it has no sound")
}

fn settings(folder: &Path, url: &str, playing: &Playing) -> Result<Config> {
    let mut config = Config::default();
    config.node.url = url.to_owned();
    config.node.token_file = folder.join("token");
    config.post.name = "street".into();
    config.post.origin = street::ORIGIN;
    config.post.temperature_c = street::TEMPERATURE_C;
    config.post.stills = true;
    config.post.model_file = folder.join("sounds.model");
    config.post.area_file = folder.join("area.geojson");
    config.buffer.folder = folder.join("buffer");
    let plan = Plan::around(config.origin());
    let at = |place: [f64; 2]| {
        let position = plan.position(Point::new(place[0], place[1]));
        [position.longitude(), position.latitude()]
    };
    config.sensors.extend(EARS.iter().map(|ear| Sensor {
        id: ear.id.into(),
        kind: if ear.array { SensorKind::Array } else { SensorKind::Microphone },
        at: at(ear.at),
        height_m: street::EAR_HEIGHT_M,
        offsets_m: ear.offsets_m(),
        input: Input {
            from: From::Pcm,
            path: folder.join(format!("{}.pcm", ear.id)),
            framed: true,
            rate_hz: street::RATE_HZ,
            channels: ear.offsets_m().len().max(1),
            ..Input::default()
        },
        register: Some(register(
            ear.name,
            "Levels, times and directions of sudden sounds. No sound is kept.",
            false,
        )),
        ..Sensor::default()
    }));
    for eye in &EYES {
        let head = playing.heads.iter().find(|(id, _)| *id == eye.id);
        let ptz = head.map(|(_, address)| Ptz {
            url: format!("http://{address}/onvif/device_service"),
            ..Ptz::default()
        });
        let landmarks = if ptz.is_some() { Vec::new() } else { eye.landmarks() };
        config.sensors.push(Sensor {
            id: eye.id.into(),
            kind: SensorKind::Camera,
            at: at(eye.at),
            height_m: street::EYE_HEIGHT_M,
            heading_deg: eye.heading_deg,
            input: Input {
                from: From::Video,
                path: folder.join(format!("{}.y4m", eye.id)),
                ..Input::default()
            },
            register: Some(register(eye.name, "Movements, and masked stills of what was observed.", true)),
            picture_height: u32::try_from(street::PICTURE[1])?,
            calibration: landmarks
                .iter()
                .map(|(pixel, place)| CalibrationPoint { pixel: *pixel, at: at(*place) })
                .collect(),
            ptz,
            ..Sensor::default()
        });
    }
    Ok(config)
}

fn register(name: &str, data: &str, personal_data: bool) -> Register {
    Register {
        name: name.into(),
        owner: "Police, The Hague unit (invented)".into(),
        purpose: "To notice bangs and breaking glass around the World Forum and look there.".into(),
        legal_basis: "None: this sensor is invented for a demonstration.".into(),
        data: data.into(),
        personal_data,
        retention_days: 7,
        contact: "https://belfry.example.org/sensors".into(),
        since: None,
    }
}
