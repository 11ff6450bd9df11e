//! The OpenScanner adapter: `open(opening, parts, events) -> Connection`.
//!
//! - `address`, `probe`, `tls`: from what a person types to a server that may be trusted.
//! - `wire`: bytes to types.
//! - `http`, `proxy`, `jar`, `session`: requests and their way, cookies, and who we are.
//! - `archive`: the questions about stored calls.
//! - `socket`, `tries`: the live feed, and how often it was tried.
//! - `doing`: what is being done about the account.
//! - `asking`: the question about the choice of talkgroups that is under way.
//! - `look`: a server seen from outside, for a bug report.
//!
//! This file puts them together and carries out the user's wishes, one after the other.

mod address;
mod archive;
mod asking;
mod doing;
mod http;
mod jar;
mod look;
mod probe;
mod proxy;
mod session;
mod socket;
mod tls;
mod tries;
mod wire;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

pub use self::address::host_and_port;
use self::asking::{Asking, unread, unwritten};
use self::doing::{Doing, begin, carry_out, done};
use self::http::Http;
pub use self::look::{Look, Seen, Unseen, look};
use self::probe::{Dead, Server, passing, probe};
use self::session::{Farewell, Session};
use self::socket::{Halt, Socket};
use self::tries::Tries;
use super::{
    Account, ArchiveError, Connection, FetchError, FetchFn, Found, Link, Login, NetworkError, NetworkKind, Opening,
    PasswordError, ProbeError, ServerCommand, ServerEvent, ServerId, ServerParts, SettleFn,
};
use crate::vault::VaultKey;

/// Wishes come at a person's pace.
const WISHES: usize = 16;
/// How long an orderly end waits for the goodbye.
const GOODBYE: Duration = Duration::from_secs(1);
/// A server that is removed is told so within this time, or not at all. Less than the engine waits for a task to end.
const FAREWELL: Duration = Duration::from_secs(3);

/// Opens a server and keeps at it until told to close or dropped. What happens is reported in `events`.
///
/// Must be called within a tokio runtime. Needs [`install_crypto`](crate::install_crypto).
pub fn open(opening: Opening, parts: ServerParts, events: mpsc::Sender<(ServerId, ServerEvent)>) -> Connection {
    let (commands, inbox) = mpsc::channel(WISHES);
    let session = Slot::default();
    let adapter = Adapter {
        opening,
        parts,
        events,
        inbox,
        session: session.clone(),
        pending: VecDeque::new(),
        proxy: None,
        tries: Tries::default(),
    };
    Connection {
        commands,
        fetch: fetch_by(session.clone()),
        archive: archive::archive_by(&session),
        settle: settle_by(session),
        task: AbortOnDropHandle::new(tokio::spawn(adapter.run())),
    }
}

/// The session in use, once there is one. Only the adapter's task fills it.
#[derive(Clone, Default)]
struct Slot(Arc<Mutex<Option<Arc<Session>>>>);

impl Slot {
    fn get(&self) -> Option<Arc<Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, session: Arc<Session>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }
}

fn fetch_by(session: Slot) -> FetchFn {
    Arc::new(move |call| {
        let session = session.get();
        async move {
            match session {
                Some(session) => session.audio(call).await,
                None => Err(FetchError::Network(nobody())),
            }
        }
        .boxed()
    })
}

/// There is no server to ask yet.
fn nobody() -> NetworkError {
    NetworkError { kind: NetworkKind::Connect, source: None }
}

fn settle_by(session: Slot) -> SettleFn {
    Arc::new(move || {
        let session = session.get();
        async move {
            if let Some(session) = session {
                session.settle().await;
            }
        }
        .boxed()
    })
}

struct Adapter {
    opening: Opening,
    parts: ServerParts,
    events: mpsc::Sender<(ServerId, ServerEvent)>,
    inbox: mpsc::Receiver<ServerCommand>,
    session: Slot,
    /// Wishes about the account that wait for the one being carried out.
    pending: VecDeque<ServerCommand>,
    /// The proxy that was told of last.
    proxy: Option<String>,
    tries: Tries,
}

/// The owner does not want this server any more.
struct Closed;

/// Why nobody listens any more.
enum Left {
    /// See [`Closed`].
    Closed,
    /// The server sends us elsewhere.
    Moved,
}

impl Adapter {
    async fn run(mut self) {
        let stored = if let Login::Remembered { user } = &self.opening.login { Some(user.clone()) } else { None };
        let mut doing = None;
        let Ok(mut server) = self.find(&mut doing).await else { return };
        let moved = self.left_behind(&server);
        let mut session = self.begin_session(&server, stored).await;
        doing = Some(if moved {
            session.clone().ask_user_who_moved().boxed()
        } else {
            begin(session.clone(), std::mem::replace(&mut self.opening.login, Login::Ask))
        });
        loop {
            let mut found = server.found.clone();
            if let Left::Closed = self.listen(&mut found, &session, &mut doing).await {
                return;
            }
            // Nobody has just typed this address: it led here before.
            (self.opening.address, self.opening.first) = (found.origin.clone(), false);
            let Ok(again) = self.find(&mut doing).await else { return };
            let login = std::mem::replace(&mut self.opening.login, Login::Ask);
            if again.found.origin == found.origin {
                // Somebody in between had its say, or its version is another one. The login is as good as before; the
                // certificate may be another one.
                session.reach_again(&again);
                self.say(ServerEvent::Found(again.found.clone())).await;
                server = again;
                if !matches!(login, Login::Ask) {
                    doing = Some(begin(session.clone(), login));
                }
                continue;
            }
            let before = std::mem::replace(&mut session, self.begin_session(&again, None).await);
            server = again;
            doing = Some(match login {
                Login::Ask => before.leave_for(session.clone()).boxed(),
                login => {
                    // Somebody is to be there who was named meanwhile; what was kept for before is nobody's now.
                    drop(before.give_up());
                    before.close();
                    begin(session.clone(), login)
                }
            });
        }
    }

    /// Whether the login that is remembered is one of another origin, where the server was when it was kept. Cookies are
    /// not taken along; what was kept there is nobody's now.
    fn left_behind(&mut self, server: &Server) -> bool {
        let before = &self.opening.address;
        let Login::Remembered { user } = &self.opening.login else { return false };
        if *before == server.found.origin {
            return false;
        }
        self.parts.vault.forget(&VaultKey { origin: before.clone(), user: user.clone() });
        self.opening.login = Login::Ask;
        true
    }

    async fn begin_session(&self, server: &Server, stored: Option<String>) -> Arc<Session> {
        self.say(ServerEvent::Found(server.found.clone())).await;
        let session = Session::new(server, self.opening.id, &self.parts, self.events.clone(), stored);
        self.session.set(session.clone());
        session
    }

    /// Looks for the server until there is one. What is being done about the account goes on meanwhile.
    async fn find(&mut self, doing: &mut Doing) -> Result<Server, Closed> {
        // What is shown while looking again at a server that seems to be of no use.
        let mut shown = None;
        loop {
            if shown.is_none() {
                self.say(ServerEvent::Link(Link::Probing)).await;
            }
            let (address, pin) = (self.opening.address.clone(), self.opening.pin.clone());
            self.say_proxy(proxy::to(&address)).await;
            let mut looking = Box::pin(probe(&address, pin.as_deref(), self.parts.limits));
            let looked = loop {
                tokio::select! {
                    looked = &mut looking => break Some(looked),
                    () = done(doing) => *doing = self.next_wish(),
                    command = self.inbox.recv() => match self.note(command).await? {
                        Noted::Again => break None,
                        Noted::Kept => {}
                    },
                }
            };
            match looked {
                Some(Ok(server)) => {
                    self.say_proxy(proxy::of(&server.http.origin)).await;
                    return Ok(server);
                }
                Some(Err(dead)) => shown = self.dead(dead, shown, doing).await?,
                None => shown = None,
            }
        }
    }

    /// Says why there is no server, unless that is `shown` already, and waits for what may change it: the user, or time,
    /// where nobody is waiting for an answer. Returns what goes on being shown.
    async fn dead(&mut self, dead: Dead, shown: Option<Link>, doing: &mut Doing) -> Result<Option<Link>, Closed> {
        let (now, backoff) = (self.parts.clock.now().at, &mut self.tries.backoff);
        let link = match dead {
            Dead::Untrusted { sha256 } => Link::Untrusted { sha256, changed: self.opening.pin.is_some() },
            Dead::End(error) => match passing(&error) {
                Some(why) if !self.opening.first => {
                    Link::Waiting { until: now + backoff.failed(), attempt: backoff.attempt(), why }
                }
                _ => Link::Refused(error),
            },
        };
        let until = match &link {
            Link::Waiting { until, .. } => Some(*until),
            // No server can change what was typed.
            Link::Refused(ProbeError::NotAnAddress | ProbeError::HasPath) => None,
            // A portal that asks for a password first, a proxy whose server restarts, a certificate that is being
            // replaced, a clock that is not set yet: such things pass.
            _ => (!self.opening.first).then(|| now + backoff.slowly()),
        };
        tracing::info!(?link, "no server");
        if shown.as_ref() != Some(&link) {
            self.say(ServerEvent::Link(link.clone())).await;
        }
        let stays = Some(link).filter(|link| !matches!(link, Link::Waiting { .. }));
        let clock = self.parts.clock.clone();
        loop {
            tokio::select! {
                () = async { clock.sleep_until(until.unwrap_or_default()).await }, if until.is_some() => return Ok(stays),
                () = done(doing) => *doing = self.next_wish(),
                command = self.inbox.recv() => match self.note(command).await? {
                    Noted::Again => return Ok(None),
                    Noted::Kept => {}
                },
            }
        }
    }

    /// A wish while there is no server yet, or no more.
    async fn note(&mut self, command: Option<ServerCommand>) -> Result<Noted, Closed> {
        match command {
            None | Some(ServerCommand::Close) => return Err(Closed),
            Some(ServerCommand::Trust { sha256 }) => self.opening.pin = Some(sha256),
            Some(ServerCommand::Reconnect) => {}
            Some(ServerCommand::SignIn(credentials)) => self.opening.login = Login::With(credentials),
            Some(ServerCommand::ListenAnonymously) => self.opening.login = Login::Anonymous,
            Some(ServerCommand::SignOut | ServerCommand::Forget) => {
                if let Some(session) = self.session.get() {
                    // Nobody is there who could be told.
                    drop(session.give_up());
                    self.say(ServerEvent::Account(Account::SignedOut { why: None })).await;
                }
                if let Login::Remembered { user } = std::mem::replace(&mut self.opening.login, Login::Ask) {
                    // It was kept under the origin found then, which is the address now.
                    self.parts.vault.forget(&VaultKey { origin: self.opening.address.clone(), user });
                }
                return Ok(Noted::Kept);
            }
            Some(ServerCommand::ReadChoice { ask, .. }) => {
                self.say(unread(ask)).await;
                return Ok(Noted::Kept);
            }
            Some(ServerCommand::WriteChoice { ask, .. }) => {
                self.say(unwritten(ask)).await;
                return Ok(Noted::Kept);
            }
            Some(ServerCommand::Bookmark { ask, .. }) => {
                self.say(ServerEvent::Bookmarks { ask, result: Err(ArchiveError::Network(nobody())) }).await;
                return Ok(Noted::Kept);
            }
            Some(ServerCommand::ChangePassword { .. }) => {
                self.say(ServerEvent::PasswordChanged(Err(PasswordError::Unreachable(nobody())))).await;
                return Ok(Noted::Kept);
            }
        }
        Ok(Noted::Again)
    }

    /// Keeps a connection while the user wants one, and carries out wishes about the account, one at a time.
    async fn listen(&mut self, found: &mut Found, session: &Arc<Session>, doing: &mut Doing) -> Left {
        let (halts, mut halted) = mpsc::unbounded_channel();
        let pokes = watch::Sender::new(0_u64);
        let socket = self.begin_socket(session, pokes.subscribe(), halts);
        let mut leaving = false;
        let mut farewell = None;
        let mut asking = Asking::default();
        let mut marking: Doing = None;
        loop {
            tokio::select! {
                () = done(doing) => *doing = self.next_wish(),
                () = asking.answered() => {}
                () = done(&mut marking) => marking = None,
                Some(halt) = halted.recv() => match halt {
                    Halt::Moved(tries) => {
                        self.tries = tries;
                        self.give_up(&mut asking).await;
                        return Left::Moved;
                    }
                    Halt::Untrusted { sha256 } => self.untrusted(sha256).await,
                    Halt::NeedsSetup => self.say(ServerEvent::Link(Link::Refused(ProbeError::NeedsSetup))).await,
                },
                command = self.inbox.recv() => match command {
                    None | Some(ServerCommand::Close) => break,
                    Some(ServerCommand::Reconnect) => {
                        session.ask_again();
                        pokes.send_modify(|count| *count += 1);
                    }
                    Some(ServerCommand::Trust { sha256 }) => {
                        self.trust(session, found, sha256).await;
                        pokes.send_modify(|count| *count += 1);
                    }
                    Some(ServerCommand::ReadChoice { ask, user }) => asking.read(session.clone(), ask, user),
                    Some(ServerCommand::WriteChoice { ask, user, choice }) => {
                        asking.write(session.clone(), ask, user, choice);
                    }
                    Some(ServerCommand::Bookmark { ask, user, wish }) => {
                        // Another one comes while this is under way only if nobody waits for it any more.
                        marking = Some(session.clone().bookmark(ask, user, wish).boxed());
                    }
                    Some(ServerCommand::Forget) => farewell = Some(session.give_up()),
                    Some(wish) => {
                        // It was asked for the login of before.
                        self.give_up(&mut asking).await;
                        leaving |= matches!(wish, ServerCommand::SignOut);
                        match doing {
                            None => *doing = Some(carry_out(session.clone(), wish)),
                            Some(_) => self.pending.push_back(wish),
                        }
                    }
                },
            }
        }
        if leaving || farewell.is_some() {
            self.say_farewell(session, doing.take(), farewell).await;
        }
        session.close();
        // A goodbye that takes longer is cut short by dropping the task.
        let _ = tokio::time::timeout(GOODBYE, socket).await;
        Left::Closed
    }

    fn begin_socket(
        &self,
        session: &Arc<Session>,
        pokes: watch::Receiver<u64>,
        halts: mpsc::UnboundedSender<Halt>,
    ) -> AbortOnDropHandle<()> {
        let events = (self.opening.id, self.events.clone());
        let (clock, tries) = (self.parts.clock.clone(), self.tries.clone());
        let socket = Socket::new(session.clone(), clock, events, pokes, halts, tries);
        AbortOnDropHandle::new(tokio::spawn(socket.run()))
    }

    /// A server is told that its login is over, if it answers soon; here it is over in any case.
    async fn say_farewell(&mut self, session: &Arc<Session>, doing: Doing, farewell: Option<Farewell>) {
        let forgotten = farewell.is_some();
        let pending = std::mem::take(&mut self.pending);
        let all = async {
            if let Some(doing) = doing {
                doing.await;
            }
            for wish in pending.into_iter().filter(|wish| matches!(wish, ServerCommand::SignOut)) {
                carry_out(session.clone(), wish).await;
            }
            if let Some(farewell) = farewell {
                session.bid(farewell).await;
            }
        };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::warn!("the server did not hear that its login is over");
        }
        if forgotten {
            // A sign-in cut short by that may have handed its credential over already.
            session.forget_stored();
        }
    }

    /// Begins with the next wish about the account, if there is one.
    fn next_wish(&mut self) -> Doing {
        let session = self.session.get()?;
        self.pending.pop_front().map(|wish| carry_out(session, wish))
    }

    async fn give_up(&self, asking: &mut Asking) {
        if let Some(event) = asking.give_up() {
            self.say(event).await;
        }
    }

    async fn untrusted(&self, sha256: String) {
        let changed = self.opening.pin.is_some();
        self.say(ServerEvent::Link(Link::Untrusted { sha256, changed })).await;
    }

    async fn trust(&mut self, session: &Session, found: &mut Found, sha256: String) {
        match Http::new(&session.http().origin, Some(&sha256), self.parts.limits) {
            Ok(http) => {
                session.reach_by(http);
                found.pin = Some(sha256.clone());
                self.opening.pin = Some(sha256);
                self.say(ServerEvent::Found(found.clone())).await;
            }
            Err(error) => tracing::error!(%error, "connections with the pinned certificate cannot be made"),
        }
    }

    /// Tells which proxy is in between, if that is news.
    async fn say_proxy(&mut self, proxy: Option<String>) {
        if self.proxy != proxy {
            self.proxy.clone_from(&proxy);
            self.say(ServerEvent::Proxy(proxy)).await;
        }
    }

    async fn say(&self, event: ServerEvent) {
        // Nobody left to tell: the program ends.
        let _ = self.events.send((self.opening.id, event)).await;
    }
}

/// What becomes of a wish while there is no server yet.
enum Noted {
    /// It may change the outcome: look again.
    Again,
    /// It changes nothing now.
    Kept,
}
