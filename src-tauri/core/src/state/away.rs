//! Calls that were missed when they happened: asked for, put in their place, and played if somebody wants that.

use std::time::Duration;

use crate::archive::{self, Memo};
use crate::clock::WallTime;
use crate::model::{Call, CallKey, ServerId};
use crate::problem::Problem;
use crate::search::Since;
use crate::server::ArchiveError;
use crate::view::{AwayView, Event, GapView, MissedChoice, NotPlayed, Priority, RowState, WhileAway};

use super::continuity::Gap;
use super::queue::{MOST_QUEUED, Why};
use super::rows::millis;
use super::selection::Place;
use super::servers::Server;
use super::{Effect, State};

/// Who was away for less is not asked: the calls play as if nothing had happened.
const SHORT: Duration = Duration::from_secs(60);
/// More missed calls than this do not wait for a word; the oldest go.
pub(crate) const MOST_MISSED: usize = 500;

impl State {
    /// Asks every server that is to be asked.
    pub(super) fn ask_for_missed(&mut self) {
        for server in self.servers.values_mut() {
            if let Some((ask, from)) = server.continuity.next(self.now) {
                self.effects.push(Effect::Missed { server: server.id, ask, from });
            }
        }
    }

    /// A server has said what there was.
    pub(super) fn missed(&mut self, id: ServerId, ask: u32, result: Result<Since, ArchiveError>) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        let found = match result {
            Ok(found) => found,
            Err(error) => {
                tracing::info!(%error, "what was missed is not known");
                self.changes.away |= server.continuity.failed(ask, self.now, Problem::from(&error));
                return;
            }
        };
        let had_gap = server.continuity.gap().is_some();
        let Some(answered) = server.continuity.answered(ask, self.now, &found.calls, found.whole) else { return };
        let gap = server.continuity.gap().cloned();
        self.changes.away |= had_gap || gap.is_some();
        let past = &server.continuity;
        let is_ours = |call: &Call| call.start.0.div_euclid(1_000) >= answered.joined && !past.was_heard_before(call);
        let late: Vec<_> = found.calls.into_iter().filter(is_ours).collect();
        let was_short = answered.away < SHORT;
        let mut came = false;
        for call in late {
            came |= self.came_late(id, call, was_short);
        }
        if let Some(gap) = gap {
            self.note_gap(id, &gap);
        }
        self.limit_missed();
        if came && let Some(server) = self.servers.get_mut(&id) {
            server.continuity.was_worth_asking();
        }
        if came && !found.whole {
            self.mark_gap(id);
        }
        self.follow_setting();
    }

    /// Puts a call that was missed into its place. Returns whether it is one.
    fn came_late(&mut self, id: ServerId, call: Call, was_short: bool) -> bool {
        let key = CallKey::new(id, call.id);
        self.make_room_for_other(id, [&call]);
        if self.feed.knows(&key) && !self.is_only_earlier(id, &call) {
            return false;
        }
        self.learn_units(id, &call);
        let Some(server) = self.servers.get(&id) else { return false };
        let (system, talkgroup) = server.directory.ids(&call);
        let wanted = match self.settings.live {
            true => self.selection.verdict(Place { server: id, system, talkgroup }),
            false => Err(NotPlayed::LiveOff),
        };
        let state = match wanted {
            Err(why) => RowState::NotPlayed { why },
            Ok(()) if was_short => RowState::Waiting,
            Ok(()) => RowState::Missed,
        };
        // It may have been found, and played or queued, in the archive.
        let is_dealt_with = self.feed.get(&key).is_some_and(|entry| entry.state != RowState::Found);
        let start = call.start;
        self.feed.add_late(key, call, &server.directory, state);
        self.note_preset(key);
        self.changes.added(key);
        if wanted.is_ok() && !is_dealt_with {
            if was_short {
                let began_later = |other: &CallKey| self.feed.get(other).is_some_and(|entry| entry.call.start > start);
                self.queue.insert(self.item(key, Why::Live), began_later);
                self.changes.listening = true;
            } else {
                self.missed.push(key);
                self.changes.away = true;
            }
        }
        true
    }

    /// Whether a call was taken for one from before we came, because the archive had not said yet when that was. Then it gives
    /// up its place.
    fn is_only_earlier(&mut self, id: ServerId, call: &Call) -> bool {
        let came = self.servers.get(&id).is_some_and(|server| server.continuity.came_while_not_running(call));
        let key = CallKey::new(id, call.id);
        let is_only_earlier = came && self.feed.take_earlier(&key);
        if is_only_earlier {
            self.effects.push(Effect::Publish(Event::RowsRemoved { calls: vec![key] }));
        }
        is_only_earlier
    }

    /// A call's announcement comes after the answer that had it among the missed ones: both were on their way at once, and
    /// who is told of a call when it happens has missed nothing. That holds, too, where missed ones were dropped meanwhile.
    pub(super) fn is_live_after_all(&mut self, key: CallKey, wanted: Result<(), NotPlayed>) {
        let is_missed =
            |state: &RowState| matches!(state, RowState::Missed | RowState::NotPlayed { why: NotPlayed::WhileAway });
        let entry = self.feed.get_mut(&key).filter(|entry| entry.late && is_missed(&entry.state));
        let Some(entry) = entry else { return };
        entry.late = false;
        match wanted {
            Ok(()) => {
                self.mark(key, RowState::Waiting);
                self.queue.push_back(self.item(key, Why::Live));
                self.changes.listening = true;
            }
            Err(why) => self.mark(key, RowState::NotPlayed { why }),
        }
        self.tidy_missed();
    }

    /// Shows before which call of a server something may be missing: the oldest of those that came late.
    fn mark_gap(&mut self, id: ServerId) {
        if let Some(key) = self.feed.mark_gap(id) {
            self.changes.row(key);
        }
    }

    /// Does with missed calls what the user wants done without being asked.
    fn follow_setting(&mut self) {
        match self.settings.while_away {
            WhileAway::Ask => {}
            WhileAway::Play => self.choose_missed(MissedChoice::Play),
            WhileAway::Skim => self.choose_missed(MissedChoice::Skim),
            WhileAway::Drop => self.choose_missed(MissedChoice::Drop),
        }
    }

    /// What becomes of the calls that wait for a word. What does not fit into the queue goes on waiting.
    pub(super) fn choose_missed(&mut self, choice: MissedChoice) {
        let missed = std::mem::take(&mut self.missed);
        let mut room = MOST_QUEUED.saturating_sub(self.queue.iter().filter(|item| item.why == Why::Queued).count());
        for key in missed {
            let wanted = match choice {
                MissedChoice::Play => true,
                MissedChoice::Skim => self.stands_out(&key),
                MissedChoice::Drop => false,
            };
            if !wanted {
                self.mark(key, RowState::NotPlayed { why: NotPlayed::WhileAway });
            } else if room == 0 {
                self.missed.push(key);
            } else {
                room -= 1;
                let start = self.feed.get(&key).map(|entry| entry.call.start);
                let began_later = |other: &CallKey| self.feed.get(other).map(|entry| entry.call.start) > start;
                self.queue.insert(self.item(key, Why::Queued), began_later);
                self.mark(key, RowState::Waiting);
                self.changes.listening = true;
            }
            self.changes.away = true;
        }
    }

    /// Whether a call is heard by those who only skim.
    fn stands_out(&self, key: &CallKey) -> bool {
        let Some(entry) = self.feed.get(key) else { return false };
        let place = Place { server: key.server, system: entry.system, talkgroup: entry.talkgroup };
        self.selection.holds(place)
            || self.priority_of(key) == Priority::High
            || self.row_of(key).is_some_and(|row| row.bookmarked == Some(true))
    }

    /// The oldest over the limit do not wait.
    fn limit_missed(&mut self) {
        let feed = &self.feed;
        self.missed.sort_by_key(|key| (feed.get(key).map(|entry| entry.call.start), *key));
        let over = self.missed.len().saturating_sub(MOST_MISSED);
        for key in self.missed.drain(..over).collect::<Vec<_>>() {
            self.mark(key, RowState::NotPlayed { why: NotPlayed::TooOld });
        }
    }

    /// Those that were played or queued one by one, or whose server is gone, do not wait any more.
    pub(super) fn tidy_missed(&mut self) {
        let (before, feed) = (self.missed.len(), &self.feed);
        self.missed.retain(|key| feed.get(key).is_some_and(|entry| entry.state == RowState::Missed));
        self.changes.away |= self.missed.len() != before;
    }

    /// Nor do those that no longer fit the selection.
    pub(super) fn refilter_missed(&mut self) {
        for key in self.missed.clone() {
            let Some(entry) = self.feed.get(&key) else { continue };
            let place = Place { server: key.server, system: entry.system, talkgroup: entry.talkgroup };
            if let Err(why) = self.selection.verdict(place) {
                self.mark(key, RowState::NotPlayed { why });
            }
        }
        // What a hold, a priority or a bookmark makes stand out is counted anew.
        self.changes.away |= !self.missed.is_empty();
    }

    pub(super) fn look_again(&mut self, id: ServerId) -> Result<(), Problem> {
        self.listed(id)?;
        if let Some(server) = self.servers.get_mut(&id) {
            server.continuity.look_again(self.now);
        }
        Ok(())
    }

    pub(super) fn leave_gap(&mut self, id: ServerId) -> Result<(), Problem> {
        self.listed(id)?;
        if let Some(server) = self.servers.get_mut(&id) {
            let gap = server.continuity.gap().cloned();
            self.changes.away |= server.continuity.leave_gap();
            // One without a problem was noted when it was found.
            if let Some(gap) = gap.filter(|gap| gap.problem.is_some()) {
                self.note_gap(id, &gap);
            }
        }
        Ok(())
    }

    /// Has the archive know that nothing is known of this time.
    fn note_gap(&mut self, server: ServerId, gap: &Gap) {
        if self.settings.archive.on {
            let at = |second: i64| WallTime(second.saturating_mul(1_000));
            self.memo(Memo::Gap(archive::Gap { server, from: at(gap.from), to: at(gap.to) }));
        }
    }

    /// The same of all that nobody could be asked for until the end.
    pub(super) fn note_open_gaps(&mut self) {
        let open = |server: &Server| {
            let gap = server.continuity.gap().filter(|gap| gap.problem.is_some())?;
            Some((server.id, gap.clone()))
        };
        for (id, gap) in self.servers.values().filter_map(open).collect::<Vec<_>>() {
            self.note_gap(id, &gap);
        }
    }

    pub(super) fn away_view(&self) -> AwayView {
        let length: Duration = self.missed.iter().map(|key| self.length(key)).sum();
        let is_known = self.missed.iter().all(|key| !self.length(key).is_zero());
        let gap = |server: &Server| {
            let gap = server.continuity.gap()?;
            let (from_ms, to_ms) = (gap.from as f64 * 1_000.0, gap.to as f64 * 1_000.0);
            Some(GapView { server: server.id, from_ms, to_ms, problem: gap.problem.clone() })
        };
        AwayView {
            calls: self.missed.len() as u32,
            duration_ms: (is_known && !self.missed.is_empty()).then(|| millis(length)),
            skim: self.missed.iter().filter(|key| self.stands_out(key)).count() as u32,
            gaps: self.in_order().filter_map(gap).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::directory::Directory;
    use crate::model::CallId;
    use crate::server::ServerEvent;
    use crate::view::Command;

    /// Two calls that were missed; the second was dropped.
    fn back() -> Desk {
        let mut desk = Desk::new(|_| {});
        for (id, state) in [(1, RowState::Missed), (2, RowState::NotPlayed { why: NotPlayed::WhileAway })] {
            let key = CallKey::new(SERVER, CallId(id));
            desk.state.missed.extend((state == RowState::Missed).then_some(key));
            desk.state.feed.add_late(key, call(id), &Directory::default(), state);
        }
        desk
    }

    #[test]
    fn missed_calls_whose_announcements_were_only_slower_than_the_answer_are_live() {
        let mut desk = back();
        desk.server(ServerEvent::Call(call(1)));
        desk.fetched(4);
        assert!(desk.begun().is_some(), "the first is played");
        for id in [1, 2, 1, 2] {
            desk.server(ServerEvent::Call(call(id)));
        }
        assert!(desk.state.missed.is_empty());
        assert_eq!(desk.state.queue.iter().count(), 1, "the second waits, and once only");
    }

    #[test]
    fn where_live_is_off_they_are_not_played_like_any_other() {
        let mut desk = back();
        desk.send(Command::Listen { on: false });
        for id in [1, 2] {
            desk.server(ServerEvent::Call(call(id)));
            assert_eq!(desk.row(id), RowState::NotPlayed { why: NotPlayed::LiveOff });
        }
        assert!(desk.state.missed.is_empty() && desk.state.queue.iter().next().is_none());
    }
}
