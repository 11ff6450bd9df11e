//! The archive on this computer, as the window shows it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::archive::Limits;
use crate::model::TalkgroupKey;

/// What is kept on this computer of the calls that are seen, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(default, rename_all = "camelCase")]
pub struct ArchiveChoices {
    /// Calls are kept. What is there stays when this is off.
    pub on: bool,
    /// For so many days; for ever if none.
    pub days: Option<u32>,
    /// So many megabytes; without limit if none.
    pub megabytes: Option<u32>,
}

impl Default for ArchiveChoices {
    fn default() -> Self {
        Self { on: true, days: Some(7), megabytes: Some(2_000) }
    }
}

impl ArchiveChoices {
    /// Nobody needs more days than these, which are a hundred years.
    const MOST_DAYS: u32 = 36_500;
    /// Less than this holds no evening.
    const LEAST_MEGABYTES: u32 = 100;

    /// Within what makes sense.
    pub(crate) fn sane(self) -> Self {
        Self {
            on: self.on,
            days: self.days.map(|days| days.clamp(1, Self::MOST_DAYS)),
            megabytes: self.megabytes.map(|megabytes| megabytes.max(Self::LEAST_MEGABYTES)),
        }
    }

    /// As the archive understands it.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            age: self.days.map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
            bytes: self.megabytes.map(|megabytes| u64::from(megabytes) * 1_000_000),
        }
    }
}

/// How it stands with it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ArchiveView {
    /// It can be searched and played from.
    pub is_open: bool,
    /// Calls of which something is known.
    pub calls: f64,
    /// Bytes on the disk.
    pub bytes: f64,
    /// Calls that nobody has heard yet.
    pub unheard: f64,
    /// The talkgroups whose calls are kept for ever.
    pub talkgroups: Vec<TalkgroupKey>,
}
