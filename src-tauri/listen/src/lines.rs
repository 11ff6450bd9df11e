//! Happenings in words, one line each.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use squelch_core::problem::Problem;
use squelch_core::view::{AccountView, DeviceView, LinkView, ListeningView, NotPlayed, Row, SelectionView, ServerView};

use crate::happening::{Fate, Happening};
use crate::plain;

/// A line, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// What was asked for: standard output.
    News(String),
    /// What went wrong: standard error.
    Trouble(String),
}

/// A happening in words; nothing where a person needs none.
pub(crate) fn line(happening: &Happening, zone: &TimeZone) -> Option<Line> {
    let news = |text| Some(Line::News(text));
    match happening {
        Happening::Call(fate, row) => call(fate, row, zone).map(Line::News),
        Happening::Transcript(row, transcript) => {
            let head = format!("{}  {}", time(row, zone), plain::label(&row.title));
            news(format!("{head}: “{}”", plain::text(&transcript.text)))
        }
        Happening::Server(view) => server(view),
        Happening::Listening(view) => news(listening(view)),
        Happening::Selection(view) => news(selection(view)),
        Happening::Device(DeviceView::Missing { problem, .. }) | Happening::Notice(problem) => trouble(problem),
        Happening::Device(DeviceView::Open { name, .. }) => news(format!("-- sound on {}", plain::label(name))),
        Happening::Device(DeviceView::Resting) => None,
    }
}

/// A problem, for standard error.
pub(crate) fn trouble(problem: &Problem) -> Option<Line> {
    Some(Line::Trouble(plain::text(&problem.message)))
}

fn call(fate: &Fate, row: &Row, zone: &TimeZone) -> Option<String> {
    let end = match fate {
        Fate::Playing => String::new(),
        // It stands there already.
        Fate::Played => return None,
        Fate::Skipped => "  (skipped)".to_owned(),
        // Not played because nothing is: --no-sound, or live is off.
        Fate::NotPlayed(NotPlayed::LiveOff) => "  (listed)".to_owned(),
        Fate::NotPlayed(why) => format!("  (not played: {})", reason(*why)),
        Fate::Failed(problem) => format!("  (not played: {})", plain::text(&problem.message)),
    };
    let mut parts = vec![time(row, zone), plain::label(&row.system), plain::label(&row.title)];
    parts.extend(unit(row));
    parts.extend(row.duration_ms.map(|ms| format!("{:.1} s", f64::from(ms) / 1_000.0)));
    Some(parts.join("  ") + &end)
}

fn unit(row: &Row) -> Option<String> {
    let first = row.units.first()?;
    let name = first.name.as_deref().map(plain::label).filter(|name| !name.is_empty());
    match (name, first.number) {
        (Some(name), _) => Some(name),
        (None, Some(number)) => Some(format!("unit {}", number.0)),
        (None, None) => None,
    }
}

fn time(row: &Row, zone: &TimeZone) -> String {
    let start = Timestamp::from_millisecond(row.start_ms as i64).unwrap_or(Timestamp::UNIX_EPOCH);
    start.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

fn reason(why: NotPlayed) -> &'static str {
    match why {
        NotPlayed::LiveOff => "live was off",
        NotPlayed::TooOld => "too old",
        NotPlayed::NotHeld => "not held",
        NotPlayed::Avoided => "avoided",
        NotPlayed::SwitchedOff => "switched off",
        NotPlayed::ServerMuted => "server muted",
        NotPlayed::WhileAway => "missed while away",
        NotPlayed::LeftBehind => "left out to stay near live",
    }
}

fn server(view: &ServerView) -> Option<Line> {
    match (&view.account, &view.link) {
        (_, LinkView::Waiting { problem, .. } | LinkView::Refused { problem, .. }) => trouble(problem),
        (AccountView::SignedOut { problem: Some(problem), .. }, _) => trouble(problem),
        (AccountView::PasswordChange { .. }, _) => Some(Line::Trouble(
            "The server wants this account's password changed first: in a browser, or in Squelch's window.".to_owned(),
        )),
        (AccountView::SignedIn { problem: Some(problem), .. }, LinkView::Live) => trouble(problem),
        (AccountView::Anonymous { problem: Some(problem) }, LinkView::Live) => trouble(problem),
        (AccountView::SignedIn { .. } | AccountView::Anonymous { .. }, LinkView::Live) => {
            Some(Line::News(format!("-- listening to {}", plain::label(&view.name))))
        }
        _ => None,
    }
}

fn listening(view: &ListeningView) -> String {
    let live = if view.live { "live" } else { "live off" };
    let paused = if view.paused { ", paused" } else { "" };
    let muted = if view.muted { ", muted" } else { "" };
    format!("-- {live}{paused}, volume {:.0} dB{muted}", view.volume_db)
}

fn selection(view: &SelectionView) -> String {
    let mut parts = Vec::new();
    parts.extend(view.system.as_ref().map(|held| format!("holding {}", plain::label(&held.name))));
    parts.extend(view.talkgroup.as_ref().map(|held| format!("holding {}", plain::label(&held.name))));
    parts.extend(view.avoided.iter().map(|avoided| format!("avoiding {}", plain::label(&avoided.name))));
    if parts.is_empty() {
        return "-- everything is heard".to_owned();
    }
    format!("-- {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use squelch_core::view::TranscriptView;

    use super::*;
    use crate::samples;

    fn said(happening: &Happening) -> Option<Line> {
        line(happening, &TimeZone::UTC)
    }

    #[test]
    fn a_call_is_one_line_of_time_system_talkgroup_unit_length_and_why_it_was_not_played() {
        let head = "13:01:22  Riverbend County  Fire Dispatch  Engine 4  3.2 s";
        let table = [
            (Fate::Playing, Some("")),
            (Fate::Played, None),
            (Fate::Skipped, Some("  (skipped)")),
            (Fate::NotPlayed(NotPlayed::TooOld), Some("  (not played: too old)")),
            (Fate::NotPlayed(NotPlayed::LiveOff), Some("  (listed)")),
        ];
        for (fate, end) in table {
            let line = end.map(|end| Line::News(format!("{head}{end}")));
            assert_eq!(said(&Happening::Call(fate.clone(), samples::row())), line, "{fate:?}");
        }
    }

    #[test]
    fn no_text_of_a_server_reaches_the_terminal_as_it_is() {
        let evil = "\u{1b}]0;owned\u{07}\u{9b}2J\u{202e}evil\r\n".to_owned();
        let mut row = samples::row();
        (row.title, row.system) = (evil.clone(), evil.clone());
        row.units[0].name = Some(evil.clone());
        let transcript = TranscriptView { text: evil.clone(), segments: vec![] };
        for happening in [
            Happening::Call(Fate::Playing, row.clone()),
            Happening::Transcript(row, transcript),
            Happening::Device(DeviceView::Open { name: evil, instead_of: None }),
        ] {
            let Some(Line::News(line)) = said(&happening) else { panic!("{happening:?} is news") };
            assert!(!line.chars().any(plain::is_unsafe), "{line:?}");
            assert!(line.contains("evil"), "{line:?}");
        }
    }
}
