//! `tg-selection`: which talkgroups an account has switched off and avoids.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WireError;
use super::lenient::Number;
use crate::choices::AccountChoice;
use crate::clock::WallTime;
use crate::model::TalkgroupId;

/// No date in JavaScript is later; whoever wrote a larger number meant never.
const LAST_MOMENT: f64 = 8.64e15;

/// What is stored. Entries of the wrong sort are left out; an answer with neither list is not the document.
pub(in crate::server::openscanner) fn choice(body: &[u8]) -> Result<AccountChoice, WireError> {
    let document: Value = serde_json::from_slice(body)?;
    let (disabled, avoids) = (document.get("disabledTGs"), document.get("avoidList"));
    if disabled.is_none() && avoids.is_none() {
        return Err(WireError::Incomplete);
    }
    let list = |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(AccountChoice {
        disabled: list(disabled).iter().filter_map(id).collect(),
        avoids: list(avoids)
            .iter()
            .filter_map(|entry| Some((id(&entry["talkgroupId"])?, end(&entry["expiresAt"])?)))
            .collect(),
    })
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
        assert_eq!(choice(br#"{"disabledTGs":null,"avoidList":"x"}"#).unwrap(), AccountChoice::default());
        for other in [&b"<html>"[..], b"{}", b"[]", b"7", br#"{"error":{"code":"x"}}"#] {
            assert!(choice(other).is_err(), "{other:?}");
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
