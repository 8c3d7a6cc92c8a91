//! The street of the demonstration, with `belfry sense` beside it, as an operator and as somebody who does not believe that no
//! speech is kept: a voice is played in the street, and then looked for in every file, in all that went over the wire, and in
//! every log.
//!
//! Simulated: the street, its sensors and the voice. Real: the node, the post, ffmpeg, the pipes, ONVIF and HTTP over sockets.
//!
//! Not here: whether a real street is understood.

#![allow(clippy::disallowed_methods, reason = "real things are waited for, and listened to over a wire")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use sim::scene::{Clip, Sound, Soundscape, Spot};
use sim::street::{EARS, RATE_HZ, SHOUT_AT, surroundings};
use sim::trace::Trace;

use super::sense::{is_missing, ran};
use super::support::{Demo, text};

/// How long the street may take until all has happened that is waited for.
const WITHIN: Duration = Duration::from_secs(150);
/// A harmless sentence.
const SAID: &str = "Goedemorgen, de tram naar het strand vertrekt over vijf minuten vanaf het plein.";
const OPERATOR: &str = "Sensor operator Police";

#[test]
fn a_bang_is_placed_and_looked_at_and_no_voice_is_left_anywhere() {
    let there = ran("ffmpeg", &["-version"]) && ran("espeak-ng", &["--version"]);
    if is_missing("ffmpeg or espeak-ng", there) {
        return;
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let (file, voice) = voice(elsewhere.path());
    let trace = Trace::of(&voice);
    assert!(!trace.is_empty());
    the_search_finds_what_a_microphone_hears(&trace, &voice);

    let folder = tempfile::tempdir().unwrap();
    let demo =
        Demo::start(folder.path(), &["--data", text(folder.path()), "--no-post", "--play", text(&file)]);
    let street = folder.path().join("street");
    let wire = Wire::to(demo.address.strip_prefix("http://").unwrap());
    let post = Post::start(&street, &demo.address, wire.port);

    let (shot, firework) = observed(&demo);
    the_bang_is_explained(&shot);
    assert!(firework["what"].is_null(), "a firework is unsure: {firework}");
    // By now the voice was heard more than once; whatever was told of it would be there.
    let all = observations(&demo);
    assert_eq!(all.len(), 2, "a voice is no observation: {all:#?}");

    assert_eq!(demo.stop(), Some(0));
    post.stop();
    let wired = wire.carried();
    assert!(wired.len() > 50_000, "{} bytes: the post told the node of its sensors", wired.len());
    assert_eq!(trace.find(&wired), None, "a voice went over the wire");
    let mut files = 0;
    for file in files_of(folder.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(trace.find(&bytes), None, "a voice is left in {}", file.display());
        files += 1;
    }
    assert!(files > 10, "{files} files were searched");
}

/// Without this, finding nothing would say nothing: the same voice as the nearest microphone has it, echoes and wind in it.
fn the_search_finds_what_a_microphone_hears(trace: &Trace, voice: &[f32]) {
    let mut scene = Soundscape::new(3, RATE_HZ, surroundings(), vec![EARS[0].sensor()]);
    scene.around(55.0, 6);
    let place = Spot::new(SHOUT_AT[0], SHOUT_AT[1], 1.6);
    scene.happens(0.2, place, &Clip::of(voice), Sound::Shout.level_db());
    let heard = scene.next(0, 4 * RATE_HZ as usize).channels.remove(0);
    let floats: Vec<u8> = heard.iter().flat_map(|one| one.to_le_bytes()).collect();
    assert!(trace.find(&floats).is_some(), "as floats");
    #[allow(clippy::cast_possible_truncation, reason = "samples")]
    let shorts: Vec<u8> = heard.iter().flat_map(|one| ((one * 3e5) as i16).to_le_bytes()).collect();
    assert!(trace.find(&shorts).is_some(), "as whole numbers");
}

/// A voice at the street's rate: its file, and its samples.
fn voice(folder: &Path) -> (PathBuf, Vec<f32>) {
    let (raw, file) = (folder.join("raw.wav"), folder.join("voice.wav"));
    assert!(ran("espeak-ng", &["-v", "nl", "-w", text(&raw), SAID]), "espeak-ng speaks");
    let rate = RATE_HZ.to_string();
    let quiet = ["-hide_banner", "-loglevel", "error", "-y", "-i", text(&raw)];
    let wanted = ["-ar", &rate, "-ac", "1", "-c:a", "pcm_s16le", "-bitexact", text(&file)];
    assert!(ran("ffmpeg", &[&quiet[..], &wanted[..]].concat()));
    let bytes = std::fs::read(&file).unwrap();
    let data = bytes.windows(4).position(|four| four == b"data").unwrap() + 8;
    let (two, _) = bytes[data..].as_chunks::<2>();
    (file, two.iter().map(|one| f32::from(i16::from_le_bytes(*one)) / 32_768.0).collect())
}

fn observations(demo: &Demo) -> Vec<Value> {
    let shown = demo.ask(OPERATOR, "/api/v1/sense/observations");
    let items = shown["items"].as_array().unwrap().iter();
    items.map(|one| one.get("observation").unwrap_or(one).clone()).collect()
}

/// The bang and the firework, once both are settled.
fn observed(demo: &Demo) -> (Value, Value) {
    let began = Instant::now();
    loop {
        let all = observations(demo);
        let settled: Vec<&Value> = all.iter().filter(|one| one["stage"] == "settled").collect();
        if let [firework, shot] = settled[..] {
            return (shot.clone(), firework.clone());
        }
        assert!(began.elapsed() < WITHIN, "not both were told in time: {all:#?}");
        std::thread::park_timeout(Duration::from_millis(500));
    }
}

fn the_bang_is_explained(shot: &Value) {
    assert_eq!(shot["what"]["name"], "gun_shot", "{shot:#}");
    assert_eq!(shot["basis"], "heard_and_seen", "{shot:#}");
    let place = &shot["place"];
    assert_eq!(place["zone"], "world-forum", "{place}");
    // 58 m east and 20 m south of the middle of the plan, in degrees.
    let (east, north) = (place["at"][0].as_f64().unwrap(), place["at"][1].as_f64().unwrap());
    let off_m = ((east - 4.283_347) * 68_400.0).hypot((north - 52.090_32) * 111_250.0);
    assert!(off_m < 6.0, "{off_m} m off: {place}");
    assert!(place["major_m"].as_f64().unwrap() < 20.0, "{place}");
    let left_out: Vec<&str> =
        place["left_out"].as_array().unwrap().iter().map(|one| one["sensor"].as_str().unwrap()).collect();
    assert!(left_out.contains(&"microphone-square"), "it stands behind the building: {place}");
    let camera =
        |id: &str| shot["cameras"].as_array().unwrap().iter().find(|one| one["sensor"] == id).unwrap();
    assert_eq!(
        (&camera("camera-south")["turned"], &camera("camera-south")["sees"]),
        (&true.into(), &true.into())
    );
    for blind in ["camera-west", "camera-square"] {
        assert_eq!(camera(blind)["sees"], false, "{blind}");
        let says = |one: &&Value| one["code"] == "cannot_see" && one["sensor"] == blind;
        assert!(
            shot["evidence"].as_array().unwrap().iter().any(|one| says(&one)),
            "{blind} says so: {shot:#}"
        );
    }
}

/// `belfry sense` with the street's own settings, but for the node's address: what it says goes over a wire that is listened to.
struct Post(Child);

impl Post {
    fn start(street: &Path, address: &str, port: u16) -> Self {
        let settings = street.join("sense.toml");
        let began = Instant::now();
        let told = loop {
            if let Ok(told) = std::fs::read_to_string(&settings)
                && told.contains("camera-square")
            {
                break told;
            }
            assert!(began.elapsed() < WITHIN, "the street has no settings");
            std::thread::park_timeout(Duration::from_millis(200));
        };
        assert!(told.contains(address), "{told}");
        std::fs::write(&settings, told.replace(address, &format!("http://127.0.0.1:{port}"))).unwrap();
        let log = std::fs::File::create(street.join("post.log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_belfry"))
            .args(["sense", "--config", text(&settings)])
            .env("BELFRY_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(asked.success());
        self.0.wait().unwrap();
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        // Already gone after `stop`.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A wire to the node that keeps all that goes over it, both ways.
struct Wire {
    port: u16,
    carried: Arc<Mutex<Vec<u8>>>,
}

impl Wire {
    fn to(node: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let carried = Arc::new(Mutex::new(Vec::new()));
        let (kept, node) = (carried.clone(), node.to_owned());
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let (near, far) = (near.unwrap(), TcpStream::connect(&node).unwrap());
                carry(near.try_clone().unwrap(), far.try_clone().unwrap(), kept.clone());
                carry(far, near, kept.clone());
            }
        });
        Self { port, carried }
    }

    fn carried(&self) -> Vec<u8> {
        self.carried.lock().unwrap().clone()
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, kept: Arc<Mutex<Vec<u8>>>) {
    std::thread::spawn(move || {
        let mut bytes = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            kept.lock().unwrap().extend_from_slice(&bytes[..count]);
            if to.write_all(&bytes[..count]).is_err() {
                return;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
}

/// Every file in a folder and the folders in it; pipes hold nothing.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files.extend(files_of(&entry.path()));
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files
}
