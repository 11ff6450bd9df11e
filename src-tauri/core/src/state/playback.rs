//! What sounds now: turn, position, phase.

use std::time::Duration;

use crate::archive;
use crate::clock::Now;
use crate::model::{CallKey, Turn};
use crate::sound::{Clip, Level, Tempo};

use super::following::Channel;
use super::queue::{Item, Stage, Why};
use crate::view::RowState;

/// A last call of more sound than this is fetched again for a replay instead of being kept (11 MB at 48 kHz).
const KEPT_FOR_REPLAY: Duration = Duration::from_secs(60);

/// What sounds, what sounded last, and what the sound thread has been told to play after it.
#[derive(Debug, Default)]
pub(crate) struct Playback {
    pub(crate) current: Option<Current>,
    pub(crate) last: Option<Last>,
    /// The turn handed over as next.
    pub(crate) handed: Option<Turn>,
    /// What was handed over and taken back: it may have begun all the same.
    pub(crate) withdrawn: Vec<Withdrawn>,
    /// When the last call that came to its end by itself did so.
    pub(crate) ended_at: Option<Duration>,
    /// Whose call that was, if it came live and nobody has wished for another one since.
    pub(crate) spoke: Option<Channel>,
    /// The user wants silence for now.
    pub(crate) paused: bool,
    /// What sounded was ended by hand: unless something else begins within this step, silence has to be made.
    pub(crate) to_silence: bool,
}

/// The call that sounds, or would if it were not paused or there were a device.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) key: CallKey,
    pub(crate) why: Why,
    /// What its row said before the listener went back to it.
    pub(crate) was: Option<RowState>,
    pub(crate) turn: Turn,
    pub(crate) clip: Clip,
    pub(crate) arrived: Now,
    /// How fast it sounds.
    pub(crate) tempo: Tempo,
    pub(crate) phase: Phase,
}

/// A call that the sound thread is not to go on with after all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Withdrawn {
    /// The turn it was handed over as.
    pub(crate) turn: Turn,
    /// What it was to follow.
    pub(crate) after: Turn,
    /// The call, as long as it waits.
    pub(crate) key: Option<CallKey>,
    /// Nothing was stopped or begun by hand since: if it has begun, it sounds.
    pub(crate) may_sound: bool,
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

impl Phase {
    /// The position that this phase began with.
    pub(crate) fn from(self) -> Duration {
        match self {
            Self::Starting { at }
            | Self::Following { at }
            | Self::Sounding { at, .. }
            | Self::Paused { at }
            | Self::NoDevice { at } => at,
        }
    }
}

impl Current {
    /// How far it has come.
    pub(crate) fn position(&self, now: Duration) -> Duration {
        let at = match self.phase {
            Phase::Starting { at } | Phase::Following { at } | Phase::Paused { at } | Phase::NoDevice { at } => at,
            Phase::Sounding { at, since } => self.tempo.after(&self.clip, at, now.saturating_sub(since)),
        };
        at.min(self.clip.duration)
    }

    /// Whether it is heard to go on.
    pub(crate) fn runs(&self) -> bool {
        matches!(self.phase, Phase::Sounding { .. })
    }

    /// As it is noted, to go on there at the next start.
    pub(crate) fn place(&self, now: Duration) -> archive::Position {
        let (at, by_hand) = (self.position(now), self.why != Why::Live);
        archive::Position { key: self.key, at, by_hand, arrived: self.arrived.wall }
    }

    /// Back into the queue, to go on from where it is, under a new turn.
    pub(crate) fn requeue(self, now: Duration, turn: Turn) -> Item {
        let from = self.position(now);
        // Once it has sounded its row says that.
        let was = self.was.filter(|_| matches!(self.phase, Phase::Starting { .. } | Phase::Following { .. }));
        let stage = Stage::Ready { turn, clip: self.clip };
        Item { from, stage, was, begun: true, ..Item::new(self.key, self.why, self.arrived) }
    }
}

impl From<Current> for Last {
    fn from(current: Current) -> Self {
        let clip = (current.clip.duration <= KEPT_FOR_REPLAY).then(|| current.clip.clone());
        let Clip { duration, peaks, level, .. } = current.clip;
        Self { key: current.key, clip, duration, peaks, level }
    }
}
