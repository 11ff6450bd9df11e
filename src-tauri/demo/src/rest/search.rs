//! The search of the archive, with the quirks a client must cope with.

use std::collections::HashSet;
use std::str::FromStr;
use std::time::Duration;

use serde_json::json;

use crate::answer::Ask;
use crate::call::Call;
use crate::directory::Directory;
use crate::options::Grant;
use crate::reply::{self, Refusal, refusal};
use crate::rest::{Reply, recognise};
use crate::world::World;

/// Rows on a page unless asked, and at most.
const LIMIT: (usize, usize) = (25, 100);

#[derive(Debug)]
struct Wanted {
    systems: Vec<u64>,
    talkgroups: Vec<u64>,
    groups: Vec<String>,
    tags: Vec<String>,
    from: Option<i64>,
    to: Option<i64>,
    transcript: String,
    bookmarked: bool,
    ascending: bool,
    page: usize,
    limit: usize,
}

/// Never 401: a bad token makes a stranger, and strangers are shown everything.
pub(super) fn search(world: &mut World, ask: &Ask, now: Duration) -> Reply {
    let wanted = Wanted::read(&ask.query)?;
    let claims = recognise(world, ask, now);
    let bookmarks: HashSet<u64> = claims.iter().flat_map(|claims| world.archive.bookmarks(claims.user_id)).collect();
    let only_bookmarked = wanted.bookmarked && claims.is_some();
    let grants = claims.map(|claims| world.accounts.grants(&claims)).unwrap_or_default();
    let matches =
        |call: &&Call| wanted.matches(call, &world.directory) && (!only_bookmarked || bookmarks.contains(&call.id));
    let mut found: Vec<&Call> = world.archive.calls.values().filter(matches).collect();
    // Within a second the order is nobody's promise. This is one the recordings agree with.
    found.sort_by_key(|call| (call.date_time, std::cmp::Reverse(call.system), call.id));
    if !wanted.ascending {
        found.sort_by_key(|call| std::cmp::Reverse(call.date_time));
    }
    if world.faults.unsettled_ties {
        // Another order with each answer, whichever page it is.
        let fickle = world.log.count("GET /api/v1/calls") as u64;
        let luck = |call: &Call| (call.id ^ fickle).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7;
        let turned = |call: &&Call| {
            let time = if wanted.ascending { call.date_time } else { u64::MAX - call.date_time };
            (time, luck(call))
        };
        found.sort_by_key(turned);
    }
    let skipped = (wanted.page - 1).saturating_mul(wanted.limit);
    let rows: Vec<_> = found
        .iter()
        .skip(skipped)
        .take(wanted.limit)
        .filter(|call| Grant::allow(&grants, call.system, call.talkgroup))
        .map(|call| call.searched(&world.directory, bookmarks.contains(&call.id)))
        .collect();
    // For restricted listeners the count is made up from what was left of the page.
    let is_guess = !grants.is_empty() && rows.len() < wanted.limit;
    let total = if is_guess { skipped + rows.len() } else { found.len() };
    Ok(reply::json(200, &json!({"calls": rows, "total": total})))
}

impl Wanted {
    fn read(query: &str) -> Result<Self, Refusal> {
        let fields = Fields(parse(query));
        let sort = fields.get("sort").to_ascii_lowercase();
        if !["", "asc", "desc"].contains(&sort.as_str()) {
            return Err(refusal(400, "sort must be asc or desc"));
        }
        Ok(Self {
            systems: fields.numbers("system_ids", "system_id")?,
            talkgroups: fields.numbers("talkgroup_ids", "talkgroup_id")?,
            groups: fields.texts("groups", "group"),
            tags: fields.texts("tags", "tag"),
            from: fields.number("date_from")?,
            to: fields.number("date_to")?,
            transcript: fields.get("transcript").to_owned(),
            bookmarked: fields.get("bookmarked_only") == "true",
            ascending: sort == "asc",
            page: fields.positive("page")?.unwrap_or(1),
            limit: fields.positive("limit")?.unwrap_or(LIMIT.0).min(LIMIT.1),
        })
    }

    fn matches(&self, call: &Call, directory: &Directory) -> bool {
        let talkgroup = directory.find(call.system, call.talkgroup).1;
        let label = |wanted: &[String], label: Option<&String>| {
            wanted.is_empty() || label.is_some_and(|label| wanted.contains(label))
        };
        let time = i64::try_from(call.date_time).unwrap_or(i64::MAX);
        let words = call.transcript.as_ref().map(|transcript| transcript.text.as_str());
        (self.systems.is_empty() || self.systems.contains(&call.system))
            && (self.talkgroups.is_empty() || self.talkgroups.contains(&call.talkgroup))
            && label(&self.groups, talkgroup.and_then(|entry| entry.group.as_ref()))
            && label(&self.tags, talkgroup.and_then(|entry| entry.tag.as_ref()))
            && self.from.is_none_or(|from| time >= from)
            && self.to.is_none_or(|to| time <= to)
            && (self.transcript.is_empty() || words.is_some_and(|words| like(words, &self.transcript)))
    }
}

struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    fn list<'a>(&'a self, name: &str, alias: &str) -> impl Iterator<Item = &'a str> {
        let text = Some(self.get(name)).filter(|text| !text.is_empty()).unwrap_or_else(|| self.get(alias));
        text.split(',').map(str::trim).filter(|part| !part.is_empty())
    }

    fn texts(&self, name: &str, alias: &str) -> Vec<String> {
        self.list(name, alias).map(str::to_owned).collect()
    }

    fn numbers(&self, name: &str, alias: &str) -> Result<Vec<u64>, Refusal> {
        let invalid = |_| refusal(400, &format!("invalid {name}"));
        self.list(name, alias).map(|part| part.parse().map_err(invalid)).collect()
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let text = Some(self.get(name)).filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|_| refusal(400, &format!("invalid {name}")))).transpose()
    }

    fn positive(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let number = self.number(name)?;
        if number == Some(0) { Err(refusal(400, &format!("invalid {name}"))) } else { Ok(number) }
    }
}

/// Splits a query string and undoes its encoding.
fn parse(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (plain(key), plain(value)))
        .collect()
}

fn plain(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(other),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `LIKE '%pattern%'`: `%` is any run, `_` any one, ASCII without case.
fn like(text: &str, pattern: &str) -> bool {
    let fold = |text: &str| text.to_ascii_lowercase().chars().collect::<Vec<_>>();
    let (text, pattern) = (fold(text), fold(&format!("%{pattern}%")));
    // One row of the usual table: which lengths of the text the pattern so far can stand for.
    let mut reachable = vec![false; text.len() + 1];
    reachable[0] = true;
    for wanted in pattern {
        if wanted == '%' {
            let first = reachable.iter().position(|reached| *reached).unwrap_or(reachable.len());
            reachable[first..].fill(true);
        } else {
            for end in (1..reachable.len()).rev() {
                reachable[end] = reachable[end - 1] && (wanted == '_' || wanted == text[end - 1]);
            }
            reachable[0] = false;
        }
    }
    reachable[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transcripts_are_searched_like_the_database_does() {
        assert!(like("Engine four, responding.", "FOUR, resp"));
        assert!(like("Engine four, responding.", "eng%ding"));
        assert!(like("Engine four, responding.", "f_ur"));
        assert!(!like("Engine four, responding.", "five"));
        assert!(!like("", "five"));
        assert!(like("", ""));
    }

    #[test]
    fn a_query_is_decoded() {
        assert_eq!(parse("a=b%20c+d&e"), [("a".into(), "b c d".into()), ("e".into(), String::new())]);
        assert_eq!(plain("100%"), "100%");
    }
}
