//! Which calls are wanted: held, avoided for a while, switched on or off.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::choices::{Choice, Ids};
use crate::clock::{Now, WallTime};
use crate::model::{ServerId, SystemId, SystemKey, TalkgroupId, TalkgroupKey};
use crate::view::NotPlayed;

/// Holds, avoids and switches.
///
/// A talkgroup is on, or off, or avoided. An avoid takes the place of a switch: when it ends the talkgroup is on. Whoever
/// switches off what is avoided for a while wants it off for longer, and so it is off; what is avoided until released is
/// that already, and stays so.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) system: Option<SystemKey>,
    pub(crate) talkgroup: Option<TalkgroupKey>,
    pub(crate) avoided: BTreeMap<TalkgroupKey, Option<Until>>,
    /// Servers whose calls are not played.
    pub(crate) muted: BTreeSet<ServerId>,
    /// What is switched off, where anything is.
    off: BTreeMap<ServerId, Ids>,
}

/// The end of an avoid. Whichever clock reaches it first ends it: one of them may have stood still while the computer
/// slept, and ending early loses no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Until {
    pub(crate) at: Duration,
    wall: WallTime,
}

impl Until {
    pub(crate) fn after(now: Now, span: Duration) -> Self {
        let wall = WallTime(now.wall.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)));
        Self { at: now.at.saturating_add(span), wall }
    }

    fn at_wall(now: Now, wall: WallTime) -> Self {
        let left = u64::try_from(wall.0.saturating_sub(now.wall.0)).unwrap_or(0);
        Self { at: now.at.saturating_add(Duration::from_millis(left)), wall }
    }

    pub(crate) fn reached(self, now: Now) -> bool {
        now.at >= self.at || now.wall >= self.wall
    }
}

/// Where a call belongs; the database ids are absent for what the server does not list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) server: ServerId,
    pub(crate) system: Option<SystemId>,
    pub(crate) talkgroup: Option<TalkgroupId>,
}

impl Place {
    fn system_key(self) -> Option<SystemKey> {
        self.system.map(|system| SystemKey { server: self.server, system })
    }

    fn talkgroup_key(self) -> Option<TalkgroupKey> {
        self.talkgroup.map(|talkgroup| TalkgroupKey { server: self.server, talkgroup })
    }
}

impl Selection {
    /// Whether a call there is wanted, else why not. A held talkgroup wins over a held system, and both over avoids only
    /// in that holding something releases its avoid (see [`Selection::hold_talkgroup`]).
    pub(crate) fn verdict(&self, place: Place) -> Result<(), NotPlayed> {
        if self.muted.contains(&place.server) {
            return Err(NotPlayed::ServerMuted);
        }
        let held = match (self.talkgroup, self.system) {
            (Some(talkgroup), _) => place.talkgroup_key() == Some(talkgroup),
            (None, Some(system)) => place.system_key() == Some(system),
            (None, None) => true,
        };
        if !held {
            return Err(NotPlayed::NotHeld);
        }
        let Some(key) = place.talkgroup_key() else { return Ok(()) };
        if self.avoided.contains_key(&key) {
            return Err(NotPlayed::Avoided);
        }
        if self.is_off(key) { Err(NotPlayed::SwitchedOff) } else { Ok(()) }
    }

    /// Whether the user holds what this call belongs to: such calls leave an overfull queue last.
    pub(crate) fn holds(&self, place: Place) -> bool {
        let talkgroup = self.talkgroup.is_some() && self.talkgroup == place.talkgroup_key();
        let system = self.system.is_some() && self.system == place.system_key();
        talkgroup || system
    }

    pub(crate) fn holds_anything(&self) -> bool {
        self.talkgroup.is_some() || self.system.is_some()
    }

    /// Holds a talkgroup or none. Who holds a talkgroup wants to hear it, so its avoid ends and it is switched on.
    pub(crate) fn hold_talkgroup(&mut self, key: Option<TalkgroupKey>) {
        self.talkgroup = key;
        if let Some(key) = key {
            self.switch(key.server, &[key.talkgroup], true);
        }
    }

    /// Avoids a talkgroup; a hold on it ends.
    pub(crate) fn avoid(&mut self, key: TalkgroupKey, until: Option<Until>) {
        self.switch(key.server, &[key.talkgroup], true);
        self.avoided.insert(key, until);
        if self.talkgroup == Some(key) {
            self.talkgroup = None;
        }
    }

    /// Ends an avoid.
    pub(crate) fn unavoid(&mut self, key: TalkgroupKey) {
        self.avoided.remove(&key);
    }

    /// Switches talkgroups; on also ends their avoids, off also ends a hold on one of them.
    pub(crate) fn switch(&mut self, server: ServerId, talkgroups: &[TalkgroupId], on: bool) {
        let keys = talkgroups.iter().map(|talkgroup| TalkgroupKey { server, talkgroup: *talkgroup });
        if on {
            for key in keys {
                self.avoided.remove(&key);
            }
            let Some(off) = self.off.get_mut(&server) else { return };
            off.remove(talkgroups.iter().copied());
            if off.is_empty() {
                self.off.remove(&server);
            }
            return;
        }
        self.end_passing_avoids(server, talkgroups.iter().copied());
        let off: Vec<_> = keys.filter(|key| !self.avoided.contains_key(key)).map(|key| key.talkgroup).collect();
        if !off.is_empty() {
            self.off.entry(server).or_default().change(|all| all.extend(off));
        }
        if self.talkgroup.is_some_and(|held| held.server == server && talkgroups.contains(&held.talkgroup)) {
            self.talkgroup = None;
        }
    }

    /// Of these, what is avoided for a while is so no longer.
    fn end_passing_avoids(&mut self, server: ServerId, talkgroups: impl Iterator<Item = TalkgroupId>) {
        if self.avoided.is_empty() {
            return;
        }
        for talkgroup in talkgroups {
            let key = TalkgroupKey { server, talkgroup };
            if let Some(Some(_)) = self.avoided.get(&key) {
                self.avoided.remove(&key);
            }
        }
    }

    /// Whether a talkgroup is switched off.
    fn is_off(&self, key: TalkgroupKey) -> bool {
        self.off.get(&key.server).is_some_and(|off| off.contains(&key.talkgroup))
    }

    /// What is chosen at a server.
    pub(crate) fn choice(&self, server: ServerId) -> Choice {
        let avoided = self.avoided_at(server).map(|(id, until)| (id, until.map(|until| until.wall))).collect();
        Choice { off: self.off.get(&server).cloned().unwrap_or_default(), avoided }
    }

    /// Chooses all of this at a server; a hold on what is not wanted then ends.
    pub(crate) fn restore(&mut self, server: ServerId, choice: &Choice, now: Now) {
        self.avoided.retain(|key, _| key.server != server);
        self.off.remove(&server);
        for (talkgroup, until) in &choice.avoided {
            let until = until.map(|wall| Until::at_wall(now, wall));
            self.avoided.insert(TalkgroupKey { server, talkgroup: *talkgroup }, until);
        }
        if !choice.off.is_empty() {
            self.off.insert(server, choice.off.clone());
        }
        self.let_go_of_unwanted();
    }

    /// Switches these off and all others on; what else is avoided stays so.
    pub(crate) fn set_off(&mut self, server: ServerId, mut off: Ids) {
        let passing: Vec<_> = self.avoided_at(server).map(|(id, _)| id).filter(|id| off.contains(id)).collect();
        self.end_passing_avoids(server, passing.into_iter());
        off.remove(self.avoided_at(server).map(|(id, _)| id));
        self.off.remove(&server);
        if !off.is_empty() {
            self.off.insert(server, off);
        }
        self.let_go_of_unwanted();
    }

    /// Whether all of these are off or avoided.
    pub(crate) fn are_off(&self, server: ServerId, ids: &Ids) -> bool {
        let is_avoided = |id: &TalkgroupId| self.avoided.contains_key(&TalkgroupKey { server, talkgroup: *id });
        match self.off.get(&server) {
            Some(off) => ids.difference(off).all(is_avoided),
            None => ids.iter().all(is_avoided),
        }
    }

    /// What is off besides these.
    pub(crate) fn off_besides<'a>(&'a self, server: ServerId, ids: &'a Ids) -> impl Iterator<Item = TalkgroupId> + 'a {
        self.off.get(&server).into_iter().flat_map(|off| off.difference(ids)).copied()
    }

    fn avoided_at(&self, server: ServerId) -> impl Iterator<Item = (TalkgroupId, Option<Until>)> {
        let (first, last) = (TalkgroupId(u64::MIN), TalkgroupId(u64::MAX));
        let range = TalkgroupKey { server, talkgroup: first }..=TalkgroupKey { server, talkgroup: last };
        self.avoided.range(range).map(|(key, until)| (key.talkgroup, *until))
    }

    /// What is held is heard, and so it is not held any more when it is not to be heard.
    fn let_go_of_unwanted(&mut self) {
        self.talkgroup = self.talkgroup.filter(|key| !self.avoided.contains_key(key) && !self.is_off(*key));
    }

    /// What is switched off, by server.
    pub(crate) fn off(&self) -> impl Iterator<Item = (ServerId, &BTreeSet<TalkgroupId>)> {
        self.off.iter().map(|(server, off)| (*server, &**off))
    }

    /// Ends avoids that have run out. Tells whether there were any.
    pub(crate) fn expire(&mut self, now: Now) -> bool {
        let before = self.avoided.len();
        self.avoided.retain(|_, until| until.is_none_or(|until| !until.reached(now)));
        self.avoided.len() != before
    }

    /// When the next avoid runs out.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.avoided.values().flatten().map(|until| until.at).min()
    }

    /// Forgets what belongs to a server. Tells whether there was anything.
    pub(crate) fn remove_server(&mut self, server: ServerId) -> bool {
        let before = (self.system, self.talkgroup, self.avoided.len(), self.off.len());
        self.system = self.system.filter(|key| key.server != server);
        self.talkgroup = self.talkgroup.filter(|key| key.server != server);
        self.avoided.retain(|key, _| key.server != server);
        self.off.remove(&server);
        before != (self.system, self.talkgroup, self.avoided.len(), self.off.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Now = Now { at: Duration::from_secs(1_000), wall: WallTime(1_800_000_000_000) };

    fn tg(server: u32, id: u64) -> TalkgroupKey {
        TalkgroupKey { server: ServerId(server), talkgroup: TalkgroupId(id) }
    }

    fn place(server: u32, system: u64, talkgroup: u64) -> Place {
        Place { server: ServerId(server), system: Some(SystemId(system)), talkgroup: Some(TalkgroupId(talkgroup)) }
    }

    fn later(seconds: u64) -> Now {
        Now { at: NOW.at + Duration::from_secs(seconds), wall: WallTime(NOW.wall.0 + seconds as i64 * 1_000) }
    }

    #[test]
    fn everything_is_heard_until_something_is_chosen() {
        let selection = Selection::default();
        assert_eq!(selection.verdict(place(1, 1, 1)), Ok(()));
        assert_eq!(selection.verdict(Place { server: ServerId(1), system: None, talkgroup: None }), Ok(()));
    }

    #[test]
    fn a_held_talkgroup_wins_over_a_held_system() {
        let system = Some(SystemKey { server: ServerId(1), system: SystemId(1) });
        let mut selection = Selection { system, ..Selection::default() };
        assert_eq!(selection.verdict(place(1, 1, 7)), Ok(()));
        assert_eq!(selection.verdict(place(1, 2, 7)), Err(NotPlayed::NotHeld));
        selection.hold_talkgroup(Some(tg(1, 9)));
        assert_eq!(selection.verdict(place(1, 1, 7)), Err(NotPlayed::NotHeld));
        assert_eq!(selection.verdict(place(1, 2, 9)), Ok(()));
        assert_eq!(selection.verdict(place(2, 2, 9)), Err(NotPlayed::NotHeld), "same number, another server");
    }

    #[test]
    fn holding_ends_an_avoid_and_avoiding_ends_a_hold() {
        let mut selection = Selection::default();
        selection.avoid(tg(1, 5), None);
        selection.hold_talkgroup(Some(tg(1, 5)));
        assert_eq!(selection.verdict(place(1, 1, 5)), Ok(()));
        selection.avoid(tg(1, 5), Some(Until::after(NOW, Duration::from_secs(60))));
        assert_eq!(selection.talkgroup, None);
        assert_eq!(selection.verdict(place(1, 1, 5)), Err(NotPlayed::Avoided));
    }

    #[test]
    fn an_avoid_ends_by_whichever_clock_is_first() {
        for now in [
            later(60),
            Now { at: NOW.at + Duration::from_secs(60), wall: WallTime(0) },
            Now { at: NOW.at, wall: WallTime(NOW.wall.0 + 60_000) },
        ] {
            let mut selection = Selection::default();
            selection.avoid(tg(1, 5), Some(Until::after(NOW, Duration::from_secs(60))));
            assert!(!selection.expire(later(59)));
            assert!(selection.expire(now));
            assert_eq!(selection.verdict(place(1, 1, 5)), Ok(()));
        }
    }

    #[test]
    fn an_avoid_without_end_stays_until_released() {
        let mut selection = Selection::default();
        selection.avoid(tg(1, 5), None);
        assert!(!selection.expire(later(1_000_000)));
        assert_eq!(selection.deadline(), None);
        selection.switch(ServerId(1), &[TalkgroupId(5)], true);
        assert_eq!(selection.verdict(place(1, 1, 5)), Ok(()));
    }

    #[test]
    fn what_is_avoided_for_a_while_is_on_when_that_ends_unless_it_was_switched_off_meanwhile() {
        let ids = |ids: &[u64]| ids.iter().copied().map(TalkgroupId).collect::<Vec<_>>();
        let offs: [fn(&mut Selection, Vec<TalkgroupId>); 2] = [
            |selection, off| selection.switch(ServerId(1), &off, false),
            |selection, off| selection.set_off(ServerId(1), off.into_iter().collect()),
        ];
        for off in offs {
            let mut selection = Selection::default();
            selection.switch(ServerId(1), &ids(&[5]), false);
            for id in [5, 6] {
                selection.avoid(tg(1, id), Some(Until::after(NOW, Duration::from_secs(60))));
            }
            selection.avoid(tg(1, 7), None);
            off(&mut selection, ids(&[4, 6, 7]));
            let why = |selection: &Selection, id| selection.verdict(place(1, 1, id));
            assert_eq!([5, 7].map(|id| why(&selection, id)), [Err(NotPlayed::Avoided); 2]);
            assert_eq!([4, 6].map(|id| why(&selection, id)), [Err(NotPlayed::SwitchedOff); 2]);
            let all: Vec<_> = selection.off().flat_map(|(_, off)| off.clone()).collect();
            assert_eq!(all, ids(&[4, 6]), "one avoided until released is not there twice");
            assert!(selection.expire(later(60)));
            assert_eq!(why(&selection, 5), Ok(()));
            assert_eq!([4, 6].map(|id| why(&selection, id)), [Err(NotPlayed::SwitchedOff); 2]);
        }
    }

    #[test]
    fn many_are_switched_at_their_own_server_only_and_the_one_held_is_let_go() {
        let mut selection = Selection::default();
        selection.hold_talkgroup(Some(tg(1, 7)));
        selection.switch(ServerId(2), &[6, 7].map(TalkgroupId), false);
        assert_eq!(selection.talkgroup, Some(tg(1, 7)), "same number, another server");
        selection.switch(ServerId(1), &[6, 7].map(TalkgroupId), false);
        assert_eq!(selection.talkgroup, None);
        selection.switch(ServerId(1), &[6, 7].map(TalkgroupId), true);
        assert_eq!(selection.verdict(place(1, 1, 7)), Ok(()));
        assert_eq!(selection.verdict(place(2, 1, 7)), Err(NotPlayed::SwitchedOff));
    }

    proptest! {
        #[test]
        fn saying_a_thing_twice_changes_nothing_more(ops in proptest::collection::vec((0..5u8, 1..4u64, any::<bool>()), 0..40)) {
            let mut once = Selection::default();
            let mut twice = Selection::default();
            let apply = |s: &mut Selection, (op, id, on): (u8, u64, bool)| match op {
                0 => s.hold_talkgroup(on.then(|| tg(1, id))),
                1 => s.avoid(tg(1, id), on.then(|| Until::after(NOW, Duration::from_secs(id)))),
                2 => s.switch(ServerId(1), &[TalkgroupId(id)], on),
                3 => s.switch(ServerId(1), &[1, 2, 3].map(TalkgroupId), on),
                _ => s.system = on.then_some(SystemKey { server: ServerId(1), system: SystemId(id) }),
            };
            for op in ops {
                apply(&mut once, op);
                apply(&mut twice, op);
                apply(&mut twice, op);
                for id in 1..4 {
                    prop_assert_eq!(once.verdict(place(1, id, id)), twice.verdict(place(1, id, id)));
                }
                if let Some(held) = once.talkgroup {
                    let at = Place { server: held.server, system: None, talkgroup: Some(held.talkgroup) };
                    prop_assert_eq!(once.verdict(at), Ok(()), "what is held is heard");
                }
            }
        }
    }
}
