//! The calls from before we joined: asked for once they can be named, until they are there, and as who we are.

use super::*;

#[tokio::test]
async fn the_welcome_the_configuration_and_the_earlier_calls_come_in_this_order() {
    for options in
        [Options { archive: 120, ..Options::silent() }, Options { archive: 120, ..Options::silent() }.as_1_2()]
    {
        let demo = start(options).await;
        let mut listener = Listener::live(&demo.address()).await;
        let ServerEvent::Welcome(welcome) = listener.next().await else { panic!() };
        assert!(!welcome.version.is_empty());
        let ServerEvent::Config(config) = listener.next().await else { panic!() };
        assert!(!config.directory.is_empty());
        let earlier = listener
            .until(|event| match event {
                ServerEvent::Earlier(calls) => Some(calls),
                _ => None,
            })
            .await;
        assert_eq!(earlier.len(), 50);
        assert!(earlier.is_sorted_by_key(|call| call.start), "oldest first");
        let named = earlier.iter().all(|call| config.directory.labels(call).system.is_some());
        assert!(named, "names by way of the radio numbers");
        let call = demo.controls().announce_clip(1);
        assert_eq!(listener.call().await.id.0, call);
        assert!(!demo.controls().origin_seen());
    }
}

#[tokio::test]
async fn the_earlier_calls_are_asked_for_once_and_asked_for_again_only_if_that_failed() {
    let demo = start(Options { archive: 3, ..Options::silent() }).await;
    let controls = demo.controls();
    controls.instead_once("GET /api/v1/calls", Instead::Page(502));
    let mut listener = Listener::live(&demo.address()).await;
    controls.wait_for_requests("GET /api/v1/calls", 1).await.unwrap();
    for _ in 0..2 {
        controls.drop_sockets();
        listener.wait_out().await;
        listener.until_live().await;
        listener.until(|event| matches!(event, ServerEvent::Config(_)).then_some(())).await;
        if controls.requests("GET /api/v1/calls") < 2 {
            controls.wait_for_requests("GET /api/v1/calls", 2).await.unwrap();
        }
        let call = controls.announce_clip(1);
        listener.until(|event| matches!(event, ServerEvent::Call(c) if c.id.0 == call).then_some(())).await;
    }
    assert_eq!(controls.requests("GET /api/v1/calls"), 2);
}

/// The route of the search, and of the question who somebody is.
fn searched() -> [(Options, &'static str, &'static str); 2] {
    let options = Options { archive: 60, ..Options::silent() };
    [
        (options.clone(), "GET /api/v1/calls", "POST /api/v1/auth/refresh"),
        (options.as_1_2(), "GET /api/calls", "POST /api/auth/refresh"),
    ]
}

async fn earlier(listener: &mut Listener) -> Vec<Call> {
    let earlier = |event| if let ServerEvent::Earlier(calls) = event { Some(calls) } else { None };
    listener.until(earlier).await
}

#[tokio::test]
async fn the_earlier_calls_come_on_the_same_link_however_the_first_questions_fail() {
    for (options, search, refresh) in searched() {
        let demo = start(options).await;
        let controls = demo.controls();
        let failures = [Instead::Status(500, "internal server error".into()), Instead::Page(200), Instead::Drop];
        failures.iter().for_each(|failure| controls.instead_once(search, failure.clone()));
        let mut listener = Listener::live(&demo.address()).await;
        for (asked, rest) in [(1, 4), (2, 8), (3, 16)] {
            controls.wait_for_requests(search, asked).await.unwrap();
            let asks_again = listener.pass(rest * SECOND);
            squelch_tests::within("the next question", asks_again).await;
        }
        assert_eq!(earlier(&mut listener).await.len(), 50);
        listener.hands.advance(40 * SECOND);
        let call = controls.announce_clip(1);
        assert_eq!(listener.call().await.id.0, call);
        assert_eq!((controls.requests(search), controls.requests(refresh), controls.welcomed()), (4, 0, 1));
    }
}

#[tokio::test]
async fn an_access_token_pushed_out_before_the_configuration_costs_one_renewal_and_no_earlier_call() {
    for (options, search, refresh) in searched() {
        let demo = start(options).await;
        let controls = demo.controls();
        controls.hold_welcomes(true);
        let mut listener = Listener::open(&demo.address(), Login::With(demo_user(true)));
        controls.wait_for_first_messages(1).await.unwrap();
        controls.push_access_token_out(USER);
        controls.hold_welcomes(false);
        assert_eq!(earlier(&mut listener).await.len(), 50);
        assert_eq!((controls.requests(search), controls.requests(refresh), controls.welcomed()), (2, 1, 1));
    }
}

#[tokio::test]
async fn a_restricted_listener_whose_token_was_pushed_out_is_not_shown_what_strangers_are() {
    let demo = start(Options { archive: 60, ..Options::silent() }).await;
    let controls = demo.controls();
    controls.alter_user(USER, |user| user.grants = vec![squelch_demo::Grant { system: 1, talkgroups: None }]);
    controls.hold_welcomes(true);
    let mut listener = Listener::open(&demo.address(), Login::With(demo_user(true)));
    controls.wait_for_first_messages(1).await.unwrap();
    controls.push_access_token_out(USER);
    controls.hold_welcomes(false);
    let calls = earlier(&mut listener).await;
    let one = calls.first().unwrap().system_number;
    assert!(calls.len() < 50 && calls.iter().all(|call| call.system_number == one), "{} calls", calls.len());
}

#[tokio::test]
async fn a_refusal_of_the_search_itself_costs_one_renewal_and_keeps_no_call_from_being_heard() {
    let demo = start(Options { archive: 60, ..Options::silent() }).await;
    let controls = demo.controls();
    let refusal = Instead::Status(401, "invalid or expired token".into());
    (0..2).for_each(|_| controls.instead_once("GET /api/v1/calls", refusal.clone()));
    let mut listener = Listener::live(&demo.address()).await;
    controls.wait_for_requests("GET /api/v1/calls", 2).await.unwrap();
    squelch_tests::within("a long rest", listener.hands.wait_for_sleeper(900 * SECOND)).await;
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 1);
    controls.revoke_access(USER);
    let call = controls.announce_clip(1);
    assert!(listener.fetch(call).await.is_ok(), "a renewal is not held to be futile");
    controls.drop_sockets();
    listener.wait_out().await;
    assert_eq!(earlier(&mut listener).await.len(), 50);
}
