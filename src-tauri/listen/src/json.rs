//! Happenings as JSON, one object a line. The shape is documented in squelch-listen(1): fields may be added, none
//! changes its meaning.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use squelch_core::problem::Problem;
use squelch_core::view::{AccountView, DeviceView, LinkView, Row, SelectionView, ServerView};

use crate::happening::{Fate, Happening};
use crate::plain;

/// A happening as one line of JSON.
pub(crate) fn line(happening: &Happening, now: Timestamp) -> String {
    let (event, mut object) = match happening {
        Happening::Call(fate, row) => ("call", call(fate, row)),
        Happening::Transcript(row, transcript) => {
            let segments = &transcript.segments;
            ("transcript", json!({ "call": about(row), "text": transcript.text, "segments": segments }))
        }
        Happening::Server(view) => ("server", server(view)),
        Happening::Listening(view) => (
            "listening",
            json!({ "live": view.live, "paused": view.paused, "volumeDb": view.volume_db, "muted": view.muted }),
        ),
        Happening::Selection(view) => ("selection", selection(view)),
        Happening::Device(view) => ("device", device(view)),
        Happening::Notice(reason) => ("notice", json!({ "problem": problem(reason) })),
    };
    if let Value::Object(fields) = &mut object {
        fields.insert("event".to_owned(), event.into());
        fields.insert("time".to_owned(), instant(now).into());
    }
    escaped(&object.to_string())
}

/// A number of milliseconds as an RFC 3339 time in UTC.
fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn call(fate: &Fate, row: &Row) -> Value {
    let state = match fate {
        Fate::Playing => "playing",
        Fate::Played => "played",
        Fate::Skipped => "skipped",
        Fate::NotPlayed(_) => "notPlayed",
        Fate::Failed(_) => "failed",
    };
    let mut fields = Map::new();
    fields.insert("state".to_owned(), state.into());
    fields.insert("call".to_owned(), about(row));
    match fate {
        Fate::NotPlayed(why) => drop(fields.insert("why".to_owned(), json!(why))),
        Fate::Failed(reason) => drop(fields.insert("problem".to_owned(), problem(reason))),
        Fate::Playing | Fate::Played | Fate::Skipped => {}
    }
    fields.into()
}

fn about(row: &Row) -> Value {
    let start = Timestamp::from_millisecond(row.start_ms as i64).unwrap_or(Timestamp::UNIX_EPOCH);
    json!({
        "id": row.key.call,
        "start": instant(start),
        "system": { "number": row.system_number, "name": row.system },
        "talkgroup": {
            "number": row.talkgroup_number, "name": row.title, "label": row.label, "group": row.group, "tag": row.tag,
        },
        "units": row.units,
        "durationMs": row.duration_ms,
        "frequencyHz": row.frequency,
        "site": row.site,
    })
}

fn server(view: &ServerView) -> Value {
    let (account, user, trouble) = match &view.account {
        AccountView::SignedOut { problem, user } => ("signedOut", user.as_ref(), problem.as_ref()),
        AccountView::Anonymous { problem } => ("anonymous", None, problem.as_ref()),
        AccountView::SigningIn => ("signingIn", None, None),
        AccountView::SignedIn { user, problem } => ("signedIn", Some(user), problem.as_ref()),
        AccountView::PasswordChange { user, problem, .. } => ("passwordChange", Some(user), problem.as_ref()),
    };
    let (link, lost) = match &view.link {
        LinkView::Idle => ("idle", None),
        LinkView::Probing => ("probing", None),
        LinkView::Untrusted { problem, .. } => ("untrusted", Some(problem)),
        LinkView::Connecting => ("connecting", None),
        LinkView::Live => ("live", None),
        LinkView::Waiting { problem, .. } => ("waiting", Some(problem)),
        LinkView::Refused { problem, .. } => ("refused", Some(problem)),
    };
    json!({
        "name": view.name, "address": view.address, "version": view.version,
        "account": account, "user": user, "link": link, "problem": lost.or(trouble).map(problem),
    })
}

fn selection(view: &SelectionView) -> Value {
    let avoided = view.avoided.iter().map(|avoided| json!({ "name": avoided.name, "leftMs": avoided.left_ms }));
    json!({
        "heldSystem": view.system.as_ref().map(|held| &held.name),
        "heldTalkgroup": view.talkgroup.as_ref().map(|held| &held.name),
        "avoided": avoided.collect::<Vec<_>>(),
    })
}

fn device(view: &DeviceView) -> Value {
    match view {
        DeviceView::Resting => json!({ "state": "resting" }),
        DeviceView::Open { name, instead_of: None } => json!({ "state": "open", "name": name }),
        DeviceView::Open { name, instead_of } => json!({ "state": "open", "name": name, "insteadOf": instead_of }),
        DeviceView::Missing { problem: reason, .. } => json!({ "state": "missing", "problem": problem(reason) }),
    }
}

fn problem(problem: &Problem) -> Value {
    json!({ "code": problem.code, "message": problem.message })
}

/// Writes what a terminal would obey as `\u` escapes. Outside of strings JSON has no such character.
fn escaped(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if plain::is_unsafe(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| line.push_str(&format!("\\u{unit:04x}")));
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use squelch_core::view::NotPlayed;

    use super::*;
    use crate::samples;

    fn written(happening: &Happening) -> Value {
        let line = line(happening, Timestamp::UNIX_EPOCH);
        assert!(!line.contains('\n') && !line.chars().any(plain::is_unsafe), "{line}");
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn a_call_has_the_documented_shape() {
        let expected = json!({
            "event": "call",
            "time": "1970-01-01T00:00:00.000Z",
            "state": "notPlayed",
            "why": "tooOld",
            "call": {
                "id": 42,
                "start": "2026-11-24T13:01:22.000Z",
                "system": { "number": 100, "name": "Riverbend County" },
                "talkgroup": {
                    "number": 5001, "name": "Fire Dispatch", "label": "FD", "group": "Fire", "tag": null,
                },
                "units": [{ "atMs": 0, "number": 1204, "name": "Engine 4" }],
                "durationMs": 3240,
                "frequencyHz": 851_012_500.0,
                "site": null,
            },
        });
        assert_eq!(written(&Happening::Call(Fate::NotPlayed(NotPlayed::TooOld), samples::row())), expected);
        assert!(written(&Happening::Call(Fate::Playing, samples::row())).get("why").is_none());
    }

    #[test]
    fn listening_selection_and_device_have_the_documented_shape() {
        let now = samples::now();
        let time = "1970-01-01T00:00:00.000Z";
        let expected = json!({
            "event": "listening", "time": time, "live": true, "paused": false, "volumeDb": -6.0, "muted": false,
        });
        assert_eq!(written(&Happening::Listening(now.listening)), expected);
        let expected =
            json!({ "event": "selection", "time": time, "heldSystem": null, "heldTalkgroup": null, "avoided": [] });
        assert_eq!(written(&Happening::Selection(now.selection)), expected);
        let open = DeviceView::Open { name: "Card".into(), instead_of: None };
        let expected = json!({ "event": "device", "time": time, "state": "open", "name": "Card" });
        assert_eq!(written(&Happening::Device(open)), expected);
    }

    #[test]
    fn hostile_text_is_escaped_and_comes_back_as_it_was() {
        let evil = "\u{1b}]0;owned\u{07} \u{9b}2J \u{202e}evil \u{7f} \u{e0041} \"quoted\"\r\n";
        let row = Row { title: evil.to_owned(), ..samples::row() };
        assert_eq!(written(&Happening::Call(Fate::Playing, row))["call"]["talkgroup"]["name"], evil);
    }
}
