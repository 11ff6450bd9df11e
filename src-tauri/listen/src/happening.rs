//! From what the core says to what is worth a line.

use std::collections::BTreeMap;

use squelch_core::model::CallKey;
use squelch_core::problem::Problem;
use squelch_core::view::{
    AccountView, DeviceView, Event, LinkView, ListeningView, Message, NotPlayed, Row, RowState, SelectionView,
    ServerView, Snapshot, TranscriptView,
};

use crate::keys::Now;

/// Something worth a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Happening {
    /// A call began, ended or was left out.
    Call(Fate, Row),
    /// What was said in a call.
    Transcript(Row, TranscriptView),
    /// The server, its account or its link.
    Server(ServerView),
    /// Live, pause or volume changed.
    Listening(ListeningView),
    /// Holds and avoids changed.
    Selection(SelectionView),
    /// The sound device came or went.
    Device(DeviceView),
    /// Something went wrong that belongs to the program.
    Notice(Problem),
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    Playing,
    Played,
    Skipped,
    NotPlayed(NotPlayed),
    Failed(Problem),
}

/// Remembers what was said, so that nothing is said twice and nothing is missed where a snapshot stands for updates.
#[derive(Debug)]
pub(crate) struct Narrator {
    rows: BTreeMap<CallKey, Row>,
    servers: Vec<ServerView>,
    device: DeviceView,
    notices: Vec<squelch_core::view::NoticeId>,
    /// What keys act on.
    pub(crate) now: Now,
}

impl Narrator {
    /// Begins with the first snapshot; what is in it is not news.
    pub(crate) fn new(snapshot: Snapshot) -> (Self, Vec<Happening>) {
        let now = Now {
            playback: snapshot.playback.clone(),
            listening: snapshot.listening,
            selection: snapshot.selection.clone(),
        };
        let mut narrator =
            Self { rows: BTreeMap::new(), servers: Vec::new(), device: DeviceView::Resting, notices: Vec::new(), now };
        let said = narrator.hear(Message::Snapshot { snapshot });
        (narrator, said)
    }

    /// What is worth saying about a message.
    pub(crate) fn hear(&mut self, message: Message) -> Vec<Happening> {
        let mut said = Vec::new();
        match message {
            Message::Update { update } => update.events.into_iter().for_each(|event| self.event(event, &mut said)),
            Message::Snapshot { snapshot } => self.snapshot(snapshot, &mut said),
        }
        said
    }

    fn snapshot(&mut self, snapshot: Snapshot, said: &mut Vec<Happening>) {
        snapshot.servers.into_iter().for_each(|server| self.server(server, said));
        let mut rows = snapshot.rows;
        // Newest first; they happened the other way round.
        rows.reverse();
        let known: Vec<CallKey> = rows.iter().map(|row| row.key).collect();
        rows.into_iter().for_each(|row| self.row(row, said));
        self.rows.retain(|key, _| known.contains(key));
        self.now.playback = snapshot.playback;
        self.listening(snapshot.listening, said);
        self.selection(snapshot.selection, said);
        self.device(snapshot.device, said);
        for notice in snapshot.notices {
            self.event(Event::NoticeRaised { notice }, said);
        }
    }

    fn event(&mut self, event: Event, said: &mut Vec<Happening>) {
        match event {
            Event::ServerChanged { server } => self.server(server, said),
            Event::ServerRemoved { server } => self.servers.retain(|known| known.id != server),
            Event::RowsAdded { rows } => rows.into_iter().for_each(|row| self.row(row, said)),
            Event::RowChanged { row } => self.row(row, said),
            Event::TranscriptAdded { call, transcript } => {
                if let Some(mut row) = self.rows.get(&call).cloned() {
                    row.transcript = Some(transcript);
                    self.row(row, said);
                }
            }
            Event::RowsRemoved { calls } => self.rows.retain(|key, _| !calls.contains(key)),
            Event::PlaybackChanged { playback } => self.now.playback = playback,
            Event::ListeningChanged { listening } => self.listening(listening, said),
            Event::SelectionChanged { selection } => self.selection(selection, said),
            Event::DeviceChanged { device } => self.device(device, said),
            Event::NoticeRaised { notice } => {
                if !self.notices.contains(&notice.id) {
                    self.notices.push(notice.id);
                    said.push(Happening::Notice(notice.problem));
                }
            }
            Event::NoticeWithdrawn { notice } => self.notices.retain(|known| *known != notice),
            Event::HearingChanged { .. }
            | Event::AlertChoicesChanged { .. }
            | Event::AwayChanged { .. }
            | Event::ArchiveChanged { .. }
            | Event::Bookmarked { .. }
            | Event::MicrophoneChanged { .. }
            | Event::RecordingChanged { .. }
            | Event::SettingsChanged { .. } => {}
        }
    }

    fn server(&mut self, server: ServerView, said: &mut Vec<Happening>) {
        let place = self.servers.iter_mut().find(|known| known.id == server.id);
        let news = place.as_ref().is_none_or(|known| is_news(known, &server));
        match place {
            Some(known) => *known = server.clone(),
            None => self.servers.push(server.clone()),
        }
        if news {
            said.push(Happening::Server(server));
        }
    }

    fn row(&mut self, row: Row, said: &mut Vec<Happening>) {
        let before = self.rows.insert(row.key, row.clone());
        if let Some(fate) = fate(&row.state)
            && before.as_ref().is_none_or(|before| before.state != row.state)
        {
            said.push(Happening::Call(fate, row.clone()));
        }
        let words = |row: &Row| row.transcript.as_ref().map(|transcript| transcript.text.clone());
        // What was said before we joined is not news.
        if !row.earlier
            && let Some(transcript) = row.transcript.clone()
            && !transcript.text.trim().is_empty()
            && before.as_ref().and_then(words).as_ref() != Some(&transcript.text)
        {
            said.push(Happening::Transcript(row, transcript));
        }
    }

    fn listening(&mut self, listening: ListeningView, said: &mut Vec<Happening>) {
        let shown = |view: &ListeningView| (view.live, view.paused, view.volume_db.to_bits(), view.muted);
        if shown(&listening) != shown(&self.now.listening) {
            said.push(Happening::Listening(listening));
        }
        self.now.listening = listening;
    }

    fn selection(&mut self, selection: SelectionView, said: &mut Vec<Happening>) {
        let avoided = |view: &SelectionView| view.avoided.iter().map(|avoided| avoided.key).collect::<Vec<_>>();
        let held = |view: &SelectionView| (view.system.clone(), view.talkgroup.clone());
        let before = &self.now.selection;
        if held(&selection) != held(before) || avoided(&selection) != avoided(before) {
            said.push(Happening::Selection(selection.clone()));
        }
        self.now.selection = selection;
    }

    fn device(&mut self, device: DeviceView, said: &mut Vec<Happening>) {
        // It rests after every call and wakes for the next: only missing, and being back after that, is news.
        let missed = matches!(self.device, DeviceView::Missing { .. });
        let news = match &device {
            DeviceView::Missing { .. } => device != self.device,
            DeviceView::Open { .. } => missed,
            DeviceView::Resting => return,
        };
        if news {
            said.push(Happening::Device(device.clone()));
        }
        self.device = device;
    }
}

/// Whether more changed than how long is left, or how many listen.
fn is_news(before: &ServerView, after: &ServerView) -> bool {
    let link = |link: &LinkView| match link {
        LinkView::Waiting { attempt, problem, .. } => {
            LinkView::Waiting { in_ms: 0, attempt: *attempt, problem: problem.clone() }
        }
        other => other.clone(),
    };
    link(&before.link) != link(&after.link) || before.account != after.account
}

fn fate(state: &RowState) -> Option<Fate> {
    Some(match state {
        RowState::Playing => Fate::Playing,
        RowState::Played => Fate::Played,
        RowState::Skipped => Fate::Skipped,
        RowState::NotPlayed { why } => Fate::NotPlayed(*why),
        RowState::Failed { problem } => Fate::Failed(problem.clone()),
        RowState::Found
        | RowState::Unplayed
        | RowState::Missed
        | RowState::Waiting
        | RowState::Loading
        | RowState::Ready => return None,
    })
}

/// Whether a server may be listened to.
pub(crate) fn is_live(server: &ServerView) -> bool {
    let somebody = matches!(server.account, AccountView::SignedIn { .. } | AccountView::Anonymous { .. });
    somebody && server.link == LinkView::Live
}

#[cfg(test)]
mod tests {
    use squelch_core::view::Update;

    use super::*;
    use crate::samples;

    fn narrator() -> Narrator {
        let (narrator, said) = Narrator::new(samples::snapshot());
        assert_eq!(said, [], "an empty start is not news");
        narrator
    }

    fn hear(narrator: &mut Narrator, event: Event) -> Vec<Happening> {
        narrator.hear(Message::Update { update: Update { revision: 1, events: vec![event] } })
    }

    #[test]
    fn a_call_is_told_when_it_sounds_and_when_it_ends_and_not_before() {
        let (mut narrator, mut row) = (narrator(), samples::row());
        assert_eq!(hear(&mut narrator, Event::RowsAdded { rows: vec![row.clone()] }), []);
        for (state, fate) in [(RowState::Playing, Fate::Playing), (RowState::Played, Fate::Played)] {
            row.state = state;
            let said = hear(&mut narrator, Event::RowChanged { row: row.clone() });
            assert_eq!(said, [Happening::Call(fate, row.clone())]);
            assert_eq!(hear(&mut narrator, Event::RowChanged { row: row.clone() }), [], "nothing is said twice");
        }
    }

    #[test]
    fn a_snapshot_in_place_of_updates_tells_only_what_was_missed() {
        let (mut narrator, mut row) = (narrator(), samples::row());
        hear(&mut narrator, Event::RowsAdded { rows: vec![row.clone()] });
        row.state = RowState::Played;
        let snapshot = Snapshot { rows: vec![row.clone()], ..samples::snapshot() };
        let again = Message::Snapshot { snapshot };
        assert_eq!(narrator.hear(again.clone()), [Happening::Call(Fate::Played, row)]);
        assert_eq!(narrator.hear(again), []);
    }

    #[test]
    fn words_are_told_once_and_not_for_calls_from_before() {
        let (mut narrator, mut row) = (narrator(), samples::row());
        let transcript = TranscriptView { text: "Engine four".into(), segments: vec![] };
        let event = Event::TranscriptAdded { call: row.key, transcript: transcript.clone() };
        assert_eq!(hear(&mut narrator, event.clone()), [], "of a call nobody knows");
        hear(&mut narrator, Event::RowsAdded { rows: vec![row.clone()] });
        let said = hear(&mut narrator, event.clone());
        assert!(matches!(&said[..], [Happening::Transcript(_, words)] if *words == transcript), "{said:?}");
        assert_eq!(hear(&mut narrator, event), []);
        (row.key.call.0, row.earlier, row.transcript) = (99, true, Some(transcript));
        assert_eq!(hear(&mut narrator, Event::RowsAdded { rows: vec![row] }), []);
    }
}
