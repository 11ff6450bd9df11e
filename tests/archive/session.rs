//! The script: calls come, are heard, are played half; some go because they are too many. And what must hold of the archive
//! whatever has happened to the process.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use squelch_core::archive::{
    Archive, Audio, Entry, Limits, Note, Only, Peaks, Position, ReadError, Reader, Search, Sighting, State,
};
use squelch_core::clock::{Clock, WallTime};
use squelch_core::model::{Call, CallId, CallKey, ServerId, SystemNumber, TalkgroupNumber, Transcript};

/// Set in the process that listens: the data folder.
pub(crate) const DATA: &str = "SQUELCH_ARCHIVE_TEST_DATA";
/// Calls in each of the two parts of the script.
pub(crate) const PART: u64 = 6;
/// Calls that are kept; the oldest beyond these go.
const ROOM: u64 = 8;
const START: i64 = 1_795_000_000_000;
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn key(number: u64) -> CallKey {
    CallKey::new(ServerId(1), CallId(number))
}

pub(crate) fn sound(number: u64) -> Vec<u8> {
    (0..40_000_u64).map(|n| (n.wrapping_mul(number + 7) >> 3) as u8).collect()
}

fn call(number: u64) -> Call {
    Call {
        id: CallId(number),
        system: None,
        talkgroup: None,
        system_number: SystemNumber(1),
        talkgroup_number: TalkgroupNumber(number % 3),
        start: WallTime(START + number.cast_signed() * 1_000),
        frequency: None,
        duration: None,
        unit: None,
        alias: None,
        units: Vec::new(),
        errors: None,
        spikes: None,
        site: None,
        decoder: None,
        audio_type: "audio/mpeg".into(),
        labels: None,
        transcript: None,
    }
}

/// Opens an archive and waits until it is open and all of it was looked through.
pub(crate) async fn open(data: &Path, limits: Limits) -> Archive {
    let archive = Archive::start(data.to_path_buf(), Clock::system(), limits);
    let mut standing = archive.standing();
    let open = standing.wait_for(|standing| standing.is_open && standing.is_swept);
    tokio::time::timeout(LIMIT, open).await.expect("in time").expect("it has not ended");
    archive
}

pub(crate) const UNLIMITED: Limits = Limits { age: None, bytes: None };

/// Notes what happens to one call.
pub(crate) fn note(archive: &Archive, number: u64) {
    let sighting = Sighting { call: call(number), at: WallTime(START), late: false, state: State::Unheard };
    archive.note(key(number), Note::Seen(Box::new(sighting)));
    let (bytes, duration) = (sound(number).into(), Duration::from_secs(2));
    archive.note(key(number), Note::Audio(Audio { bytes, duration, peaks: Peaks([number as u8; 64]) }));
    archive.note(key(number), Note::Transcript(Transcript { text: format!("words of{number}"), segments: Vec::new() }));
    let position = |number, at| Position { key: key(number), at, by_hand: false, arrived: WallTime(START) };
    archive.waiting(vec![position(number, Duration::ZERO), position(number - 1, Duration::ZERO)]);
    archive.playing(Some(position(number, Duration::from_millis(number))));
}

async fn listen(data: &Path) {
    for part in 0..2 {
        let archive = open(data, UNLIMITED).await;
        for number in 1 + part * PART..=(1 + part) * PART {
            note(&archive, number);
            archive.written().await;
            archive.note(key(number), Note::State(State::Heard));
            archive.written().await;
            println!("heard {number}");
        }
        if part == 1 {
            let bytes = Some(ROOM * 40_000);
            archive.limit(Limits { age: None, bytes });
            let mut standing = archive.standing();
            let is_done = standing.wait_for(|standing| standing.totals.audio == ROOM * 40_000);
            tokio::time::timeout(LIMIT, is_done).await.expect("in time").expect("it has not ended");
        }
        archive.end(LIMIT).await;
        println!("ended {part}");
    }
}

/// What listens; only ever run by [`process`].
#[test]
#[ignore = "run by the other tests in a process of its own"]
fn script() {
    let data = std::env::var_os(DATA).expect("it is run by another test");
    // One thread besides the archive's: the fewer there are, the sooner it starts.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(listen(Path::new(&data)));
}

/// This test program again, running one test of it, after `before` (a program that starts others, with its arguments).
pub(crate) fn process(before: &[&str], test: &str, data: &Path) -> Command {
    let mut words = before.iter().map(|word| (*word).to_owned());
    let program = std::env::current_exe().expect("this program").to_string_lossy().into_owned();
    let mut command = Command::new(words.next().unwrap_or_else(|| program.clone()));
    command.args(words);
    if !before.is_empty() {
        command.arg(program);
    }
    command.args(["--exact", test, "--ignored", "--nocapture"]).env(DATA, data);
    command
}

/// How far the script had come for certain, from what it has printed.
pub(crate) fn heard(output: &str) -> u64 {
    output.lines().filter_map(|line| line.strip_prefix("heard ")?.parse().ok()).max().unwrap_or(0)
}

fn everything(reader: &Reader) -> Result<Vec<Entry>, ReadError> {
    Ok(reader.search(&Search { oldest_first: true, ..Search::default() }, 1_000, None)?.entries)
}

/// Opens what is left and sees that it is whole: at least the calls up to `heard` are there, as they were, unless there was
/// no more room for them.
pub(crate) async fn check(data: &Path, heard: u64) {
    let archive = open(data, UNLIMITED).await;
    let standing = archive.standing().borrow().clone();
    assert_eq!(standing.set_aside, None);
    assert_eq!(standing.swept.calls, 0, "a row pointed to a file that was not whole");
    let entries = archive.ask(everything).await.expect("it can be read");
    let numbers: Vec<u64> = entries.iter().map(|entry| entry.key.call.0).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "none twice, none missing: {numbers:?}");
    let last = numbers.last().copied().unwrap_or(0);
    assert!(
        last >= heard && (numbers.first().is_none_or(|first| *first == 1) || last == 2 * PART),
        "{numbers:?} {heard}"
    );
    for entry in &entries {
        let number = entry.key.call.0;
        // Of what happened last some notes may be written and others not; none is written in part.
        let is_certain = number <= heard;
        assert!(!is_certain || entry.state == State::Heard);
        if is_certain || entry.audio > 0 {
            assert_eq!(archive.audio(entry.id).await.expect("it is whole"), sound(number));
        }
        if is_certain || entry.transcript.is_some() {
            assert_eq!(entry.call.transcript.as_deref(), Some(format!("words of{number}").as_str()));
            let typed = format!("of{number}");
            let found =
                archive.ask(move |reader| reader.search(&Search { typed, ..Search::default() }, 99, None)).await;
            assert!(found.expect("it can be read").entries.iter().any(|found| found.id == entry.id));
        }
    }
    let unheard = Search { only: Some(Only::Unheard), ..Search::default() };
    let unheard = archive.ask(move |reader| reader.search(&unheard, 99, None)).await.expect("it can be read").entries;
    let groups = archive.ask(Reader::groups).await.expect("it can be read");
    assert_eq!(groups.iter().map(|group| group.unheard).sum::<u64>(), unheard.len() as u64);
    assert_eq!(groups.iter().map(|group| group.calls).sum::<u64>(), entries.len() as u64);
    let resume = archive.ask(Reader::resume).await.expect("it can be read");
    let (playing, at) = resume.playing.map_or((0, Duration::ZERO), |(entry, position)| (entry.key.call.0, position.at));
    assert!((heard..=last).contains(&playing), "{playing} {heard} {last}");
    assert_eq!(at, Duration::from_millis(playing));
    let next = resume.waiting.first().map_or(0, |(entry, _)| entry.key.call.0);
    assert!((playing..=last).contains(&next), "{next} {playing} {last}");
    archive.end(LIMIT).await;
    let files = files(data);
    let stored = entries.iter().filter(|entry| entry.audio > 0).count();
    assert_eq!(files, stored, "files that nothing points to are swept away");
}

fn files(data: &Path) -> usize {
    let hours = std::fs::read_dir(data.join("archive/audio")).expect("it is there");
    hours.map(|hour| std::fs::read_dir(hour.expect("an entry").path()).expect("a folder").count()).sum()
}
