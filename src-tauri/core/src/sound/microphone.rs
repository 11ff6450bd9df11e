//! Whether another program uses the microphone: the sound server that plays calls is the one who knows.
//!
//! An [`Output`](super::Output) gives the way to watch it where there is one. Nothing is ever recorded here.

use std::any::Any;

/// What is known of the microphone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MicrophoneUse {
    /// Squelch cannot tell on this system, whatever runs.
    NotOffered,
    /// Nobody answers who could tell. That may change.
    Unknown,
    /// No other program uses it.
    Free,
    /// Another program does.
    Taken {
        /// What the system calls it.
        by: String,
    },
}

/// Where a watch says what it learns. May be called from any thread, and with what was said before.
pub type Tell = Box<dyn Fn(MicrophoneUse) + Send>;

/// Begins to watch, and tells at once what is so. Dropping what it gives ends the watch and does not wait.
pub type WatchMicrophone = Box<dyn Fn(Tell) -> Box<dyn Any + Send> + Send>;
