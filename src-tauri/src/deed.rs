//! What a word on the command line or a key pressed elsewhere has Squelch do.
//!
//! They say "the other one" or "this one" where a wish says which; what is meant is decided by what was heard last.

use clap::ValueEnum;

/// Something to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deed {
    /// Play this call, or the last one, again
    Replay,
    /// Leave this call
    Skip,
    /// Silent, or not any more
    Mute,
    /// Hear only this call's talkgroup, or all again
    Hold,
    /// Play calls as they come, or not any more
    Live,
    /// Pause, or go on
    Pause,
}
