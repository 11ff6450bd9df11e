//! The first start, the next one, and starts that go wrong.

#![forbid(unsafe_code)]

use squelch_core::problem::Code;
use squelch_core::secret::Secret;
use squelch_core::vault::Memory;
use squelch_core::view::{AccountView, Command, LinkView, LoginWish, Setting};
use squelch_demo::Options;
use squelch_tests::adapter::key;
use squelch_tests::desk::{Desk, quiet_server, registered, server, short_call};

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_is_live_and_knows_no_server() {
    let desk = Desk::new().await;
    assert!(desk.screen.shown.listening.live);
    assert!(desk.screen.shown.servers.is_empty());
    assert!(desk.screen.shown.notices.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_start_signs_in_by_itself_and_leaves_live_as_it_was() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.send(Command::Listen { on: false }).await;
    let (folder, vault) = desk.end().await;
    registered(&controls, 0).await;
    let mut desk = Desk::with(folder, vault).await;
    desk.live().await;
    registered(&controls, 1).await;
    assert!(!desk.screen.shown.listening.live);
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1, "the password was not needed again");
    desk.send(Command::Listen { on: true }).await;
    let call = short_call(&controls);
    desk.played(call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_not_to_be_kept_ends_with_the_program() {
    let (demo, _controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.add(&demo, false).await;
    desk.live().await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.signed_out().await;
    let account = desk.screen.shown.servers[0].account.clone();
    assert!(matches!(account, AccountView::SignedOut { user: Some(user), .. } if user == squelch_demo::USER));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_server_is_gone_with_its_login_and_its_rows() {
    let (demo, controls) = server(Options { archive: 20, ..Options::silent() }).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    desk.screen.wait("rows", |shown| (!shown.rows.is_empty()).then_some(())).await;
    let id = desk.screen.shown.servers[0].id;
    desk.send(Command::RemoveServer { server: id }).await;
    desk.screen.wait("nothing", |shown| (shown.rows.is_empty() && shown.servers.is_empty()).then_some(())).await;
    controls.wait_for_requests("POST /api/v1/auth/logout", 1).await.expect("the server is told");
    let (folder, vault) = desk.end().await;
    let desk = Desk::with(folder, vault).await;
    assert!(desk.screen.shown.servers.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_garbage_are_set_aside_and_said() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(folder.path().join("settings.json"), b"{\"version\": oops").expect("it can be written");
    let desk = Desk::with(folder, Memory::default()).await;
    assert_eq!(desk.screen.shown.notices[0].problem.code, Code::SettingsSetAside);
    let aside = desk.data().join("settings-unreadable-1.json");
    assert_eq!(std::fs::read(aside).expect("it is still there"), b"{\"version\": oops");
    let notice = desk.screen.shown.notices[0].id;
    desk.send(Command::Dismiss { notice }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_saved_are_said_until_they_can() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    // Tests may run as root, for whom nothing is read-only: a file where the folder should be stops anybody.
    let data = folder.path().join("data");
    std::fs::write(&data, b"in the way").expect("it can be written");
    let mut desk = Desk::below(folder, "data").await;
    desk.send(Command::Volume { db: -3.0 }).await;
    let notice = desk
        .screen
        .wait("the notice", |shown| shown.notices.iter().find(|n| n.problem.code == Code::SettingsNotSaved).cloned())
        .await;
    assert!(notice.problem.message.contains("folder"));
    std::fs::remove_file(&data).expect("it can be removed");
    desk.send(Command::Volume { db: -4.0 }).await;
    desk.screen
        .wait_while_time_passes(&desk.hands, "it to be withdrawn", |shown| {
            shown.notices.iter().all(|notice| notice.problem.code != Code::SettingsNotSaved).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_address_of_the_same_server_is_not_a_second_server() {
    let (demo, _controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let address = format!("{}/", demo.address().replace("http://", ""));
    desk.send(Command::AddServer { address, remember: true, login: None }).await;
    desk.screen
        .wait("one live server", |shown| {
            (shown.servers.len() == 1 && shown.servers[0].link == LinkView::Live).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remembered_server_that_is_added_again_and_found_later_keeps_its_login() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let (folder, vault) = desk.end().await;
    controls.go_down().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.screen.server("waiting", |server| matches!(server.link, LinkView::Waiting { .. })).await;
    controls.come_up().await;
    desk.send(Command::AddServer { address: demo.address(), remember: true, login: None }).await;
    desk.screen
        .wait("one live server", |shown| {
            (shown.servers.len() == 1 && shown.servers[0].link == LinkView::Live).then_some(())
        })
        .await;
    assert!(desk.vault.peek(&key(&demo.address())).is_some(), "the login is kept for the next start");
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1, "the password was not needed again");
    assert_eq!(controls.requests("POST /api/v1/auth/logout"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_failed_leaves_the_listening_without_an_account_as_it_was_at_the_next_start_too() {
    let (demo, _controls) = server(Options { public: true, ..Options::silent() }).await;
    let mut desk = Desk::new().await;
    let login = Some(LoginWish::Anonymous);
    desk.send(Command::AddServer { address: demo.address(), remember: true, login }).await;
    desk.live().await;
    let server = desk.screen.shown.servers[0].id;
    let (user, password) = (squelch_demo::USER.to_owned(), Secret::new("not the password"));
    desk.send(Command::SignIn { server, user, password, stay: true }).await;
    let refused = |account: &AccountView| matches!(account, AccountView::Anonymous { problem: Some(_) });
    desk.screen.server("a refused sign-in", |server| refused(&server.account)).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.live().await;
    assert_eq!(desk.screen.shown.servers[0].account, AccountView::Anonymous { problem: None });
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_chosen_are_there_at_the_next_start_also_those_of_a_newer_window() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("settings.json");
    std::fs::write(&file, br#"{"keys":{"ofANewerWindow":"Mod+J"}}"#).expect("it can be written");
    let desk = Desk::with(folder, Memory::default()).await;
    let mut keys = desk.screen.shown.settings.keys.clone();
    assert_eq!(keys.get("ofANewerWindow"), Some(&Some("Mod+J".to_owned())));
    desk.send(Command::Change { setting: Setting::Shortcuts { on: false } }).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    assert_eq!((desk.screen.shown.settings.shortcuts, &desk.screen.shown.settings.keys), (false, &keys));
    keys.extend([("skip".to_owned(), Some("Z".to_owned())), ("mute".to_owned(), None)]);
    desk.send(Command::Change { setting: Setting::Keys { keys: keys.clone() } }).await;
    desk.screen.wait("the keys", |shown| (shown.settings.keys == keys).then_some(())).await;
    let (folder, vault) = desk.end().await;
    let desk = Desk::with(folder, vault).await;
    assert_eq!(desk.screen.shown.settings.keys, keys);
    desk.send(Command::Change { setting: Setting::Keys { keys: Default::default() } }).await;
    let (_folder, _vault) = desk.end().await;
    let saved = std::fs::read_to_string(file).expect("it is there");
    assert!(!saved.contains("\"keys\""), "{saved}");
}
