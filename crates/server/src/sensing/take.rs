//! Takes a bulletin in: what its post tells of itself, what was heard, what is new of observations; and answers with what
//! the post is to do.
//!
//! Not here: whether the bulletin is what it should be ([`super::check`]).

use std::collections::BTreeSet;

use base::Timestamp;
use base::ids::{ObservationId, OrganisationId};
use policy::Permit;
use policy::action::Operate;
use record::Faults;
use sense::bulletin::{Bulletin, Detection, Judged, Observation, Orders, SensorState};
use sense::limits::ORDERS_MAX;
use store::sense::{DETECTION_DAYS, KeptDetection, KeptObservation, OBSERVATION_DAYS};

use super::shown::Entry;
use super::{Changed, SensingError, check, posts, settings, zone};
use crate::problem::Problem;
use crate::state::App;

const MS_PER_DAY: i64 = 86_400_000;

/// Takes a bulletin of a post of the permit's organisation. The same again changes nothing. Waits for the disk.
pub(crate) fn take(app: &App, permit: &Permit<Operate>, bulletin: Bulletin) -> Result<Orders, Problem> {
    let now = app.now();
    let of = permit.organisation();
    check::check(&bulletin, now)?;
    check_own(app, of, &bulletin, now)?;
    let Bulletin { post, at, sensors, detections, observations } = bulletin;
    let _writing = app.sensing.writing();
    for sensor in posts::told(&app.sensing, permit, &post, sensors.clone(), now)? {
        app.sensing.tell(of, Changed::Sensor(sensor));
    }
    keep_detections(app, permit, &sensors, &detections, now)?;
    for id in keep_observations(app, permit, &post, &sensors, observations, now)? {
        app.sensing.tell(of, Changed::Observation(id));
    }
    Ok(orders(app, permit, &post, at, now)?)
}

/// No post tells of the sensors or observations of another one.
fn check_own(app: &App, of: &OrganisationId, bulletin: &Bulletin, now: Timestamp) -> Result<(), Problem> {
    let mut faults = Faults::default();
    app.sensing.with_posts(|posts| {
        for (index, one) in bulletin.sensors.iter().enumerate() {
            if let Some(other) = posts::other_post_with(posts, of, &bulletin.post, &one.id, now) {
                let what = format!("is a sensor of post {other}");
                faults.add(&format!("sensors[{index}].id"), what, "give it another name");
            }
        }
    })?;
    Ok(faults.into_result()?)
}

/// How long what a sensor brings is kept at most, by its register.
fn days_of(sensors: &[SensorState], name: &str) -> Option<i64> {
    sensors.iter().find(|one| one.id == name).map(|one| i64::from(one.register.retention_days))
}

fn keep_detections(
    app: &App,
    permit: &Permit<Operate>,
    sensors: &[SensorState],
    detections: &[Detection],
    now: Timestamp,
) -> Result<(), SensingError> {
    let mut kept = Vec::with_capacity(detections.len());
    for one in detections {
        let at = Timestamp::from_millis(one.at_us.div_euclid(1_000));
        let days = days_of(sensors, &one.sensor).map_or(DETECTION_DAYS, |days| days.min(DETECTION_DAYS));
        let until = at.plus_millis(days * MS_PER_DAY);
        // What a post kept for too long while the node was away is past its time.
        if now < until {
            let content = serde_json::to_vec(one)?;
            kept.push(KeptDetection { sensor: one.sensor.clone(), at_us: one.at_us, until, content });
        }
    }
    if kept.is_empty() {
        return Ok(());
    }
    let left_out = app.store.sense()?.keep_detections(permit, &kept)?;
    if left_out > 0 {
        tracing::warn!(left_out, "more detections came than are kept of a day");
    }
    Ok(())
}

/// Keeps what is new. Gives the ids of observations that are new or newer.
fn keep_observations(
    app: &App,
    permit: &Permit<Operate>,
    post: &str,
    sensors: &[SensorState],
    observations: Vec<Observation>,
    now: Timestamp,
) -> Result<Vec<ObservationId>, Problem> {
    let store = app.store.sense()?;
    let directory = app.store.directory();
    let mut keep: Vec<KeptObservation> = Vec::new();
    for (index, mut one) in observations.into_iter().enumerate() {
        let id: ObservationId = one.id.parse().map_err(|_| Problem::Internal)?;
        let waiting = keep.iter().position(|known| known.id == id);
        let known = match waiting {
            Some(place) => Some(keep.remove(place)),
            None => store.observation(permit, id)?,
        };
        let until = kept_until(sensors, &one, now);
        if now >= until {
            continue;
        }
        if let Some(place) = &mut one.place {
            let exists = |zone: &String| directory.zones.keys().any(|known| known.as_str() == zone);
            place.zone = place.zone.take().filter(exists).or_else(|| zone::zone_at(&directory, place.at));
        }
        let Some(known) = known else {
            let came = now;
            let fresh = KeptObservation {
                number: 0,
                id,
                post: post.into(),
                at: one.at,
                came,
                until,
                content: Vec::new(),
            };
            keep.push(Entry::new(one).write(&fresh)?);
            continue;
        };
        if known.post != post {
            let path = format!("observations[{index}].id");
            return Err(Problem::fault(&path, "is an observation of another post", "make an id of its own"));
        }
        let mut entry = Entry::read(&known)?;
        if one.revision > entry.observation.revision {
            let at = one.at;
            entry.observation = one;
            keep.push(entry.write(&KeptObservation { at, ..known })?);
        } else if waiting.is_some() {
            keep.push(known);
        }
    }
    store.keep_observations(permit, &keep)?;
    Ok(keep.iter().map(|one| one.id).collect())
}

/// When an observation is destroyed: when the first register of a sensor that it rests on says so.
fn kept_until(sensors: &[SensorState], one: &Observation, now: Timestamp) -> Timestamp {
    let days = sensors_of(one).iter().filter_map(|name| days_of(sensors, name)).min();
    let days = days.map_or(OBSERVATION_DAYS, |days| days.min(OBSERVATION_DAYS));
    one.at.min(now).plus_millis(days * MS_PER_DAY)
}

/// The sensors that an observation rests on.
pub(crate) fn sensors_of(one: &Observation) -> BTreeSet<&str> {
    let heard = one.levels.iter().map(|line| line.sensor.as_str());
    let bearings = one.bearings.iter().map(|line| line.sensor.as_str());
    let evidence = one.evidence.iter().filter(|piece| piece.weight > 0.0);
    let evidence = evidence.filter_map(|piece| piece.sensor.as_deref());
    heard.chain(bearings).chain(evidence).collect()
}

fn orders(
    app: &App,
    permit: &Permit<Operate>,
    post: &str,
    bulletin: Timestamp,
    now: Timestamp,
) -> Result<Orders, SensingError> {
    let (version, body) = settings::read(&app.store, permit, now)?;
    let judged = app.store.sense()?.judged_for(permit, post, bulletin, now, ORDERS_MAX)?;
    let judged = judged.iter().map(|one| serde_json::from_slice::<Judged>(one));
    let key = (permit.organisation().clone(), post.to_owned());
    let look = app.sensing.with_posts(|posts| {
        posts.get_mut(&key).map(|one| one.looks_for(bulletin, now)).unwrap_or_default()
    })?;
    Ok(Orders { settings: body.for_posts(version), judged: judged.collect::<Result<_, _>>()?, look })
}
