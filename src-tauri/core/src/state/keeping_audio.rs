//! The audio of calls that are kept for ever because of their talkgroup, also where nobody listens to them.
//!
//! What is played is fetched for that. Of the others (filtered, skipped before they were fetched, come while live was off)
//! the audio is fetched one after the other, and only while listening wants nothing from any server. It is for calls of the
//! feed that came while Squelch was there: nobody asks a server for years.

use std::collections::VecDeque;
use std::time::Duration;

use crate::archive::Audio;
use crate::model::{CallKey, TalkgroupKey, Turn};
use crate::sound::Clip;
use crate::view::RowState;

use super::changes::Changes;
use super::feed::Entry;
use super::queue::Stage;
use super::step_play::passes;
use super::storing::{Noted, is_final};
use super::{Effect, State, Unplayable};

/// So many wait at most; of more the oldest are let go.
const MOST: usize = 500;
/// After a failure that passes nothing is asked for this long.
const PAUSE: Duration = Duration::from_secs(30);
/// A call is asked for so often.
const MOST_FAILURES: u8 = 3;

/// What is fetched only to be kept.
#[derive(Debug, Default)]
pub(super) struct KeepingAudio {
    wanted: VecDeque<Wanted>,
    current: Option<(Turn, Wanted)>,
    rests_until: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted {
    key: CallKey,
    failures: u8,
}

impl KeepingAudio {
    fn want(&mut self, key: CallKey) {
        let is_under_way = self.current.is_some_and(|(_, wanted)| wanted.key == key);
        if is_under_way || self.wanted.iter().any(|wanted| wanted.key == key) {
            return;
        }
        self.wanted.push_back(Wanted { key, failures: 0 });
        if self.wanted.len() > MOST {
            self.wanted.pop_front();
        }
    }
}

impl State {
    /// Wants the audio of calls that are new or changed in this step, where it is to be kept and nobody will fetch it.
    pub(super) fn want_audio(&mut self, changes: &Changes) {
        if self.settings.kept_talkgroups.is_empty() {
            return;
        }
        let wanted = |(key, _): &(CallKey, bool)| self.lacks_audio(key);
        for (key, _) in changes.touched().filter(wanted).collect::<Vec<_>>() {
            self.keeping_audio.want(key);
        }
    }

    /// The same for all calls of a talkgroup that is kept from now on.
    pub(super) fn want_audio_of(&mut self, talkgroup: TalkgroupKey) {
        let is_of = |key: &&CallKey| {
            let own = self.feed.get(key).and_then(|entry| entry.talkgroup);
            key.server == talkgroup.server && own == Some(talkgroup.talkgroup)
        };
        let keys: Vec<_> = self.feed.in_order().filter(is_of).filter(|key| self.lacks_audio(key)).copied().collect();
        for key in keys.into_iter().rev() {
            self.keeping_audio.want(key);
        }
    }

    /// Whether a call's audio is to be kept, is not, and will not come by itself.
    fn lacks_audio(&self, key: &CallKey) -> bool {
        let Some(entry) = self.feed.get(key).filter(|_| self.settings.archive.on) else { return false };
        let is_kept = |entry: &Entry| {
            let talkgroup = entry.talkgroup.map(|talkgroup| TalkgroupKey { server: key.server, talkgroup });
            talkgroup.is_some_and(|talkgroup| self.settings.kept_talkgroups.contains(&talkgroup))
        };
        let is_over = match entry.state {
            RowState::NotPlayed { .. } | RowState::Skipped | RowState::Missed | RowState::Unplayed => true,
            RowState::Failed { ref problem } => !is_final(problem),
            // It is fetched to be played, was fetched for that, or was only looked for.
            RowState::Waiting
            | RowState::Loading
            | RowState::Ready
            | RowState::Playing
            | RowState::Played
            | RowState::Found => false,
        };
        let is_there = entry.noted.as_ref().is_some_and(Noted::is_there);
        is_over && is_there && !entry.earlier && !entry.is_here && entry.order.is_some() && is_kept(entry)
    }

    /// Fetches the next one if listening wants nothing now, and gives way if it does.
    pub(super) fn fetch_to_keep(&mut self) {
        let is_busy = self.queue.iter().any(|item| matches!(item.stage, Stage::Fetching { .. }) && !item.is_here);
        if let Some((turn, wanted)) =
            self.keeping_audio.current.filter(|(_, wanted)| is_busy || !self.lacks_audio(&wanted.key))
        {
            self.effects.push(Effect::Forget(turn));
            self.keeping_audio.current = None;
            self.keeping_audio.wanted.push_front(wanted);
        }
        if is_busy || self.keeping_audio.current.is_some() || self.keeping_audio_deadline().is_some() {
            return;
        }
        let mut wanted = std::mem::take(&mut self.keeping_audio.wanted);
        wanted.retain(|wanted| self.lacks_audio(&wanted.key));
        let next = wanted.iter().position(|wanted| self.reachable(wanted.key.server));
        let next = next.and_then(|at| wanted.remove(at));
        self.keeping_audio.wanted = wanted;
        if let Some(next) = next {
            let turn = self.turn();
            self.keeping_audio.current = Some((turn, next));
            self.effects.push(Effect::Fetch { turn, call: next.key, is_here: false });
        }
    }

    /// What was fetched to be kept has come, or not. False: it was fetched for something else.
    pub(super) fn fetched_to_keep(
        &mut self,
        turn: Turn,
        result: &Result<Clip, Unplayable>,
        audio: Option<&Audio>,
    ) -> bool {
        let current = self.keeping_audio.current.take_if(|(under_way, _)| *under_way == turn);
        let Some((_, mut wanted)) = current else { return false };
        match result {
            Ok(clip) => {
                self.set_duration(wanted.key, clip.duration);
                self.keep_audio(wanted.key, audio.cloned());
                self.changes.row(wanted.key);
            }
            Err(error) if passes(error) => {
                self.keeping_audio.rests_until = Some(self.now.at + PAUSE);
                wanted.failures += 1;
                if wanted.failures < MOST_FAILURES {
                    self.keeping_audio.wanted.push_back(wanted);
                }
            }
            // It cannot be had, and that is said where somebody wants to hear it.
            Err(_) => {}
        }
        true
    }

    /// When to ask again after a failure, if something is wanted.
    pub(super) fn keeping_audio_deadline(&self) -> Option<Duration> {
        let wants = !self.keeping_audio.wanted.is_empty();
        self.keeping_audio.rests_until.filter(|until| wants && *until > self.now.at)
    }
}

#[cfg(test)]
mod tests;
