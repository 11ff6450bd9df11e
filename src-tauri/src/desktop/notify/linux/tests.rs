//! Notifications on a bus of their own: with servers of ours that can this and that, and with a real one (dunst).

mod desk;

use squelch_core::alerts::CallAlert;
use squelch_core::model::{CallId, CallKey, ServerId, TalkgroupId, TalkgroupKey};
use squelch_core::view::{AccountView, LinkView, ServerView};
use zbus::zvariant::OwnedValue;

use self::desk::{Desk, Said};
use super::*;
use crate::samples;

const ALL: Abilities = Abilities { buttons: true, body: true, markup: true };

fn notice(text: &str) -> Notice {
    Notice { title: "<b>Fire</b>".into(), text: text.into(), buttons: vec![(Answer::Play, "Play")] }
}

#[test]
fn text_stays_text_whatever_the_server_takes_it_for() {
    let plain = Abilities { markup: false, ..ALL };
    let bare = Abilities { body: false, ..ALL };
    let text = "<img src=\"x\"> & co";
    let table = [
        (ALL, text, "<b>Fire</b>", "&lt;img src=&quot;x&quot;&gt; &amp; co"),
        (plain, text, "<b>Fire</b>", "‹img src=\"x\"› & co"),
        (bare, text, "<b>Fire</b>: <img src=\"x\"> & co", ""),
        (bare, "", "<b>Fire</b>", ""),
    ];
    for (can, text, summary, body) in table {
        assert_eq!(words(&notice(text), can), (summary.to_owned(), body.to_owned()), "{can:?}");
    }
}

#[test]
fn buttons_are_offered_only_to_a_server_that_has_some() {
    assert_eq!(actions(&notice(""), ALL, Spoken::English), ["default", "Open Squelch", "play", "Play"]);
    assert!(actions(&notice(""), Abilities { buttons: false, ..ALL }, Spoken::English).is_empty());
}

#[test]
fn of_what_waited_for_a_slow_server_only_the_newest_of_each_is_told() {
    let show = |version: &str| Telling::Show(Alert::Update { version: version.into(), on_quit: false });
    let link = Telling::Withdraw(AlertId::Link(squelch_core::model::ServerId(1)));
    let told = newest(vec![show("1"), link.clone(), show("2"), Telling::Withdraw(AlertId::Update), show("3")]);
    assert_eq!(told, [link, show("3")]);
}

fn talkgroup(id: u64) -> TalkgroupKey {
    TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(id) }
}

fn call(id: u64, of: u64, title: &str) -> Telling {
    Telling::Show(Alert::Call(CallAlert {
        call: CallKey::new(ServerId(1), CallId(id)),
        talkgroup: talkgroup(of),
        preset: None,
        title: title.to_owned(),
        system: "Harbor <i>County</i> & co".to_owned(),
        speaker: None,
    }))
}

/// What was said to a server of ours, as far as texts and numbers go.
fn shown(said: Said) -> (u32, String, String) {
    match said {
        Said::Notify { replaces, summary, body, .. } => (replaces, summary, body),
        Said::Close(id) => panic!("{id} was taken away"),
    }
}

const FULL: &[&str] = &["actions", "body", "body-markup"];

#[tokio::test]
async fn the_next_call_of_a_talkgroup_takes_the_place_of_the_one_before_and_another_ones_does_not() {
    let desk = Desk::new();
    let mut server = desk.server(FULL).await;
    let squelch = desk.squelch().await;
    squelch.tell(call(1, 7, "Fire"));
    assert_eq!(shown(server.said().await), (0, "Fire".into(), "Harbor &lt;i&gt;County&lt;/i&gt; &amp; co".into()));
    squelch.tell(call(2, 8, "Police"));
    assert_eq!(shown(server.said().await).0, 0);
    squelch.tell(call(3, 7, "Fire again"));
    let (replaces, summary, _) = shown(server.said().await);
    assert_eq!((replaces, summary.as_str()), (1, "Fire again"));
    squelch.tell(Telling::Withdraw(AlertId::Calls(talkgroup(8))));
    assert_eq!(server.said().await, Said::Close(2));
}

#[tokio::test]
async fn buttons_ask_for_what_they_say_about_the_call_that_is_shown() {
    let desk = Desk::new();
    let mut server = desk.server(FULL).await;
    let mut squelch = desk.squelch().await;
    squelch.tell(call(1, 7, "Fire"));
    let Said::Notify { actions, hints, .. } = server.said().await else { panic!() };
    let wanted = ["default", "Open Squelch", "play", "Play", "hold", "Hold", "mute", "Mute 30 minutes"];
    assert_eq!(actions, wanted);
    assert_eq!(hints["suppress-sound"], OwnedValue::from(true));
    let key = CallKey::new(ServerId(1), CallId(1));
    let table = [
        ("default", Wish::ShowCall(key)),
        ("play", Wish::Play(key)),
        ("hold", Wish::Hold(Some(talkgroup(7)))),
        ("mute", Wish::MuteAlerts(talkgroup(7))),
    ];
    for (id, (key, wish)) in (1..).zip(table) {
        server.answer(99, key).await;
        server.answer(id, "explode").await;
        server.answer(id, key).await;
        assert_eq!(squelch.wish().await, wish, "{key}");
        assert_eq!(server.said().await, Said::Close(id), "it has done its work");
        squelch.tell(call(1, 7, "Fire"));
        assert_eq!(shown(server.said().await).0, 0);
    }
}

#[tokio::test]
async fn a_server_without_buttons_and_markup_gets_neither() {
    let desk = Desk::new();
    let mut server = desk.server(&["body"]).await;
    let squelch = desk.squelch().await;
    squelch.tell(call(1, 7, "Fire"));
    let Said::Notify { actions, body, .. } = server.said().await else { panic!() };
    assert_eq!((actions.len(), body.as_str()), (0, "Harbor ‹i›County‹/i› & co"));
}

#[tokio::test]
async fn what_was_closed_is_not_replaced() {
    let desk = Desk::new();
    let mut server = desk.server(FULL).await;
    let squelch = desk.squelch().await;
    squelch.tell(call(1, 7, "Fire"));
    server.said().await;
    server.closed(1).await;
    // What is told and what is closed are heard by different ears, so the next one may still come first.
    let mut tries = 1..100;
    loop {
        squelch.tell(call(2, 7, "Fire"));
        match shown(server.said().await).0 {
            0 => break,
            replaces => assert_eq!((replaces, tries.next().is_some()), (1, true)),
        }
    }
}

#[tokio::test]
async fn a_click_counts_also_when_the_server_closes_the_notification_with_it_or_before_it() {
    let desk = Desk::new();
    let mut server = desk.server(FULL).await;
    let mut squelch = desk.squelch().await;
    // Which of two ears hears first is a matter of luck.
    for id in 1..=20 {
        squelch.tell(call(id.into(), id.into(), "Fire"));
        // One that was answered first was taken away, too.
        while let Said::Close(closed) = server.said().await {
            assert_eq!(closed, id - 1);
        }
        if id % 2 == 0 {
            server.closed(id).await;
            server.answer(id, "play").await;
        } else {
            server.answer(id, "play").await;
            server.closed(id).await;
        }
        assert_eq!(squelch.wish().await, Wish::Play(CallKey::new(ServerId(1), CallId(id.into()))), "{id}");
        // That was all it had to say.
        server.answer(id, "hold").await;
    }
}

#[tokio::test]
async fn nobody_to_show_notifications_is_known_and_one_that_comes_is_used() {
    let desk = Desk::new();
    let mut squelch = desk.squelch().await;
    squelch.until(|shower| !shower.there).await;
    squelch.tell_nobody(call(1, 7, "lost")).await;
    let mut server = desk.server(FULL).await;
    squelch.until(|shower| shower.there).await;
    squelch.tell(call(2, 7, "Fire"));
    assert_eq!(shown(server.said().await).1, "Fire");
    server.leave().await;
    squelch.until(|shower| !shower.there).await;
    let mut server = desk.server(&["body"]).await;
    squelch.until(|shower| shower.there).await;
    squelch.tell(call(3, 7, "Fire"));
    let Said::Notify { replaces, actions, .. } = server.said().await else { panic!() };
    assert_eq!((replaces, actions.len()), (0, 0), "it is another one");
}

#[tokio::test]
async fn do_not_disturb_is_known_from_the_start_and_followed() {
    let desk = Desk::new();
    let mut server = desk.server(FULL).await;
    server.disturb(false).await;
    let squelch = desk.squelch().await;
    squelch.until(|shower| shower.there && shower.do_not_disturb).await;
    server.disturb(true).await;
    squelch.until(|shower| shower.there && !shower.do_not_disturb).await;
}

#[tokio::test]
async fn a_server_that_does_not_say_whether_it_may_disturb_is_there_all_the_same() {
    let desk = Desk::new();
    let _server = desk.server_that_is(true, FULL).await;
    let squelch = desk.squelch().await;
    squelch.until(|shower| shower.there && !shower.do_not_disturb).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_holds_nobody_up_and_gets_only_the_newest() {
    let desk = Desk::new();
    let mut server = desk.server(FULL).await;
    let squelch = desk.squelch().await;
    server.be_slow(true);
    for (id, title) in [(1, "first"), (2, "second"), (3, "third")] {
        squelch.tell(call(id, 7, title));
    }
    // It hears of the first or, if they were told fast enough, of the last; and then of nothing until it answers.
    let mut heard = vec![shown(server.said().await).1];
    server.be_slow(false);
    if heard != ["third"] {
        heard.push(shown(server.said().await).1);
    }
    assert!(heard == ["third"] || heard == ["first", "third"] || heard == ["second", "third"], "{heard:?}");
}

#[tokio::test]
async fn a_real_server_shows_one_notification_of_a_talkgroup_and_its_text_as_text() {
    // One that says that it reads markup, and one that reads it and does not say so.
    let escaped = "Harbor &lt;i&gt;County&lt;/i&gt; &amp; co";
    for (config, body) in [("markup = full", escaped), ("", "Harbor ‹i›County‹/i› &amp; co")] {
        let desk = Desk::new();
        let (dunst, _screen) = desk.dunst("grep -m1 Hold", config).await;
        let mut squelch = desk.squelch().await;
        squelch.until(|shower| shower.there).await;
        squelch.tell(call(1, 7, "Fire <b>Dispatch</b>"));
        dunst.shows(1).await;
        squelch.tell(call(2, 8, "Police"));
        dunst.shows(2).await;
        squelch.tell(call(3, 8, "Police & <u>more</u>"));
        squelch.tell(Telling::Withdraw(AlertId::Calls(talkgroup(7))));
        dunst.shows(1).await;
        dunst.menu().await;
        assert_eq!(squelch.wish().await, Wish::Hold(Some(talkgroup(8))));
        dunst.shows(0).await;
        let history = dunst.history().await;
        assert!(history.contains("Police &amp; &lt;u&gt;more&lt;/u&gt;"), "{history}");
        assert!(history.contains(body), "{history}");
    }
}

#[tokio::test]
async fn a_real_server_shows_a_lost_link_an_ended_login_and_an_update_until_they_are_over_or_clicked() {
    let desk = Desk::new();
    let (dunst, _screen) = desk.dunst("head -n1", "markup = full").await;
    let mut squelch = desk.squelch().await;
    squelch.until(|shower| shower.there).await;
    let named =
        |name: &str, account, link| Box::new(ServerView { name: name.to_owned(), link, ..samples::server(1, account) });
    let out = AccountView::SignedOut { problem: Some(samples::problem()), user: None };
    let states = [
        (Alert::LinkLost(named("<i>Harbor</i>", out.clone(), samples::link_lost())), "No link to &lt;i&gt;Harbor"),
        (Alert::SignedOut(named("Lake", out, LinkView::Live)), "Signed out of Lake"),
        (Alert::Update { version: "1.2.3".into(), on_quit: true }, "Squelch 1.2.3 is ready"),
    ];
    for (many, (alert, _)) in (1..).zip(&states) {
        squelch.tell(Telling::Show(alert.clone()));
        dunst.shows(many).await;
    }
    // Told again, it takes its own place.
    squelch.tell(Telling::Show(states[0].0.clone()));
    squelch.tell(Telling::Withdraw(states[0].0.id()));
    for many in [2, 1] {
        dunst.shows(many).await;
        dunst.click().await;
        assert_eq!(squelch.wish().await, Wish::ShowWindow);
    }
    dunst.shows(0).await;
    let history = dunst.history().await;
    for (_, title) in states {
        assert!(history.contains(title), "{title}: {history}");
    }
}
