//! What a desktop does with Squelch's window from outside, and what it sees of it. Each waits for the window first.

use std::time::Duration;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, ImageFormat,
    MapState,
};
use x11rb::rust_connection::RustConnection;

use crate::within;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What a program asks the window manager for when its window is to become small (ICCCM 4.1.4).
const ICONIC: u32 = 3;

/// Waits until the window is on the screen.
pub async fn shown(display: &str) {
    on(display, "the window", |screen| screen.window().map(drop)).await;
}

/// Waits until there is no window.
pub async fn gone(display: &str) {
    on(display, "the end of the window", |screen| screen.until(|window| window.is_none().then_some(()))).await;
}

/// Asks the window to close, as the cross in its frame does.
pub async fn close(display: &str) {
    on(display, "the window", |screen| {
        let window = screen.window()?;
        screen.close(window)
    })
    .await;
}

/// The same, and waits until the program asks for it to become small. There is no window manager that would do it.
pub async fn becomes_small_when_closed(display: &str) {
    on(display, "the wish to become small", |screen| {
        let window = screen.window()?;
        let change = screen.atom("WM_CHANGE_STATE")?;
        screen.close(window)?;
        loop {
            if let Event::ClientMessage(asked) = screen.x.wait_for_event()?
                && (asked.window, asked.type_, asked.data.as_data32()[0]) == (window, change, ICONIC)
            {
                return Ok(());
            }
        }
    })
    .await;
}

/// Gives the window another size, as dragging its edge does, in its corner of the screen.
pub async fn resize(display: &str, (width, height): (u32, u32)) {
    on(display, "the window", move |screen| {
        let size = ConfigureWindowAux::new().x(0).y(0).width(width).height(height);
        screen.x.configure_window(screen.window()?, &size)?.check()?;
        Ok(())
    })
    .await;
}

/// Where something is: its corner, its width and its height.
pub type Area = (i32, i32, u32, u32);

/// Puts the window somewhere, as dragging its frame and its edge does.
pub async fn put(display: &str, (left, top, width, height): Area) {
    on(display, "the window", move |screen| {
        let place = ConfigureWindowAux::new().x(left).y(top).width(width).height(height);
        screen.x.configure_window(screen.window()?, &place)?.check()?;
        Ok(())
    })
    .await;
}

/// Waits until the window is somewhere that is wanted.
pub async fn area(display: &str, wanted: impl Fn(Area) -> bool + Send + 'static) {
    on(display, "the window at its place", move |screen| {
        let is_there = |window| screen.area(window).is_ok_and(&wanted);
        screen.until(|window| window.filter(|window| is_there(*window)).map(drop))
    })
    .await;
}

/// Whether the window is on the screen now.
pub async fn is_there(display: &str) -> bool {
    let (tell, told) = std::sync::mpsc::channel();
    on(display, "the screen", move |screen| screen.until(|window| tell.send(window.is_some()).ok())).await;
    told.recv().expect("it was told")
}

/// Begins to listen; what it gives waits until a window asks to fill the screen.
pub fn hear_maximising(display: &str) -> impl Future<Output = ()> + use<> {
    let screen = Screen::of(display).expect("X answers");
    let hearing = tokio::task::spawn_blocking(move || -> Outcome<()> {
        let (state, wide) = (screen.atom("_NET_WM_STATE")?, screen.atom("_NET_WM_STATE_MAXIMIZED_HORZ")?);
        loop {
            if let Event::ClientMessage(asked) = screen.x.wait_for_event()?
                && asked.type_ == state
                && asked.data.as_data32()[1..3].contains(&wide)
            {
                return Ok(());
            }
        }
    });
    async { within("the wish to fill the screen", hearing).await.expect("waiting does not panic").expect("X answers") }
}

/// Does something that may wait for the screen, within the limit.
async fn on(display: &str, what: &str, does: impl FnOnce(&Screen) -> Outcome<()> + Send + 'static) {
    let display = display.to_owned();
    let doing = tokio::task::spawn_blocking(move || does(&Screen::of(&display)?));
    within(what, doing).await.expect("waiting does not panic").expect("X answers");
}

/// A connection that is told of windows that come, go and are to become small.
struct Screen {
    x: RustConnection,
    root: u32,
}

impl Screen {
    fn of(display: &str) -> Outcome<Self> {
        let (x, screen) = x11rb::connect(Some(display))?;
        let root = x.setup().roots[screen].root;
        let told = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        x.change_window_attributes(root, &told)?.check()?;
        Ok(Self { x, root })
    }

    fn atom(&self, name: &str) -> Outcome<u32> {
        Ok(self.x.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    fn window(&self) -> Outcome<u32> {
        self.until(|window| window)
    }

    fn area(&self, window: u32) -> Outcome<Area> {
        let size = self.x.get_geometry(window)?.reply()?;
        let corner = self.x.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        Ok((corner.dst_x.into(), corner.dst_y.into(), size.width.into(), size.height.into()))
    }

    /// Closes it, once its page has drawn something. Its library begins to hear a window's wishes a moment after it has put
    /// it on the screen, and the toolkit below closes one that nobody hears by itself; no event says when that is over.
    fn close(&self, window: u32) -> Outcome<()> {
        const TRY_AGAIN: Duration = Duration::from_millis(20);
        while !self.shows_something(window)? {
            std::thread::sleep(TRY_AGAIN);
        }
        let close = [self.atom("WM_DELETE_WINDOW")?, 0, 0, 0, 0];
        let close = ClientMessageEvent::new(32, window, self.atom("WM_PROTOCOLS")?, close);
        self.x.send_event(false, window, EventMask::NO_EVENT, close)?.check()?;
        Ok(())
    }

    fn shows_something(&self, window: u32) -> Outcome<bool> {
        let size = self.x.get_geometry(window)?.reply()?;
        let image = self.x.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, size.width, size.height, !0)?.reply()?.data;
        let mut pixels = image.chunks_exact(4);
        let first = pixels.next();
        Ok(pixels.any(|pixel| Some(pixel) != first))
    }

    /// Looks for the window, again with everything that happens on the screen, until that is what was wanted.
    fn until<T>(&self, wanted: impl Fn(Option<u32>) -> Option<T>) -> Outcome<T> {
        loop {
            let windows = self.x.query_tree(self.root)?.reply()?.children;
            // One that goes while it is asked about is not it.
            let found = windows.into_iter().find(|window| self.is_shown(*window).unwrap_or(false));
            if let Some(is) = wanted(found) {
                return Ok(is);
            }
            self.x.wait_for_event()?;
        }
    }

    /// Whether this is Squelch's window, and on the screen.
    fn is_shown(&self, window: u32) -> Outcome<bool> {
        let title = self.x.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)?.reply()?.value;
        let mapped = self.x.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE;
        Ok(mapped && title == b"Squelch")
    }
}
