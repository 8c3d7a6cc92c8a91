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

/// A ring with at most so many corners (4 or more): those are left that change it least (Douglas and Peucker 1973). The first and the
/// last stay.
pub(crate) fn thinned(ring: &[Point], corners_max: usize) -> Vec<Point> {
    let mut within_m = 0.1;
    loop {
        let mut kept = vec![false; ring.len()];
        keep_between(ring, 0, ring.len().saturating_sub(1), within_m, &mut kept);
        let thin: Vec<Point> =
            ring.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(corner, _)| *corner).collect();
        if thin.len() <= corners_max.max(4) || within_m > 1e6 {
            return thin;
        }
        within_m *= 1.5;
    }
}

/// Keeps both ends, and what lies farther from the line between them than said.
fn keep_between(ring: &[Point], from: usize, to: usize, within_m: f64, kept: &mut [bool]) {
    let mut open = vec![(from, to)];
    while let Some((from, to)) = open.pop() {
        let (Some(a), Some(b)) = (ring.get(from), ring.get(to)) else { return };
        (kept[from], kept[to]) = (true, true);
        let far = (from + 1..to).map(|at| (at, beside_m(*a, *b, ring[at])));
        if let Some((at, off_m)) = far.max_by(|one, two| one.1.total_cmp(&two.1))
            && off_m > within_m
        {
            open.extend([(from, at), (at, to)]);
        }
    }
}

/// Metres from a place to a segment.
fn beside_m(a: Point, b: Point, point: Point) -> f64 {
    let (way, start) = (minus(b, a), minus(point, a));
    let length2 = way.east_m.powi(2) + way.north_m.powi(2);
    let along = (start.east_m * way.east_m + start.north_m * way.north_m) / length2.max(1e-12);
    let along = along.clamp(0.0, 1.0);
    point.distance_m(Point::new(a.east_m + along * way.east_m, a.north_m + along * way.north_m))
}

fn minus(a: Point, b: Point) -> Point {
    Point::new(a.east_m - b.east_m, a.north_m - b.north_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thin_ring_has_its_corners_and_is_where_it_was() {
        let line = |from: (f64, f64), to: (f64, f64)| {
            (0..100).map(move |step| {
                let share = f64::from(step) / 100.0;
                Point::new(from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1))
            })
        };
        let square = [(0.0, 0.0), (40.0, 0.0), (40.0, 30.0), (0.0, 30.0)];
        let ring: Vec<Point> = (0..4).flat_map(|side| line(square[side], square[(side + 1) % 4])).collect();
        // The last one stays as well.
        assert_eq!(thinned(&ring, 256).len(), 5);
        let round: Vec<Point> =
            (0..1_440).map(|step| Point::new(0.0, 0.0).moved(f64::from(step) / 4.0, 80.0)).collect();
        let thin = thinned(&round, 64);
        assert!((20..=64).contains(&thin.len()), "{}", thin.len());
        let off = |one: &Point| sides(&thin).map(|(a, b)| beside_m(a, b, *one)).fold(f64::MAX, f64::min);
        assert!(round.iter().all(|one| off(one) < 1.0));
        assert!(thinned(&[], 256).is_empty());
    }

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
