//! Stored calls: what a search is asked with, and what the routes of search, words, bookmarks and links answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::WireError;
use super::call::{WireCall, WireSegment, transcript};
use super::lenient::{Flag, List, Number, Text};
use crate::model::{CallId, Transcript};
use crate::server::{SearchAnswer, SearchRequest};

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::server::openscanner) struct Found {
    pub(in crate::server::openscanner) answer: SearchAnswer,
    /// Every call is one that the account has bookmarked.
    pub(in crate::server::openscanner) all_bookmarked: bool,
}

/// The query of a search.
pub(in crate::server::openscanner) fn query(request: &SearchRequest) -> String {
    let mut query = Serializer::new(String::new());
    let filter = &request.filter;
    let mut list = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            query.append_pair(name, &values.join(","));
        }
    };
    list("system_ids", filter.systems.iter().map(|id| id.0.to_string()).collect());
    list("talkgroup_ids", filter.talkgroups.iter().map(|id| id.0.to_string()).collect());
    list("groups", filter.groups.clone());
    list("tags", filter.tags.clone());
    list("date_from", request.from.iter().map(i64::to_string).collect());
    list("date_to", request.to.iter().map(i64::to_string).collect());
    if !filter.transcript.is_empty() {
        query.append_pair("transcript", &filter.transcript);
    }
    if filter.bookmarked {
        query.append_pair("bookmarked_only", "true");
    }
    query.append_pair("sort", if request.ascending { "asc" } else { "desc" });
    query.append_pair("page", &request.page.to_string()).append_pair("limit", &request.limit.to_string());
    query.finish()
}

/// The calls of a search or of the list of bookmarks; what is no call is left out.
pub(in crate::server::openscanner) fn found(body: &[u8]) -> Result<Found, WireError> {
    #[derive(Deserialize)]
    struct Wire<'a> {
        #[serde(borrow)]
        calls: List<WireCall<'a>>,
        #[serde(default)]
        total: Number,
    }
    let wire: Wire<'_> = serde_json::from_slice(body)?;
    let entries = wire.calls.0.len() as u64;
    let all_bookmarked = wire.calls.0.iter().all(WireCall::is_bookmarked);
    let calls = wire.calls.0.into_iter().filter_map(WireCall::listed).collect();
    Ok(Found { answer: SearchAnswer { calls, entries, total: wire.total.whole() }, all_bookmarked })
}

/// What was said in a call.
pub(in crate::server::openscanner) fn words(body: &[u8]) -> Result<Transcript, WireError> {
    #[derive(Deserialize)]
    struct Wire<'a> {
        #[serde(borrow)]
        text: Text<'a>,
        #[serde(default)]
        segments: List<WireSegment<'a>>,
    }
    let wire: Wire<'_> = serde_json::from_slice(body)?;
    Ok(transcript(&wire.text, wire.segments.0))
}

/// All bookmarks of the account, in the order of the answer.
pub(in crate::server::openscanner) fn bookmarks(body: &[u8]) -> Result<Vec<CallId>, WireError> {
    let document: Value = serde_json::from_slice(body)?;
    let ids = document.get("callIds").and_then(Value::as_array).ok_or(WireError::Incomplete)?;
    let id = |value: &Value| Number::deserialize(value).unwrap_or_default().known().map(CallId);
    Ok(ids.iter().filter_map(id).collect())
}

/// What a bookmark is turned round with.
pub(in crate::server::openscanner) fn toggle(call: CallId) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        call_id: u64,
    }
    super::rest::bytes(&Wire { call_id: call.0 })
}

/// Whether there is a bookmark now.
pub(in crate::server::openscanner) fn toggled(body: &[u8]) -> Result<bool, WireError> {
    #[derive(Deserialize)]
    struct Wire {
        bookmarked: Flag,
    }
    let wire: Wire = serde_json::from_slice(body)?;
    Ok(wire.bookmarked.0)
}

/// The name of a link.
pub(in crate::server::openscanner) fn link(body: &[u8]) -> Result<String, WireError> {
    #[derive(Deserialize)]
    struct Wire<'a> {
        #[serde(borrow)]
        token: Text<'a>,
    }
    let wire: Wire<'_> = serde_json::from_slice(body)?;
    let token = wire.token.owned().ok_or(WireError::Incomplete)?;
    // It becomes part of an address that is given to others. Two dots would lead elsewhere.
    let is_plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_plain { Ok(token) } else { Err(WireError::Incomplete) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SystemId, TalkgroupId};
    use crate::server::Filter;

    #[test]
    fn a_search_is_asked_with_what_was_chosen_and_nothing_else() {
        let plain = SearchRequest { page: 1, limit: 100, ..SearchRequest::default() };
        assert_eq!(query(&plain), "sort=desc&page=1&limit=100");
        let filter = Filter {
            transcript: "50 % & more".into(),
            systems: vec![SystemId(1)],
            talkgroups: vec![TalkgroupId(2), TalkgroupId(3)],
            groups: vec!["Fire & EMS".into()],
            tags: vec!["Ops".into(), "Läuft".into()],
            bookmarked: true,
        };
        let all = SearchRequest { filter, from: Some(-1), to: Some(5), ascending: true, page: 7, limit: 1 };
        assert_eq!(
            query(&all),
            "system_ids=1&talkgroup_ids=2%2C3&groups=Fire+%26+EMS&tags=Ops%2CL%C3%A4uft&date_from=-1&date_to=5\
             &transcript=50+%25+%26+more&bookmarked_only=true&sort=asc&page=7&limit=1"
        );
    }

    #[test]
    fn of_odd_answers_whatever_makes_sense_is_read() {
        let odd = br#"{"total":"7","calls":[{"id":"9","bookmarked":"true"},5,{"id":null,"bookmarked":1}]}"#;
        let found = found(odd).unwrap();
        assert_eq!((found.answer.calls.len(), found.answer.entries, found.answer.total), (1, 2, Some(7)));
        assert!(found.all_bookmarked);
        let ids = bookmarks(br#"{"callIds":[3,"4",0,-1,null,{},5.0]}"#).unwrap();
        assert_eq!(ids, [CallId(3), CallId(4), CallId(5)]);
        assert!(words(br#"{"text":" a ","segments":null}"#).unwrap().text == "a");
        for other in [&b"<html>"[..], b"{}", b"[]", b"7"] {
            assert!(super::found(other).is_err() && bookmarks(other).is_err() && words(other).is_err(), "{other:?}");
            assert!(toggled(other).is_err() && link(other).is_err(), "{other:?}");
        }
    }

    #[test]
    fn a_link_that_would_lead_elsewhere_is_none() {
        assert_eq!(link(br#"{"token":"ffde78c3-00d0"}"#).unwrap(), "ffde78c3-00d0");
        for token in ["", "..", "a/b", "a?b", "//evil.example.org", "a b"] {
            assert!(link(format!(r#"{{"token":"{token}"}}"#).as_bytes()).is_err(), "{token}");
        }
    }
}
