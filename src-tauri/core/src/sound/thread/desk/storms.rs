//! Devices that fail for hours: what is tried, and what the log is told of it. The desk is worked by hand, so that hours
//! take no time and its log is this thread's.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::*;
use crate::clock::Hands;
use crate::sound::Clip;
use crate::sound::silent::{Pace, Recording, Silent};

const HOUR: Duration = Duration::from_secs(3_600);

/// Counts lines that a usual log has.
#[derive(Clone, Default)]
struct Lines(Arc<AtomicUsize>);

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::INFO
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, SeqCst);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Hours {
    desk: Desk,
    recording: Recording,
    hands: Hands,
    events: UnboundedReceiver<SoundEvent>,
    clock: Clock,
}

impl Hours {
    fn new() -> Self {
        let (output, recording) = Silent::new(48_000, Pace::ByHand);
        let (clock, hands) = Clock::manual();
        let (sender, events) = unbounded_channel();
        let desk = Desk::new(Box::new(output), clock.clone(), sender, Arc::default());
        Self { desk, recording, hands, events, clock }
    }

    fn play(&mut self, turn: u32) {
        let samples = Arc::new(vec![0.5; 48_000]);
        let (duration, peaks) = (Duration::from_secs(1), Arc::from([0]));
        let (measure, mix) = Default::default();
        let clip = Clip { samples, rate: 48_000, duration, peaks, measure, level: None, mix };
        self.desk.obey(SoundCommand::Play { turn: Turn(turn), clip, from: Duration::ZERO });
    }

    /// Lets so much time pass, with everything that the thread would do in it, and this after each of that.
    fn pass(&mut self, span: Duration, mut after_each: impl FnMut(&mut Self)) {
        let end = self.clock.now().at + span;
        while let Some(at) = self.desk.deadline().filter(|at| *at <= end) {
            self.hands.advance(at.saturating_sub(self.clock.now().at));
            self.desk.look_after();
            after_each(self);
        }
        self.hands.advance(end.saturating_sub(self.clock.now().at));
    }

    fn losses(&mut self) -> usize {
        std::iter::from_fn(|| self.events.try_recv().ok())
            .filter(|event| matches!(event, SoundEvent::DeviceLost { .. }))
            .count()
    }
}

/// Runs it, and gives how many lines the log has of it.
fn lines_of(what: impl FnOnce(&mut Hours)) -> usize {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), || what(&mut Hours::new()));
    lines.0.load(SeqCst)
}

#[test]
fn a_device_that_refuses_for_an_hour_is_told_of_once_and_tried_every_two_seconds() {
    let lines = lines_of(|hours| {
        hours.recording.refuse(OutputError::Refused("busy".into()));
        hours.play(1);
        let mut tries = 0;
        hours.pass(HOUR, |_| tries += 1);
        assert!((1_790..1_810).contains(&tries), "{tries}");
        assert_eq!(hours.losses(), 1);
        hours.recording.bring_back();
        hours.pass(Duration::from_secs(2), |_| ());
        assert!(hours.recording.is_open());
    });
    assert_eq!(lines, 1);
}

#[test]
fn a_device_that_opens_and_goes_away_for_an_hour_is_opened_ever_less_and_told_of_ever_less() {
    let lines = lines_of(|hours| {
        hours.play(1);
        let goes_away = |hours: &mut Hours| {
            hours.recording.fail(Fault::Gone);
            hours.desk.look_after();
        };
        goes_away(hours);
        let mut turn = 1;
        hours.pass(HOUR, |hours| {
            turn += 1;
            hours.play(turn);
            goes_away(hours);
        });
        let openings = hours.recording.openings().len();
        assert!((100..140).contains(&openings), "{openings}");
        assert_eq!(hours.losses(), openings);
    });
    assert!((2..=8).contains(&lines), "{lines}");
}

#[test]
fn wishes_without_end_for_a_device_that_is_not_there_are_all_answered_and_fill_no_log() {
    let lines = lines_of(|hours| {
        hours.recording.refuse(OutputError::NoDevice);
        for turn in 1..=500 {
            hours.play(turn);
            hours.desk.obey(SoundCommand::TestTone);
        }
        assert_eq!(hours.losses(), 500);
    });
    assert!((1..=9).contains(&lines), "{lines}");
}
