//! Catching up with what is live, as the window shows it and asks for it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

/// What is done for those who hear calls later than they could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(default, rename_all = "camelCase")]
pub struct CatchUpChoices {
    /// Whether they catch up.
    pub mode: CatchUpMode,
    /// By itself when they are so many seconds behind.
    pub after_seconds: u32,
    /// A call that has waited for so many minutes is left out, unless its talkgroup is held or goes first; none is if none.
    pub most_minutes: Option<u32>,
}

/// Whether the listener catches up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum CatchUpMode {
    /// Never: calls are played as they were spoken.
    Off,
    /// When asked for, which is offered.
    #[default]
    Offered,
    /// By itself, too.
    Automatic,
}

/// Whether the listener catches up now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum CatchUpState {
    /// No, and there is no need to.
    #[default]
    NotNeeded,
    /// No, but that would help.
    Offered,
    /// Yes: silences are cut short, and speech is as fast as the distance asks for.
    On,
}

/// A part of the call that sounds which is left out while the listener catches up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SkippedView {
    /// Where it begins.
    pub from_ms: u32,
    /// Where it is over.
    pub to_ms: u32,
}

impl Default for CatchUpChoices {
    fn default() -> Self {
        Self { mode: CatchUpMode::default(), after_seconds: 20, most_minutes: None }
    }
}

impl CatchUpChoices {
    /// Less than this is how long a call takes to come.
    const LEAST_SECONDS: u32 = 5;
    /// Who is behind for longer has other troubles.
    const MOST_SECONDS: u32 = 600;
    /// After that every call is too old.
    const MOST_MINUTES: u32 = 30;

    /// Within what makes sense.
    pub(crate) fn sane(self) -> Self {
        Self {
            mode: self.mode,
            after_seconds: self.after_seconds.clamp(Self::LEAST_SECONDS, Self::MOST_SECONDS),
            most_minutes: self.most_minutes.map(|minutes| minutes.clamp(1, Self::MOST_MINUTES)),
        }
    }

    /// See [`Self::after_seconds`].
    pub(crate) fn after(&self) -> Duration {
        Duration::from_secs(self.after_seconds.into())
    }

    /// See [`Self::most_minutes`].
    pub(crate) fn most(&self) -> Option<Duration> {
        self.most_minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60))
    }
}
