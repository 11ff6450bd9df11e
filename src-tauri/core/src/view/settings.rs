//! The settings as the window shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use super::{GlobalKeys, Yielding};
use crate::sound::DeviceChoice;

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

/// What closing the window means where nothing shows tray icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum WithoutTray {
    /// The end.
    Quit,
    /// The window becomes small, and listening goes on.
    Minimise,
}

/// What to do about newer versions of Squelch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Updates {
    /// Do not look for them.
    Off,
    /// Look, and tell.
    #[default]
    Notify,
    /// Look, download, and install when Squelch is quit.
    Automatic,
}

/// What becomes of talkgroups that a server adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum NewTalkgroups {
    /// They are heard.
    #[default]
    On,
    /// They are not.
    Off,
    /// They are heard, and shown until somebody has decided.
    Ask,
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
    /// All calls are played equally loud.
    pub loudness: bool,
    /// Steady tones and bursts of data are played quieter.
    pub tame_tones: bool,
    /// What to do while another program uses the microphone.
    pub yielding: Yielding,
    /// Look of the window.
    pub theme: Theme,
    /// Single-key shortcuts.
    pub shortcuts: bool,
    /// Keys of the window that are not the usual ones, by action, as `Shift+H`; none takes the action's key away.
    pub keys: BTreeMap<String, Option<String>>,
    /// Keys that work while another program has the keyboard.
    pub global_keys: GlobalKeys,
    /// Told that closing keeps listening.
    pub told_about_tray: bool,
    /// What closing means without a tray; none until the user has been asked.
    pub without_tray: Option<WithoutTray>,
    /// What to do about newer versions of Squelch.
    pub updates: Updates,
    /// The newer version not to be told of.
    pub skipped_update: Option<String>,
    /// What becomes of talkgroups that a server adds.
    pub new_talkgroups: NewTalkgroups,
}
