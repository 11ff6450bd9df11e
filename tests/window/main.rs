//! The real window: the program as it ships, under a virtual screen, driven as a person would, its sound recorded.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod away;
mod choosing;
mod closing;
mod exporting;
mod feed;
mod global_keys;
mod keyboard;
mod keys;
mod links;
mod media;
mod notifying;
mod place;
mod reading;
mod remembering;
mod reporting;
mod saving;
mod searching;
mod settings;
mod shapes;
mod signing_in;
mod starting;
mod timeline;
mod updating;
mod without_mouse;

use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::Value;
use squelch_core::sound;
use squelch_demo::{Announcement, Controls, Demo, Directory, Options, PASSWORD, Talkgroup, Transcript, USER};
use squelch_tests::desk::{registered, server, short_call};
use squelch_tests::pulse::{CHANNELS, RATE, Recorder};
use squelch_tests::{LIMIT, pulse};

use place::Place;

/// 50 ms: enough of a call to be sure that it is this one.
const PIECE: usize = RATE as usize / 20;

async fn find(window: &Client, css: &str) -> Element {
    window.wait().at_most(LIMIT).for_element(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"))
}

async fn named(window: &Client, id: &str) -> Element {
    find(window, &format!("[data-testid='{id}']")).await
}

async fn click(window: &Client, id: &str) {
    named(window, id).await.click().await.unwrap_or_else(|error| panic!("{id} cannot be clicked: {error:?}"));
}

async fn fill(window: &Client, id: &str, text: &str) {
    named(window, id).await.send_keys(text).await.unwrap_or_else(|error| panic!("{id} takes no text: {error}"));
}

/// Waits until the call's row says so.
async fn row(window: &Client, call: u64, state: &str) -> Element {
    find(window, &format!("[data-testid='feed-row'][data-call='{call}'][data-state='{state}']")).await
}

/// Waits until an expression holds in the page, looking with every picture it draws.
async fn until(window: &Client, expression: &str) {
    let script = format!(
        "const done = arguments[0];
         const look = () => {{ if ({expression}) done(true); else requestAnimationFrame(look); }};
         look();"
    );
    window.execute_async(&script, Vec::new()).await.unwrap_or_else(|error| panic!("{expression}: {error}"));
}

/// Waits until something shows a text.
async fn shows(window: &Client, css: &str, text: &str) {
    let (css, text) = (Value::from(css), Value::from(text));
    until(window, &format!("document.querySelector({css})?.textContent.includes({text})")).await;
}

/// What a script gives once the page has drawn what it knows.
async fn ask(window: &Client, script: &str) -> Value {
    let script = format!(
        "const done = arguments[0];
         requestAnimationFrame(() => requestAnimationFrame(() => done((() => {{ {script} }})())));"
    );
    window.execute_async(&script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
}

async fn link(window: &Client, state: &str) {
    find(window, &format!("[data-testid='link-state'][data-state='{state}']")).await;
}

/// Opens the window and signs in through its forms.
async fn signed_in(place: &Place, demo: &Demo, controls: &Controls) -> Client {
    let window = place.open().await;
    add(&window, demo).await;
    sign_in(&window).await;
    link(&window, "live").await;
    registered(controls, 1).await;
    window
}

async fn add(window: &Client, demo: &Demo) {
    fill(window, "address", &demo.address()).await;
    click(window, "add-server").await;
}

async fn sign_in(window: &Client) {
    fill(window, "user", USER).await;
    fill(window, "password", PASSWORD).await;
    click(window, "sign-in").await;
}

/// Waits until the window is live, then hears a call.
async fn hears_a_call(window: &Client, controls: &Controls) {
    link(window, "live").await;
    registered(controls, 1).await;
    let call = short_call(controls);
    row(window, call, "played").await;
}

/// What the window shows of a talkgroup: its name, else its label.
fn shown_label(talkgroup: &Talkgroup) -> String {
    talkgroup.name.clone().or_else(|| talkgroup.label.clone()).unwrap_or_default()
}

/// One side of what was heard so far.
fn recorded(recorder: &Recorder) -> Vec<i16> {
    recorder.samples().iter().step_by(CHANNELS).copied().collect()
}

/// A call as our decoder and resampler give it, brought to the loudness of all.
fn as_played(controls: &Controls, call: u64) -> Vec<i16> {
    let bytes = controls.audio_of(call).expect("the server has its audio");
    let mut clip = sound::measured_clip(&bytes, None, pulse::RATE).expect("it can be decoded");
    clip.level = Some(sound::Level::of(&clip.measure, None, true, true));
    clip.as_played().iter().map(|sample| (sample * 32_768.0) as i16).collect()
}

/// Where a piece of a call is in what was heard, from a place on.
fn place_of(piece: &[i16], recorded: &[i16], from: usize) -> Option<usize> {
    let near = |at: &usize| recorded[*at..].iter().zip(piece).all(|(got, sent)| got.abs_diff(*sent) <= 1);
    (from..recorded.len().saturating_sub(piece.len())).find(near)
}

/// Nine tenths of every call's pieces must be in the recording, in order, as our decoder and resampler give them, brought to the loudness of all.
fn assert_heard(recorder: &Recorder, controls: &Controls, calls: &[u64]) {
    let recorded = recorded(recorder);
    let mut from = 0;
    for call in calls {
        let sent = as_played(controls, *call);
        let pieces = sent.chunks_exact(PIECE).skip(1).filter(|piece| piece.iter().any(|sample| sample.abs() > 500));
        let (mut found, mut wanted) = (0, 0);
        for piece in pieces {
            wanted += 1;
            if let Some(at) = place_of(piece, &recorded, from) {
                from = at + PIECE;
                found += 1;
            }
        }
        // Over virtual sound on a busy machine a device may run dry once in a while.
        println!("call {call}: {found} of {wanted} pieces");
        assert!(wanted > 3 && found * 10 >= wanted * 9, "call {call}: {found} of {wanted} pieces were heard in order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_login_is_renewed_once_and_every_call_is_heard() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let recorder = tokio::task::block_in_place(|| place.pulse.record());
    let window = signed_in(&place, &demo, &controls).await;
    let mut calls = Vec::new();
    for clip in [3, 10, 2] {
        calls.push(controls.announce(Announcement::default().clip(clip)));
    }
    for call in &calls {
        row(&window, *call, "played").await;
    }
    controls.revoke_access(USER);
    // Another clip: a piece that the device split must not be found in a later call instead.
    calls.push(controls.announce(Announcement::default().clip(7)));
    row(&window, calls[3], "played").await;
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 1, "one renewal");
    assert_eq!(controls.requests(&format!("GET /api/v1/calls/{}/audio", calls[3])), 2, "one retry");
    assert!(tokio::task::block_in_place(|| recorder.wait_for_end_of_sound(LIMIT)));
    assert_heard(&recorder, &controls, &calls);
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_survives_a_reload_a_server_restart_and_a_lost_sound_card() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let first = short_call(&controls);
    row(&window, first, "played").await;

    window.refresh().await.expect("the page reloads");
    row(&window, first, "played").await;
    let second = short_call(&controls);
    row(&window, second, "played").await;
    assert_eq!(controls.requests("GET /api/v1/calls/:id/audio"), 2, "a reload plays nothing twice");

    controls.go_down().await;
    find(&window, "[data-testid='link-state']:not([data-state='live'])").await;
    controls.come_up().await;
    hears_a_call(&window, &controls).await;

    tokio::task::block_in_place(|| place.pulse.remove_sink());
    let fourth = short_call(&controls);
    find(&window, "[data-testid='device'].bad").await;
    tokio::task::block_in_place(|| place.pulse.add_sink());
    row(&window, fourth, "played").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_as_text_and_the_window_has_no_network() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    controls.configure(Directory::hostile());
    let directory = controls.directory();
    let hostile = &directory.systems[0];
    let mut labels = 0;
    for talkgroup in hostile.talkgroups.iter().filter(|talkgroup| shown_label(talkgroup).contains('<')) {
        labels += 1;
        let label = shown_label(talkgroup);
        let call = controls.announce(Announcement::on(hostile.system_id, talkgroup.talkgroup_id).clip(3));
        controls.transcribe(call, Transcript { text: label.clone(), segments: None });
        let text = row(&window, call, "played").await.prop("textContent").await.expect("it can be asked");
        let text = text.expect("it has text");
        assert!(text.contains(&label) && text.contains(&hostile.label), "labels are shown as written: {text}");
        shows(&window, "[data-testid=now-title]", &label).await;
        shows(&window, ".card", &hostile.label).await;
        shows(&window, "[data-testid=transcript]", &label).await;
    }
    assert!(labels >= 2, "{labels} hostile labels were shown");
    // The operator's name for the server comes with the next welcome.
    controls.drop_sockets();
    shows(&window, "[data-testid=servers]", &directory.branding).await;
    click(&window, "servers").await;
    shows(&window, "[data-testid=server]", &directory.branding).await;
    let made = "return [['script', 'alert(1)'], ['b', 'bold'], ['i', 'system'], ['h1', 'brand'], ['img', '']].filter(
        ([tag, text]) => [...document.querySelectorAll(tag)].some((one) => one.textContent.trim() === text))";
    assert_eq!(
        window.execute(made, Vec::new()).await.expect("it runs"),
        Value::from(Vec::<Value>::new()),
        "no tag came of it"
    );

    let before = controls.seen().len();
    let refused = "const [address, done] = arguments;
        const fetched = fetch(address + '/api/v1/health').then(() => 'reached', () => 'refused');
        const socket = new Promise((told) => {
          try {
            const socket = new WebSocket(address.replace('http', 'ws') + '/api/v1/ws/listener');
            socket.onopen = () => told('reached');
            socket.onerror = () => told('refused');
          } catch { told('refused'); }
        });
        Promise.all([fetched, socket]).then((both) => done(both.join(' ')));";
    let outcome = window.execute_async(refused, vec![Value::from(demo.address())]).await.expect("it runs");
    assert_eq!(outcome, Value::from("refused refused"));
    assert_eq!(controls.seen().len(), before, "nothing reached the server");
    assert!(!controls.origin_seen());
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_one_click_away_and_keys_work() {
    let place = Place::new().await;
    let window = place.open().await;
    // Before the script has put a look on, the page has the desktop's.
    let undressed = "const look = document.documentElement.dataset.theme;
        delete document.documentElement.dataset.theme;
        const color = getComputedStyle(document.body).backgroundColor;
        document.documentElement.dataset.theme = look;
        return [look, color].join();";
    let undressed = window.execute(undressed, Vec::new()).await.expect("it runs");
    assert!(["light,rgb(243, 245, 248)", "dark,rgb(13, 16, 20)"].iter().any(|fits| undressed == *fits), "{undressed}");
    click(&window, "try-demo").await;
    find(&window, "[data-testid='feed-row'][data-state='playing']").await;
    let body = find(&window, "body").await;
    body.send_keys("l").await.expect("a key can be pressed");
    find(&window, "[data-testid='live'][aria-pressed='false']").await;
    body.send_keys("l").await.expect("a key can be pressed");
    find(&window, "[data-testid='live'][aria-pressed='true']").await;
    body.send_keys("m").await.expect("a key can be pressed");
    find(&window, ".volume.muted").await;
    tokio::time::timeout(Duration::from_secs(10), window.close()).await.expect("in time").expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_asked_for_in_the_tray_are_opened_in_the_window_on_its_first_screen_too() {
    let place = Place::with_tray().await;
    let window = place.open().await;
    named(&window, "address").await;
    let menu = place.tray.as_ref().expect("it has a tray").menu().await;
    for is_first in [true, false] {
        menu.click("Settings…").await;
        let settings = named(&window, "settings-search").await;
        if is_first {
            settings.send_keys(&Key::Escape).await.expect("it takes keys");
            until(&window, "!document.querySelector('[role=dialog]')").await;
            click(&window, "try-demo").await;
            find(&window, "[data-testid='feed-row']").await;
        }
    }
    tokio::time::timeout(Duration::from_secs(10), window.close()).await.expect("in time").expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_for_updates_in_the_tray_is_answered_in_the_window() {
    let place = Place::with_tray().await;
    let window = place.open().await;
    named(&window, "address").await;
    // This program was built here: no package owns it, and its settings say so.
    place.tray.as_ref().expect("it has a tray").menu().await.click("Check for updates").await;
    let said = named(&window, "what-updates").await.text().await.expect("it has text");
    assert!(said.contains("Squelch"), "{said}");
    tokio::time::timeout(Duration::from_secs(10), window.close()).await.expect("in time").expect("the window closes");
}
