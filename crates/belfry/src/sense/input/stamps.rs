//! When a camera's pictures and sound were, by this computer's clock.
//!
//! A camera says in its sender reports (RFC 3550, section 6.4.1) which of its stream's times was which time of its own clock.
//! That a report came at all says how far that clock is off: by no more than the report was under way, so the quickest of the
//! last ones counts. Times are set right by that. Before the first report, or when reports cannot be, it goes by arrival.
//!
//! Not here: the network (`rtsp`).

use std::collections::VecDeque;

use sense::Moment;

use crate::sense::time::Timeline;

/// Seconds from 1900, where network time begins, to 1970.
const NETWORK_TIME_TO_1970_S: i64 = 2_208_988_800;
/// Reports that are remembered.
const REPORTS: usize = 12;
/// A time set right by reports may lie so far before its arrival, in seconds; else the reports cannot be.
const UNDER_WAY_S_MAX: f64 = 10.0;
/// And so far after it.
const AHEAD_S_MAX: f64 = 0.25;
/// Pictures over which it is watched how many wait in the child.
const WATCHED: u32 = 50;

/// What a camera said of its clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report {
    /// A time of the stream, in its own units.
    pub(super) rtp: i64,
    /// The same time of the camera's clock: seconds since 1900 in 32 bits, and parts of one in 32 bits.
    pub(super) ntp: u64,
}

impl Report {
    fn at(&self) -> Moment {
        let seconds = i64::from((self.ntp >> 32) as u32) - NETWORK_TIME_TO_1970_S;
        let micros = ((self.ntp & 0xffff_ffff) * 1_000_000) >> 32;
        Moment::from_micros(seconds * 1_000_000 + i64::try_from(micros).unwrap_or(0))
    }
}

/// How far a camera's clock is off.
#[derive(Debug, Default)]
pub(super) struct CameraClock {
    /// Of each report: seconds that the camera was ahead, less what it was under way.
    ahead_s: VecDeque<f64>,
}

impl CameraClock {
    /// A report came.
    pub(super) fn heard(&mut self, report: &Report, arrived: Moment) {
        self.ahead_s.push_back(report.at().seconds_since(arrived));
        if self.ahead_s.len() > REPORTS {
            self.ahead_s.pop_front();
        }
    }

    /// How far the clock is ahead, in milliseconds, at the least.
    pub(super) fn offset_ms(&self) -> Option<f64> {
        self.ahead_s().map(|seconds| seconds * 1e3)
    }

    fn ahead_s(&self) -> Option<f64> {
        self.ahead_s.iter().copied().max_by(f64::total_cmp)
    }
}

/// The times of one stream.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    timeline: Timeline,
    report: Option<Report>,
}

impl Stamps {
    /// The last report on this stream.
    pub(super) fn report(&mut self, report: Report) {
        self.report = Some(report);
    }

    /// When something of the stream was, by this computer's clock.
    pub(super) fn place(&mut self, at: retina::Timestamp, arrived: Moment, clock: &CameraClock) -> Moment {
        self.at(at.timestamp(), f64::from(at.clock_rate().get()), at.elapsed_secs(), arrived, clock)
    }

    fn at(&mut self, rtp: i64, rate: f64, elapsed_s: f64, arrived: Moment, clock: &CameraClock) -> Moment {
        let by_arrival = self.timeline.place(elapsed_s, arrived).0;
        let (Some(report), Some(ahead_s)) = (self.report, clock.ahead_s()) else { return by_arrival };
        let since_s = rtp.saturating_sub(report.rtp) as f64 / rate;
        let by_report = report.at().plus_seconds(since_s - ahead_s);
        let under_way = arrived.seconds_since(by_report);
        if (-AHEAD_S_MAX..=UNDER_WAY_S_MAX).contains(&under_way) { by_report } else { by_arrival }
    }
}

/// Which picture out of a child is which that went in: in the order they went in. A decoder may hold a few back, always as
/// many; when more and more wait, it has swallowed some, and their times are left.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    inside: VecDeque<Moment>,
    usual: Option<usize>,
    fewest: usize,
    watched: u32,
}

impl Pairing {
    /// A picture goes in.
    pub(super) fn push(&mut self, at: Moment) {
        self.inside.push_back(at);
    }

    /// It did not go in after all.
    pub(super) fn take_back(&mut self) {
        self.inside.pop_back();
    }

    /// A picture comes out: its time, and how many were swallowed.
    pub(super) fn pop(&mut self) -> (Option<Moment>, u64) {
        let at = self.inside.pop_front();
        self.fewest = if self.watched == 0 { self.inside.len() } else { self.fewest.min(self.inside.len()) };
        self.watched += 1;
        if self.watched < WATCHED {
            return (at, 0);
        }
        self.watched = 0;
        let usual = *self.usual.get_or_insert(self.fewest);
        let swallowed = self.fewest.saturating_sub(usual);
        self.inside.drain(..swallowed);
        (at, swallowed as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 90_000.0;

    fn at(seconds: f64) -> Moment {
        Moment::from_micros(1_795_000_000_000_000).plus_seconds(seconds)
    }

    fn report(rtp: i64, at: Moment) -> Report {
        let micros = at.micros() + NETWORK_TIME_TO_1970_S * 1_000_000;
        let ntp = (u128::from(micros.unsigned_abs()) << 32) / 1_000_000;
        Report { rtp, ntp: u64::try_from(ntp).unwrap() }
    }

    #[test]
    fn a_report_says_what_time_it_was() {
        let off = report(0, at(0.25)).at().seconds_since(at(0.25));
        assert!(off.abs() < 2e-6, "{off}");
    }

    /// The camera is 40 s ahead, its pictures are 0.3 s under way, its reports 2 ms or more.
    #[test]
    fn times_are_set_right_by_the_quickest_report() {
        let (mut clock, mut stamps) = (CameraClock::default(), Stamps::default());
        let before = stamps.at(0, RATE, 0.0, at(0.3), &clock);
        assert_eq!(before, at(0.3), "by arrival, before the first report");
        for (second, under_way) in [(1.0, 0.030), (6.0, 0.002), (11.0, 0.017)] {
            let one = report((second * RATE) as i64, at(second + 40.0));
            clock.heard(&one, at(second + under_way));
            stamps.report(one);
        }
        let offset = clock.offset_ms().unwrap();
        assert!((offset - 39_998.0).abs() < 0.1, "{offset}");
        let placed = stamps.at((12.0 * RATE) as i64, RATE, 12.0, at(12.3), &clock);
        assert!((placed.seconds_since(at(12.0)) - 0.002).abs() < 1e-4, "{placed:?}");
    }

    #[test]
    fn reports_that_cannot_be_are_not_believed() {
        let (mut clock, mut stamps) = (CameraClock::default(), Stamps::default());
        let wild = report(900_000_000, at(0.0));
        clock.heard(&wild, at(0.0));
        stamps.report(wild);
        assert_eq!(stamps.at(0, RATE, 0.0, at(1.0), &clock), at(1.0));
    }

    #[test]
    fn swallowed_pictures_do_not_make_the_others_old() {
        let mut pairing = Pairing::default();
        let mut number = 0.0;
        let mut round = |pairing: &mut Pairing, swallow: bool| {
            number += 1.0;
            pairing.push(at(number));
            (!swallow)
                .then(|| pairing.pop())
                .map(|(was, lost)| (number - was.unwrap().seconds_since(at(0.0)), lost))
        };
        // The decoder holds one back.
        pairing.push(at(0.0));
        for _ in 0..WATCHED {
            assert_eq!(round(&mut pairing, false), Some((1.0, 0)));
        }
        for _ in 0..3 {
            round(&mut pairing, true);
        }
        let lost: u64 = (0..WATCHED).map(|_| round(&mut pairing, false).unwrap().1).sum();
        assert_eq!(lost, 3);
        assert_eq!(round(&mut pairing, false), Some((1.0, 0)));
    }
}
