//! What a server lists, as the answer to a question: far too much to come with every change.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::{ServerId, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber};

/// What a server lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct DirectoryView {
    /// Which server.
    pub server: ServerId,
    /// Its systems, in the operator's order.
    pub systems: Vec<ListedSystem>,
}

/// A system as a server lists it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ListedSystem {
    /// Its database id.
    pub id: SystemId,
    /// Its number.
    pub number: SystemNumber,
    /// Its name.
    pub label: String,
    /// Its colour, as `#rrggbb`.
    pub color: Option<String>,
    /// Its talkgroups, in the operator's order.
    pub talkgroups: Vec<ListedTalkgroup>,
}

/// A talkgroup as a server lists it; texts are empty where it has none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ListedTalkgroup {
    /// Its database id.
    pub id: TalkgroupId,
    /// Its number over the air.
    pub number: TalkgroupNumber,
    /// The short name.
    pub label: String,
    /// The long name.
    pub name: String,
    /// Its group.
    pub group: String,
    /// Its tag.
    pub tag: String,
    /// Its colour, as `#rrggbb`.
    pub color: Option<String>,
}
