//! The one continuous source that a device pulls from: the clip that sounds, the next one, and silence.
//!
//! [`source`] makes both ends. The [`Source`] lives in the device's callback and never locks, allocates, frees or waits:
//! orders come and reports go through rings, and clips it is done with travel back to be dropped elsewhere. The
//! [`Control`] lives on the sound thread.

mod control;
mod frame;
#[cfg(test)]
mod laws;
mod splice;
mod stride;
mod tap;
#[cfg(test)]
mod tempos;
mod voice;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::thread::Thread;

use rtrb::{Consumer, Producer, RingBuffer};

use super::beep::Beeping;
use super::shape::{FADE, frames};
use crate::model::Turn;
use control::Order;
pub use control::{Control, Held, Remains, Report};
pub use frame::{Frame, Side};
use splice::Reach;
use stride::Pace;
use tap::Tap;
pub(crate) use tap::{Reel, Taped};
use voice::{Announce, Gain, Voice};
pub use voice::{Shade, Tape};

/// Orders on their way. More than one burst of keys can hold; what does not fit waits in the [`Control`].
const ORDERS: usize = 64;
/// Room for every report that a full ring of orders can cause (three each), and for the clips held.
const REPORTS: usize = 256;

/// Both ends of a new, silent source. `wake` is unparked whenever there is a report, or room for orders again.
pub fn source(rate: u32, gain: f32, wake: Option<Thread>) -> (Control, Source) {
    let (order, orders) = RingBuffer::new(ORDERS);
    let (reports, report) = RingBuffer::new(REPORTS);
    let (gain, boost_db) = control::parted(gain);
    let unboost = AtomicU32::new((1.0 / control::factor(boost_db)).to_bits());
    let shared = Arc::new(Shared { gain: AtomicU32::new(gain.to_bits()), unboost, ..Shared::default() });
    let fade = frames(FADE, rate).max(1);
    let source = Source {
        orders,
        reports,
        shared: shared.clone(),
        wake,
        has_news: false,
        fade,
        level: fade,
        rate,
        reach: Reach::new(rate),
        pace: Pace::default(),
        gain: Gain::new(gain, rate),
        beeping: None,
        current: None,
        next: None,
        change: None,
        pause: Pause::No,
        may_follow: false,
        silence: 0,
        tap: None,
        sounded: false,
        unboost: Gain::new(1.0 / control::factor(boost_db), rate),
    };
    (Control::new(rate, boost_db, order, report, shared), source)
}

/// What both ends see at any time.
#[derive(Debug, Default)]
struct Shared {
    gain: AtomicU32,
    /// See [`Tempo::to_bits`].
    tempo: AtomicU32,
    /// What takes the volume's part out of a clip's level again.
    unboost: AtomicU32,
    pulled: AtomicU64,
    /// The current turn plus one; 0 is none.
    turn: AtomicU64,
    position: AtomicU64,
}

/// The device's end. Give each frame of a callback one [`Source::frame`].
pub struct Source {
    orders: Consumer<Order>,
    reports: Producer<Report>,
    shared: Arc<Shared>,
    wake: Option<Thread>,
    has_news: bool,
    /// Frames of a whole fade, at least 1.
    fade: usize,
    /// How far the current clip is faded in: 0 is silent, `fade` is untouched.
    level: usize,
    rate: u32,
    reach: Reach,
    pace: Pace,
    gain: Gain,
    beeping: Option<Beeping>,
    current: Option<Voice>,
    next: Option<Voice>,
    change: Option<Change>,
    pause: Pause,
    /// The last clip ended by itself, so that a next one may still follow it.
    may_follow: bool,
    /// Frames since then.
    silence: usize,
    /// For a recording.
    tap: Option<Box<Tap>>,
    /// The last frame belonged to a call.
    sounded: bool,
    unboost: Gain,
}

/// What happens once the current clip is faded out.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one, in a callback that may not ask for memory")]
enum Change {
    Play(Voice),
    Stop,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Pause {
    No,
    /// Fading out.
    Wanted,
    Settled,
}

impl Source {
    /// The next moment. At gain 1, the usual tempo and away from fades it is the clip's own sample times its level; without
    /// one, unchanged.
    pub fn frame(&mut self) -> Frame {
        if !self.orders.is_empty() {
            self.take_orders();
        }
        self.pace.follow(self.shared.tempo.load(Relaxed));
        let wanted = f32::from_bits(self.shared.gain.load(Relaxed));
        self.sounded = false;
        let call = self.advance();
        self.record(call);
        let frame = self.with_beep(call).times(self.gain.advance(wanted));
        // Nobody else counts, so no other processor has to be waited for.
        self.shared.pulled.store(self.shared.pulled.load(Relaxed) + 1, Relaxed);
        self.shared.position.store(self.current.as_ref().map_or(0, |voice| voice.at as u64), Relaxed);
        if std::mem::take(&mut self.has_news)
            && let Some(wake) = &self.wake
        {
            wake.unpark();
        }
        frame
    }

    /// Keeps a moment for whoever records: without the volume, of which the part above 1 is in the clip's level.
    fn record(&mut self, call: Frame) {
        let unboost = self.unboost.advance(f32::from_bits(self.shared.unboost.load(Relaxed)));
        if let Some(tap) = &mut self.tap {
            tap.take(call.mono * unboost, self.sounded);
        }
    }

    /// A call's moment with the beep's beside it, which gets what room the call leaves.
    fn with_beep(&mut self, call: Frame) -> Frame {
        let Some(beeping) = &mut self.beeping else { return call };
        if !call.is_silent() {
            beeping.give_way();
        }
        let Some(beep) = beeping.sample() else {
            self.beeping = None;
            return call;
        };
        let beside = |side: f32| {
            let room = (1.0 - side.abs()).max(0.0);
            side + beep.clamp(-room, room)
        };
        Frame { left: beside(call.left), right: beside(call.right), mono: beside(call.mono) }
    }

    #[inline]
    fn advance(&mut self) -> Frame {
        if self.goes_on() { self.sample() } else { Frame::default() }
    }

    /// Fades, waits and changes from one clip to another; says whether the current one sounds now.
    #[inline]
    fn goes_on(&mut self) -> bool {
        if self.change.is_some() || self.pause == Pause::Wanted {
            if self.is_sounding() && self.level > 0 {
                self.level -= 1;
                return true;
            }
            self.arrive();
        }
        self.silence = self.silence.saturating_add(1);
        match &mut self.current {
            Some(_) if self.pause != Pause::No => false,
            // Who is behind waits for nobody; a silence before the first clip is the device's own.
            Some(voice) if voice.gap > 0 && !(self.pace.trims && voice.queued) => {
                voice.gap -= 1;
                false
            }
            Some(voice) => {
                voice.gap = 0;
                self.level = (self.level + 1).min(self.fade);
                true
            }
            None => false,
        }
    }

    fn is_sounding(&self) -> bool {
        self.current.as_ref().is_some_and(|voice| voice.announce.is_none() && voice.gap == 0)
    }

    /// The current clip's next sample; after its last one, whatever follows becomes current.
    #[inline]
    fn sample(&mut self) -> Frame {
        let Some(voice) = &mut self.current else { return Frame::default() };
        self.sounded = true;
        let (turn, announce) = (voice.turn, voice.announce.take());
        let frame = voice.frame(&self.reach, &self.pace, self.fade);
        let is_over = voice.at >= voice.tape.len();
        let spent = voice.tape.advance(self.fade);
        if let Some(spent) = spent {
            self.report(Report::Spent(spent));
        }
        match announce {
            Some(Announce::Started) => self.report(Report::Started(turn)),
            Some(Announce::Resumed) => self.report(Report::Resumed(turn)),
            None => {}
        }
        let faded = if self.level == self.fade { frame } else { frame.times(self.level as f32 / self.fade as f32) };
        if is_over {
            self.end(turn);
        }
        faded
    }

    #[cold]
    fn end(&mut self, turn: Turn) {
        if self.change.is_none() {
            self.report(Report::Ended(turn));
        }
        let follower = self.next.take();
        self.become_current(follower);
        self.may_follow = true;
        self.silence = 0;
    }

    /// The fade-out is done, or there was nothing to fade.
    #[cold]
    fn arrive(&mut self) {
        match self.change.take() {
            Some(Change::Play(voice)) => self.become_current(Some(voice)),
            Some(Change::Stop) => {
                self.become_current(None);
                self.may_follow = false;
            }
            None => {}
        }
        if self.pause == Pause::Wanted {
            self.pause = Pause::Settled;
            if let Some(voice) = &self.current {
                let (turn, at) = (voice.turn, voice.at);
                self.level = self.entry_level(at);
                self.report(Report::Paused(turn, at));
            }
        }
    }

    fn become_current(&mut self, voice: Option<Voice>) {
        self.level = self.entry_level(voice.as_ref().map_or(0, |voice| voice.at));
        self.shared.turn.store(voice.as_ref().map_or(0, |voice| u64::from(voice.turn.0) + 1), Relaxed);
        let old = std::mem::replace(&mut self.current, voice);
        if let (Some(old), Some(new)) = (&old, &mut self.current) {
            // What one call was too slow or too fast, the next makes up for.
            new.stride.owed = old.stride.owed;
        }
        self.discard(old);
    }

    /// A clip is faded at its own beginning; only one that is entered in the middle needs it here.
    fn entry_level(&self, at: usize) -> usize {
        if at == 0 { self.fade } else { 0 }
    }

    #[cold]
    fn take_orders(&mut self) {
        while let Ok(order) = self.orders.pop() {
            self.has_news = true;
            match order {
                Order::Play(voice) => {
                    self.forget_next();
                    self.pause = Pause::No;
                    self.change_to(Change::Play(voice));
                }
                Order::Next(voice, after) => self.follow(voice, after),
                Order::NoNext(after) => self.forget_follower(after),
                Order::Stop => {
                    self.forget_next();
                    self.change_to(Change::Stop);
                }
                Order::Pause if self.pause == Pause::No => self.pause = Pause::Wanted,
                Order::Pause => {}
                Order::Resume => self.resume(),
                Order::Beep(beep) => self.beeping = Some(Beeping::new(beep, self.rate)),
                Order::TestTone => self.beeping = Some(Beeping::test(self.rate)),
                Order::Shade(turn, shade) => self.shade(turn, shade),
                // There is never more than one, so none is freed here.
                Order::Tap(tap) => self.tap = Some(tap),
            }
        }
    }

    /// A clip is to sound another way: gone over to if it sounds already. One that has gone needs none.
    fn shade(&mut self, turn: Turn, shade: Shade) {
        let fade = self.fade;
        let spent = match self.voice(turn) {
            Some(voice) if voice.announce.is_some() => Some(voice.tape.turn_to(shade)),
            Some(voice) => voice.tape.go_over_to(shade, fade),
            None => Some(shade),
        };
        if let Some(spent) = spent {
            self.report(Report::Spent(spent));
        }
    }

    fn voice(&mut self, turn: Turn) -> Option<&mut Voice> {
        let coming = match &mut self.change {
            Some(Change::Play(voice)) => Some(voice),
            Some(Change::Stop) | None => None,
        };
        let voices = [self.current.as_mut(), self.next.as_mut(), coming];
        voices.into_iter().flatten().find(|voice| voice.turn == turn)
    }

    fn change_to(&mut self, change: Change) {
        if let Some(Change::Play(voice)) = self.change.replace(change) {
            self.discard(Some(voice));
        }
    }

    fn follow(&mut self, mut voice: Voice, after: Turn) {
        self.forget_follower(after);
        match (&self.change, &self.current) {
            (None, None) if self.may_follow => {
                // It came too late to follow at once; the silence since then counts as its pause.
                voice.gap = voice.gap.saturating_sub(self.silence);
                self.become_current(Some(voice));
            }
            (None, None) | (Some(Change::Stop), _) => self.report(Report::NotTaken(voice.turn, voice.tape)),
            (None, Some(_)) | (Some(Change::Play(_)), _) => self.next = Some(voice),
        }
    }

    fn forget_next(&mut self) {
        let next = self.next.take();
        self.discard(next);
    }

    /// Also one that has become current but not begun: it waits out its pause, or all is paused. What is to follow that
    /// one is another matter.
    fn forget_follower(&mut self, after: Turn) {
        self.forget_next();
        let follows = |voice: &Voice| voice.turn != after && voice.queued && voice.announce.is_some();
        if self.current.as_ref().is_some_and(follows) {
            self.become_current(None);
        }
    }

    fn resume(&mut self) {
        if self.pause == Pause::No {
            return;
        }
        self.pause = Pause::No;
        let turn = match &self.change {
            Some(Change::Play(voice)) => Some(voice.turn),
            Some(Change::Stop) => None,
            None => self.current.as_ref().map(|voice| voice.turn),
        };
        if let Some(turn) = turn {
            self.report(Report::Resumed(turn));
        }
    }

    fn discard(&mut self, voice: Option<Voice>) {
        if let Some(voice) = voice {
            self.report(Report::Done(voice.turn, voice.tape));
        }
    }

    /// Never fails: [`REPORTS`] has room for all that the orders in flight can cause.
    #[cold]
    fn report(&mut self, report: Report) {
        self.has_news = true;
        let pushed = self.reports.push(report);
        debug_assert!(pushed.is_ok(), "more reports than orders can cause");
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("current", &self.current.as_ref().map(|voice| voice.turn))
            .finish_non_exhaustive()
    }
}
