//! Opens the output on a thread of its own: a sound server that hangs would take the sound thread with it.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::Duration;

use crate::sound::output::{Faults, Opened, Output, Plug};
use crate::sound::source::Control;
use crate::sound::{DeviceChoice, OutputError};

/// The output, at home or on the thread that is opening it.
pub(super) struct Opener {
    limit: Duration,
    place: Place,
}

enum Place {
    Home(Box<dyn Output>),
    /// Not back in time. Until it is, there is no second attempt.
    Away(Receiver<Back>),
    /// Its thread could not be started, or ended without a word.
    Nowhere,
}

struct Back {
    output: Box<dyn Output>,
    outcome: Result<Fresh, OutputError>,
}

/// A device that was just opened, and our ends of it.
pub(super) type Fresh = (Opened, Control, Faults);

impl Opener {
    /// `limit` is how long an opening is waited for.
    pub(super) fn new(output: Box<dyn Output>, limit: Duration) -> Self {
        Self { limit, place: Place::Home(output) }
    }

    /// Opens the chosen device and connects a new source, which starts at this gain and wakes the calling thread. One that
    /// stays is not moved to another device by the system.
    pub(super) fn open(&mut self, choice: &DeviceChoice, gain: f32, stays: bool) -> Result<Fresh, OutputError> {
        let output = match std::mem::replace(&mut self.place, Place::Nowhere) {
            Place::Home(output) => output,
            Place::Away(back) => match back.try_recv() {
                // What it opened so late is closed again: it may not be what is wanted now.
                Ok(Back { output, .. }) => output,
                Err(TryRecvError::Empty) => {
                    self.place = Place::Away(back);
                    return Err(hangs());
                }
                Err(TryRecvError::Disconnected) => return Err(hangs()),
            },
            Place::Nowhere => return Err(hangs()),
        };
        let (tell, back) = mpsc::channel();
        let plug = Plug::new(gain, stays, thread::current());
        let choice = choice.clone();
        let open = move || {
            // A receiver that is gone was the program's end.
            let _ = tell.send(attempt(output, &choice, plug));
        };
        let started = thread::Builder::new().name("sound opening".to_owned()).spawn(open);
        started.map_err(|error| OutputError::Refused(error.to_string()))?;
        match back.recv_timeout(self.limit) {
            Ok(Back { output, outcome }) => {
                self.place = Place::Home(output);
                outcome
            }
            Err(_) => {
                self.place = Place::Away(back);
                Err(hangs())
            }
        }
    }
}

fn attempt(mut output: Box<dyn Output>, choice: &DeviceChoice, mut plug: Plug) -> Back {
    let opened = catch_unwind(AssertUnwindSafe(|| output.open(choice, &mut plug)));
    let opened = opened.unwrap_or_else(|_| Err(OutputError::Refused("its driver failed".to_owned())));
    let outcome = opened.and_then(|opened| match plug.into_made() {
        Some((control, faults)) => Ok((opened, control, faults)),
        None => Err(OutputError::Refused("it took no source".to_owned())),
    });
    Back { output, outcome }
}

fn hangs() -> OutputError {
    OutputError::Refused("it does not answer".to_owned())
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").field("is_away", &matches!(self.place, Place::Away(_))).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Sender;

    use super::*;
    use crate::sound::silent::{Pace, Recording, Silent};

    const MOMENT: Duration = Duration::from_millis(20);

    /// Waits for a word before it opens, and panics if the word is no.
    struct Hanging {
        silent: Silent,
        words: Receiver<bool>,
    }

    impl Output for Hanging {
        fn open(&mut self, choice: &DeviceChoice, plug: &mut Plug) -> Result<Opened, OutputError> {
            assert!(self.words.recv().unwrap(), "a driver's own failure");
            self.silent.open(choice, plug)
        }
    }

    fn hanging(limit: Duration) -> (Opener, Sender<bool>, Recording) {
        let (silent, recording) = Silent::new(48_000, Pace::ByHand);
        let (say, words) = mpsc::channel();
        (Opener::new(Box::new(Hanging { silent, words }), limit), say, recording)
    }

    #[test]
    fn an_opening_that_hangs_is_refused_in_time_and_tried_again_once_it_is_over() {
        let (mut opener, say, recording) = hanging(MOMENT);
        for _ in 0..3 {
            assert_eq!(opener.open(&DeviceChoice::Default, 1.0, false).err(), Some(hangs()));
        }
        say.send(true).unwrap();
        assert!(recording.wait_until_opened(Duration::from_secs(10)));
        opener.limit = Duration::from_secs(10);
        say.send(true).unwrap();
        // The late one may be still on its way back.
        let line = (0..).find_map(|_| {
            thread::yield_now();
            opener.open(&DeviceChoice::Default, 1.0, false).ok()
        });
        assert!(line.is_some() && recording.is_open());
    }

    #[test]
    fn a_driver_that_panics_is_refused_and_may_be_tried_again() {
        let (mut opener, say, recording) = hanging(Duration::from_secs(10));
        say.send(false).unwrap();
        assert_eq!(
            opener.open(&DeviceChoice::Default, 1.0, false).err(),
            Some(OutputError::Refused("its driver failed".into()))
        );
        say.send(true).unwrap();
        let line = opener.open(&DeviceChoice::Default, 1.0, false);
        assert!(line.is_ok() && recording.is_open());
    }
}
