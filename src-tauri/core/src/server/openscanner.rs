//! The OpenScanner adapter.

mod address;
mod jar;
mod tls;
mod wire;
