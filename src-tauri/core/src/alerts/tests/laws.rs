//! The laws for any sequence of what may happen.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Op {
    Call(u64),
    Heard(u64),
    Gone(u64),
    Choose(u64, bool),
    Avoid(Option<u64>),
    Link(u32, bool),
    Login(u32, bool),
    Remove(u32),
    Desk(bool, bool, bool),
    Clock(u16),
    Wait(u64),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (1..9u64).prop_map(Op::Call),
        2 => (1..200u64).prop_map(Op::Heard),
        1 => (1..200u64).prop_map(Op::Gone),
        2 => (1..9u64, any::<bool>()).prop_map(|(talkgroup, on)| Op::Choose(talkgroup, on)),
        1 => proptest::option::of(1..9u64).prop_map(Op::Avoid),
        2 => (1..3u32, any::<bool>()).prop_map(|(server, up)| Op::Link(server, up)),
        2 => (1..3u32, any::<bool>()).prop_map(|(server, is_in)| Op::Login(server, is_in)),
        1 => (1..3u32).prop_map(Op::Remove),
        2 => (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(a, b, c)| Op::Desk(a, b, c)),
        1 => (0..1_440u16).prop_map(Op::Clock),
        4 => (0..90u64).prop_map(Op::Wait),
    ]
}

/// What is shown, and what was.
#[derive(Default)]
struct Model {
    shown: BTreeSet<AlertId>,
    calls: Vec<(TalkgroupKey, Duration)>,
    chosen: BTreeMap<u64, bool>,
    avoided: Option<u64>,
}

impl Model {
    fn check(&mut self, tellings: &[Telling], now: Moment, quiet: QuietHours) {
        for telling in tellings {
            match telling {
                Telling::Withdraw(id) => assert!(self.shown.remove(id), "{id:?} is not shown"),
                Telling::Show(alert) => {
                    assert_eq!(now.desk, OPEN, "{alert:?}");
                    assert!(!quiet.covers(now.minute), "{alert:?}");
                    let new = self.shown.insert(alert.id());
                    match alert {
                        Alert::Call(call) => self.check_call(call, now.at),
                        _ => assert!(new, "a state is told of once: {alert:?}"),
                    }
                }
            }
        }
        assert!(!now.desk.in_front || self.shown.is_empty(), "{:?}", self.shown);
    }

    fn check_call(&mut self, call: &CallAlert, at: Duration) {
        let id = call.talkgroup.talkgroup.0;
        assert!(self.chosen.get(&id).is_some_and(|on| *on) && self.avoided != Some(id), "nobody wants {call:?}");
        let lately: Vec<_> = self.calls.iter().filter(|(_, told)| at - *told < BURST_SPAN).collect();
        assert!(lately.len() < BURST, "{lately:?}");
        assert!(!lately.iter().any(|(told, _)| *told == call.talkgroup), "{lately:?}");
        self.calls.push((call.talkgroup, at));
    }
}

proptest! {
    #[test]
    fn whatever_happens_little_is_told_nothing_twice_and_nothing_at_the_wrong_time(ops in proptest::collection::vec(op(), 1..200)) {
        let quiet = QuietHours { from: 22 * 60, to: 7 * 60 };
        let mut watch = Watch::new(AlertChoices::default());
        let mut model = Model::default();
        for (n, op) in (1u64..).zip(ops) {
            let mut events = vec![];
            match op {
                Op::Call(talkgroup) => events.push(Event::RowsAdded { rows: vec![row(n, talkgroup)] }),
                Op::Heard(call) => events.push(Event::RowChanged { row: Row { state: RowState::Played, ..row(call, 1) } }),
                Op::Gone(call) => events.push(Event::RowsRemoved { calls: vec![key(call)] }),
                Op::Choose(talkgroup, on) => {
                    model.chosen.insert(talkgroup, on);
                    let chosen: Vec<u64> = model.chosen.iter().filter(|(_, on)| **on).map(|(id, _)| *id).collect();
                    events.push(Event::AlertChoicesChanged { choices: AlertChoices { quiet: Some(quiet), ..choices(&chosen) } });
                }
                Op::Avoid(talkgroup) => {
                    model.avoided = talkgroup;
                    let avoided = talkgroup.map(|id| AvoidedTalkgroup { key: tg(id), name: String::new(), left_ms: None });
                    let selection = SelectionView { avoided: avoided.into_iter().collect(), ..SelectionView::default() };
                    events.push(Event::SelectionChanged { selection });
                }
                Op::Link(id, up) => {
                    let link = if up { LinkView::Live } else { waiting() };
                    events.push(Event::ServerChanged { server: ServerView { link, ..server(id) } });
                }
                Op::Login(id, is_in) => {
                    let mut server = server(id);
                    if !is_in {
                        server.account = out(Code::SignedOut);
                    }
                    events.push(Event::ServerChanged { server });
                }
                Op::Remove(id) => events.push(Event::ServerRemoved { server: ServerId(id) }),
                Op::Desk(in_front, do_not_disturb, reachable) => {
                    watch.now.desk = Desk { in_front, do_not_disturb, reachable };
                }
                Op::Clock(minute) => watch.now.minute = minute,
                Op::Wait(seconds) => watch.now.at += Duration::from_secs(seconds),
            }
            let update = Update { revision: 1, events };
            let tellings = watch.alerts.hear(&Message::Update { update }, watch.now);
            model.check(&tellings, watch.now, quiet);
            prop_assert!(watch.alerts.deadline().is_none_or(|at| at > watch.now.at), "what is due was done");
            prop_assert_eq!(watch.alerts.look(watch.now), vec![], "looking twice tells nothing");
        }
    }
}
