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

    /// Waits until that changes; for ever where nobody can know.
    pub(super) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending().await
        }
    }

    /// One that is told by a test.
    #[cfg(test)]
    pub(super) fn told() -> (watch::Sender<bool>, Self) {
        let (known, host) = watch::channel(false);
        (known, Self(host))
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::{HOST, WATCHER};

#[cfg(target_os = "linux")]
mod linux {
    use tokio::sync::watch;
    use zbus::Connection;

    use crate::desktop::bus::Property;

    /// Where panels say that they show icons (the StatusNotifierItem specification).
    pub(in crate::desktop) const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    pub(in crate::desktop) const HOST: Property = Property {
        owner: WATCHER,
        path: "/StatusNotifierWatcher",
        interface: WATCHER,
        name: "IsStatusNotifierHostRegistered",
    };

    /// Keeps `known` true to what the session bus says, until the bus ends or nobody wants to know. No watcher, and a
    /// watcher that does not answer, are no host.
    pub(super) async fn follow(known: &watch::Sender<bool>) -> zbus::Result<()> {
        let bus = Connection::session().await?;
        // The watcher comes and goes with the panel, and may be there before or without anything that draws.
        let mut changes = HOST.changes(&bus, WATCHER).await?;
        loop {
            let host = HOST.value(&bus).await.and_then(|value| bool::try_from(value).ok()).unwrap_or(false);
            if known.send_if_modified(|known| std::mem::replace(known, host) != host) {
                tracing::info!(host, "tray icons are shown or not");
            }
            let more = tokio::select! {
                more = changes.next() => more,
                () = known.closed() => false,
            };
            if !more {
                return Ok(());
            }
        }
    }
}
