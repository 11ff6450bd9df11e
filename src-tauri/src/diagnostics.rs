//! The text for a bug report: versions, folders, desktop, sound, and every server looked at from outside. `told` adds
//! what was logged, for the window; `scrub` takes out of that what looks like a secret.
//!
//! It may be made beside a running Squelch, without a display and without a session bus. It reads settings and asks
//! services whether they are there; it writes nothing but a file that it removes again, signs in nowhere and reads no
//! keychain. Addresses of servers are named, users and logins are not, and the home folder is called `~`.

mod scrub;
mod system;
mod told;

use std::path::Path;
use std::time::Duration;

use squelch_core::diagnostics::{self, Section};
use squelch_core::settings::{self, Settings};

use crate::desktop::services;
use crate::updates;

pub(crate) use self::told::Told;

/// A sound server that hangs is given up by then; what lists its devices may be somebody else's code.
const PATIENCE: Duration = Duration::from_secs(8);

/// What the text begins with.
const FOREWORD: &str = "For a bug report. It names servers and sound devices, but no users, passwords or logins.";

/// Makes the text. Takes some seconds where a server does not answer.
pub(crate) async fn text(identifier: &str, version: &str, data: &Path) -> String {
    let (settings, read) = match settings::peek(data) {
        Ok(Some(settings)) => (settings, "read".to_owned()),
        Ok(None) => (Settings::default(), "none yet".to_owned()),
        Err(error) => (Settings::default(), format!("not understood: {error}")),
    };
    let heard = settings.clone();
    let sound = async move {
        let listed = tokio::task::spawn_blocking(move || diagnostics::sound(&heard));
        tokio::time::timeout(PATIENCE, listed).await.ok().and_then(Result::ok).unwrap_or_else(|| {
            let mut section = Section::new("Sound");
            section.say("server", "it does not answer, or its list could not be read");
            section
        })
    };
    let how = tokio::task::spawn_blocking(updates::how_installed);
    let (desktop, sound, servers, how) =
        tokio::join!(services::described(identifier), sound, diagnostics::servers(&settings), how);
    let mut program = system::program(version);
    program.say("updates", how.unwrap_or_else(|error| format!("unknown: {error}")));
    program.say("wished", format!("{:?}", settings.updates).to_lowercase());
    let sections = [program, system::system(), system::folders(data, &read), desktop, sound];
    let sections: Vec<String> = sections.iter().chain(&servers).map(ToString::to_string).collect();
    without_home(&format!("Squelch {version}\n{FOREWORD}\n\n{}", sections.join("\n")), dirs::home_dir().as_deref())
}

/// The home folder bears its owner's name.
pub(crate) fn without_home(text: &str, home: Option<&Path>) -> String {
    match home.and_then(Path::to_str) {
        // Somebody whose home is the root has no name in it.
        Some(home) if home.len() > 1 => text.replace(home, "~"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_folder_is_not_named() {
        let text = without_home("data  /users/dana/.local/share/x", Some(Path::new("/users/dana")));
        assert_eq!(text, "data  ~/.local/share/x");
        assert_eq!(without_home("/a/b", Some(Path::new("/"))), "/a/b");
        assert_eq!(without_home("/a/b", None), "/a/b");
    }

    #[tokio::test]
    async fn settings_that_are_not_understood_are_said_and_left_alone() {
        squelch_core::install_crypto();
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("settings.json"), "{not json").unwrap();
        let text = text("org.example.scanner", "1.2.3", data.path()).await;
        assert!(text.starts_with("Squelch 1.2.3\n"), "{text}");
        for part in ["not understood", "can be written", "Desktop\n", "Sound\n", "Servers\n"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        let left: Vec<_> = std::fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["settings.json"]);
        assert_eq!(std::fs::read_to_string(data.path().join("settings.json")).unwrap(), "{not json");
    }
}
