//! From an address somebody types to a login: every way this may go, each with its own answer.

#![forbid(unsafe_code)]
// Helpers of tests are tests, which the lint does not see.
#![allow(clippy::unwrap_used)]

use squelch_core::model::ServerId;
use squelch_core::secret::Secret;
use squelch_core::server::{
    Account, Credentials, FetchError, Found, Kept, Link, Login, Opening, PasswordError, ProbeError, ServerCommand,
    ServerEvent, SignedOut,
};
use squelch_core::vault::{Memory, Vault, VaultError, VaultKey};
use squelch_demo::{Demo, Instead, Options, PASSWORD, Tls, USER};
use squelch_tests::adapter::{Listener, demo_user, key, remembered, signed_in};

const HEALTH: &str = "GET /api/v1/health";
const LOGIN: &str = "POST /api/v1/auth/login";

async fn start(options: Options) -> Demo {
    squelch_demo::start(options).await.expect("a free port")
}

fn first(address: &str, pin: Option<String>) -> Listener {
    let opening = Opening { id: ServerId(1), address: address.into(), pin, login: Login::Ask, first: true };
    Listener::open_as(opening, Memory::default(), 256)
}

async fn found(listener: &mut Listener) -> Found {
    listener
        .until(|event| match event {
            ServerEvent::Found(found) => Some(found),
            ServerEvent::Link(Link::Refused(error)) => panic!("{error}"),
            _ => None,
        })
        .await
}

async fn refused(address: &str) -> ProbeError {
    match first(address, None).link(|link| *link != Link::Probing).await {
        Link::Refused(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_address_as_people_type_it_leads_to_the_server() {
    let demo = start(Options::silent()).await;
    let port = demo.address().rsplit(':').next().unwrap().to_owned();
    let typed = [
        format!("127.0.0.1:{port}"),
        format!(" http://127.0.0.1:{port}/ "),
        format!("http://127.0.0.1:{port}/call/0b6e2f1c?x=1#y"),
        format!("ws://127.0.0.1:{port}/api/v1/ws/listener"),
    ];
    for typed in typed {
        let mut listener = first(&typed, None);
        let expected = Found {
            origin: demo.address(),
            pin: None,
            version: "1.3.3".into(),
            public: false,
            routes: Default::default(),
        };
        assert_eq!(found(&mut listener).await, expected, "{typed}");
        assert_eq!(listener.account().await, Account::SignedOut { why: None });
    }
    assert!(!demo.controls().origin_seen());
}

#[tokio::test]
async fn each_wrong_address_has_its_own_answer() {
    let demo = start(Options::silent()).await;
    let (controls, address) = (demo.controls(), demo.address());
    assert_eq!(refused("my scanner").await, ProbeError::NotAnAddress);
    assert_eq!(refused(&format!("{address}/scanner/")).await, ProbeError::HasPath);
    controls.instead_always(HEALTH, Some(Instead::Page(200)));
    assert_eq!(refused(&address).await, ProbeError::NotOpenScanner);
    controls.instead_always(HEALTH, Some(Instead::Json(r#"{"status":"up"}"#.into())));
    assert_eq!(refused(&address).await, ProbeError::NotOpenScanner);
    controls.instead_always(HEALTH, Some(Instead::Page(502)));
    assert_eq!(refused(&address).await, ProbeError::Status(502));
    controls.instead_always(HEALTH, Some(Instead::Redirect(302, "https://other.example.org/scanner?a=b".into())));
    assert_eq!(refused(&address).await, ProbeError::Redirected { to: "https://other.example.org".into() });
    controls.instead_always(HEALTH, None);
    controls.set_needs_setup(true);
    assert_eq!(refused(&address).await, ProbeError::NeedsSetup);
    controls.go_down().await;
    assert!(matches!(refused(&address).await, ProbeError::Unreachable(_)));
    assert_eq!(controls.requests(LOGIN), 0);
}

#[tokio::test]
async fn a_server_older_than_1_2_is_too_old_and_an_unversioned_one_is_current() {
    let demo = start(Options { version: "1.1.9".into(), ..Options::silent().as_1_2() }).await;
    demo.controls().set_version("1.1.9");
    assert_eq!(refused(&demo.address()).await, ProbeError::TooOld { version: "1.1.9".into() });
    demo.controls().set_version("1.2.0");
    assert_eq!(found(&mut first(&demo.address(), None)).await.version, "1.2.0");

    let demo = start(Options { version: "dev".into(), ..Options::silent() }).await;
    let mut listener = Listener::live(&demo.address()).await;
    demo.controls().revoke_access(USER);
    let call = demo.controls().announce_clip(1);
    assert_eq!(listener.call().await.id.0, call);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(demo.controls().requests("POST /api/v1/auth/refresh"), 1);
}

#[tokio::test]
async fn a_remembered_server_that_cannot_be_reached_is_tried_again() {
    let demo = start(Options::silent()).await;
    demo.controls().go_down().await;
    let mut listener = Listener::open(&demo.address(), Login::With(demo_user(false)));
    listener.wait_out().await;
    demo.controls().come_up().await;
    listener.wait_out().await;
    listener.until_live().await;
}

#[tokio::test]
async fn a_wrong_password_and_a_lockout_are_told_apart_and_never_tried_again() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let wrong = || Credentials { user: USER.into(), password: Secret::new("not it"), stay: true };
    let mut listener = Listener::open(&demo.address(), Login::With(wrong()));
    for _ in 0..3 {
        let why = Some(SignedOut::WrongPassword);
        assert_eq!(listener.settled_account().await, Account::SignedOut { why });
        listener.wish(ServerCommand::SignIn(wrong())).await;
    }
    let why = Some(SignedOut::LockedOut);
    assert_eq!(listener.settled_account().await, Account::SignedOut { why });
    assert_eq!(controls.requests(LOGIN), 4);
    assert_eq!(listener.fetch(1).await.unwrap_err(), FetchError::SignedOut);
    controls.unlock("127.0.0.1");
    listener.wish(ServerCommand::SignIn(demo_user(true))).await;
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    listener.until_live().await;
}

#[tokio::test]
async fn a_sign_in_that_is_redirected_or_answered_with_nonsense_says_so() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::open(&demo.address(), Login::Ask);
    assert_eq!(listener.account().await, Account::SignedOut { why: None });
    let answers = [
        (
            Instead::Redirect(307, "https://phish.example.org/login".into()),
            SignedOut::Redirected("https://phish.example.org".into()),
        ),
        (Instead::Page(503), SignedOut::Status(503)),
        (Instead::Page(200), SignedOut::NoLogin),
        (Instead::Json(r#"{"token":"a.b.c"}"#.into()), SignedOut::NoLogin),
    ];
    for (instead, why) in answers {
        controls.instead_once(LOGIN, instead);
        listener.wish(ServerCommand::SignIn(demo_user(true))).await;
        assert_eq!(listener.settled_account().await, Account::SignedOut { why: Some(why) });
    }
    controls.instead_once(LOGIN, Instead::Drop);
    listener.wish(ServerCommand::SignIn(demo_user(true))).await;
    let outcome = listener.settled_account().await;
    assert!(matches!(outcome, Account::SignedOut { why: Some(SignedOut::Unreachable(_)) }), "{outcome:?}");
}

#[tokio::test]
async fn staying_signed_in_stores_the_renewal_credential_and_nothing_else() {
    let demo = start(Options::silent()).await;
    let vault = Memory::default();
    let mut listener = Listener::open_with(&demo.address(), Login::With(demo_user(true)), vault.clone());
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    listener.until_live().await;
    let stored = vault.peek(&key(&demo.address())).unwrap();
    assert_eq!(stored.expose().len(), 64);
    assert!(stored.expose().bytes().all(|b| b.is_ascii_hexdigit()));
    drop(listener);

    let mut listener = Listener::open_with(&demo.address(), remembered(), vault.clone());
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    listener.until_live().await;
    assert_ne!(vault.peek(&key(&demo.address())).unwrap(), stored, "each start renews");
    assert_eq!(demo.controls().requests(LOGIN), 1, "and none signs in again");
}

#[tokio::test]
async fn not_staying_signed_in_stores_nothing() {
    let demo = start(Options::silent()).await;
    let vault = Memory::default();
    let mut listener = Listener::open_with(&demo.address(), Login::With(demo_user(false)), vault.clone());
    assert_eq!(listener.settled_account().await, signed_in(Kept::NotAsked));
    listener.until_live().await;
    demo.controls().revoke_access(USER);
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(vault.peek(&key(&demo.address())), None);
}

#[derive(Debug)]
struct NoKeychain;

impl Vault for NoKeychain {
    fn store(&mut self, _: &VaultKey, _: &Secret) -> Result<(), VaultError> {
        Err(VaultError::Unavailable)
    }
    fn read(&mut self, _: &VaultKey) -> Result<Secret, VaultError> {
        Err(VaultError::Unavailable)
    }
    fn delete(&mut self, _: &VaultKey) -> Result<(), VaultError> {
        Err(VaultError::Unavailable)
    }
}

#[tokio::test]
async fn without_a_keychain_the_login_lasts_as_long_as_the_program_and_that_is_said() {
    let demo = start(Options::silent()).await;
    let mut listener = Listener::open_with(&demo.address(), Login::With(demo_user(true)), NoKeychain);
    assert_eq!(listener.settled_account().await, signed_in(Kept::Failed(VaultError::Unavailable)));
    listener.until_live().await;
    demo.controls().revoke_access(USER);
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
    drop(listener);

    let mut listener = Listener::open_with(&demo.address(), remembered(), NoKeychain);
    let why = Some(SignedOut::NotRemembered(VaultError::Unavailable));
    assert_eq!(listener.settled_account().await, Account::SignedOut { why });
}

#[tokio::test]
async fn signing_out_ends_the_login_here_and_on_the_server() {
    for options in [Options::silent(), Options::silent().as_1_3_0(), Options::silent().as_1_2()] {
        let demo = start(options).await;
        let controls = demo.controls();
        let vault = Memory::default();
        let mut listener = Listener::open_with(&demo.address(), Login::With(demo_user(true)), vault.clone());
        listener.until_live().await;
        let call = controls.announce_clip(1);
        listener.wish(ServerCommand::SignOut).await;
        assert_eq!(listener.account().await, Account::SignedOut { why: None });
        controls.wait_for_sockets(0).await.unwrap();
        (listener.connection.settle)().await;
        // The keychain is told without waiting for it; an answer to a later question means that it got round to it.
        assert!(listener.vault.read(&key(&demo.address())).await.is_err());
        assert_eq!(vault.peek(&key(&demo.address())), None);
        assert_eq!(listener.fetch(call).await.unwrap_err(), FetchError::SignedOut);
        let goodbyes: Vec<_> =
            controls.seen().into_iter().filter(|seen| seen.route.ends_with("/auth/logout")).collect();
        assert_eq!(goodbyes.len(), 1);
        let cookie = goodbyes[0].cookie.clone().expect("the family is named");
        assert!(cookie.starts_with("refresh_token="), "and only it");
    }
}

#[tokio::test]
async fn a_stale_login_is_renewed_once_to_be_signed_out() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    listener.hands.advance(std::time::Duration::from_secs(901));
    // The link has gone silent as well and waits, so that nobody else renews.
    listener.waiting().await;
    listener.wish(ServerCommand::SignOut).await;
    controls.wait_for_requests("POST /api/v1/auth/logout", 1).await.unwrap();
    (listener.connection.settle)().await;
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 1);
    let last = controls.seen().pop().unwrap();
    let refreshed = controls.seen().into_iter().find(|seen| seen.route.ends_with("/refresh")).unwrap();
    assert_ne!(last.cookie, refreshed.cookie, "the family is named by its newest member");
}

#[tokio::test]
async fn a_login_whose_token_was_pushed_out_is_renewed_once_to_be_signed_out() {
    for (options, v1) in [(Options::silent(), "/v1"), (Options::silent().as_1_2(), "")] {
        let demo = start(options).await;
        let controls = demo.controls();
        let listener = Listener::live(&demo.address()).await;
        controls.revoke_access(USER);
        listener.wish(ServerCommand::SignOut).await;
        controls.wait_for_requests(&format!("POST /api{v1}/auth/logout"), 2).await.unwrap();
        (listener.connection.settle)().await;
        assert_eq!(controls.requests(&format!("POST /api{v1}/auth/refresh")), 1);
        assert!(controls.live_renewals(USER).is_empty(), "nothing of it is left there");
    }
}

#[tokio::test]
async fn a_first_password_is_changed_before_anything_else() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    controls.require_password_change(USER, true);
    let vault = Memory::default();
    let mut listener = Listener::open_with(&demo.address(), Login::With(demo_user(true)), vault.clone());
    let form = |refused| Account::PasswordChange { user: USER.into(), refused, busy: false };
    assert_eq!(listener.settled_account().await, form(None));
    assert_eq!(vault.peek(&key(&demo.address())), None);
    assert_eq!(controls.welcomed(), 0);
    let change = |current: &str, new: &str| ServerCommand::ChangePassword {
        current: Secret::new(current),
        new: Secret::new(new),
    };
    let long = "ü".repeat(37);
    let attempts = [
        ("wrong", "a longer password", PasswordError::WrongCurrent),
        (PASSWORD, "short", PasswordError::TooShort),
        (PASSWORD, long.as_str(), PasswordError::TooLong),
    ];
    for (current, new, refused) in attempts {
        listener.wish(change(current, new)).await;
        assert_eq!(listener.settled_account().await, form(Some(refused)));
    }
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 0, "a wrong password is no reason to renew");
    listener.wish(change(PASSWORD, "a longer password")).await;
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    listener.until_live().await;
    assert!(vault.peek(&key(&demo.address())).is_some());
    assert_eq!(controls.requests(LOGIN), 2);
}

#[tokio::test]
async fn a_password_changed_while_listening_signs_in_again_and_goes_on() {
    let demo = start(Options::silent()).await;
    let controls = demo.controls();
    let mut listener = Listener::live(&demo.address()).await;
    let (current, new) = (Secret::new(PASSWORD), Secret::new("another password"));
    listener.wish(ServerCommand::ChangePassword { current, new }).await;
    assert_eq!(listener.settled_account().await, signed_in(Kept::Keychain));
    let call = controls.announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
    controls.wait_for_welcomes(2).await.unwrap();
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 0);
}

#[tokio::test]
async fn a_public_server_is_listened_to_without_an_account_and_a_private_one_is_not() {
    let demo = start(Options { public: true, ..Options::silent() }).await;
    let mut listener = Listener::open(&demo.address(), Login::Ask);
    assert!(found(&mut listener).await.public);
    assert_eq!(listener.account().await, Account::SignedOut { why: None });
    listener.wish(ServerCommand::ListenAnonymously).await;
    assert_eq!(listener.account().await, Account::Anonymous { lost: None });
    listener.until_live().await;
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());

    // The operator closes it: the next connection is not made.
    demo.controls().set_public(false);
    demo.controls().drop_sockets();
    listener.wait_out().await;
    let public = |event| match event {
        ServerEvent::Public(public) => Some(public),
        _ => None,
    };
    assert!(!listener.until(public).await);
    let closed = Account::SignedOut { why: Some(SignedOut::NotPublic) };
    assert_eq!(listener.account().await, closed);
    listener.link(|link| *link == Link::Idle).await;
    listener.wish(ServerCommand::ListenAnonymously).await;
    assert_eq!(listener.account().await, closed);

    // And opens it again, which is noticed when somebody asks, be it with a wrong password.
    demo.controls().set_public(true);
    let credentials = Credentials { password: Secret::new("wrong"), ..demo_user(true) };
    listener.wish(ServerCommand::SignIn(credentials)).await;
    assert!(listener.until(public).await);
    listener.wish(ServerCommand::ListenAnonymously).await;
    assert_eq!(listener.account().await, Account::Anonymous { lost: None });
    listener.until_live().await;
}

#[tokio::test]
async fn a_failed_sign_in_on_a_public_server_does_not_end_the_listening() {
    let demo = start(Options { public: true, ..Options::silent() }).await;
    let mut listener = Listener::open(&demo.address(), Login::Anonymous);
    listener.until_live().await;
    let wrong = Credentials { user: USER.into(), password: Secret::new("no"), stay: false };
    listener.wish(ServerCommand::SignIn(wrong)).await;
    assert_eq!(listener.settled_account().await, Account::Anonymous { lost: Some(SignedOut::WrongPassword) });
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());
    assert_eq!(demo.controls().welcomed(), 1);
}

#[tokio::test]
async fn two_servers_on_one_host_never_see_each_others_cookies() {
    let (one, two) = (start(Options::silent()).await, start(Options::silent()).await);
    let (mut first, mut second) = (Listener::live(&one.address()).await, Listener::live(&two.address()).await);
    let calls = (one.controls().announce_clip(1), two.controls().announce_clip(2));
    assert_eq!(calls.0, calls.1, "the same number on both");
    assert_eq!((first.call().await.id.0, second.call().await.id.0), calls);
    one.controls().revoke_access(USER);
    assert_eq!(Some(first.fetch(calls.0).await.unwrap().bytes), one.controls().audio_of(calls.0));
    assert_eq!(Some(second.fetch(calls.1).await.unwrap().bytes), two.controls().audio_of(calls.1));
    let secrets = |demo: &Demo| -> Vec<String> {
        demo.controls().seen().into_iter().flat_map(|seen| [seen.cookie, seen.bearer]).flatten().collect()
    };
    let (at_one, at_two) = (secrets(&one), secrets(&two));
    assert!(at_one.len() >= 3 && at_two.len() >= 2);
    assert!(at_one.iter().all(|secret| !at_two.contains(secret)));
}

fn tls(name: &str) -> Tls {
    let read = |part: &str| {
        let path = format!("{}/fixtures/tls/{name}.{part}.der", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(path).expect("the fixture is there")
    };
    Tls { chain: vec![read("cert")], key: read("key") }
}

#[tokio::test]
async fn an_untrusted_certificate_is_shown_and_used_only_after_consent_and_a_changed_one_is_refused() {
    squelch_core::install_crypto();
    let demo = start(Options { tls: Some(tls("first")), ..Options::silent() }).await;
    let address = demo.address();
    let mut listener = first(&address, None);
    let untrusted = |link: &Link| matches!(link, Link::Untrusted { .. });
    let Link::Untrusted { sha256, changed: false } = listener.link(untrusted).await else { panic!() };
    assert_eq!(sha256.len(), 64);
    assert!(demo.controls().seen().is_empty(), "nothing was said to it");
    listener.wish(ServerCommand::Trust { sha256: sha256.clone() }).await;
    let server = found(&mut listener).await;
    assert_eq!((server.origin.as_str(), server.pin.as_ref()), (address.as_str(), Some(&sha256)));
    listener.wish(ServerCommand::SignIn(demo_user(true))).await;
    listener.until_live().await;
    let call = demo.controls().announce_clip(1);
    assert!(listener.fetch(call).await.is_ok());

    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    demo.stop().await;
    let demo = start(Options { tls: Some(tls("second")), port, ..Options::silent() }).await;
    loop {
        let link = listener.link(|link| untrusted(link) || matches!(link, Link::Waiting { .. })).await;
        match link {
            Link::Waiting { until, .. } => listener.hands.advance(until.saturating_sub(listener.clock.now().at)),
            Link::Untrusted { sha256: other, changed } => {
                assert!(changed, "a warning, not a first acquaintance");
                assert_ne!(other, sha256);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(demo.controls().seen().is_empty());

    // The same at the next start.
    let mut listener = first(&address, Some(sha256));
    assert!(matches!(listener.link(untrusted).await, Link::Untrusted { changed: true, .. }));
}

#[tokio::test]
async fn a_plain_listener_that_sends_us_to_https_on_the_same_host_is_taken_at_its_word() {
    squelch_core::install_crypto();
    let secure = start(Options { tls: Some(tls("first")), ..Options::silent() }).await;
    let plain = start(Options::silent()).await;
    plain
        .controls()
        .instead_always(HEALTH, Some(Instead::Redirect(301, format!("{}/api/v1/health", secure.address()))));
    let mut listener = first(&plain.address(), None);
    let link = listener.link(|link| *link != Link::Probing).await;
    let Link::Untrusted { sha256, .. } = link else { panic!("{link:?}") };
    listener.wish(ServerCommand::Trust { sha256: sha256.clone() }).await;
    assert_eq!(found(&mut listener).await.origin, secure.address());
    listener.wish(ServerCommand::SignIn(demo_user(false))).await;
    listener.until_live().await;
    assert_eq!(plain.controls().requests(LOGIN), 0, "the password goes to the secure one only");

    // What is the matter with the server there is said, and not that it is elsewhere.
    secure.controls().set_needs_setup(true);
    let mut listener = first(&plain.address(), Some(sha256));
    let link = listener.link(|link| *link != Link::Probing).await;
    assert_eq!(link, Link::Refused(ProbeError::NeedsSetup));
}
