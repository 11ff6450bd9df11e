//! No room: listening goes on, archiving stops and says so, and goes on by itself.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use squelch_core::archive::{Archive, Reader, Trouble};
use squelch_core::clock::Clock;

use super::session::{DATA, UNLIMITED, note, process};

/// Calls that are noted, of 40 kB each: more than are written at once.
const CALLS: u64 = 400;
/// What the system lets a file grow to, in bytes: too little for the database.
const ROOM: u64 = 400_000;

/// Runs in the process with little room: says what it sees, and goes on when it is told that there is room.
#[test]
#[ignore = "run by the other tests in a process of its own"]
fn cramped() {
    let data = std::env::var_os(DATA).expect("it is run by another test");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (clock, hands) = Clock::manual();
        let archive = Archive::start(Path::new(&data).to_path_buf(), clock, UNLIMITED);
        for number in 1..=CALLS {
            note(&archive, number);
        }
        let mut standing = archive.standing();
        let stopped = standing.wait_for(|standing| standing.trouble.is_some()).await.expect("it runs").clone();
        assert!(matches!(stopped.trouble, Some(Trouble::Full(_) | Trouble::Unwritable(_))), "{stopped:?}");
        println!("stopped");
        // What comes meanwhile is taken, too.
        note(&archive, CALLS + 1);
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).expect("the other side lives");
        hands.advance(Duration::from_secs(10));
        archive.written().await;
        assert!(standing.borrow_and_update().trouble.is_none());
        let totals = archive.ask(Reader::totals).await.expect("it can be read");
        assert_eq!((totals.calls, totals.audio), (CALLS + 1, (CALLS + 1) * 40_000));
        assert_eq!(standing.borrow().set_aside, None);
        println!("resumed");
        archive.end(Duration::from_secs(60)).await;
    });
}

#[test]
fn without_room_archiving_stops_says_so_and_catches_up_by_itself_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    // The shell has the signal ignored, so that writing fails instead of killing, as it does on a disk that is full.
    let limited = format!("trap '' XFSZ; exec prlimit --fsize={ROOM}:unlimited \"$0\" \"$@\"");
    let mut command = process(&["sh", "-c", &limited], "full::cramped", folder.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it can be started");
    let mut lines = BufReader::new(child.stdout.take().expect("it has an output")).lines();
    let mut until = |wanted: &str| lines.by_ref().any(|line| line.expect("it is text") == wanted);
    assert!(until("stopped"));
    let pid = child.id().to_string();
    let status = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status().expect("prlimit runs");
    assert!(status.success());
    child.stdin.take().expect("it has an input").write_all(b"there is room\n").expect("it lives");
    assert!(until("resumed"));
    assert!(child.wait().expect("it ends").success());
}
