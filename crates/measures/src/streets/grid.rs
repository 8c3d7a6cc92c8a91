//! Where streets are: squares of some 100 m with the pieces that touch them, for the nearest street and what is in a drawing.
//!
//! Not here: which mode may use what is found.

use super::network::{Edge, short};
use super::raw::Point;

/// Side of a square in 1e-7 degrees: 111 m north, some 70 m east in The Hague.
const CELL_UNITS: i64 = 10_000;

/// Squares of a box around all streets.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    west: i64,
    south: i64,
    columns: i64,
    rows: i64,
    /// Side of a square, grown where the box is large.
    cell: i64,
    first: Vec<u32>,
    edges: Vec<u32>,
    /// Pieces with a segment over very many squares: always looked at.
    wide: Vec<u32>,
}

/// Most squares of a grid; larger boxes have larger squares.
const CELLS_MAX: i64 = 4_000_000;
/// Squares from which a segment is not put into each.
const WIDE_CELLS: i64 = 2_500;

impl Grid {
    pub fn new(edges: &[Edge], shapes: &[Point]) -> Self {
        let Some(first) = shapes.first() else { return Self::default() };
        let (mut low, mut high) = (*first, *first);
        for point in shapes {
            low = Point { lon_e7: low.lon_e7.min(point.lon_e7), lat_e7: low.lat_e7.min(point.lat_e7) };
            high = Point { lon_e7: high.lon_e7.max(point.lon_e7), lat_e7: high.lat_e7.max(point.lat_e7) };
        }
        let (wide, tall) = (span(low.lon_e7, high.lon_e7), span(low.lat_e7, high.lat_e7));
        let mut cell = CELL_UNITS;
        while (wide / cell + 1) * (tall / cell + 1) > CELLS_MAX {
            cell *= 2;
        }
        let mut grid = Self {
            west: i64::from(low.lon_e7),
            south: i64::from(low.lat_e7),
            columns: wide / cell + 1,
            rows: tall / cell + 1,
            cell,
            first: Vec::new(),
            edges: Vec::new(),
            wide: Vec::new(),
        };
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (id, edge) in (0_u32..).zip(edges) {
            let points = &shapes[edge.shape.0 as usize..edge.shape.1 as usize];
            for pair in points.windows(2) {
                if grid.cells_of(pair[0], pair[1]) > WIDE_CELLS {
                    grid.wide.push(id);
                } else {
                    grid.each_cell(pair[0], pair[1], |cell| pairs.push((cell, id)));
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let cells = usize::try_from(grid.columns * grid.rows).unwrap_or(0);
        let mut counts = vec![0_u32; cells + 1];
        for (cell, _) in &pairs {
            counts[*cell as usize + 1] += 1;
        }
        for cell in 0..cells {
            counts[cell + 1] += counts[cell];
        }
        grid.first = counts;
        grid.edges = pairs.into_iter().map(|(_, edge)| edge).collect();
        grid
    }

    /// Pieces in squares that meet the box of two places, each once, in order.
    pub fn near(&self, low: Point, high: Point) -> Vec<u32> {
        let mut found = self.wide.clone();
        self.each_cell(low, high, |cell| {
            let (from, to) = (self.first[cell as usize], self.first[cell as usize + 1]);
            found.extend(&self.edges[from as usize..to as usize]);
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    fn cells_of(&self, one: Point, two: Point) -> i64 {
        let across = |a: i32, b: i32| (i64::from(a) - i64::from(b)).abs() / self.cell + 2;
        across(one.lon_e7, two.lon_e7) * across(one.lat_e7, two.lat_e7)
    }

    /// Every square of the box of two places. A segment longer than a square takes its whole box: streets are short.
    fn each_cell(&self, one: Point, two: Point, mut seen: impl FnMut(u32)) {
        if self.cell == 0 {
            return;
        }
        let column = |units: i32| (i64::from(units) - self.west).div_euclid(self.cell);
        let row = |units: i32| (i64::from(units) - self.south).div_euclid(self.cell);
        let (west, east) = (one.lon_e7.min(two.lon_e7), one.lon_e7.max(two.lon_e7));
        let (south, north) = (one.lat_e7.min(two.lat_e7), one.lat_e7.max(two.lat_e7));
        for y in row(south).max(0)..=row(north).min(self.rows - 1) {
            for x in column(west).max(0)..=column(east).min(self.columns - 1) {
                seen(short(usize::try_from(y * self.columns + x).unwrap_or(0)));
            }
        }
    }
}

fn span(low: i32, high: i32) -> i64 {
    i64::from(high) - i64::from(low)
}
