//! Calls exported together, and what sounds recorded, in the real window: by keys, with the files read afterwards.

use std::path::{Path, PathBuf};

use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::json;
use squelch_core::sound::decode;
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::server;
use squelch_tests::pulse::RATE;

use super::feed::OUT_OF_REACH;
use super::keyboard::Keyboard;
use super::place::Place;
use super::reading::{nothing_wrong, with_axe};
use super::saving::{downloads, files};
use super::{PIECE, as_played, ask, click, find, named, place_of, row, shows, signed_in, until};

/// The one file of this kind.
fn only(folder: &Path, ending: &str) -> PathBuf {
    let mut these = files(folder);
    these.retain(|file| file.extension().is_some_and(|is| is == ending));
    let [file] = these.as_slice() else { panic!("one {ending}: {these:?}") };
    file.clone()
}

fn samples(file: &Path) -> Vec<i16> {
    let pcm = decode(&std::fs::read(file).expect("it can be read"), None).expect("it can be played");
    assert_eq!(pcm.rate, RATE);
    pcm.samples.iter().map(|sample| (sample * 32_768.0) as i16).collect()
}

/// How much of a call is in there, of ten.
fn tenths(call: &[i16], within: &[i16]) -> usize {
    let pieces: Vec<_> = call.chunks_exact(PIECE).filter(|piece| piece.iter().any(|one| one.abs() > 500)).collect();
    let found = pieces.iter().filter(|piece| place_of(piece, within, 0).is_some()).count();
    assert!(pieces.len() > 3, "it says something");
    found * 10 / pieces.len()
}

async fn looks_right(place: &Place, window: &Client) {
    with_axe(window).await;
    nothing_wrong(window, "exporting").await;
    let size = ask(window, "return [innerWidth, innerHeight]").await;
    place.resize(window, (360, 640)).await;
    assert_eq!(ask(window, OUT_OF_REACH).await, json!([]), "out of reach: exporting");
    place.resize(window, serde_json::from_value(size).expect("it has a size")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_chosen_and_exported_by_keys_alone_as_one_file_and_then_as_a_zip() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let folder = downloads(&place).join("Squelch");
    let window = signed_in(&place, &demo, &controls).await;
    let keys = Keyboard(&window);
    let calls = [3, 7].map(|clip| controls.announce(Announcement::default().clip(clip)));
    for call in calls {
        row(&window, call, "played").await;
    }
    keys.tabs_to("[data-testid=feed-row]", 40).await;
    keys.press('x').await;
    keys.press(Key::Down).await;
    keys.press('x').await;
    shows(&window, "[data-testid=exported]", "2 calls are chosen.").await;
    keys.chord(&[Key::Control], 'e').await;
    named(&window, "export-dialog").await;
    looks_right(&place, &window).await;
    keys.tabs_to("[data-testid=form-flac]", 8).await;
    keys.press(Key::Down).await;
    keys.is_at_the("form-wav").await;
    keys.press(Key::Enter).await;
    shows(&window, "[data-testid=exported]", "2 calls are exported as").await;
    let merged = only(&folder, "wav");
    shows(&window, "[data-testid=exported]", &merged.file_name().expect("it has one").to_string_lossy()).await;
    let sound = samples(&merged);
    let lengths: usize = calls.iter().map(|call| as_played(&controls, *call).len()).sum();
    assert_eq!(sound.len(), lengths + RATE as usize, "both, and a second between them");
    for call in calls {
        assert!(tenths(&as_played(&controls, call), &sound) >= 9, "call {call} is in it as it was heard");
    }
    let list = std::fs::read_to_string(only(&folder, "csv")).expect("it is text");
    assert_eq!(list.lines().count(), 1 + calls.len(), "{list}");

    // Nobody has read that yet as far as Squelch knows: the next page says it again.
    window.refresh().await.expect("the page reloads");
    shows(&window, "[data-testid=exported]", "2 calls are exported as").await;
    // They are chosen no more: all of what is chosen next is the one call.
    keys.tabs_to("[data-testid=feed-row]", 40).await;
    keys.press('x').await;
    shows(&window, "[data-testid=exported]", "1 call is chosen.").await;
    keys.chord(&[Key::Control], 'e').await;
    keys.tabs_to("[data-testid=shape-merged]", 4).await;
    keys.press(Key::Down).await;
    keys.is_at_the("shape-zip").await;
    keys.press(Key::Enter).await;
    shows(&window, "[data-testid=exported]", "1 call is exported as").await;
    assert!(std::fs::metadata(only(&folder, "zip")).expect("it is there").len() > 1_000);
    until(&window, "!document.querySelector('[data-chosen=true]')").await;
    click(&window, "dismiss-exported").await;
    window.refresh().await.expect("the page reloads");
    find(&window, "[data-testid=feed-row]").await;
    until(&window, "document.querySelector('[data-testid=exported]')?.hidden").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sounds_is_recorded_from_one_press_to_the_next_and_what_is_recorded_survives_a_kill() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let folder = downloads(&place).join("Squelch");
    let window = signed_in(&place, &demo, &controls).await;
    let keys = Keyboard(&window);
    let before = controls.announce(Announcement::default().clip(2));
    row(&window, before, "played").await;
    keys.press('k').await;
    find(&window, "[data-testid=record][data-stage=on]").await;
    let call = controls.announce(Announcement::default().clip(7));
    row(&window, call, "played").await;
    keys.press('k').await;
    shows(&window, "[data-testid=recorded-notice]", "Recorded as").await;
    let recording = only(&folder, "flac");
    shows(&window, "[data-testid=recorded-notice]", &recording.file_name().expect("it has one").to_string_lossy())
        .await;
    let sound = samples(&recording);
    assert!(tenths(&as_played(&controls, call), &sound) >= 9, "the call is in it as it was heard");
    assert_eq!(tenths(&as_played(&controls, before), &sound), 0, "what sounded before is not");
    std::fs::remove_file(recording).expect("it can be removed");
    click(&window, "dismiss-recorded").await;

    keys.press('k').await;
    find(&window, "[data-testid=record][data-stage=on]").await;
    let call = controls.announce(Announcement::default().clip(10));
    row(&window, call, "played").await;
    // Said is said of what is in the file.
    until(&window, "!document.querySelector('[data-testid=recorded]')?.textContent.startsWith('0:00')").await;
    place.kill().await;
    let sound = samples(&only(&folder, "flac"));
    let length = sound.len() as f64 / f64::from(RATE);
    assert!(length > 1.0, "{length} seconds can be played");
    let heard = as_played(&controls, call);
    let some = tenths(&heard[..sound.len().saturating_sub(RATE as usize / 4).min(heard.len())], &sound);
    assert!(some >= 9, "{some} tenths of what was recorded can be played");
}
