//! The task that keeps Squelch up to date. It waits for wishes, for the core's news, for the clock, and for the one
//! thing it has started; it never waits for the network or for the user itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use squelch_core::client::Client;
use squelch_core::clock::Clock;
use squelch_core::problem::Problem;
use squelch_core::view::{Event, Message, PlaybackState, Release, UpdateStage, UpdateTime, Updates as Choice};
use tauri::{AppHandle, Manager, Runtime, Url};
use tauri_plugin_updater::{Update, UpdaterExt as _};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::decide::{self, Look, Offer, Rank};
use super::failure::Failure;
use super::fetch::{self, Care};
use super::place::Place;
use super::{Updates, Wish, install, tell};
use crate::desktop;

/// After the start: the first call comes first.
const START: Duration = Duration::from_secs(5);

/// What it works with; tests bring their own.
#[derive(Clone)]
pub(super) struct Means {
    /// How Squelch was installed.
    pub(super) place: Place,
    /// The program that is replaced, where it is a file.
    pub(super) program: PathBuf,
    /// Asks the user for the permission to install.
    pub(super) pkexec: PathBuf,
    /// Makes clients careful.
    pub(super) care: Option<Care>,
    /// Most bytes of a package.
    pub(super) most: u64,
    /// Starts Squelch again, as the version that was installed.
    pub(super) restart: Arc<dyn Fn() + Send + Sync>,
    /// How long to wait before the first look.
    pub(super) start: Duration,
    /// Tells when a day is over.
    pub(super) clock: Clock,
}

impl Means {
    /// The real ones.
    pub(super) fn of<R: Runtime>(app: &AppHandle<R>, place: Place) -> Self {
        let program = tauri::process::current_binary(&app.env()).unwrap_or_default();
        let running = app.clone();
        Self {
            place,
            program,
            pkexec: "pkexec".into(),
            care: None,
            most: fetch::MOST_PACKAGE,
            restart: Arc::new(move || desktop::restart(&running)),
            start: START,
            clock: Clock::system(),
        }
    }
}

/// What the core says that matters here.
#[derive(Debug, Default)]
struct Facts {
    choice: Choice,
    skipped: Option<String>,
    sounding: bool,
}

/// A newer version, and its package once it is here.
#[derive(Clone)]
struct Found {
    update: Update,
    release: Release,
    package: Option<Arc<Vec<u8>>>,
}

/// What was started has ended.
enum Done {
    Looked { asked: bool, found: Box<Result<Option<Found>, Failure>> },
    Downloaded(Result<Vec<u8>, Failure>),
    Installed(Result<(), Failure>),
}

struct Keeper<R: Runtime> {
    app: AppHandle<R>,
    means: Means,
    facts: Facts,
    /// No look by itself before this.
    begin: Instant,
    last: Option<Look>,
    found: Option<Found>,
    time: UpdateTime,
    /// Never more than one thing at a time.
    work: JoinSet<Done>,
    /// Who waits for the end.
    quitting: Option<oneshot::Sender<()>>,
}

/// Keeps Squelch up to date for as long as it runs.
pub(super) async fn keep<R: Runtime>(app: &AppHandle<R>, client: Client, means: Means) {
    let Some(mut wishes) = app.state::<Updates>().wishes() else { return };
    let mut news = client.subscribe().await;
    let mut keeper = Keeper {
        app: app.clone(),
        // Until the core has said what the user chose.
        facts: Facts { choice: Choice::Off, ..Facts::default() },
        last: None,
        found: None,
        time: UpdateTime::OnQuit,
        work: JoinSet::new(),
        quitting: None,
        begin: Instant::now() + means.start,
        means,
    };
    let clock = keeper.means.clock.clone();
    let mut core_runs = true;
    loop {
        keeper.install_if_time();
        let wait = keeper.wait();
        if wait == Some(Duration::ZERO) {
            keeper.look(false);
            continue;
        }
        // Every branch may be given up without losing anything.
        tokio::select! {
            wish = wishes.recv() => match wish {
                Some(wish) => keeper.grant(wish),
                None => return,
            },
            message = news.next(), if core_runs => match message {
                Some(message) => keeper.hear(&message),
                None => core_runs = false,
            },
            Some(done) = keeper.work.join_next() => match done {
                Ok(done) => keeper.take(done),
                Err(error) => keeper.broken(&error),
            },
            () = clock.sleep(wait.unwrap_or_default()), if wait.is_some() => {}
        }
    }
}

impl<R: Runtime> Keeper<R> {
    /// How long until it looks by itself; none while there is something else to do, or for ever.
    fn wait(&self) -> Option<Duration> {
        let here = self.found.as_ref().is_some_and(|found| found.package.is_some());
        let busy = here || !self.work.is_empty() || self.quitting.is_some();
        let next = decide::next_look(self.facts.choice, self.last, self.means.clock.now().wall).filter(|_| !busy)?;
        Some(next.max(self.begin.saturating_duration_since(Instant::now())))
    }

    fn hear(&mut self, message: &Message) {
        match message {
            Message::Snapshot { snapshot } => {
                self.facts.sounding = sounds(snapshot.playback.state);
                self.chosen(snapshot.settings.updates, snapshot.settings.skipped_update.clone());
            }
            Message::Update { update } => {
                for event in &update.events {
                    match event {
                        Event::PlaybackChanged { playback } => self.facts.sounding = sounds(playback.state),
                        Event::SettingsChanged { settings } => {
                            self.chosen(settings.updates, settings.skipped_update.clone());
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// The settings say so now.
    fn chosen(&mut self, choice: Choice, skipped: Option<String>) {
        let news = (choice, &skipped) != (self.facts.choice, &self.facts.skipped);
        (self.facts.choice, self.facts.skipped) = (choice, skipped);
        let Some(found) = self.found.as_ref().filter(|_| news) else { return };
        if matches!(self.stage(), UpdateStage::Installing { .. }) {
            return;
        }
        let version = found.release.version.clone();
        if self.facts.skipped.as_deref() == Some(version.as_str()) {
            self.work = JoinSet::new();
            self.found = None;
            self.tell(UpdateStage::Resting);
        } else if self.facts.choice == Choice::Automatic && matches!(self.stage(), UpdateStage::Available { .. }) {
            self.want(UpdateTime::OnQuit);
        }
    }

    fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Look => match self.stage() {
                // It is being answered already.
                UpdateStage::Downloading { .. } | UpdateStage::Ready { .. } | UpdateStage::Installing { .. } => {}
                UpdateStage::Checking { asked: true } => {}
                _ => self.look(true),
            },
            Wish::Install(time) => self.want(time),
            Wish::Quit(done) => {
                // Dropped, it says that the end has not to wait.
                self.quitting = Some(done);
                match self.stage() {
                    UpdateStage::Installing { .. } if !self.work.is_empty() => {}
                    UpdateStage::Ready { .. } if ends_by_installing(self.time) => self.install(),
                    _ => self.quitting = None,
                }
            }
        }
    }

    /// What was found is wanted, at this time.
    fn want(&mut self, time: UpdateTime) {
        let Some(found) = &self.found else { return };
        if matches!(self.stage(), UpdateStage::Installing { .. }) {
            return;
        }
        self.time = time;
        let release = found.release.clone();
        match (&found.package, self.stage()) {
            (Some(_), _) => self.tell(UpdateStage::Ready { release, time }),
            (None, UpdateStage::Downloading { received_kb, total_kb, .. }) => {
                self.tell(UpdateStage::Downloading { release, received_kb, total_kb, time });
            }
            (None, _) => self.download(),
        }
    }

    fn look(&mut self, asked: bool) {
        // What is being shown stays, unless somebody asks anew.
        if asked {
            self.found = None;
        }
        if self.found.is_none() {
            self.tell(UpdateStage::Checking { asked });
        }
        // Only one thing at a time: an earlier one is given up.
        self.work = JoinSet::new();
        let (app, means) = (self.app.clone(), self.means.clone());
        self.work.spawn(async move { Done::Looked { asked, found: Box::new(find(&app, &means, asked).await) } });
    }

    fn download(&mut self) {
        let Some(found) = self.found.clone() else { return };
        let time = self.time;
        let release = found.release.clone();
        self.tell(UpdateStage::Downloading { release, received_kb: 0, total_kb: None, time });
        self.work = JoinSet::new();
        let (app, plain, most) = (self.app.clone(), allows_plain_text(&self.app), self.means.most);
        self.work.spawn(async move {
            let progress = |received, total| progress(&app, received, total);
            Done::Downloaded(fetch::package(&found.update, plain, most, progress).await)
        });
    }

    fn install_if_time(&mut self) {
        let ready = matches!(self.stage(), UpdateStage::Ready { .. });
        if !ready || self.quitting.is_some() || !decide::may_install(self.time, self.facts.sounding) {
            return;
        }
        if INSTALLING_ENDS_US {
            desktop::quit(&self.app);
        } else {
            self.install();
        }
    }

    fn install(&mut self) {
        let Some(found) = self.found.clone() else { return };
        let Some(package) = found.package else { return };
        tracing::info!(version = found.release.version, "installing an update");
        self.tell(UpdateStage::Installing { release: found.release });
        let (means, update) = (self.means.clone(), found.update);
        let update = update.restart_after_install(self.time != UpdateTime::OnQuit);
        self.work.spawn_blocking(move || {
            Done::Installed(install::install(means.place, &means.program, &means.pkexec, &update, &package))
        });
    }

    fn take(&mut self, done: Done) {
        match done {
            Done::Looked { asked, found } => self.looked(asked, *found),
            Done::Downloaded(Ok(package)) => {
                let time = self.time;
                if let Some(found) = &mut self.found {
                    found.package = Some(Arc::new(package));
                    let release = found.release.clone();
                    self.tell(UpdateStage::Ready { release, time });
                }
            }
            Done::Downloaded(Err(failure)) => self.failed(&failure, true),
            Done::Installed(outcome) => self.installed(outcome),
        }
    }

    fn looked(&mut self, asked: bool, found: Result<Option<Found>, Failure>) {
        self.last = Some(Look { at: self.means.clock.now().wall, failed: found.is_err() });
        match found {
            // What is being shown is still true.
            Err(failure) if self.found.is_some() => drop(Problem::from(&failure)),
            Err(failure) => self.failed(&failure, asked),
            Ok(None) => {
                self.found = None;
                self.tell(UpdateStage::Newest { asked });
            }
            Ok(Some(found)) => {
                let release = found.release.clone();
                tracing::info!(version = release.version, "there is a newer Squelch");
                self.found = Some(found);
                let skipped = self.facts.skipped.as_deref();
                match decide::offer(self.facts.choice, &release.version, skipped, asked) {
                    Offer::Nothing => self.tell(UpdateStage::Resting),
                    Offer::Tell => self.tell(UpdateStage::Available { release }),
                    Offer::Download => self.want(UpdateTime::OnQuit),
                }
            }
        }
    }

    fn installed(&mut self, outcome: Result<(), Failure>) {
        let done = self.quitting.take();
        match outcome {
            Ok(()) if done.is_none() => (self.means.restart)(),
            Ok(()) => tracing::info!("the update is installed; the next start is the new version"),
            Err(failure) => self.failed(&failure, true),
        }
        // Whoever quits goes on quitting, also after a refusal.
        drop(done);
    }

    fn failed(&mut self, failure: &Failure, asked: bool) {
        let release = self.found.as_ref().map(|found| found.release.clone());
        self.tell(UpdateStage::Failed { problem: Problem::from(failure), release, asked });
    }

    /// What was started has panicked.
    fn broken(&mut self, error: &tokio::task::JoinError) {
        tracing::error!("an update could not be finished: {error}");
        self.found = None;
        self.quitting = None;
        self.last = Some(Look { at: self.means.clock.now().wall, failed: true });
        self.tell(UpdateStage::Resting);
    }

    fn stage(&self) -> UpdateStage {
        self.app.state::<Updates>().now().stage
    }

    fn tell(&self, stage: UpdateStage) {
        tell(&self.app, stage);
    }
}

/// On Windows the installer can only begin once this process ends, so everything else has to end before.
const INSTALLING_ENDS_US: bool = cfg!(windows);

/// Whether quitting is the time to install.
fn ends_by_installing(time: UpdateTime) -> bool {
    INSTALLING_ENDS_US || time == UpdateTime::OnQuit
}

/// A call that is on its way counts: it was announced before the wish to install.
fn sounds(state: PlaybackState) -> bool {
    match state {
        PlaybackState::Playing | PlaybackState::Loading => true,
        PlaybackState::Idle | PlaybackState::Paused | PlaybackState::NoDevice => false,
    }
}

/// Tells how far the download is, each time another hundredth or 100 kB have come.
fn progress<R: Runtime>(app: &AppHandle<R>, received: u64, total: Option<u64>) {
    let kb = |bytes: u64| u32::try_from(bytes / 1_000).unwrap_or(u32::MAX);
    let (now, all) = (kb(received), total.map(kb));
    if let UpdateStage::Downloading { release, received_kb, total_kb, time } = app.state::<Updates>().now().stage {
        let step = all.map_or(100, |all| (all / 100).max(10));
        if now >= received_kb.saturating_add(step) || total_kb != all {
            tell(app, UpdateStage::Downloading { release, received_kb: now, total_kb: all, time });
        }
    }
}

fn configuration<R: Runtime>(app: &AppHandle<R>) -> Result<tauri_plugin_updater::Config, Failure> {
    let config = app.config().plugins.0.get("updater").cloned().unwrap_or_default();
    serde_json::from_value(config).map_err(Failure::Unconfigured)
}

/// Only in the configuration of a test.
fn allows_plain_text<R: Runtime>(app: &AppHandle<R>) -> bool {
    configuration(app).is_ok_and(|config| config.dangerous_insecure_transport_protocol)
}

/// Asks the addresses in order, until one has an answer.
async fn find<R: Runtime>(app: &AppHandle<R>, means: &Means, asked: bool) -> Result<Option<Found>, Failure> {
    let config = configuration(app)?;
    let plain = config.dangerous_insecure_transport_protocol;
    let care = means.care.clone().unwrap_or_else(|| fetch::careful(plain));
    let mut outcome = Ok(None);
    for address in &config.endpoints {
        outcome = ask(app, means, address, plain, &care, asked).await;
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

async fn ask<R: Runtime>(
    app: &AppHandle<R>,
    means: &Means,
    address: &Url,
    plain: bool,
    care: &Care,
    asked: bool,
) -> Result<Option<Found>, Failure> {
    let Some(list) = fetch::list(address, plain, care).await? else { return Ok(None) };
    let running = &app.package_info().version;
    let announced = list.get("version").and_then(|version| version.as_str()).unwrap_or_default().to_owned();
    match decide::rank(running, &announced) {
        None => return Err(Failure::NotAVersion(announced.chars().take(40).collect())),
        Some(Rank::Same) => return Ok(None),
        Some(Rank::Older) if asked => return Err(Failure::Older { announced, running: running.to_string() }),
        Some(Rank::Older) => {
            tracing::info!(announced, "the update server is behind");
            return Ok(None);
        }
        Some(Rank::Newer) => {}
    }
    let care = Arc::clone(care);
    let updater = app.updater_builder().executable_path(&means.program).configure_client(move |client| care(client));
    let Some(update) = updater.build()?.restore_update(list)? else { return Ok(None) };
    let notes = update.body.as_deref().and_then(decide::readable);
    let release = Release { version: update.version.clone(), notes };
    Ok(Some(Found { update, release, package: None }))
}
