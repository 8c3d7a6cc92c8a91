//! A session with SQLite.
//!
//! Not here: opening files and their settings ([`crate::database`]).

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, params_from_iter};

use crate::StoreError;
use crate::sql::{Cell, Cells, DatabaseError, EachRow, FailureKind, Result, Row, Session, Walk};

impl Session for rusqlite::Connection {
    fn run(&self, sql: &str, values: &[Cell<'_>]) -> Result<usize> {
        Ok(self.prepare_cached(sql)?.execute(params_from_iter(values))?)
    }

    fn walk(&self, sql: &str, values: &[Cell<'_>], each: &mut EachRow<'_>) -> Result<()> {
        let mut statement = self.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if each(&Row(&Found(row)))? == Walk::End {
                break;
            }
        }
        Ok(())
    }

    fn command(&self, sql: &str) -> Result<()> {
        Ok(self.execute_batch(sql)?)
    }

    fn in_transaction(&self) -> bool {
        !self.is_autocommit()
    }
}

struct Found<'a>(&'a rusqlite::Row<'a>);

impl Cells for Found<'_> {
    fn cell(&self, column: usize) -> Result<Cell<'_>> {
        Ok(match self.0.get_ref(column)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Integer(number),
            ValueRef::Blob(bytes) => Cell::Blob(bytes),
            ValueRef::Text(bytes) => Cell::Text(
                std::str::from_utf8(bytes)
                    .map_err(|_| StoreError::Damaged("text that is not UTF-8".into()))?,
            ),
            ValueRef::Real(_) => return Err(StoreError::Damaged("a number with a fraction".into())),
        })
    }

    fn columns(&self) -> usize {
        self.0.as_ref().column_count()
    }

    fn name(&self, column: usize) -> &str {
        self.0.as_ref().column_name(column).unwrap_or_default()
    }
}

impl rusqlite::ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Cell::Null => ValueRef::Null,
            Cell::Integer(number) => ValueRef::Integer(number),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => FailureKind::Full,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => FailureKind::Failed,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => FailureKind::Broken,
            _ => FailureKind::Other,
        };
        Self::Database(DatabaseError::new(kind, error))
    }
}
