//! What a desktop does with a window from outside: its frame's cross, its edges, and a tray for icons.

use std::collections::HashMap;

use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, MapState,
};
use x11rb::rust_connection::RustConnection;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{ObjectPath, OwnedValue, Value};
use zbus::{interface, message};

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

/// Where something is: its corner, its width and its height.
pub(crate) type Area = (i32, i32, u32, u32);

/// Puts the window somewhere, as dragging its frame and its edge does. Waits for the window first.
pub(crate) fn put(display: &str, (left, top, width, height): Area) -> Outcome<()> {
    let (x, root) = watching(display)?;
    let window = until(&x, root, |window| window)?;
    let place = ConfigureWindowAux::new().x(left).y(top).width(width).height(height);
    x.configure_window(window, &place)?.check()?;
    Ok(())
}

/// Waits until the window is somewhere that is wanted, and tells where.
pub(crate) fn area(display: &str, wanted: impl Fn(Area) -> bool) -> Outcome<Area> {
    let (x, root) = watching(display)?;
    let window = |window: Option<u32>| {
        let window = window?;
        let size = x.get_geometry(window).ok()?.reply().ok()?;
        let corner = x.translate_coordinates(window, root, 0, 0).ok()?.reply().ok()?;
        let area = (corner.dst_x.into(), corner.dst_y.into(), size.width.into(), size.height.into());
        wanted(area).then_some(area)
    };
    until(&x, root, window)
}

/// Begins to listen, and then waits until a window asks to fill the screen.
pub(crate) fn hear_maximising(display: &str) -> Outcome<impl FnOnce() -> Outcome<()> + Send + 'static> {
    let (x, _) = watching(display)?;
    let atom = |name: &str| -> Outcome<u32> { Ok(x.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let (state, wide) = (atom("_NET_WM_STATE")?, atom("_NET_WM_STATE_MAXIMIZED_HORZ")?);
    Ok(move || {
        loop {
            if let Event::ClientMessage(asked) = x.wait_for_event()?
                && asked.type_ == state
                && asked.data.as_data32()[1..3].contains(&wide)
            {
                return Ok(());
            }
        }
    })
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

/// A tray that shows icons to nobody, for as long as it is kept.
pub(crate) struct Tray {
    bus: zbus::Connection,
    item: watch::Receiver<Option<Item>>,
}

/// Where a program put its icon.
type Item = (OwnedUniqueName, String);

/// A line of a menu: its number, what is known of it, and the lines below it.
type Line = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

const MENU: &str = "com.canonical.dbusmenu";

impl Tray {
    pub(crate) async fn on(bus: &str) -> Self {
        let (found, item) = watch::channel(None);
        let build = async {
            zbus::connection::Builder::address(bus)?
                .serve_at("/StatusNotifierWatcher", Watcher { found })?
                .name("org.kde.StatusNotifierWatcher")?
                .build()
                .await
        };
        Self { bus: build.await.expect("the bus takes a tray"), item }
    }

    /// Clicks the line of the icon's menu that has this text.
    pub(crate) async fn click(&self, label: &str) {
        let (owner, item) =
            self.item.clone().wait_for(Option::is_some).await.expect("a tray").clone().expect("an icon");
        let owner = Some(owner.as_str());
        let properties = Some("org.freedesktop.DBus.Properties");
        let question = ("org.kde.StatusNotifierItem", "Menu");
        let answer = self.bus.call_method(owner, item.as_str(), properties, "Get", &question).await.expect("an answer");
        let path: OwnedValue = answer.body().deserialize().expect("a value");
        let path = ObjectPath::try_from(&*path).expect("a path");
        let question = (0, -1, &[""; 0][..]);
        let answer = self.bus.call_method(owner, &path, Some(MENU), "GetLayout", &question).await.expect("a menu");
        let (_revision, menu): (u32, Line) = answer.body().deserialize().expect("a menu");
        let lines = menu.2.into_iter().map(|line| Line::try_from(line).expect("a line"));
        let is_it = |line: &Line| line.1.get("label").is_some_and(|text| **text == Value::from(label));
        let (line, ..) = lines.into_iter().find(is_it).expect("a line with this text");
        let click = (line, "clicked", Value::from(0), 0_u32);
        self.bus.call_method(owner, &path, Some(MENU), "Event", &click).await.expect("it is clicked");
    }
}

/// What panels run, as far as programs with an icon need it.
struct Watcher {
    found: watch::Sender<Option<Item>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: message::Header<'_>) {
        self.found.send_replace(header.sender().map(|owner| (owner.to_owned().into(), service.to_owned())));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
