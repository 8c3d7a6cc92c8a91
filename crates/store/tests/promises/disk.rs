//! A full disk: a clear error, nothing lost, reading goes on, and writing again when there is room. A failing disk: the
//! node stops, and nothing that was acknowledged is lost.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base::ids::ItemId;
use record::Content;
use store::{Filter, Mode, StoreError};

use crate::support::{CITY, Node, OPCW, green};

/// A small file system in memory.
struct Small(PathBuf);

impl Small {
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(&at).output();
        mount.is_ok_and(|output| output.status.success()).then_some(Self(at))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

fn big(node: &Node, number: usize) -> record::Item {
    let content = Content {
        title: format!("big {number}"),
        text: "some text of great length ".repeat(600),
        ..Content::default()
    };
    node.item_with(OPCW, content, green())
}

/// Publishes until there is no room; gives what was acknowledged.
fn fill(node: &Node) -> Vec<record::Item> {
    let mut done = Vec::new();
    for number in 0..2_000 {
        let item = big(node, number);
        match node.try_publish(&item) {
            Ok(_) => done.push(item),
            Err(StoreError::ReadOnly("the disk is full")) => return done,
            Err(other) => panic!("{other:?}"),
        }
    }
    panic!("the disk never filled");
}

fn run(folder: &Path) {
    let ballast = folder.join("ballast");
    std::fs::write(&ballast, vec![0; 6 * 1024 * 1024]).unwrap();
    let node = Node::in_folder(&folder.join("data"));
    let done = fill(&node);
    assert!(!done.is_empty());
    assert_eq!(node.store.mode(), Mode::Full);
    // Reading goes on: nothing acknowledged is missing, and it can be opened.
    let page = node.store.page(&node.sight(CITY), &Filter::default(), None, 100).unwrap();
    assert_eq!(page.candidates.len(), done.len().min(100));
    assert_eq!(node.open(CITY, done.last().unwrap()).item, *done.last().unwrap());
    assert!(matches!(node.try_publish(&big(&node, 0)), Err(StoreError::ReadOnly(_))));

    std::fs::remove_file(&ballast).unwrap();
    let after = node.item(OPCW, "room again", green());
    node.publish(&after);
    assert_eq!(node.store.mode(), Mode::Open);
    assert_eq!(node.store.items(), done.len() + 1);
    assert_eq!(node.find(CITY, "room"), ["room again"]);
    let report = node.store.verify(&mut |_, _| {}).unwrap();
    assert!(report.is_sound(), "{report:#?}");
    let node = node.reopen();
    assert_eq!(node.store.items(), done.len() + 1);
    let report = node.store.verify(&mut |_, _| {}).unwrap();
    assert!(report.is_sound(), "{report:#?}");
    node.shut();
}

#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(small) = Small::mount(folder.path().join("small")) else {
        println!("skipped: mounting a small file system needs root");
        return;
    };
    run(&small.0);
}

const FOLDER: &str = "BELFRY_TEST_FAILING_FOLDER";

/// In a process whose files may not grow past a limit: publishes until the system refuses to write.
fn publish_until_the_disk_fails(folder: &str) {
    let node = Node::in_folder(Path::new(folder));
    let mut output = std::io::stdout();
    for number in 0..5_000 {
        let item = big(&node, number);
        match node.try_publish(&item) {
            Ok(_) => writeln!(output, "acknowledged {}", item.id).unwrap(),
            Err(StoreError::ReadOnly("the disk failed")) => {
                assert_eq!(node.store.mode(), Mode::Failed);
                let again = node.try_publish(&big(&node, number));
                assert!(matches!(again, Err(StoreError::ReadOnly("the disk failed"))), "it stays stopped");
                writeln!(output, "stopped").unwrap();
                return;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    panic!("the disk never failed");
}

#[test]
fn a_failing_disk_stops_the_node_and_loses_nothing() {
    if let Ok(folder) = std::env::var(FOLDER) {
        return publish_until_the_disk_fails(&folder);
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let test = std::env::current_exe().unwrap();
    // The shell sets the limit and ignores the signal that comes with it, so that writing gives an error instead.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8192; exec \"$0\" \"$@\""])
        .arg(test)
        .args(["disk::a_failing_disk_stops_the_node_and_loses_nothing", "--exact", "--nocapture"])
        .env(FOLDER, &data)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("stopped"), "{text}");
    let items: Vec<ItemId> = text
        .lines()
        .filter_map(|line| line.strip_prefix("acknowledged "))
        .map(|id| id.parse().unwrap())
        .collect();
    assert!(items.len() > 10, "{text}");
    let node = Node::in_folder(&data);
    for item in &items {
        assert!(node.store.candidate(*item).unwrap().is_some(), "{item} is lost");
    }
    node.publish(&node.item(OPCW, "on another disk", green()));
    node.assert_sound();
}
