//! Where updates are tried: a program that is a file, a server, a key, and the keeper with a window that is not drawn.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use squelch_core::client::Client;
use squelch_core::clock::{Clock, Hands};
use squelch_core::view::{Command, Event, Message, Setting, UpdateStage};
use squelch_tests::LIMIT;
use squelch_tests::releases::{Key, LIST, Releases, from_2100};
use tauri::test::{MockRuntime, mock_builder};
use tauri::{App, Listener as _, Manager};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};

use crate::samples;
use crate::updates::fetch::{self, Care};
use crate::updates::keeper::{self, Means};
use crate::updates::kept::Package;
use crate::updates::place::Place;
use crate::updates::{Updates, decide};

/// The version that the test program has; any newer one will do.
pub(super) const RUNNING: &str = env!("CARGO_PKG_VERSION");
pub(super) const NEW: &str = "99.0.0";
pub(super) const NOTES: &str = "Fewer silences.";

/// What an AppImage begins with.
const ELF: &[u8] = b"\x7fELF";

/// More than any package here.
const MOST: u64 = 1024 * 1024;
/// Without a byte for this long the server is taken for silent.
const SILENCE: Duration = Duration::from_millis(500);

pub(super) struct Bench {
    pub(super) releases: Releases,
    pub(super) key: Key,
    pub(super) client: Client,
    app: App<MockRuntime>,
    plain: bool,
    means: Means,
    hands: Hands,
    restarts: watch::Receiver<u32>,
    folder: TempDir,
    _data: TempDir,
}

impl Bench {
    /// Runs a test with a server over plain http, which the configuration allows.
    pub(super) fn run(test: impl AsyncFnOnce(Self)) {
        Self::run_with(true, test);
    }

    /// Runs a test with the configuration as it ships, but for the key and the address: https only.
    pub(super) fn run_strictly(test: impl AsyncFnOnce(Self)) {
        Self::run_with(false, test);
    }

    fn run_with(plain: bool, test: impl AsyncFnOnce(Self)) {
        let (client, data) = samples::core();
        tauri::async_runtime::block_on(async {
            let releases = if plain { Releases::plain().await } else { Releases::secure().await };
            test(Self::made(client, data, releases, plain)).await;
        });
    }

    /// The same, where this computer's clock is many years in the past.
    pub(super) fn run_in_the_past(test: impl AsyncFnOnce(Self)) {
        let (client, data) = samples::core();
        tauri::async_runtime::block_on(async {
            test(Self::made(client, data, Releases::of_2100().await, false)).await;
        });
    }

    fn made(client: Client, data: TempDir, releases: Releases, plain: bool) -> Self {
        let key = Key::default();
        let app = program(&key, &releases, plain);
        let folder = tempfile::tempdir().unwrap();
        let (clock, hands) = Clock::manual();
        let (restart, restarts) = watch::channel(0);
        let means = Means {
            place: Place::AppImage,
            program: folder.path().join("program"),
            pkexec: folder.path().join("pkexec"),
            care: Some(care(plain)),
            most: MOST,
            data: folder.path().join("data"),
            restart: Arc::new(move || restart.send_modify(|times| *times += 1)),
            start: Duration::ZERO,
            clock,
        };
        std::fs::write(&means.program, RUNNING).unwrap();
        Self { releases, key, client, app, plain, means, hands, restarts, folder, _data: data }
    }

    /// Squelch has ended and is started again by its user, with the same data.
    pub(super) fn next_start(&mut self) {
        self.app = program(&self.key, &self.releases, self.plain);
        self.start();
    }

    /// An earlier run has left this package.
    pub(super) fn leave_package(&self, package: &[u8]) {
        Package::keep(&self.means.data, package).unwrap();
    }

    /// How many packages are kept.
    pub(super) fn kept(&self) -> usize {
        Package::waiting(&self.means.data).into_iter().count()
    }

    /// Says that it was installed in another way.
    pub(super) fn place(&mut self, place: Place) {
        self.means.place = place;
    }

    /// Without the test server's certificate, as any computer.
    pub(super) fn trust_nobody(&mut self) {
        self.means.care = None;
    }

    /// A file of this test.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Stands in for the system's dialog: `script` gets the command as its words.
    pub(super) fn pkexec(&self, script: &str) {
        // Another test may start a program while this one has the script open to write, which the program then has open,
        // too; and what anybody may write to cannot be run. So it is not this process that writes what is run.
        let text = self.path("pkexec.text");
        std::fs::write(&text, format!("#!/bin/bash\n{script}\n")).unwrap();
        let copied = std::process::Command::new("install").arg("-m755").arg(text).arg(self.path("pkexec")).status();
        assert!(copied.unwrap().success());
    }

    /// Stands in for the system's dialog, which stays open until it is answered.
    pub(super) fn dialog(&self) {
        let made = std::process::Command::new("mkfifo").arg(self.path("answer")).status().unwrap();
        assert!(made.success());
        self.pkexec(&format!("read -r answer <'{}'; exit \"$answer\"", self.path("answer").display()));
    }

    /// Ends the dialog as pkexec would: 0 with the package installed, else an exit code of its own.
    pub(super) async fn answer(&self, code: &'static str) {
        let pipe = self.path("answer");
        let answered = tokio::task::spawn_blocking(move || std::fs::write(pipe, format!("{code}\n")));
        tokio::time::timeout(LIMIT, answered).await.unwrap().unwrap().unwrap();
    }

    /// What is installed.
    pub(super) fn program(&self) -> Vec<u8> {
        let program = std::fs::read(&self.means.program).unwrap();
        let Some(inside) = program.strip_prefix(ELF) else { return program };
        inside.iter().copied().take_while(|byte| *byte != 0).collect()
    }

    /// A package as far as anybody here looks at it.
    pub(super) fn a_deb(&self) -> Vec<u8> {
        b"!<arch>\ndebian-binary   1795414000  0     0     100644  4         `\n2.0\n".to_vec()
    }

    pub(super) fn an_app_image(version: &str) -> Vec<u8> {
        [ELF, version.as_bytes(), &[0; 64]].concat()
    }

    pub(super) fn offer_newer(&self) {
        self.offer(NEW);
    }

    /// Offers this version honestly.
    pub(super) fn offer(&self, version: &str) {
        self.offer_package(version, &Self::an_app_image(version));
    }

    pub(super) fn offer_package(&self, version: &str, package: &[u8]) {
        self.releases.offer(version, NOTES, package, &self.key.sign(package, Some(version)));
    }

    /// Begins to keep up to date.
    pub(super) fn start(&self) {
        let (app, client, means) = (self.app.handle().clone(), self.client.clone(), self.means.clone());
        tokio::spawn(async move {
            // What the desktop hears of the core it passes on.
            let mut news = client.subscribe().await;
            let hearing = async {
                while let Some(message) = news.next().await {
                    app.state::<Updates>().hear(&message);
                }
            };
            tokio::join!(hearing, keeper::keep(&app, means));
        });
    }

    /// Begins while a newer version is offered, and waits until it is shown.
    pub(super) async fn start_with_newer(&mut self) {
        self.offer_newer();
        self.start();
        self.shown().await;
    }

    /// Waits until a newer version is shown.
    pub(super) async fn shown(&mut self) -> UpdateStage {
        self.until("it is shown", |stage| matches!(stage, UpdateStage::Available { .. })).await
    }

    pub(super) fn updates(&self) -> tauri::State<'_, Updates> {
        self.app.state::<Updates>()
    }

    /// Waits until it is so.
    pub(super) async fn until(&mut self, what: &str, so: impl Fn(&UpdateStage) -> bool) -> UpdateStage {
        let mut views = self.updates().view.subscribe();
        let found = tokio::time::timeout(LIMIT, views.wait_for(|view| so(&view.stage))).await;
        let Ok(found) = found else { panic!("never came true: {what}; it is {:?}", self.updates().now()) };
        found.unwrap().stage.clone()
    }

    /// Changes a setting, and waits until the core has told so.
    pub(super) async fn choose(&self, setting: Setting) {
        let mut news = self.client.subscribe().await;
        self.client.send(Command::Change { setting }).await.unwrap();
        let told = async {
            while let Some(message) = news.next().await {
                if let Message::Update { update } = message
                    && update.events.iter().any(|event| matches!(event, Event::SettingsChanged { .. }))
                {
                    return;
                }
            }
        };
        tokio::time::timeout(LIMIT, told).await.unwrap();
    }

    /// Waits until the keeper can know that a call sounds.
    pub(super) async fn heard_a_call(&self) {
        let mut facts = self.updates().facts.subscribe();
        tokio::time::timeout(LIMIT, facts.wait_for(|facts| facts.sounding)).await.unwrap().unwrap();
    }

    pub(super) fn a_day_passes(&self) {
        self.hands.advance(decide::DAY);
    }

    pub(super) fn an_hour_passes(&self) {
        self.hands.advance(decide::AFTER_FAILURE);
    }

    /// What the window is told from now on.
    pub(super) fn told(&self) -> mpsc::UnboundedReceiver<()> {
        let (tell, told) = mpsc::unbounded_channel();
        self.app.listen_any("update", move |_| {
            // Who does not listen any more need not be told.
            let _ = tell.send(());
        });
        told
    }

    /// Without the impatience of a test.
    pub(super) fn patient(&mut self) {
        self.means.care = None;
    }

    /// Waits until the list was asked for so often.
    pub(super) async fn asked(&self, times: usize) {
        tokio::time::timeout(LIMIT, self.releases.wait_for_requests(LIST, times)).await.unwrap();
    }

    /// Waits until Squelch was started again.
    pub(super) async fn restarted(&mut self) {
        let restarted = tokio::time::timeout(LIMIT, self.restarts.wait_for(|times| *times > 0)).await.is_ok();
        assert!(restarted, "it does not start again; it is {:?}", self.updates().now());
    }

    pub(super) fn has_restarted(&self) -> bool {
        *self.restarts.borrow() > 0
    }
}

/// The program, which believes this key and this server.
fn program(key: &Key, releases: &Releases, plain: bool) -> App<MockRuntime> {
    let mut context = tauri::generate_context!(test = true);
    let updater = context.config_mut().plugins.0.get_mut("updater").unwrap();
    updater["pubkey"] = key.public("of a test").into();
    updater["endpoints"] = json!([releases.url(LIST)]);
    updater["dangerousInsecureTransportProtocol"] = plain.into();
    let app = crate::updates::plugin(mock_builder()).build(context).unwrap();
    app.manage(Updates::of(&app));
    app
}

/// As careful as the real one, less patient, and trusting the test server's certificate.
fn care(plain: bool) -> Care {
    let careful = fetch::careful(plain);
    let certificates = [squelch_demo::Tls::untrusted(), from_2100()];
    Arc::new(move |client| {
        let roots = certificates.iter().map(|tls| reqwest::Certificate::from_der(&tls.chain[0]).unwrap());
        careful(client).read_timeout(SILENCE).tls_certs_only(roots)
    })
}
