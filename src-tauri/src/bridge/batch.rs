//! What waits to be sent to the window: joined while it waits, cut to size when it goes.

use std::mem::Discriminant;

use squelch_core::model::CallKey;
use squelch_core::view::{Event, Message, Row, Snapshot, Update};

/// Tauri hands messages under 8 KiB straight to the page; larger ones the page has to fetch (dependencies.md 3.4). The
/// rest of the 8 KiB is for what stands around the events.
const EVENTS: usize = 8 * 1024 - 256;

/// Messages for one channel.
///
/// The channel has revisions of its own: they begin with the snapshot's and go up by one per update *sent*, so that
/// joining and cutting leave no gap for the window to stumble over.
#[derive(Debug, Default)]
pub(super) struct Batch {
    snapshot: Option<Snapshot>,
    events: Vec<Event>,
    revision: u32,
}

impl Batch {
    /// Adds what the core sent. A snapshot replaces everything that waits.
    pub(super) fn add(&mut self, message: Message) {
        match message {
            Message::Snapshot { snapshot } => {
                self.events.clear();
                self.snapshot = Some(snapshot);
            }
            Message::Update { update } => update.events.into_iter().for_each(|event| self.add_event(event)),
        }
    }

    /// Of a fact that is told whole, only the newest is worth sending; and rows that come one by one are one list, for
    /// which the window looks through its own once.
    fn add_event(&mut self, event: Event) {
        if let Some(kind) = told_whole(&event) {
            self.events.retain(|waiting| told_whole(waiting) != Some(kind));
        }
        if let Event::RowChanged { row } = &event {
            self.events
                .retain(|waiting| !matches!(waiting, Event::RowChanged { row: before } if before.key == row.key));
        }
        let joined = match &event {
            Event::RowsAdded { rows } => self.join_rows(rows),
            Event::RowsRemoved { calls } => self.join_removed(calls),
            _ => false,
        };
        if !joined {
            self.events.push(event);
        }
    }

    /// Adds rows to those that wait, if nothing that waits behind those tells of the same calls.
    fn join_rows(&mut self, rows: &[Row]) -> bool {
        for waiting in self.events.iter_mut().rev() {
            if let Event::RowsAdded { rows: before } = waiting {
                before.extend_from_slice(rows);
                return true;
            }
            if rows.iter().any(|row| tells_of(waiting, row.key)) {
                return false;
            }
        }
        false
    }

    /// The same for rows that go.
    fn join_removed(&mut self, calls: &[CallKey]) -> bool {
        for waiting in self.events.iter_mut().rev() {
            if let Event::RowsRemoved { calls: before } = waiting {
                before.extend_from_slice(calls);
                return true;
            }
            if calls.iter().any(|call| tells_of(waiting, *call)) {
                return false;
            }
        }
        false
    }

    /// Takes everything out, as the messages to send, in order.
    pub(super) fn take(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        if let Some(snapshot) = self.snapshot.take() {
            self.revision = snapshot.revision;
            messages.push(Message::Snapshot { snapshot });
        }
        for events in cut(std::mem::take(&mut self.events)) {
            self.revision = self.revision.wrapping_add(1);
            messages.push(Message::Update { update: Update { revision: self.revision, events } });
        }
        messages
    }
}

/// Names the fact, where an event tells all of it and the one before is thereby void.
fn told_whole(event: &Event) -> Option<Discriminant<Event>> {
    match event {
        Event::PlaybackChanged { .. }
        | Event::ListeningChanged { .. }
        | Event::SelectionChanged { .. }
        | Event::HearingChanged { .. }
        | Event::AlertChoicesChanged { .. }
        | Event::AwayChanged { .. }
        | Event::ArchiveChanged { .. }
        | Event::DeviceChanged { .. }
        | Event::MicrophoneChanged { .. }
        | Event::RecordingChanged { .. }
        | Event::SettingsChanged { .. } => Some(std::mem::discriminant(event)),
        Event::ServerChanged { .. }
        | Event::ServerRemoved { .. }
        | Event::RowsAdded { .. }
        | Event::RowChanged { .. }
        | Event::TranscriptAdded { .. }
        | Event::Bookmarked { .. }
        | Event::RowsRemoved { .. }
        | Event::NoticeRaised { .. }
        | Event::NoticeWithdrawn { .. } => None,
    }
}

fn tells_of(event: &Event, key: CallKey) -> bool {
    match event {
        Event::RowsAdded { rows } => rows.iter().any(|row| row.key == key),
        Event::RowsRemoved { calls } => calls.contains(&key),
        Event::RowChanged { row } => row.key == key,
        Event::TranscriptAdded { call, .. } | Event::Bookmarked { call, .. } => *call == key,
        _ => false,
    }
}

/// Parts events into messages below the limit. A single row or fact above it goes alone.
fn cut(events: Vec<Event>) -> Vec<Vec<Event>> {
    let mut parts: Vec<Vec<Event>> = Vec::new();
    let mut room = 0;
    for event in events.into_iter().flat_map(halve) {
        let size = size(&event);
        match parts.last_mut() {
            Some(part) if size <= room => {
                room -= size;
                part.push(event);
            }
            _ => {
                room = EVENTS.saturating_sub(size);
                parts.push(vec![event]);
            }
        }
    }
    parts
}

/// Cuts a list of rows or keys in two, and those again, until each is below the limit or cannot be cut.
fn halve(event: Event) -> Vec<Event> {
    if size(&event) <= EVENTS {
        return vec![event];
    }
    let (first, second) = match event {
        Event::RowsAdded { mut rows } if rows.len() > 1 => {
            let later = rows.split_off(rows.len() / 2);
            (Event::RowsAdded { rows }, Event::RowsAdded { rows: later })
        }
        Event::RowsRemoved { mut calls } if calls.len() > 1 => {
            let later = calls.split_off(calls.len() / 2);
            (Event::RowsRemoved { calls }, Event::RowsRemoved { calls: later })
        }
        whole => return vec![whole],
    };
    let mut parts = halve(first);
    parts.extend(halve(second));
    parts
}

/// Its length in a message, the comma included. What cannot be written (there is no such event) has none.
fn size(event: &Event) -> usize {
    serde_json::to_vec(event).map_or(0, |json| json.len() + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use squelch_core::model::ServerId;

    use super::*;
    use crate::samples::{listening, row, rows_added, snapshot, update};

    fn taken(messages: impl IntoIterator<Item = Message>) -> Vec<Message> {
        let mut batch = Batch::default();
        messages.into_iter().for_each(|message| batch.add(message));
        batch.take()
    }

    fn events(messages: &[Message]) -> Vec<Event> {
        let updates = messages.iter().filter_map(|message| match message {
            Message::Update { update } => Some(update.events.clone()),
            Message::Snapshot { .. } => None,
        });
        updates.flatten().collect()
    }

    #[test]
    fn nothing_waiting_is_nothing_to_send() {
        assert_eq!(taken([]), []);
        assert_eq!(taken([update(1, [])]), []);
    }

    #[test]
    fn updates_that_waited_together_travel_as_one() {
        let added = |call| rows_added([row(call, "Fire")]);
        let sent = taken([update(8, [added(1), listening(true)]), update(9, [added(2)])]);
        assert_eq!(sent.len(), 1);
        assert_eq!(events(&sent), [rows_added([row(1, "Fire"), row(2, "Fire")]), listening(true)]);
    }

    #[test]
    fn revisions_go_up_by_one_per_update_sent_from_the_snapshots_on() {
        let mut batch = Batch::default();
        batch.add(snapshot(40));
        batch.add(update(41, [rows_added([row(1, "Fire")])]));
        batch.add(update(42, [rows_added([row(2, "Fire")])]));
        let mut revisions = Vec::new();
        let mut note = |messages: Vec<Message>| {
            revisions.extend(messages.iter().map(|message| match message {
                Message::Snapshot { snapshot } => snapshot.revision,
                Message::Update { update } => update.revision,
            }));
        };
        note(batch.take());
        batch.add(update(43, [listening(true)]));
        note(batch.take());
        batch.add(snapshot(90));
        batch.add(update(91, [listening(false)]));
        note(batch.take());
        assert_eq!(revisions, [40, 41, 42, 90, 91]);
    }

    #[test]
    fn a_snapshot_replaces_what_waits_and_comes_first() {
        let sent = taken([update(1, [listening(true)]), snapshot(7), update(8, [listening(false)])]);
        assert!(matches!(&sent[0], Message::Snapshot { snapshot } if snapshot.revision == 7));
        assert_eq!(events(&sent), [listening(false)]);
        assert_eq!(sent.len(), 2);
    }

    #[test]
    fn of_a_fact_told_whole_only_the_newest_is_sent() {
        let removed = Event::ServerRemoved { server: ServerId(1) };
        let sent = taken([update(1, [listening(true), removed.clone()]), update(2, [listening(false)])]);
        assert_eq!(events(&sent), [removed, listening(false)]);
    }

    #[test]
    fn of_a_row_that_changed_twice_only_the_last_is_sent() {
        let changed = |call, title| Event::RowChanged { row: row(call, title) };
        let sent = taken([update(1, [changed(1, "Fire"), changed(2, "Fire")]), update(2, [changed(1, "Law")])]);
        assert_eq!(events(&sent), [changed(2, "Fire"), changed(1, "Law")]);
    }

    /// What a window knows of its rows: the newest title and the bookmark.
    fn known(messages: &[Message]) -> BTreeMap<CallKey, (String, Option<bool>)> {
        let mut rows = BTreeMap::new();
        for event in events(messages) {
            match event {
                Event::RowsAdded { rows: added } => {
                    rows.extend(added.into_iter().map(|row| (row.key, (row.title, row.bookmarked))));
                }
                Event::RowChanged { row } => {
                    if let Some(known) = rows.get_mut(&row.key) {
                        *known = (row.title, row.bookmarked);
                    }
                }
                Event::Bookmarked { call, on } => {
                    if let Some(known) = rows.get_mut(&call) {
                        known.1 = Some(on);
                    }
                }
                Event::RowsRemoved { calls } => calls.iter().for_each(|call| drop(rows.remove(call))),
                _ => (),
            }
        }
        rows
    }

    fn any_event() -> impl Strategy<Value = Event> {
        let key = |call| row(call, "").key;
        let title = || prop::sample::select(vec!["Fire", "Law", "Works"]);
        prop_oneof![
            (prop::collection::btree_set(0..6u64, 1..3), title())
                .prop_map(|(calls, title)| rows_added(calls.iter().map(|call| row(*call, title)).collect::<Vec<_>>())),
            (0..6u64, title()).prop_map(|(call, title)| Event::RowChanged { row: row(call, title) }),
            (0..6u64, any::<bool>()).prop_map(move |(call, on)| Event::Bookmarked { call: key(call), on }),
            (0..6u64).prop_map(move |call| Event::RowsRemoved { calls: vec![key(call)] }),
            any::<bool>().prop_map(listening),
        ]
    }

    proptest! {
        #[test]
        fn what_waited_together_tells_the_same_as_each_alone(all in prop::collection::vec(any_event(), 0..24)) {
            let alone = [update(1, all.clone())];
            prop_assert_eq!(known(&taken(alone.clone())), known(&alone));
        }
    }

    #[test]
    fn long_lists_are_cut_below_eight_kilobytes_with_nothing_lost_or_moved() {
        let all: Vec<_> = (1..=200).map(|call| row(call, "Structure fire dispatch, north county")).collect();
        let sent = taken([update(1, [rows_added(all.clone()), listening(true)])]);
        assert!(sent.len() > 4);
        for message in &sent {
            assert!(serde_json::to_vec(message).unwrap().len() < 8192);
        }
        let rows: Vec<_> = events(&sent)
            .into_iter()
            .filter_map(|event| match event {
                Event::RowsAdded { rows } => Some(rows),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(rows, all);
    }

    #[test]
    fn a_row_that_is_too_large_alone_is_sent_alone() {
        let large = rows_added([row(2, &"x".repeat(10_000))]);
        let small = |call| rows_added([row(call, "Fire")]);
        let sent = taken([update(1, [small(1), large.clone(), small(3)])]);
        assert_eq!(sent.len(), 3);
        assert_eq!(events(&sent), [small(1), large, small(3)]);
    }
}
