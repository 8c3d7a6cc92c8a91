//! Tests of the endpoints, by the paths of their files.

mod access;
mod accountability;
mod area;
mod demo;
mod invitations;
mod items;
mod measures;
mod need_to_know;
mod organisations;
mod replay;
mod requests;
mod routes;
mod sense;
mod session;
mod stream_ends;
mod tokens;
mod watch;
