//! Choosing in the window what to be told of outside of it.

use std::time::Duration;

use fantoccini::Client;
use squelch_demo::Options;
use squelch_tests::desk::{server, short_call};

use super::place::Place;
use super::{ask, click, find, named, row, shows, signed_in, until};

async fn value(window: &Client, id: &str) -> String {
    named(window, id).await.prop("value").await.expect("it can be read").unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talkgroup_a_switch_and_the_quiet_hours_are_chosen_and_there_after_the_dialog_is_opened_again() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    row(&window, short_call(&controls), "played").await;
    let name = named(&window, "now-title").await.prop("textContent").await.expect("it can be read");
    let name = name.filter(|name| !name.is_empty()).expect("the call has a talkgroup with a name");
    click(&window, "alert-talkgroup").await;
    find(&window, "[data-testid='alert-talkgroup'][aria-pressed='true']").await;
    for again in [false, true] {
        click(&window, "settings").await;
        click(&window, "alerts").await;
        find(&window, "[data-testid='alerts-dialog']").await;
        if !again {
            click(&window, "alert-linkLost").await;
            click(&window, "quiet-hours").await;
            find(&window, "[data-testid='quiet-from']").await;
            // However this system's field for times is typed into.
            let change = "const from = document.querySelector(\"[data-testid='quiet-from']\");
                from.value = '23:30'; from.dispatchEvent(new Event('change', { bubbles: true }));";
            ask(&window, change).await;
        }
        until(&window, "document.querySelector(\"[data-testid='alert-linkLost']\")?.checked").await;
        shows(&window, "[data-testid='alerts-dialog'] .talkgroup .name", &name).await;
        assert_eq!([value(&window, "quiet-from").await, value(&window, "quiet-to").await], ["23:30", "07:00"]);
        find(&window, "[data-testid='alerts-dialog'] [aria-label='Close']").await.click().await.expect("it closes");
        until(&window, "!document.querySelector('[role=dialog]')").await;
    }
    tokio::time::timeout(Duration::from_secs(10), window.close()).await.expect("in time").expect("the window closes");
}
