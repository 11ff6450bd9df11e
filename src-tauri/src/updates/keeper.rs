//! The task that keeps Squelch up to date. It waits for wishes, for the core's news, for the clock, and for the one
//! thing it has started; it never waits for the network or for the user itself.

mod download;
mod find;
mod refused;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use squelch_core::clock::{Clock, WallTime};
use squelch_core::problem::Problem;
use squelch_core::view::{UpdateStage, UpdateTime, Updates as Choice};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use self::download::Fetched;
use self::find::Found;
use self::refused::Refused;
use super::decide::{self, Look, Offer};
use super::facts::Facts;
use super::failure::Failure;
use super::fetch::{self, Care};
use super::kept::{Kept, Package};
use super::place::Place;
use super::{Updates, Wish, install, show, tell};
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
    /// The folder for what is kept: a package that waits, and what the next start has to say.
    pub(super) data: PathBuf,
    /// Starts Squelch again, as the version that was installed.
    pub(super) restart: Arc<dyn Fn() + Send + Sync>,
    /// How long to wait before the first look.
    pub(super) start: Duration,
    /// Tells when a day is over.
    pub(super) clock: Clock,
}

impl Means {
    /// The real ones.
    pub(super) fn of<R: Runtime>(app: &AppHandle<R>, place: Place, data: PathBuf) -> Self {
        let program = tauri::process::current_binary(&app.env()).unwrap_or_default();
        let running = app.clone();
        Self {
            place,
            program,
            pkexec: "pkexec".into(),
            care: None,
            most: fetch::MOST_PACKAGE,
            data,
            restart: Arc::new(move || desktop::restart(&running)),
            start: START,
            clock: Clock::system(),
        }
    }
}

/// What was started has ended.
enum Done {
    Looked { asked: bool, found: Box<Result<Option<Found>, Failure>> },
    Downloaded(Result<Fetched, Failure>),
    Installed(Result<(), Failure>),
}

struct Keeper<R: Runtime> {
    app: AppHandle<R>,
    means: Means,
    facts: Facts,
    /// No look by itself before this.
    begin: Instant,
    last: Option<Look>,
    /// That was the first of this run, and nothing was said before.
    was_first: bool,
    found: Option<Found>,
    time: UpdateTime,
    /// It is wanted as soon as it is found, at this time.
    wanted: Option<UpdateTime>,
    /// Nobody asked for what was found: it is wanted because the user chose so once and for all.
    by_itself: bool,
    /// The newer version is in place, and starts when that cuts off no call.
    installed: bool,
    /// The package that is not fetched again unless somebody asks for it.
    refused: Option<Refused>,
    /// The end was begun here, to install and to start again.
    ends_to_install: bool,
    /// Never more than one thing at a time.
    work: JoinSet<Done>,
    /// Who waits for the end.
    quitting: Option<oneshot::Sender<()>>,
}

/// Keeps Squelch up to date for as long as it runs.
pub(super) async fn keep<R: Runtime>(app: &AppHandle<R>, means: Means) {
    let updates = app.state::<Updates>();
    let (Some(mut wishes), mut news) = (updates.wishes(), updates.facts.subscribe()) else { return };
    updates.asks_nobody.store(means.place.asks_nobody(), Ordering::Relaxed);
    let mut keeper = Keeper::new(app, means);
    keeper.say_what_was_kept();
    // They may have been told before.
    news.mark_changed();
    let clock = keeper.means.clock.clone();
    loop {
        // A call that has begun counts before anything is begun here.
        if news.has_changed().unwrap_or_default() {
            keeper.hear(news.borrow_and_update().clone());
        }
        keeper.install_if_time();
        keeper.restart_if_time();
        // Counted from one reading of the clock: time that passes before the wait begins is not waited for once more.
        let now = clock.now();
        let wait = keeper.wait(now.wall);
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
            Ok(()) = news.changed() => news.mark_changed(),
            Some(done) = keeper.work.join_next() => match done {
                Ok(done) => keeper.take(done),
                Err(error) => keeper.broken(&error),
            },
            () = clock.sleep_until(now.at + wait.unwrap_or_default()), if wait.is_some() => {}
        }
    }
}

impl<R: Runtime> Keeper<R> {
    fn new(app: &AppHandle<R>, means: Means) -> Self {
        Self {
            app: app.clone(),
            facts: Facts::default(),
            last: None,
            was_first: false,
            found: None,
            time: UpdateTime::OnQuit,
            wanted: None,
            by_itself: false,
            installed: false,
            refused: None,
            ends_to_install: false,
            work: JoinSet::new(),
            quitting: None,
            begin: Instant::now() + means.start,
            means,
        }
    }

    /// What could not be installed when Squelch was quit last was said to nobody.
    fn say_what_was_kept(&mut self) {
        let Some(kept) = Kept::take(&self.means.data) else { return };
        if let Some(stage) = kept.stage(&self.app.package_info().version) {
            // What is looked for in a moment would take the words away before anybody has read them.
            self.last = Some(self.looked_now(true));
            self.tell(stage);
        }
    }

    /// How long until it looks by itself; none while there is something else to do, or for ever.
    fn wait(&self, now: WallTime) -> Option<Duration> {
        let here = self.is(|stage| matches!(stage, UpdateStage::Ready { .. } | UpdateStage::Installed { .. }));
        let busy = here || !self.work.is_empty() || self.quitting.is_some();
        let next = decide::next_look(self.facts.choice, self.last, now).filter(|_| !busy)?;
        Some(next.max(self.begin.saturating_duration_since(Instant::now())))
    }

    /// The core says so now.
    fn hear(&mut self, facts: Facts) {
        let before = std::mem::replace(&mut self.facts, facts);
        let news = (self.facts.choice, &self.facts.skipped) != (before.choice, &before.skipped);
        let Some(found) = self.found.as_ref().filter(|_| news && !self.is_too_late()) else { return };
        let release = found.release.clone();
        if self.facts.skipped.as_deref() == Some(release.version.as_str()) {
            self.forget();
        } else if self.facts.choice == Choice::Automatic {
            if self.is(|stage| matches!(stage, UpdateStage::Available { .. })) {
                self.want_by_itself();
            }
        } else if self.by_itself && self.is(is_coming) {
            // Nobody but the choice of before wanted it.
            match self.facts.choice {
                Choice::Off => self.forget(),
                Choice::Notify | Choice::Automatic => {
                    self.work = JoinSet::new();
                    self.tell(UpdateStage::Available { release });
                }
            }
        }
    }

    /// What was found is not wanted.
    fn forget(&mut self) {
        self.work = JoinSet::new();
        self.found = None;
        Package::forget(&self.means.data);
        self.tell(UpdateStage::Resting);
    }

    /// What was found is being put in its place, or is there.
    fn is_too_late(&self) -> bool {
        self.is(|stage| matches!(stage, UpdateStage::Installing { .. } | UpdateStage::Installed { .. }))
    }

    fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Look => {
                let asked = |stage: &UpdateStage| matches!(stage, UpdateStage::Checking { asked: true });
                if self.is(is_coming) || self.is_too_late() {
                    self.show_what_comes();
                } else if !self.is(asked) {
                    self.look(true);
                }
            }
            Wish::Install(time) => self.want(time, false),
            Wish::Quit(done) => {
                // Dropped, it says that the end has not to wait.
                self.quitting = Some(done);
                if self.is(|stage| matches!(stage, UpdateStage::Ready { .. })) {
                    // For whatever time it was wanted: after the end there is none.
                    self.install();
                } else if self.work.is_empty() || !self.is(|stage| matches!(stage, UpdateStage::Installing { .. })) {
                    self.quitting = None;
                }
            }
        }
    }

    /// Somebody asks while something is on its way: then it is said although they did not ask for it, and said again
    /// although they may have taken it away.
    fn show_what_comes(&self) {
        self.app.state::<Updates>().view.send_if_modified(|view| match &mut view.stage {
            UpdateStage::Downloading { asked, .. } => !std::mem::replace(asked, true),
            _ => false,
        });
        show(&self.app);
    }

    /// What was found is wanted, at this time.
    fn want(&mut self, time: UpdateTime, by_itself: bool) {
        if self.is_too_late() {
            // All that is left to choose is not to wait for a call.
            if time == UpdateTime::AtOnce {
                self.time = time;
            }
            return;
        }
        let Some(found) = &self.found else {
            // What an earlier run could not install has to be found again; what is looked for in this moment will be.
            if self.is(is_said) {
                self.look(true);
            }
            self.wanted = self.is(|stage| matches!(stage, UpdateStage::Checking { .. })).then_some(time);
            return;
        };
        (self.time, self.by_itself) = (time, by_itself);
        let release = found.release.clone();
        match (&found.package, self.stage()) {
            (Some(_), _) => self.tell(UpdateStage::Ready { release, time }),
            (None, UpdateStage::Downloading { received_kb, total_kb, asked, .. }) => {
                let asked = asked || !by_itself;
                self.tell(UpdateStage::Downloading { release, received_kb, total_kb, time, asked });
            }
            (None, _) => self.download(),
        }
    }

    /// What was found is wanted because the user chose so once and for all; what was refused for good never is.
    fn want_by_itself(&mut self) {
        let Some(found) = &self.found else { return };
        match self.refused.as_ref().and_then(|refused| refused.problem_of(found)) {
            Some(problem) => self.tell_failed(problem.clone(), true),
            None => self.want(UpdateTime::OnQuit, true),
        }
    }

    fn look(&mut self, asked: bool) {
        // What is being shown stays, unless somebody asks anew.
        if asked {
            self.found = None;
        }
        if asked || (self.found.is_none() && !self.is(is_said)) {
            self.tell(UpdateStage::Checking { asked });
        }
        // Only one thing at a time: an earlier one is given up.
        self.work = JoinSet::new();
        let (app, means) = (self.app.clone(), self.means.clone());
        self.work.spawn(async move { Done::Looked { asked, found: Box::new(find::find(&app, &means, asked).await) } });
    }

    fn download(&mut self) {
        let Some(found) = self.found.clone() else { return };
        let time = self.time;
        let release = found.release.clone();
        let asked = !self.by_itself;
        self.tell(UpdateStage::Downloading { release, received_kb: 0, total_kb: None, time, asked });
        self.work = JoinSet::new();
        let (app, means) = (self.app.clone(), self.means.clone());
        self.work.spawn(async move { Done::Downloaded(download::download(&app, means, &found).await) });
    }

    fn install_if_time(&mut self) {
        let ready = self.is(|stage| matches!(stage, UpdateStage::Ready { .. }));
        if !ready || !self.may_start_again() {
            return;
        }
        if INSTALLING_ENDS_US {
            self.ends_to_install = true;
            desktop::quit(&self.app);
        } else {
            self.install();
        }
    }

    /// A call that has begun while the system asked for a password, or installed, is heard to its end too.
    fn restart_if_time(&mut self) {
        if self.installed && self.may_start_again() {
            self.installed = false;
            (self.means.restart)();
        }
    }

    fn may_start_again(&self) -> bool {
        // Whoever quits does not want it to start again.
        let ends = self.quitting.is_some() || desktop::is_quitting(&self.app);
        !ends && decide::may_install(self.time, self.facts.sounding)
    }

    fn install(&mut self) {
        let Some(found) = self.found.clone() else { return };
        let Some(package) = found.package else { return };
        tracing::info!(version = found.release.version, "installing an update");
        self.tell(UpdateStage::Installing { release: found.release });
        let means = self.means.clone();
        // Whoever quits does not want it to start again.
        let update = found.update.restart_after_install(self.quitting.is_none() || self.ends_to_install);
        self.work.spawn_blocking(move || {
            let install =
                |bytes: Vec<u8>| install::install(means.place, &means.program, &means.pkexec, &update, &bytes);
            Done::Installed(package.read().and_then(install))
        });
    }

    fn take(&mut self, done: Done) {
        match done {
            Done::Looked { asked, found } => self.looked(asked, *found),
            Done::Downloaded(outcome) => self.downloaded(outcome),
            Done::Installed(outcome) => self.installed(outcome),
        }
    }

    fn looked(&mut self, asked: bool, found: Result<Option<Found>, Failure>) {
        self.was_first = self.last.replace(self.looked_now(found.is_err())).is_none();
        let wanted = self.wanted.take();
        let asked = asked || wanted.is_some();
        match found {
            // What is being shown is still true.
            Err(failure) if !asked && (self.found.is_some() || self.is(is_said)) => drop(Problem::from(&failure)),
            Err(failure) => {
                self.failed(&failure, asked);
            }
            Ok(None) => {
                self.found = None;
                Package::forget(&self.means.data);
                self.tell(UpdateStage::Newest { asked });
            }
            Ok(Some(found)) => {
                let release = found.release.clone();
                tracing::info!(version = release.version, "there is a newer Squelch");
                self.found = Some(found);
                let skipped = self.facts.skipped.as_deref();
                match decide::offer(self.facts.choice, &release.version, skipped, asked) {
                    _ if let Some(time) = wanted => self.want(time, false),
                    Offer::Nothing => self.tell(UpdateStage::Resting),
                    Offer::Tell => self.tell(UpdateStage::Available { release }),
                    Offer::Download => self.want_by_itself(),
                }
            }
        }
    }

    fn installed(&mut self, outcome: Result<(), Failure>) {
        let release = self.found.as_ref().map(|found| found.release.clone());
        if outcome.is_ok() {
            Package::forget(&self.means.data);
        }
        match (outcome, release) {
            (Ok(()), Some(release)) if self.quitting.is_none() => {
                self.installed = true;
                self.tell(UpdateStage::Installed { release });
            }
            (Ok(()), _) => tracing::info!("the update is installed; the next start is the new version"),
            (Err(failure), release) => {
                let problem = self.failed(&failure, true);
                if let (Some(release), true) = (release, self.quitting.is_some()) {
                    Kept::of(release, problem).keep(&self.means.data);
                }
            }
        }
        // Dropped, it says that the end may go on, also after a refusal.
        self.quitting = None;
    }

    fn failed(&mut self, failure: &Failure, asked: bool) -> Problem {
        let problem = Problem::from(failure);
        self.tell_failed(problem.clone(), asked);
        problem
    }

    fn tell_failed(&self, problem: Problem, asked: bool) {
        let release = self.found.as_ref().map(|found| found.release.clone());
        let time = match self.time {
            // Not to wait was said of a call that may be over.
            UpdateTime::AtOnce => UpdateTime::Quiet,
            time => time,
        };
        self.tell(UpdateStage::Failed { problem, release, time, asked });
    }

    /// What was started has panicked.
    fn broken(&mut self, error: &tokio::task::JoinError) {
        tracing::error!("an update could not be finished: {error}");
        self.found = None;
        self.wanted = None;
        self.quitting = None;
        self.last = Some(self.looked_now(true));
        self.tell(UpdateStage::Resting);
    }

    fn looked_now(&self, failed: bool) -> Look {
        Look { at: self.means.clock.now().wall, failed }
    }

    fn stage(&self) -> UpdateStage {
        self.app.state::<Updates>().now().stage
    }

    fn is(&self, so: impl Fn(&UpdateStage) -> bool) -> bool {
        so(&self.app.state::<Updates>().view.borrow().stage)
    }

    fn tell(&self, stage: UpdateStage) {
        tell(&self.app, stage);
    }
}

/// It was decided on and not begun to be installed.
fn is_coming(stage: &UpdateStage) -> bool {
    matches!(stage, UpdateStage::Downloading { .. } | UpdateStage::Ready { .. })
}

/// A refusal that somebody is to read stays until there is something better to say.
fn is_said(stage: &UpdateStage) -> bool {
    matches!(stage, UpdateStage::Failed { asked: true, .. })
}

/// On Windows the installer can only begin once this process ends, so everything else has to end before.
const INSTALLING_ENDS_US: bool = cfg!(windows);
