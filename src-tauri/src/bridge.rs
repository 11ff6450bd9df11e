//! Carries what the core says to the window's channel.
//!
//! A window has one subscriber. A page that loads again subscribes again and gets a snapshot; whoever was there before
//! is sent nothing more. The first message after a pause goes at once, later ones are joined to at most ten a second (and
//! fewer on battery): a webview that is sent more grows (tauri-apps/tauri#852) and Windows loses posts
//! (tauri-apps/tauri#8177).

mod batch;

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use squelch_core::client::Client;
use squelch_core::view::Message;
use tauri::async_runtime::JoinHandle;
use tauri::ipc::Channel;
use tokio::time::{Instant, timeout_at};

use self::batch::Batch;

/// What goes through the channel.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one at a time crosses to the window")]
pub(crate) enum ToWindow {
    /// What the core says.
    Core(Message),
    /// The last word.
    End(End),
}

/// Why nothing more comes.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum End {
    /// The core has ended although nobody quit: what the window shows is not true any more.
    Ended,
}

/// The one place a window's channel is fed from.
#[derive(Debug, Default)]
pub(crate) struct Bridge {
    live: Arc<Mutex<Live>>,
}

/// Who is fed.
#[derive(Debug, Default)]
struct Live {
    /// Counts everybody who came or went.
    turn: u64,
    task: Option<JoinHandle<()>>,
}

impl Bridge {
    /// Sends a snapshot and everything after it to `channel`, in place of the channel before; and at last, if the core
    /// ends by itself, that. Asks for the pace again with each message.
    pub(crate) fn follow(
        &self,
        client: Client,
        channel: Channel<ToWindow>,
        pace: impl Fn() -> Duration + Send + 'static,
    ) {
        let mut live = self.live();
        let turn = live.next();
        let whose = Arc::clone(&self.live);
        live.task = Some(tauri::async_runtime::spawn(async move {
            let subscription = client.subscribe().await;
            let messages = stream::unfold(subscription, async |mut subscription| {
                subscription.next().await.map(|message| (message, subscription))
            });
            forward(pin!(messages), pace, |message| channel.send(ToWindow::Core(message)).is_ok()).await;
            // An abort that comes while the last message is read does not end this task before it is here.
            if lock(&whose).turn == turn {
                // A page that is not there hears nothing anyway.
                let _ = channel.send(ToWindow::End(End::Ended));
            }
        }));
    }

    /// The page is gone, or is to know nothing more: nothing more is sent.
    pub(crate) fn leave(&self) {
        self.live().next();
    }

    /// Whether a page is there that hears.
    pub(crate) fn has_page(&self) -> bool {
        self.live().task.is_some()
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        lock(&self.live)
    }
}

fn lock(live: &Mutex<Live>) -> MutexGuard<'_, Live> {
    live.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    /// Ends whoever is fed, and begins the next turn.
    fn next(&mut self) -> u64 {
        if let Some(before) = self.task.take() {
            before.abort();
        }
        self.turn += 1;
        self.turn
    }
}

/// Passes messages on, at this pace, until they end or `send` says that nobody listens.
async fn forward(
    mut messages: impl Stream<Item = Message> + Unpin,
    pace: impl Fn() -> Duration,
    mut send: impl FnMut(Message) -> bool,
) {
    let mut batch = Batch::default();
    let mut pause_ends = Instant::now();
    while let Some(message) = messages.next().await {
        batch.add(message);
        // A stream keeps what it is about to yield, so giving up the wait loses nothing.
        let ended = loop {
            match timeout_at(pause_ends, messages.next()).await {
                Ok(Some(message)) => batch.add(message),
                Ok(None) => break true,
                Err(_pause_ended) => break false,
            }
        };
        if !batch.take().into_iter().all(&mut send) || ended {
            return;
        }
        pause_ends = Instant::now() + pace();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use squelch_core::view::{Command, Event};
    use tokio::sync::mpsc;

    use super::*;
    use crate::samples::{core, row, rows_added, snapshot, update};

    /// Ten a second.
    fn quick() -> Duration {
        Duration::from_millis(100)
    }

    /// Feeds `forward` and notes when each message went out.
    struct Watched {
        core: Option<mpsc::UnboundedSender<Message>>,
        window: mpsc::UnboundedReceiver<(Duration, Message)>,
    }

    impl Watched {
        fn start() -> Self {
            Self::at(quick)
        }

        fn at(pace: impl Fn() -> Duration + Send + 'static) -> Self {
            let (core, source) = mpsc::unbounded_channel();
            let (sink, window) = mpsc::unbounded_channel();
            let start = Instant::now();
            tokio::spawn(async move {
                let messages = stream::unfold(source, async |mut source: mpsc::UnboundedReceiver<Message>| {
                    source.recv().await.map(|message| (message, source))
                });
                forward(pin!(messages), pace, |message| sink.send((start.elapsed(), message)).is_ok()).await;
            });
            Self { core: Some(core), window }
        }

        fn say(&self, message: Message) {
            self.core.as_ref().unwrap().send(message).unwrap();
        }

        async fn heard(&mut self) -> (u128, Message) {
            let (at, message) = self.window.recv().await.expect("the bridge still runs");
            (at.as_millis(), message)
        }
    }

    fn call(number: u32) -> Message {
        update(number, [rows_added([row(number.into(), "Fire")])])
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_message_after_a_pause_goes_at_once() {
        let mut watched = Watched::start();
        watched.say(snapshot(0));
        assert_eq!(watched.heard().await.0, 0);
        tokio::time::sleep(Duration::from_secs(3)).await;
        watched.say(call(1));
        assert_eq!(watched.heard().await, (3_000, call(1)));
    }

    fn rows_in(event: &Event) -> usize {
        if let Event::RowsAdded { rows } = event { rows.len() } else { 0 }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_joined_into_ten_messages_a_second() {
        let mut watched = Watched::start();
        watched.say(snapshot(0));
        assert_eq!(watched.heard().await.0, 0);
        for number in 1..=100 {
            watched.say(call(number));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        watched.core = None;
        let (mut times, mut calls) = (Vec::new(), 0);
        while let Some((at, message)) = watched.window.recv().await {
            times.push(at.as_millis());
            let Message::Update { update } = message else { continue };
            calls += update.events.iter().map(rows_in).sum::<usize>();
        }
        assert_eq!(calls, 100);
        assert!((10..=11).contains(&times.len()), "{times:?}");
        assert!(times.windows(2).take(9).all(|pair| pair[1] - pair[0] >= 100), "{times:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_pace_may_change_while_messages_come() {
        let (tell, pace) = tokio::sync::watch::channel(quick());
        let mut watched = Watched::at(move || *pace.borrow());
        tell.send_replace(4 * quick());
        watched.say(snapshot(0));
        assert_eq!(watched.heard().await.0, 0);
        watched.say(call(1));
        tell.send_replace(quick());
        assert_eq!(watched.heard().await.0, 400);
        watched.say(call(2));
        assert_eq!(watched.heard().await.0, 500);
    }

    /// A channel, and what is sent through it as the page would read it. It ends when the bridge lets the channel go.
    fn page() -> (Channel<ToWindow>, mpsc::UnboundedReceiver<Value>) {
        let (sink, sent) = mpsc::unbounded_channel();
        let channel = Channel::new(move |body| {
            let _ = sink.send(body.deserialize().unwrap());
            Ok(())
        });
        (channel, sent)
    }

    #[tokio::test]
    async fn a_page_that_subscribes_again_replaces_the_one_before() {
        let (client, _data) = tokio::task::spawn_blocking(core).await.unwrap();
        let bridge = Bridge::default();
        let (first, mut to_first) = page();
        bridge.follow(client.clone(), first, quick);
        assert_eq!(to_first.recv().await.unwrap()["kind"], "snapshot");

        let (second, mut to_second) = page();
        bridge.follow(client.clone(), second, quick);
        assert_eq!(to_second.recv().await.unwrap()["kind"], "snapshot");
        while let Some(message) = to_first.recv().await {
            assert_eq!(message["kind"], "update", "nothing but what was on its way");
        }

        client.send(Command::Listen { on: false }).await.unwrap();
        let update = to_second.recv().await.unwrap();
        assert!(update.to_string().contains("\"live\":false"), "{update}");
        bridge.leave();
        while to_second.recv().await.is_some() {}
    }

    #[tokio::test]
    async fn a_page_is_told_that_the_core_has_ended_also_one_that_comes_after() {
        let (client, _data) = tokio::task::spawn_blocking(core).await.unwrap();
        let bridge = Bridge::default();
        let (channel, mut sent) = page();
        bridge.follow(client.clone(), channel, quick);
        assert_eq!(sent.recv().await.unwrap()["kind"], "snapshot");
        client.shutdown().await;
        let mut last = sent.recv().await.unwrap();
        while let Some(message) = sent.recv().await {
            last = message;
        }
        assert_eq!(last, serde_json::json!({ "kind": "ended" }));

        let (channel, mut sent) = page();
        bridge.follow(client, channel, quick);
        assert_eq!(sent.recv().await.unwrap(), serde_json::json!({ "kind": "ended" }));
    }

    #[tokio::test]
    async fn a_page_is_not_told_of_an_end_that_was_asked_for() {
        let (client, _data) = tokio::task::spawn_blocking(core).await.unwrap();
        let bridge = Bridge::default();
        let (channel, mut sent) = page();
        bridge.follow(client.clone(), channel, quick);
        assert_eq!(sent.recv().await.unwrap()["kind"], "snapshot");
        bridge.leave();
        client.shutdown().await;
        while let Some(message) = sent.recv().await {
            assert_ne!(message["kind"], "ended");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_bridge_ends_with_its_source_or_its_listener() {
        let mut watched = Watched::start();
        watched.core = None;
        assert!(watched.window.recv().await.is_none());

        let mut watched = Watched::start();
        watched.window.close();
        watched.say(snapshot(0));
        watched.core.take().unwrap().closed().await;
    }
}
