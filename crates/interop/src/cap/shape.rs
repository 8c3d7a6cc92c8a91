//! CAP's polygons and circles, and the one shape an item can carry: parse, hull, simplify.
//!
//! Not here: the area's words. CAP writes latitude before longitude; everything here is longitude before latitude.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use base::geo::{EARTH_RADIUS_M, Position};

/// Longitude and latitude in degrees, always in range.
pub(super) type Vertex = [f64; 2];

/// What is wrong, and how to mend it.
type Wrong = (String, &'static str);

/// A closed ring from `lat,lon lat,lon ...`.
pub(super) fn polygon(text: &str) -> Result<Vec<Vertex>, Wrong> {
    let ring: Vec<Vertex> = text
        .split_ascii_whitespace()
        .enumerate()
        .map(|(index, pair)| {
            vertex(pair).ok_or_else(|| {
                let what = format!("has a bad pair at place {}", index + 1);
                (what, "write latitude,longitude in degrees, with a space between the pairs")
            })
        })
        .collect::<Result<_, _>>()?;
    if ring.len() < 4 {
        return Err(("has fewer than four pairs".into(), "give at least three corners and the first again"));
    }
    if ring.first() != ring.last() {
        return Err(("does not end where it began".into(), "repeat the first pair at the end"));
    }
    Ok(ring)
}

/// A centre and a radius in metres from `lat,lon radius`, where the radius is in kilometres.
pub(super) fn circle(text: &str) -> Result<(Vertex, f64), Wrong> {
    let wrong = || {
        let what = "is not a centre and a radius";
        (what.into(), "write latitude,longitude, a space, and the radius in kilometres (at most 20000)")
    };
    let mut parts = text.split_ascii_whitespace();
    let (Some(centre), Some(radius), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let radius_km = number(radius).filter(|km| (0.0..=20_000.0).contains(km)).ok_or_else(wrong)?;
    Ok((vertex(centre).ok_or_else(wrong)?, radius_km * 1000.0))
}

fn vertex(pair: &str) -> Option<Vertex> {
    let (lat, lon) = pair.split_once(',')?;
    let position = Position::new(number(lon)?, number(lat)?).ok()?;
    Some([position.longitude(), position.latitude()])
}

/// Digits only: Rust would also read `nan`, `inf` and `1e5`.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+')) && text.len() <= 40;
    if plain { text.parse().ok() } else { None }
}

/// A ring of 36 corners around a circle (great-circle destinations); cut off at the poles and at 180 degrees.
pub(super) fn circle_ring([lon, lat]: Vertex, radius_m: f64) -> Vec<Vertex> {
    let (lat1, lon1) = (lat.to_radians(), lon.to_radians());
    let angle = radius_m / EARTH_RADIUS_M;
    let mut ring: Vec<Vertex> = (0..36)
        .map(|step| {
            let bearing = f64::from(step * 10).to_radians();
            let sin_lat2 = lat1.sin() * angle.cos() + lat1.cos() * angle.sin() * bearing.cos();
            let lat2 = sin_lat2.clamp(-1.0, 1.0).asin();
            let turn =
                (bearing.sin() * angle.sin() * lat1.cos()).atan2(angle.cos() - lat1.sin() * lat2.sin());
            [(lon1 + turn).to_degrees().clamp(-180.0, 180.0), lat2.to_degrees().clamp(-90.0, 90.0)]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

/// The convex hull of some vertices as a closed ring, counter-clockwise (Andrew's monotone chain).
pub(super) fn hull(mut points: Vec<Vertex>) -> Vec<Vertex> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        // A degenerate ring is still a ring.
        let first = points.first().copied().unwrap_or_default();
        let last = points.last().copied().unwrap_or_default();
        return vec![first, last, last, first];
    }
    let mut ring: Vec<Vertex> = Vec::with_capacity(points.len() + 1);
    for pass in 0..2 {
        let start = ring.len();
        let mut add = |point: Vertex| {
            while ring.len() >= start + 2 && cross(ring[ring.len() - 2], ring[ring.len() - 1], point) <= 0.0 {
                ring.pop();
            }
            ring.push(point);
        };
        if pass == 0 {
            points.iter().for_each(|point| add(*point));
        } else {
            points.iter().rev().for_each(|point| add(*point));
        }
        ring.pop();
    }
    ring.push(ring[0]);
    if ring.len() < 4 {
        // All in one line.
        let far = ring[1];
        return vec![ring[0], far, far, ring[0]];
    }
    ring
}

fn cross(o: Vertex, a: Vertex, b: Vertex) -> f64 {
    (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
}

/// A closed ring with at most `most` vertices: those whose corner cuts off the least area go first
/// (Visvalingam and Whyatt 1993). Coordinates are rounded to 1e-7 degrees, about 1 cm.
pub(super) fn simplified(ring: &[Vertex], most: usize) -> Vec<Vertex> {
    let last = ring.len() - 1;
    let mut before: Vec<usize> = (0..ring.len()).map(|index| index.saturating_sub(1)).collect();
    let mut after: Vec<usize> = (0..ring.len()).map(|index| (index + 1).min(last)).collect();
    let area = |a: usize, b: usize, c: usize| cross(ring[a], ring[b], ring[c]).abs();
    // Doubles that are not negative order like their bits.
    let mut areas: Vec<u64> = vec![u64::MAX; ring.len()];
    let mut heap = BinaryHeap::new();
    for (index, size) in areas.iter_mut().enumerate().take(last).skip(1) {
        *size = area(index - 1, index, index + 1).to_bits();
        heap.push(Reverse((*size, index)));
    }
    let mut gone = BTreeSet::new();
    while ring.len() - gone.len() > most.max(4) {
        let Some(Reverse((size, index))) = heap.pop() else { break };
        if size != areas[index] || gone.contains(&index) {
            continue;
        }
        gone.insert(index);
        let (left, right) = (before[index], after[index]);
        (after[left], before[right]) = (right, left);
        for side in [left, right] {
            if side != 0 && side != last {
                // Never smaller than what went before, or a removal would open the door for its neighbours.
                areas[side] = area(before[side], side, after[side]).to_bits().max(size);
                heap.push(Reverse((areas[side], side)));
            }
        }
    }
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let kept = (0..ring.len()).filter(|index| !gone.contains(index));
    kept.map(|index| [round(ring[index][0]), round(ring[index][1])]).collect()
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the numbers are copied, not computed")]
mod tests {
    use super::*;

    #[test]
    fn latitude_comes_first_in_cap() {
        let ring = polygon("52.0,4.0 52.1,4.0 52.1,4.1 52.0,4.0").unwrap();
        assert_eq!(ring[0], [4.0, 52.0]);
        assert_eq!(circle("52.09,4.28 0.5").unwrap(), ([4.28, 52.09], 500.0));
    }

    #[test]
    fn refuses_what_is_not_a_shape() {
        for text in [
            "",
            "1,2",
            "1,2 3,4 5,6 7,8",
            "1,2 3,4 1,2",
            "nan,1 2,2 3,3 nan,1",
            "inf,1 2,2 3,3 inf,1",
            "91,0 0,0 0,1 91,0",
            "0,181 0,0 0,1 0,181",
            "1e1,0 0,0 0,1 1e1,0",
            "1 2 3 4",
            "1,2,3 1,2 1,2 1,2,3",
        ] {
            assert!(polygon(text).is_err(), "{text}");
        }
        for text in ["", "1,2", "1,2 -1", "1,2 nan", "1,2 3 4", "1 2 3", "95,2 3", "1,2 20001"] {
            assert!(circle(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hull_holds_all_and_is_closed() {
        let ring = hull(vec![[0.0, 0.0], [2.0, 0.0], [1.0, 1.0], [2.0, 2.0], [0.0, 2.0], [1.0, 0.5]]);
        assert_eq!(ring, vec![[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]);
        for points in [vec![], vec![[1.0, 1.0]], vec![[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]] {
            let ring = hull(points);
            assert!(ring.len() >= 4 && ring.first() == ring.last(), "{ring:?}");
        }
    }

    #[test]
    fn simplifying_keeps_the_corners_of_a_square() {
        let mut ring: Vec<Vertex> = Vec::new();
        for step in 0..1000 {
            ring.push([f64::from(step) / 1000.0, 0.0]);
        }
        ring.extend([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]);
        let simple = simplified(&ring, 5);
        assert_eq!(simple, vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]);
    }

    #[test]
    fn a_circle_of_a_kilometre_has_its_corners_a_kilometre_away() {
        let centre = Position::new(4.2825, 52.0905).unwrap();
        for [lon, lat] in circle_ring([4.2825, 52.0905], 1000.0) {
            let away = centre.distance_m(Position::new(lon, lat).unwrap());
            assert!((999.0..1001.0).contains(&away), "{away}");
        }
    }
}
