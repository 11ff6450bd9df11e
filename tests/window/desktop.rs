//! What a desktop does with a window from outside: its frame's cross, its edges, and a tray for icons.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, MapState,
};
use x11rb::rust_connection::RustConnection;
use zbus::interface;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Asks the window to close. Waits for the window first.
pub(crate) fn close_window(display: &str) -> Outcome<()> {
    let (x, root) = watching(display)?;
    let window = until(&x, root, |window| window)?;
    let atom = |name: &str| -> Outcome<u32> { Ok(x.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let close = [atom("WM_DELETE_WINDOW")?, 0, 0, 0, 0];
    let close = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS")?, close);
    x.send_event(false, window, EventMask::NO_EVENT, close)?.check()?;
    Ok(())
}

/// Waits until there is no window.
pub(crate) fn window_gone(display: &str) -> Outcome<()> {
    let (x, root) = watching(display)?;
    until(&x, root, |window| if window.is_none() { Some(()) } else { None })
}

/// Gives the window another size, in its corner of the screen. Waits for the window first.
pub(crate) fn resize(display: &str, width: u32, height: u32) -> Outcome<()> {
    let (x, root) = watching(display)?;
    let window = until(&x, root, |window| window)?;
    x.configure_window(window, &ConfigureWindowAux::new().x(0).y(0).width(width).height(height))?.check()?;
    Ok(())
}

/// A connection that is told of windows that come and go.
fn watching(display: &str) -> Outcome<(RustConnection, u32)> {
    let (x, screen) = x11rb::connect(Some(display))?;
    let root = x.setup().roots[screen].root;
    let told = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
    x.change_window_attributes(root, &told)?.check()?;
    Ok((x, root))
}

/// Looks for Squelch's window, again with everything that happens on the screen, until that is what was wanted.
fn until<T>(x: &RustConnection, root: u32, wanted: impl Fn(Option<u32>) -> Option<T>) -> Outcome<T> {
    loop {
        let mut found = None;
        for window in x.query_tree(root)?.reply()?.children {
            // A window may go while it is asked about.
            let Ok(title) = x.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)?.reply() else {
                continue;
            };
            let Ok(attributes) = x.get_window_attributes(window)?.reply() else { continue };
            if title.value == b"Squelch" && attributes.map_state == MapState::VIEWABLE {
                found = Some(window);
            }
        }
        if let Some(is) = wanted(found) {
            return Ok(is);
        }
        x.wait_for_event()?;
    }
}

/// A tray that shows icons to nobody, for as long as the connection is kept.
pub(crate) async fn tray(bus: &str) -> zbus::Connection {
    let build = async {
        zbus::connection::Builder::address(bus)?
            .serve_at("/StatusNotifierWatcher", Watcher)?
            .name("org.kde.StatusNotifierWatcher")?
            .build()
            .await
    };
    build.await.expect("the bus takes a tray")
}

/// What panels run, as far as programs with an icon need it.
struct Watcher;

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    #[allow(clippy::unused_self, reason = "the bus calls a method")]
    fn register_status_notifier_item(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
