//! What the outline of a site or zone must keep to: a polygon with closed rings that do not cross themselves, within
//! the bounds of the area. A fault says which corner, what is wrong, and how to mend it.
//!
//! Not here: what holds for every shape (`record`).

use record::{Faults, Geometry};
use store::Directory;

use crate::problem::Problem;

/// Most corners of one outline, its holes included.
const CORNERS_MAX: usize = 500;
/// Most rings of one outline: the outside and its holes.
const RINGS_MAX: usize = 10;
/// Most corners of all outlines of an area together: everyone reads them with the area.
const ALL_CORNERS_MAX: usize = 20_000;
/// Twice an area that is none, in square degrees: about a hand.
const NOTHING: f64 = 1e-12;
/// Kept of a degree: about a centimetre.
const PARTS_PER_DEGREE: f64 = 1e7;

/// Corners rounded to about a centimetre.
pub(super) fn rounded(shape: Geometry) -> Geometry {
    let Geometry::Polygon(mut rings) = shape else { return shape };
    for value in rings.iter_mut().flatten().flatten() {
        *value = (*value * PARTS_PER_DEGREE).round() / PARTS_PER_DEGREE;
    }
    Geometry::Polygon(rings)
}

/// Adds what is wrong with an outline.
pub(super) fn check(faults: &mut Faults, shape: &Geometry, bounds: [f64; 4]) {
    let Geometry::Polygon(rings) = shape else {
        faults.add("shape", "is not a Polygon", "draw its outline");
        return;
    };
    let corners: usize = rings.iter().map(Vec::len).sum();
    if rings.len() > RINGS_MAX {
        faults.add("shape", format!("has more than {RINGS_MAX} rings"), "leave out the smallest holes");
        return;
    }
    if corners > CORNERS_MAX {
        faults.add("shape", format!("has more than {CORNERS_MAX} corners"), "draw it with fewer");
        return;
    }
    let known = faults.0.len();
    shape.check("shape", faults);
    if faults.0.len() > known {
        return;
    }
    for (ring, corners) in rings.iter().enumerate() {
        check_ring(faults, &format!("shape.coordinates[{ring}]"), corners, bounds);
    }
}

fn check_ring(faults: &mut Faults, path: &str, ring: &[[f64; 2]], [west, south, east, north]: [f64; 4]) {
    // The last corner is the first again.
    for (index, [longitude, latitude]) in ring[..ring.len() - 1].iter().enumerate() {
        if !(west..=east).contains(longitude) || !(south..=north).contains(latitude) {
            faults.add(
                &format!("{path}[{index}]"),
                format!(
                    "{longitude}, {latitude} lies outside the area, which is from {west} to {east} degrees east and \
                     from {south} to {north} degrees north"
                ),
                "move this corner inside",
            );
        }
    }
    if let Some((one, other)) = crossing(ring) {
        let what = format!("the side after corner {} crosses the side after corner {}", one + 1, other + 1);
        faults.add(path, what, "order the corners around the outline");
    } else if doubled_area(ring).abs() < NOTHING {
        faults.add(path, "encloses nothing", "give three corners that are not on one line");
    }
}

/// Twice the area within a ring, in square degrees, negative when it runs clockwise.
fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    ring.windows(2).map(|side| side[0][0].mul_add(side[1][1], -(side[1][0] * side[0][1]))).sum()
}

/// The first two sides of a ring that cross each other; touching is no crossing.
fn crossing(ring: &[[f64; 2]]) -> Option<(usize, usize)> {
    let sides: Vec<_> = ring.windows(2).map(|side| (side[0], side[1])).collect();
    for (one, (a, b)) in sides.iter().enumerate() {
        for (other, (c, d)) in sides.iter().enumerate().skip(one + 1) {
            let apart = |from, to, first, second| left_of(from, to, first) * left_of(from, to, second) < 0.0;
            if apart(*a, *b, *c, *d) && apart(*c, *d, *a, *b) {
                return Some((one, other));
            }
        }
    }
    None
}

/// Above zero when a point lies left of the way from one to another, below when right of it.
fn left_of(from: [f64; 2], to: [f64; 2], point: [f64; 2]) -> f64 {
    (to[0] - from[0]).mul_add(point[1] - from[1], -((to[1] - from[1]) * (point[0] - from[0])))
}

/// Whether the area has room for an outline in the place of one it has.
pub(super) fn check_room(
    directory: &Directory,
    before: Option<&Geometry>,
    shape: &Geometry,
) -> Result<(), Problem> {
    let corners = |shape: &Geometry| shape.coordinates().count();
    let sites = directory.sites.values().map(|one| corners(&one.shape));
    let all: usize = sites.chain(directory.zones.values().map(|one| corners(&one.shape))).sum();
    if all - before.map_or(0, corners) + corners(shape) > ALL_CORNERS_MAX {
        let what = format!("the sites and zones of an area have at most {ALL_CORNERS_MAX} corners together");
        return Err(Problem::Conflict(what));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: [f64; 4] = [4.0, 52.0, 5.0, 53.0];

    fn check_shape(rings: Vec<Vec<[f64; 2]>>, expect: &[(&str, &str)]) {
        let mut faults = Faults::default();
        check(&mut faults, &Geometry::Polygon(rings), BOUNDS);
        let found: Vec<_> = faults.0.iter().map(|one| (one.path.as_str(), one.what.as_str())).collect();
        assert_eq!(found.len(), expect.len(), "{found:?}");
        for ((path, what), (path_expected, word)) in found.iter().zip(expect) {
            assert_eq!(path, path_expected);
            assert!(what.contains(word), "{what}");
        }
    }

    #[test]
    fn an_outline_is_refused_with_the_corner_and_the_reason() {
        let (a, b, c, d) = ([4.1, 52.1], [4.2, 52.1], [4.2, 52.2], [4.1, 52.2]);
        check_shape(vec![vec![a, b, c, d, a]], &[]);
        check_shape(
            vec![vec![a, b, c, d, a], vec![[4.12, 52.12], [4.14, 52.12], [4.14, 52.14], [4.12, 52.12]]],
            &[],
        );
        check_shape(vec![], &[("shape", "needs a ring")]);
        check_shape(vec![vec![a, b, c, d]], &[("shape.coordinates[0]", "ends where it began")]);
        check_shape(vec![vec![a, b, a]], &[("shape.coordinates[0]", "at least four")]);
        check_shape(
            vec![vec![a, b, c, [3.9, 52.2], a]],
            &[("shape.coordinates[0][3]", "3.9, 52.2 lies outside")],
        );
        check_shape(
            vec![vec![a, b, c, [4.1, 53.2], a]],
            &[("shape.coordinates[0][3]", "from 52 to 53 degrees north")],
        );
        check_shape(
            vec![vec![a, c, b, d, a]],
            &[("shape.coordinates[0]", "after corner 1 crosses the side after corner 3")],
        );
        check_shape(vec![vec![a, b, [4.3, 52.1], a]], &[("shape.coordinates[0]", "encloses nothing")]);
        check_shape(vec![vec![a; 501]], &[("shape", "more than 500 corners")]);
        check_shape(vec![vec![a, b, c, a]; 11], &[("shape", "more than 10 rings")]);
        check_shape(vec![vec![a, b, [190.0, 52.2], a]], &[("shape.coordinates[2]", "")]);
    }

    #[test]
    fn only_a_polygon_is_an_outline() {
        let mut faults = Faults::default();
        check(&mut faults, &Geometry::Point([4.1, 52.1]), BOUNDS);
        assert_eq!(faults.0[0].what, "is not a Polygon");
    }

    #[test]
    fn corners_keep_a_centimetre() {
        let shape = rounded(Geometry::Polygon(vec![vec![[4.123_456_789_1, 52.1]]]));
        assert_eq!(shape, Geometry::Polygon(vec![vec![[4.123_456_8, 52.1]]]));
    }
}
