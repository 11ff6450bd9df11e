//! What a server calls its systems and talkgroups. Replaced whole whenever the server sends it.

use std::collections::HashMap;

use crate::model::{Call, Color, Labels, ServerId, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber};
use crate::text::{plain, shortened};
use crate::view::{DirectoryView, ListedSystem, ListedTalkgroup};

/// Longer than any name that is read as one, shorter than what would be felt in a list of thousands.
const LONGEST_NAME: usize = 200;

/// One server's systems and talkgroups, by database id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    systems: HashMap<SystemId, System>,
    talkgroups: HashMap<TalkgroupId, Talkgroup>,
    by_number: HashMap<(SystemNumber, TalkgroupNumber), TalkgroupId>,
    system_by_number: HashMap<SystemNumber, SystemId>,
    /// In the operator's order.
    order: Order,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Order {
    systems: Vec<SystemId>,
    talkgroups: Vec<TalkgroupId>,
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
            let id = system.id;
            if directory.systems.insert(id, system).is_none() {
                directory.order.systems.push(id);
            }
        }
        for talkgroup in talkgroups {
            if let Some(system) = directory.systems.get(&talkgroup.system) {
                directory.by_number.insert((system.number, talkgroup.number), talkgroup.id);
            }
            let id = talkgroup.id;
            if directory.talkgroups.insert(id, talkgroup).is_none() {
                directory.order.talkgroups.push(id);
            }
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

    /// All talkgroups, in the operator's order.
    pub fn talkgroups(&self) -> impl Iterator<Item = TalkgroupId> {
        self.order.talkgroups.iter().copied()
    }

    /// All of it as the window shows it: texts made plain, systems and talkgroups in the operator's order.
    pub fn view(&self, server: ServerId) -> DirectoryView {
        let mut places = HashMap::new();
        let mut systems = Vec::with_capacity(self.order.systems.len());
        for system in self.order.systems.iter().filter_map(|id| self.systems.get(id)) {
            places.insert(system.id, systems.len());
            systems.push(ListedSystem {
                id: system.id,
                number: system.number,
                label: plain(&system.label, LONGEST_NAME),
                color: system.color.map(Color::hex),
                talkgroups: Vec::new(),
            });
        }
        for talkgroup in self.order.talkgroups.iter().filter_map(|id| self.talkgroups.get(id)) {
            if let Some(place) = places.get(&talkgroup.system) {
                systems[*place].talkgroups.push(listed(talkgroup));
            }
        }
        DirectoryView { server, systems }
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

    /// The names to show for a call: the directory's, else those that came with the call. None is longer than a name.
    pub fn labels(&self, call: &Call) -> Labels {
        let (system, talkgroup) = self.ids(call);
        let system = system.and_then(|id| self.system(id));
        let talkgroup = talkgroup.and_then(|id| self.talkgroup(id));
        let own = call.labels.clone().unwrap_or_default();
        let of = |pick: fn(&Talkgroup) -> &Option<String>| talkgroup.and_then(|t| pick(t).clone());
        let name = |text: Option<String>| text.map(name);
        Labels {
            system: name(system.map(|s| s.label.clone()).filter(|label| !label.is_empty()).or(own.system)),
            label: name(of(|t| &t.label).or(own.label)),
            name: name(of(|t| &t.name).or(own.name)),
            group: name(of(|t| &t.group).or(own.group)),
            tag: name(of(|t| &t.tag).or(own.tag)),
            color: talkgroup.and_then(|t| t.color).or(own.color).or(system.and_then(|s| s.color)),
        }
    }
}

/// A text of a server's as a name: as it was written, but not endless. Every row has some, and there are a thousand rows.
pub(crate) fn name(text: String) -> String {
    shortened(text, LONGEST_NAME)
}

fn listed(talkgroup: &Talkgroup) -> ListedTalkgroup {
    let text = |text: &Option<String>| text.as_deref().map(|text| plain(text, LONGEST_NAME)).unwrap_or_default();
    ListedTalkgroup {
        id: talkgroup.id,
        number: talkgroup.number,
        label: text(&talkgroup.label),
        name: text(&talkgroup.name),
        group: text(&talkgroup.group),
        tag: text(&talkgroup.tag),
        color: talkgroup.color.map(Color::hex),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::samples::{system, talkgroup};

    #[test]
    fn the_list_has_the_operators_order_and_each_talkgroup_once_in_its_system() {
        let systems = vec![system(9), system(3)];
        let again = Talkgroup { name: Some("Later".into()), ..talkgroup(7, 3, 11) };
        let talkgroups = vec![talkgroup(7, 9, 11), talkgroup(5, 9, 12), talkgroup(6, 3, 13), again, talkgroup(4, 8, 1)];
        let view = Directory::new(systems, talkgroups).view(ServerId(1));
        let ids = |at: usize| view.systems[at].talkgroups.iter().map(|listed| listed.id.0).collect::<Vec<_>>();
        assert_eq!(view.systems.iter().map(|system| system.id.0).collect::<Vec<_>>(), [9, 3]);
        assert_eq!((ids(0), ids(1)), (vec![5], vec![7, 6]));
        assert_eq!(view.systems[1].talkgroups[0].name, "Later");
    }

    #[test]
    fn what_a_server_wrote_is_listed_as_plain_and_bounded_words() {
        let name = Some(format!("Fire\u{202e}\u{200b}\n{}", "é".repeat(10_000)));
        let odd = Talkgroup { name, color: Some(Color([1, 171, 255])), ..talkgroup(1, 1, 1) };
        let view = Directory::new(vec![system(1)], vec![odd]).view(ServerId(1));
        let listed = &view.systems[0].talkgroups[0];
        assert!(listed.name.starts_with("Fire éé") && listed.name.chars().count() == LONGEST_NAME, "{}", listed.name);
        assert_eq!((listed.label.as_str(), listed.color.as_deref()), ("", Some("#01abff")));
    }
}
