//! Choosing among 20,000 talkgroups while 500 calls wait: from the wish to the core's word that it is done, and the list
//! itself from the question to the answer.

#![forbid(unsafe_code)]

mod figures;

use std::time::{Duration, Instant};

use squelch_core::client::Client;
use squelch_core::model::{ServerId, TalkgroupId, TalkgroupKey};
use squelch_core::sound::{Pace, Silent};
use squelch_core::view::{Command, Priority, Setting, Snapshot};
use squelch_demo::{Announcement, Controls, Directory, Options};
use squelch_tests::desk::{joining, parts, registered, server};
use squelch_tests::screen::Screen;

const TALKGROUPS: u64 = 20_000;
const WAITING: u32 = 500;
const TARGET: Duration = Duration::from_millis(5);
const RUNS: usize = 21;

async fn waiting(screen: &mut Screen, count: u32) {
    screen.wait(&format!("{count} calls to wait"), |shown| (shown.listening.waiting == count).then_some(())).await;
}

/// Has as many calls wait as there may be, on talkgroups all over the list.
async fn fill(screen: &mut Screen, controls: &Controls, directory: &Directory) {
    let talkgroups: Vec<_> = directory
        .systems
        .iter()
        .flat_map(|system| system.talkgroups.iter().map(|talkgroup| (system.system_id, talkgroup.talkgroup_id)))
        .collect();
    let from = screen.shown.listening.waiting;
    for n in from..WAITING {
        let (system, talkgroup) = talkgroups[n as usize * talkgroups.len() / WAITING as usize];
        controls.announce(Announcement::on(system, talkgroup));
        // A server drops what piles up; the client is let to take each.
        waiting(screen, n + 1).await;
    }
}

fn off(shown: &Snapshot) -> usize {
    shown.selection.off.iter().map(|off| off.talkgroups.len()).sum()
}

/// Has a talkgroup's calls go before others, or not, and times it.
async fn prioritise(client: &Client, server: ServerId, talkgroup: TalkgroupId, priority: Priority) -> Duration {
    let start = Instant::now();
    let talkgroup = TalkgroupKey { server, talkgroup };
    client.send(Command::Prioritise { talkgroup, priority }).await.expect("it is possible");
    start.elapsed()
}

/// Switches these and times it; the screen has caught up afterwards.
async fn switch(
    client: &Client,
    screen: &mut Screen,
    server: ServerId,
    talkgroups: &[TalkgroupId],
    on: bool,
) -> Duration {
    let before = off(&screen.shown);
    let command = Command::Switch { server, talkgroups: talkgroups.to_vec(), on };
    let start = Instant::now();
    client.send(command).await.expect("it is possible");
    let taken = start.elapsed();
    let after = if on { before - talkgroups.len() } else { before + talkgroups.len() };
    screen.wait("the selection", |shown| (off(shown) == after).then_some(())).await;
    taken
}

fn report(name: &str, mut spans: Vec<Duration>) {
    let worst = figures::quantile(&mut spans, 1.0);
    let median = figures::quantile(&mut spans, 0.5);
    let name = format!("{name}, median");
    figures::print(
        &name,
        &figures::ms(median),
        "<= 5 ms",
        median <= TARGET,
        &format!("(longest {})", figures::ms(worst)),
    );
}

async fn choosing(client: &Client, screen: &mut Screen, controls: &Controls) {
    let directory = Directory::huge(TALKGROUPS);
    controls.configure(directory.clone());
    // Its town's directory comes first, and is not what is waited for.
    let known = screen.server("listed", |server| server.directory > 0).await.directory;
    let here = screen.server("listed", |server| server.directory > known).await.id;
    client.send(Command::Pause { on: true }).await.expect("it can be paused");
    let all: Vec<_> = directory
        .systems
        .iter()
        .flat_map(|system| &system.talkgroups)
        .map(|talkgroup| TalkgroupId(talkgroup.id))
        .collect();
    // The queue has to be kept in order for somebody.
    client.send(Command::Change { setting: Setting::Follow { seconds: 5 } }).await.expect("it can be followed");
    for (n, talkgroup) in all.iter().step_by(100).enumerate() {
        prioritise(client, here, *talkgroup, if n % 2 == 0 { Priority::Low } else { Priority::High }).await;
    }
    let mut priority = vec![];
    let (mut one, mut section, mut everything, mut back, mut list) = (vec![], vec![], vec![], vec![], vec![]);
    for run in 0..RUNS {
        fill(screen, controls, &directory).await;
        priority.push(prioritise(client, here, all[1], Priority::High).await);
        prioritise(client, here, all[1], Priority::Normal).await;
        // Of the first of a thousand a call waits in every run, so that something leaves.
        one.push(switch(client, screen, here, &all[..1], false).await);
        switch(client, screen, here, &all[..1], true).await;
        section.push(switch(client, screen, here, &all[..1_000], false).await);
        everything.push(switch(client, screen, here, &all[1_000..], false).await);
        waiting(screen, 0).await;
        back.push(switch(client, screen, here, &all, true).await);
        let start = Instant::now();
        let listed = client.talkgroups(here).await.expect("it is there");
        list.push(start.elapsed());
        assert_eq!(listed.systems.len(), 20, "run {run}");
    }
    report("a priority of 200 raised, 500 calls waiting", priority);
    report("one talkgroup off, of 20,000, 500 calls waiting", one);
    report("a section of 1,000 off, 500 calls waiting", section);
    report("19,000 off, and every waiting call with them", everything);
    report("20,000 on", back);
    figures::note("the list of 20,000, median", &figures::ms(figures::quantile(&mut list, 0.5)));
}

fn main() {
    squelch_core::install_crypto();
    let outside =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let (demo, controls) = outside.block_on(server(Options::silent()));
    let inside = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    inside.block_on(async {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (output, _) = Silent::new(48_000, Pace::ByHand);
        let client = Client::start(parts(&folder, output));
        let mut screen = Screen::open(&client).await;
        client.send(joining(demo.address())).await.expect("it can be added");
        registered(&controls, 1).await;
        println!("choosing: {TALKGROUPS} talkgroups, {WAITING} calls waiting, {RUNS} runs\n");
        choosing(&client, &mut screen, &controls).await;
        client.shutdown().await;
    });
}
