//! The thread that owns the device: opens it, feeds its source, lets go of it, and finds it again.
//!
//! It is a thread of its own because opening and closing a device may wait, with a broken one for long. It decides
//! nothing about what is played; that is the engine's.

mod desk;
mod opener;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::output::Output;
use super::source::Reel;
use super::{SoundCommand, SoundEvent};
use crate::clock::Clock;
use desk::Desk;

/// What clips are made for before any device was open; the commonest rate of devices.
const FIRST_RATE: u32 = 48_000;

/// How long [`Sound::shutdown`] waits for a device that does not close. Leaving then does no harm: the process ends.
const PATIENCE: Duration = Duration::from_secs(2);

/// The sound thread's handle. Dropping it ends the thread without waiting.
#[derive(Debug)]
pub struct Sound {
    inbox: mpsc::Sender<Message>,
    rate: Arc<AtomicU32>,
    thread: JoinHandle<()>,
    ended: mpsc::Receiver<()>,
}

/// Tells the rate to make clips for, see [`Sound::rate`]. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Rates(Arc<AtomicU32>);

impl Rates {
    /// The rate now.
    pub fn now(&self) -> u32 {
        self.0.load(Relaxed)
    }
}

#[derive(Debug)]
enum Message {
    Command(SoundCommand),
    Record(Option<mpsc::Sender<Reel>>),
    End,
}

/// Starts the thread `sound`. No device is opened before the first `Play`.
pub fn start(output: Box<dyn Output>, clock: Clock, events: UnboundedSender<SoundEvent>) -> Sound {
    let (inbox, commands) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    let rate = Arc::new(AtomicU32::new(FIRST_RATE));
    let open_rate = rate.clone();
    let run = move || {
        // Dropped last, which is what `shutdown` waits for.
        let _end = end;
        attend(&commands, &clock.clone(), Desk::new(output, clock, events, open_rate));
    };
    let thread = thread::Builder::new()
        .name("sound".to_owned())
        .spawn(run)
        .expect("the system can start a thread at this point");
    Sound { inbox, rate, thread, ended }
}

fn attend(commands: &mpsc::Receiver<Message>, clock: &Clock, mut desk: Desk) {
    loop {
        let mut did_something = false;
        loop {
            match commands.try_recv() {
                Ok(Message::Command(command)) => desk.obey(command),
                Ok(Message::Record(reels)) => desk.record(reels),
                Ok(Message::End) | Err(mpsc::TryRecvError::Disconnected) => return,
                Err(mpsc::TryRecvError::Empty) => break,
            }
            did_something = true;
        }
        did_something |= desk.look_after();
        // Opening a device may have swallowed the wake-up for a command, so never park right after.
        if !did_something {
            clock.park(desk.deadline(), desk.check_within());
        }
    }
}

impl Sound {
    /// Passes a command on. Never waits; commands after the end of the thread are lost.
    pub fn send(&self, command: SoundCommand) {
        // The thread outlives its handle but for a panic, which has been logged.
        let _ = self.inbox.send(Message::Command(command));
        self.thread.thread().unpark();
    }

    /// Has what is played from now on taped; `reels` is sent a tape for each device that is opened. None ends it. Never
    /// waits.
    pub(crate) fn record(&self, reels: Option<mpsc::Sender<Reel>>) {
        let _ = self.inbox.send(Message::Record(reels));
        self.thread.thread().unpark();
    }

    /// The rate to make clips for: that of the open device, else of the last one, else 48,000.
    pub fn rate(&self) -> u32 {
        self.rate.load(Relaxed)
    }

    /// The same, for whoever makes clips without commanding the sound.
    pub fn rates(&self) -> Rates {
        Rates(self.rate.clone())
    }

    /// Ends the thread and closes the device. Waits for both, but not for a device that hangs.
    pub fn shutdown(self) {
        let _ = self.inbox.send(Message::End);
        self.thread.thread().unpark();
        if self.ended.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
            tracing::warn!("the sound device does not close");
        }
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        let _ = self.inbox.send(Message::End);
        self.thread.thread().unpark();
    }
}
