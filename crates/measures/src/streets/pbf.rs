//! `.osm.pbf` to [`Raw`]: bytes in, with the block and byte in each error.
//!
//! `osmpbf` takes the container apart. It panics on some damaged blocks (an unknown kind of member; sums that overflow, where
//! overflow is checked), so each block is read behind `catch_unwind`, and what it says is checked here again: indices of
//! strings, coordinates, counts. A panic there is printed by the panic hook and becomes an error here.
//!
//! Not here: what the tags mean.

use std::panic::{AssertUnwindSafe, catch_unwind};

use osmpbf::{BlobDecode, BlobReader, PrimitiveBlock, RelMemberType};

use super::error::StreetsError;
use super::limits::{
    NODES_MAX, PBF_BYTES_MAX, RESTRICTION_MEMBERS_MAX, RESTRICTIONS_MAX, WAY_NODES_MAX, WAY_NODES_TOTAL_MAX,
    WAYS_MAX,
};
use super::raw::{Point, Raw, RawMember, RawNode, RawRelation, RawWay, Tags};

/// What a file may ask of its readers and is understood here.
const FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];
/// Keys of points that matter; all keys of ways and restrictions are kept that are asked for in `tags.rs`.
const NODE_KEYS: [&str; 12] = [
    "barrier",
    "bollard",
    "locked",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "bicycle",
    "foot",
    "emergency",
    "highway",
    "ford",
];

/// Reads a whole file.
pub fn read_pbf(bytes: &[u8]) -> Result<Raw, StreetsError> {
    if bytes.len() > PBF_BYTES_MAX {
        return Err(StreetsError::TooLarge { what: "the .osm.pbf", bytes: bytes.len(), max: PBF_BYTES_MAX });
    }
    let mut reading = Reading::default();
    let (mut at, mut block) = (0, 0);
    while at < bytes.len() {
        let length = framed(bytes, at).map_err(|why| StreetsError::Pbf { block, byte: at, why })?;
        let frame = &bytes[at..at + length];
        let failed = |why: String| StreetsError::Pbf { block, byte: at, why };
        match catch_unwind(AssertUnwindSafe(|| reading.frame(frame, block))) {
            Ok(Ok(())) => {}
            Ok(Err(Refused::Why(why))) => return Err(failed(why)),
            Ok(Err(Refused::TooMany { what, max })) => return Err(StreetsError::TooMany { what, max }),
            Err(_) => return Err(failed("it is damaged".to_owned())),
        }
        at += length;
        block += 1;
    }
    if block == 0 {
        return Err(StreetsError::Pbf { block, byte: 0, why: "it is empty".to_owned() });
    }
    Ok(reading.raw)
}

/// Length of the framed blob that begins here: four bytes of length, its header, its content.
fn framed(bytes: &[u8], at: usize) -> Result<usize, String> {
    let rest = &bytes[at..];
    let Some((first, rest)) = rest.split_first_chunk::<4>() else {
        return Err("it ends in the middle of a length".to_owned());
    };
    let header_bytes = u32::from_be_bytes(*first) as usize;
    if header_bytes as u64 >= osmpbf::blob::MAX_BLOB_HEADER_SIZE {
        return Err(format!("a header of {header_bytes} bytes; this is no .osm.pbf, or it is damaged"));
    }
    let header = rest.get(..header_bytes).ok_or("it ends in the middle of a header")?;
    let content = data_size(header).ok_or("its header has no size of the data")?;
    if content as u64 > osmpbf::blob::MAX_BLOB_MESSAGE_SIZE {
        return Err(format!("a block of {content} bytes"));
    }
    let whole = 4 + header_bytes + content;
    if bytes.len() - at < whole {
        return Err(format!("it needs {whole} bytes and the file has {} more", bytes.len() - at));
    }
    Ok(whole)
}

/// Field 3 of a blob header. `osmpbf` reads on after a short block as if it were whole, so the frame is measured here.
fn data_size(header: &[u8]) -> Option<usize> {
    let (mut at, mut found) = (0, None);
    while at < header.len() {
        let key = varint(header, &mut at)?;
        match (key >> 3, key & 7) {
            (3, 0) => found = usize::try_from(varint(header, &mut at)?).ok(),
            (_, 0) => _ = varint(header, &mut at)?,
            (_, 2) => {
                let length = usize::try_from(varint(header, &mut at)?).ok()?;
                at = at.checked_add(length)?;
            }
            (_, 1) => at += 8,
            (_, 5) => at += 4,
            _ => return None,
        }
    }
    found
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

enum Refused {
    Why(String),
    TooMany { what: &'static str, max: usize },
}

impl From<osmpbf::Error> for Refused {
    fn from(error: osmpbf::Error) -> Self {
        Self::Why(error.to_string())
    }
}

#[derive(Default)]
struct Reading {
    raw: Raw,
    way_nodes: usize,
}

impl Reading {
    fn frame(&mut self, frame: &[u8], block: usize) -> Result<(), Refused> {
        let Some(blob) = BlobReader::new(frame).next() else {
            return Err(Refused::Why("it is empty".to_owned()));
        };
        match blob?.decode()? {
            BlobDecode::OsmHeader(header) => {
                let unknown = header.required_features().iter().find(|one| !FEATURES.contains(&one.as_str()));
                match unknown {
                    Some(one) => Err(Refused::Why(format!("it asks for \"{one}\", which is not read here"))),
                    None => Ok(()),
                }
            }
            BlobDecode::OsmData(_) if block == 0 => {
                Err(Refused::Why("the first block is no header".to_owned()))
            }
            BlobDecode::OsmData(data) => self.data(&data),
            BlobDecode::Unknown(_) => Ok(()),
        }
    }

    fn data(&mut self, data: &PrimitiveBlock) -> Result<(), Refused> {
        let strings = data.raw_stringtable();
        for group in data.groups() {
            for node in group.dense_nodes() {
                self.node(node.id(), [node.nano_lon(), node.nano_lat()])?;
                self.node_tags(node.id(), strings, node.raw_tags().map(|(k, v)| (index(k), index(v))))?;
            }
            for node in group.nodes() {
                self.node(node.id(), [node.nano_lon(), node.nano_lat()])?;
                self.node_tags(node.id(), strings, node.raw_tags())?;
            }
            for way in group.ways() {
                self.way(&way, strings)?;
            }
            for relation in group.relations() {
                self.relation(&relation, strings)?;
            }
        }
        Ok(())
    }

    fn node(&mut self, id: i64, nano: [i64; 2]) -> Result<(), Refused> {
        if self.raw.nodes.len() >= NODES_MAX {
            return Err(Refused::TooMany { what: "points", max: NODES_MAX });
        }
        let [lon, lat] = nano;
        if lon.unsigned_abs() > 180_000_000_000 || lat.unsigned_abs() > 90_000_000_000 {
            return Err(Refused::Why(format!("point {id} is not on the earth")));
        }
        #[allow(clippy::cast_possible_truncation, reason = "within 180 degrees, so within 1.8e9")]
        let at = Point { lon_e7: (lon / 100) as i32, lat_e7: (lat / 100) as i32 };
        self.raw.nodes.push(RawNode { id, at });
        Ok(())
    }

    fn node_tags(
        &mut self,
        id: i64,
        strings: &[Vec<u8>],
        pairs: impl Iterator<Item = (u32, u32)>,
    ) -> Result<(), Refused> {
        let mut tags = Vec::new();
        for (key, value) in pairs {
            let key = text(strings, key)?;
            if NODE_KEYS.contains(&key) {
                tags.push((key.to_owned(), text(strings, value)?.to_owned()));
            }
        }
        if tags.iter().any(|(key, _)| key == "barrier") {
            self.raw.node_tags.push((id, Tags(tags)));
        }
        Ok(())
    }

    fn way(&mut self, way: &osmpbf::Way<'_>, strings: &[Vec<u8>]) -> Result<(), Refused> {
        let tags = tags(strings, way.raw_tags())?;
        if tags.get("highway").is_none() {
            return Ok(());
        }
        if self.raw.ways.len() >= WAYS_MAX {
            return Err(Refused::TooMany { what: "ways", max: WAYS_MAX });
        }
        let steps = way.raw_refs();
        self.way_nodes += steps.len();
        if steps.len() > WAY_NODES_MAX || self.way_nodes > WAY_NODES_TOTAL_MAX {
            return Err(Refused::TooMany { what: "points of ways", max: WAY_NODES_TOTAL_MAX });
        }
        let mut id = 0_i64;
        let mut nodes = Vec::with_capacity(steps.len());
        for step in steps {
            id = id.checked_add(*step).ok_or_else(|| Refused::Why(format!("way {}: points", way.id())))?;
            nodes.push(id);
        }
        self.raw.ways.push(RawWay { id: way.id(), nodes, tags });
        Ok(())
    }

    fn relation(&mut self, relation: &osmpbf::Relation<'_>, strings: &[Vec<u8>]) -> Result<(), Refused> {
        let tags = tags(strings, relation.raw_tags())?;
        if tags.get("type") != Some("restriction") {
            return Ok(());
        }
        if self.raw.relations.len() >= RESTRICTIONS_MAX {
            return Err(Refused::TooMany { what: "turn restrictions", max: RESTRICTIONS_MAX });
        }
        let mut members = Vec::new();
        for member in relation.members().take(RESTRICTION_MEMBERS_MAX + 1) {
            let is_way = match member.member_type {
                RelMemberType::Node => false,
                RelMemberType::Way => true,
                RelMemberType::Relation => continue,
            };
            members.push(RawMember { role: member.role()?.to_owned(), is_way, id: member.member_id });
        }
        self.raw.relations.push(RawRelation { id: relation.id(), members, tags });
        Ok(())
    }
}

fn index(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn text(strings: &[Vec<u8>], index: u32) -> Result<&str, Refused> {
    let bytes = strings.get(index as usize).ok_or_else(|| Refused::Why(format!("it has no text {index}")))?;
    std::str::from_utf8(bytes).map_err(|_| Refused::Why(format!("text {index} is no UTF-8")))
}

fn tags(strings: &[Vec<u8>], pairs: impl Iterator<Item = (u32, u32)>) -> Result<Tags, Refused> {
    let mut tags = Vec::new();
    for (key, value) in pairs {
        tags.push((text(strings, key)?.to_owned(), text(strings, value)?.to_owned()));
    }
    Ok(Tags(tags))
}
