//! What must hold of the settings of a post, each with the key it is about and how to mend it.
//!
//! Not here: whether files and devices are there; they may come later, and the post says so while they do not.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use base::geo::Position;
use sense::bulletin::SensorKind;
use sense::limits::{CHANNELS_MAX, RATE_HZ_MAX, RATE_HZ_MIN, SENSORS_MAX};
use url::Url;

use super::{Config, ConfigError, From, Input, Onvif, Ptz, Sensor};
use crate::sense::limits::{MASKS_MAX, POINTS_MAX, PRESETS_MAX, WATCHED_MAX};

/// Temperatures at which somebody hangs a microphone.
pub(super) const TEMPERATURE_C: RangeInclusive<f64> = -50.0..=60.0;
/// What the address of a camera that speaks ONVIF looks like.
const DEVICE_SERVICE: &str = "http://192.0.2.7/onvif/device_service";
/// Farthest a sensor may be from the middle of the plan, in metres: beyond, the plan is no longer flat.
const REACH_M_MAX: f64 = 20_000.0;

/// Whether the settings can be used.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let post = &config.post;
    url(&config.node.url, &["http", "https"], "node.url", "https://belfry.example.org")?;
    named(&config.node.token_file.to_string_lossy(), "node.token_file", "name the file with the token")?;
    name(&post.name, "post.name")?;
    position(post.origin, "post.origin")?;
    need(TEMPERATURE_C.contains(&post.temperature_c), "post.temperature_c", "must be from -50 to 60")?;
    let zone = jiff::tz::TimeZone::get(&post.timezone).is_ok();
    need(zone, "post.timezone", "must be a name of the IANA time zone database, such as Europe/Amsterdam")?;
    need((2..=3_600).contains(&post.gone_after_s), "post.gone_after_s", "must be from 2 to 3600")?;
    named(&post.ffmpeg.to_string_lossy(), "post.ffmpeg", "name the program, such as ffmpeg")?;
    named(&config.buffer.folder.to_string_lossy(), "buffer.folder", "name a folder")?;
    need((1..=65_536).contains(&config.buffer.mib_max), "buffer.mib_max", "must be from 1 to 65536")?;
    need(
        (1..=SENSORS_MAX).contains(&config.sensors.len()),
        "sensors",
        &format!("must be 1 to {SENSORS_MAX} tables [[sensors]]"),
    )?;
    let mut ids = BTreeSet::new();
    for (number, sensor) in config.sensors.iter().enumerate() {
        let key = format!("sensors[{number}]");
        name(&sensor.id, &format!("{key}.id"))?;
        need(ids.insert(&sensor.id), &format!("{key}.id"), "is that of another sensor: give each its own")?;
        check_sensor(config, sensor, &format!("sensors.{}", sensor.id))?;
    }
    Ok(())
}

fn check_sensor(config: &Config, sensor: &Sensor, key: &str) -> Result<(), ConfigError> {
    let of = |name: &str| format!("{key}.{name}");
    position(sensor.at, &of("at"))?;
    let near = sensor.position().distance_m(config.origin()) <= REACH_M_MAX;
    need(
        near,
        &of("at"),
        "is more than 20 km from post.origin: mend one of the two (longitude comes first)",
    )?;
    need((0.0..=500.0).contains(&sensor.height_m), &of("height_m"), "must be from 0 to 500")?;
    need((-360.0..=360.0).contains(&sensor.heading_deg), &of("heading_deg"), "must be from -360 to 360")?;
    check_register(sensor, &of("register"))?;
    check_input(config, &sensor.input, &of("input"))?;
    let camera = sensor.kind == SensorKind::Camera;
    let pictures = matches!(sensor.input.from, From::Video | From::Rtsp);
    need(camera == pictures, &of("input.from"), "a camera has video or rtsp; microphones have the others")?;
    let offsets = sensor.offsets_m.len();
    let fitting = match sensor.kind {
        SensorKind::Array => offsets >= 2 && offsets == sensor.input.channels,
        SensorKind::Microphone | SensorKind::Camera => offsets == 0,
    };
    need(fitting, &of("offsets_m"), "an array has one per channel, at least two; other sensors have none")?;
    let near = sensor.offsets_m.iter().flatten().all(|metres| metres.abs() <= 10.0);
    need(near, &of("offsets_m"), "must be metres from the middle of the array, at most 10")?;
    need(camera || sensor.masks.is_empty(), &of("masks"), "only a camera has masks")?;
    let ring = |ring: &Vec<[f64; 2]>| {
        (3..=POINTS_MAX).contains(&ring.len()) && ring.iter().all(|one| on_picture(*one))
    };
    need(
        sensor.masks.len() <= MASKS_MAX && sensor.masks.iter().all(ring),
        &of("masks"),
        &format!("must be at most {MASKS_MAX} rings of 3 to {POINTS_MAX} points on a picture 384 wide"),
    )?;
    let points = sensor.calibration.len();
    need(
        points == 0 || (camera && (4..=POINTS_MAX).contains(&points)),
        &of("calibration"),
        &format!("a camera has 4 to {POINTS_MAX} points that are not on one line, or none"),
    )?;
    for (number, point) in sensor.calibration.iter().enumerate() {
        position(point.at, &format!("{key}.calibration[{number}].at"))?;
        let pixel = format!("{key}.calibration[{number}].pixel");
        need(on_picture(point.pixel), &pixel, "must lie on a picture that is 384 wide")?;
    }
    check_watched(sensor, key)?;
    need(camera || sensor.ptz.is_none(), &of("ptz"), "only a camera is turned")?;
    sensor.ptz.as_ref().map_or(Ok(()), |ptz| check_ptz(ptz, &of("ptz")))?;
    need(camera || sensor.onvif.is_none(), &of("onvif"), "only a camera is asked for its alarms")?;
    let onvif = |one: &Onvif| url(&one.url, &["http", "https"], &of("onvif.url"), DEVICE_SERVICE);
    sensor.onvif.as_ref().map_or(Ok(()), onvif)
}

fn check_watched(sensor: &Sensor, key: &str) -> Result<(), ConfigError> {
    let count = sensor.lines.len() + sensor.watched.len();
    let placed = sensor.ptz.is_none() && !sensor.calibration.is_empty();
    need(
        count == 0 || placed,
        &format!("{key}.calibration"),
        "is missing: lines and watched zones need a fixed camera with at least 4 points",
    )?;
    need(
        count <= WATCHED_MAX,
        &format!("{key}.lines"),
        &format!("must be at most {WATCHED_MAX} together with watched"),
    )?;
    for (number, line) in sensor.lines.iter().enumerate() {
        let of = |name: &str| format!("{key}.lines[{number}].{name}");
        named(&line.name, &of("name"), "must say something")?;
        position(line.from, &of("from"))?;
        position(line.to, &of("to"))?;
    }
    for (number, zone) in sensor.watched.iter().enumerate() {
        let of = |name: &str| format!("{key}.watched[{number}].{name}");
        named(&zone.name, &of("name"), "must say something")?;
        let corners = (3..=POINTS_MAX).contains(&zone.corners.len());
        need(corners, &of("corners"), &format!("must be 3 to {POINTS_MAX} places"))?;
        zone.corners.iter().try_for_each(|corner| position(*corner, &of("corners")))?;
        for (name, value) in [("stay_s", zone.stay_s), ("left_s", zone.left_s), ("crowd", zone.crowd)] {
            need((0.0..=86_400.0).contains(&value), &of(name), "must be from 0 to 86400")?;
        }
        let asked = zone.stay_s > 0.0 || zone.left_s > 0.0 || zone.crowd > 0.0 || zone.sudden;
        need(asked, &of("stay_s"), "is nought, as is all else: say what is looked for in this zone")?;
    }
    Ok(())
}

fn check_register(sensor: &Sensor, key: &str) -> Result<(), ConfigError> {
    let register = sensor.register.as_ref();
    need(register.is_some(), key, "is missing: say who hangs this sensor, why, and whom to ask")?;
    let Some(register) = register else { return Ok(()) };
    for (name, text) in [
        ("name", &register.name),
        ("owner", &register.owner),
        ("purpose", &register.purpose),
        ("legal_basis", &register.legal_basis),
        ("data", &register.data),
        ("contact", &register.contact),
    ] {
        let fitting = !text.trim().is_empty() && text.len() <= 2_000;
        need(fitting, &format!("{key}.{name}"), "must say something, in at most 2000 bytes")?;
    }
    Ok(())
}

fn check_input(config: &Config, input: &Input, key: &str) -> Result<(), ConfigError> {
    let of = |name: &str| format!("{key}.{name}");
    if matches!(input.from, From::Pcm | From::Audio | From::Video) {
        named(&input.path.to_string_lossy(), &of("path"), "name the file or pipe")?;
    }
    if matches!(input.from, From::Pcm | From::Audio | From::Alsa) {
        let rate = (RATE_HZ_MIN..=RATE_HZ_MAX).contains(&input.rate_hz);
        need(rate, &of("rate_hz"), &format!("must be from {RATE_HZ_MIN} to {RATE_HZ_MAX}"))?;
        let channels = (1..=CHANNELS_MAX).contains(&input.channels);
        need(channels, &of("channels"), &format!("must be from 1 to {CHANNELS_MAX}"))?;
    }
    match input.from {
        From::Alsa => named(&input.device, &of("device"), "name the device; `arecord -L` lists them"),
        From::Camera => {
            let camera = config.sensor(&input.camera);
            let sounding = camera.is_some_and(|one| one.input.from == From::Rtsp);
            need(sounding, &of("camera"), "must be the id of a camera whose input is rtsp")
        }
        From::Rtsp => url(&input.url, &["rtsp"], &of("url"), "rtsp://192.0.2.7/stream2"),
        From::Pcm | From::Audio | From::Video => Ok(()),
    }
}

fn check_ptz(ptz: &Ptz, key: &str) -> Result<(), ConfigError> {
    let of = |name: &str| format!("{key}.{name}");
    url(&ptz.url, &["http", "https"], &of("url"), DEVICE_SERVICE)?;
    let range = |range: [f64; 2], most: f64| {
        range.iter().all(|degrees| degrees.abs() <= most) && (range[0] - range[1]).abs() > 1.0
    };
    need(range(ptz.pan_deg, 360.0), &of("pan_deg"), "must be two different numbers from -360 to 360")?;
    need(range(ptz.tilt_deg, 90.0), &of("tilt_deg"), "must be two different numbers from -90 to 90")?;
    need((0.0..=1.0).contains(&ptz.zoom), &of("zoom"), "must be from 0 to 1")?;
    need(ptz.presets.len() <= PRESETS_MAX, &of("presets"), &format!("must be at most {PRESETS_MAX}"))?;
    for (number, preset) in ptz.presets.iter().enumerate() {
        named(
            &preset.token,
            &format!("{key}.presets[{number}].token"),
            "name the preset as the camera does",
        )?;
        position(preset.at, &format!("{key}.presets[{number}].at"))?;
    }
    Ok(())
}

fn need(holds: bool, key: &str, what: &str) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::Value { key: key.to_owned(), what: what.to_owned() }) }
}

fn named(text: &str, key: &str, what: &str) -> Result<(), ConfigError> {
    need(!text.is_empty() && text.len() <= 1_000, key, what)
}

fn name(text: &str, key: &str) -> Result<(), ConfigError> {
    let plain = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-';
    let fitting = (1..=64).contains(&text.len()) && text.chars().all(plain);
    need(fitting, key, "must be 1 to 64 lower-case letters, digits and hyphens")
}

fn position(at: [f64; 2], key: &str) -> Result<(), ConfigError> {
    need(Position::new(at[0], at[1]).is_ok(), key, "must be [longitude, latitude] in degrees")
}

fn on_picture([right, down]: [f64; 2]) -> bool {
    (0.0..=384.0).contains(&right) && (0.0..=1_080.0).contains(&down)
}

fn url(text: &str, schemes: &[&str], key: &str, example: &str) -> Result<(), ConfigError> {
    let url = Url::parse(text).ok().filter(|url| schemes.contains(&url.scheme()) && url.host().is_some());
    need(url.is_some(), key, &format!("must be an address such as {example}"))?;
    let bare = url.is_some_and(|url| url.username().is_empty() && url.password().is_none());
    need(bare, key, "must not hold a name or password: they belong in a file of their own")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER: &str = "register = { name = \"a\", owner = \"b\", purpose = \"c\", legal_basis = \"d\", data = \"e\", \
                            personal_data = false, retention_days = 1, contact = \"f\" }";

    /// A fixed camera that is calibrated.
    const WATCHING: &str = "kind = \"camera\"\ninput = { from = \"video\", path = \"a\" }\ncalibration = [{ pixel = [1, 1], at = [4.28, 52.09] }, \
                            { pixel = [9, 1], at = [4.281, 52.09] }, { pixel = [9, 9], at = [4.281, 52.091] }, \
                            { pixel = [1, 9], at = [4.28, 52.091] }]\n";

    fn with(sensor: &str) -> String {
        format!("[[sensors]]\nid = \"one\"\nat = [4.28, 52.09]\n{REGISTER}\n{sensor}")
    }

    #[test]
    fn what_can_be_is_taken() {
        for sensor in [
            "input = { from = \"pcm\", path = \"/run/one\" }",
            "kind = \"array\"\noffsets_m = [[0.05, 0], [-0.05, 0]]\ninput = { from = \"alsa\", device = \"hw:1\", channels = 2 }",
            "kind = \"camera\"\ninput = { from = \"rtsp\", url = \"rtsp://192.0.2.7/a\" }\n[sensors.ptz]\nurl = \"http://192.0.2.7/\"",
        ] {
            Config::parse(&with(sensor)).unwrap_or_else(|error| panic!("{sensor}: {error}"));
        }
    }

    #[test]
    fn lines_and_watched_zones_need_a_camera_that_knows_the_ground() {
        let corners = "corners = [[4.28, 52.09], [4.29, 52.09], [4.29, 52.1]]";
        let line = "lines = [{ name = \"a\", from = [4.28, 52.09], to = [4.29, 52.09] }]";
        for (sensor, refused) in [
            (format!("{WATCHING}{line}"), None),
            (format!("{WATCHING}watched = [{{ name = \"a\", {corners}, stay_s = 60 }}]"), None),
            (
                format!("kind = \"camera\"\n{line}\ninput = {{ from = \"video\", path = \"a\" }}"),
                Some("sensors.one.calibration"),
            ),
            (
                format!("{WATCHING}watched = [{{ name = \"a\", {corners} }}]"),
                Some("sensors.one.watched[0].stay_s"),
            ),
            (
                format!("{WATCHING}watched = [{{ name = \"a\", corners = [], sudden = true }}]"),
                Some("sensors.one.watched[0].corners"),
            ),
            (
                format!("{WATCHING}lines = [{{ from = [4.28, 52.09], to = [4.29, 52.09] }}]"),
                Some("lines[0].name"),
            ),
        ] {
            let error = Config::parse(&with(&sensor)).err().map(|error| error.to_string());
            match refused {
                None => assert_eq!(error, None, "{sensor}"),
                Some(key) => {
                    assert!(error.as_ref().is_some_and(|error| error.contains(key)), "{sensor}: {error:?}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (text, word) in [
            (String::new(), "sensors"),
            ("[post]\nnmae = \"a\"".into(), "nmae"),
            ("[node]\nurl = \"belfry\"".into(), "node.url"),
            ("[node]\nurl = \"https://me:secret@belfry.example.org\"".into(), "node.url"),
            ("[post]\nname = \"Post One\"".into(), "post.name"),
            ("[post]\norigin = [52.09, 94.28]".into(), "post.origin"),
            ("[post]\ntemperature_c = 200".into(), "post.temperature_c"),
            ("[post]\ntimezone = \"The Hague\"".into(), "post.timezone"),
            ("[[sensors]]\nid = \"one\"\nat = [4.28, 52.09]".into(), "sensors.one.register"),
            (with("kind = \"ear\""), "ear"),
            (with("at_all = 1"), "at_all"),
            (with("input = { from = \"pcm\" }"), "sensors.one.input.path"),
            (with("input = { from = \"pcm\", path = \"a\", rate_hz = 100 }"), "sensors.one.input.rate_hz"),
            (with("input = { from = \"pcm\", path = \"a\", channels = 17 }"), "sensors.one.input.channels"),
            (
                with("onvif = { url = \"http://a/\" }\ninput = { from = \"pcm\", path = \"a\" }"),
                "sensors.one.onvif",
            ),
            (with(&format!("{WATCHING}onvif = {{ url = \"rtsp://a/\" }}")), "sensors.one.onvif.url"),
            (with("input = { from = \"rtsp\", url = \"rtsp://a/\" }"), "sensors.one.input.from"),
            (with("input = { from = \"camera\", camera = \"two\" }"), "sensors.one.input.camera"),
            (
                with("kind = \"array\"\ninput = { from = \"pcm\", path = \"a\", channels = 4 }"),
                "sensors.one.offsets_m",
            ),
            (
                with("kind = \"camera\"\ninput = { from = \"rtsp\", url = \"rtsp://a:b@c/\" }"),
                "sensors.one.input.url",
            ),
            (
                with(
                    "kind = \"camera\"\ncalibration = [{ pixel = [1, 1], at = [4.2, 52.0] }]\ninput = { from = \"video\", path = \"a\" }",
                ),
                "sensors.one.calibration",
            ),
            (
                with(
                    "kind = \"camera\"\nmasks = [[[1, 1], [500, 1], [1, 9]]]\ninput = { from = \"video\", path = \"a\" }",
                ),
                "sensors.one.masks",
            ),
        ] {
            let error = Config::parse(&text).unwrap_err().to_string();
            assert!(error.contains(word), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
        let far = with("input = { from = \"pcm\", path = \"a\" }").replace("[4.28, 52.09]", "[52.09, 4.28]");
        assert!(Config::parse(&far).unwrap_err().to_string().contains("longitude comes first"));
        let twice = format!("{0}\n{0}", with("input = { from = \"pcm\", path = \"a\" }"));
        assert!(Config::parse(&twice).unwrap_err().to_string().contains("another sensor"));
    }
}
