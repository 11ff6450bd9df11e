//! What it takes to play faster with the pitch kept, beside the target of 100 ms of CPU for a minute of sound; and the
//! longest that one callback of a device takes for it.

#![forbid(unsafe_code)]

mod figures;

use std::path::Path;
use std::time::{Duration, Instant};

use squelch_core::model::Turn;
use squelch_core::sound::source::{Held, source};
use squelch_core::sound::{Clip, Tempo, measured_clip};

const RATE: u32 = 48_000;
/// Frames of a callback: 10 ms.
const PERIOD: usize = 480;
const TARGET: Duration = Duration::from_millis(100);
const RUNS: usize = 9;

fn main() {
    let clips = town();
    let length: Duration = clips.iter().map(|clip| clip.duration).sum();
    println!(
        "the demo's {} calls at {RATE} Hz, {:.0} s of sound, median of {RUNS} runs\n",
        clips.len(),
        length.as_secs_f64()
    );
    let usual = median(&clips, Tempo::USUAL).0;
    let minute = |time: Duration| time.mul_f64(60.0 / length.as_secs_f64());
    figures::note("a minute of sound as it was spoken", &figures::ms(minute(usual)));
    for percent in [110, 125, 140] {
        let (time, longest) = median(&clips, Tempo::new(percent, true));
        let name =
            format!("a minute of calls, their silences cut, at {:.2} times the speed", f64::from(percent) / 100.0);
        figures::print(&name, &figures::ms(minute(time)), "100 ms", minute(time) <= TARGET, "");
        figures::note("  of which its longest callback of 10 ms", &figures::ms(longest));
    }
}

fn town() -> Vec<Clip> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/demo/clips");
    let read = |number: u32| std::fs::read(folder.join(format!("call-{number:02}.mp3"))).expect("it is there");
    (1..=20).map(|number| measured_clip(&read(number), None, RATE).expect("it can be decoded")).collect()
}

/// The time for all calls, of the run in the middle, and the longest callback in it.
fn median(clips: &[Clip], tempo: Tempo) -> (Duration, Duration) {
    let mut runs: Vec<_> = (0..RUNS).map(|_| play(clips, tempo)).collect();
    runs.sort();
    runs[RUNS / 2]
}

fn play(clips: &[Clip], tempo: Tempo) -> (Duration, Duration) {
    let (mut control, mut source) = source(RATE, 1.0, None);
    control.set_tempo(tempo);
    let (mut whole, mut longest) = (Duration::ZERO, Duration::ZERO);
    for (turn, clip) in (0..).zip(clips) {
        control.play(Held { turn: Turn(turn), clip: clip.clone(), from: Duration::ZERO, gap: Duration::ZERO });
        while !control.is_empty() {
            let begun = Instant::now();
            let sum: f32 = (0..PERIOD).map(|_| source.frame().mono).sum();
            let took = begun.elapsed();
            std::hint::black_box(sum);
            (whole, longest) = (whole + took, longest.max(took));
            while control.report().is_some() {}
        }
    }
    (whole, longest)
}
