//! What radios are called: learnt from every call, and by the listener's own word, which counts for more.
//!
//! Names learnt are written some time after the first that is news, all at once; a name the listener gives at once.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{Call, CallKey, ServerId, UnitKey};
use crate::problem::Problem;
use crate::text::plain;
use crate::units::{LONGEST_NAME, MOST_OWN, Radio, ServerUnits, Units, UnitsError};
use crate::view::Row;

use super::{Effect, State};

/// On a busy day every call brings a name; whoever loses a minute of them hears them again.
const LAZINESS: Duration = Duration::from_secs(60);

/// All names, and when they are to be written, if anything is new in them.
#[derive(Debug, Default)]
pub(super) struct Naming {
    units: Units,
    due: Option<Duration>,
}

impl Naming {
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.due
    }

    /// Has them written then, if not before.
    pub(super) fn write_at(&mut self, at: Duration) {
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }
}

impl State {
    /// Takes what an earlier run has kept. `trouble` is what was wrong with the file.
    pub(crate) fn restore_units(&mut self, units: Units, trouble: Option<&UnitsError>) -> Vec<Effect> {
        self.naming.units = units;
        if let Some(trouble) = trouble {
            self.raise(Problem::from(trouble));
        }
        self.finish()
    }

    /// The row as the window shows it.
    pub(super) fn row_of(&self, key: &CallKey) -> Option<Row> {
        self.feed.row(key, self.names_at(key.server))
    }

    fn names_at(&self, server: ServerId) -> Option<&ServerUnits> {
        self.servers.get(&server).and_then(|server| self.naming.units.at(&server.address))
    }

    /// Notes what a call says of its radios; other calls of theirs without a name show it, too.
    pub(super) fn learn_units(&mut self, id: ServerId, call: &Call) {
        let Some(server) = self.servers.get(&id) else { return };
        let learnt = self.naming.units.learn(&server.address, call, self.now.wall);
        if learnt.news {
            self.naming.write_at(self.now.at + LAZINESS);
        }
        self.renamed(id, &learnt.named);
    }

    fn renamed(&mut self, id: ServerId, radios: &[Radio]) {
        if !radios.is_empty() {
            self.feed.calls_of(id, radios).into_iter().for_each(|key| self.changes.row(key));
        }
    }

    /// The listener calls a radio so, or leaves that to its server again.
    pub(super) fn name_unit(&mut self, unit: UnitKey, name: Option<&str>) -> Result<(), Problem> {
        self.listed(unit.server)?;
        let Some(server) = self.servers.get(&unit.server) else { return Ok(()) };
        let name = name.map(|name| plain(name, usize::MAX)).filter(|name| !name.is_empty());
        if name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
            let most = format!("The name of a unit has {LONGEST_NAME} characters at most.");
            return Err(Problem::not_possible(&most));
        }
        let radio = (unit.system, unit.unit);
        let is_another = self.names_at(unit.server).is_none_or(|names| names.own(radio).is_none());
        if name.is_some() && is_another && !self.naming.units.has_room() {
            let full = format!("You have named {MOST_OWN} units, which is as many as are kept. Remove a name first.");
            return Err(Problem::not_possible(&full));
        }
        if self.naming.units.name(&server.address, radio, name.as_deref()) {
            self.naming.write_at(self.now.at);
            self.renamed(unit.server, &[radio]);
        }
        Ok(())
    }

    /// Has the names written if it is time to.
    pub(super) fn keep_units_if_due(&mut self) {
        if self.naming.due.is_some_and(|due| due <= self.now.at) {
            let units = self.units_to_keep();
            self.effects.extend(units.map(Effect::KeepUnits));
        }
    }

    /// What was not written yet, but for the servers that are here for this once; none if there is nothing new.
    pub(crate) fn units_to_keep(&mut self) -> Option<Arc<Units>> {
        self.naming.due.take()?;
        let mut units = self.naming.units.clone();
        for server in self.servers.values().filter(|server| !server.remember && server.found_once()) {
            units.forget(&server.address);
        }
        Some(Arc::new(units))
    }

    /// Nothing is kept of a server that the user has removed.
    pub(super) fn forget_names_of(&mut self, id: ServerId) {
        let Some(server) = self.servers.get(&id).filter(|server| server.found_once()) else { return };
        if self.naming.units.forget(&server.address) {
            self.naming.write_at(self.now.at);
        }
    }

    /// A server is found at another origin than before: its names are kept there from now on, unless some are already.
    pub(super) fn names_move(&mut self, id: ServerId, to: &str) {
        let Some(server) = self.servers.get(&id).filter(|server| server.found_once()) else { return };
        if server.address != to && self.naming.units.rename(&server.address, to) {
            self.naming.write_at(self.now.at);
        }
    }
}

#[cfg(test)]
mod tests;
