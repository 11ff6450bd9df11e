//! Answers of the HTTP routes.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::WireError;
use super::lenient::{Flag, Number, Text};
use crate::secret::Secret;

/// An answer of `setup/status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server::openscanner) struct Setup {
    /// No administrator exists.
    pub(in crate::server::openscanner) needed: bool,
    /// Anybody may listen.
    pub(in crate::server::openscanner) public: bool,
}

/// An answer of sign-in or renewal.
#[derive(Debug, Clone)]
pub(in crate::server::openscanner) struct Granted {
    /// The access value.
    pub(in crate::server::openscanner) token: Secret,
    /// The account's name as the server writes it.
    pub(in crate::server::openscanner) user: Option<String>,
    /// Only sign-in says so.
    pub(in crate::server::openscanner) change_password: bool,
}

/// The shape of an error answer, which tells the server's own errors from those of something in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server::openscanner) enum ErrorShape {
    /// `{"error":{"code":…,"message":…}}`
    Envelope,
    /// `{"error":"…"}`
    Plain,
}

/// What a sign-in is asked with. The bytes hold the password: hand them over, keep no copy.
pub(in crate::server::openscanner) fn login(user: &str, password: &Secret, stay: bool) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire<'a> {
        username: &'a str,
        password: &'a str,
        remember_me: bool,
    }
    bytes(&Wire { username: user, password: password.expose(), remember_me: stay })
}

/// What a change of password is asked with; see [`login`].
pub(in crate::server::openscanner) fn password_change(current: &Secret, new: &Secret) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire<'a> {
        current_password: &'a str,
        new_password: &'a str,
    }
    bytes(&Wire { current_password: current.expose(), new_password: new.expose() })
}

/// The first message of a socket that has to introduce itself: an array, in both generations.
pub(in crate::server::openscanner) fn introduction(token: &Secret) -> String {
    String::from_utf8(bytes(&[token.expose()])).expect("JSON is UTF-8")
}

pub(super) fn bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("structures of text and booleans always serialise")
}

/// The version of a healthy server; anything else is not one.
pub(in crate::server::openscanner) fn health(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Wire<'a> {
        #[serde(borrow)]
        status: Text<'a>,
        #[serde(default)]
        version: Text<'a>,
    }
    let wire: Wire<'_> = serde_json::from_slice(body).ok()?;
    (wire.status.as_str() == Some("ok")).then(|| wire.version.owned().unwrap_or_default())
}

/// Whether the server is set up and open to everybody.
pub(in crate::server::openscanner) fn setup(body: &[u8]) -> Result<Setup, WireError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        needs_setup: Flag,
        #[serde(default)]
        public_access: Flag,
    }
    let wire: Wire = serde_json::from_slice(body)?;
    Ok(Setup { needed: wire.needs_setup.0, public: wire.public_access.0 })
}

/// A sign-in or renewal that was granted.
pub(in crate::server::openscanner) fn granted(body: &[u8]) -> Result<Granted, WireError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire<'a> {
        token: Secret,
        #[serde(borrow, default)]
        user: User<'a>,
        #[serde(default)]
        password_need_change: Flag,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct User<'a> {
        #[serde(borrow)]
        username: Text<'a>,
    }
    let wire: Wire<'_> = serde_json::from_slice(body)?;
    if wire.token.expose().is_empty() {
        return Err(WireError::Incomplete);
    }
    Ok(Granted { token: wire.token, user: wire.user.username.owned(), change_password: wire.password_need_change.0 })
}

/// How long an access value lives by its own account. The value is not checked; that is the server's business.
pub(in crate::server::openscanner) fn lifetime(token: &Secret) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Claims {
        iat: Number,
        exp: Number,
    }
    let claims = token.expose().split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    let seconds = claims.exp.real()? - claims.iat.real()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The message of an error in the server's own words, if it has this shape.
pub(in crate::server::openscanner) fn error(body: &[u8], shape: ErrorShape) -> Option<String> {
    #[derive(Deserialize)]
    struct Envelope {
        error: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        #[serde(rename = "code")]
        _code: String,
        message: String,
    }
    #[derive(Deserialize)]
    struct Plain {
        error: String,
    }
    match shape {
        ErrorShape::Envelope => serde_json::from_slice::<Envelope>(body).ok().map(|body| body.error.message),
        ErrorShape::Plain => serde_json::from_slice::<Plain>(body).ok().map(|body| body.error),
    }
}
