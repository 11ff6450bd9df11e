//! The whole of it, and its figures beside their targets.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use squelch_core::archive::{Archive, Limits, Reader, Search, State};
use squelch_core::clock::Clock;
use squelch_demo::Options;
use squelch_tests::desk::{registered, server};

use crate::child::Listener;
use crate::course::{CALLS, Course, ROUNDS_PER_DEVICE};
use crate::figures;
use crate::usage::{KEPT_OPEN, Usage};

/// If nothing else is said.
const ALL: u64 = 100_000;
/// Until a list of calls is full it grows as it is meant to; so many rounds that takes at least.
const FULL: u64 = 20;
/// After the first tenth, memory may grow by less than this, in kilobytes.
const GROWTH: i64 = 5_000;
/// The archive is asked for so many of its calls at once.
const PAGE: usize = 10_000;

/// Runs it.
pub(crate) async fn soak() -> ExitCode {
    let wanted = std::env::var("SQUELCH_SOAK_CALLS").map_or(ALL, |calls| calls.parse().expect("it is a number"));
    let rounds = wanted.div_ceil(CALLS).max(10);
    let began = Instant::now();
    let (demo, controls) = server(Options::silent()).await;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let listener = Listener::start(folder.path(), &demo.address(), rounds * CALLS);
    registered(&controls, 1).await;
    let mut course = Course::new(controls, listener);
    println!(
        "soak: {} calls, {rounds} lost links, {} changes of the device\n",
        rounds * CALLS,
        rounds / ROUNDS_PER_DEVICE
    );
    let Some((first, last)) = run(&mut course, rounds, began).await else {
        println!("call {} never came to its end: MISSED", course.listener.first_missing());
        return ExitCode::FAILURE;
    };
    let (welcomed, unheard) = (course.controls.welcomed() as u64, std::mem::take(&mut course.listener.unheard));
    course.listener.end().await;
    let kept = look(folder.path()).await;
    let calls = figure("calls that were heard", rounds * CALLS - unheard.len() as u64, rounds * CALLS);
    let links = figure("links that were had", welcomed - 1, rounds);
    let growth = last.memory as i64 - first.memory as i64;
    let is_flat = growth < GROWTH;
    let shown = format!("{:+.1} MB", growth as f64 / 1e3);
    figures::print("memory after the first tenth", &shown, "< 5 MB", is_flat, "");
    let threads = figure_at_most("threads", last.threads, first.threads);
    let descriptors = figure_at_most("descriptors", last.descriptors, first.descriptors + KEPT_OPEN);
    figures::print("calls in the archive that are not heard", &kept.unheard.to_string(), "0", kept.unheard == 0, "");
    figures::note("calls in the archive", &kept.calls.to_string());
    figures::note("it took", &format!("{:.0} s", began.elapsed().as_secs_f64()));
    if !unheard.is_empty() {
        println!("not heard: {unheard:?}");
    }
    let is_met = calls && links && is_flat && threads && descriptors && kept.unheard == 0 && kept.calls > 0;
    if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the listener took after the first tenth, and at the end. Nothing if a call was missed.
async fn run(course: &mut Course, rounds: u64, began: Instant) -> Option<(Usage, Usage)> {
    let mut first = None;
    let first_at = (rounds / 10).max(FULL.min(rounds / 2));
    for round in 1..=rounds {
        if !course.round(round).await {
            return None;
        }
        if round == first_at {
            first = Some(course.listener.usage(None).await);
        }
        if first.is_some() && round % (rounds / 10) == 0 {
            let now = course.listener.usage(first).await;
            let Usage { memory, threads, descriptors } = now;
            let spent = began.elapsed().as_secs();
            let measured = format!("{memory} kB, {threads} threads, {descriptors} descriptors, {spent} s");
            println!("  after {:>7} calls: {measured}", course.last);
        }
    }
    let last = course.listener.usage(first).await;
    Some((first?, last))
}

fn figure(name: &str, measured: u64, target: u64) -> bool {
    figures::print(name, &measured.to_string(), &format!(">= {target}"), measured >= target, "");
    measured >= target
}

fn figure_at_most(name: &str, measured: u64, target: u64) -> bool {
    figures::print(name, &measured.to_string(), &format!("<= {target}"), measured <= target, "");
    measured <= target
}

/// What the archive has in the end.
struct Kept {
    calls: usize,
    unheard: usize,
}

/// Looks at all that is in the archive of a listener that has ended.
async fn look(data: &Path) -> Kept {
    let archive = Archive::start(data.to_path_buf(), Clock::system(), Limits { age: None, bytes: None });
    archive.standing().wait_for(|standing| standing.is_open).await.expect("it has not ended");
    let (mut kept, mut after) = (Kept { calls: 0, unheard: 0 }, None);
    loop {
        let page = move |reader: &Reader| reader.search(&Search::default(), PAGE, after);
        let page = archive.ask(page).await.expect("it can be read");
        kept.calls += page.entries.len();
        kept.unheard += page.entries.iter().filter(|entry| entry.state != State::Heard).count();
        after = page.next;
        if after.is_none() {
            archive.end(squelch_tests::LIMIT).await;
            return kept;
        }
    }
}
