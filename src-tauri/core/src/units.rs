//! What radios are called: names that came with calls, remembered for calls that bring none, and names that the listener
//! gave. Kept per server in one file beside the settings.
//!
//! A radio is known by its number and its system's, both over the air. What servers say is bounded: the radios that were
//! heard of longest ago are forgotten first. What the listener says is never forgotten for want of room.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::WallTime;
use crate::model::{Call, SystemNumber, UnitNumber};
use crate::store::{self, Layout, StoreError};
use crate::text::plain;

/// The file's name in the data folder, without its ending.
const NAME: &str = "units";
/// Names of servers that are remembered, of all servers together: some large systems, and a few MB.
pub(crate) const MOST: usize = 50_000;
/// So many more may be there until some are forgotten: whoever looks for the oldest looks at all of them.
const SLACK: usize = MOST / 16;
/// More names of one's own than anybody types.
pub(crate) const MOST_OWN: usize = 10_000;
/// The longest name, in characters; the listener's as well as a server's.
pub(crate) const LONGEST_NAME: usize = 60;
/// When a radio was heard of is noted no more exactly than to this many seconds: it is a reason to write the file.
const EXACTNESS: u32 = 60 * 60;

/// A radio of a server: its system's number over the air, and its own.
pub(crate) type Radio = (SystemNumber, UnitNumber);

/// All names, by the server's origin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Units {
    /// The shape of this file; migrations count from here.
    pub version: u32,
    servers: BTreeMap<String, ServerUnits>,
    /// Fields of a newer version, kept as they are.
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

/// The names of one server's radios.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub(crate) struct ServerUnits {
    said: HashMap<Radio, Said>,
    own: BTreeMap<Radio, Arc<str>>,
}

/// What the server's calls called it.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    name: Arc<str>,
    /// When it was heard of last, in seconds since 1970.
    heard: u32,
}

/// The same in the file: system, radio, name, and when it was heard of.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    said: Vec<(u64, u64, String, u32)>,
    own: Vec<(u64, u64, String)>,
}

/// What came of hearing a call.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Learnt {
    /// Radios whose remembered name is another one now.
    pub(crate) named: Vec<Radio>,
    /// There is something to write.
    pub(crate) news: bool,
}

/// What went wrong with the file.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the file of units' names")]
pub struct UnitsError(#[source] pub StoreError);

/// Reads what is kept; whatever happens there is something, with the reason if it is not the user's. After
/// [`StoreError::Unreadable`] it is for this run only.
pub(crate) fn load(data: &Path) -> (Units, Option<UnitsError>) {
    match store::peek::<Units>(data, NAME) {
        Ok(units) => (units.unwrap_or_default().sane(), None),
        Err(source) => (Units::default(), Some(UnitsError(store::set_aside(data, NAME, source)))),
    }
}

/// Writes it: to a temporary file first, then in place of the old one.
pub(crate) fn save(data: &Path, units: &Units) -> Result<(), UnitsError> {
    store::save(data, NAME, Layout::Compact, units).map_err(UnitsError)
}

impl Default for Units {
    fn default() -> Self {
        Self { version: 1, servers: BTreeMap::new(), unknown: serde_json::Map::new() }
    }
}

impl Units {
    /// Brings what somebody edited by hand back into its limits.
    fn sane(mut self) -> Self {
        let mut room = MOST_OWN;
        for server in self.servers.values_mut() {
            let mut place = 0..room;
            server.own.retain(|_, _| place.next().is_some());
            room = place.len();
        }
        self.forget_oldest(0);
        self
    }

    /// The names at a server.
    pub(crate) fn at(&self, origin: &str) -> Option<&ServerUnits> {
        self.servers.get(origin)
    }

    /// Notes what a call says of its radios. What an older call says is no news.
    pub(crate) fn learn(&mut self, origin: &str, call: &Call, now: WallTime) -> Learnt {
        let mut learnt = Learnt::default();
        let mut names = said_by(call).peekable();
        if names.peek().is_none() {
            return learnt;
        }
        // A call of tomorrow would be believed for ever.
        let heard = seconds(call.start.min(now));
        let server = self.of(origin);
        for (radio, name) in names {
            server.hear(radio, &name, heard, &mut learnt);
        }
        if learnt.news {
            self.forget_oldest(SLACK);
        }
        learnt
    }

    /// Whether there is room for another name of the listener's.
    pub(crate) fn has_room(&self) -> bool {
        self.servers.values().map(|server| server.own.len()).sum::<usize>() < MOST_OWN
    }

    /// The listener calls a radio so, or leaves that to the server again. Whether that is news.
    pub(crate) fn name(&mut self, origin: &str, radio: Radio, name: Option<&str>) -> bool {
        let own = &mut self.of(origin).own;
        match name {
            Some(name) => own.insert(radio, name.into()).as_deref() != Some(name),
            None => own.remove(&radio).is_some(),
        }
    }

    /// A server has another origin; where names are kept already they stay as they are. Whether there was anything to move.
    pub(crate) fn rename(&mut self, from: &str, to: &str) -> bool {
        if self.servers.contains_key(to) {
            return false;
        }
        let moved = self.servers.remove(from).map(|server| self.servers.insert(to.to_owned(), server));
        moved.is_some()
    }

    /// Keeps nothing of a server any more. Whether anything was.
    pub(crate) fn forget(&mut self, origin: &str) -> bool {
        self.servers.remove(origin).is_some()
    }

    fn of(&mut self, origin: &str) -> &mut ServerUnits {
        self.servers.entry(origin.to_owned()).or_default()
    }

    fn len(&self) -> usize {
        self.servers.values().map(|server| server.said.len()).sum()
    }

    /// Keeps to the limit, once it is passed by more than the slack.
    fn forget_oldest(&mut self, slack: usize) {
        let over = self.len().saturating_sub(MOST);
        if over <= slack {
            return;
        }
        let mut ages: Vec<u32> =
            self.servers.values().flat_map(|server| server.said.values().map(|said| said.heard)).collect();
        // Those before it are older or as old as it is.
        let (older, border, _) = ages.select_nth_unstable(over - 1);
        let border = *border;
        let mut as_old = 1 + older.iter().filter(|age| **age == border).count();
        for server in self.servers.values_mut() {
            server.said.retain(|_, said| {
                let is_one_of_them = said.heard == border && as_old > 0;
                as_old -= usize::from(is_one_of_them);
                said.heard >= border && !is_one_of_them
            });
        }
    }
}

impl ServerUnits {
    /// What the listener calls it.
    pub(crate) fn own(&self, radio: Radio) -> Option<&str> {
        self.own.get(&radio).map(AsRef::as_ref)
    }

    /// What the server called it last.
    pub(crate) fn said(&self, radio: Radio) -> Option<&str> {
        self.said.get(&radio).map(|said| said.name.as_ref())
    }

    fn hear(&mut self, radio: Radio, name: &str, heard: u32, learnt: &mut Learnt) {
        let Some(said) = self.said.get_mut(&radio) else {
            self.said.insert(radio, Said { name: name.into(), heard });
            learnt.news = true;
            learnt.named.push(radio);
            return;
        };
        if heard < said.heard {
            return;
        }
        if *said.name != *name {
            *said = Said { name: name.into(), heard };
            learnt.news = true;
            learnt.named.push(radio);
        } else if heard - said.heard >= EXACTNESS {
            said.heard = heard;
            learnt.news = true;
        }
    }
}

/// The names that a call brings: those the recorder tags, and the alias, which is the first speaker's where that has no
/// tag.
fn said_by(call: &Call) -> impl Iterator<Item = (Radio, String)> {
    let system = call.system_number;
    let mut alias = call.alias.as_deref().and_then(named);
    let alone = call.unit.filter(|_| call.units.is_empty()).zip(alias.clone());
    let spans = call.units.iter().filter_map(move |span| {
        // Whoever speaks later has nothing of it.
        let alias = alias.take();
        Some((span.unit, span.tag.as_deref().and_then(named).or(alias)?))
    });
    spans.chain(alone).map(move |(unit, name)| ((system, unit), name))
}

/// A server's name for a radio as it is shown and remembered; none if nothing of it can be seen.
pub(crate) fn named(name: &str) -> Option<String> {
    let name = plain(name, LONGEST_NAME);
    (!name.is_empty()).then_some(name)
}

/// Before 1970 everything is as old as can be, and after 2106 as new.
fn seconds(time: WallTime) -> u32 {
    u32::try_from((time.0 / 1000).max(0)).unwrap_or(u32::MAX)
}

impl From<Kept> for ServerUnits {
    fn from(kept: Kept) -> Self {
        let radio = |system, unit| (SystemNumber(system), UnitNumber(unit));
        let said = kept.said.into_iter().filter_map(|(system, unit, name, heard)| {
            Some((radio(system, unit), Said { name: named(&name)?.into(), heard }))
        });
        let own = kept.own.into_iter();
        let own = own.filter_map(|(system, unit, name)| Some((radio(system, unit), named(&name)?.into())));
        Self { said: said.collect(), own: own.collect() }
    }
}

impl From<ServerUnits> for Kept {
    fn from(units: ServerUnits) -> Self {
        let said = units.said.into_iter();
        let own = units.own.into_iter();
        Self {
            said: said.map(|((system, unit), said)| (system.0, unit.0, said.name.to_string(), said.heard)).collect(),
            own: own.map(|((system, unit), name)| (system.0, unit.0, name.to_string())).collect(),
        }
    }
}
