//! What tests of the shell feed it with.

use squelch_core::client::{Client, Parts};
use squelch_core::clock::Clock;
use squelch_core::model::{CallId, CallKey, ServerId, SystemNumber, TalkgroupNumber, Turn};
use squelch_core::problem::{Code, Problem, Retry};
use squelch_core::sound::silent::{Pace, Silent};
use squelch_core::vault::Memory;
use squelch_core::view::{
    AccountView, AlertChoices, DeviceView, Event, LinkView, ListeningView, Message, OwnView, PlaybackState,
    PlaybackView, Row, RowState, SelectionView, ServerView, SettingsView, Snapshot, Update,
};
use tempfile::TempDir;

/// A core that touches neither keychain nor sound card, and the folder it keeps its settings in.
pub(crate) fn core() -> (Client, TempDir) {
    squelch_core::install_crypto();
    let data = tempfile::tempdir().unwrap();
    let (output, _recording) = Silent::new(48_000, Pace::Times(1));
    let parts = Parts {
        vault: Box::new(Memory::default()),
        output: Box::new(output),
        clock: Clock::system(),
        data: data.path().to_owned(),
    };
    (tauri::async_runtime::block_on(async { Client::start(parts) }), data)
}

pub(crate) fn row(call: u64, title: &str) -> Row {
    Row {
        key: CallKey { server: ServerId(1), call: CallId(call) },
        order: call as f64,
        start_ms: 1_795_414_000_000.0,
        title: title.to_owned(),
        label: None,
        system: "Harbour County".to_owned(),
        group: None,
        tag: None,
        color: None,
        talkgroup_number: TalkgroupNumber(101),
        system_number: SystemNumber(1),
        talkgroup: None,
        system_id: None,
        frequency: None,
        units: vec![],
        duration_ms: Some(2_000),
        site: None,
        decoder: None,
        errors: None,
        spikes: None,
        state: RowState::Waiting,
        earlier: false,
        late: false,
        after_gap: false,
        is_here: false,
        is_kept: false,
        told_for: None,
        transcript: None,
        bookmarked: None,
    }
}

pub(crate) fn rows_added(rows: impl Into<Vec<Row>>) -> Event {
    Event::RowsAdded { rows: rows.into() }
}

pub(crate) fn listening(live: bool) -> Event {
    Event::ListeningChanged { listening: ListeningView { live, ..ListeningView::default() } }
}

pub(crate) fn playing(turn: u32, title: &str) -> PlaybackView {
    PlaybackView {
        state: PlaybackState::Playing,
        turn: Some(Turn(turn)),
        row: Some(row(u64::from(turn), title)),
        duration_ms: 2_000,
        ..PlaybackView::default()
    }
}

pub(crate) fn update(revision: u32, events: impl Into<Vec<Event>>) -> Message {
    Message::Update { update: Update { revision, events: events.into() } }
}

pub(crate) fn snapshot(revision: u32) -> Message {
    Message::Snapshot {
        snapshot: Snapshot {
            revision,
            servers: vec![],
            rows: vec![],
            playback: PlaybackView::default(),
            listening: ListeningView { live: true, ..ListeningView::default() },
            selection: SelectionView::default(),
            hearing: Default::default(),
            alert_choices: AlertChoices::default(),
            away: Default::default(),
            archive: Default::default(),
            device: DeviceView::Resting,
            microphone: Default::default(),
            recording: Default::default(),
            settings: SettingsView::default(),
            notices: vec![],
        },
    }
}

/// After a snapshot in which nothing has happened yet, and these events.
pub(crate) fn glance(events: Vec<Event>) -> crate::desktop::Glance {
    let mut glance = crate::desktop::Glance::default();
    let now = std::time::Instant::now();
    glance.apply(&snapshot(0), now);
    glance.apply(&update(1, events), now);
    glance
}

pub(crate) fn paused() -> Event {
    let Event::ListeningChanged { listening } = listening(true) else { unreachable!() };
    Event::ListeningChanged { listening: ListeningView { paused: true, ..listening } }
}

pub(crate) fn muted() -> Event {
    let Event::ListeningChanged { listening } = listening(true) else { unreachable!() };
    Event::ListeningChanged { listening: ListeningView { muted: true, ..listening } }
}

/// A server that was found, with its link up.
pub(crate) fn server(id: u32, account: AccountView) -> ServerView {
    ServerView {
        id: ServerId(id),
        name: "Harbour".to_owned(),
        address: "http://127.0.0.1:3022".to_owned(),
        encrypted: false,
        branding: None,
        routes: None,
        support: None,
        version: Some("1.3.3".to_owned()),
        public: true,
        account,
        link: LinkView::Live,
        proxy: None,
        listeners: None,
        time_12h: false,
        directory: 0,
        selection_kept: Default::default(),
        sharing: false,
        own: OwnView::default(),
        password: None,
    }
}

pub(crate) fn problem() -> Problem {
    Problem { code: Code::LinkLost, message: "The link is down.".to_owned(), retry: Retry::ByItself }
}

pub(crate) fn link_lost() -> LinkView {
    LinkView::Waiting { in_ms: 5_000, attempt: 2, problem: problem() }
}
