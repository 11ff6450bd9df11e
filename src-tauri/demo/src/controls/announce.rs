//! Calls, transcripts, configurations and frames of any kind.

use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::call::{Call, Fault, Transcript};
use crate::controls::Controls;
use crate::directory::Directory;
use crate::hub::{Content, Dialect, Frame};
use crate::town::{self, CLIPS, Clip};

/// The fields of a live call that are there only when they have a value.
const OPTIONAL: [&str; 11] = [
    "frequency",
    "duration",
    "source",
    "sources",
    "frequencies",
    "errorCount",
    "spikeCount",
    "talkerAlias",
    "site",
    "channel",
    "decoder",
];

/// What a call sounds like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sound {
    /// The next clip of the talkgroup's conversation, or of the whole town if it has none.
    Next,
    /// One of the twenty clips, from 1.
    Clip(usize),
    /// Any bytes under any content type and file name.
    Bytes {
        /// The file.
        bytes: Bytes,
        /// Its stored content type; empty is sent as `application/octet-stream`.
        kind: String,
        /// Its stored name.
        name: String,
    },
}

/// A call to be announced.
#[derive(Clone, Debug)]
pub struct Announcement {
    system: u64,
    talkgroup: u64,
    database_ids: Option<(u64, u64)>,
    sound: Sound,
    fault: Fault,
    ago: Duration,
    fields: Vec<(&'static str, Value)>,
    transcript: Option<Transcript>,
}

impl Default for Announcement {
    /// Fire Dispatch, the next clip of its conversation.
    fn default() -> Self {
        Self::on(100, 5001)
    }
}

impl Announcement {
    /// A call on a talkgroup, both in radio ids. If the directory does not know them, neither will the listener.
    pub fn on(system: u64, talkgroup: u64) -> Self {
        Self {
            system,
            talkgroup,
            database_ids: None,
            sound: Sound::Next,
            fault: Fault::None,
            ago: Duration::ZERO,
            fields: Vec::new(),
            transcript: None,
        }
    }

    /// With the sound of a clip, 1 to 20, on whatever talkgroup this is.
    #[must_use]
    pub fn clip(self, number: usize) -> Self {
        Self { sound: Sound::Clip(number), ..self }
    }

    /// With this file.
    #[must_use]
    pub fn bytes(self, bytes: impl Into<Bytes>, kind: &str) -> Self {
        Self { sound: Sound::Bytes { bytes: bytes.into(), kind: kind.into(), name: "call.bin".into() }, ..self }
    }

    /// With this sound.
    #[must_use]
    pub fn sound(self, sound: Sound) -> Self {
        Self { sound, ..self }
    }

    /// With audio that fails like this.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        Self { fault, ..self }
    }

    /// With these database ids of system and talkgroup, known or not.
    #[must_use]
    pub fn database_ids(self, system: u64, talkgroup: u64) -> Self {
        Self { database_ids: Some((system, talkgroup)), ..self }
    }

    /// That began so long ago.
    #[must_use]
    pub fn ago(self, ago: Duration) -> Self {
        Self { ago, ..self }
    }

    /// With an optional field of the call, as `("errorCount", json!(2))`; `null` takes a field away.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: Value) -> Self {
        self.fields.push((name, value));
        self
    }

    /// With words in the archive (they are not sent by themselves).
    #[must_use]
    pub fn transcript(self, transcript: Transcript) -> Self {
        Self { transcript: Some(transcript), ..self }
    }

    fn clip_of(&self, order: &mut town::Order) -> &'static Clip {
        match self.sound {
            Sound::Clip(number) => &CLIPS[number.clamp(1, CLIPS.len()) - 1],
            Sound::Next | Sound::Bytes { .. } => {
                order.next_on(self.system, self.talkgroup).unwrap_or_else(|| order.next(&mut fastrand::Rng::new()))
            }
        }
    }

    fn call(self, clip: &Clip, directory: &Directory, id: u64, now: Duration) -> Call {
        let known = self.database_ids.or_else(|| directory.database_ids(self.system, self.talkgroup));
        // Far from every id in use, as after a dropped configuration.
        let (system, talkgroup) = known.unwrap_or((900_000 + self.system, 900_000 + self.talkgroup));
        let mut call = town::call(clip, directory, id, now);
        call.date_time = call.date_time.saturating_sub(self.ago.as_secs());
        if let Sound::Bytes { bytes, kind, name } = self.sound {
            (call.audio, call.audio_type, call.audio_name) = (bytes, kind, name);
            call.extra.clear();
        }
        for (name, value) in self.fields {
            if value.is_null() {
                call.extra.remove(name);
            } else {
                call.extra.insert(name, value);
            }
        }
        let (system_radio, talkgroup_radio) = (self.system, self.talkgroup);
        Call {
            system,
            talkgroup,
            system_radio,
            talkgroup_radio,
            fault: self.fault,
            transcript: self.transcript,
            ..call
        }
    }
}

impl Controls {
    /// Stores a call and announces it to those who may hear it. Its id.
    pub fn announce(&self, announcement: Announcement) -> u64 {
        let call = self.prepare(announcement);
        self.shared.with(|world| world.hub.announce(&call));
        call.id
    }

    /// A call on Fire Dispatch with one of the clips, 1 to 20.
    pub fn announce_clip(&self, number: usize) -> u64 {
        self.announce(Announcement::default().clip(number))
    }

    /// Stores and announces the call a recorded `call` object of a live frame describes, with its id and times, or one
    /// made of a row of search results, given its database ids. Its id; 0 if the object names none.
    pub fn announce_recorded(&self, object: &Value, audio: impl Into<Bytes>) -> u64 {
        let call = self.store_recorded(object, audio);
        self.repeat(&[call]);
        call
    }

    /// The same without announcing it.
    pub fn store_recorded(&self, object: &Value, audio: impl Into<Bytes>) -> u64 {
        let number = |name: &str| object[name].as_u64().unwrap_or_default();
        let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
        let extra = OPTIONAL.iter().filter_map(|name| Some((*name, object.get(*name)?.clone())));
        let call = Call {
            id: number("id"),
            audio_name: text("audioName"),
            audio_type: text("audioType"),
            audio: audio.into(),
            fault: Fault::None,
            stored: Duration::from_secs(number("dateTime")),
            date_time: number("dateTime"),
            system: number("system"),
            talkgroup: number("talkgroup"),
            system_radio: number("systemId"),
            talkgroup_radio: number("talkgroupId"),
            extra: extra.collect(),
            transcript: None,
        };
        let id = call.id;
        self.shared.with(|world| world.archive.store(call));
        id
    }

    /// Stores a call without announcing it, as one lost on the way. Its id.
    pub fn store(&self, announcement: Announcement) -> u64 {
        self.prepare(announcement).id
    }

    /// Announces stored calls, in this order; again for those announced before. Unknown ids are left out.
    pub fn repeat(&self, calls: &[u64]) {
        self.shared.with(|world| {
            let calls: Vec<Call> = calls.iter().filter_map(|id| world.archive.calls.get(id).cloned()).collect();
            calls.iter().for_each(|call| world.hub.announce(call));
        });
    }

    /// The frame that announces a stored call on v1, to be sent mangled.
    pub fn frame_of(&self, call: u64) -> Option<String> {
        self.shared.with(|world| Some(Frame::Call(world.archive.calls.get(&call)?).write(Dialect::Typed)))
    }

    /// The bytes of a stored call's audio.
    pub fn audio_of(&self, call: u64) -> Option<Bytes> {
        self.shared.with(|world| Some(world.archive.calls.get(&call)?.audio.clone()))
    }

    /// Removes a call, as pruning does. Its audio is 404 from now on.
    pub fn prune(&self, call: u64) {
        self.shared.with(|world| world.archive.calls.remove(&call));
    }

    /// Sends words to everybody, and stores them if the call exists.
    pub fn transcribe(&self, call: u64, transcript: Transcript) {
        self.shared.with(|world| {
            world.hub.broadcast(&Frame::Transcript { call, transcript: &transcript });
            world.archive.calls.get_mut(&call).into_iter().for_each(|call| call.transcript = Some(transcript.clone()));
        });
    }

    /// Sends the words of a clip, 1 to 20, as a call's transcript.
    pub fn transcribe_clip(&self, call: u64, number: usize) {
        self.transcribe(call, CLIPS[number.clamp(1, CLIPS.len()) - 1].transcript.clone());
    }

    /// Replaces the directory and sends it to everybody.
    pub fn configure(&self, directory: Directory) {
        self.shared.with(|world| {
            world.directory = directory;
            world.hub.broadcast(&Frame::Config(&world.directory));
        });
    }

    /// The directory as it is.
    pub fn directory(&self) -> Directory {
        self.shared.with(|world| world.directory.clone())
    }

    /// Sends this text as one message to everybody, a frame or not.
    pub fn send_text(&self, text: &str) {
        self.shared.with(|world| world.hub.raw(&Content::Text(text.into())));
    }

    /// Sends these bytes as one binary message to everybody.
    pub fn send_binary(&self, bytes: impl Into<Bytes>) {
        let content = Content::Binary(bytes.into());
        self.shared.with(|world| world.hub.raw(&content));
    }

    /// Sends frames no listener should stumble over: unknown types, wrong types, half a JSON, no object at all.
    pub fn send_malformed(&self) {
        let texts = [
            "",
            "{",
            "null",
            "[]",
            "42",
            "\"text\"",
            "{\"type\":7}",
            "{\"type\":\"call.new\"}",
            "{\"type\":\"call.new\",\"call\":null}",
            "{\"call\":{\"id\":\"x\"},\"type\":\"call.new\"}",
            "{\"type\":\"call.new\",\"call\":{\"id\":-1,\"system\":1e99}}",
            "{\"type\":\"scanner.config\",\"config\":[]}",
            "{\"type\":\"some.future.frame\",\"data\":{}}",
            "[\"CAL\"]",
            "[\"CAL\",{}]",
            "[7,8]",
        ];
        texts.iter().for_each(|text| self.send_text(text));
        self.send_binary(vec![0, 159, 146, 150]);
    }

    /// Sends one text message of `size` bytes that would be a proper transcript if it were shorter.
    pub fn send_oversized(&self, size: usize) {
        let frame = json!({"callId": 1, "segments": null, "text": "x".repeat(size), "type": "call.transcript"});
        self.send_text(&frame.to_string());
    }

    fn prepare(&self, announcement: Announcement) -> Call {
        let clip = announcement.clip_of(&mut self.order.lock().unwrap_or_else(PoisonError::into_inner));
        let now = self.shared.now();
        self.shared.with(|world| {
            let call = announcement.call(clip, &world.directory, world.archive.next_id(), now);
            world.archive.store(call.clone());
            call
        })
    }
}
