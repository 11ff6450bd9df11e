//! What tray, media keys and the window's frame know of the state, and what follows from it. Pure.
//!
//! - this file: the facts, taken in as the core tells them.
//! - `calls`: the newest calls.
//! - `deeds`: what words and keys from elsewhere ask for.
//! - `standing`: how each server is doing, and the icon that follows.
//! - `menu`: the tray's menu, line by line.
//! - `media`: what media controls show, and what media keys ask for.
//! - `wish`: what a click or a key asks for.

mod calls;
mod deeds;
mod media;
mod menu;
mod standing;
mod wish;

use std::time::{Duration, Instant};

use squelch_core::model::TalkgroupKey;
use squelch_core::view::{
    Display, Event, GlobalKeys, Language, ListeningView, Message, PlaybackState, PlaybackView, RecordingStage, Row,
    SelectionView, ServerView, SettingsView, Theme, UnitView, WithoutTray,
};

use self::calls::Calls;
use super::words::Spoken;

pub(crate) use self::media::{NowPlaying, Sound};
pub(crate) use self::menu::{Entry, Line, Menu, WindowState};
pub(crate) use self::standing::Face;
pub(crate) use self::wish::Wish;

/// The facts. Before the first snapshot: nothing plays, live is off, there is no server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Glance {
    listening: ListeningView,
    playback: PlaybackView,
    /// When `playback` was told: its position runs from here.
    told: Option<Instant>,
    /// Since when no call sounds, waits or loads, after one did.
    quiet_since: Option<Instant>,
    selection: SelectionView,
    /// How many calls were missed and wait for a word.
    missed: u32,
    /// Whether what sounds is being recorded.
    recording: RecordingStage,
    servers: Vec<ServerView>,
    calls: Calls,
    /// The language chosen for the window, and so for all that is said outside of it.
    language: Language,
    /// What is spoken where none is chosen.
    pub(crate) desktop: Spoken,
    /// The look the user chose.
    pub(crate) theme: Theme,
    /// What else is chosen of its look, and its shape.
    pub(crate) display: Display,
    /// They know that closing the window keeps listening.
    pub(crate) told_about_tray: bool,
    /// What closing the window means where there is no tray, once they have said so.
    pub(crate) without_tray: Option<WithoutTray>,
    /// Keys that work while another program has the keyboard.
    pub(crate) global_keys: GlobalKeys,
}

impl Glance {
    /// Takes in what the core says `now`.
    pub(crate) fn apply(&mut self, message: &Message, now: Instant) {
        match message {
            Message::Snapshot { snapshot } => {
                self.listening = snapshot.listening;
                self.playback(&snapshot.playback, now);
                self.selection = snapshot.selection.clone();
                self.missed = snapshot.away.calls;
                self.recording = snapshot.recording.stage;
                self.servers = snapshot.servers.clone();
                self.calls = Calls::default();
                self.calls.add(&snapshot.rows);
                self.settings(&snapshot.settings);
            }
            Message::Update { update } => update.events.iter().for_each(|event| self.event(event, now)),
        }
    }

    fn event(&mut self, event: &Event, now: Instant) {
        match event {
            Event::ServerChanged { server } => {
                match self.servers.iter_mut().find(|known| known.id == server.id) {
                    Some(known) => known.clone_from(server),
                    None => self.servers.push(server.clone()),
                }
                self.servers.sort_by_key(|server| server.own.place);
            }
            Event::ServerRemoved { server } => self.servers.retain(|known| known.id != *server),
            Event::RowsAdded { rows } => self.calls.add(rows),
            Event::RowChanged { row } => {
                self.calls.add(std::slice::from_ref(row));
                // Not another playback: its position still runs from when that was told.
                if let Some(playing) = self.playback.row.as_mut().filter(|playing| playing.key == row.key) {
                    playing.clone_from(row);
                }
            }
            Event::RowsRemoved { calls } => self.calls.remove(calls),
            Event::PlaybackChanged { playback } => self.playback(playback, now),
            Event::ListeningChanged { listening } => self.listening = *listening,
            Event::SelectionChanged { selection } => self.selection.clone_from(selection),
            Event::AwayChanged { away } => self.missed = away.calls,
            Event::RecordingChanged { recording } => self.recording = recording.stage,
            Event::SettingsChanged { settings } => self.settings(settings),
            Event::TranscriptAdded { .. }
            | Event::Bookmarked { .. }
            | Event::HearingChanged { .. }
            | Event::AlertChoicesChanged { .. }
            | Event::ArchiveChanged { .. }
            | Event::DeviceChanged { .. }
            | Event::MicrophoneChanged { .. }
            | Event::NoticeRaised { .. }
            | Event::NoticeWithdrawn { .. } => {}
        }
    }

    fn playback(&mut self, playback: &PlaybackView, now: Instant) {
        self.quiet_since = match playback.turn {
            Some(_) => None,
            None => Some(self.quiet_since.unwrap_or(now)),
        };
        self.playback.clone_from(playback);
        self.told = Some(now);
    }

    fn settings(&mut self, settings: &SettingsView) {
        self.language = settings.language;
        self.theme = settings.theme;
        self.display = settings.display;
        self.told_about_tray = settings.told_about_tray;
        self.without_tray = settings.without_tray;
        self.global_keys.clone_from(&settings.global_keys);
    }

    /// The language of what is said.
    pub(crate) fn spoken(&self) -> Spoken {
        Spoken::of(self.language, self.desktop)
    }

    /// The call that sounds, else the last one that did.
    fn row(&self) -> Option<&Row> {
        self.playback.row.as_ref()
    }

    /// Its talkgroup, where the server lists it.
    fn talkgroup(&self) -> Option<TalkgroupKey> {
        let row = self.row()?;
        Some(TalkgroupKey { server: row.key.server, talkgroup: row.talkgroup? })
    }

    /// Where in the call the sound is.
    pub(crate) fn position(&self, now: Instant) -> Duration {
        let told = Duration::from_millis(self.playback.position_ms.into());
        let run = match (self.playback.state, self.told) {
            (PlaybackState::Playing, Some(since)) => now.saturating_duration_since(since),
            _ => Duration::ZERO,
        };
        (told + run).min(Duration::from_millis(self.playback.duration_ms.into()))
    }

    /// Who speaks: the last to have begun; before anybody began, the first.
    fn speaker(&self, now: Instant) -> Option<&UnitView> {
        let units = &self.row()?.units;
        let position = self.position(now);
        units.iter().rev().find(|unit| starts(unit) <= position).or(units.first())
    }

    /// How long it is until something else is to be shown, if nothing happens before.
    pub(crate) fn next_change(&self, now: Instant) -> Option<Duration> {
        let over = self.until_over(now).filter(|left| !left.is_zero());
        self.next_speaker(now).into_iter().chain(over).min()
    }

    /// How long it is until somebody else speaks.
    fn next_speaker(&self, now: Instant) -> Option<Duration> {
        if self.playback.state != PlaybackState::Playing {
            return None;
        }
        let position = self.position(now);
        let starts = self.row()?.units.iter().map(starts).filter(|start| *start > position);
        starts.min().map(|start| start - position)
    }
}

fn starts(unit: &UnitView) -> Duration {
    Duration::from_millis(unit.at_ms.into())
}

#[cfg(test)]
mod tests {
    use squelch_core::model::UnitNumber;

    use super::*;
    use crate::samples::{playing, update};

    /// Somebody speaks from the start, somebody else from the second second on.
    fn two_speak() -> (Glance, Instant) {
        let (mut glance, now) = (Glance::default(), Instant::now());
        let mut playback = playing(1, "Engine 5");
        playback.duration_ms = 5_000;
        let unit = |at_ms, number| UnitView { at_ms, number: Some(UnitNumber(number)), name: None, own: None };
        playback.row.as_mut().unwrap().units = vec![unit(500, 900), unit(2_000, 5)];
        glance.apply(&update(1, [Event::PlaybackChanged { playback }]), now);
        (glance, now)
    }

    #[test]
    fn who_speaks_follows_the_position_which_ends_with_the_call() {
        let (glance, start) = two_speak();
        let table = [(0, 900, 0), (600, 900, 600), (1_999, 900, 1_999), (2_000, 5, 2_000), (60_000, 5, 5_000)];
        for (after, number, position) in table {
            let now = start + Duration::from_millis(after);
            assert_eq!(glance.speaker(now).unwrap().number, Some(UnitNumber(number)), "after {after} ms");
            assert_eq!(glance.position(now), Duration::from_millis(position));
        }
    }

    #[test]
    fn the_next_speaker_is_waited_for_only_while_the_call_plays() {
        let (mut glance, start) = two_speak();
        assert_eq!(glance.next_speaker(start), Some(Duration::from_millis(500)));
        assert_eq!(glance.next_speaker(start + Duration::from_secs(1)), Some(Duration::from_secs(1)));
        assert_eq!(glance.next_speaker(start + Duration::from_secs(3)), None);
        glance.playback.state = PlaybackState::Paused;
        assert_eq!(glance.next_speaker(start), None);
        assert_eq!(glance.position(start + Duration::from_secs(3)), Duration::ZERO);
    }

    #[test]
    fn a_row_that_changes_while_it_plays_leaves_the_position_alone() {
        let (mut glance, start) = two_speak();
        let mut row = glance.playback.row.clone().unwrap();
        row.title = "Engine 5, renamed".to_owned();
        let later = start + Duration::from_secs(1);
        glance.apply(&update(2, [Event::RowChanged { row }]), later);
        assert_eq!(glance.row().unwrap().title, "Engine 5, renamed");
        assert_eq!(glance.position(later), Duration::from_secs(1));
    }
}
