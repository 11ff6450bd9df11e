//! The open sockets and what is sent to all of them.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::call::{Call, Transcript};
use crate::directory::{Config, Directory};
use crate::options::Grant;
use crate::reply;

/// Messages queued for one socket; with more waiting, new ones are dropped without a word.
pub(crate) const QUEUE: usize = 256;

/// How frames are written: as objects with a type, or as the arrays of the legacy routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Typed,
    Arrays,
}

/// One message on its way to a socket.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) content: Content,
    /// The call it announces, for the note of when it was written.
    pub(crate) call: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Text(String),
    Binary(Bytes),
}

/// What the socket itself is told to do.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    /// `session.expired` first if `expired`, then this close frame.
    Close { expired: bool, code: u16, reason: String },
    /// Ends the TCP connection without a close frame.
    Drop,
    /// Neither reads nor writes any more, not even pings.
    Freeze,
    /// Goes on.
    Thaw,
}

/// A frame before it is written in a dialect.
#[derive(Clone, Debug)]
pub(crate) enum Frame<'a> {
    Welcome { version: &'a str, branding: &'a str, email: &'a str },
    Config(&'a Directory),
    Call(&'a Call),
    Transcript { call: u64, transcript: &'a Transcript },
    Count(usize),
    Expired,
    Rejected,
    FeedMap(Value),
}

#[derive(Serialize)]
struct Welcome<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'a str,
    branding: &'a str,
    email: &'a str,
}

#[derive(Serialize)]
struct Configured<'a> {
    config: Config<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Frame<'_> {
    pub(crate) fn write(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Typed => self.typed(),
            Dialect::Arrays => self.array(),
        }
    }

    /// Keys in alphabetical order, which puts `type` last nearly always; the welcome alone has it first.
    fn typed(&self) -> String {
        let frame = |kind: &str, fields: &[(&'static str, Value)]| {
            let mut frame: BTreeMap<&str, Value> = fields.iter().cloned().collect();
            frame.insert("type", json!(kind));
            reply::encode(&frame)
        };
        match self {
            Self::Welcome { version, branding, email } => {
                reply::encode(&Welcome { kind: "connection.welcome", version, branding, email })
            }
            Self::Config(directory) => {
                reply::encode(&Configured { config: directory.config(), kind: "scanner.config" })
            }
            Self::Call(call) => frame("call.new", &[("call", json!(call.live()))]),
            Self::Transcript { call, transcript } => frame("call.transcript", &transcript_fields(*call, transcript)),
            Self::Count(count) => frame("listener.count", &[("count", json!(count))]),
            Self::Expired => frame("session.expired", &[]),
            Self::Rejected => frame("connection.rejected", &[("reason", json!("max_clients"))]),
            Self::FeedMap(map) => frame("listener.feedMap.snapshot", &[("feedMap", map.clone())]),
        }
    }

    fn array(&self) -> String {
        let pair = |command: &str, payload: Value| reply::encode(&(command, payload));
        match self {
            Self::Welcome { version, branding, email } => {
                pair("VER", json!(BTreeMap::from([("branding", branding), ("email", email), ("version", version)])))
            }
            Self::Config(directory) => reply::encode(&("CFG", directory.config())),
            Self::Call(call) => pair("CAL", json!(call.live())),
            Self::Transcript { call, transcript } => {
                let fields: BTreeMap<_, _> = transcript_fields(*call, transcript).into_iter().collect();
                pair("TRN", json!(fields))
            }
            Self::Count(count) => pair("LSC", json!(count)),
            Self::Expired => reply::encode(&["XPR"]),
            Self::Rejected => reply::encode(&["MAX"]),
            Self::FeedMap(map) => pair("LFM", map.clone()),
        }
    }
}

fn transcript_fields(call: u64, transcript: &Transcript) -> [(&'static str, Value); 3] {
    [("callId", json!(call)), ("segments", json!(transcript.segments)), ("text", json!(transcript.text))]
}

/// One open socket.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) frames: mpsc::Sender<Outgoing>,
    pub(crate) orders: mpsc::UnboundedSender<Order>,
    pub(crate) dialect: Dialect,
    pub(crate) user: Option<u64>,
    pub(crate) jti: Option<String>,
    pub(crate) grants: Vec<Grant>,
    /// Broadcasts begin after welcome and config.
    pub(crate) registered: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Hub {
    pub(crate) lines: BTreeMap<u64, Line>,
    last: u64,
    /// Counts connects and disconnects; the number of listeners is sent when it rests.
    pub(crate) changes: u64,
    /// Messages dropped because a socket's queue was full.
    pub(crate) dropped: usize,
    /// How many sockets were ever welcomed.
    pub(crate) welcomed: usize,
}

impl Hub {
    pub(crate) fn open(&mut self, line: Line) -> u64 {
        self.last += 1;
        self.lines.insert(self.last, line);
        self.last
    }

    /// Forgets a socket; true if it had been registered.
    pub(crate) fn close(&mut self, id: u64) -> bool {
        let registered = self.lines.remove(&id).is_some_and(|line| line.registered);
        self.changes += u64::from(registered);
        registered
    }

    /// Listeners that have been let in.
    pub(crate) fn listeners(&self) -> usize {
        self.lines.values().filter(|line| line.registered).count()
    }

    pub(crate) fn open_for(&self, user: u64) -> usize {
        self.lines.values().filter(|line| line.user == Some(user)).count()
    }

    pub(crate) fn broadcast(&mut self, frame: &Frame<'_>) {
        self.broadcast_to(frame, |_| true);
    }

    /// Announces a call to those whose grants allow it.
    pub(crate) fn announce(&mut self, call: &Call) {
        self.broadcast_to(&Frame::Call(call), |line| Grant::allow(&line.grants, call.system, call.talkgroup));
    }

    fn broadcast_to(&mut self, frame: &Frame<'_>, wants: impl Fn(&Line) -> bool) {
        let call = if let Frame::Call(call) = frame { Some(call.id) } else { None };
        let mut written: [Option<String>; 2] = [None, None];
        for line in self.lines.values().filter(|line| line.registered && wants(line)) {
            let text = written[line.dialect as usize].get_or_insert_with(|| frame.write(line.dialect));
            let outgoing = Outgoing { content: Content::Text(text.clone()), call };
            self.dropped += usize::from(line.frames.try_send(outgoing).is_err());
        }
    }

    /// Sends something that need not be a frame at all.
    pub(crate) fn raw(&mut self, content: &Content) {
        for line in self.lines.values().filter(|line| line.registered) {
            let outgoing = Outgoing { content: content.clone(), call: None };
            self.dropped += usize::from(line.frames.try_send(outgoing).is_err());
        }
    }

    /// Tells every socket that `which` picks to do something; how many there were.
    pub(crate) fn order(&self, order: &Order, which: impl Fn(&Line) -> bool) -> usize {
        self.lines.values().filter(|line| which(line) && line.orders.send(order.clone()).is_ok()).count()
    }

    /// `session.expired`, then 1000: what an account's end, edit or password change does.
    pub(crate) fn expire(&self, which: impl Fn(&Line) -> bool) -> usize {
        self.order(&Order::Close { expired: true, code: 1000, reason: String::new() }, which)
    }
}

/// How often an open socket's account is looked at again.
pub(crate) const RECHECK: Duration = Duration::from_secs(5 * 60);
