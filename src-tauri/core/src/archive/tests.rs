//! The archive from outside, on real files.

mod keeping;
mod laws;
mod searching;
mod trouble;

use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;

use super::*;
use crate::clock::{Hands, WallTime};
use crate::model::{
    Call, CallId, Labels, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, Transcript, UnitNumber, UnitSpan,
};
use crate::view::NotPlayed;

/// An archive in a folder of its own, on a clock moved by hand.
struct Desk {
    folder: TempDir,
    clock: Clock,
    hands: Hands,
    archive: Archive,
}

const UNLIMITED: Limits = Limits { age: None, bytes: None };

impl Desk {
    async fn new() -> Self {
        Self::with(tempfile::tempdir().unwrap(), UNLIMITED).await
    }

    async fn with(folder: TempDir, limits: Limits) -> Self {
        let (clock, hands) = Clock::manual();
        let archive = Archive::start(folder.path().to_path_buf(), clock.clone(), limits);
        let desk = Self { folder, clock, hands, archive };
        desk.open().await;
        desk
    }

    async fn open(&self) {
        self.until(|standing| standing.is_open).await;
    }

    /// Waits until it stands like this.
    async fn until(&self, is_so: impl Fn(&Standing) -> bool) -> Standing {
        let mut standing = self.archive.standing();
        let waited = tokio::time::timeout(Duration::from_secs(30), standing.wait_for(is_so)).await;
        waited.unwrap_or_else(|_| panic!("{:?}", self.archive.standing().borrow())).unwrap().clone()
    }

    /// Ends and starts again; the clock goes on.
    async fn restart(self) -> Self {
        let folder = self.end().await;
        Self::with(folder, UNLIMITED).await
    }

    async fn end(self) -> TempDir {
        self.archive.end(Duration::from_secs(30)).await;
        self.folder
    }

    fn now(&self) -> WallTime {
        self.clock.now().wall
    }

    /// Notes a call that is seen now.
    fn see(&self, call: Call) -> CallKey {
        self.see_as(call, State::Unheard)
    }

    fn see_as(&self, call: Call, state: State) -> CallKey {
        let key = CallKey::new(ServerId(1), call.id);
        self.archive.note(key, Note::Seen(Box::new(Sighting { call, at: self.now(), late: false, state })));
        key
    }

    /// A call with this number and talkgroup that begins now.
    fn call(&self, number: u64, talkgroup: u64) -> Call {
        call(number, talkgroup, self.now())
    }

    fn say(&self, key: CallKey, text: &str) {
        self.archive.note(key, Note::Transcript(Transcript { text: text.to_owned(), segments: Vec::new() }));
    }

    fn store(&self, key: CallKey, bytes: &'static [u8]) {
        let audio = Audio { bytes: Bytes::from_static(bytes), duration: Duration::from_secs(3), peaks: Peaks([9; 64]) };
        self.archive.note(key, Note::Audio(audio));
    }

    async fn find(&self, key: CallKey) -> Option<Entry> {
        self.archive.written().await;
        self.archive.ask(move |reader| reader.find(key)).await.unwrap()
    }

    /// The numbers of the calls that fit, as they come, all pages.
    async fn search(&self, search: Search) -> Vec<u64> {
        self.archive.written().await;
        let ask = move |reader: &Reader| {
            let (mut numbers, mut after) = (Vec::new(), None);
            loop {
                let page = reader.search(&search, 3, after)?;
                numbers.extend(page.entries.iter().map(|entry| entry.key.call.0));
                after = page.next;
                if after.is_none() {
                    return Ok::<_, ReadError>(numbers);
                }
            }
        };
        self.archive.ask(ask).await.unwrap()
    }

    async fn typed(&self, typed: &str) -> Vec<u64> {
        self.search(Search { typed: typed.to_owned(), ..Search::default() }).await
    }

    async fn groups(&self) -> Vec<Group> {
        self.archive.written().await;
        let mut groups = self.archive.ask(Reader::groups).await.unwrap();
        groups.sort_by_key(|group| group.id);
        groups
    }

    /// Lets the thread look whether something is to go, and waits until it has.
    async fn retained(&self) -> Totals {
        self.archive.written().await;
        self.hands.advance(Duration::from_secs(3_600));
        let at = self.clock.now().at;
        self.until(|standing| standing.looked_at >= at).await.totals
    }

    /// The audio files there are.
    fn files(&self) -> Vec<PathBuf> {
        files_of(&self.folder.path().join("archive"))
    }
}

fn files_of(archive: &std::path::Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for hour in std::fs::read_dir(archive.join("audio")).unwrap() {
        files.extend(std::fs::read_dir(hour.unwrap().path()).unwrap().map(|file| file.unwrap().path()));
    }
    files
}

pub(super) fn call(number: u64, talkgroup: u64, start: WallTime) -> Call {
    let labels = Labels {
        system: Some("Riverside".into()),
        label: Some(format!("RC {talkgroup}")),
        name: Some(format!("Fire Dispatch {talkgroup}")),
        ..Labels::default()
    };
    Call {
        id: CallId(number),
        system: Some(SystemId(5)),
        talkgroup: Some(TalkgroupId(talkgroup)),
        system_number: SystemNumber(11),
        talkgroup_number: TalkgroupNumber(30_000 + talkgroup),
        start: WallTime(start.0.div_euclid(1_000) * 1_000),
        frequency: Some(851_012_500),
        duration: Some(Duration::from_millis(4_200)),
        unit: Some(UnitNumber(4_401)),
        alias: Some("Brûlé 7".into()),
        units: vec![UnitSpan {
            at: Duration::from_millis(1_500),
            unit: UnitNumber(4_402),
            tag: Some("Engine 2".into()),
        }],
        errors: Some(0),
        spikes: None,
        site: Some("North".into()),
        decoder: None,
        audio_type: "audio/mpeg".into(),
        labels: Some(labels),
        transcript: None,
    }
}

#[tokio::test]
async fn a_call_is_there_as_it_was_seen_also_after_a_restart() {
    let desk = Desk::new().await;
    let seen = desk.call(7, 3);
    let key = desk.see_as(seen.clone(), State::Filtered(NotPlayed::Avoided));
    let segment = crate::model::Segment {
        start: Duration::from_millis(200),
        end: Duration::from_millis(900),
        speaker: Some("SPEAKER_00".into()),
        text: "on scene".into(),
    };
    let transcript = Transcript { text: "on scene".into(), segments: vec![segment] };
    desk.archive.note(key, Note::Transcript(transcript.clone()));
    desk.store(key, b"sound");
    desk.archive.note(key, Note::Keep(true));
    desk.archive.written().await;
    let desk = desk.restart().await;
    let entry = desk.find(key).await.unwrap();
    let length = Some(Duration::from_secs(3));
    assert_eq!(entry.call, Call { transcript: Some("on scene".into()), duration: length, ..seen });
    assert_eq!((entry.transcript, entry.state), (Some(transcript), State::Filtered(NotPlayed::Avoided)));
    assert_eq!(
        (entry.kept, entry.kept_for_talkgroup, entry.late, entry.audio, entry.epoch),
        (true, false, false, 5, 1)
    );
    assert_eq!(desk.archive.audio(entry.id).await.unwrap(), b"sound");
    let peaks = desk.archive.ask(move |reader| reader.peaks(entry.id)).await.unwrap();
    assert_eq!(peaks, Some(Peaks([9; 64])));
}

#[tokio::test]
async fn a_call_told_of_twice_is_one_call_with_the_details_joined_and_its_state_left_alone() {
    let desk = Desk::new().await;
    let key = desk.see(desk.call(7, 3));
    desk.archive.note(key, Note::State(State::Heard));
    desk.archive.written().await;
    let listed = Call {
        system: None,
        talkgroup: None,
        talkgroup_number: TalkgroupNumber(0),
        units: Vec::new(),
        site: None,
        labels: None,
        errors: Some(4),
        transcript: Some("on scene".into()),
        ..desk.call(7, 3)
    };
    let seen = Sighting { call: listed, at: desk.now(), late: true, state: State::Unheard };
    desk.archive.note(key, Note::Seen(Box::new(seen)));
    let entry = desk.find(key).await.unwrap();
    assert_eq!((entry.state, entry.late), (State::Heard, false));
    let transcript = Some("on scene".into());
    assert_eq!(entry.call, Call { errors: Some(4), transcript, ..desk.call(7, 3) });
    assert_eq!(desk.typed("scene").await, [7]);
    assert_eq!(desk.search(Search::default()).await, [7]);
}

#[tokio::test]
async fn what_is_held_is_not_written_before_it_is_let_go_or_the_end_has_come() {
    let desk = Desk::new().await;
    desk.archive.hold();
    let first = desk.see(desk.call(1, 1));
    desk.archive.delete_all();
    let second = desk.see(desk.call(2, 1));
    // Everything else is done meanwhile.
    desk.until(|standing| standing.is_swept).await;
    assert_eq!(desk.archive.ask(move |reader| reader.find(second)).await.unwrap(), None);
    desk.archive.let_go_on();
    desk.archive.written().await;
    assert!(desk.find(second).await.is_some());
    desk.archive.hold();
    desk.see(desk.call(3, 1));
    let desk = desk.restart().await;
    assert_eq!((desk.search(Search::default()).await, desk.find(first).await), (vec![3, 2], None));
    desk.end().await;
}

#[tokio::test]
async fn what_was_heard_stays_heard_when_it_is_played_once_more() {
    let desk = Desk::new().await;
    for is_written in [true, false] {
        let key = desk.see(desk.call(u64::from(is_written), 1));
        desk.archive.note(key, Note::State(State::Heard));
        if is_written {
            desk.archive.written().await;
        }
        desk.archive.note(key, Note::State(State::Unheard));
        desk.archive.note(key, Note::State(State::Skipped));
        assert_eq!(desk.find(key).await.unwrap().state, State::Heard);
    }
}

#[tokio::test]
async fn what_is_said_of_a_call_that_is_not_there_is_not_kept_and_leaves_nothing_behind() {
    let desk = Desk::new().await;
    let key = CallKey::new(ServerId(1), CallId(9));
    desk.archive.note(key, Note::State(State::Heard));
    desk.say(key, "nothing");
    desk.store(key, b"sound");
    assert_eq!(desk.find(key).await, None);
    assert_eq!(desk.files(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn unheard_calls_are_counted_for_each_talkgroup() {
    let desk = Desk::new().await;
    for number in 1..=6 {
        desk.see(desk.call(number, number % 2));
    }
    desk.archive.note(CallKey::new(ServerId(1), CallId(2)), Note::State(State::Skipped));
    let counts = |groups: &[Group]| groups.iter().map(|group| (group.unheard, group.calls)).collect::<Vec<_>>();
    assert_eq!(counts(&desk.groups().await), [(3, 3), (2, 3)]);
    desk.archive.note(CallKey::new(ServerId(1), CallId(2)), Note::State(State::Unheard));
    desk.archive.note(CallKey::new(ServerId(1), CallId(1)), Note::State(State::Skipped));
    let groups = desk.groups().await;
    assert_eq!(counts(&groups), [(2, 3), (3, 3)]);
    let (only, oldest_first) = (Some(Only::Unheard), true);
    let of_one = Search { groups: vec![groups[0].id], only, oldest_first, ..Search::default() };
    assert_eq!(desk.search(of_one).await, [3, 5]);
    assert_eq!(desk.search(Search { only, ..Search::default() }).await, [6, 5, 4, 3, 2]);
}

#[tokio::test]
async fn the_queue_and_the_position_come_back_as_far_as_their_calls_are_kept() {
    let desk = Desk::new().await;
    let keys: Vec<CallKey> = (1..=3).map(|number| desk.see(desk.call(number, 1))).collect();
    let unknown = CallKey::new(ServerId(4), CallId(1));
    let position = |key, ms| Position {
        key,
        at: Duration::from_millis(ms),
        by_hand: key == keys[2],
        arrived: WallTime(1_795_000_000_000 + ms.cast_signed()),
    };
    desk.archive.waiting(vec![position(keys[2], 0), position(unknown, 0), position(keys[1], 7)]);
    desk.archive.playing(Some(position(keys[0], 2_345)));
    desk.archive.written().await;
    let desk = desk.restart().await;
    let resume = desk.archive.ask(Reader::resume).await.unwrap();
    let waiting: Vec<_> = resume.waiting.iter().map(|(entry, position)| (entry.key, *position)).collect();
    assert_eq!(waiting, [(keys[2], position(keys[2], 0)), (keys[1], position(keys[1], 7))]);
    let (playing, at) = resume.playing.unwrap();
    assert_eq!((playing.key, at), (keys[0], position(keys[0], 2_345)));
    desk.archive.playing(None);
    desk.archive.waiting(Vec::new());
    desk.archive.written().await;
    let resume = desk.archive.ask(Reader::resume).await.unwrap();
    assert_eq!((resume.waiting, resume.playing), (Vec::new(), None));
    let heard: Vec<_> = [3, 2, 1].map(|number| (CallId(number), desk.now())).to_vec();
    assert_eq!((resume.heard, resume.until), (vec![(ServerId(1), heard)], Some(desk.now())));
}

#[tokio::test]
async fn gaps_are_found_in_their_time() {
    let desk = Desk::new().await;
    let gap = |from, to| Gap { server: ServerId(2), from: WallTime(from), to: WallTime(to) };
    desk.archive.take(vec![Memo::Gap(gap(50_000, 60_000))]);
    desk.archive.take(vec![Memo::Gap(gap(10_000, 20_000))]);
    desk.archive.written().await;
    let found = |from, to| desk.archive.ask(move |reader| reader.gaps(WallTime(from), WallTime(to)));
    assert_eq!(found(0, 99_000).await.unwrap(), [gap(10_000, 20_000), gap(50_000, 60_000)]);
    assert_eq!(found(15_000, 49_000).await.unwrap(), [gap(10_000, 20_000)]);
    assert_eq!(found(21_000, 49_000).await.unwrap(), []);
}
