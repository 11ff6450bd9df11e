//! What is wrong with a file of settings.

use super::{Code, Problem, Retry, log};
use crate::text::plain;
use crate::transfer::TransferError;

impl From<&TransferError> for Problem {
    fn from(error: &TransferError) -> Self {
        log("file of settings", error);
        let message = match error {
            TransferError::Unreadable(_) => "This file cannot be read. Look whether it is there, and is yours.",
            TransferError::TooLarge => "This file is too large: no settings of Squelch are.",
            TransferError::NotJson(_) => {
                "This file is not understood: either it is damaged, or Squelch has not written it."
            }
            TransferError::NotOurs => "This file has no settings of Squelch in it.",
            TransferError::Newer(_) => {
                "A newer Squelch has written this file, in a form that this one does not know. Update Squelch first."
            }
            TransferError::WrongValue(field) => {
                let field = plain(field, 60);
                let message = format!("In this file, {field} has a value that it cannot have. Nothing was changed.");
                return Self::new(Code::FileNotTaken, Retry::No, message);
            }
            TransferError::TooManyPresets => {
                "With this file's presets there would be more than Squelch keeps. Remove some first."
            }
            TransferError::TooManyAlerts => {
                "With this file there would be more talkgroups to notify of than Squelch can. Take some away first."
            }
            TransferError::NotWritten(_) => {
                let message =
                    "The settings could not be written there. Choose another place, or make room on the disk.";
                return Self::new(Code::FileNotMade, Retry::Now, message);
            }
        };
        Self::new(Code::FileNotTaken, Retry::No, message)
    }
}
