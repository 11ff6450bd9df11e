//! What the program costs: memory beside an empty Tauri program, idle processor time, and how soon its window is there.
//!
//! The real program on a desktop of its own (see `tests/desktop`), with a login kept in a real keychain and a sound card
//! that does not exist. It plays two calls; then 1,000 are announced at once, of which some are fetched and heard and the
//! others wait or are too many; live goes off, and the device is released. The demo server is in this process. The window
//! is watched from outside, in pictures of the screen.
//!
//! Nothing else that shows web pages may run beside it: memory is the proportional share, and they would share.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/desktop/desk.rs"]
mod desk;
#[path = "../../tests/benches/figures.rs"]
mod figures;
#[path = "program/processes.rs"]
mod processes;
#[path = "program/session.rs"]
mod session;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use desk::{Desk, Program};
use processes::{Memory, ticks};
use session::Session;
use squelch_demo::{Announcement, Controls, Options};
use squelch_tests::desktop::menu::Menu;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};

const CALLS: usize = 1_000;
/// Until allocators, caches and collectors have come to rest.
const SETTLE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(120);
/// A window is complete by then.
const WATCH: Duration = Duration::from_secs(5);
/// This share of the pixels may still change in a window that is complete: a clock, a meter.
const MOVING: f64 = 0.01;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    squelch_core::install_crypto();
    let words: Vec<String> = std::env::args().collect();
    match words.iter().position(|word| word == session::SIGN_IN) {
        Some(at) => runtime.block_on(session::sign_in(&words[at + 1], words[at + 2].as_ref())),
        None => runtime.block_on(measure()),
    }
}

async fn measure() {
    let demo = squelch_demo::start(Options { archive: 200, ..Options::silent() }).await.unwrap();
    let controls = demo.controls();
    println!("the program, against an empty Tauri program; memory is PSS of all its processes\n");
    let empty = empty().await;
    hidden(&Session::start(&demo.address()).await, &controls, &empty).await;
    window(&Session::start(&demo.address()).await, &controls, &empty).await;
}

struct Empty {
    window: Memory,
    destroyed: Memory,
    hidden: Memory,
}

async fn empty() -> Empty {
    let example = PathBuf::from(env!("CARGO_BIN_EXE_squelch")).with_file_name("examples").join("empty");
    assert!(example.exists(), "{} is not built: run `make bench`", example.display());
    let mut figures = Vec::new();
    for wish in ["--window", "--destroyed", "--hidden"] {
        let desk = Desk::with_tray().await;
        let program = desk.start_program(example.to_str().unwrap(), &[wish]);
        tokio::time::sleep(SETTLE).await;
        figures.push(Memory::of(program.id()));
    }
    let [window, destroyed, hidden] = figures.try_into().ok().unwrap();
    Empty { window, destroyed, hidden }
}

async fn hidden(session: &Session, controls: &Controls, empty: &Empty) {
    let start = Instant::now();
    let squelch = session.squelch(&["--hidden"]);
    controls.wait_for_sockets(1).await.unwrap();
    at_most("start with --hidden to listening, kept login", start.elapsed(), Duration::from_millis(600));
    let menu = session.desk.menu().await;
    listen(session, controls).await;
    react(&menu).await;
    flood(session, controls, &menu).await;
    session.released().await;
    tokio::time::sleep(SETTLE).await;
    assert!(squelch.children("WebKit").is_empty(), "no webview");
    beside("memory, started hidden", &Memory::of(squelch.id()), &empty.hidden, 30);
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

async fn window(session: &Session, controls: &Controls, empty: &Empty) {
    let start = Instant::now();
    let squelch = session.squelch(&[]);
    let watched = watch(session.desk.display().to_owned()).await;
    at_most("start to a feed on the screen, kept login", watched - start, Duration::from_millis(1_200));
    let menu = session.desk.menu().await;
    listen(session, controls).await;
    flood(session, controls, &menu).await;
    session.released().await;
    tokio::time::sleep(SETTLE).await;
    beside(&format!("memory, window open after {CALLS} calls"), &Memory::of(squelch.id()), &empty.window, 40);
    idle("idle with the window open", squelch.id(), 0.5).await;

    let web = squelch.children("WebKitWebProcess");
    menu.click("Hide window").await;
    Program::gone(web).await;
    tokio::time::sleep(SETTLE).await;
    beside("memory, window closed to the tray", &Memory::of(squelch.id()), &empty.destroyed, 30);
    idle("idle in the tray", squelch.id(), 0.1).await;

    let start = Instant::now();
    menu.click("Show window").await;
    let watched = watch(session.desk.display().to_owned()).await;
    at_most("window back from the tray", watched - start, Duration::from_secs(1));
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

/// How soon what a click in the tray's menu asked for is said there, at worst of some. A tick would prove nothing: GTK
/// sets it by itself.
async fn react(menu: &Menu) {
    let mut slowest = Duration::ZERO;
    menu.shows("Waiting for a call").await;
    for said in ["Live is off", "Waiting for a call"].into_iter().cycle().take(20) {
        let start = Instant::now();
        menu.click("Live").await;
        menu.shows(said).await;
        slowest = slowest.max(start.elapsed());
    }
    at_most("click in the tray to what it says, slowest of 20", slowest, Duration::from_millis(100));
}

/// Has two calls played to their end.
async fn listen(session: &Session, controls: &Controls) {
    controls.wait_for_sockets(1).await.unwrap();
    let heard = session.record();
    controls.announce(Announcement::default().clip(1));
    controls.announce(Announcement::default().clip(2));
    tokio::task::spawn_blocking(move || {
        assert!(heard.wait_for_end_of_sound(Duration::from_secs(60)), "two calls are heard");
    })
    .await
    .unwrap();
}

/// Announces calls at a pace that a demo server's queue bears, while live is on. Turns it off once one of them is heard.
async fn flood(session: &Session, controls: &Controls, menu: &Menu) {
    let heard = session.record();
    for _ in 0..CALLS / 50 {
        for clip in 0..50 {
            controls.announce(Announcement::default().clip(1 + clip % 20));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::task::spawn_blocking(move || {
        let is_heard = heard.wait(Duration::from_secs(60), |samples| samples.iter().any(|sample| *sample != 0));
        assert!(is_heard, "a call of the flood is heard");
    })
    .await
    .unwrap();
    menu.click("Live").await;
    menu.shows("Live is off").await;
}

fn beside(name: &str, measured: &Memory, empty: &Memory, more: u32) {
    let over = measured.all() - empty.all();
    let met = over <= f64::from(more);
    figures::print(name, &format!("{over:+.1} MB"), &format!("<= +{more} MB"), met, "(peer 448 MB)");
    println!("    {measured} MB\n    {empty} MB the empty program");
}

fn at_most(name: &str, measured: Duration, target: Duration) {
    let (measured_ms, target_ms) = (measured.as_millis(), target.as_millis());
    figures::print(name, &format!("{measured_ms} ms"), &format!("<= {target_ms} ms"), measured <= target, "");
}

async fn idle(name: &str, pid: u32, percent: f64) {
    let before = ticks(pid);
    tokio::time::sleep(IDLE).await;
    let used = (ticks(pid) - before) / processes::TICKS / IDLE.as_secs_f64() * 100.0;
    figures::print(
        name,
        &format!("{used:.2} % of a core"),
        &format!("<= {percent} %"),
        used <= percent,
        "(peer 3.8 %)",
    );
}

/// When the screen began to show what it still shows at the end, but for what always moves.
async fn watch(display: String) -> Instant {
    tokio::task::spawn_blocking(move || {
        let (x, screen) = x11rb::connect(Some(&display)).unwrap();
        let root = &x.setup().roots[screen];
        let (id, width, height) = (root.root, root.width_in_pixels, root.height_in_pixels);
        let start = Instant::now();
        let mut pictures = Vec::new();
        while start.elapsed() < WATCH {
            let image = x.get_image(ImageFormat::Z_PIXMAP, id, 0, 0, width, height, !0).unwrap().reply().unwrap();
            // Every seventh pixel, four bytes each: enough to see rows of text.
            let sample: Vec<u8> = image.data.chunks_exact(28).map(|pixels| pixels[1]).collect();
            pictures.push((Instant::now(), sample));
        }
        let (last, end) = pictures.pop().unwrap();
        let differs = |picture: &[u8]| {
            let changed = picture.iter().zip(&end).filter(|(a, b)| a != b).count();
            changed as f64 > end.len() as f64 * MOVING
        };
        let unfinished = pictures.iter().rposition(|(_, picture)| differs(picture));
        let shown = unfinished.and_then(|at| pictures.get(at + 1)).map_or(last, |(at, _)| *at);
        assert!(shown < last, "the window was still changing");
        shown
    })
    .await
    .unwrap()
}
