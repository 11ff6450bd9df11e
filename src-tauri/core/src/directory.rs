//! What a server calls its systems and talkgroups. Replaced whole whenever the server sends it.

use std::collections::HashMap;

use crate::model::{Call, Color, Labels, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber};

/// One server's systems and talkgroups, by database id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    systems: HashMap<SystemId, System>,
    talkgroups: HashMap<TalkgroupId, Talkgroup>,
    by_number: HashMap<(SystemNumber, TalkgroupNumber), TalkgroupId>,
    system_by_number: HashMap<SystemNumber, SystemId>,
}

/// A radio system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Database id.
    pub id: SystemId,
    /// Radio number.
    pub number: SystemNumber,
    /// Its name; empty is possible.
    pub label: String,
    /// Its colour, used where a talkgroup has none.
    pub color: Option<Color>,
}

/// A talkgroup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talkgroup {
    /// Database id.
    pub id: TalkgroupId,
    /// The system it belongs to.
    pub system: SystemId,
    /// Radio number.
    pub number: TalkgroupNumber,
    /// Short label.
    pub label: Option<String>,
    /// Long name.
    pub name: Option<String>,
    /// Group label.
    pub group: Option<String>,
    /// Tag label.
    pub tag: Option<String>,
    /// Own colour.
    pub color: Option<Color>,
}

impl Directory {
    /// Builds the directory; of two entries with one id the later wins.
    pub fn new(systems: Vec<System>, talkgroups: Vec<Talkgroup>) -> Self {
        let mut directory = Self::default();
        for system in systems {
            directory.system_by_number.insert(system.number, system.id);
            directory.systems.insert(system.id, system);
        }
        for talkgroup in talkgroups {
            if let Some(system) = directory.systems.get(&talkgroup.system) {
                directory.by_number.insert((system.number, talkgroup.number), talkgroup.id);
            }
            directory.talkgroups.insert(talkgroup.id, talkgroup);
        }
        directory
    }

    /// A system, if the server lists it.
    pub fn system(&self, id: SystemId) -> Option<&System> {
        self.systems.get(&id)
    }

    /// A talkgroup, if the server lists it.
    pub fn talkgroup(&self, id: TalkgroupId) -> Option<&Talkgroup> {
        self.talkgroups.get(&id)
    }

    /// How many talkgroups there are.
    pub fn len(&self) -> usize {
        self.talkgroups.len()
    }

    /// Whether no talkgroup is listed.
    pub fn is_empty(&self) -> bool {
        self.talkgroups.is_empty()
    }

    /// The database ids of a call: its own, else those its radio numbers stand for here.
    pub fn ids(&self, call: &Call) -> (Option<SystemId>, Option<TalkgroupId>) {
        let system = call.system.or_else(|| self.system_by_number.get(&call.system_number).copied());
        let talkgroup =
            call.talkgroup.or_else(|| self.by_number.get(&(call.system_number, call.talkgroup_number)).copied());
        (system, talkgroup)
    }

    /// The names to show for a call: the directory's, else those that came with the call.
    pub fn labels(&self, call: &Call) -> Labels {
        let (system, talkgroup) = self.ids(call);
        let system = system.and_then(|id| self.system(id));
        let talkgroup = talkgroup.and_then(|id| self.talkgroup(id));
        let own = call.labels.clone().unwrap_or_default();
        let of = |pick: fn(&Talkgroup) -> &Option<String>| talkgroup.and_then(|t| pick(t).clone());
        Labels {
            system: system.map(|s| s.label.clone()).filter(|label| !label.is_empty()).or(own.system),
            label: of(|t| &t.label).or(own.label),
            name: of(|t| &t.name).or(own.name),
            group: of(|t| &t.group).or(own.group),
            tag: of(|t| &t.tag).or(own.tag),
            color: talkgroup.and_then(|t| t.color).or(own.color).or(system.and_then(|s| s.color)),
        }
    }
}
