//! The login in a real system keychain: a Secret Service on a session bus of its own.
//!
//! The keychain is found through the environment, which only a new process can be given safely. So each test starts this
//! program again for itself, inside such a session.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::Command;

use squelch_core::secret::Secret;
use squelch_core::vault::{Keychain, Vault as _, VaultError, VaultKey};
use squelch_core::view::LoginWish;
use squelch_demo::{PASSWORD, USER};
use squelch_tests::desk::{at_keychain, quiet_server};

const INSIDE: &str = "SQUELCH_TEST_KEYCHAIN";
/// Starts the service with an open collection, as signing in to a desktop does.
const OPEN: &str = r#"printf 'testpw\n' | gnome-keyring-daemon --unlock --components=secrets > "$HOME/started""#;
/// Locks it again. Nobody is there to be asked for the password.
const LOCK: &str = "dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login > /dev/null";
/// A hang ends the test; seconds.
const HANG: &str = "60";

/// Runs one of the tests below in a session that begins with these commands.
fn in_session(name: &str, commands: &[&str]) {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(home.path().join("run")).expect("a folder in it");
    let script = [&["set -e"], commands, &[r#"exec "$0" "$@""#]].concat().join("\n");
    let mut command = Command::new("timeout");
    command.args([HANG, "dbus-run-session", "--", "bash", "-c", &script]);
    run(command, home.path(), name);
}

fn run(mut command: Command, home: &Path, name: &str) {
    command.arg(std::env::current_exe().expect("this program"));
    command.args(["--exact", name, "--ignored", "--nocapture"]).env(INSIDE, "1");
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home.join("run"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        command.env_remove(name);
    }
    let output = command.output().expect("dbus-run-session is installed (apt install dbus gnome-keyring)");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {}\n{said}", output.status);
    assert!(said.contains("1 passed"), "{name} was not run:\n{said}");
}

fn inside() {
    assert!(std::env::var_os(INSIDE).is_some(), "this is started by another test");
}

fn key(user: &str) -> VaultKey {
    VaultKey { origin: "https://scanner.example.org".to_owned(), user: user.to_owned() }
}

#[test]
fn a_login_is_kept_replaced_and_forgotten_and_logins_are_apart() {
    in_session("inside_an_open_keychain", &[OPEN]);
}

#[test]
#[ignore = "run by the test above"]
fn inside_an_open_keychain() {
    inside();
    let (mut keychain, dana, eli) = (Keychain::default(), key("dana"), key("eli"));
    assert_eq!(keychain.read(&dana), Err(VaultError::Empty));
    keychain.store(&dana, &Secret::new("first")).expect("it stores");
    keychain.store(&eli, &Secret::new("other")).expect("it stores");
    keychain.store(&dana, &Secret::new("second")).expect("it replaces");
    // As after a restart.
    let mut keychain = Keychain::default();
    assert_eq!(keychain.read(&dana), Ok(Secret::new("second")));
    assert_eq!(keychain.read(&eli), Ok(Secret::new("other")));
    let mut another = Keychain::of("another program");
    assert_eq!(another.read(&dana), Err(VaultError::Empty), "another program's login is another one");
    keychain.delete(&dana).expect("it forgets");
    keychain.delete(&dana).expect("nothing there is fine");
    assert_eq!(keychain.read(&dana), Err(VaultError::Empty));
    assert_eq!(keychain.read(&eli), Ok(Secret::new("other")));
}

#[test]
fn a_locked_keychain_says_so_and_waits_for_nobody() {
    in_session("inside_a_locked_keychain", &[OPEN, LOCK]);
}

#[test]
#[ignore = "run by the test above"]
fn inside_a_locked_keychain() {
    inside();
    let mut keychain = Keychain::default();
    assert_eq!(keychain.store(&key("dana"), &Secret::new("x")), Err(VaultError::Locked));
    assert_eq!(keychain.read(&key("dana")), Err(VaultError::Locked));
}

#[test]
fn without_a_keychain_it_is_said_to_be_unavailable() {
    in_session("inside_a_session_without_a_keychain", &["export DBUS_SESSION_BUS_ADDRESS=unix:path=$HOME/nothing"]);
}

#[test]
#[ignore = "run by the test above"]
fn inside_a_session_without_a_keychain() {
    inside();
    let mut keychain = Keychain::default();
    assert_eq!(keychain.store(&key("dana"), &Secret::new("x")), Err(VaultError::Unavailable));
    assert_eq!(keychain.read(&key("dana")), Err(VaultError::Unavailable));
}

#[test]
fn a_restart_needs_no_password_and_no_file_holds_the_login() {
    in_session("inside_a_restart", &[OPEN]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above"]
async fn inside_a_restart() {
    inside();
    squelch_core::install_crypto();
    let (demo, controls) = quiet_server().await;
    let data = tempfile::tempdir().expect("a folder can be made");
    let login = LoginWish::SignIn { user: USER.into(), password: Secret::new(PASSWORD), stay: true };
    let first = at_keychain(data.path(), Some((demo.address(), login))).await;
    first.shutdown().await;
    let second = at_keychain(data.path(), None).await;
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1, "the password was used once");
    assert_eq!(controls.requests("POST /api/v1/auth/refresh"), 1, "the kept login was renewed once");
    second.shutdown().await;

    let key = VaultKey { origin: demo.address(), user: USER.into() };
    let kept = tokio::task::spawn_blocking(move || Keychain::default().read(&key)).await.expect("it does not panic");
    let kept = kept.expect("the login is in the keychain");
    for file in files(data.path()) {
        let bytes = std::fs::read(&file).expect("readable");
        let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!holds(kept.expose()) && !holds(PASSWORD), "{} holds the login", file.display());
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("it is a folder").map(|entry| entry.expect("readable").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
