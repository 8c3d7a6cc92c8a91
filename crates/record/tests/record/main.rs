//! The record from outside: laws of the marking lattice, rules of drafts, bytes that are kept, and the test vectors.

#[cfg(test)]
mod bytes;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod lattice;
#[cfg(test)]
mod support;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod versions;
