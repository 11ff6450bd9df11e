//! What was missed while nobody heard a server.

use std::collections::BTreeSet;

use super::{World, listed};
use crate::model::CallKey;
use crate::search::Since;
use crate::server::ArchiveError;
use crate::state::Input;
use crate::view::{Command, MissedChoice, RowState};

impl World {
    /// Badly, or with some calls that are known and some that are not.
    pub(super) fn answer_missed(&mut self, pick: usize, how: u64) {
        if self.missing.is_empty() {
            return;
        }
        let (server, ask) = self.missing.remove(pick % self.missing.len());
        let result = match how {
            0..4 => Err(ArchiveError::NoAnswer),
            _ => Ok(Since {
                calls: (how..how + 3).map(|id| listed(id, 1 + id % 3)).collect(),
                whole: how.is_multiple_of(2),
            }),
        };
        self.input(Input::Missed(server, ask, result));
    }

    pub(super) fn answer_all_missed(&mut self) {
        while !self.missing.is_empty() {
            self.answer_missed(0, 20);
        }
    }

    /// As much of it as there is room for.
    pub(super) fn play_missed(&mut self) {
        if !self.state.missed.is_empty() {
            self.command(Command::Missed { choice: MissedChoice::Play });
        }
    }

    /// What waits for a word is what says so, and is counted right.
    pub(super) fn check_missed(&self) -> BTreeSet<CallKey> {
        let missed: BTreeSet<_> = self.state.missed.iter().copied().collect();
        assert_eq!(missed.len(), self.state.missed.len(), "no call is missed twice");
        assert_eq!(self.state.away_view().calls as usize, missed.len());
        let is_missed = |key: &CallKey| self.state.feed.get(key).is_some_and(|entry| entry.state == RowState::Missed);
        assert!(missed.iter().all(is_missed), "what waits for a word says so");
        missed
    }
}
