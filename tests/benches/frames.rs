//! Floods: announcements per second from bytes to published updates, a large directory, and memory over many calls.
//!
//! The client has one thread for itself, with one subscriber that keeps up. Demo server and flood have another. The
//! flood is written into the connection between them, because the demo server (as a real one) drops frames that pile up.
//! Live is off at first: what is measured is receiving, not playing. Then it is on, and paused: the queue is full, and for
//! every call that comes the oldest leaves and another one is asked for.

#![forbid(unsafe_code)]

mod figures;

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use squelch_core::client::{Client, Subscription};
use squelch_core::sound::{Pace, Silent};
use squelch_core::view::{Command, Event, Message};
use squelch_demo::{Announcement, Controls, Directory, Options};
use squelch_tests::desk::{joining, parts, registered, server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// So many calls wait at most.
const MOST: u32 = 500;
const FLOOD: u64 = 20_000;
/// Where each of them is more work.
const SMALL_FLOOD: u64 = 5_000;
const FLOODS: u64 = 10;
const PER_SECOND: f64 = 50_000.0;
const TALKGROUPS: u64 = 20_000;
const CONFIG: Duration = Duration::from_millis(60);
/// What allocators keep back may differ by this much without a leak.
const FLAT: i64 = 4 << 20;
/// After so many floods everything that is bounded is full: among others, 50,000 calls wait for the archive's disk.
const FULL: u64 = 5;

/// Passes connections on to the demo server; into the live one it writes what it is given.
struct Tap {
    address: String,
    inject: UnboundedSender<Vec<u8>>,
    /// What the server has sent over the live connection.
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    async fn new(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (inject, injected) = unbounded_channel();
        let sent = Arc::default();
        let server = server.trim_start_matches("http://").to_owned();
        tokio::spawn(accept(listener, server, injected, Arc::clone(&sent)));
        Self { address, inject, sent }
    }
}

async fn accept(
    listener: TcpListener,
    server: String,
    injected: UnboundedReceiver<Vec<u8>>,
    sent: Arc<Mutex<Vec<u8>>>,
) {
    let injected = Arc::new(Mutex::new(Some(injected)));
    loop {
        let (client, _) = listener.accept().await.expect("it listens");
        // Each by itself: a client may open a connection and say nothing on it.
        tokio::spawn(pass(client, server.clone(), Arc::clone(&injected), Arc::clone(&sent)));
    }
}

/// Passes one connection on.
async fn pass(
    mut client: TcpStream,
    server: String,
    injected: Arc<Mutex<Option<UnboundedReceiver<Vec<u8>>>>>,
    sent: Arc<Mutex<Vec<u8>>>,
) {
    let mut first = vec![0; 16 << 10];
    let length = client.read(&mut first).await.unwrap_or_default();
    first.truncate(length);
    let Ok(mut server) = TcpStream::connect(&server).await else { return };
    if server.write_all(&first).await.is_err() {
        return;
    }
    let is_live = String::from_utf8_lossy(&first).to_ascii_lowercase().contains("upgrade: websocket");
    let injected = injected.lock().expect("nothing panics with it").take_if(|_| is_live);
    match injected {
        Some(injected) => live(client, server, injected, sent).await,
        // Both ends may break off whenever they like.
        None => drop(tokio::io::copy_bidirectional(&mut client, &mut server).await),
    }
}

async fn live(
    client: TcpStream,
    server: TcpStream,
    mut injected: UnboundedReceiver<Vec<u8>>,
    sent: Arc<Mutex<Vec<u8>>>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut buffer = vec![0; 64 << 10];
    loop {
        let outcome = tokio::select! {
            length = from_server.read(&mut buffer) => match length {
                Ok(length @ 1..) => {
                    sent.lock().expect("nothing panics with it").extend_from_slice(&buffer[..length]);
                    to_client.write_all(&buffer[..length]).await
                }
                _ => return,
            },
            Some(bytes) = injected.recv() => to_client.write_all(&bytes).await,
        };
        if outcome.is_err() {
            return;
        }
    }
}

/// A text frame as a server writes it (RFC 6455, 5.2).
fn framed(text: &str, into: &mut Vec<u8>) {
    into.push(0x81);
    match text.len() {
        length @ ..126 => into.push(length as u8),
        length @ ..65_536 => {
            into.push(126);
            into.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            into.push(127);
            into.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    into.extend_from_slice(text.as_bytes());
}

/// Announcements of calls with numbers of their own.
fn flood(like: &Value, ids: Range<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut frame = like.clone();
    for id in ids {
        frame["call"]["id"] = id.into();
        framed(&frame.to_string(), &mut bytes);
    }
    bytes
}

/// Reads updates until one is as wanted. How often the subscriber had fallen behind.
async fn until(subscription: &mut Subscription, mut wanted: impl FnMut(&Event) -> bool) -> usize {
    let mut behind = 0;
    loop {
        match subscription.next().await.expect("Squelch runs") {
            Message::Snapshot { .. } => behind += 1,
            Message::Update { update } => {
                if update.events.iter().any(&mut wanted) {
                    return behind;
                }
            }
        }
    }
}

fn shows(event: &Event, mut wanted: impl FnMut(&squelch_core::view::Row) -> bool) -> bool {
    match event {
        Event::RowsAdded { rows } => rows.iter().any(&mut wanted),
        Event::RowChanged { row } => wanted(row),
        _ => false,
    }
}

fn memory() -> i64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("this is Linux");
    let resident = pages.split(' ').nth(1).and_then(|pages| pages.parse::<i64>().ok());
    resident.expect("the second number is what is resident") * 4096
}

/// Announcements in floods: how many per second in the middle one of them, and how often the subscriber fell behind. After
/// each, `then` is told its number.
async fn floods(
    subscription: &mut Subscription,
    tap: &Tap,
    like: &Value,
    (first, size): (u64, u64),
    mut then: impl FnMut(u64),
) -> (f64, usize) {
    let (mut spans, mut behind) = (Vec::new(), 0);
    for n in 0..FLOODS {
        let ids = first + n * size..first + (n + 1) * size;
        let (last, bytes) = (ids.end - 1, flood(like, ids));
        let start = Instant::now();
        tap.inject.send(bytes).expect("the tap runs");
        behind += until(subscription, |event| shows(event, |row| row.key.call.0 == last)).await;
        spans.push(start.elapsed());
        then(n + 1);
    }
    (size as f64 / figures::quantile(&mut spans, 0.5).as_secs_f64(), behind)
}

/// Nothing of them waits: receiving, and what it leaves in memory.
async fn received(subscription: &mut Subscription, tap: &Tap, like: &Value) {
    let (mut first, mut full, mut last) = (0, 0, 0);
    let (rate, behind) = floods(subscription, tap, like, (1_000_000, FLOOD), |flood| match flood {
        1 => first = memory(),
        FULL => full = memory(),
        FLOODS => last = memory(),
        _ => {}
    })
    .await;
    // A subscriber that falls behind is sent snapshots, which is less work than was to be measured.
    let met = rate >= PER_SECOND && behind == 0;
    let note = format!("(subscriber fell behind {behind} times)");
    figures::print("announcements per second, live off, median", &format!("{rate:.0}"), ">= 50,000", met, &note);
    let megabytes = |growth: i64| format!("{:+.1} MB", growth as f64 / 1e6);
    let (one, half, all) = (FLOOD, FULL * FLOOD, FLOODS * FLOOD);
    let name = format!("memory after {all} calls beside that after {half}");
    figures::print(&name, &megabytes(last - full), "<= +4.2 MB", last - full <= FLAT, "");
    let name = format!("the same after {half} beside {one}, while it fills");
    figures::note(&name, &megabytes(full - first));
}

/// All of them wait, as long as there is room: for each that comes then the oldest goes, what waits is looked through, and
/// the archive is told. There is no target for that; it is so many times what a server can have to announce.
async fn queued(client: &Client, subscription: &mut Subscription, tap: &Tap, like: &Value) {
    client.send(Command::Pause { on: true }).await.expect("it can be paused");
    client.send(Command::Listen { on: true }).await.expect("live can be on");
    tap.inject.send(flood(like, 2_000_000..2_001_000)).expect("the tap runs");
    until(subscription, |event| matches!(event, Event::ListeningChanged { listening } if listening.waiting == MOST))
        .await;
    let (rate, behind) = floods(subscription, tap, like, (2_001_000, SMALL_FLOOD), |_| {}).await;
    let name = format!("the same with live on, {MOST} waiting and the oldest leaving (fell behind {behind} times)");
    figures::note(&name, &format!("{rate:.0}"));
    client.send(Command::Listen { on: false }).await.expect("live can be off");
    until(subscription, |event| matches!(event, Event::ListeningChanged { listening } if listening.waiting == 0)).await;
}

async fn large_directory(subscription: &mut Subscription, tap: &Tap, controls: &Controls) {
    let town = controls.directory();
    let take = || std::mem::take(&mut *tap.sent.lock().expect("nothing panics with it"));
    controls.configure(Directory::huge(TALKGROUPS));
    let huge = controls.directory();
    let (system, talkgroup) = (&huge.systems[0], &huge.systems[0].talkgroups[0]);
    let call = controls.announce(Announcement::on(system.system_id, talkgroup.talkgroup_id));
    let mut titles = Vec::new();
    until(subscription, |event| {
        shows(event, |row| {
            row.key.call.0 == call && {
                titles.push(row.title.clone());
                true
            }
        })
    })
    .await;
    let known = titles.pop().expect("it was shown");
    let mut spans = Vec::new();
    for _ in 0..11 {
        controls.configure(town.clone());
        until(subscription, |event| shows(event, |row| row.key.call.0 == call && row.title != known)).await;
        take();
        controls.configure(huge.clone());
        until(subscription, |event| shows(event, |row| row.key.call.0 == call && row.title == known)).await;
        let bytes = take();
        controls.configure(town.clone());
        until(subscription, |event| shows(event, |row| row.key.call.0 == call && row.title != known)).await;
        let start = Instant::now();
        tap.inject.send(bytes).expect("the tap runs");
        until(subscription, |event| shows(event, |row| row.key.call.0 == call && row.title == known)).await;
        spans.push(start.elapsed());
    }
    let median = figures::quantile(&mut spans, 0.5);
    let name = format!("directory of {TALKGROUPS} talkgroups, bytes to labels");
    figures::print(&name, &figures::ms(median), "<= 60 ms", median <= CONFIG, "");
}

fn main() {
    squelch_core::install_crypto();
    let outside =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let (_demo, controls, tap) = outside.block_on(async {
        let (demo, controls) = server(Options::silent()).await;
        let tap = Tap::new(demo.address()).await;
        (demo, controls, tap)
    });
    let inside = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    inside.block_on(async {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (output, _) = Silent::new(48_000, Pace::ByHand);
        let client = Client::start(parts(&folder, output));
        let mut subscription = client.subscribe().await;
        client.send(Command::Listen { on: false }).await.expect("live can be off");
        client.send(joining(tap.address.clone())).await.expect("it can be added");
        registered(&controls, 1).await;
        let call = controls.announce(Announcement::default());
        until(&mut subscription, |event| shows(event, |row| row.key.call.0 == call)).await;
        let like = serde_json::from_str(&controls.frame_of(call).expect("it was announced")).expect("it is JSON");
        println!("floods: {FLOODS} of {FLOOD} announcements, {SMALL_FLOOD} where the queue is full; one core, one subscriber\n");
        received(&mut subscription, &tap, &like).await;
        queued(&client, &mut subscription, &tap, &like).await;
        large_directory(&mut subscription, &tap, &controls).await;
        client.shutdown().await;
    });
}
