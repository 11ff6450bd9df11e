//! How a voice gets ahead in its call: by splices while it is played faster, and by leaps over silences that are cut short.
//!
//! Everything else of what is heard is the call's own samples in their order, so that neither pitch nor timbre can change,
//! and at the usual tempo every sample is.

use super::Frame;
use super::splice::Reach;
use super::voice::Tape;
use crate::sound::Tempo;

/// Places that look less the same than this are joined only when there is no more time for better ones.
const ALIKE: f32 = 0.5;

/// A tempo as each frame needs it, worked out when it changes and not for every one of them.
#[derive(Debug)]
pub(super) struct Pace {
    bits: u32,
    /// By how much of a sample each frame falls behind.
    hurry: f32,
    /// Silences are cut short.
    pub(super) trims: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self::new(Tempo::USUAL.to_bits())
    }
}

impl Pace {
    fn new(bits: u32) -> Self {
        let tempo = Tempo::from_bits(bits);
        Self { bits, hurry: f32::from(tempo.percent() - 100) / 100.0, trims: tempo.trims() }
    }

    /// Becomes the tempo of these bits, which is mostly the one it is.
    #[inline]
    pub(super) fn follow(&mut self, bits: u32) {
        if bits != self.bits {
            *self = Self::new(bits);
        }
    }
}

/// How far a voice should have come, and what it goes over from on its way there.
#[derive(Debug, Default)]
pub(super) struct Stride {
    join: Option<Join>,
    /// So many samples of the call should have been heard or left out by now, and were not. Below zero it is ahead.
    pub(super) owed: f32,
    /// So many samples are heard before another place is looked for.
    wait: usize,
    /// The first of the silences that is not behind.
    silence: usize,
}

/// Going over from one place to another.
#[derive(Debug)]
struct Join {
    old: usize,
    done: usize,
    length: usize,
    alike: f32,
}

impl Stride {
    /// Where to read next instead of `at`, which is mostly the same.
    #[inline]
    pub(super) fn lead(&mut self, at: usize, tape: &Tape, reach: &Reach, pace: &Pace) -> usize {
        self.owed = if pace.hurry > 0.0 { self.owed + pace.hurry } else { 0.0 };
        if self.join.is_some() {
            return at;
        }
        let leap = if pace.trims { self.leap(at, tape, reach) } else { None };
        let (to, length, alike) = match leap.or_else(|| self.splice(at, tape, reach)) {
            Some(found) => found,
            None => return at,
        };
        self.join = Some(Join { old: at, done: 0, length, alike });
        to
    }

    /// Over the silence here, if there is one.
    #[inline]
    fn leap(&mut self, at: usize, tape: &Tape, reach: &Reach) -> Option<(usize, usize, f32)> {
        let is_behind = |to: usize| at + reach.longest >= to;
        while tape.silences().get(self.silence).is_some_and(|(_, to)| is_behind(*to)) {
            self.silence += 1;
        }
        let (from, to) = *tape.silences().get(self.silence)?;
        (from <= at).then_some((to, reach.join, 0.0))
    }

    #[inline]
    fn splice(&mut self, at: usize, tape: &Tape, reach: &Reach) -> Option<(usize, usize, f32)> {
        // Half of a step early is as good as half of one late.
        if self.owed < reach.shortest as f32 / 2.0 {
            return None;
        }
        if self.wait > 0 {
            self.wait -= 1;
            return None;
        }
        self.search(at, tape, reach)
    }

    #[cold]
    fn search(&mut self, at: usize, tape: &Tape, reach: &Reach) -> Option<(usize, usize, f32)> {
        let Some(found) = reach.splice(tape.samples(), at) else {
            self.wait = reach.longest;
            return None;
        };
        if found.alike < ALIKE && self.owed < reach.longest as f32 {
            self.wait = reach.shortest;
            return None;
        }
        self.owed -= found.step as f32;
        Some((at + found.step, reach.join, found.alike))
    }

    /// What is heard while it goes over from the old place to `new`: as loud as both are, whether or not they are the same.
    #[inline]
    pub(super) fn over(&mut self, new: Frame, old: impl Fn(usize) -> Frame) -> Frame {
        let Some(join) = &mut self.join else { return new };
        let there = (join.done as f32 + 0.5) / join.length as f32;
        let here = 1.0 - there;
        let loss = here * here + there * there + 2.0 * here * there * join.alike;
        let heard = old(join.old + join.done).towards(new, there).times(loss.sqrt().recip());
        join.done += 1;
        if join.done == join.length {
            self.join = None;
        }
        heard
    }
}
