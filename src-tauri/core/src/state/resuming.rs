//! Going on where listening stopped when the program ended, however it ended.
//!
//! What waited waits again and plays on by itself, as live listening does that begins with the program: nobody who was
//! called away by a crash wants to be asked. The call that was cut goes on where it was. As ever, a live call older than
//! half an hour is no news and is not played; it stays unheard in the archive. What somebody had asked for waits however
//! old it is. What the servers announced while nobody listened is asked for, as after a lost link; see
//! [`continuity`](super::continuity).

use crate::archive::{self, Audio, Note, Position, Resume};
use crate::clock::Now;
use crate::model::{CallKey, ServerId};
use crate::problem::Problem;
use crate::view::{Row, RowState};

use super::State;
use super::queue::{Item, Why};
use super::selection::Place;
use super::storing::Noted;

impl State {
    /// Takes in what the archive has of the end of the last run. Calls that have come meanwhile are played after it.
    pub(super) fn resume(&mut self, resume: Resume) {
        self.storing.is_resumed = true;
        for (id, calls) in &resume.heard {
            let server = self.servers.get_mut(id).filter(|server| server.listener.is_some());
            if let Some(server) = server.filter(|_| self.settings.archive.on) {
                server.continuity.heard_before(calls, resume.until.unwrap_or(self.now.wall), self.now);
            }
        }
        for (entry, position) in resume.waiting.into_iter().rev() {
            self.wait_on(entry, position);
        }
        if let Some((entry, position)) = resume.playing {
            self.wait_on(entry, position);
        }
    }

    /// Puts one call in front of all others.
    fn wait_on(&mut self, entry: archive::Entry, position: Position) {
        let key = entry.key;
        let is_due = position.by_hand || entry.state == archive::State::Unheard;
        let is_busy = self.queue.contains(&key) || self.playback.current.as_ref().is_some_and(|it| it.key == key);
        if !is_due || is_busy || !self.servers.contains_key(&key.server) {
            return;
        }
        let Some(wanted) = self.take_kept(entry) else { return };
        if !position.by_hand
            && let Err(why) = wanted
        {
            return self.mark(key, RowState::NotPlayed { why });
        }
        self.mark(key, RowState::Waiting);
        let why = if position.by_hand { Why::Queued } else { Why::Live };
        let arrived = Now { at: self.now.at, wall: position.arrived };
        let item = Item { arrived, from: position.at, begun: !position.at.is_zero(), ..self.item(key, why) };
        self.queue.push_front(item);
        self.changes.listening = true;
        self.changes.playback = true;
    }

    /// Gives a call of the archive its place in the feed. Says whether it is wanted now; nothing if it cannot be shown.
    fn take_kept(&mut self, entry: archive::Entry) -> Option<Result<(), crate::view::NotPlayed>> {
        let (key, noted, is_here, is_kept) = (entry.key, Noted::as_kept(&entry), entry.audio > 0, entry.kept);
        let directory = self.servers.get(&key.server)?.directory.clone();
        if !self.feed.is_shown(&key) {
            if self.feed.knows(&key) {
                return None;
            }
            self.feed.add_in_time(key, entry.call, &directory, RowState::Waiting);
            self.changes.added(key);
        }
        let kept = self.feed.get_mut(&key)?;
        (kept.noted, kept.is_here, kept.is_kept) = (Some(noted), is_here, is_kept);
        kept.transcript = kept.transcript.take().or(entry.transcript);
        let place = Place { server: key.server, system: kept.system, talkgroup: kept.talkgroup };
        let is_live = self.settings.live.then_some(()).ok_or(crate::view::NotPlayed::LiveOff);
        Some(is_live.and_then(|()| self.selection.verdict(place)))
    }

    /// Takes in what the archive on this computer gave for the window, and gives its rows, in the same order.
    pub(crate) fn take_found_here(
        &mut self,
        server: ServerId,
        entries: Vec<archive::Entry>,
    ) -> Result<Vec<Row>, Problem> {
        let keys = self.take_entries(server, entries)?;
        Ok(keys.iter().filter_map(|key| self.row_of(key)).collect())
    }

    /// Puts calls of the archive on this computer at the end of the queue, as far as there is room; says how many, and how
    /// many found none. Those that wait or sound already are neither. The next step sees to the rest.
    pub(crate) fn queue_found_here(
        &mut self,
        server: ServerId,
        entries: Vec<archive::Entry>,
    ) -> Result<(u32, u32), Problem> {
        let (mut queued, mut left) = (0, 0);
        for key in self.take_entries(server, entries)? {
            let sounds = self.playback.current.as_ref().is_some_and(|current| current.key == key);
            if sounds || self.queue.contains(&key) {
                continue;
            }
            match self.enqueue(key) {
                Ok(()) => queued += 1,
                Err(_) => left += 1,
            }
        }
        Ok((queued, left))
    }

    fn take_entries(&mut self, server: ServerId, entries: Vec<archive::Entry>) -> Result<Vec<CallKey>, Problem> {
        self.listed(server)?;
        let Some(directory) = self.servers.get(&server).map(|server| server.directory.clone()) else {
            return Ok(Vec::new());
        };
        let mut keys = Vec::with_capacity(entries.len());
        for entry in entries.into_iter().filter(|entry| entry.key.server == server) {
            keys.push(entry.key);
            self.feed.add_kept(entry, &directory);
        }
        Ok(keys)
    }

    /// Whether its audio is on this computer.
    pub(crate) fn is_here(&self, key: &CallKey) -> bool {
        self.feed.get(key).is_some_and(|entry| entry.is_here)
    }

    /// A call that is to be played.
    pub(super) fn item(&self, key: CallKey, why: Why) -> Item {
        Item { is_here: self.is_here(&key), ..Item::new(key, why, self.now) }
    }

    /// Its audio has come and can be played.
    pub(super) fn keep_audio(&mut self, key: CallKey, audio: Option<Audio>) {
        let Some(audio) = audio.filter(|_| self.settings.archive.on) else { return };
        if let Some(entry) = self.feed.get_mut(&key) {
            entry.is_here = true;
        }
        self.note(key, Note::Audio(audio));
    }

    /// Whether a call's audio was looked for in the archive, in vain: its server is asked next.
    pub(super) fn is_not_here(&mut self, key: CallKey) -> bool {
        let Some(item) = self.queue.get_mut(&key).filter(|item| item.is_here) else { return false };
        item.is_here = false;
        item.stage = super::queue::Stage::Waiting;
        if let Some(entry) = self.feed.get_mut(&key) {
            entry.is_here = false;
        }
        self.mark(key, RowState::Waiting);
        true
    }
}
