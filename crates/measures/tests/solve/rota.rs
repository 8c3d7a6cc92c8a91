//! The rota: shares that no others beat, draws that keep them, overrides that cost.

use base::clock::ManualClock;
use base::random::SeededRandom;
use measures::solve::rota::{Override, Rota, RotaError, RotaRequest, Target, draw};
use measures::solve::{Run, Unwatched};

fn target(id: &str, ours_open: f64, theirs_open: f64) -> Target {
    Target { id: id.into(), ours_covered: 0.0, ours_open, theirs_covered: 0.0, theirs_open }
}

fn request() -> RotaRequest {
    let targets = vec![target("gate", -8.0, 6.0), target("square", -3.0, 5.0), target("bridge", -4.0, 2.0)];
    RotaRequest { targets, units: 1, shifts: 10_000, overrides: Vec::new() }
}

fn ask(request: &RotaRequest, seed: u64) -> Result<Rota, RotaError> {
    let (clock, mut watch) = (ManualClock::default(), Unwatched);
    draw(request, &SeededRandom::new(seed), &mut Run::new(&clock, &mut watch, 60.0, 0.0))
}

/// Worth to those who protect when the attacker picks its best, ties in their favour.
fn worth(request: &RotaRequest, shares: &[f64]) -> f64 {
    let theirs = |one: usize| {
        let target = &request.targets[one];
        shares[one] * target.theirs_covered + (1.0 - shares[one]) * target.theirs_open
    };
    let ours = |one: usize| {
        let target = &request.targets[one];
        shares[one] * target.ours_covered + (1.0 - shares[one]) * target.ours_open
    };
    let best = (0..shares.len()).map(theirs).fold(f64::NEG_INFINITY, f64::max);
    let tied = (0..shares.len()).filter(|one| theirs(*one) >= best - 1e-6);
    tied.map(ours).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn no_other_shares_are_worth_more() {
    let request = request();
    let rota = ask(&request, 1).unwrap();
    assert!((worth(&request, &rota.coverage.shares) - rota.coverage.worth).abs() < 1e-6);
    for gate in 0..=100_u32 {
        for square in 0..=100 - gate {
            let (gate, square) = (f64::from(gate) / 100.0, f64::from(square) / 100.0);
            let other = worth(&request, &[gate, square, 1.0 - gate - square]);
            assert!(
                other <= rota.coverage.worth + 1e-6,
                "{gate} {square}: {other} > {}",
                rota.coverage.worth
            );
        }
    }
}

#[test]
fn units_that_the_pick_does_not_need_cover_what_is_next() {
    // Covered or not, the gate is worth most to the attacker: the second unit is free, and goes where most is open.
    let half = |id: &str, worth: f64| Target {
        id: id.into(),
        ours_covered: -worth / 2.0,
        ours_open: -worth,
        theirs_covered: worth / 2.0,
        theirs_open: worth,
    };
    let targets = vec![half("gate", 10.0), half("square", 4.0), half("bridge", 3.0), half("path", 1.0)];
    let request = RotaRequest { targets, units: 2, shifts: 1, overrides: Vec::new() };
    let coverage = ask(&request, 1).unwrap().coverage;
    assert_eq!(coverage.attacked, "gate");
    assert!((coverage.worth + 5.0).abs() < 1e-6 && (coverage.attacker_worth - 5.0).abs() < 1e-6);
    let shares = &coverage.shares;
    assert!((shares.iter().sum::<f64>() - 2.0).abs() < 1e-6, "{shares:?}");
    // Square and bridge are worth the same then: 4 - 2a = 3 - 1.5b with a + b = 1.
    assert!((shares[1] - 5.0 / 7.0).abs() < 1e-6 && (shares[2] - 2.0 / 7.0).abs() < 1e-6, "{shares:?}");
}

#[test]
fn draws_keep_the_shares() {
    for units in 1..=2 {
        let request = RotaRequest { units, ..request() };
        let rota = ask(&request, 7).unwrap();
        for (target, share) in request.targets.iter().zip(&rota.coverage.shares) {
            let times = rota.shifts.iter().filter(|shift| shift.contains(&target.id)).count();
            let seen = f64::from(u32::try_from(times).unwrap()) / 10_000.0;
            let spread = (share * (1.0 - share) / 10_000.0).sqrt();
            assert!((seen - share).abs() <= 4.0 * spread + 1e-9, "{}: {seen} for {share}", target.id);
        }
        assert!(rota.shifts.iter().all(|shift| shift.len() <= units));
        assert_eq!(rota, ask(&request, 7).unwrap());
        assert_ne!(rota.shifts, ask(&request, 8).unwrap().shifts);
    }
}

#[test]
fn no_unit_keeps_to_a_target() {
    let request = RotaRequest { units: 2, ..request() };
    let rota = ask(&request, 3).unwrap();
    for target in &request.targets {
        let at = |unit: usize| rota.shifts.iter().filter(|shift| shift.get(unit) == Some(&target.id)).count();
        let (first, second) = (at(0), at(1));
        assert!(first.abs_diff(second) < 500, "{}: {first} and {second}", target.id);
    }
}

#[test]
fn an_override_is_kept_and_its_loss_is_told() {
    let pinned = Override { shift: 3, target: "bridge".into() };
    let request = RotaRequest { shifts: 6, overrides: vec![pinned], ..request() };
    let rota = ask(&request, 2).unwrap();
    assert_eq!(rota.shifts[3], ["bridge"]);
    assert_eq!(rota.losses.len(), 1);
    // The only unit stands at the bridge and the attacker knows: the gate is open.
    assert!((rota.losses[0].worth - (rota.coverage.worth + 8.0)).abs() < 1e-6);
    assert!(rota.losses[0].surprise_bits > 0.5);
}

#[test]
fn what_is_wrong_with_a_request_is_told() {
    let wrong = |change: fn(&mut RotaRequest)| {
        let mut request = request();
        change(&mut request);
        matches!(ask(&request, 1), Err(RotaError::Request { .. }))
    };
    assert!(wrong(|request| request.targets.clear()));
    assert!(wrong(|request| request.units = 4));
    assert!(wrong(|request| request.shifts = 0));
    assert!(wrong(|request| request.shifts = 10_001));
    assert!(wrong(|request| request.targets[1].id = String::new()));
    assert!(wrong(|request| request.targets[1].id = "gate".into()));
    assert!(wrong(|request| request.targets[0].ours_open = 1.0));
    assert!(wrong(|request| request.targets[0].theirs_open = f64::NAN));
    assert!(wrong(|request| request.overrides.push(Override { shift: 0, target: "nowhere".into() })));
    assert!(wrong(|request| {
        let both = ["gate", "square"].map(|target| Override { shift: 0, target: target.into() });
        request.overrides.extend(both);
    }));
}
