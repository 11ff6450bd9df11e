//! Bytes to types, without I/O: frames of the socket, answers of the routes.
//!
//! What servers leave open is settled here, so that nobody further in has to wonder: the order of keys, numbers that come
//! as text, fields that may be missing, JSON inside strings, seconds that may be milliseconds. Nothing here panics,
//! whatever the bytes.

mod archive;
mod call;
mod choice;
mod color;
mod config;
mod frame;
mod lenient;
mod rest;

pub(super) use archive::{bookmarks, found, link, query, toggle, toggled, words};
pub(super) use choice::{choice, is_stored, is_unrouted, stored_choice};
pub(super) use frame::frame;
pub(super) use rest::{
    ErrorShape, Granted, error, granted, health, introduction, lifetime, login, password_change, setup,
};

use crate::model::{Call, CallId, Transcript};
use crate::server::{Config, Welcome};

/// A message of the server on the socket.
#[expect(clippy::large_enum_variant, reason = "nearly every frame is a call, and none is kept")]
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Frame {
    /// The greeting; the connection is accepted.
    Welcome(Welcome),
    /// Systems, talkgroups, settings.
    Config(Config),
    /// A new call. Its start is [`WallTime`](crate::clock::WallTime) 0 if the frame had none.
    Call(Call),
    /// The words of a call that may be unknown here.
    Transcript {
        /// The call.
        call: CallId,
        /// The words.
        transcript: Transcript,
    },
    /// How many listen.
    Listeners(u32),
    /// The login is not accepted (any more); the server closes.
    Expired,
    /// No free place; the server closes.
    Rejected,
    /// A sort we do not know or need.
    Ignored,
}

/// Bytes that are not what they should be.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireError {
    /// Not JSON, or JSON of another shape.
    #[error("not the expected JSON")]
    Json(#[from] serde_json::Error),
    /// The part that matters is missing.
    #[error("an essential part is missing")]
    Incomplete,
}

#[cfg(test)]
mod tests;
