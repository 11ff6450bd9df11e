//! What changed during one step, published once at its end.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeSet, HashSet};

use crate::model::{CallKey, ServerId};
use crate::sound::SoundCommand;
use crate::view::{Event, RowState};

use super::{Effect, State};

/// So many rows that may go are sought one by one before all that waits is put into a set.
const ASKED_SINGLY: usize = 4;

/// Marks set during a step. Marking twice publishes once.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    added: Vec<CallKey>,
    rows: BTreeSet<CallKey>,
    removed: Vec<CallKey>,
    servers: BTreeSet<ServerId>,
    pub(crate) playback: bool,
    pub(crate) listening: bool,
    pub(crate) selection: bool,
    pub(crate) hearing: bool,
    pub(crate) alert_choices: bool,
    pub(crate) away: bool,
    pub(crate) device: bool,
    pub(crate) microphone: bool,
    pub(crate) archive: bool,
    pub(crate) recording: bool,
    pub(crate) settings: bool,
    /// Something that is remembered changed.
    pub(crate) save: bool,
    /// What is kept of talkgroups changed.
    pub(crate) keep: bool,
}

/// Rows in one event: about 500 bytes each, and updates stay under 8 KiB.
const ROWS_AT_ONCE: usize = 10;

impl Changes {
    pub(crate) fn server(&mut self, id: ServerId) {
        self.servers.insert(id);
    }

    pub(crate) fn forget_server(&mut self, id: ServerId) {
        self.servers.remove(&id);
    }

    pub(crate) fn added(&mut self, key: CallKey) {
        self.added.push(key);
    }

    pub(crate) fn row(&mut self, key: CallKey) {
        self.rows.insert(key);
    }

    /// All rows that are new or changed, and whether they are new.
    pub(crate) fn touched(&self) -> impl Iterator<Item = (CallKey, bool)> {
        let changed = self.rows.iter().filter(|key| !self.added.contains(key));
        self.added.iter().map(|key| (*key, true)).chain(changed.map(|key| (*key, false)))
    }

    pub(crate) fn removed(&mut self, keys: Vec<CallKey>) {
        self.removed.extend(keys);
    }
}

impl State {
    /// Gives a row a state; unchanged is not a change.
    pub(super) fn mark(&mut self, key: CallKey, state: RowState) {
        if let Some(entry) = self.feed.get_mut(&key)
            && entry.state != state
        {
            entry.state = state;
            self.changes.row(key);
        }
    }

    /// Turns marks into events and hands out the effects of the step.
    pub(super) fn finish(&mut self) -> Vec<Effect> {
        let mut changes = std::mem::take(&mut self.changes);
        // Before any of them leaves the feed.
        self.note_calls(&changes);
        self.want_audio(&changes);
        self.fetch_to_keep();
        self.note_place();
        self.tell_archive();
        changes.removed(self.trim_feed());
        changes.playback |= self.shown_key().is_some_and(|key| changes.rows.contains(&key));
        for id in &changes.servers {
            if let Some(server) = self.servers.get(id) {
                let server = server.view(self.now, self.settings.display.clock);
                self.effects.push(Effect::Publish(Event::ServerChanged { server }));
            }
        }
        self.publish_rows(&changes);
        self.publish_parts(&changes);
        if changes.save {
            self.effects.push(Effect::Save(self.settings_to_save()));
        }
        if changes.keep {
            self.effects.push(Effect::Keep(self.choices_to_keep()));
        }
        let is_by_hand =
            |effect: &Effect| matches!(effect, Effect::Sound(SoundCommand::Play { .. } | SoundCommand::Stop));
        if self.effects.iter().any(is_by_hand) {
            self.playback.withdrawn.iter_mut().for_each(|withdrawn| withdrawn.may_sound = false);
        }
        std::mem::take(&mut self.effects)
    }

    fn trim_feed(&mut self) -> Vec<CallKey> {
        let (queue, missed, tape) = (&self.queue, &self.missed, &self.tape);
        let shown = self.playback.current.as_ref().map(|current| current.key);
        // Mostly the oldest row can go, and then no more is asked. Where many cannot, each is looked up instead of
        // sought among all that waits.
        let asked = Cell::new(0);
        let all = OnceCell::new();
        let waiting = || queue.iter().map(|item| item.key).chain(missed.iter().copied()).collect::<HashSet<_>>();
        let waits = |key: &CallKey| match asked.replace(asked.get() + 1) {
            0..ASKED_SINGLY => queue.contains(key) || missed.contains(key),
            _ => all.get_or_init(waiting).contains(key),
        };
        self.feed.trim(|key| shown == Some(*key) || waits(key), |key| tape.holds(key))
    }

    fn publish_rows(&mut self, changes: &Changes) {
        let gone: BTreeSet<_> = changes.removed.iter().collect();
        let added: Vec<_> = changes.added.iter().filter(|key| !gone.contains(key)).collect();
        for chunk in added.chunks(ROWS_AT_ONCE) {
            let rows = chunk.iter().filter_map(|key| self.row_of(key)).collect();
            self.effects.push(Effect::Publish(Event::RowsAdded { rows }));
        }
        for key in changes.rows.iter().filter(|key| !gone.contains(key) && !changes.added.contains(key)) {
            if let Some(row) = self.row_of(key) {
                self.effects.push(Effect::Publish(Event::RowChanged { row }));
            }
        }
        let was_shown = changes.removed.iter().filter(|key| !changes.added.contains(key)).copied();
        let calls: Vec<_> = was_shown.collect();
        if !calls.is_empty() {
            self.effects.push(Effect::Publish(Event::RowsRemoved { calls }));
        }
    }

    fn publish_parts(&mut self, changes: &Changes) {
        if changes.playback {
            let playback = self.playback_view();
            self.effects.push(Effect::Publish(Event::PlaybackChanged { playback }));
        }
        if changes.listening {
            let listening = self.listening_view();
            self.effects.push(Effect::Publish(Event::ListeningChanged { listening }));
        }
        if changes.selection {
            let selection = self.selection_view();
            self.effects.push(Effect::Publish(Event::SelectionChanged { selection }));
        }
        if changes.hearing {
            let hearing = self.hearing_view();
            self.effects.push(Effect::Publish(Event::HearingChanged { hearing }));
        }
        if changes.alert_choices {
            let choices = self.alert_choices();
            self.effects.push(Effect::Publish(Event::AlertChoicesChanged { choices }));
        }
        if changes.away {
            let away = self.away_view();
            self.effects.push(Effect::Publish(Event::AwayChanged { away }));
        }
        if changes.device {
            let device = self.device.clone();
            self.effects.push(Effect::Publish(Event::DeviceChanged { device }));
        }
        if changes.archive {
            let archive = self.archive_view();
            self.effects.push(Effect::Publish(Event::ArchiveChanged { archive }));
        }
        if changes.recording {
            let recording = self.recording.clone();
            self.effects.push(Effect::Publish(Event::RecordingChanged { recording }));
        }
        if changes.microphone {
            let microphone = self.microphone_view();
            self.effects.push(Effect::Publish(Event::MicrophoneChanged { microphone }));
        }
        if changes.settings {
            let settings = self.settings_view();
            self.effects.push(Effect::Publish(Event::SettingsChanged { settings }));
        }
    }
}
