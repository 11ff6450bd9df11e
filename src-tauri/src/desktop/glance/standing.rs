//! How each server is doing, and the icon that follows.

use squelch_core::view::{AccountView, LinkView, PlaybackState, ServerView};

use super::Glance;
use crate::desktop::words::Spoken;

/// Which icon stands in the tray. Each has a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// Calls are played as they come; none sounds now.
    Live,
    /// The same, and calls were missed and wait for a word.
    Unheard,
    /// A call sounds.
    Playing,
    /// Paused.
    Paused,
    /// Live is off.
    Off,
    /// No server can be reached.
    Lost,
    /// No call comes before somebody does something: signs in, for the most part.
    SignedOut,
}

/// How a server is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its calls arrive.
    Listening,
    /// The same, but a login that was there has ended.
    WithoutLogin,
    /// It takes a moment.
    Busy,
    /// It cannot be reached, and is tried again.
    Lost,
    /// It wants to know who we are.
    SignedOut,
    /// It wants another password.
    NewPassword,
    /// Its certificate has to be looked at.
    Untrusted,
    /// It is of no use.
    Refused,
}

impl Standing {
    /// The window has its own, `ui/src/servers/standing.ts`, which asks less of the link: what it shows of that stands
    /// elsewhere. `tests/fixtures/standing.json` holds both together.
    pub(super) fn of(server: &ServerView) -> Self {
        match server.link {
            LinkView::Untrusted { .. } => return Self::Untrusted,
            LinkView::Refused { .. } => return Self::Refused,
            LinkView::Idle | LinkView::Probing | LinkView::Connecting | LinkView::Live | LinkView::Waiting { .. } => {}
        }
        match &server.account {
            AccountView::PasswordChange { .. } => Self::NewPassword,
            AccountView::SigningIn => Self::Busy,
            AccountView::SignedIn { .. } | AccountView::Anonymous { problem: None } => Self::linked(&server.link),
            AccountView::Anonymous { problem: Some(_) } => match Self::linked(&server.link) {
                Self::Listening => Self::WithoutLogin,
                other => other,
            },
            // A server whose version is not known has not been found yet: there is nothing to sign in to.
            AccountView::SignedOut { .. } => match server.link {
                LinkView::Probing => Self::Busy,
                LinkView::Connecting if server.version.is_none() => Self::Busy,
                LinkView::Waiting { .. } if server.version.is_none() => Self::Lost,
                _ => Self::SignedOut,
            },
        }
    }

    /// With an account, or without one where none is needed.
    fn linked(link: &LinkView) -> Self {
        match link {
            LinkView::Live => Self::Listening,
            LinkView::Waiting { .. } => Self::Lost,
            _ => Self::Busy,
        }
    }

    /// In a few words.
    pub(super) fn words(self, say: Spoken) -> &'static str {
        match self {
            Self::Listening => say.listening(),
            Self::WithoutLogin => say.without_login(),
            Self::Busy => say.connecting(),
            Self::Lost => say.lost(),
            Self::SignedOut => say.signed_out(),
            Self::NewPassword => say.new_password(),
            Self::Untrusted => say.untrusted(),
            Self::Refused => say.refused(),
        }
    }

    /// Whether its calls arrive.
    pub(super) fn listens(self) -> bool {
        matches!(self, Self::Listening | Self::WithoutLogin)
    }

    /// What the icon says of it, if it were the only one.
    fn face(self) -> Option<Face> {
        match self {
            Self::Listening | Self::WithoutLogin | Self::Busy => None,
            Self::Lost => Some(Face::Lost),
            Self::SignedOut | Self::NewPassword | Self::Untrusted | Self::Refused => Some(Face::SignedOut),
        }
    }
}

impl Glance {
    /// What keeps every call away, and which server it is about. As long as one server's calls arrive the others are
    /// a matter for the menu, and what somebody has to do goes before what goes away by itself.
    pub(super) fn trouble(&self) -> Option<(Face, &ServerView)> {
        let standings = || self.servers.iter().map(|server| (Standing::of(server), server));
        if standings().any(|(standing, _)| standing.listens()) {
            return None;
        }
        let faces = || standings().filter_map(|(standing, server)| Some((standing.face()?, server)));
        faces().find(|(face, _)| *face == Face::SignedOut).or_else(|| faces().next())
    }

    /// The icon.
    pub(super) fn face(&self) -> Face {
        if let Some((face, _)) = self.trouble() {
            return face;
        }
        match self.playback.state {
            PlaybackState::Paused => Face::Paused,
            _ if self.listening.paused => Face::Paused,
            PlaybackState::Playing => Face::Playing,
            PlaybackState::Idle | PlaybackState::Loading | PlaybackState::NoDevice => match self.listening.live {
                false => Face::Off,
                true if self.missed > 0 => Face::Unheard,
                true => Face::Live,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use squelch_core::view::{AwayView, Event};

    use super::*;
    use crate::samples::{glance, link_lost, listening, paused, playing, problem, server};

    fn accounts() -> [(&'static str, AccountView); 7] {
        let (user, out) = ("dana".to_owned(), AccountView::SignedOut { problem: None, user: None });
        [
            ("signedIn", AccountView::SignedIn { user: user.clone(), problem: None }),
            ("anonymous", AccountView::Anonymous { problem: None }),
            ("anonymous, whose login has ended", AccountView::Anonymous { problem: Some(problem()) }),
            ("signingIn", AccountView::SigningIn),
            ("passwordChange", AccountView::PasswordChange { user, problem: None, busy: false }),
            ("signedOut", out.clone()),
            ("signedOut, never found", out),
        ]
    }

    fn links() -> [(&'static str, LinkView); 7] {
        let untrusted = LinkView::Untrusted { sha256: String::new(), changed: false, problem: problem() };
        [
            ("idle", LinkView::Idle),
            ("probing", LinkView::Probing),
            ("connecting", LinkView::Connecting),
            ("live", LinkView::Live),
            ("waiting", link_lost()),
            ("untrusted", untrusted),
            ("refused", LinkView::Refused { problem: problem(), instead: None }),
        ]
    }

    #[test]
    fn a_servers_standing_in_the_tray_goes_with_that_in_the_window() {
        let table = include_str!("../../../../tests/fixtures/standing.json");
        let table: serde_json::Value = serde_json::from_str(table).unwrap();
        for (who, account) in accounts() {
            for (how, link) in links() {
                let mut server = server(1, account.clone());
                server.link = link;
                server.version = server.version.filter(|_| who != "signedOut, never found");
                let standing = format!("{:?}", Standing::of(&server));
                assert_eq!(table[who][how][1], standing, "{who}, {how}");
            }
        }
    }

    #[test]
    fn the_icon_shows_what_matters_most() {
        let good = || Event::ServerChanged { server: server(1, AccountView::Anonymous { problem: None }) };
        let lost = |id| {
            let mut server = server(id, AccountView::Anonymous { problem: None });
            server.link = link_lost();
            Event::ServerChanged { server }
        };
        let out =
            |id| Event::ServerChanged { server: server(id, AccountView::SignedOut { problem: None, user: None }) };
        let play = || Event::PlaybackChanged { playback: playing(1, "Engine 5") };
        let missed = |calls| Event::AwayChanged { away: AwayView { calls, ..AwayView::default() } };
        let table: [(Vec<Event>, Face); 17] = [
            (vec![], Face::Live),
            (vec![listening(false)], Face::Off),
            (vec![good()], Face::Live),
            (vec![good(), play()], Face::Playing),
            (vec![good(), listening(false), play()], Face::Playing),
            (vec![good(), missed(14)], Face::Unheard),
            (vec![good(), missed(14), missed(0)], Face::Live),
            (vec![good(), missed(14), listening(false)], Face::Off),
            (vec![good(), missed(14), play()], Face::Playing),
            (vec![good(), missed(14), paused()], Face::Paused),
            (vec![lost(1), missed(14)], Face::Lost),
            (vec![good(), paused()], Face::Paused),
            (vec![lost(1), play()], Face::Lost),
            (vec![lost(1), paused()], Face::Lost),
            (vec![good(), lost(2), out(3)], Face::Live),
            (vec![lost(1), out(2)], Face::SignedOut),
            (vec![out(1)], Face::SignedOut),
        ];
        for (events, face) in table {
            assert_eq!(glance(events.clone()).face(), face, "{events:?}");
        }
    }
}
