//! What is wrong in what a plan says of streets and of the days of an event.
//!
//! Not here: whether a street of that name exists, which only the streets know.

use super::super::limits::*;
use super::super::{Event, Measure, Plan};
use super::{Names, few, known, level, number, period, repeated, text};
use crate::streets::Mode;
use record::Faults;

/// Shares that are this close to 1 together are 1: thirds are written with some digits.
const SHARE_ROUNDING: f64 = 1e-3;

pub(super) fn closures(path: &str, one: &Measure, faults: &mut Faults) {
    few(&format!("{path}.closures"), one.closures.len(), CLOSURES_MAX, faults);
    for (index, closure) in one.closures.iter().enumerate() {
        let path = format!("{path}.closures[{index}]");
        if closure.modes.is_empty() {
            faults.add(&format!("{path}.modes"), "is empty", "say who can no longer pass");
        }
        few(&format!("{path}.modes"), closure.modes.len(), Mode::COUNT, faults);
        few(&format!("{path}.exempt"), closure.exempt.len(), crate::streets::Group::COUNT, faults);
        if closure.streets.is_empty() && closure.at.is_empty() && closure.within.is_empty() {
            let mend = "name a street, give a point in `at`, or draw an outline in `within`";
            faults.add(&format!("{path}.streets"), "is empty", mend);
        }
        few(&format!("{path}.streets"), closure.streets.len(), CLOSED_MAX, faults);
        for street in &closure.streets {
            faults.text(&format!("{path}.streets"), street, REFERENCE_CHARS_MAX);
        }
        few(&format!("{path}.at"), closure.at.len(), CLOSED_MAX, faults);
        points(&format!("{path}.at"), &closure.at, faults);
        few(&format!("{path}.within"), closure.within.len(), OUTLINES_MAX, faults);
        for (index, outline) in closure.within.iter().enumerate() {
            let path = format!("{path}.within[{index}]");
            few(&path, outline.len(), OUTLINE_POINTS_MAX, faults);
            points(&path, outline, faults);
            if outline.len() < 3 {
                let what = format!("has {} corners", outline.len());
                faults.add(&path, what, "an outline needs three");
            }
        }
        hours(&path, closure.from_hour, closure.until_hour, faults);
    }
}

fn hours(path: &str, from: u8, until: u8, faults: &mut Faults) {
    if from > 23 {
        faults.add(&format!("{path}.from_hour"), format!("is {from}"), "give an hour from 0 to 23");
    }
    if until == 0 || until > 24 {
        faults.add(&format!("{path}.until_hour"), format!("is {until}"), "give an hour from 1 to 24");
    }
    if from == until {
        let mend = "a closure that holds all day is from 0 until 24";
        faults.add(&format!("{path}.until_hour"), format!("is {until}, as from_hour is"), mend);
    }
}

fn points(path: &str, points: &[[f64; 2]], faults: &mut Faults) {
    let wrong = points.iter().position(|[longitude, latitude]| {
        !(longitude.abs() <= 180.0 && latitude.abs() <= LATITUDE_DEGREES_MAX)
    });
    if let Some(index) = wrong {
        let [longitude, latitude] = points[index];
        let what = format!("has {longitude}, {latitude} as its point {index}, which is not on the earth");
        faults.add(path, what, "give longitude and latitude in degrees, longitude first");
    }
}

pub(super) fn travels(plan: &Plan, names: &Names<'_>, faults: &mut Faults) {
    for (index, one) in plan.destinations.iter().enumerate() {
        points(&format!("destinations[{index}].at"), &[one.at], faults);
    }
    few("travels", plan.travels.len(), TRAVELS_MAX, faults);
    for (index, one) in plan.travels.iter().enumerate() {
        let path = format!("travels[{index}]");
        one.origin.check(&path, faults);
        if one.mode == Mode::Emergency {
            let mend = "residents go by car, bike or foot; where help comes from stands in emergency_from";
            faults.add(&format!("{path}.mode"), "is emergency", mend);
        }
        let trips = one.trips_per_household_per_day;
        number(&format!("{path}.trips_per_household_per_day"), trips, 0.0, TRIPS_PER_DAY_MAX, faults);
        let ids: Vec<String> = one.to.iter().map(|share| share.destination.clone()).collect();
        let path = format!("{path}.to");
        known(&path, "destination", &ids, &names.destinations, faults);
        repeated(&path, &ids, faults);
        for (index, share) in one.to.iter().enumerate() {
            number(&format!("{path}[{index}].share"), share.share, 0.0, 1.0, faults);
        }
        let sum: f64 = one.to.iter().map(|share| share.share).sum();
        if (sum - 1.0).abs() > SHARE_ROUNDING {
            let mend = "trips that leave the map go to the destination where they leave it";
            faults.add(&path, format!("has shares that are {sum} together, not 1"), mend);
        }
    }
    known("emergency_from", "destination", &plan.emergency_from, &names.destinations, faults);
    repeated("emergency_from", &plan.emergency_from, faults);
}

pub(super) fn event(path: &str, one: &Event, names: &Names<'_>, faults: &mut Faults) {
    known(&format!("{path}.zones"), "zone", &one.zones, &names.zones, faults);
    few(&format!("{path}.phases"), one.phases.len(), PHASES_MAX, faults);
    for (index, phase) in one.phases.iter().enumerate() {
        let path = format!("{path}.phases[{index}]");
        period(&format!("{path}.until"), phase.from, phase.until, faults);
        level(&format!("{path}.level"), phase.level, faults);
        known(&format!("{path}.posture"), "posture", &phase.posture, &names.postures, faults);
    }
    for (index, pair) in one.phases.windows(2).enumerate() {
        if pair[1].from < pair[0].until || pair[1].kind < pair[0].kind {
            let what = "begins before the phase ahead of it ends, or is out of order";
            let mend = "build-up, days, break-down, one after the other";
            faults.add(&format!("{path}.phases[{}]", index + 1), what, mend);
        }
    }
    few(&format!("{path}.playbook"), one.playbook.len(), PLAYBOOK_STEPS_MAX, faults);
    for (index, step) in one.playbook.iter().enumerate() {
        let path = format!("{path}.playbook[{index}]");
        if step.phase >= one.phases.len() {
            let what = format!("is {}, and the event has {} phases", step.phase, one.phases.len());
            faults.add(&format!("{path}.phase"), what, "count its phases from 0");
        }
        number(&format!("{path}.hours"), step.hours, -HOURS_MAX, HOURS_MAX, faults);
        text(&format!("{path}.who"), &step.who, "name the role or organisation that does it", faults);
        text(&format!("{path}.what"), &step.what, "say what is done", faults);
    }
}
