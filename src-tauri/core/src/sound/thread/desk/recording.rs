//! Taping what is played, whatever device it is played on.

use std::sync::mpsc;

use super::{Desk, Device};
use crate::sound::source::Reel;

/// Who records, and which recording this is.
#[derive(Debug, Default)]
pub(super) struct Recording {
    reels: Option<mpsc::Sender<Reel>>,
    session: u32,
}

impl Desk {
    pub(in crate::sound::thread) fn record(&mut self, reels: Option<mpsc::Sender<Reel>>) {
        self.recording.session = self.recording.session.wrapping_add(1).max(1);
        self.recording.reels = reels;
        self.tape();
    }

    /// Has the open device's source taped for whoever records.
    pub(super) fn tape(&mut self) {
        let Device::Open(line) = &mut self.device else { return };
        let Some(reels) = &self.recording.reels else { return line.control.end_tape() };
        if reels.send(line.control.tape(self.recording.session)).is_err() {
            // Who recorded has stopped by itself.
            self.recording.reels = None;
            line.control.end_tape();
        }
    }
}
