//! The computer sleeps: the program stands still in the middle of everything, its link dies meanwhile, and it goes on as if
//! nothing had happened.

use std::collections::BTreeSet;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use squelch_demo::{Announcement, Controls, Options, Timing};
use squelch_tests::desk::{registered, rising_tone, server};
use squelch_tests::pulse::PulseServer;
use tempfile::tempdir;

use crate::listener::Listener;

fn tone(controls: &Controls) -> u64 {
    controls.announce(Announcement::default().bytes(rising_tone(Duration::from_millis(100)), "audio/wav"))
}

fn is_played(object: &Value) -> bool {
    object["event"] == "call" && object["state"] == "played"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_stood_still_plays_every_call_that_was_announced_to_nobody_meanwhile() {
    let pulse = PulseServer::start();
    // A server that notices soon that nobody answers its pings.
    let timing = Timing { ping: Duration::from_millis(200), pong: Duration::from_millis(500), ..Timing::default() };
    let (demo, controls) = server(Options { timing, ..Options::silent() }).await;
    let home = tempdir().expect("a folder can be made");
    let mut command = crate::listener::command(home.path());
    command.envs(pulse.env()).args(["--server", &demo.address(), "--user", squelch_demo::USER, "--json"]);
    let mut listener = Listener::spawn(command);
    listener.types(&format!("{}\n", squelch_demo::PASSWORD));
    listener.live();
    registered(&controls, 1).await;
    let before = tone(&controls);
    assert_eq!(listener.object("a call", is_played)["call"]["id"], before);

    listener.signal(Signal::STOP);
    listener.stopped();
    // What is announced now goes into a link that is as good as dead, …
    let mut missed: BTreeSet<u64> = [tone(&controls), tone(&controls)].into();
    controls.wait_for_sockets(0).await.expect("the server gives it up");
    // … and this to nobody.
    missed.extend([tone(&controls), tone(&controls)]);
    listener.signal(Signal::CONT);

    let mut heard = BTreeSet::new();
    while heard.len() < missed.len() {
        let call = listener.object("a missed call", is_played)["call"]["id"].as_u64().expect("it has a number");
        assert!(missed.contains(&call) && heard.insert(call), "{call} is played once: {heard:?} of {missed:?}");
    }
    registered(&controls, 1).await;
    let after = tone(&controls);
    assert_eq!(listener.object("the next call", is_played)["call"]["id"], after);
    listener.signal(Signal::TERM);
    assert_eq!(listener.end().0, Some(0));
}
