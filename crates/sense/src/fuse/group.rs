//! Which sounds are one event: those whose times one bang could have made.
//!
//! Not here: where the bang was.

use super::Heard;
use crate::plan::Moment;

/// The slowest that sound travels here, in metres per second (-20 degrees): with it no true pair is torn apart.
const SLOWEST_M_PER_S: f64 = 318.0;
/// A way around a corner makes a sound late by this at most, in seconds: 60 metres more.
const DETOUR_S: f64 = 0.18;
/// A clock that is not known may be off by this, in seconds.
const CLOCK_S: f64 = 0.02;
/// Walls farther than this send no echo that is heard, in metres.
const FARTHEST_WALL_M: f64 = 120.0;
/// An echo is at least this much softer, in dB.
const ECHO_SOFTER_DB: f32 = 3.0;
/// What is so much louder, in dB, than what this sensor heard before is the event itself; the other was beside it.
const INSTEAD_LOUDER_DB: f32 = 12.0;
/// What is so much softer, in dB, for so long after, in seconds, is the rest of a sound that lasts: crackle, rumble, falling glass. It
/// falls on at that pace, until nobody would take it for the same.
const REST_SOFTER_DB: f32 = 12.0;
const REST_S: f64 = 1.5;
const REST_S_MAX: f64 = 3.0;
/// What comes so soon after is the same event, however loud: a near facade, or the next of a burst.
const AT_ONCE_S: f64 = 0.15;

/// What a sound is to an event that is already open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Belongs {
    /// The first that this sensor heard of it.
    Arrival,
    /// The echo or the rest of what this sensor heard before, so many seconds after.
    Echo(f64),
    /// The first of it after all: what this sensor heard before was softer, and of something else.
    Instead,
    /// Another event.
    No,
}

/// What a sound is to what was heard of an event.
pub fn belongs(sound: &Heard, event: &[Heard]) -> Belongs {
    if let Some(before) = event.iter().find(|one| one.sensor == sound.sensor) {
        let after = sound.when.seconds_since(before.when);
        let echo = (0.0..=2.0 * FARTHEST_WALL_M / SLOWEST_M_PER_S).contains(&after);
        let softer = sound.over_background_db <= before.over_background_db - ECHO_SOFTER_DB;
        let at_once = (0.0..AT_ONCE_S).contains(&after);
        let softer_db = before.over_background_db - sound.over_background_db;
        let lasts_s = (REST_S * f64::from(softer_db / REST_SOFTER_DB)).min(REST_S_MAX);
        let rest = softer_db >= REST_SOFTER_DB && (0.0..lasts_s).contains(&after);
        let louder = sound.over_background_db >= before.over_background_db + INSTEAD_LOUDER_DB;
        let mut others = event.iter().filter(|one| one.sensor != sound.sensor);
        if !at_once && louder && (0.0..=2.0 * FARTHEST_WALL_M / SLOWEST_M_PER_S).contains(&after) {
            return if others.all(|one| fits(sound, one)) { Belongs::Instead } else { Belongs::No };
        }
        return if at_once || rest || (echo && softer) { Belongs::Echo(after) } else { Belongs::No };
    }
    let all = event.iter().all(|one| fits(sound, one));
    if !event.is_empty() && all { Belongs::Arrival } else { Belongs::No }
}

/// Whether one bang could have made both.
fn fits(sound: &Heard, other: &Heard) -> bool {
    let apart = sound.when.seconds_since(other.when).abs();
    apart <= other.at.distance_m(sound.at) / SLOWEST_M_PER_S + DETOUR_S + CLOCK_S
}

/// When the last sensor of some that stand around can have it, at the latest.
pub fn complete_at(event: &[Heard], others: impl Iterator<Item = crate::plan::Point>) -> Option<Moment> {
    let first = event.iter().min_by_key(|one| one.when)?;
    let farthest = others.map(|at| at.distance_m(first.at)).fold(0.0, f64::max);
    Some(first.when.plus_seconds(farthest / SLOWEST_M_PER_S + DETOUR_S))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Point;

    fn heard(sensor: &str, east_m: f64, seconds: f64, db: f32) -> Heard {
        Heard {
            sensor: sensor.into(),
            at: Point::new(east_m, 0.0),
            when: Moment::from_micros(0).plus_seconds(seconds),
            spread_s: 0.001,
            clock_offset_ms: None,
            over_background_db: db,
            classes: Vec::new(),
            bearing: None,
        }
    }

    #[test]
    fn one_bang_is_one_event_and_the_next_is_another() {
        let event = [heard("a", 0.0, 1.0, 30.0)];
        // 100 metres take 0.29 s.
        assert_eq!(belongs(&heard("b", 100.0, 1.29, 20.0), &event), Belongs::Arrival);
        assert_eq!(belongs(&heard("b", 100.0, 0.71, 20.0), &event), Belongs::Arrival);
        assert_eq!(belongs(&heard("b", 100.0, 1.8, 20.0), &event), Belongs::No);
        assert_eq!(belongs(&heard("b", 100.0, 1.0, 20.0), &[]), Belongs::No);
    }

    #[test]
    fn an_echo_is_folded_and_a_second_bang_is_not() {
        let event = [heard("a", 0.0, 1.0, 30.0)];
        assert!(
            matches!(belongs(&heard("a", 0.0, 1.4, 22.0), &event), Belongs::Echo(after) if (after - 0.4).abs() < 1e-6)
        );
        assert_eq!(belongs(&heard("a", 0.0, 1.4, 30.0), &event), Belongs::No, "as loud as the first");
        assert_eq!(belongs(&heard("a", 0.0, 3.0, 20.0), &event), Belongs::No, "too late for a wall");
        assert!(matches!(belongs(&heard("a", 0.0, 2.2, 14.0), &event), Belongs::Echo(_)), "its crackle");
        assert_eq!(belongs(&heard("a", 0.0, 2.2, 24.0), &event), Belongs::No, "loud, and late");
        assert!(matches!(belongs(&heard("a", 0.0, 2.9, 12.0), &event), Belongs::Echo(_)), "its rumble");
        assert_eq!(belongs(&heard("a", 0.0, 2.9, 17.0), &event), Belongs::No, "too loud for one");
        assert_eq!(belongs(&heard("a", 0.0, 4.1, 0.0), &event), Belongs::No, "too late for one");
        assert!(matches!(belongs(&heard("a", 0.0, 1.1, 31.0), &event), Belongs::Echo(_)), "a near facade");
    }

    #[test]
    fn a_bang_takes_the_place_of_what_was_softer_and_just_before() {
        let event = [heard("a", 0.0, 1.0, 14.0), heard("b", 100.0, 1.6, 40.0)];
        assert_eq!(belongs(&heard("a", 0.0, 1.4, 40.0), &event), Belongs::Instead);
        assert_eq!(belongs(&heard("a", 0.0, 1.4, 20.0), &event), Belongs::No, "not by so much");
        assert_eq!(belongs(&heard("a", 0.0, 2.4, 40.0), &event), Belongs::No, "too long after");
    }

    #[test]
    fn an_event_is_complete_when_the_farthest_could_have_it() {
        let event = [heard("a", 0.0, 1.0, 30.0)];
        let complete = complete_at(&event, [Point::new(159.0, 0.0)].into_iter()).unwrap();
        assert!((complete.seconds_since(Moment::from_micros(0)) - (1.0 + 0.5 + DETOUR_S)).abs() < 1e-3);
        assert_eq!(complete_at(&[], std::iter::empty()), None);
    }
}
