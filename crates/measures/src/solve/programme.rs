//! Linear programmes with whole numbers in them, and HiGHS, which proves their least.
//!
//! One thread, one seed: the same programme has the same answer. The interface of HiGHS that needs no unsafe code cannot be
//! interrupted, so a long search runs in slices, each twice the last and each from the start: at most twice the time, and the answer
//! does not depend on where a slice was cut.
//!
//! Not here: what columns and rows mean.

use highs::{HighsModelStatus, HighsSolutionStatus, RowProblem, Sense};

use super::SolveError;
use super::request::Run;

/// Seconds of the first slice of a search: long, since a slice that is cut is lost. Stopping waits for its end at most.
const SLICE_SECONDS: f64 = 30.0;
/// Most columns.
pub const COLUMNS_MAX: usize = 400_000;
/// Most rows.
pub const ROWS_MAX: usize = 400_000;

/// A programme: minimise the sum of cost times column, each row between its bounds.
#[derive(Debug, Clone, Default)]
pub struct Programme {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Column {
    cost: f64,
    low: f64,
    high: f64,
    whole: bool,
}

#[derive(Debug, Clone)]
struct Row {
    low: f64,
    high: f64,
    entries: Vec<(usize, f64)>,
}

/// What HiGHS says.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The least, proved to the gap that was asked for.
    Least(Values),
    /// There is no answer.
    Impossible,
    /// Time ran out; the best until then, if there was one.
    Stopped(Option<Values>),
}

/// Values of the columns.
#[derive(Debug, Clone)]
pub struct Values {
    /// Per column, as HiGHS gave them: whole ones to within its tolerance.
    pub columns: Vec<f64>,
    /// Their cost.
    pub value: f64,
    /// No answer costs less than this.
    pub bound: f64,
}

impl Programme {
    /// Adds a column that is 0 or 1.
    pub fn choice(&mut self, cost: f64) -> usize {
        self.column(cost, 0.0, 1.0, true)
    }

    /// Adds a column of any number from `low` to `high`.
    pub fn amount(&mut self, cost: f64, low: f64, high: f64) -> usize {
        self.column(cost, low, high, false)
    }

    fn column(&mut self, cost: f64, low: f64, high: f64, whole: bool) -> usize {
        self.columns.push(Column { cost, low, high, whole });
        self.columns.len() - 1
    }

    /// Adds a row that is at least `low`.
    pub fn at_least(&mut self, low: f64, entries: Vec<(usize, f64)>) {
        self.rows.push(Row { low, high: f64::INFINITY, entries });
    }

    /// Adds a row that is at most `high`.
    pub fn at_most(&mut self, high: f64, entries: Vec<(usize, f64)>) {
        self.rows.push(Row { low: f64::NEG_INFINITY, high, entries });
    }

    /// Gives a column another cost.
    pub(super) fn set_cost(&mut self, column: usize, cost: f64) {
        self.columns[column].cost = cost;
    }

    /// Minimises.
    ///
    /// # Errors
    /// When it is too large, was cancelled, or HiGHS fails.
    pub fn least(&self, run: &mut Run<'_>) -> Result<Answer, SolveError> {
        if self.columns.len() > COLUMNS_MAX || self.rows.len() > ROWS_MAX {
            return Err(SolveError::TooLarge { columns: self.columns.len(), rows: self.rows.len() });
        }
        run.solves += 1;
        let mut slice = SLICE_SECONDS;
        loop {
            if run.cancelled() {
                return Err(SolveError::Cancelled);
            }
            let left = run.seconds_left();
            let (answer, bound) = self.slice(slice.min(left), run.gap)?;
            match &answer {
                Answer::Least(found) => run.tell(Some(found.value), Some(found.bound)),
                Answer::Impossible => run.tell(None, None),
                Answer::Stopped(best) => {
                    run.tell(best.as_ref().map(|best| best.value), bound);
                    if slice < left {
                        slice *= 2.0;
                        continue;
                    }
                }
            }
            return Ok(answer);
        }
    }

    fn slice(&self, seconds: f64, gap: f64) -> Result<(Answer, Option<f64>), SolveError> {
        if self.columns.is_empty() {
            let held = |row: &Row| row.low <= 0.0 && 0.0 <= row.high;
            let nothing = Values { columns: Vec::new(), value: 0.0, bound: 0.0 };
            let answer = if self.rows.iter().all(held) { Answer::Least(nothing) } else { Answer::Impossible };
            return Ok((answer, None));
        }
        let failed = |what: &str| SolveError::Solver { what: what.to_owned() };
        let mut model =
            self.rows().try_optimise(Sense::Minimise).map_err(|_| failed("refused the programme"))?;
        let options = [("mip_rel_gap", gap), ("mip_abs_gap", 0.0), ("time_limit", seconds)];
        for (name, value) in options {
            model.try_set_option(name, value).map_err(|_| failed(name))?;
        }
        for (name, value) in [("threads", 1), ("random_seed", 0)] {
            model.try_set_option(name, value).map_err(|_| failed(name))?;
        }
        model.try_set_option("parallel", "off").map_err(|_| failed("parallel"))?;
        let solved = model.try_solve().map_err(|_| failed("failed while solving"))?;
        let whole = self.columns.iter().any(|column| column.whole);
        let bound = if whole { solved.double_info_value(c"mip_dual_bound").ok() } else { None };
        let values = || {
            let value = solved.objective_value();
            let columns = solved.get_solution().columns().to_vec();
            Values { columns, value, bound: bound.unwrap_or(value) }
        };
        match solved.status() {
            HighsModelStatus::Optimal => Ok((Answer::Least(values()), bound)),
            // Every column that costs something is bounded below, so "either" can only be infeasible.
            HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => {
                Ok((Answer::Impossible, None))
            }
            HighsModelStatus::ReachedTimeLimit => {
                let any = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
                Ok((Answer::Stopped(any.then(values)), bound))
            }
            other => Err(failed(&format!("ended with {other:?}"))),
        }
    }

    fn rows(&self) -> RowProblem {
        let mut problem = RowProblem::new();
        let columns: Vec<highs::Col> = self
            .columns
            .iter()
            .map(|one| problem.add_column_with_integrality(one.cost, one.low..=one.high, one.whole))
            .collect();
        for row in &self.rows {
            let entries = row.entries.iter().map(|(column, factor)| (columns[*column], *factor));
            problem.add_row(row.low..=row.high, entries);
        }
        problem
    }
}
