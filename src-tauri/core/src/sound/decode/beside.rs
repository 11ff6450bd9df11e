//! Converting beside decoding: two halves of the work on two cores, where each is large enough to be worth it.
//!
//! The thread for the second half is kept from call to call. A new one takes as long to begin as a second of a call takes
//! to convert, and the system often begins it on the core that is busy with the other half.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use super::{Taker, words};
use crate::sound::shape::Shaping;
use crate::sound::{Clip, DecodeError};

/// Below this rate both halves together take little longer than the longer one and what handing over costs.
const WORTH_A_THREAD: u32 = 22_050;
/// So many samples are handed over at once, or up to a packet more: a fifth of a second, so that neither half is woken
/// often, nor has much left to do when the other is done.
const PIECE: usize = 8_192;
/// The longest packet that is usual.
const PACKET: usize = 2_048;
/// Pieces that may wait, so that neither half waits for the other's every breath.
const WAITING: usize = 32;

/// A clip in the making.
pub(super) struct Beside {
    rate: u32,
    piece: Piece,
    /// Samples have come.
    begun: bool,
    way: Way,
}

/// Samples of one rate.
#[derive(Default)]
struct Piece {
    samples: Vec<f32>,
    rate: u32,
}

enum Way {
    Here(Box<Shaping>),
    There(Order),
}

impl Beside {
    /// Begins a clip of this rate.
    pub(super) fn new(rate: u32) -> Self {
        Self { rate, piece: Piece::default(), begun: false, way: Way::Here(Box::new(Shaping::new(rate))) }
    }

    /// The clip.
    pub(super) fn finish(mut self) -> Result<Clip, DecodeError> {
        self.hand_over();
        match self.way {
            Way::Here(shaping) => shaping.finish().ok_or(DecodeError::NoSamples),
            Way::There(order) => order.finish(),
        }
    }

    fn hand_over(&mut self) {
        match &mut self.way {
            Way::Here(shaping) => {
                shaping.take(&self.piece.samples, self.piece.rate);
                self.piece.samples.clear();
            }
            Way::There(order) => {
                let next = Piece { samples: Vec::with_capacity(PIECE + PACKET), rate: 0 };
                order.give(std::mem::replace(&mut self.piece, next));
            }
        }
    }
}

impl Taker for Beside {
    fn expect(&mut self, rate: u32) {
        let is_worth_it = rate >= WORTH_A_THREAD && rate != self.rate;
        if is_worth_it
            && !self.begun
            && matches!(self.way, Way::Here(_))
            && let Some(order) = Order::place(self.rate)
        {
            self.way = Way::There(order);
        }
    }

    fn take(&mut self, rate: u32, fill: impl FnOnce(&mut Vec<f32>)) {
        // Not every file says it before, and not every one the truth.
        self.expect(rate);
        self.begun = true;
        if self.piece.rate != rate && !self.piece.samples.is_empty() {
            self.hand_over();
        }
        self.piece.rate = rate;
        fill(&mut self.piece.samples);
        if self.piece.samples.len() >= PIECE {
            self.hand_over();
        }
    }
}

/// A clip that is made by the other thread.
struct Order {
    pieces: SyncSender<Piece>,
    made: Receiver<Result<Clip, DecodeError>>,
    worker: Worker,
}

impl Order {
    /// Begins one. Where no thread can be had there is none.
    fn place(rate: u32) -> Option<Self> {
        let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take();
        let worker = kept.or_else(Worker::start)?;
        let ((pieces, coming), (answer, made)) = (sync_channel(WAITING), channel());
        worker.0.send(Job { rate, coming, answer }).ok()?;
        Some(Self { pieces, made, worker })
    }

    /// Hands samples over. If the other half has failed, `finish` says so.
    fn give(&self, piece: Piece) {
        let _ = self.pieces.send(piece);
    }

    fn finish(self) -> Result<Clip, DecodeError> {
        drop(self.pieces);
        // The thread answers every job.
        let made = self.made.recv().unwrap_or_else(|gone| Err(DecodeError::Panicked(gone.to_string())));
        *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.worker);
        made
    }
}

/// The thread, which ends when this is dropped. Two clips at a time take two, of which one is kept.
struct Worker(Sender<Job>);

static KEPT: Mutex<Option<Worker>> = Mutex::new(None);

struct Job {
    rate: u32,
    coming: Receiver<Piece>,
    answer: Sender<Result<Clip, DecodeError>>,
}

impl Worker {
    fn start() -> Option<Self> {
        let (jobs, coming) = channel::<Job>();
        let work = move || {
            for Job { rate, coming, answer } in coming {
                let made = catch_unwind(AssertUnwindSafe(|| shape(rate, &coming)));
                let made = made.unwrap_or_else(|panic| Err(DecodeError::Panicked(words(panic.as_ref()))));
                // Nobody waits for it if the file was damaged.
                let _ = answer.send(made);
            }
        };
        Builder::new().name("squelch-shape".to_owned()).spawn(work).ok().map(|_| Self(jobs))
    }
}

/// All of it, for this thread has the samples at hand.
fn shape(rate: u32, coming: &Receiver<Piece>) -> Result<Clip, DecodeError> {
    let mut shaping = Shaping::new(rate);
    for piece in coming {
        shaping.take(&piece.samples, piece.rate);
    }
    shaping.finish().ok_or(DecodeError::NoSamples)
}
