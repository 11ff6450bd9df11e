//! The live link: how it begins, what ends it, and how it comes back.

#![forbid(unsafe_code)]
// Helpers of tests are tests, which the lint does not see.
#![allow(clippy::unwrap_used)]

mod earlier;

use std::time::Duration;

use squelch_core::model::{Call, ServerId};
use squelch_core::server::{Account, Link, LinkEnd, Login, Opening, ProbeError, ServerCommand, ServerEvent};
use squelch_core::vault::Memory;
use squelch_demo::{Announcement, Demo, Fault, Instead, Options, Timing, USER};
use squelch_tests::adapter::{Listener, demo_user};
use squelch_tests::log::Log;
use squelch_tests::narrow::Narrow;

const SECOND: Duration = Duration::from_secs(1);
const SOCKET: &str = "GET /api/v1/ws/listener";
const SETUP: &str = "GET /api/v1/setup/status";

async fn start(options: Options) -> Demo {
    squelch_demo::start(options).await.expect("a free port")
}

async fn current() -> (Demo, Listener) {
    let demo = start(Options::silent()).await;
    let listener = Listener::live(&demo.address()).await;
    (demo, listener)
}

#[tokio::test]
async fn the_first_message_is_an_array_with_the_token_and_a_public_server_gets_none() {
    let (demo, _listener) = current().await;
    let messages = demo.controls().first_messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].starts_with("[\"eyJ") && messages[0].ends_with("\"]"));

    let demo = start(Options { public: true, ..Options::silent() }).await;
    let listener = Listener::live(&demo.address()).await;
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
    assert!(demo.controls().first_messages().is_empty(), "not even from somebody who is signed in");
}

#[tokio::test]
async fn what_is_announced_is_reported_duplicates_and_unknown_ids_included() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    let call = controls.announce(Announcement::on(777, 888).database_ids(70, 80));
    controls.repeat(&[call]);
    let first = listener.call().await;
    assert_eq!((first.system_number.0, first.talkgroup_number.0), (777, 888));
    assert_eq!(listener.call().await, first, "dropping duplicates is not the adapter's business");
    controls.transcribe_clip(call, 3);
    let (about, transcript) = listener
        .until(|event| match event {
            ServerEvent::Transcript { call, transcript } => Some((call, transcript)),
            _ => None,
        })
        .await;
    assert_eq!(about, first.id);
    assert!(!transcript.text.is_empty());
}

#[tokio::test]
async fn frames_that_make_no_sense_do_not_end_the_link() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    controls.send_malformed();
    controls.send_binary(vec![0xff, 0x00, 0x7b]);
    let call = controls.announce_clip(1);
    assert_eq!(listener.call().await.id.0, call);
    assert_eq!(controls.welcomed(), 1);
}

#[tokio::test]
async fn a_message_over_sixteen_megabytes_ends_the_link_which_comes_back() {
    let (demo, mut listener) = current().await;
    demo.controls().send_oversized((16 << 20) + 1);
    assert_eq!(listener.wait_out().await, LinkEnd::TooLarge);
    listener.until_live().await;
    demo.controls().send_oversized(1 << 20);
    let long = |event| matches!(event, ServerEvent::Transcript { .. }).then_some(());
    listener.until(long).await;
}

#[tokio::test]
async fn whatever_code_the_server_closes_with_the_link_comes_back() {
    let (demo, mut listener) = current().await;
    let closes = [(1000, ""), (1001, ""), (1008, "invalid message"), (1009, "read limited at 4097 bytes"), (1011, "")];
    for (code, reason) in closes {
        demo.controls().close_sockets(code, reason);
        assert_eq!(listener.wait_out().await, LinkEnd::Closed(code));
        listener.until_live().await;
    }
    demo.controls().drop_sockets();
    assert!(matches!(listener.wait_out().await, LinkEnd::Network(_)));
    listener.until_live().await;
    assert_eq!(demo.controls().requests("POST /api/v1/auth/refresh"), 0, "none of these is about the login");
    assert_eq!(demo.controls().requests(SETUP), 1 + demo.controls().requests(SOCKET), "asked before each connection");
}

#[tokio::test]
async fn an_expired_session_renews_whichever_way_the_socket_is_closed() {
    for (code, reason) in [(1008, "auth failed"), (1000, "")] {
        let (demo, mut listener) = current().await;
        demo.controls().expire_sockets(code, reason);
        listener.until_live().await;
        assert_eq!(demo.controls().requests("POST /api/v1/auth/refresh"), 1);
    }
}

#[tokio::test]
async fn sessions_that_expire_after_every_welcome_are_renewed_after_a_pause_instead_of_looping() {
    let (demo, mut listener) = current().await;
    let renewals = || demo.controls().requests("POST /api/v1/auth/refresh");
    for _ in 0..3 {
        demo.controls().expire_sockets(1000, "");
        listener.until_live().await;
    }
    for renewed in 3..6 {
        demo.controls().expire_sockets(1000, "");
        let (span, why) = listener.waiting().await;
        assert_eq!((renewals(), why), (renewed, LinkEnd::Closed(1008)));
        listener.hands.advance(span);
        listener.until_live().await;
    }
    assert_eq!(renewals(), 6);
    assert!(
        !listener.accounts().iter().any(|account| matches!(account, Account::SignedOut { .. })),
        "no renewal was refused"
    );
    listener.hands.advance(31 * SECOND);
    demo.controls().expire_sockets(1000, "");
    listener.until_live().await;
    assert_eq!(renewals(), 7, "one that lasted counts anew");
}

#[tokio::test]
async fn silence_for_seventy_five_seconds_ends_the_link() {
    let (demo, mut listener) = current().await;
    let call = demo.controls().announce_clip(1);
    listener.until(|event| matches!(event, ServerEvent::Call(c) if c.id.0 == call).then_some(())).await;
    demo.controls().freeze_sockets();
    listener.hands.advance(74 * SECOND);
    demo.controls().announce_clip(2);
    // It looks at the wall clock every five seconds; when it means to do so again, it has been awake at 74 s.
    listener.hands.wait_for_sleeper(79 * SECOND).await;
    let reported = listener.reported();
    assert!(!reported.iter().any(|event| matches!(event, ServerEvent::Link(_))), "too early: {reported:?}");
    listener.hands.advance(SECOND);
    assert_eq!(listener.wait_out().await, LinkEnd::Silent);
    listener.until_live().await;
}

#[tokio::test]
async fn a_large_message_over_a_slow_link_is_no_silence_however_long_it_takes() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let narrow = Narrow::to(&demo).await;
    // The welcome, and the beginning of the configuration.
    narrow.allow(300);
    let mut listener = Listener::open(&narrow.address(), Login::With(demo_user(true)));
    listener.until_live().await;
    let call = controls.store(Announcement::default());
    for _ in 0..10 {
        narrow.pass(20).await;
        // What has come is read by the time that another answer is here.
        listener.fetch(call).await.expect("requests pass beside it");
        listener.hands.advance(30 * SECOND);
    }
    let ended = |event: &ServerEvent| matches!(event, ServerEvent::Link(_) | ServerEvent::Config(_));
    let reported = listener.reported();
    assert!(!reported.iter().any(ended), "it goes on with the same message: {reported:?}");
    narrow.widen();
    listener.until(|event| matches!(event, ServerEvent::Config(_)).then_some(())).await;
    let call = controls.announce_clip(1);
    assert_eq!(listener.call().await.id.0, call);
    assert_eq!(controls.welcomed(), 1, "on the same link");
}

#[tokio::test]
async fn a_message_that_stops_in_the_middle_is_silence() {
    let demo = start(Options::silent()).await;
    let narrow = Narrow::to(&demo).await;
    narrow.allow(300);
    let mut listener = Listener::open(&narrow.address(), Login::With(demo_user(true)));
    listener.until_live().await;
    let call = demo.controls().store(Announcement::default());
    listener.hands.advance(40 * SECOND);
    narrow.pass(20).await;
    listener.fetch(call).await.expect("requests pass beside it");
    listener.hands.advance(40 * SECOND);
    // Seventy-five seconds after the last byte, and not after the welcome.
    squelch_tests::within("a longer wait", listener.hands.wait_for_sleeper(115 * SECOND)).await;
    listener.hands.advance(35 * SECOND);
    assert_eq!(listener.wait_out().await, LinkEnd::Silent);
    narrow.widen();
    listener.until_live().await;
}

#[tokio::test]
async fn a_jump_of_the_wall_clock_brings_a_new_link_at_once() {
    for milliseconds in [3_600_000, -3_600_000] {
        let (_demo, mut listener) = current().await;
        listener.hands.jump_wall(milliseconds);
        listener.hands.advance(5 * SECOND);
        let (span, why) = listener.waiting().await;
        assert_eq!((span, why), (Duration::ZERO, LinkEnd::ClockJumped));
        listener.until_live().await;
    }
}

#[tokio::test]
async fn a_full_server_is_said_and_left_alone_for_fifteen_seconds() {
    let demo = start(Options::silent()).await;
    demo.controls().set_max_clients(1);
    let _first = Listener::live(&demo.address()).await;
    let mut second = Listener::open(&demo.address(), Login::With(demo_user(false)));
    let (span, why) = second.waiting().await;
    assert_eq!(why, LinkEnd::Full);
    assert!(span >= 15 * SECOND && span <= 30 * SECOND, "{span:?}");
    second.hands.advance(span);
    assert_eq!(second.waiting().await.1, LinkEnd::Full);
    demo.controls().set_max_clients(200);
    second.hands.advance(30 * SECOND);
    second.until_live().await;
}

#[tokio::test]
async fn only_a_link_that_lasted_begins_the_counting_anew() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    let attempt = |link: &Link| match link {
        Link::Waiting { attempt, until, .. } => Some((*attempt, *until)),
        _ => None,
    };
    for expected in 1..=4 {
        controls.drop_sockets();
        let link = listener.link(|link| attempt(link).is_some()).await;
        let (number, until) = attempt(&link).unwrap();
        assert_eq!(number, expected, "a short welcome does not count");
        listener.hands.advance(until - listener.clock.now().at);
        listener.until_live().await;
    }
    listener.hands.advance(30 * SECOND);
    controls.drop_sockets();
    let link = listener.link(|link| attempt(link).is_some()).await;
    assert_eq!(attempt(&link).unwrap().0, 1);
}

#[tokio::test]
async fn a_jump_of_the_clock_on_a_link_without_a_welcome_begins_no_counting_anew() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    for _ in 0..4 {
        controls.drop_sockets();
        listener.wait_out().await;
        listener.until_live().await;
    }
    controls.hold_welcomes(true);
    controls.drop_sockets();
    listener.wait_out().await;
    controls.wait_for_first_messages(6).await.unwrap();
    listener.hands.jump_wall(3_600_000);
    listener.hands.advance(5 * SECOND);
    assert_eq!(listener.waiting().await, (Duration::ZERO, LinkEnd::ClockJumped));
    controls.wait_for_first_messages(7).await.unwrap();
    controls.cut_connections();
    let attempt = |link: &Link| if let Link::Waiting { attempt, .. } = link { Some(*attempt) } else { None };
    let link = listener.link(|link| attempt(link).is_some()).await;
    assert_eq!(attempt(&link), Some(6));
}

#[tokio::test]
async fn a_server_that_sends_us_away_now_and_then_is_looked_for_anew_with_pauses() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    // Only the search for the server gets an answer.
    for _ in 0..20 {
        controls.instead_once(SETUP, Instead::Redirect(302, "/login".into()));
        controls.instead_once(SETUP, Instead::Json(r#"{"needsSetup":false,"publicAccess":false}"#.into()));
    }
    controls.drop_sockets();
    assert!(matches!(listener.wait_out().await, LinkEnd::Network(_)));
    let asked = controls.requests(SETUP);
    for number in 1..=6 {
        let Link::Waiting { until, attempt, why } = listener.link(|link| matches!(link, Link::Waiting { .. })).await
        else {
            unreachable!("it was waited for")
        };
        assert_eq!((attempt, why), (number + 1, LinkEnd::Status(302)));
        listener.hands.advance(until - listener.clock.now().at);
    }
    // The first time it is looked for at once.
    assert!(controls.requests(SETUP) - asked <= 15, "{} questions", controls.requests(SETUP) - asked);
}

#[tokio::test]
async fn the_user_may_shorten_the_wait() {
    let (demo, mut listener) = current().await;
    demo.controls().go_down().await;
    listener.waiting().await;
    demo.controls().come_up().await;
    listener.wish(ServerCommand::Reconnect).await;
    listener.until_live().await;
}

#[tokio::test]
async fn a_proxy_that_forwards_only_the_older_socket_is_no_obstacle() {
    for status in [404, 426, 502] {
        let demo = start(Options::silent()).await;
        demo.controls().instead_always(SOCKET, Some(Instead::Page(status)));
        let mut listener = Listener::live(&demo.address()).await;
        let call = demo.controls().announce_clip(1);
        assert_eq!(listener.call().await.id.0, call);
        assert_eq!(demo.controls().requests("GET /api/ws"), 1);
    }
    let demo = start(Options::silent()).await;
    demo.controls().instead_always(SOCKET, Some(Instead::Page(403)));
    let mut listener = Listener::open(&demo.address(), Login::With(demo_user(false)));
    assert_eq!(listener.wait_out().await, LinkEnd::Status(403));
    assert_eq!(demo.controls().requests("GET /api/ws"), 0, "a refusal is an answer");
}

#[tokio::test]
async fn a_server_that_lost_its_set_up_is_said_and_tried_again_on_wish() {
    let (demo, mut listener) = current().await;
    demo.controls().set_needs_setup(true);
    demo.controls().drop_sockets();
    listener.wait_out().await;
    let link = listener.link(|link| matches!(link, Link::Refused(_))).await;
    assert_eq!(link, Link::Refused(ProbeError::NeedsSetup));
    demo.controls().set_needs_setup(false);
    listener.wish(ServerCommand::Reconnect).await;
    listener.until_live().await;
}

#[tokio::test]
async fn a_listener_that_does_not_take_what_arrives_loses_the_link_and_not_its_order() {
    let demo = start(Options::silent()).await;
    let opening = Opening {
        id: ServerId(1),
        address: demo.address(),
        pin: None,
        login: Login::With(demo_user(false)),
        first: false,
    };
    let mut listener = Listener::open_as(opening, Memory::default(), 4);
    listener.until_live().await;
    listener.until(|event| matches!(event, ServerEvent::Earlier(_)).then_some(())).await;
    let calls: Vec<u64> = (1..=12).map(|number| demo.controls().announce_clip(number)).collect();
    demo.controls().wait_for_sockets(0).await.unwrap();
    for expected in &calls[..4] {
        assert_eq!(listener.call().await.id.0, *expected);
    }
    assert_eq!(listener.wait_out().await, LinkEnd::Overflow);
    listener.until_live().await;
}

#[tokio::test]
async fn closing_says_goodbye() {
    let (demo, listener) = current().await;
    listener.wish(ServerCommand::Close).await;
    demo.controls().wait_for_sockets(0).await.unwrap();
    listener.connection.task.await.expect("an orderly end");
}

#[tokio::test]
async fn a_restricted_listener_hears_what_is_granted_and_is_told_what_is_missing() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    controls.restrict(USER, vec![squelch_demo::Grant { system: 1, talkgroups: None }]);
    listener.until_live().await;
    let call = controls.announce(Announcement::default().fault(Fault::Missing));
    assert_eq!(listener.call().await.id.0, call);
    assert_eq!(listener.fetch(call).await.unwrap_err(), squelch_core::server::FetchError::NotFound);
}

#[tokio::test]
async fn calls_that_overtake_each_other_all_arrive_once_in_the_order_they_came() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    let calls: Vec<u64> = (1..=3).map(|_| controls.store(Announcement::default())).collect();
    let reordered = [calls[2], calls[0], calls[1]];
    controls.repeat(&reordered);
    for call in reordered {
        assert_eq!(listener.call().await.id.0, call);
    }
}

#[tokio::test]
async fn how_many_listen_is_told() {
    let timing = Timing { count: Duration::from_millis(20), ..Timing::default() };
    for options in [Options::silent(), Options::silent().as_1_2()] {
        let demo = start(Options { timing, ..options }).await;
        let mut first = Listener::live(&demo.address()).await;
        let count =
            |wanted| move |event| matches!(event, ServerEvent::Listeners(count) if count == wanted).then_some(());
        first.until(count(1)).await;
        let second = Listener::live(&demo.address()).await;
        first.until(count(2)).await;
        drop(second);
        first.until(count(1)).await;
    }
}

#[tokio::test]
async fn an_expiring_link_under_a_lockout_comes_back_when_the_lockout_ends() {
    let (demo, mut listener) = current().await;
    let controls = demo.controls();
    controls.lock_out("127.0.0.1");
    controls.expire_sockets(1008, "auth failed");
    listener.pass_renewal_waits().await;
    for _ in 0..3 {
        listener.wait_out().await;
    }
    controls.unlock("127.0.0.1");
    listener.live_as_time_passes().await;
    listener.read_all();
    assert_eq!(listener.accounts().len(), 2, "signing in and signed in, and nothing since");
}

#[tokio::test]
async fn malformed_frames_are_logged_once_for_a_link_and_counted_when_it_ends() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    // For this thread, which is all the adapter runs on.
    let _guard = tracing::subscriber::set_default(subscriber);
    let (demo, mut listener) = current().await;
    for _ in 0..5 {
        demo.controls().send_text("{\"type\":\"call.new\",");
    }
    demo.controls().send_binary(&b"\x00\x01"[..]);
    let call = demo.controls().announce_clip(1);
    assert_eq!(listener.call().await.id.0, call, "the connection is kept");
    demo.controls().drop_sockets();
    listener.wait_out().await;
    let text = String::from_utf8(log.bytes()).unwrap();
    assert_eq!(text.matches("a frame could not be read").count(), 1, "{text}");
    assert!(text.contains("frames=6"), "{text}");
}
