//! Holds, avoids and switches, and that no choice loses a call that still matches.

use std::collections::BTreeSet;

use super::{World, ops};
use crate::model::{CallKey, ServerId, SystemId, SystemKey, TalkgroupId, TalkgroupKey};
use crate::state::queue::Why;
use crate::state::selection::Place;
use crate::view::{Command, RowState};

impl World {
    pub(super) fn apply_to_selection(&mut self, server: ServerId, wish: ops::Selection) {
        let waiting = self.waiting();
        let key = |talkgroup| TalkgroupKey { server, talkgroup: TalkgroupId(talkgroup) };
        self.command(match wish {
            ops::Selection::HoldSystem(system) => {
                Command::HoldSystem { system: system.map(|system| SystemKey { server, system: SystemId(system) }) }
            }
            ops::Selection::HoldTalkgroup(talkgroup) => Command::HoldTalkgroup { talkgroup: talkgroup.map(key) },
            ops::Selection::Avoid(talkgroup) => Command::Avoid { talkgroup: key(talkgroup), minutes: Some(1) },
            ops::Selection::Unavoid(talkgroup) => Command::Unavoid { talkgroup: key(talkgroup) },
            ops::Selection::Switch(talkgroups, on) => {
                Command::Switch { server, talkgroups: talkgroups.into_iter().map(TalkgroupId).collect(), on }
            }
            ops::Selection::Alert(talkgroup, on) => Command::AlertTalkgroup { talkgroup: key(talkgroup), on },
            ops::Selection::MuteAlerts(talkgroup, on) => {
                Command::MuteAlerts { talkgroup: key(talkgroup), minutes: on.then_some(1) }
            }
        });
        self.check_what_waited(&waiting);
    }

    /// The calls that came by themselves and are to be heard.
    fn waiting(&self) -> Vec<CallKey> {
        self.state.queue.iter().filter(|item| item.why == Why::Live).map(|item| item.key).collect()
    }

    /// A choice loses no call that still matches, and says of each other one why it is not played.
    fn check_what_waited(&self, waiting: &[CallKey]) {
        let left: BTreeSet<_> = self.waiting().into_iter().collect();
        let current = self.state.playback.current.as_ref().map(|current| current.key);
        for key in waiting.iter().filter(|key| !left.contains(key) && current != Some(**key)) {
            let entry = self.state.feed.get(key).expect("what waited has a row");
            let place = Place { server: key.server, system: entry.system, talkgroup: entry.talkgroup };
            let why = self.state.selection.verdict(place).expect_err("it still matches");
            assert_eq!(entry.state, RowState::NotPlayed { why });
        }
    }
}
