//! The adapter by itself, against a demo server: no engine, no sound. The clock stands still until a test moves it.

use std::time::Duration;

use squelch_core::clock::{Clock, Hands};
use squelch_core::model::{Call, CallId, ServerId};
use squelch_core::secret::Secret;
use squelch_core::server::{
    Account, Audio, Connection, Credentials, FetchError, Found, Kept, Limits, Link, LinkEnd, Login, Opening,
    ServerCommand, ServerEvent, ServerParts, openscanner,
};
use squelch_core::vault::{Memory, Vault, VaultHandle, VaultKey};
use squelch_demo::{PASSWORD, USER};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How long a test waits for what must happen; long enough for a busy build machine.
const LIMIT: Duration = Duration::from_secs(20);

/// Without news for this long, time passes.
const TICK: Duration = Duration::from_millis(20);

/// One adapter and what it reported.
#[derive(Debug)]
pub struct Listener {
    /// The adapter.
    pub connection: Connection,
    /// The hands of its clock.
    pub hands: Hands,
    /// Its clock.
    pub clock: Clock,
    /// Its keychain. What is asked here is answered after everything that it was asked before.
    pub vault: VaultHandle,
    events: mpsc::Receiver<(ServerId, ServerEvent)>,
    accounts: Vec<Account>,
}

/// The credentials of the demo's user.
pub fn demo_user(stay: bool) -> Credentials {
    Credentials { user: USER.into(), password: Secret::new(PASSWORD), stay }
}

/// The remembered login of the demo's user.
pub fn remembered() -> Login {
    Login::Remembered { user: USER.into() }
}

/// The demo's user, signed in.
pub fn signed_in(kept: Kept) -> Account {
    Account::SignedIn { user: USER.into(), kept }
}

/// Under which name the demo's user is kept for a server.
pub fn key(address: &str) -> VaultKey {
    VaultKey { origin: address.into(), user: USER.into() }
}

impl Listener {
    /// Opens an address with a vault of its own.
    pub fn open(address: &str, login: Login) -> Self {
        Self::open_with(address, login, Memory::default())
    }

    /// Opens an address with this vault.
    pub fn open_with(address: &str, login: Login, vault: impl Vault + 'static) -> Self {
        let opening = Opening { id: ServerId(1), address: address.into(), pin: None, login, first: false };
        Self::open_as(opening, vault, 256)
    }

    /// Opens an address that somebody has just typed.
    pub fn first(address: &str) -> Self {
        let opening = Opening { id: ServerId(1), address: address.into(), pin: None, login: Login::Ask, first: true };
        Self::open_as(opening, Memory::default(), 256)
    }

    /// Opens with everything chosen, and a queue of this size.
    pub fn open_as(opening: Opening, vault: impl Vault + 'static, queue: usize) -> Self {
        squelch_core::install_crypto();
        let (clock, hands) = Clock::manual();
        let vault = VaultHandle::start(Box::new(vault), clock.clone());
        let (sender, events) = mpsc::channel(queue);
        let parts = ServerParts { clock: clock.clone(), vault: vault.clone(), limits: Limits::default() };
        let connection = openscanner::open(opening, parts, sender);
        Self { connection, hands, clock, vault, events, accounts: Vec::new() }
    }

    /// Signs the demo's user in and waits for the welcome.
    pub async fn live(address: &str) -> Self {
        let mut listener = Self::open(address, Login::With(demo_user(true)));
        listener.until_live().await;
        listener
    }

    /// The next thing reported.
    pub async fn next(&mut self) -> ServerEvent {
        let event = tokio::time::timeout(LIMIT, self.events.recv()).await.expect("an event within the limit");
        let (id, event) = event.expect("the adapter runs");
        assert_eq!(id, ServerId(1));
        if let ServerEvent::Account(account) = &event {
            self.accounts.push(account.clone());
        }
        event
    }

    /// Skips what is reported until `pick` takes something.
    pub async fn until<T>(&mut self, mut pick: impl FnMut(ServerEvent) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(self.next().await) {
                return found;
            }
        }
    }

    /// Waits for a welcomed link.
    pub async fn until_live(&mut self) {
        self.until(|event| matches!(event, ServerEvent::Link(Link::Live)).then_some(())).await;
    }

    /// Waits for this account.
    pub async fn account(&mut self) -> Account {
        self.until(|event| match event {
            ServerEvent::Account(account) => Some(account),
            _ => None,
        })
        .await
    }

    /// Waits for the outcome of a sign-in: an account that is not merely under way.
    pub async fn settled_account(&mut self) -> Account {
        loop {
            match self.account().await {
                Account::SigningIn | Account::PasswordChange { busy: true, .. } => {}
                account => return account,
            }
        }
    }

    /// Waits for a link of this sort.
    pub async fn link(&mut self, wanted: impl Fn(&Link) -> bool) -> Link {
        self.until(|event| match event {
            ServerEvent::Link(link) if wanted(&link) => Some(link),
            _ => None,
        })
        .await
    }

    /// Waits until the certificate is not trusted, and trusts it. Gives its fingerprint.
    pub async fn trust(&mut self) -> String {
        match self.link(|link| matches!(link, Link::Untrusted { .. })).await {
            Link::Untrusted { sha256, .. } => {
                self.wish(ServerCommand::Trust { sha256: sha256.clone() }).await;
                sha256
            }
            other => unreachable!("{other:?}"),
        }
    }

    /// Waits until the server is found.
    pub async fn found(&mut self) -> Found {
        self.until(|event| match event {
            ServerEvent::Found(found) => Some(found),
            _ => None,
        })
        .await
    }

    /// Waits until the link waits; how long from now, and why.
    pub async fn waiting(&mut self) -> (Duration, LinkEnd) {
        match self.link(|link| matches!(link, Link::Waiting { .. })).await {
            Link::Waiting { until, why, .. } => (until.saturating_sub(self.clock.now().at), why),
            other => unreachable!("{other:?}"),
        }
    }

    /// Waits until the link waits, and lets that time pass.
    pub async fn wait_out(&mut self) -> LinkEnd {
        let (span, why) = self.waiting().await;
        self.hands.advance(span);
        why
    }

    /// Waits for a welcomed link, letting time pass whenever there is no news: for waits that nobody is told of.
    pub async fn live_as_time_passes(&mut self) {
        self.as_time_passes(|event| matches!(event, ServerEvent::Link(Link::Live))).await;
    }

    /// Waits until the server is found, letting time pass in the same way; the links reported meanwhile.
    pub async fn found_as_time_passes(&mut self) -> Vec<Link> {
        self.as_time_passes(|event| matches!(event, ServerEvent::Found(_))).await
    }

    async fn as_time_passes(&mut self, wanted: impl Fn(&ServerEvent) -> bool) -> Vec<Link> {
        let mut links = Vec::new();
        let all = async {
            loop {
                match tokio::time::timeout(TICK, self.events.recv()).await {
                    Ok(event) => match event.expect("the adapter runs").1 {
                        event if wanted(&event) => return,
                        ServerEvent::Link(link) => links.push(link),
                        _ => {}
                    },
                    Err(_) => self.hands.advance(Duration::from_secs(10)),
                }
            }
        };
        tokio::time::timeout(LIMIT, all).await.expect("an event within the limit");
        links
    }

    /// The next live call.
    pub async fn call(&mut self) -> Call {
        self.until(|event| match event {
            ServerEvent::Call(call) => Some(call),
            _ => None,
        })
        .await
    }

    /// Asks for a call's audio.
    pub async fn fetch(&self, call: u64) -> Result<Audio, FetchError> {
        tokio::time::timeout(LIMIT, (self.connection.fetch)(CallId(call))).await.expect("an answer within the limit")
    }

    /// Asks for a call's audio without waiting.
    pub fn fetch_later(&self, call: u64) -> JoinHandle<Result<Audio, FetchError>> {
        tokio::spawn((self.connection.fetch)(CallId(call)))
    }

    /// Tells the adapter what the user wants.
    pub async fn wish(&self, command: ServerCommand) {
        self.connection.commands.send(command).await.expect("the adapter runs");
    }

    /// What was said about the account so far, as far as the test has read.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// What has been reported and not been read yet.
    pub fn reported(&mut self) -> Vec<ServerEvent> {
        std::iter::from_fn(|| self.events.try_recv().ok()).map(|(_, event)| event).collect()
    }

    /// Reads everything that is there already, for questions about what was *not* said.
    pub fn read_all(&mut self) {
        while let Ok((_, event)) = self.events.try_recv() {
            if let ServerEvent::Account(account) = event {
                self.accounts.push(account);
            }
        }
    }

    /// Lets a renewal that nobody answers be tried to its end: four more times, each after a longer wait.
    pub async fn pass_renewal_waits(&self) {
        for seconds in [1, 2, 4, 8] {
            self.pass(Duration::from_secs(seconds)).await;
        }
    }

    /// Lets a retry that waits `span` from now begin, once it waits.
    pub async fn pass(&self, span: Duration) {
        let at = self.clock.now().at + span;
        tokio::time::timeout(LIMIT, self.hands.wait_for_sleeper(at)).await.expect("somebody waits for this");
        self.hands.advance(span);
    }
}
