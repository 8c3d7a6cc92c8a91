//! The narrow place where the store meets its database: statements with numbered parameters, rows of plain cells. A
//! database is whatever implements [`Session`] and keeps the promises in `sql/tests.rs`. The statements stand beside what
//! uses them.
//!
//! PostgreSQL would follow with a second [`Session`]. It writes `?1` as `$1` and `BEGIN IMMEDIATE` as `BEGIN`, hands out
//! booleans as whole numbers, and walks with a cursor, some rows at a time, so that other statements can run inside a
//! walk. Text is compared by its bytes (`COLLATE "C"`). What it must say in other words are the few statements with
//! `INSERT OR REPLACE`, `INSERT OR IGNORE`, a sum of conditions, the greater of two values or a parameter that may be
//! none, and all that [`crate::database`] does: opening, settings, and the form of the tables.
//!
//! Not here: which database it is ([`crate::database`]), and what is a file of SQLite's by nature: the search index, the
//! read model of a check and the copying of a backup.

use crate::StoreError;

/// A value on its way in or out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// One session with a database: all that the store asks of one.
pub(crate) trait Session: Send {
    /// Runs a statement and gives the number of rows it changed.
    fn run(&self, sql: &str, values: &[Cell<'_>]) -> Result<usize>;
    /// Walks over the rows of an answer.
    fn walk(&self, sql: &str, values: &[Cell<'_>], each: &mut EachRow<'_>) -> Result<()>;
    /// Runs statements without values or answers, such as the beginning and the end of a transaction.
    fn command(&self, sql: &str) -> Result<()>;
    /// Whether a transaction is open. A failing disk ends one by itself.
    fn in_transaction(&self) -> bool;
}

/// What a walk does with each row.
pub(crate) type EachRow<'a> = dyn FnMut(&Row<'_>) -> Result<Walk> + 'a;

/// Whether a walk over rows goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walk {
    /// To the next row.
    On,
    /// No further.
    End,
}

/// What can go wrong here goes wrong with the store.
pub(crate) type Result<T, E = StoreError> = std::result::Result<T, E>;

/// What of a failure matters to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The disk is full.
    Full,
    /// The disk failed.
    Failed,
    /// The file is damaged, or is no database.
    Broken,
    /// Anything else: a statement, a rule of a table.
    Other,
}

/// A database refused.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub struct DatabaseError {
    /// What of it matters.
    pub kind: FailureKind,
    /// In the words of the database.
    words: Box<dyn std::error::Error + Send + Sync>,
}

impl DatabaseError {
    /// A failure of a kind, in the words of the database.
    pub(crate) fn new(kind: FailureKind, words: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { kind, words: Box::new(words) }
    }
}

/// The cells of one row.
pub(crate) trait Cells {
    /// The cell of a column, from 0.
    fn cell(&self, column: usize) -> Result<Cell<'_>>;
    /// How many there are.
    fn columns(&self) -> usize;
    /// The name of a column, from 0.
    fn name(&self, column: usize) -> &str;
}

/// One row of an answer.
pub(crate) struct Row<'a>(pub(crate) &'a dyn Cells);

impl Row<'_> {
    /// The value of a column, from 0.
    pub(crate) fn get<T: FromCell>(&self, column: usize) -> Result<T> {
        let cell = self.cell(column)?;
        T::from_cell(cell).ok_or_else(|| unexpected(column, cell))
    }

    /// The bytes of a column, from 0, where they lie.
    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8]> {
        match self.cell(column)? {
            Cell::Blob(bytes) => Ok(bytes),
            cell => Err(unexpected(column, cell)),
        }
    }

    /// The cell of a column, from 0.
    pub(crate) fn cell(&self, column: usize) -> Result<Cell<'_>> {
        self.0.cell(column)
    }

    /// How many columns there are.
    pub(crate) fn columns(&self) -> usize {
        self.0.columns()
    }

    /// The name of a column, from 0.
    pub(crate) fn name(&self, column: usize) -> &str {
        self.0.name(column)
    }
}

fn unexpected(column: usize, cell: Cell<'_>) -> StoreError {
    StoreError::Damaged(format!("column {column} of a row holds what it should not: {}", kind(cell)))
}

fn kind(cell: Cell<'_>) -> &'static str {
    match cell {
        Cell::Null => "nothing",
        Cell::Integer(_) => "a number, out of range",
        Cell::Text(_) => "text",
        Cell::Blob(_) => "bytes, or another number of them",
    }
}

/// A connection to the store's database.
pub(crate) struct Connection(Box<dyn Session>);

impl Connection {
    pub(crate) fn new(session: impl Session + 'static) -> Self {
        Self(Box::new(session))
    }

    /// A statement to be run with values. Each session keeps those it has seen prepared.
    pub(crate) fn prepare<'a>(&'a self, sql: &'a str) -> Statement<'a> {
        Statement { session: &*self.0, sql }
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) fn execute<const N: usize>(&self, sql: &str, values: [impl ToCell; N]) -> Result<usize> {
        self.prepare(sql).execute(values)
    }

    /// The first row of an answer, which must have one.
    pub(crate) fn query_row<T, const N: usize>(
        &self,
        sql: &str,
        values: [impl ToCell; N],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.prepare(sql).query_row(values, read)
    }

    /// Runs statements without values or answers.
    pub(crate) fn execute_batch(&self, sql: &str) -> Result<()> {
        self.0.command(sql)
    }

    /// Whether a transaction is open.
    pub(crate) fn in_transaction(&self) -> bool {
        self.0.in_transaction()
    }

    /// Runs work in a transaction that `begin` begins. When the work fails or panics, nothing of it stays.
    pub(crate) fn transaction<T>(&self, begin: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.execute_batch(begin)?;
        let open = Open(self);
        let result = work()?;
        self.execute_batch("COMMIT")?;
        drop(open);
        Ok(result)
    }
}

/// A transaction that ends with its scope.
struct Open<'a>(&'a Connection);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if self.0.in_transaction() {
            // What a session cannot take back by itself, its database takes back when the session ends.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

/// A statement of a connection.
pub(crate) struct Statement<'a> {
    session: &'a dyn Session,
    sql: &'a str,
}

#[allow(clippy::needless_pass_by_value, reason = "an array of values is written where it is used")]
impl Statement<'_> {
    /// Runs it and gives the number of rows it changed.
    pub(crate) fn execute<const N: usize>(&self, values: [impl ToCell; N]) -> Result<usize> {
        self.session.run(self.sql, &values.each_ref().map(ToCell::to_cell))
    }

    /// Walks over the rows of its answer.
    pub(crate) fn walk<const N: usize>(
        &self,
        values: [impl ToCell; N],
        mut each: impl FnMut(&Row<'_>) -> Result<Walk>,
    ) -> Result<()> {
        self.session.walk(self.sql, &values.each_ref().map(ToCell::to_cell), &mut each)
    }

    /// The first row of its answer; `None` when there is none.
    pub(crate) fn find<T, const N: usize>(
        &self,
        values: [impl ToCell; N],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let (mut read, mut found) = (Some(read), None);
        self.walk(values, |row| {
            if let Some(read) = read.take() {
                found = Some(read(row)?);
            }
            Ok(Walk::End)
        })?;
        Ok(found)
    }

    /// The first row of its answer, which must have one.
    pub(crate) fn query_row<T, const N: usize>(
        &self,
        values: [impl ToCell; N],
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let none = || StoreError::Damaged("the database gave no row where there must be one".into());
        self.find(values, read)?.ok_or_else(none)
    }

    /// Every row of its answer.
    pub(crate) fn query_map<T, const N: usize>(
        &self,
        values: [impl ToCell; N],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.walk(values, |row| {
            rows.push(read(row)?);
            Ok(Walk::On)
        })?;
        Ok(rows)
    }

    /// Whether its answer has a row.
    pub(crate) fn exists<const N: usize>(&self, values: [impl ToCell; N]) -> Result<bool> {
        Ok(self.find(values, |_| Ok(()))?.is_some())
    }
}

/// What can be read from a cell.
pub(crate) trait FromCell: Sized {
    /// The value, when the cell holds one of this kind.
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

/// What can be put into a cell.
pub(crate) trait ToCell {
    /// The cell.
    fn to_cell(&self) -> Cell<'_>;
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl FromCell for $type {
            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                if let Cell::Integer(number) = cell { number.try_into().ok() } else { None }
            }
        }
        impl ToCell for $type {
            fn to_cell(&self) -> Cell<'_> {
                Cell::Integer(i64::from(*self))
            }
        }
    )*};
}

whole_numbers!(i64, i32, u32, u8);

impl FromCell for bool {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        i64::from_cell(cell).map(|number| number != 0)
    }
}

impl ToCell for bool {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Integer(i64::from(*self))
    }
}

impl FromCell for String {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Text(text) = cell { Some(text.to_owned()) } else { None }
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Blob(bytes) = cell { Some(bytes.to_vec()) } else { None }
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Blob(bytes) = cell { bytes.try_into().ok() } else { None }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        if cell == Cell::Null { Some(None) } else { T::from_cell(cell).map(Some) }
    }
}

impl ToCell for Cell<'_> {
    fn to_cell(&self) -> Cell<'_> {
        *self
    }
}

impl ToCell for str {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Text(self)
    }
}

impl ToCell for String {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Text(self)
    }
}

impl ToCell for [u8] {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Blob(self)
    }
}

impl ToCell for Vec<u8> {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Blob(self)
    }
}

impl<const N: usize> ToCell for [u8; N] {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Blob(self)
    }
}

impl<T: ToCell + ?Sized> ToCell for &T {
    fn to_cell(&self) -> Cell<'_> {
        (**self).to_cell()
    }
}

impl<T: ToCell> ToCell for Option<T> {
    fn to_cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Null, ToCell::to_cell)
    }
}

/// No values.
pub(crate) const NONE: [Cell<'static>; 0] = [];

/// The values of a statement, in the order of its parameters.
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::sql::ToCell::to_cell(&$value)),*] };
}
pub(crate) use params;

#[cfg(test)]
mod tests;
