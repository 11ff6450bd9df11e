//! Keys that work while another program has the keyboard. The shell takes them from the system; the core only keeps which.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

/// What such a key can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum KeyAction {
    /// Play this call, or the last one, again.
    Replay,
    /// Leave this call.
    Skip,
    /// Silent, or not any more.
    Mute,
    /// Hear only this call's talkgroup, or all again.
    Hold,
    /// Silent for as long as the key is held.
    PushToMute,
}

/// Which keys do it, as `Ctrl+Alt+KeyS`; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(default, rename_all = "camelCase")]
pub struct GlobalKeys {
    /// Play again.
    pub replay: Option<String>,
    /// Leave.
    pub skip: Option<String>,
    /// Mute or unmute.
    pub mute: Option<String>,
    /// Hold or release.
    pub hold: Option<String>,
    /// Mute while held.
    pub push_to_mute: Option<String>,
}

impl GlobalKeys {
    /// Every action with its key, in the order in which they are shown.
    pub fn iter(&self) -> impl Iterator<Item = (KeyAction, &str)> {
        let all = [
            (KeyAction::Replay, &self.replay),
            (KeyAction::Skip, &self.skip),
            (KeyAction::Mute, &self.mute),
            (KeyAction::Hold, &self.hold),
            (KeyAction::PushToMute, &self.push_to_mute),
        ];
        all.into_iter().filter_map(|(action, keys)| Some((action, keys.as_deref()?)))
    }

    /// The place of an action's key.
    pub(crate) fn place(&mut self, action: KeyAction) -> &mut Option<String> {
        match action {
            KeyAction::Replay => &mut self.replay,
            KeyAction::Skip => &mut self.skip,
            KeyAction::Mute => &mut self.mute,
            KeyAction::Hold => &mut self.hold,
            KeyAction::PushToMute => &mut self.push_to_mute,
        }
    }
}

/// How it stands with them. The shell knows, not the core.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct GlobalKeysView {
    /// Why this desktop has none, and what to do instead.
    pub not_offered: Option<String>,
    /// Keys that do nothing.
    pub refused: Vec<KeyRefusal>,
}

/// A key that does nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct KeyRefusal {
    /// What it was to do.
    pub action: KeyAction,
    /// Why it does not, in words.
    pub why: String,
}
