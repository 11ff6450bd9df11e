//! The recorded answers of the REST routes.

use std::time::Duration;

use squelch_demo::{Controls, Grant, Options, Tokens, User};

use crate::replay::{Answer, Replay, With, configure, empty, received, recordings, store_calls};

fn user(name: &str, grants: Vec<Grant>) -> User {
    User { grants, ..User::listener(name, &format!("{name}-pass-1")) }
}

fn with(tokens: &Tokens) -> With<'_> {
    With { tokens: Some(tokens), link: None }
}

#[tokio::test]
async fn every_recorded_answer_is_the_demos_answer_too() {
    let fresh = Options { needs_setup: true, users: Vec::new(), ..Options::silent() };
    let demo = empty(fresh).await;
    let (mut replay, controls) = (Replay::new(&demo), demo.controls());
    set_up(&mut replay, &controls).await;
    let first = sign_in(&mut replay).await;
    let second = renew(&mut replay, &controls, &first).await;
    hear(&mut replay, &controls, &second).await;
    mark_and_search(&mut replay, &second).await;
    share(&mut replay, &second).await;
    restricted(&mut replay, &controls).await;
    log_out(&mut replay, &controls).await;
    lock_out(&mut replay, &controls, &first).await;
    let missing: Vec<_> = recordings("rest").difference(&replay.done).cloned().collect();
    assert!(missing.is_empty(), "recordings nothing was held to: {missing:?}");
}

/// First start, first administrator, and what needs no account.
async fn set_up(replay: &mut Replay, controls: &Controls) {
    for name in ["setup-status.fresh.json", "setup.json", "setup-status.json", "login.admin.json", "login.empty.json"] {
        replay.ask(name, With::default()).await;
    }
    for name in ["health.json", "health.legacy.json", "origin.foreign.403.json", "unknown-path.404.json"] {
        replay.ask(name, With::default()).await;
    }
    // True for every account an administrator makes.
    controls.add_user(User { password_need_change: true, ..User::listener("dana", "listener-1") });
    controls.add_user(user("rita", vec![Grant { system: 1, talkgroups: Some(vec![1]) }]));
    controls.add_user(user("solo", Vec::new()));
    let frames = received("echo-feed-map.jsonl");
    let config = frames.iter().find(|frame| frame["type"] == "scanner.config").expect("a recorded configuration");
    configure(controls, &config["config"]);
    store_calls(controls);
}

async fn sign_in(replay: &mut Replay) -> Tokens {
    replay.ask("login.wrong-password.json", With::default()).await;
    let tokens = replay.ask("login.listener.json", With::default()).await.tokens();
    for name in ["me.json", "me.no-header.401.json", "me.bad-token.401.json"] {
        replay.ask(name, with(&tokens)).await;
    }
    for name in ["tg-selection.default.json", "tg-selection.put.json", "tg-selection.json", "tg-selection.put.bad.json"]
    {
        replay.ask(name, with(&tokens)).await;
    }
    tokens
}

/// Renewal, the replay of it, and what ends a family.
async fn renew(replay: &mut Replay, controls: &Controls, first: &Tokens) -> Tokens {
    let renewed: Answer = replay.ask("refresh.ok.json", with(first)).await;
    let again = replay.ask("refresh.replay-within-grace.json", with(first)).await;
    assert_eq!((again.cookies.clone(), again.body.clone()), (renewed.cookies.clone(), renewed.body.clone()));
    replay.ask("refresh.no-cookie.401.json", With::default()).await;
    replay.ask("refresh.unknown.401.json", With::default()).await;
    let other = controls.other_sign_in("dana").expect("an account");
    let successor = controls.other_renewal(&other).expect("a good credential");
    controls.advance(Duration::from_secs(31));
    replay.ask("refresh.reuse-after-grace.401.json", with(&other)).await;
    replay.ask("refresh.family-revoked.401.json", with(&successor)).await;
    controls.push_access_token_out("dana");
    replay.ask("me.evicted-by-token-cap.401.json", with(first)).await;
    replay.ask("audio.evicted-by-token-cap.401.json", with(first)).await;
    controls.other_renewal(&renewed.tokens()).expect("the renewal of an evicted token still works")
}

async fn hear(replay: &mut Replay, controls: &Controls, tokens: &Tokens) {
    for name in ["ok.bearer", "ok.cookie", "range.206", "range.416", "bad-id.400", "unknown.404"] {
        replay.ask(&format!("audio.{name}.json"), with(tokens)).await;
    }
    replay.ask("audio.anonymous.401.json", With::default()).await;
    replay.ask("audio.bad-bearer.401.json", with(tokens)).await;
    replay.ask("transcript.404.json", with(tokens)).await;
    controls.set_public(true);
    replay.ask("setup-status.public.json", With::default()).await;
    replay.ask("audio.public.200.json", With::default()).await;
    controls.set_public(false);
}

async fn mark_and_search(replay: &mut Replay, tokens: &Tokens) {
    for name in ["bookmark.on", "bookmarks", "bookmarks.calls", "search.bookmarked", "search.by-talkgroup", "search"] {
        replay.ask(&format!("{name}.json"), with(tokens)).await;
    }
    replay.ask("search.anonymous.json", With::default()).await;
    replay.ask("search.bad.400.json", with(tokens)).await;
    replay.ask("bookmark.off.json", with(tokens)).await;
}

async fn share(replay: &mut Replay, tokens: &Tokens) {
    let made = replay.ask("share.create.json", with(tokens)).await;
    let again = replay.ask("share.again.json", with(tokens)).await;
    assert_eq!(made.body, again.body);
    replay.ask("share.get.json", with(tokens)).await;
    let link = made.body["token"].as_str();
    replay.ask("shared.view.json", With { tokens: None, link }).await;
    replay.ask("share.delete.json", with(tokens)).await;
    replay.ask("share.get.404.json", with(tokens)).await;
}

async fn restricted(replay: &mut Replay, controls: &Controls) {
    let tokens = controls.other_sign_in("rita").expect("an account");
    replay.ask("audio.not-granted.404.json", with(&tokens)).await;
    replay.ask("search.restricted.json", with(&tokens)).await;
}

async fn log_out(replay: &mut Replay, controls: &Controls) {
    let tokens = controls.other_sign_in("solo").expect("an account");
    replay.ask("logout.json", with(&tokens)).await;
    replay.ask("audio.revoked.401.json", with(&tokens)).await;
}

async fn lock_out(replay: &mut Replay, controls: &Controls, tokens: &Tokens) {
    controls.lock_out("127.0.0.1");
    replay.ask("login.locked-out.429.json", With::default()).await;
    replay.ask("refresh.locked-out.429.json", with(tokens)).await;
}
