//! What is chosen: holds, avoids, switches, and choices with a name.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::{ServerId, SystemKey, TalkgroupId, TalkgroupKey};

/// What is chosen: holds, avoids and switches.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SelectionView {
    /// The system held.
    pub system: Option<HeldSystem>,
    /// The talkgroup held; wins over the system.
    pub talkgroup: Option<HeldTalkgroup>,
    /// Talkgroups avoided.
    pub avoided: Vec<AvoidedTalkgroup>,
    /// Talkgroups switched off, by server.
    pub off: Vec<OffTalkgroups>,
    /// Talkgroups that were not there before and nobody has decided about.
    pub fresh: Vec<TalkgroupKey>,
    /// Choices with a name.
    pub presets: Vec<PresetView>,
}

/// The talkgroups of one server that are switched off.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct OffTalkgroups {
    /// Where.
    pub server: ServerId,
    /// Which, in order; avoided ones are not among them.
    pub talkgroups: Vec<TalkgroupId>,
}

/// A choice of talkgroups that was given a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PresetView {
    /// Which.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Whether it is what is chosen now.
    pub active: bool,
}

/// A system that is held.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HeldSystem {
    /// Which.
    pub key: SystemKey,
    /// Its name.
    pub name: String,
}

/// A talkgroup that is held.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HeldTalkgroup {
    /// Which.
    pub key: TalkgroupKey,
    /// Its name.
    pub name: String,
}

/// A talkgroup that is avoided.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AvoidedTalkgroup {
    /// Which.
    pub key: TalkgroupKey,
    /// Its name.
    pub name: String,
    /// Milliseconds left when this was made; none is until released.
    pub left_ms: Option<f64>,
}
