//! Names of places in a text, by a gazetteer of the area that the caller gives: where, and how sure in metres.
//!
//! Not here: places of accounts or devices, which are never looked at; maps.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use super::WatchError;
use super::normal::folded;
use super::span::{Body, SPANS_MAX, Span};
use super::words::Words;

/// Most places of a gazetteer.
pub const PLACES_MAX: usize = 50_000;
/// Most different places kept of one document.
pub const PLACED_MAX: usize = 8;

/// What sort of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PlaceKind {
    /// A protected building or place.
    Site,
    /// A part of the area.
    Zone,
    /// A street or square.
    Street,
    /// The area or its city as a whole.
    Area,
}

/// A place of the area and what people call it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GazetteerPlace {
    /// Its name on this node, such as a site's id.
    pub id: String,
    /// What sort of place.
    pub kind: PlaceKind,
    /// Its name for people.
    pub name: String,
    /// What else it is called, in any language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its middle: longitude in degrees, WGS 84.
    pub longitude: f64,
    /// Its middle: latitude in degrees, WGS 84.
    pub latitude: f64,
    /// How far from its middle it reaches, in metres.
    pub radius_m: f64,
    /// Its name is that of other places too: it counts only with a word of [`Gazetteer::context`] or another place beside it.
    #[serde(default)]
    pub ambiguous: bool,
}

/// The places of an area.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gazetteer {
    /// The places.
    pub places: Vec<GazetteerPlace>,
    /// Words that say that the area is meant: the city, the area, the neighbourhood.
    #[serde(default)]
    pub context: Vec<String>,
}

/// A place that a document names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Placed {
    /// The place's id in the gazetteer.
    pub place: String,
    /// What sort of place.
    pub kind: PlaceKind,
    /// Longitude in degrees, WGS 84.
    pub longitude: f64,
    /// Latitude in degrees, WGS 84.
    pub latitude: f64,
    /// How far the truth may be from there, in metres.
    pub uncertainty_m: f64,
    /// The words that name it.
    pub words: Vec<String>,
    /// Where they stand.
    pub spans: Vec<Span>,
}

/// A gazetteer made ready for reading.
pub struct Places {
    gazetteer: Gazetteer,
    names: AhoCorasick,
    /// For each name: its place, if it is one, and whether it is a context word.
    owner: Vec<(Option<usize>, bool)>,
}

/// A name is this many times less sure when nothing but itself says which place is meant.
const UNSURE_FACTOR: f64 = 1.5;
/// A street name with a house number is this sure, in metres.
const HOUSE_M: f64 = 60.0;

impl Places {
    /// Reads a gazetteer; refuses one with a place that is nowhere or has no name.
    pub fn new(gazetteer: Gazetteer) -> Result<Self, WatchError> {
        if gazetteer.places.len() > PLACES_MAX {
            return Err(WatchError::new(
                "gazetteer",
                "places",
                "too many",
                format!("give at most {PLACES_MAX}"),
            ));
        }
        let mut owners: BTreeMap<String, (Option<usize>, bool)> = BTreeMap::new();
        for word in &gazetteer.context {
            owners.insert(folded(word.trim()), (None, true));
        }
        for (index, place) in gazetteer.places.iter().enumerate() {
            check_place(place)?;
            for name in std::iter::once(&place.name).chain(&place.aliases) {
                owners.entry(folded(name.trim())).or_insert((None, false)).0.get_or_insert(index);
            }
        }
        owners.remove("");
        let names = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(owners.keys())
            .map_err(|error| {
                WatchError::new("gazetteer", "names", &error.to_string(), "give fewer or shorter names")
            })?;
        Ok(Self { gazetteer, names, owner: owners.into_values().collect() })
    }

    /// The places that a text names, the surest first, and where all their names stand in the folded text, in bytes.
    pub fn read(&self, words: &Words, body: &Body) -> (Vec<Placed>, Vec<Range<usize>>) {
        let mut found: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
        let mut context = false;
        let text = words.normal.text();
        for hit in self.names.find_iter(text) {
            if !stands_alone(text, &hit.range()) {
                continue;
            }
            let (place, says) = self.owner[hit.pattern().as_usize()];
            context |= says;
            if let Some(place) = place {
                found.entry(place).or_default().push(hit.range());
            }
        }
        let places = &self.gazetteer.places;
        let sure = found.keys().filter(|place| !places[**place].ambiguous).count();
        context |= sure > 0;
        found.retain(|place, _| context || !places[*place].ambiguous);
        let mut names: Vec<Range<usize>> = found.values().flatten().cloned().collect();
        names.sort_by_key(|name| name.start);
        let mut placed: Vec<Placed> = found
            .into_iter()
            .map(|(place, hits)| self.placed(&places[place], &hits, context, words, body))
            .collect();
        placed.sort_by(|one, two| {
            one.uncertainty_m.total_cmp(&two.uncertainty_m).then_with(|| one.place.cmp(&two.place))
        });
        placed.truncate(PLACED_MAX);
        (placed, names)
    }

    fn placed(
        &self,
        place: &GazetteerPlace,
        hits: &[Range<usize>],
        context: bool,
        words: &Words,
        body: &Body,
    ) -> Placed {
        let house = place.kind == PlaceKind::Street && hits.iter().any(|hit| house_number(words, hit.end));
        let radius = if house { HOUSE_M.min(place.radius_m) } else { place.radius_m };
        let uncertainty_m = if context { radius } else { radius * UNSURE_FACTOR };
        let originals: Vec<_> = hits.iter().take(SPANS_MAX).map(|hit| words.normal.original(hit)).collect();
        let mut named: Vec<String> = originals.iter().map(|at| body.words(at)).collect();
        named.dedup();
        Placed {
            place: place.id.clone(),
            kind: place.kind,
            longitude: place.longitude,
            latitude: place.latitude,
            uncertainty_m: uncertainty_m.round().max(1.0),
            words: named,
            spans: originals.iter().map(|at| body.span(at)).collect(),
        }
    }
}

fn check_place(place: &GazetteerPlace) -> Result<(), WatchError> {
    let whose = || format!("gazetteer place {:?}", place.id);
    if folded(place.name.trim()).chars().count() < 2 {
        return Err(WatchError::new(&whose(), "name", "too short to be found", "give its whole name"));
    }
    if base::geo::Position::new(place.longitude, place.latitude).is_err() {
        return Err(WatchError::new(
            &whose(),
            "longitude, latitude",
            "nowhere on earth",
            "give degrees, WGS 84",
        ));
    }
    if !(1.0..=base::limits::UNCERTAINTY_M_MAX).contains(&place.radius_m) {
        return Err(WatchError::new(&whose(), "radius_m", "not from 1 to 100,000", "give metres"));
    }
    Ok(())
}

/// No letter or digit on either side; a genitive or compound ending is not cut off.
pub(crate) fn stands_alone(text: &str, at: &Range<usize>) -> bool {
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    before.is_none_or(|letter| !letter.is_alphanumeric())
        && after.is_none_or(|letter| !letter.is_alphanumeric())
}

fn house_number(words: &Words, end: usize) -> bool {
    let next = words.index_at(end);
    words.list.get(next).is_some_and(|word| (word.at.start as usize) <= end + 2)
        && words.text(next).len() <= 4
        && words.text(next).starts_with(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::normal::Normal;

    fn place(id: &str, kind: PlaceKind, name: &str, aliases: &[&str], ambiguous: bool) -> GazetteerPlace {
        GazetteerPlace {
            id: id.into(),
            kind,
            name: name.into(),
            aliases: aliases.iter().map(ToString::to_string).collect(),
            longitude: 4.28,
            latitude: 52.09,
            radius_m: 100.0,
            ambiguous,
        }
    }

    #[test]
    fn names_are_found_and_ambiguous_ones_need_company() {
        let places = Places::new(Gazetteer {
            places: vec![
                place(
                    "peace-palace",
                    PlaceKind::Site,
                    "Peace Palace",
                    &["Vredespaleis", "Friedenspalast"],
                    false,
                ),
                place("parkweg", PlaceKind::Street, "Parkweg", &[], true),
                place("forum", PlaceKind::Site, "World Forum", &["WF"], false),
                place("hague", PlaceKind::Area, "The Hague", &[], true),
            ],
            context: vec!["Den Haag".into(), "The Hague".into()],
        })
        .unwrap();
        let check = |text: &str, expect: &[(&str, f64)]| {
            let body = Body::new("", text, &[]);
            let (found, _) = places.read(&Words::of(Normal::of(body.whole())), &body);
            let found: Vec<_> = found.iter().map(|one| (one.place.as_str(), one.uncertainty_m)).collect();
            assert_eq!(found, expect, "{text}");
        };
        check("bij het VREDESPALEIS", &[("peace-palace", 100.0)]);
        check("Parkweg afgesloten", &[]);
        check("Parkweg 12 in Den Haag afgesloten", &[("parkweg", 60.0)]);
        check("Van Parkweg naar World Forum", &[("forum", 100.0), ("parkweg", 100.0)]);
        check("de wf-manager en de owfen", &[("forum", 100.0)]);
        check("vredespaleizen", &[]);
        check("a fine day in The Hague", &[("hague", 100.0)]);
    }

    #[test]
    fn refusals_say_what_where_and_how() {
        let mut wrong = place("x", PlaceKind::Site, "X site", &[], false);
        wrong.latitude = 152.0;
        let error =
            Places::new(Gazetteer { places: vec![wrong], context: vec![] }).err().unwrap().to_string();
        assert!(error.contains("gazetteer place \"x\"") && error.contains("latitude"), "{error}");
    }
}
