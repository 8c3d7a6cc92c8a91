//! Every bound of sensing, with its unit.
//!
//! Not here: bounds that an operator sets (thresholds, false alarms per day).

/// Sound kept in memory before it is overwritten, in seconds.
pub const RING_SECONDS_MAX: usize = 10;
/// Microphones of one array.
pub const CHANNELS_MAX: usize = 16;
/// Samples per second.
pub const RATE_HZ_MAX: u32 = 192_000;
/// Samples per second below which direction and class say nothing.
pub const RATE_HZ_MIN: u32 = 8_000;
/// Sensors of one post.
pub const SENSORS_MAX: usize = 64;
/// Width of a frame in pixels.
pub const FRAME_WIDTH_MAX: usize = 1_920;
/// Height of a frame in pixels.
pub const FRAME_HEIGHT_MAX: usize = 1_080;
/// Things that move, told apart in one frame.
pub const BLOBS_MAX: usize = 64;
/// Polygons that mask one camera.
pub const MASKS_MAX: usize = 64;
/// Corners of one polygon.
pub const MASK_CORNERS_MAX: usize = 64;
/// Points that calibrate one camera.
pub const GROUND_POINTS_MAX: usize = 64;
/// How far a camera is believed on the ground, in metres.
pub const REACH_M_MAX: f64 = 400.0;
/// Presets of one camera that turns.
pub const PRESETS_MAX: usize = 64;
/// Tracks followed by one camera.
pub const TRACKS_MAX: usize = 64;
/// Observations a post keeps open at once.
pub const OPEN_MAX: usize = 64;
/// Objects that one camera tells of at a moment.
pub const TOLD_BOXES_MAX: usize = 64;
/// Evidence of one observation.
pub const EVIDENCE_MAX: usize = 64;
/// Points of one level plot in an observation.
pub const LEVEL_POINTS_MAX: usize = 200;
/// Corners of what a camera sees of the ground, as a node is told.
pub const SEES_CORNERS_MAX: usize = 256;
/// Observations in one bulletin.
pub const BULLETIN_OBSERVATIONS_MAX: usize = 64;
/// Detections in one bulletin.
pub const BULLETIN_DETECTIONS_MAX: usize = 512;
/// Orders in one answer to a bulletin.
pub const ORDERS_MAX: usize = 256;
/// A masked still, in bytes.
pub const STILL_BYTES_MAX: usize = 256 * 1024;
/// Time from a sound to the first word of it, in milliseconds.
pub const PROVISIONAL_MS_MAX: u32 = 1_200;
/// How long an observation is updated after its sound, in milliseconds.
pub const SETTLE_MS_MAX: u32 = 8_000;
/// How far off a clock may be before its arrivals no longer place a sound, in milliseconds.
pub const CLOCK_OFFSET_MS_MAX: f64 = 5.0;
/// Arrivals that one place is worked out from.
pub const PLACE_ARRIVALS_MAX: usize = 16;
/// Labels that a model of sounds tells apart.
pub const SOUND_LABELS_MAX: usize = 64;
/// The name of a label, in bytes.
pub const SOUND_LABEL_BYTES_MAX: usize = 64;
/// Windows that a model of sounds is learned from, onsets counted: what they cost in time grows with their cube.
pub const SOUND_EXAMPLES_MAX: usize = 4_000;
/// A model of sounds, in bytes.
pub const SOUND_MODEL_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A network of the operator's own, in bytes.
pub const SOUND_NETWORK_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Numbers that go into it at a time.
pub const SOUND_NETWORK_NUMBERS_MAX: usize = 4 * 1024 * 1024;
