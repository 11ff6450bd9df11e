//! What the window shows of a newer Squelch. The shell keeps it, not the core: the core does not know what it is
//! installed with.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::problem::Problem;

/// A newer Squelch, as far as it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct UpdateView {
    /// The version that runs.
    pub running: String,
    /// What is being done about a newer one.
    pub stage: UpdateStage,
}

/// What is being done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UpdateStage {
    /// Nothing, and nothing is known of one.
    Resting,
    /// Here Squelch does not update itself: something else does, or nothing can.
    NotOffered {
        /// Why, and what to do instead.
        why: String,
    },
    /// Looking for one.
    Checking {
        /// Somebody waits for the answer.
        asked: bool,
    },
    /// There is none.
    Newest {
        /// Somebody waited for the answer.
        asked: bool,
    },
    /// There is one.
    Available {
        /// Which.
        release: Release,
    },
    /// It is on its way.
    Downloading {
        /// Which.
        release: Release,
        /// How many kilobytes (of 1,000 bytes) have arrived.
        received_kb: u32,
        /// How many there are, if the server says so.
        total_kb: Option<u32>,
        /// When it will be installed.
        time: UpdateTime,
        /// Somebody asked for it, or asked what there is; otherwise there is no need to interrupt anybody.
        asked: bool,
    },
    /// It is here and its signature is right; it waits for its time.
    Ready {
        /// Which.
        release: Release,
        /// When it will be installed.
        time: UpdateTime,
    },
    /// It is being installed. The system may be asking for a password.
    Installing {
        /// Which.
        release: Release,
    },
    /// It is in its place. Squelch starts again as that version as soon as no call sounds.
    Installed {
        /// Which.
        release: Release,
    },
    /// It could not be had. The Squelch that runs is untouched.
    Failed {
        /// Why, and what to do.
        problem: Problem,
        /// Which, if that much is known.
        release: Option<Release>,
        /// When it was to be installed: what to ask for to try again.
        time: UpdateTime,
        /// Somebody asked and waits for an answer; otherwise there is no need to interrupt anybody.
        asked: bool,
    },
}

/// A version that is out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// Its number.
    pub version: String,
    /// What is new, as plain text. Not signed: to be read, not to be trusted.
    pub notes: Option<String>,
}

/// When to install.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum UpdateTime {
    /// As soon as no call sounds, with a new start.
    Quiet,
    /// Now, even during a call, with a new start.
    AtOnce,
    /// When Squelch is quit.
    OnQuit,
}
