//! A pinhole and the pixels behind it: rays, projection, filled shapes with depth, noise and rain.
//!
//! Not here: what is drawn ([`crate::scene::picture`]).

use crate::scene::picture::{Building, Lens};

/// Farther than this is haze, in metres.
const HAZE_M: f64 = 600.0;

/// A place over the ground: metres east, north, up.
pub(crate) type Spot3 = [f64; 3];

/// Where a camera's axes point.
#[derive(Clone, Copy)]
pub(crate) struct Axes {
    eye: Spot3,
    forward: Spot3,
    right: Spot3,
    below: Spot3,
    /// Pixels per unit of tangent, and the middle of the picture.
    scale: f64,
    middle: [f64; 2],
}

impl Axes {
    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    pub fn of(lens: &Lens) -> Self {
        let (sin, cos) = lens.heading_deg.to_radians().sin_cos();
        let (dip, level) = lens.down_deg.to_radians().sin_cos();
        Self {
            eye: [lens.at[0], lens.at[1], lens.height_m],
            forward: [sin * level, cos * level, -dip],
            right: [cos, -sin, 0.0],
            below: [-sin * dip, -cos * dip, -level],
            scale: lens.width as f64 / 2.0 / (lens.field_deg.to_radians() / 2.0).tan(),
            middle: [lens.width as f64 / 2.0, lens.height as f64 / 2.0],
        }
    }

    /// Column, row and distance along the axis; `None` behind the camera.
    pub fn project(&self, place: Spot3) -> Option<[f64; 3]> {
        let away = [place[0] - self.eye[0], place[1] - self.eye[1], place[2] - self.eye[2]];
        let depth = dot(away, self.forward);
        (depth > 0.3).then(|| {
            let across = self.middle[0] + self.scale * dot(away, self.right) / depth;
            [across, self.middle[1] + self.scale * dot(away, self.below) / depth, depth]
        })
    }

    /// Pixels of one metre at a depth.
    pub fn pixels(&self, depth: f64) -> f64 {
        self.scale / depth
    }

    /// The direction through the middle of a pixel, of length 1 along the axis.
    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    pub fn ray(&self, column: usize, row: usize) -> Spot3 {
        let across = (column as f64 + 0.5 - self.middle[0]) / self.scale;
        let down = (row as f64 + 0.5 - self.middle[1]) / self.scale;
        [0, 1, 2].map(|axis| self.forward[axis] + across * self.right[axis] + down * self.below[axis])
    }

    /// Where a ray meets the ground, and how deep; `None` above the horizon.
    pub fn ground(&self, ray: Spot3) -> Option<([f64; 2], f64)> {
        let depth = -self.eye[2] / ray[2];
        (ray[2] < -1e-6 && depth < HAZE_M)
            .then(|| ([self.eye[0] + depth * ray[0], self.eye[1] + depth * ray[1]], depth))
    }
}

/// A picture with depth.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub width: usize,
    pub height: usize,
    pub grey: Vec<u8>,
    pub depth: Vec<f32>,
}

impl Canvas {
    /// The empty street as a lens sees it.
    pub fn street(lens: &Lens, buildings: &[Building]) -> Self {
        let axes = Axes::of(lens);
        let pixels = lens.width * lens.height;
        let mut canvas = Self {
            width: lens.width,
            height: lens.height,
            grey: Vec::with_capacity(pixels),
            depth: Vec::with_capacity(pixels),
        };
        let walls: Vec<Wall> =
            buildings.iter().enumerate().flat_map(|(one, building)| Wall::of(one, building)).collect();
        for row in 0..lens.height {
            for column in 0..lens.width {
                let ray = axes.ray(column, row);
                let ground = axes.ground(ray);
                let (mut grey, mut depth) = ground
                    .map_or((215.0 - row as f64 * 0.1, HAZE_M), |(at, depth)| {
                        (ground_grey(at, depth), depth)
                    });
                for wall in &walls {
                    if let Some((shade, near)) = wall.hit(axes.eye, ray).filter(|one| one.1 < depth) {
                        (grey, depth) = (shade, near);
                    }
                }
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
                canvas.grey.push(grey.clamp(0.0, 255.0) as u8);
                #[allow(clippy::cast_possible_truncation, reason = "metres")]
                canvas.depth.push(depth as f32);
            }
        }
        canvas
    }

    /// Fills what a test says is inside a box of pixels, where nothing nearer stands. The test gives a grey, or a share of what is there.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "clamped"
    )]
    pub fn fill(
        &mut self,
        [left, top, right, bottom]: [f64; 4],
        depth: f64,
        paint: impl Fn(f64, f64) -> Option<Paint>,
    ) {
        let clamp = |value: f64, most: usize| value.clamp(0.0, most as f64) as usize;
        for row in clamp(top.floor(), self.height)..clamp(bottom.ceil(), self.height) {
            for column in clamp(left.floor(), self.width)..clamp(right.ceil(), self.width) {
                let pixel = row * self.width + column;
                if f64::from(self.depth[pixel]) < depth - 0.3 {
                    continue;
                }
                match paint(column as f64 + 0.5, row as f64 + 0.5) {
                    Some(Paint::Grey(grey)) => {
                        self.grey[pixel] = grey;
                        self.depth[pixel] = depth as f32;
                    }
                    Some(Paint::Shade(share)) => {
                        self.grey[pixel] = (f64::from(self.grey[pixel]) * share) as u8;
                    }
                    None => {}
                }
            }
        }
    }

    /// A mean over squares of so many pixels each way, as of a lens out of focus.
    pub fn blur(&mut self, reach: usize) {
        for _ in 0..2 {
            let from = self.grey.clone();
            for row in 0..self.height {
                for column in 0..self.width {
                    let rows = row.saturating_sub(reach)..(row + reach + 1).min(self.height);
                    let columns = column.saturating_sub(reach)..(column + reach + 1).min(self.width);
                    let count = rows.len() * columns.len();
                    let sum: usize = rows
                        .flat_map(|row| {
                            &from[row * self.width + columns.start..row * self.width + columns.end]
                        })
                        .map(|one| usize::from(*one))
                        .sum();
                    self.grey[row * self.width + column] = u8::try_from(sum / count).unwrap_or(u8::MAX);
                }
            }
        }
    }
}

/// What a fill does with a pixel.
pub(crate) enum Paint {
    /// It becomes this grey.
    Grey(u8),
    /// It keeps this share of its light.
    Shade(f64),
}

struct Wall {
    from: [f64; 2],
    to: [f64; 2],
    height_m: f64,
    shade: f64,
}

impl Wall {
    fn of(index: usize, building: &Building) -> Vec<Self> {
        let corners = &building.corners;
        let side = |one: usize| {
            let (from, to) = (corners[one], corners[(one + 1) % corners.len()]);
            // Walls that face different ways have different light.
            let facing = (to[1] - from[1]).atan2(to[0] - from[0]);
            let shade = 120.0
                + 35.0 * facing.sin()
                + 20.0 * (wave(index.cast_signed() as i64, one.cast_signed() as i64, 3) - 0.5);
            Self { from, to, height_m: building.height_m, shade }
        };
        (0..corners.len()).map(side).collect()
    }

    /// The grey and the depth at which a ray meets it.
    fn hit(&self, eye: Spot3, ray: Spot3) -> Option<(f64, f64)> {
        let side = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let cross = ray[0] * side[1] - ray[1] * side[0];
        let away = [self.from[0] - eye[0], self.from[1] - eye[1]];
        let depth = (away[0] * side[1] - away[1] * side[0]) / cross;
        let along = (away[0] * ray[1] - away[1] * ray[0]) / cross;
        let up = eye[2] + depth * ray[2];
        if !(depth > 0.3 && (0.0..=1.0).contains(&along) && (0.0..=self.height_m).contains(&up)) {
            return None;
        }
        let metres = along * side[0].hypot(side[1]);
        let window =
            metres.rem_euclid(3.0) > 1.2 && up.rem_euclid(3.2) > 1.0 && up.rem_euclid(3.2) < 2.6 && up > 0.9;
        let grain = 14.0 * (wave((metres * 2.0) as i64, (up * 4.0) as i64, 5) - 0.5);
        Some((if window { self.shade * 0.45 } else { self.shade + grain }, depth))
    }
}

/// Slabs, patches and a kerb line now and then; finer detail goes with distance, as a lens loses it.
fn ground_grey(at: [f64; 2], depth: f64) -> f64 {
    let cell = |size: f64, kind: i64| {
        #[allow(clippy::cast_possible_truncation, reason = "metres")]
        let index = [(at[0] / size).floor() as i64, (at[1] / size).floor() as i64];
        wave(index[0], index[1], kind) - 0.5
    };
    let near = (25.0 / depth).min(1.0);
    let line = at[1].rem_euclid(12.0) < 0.25 || at[0].rem_euclid(15.0) < 0.2;
    let grey = 128.0 + 40.0 * cell(7.0, 1) + 30.0 * near * cell(0.5, 2) + 14.0 * near * cell(1.5, 4);
    if line { grey + 45.0 } else { grey }
}

/// A number from 0 to 1 that belongs to a place: the same every time.
fn wave(a: i64, b: i64, kind: i64) -> f64 {
    let mut bits =
        (a.wrapping_mul(0x1f3d_5b79) ^ b.wrapping_mul(0x27d4_eb2f)).wrapping_add(kind << 40).cast_unsigned();
    bits ^= bits >> 29;
    bits = bits.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^= bits >> 32;
    f64::from(u32::try_from(bits & 0xffff).unwrap_or(0)) / 65_535.0
}

fn dot(a: Spot3, b: Spot3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
