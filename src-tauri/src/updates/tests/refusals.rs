//! Everything that is refused: each with words of its own, and what runs untouched.

use serde_json::json;
use squelch_core::view::{UpdateStage, UpdateTime};
use squelch_tests::releases::{Answer, Key, LIST, PACKAGE, Releases};

use super::bench::{Bench, NEW, NOTES, RUNNING};
use crate::updates::place::Place;

const PAGE: &[u8] = b"<!doctype html><title>Sign in to the guest network</title>";

fn page(kind: &'static str) -> Answer {
    Answer::Body { kind, bytes: PAGE.to_vec() }
}

fn words(stage: &UpdateStage) -> Option<String> {
    match stage {
        UpdateStage::Failed { problem, asked: true, .. } => Some(problem.message.clone()),
        _ => None,
    }
}

/// Looks, as a user who presses the button; what they are told.
async fn told_when_looking(bench: &mut Bench) -> String {
    bench.updates().look();
    let stage = bench.until("it is refused", |stage| words(stage).is_some()).await;
    words(&stage).unwrap()
}

/// Looks and installs; what they are told.
async fn told_when_installing(bench: &mut Bench) -> String {
    bench.updates().look();
    bench.shown().await;
    bench.updates().install(UpdateTime::AtOnce);
    let stage = bench.until("it is refused", |stage| words(stage).is_some()).await;
    words(&stage).unwrap()
}

fn untouched(bench: &Bench, case: &str) {
    assert_eq!(bench.program(), RUNNING.as_bytes(), "{case}: what runs is untouched");
    assert!(!bench.has_restarted(), "{case}: nothing starts again");
}

#[test]
fn a_list_that_cannot_be_used_is_refused_with_words_of_its_own() {
    Bench::run(async |mut bench| {
        let signature = bench.key.sign(b"", Some("0.0.1"));
        let older = Answer::json(&bench.releases.list("0.0.1", NOTES, &signature));
        let elsewhere = json!({ "version": NEW, "platforms": { "plan9-68000": { "url": "https://example.org", "signature": "" } } });
        let table = [
            ("an older version", older, "which is older than your"),
            ("a page that says so", page("text/html; charset=utf-8"), "A web page came"),
            ("a page in disguise", page("application/json"), "A web page came"),
            (
                "half a list",
                Answer::Body { kind: "application/json", bytes: b"{\"version\":".to_vec() },
                "is not understood",
            ),
            ("nothing at all", Answer::Body { kind: "application/json", bytes: vec![] }, "is not understood"),
            ("no version", Answer::json(&json!({ "platforms": {} })), "a version that is none"),
            ("no such version", Answer::json(&json!({ "version": "newest" })), "a version that is none"),
            ("no packages", Answer::json(&json!({ "version": NEW })), "is not understood"),
            ("nothing for us", Answer::json(&elsewhere), "the way this Squelch was installed"),
            ("no end", Answer::Endless(b' '), "does not end"),
            ("an error", Answer::Status(503), "error (503"),
            ("no list", Answer::Status(404), "error (404"),
            ("a broken connection", Answer::Truncated(vec![b' '; 100]), "broke off"),
            ("silence", Answer::Silence, "did not answer in time"),
            ("a ring", Answer::Redirect(bench.releases.url(LIST)), "error (302"),
        ];
        bench.start();
        bench.until("the first look is over", |stage| matches!(stage, UpdateStage::Failed { .. })).await;
        for (case, answer, wanted) in table {
            // A good one in between, so that no answer is that of the case before.
            bench.offer(RUNNING);
            bench.updates().look();
            bench.until("all is well", |stage| *stage == UpdateStage::Newest { asked: true }).await;
            bench.releases.answer(LIST, answer);
            let told = told_when_looking(&mut bench).await;
            assert!(told.contains(wanted), "{case}: {told}");
            untouched(&bench, case);
        }
        assert_eq!(bench.releases.requests(PACKAGE), 0, "nothing was downloaded");
    });
}

#[test]
fn a_package_that_is_not_what_it_should_be_is_refused_with_words_of_its_own() {
    Bench::run(async |mut bench| {
        let good = Bench::an_app_image(NEW);
        let signed = |bench: &Bench, package: &[u8], version| bench.key.sign(package, version);
        let (right, strange) = (signed(&bench, &good, Some(NEW)), Key::default().sign(&good, Some(NEW)));
        let (nameless, older) = (signed(&bench, &good, None), signed(&bench, &good, Some("0.0.1")));
        let text = b"This is no program.".to_vec();
        let text_signed = signed(&bench, &text, Some(NEW));
        let whole = Answer::package(&good);
        let large = "does not end, or is far too large";
        let table = [
            ("another's signature", &strange, whole.clone(), "does not come from Squelch's makers"),
            ("no signature", &String::new(), whole.clone(), "does not come from Squelch's makers"),
            (
                "a garbled signature",
                &"bm90IGEgc2lnbmF0dXJl".to_owned(),
                whole.clone(),
                "does not come from Squelch's makers",
            ),
            ("one byte more", &right, Answer::package(&[&good[..], b"!"].concat()), "is damaged"),
            ("no version signed", &nameless, whole.clone(), "does not say for which version"),
            ("an older one under a new number", &older, whole, "announced as 99.0.0 but was signed as 0.0.1"),
            ("another kind", &text_signed, Answer::package(&text), "another kind of installation"),
            ("half of it", &right, Answer::Truncated(vec![7; 10_000]), "broke off"),
            ("too much, as it says", &right, Answer::Announced(1 << 40), large),
            ("no end", &right, Answer::Endless(7), large),
            ("silence", &right, Answer::Silence, "did not answer in time"),
            ("an error", &right, Answer::Status(410), "answered with an error (410 Gone)."),
            ("a page", &right, page("text/html"), "is damaged"),
        ];
        bench.start();
        for (case, signature, answer, wanted) in table {
            bench.releases.offer(NEW, NOTES, b"", signature);
            bench.releases.answer(PACKAGE, answer);
            let told = told_when_installing(&mut bench).await;
            assert!(told.contains(wanted), "{case}: {told}");
            untouched(&bench, case);
        }
    });
}

#[test]
fn what_the_system_does_not_permit_is_not_installed_and_can_be_tried_again() {
    Bench::run(async |mut bench| {
        bench.place(Place::Deb);
        let package = bench.a_deb();
        bench.offer_package(NEW, &package);
        bench.start();
        let told = told_when_installing(&mut bench).await;
        assert!(told.contains("there is no pkexec"), "{told}");
        let table = [
            ("exit 126", "You did not give the permission"),
            ("exit 127", "has no password dialog"),
            ("echo 'E: Could not get lock' >&2; exit 100", "The system could not install the package"),
            ("kill -9 $$", "The system could not install the package"),
        ];
        for (script, wanted) in table {
            bench.pkexec(script);
            let told = told_when_installing(&mut bench).await;
            assert!(told.contains(wanted), "{script}: {told}");
            untouched(&bench, script);
        }
        // The package is still here.
        let downloads = bench.releases.requests(PACKAGE);
        bench.pkexec("exit 0");
        bench.updates().install(UpdateTime::AtOnce);
        bench.restarted().await;
        assert_eq!(bench.releases.requests(PACKAGE), downloads);
    });
}

#[test]
fn a_deb_is_not_replaced_by_another_kind_of_package() {
    Bench::run(async |mut bench| {
        bench.place(Place::Deb);
        bench.pkexec("exit 0");
        bench.offer_newer();
        bench.start();
        let told = told_when_installing(&mut bench).await;
        assert!(told.contains("another kind of installation"), "{told}");
        untouched(&bench, "an AppImage for a deb");
    });
}

#[test]
fn an_app_image_that_was_moved_since_the_start_is_not_put_back_where_it_was() {
    Bench::run(async |mut bench| {
        bench.offer_newer();
        bench.start();
        std::fs::rename(bench.path("program"), bench.path("moved")).unwrap();
        let told = told_when_installing(&mut bench).await;
        assert!(told.contains("which is not there any more"), "{told}");
        assert!(!bench.path("program").exists());
        assert_eq!(std::fs::read(bench.path("moved")).unwrap(), RUNNING.as_bytes());
    });
}

#[test]
fn a_server_that_is_not_there_is_said_to_whoever_asks_and_to_nobody_else() {
    Bench::run(async |mut bench| {
        bench.offer_newer();
        bench.releases = Releases::plain().await;
        bench.start();
        bench.until("it failed, quietly", |stage| matches!(stage, UpdateStage::Failed { asked: false, .. })).await;
        let told = told_when_looking(&mut bench).await;
        assert!(told.contains("cannot be reached"), "{told}");
        untouched(&bench, "nobody there");
    });
}

#[test]
fn nothing_is_asked_for_over_plain_http() {
    Bench::run_strictly(async |mut bench| {
        let plain = Releases::plain().await;
        let package = Bench::an_app_image(NEW);
        let signature = bench.key.sign(&package, Some(NEW));
        plain.offer(NEW, NOTES, &package, &signature);
        bench.offer_newer();
        bench.start();
        bench.until("https works", |stage| matches!(stage, UpdateStage::Available { .. })).await;

        bench.releases.answer(LIST, Answer::Redirect(plain.url(LIST)));
        let told = told_when_looking(&mut bench).await;
        assert!(told.contains("unprotected connection"), "a redirected list: {told}");

        bench.releases.answer(LIST, Answer::json(&plain.list(NEW, NOTES, &signature)));
        let told = told_when_installing(&mut bench).await;
        assert!(told.contains("unprotected connection"), "a package over http: {told}");

        bench.offer_newer();
        bench.releases.answer(PACKAGE, Answer::Redirect(plain.url(PACKAGE)));
        let told = told_when_installing(&mut bench).await;
        assert!(told.contains("unprotected connection"), "a redirected package: {told}");

        assert_eq!((plain.requests(LIST), plain.requests(PACKAGE)), (0, 0), "nothing was asked for");
        untouched(&bench, "http");
    });
}

#[test]
fn a_package_may_lie_elsewhere_as_long_as_the_way_is_protected() {
    Bench::run_strictly(async |mut bench| {
        let store = Releases::secure().await;
        bench.offer_newer();
        let package = Bench::an_app_image(NEW);
        store.answer(PACKAGE, Answer::package(&package));
        bench.releases.answer(PACKAGE, Answer::Redirect(store.url(PACKAGE)));
        bench.start();
        bench.shown().await;
        bench.updates().install(UpdateTime::AtOnce);
        bench.restarted().await;
        assert_eq!(bench.program(), NEW.as_bytes());
    });
}

#[test]
fn a_server_that_cannot_prove_who_it_is_is_not_believed() {
    Bench::run_strictly(async |mut bench| {
        bench.offer_newer();
        bench.trust_nobody();
        bench.start();
        let told = told_when_looking(&mut bench).await;
        assert!(told.contains("could not prove who it is"), "{told}");
    });
}

#[test]
fn a_clock_in_the_past_is_named_as_the_reason() {
    Bench::run_in_the_past(async |mut bench| {
        bench.offer_newer();
        bench.start();
        let told = told_when_looking(&mut bench).await;
        assert!(told.contains("Check the date and the clock"), "{told}");
        assert_eq!(bench.releases.requests(LIST), 0, "nothing was said to the server");
        untouched(&bench, "a clock in the past");
    });
}
