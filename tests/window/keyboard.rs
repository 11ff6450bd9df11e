//! A person at the keyboard: keys go to whatever has the focus, as the system's do, and to nothing that a test names.

use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

use super::until;

/// A keyboard in front of a window.
pub(crate) struct Keyboard<'a>(pub(crate) &'a Client);

impl Keyboard<'_> {
    /// Presses one key.
    pub(crate) async fn press(&self, key: impl Into<char>) {
        self.chord(&[], key).await;
    }

    /// Presses one key while others are held.
    pub(crate) async fn chord(&self, held: &[Key], key: impl Into<char>) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".to_owned());
        let keys = held.iter().fold(keys, |keys, key| keys.then(KeyAction::Down { value: (*key).into() }));
        let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        let keys = held.iter().rev().fold(keys, |keys, key| keys.then(KeyAction::Up { value: (*key).into() }));
        self.0.perform_actions(keys).await.unwrap_or_else(|error| panic!("{value:?} cannot be pressed: {error}"));
    }

    /// Types a text.
    pub(crate) async fn types(&self, text: &str) {
        let keys = text.chars().fold(KeyActions::new("keyboard".to_owned()), |keys, value| {
            keys.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.0.perform_actions(keys).await.unwrap_or_else(|error| panic!("{text} cannot be typed: {error}"));
    }

    /// Waits until this has the focus.
    pub(crate) async fn is_at(&self, css: &str) {
        until(self.0, &format!("document.activeElement?.matches(`{css}`)")).await;
    }

    /// Waits until what has this name for tests has the focus.
    pub(crate) async fn is_at_the(&self, id: &str) {
        self.is_at(&format!("[data-testid='{id}']")).await;
    }

    /// Goes on with Tab until this has the focus, which must come within so many stops.
    pub(crate) async fn tabs_to(&self, css: &str, most: usize) {
        let script = format!("return document.activeElement?.matches(`{css}`) ?? false");
        for _ in 0..most {
            self.press(Key::Tab).await;
            if super::ask(self.0, &script).await == true {
                return;
            }
        }
        let at = super::ask(self.0, "return document.activeElement?.outerHTML.slice(0, 200)").await;
        panic!("{css} is not reached by {most} tabs; at {at}");
    }
}
