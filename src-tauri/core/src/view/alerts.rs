//! What the user wants to be told of outside of the window, and when not.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::TalkgroupKey;

/// What to be told of. Nothing of it is on until the user has said so.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AlertChoices {
    /// Talkgroups whose calls are told of.
    pub talkgroups: Vec<AlertedTalkgroup>,
    /// Presets: calls that these would have played are told of.
    pub presets: Vec<u32>,
    /// Talkgroups that are silent for a while, of those that are told of for a preset alone.
    pub muted: Vec<AlertedTalkgroup>,
    /// A link that is lost for more than a minute.
    pub link_lost: bool,
    /// A login that has ended, or wants another password.
    pub signed_out: bool,
    /// A newer Squelch.
    pub updates: bool,
    /// When to keep silent; none is never.
    pub quiet: Option<QuietHours>,
}

/// A talkgroup whose calls are told of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AlertedTalkgroup {
    /// Which.
    pub key: TalkgroupKey,
    /// Its name.
    pub name: String,
    /// For how many milliseconds more it is silent, when this was made; none is not at all.
    pub muted_ms: Option<f64>,
}

/// Something else to be told of, each with a switch of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum AlertKind {
    /// A link that is lost for more than a minute.
    LinkLost,
    /// A login that has ended.
    SignedOut,
    /// A newer Squelch.
    Updates,
}

/// From when to when nothing is told, in minutes after midnight by the clock on the wall. It may pass midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct QuietHours {
    /// The first quiet minute.
    pub from: u16,
    /// The first minute that is not quiet any more.
    pub to: u16,
}

/// How many minutes a clock shows.
const DAY: u16 = 24 * 60;

impl QuietHours {
    /// Whether a clock on the wall that shows `minute` is within.
    pub fn covers(self, minute: u16) -> bool {
        if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }

    /// Whether a clock can show both, and there is something between them.
    pub(crate) fn make_sense(self) -> bool {
        self.from < DAY && self.to < DAY && self.from != self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_pass_midnight_and_end_with_their_last_minute() {
        let (night, noon) = (QuietHours { from: 22 * 60, to: 7 * 60 }, QuietHours { from: 12 * 60, to: 13 * 60 });
        let table = [
            (night, 21 * 60 + 59, false),
            (night, 22 * 60, true),
            (night, 23 * 60 + 59, true),
            (night, 0, true),
            (night, 6 * 60 + 59, true),
            (night, 7 * 60, false),
            (noon, 11 * 60 + 59, false),
            (noon, 12 * 60, true),
            (noon, 12 * 60 + 59, true),
            (noon, 13 * 60, false),
        ];
        for (hours, minute, quiet) in table {
            assert_eq!(hours.covers(minute), quiet, "{hours:?} at {minute}");
        }
    }

    #[test]
    fn hours_that_no_clock_shows_make_no_sense() {
        let table =
            [((1_320, 420), true), ((0, 1), true), ((60, 60), false), ((1_440, 0), false), ((0, 65_535), false)];
        for ((from, to), sense) in table {
            assert_eq!(QuietHours { from, to }.make_sense(), sense, "{from} to {to}");
        }
    }
}
