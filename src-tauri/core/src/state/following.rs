//! Whose turn it is among the calls that wait: by priority, and staying with the talkgroup that spoke last.
//!
//! Following means two things: of that talkgroup's calls those that wait go first, and where none waits the others wait
//! some seconds for one to come. A higher priority ends that, and so does anybody who has waited for [`LONGEST_WAIT`].

use std::time::Duration;

use crate::model::{CallKey, ServerId, SystemId, SystemNumber, TalkgroupId, TalkgroupKey, TalkgroupNumber};
use crate::problem::Problem;
use crate::view::{Priority, RowState};

use super::State;
use super::feed::Entry;
use super::queue::{Item, Standing, Why, Worth};
use super::selection::Place;

/// Nobody waits longer than this for the sake of the talkgroup that is followed: time enough for some calls and their
/// answers, and twice as long as following can be set to; what is older by more is no news any more.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A talkgroup as its calls name it: by its database id, else over the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Channel {
    server: ServerId,
    system: Option<SystemId>,
    talkgroup: Option<TalkgroupId>,
    numbers: (SystemNumber, TalkgroupNumber),
}

impl Channel {
    fn of(server: ServerId, entry: &Entry) -> Self {
        let (system, talkgroup) = (entry.system, entry.talkgroup);
        let numbers = (entry.call.system_number, entry.call.talkgroup_number);
        Self { server, system, talkgroup, numbers }
    }

    /// Whether both are the same talkgroup.
    fn is(&self, other: &Self) -> bool {
        let same = match (self.talkgroup, other.talkgroup) {
            (Some(one), Some(other)) => one == other,
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => self.numbers == other.numbers,
        };
        same && self.server == other.server
    }

    fn place(&self) -> Place {
        Place { server: self.server, system: self.system, talkgroup: self.talkgroup }
    }
}

impl State {
    /// Puts the queue in the order in which it is to be played.
    pub(super) fn arrange(&mut self) {
        let followed = self.followed();
        if followed.is_none() && !self.has_priorities() && self.queue.is_plain() {
            return;
        }
        let mut queue = std::mem::take(&mut self.queue);
        let is_other_first = queue.arrange(|item| self.worth(item, followed.as_ref()));
        self.queue = queue;
        self.changes.listening |= is_other_first;
        self.changes.playback |= is_other_first;
    }

    /// Whether any talkgroup goes before others or after them.
    pub(super) fn has_priorities(&self) -> bool {
        self.choices.hearing.values().any(|hearing| !hearing.priorities.is_empty())
    }

    fn worth(&self, item: &Item, followed: Option<&Channel>) -> Worth {
        let channel = self.channel(&item.key);
        let priority = channel.map_or(Priority::Normal, |channel| self.priority(&channel));
        let standing = match (followed, channel) {
            (Some(_), _) if self.is_overdue(item) => Standing::Overdue,
            (Some(followed), Some(channel)) if followed.is(&channel) => Standing::Followed,
            (Some(_) | None, _) => Standing::Other,
        };
        Worth { priority, standing }
    }

    fn channel(&self, key: &CallKey) -> Option<Channel> {
        self.feed.get(key).map(|entry| Channel::of(key.server, entry))
    }

    fn priority(&self, channel: &Channel) -> Priority {
        let hearing = self.servers.get(&channel.server).and_then(|server| self.choices.hearing.get(&server.address));
        hearing.zip(channel.talkgroup).and_then(|(it, id)| it.priorities.get(&id)).copied().unwrap_or_default()
    }

    /// What a call's talkgroup is worth.
    pub(super) fn priority_of(&self, key: &CallKey) -> Priority {
        self.channel(key).map_or(Priority::Normal, |channel| self.priority(&channel))
    }

    fn is_overdue(&self, item: &Item) -> bool {
        !item.why.is_now() && self.now.since(item.arrived) >= LONGEST_WAIT
    }

    /// How long others wait for an answer.
    fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.settings.follow_seconds))
    }

    /// The talkgroup whose turn it is before others of its priority: the one that speaks, else the one that spoke last. A
    /// call that was asked for is no conversation.
    fn followed(&self) -> Option<Channel> {
        if self.patience().is_zero() {
            return None;
        }
        let channel = match &self.playback.current {
            Some(current) if current.why == Why::Live => self.channel(&current.key),
            Some(_) => None,
            None => self.playback.spoke.filter(|_| self.silence_ends_at().is_some()),
        };
        // Nothing can come of a talkgroup that is not to be heard.
        channel.filter(|channel| self.selection.verdict(channel.place()).is_ok())
    }

    /// When nobody waits for an answer any more, if that is not yet.
    fn silence_ends_at(&self) -> Option<Duration> {
        self.playback.ended_at.map(|ended| ended + self.patience()).filter(|end| *end > self.now.at)
    }

    /// Whether this call, which would be next, waits for one of the talkgroup that is followed.
    pub(super) fn waits_for_answer(&self, item: &Item) -> bool {
        let Some(followed) = self.followed() else { return false };
        let channel = self.channel(&item.key);
        !item.why.is_now()
            && !item.begun
            && channel
                .is_some_and(|channel| !channel.is(&followed) && self.priority(&channel) <= self.priority(&followed))
            && !self.queue.playable(|server| self.reachable(server)).any(|item| self.is_overdue(item))
    }

    /// When following means something else without any input: the silence ends, or somebody has waited long enough.
    pub(super) fn following_deadline(&self) -> Option<Duration> {
        self.followed()?;
        let silence = self.silence_ends_at().filter(|_| self.playback.current.is_none() && !self.playback.paused);
        let others = self.queue.iter().filter(|item| !item.why.is_now());
        let waits = others.map(|item| item.arrived.at + LONGEST_WAIT).filter(|end| *end > self.now.at).min();
        silence.into_iter().chain(waits).min()
    }

    /// The talkgroup that is followed once the current call has ended so: that of a live call that came to its end by itself.
    pub(super) fn followed_after(&self, end: &RowState) -> Option<Channel> {
        let current = self.playback.current.as_ref().filter(|current| current.why == Why::Live)?;
        self.channel(&current.key).filter(|_| *end == RowState::Played)
    }

    /// Has a talkgroup's calls go before others, or after them.
    pub(super) fn prioritise(&mut self, key: TalkgroupKey, priority: Priority) -> Result<(), Problem> {
        self.change_hearing(key.server, |hearing| match priority {
            Priority::Normal => _ = hearing.priorities.remove(&key.talkgroup),
            Priority::Low | Priority::High => _ = hearing.priorities.insert(key.talkgroup, priority),
        })
    }
}

#[cfg(test)]
mod tests;
