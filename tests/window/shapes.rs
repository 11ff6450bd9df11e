//! The window as a strip and whole again, and with larger and smaller text.

use std::time::Duration;

use fantoccini::Client;
use serde_json::json;
use squelch_demo::{Announcement, Controls, Options};
use squelch_tests::LIMIT;
use squelch_tests::desk::{rising_tone, server, short_call};

use super::feed::OUT_OF_REACH;
use super::place::Place;
use super::{ask, click, find, named, row, shows, signed_in, until};

type Area = (i32, i32, u32, u32);

const WHOLE: Area = (210, 90, 800, 600);
/// Its height is its own.
const STRIP: Area = (40, 740, 500, 48);

async fn press(window: &Client, key: &str) {
    find(window, "body").await.send_keys(key).await.expect("a key can be pressed");
}

async fn put(place: &Place, area: Area) {
    place.put(area).await;
    place.area(move |is| is == area).await;
}

async fn noted(place: &Place, file: &str, (left, _, width, _): Area) {
    let file = place.data().join(file);
    let (left, width) = (format!("\"x\":{left},"), format!("\"width\":{width}."));
    let noted = || std::fs::read_to_string(&file).is_ok_and(|text| text.contains(&left) && text.contains(&width));
    place.comes_true("the place is noted while the window is open", noted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_strip_and_the_whole_window_each_come_back_to_their_own_place() {
    let place = Place::new().await;
    let window = place.open().await;
    named(&window, "address").await;
    put(&place, WHOLE).await;
    noted(&place, "window.json", WHOLE).await;
    // Out of the field that has the focus, where letters are typed.
    ask(&window, "document.activeElement.blur()").await;
    press(&window, "w").await;
    named(&window, "strip").await;
    place.area(|(_, _, _, height)| height == STRIP.3).await;
    put(&place, STRIP).await;
    noted(&place, "strip.json", STRIP).await;

    click(&window, "strip-compact").await;
    named(&window, "settings").await;
    place.area(|is| is == WHOLE).await;
    press(&window, "w").await;
    named(&window, "strip").await;
    place.area(|is| is == STRIP).await;
    place.terminate().await;
    let _ = tokio::time::timeout(LIMIT, window.close()).await;

    let window = place.open().await;
    named(&window, "strip").await;
    place.area(|is| is == STRIP).await;
    press(&window, "w").await;
    place.area(|is| is == WHOLE).await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strip_of_a_screen_that_is_gone_is_shown_on_the_one_there_is_at_its_own_height() {
    let place = Place::new().await;
    std::fs::write(place.data().join("settings.json"), r#"{"version":1,"display":{"compact":true}}"#).expect("it can");
    let far = r#"{"x":4000,"y":-900,"width":9000,"height":600,"maximised":false}"#;
    std::fs::write(place.data().join("strip.json"), far).expect("it can");
    let window = place.open().await;
    named(&window, "strip").await;
    place
        .area(|(x, y, width, height)| {
            x >= 0 && y >= 0 && x + width.cast_signed() <= 1280 && y + height.cast_signed() <= 800 && height == STRIP.3
        })
        .await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_the_window_and_of_the_strip_can_be_reached_at_every_size_while_catching_up() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let call = short_call(&controls);
    row(&window, call, "played").await;
    falls_behind(&window, &controls).await;
    for percent in [160, 80, 120, 100] {
        let change = json!({ "of": "textSize", "percent": percent });
        let wish = json!({ "command": { "kind": "change", "setting": { "name": "display", "change": change } } });
        ask(&window, &format!("window.__TAURI_INTERNALS__.invoke('send', {wish})")).await;
        // Widths that are whole in units too: what is counted in both is rounded differently.
        for (width, height) in [(888, 600), (360, 640)] {
            place.put((0, 0, width, height)).await;
            let inner = f64::from(width) * 100.0 / f64::from(percent);
            until(&window, &format!("Math.abs(innerWidth - {inner}) <= 1")).await;
            let out = ask(&window, OUT_OF_REACH).await;
            assert_eq!(out, json!([]), "out of reach at {percent} % of {width}×{height}");
            let two_lines = ask(&window, IN_TWO_LINES).await;
            assert_eq!(two_lines, json!(true), "the player at {percent} % of {width}×{height}");
        }
    }
    press(&window, "w").await;
    named(&window, "strip-catchUp").await;
    place.area(|(_, _, _, height)| height == STRIP.3).await;
    strip_is_read(&place, &window, &[560, 400, 320]).await;
    click(&window, "strip-pause").await;
    until(&window, "!document.querySelector('[data-testid=strip-trouble]')").await;
    shows(&window, "[data-testid=strip-distance]", "×").await;
    strip_is_read(&place, &window, &[720, 560, 500, 400, 360, 320]).await;
    window.close().await.expect("the window closes");
}

/// The widths are the least at which something is still there, and the least of all.
async fn strip_is_read(place: &Place, window: &Client, widths: &[u32]) {
    for width in widths {
        place.resize(window, (*width, STRIP.3)).await;
        assert_eq!(ask(window, OUT_OF_REACH).await, json!([]), "out of reach in a strip of {width}");
        assert_eq!(ask(window, IS_READ).await, json!(true), "what a strip of {width} says");
    }
}

/// Whether the player has no more than two lines and all of the distance from live, where the window is as wide as it has
/// to be.
const IN_TWO_LINES: &str = "
    const far = document.querySelector('[data-testid=distance]');
    const tops = [...document.querySelectorAll('footer button')].map((one) => Math.round(one.getBoundingClientRect().top));
    return innerWidth < 360 || (far.scrollWidth <= far.clientWidth && new Set(tops).size <= 2);";

/// Whether there is room for some letters of the title and for all of what is the matter, and nothing over either.
const IS_READ: &str = "
    const [title, trouble] = ['title', 'trouble'].map((id) => document.querySelector(`[data-testid=strip-${id}]`));
    const seen = (one) => {
      const at = one.getBoundingClientRect();
      return [at.left + 1, at.right - 1].every((x) => document.elementFromPoint(x, at.y + at.height / 2) === one);
    };
    return title.clientWidth > 60 && seen(title) && (!trouble || (trouble.scrollWidth <= trouble.clientWidth && seen(trouble)));";

/// Has a call wait behind a long one, then catch up; the pause keeps it from ever being live again.
async fn falls_behind(window: &Client, controls: &Controls) {
    let long = || Announcement::default().bytes(rising_tone(Duration::from_secs(300)), "audio/wav");
    let first = controls.announce(long());
    let second = controls.announce(long());
    row(window, first, "playing").await;
    click(window, "catch-up").await;
    click(window, "skip").await;
    row(window, second, "playing").await;
    named(window, "speed").await;
    click(window, "pause").await;
    find(window, "[data-testid='pause'].held").await;
}
