//! What a click or a key asks for.

use squelch_core::model::{CallKey, ServerId, TalkgroupKey, Turn};
use squelch_core::view::{Command, DisplayChange, MissedChoice, Setting};

/// For how long the tray avoids a talkgroup; the window offers more.
pub(super) const AVOID_MINUTES: u32 = 30;

/// For how long a notification silences its talkgroup; its button says so.
const MUTE_MINUTES: u32 = 30;

/// A wish. It names what it means: the menu may change between being read and being clicked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wish {
    /// Calls played as they come, or not.
    Listen(bool),
    /// Paused, or not.
    Pause(bool),
    /// Silent, or not.
    Mute(bool),
    /// What sounds is recorded, or not.
    Record(bool),
    /// Another loudness, in decibels; heard at once, muted or not.
    Volume(f32),
    /// Leave this call.
    Skip(Turn),
    /// Hear this call, again.
    Play(CallKey),
    /// Hear only this talkgroup, or all again.
    Hold(Option<TalkgroupKey>),
    /// Do not hear this talkgroup for a while.
    Avoid(TalkgroupKey),
    /// Hear it again.
    Unavoid(TalkgroupKey),
    /// Choose and hold what was kept under a name.
    Preset(u32),
    /// Hear the calls that were missed.
    PlayMissed,
    /// Not to be told of this talkgroup's calls for a while.
    MuteAlerts(TalkgroupKey),
    /// Try this server now.
    Reconnect(ServerId),
    /// The window, or no window.
    SwitchWindow,
    /// The window.
    ShowWindow,
    /// The window, at this call.
    ShowCall(CallKey),
    /// The window as one line, or as it was; it is shown either way.
    Compact(bool),
    /// The window with its settings open.
    ShowSettings,
    /// A newer Squelch; what comes of it is in the window.
    LookForUpdate,
    /// End.
    Quit,
}

impl Wish {
    /// What the core is asked for.
    pub(crate) fn commands(self) -> Vec<Command> {
        match self {
            Self::Listen(on) => vec![Command::Listen { on }],
            Self::Pause(on) => vec![Command::Pause { on }],
            Self::Mute(on) => vec![Command::Mute { on }],
            Self::Record(on) => vec![Command::Record { on }],
            Self::Volume(db) => vec![Command::Volume { db }, Command::Mute { on: false }],
            Self::Skip(turn) => vec![Command::Skip { turn }],
            Self::Play(call) => vec![Command::Play { call }],
            Self::Hold(talkgroup) => vec![Command::HoldTalkgroup { talkgroup }],
            Self::Avoid(talkgroup) => vec![Command::Avoid { talkgroup, minutes: Some(AVOID_MINUTES) }],
            Self::Unavoid(talkgroup) => vec![Command::Unavoid { talkgroup }],
            Self::Preset(id) => vec![Command::ApplyPreset { id }],
            Self::PlayMissed => vec![Command::Missed { choice: MissedChoice::Play }],
            Self::MuteAlerts(talkgroup) => vec![Command::MuteAlerts { talkgroup, minutes: Some(MUTE_MINUTES) }],
            Self::Reconnect(server) => vec![Command::Reconnect { server }],
            Self::Compact(on) => {
                vec![Command::Change { setting: Setting::Display { change: DisplayChange::Compact { on } } }]
            }
            Self::SwitchWindow
            | Self::ShowWindow
            | Self::ShowCall(_)
            | Self::ShowSettings
            | Self::LookForUpdate
            | Self::Quit => vec![],
        }
    }
}
