//! What the window's page takes: frames and the place that is looked at while calls pour in, what was found on the screen
//! after its answer, and the panel of talkgroups where there are very many.
//!
//! The program as it ships, in the real webview under a virtual screen, as in `tests/window`; the demo server is in this
//! process. All times are taken in the page, at the first frame that shows it.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod figures;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../window/place.rs"]
mod place;

use std::time::{Duration, Instant};

use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::Value;
use squelch_demo::{Announcement, Controls, Demo, Directory, Options, PASSWORD, USER};
use squelch_tests::LIMIT;
use squelch_tests::desk::{registered, rising_tone, server};

use place::Place;

/// Calls come this far apart: 50 a second.
const APART: Duration = Duration::from_millis(20);
const FLOOD: Duration = Duration::from_secs(60);
/// While somebody looks at older calls; less, because the list keeps a thousand and those would leave it.
const LOOK: Duration = Duration::from_secs(15);
const FRAME: f64 = 50.0;
/// Of the frames, as many have to be within that.
const SHARE: f64 = 0.99;
const FOUND: f64 = 50.0;
const TALKGROUPS: u64 = 20_000;
const OPENED: f64 = 150.0;
const RUNS: usize = 15;

/// In the page: waits for the frame in which something is drawn, and for its end.
const DRAWN: &str = "
    const drawn = (so) => new Promise((tell) => {
      const look = () => {
        if (!so()) return requestAnimationFrame(look);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => tell(performance.now());
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    });";

async fn until(window: &Client, expression: &str) {
    let script = format!(
        "const done = arguments[0];
         const look = () => {{ if ({expression}) done(true); else requestAnimationFrame(look); }};
         look();"
    );
    window.execute_async(&script, Vec::new()).await.unwrap_or_else(|error| panic!("{expression}: {error}"));
}

async fn run(window: &Client, script: &str) -> Value {
    window.execute_async(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
}

async fn type_into(window: &Client, id: &str, text: &str) {
    let css = format!("[data-testid='{id}']");
    let field = window.wait().at_most(LIMIT).for_element(Locator::Css(&css)).await.expect("the field is there");
    field.send_keys(text).await.expect("it takes text");
}

/// The window, signed in, while one call sounds for longer than all of this.
async fn signed_in(place: &Place, demo: &Demo, controls: &Controls) -> Client {
    let window = place.open().await;
    type_into(&window, "address", &(demo.address().as_str() + &Key::Enter)).await;
    type_into(&window, "user", USER).await;
    type_into(&window, "password", &(PASSWORD + &Key::Enter)).await;
    until(&window, "document.querySelector(`[data-testid=link-state][data-state=live]`)").await;
    registered(controls, 1).await;
    controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(300)), "audio/wav"));
    until(&window, "document.querySelector(`[data-testid=feed-row][data-state=playing]`)").await;
    window
}

/// Announces calls of all talkgroups at their pace.
async fn flood(controls: &Controls, span: Duration) {
    let start = Instant::now();
    let mut pace = tokio::time::interval(APART);
    let mut clip = 0;
    while start.elapsed() < span {
        pace.tick().await;
        clip = clip % 20 + 1;
        controls.announce(Announcement::on(100, 5001 + clip as u64 % 6).clip(clip));
    }
}

/// Has the page note each frame's length and, where it is scrolled, how far the row that is looked at has moved.
const WATCH: &str = "
    const list = document.querySelector('[data-testid=feed]');
    const seen = window.seen = { frames: [], moved: 0, lost: 0 };
    const top = (row) => row.getBoundingClientRect().top - list.getBoundingClientRect().top;
    const middle = () => [...list.querySelectorAll('[data-call]')].find((row) => top(row) > list.clientHeight / 2);
    let call = list.scrollTop > 0 ? middle().dataset.call : null;
    const at = call === null ? 0 : top(middle());
    let before = performance.now();
    const look = (now) => {
      if (window.seen !== seen) return;
      seen.frames.push(now - before);
      before = now;
      if (call !== null) {
        const row = list.querySelector(`[data-call='${call}']`);
        if (row) seen.moved = Math.max(seen.moved, Math.abs(top(row) - at));
        else seen.lost += 1;
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame((now) => { before = now; requestAnimationFrame(look); });
    arguments[0](null);";

async fn watched(window: &Client, controls: &Controls, span: Duration) -> Value {
    run(window, WATCH).await;
    flood(controls, span).await;
    run(window, "const { seen } = window; window.seen = null; arguments[0](seen);").await
}

fn frames(name: &str, seen: &Value) {
    let frames: Vec<f64> = serde_json::from_value(seen["frames"].clone()).expect("they are numbers");
    let within = frames.iter().filter(|span| **span <= FRAME).count() as f64 / frames.len() as f64;
    let longest = frames.iter().copied().fold(0.0, f64::max);
    let met = within >= SHARE;
    let rest = format!("({} frames, longest {longest:.0} ms)", frames.len());
    figures::print(name, &format!("{:.2} % in 50 ms", within * 100.0), ">= 99 %", met, &rest);
}

async fn calls_pour_in(window: &Client, controls: &Controls) {
    let seen = watched(window, controls, FLOOD).await;
    frames("feed, 50 calls a second for a minute, at its top", &seen);
    run(window, "document.querySelector('[data-testid=feed]').scrollTop = 1213; arguments[0](null);").await;
    // What came just now may have moved it on by whole rows.
    until(window, "document.querySelector('[data-testid=feed]').scrollTop >= 1213").await;
    let seen = watched(window, controls, LOOK).await;
    frames("feed, the same, while older calls are looked at", &seen);
    let (moved, lost) = (seen["moved"].as_f64().unwrap_or(f64::MAX), seen["lost"].as_u64().unwrap_or(u64::MAX));
    let stays = moved <= 1.0 && lost == 0;
    figures::print(
        "feed, how far the call that is looked at has moved",
        &format!("{moved:.0} px"),
        "<= 1 px",
        stays,
        &format!("(not drawn in {lost} frames)"),
    );
}

/// Prints the median of what a script gives, in milliseconds.
async fn median(window: &Client, name: &str, script: &str, target: f64) {
    let mut spans = Vec::new();
    for _ in 0..RUNS {
        let span = run(window, script).await.as_f64().expect("a number of milliseconds");
        spans.push(Duration::from_secs_f64(span / 1e3));
    }
    let first = spans[0];
    let worst = figures::quantile(&mut spans, 1.0);
    let median = figures::quantile(&mut spans, 0.5);
    let met = median.as_secs_f64() * 1e3 <= target;
    let rest = format!("(first {}, longest {})", figures::ms(first), figures::ms(worst));
    figures::print(name, &figures::ms(median), &format!("<= {target} ms"), met, &rest);
}

/// Has the page note when an answer to a search has arrived.
const HEAR: &str = "
    const { fetch } = window;
    window.fetch = async (...request) => {
      const answer = await fetch(...request);
      if (String(request[0]).endsWith('/search')) window.answered = performance.now();
      return answer;
    };
    arguments[0](null);";

async fn search(window: &Client) {
    run(window, HEAR).await;
    run(window, "document.querySelector('[data-testid=search]').click(); arguments[0](null);").await;
    until(window, "document.querySelector('[data-testid=found-list] [data-call]')").await;
    // The other way round each time, so that other calls are shown.
    let turn = format!(
        "{DRAWN}
         const done = arguments[0];
         const first = () => document.querySelector('[data-testid=found-list] [aria-posinset=\"1\"]')?.dataset.call;
         const before = first();
         const sort = document.querySelector('[data-testid=search-panel] select:last-of-type');
         window.answered = null;
         sort.value = sort.value === 'oldest' ? 'newest' : 'oldest';
         sort.dispatchEvent(new Event('change', {{ bubbles: true }}));
         drawn(() => window.answered !== null && first() !== undefined && first() !== before)
           .then((now) => done(now - window.answered));"
    );
    median(window, "what was found, from its answer to the screen", &turn, FOUND).await;
    run(window, "document.querySelector('[data-testid=search-close]').click(); arguments[0](null);").await;
}

async fn talkgroups(window: &Client, controls: &Controls) {
    controls.configure(Directory::huge(TALKGROUPS));
    let open = format!(
        "{DRAWN}
         const done = arguments[0];
         const button = document.querySelector('[data-testid=talkgroups]');
         const start = performance.now();
         button.click();
         drawn(() => document.querySelectorAll('[data-testid=section]').length > 5).then((now) => {{
           button.click();
           drawn(() => !document.querySelector('[data-testid=talkgroups-panel]')).then(() => done(now - start));
         }});"
    );
    // Once for the list to have come.
    run(window, &open).await;
    let name = format!("the panel with {TALKGROUPS} talkgroups, from the click to the screen");
    median(window, &name, &open, OPENED).await;
}

fn main() {
    squelch_core::install_crypto();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (demo, controls) = server(Options { archive: 2_000, ..Options::silent() }).await;
        let place = Place::new().await;
        let window = signed_in(&place, &demo, &controls).await;
        println!("the window's page, in the real webview; one call sounds throughout\n");
        search(&window).await;
        talkgroups(&window, &controls).await;
        calls_pour_in(&window, &controls).await;
        window.close().await.expect("the window closes");
    });
}
