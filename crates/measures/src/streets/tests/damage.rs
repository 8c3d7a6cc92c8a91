//! Damaged files: a small `.osm.pbf` written here byte by byte, cut short and with flipped bits. It is read or refused, never
//! more.
//!
//! Not here: what streets mean.

use proptest::prelude::*;

use crate::streets::*;

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap());
}

fn number(field: u64, value: u64, out: &mut Vec<u8>) {
    varint(field << 3, out);
    varint(value, out);
}

fn bytes(field: u64, value: &[u8], out: &mut Vec<u8>) {
    varint(field << 3 | 2, out);
    varint(value.len() as u64, out);
    out.extend(value);
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

fn packed(values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    values.into_iter().for_each(|value| varint(value, &mut out));
    out
}

fn deltas(values: &[i64]) -> Vec<u8> {
    let mut before = 0;
    packed(values.iter().map(|value| zigzag(value - std::mem::replace(&mut before, *value))))
}

fn framed(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut blob = Vec::new();
    bytes(1, content, &mut blob);
    let mut header = Vec::new();
    bytes(1, kind.as_bytes(), &mut header);
    number(3, blob.len() as u64, &mut header);
    let mut out = u32::try_from(header.len()).unwrap().to_be_bytes().to_vec();
    out.extend(header);
    out.extend(blob);
    out
}

/// Streets 7 (1 - 2) and 8 (2 - 3), a bollard at 2, and no turn from 7 to 8.
fn small() -> Vec<u8> {
    let texts = ["", "highway", "residential", "name", "Laan", "barrier", "bollard", "type", "restriction"];
    let more = ["no_straight_on", "from", "via", "to"];
    let mut table = Vec::new();
    texts.iter().chain(&more).for_each(|text| bytes(1, text.as_bytes(), &mut table));
    let mut dense = Vec::new();
    bytes(1, &deltas(&[1, 2, 3]), &mut dense);
    bytes(8, &deltas(&[520_900_000, 520_900_000, 520_910_000]), &mut dense);
    bytes(9, &deltas(&[42_800_000, 42_810_000, 42_810_000]), &mut dense);
    bytes(10, &packed([0, 5, 6, 0, 0]), &mut dense);
    let mut nodes = Vec::new();
    bytes(2, &dense, &mut nodes);
    let mut ways = Vec::new();
    for (id, refs) in [(7, [1, 2]), (8, [2, 3])] {
        let mut way = Vec::new();
        number(1, id, &mut way);
        bytes(2, &packed([1, 3]), &mut way);
        bytes(3, &packed([2, 4]), &mut way);
        bytes(8, &deltas(&refs), &mut way);
        bytes(3, &way, &mut ways);
    }
    let mut relation = Vec::new();
    number(1, 9, &mut relation);
    bytes(2, &packed([7, 8]), &mut relation);
    bytes(3, &packed([8, 9]), &mut relation);
    bytes(8, &packed([10, 11, 12]), &mut relation);
    bytes(9, &deltas(&[7, 2, 8]), &mut relation);
    bytes(10, &packed([1, 0, 1]), &mut relation);
    let mut relations = Vec::new();
    bytes(4, &relation, &mut relations);
    let mut block = Vec::new();
    bytes(1, &table, &mut block);
    for group in [&nodes, &ways, &relations] {
        bytes(2, group, &mut block);
    }
    let mut header = Vec::new();
    bytes(4, b"OsmSchema-V0.6", &mut header);
    bytes(4, b"DenseNodes", &mut header);
    let mut file = framed("OSMHeader", &header);
    file.extend(framed("OSMData", &block));
    file
}

#[test]
fn a_small_file_is_read_whole() {
    let raw = read_pbf(&small()).unwrap();
    assert_eq!(raw.nodes.len(), 3);
    assert_eq!(raw.nodes[2].at, Point { lon_e7: 42_810_000, lat_e7: 520_910_000 });
    assert_eq!(raw.node_tags, [(2, Tags::from([("barrier", "bollard")]))]);
    assert_eq!(raw.ways[1].nodes, [2, 3]);
    assert_eq!(raw.ways[0].tags.get("name"), Some("Laan"));
    assert_eq!(raw.relations[0].members[1], RawMember { role: "via".into(), is_way: false, id: 2 });
    let streets = Streets::build(&raw, Country::Netherlands).unwrap();
    assert_eq!((streets.edges().len(), streets.report().turns.taken), (2, 1));
}

#[test]
fn refusals_say_where() {
    let check = |bytes: &[u8], expect: &str| {
        let error = read_pbf(bytes).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    let file = small();
    check(&[], "it is empty");
    check(b"<osm version=\"0.6\">", "no .osm.pbf");
    check(&file[..file.len() - 1], "block 1 of the .osm.pbf, at byte");
    let mut header = Vec::new();
    bytes(4, b"HistoricalInformation", &mut header);
    check(&framed("OSMHeader", &header), "HistoricalInformation");
    let mut block = Vec::new();
    bytes(1, &[], &mut block);
    check(&framed("OSMData", &block), "no header");
}

#[test]
fn every_shorter_file_is_refused_or_read() {
    let file = small();
    let header = framed("OSMHeader", b"").len();
    for length in 0..file.len() {
        let read = read_pbf(&file[..length]);
        assert!(read.is_err() || length > header, "{length}");
    }
}

#[test]
fn every_flipped_bit_is_refused_or_read() {
    let file = small();
    let (mut refused, mut other) = (0, 0);
    let whole = read_pbf(&file).unwrap();
    for bit in 0..file.len() * 8 {
        let mut damaged = file.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        match read_pbf(&damaged) {
            Err(_) => refused += 1,
            Ok(raw) => {
                other += usize::from(raw != whole);
                _ = Streets::build(&raw, Country::Germany);
            }
        }
    }
    // The format has no checksum: a flipped bit of a name or a place cannot be known.
    assert!(refused > 100 && other > 100, "{refused} {other}");
}

/// Real data, if there is any: `BELFRY_DATA` names the folder.
#[test]
fn a_real_file_survives_damage() {
    let Some(folder) = std::env::var_os("BELFRY_DATA") else {
        println!("skipped: BELFRY_DATA is not set");
        return;
    };
    let file = std::fs::read(std::path::Path::new(&folder).join("streets/heidelberg.osm.pbf")).unwrap();
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut roll = |below: usize| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        usize::try_from(dice % below as u64).unwrap()
    };
    for _ in 0..40 {
        let mut damaged = file.clone();
        for _ in 0..3 {
            damaged[roll(file.len())] ^= 1 << roll(8);
        }
        damaged.truncate(file.len() - roll(2) * roll(file.len()));
        _ = read_pbf(&damaged);
    }
}

proptest! {
    #[test]
    fn dust_is_refused(dust in proptest::collection::vec(any::<u8>(), 1..400)) {
        prop_assert!(read_pbf(&dust).is_err());
    }

    #[test]
    fn changed_bytes_never_crash(at in proptest::collection::vec((0..1_000_usize, any::<u8>()), 1..8)) {
        let mut file = small();
        for (place, byte) in at {
            let place = place % file.len();
            file[place] = byte;
        }
        if let Ok(raw) = read_pbf(&file) {
            _ = Streets::build(&raw, Country::Netherlands);
        }
    }
}
