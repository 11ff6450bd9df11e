//! What is no call: beeps of keys and the test tone.

use super::{Desk, Device};
use crate::sound::Beep;

impl Desk {
    /// Opens a device that rests. What was paused with it would have to go on with it, and one that was lost is looked for
    /// in its own time: a press is not worth either.
    pub(super) fn beep(&mut self, beep: Beep) {
        let rests = matches!(&self.device, Device::Closed { held, .. } if held.current.is_none());
        if rests && self.ensure_open().is_err() {
            return;
        }
        if let Device::Open(line) = &mut self.device {
            line.control.beep(beep);
            // The silence before it is over.
            self.silent_since = None;
        }
    }

    /// Unlike a beep it is there to find out about the device: one that is missing is looked for, and said to be.
    pub(super) fn test_tone(&mut self) {
        match &self.device {
            Device::Closed { held, .. } if held.current.is_none() => {
                if let Err(why) = self.ensure_open() {
                    self.tell_lost(None, why);
                }
            }
            Device::Lost { .. } => self.look(),
            Device::Open(_) | Device::Closed { .. } => {}
        }
        if let Device::Open(line) = &mut self.device {
            line.control.test_tone();
            self.silent_since = None;
        }
    }
}
