//! Situations, each with what is told in it.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::{CallId, CallKey, SystemNumber, TalkgroupId, TalkgroupNumber};
use crate::view::{
    AlertedTalkgroup, AvoidedTalkgroup, NotPlayed, OwnView, QuietHours, Release, Row, RowState, SelectionKept,
    UnitView, Update, UpdateTime,
};

mod laws;

const NOON: u16 = 12 * 60;
const OPEN: Desk = Desk { in_front: false, do_not_disturb: false, reachable: true };

fn tg(id: u64) -> TalkgroupKey {
    TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(id) }
}

fn key(call: u64) -> CallKey {
    CallKey::new(ServerId(1), CallId(call))
}

fn row(call: u64, talkgroup: u64) -> Row {
    Row {
        key: key(call),
        order: call as f64,
        start_ms: 0.0,
        title: format!("Talkgroup {talkgroup}"),
        label: None,
        system: "Harbor County".into(),
        group: None,
        tag: None,
        color: None,
        talkgroup_number: TalkgroupNumber(1),
        system_number: SystemNumber(1),
        talkgroup: Some(TalkgroupId(talkgroup)),
        system_id: None,
        frequency: None,
        units: vec![
            UnitView { at_ms: 0, number: None, name: None, own: None },
            UnitView { at_ms: 900, number: None, name: Some("Engine 4".into()), own: None },
        ],
        duration_ms: None,
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

fn server(id: u32) -> ServerView {
    ServerView {
        id: ServerId(id),
        name: format!("Server {id}"),
        address: "https://scanner.example.org".into(),
        encrypted: true,
        branding: None,
        routes: None,
        support: None,
        version: Some("1.3.3".into()),
        public: false,
        account: AccountView::SignedIn { user: "dana".into(), problem: None },
        link: LinkView::Live,
        listeners: None,
        time_12h: false,
        proxy: None,
        directory: 0,
        selection_kept: SelectionKept::Computer,
        sharing: false,
        own: OwnView::default(),
        password: None,
    }
}

fn problem(code: Code) -> Problem {
    Problem { code, message: "Because.".into(), retry: Retry::No }
}

fn waiting() -> LinkView {
    LinkView::Waiting { in_ms: 1_000, attempt: 1, problem: problem(Code::LinkLost) }
}

fn out(code: Code) -> AccountView {
    AccountView::SignedOut { problem: Some(problem(code)), user: None }
}

fn choices(talkgroups: &[u64]) -> AlertChoices {
    let chosen = |id: &u64| AlertedTalkgroup { key: tg(*id), name: String::new(), muted_ms: None };
    let talkgroups = talkgroups.iter().map(chosen).collect();
    AlertChoices {
        talkgroups,
        presets: Vec::new(),
        muted: Vec::new(),
        link_lost: true,
        signed_out: true,
        updates: true,
        quiet: None,
    }
}

/// Alerts, and a desk whose clock is moved by hand.
struct Watch {
    alerts: Alerts,
    now: Moment,
}

impl Watch {
    fn new(choices: AlertChoices) -> Self {
        let now = Moment { at: Duration::from_secs(1_000), minute: NOON, desk: OPEN };
        let mut watch = Self { alerts: Alerts::default(), now };
        assert_eq!(watch.event(Event::AlertChoicesChanged { choices }), NOTHING);
        watch
    }

    fn event(&mut self, event: Event) -> Vec<String> {
        self.events(vec![event])
    }

    fn events(&mut self, events: Vec<Event>) -> Vec<String> {
        let update = Update { revision: 1, events };
        names(self.alerts.hear(&Message::Update { update }, self.now))
    }

    fn call(&mut self, call: u64, talkgroup: u64) -> Vec<String> {
        self.event(Event::RowsAdded { rows: vec![row(call, talkgroup)] })
    }

    fn becomes(&mut self, call: u64, talkgroup: u64, state: RowState) -> Vec<String> {
        self.event(Event::RowChanged { row: Row { state, ..row(call, talkgroup) } })
    }

    fn link(&mut self, link: LinkView) -> Vec<String> {
        self.event(Event::ServerChanged { server: ServerView { link, ..server(1) } })
    }

    fn account(&mut self, account: AccountView) -> Vec<String> {
        self.event(Event::ServerChanged { server: ServerView { account, ..server(1) } })
    }

    fn look(&mut self) -> Vec<String> {
        names(self.alerts.look(self.now))
    }

    fn after(&mut self, seconds: u64) -> Vec<String> {
        self.now.at += Duration::from_secs(seconds);
        self.look()
    }

    fn update(&mut self, stage: &UpdateStage) -> Vec<String> {
        names(self.alerts.update(stage, self.now))
    }

    fn desk(&mut self, desk: Desk) -> Vec<String> {
        self.now.desk = desk;
        self.look()
    }
}

fn names(tellings: Vec<Telling>) -> Vec<String> {
    let name = |telling| match telling {
        Telling::Show(Alert::Call(call)) => format!("call {} of {}", call.call.call.0, call.talkgroup.talkgroup.0),
        Telling::Show(Alert::LinkLost(server)) => format!("no link to {}", server.id.0),
        Telling::Show(Alert::SignedOut(server)) => format!("signed out of {}", server.id.0),
        Telling::Show(Alert::Update { version, on_quit }) => format!("version {version}, on quit: {on_quit}"),
        Telling::Show(Alert::UpdateRefused { version, problem }) => format!("version {version}: {}", problem.message),
        Telling::Withdraw(AlertId::Calls(talkgroup)) => format!("not {} any more", talkgroup.talkgroup.0),
        Telling::Withdraw(id) => format!("not {id:?} any more"),
    };
    tellings.into_iter().map(name).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_call_is_told_of_when_it_is_announced_on_a_talkgroup_somebody_asked_about() {
    let mut watch = Watch::new(choices(&[7]));
    assert_eq!(watch.call(1, 7), ["call 1 of 7"]);
    assert_eq!(watch.call(2, 8), NOTHING, "nobody asked");
    let mut unlisted = row(3, 7);
    unlisted.talkgroup = None;
    assert_eq!(watch.event(Event::RowsAdded { rows: vec![unlisted] }), NOTHING, "nobody can ask");
}

#[test]
fn only_what_is_new_is_told_of_whether_or_not_it_will_be_played() {
    let state = |why| RowState::NotPlayed { why };
    let table = [
        (RowState::Waiting, false, true),
        (state(NotPlayed::LiveOff), false, true),
        (state(NotPlayed::NotHeld), false, true),
        (state(NotPlayed::SwitchedOff), false, true),
        (RowState::Unplayed, true, false),
    ];
    for (state, earlier, told) in table {
        let mut watch = Watch::new(choices(&[7]));
        let row = Row { state, earlier, ..row(1, 7) };
        assert_eq!(!watch.event(Event::RowsAdded { rows: vec![row.clone()] }).is_empty(), told, "{row:?}");
    }
}

#[test]
fn who_speaks_first_is_the_first_with_a_name() {
    let mut alerts = Alerts::default();
    let now = Watch::new(choices(&[])).now;
    let change = Event::AlertChoicesChanged { choices: choices(&[7]) };
    let events = vec![change, Event::RowsAdded { rows: vec![row(1, 7)] }];
    let told = alerts.hear(&Message::Update { update: Update { revision: 1, events } }, now);
    let [Telling::Show(Alert::Call(call))] = &told[..] else { panic!("{told:?}") };
    assert_eq!((call.title.as_str(), call.system.as_str()), ("Talkgroup 7", "Harbor County"));
    assert_eq!(call.speaker.as_deref(), Some("Engine 4"));
}

#[test]
fn a_talkgroup_is_told_of_every_half_minute_at_most_and_all_of_them_five_times_in_that() {
    let mut watch = Watch::new(choices(&[1, 2, 3, 4, 5, 6, 7]));
    assert_eq!(watch.call(1, 1), ["call 1 of 1"]);
    watch.after(29);
    assert_eq!(watch.call(2, 1), NOTHING);
    watch.after(1);
    assert_eq!(watch.call(3, 1), ["call 3 of 1"], "what was not told of does not count");
    for talkgroup in 2..=5 {
        assert_eq!(watch.call(10 + talkgroup, talkgroup).len(), 1);
    }
    assert_eq!(watch.call(20, 6), NOTHING, "a sixth at once");
    watch.after(30);
    assert_eq!(watch.call(21, 6), ["call 21 of 6"]);
}

#[test]
fn a_muted_and_an_avoided_talkgroup_are_silent_and_what_was_shown_of_them_goes() {
    let mut muted = choices(&[7]);
    muted.talkgroups[0].muted_ms = Some(1_000.0);
    let avoided = AvoidedTalkgroup { key: tg(7), name: String::new(), left_ms: None };
    let avoids = SelectionView { avoided: vec![avoided], ..SelectionView::default() };
    let (mute, end) = (|choices| Event::AlertChoicesChanged { choices }, SelectionView::default());
    let table = [
        (mute(muted), mute(choices(&[7]))),
        (mute(choices(&[])), mute(choices(&[7]))),
        (Event::SelectionChanged { selection: avoids }, Event::SelectionChanged { selection: end }),
    ];
    for (begins, ends) in table {
        let mut watch = Watch::new(choices(&[7]));
        watch.call(1, 7);
        assert_eq!(watch.event(begins.clone()), ["not 7 any more"], "{begins:?}");
        watch.after(30);
        assert_eq!(watch.call(2, 7), NOTHING, "{begins:?}");
        watch.event(ends);
        assert_eq!(watch.call(3, 7), ["call 3 of 7"], "{begins:?}");
    }
}

#[test]
fn a_call_is_told_of_for_a_preset_unless_its_talkgroup_is_muted_until_the_preset_is_told_of_no_more() {
    let told_for = |presets: &[u32]| AlertChoices { presets: presets.to_vec(), ..choices(&[]) };
    let call = |number, preset| {
        let row = Row { told_for: Some(preset), ..row(number, 7) };
        Event::RowsAdded { rows: vec![row] }
    };
    let mut watch = Watch::new(told_for(&[3]));
    assert_eq!(watch.call(1, 7), NOTHING, "it is in none");
    assert_eq!(watch.event(call(2, 4)), NOTHING, "this one is not told of any more");
    assert_eq!(watch.event(call(3, 3)), ["call 3 of 7"]);
    let silent = AlertedTalkgroup { key: tg(7), name: String::new(), muted_ms: Some(1_000.0) };
    let muted = AlertChoices { muted: vec![silent], ..told_for(&[3]) };
    assert_eq!(watch.event(Event::AlertChoicesChanged { choices: muted }), ["not 7 any more"]);
    watch.after(30);
    assert_eq!(watch.event(call(4, 3)), NOTHING);
    watch.event(Event::AlertChoicesChanged { choices: told_for(&[3]) });
    assert_eq!(watch.event(call(5, 3)), ["call 5 of 7"]);
    assert_eq!(watch.event(Event::AlertChoicesChanged { choices: told_for(&[4]) }), ["not 7 any more"]);
}

#[test]
fn a_call_that_was_heard_is_taken_away_after_half_a_minute_and_one_that_was_not_stays() {
    for (state, goes) in [(RowState::Played, true), (RowState::Skipped, true), (RowState::Playing, false)] {
        let mut watch = Watch::new(choices(&[7]));
        watch.call(1, 7);
        assert_eq!(watch.becomes(1, 7, state.clone()), NOTHING, "a hand may be reaching for it");
        assert_eq!(watch.alerts.deadline(), goes.then(|| watch.now.at + CALL_PAUSE), "{state:?}");
        assert_eq!(watch.after(30), if goes { vec!["not 7 any more"] } else { vec![] }, "{state:?}");
        assert_eq!(watch.after(3_600), NOTHING);
    }
}

#[test]
fn a_call_that_cannot_be_played_any_more_is_taken_away_at_once() {
    let mut watch = Watch::new(choices(&[7]));
    watch.call(1, 7);
    assert_eq!(watch.event(Event::RowsRemoved { calls: vec![key(2)] }), NOTHING);
    assert_eq!(watch.event(Event::RowsRemoved { calls: vec![key(1)] }), ["not 7 any more"]);
}

#[test]
fn a_link_is_told_of_once_it_has_been_lost_for_a_minute_and_taken_back_when_it_is_there() {
    let mut watch = Watch::new(choices(&[]));
    assert_eq!(watch.link(waiting()), NOTHING);
    assert_eq!(watch.alerts.deadline(), Some(watch.now.at + LINK_PATIENCE));
    watch.after(30);
    assert_eq!(watch.link(LinkView::Connecting), NOTHING, "an attempt is no link");
    assert_eq!(watch.link(waiting()), NOTHING);
    assert_eq!(watch.after(29), NOTHING);
    assert_eq!(watch.after(1), ["no link to 1"]);
    assert_eq!(watch.alerts.deadline(), None);
    assert_eq!(watch.link(LinkView::Connecting), NOTHING);
    assert_eq!(watch.link(waiting()), NOTHING, "once is enough");
    assert_eq!(watch.link(LinkView::Live), ["not Link(ServerId(1)) any more"]);
    watch.link(waiting());
    assert_eq!(watch.after(59), NOTHING, "the minute begins anew");
    assert_eq!(watch.link(LinkView::Live), NOTHING);
    assert_eq!(watch.after(60), NOTHING);
}

#[test]
fn what_keeps_a_servers_calls_away_is_a_lost_link_but_an_address_just_typed_is_none() {
    let refused = || LinkView::Refused { problem: problem(Code::ServerTooOld), instead: None };
    let untrusted =
        || LinkView::Untrusted { sha256: String::new(), changed: true, problem: problem(Code::CertificateUntrusted) };
    let table = [
        (waiting(), true, true),
        (waiting(), false, true),
        (refused(), true, true),
        (refused(), false, false),
        (untrusted(), true, true),
        (untrusted(), false, false),
        (LinkView::Idle, true, false),
        (LinkView::Probing, true, false),
        (LinkView::Connecting, true, false),
        (LinkView::Live, true, false),
    ];
    for (link, found, told) in table {
        let mut watch = Watch::new(choices(&[]));
        let mut server = ServerView { link, ..server(1) };
        server.version = server.version.filter(|_| found);
        watch.event(Event::ServerChanged { server: server.clone() });
        assert_eq!(!watch.after(60).is_empty(), told, "{server:?}");
    }
}

#[test]
fn an_ended_login_is_told_of_at_once_and_a_password_just_refused_is_not() {
    let anonymous = |code| AccountView::Anonymous { problem: Some(problem(code)) };
    let table = [
        (out(Code::SignedOut), true),
        (out(Code::KeychainUnavailable), true),
        (out(Code::WrongPassword), false),
        (out(Code::LockedOut), false),
        (out(Code::ServerUnreachable), false),
        (AccountView::SignedOut { problem: None, user: None }, false),
        (anonymous(Code::SignedOut), true),
        // It could not be renewed yet, and is tried again.
        (anonymous(Code::LinkLost), false),
        (AccountView::Anonymous { problem: None }, false),
        (AccountView::PasswordChange { user: "dana".into(), problem: None, busy: false }, true),
        (AccountView::SigningIn, false),
        (AccountView::SignedIn { user: "dana".into(), problem: Some(problem(Code::KeychainUnavailable)) }, false),
    ];
    for (account, told) in table {
        let mut watch = Watch::new(choices(&[]));
        assert_eq!(!watch.account(account.clone()).is_empty(), told, "{account:?}");
    }
    let mut watch = Watch::new(choices(&[]));
    assert_eq!(watch.account(out(Code::SignedOut)), ["signed out of 1"]);
    assert_eq!(watch.account(AccountView::SigningIn), ["not Login(ServerId(1)) any more"]);
}

#[test]
fn a_server_that_is_removed_takes_what_was_told_of_it_along() {
    let mut watch = Watch::new(choices(&[]));
    watch.link(waiting());
    watch.after(60);
    assert_eq!(watch.event(Event::ServerRemoved { server: ServerId(1) }), ["not Link(ServerId(1)) any more"]);
    assert_eq!(watch.after(60), NOTHING);
}

#[test]
fn a_newer_squelch_is_told_of_once_in_each_of_its_states() {
    let release = |version: &str| Release { version: version.into(), notes: None };
    let found = |version| UpdateStage::Available { release: release(version) };
    let ready = UpdateStage::Ready { release: release("2.0.0"), time: UpdateTime::OnQuit };
    let mut watch = Watch::new(choices(&[]));
    assert_eq!(watch.update(&UpdateStage::Newest { asked: true }), NOTHING);
    assert_eq!(watch.update(&found("2.0.0")), ["version 2.0.0, on quit: false"]);
    assert_eq!(watch.update(&UpdateStage::Checking { asked: false }), NOTHING);
    assert_eq!(watch.update(&found("2.0.0")), NOTHING);
    assert_eq!(watch.update(&ready), ["version 2.0.0, on quit: true"]);
    assert_eq!(watch.update(&UpdateStage::Installing { release: release("2.0.0") }), ["not Update any more"]);
}

#[test]
fn a_newer_squelch_that_is_refused_for_good_is_told_of_with_the_reason() {
    let failed = |retry, asked| {
        let problem = Problem { code: Code::UpdateFailed, message: "It is damaged.".into(), retry };
        let release = Some(Release { version: "2.0.0".into(), notes: None });
        UpdateStage::Failed { problem, release, time: UpdateTime::OnQuit, asked }
    };
    let mut watch = Watch::new(choices(&[]));
    assert_eq!(watch.update(&failed(Retry::Now, false)), NOTHING, "it is tried again");
    assert_eq!(watch.update(&failed(Retry::Now, true)), NOTHING, "who tried it sees it");
    assert_eq!(watch.update(&failed(Retry::No, true)), ["version 2.0.0: It is damaged."]);
    assert_eq!(watch.update(&failed(Retry::No, true)), NOTHING, "once");
    let ready =
        UpdateStage::Ready { release: Release { version: "2.0.0".into(), notes: None }, time: UpdateTime::OnQuit };
    assert_eq!(watch.update(&ready), ["version 2.0.0, on quit: true"], "another package of that version");
}

#[test]
fn quiet_hours_and_do_not_disturb_lose_calls_and_put_off_what_is_still_so_afterwards() {
    let mut quiet = choices(&[7]);
    quiet.quiet = Some(QuietHours { from: 22 * 60, to: 7 * 60 });
    let desks = [Desk { do_not_disturb: true, ..OPEN }, Desk { reachable: false, ..OPEN }];
    for (minute, desk) in [(23 * 60, OPEN), (6 * 60 + 59, OPEN), (NOON, desks[0]), (NOON, desks[1])] {
        let mut watch = Watch::new(quiet.clone());
        (watch.now.minute, watch.now.desk) = (minute, desk);
        assert_eq!(watch.call(1, 7), NOTHING);
        watch.account(out(Code::SignedOut));
        watch.event(Event::ServerChanged { server: ServerView { link: waiting(), ..server(2) } });
        assert_eq!(watch.after(60), NOTHING, "at {minute}, {desk:?}");
        assert_eq!(watch.alerts.deadline(), Some(watch.now.at + LOOK_AGAIN));
        (watch.now.minute, watch.now.desk) = (7 * 60, OPEN);
        assert_eq!(watch.after(60), ["no link to 2", "signed out of 1"], "at {minute}, {desk:?}");
        assert_eq!(watch.call(2, 7), ["call 2 of 7"]);
    }
}

#[test]
fn a_clock_that_is_put_back_into_the_quiet_hours_makes_it_quiet_again() {
    let mut quiet = choices(&[7]);
    quiet.quiet = Some(QuietHours { from: 60, to: 150 });
    let mut watch = Watch::new(quiet);
    // From summer to winter: 02:59 is followed by 02:00.
    for (minute, told) in [(179, true), (120, false), (149, false), (150, true)] {
        watch.now.minute = minute;
        watch.after(30);
        assert_eq!(!watch.call(u64::from(minute), 7).is_empty(), told, "at {minute}");
    }
}

#[test]
fn whoever_looks_at_the_window_is_told_nothing_then_or_afterwards() {
    let mut watch = Watch::new(choices(&[7]));
    watch.call(1, 7);
    watch.account(out(Code::SignedOut));
    let front = Desk { in_front: true, ..OPEN };
    assert_eq!(watch.desk(front), ["not Login(ServerId(1)) any more", "not 7 any more"]);
    watch.after(30);
    assert_eq!(watch.call(2, 7), NOTHING);
    watch.event(Event::ServerChanged { server: ServerView { link: waiting(), ..server(2) } });
    assert_eq!(watch.after(60), NOTHING);
    assert_eq!(watch.desk(OPEN), NOTHING, "they have seen it");
    assert_eq!(watch.call(3, 7), ["call 3 of 7"]);
}

#[test]
fn nothing_is_told_that_nobody_chose_and_what_is_chosen_later_is_told_then() {
    let mut watch = Watch::new(AlertChoices::default());
    watch.account(out(Code::SignedOut));
    watch.event(Event::ServerChanged { server: ServerView { link: waiting(), ..server(2) } });
    assert_eq!(watch.after(60), NOTHING);
    assert_eq!(watch.call(1, 7), NOTHING);
    assert_eq!(watch.alerts.deadline(), None, "and nobody is woken for it");
    let all = Event::AlertChoicesChanged { choices: choices(&[7]) };
    assert_eq!(watch.event(all.clone()), ["no link to 2", "signed out of 1"]);
    let none = Event::AlertChoicesChanged { choices: AlertChoices::default() };
    assert_eq!(watch.event(none), ["not Link(ServerId(2)) any more", "not Login(ServerId(1)) any more"]);
    assert_eq!(watch.event(all), ["no link to 2", "signed out of 1"]);
}
