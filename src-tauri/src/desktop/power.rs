//! Whether the computer runs on its battery. The window is told, so that it can be frugal then.
//!
//! On Linux UPower knows; where it is not running, and on other systems, the answer is "no". Windows would tell
//! (`GetSystemPowerStatus`), with more of its bindings than are linked so far.

use std::time::Duration;

use serde::Serialize;
use tauri::{AppHandle, Emitter, Manager, Runtime};
use tokio::sync::watch;

use super::MAIN;

/// What the window is sent whenever it changes; the command `power` answers the same.
const EVENT: &str = "power";

/// Where the power comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Power {
    /// From a battery that is running down.
    battery: bool,
}

impl Power {
    /// How often the window is told of changes, after the first, which is told at once. Ten times a second looks
    /// immediate; a battery lasts longer with fewer.
    pub(crate) fn pace(self) -> Duration {
        Duration::from_millis(if self.battery { 400 } else { 100 })
    }

    /// The same for the tray, whose changes go over the bus to the panel. What comes of a click there waits for none of it.
    pub(crate) fn pace_of_tray(self) -> Duration {
        Duration::from_millis(if self.battery { 400 } else { 75 })
    }
}

/// Knows it, as of now.
#[derive(Debug, Default)]
pub(crate) struct PowerSupply(watch::Sender<Power>);

impl PowerSupply {
    /// Where the power comes from.
    pub(crate) fn now(&self) -> Power {
        *self.0.borrow()
    }
}

/// Begins to look. Until the first answer there is no battery.
pub(super) fn follow<R: Runtime>(app: &AppHandle<R>) {
    app.manage(PowerSupply::default());
    #[cfg(target_os = "linux")]
    {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = linux::follow(|battery| tell(&app, Power { battery })).await {
                tracing::info!("no way to know of a battery: {error}");
            }
            tell(&app, Power::default());
        });
    }
}

/// Notes it and tells the window, if it is news.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn tell<R: Runtime>(app: &AppHandle<R>, power: Power) {
    let news = app.state::<PowerSupply>().0.send_if_modified(|known| std::mem::replace(known, power) != power);
    if news {
        tracing::info!(battery = power.battery, "the power supply has changed");
        if let Err(error) = app.emit_to(MAIN, EVENT, power) {
            tracing::warn!("the window could not be told about the power supply: {error}");
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use zbus::Connection;

    use crate::desktop::bus::Property;

    const ON_BATTERY: Property = Property {
        owner: "org.freedesktop.UPower",
        path: "/org/freedesktop/UPower",
        interface: "org.freedesktop.UPower",
        name: "OnBattery",
    };

    /// Says what UPower says, until the system's bus ends.
    pub(super) async fn follow(tell: impl Fn(bool)) -> zbus::Result<()> {
        let bus = Connection::system().await?;
        let mut changes = ON_BATTERY.changes(&bus, "org.freedesktop.DBus.Properties").await?;
        loop {
            let battery = ON_BATTERY.value(&bus).await.and_then(|value| bool::try_from(value).ok());
            tell(battery.unwrap_or(false));
            if !changes.next().await {
                return Ok(());
            }
        }
    }
}

// Clippy knows tests by a plain `cfg(test)` only.
#[cfg(all(test, target_os = "linux"))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::mpsc;

    use tauri::test::mock_builder;
    use tauri::{Listener, WebviewWindowBuilder};

    use super::*;

    #[test]
    fn on_battery_changes_are_told_less_often() {
        assert_eq!(Power { battery: false }.pace(), Duration::from_millis(100));
        assert!(Power { battery: true }.pace() >= 3 * Power { battery: false }.pace());
    }

    #[test]
    fn the_window_is_told_once_whenever_the_supply_changes_and_may_ask() {
        let app = mock_builder().build(tauri::generate_context!(test = true)).unwrap();
        app.manage(PowerSupply::default());
        let window = WebviewWindowBuilder::new(&app, MAIN, Default::default()).build().unwrap();
        let (sink, told) = mpsc::channel();
        window.listen(EVENT, move |event| sink.send(event.payload().to_owned()).unwrap());
        for battery in [false, true, true, false] {
            tell(app.handle(), Power { battery });
            assert_eq!(app.state::<PowerSupply>().now(), Power { battery });
        }
        assert_eq!(told.try_iter().collect::<Vec<_>>(), [r#"{"battery":true}"#, r#"{"battery":false}"#]);
    }
}
