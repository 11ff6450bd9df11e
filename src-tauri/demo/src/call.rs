//! One call as the server stores it, and the shapes it is sent in.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use crate::directory::Directory;

/// What is wrong with a call's audio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Comes in pieces of `piece` bytes, `every` apart.
    Slow {
        /// Bytes in a piece.
        piece: usize,
        /// The time before each piece.
        every: Duration,
    },
    /// Half the bytes under their right length: a file that was cut.
    Short,
    /// Half the bytes under the full length, then the connection drops.
    Truncated,
    /// The bytes over and over, without a length, until the listener hangs up.
    Endless,
    /// A web page with status 200.
    Html,
    /// The right bytes under another content type.
    WrongType(String),
    /// No bytes at all, status 200.
    Empty,
    /// 404: the row is there, the file is not.
    Missing,
    /// 500 with the server's own body.
    Broken,
    /// 401 whatever is presented.
    Refused,
    /// The headers never come.
    Hanging,
    /// The connection drops without an answer.
    Dropped,
}

/// The words of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// All of it, lines joined.
    pub text: String,
    /// Its parts; `None` is sent as `null` on the socket.
    pub segments: Option<Vec<Segment>>,
}

/// A part of a transcript.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segment {
    /// In seconds.
    #[serde(serialize_with = "go_number")]
    pub end: f64,
    /// Who spoke, if the recogniser tells speakers apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// In seconds.
    #[serde(serialize_with = "go_number")]
    pub start: f64,
    /// As recognised, sometimes with a leading space.
    pub text: String,
}

/// Whole numbers are written without a point, as the server's language does.
#[expect(clippy::cast_possible_truncation, reason = "seconds of a call")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn go_number<S: serde::Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 { serializer.serialize_i64(*number as i64) } else { serializer.serialize_f64(*number) }
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) id: u64,
    pub(crate) audio_name: String,
    pub(crate) audio_type: String,
    pub(crate) audio: Bytes,
    pub(crate) fault: Fault,
    pub(crate) stored: Duration,
    pub(crate) date_time: u64,
    pub(crate) system: u64,
    pub(crate) talkgroup: u64,
    pub(crate) system_radio: u64,
    pub(crate) talkgroup_radio: u64,
    /// The optional fields, all of those a live frame may carry; each list of calls takes the ones it knows.
    pub(crate) extra: BTreeMap<&'static str, Value>,
    pub(crate) transcript: Option<Transcript>,
}

/// The optional fields of a row of search results, and of bookmarks.
const SEARCHED: [&str; 9] =
    ["frequency", "duration", "source", "site", "channel", "decoder", "errorCount", "spikeCount", "talkerAlias"];

impl Call {
    /// The `call` object of a live frame, its keys in alphabetical order.
    pub(crate) fn live(&self) -> BTreeMap<&'static str, Value> {
        let mut call = self.extra.clone();
        call.extend([
            ("id", json!(self.id)),
            ("audioName", json!(self.audio_name)),
            ("audioType", json!(self.audio_type)),
            ("dateTime", json!(self.date_time)),
            ("systemId", json!(self.system_radio)),
            ("system", json!(self.system)),
            ("talkgroupId", json!(self.talkgroup_radio)),
            ("talkgroup", json!(self.talkgroup)),
        ]);
        call
    }

    /// A row of search results: radio ids and labels, no database ids.
    pub(crate) fn searched(&self, directory: &Directory, bookmarked: bool) -> BTreeMap<&'static str, Value> {
        let (system, talkgroup) = directory.find(self.system, self.talkgroup);
        let text = |text: Option<&String>| json!(text.cloned().unwrap_or_default());
        let mut row = BTreeMap::from([
            ("id", json!(self.id)),
            ("audioName", json!(self.audio_name)),
            ("audioType", json!(self.audio_type)),
            ("dateTime", json!(self.date_time)),
            ("systemId", json!(self.system_radio)),
            ("systemLabel", text(system.map(|system| &system.label))),
            ("talkgroupId", json!(talkgroup.map_or(0, |_| self.talkgroup_radio))),
            ("talkgroupLabel", text(talkgroup.and_then(|entry| entry.label.as_ref()))),
            ("talkgroupName", text(talkgroup.and_then(|entry| entry.name.as_ref()))),
            ("bookmarked", json!(bookmarked)),
        ]);
        let optional = |entry: Option<&String>| entry.filter(|text| !text.is_empty()).map(|text| json!(text));
        let known = [
            ("talkgroupGroup", optional(talkgroup.and_then(|entry| entry.group.as_ref()))),
            ("talkgroupTag", optional(talkgroup.and_then(|entry| entry.tag.as_ref()))),
            ("talkgroupLed", optional(talkgroup.and_then(|entry| entry.led_color.as_ref()))),
            ("transcript", optional(self.transcript.as_ref().map(|transcript| &transcript.text))),
        ];
        row.extend(known.into_iter().filter_map(|(key, value)| Some((key, value?))));
        row.extend(SEARCHED.iter().filter_map(|key| Some((*key, self.extra.get(key)?.clone()))));
        row
    }

    /// A row of the bookmark list, which knows less than search.
    pub(crate) fn bookmarked(&self, directory: &Directory) -> BTreeMap<&'static str, Value> {
        let mut row = self.searched(directory, true);
        ["talkgroupGroup", "talkgroupTag", "talkerAlias"].iter().for_each(|key| drop(row.remove(key)));
        row
    }

    /// The page of a shared call. `audioUrl` is the legacy path on every generation.
    pub(crate) fn shared(&self, directory: &Directory, token: &str) -> BTreeMap<&'static str, Value> {
        let mut row = self.searched(directory, false);
        row.retain(|key, _| ["dateTime", "systemLabel", "talkgroupLabel", "talkgroupName", "transcript"].contains(key));
        for key in ["frequency", "duration", "source"] {
            row.insert(key, self.extra.get(key).cloned().unwrap_or(json!(0)));
        }
        row.insert("token", json!(token));
        row.insert("audioUrl", json!(format!("/api/shared/{token}/audio")));
        row
    }
}
