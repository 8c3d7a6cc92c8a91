//! What must be on the computer before anything builds, installed where that can be done without asking.
//!
//! Not here: Rust itself, and anything that is not a package of the distribution. No browser is downloaded.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::command::{Step, find_program};

/// Something the computer must have.
pub struct Need {
    /// For people.
    what: &'static str,
    /// The package of Debian and its kin that brings it.
    package: &'static str,
    present: fn() -> bool,
}

/// A C compiler, for SQLite and the cryptography that is bundled.
const COMPILER: Need =
    Need { what: "a C compiler", package: "build-essential", present: || find_program("cc").is_some() };
/// What HiGHS, the optimiser, is built with.
const CMAKE: Need = Need { what: "CMake", package: "cmake", present: || find_program("cmake").is_some() };
/// What reads its headers for Rust.
const LIBCLANG: Need = Need { what: "libclang", package: "libclang-dev", present: libclang };
/// Node, for the screens.
const NODE: Need = Need {
    what: "Node 20.19 or later",
    package: "nodejs",
    present: || node_version().is_some_and(new_enough),
};
/// npm, for what the screens are made of.
const NPM: Need = Need { what: "npm", package: "npm", present: || find_program("npm").is_some() };
/// A browser, for the tests of the screens.
const CHROMIUM: Need = Need { what: "Chromium", package: "chromium", present: || chromium().is_some() };
/// A font, without which a browser draws boxes.
const FONT: Need = Need {
    what: "a font",
    package: "fonts-dejavu-core",
    present: || Path::new("/usr/share/fonts").exists() || !Path::new("/etc/debian_version").exists(),
};

/// What opens films and sound files for `belfry sense`.
const FFMPEG: Need = Need { what: "ffmpeg", package: "ffmpeg", present: || find_program("ffmpeg").is_some() };
/// Debian's Python with Debian's GStreamer, for a camera to test with.
const RTSP_SERVER: Need = Need {
    what: "GStreamer's RTSP server for Python",
    package: "gir1.2-gst-rtsp-server-1.0",
    present: || {
        gstreamer("gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer")
    },
};
/// What Python needs to speak of GStreamer at all.
const GST_PYTHON: Need = Need {
    what: "GStreamer for Python",
    package: "python3-gst-1.0",
    present: || gstreamer("from gi.repository import Gst"),
};
/// Test pictures, tones and payloads.
const GST_BASE: Need = Need {
    what: "GStreamer's base plug-ins",
    package: "gstreamer1.0-plugins-base",
    present: || gst_element("videotestsrc"),
};
/// G.711 and RTP.
const GST_GOOD: Need = Need {
    what: "GStreamer's good plug-ins",
    package: "gstreamer1.0-plugins-good",
    present: || gst_element("mulawenc"),
};
/// H.265 and AAC.
const GST_BAD: Need = Need {
    what: "GStreamer's bad plug-ins",
    package: "gstreamer1.0-plugins-bad",
    present: || gst_element("x265enc"),
};
/// H.264.
const GST_UGLY: Need = Need {
    what: "GStreamer's ugly plug-ins",
    package: "gstreamer1.0-plugins-ugly",
    present: || gst_element("x264enc"),
};

/// A voice, to see that none is kept.
const ESPEAK: Need =
    Need { what: "a voice", package: "espeak-ng", present: || find_program("espeak-ng").is_some() };

/// What a build needs.
pub const TO_BUILD: [Need; 5] = [COMPILER, CMAKE, LIBCLANG, NODE, NPM];
/// What the cameras of the demonstration need besides.
pub const TO_SHOW: [Need; 1] = [FFMPEG];
/// What the tests in a browser need besides.
pub const TO_BROWSE: [Need; 2] = [CHROMIUM, FONT];

/// What the tests of sensors need besides: something that opens media, and a camera.
pub const TO_SENSE: [Need; 8] =
    [FFMPEG, ESPEAK, GST_PYTHON, RTSP_SERVER, GST_BASE, GST_GOOD, GST_BAD, GST_UGLY];

/// Oldest Node that the screens build with: major and minor.
const NODE_OLDEST: (u32, u32) = (20, 19);

/// Installs what is missing, or says what to install.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing = || needs.iter().filter(|need| !(need.present)()).collect::<Vec<_>>();
    let first = missing();
    if first.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = first.iter().map(|need| need.package).collect();
    let Some(prefix) = may_install() else {
        bail!("{}", advice(&first));
    };
    println!("set-up: installing {}", packages.join(", "));
    apt(prefix, &["update", "--quiet"])?;
    let mut arguments = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    arguments.extend(&packages);
    apt(prefix, &arguments)?;
    let still = missing();
    if !still.is_empty() {
        bail!("the distribution's packages are not enough: {}", advice(&still));
    }
    Ok(())
}

/// Whether there is a libclang that can be loaded, where Debian and its kin or the environment put it.
fn libclang() -> bool {
    let holds = |folder: &Path| {
        let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let mut names = names.map(|name| name.to_string_lossy().into_owned());
        names.any(|name| name.starts_with("libclang.so"))
    };
    let versions = fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = versions
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm-")))
        .map(|path| path.join("lib"))
        .collect();
    folders.extend(["/usr/lib", "/usr/lib64", "/usr/local/lib"].map(PathBuf::from));
    folders.extend(std::env::var_os("LIBCLANG_PATH").map(PathBuf::from));
    folders.iter().any(|folder| holds(folder))
}

/// The Chromium of this computer.
pub fn chromium() -> Option<std::path::PathBuf> {
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .into_iter()
        .find_map(find_program)
}

fn advice(missing: &[&Need]) -> String {
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    format!(
        "missing: {}; install it, for example with: sudo apt-get install {}",
        what.join(", "),
        packages.join(" ")
    )
}

/// How to become root without asking: not at all, with sudo, or it cannot be done.
fn may_install() -> Option<&'static [&'static str]> {
    if !Path::new("/etc/debian_version").exists() || find_program("apt-get").is_none() {
        return None;
    }
    if Step::program("id", &["-u"]).output().is_ok_and(|id| id.trim() == "0") {
        return Some(&[]);
    }
    Step::program("sudo", &["-n", "true"]).succeeds().then_some(&["sudo", "-n"])
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Result<()> {
    let mut all: Vec<&str> = prefix.to_vec();
    all.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    all.extend(arguments);
    Step::program(all[0], &all[1..]).run()
}

fn gst_element(name: &str) -> bool {
    gstreamer(&format!(
        "from gi.repository import Gst; Gst.init(None); assert Gst.ElementFactory.find('{name}')"
    ))
}

/// Whether something holds in Debian's own Python; another one in PATH does not see Debian's packages.
fn gstreamer(line: &str) -> bool {
    let line = format!("import gi; gi.require_version('Gst', '1.0'); {line}");
    Step::program("/usr/bin/python3", &["-c", &line]).succeeds()
}

fn node_version() -> Option<(u32, u32)> {
    find_program("node")?;
    parse_version(&Step::program("node", &["--version"]).output().ok()?)
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn new_enough(version: (u32, u32)) -> bool {
    version >= NODE_OLDEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_old_node_from_new() {
        for (text, expect) in
            [("v20.19.0\n", true), ("v20.18.9", false), ("v18.20.4", false), ("v22.1.0", true)]
        {
            assert_eq!(new_enough(parse_version(text).unwrap()), expect, "{text}");
        }
        assert_eq!(parse_version("not a version"), None);
    }

    #[test]
    fn advice_is_one_line_to_run() {
        let absent = Need { what: "a thing", package: "thing-dev", present: || false };
        let text = advice(&[&absent]);
        assert!(text.ends_with("sudo apt-get install thing-dev") && text.contains("a thing"), "{text}");
    }
}
