//! What the window is told about calls and servers fits together.

use std::collections::BTreeSet;

use super::World;
use crate::model::CallKey;
use crate::state::feed::MOST_ROWS;
use crate::view::{RowState, Snapshot};

impl World {
    pub(super) fn check_rows(&mut self) {
        let snapshot = self.state.snapshot(self.now, 0);
        assert!(snapshot.rows.len() <= MOST_ROWS, "{} rows", snapshot.rows.len());
        let keys: BTreeSet<_> = snapshot.rows.iter().map(|row| row.key).collect();
        assert_eq!(keys.len(), snapshot.rows.len(), "no row is there twice");
        let current = self.state.playback.current.as_ref().map(|current| current.key);
        let queued: BTreeSet<_> = self.state.queue.iter().map(|item| item.key).collect();
        assert_eq!(queued.len(), self.state.queue.len(), "no call waits twice");
        self.check_archived_rows();
        let missed = self.check_missed();
        // Those that were only found included.
        let known = self.state.feed.known();
        let has_row = |key: &CallKey| known.iter().any(|row| row.key == *key);
        assert!(queued.iter().chain(&current).all(has_row), "what is to be heard has a row");
        for row in &known {
            match row.state {
                RowState::Playing => assert_eq!(current, Some(row.key), "one call plays, and its row says so"),
                RowState::Waiting | RowState::Loading | RowState::Ready => {
                    assert!(queued.contains(&row.key), "{row:?} waits nowhere");
                }
                RowState::Missed => assert!(missed.contains(&row.key), "{row:?} waits for no word"),
                RowState::Found
                | RowState::Unplayed
                | RowState::Played
                | RowState::Skipped
                | RowState::NotPlayed { .. }
                | RowState::Failed { .. } => {
                    assert!(!queued.contains(&row.key) && current != Some(row.key), "{row:?} is still under way");
                }
            }
        }
        check_servers(&snapshot);
        self.check_logins(&snapshot);
    }
}

/// Nothing is left of a server that was removed.
fn check_servers(snapshot: &Snapshot) {
    let servers: BTreeSet<_> = snapshot.servers.iter().map(|server| server.id).collect();
    let rows = snapshot.rows.iter().map(|row| row.key.server);
    let shown = snapshot.playback.row.iter().map(|row| row.key.server);
    let selection = &snapshot.selection;
    let held = selection.system.iter().map(|held| held.key.server);
    let held = held.chain(selection.talkgroup.iter().map(|held| held.key.server));
    let avoided = selection.avoided.iter().map(|avoided| avoided.key.server);
    let off = selection.off.iter().map(|off| off.server);
    let chosen = held.chain(avoided).chain(off);
    let unknown: Vec<_> = rows.chain(shown).chain(chosen).filter(|id| !servers.contains(id)).collect();
    assert!(unknown.is_empty(), "{unknown:?} were removed");
}
