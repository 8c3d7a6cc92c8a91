//! What every database must keep, whichever it is: held against SQLite below, and against any other the same way.
//!
//! Not here: what the store makes of it (`tests/promises/`), nor a disk that is full or fails, which no session can bring
//! about by itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Connection, FailureKind, NONE, Result, Row, ToCell, Walk};
use crate::StoreError;

/// Gives another session with one database, in which there are two empty tables:
///
/// - `kept`: `id`, a whole number and the key, given when it is not said; `number`, `words` (once each) and `bytes`, of
///   any of which there may be none;
/// - `beside`: `number`.
type Sessions = Box<dyn Fn() -> Connection>;

/// Holds a database to its promises. Each is tried with a fresh one.
fn keeps_its_promises(fresh: &dyn Fn() -> Sessions) {
    let promises: [fn(&dyn Fn() -> Connection); 11] = [
        values_come_back_as_they_went_in,
        what_is_of_another_kind_is_refused,
        rows_come_in_order,
        changed_rows_are_counted,
        walks_end_when_they_are_told_to,
        other_statements_run_inside_a_walk,
        what_must_be_unique_is,
        new_rows_say_their_key,
        a_savepoint_takes_back_what_failed,
        others_see_what_is_committed_and_nothing_else,
        a_reader_keeps_its_state,
    ];
    for promise in promises {
        promise(&*fresh());
    }
}

#[test]
fn sqlite_keeps_its_promises() {
    keeps_its_promises(&|| {
        let folder = tempfile::tempdir().unwrap();
        let session = move || crate::database::open(&folder.path().join("promises.db")).unwrap();
        session()
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 CREATE TABLE kept (id INTEGER PRIMARY KEY, number INTEGER, words TEXT UNIQUE, bytes BLOB) STRICT;
                 CREATE TABLE beside (number INTEGER) STRICT;",
            )
            .unwrap();
        Box::new(session)
    });
}

fn put(connection: &Connection, number: i64) -> Result<usize> {
    connection.execute("INSERT INTO kept (number) VALUES (?1)", [number])
}

fn fill(connection: &Connection, mut numbers: std::ops::Range<i64>) {
    let filled =
        connection.transaction("BEGIN", || numbers.try_for_each(|number| put(connection, number).map(drop)));
    filled.unwrap();
}

fn numbers(connection: &Connection) -> Vec<i64> {
    connection.prepare("SELECT number FROM kept ORDER BY number").query_map(NONE, |row| row.get(0)).unwrap()
}

fn assert_refused<T: std::fmt::Debug>(result: Result<T>) {
    let error = result.unwrap_err();
    assert!(matches!(&error, StoreError::Database(error) if error.kind == FailureKind::Other), "{error:?}");
}

fn values_come_back_as_they_went_in(session: &dyn Fn() -> Connection) {
    let connection = session();
    fn check<T: PartialEq + std::fmt::Debug>(
        connection: &Connection,
        column: &str,
        value: impl ToCell,
        read: fn(&Row<'_>) -> Result<T>,
        expect: &T,
    ) {
        connection.execute(&format!("INSERT INTO kept (id, {column}) VALUES (7, ?1)"), [value]).unwrap();
        let sql = format!("SELECT {column} FROM kept WHERE id = ?1");
        let found = connection.query_row(&sql, [7_i64], read).unwrap();
        assert!(found == *expect, "{column}");
        connection.execute("DELETE FROM kept", NONE).unwrap();
    }
    for number in [0, 1, -1, i64::MAX, i64::MIN] {
        check(&connection, "number", number, |row| row.get(0), &number);
        check(&connection, "number", Some(number), |row| row.get(0), &Some(number));
    }
    check(&connection, "number", u32::MAX, |row| row.get(0), &u32::MAX);
    check(&connection, "number", true, |row| row.get(0), &true);
    check(&connection, "number", None::<i64>, |row| row.get(0), &None::<i64>);
    for words in [String::new(), "o'Brien ?1 $1 -- \"\\ \n 🔔".into(), "ä".repeat(1 << 20)] {
        check(&connection, "words", words.as_str(), |row| row.get(0), &words);
        check(&connection, "words", Some(&words), |row| row.get(0), &Some(words.clone()));
    }
    check(&connection, "words", None::<String>, |row| row.get(0), &None::<String>);
    for bytes in [Vec::new(), (0..=255).collect(), vec![0; 16], vec![0xff; 20 << 20]] {
        check(&connection, "bytes", &bytes[..], |row| Ok(row.bytes(0)?.to_vec()), &bytes);
        check(&connection, "bytes", Some(&bytes), |row| row.get(0), &Some(bytes.clone()));
    }
    check(&connection, "bytes", [5_u8; 16], |row| row.get(0), &[5_u8; 16]);
    check(&connection, "bytes", None::<Vec<u8>>, |row| row.get(0), &None::<[u8; 16]>);
    let twice = "INSERT INTO kept (bytes, number, id) VALUES (?2, ?1, ?1)";
    connection.execute(twice, params![3_i64, [1_u8]]).unwrap();
    let row = "SELECT id, number, bytes, words FROM kept";
    let read = |row: &Row<'_>| {
        assert_eq!((row.columns(), row.name(2)), (4, "bytes"));
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<[u8; 1]>(2)?, row.get::<Option<String>>(3)?))
    };
    assert_eq!(connection.query_row(row, NONE, read).unwrap(), (3, 3, [1], None));
}

fn what_is_of_another_kind_is_refused(session: &dyn Fn() -> Connection) {
    let connection = session();
    let sql = "INSERT INTO kept (number, words, bytes) VALUES (?1, ?2, ?3)";
    connection.execute(sql, params![256_i64, "words", [0_u8; 15]]).unwrap();
    let sql = "SELECT number, words, bytes, id FROM kept";
    connection
        .query_row(sql, NONE, |row| {
            assert!(row.get::<u8>(0).is_err() && row.get::<String>(0).is_err() && row.bytes(0).is_err());
            assert!(row.get::<i64>(1).is_err() && row.get::<Vec<u8>>(1).is_err() && row.bytes(1).is_err());
            assert!(row.get::<[u8; 16]>(2).is_err() && row.get::<Option<String>>(2).is_err());
            assert!(row.get::<i64>(4).is_err(), "there is no such column");
            Ok(())
        })
        .unwrap();
    let nothing = "SELECT id FROM kept WHERE number = ?1";
    assert!(connection.query_row(nothing, [1_i64], |row| row.get::<i64>(0)).is_err());
    assert!(!connection.prepare(nothing).exists([1_i64]).unwrap());
    assert!(connection.prepare(nothing).exists([256_i64]).unwrap());
    assert_refused(connection.prepare("SELECT id FROM nowhere").exists(NONE));
    assert_refused(connection.execute("INSERT INTO kept", NONE));
    assert_refused(connection.execute("INSERT INTO kept (number) VALUES (?1)", NONE));
    assert_refused(connection.execute("INSERT INTO kept (number) VALUES (?1)", ["words"]));
    assert_refused(connection.execute_batch("nonsense"));
    assert_eq!(numbers(&connection), [256]);
}

fn rows_come_in_order(session: &dyn Fn() -> Connection) {
    let connection = session();
    let sql = "INSERT INTO kept (number, words, bytes) VALUES (?1, ?2, ?3)";
    let rows: [(i64, &str, &[u8]); 4] =
        [(-2, "a", &[0xff]), (10, "B", &[]), (9, "é", &[1, 0]), (i64::MAX, "ab", &[1])];
    for (number, words, bytes) in rows {
        connection.execute(sql, params![number, words, bytes]).unwrap();
    }
    let by = |order: &str| -> Vec<i64> {
        let sql = format!("SELECT number FROM kept ORDER BY {order}");
        connection.prepare(&sql).query_map(NONE, |row| row.get(0)).unwrap()
    };
    assert_eq!(by("number"), [-2, 9, 10, i64::MAX]);
    assert_eq!(by("number DESC LIMIT 2"), [i64::MAX, 10]);
    // Text and bytes go by their bytes, in no language.
    assert_eq!(by("words"), [10, -2, i64::MAX, 9]);
    assert_eq!(by("bytes"), [10, i64::MAX, 9, -2]);
}

fn changed_rows_are_counted(session: &dyn Fn() -> Connection) {
    let connection = session();
    fill(&connection, 0..10);
    let change = |sql: &str| connection.execute(sql, [6_i64]).unwrap();
    assert_eq!(change("UPDATE kept SET words = NULL WHERE number < ?1"), 6);
    assert_eq!(change("DELETE FROM kept WHERE number > ?1"), 3);
    assert_eq!(change("DELETE FROM kept WHERE number > ?1"), 0);
    assert_eq!(numbers(&connection), (0..7).collect::<Vec<_>>());
}

fn walks_end_when_they_are_told_to(session: &dyn Fn() -> Connection) {
    let connection = session();
    fill(&connection, 0..1_000);
    let statement = connection.prepare("SELECT number FROM kept WHERE number >= ?1 ORDER BY number");
    let walk = |until: i64| -> (Vec<i64>, Result<()>) {
        let mut seen = Vec::new();
        let walked = statement.walk([5_i64], |row| {
            seen.push(row.get(0)?);
            match seen.last() {
                Some(7) if until == 0 => Err(StoreError::Conflict("enough")),
                last => Ok(if last == Some(&until) { Walk::End } else { Walk::On }),
            }
        });
        (seen, walked)
    };
    let (seen, walked) = walk(6);
    assert!(walked.is_ok());
    assert_eq!(seen, [5, 6]);
    connection.execute_batch("BEGIN").unwrap();
    let (seen, walked) = walk(0);
    assert!(matches!(walked, Err(StoreError::Conflict("enough"))), "{walked:?}");
    assert_eq!(seen, [5, 6, 7]);
    assert!(connection.in_transaction(), "what a walk meets is no failure of the database");
    put(&connection, 2_000).unwrap();
    connection.execute_batch("COMMIT").unwrap();
    let (seen, walked) = walk(3_000);
    assert!(walked.is_ok());
    assert_eq!((seen.len(), seen.last()), (996, Some(&2_000)));
}

fn other_statements_run_inside_a_walk(session: &dyn Fn() -> Connection) {
    let connection = session();
    fill(&connection, 0..1_000);
    let sql = "SELECT number FROM kept ORDER BY number";
    let mut sum = 0;
    connection
        .transaction("BEGIN", || {
            connection.prepare(sql).walk(NONE, |row| {
                let number: i64 = row.get(0)?;
                connection.execute("INSERT INTO beside (number) VALUES (?1)", [number])?;
                // The same statement again, while it is walked over.
                sum += connection.prepare(sql).find(NONE, |row| row.get::<i64>(0))?.unwrap_or(-1) + 1;
                Ok(Walk::On)
            })
        })
        .unwrap();
    let beside = "SELECT count(*), max(number) FROM beside";
    let found = connection.query_row(beside, NONE, |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)));
    assert_eq!((sum, found.unwrap()), (1_000, (1_000, 999)));
}

fn what_must_be_unique_is(session: &dyn Fn() -> Connection) {
    let connection = session();
    let insert = "INSERT INTO kept (number, words) VALUES (?1, ?2)";
    connection.execute(insert, params![1_i64, "one"]).unwrap();
    assert_refused(connection.execute(insert, params![2_i64, "one"]));
    assert_eq!(connection.execute(insert, params![3_i64, None::<&str>]).unwrap(), 1);
    assert_eq!(connection.execute(insert, params![4_i64, None::<&str>]).unwrap(), 1, "none is like no other");
    let put = |rest: &str, number: i64| {
        connection
            .execute(&format!("{insert} ON CONFLICT (words) DO {rest}"), params![number, "one"])
            .unwrap()
    };
    assert_eq!(put("NOTHING", 5), 0);
    assert_eq!(put("UPDATE SET number = ?1 WHERE kept.number < ?1", 6), 1);
    assert_eq!(put("UPDATE SET number = ?1 WHERE kept.number < ?1", 6), 0);
    assert_eq!(numbers(&connection), [3, 4, 6]);
}

fn new_rows_say_their_key(session: &dyn Fn() -> Connection) {
    let connection = session();
    let insert = |words: &str| {
        let statement = connection.prepare("INSERT INTO kept (words) VALUES (?1) RETURNING id, words");
        statement.query_row([words], |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)))
    };
    let (first, words) = insert("one").unwrap();
    assert_eq!(words, "one");
    assert_refused(insert("one"));
    let (second, _) = insert("two").unwrap();
    assert!(second > first);
    // All of it is done, also when only the first row of the answer is read.
    let all = connection.prepare("UPDATE kept SET number = id RETURNING id");
    assert!(all.exists(NONE).unwrap());
    assert_eq!(numbers(&connection), [first, second]);
}

fn a_savepoint_takes_back_what_failed(session: &dyn Fn() -> Connection) {
    let (connection, other) = (session(), session());
    connection.execute_batch("BEGIN").unwrap();
    put(&connection, 1).unwrap();
    connection.execute_batch("SAVEPOINT command").unwrap();
    put(&connection, 2).unwrap();
    let twice = "INSERT INTO kept (id, number) VALUES (900, ?1)";
    connection.execute(twice, [3_i64]).unwrap();
    assert_refused(connection.execute(twice, [4_i64]));
    assert!(connection.in_transaction());
    connection.execute_batch("ROLLBACK TO command; RELEASE command").unwrap();
    connection.execute_batch("SAVEPOINT command").unwrap();
    put(&connection, 5).unwrap();
    connection.execute_batch("RELEASE command").unwrap();
    assert_eq!(numbers(&connection), [1, 5]);
    connection.execute_batch("COMMIT").unwrap();
    assert_eq!(numbers(&other), [1, 5]);
}

fn others_see_what_is_committed_and_nothing_else(session: &dyn Fn() -> Connection) {
    let (connection, other) = (session(), session());
    assert!(!connection.in_transaction());
    connection.execute_batch("BEGIN").unwrap();
    assert!(connection.in_transaction() && !other.in_transaction());
    put(&connection, 1).unwrap();
    assert!(numbers(&other).is_empty());
    connection.execute_batch("COMMIT").unwrap();
    assert!(!connection.in_transaction());
    assert_eq!(numbers(&other), [1]);
    connection.execute_batch("BEGIN").unwrap();
    put(&connection, 2).unwrap();
    connection.execute_batch("ROLLBACK").unwrap();
    let refused = connection.transaction("BEGIN", || {
        put(&connection, 3)?;
        Err::<(), _>(StoreError::Conflict("no"))
    });
    assert!(matches!(refused, Err(StoreError::Conflict("no"))), "{refused:?}");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        connection.transaction("BEGIN", || -> Result<()> {
            put(&connection, 4)?;
            panic!("in the middle of a transaction, as this test wants it")
        })
    }));
    assert!(panicked.is_err() && !connection.in_transaction());
    connection.transaction("BEGIN", || put(&connection, 5)).unwrap();
    assert_eq!(numbers(&other), [1, 5]);
    drop(connection);
    assert_eq!(numbers(&session()), [1, 5]);
}

fn a_reader_keeps_its_state(session: &dyn Fn() -> Connection) {
    let (writer, reader) = (session(), session());
    put(&writer, 1).unwrap();
    reader
        .transaction("BEGIN", || {
            assert_eq!(numbers(&reader), [1]);
            put(&writer, 2).unwrap();
            assert_eq!(numbers(&reader), [1]);
            Ok(())
        })
        .unwrap();
    assert_eq!(numbers(&reader), [1, 2]);
}
