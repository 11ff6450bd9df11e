//! How loud the calls of each talkgroup usually are, and how a call is to be played because of it.

use std::collections::BTreeMap;

use crate::model::{CallKey, ServerId, TalkgroupKey};
use crate::sound::{Level, Measure};

use super::State;
use super::queue::Stage;

/// A mean over so many calls: speakers of a talkgroup differ, and what was an hour ago says little.
const CALLS: u32 = 16;
/// More talkgroups than anybody listens to at a time; of more, those not heard for longest are forgotten.
const MOST_TALKGROUPS: usize = 1_000;

/// The running means.
#[derive(Debug, Default)]
pub(crate) struct Usual {
    means: BTreeMap<TalkgroupKey, Mean>,
    /// Calls learned from, ever.
    calls: u64,
}

#[derive(Debug)]
struct Mean {
    lufs: f32,
    calls: u32,
    last: u64,
}

impl Usual {
    /// The mean of a talkgroup's calls, in LUFS.
    pub(crate) fn of(&self, talkgroup: TalkgroupKey) -> Option<f32> {
        self.means.get(&talkgroup).map(|mean| mean.lufs)
    }

    /// Counts a call.
    pub(crate) fn learn(&mut self, talkgroup: TalkgroupKey, lufs: f32) {
        if !lufs.is_finite() {
            return;
        }
        if self.means.len() >= MOST_TALKGROUPS && !self.means.contains_key(&talkgroup) {
            let oldest = self.means.iter().min_by_key(|(_, mean)| mean.last).map(|(key, _)| *key);
            oldest.and_then(|key| self.means.remove(&key));
        }
        self.calls += 1;
        let mean = self.means.entry(talkgroup).or_insert(Mean { lufs, calls: 0, last: 0 });
        mean.last = self.calls;
        mean.calls = (mean.calls + 1).min(CALLS);
        mean.lufs += (lufs - mean.lufs) / mean.calls as f32;
    }

    /// Forgets the talkgroups of a server.
    pub(crate) fn remove_server(&mut self, server: ServerId) {
        self.means.retain(|key, _| key.server != server);
    }
}

impl State {
    /// Learns from a call that was measured.
    pub(super) fn learn(&mut self, key: CallKey, speech: Option<f32>) {
        if let (Some(talkgroup), Some(lufs)) = (self.talkgroup_of(&key), speech) {
            self.usual.learn(talkgroup, lufs);
        }
    }

    /// Decides how a call that is ready will be played. From here on its level is kept to, whatever is learned or chosen; its
    /// mix is what a person turns while they listen.
    pub(super) fn set_level(&mut self, key: CallKey) {
        let mix = self.mix_of(&key);
        let usual = self.talkgroup_of(&key).and_then(|talkgroup| self.usual.of(talkgroup));
        let (loudness, tame) = (self.settings.loudness, self.settings.tame_tones);
        let level = |measure: &Measure| {
            let is_wanted = (loudness || tame) && !measure.peaks.is_empty();
            is_wanted.then(|| Level::of(measure, usual, loudness, tame))
        };
        if let Some(Stage::Ready { clip, .. }) = self.queue.get_mut(&key).map(|item| &mut item.stage) {
            clip.level = level(&clip.measure);
            clip.mix = mix;
        }
    }

    fn talkgroup_of(&self, key: &CallKey) -> Option<TalkgroupKey> {
        let talkgroup = self.feed.get(key)?.talkgroup?;
        Some(TalkgroupKey { server: key.server, talkgroup })
    }
}

#[cfg(test)]
mod tests;
