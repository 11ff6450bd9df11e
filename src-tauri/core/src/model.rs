//! Calls, systems, talkgroups and their ids: facts without behaviour.
//!
//! An OpenScanner server uses two kinds of number. The **database id** (`SystemId`, `TalkgroupId`, `CallId`) is a row of
//! the server; selections, avoids and search filters take it. The **radio id** (`SystemNumber`, `TalkgroupNumber`) is
//! what is used over the air and what people know. They are separate types and do not convert into each other except
//! through a [`Directory`](crate::directory::Directory).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::WallTime;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export, type = "number"))]
        pub struct $name(pub $inner);
    };
}

id! {
    /// One configured server (or account on it). Given by us, never reused.
    ServerId(u32)
}
id! {
    /// A call's database id on its server: increasing, never reused there.
    CallId(u64)
}
id! {
    /// A system's database id.
    SystemId(u64)
}
id! {
    /// A talkgroup's database id.
    TalkgroupId(u64)
}
id! {
    /// A system's number over the air.
    SystemNumber(u64)
}
id! {
    /// A talkgroup's number over the air; the same one may exist in several systems.
    TalkgroupNumber(u64)
}
id! {
    /// A radio's number over the air.
    UnitNumber(u64)
}
id! {
    /// One attempt to play something. A second attempt to play the same call is a different turn.
    Turn(u32)
}

/// A call, named so that two servers with the same call number cannot be confused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
pub struct CallKey {
    /// Where it was announced.
    pub server: ServerId,
    /// Its number there.
    pub call: CallId,
}

impl CallKey {
    /// The key of a call at a server.
    pub fn new(server: ServerId, call: CallId) -> Self {
        Self { server, call }
    }
}

/// A system of one server, by database id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
pub struct SystemKey {
    /// The server that lists it.
    pub server: ServerId,
    /// Its database id there.
    pub system: SystemId,
}

/// A talkgroup of one server, by database id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
pub struct TalkgroupKey {
    /// The server that lists it.
    pub server: ServerId,
    /// Its database id there.
    pub talkgroup: TalkgroupId,
}

/// A radio of one server, by its system's number and its own, both over the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(export))]
pub struct UnitKey {
    /// The server whose calls it speaks in.
    pub server: ServerId,
    /// Its system.
    pub system: SystemNumber,
    /// Its number there.
    pub unit: UnitNumber,
}

/// One transmission, as a server announced or listed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Its number on its server.
    pub id: CallId,
    /// Database ids: always in a live frame, never in a search result (there the directory supplies them).
    pub system: Option<SystemId>,
    /// See [`Call::system`].
    pub talkgroup: Option<TalkgroupId>,
    /// Radio number of the system.
    pub system_number: SystemNumber,
    /// Radio number of the talkgroup; 0 in search results whose talkgroup was deleted.
    pub talkgroup_number: TalkgroupNumber,
    /// When it began, to the second.
    pub start: WallTime,
    /// Hertz.
    pub frequency: Option<u64>,
    /// A rough hint only: the server's field has no defined unit (protocol section 4).
    pub duration: Option<Duration>,
    /// Who spoke first.
    pub unit: Option<UnitNumber>,
    /// The over-the-air name of that radio.
    pub alias: Option<String>,
    /// Who spoke when, sorted by position.
    pub units: Vec<UnitSpan>,
    /// Decoder errors, where the recorder counts them.
    pub errors: Option<u32>,
    /// Decoder spikes, likewise.
    pub spikes: Option<u32>,
    /// Receiver site, free text.
    pub site: Option<String>,
    /// Name of the decoder, free text.
    pub decoder: Option<String>,
    /// MIME type as stored; may be wrong or generic.
    pub audio_type: String,
    /// Labels that came with a search result; live frames carry none.
    pub labels: Option<Labels>,
    /// The transcript, where a search result carries one.
    pub transcript: Option<String>,
}

impl Call {
    /// Whether a call of the same number is this one, as far as its beginning says. The same call may be told of again with
    /// another second, but not with another minute; a server that was installed anew gives its number to another one.
    pub fn began_with(&self, start: WallTime) -> bool {
        const SAME_START_MS: u64 = 60_000;
        self.start.0.abs_diff(start.0) <= SAME_START_MS
    }
}

/// Who speaks from a position on.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitSpan {
    /// Position in the call's audio.
    pub at: Duration,
    /// The radio's number.
    pub unit: UnitNumber,
    /// What the recorder calls it.
    pub tag: Option<String>,
}

/// Names of a call's system and talkgroup. Empty text counts as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// The system's label.
    pub system: Option<String>,
    /// The talkgroup's short label.
    pub label: Option<String>,
    /// The talkgroup's long name.
    pub name: Option<String>,
    /// Its group.
    pub group: Option<String>,
    /// Its tag.
    pub tag: Option<String>,
    /// Its colour, already checked.
    pub color: Option<Color>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// All of it, lines joined with `\n`; may be empty.
    pub text: String,
    /// Its parts in time order; may be empty although there is text.
    pub segments: Vec<Segment>,
}

/// One stretch of a transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// From here in the call's audio.
    pub start: Duration,
    /// To here.
    pub end: Duration,
    /// Who, as the server's diarisation numbers speakers (`SPEAKER_00`); free text.
    pub speaker: Option<String>,
    /// The words, trimmed.
    pub text: String,
}

/// Whose scanner answers keys with tones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keypad {
    /// One square tone.
    Uniden,
    /// Two sines.
    Whistler,
}

/// An opaque sRGB colour. Servers send free text; only names and hexadecimal forms that we know become a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color(pub [u8; 3]);

impl Color {
    /// As `#rrggbb`.
    pub fn hex(self) -> String {
        let Self([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}
