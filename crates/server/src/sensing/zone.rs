//! In which zone of the area a place lies.
//!
//! Not here: what a zone is (directory) and how its outline is checked ([`crate::api`]).

use record::Geometry;
use store::Directory;

/// The zone a place lies in; of several the one with the smallest outline, which says most. Longitude and latitude.
pub fn zone_at(directory: &Directory, at: [f64; 2]) -> Option<String> {
    let zones = directory.zones.values().filter(|one| !one.retired);
    let within = zones.filter_map(|one| match &one.shape {
        Geometry::Polygon(rings) if is_within(rings, at) => Some((area(&rings[0]), one.id.to_string())),
        _ => None,
    });
    within.min_by(|one, two| one.0.total_cmp(&two.0)).map(|(_, id)| id)
}

/// Whether a place is inside of the first ring and of none of the others: a ray to the east crosses an odd number of edges.
fn is_within(rings: &[Vec<[f64; 2]>], at: [f64; 2]) -> bool {
    let mut inside = false;
    for pair in rings.iter().flat_map(|ring| ring.windows(2)) {
        let (from, to) = (pair[0], pair[1]);
        if (from[1] > at[1]) != (to[1] > at[1]) {
            let crossing = from[0] + (at[1] - from[1]) / (to[1] - from[1]) * (to[0] - from[0]);
            inside ^= at[0] < crossing;
        }
    }
    inside
}

/// Twice the area of a ring, in square degrees: to compare only.
fn area(ring: &[[f64; 2]]) -> f64 {
    let cross = ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]);
    cross.sum::<f64>().abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(low: f64, high: f64) -> Vec<[f64; 2]> {
        vec![[low, low], [high, low], [high, high], [low, high], [low, low]]
    }

    #[test]
    fn a_hole_is_outside() {
        let rings = [square(0.0, 10.0), square(4.0, 6.0)];
        for (at, expect) in [
            ([1.0, 1.0], true),
            ([5.0, 5.0], false),
            ([11.0, 5.0], false),
            ([-1.0, 5.0], false),
            ([7.0, 9.9], true),
        ] {
            assert_eq!(is_within(&rings, at), expect, "{at:?}");
        }
    }

    #[test]
    fn the_smaller_ring_has_the_smaller_area() {
        assert!(area(&square(4.0, 6.0)) < area(&square(0.0, 10.0)));
    }
}
