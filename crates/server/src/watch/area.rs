//! What the area tells web monitoring: names of organisations, and a gazetteer of sites, zones and streets.
//!
//! Not here: reading texts with it (`webwatch::detect::place`).

use base::geo::Position;
use record::Geometry;
use store::Directory;
use webwatch::detect::{Gazetteer, GazetteerPlace, NamedOrganisation, PlaceKind};

use crate::area::Area;

/// How far a street reaches from its middle at least, in metres.
const STREET_M_MIN: f64 = 60.0;
/// A name of fewer letters is too common to be a place by itself.
const LETTERS_MIN: usize = 5;

/// Organisations and what people call them.
pub fn organisations(directory: &Directory) -> Vec<NamedOrganisation> {
    let named = directory.organisations.values().map(|one| {
        let mut names = vec![one.name.en.clone(), one.name.nl.clone(), one.short.clone()];
        names.sort();
        names.dedup();
        NamedOrganisation { id: one.id.to_string(), names }
    });
    named.collect()
}

/// The places of the area.
pub fn gazetteer(directory: &Directory, area: &Area) -> Gazetteer {
    let mut places = Vec::new();
    for site in directory.sites.values().filter(|one| !one.retired) {
        let names = [Some(&site.name.nl), site.short.as_ref()];
        let names = names.into_iter().flatten().cloned();
        places.extend(place(site.id.as_str(), PlaceKind::Site, &site.name.en, names, &site.shape));
    }
    for zone in directory.zones.values().filter(|one| !one.retired) {
        let names = std::iter::once(zone.name.nl.clone());
        places.extend(place(zone.id.as_str(), PlaceKind::Zone, &zone.name.en, names, &zone.shape));
    }
    places.extend(area.streets().into_iter().map(|(name, points)| {
        let (middle, reach) = middle(&points);
        GazetteerPlace {
            id: format!("street:{}", slug(&name)),
            kind: PlaceKind::Street,
            ambiguous: name.chars().count() < LETTERS_MIN,
            name,
            aliases: Vec::new(),
            longitude: middle[0],
            latitude: middle[1],
            radius_m: reach.max(STREET_M_MIN),
        }
    }));
    places.sort_by(|one, two| one.id.cmp(&two.id));
    places.dedup_by(|one, two| one.id == two.id);
    let context = vec![
        area.name.en.clone(),
        area.name.nl.clone(),
        "Den Haag".into(),
        "The Hague".into(),
        "'s-Gravenhage".into(),
    ];
    Gazetteer { places, context }
}

fn place(
    id: &str,
    kind: PlaceKind,
    name: &str,
    others: impl Iterator<Item = String>,
    shape: &Geometry,
) -> Option<GazetteerPlace> {
    let points = points(shape);
    let (middle, reach) = if points.is_empty() { return None } else { middle(&points) };
    let mut aliases: Vec<String> = others.filter(|one| one != name).collect();
    aliases.dedup();
    Some(GazetteerPlace {
        id: id.into(),
        kind,
        name: name.into(),
        aliases,
        longitude: middle[0],
        latitude: middle[1],
        radius_m: reach.max(1.0),
        ambiguous: false,
    })
}

fn points(shape: &Geometry) -> Vec<[f64; 2]> {
    match shape {
        Geometry::Point(point) => vec![*point],
        Geometry::LineString(line) => line.clone(),
        Geometry::Polygon(rings) => rings.first().cloned().unwrap_or_default(),
    }
}

/// The middle of the box around some points, and how far the furthest is from it, in metres.
fn middle(points: &[[f64; 2]]) -> ([f64; 2], f64) {
    let span = |axis: usize| {
        let values = points.iter().map(|point| point[axis]);
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(one), high.max(one)));
        f64::midpoint(low, high)
    };
    let middle = [span(0), span(1)];
    let position = |point: [f64; 2]| Position::new(point[0], point[1]).ok();
    let reach = position(middle).map_or(0.0, |from| {
        let far = points.iter().filter_map(|point| Some(from.distance_m(position(*point)?)));
        far.fold(0.0, f64::max)
    });
    (middle, reach)
}

fn slug(name: &str) -> String {
    name.chars()
        .map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect()
}
