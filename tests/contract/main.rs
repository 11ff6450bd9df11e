//! Holds the demo server to every answer and frame recorded from a real one.
//!
//! The recorded exchanges are replayed in an order that makes sense of them, against a demo with the same accounts,
//! directory and calls. What a server makes up (tokens, links, times of storing) is replaced by a mark on both sides;
//! everything else must be equal: status, headers, bodies with every word, lengths included.

#![forbid(unsafe_code)]

mod replay;
mod rest;
mod socket;
