//! Settings that come from a file.

use serde::Serialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

/// What is in a file of settings, to be looked at before anything is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ImportSummary {
    /// Names it in the wish to have it.
    pub id: u32,
    /// The file's name.
    pub file: String,
    /// How many settings.
    pub settings: u32,
    /// How many presets; those of a name that is here replace it.
    pub presets: u32,
    /// How many servers; those that are here get the name, mark and place that the file says.
    pub servers: u32,
    /// The addresses of those that would be added, and connected to.
    pub fresh: Vec<String>,
    /// How many talkgroups and systems are heard otherwise than usual, or are told of.
    pub talkgroups: u32,
    /// The names of what this Squelch does not know and leaves out, the first of them.
    pub unknown: Vec<String>,
    /// How many more there are.
    pub more_unknown: u32,
}
