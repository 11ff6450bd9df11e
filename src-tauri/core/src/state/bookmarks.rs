//! The account's bookmarks: read at sign-in and after each reconnection, and changed one at a time, in the order of the
//! wishes. The server can only turn a bookmark round, so no wish is sent while another one is under way.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::{CallId, CallKey, ServerId};
use crate::problem::Problem;
use crate::server::{ArchiveError, ServerCommand};
use crate::view::{AccountView, Event};

use super::{Effect, State};

/// Longer than the adapter waits for all its answers, renewal included: what is not answered by then is lost.
const PATIENCE: Duration = Duration::from_secs(300);

/// How it stands with one server's account.
#[derive(Debug, Default)]
pub(crate) struct Bookmarks {
    stage: Stage,
    /// They are to be read, and why not is nobody's concern.
    wanted: bool,
    /// The newest wish about each call.
    wishes: VecDeque<(CallId, bool)>,
    asked: Option<Asked>,
    /// The number of the last question; answers to earlier ones are not heard.
    ask: u32,
}

#[derive(Debug, Default, PartialEq)]
enum Stage {
    /// Nobody is signed in.
    #[default]
    Off,
    /// Somebody is, and the link has not stood since.
    New,
    On,
}

/// What is under way.
#[derive(Debug)]
struct Asked {
    wish: Option<(CallId, bool)>,
    lost_at: Duration,
}

impl Bookmarks {
    /// Somebody is signed in.
    pub(crate) fn begin(&mut self) {
        if self.stage == Stage::Off {
            (self.stage, self.wanted) = (Stage::New, true);
        }
    }

    /// The link stands again: another device may have changed something meanwhile.
    pub(crate) fn link_is_back(&mut self) {
        match self.stage {
            Stage::Off => {}
            Stage::New => self.stage = Stage::On,
            Stage::On => self.wanted = true,
        }
    }

    fn wish(&mut self, call: CallId, on: bool) {
        self.wishes.retain(|(other, _)| *other != call);
        self.wishes.push_back((call, on));
    }

    /// What to ask next, if nothing is under way.
    fn next(&mut self, now: Duration) -> Option<(u32, Option<(CallId, bool)>)> {
        if self.asked.is_some() || (self.wishes.is_empty() && !self.wanted) {
            return None;
        }
        let wish = self.wishes.pop_front();
        self.wanted = false;
        self.ask = self.ask.wrapping_add(1);
        self.asked = Some(Asked { wish, lost_at: now + PATIENCE });
        Some((self.ask, wish))
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.asked.as_ref().map(|asked| asked.lost_at)
    }
}

impl State {
    /// Sees to it that a call is bookmarked, or is not.
    pub(super) fn bookmark(&mut self, call: CallKey, on: bool) -> Result<(), Problem> {
        self.listed(call.server)?;
        let server = self.servers.get_mut(&call.server);
        match server.filter(|server| matches!(server.account, AccountView::SignedIn { .. })) {
            Some(server) => server.bookmarks.wish(call.call, on),
            None => return Err(Problem::from(&ArchiveError::SignedOut)),
        }
        Ok(())
    }

    /// Asks whatever is to be asked; what has been under way for too long is lost.
    pub(super) fn ask_for_bookmarks(&mut self) {
        let now = self.now.at;
        let lost: Vec<_> = self
            .servers
            .values()
            .filter(|server| server.bookmarks.deadline().is_some_and(|end| now >= end))
            .map(|server| (server.id, server.bookmarks.ask))
            .collect();
        for (id, ask) in lost {
            self.bookmarks_read(id, ask, Err(ArchiveError::NoAnswer));
        }
        for server in self.servers.values_mut() {
            let AccountView::SignedIn { user, .. } = &server.account else { continue };
            if let Some((ask, wish)) = server.bookmarks.next(now) {
                let wish = ServerCommand::Bookmark { ask, user: user.clone(), wish };
                self.effects.push(Effect::Server(server.id, wish));
            }
        }
    }

    pub(super) fn bookmarks_read(&mut self, id: ServerId, ask: u32, result: Result<Vec<CallId>, ArchiveError>) {
        let Some(server) = self.servers.get_mut(&id).filter(|server| server.bookmarks.ask == ask) else { return };
        let Some(Asked { wish, .. }) = server.bookmarks.asked.take() else { return };
        match (result, wish) {
            (Ok(ids), wish) => {
                self.set_bookmarks(id, Some(ids));
                if let Some((call, on)) = wish {
                    self.effects.push(Effect::Publish(Event::Bookmarked { call: CallKey::new(id, call), on }));
                }
            }
            (Err(error), Some(_)) => {
                // What the list is like now may be anything.
                self.raise(Problem::bookmark(&error));
            }
            (Err(error), None) => tracing::info!(%error, "the bookmarks are not known"),
        }
    }

    /// What the list of bookmarks said, whoever asked for it. Between a wish and its answer it may be out of date.
    pub(crate) fn bookmarks_seen(&mut self, id: ServerId, ids: Vec<CallId>) -> Vec<Effect> {
        let may_be_old = self.servers.get(&id).is_none_or(|server| {
            let bookmarks = &server.bookmarks;
            bookmarks.stage == Stage::Off || bookmarks.asked.is_some() || !bookmarks.wishes.is_empty()
        });
        if !may_be_old {
            self.set_bookmarks(id, Some(ids));
        }
        self.finish()
    }

    /// Nobody is signed in any more.
    pub(super) fn end_bookmarks(&mut self, id: ServerId) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        server.bookmarks = Bookmarks { ask: server.bookmarks.ask, ..Bookmarks::default() };
        self.set_bookmarks(id, None);
    }

    fn set_bookmarks(&mut self, id: ServerId, ids: Option<Vec<CallId>>) {
        for key in self.feed.set_bookmarks(id, ids.map(|ids| ids.into_iter().collect())) {
            self.changes.row(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::call;
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::server::{Account, Kept, Link, NetworkError, NetworkKind, ServerEvent};
    use crate::state::Input;
    use crate::view::Command;

    fn key(id: u64) -> CallKey {
        CallKey::new(SERVER, CallId(id))
    }

    /// What was asked last.
    fn asked(desk: &Desk) -> Option<(u32, Option<(u64, bool)>)> {
        desk.effects.iter().find_map(|effect| {
            let Effect::Server(_, ServerCommand::Bookmark { ask, wish, .. }) = effect else { return None };
            Some((*ask, wish.map(|(call, on)| (call.0, on))))
        })
    }

    fn answer(desk: &mut Desk, ask: u32, ids: &[u64]) {
        let result = Ok(ids.iter().copied().map(CallId).collect());
        desk.server(ServerEvent::Bookmarks { ask, result });
    }

    fn told(desk: &Desk) -> Vec<(u64, bool)> {
        let told = desk.effects.iter().filter_map(|effect| {
            let Effect::Publish(Event::Bookmarked { call, on }) = effect else { return None };
            Some((call.call.0, *on))
        });
        told.collect()
    }

    fn shown(desk: &Desk, id: u64) -> Option<bool> {
        desk.state.row_of(&key(id)).expect("it is shown").bookmarked
    }

    fn wish(desk: &mut Desk, id: u64, on: bool) {
        desk.send(Command::Bookmark { call: key(id), on });
    }

    #[test]
    fn bookmarks_are_read_at_sign_in_and_after_each_reconnection_and_forgotten_with_the_login() {
        let mut desk = Desk::just_signed_in(|_| {});
        desk.server(ServerEvent::Call(call(7)));
        assert_eq!(shown(&desk, 7), None);
        answer(&mut desk, 1, &[7]);
        assert_eq!(shown(&desk, 7), Some(true));
        desk.server(ServerEvent::Link(Link::Connecting));
        assert_eq!(asked(&desk), None);
        desk.server(ServerEvent::Link(Link::Live));
        assert_eq!(asked(&desk), Some((2, None)));
        answer(&mut desk, 1, &[7]);
        answer(&mut desk, 2, &[]);
        assert_eq!(shown(&desk, 7), Some(false));
        desk.server(ServerEvent::Account(Account::SignedOut { why: None }));
        assert_eq!(shown(&desk, 7), None);
        assert!(desk.step(Input::Command(Command::Bookmark { call: key(7), on: true })).is_err());
        let account = Account::SignedIn { user: "eve".into(), kept: Kept::NotAsked };
        desk.server(ServerEvent::Account(account));
        assert_eq!(asked(&desk), Some((3, None)));
    }

    #[test]
    fn one_wish_is_under_way_at_a_time_and_of_each_call_the_last_one_counts() {
        let mut desk = Desk::just_signed_in(|_| {});
        answer(&mut desk, 1, &[]);
        wish(&mut desk, 1, true);
        assert_eq!(asked(&desk), Some((2, Some((1, true)))));
        for (id, on) in [(2, true), (1, false), (2, false), (1, true), (3, true)] {
            wish(&mut desk, id, on);
            assert_eq!(asked(&desk), None, "one is under way");
        }
        answer(&mut desk, 2, &[1]);
        assert_eq!((told(&desk), asked(&desk)), (vec![(1, true)], Some((3, Some((2, false))))));
        answer(&mut desk, 3, &[1]);
        assert_eq!(asked(&desk), Some((4, Some((1, true)))));
        answer(&mut desk, 4, &[1]);
        assert_eq!(asked(&desk), Some((5, Some((3, true)))));
        answer(&mut desk, 5, &[3, 1]);
        assert_eq!((told(&desk), asked(&desk)), (vec![(3, true)], None));
    }

    #[test]
    fn a_wish_that_fails_is_said_and_the_next_one_is_asked() {
        let mut desk = Desk::just_signed_in(|_| {});
        answer(&mut desk, 1, &[]);
        wish(&mut desk, 1, true);
        wish(&mut desk, 2, true);
        let network = NetworkError { kind: NetworkKind::Broken, source: None };
        desk.server(ServerEvent::Bookmarks { ask: 2, result: Err(ArchiveError::Network(network)) });
        assert_eq!((desk.state.notices.len(), asked(&desk)), (1, Some((3, Some((2, true))))));
        desk.at(299_999);
        desk.step(Input::Deadline).unwrap();
        assert_eq!(desk.state.notices.len(), 1);
        desk.at(300_000);
        desk.step(Input::Deadline).unwrap();
        assert_eq!(desk.state.notices.len(), 2, "nobody answers");
        answer(&mut desk, 3, &[2]);
        assert!(told(&desk).is_empty(), "too late to be believed");
    }

    #[test]
    fn a_list_that_was_asked_for_before_a_wish_does_not_undo_it() {
        let mut desk = Desk::just_signed_in(|_| {});
        desk.server(ServerEvent::Call(call(7)));
        answer(&mut desk, 1, &[]);
        wish(&mut desk, 7, true);
        desk.state.bookmarks_seen(SERVER, vec![]);
        answer(&mut desk, 2, &[7]);
        assert_eq!(shown(&desk, 7), Some(true));
        desk.state.bookmarks_seen(SERVER, vec![]);
        assert_eq!(shown(&desk, 7), Some(false), "another device");
    }
}
