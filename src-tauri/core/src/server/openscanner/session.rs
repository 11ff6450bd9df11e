//! Who we are: sign in, renew once, retry once, sign out.
//!
//! An access value lives for minutes; the renewal credential is used up by each renewal and replaced, and showing a used
//! one again after a short grace ends the login for good. So there is one renewal at a time, it runs in a task of its own
//! that nobody's impatience cancels, its result is stored before it is used, and whoever was refused in the meantime
//! shares its outcome instead of asking for another.

mod account;
mod archive;
mod choice;
mod remembered;
mod renewal;
mod way;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

pub(super) use account::Farewell;
pub(super) use renewal::{Cause, RenewError, Renewed};

use super::address::words;
use super::http::{Failure, Generation, Http};
use super::jar::Jar;
use super::probe::Server;
use crate::clock::{Clock, Now};
use crate::model::CallId;
use crate::secret::Secret;
use crate::server::{Account, Audio, FetchError, Kept, ServerEvent, ServerId, ServerParts, SignedOut};
use crate::vault::{VaultHandle, VaultKey};

/// An access value with less than this left is renewed before it is used.
const FRESH: Duration = Duration::from_secs(60);

/// One login, or none, at one server.
#[derive(Debug)]
pub(super) struct Session {
    id: ServerId,
    clock: Clock,
    vault: VaultHandle,
    events: mpsc::Sender<(ServerId, ServerEvent)>,
    /// The connections in use, and the routes behind them.
    reach: Mutex<(Http, Generation)>,
    state: Mutex<State>,
    /// The renewal lock. It holds the outcome of the last renewal, for those who waited for it.
    renewing: Arc<tokio::sync::Mutex<renewal::Outcome>>,
    wish: watch::Sender<Wish>,
}

/// What the socket should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) standing: Standing,
    /// Changes when a connection that exists is not the one that is wanted any more.
    pub(super) turn: u64,
    /// The program or the server's entry ends.
    pub(super) closing: bool,
}

/// Who may be listening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Nobody,
    Anonymous,
    Somebody,
}

/// With what a connection introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nobody is there to connect for.
    Closed,
    /// The server asks nothing.
    Open,
    /// The first message, and which renewal it stems from.
    Token(Secret, u64),
}

#[derive(Debug)]
struct State {
    who: Who,
    jar: Jar,
    access: Option<Access>,
    /// Renewals and sign-ins completed, whatever their outcome.
    renewals: u64,
    /// Whether the server lets anybody listen, as it said last.
    public: bool,
    /// A renewal did not help: refusals are final until this.
    futile: Option<Pause>,
    /// Whose credential the vault may hold.
    stored: Option<String>,
    /// A renewal could not be asked: not again before this.
    unasked: Option<(Duration, crate::server::NetworkError)>,
}

#[derive(Debug, Clone)]
enum Who {
    Nobody,
    Anonymous,
    Somebody(Person),
}

#[derive(Debug, Clone)]
struct Person {
    user: String,
    /// Whether the credential may be kept, and if so, where it is.
    kept: Kept,
    /// What the world knows of it.
    told: Told,
    /// The password is to be changed before anything else.
    must_change: bool,
    /// The program was ended in the middle of a renewal, and the stored credential may be a used one.
    doubtful: bool,
}

/// What the world was told of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// That it could not be renewed yet, and that listening goes on without it.
    NotYet,
    SignedIn,
}

#[derive(Debug, Clone)]
struct Access {
    token: Secret,
    received: Now,
    life: Duration,
}

impl Access {
    /// What is left of it; in a suspended computer it goes on growing old.
    fn left(&self, now: Now) -> Duration {
        self.life.saturating_sub(now.since(self.received))
    }
}

/// Leaving something alone: for a minute at first, twice as long each time, fifteen minutes at most.
#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Duration,
    span: Duration,
}

impl Pause {
    fn after(previous: Option<Self>, now: Duration) -> Self {
        let span = previous.map_or(Duration::from_secs(60), |p| (p.span * 2).min(Duration::from_secs(900)));
        Self { until: now + span, span }
    }
}

/// What one request is sent with.
struct Ticket {
    cookie: Option<Secret>,
    seen: u64,
}

impl Session {
    /// Nobody, at a server that was found, where the vault may hold the credential of the user `stored`.
    pub(super) fn new(
        server: &Server,
        id: ServerId,
        parts: &ServerParts,
        events: mpsc::Sender<(ServerId, ServerEvent)>,
        stored: Option<String>,
    ) -> Arc<Self> {
        Arc::new(Self {
            id,
            clock: parts.clock.clone(),
            vault: parts.vault.clone(),
            events,
            state: Mutex::new(State {
                who: Who::Nobody,
                jar: Jar::empty(&server.http.origin),
                access: None,
                renewals: 0,
                public: server.found.public,
                futile: None,
                stored,
                unasked: None,
            }),
            reach: Mutex::new((server.http.clone(), server.generation)),
            renewing: Arc::new(tokio::sync::Mutex::new(Ok(()))),
            wish: watch::Sender::new(Wish { standing: Standing::Nobody, turn: 0, closing: false }),
        })
    }

    /// A call's audio. On a refusal the login is renewed once and the request sent once more.
    pub(super) async fn audio(self: &Arc<Self>, call: CallId) -> Result<Audio, FetchError> {
        match self.keep_fresh().await {
            Ok(()) => {}
            Err(RenewError::Ended) if self.standing() == Standing::Anonymous => {}
            Err(error) => return self.audio_without_renewal(call, error).await,
        }
        let ticket = match self.standing() {
            Standing::Nobody => return Err(FetchError::SignedOut),
            Standing::Anonymous => return self.audio_anonymously(call).await,
            Standing::Somebody => self.ticket(call),
        };
        if let Some(audio) = self.once(call, ticket.cookie.as_ref()).await? {
            return Ok(audio);
        }
        match self.renew(ticket.seen, Cause::Refusal).await {
            Ok(_) => {}
            Err(RenewError::Ended) if self.standing() == Standing::Anonymous => {
                return self.audio_anonymously(call).await;
            }
            Err(error) => return self.audio_without_renewal(call, error).await,
        }
        match self.once(call, self.ticket(call).cookie.as_ref()).await? {
            Some(audio) => Ok(audio),
            None => {
                self.renewal_was_futile();
                Err(FetchError::NotAuthorised)
            }
        }
    }

    async fn audio_anonymously(&self, call: CallId) -> Result<Audio, FetchError> {
        self.once(call, None).await?.ok_or(FetchError::NeedsAccount)
    }

    /// The login could not be renewed. While that cannot be asked, a public server gives most calls to anybody.
    async fn audio_without_renewal(&self, call: CallId, error: RenewError) -> Result<Audio, FetchError> {
        let may_ask = matches!(error, RenewError::Unreachable(_)) && self.lock().public;
        match may_ask {
            true => self.audio_anonymously(call).await,
            false => Err(error.into()),
        }
    }

    /// One request; nothing means "not signed in".
    async fn once(&self, call: CallId, cookie: Option<&Secret>) -> Result<Option<Audio>, FetchError> {
        let answer = match self.http().audio(self.generation(), call, cookie).await {
            Ok(answer) => answer,
            Err(Failure::Network(error)) => return Err(FetchError::Network(error)),
            Err(Failure::TooLarge) => return Err(FetchError::TooLarge),
            Err(Failure::TooSlow) => return Err(FetchError::TooSlow),
        };
        match answer.status {
            200 => {
                if cookie.is_some() {
                    self.lock().futile = None;
                }
                let content_type = answer.content_type();
                Ok(Some(Audio { bytes: answer.body, content_type }))
            }
            401 => Ok(None),
            404 => Err(FetchError::NotFound),
            status => Err(FetchError::Status(status)),
        }
    }

    fn renewal_was_futile(&self) {
        let now = self.clock.now().at;
        let mut state = self.lock();
        state.futile = Some(Pause::after(state.futile, now));
    }

    /// What a connection made now has to say first. Renews if need be.
    pub(super) async fn entry(self: &Arc<Self>) -> Result<Entry, RenewError> {
        let public = self.lock().public;
        match self.keep_fresh().await {
            // A public server does not ask who we are; the login can wait.
            Err(RenewError::Unreachable(_) | RenewError::Futile) if public => return Ok(Entry::Open),
            Err(RenewError::Ended) | Ok(()) => {}
            Err(error) => return Err(error),
        }
        let state = self.lock();
        Ok(match (&state.who, &state.access) {
            (Who::Nobody, _) => Entry::Closed,
            _ if public => Entry::Open,
            (Who::Somebody(_), Some(access)) => Entry::Token(access.token.clone(), state.renewals),
            (Who::Anonymous | Who::Somebody(_), _) => Entry::Closed,
        })
    }

    /// Renews if less than a minute is left. Nothing to do for whoever has no login.
    async fn keep_fresh(self: &Arc<Self>) -> Result<(), RenewError> {
        let now = self.clock.now();
        let seen = {
            let state = self.lock();
            match (&state.who, &state.access) {
                (Who::Somebody(_), Some(access)) if access.left(now) >= FRESH => return Ok(()),
                (Who::Somebody(_), _) => state.renewals,
                (Who::Nobody | Who::Anonymous, _) => return Ok(()),
            }
        };
        self.renew(seen, Cause::Age).await.map(|_| ())
    }

    fn ticket(&self, call: CallId) -> Ticket {
        let url = self.http().audio_url(self.generation(), call);
        let state = self.lock();
        Ticket { cookie: state.jar.access(&url), seen: state.renewals }
    }

    /// What the server said about itself before a connection; it was reached, so a renewal may be tried again.
    pub(super) async fn server_answered(&self, public: bool) {
        self.ask_again();
        let (news, ended) = {
            let mut state = self.lock();
            let news = std::mem::replace(&mut state.public, public) != public;
            let ended = matches!(state.who, Who::Anonymous) && !public;
            if ended {
                state.who = Who::Nobody;
            }
            (news, ended)
        };
        if ended {
            // Before anything is said, which may take a while.
            self.stand(Standing::Nobody, Connection::MayStay);
        }
        if news {
            // Nobody left to tell: the program ends.
            let _ = self.events.send((self.id, ServerEvent::Public(public))).await;
        }
        if ended {
            self.say(Account::SignedOut { why: Some(SignedOut::NotPublic) }).await;
        }
    }

    /// A renewal that could not be asked may be tried at the next occasion.
    pub(super) fn ask_again(&self) {
        if let Some((until, _)) = &mut self.lock().unasked {
            *until = Duration::ZERO;
        }
    }

    /// How the socket learns what is wanted.
    pub(super) fn wishes(&self) -> watch::Receiver<Wish> {
        self.wish.subscribe()
    }

    /// Ends the socket.
    pub(super) fn close(&self) {
        self.wish.send_modify(|wish| *wish = Wish { closing: true, turn: wish.turn + 1, ..*wish });
    }

    /// Waits for a renewal or sign-in that is under way.
    pub(super) async fn settle(&self) {
        drop(self.renewing.lock().await);
    }

    /// The connections in use.
    pub(super) fn http(&self) -> Http {
        self.reach().0.clone()
    }

    /// Other connections, to the same origin, after the user's consent to another certificate.
    pub(super) fn reach_by(&self, http: Http) {
        self.reach().0 = http;
    }

    /// The server as it was found again at the same origin: its certificate may be another one, and its version.
    pub(super) fn reach_again(&self, server: &Server) {
        *self.reach() = (server.http.clone(), server.generation);
    }

    pub(super) fn generation(&self) -> Generation {
        self.reach().1
    }

    fn reach(&self) -> MutexGuard<'_, (Http, Generation)> {
        self.reach.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn standing(&self) -> Standing {
        self.wish.borrow().standing
    }

    fn stand(&self, standing: Standing, connection: Connection) {
        self.wish.send_modify(|wish| {
            wish.standing = standing;
            if connection == Connection::Anew {
                wish.turn += 1;
            }
        });
    }

    async fn say(&self, account: Account) {
        // Nobody left to tell: the program ends.
        let _ = self.events.send((self.id, ServerEvent::Account(account))).await;
    }

    fn key(&self, user: &str) -> VaultKey {
        VaultKey { origin: words(&self.http().origin), user: user.to_owned() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves the state as it was between two statements, each of which keeps it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of a connection when the login changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connection {
    MayStay,
    Anew,
}

impl From<RenewError> for FetchError {
    fn from(error: RenewError) -> Self {
        match error {
            RenewError::Ended => Self::SignedOut,
            RenewError::Futile => Self::NotAuthorised,
            RenewError::Unreachable(error) => Self::RenewalUnreachable(error),
        }
    }
}
