//! A clip on its way through the source, and the volume it is played at.

use std::sync::Arc;
use std::time::Duration;

use super::Frame;
use super::splice::Reach;
use super::stride::{Pace, Stride};
use crate::model::Turn;
use crate::sound::level::Curve;
use crate::sound::shape::frames;

/// A change of volume takes this long: inside the promised 10 ms, slow enough not to click.
const RAMP: Duration = Duration::from_millis(8);

/// How samples become sound: the factor for each, and what of it is heard on the left and on the right.
#[derive(Debug, Clone, PartialEq)]
pub struct Shade {
    pub(super) curve: Option<Curve>,
    pub(super) sides: [f32; 2],
}

impl Shade {
    #[inline(always)]
    fn frame(&self, sample: f32, at: usize) -> Frame {
        let mono = self.curve.as_ref().map_or(sample, |curve| sample * curve.at(at));
        let [left, right] = self.sides;
        Frame { mono, left: mono * left, right: mono * right }
    }
}

/// What a voice is made of. It goes back whole to where its memory may be freed.
#[derive(Debug, Clone, PartialEq)]
pub struct Tape {
    samples: Arc<Vec<f32>>,
    /// What is left out where silences are cut short, in samples.
    silences: Vec<(usize, usize)>,
    shade: Shade,
    /// What it goes over from, and how many frames of that are left.
    old: Option<(Shade, usize)>,
    /// What it goes over to after that.
    then: Option<Shade>,
}

impl Tape {
    pub(super) fn new(samples: Arc<Vec<f32>>, silences: Vec<(usize, usize)>, shade: Shade) -> Self {
        Self { samples, silences, shade, old: None, then: None }
    }

    pub(super) fn samples(&self) -> &[f32] {
        &self.samples
    }

    pub(super) fn silences(&self) -> &[(usize, usize)] {
        &self.silences
    }

    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }

    /// Silence after the end. `fade` is how many frames going over takes.
    ///
    /// Always a part of whoever asks, with all that it calls: a frame that is handed over through memory is written in
    /// three parts and fetched in two, for which the processor waits longer than all the rest takes.
    #[inline(always)]
    pub(super) fn frame(&self, at: usize, fade: usize) -> Frame {
        let sample = self.samples.get(at).copied().unwrap_or(0.0);
        let new = self.shade.frame(sample, at);
        match &self.old {
            Some((old, left)) => new.towards(old.frame(sample, at), *left as f32 / fade as f32),
            None => new,
        }
    }

    /// One more frame was played. Gives back what is not needed any more.
    #[inline]
    pub(super) fn advance(&mut self, fade: usize) -> Option<Shade> {
        if self.old.is_some() { self.go_on(fade) } else { None }
    }

    #[cold]
    fn go_on(&mut self, fade: usize) -> Option<Shade> {
        let (_, left) = self.old.as_mut()?;
        *left = left.saturating_sub(1);
        if *left > 0 {
            return None;
        }
        let (spent, _) = self.old.take()?;
        if let Some(then) = self.then.take() {
            self.old = Some((std::mem::replace(&mut self.shade, then), fade));
        }
        Some(spent)
    }

    /// Sounds like this from now on, without going over to it. Gives back what is not needed any more.
    pub(super) fn turn_to(&mut self, shade: Shade) -> Shade {
        std::mem::replace(&mut self.shade, shade)
    }

    /// Goes over to this, without a click; once it has arrived where it is going now. Gives back what is not needed any
    /// more.
    pub(super) fn go_over_to(&mut self, shade: Shade, fade: usize) -> Option<Shade> {
        if self.old.is_some() {
            return self.then.replace(shade);
        }
        self.old = Some((self.turn_to(shade), fade));
        None
    }
}

/// A clip and how far it has come.
#[derive(Debug)]
pub(super) struct Voice {
    pub(super) turn: Turn,
    pub(super) tape: Tape,
    /// Where it reads next, whatever the tempo.
    pub(super) at: usize,
    pub(super) stride: Stride,
    /// Silent frames before it.
    pub(super) gap: usize,
    /// What its first sample will be reported as; taken then.
    pub(super) announce: Option<Announce>,
    /// It came by `Next`, so that as long as it has not begun, another may take its place.
    pub(super) queued: bool,
}

impl Voice {
    /// The next moment of it. Silence after the end.
    #[inline]
    pub(super) fn frame(&mut self, reach: &Reach, pace: &Pace, fade: usize) -> Frame {
        self.at = self.stride.lead(self.at, &self.tape, reach, pace);
        let new = self.tape.frame(self.at, fade);
        let tape = &self.tape;
        let frame = self.stride.over(new, |at| tape.frame(at, fade));
        self.at += 1;
        frame
    }
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

    #[inline]
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
