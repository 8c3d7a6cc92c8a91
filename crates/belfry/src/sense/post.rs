//! The post of these settings: what `sense` needs to know of the sensors, and what it learned before a restart.
//!
//! Not here: hearing and seeing (`sense`), and who calls it (`run`).

use std::path::PathBuf;

use anyhow::{Context, Result};
use base::Random;
use base::geo::Position;
use base::system::SystemRandom;
use jiff::tz::TimeZone;
use sense::bulletin::{Orders, SensorKind};
use sense::ear::Window;
use sense::ear::bearing::Array;
use sense::ear::class::Classifier;
use sense::eye::Frame;
use sense::eye::events::{Line, Rules, Zone};
use sense::eye::ground::{Calibration, GroundPoint, Spot};
use sense::eye::mask::Mask;
use sense::eye::turn::{Angles, Mount, Stops};
use sense::fuse::weigh::Alarm;
use sense::post::{EarSetup, EyeSetup, Mounted, Post, PostSetup};
use sense::{Moment, Plan, Point};

use super::config::{self, Config, Ptz, Sensor};
use super::limits::FRAME_WIDTH;
use super::models;
use super::outlines;
use super::run::{Listening, Told};
use super::sender::Still;

/// The file in the buffer's folder that holds what was learned.
const MEMORY: &str = "learned.json";
/// What was learned is written this often, in seconds.
const REMEMBER_S: f64 = 60.0;
/// How wide a camera that turns is taken to see, in degrees across.
const TURNING_FIELD_DEG: f64 = 60.0;

/// A post, and where it keeps what it learns.
pub(crate) struct Kept {
    post: Post,
    file: PathBuf,
    written: Option<Moment>,
    now: Moment,
    /// The area's own time.
    zone: TimeZone,
}

/// What hears and sees, for these settings.
pub(crate) fn listening(config: &Config) -> Result<Kept> {
    let random: Box<dyn Random + Send> = Box::new(SystemRandom);
    let mut post = Post::new(setup(config)?, random);
    let file = config.buffer.folder.join(MEMORY);
    match std::fs::read(&file) {
        Ok(bytes) => post.remember(&bytes).with_context(|| format!("{} cannot be used", file.display()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
    let zone = TimeZone::get(&config.post.timezone).context("post.timezone")?;
    Ok(Kept { post, file, written: None, now: Moment::from_micros(0), zone })
}

impl Kept {
    /// Writes what was learned: beside the file and then in its place, so that a power cut leaves one of the two.
    fn write(&self) -> Result<()> {
        let beside = self.file.with_extension("new");
        std::fs::write(&beside, self.post.memory())
            .with_context(|| format!("cannot write {}", beside.display()))?;
        std::fs::rename(&beside, &self.file).with_context(|| format!("cannot write {}", self.file.display()))
    }
}

impl Listening for Kept {
    fn hear(&mut self, sensor: &str, window: Window) {
        self.post.hear(sensor, &window);
    }

    fn see(&mut self, camera: &str, frame: Frame) {
        self.post.see(camera, frame);
    }

    fn told(&mut self, camera: &str, at: Moment, boxes: &[[Spot; 2]]) {
        self.post.see_told(camera, at, boxes);
    }

    fn alarmed(&mut self, camera: &str, at: Moment, alarm: Alarm) {
        self.post.alarmed(camera, at, alarm);
    }

    fn clock(&mut self, sensor: &str, off_ms: f64) {
        self.post.clock(sensor, Some(off_ms));
    }

    fn obey(&mut self, orders: Orders) {
        self.post.obey(&orders, self.now);
    }

    fn end(&mut self) {
        if let Err(error) = self.write() {
            tracing::warn!("what was learned is not kept: {error:#}");
        }
    }

    fn tick(&mut self, now: Moment) -> Told {
        self.now = now;
        self.post.local_time(offset_minutes(&self.zone, now));
        let told = self.post.tick(now);
        let last = *self.written.get_or_insert(now);
        if now.seconds_since(last) >= REMEMBER_S {
            self.written = Some(now);
            if let Err(error) = self.write() {
                tracing::warn!("what was learned is not kept: {error:#}");
            }
        }
        Told {
            observations: told.observations,
            detections: told.detections,
            sensors: told.sensors,
            cues: told.cues.into_iter().map(|cue| (cue.camera, cue.to)).collect(),
            stills: told
                .stills
                .into_iter()
                .map(|one| Still {
                    observation: one.observation,
                    name: one.name,
                    bytes: one.png,
                    media_type: "image/png",
                })
                .collect(),
        }
    }
}

/// How far a zone's own time is ahead of UTC at a moment, in minutes.
fn offset_minutes(zone: &TimeZone, at: Moment) -> i32 {
    let instant = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    zone.to_offset(instant).seconds() / 60
}

/// What `sense` needs to know, from the settings.
fn setup(config: &Config) -> Result<PostSetup> {
    let plan = Plan::around(config.origin());
    let outlines = outlines::read(&config.post.area_file, &plan)?;
    let (mut ears, mut eyes) = (Vec::new(), Vec::new());
    for sensor in &config.sensors {
        let of = || format!("sensors.{}", sensor.id);
        match sensor.kind {
            SensorKind::Camera => eyes.push(eye(&plan, sensor).with_context(of)?),
            SensorKind::Array | SensorKind::Microphone => ears.push(ear(&plan, sensor).with_context(of)?),
        }
    }
    Ok(PostSetup {
        plan,
        temperature_c: config.temperature_c().context("the temperature")?,
        // From the first tick on it is that of the zone.
        utc_offset_minutes: 0,
        stills: config.post.stills,
        gone_after_s: f64::from(config.post.gone_after_s),
        ears,
        eyes,
        buildings: outlines.buildings,
        zones: outlines.zones,
        classifier: classifier(config)?,
    })
}

fn classifier(config: &Config) -> Result<Option<Box<dyn Classifier>>> {
    let file = &config.post.model_file;
    if file.as_os_str().is_empty() {
        tracing::warn!("no sound model (post.model_file): every sound is unsure");
        return Ok(None);
    }
    models::classifier(file).context("post.model_file").map(Some)
}

fn ear(plan: &Plan, sensor: &Sensor) -> Result<EarSetup> {
    let array = match sensor.kind {
        SensorKind::Array => {
            Some(Array::new(sensor.offsets_m.clone(), sensor.heading_deg).context("offsets_m")?)
        }
        _ => None,
    };
    let register = sensor.register.clone().context("register is missing: say what anyone may know of it")?;
    Ok(EarSetup { id: sensor.id.clone(), at: plan.point(sensor.position()), array, register })
}

fn eye(plan: &Plan, sensor: &Sensor) -> Result<EyeSetup> {
    let at = plan.point(sensor.position());
    let mounted = match &sensor.ptz {
        Some(ptz) => turning(sensor, ptz, at),
        None if sensor.calibration.is_empty() => Mounted::Unplaced,
        None => {
            let mut points = Vec::new();
            for one in &sensor.calibration {
                let position = Position::new(one.at[0], one.at[1]).context("calibration")?;
                points.push(GroundPoint { spot: spot(sensor, one.pixel), at: plan.point(position) });
            }
            let found = Calibration::new(at, &points).context("calibration")?;
            if let Some(error_m) = found.error_m {
                tracing::info!(camera = sensor.id, error_m, "calibrated");
            }
            Mounted::Fixed(found.ground)
        }
    };
    let rings =
        sensor.masks.iter().map(|ring| ring.iter().map(|pixel| spot(sensor, *pixel)).collect()).collect();
    let register = sensor.register.clone().context("register is missing: say what anyone may know of it")?;
    Ok(EyeSetup {
        id: sensor.id.clone(),
        at,
        mounted,
        mask: Mask::new(rings).context("masks")?,
        rules: rules(plan, sensor).context("lines and watched")?,
        register,
    })
}

/// What is looked for in its picture.
fn rules(plan: &Plan, sensor: &Sensor) -> Result<Rules> {
    let point = |at: [f64; 2]| Ok(plan.point(Position::new(at[0], at[1])?));
    let asked = |value: f64| (value > 0.0).then_some(value);
    let line = |one: &config::Line| {
        Ok(Line { name: one.name.clone(), from: point(one.from)?, to: point(one.to)?, both: one.both })
    };
    let zone = |one: &config::Watched| {
        Ok(Zone {
            name: one.name.clone(),
            corners: one.corners.iter().map(|corner| point(*corner)).collect::<Result<_>>()?,
            stay_s: asked(one.stay_s),
            left_s: asked(one.left_s),
            crowd: asked(one.crowd),
            sudden: one.sudden,
        })
    };
    Ok(Rules {
        lines: sensor.lines.iter().map(line).collect::<Result<_>>()?,
        zones: sensor.watched.iter().map(zone).collect::<Result<_>>()?,
    })
}

fn turning(sensor: &Sensor, ptz: &Ptz, at: Point) -> Mounted {
    let range = |[one, other]: [f64; 2]| [one.min(other), one.max(other)];
    Mounted::Turning {
        mount: Mount {
            at,
            height_m: sensor.height_m,
            heading_deg: sensor.heading_deg,
            level_deg: 0.0,
            error_deg: None,
        },
        stops: Stops { pan_deg: range(ptz.pan_deg), tilt_deg: range(ptz.tilt_deg) },
        field_deg: TURNING_FIELD_DEG,
        aspect: width() / f64::from(sensor.picture_height.max(1)),
        home: Angles { pan_deg: 0.0, tilt_deg: -20.0 },
    }
}

/// A pixel of the settings as a spot.
fn spot(sensor: &Sensor, [x, y]: [f64; 2]) -> Spot {
    Spot::new(x / width(), y / f64::from(sensor.picture_height.max(1)))
}

#[allow(clippy::cast_precision_loss, reason = "a few hundred")]
fn width() -> f64 {
    FRAME_WIDTH as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_and_winter_have_their_own_time() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        // The last second of summer time in 2026, and the first of winter time.
        for (second, minutes) in [(1_792_889_999, 120), (1_792_890_000, 60)] {
            assert_eq!(offset_minutes(&zone, Moment::from_micros(second * 1_000_000)), minutes);
        }
    }
}
