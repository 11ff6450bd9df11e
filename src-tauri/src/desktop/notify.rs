//! Notifications: what the core finds worth telling ([`Alerts`]), shown by the desktop, and what is answered there.
//!
//! - `words`: what they say, in the language chosen; pure.
//! - `linux`, `windows`, `macos`: the desktop's own way of showing them, one of which is compiled.
//!
//! The desktop has a task of its own: one that is slow, gone or never was keeps nobody waiting. A call's notification
//! offers to play it, to hold its talkgroup and to be silent about it for half an hour, where the desktop has buttons.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "windows")]
mod windows;
mod words;

use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use futures_util::{StreamExt, stream};
use jiff::Zoned;
use serde::Serialize;
use squelch_core::alerts::{Alert, Alerts, Desk, Moment, Telling};
use squelch_core::client::Client;
use squelch_core::clock::Clock;
use squelch_core::model::CallKey;
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::sync::{mpsc, watch};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(target_os = "windows")]
use self::windows as system;
use super::glance::Wish;
use super::words::Spoken;
use super::{Desktop, MAIN, window};
use crate::bridge::Bridge;
use crate::updates::Updates;

/// What the window is sent whenever it changes; the command `notifications` answers the same.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
const EVENT: &str = "notifications";
/// What the page is sent when it is to show a call, with its key.
const SHOW_CALL: &str = "show-call";

/// Whether the desktop shows notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shower {
    /// Something shows them.
    there: bool,
    /// It has been told to show none, as far as it says.
    #[serde(skip)]
    do_not_disturb: bool,
}

/// What is known of the desktop, for as long as Squelch runs.
#[derive(Debug)]
pub(crate) struct Notifications {
    shower: watch::Sender<Shower>,
    /// The window is in front of everything else.
    in_front: watch::Sender<bool>,
    /// The call that the page is to show as soon as it is there.
    wanted: Mutex<Option<CallKey>>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            shower: watch::Sender::new(Shower { there: true, do_not_disturb: false }),
            in_front: watch::Sender::new(false),
            wanted: Mutex::default(),
        }
    }
}

impl Notifications {
    /// Whether the desktop shows them, as far as is known. Until the first answer it does.
    pub(crate) fn now(&self) -> Shower {
        *self.shower.borrow()
    }
}

/// Begins to tell.
pub(super) fn start<R: Runtime>(app: &AppHandle<R>, client: Client) {
    app.manage(Notifications::default());
    let (tell, told) = mpsc::unbounded_channel();
    tauri::async_runtime::spawn(system::show(app.clone(), told));
    let app = app.clone();
    tauri::async_runtime::spawn(async move { follow(&app, client, tell).await });
}

/// Follows core, updates, desktop and clock until the core ends.
async fn follow<R: Runtime>(app: &AppHandle<R>, client: Client, tell: mpsc::UnboundedSender<Telling>) {
    let subscription = client.subscribe().await;
    // A stream keeps what it is about to yield, so giving up the wait loses nothing.
    let mut messages = pin!(stream::unfold(subscription, async |mut subscription| {
        subscription.next().await.map(|message| (message, subscription))
    }));
    let (clock, mut alerts) = (Clock::system(), Alerts::default());
    let notifications = app.state::<Notifications>();
    let (mut shower, mut in_front) = (notifications.shower.subscribe(), notifications.in_front.subscribe());
    let mut update = app.state::<Updates>().watch();
    update.mark_changed();
    loop {
        let deadline = alerts.deadline();
        let woken = async {
            match deadline {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let now = || moment(&clock, &notifications);
        let tellings = tokio::select! {
            message = messages.next() => match message {
                Some(message) => alerts.hear(&message, now()),
                None => return,
            },
            Ok(()) = update.changed() => {
                let stage = update.borrow_and_update().stage.clone();
                alerts.update(&stage, now())
            }
            Ok(()) = shower.changed() => alerts.look(now()),
            Ok(()) = in_front.changed() => alerts.look(now()),
            () = woken => alerts.look(now()),
        };
        // Without the task that shows them there is nobody to be told.
        tellings.into_iter().for_each(|telling| drop(tell.send(telling)));
    }
}

fn moment(clock: &Clock, notifications: &Notifications) -> Moment {
    let (wall, shower) = (Zoned::now(), notifications.now());
    Moment {
        at: clock.now().at,
        minute: u16::from(wall.hour().unsigned_abs()) * 60 + u16::from(wall.minute().unsigned_abs()),
        desk: Desk {
            in_front: *notifications.in_front.borrow(),
            do_not_disturb: shower.do_not_disturb,
            reachable: shower.there,
        },
    }
}

/// Notes what the desktop is like, and tells the window if it is news to it.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn shower_is<R: Runtime>(app: &AppHandle<R>, now: Shower) {
    let notifications = app.state::<Notifications>();
    let before = notifications.now();
    if notifications.shower.send_if_modified(|known| std::mem::replace(known, now) != now) {
        tracing::info!(there = now.there, do_not_disturb = now.do_not_disturb, "notifications are shown or not");
    }
    if before.there != now.there
        && let Err(error) = app.emit_to(MAIN, EVENT, now)
    {
        tracing::warn!("the window could not be told about notifications: {error}");
    }
}

/// The window came to the front, or left it.
pub(super) fn in_front<R: Runtime>(app: &AppHandle<R>, is: bool) {
    if let Some(notifications) = app.try_state::<Notifications>() {
        notifications.in_front.send_if_modified(|known| std::mem::replace(known, is) != is);
    }
}

/// The language chosen, as of now: one that is shown already keeps its own.
fn spoken<R: Runtime>(app: &AppHandle<R>) -> Spoken {
    app.state::<Desktop<R>>().seen().glance.spoken()
}

/// What a notification was answered.
#[cfg_attr(target_os = "macos", allow(dead_code))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It was clicked itself.
    Open,
    Play,
    Hold,
    Mute,
}

#[cfg_attr(target_os = "macos", allow(dead_code))]
impl Answer {
    const ALL: [Self; 4] = [Self::Open, Self::Play, Self::Hold, Self::Mute];

    /// Its name where the desktop gives it back.
    fn key(self) -> &'static str {
        match self {
            Self::Open => "default",
            Self::Play => "play",
            Self::Hold => "hold",
            Self::Mute => "mute",
        }
    }

    fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.key() == key)
    }

    /// What it asks for.
    fn wish(self, alert: &Alert) -> Wish {
        match (self, alert) {
            (Self::Open, Alert::Call(call)) => Wish::ShowCall(call.call),
            (Self::Play, Alert::Call(call)) => Wish::Play(call.call),
            (Self::Hold, Alert::Call(call)) => Wish::Hold(Some(call.talkgroup)),
            (Self::Mute, Alert::Call(call)) => Wish::MuteAlerts(call.talkgroup),
            (_, Alert::LinkLost(_) | Alert::SignedOut(_) | Alert::Update { .. } | Alert::UpdateRefused { .. }) => {
                Wish::ShowWindow
            }
        }
    }
}

/// Opens the window at a call.
pub(super) fn show_call<R: Runtime>(app: &AppHandle<R>, call: CallKey) {
    app.state::<Notifications>().wanted.lock().unwrap_or_else(PoisonError::into_inner).replace(call);
    // A page that is still on its way asks when it is there.
    if app.state::<Bridge>().has_page() {
        show_call_if_wanted(app);
    }
    window::show(app);
}

/// Tells the page to show a call, if that was asked for.
pub(super) fn show_call_if_wanted<R: Runtime>(app: &AppHandle<R>) {
    let wanted = app
        .try_state::<Notifications>()
        .and_then(|notifications| notifications.wanted.lock().unwrap_or_else(PoisonError::into_inner).take());
    if let Some(call) = wanted
        && let Err(error) = app.emit_to(MAIN, SHOW_CALL, call)
    {
        tracing::warn!("the window could not be told to show a call: {error}");
    }
}
