//! Calls that somebody asks for: now, or once all that waits has been played.

use crate::model::CallKey;
use crate::problem::Problem;
use crate::sound::{Clip, SoundCommand};
use crate::view::RowState;

use super::queue::{Item, MOST_QUEUED, Stage, Why};
use super::{Effect, State};

impl State {
    /// Plays a call now. What sounds goes back to the front with its position if it came live or waited in the queue; a
    /// call that was asked for earlier gives way.
    pub(super) fn play(&mut self, key: CallKey) -> Result<(), Problem> {
        self.may_play(&key)?;
        let stage = match self.kept_clip(&key) {
            Some(clip) => Stage::Ready { turn: self.turn(), clip },
            None => self.queue.take(&key).map_or(Stage::Waiting, |item| item.stage),
        };
        // Its audio may have been on its way for long: whoever asks for it now has patience with it once more.
        let stage = match stage {
            Stage::Fetching { turn, .. } => Stage::Fetching { turn, since: self.now.at },
            Stage::Waiting | Stage::Ready { .. } => stage,
        };
        if let Some(queued) = self.queue.take(&key) {
            self.forget(&queued);
        }
        self.leave_the_past();
        self.set_current_aside(&key);
        let others = self.queue.take_where(|item| item.why == Why::Asked);
        for item in others {
            self.forget(&item);
            self.mark(item.key, RowState::Skipped);
        }
        let state = match &stage {
            Stage::Waiting => RowState::Waiting,
            // Its audio was asked for already, and that request goes on.
            Stage::Fetching { .. } => RowState::Loading,
            Stage::Ready { .. } => RowState::Ready,
        };
        self.queue.push_front(Item { stage, ..self.item(key, Why::Asked) });
        self.mark(key, state);
        self.begin_anew();
        Ok(())
    }

    /// Something else is to sound now, whatever sounded.
    pub(super) fn begin_anew(&mut self) {
        if self.playback.paused {
            self.overrule_yielding(false);
            self.playback.paused = false;
        }
        self.effects.push(Effect::Sound(SoundCommand::Stop));
        self.take_back_handed();
        self.playback.spoke = None;
        self.changes.listening = true;
        self.changes.playback = true;
    }

    pub(super) fn may_play(&self, key: &CallKey) -> Result<(), Problem> {
        if self.feed.get(key).is_none() {
            return Err(Problem::not_possible("This call has left the list. Search for it again."));
        }
        if !self.is_here(key) && self.kept_clip(key).is_none() && self.wants_account(key) {
            return Err(Problem::not_possible("Sign in to the server first, then play this call."));
        }
        Ok(())
    }

    /// Plays a call when all that waits has been played.
    pub(super) fn enqueue(&mut self, key: CallKey) -> Result<(), Problem> {
        self.may_play(&key)?;
        let sounds = self.playback.current.as_ref().is_some_and(|current| current.key == key);
        if sounds || self.queue.contains(&key) {
            return Ok(());
        }
        if self.queue.iter().filter(|item| item.why == Why::Queued).count() >= MOST_QUEUED {
            let message = format!("{MOST_QUEUED} calls that you chose wait already. Listen to some of them first.");
            return Err(Problem::not_possible(&message));
        }
        self.queue.push_back(self.item(key, Why::Queued));
        self.mark(key, RowState::Waiting);
        self.changes.listening = true;
        Ok(())
    }

    /// Nothing has sounded for a minute. Samples of the last call take up to 11 MB; from this computer it is decoded again
    /// in the time that the device takes to open. What is not here stays: its server may not be there.
    pub(super) fn forget_samples(&mut self) {
        let is_here = self.playback.last.as_ref().is_some_and(|last| self.is_here(&last.key));
        if let Some(last) = self.playback.last.as_mut().filter(|_| is_here) {
            last.clip = None;
        }
    }

    /// The decoded call, if it sounds now or sounded last.
    pub(super) fn kept_clip(&self, key: &CallKey) -> Option<Clip> {
        let current = self.playback.current.as_ref().filter(|current| current.key == *key);
        let last = self.playback.last.as_ref().filter(|last| last.key == *key);
        current.map(|current| current.clip.clone()).or_else(|| last.and_then(|last| last.clip.clone()))
    }

    /// Makes room for `key`: a call that sounds in its turn waits at the front and goes on later.
    fn set_current_aside(&mut self, key: &CallKey) {
        let Some(current) = self.playback.current.take() else { return };
        if current.key == *key {
            return;
        }
        if !current.why.is_now() {
            let turn = self.turn();
            self.mark(current.key, RowState::Ready);
            self.queue.push_front(current.requeue(self.now.at, turn));
        } else {
            self.mark(current.key, RowState::Skipped);
        }
    }
}
