//! What the unit tests tell lines about.

use squelch_core::model::{
    CallId, CallKey, ServerId, SystemId, SystemNumber, TalkgroupId, TalkgroupNumber, UnitNumber,
};
use squelch_core::view::{
    AccountView, DeviceView, LinkView, ListeningView, OwnView, PlaybackState, PlaybackView, Row, RowState,
    SelectionView, ServerView, SettingsView, Snapshot, UnitView,
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
        units: vec![UnitView { at_ms: 0, number: Some(UnitNumber(1204)), name: Some("Engine 4".into()), own: None }],
        duration_ms: Some(3_240),
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

pub(crate) fn now() -> Now {
    let playback = PlaybackView {
        state: PlaybackState::Idle,
        turn: None,
        row: None,
        position_ms: 0,
        duration_ms: 0,
        behind_ms: None,
        percent: 100,
        skipped: vec![],
        peaks: vec![],
        gain_db: None,
    };
    let listening = ListeningView { live: true, volume_db: -6.0, ..ListeningView::default() };
    Now { playback, listening, selection: SelectionView::default() }
}

pub(crate) fn snapshot() -> Snapshot {
    let Now { playback, listening, selection } = now();
    Snapshot {
        revision: 0,
        servers: vec![],
        rows: vec![],
        playback,
        listening,
        selection,
        hearing: Default::default(),
        alert_choices: Default::default(),
        away: Default::default(),
        recording: Default::default(),
        archive: Default::default(),
        device: DeviceView::Resting,
        microphone: Default::default(),
        settings: SettingsView::default(),
        notices: vec![],
    }
}

pub(crate) fn server() -> ServerView {
    ServerView {
        id: ServerId(1),
        name: "Riverbend".into(),
        address: "https://scanner.example.org".into(),
        encrypted: true,
        branding: None,
        routes: None,
        support: None,
        version: Some("1.3.3".into()),
        public: false,
        account: AccountView::SignedIn { user: "dana".into(), problem: None },
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
