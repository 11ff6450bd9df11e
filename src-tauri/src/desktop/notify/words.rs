//! What a notification says. Servers' names and sentences are plain text, on one line and of a length that fits.

use squelch_core::alerts::Alert;
use squelch_core::text::plain;
use squelch_core::view::{AccountView, LinkView, ServerView};

use super::Answer;

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
    pub(super) fn of(alert: &Alert) -> Self {
        match alert {
            Alert::Call(call) => {
                let title = plain(&call.title, TITLE);
                let below = [Some(&call.system), call.speaker.as_ref()].into_iter().flatten();
                let below: Vec<String> = below.map(|name| plain(name, NAME)).filter(|name| !name.is_empty()).collect();
                Self {
                    // A name may be made of nothing that can be shown.
                    title: if title.is_empty() { "A call".to_owned() } else { title },
                    text: below.join(" · "),
                    buttons: vec![(Answer::Play, "Play"), (Answer::Hold, "Hold"), (Answer::Mute, "Mute 30 minutes")],
                }
            }
            Alert::LinkLost(server) => Self::about(server, "No link to", link_sentence(&server.link)),
            Alert::SignedOut(server) => {
                let (what, sentence) = account_words(&server.account);
                Self::about(server, what, sentence)
            }
            Alert::Update { version, on_quit } => {
                let version = plain(version, NAME);
                let (title, text) = if *on_quit {
                    (format!("Squelch {version} is ready"), "It is installed when you quit Squelch.")
                } else {
                    (format!("Squelch {version} is available"), "Its window says what is new.")
                };
                Self { title, text: text.to_owned(), buttons: vec![] }
            }
            Alert::UpdateRefused { version, problem } => Self {
                title: format!("Squelch {} is not installed", plain(version, NAME)),
                text: plain(&problem.message, SENTENCE),
                buttons: vec![],
            },
        }
    }

    fn about(server: &ServerView, what: &str, sentence: &str) -> Self {
        Self {
            title: format!("{what} {}", plain(&server.name, NAME)),
            text: plain(sentence, SENTENCE),
            buttons: vec![],
        }
    }
}

/// Text where markup is read.
#[cfg(not(target_os = "macos"))]
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn link_sentence(link: &LinkView) -> &str {
    match link {
        LinkView::Waiting { problem, .. } | LinkView::Refused { problem, .. } | LinkView::Untrusted { problem, .. } => {
            &problem.message
        }
        LinkView::Idle | LinkView::Probing | LinkView::Connecting | LinkView::Live => "Squelch keeps trying.",
    }
}

fn account_words(account: &AccountView) -> (&'static str, &str) {
    match account {
        AccountView::PasswordChange { .. } => ("New password needed for", "Its calls wait until you have chosen one."),
        AccountView::SignedOut { problem, .. } | AccountView::Anonymous { problem } => {
            let sentence = problem.as_ref().map_or("Sign in to hear its calls.", |problem| &problem.message);
            ("Signed out of", sentence)
        }
        AccountView::SigningIn | AccountView::SignedIn { .. } => ("Signed out of", ""),
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
            let notice = Notice::of(&alert);
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
            assert_eq!(Notice::of(&alert), Notice { title: title.into(), text: text.into(), buttons: vec![] });
        }
    }

    #[test]
    fn a_newer_squelch_is_named_with_what_becomes_of_it() {
        let of = |on_quit| Notice::of(&Alert::Update { version: "1.2.3".to_owned(), on_quit }).title;
        assert_eq!((of(false).as_str(), of(true).as_str()), ("Squelch 1.2.3 is available", "Squelch 1.2.3 is ready"));
        let refused = Notice::of(&Alert::UpdateRefused { version: "1.2.3".to_owned(), problem: problem() });
        assert_eq!(
            (refused.title.as_str(), refused.text.as_str()),
            ("Squelch 1.2.3 is not installed", "The link is down.")
        );
    }
}
