//! Who goes with whom at the least cost: the Hungarian method with potentials, O(rows² x columns).
//!
//! Not here: what a pair costs.

/// For each row the column it goes with, or `None`. `costs[row][column]`; a pair that costs `never` or more is not made.
pub(crate) fn assign(costs: &[Vec<f64>], columns: usize, never: f64) -> Vec<Option<usize>> {
    let rows = costs.len();
    // As many spare columns as rows, at the price of a pair that is not made: nobody is forced into a bad pair.
    let wide = columns + rows;
    let cost =
        |row: usize, column: usize| if column < columns { costs[row][column].min(never) } else { never };
    let (mut of_row, mut of_column) = (vec![0.0; rows + 1], vec![0.0; wide + 1]);
    // Index 0 stands for nothing; rows and columns count from 1.
    let mut taken = vec![0_usize; wide + 1];
    let mut way = vec![0_usize; wide + 1];
    for row in 1..=rows {
        taken[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; wide + 1];
        let mut used = vec![false; wide + 1];
        while taken[column] != 0 {
            used[column] = true;
            let this = taken[column];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for other in 1..=wide {
                if used[other] {
                    continue;
                }
                let reduced = cost(this - 1, other - 1) - of_row[this] - of_column[other];
                if reduced < least[other] {
                    least[other] = reduced;
                    way[other] = column;
                }
                if least[other] < step {
                    step = least[other];
                    next = other;
                }
            }
            for other in 0..=wide {
                if used[other] {
                    of_row[taken[other]] += step;
                    of_column[other] -= step;
                } else {
                    least[other] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            let before = way[column];
            taken[column] = taken[before];
            column = before;
        }
    }
    let mut pairs = vec![None; rows];
    for column in 1..=columns {
        if let Some(row) = taken[column].checked_sub(1).filter(|row| costs[*row][column - 1] < never) {
            pairs[row] = Some(column - 1);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(costs: &[Vec<f64>], columns: usize, never: f64, row: usize, used: u32) -> f64 {
        if row == costs.len() {
            return 0.0;
        }
        let free = (0..columns).filter(|column| used & (1 << column) == 0 && costs[row][*column] < never);
        let paired = free.map(|one| costs[row][one] + best(costs, columns, never, row + 1, used | 1 << one));
        paired.fold(never + best(costs, columns, never, row + 1, used), f64::min)
    }

    proptest::proptest! {
        #[test]
        fn nobody_finds_a_cheaper_way(
            costs in proptest::collection::vec(proptest::collection::vec(0.0..10.0_f64, 4), 0..5)
        ) {
            let pairs = assign(&costs, 4, 6.0);
            let total: f64 = pairs.iter().enumerate().map(|(row, one)| one.map_or(6.0, |one| costs[row][one])).sum();
            let least = best(&costs, 4, 6.0, 0, 0);
            proptest::prop_assert!((total - least).abs() < 1e-9, "{total} {least}");
            let mut columns: Vec<usize> = pairs.into_iter().flatten().collect();
            columns.sort_unstable();
            let count = columns.len();
            columns.dedup();
            proptest::prop_assert_eq!(columns.len(), count);
        }
    }
}
