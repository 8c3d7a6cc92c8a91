//! Nothing acknowledged is lost: a process that is killed, and a machine whose power is cut.
//!
//! The test starts itself again as a process that publishes and prints what was acknowledged. A power cut: the store lies
//! on a file system of its own in a file; the process is stopped (not ended) so that nothing is under way, and the file is
//! copied. The copy holds what was written to the device, and nothing that was only in the memory of the system. What a
//! device itself may lose when it lies about its own cache is not simulated.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use base::ids::ItemId;
use base::random::{SeededRandom, bytes};
use store::{Durability, Options};

use crate::support::{Node, OPCW, ORIGIN, green};

const FOLDER: &str = "BELFRY_TEST_WRITER_FOLDER";
const DURABILITY: &str = "BELFRY_TEST_WRITER_DURABILITY";
/// Writers in the process.
const WRITERS: usize = 8;

/// In the process that is started: publishes until it is ended.
fn be_the_writer() -> bool {
    let Ok(folder) = std::env::var(FOLDER) else { return false };
    let durability = match std::env::var(DURABILITY).as_deref() {
        Ok("normal") => Durability::Normal,
        Ok("off") => Durability::Off,
        _ => Durability::Full,
    };
    let node = Node::with(Options { durability, ..Options::new(folder, ORIGIN) });
    let output = Mutex::new(std::io::stdout());
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                loop {
                    let item = node.item(OPCW, "acknowledged", green());
                    node.publish(&item);
                    let mut output = output.lock().unwrap();
                    writeln!(output, "acknowledged {}", item.id).unwrap();
                    output.flush().unwrap();
                }
            });
        }
    });
    true
}

/// Starts this test again as the writer.
fn writer(test: &str, folder: &Path, durability: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(DURABILITY, durability)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads what is acknowledged; after `count` of them does something to the process; gives all that were printed.
fn acknowledged(mut child: Child, count: usize, then: impl FnOnce(&mut Child)) -> Vec<ItemId> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut items = Vec::new();
    let read = |line: &str| line.strip_prefix("acknowledged ").and_then(|id| id.parse::<ItemId>().ok());
    while items.len() < count {
        let line = lines.next().expect("the writer goes on until it is ended").unwrap();
        items.extend(read(&line));
    }
    then(&mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    // The last line may be half.
    items.extend(lines.map_while(Result::ok).filter_map(|line| read(&line)));
    items
}

fn lost(node: &Node, items: &[ItemId]) -> usize {
    items.iter().filter(|item| node.store.candidate(**item).unwrap().is_none()).count()
}

#[test]
fn a_killed_process_loses_nothing() {
    if be_the_writer() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let random = SeededRandom::new(9);
    let mut all = Vec::new();
    for _ in 0..crate::cases(5, 100) {
        let count = 20 + usize::from(bytes::<1>(&random)[0]);
        all.extend(acknowledged(
            writer("kill::a_killed_process_loses_nothing", &data, "full"),
            count,
            |_| {},
        ));
        let node = Node::in_folder(&data);
        assert_eq!(lost(&node, &all), 0, "of {}", all.len());
        let report = node.store.verify(&mut |_, _| {}).unwrap();
        assert!(report.is_sound(), "{report:#?}");
        node.shut();
    }
    Node::in_folder(&data).assert_sound();
}

/// A file system in a file, mounted.
struct Disk {
    image: PathBuf,
    mounted: PathBuf,
}

impl Disk {
    fn mount(image: PathBuf, at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mount = Command::new("mount").args(["-o", "loop,commit=600"]).arg(&image).arg(at).output();
        let done = mount.is_ok_and(|output| output.status.success());
        done.then(|| Self { image, mounted: at.to_owned() })
    }

    fn new(folder: &Path) -> Option<Self> {
        let image = folder.join("disk");
        std::fs::File::create(&image).unwrap().set_len(64 * 1024 * 1024).unwrap();
        let made = Command::new("mkfs.ext4").arg("-q").arg(&image).output();
        made.is_ok_and(|output| output.status.success()).then_some(())?;
        Self::mount(image, &folder.join("mounted"))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.mounted).output();
    }
}

/// Stops every thread of a process, and comes back when all stand still.
fn stop(child: &Child) {
    let process = child.id().to_string();
    assert!(Command::new("kill").args(["-STOP", &process]).status().unwrap().success());
    let tasks = PathBuf::from(format!("/proc/{process}/task"));
    let stands = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
    };
    while !std::fs::read_dir(&tasks).unwrap().all(|task| stands(task.unwrap())) {
        std::thread::yield_now();
    }
}

/// Cuts the power after `count` acknowledged items; gives how many of how many are lost. `None` without the means.
fn cut(durability: &str, count: usize) -> Option<(usize, usize)> {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path())?;
    let data = disk.mounted.join("data");
    let copy = folder.path().join("copy");
    let child = writer("kill::a_power_cut_loses_nothing", &data, durability);
    let items = acknowledged(child, count, |child| {
        stop(child);
        std::fs::copy(&disk.image, &copy).unwrap();
    });
    let key = std::fs::read(data.with_extension("key")).unwrap();
    drop(disk);
    let after = Disk::mount(copy, &folder.path().join("after"))?;
    let data = after.mounted.join("data");
    // The key is written once, at the beginning; whether that write was in time is not what this is about.
    let _ = std::fs::remove_file(data.with_extension("key"));
    std::fs::write(data.with_extension("key"), key).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(data.with_extension("key"), private).unwrap();
    if durability != "full" && !opens(&data) {
        return Some((items.len(), items.len()));
    }
    let node = Node::in_folder(&data);
    let lost = lost(&node, &items);
    if lost == 0 {
        node.assert_sound();
    }
    node.shut();
    Some((lost, items.len()))
}

/// Whether the store can be opened at all.
fn opens(data: &Path) -> bool {
    let key = crate::support::node_key(data);
    let clock = std::sync::Arc::new(base::clock::ManualClock::new(crate::support::start()));
    let random = std::sync::Arc::new(base::system::SystemRandom);
    let opened = store::Store::open(Options::new(data, ORIGIN), &key, clock, random);
    opened.map(|store| crate::support::close(store, data)).is_ok()
}

#[test]
fn a_power_cut_loses_nothing() {
    if be_the_writer() {
        return;
    }
    let random = SeededRandom::new(10);
    for _ in 0..crate::cases(2, 20) {
        let count = 20 + usize::from(bytes::<1>(&random)[0]);
        let Some((lost, of)) = cut("full", count) else {
            println!("skipped: mounting a file system in a file needs root and loop devices");
            return;
        };
        assert_eq!(lost, 0, "of {of}");
    }
    // The same without waiting for the disk must lose something: else this test could not fail.
    for durability in ["normal", "off"] {
        let (lost, of) = cut(durability, 100).unwrap();
        assert!(lost > 0, "nothing of {of} lost with {durability}");
    }
}
