//! The sound thread in small: one clip sounds, one may follow; a device that comes, goes and rests.
//!
//! It takes its commands at once and answers late. A pause while nothing sounds is answered by nothing, as there.

use std::collections::VecDeque;
use std::time::Duration;

use super::World;
use crate::model::Turn;
use crate::sound::{Mix, OutputError, SoundCommand, SoundEvent, Tempo};
use crate::state::playback::Phase;

/// How far a clip has come when it is paused or interrupted.
const HEARD: Duration = Duration::from_millis(700);

#[derive(Debug, Default)]
pub(super) struct Sound {
    pub(super) playing: Option<Voice>,
    pub(super) paused: bool,
    pub(super) line: Line,
    pub(super) gain: f32,
    /// None is the usual one, before anything was said of it.
    pub(super) tempo: Option<Tempo>,
    pub(super) answers: VecDeque<SoundEvent>,
    next: Option<(Turn, Mix)>,
    no_device: bool,
    may_follow: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Voice {
    pub(super) turn: Turn,
    pub(super) mix: Mix,
    /// It came to follow another one, and so can be taken back until it begins.
    queued: bool,
    begun: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Line {
    /// Not needed, or released; what was paused is kept.
    #[default]
    Closed,
    Open,
    /// Looked for; `idle` if nothing was interrupted.
    Lost {
        idle: bool,
    },
}

impl Sound {
    pub(super) fn take(&mut self, command: SoundCommand) {
        match command {
            SoundCommand::Play { turn, from, clip } => {
                (self.playing, self.next, self.paused) = (None, None, false);
                if self.open((turn, from)) {
                    self.start((turn, clip.mix), false);
                }
            }
            SoundCommand::Next { turn, after, clip, .. } => self.follow((turn, clip.mix), after),
            SoundCommand::NoNext { after } => self.forget_follower(after),
            SoundCommand::Stop => self.stop(),
            SoundCommand::Pause => {
                let was_paused = std::mem::replace(&mut self.paused, true);
                if let (Some(voice), Line::Open, false) = (self.playing, self.line, was_paused) {
                    self.answers.push_back(SoundEvent::Paused { turn: voice.turn, at: HEARD });
                }
            }
            SoundCommand::Resume => self.resume(),
            SoundCommand::Gain(gain) => self.gain = gain,
            SoundCommand::Tempo(tempo) => self.tempo = Some(tempo),
            SoundCommand::Mix { turn, mix } => {
                for voice in self.playing.iter_mut().filter(|voice| voice.turn == turn) {
                    voice.mix = mix;
                }
                self.next = self.next.map(|(next, old)| (next, if next == turn { mix } else { old }));
            }
            // Beside the rest, and nobody answers.
            SoundCommand::Beep(_) | SoundCommand::TestTone | SoundCommand::Device(_) | SoundCommand::WhenLost(_) => {}
        }
    }

    fn follow(&mut self, next: (Turn, Mix), after: Turn) {
        if self.line == Line::Open {
            self.forget_follower(after);
        }
        match (self.line, self.playing) {
            (Line::Open | Line::Closed, Some(_)) => self.next = Some(next),
            (Line::Open, None) if self.may_follow => self.start(next, true),
            (Line::Open | Line::Closed | Line::Lost { .. }, _) => {
                self.answers.push_back(SoundEvent::NotTaken { turn: next.0 });
            }
        }
    }

    fn forget_follower(&mut self, after: Turn) {
        self.next = None;
        if self.playing.is_some_and(|voice| voice.turn != after && voice.queued && !voice.begun) {
            self.playing = None;
        }
    }

    fn stop(&mut self) {
        (self.playing, self.next, self.may_follow) = (None, None, false);
        if matches!(self.line, Line::Lost { .. }) {
            self.line = Line::Closed;
            self.answers.push_back(SoundEvent::DeviceReleased);
        }
    }

    fn resume(&mut self) {
        let was_paused = std::mem::replace(&mut self.paused, false);
        let Some(voice) = self.playing else { return };
        if self.line == Line::Closed && !self.open((voice.turn, HEARD)) {
            return;
        }
        if was_paused {
            self.answers.push_back(SoundEvent::Resumed { turn: voice.turn });
        }
        self.begin();
    }

    /// Opens the device for a clip, or says that there is none.
    fn open(&mut self, clip: (Turn, Duration)) -> bool {
        if self.line == Line::Open {
            return true;
        }
        if self.no_device {
            self.lose(Some(clip), OutputError::NoDevice);
            return false;
        }
        (self.line, self.may_follow) = (Line::Open, false);
        self.answers.push_back(SoundEvent::DeviceReady { name: "Speakers".into(), rate: 48_000, instead_of: None });
        true
    }

    fn start(&mut self, (turn, mix): (Turn, Mix), queued: bool) {
        self.playing = Some(Voice { turn, mix, queued, begun: false });
        self.begin();
    }

    /// The first sample is taken, unless all is paused.
    fn begin(&mut self) {
        if let Some(voice) = self.playing.as_mut().filter(|voice| !voice.begun && !self.paused) {
            voice.begun = true;
            self.answers.push_back(SoundEvent::Started { turn: voice.turn });
        }
    }

    fn lose(&mut self, during: Option<(Turn, Duration)>, why: OutputError) {
        (self.playing, self.next, self.may_follow) = (None, None, false);
        self.line = Line::Lost { idle: during.is_none() };
        self.answers.push_back(SoundEvent::DeviceLost { during, why });
    }

    fn release(&mut self) {
        (self.line, self.may_follow) = (Line::Closed, false);
        self.answers.push_back(SoundEvent::DeviceReleased);
    }

    pub(super) fn clip_ends(&mut self) {
        let Some(voice) = self.playing.filter(|voice| voice.begun && !self.paused) else { return };
        self.answers.push_back(SoundEvent::Ended { turn: voice.turn });
        (self.playing, self.may_follow) = (None, true);
        if let Some(next) = self.next.take() {
            self.start(next, true);
        }
    }

    /// Nothing has sounded for a minute.
    pub(super) fn rest(&mut self) {
        let is_silent = self.playing.is_none() || self.paused;
        match self.line {
            Line::Open if is_silent => self.release(),
            Line::Lost { idle: true } => self.release(),
            Line::Open | Line::Lost { idle: false } | Line::Closed => {}
        }
    }

    /// Another device is opened: what sounds goes on there, but nothing can follow what had ended before.
    pub(super) fn change_device(&mut self) {
        match self.line {
            Line::Open if self.paused => self.release(),
            Line::Open => {
                self.may_follow = false;
                self.answers.push_back(SoundEvent::DeviceReady {
                    name: "Headset".into(),
                    rate: 44_100,
                    instead_of: None,
                });
            }
            Line::Closed | Line::Lost { .. } => {}
        }
    }

    pub(super) fn lose_device(&mut self) {
        self.no_device = true;
        if self.line == Line::Open {
            self.lose(self.playing.map(|voice| (voice.turn, HEARD)), OutputError::Gone);
        }
    }

    pub(super) fn find_device(&mut self) {
        self.no_device = false;
        if matches!(self.line, Line::Lost { .. }) {
            self.line = Line::Open;
            self.answers.push_back(SoundEvent::DeviceReady { name: "Speakers".into(), rate: 48_000, instead_of: None });
        }
    }
}

impl World {
    /// What sounds is what the state thinks sounds, once each has heard of the other.
    pub(super) fn check_sound(&self) {
        let current = self.state.playback.current.as_ref();
        let interrupted = current.is_some_and(|current| matches!(current.phase, Phase::NoDevice { .. }));
        let sounding = self.sound.playing.map(|voice| voice.turn);
        if interrupted {
            assert_eq!(sounding, None, "an interrupted call is silent");
            assert!(self.state.playback.paused || self.sound.line != Line::Open, "it goes on as soon as it can");
            return;
        }
        assert_eq!(sounding, current.map(|current| current.turn));
        if let Some((current, voice)) = current.zip(self.sound.playing) {
            assert_eq!(voice.mix, self.state.mix_of(&current.key), "it is heard as it was chosen");
        }
        if sounding.is_some() {
            assert_eq!(self.sound.paused, self.state.playback.paused, "paused here is paused there");
            assert!(self.sound.paused || self.sound.line == Line::Open, "what sounds has a device");
        }
    }
}
