//! Calls that sound while a newer version waits, is installed, or is there.

use std::time::Duration;

use squelch_core::view::{Command, PlaybackState, Snapshot, UpdateStage, UpdateTime};
use squelch_demo::{Announcement, Controls, Demo, Options};
use squelch_tests::desk::{Desk, rising_tone, server};

use super::bench::{Bench, NEW, RUNNING};
use super::release;
use crate::updates::place::Place;

/// A listener whose calls the keeper hears of.
struct Listener {
    desk: Desk,
    controls: Controls,
    _demo: Demo,
}

impl Listener {
    async fn at(bench: &mut Bench) -> Self {
        let (demo, controls) = server(Options::silent()).await;
        let mut desk = Desk::new().await;
        desk.join(&demo).await;
        bench.client = desk.client.clone();
        Self { desk, controls, _demo: demo }
    }

    /// A call begins that is longer than any test.
    async fn call(&mut self) {
        let long = rising_tone(Duration::from_secs(300));
        let call = self.controls.announce(Announcement::default().bytes(long, "audio/wav"));
        self.desk.playing(call).await;
    }

    /// It is paused.
    async fn pause(&mut self) {
        self.desk.send(Command::Pause { on: true }).await;
        let paused = |shown: &Snapshot| (shown.playback.state == PlaybackState::Paused).then_some(());
        self.desk.screen.wait("a paused call", paused).await;
    }

    /// It ends.
    async fn end(&self) {
        let turn = self.desk.screen.shown.playback.turn.unwrap();
        self.desk.send(Command::Skip { turn }).await;
    }
}

/// A call sounds, and a newer version waits for its end.
async fn waiting(bench: &mut Bench) -> Listener {
    let mut listener = Listener::at(bench).await;
    bench.start_with_newer().await;
    listener.call().await;
    bench.updates().install(UpdateTime::Quiet);
    bench.until("it waits", |stage| matches!(stage, UpdateStage::Ready { .. })).await;
    listener
}

/// A call has begun while a newer version was being installed, which is there now.
async fn installed(bench: &mut Bench) -> Listener {
    let mut listener = Listener::at(bench).await;
    bench.place(Place::Deb);
    bench.dialog();
    bench.offer_package(NEW, &bench.a_deb());
    bench.start();
    bench.shown().await;
    bench.updates().install(UpdateTime::Quiet);
    bench.until("the dialog is open", |stage| matches!(stage, UpdateStage::Installing { .. })).await;
    listener.call().await;
    bench.heard_a_call().await;
    bench.answer("0").await;
    bench.until("it is there", |stage| *stage == UpdateStage::Installed { release: release() }).await;
    listener
}

#[test]
fn a_call_is_heard_to_its_end_before_a_newer_version_is_installed() {
    Bench::run(async |mut bench| {
        let listener = waiting(&mut bench).await;
        assert_eq!(bench.program(), RUNNING.as_bytes());
        listener.end().await;
        bench.restarted().await;
        assert_eq!(bench.program(), NEW.as_bytes());
    });
}

#[test]
fn a_paused_call_is_not_cut_off_either() {
    Bench::run(async |mut bench| {
        let mut listener = Listener::at(&mut bench).await;
        listener.call().await;
        listener.pause().await;
        bench.start_with_newer().await;
        bench.heard_a_call().await;
        bench.updates().install(UpdateTime::Quiet);
        bench.until("it waits", |stage| matches!(stage, UpdateStage::Ready { .. })).await;
        assert_eq!(bench.program(), RUNNING.as_bytes());
        listener.end().await;
        bench.restarted().await;
    });
}

#[test]
fn who_does_not_want_to_wait_for_a_call_does_not_wait() {
    Bench::run(async |mut bench| {
        let _listener = waiting(&mut bench).await;
        bench.updates().install(UpdateTime::AtOnce);
        bench.restarted().await;
        assert_eq!(bench.program(), NEW.as_bytes());
    });
}

#[test]
fn what_waits_for_a_call_is_installed_when_squelch_is_quit_before() {
    Bench::run(async |mut bench| {
        let _listener = waiting(&mut bench).await;
        bench.updates().quit().await;
        assert_eq!(bench.program(), NEW.as_bytes());
        assert!(!bench.has_restarted(), "whoever quits does not want it to start again");
    });
}

#[test]
fn a_call_that_began_while_the_system_asked_is_heard_to_its_end_before_the_new_start() {
    Bench::run(async |mut bench| {
        let listener = installed(&mut bench).await;
        assert!(!bench.has_restarted());
        listener.end().await;
        bench.restarted().await;
    });
}

#[test]
fn the_new_start_comes_at_once_for_whoever_does_not_want_to_wait() {
    Bench::run(async |mut bench| {
        let _listener = installed(&mut bench).await;
        bench.updates().install(UpdateTime::AtOnce);
        bench.restarted().await;
    });
}
