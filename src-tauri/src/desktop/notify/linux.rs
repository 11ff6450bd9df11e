//! The notification server of a Linux desktop, over the session bus (the Desktop Notifications specification).
//!
//! Spoken to with the bus library that the tray's watcher uses: the one made for this brings a second one along. Where
//! nothing shows notifications, that is a logged state, and the window says so where they are chosen. What cannot be
//! known: whether a server that does not say so (GNOME's, for one) shows what it is sent or keeps it, as when the user does
//! not want to be disturbed; such a server has to do that itself, and does.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use futures_util::StreamExt;
use squelch_core::alerts::{Alert, AlertId, Telling};
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc;
use zbus::fdo::DBusProxy;
use zbus::names::{BusName, OwnedUniqueName};
use zbus::proxy::CacheProperties;
use zbus::zvariant::Value;
use zbus::{Connection, proxy};

use super::words::{Notice, escaped};
use super::{Answer, Shower, shower_is, spoken};
use crate::desktop::bus::Property;
use crate::desktop::glance::Wish;
use crate::desktop::words::Spoken;

/// Its name on the bus.
const SERVER: &str = "org.freedesktop.Notifications";

/// Set while the user does not want to be disturbed. KDE's server has it; others do not, or do it by themselves.
const INHIBITED: Property =
    Property { owner: SERVER, path: "/org/freedesktop/Notifications", interface: SERVER, name: "Inhibited" };

/// A server that takes longer is left to itself with this one.
const PATIENCE: Duration = Duration::from_secs(5);

/// So many that were closed may still be answered: a click closes a notification as well, and is heard by another ear than
/// the closing. Some servers also tell of the closing first, or show what was closed once more.
const KEPT: usize = 16;

/// The icon, by the name under which packages install it.
const ICON: &str = "squelch";

#[proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Server {
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    #[expect(clippy::too_many_arguments, reason = "the specification says so")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: &HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

const NOBODY: Shower = Shower { there: false, do_not_disturb: false };

/// Shows what it is told to, until nobody tells any more or the bus ends.
pub(super) async fn show<R: Runtime>(app: AppHandle<R>, told: mpsc::UnboundedReceiver<Telling>) {
    let known = |shower| shower_is(&app, shower);
    let ended = match Connection::session().await {
        Ok(bus) => serve(bus, told, &known, |wish| crate::desktop::grant(&app, wish), || spoken(&app)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        tracing::info!("no notifications: {error}");
    }
    known(NOBODY);
}

/// The same on this bus. `known` is told what is known of the server, and `wished` what is asked for by an answer; `spoken`
/// tells in which language.
async fn serve(
    bus: Connection,
    told: mpsc::UnboundedReceiver<Telling>,
    known: impl Fn(Shower),
    wished: impl Fn(Wish),
    spoken: impl Fn() -> Spoken,
) -> zbus::Result<()> {
    let names = DBusProxy::new(&bus).await?;
    let server = ServerProxy::builder(&bus).cache_properties(CacheProperties::No).build().await?;
    let (shown, closed) = (BTreeMap::new(), VecDeque::new());
    let (owner, can, complained) = (None, None, false);
    let screen = Screen { bus, names, server, owner, can, shown, closed, complained, known, wished, spoken };
    screen.follow(told).await
}

/// The server, and what it shows of ours.
struct Screen<K, W, S> {
    bus: Connection,
    names: DBusProxy<'static>,
    server: ServerProxy<'static>,
    /// Who owns the server's name. Numbers of another one mean nothing.
    owner: Option<OwnedUniqueName>,
    can: Option<Abilities>,
    shown: BTreeMap<AlertId, (u32, Alert)>,
    /// Not there any more, the last one last.
    closed: VecDeque<(u32, Alert)>,
    /// That it did not answer was logged.
    complained: bool,
    known: K,
    wished: W,
    spoken: S,
}

/// What the server can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Abilities {
    buttons: bool,
    body: bool,
    markup: bool,
}

impl Abilities {
    fn of(names: &[String]) -> Self {
        let has = |name: &str| names.iter().any(|known| known == name);
        Self { buttons: has("actions"), body: has("body"), markup: has("body-markup") }
    }
}

impl<K: Fn(Shower), W: Fn(Wish), S: Fn() -> Spoken> Screen<K, W, S> {
    async fn follow(mut self, mut told: mpsc::UnboundedReceiver<Telling>) -> zbus::Result<()> {
        let mut changes = INHIBITED.changes(&self.bus, "org.freedesktop.DBus.Properties").await?;
        let mut answers = self.server.receive_action_invoked().await?;
        let mut closed = self.server.receive_notification_closed().await?;
        self.look().await;
        loop {
            tokio::select! {
                telling = told.recv() => {
                    let Some(telling) = telling else { return Ok(()) };
                    let mut tellings = vec![telling];
                    while let Ok(telling) = told.try_recv() {
                        tellings.push(telling);
                    }
                    for telling in newest(tellings) {
                        self.tell(telling).await;
                    }
                }
                more = changes.next() => {
                    if !more {
                        return Ok(());
                    }
                    self.look().await;
                }
                Some(answer) = answers.next() => {
                    if let Ok(answer) = answer.args() {
                        self.answered(answer.id, &answer.action_key).await;
                    }
                }
                Some(closed) = closed.next() => {
                    if let Ok(closed) = closed.args() {
                        self.closed(closed.id);
                    }
                }
            }
        }
    }

    /// Finds out who shows notifications, if anybody does.
    async fn look(&mut self) {
        let owner = self.names.get_name_owner(name()).await.ok();
        // One that starts when it is needed is as good.
        let there = owner.is_some() || self.starts_by_itself().await;
        self.belongs_to(owner);
        let do_not_disturb = match self.owner {
            Some(_) => INHIBITED.value(&self.bus).await.and_then(|value| bool::try_from(value).ok()).unwrap_or(false),
            None => false,
        };
        (self.known)(Shower { there, do_not_disturb });
    }

    async fn starts_by_itself(&self) -> bool {
        let names = self.names.list_activatable_names().await.unwrap_or_default();
        names.iter().any(|known| known.as_str() == SERVER)
    }

    /// What was shown by another server has gone with it.
    fn belongs_to(&mut self, owner: Option<OwnedUniqueName>) {
        if self.owner != owner {
            self.owner = owner;
            self.can = None;
            self.shown.clear();
            self.closed.clear();
            self.complained = false;
        }
    }

    async fn tell(&mut self, telling: Telling) {
        let done = tokio::time::timeout(PATIENCE, async {
            match telling {
                Telling::Show(alert) => self.notify(alert).await,
                Telling::Withdraw(id) => match self.shown.remove(&id) {
                    Some((id, _)) => self.server.close_notification(id).await,
                    None => Ok(()),
                },
            }
        });
        let error = match done.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it does not answer".to_owned(),
        };
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!("what shows notifications failed: {error}");
        }
        // It was to start by itself, and did not.
        if self.owner.is_none() && self.names.get_name_owner(name()).await.is_err() {
            (self.known)(NOBODY);
        }
    }

    async fn notify(&mut self, alert: Alert) -> zbus::Result<()> {
        let can = match self.can {
            Some(can) => can,
            None => self.get_to_know().await?,
        };
        let say = (self.spoken)();
        let notice = Notice::of(&alert, say);
        let (summary, body) = words(&notice, can);
        let replaces = self.shown.get(&alert.id()).map_or(0, |(id, _)| *id);
        let (actions, hints) = (actions(&notice, can, say), hints(&alert));
        let id = self.server.notify("Squelch", replaces, ICON, &summary, &body, &actions, &hints, -1).await?;
        self.shown.insert(alert.id(), (id, alert));
        Ok(())
    }

    /// Asks what the server can do, which starts it if need be.
    async fn get_to_know(&mut self) -> zbus::Result<Abilities> {
        let can = Abilities::of(&self.server.get_capabilities().await?);
        self.belongs_to(Some(self.names.get_name_owner(name()).await?));
        self.can = Some(can);
        tracing::debug!(?can, "notifications are shown");
        Ok(can)
    }

    /// It is there no more, so nothing can take its place.
    fn closed(&mut self, id: u32) {
        let alert = self.shown.iter().find(|(_, (shown, _))| *shown == id).map(|(alert, _)| *alert);
        self.closed.extend(alert.and_then(|alert| self.shown.remove(&alert)));
        self.closed.drain(..self.closed.len().saturating_sub(KEPT));
    }

    /// Somebody has answered a notification, which has done its work with that. Some servers leave it there.
    async fn answered(&mut self, id: u32, key: &str) {
        let Some(answer) = Answer::of(key) else { return };
        if let Some((_, alert)) = self.shown.values().find(|(shown, _)| *shown == id) {
            (self.wished)(answer.wish(alert));
            let done = Telling::Withdraw(alert.id());
            self.tell(done).await;
        } else if let Some(at) = self.closed.iter().rposition(|(closed, _)| *closed == id)
            && let Some((_, alert)) = self.closed.remove(at)
        {
            (self.wished)(answer.wish(&alert));
        }
    }
}

fn name() -> BusName<'static> {
    BusName::from_static_str(SERVER).expect("it is a name")
}

/// Of all that waited, what is still worth telling, in order.
fn newest(tellings: Vec<Telling>) -> Vec<Telling> {
    let of = |telling: &Telling| match telling {
        Telling::Show(alert) => alert.id(),
        Telling::Withdraw(id) => *id,
    };
    let ids: Vec<AlertId> = tellings.iter().map(of).collect();
    let is_last = |(n, telling): (usize, Telling)| (!ids[n + 1..].contains(&ids[n])).then_some(telling);
    tellings.into_iter().enumerate().filter_map(is_last).collect()
}

/// Summary and body. A summary is plain text everywhere. A body is not, and some servers take it for markup without
/// saying so (dunst without a configuration does): they are given nothing that could be a tag.
fn words(notice: &Notice, can: Abilities) -> (String, String) {
    match (can.body, can.markup) {
        (false, _) if notice.text.is_empty() => (notice.title.clone(), String::new()),
        (false, _) => (format!("{}: {}", notice.title, notice.text), String::new()),
        (true, true) => (notice.title.clone(), escaped(&notice.text)),
        (true, false) => (notice.title.clone(), notice.text.replace('<', "‹").replace('>', "›")),
    }
}

fn actions(notice: &Notice, can: Abilities, say: Spoken) -> Vec<&'static str> {
    if !can.buttons {
        return vec![];
    }
    // Shown by some servers although a click on the notification does the same.
    let open = (Answer::Open, say.open_squelch());
    [open].iter().chain(&notice.buttons).flat_map(|(answer, label)| [answer.key(), *label]).collect()
}

fn hints(alert: &Alert) -> HashMap<&'static str, Value<'static>> {
    let mut hints = HashMap::from([("desktop-entry", Value::from("Squelch")), ("urgency", Value::from(1_u8))]);
    let category = match alert {
        // Calls are sound already.
        Alert::Call(_) => {
            hints.insert("suppress-sound", Value::from(true));
            "x-squelch.call"
        }
        Alert::LinkLost(_) => "network.disconnected",
        Alert::SignedOut(_) => "network.error",
        Alert::Update { .. } | Alert::UpdateRefused { .. } => "x-squelch.update",
    };
    hints.insert("category", Value::from(category));
    hints
}

#[cfg(test)]
mod tests;
