//! After an erasure nothing of the content is left in any file: no plaintext, no ciphertext, no key.

use std::path::Path;

use record::Content;
use rusqlite::Connection;
use store::Upload;

use crate::support::{CITY, EUROPOL, Node, OPCW, green};

/// Whether any file in the folder holds these bytes.
fn found(folder: &Path, bytes: &[u8]) -> Option<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let holds = |path: &Path| std::fs::read(path).unwrap().windows(bytes.len()).any(|part| part == bytes);
    files.into_iter().find(|path| holds(path)).map(|path| path.display().to_string())
}

fn blobs(folder: &Path, sql: &str, id: &[u8; 16]) -> Vec<Vec<u8>> {
    let database = Connection::open(folder.join("belfry.db")).unwrap();
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([id], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn nothing_is_left() {
    let node = Node::new();
    let by = node.who(OPCW);
    let upload =
        Upload { name: "zqfilename".into(), media_type: "text/plain".into(), bytes: vec![0x5a; 50_000] };
    let file = node.store.upload(&by, upload).unwrap().wait().unwrap();
    let content = Content {
        title: "Zqtitle one".into(),
        text: format!("zqtext {}", "of some length ".repeat(500)),
        attachments: vec![file],
        sources: ["zqsource".to_owned()].into(),
        ..Content::default()
    };
    let item = node.item_with(OPCW, content, green());
    // Something before and after it, so that pages are shared.
    let others: Vec<_> = (0..50).map(|n| node.item(OPCW, &format!("other {n}"), green())).collect();
    node.publish_all(&others[..25]);
    node.publish(&item);
    node.publish_all(&others[25..]);
    let next = node.next(OPCW, &item, "zqsecond", green());
    node.store.amend(&node.permit(OPCW, &item), next).unwrap().wait().unwrap();
    node.open(EUROPOL, &item);
    node.store.settle_search().unwrap();

    let folder = node.folder().to_owned();
    let id = item.id.as_bytes();
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    for sql in [
        "SELECT sealed FROM entry WHERE subject = ?1 AND sealed IS NOT NULL",
        "SELECT salt FROM entry WHERE subject = ?1 AND salt IS NOT NULL",
        "SELECT wrapped FROM item_key WHERE item = ?1",
        "SELECT sealed FROM attachment WHERE item = ?1",
        "SELECT wrapped FROM attachment WHERE item = ?1",
    ] {
        let found = blobs(&folder, sql, id);
        assert!(!found.is_empty(), "{sql}");
        for blob in found {
            // Parts from different pages of long ones.
            let parts = blob.chunks(1_500).map(|part| part[..part.len().min(24)].to_vec());
            secrets.extend(parts.filter(|part| part.len() >= 16));
        }
    }
    secrets.extend(
        ["Zqtitle", "zqtitle", "zqtext", "zqsecond", "zqfilename"].map(|word| word.as_bytes().to_vec()),
    );
    let present = secrets.iter().filter(|secret| found(&folder, secret).is_some()).count();
    assert!(present > secrets.len() * 3 / 4, "the test must be able to find what it looks for: {present}");

    node.erase(OPCW, &item);
    node.store.settle_search().unwrap();
    assert!(node.store.empty_log().unwrap());
    for secret in &secrets {
        assert_eq!(found(&folder, secret), None, "{:?}", String::from_utf8_lossy(secret));
    }
    assert_eq!(node.find(CITY, "other").len(), 50);
    node.assert_sound();
}
