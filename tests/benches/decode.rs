//! Decoding and converting to a device's rate, beside the target of 2,000 × real time; and what measuring the loudness
//! takes besides.

#![forbid(unsafe_code)]

use std::path::Path;
use std::time::{Duration, Instant};

use squelch_core::sound::{Clip, DecodeError, clip, measured_clip};

/// Seconds of sound per second of work.
const TARGET: f64 = 2_000.0;
const RUNS: usize = 30;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/audio");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the fixtures are there").map(|file| file.expect("readable").path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    println!("decode and resample to 48,000 Hz, median of {RUNS} runs\n");
    println!("{:<42}{:>9}{:>10}{:>14}{:>10}{:>16}", "file", "length", "time", "× real time", "target", "and measured");
    for path in files {
        let bytes = std::fs::read(&path).expect("readable");
        let (time, length) = median(|| clip(&bytes, None, 48_000));
        let (measured, _) = median(|| measured_clip(&bytes, None, 48_000));
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let has_target = [".mp3", ".m4a", ".aac"].iter().any(|end| name.ends_with(end));
        let factor = length.as_secs_f64() / time.as_secs_f64();
        let target = if !has_target {
            ""
        } else if factor >= TARGET {
            "met"
        } else {
            "MISSED"
        };
        println!(
            "{name:<42}{:>7.2} s{:>7.2} ms{factor:>14.0}{target:>10}{:>+13.2} ms",
            length.as_secs_f64(),
            time.as_secs_f64() * 1e3,
            (measured.as_secs_f64() - time.as_secs_f64()) * 1e3
        );
    }
}

/// The median time of all runs, and the length of the call.
fn median(make: impl Fn() -> Result<Clip, DecodeError>) -> (Duration, Duration) {
    let mut length = Duration::ZERO;
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            length = make().expect("a fixture decodes").duration;
            start.elapsed()
        })
        .collect();
    times.sort();
    (times[RUNS / 2], length)
}
