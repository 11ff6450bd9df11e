//! The settings as the window shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use super::{ArchiveChoices, CatchUpChoices, Display, GlobalKeys, RecordingChoices, WhileAway, Yielding};
use crate::settings::Settings;
use crate::sound::{DeviceChoice, WhenLost};

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
    /// White on black, with nothing in between.
    HighContrast,
    /// As the lit display of a scanner.
    Lcd,
}

/// Language of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Language {
    /// As the desktop, if there are words in its language; else English.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
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
    /// What is done for those who are behind live.
    pub catch_up: CatchUpChoices,
    /// Where to play.
    pub device: DeviceChoice,
    /// What to do when that goes away.
    pub device_lost: WhenLost,
    /// All calls are played equally loud.
    pub loudness: bool,
    /// Steady tones and bursts of data are played quieter.
    pub tame_tones: bool,
    /// What to do while another program uses the microphone.
    pub yielding: Yielding,
    /// For how many seconds others wait for the next call of the talkgroup that spoke last; 0 is not at all.
    pub follow_seconds: u32,
    /// Look of the window.
    pub theme: Theme,
    /// Language of the window.
    pub language: Language,
    /// What else is chosen of its look.
    pub display: Display,
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
    /// What becomes of calls that were missed.
    pub while_away: WhileAway,
    /// The folder for saved calls, where it is not the usual one.
    pub saved_calls: Option<String>,
    /// What is kept of calls on this computer.
    pub archive: ArchiveChoices,
    /// How what sounds is recorded.
    pub recording: RecordingChoices,
    /// Settings came from a file in this run, and those of before can be had again.
    pub import_undo: bool,
}

impl From<&Settings> for SettingsView {
    fn from(settings: &Settings) -> Self {
        Self {
            pause_between_calls_ms: settings.pause_between_calls_ms,
            catch_up: settings.catch_up,
            device: settings.device.clone(),
            device_lost: settings.device_lost,
            loudness: settings.loudness,
            tame_tones: settings.tame_tones,
            yielding: settings.yielding,
            follow_seconds: settings.follow_seconds,
            theme: settings.theme,
            language: settings.language,
            display: settings.display,
            shortcuts: settings.shortcuts,
            keys: settings.keys.clone(),
            global_keys: settings.global_keys.clone(),
            told_about_tray: settings.told_about_tray,
            without_tray: settings.without_tray,
            updates: settings.updates,
            skipped_update: settings.skipped_update.clone(),
            new_talkgroups: settings.new_talkgroups,
            while_away: settings.while_away,
            saved_calls: settings.saved_calls.clone(),
            archive: settings.archive,
            recording: settings.recording,
            import_undo: false,
        }
    }
}

/// As they are before anybody has chosen anything.
impl Default for SettingsView {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}
