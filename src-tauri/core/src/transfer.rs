//! Settings as one file, to keep or to take to another computer.
//!
//! In it is what the user chose: settings, keys, notifications, presets, how talkgroups are heard, and which servers there
//! are with their names and marks. Not in it are logins and the certificates that were agreed to, nor what belongs to one
//! computer: its sound device, its folders, the volume, and what was being done when Squelch ended.
//!
//! - this file: what is in a document, and writing one.
//! - `reading`: out of a file that may be anything. All of it is looked at before any of it is used.
//! - `filing`: onto the disk and back.

mod filing;
mod reading;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::choices::{Hearing, Preset};
use crate::model::TalkgroupId;
use crate::server::openscanner::host_and_port;
use crate::settings::{SavedOwn, Settings};
use crate::view::ImportSummary;

pub(crate) use reading::read;

/// What every such file says it is.
const FORMAT: &str = "squelch-settings";

/// The shape of the file. One with a higher number was written by a newer Squelch.
const VERSION: u64 = 1;

/// The settings that travel, as places in the settings' own JSON. Whatever is not named here stays on its computer.
const TAKEN: [&str; 24] = [
    "/pauseBetweenCallsMs",
    "/catchUp",
    "/loudness",
    "/tameTones",
    "/yielding",
    "/followSeconds",
    "/theme",
    "/language",
    "/display/clock",
    "/display/textSize",
    "/display/brightness",
    "/display/motion",
    "/display/beeps",
    "/shortcuts",
    "/keys",
    "/globalKeys",
    "/withoutTray",
    "/updates",
    "/newTalkgroups",
    "/whileAway",
    "/alerts/linkLost",
    "/alerts/signedOut",
    "/alerts/updates",
    "/alerts/quiet",
];

/// Everything that travels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Document {
    /// Some or all of the settings that do.
    pub(crate) settings: BTreeMap<&'static str, Value>,
    /// In the user's order.
    pub(crate) servers: Vec<ListedServer>,
    /// Their ids mean nothing.
    pub(crate) presets: Vec<Preset>,
    /// By the server's origin.
    pub(crate) hearing: BTreeMap<String, Hearing>,
    /// Talkgroups whose calls are told of, by the server's origin.
    pub(crate) alerted: BTreeMap<String, BTreeSet<TalkgroupId>>,
}

/// A server, and nobody's login there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedServer {
    /// Its origin.
    pub(crate) address: String,
    /// What the user made of it.
    pub(crate) own: SavedOwn,
}

/// A document out of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) document: Document,
    /// The names of what this Squelch does not take, in the order in which they were found.
    pub(crate) unknown: Vec<String>,
}

/// Why settings cannot be brought in, or not be written out.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum TransferError {
    #[error("the file cannot be read")]
    Unreadable(#[source] Arc<std::io::Error>),
    #[error("the file is too large")]
    TooLarge,
    #[error("the file is no JSON")]
    NotJson(#[source] Arc<dyn Error + Send + Sync>),
    #[error("the file is not one of ours")]
    NotOurs,
    #[error("the file is of version {0}")]
    Newer(u64),
    #[error("{0} has a value that it cannot have")]
    WrongValue(String),
    #[error("there would be too many presets")]
    TooManyPresets,
    #[error("there would be too many talkgroups to be told of")]
    TooManyAlerts,
    #[error("the file cannot be written")]
    NotWritten(#[source] Arc<std::io::Error>),
}

/// Those of the settings that travel, with their values now.
pub(crate) fn taken(settings: &Settings) -> BTreeMap<&'static str, Value> {
    let whole = serde_json::to_value(settings).unwrap_or_default();
    let value = |place: &str| match (whole.pointer(place), place) {
        (Some(value), _) => value.clone(),
        // Not written where there are none.
        (None, "/keys") => json!({}),
        (None, _) => Value::Null,
    };
    TAKEN.iter().map(|place| (*place, value(place))).collect()
}

/// The settings with these in place of theirs; fails with the first that they cannot have.
pub(crate) fn with(settings: &Settings, taken: &BTreeMap<&'static str, Value>) -> Result<Settings, TransferError> {
    let mut whole = serde_json::to_value(settings).unwrap_or_default();
    for (place, value) in taken {
        put(&mut whole, place, value.clone());
    }
    serde_json::from_value(whole).map_err(|_| TransferError::WrongValue("settings".to_owned()))
}

/// Puts a value where a place says, one or two steps down.
fn put(whole: &mut Value, place: &str, value: Value) {
    let mut steps: Vec<&str> = place.split('/').skip(1).collect();
    let Some(last) = steps.pop() else { return };
    let mut at = whole;
    for step in steps {
        if !at[step].is_object() {
            at[step] = json!({});
        }
        at = &mut at[step];
    }
    at[last] = value;
}

/// The text of a file with all of this in it.
pub(crate) fn written(document: &Document) -> Vec<u8> {
    let mut settings = json!({});
    for (place, value) in &document.settings {
        put(&mut settings, place, value.clone());
    }
    let servers = document.servers.iter().filter(|server| is_origin(&server.address)).map(|server| {
        let mut value = serde_json::to_value(&server.own).unwrap_or_default();
        value["address"] = json!(server.address);
        value
    });
    let presets = document.presets.iter().filter_map(|preset| {
        let mut value = serde_json::to_value(preset).ok()?;
        value.as_object_mut()?.remove("id");
        Some(value)
    });
    let whole = json!({
        "format": FORMAT,
        "version": VERSION,
        "settings": settings,
        "servers": servers.collect::<Vec<_>>(),
        "presets": presets.collect::<Vec<_>>(),
        "hearing": serde_json::to_value(&document.hearing).unwrap_or_default(),
        "alerted": serde_json::to_value(&document.alerted).unwrap_or_default(),
    });
    let mut text = format!("{whole:#}").into_bytes();
    text.push(b'\n');
    text
}

/// Whether this is how an origin is written: scheme, host and port, and nobody's name.
fn is_origin(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        matches!(scheme, "http" | "https") && host_and_port(rest).as_deref() == Some(rest)
    })
}

impl Document {
    /// How much there is of what, for the user to look at; `fresh` are the servers that would be added.
    pub(crate) fn summary(&self, id: u32, file: String, fresh: Vec<String>, unknown: &[String]) -> ImportSummary {
        /// So many names are read by a person.
        const NAMED: usize = 8;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let hearing = self.hearing.values();
        let heard = hearing.map(|one| one.priorities.len() + one.talkgroups.len() + one.systems.len()).sum();
        ImportSummary {
            id,
            file,
            settings: count(self.settings.len()),
            presets: count(self.presets.len()),
            servers: count(self.servers.len()),
            fresh,
            talkgroups: count(heard).saturating_add(count(self.alerted.values().map(BTreeSet::len).sum())),
            unknown: unknown.iter().take(NAMED).cloned().collect(),
            more_unknown: count(unknown.len().saturating_sub(NAMED)),
        }
    }
}

/// A map's own names, where a value is one.
fn names(value: &Value) -> impl Iterator<Item = &String> {
    value.as_object().into_iter().flat_map(Map::keys)
}
