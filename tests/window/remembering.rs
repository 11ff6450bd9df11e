//! Where the window was: it opens there again, and on a screen whatever is remembered.

use squelch_tests::LIMIT;

use super::named;
use super::place::Place;

const SCREEN: (i32, i32) = (1280, 800);

#[tokio::test(flavor = "multi_thread")]
async fn the_window_opens_where_it_was_and_as_large() {
    let place = Place::new().await;
    let window = place.open().await;
    named(&window, "address").await;
    place.put((210, 90, 800, 600)).await;
    place.area(|area| area == (210, 90, 800, 600)).await;
    let file = place.data().join("window.json");
    let noted = || std::fs::read_to_string(&file).is_ok_and(|text| text.contains("800") && text.contains("210"));
    place.comes_true("the place is noted while the window is open", noted).await;
    place.terminate().await;
    let _ = tokio::time::timeout(LIMIT, window.close()).await;

    let window = place.open().await;
    named(&window, "address").await;
    place.area(|area| area == (210, 90, 800, 600)).await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_of_a_screen_that_is_gone_is_shown_on_the_one_there_is() {
    let place = Place::new().await;
    for text in [
        r#"{"x":4000,"y":-900,"width":900,"height":600,"maximised":false}"#,
        r#"{"x":2147483647,"y":-2147483648,"width":30000,"height":30000,"maximised":false}"#,
    ] {
        std::fs::write(place.data().join("window.json"), text).expect("it can be written");
        let window = place.open().await;
        named(&window, "address").await;
        let is_on_screen = |(x, y, width, height): (i32, i32, u32, u32)| {
            let (right, low) = (x + width.cast_signed(), y + height.cast_signed());
            x >= 0 && y >= 0 && right <= SCREEN.0 && low <= SCREEN.1
        };
        place.area(is_on_screen).await;
        window.close().await.expect("the window closes");
        place.ended().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_instead_of_a_place_is_no_place_and_the_window_opens() {
    let place = Place::new().await;
    std::fs::write(place.data().join("window.json"), b"\xff{\"x\":").expect("it can be written");
    let window = place.open().await;
    named(&window, "address").await;
    place.area(|(_, _, width, height)| (width, height) == (1080, 720)).await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_was_maximised_asks_for_it_again() {
    let place = Place::new().await;
    let text = r#"{"x":100,"y":50,"width":900,"height":600,"maximised":true}"#;
    std::fs::write(place.data().join("window.json"), text).expect("it can be written");
    let heard = place.hear_maximising();
    let window = place.open().await;
    heard.await;
    window.close().await.expect("the window closes");
}
