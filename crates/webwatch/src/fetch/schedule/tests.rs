//! The schedule through simulated days.

use base::random::SeededRandom;

use super::*;
use crate::{SourceKind, Trust};

const DAY_MS: i64 = 86_400_000;

fn start() -> Timestamp {
    "2026-11-25T00:00:00Z".parse().unwrap()
}

fn source(id: &str, interval_s: u32) -> crate::Source {
    crate::Source {
        id: id.into(),
        name: id.into(),
        kind: SourceKind::Inbox {},
        owner: "police".into(),
        purpose: "site-security".into(),
        language: None,
        trust: Trust::C,
        retention_days: 30,
        interval_s,
        silence_s: None,
        paused: false,
    }
}

fn schedule(settings: ScheduleSettings) -> Schedule {
    Schedule::new(settings, Arc::new(SeededRandom::new(1)))
}

fn put(schedule: &mut Schedule, id: &str, address: &str, interval_s: u32, now: Timestamp) {
    let url = Url::parse(address).unwrap();
    schedule.put(&source(id, interval_s), url, true, Memory::default(), now);
}

fn fault(status: u16) -> FetchFault {
    FetchFault::Status { status, retry_after_s: None }
}

/// Runs from `from` for `span_ms`; each job takes `takes_ms`, and `outcome` says how it ends. Gives when each ran.
fn run(
    schedule: &mut Schedule,
    from: Timestamp,
    span_ms: i64,
    takes_ms: i64,
    mut outcome: impl FnMut(&Job, Timestamp) -> Done,
) -> Vec<(Timestamp, Job)> {
    let (mut now, end, mut ran) = (from, from.plus_millis(span_ms), Vec::new());
    let mut under_way: BTreeSet<(Timestamp, usize)> = BTreeSet::new();
    while now < end {
        let next = match schedule.next(now) {
            Next::Do(job) => {
                under_way.insert((now.plus_millis(takes_ms), ran.len()));
                ran.push((now, job));
                continue;
            }
            Next::Wait(at) => Some(at),
            Next::Nothing => None,
        };
        match under_way.first().copied() {
            Some((at, index)) if next.is_none_or(|next| at <= next) => {
                under_way.pop_first();
                now = at;
                let job = ran[index].1.clone();
                let done = outcome(&job, now);
                schedule.done(&job, &done, now);
            }
            _ => match next {
                Some(at) => now = at,
                None => break,
            },
        }
    }
    ran
}

fn gaps_s(ran: &[(Timestamp, Job)]) -> Vec<i64> {
    ran.windows(2).map(|two| two[1].0.millis_since(two[0].0) / 1_000).collect()
}

#[test]
fn ten_thousand_sources_for_a_day() {
    let mut schedule = schedule(ScheduleSettings::default());
    for number in 0..10_000 {
        // 2,000 hosts with five sources each.
        let address = format!("https://host{}.example/feed/{number}", number % 2_000);
        put(&mut schedule, &format!("s{number}"), &address, 900, start());
    }
    let (put_moves, mut first_hour) = (schedule.moves, [0_u32; 60]);
    assert!(put_moves <= 10_000 * 4, "{put_moves} moves");
    let ran = run(&mut schedule, start(), DAY_MS, 400, |_, _| Done::default());
    // Nothing ever new: each is soon looked at every 8 x 900 s.
    assert!((130_000..200_000).contains(&ran.len()), "{} looks", ran.len());
    let per_look = (schedule.moves - put_moves) / u64::try_from(ran.len()).unwrap();
    assert!(per_look <= 6, "{per_look} moves for a look");
    for (at, _) in ran.iter().filter(|(at, _)| at.millis_since(start()) < 3_600_000) {
        first_hour[usize::try_from(at.millis_since(start()) / 60_000).unwrap()] += 1;
    }
    assert!(first_hour[..10].iter().all(|count| (850..1_150).contains(count)), "spread: {first_hour:?}");
    let mut last: HashMap<String, Timestamp> = HashMap::new();
    for (at, job) in &ran {
        let before = last.insert(host_of(&job.url), *at);
        assert!(before.is_none_or(|before| at.millis_since(before) >= 1_400), "one at a time, then a rest");
    }
    assert_eq!(last.len(), 2_000);
}

#[test]
fn a_busy_source_is_looked_at_more_often_than_a_quiet_one() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "busy", "https://busy.example/", 60, start());
    put(&mut schedule, "quiet", "https://quiet.example/", 60, start());
    let (mut now, mut looks) = (start(), HashMap::<String, Vec<Timestamp>>::new());
    while now < start().plus_millis(DAY_MS) {
        match schedule.next(now) {
            Next::Do(job) => {
                looks.entry(job.source.clone()).or_default().push(now);
                let busy = job.source == "busy";
                schedule.done(&job, &Done { changed: busy, ..Done::default() }, now);
                if busy {
                    schedule.read("busy", &Reading { items: 1, ..Reading::default() }, now);
                }
            }
            Next::Wait(at) => now = at,
            Next::Nothing => panic!("sources do not end"),
        }
    }
    let (busy, quiet) = (&looks["busy"], &looks["quiet"]);
    assert!((1_300..=1_440).contains(&busy.len()), "{}", busy.len());
    assert!((170..=200).contains(&quiet.len()), "{}", quiet.len());
    assert!(busy.windows(2).all(|two| two[1].millis_since(two[0]) >= 60_000), "never below its shortest");
    let report = schedule.report("busy", now).unwrap();
    assert_eq!((report.interval_s, report.health.errors_in_a_row), (60, 0));
}

#[test]
fn a_failing_source_is_left_alone_longer_and_longer() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "gone", "https://a.example/gone", 60, start());
    put(&mut schedule, "well", "https://a.example/well", 60, start());
    let ran = run(&mut schedule, start(), DAY_MS, 100, |job, _| Done {
        fault: (job.source == "gone").then(|| fault(404)),
        ..Done::default()
    });
    let gone: Vec<_> = ran.iter().filter(|(_, job)| job.source == "gone").cloned().collect();
    let gaps = gaps_s(&gone);
    assert!((8..=20).contains(&gone.len()), "{gaps:?}");
    assert!(gaps.iter().all(|gap| *gap <= 6 * 3_600 + 10), "{gaps:?}");
    assert!(gaps.windows(3).all(|three| three[2] > three[0] || three[0] > 10_000), "{gaps:?}");
    let well = ran.len() - gone.len();
    assert!((170..=200).contains(&well), "its neighbour goes on: {well}");
    let report = schedule.report("gone", start().plus_millis(DAY_MS)).unwrap();
    assert_eq!(report.breaker, Breaker::Closed);
    assert_eq!(report.health.last_error.unwrap().words, "the answer was 404 (not there)");
}

#[test]
fn a_host_that_is_down_is_probed_by_one_and_then_all_go_on() {
    let mut schedule = schedule(ScheduleSettings::default());
    for number in 0..50 {
        put(&mut schedule, &format!("s{number}"), &format!("https://down.example/{number}"), 60, start());
    }
    let up = start().plus_seconds(7_200);
    let unreachable = FetchFault::Unreachable { host: "down.example".into(), why: "refused".into() };
    let outcome =
        |_: &Job, now: Timestamp| Done { fault: (now < up).then(|| unreachable.clone()), ..Done::default() };
    let ran = run(&mut schedule, start(), 7_200_000, 100, outcome);
    assert!(
        (8..=16).contains(&ran.len()),
        "50 sources, {} requests in two hours: {:?}",
        ran.len(),
        gaps_s(&ran)
    );
    let state = schedule.report("s0", ran.last().unwrap().0.plus_seconds(1)).unwrap().breaker;
    assert!(matches!(state, Breaker::Open { .. }), "{state:?}");
    let later = run(&mut schedule, up, DAY_MS, 100, outcome);
    let probe = later[0].0;
    let within_two_minutes = later.iter().filter(|(at, _)| at.millis_since(probe) < 120_000);
    let sources: std::collections::HashSet<_> =
        within_two_minutes.map(|(_, job)| job.source.as_str()).collect();
    assert_eq!(sources.len(), 50, "all go on once the host answers");
    assert_eq!(schedule.report("s0", probe.plus_seconds(600)).unwrap().breaker, Breaker::Closed);
}

#[test]
fn the_breaker_is_half_open_when_its_time_has_passed() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "s", "https://down.example/", 10, start());
    let mut now = start();
    let until = loop {
        match schedule.next(now) {
            Next::Do(job) => schedule.done(&job, &Done { fault: Some(fault(502)), ..Done::default() }, now),
            Next::Wait(at) => now = at,
            Next::Nothing => panic!("it goes on trying"),
        }
        if let Breaker::Open { until } = schedule.report("s", now).unwrap().breaker {
            break until;
        }
    };
    assert_eq!(schedule.report("s", now).unwrap().health.errors_in_a_row, 4);
    assert_eq!(schedule.next(until.plus_millis(-1)), Next::Wait(until));
    assert_eq!(schedule.report("s", until).unwrap().breaker, Breaker::HalfOpen);
    let Next::Do(job) = schedule.next(until) else { panic!("one may try") };
    assert_eq!(schedule.next(until), Next::Nothing, "and only one");
    schedule.done(&job, &Done::default(), until);
    assert_eq!(schedule.report("s", until).unwrap().breaker, Breaker::Closed);
}

#[test]
fn a_host_says_when_to_come_back() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "s", "https://a.example/", 10, start());
    let busy = FetchFault::Status { status: 429, retry_after_s: Some(1_800) };
    let ran = run(&mut schedule, start(), 7_000_000, 0, |_, _| Done {
        fault: Some(busy.clone()),
        ..Done::default()
    });
    assert!(gaps_s(&ran).iter().all(|gap| *gap >= 1_800) && ran.len() == 4, "{:?}", gaps_s(&ran));
}

#[test]
fn robots_rest_and_freshness_are_heeded() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "a", "https://a.example/1", 60, start());
    put(&mut schedule, "b", "https://a.example/2", 60, start());
    let outcome =
        |_: &Job, _| Done { rest_ms: Some(90_000), fresh_s: Some(1_200), changed: true, ..Done::default() };
    let ran = run(&mut schedule, start(), DAY_MS, 10, outcome);
    assert!(gaps_s(&ran)[1..].iter().all(|gap| *gap >= 90), "{:?}", gaps_s(&ran));
    let of_a: Vec<_> = ran.iter().filter(|(_, job)| job.source == "a").cloned().collect();
    assert!(gaps_s(&of_a).iter().all(|gap| *gap >= 1_200) && of_a.len() > 40, "{:?}", gaps_s(&of_a));
}

#[test]
fn gone_for_good_stops_with_the_reason_until_asked_again() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "s", "https://a.example/", 60, start());
    let ran =
        run(&mut schedule, start(), DAY_MS, 10, |_, _| Done { fault: Some(fault(410)), ..Done::default() });
    assert_eq!(ran.len(), 1);
    let reason = schedule.report("s", start()).unwrap().stopped;
    assert_eq!(reason.as_deref(), Some("the answer was 410 (gone for good)"));
    let kept = schedule.memory("s").unwrap().clone();
    schedule.put(&source("s", 60), Url::parse("https://a.example/").unwrap(), true, kept, start());
    assert_eq!(
        run(&mut schedule, start(), DAY_MS, 10, |_, _| Done::default()).len(),
        0,
        "after a restart too"
    );
    schedule.look_now("s", start());
    assert!(run(&mut schedule, start(), DAY_MS, 10, |_, _| Done::default()).len() > 100);
}

#[test]
fn a_move_for_good_is_remembered_when_seen_twice_and_forgotten_when_it_fails() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "s", "https://old.example/", 60, start());
    let new = Url::parse("https://new.example/").unwrap();
    let moved = |job: &Job, _| Done {
        moved_to: (job.url.host_str() == Some("old.example")).then(|| new.clone()),
        ..Done::default()
    };
    let ran = run(&mut schedule, start(), 3_600_000, 10, moved);
    let hosts: Vec<_> = ran.iter().map(|(_, job)| job.url.host_str().unwrap()).collect();
    assert_eq!(hosts[..3], ["old.example", "old.example", "new.example"]);
    assert!(hosts[3..].iter().all(|host| *host == "new.example"));
    let failing = |job: &Job, _| Done {
        fault: (job.url.host_str() == Some("new.example")).then(|| fault(404)),
        ..Done::default()
    };
    let ran = run(&mut schedule, start().plus_seconds(3_600), DAY_MS, 10, failing);
    let hosts: Vec<_> = ran.iter().map(|(_, job)| job.url.host_str().unwrap()).collect();
    assert_eq!(hosts[..4], ["new.example", "new.example", "new.example", "old.example"]);
    assert_eq!(schedule.report("s", start()).unwrap().moved_to, None);
}

#[test]
fn errands_wait_their_turn_and_have_an_end() {
    let mut schedule = schedule(ScheduleSettings { spread_s: 0, ..ScheduleSettings::default() });
    put(&mut schedule, "map", "https://a.example/sitemap.xml", 3_600, start());
    let page = |number: i32| Url::parse(&format!("https://a.example/{number}")).unwrap();
    let room = (0..200).filter(|number| schedule.errand("map", page(*number), start())).count();
    assert_eq!(room, 100);
    assert!(!schedule.errand("nobody", page(1), start()));
    let ran = run(&mut schedule, start(), 600_000, 50, |_, _| Done::default());
    assert_eq!(ran.iter().filter(|(_, job)| job.errand).count(), 100);
    assert!(ran.windows(2).all(|two| two[1].0.millis_since(two[0].0) >= 1_050), "one at a time");
    assert!(schedule.errand("map", page(1), start()), "there is room again");
    schedule.remove("map");
    assert_eq!(
        schedule.next(start().plus_millis(DAY_MS)),
        Next::Nothing,
        "with its source an errand goes too"
    );
}

#[test]
fn sources_come_change_and_go_while_looked_at() {
    let mut schedule = schedule(ScheduleSettings { spread_s: 0, ..ScheduleSettings::default() });
    put(&mut schedule, "s", "https://a.example/", 60, start());
    let Next::Do(job) = schedule.next(start()) else { panic!("it is due") };
    put(&mut schedule, "s", "https://b.example/", 60, start());
    assert_eq!(schedule.next(start()), Next::Nothing, "the look under way ends first");
    schedule.done(&job, &Done { fault: Some(fault(410)), ..Done::default() }, start());
    assert_eq!(schedule.report("s", start()).unwrap().stopped, None, "that was the old address");
    let Next::Do(job) = schedule.next(start()) else { panic!("the new address is due") };
    assert_eq!(job.url.as_str(), "https://b.example/");
    schedule.remove("s");
    schedule.done(&job, &Done::default(), start());
    assert_eq!(schedule.next(start().plus_millis(DAY_MS)), Next::Nothing);
    assert_eq!(schedule.ids().count(), 0);
    assert!(schedule.ready.is_empty());
}

#[test]
fn what_cannot_be_read_is_an_error_and_is_asked_for_whole_again() {
    let mut schedule = schedule(ScheduleSettings::default());
    put(&mut schedule, "s", "https://a.example/", 60, start());
    run(&mut schedule, start(), 60_000, 10, |_, _| Done { changed: true, ..Done::default() });
    let seen = Seen { etag: Some("\"1\"".into()), ..Seen::default() };
    schedule.remember("s", Some(seen.clone()), None);
    assert_eq!(schedule.memory("s").unwrap().seen, seen);
    schedule.unreadable("s", "neither RSS nor Atom", start().plus_seconds(61));
    let memory = schedule.memory("s").unwrap();
    assert_eq!(memory.seen, Seen::default());
    assert_eq!(memory.health.errors_in_a_row, 1);
    assert_eq!(
        memory.health.last_error.as_ref().unwrap().words,
        "what came cannot be read: neither RSS nor Atom"
    );
}

#[test]
fn a_restart_does_not_look_again_at_once() {
    let mut first = schedule(ScheduleSettings::default());
    put(&mut first, "s", "https://a.example/", 3_600, start());
    let ran = run(&mut first, start(), 600_000, 10, |_, _| Done::default());
    let last = ran.last().unwrap().0;
    let text = serde_json::to_string(first.memory("s").unwrap()).unwrap();
    let mut second = schedule(ScheduleSettings::default());
    let url = Url::parse("https://a.example/").unwrap();
    second.put(&source("s", 3_600), url, true, serde_json::from_str(&text).unwrap(), last.plus_seconds(5));
    let Next::Wait(at) = second.next(last.plus_seconds(5)) else { panic!("not yet") };
    assert!(at.millis_since(last) >= 3_600_000);
}
