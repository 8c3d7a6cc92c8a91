//! A rota for mobile measures that nobody can predict: how often each target is covered comes from a Stackelberg game, in which the
//! attacker watches for long and then picks; where a unit is in a shift is drawn so that these shares are kept exactly.
//!
//! The shares are those of Kiekintveld et al. (AAMAS 2009) for targets that any unit can cover, by one linear programme per target;
//! drawn by systematic (comb) sampling over an order that is shuffled for each shift.
//!
//! Not here: travel between targets, and units that can cover only some.

use std::collections::{BTreeMap, BTreeSet};

use base::Random;
use base::random::bytes;
use serde::{Deserialize, Serialize};

use crate::model::limits::NAME_CHARS_MAX;

use super::SolveError;
use super::programme::{Answer, Programme};
use super::request::Run;

/// Most targets.
pub const TARGETS_MAX: usize = 200;
/// Most shifts.
pub const SHIFTS_MAX: usize = 10_000;
/// Most units in all shifts together.
pub const PLACES_MAX: usize = 100_000;
/// Most overrides.
pub const OVERRIDES_MAX: usize = 1_000;
/// Largest worth, either way.
pub const WORTH_MAX: f64 = 1e6;

/// Of the range of worths, until what is left is below the rounding of f64.
const HALVINGS: usize = 80;

/// A place that a unit can cover, and what an attack on it is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresTarget))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// To those who protect, when it is attacked while covered; at least the next.
    pub ours_covered: f64,
    /// To those who protect, when it is attacked while not covered.
    pub ours_open: f64,
    /// To the attacker, when it is covered; at most the next.
    pub theirs_covered: f64,
    /// To the attacker, when it is not covered.
    pub theirs_open: f64,
}

/// A target that somebody wants covered in a shift, whatever is drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresOverride))]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The shift, from 0.
    pub shift: usize,
    /// The target.
    pub target: String,
}

/// What a rota is made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresRotaRequest))]
#[serde(deny_unknown_fields)]
pub struct RotaRequest {
    /// The targets.
    pub targets: Vec<Target>,
    /// Units on duty in each shift.
    pub units: usize,
    /// Shifts to draw.
    pub shifts: usize,
    /// What is not left to the draw.
    #[serde(default)]
    pub overrides: Vec<Override>,
}

/// A rota.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresRota))]
pub struct Rota {
    /// How often each target is covered.
    pub coverage: Coverage,
    /// The targets of each shift, in the order in which they were drawn; a unit that has none is free.
    pub shifts: Vec<Vec<String>>,
    /// What each shift with an override loses.
    pub losses: Vec<OverrideLoss>,
}

/// How often each target is covered, and what that is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresCoverage))]
pub struct Coverage {
    /// Shares, in the order of the targets.
    pub shares: Vec<f64>,
    /// Worth to those who protect when the attacker answers as best it can.
    pub worth: f64,
    /// The target that it would pick.
    pub attacked: String,
    /// What it expects there.
    pub attacker_worth: f64,
    /// How much a shift tells who knows the shares: bits of surprise, summed over targets.
    pub surprise_bits: f64,
}

/// What an override costs, to an attacker who knows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresOverrideLoss))]
pub struct OverrideLoss {
    /// The shift.
    pub shift: usize,
    /// Worth that is lost.
    pub worth: f64,
    /// Surprise that is lost.
    pub surprise_bits: f64,
}

/// Why there is no rota.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RotaError {
    /// Something in the request is wrong.
    #[error("{place} {what}: {mend}")]
    Request {
        /// Where.
        place: String,
        /// What is wrong.
        what: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// The programme was not solved.
    #[error("the shares could not be found")]
    Solve(#[from] SolveError),
}

/// Draws a rota.
///
/// # Errors
/// When the request is wrong or the search is stopped.
pub fn draw(request: &RotaRequest, random: &dyn Random, run: &mut Run<'_>) -> Result<Rota, RotaError> {
    check(request)?;
    let free = coverage(request, &BTreeSet::new(), run)?;
    let mut known: BTreeMap<BTreeSet<usize>, Coverage> = BTreeMap::new();
    let (mut shifts, mut losses) = (Vec::new(), Vec::new());
    for shift in 0..request.shifts {
        let wanted = request.overrides.iter().filter(|one| one.shift == shift);
        let fixed =
            wanted.filter_map(|one| request.targets.iter().position(|target| target.id == one.target));
        let fixed: BTreeSet<usize> = fixed.collect();
        let drawn = if fixed.is_empty() {
            comb(&free.shares, request.units, random)
        } else {
            if !known.contains_key(&fixed) {
                known.insert(fixed.clone(), coverage(request, &fixed, run)?);
            }
            let then = &known[&fixed];
            losses.push(OverrideLoss {
                shift,
                worth: free.worth - then.worth,
                surprise_bits: free.surprise_bits - then.surprise_bits,
            });
            comb(&then.shares, request.units, random)
        };
        shifts.push(drawn.into_iter().map(|one| request.targets[one].id.clone()).collect());
    }
    Ok(Rota { coverage: free, shifts, losses })
}

/// The shares that are best against an attacker who knows them; `fixed` targets are always covered.
fn coverage(
    request: &RotaRequest,
    fixed: &BTreeSet<usize>,
    run: &mut Run<'_>,
) -> Result<Coverage, RotaError> {
    let mut best: Option<(f64, usize, Vec<f64>)> = None;
    for attacked in 0..request.targets.len() {
        if run.seconds_left() <= 0.0 {
            return Err(RotaError::Solve(SolveError::OutOfTime));
        }
        let Some((worth, shares)) = if_attacked(request, fixed, attacked, run)? else { continue };
        if best.as_ref().is_none_or(|(most, ..)| worth > most + 1e-9) {
            best = Some((worth, attacked, shares));
        }
    }
    // Whatever the shares are, some target is the attacker's best: one of the programmes has an answer.
    let (worth, attacked, mut shares) = best.ok_or(RotaError::Solve(SolveError::OutOfTime))?;
    spend(request, fixed, attacked, &mut shares);
    let bits = |share: &f64| if *share > 0.0 && *share < 1.0 { entropy_bits(*share) } else { 0.0 };
    let surprise_bits = shares.iter().map(bits).sum();
    let pick = &request.targets[attacked];
    let attacker_worth = theirs(pick, shares[attacked]);
    Ok(Coverage { shares, worth, attacked: pick.id.clone(), attacker_worth, surprise_bits })
}

/// What an attack on a target is worth to the attacker when it is covered with this share.
fn theirs(target: &Target, share: f64) -> f64 {
    target.theirs_open + share * (target.theirs_covered - target.theirs_open)
}

/// Gives what the attacker's pick leaves of the units to the other targets, so that the best of them is worth as little to it as
/// can be. For an attacker who picks the best nothing changes, less is open to one who does not, and no unit is idle that would
/// change anything.
fn spend(request: &RotaRequest, fixed: &BTreeSet<usize>, attacked: usize, shares: &mut [f64]) {
    #[allow(clippy::cast_precision_loss, reason = "hundreds")]
    let units = request.units as f64;
    let at_level = |level: f64, shares: &[f64]| -> Vec<f64> {
        let share = |(one, target): (usize, &Target)| {
            let gain = target.theirs_open - target.theirs_covered;
            if one == attacked {
                shares[one]
            } else if fixed.contains(&one) {
                1.0
            } else if gain > 0.0 {
                ((target.theirs_open - level) / gain).clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        request.targets.iter().enumerate().map(share).collect()
    };
    let (mut low, mut high) = (-WORTH_MAX, WORTH_MAX);
    for _ in 0..HALVINGS {
        let level = f64::midpoint(low, high);
        let fits = at_level(level, shares).iter().sum::<f64>() <= units;
        if fits { high = level } else { low = level }
    }
    let spent = at_level(high, shares);
    shares.copy_from_slice(&spent);
}

fn entropy_bits(share: f64) -> f64 {
    -share * share.log2() - (1.0 - share) * (1.0 - share).log2()
}

/// The best shares under which a given target is the attacker's pick; nothing when no shares make it so.
fn if_attacked(
    request: &RotaRequest,
    fixed: &BTreeSet<usize>,
    attacked: usize,
    run: &mut Run<'_>,
) -> Result<Option<(f64, Vec<f64>)>, RotaError> {
    let pick = &request.targets[attacked];
    let mut programme = Programme::default();
    for (one, _) in request.targets.iter().enumerate() {
        let cost = if one == attacked { pick.ours_open - pick.ours_covered } else { 0.0 };
        let least = if fixed.contains(&one) { 1.0 } else { 0.0 };
        programme.amount(cost, least, 1.0);
    }
    for (one, target) in request.targets.iter().enumerate().filter(|(one, _)| *one != attacked) {
        // theirs(one) <= theirs(attacked), each open + share x (covered - open)
        let entries = vec![
            (one, target.theirs_covered - target.theirs_open),
            (attacked, pick.theirs_open - pick.theirs_covered),
        ];
        programme.at_most(pick.theirs_open - target.theirs_open, entries);
    }
    #[allow(clippy::cast_precision_loss, reason = "hundreds")]
    let units = request.units as f64;
    programme.at_most(units, (0..request.targets.len()).map(|one| (one, 1.0)).collect());
    let values = match programme.least(run)? {
        Answer::Least(values) => values,
        Answer::Impossible => return Ok(None),
        Answer::Stopped(_) => return Err(RotaError::Solve(SolveError::OutOfTime)),
    };
    let mut shares: Vec<f64> = values.columns.iter().map(|share| share.clamp(0.0, 1.0)).collect();
    let sum: f64 = shares.iter().sum();
    if sum > units {
        shares.iter_mut().for_each(|share| *share *= units / sum);
    }
    let share = shares[attacked];
    Ok(Some((share * pick.ours_covered + (1.0 - share) * pick.ours_open, shares)))
}

/// Draws targets so that each is in with exactly its share: a comb with teeth one apart, at a random offset, over the shares laid
/// end to end in a random order. They come in that order, so that no unit keeps to the first of them.
fn comb(shares: &[f64], units: usize, random: &dyn Random) -> Vec<usize> {
    let mut order: Vec<usize> = (0..shares.len()).collect();
    for last in (1..order.len()).rev() {
        let other = below(last + 1, random);
        order.swap(last, other);
    }
    let offset = unit(random);
    let (mut end, mut drawn) = (0.0, Vec::new());
    for one in order {
        let start = end;
        end += shares[one];
        // A tooth at offset + k lies in [start, end).
        if (end - offset).ceil() > (start - offset).ceil() && drawn.len() < units {
            drawn.push(one);
        }
    }
    drawn
}

/// A number from 0 up to 1, 53 bits.
fn unit(random: &dyn Random) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
    let number = (u64::from_le_bytes(bytes(random)) >> 11) as f64;
    number / 9_007_199_254_740_992.0
}

/// A whole number below `end`, each as likely: what would favour some is drawn again.
fn below(end: usize, random: &dyn Random) -> usize {
    let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
    let fair = u64::MAX - u64::MAX % end;
    loop {
        let number = u64::from_le_bytes(bytes(random));
        if number < fair {
            return usize::try_from(number % end).unwrap_or(0);
        }
    }
}

type Wrong = Result<(), RotaError>;

fn wrong(place: impl Into<String>, what: impl Into<String>, mend: &'static str) -> Wrong {
    Err(RotaError::Request { place: place.into(), what: what.into(), mend })
}

fn check(request: &RotaRequest) -> Wrong {
    let count = request.targets.len();
    if count == 0 || count > TARGETS_MAX {
        return wrong("targets", format!("has {count} entries"), "name from 1 to 200 targets");
    }
    if request.units == 0 || request.units > count {
        return wrong("units", format!("is {}", request.units), "from 1 to the number of targets");
    }
    if request.shifts == 0 || request.shifts > SHIFTS_MAX {
        return wrong("shifts", format!("is {}", request.shifts), "from 1 to 10,000 are drawn at once");
    }
    if request.shifts * request.units > PLACES_MAX {
        return wrong(
            "shifts",
            "are too many for so many units",
            "at most 100,000 units in all shifts together",
        );
    }
    check_targets(&request.targets)?;
    check_overrides(request)
}

fn check_targets(targets: &[Target]) -> Wrong {
    let mut seen = BTreeSet::new();
    for (index, one) in targets.iter().enumerate() {
        let place = format!("targets[{index}]");
        if one.id.is_empty() || one.id.chars().count() > NAME_CHARS_MAX {
            return wrong(place, "has no id, or a long one", "give it an id of 1 to 200 characters");
        }
        if !seen.insert(&one.id) {
            return wrong(place, format!("is {} a second time", one.id), "name each target once");
        }
        let worths = [one.ours_covered, one.ours_open, one.theirs_covered, one.theirs_open];
        if worths.iter().any(|worth| worth.is_nan() || worth.abs() > WORTH_MAX) {
            return wrong(place, "has a worth out of range", "give numbers from -1,000,000 to 1,000,000");
        }
        if one.ours_covered < one.ours_open || one.theirs_covered > one.theirs_open {
            return wrong(
                place,
                "is better for the attacker when covered",
                "covering helps us and hinders them",
            );
        }
    }
    Ok(())
}

fn check_overrides(request: &RotaRequest) -> Wrong {
    let count = request.overrides.len();
    if count > OVERRIDES_MAX {
        return wrong("overrides", format!("has {count} entries"), "leave more to the draw: at most 1,000");
    }
    let ids: BTreeSet<&str> = request.targets.iter().map(|one| one.id.as_str()).collect();
    let mut fixed: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (index, one) in request.overrides.iter().enumerate() {
        let place = format!("overrides[{index}]");
        if one.shift >= request.shifts || !ids.contains(one.target.as_str()) {
            return wrong(place, "names no shift or target of the rota", "take it out or mend it");
        }
        let same = fixed.entry(one.shift).or_default();
        same.insert(&one.target);
        if same.len() > request.units {
            return wrong(place, "asks for more targets than there are units", "take some out of that shift");
        }
    }
    Ok(())
}
