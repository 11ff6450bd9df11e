//! What the tests share.

pub mod pulse;
