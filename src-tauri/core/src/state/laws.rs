//! The laws of the state, for any sequence of commands, frames and answers.
//!
//! A small model of the sound thread takes the commands in order and answers late, as the real one does; fetches are
//! answered in any order, well or badly. After every step the laws are checked.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use proptest::prelude::*;

use super::queue::MOST_WAITING;
use super::samples::{call, clip};
use super::*;
use crate::clock::WallTime;
use crate::model::{CallId, TalkgroupId, TalkgroupKey};
use crate::server::{Account, Kept, Link, NetworkError, NetworkKind, SignedOut};
use crate::sound::OutputError;
use crate::view::{PlaybackState, RowState};

const SERVER: ServerId = ServerId(1);

#[derive(Debug, Clone)]
enum Op {
    Call { id: u64, talkgroup: u64 },
    Answer { pick: usize, how: u8 },
    SoundAnswers,
    ClipEnds,
    Listen(bool),
    Pause(bool),
    Skip,
    SkipOld,
    Play { id: u64 },
    Hold { talkgroup: Option<u64> },
    Avoid { talkgroup: u64 },
    Switch { talkgroup: u64, on: bool },
    SignedOut,
    SignedIn,
    LinkLost,
    DeviceLost,
    DeviceBack,
    DeviceChanged,
    Wait { seconds: u64 },
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (1..60u64, 1..4u64).prop_map(|(id, talkgroup)| Op::Call { id, talkgroup }),
        6 => (0..3usize, 0..8u8).prop_map(|(pick, how)| Op::Answer { pick, how }),
        6 => Just(Op::SoundAnswers),
        4 => Just(Op::ClipEnds),
        1 => any::<bool>().prop_map(Op::Listen),
        2 => any::<bool>().prop_map(Op::Pause),
        2 => Just(Op::Skip),
        1 => Just(Op::SkipOld),
        2 => (1..60u64).prop_map(|id| Op::Play { id }),
        1 => proptest::option::of(1..4u64).prop_map(|talkgroup| Op::Hold { talkgroup }),
        1 => (1..4u64).prop_map(|talkgroup| Op::Avoid { talkgroup }),
        1 => (1..4u64, any::<bool>()).prop_map(|(talkgroup, on)| Op::Switch { talkgroup, on }),
        1 => Just(Op::SignedOut),
        2 => Just(Op::SignedIn),
        1 => Just(Op::LinkLost),
        1 => Just(Op::DeviceLost),
        2 => Just(Op::DeviceBack),
        1 => Just(Op::DeviceChanged),
        2 => (1..400u64).prop_map(|seconds| Op::Wait { seconds }),
    ]
}

/// The sound thread in small: one clip sounds, one may follow.
#[derive(Debug, Default)]
struct Sound {
    playing: Option<Turn>,
    next: Option<Turn>,
    paused: bool,
    no_device: bool,
    may_follow: bool,
    answers: VecDeque<SoundEvent>,
}

impl Sound {
    fn take(&mut self, command: SoundCommand) {
        match command {
            SoundCommand::Play { turn, from, .. } => {
                (self.next, self.paused) = (None, false);
                self.start(turn, from);
            }
            SoundCommand::Next { turn, .. } if self.playing.is_none() && self.may_follow => {
                self.start(turn, Duration::ZERO);
            }
            SoundCommand::Next { turn, .. } if self.playing.is_some() => self.next = Some(turn),
            SoundCommand::Next { turn, .. } => self.answers.push_back(SoundEvent::NotTaken { turn }),
            SoundCommand::NoNext { .. } => self.next = None,
            SoundCommand::Stop => (self.playing, self.next, self.may_follow) = (None, None, false),
            SoundCommand::Pause => self.paused = true,
            SoundCommand::Resume => self.paused = false,
            SoundCommand::Gain(_) | SoundCommand::Device(_) => {}
        }
    }

    fn start(&mut self, turn: Turn, from: Duration) {
        if self.no_device {
            let during = Some((turn, from));
            self.answers.push_back(SoundEvent::DeviceLost { during, why: OutputError::NoDevice });
        } else {
            self.playing = Some(turn);
            self.answers.push_back(SoundEvent::Started { turn });
        }
    }

    fn clip_ends(&mut self) {
        if self.paused {
            return;
        }
        let Some(turn) = self.playing.take() else { return };
        self.answers.push_back(SoundEvent::Ended { turn });
        self.may_follow = true;
        if let Some(next) = self.next.take() {
            self.start(next, Duration::ZERO);
        }
    }

    /// Another device is opened: what sounds goes on there, but nothing can follow what had ended before.
    fn change_device(&mut self) {
        if !self.no_device {
            self.may_follow = false;
            self.answers.push_back(SoundEvent::DeviceReady { name: "Headset".into(), rate: 44_100 });
        }
    }

    fn lose_device(&mut self) {
        (self.no_device, self.may_follow) = (true, false);
        let during = self.playing.take().map(|turn| (turn, Duration::from_millis(700)));
        self.next = None;
        self.answers.push_back(SoundEvent::DeviceLost { during, why: OutputError::Gone });
    }

    fn find_device(&mut self) {
        if std::mem::take(&mut self.no_device) {
            self.answers.push_back(SoundEvent::DeviceReady { name: "Speakers".into(), rate: 48_000 });
        }
    }
}

struct World {
    state: State,
    now: Now,
    sound: Sound,
    fetches: Vec<Turn>,
    turns: BTreeSet<Turn>,
    heard_after_stop: bool,
}

impl World {
    fn new() -> Self {
        let now = Now { at: Duration::ZERO, wall: WallTime(1_800_000_000_000) };
        let mut settings = Settings::default();
        settings.servers.push(SavedServer {
            id: SERVER,
            address: "http://localhost".into(),
            pin: None,
            login: SavedLogin::New,
        });
        let (state, _) = State::new(now, settings, None);
        let (sound, fetches, turns) = (Sound::default(), Vec::new(), BTreeSet::new());
        let mut world = Self { state, now, sound, fetches, turns, heard_after_stop: false };
        world.sign_in();
        world
    }

    fn sign_in(&mut self) {
        let account = Account::SignedIn { user: "dana".into(), kept: Kept::NotAsked };
        self.input(Input::Server(SERVER, ServerEvent::Account(account)));
        self.input(Input::Server(SERVER, ServerEvent::Link(Link::Live)));
    }

    fn input(&mut self, input: Input) {
        let (effects, _) = self.state.step(self.now, input);
        for effect in effects {
            match effect {
                Effect::Fetch { turn, .. } => {
                    assert!(self.turns.insert(turn), "a turn is used once");
                    self.fetches.push(turn);
                    assert!(self.fetches.len() <= 3, "three requests at once");
                }
                Effect::Forget(turn) => {
                    let before = self.fetches.len();
                    self.fetches.retain(|fetch| *fetch != turn);
                    assert_eq!(self.fetches.len() + 1, before, "only what is asked can be forgotten");
                }
                Effect::Sound(command) => self.sound.take(command),
                Effect::Open(_) | Effect::Server(..) | Effect::Close(_) | Effect::Publish(_) | Effect::Save(_) => {}
            }
        }
        self.check();
    }

    /// Sends a command twice: the second time must change nothing.
    fn command(&mut self, command: Command) {
        self.input(Input::Command(command.clone()));
        let before = self.state.snapshot(self.now, 0);
        self.input(Input::Command(command));
        assert_eq!(self.state.snapshot(self.now, 0), before, "saying it twice does no harm");
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Call { id, talkgroup } => {
                let call = crate::model::Call { talkgroup: Some(TalkgroupId(talkgroup)), ..call(id) };
                self.input(Input::Server(SERVER, ServerEvent::Call(call)));
            }
            Op::Answer { pick, how } => self.answer(pick, how),
            Op::SoundAnswers => self.sound_answers(),
            Op::ClipEnds => self.sound.clip_ends(),
            Op::Listen(on) => self.command(Command::Listen { on }),
            Op::Pause(on) => self.command(Command::Pause { on }),
            Op::Skip => {
                if let Some(turn) = self.state.snapshot(self.now, 0).playback.turn {
                    self.command(Command::Skip { turn });
                }
            }
            Op::SkipOld => self.late_answers_change_nothing(),
            Op::Play { id } => {
                let call = CallKey::new(SERVER, CallId(id));
                self.input(Input::Command(Command::Play { call }));
            }
            Op::Hold { talkgroup } => {
                let talkgroup = talkgroup.map(key);
                self.command(Command::HoldTalkgroup { talkgroup });
            }
            Op::Avoid { talkgroup } => self.command(Command::Avoid { talkgroup: key(talkgroup), minutes: Some(1) }),
            Op::Switch { talkgroup, on } => self.command(Command::SwitchTalkgroup { talkgroup: key(talkgroup), on }),
            Op::SignedOut => {
                let account = Account::SignedOut { why: Some(SignedOut::Ended) };
                self.input(Input::Server(SERVER, ServerEvent::Account(account)));
            }
            Op::SignedIn => self.sign_in(),
            Op::LinkLost => self.input(Input::Server(SERVER, ServerEvent::Link(Link::Connecting))),
            Op::DeviceLost => self.sound.lose_device(),
            Op::DeviceBack => self.sound.find_device(),
            Op::DeviceChanged => self.sound.change_device(),
            Op::Wait { seconds } => self.wait(seconds),
        }
    }

    fn answer(&mut self, pick: usize, how: u8) {
        if self.fetches.is_empty() {
            return;
        }
        let turn = self.fetches.remove(pick % self.fetches.len());
        let network = || NetworkError { kind: NetworkKind::Broken, source: None };
        let result = match how {
            0 => Err(Unplayable::Fetch(FetchError::NotFound)),
            1 => Err(Unplayable::Fetch(FetchError::Network(network()))),
            2 => Err(Unplayable::Fetch(FetchError::SignedOut)),
            3 => Err(Unplayable::Decode(DecodeError::NoSamples)),
            _ => Ok(clip(Duration::from_secs(u64::from(how)))),
        };
        self.input(Input::Fetched { turn, result });
    }

    fn sound_answers(&mut self) {
        while let Some(event) = self.sound.answers.pop_front() {
            self.input(Input::Sound(event));
        }
    }

    fn wait(&mut self, seconds: u64) {
        self.now.at += Duration::from_secs(seconds);
        self.now.wall.0 += seconds as i64 * 1_000;
        self.input(Input::Deadline);
        if let Some(deadline) = self.state.deadline() {
            assert!(deadline > self.now.at, "a deadline that has passed would spin");
        }
    }

    fn late_answers_change_nothing(&mut self) {
        let old = self.turns.iter().copied().find(|turn| self.is_over(*turn));
        let Some(turn) = old else { return };
        let before = self.state.snapshot(self.now, 0);
        let result = Ok(clip(Duration::from_secs(3)));
        self.input(Input::Fetched { turn, result });
        self.input(Input::Command(Command::Skip { turn }));
        self.input(Input::Sound(SoundEvent::Ended { turn }));
        assert_eq!(self.state.snapshot(self.now, 0), before);
    }

    fn is_over(&self, turn: Turn) -> bool {
        let playing = self.state.playback.current.as_ref().is_some_and(|current| current.turn == turn);
        !playing && !self.state.queue.iter().any(|item| item.turn() == Some(turn))
    }

    fn check(&mut self) {
        let snapshot = self.state.snapshot(self.now, 0);
        let keys: BTreeSet<_> = snapshot.rows.iter().map(|row| row.key).collect();
        assert_eq!(keys.len(), snapshot.rows.len(), "no row is there twice");
        assert!(self.state.queue.len() <= MOST_WAITING);
        let current = self.state.playback.current.as_ref().map(|current| current.key);
        for row in &snapshot.rows {
            let queued = self.state.queue.contains(&row.key);
            match row.state {
                RowState::Playing => assert_eq!(current, Some(row.key), "one call plays, and its row says so"),
                RowState::Waiting | RowState::Loading | RowState::Ready => assert!(queued, "{:?} waits nowhere", row),
                RowState::Unplayed
                | RowState::Played
                | RowState::Skipped
                | RowState::NotPlayed { .. }
                | RowState::Failed { .. } => {
                    assert!(!queued && current != Some(row.key), "{:?} is still under way", row)
                }
            }
        }
        let asked = self.state.queue.iter().filter(|item| matches!(item.stage, queue::Stage::Fetching { .. })).count();
        assert_eq!(asked, self.fetches.len(), "every fetch is answered or forgotten");
        if self.sound.answers.is_empty() && !self.sound.no_device {
            let current = self.state.playback.current.as_ref();
            if current.is_some_and(|current| matches!(current.phase, playback::Phase::NoDevice { .. })) {
                assert!(self.sound.playing.is_none() || self.sound.paused, "an interrupted call is silent");
            } else {
                let turn = current.map(|current| current.turn);
                assert_eq!(self.sound.playing, turn, "what sounds is what the state thinks sounds");
            }
        }
        self.heard_after_stop |= self.sound.playing.is_some();
    }

    /// Everything answers well from here on; at the end nothing may be left under way.
    fn drain(&mut self) {
        self.sound.find_device();
        self.sound_answers();
        self.command(Command::Listen { on: true });
        self.command(Command::Pause { on: false });
        self.command(Command::HoldTalkgroup { talkgroup: None });
        self.sign_in();
        for _ in 0..400 {
            self.answer(0, 5);
            self.sound_answers();
            self.sound.clip_ends();
            self.sound_answers();
        }
        let snapshot = self.state.snapshot(self.now, 0);
        assert_eq!(snapshot.playback.state, PlaybackState::Idle);
        assert_eq!(snapshot.listening.waiting, 0);
        for row in snapshot.rows {
            let over =
                !matches!(row.state, RowState::Waiting | RowState::Loading | RowState::Ready | RowState::Playing);
            assert!(over, "{row:?} was left");
        }
    }
}

fn key(talkgroup: u64) -> TalkgroupKey {
    TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(talkgroup) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_laws_hold_for_any_sequence(ops in proptest::collection::vec(op(), 1..120)) {
        let mut world = World::new();
        for op in ops {
            world.apply(op);
        }
        world.drain();
    }
}
