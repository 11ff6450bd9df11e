//! What the program costs: memory beside an empty Tauri program, idle processor time, and how soon its window is there.
//!
//! The real program on a desktop of its own (see `tests/desktop`), listening to a public demo server in this process.
//! Live is off, so that no sound device is open. The window is watched from outside, in pictures of the screen.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/desktop/desk.rs"]
mod desk;
#[path = "../../tests/benches/figures.rs"]
mod figures;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use desk::{Desk, Menu, Program};
use squelch_core::client::{Client, Parts};
use squelch_core::clock::Clock;
use squelch_core::sound::{Pace, Silent};
use squelch_core::vault::Memory;
use squelch_core::view::{Command, LoginWish};
use squelch_demo::{Announcement, Controls, Options};
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
/// Ticks of a process's times in a second (`man 5 proc`; 100 on every Linux there is).
const TICKS: f64 = 100.0;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    squelch_core::install_crypto();
    let demo = squelch_demo::start(Options { public: true, archive: 200, ..Options::silent() }).await.unwrap();
    let controls = demo.controls();
    let data = tempfile::tempdir().unwrap();
    prepare(data.path(), &demo.address(), &controls).await;
    println!("the program, against an empty Tauri program; memory is PSS of all its processes\n");
    let empty = empty().await;
    let hidden = hidden(data.path(), &controls).await;
    beside("memory, started hidden", hidden, empty.hidden, 30);
    window(data.path(), &controls, &empty).await;
}

/// A data folder as an earlier run leaves it: the server remembered, live off, told about the tray.
async fn prepare(data: &Path, address: &str, controls: &Controls) {
    let (output, _) = Silent::new(48_000, Pace::ByHand);
    let parts = Parts {
        vault: Box::new(Memory::default()),
        output: Box::new(output),
        clock: Clock::system(),
        data: data.to_path_buf(),
    };
    let client = Client::start(parts);
    client.send(Command::Listen { on: false }).await.unwrap();
    let login = Some(LoginWish::Anonymous);
    client.send(Command::AddServer { address: address.to_owned(), remember: true, login }).await.unwrap();
    controls.wait_for_sockets(1).await.unwrap();
    client.shutdown().await;
}

struct Empty {
    window: f64,
    destroyed: f64,
    hidden: f64,
}

async fn empty() -> Empty {
    let example = PathBuf::from(env!("CARGO_BIN_EXE_squelch")).with_file_name("examples").join("empty");
    assert!(example.exists(), "{} is not built: run `make bench`", example.display());
    let mut figures = Vec::new();
    for wish in ["--window", "--destroyed", "--hidden"] {
        let desk = Desk::with_tray().await;
        let program = desk.start_program(example.to_str().unwrap(), &[wish]);
        tokio::time::sleep(SETTLE).await;
        figures.push(memory(program.id()));
    }
    Empty { window: figures[0], destroyed: figures[1], hidden: figures[2] }
}

fn flags(data: &Path) -> [&str; 2] {
    ["--data-dir", data.to_str().unwrap()]
}

async fn hidden(data: &Path, controls: &Controls) -> f64 {
    let desk = Desk::with_tray().await;
    let squelch = desk.start(&[&flags(data)[..], &["--hidden"]].concat());
    let menu = desk.menu().await;
    controls.wait_for_sockets(1).await.unwrap();
    flood(controls).await;
    tokio::time::sleep(SETTLE).await;
    assert!(squelch.children("WebKit").is_empty(), "no webview");
    let memory = memory(squelch.id());
    quit(&menu, squelch).await;
    memory
}

async fn window(data: &Path, controls: &Controls, empty: &Empty) {
    let desk = Desk::with_tray().await;
    let start = Instant::now();
    let squelch = desk.start(&flags(data));
    let watched = watch(desk.display().to_owned()).await;
    at_most("start to a feed on the screen, stored server", watched - start, Duration::from_millis(1_200));
    let menu = desk.menu().await;
    flood(controls).await;
    tokio::time::sleep(SETTLE).await;
    beside(&format!("memory, window open after {CALLS} calls"), memory(squelch.id()), empty.window, 40);
    idle("idle with the window open", squelch.id(), 0.5).await;

    let web = squelch.children("WebKitWebProcess");
    menu.click("Hide window").await;
    Program::gone(web).await;
    tokio::time::sleep(SETTLE).await;
    beside("memory, window closed to the tray", memory(squelch.id()), empty.destroyed, 30);
    idle("idle in the tray", squelch.id(), 0.1).await;

    let start = Instant::now();
    menu.click("Show window").await;
    let watched = watch(desk.display().to_owned()).await;
    at_most("window back from the tray", watched - start, Duration::from_secs(1));
    quit(&menu, squelch).await;
}

async fn quit(menu: &Menu, squelch: Program) {
    menu.click("Quit Squelch").await;
    assert_eq!(squelch.ended().await, Some(0));
}

/// Announces calls at a pace that a demo server's queue bears.
async fn flood(controls: &Controls) {
    for _ in 0..CALLS / 50 {
        for clip in 0..50 {
            controls.announce(Announcement::default().clip(1 + clip % 20));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn beside(name: &str, measured: f64, empty: f64, more: u32) {
    let over = measured - empty;
    let met = over <= f64::from(more);
    let rest = format!("({measured:.0} MB, empty {empty:.0} MB; peer 448 MB)");
    figures::print(name, &format!("{over:+.1} MB"), &format!("<= +{more} MB"), met, &rest);
}

fn at_most(name: &str, measured: Duration, target: Duration) {
    let (measured_ms, target_ms) = (measured.as_millis(), target.as_millis());
    figures::print(name, &format!("{measured_ms} ms"), &format!("<= {target_ms} ms"), measured <= target, "");
}

async fn idle(name: &str, pid: u32, percent: f64) {
    let before = ticks(pid);
    tokio::time::sleep(IDLE).await;
    let used = (ticks(pid) - before) / TICKS / IDLE.as_secs_f64() * 100.0;
    figures::print(
        name,
        &format!("{used:.2} % of a core"),
        &format!("<= {percent} %"),
        used <= percent,
        "(peer 3.8 %)",
    );
}

/// The process and all its descendants.
fn family(pid: u32) -> Vec<u32> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if let Some(parent) = stat(pid).and_then(|fields| fields[1].parse::<u32>().ok()) {
            parents.insert(pid, parent);
        }
    }
    let is_kin = |mut at: u32| {
        while at != pid {
            let Some(parent) = parents.get(&at) else { return false };
            at = *parent;
        }
        true
    };
    parents.keys().copied().filter(|at| is_kin(*at)).collect()
}

/// The fields of `/proc/<pid>/stat` after the name, which may hold spaces: state first, parent second.
fn stat(pid: u32) -> Option<Vec<String>> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(line.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// Megabytes of its own and its share of what it shares, of all its processes.
fn memory(pid: u32) -> f64 {
    let share = |pid: &u32| {
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default()
    };
    family(pid).iter().map(share).sum::<f64>() / 1_000.0
}

/// Processor time of all its processes, in ticks.
fn ticks(pid: u32) -> f64 {
    let used = |pid: &u32| {
        let number = |fields: &[String], at: usize| fields[at].parse::<f64>().unwrap_or_default();
        stat(*pid).map(|fields| number(&fields, 11) + number(&fields, 12)).unwrap_or_default()
    };
    family(pid).iter().map(used).sum()
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
