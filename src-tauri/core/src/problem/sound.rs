//! What is wrong with the sound device.

use super::{Code, Problem, Retry};
use crate::sound::OutputError;

/// Not logged here: the sound thread has said why, and knows what is worth another line.
impl From<&OutputError> for Problem {
    fn from(error: &OutputError) -> Self {
        let message = match error {
            OutputError::NoDevice => {
                "There is no sound device. Calls keep arriving and wait; playing goes on when one is there.".to_owned()
            }
            OutputError::Gone => {
                "The sound device went away. Calls keep arriving and wait; playing goes on when one is back.".to_owned()
            }
            OutputError::NotThere(name) => {
                format!("The sound device “{name}” is not there. Connect it, or choose another one.")
            }
            OutputError::Awaited(name) => {
                format!(
                    "The sound device “{name}” went away. Calls wait until it is back, or until you go on without it."
                )
            }
            OutputError::Refused(_) => {
                "The sound device cannot be opened. Another program may hold it; Squelch keeps trying.".to_owned()
            }
        };
        Self::new(Code::NoSound, Retry::ByItself, message)
    }
}

impl Problem {
    /// The default device stands in for the chosen one.
    pub(crate) fn plays_elsewhere(chosen: &str, name: &str) -> Self {
        let message = format!("The sound device “{chosen}” is not there. Calls play on “{name}” until it is back.");
        Self::new(Code::SoundElsewhere, Retry::ByItself, message)
    }

    /// The system was asked for its devices and does not answer.
    pub(crate) fn devices_not_listed() -> Self {
        let message = "The computer does not say which sound devices there are. Try again in a moment.";
        Self::new(Code::NotPossible, Retry::Now, message)
    }
}
