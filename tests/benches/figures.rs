//! How figures are printed: each beside its target, and beside the peer's where there is one.
//!
//! The peer is OpenScanner's web client in headless Chromium against a real server on loopback.

#![allow(dead_code, reason = "each benchmark uses its part")]

use std::time::Duration;

/// Prints one figure: what was measured, what it should be, and whether it is.
pub(crate) fn print(name: &str, measured: &str, target: &str, met: bool, peer: &str) {
    let verdict = if met { "met" } else { "MISSED" };
    println!("{name:<58}{measured:>16}  target {target:<18}{verdict:<8}{peer}");
}

/// Prints one figure that has no target.
pub(crate) fn note(name: &str, measured: &str) {
    println!("{name:<58}{measured:>16}");
}

/// The value below which this share of the spans lies.
pub(crate) fn quantile(spans: &mut [Duration], share: f64) -> Duration {
    spans.sort();
    spans[((spans.len() - 1) as f64 * share).round() as usize]
}

/// A span in milliseconds.
pub(crate) fn ms(span: Duration) -> String {
    format!("{:.2} ms", span.as_secs_f64() * 1e3)
}
