//! The archive on this computer with a million calls in it, a month of a busy server.

#![forbid(unsafe_code)]

mod figures;

use std::path::Path;
use std::time::{Duration, Instant};

use squelch_core::archive::{Archive, Audio, Limits, Note, Peaks, ReadError, Reader, Search, Sighting, State};
use squelch_core::clock::{Clock, WallTime};
use squelch_core::model::{
    Call, CallId, CallKey, Labels, ServerId, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, Transcript,
    UnitNumber, UnitSpan,
};
use squelch_core::timeline::timeline;
use squelch_core::view::TimelineQuery;

const CALLS: u64 = 1_000_000;
/// 2026-10-01, and the month after it.
const FIRST: i64 = 1_790_812_800_000;
const MONTH: u64 = 30 * 24 * 60 * 60 * 1_000;
const WORDS: [&str; 40] = [
    "engine",
    "ladder",
    "medic",
    "respond",
    "street",
    "avenue",
    "smoke",
    "alarm",
    "north",
    "south",
    "east",
    "west",
    "copy",
    "station",
    "clear",
    "scene",
    "patient",
    "transport",
    "hospital",
    "battalion",
    "command",
    "water",
    "hydrant",
    "vehicle",
    "accident",
    "highway",
    "exit",
    "lane",
    "blocked",
    "police",
    "requested",
    "unit",
    "available",
    "returning",
    "quarters",
    "structure",
    "second",
    "floor",
    "caller",
    "advises",
];

fn key(n: u64) -> CallKey {
    CallKey::new(ServerId(1), CallId(n))
}

fn start(n: u64) -> WallTime {
    WallTime(FIRST + (n * MONTH / CALLS).cast_signed())
}

fn word(n: u64) -> &'static str {
    // A multiplicative hash: the same words on every run.
    WORDS[(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % WORDS.len()]
}

fn said(n: u64) -> String {
    let words: Vec<&str> = (0..14).map(|i| word(n * 16 + i)).collect();
    format!("dispatch {} number{}", words.join(" "), n % 50_000)
}

fn call(n: u64) -> Call {
    let talkgroup = n % 400;
    let labels = Labels {
        system: Some("Riverside County".into()),
        label: Some(format!("RC FD {talkgroup}")),
        name: Some(format!("Fire Dispatch {talkgroup}")),
        group: Some("Fire".into()),
        tag: Some("Fire Dispatch".into()),
        color: None,
    };
    let unit = UnitNumber(440_000 + n % 3_000);
    Call {
        id: CallId(n),
        system: Some(SystemId(1)),
        talkgroup: Some(TalkgroupId(talkgroup + 1)),
        system_number: SystemNumber(1),
        talkgroup_number: TalkgroupNumber(30_000 + talkgroup),
        start: start(n),
        frequency: Some(851_012_500),
        duration: Some(Duration::from_secs(8)),
        unit: Some(unit),
        alias: None,
        units: vec![UnitSpan { at: Duration::ZERO, unit, tag: Some(format!("Engine {}", n % 97)) }],
        errors: Some(0),
        spikes: Some(0),
        site: None,
        decoder: None,
        audio_type: "audio/mpeg".into(),
        labels: Some(labels),
        transcript: None,
    }
}

fn note(archive: &Archive, n: u64) {
    let state = if n.is_multiple_of(3) { State::Unheard } else { State::Heard };
    archive.note(key(n), Note::Seen(Box::new(Sighting { call: call(n), at: start(n), late: false, state })));
    archive.note(key(n), Note::Transcript(Transcript { text: said(n), segments: Vec::new() }));
}

fn open(data: &Path, clock: &Clock) -> Archive {
    Archive::start(data.to_path_buf(), clock.clone(), Limits { age: None, bytes: None })
}

async fn fill(archive: &Archive) {
    let began = Instant::now();
    for n in 0..CALLS {
        note(archive, n);
        if n % 5_000 == 4_999 {
            archive.written().await;
        }
    }
    archive.written().await;
    figures::note("calls written at once, each", &figures::ms(began.elapsed() / CALLS as u32));
}

async fn opening(data: &Path, clock: &Clock) {
    let mut spans = Vec::new();
    for _ in 0..9 {
        let began = Instant::now();
        let archive = open(data, clock);
        let mut standing = archive.standing();
        standing.wait_for(|standing| standing.is_open || standing.trouble.is_some()).await.expect("it has not ended");
        let found = archive.ask(|reader| reader.find(key(CALLS - 1))).await.expect("it can be read");
        spans.push(began.elapsed());
        assert!(found.is_some());
        archive.end(Duration::from_secs(60)).await;
    }
    figure("open, to the first answer", &mut spans, 300);
}

async fn insertion(archive: &Archive) {
    let mut spans = Vec::new();
    for n in CALLS..CALLS + 2_000 {
        let began = Instant::now();
        note(archive, n);
        archive.written().await;
        spans.push(began.elapsed());
    }
    let slow = figures::quantile(&mut spans, 0.99);
    figures::note("  99 of 100 within", &figures::ms(slow));
    figure("insert one call with its transcript", &mut spans, 1);
}

fn figure(name: &str, spans: &mut [Duration], target_ms: u64) {
    let (median, longest) = (figures::quantile(spans, 0.5), figures::quantile(spans, 1.0));
    let is_met = median <= Duration::from_millis(target_ms);
    let longest = format!("(longest {})", figures::ms(longest));
    figures::print(name, &figures::ms(median), &format!("<= {target_ms} ms"), is_met, &longest);
}

async fn asked<T: Send + 'static>(
    archive: &Archive,
    name: &str,
    target_ms: u64,
    question: impl Fn(&Reader) -> Result<T, ReadError> + Clone + Send + 'static,
    size: impl Fn(&T) -> usize,
) {
    let mut spans = Vec::new();
    let mut found = 0;
    for _ in 0..21 {
        let question = question.clone();
        let began = Instant::now();
        found = size(&archive.ask(move |reader| question(reader)).await.expect("it can be read"));
        spans.push(began.elapsed());
    }
    figure(&format!("{name} ({found})"), &mut spans, target_ms);
}

async fn searching(archive: &Archive) {
    for (name, typed) in [
        ("a word in every call", "\"dispatch\""),
        ("the beginning of one", "dispat"),
        ("one letter", "d"),
        ("two letters", "en"),
        ("a word in one call of 50,000", "number4711"),
        ("two words in every call", "fire dispatch"),
        ("five words", "engine ladder medic smoke alarm"),
        ("words next to each other", "\"fire dispatch 7\""),
        ("a unit", "440123"),
        ("the beginning of many", "number4"),
        ("a word that nobody said", "xyzzyx"),
    ] {
        let search = Search { typed: typed.into(), ..Search::default() };
        let question = move |reader: &Reader| reader.search(&search, 50, None);
        asked(archive, &format!("newest 50 with {name}"), 50, question, |page| page.entries.len()).await;
    }
    let groups = archive.ask(|reader| reader.groups()).await.expect("it can be read");
    let one = Search { typed: "dispatch".into(), groups: vec![groups[0].id], ..Search::default() };
    asked(archive, "… of one talkgroup", 50, move |reader| reader.search(&one, 50, None), |page| page.entries.len())
        .await;
    let all = Search::default();
    asked(archive, "newest 50", 50, move |reader| reader.search(&all, 50, None), |page| page.entries.len()).await;
}

async fn looking(archive: &Archive) {
    // An hour of calls that were heard, so that they have shapes.
    let of_an_hour = CALLS * 60 * 60 * 1_000 / MONTH;
    for n in CALLS / 2..CALLS / 2 + of_an_hour {
        let (bytes, duration) = (vec![1; 64].into(), Duration::from_secs(8));
        archive.note(key(n), Note::Audio(Audio { bytes, duration, peaks: Peaks([7; 64]) }));
    }
    archive.written().await;
    let (from, to) = (start(CALLS / 2), WallTime(start(CALLS / 2).0 + 24 * 60 * 60 * 1_000));
    // What the window asks for: calls, lanes and gaps; of an hour with the shapes.
    let query = |to: WallTime, shapes| TimelineQuery { from_ms: from.0 as f64, to_ms: to.0 as f64, shapes };
    let (day, an_hour) = (query(to, false), query(WallTime(from.0 + 60 * 60 * 1_000), true));
    asked(archive, "timeline of a day", 50, move |reader| timeline(reader, day), |view| view.calls.len()).await;
    asked(archive, "timeline of an hour", 50, move |reader| timeline(reader, an_hour), |view| view.calls.len()).await;
    let hour = WallTime(from.0 + 60 * 60 * 1_000);
    let waves = move |reader: &Reader| reader.waves(from, hour, 10_000);
    asked(archive, "shapes of an hour", 50, waves, Vec::len).await;
    asked(archive, "unheard, by talkgroup", 50, Reader::groups, Vec::len).await;
    asked(archive, "totals", 50, Reader::totals, |_| 1).await;
}

/// While a tenth of everything grows too old, calls are written and looked for.
async fn retaining(archive: &Archive) {
    let before = archive.ask(Reader::totals).await.expect("it can be read");
    let day = Duration::from_secs(24 * 60 * 60);
    archive.limit(Limits { age: Some(27 * day), bytes: None });
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    let began = Instant::now();
    for n in CALLS + 2_000..CALLS + 2_400 {
        let at = Instant::now();
        note(archive, n);
        archive.written().await;
        writes.push(at.elapsed());
        let search = Search { typed: "dispat".into(), ..Search::default() };
        let at = Instant::now();
        archive.ask(move |reader| reader.search(&search, 50, None)).await.expect("it can be read");
        reads.push(at.elapsed());
    }
    let spent = began.elapsed();
    let after = archive.ask(Reader::totals).await.expect("it can be read");
    let gone = before.calls + 400 - after.calls;
    figures::note("calls removed meanwhile", &gone.to_string());
    figures::note("  each", &figures::ms(spent / u32::try_from(gone.max(1)).expect("not that many")));
    figure("insert while calls are removed", &mut writes, 10);
    figure("newest 50 while calls are removed", &mut reads, 50);
}

/// Audio of the size of a usual call.
async fn audio(archive: &Archive) {
    let mut spans = Vec::new();
    for n in 0..200 {
        let bytes = vec![n as u8; 32_000].into();
        let began = Instant::now();
        let audio = Audio { bytes, duration: Duration::from_secs(8), peaks: Peaks([7; 64]) };
        archive.note(key(CALLS + n), Note::Audio(audio));
        archive.written().await;
        spans.push(began.elapsed());
    }
    figures::note("audio of 32 kB, synced", &figures::ms(figures::quantile(&mut spans, 0.5)));
}

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    // On a real disk: the system's folder for temporary files may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
    let clock = Clock::system();
    runtime.block_on(async {
        println!("archive: {CALLS} calls\n");
        let archive = open(folder.path(), &clock);
        fill(&archive).await;
        archive.end(Duration::from_secs(60)).await;
        opening(folder.path(), &clock).await;
        let archive = open(folder.path(), &clock);
        archive.written().await;
        archive.standing().wait_for(|standing| standing.is_open).await.expect("it has not ended");
        insertion(&archive).await;
        searching(&archive).await;
        looking(&archive).await;
        audio(&archive).await;
        retaining(&archive).await;
        archive.end(Duration::from_secs(60)).await;
        let bytes = std::fs::metadata(folder.path().join("archive/archive.sqlite")).expect("it is there").len();
        figures::note("the database", &format!("{} MB", bytes / 1_000_000));
    });
}
