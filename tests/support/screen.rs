//! A window in words: the snapshot a subscriber has, kept up to date, and waiting for it to show something.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use squelch_core::client::{Client, Subscription};
use squelch_core::clock::Hands;
use squelch_core::model::CallKey;
use squelch_core::view::{Event, Message, Row, RowState, ServerView, Snapshot, Update};

use crate::LIMIT;

/// Without news for this long, a manual clock moves on.
const TICK: Duration = Duration::from_millis(20);

/// A subscriber that applies every update.
#[derive(Debug)]
pub struct Screen {
    subscription: Subscription,
    /// What is shown now.
    pub shown: Snapshot,
    /// What the client has found for it, as it is now.
    pub found: BTreeMap<CallKey, Row>,
    /// Every message so far, as it would cross to the window.
    pub sent: Vec<String>,
}

impl Screen {
    /// Subscribes and takes the first snapshot.
    pub async fn open(client: &Client) -> Self {
        let mut subscription = client.subscribe().await;
        let first = subscription.next().await.expect("a snapshot comes first");
        let sent = vec![serde_json::to_string(&first).expect("messages are JSON")];
        let Message::Snapshot { snapshot } = first else { panic!("a snapshot comes first, not {first:?}") };
        Self { subscription, shown: snapshot, found: BTreeMap::new(), sent }
    }

    /// Waits until `find` finds something; fails the test with what is shown otherwise.
    pub async fn wait<T>(&mut self, what: &str, mut find: impl FnMut(&Snapshot) -> Option<T>) -> T {
        let patience = tokio::time::sleep(LIMIT);
        tokio::pin!(patience);
        loop {
            if let Some(found) = find(&self.shown) {
                return found;
            }
            let message = tokio::select! {
                message = self.subscription.next() => message,
                () = &mut patience => panic!("waited for {what}; shown:\n{}", brief(&self.shown)),
            };
            self.take(message.unwrap_or_else(|| panic!("Squelch ended while waiting for {what}")));
        }
    }

    /// Like [`Screen::wait`], with time passing on a manual clock: for what happens only after a while.
    pub async fn wait_while_time_passes<T>(
        &mut self,
        hands: &Hands,
        what: &str,
        find: impl Fn(&Snapshot) -> Option<T>,
    ) -> T {
        // How many seconds pass does not matter, only that they do.
        for _ in 0..LIMIT.as_millis() / TICK.as_millis() {
            if let Some(found) = find(&self.shown) {
                return found;
            }
            match tokio::time::timeout(TICK, self.subscription.next()).await {
                Ok(message) => self.take(message.unwrap_or_else(|| panic!("Squelch ended while waiting for {what}"))),
                Err(_) => hands.advance(Duration::from_secs(1)),
            }
        }
        panic!("waited for {what}; shown:\n{}", brief(&self.shown));
    }

    /// Waits until a row's state is as wanted.
    pub async fn row(&mut self, call: u64, what: &str, wanted: impl Fn(&RowState) -> bool) -> Row {
        self.wait(&format!("call {call} to be {what}"), |shown| {
            shown.rows.iter().find(|row| row.key.call.0 == call && wanted(&row.state)).cloned()
        })
        .await
    }

    /// Remembers rows that a search or the list of bookmarks gave.
    pub fn find(&mut self, rows: &[Row]) {
        self.found.extend(rows.iter().map(|row| (row.key, row.clone())));
    }

    /// Waits until a row that was found is as wanted.
    pub async fn found(&mut self, call: u64, what: &str, wanted: impl Fn(&Row) -> bool) -> Row {
        let patience = tokio::time::sleep(LIMIT);
        tokio::pin!(patience);
        loop {
            let row = self.found.values().find(|row| row.key.call.0 == call).cloned();
            if let Some(row) = row.filter(|row| wanted(row)) {
                return row;
            }
            let message = tokio::select! {
                message = self.subscription.next() => message,
                () = &mut patience => panic!("waited for call {call} to be {what}: {:?}", self.found.values()),
            };
            self.take(message.unwrap_or_else(|| panic!("Squelch ended while waiting for call {call}")));
        }
    }

    /// Waits until the first server is as wanted.
    pub async fn server(&mut self, what: &str, wanted: impl Fn(&ServerView) -> bool) -> ServerView {
        self.wait(what, |shown| shown.servers.iter().find(|server| wanted(server)).cloned()).await
    }

    /// Takes the next message; false when Squelch has ended. Cancel-safe.
    pub async fn hear(&mut self) -> bool {
        let message = self.subscription.next().await;
        let is_there = message.is_some();
        message.into_iter().for_each(|message| self.take(message));
        is_there
    }

    /// Takes what has come so far, without waiting.
    pub fn take(&mut self, message: Message) {
        self.sent.push(serde_json::to_string(&message).expect("messages are JSON"));
        match message {
            Message::Snapshot { snapshot } => self.shown = snapshot,
            Message::Update { update } => apply(&mut self.shown, &mut self.found, update),
        }
    }
}

/// Applies an update as the window does.
fn apply(shown: &mut Snapshot, found: &mut BTreeMap<CallKey, Row>, update: Update) {
    assert_eq!(update.revision, shown.revision + 1, "no update is missing");
    shown.revision = update.revision;
    for event in update.events {
        if !apply_to_found(shown, found, &event) {
            apply_event(shown, event);
        }
    }
}

/// Whether that was all of it: the row is not in the feed.
fn apply_to_found(shown: &Snapshot, found: &mut BTreeMap<CallKey, Row>, event: &Event) -> bool {
    let key = match event {
        Event::RowChanged { row } => row.key,
        Event::TranscriptAdded { call, .. } => *call,
        _ => return false,
    };
    let Some(known) = found.get_mut(&key) else { return false };
    match event {
        Event::RowChanged { row } => known.clone_from(row),
        Event::TranscriptAdded { transcript, .. } => known.transcript = Some(transcript.clone()),
        _ => {}
    }
    position(shown, key).is_none()
}

fn apply_event(shown: &mut Snapshot, event: Event) {
    match event {
        Event::ServerChanged { server } => match shown.servers.iter_mut().find(|known| known.id == server.id) {
            Some(known) => *known = server,
            None => shown.servers.push(server),
        },
        Event::ServerRemoved { server } => shown.servers.retain(|known| known.id != server),
        Event::RowsAdded { rows } => {
            for row in rows {
                assert!(position(shown, row.key).is_none(), "a row is added once: {:?}", row.key);
                let at = shown.rows.partition_point(|known| known.order > row.order);
                shown.rows.insert(at, row);
            }
        }
        Event::RowChanged { row } => {
            let at = position(shown, row.key).expect("only a row that is there changes");
            shown.rows[at] = row;
        }
        Event::TranscriptAdded { call, transcript } => {
            let at = position(shown, call).expect("only a row that is there gets a transcript");
            shown.rows[at].transcript = Some(transcript);
        }
        // Its row says so, too.
        Event::Bookmarked { .. } => {}
        Event::RowsRemoved { calls } => shown.rows.retain(|row| !calls.contains(&row.key)),
        Event::PlaybackChanged { playback } => shown.playback = playback,
        Event::ListeningChanged { listening } => shown.listening = listening,
        Event::SelectionChanged { selection } => shown.selection = selection,
        Event::HearingChanged { hearing } => shown.hearing = hearing,
        Event::AlertChoicesChanged { choices } => shown.alert_choices = choices,
        Event::AwayChanged { away } => shown.away = away,
        Event::ArchiveChanged { archive } => shown.archive = archive,
        Event::DeviceChanged { device } => shown.device = device,
        Event::MicrophoneChanged { microphone } => shown.microphone = microphone,
        Event::RecordingChanged { recording } => shown.recording = recording,
        Event::SettingsChanged { settings } => shown.settings = settings,
        Event::NoticeRaised { notice } => shown.notices.push(notice),
        Event::NoticeWithdrawn { notice } => shown.notices.retain(|raised| raised.id != notice),
    }
}

fn position(shown: &Snapshot, key: CallKey) -> Option<usize> {
    shown.rows.iter().position(|row| row.key == key)
}

fn brief(shown: &Snapshot) -> String {
    let line = |row: &Row| format!("  call {} {}: {:?}\n", row.key.call.0, row.title, row.state);
    let rows: String = shown.rows.iter().take(20).map(line).collect();
    let part = |name: &str, part: &dyn Debug| format!("{name}: {part:?}\n");
    let playback = (shown.playback.state, shown.playback.turn, shown.playback.position_ms);
    part("servers", &shown.servers)
        + &part("playback", &playback)
        + &part("device", &shown.device)
        + &part("notices", &shown.notices)
        + &rows
}
