//! Where the page is about: streets by name with their lines, and the outlines of public neighbourhoods; and which
//! street lies in which, and is closed by what. What is published is the page with these.
//!
//! Not here: routes over streets (`crate::streets`); these lines are for a map and a search.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::page::{PublicMeasure, PublicPage};

/// Most points of all lines and outlines together.
const POINTS_MAX: usize = 400_000;
/// Most streets with a name.
const STREETS_MAX: usize = 20_000;
/// Places are told to so many parts of a degree: about a metre.
const PER_DEGREE: f64 = 1e5;
/// Streets are looked at every so many metres.
const STEP_M: f64 = 15.0;
/// A street this near to an outline runs along it: blocks are drawn up to the middle of their streets, or their houses.
const ALONG_M: f64 = 25.0;
/// A street lies in a neighbourhood when so much of it does...
const IN_M: f64 = 45.0;
/// ...or, being short, this share of it.
const IN_SHARE: f64 = 0.3;

type Line = Vec<[f64; 2]>;

/// What is published: all that the public endpoints and the residents' page read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublished))]
pub struct Published {
    /// The page.
    pub page: PublicPage,
    /// Streets, by name.
    pub streets: Vec<PublicStreet>,
    /// Outlines of public neighbourhoods, by id.
    pub outlines: Vec<Outline>,
}

/// A street.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresPublicStreet))]
pub struct PublicStreet {
    /// Its name.
    pub name: String,
    /// The public neighbourhoods it lies in, by id.
    pub neighbourhoods: Vec<String>,
    /// The measures of the page that close it or a part of it, by id.
    pub closed_by: Vec<String>,
    /// Its pieces (longitude, latitude).
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<Vec<f64>>>))]
    pub lines: Vec<Line>,
}

/// The outline of a neighbourhood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MeasuresOutline))]
pub struct Outline {
    /// Its id.
    pub id: String,
    /// Its polygons, each a list of rings (longitude, latitude).
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<Vec<Vec<f64>>>>))]
    pub polygons: Vec<Vec<Line>>,
}

/// Why the places of a page cannot be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlacesError {
    /// Not GeoJSON with features.
    #[error("the {0} are no GeoJSON FeatureCollection: give the file that the streets were read from")]
    NotFeatures(&'static str),
    /// Too large to be shown on a telephone.
    #[error("the {what} have more than {most} points or names: publish a smaller area")]
    TooMany {
        /// What.
        what: &'static str,
        /// The limit.
        most: usize,
    },
}

impl Published {
    /// A page with its places. `streets` are lines with `name`; `neighbourhoods` are outlines with `id`, of which only
    /// those that the page names are kept. Nothing else of either is.
    ///
    /// # Errors
    /// When one is no GeoJSON, or too large.
    pub fn new(page: PublicPage, streets: &Value, neighbourhoods: &Value) -> Result<Self, PlacesError> {
        let outlines = outlines(&page, neighbourhoods)?;
        let mut named: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        let mut points = 0_usize;
        for feature in features(streets, "streets")? {
            let Some(name) = feature["properties"]["name"].as_str().filter(|name| !name.is_empty()) else {
                continue;
            };
            let lines = lines_of(&feature["geometry"]);
            points += lines.iter().map(Vec::len).sum::<usize>();
            named.entry(name.to_owned()).or_default().extend(lines);
        }
        if points > POINTS_MAX || named.len() > STREETS_MAX {
            let most = if points > POINTS_MAX { POINTS_MAX } else { STREETS_MAX };
            return Err(PlacesError::TooMany { what: "streets", most });
        }
        let mut streets: Vec<PublicStreet> = named
            .into_iter()
            .map(|(name, lines)| PublicStreet {
                neighbourhoods: lies_in(&lines, &outlines),
                closed_by: Vec::new(),
                name,
                lines,
            })
            .collect();
        for measure in &page.measures {
            for index in closed(measure, &streets) {
                streets[index].closed_by.push(measure.id.clone());
            }
        }
        Ok(Self { page, streets, outlines })
    }

    /// A street by its name, whatever its capitals.
    pub fn street(&self, name: &str) -> Option<&PublicStreet> {
        let name = name.trim().to_lowercase();
        self.streets.iter().find(|one| one.name.to_lowercase() == name)
    }

    /// Measures that somebody in a street notices: they close it, or burden its neighbourhood or the whole area.
    pub fn in_street<'a>(&'a self, street: &'a PublicStreet) -> impl Iterator<Item = &'a PublicMeasure> {
        self.page.measures.iter().filter(|one| {
            one.everywhere
                || street.closed_by.contains(&one.id)
                || one.neighbourhoods.iter().any(|id| street.neighbourhoods.contains(id))
        })
    }

    /// Streets as GeoJSON: a line or more for each name, with the neighbourhoods it lies in and what closes it.
    pub fn streets_geojson(&self) -> Value {
        let feature = |one: &PublicStreet| {
            json!({
                "type": "Feature",
                "properties": { "name": one.name, "neighbourhoods": one.neighbourhoods, "closed_by": one.closed_by },
                "geometry": { "type": "MultiLineString", "coordinates": one.lines },
            })
        };
        let features: Vec<Value> = self.streets.iter().map(feature).collect();
        json!({ "type": "FeatureCollection", "features": features })
    }
}

fn features<'a>(value: &'a Value, what: &'static str) -> Result<&'a Vec<Value>, PlacesError> {
    value["features"].as_array().ok_or(PlacesError::NotFeatures(what))
}

fn outlines(page: &PublicPage, neighbourhoods: &Value) -> Result<Vec<Outline>, PlacesError> {
    let known: BTreeSet<&str> = page.neighbourhoods.iter().map(|one| one.id.as_str()).collect();
    let mut found: BTreeMap<&str, Outline> = BTreeMap::new();
    let mut points = 0_usize;
    for feature in features(neighbourhoods, "neighbourhoods")? {
        let Some(id) = feature["properties"]["id"].as_str().filter(|id| known.contains(id)) else { continue };
        let polygons = polygons_of(&feature["geometry"]);
        points += polygons.iter().flatten().map(Vec::len).sum::<usize>();
        found.insert(id, Outline { id: id.to_owned(), polygons });
    }
    if points > POINTS_MAX {
        return Err(PlacesError::TooMany { what: "neighbourhoods", most: POINTS_MAX });
    }
    Ok(found.into_values().collect())
}

fn position(value: &Value) -> Option<[f64; 2]> {
    let round = |number: f64| (number * PER_DEGREE).round() / PER_DEGREE;
    Some([round(value.get(0)?.as_f64()?), round(value.get(1)?.as_f64()?)])
}

fn line(value: &Value) -> Line {
    let mut line: Line = value.as_array().into_iter().flatten().filter_map(position).collect();
    line.dedup();
    line
}

fn lines_of(geometry: &Value) -> Vec<Line> {
    let coordinates = &geometry["coordinates"];
    let lines: Vec<Line> = match geometry["type"].as_str() {
        Some("LineString") => vec![line(coordinates)],
        Some("MultiLineString") => coordinates.as_array().into_iter().flatten().map(line).collect(),
        _ => Vec::new(),
    };
    lines.into_iter().filter(|line| line.len() > 1).collect()
}

fn polygons_of(geometry: &Value) -> Vec<Vec<Line>> {
    let rings = |value: &Value| value.as_array().into_iter().flatten().map(line).collect::<Vec<Line>>();
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str() {
        Some("Polygon") => vec![rings(coordinates)],
        Some("MultiPolygon") => coordinates.as_array().into_iter().flatten().map(rings).collect(),
        _ => Vec::new(),
    }
}

/// Metres east and north from one point to another, near enough for a city.
fn metres(from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
    let narrow = ((from[1] + to[1]) / 2.0).to_radians().cos();
    [(to[0] - from[0]) * 111_320.0 * narrow, (to[1] - from[1]) * 110_540.0]
}

fn length(from: [f64; 2], to: [f64; 2]) -> f64 {
    let [east, north] = metres(from, to);
    east.hypot(north)
}

/// Points along lines, about [`STEP_M`] apart, with the metres that each stands for.
fn along(lines: &[Line]) -> Vec<([f64; 2], f64)> {
    let mut points = Vec::new();
    for pair in lines.iter().flat_map(|line| line.windows(2)) {
        let whole = length(pair[0], pair[1]);
        let steps = (whole / STEP_M).ceil().clamp(1.0, 10_000.0);
        let mut step = 0.5;
        while step < steps {
            let share = step / steps;
            let between = |axis: usize| pair[0][axis] + (pair[1][axis] - pair[0][axis]) * share;
            points.push(([between(0), between(1)], whole / steps));
            step += 1.0;
        }
    }
    points
}

fn lies_in(lines: &[Line], outlines: &[Outline]) -> Vec<String> {
    let points = along(lines);
    let whole: f64 = points.iter().map(|one| one.1).sum();
    let lies = |outline: &&Outline| {
        let near = points.iter().filter(|(point, _)| is_near(*point, outline));
        let metres: f64 = near.map(|one| one.1).sum();
        metres > 0.0 && (metres >= IN_M || metres >= whole * IN_SHARE)
    };
    outlines.iter().filter(lies).map(|one| one.id.clone()).collect()
}

/// Whether a point lies in an outline or within [`ALONG_M`] of it.
fn is_near(point: [f64; 2], outline: &Outline) -> bool {
    outline.polygons.iter().filter_map(|rings| rings.first()).any(|ring| {
        let margin = [ALONG_M / 111_320.0 / point[1].to_radians().cos().max(0.01), ALONG_M / 110_540.0];
        let outside = |axis: usize| {
            ring.iter().all(|one| one[axis] < point[axis] - margin[axis])
                || ring.iter().all(|one| one[axis] > point[axis] + margin[axis])
        };
        let near = |pair: &[[f64; 2]]| distance(point, pair[0], pair[1]) <= ALONG_M;
        !outside(0) && !outside(1) && (is_in(point, ring) || ring.windows(2).any(near))
    })
}

/// Whether a ring goes round a point: a ray to the east crosses it an odd number of times.
fn is_in(point: [f64; 2], ring: &[[f64; 2]]) -> bool {
    let last = ring.last().copied();
    let pairs = ring.windows(2).map(|pair| (pair[0], pair[1])).chain(last.zip(ring.first().copied()));
    let crosses = |(a, b): &([f64; 2], [f64; 2])| {
        (a[1] > point[1]) != (b[1] > point[1])
            && point[0] < (b[0] - a[0]) * (point[1] - a[1]) / (b[1] - a[1]) + a[0]
    };
    pairs.filter(crosses).count() % 2 == 1
}

/// Metres from a point to a straight piece.
fn distance(point: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let (way, here) = (metres(from, to), metres(from, point));
    let square = way[0] * way[0] + way[1] * way[1];
    let share =
        if square > 0.0 { ((here[0] * way[0] + here[1] * way[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
    (here[0] - way[0] * share).hypot(here[1] - way[1] * share)
}

/// The streets that a measure closes, wholly or in part, by their place in the list.
fn closed(measure: &PublicMeasure, streets: &[PublicStreet]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for closure in &measure.closures {
        for (index, street) in streets.iter().enumerate() {
            let drawn = |outline: &Line| along(&street.lines).iter().any(|(point, _)| is_in(*point, outline));
            if closure.streets.contains(&street.name) || closure.within.iter().any(drawn) {
                found.insert(index);
            }
        }
        for point in &closure.at {
            let nearest = |street: &PublicStreet| {
                let pieces = street.lines.iter().flat_map(|line| line.windows(2));
                pieces.map(|pair| distance(*point, pair[0], pair[1])).fold(f64::INFINITY, f64::min)
            };
            let each = streets.iter().enumerate().map(|(index, street)| (nearest(street), index));
            found.extend(each.min_by(|a, b| a.0.total_cmp(&b.0)).map(|one| one.1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [[f64; 2]; 5] = [[4.0, 52.0], [4.01, 52.0], [4.01, 52.01], [4.0, 52.01], [4.0, 52.0]];

    #[test]
    fn a_point_is_in_a_square_or_near_it() {
        let outline = Outline { id: "a".into(), polygons: vec![vec![SQUARE.to_vec()]] };
        assert!(is_near([4.005, 52.005], &outline));
        // 0.0003 degrees are about 20 m to the east, and 33 m to the north.
        assert!(is_near([4.0103, 52.005], &outline));
        assert!(!is_near([4.005, 52.0103], &outline));
        assert!(!is_in([4.0103, 52.005], &SQUARE));
    }

    #[test]
    fn a_street_that_only_touches_a_corner_is_not_in_it() {
        let outlines = [Outline { id: "a".into(), polygons: vec![vec![SQUARE.to_vec()]] }];
        let away = vec![vec![[4.01, 52.01], [4.02, 52.02]]];
        let edge = vec![vec![[4.0, 52.01], [4.01, 52.01]]];
        assert!(lies_in(&away, &outlines).is_empty());
        assert_eq!(lies_in(&edge, &outlines), ["a"]);
    }
}
