//! What the window may ask for.

use std::collections::BTreeMap;

use serde::Deserialize;
#[cfg(feature = "bindings")]
use ts_rs::TS;

use super::{
    AlertKind, ArchiveChoices, CatchUpChoices, DisplayChange, KeyAction, Language, MissedChoice, NewTalkgroups,
    NoticeId, Priority, QuietHours, RecordingChoices, ServerMark, Theme, Updates, WhileAway, WithoutTray, Yielding,
};
use crate::model::{CallKey, ServerId, SystemKey, TalkgroupId, TalkgroupKey, Turn, UnitKey};
use crate::secret::Secret;
use crate::sound::{DeviceChoice, Mix, Press, WhenLost};

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
    /// Hear this call from a place in it: the one that sounds goes on there, any other is replayed.
    PlayFrom {
        /// Which.
        call: CallKey,
        /// Position in the audio.
        at_ms: u32,
    },
    /// Call a server something else, or mark it otherwise.
    EditServer {
        /// Which.
        server: ServerId,
        /// To 60 characters; none is its own name again.
        name: Option<String>,
        /// Its mark.
        mark: ServerMark,
    },
    /// Do not play a server's calls, or play them again; they are shown either way.
    MuteServer {
        /// Which.
        server: ServerId,
        /// Whether they are not played.
        on: bool,
    },
    /// Put a server at another place in the list.
    MoveServer {
        /// Which.
        server: ServerId,
        /// Where, counted from 0; beyond the end is the end.
        to: u32,
    },
    /// End the login.
    SignOut {
        /// Where.
        server: ServerId,
    },
    /// Change the password; every device of the account has to sign in again, this one does so by itself. Where it is not
    /// changed whoever listens goes on listening.
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
    /// Hear again what sounded last, from so much sound before the place where one is; then what waits goes on where it
    /// was. Names how often that was done before, so a late second press goes back no farther.
    Rewind {
        /// Seconds of sound, 300 at most.
        seconds: u32,
        /// As `ListeningView` has it.
        nth: u32,
    },
    /// Go back no more: what waits goes on where it was.
    EndRewind,
    /// Play a call when all that waits has been played. One that waits already stays where it is.
    Enqueue {
        /// Which.
        call: CallKey,
    },
    /// Bookmark a call in the account, or no longer. It is done when a `Bookmarked` says so; else a notice says why not.
    Bookmark {
        /// Which.
        call: CallKey,
        /// Whether it is to be bookmarked.
        on: bool,
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
    /// Play this talkgroup's waiting calls before others, or after them.
    Prioritise {
        /// Which.
        talkgroup: TalkgroupKey,
        /// How early they play.
        priority: Priority,
    },
    /// Hear this talkgroup on one side more than on the other, or louder or quieter. At once, also in mid-call.
    MixTalkgroup {
        /// Which.
        talkgroup: TalkgroupKey,
        /// As it is to be heard; adds to what is wished of its system.
        mix: Mix,
    },
    /// The same for a system.
    MixSystem {
        /// Which.
        system: SystemKey,
        /// As it is to be heard.
        mix: Mix,
    },
    /// Be told of this talkgroup's calls outside of the window, or not.
    AlertTalkgroup {
        /// Which.
        talkgroup: TalkgroupKey,
        /// Whether they are told of.
        on: bool,
    },
    /// Be told of the calls that this preset would have played, chosen or not.
    AlertPreset {
        /// Which.
        id: u32,
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
    /// Call a radio something, wherever it speaks, or leave that to its server again.
    NameUnit {
        /// Which.
        unit: UnitKey,
        /// As it is to be called, 60 characters at most; none, or none that can be seen, is as its server says.
        name: Option<String>,
    },
    /// Answer a press in the window with the tones chosen for that, at the volume of calls.
    Beep {
        /// What became of it.
        press: Press,
    },
    /// Catch up with what is live, or do not, this time.
    CatchUp {
        /// Do it.
        on: bool,
    },
    /// Do this with the calls that were missed and wait for a word.
    Missed {
        /// What.
        choice: MissedChoice,
    },
    /// Ask a server once more for what was missed there.
    LookAgain {
        /// Which.
        server: ServerId,
    },
    /// Show a gap no more.
    LeaveGap {
        /// At which server.
        server: ServerId,
    },
    /// Keep a call on this computer for ever, or for as long as others.
    KeepCall {
        /// Which.
        call: CallKey,
        /// Whether it stays.
        on: bool,
    },
    /// The same for all calls of a talkgroup, those that are there and those to come.
    KeepTalkgroup {
        /// Which.
        talkgroup: TalkgroupKey,
        /// Whether they stay.
        on: bool,
    },
    /// Record everything that sounds from now on, or end that.
    Record {
        /// Whether it is recorded.
        on: bool,
    },
    /// Delete all calls that are kept on this computer, also those that were to be kept for ever.
    DeleteArchive,
    /// Sound a tone of a second on the device, at the volume of calls. Refused while a call is in the player, and ended by
    /// one that begins.
    TestTone,
    /// Change one setting.
    Change {
        /// Which, and to what.
        setting: Setting,
    },
    /// Have the settings that were read from a file, all at once.
    Import {
        /// Which, as the summary names them.
        id: u32,
    },
    /// Have the settings of before the last ones that came from a file.
    UndoImport,
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
    /// What is done for those who are behind live.
    CatchUp {
        /// All of it.
        choices: CatchUpChoices,
    },
    /// Where to play. The same again goes on there without a device that went away and is waited for.
    Device {
        /// Which device.
        device: DeviceChoice,
    },
    /// What to do when the device goes away.
    DeviceLost {
        /// Go on with the default, or wait.
        choice: WhenLost,
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
    /// Stay with a talkgroup after its call.
    Follow {
        /// For so many seconds, 30 at most; 0 is not at all.
        seconds: u32,
    },
    /// Look of the window.
    Theme {
        /// Which.
        theme: Theme,
    },
    /// Language of the window.
    Language {
        /// Which.
        language: Language,
    },
    /// What is chosen of the window's look beside its theme.
    Display {
        /// What of it, and to what.
        change: DisplayChange,
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
    /// What is kept of calls on this computer.
    Archive {
        /// All of it.
        choices: ArchiveChoices,
    },
    /// How what sounds is recorded. A recording that goes on stays as it was begun.
    Recording {
        /// All of it.
        choices: RecordingChoices,
    },
    /// What becomes of calls that were missed.
    WhileAway {
        /// Ask, or do it.
        choice: WhileAway,
    },
}
