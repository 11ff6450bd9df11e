//! `tg-selection`: which talkgroups an account has switched off and avoids.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::Number;
use super::{ErrorShape, WireError};
use crate::choices::AccountChoice;
use crate::clock::WallTime;
use crate::model::TalkgroupId;

/// No date in JavaScript is later; whoever wrote a larger number meant never.
const LAST_MOMENT: f64 = 8.64e15;
/// Without the end of line that other programs of its kind add.
const PLAINLY_UNROUTED: &[u8] = b"404 page not found";

/// What is stored. Entries of the wrong sort are left out. Without both lists it is not the document, for the server always
/// writes both: whatever is missing must not be taken for nothing that is off.
pub(in crate::server::openscanner) fn choice(body: &[u8]) -> Result<AccountChoice, WireError> {
    let document: Value = serde_json::from_slice(body)?;
    let (disabled, avoids) = (list(&document, "disabledTGs")?, list(&document, "avoidList")?);
    Ok(AccountChoice {
        disabled: disabled.iter().filter_map(id).collect(),
        avoids: avoids
            .iter()
            .filter_map(|entry| Some((id(&entry["talkgroupId"])?, end(&entry["expiresAt"])?)))
            .collect(),
    })
}

/// One of the lists; null is an empty one.
fn list<'a>(document: &'a Value, name: &str) -> Result<&'a [Value], WireError> {
    match document.get(name) {
        Some(Value::Array(list)) => Ok(list),
        Some(Value::Null) => Ok(&[]),
        Some(_) | None => Err(WireError::Incomplete),
    }
}

/// Whether this says that what was sent is stored now.
pub(in crate::server::openscanner) fn is_stored(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Wire {
        ok: bool,
    }
    serde_json::from_slice(body).is_ok_and(|wire: Wire| wire.ok)
}

/// Whether a 404 is the server's own word that it has no such route: neither a gateway's in front of it nor a page of
/// somebody else's. Without the web client built in it says so in plain text.
pub(in crate::server::openscanner) fn is_unrouted(body: &[u8]) -> bool {
    let in_an_envelope = super::error(body, ErrorShape::Envelope).is_some();
    in_an_envelope || super::error(body, ErrorShape::Plain).as_deref() == Some("not found") || body == PLAINLY_UNROUTED
}

/// What is to be stored: whole numbers, milliseconds, 0 for no end.
pub(in crate::server::openscanner) fn stored_choice(choice: &AccountChoice) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        #[serde(rename = "disabledTGs")]
        disabled: Vec<u64>,
        avoid_list: Vec<Avoid>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Avoid {
        talkgroup_id: u64,
        expires_at: i64,
    }
    let avoid = |(id, until): (&TalkgroupId, &Option<WallTime>)| Avoid {
        talkgroup_id: id.0,
        expires_at: until.map_or(0, |until| until.0),
    };
    super::rest::bytes(&Wire {
        disabled: choice.disabled.iter().map(|id| id.0).collect(),
        avoid_list: choice.avoids.iter().map(avoid).collect(),
    })
}

fn number(value: &Value) -> Number {
    Number::deserialize(value).unwrap_or_default()
}

fn id(value: &Value) -> Option<TalkgroupId> {
    // The server's numbers have 63 bits, and it takes nothing else back.
    number(value).known().filter(|id| i64::try_from(*id).is_ok()).map(TalkgroupId)
}

/// Some moment, or never; nothing if it does not say.
fn end(value: &Value) -> Option<Option<WallTime>> {
    let ms = number(value).real()?;
    Some((ms != 0.0 && ms <= LAST_MOMENT).then_some(WallTime(ms as i64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stored(disabled: &[u64], avoids: &[(u64, Option<i64>)]) -> AccountChoice {
        AccountChoice {
            disabled: disabled.iter().copied().map(TalkgroupId).collect(),
            avoids: avoids.iter().map(|(id, until)| (TalkgroupId(*id), until.map(WallTime))).collect(),
        }
    }

    #[test]
    fn the_recorded_document_is_read_and_written_as_it_was() {
        let body = br#"{"disabledTGs":[2],"avoidList":[{"talkgroupId":2,"expiresAt":1795414128000}]}"#;
        let read = choice(body).unwrap();
        assert_eq!(read, stored(&[2], &[(2, Some(1_795_414_128_000))]));
        assert_eq!(stored_choice(&read), body);
        assert_eq!(choice(br#"{"disabledTGs":[],"avoidList":[]}"#).unwrap(), AccountChoice::default());
    }

    #[test]
    fn of_wrong_types_whatever_makes_sense_is_read() {
        let body = br#"{"disabledTGs":["7",8.0,-1,0,null,{},[],"x",1e300,18446744073709551615,9],
            "avoidList":[{"talkgroupId":"7","expiresAt":"1795414128000"},{"talkgroupId":8,"expiresAt":0},{"talkgroupId":9},
            {"talkgroupId":10,"expiresAt":-5},{"talkgroupId":11,"expiresAt":1e300},{"expiresAt":1},5,null],"theirs":1}"#;
        let avoids = [(7, Some(1_795_414_128_000)), (8, None), (10, Some(-5)), (11, None)];
        assert_eq!(choice(body).unwrap(), stored(&[7, 8, 9], &avoids));
        assert_eq!(choice(br#"{"disabledTGs":null,"avoidList":null}"#).unwrap(), AccountChoice::default());
        for other in [&b"<html>"[..], b"{}", b"[]", b"7", br#"{"error":{"code":"x"}}"#] {
            assert!(choice(other).is_err(), "{other:?}");
        }
    }

    #[test]
    fn a_list_that_is_missing_or_none_is_not_taken_for_an_empty_one() {
        for other in [
            &br#"{"avoidList":[]}"#[..],
            br#"{"disabledTGs":[1]}"#,
            br#"{"disabledTGs":"1,2","avoidList":[]}"#,
            br#"{"disabledTGs":{"0":1},"avoidList":[]}"#,
            br#"{"disabledTGs":[1],"avoidList":false}"#,
        ] {
            assert!(choice(other).is_err(), "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn only_the_servers_own_word_counts_for_stored_or_for_not_there() {
        assert!(is_stored(br#"{"ok":true}"#));
        for other in [&br#"{"ok":false}"#[..], br#"{"ok":"true"}"#, b"{}", b"", b"<html>", br#"{"disabledTGs":[]}"#] {
            assert!(!is_stored(other), "{other:?}");
        }
        for own in [
            &br#"{"error":"not found"}"#[..],
            b"404 page not found",
            br#"{"error":{"code":"not_found","message":"not found"}}"#,
        ] {
            assert!(is_unrouted(own), "{own:?}");
        }
        for other in [&b"404 page not found\n"[..], b"", b"<html>", br#"{"error":"no upstream"}"#, b"Not Found"] {
            assert!(!is_unrouted(other), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_stored_comes_back(
            disabled in proptest::collection::vec(1..1_u64 << 62, 0..20),
            avoids in proptest::collection::vec((1..1_u64 << 62, proptest::option::of(1..4_300_000_000_000_i64)), 0..20),
        ) {
            let stored = stored(&disabled, &avoids);
            prop_assert_eq!(choice(&stored_choice(&stored)).unwrap(), stored);
        }

        #[test]
        fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = choice(&body);
        }
    }
}
