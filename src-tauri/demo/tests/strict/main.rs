//! The demo server where it must not be kind: what the protocol document says beyond the recorded exchanges.

#![forbid(unsafe_code)]

mod client;
mod faults;
mod rest;
mod socket;
