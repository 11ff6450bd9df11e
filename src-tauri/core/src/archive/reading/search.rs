//! Searching: newest first, one page after the other, and as fast among a million calls as among a hundred.
//!
//! Calls lie in the order of time, in their table and in the index of words alike, so that a page is read from where the
//! last one ended, and reading stops when it is full. Nothing is sorted or counted.

use rusqlite::types::Value;
use rusqlite::{Statement, params_from_iter};

use super::{ENTRY, ENTRY_FROM, Entry, EntryId, GroupId, Reader};
use crate::archive::batch::{after_second, before_second};
use crate::archive::record::{facet_of_source, facet_of_talkgroup};
use crate::archive::trouble::ReadError;
use crate::archive::words::{LISTED, MOST_EXPANDED, Term, expression, terms};
use crate::clock::WallTime;
use crate::model::ServerId;

/// So many calls are looked at for one page, most of which may not be wanted. More are asked for with the next page.
const LOOKED_AT: usize = 20_000;

/// What a call has to be like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// What somebody typed: words or beginnings of words, `"words in quotes"` next to each other; in any case, with or
    /// without accents. Looked for in labels, numbers, units and transcripts. Nothing that can be typed is an error; without
    /// a word in it, every call fits.
    pub typed: String,
    /// At one of these servers, whenever that was installed; at any if there are none.
    pub servers: Vec<ServerId>,
    /// Of one of these talkgroups; of any if there are none.
    pub groups: Vec<GroupId>,
    /// From this second on.
    pub from: Option<WallTime>,
    /// Up to this second.
    pub to: Option<WallTime>,
    /// Only some.
    pub only: Option<Only>,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
}

/// Only some calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// That nobody has heard.
    Unheard,
    /// That are kept for ever by hand.
    Kept,
    /// Whose audio is kept.
    WithAudio,
}

/// Some calls, and where the next ones begin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// In order.
    pub entries: Vec<Entry>,
    /// To be handed to the next question. None: there are no more. A page may be short, even empty, and yet not the last.
    pub next: Option<EntryId>,
}

/// Calls in order, each with what tells whether it is wanted: id, state, kept, bytes.
struct Candidates {
    sql: String,
    values: Vec<Value>,
}

impl Reader {
    /// The calls that fit, at most so many, after the one that the last page ended with. Calls that come or go meanwhile
    /// move no others: pages neither repeat a call nor leave one out.
    pub fn search(&self, search: &Search, most: usize, after: Option<EntryId>) -> Result<Page, ReadError> {
        let Some(candidates) = self.candidates(search, after)? else { return Ok(Page::default()) };
        let mut statement = self.connection.prepare_cached(&candidates.sql)?;
        let mut rows = statement.query(params_from_iter(candidates.values))?;
        let mut entries =
            self.connection.prepare_cached(&format!("SELECT {ENTRY} FROM {ENTRY_FROM} WHERE call.id = ?"))?;
        let mut page = Page::default();
        let mut looked_at = 0;
        while let Some(row) = rows.next()? {
            let (id, state, kept, bytes): (i64, u8, bool, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let is_wanted = match search.only {
                None => true,
                Some(Only::Unheard) => state == 0,
                Some(Only::Kept) => kept,
                Some(Only::WithAudio) => bytes > 0,
            };
            if is_wanted {
                page.entries.extend(read(&mut entries, id)?);
            }
            looked_at += 1;
            if page.entries.len() >= most || looked_at >= LOOKED_AT {
                page.next = Some(EntryId(id));
                break;
            }
        }
        Ok(page)
    }

    /// Where to look. None: nothing can fit.
    fn candidates(&self, search: &Search, after: Option<EntryId>) -> Result<Option<Candidates>, ReadError> {
        let (mut first, mut last) = (search.from.map_or(0, before_second), search.to.map_or(i64::MAX, after_second));
        match after {
            Some(EntryId(id)) if search.oldest_first => first = first.max(id.saturating_add(1)),
            Some(EntryId(id)) => last = last.min(id.saturating_sub(1)),
            None => {}
        }
        let order = if search.oldest_first { "ASC" } else { "DESC" };
        let mut values = vec![Value::Integer(first), Value::Integer(last)];
        let words = match self.expression(search)? {
            Expression::Impossible => return Ok(None),
            Expression::None => None,
            Expression::Words(words) => Some(words),
        };
        let columns = "call.id, call.state, call.kept, call.bytes";
        let sql = match (words, search.only) {
            // Of some talkgroups what is unheard is a short list; it alone is sorted.
            (_, Some(Only::Unheard)) if terms(&search.typed).is_empty() && !search.groups.is_empty() => {
                let ids: Vec<i64> = search.groups.iter().map(|group| group.0).collect();
                values.push(Value::Text(serde_json::to_string(&ids)?));
                format!(
                    "SELECT {columns} FROM call WHERE state = 0 AND talkgroup IN (SELECT value FROM json_each(?3)) \
                    AND id BETWEEN ?1 AND ?2 ORDER BY id {order}"
                )
            }
            (Some(words), _) => {
                values.push(Value::Text(words));
                format!(
                    "SELECT {columns} FROM words CROSS JOIN call ON call.id = words.rowid WHERE words MATCH ?3 \
                    AND words.rowid BETWEEN ?1 AND ?2 ORDER BY words.rowid {order}"
                )
            }
            (None, only) => {
                let some = match only {
                    Some(Only::Unheard) => "state = 0 AND",
                    Some(Only::Kept) => "kept = 1 AND",
                    Some(Only::WithAudio) | None => "",
                };
                format!("SELECT {columns} FROM call WHERE {some} id BETWEEN ?1 AND ?2 ORDER BY id {order}")
            }
        };
        Ok(Some(Candidates { sql, values }))
    }

    /// What was typed and chosen, in the index's language.
    fn expression(&self, search: &Search) -> Result<Expression, ReadError> {
        let mut parts = Vec::new();
        for term in terms(&search.typed) {
            match self.expand(&term)? {
                Expansion::Whole(ends) if ends.is_empty() => return Ok(Expression::Impossible),
                Expansion::Whole(ends) => parts.push(expression(&term, Some(&ends))),
                Expansion::AsTyped => parts.push(expression(&term, None)),
            }
        }
        let mut all = parts;
        if !search.groups.is_empty() {
            all.push(facets(search.groups.iter().map(|group| facet_of_talkgroup(group.0))));
        }
        if !search.servers.is_empty() {
            let sources = self.sources(&search.servers)?;
            if sources.is_empty() {
                return Ok(Expression::Impossible);
            }
            all.push(facets(sources.into_iter().map(facet_of_source)));
        }
        Ok(if all.is_empty() { Expression::None } else { Expression::Words(all.join(" AND ")) })
    }

    /// The whole words that a longer beginning stands for: the index could find them by itself, but would first collect
    /// every call that holds any of them.
    fn expand(&self, term: &Term) -> Result<Expansion, ReadError> {
        let Some(last) = term.words.last().filter(|_| term.is_beginning) else { return Ok(Expansion::AsTyped) };
        if last.chars().count() <= LISTED {
            return Ok(Expansion::AsTyped);
        }
        let sql = "SELECT text FROM word WHERE text >= ?1 AND text < ?1 || char(0x10FFFF) LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = (last, MOST_EXPANDED as i64 + 1);
        let ends: Vec<String> = statement.query_map(values, |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(if ends.len() > MOST_EXPANDED { Expansion::AsTyped } else { Expansion::Whole(ends) })
    }

    fn sources(&self, servers: &[ServerId]) -> Result<Vec<i64>, ReadError> {
        let mut sources = Vec::new();
        let mut statement = self.connection.prepare_cached("SELECT id FROM source WHERE server = ?")?;
        for server in servers {
            for source in statement.query_map([server.0], |row| row.get(0))? {
                sources.push(source?);
            }
        }
        Ok(sources)
    }
}

enum Expression {
    /// No call can fit.
    Impossible,
    /// Every call fits.
    None,
    Words(String),
}

enum Expansion {
    AsTyped,
    Whole(Vec<String>),
}

fn facets(facets: impl Iterator<Item = String>) -> String {
    format!("({})", facets.map(|facet| format!("\"{facet}\"")).collect::<Vec<_>>().join(" OR "))
}

fn read(statement: &mut Statement<'_>, id: i64) -> Result<Option<Entry>, ReadError> {
    let mut rows = statement.query([id])?;
    rows.next()?.map(super::entry).transpose()
}
