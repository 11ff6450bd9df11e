//! What the desktop's media controls show, and what its media keys ask for.

use std::time::{Duration, Instant};

use souvlaki::MediaControlEvent;
use squelch_core::view::PlaybackState;

use super::menu::one_line;
use super::{Glance, Wish};

/// For how long after the last call there is something to control: it can be played again. Then the sound device rests,
/// and a desktop that went on showing a radio would show it for ever.
pub(super) const LINGER: Duration = Duration::from_secs(60);

/// Quieter is silent: where the core's loudness ends.
const SOFTEST_DB: f64 = -60.0;

/// What is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NowPlaying {
    /// The talkgroup.
    pub(crate) title: String,
    /// The system.
    pub(crate) artist: String,
    /// The group.
    pub(crate) album: Option<String>,
    /// How long the call is.
    pub(crate) length: Duration,
    /// Whether it sounds.
    pub(crate) sound: Sound,
    /// Where in the call the sound was at `told`.
    pub(crate) position: Duration,
    /// From when on the position runs, if it does.
    pub(crate) told: Instant,
    /// From 0 to 1, and above where the user wants it louder than it is; as PulseAudio counts.
    pub(crate) volume: f64,
}

/// Whether it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sound {
    /// It does, or is about to.
    Playing,
    /// It waits.
    Paused,
    /// It has ended.
    Ended,
}

impl NowPlaying {
    /// Where in the call the sound is `now`.
    pub(crate) fn position(&self, now: Instant) -> Duration {
        let run = match self.sound {
            Sound::Playing => now.saturating_duration_since(self.told),
            Sound::Paused | Sound::Ended => Duration::ZERO,
        };
        (self.position + run).min(self.length)
    }
}

impl Glance {
    /// What the media controls show; none where there is nothing to control.
    pub(crate) fn now_playing(&self, now: Instant) -> Option<NowPlaying> {
        let row = self.row()?;
        if self.until_over(now) == Some(Duration::ZERO) {
            return None;
        }
        Some(NowPlaying {
            title: one_line(&row.title),
            artist: one_line(&row.system),
            album: row.group.as_deref().map(one_line),
            length: Duration::from_millis(self.playback.duration_ms.into()),
            sound: match self.playback.state {
                PlaybackState::Playing | PlaybackState::Loading => Sound::Playing,
                PlaybackState::Paused | PlaybackState::NoDevice => Sound::Paused,
                PlaybackState::Idle => Sound::Ended,
            },
            position: Duration::from_millis(self.playback.position_ms.into()),
            told: self.told?,
            volume: self.volume(),
        })
    }

    /// How long there will be something to control; none where that has no end yet.
    pub(crate) fn until_over(&self, now: Instant) -> Option<Duration> {
        let over = self.quiet_since.filter(|_| !self.listening.paused)?;
        Some(LINGER.saturating_sub(now.saturating_duration_since(over)))
    }

    fn volume(&self) -> f64 {
        if self.listening.muted { 0.0 } else { 10_f64.powf(f64::from(self.listening.volume_db) / 60.0) }
    }

    /// What a key, or a click in the media controls, asks for. They say "other one" where a wish says which.
    pub(crate) fn pressed(&self, event: &MediaControlEvent) -> Option<Wish> {
        let sounds = matches!(self.playback.state, PlaybackState::Playing | PlaybackState::Loading);
        match event {
            MediaControlEvent::Toggle if sounds => Some(Wish::Pause(true)),
            MediaControlEvent::Toggle | MediaControlEvent::Play => self.go_on(),
            MediaControlEvent::Pause => Some(Wish::Pause(true)),
            MediaControlEvent::Next => self.playback.turn.map(Wish::Skip),
            MediaControlEvent::Previous => self.row().map(|row| Wish::Play(row.key)),
            MediaControlEvent::Stop => Some(Wish::Listen(false)),
            MediaControlEvent::SetVolume(volume) => loudness(*volume),
            MediaControlEvent::Raise => Some(Wish::ShowWindow),
            MediaControlEvent::Quit => Some(Wish::Quit),
            // A call is seconds long, and what is live has no place to go to. The list of events may grow.
            _ => None,
        }
    }

    /// After a pause: go on. After a stop: live again.
    fn go_on(&self) -> Option<Wish> {
        match (self.listening.paused, self.listening.live) {
            (true, _) => Some(Wish::Pause(false)),
            (false, false) => Some(Wish::Listen(true)),
            (false, true) => None,
        }
    }
}

/// The core counts decibels.
fn loudness(volume: f64) -> Option<Wish> {
    if volume.is_nan() {
        None
    } else if volume <= 0.0 {
        Some(Wish::Mute(true))
    } else {
        let db = (60.0 * volume.log10()).clamp(SOFTEST_DB, 6.0);
        Some(Wish::Volume(db as f32))
    }
}

#[cfg(test)]
mod tests {
    use squelch_core::model::{CallId, CallKey, ServerId, Turn};
    use squelch_core::view::Event;

    use super::*;
    use crate::samples::{glance, listening, muted, paused, playing, update};

    fn plays() -> Event {
        let mut playback = playing(3, "Engine 5\n& Co");
        playback.position_ms = 500;
        playback.row.as_mut().unwrap().group = Some("Fire".to_owned());
        Event::PlaybackChanged { playback }
    }

    fn state(state: PlaybackState, turn: Option<u32>) -> Event {
        let mut playback = playing(3, "Engine 5");
        (playback.state, playback.turn) = (state, turn.map(Turn));
        Event::PlaybackChanged { playback }
    }

    #[test]
    fn the_call_is_shown_as_it_is_with_its_position_running() {
        let glance = glance(vec![plays()]);
        let told = glance.told.unwrap();
        let shown = glance.now_playing(told).unwrap();
        assert_eq!((shown.title.as_str(), shown.artist.as_str()), ("Engine 5 & Co", "Harbour County"));
        assert_eq!((shown.album.as_deref(), shown.length), (Some("Fire"), Duration::from_secs(2)));
        assert_eq!((shown.sound, shown.volume), (Sound::Playing, 1.0));
        for (after, position) in [(0, 500), (700, 1_200), (60_000, 2_000)] {
            assert_eq!(shown.position(told + Duration::from_millis(after)), Duration::from_millis(position));
        }
        let later = glance.now_playing(told + Duration::from_secs(1)).unwrap();
        assert_eq!(later, shown, "nothing has happened, so there is nothing to tell");
    }

    #[test]
    fn there_is_something_to_control_from_the_first_call_until_a_minute_after_the_last() {
        let mut glance = glance(vec![]);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(glance.now_playing(start).is_none());
        glance.apply(&update(2, [plays()]), start);
        assert!(glance.now_playing(at(600)).is_some());
        assert_eq!(glance.until_over(at(600)), None);
        glance.apply(&update(3, [state(PlaybackState::Idle, None)]), at(600));
        assert_eq!(glance.now_playing(at(659)).unwrap().sound, Sound::Ended);
        assert_eq!(glance.until_over(at(659)), Some(Duration::from_secs(1)));
        assert!(glance.now_playing(at(660)).is_none());
        glance.apply(&update(4, [state(PlaybackState::Idle, None)]), at(661));
        assert!(glance.now_playing(at(661)).is_none(), "quiet is told again");
        glance.apply(&update(5, [paused()]), at(662));
        assert!(glance.now_playing(at(9_999)).is_some(), "a pause can be ended");
    }

    #[test]
    fn keys_ask_for_what_they_say_on_a_radio() {
        use MediaControlEvent::{Next, Pause, Play, Previous, Quit, Raise, SetVolume, Stop, Toggle};
        let call = Wish::Play(CallKey { server: ServerId(1), call: CallId(3) });
        let waits = || state(PlaybackState::Paused, Some(3));
        let table = [
            (vec![plays()], Toggle, Some(Wish::Pause(true))),
            (vec![waits(), paused()], Toggle, Some(Wish::Pause(false))),
            (vec![listening(false)], Toggle, Some(Wish::Listen(true))),
            (vec![listening(false), plays()], Toggle, Some(Wish::Pause(true))),
            (vec![], Toggle, None),
            (vec![waits(), paused()], Play, Some(Wish::Pause(false))),
            (vec![listening(false)], Play, Some(Wish::Listen(true))),
            (vec![plays()], Play, None),
            (vec![plays()], Pause, Some(Wish::Pause(true))),
            (vec![plays()], Next, Some(Wish::Skip(Turn(3)))),
            (vec![], Next, None),
            (vec![state(PlaybackState::Idle, None)], Previous, Some(call)),
            (vec![], Previous, None),
            (vec![], Stop, Some(Wish::Listen(false))),
            (vec![], Raise, Some(Wish::ShowWindow)),
            (vec![], Quit, Some(Wish::Quit)),
            (vec![], SetVolume(1.0), Some(Wish::Volume(0.0))),
            (vec![], SetVolume(0.1), Some(Wish::Volume(-60.0))),
            (vec![], SetVolume(0.01), Some(Wish::Volume(-60.0))),
            (vec![], SetVolume(9.0), Some(Wish::Volume(6.0))),
            (vec![], SetVolume(0.0), Some(Wish::Mute(true))),
            (vec![], SetVolume(-1.0), Some(Wish::Mute(true))),
            (vec![], SetVolume(f64::NAN), None),
            (vec![plays()], MediaControlEvent::OpenUri("file:///etc/passwd".to_owned()), None),
        ];
        for (events, key, wish) in table {
            assert_eq!(glance(events.clone()).pressed(&key), wish, "{key:?} after {events:?}");
        }
    }

    #[test]
    fn a_volume_that_was_set_is_the_one_that_is_shown() {
        for volume in [0.1, 0.5, 1.0, 1.25] {
            let Some(Wish::Volume(db)) = loudness(volume) else { panic!("{volume} is a loudness") };
            let mut glance = glance(vec![]);
            glance.listening.volume_db = db;
            assert!((glance.volume() - volume).abs() < 1e-5, "{volume}");
        }
        assert_eq!(glance(vec![muted()]).volume(), 0.0);
    }
}
