//! What a bug report says of the parts that only the core knows: sound devices and servers.
//!
//! It names the addresses of servers, because most reports are about one, and nothing else of a person: no user, no
//! password, no login. Nobody is signed in for it, nothing is written, and nothing is asked of a keychain.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use futures_util::future::join_all;

use crate::server::openscanner::{Look, Seen, Unseen, look};
use crate::settings::{SavedLogin, SavedServer, Settings};
use crate::text;

/// How long each server may take. All are asked at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// A value is cut there: what a server says of itself may be anything.
const LONGEST: usize = 400;

/// Some facts under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    title: String,
    facts: Vec<(String, String)>,
}

impl Section {
    /// Without facts so far.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), facts: Vec::new() }
    }

    /// One more fact, on a line of its own whatever is in it.
    pub fn say(&mut self, name: impl Into<String>, value: impl fmt::Display) {
        self.facts.push((name.into(), text::plain(&value.to_string(), LONGEST)));
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        self.facts.iter().try_for_each(|(name, value)| writeln!(f, "  {name:<16} {value}"))
    }
}

/// Sound server and devices. Waits for them.
#[cfg(feature = "device")]
pub fn sound(settings: &Settings) -> Section {
    let mut section = Section::new("Sound");
    let devices = crate::sound::device::list();
    section.say("server", devices.server);
    if devices.devices.is_empty() {
        section.say("devices", "none");
    }
    for crate::sound::OutputDevice { name, is_default, .. } in devices.devices {
        section.say("device", if is_default { format!("{name} (default)") } else { name });
    }
    match &settings.device {
        crate::sound::DeviceChoice::Default => section.say("chosen", "the default"),
        crate::sound::DeviceChoice::Named { name, .. } => section.say("chosen", name),
    }
    section
}

/// Every remembered server, looked at now. Takes a few seconds at most. Needs [`install_crypto`](crate::install_crypto).
pub async fn servers(settings: &Settings) -> Vec<Section> {
    if settings.servers.is_empty() {
        let mut none = Section::new("Servers");
        none.say("remembered", "none");
        return vec![none];
    }
    join_all(settings.servers.iter().map(server)).await
}

async fn server(saved: &SavedServer) -> Section {
    let looked = look(&saved.address, saved.pin.as_deref(), PATIENCE).await;
    described(saved, &looked)
}

fn described(saved: &SavedServer, looked: &Look) -> Section {
    let mut section = Section::new(format!("Server {}", saved.address.escape_debug()));
    section.say(
        "account",
        match saved.login {
            SavedLogin::Remembered { .. } => "a login in the keychain",
            SavedLogin::Anonymous => "none, by choice",
            SavedLogin::Ask { .. } | SavedLogin::New => "none kept",
        },
    );
    section.say("proxy", looked.proxy.as_deref().unwrap_or("none"));
    match &looked.found {
        Ok(seen) => say_seen(&mut section, seen),
        Err(Unseen::Refused(error)) => section.say("reached", format!("no: {}", chain(error))),
        Err(Unseen::Untrusted { sha256 }) => {
            section.say("reached", "no: its certificate is not trusted");
            section.say("certificate", sha256);
        }
        Err(Unseen::TooSlow) => section.say("reached", format!("no: no answer in {} s", PATIENCE.as_secs())),
    }
    section
}

fn say_seen(section: &mut Section, seen: &Seen) {
    section.say("reached", format!("yes, {} in {} ms", seen.origin, seen.took.as_millis()));
    section.say("version", format!("{} (routes {})", seen.version, seen.routes));
    section.say("public", if seen.public { "yes" } else { "no" });
    section.say("certificate", seen.certificate.unwrap_or("none: not encrypted"));
    section.say(
        "clock",
        match seen.ahead {
            None => "the server does not say what time it is".to_owned(),
            // A second is lost on the way and in rounding.
            Some(-2..=2) => "in step with the server's".to_owned(),
            Some(ahead @ 0..) => format!("this computer is {ahead} s ahead of the server"),
            Some(behind) => format!("this computer is {} s behind the server", behind.unsigned_abs()),
        },
    );
}

/// An error with all its causes.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServerId;
    use crate::settings::SavedOwn;

    fn saved(login: SavedLogin) -> SavedServer {
        SavedServer {
            id: ServerId(1),
            address: "https://scanner.example.org".into(),
            pin: None,
            login,
            own: SavedOwn::default(),
        }
    }

    fn seen(ahead: Option<i64>) -> Look {
        let seen = Seen {
            origin: "https://scanner.example.org".into(),
            version: "1.3.3\n\u{1b}[31mred\u{202e}".into(),
            routes: "as of 1.3.2",
            public: true,
            certificate: Some("trusted by this computer"),
            took: Duration::from_millis(42),
            ahead,
        };
        Look { proxy: Some("http://proxy.example.org:3128".into()), found: Ok(seen) }
    }

    #[test]
    fn a_server_is_described_without_its_user() {
        let text = described(&saved(SavedLogin::Remembered { user: "dana".into() }), &seen(Some(0))).to_string();
        for part in ["scanner.example.org", "a login in the keychain", "proxy.example.org:3128", "1.3.3", "42 ms"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(!text.contains("dana"), "{text}");
    }

    #[test]
    fn what_a_server_says_of_itself_stays_on_its_line_and_does_not_steer_a_terminal() {
        let text = described(&saved(SavedLogin::New), &seen(None)).to_string();
        assert!(text.contains("1.3.3 [31mred"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }

    #[test]
    fn a_wrong_clock_is_told_and_a_second_is_not() {
        let says = |ahead| described(&saved(SavedLogin::New), &seen(Some(ahead))).to_string();
        assert!(says(2).contains("in step") && says(-2).contains("in step"));
        assert!(says(312).contains("312 s ahead"));
        assert!(says(-86_400).contains("86400 s behind"));
    }
}
