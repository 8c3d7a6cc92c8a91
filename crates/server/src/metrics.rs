//! Numbers for operators, in the Prometheus text format. Counts only: no names, no ids, no paths.
//!
//! Not here: how they are collected over time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::http::{Method, StatusCode};

/// Upper bounds of the times that are told apart, in ms.
const BOUNDS_MS: [i64; 8] = [5, 10, 25, 50, 100, 250, 1_000, 5_000];
/// Most kinds of answers that are told apart: routes, methods and statuses are few.
const SERIES_MAX: usize = 2_000;

#[derive(Default)]
struct Series {
    count: u64,
    sum_ms: u64,
    within: [u64; BOUNDS_MS.len()],
}

/// The numbers of a running node.
#[derive(Default)]
pub struct Metrics {
    answers: Mutex<BTreeMap<(String, String, u16), Series>>,
    streams: AtomicI64,
}

impl Metrics {
    /// Counts an answer. `route` is a pattern, never a path.
    pub(crate) fn answered(&self, method: &Method, route: &str, status: StatusCode, ms: i64) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let method = if known(method) { method.as_str() } else { "other" };
        let key = (method.to_owned(), route.to_owned(), status.as_u16());
        if answers.len() >= SERIES_MAX && !answers.contains_key(&key) {
            return;
        }
        let series = answers.entry(key).or_default();
        series.count += 1;
        series.sum_ms += ms.unsigned_abs();
        for (within, bound) in series.within.iter_mut().zip(BOUNDS_MS) {
            *within += u64::from(ms <= bound);
        }
    }

    /// A stream has begun; it ends when what this gives is dropped.
    pub fn stream(self: &std::sync::Arc<Self>) -> OpenStream {
        self.streams.fetch_add(1, Ordering::Relaxed);
        OpenStream(self.clone())
    }

    /// How many streams are open.
    pub fn streams(&self) -> i64 {
        self.streams.load(Ordering::Relaxed)
    }

    /// The numbers in Prometheus' text format, version 0.0.4.
    pub(crate) fn text(&self) -> String {
        let mut page = String::from(
            "# HELP belfry_answers_ms Time from request to answer, in milliseconds.\n\
             # TYPE belfry_answers_ms histogram\n",
        );
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        for ((method, route, status), series) in answers.iter() {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            for (within, bound) in series.within.iter().zip(BOUNDS_MS) {
                let _ = writeln!(page, "belfry_answers_ms_bucket{{{labels},le=\"{bound}\"}} {within}");
            }
            let (count, sum) = (series.count, series.sum_ms);
            let _ = writeln!(page, "belfry_answers_ms_bucket{{{labels},le=\"+Inf\"}} {count}");
            let _ = writeln!(page, "belfry_answers_ms_sum{{{labels}}} {sum}");
            let _ = writeln!(page, "belfry_answers_ms_count{{{labels}}} {count}");
        }
        drop(answers);
        gauge(&mut page, "belfry_streams", "Open streams.", self.streams());
        page
    }
}

/// An open stream, counted until it is dropped.
pub struct OpenStream(std::sync::Arc<Metrics>);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Adds one number that goes up and down.
pub(crate) fn gauge(page: &mut String, name: &str, help: &str, value: i64) {
    let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
}

fn known(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        .contains(method)
}
