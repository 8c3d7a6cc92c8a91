//! Where tracks were in the last seconds, so that a sound can be held against the movement around it.
//!
//! Not here: what that weighs ([`crate::fuse`]).

use std::collections::VecDeque;

use crate::eye::sight::Ellipse;
use crate::eye::track::Track;
use crate::limits::TRACKS_MAX;
use crate::plan::{Moment, Point};

/// How long it looks back, in seconds.
const KEPT_S: f64 = 12.0;
/// Entries of one track.
const ENTRIES_MAX: usize = 64;
/// Slower than this is standing, in metres per second.
const STAND_SPEED: f64 = 0.6;
/// A change of velocity that starts a movement, in metres per second.
const START_CHANGE: f64 = 1.2;
/// Over which time that change is taken, in seconds.
const START_OVER_S: f64 = 0.8;

/// A track near a place at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearby {
    /// Its number.
    pub track: u64,
    /// Where it was.
    pub at: Point,
    /// Metres from the middle of the ellipse.
    pub middle_m: f64,
    /// Metres from the ellipse; nought inside.
    pub beside_m: f64,
    /// How far off in standard deviations, its own spread added.
    pub sigmas: f64,
    /// How fast it went, in metres per second.
    pub speed: f64,
    /// Seconds from the sound to when it began to move, to run or to turn; negative before it. `None`: it went on as it had.
    pub started_s: Option<f64>,
}

struct Entry {
    at: Moment,
    place: Point,
    velocity: (f64, f64),
    spread_m2: f64,
}

struct Past {
    number: u64,
    entries: VecDeque<Entry>,
}

/// The last seconds of every track of one camera.
#[derive(Default)]
pub struct Journal {
    past: Vec<Past>,
}

impl Journal {
    /// Writes down where tracks are.
    pub fn next(&mut self, at: Moment, tracks: &[Track]) {
        for track in tracks {
            let known = self.past.iter_mut().position(|one| one.number == track.number);
            let index = known.unwrap_or_else(|| {
                self.past.push(Past { number: track.number, entries: VecDeque::new() });
                self.past.len() - 1
            });
            let entries = &mut self.past[index].entries;
            // More frames a second than this keeps are thinned, so that it always looks back as far.
            #[allow(clippy::cast_precision_loss, reason = "a small constant")]
            let step_s = KEPT_S / ENTRIES_MAX as f64;
            if entries.back().is_some_and(|last| at.seconds_since(last.at) < step_s * 0.9) {
                continue;
            }
            let spread_m2 = track.spread.trace() / 2.0;
            entries.push_back(Entry { at, place: track.at, velocity: track.velocity, spread_m2 });
        }
        for one in &mut self.past {
            while one.entries.front().is_some_and(|first| at.seconds_since(first.at) > KEPT_S) {
                one.entries.pop_front();
            }
        }
        self.past.retain(|one| !one.entries.is_empty());
        // Tracks come and go; those that went longest ago make room.
        let surplus = self.past.len().saturating_sub(2 * TRACKS_MAX);
        self.past.drain(..surplus);
    }

    /// Forgets all, as after the camera was turned.
    pub fn forget(&mut self) {
        self.past.clear();
    }

    /// Who was within so many metres of an ellipse between two seconds around a moment (`from_s` before, `until_s` after), nearest first;
    /// each at its nearest.
    pub fn near(
        &self,
        ellipse: &Ellipse,
        moment: Moment,
        from_s: f64,
        until_s: f64,
        within_m: f64,
    ) -> Vec<Nearby> {
        let during = |entry: &&Entry| (-from_s..=until_s).contains(&entry.at.seconds_since(moment));
        let mut near: Vec<Nearby> = Vec::new();
        for one in &self.past {
            let entries = one.entries.iter().filter(during);
            let off = entries
                .map(|entry| (ellipse.beside_m(entry.place), ellipse.at.distance_m(entry.place), entry));
            let nearest = off.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let Some((beside_m, middle_m, entry)) = nearest.filter(|one| one.0 <= within_m) else { continue };
            // The track's own spread widens the ellipse on both axes.
            let wider = |half: f64| (half * half + 6.0 * entry.spread_m2).sqrt();
            let wide =
                Ellipse { major_m: wider(ellipse.major_m), minor_m: wider(ellipse.minor_m), ..*ellipse };
            near.push(Nearby {
                track: one.number,
                at: entry.place,
                middle_m,
                beside_m,
                sigmas: wide.sigmas(entry.place),
                speed: entry.velocity.0.hypot(entry.velocity.1),
                started_s: started(&one.entries, moment, from_s, until_s),
            });
        }
        near.sort_by(|a, b| a.beside_m.total_cmp(&b.beside_m).then(a.middle_m.total_cmp(&b.middle_m)));
        near
    }
}

/// When a track began to move otherwise than before: the largest change of velocity over a short time around the moment.
fn started(entries: &VecDeque<Entry>, moment: Moment, from_s: f64, until_s: f64) -> Option<f64> {
    let mut best: Option<(f64, f64)> = None;
    for (index, after) in entries.iter().enumerate() {
        let second = after.at.seconds_since(moment);
        let earlier = entries.iter().take(index).find(|one| after.at.seconds_since(one.at) <= START_OVER_S);
        let Some(before) = earlier.filter(|_| (-from_s..=until_s).contains(&second)) else { continue };
        let change = (after.velocity.0 - before.velocity.0).hypot(after.velocity.1 - before.velocity.1);
        let stood = before.velocity.0.hypot(before.velocity.1) < STAND_SPEED;
        let asked = if stood { START_CHANGE * 0.7 } else { START_CHANGE };
        if change >= asked && best.is_none_or(|(most, _)| change > most) {
            best = Some((change, before.at.seconds_since(moment)));
        }
    }
    best.map(|(_, second)| second)
}

#[cfg(test)]
mod tests {
    use nalgebra::Matrix2;

    use super::*;
    use crate::eye::ground::Spot;

    fn walk(place: impl Fn(f64) -> f64, speed: impl Fn(f64) -> f64) -> Journal {
        let mut journal = Journal::default();
        for step in 0..100 {
            let second = f64::from(step) / 10.0;
            let at = Moment::from_micros(0).plus_seconds(second);
            let track = Track {
                number: 7,
                at: Point::new(place(second), 0.0),
                velocity: (speed(second), 0.0),
                spread: Matrix2::identity() * 0.09,
                since: at,
                seen: at,
                corners: [Spot::new(0.4, 0.4), Spot::new(0.5, 0.6)],
                high_m: 1.7,
                wide_m: 0.6,
                stir: 0.5,
            };
            journal.next(at, &[track]);
        }
        journal
    }

    const THERE: Ellipse =
        Ellipse { at: Point::new(0.0, 0.0), major_m: 4.0, minor_m: 2.0, towards_deg: 90.0 };

    #[test]
    fn movement_that_starts_with_the_sound_is_found() {
        let sound = Moment::from_micros(5_000_000);
        let runs = walk(|s| (s - 5.4).max(0.0) * 3.0, |s| if s > 5.4 { 3.0 } else { 0.0 });
        let near = runs.near(&THERE, sound, 2.0, 3.0, 10.0);
        assert_eq!(near.len(), 1);
        assert!(near[0].beside_m < 1e-9 && near[0].sigmas < 0.5, "{near:?}");
        let started = near[0].started_s.unwrap();
        assert!((-0.5..=0.6).contains(&started), "{started}");
        let strolls = walk(|s| s - 5.0, |_| 1.0);
        assert_eq!(strolls.near(&THERE, sound, 2.0, 3.0, 10.0)[0].started_s, None);
    }

    #[test]
    fn what_is_elsewhere_or_at_another_time_is_not_near() {
        let stands = walk(|_| 30.0, |_| 0.0);
        let sound = Moment::from_micros(5_000_000);
        assert_eq!(stands.near(&THERE, sound, 2.0, 3.0, 10.0), []);
        let near = stands.near(&THERE, sound, 2.0, 3.0, 40.0);
        assert!((near[0].middle_m - 30.0).abs() < 1e-9 && (near[0].beside_m - 26.0).abs() < 1e-9);
        assert_eq!(stands.near(&THERE, Moment::from_micros(-60_000_000), 2.0, 3.0, 40.0), []);
    }
}
