//! What is wrong with recording what sounds.

use super::{Code, Problem, Retry, log};
use crate::recording::RecordingError;

impl From<&RecordingError> for Problem {
    fn from(error: &RecordingError) -> Self {
        log("recording what sounds", error);
        let message = match error {
            RecordingError::Full(_) => {
                "The disk is full: the recording has ended. What was recorded is kept. Make room, and record again."
            }
            RecordingError::Gone => {
                "Nothing is recorded: the folder chosen for saved calls is not there. Connect its drive, or choose another folder in the settings."
            }
            RecordingError::ReadOnly(_) => {
                "Nothing is recorded: Squelch may not write into the folder for saved calls. Choose another one in the settings."
            }
            RecordingError::NotWritten(_) => {
                "The recording has ended: its file cannot be written to. Look whether its folder is there, and is yours."
            }
            RecordingError::Limit => {
                "The recording is as large as the settings let it become, and has ended. It is kept. Record again for the next one."
            }
        };
        Self::new(Code::NotRecorded, Retry::Now, message)
    }
}
