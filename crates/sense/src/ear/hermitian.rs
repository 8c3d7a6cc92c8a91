//! Small Hermitian matrices, row after row in one slice: as many rows as there are microphones.
//!
//! Not here: anything large.

use realfft::num_complex::Complex;

/// A complex number as covariances need it.
pub(super) type Value = Complex<f64>;

/// Turns a positive definite matrix into its inverse and gives the logarithm of its determinant; `None` when it is not one.
pub(super) fn invert(matrix: &mut [Value], rows: usize) -> Option<f64> {
    let mut log_determinant = 0.0;
    for pivot in 0..rows {
        let value = matrix[pivot * rows + pivot].re;
        if value.is_nan() || value <= f64::MIN_POSITIVE {
            return None;
        }
        log_determinant += value.ln();
        let inverse = 1.0 / value;
        matrix[pivot * rows + pivot] = Value::new(1.0, 0.0);
        for column in 0..rows {
            matrix[pivot * rows + column] *= inverse;
        }
        for row in (0..rows).filter(|row| *row != pivot) {
            let factor = matrix[row * rows + pivot];
            matrix[row * rows + pivot] = Value::new(0.0, 0.0);
            for column in 0..rows {
                let taken = factor * matrix[pivot * rows + column];
                matrix[row * rows + column] -= taken;
            }
        }
    }
    Some(log_determinant)
}

/// `left` times `middle` times `left`, into `out`; `half` is room for one matrix.
pub(super) fn sandwich(left: &[Value], middle: &[Value], rows: usize, half: &mut [Value], out: &mut [Value]) {
    product(left, middle, rows, half);
    product(half, left, rows, out);
}

/// The sum of the diagonal.
pub(super) fn trace(matrix: &[Value], rows: usize) -> f64 {
    (0..rows).map(|row| matrix[row * rows + row].re).sum()
}

fn product(left: &[Value], right: &[Value], rows: usize, out: &mut [Value]) {
    for row in 0..rows {
        for column in 0..rows {
            let terms = (0..rows).map(|inner| left[row * rows + inner] * right[inner * rows + column]);
            out[row * rows + column] = terms.sum();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_inverse_undoes_its_matrix(rows in 1_usize..9, parts in prop::collection::vec(-1.0_f64..1.0, 162)) {
            let of = |row: usize, column: usize| Value::new(parts[2 * (row * 9 + column)], parts[2 * (row * 9 + column) + 1]);
            let mut matrix = vec![Value::new(0.0, 0.0); rows * rows];
            for row in 0..rows {
                for column in 0..rows {
                    matrix[row * rows + column] = (0..rows).map(|inner| of(row, inner) * of(column, inner).conj()).sum();
                }
                matrix[row * rows + row] += 0.1;
            }
            let mut inverse = matrix.clone();
            prop_assert!(invert(&mut inverse, rows).is_some());
            let mut one = vec![Value::new(0.0, 0.0); rows * rows];
            product(&matrix, &inverse, rows, &mut one);
            for row in 0..rows {
                for column in 0..rows {
                    let expected = if row == column { 1.0 } else { 0.0 };
                    prop_assert!((one[row * rows + column] - expected).norm() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn what_has_no_inverse_is_refused() {
        assert_eq!(invert(&mut [Value::new(0.0, 0.0)], 1), None);
        assert_eq!(invert(&mut [Value::new(f64::NAN, 0.0)], 1), None);
    }
}
