//! What happens to the calls when the login ends underneath: one renewal, one retry, never a loop, never a false sign-out.
//!
//! Each situation that does not depend on the server's age is met on every generation of routes.

#![forbid(unsafe_code)]
// Helpers of tests are tests, which the lint does not see.
#![allow(clippy::unwrap_used)]

mod asleep;
mod choices;
mod gateways;
mod giving_up;
mod killed;
mod no_end;
mod passing;
mod storing;
mod unasked;

use std::time::Duration;

use squelch_core::model::ServerId;
use squelch_core::server::{
    Account, Audio, FetchError, Kept, Link, LinkEnd, Login, Opening, ServerCommand, ServerEvent, SignedOut,
};
use squelch_core::vault::{Memory, Vault};
use squelch_demo::{Announcement, Controls, Demo, Fault, Options, RenewalFault, USER};
use squelch_tests::LIMIT;
use squelch_tests::adapter::{Listener, demo_user, key, remembered, signed_in};
use tokio::task::JoinHandle;

/// Audio that is asked for.
type Fetch = JoinHandle<Result<Audio, FetchError>>;

const SECOND: Duration = Duration::from_secs(1);

/// The routes a generation's renewal and audio go to.
#[derive(Clone, Copy)]
struct Routes {
    refresh: &'static str,
    audio: &'static str,
}

const CURRENT: Routes = Routes { refresh: "POST /api/v1/auth/refresh", audio: "GET /api/v1/calls/:id/audio" };

fn generations() -> [(Options, Routes); 3] {
    [
        (Options::silent(), CURRENT),
        (Options::silent().as_1_3_0(), Routes { refresh: "POST /api/auth/refresh", ..CURRENT }),
        (Options::silent().as_1_2(), Routes { refresh: "POST /api/auth/refresh", audio: "GET /api/calls/:id/audio" }),
    ]
}

async fn start(options: Options) -> Demo {
    squelch_demo::start(options).await.expect("a free port")
}

/// A listener that keeps its login in this vault.
async fn signed_in_with(demo: &Demo, vault: impl Vault + 'static) -> Listener {
    let mut listener = Listener::open_with(&demo.address(), Login::With(demo_user(true)), vault);
    listener.until_live().await;
    listener
}

/// The same, and a call whose audio will be refused before the login is renewed.
async fn about_to_renew(demo: &Demo, vault: impl Vault + 'static) -> (Listener, u64) {
    let mut listener = signed_in_with(demo, vault).await;
    // They are asked for as well, and would be refused beside the call.
    listener.until(|event| matches!(event, ServerEvent::Earlier(_)).then_some(())).await;
    let call = demo.controls().announce_clip(1);
    demo.controls().revoke_access(USER);
    (listener, call)
}

/// Asks for the call; the server has used the credential up and holds back its answer. What is returned waits for it.
async fn renewal_held(listener: &Listener, controls: &Controls, call: u64, routes: Routes) -> Fetch {
    controls.next_renewal(RenewalFault::AnswerHeld);
    let fetch = listener.fetch_later(call);
    controls.wait_for_requests(routes.refresh, 1).await.unwrap();
    fetch
}

async fn current() -> (Demo, Listener) {
    let demo = start(Options::silent()).await;
    let listener = Listener::live(&demo.address()).await;
    (demo, listener)
}

#[tokio::test]
async fn a_token_pushed_out_by_twenty_newer_ones_costs_one_renewal_and_no_call() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        controls.push_access_token_out(USER);
        for number in 1..=5 {
            let announced = controls.announce_clip(number);
            let call = listener.call().await;
            assert_eq!(call.id.0, announced);
            let audio = listener.fetch(announced).await.expect("every call is heard");
            assert_eq!(Some(audio.bytes), controls.audio_of(announced));
        }
        assert_eq!(controls.requests(routes.refresh), 1);
        assert_eq!(controls.requests(routes.audio), 6);
        assert_eq!(controls.welcomed(), 1, "the live link is left alone");
    }
}

#[tokio::test]
async fn a_login_ended_by_twenty_newer_ones_is_said_once_and_nothing_loops() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let vault = Memory::default();
        let mut listener = signed_in_with(&demo, vault.clone()).await;
        for _ in 0..20 {
            controls.other_sign_in(USER).expect("the account exists");
        }
        let first = controls.announce_clip(1);
        assert_eq!(listener.call().await.id.0, first);
        assert_eq!(listener.fetch(first).await.unwrap_err(), FetchError::SignedOut);
        for number in 2..6 {
            let call = controls.announce_clip(number);
            assert_eq!(listener.call().await.id.0, call, "the socket keeps announcing");
            assert_eq!(listener.fetch(call).await.unwrap_err(), FetchError::SignedOut);
        }
        let ended = Account::SignedOut { why: Some(SignedOut::Ended) };
        listener.read_all();
        assert_eq!(listener.accounts().iter().filter(|account| **account == ended).count(), 1);
        assert_eq!(listener.accounts().last(), Some(&ended));
        assert_eq!(controls.requests(routes.refresh), 1);
        assert_eq!(controls.requests(routes.audio), 1);
        assert_eq!(vault.peek(&key(&demo.address())), None, "an ended credential is not kept");

        listener.wish(ServerCommand::SignIn(demo_user(true))).await;
        listener.until_live().await;
        assert!(listener.fetch(first).await.is_ok(), "the calls that waited are heard after the next sign-in");
    }
}

#[tokio::test]
async fn twenty_refusals_at_once_make_one_renewal() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let listener = Listener::live(&demo.address()).await;
        controls.revoke_access(USER);
        let calls: Vec<u64> = (1..=20).map(|number| controls.announce_clip(number)).collect();
        let fetches: Vec<_> = calls.iter().map(|call| listener.fetch_later(*call)).collect();
        for fetch in fetches {
            assert!(fetch.await.unwrap().is_ok());
        }
        assert_eq!(controls.requests(routes.refresh), 1);
    }
}

#[tokio::test]
async fn a_refusal_that_arrives_after_a_renewal_makes_no_second_one() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let listener = Listener::live(&demo.address()).await;
        let (late, early) = (controls.announce_clip(1), controls.announce_clip(2));
        controls.revoke_access(USER);
        controls.delay_answers(SECOND);
        let late = listener.fetch_later(late);
        controls.wait_for_requests(routes.audio, 1).await.unwrap();
        controls.delay_answers(Duration::ZERO);
        assert!(listener.fetch(early).await.is_ok());
        assert!(late.await.unwrap().is_ok());
        assert_eq!(controls.requests(routes.refresh), 1);
    }
}

#[tokio::test]
async fn a_call_refused_for_ever_costs_two_requests_and_one_renewal_and_the_next_one_is_heard() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        let refused = controls.announce(Announcement::default().fault(Fault::Refused));
        assert_eq!(listener.fetch(refused).await.unwrap_err(), FetchError::NotAuthorised);
        assert_eq!(controls.requests(routes.audio), 2);
        assert_eq!(controls.requests(routes.refresh), 1);
        let next = controls.announce_clip(3);
        assert!(listener.fetch(next).await.is_ok());
        listener.read_all();
        assert!(matches!(listener.accounts().last(), Some(Account::SignedIn { .. })), "the login stays");
    }
}

#[tokio::test]
async fn a_renewal_that_did_not_help_is_not_repeated_until_a_minute_has_passed_and_then_two() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let listener = Listener::live(&demo.address()).await;
        let call = controls.announce_clip(1);
        controls.refuse_audio(true);
        let refused = async || assert_eq!(listener.fetch(call).await.unwrap_err(), FetchError::NotAuthorised);
        refused().await;
        assert_eq!((controls.requests(routes.refresh), controls.requests(routes.audio)), (1, 2));
        refused().await;
        refused().await;
        assert_eq!((controls.requests(routes.refresh), controls.requests(routes.audio)), (1, 4), "refused at once");
        listener.hands.advance(60 * SECOND);
        refused().await;
        assert_eq!((controls.requests(routes.refresh), controls.requests(routes.audio)), (2, 6));
        listener.hands.advance(60 * SECOND);
        refused().await;
        assert_eq!(controls.requests(routes.refresh), 2, "the pause has doubled");
        listener.hands.advance(60 * SECOND);
        refused().await;
        assert_eq!(controls.requests(routes.refresh), 3);
        controls.refuse_audio(false);
        assert!(listener.fetch(call).await.is_ok());
        controls.revoke_access(USER);
        assert!(listener.fetch(call).await.is_ok(), "a request that succeeded makes renewing worth while again");
        assert_eq!(controls.requests(routes.refresh), 4);
    }
}

#[tokio::test]
async fn after_a_renewal_a_new_link_begins_with_the_new_value_and_without_another_renewal() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        let call = controls.announce_clip(1);
        controls.revoke_access(USER);
        assert!(listener.fetch(call).await.is_ok());
        controls.drop_sockets();
        listener.wait_out().await;
        listener.until_live().await;
        let messages = controls.first_messages();
        assert_eq!(messages.len(), 2);
        assert_ne!(messages[0], messages[1]);
        assert_eq!(controls.requests(routes.refresh), 1);
    }
}

#[tokio::test]
async fn on_a_public_server_a_refused_renewal_leaves_the_listening_alone() {
    for (options, routes) in generations() {
        let demo = start(Options { public: true, ..options }).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        let refused = controls.announce(Announcement::default().fault(Fault::Refused));
        controls.next_renewal(RenewalFault::Refused);
        assert_eq!(listener.fetch(refused).await.unwrap_err(), FetchError::NeedsAccount);
        assert_eq!(listener.account().await, Account::Anonymous { lost: Some(SignedOut::Ended) });
        let next = controls.announce_clip(2);
        assert_eq!(listener.call().await.id.0, next);
        assert!(listener.fetch(next).await.is_ok());
        assert_eq!(controls.requests(routes.refresh), 1);
        assert_eq!(controls.welcomed(), 1);
    }
}

#[tokio::test]
async fn without_an_account_a_refusal_asks_for_no_renewal() {
    let demo = start(Options { public: true, ..Options::silent() }).await;
    let controls = demo.controls();
    let mut listener = Listener::open(&demo.address(), Login::Anonymous);
    listener.until_live().await;
    let (refused, next) = (controls.announce(Announcement::default().fault(Fault::Refused)), controls.announce_clip(2));
    assert_eq!(listener.fetch(refused).await.unwrap_err(), FetchError::NeedsAccount);
    assert!(listener.fetch(next).await.is_ok());
    assert_eq!(controls.requests(CURRENT.refresh), 0);
    assert_eq!(controls.requests(CURRENT.audio), 2);
    assert!(controls.first_messages().is_empty());
}

#[tokio::test]
async fn a_call_asked_for_while_a_server_stops_being_public_waits_although_nobody_was_told_yet() {
    let demo = start(Options { public: true, ..Options::silent() }).await;
    let controls = demo.controls();
    let opening =
        Opening { id: ServerId(1), address: demo.address(), pin: None, login: Login::Anonymous, first: false };
    let mut listener = Listener::open_as(opening, Memory::default(), 1);
    listener.until_live().await;
    listener.until(|event| matches!(event, ServerEvent::Earlier(_)).then_some(())).await;
    let call = controls.announce_clip(1);
    assert_eq!(listener.call().await.id.0, call);
    controls.set_public(false);
    controls.drop_sockets();
    listener.wait_out().await;
    // The queue is full with the word that it connects, and nobody reads on.
    let all = async { while listener.fetch(call).await.unwrap_err() != FetchError::SignedOut {} };
    tokio::time::timeout(LIMIT, all).await.expect("it waits for a login");
    assert_eq!(listener.settled_account().await, Account::SignedOut { why: Some(SignedOut::NotPublic) });
}

#[tokio::test]
async fn a_refused_renewal_is_told_to_every_waiter_and_asked_once() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let listener = Listener::live(&demo.address()).await;
        controls.revoke_access(USER);
        controls.revoke_renewals(USER);
        let fetches: Vec<_> = (1..=10).map(|n| listener.fetch_later(controls.announce_clip(n))).collect();
        for fetch in fetches {
            assert_eq!(fetch.await.unwrap().unwrap_err(), FetchError::SignedOut);
        }
        assert_eq!(controls.requests(routes.refresh), 1);
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_within_the_grace() {
    for fault in [RenewalFault::AnswerLost, RenewalFault::GatewayAfterUse, RenewalFault::LostBeforeUse] {
        let (demo, listener) = current().await;
        let controls = demo.controls();
        let call = controls.announce_clip(1);
        controls.revoke_access(USER);
        controls.next_renewal(fault);
        controls.next_renewal(fault);
        let fetch = listener.fetch_later(call);
        listener.pass(SECOND).await;
        listener.pass(2 * SECOND).await;
        assert!(fetch.await.unwrap().is_ok(), "{fault:?}");
        assert_eq!(controls.requests(CURRENT.refresh), 3);
        let cookies: Vec<_> = controls.seen().into_iter().filter(|seen| seen.route == CURRENT.refresh).collect();
        assert!(cookies.iter().all(|seen| seen.cookie == cookies[0].cookie), "the same credential each time");
    }
}

#[tokio::test]
async fn a_server_that_broke_while_renewing_has_spent_the_login() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        let call = controls.announce_clip(1);
        controls.revoke_access(USER);
        controls.next_renewal(RenewalFault::BrokenAfterUse);
        assert_eq!(listener.fetch(call).await.unwrap_err(), FetchError::SignedOut);
        assert_eq!(listener.account().await, Account::SignedOut { why: Some(SignedOut::Spent) });
        assert_eq!(controls.requests(routes.refresh), 1);
    }
}

#[tokio::test]
async fn being_offline_signs_nobody_out() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let vault = Memory::default();
    let mut listener = signed_in_with(&demo, vault.clone()).await;
    let call = controls.announce_clip(1);
    controls.go_down().await;
    assert!(matches!(listener.fetch(call).await, Err(FetchError::Network(_))));
    for _ in 0..8 {
        assert!(matches!(listener.wait_out().await, LinkEnd::Network(_)));
    }
    controls.come_up().await;
    let (span, _) = listener.waiting().await;
    listener.hands.advance(span);
    listener.until_live().await;
    assert!(listener.fetch(call).await.is_ok());
    listener.read_all();
    assert_eq!(listener.accounts(), [Account::SigningIn, signed_in(Kept::Keychain)]);
    drop(listener);

    // And so with a program that is started while offline.
    controls.go_down().await;
    let mut listener = Listener::open_with(&demo.address(), remembered(), vault);
    for _ in 0..3 {
        listener.wait_out().await;
    }
    controls.come_up().await;
    listener.wait_out().await;
    listener.until_live().await;
    assert_eq!(listener.accounts(), [Account::SigningIn, signed_in(Kept::Keychain)]);
}

#[tokio::test]
async fn only_a_refusal_renews() {
    let (demo, listener) = current().await;
    let controls = demo.controls();
    let faults = [(Fault::Missing, FetchError::NotFound), (Fault::Broken, FetchError::Status(500))];
    for (fault, expected) in faults {
        let call = controls.announce(Announcement::default().fault(fault));
        assert_eq!(listener.fetch(call).await.unwrap_err(), expected);
    }
    for fault in [Fault::Html, Fault::Empty, Fault::Short] {
        let call = controls.announce(Announcement::default().fault(fault));
        assert!(listener.fetch(call).await.is_ok(), "what the bytes are worth, the decoder decides");
    }
    let call = controls.announce(Announcement::default().fault(Fault::Truncated));
    assert!(matches!(listener.fetch(call).await, Err(FetchError::Network(_))));
    assert_eq!(controls.requests(CURRENT.refresh), 0);
    assert_eq!(controls.requests(CURRENT.audio), 6, "and none of these is asked twice");
}

#[tokio::test]
async fn audio_without_end_is_given_up_at_its_limit() {
    let (demo, listener) = current().await;
    let big = vec![0_u8; 4 << 20];
    let call = demo.controls().announce(Announcement::default().bytes(big, "audio/wav").fault(Fault::Endless));
    assert_eq!(listener.fetch(call).await.unwrap_err(), FetchError::TooLarge);
}

#[tokio::test]
async fn a_login_with_less_than_a_minute_left_is_renewed_before_it_is_used() {
    let (demo, listener) = current().await;
    let controls = demo.controls();
    let call = controls.announce_clip(1);
    listener.hands.advance(839 * SECOND);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(controls.requests(CURRENT.refresh), 0);
    listener.hands.advance(2 * SECOND);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(controls.requests(CURRENT.refresh), 1);
    assert_eq!(controls.requests(CURRENT.audio), 2, "without a refusal");
}

#[tokio::test]
async fn an_expired_session_is_renewed_once_and_the_link_comes_back_at_once() {
    for (options, routes) in generations() {
        let demo = start(options).await;
        let controls = demo.controls();
        let mut listener = Listener::live(&demo.address()).await;
        controls.edit_user(USER, |_| {});
        listener.until_live().await;
        assert_eq!(controls.requests(routes.refresh), 1);
        assert_eq!(controls.welcomed(), 2);
        let call = controls.announce_clip(1);
        assert_eq!(listener.call().await.id.0, call);
        assert!(listener.fetch(call).await.is_ok());
        listener.read_all();
        assert_eq!(listener.accounts().len(), 2, "the user noticed nothing");
    }
}

#[tokio::test]
async fn an_expired_session_long_after_a_renewal_is_renewed_again() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    let call = controls.announce_clip(1);
    controls.revoke_access(USER);
    assert!(listener.fetch(call).await.is_ok());
    // The link still stands on the first value; the edit denies the second one too.
    controls.edit_user(USER, |_| {});
    listener.until_live().await;
    assert_eq!(controls.requests(CURRENT.refresh), 2);
}

#[tokio::test]
async fn a_login_that_is_renewed_but_never_let_in_ends_instead_of_looping() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    controls.next_renewal(RenewalFault::AnswerHeld);
    controls.edit_user(USER, |_| {});
    controls.wait_for_requests(CURRENT.refresh, 1).await.unwrap();
    controls.revoke_access(USER);
    controls.release_renewals();
    assert_eq!(listener.account().await, Account::SignedOut { why: Some(SignedOut::Refused) });
    assert_eq!(listener.link(|link| *link == Link::Idle).await, Link::Idle);
    assert_eq!(controls.requests(CURRENT.refresh), 1);
}

#[tokio::test]
async fn a_disabled_account_is_signed_out_by_the_socket_once() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    controls.edit_user(USER, |user| user.disabled = true);
    assert_eq!(listener.account().await, Account::SignedOut { why: Some(SignedOut::Ended) });
    listener.link(|link| *link == Link::Idle).await;
    assert_eq!(controls.requests(CURRENT.refresh), 1);
}
