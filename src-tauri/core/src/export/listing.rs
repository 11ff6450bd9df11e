//! The list of what was exported: a table for programs and a text for people.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::naming;
use crate::text::plain;
use crate::view::{Row, TranscriptView};

/// Programs that show tables take a text for one in the system's old characters, unless it begins with this.
const MARK: char = '\u{feff}';

/// A call that was exported.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) row: Row,
    /// The file it is in.
    pub(super) file: String,
    /// Where it begins there, if others are in it, too.
    pub(super) at: Option<Duration>,
    /// How long it is, by its samples where they are known.
    pub(super) length: Option<Duration>,
    /// What a file with only this call comes to.
    pub(super) sha256: Option<String>,
}

const HEADS: [&str; 18] = [
    "number",
    "file",
    "begins at (s)",
    "length (s)",
    "local time",
    "UTC",
    "talkgroup",
    "talkgroup number",
    "label",
    "system",
    "system number",
    "group",
    "tag",
    "units",
    "frequency (Hz)",
    "site",
    "said",
    "SHA-256",
];

/// A table with a line for each call, as all programs for tables read it.
pub(super) fn table(calls: &[Listed], zone: &TimeZone) -> String {
    let mut table = String::from(MARK);
    line(&mut table, HEADS.into_iter().map(str::to_owned));
    for (number, call) in (1..).zip(calls) {
        line(&mut table, cells(number, call, zone).into_iter());
    }
    table
}

fn line(table: &mut String, cells: impl Iterator<Item = String>) {
    let quoted = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>();
    table.push_str(&quoted.join(","));
    table.push_str("\r\n");
}

fn cells(number: usize, call: &Listed, zone: &TimeZone) -> [String; HEADS.len()] {
    let Listed { row, file, at, length, sha256 } = call;
    let theirs = |text: Option<&str>| text.map(harmless).unwrap_or_default();
    let units: Vec<_> = row.units.iter().filter_map(naming::unit).collect();
    let length = length.or(row.duration_ms.map(|ms| Duration::from_millis(ms.into())));
    [
        number.to_string(),
        harmless(file),
        at.map(seconds).unwrap_or_default(),
        length.map(seconds).unwrap_or_default(),
        naming::time(row.start_ms, zone, "%Y-%m-%d %H:%M:%S %:z"),
        utc(row.start_ms),
        theirs(Some(&row.title)),
        row.talkgroup_number.0.to_string(),
        theirs(row.label.as_deref()),
        theirs(Some(&row.system)),
        row.system_number.0.to_string(),
        theirs(row.group.as_deref()),
        theirs(row.tag.as_deref()),
        theirs(Some(&units.join(", "))),
        row.frequency.map(|hertz| format!("{hertz:.0}")).unwrap_or_default(),
        theirs(row.site.as_deref()),
        theirs(row.transcript.as_ref().map(said).as_deref()),
        sha256.clone().unwrap_or_default(),
    ]
}

/// A program for tables takes what begins like this for a formula, and would run it; with a quotation mark before it is a
/// text.
fn harmless(text: &str) -> String {
    let text = plain(text, usize::MAX);
    if text.starts_with(['=', '+', '-', '@', '|', '%']) { format!("'{text}") } else { text }
}

fn said(transcript: &TranscriptView) -> String {
    if transcript.segments.is_empty() {
        return transcript.text.clone();
    }
    transcript.segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn seconds(span: Duration) -> String {
    format!("{:.3}", span.as_secs_f64())
}

fn utc(ms: f64) -> String {
    Timestamp::from_millisecond(ms as i64).map_or_else(|_| String::new(), |time| time.strftime("%FT%TZ").to_string())
}

/// The same for people: what is where, and what was said. `heading` says what this is.
pub(super) fn text(calls: &[Listed], zone: &TimeZone, heading: &str) -> String {
    let mut text = format!("{heading}\n");
    for (number, call) in (1..).zip(calls) {
        // Writing to a string does not fail.
        let _ = match call.at {
            Some(at) => writeln!(text, "\n{number}. {} in {}", clock(at), call.file),
            None => writeln!(text, "\n{number}. {}", call.file),
        };
        text.push_str(&naming::details(&call.row, zone));
    }
    text
}

/// As players show it.
pub(super) fn clock(span: Duration) -> String {
    let seconds = span.as_secs();
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::super::naming::tests::row;
    use super::*;

    fn listed(title: &str, said: &str) -> Listed {
        let transcript = TranscriptView { text: said.to_owned(), segments: Vec::new() };
        Listed {
            row: Row { transcript: Some(transcript), ..row(title, "Harbor") },
            file: "merged.flac".to_owned(),
            at: Some(Duration::from_millis(3_661_500)),
            length: Some(Duration::from_millis(7_450)),
            sha256: None,
        }
    }

    /// Cells of a table, read as a program for tables does.
    fn read(table: &str) -> Vec<Vec<String>> {
        let lines = table.trim_start_matches(MARK).split_terminator("\r\n");
        lines
            .map(|line| line[1..line.len() - 1].split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect())
            .collect()
    }

    #[test]
    fn a_table_says_what_is_where_in_local_time_and_in_the_worlds() {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let table = table(&[listed("Fire Dispatch", "Engine 4, \"copy\"")], &zone);
        assert!(table.starts_with(MARK));
        let lines = read(&table);
        assert_eq!(lines[0], HEADS);
        assert_eq!(lines[1].len(), HEADS.len());
        assert_eq!(
            lines[1][..7],
            [
                "1",
                "merged.flac",
                "3661.500",
                "7.450",
                "2026-11-23 01:06:40 -05:00",
                "2026-11-23T06:06:40Z",
                "Fire Dispatch"
            ]
        );
        assert_eq!(lines[1][16], "Engine 4, \"copy\"");
    }

    #[test]
    fn what_a_server_wrote_is_never_taken_for_a_formula_nor_breaks_a_line() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\u{200b}=1", "|calc", "%0a"] {
            let cell = &read(&table(&[listed(bad, "x")], &TimeZone::UTC))[1][6];
            assert!(cell.starts_with('\''), "{bad:?}: {cell:?}");
        }
        let lines = read(&table(&[listed("a\r\nb\",\"c", "x\ny")], &TimeZone::UTC));
        assert_eq!(lines.len(), 2);
        assert!(lines[1].contains(&"x y".to_owned()));
    }

    #[test]
    fn a_text_says_the_same_to_people() {
        let text = text(&[listed("Fire Dispatch", "Engine 4")], &TimeZone::UTC, "Calls of tonight");
        assert!(
            text.starts_with("Calls of tonight\n\n1. 1:01:01 in merged.flac\nTalkgroup: Fire Dispatch\n"),
            "{text}"
        );
        assert!(text.ends_with("\nEngine 4\n"), "{text}");
    }
}
