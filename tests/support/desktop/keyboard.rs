//! A real keyboard on a virtual screen, and other programs that want its keys.

use std::process::Command;
use std::time::Duration;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, GrabMode, InputFocus, MapState, ModMask, WindowClass};
use x11rb::rust_connection::RustConnection;

use crate::within;

/// Between two tries for a key that somebody else has.
const TRY_AGAIN: Duration = Duration::from_millis(50);

/// The key F9.
pub const F9: u32 = 0xffc6;

/// Presses keys: `key`, `keydown` or `keyup`, and which, as `ctrl+alt+s`. The system gives them to whom they belong.
///
/// # Panics
///
/// xdotool is not installed.
pub fn press(display: &str, how: &str, keys: &str) {
    let pressed = Command::new("xdotool").env("DISPLAY", display).args([how, keys]).status();
    assert!(pressed.expect("xdotool is installed: run `make test`, which installs it").success());
}

/// Another program on the screen. What it has it loses when it is dropped.
#[derive(Debug)]
pub struct OtherProgram {
    x: RustConnection,
    root: u32,
}

impl OtherProgram {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// There is no such screen.
    pub fn on(display: &str) -> Self {
        let (x, screen) = x11rb::connect(Some(display)).expect("there is a screen");
        let root = x.setup().roots[screen].root;
        Self { x, root }
    }

    /// Takes a key without any other beside it; false if somebody else has it.
    ///
    /// # Panics
    ///
    /// No key of the keyboard bears this symbol.
    pub fn takes(&self, symbol: u32) -> bool {
        let setup = self.x.setup();
        let (first, count) = (setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
        let keyboard = self.x.get_keyboard_mapping(first, count).expect("X is asked").reply().expect("X answers");
        let mut keys = keyboard.keysyms.chunks(keyboard.keysyms_per_keycode.into());
        let at = keys.position(|symbols| symbols.contains(&symbol)).expect("there is such a key");
        let code = first + u8::try_from(at).expect("there are few keys");
        let mode = GrabMode::ASYNC;
        let grab = self.x.grab_key(false, self.root, ModMask::default(), code, mode, mode).expect("X is asked");
        grab.check().is_ok()
    }

    /// The same as soon as whoever has the key has given it back.
    ///
    /// # Panics
    ///
    /// Nobody gives it back.
    pub async fn takes_when_free(&self, symbol: u32) {
        let taking = async {
            while !self.takes(symbol) {
                // The screen tells nobody of a key that is free again.
                tokio::time::sleep(TRY_AGAIN).await;
            }
        };
        within("a key", taking).await;
    }

    /// Opens a window in a corner and has the keyboard from now on.
    pub async fn has_the_keyboard(self) -> Self {
        let opening = tokio::task::spawn_blocking(move || {
            let window = self.x.generate_id().expect("there are numbers left");
            let look = CreateWindowAux::new().override_redirect(1);
            let class = WindowClass::INPUT_OUTPUT;
            self.x.create_window(0, window, self.root, 0, 0, 50, 50, 0, class, 0, &look).expect("X is asked");
            self.x.map_window(window).expect("X is asked");
            while self.x.get_window_attributes(window).expect("X is asked").reply().expect("X answers").map_state
                != MapState::VIEWABLE
            {}
            self.x.set_input_focus(InputFocus::PARENT, window, 0_u32).expect("X is asked");
            let focus = self.x.get_input_focus().expect("X is asked").reply().expect("X answers").focus;
            assert_eq!(focus, window, "it has the keyboard");
            self
        });
        within("another window", opening).await.expect("waiting does not panic")
    }
}
