//! What a call's files are called, and what the text says.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::text::plain;
use crate::view::{Row, UnitView};

/// The longest name without its ending, in bytes: most file systems end at 255, and a number may follow.
const LONGEST: usize = 160;
/// Of each part of it, in characters.
const LONGEST_PART: usize = 60;

/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A file's name without its ending: when, who, and where, such that names sort by time. It is good on every system.
pub(super) fn stem(row: &Row, zone: &TimeZone) -> String {
    let parts = [time(row.start_ms, zone, "%Y-%m-%d %H-%M-%S"), part(&row.title), part(&row.system)];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" - ");
    let name = shortened(&name, LONGEST);
    let name = name.trim_end_matches(['.', ' ']);
    if name.is_empty() || is_device(name) { format!("call {name}").trim_end().to_owned() } else { name.to_owned() }
}

fn is_device(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default().trim_end();
    DEVICES.iter().any(|device| first.eq_ignore_ascii_case(device))
}

/// A server's text as part of a file's name: nothing that leads to another folder, hides the file, or means something to a
/// shell or to Windows.
fn part(text: &str) -> String {
    let is_bad = |c: char| matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{7f}');
    let text: String = plain(text, LONGEST_PART).chars().map(|c| if is_bad(c) { '-' } else { c }).collect();
    text.trim_matches(['.', ' ', '-', '~']).to_owned()
}

/// Cut at a character.
fn shortened(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Times out of this calendar's reach have none, nor have those before its first year: they would begin with a dash, which
/// programs take for an option.
pub(super) fn time(ms: f64, zone: &TimeZone, form: &str) -> String {
    let time = Timestamp::from_millisecond(ms as i64).map(|time| time.to_zoned(zone.clone()));
    time.ok().filter(|time| time.year() > 0).map(|time| time.strftime(form).to_string()).unwrap_or_default()
}

/// What the recording is, by its first bytes; by what the server says of it where they say nothing.
pub(super) fn ending(bytes: &[u8], content_type: Option<&str>) -> &'static str {
    let at = |offset: usize, mark: &[u8]| bytes.get(offset..offset + mark.len()) == Some(mark);
    let second = bytes.get(1).copied().unwrap_or_default();
    let said = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match bytes.first() {
        _ if at(0, b"RIFF") => "wav",
        _ if at(4, b"ftyp") || at(4, b"moov") => "m4a",
        _ if at(0, b"OggS") => "ogg",
        _ if at(0, b"fLaC") => "flac",
        _ if at(0, b"ID3") => "mp3",
        // Both begin with the same eleven bits; the layer, which AAC leaves at 0, tells them apart.
        Some(0xff) if second & 0xf6 == 0xf0 => "aac",
        Some(0xff) if second & 0xe0 == 0xe0 => "mp3",
        _ => match said.as_str() {
            "audio/wav" | "audio/x-wav" | "audio/wave" => "wav",
            "audio/mp4" | "audio/x-m4a" | "audio/m4a" => "m4a",
            "audio/aac" => "aac",
            "audio/ogg" | "audio/opus" => "ogg",
            "audio/flac" => "flac",
            "audio/mpeg" | "audio/mp3" => "mp3",
            _ => "audio",
        },
    }
}

/// What is known of a call, a line each, and what was said in it.
pub(super) fn details(row: &Row, zone: &TimeZone) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.map(|value| plain(&value, usize::MAX)).filter(|value| !value.is_empty()) {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    line("Talkgroup", Some(row.title.clone()));
    line("Label", row.label.clone());
    line("Talkgroup number", Some(row.talkgroup_number.0.to_string()));
    line("System", Some(row.system.clone()));
    line("Group", row.group.clone());
    line("Tag", row.tag.clone());
    line("Time", Some(time(row.start_ms, zone, "%Y-%m-%d %H:%M:%S %:z")));
    line("Length", row.duration_ms.map(|ms| format!("{}.{} s", ms / 1000, ms % 1000 / 100)));
    line("Frequency", row.frequency.map(|hertz| format!("{:.4} MHz", hertz / 1e6)));
    line("Site", row.site.clone());
    line("Decoder", row.decoder.clone());
    line("Errors", row.errors.map(|count| count.to_string()));
    line("Spikes", row.spikes.map(|count| count.to_string()));
    let units: Vec<_> = row.units.iter().filter_map(unit).collect();
    line("Units", Some(units.join(", ")));
    if let Some(transcript) = &row.transcript {
        text.push('\n');
        let said: Vec<_> = transcript
            .segments
            .iter()
            .map(|segment| match segment.speaker {
                Some(speaker) => format!("Speaker {speaker}: {}", plain(&segment.text, usize::MAX)),
                None => plain(&segment.text, usize::MAX),
            })
            .collect();
        text.push_str(&if said.is_empty() { plain(&transcript.text, usize::MAX) } else { said.join("\n") });
        text.push('\n');
    }
    text
}

pub(super) fn unit(unit: &UnitView) -> Option<String> {
    match (&unit.name, unit.number) {
        (Some(name), Some(number)) => Some(format!("{name} ({})", number.0)),
        (Some(name), None) => Some(name.clone()),
        (None, Some(number)) => Some(number.0.to_string()),
        (None, None) => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CallId, CallKey, ServerId, SystemNumber, TalkgroupNumber, UnitNumber};
    use crate::view::{RowState, SegmentView, TranscriptView};

    pub(in crate::export) fn row(title: &str, system: &str) -> Row {
        Row {
            key: CallKey::new(ServerId(1), CallId(1)),
            order: 1.0,
            start_ms: 1_795_414_000_000.0,
            title: title.into(),
            label: None,
            system: system.into(),
            group: None,
            tag: None,
            color: None,
            talkgroup_number: TalkgroupNumber(5001),
            system_number: SystemNumber(100),
            talkgroup: None,
            system_id: None,
            frequency: Some(851_012_500.0),
            units: vec![UnitView { at_ms: 0, number: Some(UnitNumber(900)), name: Some("Dispatch".into()), own: None }],
            duration_ms: Some(7_450),
            site: None,
            decoder: None,
            errors: Some(0),
            spikes: None,
            state: RowState::Played,
            earlier: false,
            late: false,
            after_gap: false,
            is_here: false,
            is_kept: false,
            told_for: None,
            transcript: None,
            bookmarked: None,
        }
    }

    #[test]
    fn names_tell_when_who_and_where_and_are_good_everywhere() {
        let table = [
            ("Fire Dispatch", "Harbor County", "2026-11-23 06-06-40 - Fire Dispatch - Harbor County"),
            ("../../etc/passwd", "a\\b:c", "2026-11-23 06-06-40 - etc-passwd - a-b-c"),
            ("CON", "", "2026-11-23 06-06-40 - CON"),
            ("a\u{202e}gpj.exe", "x\u{0}\n", "2026-11-23 06-06-40 - agpj.exe - x"),
            ("", "...", "2026-11-23 06-06-40"),
            ("<b>?*|\"", "منطقة", "2026-11-23 06-06-40 - b - منطقة"),
        ];
        for (title, system, name) in table {
            assert_eq!(stem(&row(title, system), &TimeZone::UTC), name, "{title:?} of {system:?}");
        }
    }

    #[test]
    fn a_time_that_no_calendar_has_is_left_out_and_what_is_left_is_no_device() {
        let table = [("CON", "call CON"), ("nul.txt", "call nul.txt"), ("", "call"), ("Fire", "Fire")];
        for (title, name) in table {
            for start_ms in [f64::MAX, -192_709_141_704_519.6] {
                assert_eq!(stem(&Row { start_ms, ..row(title, "") }, &TimeZone::UTC), name);
            }
        }
    }

    proptest! {
        #[test]
        fn any_name_is_one_short_name_of_a_file(title in any::<String>(), system in any::<String>(), ms in any::<f64>()) {
            let name = stem(&Row { start_ms: ms, ..row(&title.repeat(40), &system) }, &TimeZone::UTC);
            prop_assert!(!name.is_empty() && name.len() <= LONGEST + 5, "{name:?}");
            prop_assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']), "{name:?}");
            prop_assert!(!name.chars().any(|c| c.is_control()), "{name:?}");
            prop_assert!(!name.starts_with(['.', ' ', '-', '~']) && !name.ends_with(['.', ' ']), "{name:?}");
            prop_assert!(!is_device(&name), "{name:?}");
        }
    }

    #[test]
    fn an_ending_says_what_the_bytes_are_whatever_the_server_calls_them() {
        let table: [(&[u8], Option<&str>, &str); 9] = [
            (b"RIFF....WAVE", Some("audio/mpeg"), "wav"),
            (b"....ftypM4A ", None, "m4a"),
            (b"OggS", None, "ogg"),
            (b"fLaC", None, "flac"),
            (b"ID3\x04", None, "mp3"),
            (b"\xff\xfb\x90", None, "mp3"),
            (b"\xff\xf1\x50", None, "aac"),
            (b"????", Some("Audio/MPEG; q=1"), "mp3"),
            (b"", None, "audio"),
        ];
        for (bytes, said, name) in table {
            assert_eq!(ending(bytes, said), name, "{bytes:?}");
        }
    }

    #[test]
    fn the_text_says_what_is_known_and_what_was_said_by_whom() {
        let segment = |speaker, text: &str| SegmentView { start_ms: 0, end_ms: 1, speaker, text: text.into() };
        let segments = vec![segment(Some(1), "Engine five.\nGo ahead."), segment(Some(2), "Engine five.")];
        let transcript = Some(TranscriptView { text: "all".into(), segments });
        let text = details(&Row { transcript, ..row("Fire Dispatch", "Harbor County") }, &TimeZone::UTC);
        let expected = "Talkgroup: Fire Dispatch\nTalkgroup number: 5001\nSystem: Harbor County\n\
            Time: 2026-11-23 06:06:40 +00:00\nLength: 7.4 s\nFrequency: 851.0125 MHz\nErrors: 0\n\
            Units: Dispatch (900)\n\nSpeaker 1: Engine five. Go ahead.\nSpeaker 2: Engine five.\n";
        assert_eq!(text, expected);
        let transcript = Some(TranscriptView { text: "Engine five.".into(), segments: vec![] });
        let text = details(&Row { transcript, ..row("Fire", "") }, &TimeZone::UTC);
        assert!(text.ends_with("\n\nEngine five.\n"), "{text}");
    }
}
