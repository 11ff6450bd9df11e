//! What is known of each server, and how the window sees it.

use std::sync::Arc;
use std::time::Duration;

use crate::choices::Listener;
use crate::clock::Now;
use crate::directory::Directory;
use crate::model::Keypad;
use crate::model::ServerId;
use crate::problem::Problem;
use crate::server::{Account, Found, Kept, Link, LinkEnd, ProbeError, SignedOut, Welcome};
use crate::settings::{SavedLogin, SavedOwn};
use crate::support;
use crate::text::plain;
use crate::vault::VaultError;
use crate::view::{
    AccountView, ClockChoice, LinkView, LoginWish, OwnView, PasswordView, ServerMark, ServerView, SupportView,
};

use super::bookmarks::Bookmarks;
use super::continuity::Continuity;
use super::keeping::Keeping;
use super::rows::millis;

/// After audio could not be fetched the server is left alone for this long at first …
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// … and at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// More of an operator's name for a server is not shown, in characters.
const LONGEST_BRANDING: usize = 100;

/// One server.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) id: ServerId,
    /// As typed; the origin once found.
    pub(crate) address: String,
    /// It is there again at the next start.
    pub(crate) remember: bool,
    /// It comes from the settings.
    pub(crate) saved: bool,
    /// What the user made of it.
    pub(crate) own: SavedOwn,
    /// Its place in the list.
    pub(crate) place: u32,
    /// How it stands with another password.
    pub(crate) password: Option<PasswordView>,
    /// What to do as soon as it is found.
    pub(crate) wish: Option<LoginWish>,
    pub(crate) found: Option<Found>,
    pub(crate) pin: Option<String>,
    /// The name to offer for signing in.
    pub(crate) user: Option<String>,
    pub(crate) login: SavedLogin,
    pub(crate) account: AccountView,
    /// Whose choice of talkgroups it is that counts here; whoever was here last, while nobody is.
    pub(crate) listener: Option<Listener>,
    /// How it stands with keeping that in the account.
    pub(crate) keeping: Keeping,
    /// What is wished of the account's bookmarks.
    pub(crate) bookmarks: Bookmarks,
    /// What may have been missed of it.
    pub(crate) continuity: Continuity,
    link: LinkState,
    /// What stands on the way there.
    pub(crate) proxy: Option<String>,
    pub(crate) welcome: Welcome,
    pub(crate) directory: Arc<Directory>,
    /// How often it has sent one.
    pub(crate) directories: u32,
    pub(crate) time_12h: bool,
    pub(crate) show_listeners: bool,
    pub(crate) sharing: bool,
    pub(crate) keypad: Option<Keypad>,
    pub(crate) listeners: Option<u32>,
    fetch_after: Duration,
    pause: Duration,
    /// Why calls wait although nobody is signed out and the link stands.
    held_up: Option<Problem>,
}

/// A link as the window sees it, except that a waiting one keeps its moment instead of what is left until then.
#[derive(Debug)]
enum LinkState {
    Plain(LinkView),
    Waiting { until: Duration, attempt: u32, problem: Problem },
}

impl Server {
    pub(crate) fn new(id: ServerId, address: String, remember: bool) -> Self {
        Self {
            id,
            address,
            remember,
            saved: false,
            own: SavedOwn::default(),
            place: 0,
            password: None,
            wish: None,
            found: None,
            pin: None,
            user: None,
            login: SavedLogin::New,
            account: AccountView::SignedOut { problem: None, user: None },
            listener: None,
            keeping: Keeping::default(),
            continuity: Continuity::default(),
            link: LinkState::Plain(LinkView::Probing),
            proxy: None,
            welcome: Welcome::default(),
            directory: Arc::default(),
            directories: 0,
            time_12h: false,
            show_listeners: false,
            sharing: false,
            bookmarks: Bookmarks::default(),
            keypad: None,
            listeners: None,
            fetch_after: Duration::ZERO,
            pause: FIRST_PAUSE,
            held_up: None,
        }
    }

    /// Whether calls' audio can be asked for now.
    pub(crate) fn reachable(&self, now: Duration) -> bool {
        self.may_listen() && now >= self.fetch_after
    }

    /// Whether its address ever led to a server: in this run, or in the one that remembered it.
    pub(crate) fn found_once(&self) -> bool {
        self.found.is_some() || self.saved
    }

    /// Whether it is the server at this origin; one that is not found again yet was there in an earlier run.
    pub(crate) fn leads_to(&self, origin: &str) -> bool {
        self.found_once() && self.address == origin
    }

    /// When it can be asked again, if that is only a matter of time.
    pub(crate) fn fetch_deadline(&self, now: Duration) -> Option<Duration> {
        (self.may_listen() && now < self.fetch_after).then_some(self.fetch_after)
    }

    fn may_listen(&self) -> bool {
        matches!(self.account, AccountView::SignedIn { .. } | AccountView::Anonymous { .. })
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.link, LinkState::Plain(LinkView::Live))
    }

    /// Leaves the server alone for a while, longer each time.
    pub(crate) fn rest(&mut self, now: Duration) {
        self.fetch_after = now + self.pause;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    /// Notes why its calls have to wait. Returns whether that is news.
    pub(crate) fn hold_up(&mut self, problem: Problem) -> bool {
        let news = self.held_up.as_ref() != Some(&problem);
        self.held_up = Some(problem);
        news
    }

    /// Something worked: no reason to wait any longer. Returns whether calls were held up until now.
    pub(crate) fn revive(&mut self) -> bool {
        self.fetch_after = Duration::ZERO;
        self.pause = FIRST_PAUSE;
        self.let_go()
    }

    /// Whether calls are said to wait although nobody is signed out and the link stands.
    pub(crate) fn is_held_up(&self) -> bool {
        self.held_up.is_some()
    }

    /// Calls wait for that no longer. Returns whether they did until now.
    pub(crate) fn let_go(&mut self) -> bool {
        self.held_up.take().is_some()
    }

    pub(crate) fn set_found(&mut self, found: Found) {
        self.address.clone_from(&found.origin);
        self.pin.clone_from(&found.pin);
        self.found = Some(found);
    }

    pub(crate) fn set_link(&mut self, link: Link) {
        if link == Link::Live {
            self.revive();
        }
        self.link = match link {
            Link::Idle => LinkState::Plain(LinkView::Idle),
            Link::Probing => LinkState::Plain(LinkView::Probing),
            Link::Untrusted { sha256, changed } => {
                LinkState::Plain(LinkView::Untrusted { sha256, changed, problem: Problem::untrusted(changed) })
            }
            Link::Connecting => LinkState::Plain(LinkView::Connecting),
            Link::Live => LinkState::Plain(LinkView::Live),
            Link::Waiting { until, attempt, why } => {
                let problem = Problem::from(&why);
                let problem = problem.through(self.proxy.as_deref().filter(|_| is_of_the_way(&why)));
                LinkState::Waiting { until, attempt, problem }
            }
            Link::Refused(error) => {
                let problem = Problem::from(&error).through(self.proxy.as_deref().filter(|_| may_be_the_proxy(&error)));
                LinkState::Plain(LinkView::Refused { problem, instead: instead(&error) })
            }
        };
        if !self.is_live() {
            self.listeners = None;
        }
    }

    pub(crate) fn set_account(&mut self, account: Account) {
        self.remember_login(&account);
        self.account = match account {
            Account::SignedOut { why } => {
                AccountView::SignedOut { problem: why.as_ref().map(Problem::from), user: self.user.clone() }
            }
            Account::Anonymous { lost } => AccountView::Anonymous { problem: lost.as_ref().map(Problem::from) },
            Account::SigningIn => AccountView::SigningIn,
            Account::SignedIn { user, kept } => {
                let problem = match kept {
                    Kept::Keychain | Kept::NotAsked => None,
                    Kept::Failed(error) => Some(Problem::not_kept(error)),
                };
                AccountView::SignedIn { user, problem }
            }
            Account::PasswordChange { user, refused, busy } => {
                AccountView::PasswordChange { user, problem: refused.as_ref().map(Problem::from), busy }
            }
        };
        if self.may_listen() {
            self.revive();
        }
    }

    /// What the next start should do. A keychain that fails today keeps the login for tomorrow, and a sign-in that failed
    /// changes nothing: whatever was remembered before it is still there.
    fn remember_login(&mut self, account: &Account) {
        match account {
            Account::SignedIn { user, kept } => {
                self.user = Some(user.clone());
                self.login = match kept {
                    // A slow keychain may still take it; if not, the next start says so.
                    Kept::Keychain | Kept::Failed(VaultError::Slow) => SavedLogin::Remembered { user: user.clone() },
                    Kept::NotAsked | Kept::Failed(_) => SavedLogin::Ask { user: Some(user.clone()) },
                };
            }
            Account::Anonymous { lost: None } => self.login = SavedLogin::Anonymous,
            Account::SigningIn | Account::PasswordChange { .. } => {}
            Account::SignedOut { why: Some(why) } | Account::Anonymous { lost: Some(why) } if !ends_login(why) => {}
            Account::Anonymous { lost: Some(_) } if self.login == SavedLogin::Anonymous => {}
            Account::SignedOut { .. } | Account::Anonymous { lost: Some(_) } => {
                self.login = SavedLogin::Ask { user: self.user.clone() };
            }
        }
    }

    pub(crate) fn view(&self, now: Now, clock: ClockChoice) -> ServerView {
        let version = self.found.as_ref().map(|found| found.version.clone());
        ServerView {
            id: self.id,
            name: self.name(),
            own: OwnView { name: self.own.name.clone(), mark: self.mark(), muted: self.own.muted, place: self.place },
            address: self.address.clone(),
            encrypted: self.address.starts_with("https://"),
            branding: Some(plain(&self.welcome.branding, LONGEST_BRANDING)).filter(|name| !name.is_empty()),
            version,
            routes: self.found.as_ref().map(|found| found.routes.since().to_owned()),
            support: self.support_view(),
            public: self.found.as_ref().is_some_and(|found| found.public),
            account: self.account_view(),
            link: self.link_view(now),
            proxy: self.proxy.clone(),
            listeners: self.listeners.filter(|_| self.show_listeners),
            time_12h: clock.is_12h(self.time_12h),
            directory: self.directories,
            selection_kept: self.keeping.kept(),
            sharing: self.sharing,
            password: self.password.clone(),
        }
    }

    fn support_view(&self) -> Option<SupportView> {
        let text = support::shown(&self.welcome.email)?;
        Some(SupportView { text, mail: support::address(&self.welcome.email).is_some() })
    }

    fn account_view(&self) -> AccountView {
        match (&self.account, &self.held_up) {
            // More urgent than that the login cannot be kept.
            (AccountView::SignedIn { user, .. }, Some(problem)) => {
                AccountView::SignedIn { user: user.clone(), problem: Some(problem.clone()) }
            }
            (AccountView::SignedIn { user, problem: None }, None) => {
                AccountView::SignedIn { user: user.clone(), problem: self.keeping.trouble().cloned() }
            }
            (account, _) => account.clone(),
        }
    }

    /// One of its own until the user has chosen another.
    fn mark(&self) -> ServerMark {
        let usual = ServerMark::ALL[self.id.0.saturating_sub(1) as usize % ServerMark::ALL.len()];
        self.own.mark.unwrap_or(usual)
    }

    /// The user's name, else the operator's, else the host.
    pub(crate) fn name(&self) -> String {
        if let Some(name) = &self.own.name {
            return name.clone();
        }
        if !self.welcome.branding.is_empty() {
            return crate::directory::name(self.welcome.branding.clone());
        }
        let host = self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest);
        host.trim_end_matches('/').to_owned()
    }

    fn link_view(&self, now: Now) -> LinkView {
        match &self.link {
            LinkState::Plain(view) => view.clone(),
            LinkState::Waiting { until, attempt, problem } => LinkView::Waiting {
                in_ms: millis(until.saturating_sub(now.at)),
                attempt: *attempt,
                problem: problem.clone(),
            },
        }
    }
}

/// Whether something between here and the server may be the cause.
fn is_of_the_way(why: &LinkEnd) -> bool {
    match why {
        LinkEnd::Network(_) | LinkEnd::Status(_) => true,
        LinkEnd::Closed(_)
        | LinkEnd::Silent
        | LinkEnd::ClockJumped
        | LinkEnd::Full
        | LinkEnd::TooLarge
        | LinkEnd::Overflow => false,
    }
}

/// Whether it may have been a proxy that answered, or did not.
fn may_be_the_proxy(error: &ProbeError) -> bool {
    match error {
        ProbeError::Unreachable(_) | ProbeError::Status(_) | ProbeError::NotOpenScanner => true,
        ProbeError::NotAnAddress
        | ProbeError::HasPath
        | ProbeError::TooOld { .. }
        | ProbeError::Redirected { .. }
        | ProbeError::NeedsSetup => false,
    }
}

/// Whether nothing is left of a login that could be taken up again.
fn ends_login(why: &SignedOut) -> bool {
    match why {
        SignedOut::Ended
        | SignedOut::Spent
        | SignedOut::Refused
        | SignedOut::NotRemembered(VaultError::Empty)
        | SignedOut::LostInRenewal
        | SignedOut::Moved
        | SignedOut::NotPublic => true,
        SignedOut::WrongPassword
        | SignedOut::LockedOut
        | SignedOut::NotRemembered(VaultError::Unavailable | VaultError::Locked | VaultError::Slow)
        | SignedOut::NotYet(_)
        | SignedOut::Unreachable(_)
        | SignedOut::NoLogin
        | SignedOut::Status(_)
        | SignedOut::Redirected(_) => false,
    }
}

/// An address that can be tried in place of the one that led nowhere.
fn instead(error: &ProbeError) -> Option<String> {
    match error {
        ProbeError::Redirected { to } => Some(to.clone()),
        ProbeError::NotAnAddress
        | ProbeError::HasPath
        | ProbeError::Unreachable(_)
        | ProbeError::NotOpenScanner
        | ProbeError::TooOld { .. }
        | ProbeError::NeedsSetup
        | ProbeError::Status(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::WallTime;
    use crate::server::{NetworkError, NetworkKind};

    fn reasons() -> [(SignedOut, bool); 17] {
        let network = || NetworkError { kind: NetworkKind::Answered(429), source: None };
        [
            (SignedOut::Ended, true),
            (SignedOut::Spent, true),
            (SignedOut::Refused, true),
            (SignedOut::NotRemembered(VaultError::Empty), true),
            (SignedOut::LostInRenewal, true),
            (SignedOut::Moved, true),
            (SignedOut::NotPublic, true),
            (SignedOut::WrongPassword, false),
            (SignedOut::LockedOut, false),
            (SignedOut::NotRemembered(VaultError::Unavailable), false),
            (SignedOut::NotRemembered(VaultError::Locked), false),
            (SignedOut::NotRemembered(VaultError::Slow), false),
            (SignedOut::NotYet(network()), false),
            (SignedOut::Unreachable(network()), false),
            (SignedOut::NoLogin, false),
            (SignedOut::Status(503), false),
            (SignedOut::Redirected("https://elsewhere.example.org".into()), false),
        ]
    }

    /// What the next start does with a login of before, after this was said.
    fn next(before: SavedLogin, said: Account) -> SavedLogin {
        let mut server = Server::new(ServerId(1), "https://scanner.example.org".into(), true);
        server.user = Some("dana".into());
        server.login = before;
        server.set_account(said);
        server.login
    }

    #[test]
    fn a_problem_on_the_way_names_the_proxy_and_any_other_does_not() {
        let mut server = Server::new(ServerId(1), "https://scanner.example.org".into(), true);
        server.proxy = Some("http://proxy.example.org:3128".into());
        let now = Now { at: Duration::ZERO, wall: WallTime(0) };
        let network = || NetworkError { kind: NetworkKind::Connect, source: None };
        let waiting = |why| Link::Waiting { until: Duration::ZERO, attempt: 1, why };
        let links = [
            (waiting(LinkEnd::Network(network())), true),
            (waiting(LinkEnd::Status(407)), true),
            (waiting(LinkEnd::ClockJumped), false),
            (waiting(LinkEnd::Full), false),
            (Link::Refused(ProbeError::Unreachable(network())), true),
            (Link::Refused(ProbeError::Status(502)), true),
            (Link::Refused(ProbeError::NotAnAddress), false),
        ];
        for (link, named) in links {
            server.set_link(link.clone());
            let (LinkView::Waiting { problem, .. } | LinkView::Refused { problem, .. }) =
                server.view(now, ClockChoice::Server).link
            else {
                panic!("{link:?} is a problem");
            };
            assert_eq!(problem.message.contains("http://proxy.example.org:3128"), named, "{link:?}: {problem:?}");
        }
        server.proxy = None;
        server.set_link(Link::Refused(ProbeError::Unreachable(network())));
        assert!(matches!(server.link_view(now), LinkView::Refused { problem, .. }
            if !problem.message.contains("proxy")));
    }

    #[test]
    fn only_what_ends_a_login_has_the_next_start_ask_for_another_one() {
        let remembered = SavedLogin::Remembered { user: "dana".into() };
        let ask = SavedLogin::Ask { user: Some("dana".into()) };
        for (why, ends) in reasons() {
            let then = if ends { &ask } else { &remembered };
            let why = Some(why);
            assert_eq!(next(remembered.clone(), Account::SignedOut { why: why.clone() }), *then, "{why:?}");
            assert_eq!(next(remembered.clone(), Account::Anonymous { lost: why.clone() }), *then, "{why:?}");
            let anonymous = next(SavedLogin::Anonymous, Account::Anonymous { lost: why.clone() });
            assert_eq!(anonymous, SavedLogin::Anonymous, "{why:?}");
        }
        assert_eq!(next(remembered.clone(), Account::SignedOut { why: None }), ask, "the user's own wish");
        assert_eq!(next(remembered, Account::Anonymous { lost: None }), SavedLogin::Anonymous);
    }
}
