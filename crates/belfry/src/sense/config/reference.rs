//! The reference of a post's settings as a page, and a sample file.
//!
//! Not here: what the settings do.

use std::fmt::Write as _;

use super::{Buffer, CalibrationPoint, Input, Line, Node, Onvif, Post, Preset, Ptz, Sensor, Table, Watched};

const TABLES: [&Table; 11] = [
    &Node::TABLE,
    &Post::TABLE,
    &Buffer::TABLE,
    &Sensor::TABLE,
    &Input::TABLE,
    &Ptz::TABLE,
    &Preset::TABLE,
    &Onvif::TABLE,
    &CalibrationPoint::TABLE,
    &Line::TABLE,
    &Watched::TABLE,
];

const HEAD: &str = "# Settings of a post

Generated from the program; do not edit. One TOML file for `belfry sense`. A key that does not exist is refused, so that a
mistyped one is noticed. Units are in the names. `belfry sense config-sample` prints a file to begin with, and
`belfry sense check` tries one out.
";

const REGISTER: &str = "
## `sensors.register`

What anyone may know of a sensor in public space. All but `since` must be given.

| key | what |
|---|---|
| `name` | Its name for people. |
| `owner` | Who answers for it. |
| `purpose` | What it is for. |
| `legal_basis` | The law or decision it rests on. |
| `data` | What it measures and what becomes of that, in a plain sentence. |
| `personal_data` | Whether a person could be recognised in what it keeps: `true` or `false`. |
| `retention_days` | How long what it brings is kept, in days. |
| `contact` | Whom to ask: an address of the web or for mail. |
| `since` | Since when it hangs there. |
";

/// The page `ref/sense-config.md`.
pub(crate) fn reference() -> String {
    let mut page = String::from(HEAD);
    for table in TABLES {
        let many =
            ["sensors", "sensors.calibration", "sensors.lines", "sensors.watched", "sensors.ptz.presets"]
                .contains(&table.name);
        let (open, close) = if many { ("[[", "]]") } else { ("[", "]") };
        let _ = write!(
            page,
            "\n## `{open}{}{close}`\n\n{}\n\n| key | default | what |\n|---|---|---|\n",
            table.name,
            text(table.doc)
        );
        let defaults = defaults(table.name);
        for key in table.keys {
            let default = defaults.get(key.name).map_or("".into(), |value| format!("`{value}`"));
            let _ = writeln!(page, "| `{}` | {default} | {} |", key.name, text(key.doc));
        }
    }
    page.push_str(REGISTER);
    page
}

/// A settings file to begin with: one array and one camera.
pub(crate) fn sample() -> String {
    SAMPLE.to_owned()
}

fn defaults(table: &str) -> toml::Table {
    let defaults = match table {
        "node" => toml::Table::try_from(Node::default()),
        "post" => toml::Table::try_from(Post::default()),
        "buffer" => toml::Table::try_from(Buffer::default()),
        "sensors" => toml::Table::try_from(Sensor::default()).map(|mut sensor| {
            sensor.remove("input");
            sensor
        }),
        "sensors.input" => toml::Table::try_from(Input::default()),
        "sensors.ptz" => toml::Table::try_from(Ptz::default()),
        "sensors.ptz.presets" => toml::Table::try_from(Preset::default()),
        "sensors.onvif" => toml::Table::try_from(Onvif::default()),
        "sensors.lines" => toml::Table::try_from(Line::default()),
        "sensors.watched" => toml::Table::try_from(Watched::default()),
        _ => toml::Table::try_from(CalibrationPoint::default()),
    };
    defaults.expect("texts, numbers and lists")
}

fn text(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

const SAMPLE: &str = r#"# Settings of a Belfry post. `ref/sense-config.md` has every key.
[node]
url = "https://belfry.example.org"
token_file = "/etc/belfry/post.token"

[post]
name = "world-forum"
# Longitude and latitude.
origin = [4.2825, 52.0905]
temperature_c = 10.0
timezone = "Europe/Amsterdam"
stills = false

[buffer]
folder = "/var/lib/belfry-sense"
mib_max = 64

[[sensors]]
id = "array-1"
kind = "array"
at = [4.2831, 52.0899]
height_m = 4.0
# Where the forward side of the array points: degrees from north, clockwise.
heading_deg = 0.0
# Metres to the right and forward of its middle, in the order of the channels.
offsets_m = [[0.035, 0.035], [-0.035, 0.035], [-0.035, -0.035], [0.035, -0.035]]
input = { from = "alsa", device = "hw:1,0", rate_hz = 48000, channels = 4 }

[sensors.register]
name = "Microphone array at the Johan de Wittlaan"
owner = "Municipality"
purpose = "To notice shots, explosions and breaking glass"
legal_basis = "Decision of the mayor of 1 September 2026"
data = "Level, kind and direction of loud bangs. No sound is kept, and no speech is heard."
personal_data = false
retention_days = 30
contact = "https://example.org/sensors"

[[sensors]]
id = "camera-1"
kind = "camera"
at = [4.2822, 52.0912]
height_m = 6.0
heading_deg = 180.0
input = { from = "rtsp", url = "rtsp://192.0.2.7/stream2", credentials_file = "/etc/belfry/camera-1" }
masks = [[[0, 0], [384, 0], [384, 60], [0, 60]]]
calibration = [
  { pixel = [52.0, 190.0], at = [4.28215, 52.09055] },
  { pixel = [330.0, 188.0], at = [4.28228, 52.09061] },
  { pixel = [301.0, 95.0], at = [4.28241, 52.08998] },
  { pixel = [88.0, 97.0], at = [4.28204, 52.08993] },
]

[sensors.ptz]
url = "http://192.0.2.7/onvif/device_service"
credentials_file = "/etc/belfry/camera-1"
pan_deg = [-180.0, 180.0]
tilt_deg = [-90.0, 0.0]

[sensors.register]
name = "Camera at the World Forum"
owner = "Municipality"
purpose = "To see what happened where a bang was heard"
legal_basis = "Decision of the mayor of 1 September 2026"
data = "Whether something moves. Pictures are not kept."
personal_data = false
retention_days = 30
contact = "https://example.org/sensors"
"#;

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    #[test]
    fn the_sample_can_be_used() {
        let config = Config::parse(&sample()).unwrap();
        assert_eq!(config.sensors.len(), 2);
        assert!(config.sensors[1].ptz.is_some());
    }

    #[test]
    fn every_key_is_in_the_reference() {
        let page = reference();
        let keys = TABLES.iter().flat_map(|table| table.keys.iter().map(|key| (table.name, key.name)));
        let mut seen = 0;
        for (table, key) in keys {
            assert!(
                page.contains(&format!("[{table}]")) && page.contains(&format!("| `{key}` |")),
                "{table} {key}"
            );
            seen += 1;
        }
        assert!(seen > 40, "{seen}");
    }
}
