//! What waits to be sent to the window: joined while it waits, cut to size when it goes.

use std::mem::Discriminant;

use squelch_core::view::{Event, Message, Snapshot, Update};

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

    /// Of a fact that is told whole, only the newest is worth sending.
    fn add_event(&mut self, event: Event) {
        if let Some(kind) = told_whole(&event) {
            self.events.retain(|waiting| told_whole(waiting) != Some(kind));
        }
        self.events.push(event);
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
        | Event::AlertChoicesChanged { .. }
        | Event::DeviceChanged { .. }
        | Event::MicrophoneChanged { .. }
        | Event::SettingsChanged { .. } => Some(std::mem::discriminant(event)),
        Event::ServerChanged { .. }
        | Event::ServerRemoved { .. }
        | Event::RowsAdded { .. }
        | Event::RowChanged { .. }
        | Event::TranscriptAdded { .. }
        | Event::RowsRemoved { .. }
        | Event::NoticeRaised { .. }
        | Event::NoticeWithdrawn { .. } => None,
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
        let sent = taken([update(8, [added(1)]), update(9, [added(2), added(3)])]);
        assert_eq!(sent.len(), 1);
        assert_eq!(events(&sent), [added(1), added(2), added(3)]);
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
