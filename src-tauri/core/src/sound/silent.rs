//! An output without a device: pulls on its own, and keeps what it pulled for a test to look at.
//!
//! [`Recording`] is the test's end. It steps the output by hand, waits for samples, and makes the device fail.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::devices::{ListDevices, OutputDevice, place_of};
use super::output::{Fault, Faults, Opened, Output, Plug};
use super::source::{Frame, Source};
use super::{DeviceChoice, OutputError};

/// Frames pulled at once. 10 ms at 48 kHz, like a good device.
const PERIOD: usize = 480;
/// Longer silence is recorded as this much, so that a long test does not fill the memory.
const LONGEST_SILENCE: Duration = Duration::from_secs(1);

/// How fast a silent output takes samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Only what [`Recording::pull`] asks for.
    ByHand,
    /// So many times real time; 1 is what a device does.
    Times(u32),
}

/// Takes samples and makes no sound.
pub struct Silent {
    shared: Arc<Shared>,
    pace: Pace,
}

/// What a [`Silent`] output has taken, and its faults. Cheap to clone.
#[derive(Clone)]
pub struct Recording(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Counts the openings, so that the puller of an earlier one knows that it is over.
    opening: u64,
    line: Option<(Source, Faults)>,
    frames: Vec<Frame>,
    samples: Vec<f32>,
    silence: usize,
    /// With the names of devices as their ids.
    devices: Vec<OutputDevice>,
    /// Which of them is open, and whether as the default.
    open: Option<(String, bool)>,
    openings: Vec<String>,
    refused: Option<String>,
    rate: u32,
    queued: Duration,
    refusal: Option<OutputError>,
}

impl Silent {
    /// An output of this rate, and its recording.
    pub fn new(rate: u32, pace: Pace) -> (Self, Recording) {
        let state = State {
            opening: 0,
            line: None,
            frames: Vec::new(),
            samples: Vec::new(),
            silence: 0,
            devices: vec![OutputDevice { id: "Silent".to_owned(), name: "Silent".to_owned(), is_default: true }],
            open: None,
            openings: Vec::new(),
            refused: None,
            rate,
            queued: Duration::ZERO,
            refusal: None,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        (Self { shared: shared.clone(), pace }, Recording(shared))
    }
}

impl Output for Silent {
    fn open(&mut self, choice: &DeviceChoice, plug: &mut Plug) -> Result<Opened, OutputError> {
        let mut state = self.shared.lock();
        if let Some(refusal) = &state.refusal {
            return Err(refusal.clone());
        }
        let found = match choice {
            DeviceChoice::Default => state.devices.iter().position(|device| device.is_default),
            DeviceChoice::Named { id, name } => place_of(id, name, &state.devices),
        };
        let Some(OutputDevice { id, name, .. }) = found.map(|at| state.devices[at].clone()) else {
            return Err(match choice {
                DeviceChoice::Default => OutputError::NoDevice,
                DeviceChoice::Named { name, .. } => OutputError::NotThere(name.clone()),
            });
        };
        if state.refused.as_ref() == Some(&name) {
            return Err(OutputError::Refused("another program holds it".to_owned()));
        }
        state.open = Some((id.clone(), *choice == DeviceChoice::Default));
        state.openings.push(name.clone());
        let rate = state.rate;
        state.opening += 1;
        state.line = Some(plug.connect(rate));
        if let Pace::Times(times) = self.pace {
            let (shared, opening) = (self.shared.clone(), state.opening);
            thread::spawn(move || pull_at_pace(&shared, opening, rate, times.max(1)));
        }
        self.shared.changed.notify_all();
        Ok(Opened {
            id,
            name,
            period: Some(super::shape::length(PERIOD, rate)),
            queued: state.queued,
            lead: Duration::ZERO,
            stall: None,
            stream: Box::new(Closer { shared: self.shared.clone(), opening: state.opening }),
        })
    }

    fn devices(&self) -> Option<ListDevices> {
        let shared = self.shared.clone();
        Some(Arc::new(move || shared.lock().devices.clone()))
    }
}

fn pull_at_pace(shared: &Shared, opening: u64, rate: u32, times: u32) {
    let period = super::shape::length(PERIOD, rate) / times;
    let mut due = Instant::now();
    loop {
        {
            let mut state = shared.lock();
            if state.opening != opening || state.line.is_none() {
                return;
            }
            state.pull(PERIOD);
        }
        shared.changed.notify_all();
        due += period;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// Closes the line it was made for.
struct Closer {
    shared: Arc<Shared>,
    opening: u64,
}

impl Drop for Closer {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if state.opening == self.opening {
            state.line = None;
        }
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked with the lock held has failed already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn pull(&mut self, frames: usize) {
        let Some((source, _)) = &mut self.line else { return };
        let most = super::shape::frames(LONGEST_SILENCE, self.rate);
        for _ in 0..frames {
            let frame = source.frame();
            self.silence = if frame.is_silent() { self.silence + 1 } else { 0 };
            if self.silence <= most {
                self.frames.push(frame);
                self.samples.push(frame.mono);
            }
        }
    }
}

impl Recording {
    /// Takes this many frames, as a device's callback would. Takes none while nothing is open.
    pub fn pull(&self, frames: usize) {
        self.0.lock().pull(frames);
        self.0.changed.notify_all();
    }

    /// Everything taken so far, over all openings, as a device with one channel plays it; silence of more than a second as
    /// one second.
    pub fn samples(&self) -> Vec<f32> {
        self.0.lock().samples.clone()
    }

    /// The same for left and right.
    pub fn sides(&self) -> Vec<[f32; 2]> {
        self.0.lock().frames.iter().map(|frame| [frame.left, frame.right]).collect()
    }

    /// Forgets what was taken so far.
    pub fn clear(&self) {
        let mut state = self.0.lock();
        state.samples.clear();
        state.frames.clear();
    }

    /// Whether a source is connected.
    pub fn is_open(&self) -> bool {
        self.0.lock().line.is_some()
    }

    /// Blocks until the output was opened at least once; false if it is not within the limit.
    pub fn wait_until_opened(&self, limit: Duration) -> bool {
        let wait = self.0.changed.wait_timeout_while(self.0.lock(), limit, |state| state.opening == 0);
        !wait.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Blocks until what was taken satisfies the condition; false if it does not within the limit.
    pub fn wait(&self, limit: Duration, mut condition: impl FnMut(&[f32]) -> bool) -> bool {
        let state = self.0.lock();
        let wait = self.0.changed.wait_timeout_while(state, limit, |state| !condition(&state.samples));
        let (_state, result) = wait.unwrap_or_else(PoisonError::into_inner);
        !result.timed_out()
    }

    /// Blocks until sound was followed by this much silence; false if it was not within the limit.
    pub fn wait_for_silence(&self, silence: Duration, limit: Duration) -> bool {
        let frames = super::shape::frames(silence.min(LONGEST_SILENCE), self.0.lock().rate);
        self.wait(limit, |samples| {
            let sound = samples.iter().rposition(|sample| *sample != 0.0);
            sound.is_some_and(|last| samples.len() - 1 - last >= frames)
        })
    }

    /// Pulls the plug: the open device reports that it is gone, and opening fails until [`Recording::bring_back`].
    pub fn lose(&self) {
        self.refuse(OutputError::NoDevice);
        self.fail(Fault::Gone);
    }

    /// Makes the open device report a fault. It may be opened again at once.
    pub fn fail(&self, fault: Fault) {
        if let Some((_, faults)) = &self.0.lock().line {
            faults.tell(fault);
        }
    }

    /// Makes the open device say that it ran dry.
    pub fn run_dry(&self) {
        if let Some((_, faults)) = &self.0.lock().line {
            faults.tell_dry();
        }
    }

    /// Plugs in another device.
    pub fn plug_in(&self, name: &str) {
        let device = OutputDevice { id: name.to_owned(), name: name.to_owned(), is_default: false };
        self.0.lock().devices.push(device);
    }

    /// Makes a device the system's default. What was opened as the default is stale then.
    pub fn make_default(&self, name: &str) {
        let mut state = self.0.lock();
        state.devices.iter_mut().for_each(|device| device.is_default = device.name == name);
        if state.open.as_ref().is_some_and(|(id, as_default)| *as_default && id != name)
            && let Some((_, faults)) = &state.line
        {
            faults.tell(Fault::Stale);
        }
    }

    /// Pulls a device's plug. If it was the default, the first one that is left is that now.
    pub fn unplug(&self, name: &str) {
        self.unplug_telling(name, Fault::Gone);
    }

    /// The same on a system that tells of it in its own way.
    pub fn unplug_telling(&self, name: &str, fault: Fault) {
        let mut state = self.0.lock();
        state.devices.retain(|device| device.name != name);
        if state.devices.iter().all(|device| !device.is_default)
            && let Some(first) = state.devices.first_mut()
        {
            first.is_default = true;
        }
        if state.open.as_ref().is_some_and(|(id, _)| id == name)
            && let Some((_, faults)) = &state.line
        {
            faults.tell(fault);
        }
    }

    /// The names of the devices that were opened, one after the other.
    pub fn openings(&self) -> Vec<String> {
        self.0.lock().openings.clone()
    }

    /// Opening fails with this from now on.
    pub fn refuse(&self, why: OutputError) {
        self.0.lock().refusal = Some(why);
    }

    /// Opening this device fails from now on, although it is there.
    pub fn refuse_named(&self, name: &str) {
        self.0.lock().refused = Some(name.to_owned());
    }

    /// Opening works again.
    pub fn bring_back(&self) {
        let mut state = self.0.lock();
        (state.refusal, state.refused) = (None, None);
    }

    /// From the next opening on the device holds this much before it plays it.
    pub fn set_queue(&self, queued: Duration) {
        self.0.lock().queued = queued;
    }

    /// The rate of the next opening.
    pub fn set_rate(&self, rate: u32) {
        self.0.lock().rate = rate;
    }
}

impl fmt::Debug for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Silent").field("pace", &self.pace).finish_non_exhaustive()
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("samples", &self.0.lock().samples.len()).finish_non_exhaustive()
    }
}
