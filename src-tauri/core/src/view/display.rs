//! How the window looks, beside its theme, and what its keys sound like.

use serde::{Deserialize, Serialize};
#[cfg(feature = "bindings")]
use ts_rs::TS;

use crate::model::Keypad;

/// What is chosen of the window's look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(default, rename_all = "camelCase")]
pub struct Display {
    /// How times of day are written.
    pub clock: ClockChoice,
    /// Size of all that is written, 80 to 160 percent.
    pub text_size: u32,
    /// How bright the look of a scanner's display is, 30 to 100 percent.
    pub brightness: u32,
    /// Whether things move.
    pub motion: Motion,
    /// What keys and buttons are answered with.
    pub beeps: Beeps,
    /// The window is one line, above all others.
    pub compact: bool,
}

/// How times of day are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum ClockChoice {
    /// As the server of the call has it.
    #[default]
    Server,
    /// 9:05 PM.
    Hours12,
    /// 21:05.
    Hours24,
}

/// Whether things move in the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Motion {
    /// As the desktop has it.
    #[default]
    System,
    /// Nothing moves that need not.
    Reduced,
}

/// What keys and buttons of the window are answered with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Beeps {
    /// As the server of the call has it.
    #[default]
    Server,
    /// A Uniden's tones.
    Uniden,
    /// A Whistler's tones.
    Whistler,
    /// Nothing.
    Off,
}

/// One of them, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(TS), ts(export))]
#[serde(tag = "of", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DisplayChange {
    /// How times of day are written.
    Clock {
        /// As the server has it, or always one way.
        choice: ClockChoice,
    },
    /// Size of all that is written.
    TextSize {
        /// 80 to 160.
        percent: u32,
    },
    /// How bright the look of a scanner's display is.
    Brightness {
        /// 30 to 100.
        percent: u32,
    },
    /// Whether things move.
    Motion {
        /// As the desktop has it, or no more than need be.
        choice: Motion,
    },
    /// What keys and buttons are answered with.
    Beeps {
        /// As the server has it, or always so.
        choice: Beeps,
    },
    /// The window as one line, above all others.
    Compact {
        /// Or as it was.
        on: bool,
    },
}

impl Default for Display {
    fn default() -> Self {
        Self {
            clock: ClockChoice::default(),
            text_size: 100,
            brightness: 100,
            motion: Motion::default(),
            beeps: Beeps::default(),
            compact: false,
        }
    }
}

impl Display {
    /// With what somebody wrote by hand brought back into its limits.
    pub(crate) fn sane(self) -> Self {
        Self { text_size: text_size(self.text_size), brightness: brightness(self.brightness), ..self }
    }

    /// With one change, inside the limits.
    pub(crate) fn with(self, change: DisplayChange) -> Self {
        match change {
            DisplayChange::Clock { choice } => Self { clock: choice, ..self },
            DisplayChange::TextSize { percent } => Self { text_size: text_size(percent), ..self },
            DisplayChange::Brightness { percent } => Self { brightness: brightness(percent), ..self },
            DisplayChange::Motion { choice } => Self { motion: choice, ..self },
            DisplayChange::Beeps { choice } => Self { beeps: choice, ..self },
            DisplayChange::Compact { on } => Self { compact: on, ..self },
        }
    }
}

impl Beeps {
    /// Whose tones they are, given what the server has.
    pub(crate) fn keypad(self, server: Option<Keypad>) -> Option<Keypad> {
        match self {
            Self::Server => server,
            Self::Uniden => Some(Keypad::Uniden),
            Self::Whistler => Some(Keypad::Whistler),
            Self::Off => None,
        }
    }
}

impl ClockChoice {
    /// Whether times are written with am and pm, given what the server has.
    pub fn is_12h(self, server: bool) -> bool {
        match self {
            Self::Server => server,
            Self::Hours12 => true,
            Self::Hours24 => false,
        }
    }
}

/// Smaller is not read, and larger leaves no room for a call's title in the smallest window.
fn text_size(percent: u32) -> u32 {
    percent.clamp(80, 160)
}

/// Darker is not read.
fn brightness(percent: u32) -> u32 {
    percent.clamp(30, 100)
}
