//! The list of calls in the real webview, where it has a layout: what is looked at stays, keys reach it, menus fit.

use std::collections::VecDeque;
use std::time::Duration;

use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::{Value, json};
use squelch_demo::{Announcement, Controls, Demo, Options};
use squelch_tests::desk::{rising_tone, server};

use super::place::Place;
use super::{ask, click, find, named, row, signed_in, until};

/// A small laptop, a strip beside another program, and the smallest the window gets.
const SIZES: [(u32, u32); 3] = [(900, 600), (360, 640), (360, 420)];

/// How many calls the server has from before; the last fifty are listed.
const ARCHIVE: u64 = 60;

/// A window with calls of before, while one sounds for long and all others wait.
async fn busy(place: &Place) -> (Demo, Controls, Client) {
    let (demo, controls) = server(Options { archive: ARCHIVE as usize, ..Options::silent() }).await;
    let window = signed_in(place, &demo, &controls).await;
    let long = Announcement::default().bytes(rising_tone(Duration::from_secs(300)), "audio/wav");
    let call = controls.announce(long);
    row(&window, call, "playing").await;
    until(&window, "document.querySelector('[data-testid=feed]').scrollHeight > 2000").await;
    (demo, controls, window)
}

const LIST: &str = "const list = document.querySelector('[data-testid=feed]');
    const box = list.getBoundingClientRect();
    const rows = [...list.querySelectorAll('[data-call]')].map((row) => [row, row.getBoundingClientRect()]);";

/// The calls that are all in sight, from above, each with its place on the screen.
async fn in_sight(window: &Client) -> Value {
    let script = format!(
        "{LIST} return rows.filter(([, at]) => at.top >= box.top && at.bottom <= box.bottom)
            .map(([row, at]) => [row.dataset.call, Math.round(at.top)]).sort((a, b) => a[1] - b[1]);"
    );
    ask(window, &script).await
}

async fn scroll(window: &Client, to: u32) {
    ask(window, &format!("document.querySelector('[data-testid=feed]').scrollTop = {to}")).await;
    ask(window, "return null").await;
}

/// Waits until the button over the list counts this many.
async fn new_calls(window: &Client, count: usize) {
    let text = if count == 1 { "1 new call".to_owned() } else { format!("{count} new calls") };
    until(window, &format!("document.querySelector('[data-testid=new-calls]')?.textContent.trim() === '{text}'")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_looked_at_stays_put_whatever_comes_above_it() {
    let place = Place::new().await;
    let (_demo, controls, window) = busy(&place).await;
    // Newest first, as they are listed; those in the middle are looked at.
    let mut before: VecDeque<u64> = (ARCHIVE - 49..=ARCHIVE).rev().collect();
    for size in SIZES {
        place.resize(&window, size).await;
        scroll(&window, 1_213).await;
        let seen = in_sight(&window).await;
        assert!(seen.as_array().is_some_and(|rows| !rows.is_empty()), "calls are in sight at {size:?}");

        controls.announce(Announcement::default());
        new_calls(&window, 1).await;
        assert_eq!(in_sight(&window).await, seen, "a call came, at {size:?}");
        // Calls of before are announced after all: they move up.
        controls.repeat(&[before.pop_front().expect("some are above")]);
        new_calls(&window, 2).await;
        assert_eq!(in_sight(&window).await, seen, "one moved up from above, at {size:?}");
        controls.repeat(&[before.pop_back().expect("some are below")]);
        new_calls(&window, 3).await;
        assert_eq!(in_sight(&window).await, seen, "one moved up from below, at {size:?}");
        controls.repeat(&[before.pop_front().expect("some are above")]);
        controls.announce(Announcement::default());
        controls.announce(Announcement::default());
        new_calls(&window, 6).await;
        assert_eq!(in_sight(&window).await, seen, "one moved up while others came, at {size:?}");

        super::click(&window, "new-calls").await;
        until(&window, "document.querySelector('[data-testid=feed]').scrollTop === 0").await;
        until(&window, "!document.querySelector('[data-testid=new-calls]')").await;
    }
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_comes_to_the_list_where_it_is_looked_at_and_keys_walk_it() {
    let place = Place::new().await;
    let (_demo, controls, window) = busy(&place).await;
    scroll(&window, 1_213).await;
    let seen = in_sight(&window).await;
    let on_row = "return document.activeElement.dataset.call ?? null";
    let mut focused = Value::Null;
    for _ in 0..40 {
        window.active_element().await.expect("something has it").send_keys(&Key::Tab).await.expect("it takes keys");
        focused = ask(&window, on_row).await;
        if !focused.is_null() {
            break;
        }
    }
    assert_eq!(focused, seen[0][0], "the upper call in sight");
    assert_eq!(in_sight(&window).await, seen, "nothing moved");

    let press = async |key: Key| {
        let active = window.active_element().await.expect("something has it");
        active.send_keys(&key).await.expect("it takes keys");
    };
    press(Key::Down).await;
    assert_eq!(ask(&window, on_row).await, seen[1][0]);
    controls.announce(Announcement::default());
    new_calls(&window, 1).await;
    assert_eq!(ask(&window, on_row).await, seen[1][0], "the focus stays with its call");
    press(Key::Home).await;
    until(&window, "document.activeElement.ariaPosInSet === '1'").await;
    press(Key::End).await;
    until(
        &window,
        "document.activeElement.matches('.row[aria-posinset=\"' + document.activeElement.ariaSetSize + '\"]')",
    )
    .await;
    let last = ask(&window, on_row).await;
    press(Key::Enter).await;
    let last = last.as_str().expect("a call has the focus").parse().expect("calls have numbers");
    row(&window, last, "playing").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_fits_into_small_windows_and_can_be_reached() {
    let place = Place::new().await;
    let (_demo, _controls, window) = busy(&place).await;
    for size in SIZES {
        place.resize(&window, size).await;
        assert_eq!(ask(&window, OUT_OF_REACH).await, json!([]), "out of reach at {size:?}");
        // A row in the middle: that leaves least room above and below.
        ask(&window, "document.querySelector('[data-testid=feed]').scrollIntoView({ block: 'end' })").await;
        let middle = format!(
            "{LIST} document.elementFromPoint(box.x + 90, box.y + box.height / 2).closest('.row').querySelector('.more').click()"
        );
        ask(&window, &middle).await;
        find(&window, "[role='menu']").await;
        assert_eq!(ask(&window, MENU_CUT_OFF).await, Value::Bool(false), "the row's menu at {size:?}");
        window.active_element().await.expect("it has the focus").send_keys(&Key::Escape).await.expect("it closes");
        until(&window, "!document.querySelector('[role=menu]')").await;
        click(&window, "settings").await;
        named(&window, "line-theme").await;
        assert_eq!(ask(&window, OUT_OF_REACH).await, json!([]), "out of reach in the settings at {size:?}");
        window.active_element().await.expect("it has the focus").send_keys(&Key::Escape).await.expect("it closes");
        until(&window, "!document.querySelector('[role=dialog]')").await;
    }
    window.close().await.expect("the window closes");
}

/// What cannot be clicked: beyond the window's sides, or with something over it. Of what is open above the window: what
/// cannot be scrolled to.
pub(crate) const OUT_OF_REACH: &str = "
    const top = [...document.querySelectorAll('[role=menu], [role=dialog], [role=alertdialog]')].at(-1);
    const hit = (one) => {
      const at = one.getBoundingClientRect();
      const there = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
      return there && (one.contains(there) || there.contains(one));
    };
    const feed = document.querySelector('[data-testid=feed]');
    const fixed = document.querySelectorAll('.window > header *, .window > footer *, .strip *');
    const all = 'button, input, textarea, summary, p, h2, [role^=menuitem]';
    const out = [...(top ?? document).querySelectorAll(all)].filter((one) => {
      if (feed?.contains(one) || one.closest('.hidden-text')) return false;
      const at = one.getBoundingClientRect();
      if (at.width === 0) return false;
      if (at.left < 0 || at.right > innerWidth + 0.5) return true;
      if (!one.matches('button, input, [role^=menuitem]') || getComputedStyle(one).visibility === 'hidden') return false;
      if (top) one.scrollIntoView({ block: 'nearest' });
      return (top || [...fixed].includes(one)) && !hit(one);
    });
    if (document.documentElement.scrollWidth > innerWidth) out.push(document.documentElement);
    return out.map((one) => one.outerHTML.slice(0, 120));";

const MENU_CUT_OFF: &str = "
    const menu = document.querySelector('[role=menu]');
    const at = menu.getBoundingClientRect();
    const scrolls = menu.scrollHeight <= menu.clientHeight || getComputedStyle(menu).overflowY === 'auto';
    return at.top < 0 || at.left < 0 || at.bottom > innerHeight || at.right > innerWidth || !scrolls;";
