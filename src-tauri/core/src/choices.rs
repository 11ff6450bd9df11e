//! Which talkgroups are wanted: kept per server and account in one file beside the settings, with the presets and with
//! how talkgroups are heard.
//!
//! What is switched off can be twenty thousand numbers, which have no place among the settings. [`Choice`] is one
//! listener's choice at one server; how it is joined with what another device chose is decided here too.

mod hearing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::WallTime;
use crate::model::{SystemId, TalkgroupId};
use crate::store::{self, Layout, StoreError};

pub use hearing::Hearing;

/// The file's name in the data folder, without its ending.
const NAME: &str = "talkgroups";
/// More presets than this are not found again.
pub(crate) const MOST_PRESETS: usize = 50;
/// The longest name of a preset, in characters.
pub(crate) const LONGEST_PRESET_NAME: usize = 60;

/// Everything that is kept about talkgroups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Choices {
    /// The shape of this file; migrations count from here.
    pub version: u32,
    /// What was chosen, for each server and account.
    pub listeners: Vec<KeptChoice>,
    /// How talkgroups are heard, by the server's origin.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hearing: BTreeMap<String, Hearing>,
    /// Choices with a name, in the order in which they were made.
    pub presets: Vec<Preset>,
    /// The id of the next preset; ids are never used again.
    pub next_preset: u32,
    /// Fields of a newer version, kept as they are.
    #[serde(flatten)]
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

/// Who chooses, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// The server's origin.
    pub origin: String,
    /// The account's name; none is whoever listens without one.
    pub user: Option<String>,
}

/// What one listener chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptChoice {
    /// Who, and where.
    pub listener: Listener,
    /// What is chosen now.
    #[serde(default)]
    pub choice: Choice,
    /// What the account said when it was read or written last; what differs from it has not been sent yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Choice>,
    /// What was sent to the account after that, as long as nobody knows whether it is stored there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Choice>,
    /// The talkgroups that were there before; none until the server has listed some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Ids>,
    /// Those that are new and nobody has decided about.
    #[serde(default)]
    pub fresh: BTreeSet<TalkgroupId>,
}

/// What is off and avoided at one server; everything else is on. No talkgroup is both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Choice {
    /// Switched off.
    pub off: Ids,
    /// Avoided, until when; none is until released.
    pub avoided: BTreeMap<TalkgroupId, Option<WallTime>>,
}

/// What an account says of its listener's choice, as it is stored on the server: avoided talkgroups are in both lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountChoice {
    /// Switched off.
    pub disabled: BTreeSet<TalkgroupId>,
    /// Avoided, until when, which may be long ago; none is until released.
    pub avoids: BTreeMap<TalkgroupId, Option<WallTime>>,
}

/// Many talkgroups, shared instead of copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids(Arc<BTreeSet<TalkgroupId>>);

/// Many talkgroups as spans without a gap, first and last: servers count their talkgroups up, so that twenty thousand are a
/// few numbers. Shared instead of copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans(Arc<[(TalkgroupId, TalkgroupId)]>);

/// A choice with a name. Avoids are for a while and no part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preset {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// What is off, by the server's origin. Of servers that are not here it says nothing.
    #[serde(default)]
    pub off: BTreeMap<String, Ids>,
    /// Of which talkgroups it says something: those known there when it was made. What is not off of them is on.
    #[serde(default)]
    pub known: BTreeMap<String, Spans>,
    /// The system held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<(String, SystemId)>,
    /// The talkgroup held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talkgroup: Option<(String, TalkgroupId)>,
    /// Calls that it would have played are told of outside of the window, whether or not it is chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alerts: bool,
}

/// What went wrong with the file.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the file of chosen talkgroups")]
pub struct ChoicesError(#[source] pub StoreError);

impl Default for Choices {
    fn default() -> Self {
        let unknown = serde_json::Map::new();
        let (listeners, presets) = (Vec::new(), Vec::new());
        Self { version: 1, listeners, hearing: BTreeMap::new(), presets, next_preset: 1, unknown }
    }
}

/// Reads what is kept; whatever happens there is something, with the reason if it is not the user's. After
/// [`StoreError::Unreadable`] it is for this run only.
pub(crate) fn load(data: &Path) -> (Choices, Option<ChoicesError>) {
    match store::peek::<Choices>(data, NAME) {
        Ok(choices) => (choices.unwrap_or_default().sane(), None),
        Err(source) => (Choices::default(), Some(ChoicesError(store::set_aside(data, NAME, source)))),
    }
}

/// Writes it: to a temporary file first, then in place of the old one.
pub(crate) fn save(data: &Path, choices: &Choices) -> Result<(), ChoicesError> {
    store::save(data, NAME, Layout::Compact, choices).map_err(ChoicesError)
}

impl Choices {
    /// Brings what somebody edited by hand back into its ranges.
    fn sane(mut self) -> Self {
        self.presets.truncate(MOST_PRESETS);
        self.presets.retain(|preset| (1..=LONGEST_PRESET_NAME).contains(&preset.name.chars().count()));
        let ids: BTreeSet<_> = self.presets.iter().map(|preset| preset.id).collect();
        let highest = ids.last().copied().unwrap_or(0);
        // The second half counts on from a number that no hand has reached.
        if ids.len() < self.presets.len() || highest > u32::MAX / 2 || self.next_preset > u32::MAX / 2 {
            self.next_preset = 1;
            for preset in &mut self.presets {
                preset.id = self.next_preset;
                self.next_preset += 1;
            }
        }
        let highest = self.presets.iter().map(|preset| preset.id).max().unwrap_or(0);
        self.next_preset = self.next_preset.max(highest + 1);
        for kept in &mut self.listeners {
            kept.choice = std::mem::take(&mut kept.choice).sane();
            kept.account = kept.account.take().map(Choice::sane);
            kept.sent = kept.sent.take().map(Choice::sane);
        }
        let hearing = std::mem::take(&mut self.hearing).into_iter().map(|(origin, hearing)| (origin, hearing.sane()));
        self.hearing = hearing.filter(|(_, hearing)| !hearing.is_usual()).collect();
        self
    }

    /// What a listener chose; nothing for one who has not been here.
    pub(crate) fn get(&self, listener: &Listener) -> Option<&KeptChoice> {
        self.listeners.iter().find(|kept| kept.listener == *listener)
    }

    /// Whether anything is kept of a server.
    pub(crate) fn knows(&self, origin: &str) -> bool {
        let is_held = |held: Option<&String>| held.is_some_and(|held| held == origin);
        self.listeners.iter().any(|kept| kept.listener.origin == origin)
            || self.hearing.contains_key(origin)
            || self.presets.iter().any(|preset| {
                preset.off.contains_key(origin)
                    || is_held(preset.system.as_ref().map(|(held, _)| held))
                    || is_held(preset.talkgroup.as_ref().map(|(held, _)| held))
            })
    }

    /// A server has another origin; nothing must be kept there yet.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        let rename = |origin: &mut String| {
            if origin == from {
                to.clone_into(origin);
            }
        };
        self.listeners.iter_mut().for_each(|kept| rename(&mut kept.listener.origin));
        self.hearing.remove(from).map(|hearing| self.hearing.insert(to.to_owned(), hearing));
        for preset in &mut self.presets {
            preset.off.remove(from).map(|off| preset.off.insert(to.to_owned(), off));
            preset.known.remove(from).map(|known| preset.known.insert(to.to_owned(), known));
            preset.system.iter_mut().for_each(|(origin, _)| rename(origin));
            preset.talkgroup.iter_mut().for_each(|(origin, _)| rename(origin));
        }
    }

    /// Keeps nothing of a server any more. A preset that was about nothing else goes with it.
    pub(crate) fn forget(&mut self, origin: &str) {
        self.listeners.retain(|kept| kept.listener.origin != origin);
        self.hearing.remove(origin);
        self.presets.retain_mut(|preset| !preset.forget(origin) || !preset.off.is_empty());
    }

    /// The same, to be changed. One who has not been here has switched nothing off.
    pub(crate) fn of(&mut self, listener: &Listener) -> &mut KeptChoice {
        let at = self.listeners.iter().position(|kept| kept.listener == *listener);
        let at = at.unwrap_or_else(|| {
            let (listener, choice) = (listener.clone(), Choice::default());
            let (known, fresh) = (None, BTreeSet::new());
            self.listeners.push(KeptChoice { listener, choice, account: None, sent: None, known, fresh });
            self.listeners.len() - 1
        });
        &mut self.listeners[at]
    }
}

impl Preset {
    /// Whether it wants calls of this talkgroup of this system. Of talkgroups that came later it says nothing.
    pub(crate) fn wants(&self, origin: &str, system: Option<SystemId>, talkgroup: TalkgroupId) -> bool {
        let held = match (&self.talkgroup, &self.system) {
            (Some((at, held)), _) => at == origin && *held == talkgroup,
            (None, Some((at, held))) => at == origin && Some(*held) == system,
            (None, None) => true,
        };
        let known = self.known.get(origin).is_some_and(|known| known.contains(talkgroup));
        held && known && !self.off.get(origin).is_some_and(|off| off.contains(&talkgroup))
    }

    /// Says nothing of this server any more. Tells whether it did.
    fn forget(&mut self, origin: &str) -> bool {
        let said = self.off.remove(origin).is_some();
        self.known.remove(origin);
        self.system.take_if(|(held, _)| held == origin);
        self.talkgroup.take_if(|(held, _)| held == origin);
        said
    }
}

impl KeptChoice {
    /// What ours and theirs both began from; nothing for whoever is here for the first time.
    pub(crate) fn base(&self, theirs: &Choice, now: WallTime) -> Option<Choice> {
        let account = self.account.as_ref()?.at(now);
        Some(self.sent.as_ref().map_or(account.clone(), |sent| Choice::begun(account, &sent.at(now), theirs)))
    }
}

impl Choice {
    fn sane(mut self) -> Self {
        self.off.remove(self.avoided.keys().copied());
        self
    }

    /// Without the avoids that have run out by then.
    pub(crate) fn at(&self, now: WallTime) -> Self {
        let mut choice = self.clone();
        choice.avoided.retain(|_, until| until.is_none_or(|until| until > now));
        choice
    }

    /// Joins our choice with theirs, made on another device, both begun from `base`: whatever we changed is as we want
    /// it, for we write last, and all the rest as they do.
    pub(crate) fn joined(base: &Self, ours: &Self, theirs: &Self) -> Self {
        if ours == base || ours == theirs {
            return theirs.clone();
        }
        if theirs == base {
            return ours.clone();
        }
        let mut joined = theirs.clone();
        joined.take(Self::differing(base, ours), ours);
        joined
    }

    /// Where ours and theirs began when it is not known whether what was sent after `account` was stored: it was wherever
    /// theirs is now as it was sent, whatever other devices have changed elsewhere since.
    fn begun(account: Self, sent: &Self, theirs: &Self) -> Self {
        let mut stored = Self::differing(&account, sent);
        stored.retain(|id| theirs.of(id) == sent.of(id));
        let mut begun = account;
        begun.take(stored, sent);
        begun
    }

    /// The talkgroups that are chosen differently.
    fn differing(one: &Self, other: &Self) -> Vec<TalkgroupId> {
        let ids = |choice: &Self| choice.off.iter().chain(choice.avoided.keys()).copied().collect::<BTreeSet<_>>();
        ids(one).union(&ids(other)).filter(|id| one.of(id) != other.of(id)).copied().collect()
    }

    /// Chooses these as the other one does.
    fn take(&mut self, ids: Vec<TalkgroupId>, from: &Self) {
        if ids.is_empty() {
            return;
        }
        let avoided = &mut self.avoided;
        self.off.change(|off| {
            for id in ids {
                avoided.remove(&id);
                off.remove(&id);
                match from.of(&id) {
                    One::On => {}
                    One::Off => drop(off.insert(id)),
                    One::Avoided(until) => drop(avoided.insert(id, until)),
                }
            }
        });
    }

    fn of(&self, id: &TalkgroupId) -> One {
        match self.avoided.get(id) {
            Some(until) => One::Avoided(*until),
            None if self.off.contains(id) => One::Off,
            None => One::On,
        }
    }
}

/// How one talkgroup is chosen.
#[derive(PartialEq, Eq)]
enum One {
    On,
    Off,
    Avoided(Option<WallTime>),
}

impl AccountChoice {
    /// What is chosen at this time. An avoid that has run out is over in both lists, whoever was there to see it.
    pub(crate) fn choice(&self, now: WallTime) -> Choice {
        let off = self.disabled.iter().filter(|id| !self.avoids.contains_key(id)).copied().collect();
        Choice { off, avoided: self.avoids.clone() }.at(now)
    }
}

impl From<&Choice> for AccountChoice {
    fn from(choice: &Choice) -> Self {
        let disabled = choice.off.iter().chain(choice.avoided.keys()).copied().collect();
        Self { disabled, avoids: choice.avoided.clone() }
    }
}

impl Ids {
    /// Changes them; whoever shares them keeps what they were.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut BTreeSet<TalkgroupId>)) {
        change(Arc::make_mut(&mut self.0));
    }

    /// Takes some out, without copying the others if none of them is there.
    pub(crate) fn remove(&mut self, ids: impl Iterator<Item = TalkgroupId>) {
        for id in ids {
            if self.0.contains(&id) {
                Arc::make_mut(&mut self.0).remove(&id);
            }
        }
    }
}

impl Deref for Ids {
    type Target = BTreeSet<TalkgroupId>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FromIterator<TalkgroupId> for Ids {
    fn from_iter<I: IntoIterator<Item = TalkgroupId>>(ids: I) -> Self {
        Self(Arc::new(ids.into_iter().collect()))
    }
}

impl Spans {
    pub(crate) fn contains(&self, id: TalkgroupId) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= id);
        self.0[..after].last().is_some_and(|(_, last)| id <= *last)
    }
}

impl From<&Ids> for Spans {
    fn from(ids: &Ids) -> Self {
        let mut spans: Vec<(TalkgroupId, TalkgroupId)> = Vec::new();
        for id in ids.iter() {
            match spans.last_mut() {
                Some((_, last)) if last.0.checked_add(1) == Some(id.0) => *last = *id,
                _ => spans.push((*id, *id)),
            }
        }
        Self(spans.into())
    }
}

impl Serialize for Spans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Spans {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut spans = Vec::<(TalkgroupId, TalkgroupId)>::deserialize(deserializer)?;
        // A hand may have put them in another order.
        spans.sort_unstable();
        Ok(Self(spans.into()))
    }
}

impl Serialize for Ids {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeSet::deserialize(deserializer).map(|ids| Self(Arc::new(ids)))
    }
}
