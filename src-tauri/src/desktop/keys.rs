//! Keys that work while another program has the keyboard: the user's choice of each is their consent, and none is taken
//! without it.
//!
//! On X11, Windows and macOS they are taken from the system; a desktop that gives none away (Wayland) is said so. While a
//! key is being chosen in the window all are given back, so that it can be pressed there.

mod rules;
mod taking;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use global_hotkey::{GlobalHotKeyEvent, HotKeyState};
use squelch_core::client::Client;
use squelch_core::view::{Command, GlobalKeys, GlobalKeysView, KeyAction, KeyRefusal};
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::sync::mpsc;

use self::taking::{Taking, Wanted};
use super::{Desktop, MAIN, seen};
use crate::deed::Deed;

/// What the window is sent whenever it changes; the command `global_keys` answers the same.
const EVENT: &str = "global-keys";

/// The keys, and how it stands with them.
#[derive(Default)]
pub(crate) struct Keys {
    taking: Taking,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    chosen: GlobalKeys,
    /// A key is being chosen in the window.
    choosing: bool,
    ended: bool,
    /// What was asked for last.
    wanted: Wanted,
    /// Counts what was asked for, so that a late answer is known as one.
    asked: u32,
    actions: BTreeMap<u32, KeyAction>,
    /// What the system did not give.
    not_had: Vec<KeyRefusal>,
    /// It is this key that mutes.
    muting: bool,
    view: GlobalKeysView,
}

/// Begins to obey keys, of which there are none yet.
pub(super) fn start<R: Runtime>(app: &AppHandle<R>, client: Client) {
    app.state::<Keys>().state().view.not_offered = not_offered();
    let (tell, mut pressed) = mpsc::unbounded_channel::<GlobalHotKeyEvent>();
    GlobalHotKeyEvent::set_event_handler(Some(move |event| {
        // Nobody obeys any more at the end of the program.
        let _ = tell.send(event);
    }));
    let app = app.clone();
    // One after the other: whoever only taps the key for muting is not to stay muted.
    tauri::async_runtime::spawn(async move {
        while let Some(event) = pressed.recv().await {
            for command in commands(&app, event) {
                if let Err(problem) = client.send(command).await {
                    tracing::warn!("refused: {}", problem.message);
                }
            }
            seen::refresh(&app);
        }
    });
}

#[cfg(target_os = "linux")]
fn not_offered() -> Option<String> {
    let is_wayland = std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty());
    let why = "This desktop (Wayland) lets no program take keys. In its keyboard settings you can bind a key to the command \
               squelch --do skip; the other words are replay, mute, hold, live and pause.";
    is_wayland.then(|| why.to_owned())
}

#[cfg(not(target_os = "linux"))]
fn not_offered() -> Option<String> {
    None
}

/// What a key that went down or up asks for.
fn commands<R: Runtime>(app: &AppHandle<R>, event: GlobalHotKeyEvent) -> Vec<Command> {
    let (keys, desktop) = (app.state::<Keys>(), app.state::<Desktop<R>>());
    let mut state = keys.state();
    let Some(action) = state.actions.get(&event.id).copied().filter(|_| !state.ended) else { return vec![] };
    let is_down = event.state == HotKeyState::Pressed;
    let glance = &desktop.seen().glance;
    let deed = match action {
        KeyAction::Replay => Deed::Replay,
        KeyAction::Skip => Deed::Skip,
        KeyAction::Mute => Deed::Mute,
        KeyAction::Hold => Deed::Hold,
        KeyAction::PushToMute => return state.push_to_mute(is_down, glance.is_muted()),
    };
    let wish = glance.wish_of(deed).filter(|_| is_down);
    wish.map(super::glance::Wish::commands).unwrap_or_default()
}

impl State {
    /// Mutes while the key is down. Who is muted already stays so.
    fn push_to_mute(&mut self, is_down: bool, is_muted: bool) -> Vec<Command> {
        match (is_down, self.muting) {
            (true, false) if !is_muted => {
                self.muting = true;
                vec![Command::Mute { on: true }]
            }
            (false, true) => self.let_go(),
            (true | false, _) => vec![],
        }
    }

    /// The key for muting does not mute any more.
    fn let_go(&mut self) -> Vec<Command> {
        if std::mem::take(&mut self.muting) { vec![Command::Mute { on: false }] } else { vec![] }
    }
}

impl Keys {
    /// How it stands with them.
    pub(crate) fn now(&self) -> GlobalKeysView {
        self.state().view.clone()
    }

    /// The settings say these. Never waits.
    pub(super) fn choose<R: Runtime>(&self, app: &AppHandle<R>, chosen: &GlobalKeys) {
        let mut state = self.state();
        if state.chosen != *chosen {
            state.chosen.clone_from(chosen);
            self.take(app, state);
        }
    }

    /// A key is being chosen in the window, or not any more.
    pub(crate) fn while_choosing<R: Runtime>(&self, app: &AppHandle<R>, choosing: bool) {
        let mut state = self.state();
        if std::mem::replace(&mut state.choosing, choosing) != choosing {
            self.take(app, state);
        }
    }

    /// Gives all back, for good. What is left to be asked of the core.
    pub(super) fn end<R: Runtime>(&self, app: &AppHandle<R>) -> Vec<Command> {
        let mut state = self.state();
        state.ended = true;
        let left = state.let_go();
        self.take(app, state);
        left
    }

    fn take<R: Runtime>(&self, app: &AppHandle<R>, mut state: MutexGuard<'_, State>) {
        let are_free = state.choosing || state.ended || state.view.not_offered.is_some();
        let wanted = if are_free { Vec::new() } else { rules::sort(&state.chosen).0 };
        if state.wanted == wanted {
            return Self::tell(app, state);
        }
        state.asked += 1;
        state.wanted.clone_from(&wanted);
        state.actions = wanted.iter().map(|(action, key)| (key.id(), *action)).collect();
        // The key that mutes may go without ever coming up.
        let (asked, choosing) = (state.asked, state.choosing);
        super::send(app, state.let_go());
        let then = app.clone();
        // With the state in hand, lest two orders overtake each other.
        self.taking.take(app, wanted, move |refused| {
            let keys = then.state::<Self>();
            let mut state = keys.state();
            if state.asked == asked && !choosing {
                state.not_had = refused;
                Self::tell(&then, state);
            }
        });
        Self::tell(app, state);
    }

    /// Tells the window how it stands, if that is news.
    fn tell<R: Runtime>(app: &AppHandle<R>, mut state: MutexGuard<'_, State>) {
        let (allowed, mut refused) = rules::sort(&state.chosen);
        let is_allowed = |known: &&KeyRefusal| allowed.iter().any(|(action, _)| *action == known.action);
        refused.extend(state.not_had.iter().filter(is_allowed).cloned());
        if state.view.refused == refused {
            return;
        }
        state.view.refused = refused;
        let view = state.view.clone();
        drop(state);
        if let Err(error) = app.emit_to(MAIN, EVENT, view) {
            tracing::warn!("the window could not be told about keys: {error}");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_mutes_unmutes_when_it_comes_up_but_not_whoever_was_muted_before() {
        let mutes = |commands: Vec<Command>| {
            let on = |command: &Command| if let Command::Mute { on } = command { *on } else { panic!("{command:?}") };
            commands.iter().map(on).collect::<Vec<_>>()
        };
        let mut state = State::default();
        assert_eq!(mutes(state.push_to_mute(true, false)), [true]);
        assert!(state.push_to_mute(true, true).is_empty(), "held down it comes again and again");
        assert_eq!(mutes(state.push_to_mute(false, true)), [false]);
        assert!(state.push_to_mute(true, true).is_empty(), "muted by other means");
        assert!(state.push_to_mute(false, true).is_empty());
        assert_eq!(mutes(state.push_to_mute(true, false)), [true]);
        assert_eq!(mutes(state.let_go()), [false], "the key goes away while it is down");
        assert!(state.push_to_mute(false, false).is_empty());
    }
}
