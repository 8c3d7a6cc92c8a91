//! The whole crate from outside: CAP and GeoJSON, good and hostile, made up and real.

mod real_data;
