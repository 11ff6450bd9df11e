//! Stepping back while another program uses the microphone: when, and for how long.
//!
//! The user's own word always wins. What they paused stays paused, and who goes on listening meanwhile is not silenced
//! again before the microphone was free.

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::sound::SoundCommand;
use crate::sound::microphone::MicrophoneUse;
use crate::view::{MicrophoneState, MicrophoneView, Yielding};

use super::{Effect, State};

/// Many programs open the microphone for a moment only to see that they may.
const SETTLE: Duration = Duration::from_millis(300);
/// A program that changes its device lets go of the microphone and takes it again.
const REST: Duration = Duration::from_secs(1);
/// −18 dB: still there, but not against a voice.
const QUIETER: f32 = 0.125;

/// What is known of the microphone, and what is being done about it.
#[derive(Debug, Default)]
pub(crate) struct Courtesy {
    state: MicrophoneState,
    by: Option<String>,
    /// Since when it is taken, or not.
    since: Duration,
    doing: Yielding,
    /// The pause is not the user's.
    paused: bool,
    /// The user goes on listening; holds until the microphone was free.
    overruled: bool,
}

impl Courtesy {
    /// Takes in what is known from `now` on. True if that is news.
    fn learn(&mut self, state: MicrophoneState, by: Option<String>, now: Duration) -> bool {
        let taken = state == MicrophoneState::Taken;
        if taken != self.is_taken() {
            if taken && now.saturating_sub(self.since) >= REST {
                self.overruled = false;
            }
            self.since = now;
        }
        let is_news = (state, &by) != (self.state, &self.by);
        (self.state, self.by) = (state, by);
        is_news
    }

    fn is_taken(&self) -> bool {
        self.state == MicrophoneState::Taken
    }

    /// What is to be done at a moment.
    fn due(&self, choice: Yielding, now: Duration) -> Yielding {
        let span = now.saturating_sub(self.since);
        let yields = match (self.is_taken(), self.doing) {
            (true, Yielding::Off) => span >= SETTLE,
            (true, Yielding::Quieter | Yielding::Pause) => true,
            (false, Yielding::Off) => false,
            (false, Yielding::Quieter | Yielding::Pause) => span < REST,
        };
        if yields && !self.overruled { choice } else { Yielding::Off }
    }

    /// When that changes by itself.
    fn deadline(&self, choice: Yielding) -> Option<Duration> {
        match (self.is_taken(), self.doing) {
            _ if choice == Yielding::Off || self.overruled => None,
            (true, Yielding::Off) => Some(self.since + SETTLE),
            (false, Yielding::Quieter | Yielding::Pause) => Some(self.since + REST),
            (true, Yielding::Quieter | Yielding::Pause) | (false, Yielding::Off) => None,
        }
    }

    /// The factor on the volume chosen.
    pub(super) fn gain(&self) -> f32 {
        if self.doing == Yielding::Quieter { QUIETER } else { 1.0 }
    }
}

impl State {
    pub(super) fn microphone(&mut self, told: MicrophoneUse) {
        let (state, by) = match told {
            MicrophoneUse::NotOffered => (MicrophoneState::NotOffered, None),
            // Its word for the end of the watch is still on its way.
            _ if self.settings.yielding == Yielding::Off => return,
            MicrophoneUse::Unknown => (MicrophoneState::Unknown, None),
            MicrophoneUse::Free => (MicrophoneState::Free, None),
            MicrophoneUse::Taken { by } => (MicrophoneState::Taken, Some(by)),
        };
        self.changes.microphone |= self.courtesy.learn(state, by, self.now.at);
    }

    /// The user has chosen something else. Nobody is watched for nothing.
    pub(super) fn choose_yielding(&mut self, choice: Yielding) {
        let before = std::mem::replace(&mut self.settings.yielding, choice);
        let (was_on, is_on) = (before != Yielding::Off, choice != Yielding::Off);
        if was_on != is_on {
            self.effects.push(Effect::WatchMicrophone(is_on));
        }
        if before != choice {
            self.courtesy.overruled = false;
        }
        if was_on && !is_on && self.courtesy.state != MicrophoneState::NotOffered {
            self.changes.microphone |= self.courtesy.learn(MicrophoneState::Unwatched, None, self.now.at);
        }
    }

    /// The user's own word on pausing. Going on is meant for as long as the microphone is taken.
    pub(super) fn overrule_yielding(&mut self, pause: bool) {
        let ours = std::mem::take(&mut self.courtesy.paused);
        self.changes.microphone |= ours;
        if !pause && self.playback.paused && self.courtesy.doing == Yielding::Pause {
            self.courtesy.overruled = true;
        }
    }

    /// Does what is due, and ends what is not any more.
    pub(super) fn yield_if_due(&mut self) {
        let due = self.courtesy.due(self.settings.yielding, self.now.at);
        let before = std::mem::replace(&mut self.courtesy.doing, due);
        if before == due {
            return;
        }
        self.changes.microphone = true;
        if (before == Yielding::Quieter) != (due == Yielding::Quieter) {
            self.effects.push(Effect::Sound(SoundCommand::Gain(self.gain())));
        }
        if due == Yielding::Pause && !self.playback.paused {
            self.courtesy.paused = true;
            self.pause(true);
        } else if std::mem::take(&mut self.courtesy.paused) {
            self.pause(false);
        }
    }

    /// When to look again.
    pub(super) fn yielding_deadline(&self) -> Option<Duration> {
        self.courtesy.deadline(self.settings.yielding)
    }

    pub(super) fn microphone_view(&self) -> MicrophoneView {
        let Courtesy { state, doing, paused, .. } = self.courtesy;
        let doing = if doing == Yielding::Pause && !paused { Yielding::Off } else { doing };
        MicrophoneView { state, by: self.courtesy.by.clone(), doing }
    }
}
