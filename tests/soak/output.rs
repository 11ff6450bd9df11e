//! A device without a pace: it takes sound as fast as it is made, keeps nothing of it, and can be changed for another one.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use squelch_core::sound::devices::{ListDevices, OutputDevice};
use squelch_core::sound::output::{Fault, Faults, Opened, Output, Plug};
use squelch_core::sound::{DeviceChoice, OutputError};

const RATE: u32 = 48_000;
/// Frames taken at once.
const PERIOD: usize = 480;
/// While there is nothing to be heard it waits this long, so that it leaves the processor to those who make the sound.
const NOTHING: Duration = Duration::from_micros(500);
const NAMES: [&str; 2] = ["Speakers", "Headphones"];

/// See the module.
#[derive(Debug)]
pub(crate) struct Unpaced(Arc<Desk>);

/// Changes the device of an [`Unpaced`].
#[derive(Debug)]
pub(crate) struct Changer(Arc<Desk>);

#[derive(Debug, Default)]
struct Desk {
    /// How often it was changed; also says which is the system's default.
    changes: AtomicUsize,
    faults: Mutex<Option<Faults>>,
}

impl Unpaced {
    pub(crate) fn new() -> (Self, Changer) {
        let desk = Arc::new(Desk::default());
        (Self(Arc::clone(&desk)), Changer(desk))
    }
}

impl Changer {
    /// The other device is the default from now on. Every other time the one before has gone without a word.
    pub(crate) fn change(&self) {
        let before = self.0.changes.fetch_add(1, SeqCst);
        let fault = if before.is_multiple_of(2) { Fault::Stale } else { Fault::Gone };
        if let Some(faults) = &*self.0.faults() {
            faults.tell(fault);
        }
    }
}

impl Desk {
    fn faults(&self) -> std::sync::MutexGuard<'_, Option<Faults>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self) -> usize {
        self.changes.load(SeqCst) % NAMES.len()
    }
}

impl Output for Unpaced {
    fn open(&mut self, _: &DeviceChoice, plug: &mut Plug) -> Result<Opened, OutputError> {
        let (mut source, faults) = plug.connect(RATE);
        *self.0.faults() = Some(faults);
        let is_open = Arc::new(AtomicBool::new(true));
        let pulls = Arc::clone(&is_open);
        let puller = thread::spawn(move || {
            while pulls.load(SeqCst) {
                let sounding = (0..PERIOD).filter(|_| !source.frame().is_silent()).count();
                if sounding == 0 {
                    thread::sleep(NOTHING);
                }
            }
        });
        let name = NAMES[self.0.at()].to_owned();
        Ok(Opened {
            id: name.clone(),
            name,
            period: None,
            queued: Duration::ZERO,
            lead: Duration::ZERO,
            stall: None,
            stream: Box::new(Stream { is_open, puller: Some(puller) }),
        })
    }

    fn devices(&self) -> Option<ListDevices> {
        let desk = Arc::clone(&self.0);
        Some(Arc::new(move || {
            let device = |(at, name): (usize, &&str)| OutputDevice {
                id: (*name).to_owned(),
                name: (*name).to_owned(),
                is_default: at == desk.at(),
            };
            NAMES.iter().enumerate().map(device).collect()
        }))
    }
}

/// Nothing is taken once it is dropped.
struct Stream {
    is_open: Arc<AtomicBool>,
    puller: Option<thread::JoinHandle<()>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.is_open.store(false, SeqCst);
        if let Some(puller) = self.puller.take() {
            // It has nothing to say.
            let _ = puller.join();
        }
    }
}
