//! Whether a bulletin is what it should be: names, numbers, times and amounts, each fault at its place.
//!
//! Not here: its shape (the types of `sense::bulletin`), and whether it brings anything new ([`super::take`]).

use base::Timestamp;
use base::geo::Position;
use base::ids::ObservationId;
use record::Faults;
use sense::bulletin::{Bulletin, Detection, Likely, Observation, Register, SensorState, Whereabouts};
use sense::limits;

/// How far ahead of the node's clock the clock of a post may be, in seconds.
const AHEAD_S: i64 = 300;
/// Longest name of a post or sensor, in characters.
pub const ID_CHARS_MAX: usize = 64;
/// Longest text of the register, in characters.
const REGISTER_CHARS_MAX: usize = 500;
/// Longest remark or name of a model, in characters.
const REMARK_CHARS_MAX: usize = 500;
/// Longest time that a register may say things are kept, in days.
const RETENTION_DAYS_MAX: u16 = 366;
/// Tracks or directions of one observation.
const PARTS_MAX: usize = 64;
/// Largest number that says something: decibels, metres, degrees, weights.
const NUMBER_MAX: f64 = 1e9;
/// Probabilities of classes may add up to a little more than one by rounding.
const SUM_MAX: f32 = 1.01;

/// Whether a text can name a post, a sensor or a still: lower-case letters, digits and hyphens.
pub fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(plain)
}

/// Everything that is wrong with a bulletin.
pub fn check(bulletin: &Bulletin, now: Timestamp) -> Result<(), Faults> {
    let mut faults = Checking { faults: Faults::default(), now };
    faults.name("post", &bulletin.post);
    faults.instant("at", bulletin.at);
    faults.most("sensors", bulletin.sensors.len(), limits::SENSORS_MAX);
    faults.most("detections", bulletin.detections.len(), limits::BULLETIN_DETECTIONS_MAX);
    faults.most("observations", bulletin.observations.len(), limits::BULLETIN_OBSERVATIONS_MAX);
    if !faults.faults.0.is_empty() {
        return Err(faults.faults);
    }
    for (index, one) in bulletin.sensors.iter().enumerate() {
        faults.sensor(&format!("sensors[{index}]"), one);
        if bulletin.sensors[..index].iter().any(|before| before.id == one.id) {
            faults.add(&format!("sensors[{index}].id"), "is there twice", "name each sensor once");
        }
    }
    for (index, one) in bulletin.detections.iter().enumerate() {
        faults.detection(&format!("detections[{index}]"), one);
    }
    for (index, one) in bulletin.observations.iter().enumerate() {
        faults.observation(&format!("observations[{index}]"), one);
    }
    faults.faults.into_result()
}

struct Checking {
    faults: Faults,
    now: Timestamp,
}

impl Checking {
    fn add(&mut self, path: &str, what: &str, mend: &str) {
        self.faults.add(path, what, mend);
    }

    fn name(&mut self, path: &str, name: &str) {
        if !is_name(name) {
            let mend = format!("use at most {ID_CHARS_MAX} lower-case letters, digits and hyphens");
            self.faults.add(path, "cannot be a name", mend);
        }
    }

    fn most(&mut self, path: &str, count: usize, most: usize) {
        if count > most {
            self.faults.add(path, format!("has more than {most}"), "send the rest in another bulletin");
        }
    }

    fn number(&mut self, path: &str, number: f64, low: f64, high: f64) {
        if !(low..=high).contains(&number) {
            self.faults.add(path, "is out of range", format!("use a number from {low} to {high}"));
        }
    }

    fn instant(&mut self, path: &str, at: Timestamp) {
        if at.millis_since(self.now) > AHEAD_S * 1_000 {
            self.add(path, "is in the future", "set the clock of the post");
        }
    }

    fn position(&mut self, path: &str, [longitude, latitude]: [f64; 2]) {
        if let Err(error) = Position::new(longitude, latitude) {
            self.faults.add(path, error.to_string(), "longitude first, then latitude");
        }
    }

    fn sensor(&mut self, path: &str, sensor: &SensorState) {
        self.name(&format!("{path}.id"), &sensor.id);
        self.position(&format!("{path}.at"), sensor.at);
        self.register(&format!("{path}.register"), &sensor.register);
        self.most(&format!("{path}.sees"), sensor.sees.len(), limits::SEES_CORNERS_MAX);
        for (index, at) in sensor.sees.iter().enumerate().take(limits::SEES_CORNERS_MAX) {
            self.position(&format!("{path}.sees[{index}]"), *at);
        }
        let health = &sensor.health;
        for (field, number) in [
            ("clock_offset_ms", health.clock_offset_ms),
            ("level_dbfs", health.level_dbfs.map(f64::from)),
            ("background_dbfs", health.background_dbfs.map(f64::from)),
            ("measured_per_day", health.measured_per_day),
        ] {
            if let Some(number) = number {
                self.number(&format!("{path}.health.{field}"), number, -NUMBER_MAX, NUMBER_MAX);
            }
        }
        if let Some(remark) = &health.remark {
            self.faults.text(&format!("{path}.health.remark"), remark, REMARK_CHARS_MAX);
        }
    }

    fn register(&mut self, path: &str, register: &Register) {
        for (field, text) in [
            ("name", &register.name),
            ("owner", &register.owner),
            ("purpose", &register.purpose),
            ("legal_basis", &register.legal_basis),
            ("data", &register.data),
            ("contact", &register.contact),
        ] {
            let path = format!("{path}.{field}");
            if text.trim().is_empty() {
                self.add(&path, "is empty", "a sensor in public space says who, what, why and whom to ask");
            }
            self.faults.text(&path, text, REGISTER_CHARS_MAX);
        }
        if !(1..=RETENTION_DAYS_MAX).contains(&register.retention_days) {
            self.add(&format!("{path}.retention_days"), "is out of range", "use 1 to 366 days");
        }
    }

    fn detection(&mut self, path: &str, detection: &Detection) {
        self.name(&format!("{path}.sensor"), &detection.sensor);
        let at = Timestamp::from_millis(detection.at_us.div_euclid(1_000));
        self.instant(&format!("{path}.at_us"), at);
        let over = f64::from(detection.over_background_db);
        self.number(&format!("{path}.over_background_db"), over, -NUMBER_MAX, NUMBER_MAX);
        self.classes(&format!("{path}.classes"), &detection.classes);
        if let Some(id) = &detection.observation {
            self.id(&format!("{path}.observation"), id);
        }
    }

    fn id(&mut self, path: &str, id: &str) {
        if id.parse::<ObservationId>().is_err() {
            self.add(path, "is not an id of an observation", "use a lower-case UUID with hyphens");
        }
    }

    fn classes(&mut self, path: &str, classes: &[Likely]) {
        self.most(path, classes.len(), sense::Class::ALL.len());
        for (index, one) in classes.iter().enumerate().take(sense::Class::ALL.len()) {
            self.number(&format!("{path}[{index}].probability"), one.probability.into(), 0.0, 1.0);
        }
        if classes.iter().map(|one| one.probability).sum::<f32>() > SUM_MAX {
            self.add(path, "adds up to more than one", "the rest of the probability is for unsure");
        }
    }

    fn observation(&mut self, path: &str, one: &Observation) {
        self.id(&format!("{path}.id"), &one.id);
        for (field, at) in [("at", one.at), ("first_heard", one.first_heard), ("told", one.told)] {
            self.instant(&format!("{path}.{field}"), at);
        }
        self.number(&format!("{path}.probability"), one.probability, 0.0, 1.0);
        self.classes(&format!("{path}.classes"), &one.classes);
        if let Some(place) = &one.place {
            self.place(&format!("{path}.place"), place);
        }
        self.evidence(path, one);
        self.most(&format!("{path}.bearings"), one.bearings.len(), PARTS_MAX);
        for (index, line) in one.bearings.iter().enumerate().take(PARTS_MAX) {
            let path = format!("{path}.bearings[{index}]");
            self.name(&format!("{path}.sensor"), &line.sensor);
            self.position(&format!("{path}.from"), line.from);
            self.number(&format!("{path}.towards_deg"), line.towards_deg, -360.0, 360.0);
            self.number(&format!("{path}.width_deg"), line.width_deg, 0.0, 360.0);
        }
        self.most(&format!("{path}.cameras"), one.cameras.len(), limits::SENSORS_MAX);
        for (index, camera) in one.cameras.iter().enumerate().take(limits::SENSORS_MAX) {
            let path = format!("{path}.cameras[{index}]");
            self.name(&format!("{path}.sensor"), &camera.sensor);
            self.most(&format!("{path}.tracks_m"), camera.tracks_m.len(), limits::TRACKS_MAX);
            for (index, metres) in camera.tracks_m.iter().enumerate().take(limits::TRACKS_MAX) {
                self.number(&format!("{path}.tracks_m[{index}]"), *metres, 0.0, NUMBER_MAX);
            }
            if let Some(still) = &camera.still {
                self.name(&format!("{path}.still"), still);
            }
        }
        if let Some(model) = &one.model {
            self.faults.text(&format!("{path}.model"), model, REMARK_CHARS_MAX);
        }
    }

    fn evidence(&mut self, path: &str, one: &Observation) {
        self.most(&format!("{path}.evidence"), one.evidence.len(), limits::EVIDENCE_MAX);
        for (index, piece) in one.evidence.iter().enumerate().take(limits::EVIDENCE_MAX) {
            let path = format!("{path}.evidence[{index}]");
            if let Some(sensor) = &piece.sensor {
                self.name(&format!("{path}.sensor"), sensor);
            }
            self.number(&format!("{path}.weight"), piece.weight, -NUMBER_MAX, NUMBER_MAX);
            self.number(&format!("{path}.value"), piece.value.unwrap_or(0.0), -NUMBER_MAX, NUMBER_MAX);
        }
        self.most(&format!("{path}.levels"), one.levels.len(), limits::SENSORS_MAX);
        for (index, line) in one.levels.iter().enumerate().take(limits::SENSORS_MAX) {
            let path = format!("{path}.levels[{index}]");
            self.name(&format!("{path}.sensor"), &line.sensor);
            let values = &line.over_background_db;
            self.most(&format!("{path}.over_background_db"), values.len(), limits::LEVEL_POINTS_MAX);
            if values.iter().take(limits::LEVEL_POINTS_MAX).any(|value| !value.is_finite()) {
                self.add(&format!("{path}.over_background_db"), "is not a number", "leave it out");
            }
        }
    }

    fn place(&mut self, path: &str, place: &Whereabouts) {
        self.position(&format!("{path}.at"), place.at);
        self.number(&format!("{path}.major_m"), place.major_m, 0.0, NUMBER_MAX);
        self.number(&format!("{path}.minor_m"), place.minor_m, 0.0, NUMBER_MAX);
        self.number(&format!("{path}.towards_deg"), place.towards_deg, -360.0, 360.0);
        self.most(&format!("{path}.left_out"), place.left_out.len(), limits::SENSORS_MAX);
        for (index, one) in place.left_out.iter().enumerate().take(limits::SENSORS_MAX) {
            self.name(&format!("{path}.left_out[{index}].sensor"), &one.sensor);
            self.number(&format!("{path}.left_out[{index}].by"), one.by, -NUMBER_MAX, NUMBER_MAX);
        }
    }
}
