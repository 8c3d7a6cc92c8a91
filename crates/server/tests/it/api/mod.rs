//! Tests of the endpoints, by the paths of their files.

mod area;
mod demo;
mod invitations;
mod organisations;
mod routes;
mod session;
mod stream_ends;
mod tokens;
