//! The machine's clock in microseconds, for sound; and when a stream's samples were, from when they came.
//!
//! Not here: clocks of cameras (`input::rtsp`).

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sense::Moment;

/// Stretches over which the quickest arrival is remembered.
const STRETCHES: usize = 6;
/// Length of a stretch, in seconds of the stream.
const STRETCH_S: f64 = 5.0;
/// An arrival so much quicker or later than all before is a jump in the stream, in seconds.
const JUMP_S: f64 = 2.0;

/// The present instant, by the machine's clock.
#[allow(clippy::disallowed_methods, reason = "the rim: sound needs microseconds, which base::Clock has not")]
pub(crate) fn now() -> Moment {
    moment_of(SystemTime::now())
}

/// An instant of the machine's clock.
pub(crate) fn moment_of(at: SystemTime) -> Moment {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Waits.
#[allow(
    clippy::disallowed_methods,
    reason = "the rim: what waits here waits for a device or another computer"
)]
pub(crate) async fn wait(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Waits until an instant of the machine's clock.
pub(crate) async fn wait_until(at: Moment) {
    wait(Duration::try_from_secs_f64(at.seconds_since(now())).unwrap_or_default()).await;
}

/// When something of a stream was, from its place in the stream and when it came. Nothing comes before it was, and what came
/// quickest in the last half minute had the least delay: so the stream is laid along its quickest arrivals. A sound card whose
/// clock runs fast or slow is followed that way too.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    /// The least delay of each stretch, and where the stretch began: seconds of the stream.
    stretches: VecDeque<(f64, f64)>,
    /// The instant the delays are counted from.
    zero: Option<Moment>,
}

impl Timeline {
    /// When the thing at `position_s` of the stream was that came at `arrived`; `true` when the stream jumped there.
    pub(crate) fn place(&mut self, position_s: f64, arrived: Moment) -> (Moment, bool) {
        let zero = *self.zero.get_or_insert(arrived);
        let delay = arrived.seconds_since(zero) - position_s;
        let jumped = self.least().is_some_and(|least| (delay - least).abs() > JUMP_S);
        if jumped {
            self.stretches.clear();
        }
        match self.stretches.back_mut() {
            Some((least, began)) if position_s < *began + STRETCH_S && position_s >= *began => {
                *least = least.min(delay);
            }
            _ => self.stretches.push_back((delay, position_s)),
        }
        if self.stretches.len() > STRETCHES {
            self.stretches.pop_front();
        }
        (zero.plus_seconds(position_s + self.least().unwrap_or(delay)), jumped)
    }

    fn least(&self) -> Option<f64> {
        self.stretches.iter().map(|(least, _)| *least).min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Moment {
        Moment::from_micros(1_700_000_000_000_000).plus_seconds(seconds)
    }

    #[test]
    fn late_arrivals_do_not_move_a_stream() {
        let mut timeline = Timeline::default();
        let mut worst: f64 = 0.0;
        for block in 0..600_u32 {
            let was = f64::from(block) * 0.1;
            // Scheduling: anything up to 40 ms late, every third block on time.
            let late = f64::from(block % 3) * 0.02 + 0.003;
            let (placed, jumped) = timeline.place(was, at(was + late));
            assert!(!jumped);
            worst = worst.max((placed.seconds_since(at(was)) - 0.003).abs());
        }
        assert!(worst < 1e-5, "{worst}");
    }

    #[test]
    fn a_slow_sound_card_is_followed() {
        let mut timeline = Timeline::default();
        let mut error = 0.0;
        for block in 0..6_000_u32 {
            let counted = f64::from(block) * 0.1;
            let was = counted * 1.000_1;
            error = timeline.place(counted, at(was)).0.seconds_since(at(was));
        }
        // A ten-thousandth over the half minute that is remembered.
        assert!(error.abs() < 0.004, "{error}");
    }

    #[test]
    fn a_pause_is_a_jump() {
        let mut timeline = Timeline::default();
        timeline.place(0.0, at(0.0));
        assert!(!timeline.place(0.1, at(0.1)).1);
        let (placed, jumped) = timeline.place(0.2, at(30.2));
        assert!(jumped && placed == at(30.2), "{placed:?}");
    }
}
