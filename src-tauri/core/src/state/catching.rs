//! Catching up with what is live: how far behind it the listener is, when that is made good, how fast, and which calls are
//! left out for it.
//!
//! A call that sounds is behind by the time it could have been heard earlier: since it came, less what was heard of it. One
//! that waits is behind since it came. The listener is behind by the larger of both. Only calls that came by themselves
//! count: what somebody asked for is heard when it was asked for, and as it was spoken.

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::time::Duration;

use crate::model::ServerId;
use crate::sound::{SoundCommand, Tempo};
use crate::view::{CatchUpMode, CatchUpState, NotPlayed, Priority, SkippedView};

use super::playback::Phase;
use super::queue::{Item, Why};
use super::rows::millis;
use super::selection::Place;
use super::{Effect, State};

/// This is as good as live: a call has to be fetched, and those of one moment take turns.
const LIVE: Duration = Duration::from_secs(2);
/// From here on catching up is offered.
const OFFERED_FROM: Duration = Duration::from_secs(10);
/// Up to here it is enough to cut silences short.
const ENOUGH_TO_TRIM: Duration = Duration::from_secs(5);
/// From here on it goes as fast as it can.
const IN_A_HURRY: Duration = Duration::from_secs(35);
/// The slowest that is worth being faster, in percent.
const SLOWEST: u16 = 110;
/// The speed changes by no more than this at once, in percent, which nobody notices.
const STEP: u16 = 5;
/// And no more often than this.
const STEP_EVERY: Duration = Duration::from_millis(500);

/// Whether the listener catches up, and how fast.
#[derive(Debug)]
pub(crate) struct Catching {
    is_on: bool,
    /// The listener does not want to, this time: until all is live again.
    declined: bool,
    /// In percent of the usual speed.
    percent: u16,
    /// When that was looked at last.
    stepped_at: Duration,
    /// What the sound thread was told last.
    tempo: Tempo,
    /// What the window was told last.
    shown: CatchUpState,
}

impl Default for Catching {
    fn default() -> Self {
        Self {
            is_on: false,
            declined: false,
            percent: 100,
            stepped_at: Duration::ZERO,
            tempo: Tempo::USUAL,
            shown: CatchUpState::NotNeeded,
        }
    }
}

impl Catching {
    pub(crate) fn tempo(&self) -> Tempo {
        self.tempo
    }
}

/// The speed for a distance, in percent: the usual one as long as cutting silences short is enough, then the faster the
/// further.
fn speed_for(behind: Duration) -> u16 {
    if behind < ENOUGH_TO_TRIM {
        return 100;
    }
    let (span, past) = (IN_A_HURRY - ENOUGH_TO_TRIM, behind.min(IN_A_HURRY) - ENOUGH_TO_TRIM);
    let more = past.as_millis() as u64 * u64::from(crate::sound::tempo::FASTEST - SLOWEST) / span.as_millis() as u64;
    SLOWEST + (more as u16 / STEP) * STEP
}

/// One step on the way to a speed.
fn towards(percent: u16, wanted: u16) -> u16 {
    wanted.clamp(percent.saturating_sub(STEP), percent + STEP)
}

impl State {
    /// How far the call that sounds is behind, if it came by itself.
    pub(super) fn lag(&self) -> Option<Duration> {
        let current = self.playback.current.as_ref().filter(|current| current.why == Why::Live)?;
        Some(self.now.since(current.arrived).saturating_sub(current.position(self.now.at)))
    }

    /// How far the calls that wait and could be played are behind.
    pub(super) fn longest_wait(&self) -> Option<Duration> {
        // Mostly all are of one server, which is then asked for once.
        let last = Cell::new(None);
        let reachable = |server: ServerId| match last.get() {
            Some((same, reachable)) if same == server => reachable,
            _ => {
                let reachable = self.reachable(server);
                last.set(Some((server, reachable)));
                reachable
            }
        };
        let waiting = self.queue.playable(reachable).filter(|item| item.why == Why::Live);
        waiting.map(|item| self.now.since(item.arrived).saturating_sub(item.from)).max()
    }

    /// How far behind live the listener is.
    pub(super) fn behind(&self) -> Duration {
        self.lag().into_iter().chain(self.longest_wait()).max().unwrap_or_default()
    }

    /// By hand; where catching up is not wanted at all, it is not possible.
    pub(super) fn catch_up_by_hand(&mut self, on: bool) {
        if self.settings.catch_up.mode != CatchUpMode::Off {
            self.catching.is_on = on;
            self.catching.declined = !on;
        }
    }

    /// Begins and ends catching up, and has what sounds played as fast as is due.
    pub(super) fn catch_up_if_due(&mut self) {
        let (choices, behind) = (self.settings.catch_up, self.behind());
        if behind <= LIVE {
            (self.catching.is_on, self.catching.declined) = (false, false);
        } else if choices.mode == CatchUpMode::Off {
            self.catching.is_on = false;
        } else if choices.mode == CatchUpMode::Automatic && behind > choices.after() && !self.catching.declined {
            self.catching.is_on = true;
        }
        let shown = match self.catching.is_on {
            true => CatchUpState::On,
            false if choices.mode != CatchUpMode::Off && behind >= OFFERED_FROM => CatchUpState::Offered,
            false => CatchUpState::NotNeeded,
        };
        if std::mem::replace(&mut self.catching.shown, shown) != shown {
            self.changes.listening = true;
        }
        self.keep_tempo(behind);
    }

    fn keep_tempo(&mut self, behind: Duration) {
        let now = self.now.at;
        let is_asked = self.playback.current.as_ref().is_some_and(|current| current.why.is_now());
        if !self.catching.is_on || is_asked {
            self.catching.percent = 100;
            return self.set_tempo(Tempo::USUAL);
        }
        if !self.catching.tempo.trims() || (self.steps() && now >= self.catching.stepped_at + STEP_EVERY) {
            self.catching.percent = towards(self.catching.percent, speed_for(behind));
            self.catching.stepped_at = now;
        }
        self.set_tempo(Tempo::new(self.catching.percent, true));
    }

    /// Whether the speed is looked at from time to time.
    fn steps(&self) -> bool {
        let runs = self.playback.current.as_ref().is_some_and(super::playback::Current::runs);
        self.catching.tempo.trims() && runs
    }

    fn set_tempo(&mut self, tempo: Tempo) {
        if self.catching.tempo == tempo {
            return;
        }
        self.catching.tempo = tempo;
        let now = self.now.at;
        if let Some(current) = &mut self.playback.current {
            // What was heard so far was heard at the old tempo.
            if let Phase::Sounding { .. } = current.phase {
                current.phase = Phase::Sounding { at: current.position(now), since: now };
            }
            current.tempo = tempo;
        }
        self.effects.push(Effect::Sound(SoundCommand::Tempo(tempo)));
        self.changes.playback = true;
    }

    /// The silence between two calls: none for who catches up.
    pub(super) fn pause_between_calls(&self) -> Duration {
        if self.catching.is_on {
            return Duration::ZERO;
        }
        Duration::from_millis(u64::from(self.settings.pause_between_calls_ms))
    }

    /// The calls that have waited longer than anybody wants to be behind. They can be heard later.
    pub(super) fn leave_behind(&mut self) {
        let Some(most) = self.settings.catch_up.most() else { return };
        let late = self.queue.iter().filter(|item| self.now.since(item.arrived) > most && self.can_be_left_out(item));
        for key in late.map(|item| item.key).collect::<Vec<_>>() {
            if let Some(item) = self.queue.take(&key) {
                self.leave(&item, NotPlayed::LeftBehind);
            }
        }
    }

    /// Whether a call may be left out so that others are heard sooner: nobody asked for it, none of it was heard, and it is
    /// neither of a talkgroup that goes first nor of what is held.
    fn can_be_left_out(&self, item: &Item) -> bool {
        let is_held = self.feed.get(&item.key).is_some_and(|entry| {
            self.selection.holds(Place { server: item.key.server, system: entry.system, talkgroup: entry.talkgroup })
        });
        let is_plain = item.why == Why::Live && !item.begun;
        is_plain && !is_held && self.priority_of(&item.key) != Priority::High
    }

    /// When any of this changes by itself.
    pub(super) fn catching_deadline(&self) -> Option<Duration> {
        let soon = |at: Duration| at.max(self.now.at) + Duration::from_millis(1);
        let step = self.steps().then(|| soon(self.catching.stepped_at + STEP_EVERY));
        [step, self.distance_deadline().map(soon), self.limit_deadline().map(soon)].into_iter().flatten().min()
    }

    /// When the distance is large enough for something to be done about it, if it grows.
    fn distance_deadline(&self) -> Option<Duration> {
        let choices = self.settings.catch_up;
        let stands = self.lag().filter(|_| self.playback.current.as_ref().is_some_and(|current| !current.runs()));
        let growing = self.longest_wait().into_iter().chain(stands).max()?;
        if choices.mode == CatchUpMode::Off || self.catching.is_on {
            return None;
        }
        let begins = (choices.mode == CatchUpMode::Automatic).then(|| choices.after());
        let next = [Some(OFFERED_FROM), begins].into_iter().flatten().filter(|at| *at >= growing).min()?;
        Some(self.now.at + (next - growing))
    }

    /// When the next call has waited for too long.
    fn limit_deadline(&self) -> Option<Duration> {
        let most = self.settings.catch_up.most()?;
        let waits = self.queue.iter().filter(|item| self.can_be_left_out(item));
        waits.map(|item| item.arrived.at + most).filter(|at| *at >= self.now.at).min()
    }

    pub(super) fn catch_up_state(&self) -> CatchUpState {
        self.catching.shown
    }

    /// What of the call that sounds is left out at its tempo.
    pub(super) fn skipped(&self) -> Vec<SkippedView> {
        let current = self.playback.current.as_ref().filter(|current| current.tempo.trims());
        let silences = current.map(|current| current.clip.measure.silences.as_slice()).unwrap_or_default();
        let view = silences.iter().map(|silence| {
            let (from, to) = silence.span();
            SkippedView { from_ms: millis(from), to_ms: millis(to) }
        });
        view.collect()
    }
}
