//! What the sound thread does for each command and each thing that happens to the device.

mod choice;
mod recording;
#[cfg(test)]
mod storms;
mod tones;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::opener::{Fresh, Opener};
use crate::clock::Clock;
use crate::model::Turn;
use crate::sound::devices::{Awaited, Lister};
use crate::sound::output::{Fault, Faults, Opened, Output};
use crate::sound::shape::{convert, length};
use crate::sound::source::{Control, Held, Remains, Report};
use crate::sound::{DeviceChoice, Mix, OutputError, SoundCommand, SoundEvent, Tempo, WhenLost};

/// An open device keeps the computer awake; after this much silence it is let go.
const REST_AFTER: Duration = Duration::from_secs(60);
/// One that ran dry is let go of in the first silence of this length, and opened better for the next call.
const DRY_REST_AFTER: Duration = Duration::from_secs(1);
/// A device that was lost is looked for after this, then after twice as long, and so on.
const LOOK_FIRST: Duration = Duration::from_millis(250);
/// The longest time between two looks: a plug pushed in is heard soon, and looking costs nothing worth counting.
const LOOK_LAST: Duration = Duration::from_secs(2);
/// The same for a device that is there, and lost again as soon as it is open.
const LOOK_AT_BROKEN: Duration = Duration::from_secs(30);
/// One that is lost before it was open for this long is as good as broken.
const SOUND: Duration = Duration::from_secs(60);
/// A working device opens within tens of milliseconds, a wireless one within two seconds.
const LONGEST_OPENING: Duration = Duration::from_secs(5);
/// A device that was opened again for being stale and is stale again before this is treated as lost.
const STEADY: Duration = Duration::from_secs(2);
/// How often the position is checked while something should sound. Real time: the device knows no other.
const CHECK_EVERY: Duration = Duration::from_millis(500);

/// Owns the output and whatever is open on it.
pub(super) struct Desk {
    opener: Opener,
    clock: Clock,
    events: UnboundedSender<SoundEvent>,
    rate: Arc<AtomicU32>,
    devices: Lister,
    choice: DeviceChoice,
    when_lost: WhenLost,
    awaited: Option<Awaited>,
    /// How often a device was lost since one was open for long.
    losses: u32,
    /// How often something was lost or not found since then.
    told: u32,
    gain: f32,
    tempo: Tempo,
    is_paused: bool,
    recording: recording::Recording,
    device: Device,
    /// When it was last opened again because it was stale.
    reopened_at: Option<Duration>,
    /// Since when nothing sounds; only while a device is open or looked for.
    silent_since: Option<Duration>,
}

enum Device {
    /// Not needed. After a release it holds what was paused, and will want its lead-in.
    Closed {
        held: Box<Remains>,
        was_released: bool,
    },
    Open(Box<Line>),
    /// Lost; looked for again at this time.
    Lost {
        look_at: Duration,
        pause: Duration,
    },
}

impl Device {
    fn closed() -> Self {
        Self::Closed { held: Box::default(), was_released: false }
    }
}

/// An open device with the source that feeds it.
struct Line {
    opened: Opened,
    control: Control,
    faults: Faults,
    pulled: u64,
    pulled_at: Instant,
    opened_at: Duration,
    stands_in: Option<StandIn>,
}

/// An open default device is not the chosen one, which is looked for.
struct StandIn {
    look_at: Duration,
    pause: Duration,
}

impl Desk {
    pub(super) fn new(
        output: Box<dyn Output>,
        clock: Clock,
        events: UnboundedSender<SoundEvent>,
        rate: Arc<AtomicU32>,
    ) -> Self {
        Self {
            devices: Lister::new(output.devices()),
            opener: Opener::new(output, LONGEST_OPENING),
            clock,
            events,
            rate,
            choice: DeviceChoice::Default,
            when_lost: WhenLost::default(),
            awaited: None,
            losses: 0,
            told: 0,
            gain: 1.0,
            tempo: Tempo::USUAL,
            is_paused: false,
            recording: recording::Recording::default(),
            device: Device::closed(),
            reopened_at: None,
            silent_since: None,
        }
    }

    pub(super) fn obey(&mut self, command: SoundCommand) {
        // What was reported before this command must be told before its consequences.
        self.pass_on_reports();
        match command {
            SoundCommand::Play { turn, clip, from } => {
                self.is_paused = false;
                self.play(Held { turn, clip, from, gap: Duration::ZERO });
            }
            SoundCommand::Next { turn, after, clip, pause } => {
                self.next(Held { turn, clip, from: Duration::ZERO, gap: pause }, after);
            }
            SoundCommand::NoNext { after } => match &mut self.device {
                Device::Open(line) => line.control.no_next(after),
                Device::Closed { held, .. } => held.next = None,
                Device::Lost { .. } => {}
            },
            SoundCommand::Stop => self.stop(),
            SoundCommand::Pause => {
                self.is_paused = true;
                if let Device::Open(line) = &mut self.device {
                    line.control.pause();
                }
            }
            SoundCommand::Resume => self.resume(),
            SoundCommand::Gain(gain) => {
                // Not a number would stay in every sample; nobody means to invert the sound.
                self.gain = if gain.is_finite() { gain.max(0.0) } else { 1.0 };
                if let Device::Open(line) = &mut self.device {
                    line.control.set_gain(self.gain);
                }
            }
            SoundCommand::Tempo(tempo) => {
                self.tempo = tempo;
                if let Device::Open(line) = &mut self.device {
                    line.control.set_tempo(tempo);
                }
            }
            SoundCommand::Beep(beep) => self.beep(beep),
            SoundCommand::Mix { turn, mix } => self.mix(turn, mix),
            SoundCommand::TestTone => self.test_tone(),
            SoundCommand::Device(choice) => self.choose(choice),
            SoundCommand::WhenLost(choice) => self.choose_when_lost(choice),
        }
    }

    /// Reports, faults and deadlines. True if it did something that may have waited.
    pub(super) fn look_after(&mut self) -> bool {
        self.pass_on_reports();
        self.watch_silence();
        let now = self.clock.now().at;
        let has_rested = self.rest_at().is_some_and(|at| now >= at);
        match &mut self.device {
            Device::Open(line) => {
                let fault = line.fault(self.is_paused);
                match fault {
                    Some(Fault::Gone) => self.lose(),
                    // It is not the default any more because it is not there any more.
                    Some(Fault::Stale) if self.has_left() => self.lose(),
                    // While paused nothing needs a device; going on opens it anew.
                    Some(Fault::Stale) if self.is_paused => self.release(),
                    // One that is stale as soon as it is open is as good as none.
                    Some(Fault::Stale) if self.reopened_at.is_some_and(|at| now < at + STEADY) => {
                        self.lose();
                    }
                    Some(Fault::Stale) => {
                        self.reopened_at = Some(now);
                        self.reopen();
                    }
                    None if has_rested => self.release(),
                    None if self.is_chosen_looked_for(now) => self.look_for_chosen(),
                    None => return false,
                }
                true
            }
            Device::Lost { .. } if has_rested => {
                self.release();
                true
            }
            Device::Lost { look_at, .. } if now >= *look_at => {
                self.look();
                true
            }
            Device::Lost { .. } | Device::Closed { .. } => false,
        }
    }

    /// When [`Self::look_after`] has something to do without being told.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let rest = self.rest_at();
        match &self.device {
            Device::Open(line) => {
                let look = line.stands_in.as_ref().map(|stand_in| stand_in.look_at);
                rest.into_iter().chain(look).min()
            }
            Device::Lost { look_at, .. } => Some(rest.map_or(*look_at, |rest| rest.min(*look_at))),
            Device::Closed { .. } => None,
        }
    }

    /// When silence has lasted long enough.
    fn rest_at(&self) -> Option<Duration> {
        let after = match &self.device {
            // What is paused would have to be opened for again.
            Device::Open(line) if line.faults.ran_dry() && !self.is_paused => DRY_REST_AFTER,
            Device::Open(_) | Device::Lost { .. } | Device::Closed { .. } => REST_AFTER,
        };
        self.silent_since.map(|since| since + after)
    }

    /// Real time after which the position is to be checked.
    pub(super) fn check_within(&self) -> Option<Duration> {
        match &self.device {
            Device::Open(line) => line.is_watched(self.is_paused).then_some(CHECK_EVERY),
            Device::Closed { .. } | Device::Lost { .. } => None,
        }
    }

    fn play(&mut self, held: Held) {
        let during = Some((held.turn, held.from));
        if let Err(why) = self.ensure_open() {
            self.tell_lost(during, why);
            return;
        }
        self.silent_since = None;
        self.hand(held, Control::play);
    }

    fn next(&mut self, held: Held, after: Turn) {
        match &mut self.device {
            Device::Open(_) => self.hand(held, |control, held| control.next(held, after)),
            Device::Closed { held: rest, .. } if rest.current.is_some() => rest.next = Some(held),
            // What it was to follow has ended, or was lost and will be played under another turn.
            Device::Closed { .. } | Device::Lost { .. } => self.tell(SoundEvent::NotTaken { turn: held.turn }),
        }
    }

    fn mix(&mut self, turn: Turn, mix: Mix) {
        match &mut self.device {
            Device::Open(line) => line.control.mix(turn, mix),
            Device::Closed { held, .. } => {
                let held = &mut **held;
                let mut rest = [held.current.as_mut(), held.next.as_mut()].into_iter().flatten();
                if let Some(held) = rest.find(|held| held.turn == turn) {
                    held.clip.mix = mix;
                }
            }
            // Whoever plays it again says how.
            Device::Lost { .. } => {}
        }
    }

    fn stop(&mut self) {
        match &mut self.device {
            Device::Open(line) => line.control.stop(),
            Device::Closed { held, .. } => **held = Remains::default(),
            // Nothing is wanted any more; the next `Play` looks again.
            Device::Lost { .. } => {
                self.device = Device::closed();
                self.silent_since = None;
                self.tell(SoundEvent::DeviceReleased);
            }
        }
    }

    fn resume(&mut self) {
        self.is_paused = false;
        match &mut self.device {
            Device::Open(line) => line.control.resume(),
            Device::Closed { held, .. } if held.current.is_some() => {
                let held = std::mem::take(&mut **held);
                let during = held.current.as_ref().map(|held| (held.turn, held.from));
                match self.ensure_open() {
                    Ok(()) => self.restore(held, true),
                    Err(why) => self.tell_lost(during, why),
                }
            }
            Device::Closed { .. } | Device::Lost { .. } => {}
        }
    }

    /// Hands a clip to the open source, at its rate.
    fn hand(&mut self, mut held: Held, order: impl FnOnce(&mut Control, Held)) {
        if let Device::Open(line) = &mut self.device {
            held.clip = convert(held.clip, line.control.rate());
            let turn = held.turn;
            order(&mut line.control, held);
            // What `make bench` measures up to.
            tracing::trace!(target: "squelch_core::sound::handed", turn = turn.0, "handed to the source");
        }
    }

    fn restore(&mut self, remains: Remains, was_paused: bool) {
        let Some(current) = remains.current else { return };
        let turn = current.turn;
        self.silent_since = None;
        if remains.begun {
            self.hand(current, |control, held| control.go_on(held, was_paused));
        } else {
            if was_paused {
                self.tell(SoundEvent::Resumed { turn: current.turn });
            }
            self.hand(current, Control::play);
        }
        if let Some(next) = remains.next {
            self.hand(next, |control, held| control.next(held, turn));
        }
    }

    fn ensure_open(&mut self) -> Result<(), OutputError> {
        let was_released = match &self.device {
            Device::Open(_) => return Ok(()),
            Device::Closed { was_released, .. } => *was_released,
            Device::Lost { .. } => false,
        };
        self.end_waiting()?;
        let (mut fresh, instead_of) = self.open_wanted()?;
        if was_released {
            fresh.1.lead_with(fresh.0.lead);
        }
        self.install(fresh, instead_of);
        Ok(())
    }

    fn install(&mut self, (opened, mut control, faults): Fresh, instead_of: Option<String>) {
        control.set_tempo(self.tempo);
        let (rate, now) = (control.rate(), self.clock.now().at);
        let is_other = instead_of.is_some();
        self.rate.store(rate, Relaxed);
        tracing::debug!(name = opened.name, rate, period = ?opened.period, "sound device open");
        self.tell(SoundEvent::DeviceReady { name: opened.name.clone(), rate, instead_of });
        let stands_in = is_other.then_some(StandIn { look_at: now + LOOK_FIRST, pause: LOOK_FIRST });
        let (pulled, pulled_at) = (0, Instant::now());
        let line = Line { opened, control, faults, pulled, pulled_at, opened_at: now, stands_in };
        self.device = Device::Open(Box::new(line));
        self.tape();
    }

    /// Closes the device and says what it had left. The position is exact, since nothing is pulled any more, but for what
    /// the device had taken and not played yet: that is to be heard again. In a silence it plays all it had.
    fn close(&mut self) -> Remains {
        let Device::Open(line) = std::mem::replace(&mut self.device, Device::closed()) else {
            return Remains::default();
        };
        let Line { opened, mut control, .. } = *line;
        let silence = self.silent_since.map(|since| self.clock.now().at.saturating_sub(since));
        let unheard = opened.queued.saturating_sub(silence.unwrap_or_default());
        drop(opened);
        while let Some(report) = control.report() {
            self.tell_report(report, control.rate());
        }
        let mut remains = control.remains();
        if let Some(current) = remains.current.as_mut().filter(|_| remains.begun) {
            current.from = current.from.saturating_sub(unheard * u32::from(self.tempo.percent()) / 100);
        }
        remains
    }

    fn reopen(&mut self) {
        let remains = self.close();
        match self.ensure_open() {
            Ok(()) => self.restore(remains, false),
            Err(why) => self.tell_lost(position(&remains), why),
        }
    }

    /// Looks for a lost device. Finding none is no news.
    fn look(&mut self) {
        let Device::Lost { pause, .. } = self.device else { return };
        match self.ensure_open() {
            Ok(()) => self.silent_since = Some(self.clock.now().at),
            Err(_) => {
                let pause = (pause * 2).min(pause.max(LOOK_LAST));
                self.device = Device::Lost { look_at: self.clock.now().at + pause, pause };
            }
        }
    }

    fn release(&mut self) {
        let held = self.close();
        self.device = Device::Closed { held: Box::new(held), was_released: true };
        self.silent_since = None;
        self.tell(SoundEvent::DeviceReleased);
    }

    fn watch_silence(&mut self) {
        let Device::Open(line) = &self.device else { return };
        if !line.control.is_empty() && !self.is_paused {
            self.silent_since = None;
        } else if self.silent_since.is_none() {
            self.silent_since = Some(self.clock.now().at);
        }
    }

    fn pass_on_reports(&mut self) {
        while let Device::Open(line) = &mut self.device {
            let rate = line.control.rate();
            let Some(report) = line.control.report() else { return };
            self.tell_report(report, rate);
        }
    }

    fn tell_report(&self, report: Report, rate: u32) {
        self.tell(match report {
            Report::Started(turn) => SoundEvent::Started { turn },
            Report::Ended(turn) => SoundEvent::Ended { turn },
            Report::Paused(turn, at) => SoundEvent::Paused { turn, at: length(at, rate) },
            Report::Resumed(turn) => SoundEvent::Resumed { turn },
            Report::NotTaken(turn, _) => SoundEvent::NotTaken { turn },
            Report::Done(..) | Report::Spent(_) => return,
        });
    }

    fn tell(&self, event: SoundEvent) {
        // Without a listener the program is ending.
        let _ = self.events.send(event);
    }
}

impl Line {
    fn fault(&mut self, is_paused: bool) -> Option<Fault> {
        if let Some(fault) = self.faults.told() {
            return Some(fault);
        }
        let pulled = self.control.pulled();
        if pulled != self.pulled || !self.is_watched(is_paused) {
            self.pulled = pulled;
            self.pulled_at = Instant::now();
        }
        let is_stalled = self.opened.stall.is_some_and(|stall| self.pulled_at.elapsed() >= stall);
        is_stalled.then_some(Fault::Gone)
    }

    fn is_watched(&self, is_paused: bool) -> bool {
        self.opened.stall.is_some() && !is_paused && !self.control.is_empty()
    }
}

fn position(remains: &Remains) -> Option<(Turn, Duration)> {
    remains.current.as_ref().map(|held| (held.turn, held.from))
}
