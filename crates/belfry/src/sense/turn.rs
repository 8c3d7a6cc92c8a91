//! Turning a camera to a place: where that is for the camera, and who turns it.
//!
//! Not here: which camera is to look, and for how long (`sense::fuse::cue`); the language of cameras (`onvif`).

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use sense::plan::turn_deg;
use sense::{Plan, Point};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::config::{Config, Credentials, Ptz, Sensor};
use super::onvif::Onvif;

/// Where a camera is to look, in its own terms: each from -1 to 1, zoom from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Aim {
    /// To the side.
    pub(crate) pan: f64,
    /// Up and down.
    pub(crate) tilt: f64,
    /// Nearer.
    pub(crate) zoom: f64,
}

/// Something that turns a camera.
pub(crate) trait Turning: Send {
    /// Turns it.
    fn turn(&mut self, aim: Aim) -> impl Future<Output = Result<()>> + Send;
    /// Goes to a preset.
    fn go_to(&mut self, preset: &str) -> impl Future<Output = Result<()>> + Send;
    /// Where it looks now.
    fn position(&mut self) -> impl Future<Output = Result<Aim>> + Send;
    /// The tokens of its presets.
    fn presets(&mut self) -> impl Future<Output = Result<Vec<String>>> + Send;
}

/// Who turns each camera of a post. Dropping it lets them be.
pub(crate) struct Turners {
    wanted: BTreeMap<String, watch::Sender<Option<Point>>>,
    _tasks: JoinSet<()>,
}

impl Turners {
    /// One for each camera that can be turned.
    pub(crate) fn start(config: &Arc<Config>) -> Result<Self> {
        let (mut wanted, mut tasks) = (BTreeMap::new(), JoinSet::new());
        for sensor in &config.sensors {
            let Some(ptz) = &sensor.ptz else { continue };
            let camera = onvif(ptz).with_context(|| format!("sensors.{}.ptz", sensor.id))?;
            let (sender, receiver) = watch::channel(None);
            wanted.insert(sensor.id.clone(), sender);
            tasks.spawn(follow(Plan::around(config.origin()), sensor.clone(), camera, receiver));
        }
        Ok(Self { wanted, _tasks: tasks })
    }

    /// Turns a camera to a place; a cue that is still being carried out gives way to a newer one.
    pub(crate) fn look(&self, camera: &str, at: Point) {
        match self.wanted.get(camera) {
            Some(sender) => {
                sender.send_replace(Some(at));
            }
            None => tracing::debug!(camera, "is fixed: it is not turned"),
        }
    }
}

/// The camera of these settings.
pub(crate) fn onvif(ptz: &Ptz) -> Result<Onvif> {
    Onvif::new(&ptz.url, Credentials::read(&ptz.credentials_file)?)
}

async fn follow(
    plan: Plan,
    sensor: Sensor,
    mut camera: impl Turning,
    mut wanted: watch::Receiver<Option<Point>>,
) {
    while wanted.changed().await.is_ok() {
        let Some(to) = *wanted.borrow_and_update() else { continue };
        if let Err(error) = turned(&plan, &sensor, &mut camera, to).await {
            tracing::warn!(camera = sensor.id, "is not turned: {error:#}");
        }
    }
}

/// Turns a camera to a place.
pub(crate) async fn turned(plan: &Plan, sensor: &Sensor, camera: &mut impl Turning, to: Point) -> Result<()> {
    let Some(ptz) = &sensor.ptz else { bail!("it is fixed") };
    if !ptz.presets.is_empty() {
        let middle = |at: [f64; 2]| base::geo::Position::new(at[0], at[1]).ok().map(|at| plan.point(at));
        let away = |at: [f64; 2]| middle(at).map_or(f64::MAX, |at| at.distance_m(to));
        let nearest = ptz.presets.iter().min_by(|one, two| away(one.at).total_cmp(&away(two.at)));
        return camera.go_to(&nearest.context("it has no preset")?.token).await;
    }
    camera.turn(aim(plan, sensor, ptz, to)?).await
}

/// Where a place on the ground is for a camera.
pub(crate) fn aim(plan: &Plan, sensor: &Sensor, ptz: &Ptz, to: Point) -> Result<Aim> {
    let from = plan.point(sensor.position());
    let pan_deg = turn_deg(sensor.heading_deg, from.towards_deg(to));
    let tilt_deg = -sensor.height_m.atan2(from.distance_m(to)).to_degrees();
    let share = |degrees: f64, [low, high]: [f64; 2]| 2.0 * (degrees - low) / (high - low) - 1.0;
    let pan = [pan_deg, pan_deg - 360.0, pan_deg + 360.0]
        .into_iter()
        .map(|degrees| share(degrees, ptz.pan_deg))
        .find(|share| (-1.0..=1.0).contains(share));
    let Some(pan) = pan else {
        bail!("{pan_deg:.0} degrees from its heading is beyond ptz.pan_deg");
    };
    Ok(Aim { pan, tilt: share(tilt_deg, ptz.tilt_deg).clamp(-1.0, 1.0), zoom: ptz.zoom })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sense::config::Preset;

    const ORIGIN: [f64; 2] = [4.2825, 52.0905];

    fn camera(heading_deg: f64, pan_deg: [f64; 2]) -> (Plan, Sensor) {
        let position = base::geo::Position::new(ORIGIN[0], ORIGIN[1]).unwrap();
        let ptz = Ptz { pan_deg, ..Ptz::default() };
        let sensor = Sensor { at: ORIGIN, height_m: 10.0, heading_deg, ptz: Some(ptz), ..Sensor::default() };
        (Plan::around(position), sensor)
    }

    #[derive(Default)]
    struct Noted(Vec<String>);

    impl Turning for Noted {
        async fn turn(&mut self, aim: Aim) -> Result<()> {
            self.0.push(format!("{:.3} {:.3} {:.1}", aim.pan, aim.tilt, aim.zoom));
            Ok(())
        }
        async fn go_to(&mut self, preset: &str) -> Result<()> {
            self.0.push(preset.to_owned());
            Ok(())
        }
        async fn position(&mut self) -> Result<Aim> {
            bail!("not asked")
        }
        async fn presets(&mut self) -> Result<Vec<String>> {
            bail!("not asked")
        }
    }

    #[test]
    fn places_are_where_a_compass_and_a_plumb_line_have_them() {
        // Heading of the camera, its range, the place, and what is expected of pan and tilt.
        for (heading, range, to, pan, tilt) in [
            (0.0, [-180.0, 180.0], Point::new(10.0, 0.0), 0.5, 0.0),
            (180.0, [-180.0, 180.0], Point::new(10.0, 0.0), -0.5, 0.0),
            (350.0, [-90.0, 90.0], Point::new(0.0, 10.0), 10.0 / 90.0, 0.0),
            (0.0, [0.0, 360.0], Point::new(-10.0, 0.0), 0.5, 0.0),
            (0.0, [180.0, -180.0], Point::new(10.0, 0.0), -0.5, 0.0),
        ] {
            let (plan, sensor) = camera(heading, range);
            let aim = aim(&plan, &sensor, sensor.ptz.as_ref().unwrap(), to).unwrap();
            assert!(
                (aim.pan - pan).abs() < 1e-6 && (aim.tilt - tilt).abs() < 1e-6,
                "{heading} {range:?}: {aim:?}"
            );
        }
        let (plan, sensor) = camera(0.0, [-90.0, 90.0]);
        assert!(aim(&plan, &sensor, sensor.ptz.as_ref().unwrap(), Point::new(0.0, -10.0)).is_err());
    }

    #[tokio::test]
    async fn the_nearest_preset_is_taken() {
        let (plan, mut sensor) = camera(0.0, [-180.0, 180.0]);
        let mut noted = Noted::default();
        let to = Point::new(10.0, 0.0);
        turned(&plan, &sensor, &mut noted, to).await.unwrap();
        let preset = |token: &str, east| Preset { token: token.into(), at: [ORIGIN[0] + east, ORIGIN[1]] };
        if let Some(ptz) = &mut sensor.ptz {
            ptz.presets = vec![preset("west", -0.001), preset("east", 0.001)];
        }
        turned(&plan, &sensor, &mut noted, to).await.unwrap();
        assert_eq!(noted.0, ["0.500 0.000 0.0", "east"]);
    }
}
