//! Choosing talkgroups: what the list says, what becomes of waiting calls, and where the choice is kept. The whole client
//! against the demo server.

#![forbid(unsafe_code)]

use std::time::Duration;

use serde_json::{Value, json};
use squelch_core::model::{ServerId, TalkgroupId, TalkgroupKey};
use squelch_core::problem::Code;
use squelch_core::view::{
    AccountView, Command, LoginWish, NewTalkgroups, NotPlayed, RowState, SelectionKept, ServerView, Setting,
};
use squelch_demo::{Announcement, Controls, Demo, Directory, Instead, Options, USER};
use squelch_tests::desk::{Desk, quiet_server, registered, server};

const READ: &str = "GET /api/v1/listener/tg-selection";
const WRITE: &str = "PUT /api/v1/listener/tg-selection";

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    (demo, controls, desk)
}

fn here(desk: &Desk) -> ServerId {
    desk.screen.shown.servers[0].id
}

async fn switch(desk: &Desk, ids: &[u64], on: bool) {
    let talkgroups = ids.iter().copied().map(TalkgroupId).collect();
    desk.send(Command::Switch { server: here(desk), talkgroups, on }).await;
}

/// Lets time pass until the account keeps this.
async fn stored(desk: &mut Desk, controls: &Controls, wanted: Value) {
    let what = format!("the account to keep {wanted}");
    let hands = desk.hands.clone();
    desk.screen.wait_while_time_passes(&hands, &what, |_| (controls.selection(USER) == wanted).then_some(())).await;
}

/// Waits until just these are off.
async fn off(desk: &mut Desk, wanted: &[u64]) {
    desk.screen
        .wait(&format!("{wanted:?} to be off"), |shown| {
            let off = shown.selection.off.iter().flat_map(|off| &off.talkgroups).map(|id| id.0);
            off.eq(wanted.iter().copied()).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_talkgroups_is_the_servers_and_counts_up_with_each_one_it_sends() {
    let (_demo, controls, mut desk) = joined().await;
    let before = desk.screen.server("listed", |server| server.directory > 0).await.directory;
    let town = controls.directory();
    let listed = desk.client.talkgroups(here(&desk)).await.expect("it is there");
    let names: Vec<_> = listed.systems.iter().map(|system| (system.id.0, system.label.clone())).collect();
    assert_eq!(names, town.systems.iter().map(|system| (system.id, system.label.clone())).collect::<Vec<_>>());
    for (listed, system) in listed.systems.iter().zip(&town.systems) {
        let ids: Vec<_> = listed.talkgroups.iter().map(|listed| listed.id.0).collect();
        assert_eq!(ids, system.talkgroups.iter().map(|talkgroup| talkgroup.id).collect::<Vec<_>>());
    }
    controls.configure(Directory::huge(20_000));
    desk.screen.server("listed anew", |server| server.directory > before).await;
    let listed = desk.client.talkgroups(here(&desk)).await.expect("it is there");
    assert_eq!(listed.systems.iter().map(|system| system.talkgroups.len()).sum::<usize>(), 20_000);
    assert!(desk.client.talkgroups(ServerId(99)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_matches_leaves_the_queue_with_its_reason_and_what_matches_is_heard() {
    let (_demo, controls, mut desk) = joined().await;
    desk.send(Command::Pause { on: true }).await;
    let town = controls.directory();
    let system = &town.systems[0];
    let (gone, stays) = (&system.talkgroups[0], &system.talkgroups[1]);
    let on = |talkgroup: u64| Announcement::on(system.system_id, talkgroup).clip(3);
    let unwanted = controls.announce(on(gone.talkgroup_id));
    let wanted = controls.announce(on(stays.talkgroup_id));
    desk.screen.wait("two calls to wait", |shown| (shown.listening.waiting == 2).then_some(())).await;
    let others: Vec<_> =
        town.systems.iter().flat_map(|system| &system.talkgroups).map(|talkgroup| talkgroup.id).collect();
    let others: Vec<_> = others.into_iter().filter(|id| *id != stays.id).collect();
    switch(&desk, &others, false).await;
    let off = RowState::NotPlayed { why: NotPlayed::SwitchedOff };
    desk.screen.row(unwanted, "not played", |state| *state == off).await;
    desk.send(Command::Pause { on: false }).await;
    desk.played(wanted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_kept_in_the_account_and_found_on_another_device() {
    let (demo, controls, mut desk) = joined().await;
    switch(&desk, &[2, 99_999], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [2, 99_999], "avoidList": []})).await;
    let kept = |server: &ServerView| server.selection_kept == SelectionKept::Account;
    desk.screen.server("kept in the account", kept).await;
    let mut other = Desk::new().await;
    other.add(&demo, false).await;
    off(&mut other, &[2, 99_999]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn older_servers_are_asked_by_their_own_route() {
    let (demo, controls) = server(Options::silent().as_1_2()).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    switch(&desk, &[3], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [3], "avoidList": []})).await;
    assert!(controls.requests("PUT /api/auth/tg-selection") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_answered_by_one_renewal_and_one_more_try() {
    let (_demo, controls, mut desk) = joined().await;
    controls.wait_for_requests(READ, 1).await.expect("it is read at sign-in");
    controls.revoke_access(USER);
    switch(&desk, &[5], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [5], "avoidList": []})).await;
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_avoid_that_ran_out_while_nobody_was_connected_is_undone_on_the_server_too() {
    let (demo, controls) = quiet_server().await;
    let avoids = json!([{"talkgroupId": 2, "expiresAt": 1_795_413_000_000_i64}, {"talkgroupId": 4, "expiresAt": 0}]);
    assert!(controls.select_elsewhere(USER, json!({"disabledTGs": [2, 3, 4], "avoidList": avoids})));
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let left = json!({"disabledTGs": [3, 4], "avoidList": [{"talkgroupId": 4, "expiresAt": 0}]});
    stored(&mut desk, &controls, left).await;
    off(&mut desk, &[3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_that_change_the_choice_at_once_lose_nothing_and_the_user_is_told() {
    let (_demo, controls, mut desk) = joined().await;
    switch(&desk, &[1], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [1], "avoidList": []})).await;
    assert!(controls.select_elsewhere(USER, json!({"disabledTGs": [1, 2, 77_777], "avoidList": []})));
    switch(&desk, &[3], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [1, 2, 3, 77_777], "avoidList": []})).await;
    off(&mut desk, &[1, 2, 3, 77_777]).await;
    let told = |shown: &squelch_core::view::Snapshot| {
        shown.notices.iter().find(|notice| notice.problem.code == Code::ChoiceJoined).map(|_| ())
    };
    desk.screen.wait("a notice", told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_the_account_does_not_keep_it_is_said_at_the_server_until_it_does() {
    let (_demo, controls, mut desk) = joined().await;
    controls.instead_always(WRITE, Some(Instead::Page(502)));
    switch(&desk, &[1], false).await;
    let hands = desk.hands.clone();
    desk.screen
        .wait_while_time_passes(&hands, "a failure", |shown| {
            let server = &shown.servers[0];
            let AccountView::SignedIn { problem: Some(problem), .. } = &server.account else { return None };
            (problem.code == Code::ChoiceNotKept && server.selection_kept == SelectionKept::Failed).then_some(())
        })
        .await;
    controls.instead_always(WRITE, None);
    stored(&mut desk, &controls, json!({"disabledTGs": [1], "avoidList": []})).await;
    let well = |server: &ServerView| {
        server.selection_kept == SelectionKept::Account
            && matches!(server.account, AccountView::SignedIn { problem: None, .. })
    };
    desk.screen.server("kept again", well).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_while_the_server_was_away_is_sent_after_the_next_start_and_joined_with_what_is_there() {
    let (_demo, controls, mut desk) = joined().await;
    switch(&desk, &[1, 2], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [1, 2], "avoidList": []})).await;
    controls.instead_always(READ, Some(Instead::Drop));
    switch(&desk, &[1], true).await;
    switch(&desk, &[3], false).await;
    let (folder, vault) = desk.end().await;
    assert!(controls.select_elsewhere(USER, json!({"disabledTGs": [1, 2, 9], "avoidList": []})));
    controls.instead_always(READ, None);
    let mut desk = Desk::with(folder, vault).await;
    off(&mut desk, &[2, 3, 9]).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [2, 3, 9], "avoidList": []})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_the_choice_is_kept_on_this_computer_only() {
    let (demo, controls) = server(Options { public: true, ..Options::silent() }).await;
    let mut desk = Desk::new().await;
    let login = Some(LoginWish::Anonymous);
    desk.send(Command::AddServer { address: demo.address(), remember: true, login }).await;
    desk.live().await;
    registered(&controls, 1).await;
    switch(&desk, &[4, 6], false).await;
    desk.send(Command::SavePreset { name: "Quiet".into() }).await;
    assert_eq!(desk.screen.shown.servers[0].selection_kept, SelectionKept::Computer);
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    off(&mut desk, &[4, 6]).await;
    assert_eq!(desk.screen.shown.selection.presets[0].name, "Quiet");
    desk.live().await;
    assert_eq!((controls.requests(READ), controls.requests(WRITE)), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_choices_that_is_not_understood_is_set_aside_and_said() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(folder.path().join("talkgroups.json"), b"{\"listeners\": oops").expect("it can be written");
    let desk = Desk::with(folder, Default::default()).await;
    let notices = &desk.screen.shown.notices;
    let said = notices.iter().find(|notice| notice.problem.code == Code::SettingsSetAside).expect("it is said");
    assert!(said.problem.message.contains("talkgroups-unreadable-1.json"), "{}", said.problem.message);
    assert!(desk.data().join("talkgroups-unreadable-1.json").exists());
}

fn key(desk: &Desk, id: u64) -> TalkgroupKey {
    TalkgroupKey { server: here(desk), talkgroup: TalkgroupId(id) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_avoid_that_runs_out_while_the_program_is_not_running_is_over_at_the_next_start_and_in_the_account() {
    let (_demo, controls, mut desk) = joined().await;
    switch(&desk, &[6], false).await;
    for (id, minutes) in [(2, Some(30)), (3, Some(120)), (4, None)] {
        desk.send(Command::Avoid { talkgroup: key(&desk, id), minutes }).await;
    }
    let until = |selection: &Value, id: u64| {
        let entry = selection["avoidList"].as_array()?.iter().find(|entry| entry["talkgroupId"] == id)?.clone();
        entry["expiresAt"].as_i64()
    };
    let hands = desk.hands.clone();
    desk.screen
        .wait_while_time_passes(&hands, "the avoids to be stored", |_| until(&controls.selection(USER), 4).map(|_| ()))
        .await;
    let left = until(&controls.selection(USER), 3).expect("it is stored");
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::later(folder, vault, Duration::from_secs(60 * 60)).await;
    off(&mut desk, &[6]).await;
    let avoided: Vec<_> = desk.screen.shown.selection.avoided.iter().map(|avoided| avoided.key.talkgroup.0).collect();
    assert_eq!(avoided, [3, 4]);
    let avoids = json!([{"talkgroupId": 3, "expiresAt": left}, {"talkgroupId": 4, "expiresAt": 0}]);
    stored(&mut desk, &controls, json!({"disabledTGs": [3, 4, 6], "avoidList": avoids})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preset_brings_back_what_was_off_and_held_after_the_next_start_and_the_account_hears_of_it() {
    let (_demo, controls, mut desk) = joined().await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    switch(&desk, &[2, 77_777], false).await;
    desk.send(Command::HoldTalkgroup { talkgroup: Some(key(&desk, 3)) }).await;
    desk.send(Command::SavePreset { name: "Fire".into() }).await;
    switch(&desk, &[2, 77_777], true).await;
    switch(&desk, &[4, 88_888], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [4, 88_888], "avoidList": []})).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.live().await;
    assert!(desk.screen.shown.selection.talkgroup.is_none(), "holds are for one run");
    desk.screen.server("listed", |server| server.directory > 0).await;
    let id = desk.screen.shown.selection.presets[0].id;
    desk.send(Command::ApplyPreset { id }).await;
    off(&mut desk, &[2, 77_777, 88_888]).await;
    let selection = &desk.screen.shown.selection;
    assert_eq!(selection.talkgroup.as_ref().map(|held| held.key), Some(key(&desk, 3)));
    assert!(selection.presets[0].active);
    stored(&mut desk, &controls, json!({"disabledTGs": [2, 77_777, 88_888], "avoidList": []})).await;
}

/// The server lists one more.
fn list_one_more(controls: &Controls) -> u64 {
    let mut directory = controls.directory();
    let talkgroups = &mut directory.systems[0].talkgroups;
    let (id, mut talkgroup) = (50_000 + talkgroups.len() as u64, talkgroups[0].clone());
    (talkgroup.id, talkgroup.talkgroup_id) = (id, id);
    talkgroups.push(talkgroup);
    controls.configure(directory);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn talkgroups_that_came_while_the_program_was_not_running_are_asked_about_once() {
    let (_demo, controls, mut desk) = joined().await;
    desk.send(Command::Change { setting: Setting::NewTalkgroups { choice: NewTalkgroups::Ask } }).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    let fresh = |desk: &Desk| desk.screen.shown.selection.fresh.iter().map(|key| key.talkgroup.0).collect::<Vec<_>>();
    assert!(fresh(&desk).is_empty(), "the first list is no news");
    let (folder, vault) = desk.end().await;
    let id = list_one_more(&controls);
    let mut desk = Desk::with(folder, vault).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    desk.screen.wait("the question", |shown| (!shown.selection.fresh.is_empty()).then_some(())).await;
    assert_eq!(fresh(&desk), [id]);
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    assert_eq!(fresh(&desk), [id], "nobody has answered");
    desk.send(Command::Acknowledge { server: here(&desk) }).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    assert!(fresh(&desk).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn new_talkgroups_that_are_to_be_off_are_off_in_the_account_too() {
    let (_demo, controls, mut desk) = joined().await;
    desk.send(Command::Change { setting: Setting::NewTalkgroups { choice: NewTalkgroups::Off } }).await;
    desk.screen.server("listed", |server| server.directory > 0).await;
    let id = list_one_more(&controls);
    off(&mut desk, &[id]).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [id], "avoidList": []})).await;
    let (folder, vault) = desk.end().await;
    let next = list_one_more(&controls);
    let mut desk = Desk::with(folder, vault).await;
    off(&mut desk, &[id, next]).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [id, next], "avoidList": []})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_device_avoids_and_this_server_does_not_list_is_written_back() {
    let (demo, controls) = quiet_server().await;
    let avoids =
        json!([{"talkgroupId": 77_777, "expiresAt": 0}, {"talkgroupId": 88_888, "expiresAt": 4_000_000_000_000_i64}]);
    let before = json!({"disabledTGs": [77_777, 88_888, 99_999], "avoidList": avoids});
    assert!(controls.select_elsewhere(USER, before));
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    off(&mut desk, &[99_999]).await;
    switch(&desk, &[1], false).await;
    stored(&mut desk, &controls, json!({"disabledTGs": [1, 77_777, 88_888, 99_999], "avoidList": avoids})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_knows_nothing_while_the_server_restarts_does_not_end_keeping_the_choice() {
    let (demo, controls) = quiet_server().await;
    controls.instead_always(READ, Some(Instead::Status(404, "not found".into())));
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    controls.wait_for_requests(READ, 1).await.expect("it is read at sign-in");
    desk.screen.server("not kept there", |server| server.selection_kept == SelectionKept::Computer).await;
    switch(&desk, &[1], false).await;
    controls.instead_always(READ, None);
    controls.drop_sockets();
    stored(&mut desk, &controls, json!({"disabledTGs": [1], "avoidList": []})).await;
    desk.screen.server("kept again", |server| server.selection_kept == SelectionKept::Account).await;
}
