//! From the announcement of a call to its sound, with the device open.
//!
//! The clock starts before the demo server writes the announcement. The device is one that takes 10 ms of sound every
//! 10 ms, as a good one does; it makes no sound. At the end the same through the real device code, on a sound server
//! without a card: this program starts itself again, because a sound server is found through the environment.

#![forbid(unsafe_code)]

mod figures;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use squelch_core::client::Client;
use squelch_core::sound::device::Device;
use squelch_core::sound::output::{Opened, Plug};
use squelch_core::sound::{self, DeviceChoice, Output, OutputError};
use squelch_core::view::{Command, PlaybackState, RowState};
use squelch_demo::{Announcement, Controls, Options};
use squelch_tests::LIMIT;
use squelch_tests::desk::{joining, parts, registered, rising_tone, server};
use squelch_tests::pulse::PulseServer;
use squelch_tests::screen::Screen;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, filter::Targets};

const CALLS: usize = 200;
const RATE: u32 = 48_000;
const PERIOD: usize = 480;
/// This much silence ends a call; longer than a fade.
const SILENCE: u64 = 2 * PERIOD as u64;
const MEDIAN: Duration = Duration::from_millis(12);
const WORST: Duration = Duration::from_millis(30);

/// Takes samples at a device's pace and tells when a call's first audible one was taken, and how long ago a given number
/// of samples before it were.
struct Meter(UnboundedSender<Heard>);

/// The times at which the last samples were taken.
struct Heard {
    first: u64,
    blocks: VecDeque<(u64, Instant)>,
}

impl Heard {
    /// When the sample so many before the first audible one was taken.
    fn began(&self, lead: u64) -> Instant {
        let sample = self.first.saturating_sub(lead);
        self.blocks.iter().rev().find(|(start, _)| *start <= sample).expect("it was taken lately").1
    }
}

impl Output for Meter {
    fn open(&mut self, _: &DeviceChoice, plug: &mut Plug) -> Result<Opened, OutputError> {
        let (mut source, _) = plug.connect(RATE);
        let heard = self.0.clone();
        thread::spawn(move || {
            let period = Duration::from_secs_f64(PERIOD as f64 / f64::from(RATE));
            let (mut taken, mut silent, mut due) = (0_u64, SILENCE, Instant::now());
            let mut blocks = VecDeque::new();
            while !heard.is_closed() {
                blocks.push_back((taken, Instant::now()));
                if blocks.len() > 200 {
                    blocks.pop_front();
                }
                for _ in 0..PERIOD {
                    let is_silent = source.frame().is_silent();
                    if !is_silent && silent >= SILENCE {
                        // Nobody may want it any more: then the loop ends.
                        let _ = heard.send(Heard { first: taken, blocks: blocks.clone() });
                    }
                    silent = if is_silent { silent + 1 } else { 0 };
                    taken += 1;
                }
                due += period;
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        });
        let (period, lead) = (Some(Duration::from_millis(10)), Duration::ZERO);
        let (id, name) = (String::new(), "Meter".to_owned());
        Ok(Opened { id, name, period, queued: Duration::ZERO, lead, stall: None, stream: Box::new(()) })
    }
}

/// When clips were handed to the source, as the sound thread logs it.
static HANDED: Mutex<Vec<(u64, Instant)>> = Mutex::new(Vec::new());

struct Handings;

struct Turn(u64);

impl Visit for Turn {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "turn" {
            self.0 = value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Handings {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let now = Instant::now();
        let mut turn = Turn(0);
        event.record(&mut turn);
        HANDED.lock().expect("nothing panics with it").push((turn.0, now));
    }
}

/// The span until each clip was handed over, and until its first sample was taken.
async fn measure(
    controls: &Controls,
    client: &Client,
    screen: &mut Screen,
    heard: &mut UnboundedReceiver<Heard>,
    audio: &[u8],
    kind: &str,
) -> (Vec<Duration>, Vec<Duration>) {
    let clip = sound::clip(audio, Some(kind), RATE).expect("it decodes");
    let lead = clip.samples.iter().position(|sample| *sample != 0.0).expect("it is not silent") as u64;
    let (mut handings, mut soundings) = (Vec::new(), Vec::new());
    // The first one opens the device.
    for n in 0..=CALLS {
        HANDED.lock().expect("nothing panics with it").clear();
        // A pause inside the call before looks like an end, too.
        while heard.try_recv().is_ok() {}
        let start = Instant::now();
        let call = controls.announce(Announcement::default().bytes(audio.to_vec(), kind));
        let began = tokio::time::timeout(LIMIT, heard.recv())
            .await
            .expect("it is heard")
            .expect("the device is there")
            .began(lead);
        screen.row(call, "playing", |state| *state == RowState::Playing).await;
        let handed = HANDED.lock().expect("nothing panics with it").first().expect("it was handed over").1;
        if n > 0 {
            handings.push(handed - start);
            soundings.push(began - start);
        }
        let turn = screen.shown.playback.turn.expect("a call sounds");
        client.send(Command::Skip { turn }).await.expect("it can be skipped");
        screen.row(call, "skipped", |state| *state == RowState::Skipped).await;
        // As on a real server calls do not come in step with the device.
        tokio::time::sleep(Duration::from_millis(50 + n as u64 % 10)).await;
    }
    (handings, soundings)
}

const CARD: &str = "--card";

#[tokio::main]
async fn main() {
    squelch_core::install_crypto();
    if std::env::args().any(|word| word == CARD) {
        return on_a_card().await;
    }
    let only = Targets::new().with_target("squelch_core::sound::handed", tracing::Level::TRACE);
    tracing_subscriber::registry().with(Handings.with_filter(only)).init();
    let (demo, controls) = server(Options::silent()).await;
    let (to_heard, mut heard) = unbounded_channel();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let client = Client::start(parts(&folder, Meter(to_heard)));
    let mut screen = Screen::open(&client).await;
    client.send(joining(demo.address())).await.expect("it can be added");
    registered(&controls, 1).await;

    println!("from the announcement to the sound, {CALLS} calls each, device period 10 ms\n");
    let mp3 = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/audio/dispatch-8k.mp3-16k.mp3");
    let mp3 = std::fs::read(mp3).expect("the fixture is there");
    let wav = rising_tone(Duration::from_secs(2));
    for (name, audio, kind) in [("WAV 8 kHz, 2 s", wav, "audio/wav"), ("MP3 16 kbit/s, 7 s", mp3, "audio/mpeg")] {
        let (mut handed, mut sounded) = measure(&controls, &client, &mut screen, &mut heard, &audio, kind).await;
        let (median, worst) = (figures::quantile(&mut handed, 0.5), figures::quantile(&mut handed, 0.99));
        figures::print(
            &format!("{name}: to the clip in the source, median"),
            &figures::ms(median),
            "<= 12 ms",
            median <= MEDIAN,
            "(peer 22.8 ms to \"playing\")",
        );
        figures::print(&format!("{name}: the same, p99"), &figures::ms(worst), "<= 30 ms", worst <= WORST, "");
        let median = figures::quantile(&mut sounded, 0.5);
        figures::note(&format!("{name}: to the first sample taken, median"), &figures::ms(median));
        let worst = figures::quantile(&mut sounded, 0.99);
        figures::note(&format!("{name}: the same, p99"), &figures::ms(worst));
    }
    client.shutdown().await;

    let sound = PulseServer::start();
    let mut again = std::process::Command::new(std::env::current_exe().expect("this program"));
    assert!(again.arg(CARD).envs(sound.env()).status().expect("it starts").success(), "the run on a card");
}

/// The computer's device; tells the period that was granted.
struct Told(UnboundedSender<Option<Duration>>);

impl Output for Told {
    fn open(&mut self, choice: &DeviceChoice, plug: &mut Plug) -> Result<Opened, OutputError> {
        let opened = Device.open(choice, plug)?;
        // Nobody may want it any more.
        let _ = self.0.send(opened.period);
        Ok(opened)
    }
}

/// Waits until the call sounds. Its row says that it plays as soon as the sound thread has it; the playback does when the
/// device's callback has taken its first sample, which the sound thread hears of with its next look.
async fn sounds(screen: &mut Screen, call: u64) {
    let sounds = screen.wait("the call to sound", |shown| {
        let is_it = shown.playback.row.as_ref().is_some_and(|row| row.key.call.0 == call);
        (is_it && shown.playback.state == PlaybackState::Playing).then_some(())
    });
    sounds.await;
}

/// The span until the playback says that the call sounds.
async fn on_a_card() {
    let (demo, controls) = server(Options::silent()).await;
    let (tell, mut periods) = unbounded_channel();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let client = Client::start(parts(&folder, Told(tell)));
    let mut screen = Screen::open(&client).await;
    client.send(joining(demo.address())).await.expect("it can be added");
    registered(&controls, 1).await;
    let mut spans = Vec::new();
    for n in 0..=CALLS {
        let start = Instant::now();
        let call = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(2)), "audio/wav"));
        sounds(&mut screen, call).await;
        if n > 0 {
            spans.push(start.elapsed());
        }
        let turn = screen.shown.playback.turn.expect("a call sounds");
        client.send(Command::Skip { turn }).await.expect("it can be skipped");
        screen.row(call, "skipped", |state| *state == RowState::Skipped).await;
        tokio::time::sleep(Duration::from_millis(50 + n as u64 % 10)).await;
    }
    let period = periods.recv().await.flatten().map_or("unknown".to_owned(), figures::ms);
    println!("\nthrough PulseAudio, {CALLS} calls; callback period {period}\n");
    for (name, share) in [("median", 0.5), ("p99", 0.99)] {
        let span = figures::quantile(&mut spans, share);
        let name = format!("WAV 8 kHz, 2 s: to the first sample pulled, {name}");
        figures::note(&name, &format!("{} (period {period})", figures::ms(span)));
    }
    client.shutdown().await;
}
