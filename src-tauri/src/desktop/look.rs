//! The colour of a window that has not painted its page yet: the page's own background, lest it flash.

use squelch_core::view::Theme;
use tauri::webview::Color;
use tauri::{AppHandle, Runtime};

/// The colour the page will have.
pub(super) async fn background<R: Runtime>(app: &AppHandle<R>, theme: Theme) -> Color {
    match theme {
        Theme::Dark => color(true),
        Theme::Light => color(false),
        Theme::HighContrast => Color(0, 0, 0, 0xff),
        Theme::Lcd => LCD,
        Theme::System => color(desktop_is_dark(app).await),
    }
}

/// An unlit display.
const LCD: Color = Color(0x12, 0x0d, 0x05, 0xff);

fn color(dark: bool) -> Color {
    if dark { Color(0x0d, 0x10, 0x14, 0xff) } else { Color(0xf3, 0xf5, 0xf8, 0xff) }
}

/// Whether a page that asks for the desktop's look will be told "dark".
#[cfg(target_os = "linux")]
async fn desktop_is_dark<R: Runtime>(app: &AppHandle<R>) -> bool {
    use gtk::prelude::GtkSettingsExt as _;
    let prefers_dark = linux::prefers_dark().await;
    let (tell, told) = tokio::sync::oneshot::channel();
    let asked = app.run_on_main_thread(move || {
        let dark = gtk::Settings::default().is_some_and(|settings| {
            let theme = settings.gtk_theme_name().unwrap_or_default();
            linux::is_dark(prefers_dark.unwrap_or(settings.is_gtk_application_prefer_dark_theme()), &theme)
        });
        // Who does not wait any more needs no answer.
        let _ = tell.send(dark);
    });
    asked.is_ok() && told.await.unwrap_or(false)
}

/// Elsewhere only a window knows, see [`correct`].
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "on Linux it waits")]
async fn desktop_is_dark<R: Runtime>(_: &AppHandle<R>) -> bool {
    true
}

/// Gives a window that is not shown yet the desktop's colour.
#[cfg(not(target_os = "linux"))]
pub(super) fn correct<R: Runtime>(window: &tauri::WebviewWindow<R>, theme: Theme) -> tauri::Result<()> {
    if theme == Theme::System {
        window.set_background_color(Some(color(matches!(window.theme(), Ok(tauri::Theme::Dark)))))?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use zbus::Connection;
    use zbus::zvariant::{OwnedValue, Value};

    /// Nobody waits longer than this for a window because of its colour.
    const LIMIT: Duration = Duration::from_millis(500);

    /// What the desktop portal says. The window library passes it on to GTK, but only once there is a window.
    pub(super) async fn prefers_dark() -> Option<bool> {
        let answer = tokio::time::timeout(LIMIT, async {
            let bus = Connection::session().await?;
            let question = ("org.freedesktop.appearance", "color-scheme");
            let portal = "org.freedesktop.portal.Desktop";
            let settings = Some("org.freedesktop.portal.Settings");
            bus.call_method(Some(portal), "/org/freedesktop/portal/desktop", settings, "Read", &question).await
        });
        let answer: OwnedValue = answer.await.ok()?.ok()?.body().deserialize().ok()?;
        scheme(&answer).map(|scheme| scheme == 1)
    }

    /// The number inside: it comes in two wrappings.
    fn scheme(value: &Value<'_>) -> Option<u32> {
        match value {
            Value::Value(inner) => scheme(inner),
            Value::U32(scheme) => Some(*scheme),
            _ => None,
        }
    }

    /// What WebKit makes of GTK's settings.
    pub(super) fn is_dark(prefers_dark: bool, theme: &str) -> bool {
        let theme = theme.to_ascii_lowercase();
        prefers_dark || theme.ends_with("-dark") || theme.ends_with(":dark")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_desktop_is_dark_where_its_pages_are() {
            let table = [
                ((false, "Adwaita"), false),
                ((true, "Adwaita"), true),
                ((false, "Adwaita-dark"), true),
                ((false, "Yaru-Dark"), true),
                ((false, "Adwaita:dark"), true),
                ((false, "Darkish"), false),
                ((false, ""), false),
            ];
            for ((prefers_dark, theme), dark) in table {
                assert_eq!(is_dark(prefers_dark, theme), dark, "{theme:?}, prefers dark: {prefers_dark}");
            }
        }

        #[test]
        fn the_portals_answer_is_read_in_any_wrapping() {
            assert_eq!(scheme(&Value::U32(1)), Some(1));
            assert_eq!(scheme(&Value::new(Value::U32(2))), Some(2));
            assert_eq!(scheme(&Value::new(Value::new(Value::U32(0)))), Some(0));
            assert_eq!(scheme(&Value::from("dark")), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_has_the_pages_own_background_from_the_start() {
        let css = include_str!("../../../ui/src/app.css");
        let mut page = css.lines().filter_map(|line| line.trim().strip_prefix("--bg: #"));
        for Color(red, green, blue, _) in [color(true), color(false), Color(0, 0, 0, 0xff), LCD] {
            assert_eq!(page.next(), Some(format!("{red:02x}{green:02x}{blue:02x};").as_str()));
        }
        assert_eq!(page.next(), None, "there are four looks");
    }
}
