//! One message of the socket, of either generation: an object that names its sort, or an array that begins with it.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::call::{WireCall, WireSegment, transcript};
use super::config::WireConfig;
use super::lenient::{List, Number, Object, Text};
use super::{Frame, WireError};
use crate::model::CallId;
use crate::server::Welcome;

/// Reads one frame. Fails only on what is not JSON or lacks the part that makes it what it claims to be.
pub(in crate::server::openscanner) fn frame(bytes: &[u8]) -> Result<Frame, WireError> {
    let parts: Parts<'_> = serde_json::from_slice(bytes)?;
    parts.frame()
}

/// Everything a frame may hold, whichever of its keys came first.
#[derive(Default)]
struct Parts<'a> {
    sort: Sort,
    call: Option<WireCall<'a>>,
    config: Option<WireConfig<'a>>,
    call_id: Number,
    text: Text<'a>,
    segments: List<WireSegment<'a>>,
    count: Number,
    version: Text<'a>,
    branding: Text<'a>,
    email: Text<'a>,
}

#[derive(Default, Clone, Copy)]
enum Sort {
    #[default]
    Unknown,
    Welcome,
    Config,
    Call,
    Transcript,
    Listeners,
    Expired,
    Rejected,
}

impl Sort {
    fn typed(name: &str) -> Self {
        match name {
            "connection.welcome" => Self::Welcome,
            "scanner.config" => Self::Config,
            "call.new" => Self::Call,
            "call.transcript" => Self::Transcript,
            "listener.count" => Self::Listeners,
            "session.expired" => Self::Expired,
            "connection.rejected" => Self::Rejected,
            _ => Self::Unknown,
        }
    }

    fn legacy(name: &str) -> Self {
        match name {
            "VER" => Self::Welcome,
            "CFG" => Self::Config,
            "CAL" => Self::Call,
            "TRN" => Self::Transcript,
            "LSC" => Self::Listeners,
            "XPR" => Self::Expired,
            "MAX" => Self::Rejected,
            _ => Self::Unknown,
        }
    }
}

impl Parts<'_> {
    fn frame(self) -> Result<Frame, WireError> {
        Ok(match self.sort {
            Sort::Unknown => Frame::Ignored,
            Sort::Expired => Frame::Expired,
            Sort::Rejected => Frame::Rejected,
            Sort::Call => Frame::Call(self.call.and_then(WireCall::live).ok_or(WireError::Incomplete)?),
            Sort::Config => Frame::Config(self.config.ok_or(WireError::Incomplete)?.config()),
            Sort::Listeners => Frame::Listeners(self.count.count().ok_or(WireError::Incomplete)?),
            Sort::Transcript => Frame::Transcript {
                call: CallId(self.call_id.known().ok_or(WireError::Incomplete)?),
                transcript: transcript(&self.text, self.segments.0),
            },
            Sort::Welcome => Frame::Welcome(Welcome {
                version: self.version.owned().unwrap_or_default(),
                branding: self.branding.owned().unwrap_or_default(),
                email: self.email.owned().unwrap_or_default(),
            }),
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Parts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartsVisitor)
    }
}

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a frame: an object with a type, or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
        let mut parts = Parts::default();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key.as_ref() {
                "type" => parts.sort = map.next_value::<Text<'de>>()?.as_str().map_or(Sort::Unknown, Sort::typed),
                "call" => parts.call = map.next_value::<Object<WireCall<'de>>>()?.0,
                "config" => parts.config = map.next_value::<Object<WireConfig<'de>>>()?.0,
                "callId" => parts.call_id = map.next_value()?,
                "text" => parts.text = map.next_value()?,
                "segments" => parts.segments = map.next_value()?,
                "count" => parts.count = map.next_value()?,
                "version" => parts.version = map.next_value()?,
                "branding" => parts.branding = map.next_value()?,
                "email" => parts.email = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(parts)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parts<'de>, A::Error> {
        let name: Text<'de> = seq.next_element()?.ok_or_else(|| A::Error::custom("an empty array"))?;
        let sort = name.as_str().map_or(Sort::Unknown, Sort::legacy);
        let mut parts = Parts { sort, ..Parts::default() };
        match sort {
            Sort::Call => parts.call = seq.next_element::<Object<_>>()?.and_then(|object| object.0),
            Sort::Config => parts.config = seq.next_element::<Object<_>>()?.and_then(|object| object.0),
            Sort::Listeners => parts.count = seq.next_element()?.unwrap_or_default(),
            Sort::Welcome | Sort::Transcript => {
                if let Some(Object(Some(payload))) = seq.next_element::<Object<Parts<'de>>>()? {
                    parts = Parts { sort, ..payload };
                }
            }
            Sort::Unknown | Sort::Expired | Sort::Rejected => {}
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(parts)
    }
}
