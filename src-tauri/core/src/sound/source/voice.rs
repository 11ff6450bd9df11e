//! A clip on its way through the source, and the volume it is played at.

use std::sync::Arc;
use std::time::Duration;

use crate::model::Turn;
use crate::sound::level::Curve;
use crate::sound::shape::frames;

/// A change of volume takes this long: inside the promised 10 ms, slow enough not to click.
const RAMP: Duration = Duration::from_millis(8);

/// What a voice is made of. It goes back whole to where its memory may be freed.
#[derive(Debug, Clone, PartialEq)]
pub struct Tape {
    pub(super) samples: Arc<Vec<f32>>,
    /// What they are multiplied with.
    pub(super) curve: Option<Curve>,
}

impl Tape {
    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }

    /// Silence after the end.
    pub(super) fn sample(&self, at: usize) -> f32 {
        let sample = self.samples.get(at).copied().unwrap_or(0.0);
        self.curve.as_ref().map_or(sample, |curve| sample * curve.at(at))
    }
}

/// A clip and how far it has come.
#[derive(Debug)]
pub(super) struct Voice {
    pub(super) turn: Turn,
    pub(super) tape: Tape,
    pub(super) at: usize,
    /// Silent frames before it.
    pub(super) gap: usize,
    /// What its first sample will be reported as; taken then.
    pub(super) announce: Option<Announce>,
    /// It came by `Next`, so that as long as it has not begun, another may take its place.
    pub(super) queued: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Announce {
    Started,
    Resumed,
}

/// A factor that follows the wanted one in a straight line.
#[derive(Debug)]
pub(super) struct Gain {
    now: f32,
    wanted: f32,
    step: f32,
    ramp: usize,
}

impl Gain {
    pub(super) fn new(gain: f32, rate: u32) -> Self {
        Self { now: gain, wanted: gain, step: 0.0, ramp: frames(RAMP, rate).max(1) }
    }

    pub(super) fn advance(&mut self, wanted: f32) -> f32 {
        if wanted != self.wanted {
            self.wanted = wanted;
            self.step = (wanted - self.now) / self.ramp as f32;
        }
        if self.now != self.wanted {
            let left = self.wanted - self.now;
            self.now = if left.abs() <= self.step.abs() { self.wanted } else { self.now + self.step };
        }
        self.now
    }
}
