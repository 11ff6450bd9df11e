//! How calls are heard: which talkgroups go first, where they are heard, and how loud.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::{SystemKey, TalkgroupKey};
use crate::sound::Mix;

/// How early a talkgroup's calls play. Of those that wait, the highest go first; what plays is never cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Priority {
    /// After all others.
    Low,
    /// As they come.
    #[default]
    Normal,
    /// Before all others.
    High,
}

/// How calls are heard, where it is not the usual way.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HearingView {
    /// Talkgroups whose priority is not normal.
    pub priorities: Vec<TalkgroupPriority>,
    /// Talkgroups heard elsewhere than in the middle, or louder or quieter.
    pub talkgroups: Vec<TalkgroupMix>,
    /// The same of systems; it adds to that of their talkgroups.
    pub systems: Vec<SystemMix>,
}

/// A talkgroup whose calls go before others, or after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TalkgroupPriority {
    /// Which.
    pub key: TalkgroupKey,
    /// How early its calls play.
    pub priority: Priority,
}

/// Where a talkgroup is heard, and how loud.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TalkgroupMix {
    /// Which.
    pub key: TalkgroupKey,
    /// As it is chosen.
    pub mix: Mix,
}

/// Where a system is heard, and how loud.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SystemMix {
    /// Which.
    pub key: SystemKey,
    /// As it is chosen.
    pub mix: Mix,
}
