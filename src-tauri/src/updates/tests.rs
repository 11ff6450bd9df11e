//! The keeper with the real plugin, against a server that is ours: what is refused, and what is done when.
#![allow(clippy::unwrap_used)]

mod bench;
mod calls;
mod ending;
mod refusals;

use squelch_core::view::{Release, Setting, UpdateStage, UpdateTime, Updates as Choice};
use squelch_tests::releases::{Answer, LIST, PACKAGE};

use self::bench::{Bench, NEW, NOTES, RUNNING};
use super::place::Place;

fn release() -> Release {
    Release { version: NEW.to_owned(), notes: Some(NOTES.to_owned()) }
}

#[test]
fn what_is_wanted_while_it_is_looked_for_is_installed_once_it_is_found() {
    Bench::run(async |mut bench| {
        bench.start_with_newer().await;
        bench.updates().look();
        bench.updates().install(UpdateTime::AtOnce);
        bench.restarted().await;
        assert_eq!(bench.program(), NEW.as_bytes());
    });
}

#[test]
fn a_newer_version_is_shown_and_installed_on_request_with_a_new_start() {
    Bench::run(async |mut bench| {
        bench.offer_newer();
        bench.start();
        bench.until("it is shown", |stage| *stage == UpdateStage::Available { release: release() }).await;
        assert_eq!(bench.releases.requests(PACKAGE), 0, "nothing is downloaded before it is wanted");
        bench.updates().install(UpdateTime::Quiet);
        bench.restarted().await;
        assert_eq!(bench.program(), NEW.as_bytes());
        let ended = tokio::time::timeout(squelch_tests::LIMIT, bench.updates().quit()).await;
        assert!(ended.is_ok(), "nothing holds up the end that comes before the new start");
    });
}

#[test]
fn notes_come_as_text_and_the_running_version_is_named() {
    Bench::run(async |mut bench| {
        let signature = bench.key.sign(b"", Some(NEW));
        bench.releases.offer(NEW, "\u{1b}[2JNew:\r\n- <script>alert(1)</script>", b"", &signature);
        bench.start();
        let UpdateStage::Available { release } = bench.shown().await else { unreachable!() };
        assert_eq!(release.notes.as_deref(), Some("[2JNew:\n- <script>alert(1)</script>"));
        assert_eq!(bench.updates().now().running, RUNNING);
    });
}

#[test]
fn when_off_it_never_asks_by_itself_and_answers_whoever_asks() {
    Bench::run(async |mut bench| {
        bench.choose(Setting::Updates { choice: Choice::Off }).await;
        bench.offer_newer();
        bench.start();
        bench.updates().look();
        bench.shown().await;
        assert_eq!(bench.releases.requests(LIST), 1, "only when asked");
    });
}

#[test]
fn who_asks_while_something_comes_by_itself_sees_it() {
    Bench::run(async |mut bench| {
        bench.patient();
        bench.choose(Setting::Updates { choice: Choice::Automatic }).await;
        bench.offer_newer();
        bench.releases.answer(PACKAGE, Answer::Silence);
        bench.start();
        let comes = |asked| move |stage: &UpdateStage| matches!(stage, UpdateStage::Downloading { asked: is, .. } if *is == asked);
        bench.until("it comes, unasked", comes(false)).await;
        bench.updates().look();
        bench.until("it is shown", comes(true)).await;
        assert_eq!(bench.releases.requests(LIST), 1, "what comes is not given up");
    });
}

#[test]
fn who_asks_is_told_again_what_waits_for_the_end() {
    Bench::run(async |mut bench| {
        bench.choose(Setting::Updates { choice: Choice::Automatic }).await;
        bench.offer_newer();
        bench.start();
        bench.until("it waits", |stage| matches!(stage, UpdateStage::Ready { .. })).await;
        let mut told = bench.told();
        bench.updates().look();
        tokio::time::timeout(squelch_tests::LIMIT, told.recv()).await.unwrap();
        bench.until("it still waits", |stage| matches!(stage, UpdateStage::Ready { .. })).await;
    });
}

#[test]
fn a_failure_names_the_time_that_was_chosen_but_not_to_cut_off_another_call() {
    for (chosen, named) in [
        (UpdateTime::OnQuit, UpdateTime::OnQuit),
        (UpdateTime::Quiet, UpdateTime::Quiet),
        (UpdateTime::AtOnce, UpdateTime::Quiet),
    ] {
        Bench::run(async |mut bench| {
            bench.start_with_newer().await;
            bench.releases.answer(PACKAGE, Answer::Status(503));
            bench.updates().install(chosen);
            let stage = bench.until("it failed", |stage| matches!(stage, UpdateStage::Failed { .. })).await;
            assert!(matches!(stage, UpdateStage::Failed { time, .. } if time == named), "{chosen:?}: {stage:?}");
        });
    }
}

#[test]
fn a_version_that_is_not_wanted_is_not_shown_again_until_somebody_asks() {
    Bench::run(async |mut bench| {
        bench.start_with_newer().await;
        bench.choose(Setting::SkipUpdate { version: NEW.to_owned() }).await;
        bench.until("it is gone", |stage| *stage == UpdateStage::Resting).await;
        // The next day.
        bench.a_day_passes();
        bench.asked(2).await;
        bench.until("it is not shown", |stage| *stage == UpdateStage::Resting).await;
        bench.updates().look();
        bench.shown().await;
    });
}

#[test]
fn the_same_version_is_the_newest() {
    Bench::run(async |mut bench| {
        bench.offer(RUNNING);
        bench.start();
        bench.until("it is known", |stage| *stage == UpdateStage::Newest { asked: false }).await;
        bench.updates().look();
        bench.until("it is said", |stage| *stage == UpdateStage::Newest { asked: true }).await;
    });
}

#[test]
fn a_deb_is_installed_with_the_systems_permission() {
    Bench::run(async |mut bench| {
        bench.place(Place::Deb);
        let package = bench.a_deb();
        bench.pkexec(&format!(
            "echo \"$@\" >'{}'; cat \"${{@: -1}}\" >'{}'",
            bench.path("asked").display(),
            bench.path("program").display()
        ));
        bench.offer_package(NEW, &package);
        bench.start();
        bench.shown().await;
        bench.updates().install(UpdateTime::Quiet);
        bench.restarted().await;
        assert_eq!(bench.program(), package);
        let asked = std::fs::read_to_string(bench.path("asked")).unwrap();
        assert!(asked.starts_with("--disable-internal-agent apt-get install --yes --no-remove "), "{asked}");
        let file = asked.split_whitespace().last().unwrap();
        assert!(file.ends_with("/squelch.deb") && !std::path::Path::new(file).exists(), "{file} is gone again");
    });
}

#[test]
fn the_configuration_that_ships_is_the_careful_one() {
    let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    let updater = config["plugins"]["updater"].as_object().unwrap();
    let mut keys: Vec<&str> = updater.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["allowDowngrades", "endpoints", "pubkey", "requireSignedVersion"], "nothing dangerous");
    assert_eq!((&updater["requireSignedVersion"], &updater["allowDowngrades"]), (&true.into(), &false.into()));
    let endpoints = updater["endpoints"].as_array().unwrap();
    let ours = format!("{}/releases/", env!("CARGO_PKG_REPOSITORY"));
    assert!(!endpoints.is_empty() && endpoints.iter().all(|url| url.as_str().unwrap().starts_with(&ours)));
}

#[test]
fn the_file_that_forbids_to_publish_names_the_key_that_ships() {
    let marker = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/updater-key.throw-away");
    let config: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    let key = config["plugins"]["updater"]["pubkey"].as_str().unwrap();
    // With the real key this file goes.
    if let Ok(marker) = std::fs::read_to_string(marker) {
        assert!(marker.lines().any(|line| line == key));
    }
}
