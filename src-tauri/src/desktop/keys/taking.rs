//! Takes keys from the system and gives them back, where that may wait: on Linux on a thread of its own, on Windows and
//! macOS on the main thread, to which the system sends them.
//!
//! The library is asked anew with every change instead of for the difference: on Linux it gives a key back for certain
//! only with its connection.

use std::time::{Duration, Instant};

use global_hotkey::hotkey::HotKey;
use global_hotkey::{Error, GlobalHotKeyManager};
use squelch_core::view::{KeyAction, KeyRefusal};

/// Keys, and what each does.
pub(super) type Wanted = Vec<(KeyAction, HotKey)>;

/// After this the system has certainly had back what was given back: the library needs a twentieth of it.
const LETTING_GO: Duration = Duration::from_secs(2);

/// What is taken now.
#[derive(Default)]
struct Taken {
    manager: Option<GlobalHotKeyManager>,
    keys: Vec<HotKey>,
    /// What was given back last, and when.
    given_back: Option<(Vec<HotKey>, Instant)>,
}

impl Taken {
    /// Gives back what was taken, and takes these instead. Says which it could not have.
    fn change(&mut self, wanted: &Wanted) -> Vec<KeyRefusal> {
        self.give_back();
        if wanted.is_empty() {
            tracing::info!(taken = 0, "keys for every program");
            return Vec::new();
        }
        let ours = self.given_back.take().filter(|(_, since)| since.elapsed() < LETTING_GO);
        let ours = ours.map(|(keys, _)| keys).unwrap_or_default();
        let manager = match GlobalHotKeyManager::new() {
            Ok(manager) => self.manager.insert(manager),
            Err(error) => return wanted.iter().map(|(action, _)| refusal(*action, &error)).collect(),
        };
        let mut refused = Vec::new();
        for (action, key) in wanted {
            match take(manager, *key, ours.contains(key)) {
                Ok(()) => self.keys.push(*key),
                Err(error) => refused.push(refusal(*action, &error)),
            }
        }
        tracing::info!(taken = self.keys.len(), "keys for every program");
        refused
    }

    fn give_back(&mut self) {
        self.manager = None;
        let keys = std::mem::take(&mut self.keys);
        if !keys.is_empty() {
            self.given_back = Some((keys, Instant::now()));
        }
    }
}

/// Takes a key. One of our own that was given back a moment ago may still be on its way.
fn take(manager: &GlobalHotKeyManager, key: HotKey, was_ours: bool) -> Result<(), Error> {
    /// The library's thread looks for its end twenty times a second.
    const PAUSE: Duration = Duration::from_millis(50);
    let tries = if was_ours && cfg!(target_os = "linux") { 20 } else { 1 };
    let mut outcome = manager.register(key);
    for _ in 1..tries {
        match outcome {
            Err(Error::AlreadyRegistered(_)) => std::thread::sleep(PAUSE),
            outcome => return outcome,
        }
        outcome = manager.register(key);
    }
    outcome
}

fn refusal(action: KeyAction, error: &Error) -> KeyRefusal {
    tracing::warn!(?action, "a key could not be taken: {error}");
    let why = match error {
        Error::AlreadyRegistered(_) => "Another program has this key.",
        _ => "The system does not give this key away.",
    };
    KeyRefusal { action, why: why.to_owned() }
}

#[cfg(target_os = "linux")]
pub(super) use linux::Taking;

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::OnceLock;
    use std::sync::mpsc::{self, Receiver, Sender};

    use squelch_core::view::KeyRefusal;
    use tauri::{AppHandle, Runtime};

    use super::{Taken, Wanted};

    type Answer = Box<dyn FnOnce(Vec<KeyRefusal>) + Send>;

    /// The thread's inbox; there is none before the first key.
    #[derive(Default)]
    pub(in super::super) struct Taking(OnceLock<Sender<(Wanted, Answer)>>);

    impl Taking {
        /// Has these taken instead of those before. Never waits. Only the last wish of several is answered.
        pub(in super::super) fn take<R: Runtime>(
            &self,
            _: &AppHandle<R>,
            wanted: Wanted,
            answer: impl FnOnce(Vec<KeyRefusal>) + Send + 'static,
        ) {
            let inbox = self.0.get_or_init(|| {
                let (tell, told) = mpsc::channel();
                let thread = std::thread::Builder::new().name("keys".to_owned());
                if let Err(error) = thread.spawn(move || work(&told)) {
                    tracing::warn!("no keys: {error}");
                }
                tell
            });
            // Without the thread there are no keys, which is logged.
            let _ = inbox.send((wanted, Box::new(answer)));
        }
    }

    fn work(told: &Receiver<(Wanted, Answer)>) {
        let mut taken = Taken::default();
        while let Ok(next) = told.recv() {
            let (wanted, answer) = told.try_iter().last().unwrap_or(next);
            answer(taken.change(&wanted));
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::Taking;

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::cell::RefCell;

    use squelch_core::view::KeyRefusal;
    use tauri::{AppHandle, Runtime};

    use super::{Taken, Wanted};

    thread_local! {
        /// The main thread's.
        static TAKEN: RefCell<Taken> = RefCell::default();
    }

    /// The way to the main thread.
    #[derive(Default)]
    pub(in super::super) struct Taking;

    impl Taking {
        /// Has these taken instead of those before. Never waits for the answer.
        pub(in super::super) fn take<R: Runtime>(
            &self,
            app: &AppHandle<R>,
            wanted: Wanted,
            answer: impl FnOnce(Vec<KeyRefusal>) + Send + 'static,
        ) {
            let asked = app.run_on_main_thread(move || {
                let refused = TAKEN.with_borrow_mut(|taken| taken.change(&wanted));
                // Whoever asked on the main thread is still busy asking.
                tauri::async_runtime::spawn(async move { answer(refused) });
            });
            if let Err(error) = asked {
                tracing::warn!("no keys: {error}");
            }
        }
    }
}
