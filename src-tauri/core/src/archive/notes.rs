//! What the archive is told: values, each about one call, and a few about everything.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::clock::WallTime;
use crate::model::{Call, CallKey, ServerId, TalkgroupKey, Transcript};
use crate::view::NotPlayed;

/// One thing about one call.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// It was announced, or found to be missing. Told again, its details are joined and its state is left alone.
    Seen(Box<Sighting>),
    /// What became of it. What was heard stays heard, whatever becomes of it when it is played once more.
    State(State),
    /// What was said in it; replaces what was known.
    Transcript(Transcript),
    /// Its audio was fetched. A call that has audio keeps what it has.
    Audio(Audio),
    /// Kept for ever by hand, or not.
    Keep(bool),
}

/// A call as it is seen first.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// The call, with the labels that the directory has for it now: an archive shows what things were called then.
    pub call: Call,
    /// When it was seen, by this computer's clock.
    pub at: WallTime,
    /// It came in answer to a question about what was missed.
    pub late: bool,
    /// What becomes of it at first.
    pub state: State,
}

/// What became of a call; always exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has heard it yet, and it was meant to be heard.
    Unheard,
    /// It was played to its end.
    Heard,
    /// The user left it.
    Skipped,
    /// It was not to be played.
    Filtered(NotPlayed),
    /// Its audio cannot be had any more.
    Unavailable,
}

/// A call's audio as the server sent it, with what decoding it has shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    /// The file, as it came.
    pub bytes: Bytes,
    /// Its length, from the decoded samples.
    pub duration: Duration,
    /// Its shape.
    pub peaks: Peaks,
}

/// The loudest of each 64th part of a call, from 0 (silence) to 255 (full scale).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peaks(pub [u8; Peaks::COUNT]);

impl Peaks {
    /// How many there are: enough for a call drawn a finger wide, small enough for a million of them.
    pub const COUNT: usize = 64;

    /// The peaks of samples between -1 and 1. Fewer samples than parts are spread over them; none at all is silence.
    pub fn of(samples: &[f32]) -> Self {
        let edge = |part: usize| part * samples.len() / Self::COUNT;
        Self(std::array::from_fn(|part| {
            let from = edge(part).min(samples.len().saturating_sub(1));
            let part = samples.get(from..edge(part + 1).max(from + 1)).unwrap_or_default();
            let loudest = part.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
            // A float that is too large, or none, becomes the nearest number there is.
            (loudest * 255.0).round() as u8
        }))
    }
}

/// How much is kept. What is kept by hand or for its talkgroup does not count and does not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// For how long; for ever if none.
    pub age: Option<Duration>,
    /// How many bytes, audio and what is written about it together; without limit if none.
    pub bytes: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { age: Some(Duration::from_secs(7 * 24 * 60 * 60)), bytes: Some(2_000_000_000) }
    }
}

/// A time of which it is not known what was announced, and could not be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Where.
    pub server: ServerId,
    /// From then.
    pub from: WallTime,
    /// To then.
    pub to: WallTime,
}

/// A call that is being played, or waits to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The call.
    pub key: CallKey,
    /// So much of it was heard.
    pub at: Duration,
    /// Somebody asked for this very call: it waits however old it is.
    pub by_hand: bool,
    /// When it came, by this computer's clock.
    pub arrived: WallTime,
}

/// All that an archive can be told, as one value. See the methods of [`Archive`](super::Archive) of the same names.
#[derive(Debug, Clone, PartialEq)]
pub enum Memo {
    /// Something about a call.
    Note(CallKey, Note),
    /// Where a server is reached.
    Meet(ServerId, String),
    /// Whether a talkgroup's calls are kept for ever.
    KeepTalkgroup(TalkgroupKey, bool),
    /// What waits to be played, in order.
    Waiting(Vec<Position>),
    /// What is being played.
    Playing(Option<Position>),
    /// A time of which nothing is known.
    Gap(Gap),
    /// How much is kept.
    Limit(Limits),
    /// Nothing is.
    DeleteAll,
}

/// Everything noted about one call that is not yet written.
#[derive(Debug, Default, Clone)]
pub(super) struct Pending {
    pub(super) seen: Option<Box<Sighting>>,
    pub(super) state: Option<State>,
    pub(super) transcript: Option<Transcript>,
    pub(super) audio: Option<Audio>,
    pub(super) keep: Option<bool>,
}

impl Pending {
    /// Takes one more note; the newer one counts.
    pub(super) fn add(&mut self, note: Note) {
        match note {
            Note::Seen(sighting) => match &mut self.seen {
                Some(seen) => seen.call = sighting.call,
                None => self.seen = Some(sighting),
            },
            Note::State(state) if self.state != Some(State::Heard) => self.state = Some(state),
            Note::State(_) => {}
            Note::Transcript(transcript) => self.transcript = Some(transcript),
            Note::Audio(audio) => self.audio = self.audio.take().or(Some(audio)),
            Note::Keep(keep) => self.keep = Some(keep),
        }
    }

    /// Puts notes underneath that are older than these.
    pub(super) fn put_under(&mut self, older: Self) {
        if let Some(mut seen) = older.seen {
            if let Some(newer) = self.seen.take() {
                seen.call = newer.call;
            }
            self.seen = Some(seen);
        }
        self.state = older.state.filter(|state| *state == State::Heard).or(self.state).or(older.state);
        self.transcript = self.transcript.take().or(older.transcript);
        self.audio = older.audio.or(self.audio.take());
        self.keep = self.keep.or(older.keep);
    }

    /// Bytes of audio.
    pub(super) fn audio_bytes(&self) -> usize {
        self.audio.as_ref().map_or(0, |audio| audio.bytes.len())
    }

    /// About how many bytes of memory its words take.
    pub(super) fn text_bytes(&self) -> usize {
        let said = |transcript: &Transcript| {
            transcript.text.len() + transcript.segments.iter().map(|segment| segment.text.len() + 64).sum::<usize>()
        };
        let call = |call: &Call| {
            call.transcript.as_ref().map_or(0, String::len)
                + call.units.iter().map(|span| 48 + span.tag.as_ref().map_or(0, String::len)).sum::<usize>()
        };
        512 + self.transcript.as_ref().map_or(0, said) + self.seen.as_ref().map_or(0, |seen| call(&seen.call))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_show_where_a_call_is_loud_and_survive_any_number_of_samples() {
        let mut samples = vec![0.0; 6_400];
        samples[150] = -1.0;
        samples[6_399] = 0.5;
        let Peaks(peaks) = Peaks::of(&samples);
        assert_eq!((peaks[0], peaks[1], peaks[2], peaks[63]), (0, 255, 0, 128));
        assert_eq!(Peaks::of(&[]), Peaks([0; 64]));
        assert_eq!(Peaks::of(&[2.0, f32::NAN]).0[0], 255);
        for length in 1..200 {
            assert_eq!(Peaks::of(&vec![1.0; length]), Peaks([255; 64]), "{length}");
        }
    }

    #[test]
    fn older_notes_put_under_newer_ones_change_only_what_the_newer_ones_do_not_say() {
        let mut newer = Pending::default();
        newer.add(Note::State(State::Heard));
        let mut older = Pending::default();
        older.add(Note::State(State::Unheard));
        older.add(Note::Keep(true));
        newer.put_under(older);
        assert_eq!((newer.state, newer.keep), (Some(State::Heard), Some(true)));
    }
}
