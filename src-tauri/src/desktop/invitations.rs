//! `squelch://` links that somebody has clicked. Each waits here until the window has asked about it; nothing is contacted
//! before its user has said yes.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use squelch_core::invitation::{self, Invitation};
use squelch_core::problem::Problem;
use tauri::{AppHandle, Emitter, Manager, Runtime};

use super::MAIN;

/// What the window is sent when a link has come; it then asks with the command `invitation`.
const EVENT: &str = "invitation";

/// What the window is to ask, or to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Asked {
    /// Whether to follow it.
    Invitation(Invitation),
    /// Why it is not followed.
    Refused {
        /// What is wrong with it.
        problem: Problem,
    },
}

/// The link that came last and was not asked about yet.
#[derive(Debug, Default)]
pub(crate) struct Invitations(Mutex<Option<Asked>>);

impl Invitations {
    /// Hands it out, once.
    pub(crate) fn take(&self) -> Option<Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A link was clicked. Of several the last one is asked about: nobody answers a row of questions.
pub(super) fn came<R: Runtime>(app: &AppHandle<R>, link: &str) {
    let Some(invitations) = app.try_state::<Invitations>() else { return };
    let asked = match invitation::read(link) {
        Ok(invitation) => Asked::Invitation(invitation),
        Err(refusal) => {
            // Not the link itself: it may be anything.
            tracing::warn!("a link is not followed: {refusal}");
            Asked::Refused { problem: refusal.into() }
        }
    };
    *invitations.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
    if let Err(error) = app.emit_to(MAIN, EVENT, ()) {
        tracing::warn!("the window could not be told of a link: {error}");
    }
}

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use tauri::test::mock_builder;

    use super::*;

    #[test]
    fn a_link_waits_for_the_window_and_is_handed_out_once() {
        let app = mock_builder().build(tauri::generate_context!(test = true)).unwrap();
        app.manage(Invitations::default());
        came(app.handle(), "squelch://server/other.example.org");
        came(app.handle(), "squelch://call/scanner.example.org/7");
        let invitations = app.state::<Invitations>();
        let asked = serde_json::to_value(invitations.take()).unwrap();
        assert_eq!(asked, serde_json::json!({ "kind": "call", "address": "scanner.example.org", "call": 7 }));
        assert_eq!(invitations.take(), None);
        came(app.handle(), "squelch://server/dana:hunter2@scanner.example.org");
        let refused = serde_json::to_string(&invitations.take()).unwrap();
        assert!(refused.contains("user name or a password") && !refused.contains("hunter2"), "{refused}");
    }
}
