use std::time::Duration;

use squelch_core::model::{CallId, CallKey, TalkgroupId, TalkgroupKey, Turn, UnitNumber};
use squelch_core::view::{
    AccountView, AvoidedTalkgroup, AwayView, Command, Event, HeldTalkgroup, MissedChoice, PresetView, RecordingView,
    SelectionView, UnitView,
};

use super::*;
use crate::samples::{glance, link_lost, listening, muted, paused, playing, row, rows_added, server};

const ENGINE: TalkgroupKey = TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(7) };
const CALL: CallKey = CallKey { server: ServerId(1), call: CallId(3) };

fn anonymous() -> AccountView {
    AccountView::Anonymous { problem: None }
}

/// A call of a talkgroup that can be held, with somebody speaking.
fn plays() -> Event {
    let mut playback = playing(3, "Engine 5");
    let row = playback.row.as_mut().unwrap();
    row.talkgroup = Some(ENGINE.talkgroup);
    row.units =
        vec![UnitView { at_ms: 0, number: Some(UnitNumber(900)), name: Some("Dispatch".to_owned()), own: None }];
    Event::PlaybackChanged { playback }
}

fn recording(stage: RecordingStage) -> Event {
    Event::RecordingChanged { recording: RecordingView { stage, ..RecordingView::default() } }
}

fn menu(events: Vec<Event>) -> Menu {
    glance(events).menu(WindowState::Closed, Instant::now(), &TimeZone::UTC)
}

/// Text, tick and wish of a line.
fn line(events: Vec<Event>, entry: Entry) -> (String, bool, Option<Wish>) {
    let menu = menu(events);
    let line = menu.lines.iter().find(|line| line.entry == entry).unwrap();
    (line.text.clone(), line.ticked, line.wish)
}

fn text(events: Vec<Event>, entry: Entry) -> String {
    line(events, entry).0
}

fn button(text: &str, ticked: bool, wish: Wish) -> (String, bool, Option<Wish>) {
    (text.to_owned(), ticked, Some(wish))
}

fn grey(text: &str) -> (String, bool, Option<Wish>) {
    (text.to_owned(), false, None)
}

#[test]
fn whatever_happens_the_menu_has_the_same_lines() {
    // A list's title is its line's text, and no wish of its own.
    let title =
        |line: &Line| matches!(line.entry, Entry::Presets | Entry::Calls | Entry::Servers).then(|| line.text.clone());
    let entries = |events| menu(events).lines.iter().map(|line| (line.entry, title(line))).collect::<Vec<_>>();
    let quiet = entries(vec![]);
    let servers = (1..30).map(|id| Event::ServerChanged { server: server(id, anonymous()) });
    let rows = rows_added((1..40).map(|number| row(number, "Fire")).collect::<Vec<_>>());
    assert_eq!(entries(servers.chain([rows, plays()]).collect()), quiet);
}

#[test]
fn the_strip_is_ticked_while_the_window_is_one() {
    let compact = |on| {
        let mut settings = squelch_core::view::SettingsView::default();
        settings.display.compact = on;
        Event::SettingsChanged { settings }
    };
    assert_eq!(line(vec![compact(false)], Entry::Strip), button("Compact strip", false, Wish::Compact(true)));
    assert_eq!(line(vec![compact(true)], Entry::Strip), button("Compact strip", true, Wish::Compact(false)));
}

#[test]
fn the_first_line_tells_what_is_heard_and_who_speaks() {
    assert_eq!(text(vec![plays()], Entry::Now), "Engine 5 — Dispatch");
    let nobody = Event::PlaybackChanged { playback: playing(3, "Engine 5") };
    assert_eq!(text(vec![nobody], Entry::Now), "Engine 5 — Harbour County");
    let Event::PlaybackChanged { mut playback } = plays() else { unreachable!() };
    playback.row.as_mut().unwrap().units[0].name = None;
    assert_eq!(text(vec![Event::PlaybackChanged { playback }], Entry::Now), "Engine 5 — 900");
}

#[test]
fn the_first_line_follows_who_speaks() {
    let Event::PlaybackChanged { mut playback } = plays() else { unreachable!() };
    let units = &mut playback.row.as_mut().unwrap().units;
    units.push(UnitView { at_ms: 1_000, number: Some(UnitNumber(5)), name: Some("Engine 5".to_owned()), own: None });
    let glance = glance(vec![Event::PlaybackChanged { playback }]);
    let now = |after| glance.now(glance.told.unwrap() + Duration::from_millis(after));
    assert_eq!([now(0), now(1_500)], ["Engine 5 — Dispatch", "Engine 5 — Engine 5"]);
}

#[test]
fn with_nothing_to_hear_the_first_line_says_why() {
    let changed = |server| Event::ServerChanged { server };
    let good = || changed(server(1, anonymous()));
    let quiet = || {
        let mut quiet = server(1, anonymous());
        quiet.own.muted = true;
        changed(quiet)
    };
    let out = || changed(server(1, AccountView::SignedOut { problem: None, user: None }));
    let lost = || {
        let mut lost = server(1, anonymous());
        lost.link = link_lost();
        changed(lost)
    };
    let state = |state, turn: Option<u32>| {
        let mut playback = playing(3, "Engine 5");
        playback.state = state;
        playback.turn = turn.map(Turn);
        Event::PlaybackChanged { playback }
    };
    let table = [
        (vec![], "No server yet"),
        (vec![good()], "Waiting for a call"),
        (vec![good(), listening(false)], "Live is off"),
        (vec![quiet()], "All servers are muted"),
        (vec![quiet(), changed(server(2, anonymous()))], "Waiting for a call"),
        (vec![lost()], "No link to Harbour"),
        (vec![lost(), listening(false)], "Live is off"),
        (vec![out()], "Harbour: signed out"),
        (vec![good(), state(PlaybackState::Loading, Some(3))], "Loading…"),
        (vec![good(), state(PlaybackState::Paused, Some(3))], "Paused: Engine 5 — Harbour County"),
        (vec![good(), state(PlaybackState::Paused, None)], "Paused"),
        (vec![good(), state(PlaybackState::NoDevice, None)], "No sound device"),
    ];
    for (events, wanted) in table {
        assert_eq!(text(events.clone(), Entry::Now), wanted, "{events:?}");
    }
    assert_eq!(line(vec![], Entry::Now).2, None);
}

#[test]
fn switches_show_what_is_and_a_click_wants_the_other() {
    let table = [
        (vec![], Entry::Live, button("Live", true, Wish::Listen(false))),
        (vec![listening(false)], Entry::Live, button("Live", false, Wish::Listen(true))),
        (vec![], Entry::Pause, button("Pause", false, Wish::Pause(true))),
        (vec![paused()], Entry::Pause, button("Pause", true, Wish::Pause(false))),
        (vec![], Entry::Mute, button("Mute", false, Wish::Mute(true))),
        (vec![muted()], Entry::Mute, button("Mute", true, Wish::Mute(false))),
        (vec![], Entry::Record, button("Record from now", false, Wish::Record(true))),
        (
            vec![recording(RecordingStage::Starting)],
            Entry::Record,
            button("Record from now", true, Wish::Record(false)),
        ),
        (vec![recording(RecordingStage::On)], Entry::Record, button("Record from now", true, Wish::Record(false))),
        (vec![recording(RecordingStage::Stopping)], Entry::Record, grey("Record from now")),
    ];
    for (events, entry, wanted) in table {
        assert_eq!(line(events, entry), wanted);
    }
}

#[test]
fn what_needs_a_call_is_grey_without_one_and_else_names_it() {
    for (entry, words) in [
        (Entry::Skip, "Skip call"),
        (Entry::Replay, "Replay call"),
        (Entry::Hold, "Hold talkgroup"),
        (Entry::Avoid, "Avoid talkgroup"),
    ] {
        assert_eq!(line(vec![], entry), grey(words));
    }
    assert_eq!(line(vec![plays()], Entry::Skip), button("Skip call", false, Wish::Skip(Turn(3))));
    assert_eq!(line(vec![plays()], Entry::Replay), button("Replay call", false, Wish::Play(CALL)));
    assert_eq!(line(vec![plays()], Entry::Hold), button("Hold Engine 5", false, Wish::Hold(Some(ENGINE))));
    assert_eq!(line(vec![plays()], Entry::Avoid), button("Avoid Engine 5 for 30 minutes", false, Wish::Avoid(ENGINE)));
    // Not listed by its server, so nothing could be held.
    let unlisted = || Event::PlaybackChanged { playback: playing(3, "Engine 5") };
    assert_eq!(line(vec![unlisted()], Entry::Hold), grey("Hold talkgroup"));
    assert_eq!(line(vec![unlisted()], Entry::Avoid), grey("Avoid talkgroup"));
}

#[test]
fn missed_calls_that_wait_for_a_word_are_counted_and_played_by_a_click() {
    let missed = |calls| Event::AwayChanged { away: AwayView { calls, ..AwayView::default() } };
    assert_eq!(line(vec![], Entry::Missed), grey("Play missed calls"));
    assert_eq!(line(vec![missed(14)], Entry::Missed), button("Play missed calls (14)", false, Wish::PlayMissed));
    assert_eq!(line(vec![missed(14), missed(0)], Entry::Missed), grey("Play missed calls"));
    assert!(matches!(Wish::PlayMissed.commands()[..], [Command::Missed { choice: MissedChoice::Play }]));
}

#[test]
fn what_is_held_or_avoided_is_ticked_and_let_go_by_a_click() {
    let name = || "Engine 5".to_owned();
    let avoided = AvoidedTalkgroup { key: ENGINE, name: name(), left_ms: None };
    let selection = SelectionView { avoided: vec![avoided], ..SelectionView::default() };
    let events = vec![plays(), Event::SelectionChanged { selection }];
    assert_eq!(line(events, Entry::Avoid), button("Avoid Engine 5", true, Wish::Unavoid(ENGINE)));
    let held = HeldTalkgroup { key: ENGINE, name: name() };
    let selection = SelectionView { talkgroup: Some(held), ..SelectionView::default() };
    let events = vec![Event::SelectionChanged { selection }];
    assert_eq!(line(events, Entry::Hold), button("Hold Engine 5", true, Wish::Hold(None)), "without a call, too");
}

#[test]
fn presets_are_lines_the_chosen_one_ticked_and_those_beyond_the_last_line_are_counted_there() {
    let presets = |count: u32| {
        let preset = |id| PresetView { id, name: format!("Fire & {id}"), active: id == 2 };
        let selection = SelectionView { presets: (1..=count).map(preset).collect(), ..SelectionView::default() };
        vec![Event::SelectionChanged { selection }]
    };
    let at = |count, place| line(presets(count), Entry::Preset(place));
    assert_eq!(at(2, 0), button("Fire && 1", false, Wish::Preset(1)));
    assert_eq!(at(2, 1), button("Fire && 2", true, Wish::Preset(2)));
    assert_eq!(at(2, 2), grey("—"));
    assert_eq!(at(9, PRESETS), button("Fire && 9", false, Wish::Preset(9)));
    assert_eq!(at(12, PRESETS - 1), button("Fire && 8", false, Wish::Preset(8)));
    assert_eq!(at(12, PRESETS), button("4 more…", false, Wish::ShowWindow));
    assert!(matches!(Wish::Preset(2).commands()[..], [Command::ApplyPreset { id: 2 }]));
}

#[test]
fn the_last_calls_are_lines_with_their_times_and_a_click_plays_them() {
    let mut calls: Vec<Row> = (1..=7).map(|number| row(number, &format!("Engine {number}"))).collect();
    calls[6].start_ms = 1_795_414_000_000.0 + 65_000.0;
    let mut clock = server(1, anonymous());
    let events = || vec![Event::ServerChanged { server: server(1, anonymous()) }, rows_added(calls.clone())];
    let shown = |place| line(events(), Entry::Call(place));
    let key = |call| CallKey { server: ServerId(1), call: CallId(call) };
    assert_eq!(shown(0), button("06:07:45  Engine 7 — Harbour County", false, Wish::Play(key(7))));
    assert_eq!(shown(4), button("06:06:40  Engine 3 — Harbour County", false, Wish::Play(key(3))));
    clock.time_12h = true;
    let events = vec![Event::ServerChanged { server: clock }, rows_added(calls.clone())];
    assert_eq!(text(events, Entry::Call(0)), "6:07:45 AM  Engine 7 — Harbour County");
    assert_eq!(line(vec![rows_added(vec![row(1, "Fire")])], Entry::Call(1)), grey("—"));
}

#[test]
fn servers_are_lines_with_their_state_and_one_without_a_link_can_be_tried_at_once() {
    let mut lost = server(2, anonymous());
    lost.link = link_lost();
    let events =
        || vec![Event::ServerChanged { server: server(1, anonymous()) }, Event::ServerChanged { server: lost.clone() }];
    assert_eq!(line(events(), Entry::Server(0)), button("Harbour: listening", false, Wish::ShowWindow));
    let tried = button("Harbour: no link, trying again", false, Wish::Reconnect(ServerId(2)));
    assert_eq!(line(events(), Entry::Server(1)), tried);
    assert_eq!(line(events(), Entry::Server(2)), grey("—"));
    let gone = Event::ServerRemoved { server: ServerId(2) };
    assert_eq!(line(events().into_iter().chain([gone]).collect(), Entry::Server(1)), grey("—"));
}

#[test]
fn servers_beyond_the_last_line_are_counted_there() {
    let servers = |count| (1..=count).map(|id| Event::ServerChanged { server: server(id, anonymous()) }).collect();
    let last = Entry::Server(SERVERS);
    assert_eq!(text(servers(7), last), "Harbour: listening");
    assert_eq!(line(servers(8), last), button("2 more…", false, Wish::ShowWindow));
    assert_eq!(text(servers(8), Entry::Server(SERVERS - 1)), "Harbour: listening");
}

#[test]
fn updates_can_be_looked_for_at_any_time() {
    for events in [vec![], vec![plays()], vec![listening(false)]] {
        assert_eq!(line(events, Entry::Updates), button("Check for updates", false, Wish::LookForUpdate));
    }
}

#[test]
fn the_window_line_offers_what_is_not_so() {
    let text = |window| {
        let menu = glance(vec![]).menu(window, Instant::now(), &TimeZone::UTC);
        menu.lines.iter().find(|line| line.entry == Entry::Window).unwrap().text.clone()
    };
    assert_eq!(text(WindowState::Open), "Hide window");
    assert_eq!(text(WindowState::Closed), "Show window");
}

#[test]
fn a_servers_text_stays_one_short_line_of_plain_text() {
    assert_eq!(menu_text("Fire & Rescue"), "Fire && Rescue");
    assert_eq!(menu_text("Fire_Rescue <b>"), "Fire_Rescue <b>");
    assert_eq!(menu_text("  two\nlines\u{0}\tand more "), "two lines and more");
    assert_eq!(menu_text("a\u{202e}b"), "ab");
    assert_eq!(menu_text(&"ä".repeat(200)).chars().count(), LONGEST);
}

#[test]
fn a_time_that_no_clock_has_is_none() {
    assert_eq!(clock(f64::MAX, false, &TimeZone::UTC), "--:--:--");
    assert_eq!(clock(0.0, false, &TimeZone::UTC), "00:00:00");
}
