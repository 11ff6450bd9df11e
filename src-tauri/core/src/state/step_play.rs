//! From the queue to the sound thread; `step_sound` has the way back.
//!
//! The rule that keeps this simple: every change first brings queue and playback to where they should be, and then
//! [`State::settle`] starts, hands over and fetches whatever follows from that. An answer that names a turn nobody
//! remembers is dropped.

use std::time::Duration;

use crate::archive::Audio;
use crate::model::{CallKey, ServerId, TalkgroupId, Turn};
use crate::problem::Problem;
use crate::server::FetchError;
use crate::sound::{Clip, SoundCommand};
use crate::view::{NotPlayed, Priority, RowState};

use super::playback::{Current, Last, Phase, Withdrawn};
use super::queue::{Asking, Item, Stage, Why};
use super::selection::Place;
use super::servers::Server;
use super::{Effect, State, Unplayable};

/// A call whose audio could not be fetched for a passing reason is put back this often.
const PUT_BACK: u8 = 1;

impl State {
    pub(super) fn listen(&mut self, on: bool) {
        if self.settings.live == on {
            return;
        }
        self.settings.live = on;
        self.changes.listening = true;
        self.changes.save = true;
        if !on {
            self.stop_where(|_| true);
            for item in self.queue.take_where(|_| true) {
                self.leave(&item, NotPlayed::LiveOff);
            }
        }
    }

    pub(super) fn pause(&mut self, on: bool) {
        if self.playback.paused == on {
            return;
        }
        self.playback.paused = on;
        self.changes.listening = true;
        self.changes.playback = true;
        let now = self.now.at;
        let Some(current) = &mut self.playback.current else { return };
        let at = current.position(now);
        match (on, current.phase) {
            (_, Phase::NoDevice { .. }) if on => {}
            (true, _) => {
                current.phase = Phase::Paused { at };
                self.effects.push(Effect::Sound(SoundCommand::Pause));
            }
            (false, Phase::NoDevice { at }) => self.restart(at),
            (false, _) => {
                current.phase = Phase::Sounding { at, since: now };
                self.effects.push(Effect::Sound(SoundCommand::Resume));
            }
        }
    }

    pub(super) fn skip(&mut self, turn: Turn) {
        if self.playback.current.as_ref().is_some_and(|current| current.turn == turn) {
            self.end_current(RowState::Skipped);
            self.silence_unless_next();
        } else if let Some(item) = self.queue.take_turn(turn) {
            self.forget(&item);
            self.mark(item.key, RowState::Skipped);
            self.changes.listening = true;
            self.changes.playback = true;
        }
    }

    /// Takes what no longer fits the selection out of queue and player.
    pub(super) fn refilter(&mut self) {
        self.refilter_missed();
        let verdict = |state: &Self, key: &CallKey| {
            let entry = state.feed.get(key)?;
            let place = Place { server: key.server, system: entry.system, talkgroup: entry.talkgroup };
            state.selection.verdict(place).err()
        };
        let out: Vec<_> = self
            .queue
            .iter()
            .filter(|item| item.why == Why::Live)
            .filter_map(|item| verdict(self, &item.key).map(|why| (item.key, why)))
            .collect();
        for (key, why) in out {
            if let Some(item) = self.queue.take(&key) {
                self.leave(&item, why);
            }
        }
        let current = self.playback.current.as_ref().filter(|current| current.why == Why::Live);
        if let Some(why) = current.and_then(|current| verdict(self, &current.key)) {
            self.end_current(RowState::NotPlayed { why });
            self.silence_unless_next();
        }
    }

    /// A call that was asked for is heard whatever the selection says, but not against a later word on its own
    /// talkgroup.
    pub(super) fn end_replay_of(&mut self, server: ServerId, talkgroups: &[TalkgroupId]) {
        let is_of = |state: &Self, key: &CallKey| {
            let own = state.feed.get(key).and_then(|entry| entry.talkgroup);
            key.server == server && own.is_some_and(|own| talkgroups.contains(&own))
        };
        let queued = self.queue.iter().filter(|item| {
            let waits_by_hand = matches!(item.why, Why::Queued | Why::Rewound);
            waits_by_hand && is_of(self, &item.key)
        });
        for key in queued.map(|item| item.key).collect::<Vec<_>>() {
            if let Some(item) = self.queue.take(&key) {
                self.forget(&item);
                let was = self.as_before(&item, NotPlayed::WhileAway).unwrap_or(RowState::Skipped);
                self.mark(key, was);
                self.changes.listening = true;
            }
        }
        let current = self.playback.current.as_ref().filter(|current| current.why != Why::Live);
        if current.is_some_and(|current| is_of(self, &current.key)) {
            self.end_current(RowState::Skipped);
            self.silence_unless_next();
        }
    }

    /// Ends what sounds if it is of that sort.
    pub(super) fn stop_where(&mut self, of: impl Fn(&CallKey) -> bool) {
        if self.playback.current.as_ref().is_some_and(|current| of(&current.key)) {
            let asked = self.playback.current.as_ref().is_some_and(|current| current.why != Why::Live);
            let state = if asked { RowState::Skipped } else { RowState::NotPlayed { why: NotPlayed::LiveOff } };
            self.end_current(state);
            self.take_back_handed();
            self.effects.push(Effect::Sound(SoundCommand::Stop));
        }
    }

    pub(super) fn end_current(&mut self, state: RowState) {
        self.playback.spoke = self.followed_after(&state);
        if state == RowState::Played {
            self.tape_to_the_end();
        }
        if let Some(current) = self.playback.current.take() {
            self.mark(current.key, state);
            self.changes.listening |= current.why == Why::Rewound;
            self.playback.last = Some(Last::from(current));
            self.changes.playback = true;
        }
    }

    /// After the current call was taken away: `settle` plays the next one at once if there is one then, and that replaces
    /// the sound with a fade; otherwise it has it stopped.
    pub(super) fn silence_unless_next(&mut self) {
        self.take_back_handed();
        // What was ended by hand is followed at once, by whoever is next.
        self.playback.ended_at = None;
        self.playback.to_silence = true;
    }

    /// The sound thread may have begun with what was handed over, and its word for that may still be on the way. Under a
    /// new turn the call cannot be taken for that attempt.
    pub(super) fn take_back_handed(&mut self) {
        let Some(handed) = self.playback.handed.take() else { return };
        let fresh = self.turn();
        let item = self.queue.by_turn(handed);
        let key = item.as_ref().map(|item| item.key);
        if let Some(Stage::Ready { turn, .. }) = item.map(|item| &mut item.stage) {
            *turn = fresh;
        }
        if let Some(after) = self.playback.current.as_ref().map(|current| current.turn) {
            self.playback.withdrawn.push(Withdrawn { turn: handed, after, key, may_sound: true });
        }
    }

    pub(super) fn leave(&mut self, item: &Item, why: NotPlayed) {
        self.forget(item);
        let was = self.as_before(item, why).unwrap_or(RowState::NotPlayed { why });
        self.mark(item.key, was);
        self.changes.listening = true;
    }

    /// Drops whatever is under way for an item that left the queue.
    pub(super) fn forget(&mut self, item: &Item) {
        if let Stage::Fetching { turn, .. } = item.stage {
            self.effects.push(Effect::Forget(turn));
        }
    }

    pub(super) fn fetched(&mut self, turn: Turn, result: Result<Clip, Unplayable>, audio: Option<Audio>) {
        if self.fetched_to_keep(turn, &result, audio.as_ref()) {
            return;
        }
        let Some(key) = self.queue.by_turn(turn).map(|item| item.key) else { return };
        self.loading_changed();
        match result {
            Ok(clip) => self.came(turn, clip, audio),
            Err(_) if self.is_not_here(key) => {}
            Err(error) => self.did_not_come(turn, &error),
        }
    }

    fn came(&mut self, turn: Turn, clip: Clip, audio: Option<Audio>) {
        let Some(item) = self.queue.by_turn(turn) else { return };
        let (key, came_from_server) = (item.key, !item.is_here);
        let (duration, speech) = (clip.duration, clip.measure.speech);
        item.stage = Stage::Ready { turn, clip };
        self.mark(key, RowState::Ready);
        self.set_duration(key, duration);
        self.learn(key, speech);
        self.keep_audio(key, audio);
        if came_from_server && self.servers.get_mut(&key.server).is_some_and(Server::revive) {
            self.changes.server(key.server);
        }
    }

    fn did_not_come(&mut self, turn: Turn, error: &Unplayable) {
        let now = self.now.at;
        let Some(item) = self.queue.by_turn(turn) else { return };
        let key = item.key;
        if !may_be_of_login(error) && self.servers.get_mut(&key.server).is_some_and(Server::let_go) {
            self.changes.server(key.server);
        }
        let server = self.servers.get_mut(&key.server);
        let live = server.as_ref().is_some_and(|server| server.is_live());
        // While the link is down it may be anybody who answers.
        if passes(error) || !live {
            item.stage = Stage::Waiting;
            let final_word = item.failures >= PUT_BACK && live && !waits_for_login(error);
            // While the link is down a failure says nothing about this call.
            item.failures += u8::from(live && !waits_for_login(error));
            if let Some(server) = server {
                server.rest(now);
                if held_up(error).is_some_and(|problem| server.hold_up(problem)) {
                    self.changes.server(key.server);
                }
            }
            if !final_word {
                return self.mark(key, RowState::Waiting);
            }
        }
        self.queue.take(&key);
        let problem = match error {
            Unplayable::Fetch(error) => Problem::from(error),
            Unplayable::Decode(error) => Problem::from(error),
        };
        self.mark(key, RowState::Failed { problem });
        self.changes.listening = true;
    }

    pub(super) fn set_duration(&mut self, key: CallKey, duration: Duration) {
        if let Some(entry) = self.feed.get_mut(&key)
            && entry.duration != Some(duration)
        {
            entry.duration = Some(duration);
            self.changes.row(key);
        }
    }

    /// Brings everything to rest after an input: what is too old leaves, what is due starts, what follows is handed over,
    /// what comes after that is fetched.
    pub(super) fn settle(&mut self) {
        self.expire();
        self.leave_behind();
        self.arrange();
        self.start_due();
        if std::mem::take(&mut self.playback.to_silence) && self.playback.current.is_none() {
            self.effects.push(Effect::Sound(SoundCommand::Stop));
        }
        // Whoever speaks now is followed.
        self.arrange();
        self.hand_over_next();
        self.mix_again();
        self.fetch_ahead();
        self.let_go_of_idle();
        self.catch_up_if_due();
    }

    fn expire(&mut self) {
        let mut queue = std::mem::take(&mut self.queue);
        // Then all are kept for the same, and none has to be looked up.
        let is_plain = !self.selection.holds_anything() && !self.has_priorities();
        let kept_for = |item: &Item| {
            if is_plain {
                return (false, Priority::Normal);
            }
            let held = self.feed.get(&item.key).is_some_and(|entry| {
                let place = Place { server: item.key.server, system: entry.system, talkgroup: entry.talkgroup };
                self.selection.holds(place)
            });
            (held, self.priority_of(&item.key))
        };
        let out = queue.expire(self.now, kept_for);
        self.queue = queue;
        for item in out {
            self.leave(&item, NotPlayed::TooOld);
        }
    }

    /// Where no call waits for its audio, none waits for the login.
    fn let_go_of_idle(&mut self) {
        for server in self.servers.values_mut() {
            let id = server.id;
            let mut waiting = self.queue.iter().filter(|item| item.ready().is_none());
            if server.is_held_up() && waiting.all(|item| item.key.server != id) && server.let_go() {
                self.changes.server(id);
            }
        }
    }

    fn start_due(&mut self) {
        if self.playback.current.is_some() || self.playback.paused {
            return;
        }
        let first = self.queue.first(|server| self.reachable(server));
        if first.is_some_and(|first| self.waits_for_answer(first)) {
            return;
        }
        let due = self.queue.due(self.now.at, |server| self.reachable(server));
        let Some((key, why)) = due.and_then(|turn| self.queue.by_turn(turn)).map(|item| (item.key, item.why)) else {
            return;
        };
        if !why.is_now() && self.pause_ends_at().is_some() {
            return;
        }
        self.take_back_handed();
        self.set_level(key);
        let Some(item) = self.queue.take(&key) else { return };
        let Some((turn, clip)) = item.ready().map(|(turn, clip)| (turn, clip.clone())) else { return };
        let from = item.from;
        self.effects.push(Effect::Sound(SoundCommand::Play { turn, clip, from }));
        self.take_over(item, |at| Phase::Starting { at });
    }

    /// When the pause between calls is over, if it is not. Calls that were handed over ahead bring their own.
    pub(super) fn pause_ends_at(&self) -> Option<Duration> {
        let pause = self.pause_between_calls();
        self.playback.ended_at.map(|ended| ended + pause).filter(|end| *end > self.now.at)
    }

    pub(super) fn take_over(&mut self, item: Item, phase: impl Fn(Duration) -> Phase) {
        let Stage::Ready { turn, clip } = item.stage else { return };
        self.mark(item.key, RowState::Playing);
        let phase = if self.playback.paused { Phase::Paused { at: item.from } } else { phase(item.from) };
        let tempo = self.catching.tempo();
        self.playback.current = Some(Current {
            key: item.key,
            why: item.why,
            was: item.was,
            turn,
            clip,
            arrived: item.arrived,
            tempo,
            phase,
        });
        self.changes.playback = true;
        self.changes.listening = true;
    }

    /// Tells the sound thread what follows, so that it moves on inside one callback. A call that begins in the middle
    /// is started by hand instead.
    fn hand_over_next(&mut self) {
        let sounding = self.playback.current.as_ref().filter(|c| !matches!(c.phase, Phase::NoDevice { .. }));
        let Some(after) = sounding.map(|current| current.turn) else { return };
        let first = self.queue.first(|server| self.reachable(server));
        let first = first.filter(|item| item.from.is_zero() && !self.waits_for_answer(item));
        let next = first.and_then(|item| item.ready().map(|(turn, _)| (turn, item.key)));
        match next {
            Some((turn, key)) if self.playback.handed != Some(turn) => {
                let pause = self.pause_between_calls();
                self.take_back_handed();
                self.set_level(key);
                let Some((_, clip)) = self.queue.get_mut(&key).and_then(|item| item.ready()) else { return };
                let clip = clip.clone();
                self.effects.push(Effect::Sound(SoundCommand::Next { turn, after, clip, pause }));
                self.playback.handed = Some(turn);
            }
            None if self.playback.handed.is_some() => {
                self.effects.push(Effect::Sound(SoundCommand::NoNext { after }));
                self.take_back_handed();
            }
            Some(_) | None => {}
        }
    }

    fn fetch_ahead(&mut self) {
        let sounding = self.playback.current.is_some();
        for key in self.queue.too_far_ahead(sounding) {
            self.wait_again(key);
        }
        let shared = self.servers.values().filter(|server| server.reachable(self.now.at)).count() > 1;
        for key in self.queue.to_give_up(|server| self.reachable(server), shared) {
            self.wait_again(key);
        }
        let (reachable, length) = (|server| self.reachable(server), |key: &CallKey| self.length(key));
        let asking = Asking { sounding, shared, reachable: &reachable, length: &length };
        for key in self.queue.to_fetch(self.now.at, &asking) {
            let (turn, since) = (self.turn(), self.now.at);
            if let Some(item) = self.queue.get_mut(&key) {
                item.stage = Stage::Fetching { turn, since };
            }
            let is_here = self.queue.get_mut(&key).is_some_and(|item| item.is_here);
            self.effects.push(Effect::Fetch { turn, call: key, is_here });
            self.mark(key, RowState::Loading);
            self.loading_changed();
        }
    }

    /// Gives up what is fetched or decoded of a call that keeps its place.
    fn wait_again(&mut self, key: CallKey) {
        let Some(item) = self.queue.get_mut(&key) else { return };
        let given_up = std::mem::replace(&mut item.stage, Stage::Waiting);
        item.is_here |= self.feed.get(&key).is_some_and(|entry| entry.is_here);
        if let Stage::Fetching { turn, .. } = given_up {
            self.effects.push(Effect::Forget(turn));
        }
        self.mark(key, RowState::Waiting);
        self.loading_changed();
    }

    /// What is on its way is shown as what sounds only while nothing sounds. While something does, a flood would have the
    /// same playback told with every call.
    fn loading_changed(&mut self) {
        self.changes.playback |= self.playback.current.is_none();
    }

    /// From its decoded samples, else as announced. An unknown length counts as none.
    pub(super) fn length(&self, key: &CallKey) -> Duration {
        let entry = self.feed.get(key);
        entry.and_then(|entry| entry.duration.or(entry.call.duration)).unwrap_or_default()
    }
}

/// Whether a call that failed so may be asked for again by itself: the reason lies with the login, with the way, or with
/// a gateway whose server is busy or away for a moment.
pub(super) fn passes(error: &Unplayable) -> bool {
    match error {
        Unplayable::Fetch(error) => match error {
            FetchError::SignedOut
            | FetchError::RenewalUnreachable(_)
            | FetchError::Network(_)
            | FetchError::Status(429 | 502..=504) => true,
            FetchError::NeedsAccount
            | FetchError::NotAuthorised
            | FetchError::NotFound
            | FetchError::TooLarge
            | FetchError::TooSlow
            | FetchError::Status(_) => false,
        },
        Unplayable::Decode(_) => false,
    }
}

/// Why every call of the server waits, if nothing else says so.
fn held_up(error: &Unplayable) -> Option<Problem> {
    match error {
        Unplayable::Fetch(FetchError::RenewalUnreachable(cause)) => Some(Problem::held_up(cause)),
        Unplayable::Fetch(_) | Unplayable::Decode(_) => None,
    }
}

/// Whether the login may still be what a call waits for after such an answer. Any other one shows that it is not.
fn may_be_of_login(error: &Unplayable) -> bool {
    waits_for_login(error) || matches!(error, Unplayable::Fetch(FetchError::Network(_)))
}

/// A call whose login ended waits for the next login, however often that happens, and so does one whose login cannot be
/// renewed for now.
fn waits_for_login(error: &Unplayable) -> bool {
    matches!(error, Unplayable::Fetch(FetchError::SignedOut | FetchError::RenewalUnreachable(_)))
}
