//! Sentences of the core in German, by the table that the window has them from: `ui/src/words/de/problems.json`, compiled
//! in. They are found as `ui/src/said.ts` finds them, and its tests see to it that none is missing.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use squelch_core::problem::Problem;

/// What a name or a number takes the place of, the same in both languages.
const HOLE: &str = "{}";

/// What is longer is no sentence of ours.
const LONGEST: usize = 2000;

/// How long an English sentence may be to stand in brackets.
const SHORT: usize = 100;

#[derive(Deserialize)]
struct Table {
    /// What a problem comes to, for a sentence that is not below.
    codes: HashMap<String, String>,
    /// By what they are about.
    sentences: HashMap<String, HashMap<String, String>>,
}

struct German {
    codes: HashMap<String, String>,
    whole: HashMap<String, String>,
    /// Those with holes, the longest first: it says most.
    patterns: Vec<(String, String)>,
}

static GERMAN: LazyLock<German> = LazyLock::new(|| {
    let table = include_str!("../../../../ui/src/words/de/problems.json");
    let Table { codes, sentences } = serde_json::from_str(table).expect("a test has read it");
    let all = sentences.into_values().flatten();
    let (mut patterns, whole): (Vec<_>, Vec<_>) = all.partition(|(english, _)| english.contains(HOLE));
    patterns.sort_by_key(|(english, _)| std::cmp::Reverse(english.len()));
    German { codes, whole: whole.into_iter().collect(), patterns }
});

/// What went wrong and what can be done. A sentence that nobody has translated is told by its code at least.
pub(super) fn german(problem: &Problem) -> String {
    let message = problem.message.as_str();
    if let Some(said) = said(message) {
        return said;
    }
    let code = serde_json::to_value(problem.code).ok();
    let what = code.as_ref().and_then(|code| GERMAN.codes.get(code.as_str()?));
    match what {
        Some(what) if message.chars().count() > SHORT => what.clone(),
        Some(what) => format!("{what} ({message})"),
        None => message.to_owned(),
    }
}

/// A text of one or more sentences, or nothing if one of them is not in the table.
fn said(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    if let Some(whole) = sentence(text) {
        return Some(whole);
    }
    // The longest beginning first: some entries are several sentences, because they belong together.
    let ends = text.match_indices(['.', '?', '!']).map(|(at, _)| at + 1).filter(|end| text[*end..].starts_with(' '));
    let ends: Vec<usize> = ends.collect();
    ends.into_iter().rev().find_map(|end| Some(format!("{} {}", sentence(&text[..end])?, said(&text[end + 1..])?)))
}

fn sentence(text: &str) -> Option<String> {
    if let Some(whole) = GERMAN.whole.get(text) {
        return Some(whole.clone());
    }
    GERMAN.patterns.iter().find_map(|(english, german)| {
        let parts: Vec<&str> = english.split(HOLE).collect();
        let mut given = given(text, &parts)?.into_iter();
        let (first, rest) = german.split_once(HOLE)?;
        let mut said = first.to_owned();
        for part in rest.split(HOLE) {
            said.push_str(given.next().unwrap_or_default());
            said.push_str(part);
        }
        Some(said)
    })
}

/// What stands in the holes between these parts; each takes as much as it can.
fn given<'t>(text: &'t str, parts: &[&str]) -> Option<Vec<&'t str>> {
    let (first, rest) = parts.split_first()?;
    let text = text.strip_prefix(first)?;
    let Some(next) = rest.first() else { return text.is_empty().then(Vec::new) };
    let ends: Vec<usize> = text.match_indices(next).map(|(at, _)| at).filter(|at| *at > 0).collect();
    ends.into_iter().rev().find_map(|end| {
        let mut given = given(&text[end..], rest)?;
        given.insert(0, &text[..end]);
        Some(given)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use squelch_core::problem::{Code, Retry};

    use super::*;

    fn problem(message: &str) -> Problem {
        Problem { code: Code::LinkLost, message: message.to_owned(), retry: Retry::No }
    }

    /// As in the window's tests.
    #[test]
    fn the_core_is_said_in_german_by_its_sentences_with_names_and_numbers_in_their_places() {
        let table = [
            (
                "The server went silent. Squelch is connecting again.",
                "Der Server ist verstummt. Squelch verbindet neu.",
            ),
            (
                "This call's audio uses AC-3 5.1, which Squelch does not play.",
                "Der Ton dieses Funkspruchs benutzt AC-3 5.1, was Squelch nicht abspielt.",
            ),
            (
                "The server does not answer. Squelch keeps trying. The way there leads through the proxy a.example:3128.",
                "Der Server antwortet nicht. Squelch versucht es weiter. Der Weg dorthin führt über den Proxy a.example:3128.",
            ),
        ];
        for (english, german) in table {
            assert_eq!(super::german(&problem(english)), german);
        }
    }

    #[test]
    fn what_nobody_has_translated_is_said_by_its_code_with_the_sentence_if_that_is_short() {
        let short = german(&problem("The moon is in between."));
        assert_eq!(short, "Die Verbindung ist verloren. (The moon is in between.)");
        let long = format!("The moon is in between. {}", "So it is. ".repeat(20));
        assert_eq!(german(&problem(&long)), "Die Verbindung ist verloren.");
        assert_eq!(german(&problem(&"x. ".repeat(5_000))), "Die Verbindung ist verloren.");
    }

    #[test]
    fn every_sentence_of_the_table_is_found_whatever_stands_in_its_holes() {
        assert!(GERMAN.whole.len() > 80 && GERMAN.patterns.len() > 10);
        for (english, german) in &GERMAN.whole {
            assert_eq!(said(english).as_deref(), Some(german.as_str()));
        }
        for (english, german) in &GERMAN.patterns {
            let filled = |text: &str| text.replace(HOLE, "a.b c");
            assert_eq!(said(&filled(english)), Some(filled(german)), "{english}");
        }
    }
}
