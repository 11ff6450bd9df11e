//! What is missed while the link is lost, in the real window: said, and heard once somebody wants that.

use std::time::Duration;

use squelch_demo::{Announcement, Options};
use squelch_tests::LIMIT;
use squelch_tests::desk::{registered, server, short_call};
use squelch_tests::pulse::{CHANNELS, RATE};

use super::place::Place;
use super::{assert_heard, find, link, named, row, shows, signed_in, until};

/// Whoever is away for less than a minute is not asked.
const AWAY: Duration = Duration::from_secs(62);

#[tokio::test(flavor = "multi_thread")]
async fn calls_missed_without_a_link_wait_and_are_heard_when_a_key_says_so() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    let first = short_call(&controls);
    row(&window, first, "played").await;

    controls.go_down().await;
    find(&window, "[data-testid='link-state']:not([data-state='live'])").await;
    // From here on it is away, and what is recorded is the clock.
    let recorder = tokio::task::block_in_place(|| place.pulse.record());
    // Its samples come as time passes: that the minute is over is heard.
    let minute = AWAY.as_secs() as usize * RATE as usize * CHANNELS;
    let passed = tokio::task::block_in_place(|| recorder.wait(AWAY + LIMIT, |samples| samples.len() >= minute));
    assert!(passed, "time passes");
    drop(recorder);
    let missed = [2, 7, 10].map(|clip| controls.store(Announcement::default().clip(clip)));
    controls.come_up().await;
    // Tries again at once, if it does not do so already.
    find(&window, "body").await.send_keys("C").await.expect("a key can be pressed");
    link(&window, "live").await;
    registered(&controls, 1).await;

    shows(&window, "[data-testid=missed]", "3 calls while away").await;
    for call in missed {
        row(&window, call, "missed").await;
    }
    until(&window, "document.querySelectorAll('[data-testid=row-late]').length === 3").await;
    assert_eq!(controls.requests("GET /api/v1/calls/:id/audio"), 1, "nothing of it is asked for before");

    let recorder = tokio::task::block_in_place(|| place.pulse.record());
    named(&window, "playMissed").await;
    find(&window, "body").await.send_keys("y").await.expect("a key can be pressed");
    for call in missed {
        row(&window, call, "played").await;
    }
    until(&window, "!document.querySelector('[data-testid=missed]')").await;
    assert!(tokio::task::block_in_place(|| recorder.wait_for_end_of_sound(LIMIT)));
    assert_heard(&recorder, &controls, &missed);
    window.close().await.expect("the window closes");
}
