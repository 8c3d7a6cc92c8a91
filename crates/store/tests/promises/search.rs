//! Search finds what the caller may see, and behaves as if nothing else existed.

use record::{Content, Deed};
use store::{Filter, SearchQuery};

use crate::support::{CITY, EUROPOL, Node, OPCW, amber, green};

fn query(text: &str) -> SearchQuery {
    SearchQuery { text: text.into(), filter: Filter::default() }
}

fn content(title: &str, text: &str, tags: &[&str]) -> Content {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    Content { title: title.into(), text: text.into(), tags, ..Content::default() }
}

#[test]
fn words_beginnings_phrases_and_accents() {
    let node = Node::new();
    let items = [
        content("Witte bestelbus", "Staat stil bij het World Forum, café gesloten", &["voertuig"]),
        content("White van", "Seen at the forum of the world", &[]),
        content("Demonstratie", "Demonstranten bij de IJ-straat", &["manifestatie"]),
    ];
    for content in items {
        node.publish(&node.item_with(OPCW, content, green()));
    }
    let check = |text: &str, expected: &[&str]| assert_eq!(node.find(OPCW, text), expected, "{text}");
    check("forum", &["White van", "Witte bestelbus"]);
    check("\"world forum\"", &["Witte bestelbus"]);
    check("forum world", &["White van", "Witte bestelbus"]);
    check("CAFE", &["Witte bestelbus"]);
    check("café", &["Witte bestelbus"]);
    check("demonstr", &["Demonstratie"]);
    check("demonstr bij", &[]);
    check("demonstratie manif", &["Demonstratie"]);
    check("ij-str", &["Demonstratie"]);
    check("voertuig", &["Witte bestelbus"]);
    check("#voertuig", &["Witte bestelbus"]);
    check("#\"voertuig\" cafe", &["Witte bestelbus"]);
    check("#forum", &[]);
    check("#voertuig gesloten demonstratie", &[]);
    check("w", &[]);
    check("wi", &["Witte bestelbus"]);
    check("nothing like it", &[]);
    check("title:van OR *", &[]);
    check("?!", &[]);
    check("", &["Demonstratie", "White van", "Witte bestelbus"]);
}

#[test]
fn pages_and_counts() {
    let node = Node::new();
    let items: Vec<_> = (0..250)
        .map(|n| {
            let audience: &[&str] = if n % 3 == 0 { &["europol"] } else { &["europol", "city"] };
            node.item(OPCW, &format!("drone {n}"), amber(audience))
        })
        .collect();
    node.publish_all(&items);
    node.store.settle_search().unwrap();
    for (id, expected) in [(EUROPOL, 250), (OPCW, 250), (CITY, 166)] {
        let sight = node.sight(id);
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let rows = node.store.search(&sight, &query("drone"), before, 17).unwrap();
            let Some(last) = rows.last() else { break };
            before = Some(*last);
            seen.extend(rows);
        }
        assert!(seen.is_sorted_by(|a, b| a > b));
        assert_eq!(seen.len(), expected);
        assert_eq!(node.store.search_counts(&sight, &query("drone")).unwrap().total, expected as u64);
    }
    let filter = Filter { originator: Some("city".parse().unwrap()), ..Filter::default() };
    let query = SearchQuery { text: "drone".into(), filter };
    assert!(node.store.search(&node.sight(OPCW), &query, None, 10).unwrap().is_empty());
}

/// The same answers in a world with hidden items and in one without them, whatever the hidden ones say.
#[test]
fn hidden_items_change_nothing() {
    let (with, without) = (Node::new(), Node::new());
    for n in 0..60 {
        for node in [&with, &without] {
            let words = ["alpha", "beta", "gamma"][n % 3];
            node.publish(&node.item(OPCW, &format!("{words} {n}"), green()));
        }
        for hidden in ["alpha", "alphabet", "betamax"] {
            with.publish(&with.item(EUROPOL, &format!("{hidden} {n}"), amber(&["europol"])));
        }
    }
    for text in ["alpha", "alphabet", "al", "beta", "betam", "gamma 3", "\"beta 1\"", "delta", ""] {
        let answers = [&with, &without].map(|node| {
            let sight = node.sight(CITY);
            let counts = {
                node.store.settle_search().unwrap();
                node.store.search_counts(&sight, &query(text)).unwrap()
            };
            (node.find(CITY, text), counts)
        });
        assert_eq!(answers[0], answers[1], "{text}");
    }
}

#[test]
fn the_index_follows_every_change() {
    let node = Node::new();
    let item = node.item(OPCW, "old words", green());
    node.publish(&item);
    assert_eq!(node.find(CITY, "old").len(), 1);
    let next = node.next(OPCW, &item, "new words", green());
    node.store.amend(&node.permit(OPCW, &item), next).unwrap().wait().unwrap();
    assert!(node.find(CITY, "old").is_empty());
    assert_eq!(node.find(CITY, "new").len(), 1);
    let act = node.act(CITY, &item, Deed::Restrict { members: Some(vec![]) });
    node.store.restrict(&node.permit(CITY, &item), act).unwrap().wait().unwrap();
    assert!(node.find(CITY, "new").is_empty());
    assert_eq!(node.find(OPCW, "new").len(), 1);
    node.erase(OPCW, &item);
    assert!(node.find(OPCW, "new").is_empty());
    assert!(!node.store.search_is_behind());
    node.assert_sound();
}

/// More changes than the queue takes, without a wait: the index catches up from the entries.
#[test]
fn a_burst_is_caught_up_with() {
    let node = Node::new();
    let count = crate::cases(3_000, 30_000);
    let items: Vec<_> = (0..count).map(|n| node.item(OPCW, &format!("burst {n}"), green())).collect();
    node.publish_all(&items);
    node.erase(OPCW, &items[7]);
    node.store.settle_search().unwrap();
    let total = node.store.search_counts(&node.sight(CITY), &query("burst")).unwrap().total;
    assert_eq!(total, items.len() as u64 - 1);
}

#[test]
fn an_index_that_is_gone_old_or_broken_is_made_anew() {
    let node = Node::new();
    let items: Vec<_> = (0..20).map(|n| node.item(OPCW, &format!("word{n} common"), green())).collect();
    node.publish_all(&items);
    let file = node.folder().join("search.db");
    let found = |node: &Node| node.find(CITY, "common").len();
    assert_eq!(found(&node), 20);

    // Behind: an older copy of the index, while an item was erased and another came.
    let mut old = Vec::new();
    let node = node.reopen_after(|_| old = std::fs::read(&file).unwrap());
    node.erase(OPCW, &items[3]);
    node.publish(&node.item(OPCW, "late common", green()));
    node.store.settle_search().unwrap();
    let node = node.reopen_after(|_| std::fs::write(&file, &old).unwrap());
    assert_eq!(found(&node), 20);
    assert!(node.find(CITY, "word3").is_empty(), "erased");
    node.assert_sound();

    // Gone, then rubbish.
    let node = node.reopen_after(|_| std::fs::remove_file(&file).unwrap());
    assert_eq!(found(&node), 20);
    let node = node.reopen_after(|_| std::fs::write(&file, [7; 9_000]).unwrap());
    assert_eq!(found(&node), 20);

    // Of another store.
    let other = Node::new();
    other.publish(&other.item(OPCW, "stranger", green()));
    other.store.settle_search().unwrap();
    let (strange, _, _kept) = other.shut();
    let node = node.reopen_after(|_| {
        std::fs::copy(strange.folder.join("search.db"), &file).unwrap();
    });
    assert_eq!(found(&node), 20);
    assert!(node.find(CITY, "stranger").is_empty());

    // On demand.
    let (told, hear) = std::sync::mpsc::channel();
    node.store.rebuild_search(move |done, total| told.send((done, total)).unwrap()).unwrap();
    assert_eq!(hear.iter().last(), Some((20, 20)));
    assert_eq!(found(&node), 20);
    node.assert_sound();
}
