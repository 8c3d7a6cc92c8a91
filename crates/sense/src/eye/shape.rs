//! Polygons and segments, for masks, zones and buildings.
//!
//! Not here: what they stand for.

use crate::plan::Point;

/// Whether a place lies in a polygon (even-odd). Fewer than three corners hold nothing.
pub(crate) fn is_within(x: f64, y: f64, corners: impl Iterator<Item = (f64, f64)> + Clone) -> bool {
    let mut inside = false;
    let Some(mut last) = corners.clone().last() else { return false };
    for corner in corners {
        if (corner.1 > y) != (last.1 > y) {
            let at = corner.0 + (y - corner.1) / (last.1 - corner.1) * (last.0 - corner.0);
            inside ^= x < at;
        }
        last = corner;
    }
    inside
}

/// Whether a place on the plan lies in a polygon.
pub(crate) fn holds(polygon: &[Point], point: Point) -> bool {
    is_within(point.east_m, point.north_m, polygon.iter().map(|one| (one.east_m, one.north_m)))
}

/// The sides of a polygon.
pub(crate) fn sides(polygon: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    let last = polygon.last().copied().into_iter();
    let from = last.chain(polygon.iter().copied());
    from.zip(polygon.iter().copied())
}

/// Where on the way from `from` to `to` (0 to 1) it meets the segment from `a` to `b`.
pub(crate) fn meets(from: Point, to: Point, a: Point, b: Point) -> Option<f64> {
    let (way, side) = (minus(to, from), minus(b, a));
    let cross = way.east_m * side.north_m - way.north_m * side.east_m;
    if cross.abs() < 1e-12 {
        return None;
    }
    let start = minus(a, from);
    let along = (start.east_m * side.north_m - start.north_m * side.east_m) / cross;
    let aside = (start.east_m * way.north_m - start.north_m * way.east_m) / cross;
    ((0.0..=1.0).contains(&along) && (0.0..=1.0).contains(&aside)).then_some(along)
}

fn minus(a: Point, b: Point) -> Point {
    Point::new(a.east_m - b.east_m, a.north_m - b.north_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygons_hold_what_lies_in_them() {
        let corner = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0)];
        let polygon = corner.map(|(east, north)| Point::new(east, north));
        for (east, north, inside) in
            [(1.0, 1.0, true), (2.0, 2.0, false), (3.5, 3.0, true), (5.0, 1.0, false)]
        {
            assert_eq!(holds(&polygon, Point::new(east, north)), inside, "{east} {north}");
        }
        assert!(!holds(&[], Point::new(0.0, 0.0)));
        assert_eq!(sides(&polygon).count(), 5);
        let along = meets(Point::new(2.0, -1.0), Point::new(2.0, 1.0), polygon[0], polygon[1]);
        assert!(along.is_some_and(|along| (along - 0.5).abs() < 1e-9), "{along:?}");
        assert_eq!(meets(Point::new(2.0, -1.0), Point::new(2.0, -0.5), polygon[0], polygon[1]), None);
    }
}
