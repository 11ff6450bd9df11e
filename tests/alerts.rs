//! What is told outside of the window: the whole client against the demo server, and the alerts that follow it.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use squelch_core::alerts::{Alert, Alerts, CALL_PAUSE, Desk as Front, LINK_PATIENCE, Moment, Telling};
use squelch_core::client::Subscription;
use squelch_core::model::{ServerId, TalkgroupId, TalkgroupKey};
use squelch_core::view::{AlertKind, Command, LinkView, Setting};
use squelch_demo::{Announcement, Controls, Demo, USER};
use squelch_tests::LIMIT;
use squelch_tests::desk::{Desk, quiet_server, registered, short_call};

/// What follows a client and tells what is worth telling.
struct Teller {
    alerts: Alerts,
    messages: Subscription,
    at: Duration,
}

impl Teller {
    async fn of(desk: &Desk) -> Self {
        Self { alerts: Alerts::default(), messages: desk.client.subscribe().await, at: Duration::ZERO }
    }

    fn now(&self) -> Moment {
        let desk = Front { in_front: false, do_not_disturb: false, reachable: true };
        Moment { at: self.at, minute: 12 * 60, desk }
    }

    /// Hears what the client says until something is told.
    async fn told(&mut self) -> Telling {
        let hear = async {
            loop {
                let message = self.messages.next().await.unwrap();
                let told = self.alerts.hear(&message, self.now());
                if let Some(first) = told.into_iter().next() {
                    return first;
                }
            }
        };
        tokio::time::timeout(LIMIT, hear).await.expect("something is told")
    }
}

/// The demo's Fire Dispatch by the name that settings know it under, and a call on it.
fn fire(controls: &Controls) -> (TalkgroupKey, Announcement) {
    let directory = controls.directory();
    let talkgroup = &directory.systems[0].talkgroups[0];
    let key = TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(talkgroup.id) };
    (key, Announcement::on(directory.systems[0].system_id, talkgroup.talkgroup_id).clip(3))
}

async fn joined() -> (Demo, Controls, Desk) {
    let (demo, controls) = quiet_server().await;
    let mut desk = Desk::new().await;
    desk.join(&demo).await;
    (demo, controls, desk)
}

#[tokio::test]
async fn a_call_on_a_chosen_talkgroup_is_told_of_also_after_the_next_start() {
    let (demo, controls, desk) = joined().await;
    let (talkgroup, call) = fire(&controls);
    desk.send(Command::AlertTalkgroup { talkgroup, on: true }).await;
    let (folder, vault) = desk.end().await;
    let mut desk = Desk::with(folder, vault).await;
    desk.live().await;
    registered(&demo.controls(), 1).await;
    let mut teller = Teller::of(&desk).await;
    let id = controls.announce(call.clone());
    let Telling::Show(Alert::Call(told)) = teller.told().await else { panic!() };
    assert_eq!((told.call.call.0, told.talkgroup), (id, talkgroup));
    // Muted, it is silent; what was shown goes, and what comes meanwhile is not told of.
    desk.send(Command::MuteAlerts { talkgroup, minutes: Some(1) }).await;
    assert_eq!(teller.told().await, Telling::Withdraw(Alert::Call(told).id()));
    teller.at += CALL_PAUSE;
    let silent = controls.announce(call.clone());
    desk.screen.row(silent, "there", |_| true).await;
    desk.hands.advance(Duration::from_secs(60));
    desk.screen
        .wait("the end of the mute", |shown| shown.alert_choices.talkgroups[0].muted_ms.is_none().then_some(()))
        .await;
    let id = controls.announce(call);
    let Telling::Show(Alert::Call(told)) = teller.told().await else { panic!() };
    assert_eq!(told.call.call.0, id, "and not the one before");
}

#[tokio::test]
async fn a_lost_link_is_told_of_after_a_minute_and_taken_back_when_it_is_there_again() {
    let (_demo, controls, mut desk) = joined().await;
    desk.send(Command::Change { setting: Setting::Alert { of: AlertKind::LinkLost, on: true } }).await;
    let mut teller = Teller::of(&desk).await;
    controls.go_down().await;
    let lost = |link: &LinkView| matches!(link, LinkView::Waiting { .. });
    desk.screen.server("a lost link", |server| lost(&server.link)).await;
    while teller.alerts.deadline().is_none() {
        let message = tokio::time::timeout(LIMIT, teller.messages.next()).await.unwrap().unwrap();
        assert_eq!(teller.alerts.hear(&message, teller.now()), []);
    }
    assert_eq!(teller.alerts.deadline(), Some(LINK_PATIENCE));
    teller.at = LINK_PATIENCE;
    let told = teller.alerts.look(teller.now());
    let [Telling::Show(alert @ Alert::LinkLost(server))] = &told[..] else { panic!("{told:?}") };
    assert!(lost(&server.link), "with the reason: {server:?}");
    controls.come_up().await;
    desk.live_again().await;
    assert_eq!(teller.told().await, Telling::Withdraw(alert.id()));
}

#[tokio::test]
async fn a_login_that_ends_is_told_of() {
    let (_demo, controls, desk) = joined().await;
    desk.send(Command::Change { setting: Setting::Alert { of: AlertKind::SignedOut, on: true } }).await;
    let mut teller = Teller::of(&desk).await;
    controls.revoke_access(USER);
    controls.revoke_renewals(USER);
    // Nobody notices before something is asked for.
    short_call(&controls);
    let told = teller.told().await;
    assert!(matches!(told, Telling::Show(Alert::SignedOut(_))), "{told:?}");
}
