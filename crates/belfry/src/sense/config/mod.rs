//! The settings of a post: one TOML file, a struct per table, from which the reference (`ref/sense-config.md`) is made too.
//! Secrets by file path.
//!
//! Not here: what an organisation wants of its posts (thresholds, rules): the node sends that.

mod checks;
mod reference;

use std::path::{Path, PathBuf};

use base::clock::Timestamp;
use base::geo::Position;
use sense::bulletin::{Register, SensorKind};
use serde::{Deserialize, Serialize};

pub(crate) use reference::{reference, sample};

use super::limits::{CONFIG_BYTES_MAX, SECRET_BYTES_MAX};

/// One key, for the reference.
struct Key {
    name: &'static str,
    doc: &'static [&'static str],
}

/// One table, for the reference.
struct Table {
    name: &'static str,
    doc: &'static [&'static str],
    keys: &'static [Key],
}

/// A table: the struct, its defaults and its part of the reference, from the same lines.
macro_rules! table {
    ($(#[doc = $doc:literal])+ $name:ident = $table:literal {
        $($(#[doc = $key_doc:literal])+ $key:ident: $type:ty = $default:expr;)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[doc = $key_doc])+ pub(crate) $key: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $name {
            const TABLE: Table = Table {
                name: $table,
                doc: &[$($doc),+],
                keys: &[$(Key { name: stringify!($key), doc: &[$($key_doc),+] }),+],
            };
        }
    };
}

table! {
    /// The node that is told.
    Node = "node" {
        /// Address of the node. Plain HTTP is accepted on this computer only.
        url: String = "https://belfry.example.org".into();
        /// File with the token of the post's service, as the node's administration gave it.
        token_file: PathBuf = "/etc/belfry/post.token".into();
        /// File with the certificates (PEM) that the node's must hang on; empty: those this computer trusts.
        ca_file: PathBuf = PathBuf::new();
    }
}

table! {
    /// The post: this computer and the sensors it listens to.
    Post = "post" {
        /// Its name: lower-case letters, digits and hyphens.
        name: String = "post-1".into();
        /// Middle of its plan, within a few kilometres of its sensors: longitude and latitude, in degrees.
        origin: [f64; 2] = [4.2825, 52.0905];
        /// Temperature of the air, in degrees Celsius: sound is 0.6 m/s faster for each degree.
        temperature_c: f64 = 10.0;
        /// File with the temperature, in degrees Celsius, read at the start; empty: the number above.
        temperature_file: PathBuf = PathBuf::new();
        /// The area's own time, for rules by the hour: a name of the IANA time zone database.
        timezone: String = "Europe/Amsterdam".into();
        /// Whether masked stills may leave the post.
        stills: bool = false;
        /// Map of the area, as `areas/README.md` describes it: its zones, for rules that hold in one, and its sites and buildings,
        /// which stand in the way of cameras. Empty: no rule of a zone holds at this post, and nothing stands in the way.
        area_file: PathBuf = PathBuf::new();
        /// File with the sound model, as `belfry sense train` wrote it, or a network of your own (`.onnx`, with its description beside it
        /// as `.toml`; needs a belfry built with `--features onnx`); empty: without classes.
        model_file: PathBuf = PathBuf::new();
        /// The ffmpeg program: a name to be found in PATH, or a path.
        ffmpeg: PathBuf = "ffmpeg".into();
        /// A sensor that brings nothing for so many seconds is told as gone.
        gone_after_s: u32 = 10;
    }
}

table! {
    /// Where observations wait while the node is away. Sound is never in it.
    Buffer = "buffer" {
        /// Its folder.
        folder: PathBuf = "/var/lib/belfry-sense".into();
        /// Most it may hold, in MiB. When it is full, what single sensors heard goes before observations, the oldest first.
        mib_max: u64 = 64;
    }
}

table! {
    /// A sensor: an array, a microphone or a camera.
    Sensor = "sensors" {
        /// Its name in the area: lower-case letters, digits and hyphens.
        id: String = String::new();
        /// What it is: `array`, `microphone` or `camera`.
        kind: SensorKind = SensorKind::Microphone;
        /// Where it is: longitude and latitude, in degrees.
        at: [f64; 2] = [0.0, 0.0];
        /// Height above the ground, in metres.
        height_m: f64 = 4.0;
        /// Where the y-axis of an array, the middle of a fixed camera's picture, or a turning camera at pan nought points:
        /// degrees from north, clockwise.
        heading_deg: f64 = 0.0;
        /// Where each microphone of an array sits, in the order of the channels: metres to the right and forward of its middle.
        offsets_m: Vec<[f64; 2]> = Vec::new();
        /// Where its sound or picture comes from.
        input: Input = Input::default();
        /// What anyone may know of it: the register of sensors in public space.
        register: Option<Register> = None;
        /// Parts of a camera's picture that nobody may look at: rings of points, in pixels of a picture that is 384 wide.
        masks: Vec<Vec<[f64; 2]>> = Vec::new();
        /// How high that picture is, in pixels: 216 when the camera's is 16 to 9, 288 when it is 4 to 3.
        picture_height: u32 = 216;
        /// Points of the ground that are known in a camera's picture; at least four, or none: then it is not placed.
        calibration: Vec<CalibrationPoint> = Vec::new();
        /// Lines on the ground that are told when somebody crosses them. For fixed, calibrated cameras.
        lines: Vec<Line> = Vec::new();
        /// Parts of the ground that are watched for who stays, what is left, crowds and running. For fixed, calibrated cameras.
        watched: Vec<Watched> = Vec::new();
        /// How a camera is turned; without it, it is fixed.
        ptz: Option<Ptz> = None;
        /// Where a camera is asked for its own alarms; without it, nobody asks.
        onvif: Option<Onvif> = None;
    }
}

table! {
    /// Where a sensor's sound or picture comes from. Which keys count depends on `from`.
    Input = "sensors.input" {
        /// `pcm`: bare samples from a pipe or file; `audio`: a sound file; `alsa`: a sound card; `camera`: the sound of a camera;
        /// `video`: a film file or pipe; `rtsp`: a camera on the network.
        from: From = From::Pcm;
        /// For `pcm`, `audio`, `video`: the file or named pipe.
        path: PathBuf = PathBuf::new();
        /// For `pcm`: how a sample is written: `f32le` or `s16le`.
        sample: Sample = Sample::F32le;
        /// For `pcm`: whether each block has a header with its time; `guide/eye-and-ear.md` says which.
        framed: bool = false;
        /// For `pcm`, `audio`, `alsa`: samples a second of each microphone.
        rate_hz: u32 = 48_000;
        /// For `pcm`, `audio`, `alsa`: microphones.
        channels: usize = 1;
        /// For `alsa`: the device, such as `hw:1,0`.
        device: String = String::new();
        /// For files: when the first sample or picture was; without it, when the post started.
        start: Option<Timestamp> = None;
        /// For files: whether it begins anew at its end.
        repeat: bool = false;
        /// For `camera`: the camera whose sound it is.
        camera: String = String::new();
        /// For `rtsp`: the address, without a name and password.
        url: String = String::new();
        /// For `rtsp`: file with `name:password`; empty: none is asked.
        credentials_file: PathBuf = PathBuf::new();
    }
}

table! {
    /// How a camera is turned: ONVIF.
    Ptz = "sensors.ptz" {
        /// Address of the camera's device service, such as `http://192.0.2.7/onvif/device_service`.
        url: String = String::new();
        /// File with `name:password`; empty: none is asked.
        credentials_file: PathBuf = PathBuf::new();
        /// The pan that the camera calls -1 and 1, in degrees clockwise from its heading.
        pan_deg: [f64; 2] = [-180.0, 180.0];
        /// The tilt that the camera calls -1 and 1, in degrees above the horizon.
        tilt_deg: [f64; 2] = [-90.0, 0.0];
        /// Zoom when turned to a place: 0 wide to 1 near.
        zoom: f64 = 0.0;
        /// For a camera that only knows presets: which preset looks where. The nearest is taken.
        presets: Vec<Preset> = Vec::new();
    }
}

table! {
    /// Where a camera is asked for the alarms that it raises itself, of movement and of sound. Its objects come beside the pictures of
    /// an `rtsp` input and need no setting.
    Onvif = "sensors.onvif" {
        /// Address of the camera's device service, such as `http://192.0.2.7/onvif/device_service`.
        url: String = String::new();
        /// File with `name:password`; empty: none is asked.
        credentials_file: PathBuf = PathBuf::new();
    }
}

table! {
    /// A point of the ground that is known in a camera's picture.
    CalibrationPoint = "sensors.calibration" {
        /// Where in the picture: pixels from the left and from the top of a picture that is 384 wide.
        pixel: [f64; 2] = [0.0, 0.0];
        /// Where on the ground: longitude and latitude, in degrees.
        at: [f64; 2] = [0.0, 0.0];
    }
}

table! {
    /// A line on the ground that may be crossed one way only.
    Line = "sensors.lines" {
        /// Its name.
        name: String = String::new();
        /// From here: longitude and latitude, in degrees.
        from: [f64; 2] = [0.0, 0.0];
        /// To here. Crossing it from its right hand to its left is told.
        to: [f64; 2] = [0.0, 0.0];
        /// Crossing it the other way is told as well.
        both: bool = false;
    }
}

table! {
    /// A part of the ground and what is looked for in it.
    Watched = "sensors.watched" {
        /// Its name.
        name: String = String::new();
        /// Its corners: longitude and latitude, in degrees.
        corners: Vec<[f64; 2]> = Vec::new();
        /// Who stays so long is told, in seconds; nought: nobody is.
        stay_s: f64 = 0.0;
        /// A thing that lies so long is told, in seconds; nought: none is.
        left_s: f64 = 0.0;
        /// A crowd that grows or thins by so many is told; nought: none is.
        crowd: f64 = 0.0;
        /// Whether several who begin to run at once are told.
        sudden: bool = false;
    }
}

table! {
    /// A preset of a camera.
    Preset = "sensors.ptz.presets" {
        /// Its token, as the camera has it.
        token: String = String::new();
        /// The middle of what it shows: longitude and latitude, in degrees.
        at: [f64; 2] = [0.0, 0.0];
    }
}

/// Where sound or pictures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum From {
    /// Bare samples from a pipe or file.
    Pcm,
    /// A sound file.
    Audio,
    /// A sound card.
    Alsa,
    /// The sound of a camera.
    Camera,
    /// A film file or pipe.
    Video,
    /// A camera on the network.
    Rtsp,
}

/// How a sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sample {
    /// A float of four bytes, -1 to 1, least byte first.
    F32le,
    /// A whole number of two bytes, least byte first.
    S16le,
}

/// The settings of a post.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// The node that is told.
    pub(crate) node: Node,
    /// The post.
    pub(crate) post: Post,
    /// Where observations wait while the node is away.
    pub(crate) buffer: Buffer,
    /// The sensors.
    pub(crate) sensors: Vec<Sensor>,
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {0}")]
    File(PathBuf, #[source] std::io::Error),
    /// Larger than settings are.
    #[error("{0} is larger than {1} bytes: this is no settings file")]
    Large(PathBuf, u64),
    /// Not TOML, or a key that does not exist; the text names the line.
    #[error("the settings cannot be read: {0}")]
    Shape(Box<toml::de::Error>),
    /// A value that cannot be.
    #[error("setting {key}: {what}")]
    Value {
        /// The key.
        key: String,
        /// What is wrong, and how to mend it.
        what: String,
    },
}

impl Config {
    /// Reads a settings file and checks it.
    pub(crate) fn read(file: &Path) -> Result<Self, ConfigError> {
        let failed = |error| ConfigError::File(file.to_owned(), error);
        if std::fs::metadata(file).map_err(failed)?.len() > CONFIG_BYTES_MAX {
            return Err(ConfigError::Large(file.to_owned(), CONFIG_BYTES_MAX));
        }
        Self::parse(&std::fs::read_to_string(file).map_err(failed)?)
    }

    /// Reads settings and checks them.
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| ConfigError::Shape(Box::new(error)))?;
        checks::check(&config)?;
        Ok(config)
    }

    /// The temperature of the air, in degrees Celsius: of the file when there is one.
    pub(crate) fn temperature_c(&self) -> Result<f64, ConfigError> {
        let file = &self.post.temperature_file;
        if file.as_os_str().is_empty() {
            return Ok(self.post.temperature_c);
        }
        let number = small_file(file)?.trim().parse::<f64>().ok();
        let fitting = number.filter(|number| checks::TEMPERATURE_C.contains(number));
        fitting.ok_or_else(|| ConfigError::Value {
            key: "post.temperature_file".into(),
            what: format!("{} must hold one number from -50 to 60", file.display()),
        })
    }

    /// The middle of the plan.
    pub(crate) fn origin(&self) -> Position {
        let [longitude, latitude] = self.post.origin;
        Position::new(longitude, latitude).expect("the settings were checked")
    }

    /// A sensor by its name.
    pub(crate) fn sensor(&self, id: &str) -> Option<&Sensor> {
        self.sensors.iter().find(|one| one.id == id)
    }
}

impl Sensor {
    /// Where it is.
    pub(crate) fn position(&self) -> Position {
        Position::new(self.at[0], self.at[1]).expect("the settings were checked")
    }
}

/// A name and a password, from a file that holds `name:password`. Never in a log: it has no debug form.
#[derive(Clone)]
pub(crate) struct Credentials {
    /// The name.
    pub(crate) name: String,
    /// The password.
    pub(crate) password: String,
}

impl Credentials {
    /// Reads them; none when no file is named.
    pub(crate) fn read(file: &Path) -> Result<Option<Self>, ConfigError> {
        if file.as_os_str().is_empty() {
            return Ok(None);
        }
        let text = small_file(file)?;
        let pair = text.trim_end_matches(['\r', '\n']).split_once(':');
        let (name, password) = pair.ok_or_else(|| ConfigError::Value {
            key: "credentials_file".into(),
            what: format!("{} must hold name:password on one line", file.display()),
        })?;
        Ok(Some(Self { name: name.to_owned(), password: password.to_owned() }))
    }
}

/// A file that holds one short thing.
pub(crate) fn small_file(file: &Path) -> Result<String, ConfigError> {
    let failed = |error| ConfigError::File(file.to_owned(), error);
    if std::fs::metadata(file).map_err(failed)?.len() > SECRET_BYTES_MAX {
        return Err(ConfigError::Large(file.to_owned(), SECRET_BYTES_MAX));
    }
    std::fs::read_to_string(file).map_err(failed)
}
