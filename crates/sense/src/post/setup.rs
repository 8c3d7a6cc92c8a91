//! What a post knows of its sensors and its surroundings.
//!
//! Not here: settings files (`belfry sense`).

use crate::bulletin::Register;
use crate::ear::bearing::Array;
use crate::ear::class::Classifier;
use crate::eye::events::Rules;
use crate::eye::ground::Ground;
use crate::eye::mask::Mask;
use crate::eye::shape::holds;
use crate::eye::turn::{Angles, Mount, Stops};
use crate::plan::{Plan, Point};

/// A post.
pub struct PostSetup {
    /// Its plan.
    pub plan: Plan,
    /// Temperature of the air, in degrees Celsius.
    pub temperature_c: f64,
    /// How far the area's own time is ahead of UTC at the start, in minutes.
    pub utc_offset_minutes: i32,
    /// Whether masked stills may leave the post.
    pub stills: bool,
    /// A sensor that brings nothing for so many seconds is gone.
    pub gone_after_s: f64,
    /// Microphones and arrays.
    pub ears: Vec<EarSetup>,
    /// Cameras.
    pub eyes: Vec<EyeSetup>,
    /// Outlines of buildings that stand in the way of cameras.
    pub buildings: Vec<Vec<Point>>,
    /// The zones of the area.
    pub zones: Vec<Zone>,
    /// What tells sounds apart; without one every sound is unsure.
    pub classifier: Option<Box<dyn Classifier>>,
}

/// A part of the area.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Its name.
    pub id: String,
    /// Its corners.
    pub corners: Vec<Point>,
}

/// A microphone or an array.
#[derive(Debug, Clone)]
pub struct EarSetup {
    /// Its name in the area.
    pub id: String,
    /// Where it is.
    pub at: Point,
    /// How its microphones sit, when it is an array.
    pub array: Option<Array>,
    /// What is said of it to anyone.
    pub register: Register,
}

/// A camera.
#[derive(Debug, Clone)]
pub struct EyeSetup {
    /// Its name in the area.
    pub id: String,
    /// Where it is.
    pub at: Point,
    /// How it looks at the ground.
    pub mounted: Mounted,
    /// What nobody may look at.
    pub mask: Mask,
    /// What is looked for in its picture.
    pub rules: Rules,
    /// What is said of it to anyone.
    pub register: Register,
}

/// How a camera looks at the ground.
#[derive(Debug, Clone)]
pub enum Mounted {
    /// It is fixed, and nobody calibrated it: it says that something moves, and not where.
    Unplaced,
    /// It is fixed and calibrated.
    Fixed(Ground),
    /// It can be turned.
    Turning {
        /// How it hangs.
        mount: Mount,
        /// How far it turns.
        stops: Stops,
        /// How wide it sees, in degrees across.
        field_deg: f64,
        /// Width of its picture over its height.
        aspect: f64,
        /// How it looks when nobody turned it.
        home: Angles,
    },
}

impl PostSetup {
    /// The zone a place lies in.
    pub(super) fn zone(&self, at: Point) -> Option<String> {
        self.zones.iter().find(|zone| holds(&zone.corners, at)).map(|zone| zone.id.clone())
    }
}

impl Mounted {
    /// The ground as it sees it when nobody turned it; `None` when nobody calibrated it.
    pub(super) fn at_home(&self) -> Option<Ground> {
        match self {
            Self::Unplaced => None,
            Self::Fixed(ground) => Some(ground.clone()),
            Self::Turning { mount, field_deg, aspect, home, .. } => {
                Some(Ground::of_pose(&mount.pose(*home, *field_deg, *aspect)))
            }
        }
    }
}
