use super::super::samples::call;
use super::super::tests::{Desk, SERVER};
use super::*;
use crate::choices::Choices;
use crate::model::{CallId, SystemNumber, UnitNumber, UnitSpan};
use crate::server::{Config, ServerEvent};
use crate::state::Input;
use crate::view::{Command, Event, UnitView};

const UNIT: UnitKey = UnitKey { server: SERVER, system: SystemNumber(100), unit: UnitNumber(7) };

/// A call in which radio 7 speaks, perhaps with a name.
fn spoken(id: u64, name: Option<&str>) -> Call {
    Call { unit: Some(UnitNumber(7)), alias: name.map(str::to_owned), ..call(id) }
}

fn named(name: &str) -> Command {
    Command::NameUnit { unit: UNIT, name: Some(name.to_owned()) }
}

fn key(id: u64) -> CallKey {
    CallKey::new(SERVER, CallId(id))
}

/// Who speaks in it, as it is shown.
fn unit(desk: &Desk, id: u64) -> UnitView {
    desk.state.row_of(&key(id)).expect("it is shown").units.remove(0)
}

fn shown(desk: &Desk, id: u64) -> Option<String> {
    unit(desk, id).name
}

/// The calls whose rows were told to have changed.
fn changed(desk: &Desk) -> Vec<u64> {
    let row = |effect: &Effect| {
        if let Effect::Publish(Event::RowChanged { row }) = effect { Some(row.key.call.0) } else { None }
    };
    desk.effects.iter().filter_map(row).collect()
}

fn written(desk: &Desk) -> Option<&Units> {
    desk.effects.iter().find_map(|effect| if let Effect::KeepUnits(units) = effect { Some(&**units) } else { None })
}

#[test]
fn a_call_without_a_name_shows_the_one_that_came_with_another() {
    let mut desk = Desk::new(|_| {});
    desk.server(ServerEvent::Call(spoken(1, None)));
    desk.server(ServerEvent::Call(spoken(2, Some("Engine 7"))));
    assert_eq!(changed(&desk), [1], "the call before it is known by it, too");
    desk.server(ServerEvent::Call(spoken(3, None)));
    assert_eq!([1, 2, 3].map(|id| shown(&desk, id)), [1, 2, 3].map(|_| Some("Engine 7".to_owned())));
    let elsewhere = Call { system_number: SystemNumber(101), ..spoken(4, None) };
    desk.server(ServerEvent::Call(elsewhere));
    assert_eq!(shown(&desk, 4), None, "another system's radio 7 is another one");
}

#[test]
fn calls_of_before_and_calls_that_were_found_teach_and_are_taught() {
    let mut desk = Desk::new(|_| {});
    desk.server(ServerEvent::Call(spoken(10, None)));
    desk.server(ServerEvent::Earlier(vec![spoken(5, Some("Engine 7"))]));
    assert_eq!(shown(&desk, 10).as_deref(), Some("Engine 7"));
    let other = |id, name: Option<&str>| Call { unit: Some(UnitNumber(8)), ..spoken(id, name) };
    desk.server(ServerEvent::Call(other(11, None)));
    let rows = desk.state.take_found(SERVER, vec![spoken(3, None), other(4, Some("Medic 8"))]).unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.units[0].name.as_deref()).collect();
    assert_eq!(names, [Some("Engine 7"), Some("Medic 8")]);
    desk.step(Input::Deadline).unwrap();
    assert!(changed(&desk).contains(&11), "the row in the list is told of");
    desk.send(named("Mine"));
    assert!(changed(&desk).contains(&3), "what was found is renamed, too");
}

#[test]
fn the_listeners_own_name_wins_is_marked_and_can_be_taken_back() {
    let mut desk = Desk::new(|_| {});
    let turn = desk.hear(spoken(1, Some("Engine 7")));
    desk.send(named("  The \u{202e}chief\n"));
    let own = OwnNameOf { name: "The chief", theirs: Some("Engine 7") };
    assert_eq!(own, unit(&desk, 1));
    let plays = |effect: &Effect| {
        let Effect::Publish(Event::PlaybackChanged { playback }) = effect else { return None };
        playback.row.as_ref().and_then(|row| row.units[0].name.clone())
    };
    assert_eq!(desk.effects.iter().find_map(plays).as_deref(), Some("The chief"), "in mid-call ({turn:?})");
    desk.server(ServerEvent::Call(spoken(2, Some("Engine 70"))));
    assert_eq!(own.instead_of("Engine 70"), unit(&desk, 2), "whatever the server says later");
    desk.send(Command::NameUnit { unit: UNIT, name: None });
    assert_eq!((shown(&desk, 1), unit(&desk, 1).own), (Some("Engine 7".into()), None));
    desk.send(named("Again"));
    desk.send(named(" \u{200b} "));
    assert_eq!(unit(&desk, 2).own, None, "a name that cannot be seen is none");
}

#[derive(Debug, Clone, Copy)]
struct OwnNameOf {
    name: &'static str,
    theirs: Option<&'static str>,
}

impl OwnNameOf {
    fn instead_of(self, theirs: &'static str) -> Self {
        Self { theirs: Some(theirs), ..self }
    }
}

impl PartialEq<UnitView> for OwnNameOf {
    fn eq(&self, unit: &UnitView) -> bool {
        let theirs = unit.own.as_ref().map(|own| own.theirs.as_deref());
        (unit.name.as_deref(), theirs) == (Some(self.name), Some(self.theirs))
    }
}

#[test]
fn a_radio_that_nobody_else_names_can_be_named_as_can_two_alike() {
    let mut desk = Desk::new(|_| {});
    let two = vec![
        UnitSpan { at: Duration::ZERO, unit: UnitNumber(7), tag: None },
        UnitSpan { at: Duration::from_secs(1), unit: UnitNumber(8), tag: None },
    ];
    desk.server(ServerEvent::Call(Call { units: two, ..call(1) }));
    desk.send(named("Twin"));
    desk.send(Command::NameUnit { unit: UnitKey { unit: UnitNumber(8), ..UNIT }, name: Some("Twin".into()) });
    let units = desk.state.row_of(&key(1)).unwrap().units;
    assert!(units.iter().all(|unit| OwnNameOf { name: "Twin", theirs: None } == *unit), "{units:?}");
}

#[test]
fn a_name_too_long_one_too_many_and_one_at_a_server_that_is_gone_are_refused() {
    let mut desk = Desk::new(|_| {});
    desk.server(ServerEvent::Call(spoken(1, None)));
    let refused = |desk: &mut Desk, command| desk.step(Input::Command(command)).unwrap_err().message;
    assert!(refused(&mut desk, named(&"é".repeat(61))).contains("60"));
    assert!(refused(&mut desk, named(&"x".repeat(10_000))).contains("60"));
    desk.send(named(&"é".repeat(60)));
    for unit in 0..MOST_OWN as u64 - 1 {
        desk.state.naming.units.name("http://localhost", (SystemNumber(1), UnitNumber(unit)), Some("Mine"));
    }
    let more = Command::NameUnit { unit: UnitKey { unit: UnitNumber(8), ..UNIT }, name: Some("More".into()) };
    assert!(refused(&mut desk, more).contains("10000"));
    desk.send(named("One that has a name can have another"));
    desk.send(Command::RemoveServer { server: SERVER });
    assert!(desk.step(Input::Command(named("Too late"))).is_err());
}

#[test]
fn names_learnt_are_written_later_together_and_ones_own_at_once() {
    let mut desk = Desk::new(|_| {});
    desk.server(ServerEvent::Call(spoken(1, Some("Engine 7"))));
    assert!(written(&desk).is_none());
    desk.at(30_000);
    desk.server(ServerEvent::Call(Call { unit: Some(UnitNumber(8)), ..spoken(2, Some("Medic 8")) }));
    assert!(written(&desk).is_none());
    desk.at(60_000);
    desk.step(Input::Deadline).unwrap();
    let names = |units: &Units| {
        let names = units.at("http://localhost").unwrap();
        [7, 8].map(|unit| names.said((SystemNumber(100), UnitNumber(unit))).unwrap().to_owned())
    };
    assert_eq!(names(written(&desk).unwrap()), ["Engine 7", "Medic 8"]);
    desk.at(200_000);
    desk.step(Input::Deadline).unwrap();
    assert!(written(&desk).is_none(), "nothing is new");
    desk.send(named("Mine"));
    assert!(written(&desk).is_some());
    assert!(desk.state.units_to_keep().is_none());
    desk.server(ServerEvent::Call(spoken(3, Some("Another"))));
    assert!(desk.state.units_to_keep().is_some(), "at the end there is no later");
}

#[test]
fn names_outlive_a_directory_and_a_login_and_go_with_their_server() {
    let mut desk = Desk::new(|_| {});
    desk.server(ServerEvent::Call(spoken(1, Some("Engine 7"))));
    desk.send(named("Mine"));
    desk.server(ServerEvent::Config(Config::default()));
    desk.server(ServerEvent::Account(crate::server::Account::SignedOut { why: None }));
    assert_eq!(shown(&desk, 1).as_deref(), Some("Mine"));
    desk.send(Command::RemoveServer { server: SERVER });
    assert_eq!(written(&desk), Some(&Units::default()));
}

#[test]
fn what_an_earlier_run_kept_is_known_and_why_not_is_said() {
    let mut desk = Desk::new(|_| {});
    desk.server(ServerEvent::Call(spoken(1, Some("Engine 7"))));
    let kept = desk.state.units_to_keep().expect("it is new");
    let mut later = Desk::new(|_| {});
    later.state.restore(Choices::default(), None);
    assert!(later.state.restore_units((*kept).clone(), None).is_empty());
    later.server(ServerEvent::Call(spoken(2, None)));
    assert_eq!(shown(&later, 2).as_deref(), Some("Engine 7"));
    let source = std::sync::Arc::new(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
    let trouble = UnitsError(crate::store::StoreError::Unreadable(source));
    let effects = later.state.restore_units(Units::default(), Some(&trouble));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Publish(Event::NoticeRaised { .. }))));
}
