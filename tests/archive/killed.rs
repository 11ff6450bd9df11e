//! Killed (`kill -9`) at every single write: what was heard before is there afterwards, and everything is whole.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::session::{check, heard, process};

/// Everything that changes a file or a folder.
pub(crate) const WRITES: &str = "write,pwrite64,pwritev,ftruncate,fallocate,fsync,fdatasync,rename,renameat,renameat2,link,\
    linkat,unlink,unlinkat,mkdir,mkdirat,rmdir";
/// As many processes at once as this machine likely has cores.
const AT_ONCE: usize = 2;

/// How often the script's process calls each of them, in the thread that writes.
fn counted() -> BTreeMap<String, usize> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let log = folder.path().join("log");
    let trace = format!("trace={WRITES}");
    let log_name = log.to_string_lossy().into_owned();
    let strace = ["strace", "-ff", "--seccomp-bpf", "-qq", "-o", &log_name, "-e", &trace];
    let status =
        process(&strace, "session::script", folder.path()).stdout(Stdio::null()).status().expect("strace runs");
    assert!(status.success());
    let mut most = BTreeMap::new();
    for entry in fs::read_dir(folder.path()).expect("it can be listed") {
        let path = entry.expect("an entry").path();
        if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("log.")) {
            continue;
        }
        let text = fs::read_to_string(path).expect("a log is text");
        // The script has a thread that writes in each part; each counts for itself.
        let mut counts = BTreeMap::new();
        for name in text.lines().filter_map(|line| line.split_once('(')).map(|(name, _)| name) {
            *counts.entry(name.to_owned()).or_insert(0) += 1;
        }
        if text.contains("pwrite64(") {
            for (name, count) in counts {
                let entry = most.entry(name).or_insert(0);
                *entry = count.max(*entry);
            }
        }
    }
    most
}

/// Kills the script at the n-th of these calls; the script goes on to the end if there are fewer.
fn kill(name: &str, n: usize) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (trace, inject) = (format!("trace={name}"), format!("inject={name}:signal=KILL:when={n}"));
    let strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
    let output = process(&strace, "session::script", folder.path()).output().expect("strace runs");
    let heard = heard(&String::from_utf8_lossy(&output.stdout));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    println!("killed at {name} {n}: {heard} heard");
    runtime.block_on(check(folder.path(), heard));
}

#[test]
fn killed_at_any_write_the_archive_opens_and_nothing_that_was_written_is_lost_or_half() {
    let counts = counted();
    let points: Vec<(String, usize)> =
        counts.into_iter().flat_map(|(name, count)| (1..=count).map(move |n| (name.clone(), n))).collect();
    assert!(points.len() > 300, "only {} points", points.len());
    let (next, done) = (AtomicUsize::new(0), Mutex::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((name, n)) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                    kill(name, *n);
                    *done.lock().expect("no other has failed") += 1;
                }
            });
        }
    });
    assert_eq!(*done.lock().expect("none has failed"), points.len());
}
