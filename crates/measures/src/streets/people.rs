//! Where people live: neighbourhoods with outlines and households, and homes on their streets.
//!
//! Outlines come as GeoJSON, households with them or in a table of their own. Households are spread over the named streets
//! in the outline by length: where each front door is, is not known and not needed.
//!
//! Not here: trips (`plan.rs`).

use std::collections::HashSet;

use serde_json::Value;

use super::error::StreetsError;
use super::json::{features, positions};
use super::limits::{CSV_BYTES_MAX, HOMES_MAX, NEIGHBOURHOODS_MAX, OUTLINE_POINTS_MAX};
use super::mode::Mode;
use super::network::Streets;
use super::place::{Place, is_within};
use super::raw::Point;

/// Most households of one neighbourhood.
const HOUSEHOLDS_MAX: f64 = 1_000_000.0;

/// A neighbourhood.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbourhood {
    /// As its source calls it: a postcode, a number.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// Households in it.
    pub households: f64,
    /// Rings; what is in an odd number of them is in it.
    pub rings: Vec<Vec<Point>>,
}

/// Names of the properties of a neighbourhood.
#[derive(Debug, Clone)]
pub struct NeighbourhoodKeys {
    /// The id.
    pub id: String,
    /// The name; the id where there is none.
    pub name: String,
    /// Households; 0 where there are none, to be told by a table.
    pub households: String,
}

impl Default for NeighbourhoodKeys {
    fn default() -> Self {
        Self { id: "id".to_owned(), name: "name".to_owned(), households: "households".to_owned() }
    }
}

/// Households counted at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Home {
    /// Place of the neighbourhood in its list.
    pub neighbourhood: u32,
    /// The piece of street they live on.
    pub edge: u32,
    /// Households.
    pub households: f64,
    /// Nearest place that each mode may use, by mode; `None` where there is none within reach.
    pub places: [Option<Place>; Mode::COUNT],
}

/// Rows that were read, and those that were not, with their lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Id of the neighbourhood and its households.
    pub rows: Vec<(String, f64)>,
    /// What is wrong with others. Whoever wants all or nothing refuses when this is not empty.
    pub refused: Vec<StreetsError>,
}

/// Reads neighbourhoods: Polygon and MultiPolygon features.
pub fn read_neighbourhoods(
    bytes: &[u8],
    keys: &NeighbourhoodKeys,
) -> Result<Vec<Neighbourhood>, StreetsError> {
    let mut found = Vec::new();
    let mut ids = HashSet::new();
    for (index, feature) in features(bytes, "the GeoJSON of neighbourhoods")?.iter().enumerate() {
        let one = neighbourhood(feature, keys).map_err(|why| StreetsError::Feature { index, why })?;
        if !ids.insert(one.id.clone()) {
            let why = format!("there is a neighbourhood \"{}\" already", one.id);
            return Err(StreetsError::Feature { index, why });
        }
        found.push(one);
        if found.len() > NEIGHBOURHOODS_MAX {
            return Err(StreetsError::TooMany { what: "neighbourhoods", max: NEIGHBOURHOODS_MAX });
        }
    }
    Ok(found)
}

/// Reads a table with the columns `neighbourhood` and `households`, separated by commas or semicolons.
pub fn read_households(bytes: &[u8]) -> Result<Table, StreetsError> {
    if bytes.len() > CSV_BYTES_MAX {
        return Err(StreetsError::TooLarge { what: "the table", bytes: bytes.len(), max: CSV_BYTES_MAX });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        StreetsError::Row {
            line,
            column: "neighbourhood",
            why: "it is no UTF-8; save it as UTF-8".to_owned(),
        }
    })?;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let heading = lines.next().unwrap_or("");
    let separator = if heading.contains(';') { ';' } else { ',' };
    let columns = cells(heading, separator);
    let find = |column: &'static str| {
        let at = columns.iter().position(|one| one.trim().eq_ignore_ascii_case(column));
        at.ok_or(StreetsError::Column { column })
    };
    let (id_at, households_at) = (find("neighbourhood")?, find("households")?);
    let mut table = Table { rows: Vec::new(), refused: Vec::new() };
    let mut ids = HashSet::new();
    for (number, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let cells = cells(line, separator);
        let refused = |column, why: String| StreetsError::Row { line: number + 2, column, why };
        let id = cells.get(id_at).map_or("", |cell| cell.trim());
        let households = cells.get(households_at).map_or("", |cell| cell.trim());
        match (id, count(households)) {
            ("", _) => table.refused.push(refused("neighbourhood", "it is empty".to_owned())),
            (_, Err(why)) => table.refused.push(refused("households", why)),
            (id, _) if !ids.insert(id.to_owned()) => {
                table.refused.push(refused("neighbourhood", format!("\"{id}\" is there twice")));
            }
            (id, Ok(households)) => table.rows.push((id.to_owned(), households)),
        }
    }
    Ok(table)
}

/// Gives neighbourhoods the households of a table; an error names the first that is in no outline.
pub fn join_households(
    neighbourhoods: &mut [Neighbourhood],
    rows: &[(String, f64)],
) -> Result<(), StreetsError> {
    for (id, households) in rows {
        let one = neighbourhoods.iter_mut().find(|one| one.id == *id);
        let one = one.ok_or_else(|| StreetsError::Unknown { what: "neighbourhood", id: id.clone() })?;
        one.households = *households;
    }
    Ok(())
}

impl Neighbourhood {
    /// Whether a point is in it.
    pub fn holds(&self, at: Point) -> bool {
        self.rings.iter().filter(|ring| is_within(at, ring)).count() % 2 == 1
    }
}

impl Streets {
    /// Spreads the households of each neighbourhood over its streets: one home in the middle of each piece with a name that
    /// can be walked to, by length; over pieces without a name where none has one.
    pub fn homes(&self, neighbourhoods: &[Neighbourhood]) -> Result<Vec<Home>, StreetsError> {
        let mut homes = Vec::new();
        for (number, one) in (0_u32..).zip(neighbourhoods) {
            let mut inside: Vec<u32> = Vec::new();
            for ring in &one.rings {
                inside.extend(self.edges_within(ring));
            }
            inside.sort_unstable();
            inside.dedup();
            inside.retain(|edge| {
                self.in_main_part(*edge, Mode::Foot)
                    && one.holds(self.point_at(Place { edge: *edge, along: 0.5 }))
            });
            if inside.iter().any(|edge| self.edges[*edge as usize].name != 0) {
                inside.retain(|edge| self.edges[*edge as usize].name != 0);
            }
            let whole_m: f64 = inside.iter().map(|edge| self.edges[*edge as usize].length_m).sum();
            if whole_m <= 0.0 {
                if one.households > 0.0 {
                    return Err(StreetsError::NoStreetWithin { id: one.id.clone() });
                }
                continue;
            }
            for edge in inside {
                let share = self.edges[edge as usize].length_m / whole_m;
                homes.push(self.home(number, edge, one.households * share));
            }
            if homes.len() > HOMES_MAX {
                return Err(StreetsError::TooMany { what: "homes", max: HOMES_MAX });
            }
        }
        Ok(homes)
    }

    fn home(&self, neighbourhood: u32, edge: u32, households: f64) -> Home {
        let middle = Place { edge, along: 0.5 };
        let at = self.point_at(middle);
        let places = Mode::ALL.map(|mode| {
            if self.in_main_part(edge, mode) {
                return Some(middle);
            }
            self.nearest(at, mode).map(|one| one.place)
        });
        Home { neighbourhood, edge, households, places }
    }
}

fn count(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().map_err(|_| format!("\"{text}\" is no number (a point, no comma)"))?;
    if (0.0..=HOUSEHOLDS_MAX).contains(&number) {
        return Ok(number);
    }
    Err(format!("{text} is not between 0 and {HOUSEHOLDS_MAX}"))
}

fn neighbourhood(feature: &Value, keys: &NeighbourhoodKeys) -> Result<Neighbourhood, String> {
    let property = |key: &str| feature.get("properties").and_then(|all| all.get(key));
    let text = |value: &Value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let id =
        property(&keys.id).and_then(text).ok_or_else(|| format!("it has no property \"{}\"", keys.id))?;
    let name = property(&keys.name).and_then(text).unwrap_or_else(|| id.clone());
    let households = match property(&keys.households) {
        None | Some(Value::Null) => 0.0,
        Some(value) => {
            let said = text(value).unwrap_or_default();
            count(&said).map_err(|why| format!("property \"{}\": {why}", keys.households))?
        }
    };
    let geometry = feature.get("geometry").ok_or("it has no geometry")?;
    let coordinates = geometry.get("coordinates").and_then(Value::as_array).ok_or("it has no coordinates")?;
    let ring_lists: Vec<&Value> = match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => coordinates.iter().collect(),
        Some("MultiPolygon") => coordinates.iter().filter_map(Value::as_array).flatten().collect(),
        _ => return Err("it is no Polygon and no MultiPolygon".to_owned()),
    };
    let mut rings = Vec::new();
    for ring in ring_lists {
        let mut points = positions(ring, OUTLINE_POINTS_MAX)?;
        if points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        if points.len() < 3 {
            return Err("a ring needs three different corners".to_owned());
        }
        rings.push(points);
    }
    if rings.is_empty() {
        return Err("it has no ring".to_owned());
    }
    Ok(Neighbourhood { id, name, households, rings })
}

/// Cells of a row; a cell in double quotes may hold the separator.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for letter in line.trim_end_matches('\r').chars() {
        match letter {
            '"' => quoted = !quoted,
            _ if letter == separator && !quoted => cells.push(String::new()),
            _ => cells.last_mut().into_iter().for_each(|cell| cell.push(letter)),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_row_names_its_line_and_the_rest_goes_in() {
        let table = "\u{feff}Neighbourhood;name;Households\r\n2517;\"Forum; World\";1200\n\n2518;x;many\n;x;3\n2517;x;4\n2519;x;-1\n2520;;7.5";
        let table = read_households(table.as_bytes()).unwrap();
        assert_eq!(table.rows, [("2517".to_owned(), 1200.0), ("2520".to_owned(), 7.5)]);
        let texts: Vec<String> = table.refused.iter().map(ToString::to_string).collect();
        assert!(texts[0].starts_with("line 4, column \"households\": \"many\""), "{texts:?}");
        assert!(texts[1].starts_with("line 5, column \"neighbourhood\""), "{texts:?}");
        assert!(texts[2].contains("line 6") && texts[2].contains("twice"), "{texts:?}");
        assert!(texts[3].contains("line 7"), "{texts:?}");
        let error = read_households(b"a,b\n1,2").unwrap_err();
        assert_eq!(error, StreetsError::Column { column: "neighbourhood" });
        let error = read_households(b"neighbourhood,households\n1,2\n\xff,3").unwrap_err().to_string();
        assert!(error.starts_with("line 3"), "{error}");
    }

    #[test]
    fn outlines_have_holes() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"PC4":2517,"n":"12"},
          "geometry":{"type":"Polygon","coordinates":[[[4.0,52.0],[4.2,52.0],[4.2,52.2],[4.0,52.2],[4.0,52.0]],
          [[4.05,52.05],[4.1,52.05],[4.1,52.1],[4.05,52.1],[4.05,52.05]]]}}]}"#;
        let keys =
            NeighbourhoodKeys { id: "PC4".to_owned(), households: "n".to_owned(), ..Default::default() };
        let read = read_neighbourhoods(text.as_bytes(), &keys).unwrap();
        assert_eq!((read[0].id.as_str(), read[0].name.as_str()), ("2517", "2517"));
        assert!((read[0].households - 12.0).abs() < 1e-9);
        let at = |lon, lat| Point::new(lon, lat).unwrap();
        assert!(
            read[0].holds(at(4.02, 52.02))
                && !read[0].holds(at(4.07, 52.07))
                && !read[0].holds(at(4.3, 52.1))
        );
        let error = read_neighbourhoods(text.as_bytes(), &NeighbourhoodKeys::default()).unwrap_err();
        assert_eq!(error.to_string(), "feature 0 (counted from 0): it has no property \"id\"");
    }
}
