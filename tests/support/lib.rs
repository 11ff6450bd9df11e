//! What the tests share: a listener on a demo server, and waiting for what it reports.

#![forbid(unsafe_code)]

pub mod adapter;
