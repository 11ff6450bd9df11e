//! Everything that crosses to the window: commands in, a snapshot and events out.
//!
//! Spans are milliseconds, wall times milliseconds since 1970, ids plain numbers (JavaScript holds them exactly up to
//! 2^53). A position is given as it was when the update was made, together with whether it runs: the window draws the
//! movement itself, the core never sends ticks.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::{
    CallId, CallKey, ServerId, SystemId, SystemKey, SystemNumber, TalkgroupId, TalkgroupKey, TalkgroupNumber, Turn,
    UnitNumber,
};
use crate::problem::Problem;
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
    /// Switch a talkgroup on or off.
    SwitchTalkgroup {
        /// Which.
        talkgroup: TalkgroupKey,
        /// Whether it is heard.
        on: bool,
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
    /// The user has been told that closing the window keeps listening in the tray.
    ToldAboutTray,
}

/// Look of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the desktop.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// What the window is sent: a snapshot first, later updates in order; another snapshot replaces everything.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[expect(clippy::large_enum_variant, reason = "one at a time crosses to the window")]
pub enum Message {
    /// All there is.
    Snapshot {
        /// The state at its revision.
        snapshot: Snapshot,
    },
    /// What changed since.
    Update {
        /// The changes.
        update: Update,
    },
}

/// All there is, at one revision.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The update that this state includes.
    pub revision: u32,
    /// Servers in the user's order.
    pub servers: Vec<ServerView>,
    /// The feed, newest first.
    pub rows: Vec<Row>,
    /// What sounds.
    pub playback: PlaybackView,
    /// Live, volume and the queue's length.
    pub listening: ListeningView,
    /// Holds and avoids.
    pub selection: SelectionView,
    /// The sound device.
    pub device: DeviceView,
    /// Settings the window shows.
    pub settings: SettingsView,
    /// Notices that belong to the program, not to a row or a server.
    pub notices: Vec<Notice>,
}

/// Changes that happened together.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// One more than the update before; a gap means that a snapshot is needed.
    pub revision: u32,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A server is new or anything about it changed.
    ServerChanged {
        /// As it is now.
        server: ServerView,
    },
    /// A server is gone; its rows go with a `RowsRemoved`.
    ServerRemoved {
        /// Which.
        server: ServerId,
    },
    /// Rows are new, oldest first, each with its place in [`Row::order`].
    RowsAdded {
        /// The rows.
        rows: Vec<Row>,
    },
    /// A row changed; it replaces the one with its key.
    RowChanged {
        /// As it is now.
        row: Row,
    },
    /// What is known of a call's words.
    TranscriptAdded {
        /// Whose.
        call: CallKey,
        /// The words.
        transcript: TranscriptView,
    },
    /// Rows left the feed.
    RowsRemoved {
        /// Their keys.
        calls: Vec<CallKey>,
    },
    /// What sounds changed.
    PlaybackChanged {
        /// As it is now.
        playback: PlaybackView,
    },
    /// Live, volume or the queue's length changed.
    ListeningChanged {
        /// As it is now.
        listening: ListeningView,
    },
    /// Holds or avoids changed.
    SelectionChanged {
        /// As it is now.
        selection: SelectionView,
    },
    /// The sound device changed.
    DeviceChanged {
        /// As it is now.
        device: DeviceView,
    },
    /// A setting changed.
    SettingsChanged {
        /// As they are now.
        settings: SettingsView,
    },
    /// Something to tell that belongs to the program.
    NoticeRaised {
        /// What.
        notice: Notice,
    },
    /// It ended or was dismissed.
    NoticeWithdrawn {
        /// Which.
        notice: NoticeId,
    },
}

/// Names a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export, type = "number"))]
pub struct NoticeId(pub u32);

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Its name.
    pub id: NoticeId,
    /// What.
    pub problem: Problem,
}

/// One server as the window shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ServerView {
    /// Its name here.
    pub id: ServerId,
    /// The operator's name for it, else its host.
    pub name: String,
    /// Its origin once found, else as typed.
    pub address: String,
    /// Whether the link is encrypted.
    pub encrypted: bool,
    /// The server's version, once known.
    pub version: Option<String>,
    /// Whether it allows listening without an account.
    pub public: bool,
    /// Who we are there.
    pub account: AccountView,
    /// The link.
    pub link: LinkView,
    /// How many listen, where the server wants it shown.
    pub listeners: Option<u32>,
    /// Clock with am and pm.
    pub time_12h: bool,
}

/// Who we are at a server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AccountView {
    /// Nobody: the sign-in form belongs here.
    SignedOut {
        /// What to say above the form.
        problem: Option<Problem>,
        /// The name to offer.
        user: Option<String>,
    },
    /// Listening without an account.
    Anonymous {
        /// Set when a login ended and listening went on: offer to sign in, quietly.
        problem: Option<Problem>,
    },
    /// Wait.
    SigningIn,
    /// Somebody.
    SignedIn {
        /// Who.
        user: String,
        /// Set when the login cannot be kept although it should: say so.
        problem: Option<Problem>,
    },
    /// The form to change the password belongs here.
    PasswordChange {
        /// Whose.
        user: String,
        /// Why the last attempt failed.
        problem: Option<Problem>,
        /// An attempt is under way.
        busy: bool,
    },
}

/// The link to a server.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LinkView {
    /// Not wanted.
    Idle,
    /// Finding out what is there.
    Probing,
    /// Show the digest and ask.
    Untrusted {
        /// SHA-256 of the certificate, lower-case hexadecimal.
        sha256: String,
        /// Another one was agreed to before: warn.
        changed: bool,
        /// What to say.
        problem: Problem,
    },
    /// Connecting.
    Connecting,
    /// Calls arrive.
    Live,
    /// Waiting before the next attempt.
    Waiting {
        /// Milliseconds until then, when this was made.
        in_ms: u32,
        /// Which attempt that will be.
        attempt: u32,
        /// Why the last one ended.
        problem: Problem,
    },
    /// No use.
    Refused {
        /// Why, and what to do.
        problem: Problem,
        /// An address that can be tried instead.
        instead: Option<String>,
    },
}

/// One call in the feed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The call.
    pub key: CallKey,
    /// Place in the feed: higher is newer; unique.
    pub order: f64,
    /// When the call began.
    pub start_ms: f64,
    /// What to call the talkgroup: name, else label, else its number.
    pub title: String,
    /// Short label, where it is not the title.
    pub label: Option<String>,
    /// The system's name, else its number.
    pub system: String,
    /// Group.
    pub group: Option<String>,
    /// Tag.
    pub tag: Option<String>,
    /// The talkgroup's colour as `#rrggbb`.
    pub color: Option<String>,
    /// Radio number of the talkgroup.
    pub talkgroup_number: TalkgroupNumber,
    /// Radio number of the system.
    pub system_number: SystemNumber,
    /// For hold and avoid; none where the server does not list it.
    pub talkgroup: Option<TalkgroupId>,
    /// For hold.
    pub system_id: Option<SystemId>,
    /// Hertz.
    pub frequency: Option<f64>,
    /// Who spoke when; the first entry also stands for what is before it.
    pub units: Vec<UnitView>,
    /// Length: from the decoded samples once there are any, else the server's hint.
    pub duration_ms: Option<u32>,
    /// Receiver site.
    pub site: Option<String>,
    /// Name of the decoder.
    pub decoder: Option<String>,
    /// Decoder errors.
    pub errors: Option<u32>,
    /// Decoder spikes.
    pub spikes: Option<u32>,
    /// What became of it.
    pub state: RowState,
    /// It was there before we joined.
    pub earlier: bool,
    /// What was said, once known.
    pub transcript: Option<TranscriptView>,
}

/// Who speaks from a position on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct UnitView {
    /// Position in the audio.
    pub at_ms: u32,
    /// The radio's number.
    pub number: Option<UnitNumber>,
    /// What it is called.
    pub name: Option<String>,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TranscriptView {
    /// All of it.
    pub text: String,
    /// Its parts.
    pub segments: Vec<SegmentView>,
}

/// One stretch of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SegmentView {
    /// From here.
    pub start_ms: u32,
    /// To here.
    pub end_ms: u32,
    /// Who, counted from 1; none without diarisation.
    pub speaker: Option<u32>,
    /// The words.
    pub text: String,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum RowState {
    /// Neither queued nor played: it was there before we joined.
    Unplayed,
    /// In the queue.
    Waiting,
    /// Its audio is on the way.
    Loading,
    /// Decoded; plays when its turn comes.
    Ready,
    /// Sounds, or is paused in mid-call.
    Playing,
    /// Was played to its end.
    Played,
    /// The user left it.
    Skipped,
    /// Was not played.
    NotPlayed {
        /// Why.
        why: NotPlayed,
    },
    /// Could not be played.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// Why a call was not played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum NotPlayed {
    /// Live was off.
    LiveOff,
    /// It had waited too long, or too many waited.
    TooOld,
    /// Another system or talkgroup is held.
    NotHeld,
    /// Its talkgroup is avoided.
    Avoided,
    /// Its talkgroup is switched off.
    SwitchedOff,
}

/// What sounds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct PlaybackView {
    /// The state.
    pub state: PlaybackState,
    /// The attempt, while there is one; what `Skip` names.
    pub turn: Option<Turn>,
    /// The call that sounds, else the last one that did. Complete, because its row may have left the feed.
    pub row: Option<Row>,
    /// Position when this was made; it runs while the state is `Playing`.
    pub position_ms: u32,
    /// Length of the call.
    pub duration_ms: u32,
    /// Time since the call arrived, when this was made; it grows while the state is `Playing`. None for a replay.
    pub behind_ms: Option<u32>,
    /// Bars of the waveform, 0 to 255.
    pub peaks: Vec<u8>,
}

/// Whether anything sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum PlaybackState {
    /// Nothing to play.
    Idle,
    /// The next call's audio is on the way, nothing sounds.
    Loading,
    /// It sounds.
    Playing,
    /// Paused, in mid-call or between calls.
    Paused,
    /// Ready to play, but there is no sound device.
    NoDevice,
}

/// Live, volume and the queue's length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ListeningView {
    /// Calls are played as they come.
    pub live: bool,
    /// Sound is paused.
    pub paused: bool,
    /// Loudness in decibels.
    pub volume_db: f32,
    /// Silenced.
    pub muted: bool,
    /// How many calls wait, the one that sounds not counted.
    pub waiting: u32,
    /// Which of them plays next.
    pub next: Option<CallKey>,
}

/// Holds and avoids.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SelectionView {
    /// The system held.
    pub system: Option<HeldSystem>,
    /// The talkgroup held; wins over the system.
    pub talkgroup: Option<HeldTalkgroup>,
    /// Talkgroups avoided.
    pub avoided: Vec<AvoidedTalkgroup>,
}

/// A system that is held.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HeldSystem {
    /// Which.
    pub key: SystemKey,
    /// Its name.
    pub name: String,
}

/// A talkgroup that is held.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HeldTalkgroup {
    /// Which.
    pub key: TalkgroupKey,
    /// Its name.
    pub name: String,
}

/// A talkgroup that is avoided.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AvoidedTalkgroup {
    /// Which.
    pub key: TalkgroupKey,
    /// Its name.
    pub name: String,
    /// Milliseconds left when this was made; none is until released.
    pub left_ms: Option<f64>,
}

/// The sound device.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DeviceView {
    /// Not open: nothing has to be played.
    Resting,
    /// Open.
    Open {
        /// Its name.
        name: String,
    },
    /// There is none; calls keep arriving, and playing goes on when it is back.
    Missing {
        /// Why, and what to do.
        problem: Problem,
    },
}

/// Settings the window shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Silence between two calls.
    pub pause_between_calls_ms: u32,
    /// Where to play.
    pub device: DeviceChoice,
    /// Look of the window.
    pub theme: Theme,
    /// Single-key shortcuts.
    pub shortcuts: bool,
    /// Told that closing keeps listening.
    pub told_about_tray: bool,
}

impl CallKey {
    /// The key of a call at a server.
    pub fn new(server: ServerId, call: CallId) -> Self {
        Self { server, call }
    }
}
