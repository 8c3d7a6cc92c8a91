//! belfry.
fn main() {}
