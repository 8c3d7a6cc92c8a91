//! Lists, searches and maps over many items, for one who sees all and for one who sees a tenth.
//!
//! Not here: writing. Each answer with content is on record before it leaves, so each waits for the disk as well.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;
use sim::load::{SEES_A_TENTH, SEES_ALL};

use super::figures::{Times, median, now};
use super::table::Row;
use super::trial::Served;

/// Rounds of every question in one run.
const ROUNDS: usize = 20;
/// Pages that are turned in a row.
const PAGES: usize = 5;
/// Milliseconds.
const TARGET_P95_MS: f64 = 30.0;

const FEEDS: &[&str] = &[
    "limit=50",
    "limit=50&kind=alert",
    "limit=50&kind=report,observation&severity=moderate",
    "limit=50&site=opcw&current=true",
    "limit=50&unacknowledged=true",
    "limit=50&originator=irmct",
];
const SEARCHES: &[&str] = &[
    "q=delivery",
    "q=tram%20quiet",
    "q=%22fire%20alarm%22",
    "q=bicycl",
    "q=patrol&kind=observation",
    "q=photographer&site=opcw",
];
const MAPS: &[&str] = &[
    "bbox=4.27,52.0815,4.303,52.1&zoom=14",
    "bbox=4.28,52.088,4.29,52.094&zoom=16",
    "bbox=4.2835,52.0905,4.2845,52.0915&zoom=18",
    "bbox=4.27,52.0815,4.303,52.1&zoom=14&kind=alert&current=true",
];

/// Every question for both readers.
pub(crate) async fn measure(node: Served<'_>, runs: usize) -> Result<Vec<Row>> {
    let total = node.trial.store.items();
    let mut rows = Vec::new();
    for (handle, hidden) in [(SEES_ALL, ""), (SEES_A_TENTH, ", 90 % of them hidden")] {
        let member = node.trial.cast.player(handle)?.member.to_string();
        let api = node.api.as_sample_member(&member).await?;
        let counted = api.get("/api/v1/items/count").await?.json()?;
        let seen = counted["total"].as_u64().context("a count")?;
        for (what, path, queries) in [
            ("feed page", "/api/v1/items", FEEDS),
            ("search page", "/api/v1/items", SEARCHES),
            ("map", "/api/v1/map", MAPS),
        ] {
            let (mut p50, mut p95, mut slowest) = (Vec::new(), Vec::new(), String::new());
            for _ in 0..runs {
                let mut times = Times::default();
                slowest.clear();
                for query in queries {
                    let mut own = Times::default();
                    for _ in 0..ROUNDS {
                        ask(&api, path, query, &mut own).await?;
                    }
                    let _ = write!(slowest, "{query} {:.1}; ", own.per_mille_ms(950));
                    times.extend(own);
                }
                p50.push(times.per_mille_ms(500));
                p95.push(times.per_mille_ms(950));
            }
            eprintln!("{handle}, {what}: p95 in ms of each: {slowest}");
            let (p50, p95) = (median(p50), median(p95));
            let name = format!("{what} with {total} items{hidden} ({seen} seen)");
            let measured = format!("p50 {p50:.1} ms, p95 {p95:.1} ms");
            rows.push(Row::against(&name, "p95 at most 30 ms", measured, p95 <= TARGET_P95_MS));
        }
    }
    Ok(rows)
}

/// One question; where the answer has further pages, some of them too.
async fn ask(api: &sim::Api, path: &str, query: &str, times: &mut Times) -> Result<()> {
    let mut address = format!("{path}?{query}");
    for _ in 0..PAGES {
        let began = now();
        let answer = api.get(&address).await?;
        times.add(began.elapsed());
        let answer = answer.json().with_context(|| address.clone())?;
        match answer.get("next").and_then(Value::as_str) {
            Some(next) => address = format!("{path}?{query}&cursor={next}"),
            None => break,
        }
    }
    Ok(())
}
