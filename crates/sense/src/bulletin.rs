//! What a post tells a node, and what the node answers: JSON over one request that the post makes. Levels, detections and
//! observations; never samples, never frames.
//!
//! A [`Bulletin`] is sent every second, and at once when something was heard. Sending one again changes nothing: an observation is
//! known by its id and revision, a detection by its sensor and time. The answer, [`Orders`], is the only way in.
//!
//! Not here: how observations come about ([`crate::fuse`]), and where they are kept (`store`).

use base::clock::Timestamp;
use serde::{Deserialize, Serialize};

use crate::class::Class;

/// What a post says of the last second or so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseBulletin))]
#[serde(deny_unknown_fields)]
pub struct Bulletin {
    /// The name of the post: lower-case letters, digits and hyphens.
    pub post: String,
    /// When it was made, by the post's clock.
    pub at: Timestamp,
    /// Every sensor of the post and how it is. A sensor that is no longer named is no longer there.
    pub sensors: Vec<SensorState>,
    /// What single sensors heard, kept so that another threshold can be tried on a past night.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detections: Vec<Detection>,
    /// Observations that are new, or newer than those sent before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Observation>,
}

/// What a node answers to a bulletin.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseOrders))]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// The settings that hold now.
    pub settings: Settings,
    /// Judgements since the last bulletin that was answered, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub judged: Vec<Judged>,
    /// Cameras that an operator wants turned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub look: Vec<Look>,
}

/// What the operators of an organisation want of their posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseSettings))]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which settings these are; grows with each change.
    pub version: u64,
    /// False alarms that all sensors of a post together may give in a day.
    pub false_alarms_per_day: f64,
    /// What is told more or less readily, where and when. The first that fits holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { version: 0, false_alarms_per_day: 2.0, rules: Vec::new() }
    }
}

/// When and where some sounds are told otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseRule))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name for people: `New Year's Eve`.
    pub name: String,
    /// The zone it is about; everywhere when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// From when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// First minute of the day it holds, in the area's own time (0 to 1439).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_minute: Option<u16>,
    /// The minute of the day after its last; before the first when it holds over midnight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_minute: Option<u16>,
    /// The sounds it is about; all when none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// What it does.
    pub then: Then,
}

/// What a rule does with a sound it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseThen))]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Tell it, though its class is not one that alarms.
    Tell,
    /// Ask for more evidence than usual.
    Doubt,
    /// Do not tell it; it is still counted.
    Hush,
}

/// What an operator said of an observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseJudged))]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The observation.
    pub observation: String,
    /// Whether it was something.
    pub confirmed: bool,
    /// What it was, when the operator says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// When it was said.
    pub at: Timestamp,
}

/// A camera that an operator wants turned to a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseLook))]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The camera.
    pub camera: String,
    /// Where to: longitude and latitude, in degrees.
    pub at: [f64; 2],
    /// When it was asked; an order older than ten seconds is not carried out.
    pub asked: Timestamp,
}

// ---- sensors

/// What kind of sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseSensorKind))]
#[serde(rename_all = "snake_case")]
pub enum SensorKind {
    /// One microphone: level, class, time of arrival.
    Microphone,
    /// Several microphones in one case: direction too.
    Array,
    /// A camera.
    Camera,
}

/// A sensor and how it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseSensorState))]
#[serde(deny_unknown_fields)]
pub struct SensorState {
    /// Its name in the area: lower-case letters, digits and hyphens.
    pub id: String,
    /// What it is.
    pub kind: SensorKind,
    /// Where it is: longitude and latitude, in degrees.
    pub at: [f64; 2],
    /// What is said of it to anyone.
    pub register: Register,
    /// How it is.
    pub health: Health,
    /// For a camera: what it can see of the ground, as a ring of longitudes and latitudes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sees: Vec<[f64; 2]>,
    /// For a camera: whether it can be turned.
    #[serde(default)]
    pub turns: bool,
}

/// What anyone may know of a sensor in public space: who, what, why, what data, how long, and whom to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseRegister))]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Its name for people.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub purpose: String,
    /// The law or decision it rests on.
    pub legal_basis: String,
    /// What it measures and what becomes of that, in a plain sentence.
    pub data: String,
    /// Whether a person could be recognised in what it keeps.
    pub personal_data: bool,
    /// How long what it brings is kept, in days.
    pub retention_days: u16,
    /// Whom to ask: an address of the web or for mail.
    pub contact: String,
    /// Since when it hangs there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// How a sensor is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseHealth))]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// In a word.
    pub state: HealthState,
    /// Since when.
    pub since: Timestamp,
    /// When it last brought something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// How far its clock is off, in milliseconds, when that is known; positive: ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_offset_ms: Option<f64>,
    /// For the ear: the level now, in dB of full scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_dbfs: Option<f32>,
    /// For the ear: the local background (L90), in dB of full scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background_dbfs: Option<f32>,
    /// For the ear: onsets per day that its threshold lets through, measured over its background.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_per_day: Option<f64>,
    /// Frames or blocks of sound lost since the post started.
    #[serde(default)]
    pub lost: u64,
    /// What the last self-test found, when there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// How a sensor is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseHealthState))]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// It works.
    Working,
    /// It started a moment ago and learns its background.
    Learning,
    /// A microphone that hears nothing at all.
    Dead,
    /// A camera whose view is covered.
    Blocked,
    /// A camera out of focus.
    Defocused,
    /// A camera that no longer looks where it was calibrated.
    Moved,
    /// Its clock is off.
    ClockOff,
    /// Nothing comes.
    Gone,
}

// ---- what is heard and seen

/// What one sensor heard: no more than its time, how loud, and what it might be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseDetection))]
#[serde(deny_unknown_fields)]
pub struct Detection {
    /// The sensor.
    pub sensor: String,
    /// When it came in, in microseconds since 1970.
    pub at_us: i64,
    /// How loud over the local background, in dB.
    pub over_background_db: f32,
    /// What it might be, likeliest first; the rest of the probability is "unsure".
    pub classes: Vec<Likely>,
    /// The observation it went into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<String>,
}

/// A class and its calibrated probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseLikely))]
#[serde(deny_unknown_fields)]
pub struct Likely {
    /// The class.
    pub class: Class,
    /// 0 to 1.
    pub probability: f32,
}

/// One event, heard or seen or both, with what speaks for and against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseObservation))]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// A UUID, made by the post.
    pub id: String,
    /// Grows with each update.
    pub revision: u32,
    /// Whether more may come.
    pub stage: Stage,
    /// What it rests on.
    pub basis: Basis,
    /// What happened; `None`: unsure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<What>,
    /// What the sound might be, likeliest first; the rest of the probability is "unsure".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Likely>,
    /// How likely it is that this is something to look at, 0 to 1: the sum of the evidence's weights through the logistic function.
    pub probability: f64,
    /// When it happened, at its place.
    pub at: Timestamp,
    /// When the first sensor had it.
    pub first_heard: Timestamp,
    /// When this revision was made.
    pub told: Timestamp,
    /// Where it was, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Whereabouts>,
    /// Directions from which it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bearings: Vec<BearingLine>,
    /// What speaks for it and against it, and what is missing, heaviest first.
    pub evidence: Vec<Evidence>,
    /// What each camera has to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cameras: Vec<CameraPart>,
    /// How loud it was over the background, per sensor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelLine>,
    /// The settings it was made with.
    pub settings_version: u64,
    /// The sound model it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Whether more may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Told at once; sensors are still coming in.
    Provisional,
    /// All that will come has come.
    Settled,
}

/// What an observation rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseBasis))]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Sound only.
    Heard,
    /// Sound, and movement that fits it.
    HeardAndSeen,
    /// Movement only.
    Seen,
}

/// What happened: a sound, or a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseWhat))]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum What {
    /// A sound.
    Sound(Class),
    /// A movement.
    Movement(Movement),
}

/// What a camera can tell of movement. Nothing of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseMovement))]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// Somebody or something crossed a line the wrong way.
    LineCrossed,
    /// Somebody or something stays where nobody stays.
    Loitering,
    /// A thing was left.
    LeftObject,
    /// A crowd grows or thins quickly.
    CrowdChange,
    /// Everything moves at once.
    SuddenMotion,
}

/// A place and how sure it is: an ellipse that holds the truth in 95 of 100 cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseWhereabouts))]
#[serde(deny_unknown_fields)]
pub struct Whereabouts {
    /// The likeliest place: longitude and latitude, in degrees.
    pub at: [f64; 2],
    /// Half the long axis, in metres.
    pub major_m: f64,
    /// Half the short axis, in metres.
    pub minor_m: f64,
    /// Where the long axis points: degrees from north, clockwise, 0 to 180.
    pub towards_deg: f64,
    /// The zone of the area, when it lies in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Sensors whose word was not used, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// A sensor whose word was not used for the place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseLeftOut))]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The sensor.
    pub sensor: String,
    /// Why.
    pub why: LeftOutWhy,
    /// By how much: metres late, milliseconds off, or degrees beside.
    pub by: f64,
}

/// Why a sensor's word was not used for the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseLeftOutWhy))]
#[serde(rename_all = "snake_case")]
pub enum LeftOutWhy {
    /// Its sound came late: something stood in the way. `by` is in metres.
    Late,
    /// Its clock is off. `by` is in milliseconds.
    ClockOff,
    /// Its direction points elsewhere: an echo. `by` is in degrees.
    Echo,
}

/// A direction from which a sound came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseBearingLine))]
#[serde(deny_unknown_fields)]
pub struct BearingLine {
    /// The array.
    pub sensor: String,
    /// Where it stands: longitude and latitude, in degrees.
    pub from: [f64; 2],
    /// Degrees from north, clockwise.
    pub towards_deg: f64,
    /// Half the width in which the truth lies in 95 of 100 cases, in degrees.
    pub width_deg: f64,
}

/// One piece of evidence and what it weighs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseEvidence))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is.
    pub code: EvidenceCode,
    /// The sensor it comes from, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensor: Option<String>,
    /// The natural logarithm of the likelihood ratio: above nought it speaks for, below against, nought when missing.
    pub weight: f64,
    /// The number it rests on, in the unit that its code names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseEvidenceCode))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceCode {
    /// How often there is something, before anything is heard.
    Prior,
    /// How loud over the background. Value: dB.
    Loudness,
    /// What it sounds like. Value: the probability of the likeliest class.
    Class,
    /// Several sensors heard it. Value: how many.
    HeardByOthers,
    /// A sensor within reach did not hear it. Value: dB that it should have been over the background.
    NotHeard,
    /// The arrivals fit one place. Value: metres by which they miss it.
    FitsOnePlace,
    /// Directions meet there. Value: degrees by which they miss it.
    FitsBearings,
    /// Movement at the place at the time. Value: metres from the middle of the ellipse.
    MovementThere,
    /// A camera saw the place, and nothing moved.
    NothingMoved,
    /// Movement that started with the sound. Value: seconds between.
    MovementStarted,
    /// Missing: no camera sees the place, or this one cannot.
    CannotSee,
    /// Missing: the camera is covered, out of focus or moved.
    CameraUnfit,
    /// A camera that does not see the place, or cannot say what moves there, raised an alarm of its own at the time. Value: seconds
    /// after the sound.
    CameraAlarm,
    /// Missing: the sensor's clock is off. Value: milliseconds.
    ClockOff,
    /// It sounds like speech and is told no further.
    Speech,
    /// An echo of the one before. Value: seconds after.
    Echo,
    /// What operators said of others like it. Value: how many were said to be something, of a hundred.
    JudgedBefore,
    /// A rule of the operators. The rule is named in the settings.
    Rule,
}

/// What a camera has to do with an observation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseCameraPart))]
#[serde(deny_unknown_fields)]
pub struct CameraPart {
    /// The camera.
    pub sensor: String,
    /// Whether it can see the place now.
    pub sees: bool,
    /// Whether it was turned to the place for this.
    pub turned: bool,
    /// Tracks near the place, in metres from the middle of the ellipse.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks_m: Vec<f64>,
    /// A masked still of it, when stills are allowed: the name under which it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still: Option<String>,
}

/// How loud it was at one sensor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SenseLevelLine))]
#[serde(deny_unknown_fields)]
pub struct LevelLine {
    /// The sensor.
    pub sensor: String,
    /// The time of the first value.
    pub from: Timestamp,
    /// Between two values, in milliseconds.
    pub step_ms: u32,
    /// dB over the local background.
    pub over_background_db: Vec<f32>,
}
