//! What the window may ask for.

use std::collections::BTreeMap;

use serde::Deserialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use super::{AlertKind, KeyAction, NewTalkgroups, NoticeId, QuietHours, Theme, Updates, WithoutTray, Yielding};
use crate::model::{CallKey, ServerId, SystemKey, TalkgroupId, TalkgroupKey, Turn};
use crate::secret::Secret;
use crate::sound::DeviceChoice;

/// A wish. It says what should be true, so sending it twice does no harm.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Find the server behind an address and use it. An origin already known is used again, not added twice.
    AddServer {
        /// As typed.
        address: String,
        /// Whether it is there again at the next start.
        remember: bool,
        /// Sign in, or listen without an account, as soon as it is found.
        login: Option<LoginWish>,
    },
    /// Forget a server, its login included.
    RemoveServer {
        /// Which.
        server: ServerId,
    },
    /// Sign in to a server already found.
    SignIn {
        /// Where.
        server: ServerId,
        /// The account's name.
        user: String,
        /// The password.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        password: Secret,
        /// Stay signed in after the program ends.
        stay: bool,
    },
    /// Listen without an account, where the server allows it.
    ListenAnonymously {
        /// Where.
        server: ServerId,
    },
    /// End the login.
    SignOut {
        /// Where.
        server: ServerId,
    },
    /// Change the password; every device of the account has to sign in again, this one does so by itself.
    ChangePassword {
        /// Where.
        server: ServerId,
        /// The password in use.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        current: Secret,
        /// The one to be.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        new: Secret,
    },
    /// Agree to the certificate a server presented.
    TrustCertificate {
        /// Where.
        server: ServerId,
        /// The digest that was shown.
        sha256: String,
    },
    /// Try again now.
    Reconnect {
        /// Where.
        server: ServerId,
    },
    /// Live on or off. Off fades out and leaves what waits unplayed; the feed goes on.
    Listen {
        /// Whether calls are played as they come.
        on: bool,
    },
    /// Pause in mid-call, or go on.
    Pause {
        /// Whether sound is paused.
        on: bool,
    },
    /// Leave the call that is being played (or loaded). Names the attempt, so a late second press skips nothing else.
    Skip {
        /// Which attempt.
        turn: Turn,
    },
    /// Play a call now, from the start. A live call that sounds goes back to the front of the queue with its position.
    Play {
        /// Which.
        call: CallKey,
    },
    /// Loudness.
    Volume {
        /// Decibels, −60 to +6.
        db: f32,
    },
    /// Silence without losing the loudness.
    Mute {
        /// Whether it is mute.
        on: bool,
    },
    /// Hear only this system; none releases.
    HoldSystem {
        /// Which.
        system: Option<SystemKey>,
    },
    /// Hear only this talkgroup; none releases.
    HoldTalkgroup {
        /// Which.
        talkgroup: Option<TalkgroupKey>,
    },
    /// Do not hear this talkgroup for a while.
    Avoid {
        /// Which.
        talkgroup: TalkgroupKey,
        /// For how long; none is until released.
        minutes: Option<u32>,
    },
    /// End an avoid.
    Unavoid {
        /// Which.
        talkgroup: TalkgroupKey,
    },
    /// Switch talkgroups of one server on or off. On ends avoids of them, off a hold on one of them.
    Switch {
        /// Where.
        server: ServerId,
        /// Which.
        talkgroups: Vec<TalkgroupId>,
        /// Whether they are heard.
        on: bool,
    },
    /// Leave the talkgroups that are new at this server as they are, and ask no more about them.
    Acknowledge {
        /// Where.
        server: ServerId,
    },
    /// Keep what is chosen and held now under a name.
    SavePreset {
        /// Under which name, 1 to 60 characters; one of the same name is replaced.
        name: String,
    },
    /// Choose and hold what was kept. Avoids go on.
    ApplyPreset {
        /// Which.
        id: u32,
    },
    /// Give it another name.
    RenamePreset {
        /// Which.
        id: u32,
        /// To what, 1 to 60 characters.
        name: String,
    },
    /// Forget it.
    RemovePreset {
        /// Which.
        id: u32,
    },
    /// Be told of this talkgroup's calls outside of the window, or not.
    AlertTalkgroup {
        /// Which.
        talkgroup: TalkgroupKey,
        /// Whether they are told of.
        on: bool,
    },
    /// Do not be told of this talkgroup's calls for a while.
    MuteAlerts {
        /// Which.
        talkgroup: TalkgroupKey,
        /// For how long, a day at most; none is not any more.
        minutes: Option<u32>,
    },
    /// Change one setting.
    Change {
        /// Which, and to what.
        setting: Setting,
    },
    /// Take a notice away.
    Dismiss {
        /// Which.
        notice: NoticeId,
    },
}

/// How to begin at a server.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LoginWish {
    /// Sign in.
    SignIn {
        /// The account's name.
        user: String,
        /// The password.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        password: Secret,
        /// Stay signed in after the program ends.
        stay: bool,
    },
    /// Listen without an account.
    Anonymous,
}

/// One setting and its value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Setting {
    /// Silence between two calls, 0 to 500 ms.
    PauseBetweenCalls {
        /// Milliseconds.
        ms: u32,
    },
    /// Where to play.
    Device {
        /// Which device.
        device: DeviceChoice,
    },
    /// Play all calls equally loud. Holds from the next call on.
    Loudness {
        /// Whether they are.
        on: bool,
    },
    /// Play steady tones and bursts of data quieter. Holds from the next call on.
    TameTones {
        /// Whether they are.
        on: bool,
    },
    /// What to do while another program uses the microphone.
    Yielding {
        /// Nothing, play quieter, or pause.
        choice: Yielding,
    },
    /// Look of the window.
    Theme {
        /// Which.
        theme: Theme,
    },
    /// Single-key shortcuts in the window.
    Shortcuts {
        /// Whether they work.
        on: bool,
    },
    /// Keys of the window.
    Keys {
        /// All that are not the usual ones, by action, as `Shift+H`; none takes the action's key away.
        keys: BTreeMap<String, Option<String>>,
    },
    /// A key that works while another program has the keyboard.
    GlobalKey {
        /// What it does.
        action: KeyAction,
        /// The key with what is held beside it, as `Ctrl+Alt+KeyS`; none takes it away.
        keys: Option<String>,
    },
    /// The user has been told that closing the window keeps listening in the tray.
    ToldAboutTray,
    /// What closing the window means where nothing shows tray icons.
    WithoutTray {
        /// Which.
        choice: WithoutTray,
    },
    /// What to do about newer versions of Squelch.
    Updates {
        /// Nothing, tell, or install.
        choice: Updates,
    },
    /// What else to be told of outside of the window.
    Alert {
        /// What.
        of: AlertKind,
        /// Whether it is told.
        on: bool,
    },
    /// When to be told nothing.
    QuietHours {
        /// From when to when; none is never, and so is what no clock can show.
        hours: Option<QuietHours>,
    },
    /// Not to hear of this version again; of a newer one, yes.
    SkipUpdate {
        /// Which.
        version: String,
    },
    /// What becomes of talkgroups that a server adds.
    NewTalkgroups {
        /// Hear them, do not, or hear and ask.
        choice: NewTalkgroups,
    },
}
