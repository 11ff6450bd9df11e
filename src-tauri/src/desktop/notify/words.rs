//! What a notification says. Servers' names and sentences are plain text, on one line and of a length that fits.

use squelch_core::alerts::Alert;
use squelch_core::text::plain;
use squelch_core::view::{AccountView, LinkView, ServerView};

use super::Answer;
use crate::desktop::words::Spoken;

/// Desktops cut off longer titles.
const TITLE: usize = 60;
/// The same for a name below one.
const NAME: usize = 60;
/// Two or three lines.
const SENTENCE: usize = 200;

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) title: String,
    /// May be empty.
    pub(super) text: String,
    /// Its buttons, besides a click on itself.
    #[cfg_attr(target_os = "macos", allow(dead_code))]
    pub(super) buttons: Vec<(Answer, &'static str)>,
}

impl Notice {
    pub(super) fn of(alert: &Alert, say: Spoken) -> Self {
        match alert {
            Alert::Call(call) => {
                let title = plain(&call.title, TITLE);
                let below = [Some(&call.system), call.speaker.as_ref()].into_iter().flatten();
                let below: Vec<String> = below.map(|name| plain(name, NAME)).filter(|name| !name.is_empty()).collect();
                Self {
                    // A name may be made of nothing that can be shown.
                    title: if title.is_empty() { say.some_call().to_owned() } else { title },
                    text: below.join(" · "),
                    buttons: vec![
                        (Answer::Play, say.play_it()),
                        (Answer::Hold, say.hold_it()),
                        (Answer::Mute, say.mute_it()),
                    ],
                }
            }
            Alert::LinkLost(server) => Self::new(say.no_link_to(&name(server)), link_sentence(&server.link, say)),
            Alert::SignedOut(server) => {
                let (title, sentence) = account_words(server, say);
                Self::new(title, sentence)
            }
            Alert::Update { version, on_quit } => {
                let version = plain(version, NAME);
                if *on_quit {
                    Self::new(say.update_ready(&version), say.on_quit().to_owned())
                } else {
                    Self::new(say.update_available(&version), say.whats_new().to_owned())
                }
            }
            Alert::UpdateRefused { version, problem } => {
                Self::new(say.update_refused(&plain(version, NAME)), say.problem(problem))
            }
        }
    }

    fn new(title: String, sentence: String) -> Self {
        Self { title, text: plain(&sentence, SENTENCE), buttons: vec![] }
    }
}

fn name(server: &ServerView) -> String {
    plain(&server.name, NAME)
}

/// Text where markup is read.
#[cfg(not(target_os = "macos"))]
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn link_sentence(link: &LinkView, say: Spoken) -> String {
    match link {
        LinkView::Waiting { problem, .. } | LinkView::Refused { problem, .. } | LinkView::Untrusted { problem, .. } => {
            say.problem(problem)
        }
        LinkView::Idle | LinkView::Probing | LinkView::Connecting | LinkView::Live => say.keeps_trying().to_owned(),
    }
}

fn account_words(server: &ServerView, say: Spoken) -> (String, String) {
    let out = || say.signed_out_of(&name(server));
    match &server.account {
        AccountView::PasswordChange { .. } => (say.password_needed(&name(server)), say.choose_password().to_owned()),
        AccountView::SignedOut { problem, .. } | AccountView::Anonymous { problem } => {
            let sentence = problem.as_ref().map_or_else(|| say.sign_in().to_owned(), |problem| say.problem(problem));
            (out(), sentence)
        }
        AccountView::SigningIn | AccountView::SignedIn { .. } => (out(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use squelch_core::alerts::CallAlert;
    use squelch_core::model::{CallId, CallKey, ServerId, TalkgroupId, TalkgroupKey};

    use super::*;
    use crate::samples::{link_lost, problem, server};

    fn call(title: &str, system: &str, speaker: Option<&str>) -> Alert {
        Alert::Call(CallAlert {
            call: CallKey::new(ServerId(1), CallId(7)),
            talkgroup: TalkgroupKey { server: ServerId(1), talkgroup: TalkgroupId(40) },
            preset: None,
            title: title.to_owned(),
            system: system.to_owned(),
            speaker: speaker.map(str::to_owned),
        })
    }

    #[test]
    fn a_call_says_what_is_heard_and_who_speaks_in_plain_words() {
        let long = "x".repeat(500);
        let cut = format!("{}…", "x".repeat(59));
        let table = [
            (call("Fire Dispatch", "Harbor County", Some("Engine 4")), "Fire Dispatch", "Harbor County · Engine 4"),
            (call("Fire Dispatch", "Harbor County", None), "Fire Dispatch", "Harbor County"),
            (call("Fire\nDispatch\u{202e}", "", Some("\u{200b}")), "Fire Dispatch", ""),
            (call("<b>Fire</b> & co", "<img src=x>", None), "<b>Fire</b> & co", "<img src=x>"),
            (call("\u{202e}", "Harbor County", None), "A call", "Harbor County"),
            (call(&long, &long, None), &cut, &cut),
        ];
        for (alert, title, text) in table {
            let notice = Notice::of(&alert, Spoken::English);
            assert_eq!((notice.title.as_str(), notice.text.as_str()), (title, text));
            let buttons: Vec<&str> = notice.buttons.iter().map(|(_, label)| *label).collect();
            assert_eq!(buttons, ["Play", "Hold", "Mute 30 minutes"]);
        }
    }

    #[test]
    fn a_server_in_trouble_is_named_with_the_reason() {
        let out = || AccountView::SignedOut { problem: Some(problem()), user: None };
        let mut lost = server(1, AccountView::Anonymous { problem: None });
        lost.link = link_lost();
        let new = AccountView::PasswordChange { user: "dana".to_owned(), problem: None, busy: false };
        let table = [
            (Alert::LinkLost(Box::new(lost)), "No link to Harbour", "The link is down."),
            (Alert::SignedOut(Box::new(server(1, out()))), "Signed out of Harbour", "The link is down."),
            (
                Alert::SignedOut(Box::new(server(1, new))),
                "New password needed for Harbour",
                "Its calls wait until you have chosen one.",
            ),
        ];
        for (alert, title, text) in table {
            assert_eq!(
                Notice::of(&alert, Spoken::English),
                Notice { title: title.into(), text: text.into(), buttons: vec![] }
            );
        }
    }

    #[test]
    fn a_newer_squelch_is_named_with_what_becomes_of_it() {
        let of = |on_quit| Notice::of(&Alert::Update { version: "1.2.3".to_owned(), on_quit }, Spoken::English).title;
        assert_eq!((of(false).as_str(), of(true).as_str()), ("Squelch 1.2.3 is available", "Squelch 1.2.3 is ready"));
        let refused = Alert::UpdateRefused { version: "1.2.3".to_owned(), problem: problem() };
        let refused = Notice::of(&refused, Spoken::English);
        assert_eq!(
            (refused.title.as_str(), refused.text.as_str()),
            ("Squelch 1.2.3 is not installed", "The link is down.")
        );
    }
    #[test]
    fn all_of_it_is_said_in_german_down_to_what_the_core_says() {
        let mut lost = server(1, AccountView::Anonymous { problem: None });
        let message = "The server went silent. Squelch is connecting again.".to_owned();
        let problem = squelch_core::problem::Problem { message, ..problem() };
        lost.link = LinkView::Waiting { in_ms: 5_000, attempt: 2, problem };
        let say = |alert| {
            let Notice { title, text, buttons } = Notice::of(&alert, Spoken::German);
            (title, text, buttons.into_iter().map(|(_, label)| label).collect::<Vec<_>>())
        };
        let (title, text) = ("Keine Verbindung zu Harbour", "Der Server ist verstummt. Squelch verbindet neu.");
        assert_eq!(say(Alert::LinkLost(Box::new(lost))), (title.into(), text.into(), vec![]));
        let buttons = vec!["Abspielen", "Halten", "30 Minuten stumm"];
        assert_eq!(
            say(call("\u{202e}", "Harbor County", None)),
            ("Ein Funkspruch".into(), "Harbor County".into(), buttons)
        );
        let update = Alert::Update { version: "1.2.3".to_owned(), on_quit: true };
        assert_eq!(say(update).0, "Squelch 1.2.3 ist bereit");
    }
}
