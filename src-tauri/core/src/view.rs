//! Everything that crosses to the window: commands in, a snapshot and events out.
//!
//! Spans are milliseconds, wall times milliseconds since 1970, ids plain numbers (JavaScript holds them exactly up to
//! 2^53). A position is given as it was when the update was made, together with whether it runs: the window draws the
//! movement itself, the core never sends ticks.

mod alerts;
mod archive;
mod away;
mod catching;
mod directory;
mod display;
mod hearing;
mod keys;
mod microphone;
mod player;
mod recording;
mod rows;
mod search;
mod selection;
mod servers;
mod settings;
mod timeline;
mod transfer;
mod update;
mod updates;
mod wishes;

pub use alerts::{AlertChoices, AlertKind, AlertedTalkgroup, QuietHours};
pub use archive::{ArchiveChoices, ArchiveView};
pub use away::{AwayView, GapView, MissedChoice, WhileAway};
pub use catching::{CatchUpChoices, CatchUpMode, CatchUpState, SkippedView};
pub use directory::{DirectoryView, ListedSystem, ListedTalkgroup};
pub use display::{Beeps, ClockChoice, Display, DisplayChange, Motion};
pub use hearing::{HearingView, Priority, SystemMix, TalkgroupMix, TalkgroupPriority};
pub use keys::{GlobalKeys, GlobalKeysView, KeyAction, KeyRefusal};
pub use microphone::{MicrophoneState, MicrophoneView, Yielding};
pub use player::{DeviceView, ListeningView, PlaybackState, PlaybackView, SoundDevice, SoundDevices};
pub use recording::{RecordingChoices, RecordingStage, RecordingView};
pub use rows::{NotPlayed, OwnName, Row, RowState, SegmentView, TranscriptView, UnitView};
pub use search::{CallDetails, FoundPage, QueuedView, SearchQuery, SharedLink, UnheardView};
pub use selection::{AvoidedTalkgroup, HeldSystem, HeldTalkgroup, OffTalkgroups, PresetView, SelectionView};
pub use servers::{AccountView, LinkView, OwnView, PasswordView, SelectionKept, ServerMark, ServerView, SupportView};
pub use settings::{Language, NewTalkgroups, SettingsView, Theme, Updates, WithoutTray};
pub use timeline::{TimelineGap, TimelineLane, TimelineMark, TimelineQuery, TimelineView};
pub use transfer::ImportSummary;
pub use update::{Release, UpdateStage, UpdateTime, UpdateView};
pub use updates::{Event, Message, Notice, NoticeId, Snapshot, Update};
pub use wishes::{Command, LoginWish, Setting};
