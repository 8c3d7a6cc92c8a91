//! Named cases: what rounding could hide, what cannot be met, how levels nest, and what is said about an answer.

use base::Clock;
use base::clock::ManualClock;
use measures::model::{
    Burden, BurdenKind, Cost, Effect, Layer, Level, Measure, Norm, Plan, Reversibility, Weight,
};
use measures::solve::{
    Blocker, BrokenRight, Closures, Limit, Lost, NoStreets, Outcome, Progress, Reason, Request, Right,
    Shortfall, Solution, SolveError, Stage, SwapResult, Together, Unwatched, Watch, solve,
};

use super::random::{self, Shape, origin};
use super::request;

/// A plan with one scenario, one level and two blocks, and the measures given.
fn plan(norm: f64, measures: Vec<Measure>) -> Plan {
    let shape = Shape { measures: 0, levels: 1, scenarios: 1, places: 2, closing: 0, limits: false };
    let mut plan = random::plan(shape, 1);
    plan.scenarios[0].common_cause_share = 0.0;
    plan.levels[0].days_per_year = 365;
    plan.measures = measures;
    plan.norms = vec![self::norm(1, norm)];
    plan
}

fn norm(level: u8, most: f64) -> Norm {
    Norm {
        id: format!("norm-{level}"),
        scenario: "scenario-0".into(),
        level,
        remaining_share_max: most,
        set_by: "the mayor".into(),
        origin: origin(),
    }
}

/// A measure that stops a share, and burdens block 0.
fn measure(id: &str, low: f64, weight: Weight) -> Measure {
    let effect = Effect {
        scenario: "scenario-0".into(),
        layer: Layer::Respond,
        low,
        likely: low.max(0.95),
        high: 0.99,
    };
    Measure {
        id: id.into(),
        name: id.into(),
        same_function: None,
        effects: vec![effect],
        burdens: vec![Burden {
            kind: BurdenKind::Accessibility,
            weight,
            neighbourhoods: vec!["block-0".into()],
        }],
        cost: Cost { per_day_eur: 10.0, ..Cost::default() },
        set_up_hours: 0.0,
        reversibility: Reversibility::Undone { hours: 1.0 },
        legal_basis: "test".into(),
        lowest_level: 1,
        requires: Vec::new(),
        excludes: Vec::new(),
        closures: Vec::new(),
        mobile: false,
        plain: None,
        origin: origin(),
    }
}

fn answer(plan: &Plan, request: &Request) -> Outcome {
    plan.validate().unwrap();
    solve(plan, request, &mut NoStreets, &ManualClock::default(), &mut Unwatched).unwrap()
}

fn met(plan: &Plan) -> Solution {
    match answer(plan, &request()) {
        Outcome::Met(solution) => *solution,
        Outcome::Unmet(short) => panic!("{short:#?}"),
    }
}

fn unmet(plan: &Plan) -> Shortfall {
    match answer(plan, &request()) {
        Outcome::Unmet(short) => *short,
        Outcome::Met(solution) => panic!("{solution:#?}"),
    }
}

fn chosen(solution: &Solution, level: u8) -> Vec<&str> {
    let posture = solution.postures.iter().find(|one| one.level == level).unwrap();
    posture.measures.iter().map(String::as_str).collect()
}

#[test]
fn an_answer_within_the_solvers_tolerance_is_not_taken() {
    // The light one leaves 0.5 + 1e-8 of 1: HiGHS takes that for 0.5, which is the norm.
    let measures = vec![measure("light", 0.5 - 1e-8, Weight::Slight), measure("heavy", 0.6, Weight::Severe)];
    let solution = met(&plan(0.5, measures));
    assert_eq!(chosen(&solution, 1), ["heavy"]);
    // Two light ones together, far within the tolerance: still not.
    let nearly = 1.0 - (0.25_f64 + 1e-9).sqrt();
    let two = ["one", "two"].map(|id| measure(id, nearly, Weight::Slight));
    let mut measures = two.to_vec();
    measures.push(measure("heavy", 0.76, Weight::Severe));
    assert_eq!(chosen(&met(&plan(0.25, measures)), 1), ["heavy"]);
}

#[test]
fn when_only_such_an_answer_is_left_it_is_short() {
    let short = unmet(&plan(0.5, vec![measure("only", 0.5 - 1e-8, Weight::Slight)]));
    assert_eq!(short.norms.len(), 1);
    assert!(short.norms[0].unmet.remaining_share > 0.5);
}

#[test]
fn a_norm_that_is_met_to_the_last_digit_is_met() {
    let measures: Vec<Measure> = ["a", "b", "c"].iter().map(|id| measure(id, 0.1, Weight::Slight)).collect();
    assert_eq!(met(&plan(0.729, measures)).postures[0].measures.len(), 3);
}

#[test]
fn nothing_that_costs_nothing_is_taken_without_need() {
    let mut free = measure("free", 0.3, Weight::None);
    free.cost = Cost::default();
    let solution = met(&plan(0.5, vec![free, measure("enough", 0.5, Weight::Slight)]));
    assert_eq!(chosen(&solution, 1), ["enough"]);
    assert_eq!(solution.rejected[0].reasons, [Reason::NotNeeded]);
}

#[test]
fn the_best_of_a_function_counts_once() {
    let mut measures: Vec<Measure> = ["a", "b"].iter().map(|id| measure(id, 0.5, Weight::Slight)).collect();
    for one in &mut measures {
        one.same_function = Some("watching".into());
    }
    measures.push(measure("other", 0.5, Weight::Heavy));
    let solution = met(&plan(0.25, measures));
    assert!(chosen(&solution, 1).contains(&"other"));
    assert_eq!(solution.postures[0].measures.len(), 2);
}

#[test]
fn the_common_cause_is_a_floor() {
    let mut plan = plan(0.1, vec![measure("strong", 0.99, Weight::Slight)]);
    plan.scenarios[0].common_cause_share = 0.2;
    let short = unmet(&plan);
    assert!((short.norms[0].alone_share.unwrap() - 0.208).abs() < 1e-9);
    assert!(short.blocking.is_empty() && !short.contradiction);
}

#[test]
fn what_blocks_is_named_and_nothing_is_relaxed() {
    let mut strong = measure("strong", 0.9, Weight::Slight);
    strong.lowest_level = 3;
    let mut plan = plan(0.5, vec![strong, measure("weak", 0.2, Weight::Slight)]);
    let short = unmet(&plan);
    assert_eq!(short.norms.len(), 1);
    assert!((short.norms[0].unmet.remaining_share - 0.8).abs() < 1e-9);
    assert_eq!(short.blocking.len(), 1);
    assert_eq!((short.blocking[0].limit, short.blocking[0].unmet_without_it), (Blocker::LowestLevel, 0));
    plan.measures[0].lowest_level = 1;
    plan.money_eur_per_year_max = Some(100.0);
    assert_eq!(unmet(&plan).blocking[0].limit, Blocker::Money);
    plan.money_eur_per_year_max = None;
    let mut ruled_out = request();
    ruled_out.must_not = vec!["strong".into()];
    let Outcome::Unmet(short) = answer(&plan, &ruled_out) else { panic!("was ruled out") };
    assert_eq!(short.blocking[0].limit, Blocker::MustNot);
}

#[test]
fn wishes_that_contradict_are_told_as_such() {
    let (mut one, other) = (measure("one", 0.9, Weight::Slight), measure("other", 0.9, Weight::Slight));
    one.excludes = vec!["other".into()];
    let mut both = request();
    both.must = vec!["one".into(), "other".into()];
    let Outcome::Unmet(short) = answer(&plan(0.5, vec![one, other]), &both) else {
        panic!("cannot both stand")
    };
    assert!(short.contradiction);
    assert!(short.blocking.iter().any(|one| one.limit == Blocker::Excludes));
}

/// Two levels: the higher asks for the strong measure, which takes long.
fn two_levels(warning_hours: f64) -> Plan {
    let mut strong = measure("strong", 0.9, Weight::Heavy);
    strong.set_up_hours = 24.0;
    let mut plan = plan(0.6, vec![strong, measure("weak", 0.5, Weight::Slight)]);
    plan.levels.push(Level { level: 2, days_per_year: 5, warning_hours, staff_hours_per_day_max: None });
    plan.norms.push(norm(2, 0.1));
    plan
}

#[test]
fn what_is_slow_stands_before_it_is_needed_and_what_is_quick_does_not() {
    let quick = met(&two_levels(48.0));
    assert_eq!((chosen(&quick, 1), chosen(&quick, 2)), (vec!["weak"], vec!["strong"]));
    let up = quick.steps.iter().find(|step| (step.from, step.to) == (1, 2)).unwrap();
    assert_eq!(
        (up.set_up[0].measure.as_str(), up.set_up[0].hours, up.warning_hours),
        ("strong", 24.0, Some(48.0))
    );
    let down = quick.steps.iter().find(|step| (step.from, step.to) == (2, 1)).unwrap();
    assert_eq!((down.take_down[0].measure.as_str(), down.set_up[0].measure.as_str()), ("strong", "weak"));
    let slow = met(&two_levels(12.0));
    assert_eq!((chosen(&slow, 1), chosen(&slow, 2)), (vec!["strong"], vec!["strong"]));
    let at_one = slow.certificates[0].necessary.iter().find(|one| one.level == 1).unwrap();
    assert_eq!(at_one.goes_too[0].level, 2);
    assert!(at_one.unmet.iter().any(|unmet| unmet.level == 2));
}

#[test]
fn a_level_without_a_norm_keeps_that_of_the_level_below() {
    let mut plan = two_levels(48.0);
    plan.norms.pop();
    let solution = met(&plan);
    assert_eq!(chosen(&solution, 2), ["weak"]);
    assert_eq!(solution.postures[1].norms[0].stated_at, 1);
}

#[test]
fn what_does_not_hold_is_left_out_and_told() {
    let mut old = measure("old", 0.9, Weight::None);
    old.origin.valid_until = random::at();
    let solution = met(&plan(0.5, vec![old, measure("new", 0.5, Weight::Slight)]));
    assert_eq!(chosen(&solution, 1), ["new"]);
    assert_eq!((solution.left_out[0].kind.as_str(), solution.left_out[0].id.as_str()), ("measure", "old"));
}

#[test]
fn the_worst_hit_comes_before_the_mean_and_both_before_money() {
    // Two slight ones hit block 0 twice; the spread one hits both blocks once, and costs more money.
    let mut spread = measure("spread", 0.75, Weight::Slight);
    spread.burdens[0].neighbourhoods = Vec::new();
    spread.cost.per_day_eur = 1_000.0;
    let measures = vec![measure("a", 0.5, Weight::Slight), measure("b", 0.5, Weight::Slight), spread];
    let solution = met(&plan(0.25, measures));
    assert_eq!(chosen(&solution, 1), ["spread"]);
    assert!((solution.worth.worst_points - 1.0).abs() < 1e-9);
}

#[test]
fn certificates_say_what_whom_and_why_not_lighter() {
    let light = measure("light", 0.3, Weight::Slight);
    let mut barred = measure("barred", 0.9, Weight::None);
    barred.excludes = vec!["mast".into()];
    let mut chosen_one = measure("watch", 0.6, Weight::Moderate);
    chosen_one.requires = vec!["mast".into()];
    let mut mast = measure("mast", 0.0, Weight::Slight);
    mast.effects.clear();
    let heavy = measure("heavy", 0.9, Weight::Severe);
    let useless = Measure { effects: Vec::new(), ..measure("useless", 0.0, Weight::None) };
    let mut request = request();
    request.must = vec!["watch".into()];
    let plan = plan(0.5, vec![light, barred, chosen_one, mast, heavy, useless]);
    let Outcome::Met(solution) = answer(&plan, &request) else { panic!("can be met") };
    assert_eq!(chosen(&solution, 1), ["watch", "mast"]);
    let watch = &solution.certificates[0];
    assert!(watch.suitable.asked_for && watch.balanced.ends == request.ends);
    assert_eq!(watch.suitable.norms[0].scenario, "scenario-0");
    assert!((watch.suitable.norms[0].without_it_share - 1.0).abs() < 1e-12);
    assert_eq!(watch.balanced.neighbourhoods[0].neighbourhood, "block-0");
    let light = watch.lighter.iter().find(|swap| swap.other == "light").unwrap();
    assert!(
        matches!(&light.result, SwapResult::Fails { unmet } if (unmet.remaining_share - 0.7).abs() < 1e-9)
    );
    let must = &watch.necessary[0].broken;
    assert!(must.iter().any(|limit| matches!(limit, Limit::Must { measure, .. } if measure == "watch")));
    let mast = &solution.certificates[1];
    assert_eq!(mast.suitable.required_by, ["watch"]);
    assert_eq!(mast.necessary[0].goes_too[0].measure, "watch");
    let why = |id: &str| &solution.rejected.iter().find(|one| one.measure == id).unwrap().reasons;
    assert!(why("barred").contains(&Reason::ExcludedBy { measure: "mast".into() }));
    assert!(why("useless").contains(&Reason::ServesNoNorm));
}

#[test]
fn a_heavier_alternative_is_told_with_what_more_it_costs() {
    let measures = vec![measure("light", 0.5, Weight::Slight), measure("heavy", 0.9, Weight::Severe)];
    let solution = met(&plan(0.5, measures));
    let reason = &solution.rejected[0].reasons[0];
    assert!(matches!(reason, Reason::AlternativeTo { measure, worst_points, .. }
        if measure == "light" && (worst_points - 8.0).abs() < 1e-9));
}

#[test]
fn norms_have_prices_weights_have_ranges_and_caution_has_a_cost() {
    let mut quiet = measure("quiet", 0.5, Weight::Moderate);
    quiet.burdens[0].kind = BurdenKind::Appearance;
    let measures = vec![quiet, measure("loud", 0.5, Weight::Slight), measure("small", 0.4, Weight::None)];
    let plan = plan(0.5, measures);
    let mut all = request();
    (all.prices, all.ranges, all.caution_cost) = (true, true, true);
    let Outcome::Met(solution) = answer(&plan, &all) else { panic!("can be met") };
    // Quiet weighs 2.5 x 0.35, loud 1 x 1.
    assert_eq!(chosen(&solution, 1), ["quiet"]);
    let price = &solution.prices[0];
    assert!((price.loosened_share_max - 0.625).abs() < 1e-12);
    assert!((price.saved.unwrap().worst_points - 0.875).abs() < 1e-9, "the small one is enough then");
    let appearance = solution.ranges.iter().find(|one| one.kind == Some(BurdenKind::Appearance)).unwrap();
    assert!(appearance.least.abs() < 1e-12 && !appearance.open_above);
    assert!(appearance.most <= 0.4 && appearance.most > 0.37, "{appearance:?}");
    let caution = solution.caution_cost.as_ref().unwrap();
    assert_eq!(caution.measures[0].measures, ["small"]);
    assert!((caution.saved.worst_points - 0.875).abs() < 1e-9);
    assert_eq!(caution.unmet.len(), 1);
}

/// Streets in which two closures together cut block 1 off, and each costs block 0 what it is told.
struct Pair {
    minutes: f64,
}

impl Closures for Pair {
    fn together(&mut self, measures: &[&str]) -> Together {
        let broken =
            BrokenRight { right: Right::HomesReachable, place: "block-1".into(), measures: Vec::new() };
        let lost = Lost { neighbourhood: "block-0".into(), resident_minutes_per_day: self.minutes };
        Together {
            lost: if measures.is_empty() { Vec::new() } else { vec![lost] },
            broken: if measures.len() > 1 { vec![broken] } else { Vec::new() },
        }
    }
}

fn closing(id: &str, low: f64) -> Measure {
    Measure { closures: vec![random::closure(id)], ..measure(id, low, Weight::None) }
}

#[test]
fn a_right_is_not_for_sale() {
    let measures = vec![closing("a", 0.5), closing("b", 0.5), measure("dear", 0.5, Weight::Severe)];
    let plan = plan(0.25, measures);
    let ask = |plan: &Plan| {
        let clock = ManualClock::default();
        solve(plan, &request(), &mut Pair { minutes: 1.0 }, &clock, &mut Unwatched).unwrap()
    };
    let Outcome::Met(solution) = ask(&plan) else { panic!("can be met") };
    assert!(chosen(&solution, 1).contains(&"dear"));
    let mut without = plan.clone();
    without.measures.pop();
    let Outcome::Unmet(short) = ask(&without) else { panic!("only both would do") };
    assert_eq!((short.blocking.len(), short.blocking[0].limit), (1, Blocker::Rights));
    assert_eq!(short.norms.len(), 1);
}

#[test]
fn a_right_that_is_broken_before_is_told() {
    struct Broken;
    impl Closures for Broken {
        fn together(&mut self, _: &[&str]) -> Together {
            let right = Right::EmergencyAccess;
            let broken = BrokenRight { right, place: "block-1".into(), measures: Vec::new() };
            Together { lost: Vec::new(), broken: vec![broken] }
        }
    }
    let plan = plan(0.5, vec![closing("a", 0.5)]);
    let error = solve(&plan, &request(), &mut Broken, &ManualClock::default(), &mut Unwatched).unwrap_err();
    assert!(matches!(error, SolveError::BrokenBefore { .. }));
}

/// Stops at a stage.
struct Stopper {
    at: Option<Stage>,
    seen: Vec<Stage>,
}

impl Watch for Stopper {
    fn progress(&mut self, progress: Progress) {
        self.seen.push(progress.stage);
    }

    fn cancelled(&mut self) -> bool {
        self.at.is_some() && self.seen.last() == self.at.as_ref()
    }
}

#[test]
fn progress_is_told_and_a_search_can_be_stopped() {
    let plan = plan(0.5, vec![measure("a", 0.5, Weight::Slight)]);
    let clock = ManualClock::default();
    let mut watch = Stopper { at: None, seen: Vec::new() };
    solve(&plan, &request(), &mut NoStreets, &clock, &mut watch).unwrap();
    let stages = [Stage::Worst, Stage::Total, Stage::Money, Stage::Count, Stage::Certificates];
    assert_eq!(watch.seen, stages);
    let mut watch = Stopper { at: Some(Stage::Total), seen: Vec::new() };
    let stopped = solve(&plan, &request(), &mut NoStreets, &clock, &mut watch).unwrap_err();
    assert_eq!(stopped, SolveError::Cancelled);
}

#[test]
fn a_search_that_runs_out_of_time_does_not_claim_a_proof() {
    /// Five minutes later each time it is asked.
    struct Late(ManualClock);
    impl Clock for Late {
        fn now(&self) -> base::Timestamp {
            self.0.advance_millis(300_000);
            self.0.now()
        }
    }
    let shape = Shape { measures: 40, levels: 4, scenarios: 8, places: 12, closing: 0, limits: false };
    let plan = random::plan(shape, 9);
    let answer = solve(&plan, &request(), &mut NoStreets, &Late(ManualClock::default()), &mut Unwatched);
    match answer {
        Ok(Outcome::Met(solution)) => assert!(!solution.proved),
        Ok(Outcome::Unmet(short)) => assert!(!short.proved),
        Err(error) => assert_eq!(error, SolveError::OutOfTime),
    }
}
