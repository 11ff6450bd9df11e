//! Converting beside decoding: two halves of the work on two cores, so that a long call is ready in half the time.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use super::{Taker, words};
use crate::sound::shape::Shaping;
use crate::sound::{Clip, DecodeError};

/// This many samples are handed over at once. A call that has fewer is not worth a second thread.
const PIECE: usize = 8_192;
/// Pieces that may wait, so that neither half waits for the other's every breath.
const WAITING: usize = 4;

/// A clip in the making, on a thread of its own from the first whole piece on.
pub(super) struct Beside<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    rate: u32,
    piece: Piece,
    way: Way<'scope>,
}

/// Samples of one rate.
#[derive(Default)]
struct Piece {
    samples: Vec<f32>,
    rate: u32,
}

enum Way<'scope> {
    Undecided,
    There {
        pieces: SyncSender<Piece>,
        shaping: ScopedJoinHandle<'scope, Shaping>,
    },
    /// No thread could be had.
    Here(Box<Shaping>),
}

impl<'scope, 'env> Beside<'scope, 'env> {
    /// Begins a clip of this rate.
    pub(super) fn new(rate: u32, scope: &'scope Scope<'scope, 'env>) -> Self {
        Self { scope, rate, piece: Piece::default(), way: Way::Undecided }
    }

    /// The clip.
    pub(super) fn finish(mut self) -> Result<Clip, DecodeError> {
        if !matches!(self.way, Way::Undecided) {
            self.hand_over();
        }
        let shaping = match self.way {
            Way::Undecided => {
                let mut shaping = Shaping::new(self.rate);
                shaping.take(&self.piece.samples, self.piece.rate);
                shaping
            }
            Way::Here(shaping) => *shaping,
            Way::There { pieces, shaping } => {
                drop(pieces);
                shaping.join().map_err(|panic| DecodeError::Panicked(words(panic.as_ref())))?
            }
        };
        shaping.finish().ok_or(DecodeError::NoSamples)
    }

    fn hand_over(&mut self) {
        let piece = std::mem::replace(&mut self.piece, Piece { samples: Vec::with_capacity(PIECE), rate: 0 });
        if matches!(self.way, Way::Undecided) {
            self.way = self.decide();
        }
        match &mut self.way {
            Way::Undecided => {}
            // One that has ended has panicked, which `finish` finds.
            Way::There { pieces, .. } => drop(pieces.send(piece)),
            Way::Here(shaping) => shaping.take(&piece.samples, piece.rate),
        }
    }

    fn decide(&self) -> Way<'scope> {
        let (rate, (pieces, coming)) = (self.rate, sync_channel(WAITING));
        match Builder::new().name("squelch-shape".to_owned()).spawn_scoped(self.scope, move || shape(rate, &coming)) {
            Ok(shaping) => Way::There { pieces, shaping },
            Err(_) => Way::Here(Box::new(Shaping::new(self.rate))),
        }
    }
}

fn shape(rate: u32, coming: &Receiver<Piece>) -> Shaping {
    let mut shaping = Shaping::new(rate);
    for piece in coming {
        shaping.take(&piece.samples, piece.rate);
    }
    shaping
}

impl Taker for Beside<'_, '_> {
    fn take(&mut self, samples: &[f32], rate: u32) {
        if self.piece.rate != rate && !self.piece.samples.is_empty() {
            self.hand_over();
        }
        self.piece.rate = rate;
        self.piece.samples.extend_from_slice(samples);
        if self.piece.samples.len() >= PIECE {
            self.hand_over();
        }
    }
}
