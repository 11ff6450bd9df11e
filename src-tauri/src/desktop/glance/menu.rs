//! The tray's menu. It always has the same lines: on Linux only their texts, ticks and greyness can change, and of the
//! lists' titles nothing.

use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use squelch_core::model::ServerId;
use squelch_core::text::plain;
use squelch_core::view::{PlaybackState, RecordingStage, Row, ServerView};

use super::calls::{self, Recent};
use super::standing::Standing;
use super::{Face, Glance, Wish};
use crate::desktop::words::Spoken;

/// How many servers have a line of their own; one more line is for the rest.
const SERVERS: usize = 6;

/// How many presets have a line of their own; one more line is for the rest.
const PRESETS: usize = 8;

/// A line of the menu that may change or be clicked, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// What is heard, or why nothing is. Not a button.
    Now,
    /// Live on and off.
    Live,
    /// Pause and go on.
    Pause,
    /// Leave the call.
    Skip,
    /// Hear it again.
    Replay,
    /// Hear the calls that came while nobody was there.
    Missed,
    /// Silence.
    Mute,
    /// Record what sounds, or end that.
    Record,
    /// Only this talkgroup.
    Hold,
    /// Not this talkgroup.
    Avoid,
    /// The list of presets. Its title never changes.
    Presets,
    /// One of them.
    Preset(usize),
    /// The list of the newest calls. Its title never changes.
    Calls,
    /// One of them.
    Call(usize),
    /// The list of servers. Its title never changes.
    Servers,
    /// One of them.
    Server(usize),
    /// The window or no window.
    Window,
    /// The window as one line.
    Strip,
    /// The window's settings.
    Settings,
    /// Look for a newer Squelch.
    Updates,
    /// End.
    Quit,
}

/// How a line looks, and what a click on it asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// For what it is.
    pub(crate) entry: Entry,
    /// Its text, `&` doubled.
    pub(crate) text: String,
    /// Whether it has a tick, where it can have one.
    pub(crate) ticked: bool,
    /// What a click asks for; a line without a wish is grey.
    pub(crate) wish: Option<Wish>,
}

/// The icon and the menu, as they should look.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Menu {
    /// The icon.
    pub(crate) face: Face,
    /// The language of all texts.
    pub(crate) spoken: Spoken,
    /// Every line, in the order of the menu.
    pub(crate) lines: Vec<Line>,
}

/// Whether there is a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WindowState {
    /// It exists.
    Open,
    /// Only the tray does.
    Closed,
}

impl Entry {
    /// Whether it can have a tick.
    pub(crate) fn can_be_ticked(self) -> bool {
        matches!(
            self,
            Self::Live
                | Self::Pause
                | Self::Mute
                | Self::Record
                | Self::Hold
                | Self::Avoid
                | Self::Strip
                | Self::Preset(_)
        )
    }
}

impl Line {
    fn new(entry: Entry, text: impl Into<String>, wish: impl Into<Option<Wish>>) -> Self {
        Self { entry, text: text.into(), ticked: false, wish: wish.into() }
    }

    fn ticked(self, ticked: bool) -> Self {
        Self { ticked, ..self }
    }

    /// A list has no wish of its own and is not grey for that.
    pub(crate) fn enabled(&self) -> bool {
        self.wish.is_some() || matches!(self.entry, Entry::Presets | Entry::Calls | Entry::Servers)
    }
}

impl Glance {
    /// How the tray should look. Times are told in `zone`.
    pub(crate) fn menu(&self, window: WindowState, now: Instant, zone: &TimeZone) -> Menu {
        let (listening, say) = (self.listening, self.spoken());
        let mut lines = vec![
            Line::new(Entry::Now, self.now(now), None),
            Line::new(Entry::Live, say.live(), Wish::Listen(!listening.live)).ticked(listening.live),
            Line::new(Entry::Pause, say.pause(), Wish::Pause(!listening.paused)).ticked(listening.paused),
            Line::new(Entry::Skip, say.skip(), self.playback.turn.map(Wish::Skip)),
            Line::new(Entry::Replay, say.replay(), self.row().map(|row| Wish::Play(row.key))),
            self.missed(),
            Line::new(Entry::Mute, say.mute(), Wish::Mute(!listening.muted)).ticked(listening.muted),
            self.record(),
            self.hold(),
            self.avoid(),
            Line::new(Entry::Presets, say.presets(), None),
        ];
        lines.extend(self.presets());
        lines.push(Line::new(Entry::Calls, say.calls(), None));
        lines.extend(self.recent(zone));
        lines.push(Line::new(Entry::Servers, say.servers(), None));
        lines.extend(self.servers());
        let switch = match window {
            WindowState::Open => say.hide_window(),
            WindowState::Closed => say.show_window(),
        };
        lines.push(Line::new(Entry::Window, switch, Wish::SwitchWindow));
        let compact = self.display.compact;
        lines.push(Line::new(Entry::Strip, say.strip(), Wish::Compact(!compact)).ticked(compact));
        lines.push(Line::new(Entry::Settings, say.settings(), Wish::ShowSettings));
        lines.push(Line::new(Entry::Updates, say.look_for_update(), Wish::LookForUpdate));
        lines.push(Line::new(Entry::Quit, say.quit(), Wish::Quit));
        Menu { face: self.face(), spoken: say, lines }
    }

    fn now(&self, now: Instant) -> String {
        let say = self.spoken();
        let call = || self.row().map_or_else(|| say.a_call().to_owned(), |row| self.heard(row, now));
        match self.playback.state {
            PlaybackState::Playing => call(),
            PlaybackState::Loading => say.loading().to_owned(),
            PlaybackState::Paused if self.playback.turn.is_some() => say.paused_in(&call()),
            PlaybackState::Paused => say.paused().to_owned(),
            PlaybackState::NoDevice => say.no_device().to_owned(),
            PlaybackState::Idle => self.silence(),
        }
    }

    /// The talkgroup and who speaks; where that is not known, the system.
    fn heard(&self, row: &Row, now: Instant) -> String {
        let who = self.speaker(now).and_then(|unit| {
            unit.name.as_deref().map(menu_text).or_else(|| unit.number.map(|number| number.0.to_string()))
        });
        format!("{} — {}", menu_text(&row.title), who.unwrap_or_else(|| menu_text(&row.system)))
    }

    /// Why nothing is heard.
    fn silence(&self) -> String {
        let say = self.spoken();
        if !self.listening.live {
            return say.live_is_off().to_owned();
        }
        match self.trouble() {
            Some((Face::Lost, server)) => say.no_link_to(&menu_text(&server.name)),
            Some((_, server)) => format!("{}: {}", menu_text(&server.name), Standing::of(server).words(say)),
            None if self.servers.is_empty() => say.no_server().to_owned(),
            None if self.servers.iter().all(|server| server.own.muted) => say.all_muted().to_owned(),
            None => say.waiting().to_owned(),
        }
    }

    /// Only those that wait for a word; the window can do more with them than play them.
    fn missed(&self) -> Line {
        match self.missed {
            0 => Line::new(Entry::Missed, self.spoken().none_missed(), None),
            count => Line::new(Entry::Missed, self.spoken().missed(count), Wish::PlayMissed),
        }
    }

    /// A file that is being finished is not taken up again.
    fn record(&self) -> Line {
        let say = self.spoken();
        match self.recording {
            RecordingStage::Off => Line::new(Entry::Record, say.record(), Wish::Record(true)),
            RecordingStage::Starting | RecordingStage::On => {
                Line::new(Entry::Record, say.record(), Wish::Record(false)).ticked(true)
            }
            RecordingStage::Stopping => Line::new(Entry::Record, say.record(), None),
        }
    }

    /// Holds the talkgroup of the call, or lets the one go that is held.
    fn hold(&self) -> Line {
        if let Some(held) = &self.selection.talkgroup {
            let text = self.spoken().hold(&menu_text(&held.name));
            return Line::new(Entry::Hold, text, Wish::Hold(None)).ticked(true);
        }
        match (self.row(), self.talkgroup()) {
            (Some(row), Some(talkgroup)) => {
                let text = self.spoken().hold(&menu_text(&row.title));
                Line::new(Entry::Hold, text, Wish::Hold(Some(talkgroup)))
            }
            _ => Line::new(Entry::Hold, self.spoken().hold_nothing(), None),
        }
    }

    /// Avoids the talkgroup of the call, or ends that.
    fn avoid(&self) -> Line {
        let say = self.spoken();
        let (Some(row), Some(talkgroup)) = (self.row(), self.talkgroup()) else {
            return Line::new(Entry::Avoid, say.avoid_nothing(), None);
        };
        let title = menu_text(&row.title);
        if self.selection.avoided.iter().any(|avoided| avoided.key == talkgroup) {
            return Line::new(Entry::Avoid, say.avoid(&title), Wish::Unavoid(talkgroup)).ticked(true);
        }
        let text = say.avoid_for(&title, super::wish::AVOID_MINUTES);
        Line::new(Entry::Avoid, text, Wish::Avoid(talkgroup))
    }

    /// What is chosen now has a tick. Where there are none, the panel in the window is where they are made.
    fn presets(&self) -> Vec<Line> {
        let presets = &self.selection.presets;
        let own = own_lines(presets.len(), PRESETS);
        let line = |place| match presets.get(place) {
            Some(preset) if place < own => {
                let line = Line::new(Entry::Preset(place), menu_text(&preset.name), Wish::Preset(preset.id));
                line.ticked(preset.active)
            }
            Some(_) => {
                let more = self.spoken().more(presets.len() - own);
                Line::new(Entry::Preset(place), more, Wish::ShowWindow)
            }
            None => Line::new(Entry::Preset(place), NOTHING, None),
        };
        (0..=PRESETS).map(line).collect()
    }

    fn recent(&self, zone: &TimeZone) -> Vec<Line> {
        let mut newest = self.calls.newest();
        let line = |place| match newest.next() {
            Some(call) => Line::new(Entry::Call(place), self.past(call, zone), Wish::Play(call.key)),
            None => Line::new(Entry::Call(place), NOTHING, None),
        };
        (0..calls::SHOWN).map(line).collect()
    }

    fn past(&self, call: &Recent, zone: &TimeZone) -> String {
        let time_12h = self.server(call.key.server).is_some_and(|server| server.time_12h);
        let time = clock(call.start_ms, time_12h, zone);
        format!("{time}  {} — {}", menu_text(&call.title), menu_text(&call.system))
    }

    fn server(&self, id: ServerId) -> Option<&ServerView> {
        self.servers.iter().find(|server| server.id == id)
    }

    fn servers(&self) -> Vec<Line> {
        let own = own_lines(self.servers.len(), SERVERS);
        let line = |place| match self.servers.get(place) {
            Some(server) if place < own => server_line(place, server, self.spoken()),
            Some(_) => {
                let more = self.spoken().more(self.servers.len() - own);
                Line::new(Entry::Server(place), more, Wish::ShowWindow)
            }
            None => Line::new(Entry::Server(place), NOTHING, None),
        };
        (0..=SERVERS).map(line).collect()
    }
}

/// How many of a list have a line of their own: one that stands for a single one is better spent on that.
fn own_lines(count: usize, most: usize) -> usize {
    if count > most + 1 { most } else { count }
}

/// A line that is not used now.
const NOTHING: &str = "—";

/// A server that is tried again can be tried at once; all else is for the window.
fn server_line(place: usize, server: &ServerView, say: Spoken) -> Line {
    let standing = Standing::of(server);
    let wish = match standing {
        Standing::Lost => Wish::Reconnect(server.id),
        Standing::Listening
        | Standing::WithoutLogin
        | Standing::Busy
        | Standing::SignedOut
        | Standing::NewPassword
        | Standing::Untrusted
        | Standing::Refused => Wish::ShowWindow,
    };
    Line::new(Entry::Server(place), format!("{}: {}", menu_text(&server.name), standing.words(say)), wish)
}

/// When a call began, as the server's listeners read clocks.
fn clock(start_ms: f64, time_12h: bool, zone: &TimeZone) -> String {
    // Times out of this calendar's reach have no clock.
    Timestamp::from_millisecond(start_ms as i64).map_or_else(
        |_| "--:--:--".to_owned(),
        |start| {
            let form = if time_12h { "%-I:%M:%S %p" } else { "%H:%M:%S" };
            start.to_zoned(zone.clone()).strftime(form).to_string()
        },
    )
}

/// Longer names would make the menu as wide as the screen.
const LONGEST: usize = 48;

/// A server's text, made fit for one line of a menu: `&` is not a shortcut mark.
fn menu_text(text: &str) -> String {
    plain(text, LONGEST).replace('&', "&&")
}

/// A server's text in one line, without anything that cannot be seen.
pub(super) fn one_line(text: &str) -> String {
    plain(text, usize::MAX)
}

#[cfg(test)]
mod tests;
