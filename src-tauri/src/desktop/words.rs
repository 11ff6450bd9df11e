//! What is said outside of the window, in tray and notifications, in the language chosen for it.
//!
//! Each text stands in the table below in all languages, so that one without another does not compile. What the core says
//! of a problem is looked up in the window's own table (`said`).

mod said;

use std::sync::LazyLock;

use squelch_core::problem::Problem;
use squelch_core::view::Language;

/// The languages there are words in, as in `ui/src/language.ts`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Spoken {
    #[default]
    English,
    German,
}

/// The desktop's language, if there are words in it; else English. It stays until Squelch ends.
static DESKTOP: LazyLock<Spoken> = LazyLock::new(|| Spoken::wished(sys_locale::get_locales()));

impl Spoken {
    /// What is spoken on this desktop.
    pub(crate) fn on_this_desktop() -> Self {
        *DESKTOP
    }

    /// The language for a choice, on a desktop that has `desktop`.
    pub(crate) fn of(choice: Language, desktop: Self) -> Self {
        match choice {
            Language::System => desktop,
            Language::En => Self::English,
            Language::De => Self::German,
        }
    }

    /// The first of a desktop's languages, the dearest first, that there are words in.
    fn wished(tags: impl IntoIterator<Item = String>) -> Self {
        let spoken = |tag: String| match tag.split(['-', '_', '.', '@']).next()?.to_lowercase().as_str() {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            _ => None,
        };
        tags.into_iter().find_map(spoken).unwrap_or_default()
    }

    /// What went wrong and what can be done.
    pub(crate) fn problem(self, problem: &Problem) -> String {
        match self {
            Self::English => problem.message.clone(),
            Self::German => said::german(problem),
        }
    }
}

/// A method of [`Spoken`] for each text: English, German. What stands in braces is given.
macro_rules! words {
    ($($name:ident $(($($given:ident: $kind:ty),+))?: $english:literal, $german:literal;)+) => {
        // Not every system has a use for each of them.
        #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
        impl Spoken {
            $(words!(@one $name $(($($given: $kind),+))?: $english, $german);)+
        }

        /// All texts by name, as they stand here.
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $german)),+];
    };
    (@one $name:ident: $english:literal, $german:literal) => {
        pub(crate) fn $name(self) -> &'static str {
            match self {
                Self::English => $english,
                Self::German => $german,
            }
        }
    };
    (@one $name:ident($($given:ident: $kind:ty),+): $english:literal, $german:literal) => {
        pub(crate) fn $name(self, $($given: $kind),+) -> String {
            match self {
                Self::English => format!($english),
                Self::German => format!($german),
            }
        }
    };
}

words! {
    // The tray's menu.
    live: "Live", "Live";
    pause: "Pause", "Pause";
    skip: "Skip call", "Funkspruch überspringen";
    replay: "Replay call", "Funkspruch wiederholen";
    mute: "Mute", "Stumm";
    record: "Record from now", "Ab jetzt aufnehmen";
    missed(count: u32): "Play missed calls ({count})", "Verpasste Funksprüche abspielen ({count})";
    none_missed: "Play missed calls", "Verpasste Funksprüche abspielen";
    hold(name: &str): "Hold {name}", "{name} halten";
    hold_nothing: "Hold talkgroup", "Sprechgruppe halten";
    avoid(name: &str): "Avoid {name}", "{name} sperren";
    // Always of many minutes.
    avoid_for(name: &str, minutes: u32): "Avoid {name} for {minutes} minutes", "{name} für {minutes} Minuten sperren";
    avoid_nothing: "Avoid talkgroup", "Sprechgruppe sperren";
    presets: "Presets", "Profile";
    calls: "Last calls", "Letzte Funksprüche";
    servers: "Servers", "Server";
    hide_window: "Hide window", "Fenster ausblenden";
    show_window: "Show window", "Fenster zeigen";
    strip: "Compact strip", "Schmale Leiste";
    settings: "Settings…", "Einstellungen…";
    look_for_update: "Check for updates", "Nach Updates suchen";
    quit: "Quit Squelch", "Squelch beenden";
    // Of two at least: one has a line of its own.
    more(count: usize): "{count} more…", "{count} weitere…";

    // Its first line.
    a_call: "a call", "ein Funkspruch";
    loading: "Loading…", "Lädt…";
    paused_in(call: &str): "Paused: {call}", "Pause: {call}";
    paused: "Paused", "Pause";
    no_device: "No sound device", "Kein Audiogerät";
    live_is_off: "Live is off", "Live ist aus";
    no_server: "No server yet", "Noch kein Server";
    all_muted: "All servers are muted", "Alle Server sind stumm";
    waiting: "Waiting for a call", "Auf Empfang";

    // How a server is doing.
    listening: "listening", "auf Empfang";
    without_login: "listening, signed out", "auf Empfang, abgemeldet";
    connecting: "connecting…", "verbindet…";
    lost: "no link, trying again", "keine Verbindung, neuer Versuch";
    signed_out: "signed out", "abgemeldet";
    new_password: "wants a new password", "verlangt ein neues Passwort";
    untrusted: "certificate not trusted", "Zertifikat nicht vertraut";
    refused: "cannot be used", "nicht benutzbar";

    // In tray and notifications.
    no_link_to(server: &str): "No link to {server}", "Keine Verbindung zu {server}";

    // Notifications.
    some_call: "A call", "Ein Funkspruch";
    play_it: "Play", "Abspielen";
    hold_it: "Hold", "Halten";
    mute_it: "Mute 30 minutes", "30 Minuten stumm";
    open_squelch: "Open Squelch", "Squelch öffnen";
    keeps_trying: "Squelch keeps trying.", "Squelch versucht es weiter.";
    password_needed(server: &str): "New password needed for {server}", "Neues Passwort nötig für {server}";
    choose_password: "Its calls wait until you have chosen one.", "Die Funksprüche warten, bis eines gewählt ist.";
    signed_out_of(server: &str): "Signed out of {server}", "Von {server} abgemeldet";
    sign_in: "Sign in to hear its calls.", "Anmelden, um die Funksprüche zu hören.";
    update_ready(version: &str): "Squelch {version} is ready", "Squelch {version} ist bereit";
    on_quit: "It is installed when you quit Squelch.", "Installiert wird es, wenn Squelch beendet wird.";
    update_available(version: &str): "Squelch {version} is available", "Squelch {version} ist da";
    whats_new: "Its window says what is new.", "Was neu ist, steht im Fenster.";
    update_refused(version: &str): "Squelch {version} is not installed", "Squelch {version} ist nicht installiert";
}

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The same in German.
    const SAME: [&str; 2] = ["live", "pause"];

    fn holes(text: &str) -> Vec<&str> {
        let mut holes: Vec<&str> = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
        holes.sort_unstable();
        holes
    }

    #[test]
    fn every_text_says_something_in_german_and_gives_what_the_english_one_gives() {
        for (name, english, german) in ALL {
            assert!(!german.trim().is_empty(), "{name}");
            assert_eq!(holes(english), holes(german), "{name}");
            assert_eq!(english == german, SAME.contains(name), "{name} is {german}");
        }
    }

    #[test]
    fn what_is_given_stands_in_its_place() {
        let texts = |spoken: Spoken| [spoken.avoid_for("Fire", 30), spoken.more(3), spoken.signed_out_of("Harbour")];
        assert_eq!(texts(Spoken::English), ["Avoid Fire for 30 minutes", "3 more…", "Signed out of Harbour"]);
        assert_eq!(texts(Spoken::German), ["Fire für 30 Minuten sperren", "3 weitere…", "Von Harbour abgemeldet"]);
    }

    /// The same table as in the window's tests.
    #[test]
    fn the_language_is_the_one_chosen_else_the_first_of_the_desktops_else_english() {
        let wished = |tags: &[&str]| Spoken::wished(tags.iter().map(|tag| (*tag).to_owned()));
        assert_eq!(wished(&["fr-FR", "de-AT", "en"]), Spoken::German);
        assert_eq!(wished(&["fr", "it"]), Spoken::English);
        assert_eq!(wished(&["den"]), Spoken::English);
        assert_eq!(wished(&["de_DE.UTF-8"]), Spoken::German);
        assert_eq!(wished(&[]), Spoken::English);
        assert_eq!(Spoken::of(Language::De, Spoken::English), Spoken::German);
        assert_eq!(Spoken::of(Language::En, Spoken::German), Spoken::English);
        assert_eq!(Spoken::of(Language::System, Spoken::German), Spoken::German);
    }

    /// What the tray and the notifications are made of.
    const SOURCES: [(&str, &str); 6] = [
        ("glance/menu.rs", include_str!("glance/menu.rs")),
        ("glance/standing.rs", include_str!("glance/standing.rs")),
        ("notify/words.rs", include_str!("notify/words.rs")),
        ("notify/linux.rs", include_str!("notify/linux.rs")),
        ("notify/windows.rs", include_str!("notify/windows.rs")),
        ("notify/macos.rs", include_str!("notify/macos.rs")),
    ];

    /// Names, and what only the log and the desktop read.
    const NOT_SAID: [&str; 3] = ["Squelch", "Inhibited", "it does not answer"];

    /// The texts in a line of source that somebody might read: those with a space or a capital in them.
    fn texts(line: &str) -> Vec<&str> {
        let quoted = line.split('"').skip(1).step_by(2);
        let is_word = |text: &&str| {
            // Paths, markup, and how a time is written.
            let is_path = text.contains(['/', '<', '\\', '%', '=']) || (text.contains('.') && !text.contains(' '));
            let said = text.split('{').flat_map(|part| part.split_once('}').map_or(part, |(_, said)| said).chars());
            let letters = said.filter(|sign| sign.is_alphabetic()).count();
            !is_path && letters > 3 && (text.contains(' ') || text.starts_with(char::is_uppercase))
        };
        quoted.filter(is_word).filter(|text| !NOT_SAID.contains(text)).collect()
    }

    #[test]
    fn nothing_is_said_that_does_not_stand_in_the_table() {
        assert_eq!(texts(r#"Line::new(Entry::Mute, "Mute", wish), "no link, trying""#), ["Mute", "no link, trying"]);
        for (file, source) in SOURCES {
            let source = source.split("#[cfg(test)]").next().unwrap();
            let code = source.lines().map(|line| line.split("//").next().unwrap_or_default());
            let shown = code.filter(|line| !line.contains("tracing::") && !line.contains("expect("));
            let left: Vec<&str> = shown.filter(|line| !line.contains("reason =")).flat_map(texts).collect();
            assert!(left.is_empty(), "{file} says {left:?}");
        }
    }
}
