//! The window as a strip and whole again, and with larger and smaller text.

use fantoccini::Client;
use serde_json::json;
use squelch_demo::Options;
use squelch_tests::LIMIT;
use squelch_tests::desk::{server, short_call};

use super::feed::OUT_OF_REACH;
use super::place::Place;
use super::{ask, click, find, named, row, signed_in, until};

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
async fn at_every_text_size_all_of_the_window_can_be_reached() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let call = short_call(&controls);
    row(&window, call, "played").await;
    for percent in [160, 80, 120] {
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
        }
    }
    window.close().await.expect("the window closes");
}
