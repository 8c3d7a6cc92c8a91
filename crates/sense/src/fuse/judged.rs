//! What operators said of earlier observations, by class and by place: a street where every bang was an exhaust makes the next
//! bang there less likely, and one where they were right makes it more so. Old judgements fade.
//!
//! Not here: how many false alarms a day may pass (`threshold`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::plan::{Moment, Point};

/// Places nearer than this count as one, in metres.
const CELL_M: f64 = 50.0;
/// A judgement weighs half after this long, in seconds: four weeks.
const HALF_LIFE_S: f64 = 28.0 * 86_400.0;
/// Judgements that nobody made, half each way: with none there is no evidence, and one is not many.
const SHY: f64 = 2.0;
/// The most that judgements weigh.
const WEIGHT_MAX: f64 = 2.0;
/// Places and classes remembered.
const CELLS_MAX: usize = 4_096;

/// How often operators said that it was something, or nothing, by class and by place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Judgements {
    cells: BTreeMap<String, Tally>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Tally {
    something: f64,
    nothing: f64,
    at: Moment,
}

impl Judgements {
    /// Takes in one judgement. A full memory forgets the oldest.
    pub fn learn(&mut self, class: Option<Class>, place: Option<Point>, something: bool, at: Moment) {
        for key in [Some(by_class(class)), place.map(|place| by_place(class, place))].into_iter().flatten() {
            let tally = self.cells.entry(key).or_insert(Tally { something: 0.0, nothing: 0.0, at });
            *tally = tally.faded(at);
            if something { tally.something += 1.0 } else { tally.nothing += 1.0 }
        }
        while self.cells.len() > CELLS_MAX {
            let oldest = self.cells.iter().min_by_key(|(_, tally)| tally.at).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            self.cells.remove(&oldest);
        }
    }

    /// What they weigh for the next one like it, and how many of a hundred were something; `None` without any judgement.
    pub fn weight(&self, class: Option<Class>, place: Option<Point>, now: Moment) -> Option<(f64, f64)> {
        let near = place.and_then(|place| self.cells.get(&by_place(class, place)));
        let tally = near.or_else(|| self.cells.get(&by_class(class)))?.faded(now);
        let weight = ((tally.something + SHY) / (tally.nothing + SHY)).ln();
        let share = 100.0 * tally.something / (tally.something + tally.nothing);
        Some((weight.clamp(-WEIGHT_MAX, WEIGHT_MAX), share))
    }
}

impl Tally {
    fn faded(self, now: Moment) -> Self {
        let keep = 0.5_f64.powf((now.seconds_since(self.at) / HALF_LIFE_S).max(0.0));
        Self { something: self.something * keep, nothing: self.nothing * keep, at: now.max(self.at) }
    }
}

fn by_class(class: Option<Class>) -> String {
    class.map_or("unsure", Class::as_str).to_owned()
}

fn by_place(class: Option<Class>, place: Point) -> String {
    let (east, north) = ((place.east_m / CELL_M).floor(), (place.north_m / CELL_M).floor());
    format!("{}@{east},{north}", by_class(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANG: Option<Class> = Some(Class::GunShot);

    fn day(number: i64) -> Moment {
        Moment::from_micros(number * 86_400_000_000)
    }

    #[test]
    fn ten_rejections_weigh_against_and_fade() {
        let here = Some(Point::new(10.0, 10.0));
        let mut judged = Judgements::default();
        assert_eq!(judged.weight(BANG, here, day(0)), None);
        (0..10).for_each(|_| judged.learn(BANG, here, false, day(0)));
        let (now, share) = judged.weight(BANG, here, day(0)).unwrap();
        let (later, _) = judged.weight(BANG, here, day(112)).unwrap();
        assert!(now < -1.5 && later > -0.5 && later < 0.0 && share < 1e-9, "{now} {later} {share}");
    }

    #[test]
    fn a_place_speaks_before_the_class_does() {
        let (here, there) = (Some(Point::new(10.0, 10.0)), Some(Point::new(500.0, 10.0)));
        let mut judged = Judgements::default();
        (0..5).for_each(|_| judged.learn(BANG, here, false, day(0)));
        (0..5).for_each(|_| judged.learn(BANG, there, true, day(0)));
        assert!(judged.weight(BANG, here, day(0)).unwrap().0 < -1.0);
        assert!(judged.weight(BANG, there, day(0)).unwrap().0 > 1.0);
        assert!(judged.weight(BANG, None, day(0)).unwrap().0.abs() < 1e-9);
    }

    #[test]
    fn memory_has_an_end() {
        let mut judged = Judgements::default();
        for number in 0..i32::try_from(CELLS_MAX).unwrap() + 50 {
            judged.learn(
                BANG,
                Some(Point::new(f64::from(number) * CELL_M, 0.0)),
                false,
                day(i64::from(number)),
            );
        }
        assert_eq!(judged.cells.len(), CELLS_MAX);
    }
}
