//! Which of the desktop's services are there, for a bug report. Nothing asked here starts a program, unlocks a keychain
//! or reads what is in it.

use squelch_core::diagnostics::Section;

/// What the desktop has that Squelch uses. Takes a few seconds at most.
pub(crate) async fn described(identifier: &str) -> Section {
    let mut section = Section::new("Desktop");
    for (name, value) in found(identifier).await {
        section.say(name, value);
    }
    section
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "on Linux a bus is asked")]
async fn found(_: &str) -> Vec<(&'static str, String)> {
    let keychain = if squelch_core::vault::Keychain::exists() { "there" } else { "none" };
    vec![("tray", "the system's own".to_owned()), ("keychain", keychain.to_owned())]
}

#[cfg(target_os = "linux")]
use linux::found;

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use zbus::fdo::DBusProxy;
    use zbus::names::BusName;
    use zbus::proxy::{CacheProperties, MethodFlags};
    use zbus::zvariant::OwnedValue;
    use zbus::{Connection, Proxy};

    use crate::desktop::bus::Property;
    use crate::desktop::host;

    /// A service that is there answers in milliseconds.
    const PATIENCE: Duration = Duration::from_secs(2);

    const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
    const SECRETS: &str = "org.freedesktop.secrets";
    /// Whether the keychain that new entries go to is locked.
    const LOCKED: Property = Property {
        owner: SECRETS,
        path: "/org/freedesktop/secrets/aliases/default",
        interface: "org.freedesktop.Secret.Collection",
        name: "Locked",
    };

    pub(super) async fn found(identifier: &str) -> Vec<(&'static str, String)> {
        let bus = match in_time(Connection::session()).await {
            Some(Ok(bus)) => bus,
            Some(Err(error)) => return vec![("session bus", format!("none: {error}"))],
            None => return vec![("session bus", "it does not answer".to_owned())],
        };
        let running = is_there(&bus, &format!("{identifier}.SingleInstance")).await;
        vec![
            ("session bus", "there".to_owned()),
            ("Squelch", if running { "running" } else { "not running" }.to_owned()),
            ("tray", tray(&bus).await.to_owned()),
            ("notifications", notifications(&bus).await),
            ("keychain", keychain(&bus).await),
        ]
    }

    async fn in_time<T>(answer: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout(PATIENCE, answer).await.ok()
    }

    async fn is_there(bus: &Connection, name: &str) -> bool {
        let asked = async {
            let name = BusName::try_from(name.to_owned()).ok()?;
            DBusProxy::new(bus).await.ok()?.name_has_owner(name).await.ok()
        };
        in_time(asked).await.flatten().unwrap_or(false)
    }

    /// Why nobody answers under this name.
    async fn absent(bus: &Connection, name: &str) -> &'static str {
        let asked = async { DBusProxy::new(bus).await.ok()?.list_activatable_names().await.ok() };
        let startable = in_time(asked).await.flatten().unwrap_or_default();
        if startable.iter().any(|startable| startable.as_str() == name) {
            "not running; the bus starts it when it is needed"
        } else {
            "none"
        }
    }

    async fn tray(bus: &Connection) -> &'static str {
        if !is_there(bus, host::WATCHER).await {
            return "none: nothing shows tray icons";
        }
        match in_time(host::HOST.value(bus)).await {
            Some(Some(value)) if bool::try_from(value.clone()).unwrap_or(false) => "icons are shown",
            Some(_) => "a watcher is there, but nothing shows icons",
            None => "a watcher is there, but does not answer",
        }
    }

    async fn notifications(bus: &Connection) -> String {
        if !is_there(bus, NOTIFICATIONS).await {
            return absent(bus, NOTIFICATIONS).await.to_owned();
        }
        let asked = async {
            let proxy: Proxy<'_> = zbus::proxy::Builder::new(bus)
                .destination(NOTIFICATIONS)?
                .path("/org/freedesktop/Notifications")?
                .interface(NOTIFICATIONS)?
                .cache_properties(CacheProperties::No)
                .build()
                .await?;
            proxy.call_with_flags("GetServerInformation", MethodFlags::NoAutoStart.into(), &()).await
        };
        match in_time(asked).await {
            Some(Ok(Some(answer))) => {
                let (name, vendor, version, spec): (String, String, String, String) = answer;
                format!("{name} {version} ({vendor}; specification {spec})")
            }
            Some(Ok(None)) => "there".to_owned(),
            Some(Err(error)) => format!("there, but: {error}"),
            None => "there, but does not answer".to_owned(),
        }
    }

    async fn keychain(bus: &Connection) -> String {
        if !is_there(bus, SECRETS).await {
            return absent(bus, SECRETS).await.to_owned();
        }
        match in_time(LOCKED.value(bus)).await {
            Some(value) => match value.as_ref().and_then(|value: &OwnedValue| bool::try_from(value).ok()) {
                Some(true) => "there, locked",
                Some(false) => "there, unlocked",
                None => "there, without a default collection",
            }
            .to_owned(),
            None => "there, but does not answer".to_owned(),
        }
    }
}
