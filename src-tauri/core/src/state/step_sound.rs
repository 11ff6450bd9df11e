//! What the sound thread reports.

use std::time::Duration;

use crate::model::Turn;
use crate::sound::{SoundCommand, SoundEvent};
use crate::view::{DeviceView, RowState};

use super::playback::{Phase, Withdrawn};
use super::queue::Stage;
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
            SoundEvent::DeviceReady { name, instead_of, .. } => self.device_ready(name, instead_of),
            SoundEvent::DeviceReleased => {
                self.set_device(DeviceView::Resting);
                self.forget_samples();
            }
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
            self.playback.withdrawn.retain(|withdrawn| withdrawn.after == turn);
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

    /// Something sounds that was taken back while it began. If nothing but the order has changed it goes on: no call is cut. What was begun by hand since replaces it anyway; a call that
    /// was to follow by itself has to be begun by hand now; with nothing to come, the sound has to end.
    fn started_all_the_same(&mut self, turn: Turn) {
        let withdrawn = self.playback.withdrawn.extract_if(.., |withdrawn| withdrawn.turn == turn).next();
        if withdrawn.is_some_and(|withdrawn| self.goes_on(withdrawn)) {
            return;
        }
        match self.playback.current.as_ref().map(|current| current.phase) {
            None => self.effects.push(Effect::Sound(SoundCommand::Stop)),
            Some(Phase::Following { at } | Phase::Paused { at }) if withdrawn.is_some() => self.begin_by_hand(at),
            Some(_) => {}
        }
    }

    /// Takes over what has begun all the same, if it still waits; what was to begin instead follows it.
    fn goes_on(&mut self, withdrawn: Withdrawn) -> bool {
        let current = self.playback.current.as_ref().map(|current| current.phase);
        let is_free = matches!(current, None | Some(Phase::Following { .. })) && !self.playback.paused;
        let Some(key) = withdrawn.key.filter(|_| withdrawn.may_sound && is_free) else { return false };
        if self.queue.get_mut(&key).is_none_or(|item| item.ready().is_none()) {
            return false;
        }
        // Whatever was handed over to follow the other has taken its place in the sound thread: `settle` hands it over anew.
        let is_replaced = self.playback.handed.is_some();
        self.take_back_handed();
        let Some(mut item) = self.queue.take(&key) else { return false };
        if let Some(current) = self.playback.current.take() {
            self.mark(current.key, RowState::Ready);
            let turn = current.turn;
            self.playback.handed = (!is_replaced).then_some(turn);
            self.queue.push_front(current.requeue(self.now.at, turn));
        }
        if let Stage::Ready { turn, .. } = &mut item.stage {
            *turn = withdrawn.turn;
        }
        let since = self.now.at;
        self.take_over(item, |at| Phase::Sounding { at, since });
        true
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
