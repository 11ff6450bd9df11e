//! Who may import whom: the table of the README, held the cheap way.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie below the root").to_path_buf()
}

/// The sources below a path: the file itself, or every file of the folder of its name.
fn sources(path: &str) -> Vec<(PathBuf, String)> {
    let base = root().join("src-tauri").join(path);
    let mut found = Vec::new();
    let mut open = vec![base.clone(), base.with_extension("rs")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("it can be listed").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            // Tests may read fixtures.
            && path.file_name().is_some_and(|name| name != "tests.rs")
            && path.is_file()
        {
            let text = fs::read_to_string(&path).expect("sources are text");
            found.push((path, text));
        }
    }
    assert!(!found.is_empty(), "{path} is somewhere else now");
    found
}

/// Fails if code (comments aside) below a path mentions one of the words.
fn never(path: &str, words: &[&str]) {
    none_of(sources(path), words);
}

fn none_of(sources: Vec<(PathBuf, String)>, words: &[&str]) {
    for (file, text) in sources {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in words {
                assert!(!code.contains(word), "{}:{} uses {word}: {line}", file.display(), number + 1);
            }
        }
    }
}

#[test]
fn the_state_touches_nothing_outside() {
    let outside =
        ["tokio", "reqwest", "rodio", "std::fs", "Instant::now", "SystemTime", "fastrand", "crate::engine", "std::net"];
    never("core/src/state", &outside);
}

#[test]
fn what_to_tell_outside_of_the_window_is_decided_without_a_clock_and_a_desktop() {
    let outside = ["tokio", "reqwest", "std::fs", "Instant", "SystemTime", "crate::engine", "crate::state", "zbus"];
    never("core/src/alerts", &outside);
}

#[test]
fn the_archive_is_a_store_and_decides_nothing() {
    never("core/src/archive", &["crate::state", "crate::engine", "crate::server", "crate::sound", "reqwest"]);
}

#[test]
fn the_wire_does_no_io() {
    never("core/src/server/openscanner/wire", &["tokio", "reqwest", "std::fs", "crate::state", "crate::view"]);
}

#[test]
fn servers_know_nothing_of_state_sound_and_window() {
    never("core/src/server/openscanner", &["crate::state", "crate::sound", "crate::view", "crate::engine"]);
}

#[test]
fn decoding_knows_no_device_and_no_runtime() {
    for part in ["core/src/sound/decode", "core/src/sound/shape"] {
        never(part, &["tokio", "rodio", "cpal", "crate::state", "crate::server"]);
    }
}

#[test]
fn the_view_knows_no_machinery() {
    for part in ["core/src/view", "core/src/problem"] {
        never(part, &["tokio", "reqwest", "rodio"]);
    }
}

#[test]
fn the_shell_speaks_to_no_server_and_no_device() {
    let manifest = fs::read_to_string(root().join("src-tauri/Cargo.toml")).expect("the shell has a manifest");
    for name in ["rodio", "cpal", "tungstenite", "symphonia"] {
        assert!(!manifest.contains(name), "the shell depends on {name}");
    }
}

#[test]
fn in_the_shell_only_the_updates_have_a_network_and_they_can_be_left_out() {
    let manifest = fs::read_to_string(root().join("src-tauri/Cargo.toml")).expect("the shell has a manifest");
    for name in ["reqwest", "tauri-plugin-updater"] {
        let named: Vec<&str> = manifest.lines().filter(|line| line.starts_with(name)).collect();
        assert!(named.len() == 1 && named[0].contains("optional = true"), "{named:?}");
    }
    let others = sources("src").into_iter().filter(|(file, _)| !file.to_string_lossy().contains("/updates"));
    none_of(others.collect(), &["reqwest::", "TcpStream", "UdpSocket"]);
}

#[test]
fn what_to_do_about_an_update_is_decided_without_a_clock_and_a_network() {
    never("src/updates/decide", &["tokio", "reqwest", "std::fs", "Instant", "SystemTime", "tauri::"]);
}

#[test]
fn the_core_does_not_know_that_a_window_exists() {
    let tree = tree_of("squelch-core");
    assert!(!tree.lines().any(|line| line.starts_with("tauri") || line.starts_with("wry")), "{tree}");
}

#[test]
fn the_terminal_program_is_built_without_a_window() {
    let tree = tree_of("squelch-listen");
    assert!(tree.lines().any(|line| line.starts_with("squelch-core")), "{tree}");
    for name in ["tauri", "wry", "tao", "gtk", "gdk", "webkit"] {
        assert!(!tree.lines().any(|line| line.starts_with(name)), "{name}: {tree}");
    }
}

#[test]
fn the_demo_server_shares_no_code_with_the_core() {
    let tree = tree_of("squelch-demo");
    assert!(!tree.lines().any(|line| line.starts_with("squelch-core")), "{tree}");
}

/// The names of everything a crate is built from, one a line.
fn tree_of(package: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none", "-p", package])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("names are text")
}
