//! Squelch without a window.
//!
//! - [`client`]: the handle others hold; behind it the engine, the one task that owns the state.
//! - [`model`]: calls, systems, talkgroups and their ids; facts without behaviour.
//! - [`directory`]: what a server calls its systems and talkgroups.
//! - [`view`]: everything that crosses to the window: commands in, snapshot and events out.
//! - [`alerts`]: what is worth telling outside of the window, and when.
//! - [`problem`]: every error as a code, a sentence and whether trying again helps.
//! - [`archive`]: a store for the calls that were seen; not used yet.
//! - [`server`]: the seam to servers; [`server::openscanner`] speaks the one protocol there is.
//! - [`sound`]: the seam to sound: decode, shape, and the thread that owns the device.
//! - [`settings`]: what the user chose, in one file; [`choices`]: which talkgroups are wanted, in another;
//!   [`units`]: what radios are called, in a third.
//! - [`export`]: calls as files; `recording`: what sounds, as one; `soundfile`: how sound is written; `transfer`: settings
//!   as a file.
//! - [`timeline`]: the last hours at a glance, read from the archive.
//! - [`text`]: plain text out of what strangers wrote; `support`: a server's address for help.
//! - [`vault`], [`secret`]: the renewal credential at rest and secrets in memory.
//! - [`invitation`]: `squelch://` links, read with suspicion.
//! - [`diagnostics`]: what a bug report says of servers and sound devices.
//! - [`clock`], [`backoff`]: time as a value, so that tests can move it.

#![forbid(unsafe_code)]

pub mod alerts;
pub mod archive;
pub mod backoff;
pub mod choices;
pub mod client;
pub mod clock;
pub mod diagnostics;
pub mod directory;
mod engine;
pub mod export;
pub mod invitation;
pub mod model;
pub mod problem;
pub mod recording;
mod search;
pub mod secret;
pub mod server;
pub mod settings;
pub mod sound;
mod soundfile;
mod state;
mod store;
mod support;
pub mod text;
pub mod timeline;
mod transfer;
pub mod units;
pub mod vault;
pub mod view;

/// Log filter directives for the libraries whose debug output shows headers and frames, and with them tokens, and for those
/// that call every unknown file, or every end of a connection, an error. Put them last, so that no level asked for
/// overrides them.
pub const QUIET_LOGS: &str = "hyper=info,hyper_util=info,h2=info,reqwest=info,rustls=info,tungstenite=info,\
    tokio_tungstenite=info,cookie_store=info,symphonia_core=off,pulseaudio::client::reactor=off";

/// Chooses the cryptography behind every `https` connection of this process. Call it before anything connects, in the
/// program and in every test binary; further calls change nothing.
pub fn install_crypto() {
    // An error means that somebody has chosen already, which is all we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
