//! Words as they are looked for: small letters without accents, in any script, and what a person types as a question to
//! the index.
//!
//! Both sides go through [`fold`], so that the index sees nothing but words between blanks. What somebody types is never
//! handed on as it is: it becomes words, each of them in quotes, and so no input is an error.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

/// Longer words are no words; they are cut, here and there alike.
const LONGEST_WORD: usize = 40;
/// More words than these in a question narrow nothing down.
const MOST_WORDS: usize = 12;
/// Beginnings up to this many letters have lists of their own in the index (`prefix` in the schema).
pub(super) const LISTED: usize = 3;
/// A longer beginning stands for at most so many whole words; for more the index collects by itself, which takes longer.
pub(super) const MOST_EXPANDED: usize = 200;

/// The words of a text, folded, with a blank between them.
pub(super) fn fold(text: &str) -> String {
    let classes = CanonicalCombiningClassMapBorrowed::new();
    let mut folded = String::with_capacity(text.len());
    let mut length = 0;
    let mut push = |character: char| {
        if character.is_alphanumeric() {
            length += 1;
            if length <= LONGEST_WORD {
                folded.push(character);
            }
        } else if length > 0 {
            length = 0;
            folded.push(' ');
        }
    };
    for character in DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(text.chars()) {
        // An accent, and nothing that ends a word.
        if classes.get_u8(character) != 0 {
            continue;
        }
        match plain(character) {
            Some(letters) => letters.chars().for_each(&mut push),
            None => character.to_lowercase().filter(|small| classes.get_u8(*small) == 0).for_each(&mut push),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Letters that people type without their stroke, and that do not come apart by themselves.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ı' => "i",
        _ => return None,
    })
}

/// One thing that must be there: words next to each other, the last of which may be a beginning only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) words: Vec<String>,
    pub(super) is_beginning: bool,
}

/// What somebody typed. Words that belong together (`10-4`, or anything in quotes) have to stand together; the last letter
/// of what is not in quotes need not be the last of the word. A quote that is not closed ends at the end.
pub(super) fn terms(typed: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut count = 0;
    for (index, part) in typed.split(['"', '“', '”', '„']).enumerate() {
        let is_quoted = index % 2 == 1;
        let pieces: Vec<&str> = if is_quoted { vec![part] } else { part.split_whitespace().collect() };
        for piece in pieces {
            let mut words: Vec<String> = fold(piece).split(' ').map(str::to_owned).collect();
            words.retain(|word| !word.is_empty());
            words.truncate(MOST_WORDS - count);
            count += words.len();
            if !words.is_empty() {
                terms.push(Term { words, is_beginning: !is_quoted });
            }
        }
    }
    terms
}

/// A term in the index's language. `ends` are the whole words that its last word may be; none lets the index look itself.
pub(super) fn expression(term: &Term, ends: Option<&[String]>) -> String {
    let (last, first) = term.words.split_last().map_or(("", &[][..]), |(last, first)| (last.as_str(), first));
    let phrase = |last: &str| {
        let words: Vec<&str> = first.iter().map(String::as_str).chain([last]).collect();
        format!("\"{}\"", words.join(" "))
    };
    match ends {
        Some(ends) => format!("({})", ends.iter().map(|end| phrase(end)).collect::<Vec<_>>().join(" OR ")),
        None if term.is_beginning => format!("{} *", phrase(last)),
        None => phrase(last),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_cases_and_strokes_are_folded_and_everything_else_splits() {
        for (text, words) in [
            ("Café MÜLLER-Straße", "cafe muller strasse"),
            ("Łódź, Ærø; Đakovo", "lodz aero dakovo"),
            ("ΑΘΉΝΑ Київ", "αθηνα киів"),
            ("10-4  ok", "10 4 ok"),
            ("ﬁre ①", "fire 1"),
            ("…!?", ""),
        ] {
            assert_eq!(fold(text), words);
        }
    }

    #[test]
    fn quotes_hold_words_together_and_other_words_may_go_on() {
        let term = |words: &[&str], is_beginning| Term {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            is_beginning,
        };
        assert_eq!(
            terms("Engine \"Main Street\" 10-4"),
            [term(&["engine"], true), term(&["main", "street"], false), term(&["10", "4"], true)]
        );
        assert_eq!(terms("\"not closed"), [term(&["not", "closed"], false)]);
        assert!(terms(" \"\" -*() ").is_empty());
        assert_eq!(expression(&term(&["10", "4"], true), None), "\"10 4\" *");
        assert_eq!(expression(&term(&["10", "4"], true), Some(&["4".into(), "45".into()])), "(\"10 4\" OR \"10 45\")");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn whatever_is_typed_is_at_most_a_dozen_plain_words(typed in ".{0,300}") {
            let terms = terms(&typed);
            let words: Vec<&String> = terms.iter().flat_map(|term| &term.words).collect();
            prop_assert!(words.len() <= MOST_WORDS);
            prop_assert!(words.iter().all(|word| word.chars().all(char::is_alphanumeric)));
        }
    }
}
