//! Which pixels hang together: runs of each row, joined with those they touch in the row above (corners count).
//!
//! Not here: what becomes of them ([`crate::eye::motion`]).

/// The pieces of one picture. Kept between frames for its memory only.
#[derive(Default)]
pub(crate) struct Components {
    runs: Vec<Run>,
    parents: Vec<usize>,
    /// Runs in order of their piece, and where each piece starts.
    order: Vec<usize>,
    starts: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Run {
    row: usize,
    from: usize,
    until: usize,
}

/// One piece: pixels that hang together.
pub(crate) struct Piece<'a> {
    runs: &'a [Run],
    order: &'a [usize],
}

impl Piece<'_> {
    /// Its pixels, row by row.
    pub fn pixels(&self, width: usize) -> impl Iterator<Item = usize> {
        self.order.iter().flat_map(move |run| {
            let Run { row, from, until } = self.runs[*run];
            row * width + from..row * width + until
        })
    }
}

impl Components {
    /// Finds the pieces of a picture of noughts and ones.
    pub fn find(&mut self, picture: &[u8], width: usize) {
        self.runs.clear();
        self.parents.clear();
        let (mut above, mut here) = (0, 0);
        for (row, line) in picture.chunks_exact(width).enumerate() {
            let mut from = 0;
            while let Some(start) = next_set(line, from) {
                let until = line[start..].iter().position(|one| *one == 0).map_or(width, |end| start + end);
                let this = self.runs.len();
                self.runs.push(Run { row, from: start, until });
                self.parents.push(this);
                // Runs of the row above that end before this one begins touch none of the later ones either.
                while above < here && self.runs[above].until < start {
                    above += 1;
                }
                let mut other = above;
                while other < here && self.runs[other].from <= until {
                    self.join(other, this);
                    other += 1;
                }
                from = until;
            }
            above = here;
            here = self.runs.len();
        }
        self.sort();
    }

    /// The pieces, from the top left.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        self.starts.windows(2).map(|ends| Piece { runs: &self.runs, order: &self.order[ends[0]..ends[1]] })
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.parents[high] = low;
    }

    fn root(&mut self, mut run: usize) -> usize {
        while self.parents[run] != run {
            self.parents[run] = self.parents[self.parents[run]];
            run = self.parents[run];
        }
        run
    }

    fn sort(&mut self) {
        for run in 0..self.runs.len() {
            self.parents[run] = self.root(run);
        }
        self.order.clear();
        self.order.extend(0..self.runs.len());
        let parents = &self.parents;
        self.order.sort_by_key(|run| (parents[*run], *run));
        self.starts.clear();
        for (at, run) in self.order.iter().enumerate() {
            if parents[*run] == *run {
                self.starts.push(at);
            }
        }
        self.starts.push(self.order.len());
    }
}

/// The next pixel that is set, eight at a time where there is none.
fn next_set(line: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for eight in line[from..].chunks_exact(8) {
        if eight.iter().fold(0, |any, one| any | one) != 0 {
            break;
        }
        at += 8;
    }
    line[at..].iter().position(|one| *one != 0).map(|set| at + set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&str], areas: &[usize]) {
        let width = rows[0].len();
        let picture: Vec<u8> =
            rows.iter().flat_map(|row| row.bytes().map(|one| u8::from(one == b'#'))).collect();
        let mut components = Components::default();
        components.find(&picture, width);
        let found: Vec<usize> = components.pieces().map(|piece| piece.pixels(width).count()).collect();
        assert_eq!(found, areas, "{rows:?}");
        let all = components.pieces().flat_map(|piece| piece.pixels(width).collect::<Vec<_>>());
        assert!(all.into_iter().all(|pixel| picture[pixel] == 1));
    }

    #[test]
    fn what_touches_is_one_piece() {
        check(&["..........", ".........."], &[]);
        check(&["##......##", "##......##"], &[4, 4]);
        check(&["#..", ".#.", "..#"], &[3]);
        check(&["..#", ".#.", "#.."], &[3]);
        check(&["#.#.#", "#.#.#", "#####"], &[11]);
        check(&["#####", "#...#", "#.#.#", "#...#", "#####"], &[16, 1]);
        check(&["#....#...##", "##..##...#.", ".####......"], &[10, 3]);
    }
}
