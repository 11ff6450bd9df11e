//! The state as the window sees it.

use crate::model::{CallKey, ServerId};
use crate::settings::{SavedServer, Settings};
use crate::sound::Level;
use crate::view::{
    AvoidedTalkgroup, DeviceView, HeldSystem, HeldTalkgroup, ListeningView, OffTalkgroups, PlaybackState, PlaybackView,
    SelectionView, SettingsView, Snapshot,
};

use super::State;
use super::playback::Phase;
use super::queue::{Item, Why};
use super::rows::millis;

impl State {
    pub(super) fn view(&self, revision: u32) -> Snapshot {
        Snapshot {
            revision,
            servers: self.in_order().map(|server| server.view(self.now, self.settings.display.clock)).collect(),
            rows: self.feed.in_order().filter_map(|key| self.row_of(key)).collect(),
            playback: self.playback_view(),
            listening: self.listening_view(),
            selection: self.selection_view(),
            hearing: self.hearing_view(),
            alert_choices: self.alert_choices(),
            away: self.away_view(),
            archive: self.archive_view(),
            device: self.device.clone(),
            microphone: self.microphone_view(),
            recording: self.recording.clone(),
            settings: self.settings_view(),
            notices: self.notices.clone(),
        }
    }

    /// The call the player shows: what sounds, else what is about to, else what sounded last.
    pub(super) fn shown_key(&self) -> Option<CallKey> {
        let current = self.playback.current.as_ref().map(|current| current.key);
        current.or_else(|| self.loading().map(|item| item.key)).or(self.playback.last.as_ref().map(|last| last.key))
    }

    /// The call that everything waits for.
    pub(super) fn loading(&self) -> Option<&Item> {
        if self.playback.current.is_some() || self.playback.paused {
            return None;
        }
        let first = self.queue.first(|server| self.reachable(server));
        first.filter(|item| item.turn().is_some() && !self.waits_for_answer(item))
    }

    pub(super) fn playback_view(&self) -> PlaybackView {
        let row = self.shown_key().and_then(|key| self.row_of(&key));
        let idle = if self.playback.paused { PlaybackState::Paused } else { PlaybackState::Idle };
        let empty = PlaybackView {
            state: idle,
            turn: None,
            row,
            position_ms: 0,
            duration_ms: 0,
            behind_ms: None,
            percent: self.catching.tempo().percent().into(),
            skipped: Vec::new(),
            peaks: Vec::new(),
            gain_db: None,
        };
        if let Some(current) = &self.playback.current {
            let state = match current.phase {
                Phase::Starting { .. } => PlaybackState::Loading,
                Phase::Following { .. } | Phase::Sounding { .. } => PlaybackState::Playing,
                // It goes on when the pause ends; it lacks nothing else.
                Phase::NoDevice { .. } if self.playback.paused && !self.is_device_missing() => PlaybackState::Paused,
                Phase::Paused { .. } => PlaybackState::Paused,
                Phase::NoDevice { .. } => PlaybackState::NoDevice,
            };
            return PlaybackView {
                state,
                turn: Some(current.turn),
                position_ms: millis(current.position(self.now.at)),
                duration_ms: millis(current.clip.duration),
                behind_ms: self.lag().map(millis),
                skipped: self.skipped(),
                peaks: current.clip.peaks.to_vec(),
                gain_db: shown_gain(current.clip.level),
                ..empty
            };
        }
        if let Some(item) = self.loading() {
            let behind_ms = (item.why == Why::Live).then(|| millis(self.now.since(item.arrived)));
            return PlaybackView { state: PlaybackState::Loading, turn: item.turn(), behind_ms, ..empty };
        }
        match &self.playback.last {
            Some(last) => {
                let duration_ms = millis(last.duration);
                let (peaks, gain_db) = (last.peaks.to_vec(), shown_gain(last.level));
                PlaybackView { position_ms: duration_ms, duration_ms, peaks, gain_db, ..empty }
            }
            None => empty,
        }
    }

    fn is_device_missing(&self) -> bool {
        matches!(self.device, DeviceView::Missing { .. })
    }

    pub(super) fn listening_view(&self) -> ListeningView {
        ListeningView {
            live: self.settings.live,
            paused: self.playback.paused,
            volume_db: self.settings.volume_db,
            muted: self.settings.muted,
            waiting: u32::try_from(self.queue.len()).unwrap_or(u32::MAX),
            next: self.queue.first(|server| self.reachable(server)).map(|item| item.key),
            waiting_ms: self.longest_wait().map(millis),
            catch_up: self.catch_up_state(),
            rewound: self.rewound(),
            rewinds: self.tape.rewinds,
        }
    }

    pub(super) fn selection_view(&self) -> SelectionView {
        let system = self.selection.system.map(|key| {
            let label = self.servers.get(&key.server).and_then(|server| server.directory.system(key.system));
            let name = label.map(|system| system.label.clone()).filter(|label| !label.is_empty());
            HeldSystem { key, name: name.unwrap_or_else(|| format!("System {}", key.system.0)) }
        });
        let talkgroup = self
            .selection
            .talkgroup
            .map(|key| HeldTalkgroup { key, name: self.talkgroup_name(key.server, key.talkgroup) });
        let avoided = self.selection.avoided.iter().map(|(key, until)| AvoidedTalkgroup {
            key: *key,
            name: self.talkgroup_name(key.server, key.talkgroup),
            left_ms: until.map(|until| f64::from(millis(until.at.saturating_sub(self.now.at)))),
        });
        let off = self.selection.off();
        let off = off.map(|(server, off)| OffTalkgroups { server, talkgroups: off.iter().copied().collect() });
        SelectionView {
            system,
            talkgroup,
            avoided: avoided.collect(),
            off: off.collect(),
            fresh: self.fresh(),
            presets: self.preset_views(),
        }
    }

    pub(super) fn talkgroup_name(&self, server: ServerId, talkgroup: crate::model::TalkgroupId) -> String {
        let known = self.servers.get(&server).and_then(|server| server.directory.talkgroup(talkgroup));
        let name = known.and_then(|talkgroup| talkgroup.name.clone().or_else(|| talkgroup.label.clone()));
        let number = known.map_or(talkgroup.0, |talkgroup| talkgroup.number.0);
        name.unwrap_or_else(|| format!("Talkgroup {number}"))
    }

    pub(super) fn settings_view(&self) -> SettingsView {
        SettingsView { import_undo: self.imports.can_be_undone(), ..SettingsView::from(&self.settings) }
    }

    /// The settings with the servers as they are now.
    pub(super) fn settings_to_save(&self) -> Settings {
        let saved = |server: &super::Server| SavedServer {
            id: server.id,
            address: server.address.clone(),
            pin: server.pin.clone(),
            login: server.login.clone(),
            own: server.own.clone(),
        };
        let servers = self.in_order().filter(|server| server.remember && server.found_once()).map(saved);
        Settings { servers: servers.collect(), ..self.settings.clone() }
    }
}

/// To a tenth of a decibel, which nobody hears.
fn shown_gain(level: Option<Level>) -> Option<f32> {
    // Plus nothing, so that there is no −0.
    level?.gain_db.map(|db| (db * 10.0).round() / 10.0 + 0.0)
}
