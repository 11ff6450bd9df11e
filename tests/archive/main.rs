//! The archive on this computer, killed at every point at which it writes, cut off from power, and out of room.
//!
//! A process of its own listens through a script (`session.rs`); `strace` kills it, or writes down what it did to its files.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod disk;
mod full;
mod killed;
mod power;
mod session;
mod tracing_log;
