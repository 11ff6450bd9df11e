//! What is wrong with saving calls, and with the folder for them.

use super::{Code, Problem, Retry, log};
use crate::export::{PlaceError, SaveError};

impl From<&SaveError> for Problem {
    fn from(error: &SaveError) -> Self {
        log("saving a call", error);
        let message = match error {
            SaveError::Full(_) => "The disk is full: the call was not saved. Make room, and save it again.",
            SaveError::Folder(_) => {
                "The call was not saved: its folder cannot be written to. Look whether it is there, and is yours."
            }
            SaveError::Gone => {
                "The call was not saved: the folder chosen for saved calls is not there. Connect its drive, or choose another folder in the settings."
            }
            SaveError::ReadOnly(_) => {
                "The call was not saved: Squelch may not write into its folder. Choose another one in the settings."
            }
        };
        Self::new(Code::NotWritten, Retry::Now, message)
    }
}

impl Problem {
    /// What is wrong with exporting many calls.
    pub(crate) fn exporting(error: &SaveError) -> Self {
        log("exporting calls", error);
        let message = match error {
            SaveError::Full(_) => "The disk is full: the export was not finished. Make room, and export again.",
            SaveError::Folder(_) => {
                "The export was not finished: its folder cannot be written to. Look whether it is there, and is yours."
            }
            SaveError::Gone => {
                "The export was not begun: the folder chosen for saved calls is not there. Connect its drive, or choose another folder in the settings."
            }
            SaveError::ReadOnly(_) => {
                "The export was not finished: Squelch may not write into its folder. Choose another one in the settings."
            }
        };
        Self::new(Code::NotWritten, Retry::Now, message)
    }
}

impl From<&PlaceError> for Problem {
    fn from(error: &PlaceError) -> Self {
        log("folder for saved calls", error);
        let message = match error {
            PlaceError::Gone => "This folder is not there. Connect its drive, or choose another one.",
            PlaceError::NotWritable(_) => {
                "Squelch cannot write into this folder: it is not yours, or its disk is full. Choose another one."
            }
            PlaceError::Nameless => "The settings cannot keep the name of this folder. Choose another one.",
        };
        Self::new(Code::NotWritten, Retry::No, message)
    }
}
