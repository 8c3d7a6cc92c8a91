//! `belfry init`: once, with a private key and a link that works once.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::support::{belfry, said, text};

#[test]
fn sets_up_once() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("belfry.toml");
    let (data, key) = (folder.path().join("data"), folder.path().join("keys/node.key"));
    let wanted =
        format!("[node]\ndata_folder = {data:?}\nkey_file = {key:?}\n[http]\nlisten = \"127.0.0.1:0\"\n");
    fs::write(&settings, wanted).unwrap();
    let config = ["--config", text(&settings)];

    let early = belfry(&[&["run"][..], &config].concat());
    assert_eq!(early.status.code(), Some(1));
    assert!(said(&early).contains("node key"), "{}", said(&early));

    let new_link = belfry(&[&["init", "--new-link"][..], &config].concat());
    assert_eq!(new_link.status.code(), Some(1), "there is no node to make a link for");

    let first = belfry(&[&["init"][..], &config].concat());
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let link = String::from_utf8(first.stdout).unwrap();
    let secret =
        link.trim().strip_prefix("https://localhost:8443/invitation/").expect("a link and nothing else");
    assert_eq!(secret.len(), 43, "{link}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&key), mode(&data)), (0o600, 0o700));
    }
    let key_before = fs::read(&key).unwrap();

    let second = belfry(&[&["init"][..], &config].concat());
    assert_eq!(second.status.code(), Some(1));
    assert!(said(&second).contains("set up already"), "{}", said(&second));
    assert_eq!(fs::read(&key).unwrap(), key_before);

    let again = belfry(&[&["init", "--new-link"][..], &config].concat());
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    assert!(!String::from_utf8(again.stdout).unwrap().contains(secret), "a new link");

    serves_and_stops(text(&settings));
    let verified = belfry(&[&["verify"][..], &config].concat());
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

/// `belfry run`: answers, offers no chooser, and stops when asked.
fn serves_and_stops(settings: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_belfry"));
    command.args(["run", "--config", settings]).env("BELFRY_LOG", "info").stderr(Stdio::piped());
    let mut node = command.spawn().unwrap();
    // Kept until the end: a program whose standard error is closed has nowhere to say anything.
    let mut lines = BufReader::new(node.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.find_map(|line| Some(line.split_once("listen=")?.1.to_owned()));
    let address = address.expect("a line that says where it listens");
    let address: String =
        address.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect();
    for (path, status) in [("/health/live", 200), ("/health/ready", 200), ("/api/v1/demo/members", 421)] {
        assert_eq!(super::support::status(&format!("http://{address}"), path), status, "{path}");
    }
    let asked = Command::new("kill").args(["-TERM", &node.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(node.wait().unwrap().code(), Some(0), "{:?}", lines.collect::<Vec<_>>());
}

#[test]
fn bad_settings_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("belfry.toml");
    for (wanted, words) in [
        (None, "belfry config-sample"),
        (Some("[http]\nlisten = \"0.0.0.0:80\""), "http.listen"),
        (Some("[nod]"), "nod"),
    ] {
        match wanted {
            Some(text) => fs::write(&settings, text).unwrap(),
            None => assert!(!settings.exists()),
        }
        let output = belfry(&["init", "--config", text(&settings)]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(words), "{}", said(&output));
        assert_eq!(
            folder.path().read_dir().unwrap().count(),
            usize::from(wanted.is_some()),
            "nothing is left"
        );
    }
}
