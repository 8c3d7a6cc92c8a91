//! What tags of OpenStreetMap mean for each mode: may it pass, in which direction, how fast, and what a barrier stops.
//!
//! Follows the wiki's pages Key:access, Key:oneway, Key:maxspeed and Key:barrier. Conditional tags (`*:conditional`) are not
//! read. `access=destination` passes: whether a trip ends in the street is not asked.
//!
//! Not here: turns (`turns.rs`).

use super::mode::Mode;
use super::raw::Tags;

/// Whose defaults hold where a street names no speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Country {
    /// Woonerf 15, residential 30, within built-up areas 50, else 80, motorway 100.
    #[default]
    Netherlands,
    /// Walking pace 7, residential 30, within built-up areas 50, else 100, motorway 120 (advised 130).
    Germany,
}

/// Share of the limit that a car makes on average between junctions.
pub const CAR_SHARE_OF_LIMIT: f64 = 0.75;
/// Riding, in km/h: the median of planned trips in The Hague.
pub const BIKE_KMH: f64 = 14.4;
/// Walking, in km/h: the median of planned trips in The Hague. Also a bike that is pushed.
pub const FOOT_KMH: f64 = 4.5;
/// On stairs, in km/h.
pub const STEPS_KMH: f64 = 2.3;
/// A fire engine where no car may drive, in km/h.
pub const EMERGENCY_SLOW_KMH: f64 = 15.0;
/// Fastest that is believed, in km/h.
const KMH_MAX: f64 = 130.0;
/// Slowest that is believed, in km/h.
const KMH_MIN: f64 = 3.0;

/// Values of `highway` that are no way to move on.
const UNBUILT: [&str; 11] = [
    "construction",
    "proposed",
    "planned",
    "abandoned",
    "razed",
    "demolished",
    "disused",
    "raceway",
    "bus_stop",
    "rest_area",
    "services",
];

/// Speed in km/h along and against the points of a way; `None` where it is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Passage {
    /// From the first point to the last.
    pub forward: Option<f64>,
    /// From the last point to the first.
    pub backward: Option<f64>,
}

/// What a way is to each mode, in the order of [`Mode::ALL`].
pub fn passages(tags: &Tags, country: Country) -> [Passage; Mode::COUNT] {
    let Some(class) = tags.get("highway").filter(|class| !UNBUILT.contains(class)) else {
        return Default::default();
    };
    let limit = |end| limit_kmh(tags, class, country, end);
    Mode::ALL.map(|mode| {
        let [along, against] = directions(tags, class, mode);
        let speed = |end| speed_kmh(tags, class, mode, limit(end));
        Passage {
            forward: along.then(|| speed("forward")).flatten(),
            backward: against.then(|| speed("backward")).flatten(),
        }
    })
}

/// Whether each mode gets past the barrier at a point.
pub fn passes_barrier(tags: &Tags) -> [bool; Mode::COUNT] {
    let kind = tags.get("barrier").unwrap_or("no");
    let [car, bike, foot, emergency] = match kind {
        "bollard" => {
            let removable = matches!(tags.get("bollard"), Some("removable" | "rising" | "foldable"));
            [false, true, true, removable]
        }
        "block" | "jersey_barrier" | "planter" | "log" | "debris" | "boulder" | "cycle_barrier"
        | "motorcycle_barrier" | "bus_trap" | "sump_buster" | "bar" => [false, true, true, false],
        "stile" | "kissing_gate" | "turnstile" | "full-height_turnstile" | "horse_stile" => {
            [false, false, true, false]
        }
        "gate" | "lift_gate" | "swing_gate" | "sliding_gate" | "chain" | "rope" | "hampshire_gate"
        | "wicket_gate" | "barrier_board" | "spikes" => {
            let open = tags.get("locked") != Some("yes");
            [false, open, open, true]
        }
        "wall" | "fence" | "hedge" | "guard_rail" => [false, false, false, false],
        _ => [true; 4],
    };
    let said = |mode, otherwise| allowed(tags, mode, "").unwrap_or(otherwise);
    [
        said(Mode::Car, car),
        said(Mode::Bike, bike),
        said(Mode::Foot, foot),
        tags.get("emergency").map_or(emergency, |value| value != "no"),
    ]
}

/// Along and against, by one-way tags and by access of one direction.
fn directions(tags: &Tags, class: &str, mode: Mode) -> [bool; 2] {
    let round = matches!(tags.get("junction"), Some("roundabout" | "circular"));
    let implied = round || matches!(class, "motorway" | "motorway_link");
    let general = match tags.get("oneway") {
        Some("yes" | "true" | "1" | "reversible") => Some([true, false]),
        Some("-1" | "reverse") => Some([false, true]),
        Some(_) => Some([true, true]),
        None => None,
    };
    let of = |value: Option<&str>| match value {
        Some("yes" | "true" | "1") => Some([true, false]),
        Some("-1" | "reverse") => Some([false, true]),
        Some("no" | "false" | "0") => Some([true, true]),
        _ => None,
    };
    let base = general.unwrap_or([true, !implied]);
    let ways = match mode {
        Mode::Foot => of(tags.get("oneway:foot")).unwrap_or([true, true]),
        Mode::Bike => of(tags.get("oneway:bicycle")).unwrap_or_else(|| {
            let lanes = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"];
            let opposite = |key: &&str| tags.get(key).is_some_and(|value| value.starts_with("opposite"));
            if lanes.iter().any(opposite) { [true, true] } else { base }
        }),
        Mode::Car => {
            let keys = ["oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle"];
            of(tags.first(&keys)).unwrap_or(base)
        }
        Mode::Emergency => of(tags.get("oneway:emergency")).unwrap_or(base),
    };
    [
        ways[0] && allowed(tags, mode, ":forward") != Some(false),
        ways[1] && allowed(tags, mode, ":backward") != Some(false),
    ]
}

/// What access tags say of a mode, the most specific first; `None` if nothing.
fn allowed(tags: &Tags, mode: Mode, end: &str) -> Option<bool> {
    let keys: &[&str] = match mode {
        Mode::Car => &["motorcar", "motor_vehicle", "vehicle", "access"],
        Mode::Bike => &["bicycle", "vehicle", "access"],
        Mode::Foot => &["foot", "access"],
        Mode::Emergency => &["emergency"],
    };
    for key in keys {
        let value = if end.is_empty() { tags.get(key) } else { tags.get(&format!("{key}{end}")) };
        match value {
            Some(
                "no" | "private" | "agricultural" | "forestry" | "military" | "emergency" | "use_sidepath"
                | "permit" | "psv" | "bus",
            ) => return Some(false),
            Some(
                "yes" | "permissive" | "designated" | "official" | "destination" | "customers" | "delivery"
                | "residents" | "dismount" | "public",
            ) => return Some(true),
            _ => {}
        }
    }
    None
}

fn speed_kmh(tags: &Tags, class: &str, mode: Mode, limit: f64) -> Option<f64> {
    let motor = carries_cars(class);
    let fast = matches!(class, "motorway" | "motorway_link") || tags.get("motorroad") == Some("yes");
    let footway = matches!(class, "footway" | "pedestrian" | "platform" | "corridor");
    let said = allowed(tags, mode, "");
    match mode {
        Mode::Car => {
            // On a path or a track, `access=yes` does not speak of cars.
            let named = tags.first(&["motorcar", "motor_vehicle", "vehicle"]).is_some();
            let may =
                if motor && class != "track" { said != Some(false) } else { named && said == Some(true) };
            (may && class != "steps").then(|| (limit * CAR_SHARE_OF_LIMIT).max(KMH_MIN))
        }
        Mode::Bike => {
            if class == "steps" || fast && said != Some(true) || said == Some(false) {
                return None;
            }
            let pushed = footway || tags.get("bicycle") == Some("dismount") || class == "bridleway";
            let rides = matches!(tags.get("bicycle"), Some("yes" | "designated" | "permissive" | "official"));
            let known = motor || footway || matches!(class, "cycleway" | "path" | "track" | "bridleway");
            known.then_some(if pushed && !rides { FOOT_KMH } else { BIKE_KMH })
        }
        Mode::Foot => {
            let walks = match class {
                "cycleway" | "bridleway" | "path" | "track" | "steps" => true,
                _ => motor && !fast || footway,
            };
            let pace = if class == "steps" { STEPS_KMH } else { FOOT_KMH };
            said.unwrap_or(walks).then_some(pace)
        }
        Mode::Emergency => {
            let slow = matches!(class, "track" | "pedestrian" | "busway" | "bus_guideway");
            match (said, motor && class != "track", slow) {
                (Some(false), _, _) => None,
                // A siren makes the limit, but no more: no trust in speeding.
                (_, true, _) => Some(limit.max(EMERGENCY_SLOW_KMH)),
                (_, _, true) | (Some(true), _, _) if class != "steps" => Some(EMERGENCY_SLOW_KMH),
                _ => None,
            }
        }
    }
}

fn carries_cars(class: &str) -> bool {
    matches!(
        class,
        "motorway"
            | "motorway_link"
            | "trunk"
            | "trunk_link"
            | "primary"
            | "primary_link"
            | "secondary"
            | "secondary_link"
            | "tertiary"
            | "tertiary_link"
            | "unclassified"
            | "residential"
            | "living_street"
            | "service"
            | "road"
            | "track"
    )
}

fn limit_kmh(tags: &Tags, class: &str, country: Country, end: &str) -> f64 {
    let value = tags.get(&format!("maxspeed:{end}")).or_else(|| tags.get("maxspeed"));
    let said = value.and_then(|value| said_kmh(value, country));
    said.unwrap_or_else(|| default_kmh(class, country)).clamp(KMH_MIN, KMH_MAX)
}

/// A value of `maxspeed`; `None` if it says no number that can be known.
fn said_kmh(value: &str, country: Country) -> Option<f64> {
    let walk = if country == Country::Germany { 7.0 } else { 15.0 };
    let least = value.split([';', '|']).filter_map(|part| {
        let part = part.trim();
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|one| one.is_finite() && *one > 0.0);
        if let Some(miles) = part.strip_suffix("mph") {
            return number(miles).map(|miles| miles * 1.609_344);
        }
        let bare = part.strip_suffix("km/h").or_else(|| part.strip_suffix("kmh")).unwrap_or(part);
        if let Some(kmh) = number(bare) {
            return Some(kmh);
        }
        match part {
            "walk" | "DE:walk" | "DE:living_street" | "living_street" => Some(walk),
            "NL:living_street" | "NL:woonerf" => Some(15.0),
            "none" | "DE:motorway" => Some(120.0),
            "NL:motorway" | "NL:trunk" | "DE:rural" => Some(100.0),
            "NL:rural" => Some(80.0),
            "NL:urban" | "DE:urban" => Some(50.0),
            "DE:bicycle_road" => Some(30.0),
            _ => part.rsplit_once(':').and_then(|(_, zone)| number(zone.trim_start_matches("zone"))),
        }
    });
    least.reduce(f64::min)
}

fn default_kmh(class: &str, country: Country) -> f64 {
    let german = country == Country::Germany;
    match class {
        "motorway" if german => 120.0,
        "motorway" => 100.0,
        "motorway_link" => 60.0,
        "trunk" if german => 100.0,
        "trunk" => 80.0,
        "primary" | "secondary" | "tertiary" | "trunk_link" | "primary_link" | "secondary_link"
        | "tertiary_link" => 50.0,
        "unclassified" | "road" => 50.0,
        "residential" => 30.0,
        "living_street" if german => 7.0,
        "living_street" | "service" => 15.0,
        "pedestrian" => 7.0,
        _ => 15.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const N: usize>(tags: [(&str, &str); N], mode: Mode, expect: [bool; 2]) {
        let passage = passages(&Tags::from(tags), Country::Netherlands)[mode.index()];
        let got = [passage.forward.is_some(), passage.backward.is_some()];
        assert_eq!(got, expect, "{mode:?} {tags:?}");
    }

    #[test]
    fn one_ways_hold_for_whom_they_are_meant() {
        use Mode::{Bike, Car, Emergency, Foot};
        let street = ("highway", "residential");
        check([street, ("oneway", "yes")], Car, [true, false]);
        check([street, ("oneway", "yes")], Foot, [true, true]);
        check([street, ("oneway", "yes")], Emergency, [true, false]);
        check([street, ("oneway", "-1")], Car, [false, true]);
        check([street, ("oneway", "yes"), ("oneway:bicycle", "no")], Bike, [true, true]);
        check([street, ("oneway", "yes"), ("oneway:bicycle", "no")], Car, [true, false]);
        check([street, ("oneway", "yes"), ("cycleway", "opposite_lane")], Bike, [true, true]);
        check([street, ("oneway:bicycle", "yes")], Bike, [true, false]);
        check([street, ("junction", "roundabout")], Car, [true, false]);
        check([street, ("junction", "roundabout")], Bike, [true, false]);
        check([("highway", "motorway")], Car, [true, false]);
        check([street, ("motor_vehicle:backward", "no")], Car, [true, false]);
        check([street, ("motor_vehicle:backward", "no")], Bike, [true, true]);
    }

    #[test]
    fn the_most_specific_access_decides() {
        use Mode::{Bike, Car, Emergency, Foot};
        let both = [true, true];
        let none = [false, false];
        let street = ("highway", "residential");
        check([street, ("access", "no")], Car, none);
        check([street, ("access", "private")], Emergency, both);
        check([street, ("access", "no"), ("bicycle", "yes")], Bike, both);
        check([street, ("vehicle", "no")], Bike, none);
        check([street, ("vehicle", "no")], Foot, both);
        check([street, ("motor_vehicle", "no")], Bike, both);
        check([street, ("motor_vehicle", "destination")], Car, both);
        check([("highway", "motorway")], Foot, none);
        check([("highway", "primary"), ("motorroad", "yes")], Bike, none);
        check([("highway", "footway")], Car, none);
        check([("highway", "footway")], Bike, both);
        check([("highway", "footway"), ("bicycle", "no")], Bike, none);
        check([("highway", "cycleway")], Emergency, none);
        check([("highway", "cycleway"), ("emergency", "yes")], Emergency, both);
        check([("highway", "steps")], Bike, none);
        check([("highway", "track")], Car, none);
        check([("highway", "track"), ("motor_vehicle", "yes")], Car, both);
        check([("highway", "construction")], Foot, none);
        check([("highway", "proposed")], Car, none);
    }

    #[test]
    fn barriers_stop_cars_and_not_bikes() {
        let passes = |tags: &[(&str, &str)]| {
            passes_barrier(&Tags(tags.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect()))
        };
        assert_eq!(passes(&[("barrier", "bollard")]), [false, true, true, false]);
        assert_eq!(passes(&[("barrier", "bollard"), ("bollard", "removable")]), [false, true, true, true]);
        assert_eq!(passes(&[("barrier", "gate")]), [false, true, true, true]);
        assert_eq!(passes(&[("barrier", "gate"), ("locked", "yes")]), [false, false, false, true]);
        assert_eq!(passes(&[("barrier", "gate"), ("motor_vehicle", "yes")]), [true, true, true, true]);
        assert_eq!(passes(&[("barrier", "gate"), ("access", "private")]), [false, false, false, true]);
        assert_eq!(passes(&[("barrier", "stile")]), [false, false, true, false]);
        assert_eq!(passes(&[("barrier", "kerb")]), [true; 4]);
    }

    #[test]
    fn speeds_are_read_in_every_writing() {
        let said = |value| said_kmh(value, Country::Germany);
        let near = |got: Option<f64>, expect: f64| {
            assert!(got.is_some_and(|got| (got - expect).abs() < 0.01), "{got:?} {expect}");
        };
        for (value, kmh) in [
            ("50", 50.0),
            ("30 km/h", 30.0),
            ("20 mph", 32.187),
            ("20mph", 32.187),
            ("walk", 7.0),
            ("DE:zone:30", 30.0),
            ("DE:zone30", 30.0),
            ("DE:30", 30.0),
            ("DE:urban", 50.0),
            ("NL:rural", 80.0),
            ("none", 120.0),
            ("50;30", 30.0),
        ] {
            near(said(value), kmh);
        }
        assert_eq!(said_kmh("walk", Country::Netherlands), Some(15.0));
        for value in ["signals", "variable", "", "-5", "NaN", "inf", "fast"] {
            assert_eq!(said(value), None, "{value}");
        }
        let tags = Tags::from([("highway", "primary"), ("maxspeed:backward", "30"), ("maxspeed", "60")]);
        let car = passages(&tags, Country::Netherlands)[0];
        near(car.forward, 45.0);
        near(car.backward, 22.5);
    }
}
