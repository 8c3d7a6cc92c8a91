//! One camera from frame to what moves on the ground: the mask first, then all the rest.
//!
//! Not here: which camera is turned where and when, and what is made of it ([`crate::fuse`]).

use crate::bulletin::HealthState;
use crate::eye::Frame;
use crate::eye::events::{Event, Events, Rules};
use crate::eye::ground::{Ground, Spot};
use crate::eye::health::{Fitness, Watch};
use crate::eye::journal::{Journal, Nearby};
use crate::eye::mask::{Cover, Mask};
use crate::eye::motion::{Motion, MotionSettings, Moving};
use crate::eye::sight::{Ellipse, View};
use crate::eye::still::{NoStill, Still};
use crate::eye::thing::{Thing, things, told_things};
use crate::eye::track::{Track, Tracks};
use crate::limits::TOLD_BOXES_MAX;
use crate::plan::{Moment, Point};

/// What a camera tells of objects holds for so long, in seconds; then its picture is looked at again.
const TOLD_HOLDS_S: f64 = 2.0;

/// What one frame gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// When.
    pub at: Moment,
    /// What moves in the picture.
    pub moving: Moving,
    /// What began and what ended on the ground.
    pub events: Vec<Event>,
    /// How fit the camera is.
    pub fitness: Fitness,
}

/// A camera. Without a calibration it sees motion and keeps its health, but knows no place.
pub struct Camera {
    mask: Mask,
    settings: MotionSettings,
    buildings: Vec<Vec<Point>>,
    /// The mask and the motion of the frame size that comes.
    sized: Option<Sized>,
    view: Option<View>,
    ground: Option<Ground>,
    tracks: Tracks,
    events: Events,
    journal: Journal,
    watch: Watch,
    last: Option<Frame>,
    /// When it last told objects of its own.
    told: Option<Moment>,
    turning: bool,
}

struct Sized {
    size: (usize, usize),
    cover: Cover,
    motion: Motion,
}

impl Camera {
    /// With what may not be looked at, what is looked for, and the outlines of buildings around.
    pub fn new(mask: Mask, rules: Rules, settings: MotionSettings, buildings: Vec<Vec<Point>>) -> Self {
        Self {
            mask,
            settings,
            buildings,
            sized: None,
            view: None,
            ground: None,
            tracks: Tracks::default(),
            events: Events::new(rules),
            journal: Journal::default(),
            watch: Watch::default(),
            last: None,
            told: None,
            turning: false,
        }
    }

    /// It looks at this ground from now on: after calibration, or when it has come to rest after a turn. All that it knew of its picture
    /// is forgotten. The mask is in the picture: a camera that turns needs one that fits wherever it looks.
    pub fn looks_at(&mut self, ground: Ground) {
        self.view = Some(View::new(ground.clone(), self.mask.clone(), &self.buildings));
        self.ground = Some(ground);
        self.forget();
        self.turning = false;
    }

    /// Somebody waits for what it sees now: its picture is learned in a second.
    pub fn hasten(&mut self) {
        if let Some(sized) = &mut self.sized {
            sized.motion.hasten();
        }
    }

    /// It is being turned: until [`Self::looks_at`] it sees nothing that can be told.
    pub fn turns(&mut self) {
        self.turning = true;
        self.view = None;
        self.ground = None;
        self.forget();
    }

    /// The next frame.
    pub fn see(&mut self, mut frame: Frame) -> Sight {
        let size = (frame.width(), frame.height());
        let sized = match self.sized.take().filter(|sized| sized.size == size) {
            Some(sized) => self.sized.insert(sized),
            None => self.sized.insert(Sized {
                size,
                cover: self.mask.laid_over(size.0, size.1),
                motion: Motion::new(size.0, size.1, self.settings),
            }),
        };
        sized.cover.apply(&mut frame);
        let at = frame.at();
        let fitness = self.watch.next(&frame);
        let mut moving = sized.motion.next(&frame);
        if self.turning {
            sized.motion.forget();
            moving.blobs.clear();
        }
        // What it tells of objects itself is preferred: its own look at the picture follows nobody meanwhile.
        let told = self.told.is_some_and(|told| at.seconds_since(told).abs() < TOLD_HOLDS_S);
        let mut events = Vec::new();
        if let Some(ground) = self.ground.as_ref().filter(|_| !told) {
            let unfit =
                fitness.doubtful || matches!(fitness.state, HealthState::Blocked | HealthState::Moved);
            let found = if unfit { Vec::new() } else { things(&moving.blobs, ground, size) };
            events = self.follow(at, &found);
        }
        self.last = Some(frame);
        Sight { at, moving, events, fitness }
    }

    /// What the camera itself takes for things: boxes by their left upper and right lower corner. What stands where nobody may look
    /// is left out. Nothing comes of it before there was a frame.
    pub fn told(&mut self, at: Moment, boxes: &[[Spot; 2]]) -> Vec<Event> {
        let (Some(ground), Some(sized)) = (&self.ground, &self.sized) else { return Vec::new() };
        if self.turning || self.told.is_some_and(|told| at <= told) {
            return Vec::new();
        }
        self.told = Some(at);
        let mut found = told_things(&boxes[..boxes.len().min(TOLD_BOXES_MAX)], ground, sized.size);
        found.retain(|one| !self.mask.covers(one.foot()));
        self.follow(at, &found)
    }

    fn follow(&mut self, at: Moment, found: &[Thing]) -> Vec<Event> {
        let Some(ground) = &self.ground else { return Vec::new() };
        self.tracks.next(at, found, ground);
        self.journal.next(at, self.tracks.told());
        self.events.next(at, self.tracks.told(), found)
    }

    /// Who is followed, on the ground.
    pub fn tracks(&self) -> &[Track] {
        self.tracks.told()
    }

    /// What it sees of the ground; `None` while it turns or without a calibration.
    pub fn view(&self) -> Option<&View> {
        self.view.as_ref()
    }

    /// How many are in each zone, by the ground they cover.
    pub fn people(&self) -> impl Iterator<Item = (&str, f64)> {
        self.events.people()
    }

    /// Who moved near an ellipse around a moment; see [`Journal::near`].
    pub fn near(
        &self,
        ellipse: &Ellipse,
        moment: Moment,
        from_s: f64,
        until_s: f64,
        within_m: f64,
    ) -> Vec<Nearby> {
        self.journal.near(ellipse, moment, from_s, until_s, within_m)
    }

    /// A masked still of the last frame; `None` before there is one whose background is known.
    pub fn still(&self) -> Option<Result<Still, NoStill>> {
        let (sized, frame) = (self.sized.as_ref()?, self.last.as_ref()?);
        let blobs = sized.motion.blobs()?;
        Some(Still::of(frame, &sized.motion, blobs))
    }

    fn forget(&mut self) {
        if let Some(sized) = &mut self.sized {
            sized.motion.forget();
        }
        self.tracks.forget();
        self.events.forget();
        self.journal.forget();
        self.watch.forget();
        self.last = None;
        self.told = None;
    }
}
