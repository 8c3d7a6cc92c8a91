//! `belfry sense check` with real things at the other end: a pipe of samples, a sound file, a film, and a camera that is
//! GStreamer's RTSP server behind a password. `cargo xtask test` installs what this needs.
//!
//! Not here: what the post does with it (its own tests), and a camera that turns.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::support::{belfry, said, text};

/// Debian's Python, which has Debian's GStreamer.
const PYTHON: &str = "/usr/bin/python3";
const REGISTER: &str = "{ name = \"a\", owner = \"b\", purpose = \"c\", legal_basis = \"d\", data = \"e\", \
                        personal_data = false, retention_days = 1, contact = \"f\" }";

/// What is said by who sets everything up first: then nothing may be missing.
fn all_must_be_there() -> bool {
    std::env::var_os("BELFRY_TEST_SENSORS").is_some()
}

pub(crate) fn ran(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}

/// Whether a tool is missing; says so in a line.
#[allow(clippy::print_stdout, reason = "says why it was left out")]
pub(crate) fn is_missing(what: &str, there: bool) -> bool {
    assert!(there || !all_must_be_there(), "{what} is missing, though the set-up should have installed it");
    if !there {
        println!("not looked at: {what} is missing; `cargo xtask test` installs it");
    }
    !there
}

fn made(arguments: &[&str], file: &Path) {
    let mut all = vec!["-hide_banner", "-loglevel", "error", "-f", "lavfi"];
    all.extend(arguments);
    all.push(text(file));
    assert!(ran("ffmpeg", &all), "{all:?}");
}

fn sensor(id: &str, kind: &str, input: &str) -> String {
    format!(
        "[[sensors]]\nid = \"{id}\"\nkind = \"{kind}\"\nat = [4.28, 52.09]\nregister = {REGISTER}\ninput = {{ {input} }}\n"
    )
}

/// The table that the check prints, a row per sensor; and its exit code.
fn checked(folder: &Path, sensors: &[String], seconds: u32) -> (BTreeMap<String, Vec<String>>, Option<i32>) {
    let settings = folder.join("sense.toml");
    let post = "[post]\nname = \"test\"\norigin = [4.28, 52.09]\n";
    std::fs::write(&settings, format!("{post}{}", sensors.concat())).unwrap();
    let output = belfry(&["sense", "check", "--config", text(&settings), "--seconds", &seconds.to_string()]);
    let out = said(&output);
    assert!(!out.contains("hidden"), "no password is ever said: {out}");
    let rows = out.lines().filter_map(|line| {
        let cells: Vec<String> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
        (cells.len() > 6).then(|| (cells[1].clone(), cells[2..].to_vec()))
    });
    let rows: BTreeMap<_, _> = rows.collect();
    assert!(rows.len() > sensors.len(), "{out}");
    (rows, output.status.code())
}

fn number(cell: &str, before: &str) -> f64 {
    let head = cell.split(before).next().unwrap().trim();
    head.rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap_or_else(|_| panic!("{cell:?} has no number before {before:?}"))
}

#[test]
fn files_are_heard_and_seen_and_what_is_wrong_is_said() {
    if is_missing("ffmpeg", ran("ffmpeg", &["-version"])) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    made(&["-i", "sine=frequency=500:sample_rate=16000:duration=8", "-ac", "2"], &file("tone.flac"));
    made(&["-i", "testsrc=size=640x480:rate=12:duration=8", "-pix_fmt", "yuv420p"], &file("film.mkv"));
    std::fs::write(file("silence.pcm"), vec![0; 64_000]).unwrap();
    std::fs::write(file("no.flac"), "this is no sound").unwrap();
    let path = |name: &str| format!("path = \"{}\"", text(&file(name)));
    let sensors = [
        sensor(
            "tone",
            "microphone",
            &format!("from = \"audio\", {}, rate_hz = 16000, channels = 2", path("tone.flac")),
        ),
        sensor("film", "camera", &format!("from = \"video\", {}", path("film.mkv"))),
        sensor("silence", "microphone", &format!("from = \"pcm\", {}, rate_hz = 8000", path("silence.pcm"))),
        sensor("no", "microphone", &format!("from = \"audio\", {}", path("no.flac"))),
        sensor("absent", "camera", &format!("from = \"video\", {}", path("absent.mkv"))),
    ];
    let (rows, code) = checked(folder.path(), &sensors, 3);
    assert_eq!(code, Some(3), "not all is well");
    let tone = &rows["tone"];
    assert!(tone[0].starts_with("16000 Hz x 2, ") && tone[5] == "well", "{tone:?}");
    // At the pace at which it was made: 3 s, less what the child took to begin.
    assert!((1.0..=3.2).contains(&number(&tone[0].replace("16000 Hz x 2,", ""), "s")), "{tone:?}");
    // ffmpeg's sine has an amplitude of an eighth: 18 dB below full, 3 dB more for its mean square, and 3 dB for two channels.
    assert!((number(&tone[1], "dBFS") + 24.0).abs() <= 1.0, "{tone:?}");
    let film = &rows["film"];
    assert!(film[0].starts_with("384 x 288, ") && film[5] == "well", "{film:?}");
    assert!((2.0..=5.6).contains(&number(&film[0], "frames/s")), "{film:?}");
    assert!(rows["silence"][5].contains("hears nothing at all"), "{:?}", rows["silence"]);
    assert!(rows["no"][5].contains("ffmpeg ended"), "{:?}", rows["no"]);
    assert!(rows["absent"][5].contains("cannot open"), "{:?}", rows["absent"]);
}

/// GStreamer's RTSP server; it ends with its standard input.
struct Camera {
    child: Child,
    url: String,
}

impl Camera {
    fn start(picture: &str, sound: &str) -> Self {
        Self::start_with(&[picture, sound])
    }

    fn start_with(arguments: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/command_line/rtsp_server.py");
        let mut child = Command::new(PYTHON)
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port: u16 = port.trim().parse().unwrap_or_else(|_| panic!("no port: {port:?}"));
        Self { child, url: format!("rtsp://127.0.0.1:{port}/camera") }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn has_gstreamer() -> bool {
    let script = "import gi\ngi.require_version('Gst', '1.0')\ngi.require_version('GstRtspServer', '1.0')\n\
                  from gi.repository import Gst, GstRtspServer\nGst.init(None)\n\
                  assert all(map(Gst.ElementFactory.find, ('x264enc', 'x265enc', 'voaacenc', 'mulawenc', 'opusenc', 'rtpopuspay')))";
    ran(PYTHON, &["-c", script])
}

#[test]
fn a_camera_on_the_network_is_seen_and_heard_and_its_clock_compared() {
    if is_missing("ffmpeg", ran("ffmpeg", &["-version"]))
        || is_missing("GStreamer's RTSP server", has_gstreamer())
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "me:hidden\n").unwrap();
    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "me:hidden-not\n").unwrap();
    let (one, two) = (Camera::start("h264", "pcmu"), Camera::start("h265", "aac"));
    let rtsp = |camera: &Camera, secret: &Path| {
        format!("from = \"rtsp\", url = \"{}\", credentials_file = \"{}\"", camera.url, text(secret))
    };
    let sensors = [
        sensor("one", "camera", &rtsp(&one, &secret)),
        sensor("one-ear", "microphone", "from = \"camera\", camera = \"one\""),
        sensor("two", "camera", &rtsp(&two, &secret)),
        sensor("two-ear", "microphone", "from = \"camera\", camera = \"two\""),
        sensor("locked", "camera", &rtsp(&one, &wrong)),
    ];
    let (rows, code) = checked(folder.path(), &sensors, 8);
    assert_eq!(code, Some(3), "one is locked");
    for camera in ["one", "two"] {
        let eye = &rows[camera];
        assert!(eye[0].starts_with("384 x 216, ") && eye[5] == "well", "{rows:?}");
        // Five a second, less what it took to begin.
        assert!((2.0..=5.3).contains(&number(&eye[0], "frames/s")), "{eye:?}");
        let ear = &rows[&format!("{camera}-ear")];
        assert!(ear[0].starts_with("16000 Hz x 1, ") && ear[5] == "well", "{rows:?}");
        // A sine of half of full scale: 9 dB below.
        assert!((number(&ear[1], "dBFS") + 9.0).abs() <= 1.5, "{ear:?}");
        // Both run on this computer: the clocks are one.
        for row in [eye, ear] {
            assert!(number(&row[2], "ms").abs() < 100.0, "{row:?}");
        }
    }
    assert!(rows["locked"][0] == "nothing" && rows["locked"][5].contains("describe"), "{:?}", rows["locked"]);
}

#[test]
fn opus_is_heard_and_what_a_camera_tells_of_objects_is_taken() {
    if is_missing("ffmpeg", ran("ffmpeg", &["-version"]))
        || is_missing("GStreamer's RTSP server", has_gstreamer())
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "me:hidden\n").unwrap();
    // GStreamer does not always play a stream of metadata when another of the same camera is left, as that of Opus is.
    let (one, two) = (Camera::start("h264", "opus"), Camera::start_with(&["h264", "pcmu", "objects"]));
    let rtsp = |camera: &Camera| {
        format!("from = \"rtsp\", url = \"{}\", credentials_file = \"{}\"", camera.url, text(&secret))
    };
    let sensors = [
        sensor("one", "camera", &rtsp(&one)),
        sensor("one-ear", "microphone", "from = \"camera\", camera = \"one\""),
        sensor("two", "camera", &rtsp(&two)),
        sensor("two-ear", "microphone", "from = \"camera\", camera = \"two\""),
    ];
    let (rows, code) = checked(folder.path(), &sensors, 10);
    assert_eq!(code, Some(0), "{rows:?}");
    let ear = &rows["one-ear"];
    assert!(ear[0].starts_with("16000 Hz x 1, ") && ear[5] == "well", "{ear:?}");
    assert!((3.0..=10.5).contains(&number(&ear[0].replace("16000 Hz x 1,", ""), "s")), "{ear:?}");
    assert!((number(&ear[1], "dBFS") + 9.0).abs() <= 1.5, "a sine of half of full scale: {ear:?}");
    assert!(number(&ear[2], "ms").abs() < 100.0, "the clocks are one: {ear:?}");
    assert!(!rows["one"][0].contains("objects"), "{rows:?}");
    // Five a second are told, less what it took to begin.
    let told = rows["two"][0].split("objects ").nth(1).unwrap_or_else(|| panic!("no objects: {rows:?}"));
    assert!((1.5..=5.5).contains(&number(told, "/s")), "{rows:?}");
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("sense.toml");
    std::fs::write(&settings, "[post]\nname = \"Not a name\"\n").unwrap();
    for command in [&["sense"][..], &["sense", "check"]] {
        let mut arguments = command.to_vec();
        arguments.extend(["--config", text(&settings)]);
        let output = belfry(&arguments);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("post.name"), "{}", said(&output));
    }
}
