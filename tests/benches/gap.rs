//! The gap between two queued calls, from recorded samples: what is heard between the last sample of one and the first
//! of the next, fades left aside.

#![forbid(unsafe_code)]

mod figures;

use std::time::Duration;

use squelch_core::client::Client;
use squelch_core::sound::{self, Pace, Silent};
use squelch_core::view::{Command, RowState, Setting};
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::{joining, parts, registered, rising_tone, server};
use squelch_tests::screen::Screen;

const RATE: u32 = 48_000;
const CALLS: usize = 12;
/// Samples from inside a call, by which it is found in the recording.
const MARK: std::ops::Range<usize> = 4_800..5_800;

/// The gaps, in samples, of calls queued behind each other.
async fn gaps(delay: Duration) -> Vec<usize> {
    let (demo, controls) = server(Options::silent()).await;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (output, recording) = Silent::new(RATE, Pace::Times(1));
    let client = Client::start(parts(&folder, output));
    let mut screen = Screen::open(&client).await;
    client.send(joining(demo.address())).await.expect("it can be added");
    registered(&controls, 1).await;
    // The calls are found in the recording by their samples, which are to be played as they were sent.
    for setting in [Setting::Loudness { on: false }, Setting::TameTones { on: false }] {
        client.send(Command::Change { setting }).await.expect("it can be chosen");
    }
    controls.delay_answers(delay);

    let audio = rising_tone(Duration::from_secs(1));
    let calls: Vec<u64> =
        (0..CALLS).map(|_| controls.announce(Announcement::default().bytes(audio.clone(), "audio/wav"))).collect();
    for call in calls {
        screen.row(call, "played", |state| *state == RowState::Played).await;
    }
    client.shutdown().await;
    let clip = sound::clip(&audio, None, RATE).expect("it decodes");
    let recorded = recording.samples();
    let mark = &clip.samples[MARK];
    let is_mark = |at: &usize| recorded[*at..].iter().zip(mark).all(|(got, sent)| (got - sent).abs() < 1e-6);
    let mut starts = Vec::new();
    let mut from = 0;
    while let Some(at) = (from..recorded.len().saturating_sub(mark.len())).find(is_mark) {
        starts.push(at);
        from = at + 1;
    }
    assert_eq!(starts.len(), CALLS, "every call is heard once");
    starts.windows(2).map(|pair| pair[1] - pair[0] - clip.samples.len()).collect()
}

#[tokio::main]
async fn main() {
    squelch_core::install_crypto();
    println!("between queued calls, {CALLS} calls of a second\n");
    for delay in [Duration::ZERO, Duration::from_millis(100)] {
        let longest = gaps(delay).await.into_iter().max().expect("there are gaps");
        let longest = Duration::from_secs_f64(longest as f64 / f64::from(RATE));
        let name = format!("longest gap, answers {} ms late", delay.as_millis());
        let met = longest <= Duration::from_millis(1);
        figures::print(&name, &figures::ms(longest), "<= 1 ms", met, "(peer 22.6 ms, median)");
    }
}
