//! What sounds now: turn, position, phase.

use std::time::Duration;

use crate::clock::Now;
use crate::model::{CallKey, Turn};
use crate::sound::{Clip, Level};

use super::queue::{Item, Stage, Why};

/// A last call of more sound than this is fetched again for a replay instead of being kept (11 MB at 48 kHz).
const KEPT_FOR_REPLAY: Duration = Duration::from_secs(60);

/// What sounds, what sounded last, and what the sound thread has been told to play after it.
#[derive(Debug, Default)]
pub(crate) struct Playback {
    pub(crate) current: Option<Current>,
    pub(crate) last: Option<Last>,
    /// The turn handed over as next.
    pub(crate) handed: Option<Turn>,
    /// Turns that were handed over and taken back, with what they were to follow: they may have begun all the same.
    pub(crate) withdrawn: Vec<(Turn, Turn)>,
    /// When the last call that came to its end by itself did so.
    pub(crate) ended_at: Option<Duration>,
    /// The user wants silence for now.
    pub(crate) paused: bool,
}

/// The call that sounds, or would if it were not paused or there were a device.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) key: CallKey,
    pub(crate) why: Why,
    pub(crate) turn: Turn,
    pub(crate) clip: Clip,
    pub(crate) arrived: Now,
    pub(crate) phase: Phase,
}

/// How the current call is doing. Positions are in its audio, `since` is on the monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Handed to the sound thread to be played at once, not yet heard.
    Starting { at: Duration },
    /// Handed over earlier to follow the call before, which has ended; it begins by itself.
    Following { at: Duration },
    /// Sounding.
    Sounding { at: Duration, since: Duration },
    /// Paused by the user.
    Paused { at: Duration },
    /// Interrupted; goes on when there is a device.
    NoDevice { at: Duration },
}

/// The call that sounded last, kept so that a replay is instant.
#[derive(Debug)]
pub(crate) struct Last {
    pub(crate) key: CallKey,
    pub(crate) clip: Option<Clip>,
    pub(crate) duration: Duration,
    pub(crate) peaks: std::sync::Arc<[u8]>,
    pub(crate) level: Option<Level>,
}

impl Current {
    /// How far it has come.
    pub(crate) fn position(&self, now: Duration) -> Duration {
        let at = match self.phase {
            Phase::Starting { at } | Phase::Following { at } | Phase::Paused { at } | Phase::NoDevice { at } => at,
            Phase::Sounding { at, since } => at + now.saturating_sub(since),
        };
        at.min(self.clip.duration)
    }

    /// Back into the queue, to go on from where it is, under a new turn.
    pub(crate) fn requeue(self, now: Duration, turn: Turn) -> Item {
        let from = self.position(now);
        let stage = Stage::Ready { turn, clip: self.clip };
        Item { key: self.key, why: self.why, from, arrived: self.arrived, stage, failures: 0 }
    }
}

impl From<Current> for Last {
    fn from(current: Current) -> Self {
        let clip = (current.clip.duration <= KEPT_FOR_REPLAY).then(|| current.clip.clone());
        let Clip { duration, peaks, level, .. } = current.clip;
        Self { key: current.key, clip, duration, peaks, level }
    }
}
