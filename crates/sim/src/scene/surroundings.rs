//! Walls and ground, and the ways that sound takes between two places.
//!
//! Not here: sounds and microphones.

use super::Spot;

/// What a path round the end of a wall loses in all tones, as a factor (5 dB: Maekawa's screen at grazing height).
const ROUND_CORNER_GAIN: f64 = 0.56;
/// Bounds of the tone above which such a path is dull, in hertz.
const DULL_HZ: [f64; 2] = [200.0, 6_000.0];

/// A wall from the ground to the sky: it reflects, and it stands in the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wall {
    /// One end: metres east and north.
    pub from: [f64; 2],
    /// The other.
    pub to: [f64; 2],
    /// The share of the pressure that comes back, 0 to 1.
    pub reflects: f64,
}

/// What surrounds a scene.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    /// Facades and sides of buildings.
    pub walls: Vec<Wall>,
    /// The share of the pressure that the ground sends back, 0 to 1.
    pub ground_reflects: f64,
    /// The temperature in degrees Celsius, from which the speed of sound follows.
    pub celsius: f64,
}

/// One way from a place to a microphone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Path {
    /// Its length in metres.
    pub metres: f64,
    /// The factor on the pressure at a metre.
    pub gain: f64,
    /// Above which tone it is dull; `None`: clear.
    pub dull_hz: Option<f64>,
}

impl Surroundings {
    /// Nothing but air.
    pub fn open() -> Self {
        Self { walls: Vec::new(), ground_reflects: 0.0, celsius: 15.0 }
    }

    /// A square around the origin with four closed facades, and paving.
    pub fn square(east_m: f64, north_m: f64, reflects: f64) -> Self {
        let (east, north) = (east_m / 2.0, north_m / 2.0);
        let corners = [[-east, -north], [east, -north], [east, north], [-east, north]];
        let walls = (0..4).map(|side| Wall { from: corners[side], to: corners[(side + 1) % 4], reflects });
        Self { walls: walls.collect(), ground_reflects: 0.5, celsius: 15.0 }
    }

    /// Metres per second.
    pub fn sound_speed(&self) -> f64 {
        331.3 + 0.606 * self.celsius
    }

    /// The ways from a source to a microphone: the first to arrive, then those by one reflection.
    pub fn paths(&self, source: Spot, microphone: Spot) -> Vec<Path> {
        let mut paths = vec![self.first(source, microphone)];
        if self.ground_reflects > 0.0 && !self.blocked(source, microphone, None) {
            let image = Spot { up_m: -source.up_m, ..source };
            paths.push(clear(image.distance_m(microphone), self.ground_reflects));
        }
        for (index, wall) in self.walls.iter().enumerate().filter(|(_, wall)| wall.reflects > 0.0) {
            let image = wall.image(source);
            // A facade reflects for those in front of it: the point of reflection must be on it, and both ways there open.
            let Some(point) = wall.crossing(image, microphone) else { continue };
            if !self.blocked(source, point, Some(index)) && !self.blocked(point, microphone, Some(index)) {
                paths.push(clear(image.distance_m(microphone), wall.reflects));
            }
        }
        paths
    }

    /// The way that arrives first: straight, or round the ends of what is in the way.
    pub fn first(&self, source: Spot, microphone: Spot) -> Path {
        let straight = source.distance_m(microphone);
        let in_the_way = self.walls.iter().filter(|wall| wall.crossing(source, microphone).is_some());
        let detour = in_the_way.map(|wall| wall.round(source, microphone) - straight).fold(0.0, f64::max);
        if detour <= 0.0 {
            return clear(straight, 1.0);
        }
        // 10 log(3 + 20 N) with the Fresnel number N = 2 detour f / c (Maekawa 1968), as one pole where it has doubled.
        let dull_hz = (3.0 * self.sound_speed() / (40.0 * detour)).clamp(DULL_HZ[0], DULL_HZ[1]);
        let path = clear(straight + detour, ROUND_CORNER_GAIN);
        Path { dull_hz: Some(dull_hz), ..path }
    }

    fn blocked(&self, from: Spot, to: Spot, but: Option<usize>) -> bool {
        let mut others = self.walls.iter().enumerate().filter(|(index, _)| Some(*index) != but);
        others.any(|(_, wall)| wall.crossing(from, to).is_some())
    }
}

impl Wall {
    fn image(&self, spot: Spot) -> Spot {
        let along = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let off = [spot.east_m - self.from[0], spot.north_m - self.from[1]];
        let square = (along[0] * along[0] + along[1] * along[1]).max(1e-9);
        let share = (off[0] * along[0] + off[1] * along[1]) / square;
        let foot = [self.from[0] + share * along[0], self.from[1] + share * along[1]];
        Spot::new(2.0 * foot[0] - spot.east_m, 2.0 * foot[1] - spot.north_m, spot.up_m)
    }

    /// Where the line between two places goes through this wall.
    fn crossing(&self, one: Spot, other: Spot) -> Option<Spot> {
        let line = [other.east_m - one.east_m, other.north_m - one.north_m];
        let along = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let cross = line[0] * along[1] - line[1] * along[0];
        if cross.abs() < 1e-12 {
            return None;
        }
        let off = [self.from[0] - one.east_m, self.from[1] - one.north_m];
        let on_line = (off[0] * along[1] - off[1] * along[0]) / cross;
        let on_wall = (off[0] * line[1] - off[1] * line[0]) / cross;
        let inside = on_line > 1e-9 && on_line < 1.0 - 1e-9 && (0.0..=1.0).contains(&on_wall);
        let up_m = one.up_m + on_line * (other.up_m - one.up_m);
        inside.then(|| Spot::new(one.east_m + on_line * line[0], one.north_m + on_line * line[1], up_m))
    }

    /// Metres by the nearer end of this wall.
    fn round(&self, source: Spot, microphone: Spot) -> f64 {
        let by = |end: [f64; 2]| {
            let corner = Spot::new(end[0], end[1], 0.5 * (source.up_m + microphone.up_m));
            source.distance_m(corner) + corner.distance_m(microphone)
        };
        by(self.from).min(by(self.to))
    }
}

fn clear(metres: f64, gain: f64) -> Path {
    Path { metres, gain: gain / metres.max(1.0), dull_hz: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_gives_the_straight_way_the_ground_and_four_facades() {
        let square = Surroundings::square(80.0, 60.0, 0.6);
        let (source, microphone) = (Spot::new(10.0, 5.0, 1.5), Spot::new(-12.0, -8.0, 4.0));
        let paths = square.paths(source, microphone);
        assert_eq!(paths.len(), 6);
        assert!((paths[0].metres - source.distance_m(microphone)).abs() < 1e-9);
        assert!(paths[1..].iter().all(|path| path.metres > paths[0].metres && path.gain < paths[0].gain));
        // By the facade in the east, at 40 m: the source as if it stood at 70 m.
        let by_east = Spot::new(70.0, 5.0, 1.5).distance_m(microphone);
        assert!(paths.iter().any(|path| (path.metres - by_east).abs() < 1e-9));
    }

    #[test]
    fn a_wall_in_the_way_makes_sound_late_and_dull_never_early() {
        let mut scene = Surroundings::open();
        scene.walls.push(Wall { from: [0.0, -10.0], to: [0.0, 30.0], reflects: 0.0 });
        let (source, microphone) = (Spot::new(-20.0, 0.0, 2.0), Spot::new(20.0, 0.0, 2.0));
        let paths = scene.paths(source, microphone);
        assert_eq!(paths.len(), 1);
        assert!((paths[0].metres - 2.0 * 20.0_f64.hypot(10.0)).abs() < 1e-9, "{paths:?}");
        assert!(paths[0].dull_hz.is_some());
        let beside = scene.paths(source, Spot::new(20.0, -60.0, 2.0));
        assert_eq!(beside[0].dull_hz, None);
    }
}
