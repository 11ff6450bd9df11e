//! Settings as a file, by the whole core against the demo server: all that was chosen, and none of a session's secrets.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;

use squelch_core::model::TalkgroupKey;
use squelch_core::problem::Code;
use squelch_core::secret::Secret;
use squelch_core::vault::VaultKey;
use squelch_core::view::{
    AccountView, AlertKind, Command, Event, LinkView, LoginWish, Message, ServerMark, ServerView, Setting, Theme,
};
use squelch_demo::{Options, Tls, User};
use squelch_tests::desk::{Desk, quiet_server, registered, server, short_call};

const USER: &str = "dana-the-listener";
const PASSWORD: &str = "correct-horse-battery-staple";
const WRONG: &str = "not-the-right-password";

async fn change(desk: &Desk, setting: Setting) {
    desk.send(Command::Change { setting }).await;
}

/// Names, chooses and switches, so that there is something of everything.
async fn furnish(desk: &mut Desk, server: &ServerView) {
    desk.screen.server("a directory", |server| server.directory > 0).await;
    let systems = desk.client.talkgroups(server.id).await.expect("it lists some").systems;
    let talkgroup = TalkgroupKey { server: server.id, talkgroup: systems[0].talkgroups[0].id };
    change(desk, Setting::Theme { theme: Theme::Lcd }).await;
    change(desk, Setting::Keys { keys: [("skip".to_owned(), Some("X".to_owned()))].into() }).await;
    change(desk, Setting::Alert { of: AlertKind::LinkLost, on: true }).await;
    let mark = ServerMark::Teal;
    desk.send(Command::EditServer { server: server.id, name: Some("Home".into()), mark }).await;
    desk.send(Command::Switch { server: server.id, talkgroups: vec![talkgroup.talkgroup], on: false }).await;
    desk.send(Command::SavePreset { name: "Night".into() }).await;
    desk.send(Command::AlertTalkgroup { talkgroup, on: true }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_what_was_chosen_and_no_secret_of_the_session() {
    let users = vec![User::listener(USER, PASSWORD)];
    let (demo, controls) = server(Options { users, tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let mut desk = Desk::new().await;
    let login = |password: &str| LoginWish::SignIn { user: USER.into(), password: Secret::new(password), stay: true };
    desk.send(Command::AddServer { address: demo.address(), remember: true, login: Some(login(WRONG)) }).await;
    let shown = desk.screen.server("a certificate", |server| matches!(server.link, LinkView::Untrusted { .. })).await;
    let LinkView::Untrusted { sha256, .. } = shown.link.clone() else { unreachable!("it was just looked at") };
    desk.send(Command::TrustCertificate { server: shown.id, sha256: sha256.clone() }).await;
    desk.screen
        .server("refused", |server| matches!(&server.account, AccountView::SignedOut { problem: Some(_), .. }))
        .await;
    let sign_in = Command::SignIn { server: shown.id, user: USER.into(), password: Secret::new(PASSWORD), stay: true };
    desk.send(sign_in).await;
    desk.live().await;
    registered(&controls, 1).await;
    let first = short_call(&controls);
    desk.played(first).await;
    controls.revoke_access(USER);
    let second = short_call(&controls);
    desk.played(second).await;
    furnish(&mut desk, &shown).await;

    let mut secrets: BTreeSet<String> = [PASSWORD, WRONG, USER, sha256.as_str()].map(str::to_owned).into();
    for request in controls.seen() {
        secrets.extend(request.bearer);
        let cookies = request.cookie.unwrap_or_default();
        secrets.extend(cookies.split("; ").filter_map(|cookie| cookie.split_once('=')).map(|(_, v)| v.to_owned()));
    }
    for message in controls.first_messages() {
        secrets.extend(serde_json::from_str::<Vec<String>>(&message).expect("an array of one token"));
    }
    let key = VaultKey { origin: demo.address(), user: USER.into() };
    secrets.insert(desk.vault.peek(&key).expect("the login is kept").expose().to_owned());
    secrets.extend(controls.live_renewals(USER));
    assert!(secrets.len() >= 8, "passwords, a name, a certificate, tokens and a credential: {}", secrets.len());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.json");
    desk.client.export_settings(file.clone()).await.expect("it is written");
    let text = std::fs::read_to_string(&file).unwrap();
    for part in [demo.address().as_str(), "Home", "teal", "lcd", "Night", "\"skip\": \"X\""] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    for secret in secrets {
        let part = &secret[secret.len().saturating_sub(24)..];
        assert!(!text.contains(part), "in the export: …{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_computer_wrote_is_brought_to_another_looked_at_used_and_taken_back() {
    let (demo, controls) = quiet_server().await;
    let mut there = Desk::new().await;
    there.join(&demo).await;
    registered(&controls, 1).await;
    let server = there.screen.shown.servers[0].clone();
    furnish(&mut there, &server).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.json");
    there.client.export_settings(file.clone()).await.expect("it is written");

    let mut here = Desk::new().await;
    let summary = here.client.read_settings(file.clone()).await.expect("it is one of ours");
    assert_eq!((summary.file.as_str(), summary.presets, summary.servers), ("mine.json", 1, 1));
    assert_eq!((summary.fresh.as_slice(), summary.unknown.len()), ([demo.address()].as_slice(), 0));
    assert!(here.screen.shown.servers.is_empty(), "nothing happens before it is wished");
    here.send(Command::Import { id: summary.id }).await;
    let found = here.screen.server("the server, and nobody's login", |server| {
        matches!(server.account, AccountView::SignedOut { .. }) && server.version.is_some()
    });
    let found = found.await;
    assert_eq!((found.name.as_str(), found.own.mark), ("Home", ServerMark::Teal));
    let held = |shown: &squelch_core::view::Snapshot| shown.settings.import_undo.then(|| shown.clone());
    let shown = here.screen.wait("the settings", held).await;
    assert_eq!((shown.settings.theme, shown.settings.keys.len()), (Theme::Lcd, 1));
    assert_eq!((shown.selection.presets[0].name.as_str(), shown.alert_choices.link_lost), ("Night", true));
    assert_eq!(shown.alert_choices.talkgroups.len(), 1);

    here.send(Command::UndoImport).await;
    let gone = |shown: &squelch_core::view::Snapshot| (!shown.settings.import_undo).then(|| shown.clone());
    let shown = here.screen.wait("the settings of before", gone).await;
    assert_eq!((shown.settings.theme, shown.servers.len()), (Theme::System, 0));
    assert!(shown.selection.presets.is_empty() && shown.alert_choices.talkgroups.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_anything_else_says_what_it_is_and_changes_nothing() {
    let desk = Desk::new().await;
    let folder = tempfile::tempdir().unwrap();
    let newer = r#"{ "format": "squelch-settings", "version": 2, "settings": {} }"#;
    let wrong = r#"{ "format": "squelch-settings", "version": 1, "settings": { "theme": "dark", "loudness": 3 } }"#;
    let files = [("broken", "{", "not understood"), ("other", "[1]", "no settings of Squelch")];
    let files = files.into_iter().chain([("newer", newer, "Update Squelch"), ("wrong", wrong, "settings.loudness")]);
    for (name, text, said) in files {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let problem = desk.client.read_settings(file).await.expect_err(name);
        assert_eq!(problem.code, Code::FileNotTaken);
        assert!(problem.message.contains(said), "{name}: {}", problem.message);
    }
    let gone = desk.client.read_settings(folder.path().join("gone")).await.expect_err("it is not there");
    assert!(gone.message.contains("cannot be read"), "{}", gone.message);
    let nowhere = desk.client.export_settings(folder.path().join("no/such/folder.json")).await;
    assert_eq!(nowhere.expect_err("there is no such folder").code, Code::FileNotMade);
    let mut news = desk.client.subscribe().await;
    let Some(Message::Snapshot { snapshot }) = news.next().await else { panic!("a snapshot comes first") };
    assert_eq!(snapshot.settings.theme, Theme::System);
    // And what comes is what is wished next, not something of before.
    change(&desk, Setting::Theme { theme: Theme::Dark }).await;
    let Some(Message::Update { update }) = news.next().await else { panic!("an update follows") };
    assert!(matches!(&update.events[..], [Event::SettingsChanged { settings }] if settings.theme == Theme::Dark));
}
