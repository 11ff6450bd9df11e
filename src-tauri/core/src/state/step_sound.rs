//! What the sound thread reports.

use std::time::Duration;

use crate::model::Turn;
use crate::problem::Problem;
use crate::sound::{SoundCommand, SoundEvent};
use crate::view::{DeviceView, RowState};

use super::playback::Phase;
use super::{Effect, State};

impl State {
    pub(super) fn sound(&mut self, event: SoundEvent) {
        match event {
            SoundEvent::Started { turn } => self.started(turn),
            SoundEvent::Ended { turn } => self.ended(turn),
            SoundEvent::NotTaken { turn } => self.not_taken(turn),
            SoundEvent::Paused { turn, at } => self.phase(turn, |phase| match phase {
                Phase::Paused { .. } => Phase::Paused { at },
                phase @ (Phase::Starting { .. }
                | Phase::Following { .. }
                | Phase::Sounding { .. }
                | Phase::NoDevice { .. }) => phase,
            }),
            SoundEvent::Resumed { turn } => {
                let since = self.now.at;
                self.phase(turn, |phase| match phase {
                    Phase::Sounding { at, .. } => Phase::Sounding { at, since },
                    phase @ (Phase::Starting { .. }
                    | Phase::Following { .. }
                    | Phase::Paused { .. }
                    | Phase::NoDevice { .. }) => phase,
                });
            }
            SoundEvent::DeviceLost { during, why } => self.device_lost(during, &why),
            SoundEvent::DeviceReady { name, .. } => {
                self.set_device(DeviceView::Open { name });
                if let Some(Phase::NoDevice { at }) = self.playback.current.as_ref().map(|current| current.phase)
                    && !self.playback.paused
                {
                    self.restart(at);
                }
            }
            SoundEvent::DeviceReleased => self.set_device(DeviceView::Resting),
            SoundEvent::Microphone(told) => self.microphone(told),
        }
    }

    fn phase(&mut self, turn: Turn, change: impl Fn(Phase) -> Phase) {
        if let Some(current) = self.playback.current.as_mut().filter(|current| current.turn == turn) {
            current.phase = change(current.phase);
            self.changes.playback = true;
        }
    }

    /// The next call, if it was handed over, sounds from this very sample on: it must not be started a second time.
    fn ended(&mut self, turn: Turn) {
        if self.playback.current.as_ref().is_none_or(|current| current.turn != turn) {
            return;
        }
        self.end_current(RowState::Played);
        self.playback.ended_at = Some(self.now.at);
        if let Some(item) = self.playback.handed.take().and_then(|next| self.queue.take_turn(next)) {
            self.take_over(item, |at| Phase::Following { at });
        }
    }

    fn started(&mut self, turn: Turn) {
        let since = self.now.at;
        let paused = self.playback.paused;
        if self.playback.current.as_ref().is_some_and(|current| current.turn == turn) {
            // What was to follow another call than this one cannot begin any more.
            self.playback.withdrawn.retain(|(_, after)| *after == turn);
            return self.phase(turn, |phase| match phase {
                Phase::Starting { at } | Phase::Following { at } | Phase::NoDevice { at } if paused => {
                    Phase::Paused { at }
                }
                Phase::Starting { at } | Phase::Following { at } | Phase::NoDevice { at } => {
                    Phase::Sounding { at, since }
                }
                phase @ (Phase::Sounding { .. } | Phase::Paused { .. }) => phase,
            });
        }
        if self.playback.handed == Some(turn)
            && let Some(item) = self.queue.take_turn(turn)
        {
            // The source moved on by itself; its word for the end of the call before may be lost, its turn is not.
            self.end_current(RowState::Played);
            self.playback.handed = None;
            return self.take_over(item, |at| Phase::Sounding { at, since });
        }
        self.started_all_the_same(turn);
    }

    /// Something sounds that was taken back while it began. What was begun by hand since replaces it anyway; a call that
    /// was to follow by itself has to be begun by hand now; with nothing to come, the sound has to end.
    fn started_all_the_same(&mut self, turn: Turn) {
        let withdrawn = self.playback.withdrawn.extract_if(.., |(withdrawn, _)| *withdrawn == turn).next().is_some();
        match self.playback.current.as_ref().map(|current| current.phase) {
            None => self.effects.push(Effect::Sound(SoundCommand::Stop)),
            Some(Phase::Following { at } | Phase::Paused { at }) if withdrawn => self.begin_by_hand(at),
            Some(_) => {}
        }
    }

    /// A call that was to follow by itself, and whose turn it is, has to be begun by hand. One that was taken back
    /// meanwhile has another turn.
    fn not_taken(&mut self, turn: Turn) {
        let now = self.now.at;
        let Some(current) = self.playback.current.as_ref().filter(|current| current.turn == turn) else { return };
        let at = current.position(now);
        self.begin_by_hand(at);
    }

    fn begin_by_hand(&mut self, at: Duration) {
        self.restart(at);
        if let Some(current) = self.playback.current.as_mut().filter(|_| self.playback.paused) {
            current.phase = Phase::Paused { at };
            self.effects.push(Effect::Sound(SoundCommand::Pause));
        }
    }

    /// A loss that names another attempt happened before the current one was begun, which has its own answer coming.
    fn device_lost(&mut self, during: Option<(Turn, Duration)>, why: &crate::sound::OutputError) {
        if let (Some(current), Some((turn, at))) = (&mut self.playback.current, during)
            && current.turn == turn
        {
            current.phase = Phase::NoDevice { at };
            self.changes.playback = true;
            self.take_back_handed();
        }
        self.set_device(DeviceView::Missing { problem: Problem::from(why) });
    }

    fn set_device(&mut self, device: DeviceView) {
        if self.device != device {
            self.device = device;
            self.changes.device = true;
            self.changes.playback = true;
        }
    }

    /// Plays the current call again from a position, under a new turn. The sound thread forgets what was to follow, which
    /// `settle` hands over anew.
    pub(super) fn restart(&mut self, at: Duration) {
        self.take_back_handed();
        let turn = self.turn();
        let Some(current) = &mut self.playback.current else { return };
        current.turn = turn;
        current.phase = Phase::Starting { at };
        let clip = current.clip.clone();
        self.effects.push(Effect::Sound(SoundCommand::Play { turn, clip, from: at }));
        self.changes.playback = true;
    }
}
