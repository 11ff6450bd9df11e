//! Questions about the choice of talkgroups: renewed and tried again like everything else, answered in any case, and never
//! asked with the login of somebody else.

use squelch_core::choices::AccountChoice;
use squelch_core::model::TalkgroupId;
use squelch_core::secret::Secret;
use squelch_core::server::{Account, ChoiceError, Credentials, ServerCommand, ServerEvent, SignedOut};
use squelch_demo::{Instead, Options, PASSWORD, USER, User};
use squelch_tests::adapter::{Listener, demo_user};

use super::{generations, start};

const READ: &str = "GET /api/v1/listener/tg-selection";
const WRITE: &str = "PUT /api/v1/listener/tg-selection";
const LEGACY_WRITE: &str = "PUT /api/auth/tg-selection";

fn eve() -> User {
    User::listener("eve", PASSWORD)
}

fn one() -> AccountChoice {
    AccountChoice { disabled: [TalkgroupId(1)].into(), ..AccountChoice::default() }
}

fn refusal() -> Instead {
    Instead::Status(401, "invalid or expired token".into())
}

async fn read(listener: &Listener, ask: u32) {
    listener.wish(ServerCommand::ReadChoice { ask, user: USER.into() }).await;
}

async fn write(listener: &Listener, ask: u32, user: &str) {
    listener.wish(ServerCommand::WriteChoice { ask, user: user.into(), choice: one() }).await;
}

async fn was_read(listener: &mut Listener) -> (u32, Result<AccountChoice, ChoiceError>) {
    listener
        .until(|event| if let ServerEvent::ChoiceRead { ask, result } = event { Some((ask, result)) } else { None })
        .await
}

async fn was_written(listener: &mut Listener) -> (u32, Result<(), ChoiceError>) {
    listener
        .until(|event| if let ServerEvent::ChoiceWritten { ask, result } = event { Some((ask, result)) } else { None })
        .await
}

#[tokio::test]
async fn a_write_that_alone_is_refused_is_sent_again_after_one_renewal() {
    for (options, routes) in generations() {
        let legacy = options.version == "1.2.4";
        let route = if legacy { LEGACY_WRITE } else { WRITE };
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        read(&listener, 1).await;
        assert_eq!(was_read(&mut listener).await, (1, Ok(AccountChoice::default())));
        controls.instead_once(route, refusal());
        write(&listener, 2, USER).await;
        assert_eq!(was_written(&mut listener).await, (2, Ok(())));
        assert_eq!((controls.requests(routes.refresh), controls.requests(route)), (1, 2));
        assert_eq!(controls.selection(USER)["disabledTGs"], serde_json::json!([1]));
    }
}

#[tokio::test]
async fn a_second_refusal_is_final_and_ends_no_login() {
    for (options, routes) in generations() {
        let route = if options.version == "1.2.4" { LEGACY_WRITE } else { WRITE };
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        controls.instead_always(route, Some(refusal()));
        for (ask, requests) in [(1, 2), (2, 3)] {
            write(&listener, ask, USER).await;
            assert_eq!(was_written(&mut listener).await, (ask, Err(ChoiceError::NotAuthorised)));
            assert_eq!((controls.requests(routes.refresh), controls.requests(route)), (1, requests));
        }
        assert!(matches!(listener.accounts().last(), Some(Account::SignedIn { .. })));
        let call = controls.announce_clip(1);
        assert!(listener.fetch(call).await.is_ok());
    }
}

#[tokio::test]
async fn a_login_that_ends_over_a_question_is_the_answer_to_it() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        controls.revoke_access(USER);
        controls.revoke_renewals(USER);
        write(&listener, 1, USER).await;
        assert_eq!(listener.settled_account().await, Account::SignedOut { why: Some(SignedOut::Ended) });
        assert_eq!(was_written(&mut listener).await, (1, Err(ChoiceError::SignedOut)));
        assert_eq!(controls.requests(routes.refresh), 1);
        assert_eq!(controls.selection(USER)["disabledTGs"], serde_json::json!([]));
    }
}

#[tokio::test]
async fn answers_that_are_not_the_servers_own_are_neither_stored_nor_the_end_of_it() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    let own = Instead::Status(404, "not found".into());
    for (instead, error) in [
        (Instead::Page(404), ChoiceError::Status(404)),
        (Instead::Page(405), ChoiceError::Status(405)),
        (Instead::Page(200), ChoiceError::NotUnderstood),
        (Instead::Json("{}".into()), ChoiceError::NotUnderstood),
        (Instead::Json(r#"{"ok":false}"#.into()), ChoiceError::NotUnderstood),
        (own, ChoiceError::NotOffered),
    ] {
        controls.instead_once(WRITE, instead.clone());
        write(&listener, 1, USER).await;
        assert_eq!(was_written(&mut listener).await.1, Err(error), "{instead:?}");
    }
    for body in [r#"{"ok":true}"#, r#"{"disabledTGs":[1]}"#, r#"{"disabledTGs":[1],"avoidList":{}}"#] {
        controls.instead_once(READ, Instead::Json(body.into()));
        read(&listener, 2).await;
        assert_eq!(was_read(&mut listener).await.1, Err(ChoiceError::NotUnderstood), "{body}");
    }
}

#[tokio::test]
async fn a_question_that_a_move_of_the_server_cuts_short_is_answered() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    for route in [READ, WRITE] {
        controls.instead_always(route, Some(Instead::Hang));
    }
    write(&listener, 7, USER).await;
    controls.wait_for_requests(WRITE, 1).await.unwrap();
    for path in ["GET /api/v1/setup/status", "GET /api/v1/health"] {
        controls.instead_always(path, Some(Instead::Redirect(302, "https://portal.example.org/".into())));
    }
    controls.drop_sockets();
    listener.wait_out().await;
    let (ask, result) = was_written(&mut listener).await;
    assert!(ask == 7 && matches!(result, Err(ChoiceError::Network(_))), "{ask}: {result:?}");
}

#[tokio::test]
async fn a_question_under_way_ends_with_the_wish_for_another_login() {
    let wishes = [
        ServerCommand::SignIn(Credentials { user: "eve".into(), password: Secret::new(PASSWORD), stay: false }),
        ServerCommand::SignOut,
        ServerCommand::ListenAnonymously,
    ];
    for wish in wishes {
        let demo = start(Options::silent()).await;
        let controls = demo.controls();
        controls.add_user(eve());
        let mut listener = Listener::live(&demo.address()).await;
        controls.instead_always(WRITE, Some(Instead::Hang));
        write(&listener, 7, USER).await;
        controls.wait_for_requests(WRITE, 1).await.unwrap();
        listener.wish(wish).await;
        let (ask, result) = was_written(&mut listener).await;
        assert!(ask == 7 && matches!(result, Err(ChoiceError::Network(_))), "{ask}: {result:?}");
    }
}

#[tokio::test]
async fn one_accounts_choice_is_never_sent_with_the_login_of_another() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    controls.add_user(eve());
    let mut listener = Listener::live(&demo.address()).await;
    write(&listener, 1, "eve").await;
    assert_eq!(was_written(&mut listener).await, (1, Err(ChoiceError::SignedOut)));

    // The refusal comes when somebody else is about to be signed in.
    controls.revoke_access(USER);
    let eve = Credentials { user: "eve".into(), password: Secret::new(PASSWORD), stay: false };
    listener.wish(ServerCommand::SignIn(eve)).await;
    write(&listener, 2, USER).await;
    let (ask, result) = was_written(&mut listener).await;
    assert!(ask == 2 && result.is_err(), "{ask}: {result:?}");
    for user in [USER, "eve"] {
        assert_eq!(controls.selection(user)["disabledTGs"], serde_json::json!([]), "{user}");
    }
    listener.wish(ServerCommand::SignIn(demo_user(false))).await;
    listener
        .until(|event| {
            matches!(event, ServerEvent::Account(Account::SignedIn { user, .. }) if user == USER).then_some(())
        })
        .await;
    write(&listener, 3, USER).await;
    assert_eq!(was_written(&mut listener).await, (3, Ok(())));
}
