//! The laws of the state, for any sequence of commands, frames and answers.
//!
//! A small model of the sound thread takes the commands in order and answers late, as the real one does; fetches are
//! answered in any order, well or badly. After every step the laws are checked. Some cases begin with more calls than
//! queue and feed hold.

mod account;
mod archive;
mod catching;
mod found;
mod missed;
mod ops;
mod playing;
mod rewinding;
mod rows;
mod selection;
mod sound;
mod turns;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::feed::MOST_ROWS;
use super::queue::{MOST_REWOUND, MOST_WAITING, Stage, Why};
use super::samples::{call, clip};
use super::selection::Place;
use super::*;
use crate::clock::WallTime;
use crate::directory::{Directory, System, Talkgroup};
use crate::model::{Call, CallId, TalkgroupId, TalkgroupNumber};
use crate::server::{Account, Config, Found, Kept, Link, NetworkError, NetworkKind, SignedOut};
use crate::sound::Mix;
use crate::sound::microphone::MicrophoneUse;
use crate::view::{PlaybackState, Setting};
use ops::{Op, op};
use sound::Sound;

/// The first id of the calls that fill queue and feed.
const FIRST_OF_MANY: u64 = 1_000;

struct World {
    state: State,
    now: Now,
    sound: Sound,
    /// All there ever were; some may have been removed.
    servers: Vec<ServerId>,
    fetches: Vec<Turn>,
    /// Questions about what was missed, not answered yet.
    missing: Vec<(ServerId, u32)>,
    turns: BTreeSet<Turn>,
    /// Calls that left the feed for want of room.
    gone: BTreeSet<CallKey>,
    /// With a thousand rows, looking at each after each step would take minutes.
    looks_at_rows: bool,
    /// The user has paused, and not gone on since.
    user_paused: bool,
    watched: bool,
    /// Since when the microphone is known to be free, if it is.
    free: Option<Duration>,
    accounts: account::Accounts,
    archive: archive::Told,
}

impl World {
    fn new() -> Self {
        let now = Now { at: Duration::ZERO, wall: WallTime(1_800_000_000_000) };
        let (state, start) = State::new(now, Settings::default(), None);
        let mut world = Self {
            state,
            now,
            sound: Sound::default(),
            servers: Vec::new(),
            fetches: Vec::new(),
            missing: Vec::new(),
            turns: BTreeSet::new(),
            gone: BTreeSet::new(),
            looks_at_rows: true,
            user_paused: false,
            watched: false,
            free: None,
            accounts: account::Accounts::default(),
            archive: archive::Told::default(),
        };
        start.into_iter().for_each(|effect| world.carry_out(effect));
        world.input(Input::Resumed(Resume::default()));
        world.add_server();
        world.add_server();
        world
    }

    /// A world in which more was announced than queue and feed can hold, and nothing was played yet.
    fn full() -> Self {
        let mut world = Self::new();
        world.looks_at_rows = false;
        world.command(Command::Pause { on: true });
        for n in 0..MOST_ROWS as u64 + 100 {
            let server = world.servers[n as usize % 2];
            let call = listed(FIRST_OF_MANY + n, 1 + n % 3);
            world.input(Input::Server(server, ServerEvent::Call(call)));
        }
        assert_eq!((world.state.queue.len(), world.state.feed.rows().len()), (MOST_WAITING, MOST_ROWS), "all is full");
        assert_eq!(world.gone.len(), 100, "the oldest left");
        world.check_rows();
        world
    }

    fn add_server(&mut self) {
        self.add_server_at(self.state.settings.next_server);
    }

    fn add_server_at(&mut self, host: u32) {
        let id = ServerId(self.state.settings.next_server);
        self.servers.push(id);
        let address = format!("http://scanner-{host}.example.org");
        self.input(Input::Command(Command::AddServer { address: address.clone(), remember: true, login: None }));
        let found =
            Found { origin: address, pin: None, version: "1.3.3".into(), public: false, routes: Default::default() };
        self.input(Input::Server(id, ServerEvent::Found(found)));
        self.relabel(id, 0);
        self.sign_in(id);
    }

    fn sign_in(&mut self, server: ServerId) {
        let account = Account::SignedIn { user: "dana".into(), kept: Kept::NotAsked };
        self.input(Input::Server(server, ServerEvent::Account(account)));
        self.input(Input::Server(server, ServerEvent::Link(Link::Live)));
    }

    fn relabel(&mut self, server: ServerId, shift: u64) {
        let config = Config { directory: Arc::new(directory(shift)), ..Config::default() };
        self.input(Input::Server(server, ServerEvent::Config(config)));
    }

    fn server(&self, pick: usize) -> ServerId {
        self.servers[self.servers.len().saturating_sub(1 + pick)]
    }

    fn input(&mut self, input: Input) -> bool {
        let is_wish = matches!(input, Input::Command(_));
        let pauses = if let Input::Command(Command::Pause { on }) = &input { Some(*on) } else { None };
        let plays = matches!(
            input,
            Input::Command(Command::Play { .. } | Command::PlayFrom { .. } | Command::Rewind { .. })
                | Input::PlayOn(..)
        );
        let pauses = if plays { Some(false) } else { pauses };
        let playing = self.not_to_be_cut(&input);
        let waiting = self.waiting_now();
        let (effects, result) = self.state.step(self.now, input);
        self.check_is_not_cut(playing);
        self.check_left_out(&waiting);
        self.user_paused = pauses.filter(|_| result.is_ok()).unwrap_or(self.user_paused);
        let is_quiet = effects.is_empty();
        for effect in effects {
            let forgets = matches!(&effect, Effect::Server(_, ServerCommand::Forget));
            assert!(is_wish || !forgets, "only the user gives a login up");
            self.carry_out(effect);
        }
        assert!(result.is_ok() || is_quiet, "a refused command changes nothing");
        self.check();
        if self.looks_at_rows {
            self.check_rows();
        }
        result.is_ok()
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Archive(memo) => self.archive.take(memo),
            Effect::Record(_) => {}
            Effect::Fetch { turn, call, .. } => {
                assert!(self.turns.insert(turn), "a turn is used once");
                assert!(self.state.servers.contains_key(&call.server), "nobody is asked who was removed");
                self.fetches.push(turn);
                assert!(self.fetches.len() <= 3, "three requests at once");
            }
            Effect::Forget(turn) => {
                let before = self.fetches.len();
                self.fetches.retain(|fetch| *fetch != turn);
                assert_eq!(self.fetches.len() + 1, before, "only what is asked can be forgotten");
            }
            Effect::Sound(command) => self.sound.take(command),
            Effect::Publish(Event::RowsAdded { rows }) => {
                let again = rows.iter().find(|row| self.gone.contains(&row.key));
                assert!(again.is_none(), "{again:?} left for want of room and is no news");
            }
            Effect::Publish(Event::RowsRemoved { calls }) => {
                let left = |key: &CallKey| !self.state.feed.is_shown(key);
                self.gone.extend(calls.into_iter().filter(left));
            }
            Effect::Publish(Event::ServerRemoved { server }) => self.gone.retain(|key| key.server != server),
            Effect::WatchMicrophone(on) => {
                assert_ne!(std::mem::replace(&mut self.watched, on), on, "it is said once");
                self.free = None;
            }
            Effect::Server(server, command) => self.accounts.asked(server, command),
            Effect::Missed { server, ask, .. } => self.missing.push((server, ask)),
            Effect::Open(_) | Effect::Close(_) | Effect::Publish(_) | Effect::Save(_) => {}
            Effect::Keep(_) | Effect::KeepUnits(_) => {}
        }
    }

    /// Sends a command twice: the second time must change nothing.
    fn command(&mut self, command: Command) {
        self.is_possible(command);
    }

    /// The same; whether it was possible.
    fn is_possible(&mut self, command: Command) -> bool {
        let is_possible = self.input(Input::Command(command.clone()));
        let before = self.state.snapshot(self.now, 0);
        self.input(Input::Command(command));
        assert_eq!(self.state.snapshot(self.now, 0), before, "saying it twice does no harm");
        is_possible
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Call { server, id, talkgroup, listed: true } => self.announce(server, listed(id, talkgroup)),
            Op::Call { server, id, talkgroup, listed: false } => self.announce(server, unlisted(id, talkgroup)),
            Op::Earlier { server, id } => {
                let event = ServerEvent::Earlier(vec![listed(id, 1), unlisted(id + 1, 2)]);
                self.input(Input::Server(self.server(server), event));
            }
            Op::Found { server, id, talkgroup } => self.find(server, id, talkgroup),
            Op::Answer { pick, how } => self.answer(pick, how),
            Op::AnswerMissed { pick, how } => self.answer_missed(pick, how),
            Op::Missed(choice) => self.command(Command::Missed { choice }),
            Op::SoundAnswers => self.sound_answers(),
            Op::ClipEnds => self.sound.clip_ends(),
            Op::Player(wish) => self.apply_to_player(wish),
            Op::Selection { server, wish } => self.apply_to_selection(self.server(server), wish),
            Op::Preset(wish) => self.apply_to_presets(&wish),
            Op::Prioritise { server, talkgroup, priority } => {
                self.prioritise(self.server(server), talkgroup, priority);
            }
            Op::Mix { server, id, whole_system, balance, offset_db } => {
                self.mix(self.server(server), id, whole_system, Mix { balance, offset_db });
            }
            Op::Change(setting) => self.command(Command::Change { setting }),
            Op::CatchUp(on) => self.command(Command::CatchUp { on }),
            Op::Relabel { server, shift } => self.relabel(self.server(server), shift),
            Op::AddServer => self.add_server(),
            Op::AddAgain { server } => self.add_server_at(self.server(server).0),
            Op::RemoveServer { server } => self.command(Command::RemoveServer { server: self.server(server) }),
            Op::SignedOut { server } => {
                let account = Account::SignedOut { why: Some(SignedOut::Ended) };
                self.input(Input::Server(self.server(server), ServerEvent::Account(account)));
            }
            Op::SignedIn { server } => self.sign_in(self.server(server)),
            Op::LinkLost { server } => {
                self.input(Input::Server(self.server(server), ServerEvent::Link(Link::Connecting)));
            }
            Op::DeviceLost => self.sound.lose_device(),
            Op::DeviceBack => self.sound.find_device(),
            Op::DeviceChanged => self.sound.change_device(),
            Op::DeviceRests => self.sound.rest(),
            Op::Microphone(taken) if self.watched => {
                let by = "Phone".to_owned();
                let told = if taken { MicrophoneUse::Taken { by } } else { MicrophoneUse::Free };
                self.free = if taken { None } else { self.free.or(Some(self.now.at)) };
                self.input(Input::Sound(SoundEvent::Microphone(told)));
            }
            Op::Microphone(_) => {}
            Op::Yielding(choice) => self.command(Command::Change { setting: Setting::Yielding { choice } }),
            Op::Account(how) => self.account_answers(how),
            Op::KeepCall { server, id, on } => {
                let call = CallKey::new(self.server(server), CallId(id));
                self.command(Command::KeepCall { call, on });
            }
            Op::DeleteArchive => {
                self.command(Command::DeleteArchive);
                self.check_nothing_is_archived();
            }
            Op::Moment { ms } => self.wait(Duration::from_millis(ms)),
            Op::Wait { seconds } => self.wait(Duration::from_secs(seconds)),
        }
    }

    fn announce(&mut self, server: usize, call: Call) {
        self.input(Input::Server(self.server(server), ServerEvent::Call(call)));
    }

    /// Badly in one of a few ways, else well: with so many seconds.
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
            4 => Err(Unplayable::Fetch(FetchError::RenewalUnreachable(network()))),
            5 => Err(Unplayable::Fetch(FetchError::Status(502))),
            _ => Ok(clip(Duration::from_secs(u64::from(how)))),
        };
        let audio = (how.is_multiple_of(2) && result.is_ok()).then(archive::sound);
        self.input(Input::Fetched { turn, result, audio });
    }

    fn sound_answers(&mut self) {
        while let Some(event) = self.sound.answers.pop_front() {
            self.input(Input::Sound(event));
        }
    }

    fn wait(&mut self, span: Duration) {
        self.now.at += span;
        self.now.wall.0 += span.as_millis() as i64;
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
        self.input(Input::Fetched { turn, result, audio: None });
        self.input(Input::Command(Command::Skip { turn }));
        for event in [
            SoundEvent::Ended { turn },
            SoundEvent::Paused { turn, at: Duration::ZERO },
            SoundEvent::Resumed { turn },
            SoundEvent::NotTaken { turn },
        ] {
            self.input(Input::Sound(event));
        }
        assert_eq!(self.state.snapshot(self.now, 0), before);
    }

    fn is_over(&self, turn: Turn) -> bool {
        let playing = self.state.playback.current.as_ref().is_some_and(|current| current.turn == turn);
        !playing && !self.state.queue.iter().any(|item| item.turn() == Some(turn))
    }

    /// The microphone silences nobody against their will, and nothing once it is free or nobody asks.
    fn check_yielding(&self) {
        let (doing, choice) = (self.state.microphone_view().doing, self.state.settings_view().yielding);
        let paused = self.state.listening_view().paused;
        assert!(doing == choice || doing == Yielding::Off, "{doing:?} was not chosen");
        assert_eq!(self.watched, choice != Yielding::Off);
        let is_free = self.free.is_some_and(|since| self.now.at - since >= Duration::from_secs(1));
        assert!(!is_free || doing == Yielding::Off, "{doing:?} although the microphone is free");
        assert!(!self.user_paused || paused, "only the user ends their pause");
        let ours = doing == Yielding::Pause;
        assert_eq!(paused, self.user_paused || ours, "a pause is the user's or the microphone's");
        assert!(!ours || !self.user_paused, "a pause is one's only");
        assert_eq!(self.sound.gain, if doing == Yielding::Quieter { 0.125 } else { 1.0 });
    }

    fn check(&mut self) {
        let rewound = self.state.queue.iter().filter(|item| item.why == Why::Rewound).count();
        let waiting = self.state.queue.len() - rewound;
        assert!(
            waiting <= MOST_WAITING && rewound <= 2 * MOST_REWOUND,
            "{waiting} calls wait, and {rewound} come again"
        );
        let asked = self.state.queue.iter().filter(|item| matches!(item.stage, Stage::Fetching { .. })).count();
        assert_eq!(asked, self.fetches.len(), "every fetch is answered or forgotten");
        self.check_what_is_wanted();
        self.check_order();
        self.check_silence();
        self.check_yielding();
        self.check_tempo();
        self.check_archive();
        if self.sound.answers.is_empty() {
            self.check_sound();
        }
    }

    /// Whatever arrived by itself and is to be heard is wanted, and so has not been switched off or avoided since.
    fn check_what_is_wanted(&self) {
        let current = self.state.playback.current.as_ref().map(|current| (current.key, current.why));
        let waiting = self.state.queue.iter().map(|item| (item.key, item.why));
        for (key, _) in waiting.chain(current).filter(|(_, why)| *why == Why::Live) {
            assert!(self.state.settings.live, "{key:?} came by itself and live is off");
            let entry = self.state.feed.get(&key).expect("what is to be heard has a row");
            let place = Place { server: key.server, system: entry.system, talkgroup: entry.talkgroup };
            assert_eq!(self.state.selection.verdict(place), Ok(()), "{key:?}");
        }
    }

    /// Everything answers well from here on; at the end nothing may be left under way.
    fn drain(&mut self) {
        self.sound.find_device();
        self.sound_answers();
        self.command(Command::Change { setting: Setting::Yielding { choice: Yielding::Off } });
        self.command(Command::Listen { on: true });
        self.command(Command::Pause { on: false });
        self.command(Command::HoldTalkgroup { talkgroup: None });
        self.command(Command::HoldSystem { system: None });
        for server in self.servers.clone() {
            self.sign_in(server);
        }
        self.answer_all_missed();
        for _ in 0..2 * MOST_WAITING {
            self.play_missed();
            self.answer(0, 6);
            self.sound_answers();
            self.sound.clip_ends();
            self.sound_answers();
            self.wait_out_the_silence();
        }
        self.account_keeps_what_is_chosen();
        self.check_rows();
        assert!(self.state.feed.known().iter().all(|row| self.state.servers.contains_key(&row.key.server)));
        let snapshot = self.state.snapshot(self.now, 0);
        assert_eq!(snapshot.playback.state, PlaybackState::Idle);
        assert_eq!((snapshot.listening.waiting, snapshot.away.calls), (0, 0));
    }
}

fn listed(id: u64, talkgroup: u64) -> Call {
    Call { talkgroup: Some(TalkgroupId(talkgroup)), ..call(id) }
}

fn unlisted(id: u64, talkgroup: u64) -> Call {
    Call { system: None, talkgroup: None, talkgroup_number: TalkgroupNumber(5_000 + talkgroup), ..call(id) }
}

/// Three talkgroups whose numbers, and the number of their system, are dealt out anew with each shift.
fn directory(shift: u64) -> Directory {
    let system = System { label: format!("Shift {shift}"), ..samples::system(1 + shift) };
    let talkgroups = (1..4).map(|id| Talkgroup {
        name: Some(format!("Talkgroup {id} of shift {shift}")),
        ..samples::talkgroup(id, 1 + shift, 5_001 + (id + shift) % 3)
    });
    Directory::new(vec![system], talkgroups.collect())
}

/// As many cases as the environment asks for, else these.
fn cases(usual: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { usual };
    ProptestConfig { cases, ..asked }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn the_laws_hold_for_any_sequence(ops in proptest::collection::vec(op(), 1..120)) {
        let mut world = World::new();
        for op in ops {
            world.apply(op);
        }
        world.drain();
    }
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn the_laws_hold_from_a_full_queue_and_feed_on(ops in proptest::collection::vec(op(), 1..60)) {
        let mut world = World::full();
        for op in ops {
            world.apply(op);
            world.check_rows();
        }
        world.drain();
    }
}
