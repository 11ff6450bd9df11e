//! From the start to the end: what arrives is told, what is pressed is wished for.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use squelch_core::client::{Client, Parts, Subscription};
use squelch_core::clock::Clock;
use squelch_core::secret::Secret;
use squelch_core::sound::device::Device;
use squelch_core::view::{Command, LoginWish, Message, NotPlayed, ServerView};
use squelch_demo::Demo;
use tokio::sync::mpsc;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::ending::End;
use crate::flags::Flags;
use crate::happening::{Fate, Happening, Narrator, is_live};
use crate::joining::{self, Step, Wanted};
use crate::keeping::Keeping;
use crate::keys::{self, Key};
use crate::lines::{self, Line};
use crate::output::{Out, complain};
use crate::signals::{self, Told};
use crate::terminal::{self, Terminal};
use crate::{json, password};

/// What sound servers and wireless devices hold back at most.
const BUFFERED: Duration = Duration::from_millis(500);

/// Starts the log on standard error.
pub(crate) fn log(level: LevelFilter) {
    // Libraries that print headers and frames are kept quiet, and never made louder than was asked for.
    let quiet: Targets = squelch_core::QUIET_LOGS.parse().unwrap_or_default();
    let targets = quiet
        .iter()
        .fold(Targets::new().with_default(level), |targets, (name, most)| targets.with_target(name, level.min(most)));
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(targets).with(layer).init();
}

/// Listens until something ends it.
pub(crate) async fn run(flags: Flags) -> Result<End, End> {
    let mut told = signals::listen().map_err(|error| {
        complain(&format!("signals cannot be received: {error}"));
        End::Fault
    })?;
    let keeping = Keeping::start(&flags).map_err(|error| {
        complain(&error.to_string());
        End::CannotStart
    })?;
    let kept_login = keeping.holds_login();
    let secret = match &flags.user {
        Some(user) if !kept_login => match ask(user, &mut told).await? {
            Some(secret) => Some(secret),
            None => return Ok(End::Wished),
        },
        _ => None,
    };
    let parts = Parts {
        vault: keeping.vault(),
        output: Box::new(Device),
        clock: Clock::system(),
        data: keeping.folder().to_owned(),
    };
    let client = Client::start(parts);
    let ended = listen(&client, &flags, told, kept_login, secret).await;
    client.shutdown().await;
    ended
}

/// Asks for the password. None when told to end meanwhile.
async fn ask(user: &str, told: &mut mpsc::UnboundedReceiver<Told>) -> Result<Option<Secret>, End> {
    // Held here, so that the echo is back whatever ends the wait.
    let hidden = password::hidden();
    let user = user.to_owned();
    let mut reading = tokio::task::spawn_blocking(move || password::read(&user));
    let read = loop {
        tokio::select! {
            read = &mut reading => break read,
            told = told.recv() => match told {
                #[cfg(unix)]
                Some(Told::Suspend) => terminal::suspend(hidden.as_ref()),
                _ => return Ok(None),
            },
        }
    };
    drop(hidden);
    match read {
        Ok(Ok(Some(secret))) => return Ok(Some(secret)),
        Ok(Ok(None)) => complain("there is no password on standard input"),
        Ok(Err(error)) => complain(&format!("the password cannot be read: {error}")),
        Err(error) => complain(&format!("the password cannot be read: {error}")),
    }
    Err(End::CannotStart)
}

/// Joins the server and listens to it.
async fn listen(
    client: &Client,
    flags: &Flags,
    told: mpsc::UnboundedReceiver<Told>,
    kept_login: bool,
    secret: Option<Secret>,
) -> Result<End, End> {
    joining::send(client, Command::Listen { on: !flags.no_sound }).await?;
    if let Some(db) = flags.volume {
        joining::send(client, Command::Volume { db }).await?;
    }
    let mut subscription = client.subscribe().await;
    let Some(Message::Snapshot { snapshot }) = subscription.next().await else { return Err(End::Fault) };
    let demo = join(client, flags, &snapshot.servers, kept_login, secret).await?;
    let (narrator, news) = Narrator::new(snapshot);
    let session = Session {
        client,
        flags,
        subscription,
        narrator,
        told,
        terminal: None,
        keys: None,
        out: Out::start(),
        waiting: VecDeque::new(),
        kept_login,
        was_live: false,
        calls: 0,
        zone: TimeZone::system(),
        _demo: demo,
    };
    session.run(news).await
}

/// Asks the core for the server, unless the login that was kept has brought it along.
async fn join(
    client: &Client,
    flags: &Flags,
    servers: &[ServerView],
    kept_login: bool,
    secret: Option<Secret>,
) -> Result<Option<Demo>, End> {
    if kept_login {
        return Ok(None);
    }
    for server in servers {
        joining::send(client, Command::RemoveServer { server: server.id }).await?;
    }
    if flags.demo {
        let demo = squelch_demo::start(squelch_demo::Options::default()).await.map_err(|error| {
            complain(&format!("the demo cannot be started: {error}"));
            End::Fault
        })?;
        let (user, password) = (squelch_demo::USER.to_owned(), Secret::new(squelch_demo::PASSWORD));
        joining::add(client, &demo.address(), false, LoginWish::SignIn { user, password, stay: false }).await?;
        return Ok(Some(demo));
    }
    let stay = flags.stay_signed_in;
    let login = match (&flags.user, secret) {
        (Some(user), Some(password)) => LoginWish::SignIn { user: user.clone(), password, stay },
        _ => LoginWish::Anonymous,
    };
    joining::add(client, flags.server.as_deref().unwrap_or_default(), stay, login).await?;
    Ok(None)
}

/// A running program.
struct Session<'a> {
    client: &'a Client,
    flags: &'a Flags,
    subscription: Subscription,
    narrator: Narrator,
    told: mpsc::UnboundedReceiver<Told>,
    terminal: Option<Terminal>,
    keys: Option<mpsc::UnboundedReceiver<Key>>,
    out: Out,
    /// Lines standard output has not taken yet.
    waiting: VecDeque<String>,
    kept_login: bool,
    was_live: bool,
    calls: u64,
    zone: TimeZone,
    /// Dropping it ends it.
    _demo: Option<Demo>,
}

impl Session<'_> {
    async fn run(mut self, news: Vec<Happening>) -> Result<End, End> {
        let ended = match self.tell(news).await {
            Ok(()) => self.until_ended().await,
            Err(end) => end,
        };
        if self.has_all_calls() && !self.flags.no_sound {
            self.sound_out().await;
        }
        let Self { mut waiting, out, terminal, .. } = self;
        // The last lines, as long as there is room.
        while let Some(line) = waiting.pop_front() {
            match tokio::time::timeout(Duration::from_millis(200), out.room()).await {
                Ok(Ok(room)) => {
                    room.send(line);
                }
                _ => break,
            }
        }
        let written = out.end().await;
        drop(terminal);
        written.map(|()| ended)
    }

    /// Lets the last call's end leave the sound server's buffer: the core is done with it a moment before it is heard.
    async fn sound_out(&self) {
        // Where it is refused the program is ending anyway.
        let _ = self.client.send(Command::Listen { on: false }).await;
        tokio::time::sleep(BUFFERED).await;
    }

    fn has_all_calls(&self) -> bool {
        self.flags.calls.is_some_and(|calls| self.calls >= calls)
    }

    async fn until_ended(&mut self) -> End {
        let over = tokio::time::sleep(self.flags.span.unwrap_or(Duration::MAX));
        tokio::pin!(over);
        loop {
            let done = tokio::select! {
                told = self.told.recv() => self.told(told),
                key = next_key(&mut self.keys) => self.key(key).await,
                room = self.out.room(), if !self.waiting.is_empty() => match room {
                    Ok(room) => {
                        if let Some(line) = self.waiting.pop_front() {
                            room.send(line);
                        }
                        Ok(())
                    }
                    // What went wrong is told at the end.
                    Err(_) => Err(End::OutputClosed),
                },
                message = self.subscription.next(), if self.waiting.is_empty() => match message {
                    Some(message) => {
                        let news = self.narrator.hear(message);
                        self.tell(news).await
                    }
                    None => Err(End::Fault),
                },
                () = &mut over, if self.flags.span.is_some() => Err(End::Wished),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    fn told(&self, told: Option<Told>) -> Result<(), End> {
        match told {
            #[cfg(unix)]
            Some(Told::Suspend) => {
                terminal::suspend(self.terminal.as_ref());
                Ok(())
            }
            _ => Err(End::Wished),
        }
    }

    async fn key(&mut self, key: Option<Key>) -> Result<(), End> {
        match key {
            Some(Key::Quit) => return Err(End::Wished),
            Some(Key::Help) => complain(keys::HELP),
            Some(key) => {
                if let Some(command) = keys::wish(key, &self.narrator.now)
                    && let Err(problem) = self.client.send(command).await
                {
                    self.say(lines::trouble(&problem));
                }
            }
            // The terminal is gone, and a hangup is on its way.
            None => self.keys = None,
        }
        Ok(())
    }

    /// Tells what happened and does what it calls for.
    async fn tell(&mut self, news: Vec<Happening>) -> Result<(), End> {
        for happening in news {
            let step = match &happening {
                Happening::Server(server) => self.step(server),
                _ => Step::Nothing,
            };
            if self.flags.json {
                self.waiting.push_back(json::line(&happening, Timestamp::now()));
            } else if !matches!(step, Step::End(..)) {
                self.say(lines::line(&happening, &self.zone));
            }
            match &happening {
                Happening::Server(server) => self.take(step, server).await?,
                Happening::Call(fate, _) => self.count(fate)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn say(&mut self, line: Option<Line>) {
        match line {
            Some(Line::News(line)) => self.waiting.push_back(line),
            Some(Line::Trouble(line)) => complain(&line),
            None => {}
        }
    }

    fn count(&mut self, fate: &Fate) -> Result<(), End> {
        let counts = match fate {
            Fate::Played => true,
            Fate::NotPlayed(why) => *why == NotPlayed::LiveOff,
            Fate::Playing | Fate::Skipped | Fate::Failed(_) => false,
        };
        self.calls += u64::from(counts);
        if self.has_all_calls() { Err(End::Wished) } else { Ok(()) }
    }

    fn step(&mut self, server: &ServerView) -> Step {
        if is_live(server) && !self.was_live {
            (self.was_live, self.kept_login) = (true, false);
            self.take_keys();
        }
        let wanted = Wanted {
            pin: self.flags.pin.as_deref(),
            account: self.flags.user.is_some() || self.flags.demo,
            once: self.flags.once,
            was_live: self.was_live,
            kept_login: self.kept_login,
        };
        joining::step(server, wanted)
    }

    /// From now on keys are read; not before, because they would be taken from a password that is asked for.
    fn take_keys(&mut self) {
        if terminal::is_there() {
            self.terminal = Terminal::for_keys().ok();
            self.keys = self.terminal.as_ref().map(|_| terminal::keys());
        }
    }

    async fn take(&mut self, step: Step, server: &ServerView) -> Result<(), End> {
        match step {
            Step::Nothing => Ok(()),
            Step::Trust(sha256) => {
                joining::send(self.client, Command::TrustCertificate { server: server.id, sha256 }).await
            }
            Step::AskPassword => self.sign_in_again(server).await,
            Step::End(end, why) => {
                complain(&why);
                Err(end)
            }
        }
    }

    /// The login that was kept is over.
    async fn sign_in_again(&mut self, server: &ServerView) -> Result<(), End> {
        let Some(user) = self.flags.user.clone() else { return Err(End::SignIn) };
        self.kept_login = false;
        let Some(password) = ask(&user, &mut self.told).await? else { return Err(End::Wished) };
        joining::send(self.client, Command::SignIn { server: server.id, user, password, stay: true }).await
    }
}

async fn next_key(keys: &mut Option<mpsc::UnboundedReceiver<Key>>) -> Option<Key> {
    match keys {
        Some(keys) => keys.recv().await,
        None => std::future::pending().await,
    }
}
