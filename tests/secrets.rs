//! Secrets do not travel: a whole session with recognisable ones, and then a search for them everywhere.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use squelch_core::secret::Secret;
use squelch_core::vault::VaultKey;
use squelch_core::view::{AccountView, Command, LoginWish};
use squelch_demo::{Content, Options, User};
use squelch_tests::desk::{Desk, registered, server, short_call};
use squelch_tests::log::Log;
use tracing_subscriber::util::SubscriberInitExt;

const USER: &str = "dana";
const PASSWORD: &str = "correct-horse-battery-staple";
const WRONG: &str = "not-the-right-password";
const NEW: &str = "a-battery-for-another-horse";

/// Every file below a folder, with its name, as one heap of bytes.
fn files(folder: &Path) -> Vec<u8> {
    let mut heap = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("an entry").path();
        heap.extend_from_slice(path.to_string_lossy().as_bytes());
        if path.is_dir() {
            heap.extend(files(&path));
        } else {
            heap.extend(std::fs::read(&path).expect("it can be read"));
        }
    }
    heap
}

fn contains(heap: &[u8], needle: &str) -> bool {
    heap.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_reaches_the_log_the_data_folder_or_the_window() {
    let log = Log::default();
    let writer = log.clone();
    // The program's own level for the libraries that print headers and frames, the chattiest for everything of ours.
    let filter = format!("trace,{}", squelch_core::QUIET_LOGS);
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(move || writer.clone());
    // Takes what libraries say through the `log` crate too.
    subscriber.finish().try_init().expect("the only subscriber");
    for options in [Options::default(), Options::default().as_1_3_0(), Options::default().as_1_2()] {
        session(options, &log).await;
    }
}

/// One session on these routes, and the search of what it left.
async fn session(options: Options, log: &Log) {
    let users = vec![User::listener(USER, PASSWORD)];
    let (demo, controls) = server(Options { users, content: Content::Silent, archive: 5, ..options }).await;
    let mut desk = Desk::new().await;
    let login = |password: &str| LoginWish::SignIn { user: USER.into(), password: Secret::new(password), stay: true };
    desk.send(Command::AddServer { address: demo.address(), remember: true, login: Some(login(WRONG)) }).await;
    desk.screen
        .server("refused", |server| matches!(&server.account, AccountView::SignedOut { problem: Some(_), .. }))
        .await;
    let id = desk.screen.shown.servers[0].id;
    let sign_in = Command::SignIn { server: id, user: USER.into(), password: Secret::new(PASSWORD), stay: true };
    desk.send(sign_in).await;
    desk.live().await;
    registered(&controls, 1).await;
    let first = short_call(&controls);
    desk.played(first).await;
    controls.revoke_access(USER);
    let second = short_call(&controls);
    desk.played(second).await;
    controls.expire_sockets(1008, "auth failed");
    controls.wait_for_welcomes(2).await.expect("a new link");
    desk.live().await;
    let (current, new) = (Secret::new(PASSWORD), Secret::new(NEW));
    desk.send(Command::ChangePassword { server: id, current, new }).await;
    controls.wait_for_welcomes(3).await.expect("a link of the login with the new password");
    desk.live().await;
    registered(&controls, 1).await;
    let third = short_call(&controls);
    desk.played(third).await;
    desk.hands.advance(Duration::from_secs(2));

    let mut secrets: BTreeSet<String> = [PASSWORD, WRONG, NEW].map(str::to_owned).into();
    for request in controls.seen() {
        secrets.extend(request.bearer);
        let cookies = request.cookie.unwrap_or_default();
        secrets.extend(cookies.split("; ").filter_map(|cookie| cookie.split_once('=')).map(|(_, v)| v.to_owned()));
    }
    for message in controls.first_messages() {
        secrets.extend(serde_json::from_str::<Vec<String>>(&message).expect("an array of one token"));
    }
    // The one that a thief could use is the one that was never sent yet.
    let live = controls.live_renewals(USER);
    let key = VaultKey { origin: demo.address(), user: USER.into() };
    let kept = desk.vault.peek(&key).expect("the login is kept");
    assert!(matches!(&live[..], [one] if kept.expose().contains(one)), "the search knows what is kept");
    secrets.extend(live);
    assert!(secrets.len() >= 7, "three passwords, three access tokens and a credential at least: {}", secrets.len());

    let window = desk.screen.sent.join("\n").into_bytes();
    let (folder, _vault) = desk.end().await;
    let data = files(folder.path());
    let log = log.bytes();
    assert!(contains(&data, USER) && contains(&window, USER) && !log.is_empty(), "the search finds what is there");
    for secret in secrets {
        // A part of a token is as bad as the whole.
        let part = &secret[secret.len().saturating_sub(24)..];
        assert!(!contains(&log, part), "in the log: …{part}");
        assert!(!contains(&data, part), "in the data folder: …{part}");
        assert!(!contains(&window, part), "in a message to the window: …{part}");
    }
}
