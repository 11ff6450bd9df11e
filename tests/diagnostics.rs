//! `squelch --diagnostics`: the program as it ships, run where there is little, and after a session with secrets.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use squelch_core::view::{AccountView, LinkView};
use squelch_demo::{Options, PASSWORD, USER};
use squelch_tests::desk::{Desk, registered, server, short_call};
use squelch_tests::program;
use squelch_tests::pulse::PulseServer;

/// Neither a display nor a bus nor a home of its own, unless `env` says otherwise.
fn diagnose(data: &Path, env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program("squelch"));
    // The sound libraries keep something in the home folder.
    command.env_clear().env("HOME", "/nowhere").args(["--diagnostics", "--data-dir"]).arg(data);
    command.envs(env.iter().copied()).output().expect("the program starts")
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("it is text")
}

#[test]
fn without_display_bus_and_sound_it_says_so_and_succeeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = text(&diagnose(folder.path(), &[]));
    for part in ["version          0.", "session bus      none", "no display", "remembered       none", "Sound\n"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0, "nothing is left behind");
}

#[test]
fn it_names_the_sound_devices_and_which_is_the_default() {
    let pulse = PulseServer::start();
    pulse.add_sink_named("second");
    let folder = tempfile::tempdir().expect("a folder");
    let env: Vec<(&str, String)> =
        pulse.env().into_iter().map(|(name, path)| (name, path.to_string_lossy().into_owned())).collect();
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let text = text(&diagnose(folder.path(), &env));
    let devices: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("device ")).collect();
    assert_eq!(devices.len(), 2, "{text}");
    assert_eq!(devices.iter().filter(|line| line.ends_with("(default)")).count(), 1, "{text}");
    assert!(text.contains("server           pulseaudio"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_looks_at_every_server_without_signing_in_and_tells_no_secret() {
    let (demo, controls) = server(Options::silent()).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let call = short_call(&controls);
    desk.played(call).await;
    let (folder, _vault) = desk.end().await;
    let before = controls.seen().len();

    let proxy = [("https_proxy", "http://dana:hunter2@proxy.invalid:3128")];
    let told = text(&diagnose(folder.path(), &proxy));
    for part in [demo.address().as_str(), "reached          yes", "a login in the keychain", "in step", "https_proxy"] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    let seen = controls.seen();
    assert!(seen.len() > before, "the server was asked");
    for request in &seen[before..] {
        assert!(request.bearer.is_none() && request.cookie.is_none(), "{request:?}");
    }
    let mut secrets: BTreeSet<String> = [PASSWORD, USER, "hunter2"].map(str::to_owned).into();
    for request in seen {
        secrets.extend(request.bearer);
        let cookies = request.cookie.unwrap_or_default();
        secrets.extend(cookies.split("; ").filter_map(|cookie| cookie.split_once('=')).map(|(_, v)| v.to_owned()));
    }
    assert!(secrets.len() > 3, "the session had some of its own: {}", secrets.len());
    for secret in secrets {
        assert!(!told.contains(&secret), "{secret} is in {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_connections_and_never_answers_is_given_up_after_seconds() {
    let deaf = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = format!("http://{}", deaf.local_addr().expect("it is bound"));
    let folder = tempfile::tempdir().expect("a folder");
    let settings = format!(r#"{{"servers":[{{"id":1,"address":"{address}"}}],"nextServer":2}}"#);
    std::fs::write(folder.path().join("settings.json"), settings).expect("it can be written");
    let begun = Instant::now();
    let text = text(&diagnose(folder.path(), &[]));
    assert!(text.contains("reached          no"), "{text}");
    // Its limit is five; the rest is for a busy machine.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_may_run_beside_a_listening_squelch_which_notices_nothing() {
    let (demo, controls) = server(Options::silent()).await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    let told = text(&diagnose(desk.data(), &[]));
    assert!(told.contains("reached          yes"), "{told}");
    registered(&controls, 1).await;
    let call = short_call(&controls);
    desk.played(call).await;
    let one = &desk.screen.shown.servers[0];
    assert!(matches!(one.account, AccountView::SignedIn { problem: None, .. }) && one.link == LinkView::Live);
}
