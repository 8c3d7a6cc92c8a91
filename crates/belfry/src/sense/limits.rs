//! Every bound of the rim of sensing, with its unit. Those of hearing and seeing are in `sense::limits`.
//!
//! Not here: what an operator sets (`config`).

use std::time::Duration;

/// Largest settings file, in bytes.
pub(crate) const CONFIG_BYTES_MAX: u64 = 1024 * 1024;
/// Largest file with a token, a name and password, or a temperature, in bytes.
pub(crate) const SECRET_BYTES_MAX: u64 = 4_096;
/// Points of a mask, and of a calibration.
pub(crate) const POINTS_MAX: usize = 64;
/// Masks of one camera.
pub(crate) const MASKS_MAX: usize = 32;
/// Presets of one camera.
pub(crate) const PRESETS_MAX: usize = 64;

/// Length of a block of sound on its way to the ear, in milliseconds.
pub(crate) const BLOCK_MS: u32 = 100;
/// Blocks of sound that wait for the ear, of all sensors; more are lost and counted.
pub(crate) const BLOCKS_WAITING_MAX: usize = 512;
/// Width of a frame on its way to the eye, in pixels.
pub(crate) const FRAME_WIDTH: usize = 384;
/// Frames a second for the eye, of one camera.
pub(crate) const FRAMES_PER_S: u32 = 5;
/// Coded pictures that wait for the child that decodes them; more, and the camera is begun anew.
pub(crate) const CODED_WAITING_MAX: usize = 64;
/// Largest coded picture, in bytes.
pub(crate) const CODED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Lines of a child's complaints that are logged, of one run.
pub(crate) const COMPLAINTS_MAX: usize = 5;
/// Length of such a line, in bytes.
pub(crate) const COMPLAINT_BYTES_MAX: usize = 300;

/// How long an input may bring nothing before it is begun anew.
pub(crate) const SILENT_MAX: Duration = Duration::from_secs(15);
/// First wait before an input is begun anew; it doubles.
pub(crate) const AGAIN_FIRST: Duration = Duration::from_secs(1);
/// Longest wait before an input is begun anew, or a node is asked again.
pub(crate) const AGAIN_MAX: Duration = Duration::from_secs(60);
/// An input that brought something for so long is well again: the next wait is the first.
pub(crate) const WELL_AFTER: Duration = Duration::from_secs(60);

/// How often the post is asked what it has to tell.
pub(crate) const TICK: Duration = Duration::from_millis(100);
/// How often a bulletin is sent when nothing happens.
pub(crate) const BULLETIN_EVERY_MS: i64 = 1_000;
/// Bulletins that wait for the sender; more are written to the buffer by the sender as soon as it can.
pub(crate) const BULLETINS_WAITING_MAX: usize = 64;
/// Stills that wait for the sender.
pub(crate) const STILLS_WAITING_MAX: usize = 32;
/// How long a node may take for an answer to a bulletin.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A node that refuses every bulletin for one reason is complained of so often, in seconds.
pub(crate) const COMPLAIN_EVERY_S: f64 = 60.0;
/// Buffered bulletins sent between two fresh ones, once the node is back.
pub(crate) const LATE_AT_ONCE_MAX: usize = 8;
/// Files in the buffer.
pub(crate) const BUFFER_FILES_MAX: usize = 20_000;
/// What a file costs in the buffer besides its bytes: a block of most file systems.
pub(crate) const BUFFER_FILE_COST_BYTES: u64 = 4_096;

/// Largest answer of a camera, in bytes.
pub(crate) const ONVIF_BYTES_MAX: usize = 512 * 1024;
/// How long a camera may take for an answer.
pub(crate) const ONVIF_WITHIN: Duration = Duration::from_secs(5);
/// Elements and texts in an answer of a camera.
pub(crate) const ONVIF_NODES_MAX: u32 = 50_000;

/// Largest metadata message beside a camera's pictures, in bytes.
pub(crate) const METADATA_BYTES_MAX: usize = 256 * 1024;
/// Moments that one such message tells of.
pub(crate) const METADATA_FRAMES_MAX: usize = 16;
/// Alarms in one answer or message of a camera.
pub(crate) const ALARMS_AT_ONCE_MAX: usize = 32;
/// Headers that a camera may want to see again.
pub(crate) const REFERENCES_MAX: usize = 8;
/// For how long a camera is asked for its alarms before that is renewed, in seconds.
pub(crate) const SUBSCRIBED_S: u32 = 60;
/// How long a camera may wait for an alarm before it answers, in seconds; less than [`ONVIF_WITHIN`].
pub(crate) const PULL_WAITS_S: u32 = 2;
/// How often a camera is asked at most.
pub(crate) const PULL_EVERY: Duration = Duration::from_millis(250);

/// Largest map of an area, in bytes.
pub(crate) const MAP_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Zones of an area.
pub(crate) const ZONES_MAX: usize = 256;
/// Outlines of buildings near a post.
pub(crate) const OUTLINES_MAX: usize = 5_000;
/// Lines and zones that one camera watches.
pub(crate) const WATCHED_MAX: usize = 64;
