//! Whoever catches up loses no call that matters, and what sounds is as fast as it is due.

use std::collections::BTreeMap;

use super::World;
use crate::model::CallKey;
use crate::sound::Tempo;
use crate::state::queue::{Item, Why};
use crate::state::selection::Place;
use crate::view::{CatchUpState, NotPlayed, Priority, RowState};

impl World {
    /// What waits.
    pub(super) fn waiting_now(&self) -> BTreeMap<CallKey, Item> {
        self.state.queue.iter().map(|item| (item.key, item.clone())).collect()
    }

    /// Only what may be is left out for being late, and only when it is.
    pub(super) fn check_left_out(&self, before: &BTreeMap<CallKey, Item>) {
        let left_out = RowState::NotPlayed { why: NotPlayed::LeftBehind };
        for (key, item) in before {
            let Some(entry) = self.state.feed.get(key).filter(|entry| entry.state == left_out) else { continue };
            assert!(!self.state.queue.contains(key), "{key:?} is left out and waits");
            // Who does not go back to it after all leaves it as it was.
            if item.why == Why::Rewound && item.was.as_ref() == Some(&left_out) {
                continue;
            }
            let place = Place { server: key.server, system: entry.system, talkgroup: entry.talkgroup };
            assert!(!self.state.selection.holds(place), "{key:?} is held");
            assert_ne!(self.state.priority_of(key), Priority::High, "{key:?}");
            assert!(item.why == Why::Live && !item.begun, "{key:?} was asked for, or has begun");
            let most = self.state.settings.catch_up.most();
            assert!(most.is_some_and(|most| self.now.since(item.arrived) > most), "{key:?} is not late");
        }
    }

    /// The sound thread plays at the tempo that the position is counted with; never faster than usual what was asked for, or
    /// what is live.
    pub(super) fn check_tempo(&self) {
        let tempo = self.sound.tempo.unwrap_or(Tempo::USUAL);
        assert_eq!(tempo, self.state.catching.tempo());
        let current = self.state.playback.current.as_ref();
        assert!(current.is_none_or(|current| current.tempo == tempo), "its position is counted otherwise");
        let is_asked = current.is_some_and(|current| current.why.is_now());
        let is_on = self.state.catch_up_state() == CatchUpState::On;
        assert_eq!(tempo.trims(), is_on && !is_asked);
        assert!(tempo.trims() || tempo == Tempo::USUAL);
        assert!(!is_on || self.state.behind() > std::time::Duration::from_secs(2), "it is live");
    }
}
