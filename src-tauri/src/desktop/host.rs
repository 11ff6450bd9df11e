//! Whether anything shows tray icons. A window that closes into a tray nobody draws could not be found again.

use tokio::sync::watch;

/// Knows whether there is a tray, as of now.
#[derive(Debug, Clone)]
pub(crate) struct TrayHost(watch::Receiver<bool>);

impl TrayHost {
    /// Begins to look. Until the first answer there is none.
    #[cfg(target_os = "linux")]
    pub(crate) fn watch() -> Self {
        let (known, host) = watch::channel(false);
        tauri::async_runtime::spawn(async move {
            if let Err(error) = linux::follow(&known).await {
                tracing::info!("no way to know of a tray: {error}; closing the window will quit");
                known.send_replace(false);
            }
        });
        Self(host)
    }

    /// The desktop itself draws icons.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn watch() -> Self {
        Self(watch::channel(true).1)
    }

    /// Whether icons are shown.
    pub(crate) fn is_there(&self) -> bool {
        *self.0.borrow()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use futures_util::StreamExt;
    use tokio::sync::watch;
    use zbus::{Connection, MatchRule, MessageStream, message};

    /// Where panels say that they show icons (the StatusNotifierItem specification).
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    const PATH: &str = "/StatusNotifierWatcher";

    /// Keeps `known` true to what the session bus says, until the bus ends or nobody wants to know.
    pub(super) async fn follow(known: &watch::Sender<bool>) -> zbus::Result<()> {
        let bus = Connection::session().await?;
        // Listening begins before the first question, so that no change falls between the two.
        let mut owners = changes_of_owner(&bus).await?;
        let mut hosts = changes_of_hosts(&bus).await?;
        loop {
            let host = ask(&bus).await;
            if known.send_if_modified(|known| std::mem::replace(known, host) != host) {
                tracing::info!(host, "tray icons are shown or not");
            }
            // Both are streams of a queue that keeps what is not taken, so the branch not taken loses nothing.
            let more = tokio::select! {
                change = next(&mut owners) => change,
                change = next(&mut hosts) => change,
                () = known.closed() => false,
            };
            if !more {
                return Ok(());
            }
        }
    }

    async fn next(stream: &mut MessageStream) -> bool {
        stream.next().await.is_some()
    }

    /// The watcher comes and goes with the panel.
    async fn changes_of_owner(bus: &Connection) -> zbus::Result<MessageStream> {
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .sender("org.freedesktop.DBus")?
            .interface("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, WATCHER)?
            .build();
        MessageStream::for_match_rule(rule, bus, None).await
    }

    /// The watcher may be there before or without anything that draws.
    async fn changes_of_hosts(bus: &Connection) -> zbus::Result<MessageStream> {
        let rule = MatchRule::builder().msg_type(message::Type::Signal).path(PATH)?.interface(WATCHER)?.build();
        MessageStream::for_match_rule(rule, bus, None).await
    }

    /// No watcher, and a watcher that does not answer, are no host.
    async fn ask(bus: &Connection) -> bool {
        let question = ("org.kde.StatusNotifierWatcher", "IsStatusNotifierHostRegistered");
        let answer = bus
            .call_method(Some(WATCHER), PATH, Some("org.freedesktop.DBus.Properties"), "Get", &question)
            .await
            .and_then(|answer| answer.body().deserialize::<zbus::zvariant::OwnedValue>());
        answer.ok().and_then(|value| bool::try_from(value).ok()).unwrap_or(false)
    }
}
