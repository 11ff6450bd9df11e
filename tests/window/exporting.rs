//! Calls chosen in the real window and merged to one file, and what sounds recorded from one press to the next.

use std::path::{Path, PathBuf};

use fantoccini::key::Key;
use squelch_core::sound::{decode, measured_clip};
use squelch_demo::{Announcement, Controls, Options};
use squelch_tests::desk::server;

use super::keyboard::Keyboard;
use super::place::Place;
use super::saving::downloads;
use super::{ask, click, named, row, shows, signed_in, until};

fn with_ending(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).expect("it is there").map(|file| file.expect("it can be read").path());
    files.filter(|file| file.extension().is_some_and(|one| one == ending)).collect()
}

fn written(file: &Path) -> Vec<i16> {
    let pcm = decode(&std::fs::read(file).expect("it can be read"), None).expect("it can be decoded");
    pcm.samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect()
}

fn of_call(controls: &Controls, call: u64) -> Vec<i16> {
    let clip = measured_clip(&controls.audio_of(call).expect("the server has it"), None, 48_000);
    let samples = clip.expect("it can be decoded").as_played();
    samples.iter().map(|sample| (sample * 32_767.0).round() as i16).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_are_chosen_merged_and_found_again_sample_for_sample_and_a_recording_is_made_by_a_key() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let folder = downloads(&place).join("Squelch");
    let window = signed_in(&place, &demo, &controls).await;
    let keys = Keyboard(&window);
    let [first, second] = [3, 7].map(|clip| controls.announce(Announcement::on(100, 5001).clip(clip)));
    row(&window, first, "played").await;
    row(&window, second, "played").await;

    ask(&window, &format!("document.querySelector(`[data-testid=feed] [data-call='{first}']`).focus()")).await;
    keys.press('x').await;
    ask(&window, &format!("document.querySelector(`[data-testid=feed] [data-call='{second}']`).focus()")).await;
    keys.press('x').await;
    shows(&window, "[data-testid=exported]", "2 calls are chosen.").await;
    keys.chord(&[Key::Control], 'e').await;
    named(&window, "export-dialog").await;
    click(&window, "between-nothing").await;
    click(&window, "level").await;
    click(&window, "export-now").await;
    shows(&window, "[data-testid=exported]", "2 calls are exported as").await;
    let merged = with_ending(&folder, "flac");
    let [file] = merged.as_slice() else { panic!("one file: {merged:?}") };
    assert_eq!(written(file), [first, second].map(|call| of_call(&controls, call)).concat());
    assert_eq!((with_ending(&folder, "csv").len(), with_ending(&folder, "txt").len()), (1, 1));
    click(&window, "dismiss-exported").await;

    keys.press('k').await;
    until(&window, "document.querySelector('[data-testid=record]').dataset.stage === 'on'").await;
    let third = controls.announce(Announcement::on(100, 5001).clip(3));
    row(&window, third, "played").await;
    keys.press('k').await;
    shows(&window, "[data-testid=recorded-notice]", "Recorded as").await;
    let all = with_ending(&folder, "flac");
    let recorded = all.iter().find(|one| *one != file).expect("another file");
    let (samples, length) = (written(recorded), of_call(&controls, third).len());
    // At the rate of this computer's device, and as loud as it was played.
    assert!(samples.iter().any(|sample| sample.unsigned_abs() > 1_000), "something is heard in it");
    assert!(samples.len() > length / 4 && samples.len() < length * 3, "{} of {length}", samples.len());
    window.close().await.expect("the window closes");
}
