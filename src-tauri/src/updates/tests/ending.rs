//! What the end of Squelch installs, and what the next start has to say of it.

use squelch_core::view::{Release, Setting, UpdateStage, UpdateTime, Updates as Choice};
use squelch_tests::releases::{Answer, Key, LIST, PACKAGE};

use super::bench::{Bench, NEW, RUNNING};
use super::release;
use crate::updates::place::Place;

/// It was found and downloaded because the user chose so once and for all, and waits for the end.
async fn downloaded_by_itself(bench: &mut Bench) {
    bench.choose(Setting::Updates { choice: Choice::Automatic }).await;
    bench.offer_newer();
    bench.start();
    waits_for_the_end(bench).await;
}

async fn waits_for_the_end(bench: &mut Bench) {
    let ready = UpdateStage::Ready { release: release(), time: UpdateTime::OnQuit };
    bench.until("it is here", |stage| *stage == ready).await;
}

#[test]
fn when_automatic_it_is_downloaded_by_itself_and_installed_when_squelch_is_quit() {
    Bench::run(async |mut bench| {
        downloaded_by_itself(&mut bench).await;
        assert_eq!(bench.program(), RUNNING.as_bytes());
        bench.updates().quit().await;
        assert_eq!(bench.program(), NEW.as_bytes());
        assert!(!bench.has_restarted(), "whoever quits does not want it to start again");
    });
}

#[test]
fn the_end_of_a_session_can_wait_only_where_nobody_is_asked_for_a_password() {
    for (place, asks_nobody) in [(Place::AppImage, true), (Place::Deb, false)] {
        Bench::run(async |mut bench| {
            bench.place(place);
            bench.start_with_newer().await;
            assert_eq!(bench.updates().asks_nobody(), asks_nobody, "{place:?}");
        });
    }
}

#[test]
fn what_the_end_of_a_session_left_no_time_for_is_installed_by_the_next_start_without_a_second_download() {
    Bench::run(async |mut bench| {
        downloaded_by_itself(&mut bench).await;
        bench.next_start();
        bench.restarted().await;
        assert_eq!((bench.releases.requests(PACKAGE), bench.program()), (1, NEW.into()));
        assert_eq!(bench.kept(), 0, "what is installed is not kept");
    });
}

#[test]
fn who_only_ever_shuts_the_computer_down_is_asked_for_the_password_at_the_next_start_and_not_at_the_one_after() {
    Bench::run(async |mut bench| {
        bench.place(Place::Deb);
        bench.pkexec(&format!("echo >> '{}'; exit 126", bench.path("asked").display()));
        let asked = |bench: &Bench| std::fs::read(bench.path("asked")).map_or(0, |lines| lines.len());
        bench.choose(Setting::Updates { choice: Choice::Automatic }).await;
        bench.offer_package(NEW, &bench.a_deb());
        bench.start();
        waits_for_the_end(&mut bench).await;
        assert_eq!(asked(&bench), 0);

        bench.next_start();
        let refused = |stage: &UpdateStage| matches!(stage, UpdateStage::Failed { asked: true, .. });
        bench.until("the dialog is closed", refused).await;
        assert_eq!(asked(&bench), 1);

        bench.next_start();
        waits_for_the_end(&mut bench).await;
        assert_eq!((asked(&bench), bench.releases.requests(PACKAGE)), (1, 1));
    });
}

#[test]
fn what_waited_is_left_for_the_end_if_the_user_wants_to_be_asked() {
    Bench::run(async |mut bench| {
        bench.start_with_newer().await;
        bench.updates().install(UpdateTime::OnQuit);
        waits_for_the_end(&mut bench).await;
        bench.next_start();
        bench.shown().await;
        bench.updates().install(UpdateTime::OnQuit);
        waits_for_the_end(&mut bench).await;
        assert_eq!(bench.program(), RUNNING.as_bytes());
    });
}

#[test]
fn what_an_earlier_run_left_is_not_believed_without_its_signature() {
    Bench::run(async |mut bench| {
        bench.leave_package(&Bench::an_app_image("98.0.0"));
        downloaded_by_itself(&mut bench).await;
        assert_eq!(bench.releases.requests(PACKAGE), 1);
        bench.updates().quit().await;
        assert_eq!(bench.program(), NEW.as_bytes());
    });
}

#[test]
fn a_package_is_not_kept_once_nothing_newer_is_offered() {
    Bench::run(async |mut bench| {
        bench.leave_package(&Bench::an_app_image(RUNNING));
        bench.offer(RUNNING);
        bench.start();
        bench.until("it is known", |stage| matches!(stage, UpdateStage::Newest { .. })).await;
        assert_eq!(bench.kept(), 0);
    });
}

#[test]
fn quitting_waits_for_nothing_that_was_not_wanted() {
    Bench::run(async |mut bench| {
        bench.start_with_newer().await;
        bench.updates().quit().await;
        assert_eq!((bench.program(), bench.releases.requests(PACKAGE)), (RUNNING.into(), 0));
    });
}

#[test]
fn what_was_downloaded_by_itself_is_not_installed_once_the_user_wants_to_be_asked() {
    Bench::run(async |mut bench| {
        downloaded_by_itself(&mut bench).await;
        bench.choose(Setting::Updates { choice: Choice::Notify }).await;
        bench.shown().await;
        bench.updates().quit().await;
        assert_eq!(bench.program(), RUNNING.as_bytes());
    });
}

#[test]
fn what_was_downloaded_by_itself_is_forgotten_once_the_user_wants_no_updates() {
    Bench::run(async |mut bench| {
        downloaded_by_itself(&mut bench).await;
        bench.choose(Setting::Updates { choice: Choice::Off }).await;
        bench.until("it is forgotten", |stage| *stage == UpdateStage::Resting).await;
        bench.updates().quit().await;
        assert_eq!(bench.program(), RUNNING.as_bytes());
    });
}

#[test]
fn a_version_that_is_not_wanted_after_all_is_not_installed_although_it_is_here() {
    Bench::run(async |mut bench| {
        downloaded_by_itself(&mut bench).await;
        bench.choose(Setting::SkipUpdate { version: NEW.to_owned() }).await;
        bench.until("it is gone", |stage| *stage == UpdateStage::Resting).await;
        bench.updates().quit().await;
        assert_eq!(bench.program(), RUNNING.as_bytes());
    });
}

#[test]
fn a_download_nobody_asked_for_fails_quietly_and_is_tried_again_within_the_hour() {
    Bench::run(async |mut bench| {
        bench.choose(Setting::Updates { choice: Choice::Automatic }).await;
        bench.offer_newer();
        bench.releases.answer(PACKAGE, Answer::Status(503));
        bench.start();
        bench.until("it failed, quietly", |stage| matches!(stage, UpdateStage::Failed { asked: false, .. })).await;
        assert_eq!(bench.releases.requests(PACKAGE), 1);
        bench.offer_newer();
        bench.an_hour_passes();
        waits_for_the_end(&mut bench).await;
    });
}

/// It was refused for good, which is said although nobody asked.
async fn refused_for_good(bench: &mut Bench, notes: &str) {
    let release = Some(Release { version: NEW.to_owned(), notes: Some(notes.to_owned()) });
    let said = |stage: &UpdateStage| match stage {
        UpdateStage::Failed { problem, release: which, asked: true, .. } if *which == release => {
            problem.message.contains("does not come from Squelch's makers")
        }
        _ => false,
    };
    bench.until("it is said", said).await;
}

#[test]
fn what_is_refused_for_good_is_said_to_everybody_and_fetched_by_itself_only_once() {
    Bench::run(async |mut bench| {
        bench.choose(Setting::Updates { choice: Choice::Automatic }).await;
        let package = Bench::an_app_image(NEW);
        let strange = Key::default().sign(&package, Some(NEW));
        bench.releases.offer(NEW, "Of the first day.", &package, &strange);
        bench.start();
        refused_for_good(&mut bench, "Of the first day.").await;

        bench.releases.offer(NEW, "Of the next day.", &package, &strange);
        bench.an_hour_passes();
        bench.choose(Setting::SkipUpdate { version: "98.0.0".to_owned() }).await;
        bench.a_day_passes();
        refused_for_good(&mut bench, "Of the next day.").await;
        let requests = |bench: &Bench| (bench.releases.requests(LIST), bench.releases.requests(PACKAGE));
        assert_eq!(requests(&bench), (2, 1), "it is looked for daily, and not fetched again");

        // Who chooses so anew does not choose it for what was refused.
        bench.choose(Setting::Updates { choice: Choice::Notify }).await;
        bench.updates().look();
        bench.shown().await;
        bench.choose(Setting::Updates { choice: Choice::Automatic }).await;
        refused_for_good(&mut bench, "Of the next day.").await;
        assert_eq!(requests(&bench), (3, 1));

        // The same version with another signature is another package.
        bench.offer_newer();
        bench.a_day_passes();
        waits_for_the_end(&mut bench).await;
    });
}

#[test]
fn what_the_end_could_not_install_is_said_by_the_next_start_once() {
    Bench::run(async |mut bench| {
        bench.place(Place::Deb);
        bench.pkexec("exit 126");
        bench.offer_package(NEW, &bench.a_deb());
        bench.start();
        bench.shown().await;
        bench.updates().install(UpdateTime::OnQuit);
        waits_for_the_end(&mut bench).await;
        bench.updates().quit().await;

        bench.next_start();
        let stage = bench.until("it is said", |stage| matches!(stage, UpdateStage::Failed { .. })).await;
        let UpdateStage::Failed { problem, asked: true, .. } = stage else { panic!("it is said to nobody: {stage:?}") };
        let words = format!("Squelch {NEW} could not be installed when you quit. You did not give the permission");
        assert!(problem.message.starts_with(&words), "{}", problem.message);
        assert_eq!(bench.releases.requests(LIST), 1, "nothing takes the words away at once");
        // To try again it has to be found again.
        bench.updates().install(UpdateTime::Quiet);
        let refused_again = |stage: &UpdateStage| match stage {
            UpdateStage::Failed { problem, .. } => problem.message.starts_with("You did not give the permission"),
            _ => false,
        };
        bench.until("it is tried again", refused_again).await;

        bench.next_start();
        bench.shown().await;
    });
}
