//! The listener, in a process of its own, so that what it takes of the computer is its alone.
//!
//! It is told in lines what is to happen to it ([`Order`]) and says in lines what has happened ([`Word`]). Its clock stands
//! still between orders.

use std::fmt;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use squelch_core::client::{Client, Parts, Subscription};
use squelch_core::clock::{Clock, Hands};
use squelch_core::secret::Secret;
use squelch_core::vault::Memory;
use squelch_core::view::{
    ArchiveChoices, Command, Event, LoginWish, Message, Row, RowState, Setting, Update, WhileAway,
};
use squelch_demo::{PASSWORD, USER};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::output::{Changer, Unpaced};
use crate::usage::Usage;

/// The archive keeps no more than this, so that it also throws away.
const MEGABYTES: u32 = 100;

/// What is to happen to the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// So many milliseconds pass.
    Pass(u64),
    ChangeDevice,
    Measure,
    End,
}

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// A call is at its end; whether that is that of its sound.
    Done(u64, bool),
    Measured(Usage),
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass(span) => write!(f, "pass {span}"),
            Self::ChangeDevice => f.write_str("change"),
            Self::Measure => f.write_str("measure"),
            Self::End => f.write_str("end"),
        }
    }
}

impl FromStr for Order {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        match line.split_once(' ') {
            Some(("pass", span)) => span.parse().map(Self::Pass).map_err(|_| ()),
            None if line == "change" => Ok(Self::ChangeDevice),
            None if line == "measure" => Ok(Self::Measure),
            None if line == "end" => Ok(Self::End),
            Some(_) | None => Err(()),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(call, was_heard) => write!(f, "done {call} {was_heard}"),
            Self::Measured(Usage { memory, threads, descriptors }) => {
                write!(f, "measured {memory} {threads} {descriptors}")
            }
        }
    }
}

impl FromStr for Word {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = line.split(' ').collect();
        let number = |at: usize| parts.get(at).and_then(|part| part.parse().ok()).ok_or(());
        match parts.first() {
            Some(&"done") => Ok(Self::Done(number(1)?, parts.get(2) == Some(&"true"))),
            Some(&"measured") => {
                Ok(Self::Measured(Usage { memory: number(1)?, threads: number(2)?, descriptors: number(3)? }))
            }
            Some(_) | None => Err(()),
        }
    }
}

/// Listens to a server until it is told to end, or nobody is there to tell it anything.
pub(crate) async fn run(data: &Path, address: String) {
    squelch_core::install_crypto();
    let (clock, hands) = Clock::manual();
    let (output, changer) = Unpaced::new();
    let (vault, data) = (Box::new(Memory::default()), data.to_path_buf());
    let client = Client::start(Parts { vault, output: Box::new(output), clock, data });
    let mut subscription = client.subscribe().await;
    choose(&client).await;
    let login = LoginWish::SignIn { user: USER.into(), password: Secret::new(PASSWORD), stay: true };
    client.send(Command::AddServer { address, remember: true, login: Some(login) }).await.expect("it can be added");
    let mut orders = read();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::End) | None => break,
                Some(order) => obey(order, &hands, &changer),
            },
            message = subscription.next() => match message {
                Some(message) => tell(message),
                None => break,
            },
        }
    }
    client.shutdown().await;
    finish(subscription).await;
}

/// What is missed is played, and so little is kept that the archive has to throw away.
async fn choose(client: &Client) {
    let choices = ArchiveChoices { megabytes: Some(MEGABYTES), ..ArchiveChoices::default() };
    for setting in [Setting::WhileAway { choice: WhileAway::Play }, Setting::Archive { choices }] {
        client.send(Command::Change { setting }).await.expect("it can be chosen");
    }
}

fn read() -> UnboundedReceiver<Order> {
    let (order, orders) = unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            // Who does not want orders any more has ended.
            let _ = order.send(line.parse().expect("it is an order"));
        }
    });
    orders
}

fn obey(order: Order, hands: &Hands, changer: &Changer) {
    match order {
        Order::Pass(span) => hands.advance(Duration::from_millis(span)),
        Order::ChangeDevice => changer.change(),
        Order::Measure => say(Word::Measured(Usage::of_this())),
        // Has been seen to.
        Order::End => {}
    }
}

fn tell(message: Message) {
    match message {
        Message::Snapshot { snapshot } => snapshot.rows.iter().for_each(tell_row),
        Message::Update { update: Update { events, .. } } => {
            for event in events {
                match event {
                    Event::RowsAdded { rows } => rows.iter().for_each(tell_row),
                    Event::RowChanged { row } => tell_row(&row),
                    _ => {}
                }
            }
        }
    }
}

fn tell_row(row: &Row) {
    let was_heard = row.state == RowState::Played;
    let is_over = matches!(row.state, RowState::Failed { .. } | RowState::NotPlayed { .. } | RowState::Skipped);
    if was_heard || is_over {
        say(Word::Done(row.key.call.0, was_heard));
    }
}

/// Whoever started it may be gone.
fn say(word: Word) {
    let _ = writeln!(std::io::stdout(), "{word}");
}

async fn finish(mut subscription: Subscription) {
    while let Some(message) = subscription.next().await {
        tell(message);
    }
}
