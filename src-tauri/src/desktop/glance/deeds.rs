//! What a deed asks for, given what was heard last.

use super::{Glance, Wish};
use crate::deed::Deed;

impl Glance {
    /// The wish behind a deed; none where there is nothing to do it to.
    pub(crate) fn wish_of(&self, deed: Deed) -> Option<Wish> {
        match deed {
            Deed::Replay => self.row().map(|row| Wish::Play(row.key)),
            Deed::Skip => self.playback.turn.map(Wish::Skip),
            Deed::Mute => Some(Wish::Mute(!self.listening.muted)),
            Deed::Hold => match (self.selection.talkgroup.is_some(), self.talkgroup()) {
                (true, _) => Some(Wish::Hold(None)),
                (false, talkgroup) => talkgroup.map(|talkgroup| Wish::Hold(Some(talkgroup))),
            },
            Deed::Live => Some(Wish::Listen(!self.listening.live)),
            Deed::Pause => Some(Wish::Pause(!self.listening.paused)),
        }
    }

    /// Whether it is muted.
    pub(crate) fn is_muted(&self) -> bool {
        self.listening.muted
    }
}

#[cfg(test)]
mod tests {
    use squelch_core::model::{CallId, CallKey, ServerId, TalkgroupId, TalkgroupKey, Turn};
    use squelch_core::view::{Event, HeldTalkgroup, SelectionView};

    use super::*;
    use crate::samples::{glance, listening, muted, paused, playing};

    fn plays() -> Event {
        let mut playback = playing(3, "Engine 5");
        playback.row.as_mut().unwrap().talkgroup = Some(TalkgroupId(7));
        Event::PlaybackChanged { playback }
    }

    #[test]
    fn a_deed_is_done_to_what_was_heard_last() {
        let key = TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(7) };
        let held = || {
            let talkgroup = Some(HeldTalkgroup { key, name: "Fire".into() });
            Event::SelectionChanged { selection: SelectionView { talkgroup, ..SelectionView::default() } }
        };
        let call = CallKey { server: ServerId(1), call: CallId(3) };
        let table = [
            (vec![], Deed::Replay, None),
            (vec![plays()], Deed::Replay, Some(Wish::Play(call))),
            (vec![], Deed::Skip, None),
            (vec![plays()], Deed::Skip, Some(Wish::Skip(Turn(3)))),
            (vec![], Deed::Mute, Some(Wish::Mute(true))),
            (vec![muted()], Deed::Mute, Some(Wish::Mute(false))),
            (vec![], Deed::Hold, None),
            (vec![plays()], Deed::Hold, Some(Wish::Hold(Some(key)))),
            (vec![plays(), held()], Deed::Hold, Some(Wish::Hold(None))),
            (vec![listening(true)], Deed::Live, Some(Wish::Listen(false))),
            (vec![listening(false)], Deed::Live, Some(Wish::Listen(true))),
            (vec![listening(true)], Deed::Pause, Some(Wish::Pause(true))),
            (vec![paused()], Deed::Pause, Some(Wish::Pause(false))),
        ];
        for (events, deed, wish) in table {
            assert_eq!(glance(events.clone()).wish_of(deed), wish, "{deed:?} after {events:?}");
        }
    }
}
