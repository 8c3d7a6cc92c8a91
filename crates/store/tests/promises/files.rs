//! Attachments and drafts: who may have them, how many, and what is kept of them.

use base::ids::{AttachmentId, DraftId};
use policy::Principal;
use policy::action::{Amend, See};
use record::{Attachment, Content, Draft, Item, Kind};
use store::{Keeping, StoreError, Upload};

use crate::support::{CITY, EUROPOL, Node, OPCW, OPCW_SECOND, amber, green, start, wait};

fn upload(node: &Node, by: &Principal, bytes: &[u8]) -> Result<Attachment, StoreError> {
    let upload =
        Upload { name: "plan.pdf".into(), media_type: "application/pdf".into(), bytes: bytes.into() };
    node.store.upload(by, upload)?.wait()
}

fn with_file(node: &Node, file: &Attachment) -> Item {
    let content = Content { title: "see file".into(), attachments: vec![file.clone()], ..Content::default() };
    node.item_with(OPCW, content, amber(&["europol"]))
}

fn fetch(node: &Node, item: &Item, file: AttachmentId) -> Result<Vec<u8>, StoreError> {
    let permit = node.permit::<See>(EUROPOL, item);
    wait(node.store.attachment(&permit, file, None)).map(|(_, bytes)| bytes)
}

#[test]
fn a_file_goes_where_its_item_goes() {
    let node = Node::new();
    let by = node.who(OPCW);
    let file = upload(&node, &by, b"the plan").unwrap();
    assert_eq!((file.size_bytes, file.sha256.len()), (8, 64));
    let item = with_file(&node, &file);
    node.publish(&item);
    assert_eq!(fetch(&node, &item, file.id).unwrap(), b"the plan");

    // Bound once: not to another item, not by another member, not when it is not there.
    assert!(node.try_publish(&with_file(&node, &file)).is_err());
    let other = upload(&node, &node.who(OPCW_SECOND), b"not mine").unwrap();
    assert!(node.try_publish(&with_file(&node, &other)).is_err());
    assert!(matches!(fetch(&node, &item, other.id), Err(StoreError::Absent)));
    // What an item says of a file is what the file is.
    let honest = upload(&node, &by, b"honest").unwrap();
    let lie = Attachment { name: "other.pdf".into(), ..honest.clone() };
    assert!(node.try_publish(&with_file(&node, &lie)).is_err());
    node.publish(&with_file(&node, &honest));

    // The present version counts.
    let (present, payload) = node.store.present_payload(&node.permit::<Amend>(OPCW, &item)).unwrap();
    let content = Content { attachments: vec![], ..present.content.clone() };
    let next = present.next(&payload, OPCW, start(), content, present.marking.clone());
    node.store.amend(&node.permit(OPCW, &item), next).unwrap().wait().unwrap();
    assert!(matches!(fetch(&node, &item, file.id), Err(StoreError::Absent)));
    let node = node.reopen();
    node.assert_sound();
}

#[test]
fn files_have_limits() {
    let node = Node::new();
    let by = node.who(OPCW);
    assert!(upload(&node, &by, &[]).is_err());
    assert!(upload(&node, &by, &vec![0; base::limits::ATTACHMENT_BYTES_MAX + 1]).is_err());
    for name in ["", " ", "a/b", "a\\b", "a\nb"] {
        let upload = Upload { name: name.into(), media_type: "text/plain".into(), bytes: vec![1] };
        assert!(node.store.upload(&by, upload).is_err(), "{name:?}");
    }
    assert!(upload(&node, &Principal { active: false, ..by.clone() }, b"x").is_err());
    for _ in 0..store::UNBOUND_MAX {
        upload(&node, &by, b"x").unwrap();
    }
    assert!(matches!(upload(&node, &by, b"x"), Err(StoreError::Conflict(_))));
    upload(&node, &node.who(CITY), b"x").unwrap();

    let expire = |hours: i64| {
        let now = start().plus_seconds(hours * 3_600);
        node.store.expire(now, Keeping::default()).unwrap().wait().unwrap().attachments
    };
    assert_eq!(expire(23), 0);
    assert_eq!(expire(25), 21);
    upload(&node, &by, b"x").unwrap();
}

fn draft(title: &str) -> Draft {
    let content = Content { title: title.into(), ..Content::default() };
    Draft { kind: Kind::Report, parent: None, content, marking: green() }
}

#[test]
fn a_draft_is_its_authors_until_it_is_submitted() {
    let node = Node::new();
    let (author, colleague, stranger) = (node.who(OPCW), node.who(OPCW_SECOND), node.who(EUROPOL));
    let put = |id, title: &str| node.store.put_draft(&author, id, &draft(title)).unwrap().wait();
    let id = put(None, "first").unwrap();
    assert_eq!(put(Some(id), "second").unwrap(), id);
    assert_eq!(node.store.draft(&author, id).unwrap().draft, draft("second"));
    for other in [&colleague, &stranger] {
        assert!(matches!(node.store.draft(other, id), Err(StoreError::Absent)));
        assert!(node.store.drafts(other).unwrap().is_empty());
        assert!(node.store.put_draft(other, Some(id), &draft("x")).unwrap().wait().is_err());
        assert!(node.store.submit_draft(other, id).unwrap().wait().is_err());
        assert!(node.store.delete_draft(other, id).unwrap().wait().is_err());
    }
    node.store.submit_draft(&author, id).unwrap().wait().unwrap();
    let seen = node.store.drafts(&colleague).unwrap();
    assert_eq!((seen.len(), seen[0].submitted, seen[0].author), (1, true, OPCW));
    assert!(node.store.draft(&stranger, id).is_err());
    assert!(node.store.put_draft(&colleague, Some(id), &draft("x")).unwrap().wait().is_err());
    // Another text has not been seen by the second person.
    put(Some(id), "third").unwrap();
    assert!(node.store.draft(&colleague, id).is_err());
    node.store.submit_draft(&author, id).unwrap().wait().unwrap();
    let node = node.reopen();
    assert_eq!(node.store.draft(&colleague, id).unwrap().draft, draft("third"));
    node.store.delete_draft(&colleague, id).unwrap().wait().unwrap();
    assert!(node.store.delete_draft(&author, id).unwrap().wait().is_err());
    assert!(node.store.draft(&author, DraftId::from_bytes([1; 16])).is_err());
}

#[test]
fn drafts_have_limits() {
    let node = Node::new();
    let author = node.who(OPCW);
    for _ in 0..store::DRAFTS_MAX {
        node.store.put_draft(&author, None, &draft("one of many")).unwrap().wait().unwrap();
    }
    let more = node.store.put_draft(&author, None, &draft("too many")).unwrap().wait();
    assert!(matches!(more, Err(StoreError::Conflict(_))));
    let mut long = draft("long");
    long.content.text = "x".repeat(base::limits::ITEM_BYTES_MAX);
    assert!(matches!(node.store.put_draft(&author, None, &long), Err(StoreError::Record(_))));
    let later = start().plus_seconds((store::DRAFT_DAYS + 1) * 86_400);
    let done = node.store.expire(later, Keeping::default()).unwrap().wait().unwrap();
    assert_eq!((done.drafts, node.store.drafts(&author).unwrap().len()), (100, 0));
}
