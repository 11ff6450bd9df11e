//! What the keys of a terminal ask for.

use squelch_core::model::{SystemKey, TalkgroupKey};
use squelch_core::view::{Command, ListeningView, PlaybackView, SelectionView};

/// One key press louder or quieter, in decibels.
const STEP: f32 = 3.0;
/// How long an avoid lasts.
const AVOID_MINUTES: u32 = 30;

/// What the `?` key prints.
pub(crate) const HELP: &str = "space pause, right or n skip, left or r replay, l live, m mute, h hold talkgroup, \
    s hold system, a avoid for 30 minutes, up or + louder, down or - quieter, q quit";

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Pause,
    Skip,
    Replay,
    Live,
    Mute,
    Hold,
    HoldSystem,
    Avoid,
    Louder,
    Quieter,
    Help,
    Quit,
}

/// The keys in what a terminal sent at once. An unknown sequence is left out whole, so that its letters press nothing.
pub(crate) fn read(mut bytes: &[u8]) -> Vec<Key> {
    let mut keys = Vec::new();
    while let Some((&first, rest)) = bytes.split_first() {
        let (key, after) = match (first, rest) {
            (0x1b, [b'[' | b'O', sequence @ ..]) => arrow(sequence),
            (0x1b, [_, after @ ..]) => (None, after),
            _ => (letter(first), rest),
        };
        keys.extend(key);
        bytes = after;
    }
    keys
}

fn arrow(sequence: &[u8]) -> (Option<Key>, &[u8]) {
    let end = sequence.iter().position(|byte| (0x40..=0x7e).contains(byte));
    let Some(end) = end else { return (None, &[]) };
    let key = match &sequence[..=end] {
        b"A" => Some(Key::Louder),
        b"B" => Some(Key::Quieter),
        b"C" => Some(Key::Skip),
        b"D" => Some(Key::Replay),
        _ => None,
    };
    (key, &sequence[end + 1..])
}

fn letter(byte: u8) -> Option<Key> {
    Some(match byte.to_ascii_lowercase() {
        b' ' => Key::Pause,
        b'n' => Key::Skip,
        b'r' => Key::Replay,
        b'l' => Key::Live,
        b'm' => Key::Mute,
        b'h' => Key::Hold,
        b's' => Key::HoldSystem,
        b'a' => Key::Avoid,
        b'+' | b'=' => Key::Louder,
        b'-' => Key::Quieter,
        b'?' => Key::Help,
        b'q' => Key::Quit,
        _ => return None,
    })
}

/// What is, as far as keys depend on it.
#[derive(Debug, Clone)]
pub(crate) struct Now {
    pub(crate) playback: PlaybackView,
    pub(crate) listening: ListeningView,
    pub(crate) selection: SelectionView,
}

/// The wish behind a key, or none where there is nothing to act on. Help and quit are the program's own.
pub(crate) fn wish(key: Key, now: &Now) -> Option<Command> {
    let Now { playback, listening, selection } = now;
    let row = playback.row.as_ref();
    Some(match key {
        Key::Pause => Command::Pause { on: !listening.paused },
        Key::Skip => Command::Skip { turn: playback.turn? },
        Key::Replay => Command::Play { call: row?.key },
        Key::Live => Command::Listen { on: !listening.live },
        Key::Mute => Command::Mute { on: !listening.muted },
        Key::Louder => Command::Volume { db: listening.volume_db + STEP },
        Key::Quieter => Command::Volume { db: listening.volume_db - STEP },
        // A second press releases, whatever sounds by then.
        Key::Hold if selection.talkgroup.is_some() => Command::HoldTalkgroup { talkgroup: None },
        Key::Hold => Command::HoldTalkgroup {
            talkgroup: Some(TalkgroupKey { server: row?.key.server, talkgroup: row?.talkgroup? }),
        },
        Key::HoldSystem if selection.system.is_some() => Command::HoldSystem { system: None },
        Key::HoldSystem => {
            Command::HoldSystem { system: Some(SystemKey { server: row?.key.server, system: row?.system_id? }) }
        }
        Key::Avoid => {
            let talkgroup = TalkgroupKey { server: row?.key.server, talkgroup: row?.talkgroup? };
            if selection.avoided.iter().any(|avoided| avoided.key == talkgroup) {
                Command::Unavoid { talkgroup }
            } else {
                Command::Avoid { talkgroup, minutes: Some(AVOID_MINUTES) }
            }
        }
        Key::Help | Key::Quit => return None,
    })
}

#[cfg(test)]
mod tests {
    use squelch_core::model::{ServerId, TalkgroupId, Turn};
    use squelch_core::view::{AvoidedTalkgroup, HeldTalkgroup};

    use super::*;
    use crate::samples;

    #[test]
    fn letters_and_arrows_are_keys_and_unknown_sequences_press_nothing() {
        let table: [(&[u8], &[Key]); 9] = [
            (b" ", &[Key::Pause]),
            (b"nQ", &[Key::Skip, Key::Quit]),
            (b"\x1b[C\x1b[D", &[Key::Skip, Key::Replay]),
            (b"\x1bOA\x1bOB", &[Key::Louder, Key::Quieter]),
            (b"\x1b[1;5C", &[]),
            (b"\x1b[200~", &[]),
            (b"\x1b[Mq", &[Key::Quit]),
            (b"\x1bq", &[]),
            (b"\x1b\x00\xffz", &[]),
        ];
        for (bytes, keys) in table {
            assert_eq!(read(bytes), keys, "{bytes:?}");
        }
    }

    #[test]
    fn a_key_wishes_for_the_other_of_two_states() {
        let mut now = samples::now();
        let is = |key, now: &Now| format!("{:?}", wish(key, now));
        assert_eq!(is(Key::Pause, &now), "Some(Pause { on: true })");
        assert_eq!(is(Key::Live, &now), "Some(Listen { on: false })");
        assert_eq!(is(Key::Mute, &now), "Some(Mute { on: true })");
        assert_eq!(is(Key::Louder, &now), "Some(Volume { db: -3.0 })");
        assert_eq!(is(Key::Skip, &now), "None", "nothing sounds");
        assert_eq!(is(Key::Hold, &now), "None");
        assert_eq!(is(Key::Quit, &now), "None");

        now.playback.row = Some(samples::row());
        now.playback.turn = Some(Turn(7));
        assert_eq!(is(Key::Skip, &now), "Some(Skip { turn: Turn(7) })");
        assert!(is(Key::Replay, &now).starts_with("Some(Play"), "{}", is(Key::Replay, &now));
        let key = TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(12) };
        assert_eq!(is(Key::Hold, &now), format!("Some(HoldTalkgroup {{ talkgroup: Some({key:?}) }})"));
        assert_eq!(is(Key::Avoid, &now), format!("Some(Avoid {{ talkgroup: {key:?}, minutes: Some(30) }})"));

        now.selection.talkgroup = Some(HeldTalkgroup { key, name: "Fire".into() });
        now.selection.avoided = vec![AvoidedTalkgroup { key, name: "Fire".into(), left_ms: None }];
        assert_eq!(is(Key::Hold, &now), "Some(HoldTalkgroup { talkgroup: None })");
        assert_eq!(is(Key::Avoid, &now), format!("Some(Unavoid {{ talkgroup: {key:?} }})"));
    }
}
