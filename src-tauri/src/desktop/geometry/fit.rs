//! From the place that was remembered to one that the screens of today can show. Pure.

use serde::{Deserialize, Serialize};

/// A window's place. Its corner is counted in dots of all screens, its size in the units the page is laid out in, which
/// stay the same size for the eye when the window moves to a finer screen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(in crate::desktop) struct Place {
    pub(in crate::desktop) x: i32,
    pub(in crate::desktop) y: i32,
    pub(in crate::desktop) width: f64,
    pub(in crate::desktop) height: f64,
    pub(in crate::desktop) maximised: bool,
}

/// What can be seen of a screen: its dots, without panels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Screen {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Dots for a unit.
    pub(super) scale: f64,
}

/// Room for the frame that a desktop draws around the window, in units.
pub(super) const FRAME: f64 = 40.0;
/// No screen is larger, in units.
const LARGEST: f64 = 32_000.0;

impl Place {
    /// Itself, if it can be a window's at all.
    pub(super) fn sane(self) -> Option<Self> {
        let is_size = |size: f64| size.is_finite() && (1.0..=LARGEST).contains(&size);
        (is_size(self.width) && is_size(self.height)).then_some(self)
    }

    /// No smaller than the one size, and no larger than the other. What can be as large as it likes is as it was: a screen
    /// may be smaller than the least it wants.
    pub(super) fn within(self, least: (f64, f64), most: Option<(f64, f64)>) -> Self {
        let Some(most) = most else { return self };
        Self { width: self.width.clamp(least.0, most.0), height: self.height.clamp(least.1, most.1), ..self }
    }
}

/// The place on the screen that shows most of it; wholly on it, and no larger; and how many dots a unit has there. Where
/// none shows any, because that screen is gone, it is in the middle of the first. Without screens nobody knows better.
/// `frame` is room kept below for what the desktop draws around it.
pub(super) fn fitted(place: Place, screens: &[Screen], frame: f64) -> (Place, f64) {
    let screens: Vec<&Screen> = screens.iter().filter(|screen| screen.width > 0 && screen.height > 0).collect();
    let Some(first) = screens.first() else { return (place, 1.0) };
    let best = screens.iter().map(|screen| (screen, shown(place, screen))).max_by(|(_, a), (_, b)| a.total_cmp(b));
    let (screen, is_gone) = match best {
        Some((screen, share)) if share > 0.0 => (*screen, false),
        _ => (*first, true),
    };
    let scale = scale_of(screen);
    let (room_x, room_y) = (f64::from(screen.width), f64::from(screen.height));
    let frame = (frame * scale).min(room_y / 2.0);
    let width = place.width.min(room_x / scale);
    let height = place.height.min((room_y - frame) / scale);
    let corner = |at: i32, start: i32, room: f64| {
        // Rounding may leave less than nothing.
        let (start, last) = (f64::from(start), f64::from(start) + room.max(0.0));
        let at = if is_gone { start + room / 2.0 } else { f64::from(at) };
        // A float beyond the range becomes its end.
        at.clamp(start, last).floor() as i32
    };
    let fitted = Place {
        x: corner(place.x, screen.x, room_x - width * scale),
        y: corner(place.y, screen.y, room_y - height * scale - frame),
        width,
        height,
        maximised: place.maximised,
    };
    (fitted, scale)
}

/// Which share of the window a screen would show.
fn shown(place: Place, screen: &Screen) -> f64 {
    let scale = scale_of(screen);
    let along = |at: i32, size: f64, start: i32, room: u32| {
        let (at, start) = (f64::from(at), f64::from(start));
        ((at + size).min(start + f64::from(room)) - at.max(start)).max(0.0) / size
    };
    along(place.x, place.width * scale, screen.x, screen.width)
        * along(place.y, place.height * scale, screen.y, screen.height)
}

fn scale_of(screen: &Screen) -> f64 {
    if screen.scale.is_finite() && screen.scale > 0.0 { screen.scale } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LAPTOP: Screen = Screen { x: 0, y: 0, width: 1280, height: 800, scale: 1.0 };
    const LARGE: Screen = Screen { x: 1280, y: -200, width: 3840, height: 2160, scale: 2.0 };

    fn place(x: i32, y: i32, width: f64, height: f64) -> Place {
        Place { x, y, width, height, maximised: false }
    }

    fn fitted(place: Place, screens: &[Screen]) -> Place {
        super::fitted(place, screens, FRAME).0
    }

    #[test]
    fn a_place_that_can_be_seen_stays_as_it_is() {
        for place in [place(100, 50, 900.0, 600.0), place(0, 0, 1280.0, 760.0), place(1400, -100, 900.0, 600.0)] {
            assert_eq!(fitted(place, &[LAPTOP, LARGE]), place);
        }
    }

    #[test]
    fn a_window_of_a_screen_that_is_gone_is_in_the_middle_of_the_first() {
        let there = place(1400, -100, 900.0, 600.0);
        assert_eq!(fitted(there, &[LAPTOP]), place(190, 80, 900.0, 600.0));
        assert_eq!(fitted(place(i32::MIN, i32::MAX, 900.0, 600.0), &[LAPTOP]), place(190, 80, 900.0, 600.0));
    }

    #[test]
    fn a_window_that_hangs_out_is_pushed_in_and_one_that_is_too_large_is_made_smaller() {
        assert_eq!(fitted(place(1200, 700, 900.0, 600.0), &[LAPTOP]), place(380, 160, 900.0, 600.0));
        assert_eq!(fitted(place(-50, -50, 3000.0, 2000.0), &[LAPTOP]), place(0, 0, 1280.0, 760.0));
    }

    #[test]
    fn a_strip_has_its_own_height_and_may_lie_at_the_very_edge() {
        let (least, most) = ((320.0, 48.0), Some((32_000.0, 48.0)));
        let low = place(100, 752, 640.0, 48.0);
        assert_eq!(super::fitted(low.within(least, most), &[LAPTOP], 0.0).0, low);
        let odd = place(100, 790, 90.0, 700.0).within(least, most);
        assert_eq!(super::fitted(odd, &[LAPTOP], 0.0).0, place(100, 752, 320.0, 48.0));
        let whole = place(100, 100, 200.0, 100.0);
        assert_eq!(whole.within((360.0, 420.0), None), whole);
    }

    #[test]
    fn a_window_belongs_to_the_screen_that_shows_most_of_it() {
        // More than half of it hangs over to the large screen.
        assert_eq!(fitted(place(1100, 100, 400.0, 300.0), &[LAPTOP, LARGE]).x, 1280);
        assert_eq!(super::fitted(place(1100, 100, 400.0, 300.0), &[LAPTOP, LARGE], FRAME).1, 2.0);
    }

    #[test]
    fn without_screens_and_with_impossible_ones_nothing_changes() {
        let kept = place(5, 6, 700.0, 500.0);
        assert_eq!(fitted(kept, &[]), kept);
        assert_eq!(fitted(kept, &[Screen { width: 0, ..LAPTOP }]), kept);
        assert_eq!(fitted(kept, &[Screen { scale: f64::NAN, ..LAPTOP }]), kept);
    }

    fn any_screen() -> impl Strategy<Value = Screen> {
        (any::<i16>(), any::<i16>(), 320_u32..8000, 240_u32..5000, 1_u32..=12).prop_map(
            |(x, y, width, height, quarters)| Screen {
                x: x.into(),
                y: y.into(),
                width,
                height,
                scale: f64::from(quarters) / 4.0,
            },
        )
    }

    proptest! {
        #[test]
        fn whatever_was_remembered_the_whole_window_is_on_one_screen(
            (x, y) in any::<(i32, i32)>(),
            (width, height) in (1.0..LARGEST, 1.0..LARGEST),
            screens in prop::collection::vec(any_screen(), 1..4),
        ) {
            let is = fitted(place(x, y, width, height), &screens);
            let inside = |screen: &Screen| {
                let (x, y) = (f64::from(is.x - screen.x), f64::from(is.y - screen.y));
                // A dot for rounding.
                x >= 0.0 && y >= 0.0
                    && x + is.width * screen.scale <= f64::from(screen.width) + 1.0
                    && y + is.height * screen.scale <= f64::from(screen.height) + 1.0
            };
            prop_assert!(screens.iter().any(inside), "{is:?} on {screens:?}");
            prop_assert!(is.width > 0.0 && is.height > 0.0 && is.width <= width && is.height <= height);
            prop_assert_eq!(fitted(is, &screens).maximised, is.maximised);
        }
    }
}
