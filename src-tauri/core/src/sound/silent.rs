//! An output without a device: pulls on its own, and keeps what it pulled for a test to look at.
//!
//! [`Recording`] is the test's end. It steps the output by hand, waits for samples, and makes the device fail.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::output::{Fault, Faults, Opened, Output, Plug};
use super::source::Source;
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
    samples: Vec<f32>,
    silence: usize,
    name: String,
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
            samples: Vec::new(),
            silence: 0,
            name: "Silent".to_owned(),
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
        if let DeviceChoice::Named { name } = choice
            && *name != state.name
        {
            return Err(OutputError::NotThere(name.clone()));
        }
        let rate = state.rate;
        state.opening += 1;
        state.line = Some(plug.connect(rate));
        if let Pace::Times(times) = self.pace {
            let (shared, opening) = (self.shared.clone(), state.opening);
            thread::spawn(move || pull_at_pace(&shared, opening, rate, times.max(1)));
        }
        self.shared.changed.notify_all();
        Ok(Opened {
            name: state.name.clone(),
            period: Some(super::shape::length(PERIOD, rate)),
            queued: state.queued,
            lead: Duration::ZERO,
            stall: None,
            stream: Box::new(Closer { shared: self.shared.clone(), opening: state.opening }),
        })
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
            let sample = source.frame();
            self.silence = if sample == 0.0 { self.silence + 1 } else { 0 };
            if self.silence <= most {
                self.samples.push(sample);
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

    /// Everything taken so far, over all openings; silence of more than a second as one second.
    pub fn samples(&self) -> Vec<f32> {
        self.0.lock().samples.clone()
    }

    /// Forgets what was taken so far.
    pub fn clear(&self) {
        self.0.lock().samples.clear();
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

    /// Opening fails with this from now on.
    pub fn refuse(&self, why: OutputError) {
        self.0.lock().refusal = Some(why);
    }

    /// Opening works again.
    pub fn bring_back(&self) {
        self.0.lock().refusal = None;
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
