//! What the user makes of the servers: their names, marks, order, and which are muted.

use crate::model::ServerId;
use crate::problem::Problem;
use crate::server::PasswordError;
use crate::text::plain;
use crate::view::{PasswordView, ServerMark};

use super::State;
use super::servers::Server;

/// The longest name of a server, in characters.
const LONGEST_NAME: usize = 60;

impl State {
    /// The servers in the user's order.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Server> {
        let mut servers: Vec<_> = self.servers.values().collect();
        servers.sort_by_key(|server| server.place);
        servers.into_iter()
    }

    pub(super) fn edit_server(&mut self, id: ServerId, name: Option<String>, mark: ServerMark) -> Result<(), Problem> {
        self.listed(id)?;
        let name = name.map(|name| plain(&name, usize::MAX)).filter(|name| !name.is_empty());
        if name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
            let most = format!("The name of a server has {LONGEST_NAME} characters at most.");
            return Err(Problem::not_possible(&most));
        }
        if let Some(server) = self.servers.get_mut(&id)
            && (&server.own.name, server.own.mark) != (&name, Some(mark))
        {
            (server.own.name, server.own.mark) = (name, Some(mark));
            self.changes.server(id);
            self.changes.save = true;
        }
        Ok(())
    }

    /// Its calls leave the queue and say why; muted or not, they are shown.
    pub(super) fn mute_server(&mut self, id: ServerId, on: bool) -> Result<(), Problem> {
        self.listed(id)?;
        if let Some(server) = self.servers.get_mut(&id)
            && server.own.muted != on
        {
            server.own.muted = on;
            if on {
                self.selection.muted.insert(id);
            } else {
                self.selection.muted.remove(&id);
            }
            self.changes.server(id);
            self.changes.save = true;
            self.refilter();
        }
        Ok(())
    }

    pub(super) fn move_server(&mut self, id: ServerId, to: u32) -> Result<(), Problem> {
        self.listed(id)?;
        let mut order: Vec<_> = self.in_order().map(|server| server.id).collect();
        order.retain(|other| *other != id);
        order.insert((to as usize).min(order.len()), id);
        self.put_in_order(&order);
        Ok(())
    }

    /// After one is gone.
    pub(super) fn close_ranks(&mut self) {
        let order: Vec<_> = self.in_order().map(|server| server.id).collect();
        self.put_in_order(&order);
    }

    pub(super) fn put_in_order(&mut self, order: &[ServerId]) {
        for (id, place) in order.iter().zip(0..) {
            if let Some(server) = self.servers.get_mut(id)
                && server.place != place
            {
                server.place = place;
                self.changes.server(*id);
                self.changes.save = true;
            }
        }
    }

    /// What became of a password that somebody who is signed in wished for.
    pub(super) fn password_changed(&mut self, id: ServerId, result: Result<(), PasswordError>) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        server.password = result.err().map(|why| PasswordView { busy: false, problem: Some(Problem::from(&why)) });
        self.changes.server(id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Desk, SERVER};
    use super::*;
    use crate::server::{Account, ServerEvent};
    use crate::state::{Effect, Input, samples};
    use crate::view::{ClockChoice, Command, Event, NotPlayed, OwnView, RowState, ServerView};

    /// Three servers, and their ids.
    fn three() -> (Desk, [ServerId; 3]) {
        let mut desk = Desk::new(|_| {});
        for host in ["one", "two"] {
            let address = format!("https://{host}.example.org");
            // As if it had been found before; one that was not gives way to the next address.
            desk.send(Command::AddServer { address, remember: true, login: None });
            let newest = desk.state.servers.keys().max().copied().expect("it is there");
            desk.state.servers.get_mut(&newest).expect("it is there").saved = true;
        }
        (desk, [SERVER, ServerId(2), ServerId(3)])
    }

    fn order(desk: &Desk) -> Vec<u32> {
        desk.state.view(0).servers.iter().map(|server| server.id.0).collect()
    }

    fn seen(desk: &Desk, id: ServerId) -> ServerView {
        desk.state.servers[&id].view(desk.state.now, ClockChoice::Server)
    }

    fn own(desk: &Desk, id: ServerId) -> OwnView {
        seen(desk, id).own
    }

    #[test]
    fn servers_are_in_the_users_order_which_is_kept_and_has_no_holes() {
        let (mut desk, [one, two, three]) = three();
        assert_eq!(order(&desk), [1, 2, 3]);
        desk.send(Command::MoveServer { server: three, to: 0 });
        assert_eq!(order(&desk), [3, 1, 2]);
        let saved = desk
            .effects
            .iter()
            .find_map(|effect| if let Effect::Save(settings) = effect { Some(&settings.servers) } else { None });
        let saved: Vec<_> = saved.expect("it is kept").iter().map(|server| server.id.0).collect();
        assert_eq!(saved, [3, 1, 2]);
        desk.send(Command::MoveServer { server: three, to: 9 });
        assert_eq!(order(&desk), [1, 2, 3], "beyond the end is the end");
        desk.send(Command::MoveServer { server: three, to: 2 });
        assert!(desk.effects.is_empty(), "it is there: {:?}", desk.effects);
        desk.send(Command::RemoveServer { server: one });
        assert_eq!([two, three].map(|id| own(&desk, id).place), [0, 1]);
    }

    #[test]
    fn a_name_is_the_users_until_they_give_it_back_and_a_mark_is_each_servers_own() {
        let (mut desk, [one, two, _]) = three();
        assert_ne!(own(&desk, one).mark, own(&desk, two).mark);
        let edit = |name: Option<&str>| Command::EditServer {
            server: two,
            name: name.map(str::to_owned),
            mark: ServerMark::Teal,
        };
        desk.send(edit(Some("  Home\n& away ")));
        let view = seen(&desk, two);
        assert_eq!((view.name.as_str(), view.own.mark), ("Home & away", ServerMark::Teal));
        desk.send(edit(Some("Home & away")));
        assert!(desk.effects.is_empty(), "it is called that: {:?}", desk.effects);
        desk.send(edit(Some(" ")));
        assert_eq!(seen(&desk, two).name, "one.example.org");
        let long = desk.step(Input::Command(edit(Some(&"x".repeat(61)))));
        assert!(long.expect_err("it is too long").message.contains("60"));
    }

    #[test]
    fn the_calls_of_a_muted_server_are_shown_and_say_why_they_are_not_played() {
        let (mut desk, [one, two, _]) = three();
        desk.send(Command::Pause { on: true });
        desk.server(ServerEvent::Call(samples::call(1)));
        desk.send(Command::MuteServer { server: one, on: true });
        let muted = RowState::NotPlayed { why: NotPlayed::ServerMuted };
        assert_eq!(desk.row(1), muted, "it waited");
        desk.server(ServerEvent::Call(samples::call(2)));
        assert_eq!(desk.row(2), muted);
        assert!(own(&desk, one).muted && !own(&desk, two).muted);
        desk.send(Command::MuteServer { server: one, on: false });
        desk.server(ServerEvent::Call(samples::call(3)));
        assert_ne!(desk.row(3), muted);
        desk.send(Command::MuteServer { server: one, on: true });
        let talkgroup =
            samples::call(1).talkgroup.map(|talkgroup| crate::model::TalkgroupKey { server: one, talkgroup });
        desk.send(Command::HoldTalkgroup { talkgroup });
        assert!(!own(&desk, one).muted, "who holds something there wants to hear it");
        let account = Account::Anonymous { lost: None };
        desk.server(ServerEvent::Account(account));
        desk.send(Command::SavePreset { name: "Held".into() });
        desk.send(Command::MuteServer { server: one, on: true });
        desk.send(Command::ApplyPreset { id: 1 });
        assert!(!own(&desk, one).muted, "nor does a preset hold what cannot be heard");
    }

    #[test]
    fn another_password_is_wished_for_by_whoever_is_signed_in_and_what_became_of_it_is_said() {
        let mut desk = Desk::new(|_| {});
        let secret = |text: &str| crate::secret::Secret::new(text);
        let wish = || Command::ChangePassword { server: SERVER, current: secret("old"), new: secret("new") };
        desk.send(wish());
        let password = |desk: &Desk| seen(desk, SERVER).password;
        assert_eq!(password(&desk), Some(PasswordView { busy: true, problem: None }));
        desk.server(ServerEvent::PasswordChanged(Err(PasswordError::WrongCurrent)));
        let refused = password(&desk).expect("it was refused");
        assert!(!refused.busy && refused.problem.is_some(), "{refused:?}");
        assert!(desk.effects.iter().any(|e| matches!(e, Effect::Publish(Event::ServerChanged { .. }))));
        desk.send(wish());
        desk.server(ServerEvent::PasswordChanged(Ok(())));
        assert_eq!(password(&desk), None);
    }
}
