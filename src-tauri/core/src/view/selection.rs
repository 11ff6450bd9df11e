//! What is held and avoided.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::{SystemKey, TalkgroupKey};

/// Holds and avoids.
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
