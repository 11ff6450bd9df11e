//! What axe finds wrong with the real window for those who hear it, use keys, or need contrast: nothing.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::json;
use squelch_demo::{Announcement, Controls, Instead, Options, Tls, USER};
use squelch_tests::desk::{rising_tone, server};

use super::feed::OUT_OF_REACH;
use super::keyboard::Keyboard;
use super::keys::{choose, escape, open_palette};
use super::links::clicked;
use super::place::Place;
use super::{add, ask, click, fill, find, link, named, row, sign_in, signed_in, until};

/// As small as the window gets with room for a card.
const SMALL: (u32, u32) = (360, 640);

/// The checker, as npm has put it beside the window's other tools.
fn axe() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(path).expect("`make ui` has installed it")
}

/// Loads the checker into the page. What runs through the driver is not subject to the page's policy.
pub(crate) async fn with_axe(window: &Client) {
    window.execute(&axe(), Vec::new()).await.expect("it loads");
}

/// Fails with what is wrong on this screen, in every look; in that of a scanner's display as dark as it gets.
pub(crate) async fn nothing_wrong(window: &Client, screen: &str) {
    for look in ["dark", "light", "highContrast", "lcd"] {
        let dress = format!(
            "document.documentElement.dataset.theme = '{look}';
             document.documentElement.style.setProperty('--lit', '0%')"
        );
        ask(window, &dress).await;
        // What fades from one colour to the other has the contrast of neither.
        let rests = "document.getAnimations().every((one) => one.effect.getTiming().iterations === Infinity)";
        until(window, rests).await;
        // An open menu is above the page's landmarks, as a dialog is, of which alone the checker knows that.
        let check = "const done = arguments[0];
            const amiss = ({ id, nodes }) =>
              id !== 'region' || !nodes.every(({ target }) => document.querySelector(target[0]).querySelector('[role=menu]'));
            axe.run().then(({ violations, passes }) => done([
              ...violations.filter(amiss).map(({ id, nodes }) =>
                [id, ...nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' :: ' + node.failureSummary)]),
              ...['color-contrast', 'button-name'].filter((rule) => !passes.some(({ id }) => id === rule))
                .map((rule) => 'looked at nothing for ' + rule),
            ]), (error) => done([String(error)]));";
        let found = window.execute_async(check, Vec::new()).await.expect("it runs");
        assert_eq!(found, json!([]), "{screen}, {look}:\n{found:#}");
    }
}

/// The same, and that all of it can be reached where the window is as small as it gets.
async fn fit(window: &Client, place: &Place, screen: &str) {
    nothing_wrong(window, screen).await;
    let size = ask(window, "return [innerWidth, innerHeight]").await;
    let size = serde_json::from_value(size).expect("it has a size");
    place.resize(window, SMALL).await;
    assert_eq!(ask(window, OUT_OF_REACH).await, json!([]), "out of reach: {screen}");
    place.resize(window, size).await;
}

/// Closes what is open above the window.
async fn closed(window: &Client) {
    escape(window).await;
    until(window, "!document.querySelector('[role=menu], [role=dialog], [role=alertdialog]')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_can_be_read_heard_and_used_by_keys() {
    let (demo, controls) = server(Options { archive: 60, ..Options::silent() }).await;
    let place = Place::new().await;
    let window = place.open().await;
    with_axe(&window).await;
    named(&window, "address").await;
    fit(&window, &place, "the first screen").await;
    add(&window, &demo).await;
    named(&window, "user").await;
    fit(&window, &place, "signing in").await;
    sign_in(&window).await;
    link(&window, "live").await;

    let long = Announcement::default().bytes(rising_tone(Duration::from_secs(300)), "audio/wav");
    let call = controls.announce(long);
    row(&window, call, "playing").await;
    controls.transcribe_clip(call, 3);
    named(&window, "transcript").await;
    fit(&window, &place, "while a call sounds").await;
    click(&window, "hold-talkgroup").await;
    find(&window, "[data-testid='hold-talkgroup'][aria-pressed='true']").await;
    click(&window, "alert-talkgroup").await;
    details(&window, &place).await;
    menus(&window, &place).await;
    dialogs(&window, &place).await;
    archive(&window, &place).await;
    keys(&window, &place).await;
    click(&window, "servers").await;
    named(&window, "server").await;
    fit(&window, &place, "the servers' sheet").await;
    click(&window, "add-another").await;
    named(&window, "address").await;
    fit(&window, &place, "another server").await;

    place.resize(&window, SMALL).await;
    nothing_wrong(&window, "a strip").await;
    tokio::task::block_in_place(|| place.pulse.remove_sink());
    find(&window, "[data-testid='device'].bad").await;
    until(&window, "document.querySelector('[data-testid=device] svg').getBoundingClientRect().width > 0").await;
    assert_eq!(ask(&window, OUT_OF_REACH).await, json!([]), "out of reach: a strip without a sound device");
    nothing_wrong(&window, "a strip without a sound device").await;
    window.close().await.expect("the window closes");
}

async fn details(window: &Client, place: &Place) {
    let fold = async || find(window, "[data-testid='details'] summary").await.click().await.expect("it can be clicked");
    fold().await;
    named(window, "detail-site").await;
    fit(window, place, "a call's details").await;
    fold().await;
    until(window, "!document.querySelector('[data-testid=detail-site]')").await;
}

async fn menus(window: &Client, place: &Place) {
    click(window, "settings").await;
    named(window, "alerts").await;
    fit(window, place, "the settings").await;
    fill(window, "settings-search", "xyzzy").await;
    named(window, "settings-nothing").await;
    fit(window, place, "no setting found").await;
    // The first one ends the search.
    escape(window).await;
    closed(window).await;
    ask(window, "document.querySelector('[data-testid=feed-row] .more').click()").await;
    named(window, "row-alert").await;
    fit(window, place, "a call's menu").await;
    closed(window).await;
}

async fn dialogs(window: &Client, place: &Place) {
    click(window, "settings").await;
    click(window, "alerts").await;
    click(window, "quiet-hours").await;
    named(window, "quiet-from").await;
    fit(window, place, "the notifications").await;
    closed(window).await;
    click(window, "settings").await;
    click(window, "report-problem").await;
    until(window, "document.querySelector('[data-testid=copy-report]')?.disabled === false").await;
    fit(window, place, "the report").await;
    closed(window).await;
    clicked(place, "squelch://server/other.example.org").await;
    named(window, "link-accept").await;
    fit(window, place, "a link's question").await;
    closed(window).await;
    place.close_window().await;
    named(window, "close-minimise").await;
    fit(window, place, "the question at the end").await;
    closed(window).await;
}

async fn archive(window: &Client, place: &Place) {
    click(window, "search").await;
    find(window, "[data-testid=found-list] [data-testid=feed-row]").await;
    fit(window, place, "the archive").await;
    click(window, "search-when").await;
    named(window, "from-day").await;
    fit(window, place, "days to search").await;
    closed(window).await;
    click(window, "pick-talkgroups").await;
    named(window, "option").await;
    fit(window, place, "talkgroups to search").await;
    closed(window).await;
    ask(window, "document.querySelector('[data-testid=found-list] .star').click()").await;
    named(window, "row-starred").await;
    ask(window, "document.querySelector('[data-testid=found-list] .more').click()").await;
    named(window, "row-share").await;
    fit(window, place, "a found call's menu").await;
    click(window, "row-share").await;
    click(window, "share-make").await;
    named(window, "share-link").await;
    fit(window, place, "a link").await;
    closed(window).await;
    fill(window, "search-text", "xyzzy").await;
    until(window, "!document.querySelector('[data-testid=found-list]')").await;
    fit(window, place, "nothing found").await;
    ask(window, "document.querySelector('[data-testid=view-bookmarks]').click()").await;
    find(window, "[data-testid=found-list] [data-testid=row-starred]").await;
    fit(window, place, "the bookmarks").await;
    click(window, "search-close").await;
    until(window, "!document.querySelector('[data-testid=search-panel]')").await;
}

async fn keys(window: &Client, place: &Place) {
    open_palette(window).await;
    fit(window, place, "all commands").await;
    // What is possible, and what is not.
    fill(window, "palette-search", "re").await;
    find(window, "[data-testid='command'][data-action='reconnect'][aria-disabled='true']").await;
    fit(window, place, "commands found").await;
    fill(window, "palette-search", "xyzzy").await;
    until(window, "!document.querySelector('[data-testid=command]')").await;
    fit(window, place, "no command found").await;
    closed(window).await;
    find(window, "body").await.send_keys("?").await.expect("a key can be pressed");
    named(window, "global-keys").await;
    fit(window, place, "the keys").await;
    choose(window, "skip", "m").await;
    named(window, "refused-skip").await;
    fit(window, place, "a key that is refused").await;
    // The first one ends the choice.
    escape(window).await;
    find(window, "[data-testid='action-skip']:not(.choosing)").await;
    closed(window).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_asks_for_can_be_read_heard_and_used_by_keys() {
    let (demo, controls) = server(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    controls.require_password_change(USER, true);
    let place = Place::new().await;
    let window = place.open().await;
    with_axe(&window).await;
    add(&window, &demo).await;
    named(&window, "digest").await;
    fit(&window, &place, "a certificate").await;
    click(&window, "trust-certificate").await;
    sign_in(&window).await;
    named(&window, "current-password").await;
    fit(&window, &place, "another password").await;
    window.close().await.expect("the window closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn talkgroups_presets_notices_and_the_strip_can_be_read_heard_and_used_by_keys() {
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::new().await;
    let window = signed_in(&place, &demo, &controls).await;
    with_axe(&window).await;
    let long = Announcement::default().bytes(rising_tone(Duration::from_secs(300)), "audio/wav");
    let call = controls.announce(long);
    row(&window, call, "playing").await;
    told(&window, &place, &controls).await;
    talkgroups(&window, &place).await;
    presets(&window, &place).await;

    // Where everything is slow it may have ended by now.
    Keyboard(&window).press(Key::Left).await;
    row(&window, call, "playing").await;
    find(&window, "body").await.send_keys("w").await.expect("a key can be pressed");
    named(&window, "strip").await;
    place.area(|(_, _, _, height)| height < 100).await;
    nothing_wrong(&window, "the compact strip").await;
    assert_eq!(ask(&window, OUT_OF_REACH).await, json!([]), "out of reach: the compact strip");
    tokio::task::block_in_place(|| place.pulse.remove_sink());
    named(&window, "strip-trouble").await;
    nothing_wrong(&window, "the compact strip without a sound device").await;
    window.close().await.expect("the window closes");
}

async fn told(window: &Client, place: &Place, controls: &Controls) {
    controls.instead_once("POST /api/v1/bookmarks", Instead::Page(500));
    let keys = Keyboard(window);
    keys.press('b').await;
    named(window, "notice").await;
    fit(window, place, "a notice").await;
    click(window, "dismiss").await;
    keys.chord(&[Key::Control], 's').await;
    named(window, "dismiss-saved").await;
    fit(window, place, "a saved call").await;
    click(window, "dismiss-saved").await;
}

async fn talkgroups(window: &Client, place: &Place) {
    let keys = Keyboard(window);
    click(window, "talkgroups").await;
    find(window, "[data-testid='talkgroup']").await;
    fit(window, place, "the talkgroups").await;
    keys.types("police main").await;
    until(window, "document.querySelectorAll('[data-testid=talkgroup]').length === 1").await;
    keys.press(Key::Down).await;
    keys.press(Key::Down).await;
    keys.is_at_the("talkgroup").await;
    keys.chord(&[Key::Shift], Key::F10).await;
    named(window, "row-hold").await;
    fit(window, place, "a talkgroup's menu").await;
    keys.press(Key::Home).await;
    keys.press(Key::Enter).await;
    until(window, "!document.querySelector('[role=menu]')").await;
    // What is held, avoided, switched off and heard otherwise, each with its sign.
    keys.chord(&[Key::Shift], Key::F10).await;
    named(window, "row-hold").await;
    keys.press(Key::End).await;
    keys.press(Key::Enter).await;
    named(window, "avoid-left").await;
    fit(window, place, "a talkgroup that is held and avoided").await;
    keys.is_at_the("talkgroup").await;
    keys.types("xyzzy").await;
    until(window, "!document.querySelector('[data-testid=talkgroup]')").await;
    fit(window, place, "no talkgroup found").await;
    keys.press(Key::Escape).await;
    find(window, "[data-testid='talkgroup']").await;
}

async fn presets(window: &Client, place: &Place) {
    click(window, "presets").await;
    named(window, "save-preset").await;
    fit(window, place, "the presets").await;
    click(window, "save-preset").await;
    fill(window, "preset-name", "Night watch").await;
    fit(window, place, "a preset's name").await;
    click(window, "save-preset-now").await;
    until(window, "!document.querySelector('[role=dialog]')").await;
    click(window, "presets").await;
    click(window, "manage-presets").await;
    named(window, "managed-preset").await;
    fit(window, place, "the presets by name").await;
    closed(window).await;
    click(window, "talkgroups-close").await;
    until(window, "!document.querySelector('[data-testid=talkgroups-panel]')").await;
}
