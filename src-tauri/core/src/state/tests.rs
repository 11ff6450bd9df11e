//! Single situations that once went wrong, step by step.

use super::samples::{call, clip};
use super::*;
use crate::choices::AccountChoice;
use crate::clock::WallTime;
use crate::directory::Directory;
use crate::model::{Call, CallId, SystemId, SystemKey, TalkgroupId, TalkgroupKey};
use crate::problem::Code;
use crate::server::{Account, Config, Kept, Link, NetworkError, NetworkKind};
use crate::sound::OutputError;
use crate::view::{NotPlayed, PlaybackState, RowState};

pub(super) const SERVER: ServerId = ServerId(1);

/// A state with one server, where somebody is signed in, and what it wanted done last.
pub(super) struct Desk {
    pub(super) state: State,
    now: Now,
    pub(super) effects: Vec<Effect>,
}

impl Desk {
    pub(super) fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let mut desk = Self::just_signed_in(change);
        desk.server(ServerEvent::ChoiceRead { ask: 1, result: Ok(AccountChoice::default()) });
        desk.server(ServerEvent::Bookmarks { ask: 1, result: Ok(Vec::new()) });
        desk.state.servers.get_mut(&SERVER).expect("it is there").continuity.settle();
        desk
    }

    /// The account has not said yet which talkgroups it keeps, nor what it has bookmarked.
    pub(super) fn just_signed_in(change: impl FnOnce(&mut Settings)) -> Self {
        let now = Now { at: Duration::ZERO, wall: WallTime(1_800_000_000_000) };
        let address = "http://localhost".to_owned();
        let saved = SavedServer {
            id: SERVER,
            address,
            pin: None,
            login: SavedLogin::New,
            own: crate::settings::SavedOwn::default(),
        };
        let mut settings = Settings { servers: vec![saved], next_server: 2, ..Settings::default() };
        change(&mut settings);
        let (state, effects) = State::new(now, settings, None);
        let mut desk = Self { state, now, effects };
        let account = Account::SignedIn { user: "dana".into(), kept: Kept::NotAsked };
        desk.server(ServerEvent::Account(account));
        desk.server(ServerEvent::Link(Link::Live));
        desk
    }

    pub(super) fn step(&mut self, input: Input) -> Result<(), Problem> {
        let (effects, result) = self.state.step(self.now, input);
        self.effects = effects;
        result
    }

    pub(super) fn server(&mut self, event: ServerEvent) {
        self.step(Input::Server(SERVER, event)).expect("it is no wish");
    }

    pub(super) fn send(&mut self, command: Command) {
        self.step(Input::Command(command)).expect("it is possible");
    }

    pub(super) fn sound(&mut self, event: SoundEvent) {
        self.step(Input::Sound(event)).expect("it is no wish");
    }

    pub(super) fn at(&mut self, ms: u64) {
        self.now.at = Duration::from_millis(ms);
        self.now.wall = WallTime(1_800_000_000_000 + ms as i64);
    }

    /// The audio of the call asked for last comes: so many seconds.
    pub(super) fn fetched(&mut self, seconds: u64) {
        let result = Ok(clip(Duration::from_secs(seconds)));
        let turn = self.asked().expect("it is asked for");
        self.step(Input::Fetched { turn, result, audio: None }).expect("it is no wish");
    }

    /// The turn of the call asked for last.
    pub(super) fn asked(&self) -> Option<Turn> {
        self.effects.iter().find_map(|effect| if let Effect::Fetch { turn, .. } = effect { Some(*turn) } else { None })
    }

    /// The turn of what the sound thread is told to begin now.
    pub(super) fn begun(&self) -> Option<Turn> {
        self.effects.iter().find_map(|effect| {
            if let Effect::Sound(SoundCommand::Play { turn, .. }) = effect { Some(*turn) } else { None }
        })
    }

    /// What the sound thread is told to play next, and after what.
    pub(super) fn handed(&self) -> Option<(Turn, Turn)> {
        self.effects.iter().find_map(|effect| {
            if let Effect::Sound(SoundCommand::Next { turn, after, .. }) = effect {
                Some((*turn, *after))
            } else {
                None
            }
        })
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Sound(SoundCommand::Stop)))
    }

    /// A call arrives and sounds. Gives its turn.
    pub(super) fn hear(&mut self, call: Call) -> Turn {
        self.server(ServerEvent::Call(call));
        self.fetched(4);
        let turn = self.begun().expect("it is its turn");
        self.sound(SoundEvent::Started { turn });
        turn
    }

    /// A call is heard to its end, and then asked for again.
    pub(super) fn replay(&mut self, id: u64) {
        let turn = self.hear(call(id));
        self.sound(SoundEvent::Ended { turn });
        self.send(Command::Play { call: CallKey::new(SERVER, CallId(id)) });
        let turn = self.begun().expect("it was kept");
        self.sound(SoundEvent::Started { turn });
        assert_eq!(self.playback(), PlaybackState::Playing);
    }

    pub(super) fn row(&self, id: u64) -> RowState {
        self.state.feed.get(&CallKey::new(SERVER, CallId(id))).expect("it is shown").state.clone()
    }

    pub(super) fn playback(&self) -> PlaybackState {
        self.state.playback_view().state
    }
}

fn talkgroup(id: u64) -> TalkgroupKey {
    TalkgroupKey { server: SERVER, talkgroup: TalkgroupId(id) }
}

/// A directory whose only radio number stands for this talkgroup.
fn config(id: u64) -> ServerEvent {
    let directory = Directory::new(vec![samples::system(1)], vec![samples::talkgroup(id, 1, 5_001)]).into();
    ServerEvent::Config(Config { directory, ..Config::default() })
}

#[test]
fn the_pause_between_calls_is_kept_when_the_next_one_is_ready_only_after_the_last_ended() {
    let mut desk = Desk::new(|settings| settings.pause_between_calls_ms = 500);
    let turn = desk.hear(call(1));
    desk.at(4_000);
    desk.sound(SoundEvent::Ended { turn });
    desk.at(4_200);
    desk.server(ServerEvent::Call(call(2)));
    desk.fetched(3);
    assert_eq!((desk.begun(), desk.row(2)), (None, RowState::Ready));
    assert_eq!(desk.state.deadline(), Some(Duration::from_millis(4_500)));
    desk.at(4_499);
    desk.step(Input::Deadline).unwrap();
    assert_eq!(desk.begun(), None);
    desk.at(4_500);
    desk.step(Input::Deadline).unwrap();
    assert!(desk.begun().is_some());
    assert_eq!(desk.row(2), RowState::Playing);
}

#[test]
fn a_call_that_comes_after_the_pause_between_calls_is_over_begins_at_once() {
    let mut desk = Desk::new(|settings| settings.pause_between_calls_ms = 500);
    let turn = desk.hear(call(1));
    desk.at(4_000);
    desk.sound(SoundEvent::Ended { turn });
    desk.at(4_500);
    desk.hear(call(2));
}

#[test]
fn while_a_call_sounds_others_that_come_do_not_have_it_told_again() {
    let tells = |desk: &Desk| {
        desk.effects.iter().any(|effect| matches!(effect, Effect::Publish(Event::PlaybackChanged { .. })))
    };
    let mut desk = Desk::new(|_| ());
    desk.server(ServerEvent::Call(call(1)));
    assert!(tells(&desk), "it is on its way");
    desk.fetched(4);
    let turn = desk.begun().expect("it is its turn");
    desk.sound(SoundEvent::Started { turn });
    assert!(tells(&desk), "it sounds");
    desk.at(1_000);
    desk.server(ServerEvent::Call(call(2)));
    assert!(!tells(&desk), "the next one is on its way");
    desk.fetched(4);
    assert!(!tells(&desk), "the next one is ready");
    desk.at(4_000);
    desk.sound(SoundEvent::Ended { turn });
    assert!(tells(&desk), "the next one sounds");
}

#[test]
fn avoiding_a_talkgroup_or_switching_it_off_ends_a_replay_of_its_own_call_only() {
    let (avoid, own, other) = (|talkgroup| Command::Avoid { talkgroup, minutes: None }, talkgroup(1), talkgroup(2));
    let switch = |key: TalkgroupKey, on| Command::Switch {
        server: key.server,
        talkgroups: vec![TalkgroupId(9), key.talkgroup],
        on,
    };
    for (command, ends) in [
        (avoid(own), true),
        (switch(own, false), true),
        (avoid(other), false),
        (switch(other, false), false),
        (switch(own, true), false),
        (Command::HoldTalkgroup { talkgroup: Some(other) }, false),
    ] {
        let mut desk = Desk::new(|_| {});
        desk.replay(1);
        desk.send(command.clone());
        assert_eq!(desk.is_stopped(), ends, "{command:?}");
        let (row, playback) =
            if ends { (RowState::Skipped, PlaybackState::Idle) } else { (RowState::Playing, PlaybackState::Playing) };
        assert_eq!((desk.row(1), desk.playback()), (row, playback), "{command:?}");
    }
}

#[test]
fn a_call_begun_again_by_hand_is_not_taken_for_over_when_what_was_to_follow_it_had_begun() {
    let mut desk = Desk::new(|_| {});
    let first = desk.hear(call(1));
    desk.server(ServerEvent::Call(Call { talkgroup: Some(TalkgroupId(2)), ..call(2) }));
    desk.fetched(1);
    let (second, _) = desk.handed().expect("it follows");
    desk.server(ServerEvent::Call(call(3)));
    desk.fetched(1);
    desk.server(ServerEvent::Call(call(4)));
    // By now the source has moved on to the second call, and nobody has heard of it.
    desk.send(Command::Avoid { talkgroup: talkgroup(2), minutes: None });
    desk.fetched(1);
    desk.sound(SoundEvent::Ended { turn: first });
    let (fourth, third) = desk.handed().expect("it follows the third");
    desk.sound(SoundEvent::Started { turn: second });
    let again = desk.begun().expect("the third is begun by hand");
    let (fourth_again, after) = desk.handed().expect("beginning by hand forgets what was to follow");
    assert_eq!(after, again);
    assert!(again != third && fourth_again != fourth);
    // The source had gone on to the fourth before it was told to begin the third.
    desk.sound(SoundEvent::Started { turn: fourth });
    assert_eq!((desk.row(3), desk.row(4)), (RowState::Playing, RowState::Ready));
}

#[test]
fn a_call_that_was_avoided_while_it_began_is_not_heard_after_a_pause_either() {
    let mut desk = Desk::new(|_| {});
    let first = desk.hear(call(1));
    desk.server(ServerEvent::Call(Call { talkgroup: Some(TalkgroupId(2)), ..call(2) }));
    desk.fetched(1);
    let (second, _) = desk.handed().expect("it follows");
    desk.server(ServerEvent::Call(call(3)));
    desk.fetched(1);
    // By now the source has moved on to the second call, and nobody has heard of it.
    desk.send(Command::Pause { on: true });
    desk.send(Command::Avoid { talkgroup: talkgroup(2), minutes: None });
    let (third, _) = desk.handed().expect("it follows instead");
    desk.sound(SoundEvent::Ended { turn: first });
    desk.sound(SoundEvent::Started { turn: second });
    let again = desk.begun().expect("the third is begun by hand");
    assert!(again != third);
    let pauses = desk.effects.iter().any(|effect| matches!(effect, Effect::Sound(SoundCommand::Pause)));
    assert!(pauses && desk.row(3) == RowState::Playing, "and waits: {:?}", desk.effects);
}

#[test]
fn calls_that_a_new_directory_puts_into_an_avoided_talkgroup_are_not_played() {
    let unlisted = |id| Call { talkgroup: None, ..call(id) };
    let mut desk = Desk::new(|_| {});
    desk.server(config(1));
    desk.send(Command::Avoid { talkgroup: talkgroup(2), minutes: None });
    desk.hear(unlisted(1));
    desk.server(ServerEvent::Call(unlisted(2)));
    desk.server(config(2));
    let avoided = RowState::NotPlayed { why: NotPlayed::Avoided };
    assert_eq!((desk.row(1), desk.row(2)), (avoided.clone(), avoided));
    assert!(desk.is_stopped());
}

#[test]
fn a_call_that_came_as_an_earlier_one_belongs_where_its_announcement_says() {
    let mut desk = Desk::new(|_| {});
    desk.server(config(2));
    desk.server(ServerEvent::Earlier(vec![Call { talkgroup: None, ..call(1) }]));
    desk.server(ServerEvent::Call(call(1)));
    desk.send(Command::Avoid { talkgroup: talkgroup(1), minutes: None });
    assert_eq!(desk.row(1), RowState::NotPlayed { why: NotPlayed::Avoided });
}

#[test]
fn nothing_is_held_avoided_or_switched_at_a_server_that_was_removed() {
    let system = Some(SystemKey { server: SERVER, system: SystemId(1) });
    for command in [
        Command::HoldSystem { system },
        Command::HoldTalkgroup { talkgroup: Some(talkgroup(1)) },
        Command::Avoid { talkgroup: talkgroup(1), minutes: None },
        Command::Switch { server: SERVER, talkgroups: vec![TalkgroupId(1)], on: false },
    ] {
        let mut desk = Desk::new(|_| {});
        desk.send(Command::RemoveServer { server: SERVER });
        let refused = desk.step(Input::Command(command.clone())).expect_err("it is too late");
        assert_eq!(refused.code, Code::NotPossible, "{command:?}");
        assert!(desk.effects.is_empty(), "{command:?}");
    }
}

fn unplayable(desk: &mut Desk, error: Unplayable) {
    let turn = desk.asked().expect("it is asked for");
    desk.step(Input::Fetched { turn, result: Err(error), audio: None }).expect("it is no wish");
}

fn network() -> NetworkError {
    NetworkError { kind: NetworkKind::Connect, source: None }
}

fn is_failed(desk: &Desk, id: u64) -> bool {
    matches!(desk.row(id), RowState::Failed { .. })
}

#[test]
fn a_gateway_without_its_server_is_asked_once_more_after_a_rest_and_then_the_call_has_failed() {
    for status in [429, 502, 503, 504] {
        let mut desk = Desk::new(|_| {});
        desk.server(ServerEvent::Call(call(1)));
        unplayable(&mut desk, Unplayable::Fetch(FetchError::Status(status)));
        assert_eq!((desk.row(1), desk.asked()), (RowState::Waiting, None), "{status}");
        desk.at(5_000);
        desk.step(Input::Deadline).unwrap();
        unplayable(&mut desk, Unplayable::Fetch(FetchError::Status(status)));
        assert!(is_failed(&desk, 1), "{status}");
    }
}

#[test]
fn what_failed_while_the_link_broke_is_not_held_against_the_call() {
    let mut desk = Desk::new(|_| {});
    desk.server(ServerEvent::Call(call(1)));
    let breaks = |desk: &mut Desk, ms| {
        let turn = desk.state.queue.iter().next().and_then(|item| item.turn()).expect("it is asked for");
        let result = Err(Unplayable::Fetch(FetchError::Network(network())));
        desk.step(Input::Fetched { turn, result, audio: None }).expect("it is no wish");
        desk.at(ms);
        desk.step(Input::Deadline).expect("it is no wish");
    };
    for ms in [10_000, 20_000, 30_000] {
        // The request notices it first.
        breaks(&mut desk, ms);
        assert!(!is_failed(&desk, 1), "{ms}");
        desk.server(ServerEvent::Link(Link::Connecting));
        desk.server(ServerEvent::Link(Link::Live));
    }
    breaks(&mut desk, 40_000);
    breaks(&mut desk, 50_000);
    assert!(is_failed(&desk, 1), "with a link that stands it is");
}

#[test]
fn while_the_link_is_down_no_answer_is_the_last_word_on_a_call_and_as_soon_as_it_stands_one_is() {
    for error in [
        Unplayable::Fetch(FetchError::Status(302)),
        Unplayable::Fetch(FetchError::Status(500)),
        Unplayable::Fetch(FetchError::NotFound),
        Unplayable::Decode(DecodeError::NoSamples),
    ] {
        let mut desk = Desk::new(|_| {});
        desk.server(ServerEvent::Call(call(1)));
        desk.server(ServerEvent::Link(Link::Connecting));
        let mut turn = desk.state.queue.iter().next().and_then(|item| item.turn()).expect("it is asked for");
        for ms in [10_000, 30_000, 60_000] {
            desk.step(Input::Fetched { turn, result: Err(error.clone()), audio: None }).unwrap();
            assert_eq!((desk.row(1), desk.asked()), (RowState::Waiting, None), "{error:?}");
            desk.at(ms);
            desk.step(Input::Deadline).unwrap();
            turn = desk.asked().expect("it is asked for again after a rest");
        }
        desk.server(ServerEvent::Link(Link::Live));
        desk.step(Input::Fetched { turn, result: Err(error.clone()), audio: None }).unwrap();
        assert!(is_failed(&desk, 1), "{error:?}");
    }
}

/// What is said against the login.
fn against_login(desk: &Desk) -> bool {
    let account = desk.state.view(0).servers[0].account.clone();
    matches!(account, AccountView::SignedIn { problem: Some(_), .. })
}

#[test]
fn that_calls_wait_for_the_login_is_said_as_long_as_one_does() {
    let held_up = || {
        let mut desk = Desk::new(|_| {});
        desk.server(ServerEvent::Call(call(1)));
        unplayable(&mut desk, Unplayable::Fetch(FetchError::RenewalUnreachable(network())));
        assert!(against_login(&desk));
        desk
    };
    let published =
        |desk: &Desk| desk.effects.iter().any(|effect| matches!(effect, Effect::Publish(Event::ServerChanged { .. })));
    let mut desk = held_up();
    desk.send(Command::Listen { on: false });
    assert!(!against_login(&desk) && published(&desk), "no call waits");

    for (error, stays) in [
        (FetchError::NotFound, false),
        (FetchError::NotAuthorised, false),
        (FetchError::Status(502), false),
        (FetchError::Network(network()), true),
        (FetchError::SignedOut, true),
    ] {
        let mut desk = held_up();
        desk.server(ServerEvent::Call(call(2)));
        desk.at(5_000);
        desk.step(Input::Deadline).unwrap();
        unplayable(&mut desk, Unplayable::Fetch(error.clone()));
        assert_eq!(against_login(&desk), stays, "{error:?}");
        assert!(stays || published(&desk), "{error:?}");
    }
}

#[test]
fn a_paused_call_whose_device_came_back_is_paused_and_lacks_nothing() {
    let mut desk = Desk::new(|_| {});
    let turn = desk.hear(call(1));
    desk.sound(SoundEvent::DeviceLost { during: Some((turn, Duration::from_secs(1))), why: OutputError::Gone });
    desk.send(Command::Pause { on: true });
    assert_eq!(desk.playback(), PlaybackState::NoDevice);
    desk.sound(SoundEvent::DeviceReady { name: "Speakers".into(), rate: 48_000, instead_of: None });
    assert_eq!(desk.playback(), PlaybackState::Paused);
    let said = |effect: &Effect| matches!(effect, Effect::Publish(Event::PlaybackChanged { .. }));
    assert!(desk.effects.iter().any(said), "and that is said");
    desk.send(Command::Pause { on: false });
    assert!(desk.begun().is_some(), "it goes on");
}

#[test]
fn a_replay_ends_with_its_talkgroup_even_where_the_next_call_was_ready_and_goes_with_it() {
    let mut desk = Desk::new(|_| ());
    desk.server(config(1));
    desk.replay(1);
    desk.server(ServerEvent::Call(call(2)));
    desk.fetched(4);
    assert_eq!(desk.row(2), RowState::Ready);
    desk.send(Command::Switch { server: SERVER, talkgroups: vec![TalkgroupId(1)], on: false });
    assert_eq!((desk.row(1), desk.row(2)), (RowState::Skipped, RowState::NotPlayed { why: NotPlayed::SwitchedOff }));
    assert!(desk.is_stopped(), "nobody hears it any more");
}
