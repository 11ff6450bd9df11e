//! The login is lost underneath, the link breaks, the server goes away: whatever can be restored is, and the calls that
//! waited are heard. The whole client against the demo server.

#![forbid(unsafe_code)]

mod passwords;

use squelch_core::model::CallId;
use squelch_core::problem::{Code, Retry};
use squelch_core::secret::Secret;
use squelch_core::view::{AccountView, Command, LinkView, LoginWish, Row, RowState, ServerView, Snapshot};
use squelch_demo::{Announcement, Controls, Demo, Fault, Grant, Instead, Options, PASSWORD, RenewalFault, USER, User};
use squelch_tests::desk::{Desk, quiet_server, registered, server, short_call};

const REFRESH: &str = "POST /api/v1/auth/refresh";
const AUDIO: &str = "GET /api/v1/calls/:id/audio";

/// The generations of routes, with where their renewal and audio go.
fn generations() -> [(Options, &'static str, &'static str); 3] {
    [
        (Options::silent(), REFRESH, AUDIO),
        (Options::silent().as_1_3_0(), "POST /api/auth/refresh", AUDIO),
        (Options::silent().as_1_2(), "POST /api/auth/refresh", "GET /api/calls/:id/audio"),
    ]
}

async fn joined(options: Options) -> (Demo, Controls, Desk) {
    let (demo, controls) = server(options).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    (demo, controls, desk)
}

async fn join_anonymously(desk: &mut Desk, demo: &Demo) {
    let login = Some(LoginWish::Anonymous);
    desk.send(Command::AddServer { address: demo.address(), remember: true, login }).await;
    desk.live().await;
}

async fn sign_in(desk: &Desk, user: &str, password: &str) {
    let server = desk.screen.shown.servers[0].id;
    let (user, password) = (user.to_owned(), Secret::new(password));
    desk.send(Command::SignIn { server, user, password, stay: true }).await;
}

async fn failed(desk: &mut Desk, call: u64) -> Code {
    let row = desk.screen.row(call, "failed", |state| matches!(state, RowState::Failed { .. })).await;
    let RowState::Failed { problem } = row.state else { unreachable!("it was waited for") };
    problem.code
}

/// How often the window was told of an account in this state, counting what was sent so far.
fn times_said(desk: &Desk, kind: &str) -> usize {
    let needle = format!("\"account\":{{\"kind\":\"{kind}\"");
    let mut before = false;
    let mut times = 0;
    for message in desk.screen.sent.iter().filter(|message| message.contains("\"account\":{")) {
        let now = message.contains(&needle);
        times += usize::from(now && !before);
        before = now;
    }
    times
}

fn row(desk: &Desk, call: u64) -> Row {
    desk.screen.shown.rows.iter().find(|row| row.key.call == CallId(call)).cloned().expect("it is shown")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_access_token_is_pushed_out_by_twenty_newer_ones_and_every_announced_call_is_still_heard() {
    for (options, refresh, audio) in generations() {
        let (_demo, controls, mut desk) = joined(options).await;
        let before = short_call(&controls);
        desk.played(before).await;
        // One other sign-in of the same account that renews nineteen times.
        controls.push_access_token_out(USER);
        for _ in 0..4 {
            let call = short_call(&controls);
            desk.played(call).await;
        }
        assert_eq!(controls.requests(refresh), 1, "one renewal in all");
        assert_eq!(controls.requests(audio), 6, "one request was refused and asked again");
        assert_eq!(controls.welcomed(), 1, "the socket was left alone and kept announcing");
        assert_eq!(
            (times_said(&desk, "signedIn"), times_said(&desk, "signedOut")),
            (1, 1),
            "nothing was to be noticed"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_newer_sign_ins_end_the_login_which_is_said_once_and_the_waiting_calls_are_heard_after_the_next_one() {
    let (_demo, controls, mut desk) = joined(Options::silent()).await;
    for _ in 0..20 {
        controls.other_sign_in(USER).expect("the account exists");
    }
    let calls = [short_call(&controls), short_call(&controls), short_call(&controls)];
    let out = |account: &AccountView| matches!(account, AccountView::SignedOut { problem: Some(_), .. });
    let shown = desk.screen.server("signed out", |server| out(&server.account)).await;
    let AccountView::SignedOut { problem: Some(problem), user } = shown.account else { unreachable!() };
    assert_eq!((problem.code, user.as_deref()), (Code::SignedOut, Some(USER)));
    for call in calls {
        desk.screen.row(call, "waiting", |state| *state == RowState::Waiting).await;
    }
    // Whatever would loop would loop now.
    for _ in 0..60 {
        desk.hands.advance(std::time::Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    let later = short_call(&controls);
    desk.screen.row(later, "waiting", |state| *state == RowState::Waiting).await;
    assert!(calls.iter().all(|call| row(&desk, *call).state == RowState::Waiting), "they wait");
    assert_eq!(controls.requests(REFRESH), 1);
    assert!(controls.requests(AUDIO) <= calls.len(), "each was asked for at most once");
    assert_eq!(times_said(&desk, "signedOut"), 2, "before the first sign-in, and now");
    sign_in(&desk, USER, PASSWORD).await;
    for call in calls {
        desk.played(call).await;
    }
    desk.played(later).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_revoked_with_calls_waiting_costs_one_renewal_and_no_call() {
    for (options, refresh, _) in generations() {
        let (_demo, controls, mut desk) = joined(options).await;
        desk.send(Command::Pause { on: true }).await;
        let mut calls: Vec<u64> = (0..3).map(|_| short_call(&controls)).collect();
        for call in &calls {
            desk.screen.row(*call, "ready", |state| *state == RowState::Ready).await;
        }
        calls.extend((0..5).map(|_| short_call(&controls)));
        controls.revoke_access(USER);
        desk.send(Command::Pause { on: false }).await;
        for call in calls {
            desk.played(call).await;
        }
        assert_eq!(controls.requests(refresh), 1);
        assert_eq!(controls.sockets(), 1, "one socket, left alone");
        assert_eq!(controls.welcomed(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_refused_for_ever_costs_two_requests_and_one_renewal_and_the_next_one_is_heard() {
    let (_demo, controls, mut desk) = joined(Options::silent()).await;
    let refused = controls.announce(Announcement::default().fault(Fault::Refused));
    let next = short_call(&controls);
    assert_eq!(failed(&mut desk, refused).await, Code::AudioRefused);
    desk.played(next).await;
    assert_eq!(controls.requests(&format!("GET /api/v1/calls/{refused}/audio")), 2);
    assert_eq!(controls.requests(REFRESH), 1);
    assert_eq!(times_said(&desk, "signedOut"), 1, "only before the sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_breaks_in_the_server_signs_out_and_says_so_and_the_call_waits() {
    let (_demo, controls, mut desk) = joined(Options::silent()).await;
    controls.revoke_access(USER);
    controls.next_renewal(RenewalFault::BrokenAfterUse);
    let call = short_call(&controls);
    let shown = desk
        .screen
        .server("signed out", |server| matches!(&server.account, AccountView::SignedOut { problem: Some(_), .. }))
        .await;
    let AccountView::SignedOut { problem: Some(problem), .. } = shown.account else { unreachable!() };
    assert_eq!(problem.code, Code::SignedOut);
    assert!(problem.message.contains("failed while renewing"), "{problem:?}");
    assert_eq!(controls.requests(REFRESH), 1);
    sign_in(&desk, USER, PASSWORD).await;
    desk.played(call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn being_offline_signs_nobody_out_and_calls_are_heard_when_the_server_is_back() {
    let (_demo, controls, mut desk) = joined(Options::silent()).await;
    controls.go_down().await;
    let waiting = |link: &LinkView| matches!(link, LinkView::Waiting { problem, .. } if problem.code == Code::LinkLost);
    desk.screen.server("waiting", |server| waiting(&server.link)).await;
    let third = |link: &LinkView| matches!(link, LinkView::Waiting { attempt, .. } if *attempt >= 4);
    desk.screen
        .wait_while_time_passes(&desk.hands, "some attempts", |shown| third(&shown.servers[0].link).then_some(()))
        .await;
    assert!(matches!(desk.screen.shown.servers[0].account, AccountView::SignedIn { .. }));
    controls.come_up().await;
    desk.live_again().await;
    registered(&controls, 1).await;
    let call = short_call(&controls);
    desk.played(call).await;
    assert_eq!(times_said(&desk, "signedOut"), 1, "only before the sign-in");
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_started_offline_signs_in_by_itself_when_the_server_is_there() {
    let (_demo, controls, desk) = joined(Options::silent()).await;
    let (folder, vault) = desk.end().await;
    controls.go_down().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.screen.server("waiting", |server| matches!(server.link, LinkView::Waiting { .. })).await;
    controls.come_up().await;
    desk.live_again().await;
    registered(&controls, 1).await;
    let call = short_call(&controls);
    desk.played(call).await;
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_waited_while_the_server_was_down_are_heard_when_it_is_back() {
    let (_demo, controls, mut desk) = joined(Options::silent()).await;
    desk.send(Command::Pause { on: true }).await;
    let calls: Vec<u64> = (0..6).map(|_| short_call(&controls)).collect();
    desk.screen.wait("all rows", |shown| (shown.rows.len() == calls.len()).then_some(())).await;
    desk.screen.row(calls[2], "ready", |state| *state == RowState::Ready).await;
    controls.go_down().await;
    desk.send(Command::Pause { on: false }).await;
    for call in &calls[..3] {
        desk.played(*call).await;
    }
    desk.screen.server("down", |server| matches!(server.link, LinkView::Waiting { .. })).await;
    controls.come_up().await;
    desk.live_again().await;
    for call in &calls[3..] {
        desk.played(*call).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_server_is_found_again_and_heard_on_every_generation_of_routes() {
    for (options, ..) in generations() {
        let (_demo, controls, mut desk) = joined(options).await;
        controls.go_down().await;
        controls.come_up().await;
        desk.screen.server("down", |server| server.link != LinkView::Live).await;
        desk.live_again().await;
        registered(&controls, 1).await;
        let call = short_call(&controls);
        desk.played(call).await;
        controls.revoke_access(USER);
        let next = short_call(&controls);
        desk.played(next).await;
        assert_eq!(controls.sockets(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_is_renewed_once_and_the_link_comes_back_with_one_socket() {
    for (options, refresh, _) in generations() {
        let (_demo, controls, mut desk) = joined(options).await;
        controls.edit_user(USER, |_| {});
        controls.wait_for_welcomes(2).await.expect("it comes back by itself");
        let call = short_call(&controls);
        desk.played(call).await;
        assert_eq!(controls.requests(refresh), 1);
        assert_eq!(controls.sockets(), 1);
        assert_eq!(times_said(&desk, "signedOut"), 1, "only before the sign-in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_public_server_a_refused_call_is_skipped_without_a_dialog_and_playback_goes_on() {
    let (demo, controls) = server(Options { public: true, ..Options::silent() }).await;
    let mut desk = Desk::new().await;
    join_anonymously(&mut desk, &demo).await;
    registered(&controls, 1).await;
    let heard = short_call(&controls);
    desk.played(heard).await;
    let refused = controls.announce(Announcement::default().fault(Fault::Refused));
    let next = short_call(&controls);
    assert_eq!(failed(&mut desk, refused).await, Code::AudioRefused);
    desk.played(next).await;
    assert_eq!(desk.screen.shown.servers[0].account, AccountView::Anonymous { problem: None });
    assert_eq!(controls.requests(REFRESH), 0);
    assert_eq!(controls.requests(&format!("GET /api/v1/calls/{refused}/audio")), 1);
    assert!(controls.first_messages().is_empty(), "a public server is told nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_account_on_a_public_server_is_told_in_the_row_what_it_may_not_hear() {
    let granted = Grant { system: 999, talkgroups: None };
    let users = vec![User { grants: vec![granted], ..User::listener(USER, PASSWORD) }];
    let (_demo, controls, mut desk) = joined(Options { public: true, users, ..Options::silent() }).await;
    let call = short_call(&controls);
    assert_eq!(failed(&mut desk, call).await, Code::AudioMissing);
    assert_eq!(controls.requests(REFRESH), 0, "a 404 renews nothing");
    assert!(matches!(desk.screen.shown.servers[0].account, AccountView::SignedIn { .. }));
    controls.alter_user(USER, |user| user.grants.clear());
    let next = short_call(&controls);
    desk.played(next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_lost_on_a_public_server_goes_on_without_one_and_no_call_is_lost() {
    let (_demo, controls, mut desk) = joined(Options { public: true, ..Options::silent() }).await;
    controls.revoke_access(USER);
    controls.revoke_renewals(USER);
    // The demo, like the server, serves a stranger where anybody may listen; only a refusal shows that the login is gone.
    let refused = controls.announce(Announcement::default().fault(Fault::Refused));
    let next = short_call(&controls);
    assert_eq!(failed(&mut desk, refused).await, Code::AudioRefused);
    desk.played(next).await;
    let account = desk.screen.shown.servers[0].account.clone();
    let AccountView::Anonymous { problem: Some(problem) } = account else { panic!("{account:?}") };
    assert_eq!(problem.code, Code::SignedOut, "said quietly");
    assert_eq!(controls.requests(REFRESH), 1);
    assert_eq!(controls.welcomed(), 1, "the link was left alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_lockout_are_told_apart() {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    let login = LoginWish::SignIn { user: USER.into(), password: Secret::new("wrong"), stay: true };
    desk.send(Command::AddServer { address: demo.address(), remember: true, login: Some(login) }).await;
    let says = |account: &AccountView, code: Code| matches!(account, AccountView::SignedOut { problem: Some(problem), .. } if problem.code == code);
    desk.screen.server("wrong", |server| says(&server.account, Code::WrongPassword)).await;
    controls.lock_out("127.0.0.1");
    sign_in(&desk, USER, PASSWORD).await;
    desk.screen.server("locked out", |server| says(&server.account, Code::LockedOut)).await;
    controls.unlock("127.0.0.1");
    sign_in(&desk, USER, PASSWORD).await;
    desk.live().await;
}

#[tokio::test]
async fn calls_announced_while_the_login_cannot_be_renewed_wait_and_are_heard_afterwards() {
    let (_demo, controls, mut desk) = joined(Options::silent()).await;
    controls.revoke_access(USER);
    controls.every_renewal(Some(RenewalFault::LockedOut));
    let calls: Vec<u64> = (0..2).map(|_| short_call(&controls)).collect();
    let seen = controls.clone();
    let asked_twice = move |_: &Snapshot| (seen.requests(REFRESH) > 5).then_some(());
    desk.screen.wait_while_time_passes(&desk.hands, "a second attempt", asked_twice).await;
    for call in &calls {
        desk.screen.row(*call, "waiting", |state| *state == RowState::Waiting).await;
    }
    let words = |server: &ServerView| match &server.account {
        AccountView::SignedIn { problem, .. } => problem.clone(),
        account => panic!("{account:?}"),
    };
    let said = |shown: &Snapshot| words(&shown.servers[0]);
    let problem = desk.screen.wait("why they wait", said).await;
    assert!(problem.message.contains("locked out") && problem.retry == Retry::ByItself, "{problem:?}");
    controls.every_renewal(None);
    for call in calls {
        let played = |shown: &Snapshot| {
            shown.rows.iter().any(|row| row.key.call.0 == call && row.state == RowState::Played).then_some(())
        };
        desk.screen.wait_while_time_passes(&desk.hands, "a call that is heard", played).await;
    }
    desk.screen.wait("nothing to say any more", |shown| words(&shown.servers[0]).is_none().then_some(())).await;
    assert_eq!(times_said(&desk, "signedOut"), 1, "only before the sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_has_lost_its_server_for_a_moment_costs_no_call() {
    for status in [429, 502, 503, 504] {
        let (_demo, controls, mut desk) = joined(Options::silent()).await;
        controls.instead_always(AUDIO, Some(Instead::Page(status)));
        let calls: Vec<u64> = (0..4).map(|_| short_call(&controls)).collect();
        // How many before the first refusal is chance; after it nothing is asked for a while.
        controls.wait_for_requests(AUDIO, 1).await.expect("they are asked for");
        controls.instead_always(AUDIO, None);
        for call in calls {
            desk.screen
                .wait_while_time_passes(&desk.hands, "every call to be heard", |shown| {
                    let row = shown.rows.iter().find(|row| row.key.call == CallId(call))?;
                    assert!(!matches!(row.state, RowState::Failed { .. }), "{status}: {row:?}");
                    (row.state == RowState::Played).then_some(())
                })
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_stays_without_its_server_fails_a_call_after_two_requests() {
    let (_demo, controls, mut desk) = joined(Options::silent()).await;
    controls.instead_always(AUDIO, Some(Instead::Page(502)));
    let call = short_call(&controls);
    desk.screen
        .wait_while_time_passes(&desk.hands, "the call to fail", |shown| {
            let failed = |row: &Row| row.key.call == CallId(call) && matches!(row.state, RowState::Failed { .. });
            shown.rows.iter().any(failed).then_some(())
        })
        .await;
    assert_eq!(controls.requests(AUDIO), 2);
}
