//! What the unit tests tell lines about.

use squelch_core::model::{
    CallId, CallKey, ServerId, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, UnitNumber,
};
use squelch_core::sound::DeviceChoice;
use squelch_core::view::{
    AccountView, DeviceView, LinkView, ListeningView, PlaybackState, PlaybackView, Row, RowState, SelectionView,
    ServerView, SettingsView, Snapshot, Theme, UnitView,
};

use crate::keys::Now;

pub(crate) fn row() -> Row {
    Row {
        key: CallKey::new(ServerId(1), CallId(42)),
        order: 1.0,
        start_ms: 1_795_525_282_000.0,
        title: "Fire Dispatch".into(),
        label: Some("FD".into()),
        system: "Riverbend County".into(),
        group: Some("Fire".into()),
        tag: None,
        color: None,
        talkgroup_number: TalkgroupNumber(5001),
        system_number: SystemNumber(100),
        talkgroup: Some(TalkgroupId(12)),
        system_id: Some(SystemId(1)),
        frequency: Some(851_012_500.0),
        units: vec![UnitView { at_ms: 0, number: Some(UnitNumber(1204)), name: Some("Engine 4".into()) }],
        duration_ms: Some(3_240),
        site: None,
        decoder: None,
        errors: None,
        spikes: None,
        state: RowState::Waiting,
        earlier: false,
        transcript: None,
    }
}

pub(crate) fn now() -> Now {
    let playback = PlaybackView {
        state: PlaybackState::Idle,
        turn: None,
        row: None,
        position_ms: 0,
        duration_ms: 0,
        behind_ms: None,
        peaks: vec![],
        gain_db: None,
    };
    let listening = ListeningView { live: true, paused: false, volume_db: -6.0, muted: false, waiting: 0, next: None };
    Now { playback, listening, selection: SelectionView::default() }
}

pub(crate) fn snapshot() -> Snapshot {
    let Now { playback, listening, selection } = now();
    let settings = SettingsView {
        pause_between_calls_ms: 0,
        device: DeviceChoice::Default,
        loudness: true,
        tame_tones: true,
        yielding: Default::default(),
        theme: Theme::System,
        shortcuts: true,
        keys: Default::default(),
        global_keys: Default::default(),
        told_about_tray: false,
        without_tray: None,
        updates: Default::default(),
        skipped_update: None,
        new_talkgroups: Default::default(),
    };
    Snapshot {
        revision: 0,
        servers: vec![],
        rows: vec![],
        playback,
        listening,
        selection,
        alert_choices: Default::default(),
        device: DeviceView::Resting,
        microphone: Default::default(),
        settings,
        notices: vec![],
    }
}

pub(crate) fn server() -> ServerView {
    ServerView {
        id: ServerId(1),
        name: "Riverbend".into(),
        address: "https://scanner.example.org".into(),
        encrypted: true,
        version: Some("1.3.3".into()),
        public: false,
        account: AccountView::SignedIn { user: "dana".into(), problem: None },
        link: LinkView::Live,
        proxy: None,
        listeners: None,
        time_12h: false,
        directory: 0,
        selection_kept: Default::default(),
    }
}
