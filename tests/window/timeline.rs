//! The timeline: a call on it is clicked and heard from that place, then live goes on where it was; the last seconds are
//! heard again by a key.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::json;
use squelch_demo::{Announcement, Controls, Options};
use squelch_tests::LIMIT;
use squelch_tests::desk::{rising_tone, server};
use squelch_tests::pulse::{CHANNELS, RATE, Recorder};

use super::feed::OUT_OF_REACH;
use super::keyboard::Keyboard;
use super::place::Place;
use super::reading::{nothing_wrong, with_axe};
use super::{PIECE, as_played, ask, find, named, place_of, recorded, row, signed_in, until};

fn tone(controls: &Controls, talkgroup: u64, seconds: u64) -> u64 {
    controls.announce(Announcement::on(100, talkgroup).bytes(rising_tone(Duration::from_secs(seconds)), "audio/wav"))
}

/// Pieces of a call that begin in a part of it, in seconds.
fn pieces(call: &[i16], from: f64, to: f64) -> impl Iterator<Item = &[i16]> {
    let at = |seconds: f64| (seconds * f64::from(RATE)) as usize;
    call[at(from)..at(to).min(call.len())].chunks_exact(PIECE)
}

/// How many of these pieces were heard from a place in the recording on.
fn heard<'a>(pieces: impl Iterator<Item = &'a [i16]>, recorded: &[i16], from: usize) -> usize {
    pieces.filter(|piece| place_of(piece, recorded, from).is_some()).count()
}

/// Waits until so much was recorded after a place.
fn wait_for(recorder: &Recorder, from: usize, seconds: u32) {
    let so_much = from + (seconds * RATE) as usize;
    let came = tokio::task::block_in_place(|| recorder.wait(LIMIT, |samples| samples.len() / CHANNELS > so_much));
    assert!(came, "the card plays on");
}

/// The keys come to the calls of the timeline, and to this one.
async fn at_call(window: &Client, keys: &Keyboard<'_>, call: u64) {
    keys.tabs_to("[data-testid=timeline-call][data-cursor]", 14).await;
    let at = format!("document.activeElement.dataset.call === '{call}'");
    for key in [Key::Up, Key::Up, Key::Up, Key::Home] {
        keys.press(key).await;
    }
    for _ in 0..3 {
        if ask(window, &format!("return {at}")).await == true {
            return;
        }
        keys.press(Key::Down).await;
        keys.press(Key::Home).await;
    }
    until(window, &at).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_a_call_is_clicked_on_the_timeline_and_heard_and_live_goes_on() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let recorder = tokio::task::block_in_place(|| place.pulse.record());
    let window = signed_in(&place, &demo, &controls).await;
    let keys = Keyboard(&window);
    let first = tone(&controls, 5001, 6);
    row(&window, first, "played").await;
    let second = tone(&controls, 5002, 3);
    row(&window, second, "played").await;
    let long = tone(&controls, 5003, 300);
    row(&window, long, "playing").await;
    let waits = tone(&controls, 5001, 2);
    row(&window, waits, "ready").await;

    keys.press('j').await;
    keys.is_at_the("timeline").await;
    find(&window, "[data-testid='timeline-call'][data-cursor]").await;
    // It is drawn: not only the colour of nothing.
    let drawn = "(() => { const canvas = document.querySelector('[data-testid=timeline] canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.some((part) => part > 0); })()";
    until(&window, drawn).await;
    with_axe(&window).await;
    nothing_wrong(&window, "the timeline").await;
    let size = ask(&window, "return [innerWidth, innerHeight]").await;
    place.resize(&window, (360, 640)).await;
    assert_eq!(ask(&window, OUT_OF_REACH).await, json!([]), "out of reach: the timeline");
    place.resize(&window, serde_json::from_value(size).expect("it has a size")).await;

    for _ in 0..3 {
        keys.press('+').await;
    }
    at_call(&window, &keys, first).await;
    // Wide enough to mean a place in it; its middle is clicked.
    let wide = format!("document.querySelector(`[data-testid=timeline-call][data-call='{first}']`)?.offsetWidth > 12");
    until(&window, &wide).await;
    let from = recorded(&recorder).len();
    let call = find(&window, &format!("[data-testid='timeline-call'][data-call='{first}']")).await;
    call.click().await.expect("it can be clicked");
    row(&window, first, "playing").await;
    named(&window, "end-rewind").await;
    row(&window, second, "playing").await;
    row(&window, long, "playing").await;
    until(&window, "!document.querySelector('[data-testid=end-rewind]')").await;
    wait_for(&recorder, from, 9);

    let (all, sound) = (recorded(&recorder), as_played(&controls, first));
    let (early, late) = (heard(pieces(&sound, 0.3, 1.8), &all, from), heard(pieces(&sound, 4.0, 5.8), &all, from));
    assert!(late >= 30, "{late} pieces of the rest of it were heard");
    assert!(early <= 2, "{early} pieces from before that place were heard");
    let sound = as_played(&controls, second);
    let all_of_it = heard(pieces(&sound, 0.2, 2.8), &all, from);
    assert!(all_of_it >= 45, "{all_of_it} pieces of the call after it were heard");
    row(&window, waits, "ready").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_seconds_are_heard_again_by_a_key_and_live_goes_on() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let recorder = tokio::task::block_in_place(|| place.pulse.record());
    let window = signed_in(&place, &demo, &controls).await;
    let keys = Keyboard(&window);
    let first = tone(&controls, 5001, 20);
    row(&window, first, "played").await;
    let from = recorded(&recorder).len();
    keys.press('3').await;
    row(&window, first, "playing").await;
    named(&window, "end-rewind").await;
    let waits = tone(&controls, 5002, 2);
    row(&window, waits, "played").await;
    wait_for(&recorder, from, 16);
    let (all, sound) = (recorded(&recorder), as_played(&controls, first));
    let (early, late) = (heard(pieces(&sound, 0.5, 4.5), &all, from), heard(pieces(&sound, 5.5, 19.5), &all, from));
    assert!(late >= 250, "{late} pieces of the last fifteen seconds were heard");
    assert!(early <= 4, "{early} pieces from before them were heard");
    window.close().await.expect("the window closes");
}
