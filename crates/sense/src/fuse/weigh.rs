//! What speaks for an observation and against it, in log-likelihood ratios that are added.
//!
//! The numbers below are first estimates, each a ratio of two shares that can be counted: how often this is so when there was
//! something, and how often when there was nothing. What operators say is added as evidence of its own ([`super::judged`]).
//!
//! Not here: whether it is told (`threshold`), and where it was (`ear::place`).

use std::cmp::Ordering;

use super::{Heard, Listener, Spot};
use crate::bulletin::{Evidence, EvidenceCode, Likely, Then};
use crate::class::Class;
use crate::limits::{CLOCK_OFFSET_MS_MAX, EVIDENCE_MAX};

/// Of the onsets that get this far, about three in a hundred are something.
const PRIOR: f64 = -3.5;
/// Onsets of the background are this loud over it, in dB, and fewer by a factor e for each [`LOUD_SCALE_DB`] more.
const LOUD_FROM_DB: f64 = 18.0;
const LOUD_SCALE_DB: f64 = 6.0;
/// A sensor that had to hear it by this many dB over its background, and did not.
const MUST_HEAR_DB: f64 = 18.0;
/// Shares of sensors that hear nothing though they had to: with something in the way, and when it was a noise beside one sensor.
const NOT_HEARD: (f64, f64) = (0.3, 0.95);
/// Sensors farther than this from the only one that heard it say nothing by their silence, in metres.
const NEIGHBOUR_M: f64 = 150.0;
/// Something moves near a place after a real event, and when there was none it does so as often as it usually does.
const MOVES_AFTER: f64 = 0.8;
/// Movement that begins within these seconds around the sound, at its place, began with it.
const BEGAN_S: (f64, f64) = (-0.5, 3.0);
/// How often movement happens to begin within those seconds.
const BEGINS_BY_CHANCE: f64 = 0.1;
/// A camera's own alarm takes its time: it counts within these seconds around the sound.
const ALARM_S: (f64, f64) = (-1.0, 4.0);
/// Movement somewhere in the picture of a camera that is near, and sound at it: first estimates as all the others.
const ALARM_OF_MOVEMENT: f64 = 0.4;
const ALARM_OF_SOUND: f64 = 1.0;
/// A track this many deviations from the place is not there.
const GATE_DEVIATIONS: f64 = 3.03;

/// All that is known of an event.
pub struct Case<'a> {
    /// Who heard it: the first that each sensor heard.
    pub heard: &'a [Heard],
    /// Who listens.
    pub listeners: &'a [Listener],
    /// Where it was, when that is known.
    pub spot: Option<&'a Spot>,
    /// What each camera has to do with it.
    pub views: &'a [View],
    /// Seconds after which echoes came.
    pub echoes: &'a [f64],
    /// What operators said of others like it: weight, and share of a hundred.
    pub judged: Option<(f64, f64)>,
    /// The rule that fits it.
    pub rule: Option<Then>,
}

/// What a camera has to do with an event.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The camera.
    pub camera: String,
    /// Neither covered, nor out of focus, nor moved.
    pub fit: bool,
    /// Whether it sees the place now.
    pub sees: bool,
    /// What moves there.
    pub tracks: Vec<Near>,
    /// How often something moves near that place anyway: a share of time.
    pub usual: f64,
    /// Alarms that it raised itself: of what, and how many seconds after the sound.
    pub alarms: Vec<(Alarm, f64)>,
}

/// What a camera's own alarm is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// Something moves in its picture.
    Movement,
    /// It heard something.
    Sound,
}

/// Something that moves, as far as an event is concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// From the middle of the ellipse, in metres.
    pub metres: f64,
    /// The same in standard deviations of ellipse and track.
    pub deviations: f64,
    /// When it began to move, in seconds after the sound at its place; `None` when it moved before it could be known.
    pub began_s: Option<f64>,
}

impl Near {
    /// Whether it is at the place, as far as the ellipse and the track can tell.
    pub fn is_there(&self) -> bool {
        self.deviations <= GATE_DEVIATIONS
    }
}

/// The evidence, heaviest first; at most [`EVIDENCE_MAX`], of which the lightest go first.
pub fn weigh(case: &Case<'_>) -> Vec<Evidence> {
    let mut evidence = vec![piece(EvidenceCode::Prior, None, PRIOR, None)];
    of_sound(case, &mut evidence);
    of_places(case, &mut evidence);
    evidence.extend(of_views(case.views, case.spot.is_some()));
    evidence.extend(case.echoes.first().map(|after| piece(EvidenceCode::Echo, None, 0.0, Some(*after))));
    evidence.extend(
        case.judged.map(|(weight, share)| piece(EvidenceCode::JudgedBefore, None, weight, Some(share))),
    );
    evidence.extend(
        case.rule
            .and_then(|rule| match rule {
                Then::Tell => Some(1.5),
                Then::Doubt => Some(-2.0),
                Then::Hush => None,
            })
            .map(|weight| piece(EvidenceCode::Rule, None, weight, None)),
    );
    evidence.sort_by(heavier);
    evidence.truncate(EVIDENCE_MAX);
    evidence
}

/// The sum of the weights.
pub fn sum(evidence: &[Evidence]) -> f64 {
    evidence.iter().map(|one| one.weight).sum()
}

/// The sum of the weights through the logistic function.
pub fn probability(evidence: &[Evidence]) -> f64 {
    1.0 / (1.0 + (-sum(evidence)).exp())
}

/// What the sound might be, all sensors together: their means, the louder counting more, for they heard the same sound and their
/// errors are alike. Likeliest first.
pub fn classes(heard: &[Heard]) -> Vec<Likely> {
    let loud = |one: &Heard| f64::from(one.over_background_db.max(1.0));
    let all: f64 = heard.iter().filter(|one| !one.classes.is_empty()).map(loud).sum();
    let of = |class: Class| {
        let mine = |one: &Heard| {
            one.classes.iter().find(|likely| likely.class == class).map_or(0.0, |l| l.probability)
        };
        let sum: f64 = heard.iter().map(|one| loud(one) * f64::from(mine(one))).sum();
        #[allow(clippy::cast_possible_truncation, reason = "a probability")]
        let probability = if all > 0.0 { (sum / all) as f32 } else { 0.0 };
        Likely { class, probability }
    };
    let mut found: Vec<Likely> =
        Class::ALL.into_iter().map(of).filter(|one| one.probability >= 0.005).collect();
    found.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    found
}

/// How likely a sound is something to be told of though no class names it: half of what the classes leave open. Without classes
/// that is a half.
pub fn unsure(classes: &[Likely]) -> f32 {
    (1.0 - classes.iter().map(|one| one.probability).sum::<f32>()).max(0.0) / 2.0
}

fn of_sound(case: &Case<'_>, evidence: &mut Vec<Evidence>) {
    let Some(loudest) =
        case.heard.iter().max_by(|a, b| a.over_background_db.total_cmp(&b.over_background_db))
    else {
        return;
    };
    let db = f64::from(loudest.over_background_db);
    let loud = ((db - LOUD_FROM_DB) / LOUD_SCALE_DB).clamp(-2.0, 2.5);
    evidence.push(piece(EvidenceCode::Loudness, Some(&loudest.sensor), loud, Some(db)));
    let classes = classes(case.heard);
    if let Some(first) = classes.first() {
        let told = |one: &&Likely| one.class.alarms() || case.rule == Some(Then::Tell);
        let alarming: f64 = classes.iter().filter(told).map(|one| f64::from(one.probability)).sum();
        let all: f64 = classes.iter().map(|one| f64::from(one.probability)).sum();
        let unsure = f64::from(unsure(&classes));
        let weight = ((alarming + unsure + 0.02) / (all - alarming + unsure + 0.02)).ln();
        let value = Some(f64::from(first.probability));
        evidence.push(piece(EvidenceCode::Class, None, weight.clamp(-4.0, 4.0), value));
    }
    let count = case.heard.len();
    let silent = silent_neighbours(case, &loudest.sensor);
    #[allow(clippy::cast_precision_loss, reason = "a number of sensors")]
    let value = Some(count as f64);
    match count {
        1 if silent >= 2 => evidence.push(piece(EvidenceCode::HeardByOthers, None, -1.5, value)),
        1 => {}
        2 => evidence.push(piece(EvidenceCode::HeardByOthers, None, 1.0, value)),
        3 => evidence.push(piece(EvidenceCode::HeardByOthers, None, 1.8, value)),
        _ => evidence.push(piece(EvidenceCode::HeardByOthers, None, 2.4, value)),
    }
    for one in case.heard {
        if let Some(off) = one.clock_offset_ms.filter(|off| off.abs() > CLOCK_OFFSET_MS_MAX) {
            evidence.push(piece(EvidenceCode::ClockOff, Some(&one.sensor), 0.0, Some(off)));
        }
    }
}

/// Sensors near the one that heard it which work and heard nothing.
fn silent_neighbours(case: &Case<'_>, loudest: &str) -> usize {
    let Some(here) = case.heard.iter().find(|one| one.sensor == loudest) else { return 0 };
    let silent = |one: &&Listener| one.works && case.heard.iter().all(|heard| heard.sensor != one.sensor);
    case.listeners.iter().filter(silent).filter(|one| one.at.distance_m(here.at) <= NEIGHBOUR_M).count()
}

fn of_places(case: &Case<'_>, evidence: &mut Vec<Evidence>) {
    let Some(spot) = case.spot else { return };
    if spot.times >= 4 {
        let weight = if spot.misfit_m <= 3.0 {
            1.0
        } else if spot.misfit_m <= 8.0 {
            0.3
        } else {
            -1.0
        };
        evidence.push(piece(EvidenceCode::FitsOnePlace, None, weight, Some(spot.misfit_m)));
    }
    if let Some(misfit) = spot.misfit_deg {
        let weight = if misfit <= 5.0 {
            0.7
        } else if misfit <= 15.0 {
            0.2
        } else {
            -0.5
        };
        evidence.push(piece(EvidenceCode::FitsBearings, None, weight, Some(misfit)));
    }
    let Some(loudest) =
        case.heard.iter().max_by(|a, b| a.over_background_db.total_cmp(&b.over_background_db))
    else {
        return;
    };
    for one in case.listeners {
        if !one.works || case.heard.iter().any(|heard| heard.sensor == one.sensor) {
            continue;
        }
        let expected = expected_db(loudest, one, spot, case.listeners);
        if expected >= MUST_HEAR_DB {
            let weight = (NOT_HEARD.0 / NOT_HEARD.1).ln();
            evidence.push(piece(EvidenceCode::NotHeard, Some(&one.sensor), weight, Some(expected)));
        }
    }
}

/// How loud a sensor should have had it, over its own background: spherical spreading from where the loudest had it.
fn expected_db(loudest: &Heard, one: &Listener, spot: &Spot, listeners: &[Listener]) -> f64 {
    let background =
        |name: &str| listeners.iter().find(|one| one.sensor == name).and_then(|one| one.background_dbfs);
    let louder = match (background(&one.sensor), background(&loudest.sensor)) {
        (Some(here), Some(there)) => f64::from(here - there),
        _ => 0.0,
    };
    let spreading =
        20.0 * (one.at.distance_m(spot.at).max(3.0) / loudest.at.distance_m(spot.at).max(3.0)).log10();
    f64::from(loudest.over_background_db) - spreading - louder
}

/// Whether something moves at a place is one fact, however many cameras look at it: those that say the same share what it weighs.
fn of_views(views: &[View], placed: bool) -> Vec<Evidence> {
    let mut evidence: Vec<Evidence> = views.iter().flat_map(|view| of_view(view, placed)).collect();
    let said: Vec<EvidenceCode> = evidence.iter().map(|one| one.code).collect();
    for one in &mut evidence {
        #[allow(clippy::cast_precision_loss, reason = "a number of cameras")]
        let alike = said.iter().filter(|code| **code == one.code).count() as f64;
        one.weight /= alike;
    }
    evidence
}

fn of_view(view: &View, placed: bool) -> Vec<Evidence> {
    let mut evidence = of_picture(view, placed);
    let in_time = |(_, after_s): &&(Alarm, f64)| (ALARM_S.0..=ALARM_S.1).contains(after_s);
    // What it sees at the place says more of movement than its alarm.
    let says_more = |(alarm, _): &&(Alarm, f64)| *alarm == Alarm::Sound || !(view.sees && view.fit && placed);
    let weight = |alarm: Alarm| match alarm {
        Alarm::Movement => ALARM_OF_MOVEMENT,
        Alarm::Sound => ALARM_OF_SOUND,
    };
    let alarms = view.alarms.iter().filter(in_time).filter(says_more);
    let most = alarms.max_by(|(one, _), (other, _)| weight(*one).total_cmp(&weight(*other)));
    evidence.extend(most.map(|(alarm, after_s)| {
        piece(EvidenceCode::CameraAlarm, Some(&view.camera), weight(*alarm), Some(*after_s))
    }));
    evidence
}

fn of_picture(view: &View, placed: bool) -> Vec<Evidence> {
    let camera = Some(view.camera.as_str());
    if !view.fit {
        return vec![piece(EvidenceCode::CameraUnfit, camera, 0.0, None)];
    }
    if !view.sees || !placed {
        return vec![piece(EvidenceCode::CannotSee, camera, 0.0, None)];
    }
    let usual = view.usual.clamp(0.02, 0.98);
    let nearest =
        view.tracks.iter().filter(|one| one.is_there()).min_by(|a, b| a.metres.total_cmp(&b.metres));
    let Some(nearest) = nearest else {
        return vec![piece(
            EvidenceCode::NothingMoved,
            camera,
            ((1.0 - MOVES_AFTER) / (1.0 - usual)).ln().min(0.0),
            None,
        )];
    };
    let there = (MOVES_AFTER / usual).ln().max(0.0);
    let mut found = vec![piece(EvidenceCode::MovementThere, camera, there, Some(nearest.metres))];
    let began = view.tracks.iter().filter(|one| one.is_there()).filter_map(|one| one.began_s);
    let with_it = began
        .filter(|began| (BEGAN_S.0..=BEGAN_S.1).contains(began))
        .min_by(|a, b| a.abs().total_cmp(&b.abs()));
    if let Some(began) = with_it {
        let weight = (MOVES_AFTER / 2.0 / BEGINS_BY_CHANCE).ln();
        found.push(piece(EvidenceCode::MovementStarted, camera, weight, Some(began)));
    }
    found
}

fn piece(code: EvidenceCode, sensor: Option<&str>, weight: f64, value: Option<f64>) -> Evidence {
    Evidence { code, sensor: sensor.map(str::to_owned), weight, value }
}

fn heavier(a: &Evidence, b: &Evidence) -> Ordering {
    b.weight.abs().total_cmp(&a.weight.abs()).then(a.code.cmp(&b.code)).then(a.sensor.cmp(&b.sensor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ear::place::Ellipse;
    use crate::plan::{Moment, Point};

    fn heard(sensor: &str, east_m: f64, db: f32, class: Class, probability: f32) -> Heard {
        Heard {
            sensor: sensor.into(),
            at: Point::new(east_m, 0.0),
            when: Moment::from_micros(0),
            spread_s: 0.001,
            clock_offset_ms: None,
            over_background_db: db,
            classes: vec![Likely { class, probability }],
            bearing: None,
        }
    }

    fn listener(sensor: &str, east_m: f64) -> Listener {
        Listener {
            sensor: sensor.into(),
            at: Point::new(east_m, 0.0),
            works: true,
            background_dbfs: Some(-60.0),
        }
    }

    fn spot(east_m: f64) -> Spot {
        let ellipse = Ellipse { major_m: 10.0, minor_m: 10.0, towards_deg: 0.0 };
        Spot { at: Point::new(east_m, 0.0), ellipse, misfit_m: 1.0, misfit_deg: Some(2.0), times: 4 }
    }

    fn case<'a>(
        heard: &'a [Heard],
        listeners: &'a [Listener],
        spot: Option<&'a Spot>,
        views: &'a [View],
    ) -> Case<'a> {
        Case { heard, listeners, spot, views, echoes: &[], judged: None, rule: None }
    }

    fn weight(evidence: &[Evidence], code: EvidenceCode) -> Option<f64> {
        evidence.iter().find(|one| one.code == code).map(|one| one.weight)
    }

    #[test]
    fn a_bang_that_all_heard_is_likely_and_one_that_one_heard_is_not() {
        let all: Vec<Heard> = [0.0, 50.0, 100.0, 150.0]
            .map(|east| heard(&format!("m{east}"), east, 35.0, Class::GunShot, 0.8))
            .into();
        let listeners: Vec<Listener> = all.iter().map(|one| listener(&one.sensor, one.at.east_m)).collect();
        let spot = spot(60.0);
        let known = weigh(&case(&all, &listeners, Some(&spot), &[]));
        assert!(probability(&known) > 0.9, "{known:#?}");
        let alone = weigh(&case(&all[..1], &listeners, None, &[]));
        assert!(probability(&alone) < 0.6, "{alone:#?}");
        assert!(weight(&alone, EvidenceCode::HeardByOthers).unwrap() < 0.0);
    }

    #[test]
    fn unsure_weighs_nothing_and_an_exhaust_weighs_against() {
        let listeners = [listener("a", 0.0)];
        let unsure = weigh(&case(&[heard("a", 0.0, 30.0, Class::GunShot, 0.02)], &listeners, None, &[]));
        assert!(weight(&unsure, EvidenceCode::Class).unwrap().abs() < 0.1, "{unsure:#?}");
        let engine = weigh(&case(&[heard("a", 0.0, 30.0, Class::Engine, 0.95)], &listeners, None, &[]));
        assert!(weight(&engine, EvidenceCode::Class).unwrap() < -2.0);
    }

    #[test]
    fn a_sensor_that_had_to_hear_it_speaks_against() {
        let heard = [heard("a", 0.0, 40.0, Class::GunShot, 0.8), heard("b", 60.0, 36.0, Class::GunShot, 0.8)];
        let listeners =
            [listener("a", 0.0), listener("b", 60.0), listener("c", 40.0), listener("far", 5_000.0)];
        let spot = spot(20.0);
        let evidence = weigh(&case(&heard, &listeners, Some(&spot), &[]));
        let silent: Vec<_> = evidence.iter().filter(|one| one.code == EvidenceCode::NotHeard).collect();
        assert_eq!(silent.iter().map(|one| one.sensor.as_deref().unwrap()).collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn cameras_say_what_they_saw_and_what_they_could_not() {
        let heard = [heard("a", 0.0, 40.0, Class::GunShot, 0.8)];
        let listeners = [listener("a", 0.0)];
        let spot = spot(20.0);
        let view = |camera: &str, sees, tracks: Vec<Near>| View {
            camera: camera.into(),
            fit: true,
            sees,
            tracks,
            usual: 0.1,
            alarms: Vec::new(),
        };
        let runs = Near { metres: 4.0, deviations: 0.5, began_s: Some(0.4) };
        let passes = Near { metres: 80.0, deviations: 9.0, began_s: Some(0.1) };
        let views = [
            view("one", true, vec![passes, runs]),
            view("two", true, vec![passes]),
            view("three", false, vec![runs]),
        ];
        let evidence = weigh(&case(&heard, &listeners, Some(&spot), &views));
        assert!(weight(&evidence, EvidenceCode::MovementThere).unwrap() > 1.5);
        assert!(weight(&evidence, EvidenceCode::MovementStarted).unwrap() > 1.0);
        assert!(weight(&evidence, EvidenceCode::NothingMoved).unwrap() < -1.0);
        assert!(weight(&evidence, EvidenceCode::CannotSee).unwrap().abs() < 1e-12);
        let four: Vec<View> = (0..4).map(|_| view("two", true, vec![passes])).collect();
        let nothing = |views: &[View]| -> f64 {
            let evidence = weigh(&case(&heard, &listeners, Some(&spot), views));
            evidence.iter().filter(|one| one.code == EvidenceCode::NothingMoved).map(|one| one.weight).sum()
        };
        assert!((nothing(&four) - nothing(&four[..1])).abs() < 1e-9, "four that saw nothing saw one thing");
        let unfit = View { fit: false, ..view("one", true, vec![runs]) };
        let evidence = weigh(&case(&heard, &listeners, Some(&spot), std::slice::from_ref(&unfit)));
        assert!(weight(&evidence, EvidenceCode::CameraUnfit).is_some());
        assert!(weight(&evidence, EvidenceCode::MovementThere).is_none());
    }

    #[test]
    fn a_camera_s_own_alarm_counts_in_its_time_and_where_its_picture_says_less() {
        let heard = [heard("a", 0.0, 40.0, Class::GunShot, 0.8)];
        let (listeners, spot) = ([listener("a", 0.0)], spot(20.0));
        let said = |sees: bool, alarms: &[(Alarm, f64)]| {
            let (camera, alarms) = ("one".into(), alarms.to_vec());
            let view = View { camera, fit: true, sees, tracks: Vec::new(), usual: 0.1, alarms };
            let evidence = weigh(&case(&heard, &listeners, Some(&spot), std::slice::from_ref(&view)));
            weight(&evidence, EvidenceCode::CameraAlarm)
        };
        assert_eq!(said(false, &[]), None);
        assert_eq!(said(false, &[(Alarm::Movement, 1.5)]), Some(ALARM_OF_MOVEMENT));
        assert_eq!(said(false, &[(Alarm::Movement, 1.5), (Alarm::Sound, 2.0)]), Some(ALARM_OF_SOUND));
        assert_eq!(said(true, &[(Alarm::Movement, 1.5)]), None, "it saw the place itself");
        assert_eq!(said(true, &[(Alarm::Sound, 0.2)]), Some(ALARM_OF_SOUND));
        assert_eq!(said(false, &[(Alarm::Sound, 9.0), (Alarm::Movement, -3.0)]), None, "of another time");
    }

    #[test]
    fn a_street_where_something_always_moves_says_little() {
        let busy = View {
            camera: "one".into(),
            fit: true,
            sees: true,
            tracks: vec![Near { metres: 4.0, deviations: 0.5, began_s: None }],
            usual: 0.9,
            alarms: Vec::new(),
        };
        let evidence = of_view(&busy, true);
        assert!(evidence[0].weight.abs() < 1e-9, "{evidence:?}");
        let empty = View { tracks: Vec::new(), ..busy };
        assert!(
            of_view(&empty, true)[0].weight >= -1e-9,
            "nothing moved in a busy street speaks for, but is not counted so"
        );
    }
}
