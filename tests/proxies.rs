//! A proxy between Squelch and its server: everything goes through it, it is named, and so it is where it fails.
//!
//! Proxies are found through the environment, which only a new process can be given safely. So each test starts this
//! program again for itself, with the variables set.

#![forbid(unsafe_code)]

use std::process::{Command, Stdio};

use squelch_core::secret::Secret;
use squelch_core::view::{Command as Wish, LinkView, LoginWish};
use squelch_demo::{Options, PASSWORD, Tls, USER};
use squelch_tests::desk::{Desk, registered, server, short_call};
use squelch_tests::proxy::Proxy;

/// A name that only the proxy knows.
const NAME: &str = "scanner.squelch.test";
/// What the listener in the other process is to use: the server's address.
const ADDRESS: &str = "SQUELCH_TEST_ADDRESS";

/// Runs one of the listeners below in a process with these variables; fails as it fails.
async fn listen(name: &'static str, address: &str, variables: &[(&str, String)]) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    for variable in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(variable).env_remove(variable.to_uppercase());
    }
    command.args(["--exact", name, "--ignored", "--nocapture"]).env(ADDRESS, address).stdin(Stdio::null());
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let ended = tokio::task::spawn_blocking(move || command.output().expect("it can be started again"));
    let output = ended.await.expect("waiting does not panic");
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}

fn given() -> String {
    std::env::var(ADDRESS).expect("this listener is started by a test")
}

async fn add(desk: &Desk) {
    let login = LoginWish::SignIn { user: USER.into(), password: Secret::new(PASSWORD), stay: false };
    desk.send(Wish::AddServer { address: given(), remember: false, login: Some(login) }).await;
}

/// Signs in, agreeing to a certificate, and plays one call.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the tests below"]
async fn listener_that_hears_a_call_through_a_proxy() {
    let mut desk = Desk::new().await;
    add(&desk).await;
    let shown = desk
        .screen
        .server("live or asking", |server| matches!(server.link, LinkView::Live | LinkView::Untrusted { .. }))
        .await;
    if let LinkView::Untrusted { sha256, .. } = shown.link {
        desk.send(Wish::TrustCertificate { server: shown.id, sha256 }).await;
    }
    desk.live().await;
    let proxy = desk.screen.shown.servers[0].proxy.clone().expect("a proxy is named");
    assert!(proxy.contains("://127.0.0.1:") && !proxy.contains("hunter2"), "{proxy}");
    desk.played(1).await;
    let told = desk.screen.sent.join("\n");
    assert!(!told.contains("hunter2"), "the proxy's password reached the window");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the tests below"]
async fn listener_that_is_told_which_proxy_fails() {
    let mut desk = Desk::new().await;
    add(&desk).await;
    let refused = desk.screen.server("refused", |server| matches!(server.link, LinkView::Refused { .. })).await;
    let LinkView::Refused { problem, .. } = refused.link else { unreachable!("it was waited for") };
    let proxy = refused.proxy.expect("a proxy is named");
    assert!(problem.message.contains(&proxy) && !problem.message.contains("hunter2"), "{problem:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the tests below"]
async fn listener_that_needs_no_proxy() {
    let mut desk = Desk::new().await;
    add(&desk).await;
    desk.live().await;
    assert_eq!(desk.screen.shown.servers[0].proxy, None);
}

/// The demo's server under another name.
fn named(address: &str) -> String {
    address.replace("127.0.0.1", NAME)
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_audio_and_the_live_feed_go_through_the_proxy_that_is_set() {
    let (demo, controls) = server(Options::silent()).await;
    let proxy = Proxy::start(None).await;
    let call = async {
        registered(&controls, 1).await;
        assert_eq!(short_call(&controls), 1);
    };
    let variables = [("http_proxy", format!("http://{}", proxy.address()))];
    let address = named(&demo.address());
    tokio::join!(listen("listener_that_hears_a_call_through_a_proxy", &address, &variables), call);
    let asked = proxy.asked();
    for part in ["/api/v1/auth/login", "/api/v1/ws/listener", "/audio"] {
        let whole = format!(" {address}/");
        assert!(asked.iter().any(|line| line.contains(part) && line.contains(&whole)), "{part}: {asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_link_is_a_tunnel_through_a_proxy_with_a_password() {
    let (demo, controls) = server(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    // dana:hunter2
    let proxy = Proxy::start(Some("ZGFuYTpodW50ZXIy")).await;
    let call = async {
        registered(&controls, 1).await;
        short_call(&controls);
    };
    let variables = [("https_proxy", format!("http://dana:hunter2@{}", proxy.address()))];
    let address = named(&demo.address());
    tokio::join!(listen("listener_that_hears_a_call_through_a_proxy", &address, &variables), call);
    let asked = proxy.asked();
    assert!(!asked.is_empty() && asked.iter().all(|line| line.starts_with("CONNECT ")), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socks_proxy_will_do_also_for_the_live_feed() {
    let (demo, controls) = server(Options::silent()).await;
    let proxy = Proxy::start(None).await;
    let call = async {
        registered(&controls, 1).await;
        short_call(&controls);
    };
    let variables = [("all_proxy", format!("socks5h://{}", proxy.address()))];
    let address = named(&demo.address());
    tokio::join!(listen("listener_that_hears_a_call_through_a_proxy", &address, &variables), call);
    let asked = proxy.asked();
    let whole = address.replace("http://", "SOCKS ");
    assert!(!asked.is_empty() && asked.iter().all(|line| *line == whole), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_down_or_refuses_is_named_in_the_problem() {
    let (demo, _controls) = server(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let name = "listener_that_is_told_which_proxy_fails";
    let down = {
        let proxy = Proxy::start(None).await;
        format!("http://dana:hunter2@{}", proxy.address())
    };
    listen(name, &named(&demo.address()), &[("https_proxy", down)]).await;
    let strict = Proxy::start(Some("another password")).await;
    let refusing = format!("http://dana:hunter2@{}", strict.address());
    listen(name, &named(&demo.address()), &[("https_proxy", refusing)]).await;
    assert!(!strict.asked().is_empty(), "it was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_reached_without_a_proxy_is_and_so_is_this_computer() {
    let (demo, _controls) = server(Options::silent()).await;
    let proxy = Proxy::start(None).await;
    let through = ("all_proxy", format!("http://{}", proxy.address()));
    let (name, address) = ("listener_that_needs_no_proxy", demo.address());
    listen(name, &address, std::slice::from_ref(&through)).await;
    // Leads to this computer, but is not an address of it.
    let without = ("no_proxy", "example.org, 0.0.0.0".to_owned());
    listen(name, &address.replace("127.0.0.1", "0.0.0.0"), &[through, without]).await;
    assert!(proxy.asked().is_empty(), "{:?}", proxy.asked());
}
