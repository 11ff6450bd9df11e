//! The one state of a server, and the tasks that share it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::accounts::Accounts;
use crate::archive::Archive;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::faults::Faults;
use crate::hub::Hub;
use crate::options::{Options, Renewal, Timing};
use crate::seen::Log;

/// Everything a request may look at or change. Locked briefly, never across an await.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) accounts: Accounts,
    pub(crate) directory: Directory,
    pub(crate) archive: Archive,
    pub(crate) hub: Hub,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) public: bool,
    pub(crate) needs_setup: bool,
    pub(crate) max_clients: usize,
    pub(crate) share_days: u64,
    pub(crate) renewal: Renewal,
    pub(crate) version: String,
    pub(crate) timing: Timing,
    /// Whether the door is to be open, and whether it is.
    pub(crate) wants_open: bool,
    pub(crate) is_open: bool,
}

/// A world with the means to wait for it and to end it.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) clock: Clock,
    world: Mutex<World>,
    changed: watch::Sender<u64>,
    /// Counts how often held renewals were let go.
    pub(crate) releases: watch::Sender<u64>,
    /// Counts how often every connection was cut.
    pub(crate) cuts: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    runtime: Handle,
    alive: watch::Sender<usize>,
}

impl Shared {
    /// The world `options` describe, on the current runtime.
    pub(crate) fn new(options: Options, directory: Directory) -> Arc<Self> {
        let world = World {
            accounts: Accounts::new(&options),
            directory,
            archive: Archive::default(),
            hub: Hub::default(),
            faults: Faults::default(),
            log: Log::default(),
            public: options.public,
            needs_setup: options.needs_setup,
            max_clients: options.max_clients,
            share_days: 0,
            renewal: options.renewal,
            version: options.version.clone(),
            timing: options.timing,
            wants_open: true,
            is_open: true,
        };
        let shared = Self {
            clock: options.clock.clone(),
            options,
            world: Mutex::new(world),
            changed: watch::Sender::new(0),
            releases: watch::Sender::new(0),
            cuts: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            runtime: Handle::current(),
            alive: watch::Sender::new(0),
        };
        Arc::new(shared)
    }

    /// Looks at the world, or changes it; waiters look again afterwards.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&mut World) -> R) -> R {
        let result = look(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_modify(|changes| *changes += 1);
        result
    }

    /// Returns once the world is as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&World) -> bool) {
        let mut changed = self.changed.subscribe();
        while !wanted(&self.world.lock().unwrap_or_else(PoisonError::into_inner)) {
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Runs a task that ends with the server.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut stop = self.stop.subscribe();
        self.alive.send_modify(|alive| *alive += 1);
        let alive = Alive(self.alive.clone());
        self.runtime.spawn(async move {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => {}
                () = task => {}
            }
            drop(alive);
        });
    }

    /// Returns once no task is left.
    pub(crate) async fn ended(&self) {
        let _ = self.alive.subscribe().wait_for(|alive| *alive == 0).await;
    }

    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.now()
    }
}

/// Counts a task for as long as it lives.
struct Alive(watch::Sender<usize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.send_modify(|alive| *alive -= 1);
    }
}
