//! The sound thread's end of a source: gives orders, reads reports, and knows which clips are still over there.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use rtrb::{Consumer, Producer};

use super::stride::Stride;
use super::tap::{Reel, Tap, tap};
use super::{Announce, Shade, Shared, Tape, Voice};
use crate::model::Turn;
use crate::sound::level::{Curve, MOST_BOOST_DB};
use crate::sound::shape::{frames, length};
use crate::sound::{Beep, Clip, Mix, Tempo};

/// A clip that was handed to a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The attempt it is.
    pub turn: Turn,
    /// At the source's rate.
    pub clip: Clip,
    /// Where it begins.
    pub from: Duration,
    /// Silence before it.
    pub gap: Duration,
}

/// What a source tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Report {
    /// The first sample was taken.
    Started(Turn),
    /// The last one was.
    Ended(Turn),
    /// Faded out for a pause, with so many frames played.
    Paused(Turn, usize),
    /// Going on.
    Resumed(Turn),
    /// It came to follow, but there is nothing left that it could follow. It will not begin.
    NotTaken(Turn, Tape),
    /// The source has let go of this clip, whose memory is to be freed here and not over there.
    Done(Turn, Tape),
    /// Likewise of what a clip went over from.
    Spent(Shade),
}

/// What a source had left when it was taken away from its device.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remains {
    /// What sounded or was about to; `from` is where it had come to.
    pub current: Option<Held>,
    /// That one was reported as started or resumed, or needs no report.
    pub begun: bool,
    /// What would have followed.
    pub next: Option<Held>,
}

#[derive(Debug)]
pub(super) enum Order {
    Play(Voice),
    Next(Voice, Turn),
    NoNext(Turn),
    Stop,
    Pause,
    Resume,
    Beep(Beep),
    TestTone,
    Shade(Turn, Shade),
    Tap(Box<Tap>),
}

/// A volume parted in two: what the source multiplies the finished sound with, never more than 1, and the decibels beyond
/// that, which are part of each clip's level so that the limiter comes after them and nothing can clip.
pub(super) fn parted(gain: f32) -> (f32, f32) {
    let boost_db = if gain > 1.0 { (20.0 * gain.log10()).min(MOST_BOOST_DB) } else { 0.0 };
    (gain.min(1.0), boost_db)
}

/// Decibels as a factor.
pub(super) fn factor(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}

impl Order {
    fn is_about_pause(&self) -> bool {
        matches!(self, Self::Pause | Self::Resume)
    }

    fn is_tap(&self) -> bool {
        matches!(self, Self::Tap(_))
    }
}

/// The thread's end. No method waits.
pub struct Control {
    rate: u32,
    /// What the volume adds to the level of each clip.
    boost_db: f32,
    orders: Producer<Order>,
    reports: Consumer<Report>,
    shared: Arc<Shared>,
    /// Orders that found the ring full; only the last of each sort matters.
    waiting: VecDeque<Order>,
    /// What the source has not reported as done, in the order it was sent.
    held: Vec<Held>,
    /// The last of [`Self::held`] that is still to follow.
    next: Option<Turn>,
    /// The last one that was reported as started or resumed, or needs no report.
    begun: Option<Turn>,
    /// Silence before the first clip.
    lead: Duration,
    /// The tape of what is played, once somebody has recorded.
    reel: Option<Reel>,
}

impl Control {
    pub(super) fn new(
        rate: u32,
        boost_db: f32,
        orders: Producer<Order>,
        reports: Consumer<Report>,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            rate,
            boost_db,
            orders,
            reports,
            shared,
            waiting: VecDeque::new(),
            held: Vec::new(),
            next: None,
            begun: None,
            lead: Duration::ZERO,
            reel: None,
        }
    }

    /// The tape of what is played from now on.
    pub(in crate::sound) fn tape(&mut self, session: u32) -> Reel {
        let reel = match self.reel.clone() {
            Some(reel) => reel,
            None => {
                let (tap, reel) = tap(self.rate);
                self.reel = Some(reel.clone());
                self.send(Order::Tap(Box::new(tap)));
                reel
            }
        };
        reel.begin(session);
        reel
    }

    /// Nobody records any more.
    pub(in crate::sound) fn end_tape(&mut self) {
        if let Some(reel) = &self.reel {
            reel.end();
        }
    }

    /// Samples per second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Fades out what sounds, then plays this. Forgets what was to follow, and goes on if it was paused.
    pub fn play(&mut self, held: Held) {
        self.begin(held, Some(Announce::Started));
    }

    /// Like [`Control::play`], for a clip that had started on an earlier source: reported as resumed after a pause,
    /// and not at all if it only changed devices.
    pub fn go_on(&mut self, held: Held, was_paused: bool) {
        self.begin(held, was_paused.then_some(Announce::Resumed));
    }

    /// Silence before the first clip, for a device that swallows it.
    pub fn lead_with(&mut self, silence: Duration) {
        self.lead = silence;
    }

    fn begin(&mut self, mut held: Held, announce: Option<Announce>) {
        held.gap += std::mem::take(&mut self.lead);
        let voice = Voice { announce, queued: false, ..self.voice(&held) };
        self.begun = announce.is_none().then_some(held.turn);
        self.held = vec![held];
        self.next = None;
        self.waiting.retain(Order::is_tap);
        self.send(Order::Play(voice));
    }

    /// Plays this when `after` has ended. Replaces what was to follow it.
    pub fn next(&mut self, held: Held, after: Turn) {
        self.forget_waiting_next();
        let voice = self.voice(&held);
        self.next = Some(held.turn);
        self.held.push(held);
        self.send(Order::Next(voice, after));
    }

    /// Forgets what was to follow a turn.
    pub fn no_next(&mut self, after: Turn) {
        self.forget_waiting_next();
        self.next = None;
        self.send(Order::NoNext(after));
    }

    /// Fades out and forgets everything.
    pub fn stop(&mut self) {
        self.held.clear();
        self.next = None;
        self.waiting.retain(|order| order.is_about_pause() || order.is_tap());
        self.send(Order::Stop);
    }

    /// Fades out and keeps the position.
    pub fn pause(&mut self) {
        self.waiting.retain(|order| !order.is_about_pause());
        self.send(Order::Pause);
    }

    /// Goes on.
    pub fn resume(&mut self) {
        self.waiting.retain(|order| !order.is_about_pause());
        self.send(Order::Resume);
    }

    /// Sounds this beside the rest; dropped where orders wait, since it would come too late.
    pub fn beep(&mut self, beep: Beep) {
        if self.waiting.is_empty() && !self.orders.is_full() {
            self.send(Order::Beep(beep));
        }
    }

    /// Sounds the test tone until a call begins.
    pub fn test_tone(&mut self) {
        if self.waiting.is_empty() && !self.orders.is_full() {
            self.send(Order::TestTone);
        }
    }

    /// The factor on samples from now on. Above 1 it is limited with them.
    pub fn set_gain(&mut self, gain: f32) {
        let (gain, boost_db) = parted(gain);
        self.shared.gain.store(gain.to_bits(), Relaxed);
        self.shared.unboost.store((1.0 / factor(boost_db)).to_bits(), Relaxed);
        if std::mem::replace(&mut self.boost_db, boost_db) != boost_db {
            let turns: Vec<Turn> = self.held.iter().map(|held| held.turn).collect();
            turns.into_iter().for_each(|turn| self.shade_again(turn));
        }
    }

    /// How fast from now on.
    pub fn set_tempo(&mut self, tempo: Tempo) {
        self.shared.tempo.store(tempo.to_bits(), Relaxed);
    }

    /// Where a clip is heard and how loud, from now on.
    pub fn mix(&mut self, turn: Turn, mix: Mix) {
        if let Some(held) = self.held.iter_mut().find(|held| held.turn == turn) {
            held.clip.mix = mix;
            self.shade_again(turn);
        }
    }

    fn shade_again(&mut self, turn: Turn) {
        let Some(shade) = self.held.iter().find(|held| held.turn == turn).map(|held| self.shade(held)) else { return };
        // Only the last one matters.
        self.waiting.retain(|order| !matches!(order, Order::Shade(other, _) if *other == turn));
        self.send(Order::Shade(turn, shade));
    }

    fn shade(&self, held: &Held) -> Shade {
        let clip = &held.clip;
        let more_db = clip.mix.offset_db + self.boost_db;
        let curve = Curve::new(&clip.measure, clip.level.as_ref(), more_db, self.rate);
        Shade { curve, sides: clip.mix.sides() }
    }

    /// The oldest report; `None` when all are read. Forgets the clips that came back.
    pub fn report(&mut self) -> Option<Report> {
        while let Ok(report) = self.reports.pop() {
            match report {
                Report::Done(turn, _) => self.held.retain(|held| held.turn != turn),
                Report::Spent(_) => {}
                Report::NotTaken(turn, _) => {
                    self.held.retain(|held| held.turn != turn);
                    return Some(report);
                }
                Report::Started(turn) | Report::Resumed(turn) => {
                    self.begun = Some(turn);
                    return Some(report);
                }
                Report::Ended(_) | Report::Paused(..) => return Some(report),
            }
        }
        self.flush();
        None
    }

    /// Nothing sounds (but perhaps a fade), and nothing would without a further order.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// How many frames the device has taken. One that stands still is not there any more.
    pub fn pulled(&self) -> u64 {
        self.shared.pulled.load(Relaxed)
    }

    /// What is left, once the source itself is gone: read the last reports first.
    pub fn remains(self) -> Remains {
        let current = self.shared.turn.load(Relaxed);
        let mut held = self.held.into_iter();
        let Some(mut first) = held.next() else { return Remains::default() };
        if u64::from(first.turn.0) + 1 == current {
            first.from = length(self.shared.position.load(Relaxed) as usize, self.rate);
            first.gap = Duration::ZERO;
        }
        let next = held.next_back().filter(|held| Some(held.turn) == self.next);
        Remains { begun: self.begun == Some(first.turn), current: Some(first), next }
    }

    fn voice(&self, held: &Held) -> Voice {
        let place = |moment: Duration| frames(moment, self.rate);
        let silences = held.clip.measure.silences.iter().map(|silence| {
            let (from, to) = silence.span();
            (place(from), place(to))
        });
        Voice {
            turn: held.turn,
            tape: Tape::new(held.clip.samples.clone(), silences.collect(), self.shade(held)),
            stride: Stride::default(),
            at: frames(held.from, self.rate).min(held.clip.samples.len()),
            gap: frames(held.gap, self.rate),
            announce: Some(Announce::Started),
            queued: true,
        }
    }

    fn forget_waiting_next(&mut self) {
        let held = &mut self.held;
        self.waiting.retain(|order| match order {
            Order::Next(voice, _) => {
                held.retain(|held| held.turn != voice.turn);
                false
            }
            Order::NoNext(_) => false,
            Order::Play(_) | Order::Stop | Order::Pause | Order::Resume => true,
            Order::Beep(_) | Order::TestTone | Order::Shade(..) | Order::Tap(_) => true,
        });
    }

    fn send(&mut self, order: Order) {
        self.waiting.push_back(order);
        self.flush();
    }

    fn flush(&mut self) {
        while !self.orders.is_full() {
            let Some(order) = self.waiting.pop_front() else { return };
            // Nobody else writes, so there is room.
            let _ = self.orders.push(order);
        }
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let turns: Vec<_> = self.held.iter().map(|held| held.turn).collect();
        f.debug_struct("Control").field("rate", &self.rate).field("held", &turns).finish_non_exhaustive()
    }
}
