//! Saving a call: it lies where the desktop keeps downloads, byte for byte as the server has it.

use std::path::{Path, PathBuf};

use fantoccini::key::Key;
use squelch_demo::{Announcement, Options};
use squelch_tests::desk::server;

use super::keyboard::Keyboard;
use super::place::Place;
use super::{ask, click, find, row, shows, signed_in};

/// Where the desktop of a place keeps downloads; not below "Downloads", which would also be guessed.
pub(crate) fn downloads(place: &Place) -> PathBuf {
    let folder = place.data().join("fetched");
    std::fs::create_dir(&folder).expect("it can be made");
    std::fs::create_dir_all(place.config()).expect("it can be made");
    let chosen = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", folder.display());
    std::fs::write(place.config().join("user-dirs.dirs"), chosen).expect("it can be written");
    folder
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).expect("it is there");
    let mut files: Vec<_> = files.map(|file| file.expect("it can be read").path()).collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_saved_by_key_and_by_menu_and_the_file_is_what_the_server_has() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let folder = downloads(&place).join("Squelch");
    let window = signed_in(&place, &demo, &controls).await;
    let [first, second] = [3, 7].map(|clip| controls.announce(Announcement::on(100, 5001).clip(clip)));
    controls.transcribe_clip(first, 3);
    row(&window, first, "played").await;
    row(&window, second, "played").await;

    Keyboard(&window).chord(&[Key::Control], 's').await;
    shows(&window, "[data-testid=saved]", "Saved as").await;
    let saved = files(&folder);
    let [file] = saved.as_slice() else { panic!("one file: {saved:?}") };
    let name = file.file_name().expect("it has a name").to_string_lossy();
    shows(&window, "[data-testid=saved]", &name).await;
    shows(&window, "[data-testid=saved]", &folder.to_string_lossy()).await;
    assert!(name.contains("Fire Dispatch") && name.ends_with(".mp3"), "{name}");
    assert_eq!(std::fs::read(file).expect("it can be read"), controls.audio_of(second).expect("the server has it"));
    click(&window, "dismiss-saved").await;

    ask(&window, &format!("document.querySelector(`[data-testid=feed] [data-call='{first}'] .more`).click()")).await;
    click(&window, "row-save-text").await;
    shows(&window, "[data-testid=saved]", "Saved as").await;
    let new: Vec<_> = files(&folder).into_iter().filter(|path| path != file).collect();
    let [recording, text] = new.as_slice() else { panic!("a recording and a text: {new:?}") };
    assert_eq!(std::fs::read(recording).expect("it can be read"), controls.audio_of(first).expect("the server has it"));
    assert_eq!(*text, recording.with_extension("txt"));
    let text = std::fs::read_to_string(text).expect("it is text");
    assert!(text.starts_with("Talkgroup: Fire Dispatch\n"), "{text}");
    assert!(text.rsplit_once("\n\n").is_some_and(|(_, said)| said.trim().len() > 10), "what was said is in it: {text}");
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_found_is_saved_at_once_and_what_could_not_be_is_said() {
    let (demo, controls) = server(Options { archive: 5, ..Options::silent() }).await;
    let place = Place::new().await;
    let folder = downloads(&place).join("Squelch");
    let window = signed_in(&place, &demo, &controls).await;
    click(&window, "search").await;
    find(&window, "[data-testid=found-list] [data-testid=feed-row]").await;
    controls.prune(2);
    click(&window, "save-found").await;
    shows(&window, "[data-testid=saved]", "4 calls are saved").await;
    shows(&window, "[data-testid=saved]", "One was not saved.").await;
    let mut saved: Vec<_> = files(&folder).iter().map(|file| std::fs::read(file).expect("it can be read")).collect();
    let mut wanted: Vec<Vec<u8>> =
        [1, 3, 4, 5].iter().map(|call| controls.audio_of(*call).expect("the server has it").to_vec()).collect();
    saved.sort();
    wanted.sort();
    assert_eq!(saved, wanted);
    window.close().await.expect("the window closes");
}
