//! What an output is: something that takes a source and pulls samples from it until it is dropped or fails.
//!
//! Implemented by `device` (the real ones) and by [`silent`](super::silent) (for tests and for computers without sound).

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};
use std::thread::Thread;
use std::time::Duration;

use super::devices::ListDevices;
use super::microphone::WatchMicrophone;
use super::source::{Control, Source, source};
use super::{DeviceChoice, OutputError};

/// A way to be heard. Opened on a thread of its own, one opening at a time; the sound thread waits some seconds for it.
pub trait Output: Send {
    /// Opens the chosen device, connects the plug at the device's rate and begins to pull.
    ///
    /// # Errors
    ///
    /// The device is absent or does not open. Nothing is kept open then.
    fn open(&mut self, choice: &DeviceChoice, plug: &mut Plug) -> Result<Opened, OutputError>;

    /// How to list the devices. `None`: there is nothing to choose from.
    fn devices(&self) -> Option<ListDevices> {
        None
    }

    /// How to know whether another program uses the microphone. `None`: on this system that cannot be told.
    fn microphone(&self) -> Option<WatchMicrophone> {
        None
    }
}

/// An open device.
pub struct Opened {
    /// What the system knows it by; empty if it does not say.
    pub id: String,
    /// The name the system gives it.
    pub name: String,
    /// Frames it takes at once, as time, if it says so.
    pub period: Option<Duration>,
    /// What it has taken and not yet played when it is closed, at most; heard again from the next one.
    pub queued: Duration,
    /// Silence to lead with when it is opened again after a rest: some swallow the first moments.
    pub lead: Duration,
    /// When nothing was pulled for this long, it is gone without having said so.
    pub stall: Option<Duration>,
    /// Dropping it closes the device; nothing is pulled after that.
    pub stream: Box<dyn Any + Send>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("name", &self.name).field("period", &self.period).finish_non_exhaustive()
    }
}

/// Makes the source for a device whose rate is known only when it opens.
#[derive(Debug)]
pub struct Plug {
    gain: f32,
    stays: bool,
    wake: Thread,
    made: Option<(Control, Faults)>,
}

impl Plug {
    pub(super) fn new(gain: f32, stays: bool, wake: Thread) -> Self {
        Self { gain, stays, wake, made: None }
    }

    /// Nothing of this may be heard from another device: the system is not to move it to one when this one goes away.
    pub fn stays(&self) -> bool {
        self.stays
    }

    /// The source for a device of this rate, and where to tell that it failed. Connecting again replaces the first.
    pub fn connect(&mut self, rate: u32) -> (Source, Faults) {
        let (control, source) = source(rate, self.gain, Some(self.wake.clone()));
        let faults = Faults { flag: Arc::default(), ran_dry: Arc::default(), wake: self.wake.clone() };
        self.made = Some((control, faults.clone()));
        (source, faults)
    }

    pub(super) fn into_made(self) -> Option<(Control, Faults)> {
        self.made
    }
}

/// Where a device's error callback says what happened: a flag and a wake-up, so that it may be called from anywhere and
/// any number of times.
#[derive(Debug, Clone)]
pub struct Faults {
    flag: Arc<AtomicU8>,
    ran_dry: Arc<AtomicBool>,
    wake: Thread,
}

/// Why a device stopped working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not there any more.
    Gone,
    /// It is to be opened again, for instance because another one became the system's default.
    Stale,
}

impl Faults {
    /// Says that the device does not work any more. The first reason counts.
    pub fn tell(&self, fault: Fault) {
        let value = match fault {
            Fault::Gone => 1,
            Fault::Stale => 2,
        };
        if self.flag.compare_exchange(0, value, Relaxed, Relaxed).is_ok() {
            self.wake.unpark();
        }
    }

    /// Says that the device works, but ran dry and would be better opened again in the next silence.
    pub fn tell_dry(&self) {
        self.ran_dry.store(true, Relaxed);
        self.wake.unpark();
    }

    pub(super) fn ran_dry(&self) -> bool {
        self.ran_dry.load(Relaxed)
    }

    pub(super) fn told(&self) -> Option<Fault> {
        match self.flag.load(Relaxed) {
            0 => None,
            1 => Some(Fault::Gone),
            _ => Some(Fault::Stale),
        }
    }
}
