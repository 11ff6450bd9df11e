//! Calls: told of when they come, at most so often, until they have been heard.
//!
//! A call is announced when it has been spoken, and may wait a while for its turn: it is told of when it is announced,
//! whether or not it will be played, for that is what "Play" is for. Only a talkgroup that is avoided is silent: whoever
//! avoids it has said so after they asked to be told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::model::{CallKey, TalkgroupKey};
use crate::view::{AlertChoices, Row, RowState};

use super::Moment;

/// A talkgroup is told of this often at most.
pub const CALL_PAUSE: Duration = Duration::from_secs(30);

/// Of all talkgroups together this many calls …
pub const BURST: usize = 5;

/// … within this time: a large incident is heard on many talkgroups at once.
pub const BURST_SPAN: Duration = Duration::from_secs(30);

/// A call to tell of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallAlert {
    /// Which.
    pub call: CallKey,
    /// Its talkgroup.
    pub talkgroup: TalkgroupKey,
    /// The preset for which it is told of, if there is one.
    pub preset: Option<u32>,
    /// What the talkgroup is called; as the server wrote it.
    pub title: String,
    /// What its system is called; as the server wrote it.
    pub system: String,
    /// Who speaks first, where that is known; as the server wrote it.
    pub speaker: Option<String>,
}

/// What is shown of calls, and how often that was.
#[derive(Debug, Default)]
pub(super) struct Calls {
    avoided: BTreeSet<TalkgroupKey>,
    shown: BTreeMap<TalkgroupKey, Shown>,
    told: BTreeMap<TalkgroupKey, Duration>,
    burst: VecDeque<Duration>,
}

#[derive(Debug)]
struct Shown {
    call: CallKey,
    preset: Option<u32>,
    since: Duration,
    /// Played to its end, or left.
    heard: bool,
    /// It cannot be played any more.
    gone: bool,
}

impl Calls {
    /// These talkgroups are avoided, and no others.
    pub(super) fn avoid(&mut self, talkgroups: impl Iterator<Item = TalkgroupKey>) {
        self.avoided = talkgroups.collect();
    }

    /// A row is new: what there is to tell of it, if somebody wants to know.
    pub(super) fn came(&self, row: &Row, choices: &AlertChoices) -> Option<CallAlert> {
        let talkgroup = TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup? };
        let wanted = !row.earlier && !row.late && self.is_told_of(talkgroup, row.told_for, choices);
        wanted.then(|| CallAlert {
            call: row.key,
            talkgroup,
            preset: row.told_for,
            title: row.title.clone(),
            system: row.system.clone(),
            speaker: row.units.iter().find_map(|unit| unit.name.clone()),
        })
    }

    /// Whether there is room for it now; if so, it counts as told.
    pub(super) fn admit(&mut self, alert: &CallAlert, at: Duration) -> bool {
        while self.burst.front().is_some_and(|told| at.saturating_sub(*told) >= BURST_SPAN) {
            self.burst.pop_front();
        }
        let paused = self.told.get(&alert.talkgroup).is_none_or(|told| at.saturating_sub(*told) >= CALL_PAUSE);
        if !paused || self.burst.len() >= BURST {
            return false;
        }
        self.burst.push_back(at);
        self.told.insert(alert.talkgroup, at);
        let shown = Shown { call: alert.call, preset: alert.preset, since: at, heard: false, gone: false };
        self.shown.insert(alert.talkgroup, shown);
        true
    }

    /// A row changed.
    pub(super) fn changed(&mut self, row: &Row) {
        for shown in self.shown.values_mut().filter(|shown| shown.call == row.key) {
            shown.heard |= matches!(row.state, RowState::Played | RowState::Skipped);
        }
    }

    /// Rows are gone.
    pub(super) fn left(&mut self, calls: &[CallKey]) {
        for shown in self.shown.values_mut().filter(|shown| calls.contains(&shown.call)) {
            shown.gone = true;
        }
    }

    /// These are all rows there are.
    pub(super) fn are(&mut self, rows: &[Row]) {
        for shown in self.shown.values_mut() {
            shown.gone |= !rows.iter().any(|row| row.key == shown.call);
        }
        rows.iter().for_each(|row| self.changed(row));
    }

    /// Takes out those that are not to be shown any more. One that was heard stays for as long as another could not take
    /// its place, so that a hand that reaches for it finds it.
    pub(super) fn over(&mut self, choices: &AlertChoices, now: Moment) -> Vec<TalkgroupKey> {
        let over: Vec<TalkgroupKey> = self
            .shown
            .iter()
            .filter(|(talkgroup, shown)| {
                let heard = shown.heard && now.at >= shown.since + CALL_PAUSE;
                now.desk.in_front || shown.gone || heard || !self.is_told_of(**talkgroup, shown.preset, choices)
            })
            .map(|(talkgroup, _)| *talkgroup)
            .collect();
        self.shown.retain(|talkgroup, _| !over.contains(talkgroup));
        self.told.retain(|talkgroup, told| self.shown.contains_key(talkgroup) || now.at < *told + CALL_PAUSE);
        over
    }

    /// When the next one has been shown for long enough.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.shown.values().filter(|shown| shown.heard).map(|shown| shown.since + CALL_PAUSE).min()
    }

    /// By itself or for a preset; what is muted is silent either way.
    fn is_told_of(&self, talkgroup: TalkgroupKey, preset: Option<u32>, choices: &AlertChoices) -> bool {
        let mut muted = choices.talkgroups.iter().chain(&choices.muted).filter(|chosen| chosen.muted_ms.is_some());
        let by_itself = choices.talkgroups.iter().any(|chosen| chosen.key == talkgroup);
        let for_preset = preset.is_some_and(|preset| choices.presets.contains(&preset));
        (by_itself || for_preset) && !muted.any(|muted| muted.key == talkgroup) && !self.avoided.contains(&talkgroup)
    }
}
