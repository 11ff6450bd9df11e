//! Where the program is measured: a desktop with tray, keychain and sound server, and a data folder in which an earlier
//! run has kept its login.

use std::path::Path;
use std::time::Duration;

use squelch_core::secret::Secret;
use squelch_core::view::LoginWish;
use squelch_demo::{PASSWORD, USER};
use squelch_tests::desk::at_keychain;
use squelch_tests::pulse::{PulseServer, Recorder};

use crate::desk::{Desk, Program};

/// Makes this program the earlier run; see [`sign_in`].
pub(crate) const SIGN_IN: &str = "--sign-in";
/// The device is released after a minute without sound.
const RELEASE: Duration = Duration::from_secs(90);

/// Dropping it ends all it started.
pub(crate) struct Session {
    pub(crate) desk: Desk,
    sound: PulseServer,
    data: tempfile::TempDir,
}

impl Session {
    /// With a login at the server of this address.
    pub(crate) async fn start(address: &str) -> Self {
        let mut desk = Desk::with_tray().await;
        desk.open_keychain().await;
        let data = tempfile::tempdir().unwrap();
        let program = std::env::current_exe().unwrap();
        let flags = [SIGN_IN, address, data.path().to_str().unwrap()];
        let earlier = desk.start_program(program.to_str().unwrap(), &flags);
        assert_eq!(earlier.ended().await, Some(0), "the earlier run");
        Self { desk, sound: PulseServer::start(), data }
    }

    /// Starts Squelch.
    pub(crate) fn squelch(&self, flags: &[&str]) -> Program {
        let flags = [&["--data-dir", self.data.path().to_str().unwrap()], flags].concat();
        let sound = self.sound.env().into_iter().filter(|(name, _)| name.starts_with("PULSE_"));
        self.desk.start_with(env!("CARGO_BIN_EXE_squelch"), &flags, sound)
    }

    /// Records what is heard from now on.
    pub(crate) fn record(&self) -> Recorder {
        self.sound.record()
    }

    /// Waits until nobody holds the sound device.
    pub(crate) async fn released(&self) {
        let start = std::time::Instant::now();
        while self.sound.is_playing() {
            assert!(start.elapsed() < RELEASE, "the device is not released");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// The earlier run, inside the session whose keychain keeps its login.
pub(crate) async fn sign_in(address: &str, data: &Path) {
    let login = LoginWish::SignIn { user: USER.into(), password: Secret::new(PASSWORD), stay: true };
    at_keychain(data, Some((address.to_owned(), login))).await.shutdown().await;
}
