//! A real package is updated through the window, by the program itself.
//!
//! The program under test is the one in the deb that `SQUELCH_DEB` names. Its key, the address it asks and its version
//! are strings in it; here they are overwritten by strings of the same length, because nothing in the program takes
//! others. So what is installed and started is what was built for release, with its https and its signed versions; the
//! newer version differs from the older one only in its number.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use squelch_demo::{Options, Tls};
use squelch_tests::desk::{registered, server, short_call};
use squelch_tests::releases::{Answer, Key, PACKAGE, Releases};
use tempfile::TempDir;

use super::place::Place;
use super::reading::{nothing_wrong, with_axe};
use super::{click, find, named, signed_in};

const INSTALLED: &str = "/usr/bin/squelch";

/// A deb, unpacked.
struct Deb {
    folder: TempDir,
}

impl Deb {
    fn unpacked(path: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        run(Command::new("dpkg-deb").arg("--raw-extract").arg(path).arg(folder.path().join("tree")));
        Self { folder }
    }

    fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn version(&self) -> String {
        let control = std::fs::read_to_string(self.tree().join("DEBIAN/control")).expect("a deb has it");
        control.lines().find_map(|line| line.strip_prefix("Version: ")).expect("it has a version").to_owned()
    }

    /// Overwrites a string in the program with one of the same length.
    fn overwrite(&self, before: &str, after: &str) {
        assert_eq!(before.len(), after.len(), "{before} and {after} must be of one length");
        let path = self.tree().join("usr/bin/squelch");
        let mut program = std::fs::read(&path).expect("the program is in it");
        let places: Vec<usize> = memchr(&program, before.as_bytes());
        assert!(!places.is_empty(), "the program does not contain {before}");
        for at in places {
            program[at..at + after.len()].copy_from_slice(after.as_bytes());
        }
        std::fs::write(&path, program).expect("it can be written");
    }

    /// The same under another number.
    fn renumbered(&self, before: &str, after: &str) {
        self.overwrite(before, after);
        let control = self.tree().join("DEBIAN/control");
        let text = std::fs::read_to_string(&control).expect("a deb has it");
        let text = text.replace(&format!("Version: {before}"), &format!("Version: {after}"));
        std::fs::write(control, text).expect("it can be written");
        let said = run(Command::new(self.tree().join("usr/bin/squelch")).arg("--version"));
        assert_eq!(said.trim(), format!("squelch {after}"), "the program knows its number");
    }

    /// Packs it.
    fn packed(&self) -> PathBuf {
        // The sums are of the program as it was.
        let _ = std::fs::remove_file(self.tree().join("DEBIAN/md5sums"));
        let path = self.folder.path().join(format!("squelch_{}.deb", self.version()));
        run(Command::new("dpkg-deb")
            .args(["--root-owner-group", "-Zgzip", "-z1", "--build"])
            .arg(self.tree())
            .arg(&path));
        path
    }
}

fn memchr(text: &[u8], word: &[u8]) -> Vec<usize> {
    text.windows(word.len()).enumerate().filter(|(_, window)| *window == word).map(|(at, _)| at).collect()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn as_root() -> Command {
    let root = run(Command::new("id").arg("-u")).trim() == "0";
    let mut command = Command::new(if root { "env" } else { "sudo" });
    command.args(if root { &[] as &[&str] } else { &["-n", "env"] });
    command.arg("DEBIAN_FRONTEND=noninteractive");
    command
}

/// Squelch, installed for as long as the test runs.
struct Installed;

impl Installed {
    fn from(deb: &Path) -> Self {
        run(as_root().args(["apt-get", "install", "--yes", "--no-remove"]).arg(deb));
        Self
    }

    fn version(&self) -> String {
        run(Command::new("dpkg-query").args(["--show", "--showformat=${Version}", "squelch"]))
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        let _ = as_root().args(["apt-get", "purge", "--yes", "squelch"]).output();
    }
}

/// The number after this one, as long as it.
fn next(version: &str) -> String {
    let (before, last) = version.split_at(version.len() - 1);
    match last {
        "9" => panic!("{version} has no follower of the same length: give the test another one"),
        digit => format!("{before}{}", digit.parse::<u8>().expect("a version ends with a number") + 1),
    }
}

/// What the program is started with: a stand-in for the system's dialog, and the test server's certificate.
fn surroundings(folder: &Path, pkexec: &str) -> Vec<(&'static str, String)> {
    use std::os::unix::fs::PermissionsExt as _;
    let stand_in = folder.join("pkexec");
    std::fs::write(&stand_in, format!("#!/bin/bash\n{pkexec}\n")).expect("it can be written");
    std::fs::set_permissions(&stand_in, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let certificate = folder.join("certificate.pem");
    let lines = STANDARD.encode(&Tls::untrusted().chain[0]);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n");
    std::fs::write(&certificate, pem).expect("it can be written");
    let path = std::env::var("PATH").unwrap_or_default();
    vec![
        ("PATH", format!("{}:{path}", folder.display())),
        ("SSL_CERT_FILE", certificate.to_string_lossy().into_owned()),
    ]
}

/// The address and the key that are in the program, from the configuration it was built with.
fn built_with() -> (String, String) {
    let config = include_str!("../../src-tauri/tauri.conf.json");
    let config: Value = serde_json::from_str(config).expect("it is JSON");
    let updater = &config["plugins"]["updater"];
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    (text(&updater["endpoints"][0]), text(&updater["pubkey"]))
}

/// A key of ours, as long as the one in the program.
fn as_long_as(built: &str, key: &Key) -> String {
    let text = String::from_utf8(STANDARD.decode(built).expect("a key is base64")).expect("a key is text");
    let comment = text.lines().next().and_then(|line| line.strip_prefix("untrusted comment: ")).unwrap_or_default();
    key.public(&"-".repeat(comment.len()))
}

/// An address of the server's, as long as the one in the program; gives its path.
fn path_as_long_as(built: &str, releases: &Releases) -> String {
    const NAME: &str = "/latest.json";
    let room = built.len() - releases.url("/").len() - NAME.len();
    format!("/{}{NAME}", "-".repeat(room))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "installs a package on this machine: make test-packages"]
async fn an_installed_squelch_updates_itself_through_the_window_and_keeps_its_login() {
    let deb = std::env::var_os("SQUELCH_DEB").map(PathBuf::from).expect("SQUELCH_DEB names a deb");
    let (releases, key) = (Releases::secure().await, Key::default());
    let (address, pubkey) = built_with();
    let list = path_as_long_as(&address, &releases);
    let older = Deb::unpacked(&deb);
    older.overwrite(&address, &releases.url(&list));
    older.overwrite(&pubkey, &as_long_as(&pubkey, &key));
    let (running, newer) = (older.version(), next(&older.version()));
    let first = older.packed();
    let later = Deb::unpacked(&first);
    later.renumbered(&running, &newer);
    let package = std::fs::read(later.packed()).expect("it was packed");
    let signature = key.sign(&package, Some(&newer));
    releases.answer(&list, Answer::json(&releases.list(&newer, "Fewer silences.\n<b>Really.</b>", &signature)));
    releases.answer(PACKAGE, Answer::package(&package));

    let installed = Installed::from(&first);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let permitted = r#"shift; if [ "$(id -u)" = 0 ]; then exec "$@"; else exec sudo -n "$@"; fi"#;
    let asked = folder.path().join("asked");
    let env = surroundings(
        folder.path(),
        &format!("if [ ! -e '{0}' ]; then touch '{0}'; exit 126; fi; {permitted}", asked.display()),
    );
    let (demo, controls) = server(Options::silent()).await;
    let place = Place::of(INSTALLED.into(), &env).await;
    let window = signed_in(&place, &demo, &controls).await;

    find(&window, "[data-testid='update'][data-stage='available']").await;
    let notes = named(&window, "update-notes").await.prop("textContent").await.expect("it can be asked");
    assert_eq!(notes.as_deref(), Some("Fewer silences.\n<b>Really.</b>"));
    with_axe(&window).await;
    nothing_wrong(&window, "a newer version").await;
    // The first time the user does not give the permission: nothing happens, and it can be tried again.
    click(&window, "update-now").await;
    let refused = named(&window, "update-problem").await.text().await.expect("it has text");
    assert!(refused.contains("did not give the permission"), "{refused}");
    assert_eq!(installed.version(), running);
    click(&window, "update-again").await;

    // The program has ended under the driver, and the new one has signed in by itself.
    // What it logs as its number is compiled into its instructions and cannot be overwritten; its package and its flag
    // tell it.
    place.says("Squelch starts", 2).await;
    registered(&controls, 1).await;
    assert_eq!(installed.version(), newer);
    assert_eq!(run(Command::new(INSTALLED).arg("--version")).trim(), format!("squelch {newer}"));
    assert_eq!(controls.requests("POST /api/v1/auth/login"), 1, "nobody signed in again");
    let call = short_call(&controls);
    let audio = format!("GET /api/v1/calls/{call}/audio");
    controls.wait_for_requests(&audio, 1).await.expect("the new one fetches the next call");
    place.shows_a_window().await;
    place.terminate().await;
}
