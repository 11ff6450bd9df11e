//! Killed (`kill -9`) again and again while it listens: the archive opens each time, everything in it is whole, and what
//! waited comes back.
//!
//! In a program of its own: processes that are started hold the locks of others' archives for a moment. The listener is a
//! process of its own that says each time it hears something; it is killed after so many words. With `SQUELCH_KILLS` in the
//! environment it is killed that often.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;

use squelch_core::archive::{Archive, Entry, Limits, ReadError, Reader, Resume, Search, State};
use squelch_core::client::{Client, Parts};
use squelch_core::clock::Clock;
use squelch_core::sound::{Pace, Silent};
use squelch_core::vault::Memory;
use squelch_core::view::{Command, LoginWish, NotPlayed, PlaybackState, RowState, Setting, WhileAway};
use squelch_demo::{Announcement, Controls, Options};
use squelch_tests::desk::{RATE, registered, rising_tone, server};
use squelch_tests::screen::Screen;
use squelch_tests::{LIMIT, within};

const DATA: &str = "SQUELCH_STORING_TEST_DATA";
const ADDRESS: &str = "SQUELCH_STORING_TEST_ADDRESS";
/// So often it is killed if nothing else is said. In 200 times fewer calls are announced than the demo server keeps (5,000).
const KILLS: u64 = 40;
/// So many words it says at most. The first are of its start, so some deaths come before it hears anything.
const MOST_WORDS: u64 = 150;
/// A call is announced each time it has said so many: more than it plays meanwhile, so that calls wait when it dies.
const WORDS_PER_CALL: usize = 4;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Listens at a server, of which the folder may know from before.
async fn listener(data: &Path, address: &str) -> (Client, Screen) {
    squelch_core::install_crypto();
    let (output, _) = Silent::new(RATE, Pace::Times(8));
    let (vault, data) = (Box::new(Memory::default()), data.to_path_buf());
    let client = Client::start(Parts { vault, output: Box::new(output), clock: Clock::system(), data });
    let screen = Screen::open(&client).await;
    if screen.shown.servers.is_empty() {
        let (address, login) = (address.to_owned(), Some(LoginWish::Anonymous));
        client.send(Command::AddServer { address, remember: true, login }).await.expect("it can be added");
        let play = Setting::WhileAway { choice: WhileAway::Play };
        client.send(Command::Change { setting: play }).await.expect("it can be chosen");
    }
    (client, screen)
}

/// What is killed; only ever run by [`start`].
#[test]
#[ignore = "run by another test in a process of its own"]
fn child() {
    let data = std::env::var_os(DATA).expect("it is run by another test");
    let address = std::env::var(ADDRESS).expect("it is run by another test");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (_client, mut screen) = listener(Path::new(&data), &address).await;
        println!("heard");
        while screen.hear().await {
            println!("heard");
        }
    });
}

fn start(data: &Path, address: &str) -> Child {
    let mut process = Process::new(std::env::current_exe().expect("this program"));
    process.args(["--exact", "child", "--ignored", "--nocapture"]);
    process.env(DATA, data).env(ADDRESS, address);
    process.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it can be started")
}

/// Listens until it has heard so much, and calls are announced meanwhile; then it is killed.
fn listen_and_die(data: &Path, address: &str, words: usize, controls: &Controls) {
    let mut child = start(data, address);
    let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let heard = lines.map_while(Result::ok).filter(|line| line.contains("heard"));
    for _ in heard.take(words).step_by(WORDS_PER_CALL) {
        controls.announce(Announcement::default().bytes(rising_tone(Duration::from_millis(100)), "audio/wav"));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it is dead");
}

/// Looks into the archive as it was left.
async fn check(data: &Path) -> Vec<Entry> {
    assert!(squelch_core::settings::peek(data).is_ok(), "the settings are whole");
    let archive = Archive::start(data.to_path_buf(), Clock::system(), Limits { age: None, bytes: None });
    let mut standing = archive.standing();
    within("an open archive", standing.wait_for(|it| it.is_open && it.is_swept)).await.expect("it is open");
    let standing = standing.borrow().clone();
    assert_eq!(
        (standing.set_aside, standing.swept.calls),
        (None, 0),
        "nothing is damaged, and no row points to nothing"
    );
    let everything = |reader: &Reader| Ok::<_, ReadError>(reader.search(&Search::default(), 100_000, None)?.entries);
    let entries = archive.ask(everything).await.expect("it can be read");
    let keys: BTreeSet<_> = entries.iter().map(|entry| entry.key).collect();
    assert_eq!(keys.len(), entries.len(), "no call is there twice");
    for entry in entries.iter().filter(|entry| entry.audio > 0) {
        archive.audio(entry.id).await.expect("it is whole");
    }
    let Resume { waiting, playing, .. } = archive.ask(Reader::resume).await.expect("it can be read");
    let comes_back: BTreeSet<_> = waiting.iter().chain(&playing).map(|(entry, _)| entry.key).collect();
    let lost: Vec<_> =
        entries.iter().filter(|it| it.state == State::Unheard && !comes_back.contains(&it.key)).collect();
    assert!(lost.is_empty(), "nobody has heard these, and they do not come back: {lost:?}");
    archive.end(LIMIT).await;
    entries
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_the_archive_is_whole_and_every_call_that_was_announced_is_heard_in_the_end() {
    let (demo, controls) = server(Options { public: true, ..Options::silent() }).await;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (data, address) = (folder.path().to_path_buf(), demo.address());
    let kills = std::env::var("SQUELCH_KILLS").map_or(KILLS, |kills| kills.parse().expect("it is a number"));
    let mut dice = Dice(11);
    let mut left = Vec::new();
    for _ in 0..kills {
        let words = 1 + dice.below(MOST_WORDS) as usize;
        let (data, address, controls) = (data.clone(), address.clone(), controls.clone());
        let killed = tokio::task::spawn_blocking(move || listen_and_die(&data, &address, words, &controls));
        within("its end", killed).await.expect("it does not panic");
        left = check(folder.path()).await;
    }
    let (client, mut screen) = listener(folder.path(), &address).await;
    registered(&controls, 1).await;
    // The archive may open after the link: what waited comes back then, and what was missed is asked for then.
    let waited: Vec<_> = left.iter().filter(|entry| entry.state == State::Unheard).map(|entry| entry.key).collect();
    screen
        .wait("all that waited to be heard", |shown| {
            let played: BTreeSet<_> =
                shown.rows.iter().filter(|row| row.state == RowState::Played).map(|row| row.key).collect();
            waited.iter().all(|key| played.contains(key)).then_some(())
        })
        .await;
    // What was missed is played before it.
    let last = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_millis(100)), "audio/wav"));
    screen
        .wait("all to be heard", |shown| {
            let is_over = shown.playback.state == PlaybackState::Idle && shown.listening.waiting == 0;
            let is_begun = shown.rows.iter().any(|row| row.key.call.0 == last && row.state == RowState::Played);
            (is_over && is_begun && shown.servers.iter().all(|server| server.directory > 0)).then_some(())
        })
        .await;
    client.shutdown().await;
    let entries = check(folder.path()).await;
    let heard = entries.iter().filter(|entry| entry.state == State::Heard).count();
    // Those that were announced to nobody are history.
    let history = entries.iter().filter(|entry| entry.state == State::Filtered(NotPlayed::LiveOff)).count();
    let other = entries.iter().find(|it| !matches!(it.state, State::Heard | State::Filtered(NotPlayed::LiveOff)));
    assert_eq!((heard + history, other), (entries.len(), None));
    assert!(heard as u64 > kills, "{heard} heard, {history} announced to nobody");
}
