//! The real program against the demo server, through pipes and a terminal.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod asleep;
mod listener;
mod typing;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use listener::{Listener, PROGRAM, command};
use rustix::process::Signal;
use squelch_demo::{Announcement, Content, Controls, Demo, Directory, Options, PASSWORD, Tls, USER};
use squelch_tests::LIMIT;
use squelch_tests::desk::{quiet_server, registered, rising_tone, server};
use squelch_tests::pulse::{CHANNELS, PulseServer, RATE};
use tempfile::{TempDir, tempdir};

/// A listener that lists calls, and the server it listens to.
async fn listed(flags: &[&str]) -> (Listener, Demo, Controls, TempDir) {
    let (demo, controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    let mut listener = Listener::start(home.path(), &demo.address(), &[&["--no-sound"], flags].concat());
    listener.live();
    registered(&controls, 1).await;
    (listener, demo, controls, home)
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("it is a folder").map(|entry| entry.expect("readable").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_heard_and_told_and_the_program_ends_after_as_many_as_asked_for() {
    let pulse = PulseServer::start();
    let recorder = pulse.record();
    let (demo, controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    let mut command = command(home.path());
    command.envs(pulse.env()).args(["--server", &demo.address(), "--user", USER, "--json", "--calls", "1"]);
    let mut listener = Listener::spawn(command);
    listener.types(&format!("{PASSWORD}\n"));
    listener.live();
    registered(&controls, 1).await;
    let call = controls.announce(Announcement::default().bytes(rising_tone(Duration::from_secs(1)), "audio/wav"));
    let told =
        |state: &'static str| move |object: &serde_json::Value| object["event"] == "call" && object["state"] == state;
    assert_eq!(listener.object("playing", told("playing"))["call"]["id"], call);
    let played = listener.object("played", told("played"));
    assert_eq!(played["call"]["talkgroup"]["number"], 5001);
    assert_eq!(played["call"]["durationMs"], 1_000);
    assert_eq!(listener.end().0, Some(0));

    assert!(recorder.wait_for_end_of_sound(squelch_tests::LIMIT), "nothing was heard");
    let samples: Vec<i16> = recorder.samples().into_iter().step_by(CHANNELS).collect();
    let first = samples.iter().position(|sample| *sample != 0).expect("something was heard");
    let last = samples.iter().rposition(|sample| *sample != 0).expect("something was heard");
    let heard = &samples[first..=last];
    let crossings = |part: &[i16]| part.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
    // From 300 to 1,800 Hz within a second: 1,050 Hz in the mean, each period crossing twice. A busy computer puts
    // silence in between, which has none.
    assert!((2_050..=2_150).contains(&crossings(heard)), "{} crossings", crossings(heard));
    let third = heard.len() / 3;
    assert!(crossings(&heard[..third]) * 2 < crossings(&heard[2 * third..]), "it rises");
    assert!(heard.len() > RATE as usize * 95 / 100, "{} samples", heard.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_words_is_one_line_and_its_words_follow() {
    let (mut listener, _demo, controls, _home) = listed(&[]).await;
    let call = controls.announce_clip(3);
    let line = listener.line("the call", |line| line.contains("Fire Dispatch"));
    assert!(line.ends_with("(listed)"), "{line}");
    let transcript = squelch_demo::Transcript { text: "Engine four responding".into(), ..Default::default() };
    controls.transcribe(call, transcript);
    listener.line("its words", |line| line.contains("Fire Dispatch: “Engine four responding”"));
    listener.signal(Signal::TERM);
    assert_eq!(listener.end(), (Some(0), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_suspended_while_it_connects_and_without_a_terminal() {
    // Its calls are taken, and nobody answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port on loopback is free");
    let home = tempdir().expect("a folder can be made");
    let address = format!("http://{}", silent.local_addr().expect("it is bound"));
    let mut listener = Listener::start(home.path(), &address, &["--no-sound"]);
    let connects = tokio::task::spawn_blocking(move || silent.accept());
    let _link = tokio::time::timeout(LIMIT, connects).await.expect("it connects").expect("no panic").expect("it does");
    listener.signal(Signal::TSTP);
    listener.stopped();
    listener.signal(Signal::CONT);
    listener.signal(Signal::TERM);
    assert_eq!(listener.end().0, Some(0), "it goes on, and ends when told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_ends_it_with_a_code_and_a_sentence_and_shows_no_password() {
    let (demo, _controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    let mut command = command(home.path());
    command.args(["--server", &demo.address(), "--user", USER, "--log", "trace"]);
    let mut listener = Listener::spawn(command);
    listener.types("not-the-password\nmore\n");
    let (code, err) = listener.end();
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("did not accept this user name and password"), "{err}");
    assert!(!err.contains("not-the-password") && listener.said.is_empty(), "{err}");
    assert_eq!(files(home.path()), Vec::<std::path::PathBuf>::new(), "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_listened_to_ends_it_with_its_code() {
    let (private, _controls) = quiet_server().await;
    let (old, _controls) = server(Options { version: "1.1.9".into(), ..Options::silent().as_1_2() }).await;
    let (tls, _controls) = server(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let (private, old, tls) = (private.address(), old.address(), tls.address());
    let table: [(&[&str], i32, &str); 6] = [
        (&["--server", &private], 3, "--user"),
        (&["--server", &private, "--user", USER], 5, "no password"),
        (&["--server", &old], 4, "1.1.9"),
        (&["--server", "http://127.0.0.1:1"], 4, "Nobody answers"),
        (&["--server", &tls], 4, "--pin "),
        (&["--nonsense"], 2, "--nonsense"),
    ];
    let home = tempdir().expect("a folder can be made");
    for (flags, code, words) in table {
        let output = command(home.path()).args(flags).stdin(Stdio::null()).output().expect("it runs");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{flags:?}: {err}");
        assert!(err.contains(words), "{flags:?}: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_agreed_to_on_the_command_line_is_taken_and_no_other() {
    let (demo, controls) = server(Options { tls: Some(Tls::untrusted()), ..Options::silent() }).await;
    let home = tempdir().expect("a folder can be made");
    let refused = command(home.path()).args(["--server", &demo.address()]).output().expect("it runs");
    let err = String::from_utf8_lossy(&refused.stderr).into_owned();
    let pin = err.split("--pin ").nth(1).expect("it names the fingerprint").trim();
    let mut listener = Listener::start(home.path(), &demo.address(), &["--no-sound", "--pin", pin]);
    listener.live();
    registered(&controls, 1).await;
    let mut listener = Listener::start(home.path(), &demo.address(), &["--pin", &"ab".repeat(32)]);
    assert_eq!(listener.end().0, Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_escape_sequences_print_harmlessly() {
    for flags in [&[][..], &["--json"]] {
        let (mut listener, _demo, controls, _home) = listed(flags).await;
        let mut directory = Directory::hostile();
        let evil = "\u{1b}]0;owned\u{07}\u{9b}2J\u{1b}[31mevil\u{202e}";
        directory.systems[0].label = evil.into();
        for talkgroup in &mut directory.systems[0].talkgroups {
            talkgroup.name = Some(format!("{evil}{}", talkgroup.name.as_deref().unwrap_or_default()));
        }
        let talkgroups: Vec<u64> = directory.systems[0].talkgroups.iter().map(|entry| entry.talkgroup_id).collect();
        controls.configure(directory);
        for talkgroup in &talkgroups {
            controls.announce(Announcement::on(100, *talkgroup).clip(3));
        }
        let mut lines = Vec::new();
        for _ in &talkgroups {
            lines.push(listener.line("a call", |line| line.contains("evil")));
        }
        let harmful = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!lines.concat().chars().any(harmful), "{lines:?}");
        if flags.is_empty() {
            assert!(!lines.concat().contains("owned"), "{lines:?}");
        } else {
            let first: serde_json::Value = serde_json::from_str(&lines[0]).expect("it is JSON");
            assert_eq!(first["call"]["system"]["name"], evil, "JSON changes nothing");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_and_comes_back_is_told_and_listened_to_again() {
    let (mut listener, _demo, controls, _home) = listed(&["--json"]).await;
    controls.go_down().await;
    let lost = listener.object("the loss", |object| object["link"] == "waiting");
    assert_eq!(lost["problem"]["code"], "linkLost");
    controls.come_up().await;
    listener.object("its return", |object| object["link"] == "live");
    registered(&controls, 1).await;
    let call = controls.announce_clip(3);
    listener.object("the call", |object| object["call"]["id"] == call);
    listener.signal(Signal::INT);
    assert_eq!(listener.end().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_once_a_lost_link_and_a_lost_login_end_it() {
    let (mut listener, _demo, controls, _home) = listed(&["--once"]).await;
    controls.go_down().await;
    assert_eq!(listener.end().0, Some(6));
    let (mut listener, _demo, controls, _home) = listed(&["--once"]).await;
    controls.revoke_renewals(USER);
    controls.revoke_access(USER);
    controls.expire_sockets(1008, "auth failed");
    assert_eq!(listener.end().0, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_leaves_ends_it_quietly() {
    let (mut listener, _demo, controls, _home) = listed(&[]).await;
    listener.stop_reading();
    // The first line shows the test's thread that nobody takes it; a later one meets a closed pipe.
    let announcing = tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_millis(50));
        loop {
            beat.tick().await;
            controls.announce_clip(3);
        }
    });
    assert_eq!(listener.end(), (Some(7), String::new()));
    announcing.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_staying_signed_in_is_said_to_end_with_the_program_and_no_secret_is_written() {
    let (demo, controls) = quiet_server().await;
    let home = tempdir().expect("a folder can be made");
    let flags = ["--no-sound", "--json", "--stay-signed-in", "--calls", "1", "--log", "trace"];
    let mut listener = Listener::start(home.path(), &demo.address(), &flags);
    let live = listener.object("a live link", |object| object["link"] == "live");
    assert_eq!(live["problem"]["code"], "keychainUnavailable");
    registered(&controls, 1).await;
    controls.announce_clip(3);
    let (code, err) = listener.end();
    assert_eq!(code, Some(0), "{err}");
    let mut said = err + &listener.said.join("\n");
    let kept = files(home.path());
    assert!(!kept.is_empty(), "the server is remembered");
    for file in kept {
        said += &String::from_utf8_lossy(&std::fs::read(file).expect("readable"));
    }
    let seen = controls.seen();
    let cookies = seen.iter().filter_map(|seen| seen.cookie.as_deref()).flat_map(|all| all.split("; "));
    let values = cookies.filter_map(|cookie| Some(cookie.split_once('=')?.1.to_owned()));
    let secrets = seen.iter().filter_map(|seen| seen.bearer.clone()).chain(values).chain([PASSWORD.to_owned()]);
    for secret in secrets {
        assert!(!said.contains(&secret[secret.len().saturating_sub(13)..]), "…{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_kept_needs_no_password_at_the_next_start() {
    let (demo, controls) = server(Options { content: Content::Town, archive: 0, ..Options::default() }).await;
    let home = tempdir().expect("a folder can be made");
    std::fs::create_dir(home.path().join("run")).expect("a folder in it");
    let script = r#"set -e
        printf 'testpw\n' | gnome-keyring-daemon --unlock --components=secrets > "$HOME/started"
        printf '%s\n' "$SECRET" | "$0" "$@"
        "$0" "$@" < /dev/null"#;
    let mut session = Command::new("timeout");
    session.args(["90", "dbus-run-session", "--", "bash", "-c", script, PROGRAM, "--server", &demo.address()]);
    session.args(["--user", USER, "--stay-signed-in", "--no-sound", "--calls", "1"]);
    session.env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path().join("run")).env("SECRET", PASSWORD);
    session.env_remove("XDG_DATA_HOME").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let output = tokio::task::spawn_blocking(move || session.output()).await.expect("no panic").expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1, "the password was used once");
    assert!(controls.requests("POST /api/v1/auth/refresh") >= 1, "the kept login was renewed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_plays_without_a_server_or_an_account() {
    let home = tempdir().expect("a folder can be made");
    let mut command = command(home.path());
    command.args(["--demo", "--no-sound", "--calls", "1"]);
    let mut listener = Listener::spawn(command);
    assert_eq!(listener.end().0, Some(0));
    assert!(listener.said.iter().any(|line| line.ends_with("(listed)")), "{:?}", listener.said);
}

#[test]
fn the_program_links_no_window_library() {
    let output = Command::new("ldd").arg(PROGRAM).output().expect("ldd is there");
    let libraries = String::from_utf8_lossy(&output.stdout);
    assert!(libraries.contains("libc.so"), "{libraries}");
    for name in ["gtk", "gdk", "webkit", "javascriptcore", "libX11", "wayland", "appindicator", "soup"] {
        assert!(!libraries.contains(name), "{name} is linked:\n{libraries}");
    }
}
