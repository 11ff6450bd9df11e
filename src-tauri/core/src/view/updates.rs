//! How the window comes to know: a snapshot, and events since.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use super::{
    AlertChoices, ArchiveView, AwayView, DeviceView, HearingView, ListeningView, MicrophoneView, PlaybackView,
    RecordingView, Row, SelectionView, ServerView, SettingsView, TranscriptView,
};
use crate::model::{CallKey, ServerId};
use crate::problem::Problem;

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
    /// How calls are heard, where it is not the usual way.
    pub hearing: HearingView,
    /// What to tell outside of the window.
    pub alert_choices: AlertChoices,
    /// What was missed.
    pub away: AwayView,
    /// The archive on this computer.
    pub archive: ArchiveView,
    /// The sound device.
    pub device: DeviceView,
    /// The microphone, and what is being done while another program uses it.
    pub microphone: MicrophoneView,
    /// Recording what sounds.
    pub recording: RecordingView,
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
    /// A row changed; it replaces the one with its key, in the feed and among what was found.
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
    /// A wish about a bookmark was granted.
    Bookmarked {
        /// Which call.
        call: CallKey,
        /// Whether it is bookmarked now.
        on: bool,
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
    /// How calls are heard changed.
    HearingChanged {
        /// As it is now.
        hearing: HearingView,
    },
    /// What to tell outside of the window changed.
    AlertChoicesChanged {
        /// As it is now.
        choices: AlertChoices,
    },
    /// What was missed changed.
    AwayChanged {
        /// As it is now.
        away: AwayView,
    },
    /// How it stands with the archive on this computer changed.
    ArchiveChanged {
        /// As it is now.
        archive: ArchiveView,
    },
    /// The sound device changed.
    DeviceChanged {
        /// As it is now.
        device: DeviceView,
    },
    /// Another program took the microphone or let go of it, or what is done about that changed.
    MicrophoneChanged {
        /// As it is now.
        microphone: MicrophoneView,
    },
    /// A recording of what sounds began, grew or ended.
    RecordingChanged {
        /// As it is now.
        recording: RecordingView,
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
